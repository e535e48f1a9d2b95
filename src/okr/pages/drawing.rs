//! The chart of a key result with its words.

use crate::fault::Result;
use crate::language::Words;
use crate::okr::chart::{Chart, place_of};
use crate::okr::log::CheckIn;
use crate::okr::measure::{Kind, Terms};
use crate::okr::parts::{Word, aim, value_alone, value_with_unit};
use crate::okr::queries::KeyResult;
use crate::okr::record::{Figures, Record};
use crate::okr::unit::Unit;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

/// The chart with its words.
pub(super) struct Drawing {
    pub(super) chart: Chart,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) grid: Vec<(Decimal, String)>,
    pub(super) dots: Vec<(Decimal, Decimal, &'static str)>,
    /// The same in a table, oldest first: date, value, what was said.
    pub(super) rows: Vec<(String, String, &'static str)>,
    pub(super) caption: String,
    /// What the dashed line or the band means; none when there is neither.
    pub(super) legend: Option<&'static str>,
    /// Where the target changed on the way.
    pub(super) changes: Vec<Decimal>,
    /// The word "today" stands left of its line where the drawing ends to the right.
    pub(super) today_left: bool,
    /// Whether the line comes down to the target, so that its words stand under the line and not over it.
    pub(super) aim_low: bool,
}

/// From here on a word beside the line of today would leave the drawing.
const TODAY_LEFT: Decimal = Decimal::from_parts(88, 0, 0, false, 0);
/// Above this the line climbs to the target from below, so its words stand over it; further down they stand under it.
const AIM_HIGH: Decimal = Decimal::from_parts(50, 0, 0, false, 0);

impl Drawing {
    pub(super) fn of(t: Words, record: &Record, figures: &Figures, now: DateTime<Utc>) -> Result<Self> {
        let one = &record.key_result;
        let terms = &figures.terms;
        let chart = Chart::new(terms, &one.unit, &figures.standing, &one.cycle.cycle, now);
        Ok(Self {
            grid: chart.grid.iter().map(|line| (line.y, mark(t, terms, &one.unit, line.value))).collect(),
            dots: chart
                .dots
                .iter()
                .map(|dot| (dot.at.x, dot.at.y, Word::said(t, dot.confidence).class))
                .collect(),
            rows: figures.standing.iter().map(|said| row(t, terms, &one.unit, said)).collect(),
            today_left: chart.now.is_some_and(|now| now > TODAY_LEFT),
            aim_low: chart.aim.is_some_and(|aim| aim.y >= AIM_HIGH),
            title: t.okr_chart_title(&one.title),
            text: text(t, one, figures),
            caption: caption(t, terms, &one.unit),
            legend: match (&chart.plan, chart.band) {
                (_, Some(_)) => Some(t.okr_shaded()),
                (Some(_), None) => Some(t.okr_dashed()),
                (None, None) => None,
            },
            changes: changes(t, record)?,
            chart,
        })
    }
}

/// Where the target changed since the cycle opened.
fn changes(t: Words, record: &Record) -> Result<Vec<Decimal>> {
    let (one, cycle) = (&record.key_result, &record.key_result.cycle.cycle);
    let mut changes = Vec::new();
    for (old, new) in record.terms.iter().zip(record.terms.iter().skip(1)) {
        let aims = |terms: &Terms| aim(t, terms, &one.unit);
        if new.effective_at >= cycle.opens() && aims(&old.read()?) != aims(&new.read()?) {
            changes.push(place_of(cycle, new.effective_at));
        }
    }
    Ok(changes)
}

/// A check-in as the table has it.
fn row(t: Words, terms: &Terms, unit: &Unit, said: &CheckIn) -> (String, String, &'static str) {
    let value = value_with_unit(t, terms.kind(), unit, Some(said.value));
    (t.date_long(said.date), value, Word::said(t, said.confidence).text)
}

/// A number of the grid.
fn mark(t: Words, terms: &Terms, unit: &Unit, value: Decimal) -> String {
    match terms.kind() {
        Kind::Milestones => t.percent(value),
        kind => value_alone(t, kind, unit, Some(value)),
    }
}

/// What the chart shows, for those who don't see it.
fn text(t: Words, one: &KeyResult, figures: &Figures) -> String {
    let (terms, receipt) = (&figures.terms, &figures.receipt);
    let value = |value| value_with_unit(t, terms.kind(), &one.unit, Some(value));
    let aim = aim(t, terms, &one.unit);
    match (figures.reading.value, receipt.shown.expected) {
        (Some(last), Some(expected)) if terms.kind().is_line() => {
            let steady = terms.baseline() + expected * (terms.target() - terms.baseline());
            let from = figures.standing.first().map_or(terms.baseline(), |first| first.value);
            t.okr_chart_text(value(from), value(last), aim, value(one.unit.rough(steady)))
        }
        (Some(last), _) => t.okr_chart_text_plain(value(last), aim),
        (None, _) => t.okr_chart_text_empty(aim),
    }
}

/// "In cm, by week. Lower is better."
fn caption(t: Words, terms: &Terms, unit: &Unit) -> String {
    let direction = match terms.kind() {
        Kind::Increase => t.okr_higher(),
        Kind::Decrease => t.okr_lower(),
        Kind::KeepWithin => t.okr_inside(),
        Kind::Milestones => t.okr_all_at_top(),
        Kind::YesNo => t.okr_yes_at_top(),
    };
    let measured = !matches!(terms.kind(), Kind::YesNo | Kind::Milestones);
    match unit.name() {
        "" => t.okr_caption(direction),
        _ if !measured => t.okr_caption(direction),
        name => t.okr_caption_unit(name, direction),
    }
}
