//! What surrounds a key result: who reviews it, what serves it, who has read its check-ins and what was asked about them.

use super::permission::Reader;
use super::queries::{self, AskRow, CheckInRow, KeyResult, ReadRow};
use super::standing::Person;
use crate::db::OrgTx;
use crate::ids::{AskId, CheckInId, ObjectiveId};
use crate::organisation::Me;

/// All of that.
pub(in crate::okr) struct Around {
    pub(in crate::okr) reviewer: Option<Person>,
    /// The objectives that serve it, with their titles.
    pub(in crate::okr) serving: Vec<(ObjectiveId, String)>,
    reads: Vec<ReadRow>,
    asks: Vec<AskRow>,
}

impl Around {
    pub(super) async fn load(tx: &mut OrgTx, key_result: &KeyResult) -> sqlx::Result<Self> {
        Ok(Self {
            reviewer: queries::reviewer(tx, key_result.objective).await?,
            serving: queries::serving_key_result(tx, key_result.id).await?,
            reads: queries::acknowledgements(tx, key_result.id).await?,
            asks: queries::asks(tx, key_result.id).await?,
        })
    }

    /// Who has read a check-in.
    pub(in crate::okr) fn reads_of(&self, check_in: CheckInId) -> impl Iterator<Item = &ReadRow> {
        self.reads.iter().filter(move |one| one.check_in == check_in)
    }

    /// What was asked about a check-in.
    pub(in crate::okr) fn asks_of(&self, check_in: CheckInId) -> impl Iterator<Item = &AskRow> {
        self.asks.iter().filter(move |one| one.check_in == check_in)
    }

    /// One question.
    pub(in crate::okr) fn ask(&self, id: AskId) -> Option<&AskRow> {
        self.asks.iter().find(|one| one.id == id)
    }

    /// How a member stands to a check-in.
    pub(in crate::okr) fn reader(&self, me: &Me, check_in: &CheckInRow) -> Reader {
        Reader {
            role: me.role,
            reviews: self.reviewer.as_ref().is_some_and(|reviewer| reviewer.id == me.id),
            wrote: check_in.member_id == me.id,
            asked: self.asks_of(check_in.id).any(|ask| ask.asker_id == me.id),
        }
    }
}
