//! Where the calendar expects a key result to be, and how far it is from there. Computed, never said by a person.

use super::measure::PaceRule;
use super::progress::settle;
use crate::calendar::Cycle;
use chrono::{DateTime, Days, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

named! {
    /// How progress compares with what the calendar expects, best first.
    #[derive(PartialOrd, Ord)]
    pub enum Pace {
        /// The target is reached.
        Done = "done",
        /// At most 10 points short.
        OnTrack = "on_track",
        /// More than 10, at most 25 points short.
        AtRisk = "at_risk",
        /// More than 25 points short.
        OffTrack = "off_track",
    }
}

/// A gap up to this is on track: 10 points.
pub const ON_TRACK: Decimal = Decimal::from_parts(10, 0, 0, false, 2);
/// A gap up to this is at risk: 25 points.
pub const AT_RISK: Decimal = Decimal::from_parts(25, 0, 0, false, 2);
/// Until this share of the cycle has gone by there is no pace: too little can be told.
pub const FIRST: Decimal = Decimal::from_parts(10, 0, 0, false, 2);

/// How many of a cycle's working days have gone by, in the cycle's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Elapsed {
    /// Working days that are over.
    pub days: usize,
    /// Working days in the whole cycle.
    pub of: usize,
}

impl Elapsed {
    /// When the local day `date` is over: it counts.
    pub fn at_end_of(cycle: &Cycle, date: NaiveDate) -> Self {
        Self { days: cycle.working_days_elapsed(date), of: cycle.working_days() }
    }

    /// During the local day that `now` falls in: days count once they are over, so today does not yet.
    pub fn at(cycle: &Cycle, now: DateTime<Utc>) -> Self {
        let today = cycle.zone.date_at(now);
        Self::at_end_of(cycle, today.checked_sub_days(Days::new(1)).unwrap_or(today))
    }

    /// The share gone by, 0 to 1, settled; `None` for a cycle without a single working day.
    pub fn share(self) -> Option<Decimal> {
        (self.of > 0).then(|| settle(Decimal::from(self.days) / Decimal::from(self.of)))
    }
}

/// Progress expected by now; `None` where the owner chose no pace.
pub fn expected(rule: PaceRule, elapsed: Elapsed) -> Option<Decimal> {
    match rule {
        PaceRule::Linear => elapsed.share(),
        PaceRule::None => None,
    }
}

/// The pace: done once the target is reached, otherwise by the gap `expected − progress`. `None` without data, without
/// an expectation, and in the first tenth of the cycle.
pub fn pace(progress: Option<Decimal>, expected: Option<Decimal>, elapsed: Elapsed) -> Option<Pace> {
    let progress = progress?;
    if progress >= Decimal::ONE {
        return Some(Pace::Done);
    }
    let gap = expected? - progress;
    if elapsed.share()? < FIRST {
        return None;
    }
    Some(match gap {
        gap if gap <= ON_TRACK => Pace::OnTrack,
        gap if gap <= AT_RISK => Pace::AtRisk,
        _ => Pace::OffTrack,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_65(days: usize) -> Elapsed {
        Elapsed { days, of: 65 }
    }

    #[test]
    fn the_gap_decides() {
        let half = Elapsed { days: 10, of: 20 };
        for (progress, pace_is) in [
            (dec!(0.9), Pace::OnTrack),
            (dec!(0.5), Pace::OnTrack),
            (dec!(0.4), Pace::OnTrack),
            (dec!(0.399999), Pace::AtRisk),
            (dec!(0.25), Pace::AtRisk),
            (dec!(0.249999), Pace::OffTrack),
            (dec!(0), Pace::OffTrack),
            (dec!(0.999999), Pace::OnTrack),
            (dec!(1), Pace::Done),
        ] {
            assert_eq!(pace(Some(progress), half.share(), half), Some(pace_is), "at {progress}");
        }
    }

    #[test]
    fn the_first_tenth_has_no_pace() {
        let (early, late) = (of_65(6), of_65(7));
        assert_eq!(pace(Some(dec!(0)), early.share(), early), None);
        assert_eq!(pace(Some(dec!(0)), late.share(), late), Some(Pace::AtRisk));
        let tenth = Elapsed { days: 2, of: 20 };
        assert_eq!(pace(Some(dec!(0)), tenth.share(), tenth), Some(Pace::OnTrack));
    }

    #[test]
    fn done_is_done_from_the_first_day() {
        assert_eq!(pace(Some(dec!(1)), None, of_65(0)), Some(Pace::Done));
    }

    #[test]
    fn without_data_or_expectation_there_is_no_pace() {
        assert_eq!(pace(None, Some(dec!(0.5)), of_65(33)), None);
        assert_eq!(pace(Some(dec!(0.5)), None, of_65(33)), None);
    }

    #[test]
    fn expected_is_the_share_of_working_days() {
        assert_eq!(expected(PaceRule::Linear, of_65(36)), Some(dec!(0.553846)));
        assert_eq!(expected(PaceRule::Linear, of_65(65)), Some(dec!(1)));
        assert_eq!(expected(PaceRule::None, of_65(36)), None);
        assert_eq!(expected(PaceRule::Linear, Elapsed { days: 0, of: 0 }), None);
    }

    #[test]
    fn best_comes_first() {
        assert!(Pace::Done < Pace::OnTrack && Pace::OnTrack < Pace::AtRisk && Pace::AtRisk < Pace::OffTrack);
    }
}
