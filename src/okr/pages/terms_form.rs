//! The terms of a key result as a form shows them and as they are typed: which kind, and what belongs to it. What belongs
//! to another kind is left out, so that changing one's mind loses nothing that was typed.

use super::fields;
use crate::calendar::Cycle;
use crate::fault::{Fault, Result};
use crate::ids::{StepId, SubmissionKey};
use crate::language::Words;
use crate::okr::measure::{Checkpoint, Draft, Kind, MOST_STEPS, PaceRule, Step, Terms, TermsFault};
use crate::okr::status::Every;
use crate::okr::unit::{Currency, NAME, Quantity, Unit};
use crate::web::Problems;
use chrono::{NaiveDate, TimeDelta};
use rust_decimal::Decimal;
use serde::Deserialize;

/// So many empty rows follow those that are filled.
const SPARE: usize = 3;

/// The form of a key result as it arrives. Rows of milestones and checkpoints come as lists of equal length, one for each
/// column.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    pub(super) submission_key: SubmissionKey,
    #[serde(default)]
    pub(super) title: String,
    #[serde(default)]
    pub(super) owner: String,
    #[serde(default)]
    pub(super) measured_by: String,
    #[serde(default)]
    pub(super) every: String,
    #[serde(default)]
    pub(super) weekday: String,
    #[serde(default)]
    pub(super) reason: String,
    #[serde(default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) quantity: String,
    #[serde(default)]
    pub(super) unit: String,
    #[serde(default)]
    pub(super) baseline: String,
    #[serde(default)]
    pub(super) target: String,
    #[serde(default)]
    pub(super) low: String,
    #[serde(default)]
    pub(super) high: String,
    #[serde(default)]
    pub(super) weight: String,
    #[serde(default)]
    pub(super) pace: String,
    #[serde(default)]
    pub(super) step_id: Vec<String>,
    #[serde(default)]
    pub(super) step_name: Vec<String>,
    #[serde(default)]
    pub(super) step_due: Vec<String>,
    #[serde(default)]
    pub(super) step_weight: Vec<String>,
    #[serde(default)]
    pub(super) point_on: Vec<String>,
    #[serde(default)]
    pub(super) point_value: Vec<String>,
    /// The button that asks for more rows was pressed.
    #[serde(default)]
    pub(super) more: String,
    /// The key result of an earlier cycle that it goes on from.
    #[serde(default)]
    pub(super) carried_from: String,
}

/// A row for a milestone.
#[derive(Debug, Clone)]
pub(super) struct StepRow {
    pub(super) number: usize,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) due: String,
    pub(super) weights: Vec<fields::Choice>,
}

/// A row for a checkpoint.
#[derive(Debug, Clone)]
pub(super) struct PointRow {
    pub(super) number: usize,
    pub(super) on: String,
    pub(super) value: String,
}

impl StepRow {
    /// The id of the field of its name.
    pub(super) fn name_field(&self) -> String {
        format!("step_name_{}", self.number)
    }

    /// The id of the field of its date.
    pub(super) fn due_field(&self) -> String {
        format!("step_due_{}", self.number)
    }
}

impl PointRow {
    /// The id of the field of its date.
    pub(super) fn on_field(&self) -> String {
        format!("point_on_{}", self.number)
    }

    /// The id of the field of its value.
    pub(super) fn value_field(&self) -> String {
        format!("point_value_{}", self.number)
    }
}

impl Typed {
    /// A form nobody has touched: a number that should rise, counted weekly.
    pub(super) fn blank() -> Self {
        Self {
            submission_key: SubmissionKey::fresh(),
            title: String::new(),
            owner: String::new(),
            measured_by: String::new(),
            every: Every::Week.to_string(),
            weekday: "5".to_owned(),
            reason: String::new(),
            kind: Kind::Increase.to_string(),
            quantity: Quantity::Number.to_string(),
            unit: String::new(),
            baseline: String::new(),
            target: String::new(),
            low: String::new(),
            high: String::new(),
            weight: "1".to_owned(),
            pace: PaceRule::Linear.to_string(),
            step_id: Vec::new(),
            step_name: Vec::new(),
            step_due: Vec::new(),
            step_weight: Vec::new(),
            point_on: Vec::new(),
            point_value: Vec::new(),
            more: String::new(),
            carried_from: String::new(),
        }
    }

    /// The form with the terms that hold, ready to be typed over.
    pub(super) fn of(t: Words, terms: &Terms, unit: &Unit) -> Self {
        let field = |value: Decimal| unit.field(t, value);
        let line = |value| if terms.kind().is_line() { field(value) } else { String::new() };
        let band = terms.band();
        let date = |date: Option<NaiveDate>| date.map(|date| date.to_string()).unwrap_or_default();
        Self {
            kind: terms.kind().to_string(),
            quantity: unit.quantity().to_string(),
            unit: unit.name().to_owned(),
            baseline: line(terms.baseline()),
            target: line(terms.target()),
            low: band.and_then(|band| band.low).map(field).unwrap_or_default(),
            high: band.and_then(|band| band.high).map(field).unwrap_or_default(),
            weight: terms.weight().to_string(),
            pace: terms.pace().to_string(),
            step_id: terms.steps().iter().map(|step| step.id.to_string()).collect(),
            step_name: terms.steps().iter().map(|step| step.name.clone()).collect(),
            step_due: terms.steps().iter().map(|step| date(step.due)).collect(),
            step_weight: terms.steps().iter().map(|step| step.weight.to_string()).collect(),
            point_on: terms.checkpoints().iter().map(|one| one.on.to_string()).collect(),
            point_value: terms.checkpoints().iter().map(|one| field(one.value)).collect(),
            ..Self::blank()
        }
    }

    /// The rows of milestones, with some to spare.
    pub(super) fn step_rows(&self, t: Words) -> Vec<StepRow> {
        let rows = rows(&self.step_name, &self.more);
        let row = |at: usize| {
            let weight =
                Some(at_row(&self.step_weight, at)).filter(|weight| !weight.is_empty()).unwrap_or("1");
            StepRow {
                number: at + 1,
                id: at_row(&self.step_id, at).to_owned(),
                name: at_row(&self.step_name, at).to_owned(),
                due: at_row(&self.step_due, at).to_owned(),
                weights: fields::weights(t, weight),
            }
        };
        (0..rows).map(row).collect()
    }

    /// The rows of checkpoints, with some to spare.
    pub(super) fn point_rows(&self) -> Vec<PointRow> {
        let row = |at: usize| PointRow {
            number: at + 1,
            on: at_row(&self.point_on, at).to_owned(),
            value: at_row(&self.point_value, at).to_owned(),
        };
        (0..rows(&self.point_on, &self.more)).map(row).collect()
    }

    /// What it is counted in, or what is wrong with it.
    pub(super) fn unit(&self, t: Words, problems: &mut Problems) -> Result<Option<Unit>> {
        let quantity = match self.quantity.as_str() {
            "" => Quantity::Number,
            quantity => Quantity::parse(quantity).ok_or(Fault::NotFound)?,
        };
        if !self.kind()?.is_counted() {
            return Ok(Some(Unit::Number(String::new())));
        }
        Ok(match quantity {
            Quantity::Money => {
                let currency = Currency::parse(&self.unit).ok_or(t.okr_currency_unknown());
                problems.take("unit", currency).map(Unit::Money)
            }
            quantity => {
                let name = problems.take("unit", fields::short(t, &self.unit, NAME));
                name.map(|name| Unit::stored(quantity, &name))
            }
        })
    }

    fn kind(&self) -> Result<Kind> {
        Kind::parse(&self.kind).ok_or(Fault::NotFound)
    }

    /// The terms typed, or what is wrong with them, under the field it is about.
    pub(super) fn read(
        &self,
        t: Words,
        unit: &Unit,
        cycle: &Cycle,
        problems: &mut Problems,
    ) -> Result<Option<Terms>> {
        let kind = self.kind()?;
        let pace = PaceRule::parse(&self.pace).ok_or(Fault::NotFound)?;
        let mut draft = Draft::whole(kind, fields::weight(&self.weight)?, pace);
        let before = problems.len();
        match kind {
            Kind::Increase | Kind::Decrease => {
                let value = |typed, missing| fields::value(t, unit, typed, missing);
                let baseline = problems.take("baseline", value(&self.baseline, t.okr_baseline_missing()));
                let target = problems.take("target", value(&self.target, t.okr_target_missing()));
                (draft.baseline, draft.target) = (baseline.unwrap_or_default(), target.unwrap_or_default());
                if pace == PaceRule::Checkpoints {
                    draft.checkpoints = self.checkpoints(t, unit, cycle, problems);
                }
            }
            Kind::KeepWithin => {
                let mut bound = |field, typed: &str| {
                    let typed = Some(typed).filter(|typed| !typed.trim().is_empty())?;
                    problems.take(field, fields::value(t, unit, typed, ""))
                };
                (draft.low, draft.high) = (bound("low", &self.low), bound("high", &self.high));
            }
            Kind::Milestones => draft.steps = self.steps(t, cycle, problems)?,
            Kind::YesNo => {}
        }
        if problems.len() > before {
            return Ok(None);
        }
        let baseline = draft.baseline;
        match Terms::of(draft) {
            Ok(terms) => Ok(Some(terms)),
            Err(fault) => {
                let (field, sentence) = told(t, unit, fault, baseline)?;
                problems.add(field, sentence);
                Ok(None)
            }
        }
    }

    fn steps(&self, t: Words, cycle: &Cycle, problems: &mut Problems) -> Result<Vec<Step>> {
        let mut steps = Vec::new();
        for at in 0..self.step_name.len() {
            let name = fields::short(t, at_row(&self.step_name, at), crate::okr::measure::STEP_NAME);
            let name = problems.take(&format!("step_name_{}", at + 1), name).unwrap_or_default();
            let due =
                fields::date(t, at_row(&self.step_due, at)).and_then(|due| within(t, cycle, due, cycle.last));
            let due = problems.take(&format!("step_due_{}", at + 1), due).flatten();
            if name.is_empty() {
                continue;
            }
            let id = match at_row(&self.step_id, at) {
                "" => StepId::fresh(),
                id => id.parse().map_err(|_| Fault::NotFound)?,
            };
            steps.push(Step { id, name, weight: fields::weight(at_row(&self.step_weight, at))?, due });
        }
        Ok(steps)
    }

    /// The checkpoints in the order of their dates.
    fn checkpoints(&self, t: Words, unit: &Unit, cycle: &Cycle, problems: &mut Problems) -> Vec<Checkpoint> {
        let mut points = Vec::new();
        for at in 0..self.point_on.len() {
            let (on, value) = (at_row(&self.point_on, at), at_row(&self.point_value, at));
            if on.trim().is_empty() && value.trim().is_empty() {
                continue;
            }
            let on = fields::date(t, on)
                .and_then(|on| within(t, cycle, on, cycle.last - TimeDelta::days(1)))
                .and_then(|on| on.ok_or_else(|| t.okr_point_date_missing().to_owned()));
            let on = problems.take(&format!("point_on_{}", at + 1), on);
            let value = fields::value(t, unit, value, t.okr_point_value_missing());
            let value = problems.take(&format!("point_value_{}", at + 1), value);
            points.extend(on.zip(value).map(|(on, value)| Checkpoint { on, value }));
        }
        points.sort_by_key(|point| point.on);
        points
    }
}

/// A date between the cycle's first and `last`.
fn within(
    t: Words,
    cycle: &Cycle,
    date: Option<NaiveDate>,
    last: NaiveDate,
) -> Result<Option<NaiveDate>, String> {
    match date {
        Some(date) if date < cycle.first || date > last => {
            Err(t.okr_date_outside(t.date_long(cycle.first), t.date_long(last)))
        }
        date => Ok(date),
    }
}

fn at_row(column: &[String], at: usize) -> &str {
    column.get(at).map_or("", String::as_str)
}

/// How many rows a form shows: those filled, and some to spare; more when asked for.
fn rows(filled: &[String], more: &str) -> usize {
    let used = filled.iter().rposition(|text| !text.is_empty()).map_or(0, |last| last + 1);
    let shown = if more.is_empty() { used + SPARE } else { filled.len().max(used) + SPARE };
    shown.min(MOST_STEPS)
}

/// The field a fault is about, and the sentence for it. What no form of ours sends is a page that is not there.
fn told(t: Words, unit: &Unit, fault: TermsFault, baseline: Decimal) -> Result<(String, String)> {
    let row = |field: &str, at: usize| format!("{field}_{}", at + 1);
    let at = |field: &str, sentence: &str| (field.to_owned(), sentence.to_owned());
    Ok(match fault {
        TermsFault::Baseline(fault) => at("baseline", &fields::value_fault(t, fault)),
        TermsFault::Target(fault) => at("target", &fields::value_fault(t, fault)),
        TermsFault::TargetIsBaseline => at("target", &t.okr_target_is_baseline(unit.write(t, baseline))),
        TermsFault::TargetBelowBaseline => at("target", t.okr_target_below()),
        TermsFault::TargetAboveBaseline => at("target", t.okr_target_above()),
        TermsFault::Low(fault) => at("low", &fields::value_fault(t, fault)),
        TermsFault::High(fault) => at("high", &fields::value_fault(t, fault)),
        TermsFault::NoBound => at("low", t.okr_bound_missing()),
        TermsFault::BoundsCrossed => at("high", t.okr_bounds_crossed()),
        TermsFault::NoSteps => at("step_name_1", t.okr_steps_missing()),
        TermsFault::TooMany => at("step_name_1", &t.okr_too_many_rows(MOST_STEPS)),
        TermsFault::Checkpoint(at, fault) => (row("point_value", at), fields::value_fault(t, fault)),
        TermsFault::CheckpointOrder(at) => (row("point_on", at), t.okr_points_twice().to_owned()),
        TermsFault::NoCheckpoints => at("pace", t.okr_points_missing()),
        TermsFault::CheckpointsNotHere => at("pace", t.okr_points_not_here()),
        TermsFault::NotFromZeroToOne
        | TermsFault::StepName(_)
        | TermsFault::StepWeight(_)
        | TermsFault::StepTwice(_)
        | TermsFault::Astray
        | TermsFault::Weight => return Err(Fault::NotFound),
    })
}
