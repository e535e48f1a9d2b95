//! What something was said about. Pure.

use crate::ids::{CheckInId, DecisionId, KeyResultId, ObjectiveId, ReviewId, UpdateId};
use uuid::Uuid;

/// What something was said about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// An update.
    Update(UpdateId),
    /// A check-in.
    CheckIn(CheckInId),
    /// An objective.
    Objective(ObjectiveId),
    /// A key result.
    KeyResult(KeyResultId),
    /// A decision.
    Decision(DecisionId),
    /// A review.
    Review(ReviewId),
}

impl Subject {
    /// Its page, within the organisation's addresses.
    pub fn page(self) -> String {
        match self {
            Self::Update(id) => format!("/updates/{id}"),
            Self::CheckIn(id) => format!("/check-ins/{id}"),
            Self::Objective(id) => format!("/objectives/{id}"),
            Self::KeyResult(id) => format!("/key-results/{id}"),
            Self::Decision(id) => format!("/decisions/{id}"),
            Self::Review(id) => format!("/reviews/{id}"),
        }
    }

    /// Its id, whatever it is.
    pub fn id(self) -> Uuid {
        match self {
            Self::Update(id) => id.0,
            Self::CheckIn(id) => id.0,
            Self::Objective(id) => id.0,
            Self::KeyResult(id) => id.0,
            Self::Decision(id) => id.0,
            Self::Review(id) => id.0,
        }
    }

    /// The update, if it is one.
    pub fn update(self) -> Option<UpdateId> {
        if let Self::Update(id) = self { Some(id) } else { None }
    }

    /// The check-in, if it is one.
    pub fn check_in(self) -> Option<CheckInId> {
        if let Self::CheckIn(id) = self { Some(id) } else { None }
    }

    /// The objective, if it is one.
    pub fn objective(self) -> Option<ObjectiveId> {
        if let Self::Objective(id) = self { Some(id) } else { None }
    }

    /// The key result, if it is one.
    pub fn key_result(self) -> Option<KeyResultId> {
        if let Self::KeyResult(id) = self { Some(id) } else { None }
    }

    /// The decision, if it is one.
    pub fn decision(self) -> Option<DecisionId> {
        if let Self::Decision(id) = self { Some(id) } else { None }
    }

    /// The review, if it is one.
    pub fn review(self) -> Option<ReviewId> {
        if let Self::Review(id) = self { Some(id) } else { None }
    }

    /// The one that a row names, which holds exactly one of these.
    pub(super) fn stored(
        update: Option<UpdateId>,
        check_in: Option<CheckInId>,
        objective: Option<ObjectiveId>,
        key_result: Option<KeyResultId>,
        (decision, review): (Option<DecisionId>, Option<ReviewId>),
    ) -> Option<Self> {
        update
            .map(Self::Update)
            .or(check_in.map(Self::CheckIn))
            .or(objective.map(Self::Objective))
            .or(key_result.map(Self::KeyResult))
            .or(decision.map(Self::Decision))
            .or(review.map(Self::Review))
    }
}

impl From<UpdateId> for Subject {
    fn from(id: UpdateId) -> Self {
        Self::Update(id)
    }
}

impl From<CheckInId> for Subject {
    fn from(id: CheckInId) -> Self {
        Self::CheckIn(id)
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

impl From<DecisionId> for Subject {
    fn from(id: DecisionId) -> Self {
        Self::Decision(id)
    }
}

impl From<ReviewId> for Subject {
    fn from(id: ReviewId) -> Self {
        Self::Review(id)
    }
}
