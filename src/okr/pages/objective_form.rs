//! Writing an objective, and changing one.

use super::carry;
use super::fields::{self, Choice};
use super::hinted::{self, Hinted};
use super::objective::{ambition, team_id};
use super::objective_typed::{COMPANY, Typed};
use super::serving::{self, Above};
use crate::calendar::CycleState;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{CycleId, ObjectiveId, SubmissionKey, TeamId};
use crate::language::Words;
use crate::okr::assigned;
use crate::okr::permission::{Deed, Ties};
use crate::okr::queries::{self, NamedCycle, Objective, ObjectiveFields, Served};
use crate::okr::standing::{Person, TeamName};
use crate::okr::stored::Ambition;
use crate::okr::{asking, roll_up};
use crate::organisation::{Me, Member};
use crate::web::{Done, Form, Nav, Page, Path, Problems, Query, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// `?cycle=&parent=&carried_from=`
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    cycle: Option<CycleId>,
    parent: Option<String>,
    /// The objective of an earlier cycle that goes on in this one.
    carried_from: Option<ObjectiveId>,
}

/// `templates/okr/objective_form.html`
#[derive(Template)]
#[template(path = "okr/objective_form.html")]
struct ObjectiveFormPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    heading: &'static str,
    button: &'static str,
    /// Where the form goes, and where "Cancel" leads.
    action: String,
    back: (String, String),
    typed: Typed,
    teams: Vec<Choice>,
    owners: Vec<Choice>,
    reviewers: Vec<Choice>,
    parents: Vec<Choice>,
    ambitions: Vec<Choice>,
    weights: Vec<Choice>,
    /// Where it is carried over from.
    notice: Option<String>,
    /// What is worth asking while it is a draft.
    hints: Vec<Hinted>,
}

/// What the form offers.
struct Desk {
    cycle: NamedCycle,
    /// The objective that is changed; none when one is written.
    now: Option<Objective>,
    company: bool,
    teams: Vec<TeamName>,
    people: Vec<Person>,
    above: Above,
    /// What it goes on from, with the name of that cycle.
    carried: Option<(Objective, String)>,
}

impl Desk {
    async fn open(tx: &mut OrgTx, me: &Me, cycle: NamedCycle, now: Option<Objective>) -> Result<Self> {
        let may = |team| Ties::to_objective(me, team, None).may(Deed::AddObjective);
        let present = now.as_ref().map(team_id);
        let own = cycle.team.as_ref().map(|team| team.id);
        let mut teams = queries::teams(tx).await?;
        teams.retain(|team| {
            let fits = own.is_none_or(|own| own == team.id);
            fits && may(Some(team.id)) || present == Some(Some(team.id))
        });
        let people = queries::people(tx, None).await?;
        let owner = now.as_ref().and_then(|one| one.owner.as_ref());
        let reviewer = now.as_ref().and_then(|one| one.reviewer.as_ref());
        Ok(Self {
            company: own.is_none() && may(None) || present == Some(None),
            teams,
            people: fields::with_owner(fields::with_owner(people, owner), reviewer),
            above: Above::load(tx, cycle.id).await?,
            cycle,
            now,
            carried: None,
        })
    }

    /// The same for an objective that goes on from one of an earlier cycle. `None` when it does already.
    async fn carrying(
        mut self,
        tx: &mut OrgTx,
        me: &Me,
        from: ObjectiveId,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>> {
        let (objective, named) = carry::objective_for(tx, me, from, &self.cycle, now).await?;
        if carry::copy_of(tx, from).await?.is_some() {
            return Ok(None);
        }
        self.people = fields::with_owner(self.people, objective.owner.as_ref());
        self.people = fields::with_owner(self.people, objective.reviewer.as_ref());
        self.carried = Some((objective, named.label(me.words())));
        Ok(Some(self))
    }

    /// What was typed, or what is wrong with it.
    async fn read(
        &self,
        tx: &mut OrgTx,
        t: Words,
        id: ObjectiveId,
        typed: &Typed,
        problems: &mut Problems,
    ) -> Result<Option<ObjectiveFields>> {
        let title = problems.take("title", fields::line(t, &typed.title, 200, t.okr_title_missing()));
        let why = problems.take("why", fields::text(t, &typed.why, 5000));
        let team = self.team(&typed.team)?;
        if team.is_none() {
            problems.add("team", t.okr_team_missing());
        }
        let owner = fields::owner(&typed.owner, &self.people)?;
        if owner.is_none() {
            problems.add("owner", t.okr_owner_missing());
        }
        let reviewer = match typed.reviewer.as_str() {
            "" => None,
            id => Some(fields::chosen(id, self.people.iter().map(|one| one.id))?),
        };
        let serves = self.above.read(&typed.parent)?.or(self.serves_unseen());
        if let Some(problem) = self.above.problem(t, id, serves) {
            problems.add("parent", problem);
        }
        let ambition = Ambition::parse(&typed.ambition).ok_or(Fault::NotFound)?;
        let weight = fields::weight(&typed.weight)?;
        let (Some(title), Some(why), Some(team), Some(owner)) = (title, why, team, owner) else {
            return Ok(None);
        };
        let count_aligned = typed.count_aligned.is_some();
        let fields =
            ObjectiveFields { title, why, team, owner, reviewer, serves, ambition, weight, count_aligned };
        let holds = problems.is_empty() && self.is_theirs_to_read(tx, t, &fields, problems).await?;
        Ok(holds.then_some(fields))
    }

    /// What it serves and whoever types may not read: choosing nothing leaves that as it is.
    fn serves_unseen(&self) -> Option<Served> {
        let serves = self.now.as_ref().and_then(Objective::serves)?;
        (!self.above.all.iter().any(|one| one.id == serves.objective)).then_some(serves)
    }

    /// Whether owner and reviewer may read what is of the team chosen; says where they may not.
    async fn is_theirs_to_read(
        &self,
        tx: &mut OrgTx,
        t: Words,
        fields: &ObjectiveFields,
        problems: &mut Problems,
    ) -> Result<bool> {
        let team = self.teams.iter().find(|team| Some(team.id) == fields.team && team.private);
        let Some(team) = team else { return Ok(true) };
        let readers = queries::people(tx, Some(team.id)).await?;
        for (field, named) in [("owner", fields.owner), ("reviewer", fields.reviewer)] {
            if named.is_some_and(|named| !readers.iter().any(|one| one.id == named)) {
                problems.add(field, t.okr_named_outside(&team.name));
            }
        }
        Ok(problems.is_empty())
    }

    /// The form filled in with what is carried over. It serves the copy of what it served, once that is carried over too.
    async fn going_on(&self, tx: &mut OrgTx) -> Result<Typed> {
        let (from, _) = self.carried.as_ref().ok_or(Fault::NotFound)?;
        let parent = carry::parent_of_copy(tx, from, &self.above.all).await?;
        Ok(Typed {
            cycle: self.cycle.id.to_string(),
            parent: parent.map(|parent| parent.to_string()).unwrap_or_default(),
            carried_from: from.id.to_string(),
            ..Typed::of(from)
        })
    }

    /// The team chosen: `None` when nothing was, `Some(None)` for the whole organisation.
    fn team(&self, typed: &str) -> Result<Option<Option<TeamId>>> {
        match typed {
            "" => Ok(None),
            COMPANY if self.company => Ok(Some(None)),
            COMPANY => Err(Fault::Forbidden),
            id => Ok(Some(Some(fields::chosen(id, self.teams.iter().map(|team| team.id))?))),
        }
    }

    fn page(&self, me: &Me, typed: Typed, problems: Problems, now: DateTime<Utc>) -> ObjectiveFormPage {
        let t = me.words();
        let team = self.team(&typed.team).ok().flatten().flatten();
        let company = self.company.then(|| Choice::new(COMPANY, t.okr_company(), &typed.team));
        let teams = self.teams.iter().map(|team| Choice::new(team.id, t.okr_team(&team.name), &typed.team));
        let nobody = Choice::new("", t.okr_no_reviewer(), &typed.reviewer);
        let reviewers = self.people.iter().map(|one| Choice::new(one.id, &one.name, &typed.reviewer));
        let ambitions =
            Ambition::ALL.iter().map(|one| Choice::new(one.as_str(), ambition(t, *one), &typed.ambition));
        let (heading, button, action, back) = match &self.now {
            None => {
                let back = (self.cycle.label(t), me.at(&format!("/okrs?cycle={}", self.cycle.id)));
                (t.okr_new_objective(), t.okr_add_objective(), me.at("/objectives"), back)
            }
            Some(one) => {
                let at = me.at(&format!("/objectives/{}", one.id));
                (t.okr_edit_objective(), t.okr_save(), format!("{at}/edit"), (one.title.clone(), at))
            }
        };
        ObjectiveFormPage {
            shell: Shell::of(me, Nav::Okrs, now),
            t,
            problems,
            heading,
            button,
            action,
            back,
            teams: company.into_iter().chain(teams).collect(),
            owners: fields::owners(t, &self.people, &typed.owner),
            reviewers: [nobody].into_iter().chain(reviewers).collect(),
            parents: self.above.choices(t, self.now.as_ref().map(|one| one.id), &typed.parent),
            ambitions: ambitions.collect(),
            weights: fields::weights(t, &typed.weight),
            hints: hinted::of_form(
                t,
                (&self.cycle, &self.above.all),
                self.now.as_ref(),
                (&typed.title, team),
                now,
            ),
            notice: self.carried.as_ref().map(|(_, cycle)| t.closing_carry_objective_notice(cycle)),
            typed,
        }
    }
}

/// The cycle an objective can be written for: one that is not closed.
pub(super) async fn open_cycle(tx: &mut OrgTx, id: CycleId, now: DateTime<Utc>) -> Result<NamedCycle> {
    let cycle = queries::cycle(tx, id).await?.ok_or(Fault::NotFound)?;
    if cycle.cycle.state_at(now) == CycleState::Closed { Err(Fault::NotFound) } else { Ok(cycle) }
}

/// `GET /o/{org}/objectives/new`
pub(super) async fn new(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let id = asked.cycle.or(me.cycle.as_ref().map(|running| running.id)).ok_or(Fault::NotFound)?;
    let cycle = open_cycle(&mut tx, id, now).await?;
    if !super::may_add(&me, &cycle) {
        return Err(Fault::Forbidden);
    }
    let desk = Desk::open(&mut tx, &me, cycle, None).await?;
    if let Some(from) = asked.carried_from {
        let Some(desk) = desk.carrying(&mut tx, &me, from, now).await? else {
            return Ok(Done::Created.at(&me.at(&format!("/objectives/{from}/carry"))));
        };
        let typed = desk.going_on(&mut tx).await?;
        return Ok(Page(desk.page(&me, typed, Problems::new(), now)).into_response());
    }
    let parent = asked.parent.unwrap_or_default();
    desk.above.read(&parent)?;
    // The team they would write for first: the cycle's, the one they lead, the one they sit in, or the whole organisation.
    let seat = me.teams.iter().find(|seat| seat.lead).or(me.teams.first());
    let team = desk.cycle.team.as_ref().map(|team| team.id).or(seat.map(|seat| seat.team));
    let typed = Typed {
        submission_key: SubmissionKey::fresh(),
        cycle: id.to_string(),
        title: String::new(),
        why: String::new(),
        team: team.map_or_else(|| COMPANY.to_owned(), |team| team.to_string()),
        owner: me.id.to_string(),
        reviewer: String::new(),
        parent,
        ambition: Ambition::Aspirational.as_str().to_owned(),
        weight: "1".to_owned(),
        count_aligned: None,
        carried_from: String::new(),
    };
    Ok(Page(desk.page(&me, typed, Problems::new(), now)).into_response())
}

/// `POST /o/{org}/objectives`
pub(super) async fn add(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    let cycle = typed.cycle.parse().map_err(|_| Fault::NotFound)?;
    let cycle = open_cycle(&mut tx, cycle, now).await?;
    if !super::may_add(&me, &cycle) {
        return Err(Fault::Forbidden);
    }
    let mut desk = Desk::open(&mut tx, &me, cycle, None).await?;
    // The form sent twice names the same objective.
    let id = ObjectiveId(typed.submission_key.0);
    let from = typed.carried_from.parse::<ObjectiveId>().ok();
    if let Some(from) = from {
        match desk.carrying(&mut tx, &me, from, now).await? {
            Some(carrying) => desk = carrying,
            None => return Ok(Done::Created.at(&me.at(&format!("/objectives/{from}/carry")))),
        }
    }
    let mut problems = Problems::new();
    let Some(fields) = desk.read(&mut tx, me.words(), id, &typed, &mut problems).await? else {
        return Ok(Refused(desk.page(&me, typed, problems, now)).into_response());
    };
    if queries::add_objective(&mut tx, id, desk.cycle.id, &fields, now).await? {
        roll_up::objective_due(&mut tx, desk.cycle.id, id, now).await?;
        assigned::objective(&mut tx, id, None, (fields.owner, fields.reviewer), me.id, now).await?;
        if let Some(from) = from {
            queries::carry_objective(&mut tx, id, from).await?;
        }
    }
    tx.commit().await?;
    let next = from.map_or_else(|| format!("/objectives/{id}"), |from| format!("/objectives/{from}/carry"));
    Ok(Done::Created.at(&me.at(&next)))
}

/// The objective to change, for whom may.
async fn to_change(tx: &mut OrgTx, me: &Me, id: ObjectiveId, now: DateTime<Utc>) -> Result<Desk> {
    let objective =
        queries::objective(tx, id).await?.filter(|one| one.dropped_at.is_none()).ok_or(Fault::NotFound)?;
    let owner = objective.owner.as_ref().map(|owner| owner.id);
    if !Ties::to_objective(me, team_id(&objective), owner).may(Deed::KeepObjective) {
        return Err(Fault::Forbidden);
    }
    let cycle = open_cycle(tx, objective.cycle, now).await?;
    Desk::open(tx, me, cycle, Some(objective)).await
}

/// `GET /o/{org}/objectives/{objective}/edit`
pub(super) async fn edit(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, ObjectiveId)>,
) -> Result<Response> {
    let desk = to_change(&mut tx, &me, id, now).await?;
    let typed = Typed::of(desk.now.as_ref().ok_or(Fault::NotFound)?);
    Ok(Page(desk.page(&me, typed, Problems::new(), now)).into_response())
}

/// `POST /o/{org}/objectives/{objective}/edit`
pub(super) async fn change(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, ObjectiveId)>,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    let desk = to_change(&mut tx, &me, id, now).await?;
    let one = desk.now.as_ref().ok_or(Fault::NotFound)?;
    let mut problems = Problems::new();
    let Some(fields) = desk.read(&mut tx, me.words(), id, &typed, &mut problems).await? else {
        return Ok(Refused(desk.page(&me, typed, problems, now)).into_response());
    };
    let figures_move = (one.serves(), one.weight, one.count_aligned, team_id(one))
        != (fields.serves, fields.weight, fields.count_aligned, fields.team);
    let rows = asking::hold(&mut tx, asking::Whose::Objective(id), now).await?;
    queries::change_objective(&mut tx, id, &fields, now).await?;
    assigned::objective(&mut tx, id, Some(one), (fields.owner, fields.reviewer), me.id, now).await?;
    rows.follow(&mut tx, now).await?;
    if one.serves() != fields.serves
        && let Err(error) = queries::serve(&mut tx, id, fields.serves).await
    {
        problems.add("parent", serving::refusal(me.words(), &error).ok_or(error)?);
        return Ok(Refused(desk.page(&me, typed, problems, now)).into_response());
    }
    if figures_move {
        serving::moved(&mut tx, (desk.cycle.id, &desk.cycle.cycle), id, one.parent).await?;
    }
    tx.commit().await?;
    Ok(Done::Saved.at(&me.at(&format!("/objectives/{id}"))))
}
