//! The receipt of how a team took part: day by day, never by person.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Updates of a team.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turnout {
    /// That were expected and written.
    pub posted: usize,
    /// That were expected.
    pub expected: usize,
}

impl Turnout {
    /// Both together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self { posted: self.posted + other.posted, expected: self.expected + other.expected }
    }
}

/// The terms of how a team took part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnoutReceipt {
    /// Each day something was expected on, as its authors lived it, oldest first.
    pub days: Vec<(NaiveDate, Turnout)>,
    /// What is shown.
    pub shown: Turnout,
}

impl TurnoutReceipt {
    /// The receipt of these days together.
    pub fn new(days: Vec<(NaiveDate, Turnout)>) -> Self {
        let receipt = Self { days, shown: Turnout::default() };
        Self { shown: receipt.recompute(), ..receipt }
    }

    /// What follows from the terms of this receipt.
    pub fn recompute(&self) -> Turnout {
        self.days.iter().map(|(_, day)| *day).fold(Turnout::default(), Turnout::with)
    }
}
