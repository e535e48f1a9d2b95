//! Checking in: one dated measurement, written once. The verb of this room that the update form uses too.

use super::measure::ValueFault;
use super::queries::{self, read_terms};
use super::roll_up;
use super::status::Confidence;
use crate::calendar::{Cycle, CycleState, Zone};
use crate::db::OrgTx;
use crate::fault::Fault;
use crate::ids::{CheckInId, ImportId, KeyResultId, MemberId, StepId, SubmissionKey, UpdateId};
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use std::collections::HashMap;

/// A measurement as it is to be written.
#[derive(Debug, Clone)]
pub struct NewCheckIn {
    /// Of which key result. That the member may measure it is for the caller to have checked.
    pub key_result: KeyResultId,
    /// Who measured.
    pub member: MemberId,
    /// The update it came with, if it came with one.
    pub update: Option<UpdateId>,
    /// When.
    pub at: DateTime<Utc>,
    /// That day on the member's clock.
    pub local_date: NaiveDate,
    /// The zone that day was read in.
    pub zone: Zone,
    /// The value; 1 or 0 for a yes-or-no. For milestones it is counted anew.
    pub value: Decimal,
    /// The milestones that are done by now; empty for all other kinds.
    pub done: Vec<StepId>,
    /// What the member says.
    pub confidence: Confidence,
    /// Their sentence; may be empty, at most [`NOTE`] characters.
    pub note: String,
    /// The check-in this one corrects.
    pub replaces: Option<CheckInId>,
    /// The file it came from, if it came from one.
    pub import: Option<ImportId>,
    /// From the form: the same form sent twice is one check-in.
    pub submission_key: SubmissionKey,
}

/// The most characters a note may have.
pub const NOTE: usize = 5000;

/// Why a check-in was not written.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no such key result here, or it was let go, or it lacks the check-in to correct.
    #[error("no such key result")]
    NotFound,
    /// Its cycle is closed.
    #[error("the cycle is closed")]
    Closed,
    /// The value can't be kept for this key result.
    #[error("not a value for this key result")]
    Value(ValueFault),
    /// The check-in to correct was corrected already.
    #[error("corrected already")]
    Corrected,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Refusal> for Fault {
    /// For callers that have nothing to say to the person: what is not there is a page that is not there.
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Database(error) => error.into(),
            Refusal::NotFound => Fault::NotFound,
            Refusal::Closed | Refusal::Corrected | Refusal::Value(_) => Fault::BadForm(refusal.to_string()),
        }
    }
}

/// Writes a check-in and leaves its work for the roll-up, in the caller's transaction. Answers `false`, having done
/// nothing, when the same submission was written before.
///
/// # Errors
/// See [`Refusal`].
pub async fn record(tx: &mut OrgTx, new: NewCheckIn) -> Result<bool, Refusal> {
    let key_result = new.key_result;
    Ok(record_all(tx, key_result, vec![(CheckInId::fresh(), new)]).await? == 1)
}

/// The same for many check-ins of one key result, with their ids, oldest first; one may correct another that comes before it.
/// Answers how many were not written before.
///
/// # Errors
/// See [`Refusal`]; then none is to be kept.
pub async fn record_all(
    tx: &mut OrgTx,
    key_result: KeyResultId,
    mut all: Vec<(CheckInId, NewCheckIn)>,
) -> Result<u64, Refusal> {
    let found =
        queries::measured(tx, key_result).await?.filter(|found| !found.dropped).ok_or(Refusal::NotFound)?;
    let cycle = Cycle {
        first: found.first_date,
        last: found.last_date,
        zone: found.cycle_zone,
        weekdays: found.weekdays,
        holidays: found.holidays.0,
        by_hand: found.state_by_hand,
        reopened: found.reopened_on,
    };
    let terms = read_terms(&found.terms)?;
    let mut since = HashMap::new();
    for (id, new) in &mut all {
        if cycle.state_at(new.at) == CycleState::Closed {
            return Err(Refusal::Closed);
        }
        new.done = terms.accept_steps(&new.done).map_err(Refusal::Value)?;
        new.value = terms.accept(terms.count(new.value, &new.done)).map_err(Refusal::Value)?;
        let measured_at = match new.replaces {
            None => new.at,
            Some(replaces) => match since.get(&replaces) {
                Some(at) => *at,
                None => measured_at(tx, key_result, replaces, new.submission_key).await?,
            },
        };
        since.insert(*id, measured_at);
    }
    let added = queries::add_check_ins(tx, key_result, &all).await?;
    if let Some(first) = since.values().min().filter(|_| added > 0) {
        roll_up::key_result_due(tx, found.cycle_id, key_result, *first).await?;
    }
    Ok(added)
}

/// When what a correction replaces was first measured.
async fn measured_at(
    tx: &mut OrgTx,
    key_result: KeyResultId,
    replaces: CheckInId,
    submission: SubmissionKey,
) -> Result<DateTime<Utc>, Refusal> {
    let replaced = queries::replaced(tx, key_result, replaces).await?.ok_or(Refusal::NotFound)?;
    if replaced.by.is_some_and(|key| key != submission) {
        return Err(Refusal::Corrected);
    }
    Ok(replaced.measured_at)
}
