//! Moving a cycle on by hand, ahead of its dates, and leaving it to them again: for admins, and written down.

use super::cycle_form::marks;
use crate::account::Caller;
use crate::account::audit::{self, Action};
use crate::calendar::{Cycle, CycleState};
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::ids::CycleId;
use crate::okr::{queries, roll_up};
use crate::organisation::Admin;
use crate::web::{Done, Form, Path};
use axum::response::Response;
use serde::Deserialize;

/// What the form says when the dates are to decide again.
const DATES: &str = "dates";

/// The state to move on to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    to: String,
}

/// `POST /o/{org}/cycles/{cycle}/turn`
pub(super) async fn turn(
    Admin { me, mut tx }: Admin,
    Now(now): Now,
    caller: Caller,
    Path((_, id)): Path<(String, CycleId)>,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    let cycle = queries::cycle(&mut tx, id).await?.ok_or(Fault::NotFound)?.cycle;
    let by_hand = match typed.to.as_str() {
        DATES => None,
        word => Some(CycleState::parse(word).ok_or(Fault::NotFound)?),
    };
    let page = me.at(&format!("/cycles/{id}"));
    let state = cycle.state_at(now);
    if state == CycleState::Closed || by_hand.is_some_and(|to| to <= state) {
        // It has come there meanwhile, by its dates or by somebody else's hand. What is closed is opened again with a
        // reason, on the page of its closing.
        return Ok(Done::Saved.at(&page));
    }
    let cycle = Cycle { by_hand, ..cycle };
    queries::move_by_hand(&mut tx, id, &cycle, marks(&cycle, now)).await?;
    roll_up::due(&mut tx, id, now).await?;
    let deed = audit::Deed::of(Action::CycleTurned, Some(me.account), &caller).in_org(me.org).onto(id);
    deed.note(&mut tx, now).await?;
    tx.commit().await?;
    Ok(Done::Saved.at(&page))
}
