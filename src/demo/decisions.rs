//! What the people of the story decide, in `demo/decisions.toml`.

use super::moment::{Day, Moment};
use super::words::{ObjectiveKey, PersonKey, TeamKey};
use anyhow::Result;
use serde::Deserialize;

/// The file.
const DECISIONS: &str = include_str!("../../demo/decisions.toml");

/// A decision.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Decision {
    /// Who asks.
    pub(super) by: PersonKey,
    /// When, on their clock; none: on their last working day, and it is open.
    pub(super) at: Option<Moment>,
    /// Whose it is.
    pub(super) team: TeamKey,
    /// How many of their own working hours each decider has.
    pub(super) hours: i64,
    /// What silence counts as, as it is stored.
    pub(super) silence: String,
    /// What is asked.
    pub(super) question: String,
    /// What one needs to know.
    pub(super) context: String,
    /// The ways to decide.
    pub(super) options: Vec<String>,
    /// Which of them is preferred, counted from 1.
    pub(super) preferred: usize,
    /// Who decides.
    pub(super) deciders: Vec<PersonKey>,
    /// What it touches.
    pub(super) objective: ObjectiveKey,
    /// Why it was decided so.
    #[serde(default)]
    pub(super) reason: String,
    /// When it is looked at again.
    pub(super) revisit: Option<Day>,
    /// What was answered.
    #[serde(rename = "answer")]
    pub(super) answers: Vec<Given>,
}

/// An answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    /// Whose.
    pub(super) by: PersonKey,
    /// When, on their clock; none: on their last working day.
    pub(super) at: Option<Moment>,
    /// Which option, counted from 1.
    pub(super) option: usize,
    /// Why.
    pub(super) text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    decision: Vec<Decision>,
}

impl Decision {
    /// All of them, in the order of the file.
    ///
    /// # Errors
    /// When the file can't be read, which a test would have told.
    pub(super) fn all() -> Result<Vec<Self>> {
        Ok(toml::from_str::<File>(DECISIONS)?.decision)
    }
}
