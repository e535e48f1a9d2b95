//! `/o/{org}/okrs/import`: sending a file.

use super::Choice;
use crate::calendar::CycleState;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{CycleId, ImportId, SubmissionKey};
use crate::language::Words;
use crate::okr::{choose_cycle, cycles};
use crate::organisation::{Me, Member};
use crate::portability::queries;
use crate::portability::reading::Choices;
use crate::web::{Nav, Page, Parcel, Part, Problems, Query, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// The largest file, in bytes.
const LARGEST: usize = 8 * 1024 * 1024;
/// The largest form: a file that is a little too large gets its sentence, a huge one is cut off.
pub(super) const LARGEST_FORM: usize = LARGEST + LARGEST / 2;
/// Pasted text longer than this does not come back with a refused form.
const GIVEN_BACK: usize = 256 * 1024;
/// The longest name of a file that is kept.
const NAME: usize = 120;

/// `templates/portability/send.html`
#[derive(Template)]
#[template(path = "portability/send.html")]
struct SendPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    base: String,
    key: SubmissionKey,
    text: String,
    cycles: Vec<Choice>,
    /// Files sent before: what they are, and where.
    waiting: Vec<(String, String)>,
}

/// `?cycle=`
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    cycle: Option<CycleId>,
}

/// Whoever writes objectives by hand may bring them along.
pub(super) fn may_import(me: &Me) -> Result<()> {
    if me.role.takes_part() { Ok(()) } else { Err(Fault::Forbidden) }
}

/// The cycles that are not closed, the chosen one marked.
pub(super) async fn open_cycles(
    tx: &mut OrgTx,
    me: &Me,
    chosen: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Vec<Choice>> {
    let mut all = cycles(tx).await?;
    all.retain(|one| one.cycle.state_at(now) != CycleState::Closed);
    let first = choose_cycle(&all, None, me, now)?.map(|one| one.id.to_string()).unwrap_or_default();
    let chosen = chosen.unwrap_or(&first);
    Ok(all.iter().map(|one| Choice::new(one.id, one.label(me.words()), chosen)).collect())
}

async fn page(tx: &mut OrgTx, me: &Me, chosen: Option<&str>, now: DateTime<Utc>) -> Result<SendPage> {
    let t = me.words();
    let waiting = queries::waiting(tx, me.id).await?.into_iter().map(|one| {
        let name = if one.name.is_empty() { t.imports_no_name().to_owned() } else { one.name };
        let age = t.age(me.zone.date_at(one.at), me.today(now));
        (t.imports_waiting_on(name, age), me.at(&format!("/okrs/import/{}", one.id)))
    });
    Ok(SendPage {
        shell: Shell::of(me, Nav::Okrs, now),
        t,
        problems: Problems::new(),
        base: me.at("/okrs"),
        key: SubmissionKey::fresh(),
        text: String::new(),
        waiting: waiting.collect(),
        cycles: open_cycles(tx, me, chosen, now).await?,
    })
}

/// `GET /o/{org}/okrs/import`
pub(super) async fn form(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    may_import(&me)?;
    let cycle = asked.cycle.map(|id| id.to_string());
    Ok(Page(page(&mut tx, &me, cycle.as_deref(), now).await?).into_response())
}

/// `POST /o/{org}/okrs/import`: keeps the file and shows what it would do.
pub(super) async fn receive(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Parcel(mut parts): Parcel,
) -> Result<Response> {
    may_import(&me)?;
    let t = me.words();
    let mut part = |name: &str| parts.remove(name).unwrap_or_default();
    let key: SubmissionKey = part("submission_key").text().parse().map_err(|_| Fault::NotFound)?;
    let (cycle, file, text) = (part("cycle").text(), part("file"), part("text"));
    let (field, sent) = if file.bytes.is_empty() { ("text", &text) } else { ("file", &file) };
    let mut back = page(&mut tx, &me, Some(&cycle), now).await?;
    if sent.bytes.is_empty() {
        back.problems.add("file", t.imports_nothing());
    } else if sent.bytes.len() > LARGEST {
        back.problems.add(field, t.imports_large());
    }
    if !back.cycles.iter().any(|one| one.chosen) {
        back.problems.add("cycle", t.imports_no_cycle());
    }
    if !back.problems.is_empty() {
        back.key = key;
        back.text = if text.bytes.len() > GIVEN_BACK { String::new() } else { text.text() };
        return Ok(Refused(back).into_response());
    }
    let id = ImportId(key.0);
    let choices = Choices { cycle, ..Choices::default() };
    queries::add(&mut tx, (id, me.id), (&name(&file), &sent.bytes), &choices, now).await?;
    tx.commit().await?;
    Ok(Redirect::to(&me.at(&format!("/okrs/import/{id}"))).into_response())
}

/// What a file is called, without where it was.
fn name(file: &Part) -> String {
    let last = file.file.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(NAME).collect::<String>().trim().to_owned()
}
