//! Receipts: the terms from which a shown number follows. The same object feeds page, interface and export, and
//! whoever holds it can do the sum again.

use super::kept::Kept;
use super::log::Reading;
use super::measure::Terms;
use super::pace::{Dates, Elapsed, Pace, expected, lasts, pace};
use super::progress;
use super::status::{Confidence, Status};
use super::tree::{Mean, Tally};
use crate::ids::{CheckInId, KeyResultId, ObjectiveId, StepId};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A receipt for what is shown of a key result or an objective.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Receipt {
    /// For a key result.
    KeyResult(Box<KeyResultReceipt>),
    /// For a mean: an objective, a team or a cycle.
    Mean(MeanReceipt),
}

impl Receipt {
    /// Whether doing the sum again gives what is shown.
    pub fn holds(&self) -> bool {
        match self {
            Self::KeyResult(receipt) => receipt.recompute() == receipt.shown,
            Self::Mean(receipt) => receipt.recompute() == receipt.shown,
        }
    }
}

/// What is shown of a key result at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Progress as it is; `None` without data.
    pub raw: Option<Decimal>,
    /// Progress within 0 to 1.
    pub progress: Option<Decimal>,
    /// Progress expected by now.
    pub expected: Option<Decimal>,
    /// The computed judgement.
    pub pace: Option<Pace>,
    /// The word.
    pub status: Status,
}

/// The terms of what is shown of a key result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyResultReceipt {
    /// What it was measured against.
    pub terms: Terms,
    /// The check-in that was read.
    pub check_in: Option<CheckInId>,
    /// Its value; for milestones, how many were done.
    pub value: Option<Decimal>,
    /// The milestones it said were done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub done: Vec<StepId>,
    /// Where a band is to be kept: how often it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<Kept>,
    /// What its author said.
    pub confidence: Option<Confidence>,
    /// Working days gone by, of how many.
    pub elapsed: Elapsed,
    /// The cycle's dates, and the last one that is over.
    pub dates: Dates,
    /// What happened before this instant was counted.
    pub until: DateTime<Utc>,
    /// Stale from this instant on.
    pub stale_at: Option<DateTime<Utc>>,
    /// Whether the cycle was closed.
    pub closed: bool,
    /// What is shown.
    pub shown: Shown,
}

impl KeyResultReceipt {
    /// The receipt of a key result as of `until`.
    pub fn new(
        terms: Terms,
        reading: &Reading,
        (elapsed, dates): (Elapsed, Dates),
        until: DateTime<Utc>,
        closed: bool,
    ) -> Self {
        let blank = Shown { raw: None, progress: None, expected: None, pace: None, status: Status::Pending };
        let Reading { check_in, value, kept, confidence, stale_at, .. } = *reading;
        let done = reading.done.clone();
        let mut receipt = Self {
            terms,
            check_in,
            value,
            done,
            kept,
            confidence,
            elapsed,
            dates,
            until,
            stale_at,
            closed,
            shown: blank,
        };
        receipt.shown = receipt.recompute();
        receipt
    }

    /// What follows from the terms of this receipt.
    pub fn recompute(&self) -> Shown {
        let raw = progress::of(&self.terms, self.value, &self.done, self.kept);
        let progress = raw.map(progress::clamped);
        let expected = expected(&self.terms, self.elapsed, self.dates);
        let stale = self.stale_at.is_some_and(|stale_at| stale_at < self.until);
        Shown {
            raw,
            progress,
            expected,
            pace: pace(progress, expected, self.elapsed, lasts(&self.terms)),
            status: Status::of(self.closed, stale, self.confidence),
        }
    }
}

/// Whose progress a part of a mean is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "of", content = "id", rename_all = "snake_case")]
pub enum PartOf {
    /// A key result's.
    KeyResult(KeyResultId),
    /// An objective's.
    Objective(ObjectiveId),
}

/// A part of a mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Part {
    /// Whose it is.
    #[serde(flatten)]
    pub of: PartOf,
    /// Its weight, 1 to 5.
    pub weight: i16,
    /// Its progress; `None` without data, then it does not count.
    pub progress: Option<Decimal>,
    /// Its expected progress.
    pub expected: Option<Decimal>,
}

/// The terms of a mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeanReceipt {
    /// What it is the mean of.
    pub parts: Vec<Part>,
    /// Working days gone by, of how many.
    pub elapsed: Elapsed,
    /// What is shown.
    pub shown: ShownMean,
}

/// What is shown of a mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownMean {
    /// The mean.
    #[serde(flatten)]
    pub mean: Mean,
    /// The computed judgement.
    pub pace: Option<Pace>,
}

impl ShownMean {
    /// A mean and its pace. One that is expected whole all along, of bands alone, lasts like them.
    pub fn of(mean: Mean, elapsed: Elapsed) -> Self {
        let lasts = mean.expected == Some(Decimal::ONE);
        Self { mean, pace: pace(mean.progress, mean.expected, elapsed, lasts) }
    }
}

impl MeanReceipt {
    /// The receipt of the mean of these parts.
    pub fn new(parts: Vec<Part>, elapsed: Elapsed) -> Self {
        let shown = mean(&parts, elapsed);
        Self { parts, elapsed, shown }
    }

    /// What follows from the terms of this receipt.
    pub fn recompute(&self) -> ShownMean {
        mean(&self.parts, self.elapsed)
    }
}

fn mean(parts: &[Part], elapsed: Elapsed) -> ShownMean {
    let mut tally = Tally::default();
    for part in parts {
        tally.add(part.weight, part.progress, part.expected);
    }
    ShownMean::of(tally.mean(), elapsed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::okr::measure::{Kind, PaceRule};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn reading(value: Option<Decimal>, confidence: Option<Confidence>) -> Reading {
        Reading {
            check_in: value.map(|_| CheckInId(Uuid::from_u128(5))),
            checked_in_at: value.map(|_| at("2026-11-12T09:00:00Z")),
            value,
            done: Vec::new(),
            kept: None,
            raw: None,
            progress: None,
            confidence,
            due: Some("2026-11-13".parse().unwrap()),
            stale_at: Some(at("2026-11-18T00:00:00Z")),
        }
    }

    fn falling() -> Terms {
        Terms::new(Kind::Decrease, dec!(31), dec!(18), 2, PaceRule::Linear).unwrap()
    }

    const WEEK_8: Elapsed = Elapsed { days: 36, of: 65 };

    fn week_8() -> (Elapsed, Dates) {
        let day = |text: &str| text.parse().unwrap();
        let dates = Dates { first: day("2026-09-28"), last: day("2026-12-27"), over: day("2026-11-16") };
        (WEEK_8, dates)
    }

    #[test]
    fn a_receipt_shows_what_follows_from_its_terms() {
        let reading = reading(Some(dec!(24.1)), Some(Confidence::OnTrack));
        let fresh = KeyResultReceipt::new(falling(), &reading, week_8(), at("2026-11-17T09:24:00Z"), false);
        assert_eq!(
            fresh.shown,
            Shown {
                raw: Some(dec!(0.530769)),
                progress: Some(dec!(0.530769)),
                expected: Some(dec!(0.553846)),
                pace: Some(Pace::OnTrack),
                status: Status::OnTrack,
            }
        );
        let until = |until, closed| {
            KeyResultReceipt::new(falling(), &reading, week_8(), at(until), closed).shown.status
        };
        assert_eq!(until("2026-11-18T00:00:00Z", false), Status::OnTrack);
        assert_eq!(until("2026-11-18T00:00:01Z", false), Status::Stale);
        assert_eq!(until("2026-11-18T00:00:01Z", true), Status::Closed);
    }

    #[test]
    fn no_data_is_no_number() {
        let receipt = KeyResultReceipt::new(
            falling(),
            &reading(None, None),
            week_8(),
            at("2026-11-17T09:24:00Z"),
            false,
        );
        let Shown { raw, progress, expected, pace, status } = receipt.shown;
        assert_eq!((raw, progress, pace, status), (None, None, None, Status::Pending));
        assert_eq!(expected, Some(dec!(0.553846)));
    }

    fn part(n: u128, weight: i16, progress: Option<Decimal>) -> Part {
        let of = PartOf::KeyResult(KeyResultId(Uuid::from_u128(n)));
        Part { of, weight, progress, expected: WEEK_8.share() }
    }

    #[test]
    fn a_mean_has_a_receipt_too() {
        let parts = vec![part(1, 1, Some(dec!(0.530769))), part(2, 1, Some(dec!(0.73))), part(3, 5, None)];
        let receipt = MeanReceipt::new(parts, WEEK_8);
        assert_eq!(receipt.shown.mean.progress, Some(dec!(0.630384)));
        assert_eq!((receipt.shown.mean.counted, receipt.shown.mean.missing), (2, 1));
        assert_eq!(receipt.shown.pace, Some(Pace::OnTrack));
    }

    #[test]
    fn a_receipt_that_was_tampered_with_does_not_hold() {
        let mut receipt = MeanReceipt::new(vec![part(1, 1, Some(dec!(0.5)))], WEEK_8);
        receipt.parts[0].progress = Some(dec!(0.6));
        assert!(!Receipt::Mean(receipt).holds());
    }

    proptest! {
        #[test]
        fn receipts_survive_the_wire_and_recompute(
            value in proptest::option::of((-100_000_i64..100_000, 0_u32..=6)),
            said in proptest::sample::select(Confidence::ALL),
            days in 0_usize..=65, minutes in 0_i64..20_000, closed in any::<bool>(),
            parts in proptest::collection::vec((1_i16..=5, proptest::option::of(0_i64..=1_000_000)), 0..6),
        ) {
            let value = value.map(|(digits, scale)| Decimal::new(digits, scale).normalize());
            let elapsed = Elapsed { days, of: 65 };
            let until = at("2026-11-12T00:00:00Z") + chrono::TimeDelta::minutes(minutes);
            let reading = reading(value, value.map(|_| said));
            let parts = (1..).zip(parts).map(|(n, (weight, p))| part(n, weight, p.map(|p| Decimal::new(p, 6)))).collect();
            for receipt in [
                Receipt::KeyResult(Box::new(KeyResultReceipt::new(falling(), &reading, (elapsed, week_8().1), until, closed))),
                Receipt::Mean(MeanReceipt::new(parts, elapsed)),
            ] {
                prop_assert!(receipt.holds());
                let json = serde_json::to_string(&receipt).unwrap();
                let back: Receipt = serde_json::from_str(&json).unwrap();
                prop_assert!(back.holds());
                prop_assert_eq!(back, receipt);
            }
        }
    }
}
