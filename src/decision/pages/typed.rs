//! The form of a decision as it is typed, and what can be read of it.

use crate::decision::course::Asked;
use crate::decision::queries::asked::PersonRow;
use crate::decision::queries::{OptionRow, VersionRow};
use crate::decision::rule::Silence;
use crate::ids::{MemberId, ObjectiveId, SubmissionKey};
use crate::language::Words;
use crate::web::Problems;
use serde::Deserialize;

/// The windows to choose from, in working hours.
pub(super) const WINDOWS: [i64; 5] = [4, 8, 16, 24, 40];
/// The one chosen unless somebody says otherwise: a working day.
pub(super) const WINDOW: i64 = 8;
/// So many fields for options are there at least, and so many at most.
const FIELDS: (usize, usize) = (4, 8);
/// The longest question or option, and the longest context, in characters.
const LINE: usize = 200;
const CONTEXT: usize = 20_000;

/// The form as it arrives.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    pub(super) submission_key: SubmissionKey,
    #[serde(default)]
    pub(super) question: String,
    #[serde(default)]
    pub(super) context: String,
    #[serde(default)]
    pub(super) option: Vec<String>,
    /// Which option the proposer prefers, counted from 1; empty for none.
    #[serde(default)]
    pub(super) preferred: String,
    #[serde(default)]
    pub(super) silence: String,
    /// The team's word in addresses; empty for everybody here.
    #[serde(default)]
    pub(super) team: String,
    #[serde(default)]
    pub(super) decider: Vec<String>,
    #[serde(default)]
    pub(super) hours: String,
    #[serde(default)]
    pub(super) objective: Vec<String>,
    #[serde(default)]
    pub(super) update: String,
    /// Only to see until when each would have.
    pub(super) preview: Option<String>,
}

impl Typed {
    /// An empty form.
    pub(super) fn new(team: String) -> Self {
        Self {
            submission_key: SubmissionKey::fresh(),
            question: String::new(),
            context: String::new(),
            option: Vec::new(),
            preferred: String::new(),
            silence: Silence::NoView.as_str().to_owned(),
            team,
            decider: Vec::new(),
            hours: WINDOW.to_string(),
            objective: Vec::new(),
            update: String::new(),
            preview: None,
        }
    }

    /// The same with what was asked once.
    pub(super) fn with(self, version: &VersionRow, options: &[OptionRow]) -> Self {
        let here = || options.iter().filter(|option| option.version_id == version.id);
        let preferred = here().position(|option| option.preferred);
        Self {
            question: version.question.clone(),
            context: version.context.clone(),
            option: here().map(|option| option.body.clone()).collect(),
            preferred: preferred.map(|at| (at + 1).to_string()).unwrap_or_default(),
            ..self
        }
    }

    /// The fields for options: those that are filled in, and one or more that are not.
    pub(super) fn fields(&self) -> Vec<String> {
        let filled =
            self.option.iter().rposition(|option| !option.trim().is_empty()).map_or(0, |last| last + 1);
        let (least, most) = FIELDS;
        let count = (filled + 1).clamp(least, most);
        self.option.iter().take(most).cloned().chain(std::iter::repeat(String::new())).take(count).collect()
    }

    /// What is asked, or what is wrong with it.
    pub(super) fn asked(&self, t: Words, problems: &mut Problems) -> Option<Asked> {
        let question = line(&self.question);
        match question.chars().count() {
            0 => problems.add("question", t.decision_question_missing()),
            1..=LINE => {}
            _ => problems.add("question", t.talk_too_long(LINE)),
        }
        let context = self.context.trim().replace("\r\n", "\n").replace('\0', "");
        if context.chars().count() > CONTEXT {
            problems.add("context", t.talk_too_long(CONTEXT));
        }
        let typed: Vec<(usize, String)> = (1..)
            .zip(self.option.iter().map(|option| line(option)))
            .filter(|(_, body)| !body.is_empty())
            .collect();
        let twice = typed.iter().any(|(at, body)| typed.iter().any(|(other, it)| other < at && it == body));
        if typed.len() < 2 || typed.len() > FIELDS.1 {
            problems.add("option-1", t.decision_options_missing());
        } else if twice {
            problems.add("option-1", t.decision_options_twice());
        } else if let Some((at, _)) = typed.iter().find(|(_, body)| body.chars().count() > LINE) {
            problems.add(format!("option-{at}"), t.talk_too_long(LINE));
        }
        let preferred = typed.iter().position(|(at, _)| at.to_string() == self.preferred);
        if preferred.is_none() && !self.preferred.is_empty() {
            problems.add("preferred", t.decision_preferred_empty());
        }
        let options = typed.into_iter().map(|(_, body)| body).collect();
        problems.is_empty().then_some(Asked { question, context, options, preferred })
    }

    /// What silence counts as. Consent needs an option it is given to.
    pub(super) fn silence(&self, t: Words, problems: &mut Problems) -> Option<Silence> {
        let silence = problems.take("silence", Silence::parse(&self.silence).ok_or(t.blocker_unknown()));
        if silence == Some(Silence::Consent) && self.preferred.is_empty() {
            problems.add("preferred", t.decision_consent_needs_preferred());
        }
        silence
    }

    /// The objectives it touches.
    pub(super) fn objectives(&self) -> Vec<ObjectiveId> {
        self.objective.iter().filter_map(|id| id.parse().ok()).collect()
    }

    /// How many hours each has, where it is one of those to choose from.
    pub(super) fn hours(&self) -> Option<i64> {
        WINDOWS.into_iter().find(|hours| hours.to_string() == self.hours)
    }

    /// Who decides, of those who can.
    pub(super) fn deciders(&self, people: &[PersonRow]) -> Vec<MemberId> {
        people.iter().map(|one| one.id).filter(|id| self.decider.contains(&id.to_string())).collect()
    }
}

/// One line: whitespace is evened out.
fn line(typed: &str) -> String {
    typed.replace('\0', "").split_whitespace().collect::<Vec<_>>().join(" ")
}
