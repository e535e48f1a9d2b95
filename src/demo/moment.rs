//! When things happen in the story: relative to a first Monday, on the wall clock of whoever does them.

use std::{cmp::Ordering, fmt, str::FromStr};

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};
use serde::Deserialize;

/// The week of the cycle in which the reader of the story always is.
pub const THIS_WEEK: u8 = 8;

/// A day of the story: "week 5, Mon".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Day {
    /// The week of the cycle, from 1.
    pub week: u8,
    /// The weekday. Weeks begin on Monday.
    pub weekday: Weekday,
}

/// A wall time on a day of the story: "week 5, Mon 10:00". It becomes an instant in someone's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Moment {
    /// The day, on the author's own calendar.
    pub day: Day,
    /// What the author's clock shows.
    pub time: NaiveTime,
}

/// This text names no day or moment of the story.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no moment of the story; write \"week 5, Mon\" or \"week 5, Mon 10:00\"")]
pub struct NoMoment(String);

/// The Monday of week 1 for a reader whose date is `today`: seven weeks before the Monday of that week.
/// It is the first date of the demo's cycle; the last is the Sunday thirteen weeks on.
pub fn first_monday(today: NaiveDate) -> NaiveDate {
    today.week(Weekday::Mon).first_day() - TimeDelta::weeks(i64::from(THIS_WEEK) - 1)
}

impl Day {
    /// The date of this day, when the story's first Monday is `first_monday`.
    pub fn date(self, first_monday: NaiveDate) -> NaiveDate {
        first_monday + TimeDelta::days(self.number())
    }

    /// How many days of the story lie before this one.
    fn number(self) -> i64 {
        (i64::from(self.week) - 1) * 7 + i64::from(self.weekday.num_days_from_monday())
    }
}

impl Moment {
    /// What the author's calendar and clock read, when the story's first Monday is `first_monday`.
    pub fn reading(self, first_monday: NaiveDate) -> NaiveDateTime {
        self.day.date(first_monday).and_time(self.time)
    }
}

impl Ord for Day {
    fn cmp(&self, other: &Day) -> Ordering {
        self.number().cmp(&other.number())
    }
}

impl PartialOrd for Day {
    fn partial_cmp(&self, other: &Day) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl FromStr for Day {
    type Err = NoMoment;

    fn from_str(text: &str) -> Result<Day, NoMoment> {
        let parts = text.strip_prefix("week ").and_then(|rest| rest.split_once(", "));
        let day = |(week, weekday): (&str, &str)| {
            let week = week.parse().ok().filter(|week| (1..=13).contains(week))?;
            Some(Day { week, weekday: weekday.parse().ok()? })
        };
        parts.and_then(day).ok_or_else(|| NoMoment(text.to_owned()))
    }
}

impl FromStr for Moment {
    type Err = NoMoment;

    fn from_str(text: &str) -> Result<Moment, NoMoment> {
        let moment = |(day, time): (&str, &str)| {
            let time = NaiveTime::parse_from_str(time, "%H:%M").ok()?;
            Some(Moment { day: day.parse().ok()?, time })
        };
        text.rsplit_once(' ').and_then(moment).ok_or_else(|| NoMoment(text.to_owned()))
    }
}

impl TryFrom<String> for Day {
    type Error = NoMoment;

    fn try_from(text: String) -> Result<Day, NoMoment> {
        text.parse()
    }
}

impl TryFrom<String> for Moment {
    type Error = NoMoment;

    fn try_from(text: String) -> Result<Moment, NoMoment> {
        text.parse()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "week {}, {}", self.week, self.weekday)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.day, self.time.format("%H:%M"))
    }
}
