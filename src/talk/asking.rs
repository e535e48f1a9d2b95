//! The forms of questions to somebody by name, and of their answers.

use super::ask::{self, Asking, WINDOW, WINDOWS};
use super::pages::ReplyPage;
use super::queries::asks;
use super::say;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{AskId, MemberId, SubmissionKey};
use crate::language::Words;
use crate::notice::{self, Reader, Subject};
use crate::organisation::{Me, Member};
use crate::web::{Done, Form, Nav, Page, Path, Problems, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// The most characters of a question.
const QUESTION: usize = 2000;

/// `templates/talk/ask.html`.
#[derive(Template)]
#[template(path = "talk/ask.html")]
struct AskPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    /// Where it goes, which is also where it stands.
    action: String,
    /// What it is about.
    back: String,
    people: Vec<Choice>,
    windows: Vec<Choice>,
    form: AskForm,
}

/// One of a list.
struct Choice {
    value: String,
    text: String,
    chosen: bool,
}

#[derive(Deserialize)]
pub(super) struct AskForm {
    submission_key: SubmissionKey,
    #[serde(default)]
    who: String,
    #[serde(default)]
    question: String,
    #[serde(default)]
    hours: String,
}

/// Who may ask about something, and whom: those who take part and may read it.
async fn others(tx: &mut OrgTx, subject: Subject, me: &Me) -> Result<Vec<Reader>> {
    if !notice::may_read(tx, subject, me.id).await? {
        return Err(Fault::NotFound);
    }
    if !me.role.takes_part() {
        return Err(Fault::Forbidden);
    }
    let mut others = notice::askable(tx, subject).await?;
    others.retain(|other| other.id != me.id);
    others.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(others)
}

impl AskPage {
    fn new(
        me: &Me,
        subject: Subject,
        others: &[Reader],
        form: AskForm,
        problems: Problems,
        now: DateTime<Utc>,
    ) -> Self {
        let t = me.words();
        let back = me.at(&subject.page());
        let choice =
            |value: String, text: String, chosen: &str| Choice { chosen: value == chosen, value, text };
        let nobody = choice(String::new(), t.talk_ask_choose().to_owned(), &form.who);
        let named = others.iter().map(|one| choice(one.id.to_string(), one.name.clone(), &form.who));
        Self {
            shell: Shell::of(me, Nav::None, now),
            t,
            problems,
            action: format!("{back}/asks"),
            back,
            people: std::iter::once(nobody).chain(named).collect(),
            windows: WINDOWS
                .iter()
                .map(|hours| choice(hours.to_string(), t.talk_ask_hours(*hours), &form.hours))
                .collect(),
            form,
        }
    }
}

/// `GET …/asks`: the form, with whoever wrote it chosen.
pub(super) async fn form<S: Into<Subject>>(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, S)>,
) -> Result<Response> {
    let subject = id.into();
    let others = others(&mut tx, subject, &me).await?;
    let author = notice::authors(&mut tx, subject).await?.into_iter().find(|author| *author != me.id);
    let form = AskForm {
        submission_key: SubmissionKey::fresh(),
        who: author.map(|id| id.to_string()).unwrap_or_default(),
        question: String::new(),
        hours: WINDOW.to_string(),
    };
    Ok(Page(AskPage::new(&me, subject, &others, form, Problems::new(), now)).into_response())
}

/// `POST …/asks`. Whoever is asked hears of it inside their hours.
pub(super) async fn send<S: Into<Subject>>(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, S)>,
    Form(form): Form<AskForm>,
) -> Result<Response> {
    let subject = id.into();
    let others = others(&mut tx, subject, &me).await?;
    let mut problems = Problems::new();
    let Some((asked, hours)) = read(me.words(), &form, &others, &mut problems) else {
        return Ok(Refused(AskPage::new(&me, subject, &others, form, problems, now)).into_response());
    };
    // The form sent twice names the same question.
    let id = AskId(form.submission_key.0);
    let new = Asking { id, subject, asker: me.id, asked, question: form.question.trim(), hours };
    ask::ask(&mut tx, new, now).await?;
    tx.commit().await?;
    Ok(Done::Asked.at(&me.at(&format!("{}#q-{id}", subject.page()))))
}

/// Who is asked and for how long, or what is wrong.
fn read(t: Words, form: &AskForm, others: &[Reader], problems: &mut Problems) -> Option<(MemberId, i64)> {
    let asked = others.iter().find(|one| one.id.to_string() == form.who).map(|one| one.id);
    let asked = problems.take("who", asked.ok_or(t.talk_ask_nobody()));
    let length = form.question.trim().chars().count();
    if length == 0 {
        problems.add("question", t.talk_empty());
    } else if length > QUESTION {
        problems.add("question", t.talk_too_long(QUESTION));
    }
    let hours = WINDOWS.into_iter().find(|hours| hours.to_string() == form.hours);
    let hours = problems.take("hours", hours.ok_or(t.blocker_unknown()));
    if problems.is_empty() { asked.zip(hours) } else { None }
}

#[derive(Deserialize)]
pub(super) struct AnswerForm {
    #[serde(default)]
    reply: String,
}

/// `POST /o/{org}/asks/{ask}/answer`. Whoever asked hears of it.
pub(super) async fn answer(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, AskId)>,
    Form(form): Form<AnswerForm>,
) -> Result<Response> {
    let subject = asks::place(&mut tx, id).await?.and_then(|place| place.subject()).ok_or(Fault::NotFound)?;
    if let Err(problems) = say::answer(&mut tx, &me, id, form.reply.trim(), now).await? {
        let action = me.at(&format!("/asks/{id}/answer"));
        return Ok(ReplyPage::to(&me, subject, action, form.reply, now).refused(problems));
    }
    tx.commit().await?;
    Ok(Done::Answered.at(&me.at(&format!("{}#q-{id}", subject.page()))))
}
