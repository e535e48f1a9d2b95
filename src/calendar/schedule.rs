//! When a standup falls due: which dates, and from which instant to which for someone in a zone.

use std::{iter::successors, ops::RangeInclusive};

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime, Utc, Weekday};
use serde::{Deserialize, Serialize};

use super::{
    local::{Edge, resolve, resolve_or_next},
    weekdays::WeekdaySet,
    zone::Zone,
};

/// The longest rhythm: once a year.
const MOST_WEEKS: u16 = 52;

/// Which dates a schedule falls on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "every", rename_all = "snake_case")]
pub enum Recurrence {
    /// These weekdays of every `every`th week. Weeks begin on Monday; the one `anchor` lies in counts.
    Weekly {
        /// 1 for each week, 2 for every other, up to 52.
        #[serde(rename = "weeks")]
        every: u16,
        /// The weekdays.
        weekdays: WeekdaySet,
        /// Any date of a week that counts.
        anchor: NaiveDate,
    },
    /// One weekday a month.
    MonthlyNth {
        /// 1 to 5 from the start of the month, −1 for the last. Months without a fifth have none.
        nth: i8,
        /// The weekday.
        weekday: Weekday,
    },
}

/// One version of a schedule. A change to it ends this version and begins the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Schedule {
    /// Which dates.
    pub recurrence: Recurrence,
    /// When the window opens, in wall time.
    pub opens: NaiveTime,
    /// The window opens on the evening before the due date.
    pub opens_evening_before: bool,
    /// When the update is due, in wall time.
    pub due: NaiveTime,
    /// The first date it may fall on.
    pub first: NaiveDate,
    /// The last date it may fall on; none while it runs on.
    pub until: Option<NaiveDate>,
}

/// One due date of a schedule for someone in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Occurrence {
    /// The local date it is due on. With the standup and the member this names the update.
    pub date: NaiveDate,
    /// When the window opens.
    pub opens: DateTime<Utc>,
    /// When the update is due; never before it opens.
    pub due: DateTime<Utc>,
}

/// What becomes of an occurrence when someone changes their zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The occurrence from now on.
    pub occurrence: Occurrence,
    /// The move put its due instant into the past: it is not asked for.
    pub excused: bool,
}

/// Why this is no schedule to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleFault {
    /// It names no weekday.
    #[error("a schedule needs at least one weekday")]
    NoWeekday,
    /// Its number of weeks is not between 1 and 52.
    #[error("a schedule recurs every 1 to 52 weeks")]
    Weeks,
    /// Its number in the month is not 1 to 5 or −1.
    #[error("a monthly schedule names the first to fifth or the last weekday")]
    Nth,
    /// It is due before its window opens.
    #[error("the window must open before the update is due")]
    DueBeforeOpening,
    /// It ends before it begins.
    #[error("the schedule ends before it begins")]
    EndsBeforeFirst,
}

impl Recurrence {
    /// Whether the date is one of these.
    pub fn falls_on(self, date: NaiveDate) -> bool {
        match self {
            Recurrence::Weekly { every, weekdays, anchor } => {
                let weeks = (monday(date) - monday(anchor)).num_weeks();
                weekdays.falls_on(date) && weeks.rem_euclid(i64::from(every.max(1))) == 0
            }
            Recurrence::MonthlyNth { nth: -1, weekday } => {
                date.weekday() == weekday && date.day() + 7 > u32::from(date.num_days_in_month())
            }
            Recurrence::MonthlyNth { nth, weekday } => {
                date.weekday() == weekday && u32::try_from(nth).ok() == Some((date.day() - 1) / 7 + 1)
            }
        }
    }

    /// After this many days without a date there will be none: a whole round of weeks, or the longest run of
    /// months without a fifth weekday with room to spare.
    fn round(self) -> usize {
        match self {
            Recurrence::Weekly { every, .. } => 7 * (usize::from(every) + 1),
            Recurrence::MonthlyNth { .. } => 366,
        }
    }
}

impl Schedule {
    /// Whether this schedule can be kept; asked once, when someone writes it.
    pub fn check(&self) -> Result<(), ScheduleFault> {
        match self.recurrence {
            Recurrence::Weekly { weekdays, .. } if weekdays.is_empty() => Err(ScheduleFault::NoWeekday),
            Recurrence::Weekly { every, .. } if !(1..=MOST_WEEKS).contains(&every) => {
                Err(ScheduleFault::Weeks)
            }
            Recurrence::MonthlyNth { nth, .. } if !matches!(nth, -1 | 1..=5) => Err(ScheduleFault::Nth),
            _ if !self.opens_evening_before && self.due <= self.opens => Err(ScheduleFault::DueBeforeOpening),
            _ if self.until.is_some_and(|until| until < self.first) => Err(ScheduleFault::EndsBeforeFirst),
            _ => Ok(()),
        }
    }

    /// Whether an update is due on this local date.
    pub fn falls_on(&self, date: NaiveDate) -> bool {
        self.first <= date && self.until.is_none_or(|until| date <= until) && self.recurrence.falls_on(date)
    }

    /// The occurrence of a local date for someone in a zone; `None` when the schedule does not fall on it or
    /// the zone leaves it out.
    pub fn occurrence(&self, zone: Zone, date: NaiveDate) -> Option<Occurrence> {
        if !self.falls_on(date) {
            return None;
        }
        let due = resolve(zone, date, self.due, Edge::Deadline)?;
        let opening = if self.opens_evening_before { date.pred_opt()? } else { date };
        let opens = resolve_or_next(zone, opening, self.opens, Edge::Opening).min(due);
        Some(Occurrence { date, opens, due })
    }

    /// The first date at or after `date` that this schedule falls on.
    pub fn next_from(&self, date: NaiveDate) -> Option<NaiveDate> {
        let next =
            date.max(self.first).iter_days().take(self.recurrence.round()).find(|d| self.falls_on(*d))?;
        self.until.is_none_or(|until| next <= until).then_some(next)
    }

    /// The occurrences of a range of local dates for someone in a zone, in order.
    pub fn between(&self, zone: Zone, dates: RangeInclusive<NaiveDate>) -> impl Iterator<Item = Occurrence> {
        let last = *dates.end();
        self.dates_from(*dates.start())
            .take_while(move |date| *date <= last)
            .filter_map(move |date| self.occurrence(zone, date))
    }

    /// The occurrences still due after an instant for someone in a zone, in order, without end.
    pub fn upcoming(&self, zone: Zone, now: DateTime<Utc>) -> impl Iterator<Item = Occurrence> {
        // A day early: clocks put back over midnight can make tomorrow's deadline read yesterday's date.
        let today = zone.date_at(now);
        self.dates_from(today.checked_sub_days(Days::new(1)).unwrap_or(today))
            .filter_map(move |date| self.occurrence(zone, date))
            .filter(move |occurrence| now < occurrence.due)
    }

    /// What becomes of the occurrence of a local date when someone changes their zone at `now`. One that has
    /// opened keeps its instants. Any other takes those of the new zone: a new opening already past opens now,
    /// a new due instant already past is excused. `None` when there is no such occurrence in the new zone and
    /// none has opened in the old.
    pub fn moved(&self, date: NaiveDate, from: Zone, to: Zone, now: DateTime<Utc>) -> Option<Moved> {
        if let Some(opened) = self.occurrence(from, date).filter(|old| old.opens <= now) {
            return Some(Moved { occurrence: opened, excused: false });
        }
        let new = self.occurrence(to, date)?;
        let excused = new.due <= now;
        let opens = if excused { new.opens } else { new.opens.max(now) };
        Some(Moved { occurrence: Occurrence { opens, ..new }, excused })
    }

    fn dates_from(&self, date: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        successors(self.next_from(date), |date| self.next_from(date.succ_opt()?))
    }
}

fn monday(date: NaiveDate) -> NaiveDate {
    date.week(Weekday::Mon).first_day()
}
