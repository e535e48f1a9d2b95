//! What was said of a check-in after it was written: who has read it, what was asked about it and answered; and the forms
//! for that.

use super::fields;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{AskId, CheckInId, KeyResultId, SubmissionKey};
use crate::language::Words;
use crate::okr::assigned;
use crate::okr::permission::may_answer;
use crate::okr::queries::{self, AskRow, CheckInRow};
use crate::okr::record::Record;
use crate::organisation::{Me, Member};
use crate::talk;
use crate::talk::ask::{Asking, WINDOW};
use crate::web::markdown::SafeHtml;
use crate::web::{Done, Form, Nav, Path, Problems, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// The most characters of a question, or of the word that goes with reading.
const QUESTION: usize = 2000;
/// The most characters of an answer.
const ANSWER: usize = 5000;

/// What was said of one check-in, and what the reader may say.
pub(super) struct Reviewed {
    pub(super) said: Vec<Said>,
    /// Where the reader says that they have read it, once and while they may.
    pub(super) read: Option<Written>,
    /// Where the reader asks about it.
    pub(super) ask: Option<Written>,
    /// Questions the reader has yet to answer.
    pub(super) answers: Vec<Written>,
}

/// Something somebody said.
pub(super) struct Said {
    /// "Nuno Teixeira asked on Tuesday 17 November:"
    pub(super) heading: String,
    pub(super) words: Option<SafeHtml>,
}

/// A form for a few words.
pub(super) struct Written {
    pub(super) action: String,
    /// The id of its field in the page.
    pub(super) field: String,
    pub(super) label: String,
    /// "Ask Inês about it"
    pub(super) summary: String,
    pub(super) key: SubmissionKey,
}

impl Reviewed {
    /// What was said of a check-in. One that was corrected is left in peace; to be read is the newest, and one that
    /// was asked about.
    pub(super) fn of(me: &Me, record: &Record, check_in: &CheckInRow, stands: bool, newest: bool) -> Self {
        let t = me.words();
        let around = &record.around;
        let date = |at| t.date_long(me.zone.date_at(at));
        let mut said: Vec<_> = around
            .asks_of(check_in.id)
            .flat_map(|ask| {
                let question =
                    (ask.asked_at, t.okr_asked_by(&ask.asker_name, date(ask.asked_at)), &ask.question);
                let answer = ask.answer.as_ref().zip(ask.answered_at);
                let answer =
                    answer.map(|(answer, at)| (at, t.okr_answered_by(&ask.asked_name, date(at)), answer));
                [Some(question), answer].into_iter().flatten()
            })
            .chain(
                around
                    .reads_of(check_in.id)
                    .map(|read| (read.at, t.okr_read_by(&read.member_name, date(read.at)), &read.note)),
            )
            .collect();
        said.sort_by_key(|(at, ..)| *at);
        let written = |what: &str, label: String, summary: &str| Written {
            action: me.at(&format!("/check-ins/{}/{what}", check_in.id)),
            field: format!("{what}-{}", check_in.id),
            label,
            summary: summary.to_owned(),
            key: SubmissionKey::fresh(),
        };
        let reader = around.reader(me, check_in);
        let has_read = around.reads_of(check_in.id).any(|read| read.member_id == me.id);
        let name = first_name(&check_in.member_name);
        let open = |ask: &&AskRow| ask.answer.is_none() && may_answer(me, ask.asked_id);
        Self {
            read: (stands && !has_read && (newest || reader.asked) && reader.may_acknowledge())
                .then(|| written("acknowledgement", t.okr_read_label(name), t.okr_mark_read())),
            ask: (stands && reader.may_ask())
                .then(|| written("questions", t.okr_ask_label().to_owned(), &t.okr_ask_summary(name))),
            answers: around
                .asks_of(check_in.id)
                .filter(open)
                .map(|ask| Written {
                    action: me.at(&format!("/questions/{}/answer", ask.id)),
                    field: format!("answer-{}", ask.id),
                    label: t.okr_answer_label(first_name(&ask.asker_name)),
                    summary: t.okr_answer().to_owned(),
                    key: SubmissionKey::fresh(),
                })
                .collect(),
            said: said
                .into_iter()
                .map(|(_, heading, words)| Said {
                    heading,
                    words: (!words.is_empty()).then(|| SafeHtml::from_markdown(words)),
                })
                .collect(),
        }
    }

    /// Nothing was said.
    pub(super) fn nothing() -> Self {
        Self { said: Vec::new(), read: None, ask: None, answers: Vec::new() }
    }
}

fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

/// `templates/okr/words_refused.html`: words that can't stand, with what was typed.
#[derive(Template)]
#[template(path = "okr/words_refused.html")]
struct RefusedPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    /// The name of the field, and its label.
    field: &'static str,
    label: String,
    button: &'static str,
    action: String,
    back: (String, String),
    key: Option<SubmissionKey>,
    typed: String,
}

/// The check-in an address names, with its key result.
async fn check_in_of(tx: &mut OrgTx, id: CheckInId) -> Result<(Record, CheckInRow)> {
    let key_result = queries::key_result_of_check_in(tx, id).await?.ok_or(Fault::NotFound)?;
    let record = Record::load(tx, key_result).await?;
    let check_in = record.check_ins.iter().find(|one| one.id == id).cloned().ok_or(Fault::NotFound)?;
    Ok((record, check_in))
}

fn page_of(me: &Me, key_result: KeyResultId, check_in: CheckInId) -> String {
    me.at(&format!("/key-results/{key_result}?history=all#c-{check_in}"))
}

/// That somebody has read it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadForm {
    #[serde(default)]
    note: String,
    /// Set on Today, which then comes back.
    today: Option<String>,
}

/// `POST /o/{org}/check-ins/{check_in}/acknowledgement`
pub(super) async fn acknowledge(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, CheckInId)>,
    Form(form): Form<ReadForm>,
) -> Result<Response> {
    let (record, check_in) = check_in_of(&mut tx, id).await?;
    if !record.around.reader(&me, &check_in).may_acknowledge() {
        return Err(Fault::Forbidden);
    }
    let t = me.words();
    let page = page_of(&me, record.key_result.id, id);
    let mut problems = Problems::new();
    let Some(note) = problems.take("note", fields::text(t, &form.note, QUESTION)) else {
        let label = t.okr_read_label(first_name(&check_in.member_name));
        let action = me.at(&format!("/check-ins/{id}/acknowledgement"));
        let desk = Desk { field: "note", label, button: t.okr_mark_read(), action, key: None };
        return Ok(desk.refused(&me, &record, page, problems, form.note, now));
    };
    if queries::acknowledge(&mut tx, id, me.id, &note, now).await? {
        assigned::read(&mut tx, id, check_in.member_id, me.id, now).await?;
    }
    tx.commit().await?;
    Ok(Done::Read.at(&if form.today.is_some() { me.at("/today") } else { page }))
}

/// A question.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AskForm {
    submission_key: SubmissionKey,
    #[serde(default)]
    question: String,
}

/// `POST /o/{org}/check-ins/{check_in}/questions`
pub(super) async fn ask(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, CheckInId)>,
    Form(form): Form<AskForm>,
) -> Result<Response> {
    let (record, check_in) = check_in_of(&mut tx, id).await?;
    if !record.around.reader(&me, &check_in).may_ask() {
        return Err(Fault::Forbidden);
    }
    let t = me.words();
    let page = page_of(&me, record.key_result.id, id);
    let mut problems = Problems::new();
    let Some(question) =
        words(t, &form.question, QUESTION, "question", t.okr_question_missing(), &mut problems)
    else {
        let (label, action) = (t.okr_ask_label().to_owned(), me.at(&format!("/check-ins/{id}/questions")));
        let key = Some(form.submission_key);
        let desk = Desk { field: "question", label, button: t.okr_ask(), action, key };
        return Ok(desk.refused(&me, &record, page, problems, form.question, now));
    };
    // The form sent twice names the same question.
    let ask = AskId(form.submission_key.0);
    let asking = Asking {
        id: ask,
        subject: id.into(),
        asker: me.id,
        asked: check_in.member_id,
        question: &question,
        hours: WINDOW,
    };
    talk::ask::ask(&mut tx, asking, now).await?;
    tx.commit().await?;
    Ok(Done::Asked.at(&page))
}

/// An answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerForm {
    #[serde(default)]
    answer: String,
}

/// `POST /o/{org}/questions/{question}/answer`
pub(super) async fn answer(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, AskId)>,
    Form(form): Form<AnswerForm>,
) -> Result<Response> {
    let key_result = queries::key_result_of_ask(&mut tx, id).await?.ok_or(Fault::NotFound)?;
    let record = Record::load(&mut tx, key_result).await?;
    let ask = record.around.ask(id).ok_or(Fault::NotFound)?;
    if !may_answer(&me, ask.asked_id) {
        return Err(Fault::Forbidden);
    }
    let t = me.words();
    let page = page_of(&me, key_result, ask.check_in);
    let mut problems = Problems::new();
    let Some(answer) = words(t, &form.answer, ANSWER, "answer", t.okr_answer_missing(), &mut problems) else {
        let label = t.okr_answer_label(first_name(&ask.asker_name));
        let action = me.at(&format!("/questions/{id}/answer"));
        let desk = Desk { field: "answer", label, button: t.okr_answer(), action, key: None };
        return Ok(desk.refused(&me, &record, page, problems, form.answer, now));
    };
    let between = (ask.asker_id, me.id);
    talk::ask::answer(&mut tx, (id, ask.check_in.into()), between, &answer, now).await?;
    tx.commit().await?;
    Ok(Done::Answered.at(&page))
}

/// Words that must be there.
fn words(
    t: Words,
    typed: &str,
    most: usize,
    field: &'static str,
    missing: &str,
    problems: &mut Problems,
) -> Option<String> {
    let text = problems.take(field, fields::text(t, typed, most))?;
    if text.is_empty() {
        problems.add(field, missing);
    }
    (!text.is_empty()).then_some(text)
}

/// What a form for a few words asks.
struct Desk {
    field: &'static str,
    label: String,
    button: &'static str,
    action: String,
    key: Option<SubmissionKey>,
}

impl Desk {
    fn refused(
        self,
        me: &Me,
        record: &Record,
        back: String,
        problems: Problems,
        typed: String,
        now: DateTime<Utc>,
    ) -> Response {
        let Self { field, label, button, action, key } = self;
        let shell = Shell::of(me, Nav::Okrs, now);
        let back = (record.key_result.title.clone(), back);
        let t = me.words();
        Refused(RefusedPage { shell, t, problems, field, label, button, action, back, key, typed })
            .into_response()
    }
}
