//! One key result: its number, its line over the cycle, everything that was ever said of it, and the form to check in.

use super::carry;
use super::check_in::CheckInForm;
use super::drawing::Drawing;
use super::history::{self, History};
use super::okrs::Head;
use super::said;
use super::steps::{self, StepLine};
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{CheckInId, KeyResultId};
use crate::language::Words;
use crate::okr::asking;
use crate::okr::bar::Bar;
use crate::okr::decided::Decisions;
use crate::okr::measure::Terms;
use crate::okr::parts::{Choice, Word, bar_label, capitalised};
use crate::okr::queries::{self, KeyResult};
use crate::okr::receipt::WeightReceipt;
use crate::okr::record::{Figures, Record};
use crate::okr::roll_up;
use crate::okr::slip::{Pen, Slip};
use crate::organisation::{Me, Member};
use crate::talk::{self, Thread};
use crate::web::parts::Avatar;
use crate::web::{Done, Nav, Page, Path, Problems, Query, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// `?history=all&correct=`
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    history: Option<String>,
    correct: Option<CheckInId>,
}

/// `templates/okr/key_result.html`
#[derive(Template)]
#[template(path = "okr/key_result.html")]
pub(super) struct KeyResultPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    head: Head,
    title: String,
    objective: (String, String),
    dropped: bool,
    /// "24.1"
    number: String,
    /// "cm, on the way from 31 to 18"
    way: String,
    word: Word,
    bar: Bar,
    bar_label: String,
    /// What the numbers say, a sentence each.
    sentences: Vec<String>,
    drawing: Drawing,
    /// The milestones, where it is made of them.
    steps: Vec<StepLine>,
    /// What is to be reached by when on the way, as "20 by Friday 16 October".
    checkpoints: Vec<String>,
    history: History,
    owner: Option<(Avatar, String)>,
    reviewer: Option<(Avatar, String)>,
    /// The objectives that serve it.
    serving: Vec<(String, String)>,
    /// Where one is written, for whom may.
    add_below: Option<String>,
    next: Option<String>,
    fresh: Option<String>,
    measured_by: Option<String>,
    /// Where it comes from and goes on: what, and where.
    carried: Vec<(String, String)>,
    share: Option<(String, Slip)>,
    /// How the numbers follow.
    slip: Slip,
    /// Where it ends if it goes on as it went, and how that follows.
    ahead: Option<(Vec<String>, Slip)>,
    form: Option<CheckInForm>,
    choices: Vec<Choice>,
    /// About its objective.
    decisions: Decisions,
    thread: Thread,
    /// Its own address.
    at: String,
    /// Where the cycle's tree is.
    okrs: String,
    may_edit: bool,
}

/// `GET /o/{org}/key-results/{key_result}`
pub(super) async fn page(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, KeyResultId)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let record = Record::load(&mut tx, id).await?;
    let form = CheckInForm::fresh(me.words(), &record, asked.correct)?;
    let voices = Voices::load(&mut tx, &me, &record, now).await?;
    let all = asked.history.is_some();
    Ok(Page(draw(&me, now, &record, voices, form, Problems::new(), all)?).into_response())
}

/// What people say of it, and decide about its objective.
pub(super) struct Voices {
    thread: Thread,
    decisions: Decisions,
}

impl Voices {
    /// As far as the reader may read it.
    pub(super) async fn load(
        tx: &mut OrgTx,
        me: &Me,
        record: &Record,
        now: DateTime<Utc>,
    ) -> sqlx::Result<Self> {
        let one = &record.key_result;
        Ok(Self {
            thread: talk::thread(tx, one.id.into(), me, now).await?,
            decisions: Decisions::about(tx, me, one.objective.into(), now).await?,
        })
    }
}

/// The page, with the form as it is to be shown.
pub(super) fn draw(
    me: &Me,
    now: DateTime<Utc>,
    record: &Record,
    voices: Voices,
    form: CheckInForm,
    problems: Problems,
    all: bool,
) -> Result<KeyResultPage> {
    let t = me.words();
    let one = &record.key_result;
    let figures = Figures::of(record, now)?;
    let shown = figures.receipt.shown;
    let at = me.at(&format!("/key-results/{}", one.id));
    let may = one.dropped_at.is_none() && !figures.receipt.closed && record.may(me);
    let choices = Choice::all(t, form.chosen());
    Ok(KeyResultPage {
        shell: Shell::of(me, Nav::Okrs, now),
        t,
        problems,
        head: Head::of(&one.cycle, me, now),
        title: one.title.clone(),
        objective: (one.objective_title.clone(), me.at(&format!("/objectives/{}", one.objective))),
        dropped: one.dropped_at.is_some(),
        carried: carry::provenance(me, &one.id, &record.carried, "key-results"),
        number: said::number(t, &one.unit, &figures),
        way: said::way(t, &figures.terms, &one.unit),
        word: Word::shown(t, shown.status),
        bar: Bar::new(shown.progress, shown.expected),
        bar_label: bar_label(t, &one.title, shown.progress, shown.expected),
        sentences: said::sentences(t, record, &figures),
        drawing: Drawing::of(t, record, &figures, now)?,
        steps: steps::lines(t, record, &figures),
        checkpoints: figures
            .terms
            .checkpoints()
            .iter()
            .map(|point| t.okr_checkpoint(one.unit.write(t, point.value), t.date_long(point.on)))
            .collect(),
        history: history::of(me, record, &figures, &at, may, all),
        owner: one.owner.as_ref().map(|owner| (owner.avatar(), owner.name.clone())),
        reviewer: record.around.reviewer.as_ref().map(|one| (one.avatar(), one.name.clone())),
        serving: record
            .around
            .serving
            .iter()
            .map(|(id, title)| (title.clone(), me.at(&format!("/objectives/{id}"))))
            .collect(),
        add_below: (one.dropped_at.is_none() && !figures.receipt.closed && super::may_add(me, &one.cycle))
            .then(|| me.at(&format!("/objectives/new?cycle={}&parent={}", one.cycle.id, one.id))),
        next: figures.reading.due.map(|due| t.okr_due_by(t.date_long(due), due_city(one))),
        fresh: figures.reading.checked_in_at.map(|last| {
            let here = me.zone.reading(last);
            t.okr_fresh_at(capitalised(&t.age(here.date(), me.today(now))), t.time(here.time()))
        }),
        measured_by: (!one.measured_by.is_empty()).then(|| one.measured_by.clone()),
        share: share(me, one, &figures.terms),
        slip: Pen::of(me).key_result(one.id, &one.unit, &figures.receipt),
        ahead: said::ahead(me, record, &figures),
        form: may.then_some(form),
        choices,
        decisions: voices.decisions,
        thread: voices.thread,
        okrs: me.at(&format!("/okrs?cycle={}", one.cycle.id)),
        may_edit: may,
        at,
    })
}

/// Whose day the next check-in is due by the end of.
fn due_city(one: &KeyResult) -> String {
    one.calendar.as_ref().map_or(one.cycle.cycle.zone, |calendar| calendar.zone).city()
}

/// "50% of it, by weight", and how that follows.
fn share(me: &Me, one: &KeyResult, terms: &Terms) -> Option<(String, Slip)> {
    let t = me.words();
    let receipt = WeightReceipt::new(terms.weight(), one.weights);
    let words = if one.siblings > 1 {
        t.okr_share(t.percent(receipt.shown?))
    } else {
        t.okr_share_whole().to_owned()
    };
    Some((words, Pen::of(me).weight(receipt)))
}

/// `POST /o/{org}/key-results/{key_result}/drop`
pub(super) async fn let_go(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, KeyResultId)>,
) -> Result<Response> {
    let record = Record::load(&mut tx, id).await?;
    if !record.may(&me) {
        return Err(Fault::Forbidden);
    }
    let one = &record.key_result;
    if one.dropped_at.is_none() {
        let rows = asking::hold(&mut tx, asking::Whose::KeyResult(id), now).await?;
        queries::drop_key_result(&mut tx, id, now).await?;
        rows.follow(&mut tx, now).await?;
        roll_up::key_result_due(&mut tx, one.cycle.id, id, now).await?;
        tx.commit().await?;
    }
    Ok(Done::Dropped.at(&me.at(&format!("/objectives/{}", one.objective))))
}
