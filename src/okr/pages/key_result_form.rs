//! Writing a key result, and changing one. Its terms are a log: once the cycle is active, a change needs a reason and
//! stays in the history.

use super::carry::{self, Source};
use super::fields::{self, Choice};
use super::hinted::{self, Hinted, Place};
use super::objective::team_id;
use super::terms_form::{PointRow, StepRow, Typed};
use crate::calendar::CycleState;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{KeyResultId, ObjectiveId};
use crate::language::Words;
use crate::okr::asking;
use crate::okr::assigned;
use crate::okr::measure::{Kind, PaceRule, Terms};
use crate::okr::permission::{Deed, Ties};
use crate::okr::queries::{self, KeyResultFields, NamedCycle};
use crate::okr::record::Record;
use crate::okr::roll_up;
use crate::okr::standing::Person;
use crate::okr::status::{Cadence, Every};
use crate::okr::stored;
use crate::okr::unit::Quantity;
use crate::organisation::{Me, Member};
use crate::web::{Done, Form, Nav, Page, Path, Problems, Query, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

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
    quantities: Vec<Choice>,
    steps: Vec<StepRow>,
    points: Vec<PointRow>,
    owners: Vec<Choice>,
    weights: Vec<Choice>,
    paces: Vec<Choice>,
    rhythms: Vec<Choice>,
    weekdays: Vec<Choice>,
    /// Whether the terms can no longer change without a reason.
    asks_reason: bool,
    /// Where it is carried over from.
    notice: Option<String>,
    /// What is worth asking while it is a draft.
    hints: Vec<Hinted>,
}

/// What the form stands for and offers.
struct Desk {
    objective: ObjectiveId,
    /// The key result that is changed; none when one is written.
    own: Option<KeyResultId>,
    cycle: NamedCycle,
    people: Vec<Person>,
    heading: &'static str,
    button: &'static str,
    action: String,
    back: (String, String),
    /// The terms that hold, once a change of them needs a reason.
    settled: Option<Terms>,
    /// What it is made of, once it was measured: then it stays milestones, or stays none.
    measured: Option<Kind>,
    /// Where it is carried over from.
    notice: Option<String>,
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
        let unit = typed.unit(t, problems)?;
        let terms = match &unit {
            Some(unit) => typed.read(t, unit, &self.cycle.cycle, problems)?,
            None => None,
        };
        if let Some((before, terms)) = self.measured.zip(terms.as_ref())
            && (before == Kind::Milestones) != (terms.kind() == Kind::Milestones)
        {
            problems.add("kind", t.okr_kind_measured());
        }
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

    async fn page(
        self,
        tx: &mut OrgTx,
        me: &Me,
        typed: Typed,
        problems: Problems,
        now: DateTime<Utc>,
    ) -> Result<KeyResultFormPage> {
        let t = me.words();
        let place = Place { objective: self.objective, own: self.own, named: &self.cycle };
        let hints = hinted::of_key_result(tx, me, place, &typed, now).await?;
        let kinds =
            Kind::ALL.iter().map(|kind| Choice::new(kind, kind_words(t, *kind), &typed.kind)).collect();
        let paces =
            PaceRule::ALL.iter().map(|rule| Choice::new(rule, pace_words(t, *rule), &typed.pace)).collect();
        let quantities = Quantity::ALL
            .iter()
            .map(|one| Choice::new(one, quantity_words(t, *one), &typed.quantity))
            .collect();
        let rhythms =
            Every::ALL.iter().map(|every| Choice::new(every, every_words(t, *every), &typed.every)).collect();
        let weekdays = (1..=7)
            .filter_map(|iso| Some(Choice::new(iso, t.weekday_long(stored::weekday(iso)?), &typed.weekday)))
            .collect();
        Ok(KeyResultFormPage {
            shell: Shell::of(me, Nav::Okrs, now),
            t,
            problems,
            heading: self.heading,
            button: self.button,
            action: self.action,
            back: self.back,
            kinds,
            quantities,
            steps: typed.step_rows(t),
            points: typed.point_rows(),
            owners: fields::owners(t, &self.people, &typed.owner),
            weights: fields::weights(t, &typed.weight),
            paces,
            rhythms,
            weekdays,
            asks_reason: self.settled.is_some(),
            notice: self.notice,
            hints,
            typed,
        })
    }
}

fn kind_words(t: Words, kind: Kind) -> &'static str {
    match kind {
        Kind::Increase => t.okr_kind_increase(),
        Kind::Decrease => t.okr_kind_decrease(),
        Kind::KeepWithin => t.okr_kind_keep_within(),
        Kind::Milestones => t.okr_kind_milestones(),
        Kind::YesNo => t.okr_kind_yes_no(),
    }
}

fn pace_words(t: Words, rule: PaceRule) -> &'static str {
    match rule {
        PaceRule::Linear => t.okr_pace_linear(),
        PaceRule::Checkpoints => t.okr_pace_checkpoints(),
        PaceRule::None => t.okr_pace_none(),
    }
}

fn quantity_words(t: Words, quantity: Quantity) -> &'static str {
    match quantity {
        Quantity::Number => t.okr_quantity_number(),
        Quantity::Percent => t.okr_quantity_percent(),
        Quantity::Money => t.okr_quantity_money(),
        Quantity::Duration => t.okr_quantity_duration(),
    }
}

fn every_words(t: Words, every: Every) -> &'static str {
    match every {
        Every::Week => t.okr_every_week(),
        Every::Fortnight => t.okr_every_fortnight(),
        Every::Month => t.okr_every_month(),
    }
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
        objective: id,
        own: None,
        cycle,
        people: queries::people(tx, team_id(&objective)).await?,
        heading: t.okr_new_key_result(),
        button: t.okr_add_key_result(),
        action: format!("{at}/key-results"),
        back: (objective.title, at),
        settled: None,
        notice: None,
        measured: None,
    })
}

/// `?carried_from=`: the key result of an earlier cycle that goes on in this objective.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    carried_from: Option<KeyResultId>,
}

/// `GET /o/{org}/objectives/{objective}/key-results/new`
pub(super) async fn new(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, objective)): Path<(String, ObjectiveId)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let mut desk = to_add(&mut tx, &me, objective, now).await?;
    if let Some(from) = asked.carried_from {
        let source = carry::key_result_for(&mut tx, me.words(), from, objective, now).await?;
        if source.is_copied {
            return Ok(on_to_the_next(&me, &source));
        }
        desk.notice = Some(source.notice);
        return Ok(Page(desk.page(&mut tx, &me, source.typed, Problems::new(), now).await?).into_response());
    }
    let typed = Typed { owner: me.id.to_string(), ..Typed::blank() };
    Ok(Page(desk.page(&mut tx, &me, typed, Problems::new(), now).await?).into_response())
}

/// `POST /o/{org}/objectives/{objective}/key-results`
pub(super) async fn add(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, objective)): Path<(String, ObjectiveId)>,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    let mut desk = to_add(&mut tx, &me, objective, now).await?;
    let mut problems = Problems::new();
    let from = typed.carried_from.parse::<KeyResultId>().ok();
    let mut next = me.at(&format!("/key-results/{}", typed.submission_key));
    if let Some(from) = from {
        let source = carry::key_result_for(&mut tx, me.words(), from, objective, now).await?;
        next = me.at(&format!("/objectives/{}/carry", source.objective));
        if source.is_copied {
            return Ok(on_to_the_next(&me, &source));
        }
        desk.notice = Some(source.notice);
    }
    if !typed.more.is_empty() {
        return Ok(Page(desk.page(&mut tx, &me, typed, problems, now).await?).into_response());
    }
    let Some(read) = desk.read(me.words(), &typed, &mut problems)? else {
        return Ok(Refused(desk.page(&mut tx, &me, typed, problems, now).await?).into_response());
    };
    // The form sent twice names the same key result.
    let id = KeyResultId(typed.submission_key.0);
    if queries::add_key_result(&mut tx, id, objective, &read.fields, now).await? {
        queries::add_terms(&mut tx, id, &read.terms, me.id, "", now).await?;
        roll_up::key_result_due(&mut tx, desk.cycle.id, id, now).await?;
        assigned::owned(&mut tx, id, (None, read.fields.owner), me.id, now).await?;
        if let Some(from) = from {
            queries::carry_key_result(&mut tx, id, from).await?;
        }
    }
    tx.commit().await?;
    Ok(Done::Created.at(&next))
}

/// Back to where the next one is carried over.
fn on_to_the_next(me: &Me, source: &Source) -> Response {
    Done::Created.at(&me.at(&format!("/objectives/{}/carry", source.objective)))
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
    let team = one.team.as_ref().map(|team| team.id);
    let desk = Desk {
        objective: one.objective,
        own: Some(id),
        cycle: one.cycle.clone(),
        people: fields::with_owner(queries::people(tx, team).await?, one.owner.as_ref()),
        heading: t.okr_edit_key_result(),
        button: t.okr_save(),
        action: format!("{at}/edit"),
        back: (one.title.clone(), at),
        notice: None,
        settled: if state == CycleState::Draft { None } else { Some(record.terms_now()?) },
        measured: if record.check_ins.is_empty() { None } else { Some(record.terms_now()?.kind()) },
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
        title: one.title.clone(),
        owner: one.owner.as_ref().map_or_else(|| fields::NOBODY.to_owned(), |owner| owner.id.to_string()),
        measured_by: one.measured_by.clone(),
        every: one.cadence.every.to_string(),
        weekday: stored::iso(one.cadence.weekday).to_string(),
        ..Typed::of(t, &terms, &one.unit)
    };
    Ok(Page(desk.page(&mut tx, &me, typed, Problems::new(), now).await?).into_response())
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
    if !typed.more.is_empty() {
        return Ok(Page(desk.page(&mut tx, &me, typed, problems, now).await?).into_response());
    }
    let Some(read) = desk.read(me.words(), &typed, &mut problems)? else {
        return Ok(Refused(desk.page(&mut tx, &me, typed, problems, now).await?).into_response());
    };
    let rows = asking::hold(&mut tx, asking::Whose::KeyResult(id), now).await?;
    queries::change_key_result(&mut tx, id, &read.fields, now).await?;
    rows.follow(&mut tx, now).await?;
    if read.terms != record.terms_now()? {
        queries::add_terms(&mut tx, id, &read.terms, me.id, &read.reason, now).await?;
        roll_up::key_result_due(&mut tx, desk.cycle.id, id, now).await?;
    }
    // Owner and rhythm have no log of their own: when it was due, and so when stale, is told anew for the whole cycle.
    let owner = one.owner.as_ref().map(|owner| owner.id);
    assigned::owned(&mut tx, id, (owner, read.fields.owner), me.id, now).await?;
    if (owner, one.cadence) != (read.fields.owner, read.fields.cadence) {
        roll_up::key_result_due(&mut tx, desk.cycle.id, id, desk.cycle.cycle.opens()).await?;
    }
    tx.commit().await?;
    Ok(Done::Saved.at(&me.at(&format!("/key-results/{id}"))))
}
