//! The key results in the form of an update: each with what it showed, a new value, and how sure the author is.

use super::composer::Makings;
use crate::ids::KeyResultId;
use crate::language::Words;
use crate::okr::bar::Bar;
use crate::okr::measure::{Kind, ValueFault};
use crate::okr::parts::{Choice, aim, bar_label, reached, value_with_unit};
use crate::okr::slip::{Pen, Slip};
use crate::okr::standing::Standing;
use crate::okr::status::Confidence;
use crate::okr::unit::Unit;
use crate::standup::entry::{Before, Entry, RowFault, step_field};
use crate::standup::typed::Typed;
use crate::web::Problems;
use chrono::{DateTime, Utc};

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

impl Makings<'_> {
    pub(super) fn row(&self, before: &Before, typed: &Typed) -> Option<Row> {
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
}

/// Notes what is wrong with a row.
pub(super) fn note(t: Words, problems: &mut Problems, key_result: KeyResultId, fault: RowFault) {
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
pub(in crate::standup) fn rows_before(
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
