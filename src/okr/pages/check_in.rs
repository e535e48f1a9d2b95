//! Checking in on a key result's own page.

use super::fields;
use super::key_result::{Voices, draw};
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::ids::{CheckInId, KeyResultId, StepId, SubmissionKey};
use crate::language::Words;
use crate::okr::check_in::{self, NOTE, NewCheckIn, Refusal};
use crate::okr::log::CheckIn;
use crate::okr::measure::{Kind, Terms};
use crate::okr::parts::{Word, value_with_unit};
use crate::okr::record::Record;
use crate::okr::status::Confidence;
use crate::okr::unit::Unit;
use crate::organisation::{Me, Member};
use crate::web::{Done, Form, Path, Problems, Refused};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;

/// The form as it is shown.
pub(super) struct CheckInForm {
    pub(super) submission_key: SubmissionKey,
    /// The check-in it corrects.
    pub(super) replaces: Option<CheckInId>,
    /// The heading: check in, or correct what.
    pub(super) heading: String,
    /// The label of the value.
    pub(super) label: String,
    /// What a value looks like, where that needs saying.
    pub(super) hint: Option<&'static str>,
    /// A yes-or-no is chosen, not typed.
    pub(super) yes_no: bool,
    /// The milestones to tick, where it is made of them.
    pub(super) steps: Vec<Tick>,
    pub(super) value: String,
    /// "The same: 24.1 cm, on track", where there is something to repeat.
    pub(super) same: Option<String>,
    confidence: String,
    pub(super) note: String,
}

/// A milestone to tick.
pub(super) struct Tick {
    pub(super) id: StepId,
    pub(super) name: String,
    pub(super) done: bool,
}

/// The form as it arrives.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    submission_key: SubmissionKey,
    #[serde(default)]
    replaces: String,
    #[serde(default)]
    value: String,
    #[serde(default)]
    done: Vec<StepId>,
    #[serde(default)]
    confidence: String,
    #[serde(default)]
    note: String,
    /// The button that repeats the last check-in was pressed.
    #[serde(default)]
    same: String,
}

impl CheckInForm {
    /// An untouched form: it starts from the last check-in, or from the one to correct.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when the one to correct is not there, or was corrected already.
    pub(super) fn fresh(t: Words, record: &Record, correct: Option<CheckInId>) -> Result<Self> {
        let standing = record.standing();
        let from = match correct {
            None => standing.last(),
            Some(id) => Some(standing.iter().find(|one| one.id == id).ok_or(Fault::NotFound)?),
        };
        let note = |id| record.check_ins.iter().find(|one| one.id == id).map(|one| one.note.clone());
        let terms = record.terms_now()?;
        let typed = Typed {
            submission_key: SubmissionKey::fresh(),
            replaces: correct.map(|id| id.to_string()).unwrap_or_default(),
            value: from.map(|one| shown(t, &terms, &record.key_result.unit, one)).unwrap_or_default(),
            done: from.map(|one| one.done.clone()).unwrap_or_default(),
            confidence: from.map(|one| one.confidence.to_string()).unwrap_or_default(),
            note: correct.and_then(note).unwrap_or_default(),
            same: String::new(),
        };
        Self::of(t, record, typed)
    }

    /// The form with what was typed.
    fn of(t: Words, record: &Record, typed: Typed) -> Result<Self> {
        let (unit, terms) = (&record.key_result.unit, record.terms_now()?);
        let kind = terms.kind();
        let corrected = record.check_ins.iter().find(|one| one.id.to_string() == typed.replaces);
        let standing = record.standing();
        let last = standing.last().filter(|_| corrected.is_none());
        let tick = |step: &crate::okr::measure::Step| Tick {
            id: step.id,
            name: step.name.clone(),
            done: typed.done.contains(&step.id),
        };
        Ok(Self {
            submission_key: typed.submission_key,
            replaces: corrected.map(|one| one.id),
            heading: match corrected {
                None => t.okr_check_in_now().to_owned(),
                Some(one) => {
                    let value = value_with_unit(t, kind, unit, Some(one.value));
                    t.okr_correct_heading(value, t.date_long(one.local_date))
                }
            },
            label: match unit {
                _ if unit.name().is_empty() => t.okr_new_value().to_owned(),
                unit => t.okr_new_value_in(unit.name()),
            },
            hint: (*unit == Unit::Duration).then(|| t.okr_duration_hint()),
            yes_no: kind == Kind::YesNo,
            steps: terms.steps().iter().map(tick).collect(),
            same: last.map(|last| {
                let value = value_with_unit(t, kind, unit, Some(terms.count(last.value, &last.done)));
                t.okr_the_same(value, Word::said(t, last.confidence).text)
            }),
            value: typed.value,
            confidence: typed.confidence,
            note: typed.note,
        })
    }

    /// The word chosen, if one is.
    pub(super) fn chosen(&self) -> Option<Confidence> {
        Confidence::parse(&self.confidence)
    }
}

/// `POST /o/{org}/key-results/{key_result}/check-ins`
pub(super) async fn add(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, KeyResultId)>,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    let t = me.words();
    let record = Record::load(&mut tx, id).await?;
    if record.key_result.dropped_at.is_some() {
        return Err(Fault::NotFound);
    }
    if !record.may(&me) {
        return Err(Fault::Forbidden);
    }
    let mut problems = Problems::new();
    if let Some(new) = read(&me, &record, &typed, &mut problems, now)? {
        match check_in::record(&mut tx, new).await {
            Ok(_) => {
                tx.commit().await?;
                return Ok(Done::CheckedIn.at(&me.at(&format!("/key-results/{id}"))));
            }
            Err(Refusal::Value(fault)) => problems.add("value", fields::value_fault(t, fault)),
            Err(Refusal::Closed) => problems.add("value", t.okr_check_in_closed()),
            Err(Refusal::Corrected) => problems.add("value", t.okr_check_in_corrected()),
            Err(refusal @ (Refusal::NotFound | Refusal::Database(_))) => return Err(refusal.into()),
        }
    }
    let form = CheckInForm::of(t, &record, typed)?;
    let voices = Voices::load(&mut tx, &me, &record, now).await?;
    Ok(Refused(draw(&me, now, &record, voices, form, problems, false)?).into_response())
}

/// The check-in that was typed, or what is wrong with it.
fn read(
    me: &Me,
    record: &Record,
    typed: &Typed,
    problems: &mut Problems,
    now: DateTime<Utc>,
) -> Result<Option<NewCheckIn>> {
    let t = me.words();
    let replaces = match typed.replaces.as_str() {
        "" => None,
        id => Some(fields::chosen(id, record.check_ins.iter().map(|one| one.id))?),
    };
    let standing = record.standing();
    if let Some(last) = standing.last().filter(|_| !typed.same.is_empty() && replaces.is_none()) {
        let note = problems.take("note", fields::text(t, &typed.note, NOTE));
        return Ok(note.map(|note| NewCheckIn {
            value: last.value,
            done: last.done.clone(),
            confidence: last.confidence,
            note,
            ..blank(me, record, typed, now)
        }));
    }
    let value = match record.terms_now()?.kind() {
        Kind::YesNo => yes_or_no(&typed.value).ok_or(t.okr_value_yes_or_no().to_owned()),
        Kind::Milestones => Ok(Decimal::ZERO),
        Kind::Increase | Kind::Decrease | Kind::KeepWithin => {
            fields::value(t, &record.key_result.unit, &typed.value, t.okr_value_missing())
        }
    };
    let value = problems.take("value", value);
    let confidence = Confidence::parse(&typed.confidence).ok_or(t.okr_confidence_missing());
    let confidence = problems.take("confidence", confidence);
    let note = problems.take("note", fields::text(t, &typed.note, NOTE));
    let (Some(value), Some(confidence), Some(note)) = (value, confidence, note) else { return Ok(None) };
    Ok(Some(NewCheckIn {
        value,
        done: typed.done.clone(),
        confidence,
        note,
        replaces,
        ..blank(me, record, typed, now)
    }))
}

/// A check-in by this member now, with nothing said yet.
fn blank(me: &Me, record: &Record, typed: &Typed, now: DateTime<Utc>) -> NewCheckIn {
    NewCheckIn {
        key_result: record.key_result.id,
        member: me.id,
        update: None,
        at: now,
        local_date: me.today(now),
        zone: me.zone,
        value: Decimal::ZERO,
        done: Vec::new(),
        confidence: Confidence::OnTrack,
        note: String::new(),
        replaces: None,
        import: None,
        submission_key: typed.submission_key,
    }
}

/// A value as the form shows it, to be typed over or chosen.
fn shown(t: Words, terms: &Terms, unit: &Unit, one: &CheckIn) -> String {
    match terms.kind() {
        Kind::YesNo => one.value.normalize().to_string(),
        Kind::Milestones => String::new(),
        Kind::Increase | Kind::Decrease | Kind::KeepWithin => unit.field(t, one.value),
    }
}

fn yes_or_no(typed: &str) -> Option<Decimal> {
    match typed {
        "1" => Some(Decimal::ONE),
        "0" => Some(Decimal::ZERO),
        _ => None,
    }
}
