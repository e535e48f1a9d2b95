//! What a reply is about. Pure.

use crate::ids::{KeyResultId, ObjectiveId, UpdateId};

/// What a reply is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// An update.
    Update(UpdateId),
    /// An objective.
    Objective(ObjectiveId),
    /// A key result.
    KeyResult(KeyResultId),
}

impl Subject {
    /// Its page, within the organisation's addresses.
    pub fn page(self) -> String {
        match self {
            Self::Update(id) => format!("/updates/{id}"),
            Self::Objective(id) => format!("/objectives/{id}"),
            Self::KeyResult(id) => format!("/key-results/{id}"),
        }
    }

    /// The update, if it is one.
    pub(super) fn update(self) -> Option<UpdateId> {
        if let Self::Update(id) = self { Some(id) } else { None }
    }

    /// The objective, if it is one.
    pub(super) fn objective(self) -> Option<ObjectiveId> {
        if let Self::Objective(id) = self { Some(id) } else { None }
    }

    /// The key result, if it is one.
    pub(super) fn key_result(self) -> Option<KeyResultId> {
        if let Self::KeyResult(id) = self { Some(id) } else { None }
    }
}

impl From<UpdateId> for Subject {
    fn from(id: UpdateId) -> Self {
        Self::Update(id)
    }
}

impl From<ObjectiveId> for Subject {
    fn from(id: ObjectiveId) -> Self {
        Self::Objective(id)
    }
}

impl From<KeyResultId> for Subject {
    fn from(id: KeyResultId) -> Self {
        Self::KeyResult(id)
    }
}
