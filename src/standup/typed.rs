//! What a person typed into the form of an update, field by field. Pure.
//!
//! The names of the fields: `answer_<question>`, those about a blocker ([`OF_BLOCKER`]), and for each key result `value_`, `confidence_` and `same_` with
//! what the form showed as `previous_` and `said_`; for each of its milestones `done-<milestone>_`. Of the last plan: `planned`,
//! which update it stands in, and for each line `line_` with its words and `plan_` with what became of it. The same map is
//! what a draft keeps. `mood` is kept nowhere.

use crate::ids::KeyResultId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The fields of a form by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Typed(BTreeMap<String, String>);

/// The fields about a blocker, beside its words.
pub const OF_BLOCKER: [&str; 4] = ["who", "blocker_kind", "next_step", "blocker_key_result"];

/// What a draft keeps: what a person can type or choose, and nothing that names or moves the form.
const KEPT: [&str; 9] =
    ["answer_", "value_", "done-", "confidence_", "same_", "previous_", "said_", "plan_", "line_"];

impl Typed {
    /// The fields as they came; `None` when one came twice, which no form of ours sends. Browsers send a line's end in one
    /// way from a form and in another from its script; here it is one.
    pub fn new(pairs: Vec<(String, String)>) -> Option<Self> {
        let count = pairs.len();
        let fields: BTreeMap<_, _> =
            pairs.into_iter().map(|(name, text)| (name, text.replace("\r\n", "\n"))).collect();
        (fields.len() == count).then_some(Self(fields))
    }

    /// What a field holds; empty when it is not there.
    pub fn get(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    /// Whether a field is there: a box is ticked, a button was pressed.
    pub fn has(&self, field: &str) -> bool {
        self.0.contains_key(field)
    }

    /// A field of a key result.
    pub fn of(&self, field: &str, key_result: KeyResultId) -> Option<&str> {
        self.0.get(&format!("{field}_{key_result}")).map(String::as_str)
    }

    /// The fields whose name begins so, by the rest of it.
    pub fn all<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().filter_map(move |(name, text)| Some((name.strip_prefix(prefix)?, text.as_str())))
    }

    /// The part a draft keeps.
    #[must_use]
    pub fn kept(&self) -> Self {
        let worth = |name: &str| {
            OF_BLOCKER.contains(&name)
                || name == "planned"
                || KEPT.iter().any(|prefix| name.starts_with(prefix))
        };
        Self(
            self.0
                .iter()
                .filter(|(name, _)| worth(name))
                .map(|(name, text)| (name.clone(), text.clone()))
                .collect(),
        )
    }

    /// The same, with a field.
    #[must_use]
    pub fn with(mut self, field: impl Into<String>, text: impl Into<String>) -> Self {
        self.0.insert(field.into(), text.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str, text: &str) -> (String, String) {
        (name.to_owned(), text.to_owned())
    }

    #[test]
    fn a_field_that_came_twice_is_refused() {
        assert!(Typed::new(vec![pair("who", "a"), pair("who", "b")]).is_none());
    }

    #[test]
    fn a_draft_keeps_what_was_typed() {
        let typed = Typed::new(vec![
            pair("answer_1", "Words"),
            pair("who", ""),
            pair("submission_key", "k"),
            pair("draft", "1"),
        ]);
        let kept = typed.unwrap().kept();
        assert_eq!(
            (kept.get("answer_1"), kept.has("who"), kept.has("submission_key"), kept.has("draft")),
            ("Words", true, false, false)
        );
    }
}
