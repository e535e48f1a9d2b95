//! Keeping drafts: by the script while somebody types, by a button, and choosing between two that were written at once.

use super::bench::Shelf;
use super::day::{Day, Task};
use super::posting::{Sent, task};
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{StandupId, SubmissionKey};
use crate::organisation::{Me, Member};
use crate::standup::drafts::{self, Kept, Writing};
use crate::standup::queries::{self, Place};
use crate::web::{Done, Form, Path};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// What the script is told: the draft's revision, and the sentence it shows.
#[derive(Serialize)]
struct Told {
    revision: i32,
    say: String,
}

/// `POST …/standups/{standup}/draft`: what the script does while somebody types. 200 with the time once the draft is kept;
/// 409 when another window wrote meanwhile and both are kept.
pub(super) async fn keep(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, standup)): Path<(String, StandupId)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let form = Sent::read(fields)?;
    let day = Day::of(&mut tx, &me, now).await?;
    let task = task(&day, standup, form.date, now)?;
    let kept = keep_form(&mut tx, &me, task, &form, now).await?;
    tx.commit().await?;
    let t = me.words();
    let time = t.time(me.zone.reading(now).time());
    let (status, revision, say) = match kept {
        Kept::Saved(revision) => (StatusCode::OK, revision, t.today_saved_at(time)),
        Kept::Aside => (StatusCode::CONFLICT, form.revision, t.today_saved_aside(time)),
        Kept::Posted => (StatusCode::OK, form.revision, String::new()),
    };
    let told = serde_json::to_string(&Told { revision, say }).map_err(anyhow::Error::from)?;
    Ok((status, [(header::CONTENT_TYPE, "application/json")], told).into_response())
}

/// Keeps what a form holds.
pub(super) async fn keep_form(
    tx: &mut OrgTx,
    me: &Me,
    task: Task<'_>,
    form: &Sent,
    now: DateTime<Utc>,
) -> Result<Kept> {
    let key = form.key.ok_or_else(|| Fault::BadForm("no submission key".to_owned()))?;
    let writing = Writing { place: task.place(me), form: key, revision: form.revision };
    Ok(drafts::keep(tx, writing, &form.typed.kept(), now).await?)
}

#[derive(Deserialize)]
pub(super) struct Choice {
    local_date: NaiveDate,
    form: SubmissionKey,
    /// Set by the button that throws it away.
    drop: Option<String>,
}

/// `POST …/standups/{standup}/draft/aside`: goes on with what another window wrote, or throws it away.
pub(super) async fn choose(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, standup)): Path<(String, StandupId)>,
    Form(choice): Form<Choice>,
) -> Result<Response> {
    let day = Day::of(&mut tx, &me, now).await?;
    let task = task(&day, standup, choice.local_date, now)?;
    let place: Place = task.place(&me);
    let done = if choice.drop.is_some() {
        queries::drop_aside(&mut tx, place, choice.form).await?;
        Done::ThrownAway
    } else if Shelf::of(&mut tx, &me, task).await?.asides.iter().any(|it| it.form == choice.form) {
        drafts::take_up(&mut tx, place, choice.form, now).await?;
        Done::TakenUp
    } else {
        return Err(Fault::NotFound);
    };
    tx.commit().await?;
    Ok(done.at(&task.address(&me)))
}
