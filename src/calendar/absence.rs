//! Dates on which someone who would work does not: away periods and public holidays.

use std::ops::RangeInclusive;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Whole dates away, as ranges that are in order and do not touch. Equal when they cover the same dates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<(NaiveDate, NaiveDate)>", into = "Vec<(NaiveDate, NaiveDate)>")]
pub struct Absence(Vec<(NaiveDate, NaiveDate)>);

impl Absence {
    /// Never away.
    pub const NONE: Absence = Absence(Vec::new());

    /// Away on all these dates, first and last included, in any order and overlapping as they like: away
    /// periods and holidays can be given together. A range that ends before it begins is no date.
    pub fn new(ranges: impl IntoIterator<Item = RangeInclusive<NaiveDate>>) -> Absence {
        let mut sorted: Vec<_> =
            ranges.into_iter().filter(|r| !r.is_empty()).map(|r| r.into_inner()).collect();
        sorted.sort_unstable();
        let mut merged: Vec<(NaiveDate, NaiveDate)> = Vec::with_capacity(sorted.len());
        for (first, last) in sorted {
            match merged.last_mut() {
                Some((_, end)) if first <= end.succ_opt().unwrap_or(*end) => *end = last.max(*end),
                _ => merged.push((first, last)),
            }
        }
        Absence(merged)
    }

    /// Away on this date.
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.until(date).is_some()
    }

    /// The last date of the away period this date lies in; `None` when not away on it.
    pub fn until(&self, date: NaiveDate) -> Option<NaiveDate> {
        let after = self.0.partition_point(|(first, _)| *first <= date);
        let (_, last) = self.0.get(after.checked_sub(1)?)?;
        (date <= *last).then_some(*last)
    }

    /// The away periods, in order.
    pub fn ranges(&self) -> impl Iterator<Item = RangeInclusive<NaiveDate>> {
        self.0.iter().map(|(first, last)| *first..=*last)
    }

    /// Whether no date is away.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<NaiveDate> for Absence {
    fn from_iter<I: IntoIterator<Item = NaiveDate>>(dates: I) -> Absence {
        Absence::new(dates.into_iter().map(|date| date..=date))
    }
}

impl From<Vec<(NaiveDate, NaiveDate)>> for Absence {
    fn from(ranges: Vec<(NaiveDate, NaiveDate)>) -> Absence {
        Absence::new(ranges.into_iter().map(|(first, last)| first..=last))
    }
}

impl From<Absence> for Vec<(NaiveDate, NaiveDate)> {
    fn from(absence: Absence) -> Self {
        absence.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::samples::date;

    fn away(ranges: &[(&str, &str)]) -> Absence {
        Absence::new(ranges.iter().map(|(first, last)| date(first)..=date(last)))
    }

    #[test]
    fn ranges_that_meet_are_one() {
        let absence = away(&[
            ("2026-12-27", "2026-12-31"),
            ("2026-12-21", "2026-12-24"),
            ("2026-12-25", "2026-12-26"),
            ("2026-12-22", "2026-12-23"),
            ("2027-02-01", "2027-01-01"),
        ]);
        assert_eq!(absence, away(&[("2026-12-21", "2026-12-31")]));
        assert_eq!(absence.until(date("2026-12-21")), Some(date("2026-12-31")));
    }

    #[test]
    fn first_and_last_date_are_away() {
        let absence = away(&[("2026-12-24", "2026-12-26"), ("2027-01-01", "2027-01-01")]);
        let is_away = ["2026-12-24", "2026-12-26", "2027-01-01"].map(date);
        let is_not = ["2026-12-23", "2026-12-27", "2026-12-31", "2027-01-02"].map(date);
        assert!(is_away.iter().all(|day| absence.contains(*day)));
        assert!(!is_not.iter().any(|day| absence.contains(*day)));
        assert!(Absence::NONE.is_empty() && !Absence::NONE.contains(date("2026-12-24")));
    }

    #[test]
    fn it_is_stored_as_pairs_of_dates() {
        let absence: Absence =
            serde_json::from_str(r#"[["2027-01-01","2027-01-01"],["2026-12-24","2026-12-26"]]"#).unwrap();
        let json = serde_json::to_string(&absence).unwrap();
        assert_eq!(json, r#"[["2026-12-24","2026-12-26"],["2027-01-01","2027-01-01"]]"#);
        assert_eq!(absence.ranges().count(), 2);
    }

    #[test]
    fn to_the_end_of_the_calendar_is_for_good() {
        let gone = Absence::new([date("2026-12-24")..=NaiveDate::MAX, date("2027-01-01")..=NaiveDate::MAX]);
        assert_eq!(gone.until(date("2030-01-01")), Some(NaiveDate::MAX));
    }
}
