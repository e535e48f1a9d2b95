//! Who is away on a date, who stands in for them, and whose public holiday it is. Pure.

use crate::calendar::Zone;
use crate::ids::MemberId;
use crate::language::Words;
use crate::standup::person::first_name;
use chrono::{DateTime, NaiveDate, Utc};

/// Days on which a member is not expected: planned ones, or a public holiday of theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leave {
    /// Whose.
    pub member: MemberId,
    /// Their whole name.
    pub name: String,
    /// Their zone: the days are those of their calendar.
    pub zone: Zone,
    /// The first day.
    pub first: NaiveDate,
    /// The last day, included.
    pub last: NaiveDate,
    /// What they say to whoever stands in; may be empty.
    pub note: String,
    /// Who gets what waits for them meanwhile.
    pub stand_in: Option<(MemberId, String)>,
    /// The name of the public holiday, when it is one.
    pub holiday: Option<String>,
}

/// The leaves around some dates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leaves(Vec<Leave>);

impl Leave {
    /// "Mia is away until Friday 20 November. Nuno stands in."
    pub fn sentence(&self, t: Words) -> String {
        let name = first_name(&self.name);
        match (&self.holiday, &self.stand_in) {
            (Some(holiday), _) => t.standup_has_holiday(name, holiday),
            (None, None) if self.first == self.last => t.standup_is_away(name),
            (None, None) => t.standup_is_away_until(name, t.date_long(self.last)),
            (None, Some((_, other))) => {
                t.standup_is_away_with(name, t.date_long(self.last), first_name(other))
            }
        }
    }
}

impl Leaves {
    /// These, those somebody stands in for first, then the longest; a holiday in the middle of a journey tells less.
    pub fn new(mut leaves: Vec<Leave>) -> Self {
        leaves.sort_by_key(|one| {
            (one.stand_in.is_none(), one.holiday.is_some(), std::cmp::Reverse(one.last), one.first)
        });
        Self(leaves)
    }

    /// The leave a member is on, on a date of their calendar.
    pub fn on(&self, member: MemberId, date: NaiveDate) -> Option<&Leave> {
        self.0.iter().find(|one| one.member == member && (one.first..=one.last).contains(&date))
    }

    /// The leave a member is on at an instant.
    pub fn at(&self, member: MemberId, now: DateTime<Utc>) -> Option<&Leave> {
        let zone = self.0.iter().find(|one| one.member == member)?.zone;
        self.on(member, zone.date_at(now))
    }

    /// Who gets at an instant what waits for a member, when that is not themselves.
    pub fn stand_in(&self, member: MemberId, now: DateTime<Utc>) -> Option<&(MemberId, String)> {
        self.at(member, now)?.stand_in.as_ref()
    }

    /// The leaves somebody stands in for that are not over at an instant, in the order in which they begin.
    pub fn stood_in_by(&self, member: MemberId, now: DateTime<Utc>) -> Vec<&Leave> {
        let theirs = |one: &&Leave| one.stand_in.as_ref().is_some_and(|(id, _)| *id == member);
        let mut found: Vec<_> =
            self.0.iter().filter(theirs).filter(|one| one.zone.date_at(now) <= one.last).collect();
        found.sort_by_key(|one| (one.first, one.member));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Locale;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn leave(member: MemberId, first: &str, last: &str) -> Leave {
        Leave {
            member,
            name: "Mia Chen".into(),
            zone: Zone::parse("America/Vancouver").unwrap(),
            first: date(first),
            last: date(last),
            note: String::new(),
            stand_in: None,
            holiday: None,
        }
    }

    #[test]
    fn the_leave_of_somebody_is_read_on_their_calendar() {
        let (mia, nuno) = (MemberId::fresh(), MemberId::fresh());
        let stand_in = Some((nuno, "Nuno Teixeira".to_owned()));
        let journey = Leave { stand_in, ..leave(mia, "2026-11-17", "2026-11-20") };
        let holiday =
            Leave { holiday: Some("Remembrance Day".into()), ..leave(mia, "2026-11-18", "2026-11-18") };
        let leaves = Leaves::new(vec![holiday, journey.clone()]);
        // Vancouver is seven hours behind UTC all year.
        let at = |text: &str| leaves.at(mia, text.parse().unwrap());
        assert_eq!(at("2026-11-17T06:59:59Z"), None);
        assert_eq!(at("2026-11-17T07:00:00Z"), Some(&journey));
        assert_eq!(at("2026-11-18T20:00:00Z"), Some(&journey), "rather than the holiday in its middle");
        assert_eq!(at("2026-11-21T07:00:00Z"), None);
        let stood = |text: &str| leaves.stood_in_by(nuno, text.parse().unwrap());
        assert_eq!(stood("2026-11-10T12:00:00Z"), [&journey], "known before it begins");
        assert!(stood("2026-11-21T07:00:00Z").is_empty());
        assert_eq!(leaves.stand_in(mia, "2026-11-19T12:00:00Z".parse().unwrap()).unwrap().0, nuno);
        assert_eq!(leaves.stand_in(nuno, "2026-11-19T12:00:00Z".parse().unwrap()), None);
    }

    #[test]
    fn it_is_said_in_one_sentence() {
        let t = Words::of(Locale::English);
        let mia = MemberId::fresh();
        let week = leave(mia, "2026-11-16", "2026-11-20");
        assert_eq!(leave(mia, "2026-11-17", "2026-11-17").sentence(t), "Mia is away.");
        assert_eq!(week.sentence(t), "Mia is away until Friday 20 November.");
        let helped = Leave { stand_in: Some((MemberId::fresh(), "Nuno Teixeira".into())), ..week.clone() };
        assert_eq!(helped.sentence(t), "Mia is away until Friday 20 November. Nuno stands in.");
        let holiday = Leave { holiday: Some("Family Day".into()), ..week };
        assert_eq!(holiday.sentence(t), "Mia has a public holiday: Family Day.");
    }
}
