//! Opening a review: of which cycle, by whom, with which question for each objective.

use super::course::{self, NewItem, NewReview};
use super::packed::Packed;
use super::queries::{self, PersonRow};
use super::reader;
use crate::calendar::CycleState;
use crate::calendar::Hours;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fair::{self, Window};
use crate::fault::{Fault, Result};
use crate::ids::{CycleId, MemberId, ObjectiveId, ReviewId, SubmissionKey};
use crate::language::Words;
use crate::okr::pace::Elapsed;
use crate::okr::standing::of_objectives;
use crate::okr::status::Status;
use crate::okr::{NamedCycle, cycles, objectives_of_cycle};
use crate::organisation::Me;
use crate::team::{Lead, Team};
use crate::web::parts::moment;
use crate::web::{Done, Form, Nav, Page, Problems, Query, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use std::collections::HashMap;

/// The windows to choose from, in working hours, and the one chosen unless somebody says otherwise.
const WINDOWS: [i64; 4] = [8, 16, 24, 40];
const WINDOW: i64 = 8;
/// The longest question, in characters.
const PROMPT: usize = 500;

#[derive(Deserialize)]
pub(super) struct Asked {
    cycle: Option<CycleId>,
}

/// `templates/round/form.html`.
#[derive(Template)]
#[template(path = "round/form.html")]
struct FormPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    title: String,
    action: String,
    back: String,
    key: SubmissionKey,
    cycle: (String, String),
    others: Vec<(String, String)>,
    hours: Vec<(String, String, bool)>,
    people: Vec<Candidate>,
    items: Vec<Prompted>,
    closes: Option<String>,
}

/// Somebody who can take part.
struct Candidate {
    value: String,
    name: String,
    chosen: bool,
    until: String,
}

/// An objective and its question.
struct Prompted {
    field: String,
    title: String,
    prompt: String,
}

/// What a review of a team in a cycle is opened from.
struct Desk {
    team: Team,
    named: NamedCycle,
    others: Vec<NamedCycle>,
    objectives: Vec<(ObjectiveId, Packed)>,
    people: Vec<PersonRow>,
    hours: HashMap<MemberId, Hours>,
}

/// What was typed: whom, for how long, and the questions.
struct Typed {
    key: SubmissionKey,
    people: Vec<String>,
    hours: String,
    prompts: HashMap<String, String>,
}

impl Desk {
    async fn open(
        tx: &mut OrgTx,
        me: &Me,
        team: Team,
        wanted: Option<CycleId>,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let mut all = cycles(tx).await?;
        all.retain(|one| {
            let runs = !matches!(one.cycle.state_at(now), CycleState::Draft | CycleState::Closed);
            runs && one.team.as_ref().is_none_or(|of| of.id == team.id)
        });
        let chosen = wanted.or(me.cycle.as_ref().map(|running| running.id));
        let at = all
            .iter()
            .position(|one| Some(one.id) == chosen)
            .or((wanted.is_none() && !all.is_empty()).then_some(0));
        let named = at.map(|at| all.remove(at)).ok_or(Fault::NotFound)?;
        let objectives = objectives_of_cycle(tx, named.id).await?;
        let ids: Vec<ObjectiveId> = objectives.iter().map(|one| one.id).collect();
        let standings = of_objectives(tx, &ids, now).await?;
        let own: Vec<_> =
            objectives.iter().filter(|one| one.team.as_ref().is_some_and(|of| of.id == team.id)).collect();
        let packed = Packed::pack(&own, (&objectives, &standings), Elapsed::at(&named.cycle, now));
        let objectives = own.iter().map(|one| one.id).zip(packed).collect();
        let people = queries::people(tx, team.id).await?;
        let who: Vec<MemberId> = people.iter().map(|one| one.id).collect();
        Ok(Self { hours: fair::hours(tx, &who).await?, team, named, others: all, objectives, people })
    }

    /// The form as it is offered: those who sit in the team, and a question for each objective by how it stands.
    fn usual(&self, t: Words) -> Typed {
        let prompts = self.objectives.iter().map(|(id, packed)| (field(*id), prompt(t, packed).to_owned()));
        Typed {
            key: SubmissionKey::fresh(),
            people: self.people.iter().filter(|one| one.sits).map(|one| one.id.to_string()).collect(),
            hours: WINDOW.to_string(),
            prompts: prompts.collect(),
        }
    }

    fn end(&self, member: MemberId, hours: i64, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        Window::open(TimeDelta::hours(hours), self.hours.get(&member)?, now).ends_at
    }

    fn chosen(&self, typed: &Typed) -> Vec<MemberId> {
        self.people.iter().map(|one| one.id).filter(|id| typed.people.contains(&id.to_string())).collect()
    }

    fn read(&self, me: &Me, typed: &Typed, problems: &mut Problems, now: DateTime<Utc>) -> Option<NewReview> {
        let t = me.words();
        let people = self.chosen(typed);
        let hours = WINDOWS.into_iter().find(|hours| hours.to_string() == typed.hours);
        let hours = problems.take("hours", hours.ok_or(t.blocker_unknown()));
        if self.objectives.is_empty() {
            problems.add("people", t.round_no_objectives());
        } else if people.is_empty() {
            problems.add("people", t.round_nobody());
        }
        let never = |one: &&PersonRow| hours.is_some_and(|hours| self.end(one.id, hours, now).is_none());
        if let Some(one) = self.people.iter().filter(|one| people.contains(&one.id)).find(never) {
            problems.add("people", t.fair_never_at_work(&one.name));
        }
        let mut items = Vec::new();
        for (id, packed) in &self.objectives {
            let prompt = typed.prompts.get(&field(*id)).map(|it| it.trim()).unwrap_or_default();
            if prompt.chars().count() > PROMPT {
                problems.add(field(*id), t.talk_too_long(PROMPT));
            }
            items.push(NewItem { objective: *id, prompt: prompt.to_owned(), packed: packed.clone() });
        }
        let (hours, empty) = (hours?, problems.is_empty());
        empty.then_some(NewReview {
            key: typed.key,
            team: self.team.id,
            cycle: self.named.id,
            lead: me.id,
            people,
            hours,
            items,
        })
    }

    fn page(&self, me: &Me, typed: &Typed, problems: Problems, now: DateTime<Utc>) -> FormPage {
        let t = me.words();
        let base = me.at(&format!("/teams/{}/reviews", self.team.slug));
        let hours = typed.hours.parse().unwrap_or(WINDOW);
        let chosen = self.chosen(typed);
        let ends = chosen.iter().map(|id| self.end(*id, hours, now)).collect::<Option<Vec<_>>>();
        let closes = ends.and_then(|ends| ends.into_iter().max());
        FormPage {
            shell: Shell::of(me, Nav::Review, now),
            t,
            problems,
            title: t.round_open_title(&self.team.name),
            back: me.at("/reviews"),
            key: typed.key,
            cycle: (self.named.id.to_string(), self.named.label(t)),
            others: self
                .others
                .iter()
                .map(|one| (one.label(t), format!("{base}/new?cycle={}", one.id)))
                .collect(),
            hours: WINDOWS
                .map(|it| (it.to_string(), t.talk_ask_hours(it), it.to_string() == typed.hours))
                .into(),
            people: self
                .people
                .iter()
                .map(|one| Candidate {
                    value: one.id.to_string(),
                    name: one.name.clone(),
                    chosen: chosen.contains(&one.id),
                    until: self.until(me, one, hours, now),
                })
                .collect(),
            items: self
                .objectives
                .iter()
                .map(|(id, packed)| Prompted {
                    field: field(*id),
                    title: packed.title.clone(),
                    prompt: typed.prompts.get(&field(*id)).cloned().unwrap_or_default(),
                })
                .collect(),
            closes: closes.map(|at| t.round_would_end(moment(t, me.zone, at, now))),
            action: base,
        }
    }

    fn until(&self, me: &Me, one: &PersonRow, hours: i64, now: DateTime<Utc>) -> String {
        let theirs = self.hours.get(&one.id).map_or(me.zone, |theirs| theirs.zone);
        fair::would_have(reader(me, now), (&one.name, theirs), self.end(one.id, hours, now))
    }
}

/// The field of an objective's question.
fn field(id: ObjectiveId) -> String {
    format!("q-{id}")
}

/// What to ask of an objective, by how it stands.
fn prompt(t: Words, packed: &Packed) -> &'static str {
    if packed.key_results.is_empty() {
        t.round_prompt_no_key_results()
    } else if packed.has(Status::Stale) || packed.has(Status::Pending) {
        t.round_prompt_silent()
    } else if packed.is_short() {
        t.round_prompt_short()
    } else {
        t.round_prompt_well()
    }
}

/// Opens a review of the running cycle as its form offers it; `None` where there is nothing to look at.
///
/// # Errors
/// When there is no such cycle, or the database fails.
pub async fn begin(tx: &mut OrgTx, me: &Me, team: Team, now: DateTime<Utc>) -> Result<Option<ReviewId>> {
    let desk = Desk::open(tx, me, team, None, now).await?;
    match desk.read(me, &desk.usual(me.words()), &mut Problems::new(), now) {
        Some(review) => Ok(Some(course::open(tx, &review, now).await?)),
        None => Ok(None),
    }
}

/// `GET /o/{org}/teams/{team}/reviews/new`
pub(super) async fn new(
    Lead { me, team, mut tx }: Lead,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let desk = Desk::open(&mut tx, &me, team, asked.cycle, now).await?;
    let typed = desk.usual(me.words());
    Ok(Page(desk.page(&me, &typed, Problems::new(), now)).into_response())
}

/// `POST /o/{org}/teams/{team}/reviews`. Each objective's question has a field of its own.
pub(super) async fn open(
    Lead { me, team, mut tx }: Lead,
    Now(now): Now,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let of = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    let key = of("submission_key").and_then(|key| key.parse().ok());
    let key = key.ok_or_else(|| Fault::BadForm("no submission key".to_owned()))?;
    let cycle = of("cycle").and_then(|id| id.parse().ok()).ok_or(Fault::NotFound)?;
    let typed = Typed {
        key,
        people: fields.iter().filter(|(name, _)| name == "people").map(|(_, id)| id.clone()).collect(),
        hours: of("hours").unwrap_or_default().to_owned(),
        prompts: fields.iter().filter(|(name, _)| name.starts_with("q-")).cloned().collect(),
    };
    let desk = Desk::open(&mut tx, &me, team, Some(cycle), now).await?;
    if of("preview").is_some() {
        return Ok(Page(desk.page(&me, &typed, Problems::new(), now)).into_response());
    }
    let mut problems = Problems::new();
    let Some(review) = desk.read(&me, &typed, &mut problems, now) else {
        return Ok(Refused(desk.page(&me, &typed, problems, now)).into_response());
    };
    let id = course::open(&mut tx, &review, now).await?;
    tx.commit().await?;
    Ok(Done::ReviewOpened.at(&me.at(&format!("/reviews/{id}"))))
}
