//! Keeping what somebody types, so that no word is lost: not to another window, not to another device, not to posting.
//!
//! A draft has a *revision*. A form that was opened with one may write the next; whatever else it writes, because another
//! form was there meanwhile, is kept *aside*, beside the draft, until the author has chosen. One form, by the key it
//! carries, never stands in its own way: an answer that was lost on the way back does no harm.

use super::later::Returned;
use super::queries::{self, AsideRow, DraftRow, Place};
use super::turns::FILL_IN_DAYS;
use super::typed::Typed;
use crate::app::App;
use crate::db::OrgTx;
use crate::ids::SubmissionKey;
use chrono::{DateTime, Days, TimeDelta, Utc};
use sqlx::types::Json;

/// What was typed and not posted is kept this many days, from its own date and from the last key on.
const KEPT_DAYS: u64 = 30;
const _: () =
    assert!(KEPT_DAYS > FILL_IN_DAYS + 1, "nothing goes that may still be posted somewhere on earth");

/// Forgets what is too old to be posted, and says how many texts that were. Does no harm twice.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let mut tx = app.db.duty().await?;
    let day = now.date_naive().checked_sub_days(Days::new(KEPT_DAYS)).unwrap_or_default();
    let gone = queries::forget_drafts(&mut tx, day, now - TimeDelta::days(KEPT_DAYS.cast_signed())).await?;
    tx.commit().await?;
    Ok(gone.unsigned_abs())
}

/// Who writes: an open form, for a place, with the revision it has seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writing {
    pub(super) place: Place,
    pub(super) form: SubmissionKey,
    /// 0 when there was no draft.
    pub(super) revision: i32,
}

/// How keeping ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// It is the draft, of this revision.
    Saved(i32),
    /// Another form wrote meanwhile: both are kept.
    Aside,
    /// This form's update is posted; there is nothing to keep.
    Posted,
}

/// Keeps what a form holds. Never over what it has not seen.
pub(super) async fn keep(
    tx: &mut OrgTx,
    writing: Writing,
    typed: &Typed,
    now: DateTime<Utc>,
) -> sqlx::Result<Kept> {
    let Writing { place, form, revision } = writing;
    queries::hold_place(tx, place).await?;
    let aside = AsideRow { form, fields: Json(typed.clone()), saved_at: now };
    if let Some(written) = queries::written(tx, place).await? {
        if written.submission_key == form {
            return Ok(Kept::Posted);
        }
        queries::put_aside(tx, place, &aside).await?;
        return Ok(Kept::Aside);
    }
    let there = queries::draft(tx, place).await?;
    let next = match &there {
        Some(draft) if draft.fields.0 == *typed => return Ok(Kept::Saved(draft.revision)),
        Some(draft) if draft.form != Some(form) && draft.revision != revision => {
            queries::put_aside(tx, place, &aside).await?;
            return Ok(Kept::Aside);
        }
        Some(draft) => draft.revision + 1,
        None => revision + 1,
    };
    let draft = DraftRow {
        fields: Json(typed.clone()),
        saved_at: now,
        revision: next,
        form: Some(form),
        returned: None,
    };
    queries::put_draft(tx, place, &draft).await?;
    queries::drop_aside(tx, place, form).await?;
    Ok(Kept::Saved(next))
}

/// After `writing` was posted or planned with these words: its draft is done with, and one it has not seen goes aside.
pub(super) async fn settle(tx: &mut OrgTx, writing: Writing, typed: &Typed) -> sqlx::Result<()> {
    let Writing { place, form, revision } = writing;
    if let Some(draft) = queries::draft(tx, place).await? {
        let seen = draft.form == Some(form) || draft.revision == revision || draft.fields.0 == *typed;
        if !seen {
            let form = draft.form.unwrap_or_else(SubmissionKey::fresh);
            let aside = AsideRow { form, fields: draft.fields, saved_at: draft.saved_at };
            queries::put_aside(tx, place, &aside).await?;
        }
        queries::drop_draft(tx, place).await?;
    }
    queries::drop_aside(tx, place, form).await
}

/// Takes what is kept aside as the draft; what was the draft is kept aside instead. Nothing happens when it is not there.
pub(super) async fn take_up(
    tx: &mut OrgTx,
    place: Place,
    form: SubmissionKey,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    queries::hold_place(tx, place).await?;
    let Some(aside) = queries::asides(tx, place).await?.into_iter().find(|it| it.form == form) else {
        return Ok(());
    };
    let before = queries::draft(tx, place).await?;
    let revision = before.as_ref().map_or(0, |draft| draft.revision) + 1;
    queries::drop_aside(tx, place, form).await?;
    if let Some(draft) = before {
        let form = draft.form.filter(|other| *other != form).unwrap_or_else(SubmissionKey::fresh);
        let other = AsideRow { form, fields: draft.fields, saved_at: draft.saved_at };
        queries::put_aside(tx, place, &other).await?;
    }
    let draft = DraftRow { fields: aside.fields, saved_at: now, revision, form: None, returned: None };
    queries::put_draft(tx, place, &draft).await
}

/// Makes a draft of what was to go out and did not, with the reason. A draft that is there stays, and goes aside.
pub(super) async fn give_back(
    tx: &mut OrgTx,
    place: Place,
    fields: Typed,
    why: Option<Returned>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let before = queries::draft(tx, place).await?;
    let revision = before.as_ref().map_or(0, |draft| draft.revision) + 1;
    if let Some(draft) = before.filter(|draft| draft.fields.0 != fields) {
        let form = draft.form.unwrap_or_else(SubmissionKey::fresh);
        let other = AsideRow { form, fields: draft.fields, saved_at: draft.saved_at };
        queries::put_aside(tx, place, &other).await?;
    }
    let draft = DraftRow { fields: Json(fields), saved_at: now, revision, form: None, returned: why };
    queries::put_draft(tx, place, &draft).await
}
