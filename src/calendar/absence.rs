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
