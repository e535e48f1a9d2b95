//! What a standup asks. Pure.

use super::occurrence::Timetable;
use crate::ids::{QuestionId, StandupId, TeamId};

stored_word! {
    /// What kind of answer a question gets.
    pub enum QuestionKind {
        /// A text.
        Text = "text",
        /// What is next: quoted back when the next update is written.
        Plan = "plan",
        /// Where the member's key results stand in the form.
        KeyResults = "key_results",
        /// What is in the way: goes to the top of the team's page.
        Blocker = "blocker",
        /// How the week feels: asked once a week, kept without its author.
        Mood = "mood",
        /// One of a few answers the team has put into words.
        Choice = "choice",
    }
}

/// One question of a standup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Which.
    pub id: QuestionId,
    /// What kind of answer it gets.
    pub kind: QuestionKind,
    /// How it is asked, in the team's words.
    pub prompt: String,
    /// What a choice offers, in order; of no other kind.
    pub options: Vec<String>,
}

impl Question {
    /// The name of its field in a form.
    pub fn field(&self) -> String {
        format!("answer_{}", self.id)
    }
}

/// A team's recurring set of questions.
#[derive(Debug, Clone)]
pub struct Standup {
    /// Which.
    pub id: StandupId,
    /// Its name, as a team with several tells them apart.
    pub name: String,
    /// The team.
    pub team: TeamId,
    /// The team's word in addresses.
    pub team_slug: String,
    /// The team's name.
    pub team_name: String,
    /// It asks no more; what was written stays.
    pub retired: bool,
    /// Its dates.
    pub timetable: Timetable,
    /// What it asks now, in order.
    pub questions: Vec<Question>,
}

impl Standup {
    /// The question an update can't do without: the first that is answered in words, else the first that says anything.
    pub fn wanted(&self) -> Option<&Question> {
        let first = |kinds: &[QuestionKind]| self.questions.iter().find(|it| kinds.contains(&it.kind));
        first(&[QuestionKind::Text, QuestionKind::Plan])
            .or_else(|| first(&[QuestionKind::Choice, QuestionKind::Blocker]))
    }

    /// Whether it asks how the week feels.
    pub fn asks_mood(&self) -> bool {
        !self.retired && self.first_of(QuestionKind::Mood).is_some()
    }

    /// The question of this kind that is asked first.
    pub fn first_of(&self, kind: QuestionKind) -> Option<&Question> {
        self.questions.iter().find(|it| it.kind == kind)
    }
}
