//! A cycle: the period objectives are set for, in its own zone, counted in its own working days.
//!
//! - It **opens** at the first instant of its first date and **ends** at the first instant after its last date.
//! - A **working day** of a cycle is a date on one of its weekdays that is no holiday (and that its zone has).
//! - It is **closing** from the first instant of its fifth last working day on, so five working days are left
//!   when closing begins; all of a cycle with fewer is closing.
//! - **Grading** runs from the end until the tenth working day after the last date is over, by the same weekdays.
//!
//! States follow from these instants alone and are never stored as the truth.

use std::iter::successors;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    absence::Absence,
    day::{day_span, existing_days, first_instant, start_of_day},
    weekdays::WeekdaySet,
    zone::Zone,
};

const CLOSING_WORKING_DAYS: usize = 5;
const GRADING_WORKING_DAYS: usize = 10;
/// The longest cycle: three years with a leap day.
const MOST_DAYS: i64 = 3 * 365 + 1;
/// How far after the end grading looks for working days before it gives up: a year.
const GRADING_HORIZON: usize = 366;

/// The period objectives are set for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cycle {
    /// The first date.
    pub first: NaiveDate,
    /// The last date, included.
    pub last: NaiveDate,
    /// Whose midnights open and end it and its days.
    pub zone: Zone,
    /// The weekdays progress is expected on.
    pub weekdays: WeekdaySet,
    /// The dates on which it is not.
    #[serde(default)]
    pub holidays: Absence,
}

/// Where a cycle stands, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CycleState {
    /// Not open yet: everything can be edited, nobody is reminded.
    Draft,
    /// Open.
    Active,
    /// In its last five working days.
    Closing,
    /// Over; scores are being given.
    Grading,
    /// Over and graded.
    Closed,
}

/// Why this is no cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CycleFault {
    /// The last date is before the first.
    #[error("a cycle ends on or after its first date")]
    EndsBeforeFirst,
    /// It is longer than three years.
    #[error("a cycle lasts three years at most")]
    TooLong,
    /// None of its dates is a working day.
    #[error("a cycle needs at least one working day")]
    NoWorkingDay,
}

impl Cycle {
    /// Whether this can be a cycle; asked once, when someone writes it.
    pub fn check(&self) -> Result<(), CycleFault> {
        match (self.last - self.first).num_days() {
            ..0 => Err(CycleFault::EndsBeforeFirst),
            MOST_DAYS.. => Err(CycleFault::TooLong),
            _ if self.working_days() == 0 => Err(CycleFault::NoWorkingDay),
            _ => Ok(()),
        }
    }

    /// When it opens.
    pub fn opens(&self) -> DateTime<Utc> {
        first_instant(self.zone, self.first)
    }

    /// When its last five working days begin.
    pub fn closing(&self) -> DateTime<Utc> {
        successors(Some(self.last), NaiveDate::pred_opt)
            .take_while(|date| self.first <= *date)
            .filter(|date| self.is_working_day(*date))
            .nth(CLOSING_WORKING_DAYS - 1)
            .map_or_else(|| self.opens(), |date| first_instant(self.zone, date))
    }

    /// When it ends.
    pub fn ends(&self) -> DateTime<Utc> {
        after(self.zone, self.last)
    }

    /// When grading ends: after the tenth working day that follows the last date.
    pub fn grading_ends(&self) -> DateTime<Utc> {
        let days = successors(self.last.succ_opt(), NaiveDate::succ_opt).take(GRADING_HORIZON);
        days.filter(|date| self.is_working_day(*date))
            .nth(GRADING_WORKING_DAYS - 1)
            .map_or_else(|| self.ends(), |date| after(self.zone, date))
    }

    /// Where it stands at an instant.
    pub fn state_at(&self, now: DateTime<Utc>) -> CycleState {
        if now < self.opens() {
            CycleState::Draft
        } else if now < self.closing() {
            CycleState::Active
        } else if now < self.ends() {
            CycleState::Closing
        } else if now < self.grading_ends() {
            CycleState::Grading
        } else {
            CycleState::Closed
        }
    }

    /// Its local days, in order; dates its zone leaves out are not among them.
    pub fn days(&self) -> impl Iterator<Item = NaiveDate> {
        existing_days(self.zone, self.first..=self.last)
    }

    /// Its local days that are over at an instant, in order: those that have a snapshot by then.
    pub fn days_over(&self, now: DateTime<Utc>) -> impl Iterator<Item = NaiveDate> {
        self.days().take_while(move |date| day_span(self.zone, *date).is_some_and(|day| day.end <= now))
    }

    /// Whether progress is expected on this date by the cycle's weekdays and holidays; also asked of dates
    /// after its last, for grading.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        self.weekdays.falls_on(date)
            && !self.holidays.contains(date)
            && start_of_day(self.zone, date).is_some()
    }

    /// How many working days it has.
    pub fn working_days(&self) -> usize {
        self.working_days_elapsed(self.last)
    }

    /// How many of its working days have passed at the end of this local date: none before its first date, all
    /// from its last date on.
    pub fn working_days_elapsed(&self, date: NaiveDate) -> usize {
        let until = date.min(self.last);
        self.first.iter_days().take_while(|day| *day <= until).filter(|day| self.is_working_day(*day)).count()
    }

    /// The share of its working days that have passed at the end of this local date, 0 to 1:
    /// [`Self::working_days_elapsed`] ÷ [`Self::working_days`], not rounded beyond the 28 digits of a decimal.
    /// A cycle without working days has passed once its last date has.
    pub fn share_elapsed(&self, date: NaiveDate) -> Decimal {
        let elapsed = Decimal::from(self.working_days_elapsed(date));
        let whole = Decimal::from(self.working_days());
        elapsed.checked_div(whole).unwrap_or_else(|| Decimal::from(u8::from(self.last <= date)))
    }

    /// Which week of how many a date lies in, both counted from 1: "week 8 of 13". Weeks are seven days long
    /// from the first date on; a cycle has its days ÷ 7 weeks, rounded, and days left over belong to the last, so
    /// that a quarter has 13 whichever weekday it begins on. `None` outside the cycle.
    pub fn week_of(&self, date: NaiveDate) -> Option<(i64, i64)> {
        if date < self.first || self.last < date {
            return None;
        }
        let days = (self.last - self.first).num_days() + 1;
        let weeks = ((days + 3) / 7).max(1);
        let week = (date - self.first).num_days() / 7 + 1;
        Some((week.min(weeks), weeks))
    }
}

/// The first instant after a local date.
fn after(zone: Zone, date: NaiveDate) -> DateTime<Utc> {
    first_instant(zone, date.succ_opt().unwrap_or(date))
}
