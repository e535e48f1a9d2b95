//! Calendar quarters, the cycle most organisations begin with.

use chrono::{Datelike as _, NaiveDate};

/// A calendar quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quarter {
    pub(super) year: i32,
    /// 1 to 4.
    pub(super) number: u32,
    pub(super) first: NaiveDate,
    /// The last date, included.
    pub(super) last: NaiveDate,
}

impl Quarter {
    /// The quarter a date lies in. Nothing at the very ends of the calendar.
    pub(super) fn of(date: NaiveDate) -> Option<Self> {
        let (year, number) = (date.year(), date.quarter());
        let first = NaiveDate::from_ymd_opt(year, number * 3 - 2, 1)?;
        let next = if number == 4 {
            NaiveDate::from_ymd_opt(year + 1, 1, 1)
        } else {
            NaiveDate::from_ymd_opt(year, number * 3 + 1, 1)
        };
        Some(Self { year, number, first, last: next?.pred_opt()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_end_where_the_next_begins() {
        for (date, number, first, last) in [
            ("2026-11-22", 4, "2026-10-01", "2026-12-31"),
            ("2028-02-29", 1, "2028-01-01", "2028-03-31"),
            ("2026-06-30", 2, "2026-04-01", "2026-06-30"),
            ("2026-07-01", 3, "2026-07-01", "2026-09-30"),
        ] {
            let quarter = Quarter::of(date.parse().unwrap()).unwrap();
            assert_eq!(
                (quarter.number, quarter.first, quarter.last),
                (number, first.parse().unwrap(), last.parse().unwrap())
            );
        }
    }
}
