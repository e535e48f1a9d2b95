//! What was typed, shown without a form: how an update will read, and what another window holds for the same day.

use crate::ids::SubmissionKey;
use crate::language::Words;
use crate::organisation::Me;
use crate::standup::queries::AsideRow;
use crate::standup::question::{QuestionKind, Standup};
use crate::standup::typed::Typed;
use crate::web::markdown::SafeHtml;

/// How an update will read: each question with its answer.
pub(super) struct Preview(pub(super) Vec<(String, SafeHtml)>);

impl Preview {
    /// Of these words. What is carried on is shown where it will stand.
    pub(super) fn of(
        standup: &Standup,
        answers: &[(crate::ids::QuestionId, String)],
        blocker: Option<&str>,
    ) -> Self {
        let answered = |question: &crate::standup::question::Question| {
            let body = match question.kind {
                QuestionKind::Blocker => blocker.filter(|_| {
                    standup.first_of(QuestionKind::Blocker).is_some_and(|it| it.id == question.id)
                }),
                _ => answers.iter().find(|(id, _)| *id == question.id).map(|(_, body)| body.as_str()),
            };
            Some((question.prompt.clone(), SafeHtml::from_markdown(body?)))
        };
        Self(standup.questions.iter().filter_map(answered).collect())
    }
}

/// What another window, or another device, wrote for the same day.
pub(super) struct Aside {
    /// Where it is chosen or thrown away.
    pub(super) action: String,
    pub(super) form: SubmissionKey,
    /// "Written in another window, Tuesday 17 November at 09:12."
    pub(super) lead: String,
    /// Question and words, where they differ from those in the form.
    pub(super) words: Vec<(String, String)>,
}

impl Aside {
    /// Only what differs from `here` is told; the rest is the same in both.
    pub(super) fn of(me: &Me, row: AsideRow, standup: &Standup, here: Option<&Typed>) -> Self {
        let t = me.words();
        let differs = |field: &str, text: &str| here.is_none_or(|here| here.get(field).trim() != text.trim());
        let mut words: Vec<_> = standup
            .questions
            .iter()
            .map(|question| (question.prompt.clone(), question.field()))
            .filter_map(|(prompt, field)| {
                let text = row.fields.0.get(&field);
                (!text.trim().is_empty() && differs(&field, text)).then(|| (prompt, text.to_owned()))
            })
            .collect();
        let numbers: Vec<&str> = row
            .fields
            .0
            .all("value_")
            .filter(|(id, text)| differs(&format!("value_{id}"), text))
            .filter(|(id, text)| row.fields.0.get(&format!("previous_{id}")) != *text)
            .map(|(_, text)| text)
            .collect();
        if !numbers.is_empty() {
            words.push((t.today_your_key_results().to_owned(), t.list(numbers)));
        }
        let there = me.zone.reading(row.saved_at);
        Self {
            action: me.at(&format!("/standups/{}/draft/aside", standup.id)),
            form: row.form,
            lead: t.today_aside_from(t.date_long(there.date()), t.time(there.time())),
            words,
        }
    }
}

/// Every word of a mood.
impl crate::standup::mood::Mood {
    pub(super) fn word(self, t: Words) -> &'static str {
        use crate::standup::mood::Mood;
        match self {
            Mood::Heavy => t.mood_heavy(),
            Mood::Low => t.mood_low(),
            Mood::Steady => t.mood_steady(),
            Mood::Good => t.mood_good(),
            Mood::Bright => t.mood_bright(),
        }
    }
}
