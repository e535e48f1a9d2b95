//! One key-result row of the form, read. Pure.
//!
//! The rule, as the page says it: a row that was changed, or ticked as “the same”, is a check-in; all others are left
//! alone. *Changed* means against what the form showed, so that a form that lay open while somebody else checked in
//! never writes the old value back.

use super::typed::Typed;
use crate::ids::{CheckInId, KeyResultId, StepId};
use crate::language::Words;
use crate::okr::measure::{Kind, Terms, ValueFault};
use crate::okr::status::Confidence;
use crate::okr::unit::{Unit, Unread};
use rust_decimal::Decimal;

/// A check-in to be written with an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Of which key result.
    pub key_result: KeyResultId,
    /// The value; for milestones, how many are done.
    pub value: Decimal,
    /// The milestones that are done.
    pub done: Vec<StepId>,
    /// What the person says.
    pub confidence: Confidence,
    /// The check-in it corrects, when an update is changed.
    pub replaces: Option<CheckInId>,
}

/// What a row shows before anybody touches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// Which key result.
    pub key_result: KeyResultId,
    /// What it is measured against.
    pub terms: Terms,
    /// What it is counted in.
    pub unit: Unit,
    /// The value it stands at.
    pub value: Option<Decimal>,
    /// The milestones it stands at.
    pub done: Vec<StepId>,
    /// What was said last.
    pub confidence: Option<Confidence>,
    /// The check-in that a change corrects: the one this update brought.
    pub replaces: Option<CheckInId>,
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowFault {
    /// The value can't be read.
    Unread(Unread),
    /// The number can't be kept for this key result.
    Value(ValueFault),
    /// There is a number and no confidence.
    NoConfidence,
}

impl Before {
    /// How the value stands in the form; for milestones, which of them are done.
    pub fn shown(&self, t: Words) -> String {
        match self.terms.kind() {
            Kind::Milestones if self.value.is_some() => joined(&self.done),
            Kind::Milestones => String::new(),
            Kind::YesNo => self.value.map(|value| value.normalize().to_string()).unwrap_or_default(),
            _ => self.value.map(|value| self.unit.field(t, value)).unwrap_or_default(),
        }
    }

    /// The value as it was typed: a text, or the milestones that are ticked.
    pub fn typed(&self, typed: &Typed) -> String {
        match self.terms.kind() {
            Kind::Milestones => joined(&self.ticked(typed)),
            _ => typed.of("value", self.key_result).unwrap_or_default().trim().to_owned(),
        }
    }

    /// The milestones that are ticked, in their order.
    pub fn ticked(&self, typed: &Typed) -> Vec<StepId> {
        let steps = self.terms.steps().iter().map(|step| step.id);
        steps.filter(|id| typed.of(&step_field(*id), self.key_result).is_some()).collect()
    }

    /// The check-in this row asks for: none when it was left alone.
    ///
    /// # Errors
    /// A [`RowFault`] about the value first.
    pub fn read(&self, t: Words, typed: &Typed) -> Result<Option<Entry>, RowFault> {
        let id = self.key_result;
        // Every row sends what it showed; a yes-or-no nobody answered yet sends no value.
        let Some(shown) = typed.of("previous", id) else { return Ok(None) };
        let value = self.typed(typed);
        let confidence = typed.of("confidence", id).and_then(Confidence::parse);
        let said = typed.of("said", id).and_then(Confidence::parse);
        let same = typed.of("same", id).is_some();
        let changed = value != shown || confidence != said;
        let steps = self.terms.kind() == Kind::Milestones;
        if !(changed || same) || (value.is_empty() && !steps && !same && confidence == said) {
            return Ok(None);
        }
        let (value, done) = self.measured(t, typed, &value)?;
        let confidence = confidence.ok_or(RowFault::NoConfidence)?;
        Ok(Some(Entry { key_result: id, value, done, confidence, replaces: self.replaces }))
    }

    fn measured(&self, t: Words, typed: &Typed, value: &str) -> Result<(Decimal, Vec<StepId>), RowFault> {
        let number = match self.terms.kind() {
            Kind::Milestones => {
                let done = self.ticked(typed);
                return Ok((self.terms.count(Decimal::ZERO, &done), done));
            }
            Kind::YesNo => match value {
                "1" => Decimal::ONE,
                "0" => Decimal::ZERO,
                _ => return Err(RowFault::Value(ValueFault::NotYesOrNo)),
            },
            _ => self.unit.read(t, value).map_err(RowFault::Unread)?,
        };
        Ok((self.terms.accept(number).map_err(RowFault::Value)?, Vec::new()))
    }
}

/// The field of a milestone, before the key result's id.
pub fn step_field(step: StepId) -> String {
    format!("done-{step}")
}

fn joined(steps: &[StepId]) -> String {
    steps.iter().map(StepId::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Locale, NumberFault};
    use crate::okr::measure::{Draft, PaceRule, Step};

    const T: Words = Words::of(Locale::English);

    fn row(value: Option<i64>) -> Before {
        Before {
            key_result: KeyResultId::fresh(),
            terms: Terms::new(Kind::Decrease, 31.into(), 18.into(), 1, PaceRule::Linear).unwrap(),
            unit: Unit::Number("cm".to_owned()),
            value: value.map(Decimal::from),
            done: Vec::new(),
            confidence: value.map(|_| Confidence::OnTrack),
            replaces: None,
        }
    }

    /// A form that shows `before`, with these fields typed over it.
    fn form(before: &Before, over: &[(&str, &str)]) -> Typed {
        let id = before.key_result;
        let said = before.confidence.map_or("", Confidence::as_str);
        let shown = before.shown(T);
        let mut form = Typed::default()
            .with(format!("value_{id}"), &shown)
            .with(format!("previous_{id}"), &shown)
            .with(format!("said_{id}"), said);
        if !said.is_empty() {
            form = form.with(format!("confidence_{id}"), said);
        }
        over.iter().fold(form, |form, (field, text)| form.with(format!("{field}_{id}"), *text))
    }

    #[test]
    fn a_row_left_alone_writes_nothing() {
        let before = row(Some(24));
        assert_eq!(before.read(T, &form(&before, &[])), Ok(None));
        assert_eq!(before.read(T, &Typed::default()), Ok(None), "a row the form did not have");
        let new = row(None);
        assert_eq!(new.read(T, &form(&new, &[])), Ok(None));
        assert_eq!(
            before.read(T, &form(&before, &[("value", " ")])),
            Ok(None),
            "an emptied field says nothing"
        );
    }

    #[test]
    fn a_changed_or_ticked_row_is_a_check_in() {
        let before = row(Some(24));
        for (over, value, confidence) in [
            (vec![("value", "23,5")], "23.5", Confidence::OnTrack),
            (vec![("confidence", "at_risk")], "24", Confidence::AtRisk),
            (vec![("same", "1")], "24", Confidence::OnTrack),
            (vec![("value", "-1"), ("confidence", "off_track")], "-1", Confidence::OffTrack),
        ] {
            let entry = before.read(T, &form(&before, &over)).unwrap().unwrap();
            assert_eq!((entry.value.to_string().as_str(), entry.confidence), (value, confidence));
        }
    }

    #[test]
    fn a_stale_form_does_not_write_the_old_value_back() {
        let shown = row(Some(24));
        let now = Before { value: Some(Decimal::from(20)), ..shown.clone() };
        assert_eq!(now.read(T, &form(&shown, &[])), Ok(None));
    }

    #[test]
    fn a_yes_or_no_wants_an_answer_with_its_confidence() {
        let terms = Terms::new(Kind::YesNo, 0.into(), 1.into(), 1, PaceRule::Linear).unwrap();
        let before = Before { terms, ..row(None) };
        let id = before.key_result;
        let bare = Typed::default().with(format!("previous_{id}"), "").with(format!("said_{id}"), "");
        let sure = bare.clone().with(format!("confidence_{id}"), "on_track");
        assert_eq!(before.read(T, &bare), Ok(None));
        assert_eq!(before.read(T, &sure), Err(RowFault::Value(ValueFault::NotYesOrNo)));
        let answered = sure.with(format!("value_{id}"), "1");
        assert_eq!(before.read(T, &answered).unwrap().unwrap().value, Decimal::ONE);
    }

    #[test]
    fn each_fault_is_told() {
        let before = row(Some(24));
        let new = row(None);
        for (row, over, fault) in [
            (&before, vec![("value", "many")], RowFault::Unread(Unread::Number(NumberFault::NotANumber))),
            (
                &before,
                vec![("value", ""), ("confidence", "at_risk")],
                RowFault::Unread(Unread::Number(NumberFault::Empty)),
            ),
            (&before, vec![("value", "9000000000000")], RowFault::Value(ValueFault::TooLarge)),
            (&new, vec![("value", "24")], RowFault::NoConfidence),
        ] {
            assert_eq!(row.read(T, &form(row, &over)), Err(fault), "{over:?}");
        }
    }

    #[test]
    fn a_stretch_of_time_is_typed_as_it_is_shown() {
        let before = Before { unit: Unit::Duration, ..row(Some(5400)) };
        assert_eq!(before.read(T, &form(&before, &[])), Ok(None));
        let entry = before.read(T, &form(&before, &[("value", "1:15")])).unwrap().unwrap();
        assert_eq!(entry.value, Decimal::from(4500));
        let bare = before.read(T, &form(&before, &[("value", "75")]));
        assert_eq!(bare, Err(RowFault::Unread(Unread::Duration)));
    }

    #[test]
    fn milestones_are_ticked() {
        let ids = [StepId::fresh(), StepId::fresh()];
        let step = |id| Step { id, name: "Step".to_owned(), weight: 1, due: None };
        let whole = Draft::whole(Kind::Milestones, 1, PaceRule::Linear);
        let terms = Terms::of(Draft { steps: ids.map(step).to_vec(), ..whole }).unwrap();
        let before = Before {
            terms,
            unit: Unit::Number(String::new()),
            value: Some(Decimal::ONE),
            done: vec![ids[0]],
            ..row(Some(1))
        };
        let fields = ids.map(step_field);
        let first = [(fields[0].as_str(), "1")];
        assert_eq!(before.read(T, &form(&before, &first)), Ok(None), "ticked as it was shown");
        let both = [(fields[0].as_str(), "1"), (fields[1].as_str(), "1")];
        let entry = before.read(T, &form(&before, &both)).unwrap().unwrap();
        assert_eq!((entry.value, entry.done), (Decimal::from(2), ids.to_vec()));
        let none = before.read(T, &form(&before, &[])).unwrap().unwrap();
        assert_eq!((none.value, none.done), (Decimal::ZERO, vec![]), "a tick taken back is a check-in too");
        let never = Before { value: None, done: vec![], confidence: None, ..before };
        assert_eq!(never.read(T, &form(&never, &[])), Ok(None));
    }
}
