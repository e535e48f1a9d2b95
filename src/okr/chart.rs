//! The geometry of a key result's chart: values over the weeks of its cycle.
//!
//! Everything is placed in percent of the drawing, x to the right and y downwards, so text never scales: greater values
//! lie higher, whether the aim is above or below. Milestones are drawn as the share that is done, in stairs: what is done
//! stays done until the next word. A band that is kept lies behind its values. The left edge leaves room for the numbers of the grid, the lower one
//! for the weeks.

use super::bar::{Percent, share_of_time};
use super::log::CheckIn;
use super::measure::{Kind, PaceRule, Terms};
use super::progress::share_done;
use super::status::Confidence;
use super::unit::Unit;
use crate::calendar::Cycle;
use crate::calendar::day::first_instant;
use crate::ids::CheckInId;
use chrono::{DateTime, Days, NaiveDate, Utc};
use rust_decimal::{Decimal, RoundingStrategy};
use std::fmt;

/// Where the cycle's opening and its end are drawn.
const LEFT: Decimal = Decimal::from_parts(9, 0, 0, false, 0);
const RIGHT: Decimal = Decimal::from_parts(98, 0, 0, false, 0);
/// Where the greatest and the least value are drawn.
const TOP: Decimal = Decimal::from_parts(8, 0, 0, false, 0);
const BOTTOM: Decimal = Decimal::from_parts(88, 0, 0, false, 0);

/// Gridlines of a chart of numbers.
pub const GRID: usize = 4;

/// A place in the drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// From the left.
    pub x: Percent,
    /// From the top.
    pub y: Percent,
}

/// A line through points; written as an SVG `points` attribute in a view box of 100 by 100.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line(pub Vec<Point>);

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, Point { x, y }) in self.0.iter().enumerate() {
            write!(f, "{}{x},{y}", if n == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

/// A line of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GridLine {
    /// Its height.
    pub y: Percent,
    /// The round number it stands for.
    pub value: Decimal,
}

/// The label of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Week {
    /// Where the week begins.
    pub x: Percent,
    /// Its number, from 1.
    pub number: u32,
    /// Whether a narrow drawing may leave it out: all but every third.
    pub optional: bool,
}

/// A check-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dot {
    /// Where.
    pub at: Point,
    /// What its author said.
    pub confidence: Confidence,
    /// Its value; of milestones, the share that is done.
    pub value: Decimal,
    /// Its date.
    pub date: NaiveDate,
    /// Its id.
    pub check_in: CheckInId,
}

/// A band behind the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strip {
    /// Its upper edge.
    pub y: Percent,
    /// How high it is.
    pub height: Percent,
}

/// A chart, ready to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// Four round numbers, greatest first; for a yes-or-no just 1 and 0, for milestones the quarters.
    pub grid: Vec<GridLine>,
    /// The weeks of the cycle.
    pub weeks: Vec<Week>,
    /// Where the calendar expects it, from the baseline as the cycle opens to the target as it ends; `None` where there is
    /// no pace, and for a band.
    pub plan: Option<Line>,
    /// The band to keep within.
    pub band: Option<Strip>,
    /// From check-in to check-in; without points when there are fewer than two.
    pub real: Line,
    /// The check-ins.
    pub dots: Vec<Dot>,
    /// Where now is; `None` before the cycle opens and after it ends.
    pub now: Option<Percent>,
    /// The target, at the end; a band has none.
    pub aim: Option<Point>,
}

impl Chart {
    /// The chart of a key result under its present terms. `standing`: its check-ins, as from [`super::log::standing`].
    pub fn new(terms: &Terms, unit: &Unit, standing: &[CheckIn], cycle: &Cycle, now: DateTime<Utc>) -> Self {
        let x = |at| along(share_of_time(cycle, at));
        let axis = Axis::of(terms, unit, standing);
        let dots: Vec<_> = standing
            .iter()
            .map(|one| {
                let value = height(terms, one);
                Dot {
                    at: Point { x: x(one.at), y: axis.y(value) },
                    confidence: one.confidence,
                    value: value.normalize(),
                    date: one.date,
                    check_in: one.id,
                }
            })
            .collect();
        let stairs = terms.kind() == Kind::Milestones;
        let real: Vec<_> = dots.iter().map(|dot| dot.at).collect();
        let plan = plan(terms, cycle)
            .map(|points| {
                points.into_iter().map(|(at, value)| Point { x: x(at), y: axis.y(value) }).collect()
            })
            .map(|points| stepped(points, stairs && terms.pace() == PaceRule::Checkpoints));
        let lasts = terms.kind() == Kind::KeepWithin;
        Self {
            grid: axis.grid.iter().map(|value| GridLine { y: axis.y(*value), value: *value }).collect(),
            weeks: weeks(cycle),
            plan,
            band: axis.strip(terms),
            real: if real.len() > 1 { stepped(real, stairs) } else { Line::default() },
            dots,
            now: (cycle.opens()..cycle.ends()).contains(&now).then(|| x(now)),
            aim: (!lasts).then(|| Point { x: x(cycle.ends()), y: axis.y(terms.target()) }),
        }
    }
}

/// Where a check-in is drawn on the scale of its key result.
pub(super) fn height(terms: &Terms, one: &CheckIn) -> Decimal {
    match terms.kind() {
        Kind::Milestones => share_done(terms, |step| one.done.contains(&step.id)).unwrap_or_default(),
        Kind::Increase | Kind::Decrease | Kind::KeepWithin | Kind::YesNo => one.value,
    }
}

/// What the calendar expects when, from the opening to the end.
fn plan(terms: &Terms, cycle: &Cycle) -> Option<Vec<(DateTime<Utc>, Decimal)>> {
    let ends =
        |date: NaiveDate| first_instant(cycle.zone, date.checked_add_days(Days::new(1)).unwrap_or(date));
    let within = |date: &NaiveDate| cycle.first <= *date && *date < cycle.last;
    let mut points = vec![(cycle.opens(), terms.baseline())];
    match (terms.pace(), terms.kind()) {
        (PaceRule::None, _) | (_, Kind::KeepWithin) => return None,
        (PaceRule::Linear, _) => {}
        (PaceRule::Checkpoints, Kind::Milestones) => {
            let mut dates: Vec<_> = terms.steps().iter().filter_map(|step| step.due).filter(within).collect();
            dates.sort_unstable();
            dates.dedup();
            points.extend(dates.into_iter().filter_map(|date| {
                let due = share_done(terms, |step| step.due.is_some_and(|due| due <= date))?;
                Some((ends(date), due))
            }));
        }
        (PaceRule::Checkpoints, _) => {
            let checkpoints = terms.checkpoints().iter().filter(|one| within(&one.on));
            points.extend(checkpoints.map(|one| (ends(one.on), one.value)));
        }
    }
    points.push((cycle.ends(), terms.target()));
    Some(points)
}

/// The points as a line, or as stairs: level until the next one.
fn stepped(points: Vec<Point>, stairs: bool) -> Line {
    if !stairs {
        return Line(points);
    }
    let corners = points.iter().zip(points.iter().skip(1)).map(|(from, to)| Point { x: to.x, y: from.y });
    let rest = corners.zip(points.iter().skip(1)).flat_map(|(corner, to)| [corner, *to]);
    Line(points.iter().take(1).copied().chain(rest).collect())
}

fn weeks(cycle: &Cycle) -> Vec<Week> {
    let starts = cycle.first.iter_days().step_by(7).take_while(|date| *date <= cycle.last);
    let of = cycle.week_of(cycle.last).map_or(1, |(_, of)| of);
    (1..=of)
        .filter_map(|week| u32::try_from(week).ok())
        .zip(starts)
        .map(|(number, date)| Week {
            x: along(share_of_time(cycle, first_instant(cycle.zone, date))),
            number,
            optional: number % 3 != 1,
        })
        .collect()
}

/// Where an instant is drawn, from the left.
pub fn place_of(cycle: &Cycle, at: DateTime<Utc>) -> Percent {
    along(share_of_time(cycle, at))
}

fn along(share: Decimal) -> Percent {
    drawn(LEFT + share * (RIGHT - LEFT))
}

fn drawn(at: Decimal) -> Percent {
    at.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero).normalize()
}

/// The scale of values, from the bottom of the drawing to its top.
struct Axis {
    low: Decimal,
    high: Decimal,
    grid: Vec<Decimal>,
}

impl Axis {
    fn of(terms: &Terms, unit: &Unit, standing: &[CheckIn]) -> Self {
        let bounds =
            terms.band().map_or([Some(terms.baseline()), Some(terms.target())], |it| [it.low, it.high]);
        let values = standing.iter().map(|one| height(terms, one)).chain(bounds.into_iter().flatten());
        let (low, high) =
            values.fold((Decimal::MAX, Decimal::MIN), |(low, high), value| (low.min(value), high.max(value)));
        let grid = match terms.kind() {
            Kind::Increase | Kind::Decrease | Kind::KeepWithin => {
                // Where all is one number, it stands in the middle.
                let around = if low == high { Decimal::ONE } else { Decimal::ZERO };
                marks(low - around, high + around, unit)
            }
            Kind::Milestones => {
                (0..=4).rev().map(|quarter| Decimal::new(quarter * 25, 2).normalize()).collect()
            }
            Kind::YesNo => vec![Decimal::ONE, Decimal::ZERO],
        };
        let ends = || grid.iter().copied();
        Self { low: ends().fold(low, Decimal::min), high: ends().fold(high, Decimal::max), grid }
    }

    /// The band, as far as it lies in the drawing.
    fn strip(&self, terms: &Terms) -> Option<Strip> {
        let band = terms.band()?;
        let (y, end) =
            (band.high.map_or(TOP, |high| self.y(high)), band.low.map_or(BOTTOM, |low| self.y(low)));
        Some(Strip { y, height: end - y })
    }

    fn y(&self, value: Decimal) -> Percent {
        let share = (self.high - value).checked_div(self.high - self.low).unwrap_or_default();
        drawn(TOP + share * (BOTTOM - TOP))
    }
}

/// [`GRID`] round numbers, greatest first, as close together as they can be while all that lie within `low..=high` are
/// among them. Where fewer lie within, the row goes on past the end that is nearer.
fn round_numbers(low: Decimal, high: Decimal) -> Vec<Decimal> {
    const MANTISSAS: [u32; 10] = [10, 15, 20, 25, 30, 40, 50, 60, 75, 80];
    let most = Decimal::from(GRID);
    let mut unit = Decimal::new(1, 9);
    while unit * Decimal::from(80) * most < high - low {
        unit *= Decimal::TEN;
    }
    let steps =
        [unit, unit * Decimal::TEN].into_iter().flat_map(|unit| MANTISSAS.map(|m| unit * Decimal::from(m)));
    multiples(low, high, steps)
}

/// [`GRID`] numbers to mark a scale with: round ones, and for stretches of time those a clock has marks for.
fn marks(low: Decimal, high: Decimal, unit: &Unit) -> Vec<Decimal> {
    const SECONDS: [u32; 21] = [
        1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600,
        43_200, 86_400,
    ];
    let by_clock = Decimal::from(GRID)..=Decimal::from(3 * 86_400);
    if *unit == Unit::Duration && by_clock.contains(&(high - low)) {
        multiples(low, high, SECONDS.into_iter().map(Decimal::from))
    } else {
        round_numbers(low, high)
    }
}

/// [`GRID`] multiples of the first step of which no more than that lie within `low..=high`. Where fewer do, the row goes on
/// past the end that is nearer.
fn multiples(low: Decimal, high: Decimal, mut steps: impl Iterator<Item = Decimal>) -> Vec<Decimal> {
    let most = Decimal::from(GRID);
    let within = |step: Decimal| ((low / step).ceil(), (high / step).floor());
    let fits = |step: &Decimal| {
        let (first, last) = within(*step);
        last - first < most
    };
    let Some(step) = steps.find(fits) else { return Vec::new() };
    let (mut first, mut last) = within(step);
    while last - first < most - Decimal::ONE {
        if first * step - low < high - last * step {
            last += Decimal::ONE;
        } else {
            first -= Decimal::ONE;
        }
    }
    std::iter::successors(Some(last), |n| Some(n - Decimal::ONE))
        .take(GRID)
        .map(|n| (n * step).normalize())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Absence, WeekdaySet, Zone};
    use crate::ids::StepId;
    use crate::okr::measure::{Checkpoint, Draft, Step, number};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn quarter() -> Cycle {
        Cycle {
            first: "2026-09-28".parse().unwrap(),
            last: "2026-12-27".parse().unwrap(),
            zone: Zone::parse("Europe/Lisbon").unwrap(),
            weekdays: WeekdaySet::MON_TO_FRI,
            holidays: Absence::NONE,
            by_hand: None,
            reopened: None,
        }
    }

    fn terms(kind: Kind, baseline: i64, target: i64, pace: PaceRule) -> Terms {
        Terms::new(kind, baseline.into(), target.into(), 1, pace).unwrap()
    }

    fn check_in(at: &str, value: Decimal) -> CheckIn {
        let at: DateTime<Utc> = at.parse().unwrap();
        CheckIn {
            id: CheckInId(Uuid::from_u128(1)),
            at,
            date: at.date_naive(),
            value,
            done: Vec::new(),
            confidence: Confidence::AtRisk,
            replaces: None,
        }
    }

    fn bare() -> Unit {
        Unit::Number(String::new())
    }

    fn now() -> DateTime<Utc> {
        "2026-11-17T09:24:00Z".parse().unwrap()
    }

    /// The chart of the design: a surge-height error that falls from 31 to 18 cm.
    fn falling() -> Chart {
        let standing = [
            check_in("2026-09-28T08:00:00Z", dec!(31)),
            check_in("2026-10-27T08:00:00Z", dec!(28.4)),
            check_in("2026-11-17T09:24:00Z", dec!(24.10)),
        ];
        Chart::new(&terms(Kind::Decrease, 31, 18, PaceRule::Linear), &bare(), &standing, &quarter(), now())
    }

    #[test]
    fn a_falling_target_runs_from_high_to_low() {
        let chart = falling();
        let grid: Vec<_> = chart.grid.iter().map(|line| (line.y, line.value)).collect();
        let rows =
            [(dec!(8), dec!(32)), (dec!(30.86), dec!(28)), (dec!(53.71), dec!(24)), (dec!(76.57), dec!(20))];
        assert_eq!(grid, rows);
        assert_eq!(chart.plan.unwrap().to_string(), "9,13.71 98,88");
        assert_eq!(chart.aim, Some(Point { x: dec!(98), y: dec!(88) }));
        assert_eq!(chart.real.to_string(), "9.37,13.71 37.72,28.57 58.3,53.14");
        assert_eq!(chart.now, Some(dec!(58.3)));
        assert_eq!((chart.dots.len(), chart.dots[2].value.to_string()), (3, "24.1".to_owned()));
    }

    #[test]
    fn weeks_are_labelled_where_they_begin() {
        let weeks = falling().weeks;
        assert_eq!(weeks.len(), 13);
        assert_eq!(weeks[0], Week { x: dec!(9), number: 1, optional: false });
        assert_eq!((weeks[1].optional, weeks[2].optional, weeks[3].optional), (true, true, false));
        // From here on Lisbon is an hour back: the fifth week begins an hour after four times seven days.
        assert_eq!((weeks[3].x, weeks[4].x, weeks[12].x), (dec!(29.53), dec!(36.41), dec!(91.16)));
    }

    #[test]
    fn without_data_the_plan_and_the_aim_are_still_there() {
        let rising = terms(Kind::Increase, 12, 30, PaceRule::Linear);
        let chart = Chart::new(&rising, &bare(), &[], &quarter(), now());
        assert!(chart.dots.is_empty() && chart.real.0.is_empty() && chart.real.to_string().is_empty());
        assert_eq!(chart.plan.unwrap().to_string(), "9,88 98,8");
        let numbers: Vec<_> = chart.grid.iter().map(|line| line.value).collect();
        assert_eq!(numbers, [30, 25, 20, 15].map(Decimal::from));
    }

    #[test]
    fn one_check_in_is_a_dot_and_no_line() {
        let rising = terms(Kind::Increase, 12, 30, PaceRule::None);
        let chart =
            Chart::new(&rising, &bare(), &[check_in("2026-10-05T08:00:00Z", dec!(14))], &quarter(), now());
        assert_eq!((chart.dots.len(), chart.real.0.len(), chart.plan), (1, 0, None));
    }

    #[test]
    fn a_yes_or_no_has_two_lines() {
        let asked = terms(Kind::YesNo, 0, 1, PaceRule::None);
        let chart =
            Chart::new(&asked, &bare(), &[check_in("2026-10-05T08:00:00Z", dec!(1))], &quarter(), now());
        let grid: Vec<_> = chart.grid.iter().map(|line| (line.y, line.value)).collect();
        assert_eq!(grid, [(dec!(8), dec!(1)), (dec!(88), dec!(0))]);
        assert_eq!(chart.dots[0].at.y, dec!(8));
    }

    #[test]
    fn a_band_lies_behind_its_values_and_has_no_plan() {
        let low = Some(dec!(99.5));
        let kept = Terms::of(Draft { low, ..Draft::whole(Kind::KeepWithin, 1, PaceRule::Linear) }).unwrap();
        let standing =
            [check_in("2026-10-05T08:00:00Z", dec!(99.8)), check_in("2026-10-12T08:00:00Z", dec!(99.2))];
        let chart = Chart::new(&kept, &Unit::Percent, &standing, &quarter(), now());
        let strip = chart.band.unwrap();
        assert_eq!((strip.y, chart.plan, chart.aim), (TOP, None, None));
        let (above, below) = (chart.dots[0].at.y, chart.dots[1].at.y);
        assert!(above < strip.y + strip.height && strip.y + strip.height < below);
        // With nothing measured, its one bound still has a scale.
        let empty = Chart::new(&kept, &Unit::Percent, &[], &quarter(), now());
        assert_eq!(empty.grid.len(), GRID);
    }

    #[test]
    fn milestones_climb_in_stairs() {
        let id = |n| StepId(Uuid::from_u128(n));
        let step = |n, due: Option<&str>| Step {
            id: id(n),
            name: "Step".to_owned(),
            weight: 1,
            due: due.map(|due| due.parse().unwrap()),
        };
        let steps = vec![step(1, Some("2026-10-27")), step(2, None)];
        let draft = Draft { steps, ..Draft::whole(Kind::Milestones, 1, PaceRule::Checkpoints) };
        let terms = Terms::of(draft).unwrap();
        let done = |at, done| CheckIn { done, ..check_in(at, dec!(0)) };
        let standing = [
            done("2026-10-05T08:00:00Z", vec![]),
            done("2026-10-27T08:00:00Z", vec![id(1)]),
            done("2026-11-09T08:00:00Z", vec![id(1), id(2)]),
        ];
        let chart = Chart::new(&terms, &bare(), &standing, &quarter(), now());
        let heights: Vec<_> = chart.real.0.iter().map(|point| point.y).collect();
        assert_eq!(heights, [88, 88, 48, 48, 8].map(Decimal::from));
        let plan: Vec<_> = chart.plan.unwrap().0.iter().map(|point| point.y).collect();
        assert_eq!(plan, [88, 88, 48, 48, 8].map(Decimal::from));
        assert_eq!(chart.dots[1].value, dec!(0.5));
    }

    #[test]
    fn the_plan_goes_through_the_checkpoints() {
        let checkpoints = vec![Checkpoint { on: "2026-11-08".parse().unwrap(), value: dec!(10) }];
        let draft = Draft::whole(Kind::Increase, 1, PaceRule::Checkpoints);
        let terms = Terms::of(Draft { target: dec!(40), checkpoints, ..draft }).unwrap();
        let plan = Chart::new(&terms, &bare(), &[], &quarter(), now()).plan.unwrap();
        assert_eq!(plan.0.len(), 3);
        assert!(plan.0[0].y > plan.0[1].y && plan.0[1].y > plan.0[2].y);
    }

    #[test]
    fn a_scale_of_time_has_the_marks_of_a_clock() {
        let falling = terms(Kind::Decrease, 9000, 1800, PaceRule::Linear);
        let chart = Chart::new(&falling, &Unit::Duration, &[], &quarter(), now());
        let marks: Vec<_> = chart.grid.iter().map(|line| line.value).collect();
        assert_eq!(marks, [10_800, 7_200, 3_600, 0].map(Decimal::from));
    }

    #[test]
    fn now_is_drawn_during_the_cycle_only() {
        let rising = terms(Kind::Increase, 0, 10, PaceRule::Linear);
        for (now, x) in [
            ("2026-09-27T22:59:59Z", None),
            ("2026-09-27T23:00:00Z", Some(dec!(9))),
            ("2026-12-28T00:00:00Z", None),
        ] {
            assert_eq!(Chart::new(&rising, &bare(), &[], &quarter(), now.parse().unwrap()).now, x);
        }
    }

    #[test]
    fn a_check_in_outside_the_cycle_stands_at_its_edge() {
        let rising = terms(Kind::Increase, 0, 10, PaceRule::Linear);
        let standing = [check_in("2026-08-01T00:00:00Z", dec!(1)), check_in("2027-01-05T00:00:00Z", dec!(9))];
        let chart = Chart::new(&rising, &bare(), &standing, &quarter(), now());
        assert_eq!((chart.dots[0].at.x, chart.dots[1].at.x), (LEFT, RIGHT));
    }

    #[test]
    fn round_numbers_are_four_and_round() {
        for (low, high, numbers) in [
            (dec!(0), dec!(40), [45, 30, 15, 0].map(Decimal::from)),
            (dec!(0), dec!(100), [90, 60, 30, 0].map(Decimal::from)),
            (dec!(12), dec!(30), [30, 25, 20, 15].map(Decimal::from)),
            (dec!(-3), dec!(4), [4, 2, 0, -2].map(Decimal::from)),
            (dec!(91), dec!(99.5), [98, 96, 94, 92].map(Decimal::from)),
            (dec!(0), dec!(0.000001), [dec!(0.0000009), dec!(0.0000006), dec!(0.0000003), dec!(0)]),
        ] {
            assert_eq!(round_numbers(low, high), numbers, "{low} to {high}");
        }
    }

    proptest! {
        #[test]
        fn everything_stays_in_its_frame(
            ends in (-1_000_000_000_i64..1_000_000_000, -1_000_000_000_i64..1_000_000_000),
            at in proptest::collection::vec((-1_000_000_000_i64..1_000_000_000, 0_u8..28), 0..8),
            scale in 0_u32..=6,
        ) {
            let value = |digits| number(Decimal::new(digits, scale)).unwrap();
            let (baseline, target) = (value(ends.0), value(ends.1));
            prop_assume!(baseline != target);
            let kind = if baseline < target { Kind::Increase } else { Kind::Decrease };
            let terms = Terms::new(kind, baseline, target, 1, PaceRule::Linear).unwrap();
            let standing: Vec<_> = at.iter()
                .map(|(digits, day)| check_in(&format!("2026-10-{:02}T12:00:00Z", day + 1), value(*digits)))
                .collect();
            let chart = Chart::new(&terms, &bare(), &standing, &quarter(), now());
            prop_assert_eq!(chart.grid.len(), GRID);
            let heights = chart.grid.iter().map(|line| line.y).chain(chart.dots.iter().map(|dot| dot.at.y));
            for y in heights.chain(chart.aim.map(|aim| aim.y)) {
                prop_assert!((TOP..=BOTTOM).contains(&y));
            }
            prop_assert!(chart.grid.windows(2).all(|two| two[0].value > two[1].value && two[0].y < two[1].y));
            prop_assert!(chart.dots.iter().all(|dot| (LEFT..=RIGHT).contains(&dot.at.x)));
        }
    }
}
