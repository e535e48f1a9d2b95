//! The form of an objective as it is typed.

use super::objective::team_id;
use super::{fields, serving};
use crate::ids::SubmissionKey;
use crate::okr::queries::Objective;
use serde::Deserialize;

/// In the list of teams: the whole organisation.
pub(super) const COMPANY: &str = "company";

/// The form as it arrives.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    pub(super) submission_key: SubmissionKey,
    #[serde(default)]
    pub(super) cycle: String,
    #[serde(default)]
    pub(super) title: String,
    #[serde(default)]
    pub(super) why: String,
    #[serde(default)]
    pub(super) team: String,
    #[serde(default)]
    pub(super) owner: String,
    #[serde(default)]
    pub(super) reviewer: String,
    #[serde(default)]
    pub(super) parent: String,
    #[serde(default)]
    pub(super) ambition: String,
    #[serde(default)]
    pub(super) weight: String,
    pub(super) count_aligned: Option<String>,
    /// The objective of an earlier cycle that it goes on from.
    #[serde(default)]
    pub(super) carried_from: String,
}

impl Typed {
    /// The form with an objective in it, ready to be typed over.
    pub(super) fn of(one: &Objective) -> Self {
        Self {
            submission_key: SubmissionKey::fresh(),
            cycle: one.cycle.to_string(),
            title: one.title.clone(),
            why: one.why.clone(),
            team: team_id(one).map_or_else(|| COMPANY.to_owned(), |team| team.to_string()),
            owner: one.owner.as_ref().map_or_else(|| fields::NOBODY.to_owned(), |owner| owner.id.to_string()),
            reviewer: one.reviewer.as_ref().map(|reviewer| reviewer.id.to_string()).unwrap_or_default(),
            parent: serving::name(one.serves()),
            ambition: one.ambition.as_str().to_owned(),
            weight: one.weight.to_string(),
            count_aligned: one.count_aligned.then(|| "on".to_owned()),
            carried_from: String::new(),
        }
    }
}
