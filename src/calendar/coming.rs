//! A wall time that comes again on some weekdays: the instants it will produce, and the dates on which clocks jump over
//! it or go back over it.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::{
    local::{Edge, Kind, explain},
    weekdays::WeekdaySet,
    zone::Zone,
};

/// How many days ahead (a year) is looked.
const A_YEAR: usize = 366;

/// An hour somebody set: every one of these weekdays at this wall time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hour {
    /// Where the wall clock hangs.
    pub zone: Zone,
    /// The days.
    pub weekdays: WeekdaySet,
    /// The wall time.
    pub time: NaiveTime,
    /// What it means when clocks go back over it.
    pub edge: Edge,
}

/// A date on which the hour does not fall as on other days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Odd {
    /// The date.
    pub date: NaiveDate,
    /// How the hour falls on it; never [`Kind::Unique`].
    pub kind: Kind,
    /// The instant it counts as; `None` when the zone leaves the date out.
    pub at: Option<DateTime<Utc>>,
}

impl Hour {
    /// The instants it produces after `now`, in order, for a year.
    pub fn next(self, now: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
        self.dated(now).map(|(_, at)| at)
    }

    /// The same with the date each is for: not always the one it falls on, where clocks jump over midnight.
    pub fn dated(self, now: DateTime<Utc>) -> impl Iterator<Item = (NaiveDate, DateTime<Utc>)> {
        self.dates(now)
            .filter_map(move |date| Some((date, self.on(date).0?)))
            .filter(move |(_, at)| *at > now)
    }

    /// The dates of the coming year on which clocks jump over it or go back over it, and those the zone leaves out.
    pub fn odd(self, now: DateTime<Utc>) -> impl Iterator<Item = Odd> {
        self.dates(now)
            .map(move |date| (date, self.on(date)))
            .filter(move |(_, (at, kind))| *kind != Kind::Unique && at.is_none_or(|at| at > now))
            .map(|(date, (at, kind))| Odd { date, kind, at })
    }

    fn on(self, date: NaiveDate) -> (Option<DateTime<Utc>>, Kind) {
        let explained = explain(self.zone, date, self.time);
        let at = match self.edge {
            Edge::Opening => explained.open,
            Edge::Deadline => explained.due,
        };
        (at, explained.kind)
    }

    /// From the day before on: clocks that go back over midnight make an hour of yesterday come again.
    fn dates(self, now: DateTime<Utc>) -> impl Iterator<Item = NaiveDate> {
        let today = self.zone.date_at(now);
        let first = today.pred_opt().unwrap_or(today);
        first.iter_days().take(A_YEAR + 1).filter(move |date| self.weekdays.falls_on(*date))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::samples::{any_instant, any_time, any_zone, at, date, time, zone};
    use Kind::{Fold, Gap, Skipped};

    fn daily(name: &str, wall: &str, edge: Edge) -> Hour {
        Hour { zone: zone(name), weekdays: WeekdaySet::ALL, time: time(wall), edge }
    }

    fn next(hour: Hour, now: &str) -> Vec<DateTime<Utc>> {
        hour.next(at(now)).take(3).collect()
    }

    #[test]
    fn three_mornings_in_lisbon() {
        let office =
            Hour { weekdays: WeekdaySet::MON_TO_FRI, ..daily("Europe/Lisbon", "09:00", Edge::Opening) };
        let expected = ["2026-11-20T09:00:00Z", "2026-11-23T09:00:00Z", "2026-11-24T09:00:00Z"].map(at);
        assert_eq!(next(office, "2026-11-19T09:00:00Z"), expected);
        assert_eq!(office.odd(at("2026-11-19T09:00:00Z")).next(), None);
    }

    /// Zone, wall time, edge, now, the next three, the first odd date. Rules as of tzdb 2026f.
    type Change = (&'static str, &'static str, Edge, &'static str, [&'static str; 3], &'static str, Kind);

    #[rustfmt::skip]
    const CHANGES: &[Change] = &[
        ("Europe/Lisbon", "01:30", Edge::Opening, "2026-03-28T12:00:00Z",
            ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z", "2026-03-31T00:30:00Z"], "2026-03-29", Gap),
        ("Europe/Lisbon", "01:30", Edge::Opening, "2026-10-24T12:00:00Z",
            ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z", "2026-10-27T01:30:00Z"], "2026-10-25", Fold),
        ("Europe/Lisbon", "01:30", Edge::Deadline, "2026-10-24T12:00:00Z",
            ["2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z", "2026-10-27T01:30:00Z"], "2026-10-25", Fold),
        // Half an hour.
        ("Australia/Lord_Howe", "02:15", Edge::Opening, "2026-10-03T12:00:00Z",
            ["2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z", "2026-10-05T15:15:00Z"], "2026-10-04", Gap),
        ("Australia/Lord_Howe", "01:45", Edge::Deadline, "2026-04-04T12:00:00Z",
            ["2026-04-04T15:15:00Z", "2026-04-05T15:15:00Z", "2026-04-06T15:15:00Z"], "2026-04-05", Fold),
        // Past midnight: the gap of 23:30 counts as the next date's first instant.
        ("America/Nuuk", "23:30", Edge::Opening, "2026-03-28T12:00:00Z",
            ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z", "2026-03-31T00:30:00Z"], "2026-03-28", Gap),
        // The date Samoa left out has none; nothing is put in its place.
        ("Pacific/Apia", "09:00", Edge::Opening, "2011-12-29T18:00:00Z",
            ["2011-12-29T19:00:00Z", "2011-12-30T19:00:00Z", "2011-12-31T19:00:00Z"], "2011-12-30", Skipped),
    ];

    #[test]
    fn clocks_change_between_the_next_three() {
        for (name, wall, edge, now, expected, odd_date, kind) in CHANGES {
            let hour = daily(name, wall, *edge);
            assert_eq!(next(hour, now), expected.map(at), "{name} {wall} {edge:?}");
            let odd = hour.odd(at(now)).next().unwrap();
            assert_eq!((odd.date, odd.kind), (date(odd_date), *kind), "{name} {wall}");
        }
    }

    #[test]
    fn the_second_half_of_a_fold_is_still_ahead_for_a_deadline() {
        // 01:10 for the second time.
        let now = at("2026-10-25T01:10:00Z");
        let hour = |edge| daily("Europe/Lisbon", "01:30", edge).next(now).next();
        assert_eq!(hour(Edge::Deadline), Some(at("2026-10-25T01:30:00Z")));
        assert_eq!(hour(Edge::Opening), Some(at("2026-10-26T01:30:00Z")));
    }

    #[test]
    fn a_change_on_another_weekday_is_no_concern() {
        let mondays = WeekdaySet::NONE.with(chrono::Weekday::Mon);
        let hour = Hour { weekdays: mondays, ..daily("Europe/Lisbon", "01:30", Edge::Opening) };
        assert_eq!(hour.odd(at("2026-01-01T00:00:00Z")).count(), 0);
    }

    proptest! {
        #[test]
        fn they_come_in_order_and_read_as_set_but_on_odd_dates(
            zone in any_zone(), time in any_time(), now in any_instant(), deadline in any::<bool>(),
        ) {
            let edge = if deadline { Edge::Deadline } else { Edge::Opening };
            let hour = Hour { zone, weekdays: WeekdaySet::ALL, time, edge };
            let odd: Vec<Odd> = hour.odd(now).collect();
            let next: Vec<_> = hour.next(now).take(300).collect();
            prop_assert_eq!(next.len(), 300);
            prop_assert!(next.windows(2).all(|pair| pair[0] < pair[1]) && next[0] > now);
            for at in next {
                let as_set = zone.reading(at).time() == time;
                prop_assert!(as_set || odd.iter().any(|odd| odd.at == Some(at) && odd.kind == Gap));
            }
        }
    }
}
