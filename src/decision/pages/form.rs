//! Proposing a decision: what is asked, whom, and until when each of them would have.

use super::typed::{Typed, WINDOWS};
use super::{may_propose, moment, readable, reader};
use crate::calendar::Hours;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::decision::course::{Proposal, propose};
use crate::decision::queries::asked::{self, ObjectiveRow, PersonRow, UpdateRow};
use crate::decision::queries::{self, Link};
use crate::decision::rule::Silence;
use crate::fair::{self, Window};
use crate::fault::{Fault, Result};
use crate::ids::{DecisionId, MemberId, ObjectiveId, TeamId, UpdateId};
use crate::language::Words;
use crate::organisation::{Me, Member};
use crate::team::Team;
use crate::web::{Done, Form, Nav, Page, Problems, Query, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use std::collections::HashMap;

/// `?team=&objective=&update=&again=`
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    team: Option<String>,
    /// What it touches, where it is proposed from there.
    objective: Option<ObjectiveId>,
    update: Option<UpdateId>,
    /// A decision that is asked again.
    again: Option<DecisionId>,
}

/// `templates/decision/form.html`.
#[derive(Template)]
#[template(path = "decision/form.html")]
pub(super) struct FormPage {
    pub(super) shell: Shell,
    pub(super) t: Words,
    pub(super) problems: Problems,
    pub(super) heading: &'static str,
    pub(super) button: &'static str,
    /// Where the form goes, and where it came from.
    pub(super) action: String,
    pub(super) back: String,
    pub(super) typed: Typed,
    pub(super) fields: Vec<String>,
    pub(super) preferred: Vec<Choice>,
    /// Whom and what a new decision is for; one that is changed keeps that.
    pub(super) desk: Option<Offered>,
    /// That everybody's hours begin again.
    pub(super) notice: Option<String>,
}

/// One of a list.
pub(super) struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// What the form of a new decision offers.
pub(super) struct Offered {
    teams: Vec<Choice>,
    people: Vec<Candidate>,
    hours: Vec<Choice>,
    silences: Vec<Choice>,
    objectives: Vec<Choice>,
    /// The update it comes from.
    update: Option<String>,
    /// When it would close at the latest.
    closes: Option<String>,
}

/// Somebody who can decide.
struct Candidate {
    value: String,
    name: String,
    chosen: bool,
    /// Until when they would have, on their clock and the reader's.
    until: String,
}

/// What there is to choose from.
struct Desk {
    teams: Vec<Team>,
    team: Option<TeamId>,
    people: Vec<PersonRow>,
    hours: HashMap<MemberId, Hours>,
    objectives: Vec<ObjectiveRow>,
    update: Option<UpdateRow>,
}

impl Desk {
    async fn open(tx: &mut OrgTx, me: &Me, typed: &Typed) -> Result<Self> {
        let mut teams = Team::all(tx).await?;
        teams.retain(|team| may_propose(me, Some(team.id)));
        let team = match typed.team.as_str() {
            "" => None,
            slug => Some(teams.iter().find(|team| team.slug == slug).ok_or(Fault::NotFound)?.id),
        };
        if !may_propose(me, team) {
            return Err(Fault::Forbidden);
        }
        let people = asked::people(tx, team).await?;
        let ids: Vec<MemberId> = people.iter().map(|one| one.id).collect();
        let update = match typed.update.parse::<UpdateId>() {
            Ok(id) => asked::update(tx, id, me.id).await?,
            Err(_) => None,
        };
        Ok(Self {
            hours: fair::hours(tx, &ids).await?,
            objectives: asked::objectives(tx, (team, &typed.objectives()), me.id).await?,
            teams,
            team,
            people,
            update,
        })
    }

    /// When somebody's window would end.
    fn end(&self, member: MemberId, hours: i64, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let theirs = self.hours.get(&member)?;
        Window::open(TimeDelta::hours(hours), theirs, now).ends_at
    }

    fn read(&self, me: &Me, typed: &Typed, problems: &mut Problems, now: DateTime<Utc>) -> Option<Proposal> {
        let t = me.words();
        let asked = typed.asked(t, problems);
        let silence = typed.silence(t, problems);
        let deciders = typed.deciders(&self.people);
        let hours = problems.take("hours", typed.hours().ok_or(t.blocker_unknown()));
        if deciders.is_empty() {
            problems.add("decider", t.decision_deciders_missing());
        }
        let never = |one: &&PersonRow| hours.is_some_and(|hours| self.end(one.id, hours, now).is_none());
        let chosen = |one: &&PersonRow| deciders.contains(&one.id);
        if let Some(one) = self.people.iter().filter(chosen).find(never) {
            problems.add("decider", t.fair_never_at_work(&one.name));
        }
        let objectives = self.objectives.iter().map(|one| one.id);
        let touched = objectives.filter(|id| typed.objective.contains(&id.to_string())).map(Link::Objective);
        let links = touched.chain(self.update.iter().map(|update| Link::Update(update.id))).collect();
        let (asked, silence, hours) = (asked?, silence?, hours?);
        problems.is_empty().then_some(Proposal {
            key: typed.submission_key,
            team: self.team,
            proposer: me.id,
            deciders,
            hours,
            silence,
            asked,
            links,
        })
    }

    fn offered(&self, me: &Me, typed: &Typed, now: DateTime<Utc>) -> Offered {
        let t = me.words();
        let hours = typed.hours().unwrap_or(super::typed::WINDOW);
        let everybody = Choice::new("", t.decision_everybody(), &typed.team);
        let teams = self.teams.iter().map(|team| Choice::new(&team.slug, &team.name, &typed.team));
        let deciders = typed.deciders(&self.people);
        let ends: Vec<_> = deciders.iter().map(|id| self.end(*id, hours, now)).collect();
        let closes = ends.iter().copied().collect::<Option<Vec<_>>>().and_then(|ends| ends.into_iter().max());
        let silences = [
            (Silence::NoView, t.decision_silence_none()),
            (Silence::Consent, t.decision_silence_preferred()),
        ];
        Offered {
            teams: std::iter::once(everybody).chain(teams).collect(),
            people: self
                .people
                .iter()
                .map(|one| Candidate {
                    value: one.id.to_string(),
                    name: one.name.clone(),
                    chosen: deciders.contains(&one.id),
                    until: self.until(me, one, hours, now),
                })
                .collect(),
            hours: WINDOWS.map(|it| Choice::new(it, t.talk_ask_hours(it), &typed.hours)).into(),
            silences: silences.map(|(it, words)| Choice::new(it.as_str(), words, &typed.silence)).into(),
            objectives: self
                .objectives
                .iter()
                .map(|one| Choice {
                    value: one.id.to_string(),
                    label: one.title.clone(),
                    chosen: typed.objective.contains(&one.id.to_string()),
                })
                .collect(),
            update: self.update.as_ref().map(|it| t.decision_update_of(&it.author, t.date_long(it.date))),
            closes: closes.map(|at| t.decision_would_close(moment(t, me.zone, at, now))),
        }
    }

    fn until(&self, me: &Me, one: &PersonRow, hours: i64, now: DateTime<Utc>) -> String {
        let theirs = self.hours.get(&one.id).map_or(me.zone, |theirs| theirs.zone);
        fair::would_have(reader(me, now), (&one.name, theirs), self.end(one.id, hours, now))
    }

    fn page(&self, me: &Me, typed: Typed, problems: Problems, now: DateTime<Utc>) -> FormPage {
        let t = me.words();
        FormPage {
            desk: Some(self.offered(me, &typed, now)),
            ..FormPage::new(
                me,
                (t.decision_propose(), t.decision_ask()),
                me.at("/decisions"),
                (typed, problems),
                now,
            )
        }
    }
}

impl Choice {
    fn new(value: impl ToString, label: impl Into<String>, chosen: &str) -> Self {
        let value = value.to_string();
        Self { chosen: value == chosen, label: label.into(), value }
    }
}

impl FormPage {
    /// The form of what is asked, alone.
    pub(super) fn new(
        me: &Me,
        (heading, button): (&'static str, &'static str),
        action: String,
        (typed, problems): (Typed, Problems),
        now: DateTime<Utc>,
    ) -> Self {
        let t = me.words();
        let fields = typed.fields();
        let none = Choice::new("", t.decision_preferred_none(), &typed.preferred);
        let each = (1..=fields.len()).map(|at| Choice::new(at, t.decision_option(at), &typed.preferred));
        Self {
            shell: Shell::of(me, Nav::Decisions, now),
            t,
            problems,
            heading,
            button,
            back: me.at("/decisions"),
            action,
            preferred: std::iter::once(none).chain(each).collect(),
            fields,
            typed,
            desk: None,
            notice: None,
        }
    }
}

/// `GET /o/{org}/decisions/new`
pub(super) async fn new(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    if !me.role.takes_part() {
        return Err(Fault::Forbidden);
    }
    let seat = me.teams.iter().find(|seat| seat.lead).or(me.teams.first());
    // What it touches says whose it is, where they may propose there.
    let touched = asked::team_of(&mut tx, wanted.objective, wanted.update, me.id).await?;
    let touched = touched.filter(|team| may_propose(&me, Some(team.id))).map(|team| team.slug);
    let team = wanted.team.or(touched).or_else(|| seat.map(|seat| seat.slug.clone())).unwrap_or_default();
    let mut typed = Typed::new(team);
    if let Some(again) = wanted.again {
        let decision = readable(&mut tx, &me, again).await?;
        let versions = queries::versions(&mut tx, again).await?;
        let options = queries::options(&mut tx, again).await?;
        typed = typed.with(versions.first().ok_or(Fault::NotFound)?, &options);
        typed.silence = decision.silence.as_str().to_owned();
        typed.hours = (decision.seconds / 3600).to_string();
        let teams = Team::all(&mut tx).await?;
        let team = teams.into_iter().find(|team| Some(team.id) == decision.team_id);
        typed.team = team.map(|team| team.slug).unwrap_or_default();
    }
    typed.objective = wanted.objective.iter().map(ToString::to_string).collect();
    typed.update = wanted.update.map(|id| id.to_string()).unwrap_or_default();
    let desk = Desk::open(&mut tx, &me, &typed).await?;
    // Those who sit in the team; the proposer knows already.
    let sits = desk.people.iter().filter(|one| one.sits && one.id != me.id);
    typed.decider = sits.map(|one| one.id.to_string()).collect();
    Ok(Page(desk.page(&me, typed, Problems::new(), now)).into_response())
}

/// `POST /o/{org}/decisions`
pub(super) async fn add(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    if !me.role.takes_part() {
        return Err(Fault::Forbidden);
    }
    let desk = Desk::open(&mut tx, &me, &typed).await?;
    if typed.preview.is_some() {
        return Ok(Page(desk.page(&me, typed, Problems::new(), now)).into_response());
    }
    let mut problems = Problems::new();
    let Some(proposal) = desk.read(&me, &typed, &mut problems, now) else {
        return Ok(Refused(desk.page(&me, typed, problems, now)).into_response());
    };
    let id = propose(&mut tx, &proposal, now).await?;
    tx.commit().await?;
    Ok(Done::Proposed.at(&me.at(&format!("/decisions/{id}"))))
}
