//! Putting the tree in order: up and down among those that serve the same, and away to serve something else.

use super::fields::Choice;
use super::objective::team_id;
use super::objective_form::open_cycle;
use super::okrs;
use super::serving::{self, Above};
use crate::calendar::CycleState;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{CycleId, ObjectiveId};
use crate::language::Words;
use crate::okr::mean;
use crate::okr::permission::{Deed, Ties};
use crate::okr::queries::{self, NamedCycle, Objective, Served};
use crate::okr::tree::Tree;
use crate::organisation::{Me, Member};
use crate::web::{Done, Form, Nav, Page, Path, Problems, Query, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// `?cycle=`
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    cycle: Option<CycleId>,
}

/// `templates/okr/arrange.html`
#[derive(Template)]
#[template(path = "okr/arrange.html")]
struct ArrangePage {
    shell: Shell,
    t: Words,
    back: (String, String),
    lines: Vec<Line>,
}

/// An objective in reading order.
struct Line {
    id: ObjectiveId,
    /// 0 for one that stands on its own.
    depth: usize,
    title: String,
    href: String,
    /// Who it is of: "Forecast team. Inês Duarte".
    of: String,
    moves: Option<Moves>,
}

/// Where it can go.
struct Moves {
    action: String,
    up: bool,
    down: bool,
}

/// `templates/okr/place.html`
#[derive(Template)]
#[template(path = "okr/place.html")]
struct PlacePage {
    shell: Shell,
    t: Words,
    problems: Problems,
    title: String,
    at: String,
    parents: Vec<Choice>,
}

fn may_move(me: &Me, objective: &Objective) -> bool {
    let owner = objective.owner.as_ref().map(|owner| owner.id);
    Ties::to_objective(me, team_id(objective), owner).may(Deed::KeepObjective)
}

/// Whether there is anything they may put in order.
pub(super) fn may_arrange(me: &Me, cycle: &NamedCycle, all: &[Objective], now: DateTime<Utc>) -> bool {
    cycle.cycle.state_at(now) != CycleState::Closed && all.iter().any(|one| may_move(me, one))
}

/// Those that stand beside an objective: they serve the same, or like it nothing that is there. In their order.
fn beside(all: &[Objective], objective: &Objective) -> Vec<ObjectiveId> {
    let above = |one: &Objective| {
        let there = one.parent.filter(|parent| all.iter().any(|one| one.id == *parent))?;
        Some((there, one.parent_key_result))
    };
    all.iter().filter(|one| above(one) == above(objective)).map(|one| one.id).collect()
}

/// `GET /o/{org}/okrs/arrange`
pub(super) async fn page(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let t = me.words();
    let cycles = queries::cycles(&mut tx).await?;
    let chosen = okrs::choose(&cycles, asked.cycle, &me, now)?.ok_or(Fault::NotFound)?;
    let all = queries::objectives_of_cycle(&mut tx, chosen.id).await?;
    let closed = chosen.cycle.state_at(now) == CycleState::Closed;
    let tree = Tree::grow(mean::branches(&all));
    let line = |place: crate::okr::tree::Place| {
        let one = all.get(place.index)?;
        let row = beside(&all, one);
        let at = me.at(&format!("/objectives/{}", one.id));
        let team =
            one.team.as_ref().map_or_else(|| t.okr_company().to_owned(), |team| t.okr_team(&team.name));
        let owner = one.owner.as_ref().map_or(t.okr_no_owner(), |owner| &owner.name);
        Some(Line {
            id: one.id,
            depth: place.depth,
            title: one.title.clone(),
            of: t.okr_summary_plain(team, owner),
            moves: (!closed && may_move(&me, one)).then(|| Moves {
                action: format!("{at}/place"),
                up: row.first() != Some(&one.id),
                down: row.last() != Some(&one.id),
            }),
            href: at,
        })
    };
    Ok(Page(ArrangePage {
        shell: Shell::of(&me, Nav::Okrs, now),
        t,
        back: (chosen.label(t), me.at(&format!("/okrs?cycle={}", chosen.id))),
        lines: tree.rows().filter_map(|(_, place)| line(place)).collect(),
    })
    .into_response())
}

/// An objective about to be moved, for whom may.
struct Desk {
    one: Objective,
    cycle: NamedCycle,
    above: Above,
}

impl Desk {
    async fn open(tx: &mut OrgTx, me: &Me, id: ObjectiveId, now: DateTime<Utc>) -> Result<Self> {
        let one = queries::objective(tx, id).await?.filter(|one| one.dropped_at.is_none());
        let one = one.ok_or(Fault::NotFound)?;
        if !may_move(me, &one) {
            return Err(Fault::Forbidden);
        }
        let cycle = open_cycle(tx, one.cycle, now).await?;
        let above = Above::load(tx, one.cycle).await?;
        Ok(Self { one, cycle, above })
    }

    fn page(&self, me: &Me, typed: &str, problems: Problems, now: DateTime<Utc>) -> PlacePage {
        let t = me.words();
        PlacePage {
            shell: Shell::of(me, Nav::Okrs, now),
            t,
            problems,
            title: self.one.title.clone(),
            at: me.at(&format!("/objectives/{}", self.one.id)),
            parents: self.above.choices(t, Some(self.one.id), typed),
        }
    }

    /// Serves something else from now on. Answers why not, if it can't; the transaction is then of no use.
    async fn serve(&self, tx: &mut OrgTx, t: Words, serves: Option<Served>) -> Result<Option<&'static str>> {
        let id = self.one.id;
        if let Some(problem) = self.above.problem(t, id, serves) {
            return Ok(Some(problem));
        }
        if self.one.serves() != serves {
            if let Err(error) = queries::serve(tx, id, serves).await {
                return serving::refusal(t, &error).map(Some).ok_or_else(|| error.into());
            }
            serving::moved(tx, (self.cycle.id, &self.cycle.cycle), id, self.one.parent).await?;
        }
        Ok(None)
    }

    /// Goes one up or down among its like; at the end of the row it stays.
    async fn step(&self, tx: &mut OrgTx, up: bool) -> sqlx::Result<()> {
        let mut row = beside(&self.above.all, &self.one);
        let here = row.iter().position(|id| *id == self.one.id);
        let there = here.and_then(|at| if up { at.checked_sub(1) } else { Some(at + 1) });
        if let (Some(here), Some(there)) = (here, there.filter(|at| *at < row.len())) {
            row.swap(here, there);
            queries::put_in_order(tx, &row).await?;
        }
        Ok(())
    }
}

/// `GET /o/{org}/objectives/{objective}/place`
pub(super) async fn place(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, ObjectiveId)>,
) -> Result<Response> {
    let desk = Desk::open(&mut tx, &me, id, now).await?;
    let now_serves = serving::name(desk.one.serves());
    Ok(Page(desk.page(&me, &now_serves, Problems::new(), now)).into_response())
}

/// One step, or what it is to serve.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    step: Option<Step>,
    /// One, or none at all; an empty one says that it is to stand on its own.
    #[serde(default)]
    parent: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Step {
    Up,
    Down,
}

/// `POST /o/{org}/objectives/{objective}/place`
pub(super) async fn change(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, ObjectiveId)>,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    let desk = Desk::open(&mut tx, &me, id, now).await?;
    match (typed.step, typed.parent.first()) {
        (Some(step), _) => desk.step(&mut tx, matches!(step, Step::Up)).await?,
        (None, Some(parent)) => {
            let serves = desk.above.read(parent)?;
            if let Some(problem) = desk.serve(&mut tx, me.words(), serves).await? {
                let mut problems = Problems::new();
                problems.add("parent", problem);
                return Ok(Refused(desk.page(&me, parent, problems, now)).into_response());
            }
        }
        (None, None) => return Err(Fault::BadForm("neither a step nor a place".to_owned())),
    }
    tx.commit().await?;
    Ok(Done::Moved.at(&me.at(&format!("/okrs/arrange?cycle={}#o-{id}", desk.cycle.id))))
}
