//! "The same", in one tap from Today: the last check-in said again, as of now.

use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::ids::{CheckInId, KeyResultId, SubmissionKey};
use crate::okr::check_in::{self, NewCheckIn};
use crate::okr::record::Record;
use crate::organisation::Member;
use crate::web::{Done, Form, Path};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// The form as it arrives.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    submission_key: SubmissionKey,
    /// The check-in the person saw as the last one.
    as_of: CheckInId,
}

/// `POST /o/{org}/key-results/{key_result}/same`
pub(super) async fn add(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, KeyResultId)>,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    let record = Record::load(&mut tx, id).await?;
    if record.key_result.dropped_at.is_some() {
        return Err(Fault::NotFound);
    }
    if !record.may(&me) {
        return Err(Fault::Forbidden);
    }
    let page = me.at(&format!("/key-results/{id}"));
    let saw = record.check_ins.iter().find(|one| one.id == typed.as_of).ok_or(Fault::NotFound)?;
    let again = record.check_ins.iter().any(|one| one.submission_key == typed.submission_key);
    // Somebody was faster, so "the same" would be the same as something they did not see.
    if !again && record.standing().last().is_none_or(|last| last.id != saw.id) {
        return Ok(Redirect::to(&page).into_response());
    }
    let new = NewCheckIn {
        key_result: id,
        member: me.id,
        update: None,
        at: now,
        local_date: me.today(now),
        zone: me.zone,
        value: saw.value,
        done: saw.done.clone(),
        confidence: saw.confidence,
        note: String::new(),
        replaces: None,
        import: None,
        submission_key: typed.submission_key,
    };
    check_in::record(&mut tx, new).await?;
    tx.commit().await?;
    Ok(Done::CheckedIn.at(&me.at("/today")))
}
