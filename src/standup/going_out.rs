//! Updates that go out by themselves at the time their author chose: once, whatever happens to the node that does it.
//!
//! One transaction takes the row and posts the update, so that there is never both or neither. Whether the author is still
//! asked there, and not away, is looked at again, and their numbers are read against what holds now. What can't go out is
//! a draft again, with the reason.

use super::drafts::{self, Writing};
use super::later::Returned;
use super::pages::{Bench, Day, sending};
use super::queries::{self, Place, PlannedRow};
use super::typed::Typed;
use super::update::{self, Outcome};
use crate::app::App;
use crate::db::{OrgTx, Visit, is_crossed, visit_each};
use crate::fault::{Fault, Result};
use crate::ids::{OrgId, SubmissionKey};
use crate::organisation::Me;
use crate::web::Problems;
use chrono::{DateTime, Utc};

/// Posts what goes out by `now`, and says how many did. What another node has in hand is left to it.
///
/// # Errors
/// When it could not be done in some organisation; what was done in others stands.
pub async fn send_due(app: &App, now: DateTime<Utc>) -> Result<u64> {
    let orgs = queries::orgs_with_due(&mut app.db.duty().await?, now).await?;
    visit_each(orgs, "an update could not go out", |org| send_one(app, org, now)).await
}

/// The one that is due first.
async fn send_one(app: &App, org: OrgId, now: DateTime<Utc>) -> Result<Visit> {
    let mut tx = app.db.org_on_duty(org).await?;
    let Some(planned) = queries::take_due(&mut tx, now).await? else { return Ok(Visit::NOTHING) };
    queries::hold_place(&mut tx, planned.place()).await?;
    let writing = (planned.place(), planned.submission_key);
    match send(&mut tx, app, writing, &planned.fields.0, now).await {
        Ok(None) => {}
        Ok(Some(why)) => give_back(&mut tx, planned, why, now).await?,
        Err(Fault::Database(error)) if !is_crossed(&error) => {
            // The database will say so again: its words go back, so that others can go out.
            tracing::error!(%org, ?error, "an update that was to go out is a draft again");
            drop(tx);
            tx = app.db.org_on_duty(org).await?;
            let Some(planned) = queries::take_due(&mut tx, now).await? else { return Ok(Visit::NOTHING) };
            give_back(&mut tx, planned, Returned::Refused, now).await?;
        }
        Err(fault) => return Err(fault),
    }
    tx.commit().await?;
    Ok(Visit { due: 1, did: 1 })
}

async fn give_back(
    tx: &mut OrgTx,
    planned: PlannedRow,
    why: Returned,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let place = planned.place();
    drafts::give_back(tx, place, planned.fields.0, Some(why), now).await
}

/// Posts what was typed for a place, as its form would have, or says why not.
pub(super) async fn send(
    tx: &mut OrgTx,
    app: &App,
    (place, key): (Place, SubmissionKey),
    typed: &Typed,
    now: DateTime<Utc>,
) -> Result<Option<Returned>> {
    let Some(me) = Me::for_duty(tx, place.member).await? else { return Ok(Some(Returned::Gone)) };
    let day = Day::of(tx, &me, now).await?;
    let Some(turns) = day.turns_at(place.standup) else { return Ok(Some(Returned::Gone)) };
    let task = day.task(turns, place.date);
    if task.posted.is_some() {
        return Ok(Some(Returned::Taken));
    }
    if day.absence.contains(place.date) {
        return Ok(Some(Returned::Away));
    }
    if !turns.may_write(place.date, now) {
        return Ok(Some(Returned::Refused));
    }
    let bench = Bench::of(tx, &app.keys, &me, (&day, task), &[typed], now).await?;
    let mut problems = Problems::new();
    let content = bench.makings(&me, (&day, task), now).read(typed, &mut problems);
    if !problems.is_empty() {
        return Ok(Some(Returned::Refused));
    }
    let sending = sending(&me, task, key);
    if let Outcome::Taken(_) = update::post(tx, sending, &content, now).await? {
        return Ok(Some(Returned::Taken));
    }
    // What its author has written there since is kept beside it.
    let writing = Writing { place, form: key, revision: 0 };
    drafts::settle(tx, writing, typed).await?;
    Ok(None)
}
