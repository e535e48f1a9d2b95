//! A standup's dates: the versions of its schedule laid end to end.
//!
//! Pure. A date here is the *member's* local date, or the schedule's where it hangs on one fixed zone. What is kept for a
//! member stands in their diary; the timetable answers for the dates it has no row for yet.

use crate::calendar::{Occurrence, Schedule, Zone};
use crate::ids::ScheduleId;
use crate::occurrence::{Asked, Rule};
use chrono::{DateTime, NaiveDate, Utc};

/// One version of a schedule, in force from its first date until a change ended it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// Which.
    pub id: ScheduleId,
    /// The dates and the window.
    pub schedule: Schedule,
    /// The one zone it hangs on; none when each member's own clock counts.
    pub zone: Option<Zone>,
}

/// All versions of a standup's schedule. The past keeps the rule it was lived by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timetable(Vec<Version>);

/// A timetable on one member's clock.
#[derive(Debug, Clone, Copy)]
pub struct InZone<'a> {
    /// The dates.
    pub timetable: &'a Timetable,
    /// Where the member is.
    pub zone: Zone,
}

impl Timetable {
    /// Versions in any order; they do not overlap.
    pub fn new(mut versions: Vec<Version>) -> Self {
        versions.sort_by_key(|version| version.schedule.first);
        Self(versions)
    }

    /// The zone a member's day is read in: the schedule's own if it has one, else theirs.
    pub fn zone(&self, member: Zone, date: NaiveDate) -> Zone {
        self.version(date).and_then(|version| version.zone).unwrap_or(member)
    }

    /// The date it is for a member, on the clock this standup goes by.
    pub fn today(&self, member: Zone, now: DateTime<Utc>) -> NaiveDate {
        let theirs = member.date_at(now);
        self.zone(member, theirs).date_at(now)
    }

    /// The occurrence of a date for a member, if the standup falls on it.
    pub fn occurrence(&self, member: Zone, date: NaiveDate) -> Option<Occurrence> {
        let version = self.version(date)?;
        version.schedule.occurrence(version.zone.unwrap_or(member), date)
    }

    /// The last date before this one that the standup falls on, at most a quarter of a year back.
    pub fn date_before(&self, date: NaiveDate) -> Option<NaiveDate> {
        let back = std::iter::successors(date.pred_opt(), NaiveDate::pred_opt).take(92);
        back.into_iter().find(|day| self.falls_on(*day))
    }

    /// The first date after this one that the standup falls on.
    pub fn date_after(&self, date: NaiveDate) -> Option<NaiveDate> {
        self.date_from(date.succ_opt()?)
    }

    /// The first date at or after this one that the standup falls on.
    pub fn date_from(&self, date: NaiveDate) -> Option<NaiveDate> {
        self.0.iter().find_map(|version| version.schedule.next_from(date))
    }

    /// Whether the standup falls on this date.
    pub fn falls_on(&self, date: NaiveDate) -> bool {
        self.version(date).is_some_and(|version| version.schedule.falls_on(date))
    }

    /// The version in force on a date.
    pub fn version(&self, date: NaiveDate) -> Option<&Version> {
        self.0.iter().find(|version| {
            let schedule = &version.schedule;
            schedule.first <= date && schedule.until.is_none_or(|until| date <= until)
        })
    }
}

impl Rule for InZone<'_> {
    fn asked(&self, date: NaiveDate) -> Option<Asked> {
        let version = self.timetable.version(date)?;
        let zone = version.zone.unwrap_or(self.zone);
        let occurrence = version.schedule.occurrence(zone, date)?;
        Some(Asked { occurrence, zone, version: Some(version.id), excused: false })
    }

    fn next_from(&self, date: NaiveDate) -> Option<NaiveDate> {
        self.timetable.date_from(date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Recurrence, WeekdaySet};
    use chrono::{NaiveTime, Weekday};

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn zone(name: &str) -> Zone {
        Zone::parse(name).unwrap()
    }

    fn version(weekdays: &[Weekday], first: &str, until: Option<&str>, evening_before: bool) -> Version {
        let clock = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        Version {
            id: ScheduleId::fresh(),
            schedule: Schedule {
                recurrence: Recurrence::Weekly {
                    every: 1,
                    weekdays: weekdays.iter().copied().collect::<WeekdaySet>(),
                    anchor: date(first),
                },
                opens: if evening_before { clock(18) } else { clock(9) },
                opens_evening_before: evening_before,
                due: clock(16),
                first: date(first),
                until: until.map(date),
            },
            zone: None,
        }
    }

    /// Tuesday and Thursday until Sunday 15 November 2026, Monday to Wednesday from then on.
    fn changed() -> Timetable {
        use Weekday::{Mon, Thu, Tue, Wed};
        Timetable::new(vec![
            version(&[Mon, Tue, Wed], "2026-11-16", None, false),
            version(&[Tue, Thu], "2026-10-05", Some("2026-11-15"), false),
        ])
    }

    #[test]
    fn the_past_keeps_its_rule() {
        let table = changed();
        for (day, falls) in [
            ("2026-11-11", false),
            ("2026-11-12", true),
            ("2026-11-16", true),
            ("2026-11-19", false),
            ("2026-10-01", false),
        ] {
            assert_eq!(table.falls_on(date(day)), falls, "{day}");
        }
        assert_eq!(table.date_before(date("2026-11-16")), Some(date("2026-11-12")));
        assert_eq!(table.date_after(date("2026-11-12")), Some(date("2026-11-16")));
        assert_eq!(table.date_before(date("2026-10-06")), None);
    }

    #[test]
    fn each_member_has_their_own_window() {
        let table = changed();
        let in_auckland = table.occurrence(zone("Pacific/Auckland"), date("2026-11-17")).unwrap();
        let in_lisbon = table.occurrence(zone("Europe/Lisbon"), date("2026-11-17")).unwrap();
        assert_eq!(in_auckland.due, at("2026-11-17T03:00:00Z"));
        assert_eq!(in_lisbon.due, at("2026-11-17T16:00:00Z"));
    }

    #[test]
    fn a_fixed_zone_counts_for_everyone() {
        let mut fixed = version(&[Weekday::Tue], "2026-11-02", None, false);
        fixed.zone = Some(zone("Europe/Lisbon"));
        let table = Timetable::new(vec![fixed]);
        let auckland = zone("Pacific/Auckland");
        assert_eq!(table.occurrence(auckland, date("2026-11-17")).unwrap().due, at("2026-11-17T16:00:00Z"));
        // Wednesday morning in Auckland, still Tuesday on the clock this standup goes by.
        assert_eq!(table.today(auckland, at("2026-11-17T20:00:00Z")), date("2026-11-17"));
    }
}
