//! The receipt of a sentence that counts: "six of eleven key results are on track".

use crate::ids::{KeyResultId, TeamId};
use crate::okr::standing::Standing;
use crate::okr::status::Status;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

impl std::ops::Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            all: self.all + other.all,
            on_track: self.on_track + other.on_track,
            at_risk: self.at_risk + other.at_risk,
            off_track: self.off_track + other.off_track,
            stale: self.stale + other.stale,
            pending: self.pending + other.pending,
            without_owner: self.without_owner + other.without_owner,
            reached: self.reached + other.reached,
        }
    }
}

/// The terms of a count of very many: the counts of each team, which follow on the team's own page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountsReceipt {
    /// The count of each team; `None` is the whole organisation's own.
    pub teams: Vec<(Option<TeamId>, Count)>,
    /// What is shown.
    pub shown: Count,
}

impl CountsReceipt {
    /// The receipt of the count of these, team by team.
    pub fn by_team<'a>(standings: impl IntoIterator<Item = &'a Standing>) -> Self {
        let mut teams: BTreeMap<_, Vec<&Standing>> = BTreeMap::new();
        for one in standings {
            teams.entry(one.team.as_ref().map(|team| team.id)).or_default().push(one);
        }
        let teams = teams.into_iter().map(|(team, all)| (team, CountReceipt::new(all).shown)).collect();
        let receipt = Self { teams, shown: Count::default() };
        Self { shown: receipt.recompute(), ..receipt }
    }

    /// What follows from the terms of this receipt.
    pub fn recompute(&self) -> Count {
        self.teams.iter().fold(Count::default(), |sum, (_, count)| sum + *count)
    }
}
