//! What the numbers of a key result say, in sentences.

use crate::language::Words;
use crate::okr::chart::height;
use crate::okr::log::CheckIn;
use crate::okr::measure::{Kind, Terms};
use crate::okr::parts::{aim, value_alone, value_with_unit};
use crate::okr::progress::{clamped, raw};
use crate::okr::receipt::{LineReceipt, Point};
use crate::okr::record::{Figures, Record};
use crate::okr::slip::{Pen, Slip};
use crate::okr::status::{Difference, Status, Verdict, difference};
use crate::okr::stored::Ambition;
use crate::okr::trend::Trend;
use crate::okr::unit::Unit;
use crate::organisation::Me;
use rust_decimal::Decimal;

/// The number in large: "24.1", "97.2%", "3", "Not yet", "–".
pub(super) fn number(t: Words, unit: &Unit, figures: &Figures) -> String {
    value_alone(t, figures.terms.kind(), unit, figures.reading.value)
}

/// "cm, on the way from 31 to 18", "%, to be at least 99.5%", "of 5 steps done"
pub(super) fn way(t: Words, terms: &Terms, unit: &Unit) -> String {
    let (from, to) = (unit.bare(t, terms.baseline()), unit.bare(t, terms.target()));
    // Money and stretches of time say their unit with every number.
    let name = if matches!(unit, Unit::Money(_)) { "" } else { unit.name() };
    match (terms.kind(), name) {
        (Kind::YesNo, _) => t.okr_way_yes_no().to_owned(),
        (Kind::Milestones, _) => t.okr_way_steps(terms.steps().len()),
        (Kind::KeepWithin, "") => t.okr_way_within(aim(t, terms, unit)),
        (Kind::KeepWithin, name) => t.okr_way_within_in(name, aim(t, terms, unit)),
        (Kind::Increase | Kind::Decrease, "") => t.okr_way(from, to),
        (Kind::Increase | Kind::Decrease, name) => t.okr_way_in(name, from, to),
    }
}

/// What the numbers say, a sentence each.
pub(super) fn sentences(t: Words, record: &Record, figures: &Figures) -> Vec<String> {
    let shown = figures.receipt.shown;
    let mut said = vec![standing(t, record, figures)];
    if figures.terms.kind() == Kind::KeepWithin {
        let (silent, due) = record.dues().silent(&figures.standing, figures.receipt.dates.over);
        said.extend((silent > 0).then(|| t.okr_silent(t.number(Decimal::from(silent)), due)));
    }
    if let Some((confidence, pace)) = figures.reading.confidence.zip(shown.pace)
        && !matches!(shown.status, Status::Stale | Status::Closed)
    {
        said.extend(difference(confidence, pace).map(|difference| match difference {
            Difference::OwnerMoreHopeful => t.okr_more_hopeful().to_owned(),
            Difference::OwnerLessHopeful => t.okr_less_hopeful().to_owned(),
        }));
    }
    said
}

/// How far it is, against what the calendar expects.
fn standing(t: Words, record: &Record, figures: &Figures) -> String {
    let Figures { terms, reading, receipt, .. } = figures;
    let shown = receipt.shown;
    let expected = shown.expected;
    let Some(progress) = shown.progress else {
        return match expected {
            Some(expected) if terms.kind() != Kind::KeepWithin => t.okr_no_data_expected(t.percent(expected)),
            _ => t.okr_no_data().to_owned(),
        };
    };
    let done = t.percent(progress);
    match (terms.kind(), expected, reading.value) {
        (Kind::KeepWithin, ..) => {
            let kept = receipt.kept.unwrap_or(crate::okr::kept::Kept { inside: 0, measured: 0 });
            t.okr_kept(t.number(Decimal::from(kept.inside)), kept.measured, done)
        }
        (Kind::Increase | Kind::Decrease, Some(expected), Some(value)) => {
            gap(t, record, terms, value, (done, expected))
        }
        (_, Some(expected), _) => t.okr_way_expected(done, t.percent(expected)),
        (_, None, _) => t.okr_way_alone(done),
    }
}

/// How far a number on its way is before or behind where the calendar expects it.
fn gap(
    t: Words,
    record: &Record,
    terms: &Terms,
    value: Decimal,
    (done, expected): (String, Decimal),
) -> String {
    let unit = &record.key_result.unit;
    let steady = terms.baseline() + expected * (terms.target() - terms.baseline());
    let ahead = if terms.target() > terms.baseline() { value - steady } else { steady - value };
    let (ahead, expected) = (unit.rough(ahead), t.percent(expected));
    if ahead.is_zero() {
        t.okr_on_pace(done, expected)
    } else if ahead > Decimal::ZERO {
        t.okr_ahead(done, expected, unit.apart(t, ahead))
    } else {
        t.okr_behind(done, expected, unit.apart(t, -ahead))
    }
}

/// Where it ends if it goes on as it went, what that means for the promise, and how it follows.
pub(super) fn ahead(me: &Me, record: &Record, figures: &Figures) -> Option<(Vec<String>, Slip)> {
    let Figures { terms, standing, receipt, .. } = figures;
    let (t, one) = (me.words(), &record.key_result);
    if receipt.closed || terms.kind() == Kind::YesNo {
        return None;
    }
    let point = |one: &CheckIn| Point { check_in: one.id, date: one.date, value: height(terms, one) };
    let line = LineReceipt::new(standing.iter().map(point).collect(), one.cycle.cycle.last, one.unit.floor());
    let said = end(t, record, terms, &line.shown?);
    let unit = (terms.kind() != Kind::Milestones).then_some(&one.unit);
    Some((said, Pen::of(me).line(one.id, &line, unit)))
}

fn end(t: Words, record: &Record, terms: &Terms, line: &Trend) -> Vec<String> {
    let one = &record.key_result;
    let by = t.date_short(line.by);
    let value = one.unit.bare(t, one.unit.rough(line.value).round_dp(1).normalize());
    let share = match terms.kind() {
        Kind::KeepWithin => {
            let value = one.unit.write(t, one.unit.rough(line.value));
            let inside = terms.band().is_some_and(|band| band.holds(line.value));
            return vec![if inside { t.okr_trend_inside(value, by) } else { t.okr_trend_outside(value, by) }];
        }
        Kind::Milestones => clamped(line.value),
        Kind::Increase | Kind::Decrease | Kind::YesNo => clamped(raw(terms, line.value)),
    };
    let target = value_with_unit(t, terms.kind(), &one.unit, Some(terms.target()));
    let first = match terms.kind() {
        Kind::Milestones => t.okr_trend_share(t.percent(share), by),
        _ => t.okr_trend(value, target, by),
    };
    vec![first, verdict(t, one.ambition, share).to_owned()]
}

/// What ending at this share would mean for what the objective promises.
fn verdict(t: Words, ambition: Ambition, share: Decimal) -> &'static str {
    match (ambition, Verdict::of(ambition, share)) {
        (Ambition::Committed, Verdict::Reached) => t.okr_verdict_kept(),
        (Ambition::Committed, Verdict::Good | Verdict::Short) => t.okr_verdict_broken(),
        (Ambition::Aspirational, Verdict::Reached) => t.okr_verdict_all(),
        (Ambition::Aspirational, Verdict::Good) => t.okr_verdict_good(),
        (Ambition::Aspirational, Verdict::Short) => t.okr_verdict_short(),
    }
}
