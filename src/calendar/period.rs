//! The periods people set objectives for: quarters, trimesters, halves and years of a fiscal year, and six weeks.
//!
//! A **fiscal year** begins on the first of some month. One that begins in January goes by its own number; any other by
//! the year it ends in, as its owners call it: the year from April 2026 to March 2027 is 2027.

use std::iter::successors;

use chrono::{Datelike as _, Days, Months, NaiveDate, Weekday};

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Length {
    /// Three months.
    Quarter,
    /// Four months.
    Trimester,
    /// Six months.
    Half,
    /// Twelve months.
    Year,
    /// Six weeks from a Monday on, wherever in the year.
    SixWeeks,
}

/// A stretch of dates that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// How long it is.
    pub length: Length,
    /// The number of the fiscal year; for six weeks that of the calendar's.
    pub year: i32,
    /// Which of its year, from 1. Six weeks are not counted.
    pub number: u32,
    /// The first date.
    pub first: NaiveDate,
    /// The last date, included.
    pub last: NaiveDate,
}

/// How far ahead a free period is looked for.
const AHEAD: usize = 40;

impl Length {
    /// All of them, as they are offered.
    pub const ALL: [Length; 5] =
        [Length::Quarter, Length::Trimester, Length::Half, Length::Year, Length::SixWeeks];

    /// The word in addresses and forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Length::Quarter => "quarter",
            Length::Trimester => "trimester",
            Length::Half => "half",
            Length::Year => "year",
            Length::SixWeeks => "six-weeks",
        }
    }

    /// The length a word stands for.
    pub fn parse(word: &str) -> Option<Length> {
        Length::ALL.into_iter().find(|length| length.as_str() == word)
    }

    /// Of how many months it is, when it is of months.
    fn months(self) -> Option<u32> {
        match self {
            Length::Quarter => Some(3),
            Length::Trimester => Some(4),
            Length::Half => Some(6),
            Length::Year => Some(12),
            Length::SixWeeks => None,
        }
    }
}

impl Period {
    /// The period of the fiscal year (which begins in this month, 1 to 12) that a date lies in. Six weeks begin on the
    /// date if it is a Monday, else on the next one. `None` at the very ends of the calendar.
    pub fn of(length: Length, fiscal_month: u32, date: NaiveDate) -> Option<Period> {
        let Some(months) = length.months() else {
            let first = date.iter_days().take(7).find(|day| day.weekday() == Weekday::Mon)?;
            let last = first.checked_add_days(Days::new(41))?;
            return Some(Period { length, year: first.year(), number: 1, first, last });
        };
        let into_year = (date.month() + 12 - fiscal_month.clamp(1, 12)) % 12;
        let first = date.with_day(1)?.checked_sub_months(Months::new(into_year % months))?;
        let last = first.checked_add_months(Months::new(months))?.pred_opt()?;
        let begins = date.checked_sub_months(Months::new(into_year))?.year();
        let year = if fiscal_month == 1 { begins } else { begins + 1 };
        Some(Period { length, year, number: into_year / months + 1, first, last })
    }

    /// The next sensible period to plan from a date on: the one it lies in, unless less than a quarter of that is left
    /// or it is taken; else the first after it that is free.
    pub fn suggest(
        length: Length,
        fiscal_month: u32,
        from: NaiveDate,
        is_taken: impl Fn(&Period) -> bool,
    ) -> Option<Period> {
        let next = |period: &Period| Period::of(length, fiscal_month, period.last.succ_opt()?);
        successors(Period::of(length, fiscal_month, from), next).take(AHEAD).find(|period| {
            period.days() <= 4 * days(from.max(period.first), period.last) && !is_taken(period)
        })
    }

    /// Whether dates from first to last are more or less this period: they share more than three quarters of the longer.
    pub fn is_mostly(&self, first: NaiveDate, last: NaiveDate) -> bool {
        let shared = days(self.first.max(first), self.last.min(last));
        shared * 4 > self.days().max(days(first, last)) * 3
    }

    fn days(&self) -> i64 {
        days(self.first, self.last)
    }
}

/// How many dates there are from first to last, both included.
fn days(first: NaiveDate, last: NaiveDate) -> i64 {
    ((last - first).num_days() + 1).max(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::samples::{any_date, date};

    const MONTHS: [Length; 4] = [Length::Quarter, Length::Trimester, Length::Half, Length::Year];

    #[test]
    fn periods_are_named_and_dated_as_their_owners_do() {
        use Length::{Half, Quarter, SixWeeks, Trimester, Year};
        for (length, month, day, year, number, first, last) in [
            (Quarter, 1, "2026-11-22", 2026, 4, "2026-10-01", "2026-12-31"),
            (Quarter, 1, "2028-02-29", 2028, 1, "2028-01-01", "2028-03-31"),
            (Quarter, 1, "2026-06-30", 2026, 2, "2026-04-01", "2026-06-30"),
            (Quarter, 4, "2026-11-22", 2027, 3, "2026-10-01", "2026-12-31"),
            (Quarter, 4, "2027-03-31", 2027, 4, "2027-01-01", "2027-03-31"),
            (Quarter, 2, "2026-01-31", 2026, 4, "2025-11-01", "2026-01-31"),
            (Quarter, 12, "2026-12-01", 2027, 1, "2026-12-01", "2027-02-28"),
            (Trimester, 1, "2026-08-31", 2026, 2, "2026-05-01", "2026-08-31"),
            (Trimester, 9, "2026-08-31", 2026, 3, "2026-05-01", "2026-08-31"),
            (Half, 1, "2026-07-01", 2026, 2, "2026-07-01", "2026-12-31"),
            (Half, 10, "2026-11-22", 2027, 1, "2026-10-01", "2027-03-31"),
            (Year, 1, "2026-11-22", 2026, 1, "2026-01-01", "2026-12-31"),
            (Year, 7, "2027-06-30", 2027, 1, "2026-07-01", "2027-06-30"),
            (SixWeeks, 1, "2026-11-26", 2026, 1, "2026-11-30", "2027-01-10"),
            (SixWeeks, 7, "2026-11-30", 2026, 1, "2026-11-30", "2027-01-10"),
        ] {
            let period = Period { length, year, number, first: date(first), last: date(last) };
            assert_eq!(Period::of(length, month, date(day)), Some(period), "{length:?} {month} {day}");
        }
    }

    #[test]
    fn what_is_running_and_has_time_left_is_suggested_first() {
        let quarter = |today: &str, taken: &[(&str, &str)]| {
            let is_taken =
                |period: &Period| taken.iter().any(|(first, last)| period.is_mostly(date(first), date(last)));
            Period::suggest(Length::Quarter, 1, date(today), is_taken).map(|period| period.first.to_string())
        };
        let own = ("2026-09-28", "2026-12-27");
        for (today, taken, first) in [
            ("2026-11-26", &[][..], "2026-10-01"),
            ("2026-12-09", &[], "2026-10-01"),
            ("2026-12-10", &[], "2027-01-01"),
            ("2026-11-26", &[own], "2027-01-01"),
            ("2026-11-26", &[own, ("2027-01-01", "2027-03-31")], "2027-04-01"),
            // A year, or six weeks of it, is not the quarter.
            ("2026-11-26", &[("2026-01-01", "2026-12-31"), ("2026-11-02", "2026-12-13")], "2026-10-01"),
        ] {
            assert_eq!(quarter(today, taken).as_deref(), Some(first), "{today} {taken:?}");
        }
        assert_eq!(Period::suggest(Length::Year, 1, date("2026-11-26"), |_| true), None);
    }

    #[test]
    fn words_are_read_back() {
        for length in Length::ALL {
            assert_eq!(Length::parse(length.as_str()), Some(length));
        }
        assert_eq!(Length::parse("decade"), None);
    }

    proptest! {
        #[test]
        fn a_year_is_its_parts_without_gap(day in any_date(), month in 1u32..=12, length in prop::sample::select(&MONTHS[..])) {
            let year = Period::of(Length::Year, month, day).unwrap();
            prop_assert_eq!((year.first.month(), year.first.day()), (month, 1));
            let mut next = year.first;
            for number in 1..=12 / length.months().unwrap() {
                let part = Period::of(length, month, next).unwrap();
                prop_assert_eq!((part.number, part.year, part.first), (number, year.year, next));
                prop_assert_eq!(Period::of(length, month, part.last), Some(part));
                next = part.last.succ_opt().unwrap();
            }
            prop_assert_eq!(next.pred_opt(), Some(year.last));
            prop_assert!(year.first <= day && day <= year.last);
        }

        #[test]
        fn six_weeks_follow_a_monday(day in any_date(), month in 1u32..=12) {
            let period = Period::of(Length::SixWeeks, month, day).unwrap();
            prop_assert_eq!((period.first.weekday(), period.days()), (Weekday::Mon, 42));
            prop_assert!((0..7).contains(&(period.first - day).num_days()));
        }
    }
}
