//! Receipts of what stands beside progress: a weight, the time gone by, a line followed to the end.

use crate::calendar::Cycle;
use crate::ids::CheckInId;
use crate::okr::bar::share_between;
use crate::okr::progress::settle;
use crate::okr::trend::{MOST, Trend, trend};
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The terms of a key result's share of its objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightReceipt {
    /// Its weight.
    pub weight: i16,
    /// The weights of all key results of the objective, its own included.
    pub weights: i64,
    /// What is shown; `None` where there is nothing to weigh.
    pub shown: Option<Decimal>,
}

impl WeightReceipt {
    /// The receipt of one weight among all.
    pub fn new(weight: i16, weights: i64) -> Self {
        let receipt = Self { weight, weights, shown: None };
        Self { shown: receipt.recompute(), ..receipt }
    }

    /// What follows from the terms of this receipt.
    pub fn recompute(&self) -> Option<Decimal> {
        Decimal::from(self.weight).checked_div(Decimal::from(self.weights)).map(settle)
    }
}

/// The terms of how much of a cycle's time has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeReceipt {
    /// When the cycle opens.
    pub opens: DateTime<Utc>,
    /// When it ends.
    pub ends: DateTime<Utc>,
    /// When somebody looked.
    pub at: DateTime<Utc>,
    /// What is shown: 0 before it opens, 1 after its end.
    pub shown: Decimal,
}

impl TimeReceipt {
    /// The receipt of a cycle's time at an instant.
    pub fn new(cycle: &Cycle, at: DateTime<Utc>) -> Self {
        let receipt = Self { opens: cycle.opens(), ends: cycle.ends(), at, shown: Decimal::ZERO };
        Self { shown: receipt.recompute(), ..receipt }
    }

    /// What follows from the terms of this receipt.
    pub fn recompute(&self) -> Decimal {
        settle(share_between(self.opens, self.ends, self.at))
    }
}

/// A check-in that a line goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// Which.
    pub check_in: CheckInId,
    /// Its date.
    pub date: NaiveDate,
    /// Its value; for milestones, the share that was done.
    pub value: Decimal,
}

/// The terms of a line through the last check-ins, followed to a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineReceipt {
    /// What it goes through, oldest first.
    pub points: Vec<Point>,
    /// The date it is followed to.
    pub by: NaiveDate,
    /// The least value there can be: a stretch of time is never shorter than none.
    pub floor: Option<Decimal>,
    /// What is shown; `None` where there is no line.
    pub shown: Option<Trend>,
}

impl LineReceipt {
    /// The receipt of the line through these points, oldest first, followed to `by`.
    pub fn new(mut points: Vec<Point>, by: NaiveDate, floor: Option<Decimal>) -> Self {
        points.drain(..points.len().saturating_sub(MOST));
        let receipt = Self { points, by, floor, shown: None };
        Self { shown: receipt.recompute(), ..receipt }
    }

    /// What follows from the terms of this receipt.
    pub fn recompute(&self) -> Option<Trend> {
        let points: Vec<_> = self.points.iter().map(|point| (point.date, point.value)).collect();
        let line = trend(&points, self.by)?;
        let value = self.floor.map_or(line.value, |floor| line.value.max(floor));
        Some(Trend { value, ..line })
    }
}
