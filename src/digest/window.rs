//! When a digest may be sent: at the member's hour, on their clock, inside their working hours and outside their peak
//! hours, once a civil date. Pure.

use crate::calendar::{Edge, Reachable, WeekdaySet, resolve};
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};

/// A digest that could not be sent for this long after its hour is skipped: it would come at a strange time
/// (product §9).
pub const TOO_LATE: TimeDelta = TimeDelta::hours(2);

/// How far ahead (two years) a send is looked for.
const HORIZON: usize = 732;

crate::stored_word! {
    /// How often a member wants one.
    pub enum Rhythm {
        /// Each working day.
        Daily = "daily",
        /// Once a week.
        Weekly = "weekly",
        /// Never.
        None = "none",
    }
}

/// A member's wish.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// How often.
    pub rhythm: Rhythm,
    /// The wall time.
    pub time: NaiveTime,
    /// The weekday of a weekly one.
    pub weekday: Weekday,
}

/// One digest to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Send {
    /// When.
    pub at: DateTime<Utc>,
    /// The member's local date then: its key, so that it is sent once whatever the clocks do.
    pub date: NaiveDate,
}

/// How digests come in an ordinary week, on the member's clock: what the foot of one says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Habit {
    /// The hour of all of them; the wished one where they differ.
    pub time: NaiveTime,
    /// The days.
    pub weekdays: WeekdaySet,
}

impl Wish {
    /// From what is stored: a word the table's check allows, a wall time, an ISO weekday from 1 to 7.
    pub fn stored(rhythm: &str, time: NaiveTime, weekday: i16) -> Self {
        let rhythm = Rhythm::parse(rhythm).unwrap_or(Rhythm::None);
        let weekday = u8::try_from(weekday - 1).ok().and_then(|zero| Weekday::try_from(zero).ok());
        Self { rhythm, time, weekday: weekday.unwrap_or(Weekday::Mon) }
    }

    /// The sends whose hour came up to `now`, from the one that was expected at `due` on. The newest may still be made;
    /// the others were missed. Nodes that differ over the hour by a little find the same one.
    pub fn come(self, reachable: Reachable<'_>, due: DateTime<Utc>, now: DateTime<Utc>) -> Vec<Send> {
        self.after(reachable, due - TOO_LATE).take_while(|send| send.at <= now).collect()
    }

    /// The sends after `after`, in order.
    ///
    /// A wished time outside working hours waits for the next opening, one in peak hours for their end. For who works at
    /// night it is the hour of that night, also after midnight. A day off has no daily digest; a weekly one that falls on
    /// a day off waits for the next opening.
    pub fn after<'a>(
        self,
        reachable: Reachable<'a>,
        after: DateTime<Utc>,
    ) -> impl Iterator<Item = Send> + 'a {
        let Reachable { working, .. } = reachable;
        let zone = working.zone;
        let hour = move |date| resolve(zone, date, self.time, Edge::Opening);
        // A send may have been wished for some days before it could be made.
        let first = zone.date_at(after) - TimeDelta::days(14);
        let mut last = None;
        first
            .iter_days()
            .take(HORIZON)
            .filter(move |date| match self.rhythm {
                Rhythm::Daily => working.is_working_day(*date),
                Rhythm::Weekly => date.weekday() == self.weekday,
                Rhythm::None => false,
            })
            .filter_map(move |date| {
                let hours = [Some(date), date.succ_opt()].into_iter().flatten().filter_map(hour);
                let wished = hours.clone().find(|at| working.works_on(date, *at)).or(hour(date))?;
                let at = reachable.soonest(wished)?;
                Some(Send { at, date: zone.date_at(at) })
            })
            .filter(move |send| send.at > after)
            .filter(move |send| {
                let new = last.is_none_or(|date| send.date > date);
                last = Some(send.date);
                new
            })
    }
}

impl Wish {
    /// How digests come in the week from an instant on, for somebody who can be reached like this and is never away.
    pub fn habit(self, reachable: Reachable<'_>, from: DateTime<Utc>) -> Habit {
        let zone = reachable.working.zone;
        let week: Vec<_> = self
            .after(reachable, from - TimeDelta::nanoseconds(1))
            .take_while(|send| send.at < from + TimeDelta::days(7))
            .map(|send| zone.reading(send.at))
            .collect();
        let first = week.first().map_or(self.time, |wall| wall.time());
        let same = week.iter().all(|wall| wall.time() == first);
        Habit {
            time: if same { first } else { self.time },
            weekdays: week.iter().map(|wall| wall.weekday()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::samples::{any_away, any_week, any_zone, on_the_wall, time};
    use crate::calendar::{Absence, Kind, Span, WeekHours, WorkWeek, WorkingTime, Zone, explain};
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn wish(rhythm: Rhythm, time: &str) -> Wish {
        Wish { rhythm, time: time.parse().unwrap(), weekday: Weekday::Mon }
    }

    fn sends(zone: &str, wish: Wish, absence: &Absence, after: &str, n: usize) -> Vec<String> {
        let week = WorkWeek::standard();
        let working = WorkingTime { zone: Zone::parse(zone).unwrap(), week: &week, absence };
        told(Reachable { working, peak: &WeekHours::NONE }, wish, after, n)
    }

    fn told(reachable: Reachable<'_>, wish: Wish, after: &str, n: usize) -> Vec<String> {
        wish.after(reachable, at(after))
            .take(n)
            .map(|send| send.at.format("%a %d %H:%MZ").to_string())
            .collect()
    }

    #[test]
    fn at_the_members_hour_on_their_clock() {
        let none = Absence::NONE;
        // Friday noon in Lisbon: the next is Monday at nine.
        assert_eq!(
            sends("Europe/Lisbon", wish(Rhythm::Daily, "09:00:00"), &none, "2026-11-20T12:00:00Z", 2),
            ["Mon 23 09:00Z", "Tue 24 09:00Z"]
        );
        // Auckland is thirteen hours ahead.
        assert_eq!(
            sends("Pacific/Auckland", wish(Rhythm::Daily, "09:00:00"), &none, "2026-11-17T09:24:00Z", 1),
            ["Tue 17 20:00Z"]
        );
        assert_eq!(
            sends("Europe/Lisbon", wish(Rhythm::Weekly, "10:00:00"), &none, "2026-11-17T09:24:00Z", 2),
            ["Mon 23 10:00Z", "Mon 30 10:00Z"]
        );
        assert!(
            sends("Europe/Lisbon", wish(Rhythm::None, "10:00:00"), &none, "2026-11-17T09:24:00Z", 1)
                .is_empty()
        );
    }

    #[test]
    fn outside_working_hours_it_waits_for_the_opening() {
        let none = Absence::NONE;
        assert_eq!(
            sends("Europe/Lisbon", wish(Rhythm::Daily, "06:00:00"), &none, "2026-11-17T00:00:00Z", 1),
            ["Tue 17 09:00Z"]
        );
        assert_eq!(
            sends("Europe/Lisbon", wish(Rhythm::Daily, "20:00:00"), &none, "2026-11-20T00:00:00Z", 2),
            ["Fri 20 09:00Z", "Mon 23 09:00Z"]
        );
    }

    #[test]
    fn of_those_that_came_the_newest_is_last() {
        let week = WorkWeek::standard();
        let working =
            WorkingTime { zone: Zone::parse("Europe/Lisbon").unwrap(), week: &week, absence: &Absence::NONE };
        let reachable = Reachable { working, peak: &WeekHours::NONE };
        let come = |due, now| -> Vec<u32> {
            let sends = wish(Rhythm::Daily, "09:00:00").come(reachable, at(due), at(now));
            sends.iter().map(|send| send.date.day()).collect()
        };
        assert_eq!(come("2026-11-17T09:00:00Z", "2026-11-17T09:00:00Z"), [17]);
        assert_eq!(come("2026-11-17T09:00:00Z", "2026-11-23T09:30:00Z"), [17, 18, 19, 20, 23]);
        // Another node wrote down an hour that is not quite ours.
        assert_eq!(come("2026-11-17T10:00:00Z", "2026-11-17T10:00:00Z"), [17]);
        assert!(come("2026-11-17T08:00:00Z", "2026-11-17T08:00:00Z").is_empty());
    }

    #[test]
    fn nobody_hears_from_us_while_away() {
        let away =
            Absence::new([at("2026-11-18T00:00:00Z").date_naive()..=at("2026-11-24T00:00:00Z").date_naive()]);
        assert_eq!(
            sends("Europe/Lisbon", wish(Rhythm::Daily, "09:00:00"), &away, "2026-11-17T12:00:00Z", 1),
            ["Wed 25 09:00Z"]
        );
        assert_eq!(
            sends("Europe/Lisbon", wish(Rhythm::Weekly, "09:00:00"), &away, "2026-11-17T12:00:00Z", 1),
            ["Wed 25 09:00Z"]
        );
    }

    #[test]
    fn peak_hours_are_waited_out() {
        let (week, none) = (WorkWeek::standard(), Absence::NONE);
        let working =
            WorkingTime { zone: Zone::parse("Europe/Lisbon").unwrap(), week: &week, absence: &none };
        let peak = WeekHours::daily(Span { start: time("08:30"), end: time("11:00") });
        assert_eq!(
            told(
                Reachable { working, peak: &peak },
                wish(Rhythm::Daily, "09:00:00"),
                "2026-11-19T12:00:00Z",
                2
            ),
            ["Fri 20 11:00Z", "Mon 23 11:00Z"]
        );
    }

    #[test]
    fn who_works_at_night_hears_at_night() {
        let night = Span { start: time("22:00"), end: time("06:00") };
        let nights = [Weekday::Mon, Weekday::Tue, Weekday::Fri].map(|weekday| (weekday, night));
        let (week, none) = (WorkWeek::new(nights).unwrap(), Absence::NONE);
        let working =
            WorkingTime { zone: Zone::parse("Europe/Lisbon").unwrap(), week: &week, absence: &none };
        let reachable = Reachable { working, peak: &WeekHours::NONE };
        // 16 November 2026 is a Monday.
        let sends = |hour| told(reachable, wish(Rhythm::Daily, hour), "2026-11-16T12:00:00Z", 4);
        assert_eq!(sends("23:00:00"), ["Mon 16 23:00Z", "Tue 17 23:00Z", "Fri 20 23:00Z", "Mon 23 23:00Z"]);
        assert_eq!(sends("02:00:00"), ["Tue 17 02:00Z", "Wed 18 02:00Z", "Sat 21 02:00Z", "Tue 24 02:00Z"]);
        assert_eq!(sends("09:00:00"), ["Mon 16 22:00Z", "Tue 17 22:00Z", "Fri 20 22:00Z", "Mon 23 22:00Z"]);
    }

    #[test]
    fn the_habit_is_what_comes_and_not_what_was_wished() {
        let none = Absence::NONE;
        let lisbon = Zone::parse("Europe/Lisbon").unwrap();
        let nights =
            [Weekday::Mon, Weekday::Tue].map(|day| (day, Span { start: time("22:00"), end: time("06:00") }));
        let (office, nights) = (WorkWeek::standard(), WorkWeek::new(nights).unwrap());
        let morning = WeekHours::daily(Span { start: time("08:30"), end: time("11:00") });
        let days = |days: &[Weekday]| days.iter().copied().collect::<WeekdaySet>();
        for (week, peak, hour, expected, weekdays) in [
            (&office, &WeekHours::NONE, "10:00:00", "10:00", WeekdaySet::MON_TO_FRI),
            (&office, &WeekHours::NONE, "20:00:00", "09:00", WeekdaySet::MON_TO_FRI),
            (&office, &morning, "09:00:00", "11:00", WeekdaySet::MON_TO_FRI),
            (&nights, &WeekHours::NONE, "02:00:00", "02:00", days(&[Weekday::Tue, Weekday::Wed])),
        ] {
            let working = WorkingTime { zone: lisbon, week, absence: &none };
            let habit =
                wish(Rhythm::Daily, hour).habit(Reachable { working, peak }, at("2026-11-17T12:00:00Z"));
            assert_eq!(habit, Habit { time: time(expected), weekdays }, "{hour}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        /// What may not happen is read off wall clocks, which know nothing of how a send is found.
        #[test]
        fn no_digest_comes_in_a_peak_off_work_or_twice_a_date(
            zone in any_zone(),
            week in any_week(),
            peaks in prop::option::of(any_week()),
            away in any_away(),
            minute in 0u32..1440,
            day in 0i64..1800,
            weekly in any::<bool>(),
        ) {
            let peak = peaks.map_or(WeekHours::NONE, |peaks| peaks.hours().clone());
            let working = WorkingTime { zone, week: &week, absence: &away };
            let reachable = Reachable { working, peak: &peak };
            let rhythm = if weekly { Rhythm::Weekly } else { Rhythm::Daily };
            let time = NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).unwrap();
            let after = at("2024-01-01T00:00:00Z") + TimeDelta::days(day);
            let found: Vec<Send> = Wish { rhythm, time, weekday: Weekday::Wed }.after(reachable, after).take(8).collect();
            for pair in found.windows(2) {
                prop_assert!(pair[0].at < pair[1].at && pair[0].date < pair[1].date);
            }
            for send in &found {
                let wall = zone.reading(send.at);
                prop_assert!(send.at > after && send.date == wall.date());
                prop_assert!(!on_the_wall(&peak, &Absence::NONE, wall), "in a peak at {wall}");
                // A span over a fold runs from the first of the two instants that read so to the second.
                let twice = explain(zone, wall.date(), wall.time()).kind == Kind::Fold;
                prop_assert!(twice || on_the_wall(week.hours(), &away, wall), "off work at {wall}");
            }
            if peak.is_empty() && !weekly {
                prop_assert_eq!(found.len(), 8);
            }
        }
    }
}
