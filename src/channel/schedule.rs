//! When a team's digest is posted: at an hour on a named clock, on some weekdays, once a civil date. Pure.

use crate::calendar::Hour;
use crate::digest::window::TOO_LATE;
use chrono::{DateTime, NaiveDate, Utc};

/// One digest to be posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Send {
    /// When.
    pub at: DateTime<Utc>,
    /// The date it is for: its key, so that it is posted once whatever the clocks do.
    pub date: NaiveDate,
}

impl Send {
    /// Whether it may still be posted: not long after its hour.
    pub fn is_in_time(self, now: DateTime<Utc>) -> bool {
        now - self.at < TOO_LATE
    }
}

/// Those whose hour came up to `now`, from the one that was expected at `due` on. The newest may still be posted; the others
/// were missed. Nodes that differ over the hour by a little find the same one.
pub fn come(hour: Hour, due: DateTime<Utc>, now: DateTime<Utc>) -> Vec<Send> {
    let sends = hour.dated(due - TOO_LATE).map(|(date, at)| Send { at, date });
    sends.take_while(|send| send.at <= now).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::samples::{any_instant, any_time, any_zone, at, time, zone};
    use crate::calendar::{Edge, Kind, WeekdaySet, explain};
    use chrono::{Datelike as _, TimeDelta};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn mornings() -> Hour {
        let weekdays = WeekdaySet::MON_TO_FRI;
        Hour { zone: zone("Europe/Lisbon"), weekdays, time: time("09:00"), edge: Edge::Opening }
    }

    #[test]
    fn the_newest_that_came_is_last_and_late_after_two_hours() {
        let dates = |due, now| -> Vec<u32> {
            come(mornings(), at(due), at(now)).iter().map(|send| send.date.day()).collect()
        };
        assert_eq!(dates("2026-11-17T09:00:00Z", "2026-11-17T09:00:00Z"), [17]);
        assert_eq!(dates("2026-11-17T09:00:00Z", "2026-11-23T09:30:00Z"), [17, 18, 19, 20, 23]);
        // Another node wrote down an hour that is not quite ours.
        assert_eq!(dates("2026-11-17T10:00:00Z", "2026-11-17T10:00:00Z"), [17]);
        assert!(dates("2026-11-17T08:00:00Z", "2026-11-17T08:59:59Z").is_empty());
        let send = come(mornings(), at("2026-11-17T09:00:00Z"), at("2026-11-17T09:00:00Z"))[0];
        assert!(send.is_in_time(at("2026-11-17T10:59:59Z")) && !send.is_in_time(at("2026-11-17T11:00:00Z")));
    }

    /// In Nuuk 23:30 of 28 March 2026 does not exist and counts as midnight: two posts on one date, each for its own.
    #[test]
    fn a_jump_over_midnight_takes_no_day_away() {
        let nuuk = Hour {
            zone: zone("America/Nuuk"),
            weekdays: WeekdaySet::ALL,
            time: time("23:30"),
            edge: Edge::Opening,
        };
        let sends = come(nuuk, at("2026-03-28T02:00:00Z"), at("2026-03-31T00:00:00Z"));
        let dates: Vec<String> = sends.iter().map(|send| send.date.to_string()).collect();
        assert_eq!(dates, ["2026-03-27", "2026-03-28", "2026-03-29"]);
    }

    proptest! {
        /// What is posted, found tick by tick, is one post for each of the days, each at the hour the calendar explains.
        #[test]
        fn ticks_of_any_length_post_each_day_once(
            zone in any_zone(), time in any_time(), start in any_instant(), ticks in prop::collection::vec(1i64..40, 5..40),
        ) {
            let hour = Hour { zone, weekdays: WeekdaySet::MON_TO_FRI, time, edge: Edge::Opening };
            let Some(mut due) = hour.next(start).next() else { return Ok(()) };
            let (first, mut now, mut found) = (due, start, Vec::new());
            for tick in ticks {
                now += TimeDelta::hours(tick);
                if due <= now {
                    found.extend(come(hour, due, now).into_iter().filter(|send| send.at >= first));
                    due = hour.next(now).next().unwrap();
                }
            }
            let dates: Vec<_> = found.iter().map(|send| send.date).collect();
            let keys: BTreeSet<_> = dates.iter().copied().collect();
            for send in &found {
                let told = explain(zone, send.date, time);
                prop_assert!(Some(send.at) == told.open && send.date.weekday().number_from_monday() <= 5);
                prop_assert!(told.kind != Kind::Skipped);
            }
            // What two looks find is one by its key; and none is left out.
            if let (Some(from), Some(to)) = (keys.first(), keys.last()) {
                let all = from.iter_days().take_while(|date| date <= to);
                let asked: BTreeSet<_> = all.filter(|date| date.weekday().number_from_monday() <= 5)
                    .filter(|date| explain(zone, *date, time).open.is_some()).collect();
                prop_assert_eq!(keys, asked);
            }
        }
    }
}
