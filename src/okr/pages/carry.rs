//! Carrying an objective over into a later cycle, one by one: the objective, then each of its key results, each over the
//! form it is written with. Nothing is copied that nobody added.

use super::fields;
use super::terms_form::Typed;
use crate::calendar::CycleState;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{KeyResultId, ObjectiveId};
use crate::language::Words;
use crate::okr::closing::Closing;
use crate::okr::parts::{aim, reached};
use crate::okr::queries::{self, Carried, NamedCycle, Objective};
use crate::okr::standing::{self, Standing};
use crate::okr::stored;
use crate::organisation::{Me, Member};
use crate::web::{Nav, Page, Path, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};

/// `templates/okr/carry.html`
#[derive(Template)]
#[template(path = "okr/carry.html")]
struct CarryPage {
    shell: Shell,
    t: Words,
    title: String,
    back: (String, String),
    /// From when on it can be carried over, while it can't.
    early: Option<String>,
    /// Its copy: which cycle, and where.
    copy: Option<(String, String)>,
    /// The cycles it can go on in: which, and where the form is.
    into: Vec<(String, String)>,
    /// Where the next cycle is set, for whom may.
    new_cycle: Option<String>,
    rows: Vec<Row>,
}

/// A key result, and what becomes of it.
struct Row {
    title: String,
    about: String,
    then: Option<&'static str>,
    /// Its copy: which cycle, and where.
    copy: Option<(String, String)>,
    /// Where it is looked at once more.
    form: Option<String>,
}

/// `GET /o/{org}/objectives/{objective}/carry`
pub(super) async fn page(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, ObjectiveId)>,
) -> Result<Response> {
    let objective = to_carry(&mut tx, &me, id).await?;
    let closing = Closing::load(&mut tx, objective.cycle, now).await?;
    let cycles = queries::cycles(&mut tx).await?;
    let (t, cycle) = (me.words(), &closing.named.cycle);
    let copy = closing.copy(id);
    let early = closing.is_ahead();
    let into =
        cycles.iter().filter(|one| !early && copy.is_none() && goes_on_in(&objective, cycle, one, now));
    let link = |one: &NamedCycle| {
        (one.label(t), me.at(&format!("/objectives/new?cycle={}&carried_from={id}", one.id)))
    };
    let into: Vec<_> = into.map(link).collect();
    let row = |one: &Standing| {
        let copied = closing.key_result_copy(one.id);
        let owner = one.owner.as_ref().map_or(t.okr_no_owner(), |owner| &owner.name);
        let form = |(copy, _): &(ObjectiveId, String)| {
            me.at(&format!("/objectives/{copy}/key-results/new?carried_from={}", one.id))
        };
        Row {
            title: one.title.clone(),
            about: t.closing_aimed(owner, aim(t, &one.receipt.terms, &one.unit)),
            then: closing.grade(one.id).map(|given| super::graded::outlook(t, given.outlook)),
            form: copy.filter(|_| copied.is_none()).map(form),
            copy: copied
                .map(|(copy, name)| (t.closing_goes_on(name), me.at(&format!("/key-results/{copy}")))),
        }
    };
    Ok(Page(CarryPage {
        shell: Shell::of(&me, Nav::Okrs, now),
        t,
        back: (
            me.at(&format!("/cycles/{}/closing", objective.cycle)),
            t.closing_title(closing.named.label(t)),
        ),
        early: early.then(|| t.closing_carry_early(t.date_long(cycle.zone.date_at(cycle.closing())))),
        copy: copy.map(|(copy, name)| (t.closing_goes_on(name), me.at(&format!("/objectives/{copy}")))),
        new_cycle: (into.is_empty() && me.role.administers()).then(|| me.at("/cycles/new")),
        into,
        rows: closing.key_results(id).map(row).collect(),
        title: objective.title.clone(),
    })
    .into_response())
}

/// Whether an objective can go on in a cycle: a later one, not closed, of the organisation or of the objective's team.
fn goes_on_in(
    objective: &Objective,
    from: &crate::calendar::Cycle,
    into: &NamedCycle,
    now: DateTime<Utc>,
) -> bool {
    let team = objective.team.as_ref().map(|team| team.id);
    let fits = into.team.as_ref().is_none_or(|own| team == Some(own.id));
    fits && from.first < into.cycle.first && into.cycle.state_at(now) != CycleState::Closed
}

/// An objective that can be carried over, for whom may.
async fn to_carry(tx: &mut OrgTx, me: &Me, id: ObjectiveId) -> Result<Objective> {
    let found = queries::objective(tx, id).await?.filter(|one| one.dropped_at.is_none());
    let objective = found.ok_or(Fault::NotFound)?;
    if Closing::may_keep(me, &objective) { Ok(objective) } else { Err(Fault::Forbidden) }
}

/// The objective that is carried over into this cycle, unless it was already.
///
/// # Errors
/// [`Fault::NotFound`] when it can't be carried there, [`Fault::Forbidden`] when they may not.
pub(super) async fn objective_for(
    tx: &mut OrgTx,
    me: &Me,
    from: ObjectiveId,
    into: &NamedCycle,
    now: DateTime<Utc>,
) -> Result<(Objective, NamedCycle)> {
    let objective = to_carry(tx, me, from).await?;
    let named = queries::cycle(tx, objective.cycle).await?.ok_or(Fault::NotFound)?;
    let ripe = named.cycle.state_at(now) >= CycleState::Closing;
    if ripe && goes_on_in(&objective, &named.cycle, into, now) {
        Ok((objective, named))
    } else {
        Err(Fault::NotFound)
    }
}

/// The copy of an objective, if it has one.
pub(super) async fn copy_of(tx: &mut OrgTx, from: ObjectiveId) -> Result<Option<ObjectiveId>> {
    let carried = queries::carried_objectives(tx, &[from]).await?;
    Ok(carried.into_iter().find(|one| one.from == from).map(|one| one.to))
}

/// What the copy of an objective serves: the copy of what that served, if it is among these.
pub(super) async fn parent_of_copy(
    tx: &mut OrgTx,
    from: &Objective,
    among: &[Objective],
) -> Result<Option<ObjectiveId>> {
    let Some(parent) = from.parent else { return Ok(None) };
    let copy = copy_of(tx, parent).await?;
    Ok(copy.filter(|copy| among.iter().any(|one| one.id == *copy)))
}

/// A key result that is carried over into an objective, which is the copy of its own.
pub(super) struct Source {
    pub(super) objective: ObjectiveId,
    pub(super) typed: Typed,
    /// What stands over the form.
    pub(super) notice: String,
    /// Whether it was carried over already.
    pub(super) is_copied: bool,
}

/// Reads the key result that is carried over, with the form filled in: the baseline is its last value, milestones that are
/// done stay behind, dates of the old cycle are left to be set anew.
///
/// # Errors
/// [`Fault::NotFound`] when it does not belong there.
pub(super) async fn key_result_for(
    tx: &mut OrgTx,
    t: Words,
    from: KeyResultId,
    into: ObjectiveId,
    now: DateTime<Utc>,
) -> Result<Source> {
    // Held, so that of two who carry it over at once the second finds the copy of the first.
    queries::measured(tx, from).await?;
    let one = queries::key_result(tx, from).await?.filter(|one| one.dropped_at.is_none());
    let one = one.ok_or(Fault::NotFound)?;
    if copy_of(tx, one.objective).await? != Some(into) || one.cycle.cycle.state_at(now) < CycleState::Closing
    {
        return Err(Fault::NotFound);
    }
    let standings = standing::of_objectives(tx, &[one.objective], now).await?;
    let standing = standings.iter().find(|it| it.id == from).ok_or(Fault::NotFound)?;
    let carried = queries::carried_key_results(tx, &[from]).await?;
    let notice = t.closing_carry_key_result_notice(
        one.cycle.label(t),
        reached(t, standing),
        aim(t, &standing.receipt.terms, &standing.unit),
    );
    let typed = Typed {
        title: one.title.clone(),
        owner: one.owner.as_ref().map_or_else(|| fields::NOBODY.to_owned(), |owner| owner.id.to_string()),
        measured_by: one.measured_by.clone(),
        every: one.cadence.every.to_string(),
        weekday: stored::iso(one.cadence.weekday).to_string(),
        carried_from: from.to_string(),
        ..begun_anew(t, standing)
    };
    let is_copied = carried.iter().any(|it: &Carried<KeyResultId>| it.from == from);
    Ok(Source { objective: one.objective, typed, notice, is_copied })
}

/// The terms of a key result as the next cycle would begin with them.
fn begun_anew(t: Words, standing: &Standing) -> Typed {
    let receipt = &standing.receipt;
    let mut typed = Typed::of(t, &receipt.terms, &standing.unit);
    if let Some(value) = receipt.value.filter(|_| receipt.terms.kind().is_line()) {
        typed.baseline = standing.unit.field(t, value);
    }
    let open: Vec<_> = receipt.terms.steps().iter().filter(|step| !receipt.done.contains(&step.id)).collect();
    typed.step_id = open.iter().map(|_| String::new()).collect();
    typed.step_name = open.iter().map(|step| step.name.clone()).collect();
    typed.step_due = open.iter().map(|_| String::new()).collect();
    typed.step_weight = open.iter().map(|step| step.weight.to_string()).collect();
    typed.point_on = typed.point_on.iter().map(|_| String::new()).collect();
    typed
}

/// Where a thing comes from and goes on, as its own page shows it: what, and where.
pub(super) fn provenance<I: PartialEq + std::fmt::Display>(
    me: &Me,
    id: &I,
    carried: &[Carried<I>],
    pages: &str,
) -> Vec<(String, String)> {
    let t = me.words();
    let told = carried.iter().map(|one| {
        let (words, other) = if one.to == *id {
            (t.closing_comes_from(&one.from_cycle), &one.from)
        } else {
            (t.closing_goes_on(&one.to_cycle), &one.to)
        };
        (words, me.at(&format!("/{pages}/{other}")))
    });
    told.collect()
}
