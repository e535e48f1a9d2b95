//! `/o/{org}/okrs/import/{import}`: what a file would do, what is wrong with it, and the button that does it.

use super::reading_form::ReadingForm;
use super::send::{may_import, open_cycles};
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{CycleId, ImportId};
use crate::language::Words;
use crate::organisation::{Me, Member};
use crate::portability::finding::Finding;
use crate::portability::queries::{self, Import};
use crate::portability::reading::{Choices, FileFault, Reading};
use crate::portability::resolve::{Plan, resolve};
use crate::portability::tools::Tool;
use crate::portability::{known, said, write};
use crate::web::{Done, Form, Nav, Page, Path, Shell};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// So many findings are shown at once.
const SHOWN: usize = 200;

/// `templates/portability/check.html`
#[derive(Template)]
#[template(path = "portability/check.html")]
struct CheckPage {
    shell: Shell,
    t: Words,
    /// Its own address, and where another file is sent.
    at: String,
    send: String,
    title: String,
    heading: String,
    /// Why it can't be read at all.
    fault: Option<String>,
    /// What else is to be known of it.
    notes: Vec<String>,
    row_label: &'static str,
    findings: Vec<FindingRow>,
    /// How many findings are not shown.
    more: usize,
    /// The words of the button, where there is anything to add, and what it promises.
    add: Option<(String, String)>,
    form: Option<ReadingForm>,
}

/// What is wrong in one place.
struct FindingRow {
    row: usize,
    column: String,
    sentence: String,
}

/// What a file comes to.
struct Outcome {
    reading: Reading,
    plan: Plan,
    findings: Vec<Finding>,
}

async fn outcome(
    tx: &mut OrgTx,
    me: &Me,
    import: &Import,
    now: DateTime<Utc>,
) -> Result<Option<Result<Outcome, FileFault>>> {
    let Some(content) = &import.content else { return Ok(None) };
    let mut reading = match Reading::of(content, &import.choices) {
        Ok(reading) => reading,
        Err(fault) => return Ok(Some(Err(fault))),
    };
    let cycle: CycleId = import.choices.cycle.parse().map_err(|_| Fault::NotFound)?;
    let known = known::gather(tx, me, cycle, &reading.entries, now).await?;
    let (plan, more) = resolve(&known, &reading.entries, reading.style);
    let mut findings = std::mem::take(&mut reading.findings);
    findings.extend(more);
    findings.sort_by_cached_key(Finding::place);
    findings.dedup();
    Ok(Some(Ok(Outcome { reading, plan, findings })))
}

/// A file of this member that was not imported yet.
async fn held(tx: &mut OrgTx, me: &Me, id: ImportId) -> Result<Import> {
    may_import(me)?;
    queries::hold(tx, id, me.id).await?.ok_or(Fault::NotFound)
}

/// `GET /o/{org}/okrs/import/{import}`
pub(super) async fn page(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, ImportId)>,
) -> Result<Response> {
    let import = held(&mut tx, &me, id).await?;
    if import.done_at.is_some() {
        return Ok(Redirect::to(&me.at(&format!("/okrs?cycle={}", import.choices.cycle))).into_response());
    }
    let t = me.words();
    let cycles = open_cycles(&mut tx, &me, Some(&import.choices.cycle), now).await?;
    let name = if import.name.is_empty() { t.imports_no_name() } else { &import.name };
    let mut page = CheckPage {
        shell: Shell::of(&me, Nav::Okrs, now),
        t,
        at: me.at(&format!("/okrs/import/{id}")),
        send: me.at("/okrs/import"),
        title: t.imports_check_title(name),
        heading: t.imports_cannot().to_owned(),
        fault: None,
        notes: Vec::new(),
        row_label: t.imports_row(),
        findings: Vec::new(),
        more: 0,
        add: None,
        form: None,
    };
    match outcome(&mut tx, &me, &import, now).await? {
        None => page.fault = Some(t.imports_gone().to_owned()),
        Some(Err(fault)) => {
            page.fault = Some(said::file_fault(t, &fault));
            page.form = Some(ReadingForm::of(t, None, &import.choices, cycles));
        }
        Some(Ok(outcome)) => {
            page.form = Some(ReadingForm::of(t, Some(&outcome.reading), &import.choices, cycles));
            page.show(&outcome);
        }
    }
    Ok(Page(page).into_response())
}

impl CheckPage {
    fn show(&mut self, Outcome { reading, plan, findings }: &Outcome) {
        let t = self.t;
        self.notes = notes(t, reading, plan);
        if reading.tool == Tool::Operately {
            self.row_label = t.imports_goal();
        }
        if let Some(fault) = reading.column_fault {
            self.fault = Some(said::column_fault(t, fault));
            return;
        }
        let row = |one: &Finding| FindingRow {
            row: one.row,
            column: match one.column {
                None => t.imports_whole_row().to_owned(),
                Some(column) => reading.name_of(column).unwrap_or(column.label(t)).to_owned(),
            },
            sentence: said::sentence(t, one),
        };
        self.findings = findings.iter().take(SHOWN).map(row).collect();
        self.more = findings.len().saturating_sub(SHOWN);
        let what = what(t, plan);
        match (findings.len(), plan.is_empty()) {
            (0, true) => self.heading = t.imports_nothing_new().to_owned(),
            (0, false) => {
                self.heading = t.imports_ready(&what);
                self.add = Some((t.imports_add(what), promise(plan)));
            }
            (many, _) => self.heading = t.imports_put_right(many),
        }
    }
}

/// "3 objectives, 12 key results and 40 check-ins"
fn what(t: Words, plan: &Plan) -> String {
    let parts = [
        (plan.objectives.len(), t.imports_objectives(plan.objectives.len())),
        (plan.key_results.len(), t.imports_key_results(plan.key_results.len())),
        (plan.check_in_count(), t.imports_check_ins(plan.check_in_count())),
    ];
    t.list(parts.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words))
}

/// What the button promises to add, to be compared with what it would add once it is pressed.
fn promise(plan: &Plan) -> String {
    format!("{}-{}-{}", plan.objectives.len(), plan.key_results.len(), plan.check_in_count())
}

fn notes(t: Words, reading: &Reading, plan: &Plan) -> Vec<String> {
    let tool = match reading.tool {
        Tool::Table => None,
        Tool::VivaGoals => Some(t.imports_viva_goals().to_owned()),
        Tool::Operately => Some(t.imports_operately().to_owned()),
    };
    let left = reading.left_out;
    let kept = (plan.kept > 0).then(|| t.imports_kept(plan.kept));
    let others = (left.others > 0).then(|| t.imports_others(left.others));
    let wordless = (left.wordless > 0).then(|| t.imports_wordless(left.wordless));
    [tool, kept, others, wordless].into_iter().flatten().collect()
}

/// `POST /o/{org}/okrs/import/{import}`: reads it in another way.
pub(super) async fn choose(
    Member { me, mut tx }: Member,
    Path((_, id)): Path<(String, ImportId)>,
    Form(choices): Form<Choices>,
) -> Result<Response> {
    let import = held(&mut tx, &me, id).await?;
    if import.done_at.is_none() {
        choices.cycle.parse::<CycleId>().map_err(|_| Fault::NotFound)?;
        queries::choose(&mut tx, id, &choices).await?;
        tx.commit().await?;
    }
    Ok(Redirect::to(&me.at(&format!("/okrs/import/{id}"))).into_response())
}

/// The button as it arrives.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pressed {
    promise: String,
}

/// `POST /o/{org}/okrs/import/{import}/add`: does it, if it is what was promised. Pressed twice, it is done once.
pub(super) async fn add(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, ImportId)>,
    Form(pressed): Form<Pressed>,
) -> Result<Response> {
    let import = held(&mut tx, &me, id).await?;
    let there = me.at(&format!("/okrs?cycle={}", import.choices.cycle));
    if import.done_at.is_some() {
        return Ok(Done::Imported.at(&there));
    }
    let back = Redirect::to(&me.at(&format!("/okrs/import/{id}"))).into_response();
    let Some(Ok(Outcome { reading, plan, findings })) = outcome(&mut tx, &me, &import, now).await? else {
        return Ok(back);
    };
    let is_right = findings.is_empty() && reading.column_fault.is_none() && !plan.is_empty();
    if !is_right || promise(&plan) != pressed.promise {
        return Ok(back);
    }
    let counts = [plan.objectives.len(), plan.key_results.len(), plan.check_in_count()];
    let counts = counts.map(|count| i32::try_from(count).unwrap_or(i32::MAX));
    write::carry_out(&mut tx, me.id, id, plan).await?;
    queries::finish(&mut tx, id, counts, now).await?;
    tx.commit().await?;
    Ok(Done::Imported.at(&there))
}

/// `POST /o/{org}/okrs/import/{import}/removal`
pub(super) async fn forget(
    Member { me, mut tx }: Member,
    Path((_, id)): Path<(String, ImportId)>,
) -> Result<Response> {
    held(&mut tx, &me, id).await?;
    queries::forget(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Redirect::to(&me.at("/okrs/import")).into_response())
}
