//! Hints as the pages of a draft show them.

use super::objective::team_id;
use super::terms_form::Typed;
use crate::calendar::CycleState;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{KeyResultId, ObjectiveId, TeamId};
use crate::language::Words;
use crate::okr::hints::{self, Before, Ear, Hint};
use crate::okr::log::{CheckIn, standing};
use crate::okr::queries::{self, CheckInRow, NamedCycle, Objective, Wanted};
use crate::okr::standing::of_objectives;
use crate::okr::unit::Unit;
use crate::organisation::Me;
use crate::web::Problems;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

/// A hint in words, with where to follow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hinted {
    pub(super) words: String,
    pub(super) href: Option<String>,
}

impl Hinted {
    fn new(words: String) -> Self {
        Self { words, href: None }
    }
}

fn is_draft(named: &NamedCycle, now: DateTime<Utc>) -> bool {
    named.cycle.state_at(now) == CycleState::Draft
}

/// What an objective and its key results make one ask, while its cycle is a draft, if one may change it.
pub(super) async fn of_objective(
    tx: &mut OrgTx,
    me: &Me,
    (objective, named): (&Objective, &NamedCycle),
    may_edit: bool,
    now: DateTime<Utc>,
) -> Result<Vec<Hinted>> {
    if !may_edit || !is_draft(named, now) {
        return Ok(Vec::new());
    }
    let (t, ear) = (me.words(), Ear::of(me.words()));
    let all = queries::objectives_of_cycle(tx, named.id).await?;
    let own = of_objectives(tx, &[objective.id], now).await?;
    let counts_others = all.iter().any(|below| below.parent == Some(objective.id) && objective.counts(below));
    let of_itself = hints::of_objective(&ear, &objective.title, own.len(), counts_others);
    let mut lines: Vec<_> =
        of_itself.iter().map(|hint| Hinted::new(said(t, hint, &objective.title, &bare()))).collect();
    lines.extend(many_objectives(t, (named, &all), team_id(objective), 0));
    for one in &own {
        let (terms, unit) = (&one.receipt.terms, &one.unit);
        let wanted = Wanted {
            cycle: named.id,
            team: team_id(objective),
            title: &one.title,
            own: Some(one.id),
            carried: None,
        };
        let before = before(tx, &wanted).await?;
        let hints =
            hints::of_key_result(&ear, &one.title, Some((terms, unit)), before.as_ref(), named.cycle.last);
        let href = me.at(&format!("/key-results/{}/edit", one.id));
        let line = |hint: &Hint| Hinted { words: said(t, hint, &one.title, unit), href: Some(href.clone()) };
        lines.extend(hints.iter().map(line));
    }
    Ok(lines)
}

/// Whose form it is: the objective, and the key result once there is one.
pub(super) struct Place<'a> {
    pub(super) objective: ObjectiveId,
    pub(super) own: Option<KeyResultId>,
    pub(super) named: &'a NamedCycle,
}

/// What the form of a key result makes one ask, as it is typed.
pub(super) async fn of_key_result(
    tx: &mut OrgTx,
    me: &Me,
    place: Place<'_>,
    typed: &Typed,
    now: DateTime<Utc>,
) -> Result<Vec<Hinted>> {
    let Place { objective, own, named } = place;
    if !is_draft(named, now) {
        return Ok(Vec::new());
    }
    let t = me.words();
    let objective = queries::objective(tx, objective).await?.ok_or(Fault::NotFound)?;
    let siblings = of_objectives(tx, &[objective.id], now).await?;
    let others = siblings.iter().filter(|one| Some(one.id) != own).count();
    let many = hints::many_key_results(others + 1);
    let mut lines: Vec<_> = many.iter().map(|hint| Hinted::new(said(t, hint, "", &bare()))).collect();
    let title = typed.title.trim();
    if title.is_empty() {
        return Ok(lines);
    }
    let unit = typed.unit(t, &mut Problems::new())?;
    let terms = match &unit {
        Some(unit) => typed.read(t, unit, &named.cycle, &mut Problems::new())?,
        None => None,
    };
    let carried = typed.carried_from.parse().ok();
    let wanted = Wanted { cycle: named.id, team: team_id(&objective), title, own, carried };
    let before = before(tx, &wanted).await?;
    let measured = terms.as_ref().zip(unit.as_ref());
    let hints = hints::of_key_result(&Ear::of(t), title, measured, before.as_ref(), named.cycle.last);
    let unit = unit.unwrap_or_else(bare);
    lines.extend(hints.iter().map(|hint| Hinted::new(said(t, hint, title, &unit))));
    Ok(lines)
}

/// What the form of an objective makes one ask: the title and team that are typed, and what it is now, if it is kept.
pub(super) fn of_form(
    t: Words,
    (named, all): (&NamedCycle, &[Objective]),
    own: Option<&Objective>,
    (title, team): (&str, Option<TeamId>),
    now: DateTime<Utc>,
) -> Vec<Hinted> {
    if !is_draft(named, now) {
        return Vec::new();
    }
    let title = title.trim();
    let more = usize::from(own.map(team_id) != Some(team));
    let hints = hints::of_objective_title(&Ear::of(t), title);
    let lines = hints.iter().map(|hint| Hinted::new(said(t, hint, title, &bare())));
    lines.chain(many_objectives(t, (named, all), team, more)).collect()
}

fn many_objectives(
    t: Words,
    (named, all): (&NamedCycle, &[Objective]),
    team: Option<TeamId>,
    more: usize,
) -> Option<Hinted> {
    let theirs: Vec<_> = all.iter().filter(|one| team_id(one) == team).collect();
    let count = theirs.len() + more;
    let name = theirs.first().and_then(|one| one.team.as_ref());
    let name = name.map_or_else(|| t.okr_company().to_owned(), |team| t.okr_team(&team.name));
    hints::are_many_objectives(count)
        .then(|| Hinted::new(t.hints_many_objectives(name, count, named.label(t))))
}

/// No unit at all.
fn bare() -> Unit {
    Unit::Number(String::new())
}

/// What was measured of a key result in an earlier cycle.
async fn before(tx: &mut OrgTx, wanted: &Wanted<'_>) -> Result<Option<Before>> {
    let Some(found) = queries::forerunner(tx, wanted).await? else { return Ok(None) };
    let log: Vec<_> = queries::check_ins(tx, found.id).await?.iter().map(CheckInRow::pure).collect();
    let point = |one: &CheckIn| (one.date, one.value);
    Ok(Some(Before {
        kind: found.kind,
        unit: Unit::stored(found.quantity, &found.unit),
        points: standing(&log).iter().map(point).collect(),
    }))
}

/// A hint about something of this title, with values in this unit.
fn said(t: Words, hint: &Hint, title: &str, unit: &Unit) -> String {
    match hint {
        Hint::NoMeasure => t.hints_no_measure().to_owned(),
        Hint::ManyKeyResults(count) => t.hints_many_key_results(*count),
        Hint::TwoThings => t.hints_two_things(title),
        Hint::NumberInObjective => t.hints_number_in_objective(title),
        Hint::Deed(verb) => t.hints_deed(title, verb),
        Hint::NumberAsYesNo => t.hints_number_as_yes_no(title),
        Hint::ShareOfWork => t.hints_share_of_work(title),
        Hint::StartsAtNothing => t.hints_starts_at_nothing(title, unit.write(t, Decimal::ZERO)),
        Hint::TitleSaysOther { told, target } => {
            t.hints_title_says_other(title, t.number(told), unit.write(t, *target))
        }
        Hint::BelowTrend { line, target } => {
            let value = unit.write(t, unit.rough(line.value));
            t.hints_below_trend(title, value, t.date_long(line.by), unit.write(t, *target))
        }
    }
}
