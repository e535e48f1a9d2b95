//! When a message may arrive: while someone works, and not in their peak hours (product §3, §9).

use std::ops::Range;

use chrono::{DateTime, Utc};

use super::{stretches::Stretches, working_time::WorkingTime, workweek::WeekHours};

/// How many peaks in a row (two years of them) a message waits for before it is given up: then peak hours have swallowed
/// all work.
const MOST_PEAKS: usize = 732;

/// When one person can be reached.
#[derive(Clone, Copy, Debug)]
pub struct Reachable<'a> {
    /// When they work.
    pub working: WorkingTime<'a>,
    /// When they want to be left in peace all the same, on the same wall clock.
    pub peak: &'a WeekHours,
}

impl<'a> Reachable<'a> {
    /// Whether a message may arrive at an instant.
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        self.working.is_working(at) && self.peaks().around(at).is_none()
    }

    /// The first instant, at or after `at`, at which a message may arrive; `None` when none may for years.
    pub fn soonest(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut soonest = at;
        for _ in 0..MOST_PEAKS {
            soonest = self.working.soonest(soonest)?;
            match self.peaks().around(soonest) {
                Some(peak) => soonest = peak.end,
                None => return Some(soonest),
            }
        }
        None
    }

    /// How long messages may go on arriving from an instant on; `None` when they may not at it.
    pub fn open_until(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let worked = self.working.working_until(at)?;
        match self.peaks().from(at).take_while(|peak| peak.start < worked).next() {
            Some(peak) => (at < peak.start).then_some(peak.start),
            None => Some(worked),
        }
    }

    /// The stretches of a window in which messages may arrive, cut off at its ends: in order, none empty.
    pub fn within(self, window: Range<DateTime<Utc>>) -> impl Iterator<Item = Range<DateTime<Utc>>> + 'a {
        let mut from = window.start;
        std::iter::from_fn(move || {
            let start = self.soonest(from).filter(|start| *start < window.end)?;
            from = self.open_until(start)?.min(window.end);
            Some(start..from)
        })
    }

    /// Holidays have no say: nobody works on them anyway.
    fn peaks(&self) -> Stretches<'a> {
        Stretches::always(self.working.zone, self.peak)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::samples::{any_away, any_instant, any_week, any_zone, at, on_the_wall, time, zone};
    use crate::calendar::{Absence, Kind, Span, WorkWeek, explain};

    fn span(start: &str, end: &str) -> Span {
        Span { start: time(start), end: time(end) }
    }

    #[test]
    fn a_message_waits_out_the_peak() {
        let (week, peak) = (WorkWeek::standard(), WeekHours::daily(span("09:30", "12:00")));
        let working = WorkingTime { zone: zone("Europe/Lisbon"), week: &week, absence: &Absence::NONE };
        let someone = Reachable { working, peak: &peak };
        for (now, soonest, until) in [
            ("2026-11-20T08:00:00Z", "2026-11-20T09:00:00Z", None),
            ("2026-11-20T09:10:00Z", "2026-11-20T09:10:00Z", Some("2026-11-20T09:30:00Z")),
            ("2026-11-20T09:30:00Z", "2026-11-20T12:00:00Z", None),
            ("2026-11-20T12:00:00Z", "2026-11-20T12:00:00Z", Some("2026-11-20T17:00:00Z")),
            ("2026-11-20T17:00:00Z", "2026-11-23T09:00:00Z", None),
        ] {
            assert_eq!(someone.soonest(at(now)), Some(at(soonest)), "{now}");
            assert_eq!(someone.open_until(at(now)), until.map(at), "{now}");
            assert_eq!(someone.is_open(at(now)), until.is_some(), "{now}");
        }
    }

    #[test]
    fn peak_hours_that_swallow_all_work_leave_no_instant() {
        let (week, peak) = (WorkWeek::standard(), WeekHours::daily(span("08:00", "18:00")));
        let working = WorkingTime { zone: zone("Asia/Tokyo"), week: &week, absence: &Absence::NONE };
        assert_eq!(Reachable { working, peak: &peak }.soonest(at("2026-11-20T08:00:00Z")), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        /// The oracle reads wall clocks, and knows nothing of stretches.
        #[test]
        fn nothing_arrives_in_a_peak_or_outside_work(
            zone in any_zone(), week in any_week(), peak in any_week(), away in any_away(), from in any_instant(),
        ) {
            let peak = if from.timestamp() % 7 == 0 { WeekHours::NONE } else { peak.hours().clone() };
            let working = WorkingTime { zone, week: &week, absence: &away };
            let someone = Reachable { working, peak: &peak };
            let Some(soonest) = someone.soonest(from) else { return Ok(()) };
            let wall = zone.reading(soonest);
            prop_assert!(soonest >= from && someone.is_open(soonest));
            prop_assert!(!on_the_wall(&peak, &Absence::NONE, wall), "in a peak at {wall}");
            // A span over a fold runs from the first of the two instants that read so to the second.
            let twice = explain(zone, wall.date(), wall.time()).kind == Kind::Fold;
            prop_assert!(twice || on_the_wall(week.hours(), &away, wall), "off work at {wall}");
            // Nor is it made to wait without need: a quarter of an hour earlier it may not arrive.
            let before = soonest - chrono::TimeDelta::nanoseconds(1);
            prop_assert!(soonest == from || !someone.is_open(before));
            let until = someone.open_until(soonest);
            prop_assert!(until.is_some_and(|until| until > soonest && someone.is_open(until - chrono::TimeDelta::nanoseconds(1))));
        }
    }
}
