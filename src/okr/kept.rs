//! How often a key result was kept within its bounds: due date by due date.
//!
//! A check-in answers the first due date on or after its own; of several that answer one, the newest counts. What comes
//! after the last due date of a cycle answers the cycle's last day. A due date nobody answered is no data: it counts
//! neither for nor against, and is told apart.

use super::log::CheckIn;
use super::measure::Band;
use super::progress::settle;
use super::status::Cadence;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Due check-ins within the band, of those that have data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Kept {
    /// How many lay within.
    pub inside: i32,
    /// How many have data.
    pub measured: i32,
}

impl Kept {
    /// The share within, 0 to 1, settled; `None` without data.
    pub fn share(self) -> Option<Decimal> {
        Some(settle(Decimal::from(self.inside).checked_div(Decimal::from(self.measured))?))
    }
}

/// The due dates of a key result in its cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dues {
    /// Their rhythm.
    pub cadence: Cadence,
    /// The row begins after this date: the cycle's first, or the date the key result was made on.
    pub start: NaiveDate,
    /// The cycle's last date.
    pub last: NaiveDate,
}

impl Dues {
    /// The due date that a check-in of this date answers.
    pub fn answered_by(&self, date: NaiveDate) -> NaiveDate {
        let eve = date.pred_opt().unwrap_or(date);
        self.cadence.due_after(self.start, eve).map_or(self.last, |due| due.min(self.last))
    }

    /// What was kept, from the check-ins that stand, oldest first.
    pub fn kept(&self, band: Band, standing: &[CheckIn]) -> Kept {
        let answers = self.answers(standing);
        let inside = answers.values().filter(|value| band.holds(**value)).count();
        Kept { inside: whole(inside), measured: whole(answers.len()) }
    }

    /// How many due dates up to `over`, the last day that is over, nobody answered, and how many there were.
    pub fn silent(&self, standing: &[CheckIn], over: NaiveDate) -> (i32, i32) {
        let answers = self.answers(standing);
        let row = std::iter::successors(self.cadence.due_after(self.start, self.start), |due| {
            self.cadence.due_after(self.start, *due)
        });
        let past: Vec<_> = row.take_while(|due| *due <= over.min(self.last)).collect();
        let silent = past.iter().filter(|due| !answers.contains_key(*due)).count();
        (whole(silent), whole(past.len()))
    }

    fn answers(&self, standing: &[CheckIn]) -> BTreeMap<NaiveDate, Decimal> {
        standing.iter().map(|one| (self.answered_by(one.date), one.value)).collect()
    }
}

fn whole(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::CheckInId;
    use crate::okr::status::{Confidence, Every};
    use chrono::{NaiveTime, Weekday};
    use uuid::Uuid;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Fridays of a quarter that begins on a Monday and ends on a Sunday.
    fn fridays() -> Dues {
        let cadence = Cadence { every: Every::Week, weekday: Weekday::Fri };
        Dues { cadence, start: day("2026-09-28"), last: day("2026-12-27") }
    }

    fn log(rows: &[(&str, Decimal)]) -> Vec<CheckIn> {
        let check_in = |(n, (date, value)): (usize, &(&str, Decimal))| CheckIn {
            id: CheckInId(Uuid::from_u128(n as u128)),
            at: day(date).and_time(NaiveTime::MIN).and_utc(),
            date: day(date),
            value: *value,
            done: Vec::new(),
            confidence: Confidence::OnTrack,
            replaces: None,
        };
        rows.iter().enumerate().map(check_in).collect()
    }

    #[test]
    fn a_check_in_answers_the_due_date_it_comes_up_to() {
        for (date, due) in [
            ("2026-09-20", "2026-10-02"),
            ("2026-09-28", "2026-10-02"),
            ("2026-10-02", "2026-10-02"),
            ("2026-10-03", "2026-10-09"),
            ("2026-12-25", "2026-12-25"),
            ("2026-12-26", "2026-12-27"),
            ("2027-01-03", "2026-12-27"),
        ] {
            assert_eq!(fridays().answered_by(day(date)), day(due), "{date}");
        }
    }

    #[test]
    fn each_due_date_counts_once_by_its_newest_word() {
        let log = log(&[
            ("2026-10-01", dec!(99)),
            ("2026-10-02", dec!(99.9)),
            ("2026-10-09", dec!(99.2)),
            ("2026-10-23", dec!(99.8)),
        ]);
        let band = Band { low: Some(dec!(99.5)), high: None };
        assert_eq!(fridays().kept(band, &log), Kept { inside: 2, measured: 3 });
        assert_eq!(fridays().kept(band, &log).share(), Some(dec!(0.666666)));
        assert_eq!(fridays().kept(band, &[]).share(), None);
    }

    #[test]
    fn a_due_date_nobody_answered_is_told_apart() {
        let log = log(&[("2026-10-02", dec!(1)), ("2026-10-09", dec!(1)), ("2026-10-23", dec!(1))]);
        for (over, silent) in [
            ("2026-09-27", (0, 0)),
            ("2026-10-02", (0, 1)),
            ("2026-10-15", (0, 2)),
            ("2026-10-16", (1, 3)),
            ("2026-10-23", (1, 4)),
            ("2027-02-01", (10, 13)),
        ] {
            assert_eq!(fridays().silent(&log, day(over)), silent, "{over}");
        }
    }
}
