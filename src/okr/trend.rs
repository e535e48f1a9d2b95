//! Where a key result ends if it goes on as it went: "on this line: 43 of 60 by 31 December".

use super::progress::settle;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Fewer check-ins than this make no line.
pub const FEWEST: usize = 4;

/// The line is drawn through at most this many, the newest: what happened long ago says little of what comes.
pub const MOST: usize = 8;

/// A line through the last check-ins, followed to a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trend {
    /// The value on the line at `by`, settled.
    pub value: Decimal,
    /// The date it is followed to.
    pub by: NaiveDate,
    /// How far the line moves in a week, settled.
    pub each_week: Decimal,
    /// How many check-ins it is drawn through.
    pub check_ins: usize,
}

/// Least squares over the last [`FEWEST`] to [`MOST`] points, each the date and value of a check-in that stands, oldest
/// first, followed to the date `by`. `None` with fewer, or when all are of one date.
pub fn trend(points: &[(NaiveDate, Decimal)], by: NaiveDate) -> Option<Trend> {
    let newest = points.get(points.len().saturating_sub(MOST)..)?;
    let first = newest.first().filter(|_| newest.len() >= FEWEST)?.0;
    let n = Decimal::from(newest.len());
    let (mut x, mut y) = (Decimal::ZERO, Decimal::ZERO);
    let (mut xx, mut xy) = (Decimal::ZERO, Decimal::ZERO);
    for (date, value) in newest {
        let day = Decimal::from((*date - first).num_days());
        x += day;
        y += value;
        xx += day * day;
        xy += day * value;
    }
    // The slope is `rise / run` a day; both are exact, so the only rounding is that of the two divisions below.
    let (rise, run) = (n * xy - x * y, n * xx - x * x);
    if run.is_zero() {
        return None;
    }
    let ahead = Decimal::from((by - first).num_days());
    Some(Trend {
        value: settle((y * run + rise * (n * ahead - x)) / (n * run)),
        by,
        each_week: settle(rise * Decimal::from(7) / run),
        check_ins: newest.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::okr::measure::LIMIT;
    use chrono::Days;
    use proptest::prelude::*;

    fn row(points: &[(u64, Decimal)]) -> Vec<(NaiveDate, Decimal)> {
        let first: NaiveDate = "2026-09-28".parse().unwrap();
        points.iter().map(|(day, value)| (first + Days::new(*day), *value)).collect()
    }

    fn by() -> NaiveDate {
        "2026-12-27".parse().unwrap()
    }

    #[test]
    fn four_check_ins_on_a_line_go_on_along_it() {
        let points = [(0, dec!(10)), (7, dec!(12)), (14, dec!(14)), (21, dec!(16))];
        let trend = trend(&row(&points), by()).unwrap();
        assert_eq!((trend.value, trend.each_week, trend.check_ins), (dec!(35.714285), dec!(2), 4));
    }

    #[test]
    fn a_falling_number_falls_on() {
        let points = [(0, dec!(31)), (14, dec!(29.8)), (28, dec!(28.4)), (49, dec!(24.6)), (50, dec!(24.1))];
        let trend = trend(&row(&points), by()).unwrap();
        // By hand: n = 5, x̄ = 28.2, ȳ = 27.58, slope = −265.98 / 1904.8 a day, at day 90.
        assert_eq!(trend.each_week, dec!(-0.977456));
        assert_eq!(trend.value, dec!(18.950451));
    }

    #[test]
    fn three_are_too_few_and_one_date_is_no_line() {
        assert_eq!(trend(&row(&[(0, dec!(1)), (7, dec!(2)), (14, dec!(3))]), by()), None);
        assert_eq!(trend(&row(&[(3, dec!(1)); 5]), by()), None);
        assert_eq!(trend(&[], by()), None);
    }

    #[test]
    fn only_the_newest_make_the_line() {
        let mut points = vec![(0, dec!(1000)), (1, dec!(-1000))];
        points.extend((2..10).map(|week| (week * 7, Decimal::from(week))));
        let trend = trend(&row(&points), by()).unwrap();
        assert_eq!((trend.each_week, trend.check_ins), (dec!(1), MOST));
    }

    #[test]
    fn the_largest_values_over_the_longest_cycle_fit() {
        let points: Vec<_> = (0..8).map(|n| (n * 156, if n % 2 == 0 { LIMIT } else { -LIMIT })).collect();
        assert!(trend(&row(&points), by()).is_some());
    }

    proptest! {
        #[test]
        fn a_straight_line_is_found(start in -1000_i64..1000, step in -50_i64..50, n in 4_usize..12) {
            let points: Vec<_> = (0_i64..).zip((0_u64..).step_by(7)).take(n)
                .map(|(week, day)| (day, Decimal::from(start + step * week))).collect();
            let trend = trend(&row(&points), "2026-12-28".parse().unwrap()).unwrap();
            prop_assert_eq!(trend.value, Decimal::from(start + step * 13));
            prop_assert_eq!(trend.each_week, Decimal::from(step));
        }
    }
}
