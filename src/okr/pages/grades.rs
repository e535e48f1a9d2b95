//! Grading one objective and its key results, and saying what was learned: for whoever owns or leads it.

use super::fields::{self, Choice};
use super::graded::{self, Suggestion};
use crate::account::Caller;
use crate::account::audit::{self, Action};
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{KeyResultId, ObjectiveId};
use crate::language::Words;
use crate::okr::closing::Closing;
use crate::okr::grading::{Grade, needs_cause, needs_note};
use crate::okr::parts::{aim, reached};
use crate::okr::queries::{self, KeyResultGrade, Objective, ObjectiveGrade};
use crate::okr::standing::Standing;
use crate::okr::stored::Outlook;
use crate::organisation::{Me, Member};
use crate::web::{Done, Form, Nav, Page, Path, Problems, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// The most characters of a note or a cause, and of what was learned.
const WORDS: usize = 1000;
const LEARNED: usize = 10_000;

/// The form as it arrives. Key results come as lists of equal length, one for each column.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    #[serde(default)]
    key_result: Vec<String>,
    #[serde(default)]
    grade: Vec<String>,
    #[serde(default)]
    note: Vec<String>,
    #[serde(default)]
    cause: Vec<String>,
    #[serde(default)]
    then: Vec<String>,
    #[serde(default)]
    own_grade: String,
    #[serde(default)]
    own_note: String,
    #[serde(default)]
    learned: String,
}

/// `templates/okr/grades.html`
#[derive(Template)]
#[template(path = "okr/grades.html")]
struct GradesPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    title: String,
    /// The closing of its cycle, and how that is called.
    back: (String, String),
    /// Why nothing can be saved, when nothing can.
    shut: Option<String>,
    action: String,
    rows: Vec<RowView>,
    /// The objective's own grade, for whom may.
    own: Option<Own>,
}

/// The objective as a whole.
struct Own {
    suggested: Suggestion,
    grade: String,
    note: String,
    learned: String,
}

/// A key result to grade.
struct RowView {
    number: usize,
    id: String,
    title: String,
    about: String,
    ended: String,
    suggested: Suggestion,
    grade: String,
    note: String,
    cause: String,
    thens: Vec<Choice>,
    /// Whether note and cause are to be seen at once.
    open: bool,
}

impl RowView {
    /// The id of one of its fields.
    fn field(&self, name: &str) -> String {
        field(name, self.number)
    }
}

fn field(name: &str, number: usize) -> String {
    format!("{name}_{number}")
}

/// Somebody before an objective that is to be graded.
struct Desk<'a> {
    me: &'a Me,
    closing: Closing,
    objective: Objective,
    now: DateTime<Utc>,
}

impl<'a> Desk<'a> {
    async fn open(tx: &mut OrgTx, me: &'a Me, id: ObjectiveId, now: DateTime<Utc>) -> Result<Self> {
        let objective = queries::objective(tx, id)
            .await?
            .filter(|one| one.dropped_at.is_none())
            .ok_or(Fault::NotFound)?;
        let closing = Closing::load(tx, objective.cycle, now).await?;
        let desk = Self { me, closing, objective, now };
        if desk.keeps() || desk.mine().next().is_some() { Ok(desk) } else { Err(Fault::Forbidden) }
    }

    /// Whether they look after the whole objective.
    fn keeps(&self) -> bool {
        Closing::may_keep(self.me, &self.objective)
    }

    /// The key results they may grade.
    fn mine(&self) -> impl Iterator<Item = &Standing> {
        let all = self.closing.key_results(self.objective.id);
        all.filter(|one| Closing::may_grade(self.me, &self.objective, one))
    }

    /// The form with what was given already.
    fn typed(&self) -> Typed {
        let t = self.me.words();
        let shown = |grade| Grade::of(grade).map(|grade| t.number(grade.number())).unwrap_or_default();
        let mut typed = Typed::default();
        for one in self.mine() {
            let given = self.closing.grade(one.id);
            typed.key_result.push(one.id.to_string());
            typed.grade.push(given.map(|given| shown(given.grade)).unwrap_or_default());
            typed.note.push(given.map(|given| given.note.clone()).unwrap_or_default());
            typed.cause.push(given.map(|given| given.cause.clone()).unwrap_or_default());
            typed.then.push(given.map_or(Outlook::Done, |given| given.outlook).as_str().to_owned());
        }
        if let Some(given) = self.closing.own_grade(self.objective.id) {
            typed.own_grade = given.grade.map(shown).unwrap_or_default();
            typed.own_note = given.note.clone();
            typed.learned = given.learned.clone();
        }
        typed
    }

    fn page(&self, typed: &Typed, problems: Problems) -> GradesPage {
        let (me, t) = (self.me, self.me.words());
        let name = self.closing.named.label(t);
        let rows = self.mine().enumerate().map(|(at, one)| self.row(at, one, typed, &problems)).collect();
        GradesPage {
            shell: Shell::of(me, Nav::Okrs, self.now),
            t,
            title: self.objective.title.clone(),
            shut: self.shut(),
            action: me.at(&format!("/objectives/{}/grades", self.objective.id)),
            rows,
            own: self.keeps().then(|| Own {
                suggested: graded::of_objective(me, &self.closing, &self.objective),
                grade: typed.own_grade.clone(),
                note: typed.own_note.clone(),
                learned: typed.learned.clone(),
            }),
            back: (me.at(&format!("/cycles/{}/closing", self.closing.named.id)), t.closing_title(name)),
            problems,
        }
    }

    fn row(&self, at: usize, one: &Standing, typed: &Typed, problems: &Problems) -> RowView {
        let t = self.me.words();
        let number = at + 1;
        // What was typed belongs to the key result it names, wherever that stands now.
        let id = one.id.to_string();
        let line = typed.key_result.iter().position(|typed| *typed == id);
        let of = |list: &Vec<String>| line.and_then(|line| list.get(line)).cloned().unwrap_or_default();
        let (grade, note, cause, then) =
            (of(&typed.grade), of(&typed.note), of(&typed.cause), of(&typed.then));
        let low = one.progress().is_some_and(|progress| needs_cause(Grade::suggested(progress)));
        let wrong = ["note", "cause"].iter().any(|name| problems.of(&field(name, number)).is_some());
        let owner = one.owner.as_ref().map_or(t.okr_no_owner(), |owner| &owner.name);
        RowView {
            number,
            title: one.title.clone(),
            about: t.closing_aimed(owner, aim(t, &one.receipt.terms, &one.unit)),
            ended: reached(t, one),
            suggested: graded::of_key_result(self.me, one),
            open: low || wrong || !note.is_empty() || !cause.is_empty(),
            thens: Outlook::ALL
                .iter()
                .map(|one| Choice::new(one.as_str(), graded::outlook(t, *one), &then))
                .collect(),
            id,
            grade,
            note,
            cause,
        }
    }

    /// Why nothing can be saved, when nothing can.
    fn shut(&self) -> Option<String> {
        let t = self.me.words();
        let cycle = &self.closing.named.cycle;
        if self.closing.is_open() {
            None
        } else if self.closing.is_ahead() {
            Some(t.closing_form_early(t.date_long(cycle.zone.date_at(cycle.closing()))))
        } else {
            Some(t.closing_form_closed(self.closing.named.label(t)))
        }
    }

    /// What was given, or what is wrong with it. A key result without a grade is left for later.
    fn read(&self, typed: &Typed, problems: &mut Problems) -> Result<Vec<KeyResultGrade>> {
        let mine: Vec<_> = self.mine().collect();
        let mut given = Vec::new();
        for (line, id) in typed.key_result.iter().enumerate() {
            let id: KeyResultId = id.parse().map_err(|_| Fault::NotFound)?;
            let at = mine.iter().position(|one| one.id == id).ok_or(Fault::Forbidden)?;
            let one = mine.get(at).ok_or(Fault::Forbidden)?;
            let of = |list: &'_ Vec<String>| list.get(line).cloned().unwrap_or_default();
            let suggested = one.progress().map(Grade::suggested);
            let words = Said { number: Some(at + 1), grade: of(&typed.grade), note: of(&typed.note) };
            let (grade, note) = self.said(&words, suggested, problems);
            let field = field("cause", at + 1);
            let t = self.me.words();
            let cause = problems.take(&field, fields::text(t, &of(&typed.cause), WORDS)).unwrap_or_default();
            let Some(grade) = grade else { continue };
            if needs_cause(grade) && cause.is_empty() {
                problems.add(field, t.closing_cause_missing());
            }
            let outlook = Outlook::parse(&of(&typed.then)).ok_or(Fault::NotFound)?;
            given.push(KeyResultGrade { key_result: id, grade: grade.number(), note, cause, outlook });
        }
        Ok(given)
    }

    /// What the objective as a whole was given.
    fn read_own(&self, typed: &Typed, problems: &mut Problems) -> ObjectiveGrade {
        let suggested = self.closing.suggested(self.objective.id);
        let words = Said { number: None, grade: typed.own_grade.clone(), note: typed.own_note.clone() };
        let (grade, note) = self.said(&words, suggested, problems);
        let t = self.me.words();
        let learned = problems.take("learned", fields::text(t, &typed.learned, LEARNED)).unwrap_or_default();
        let grade = grade.map(Grade::number);
        ObjectiveGrade { objective: self.objective.id, grade, note, learned }
    }

    /// A grade with the note that belongs to it.
    fn said(
        &self,
        words: &Said,
        suggested: Option<Grade>,
        problems: &mut Problems,
    ) -> (Option<Grade>, String) {
        let t = self.me.words();
        let note_field = words.field("note");
        let note = problems.take(&note_field, fields::text(t, &words.note, WORDS)).unwrap_or_default();
        if words.grade.trim().is_empty() {
            return (None, note);
        }
        let grade = t.parse_number(&words.grade).ok().and_then(Grade::of);
        let grade = problems.take(&words.field("grade"), grade.ok_or(t.closing_grade_unreadable()));
        if grade.is_some_and(|grade| needs_note(grade, suggested)) && note.is_empty() {
            let sentence =
                if suggested.is_some() { t.closing_note_missing() } else { t.closing_note_missing_no_data() };
            problems.add(note_field, sentence);
        }
        (grade, note)
    }
}

/// A grade and its note as typed: of the key result in this row, or of the objective.
struct Said {
    number: Option<usize>,
    grade: String,
    note: String,
}

impl Said {
    fn field(&self, name: &str) -> String {
        self.number.map_or_else(|| format!("own_{name}"), |number| field(name, number))
    }
}

/// `GET /o/{org}/objectives/{objective}/grades`
pub(super) async fn page(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, ObjectiveId)>,
) -> Result<Response> {
    let desk = Desk::open(&mut tx, &me, id, now).await?;
    Ok(Page(desk.page(&desk.typed(), Problems::new())).into_response())
}

/// `POST /o/{org}/objectives/{objective}/grades`
pub(super) async fn save(
    Member { me, mut tx }: Member,
    Now(now): Now,
    caller: Caller,
    Path((_, id)): Path<(String, ObjectiveId)>,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    let cycle = queries::objective(&mut tx, id).await?.ok_or(Fault::NotFound)?.cycle;
    queries::hold_cycle(&mut tx, cycle).await?;
    let desk = Desk::open(&mut tx, &me, id, now).await?;
    let mut problems = Problems::new();
    if !desk.closing.is_open() {
        problems.add("grades", me.words().closing_form_refused());
        return Ok(Refused(desk.page(&typed, problems)).into_response());
    }
    let given = desk.read(&typed, &mut problems)?;
    let own = if desk.keeps() { Some(desk.read_own(&typed, &mut problems)) } else { None };
    if !problems.is_empty() {
        return Ok(Refused(desk.page(&typed, problems)).into_response());
    }
    let mut changed = Vec::new();
    for one in &given {
        if queries::grade_key_result(&mut tx, one, me.id, now).await? {
            changed.push(one.key_result.to_string());
        }
    }
    if let Some(own) = own.filter(|own| says_something(own) || desk.closing.own_grade(id).is_some())
        && queries::grade_objective(&mut tx, &own, me.id, now).await?
    {
        changed.push(id.to_string());
    }
    for subject in changed {
        let deed = audit::Deed::of(Action::Graded, Some(me.account), &caller).in_org(me.org).onto(subject);
        deed.note(&mut tx, now).await?;
    }
    tx.commit().await?;
    Ok(Done::Saved.at(&me.at(&format!("/cycles/{cycle}/closing"))))
}

fn says_something(own: &ObjectiveGrade) -> bool {
    own.grade.is_some() || !own.note.is_empty() || !own.learned.is_empty()
}
