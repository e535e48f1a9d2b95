//! When several people work at once. Pure: spans of instants in, spans of instants out, so that a day of 23 or 25 hours,
//! a night shift and a half-hour zone are nothing special.

use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};

use crate::calendar::WorkingTime;

/// A stretch of time.
pub type Stretch = Range<DateTime<Utc>>;

/// A stretch in which the same number of people is at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// From when until when.
    pub span: Stretch,
    /// How many are at work.
    pub count: usize,
}

/// How many of them are at work when: steps that cover the window without a gap, each different from the one before.
/// The spans of one person may not overlap each other.
pub fn profile(people: &[Vec<Stretch>], window: Stretch) -> Vec<Step> {
    let mut turns: Vec<DateTime<Utc>> = people
        .iter()
        .flatten()
        .flat_map(|span| [span.start, span.end])
        .filter(|turn| window.start < *turn && *turn < window.end)
        .chain([window.start, window.end])
        .collect();
    turns.sort_unstable();
    turns.dedup();
    let mut steps: Vec<Step> = Vec::new();
    for (start, end) in turns.iter().copied().zip(turns.iter().copied().skip(1)) {
        let count = people.iter().flatten().filter(|span| span.start <= start && start < span.end).count();
        match steps.last_mut() {
            Some(last) if last.count == count => last.span.end = end,
            _ => steps.push(Step { span: start..end, count }),
        }
    }
    steps
}

/// The step in which most are at work; of several the longest, and of those the first. `None` when nobody ever is.
pub fn most(steps: &[Step]) -> Option<&Step> {
    let length = |step: &Step| step.span.end - step.span.start;
    steps.iter().filter(|step| step.count > 0).reduce(|best, step| {
        if (step.count, length(step)) > (best.count, length(best)) { step } else { best }
    })
}

/// When all of them are at work in the window, for at least this long: in order. Nobody at all never is.
pub fn common(people: &[WorkingTime<'_>], window: Stretch, least: TimeDelta) -> Vec<Stretch> {
    let spans: Vec<Vec<Stretch>> =
        people.iter().map(|person| person.within(window.clone()).collect()).collect();
    profile(&spans, window)
        .into_iter()
        .filter(|step| !people.is_empty() && step.count == people.len())
        .map(|step| step.span)
        .filter(|span| least <= span.end - span.start)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Absence, WorkWeek, Zone};
    use proptest::prelude::*;

    const HOUR: TimeDelta = TimeDelta::hours(1);

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn zone(name: &str) -> Zone {
        Zone::parse(name).unwrap()
    }

    /// Office hours in these zones, and when all are in the office between two instants.
    fn office_hours(zones: &[&str], from: &str, to: &str) -> Vec<(String, String)> {
        let (week, never) = (WorkWeek::standard(), Absence::NONE);
        let people: Vec<_> =
            zones.iter().map(|name| WorkingTime { zone: zone(name), week: &week, absence: &never }).collect();
        let write = |at: DateTime<Utc>| at.format("%m-%d %H:%M").to_string();
        common(&people, at(from)..at(to), HOUR)
            .into_iter()
            .map(|span| (write(span.start), write(span.end)))
            .collect()
    }

    fn pairs(spans: &[(&str, &str)]) -> Vec<(String, String)> {
        spans.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect()
    }

    #[test]
    fn an_hour_for_all_is_one_in_which_all_work() {
        let (tuesday, wednesday) = ("2026-11-17T00:00:00Z", "2026-11-18T00:00:00Z");
        for (zones, hours) in [
            (&["Europe/Lisbon", "Africa/Nairobi"][..], &[("11-17 09:00", "11-17 14:00")][..]),
            (&["Europe/Lisbon", "Africa/Nairobi", "Asia/Kolkata"], &[("11-17 09:00", "11-17 11:30")]),
            // Half an hour is no hour.
            (&["Europe/Lisbon", "Asia/Kathmandu", "America/St_Johns"], &[]),
            (&["Pacific/Auckland", "Europe/Lisbon"], &[]),
            // Auckland's Tuesday ends with Los Angeles' Monday, its Wednesday begins with their Tuesday.
            (
                &["Pacific/Auckland", "America/Los_Angeles"],
                &[("11-17 00:00", "11-17 01:00"), ("11-17 20:00", "11-18 00:00")],
            ),
            (&["Europe/Lisbon"], &[("11-17 09:00", "11-17 17:00")]),
            (&[], &[]),
        ] {
            assert_eq!(office_hours(zones, tuesday, wednesday), pairs(hours), "{zones:?}");
        }
    }

    #[test]
    fn a_clock_change_moves_what_is_common() {
        // New York's clocks go back a week after Lisbon's: for that week they are an hour closer.
        let week = office_hours(
            &["Europe/Lisbon", "America/New_York"],
            "2026-10-22T00:00:00Z",
            "2026-11-04T00:00:00Z",
        );
        let expected = [
            ("10-22 13:00", "10-22 16:00"),
            ("10-23 13:00", "10-23 16:00"),
            ("10-26 13:00", "10-26 17:00"),
            ("10-27 13:00", "10-27 17:00"),
            ("10-28 13:00", "10-28 17:00"),
            ("10-29 13:00", "10-29 17:00"),
            ("10-30 13:00", "10-30 17:00"),
            ("11-02 14:00", "11-02 17:00"),
            ("11-03 14:00", "11-03 17:00"),
        ];
        assert_eq!(week, pairs(&expected));
    }

    #[test]
    fn who_is_away_shares_no_hour() {
        let week = WorkWeek::standard();
        let tuesday: Absence = ["2026-11-17".parse().unwrap()].into_iter().collect();
        let away = WorkingTime { zone: zone("Europe/Lisbon"), week: &week, absence: &tuesday };
        let there = WorkingTime { absence: &Absence::NONE, ..away };
        let found = common(&[away, there], at("2026-11-17T00:00:00Z")..at("2026-11-19T00:00:00Z"), HOUR);
        assert_eq!(found, [at("2026-11-18T09:00:00Z")..at("2026-11-18T17:00:00Z")]);
    }

    #[test]
    fn the_longest_of_the_fullest_stretches_is_named() {
        let midnight = at("2026-11-17T00:00:00Z");
        let hours = |from: i32, to: i32| midnight + HOUR * from..midnight + HOUR * to;
        let people = [vec![hours(1, 5), hours(8, 9)], vec![hours(4, 9)], vec![hours(20, 30)]];
        let steps = profile(&people, hours(0, 24));
        let told: Vec<_> = steps.iter().map(|step| (step.span.clone(), step.count)).collect();
        assert_eq!(
            told,
            [
                (hours(0, 1), 0),
                (hours(1, 4), 1),
                (hours(4, 5), 2),
                (hours(5, 8), 1),
                (hours(8, 9), 2),
                (hours(9, 20), 0),
                (hours(20, 24), 1),
            ]
        );
        assert_eq!(most(&steps).map(|step| step.span.clone()), Some(hours(4, 5)));
        assert_eq!(most(&profile(&[], hours(0, 24))), None);
    }

    fn any_spans() -> impl Strategy<Value = Vec<Vec<Stretch>>> {
        let cuts = prop::collection::btree_set(0i64..3_000, 0..8);
        prop::collection::vec(cuts, 0..6).prop_map(|people| {
            let at = |minutes: i64| at("2026-03-28T00:00:00Z") + TimeDelta::minutes(minutes);
            let spans = |cuts: std::collections::BTreeSet<i64>| -> Vec<Stretch> {
                let cuts: Vec<_> = cuts.into_iter().collect();
                cuts.chunks_exact(2).map(|pair| at(pair[0])..at(pair[1])).collect()
            };
            people.into_iter().map(spans).collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_profile_covers_its_window_and_counts_right(people in any_spans(), minute in 0i64..2_000) {
            let start = at("2026-03-28T00:00:00Z") + TimeDelta::minutes(500);
            let window = start..start + TimeDelta::minutes(2_000);
            let steps = profile(&people, window.clone());
            prop_assert_eq!(steps.first().map(|step| step.span.start), Some(window.start));
            prop_assert_eq!(steps.last().map(|step| step.span.end), Some(window.end));
            for pair in steps.windows(2) {
                prop_assert_eq!(pair[0].span.end, pair[1].span.start);
                prop_assert!(pair[0].count != pair[1].count);
            }
            let moment = window.start + TimeDelta::minutes(minute);
            let counted = people.iter().filter(|spans| spans.iter().any(|span| span.contains(&moment))).count();
            let told = steps.iter().find(|step| step.span.contains(&moment)).unwrap().count;
            prop_assert_eq!(told, counted);
        }

        #[test]
        fn a_common_hour_is_worked_by_each(
            zones in prop::collection::vec(prop::sample::select(Zone::all()), 1..4), day in 0i64..2_000,
        ) {
            let (week, never) = (WorkWeek::standard(), Absence::NONE);
            let people: Vec<_> =
                zones.iter().map(|zone| WorkingTime { zone: *zone, week: &week, absence: &never }).collect();
            let start = at("2024-01-01T00:00:00Z") + TimeDelta::days(day);
            let window = start..start + TimeDelta::days(3);
            let found = common(&people, window.clone(), HOUR);
            for span in &found {
                for person in &people {
                    prop_assert_eq!(person.between(span.start, span.end), span.end - span.start);
                }
            }
            // And none was overlooked: every quarter of an hour that all work through lies in a found stretch, or in
            // one that is too short.
            for quarter in 0..3 * 96 {
                let from = start + TimeDelta::minutes(15 * quarter);
                let whole = people.iter().all(|person| person.between(from, from + HOUR) == HOUR);
                let inside = found.iter().any(|span| span.start <= from && from + HOUR <= span.end);
                prop_assert_eq!(whole && from + HOUR <= window.end, inside);
            }
        }
    }
}
