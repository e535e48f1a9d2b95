//! The form an update is written in: what it shows, and reading what came back.

use super::mates;
use super::plan_lines::PlanLines;
use super::planned::GoingOut;
use super::post::Blocker;
use super::rows::{self, Row};
use super::said::Aside;
use super::stopped::{self, StoppedFields};
use crate::ids::{QuestionId, SubmissionKey};
use crate::okr::standing::Standing;
use crate::organisation::Me;
use crate::standup::LIMIT;
use crate::standup::entry::Before;
use crate::standup::leave::Leaves;
use crate::standup::mood::Mood;
use crate::standup::person::Person;
use crate::standup::plan;
use crate::standup::queries::PlanRow;
use crate::standup::question::{Question, QuestionKind, Standup};
use crate::standup::typed::Typed;
use crate::standup::update::Content;
use crate::web::Problems;
use chrono::{DateTime, NaiveDate, Utc};

/// The form as its template needs it.
pub(super) struct Composer {
    /// The standup's address.
    pub(super) base: String,
    /// Where it is sent.
    pub(super) action: String,
    /// Where drafts are kept; none when an update is changed.
    pub(super) autosave: Option<String>,
    pub(super) date: NaiveDate,
    pub(super) key: SubmissionKey,
    /// The draft it was opened with; of an update that is changed, how often it was.
    pub(super) revision: i32,
    pub(super) questions: Vec<Asked>,
    /// The last plan, under the question that can't be left empty.
    pub(super) plan: Option<PlanLines>,
    pub(super) rows: Vec<Row>,
    /// Whether the rows stand after all questions, because none of these says where.
    pub(super) rows_last: bool,
    /// Where it stands how moods are shown.
    pub(super) moods: String,
    /// Who will read it when.
    pub(super) readers: Vec<String>,
    /// "Your draft from Tuesday 17 November, 09:12.", when there is one.
    pub(super) kept: Option<String>,
    /// Why it did not go out when it was to.
    pub(super) returned: Option<&'static str>,
    /// What other windows hold for the same day.
    pub(super) asides: Vec<Aside>,
    /// How it can go out later, or will; none when an update is changed.
    pub(super) later: Option<GoingOut>,
    /// How it reads, once that was asked for.
    pub(super) preview: Option<super::said::Preview>,
    pub(super) problems: Problems,
    /// An update for this date was posted from another form.
    pub(super) taken: Option<String>,
}

/// One question in the form.
pub(super) struct Asked {
    pub(super) field: String,
    pub(super) prompt: String,
    pub(super) text: String,
    pub(super) required: bool,
    pub(super) shape: Shape,
    /// More about a blocker, under the first question about one.
    pub(super) stopped: Option<StoppedFields>,
    pub(super) is_blocker: bool,
    /// Whether what is carried on from the last plan stands here.
    pub(super) takes_plan: bool,
}

impl Asked {
    /// The id of the note that says more about the field.
    pub(super) fn hint(&self) -> String {
        format!("{}-h", self.field)
    }
}

/// What a question looks like in the form.
pub(super) enum Shape {
    /// A text, with marks of Markdown.
    Words,
    /// The rows of the key results.
    Rows,
    /// A few answers to choose from: value, words, whether it is chosen.
    Chips(Vec<(String, String, bool)>),
    /// The same for the mood, which says who will know.
    Mood(Vec<(String, String, bool)>),
}

/// What a form is made of.
pub(in crate::standup) struct Makings<'a> {
    pub(super) me: &'a Me,
    pub(super) standup: &'a Standup,
    pub(super) date: NaiveDate,
    pub(super) people: &'a [Person],
    pub(super) leaves: &'a Leaves,
    pub(super) standings: &'a [Standing],
    /// The rows as they stand, one for each standing that is measured here.
    pub(super) before: &'a [Before],
    pub(super) plan: Option<&'a PlanRow>,
    /// Whether the mood is asked for: once a week.
    pub(super) mood: bool,
    pub(super) now: DateTime<Utc>,
}

impl Makings<'_> {
    /// The form for a new update, with these words in it.
    pub(super) fn composer(&self, typed: &Typed, key: SubmissionKey, problems: Problems) -> Composer {
        let base = self.me.at(&format!("/standups/{}", self.standup.id));
        Composer {
            action: format!("{base}/updates"),
            autosave: Some(format!("{base}/draft")),
            base,
            date: self.date,
            key,
            revision: 0,
            questions: self.asked().map(|question| self.question(question, typed)).collect(),
            plan: self.plan.map(|plan| PlanLines::of(self.me.words(), plan, typed)),
            rows: self.before.iter().filter_map(|before| self.row(before, typed)).collect(),
            moods: self.me.at(&format!("/teams/{}/mood", self.standup.team_slug)),
            rows_last: self.standup.first_of(QuestionKind::KeyResults).is_none(),
            readers: mates::readers(self.me.words(), &self.mates(), self.now),
            kept: None,
            returned: None,
            asides: Vec::new(),
            later: None,
            preview: None,
            problems,
            taken: None,
        }
    }

    /// The words an untouched form begins with: the last plan, where the first answer will stand.
    pub(super) fn beginning(&self) -> Typed {
        match (self.plan, self.standup.wanted()) {
            (Some(plan), Some(first)) if first.kind != QuestionKind::Choice => {
                Typed::default().with(first.field(), &plan.body)
            }
            _ => Typed::default(),
        }
    }

    pub(super) fn mates(&self) -> Vec<&Person> {
        let of_team = |person: &&Person| person.teams.contains(&self.standup.team) && person.id != self.me.id;
        self.people.iter().filter(of_team).collect()
    }

    /// The teammates who can be asked for help: an observer never is.
    pub(super) fn helpers(&self) -> Vec<&Person> {
        self.mates().into_iter().filter(|mate| mate.asked).collect()
    }

    /// What is asked, in order: the mood only where it may be answered.
    fn asked(&self) -> impl Iterator<Item = &Question> {
        self.standup.questions.iter().filter(|it| self.mood || it.kind != QuestionKind::Mood)
    }

    fn question(&self, question: &Question, typed: &Typed) -> Asked {
        let t = self.me.words();
        let first = |kind| self.standup.first_of(kind).is_some_and(|it| it.id == question.id);
        let text = typed.get(&question.field()).to_owned();
        let is_blocker = question.kind == QuestionKind::Blocker;
        Asked {
            field: question.field(),
            prompt: question.prompt.clone(),
            required: self.standup.wanted().is_some_and(|it| it.id == question.id),
            stopped: (is_blocker && first(QuestionKind::Blocker)).then(|| StoppedFields::of(self, typed)),
            shape: match question.kind {
                QuestionKind::KeyResults => Shape::Rows,
                QuestionKind::Choice => {
                    let chip = |it: &String| (it.clone(), it.clone(), *it == text);
                    Shape::Chips(question.options.iter().map(chip).collect())
                }
                QuestionKind::Mood => {
                    let said = typed.get("mood");
                    let silent = ("".to_owned(), t.mood_not_said().to_owned(), said.is_empty());
                    let moods = Mood::ALL
                        .iter()
                        .map(|it| (it.as_str().to_owned(), it.word(t).to_owned(), it.as_str() == said));
                    Shape::Mood(std::iter::once(silent).chain(moods).collect())
                }
                QuestionKind::Text | QuestionKind::Plan | QuestionKind::Blocker => Shape::Words,
            },
            is_blocker,
            takes_plan: question.kind == QuestionKind::Plan && first(QuestionKind::Plan),
            text,
        }
    }

    /// Reads a form that came back. What is wrong is noted with the field it stands in.
    pub(in crate::standup) fn read(&self, typed: &Typed, problems: &mut Problems) -> Content {
        let t = self.me.words();
        let mut content = Content::default();
        let mut blockers = Vec::new();
        let (planned, lines) = PlanLines::read(typed);
        content.asked_blocker = self.standup.first_of(QuestionKind::Blocker).is_some();
        for question in self.asked() {
            let text = typed.get(&question.field()).trim();
            let carries = self.standup.first_of(QuestionKind::Plan).is_some_and(|it| it.id == question.id);
            let whole = if carries {
                let carried = lines.iter().filter(|it| it.fate == plan::Fate::Carried);
                plan::with_carried(text, carried.map(|it| it.body.as_str()))
            } else {
                text.to_owned()
            };
            if whole.is_empty() {
                if self.standup.wanted().is_some_and(|it| it.id == question.id) {
                    problems.add(question.field(), t.today_first_required());
                }
                continue;
            }
            if whole.chars().count() > LIMIT {
                problems.add(question.field(), t.today_too_long(LIMIT));
                continue;
            }
            match question.kind {
                QuestionKind::Blocker => blockers.push(whole),
                QuestionKind::Choice if !question.options.contains(&whole) => {
                    problems.add(question.field(), t.today_unknown_choice());
                }
                QuestionKind::Text | QuestionKind::Plan | QuestionKind::Choice => {
                    content.answers.push((question.id, whole));
                }
                QuestionKind::Mood | QuestionKind::KeyResults => {}
            }
        }
        if self.mood && self.standup.first_of(QuestionKind::Mood).is_some() {
            content.mood = Mood::parse(typed.get("mood"));
        }
        (content.planned, content.fates) = (planned, lines);
        if !blockers.is_empty() {
            content.blocker = stopped::read(self, typed, blockers.join("\n\n"), problems);
        }
        for before in self.before {
            match before.read(t, typed) {
                Ok(entry) => content.entries.extend(entry),
                Err(fault) => rows::note(t, problems, before.key_result, fault),
            }
        }
        content
    }
}

/// The words of an update that is already there, as its form shows them.
pub(super) fn words_of(
    standup: &Standup,
    answers: impl IntoIterator<Item = (QuestionId, String)>,
    blocker: Option<&Blocker>,
) -> Typed {
    let mut typed = Typed::default();
    for (question, body) in answers {
        typed = typed.with(format!("answer_{question}"), body);
    }
    let Some(blocker) = blocker else { return typed };
    if let Some(question) = standup.questions.iter().find(|it| it.kind == QuestionKind::Blocker) {
        typed = typed.with(question.field(), &blocker.body);
    }
    stopped::words_of(typed, blocker)
}
