//! Receipts: the terms from which a shown number follows. The same object feeds page, interface and export, and
//! whoever holds it can do the sum again.

mod count;
mod grade;
mod share;
#[cfg(test)]
mod tests;
mod turnout;

pub use count::{Count, CountReceipt, Counted, CountsReceipt};
pub use grade::GradeReceipt;
pub use share::{LineReceipt, Point, TimeReceipt, WeightReceipt};
pub use turnout::{Turnout, TurnoutReceipt};

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

/// A receipt for one figure, or for the figures of one thing, with what is shown and all it follows from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Receipt {
    /// Progress, expected progress, pace and status of a key result.
    KeyResult(Box<KeyResultReceipt>),
    /// A mean: of an objective, a team or a cycle.
    Mean(MeanReceipt),
    /// How many key results say what.
    Count(CountReceipt),
    /// The same of very many, by team.
    Counts(CountsReceipt),
    /// Where a key result ends if it goes on as it went.
    Line(LineReceipt),
    /// How much of its objective a key result is, by weight.
    Weight(WeightReceipt),
    /// How much of a cycle's time has passed.
    Time(TimeReceipt),
    /// How much of what a team was asked for it wrote.
    Turnout(TurnoutReceipt),
    /// The grade that progress suggests.
    Grade(GradeReceipt),
}

impl Receipt {
    /// The same terms, with what follows from them as what is shown.
    #[must_use]
    pub fn recompute(&self) -> Self {
        match self.clone() {
            Self::KeyResult(mut one) => {
                one.shown = one.recompute();
                Self::KeyResult(one)
            }
            Self::Mean(one) => Self::Mean(MeanReceipt { shown: one.recompute(), ..one }),
            Self::Count(one) => Self::Count(CountReceipt { shown: one.recompute(), ..one }),
            Self::Counts(one) => Self::Counts(CountsReceipt { shown: one.recompute(), ..one }),
            Self::Line(one) => Self::Line(LineReceipt { shown: one.recompute(), ..one }),
            Self::Weight(one) => Self::Weight(WeightReceipt { shown: one.recompute(), ..one }),
            Self::Time(one) => Self::Time(TimeReceipt { shown: one.recompute(), ..one }),
            Self::Turnout(one) => Self::Turnout(TurnoutReceipt { shown: one.recompute(), ..one }),
            Self::Grade(one) => Self::Grade(one.recompute()),
        }
    }

    /// The progress it shows, where it shows one.
    pub fn progress(&self) -> Option<Decimal> {
        match self {
            Self::KeyResult(one) => one.shown.progress,
            Self::Mean(one) => one.shown.mean.progress,
            _ => None,
        }
    }

    /// Whether doing the sum again gives what is shown.
    pub fn holds(&self) -> bool {
        self.recompute() == *self
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
    /// When it was measured.
    pub checked_in_at: Option<DateTime<Utc>>,
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
        let Reading { check_in, checked_in_at, value, kept, confidence, stale_at, .. } = *reading;
        let done = reading.done.clone();
        let mut receipt = Self {
            terms,
            check_in,
            checked_in_at,
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
