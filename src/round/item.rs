//! One objective of a review as it is shown: its figures as they were, the views, what comes of it.

use super::course::Outcome;
use super::queries::{DecisionRow, ItemRow, ReviewRow, ViewRow};
use crate::language::Words;
use crate::okr::bar::Bar;
use crate::okr::parts::{Choice, Row, Word, bar_label};
use crate::okr::slip::{Pen, Slip};
use crate::okr::status::Confidence;
use crate::organisation::Me;
use crate::web::markdown::SafeHtml;
use crate::web::parts::{Avatar, When};
use chrono::{DateTime, Utc};

/// One objective.
pub(super) struct Shown {
    /// Its place on the page, and the ends of its fields' names.
    pub(super) id: String,
    pub(super) title: String,
    pub(super) href: String,
    pub(super) owner: Option<String>,
    pub(super) prompt: String,
    /// Its progress, and how it follows.
    pub(super) progress: String,
    pub(super) bar: Bar,
    pub(super) label: String,
    pub(super) slip: Slip,
    pub(super) rows: Vec<Row>,
    /// What was written with the last check-ins.
    pub(super) notes: Vec<(String, String)>,
    /// The names of its fields: outcome, reason, confidence, comment.
    pub(super) o: String,
    pub(super) r: String,
    pub(super) c: String,
    pub(super) n: String,
    /// What the reader is asked to say of it, and the words to choose from.
    pub(super) seg: String,
    pub(super) words: Vec<Choice>,
    /// The reader's own word and comment, for the form.
    pub(super) mine: (String, String),
    /// All views, once they are seen.
    pub(super) views: Vec<View>,
    /// How many say what, in one sentence.
    pub(super) tally: String,
    /// What comes of it.
    pub(super) outcome: Option<(&'static str, SafeHtml)>,
    /// What is to be decided: titles and addresses, and where to propose it.
    pub(super) decisions: Vec<(String, String)>,
    pub(super) propose: Option<String>,
    /// What is chosen in the closing form.
    pub(super) choices: Vec<(&'static str, &'static str, bool)>,
    pub(super) reason: String,
}

/// Somebody's view.
pub(super) struct View {
    pub(super) avatar: Avatar,
    pub(super) name: String,
    pub(super) word: Option<Word>,
    pub(super) when: When,
    pub(super) html: SafeHtml,
}

/// What an outcome is called.
pub(super) fn outcome(t: Words, outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Continue => t.round_continue(),
        Outcome::Change => t.round_change(),
        Outcome::Stop => t.round_stop(),
        Outcome::Decide => t.round_decide(),
    }
}

/// How many say what.
pub(super) fn tally(t: Words, views: &[&ViewRow]) -> String {
    let of = |word: Confidence| views.iter().filter(|view| view.confidence == Some(word)).count();
    let number = |count| t.number(rust_decimal::Decimal::from(count));
    let said = |word| match (word, of(word)) {
        (_, 0) => None,
        (Confidence::OnTrack, count) => Some(t.round_said_on_track(number(count))),
        (Confidence::AtRisk, count) => Some(t.round_said_at_risk(number(count))),
        (Confidence::OffTrack, count) => Some(t.round_said_off_track(number(count))),
    };
    t.list(Confidence::ALL.iter().filter_map(|word| said(*word)))
}

impl Shown {
    pub(super) fn of(
        me: &Me,
        review: &ReviewRow,
        item: &ItemRow,
        (views, decisions): (&[ViewRow], &[DecisionRow]),
        now: DateTime<Utc>,
    ) -> Self {
        let t = me.words();
        let packed = &item.packed.0;
        let mean = packed.mean.shown.mean;
        let here: Vec<&ViewRow> = views.iter().filter(|view| view.item_id == item.id).collect();
        let mine = here.iter().find(|view| view.member_id == me.id);
        let of = (item.objective_id, packed.title.as_str());
        let standings: Vec<_> =
            packed.key_results.iter().map(|one| one.standing(of, review.cycle_id)).collect();
        let note =
            |one: &super::packed::PackedKeyResult| Some((one.author()?.to_owned(), one.note()?.to_owned()));
        let seen = !super::is_open(review);
        let decided = decisions.iter().filter(|it| it.objective_id == Some(item.objective_id));
        let field = |kind: &str| format!("{kind}-{}", item.id);
        Self {
            id: item.id.to_string(),
            o: field("o"),
            r: field("r"),
            c: field("c"),
            n: field("n"),
            seg: t.round_how_confident(&packed.title),
            words: Choice::all(t, mine.and_then(|view| view.confidence)),
            title: packed.title.clone(),
            href: me.at(&format!("/objectives/{}", item.objective_id)),
            owner: packed.owner.as_ref().map(|owner| owner.name.clone()),
            prompt: item.prompt.clone(),
            progress: mean.progress.map_or_else(|| t.kr_no_number().to_owned(), |share| t.percent(share)),
            bar: Bar::new(mean.progress, mean.expected),
            label: bar_label(t, &packed.title, mean.progress, mean.expected),
            slip: Pen::of(me).mean(&packed.mean, &packed.titles()),
            rows: standings.iter().map(|one| Row::of(one, me, review.opened_at)).collect(),
            notes: packed.key_results.iter().filter_map(note).collect(),
            mine: mine.map(|view| (word(view.confidence), view.comment.clone())).unwrap_or_default(),
            tally: if seen { tally(t, &here) } else { String::new() },
            views: if seen { here.iter().map(|view| shown(me, view, now)).collect() } else { Vec::new() },
            outcome: item.outcome.map(|it| (outcome(t, it), SafeHtml::from_markdown(&item.reason))),
            decisions: decided
                .map(|it| (it.question.clone(), me.at(&format!("/decisions/{}", it.id))))
                .collect(),
            propose: (item.outcome == Some(Outcome::Decide) && super::may_keep(me, review))
                .then(|| me.at(&format!("/decisions/new?objective={}", item.objective_id))),
            choices: Outcome::ALL.iter().map(|it| (it.as_str(), outcome(t, *it), false)).collect(),
            reason: String::new(),
        }
    }
}

fn word(confidence: Option<Confidence>) -> String {
    confidence.map(|word| word.as_str().to_owned()).unwrap_or_default()
}

fn shown(me: &Me, view: &ViewRow, now: DateTime<Utc>) -> View {
    let t = me.words();
    View {
        avatar: Avatar::of(view.member_id, &view.name),
        name: view.name.clone(),
        word: view.confidence.map(|word| Word::said(t, word)),
        when: When::of(t, view.at, view.zone, me.zone, now),
        html: SafeHtml::from_markdown(&view.comment),
    }
}
