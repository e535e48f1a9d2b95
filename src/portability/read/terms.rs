//! How a key result is measured, as the cells of its row say it.

use super::Reader;
use crate::ids::StepId;
use crate::okr::measure::{Checkpoint, Draft, Kind, PaceRule, STEP_NAME, Step, Terms, TermsFault, WEIGHTS};
use crate::okr::unit::{Currency, NAME, Quantity, Unit};
use crate::portability::cells;
use crate::portability::columns::Column;
use crate::portability::finding::Fault;
use crate::portability::words;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// How a key result is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// What it is counted in.
    pub unit: Unit,
    /// Its terms.
    pub terms: Terms,
}

/// The lines of a cell; on one line, semicolons do, where no bars are.
pub fn cell_lines(text: &str) -> Vec<&str> {
    let sign = if text.contains('\n') || text.contains('|') { '\n' } else { ';' };
    text.split(sign).map(str::trim).filter(|line| !line.is_empty()).collect()
}

impl Reader<'_> {
    pub(super) fn measure(&mut self) -> Option<Measure> {
        let before = self.findings.len();
        let kind = self.word(Column::Kind, Kind::ALL, Kind::as_str, words::kind);
        let pace = self.word(Column::Pace, PaceRule::ALL, PaceRule::as_str, words::pace);
        let unit = self.unit();
        let weight = self.weight();
        let [start, target, low, high] =
            [Column::Start, Column::Target, Column::Low, Column::High].map(|at| self.amount(at, &unit));
        let (steps, checkpoints) = (self.steps(), self.checkpoints(&unit));
        let kind = match (kind, &*steps, low.or(high), start.zip(target)) {
            (Some(kind), ..) => kind,
            (None, [_, ..], ..) => Kind::Milestones,
            (None, _, Some(_), _) => Kind::KeepWithin,
            (None, _, _, Some((start, target))) if target < start => Kind::Decrease,
            (None, _, _, Some(_)) => Kind::Increase,
            (None, _, _, None) if self.findings.len() > before => return None,
            (None, ..) => {
                self.tell(Column::Kind, Fault::Missing);
                return None;
            }
        };
        let pace = pace.unwrap_or(match (kind, checkpoints.is_empty()) {
            (Kind::Increase | Kind::Decrease, false) => PaceRule::Checkpoints,
            _ => PaceRule::Linear,
        });
        let mut draft = Draft::whole(kind, weight, pace);
        if kind.is_line() {
            for (column, value) in [(Column::Start, start), (Column::Target, target)] {
                if value.is_none() && self.line.cell(column).trim().is_empty() {
                    self.tell(column, Fault::Missing);
                }
            }
            (draft.baseline, draft.target) = (start.unwrap_or_default(), target.unwrap_or_default());
            draft.checkpoints = if pace == PaceRule::Checkpoints { checkpoints } else { Vec::new() };
        }
        match kind {
            Kind::KeepWithin => (draft.low, draft.high) = (low, high),
            Kind::Milestones => draft.steps = steps,
            Kind::Increase | Kind::Decrease | Kind::YesNo => {}
        }
        if self.findings.len() > before {
            return None;
        }
        let unit = if kind.is_counted() { unit } else { Unit::Number(String::new()) };
        match Terms::of(draft) {
            Ok(terms) => Some(Measure { unit, terms }),
            Err(fault) => {
                self.tell(column_of(fault), Fault::Terms(fault));
                None
            }
        }
    }

    /// What it is counted in: as said, or as the word for it says by itself.
    fn unit(&mut self) -> Unit {
        let said = self.word(Column::Quantity, Quantity::ALL, Quantity::as_str, words::quantity);
        let name = self.short(Column::Unit, NAME);
        let by_itself = match name.as_str() {
            "%" => Quantity::Percent,
            code if code.len() == 3 && Currency::parse(code).is_some_and(|one| one.code() == code) => {
                Quantity::Money
            }
            _ => Quantity::Number,
        };
        let quantity = said.unwrap_or(by_itself);
        if quantity == Quantity::Money && Currency::parse(&name).is_none() {
            self.tell(Column::Unit, Fault::NoCurrency(name.clone()));
        }
        let code = if quantity == Quantity::Money { name.to_ascii_uppercase() } else { name };
        Unit::stored(quantity, &code)
    }

    fn amount(&mut self, column: Column, unit: &Unit) -> Option<Decimal> {
        let text = self.line.cell(column).trim();
        if text.is_empty() { None } else { self.value(column, text, unit) }
    }

    fn value(&mut self, column: Column, text: &str, unit: &Unit) -> Option<Decimal> {
        match cells::value(text, unit, self.style.decimals) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.tell(column, Fault::Value(text.to_owned(), fault));
                None
            }
        }
    }

    fn date_in(&mut self, column: Column, text: &str) -> Option<NaiveDate> {
        match cells::date(text, self.style.dates) {
            Ok(when) => Some(when.date()),
            Err(fault) => {
                self.tell(column, Fault::Date(text.to_owned(), fault));
                None
            }
        }
    }

    /// `name | weight | date`, of which the last two may be missing.
    fn steps(&mut self) -> Vec<Step> {
        let text = self.line.cell(Column::Steps).replace("\r\n", "\n");
        let mut steps = Vec::new();
        for line in cell_lines(&text) {
            let parts: Vec<_> = line.rsplitn(3, '|').map(str::trim).collect();
            let (name, weight, due) = match *parts {
                [due, weight, name] => (name, weight, due),
                [weight, name] => (name, weight, ""),
                _ => (line, "", ""),
            };
            let number = cells::whole(weight).ok().and_then(|weight| i16::try_from(weight).ok());
            let number = number.filter(|weight| WEIGHTS.contains(weight));
            if number.is_none() && !weight.is_empty() {
                self.tell(Column::Steps, Fault::NoWeight(weight.to_owned()));
            }
            let due = if due.is_empty() { None } else { self.date_in(Column::Steps, due) };
            let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
            let has = name.chars().count();
            if has > STEP_NAME {
                self.tell(Column::Steps, Fault::TooLong { most: STEP_NAME, has });
            }
            steps.push(Step { id: StepId::fresh(), name, weight: number.unwrap_or(1), due });
        }
        steps
    }

    /// `date | value`, in the order of their dates.
    fn checkpoints(&mut self, unit: &Unit) -> Vec<Checkpoint> {
        let text = self.line.cell(Column::Checkpoints).replace("\r\n", "\n");
        let mut points = Vec::new();
        for line in cell_lines(&text) {
            let (on, value) = line.split_once('|').unwrap_or((line, ""));
            let on = self.date_in(Column::Checkpoints, on.trim());
            let value = self.value(Column::Checkpoints, value.trim(), unit);
            points.extend(on.zip(value).map(|(on, value)| Checkpoint { on, value }));
        }
        points.sort_by_key(|point| point.on);
        points
    }
}

/// The column a fault of terms is about.
fn column_of(fault: TermsFault) -> Column {
    match fault {
        TermsFault::Baseline(_) => Column::Start,
        TermsFault::Target(_)
        | TermsFault::TargetIsBaseline
        | TermsFault::TargetBelowBaseline
        | TermsFault::TargetAboveBaseline
        | TermsFault::NotFromZeroToOne => Column::Target,
        TermsFault::Low(_) | TermsFault::NoBound => Column::Low,
        TermsFault::High(_) | TermsFault::BoundsCrossed => Column::High,
        TermsFault::NoSteps
        | TermsFault::TooMany
        | TermsFault::StepName(_)
        | TermsFault::StepWeight(_)
        | TermsFault::StepTwice(_) => Column::Steps,
        TermsFault::Checkpoint(..) | TermsFault::CheckpointOrder(_) => Column::Checkpoints,
        TermsFault::NoCheckpoints | TermsFault::CheckpointsNotHere | TermsFault::Astray => Column::Pace,
        TermsFault::Weight => Column::Weight,
    }
}
