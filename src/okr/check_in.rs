//! Checking in: one dated measurement, written once. The verb of this room that the update form uses too.

use super::measure::ValueFault;
use super::queries::{self, read_terms};
use super::roll_up;
use super::status::Confidence;
use crate::calendar::{Cycle, CycleState, Zone};
use crate::db::OrgTx;
use crate::fault::Fault;
use crate::ids::{CheckInId, KeyResultId, MemberId, StepId, SubmissionKey, UpdateId};
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

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
pub async fn record(tx: &mut OrgTx, mut new: NewCheckIn) -> Result<bool, Refusal> {
    let found = queries::measured(tx, new.key_result)
        .await?
        .filter(|found| !found.dropped)
        .ok_or(Refusal::NotFound)?;
    let cycle = Cycle {
        first: found.first_date,
        last: found.last_date,
        zone: found.cycle_zone,
        weekdays: found.weekdays,
        holidays: found.holidays.0,
        by_hand: found.state_by_hand,
        reopened: found.reopened_on,
    };
    if cycle.state_at(new.at) == CycleState::Closed {
        return Err(Refusal::Closed);
    }
    let terms = read_terms(&found.terms)?;
    new.done = terms.accept_steps(&new.done).map_err(Refusal::Value)?;
    new.value = terms.accept(terms.count(new.value, &new.done)).map_err(Refusal::Value)?;
    let since = match new.replaces {
        None => new.at,
        Some(replaces) => {
            let replaced = queries::replaced(tx, new.key_result, replaces).await?.ok_or(Refusal::NotFound)?;
            if replaced.by.is_some_and(|key| key != new.submission_key) {
                return Err(Refusal::Corrected);
            }
            replaced.measured_at
        }
    };
    let is_new = queries::add_check_in(tx, &new).await?;
    if is_new {
        roll_up::key_result_due(tx, found.cycle_id, new.key_result, since).await?;
    }
    Ok(is_new)
}
