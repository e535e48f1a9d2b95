//! A decider answers, or asks for another day.

use super::show::{Typed, refused};
use super::{REASON, readable};
use crate::clock::Now;
use crate::decision::course::{self, Answer, matter};
use crate::decision::queries;
use crate::decision::rule::{State, View};
use crate::fair;
use crate::fault::{Fault, Result};
use crate::ids::{DecisionId, DecisionVersionId};
use crate::organisation::Member;
use crate::web::{Done, Form, Path, Problems};
use axum::response::Response;
use chrono::TimeDelta;
use serde::Deserialize;

/// Another day is so many working hours more.
const ANOTHER_DAY: TimeDelta = TimeDelta::hours(8);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerForm {
    /// What was asked when the form was opened: it may be another thing now.
    version: DecisionVersionId,
    #[serde(default)]
    view: String,
    #[serde(default)]
    why: String,
    more: Option<String>,
}

/// `POST /o/{org}/decisions/{decision}/answers`
pub(super) async fn give(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, DecisionId)>,
    Form(form): Form<AnswerForm>,
) -> Result<Response> {
    readable(&mut tx, &me, id).await?;
    fair::hold(&mut tx, matter(id)).await?;
    let decision = readable(&mut tx, &me, id).await?;
    let seats = fair::windows(&mut tx, matter(id)).await?;
    if !seats.iter().any(|seat| seat.member == me.id && seat.here) {
        return Err(Fault::Forbidden);
    }
    let page = me.at(&format!("/decisions/{id}"));
    if decision.state == State::Open && form.more.is_some() {
        let given = fair::ask_for_more(&mut tx, matter(id), me.id, ANOTHER_DAY, now).await?;
        tx.commit().await?;
        return Ok(if given { Done::MoreTime } else { Done::Saved }.at(&page));
    }
    let (t, mut problems) = (me.words(), Problems::new());
    let versions = queries::versions(&mut tx, id).await?;
    let (options, _) = course::standing(&mut tx, id).await?;
    let option = options.iter().find(|option| option.id.to_string() == form.view).map(|option| option.id);
    let view = if option.is_some() { Some(View::Option) } else { View::parse(&form.view) };
    let view = view.filter(|view| (*view == View::Option) == option.is_some());
    let reason = form.why.trim().replace("\r\n", "\n");
    if decision.state != State::Open {
        problems.add("view", t.decision_closed_meanwhile());
    } else if versions.first().map(|version| version.id) != Some(form.version) {
        problems.add("view", t.decision_changed_meanwhile());
    } else if view.is_none() {
        problems.add("view", t.decision_view_missing());
    }
    if view == Some(View::Objection) && reason.is_empty() {
        problems.add("why", t.decision_objection_why());
    } else if reason.chars().count() > REASON {
        problems.add("why", t.talk_too_long(REASON));
    }
    let Some(view) = view.filter(|_| problems.is_empty()) else {
        let typed = Typed { answer: Some((form.view, form.why)), ..Typed::default() };
        return refused(&mut tx, &me, decision, (typed, problems), now).await;
    };
    let answer = Answer { by: me.id, view, option, reason: &reason };
    course::answer(&mut tx, (id, form.version), answer, (now, me.zone)).await?;
    tx.commit().await?;
    Ok(Done::Decided.at(&page))
}
