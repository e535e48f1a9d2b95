//! The geometry of a progress bar and of a cycle's neatline, in percent of the width, so that nothing scales.

use crate::calendar::Cycle;
use chrono::{DateTime, Utc};
use rust_decimal::{Decimal, RoundingStrategy};

/// A percentage for drawing: of the width or height, to two decimal places.
pub type Percent = Decimal;

/// A share of 0 to 1 as a percentage for drawing. Outside, it is drawn at the edge.
pub(super) fn percent(share: Decimal) -> Percent {
    let share = share.clamp(Decimal::ZERO, Decimal::ONE);
    (share * Decimal::ONE_HUNDRED)
        .round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
        .normalize()
}

/// A stretch along the width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Where it begins.
    pub x: Percent,
    /// How wide it is.
    pub width: Percent,
}

impl Stretch {
    fn between(from: Decimal, to: Decimal) -> Self {
        let x = percent(from);
        Self { x, width: percent(to) - x }
    }
}

/// A progress bar: solid as far as it has come, hatched for what it is short of the calendar, a tick where the calendar
/// is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// The solid part; `None` without data (nothing is drawn, which is not the same as nothing done).
    pub done: Option<Percent>,
    /// The hatched part, from `done` to `pace`, when it is short.
    pub short: Option<Stretch>,
    /// The tick; `None` where there is no expectation.
    pub pace: Option<Percent>,
}

impl Bar {
    /// The bar of this progress and this expected progress, both shares of 0 to 1.
    pub fn new(progress: Option<Decimal>, expected: Option<Decimal>) -> Self {
        let short = progress.zip(expected).filter(|(progress, expected)| progress < expected);
        Self {
            done: progress.map(percent),
            short: short.map(|(progress, expected)| Stretch::between(progress, expected)),
            pace: expected.map(percent),
        }
    }
}

/// A cycle's neatline: its weeks as the bars of a chart's border, every other one filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neatline {
    /// The filled weeks.
    pub weeks: Vec<Stretch>,
    /// How much of the cycle is past: the tick stands here and the wash over what is to come begins here.
    pub past: Percent,
    /// The wash.
    pub ahead: Stretch,
}

impl Neatline {
    /// The neatline of a cycle at `now`.
    pub fn new(cycle: &Cycle, now: DateTime<Utc>) -> Self {
        let weeks = cycle.week_of(cycle.last).map_or(1, |(_, weeks)| weeks.max(1));
        let at = |week: i64| Decimal::from(week) / Decimal::from(weeks);
        let past = share_of_time(cycle, now);
        Self {
            weeks: (0..weeks).step_by(2).map(|week| Stretch::between(at(week), at(week + 1))).collect(),
            past: percent(past),
            ahead: Stretch::between(past, Decimal::ONE),
        }
    }
}

/// The share of a cycle's time, from its opening to its end, that has passed at an instant: 0 before, 1 after.
pub(super) fn share_of_time(cycle: &Cycle, at: DateTime<Utc>) -> Decimal {
    share_between(cycle.opens(), cycle.ends(), at)
}

/// The share of the time between two instants that has passed at a third: 0 before, 1 after.
pub(super) fn share_between(opens: DateTime<Utc>, ends: DateTime<Utc>, at: DateTime<Utc>) -> Decimal {
    let whole = Decimal::from((ends - opens).num_seconds());
    let past = Decimal::from((at - opens).num_seconds());
    past.checked_div(whole).unwrap_or_default().clamp(Decimal::ZERO, Decimal::ONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Absence, WeekdaySet, Zone};
    use proptest::prelude::*;

    #[test]
    fn a_bar_that_is_short_is_hatched_up_to_the_tick() {
        let bar = Bar::new(Some(dec!(0.277777)), Some(dec!(0.553846)));
        assert_eq!((bar.done, bar.pace), (Some(dec!(27.78)), Some(dec!(55.38))));
        assert_eq!(bar.short, Some(Stretch { x: dec!(27.78), width: dec!(27.6) }));
    }

    #[test]
    fn a_bar_ahead_of_its_tick_or_without_one_is_not_hatched() {
        let ahead = Bar::new(Some(dec!(0.73)), Some(dec!(0.55)));
        assert_eq!((ahead.done, ahead.short, ahead.pace), (Some(dec!(73)), None, Some(dec!(55))));
        let even = Bar::new(Some(dec!(0.55)), Some(dec!(0.55)));
        assert_eq!(even.short, None);
        assert_eq!(Bar::new(Some(dec!(0.5)), None), Bar { done: Some(dec!(50)), short: None, pace: None });
    }

    #[test]
    fn without_data_only_the_tick_is_drawn() {
        let bar = Bar::new(None, Some(dec!(0.5)));
        assert_eq!(bar, Bar { done: None, short: None, pace: Some(dec!(50)) });
    }

    #[test]
    fn percentages_are_written_plainly() {
        assert_eq!(percent(dec!(0.500000)).to_string(), "50");
        assert_eq!(percent(dec!(1.4)).to_string(), "100");
        assert_eq!(percent(dec!(-0.2)).to_string(), "0");
    }

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

    #[test]
    fn a_neatline_fills_every_other_week() {
        let line = Neatline::new(&quarter(), "2026-11-17T09:24:00Z".parse().unwrap());
        assert_eq!(line.weeks.len(), 7);
        assert_eq!(line.weeks[0], Stretch { x: dec!(0), width: dec!(7.69) });
        assert_eq!(line.weeks[6], Stretch { x: dec!(92.31), width: dec!(7.69) });
        assert_eq!(line.past, dec!(55.4));
        assert_eq!(line.ahead, Stretch { x: dec!(55.4), width: dec!(44.6) });
    }

    #[test]
    fn before_and_after_the_cycle_the_tick_stands_at_the_edge() {
        for (now, past) in [("2026-01-01T00:00:00Z", dec!(0)), ("2027-01-01T00:00:00Z", dec!(100))] {
            let line = Neatline::new(&quarter(), now.parse().unwrap());
            assert_eq!((line.past, line.ahead.x + line.ahead.width), (past, dec!(100)));
        }
    }

    proptest! {
        #[test]
        fn a_bar_never_leaves_its_frame(progress in -3_000_i64..3_000, expected in 0_i64..=1_000) {
            let (progress, expected) = (Decimal::new(progress, 3), Decimal::new(expected, 3));
            let bar = Bar::new(Some(progress), Some(expected));
            let frame = Decimal::ZERO..=Decimal::ONE_HUNDRED;
            prop_assert!(frame.contains(&bar.done.unwrap()) && frame.contains(&bar.pace.unwrap()));
            if let Some(short) = bar.short {
                prop_assert_eq!(Some(short.x), bar.done);
                prop_assert_eq!(Some(short.x + short.width), bar.pace);
                prop_assert!(short.width >= Decimal::ZERO);
            }
        }
    }
}
