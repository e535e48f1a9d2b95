//! The form an update is written in: what it shows, and reading what came back.

use super::mates::{self, Helper};
use crate::ids::{KeyResultId, MemberId, QuestionId, SubmissionKey};
use crate::language::Words;
use crate::okr::bar::Bar;
use crate::okr::measure::{Kind, ValueFault};
use crate::okr::parts::{Choice, aim, bar_label, reached, value_with_unit};
use crate::okr::slip::{Pen, Slip};
use crate::okr::standing::Standing;
use crate::okr::status::Confidence;
use crate::okr::unit::Unit;
use crate::organisation::Me;
use crate::standup::LIMIT;
use crate::standup::entry::{Before, Entry, RowFault, step_field};
use crate::standup::leave::Leaves;
use crate::standup::person::Person;
use crate::standup::queries::PlanRow;
use crate::standup::question::{QuestionKind, Standup};
use crate::standup::typed::Typed;
use crate::standup::update::Content;
use crate::web::Problems;
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};

/// The form as its template needs it.
pub(super) struct Composer {
    /// Where it is sent.
    pub(super) action: String,
    /// Where drafts are kept; none when an update is changed.
    pub(super) autosave: Option<String>,
    pub(super) date: NaiveDate,
    pub(super) key: SubmissionKey,
    pub(super) questions: Vec<Asked>,
    pub(super) rows: Vec<Row>,
    /// Who will read it when.
    pub(super) readers: Vec<String>,
    /// "Draft kept at 09:12.", when there is one.
    pub(super) kept: Option<String>,
    pub(super) problems: Problems,
    /// An update for this date was posted from another form.
    pub(super) taken: Option<String>,
}

/// One question in the form.
pub(super) struct Asked {
    pub(super) field: String,
    pub(super) prompt: String,
    pub(super) text: String,
    /// The last plan, quoted.
    pub(super) hint: Option<String>,
    pub(super) required: bool,
    /// Who could help, under the first question about blockers.
    pub(super) helpers: Vec<Helper>,
    pub(super) is_blocker: bool,
}

/// One key result in the form.
pub(super) struct Row {
    pub(super) id: KeyResultId,
    pub(super) title: String,
    pub(super) href: String,
    /// "24.6 cm 5 days ago, aiming for 18 cm".
    pub(super) was: String,
    pub(super) value: String,
    pub(super) unit: String,
    pub(super) yes_no: bool,
    /// The milestones, where it is made of them.
    pub(super) steps: Vec<Tick>,
    pub(super) previous: String,
    pub(super) said: &'static str,
    pub(super) choices: Vec<Choice>,
    pub(super) same: bool,
    /// Whether there is a word that could be the same.
    pub(super) measured: bool,
    pub(super) bar: Bar,
    pub(super) label: String,
    /// "17 of 30", as it stands.
    pub(super) reached: String,
    /// How bar and value follow.
    pub(super) slip: Slip,
}

/// A milestone to tick.
pub(super) struct Tick {
    /// The name of its field.
    pub(super) field: String,
    pub(super) name: String,
    pub(super) done: bool,
}

impl Row {
    /// The name and id of the field of the value.
    pub(super) fn value_field(&self) -> String {
        format!("value_{}", self.id)
    }

    /// The name and id of the choice of confidence.
    pub(super) fn confidence_field(&self) -> String {
        format!("confidence_{}", self.id)
    }
}

/// What a form is made of.
pub(super) struct Makings<'a> {
    pub(super) me: &'a Me,
    pub(super) standup: &'a Standup,
    pub(super) date: NaiveDate,
    pub(super) people: &'a [Person],
    pub(super) leaves: &'a Leaves,
    pub(super) standings: &'a [Standing],
    /// The rows as they stand, one for each standing that is measured here.
    pub(super) before: &'a [Before],
    pub(super) plan: Option<&'a PlanRow>,
    pub(super) now: DateTime<Utc>,
}

impl Makings<'_> {
    /// The form for a new update, with these words in it.
    pub(super) fn composer(&self, typed: &Typed, key: SubmissionKey, problems: Problems) -> Composer {
        let base = self.me.at(&format!("/standups/{}", self.standup.id));
        Composer {
            action: format!("{base}/updates"),
            autosave: Some(format!("{base}/draft")),
            date: self.date,
            key,
            questions: self.questions(typed),
            rows: self.before.iter().filter_map(|before| self.row(before, typed)).collect(),
            readers: mates::readers(self.me.words(), &self.mates(), self.now),
            kept: None,
            problems,
            taken: None,
        }
    }

    /// The words an untouched form begins with: the last plan, where the first answer will stand.
    pub(super) fn beginning(&self) -> Typed {
        match (self.plan, self.standup.questions.first()) {
            (Some(plan), Some(first)) => Typed::default().with(first.field(), &plan.body),
            _ => Typed::default(),
        }
    }

    fn mates(&self) -> Vec<&Person> {
        let of_team = |person: &&Person| person.teams.contains(&self.standup.team) && person.id != self.me.id;
        self.people.iter().filter(of_team).collect()
    }

    fn questions(&self, typed: &Typed) -> Vec<Asked> {
        let t = self.me.words();
        let hint = self.plan.map(|plan| {
            let said = crate::web::markdown::excerpt(&plan.body, 140);
            t.today_planned(t.weekday_long(plan.local_date.weekday()), said)
        });
        let first_blocker = self.standup.questions.iter().position(|it| it.kind == QuestionKind::Blocker);
        let asked = |(at, question): (usize, &crate::standup::question::Question)| Asked {
            field: question.field(),
            prompt: question.prompt.clone(),
            text: typed.get(&question.field()).to_owned(),
            hint: hint.clone().filter(|_| at == 0),
            required: at == 0,
            helpers: if first_blocker == Some(at) {
                let (team, mates) = (&self.standup.team_name, self.mates());
                mates::helpers(t, team, &mates, self.leaves, typed.get("who"), self.now)
            } else {
                Vec::new()
            },
            is_blocker: question.kind == QuestionKind::Blocker,
        };
        self.standup.questions.iter().enumerate().map(asked).collect()
    }

    fn row(&self, before: &Before, typed: &Typed) -> Option<Row> {
        let t = self.me.words();
        let standing = self.standings.iter().find(|it| it.id == before.key_result)?;
        let id = standing.id;
        let field = |name: &str| typed.of(name, id).unwrap_or_default();
        let same = typed.of("same", id).is_some();
        let kind = before.terms.kind();
        let typed_value = before.typed(typed);
        let touched = typed_value != field("previous") || field("confidence") != field("said") || same;
        let previous = before.shown(t);
        // What was left alone shows what is so now, not what was so when a draft was kept.
        let (value, done, confidence) = if touched {
            (typed_value, before.ticked(typed), Confidence::parse(field("confidence")))
        } else {
            (previous.clone(), before.done.clone(), before.confidence)
        };
        let shown = standing.receipt.shown;
        Some(Row {
            id,
            title: standing.title.clone(),
            href: self.me.at(&format!("/key-results/{id}")),
            was: self.was(standing),
            value,
            unit: unit(t, standing),
            steps: before
                .terms
                .steps()
                .iter()
                .map(|step| Tick {
                    field: format!("{}_{id}", step_field(step.id)),
                    name: step.name.clone(),
                    done: done.contains(&step.id),
                })
                .collect(),
            yes_no: kind == Kind::YesNo,
            said: before.confidence.map_or("", Confidence::as_str),
            measured: before.value.is_some(),
            previous,
            choices: Choice::all(t, confidence),
            same,
            bar: Bar::new(shown.progress, shown.expected),
            label: bar_label(t, &standing.title, shown.progress, shown.expected),
            reached: reached(t, standing),
            slip: Pen::of(self.me).standing(standing),
        })
    }

    fn was(&self, standing: &Standing) -> String {
        let t = self.me.words();
        let (terms, unit) = (&standing.receipt.terms, &standing.unit);
        let value = value_with_unit(t, terms.kind(), unit, standing.receipt.value);
        match (&standing.last, terms.kind()) {
            (Some(last), Kind::YesNo) => t.today_kr_said(value, self.age(last.at)),
            (None, Kind::YesNo) => t.today_kr_unsaid().to_owned(),
            (Some(last), _) => t.today_kr_was(value, self.age(last.at), aim(t, terms, unit)),
            (None, _) => t.today_kr_new(aim(t, terms, unit)),
        }
    }

    fn age(&self, at: DateTime<Utc>) -> String {
        self.me.words().age(self.me.zone.date_at(at), self.me.today(self.now))
    }

    /// Reads a form that came back. What is wrong is noted with the field it stands in.
    pub(super) fn read(&self, typed: &Typed, problems: &mut Problems) -> Content {
        let t = self.me.words();
        let mut content = Content::default();
        let mut blockers = Vec::new();
        content.asked_blocker = self.standup.questions.iter().any(|it| it.kind == QuestionKind::Blocker);
        for (at, question) in self.standup.questions.iter().enumerate() {
            let text = typed.get(&question.field()).trim();
            if text.is_empty() {
                if at == 0 {
                    problems.add(question.field(), t.today_first_required());
                }
            } else if text.chars().count() > LIMIT {
                problems.add(question.field(), t.today_too_long(LIMIT));
            } else if question.kind == QuestionKind::Blocker {
                blockers.push(text);
            } else {
                content.answers.push((question.id, text.to_owned()));
            }
        }
        if !blockers.is_empty() {
            match self.helper(typed.get("who")) {
                Some(who) => content.blocker = Some((blockers.join("\n\n"), who)),
                None => problems.add("who", t.today_unknown_helper()),
            }
        }
        for before in self.before {
            match before.read(t, typed) {
                Ok(entry) => content.entries.extend(entry),
                Err(fault) => note(t, problems, before.key_result, fault),
            }
        }
        content
    }

    /// Who was chosen to help: nobody in particular, or a teammate; `None` for anybody else.
    fn helper(&self, who: &str) -> Option<Option<MemberId>> {
        if who.is_empty() {
            return Some(None);
        }
        self.mates().into_iter().map(|mate| mate.id).find(|id| id.to_string() == who).map(Some)
    }
}

fn note(t: Words, problems: &mut Problems, key_result: KeyResultId, fault: RowFault) {
    match fault {
        RowFault::Unread(fault) => problems.add(format!("value_{key_result}"), fault.sentence(t)),
        RowFault::Value(fault) => problems.add(format!("value_{key_result}"), value_fault(t, fault)),
        RowFault::NoConfidence => problems.add(format!("confidence_{key_result}"), t.today_no_confidence()),
    }
}

fn value_fault(t: Words, fault: ValueFault) -> &'static str {
    match fault {
        ValueFault::TooLarge => t.today_value_too_large(),
        ValueFault::TooFine => t.today_value_too_fine(),
        ValueFault::NotYesOrNo => t.today_value_yes_or_no(),
        ValueFault::NotAStep => t.today_value_no_step(),
    }
}

/// What stands after the number: "cm", "of 40", "EUR".
fn unit(t: Words, standing: &Standing) -> String {
    let terms = &standing.receipt.terms;
    match &standing.unit {
        Unit::Number(_) if terms.kind() == Kind::Increase => t.today_of_target(t.number(terms.target())),
        unit => unit.name().to_owned(),
    }
}

/// The rows of these key results as they stand. `correcting` names the check-in an update brought, when it is changed.
pub(super) fn rows_before(
    standings: &[Standing],
    correcting: impl Fn(KeyResultId) -> Option<Entry>,
) -> Vec<Before> {
    let before = |standing: &Standing| {
        let brought = correcting(standing.id);
        Before {
            key_result: standing.id,
            terms: standing.receipt.terms.clone(),
            unit: standing.unit.clone(),
            value: brought.as_ref().map(|entry| entry.value).or(standing.receipt.value),
            done: brought.as_ref().map_or_else(|| standing.receipt.done.clone(), |entry| entry.done.clone()),
            confidence: brought.as_ref().map(|entry| entry.confidence).or(standing.receipt.confidence),
            replaces: brought.and_then(|entry| entry.replaces),
        }
    };
    standings.iter().map(before).collect()
}

/// The words of an update that is already there, as its form shows them.
pub(super) fn words_of(
    standup: &Standup,
    answers: impl IntoIterator<Item = (QuestionId, String)>,
    blocker: Option<(&str, Option<MemberId>)>,
) -> Typed {
    let mut typed = Typed::default();
    for (question, body) in answers {
        typed = typed.with(format!("answer_{question}"), body);
    }
    if let Some((body, who)) = blocker {
        if let Some(question) = standup.questions.iter().find(|it| it.kind == QuestionKind::Blocker) {
            typed = typed.with(question.field(), body);
        }
        typed = typed.with("who", who.map(|id| id.to_string()).unwrap_or_default());
    }
    typed
}
