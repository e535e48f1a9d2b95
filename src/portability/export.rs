//! What a page shows as a table that can be imported again, with the figures beside it.

use super::columns::{Column, first};
use super::queries::{CheckInRow, Detail};
use super::read::RowType;
use super::words;
use crate::fault::Result;
use crate::ids::{KeyResultId, ObjectiveId, StepId};
use crate::language::Words;
use crate::okr::measure::{Kind, Terms};
use crate::okr::pace::Pace;
use crate::okr::parts::Word;
use crate::okr::standing::Standing;
use crate::okr::status::Confidence;
use crate::okr::unit::Unit;
use crate::okr::{Listed, Objective, stored};
use crate::web::csv::Sheet;
use chrono::SecondsFormat;
use rust_decimal::Decimal;
use std::collections::HashMap;

/// What is written.
pub(super) struct Source {
    pub(super) listed: Listed,
    /// What a key result's row says besides where it stands.
    pub(super) details: HashMap<KeyResultId, Detail>,
    /// The check-ins, oldest first; none where they were not asked for.
    pub(super) check_ins: HashMap<KeyResultId, Vec<CheckInRow>>,
}

/// The figures of a row.
#[derive(Default)]
struct Figures {
    now: String,
    progress: Option<Decimal>,
    expected: Option<Decimal>,
    pace: Option<Pace>,
    status: &'static str,
    last: String,
}

/// A row in the making.
struct Cells(Vec<(Column, String)>);

impl Cells {
    fn new(t: Words, sort: RowType) -> Self {
        Self(vec![(Column::Type, first(words::row_type(t, sort)).to_owned())])
    }

    fn with(mut self, column: Column, text: impl ToString) -> Self {
        self.0.push((column, text.to_string()));
        self
    }
}

/// Writes a table.
pub(super) struct Writer<'a> {
    t: Words,
    source: &'a Source,
    sheet: Sheet,
}

impl<'a> Writer<'a> {
    /// Writes everything: each objective, its key results, their check-ins.
    ///
    /// # Errors
    /// Never: it is written into memory.
    pub(super) fn write(t: Words, source: &'a Source) -> Result<Sheet> {
        let figures = [
            t.columns_now(),
            t.columns_progress(),
            t.columns_expected(),
            t.columns_computed(),
            t.columns_shown(),
            t.columns_last(),
        ];
        let sheet = Sheet::new(Column::ALL.iter().map(|column| column.label(t)).chain(figures))?;
        let mut writer = Self { t, source, sheet };
        let mut own: HashMap<ObjectiveId, Vec<&Standing>> = HashMap::new();
        for one in &source.listed.standings {
            own.entry(one.objective).or_default().push(one);
        }
        for one in &source.listed.objectives {
            writer.objective(one)?;
            for standing in own.remove(&one.id).unwrap_or_default() {
                writer.key_result(standing)?;
            }
        }
        // A key result by itself comes without its objective.
        for standing in source.listed.standings.iter().filter(|one| own.contains_key(&one.objective)) {
            writer.key_result(standing)?;
        }
        Ok(writer.sheet)
    }

    fn row(&mut self, Cells(cells): &Cells, figures: &Figures) -> Result<()> {
        let t = self.t;
        let cell =
            |column: &Column| cells.iter().find(|(at, _)| at == column).map_or("", |(_, text)| text.as_str());
        let share = |share: Option<Decimal>| share.map(number).unwrap_or_default();
        let (progress, expected) = (share(figures.progress), share(figures.expected));
        let pace = figures.pace.map_or("", |pace| match pace {
            Pace::Done => t.okr_step_is_done(),
            Pace::OnTrack => Word::said(t, Confidence::OnTrack).text,
            Pace::AtRisk => Word::said(t, Confidence::AtRisk).text,
            Pace::OffTrack => Word::said(t, Confidence::OffTrack).text,
        });
        let figures = [&*figures.now, &*progress, &*expected, pace, figures.status, &*figures.last];
        self.sheet.row(Column::ALL.iter().map(cell).chain(figures))
    }

    fn objective(&mut self, one: &Objective) -> Result<()> {
        let (t, listed) = (self.t, &self.source.listed);
        let zone = listed.named.cycle.zone;
        let shown = one.parent.filter(|id| listed.objectives.iter().any(|other| other.id == *id));
        let key_result =
            one.parent_key_result.filter(|id| listed.standings.iter().any(|other| other.id == *id));
        let above = shown.map(|id| key_result.map_or_else(|| id.to_string(), |id| id.to_string()));
        let cells = Cells::new(t, RowType::Objective)
            .with(Column::Reference, one.id)
            .with(Column::Parent, above.unwrap_or_default())
            .with(Column::Title, &one.title)
            .with(Column::Cycle, listed.named.label(t))
            .with(Column::Team, one.team.as_ref().map_or("", |team| &*team.name))
            .with(Column::Owner, one.owner.as_ref().map_or("", |owner| &*owner.name))
            .with(Column::Reviewer, one.reviewer.as_ref().map_or("", |reviewer| &*reviewer.name))
            .with(Column::Since, zone.date_at(one.created_at))
            .with(Column::Description, &one.why)
            .with(Column::Promise, first(words::promise(t, one.ambition)))
            .with(Column::Weight, one.weight)
            .with(Column::CountAligned, first(words::yes_no(t, one.count_aligned)));
        let mean = listed.receipts.get(&one.id).map(|receipt| receipt.shown.mean).unwrap_or_default();
        let figures = Figures { progress: mean.progress, expected: mean.expected, ..Figures::default() };
        self.row(&cells, &figures)
    }

    fn key_result(&mut self, one: &Standing) -> Result<()> {
        let (t, named) = (self.t, &self.source.listed.named);
        let (terms, unit) = (&one.receipt.terms, &one.unit);
        let Some(detail) = self.source.details.get(&one.id) else { return Ok(()) };
        let alone = !self.source.listed.objectives.iter().any(|objective| objective.id == one.objective);
        let parent = if alone { one.objective_title.clone() } else { one.objective.to_string() };
        let cells = Cells::new(t, RowType::KeyResult)
            .with(Column::Reference, one.id)
            .with(Column::Parent, parent)
            .with(Column::Title, &one.title)
            .with(Column::Cycle, named.label(t))
            .with(Column::Owner, one.owner.as_ref().map_or("", |owner| &*owner.name))
            .with(Column::Since, named.cycle.zone.date_at(one.created_at))
            .with(Column::Description, &detail.measured_by)
            .with(Column::Every, first(words::rhythm(t, detail.cadence)))
            .with(
                Column::Weekday,
                stored::weekday(detail.due_weekday).map_or(String::new(), |day| t.weekday_long(day)),
            );
        let shown = one.receipt.shown;
        let figures = Figures {
            now: one.receipt.value.map(|value| measured(t, terms, unit, value)).unwrap_or_default(),
            progress: shown.progress,
            expected: shown.expected,
            pace: shown.pace,
            status: Word::shown(t, shown.status).text,
            last: one
                .receipt
                .checked_in_at
                .map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
                .unwrap_or_default(),
        };
        self.row(&with_terms(t, cells, terms, unit), &figures)?;
        for check_in in self.source.check_ins.get(&one.id).map_or(&[][..], Vec::as_slice) {
            self.check_in(one, check_in)?;
        }
        Ok(())
    }

    fn check_in(&mut self, of: &Standing, one: &CheckInRow) -> Result<()> {
        let t = self.t;
        let terms = &of.receipt.terms;
        let at = one.at.with_timezone(&one.zone.offset_at(one.at));
        let cells = Cells::new(t, RowType::CheckIn)
            .with(Column::Reference, one.id)
            .with(Column::Parent, of.id)
            .with(Column::Owner, &one.member)
            .with(Column::Date, at.to_rfc3339_opts(SecondsFormat::AutoSi, false))
            .with(Column::Value, measured(t, terms, &of.unit, terms.count(one.value, &one.done)))
            .with(Column::Done, names(terms, &one.done))
            .with(Column::Confidence, first(words::said(t, one.confidence)))
            .with(Column::Note, &one.note)
            .with(Column::Corrects, one.replaces.map(|id| id.to_string()).unwrap_or_default());
        self.row(&cells, &Figures::default())
    }
}

/// The cells that say how something is measured.
fn with_terms(t: Words, cells: Cells, terms: &Terms, unit: &Unit) -> Cells {
    let kind = terms.kind();
    let line = |value: Decimal| if kind.is_line() { plain(unit, value) } else { String::new() };
    let bound = |bound: Option<Decimal>| bound.map(|value| plain(unit, value)).unwrap_or_default();
    let band = terms.band();
    let step = |step: &crate::okr::measure::Step| {
        let due = step.due.map(|due| due.to_string()).unwrap_or_default();
        format!("{} | {} | {due}", step.name, step.weight)
    };
    let steps: Vec<_> = terms.steps().iter().map(step).collect();
    let point =
        |point: &crate::okr::measure::Checkpoint| format!("{} | {}", point.on, plain(unit, point.value));
    let points: Vec<_> = terms.checkpoints().iter().map(point).collect();
    let counted = |text: &str| if kind.is_counted() { text.to_owned() } else { String::new() };
    cells
        .with(Column::Weight, terms.weight())
        .with(Column::Kind, first(words::kind(t, kind)))
        .with(Column::Quantity, counted(first(words::quantity(t, unit.quantity()))))
        .with(Column::Unit, counted(unit.name()))
        .with(Column::Start, line(terms.baseline()))
        .with(Column::Target, line(terms.target()))
        .with(Column::Low, bound(band.and_then(|band| band.low)))
        .with(Column::High, bound(band.and_then(|band| band.high)))
        .with(Column::Steps, steps.join("\n"))
        .with(Column::Pace, first(words::pace(t, terms.pace())))
        .with(Column::Checkpoints, points.join("\n"))
}

/// The names of the steps that were done, as far as there still are such steps.
fn names(terms: &Terms, done: &[StepId]) -> String {
    let names = terms.steps().iter().filter(|step| done.contains(&step.id)).map(|step| step.name.as_str());
    names.collect::<Vec<_>>().join("\n")
}

/// A value as its kind says it.
fn measured(t: Words, terms: &Terms, unit: &Unit, value: Decimal) -> String {
    match terms.kind() {
        Kind::YesNo => first(words::yes_no(t, !value.is_zero())).to_owned(),
        Kind::Milestones => number(value),
        Kind::Increase | Kind::Decrease | Kind::KeepWithin => plain(unit, value),
    }
}

/// A number that means the same everywhere: a point before decimals, and a fourth where three could be a group.
fn number(value: Decimal) -> String {
    let mut value = value.normalize();
    if value.scale() == 3 {
        value.rescale(4);
    }
    value.to_string()
}

/// A value in its unit: a number, or hours, minutes and seconds.
fn plain(unit: &Unit, value: Decimal) -> String {
    if *unit != Unit::Duration {
        return number(value);
    }
    let (hour, minute) = (Decimal::from(3600), Decimal::from(60));
    let whole = value.abs().normalize();
    let hours = (whole / hour).trunc();
    let minutes = ((whole - hours * hour) / minute).trunc();
    let seconds = (whole - hours * hour - minutes * minute).normalize();
    let sign = if value.is_sign_negative() && !value.is_zero() { "-" } else { "" };
    let two = |part: Decimal| if part < Decimal::TEN { format!("0{part}") } else { part.to_string() };
    format!("{sign}{hours}:{}:{}", two(minutes), two(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portability::cells;
    use proptest::prelude::*;

    #[test]
    fn values_are_written_so_that_they_mean_one_thing() {
        for (unit, value, written) in [
            (Unit::Percent, dec!(97.20), "97.2"),
            (Unit::Percent, dec!(12.345), "12.3450"),
            (Unit::Percent, dec!(-0.5), "-0.5"),
            (Unit::Duration, dec!(9000), "2:30:00"),
            (Unit::Duration, dec!(-61.5), "-0:01:01.5"),
            (Unit::Duration, dec!(0), "0:00:00"),
        ] {
            assert_eq!(plain(&unit, value), written);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(digits in -999_999_999_i64..999_999_999, scale in 0_u32..=6) {
            let value = Decimal::new(digits, scale).normalize();
            for unit in [Unit::Number("cm".to_owned()), Unit::Percent, Unit::Duration] {
                prop_assert_eq!(cells::value(&plain(&unit, value), &unit, None), Ok(value));
            }
        }
    }
}
