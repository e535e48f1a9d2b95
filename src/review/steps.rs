//! `/o/{org}/review/steps`: a key result, or an objective without any, a page; what should happen is said and kept.

use super::acts::{Act, Acts, Deed, Origin, talked_of};
use super::filter::{Asked, Filter};
use super::gather::Gathered;
use super::pages::led;
use super::queries::{self, Stepped};
use super::queue::{Desk, Reach};
use super::reason::Subject;
use super::tag::Tag;
use super::walk::{Outcome, Walk};
use super::week_strip::{strip, weeks};
use crate::calendar::CycleState;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::SubmissionKey;
use crate::language::Words;
use crate::okr::parts::Word;
use crate::okr::{NamedCycle, choose_cycle, cycles};
use crate::organisation::{Me, Member};
use crate::talk;
use crate::web::{Done, Form, Nav, Page, Path, Problems, Query, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// `templates/review/step.html`
#[derive(Template)]
#[template(path = "review/step.html")]
struct StepPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    /// "Key result 3 of 11", and how much of the way that is, in percent of the drawing.
    place: String,
    done: String,
    share: usize,
    review: String,
    action: String,
    key: SubmissionKey,
    /// The objective of a key result: its title and page.
    objective: Option<(String, String)>,
    href: String,
    title: String,
    owner: Option<String>,
    tags: Vec<Tag>,
    why: Vec<String>,
    reach: Option<Reach>,
    words: Option<String>,
    /// What was said week by week; blank where nothing was.
    weeks: Vec<(i64, Option<Word>)>,
    outcomes: Vec<(&'static str, &'static str, bool)>,
    note: String,
    /// What the reader wrote at this stop before.
    before: Option<String>,
    hint: String,
    previous: Option<String>,
    /// Whether the reader may say that they have seen what needs a look.
    acknowledge: bool,
    ask: Option<String>,
    /// The form that gives it to somebody.
    acts: Acts,
}

/// Somebody on their way through a cycle.
pub(super) struct Way {
    pub(super) named: NamedCycle,
    pub(super) gathered: Gathered,
    pub(super) filter: Filter,
    /// What was asked for, for the addresses of this walk.
    pub(super) query: String,
    pub(super) walk: Walk,
    /// What they said so far.
    pub(super) stepped: Vec<Stepped>,
}

impl Way {
    /// Reads it.
    pub(super) async fn of(tx: &mut OrgTx, me: &Me, asked: Asked, now: DateTime<Utc>) -> Result<Self> {
        let all = cycles(tx).await?;
        let named = choose_cycle(&all, asked.cycle()?, me, now)?.ok_or(Fault::NotFound)?.clone();
        let gathered = Gathered::of(tx, Some(me.id), &named, now).await?;
        let filter = asked.filter(&led(me), &gathered.teams, &gathered.owners())?.scope_alone();
        let stepped = queries::stepped(tx, me.id, named.id).await?;
        let seen: Vec<_> = stepped.iter().map(|one| one.subject.id()).collect();
        let walk = Walk::new(stops(&gathered, &filter), &seen);
        Ok(Self { query: asked.scope_query(named.id), named, gathered, filter, walk, stepped })
    }

    /// The address of a stop, or of the summary where there is none.
    pub(super) fn at(&self, me: &Me, stop: Option<Subject>) -> String {
        me.at(&address(stop, &self.query))
    }

    fn desk<'a>(&'a self, me: &'a Me, now: DateTime<Utc>) -> Desk<'a> {
        Desk { me, gathered: &self.gathered, cycle: self.named.id, back: self.query.clone(), now }
    }
}

/// The address of a stop on a walk that was asked for like this, or of the summary where there is none; within the
/// organisation's addresses.
pub(super) fn address(stop: Option<Subject>, query: &str) -> String {
    match stop {
        Some(Subject::KeyResult(id)) => format!("/review/steps/key-results/{id}?{query}"),
        Some(Subject::Objective(id)) => format!("/review/steps/objectives/{id}?{query}"),
        Some(Subject::Blocker(_) | Subject::Decision(_)) | None => format!("/review/summary?{query}"),
    }
}

/// The key results of each objective that the filter keeps, in order; the objective itself where it has none.
pub(super) fn stops(gathered: &Gathered, filter: &Filter) -> Vec<Subject> {
    let mut aims: Vec<_> =
        gathered.aims.iter().filter(|aim| filter.keeps_item(Subject::Objective(aim.id), gathered)).collect();
    aims.sort_by_key(|aim| aim.team.as_ref().map(|team| (team.name.as_str(), team.id)));
    let mut stops = Vec::new();
    for aim in aims {
        let own = gathered.standings.iter().filter(|one| one.objective == aim.id);
        let before = stops.len();
        stops.extend(own.map(|one| Subject::KeyResult(one.id)));
        if stops.len() == before {
            stops.push(Subject::Objective(aim.id));
        }
    }
    stops
}

/// `GET /o/{org}/review/steps`: on to where one was.
pub(super) async fn go_on(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let way = Way::of(&mut tx, &me, asked, now).await?;
    Ok(Redirect::to(&way.at(&me, way.walk.next())).into_response())
}

/// `GET /o/{org}/review/steps/…/{id}`
pub(super) async fn page<S: Into<Subject>>(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, S)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let way = Way::of(&mut tx, &me, asked, now).await?;
    let page = way.page(&me, id.into(), &StepForm::empty(), Problems::new(), now)?;
    Ok(Page(page).into_response())
}

#[derive(Deserialize)]
pub(super) struct StepForm {
    submission_key: SubmissionKey,
    #[serde(default)]
    deed: StepDeed,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    note: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StepDeed {
    /// What should happen is kept, and on to the next.
    #[default]
    Next,
    /// The same, and what needs a look was seen.
    Acknowledge,
    /// The note is a question.
    Ask,
}

impl StepForm {
    fn empty() -> Self {
        let (outcome, note) = (String::new(), String::new());
        Self { submission_key: SubmissionKey::fresh(), deed: StepDeed::Next, outcome, note }
    }
}

/// `POST /o/{org}/review/steps/…/{id}`
pub(super) async fn step<S: Into<Subject>>(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, S)>,
    Query(asked): Query<Asked>,
    Form(form): Form<StepForm>,
) -> Result<Response> {
    let subject = id.into();
    let way = Way::of(&mut tx, &me, asked, now).await?;
    let place = way.walk.place(subject).ok_or(Fault::NotFound)?;
    let outcome =
        if form.outcome.is_empty() { Some(Outcome::KeepGoing) } else { Outcome::parse(&form.outcome) };
    let outcome = outcome.ok_or_else(|| Fault::BadForm("no such outcome".to_owned()))?;
    let mut problems = Problems::new();
    let note = form.note.trim();
    let act = Act {
        desk: way.desk(&me, now),
        named: &way.named,
        subject,
        key: form.submission_key,
        note: if form.deed == StepDeed::Acknowledge { "" } else { note },
        until: "",
        owner: "",
    };
    if form.deed == StepDeed::Ask {
        act.run(&mut tx, Deed::Ask, &mut problems).await?;
    } else {
        let words = said(me.words(), outcome, note);
        if !words.is_empty()
            && let Err(wrong) =
                talk::reply(&mut tx, &me, talked_of(subject), &words, form.submission_key, now).await?
        {
            wrong.iter().for_each(|(_, sentence)| problems.add("note", sentence));
        }
    }
    if form.deed == StepDeed::Acknowledge && problems.is_empty() {
        act.run(&mut tx, Deed::Acknowledge, &mut problems).await?;
    }
    if !problems.is_empty() {
        // There is one field for words here, whoever finds them wrong.
        let mut here = Problems::new();
        problems.iter().for_each(|(_, sentence)| here.add("note", sentence));
        return Ok(Refused(way.page(&me, subject, &form, here, now)?).into_response());
    }
    let step = Stepped { subject, outcome, note: note.to_owned() };
    queries::step(&mut tx, (me.id, way.named.id), &step, now).await?;
    tx.commit().await?;
    let next = way.at(&me, way.walk.beside(place).1);
    Ok(match form.deed {
        StepDeed::Next => Redirect::to(&next).into_response(),
        StepDeed::Acknowledge => Done::Seen.at(&next),
        StepDeed::Ask => Done::Asked.at(&next),
    })
}

/// What joins the history: what should happen, unless it simply goes on, and the note.
fn said(t: Words, outcome: Outcome, note: &str) -> String {
    match (outcome, note) {
        (Outcome::KeepGoing, note) => note.to_owned(),
        (_, "") => t.steps_said(word(t, outcome)),
        _ => format!("{}\n\n{note}", t.steps_said(word(t, outcome))),
    }
}

/// What should happen, in a few words.
pub(super) fn word(t: Words, outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::KeepGoing => t.steps_keep_going(),
        Outcome::Help => t.steps_help(),
        Outcome::ChangeTarget => t.steps_change_target(),
        Outcome::LetGo => t.steps_let_go(),
    }
}

impl Way {
    /// What can be done at a stop besides saying what should happen. What a closed cycle had stays whose it was.
    fn acts(&self, desk: &Desk<'_>, subject: Subject) -> Result<Acts> {
        let acts = Acts::of(desk, subject, 1).ok_or(Fault::NotFound)?;
        let closed = self.named.cycle.state_at(desk.now) == CycleState::Closed;
        Ok(Acts { from: Origin::Step, giving: acts.giving.filter(|_| !closed), ..acts })
    }

    fn page(
        &self,
        me: &Me,
        subject: Subject,
        form: &StepForm,
        problems: Problems,
        now: DateTime<Utc>,
    ) -> Result<StepPage> {
        let (t, desk) = (me.words(), self.desk(me, now));
        let place = self.walk.place(subject).ok_or(Fault::NotFound)?;
        let (href, title) = desk.subject(subject).ok_or(Fault::NotFound)?;
        let items = self.gathered.attention(&self.named, now);
        let item = items.iter().find(|item| item.subject == subject);
        let open = item.filter(|item| self.gathered.answered(item, now).is_none());
        let mine = self.stepped.iter().find(|one| one.subject == subject);
        let chosen = Outcome::parse(&form.outcome).or(mine.map(|one| one.outcome));
        let chosen = chosen.unwrap_or(Outcome::KeepGoing);
        let (previous, _) = self.walk.beside(place);
        let all = self.walk.stops.len();
        let standing = match subject {
            Subject::KeyResult(id) => self.gathered.standing(id),
            Subject::Objective(_) | Subject::Blocker(_) | Subject::Decision(_) => None,
        };
        let owner = match subject {
            Subject::KeyResult(_) => standing.and_then(|one| one.owner.as_ref()),
            Subject::Objective(id) => self.gathered.aim(id).and_then(|aim| aim.owner.as_ref()),
            Subject::Blocker(_) | Subject::Decision(_) => None,
        };
        let begun = weeks(&self.named.cycle, now);
        let said =
            standing.map_or_else(Vec::new, |one| strip(self.gathered.log(one.id), &self.named.cycle, &begun));
        let said = said.into_iter().map(|word| word.map(|word| Word::said(t, word)));
        Ok(StepPage {
            shell: Shell::of(me, Nav::Review, now),
            t,
            problems,
            place: t.steps_place(place + 1, all),
            done: t.steps_done(self.walk.done(), all),
            share: (place + 1) * 100 / all.max(1),
            review: me.at(&format!("/review?{}", self.query)),
            action: self.at(me, Some(subject)),
            key: form.submission_key,
            objective: standing
                .map(|one| (one.objective_title.clone(), me.at(&format!("/objectives/{}", one.objective)))),
            href,
            title,
            hint: owner
                .map_or_else(|| t.steps_hint_nobody().to_owned(), |owner| t.steps_hint(owner.first_name())),
            owner: owner.map(|owner| owner.name.clone()),
            tags: item.map(|item| desk.tags(item)).unwrap_or_default(),
            why: item.map(|item| desk.why(item)).unwrap_or_default(),
            reach: standing.map(|one| super::queue::reach(me, one)),
            words: standing.and_then(|one| desk.last_words(one.id)),
            weeks: begun.iter().map(|week| week.number).zip(said).collect(),
            outcomes: Outcome::ALL.iter().map(|one| (one.as_str(), word(t, *one), *one == chosen)).collect(),
            note: form.note.clone(),
            before: mine.filter(|one| !one.note.is_empty()).map(|one| t.steps_before(&one.note)),
            previous: previous.map(|stop| self.at(me, Some(stop))),
            acknowledge: open.is_some() && desk.may_answer(subject),
            ask: desk.ask(subject),
            acts: self.acts(&desk, subject)?,
        })
    }
}
