//! Which way a key result goes: nearer to where it is to go, away from it, or nowhere. Pure.

use crate::okr::log::CheckIn;
use crate::okr::measure::Terms;
use crate::okr::progress;
use crate::okr::trend::trend;
use rust_decimal::Decimal;

/// Less than this share of the way in a week is nowhere: over a quarter it would not be a tenth.
const LEVEL: Decimal = Decimal::from_parts(5, 0, 0, false, 3);

/// Which way it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Nearer.
    Nearer,
    /// Nowhere.
    Level,
    /// Away.
    Away,
}

/// The direction of the line through its last check-ins that stand, oldest first; `None` where there are too few for a
/// line ([`crate::okr::trend::FEWEST`]) or where it is no way that is gone, but a band that is kept.
pub fn direction(terms: &Terms, standing: &[CheckIn]) -> Option<Direction> {
    let share = |one: &CheckIn| {
        let value = terms.count(one.value, &one.done);
        Some((one.date, progress::of(terms, Some(value), &one.done, None)?))
    };
    let points: Vec<_> = standing.iter().filter_map(share).collect();
    let each_week = trend(&points, points.last()?.0)?.each_week;
    Some(match each_week {
        up if LEVEL <= up => Direction::Nearer,
        down if down <= -LEVEL => Direction::Away,
        _ => Direction::Level,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::CheckInId;
    use crate::okr::measure::{Draft, Kind, PaceRule};
    use crate::okr::status::Confidence;

    fn line(kind: Kind, from: i64, to: i64) -> Terms {
        let draft = Draft::whole(kind, 1, PaceRule::Linear);
        Terms::of(Draft { baseline: from.into(), target: to.into(), ..draft }).unwrap()
    }

    fn weekly(values: &[i64]) -> Vec<CheckIn> {
        let said = |(week, value): (usize, &i64)| CheckIn {
            id: CheckInId::fresh(),
            at: "2026-10-01T09:00:00Z".parse().unwrap(),
            date: chrono::NaiveDate::from_ymd_opt(2026, 10, 1).unwrap() + chrono::Days::new(7 * week as u64),
            value: (*value).into(),
            done: Vec::new(),
            confidence: Confidence::OnTrack,
            replaces: None,
        };
        values.iter().enumerate().map(said).collect()
    }

    #[test]
    fn it_goes_where_its_last_check_ins_point() {
        let (rising, falling) = (line(Kind::Increase, 0, 100), line(Kind::Decrease, 46, 15));
        for (terms, values, expected) in [
            (&rising, vec![0, 10, 20, 30], Some(Direction::Nearer)),
            (&rising, vec![30, 20, 10, 0], Some(Direction::Away)),
            (&rising, vec![30, 30, 30, 30], Some(Direction::Level)),
            (&falling, vec![46, 44, 40, 38], Some(Direction::Nearer)),
            (&falling, vec![38, 40, 44, 46], Some(Direction::Away)),
            (&rising, vec![0, 10, 20], None),
            (&rising, vec![], None),
        ] {
            assert_eq!(direction(terms, &weekly(&values)), expected, "{values:?}");
        }
    }
}
