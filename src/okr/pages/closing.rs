//! Closing a cycle: what is still to be graded, what everything was given, what goes on. And opening it again.

use super::cycle_form::marks;
use super::fields;
use super::graded::{self, ObjectiveView};
use crate::account::Caller;
use crate::account::audit::{self, Action};
use crate::calendar::CycleState;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{CycleId, MemberId};
use crate::language::Words;
use crate::okr::closing::Closing;
use crate::okr::grading::remaining;
use crate::okr::queries::{self, Reopening};
use crate::okr::roll_up;
use crate::organisation::{Admin, Me, Member};
use crate::web::{Done, Form, Nav, Page, Path, Problems, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use std::collections::HashMap;

/// `templates/okr/closing.html`
#[derive(Template)]
#[template(path = "okr/closing.html")]
struct ClosingPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    name: String,
    /// The cycle's own page.
    cycle: String,
    until: Option<String>,
    sentence: String,
    say: &'static str,
    /// Who still has to grade how much; `None` before grades can be given.
    left: Option<Vec<String>>,
    objectives: Vec<ObjectiveView>,
    record: String,
    close: Option<Close>,
    reopen: Option<Reopen>,
    reopened: Vec<String>,
}

/// Closing it by hand.
struct Close {
    action: String,
    button: String,
    hint: String,
}

/// Opening it again.
struct Reopen {
    action: String,
    reason: String,
}

/// `GET /o/{org}/cycles/{cycle}/closing`
pub(super) async fn page(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, CycleId)>,
) -> Result<Response> {
    Ok(Page(drawn(&mut tx, &me, id, (String::new(), Problems::new()), now).await?).into_response())
}

async fn drawn(
    tx: &mut OrgTx,
    me: &Me,
    id: CycleId,
    (reason, problems): (String, Problems),
    now: DateTime<Utc>,
) -> Result<ClosingPage> {
    let closing = Closing::load(tx, id, now).await?;
    let reopened = queries::reopenings(tx, id).await?;
    let t = me.words();
    let cycle = &closing.named.cycle;
    let at = me.at(&format!("/cycles/{id}"));
    let name = closing.named.label(t);
    let ends = cycle.zone.date_at(cycle.grading_ends() - TimeDelta::seconds(1));
    let (sentence, say) = match closing.state {
        CycleState::Draft | CycleState::Active => {
            let begins = cycle.zone.date_at(cycle.closing());
            (t.closing_ahead(&name, t.date_long(begins)), t.closing_ahead_say())
        }
        CycleState::Closing | CycleState::Grading => (t.closing_now().to_owned(), t.closing_now_say()),
        CycleState::Closed => (t.closing_over(&name), t.closing_over_say()),
    };
    let left = remaining(&closing.asked());
    let missing = left.iter().map(|(_, parts)| parts.len()).sum::<usize>();
    let admin = me.role.administers();
    let closes = t.date_long(ends.succ_opt().unwrap_or(ends));
    Ok(ClosingPage {
        shell: Shell::of(me, Nav::Okrs, now),
        t,
        problems,
        until: closing.is_open().then(|| t.closing_until(t.date_long(ends))),
        sentence,
        say,
        left: closing.is_open().then(|| lines(t, &closing, &left)),
        objectives: closing.objectives.iter().map(|one| graded::objective(me, &closing, one)).collect(),
        record: format!("{at}/record"),
        close: (admin && closing.is_open()).then(|| Close {
            action: format!("{at}/turn"),
            button: t.closing_close_now(&name),
            hint: if missing == 0 {
                t.closing_close_hint(&closes)
            } else {
                t.closing_close_hint_left(missing, &closes)
            },
        }),
        reopen: (admin && closing.state == CycleState::Closed)
            .then(|| Reopen { action: format!("{at}/reopening"), reason }),
        reopened: reopened.iter().map(|one| line(me, one)).collect(),
        cycle: at,
        name,
    })
}

/// "Inês Duarte: 3 grades".
fn lines(
    t: Words,
    closing: &Closing,
    left: &[(Option<MemberId>, Vec<crate::okr::receipt::PartOf>)],
) -> Vec<String> {
    let owners = closing.standings.iter().filter_map(|one| one.owner.as_ref());
    let owners = owners.chain(closing.objectives.iter().filter_map(|one| one.owner.as_ref()));
    let names: HashMap<_, _> = owners.map(|one| (one.id, one.name.as_str())).collect();
    let line = |(who, parts): &(Option<MemberId>, Vec<_>)| match who.and_then(|who| names.get(&who)) {
        Some(name) => t.closing_left_one(*name, parts.len()),
        None => t.closing_left_nobody(parts.len()),
    };
    left.iter().map(line).collect()
}

/// "20 January 2027, Sanne de Wit: a number was wrong".
pub(super) fn line(me: &Me, one: &Reopening) -> String {
    let t = me.words();
    t.closing_reopened_line(t.date_year(me.zone.date_at(one.at)), &one.by, &one.reason)
}

/// Why it is opened again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    #[serde(default)]
    reason: String,
}

/// `POST /o/{org}/cycles/{cycle}/reopening`
pub(super) async fn reopen(
    Admin { me, mut tx }: Admin,
    Now(now): Now,
    caller: Caller,
    Path((_, id)): Path<(String, CycleId)>,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    let t = me.words();
    let cycle = queries::cycle(&mut tx, id).await?.ok_or(Fault::NotFound)?.cycle;
    let page = me.at(&format!("/cycles/{id}/closing"));
    if cycle.state_at(now) != CycleState::Closed {
        // Somebody else was quicker.
        return Ok(Done::Saved.at(&page));
    }
    let mut problems = Problems::new();
    let reason = match problems.take("reason", fields::text(t, &typed.reason, 1000)) {
        Some(reason) if reason.is_empty() => {
            problems.add("reason", t.closing_reopen_missing());
            None
        }
        reason => reason,
    };
    let Some(reason) = reason else {
        return Ok(Refused(drawn(&mut tx, &me, id, (typed.reason, problems), now).await?).into_response());
    };
    let cycle = cycle.opened_again(now);
    queries::move_by_hand(&mut tx, id, &cycle, marks(&cycle, now)).await?;
    queries::note_reopening(&mut tx, id, me.id, &reason, now).await?;
    roll_up::due(&mut tx, id, now).await?;
    let deed = audit::Deed::of(Action::CycleReopened, Some(me.account), &caller).in_org(me.org).onto(id);
    deed.note(&mut tx, now).await?;
    tx.commit().await?;
    Ok(Done::Saved.at(&page))
}
