//! What the story's people want: objectives and key results as they stood in week 1, and how those changed.

use chrono::{NaiveDate, Weekday};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::ids::StepId;
use crate::okr::{
    measure::{Draft, Kind, PaceRule, Step, Terms},
    unit::Quantity,
};

use super::{
    moment::{Day, Moment},
    words::{Ambition, Cadence, KeyResultKey, ObjectiveKey, PersonKey, TeamKey},
};

/// What a team or the whole organisation wants from the cycle.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// How the story names it.
    pub key: ObjectiveKey,
    /// Its title.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// Whose it is.
    pub owner: PersonKey,
    /// The team; none: the whole organisation.
    pub team: Option<TeamKey>,
    /// The objective that this one serves.
    pub parent: Option<ObjectiveKey>,
    /// The key result of that objective it serves.
    pub serves: Option<KeyResultKey>,
    /// Who reads its check-ins.
    pub reviewer: Option<PersonKey>,
    /// Promised or hoped for.
    pub ambition: Ambition,
    /// Whether the objectives that serve it count into its progress.
    #[serde(default)]
    pub count_aligned: bool,
}

/// What is measured, as it stood in week 1; see [`Change`]. It falls when the target lies under the baseline.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyResult {
    /// How the story names it.
    pub key: KeyResultKey,
    /// The objective it belongs to.
    pub objective: ObjectiveKey,
    /// Its title.
    pub title: String,
    /// Whose it is at first.
    pub owner: PersonKey,
    /// How it is read; none: a number that rises or falls to its target.
    pub kind: Option<Kind>,
    /// What sort of number it is.
    pub quantity: Option<Quantity>,
    /// What the value counts.
    pub unit: String,
    /// The value before the cycle.
    pub baseline: Decimal,
    /// The value aimed for.
    pub target: Decimal,
    /// At least so much, where it is to be kept within bounds.
    pub low: Option<Decimal>,
    /// The milestones, where it is made of them.
    #[serde(default)]
    pub steps: Vec<Milestone>,
    /// Its share in the objective, 1 to 5.
    pub weight: u8,
    /// How often it is measured.
    pub cadence: Cadence,
    /// The weekday by which.
    pub due: Weekday,
    /// How it is measured.
    pub measured_by: String,
}

impl KeyResult {
    /// What sort of number it is.
    pub fn quantity(&self) -> Quantity {
        let plain = if self.unit == "%" { Quantity::Percent } else { Quantity::Number };
        self.quantity.unwrap_or(plain)
    }

    /// Its terms when it aims for this target, with these ids for its milestones.
    pub(super) fn terms(&self, target: Decimal, ids: &[StepId], monday: NaiveDate) -> anyhow::Result<Terms> {
        let rises = if target > self.baseline { Kind::Increase } else { Kind::Decrease };
        let steps = self.steps.iter().zip(ids).map(|(step, id)| Step {
            id: *id,
            name: step.name.clone(),
            weight: step.weight,
            due: Some(step.due.date(monday)),
        });
        let pace = if self.steps.is_empty() { PaceRule::Linear } else { PaceRule::Checkpoints };
        let whole = Draft::whole(self.kind.unwrap_or(rises), i16::from(self.weight), pace);
        let draft = Draft { baseline: self.baseline, target, low: self.low, steps: steps.collect(), ..whole };
        Terms::of(draft).map_err(|fault| anyhow::anyhow!("the terms of {}: {fault:?}", self.key))
    }
}

/// A milestone of a key result.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    /// What is done then.
    pub name: String,
    /// Its share of the way, 1 to 5.
    pub weight: i16,
    /// By the end of which day.
    pub due: Day,
}

/// A change to a key result while the cycle is active.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Of what.
    pub key_result: KeyResultKey,
    /// Who changed it.
    pub by: PersonKey,
    /// When, on their clock.
    pub at: Moment,
    /// What changed.
    pub change: Amendment,
    /// Why.
    pub reason: String,
}

/// What changes about a key result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amendment {
    /// Another target.
    Target(Decimal),
    /// Its owner lets go of it, and nobody takes it up.
    NoOwner,
}
