//! From a date and a wall time to an instant, also on the days when clocks jump.
//!
//! Let S be the instants that read as the wall time in the zone.
//!
//! - S has one member: that one.
//! - S has two, clocks went back over it (a **fold**): the earlier for an opening or a reminder, the later for a
//!   deadline, so that nobody is given less time than the wall clock promises.
//! - S is empty but the date exists, clocks went forward over it (a **gap**): the first instant after the gap.
//!   That is not the wall time plus the length of the gap, which other libraries answer, and it may read as
//!   the next date.
//! - The zone leaves the whole date out (Apia had no 30 December 2011): no instant; nothing is due, nothing missed.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use super::zone::{Reading, Zone};

/// Which instant a wall time means when clocks go back over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Edge {
    /// Something begins, or someone is reminded: the earlier instant.
    Opening,
    /// Something is due or ends: the later instant.
    Deadline,
}

/// How a wall time on a date falls in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One instant reads so.
    Unique,
    /// No instant reads so: clocks go forward over it.
    Gap,
    /// Two instants read so: clocks go back over it.
    Fold,
    /// The zone leaves the whole date out.
    Skipped,
}

/// Both instants a wall time can mean, and how it falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The instant as an opening; `None` when the date is skipped.
    pub open: Option<DateTime<Utc>>,
    /// The instant as a deadline; `None` when the date is skipped.
    pub due: Option<DateTime<Utc>>,
    /// How the wall time falls.
    pub kind: Kind,
}

/// The instant a wall time on a date means in a zone; `None` only when the zone leaves that date out.
pub fn resolve(zone: Zone, date: NaiveDate, time: NaiveTime, edge: Edge) -> Option<DateTime<Utc>> {
    let Explained { open, due, .. } = explain(zone, date, time);
    match edge {
        Edge::Opening => open,
        Edge::Deadline => due,
    }
}

/// As [`resolve`], but a date the zone leaves out means the first instant after it. For the ends of things
/// that began on a date which does exist.
pub(super) fn resolve_or_next(zone: Zone, date: NaiveDate, time: NaiveTime, edge: Edge) -> DateTime<Utc> {
    match (zone.instants(date.and_time(time)), edge) {
        (Reading::Once(at), _) => at,
        (Reading::Twice { first, .. }, Edge::Opening) => first,
        (Reading::Twice { second, .. }, Edge::Deadline) => second,
        (Reading::Never { next, .. }, _) => next,
    }
}

/// How a wall time on a date falls in a zone, and both instants it can mean.
pub fn explain(zone: Zone, date: NaiveDate, time: NaiveTime) -> Explained {
    match zone.instants(date.and_time(time)) {
        Reading::Once(at) => Explained { open: Some(at), due: Some(at), kind: Kind::Unique },
        Reading::Twice { first, second } => {
            Explained { open: Some(first), due: Some(second), kind: Kind::Fold }
        }
        Reading::Never { skips_date: true, .. } => Explained { open: None, due: None, kind: Kind::Skipped },
        Reading::Never { next, .. } => Explained { open: Some(next), due: Some(next), kind: Kind::Gap },
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::samples::{any_date, any_time, any_zone, at, date, time, zone};
    use Kind::{Fold, Gap, Unique};

    /// Zone, wall time, the instant as an opening, as a deadline, kind. Rules as of tzdb 2026f.
    #[rustfmt::skip]
    const HARD: &[(&str, &str, &str, &str, &str, Kind)] = &[
        ("Europe/Lisbon", "2026-03-29", "01:30", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z", Gap),
        ("Europe/Lisbon", "2026-10-25", "01:30", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", Fold),
        ("Europe/Amsterdam", "2026-03-29", "02:30", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z", Gap),
        ("Europe/Amsterdam", "2026-10-25", "02:30", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", Fold),
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:00:00Z", "2026-03-08T07:00:00Z", Gap),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", Fold),
        // The edges: the first and last minute of a gap and of a fold, and the minutes beside them.
        ("America/New_York", "2026-03-08", "01:59", "2026-03-08T06:59:00Z", "2026-03-08T06:59:00Z", Unique),
        ("America/New_York", "2026-03-08", "02:00", "2026-03-08T07:00:00Z", "2026-03-08T07:00:00Z", Gap),
        ("America/New_York", "2026-03-08", "02:59", "2026-03-08T07:00:00Z", "2026-03-08T07:00:00Z", Gap),
        ("America/New_York", "2026-03-08", "03:00", "2026-03-08T07:00:00Z", "2026-03-08T07:00:00Z", Unique),
        ("America/New_York", "2026-11-01", "00:59", "2026-11-01T04:59:00Z", "2026-11-01T04:59:00Z", Unique),
        ("America/New_York", "2026-11-01", "01:00", "2026-11-01T05:00:00Z", "2026-11-01T06:00:00Z", Fold),
        ("America/New_York", "2026-11-01", "02:00", "2026-11-01T07:00:00Z", "2026-11-01T07:00:00Z", Unique),
        // Half an hour.
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30:00Z", "2026-10-03T15:30:00Z", Gap),
        ("Australia/Lord_Howe", "2026-10-04", "02:30", "2026-10-03T15:30:00Z", "2026-10-03T15:30:00Z", Unique),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z", Fold),
        // Two hours.
        ("Antarctica/Troll", "2026-03-29", "02:59", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z", Gap),
        ("Antarctica/Troll", "2026-10-25", "01:30", "2026-10-24T23:30:00Z", "2026-10-25T01:30:00Z", Fold),
        // Quarters of an hour, and the quarter that Kathmandu jumped over.
        ("Asia/Kathmandu", "2026-06-01", "09:00", "2026-06-01T03:15:00Z", "2026-06-01T03:15:00Z", Unique),
        ("Asia/Kathmandu", "1986-01-01", "00:10", "1985-12-31T18:30:00Z", "1985-12-31T18:30:00Z", Gap),
        ("Pacific/Chatham", "2026-09-27", "03:00", "2026-09-26T14:00:00Z", "2026-09-26T14:00:00Z", Gap),
        ("Pacific/Chatham", "2026-04-05", "03:15", "2026-04-04T13:30:00Z", "2026-04-04T14:30:00Z", Fold),
        // "Summer time" is standard time, winter is the exception; during Ramadan likewise, until 2026.
        ("Europe/Dublin", "2026-03-29", "01:30", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z", Gap),
        ("Europe/Dublin", "2026-10-25", "01:30", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", Fold),
        ("Africa/Casablanca", "2026-02-15", "02:30", "2026-02-15T01:30:00Z", "2026-02-15T02:30:00Z", Fold),
        ("Africa/Casablanca", "2026-03-22", "02:30", "2026-03-22T02:00:00Z", "2026-03-22T02:00:00Z", Gap),
        ("Africa/Casablanca", "2026-11-23", "09:00", "2026-11-23T09:00:00Z", "2026-11-23T09:00:00Z", Unique),
        // Changes at midnight: the gap opens the next date, the fold repeats the old one's last hour.
        ("America/Nuuk", "2026-03-28", "23:30", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z", Gap),
        ("America/Nuuk", "2026-10-24", "23:30", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", Fold),
        ("America/Nuuk", "2023-10-28", "23:30", "2023-10-29T01:30:00Z", "2023-10-29T01:30:00Z", Unique),
        ("Africa/Cairo", "2026-04-24", "00:00", "2026-04-23T22:00:00Z", "2026-04-23T22:00:00Z", Gap),
        // A gap across midnight, and a fold across it: one minute of the new date, then an hour of the old.
        ("America/Toronto", "1919-03-30", "23:45", "1919-03-31T04:30:00Z", "1919-03-31T04:30:00Z", Gap),
        ("America/Toronto", "1919-03-31", "00:15", "1919-03-31T04:30:00Z", "1919-03-31T04:30:00Z", Gap),
        ("America/St_Johns", "2006-10-29", "00:00", "2006-10-29T02:30:00Z", "2006-10-29T03:30:00Z", Fold),
        ("America/St_Johns", "2006-10-28", "23:30", "2006-10-29T02:00:00Z", "2006-10-29T03:00:00Z", Fold),
        // Around the date that Samoa left out.
        ("Pacific/Apia", "2011-12-29", "23:59", "2011-12-30T09:59:00Z", "2011-12-30T09:59:00Z", Unique),
        ("Pacific/Apia", "2011-12-31", "00:00", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z", Unique),
        // Rules that changed in 2026; the table of chrono-tz still has the old ones.
        ("America/Vancouver", "2026-11-01", "01:30", "2026-11-01T08:30:00Z", "2026-11-01T08:30:00Z", Unique),
        ("America/Vancouver", "2026-11-23", "09:00", "2026-11-23T16:00:00Z", "2026-11-23T16:00:00Z", Unique),
        ("America/Havana", "2026-11-23", "09:00", "2026-11-23T13:00:00Z", "2026-11-23T13:00:00Z", Unique),
    ];

    #[test]
    fn hard_wall_times() {
        for (name, day, wall, open, due, kind) in HARD {
            let explained = explain(zone(name), date(day), time(wall));
            let expected = Explained { open: Some(at(open)), due: Some(at(due)), kind: *kind };
            assert_eq!(explained, expected, "{name} {day} {wall}");
        }
    }

    #[test]
    fn a_date_left_out_has_no_instant() {
        let left_out = [
            ("Pacific/Apia", "2011-12-30"),
            ("Pacific/Fakaofo", "2011-12-30"),
            ("Pacific/Kwajalein", "1993-08-21"),
            ("Pacific/Kiritimati", "1994-12-31"),
        ];
        for (name, day) in left_out {
            for wall in ["00:00", "09:00", "23:59:59"] {
                let explained = explain(zone(name), date(day), time(wall));
                assert_eq!(explained, Explained { open: None, due: None, kind: Kind::Skipped }, "{name}");
            }
        }
    }

    #[test]
    fn what_began_before_a_date_left_out_ends_with_the_first_instant_after_it() {
        let end = resolve_or_next(zone("Pacific/Apia"), date("2011-12-30"), time("06:00"), Edge::Deadline);
        assert_eq!(end, at("2011-12-30T10:00:00Z"));
    }

    #[test]
    fn the_edge_decides_within_a_fold() {
        let at_edge = |edge| resolve(zone("Europe/Lisbon"), date("2026-10-25"), time("01:30"), edge);
        assert_eq!(at_edge(Edge::Opening), Some(at("2026-10-25T00:30:00Z")));
        assert_eq!(at_edge(Edge::Deadline), Some(at("2026-10-25T01:30:00Z")));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn an_instant_reads_as_the_wall_time_it_came_from(zone in any_zone(), date in any_date(), time in any_time()) {
            let wall = date.and_time(time);
            let moment = TimeDelta::nanoseconds(1);
            match explain(zone, date, time) {
                Explained { open: Some(open), due: Some(due), kind: Kind::Gap } => {
                    prop_assert_eq!(open, due);
                    prop_assert!(zone.reading(open - moment) < wall && wall < zone.reading(open));
                }
                Explained { open: Some(open), due: Some(due), kind } => {
                    prop_assert_eq!(zone.reading(open), wall);
                    prop_assert_eq!(zone.reading(due), wall);
                    prop_assert_eq!(open < due, kind == Kind::Fold);
                }
                none => prop_assert_eq!(none.kind, Kind::Skipped),
            }
        }

        #[test]
        fn later_wall_times_are_never_earlier_instants(
            zone in any_zone(), date in any_date(), one in any_time(), other in any_time(),
        ) {
            let (early, late) = (one.min(other), one.max(other));
            for edge in [Edge::Opening, Edge::Deadline] {
                prop_assert!(resolve(zone, date, early, edge) <= resolve(zone, date, late, edge));
            }
        }
    }
}
