//! What of a feed is shown: a day, a week or what is new; of one person, one key result, one question, or only what is in
//! somebody's way.

use crate::fault::{Fault, Result};
use crate::ids::UpdateId;
use crate::language::Words;
use crate::okr::standing::Standing;
use crate::standup::person::Person;
use crate::standup::queries::{FeedPlace, Wanted};
use crate::standup::question::{QuestionKind, Standup};
use crate::web::chosen;
use chrono::{DateTime, NaiveDate};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

/// `?day=&view=&person=&key_result=&question=&blocked=&after=`, as forms send them: what is not chosen is empty.
#[derive(Debug, Default, Clone, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    day: String,
    #[serde(default)]
    view: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    key_result: String,
    #[serde(default)]
    question: String,
    #[serde(default)]
    blocked: String,
    #[serde(default)]
    after: String,
}

/// How much of a feed is on its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    Day,
    Week,
    New,
}

impl View {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            View::Day => "",
            View::Week => "week",
            View::New => "new",
        }
    }
}

impl Asked {
    pub(super) fn view(&self) -> Result<View> {
        [View::Day, View::Week, View::New]
            .into_iter()
            .find(|it| it.as_str() == self.view)
            .ok_or(Fault::NotFound)
    }

    pub(super) fn day(&self) -> Result<Option<NaiveDate>> {
        chosen(&self.day, |word| word.parse().ok())
    }

    /// Whether only some of the updates are asked for.
    pub(super) fn narrows(&self) -> bool {
        [&self.person, &self.key_result, &self.question, &self.blocked].iter().any(|it| !it.is_empty())
    }

    /// Which updates are asked for, of these people, key results and questions.
    pub(super) fn wanted(&self, sieve: &Sieve<'_>) -> Result<Wanted> {
        let wanted = self.named()?;
        let known = wanted.person.is_none_or(|id| sieve.people.iter().any(|it| it.id == id))
            && wanted.key_result.is_none_or(|id| sieve.standings.iter().any(|it| it.id == id))
            && wanted.question.is_none_or(|id| sieve.questions().any(|(it, _)| it == id));
        if known { Ok(wanted) } else { Err(Fault::NotFound) }
    }

    /// The same, whether there are such people, key results and questions or not.
    pub(super) fn named(&self) -> Result<Wanted> {
        Ok(Wanted {
            person: chosen(&self.person, |word| word.parse().ok())?,
            key_result: chosen(&self.key_result, |word| word.parse().ok())?,
            question: chosen(&self.question, |word| word.parse().ok())?,
            blocked: !self.blocked.is_empty(),
            new_to: None,
            after: chosen(&self.after, place)?,
        })
    }

    /// The address of another view or day of what is asked for.
    pub(super) fn href(
        &self,
        path: &str,
        view: View,
        day: Option<NaiveDate>,
        after: Option<FeedPlace>,
    ) -> String {
        let day = day.map(|day| day.to_string()).unwrap_or_default();
        let after = after.map(|place| written(&place)).unwrap_or_default();
        let start = format!("{path}?");
        let mut query = Serializer::for_suffix(start.clone(), start.len());
        for (name, value) in [
            ("view", view.as_str()),
            ("day", &day),
            ("person", &self.person),
            ("key_result", &self.key_result),
            ("question", &self.question),
            ("blocked", &self.blocked),
            ("after", &after),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.finish().trim_end_matches('?').to_owned()
    }
}

fn written(place: &FeedPlace) -> String {
    format!("{}_{}_{}", place.local_date, place.posted_at.timestamp_micros(), place.id.0.simple())
}

fn place(word: &str) -> Option<FeedPlace> {
    let mut parts = word.splitn(3, '_');
    let local_date = parts.next()?.parse().ok()?;
    let posted_at = DateTime::from_timestamp_micros(parts.next()?.parse().ok()?)?;
    Some(FeedPlace { local_date, posted_at, id: parts.next()?.parse::<UpdateId>().ok()? })
}

/// What a feed can be narrowed down to.
pub(super) struct Sieve<'a> {
    pub(super) people: &'a [Person],
    pub(super) standings: &'a [Standing],
    pub(super) standups: &'a [Standup],
}

/// One option of a list.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

/// The form that narrows a feed down, and the views beside each other.
pub(super) struct Narrow {
    pub(super) action: String,
    pub(super) view: &'static str,
    pub(super) day: String,
    pub(super) people: Vec<Choice>,
    pub(super) key_results: Vec<Choice>,
    pub(super) questions: Vec<Choice>,
    pub(super) blocked: bool,
    pub(super) narrows: bool,
    /// The same without narrowing.
    pub(super) everything: String,
    pub(super) views: Vec<Tab>,
}

/// A view to choose.
pub(super) struct Tab {
    pub(super) href: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

impl Sieve<'_> {
    fn questions(&self) -> impl Iterator<Item = (crate::ids::QuestionId, &str)> {
        let standups = self.standups.iter().filter(|standup| !standup.retired);
        standups
            .flat_map(|standup| &standup.questions)
            .filter(|it| matches!(it.kind, QuestionKind::Text | QuestionKind::Plan | QuestionKind::Choice))
            .map(|it| (it.id, it.prompt.as_str()))
    }

    /// The form for a page at `path`; `new` is how much is new to the reader.
    pub(super) fn narrow(&self, t: Words, asked: &Asked, path: &str, (view, new): (View, i64)) -> Narrow {
        let choice = |value: String, label: &str, chosen: &str| Choice {
            chosen: value == chosen,
            label: label.to_owned(),
            value,
        };
        let day = asked.day.parse().ok();
        let tab = |it: View, label: String| Tab {
            href: asked.href(path, it, day.filter(|_| it != View::New), None),
            label,
            chosen: it == view,
        };
        Narrow {
            action: path.to_owned(),
            view: view.as_str(),
            day: asked.day.clone(),
            people: self.people.iter().map(|it| choice(it.id.to_string(), &it.name, &asked.person)).collect(),
            key_results: self
                .standings
                .iter()
                .map(|it| choice(it.id.to_string(), &it.title, &asked.key_result))
                .collect(),
            questions: self
                .questions()
                .map(|(id, prompt)| choice(id.to_string(), prompt, &asked.question))
                .collect(),
            blocked: !asked.blocked.is_empty(),
            narrows: asked.narrows(),
            everything: Asked::default().href(path, view, day, None),
            views: vec![
                tab(View::Day, t.feed_day().to_owned()),
                tab(View::Week, t.feed_week().to_owned()),
                tab(View::New, t.feed_new_tab(new)),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_as_it_went() {
        let here = FeedPlace {
            local_date: "2026-11-17".parse().unwrap(),
            posted_at: "2026-11-17T09:24:00.123456Z".parse().unwrap(),
            id: UpdateId::fresh(),
        };
        assert_eq!(place(&written(&here)), Some(here));
        for broken in [
            "",
            "_",
            "2026-11-17",
            "2026-11-17_12",
            "2026-11-17_x_y",
            "today_1_00000000000000000000000000000001",
        ] {
            assert_eq!(place(broken), None, "{broken}");
        }
    }

    #[test]
    fn addresses_hold_what_is_chosen_and_nothing_else() {
        let asked = Asked { blocked: "1".to_owned(), ..Asked::default() };
        let day = "2026-11-17".parse().ok();
        assert_eq!(asked.href("/x", View::Week, day, None), "/x?view=week&day=2026-11-17&blocked=1");
        assert_eq!(Asked::default().href("/x", View::Day, None, None), "/x");
    }
}
