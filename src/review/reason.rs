//! Why something needs a look, and what that something is. Pure.

use crate::ids::{DecisionId, KeyResultId, ObjectiveId, UpdateId};
use crate::okr::pace::Pace;
use crate::okr::status::Confidence;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// What an item is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A key result.
    KeyResult(KeyResultId),
    /// An objective.
    Objective(ObjectiveId),
    /// A blocker that belongs to no key result in particular, by its update.
    Blocker(UpdateId),
    /// A decision.
    Decision(DecisionId),
}

impl Subject {
    /// Its id, whatever it is.
    pub fn id(self) -> Uuid {
        match self {
            Self::KeyResult(id) => id.0,
            Self::Objective(id) => id.0,
            Self::Blocker(id) => id.0,
            Self::Decision(id) => id.0,
        }
    }
}

impl From<KeyResultId> for Subject {
    fn from(id: KeyResultId) -> Self {
        Self::KeyResult(id)
    }
}

impl From<ObjectiveId> for Subject {
    fn from(id: ObjectiveId) -> Self {
        Self::Objective(id)
    }
}

impl From<UpdateId> for Subject {
    fn from(id: UpdateId) -> Self {
        Self::Blocker(id)
    }
}

impl From<DecisionId> for Subject {
    fn from(id: DecisionId) -> Self {
        Self::Decision(id)
    }
}

stored_word! {
    /// A reason by its word, as it is kept.
    pub enum Sort {
        /// [`Why::OffTrack`]
        OffTrack = "off_track",
        /// [`Why::NoOwner`]
        NoOwner = "no_owner",
        /// [`Why::Stale`]
        Stale = "stale",
        /// [`Why::Blocked`]
        Blocked = "blocked",
        /// [`Why::Unsettled`]
        Unsettled = "unsettled",
        /// [`Why::NoData`]
        NoData = "no_data",
        /// [`Why::NoKeyResults`]
        NoKeyResults = "no_key_results",
        /// [`Why::AgainstPace`]
        AgainstPace = "against_pace",
        /// [`Why::Falling`]
        Falling = "falling",
        /// [`Why::AtRisk`]
        AtRisk = "at_risk",
        /// [`Why::Flat`]
        Flat = "flat",
        /// [`Why::NotGraded`]
        NotGraded = "not_graded",
    }
}

/// Why something needs a look, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its owner says it will not be reached.
    OffTrack,
    /// Nobody owns it.
    NoOwner,
    /// What was said last is too old to lean on.
    Stale,
    /// Somebody has been stopped for longer than [`AGEING`](super::attention::AGEING).
    Blocked {
        /// The update that tells of it.
        update: UpdateId,
        /// For how long, in the working time of whoever can unblock it.
        age: TimeDelta,
    },
    /// A decision whose window is over, and whose proposer has not said what is decided.
    Unsettled,
    /// It has not been measured, [`SILENT_DAYS`](super::attention::SILENT_DAYS) or more after its start.
    NoData {
        /// How many days.
        days: i64,
    },
    /// An objective that nothing measures.
    NoKeyResults,
    /// Its owner says on track, and the pace says otherwise.
    AgainstPace {
        /// What the pace says.
        pace: Pace,
    },
    /// The last word is worse than the one before.
    Falling {
        /// The word before.
        from: Confidence,
    },
    /// Its owner says it may not be reached.
    AtRisk,
    /// Its owner says on track, and for [`FLAT_CHECK_INS`](super::attention::FLAT_CHECK_INS) check-ins or more nothing moved.
    Flat {
        /// How many.
        check_ins: usize,
    },
    /// Its cycle is over and being graded, and it has no grade.
    NotGraded,
}

/// A reason, and since when it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    /// Why.
    pub why: Why,
    /// Since when. It stays the same as long as the reason holds.
    pub since: DateTime<Utc>,
}

impl Why {
    /// Its word.
    pub fn sort(self) -> Sort {
        match self {
            Self::OffTrack => Sort::OffTrack,
            Self::NoOwner => Sort::NoOwner,
            Self::Stale => Sort::Stale,
            Self::Blocked { .. } => Sort::Blocked,
            Self::Unsettled => Sort::Unsettled,
            Self::NoData { .. } => Sort::NoData,
            Self::NoKeyResults => Sort::NoKeyResults,
            Self::AgainstPace { .. } => Sort::AgainstPace,
            Self::Falling { .. } => Sort::Falling,
            Self::AtRisk => Sort::AtRisk,
            Self::Flat { .. } => Sort::Flat,
            Self::NotGraded => Sort::NotGraded,
        }
    }

    /// Its place in the order of reasons, the worst being 0.
    pub fn rank(self) -> u8 {
        match self {
            Self::OffTrack => 0,
            Self::NoOwner => 1,
            Self::Stale => 2,
            Self::Blocked { .. } => 3,
            Self::Unsettled => 4,
            Self::NoData { .. } => 5,
            Self::NoKeyResults => 6,
            Self::AgainstPace { pace: Pace::OffTrack } => 7,
            Self::AgainstPace { .. } => 8,
            Self::Falling { .. } => 9,
            Self::AtRisk => 10,
            Self::Flat { .. } => 11,
            Self::NotGraded => 12,
        }
    }

    /// The reason that holds since then.
    pub fn since(self, since: DateTime<Utc>) -> Reason {
        Reason { why: self, since }
    }
}

impl Reason {
    /// What tells it from any other reason for the same thing, also from itself at another time: an answer names it. It
    /// does not change as long as the reason holds and gets no worse.
    pub fn mark(&self) -> String {
        let worse = if self.why == (Why::AgainstPace { pace: Pace::OffTrack }) { "!" } else { "" };
        format!("{}{worse} {}", self.why.sort().as_str(), self.since.timestamp())
    }

    /// Whether an answer to these reasons, by their marks, answers this one: it is among them, or a worse one in its
    /// place.
    pub fn is_among(&self, marks: &[String]) -> bool {
        let own = self.mark();
        let worse = own.replacen(' ', "! ", 1);
        marks.iter().any(|mark| *mark == own || *mark == worse)
    }
}
