//! What somebody found stepping through: looked at before it is sent, and kept as a page once it is.

use super::filter::{Asked, Scope};
use super::queries::{self, Line, NewSummary};
use super::reason::Subject;
use super::steps::{Way, word};
use super::walk::Outcome;
use crate::app::App;
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::ids::{ObjectiveId, SubmissionKey, SummaryId};
use crate::language::Words;
use crate::organisation::{Me, Member};
use crate::talk;
use crate::web::{Done, Form, Nav, Page, Path, Problems, Query, Refused, Shell};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The most characters of the words on top.
const WORDS: usize = 5000;

/// What was said should happen, and to what.
struct Part {
    heading: String,
    /// Title, page, and the note.
    lines: Vec<(String, String, String)>,
}

/// `templates/review/summary.html`
#[derive(Template)]
#[template(path = "review/summary.html")]
struct SummaryPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    title: String,
    cycle: String,
    review: String,
    parts: Vec<Part>,
    /// What is left to look at, and where; `None` when nothing is.
    left: Option<(String, String)>,
    /// The form that sends it; `None` when it was sent, or there is nothing in it.
    send: Option<Send>,
    /// Who sent it and when, once it was.
    sent: Option<String>,
    words: String,
}

/// What is to be sent, and who hears of it.
struct Send {
    action: String,
    key: SubmissionKey,
    hint: String,
}

/// `GET /o/{org}/review/summary`: what would be sent.
pub(super) async fn preview(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let way = Way::of(&mut tx, &me, asked, now).await?;
    let page = way.preview(&me, (String::new(), SubmissionKey::fresh()), Problems::new(), now);
    Ok(Page(page).into_response())
}

#[derive(Deserialize)]
pub(super) struct SendForm {
    submission_key: SubmissionKey,
    #[serde(default)]
    words: String,
}

/// `POST /o/{org}/review/summary`: it is kept as a page, and told under each objective it is about.
pub(super) async fn send(
    State(app): State<App>,
    Member { me, mut tx }: Member,
    Now(now): Now,
    Query(asked): Query<Asked>,
    Form(form): Form<SendForm>,
) -> Result<Response> {
    let way = Way::of(&mut tx, &me, asked, now).await?;
    let (t, words) = (me.words(), form.words.trim());
    let mut problems = Problems::new();
    if words.chars().count() > WORDS {
        problems.add("words", t.talk_too_long(WORDS));
        let page = way.preview(&me, (form.words, form.submission_key), problems, now);
        return Ok(Refused(page).into_response());
    }
    let id = SummaryId(form.submission_key.0);
    let page = me.at(&format!("/review/summaries/{id}"));
    let lines = way.lines();
    let new = NewSummary {
        id,
        cycle: way.named.id,
        team: if let Scope::Team(team) = way.filter.scope { Some(team) } else { None },
        by: me.id,
        words,
        lines: &lines,
    };
    // Sent twice, or with nothing in it, it is not sent again.
    if !lines.is_empty() && queries::add_summary(&mut tx, new, now).await? {
        let mut told: BTreeMap<ObjectiveId, Vec<&Line>> = BTreeMap::new();
        for line in &lines {
            told.entry(line.objective).or_default().push(line);
        }
        for (objective, lines) in told {
            let body = t.steps_told(counted(t, &lines), app.config.link(&page));
            // Words of ours can't be wrong; who may read the page may reply on it.
            let _unsaid =
                talk::reply(&mut tx, &me, objective.into(), &body, SubmissionKey::fresh(), now).await?;
        }
        queries::sent(&mut tx, (me.id, way.named.id), id, &lines).await?;
    }
    tx.commit().await?;
    let to = if lines.is_empty() { way.query_page(&me) } else { page };
    Ok(Done::Sent.at(&to))
}

/// `GET /o/{org}/review/summaries/{summary}`
pub(super) async fn page(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, SummaryId)>,
) -> Result<Response> {
    let row = queries::summary(&mut tx, id, me.id).await?.ok_or(Fault::NotFound)?;
    let (t, day) = (me.words(), me.zone.date_at(row.at));
    Ok(Page(SummaryPage {
        shell: Shell::of(&me, Nav::Review, now),
        t,
        problems: Problems::new(),
        title: t.steps_summary_of(&row.cycle),
        cycle: row.cycle,
        review: me.at(&format!("/review?cycle={}", row.cycle_id)),
        parts: parts(&me, &row.lines.0),
        left: None,
        send: None,
        sent: Some(t.steps_sent_by(&row.by, t.date_year(day))),
        words: row.words,
    })
    .into_response())
}

impl Way {
    fn preview(
        &self,
        me: &Me,
        (words, key): (String, SubmissionKey),
        problems: Problems,
        now: DateTime<Utc>,
    ) -> SummaryPage {
        let t = me.words();
        let (lines, left) = (self.lines(), self.walk.stops.len() - self.walk.done());
        SummaryPage {
            shell: Shell::of(me, Nav::Review, now),
            t,
            problems,
            title: t.steps_summary_of(&self.named.name),
            cycle: self.named.label(t),
            review: self.query_page(me),
            parts: parts(me, &lines),
            left: (left > 0).then(|| (t.steps_left(left), self.at(me, self.walk.next()))),
            send: (!lines.is_empty()).then(|| Send {
                action: me.at(&format!("/review/summary?{}", self.query)),
                key,
                hint: self.hint(t, &lines),
            }),
            sent: None,
            words,
        }
    }

    fn query_page(&self, me: &Me) -> String {
        me.at(&format!("/review?{}", self.query))
    }

    /// What was said at the stops of this walk, in their order.
    fn lines(&self) -> Vec<Line> {
        let said = |stop: &Subject| {
            let step = self.stepped.iter().find(|one| one.subject == *stop)?;
            let (objective, title, team) = match *stop {
                Subject::KeyResult(id) => {
                    let one = self.gathered.standing(id)?;
                    (one.objective, &one.title, &one.team)
                }
                Subject::Objective(id) => {
                    let aim = self.gathered.aim(id)?;
                    (id, &aim.title, &aim.team)
                }
                Subject::Blocker(_) | Subject::Decision(_) => return None,
            };
            Some(Line {
                objective,
                key_result: if let Subject::KeyResult(id) = *stop { Some(id) } else { None },
                team: team.as_ref().map(|team| team.id),
                title: title.clone(),
                outcome: step.outcome.as_str().to_owned(),
                note: step.note.clone(),
            })
        };
        self.walk.stops.iter().filter_map(said).collect()
    }

    /// "It is told under three objectives. Their owners hear of it inside their working hours: Inês, Tama."
    fn hint(&self, t: Words, lines: &[Line]) -> String {
        let mut objectives: Vec<_> = lines.iter().map(|line| line.objective).collect();
        objectives.sort();
        objectives.dedup();
        let mut owners: Vec<_> = objectives
            .iter()
            .filter_map(|id| self.gathered.aim(*id)?.owner.as_ref().map(|owner| owner.name.clone()))
            .collect();
        owners.sort();
        owners.dedup();
        if owners.is_empty() {
            t.steps_send_hint_nobody(objectives.len())
        } else {
            t.steps_send_hint(objectives.len(), t.list(owners))
        }
    }
}

/// "2 keep going, 1 help is coming"
fn counted(t: Words, lines: &[&Line]) -> String {
    let such = Outcome::ALL.iter().filter_map(|outcome| {
        let all = lines.iter().filter(|line| line.outcome == outcome.as_str()).count();
        (all > 0).then(|| t.steps_counted(word(t, *outcome), all))
    });
    t.list(such.collect::<Vec<_>>())
}

/// The lines by what should happen, what asks most of people first.
fn parts(me: &Me, lines: &[Line]) -> Vec<Part> {
    let t = me.words();
    let mut parts = Vec::new();
    for outcome in [Outcome::LetGo, Outcome::ChangeTarget, Outcome::Help, Outcome::KeepGoing] {
        let such = lines.iter().filter(|line| line.outcome == outcome.as_str());
        let line = |line: &Line| {
            let page = match line.key_result {
                Some(id) => format!("/key-results/{id}"),
                None => format!("/objectives/{}", line.objective),
            };
            (line.title.clone(), me.at(&page), line.note.clone())
        };
        let such: Vec<_> = such.map(line).collect();
        if !such.is_empty() {
            parts.push(Part { heading: word(t, outcome).to_owned(), lines: such });
        }
    }
    parts
}
