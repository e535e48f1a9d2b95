//! What happens in the story: people post, measure, answer and are stopped by things.

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::ids::StepId;

use super::{
    moment::Moment,
    words::{Confidence, KeyResultKey, ObjectiveKey, PersonKey, ReactionKind},
};

/// What someone posted for one day of their team's standup.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The author; their team is [`Story::team_of`] that day.
    pub by: PersonKey,
    /// When, on the author's clock. Its day is the day it was written for.
    pub at: Moment,
    /// The answer to the first question.
    pub moved: String,
    /// The answer to the second.
    pub next: String,
    /// The answer to the third; none: nothing is in the way.
    pub blocker: Option<Blocker>,
    /// The check-ins posted with it.
    #[serde(default, rename = "check_in")]
    pub check_ins: Vec<Measure>,
    /// What others said below it, in order of time.
    #[serde(default, rename = "reply")]
    pub replies: Vec<Comment>,
    /// What others tapped.
    #[serde(default)]
    pub reactions: Vec<Reaction>,
}

/// What stops the author of an update.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blocker {
    /// What it is.
    pub text: String,
    /// Who can unblock.
    pub unblocker: PersonKey,
    /// How it ended; none: it is open today.
    pub resolved: Option<Resolution>,
}

/// The end of a blocker.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resolution {
    /// Who resolved it.
    pub by: PersonKey,
    /// When, on their clock.
    pub at: Moment,
    /// What they said.
    pub note: String,
}

/// One dated measurement of a key result, without its author and moment.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Of what.
    pub key_result: KeyResultKey,
    /// The value; of milestones, how many are done.
    pub value: Decimal,
    /// The milestones that are done, counted from 1.
    #[serde(default)]
    pub done: Vec<usize>,
    /// What the author thinks of it.
    pub confidence: Confidence,
    /// A sentence on it.
    pub note: String,
}

impl Measure {
    /// The ids of the milestones that are done, of all in their order.
    pub(super) fn done(&self, steps: &[StepId]) -> Vec<StepId> {
        self.done.iter().filter_map(|step| steps.get(step.checked_sub(1)?)).copied().collect()
    }
}

/// A check-in made on a key result's own page.
#[derive(Clone, Debug, Deserialize)]
pub struct CheckIn {
    /// Who measured.
    pub by: PersonKey,
    /// When, on their clock.
    pub at: Moment,
    /// What.
    #[serde(flatten)]
    pub measure: Measure,
}

/// A reply under an update.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comment {
    /// The author.
    pub by: PersonKey,
    /// When, on their clock.
    pub at: Moment,
    /// Their words.
    pub text: String,
}

/// A comment on an objective or a key result.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remark {
    /// On what.
    pub on: Subject,
    /// The author.
    pub by: PersonKey,
    /// When, on their clock.
    pub at: Moment,
    /// Their words.
    pub text: String,
}

/// What a remark is about.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// An objective.
    Objective(ObjectiveKey),
    /// A key result.
    KeyResult(KeyResultKey),
}

/// One tap on an update.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reaction {
    /// Whose.
    pub by: PersonKey,
    /// Which word.
    pub kind: ReactionKind,
    /// When, on their clock.
    pub at: Moment,
}
