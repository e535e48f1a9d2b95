//! How much of what was asked for was written, by team and never by person. Pure.

use crate::ids::MemberId;
use crate::okr::receipt::{Turnout, TurnoutReceipt};
use crate::standup::person::Person;
use crate::standup::{Standup, Turns};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, HashSet};

/// How many days back is looked: those before today, on each person's own calendar.
pub const DAYS: usize = 14;

/// What a team was asked for in the last [`DAYS`] days, and what it wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// Updates that were expected, and those of them that were written, day by day.
    pub days: BTreeMap<NaiveDate, Turnout>,
    /// Updates nobody expected because their author was away.
    pub away: usize,
}

impl Part {
    /// Both together: of two standups of one team.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        for (date, turnout) in other.days {
            self.add(date, turnout);
        }
        Self { away: self.away + other.away, ..self }
    }

    /// The receipt of all its days.
    pub fn receipt(&self) -> TurnoutReceipt {
        TurnoutReceipt::new(self.days.iter().map(|(date, turnout)| (*date, *turnout)).collect())
    }

    fn add(&mut self, date: NaiveDate, turnout: Turnout) {
        let day = self.days.entry(date).or_default();
        *day = day.with(turnout);
    }
}

/// What these people were asked for by one standup, and wrote. An update is expected of each of them who is not an
/// observer, for each of the last [`DAYS`] days before their own today that the standup asked them on, that they work on, and
/// that they were not away on. What was written on other days is welcome and not
/// counted.
pub fn taking_part<'a>(
    people: impl IntoIterator<Item = &'a Person>,
    standup: &Standup,
    written: &HashSet<(MemberId, NaiveDate)>,
    now: DateTime<Utc>,
) -> Part {
    let asked = people.into_iter().filter(|person| person.asked);
    let parts = asked.map(|person| {
        let mut part = Part::default();
        for date in due_dates(Turns { standup, person }, now) {
            if person.absence.contains(date) {
                part.away += 1;
            } else {
                let posted = usize::from(written.contains(&(person.id, date)));
                part.add(date, Turnout { posted, expected: 1 });
            }
        }
        part
    });
    parts.fold(Part::default(), Part::with)
}

/// The dates looked at that the standup falls on and the person works on, were they not away; from the day they came.
fn due_dates(turns: Turns<'_>, now: DateTime<Utc>) -> impl Iterator<Item = NaiveDate> {
    let today = turns.today(now);
    std::iter::successors(today.pred_opt(), NaiveDate::pred_opt)
        .take(DAYS)
        .filter(move |date| turns.person.week.is_working_day(*date))
        .filter(move |date| turns.occurrence(*date).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Absence, WeekdaySet, WorkWeek};
    use crate::standup::samples::{self, date, standup, version};
    use chrono::Weekday;

    fn weekdays() -> Standup {
        standup(vec![version("2026-09-07", None, WeekdaySet::MON_TO_FRI)])
    }

    fn person(zone: &str) -> Person {
        samples::person("Tama Walker", zone)
    }

    /// Tuesday 17 November 2026, 09:24 in Lisbon; looked at are 3 to 16 November.
    fn part(person: &Person, standup: &Standup, written: &[&str]) -> (usize, usize, usize) {
        let written = written.iter().map(|text| (person.id, date(text))).collect();
        let now = "2026-11-17T09:24:00Z".parse().unwrap();
        let part = taking_part([person], standup, &written, now);
        let Turnout { posted, expected } = part.receipt().shown;
        (posted, expected, part.away)
    }

    #[test]
    fn what_was_expected_and_written_is_counted() {
        let tama = person("Europe/Lisbon");
        assert_eq!(part(&tama, &weekdays(), &[]), (0, 10, 0));
        let written = ["2026-11-03", "2026-11-16", "2026-11-17", "2026-11-02", "2026-11-14"];
        assert_eq!(
            part(&tama, &weekdays(), &written),
            (2, 10, 0),
            "neither today nor earlier nor a Saturday"
        );
    }

    #[test]
    fn observers_are_never_counted() {
        let olga = Person { asked: false, ..person("Europe/Lisbon") };
        assert_eq!(part(&olga, &weekdays(), &["2026-11-16"]), (0, 0, 0));
    }

    #[test]
    fn days_away_and_days_off_are_not_missing() {
        let away = Absence::new([date("2026-11-12")..=date("2026-11-16")]);
        let tama = Person { absence: away, ..person("Europe/Lisbon") };
        assert_eq!(part(&tama, &weekdays(), &["2026-11-16"]), (0, 7, 3));
        let week = WorkWeek::new(
            [Weekday::Tue, Weekday::Thu].map(|day| (day, WorkWeek::standard().spans(Weekday::Mon)[0])),
        );
        let part_time = Person { week: week.unwrap(), ..person("Europe/Lisbon") };
        assert_eq!(part(&part_time, &weekdays(), &["2026-11-12"]), (1, 4, 0));
    }

    #[test]
    fn each_version_of_the_schedule_counts_for_its_days() {
        let mondays = WeekdaySet::NONE.with(Weekday::Mon);
        let changed = standup(vec![
            version("2026-09-07", Some("2026-11-08"), WeekdaySet::MON_TO_FRI),
            version("2026-11-09", None, mondays),
        ]);
        assert_eq!(part(&person("Europe/Lisbon"), &changed, &["2026-11-09", "2026-11-10"]), (1, 6, 0));
    }

    #[test]
    fn the_days_are_those_of_ones_own_calendar() {
        // In Kiritimati it is still the 17th at 09:24 UTC; half a day later it is the 18th there and the 17th in Lisbon.
        let evening = "2026-11-17T20:00:00Z".parse().unwrap();
        for (zone, posted) in [("Pacific/Kiritimati", 1), ("Europe/Lisbon", 0)] {
            let tama = person(zone);
            let written = HashSet::from([(tama.id, date("2026-11-17"))]);
            let part = taking_part([&tama], &weekdays(), &written, evening);
            assert_eq!(part.receipt().shown, Turnout { posted, expected: 10 }, "{zone}");
        }
    }

    #[test]
    fn nobody_is_expected_before_their_first_date() {
        let tama = Person { since: date("2026-11-12"), ..person("Europe/Lisbon") };
        assert_eq!(part(&tama, &weekdays(), &["2026-11-11"]), (0, 3, 0));
    }
}
