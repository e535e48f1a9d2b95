//! What can be done about something where it stands: say that it was seen, put it off, ask, comment, give it to somebody.

use super::answer::Answer;
use super::gather::Gathered;
use super::giving::Giving;
use super::queries;
use super::queue::Desk;
use super::reason::{Reason, Subject};
use super::steps;
use crate::calendar::day::first_instant;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{AnswerId, AskId, CycleId, MemberId, SubmissionKey};
use crate::language::Words;
use crate::notice;
use crate::okr::{self, NamedCycle, cycles};
use crate::organisation::Member;
use crate::standup::person::first_name;
use crate::talk::{self, ask};
use crate::web::{Done, Form, Nav, Path, Problems, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse as _, Response};
use chrono::{Datelike as _, Days, Months, NaiveDate};
use serde::Deserialize;

/// The most characters of a note to what was seen or put off.
const NOTE: usize = 1000;

/// The most characters of a question.
const QUESTION: usize = 2000;

/// So many months something can be put off at most.
const MONTHS: u32 = 12;

/// The forms under one thing.
pub(super) struct Acts {
    /// Tells the fields of one form from those of another on the same page.
    pub(super) number: usize,
    /// Where they go.
    pub(super) action: String,
    pub(super) key: SubmissionKey,
    pub(super) cycle: CycleId,
    pub(super) back: String,
    pub(super) note: String,
    /// Until when it can be put off: the date offered, and the first there is.
    pub(super) until: String,
    pub(super) first: String,
    /// Whether the reader may say it was seen, or put it off.
    pub(super) answers: bool,
    /// "Ask Tama".
    pub(super) ask: Option<String>,
    /// To whom it can be given, for whom may.
    pub(super) giving: Option<Giving>,
    /// Where the reader is.
    pub(super) from: Origin,
    /// What is wrong with what was typed.
    pub(super) problems: Problems,
}

impl Acts {
    /// What a reader can do about it; `None` when there is no such thing for them.
    pub(super) fn of(desk: &Desk<'_>, subject: Subject, number: usize) -> Option<Self> {
        let (me, today) = (desk.me, desk.me.today(desk.now));
        desk.subject(subject)?;
        Some(Self {
            number,
            action: me.at(&address(subject)),
            key: SubmissionKey::fresh(),
            cycle: desk.cycle,
            back: desk.back.clone(),
            note: String::new(),
            until: next_monday(today).to_string(),
            first: today.succ_opt().unwrap_or(today).to_string(),
            answers: desk.may_answer(subject),
            ask: desk.ask(subject),
            giving: desk.giving(subject),
            from: Origin::Desk,
            problems: Problems::new(),
        })
    }
}

/// Where the forms of something go, within the organisation's addresses.
fn address(subject: Subject) -> String {
    match subject {
        Subject::KeyResult(id) => format!("/review/key-results/{id}"),
        Subject::Objective(id) => format!("/review/objectives/{id}"),
        Subject::Blocker(id) => format!("/review/blockers/{id}"),
        Subject::Decision(id) => format!("/review/decisions/{id}"),
    }
}

/// The Monday after a date: most things are put off to the beginning of a week.
fn next_monday(today: NaiveDate) -> NaiveDate {
    let ahead = 7 - u64::from(today.weekday().num_days_from_monday());
    today.checked_add_days(Days::new(ahead)).unwrap_or(today)
}

impl Desk<'_> {
    /// Whom the reader can ask about it: the owner of a key result, whoever is blocked or proposed, but not themselves. Nobody is asked
    /// about an objective: it is its key results that are measured.
    fn askable(&self, subject: Subject) -> Option<(MemberId, &str)> {
        let somebody = match subject {
            Subject::KeyResult(id) => {
                self.gathered.standing(id)?.owner.as_ref().map(|owner| (owner.id, owner.name.as_str()))
            }
            Subject::Objective(_) => None,
            Subject::Blocker(id) => self.gathered.blocker(id).map(|one| (one.author_id, one.author.as_str())),
            Subject::Decision(id) => {
                let one = self.gathered.unsettled(id).filter(|one| one.here);
                one.map(|one| (one.proposer_id, one.proposer.as_str()))
            }
        };
        somebody.filter(|(id, _)| *id != self.me.id && self.me.role.takes_part())
    }

    /// "Ask Tama"
    pub(super) fn ask(&self, subject: Subject) -> Option<String> {
        self.askable(subject).map(|(_, name)| self.me.words().review_ask_somebody(first_name(name)))
    }
}

/// What it is in the rooms where people talk.
pub(super) fn talked_of(subject: Subject) -> notice::Subject {
    match subject {
        Subject::KeyResult(id) => id.into(),
        Subject::Objective(id) => id.into(),
        Subject::Blocker(id) => id.into(),
        Subject::Decision(id) => id.into(),
    }
}

/// `templates/review/act.html`: the forms of one thing, when what was typed can't stand.
#[derive(Template)]
#[template(path = "review/act.html")]
struct ActPage {
    shell: Shell,
    t: Words,
    /// The page it is about, and its title.
    about: (String, String),
    acts: Acts,
    back: String,
}

/// What can be done about it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Deed {
    /// It was seen.
    Acknowledge,
    /// Not before a day.
    Snooze,
    /// The note is a question to whose it is.
    Ask,
    /// It is given to somebody.
    Give,
    /// The note stands under it; also where a form is sent from the field, without a button.
    #[default]
    Comment,
}

/// Where a form stands, to come back to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Origin {
    /// Among what needs a look.
    #[default]
    Desk,
    /// On a page of the walk.
    Step,
}

impl Origin {
    /// Its word in a form.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Step => "step",
        }
    }
}

#[derive(Deserialize)]
pub(super) struct ActForm {
    submission_key: SubmissionKey,
    cycle: CycleId,
    #[serde(default)]
    deed: Deed,
    #[serde(default)]
    note: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    from: Origin,
    #[serde(default)]
    back: String,
}

/// Something, and what somebody typed about it.
pub(super) struct Act<'a> {
    pub(super) desk: Desk<'a>,
    pub(super) named: &'a NamedCycle,
    pub(super) subject: Subject,
    pub(super) key: SubmissionKey,
    pub(super) note: &'a str,
    /// The day it is to come back on, as typed.
    pub(super) until: &'a str,
    /// Whom it is given to, as chosen.
    pub(super) owner: &'a str,
}

/// `POST /o/{org}/review/…/{id}`
pub(super) async fn act<S: Into<Subject>>(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, S)>,
    Form(form): Form<ActForm>,
) -> Result<Response> {
    let all = cycles(&mut tx).await?;
    let named = all.iter().find(|one| one.id == form.cycle).ok_or(Fault::NotFound)?;
    let gathered = Gathered::of(&mut tx, Some(me.id), named, now).await?;
    let desk = Desk { me: &me, gathered: &gathered, cycle: named.id, back: words_of_query(&form.back), now };
    let (key, subject) = (form.submission_key, id.into());
    let about = desk.subject(subject).ok_or(Fault::NotFound)?;
    let act = Act { desk, named, subject, key, note: &form.note, until: &form.until, owner: &form.owner };
    let mut problems = Problems::new();
    let done = act.run(&mut tx, form.deed, &mut problems).await?;
    let back = match form.from {
        Origin::Desk => me.at(&format!("/review?{}", act.desk.back)),
        Origin::Step => me.at(&steps::address(Some(subject), &act.desk.back)),
    };
    if problems.is_empty() {
        tx.commit().await?;
        return Ok(done.at(&back));
    }
    let acts = Acts::of(&act.desk, subject, 1).ok_or(Fault::NotFound)?;
    let (note, until) = (form.note.clone(), form.until.clone());
    let acts = Acts { key, note, until, problems, from: form.from, ..acts };
    let (shell, t) = (Shell::of(&me, Nav::Review, now), me.words());
    Ok(Refused(ActPage { shell, t, about, acts, back }).into_response())
}

impl Act<'_> {
    /// Does it, or says what is wrong.
    pub(super) async fn run(&self, tx: &mut OrgTx, deed: Deed, problems: &mut Problems) -> Result<Done> {
        match deed {
            Deed::Comment => self.comment(tx, problems).await,
            Deed::Ask => self.ask(tx, problems).await,
            Deed::Give => self.give(tx, problems).await,
            Deed::Acknowledge => self.answer(tx, None, problems).await,
            Deed::Snooze => match self.date(problems) {
                Some(until) => self.answer(tx, Some(until), problems).await,
                None => Ok(Done::PutOff),
            },
        }
    }

    async fn comment(&self, tx: &mut OrgTx, problems: &mut Problems) -> Result<Done> {
        let about = talked_of(self.subject);
        if let Err(wrong) =
            talk::reply(tx, self.desk.me, about, self.note.trim(), self.key, self.desk.now).await?
        {
            wrong.iter().for_each(|(_, sentence)| problems.add("note-1", sentence));
        }
        Ok(Done::Replied)
    }

    async fn give(&self, tx: &mut OrgTx, problems: &mut Problems) -> Result<Done> {
        let Desk { me, now, .. } = self.desk;
        let given = match (self.subject, self.owner.parse().ok()) {
            (Subject::KeyResult(id), Some(to)) => okr::give_key_result(tx, me, id, to, now).await?,
            (Subject::Objective(id), Some(to)) => okr::give_objective(tx, me, id, to, now).await?,
            (Subject::Blocker(_) | Subject::Decision(_), _) => return Err(Fault::NotFound),
            (_, None) => false,
        };
        if !given {
            problems.add("owner-1", me.words().review_owner_missing());
        }
        Ok(Done::Given)
    }

    async fn ask(&self, tx: &mut OrgTx, problems: &mut Problems) -> Result<Done> {
        let (me, t, about) = (self.desk.me, self.desk.me.words(), talked_of(self.subject));
        let asked = self.desk.askable(self.subject).map(|(id, _)| id).ok_or(Fault::Forbidden)?;
        let question = self.note(QUESTION, problems);
        if question.is_empty() {
            problems.add("note-1", t.talk_empty());
        }
        if !notice::askable(tx, about).await?.iter().any(|one| one.id == asked) {
            return Err(Fault::Forbidden);
        }
        if problems.is_empty() {
            let id = AskId(self.key.0);
            let new = ask::Asking { id, subject: about, asker: me.id, asked, question, hours: ask::WINDOW };
            ask::ask(tx, new, self.desk.now).await?;
        }
        Ok(Done::Asked)
    }

    /// Says that it was seen, or puts it off. Where nothing needs a look any more there is nothing to say.
    async fn answer(
        &self,
        tx: &mut OrgTx,
        until: Option<NaiveDate>,
        problems: &mut Problems,
    ) -> Result<Done> {
        let Desk { me, gathered, now, .. } = self.desk;
        if !self.desk.may_answer(self.subject) {
            return Err(Fault::Forbidden);
        }
        let note = self.note(NOTE, problems).to_owned();
        let items = gathered.attention(self.named, now);
        let item = items.iter().find(|item| item.subject == self.subject);
        if let Some(item) = item.filter(|_| problems.is_empty()) {
            let answer = Answer {
                id: AnswerId(self.key.0),
                subject: self.subject,
                by: me.name.clone(),
                at: now,
                note,
                until: until.map(|date| (date, first_instant(me.zone, date))),
                marks: item.reasons.iter().map(Reason::mark).collect(),
            };
            queries::raise(tx, self.named.id, std::slice::from_ref(item), now).await?;
            queries::add_answer(tx, &answer, me.id).await?;
        }
        Ok(if until.is_some() { Done::PutOff } else { Done::Seen })
    }

    fn note(&self, most: usize, problems: &mut Problems) -> &str {
        let note = self.note.trim();
        if note.chars().count() > most {
            problems.add("note-1", self.desk.me.words().talk_too_long(most));
        }
        note
    }

    /// The date it comes back on, of the reader's own calendar.
    fn date(&self, problems: &mut Problems) -> Option<NaiveDate> {
        let (t, today) = (self.desk.me.words(), self.desk.me.today(self.desk.now));
        let latest = today.checked_add_months(Months::new(MONTHS)).unwrap_or(today);
        let date = self.until.parse::<NaiveDate>().ok();
        let date = date.filter(|date| today < *date && *date <= latest);
        problems.take("until-1", date.ok_or_else(|| t.review_until_wrong(t.date_year(latest))))
    }
}

/// `POST /o/{org}/review/answers/{answer}/removal`: what somebody said is taken back, and it needs a look again.
pub(super) async fn lift(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, AnswerId)>,
    Form(form): Form<LiftForm>,
) -> Result<Response> {
    let all = cycles(&mut tx).await?;
    let named = all.iter().find(|one| one.id == form.cycle).ok_or(Fault::NotFound)?;
    let gathered = Gathered::of(&mut tx, Some(me.id), named, now).await?;
    let back = words_of_query(&form.back);
    let page = me.at(&format!("/review?{back}"));
    let desk = Desk { me: &me, gathered: &gathered, cycle: named.id, back, now };
    // Taken back already, it is as it should be.
    if let Some(answer) = gathered.answers.iter().find(|one| one.id == id) {
        if desk.subject(answer.subject).is_none() {
            return Err(Fault::NotFound);
        }
        if !desk.may_answer(answer.subject) {
            return Err(Fault::Forbidden);
        }
        queries::lift_answers(&mut tx, answer.subject, me.id, now).await?;
        tx.commit().await?;
    }
    Ok(Done::BroughtBack.at(&page))
}

#[derive(Deserialize)]
pub(super) struct LiftForm {
    cycle: CycleId,
    #[serde(default)]
    back: String,
}

/// What may stand behind a question mark of ours, and nothing else.
pub(super) fn words_of_query(query: &str) -> String {
    let ours = |letter: char| letter.is_ascii_alphanumeric() || "=&-_%".contains(letter);
    if query.chars().all(ours) { query.to_owned() } else { String::new() }
}
