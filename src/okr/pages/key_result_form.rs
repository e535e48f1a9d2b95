//! Writing a key result, and changing one. Its terms are a log: once the cycle is active, a change needs a reason and
//! stays in the history.

use super::fields::{self, Choice};
use super::objective::team_id;
use crate::calendar::CycleState;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{KeyResultId, ObjectiveId, SubmissionKey};
use crate::language::Words;
use crate::okr::asking;
use crate::okr::measure::{Kind, PaceRule, Terms, TermsFault};
use crate::okr::permission::{Deed, Ties};
use crate::okr::queries::{self, KeyResultFields, NamedCycle};
use crate::okr::record::Record;
use crate::okr::roll_up;
use crate::okr::standing::Person;
use crate::okr::status::{Cadence, Every};
use crate::okr::stored;
use crate::organisation::{Me, Member};
use crate::web::{Done, Form, Nav, Page, Path, Problems, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;

/// The form as it arrives.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    submission_key: SubmissionKey,
    #[serde(default)]
    title: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    baseline: String,
    #[serde(default)]
    target: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    measured_by: String,
    #[serde(default)]
    weight: String,
    #[serde(default)]
    pace: String,
    #[serde(default)]
    every: String,
    #[serde(default)]
    weekday: String,
    #[serde(default)]
    reason: String,
}

/// `templates/okr/key_result_form.html`
#[derive(Template)]
#[template(path = "okr/key_result_form.html")]
struct KeyResultFormPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    heading: &'static str,
    button: &'static str,
    /// Where the form goes, and where "Cancel" leads.
    action: String,
    back: (String, String),
    typed: Typed,
    kinds: Vec<Choice>,
    owners: Vec<Choice>,
    weights: Vec<Choice>,
    paces: Vec<Choice>,
    rhythms: Vec<Choice>,
    weekdays: Vec<Choice>,
    /// Whether the terms can no longer change without a reason.
    asks_reason: bool,
}

/// What the form stands for and offers.
struct Desk {
    cycle: NamedCycle,
    people: Vec<Person>,
    heading: &'static str,
    button: &'static str,
    action: String,
    back: (String, String),
    /// The terms that hold, once a change of them needs a reason.
    settled: Option<Terms>,
}

/// What was typed, read.
struct Read {
    fields: KeyResultFields,
    terms: Terms,
    reason: String,
}

impl Desk {
    fn read(&self, t: Words, typed: &Typed, problems: &mut Problems) -> Result<Option<Read>> {
        let title = problems.take("title", fields::line(t, &typed.title, 200, t.okr_measure_missing()));
        let terms = terms(t, typed, problems)?;
        let unit = problems.take("unit", fields::short(t, &typed.unit, 20));
        let owner = fields::owner(&typed.owner, &self.people)?;
        if owner.is_none() {
            problems.add("owner", t.okr_owner_missing());
        }
        let measured_by = problems.take("measured_by", fields::text(t, &typed.measured_by, 1000));
        let every = Every::parse(&typed.every).ok_or(Fault::NotFound)?;
        let weekday = stored::weekday(fields::chosen(&typed.weekday, 1..=7)?).ok_or(Fault::NotFound)?;
        let reason = problems.take("reason", fields::text(t, &typed.reason, 1000));
        let changes = self.settled.is_some() && terms.is_some() && self.settled != terms;
        if changes && reason.as_ref().is_some_and(String::is_empty) {
            problems.add("reason", t.okr_reason_missing());
        }
        let (Some(title), Some(terms), Some(unit), Some(owner)) = (title, terms, unit, owner) else {
            return Ok(None);
        };
        let (Some(measured_by), Some(reason)) = (measured_by, reason) else { return Ok(None) };
        let cadence = Cadence { every, weekday };
        let fields = KeyResultFields { title, unit, measured_by, owner, cadence };
        Ok(problems.is_empty().then_some(Read { fields, terms, reason }))
    }

    fn page(self, me: &Me, typed: Typed, problems: Problems, now: DateTime<Utc>) -> KeyResultFormPage {
        let t = me.words();
        let kinds =
            Kind::ALL.iter().map(|kind| Choice::new(kind, kind_words(t, *kind), &typed.kind)).collect();
        let paces =
            PaceRule::ALL.iter().map(|rule| Choice::new(rule, pace_words(t, *rule), &typed.pace)).collect();
        let rhythms =
            Every::ALL.iter().map(|every| Choice::new(every, every_words(t, *every), &typed.every)).collect();
        let weekdays = (1..=7)
            .filter_map(|iso| Some(Choice::new(iso, t.weekday_long(stored::weekday(iso)?), &typed.weekday)))
            .collect();
        KeyResultFormPage {
            shell: Shell::of(me, Nav::Okrs, now),
            t,
            problems,
            heading: self.heading,
            button: self.button,
            action: self.action,
            back: self.back,
            kinds,
            owners: fields::owners(t, &self.people, &typed.owner),
            weights: fields::weights(t, &typed.weight),
            paces,
            rhythms,
            weekdays,
            asks_reason: self.settled.is_some(),
            typed,
        }
    }
}

fn kind_words(t: Words, kind: Kind) -> &'static str {
    match kind {
        Kind::Increase => t.okr_kind_increase(),
        Kind::Decrease => t.okr_kind_decrease(),
        Kind::YesNo => t.okr_kind_yes_no(),
    }
}

fn pace_words(t: Words, rule: PaceRule) -> &'static str {
    match rule {
        PaceRule::Linear => t.okr_pace_linear(),
        PaceRule::None => t.okr_pace_none(),
    }
}

fn every_words(t: Words, every: Every) -> &'static str {
    match every {
        Every::Week => t.okr_every_week(),
        Every::Fortnight => t.okr_every_fortnight(),
        Every::Month => t.okr_every_month(),
    }
}

/// The terms typed, or what is wrong with them, under the field it is about.
fn terms(t: Words, typed: &Typed, problems: &mut Problems) -> Result<Option<Terms>> {
    let kind = Kind::parse(&typed.kind).ok_or(Fault::NotFound)?;
    let pace = PaceRule::parse(&typed.pace).ok_or(Fault::NotFound)?;
    let weight = fields::weight(&typed.weight)?;
    let ends = match kind {
        Kind::YesNo => Some((Decimal::ZERO, Decimal::ONE)),
        Kind::Increase | Kind::Decrease => {
            let baseline =
                problems.take("baseline", fields::number(t, &typed.baseline, t.okr_baseline_missing()));
            let target = problems.take("target", fields::number(t, &typed.target, t.okr_target_missing()));
            baseline.zip(target)
        }
    };
    let Some((baseline, target)) = ends else { return Ok(None) };
    match Terms::new(kind, baseline, target, weight, pace) {
        Ok(terms) => return Ok(Some(terms)),
        Err(TermsFault::Baseline(fault)) => problems.add("baseline", fields::value_fault(t, fault)),
        Err(TermsFault::Target(fault)) => problems.add("target", fields::value_fault(t, fault)),
        Err(TermsFault::TargetIsBaseline) => {
            problems.add("target", t.okr_target_is_baseline(t.number(baseline.normalize())));
        }
        Err(TermsFault::TargetBelowBaseline) => problems.add("target", t.okr_target_below()),
        Err(TermsFault::TargetAboveBaseline) => problems.add("target", t.okr_target_above()),
        Err(TermsFault::NotFromNoToYes | TermsFault::Weight) => return Err(Fault::NotFound),
    }
    Ok(None)
}

/// An objective that can be given a key result, for whom may.
async fn to_add(tx: &mut OrgTx, me: &Me, id: ObjectiveId, now: DateTime<Utc>) -> Result<Desk> {
    let t = me.words();
    let objective =
        queries::objective(tx, id).await?.filter(|one| one.dropped_at.is_none()).ok_or(Fault::NotFound)?;
    let owner = objective.owner.as_ref().map(|owner| owner.id);
    if !Ties::to_objective(me, team_id(&objective), owner).may(Deed::KeepObjective) {
        return Err(Fault::Forbidden);
    }
    let cycle = queries::cycle(tx, objective.cycle).await?.ok_or(Fault::NotFound)?;
    if cycle.cycle.state_at(now) == CycleState::Closed {
        return Err(Fault::Forbidden);
    }
    let at = me.at(&format!("/objectives/{id}"));
    Ok(Desk {
        cycle,
        people: queries::people(tx).await?,
        heading: t.okr_new_key_result(),
        button: t.okr_add_key_result(),
        action: format!("{at}/key-results"),
        back: (objective.title, at),
        settled: None,
    })
}

/// `GET /o/{org}/objectives/{objective}/key-results/new`
pub(super) async fn new(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, objective)): Path<(String, ObjectiveId)>,
) -> Result<Response> {
    let desk = to_add(&mut tx, &me, objective, now).await?;
    let typed = Typed {
        submission_key: SubmissionKey::fresh(),
        title: String::new(),
        kind: Kind::Increase.to_string(),
        baseline: String::new(),
        target: String::new(),
        unit: String::new(),
        owner: me.id.to_string(),
        measured_by: String::new(),
        weight: "1".to_owned(),
        pace: PaceRule::Linear.to_string(),
        every: Every::Week.to_string(),
        weekday: "5".to_owned(),
        reason: String::new(),
    };
    Ok(Page(desk.page(&me, typed, Problems::new(), now)).into_response())
}

/// `POST /o/{org}/objectives/{objective}/key-results`
pub(super) async fn add(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, objective)): Path<(String, ObjectiveId)>,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    let desk = to_add(&mut tx, &me, objective, now).await?;
    let mut problems = Problems::new();
    let Some(read) = desk.read(me.words(), &typed, &mut problems)? else {
        return Ok(Refused(desk.page(&me, typed, problems, now)).into_response());
    };
    // The form sent twice names the same key result.
    let id = KeyResultId(typed.submission_key.0);
    if queries::add_key_result(&mut tx, id, objective, &read.fields, now).await? {
        queries::add_terms(&mut tx, id, &read.terms, me.id, "", now).await?;
        roll_up::key_result_due(&mut tx, desk.cycle.id, id, now).await?;
    }
    tx.commit().await?;
    Ok(Done::Created.at(&me.at(&format!("/key-results/{id}"))))
}

/// A key result that can be changed, for whom may.
async fn to_change(tx: &mut OrgTx, me: &Me, id: KeyResultId, now: DateTime<Utc>) -> Result<(Desk, Record)> {
    let t = me.words();
    let record = Record::load(tx, id).await?;
    let one = &record.key_result;
    if one.dropped_at.is_some() {
        return Err(Fault::NotFound);
    }
    let state = one.cycle.cycle.state_at(now);
    if !record.may(me) || state == CycleState::Closed {
        return Err(Fault::Forbidden);
    }
    let at = me.at(&format!("/key-results/{id}"));
    let desk = Desk {
        cycle: one.cycle.clone(),
        people: fields::with_owner(queries::people(tx).await?, one.owner.as_ref()),
        heading: t.okr_edit_key_result(),
        button: t.okr_save(),
        action: format!("{at}/edit"),
        back: (one.title.clone(), at),
        settled: if state == CycleState::Draft { None } else { Some(record.terms_now()?) },
    };
    Ok((desk, record))
}

/// `GET /o/{org}/key-results/{key_result}/edit`
pub(super) async fn edit(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, KeyResultId)>,
) -> Result<Response> {
    let (desk, record) = to_change(&mut tx, &me, id, now).await?;
    let (t, one, terms) = (me.words(), &record.key_result, record.terms_now()?);
    let typed = Typed {
        submission_key: SubmissionKey::fresh(),
        title: one.title.clone(),
        kind: terms.kind().to_string(),
        baseline: t.number(terms.baseline()),
        target: t.number(terms.target()),
        unit: one.unit.clone(),
        owner: one.owner.as_ref().map_or_else(|| fields::NOBODY.to_owned(), |owner| owner.id.to_string()),
        measured_by: one.measured_by.clone(),
        weight: terms.weight().to_string(),
        pace: terms.pace().to_string(),
        every: one.cadence.every.to_string(),
        weekday: stored::iso(one.cadence.weekday).to_string(),
        reason: String::new(),
    };
    Ok(Page(desk.page(&me, typed, Problems::new(), now)).into_response())
}

/// `POST /o/{org}/key-results/{key_result}/edit`
pub(super) async fn change(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, KeyResultId)>,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    let (desk, record) = to_change(&mut tx, &me, id, now).await?;
    let one = &record.key_result;
    let mut problems = Problems::new();
    let Some(read) = desk.read(me.words(), &typed, &mut problems)? else {
        return Ok(Refused(desk.page(&me, typed, problems, now)).into_response());
    };
    let rows = asking::hold(&mut tx, asking::Whose::KeyResult(id), now).await?;
    queries::change_key_result(&mut tx, id, &read.fields).await?;
    rows.follow(&mut tx, now).await?;
    if read.terms != record.terms_now()? {
        queries::add_terms(&mut tx, id, &read.terms, me.id, &read.reason, now).await?;
        roll_up::key_result_due(&mut tx, desk.cycle.id, id, now).await?;
    }
    // Owner and rhythm have no log of their own: when it was due, and so when stale, is told anew for the whole cycle.
    let owner = one.owner.as_ref().map(|owner| owner.id);
    if (owner, one.cadence) != (read.fields.owner, read.fields.cadence) {
        roll_up::key_result_due(&mut tx, desk.cycle.id, id, desk.cycle.cycle.opens()).await?;
    }
    tx.commit().await?;
    Ok(Done::Saved.at(&me.at(&format!("/key-results/{id}"))))
}
