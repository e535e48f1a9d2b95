//! Sending the form: post it, keep it as a draft, or be away.

use super::composer::{Composer, Makings, rows_before};
use super::day::{Day, Task};
use super::{away, today};
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{StandupId, SubmissionKey};
use crate::organisation::{Me, Member};
use crate::standup::queries;
use crate::standup::typed::Typed;
use crate::standup::update::{self, Outcome, Sending};
use crate::web::{Done, Form, Path, Problems, Refused};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, Utc};

/// `POST …/standups/{standup}/updates`: what the buttons of the form do.
pub(super) async fn send(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, standup)): Path<(String, StandupId)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let form = Sent::read(fields)?;
    let day = Day::of(&mut tx, &me, now).await?;
    let task = task(&day, standup, form.date, now)?;
    if form.typed.has("draft") || form.typed.has("away") {
        queries::keep_draft(&mut tx, task.place(&me), &form.typed.kept(), now).await?;
        if form.typed.has("away") {
            return away::leave_now(tx, &me, now).await;
        }
        tx.commit().await?;
        return Ok(Done::DraftKept.at(&task.address(&me)));
    }
    let key = form.key.ok_or_else(|| Fault::BadForm("no submission key".to_owned()))?;
    let plan = queries::last_plan(&mut tx, task.place(&me)).await?;
    let before = rows_before(&day.standings, |_| None);
    let makings = Makings {
        me: &me,
        standup: task.standup,
        date: task.date,
        people: &day.people,
        leaves: &day.leaves,
        standings: &day.standings,
        before: &before,
        plan: plan.as_ref(),
        now,
    };
    let mut problems = Problems::new();
    let content = makings.read(&form.typed, &mut problems);
    if !problems.is_empty() {
        let composer = makings.composer(&form.typed, key, problems);
        return refuse(&mut tx, &day, &me, task, composer, now).await;
    }
    let sending = sending(&me, task, key);
    match update::post(&mut tx, sending, &content, now).await? {
        Outcome::Posted(_) => {
            tx.commit().await?;
            Ok(Done::Posted.at(&task.address(&me)))
        }
        Outcome::Taken(id) => {
            let taken = Some(me.at(&format!("/updates/{id}/edit")));
            let composer = Composer { taken, ..makings.composer(&form.typed, key, Problems::new()) };
            refuse(&mut tx, &day, &me, task, composer, now).await
        }
    }
}

/// `POST …/standups/{standup}/draft`: what the script does while somebody types. 204 once the draft is kept.
pub(super) async fn keep(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, standup)): Path<(String, StandupId)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let form = Sent::read(fields)?;
    let day = Day::of(&mut tx, &me, now).await?;
    let task = task(&day, standup, form.date, now)?;
    queries::keep_draft(&mut tx, task.place(&me), &form.typed.kept(), now).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A form as it came.
struct Sent {
    typed: Typed,
    date: NaiveDate,
    key: Option<SubmissionKey>,
}

impl Sent {
    fn read(fields: Vec<(String, String)>) -> Result<Self> {
        let typed = Typed::new(fields).ok_or_else(|| Fault::BadForm("a field came twice".to_owned()))?;
        let date = typed.get("local_date").parse().map_err(|_| Fault::BadForm("no date".to_owned()))?;
        let key = typed.get("submission_key").parse().ok();
        Ok(Self { typed, date, key })
    }
}

/// The date of the form, if this member may write for it now or has.
fn task<'a>(day: &'a Day, standup: StandupId, date: NaiveDate, now: DateTime<Utc>) -> Result<Task<'a>> {
    let turns = day.turns_at(standup).ok_or(Fault::NotFound)?;
    let task = day.task(turns, date);
    let may = task.posted.is_some() || turns.may_write(date, now);
    if may { Ok(task) } else { Err(Fault::NotFound) }
}

/// The form as it is sent for this task.
fn sending(me: &Me, task: Task<'_>, key: SubmissionKey) -> Sending {
    let zone = task.turns.zone(task.date);
    Sending { place: task.place(me), team: task.standup.team, zone, home: me.zone, key }
}

/// The page again, with all that was typed.
async fn refuse(
    tx: &mut OrgTx,
    day: &Day,
    me: &Me,
    task: Task<'_>,
    composer: Composer,
    now: DateTime<Utc>,
) -> Result<Response> {
    let panel = today::Panel::Write(composer);
    Ok(Refused(today::page(tx, day, me, Some(task), panel, now).await?).into_response())
}
