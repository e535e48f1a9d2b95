//! The receipt of a sentence that counts: "six of eleven key results are on track".

use crate::ids::KeyResultId;
use crate::okr::standing::Standing;
use crate::okr::status::Status;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A key result, as far as a count looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Which.
    pub id: KeyResultId,
    /// The word it shows.
    pub status: Status,
    /// Whether it has an owner.
    pub owned: bool,
    /// Whether its target is reached.
    pub reached: bool,
}

impl Counted {
    /// What a count sees of a key result.
    pub fn of(one: &Standing) -> Self {
        let reached = one.progress().is_some_and(|share| share >= Decimal::ONE);
        Self { id: one.id, status: one.status(), owned: one.owner.is_some(), reached }
    }
}

/// How many key results say what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// All of them.
    pub all: usize,
    /// Said to be on track, and fresh.
    pub on_track: usize,
    /// Said to be at risk, and fresh.
    pub at_risk: usize,
    /// Said to be off track, and fresh.
    pub off_track: usize,
    /// Too long without a word.
    pub stale: usize,
    /// Without a word, and not late yet.
    pub pending: usize,
    /// Owned by nobody.
    pub without_owner: usize,
    /// At their target.
    pub reached: usize,
}

impl Count {
    /// Those that are not stale.
    pub fn fresh(&self) -> usize {
        self.all - self.stale
    }
}

/// The terms of a count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountReceipt {
    /// What was counted.
    pub counted: Vec<Counted>,
    /// What is shown.
    pub shown: Count,
}

impl CountReceipt {
    /// The receipt of the count of these.
    pub fn new<'a>(standings: impl IntoIterator<Item = &'a Standing>) -> Self {
        let counted = standings.into_iter().map(Counted::of).collect();
        let receipt = Self { counted, shown: Count::default() };
        Self { shown: receipt.recompute(), ..receipt }
    }

    /// What follows from the terms of this receipt.
    pub fn recompute(&self) -> Count {
        let such = |is: &dyn Fn(&Counted) -> bool| self.counted.iter().filter(|one| is(one)).count();
        let with = |status| such(&|one| one.status == status);
        Count {
            all: self.counted.len(),
            on_track: with(Status::OnTrack),
            at_risk: with(Status::AtRisk),
            off_track: with(Status::OffTrack),
            stale: with(Status::Stale),
            pending: with(Status::Pending),
            without_owner: such(&|one| !one.owned),
            reached: such(&|one| one.reached),
        }
    }
}
