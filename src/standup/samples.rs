//! People and standups that tests of pure files begin with.

use super::occurrence::{Timetable, Version};
use super::person::Person;
use super::question::Standup;
use super::turns::Diary;
use crate::calendar::{Absence, Recurrence, Schedule, WeekdaySet, WorkWeek, Zone};
use crate::ids::{MemberId, ScheduleId, StandupId, TeamId};
use chrono::{NaiveDate, NaiveTime, Weekday};

/// A date, as in `2026-11-17`.
pub fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Somebody who was always here, in no team.
pub fn person(name: &str, zone: &str) -> Person {
    Person {
        id: MemberId::fresh(),
        name: name.to_owned(),
        zone: Zone::parse(zone).unwrap(),
        week: WorkWeek::standard(),
        quiet: WorkWeek::standard().spans(Weekday::Mon)[0],
        since: date("2026-09-01"),
        absence: Absence::NONE,
        asked: true,
        teams: Vec::new(),
        diary: Diary::default(),
    }
}

/// From a date on, until another, on these weekdays, nine to four.
pub fn version(first: &str, until: Option<&str>, weekdays: WeekdaySet) -> Version {
    let schedule = Schedule {
        recurrence: Recurrence::Weekly { every: 1, weekdays, anchor: date(first) },
        opens: NaiveTime::from_hms_opt(9, 0, 0).unwrap(),
        opens_evening_before: false,
        due: NaiveTime::from_hms_opt(16, 0, 0).unwrap(),
        first: date(first),
        until: until.map(date),
    };
    Version { id: ScheduleId::fresh(), schedule, zone: None }
}

/// A standup with these versions of its schedule.
pub fn standup(versions: Vec<Version>) -> Standup {
    Standup {
        id: StandupId::fresh(),
        name: "Update".into(),
        team: TeamId::fresh(),
        team_slug: "forecast".into(),
        team_name: "Forecast".into(),
        retired: false,
        timetable: Timetable::new(versions),
        questions: Vec::new(),
    }
}
