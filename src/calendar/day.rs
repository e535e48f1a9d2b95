//! Local days: when a date begins and ends in a zone.

use std::ops::{Range, RangeInclusive};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::{
    local::{Edge, resolve, resolve_or_next},
    zone::Zone,
};

/// The earliest instant with this local date, midnight on most days; `None` when the zone leaves the date out.
pub fn start_of_day(zone: Zone, date: NaiveDate) -> Option<DateTime<Utc>> {
    resolve(zone, date, NaiveTime::MIN, Edge::Opening)
}

/// The first instant of this local date, or of the next one that exists.
pub fn first_instant(zone: Zone, date: NaiveDate) -> DateTime<Utc> {
    resolve_or_next(zone, date, NaiveTime::MIN, Edge::Opening)
}

/// The local day: from its first instant up to the first instant of the next day; `None` when the zone leaves
/// the date out. Following days touch and never overlap.
pub fn day_span(zone: Zone, date: NaiveDate) -> Option<Range<DateTime<Utc>>> {
    let start = start_of_day(zone, date)?;
    Some(start..first_instant(zone, date.succ_opt()?))
}

/// The local dates that instants from `from` up to, not including, `to` read as, in order.
pub fn local_days(zone: Zone, span: Range<DateTime<Utc>>) -> impl Iterator<Item = NaiveDate> {
    let dates = (span.start < span.end).then(|| {
        let first = zone.date_at(span.start);
        let last = zone.date_at(span.end - TimeDelta::nanoseconds(1));
        // Clocks that go back over midnight make a later instant read an earlier date.
        first.min(last)..=first.max(last)
    });
    dates.into_iter().flat_map(move |dates| existing_days(zone, dates))
}

/// The dates of a range that exist in the zone, in order.
pub fn existing_days(zone: Zone, dates: RangeInclusive<NaiveDate>) -> impl Iterator<Item = NaiveDate> {
    dates_of(dates).filter(move |date| start_of_day(zone, *date).is_some())
}

/// The dates of a range, both ends included, in order.
pub(super) fn dates_of(dates: RangeInclusive<NaiveDate>) -> impl Iterator<Item = NaiveDate> {
    dates.start().iter_days().take_while(move |date| date <= dates.end())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::samples::{any_date, any_instant, any_zone, at, date, hours, zone};

    #[test]
    fn days_last_as_long_as_they_do() {
        let days = [
            ("Europe/Lisbon", "2026-11-22", 24 * 60),
            ("Europe/Lisbon", "2026-03-29", 23 * 60),
            ("Europe/Lisbon", "2026-10-25", 25 * 60),
            ("Antarctica/Troll", "2026-03-29", 22 * 60),
            ("Antarctica/Troll", "2026-10-25", 26 * 60),
            ("Australia/Lord_Howe", "2026-10-04", 23 * 60 + 30),
            ("Africa/Cairo", "2026-04-24", 23 * 60),
            ("America/Nuuk", "2026-03-28", 23 * 60),
            ("America/Nuuk", "2026-10-24", 25 * 60),
            ("Pacific/Apia", "2011-12-29", 24 * 60),
            ("Pacific/Apia", "2011-12-31", 24 * 60),
        ];
        for (name, day, minutes) in days {
            let span = day_span(zone(name), date(day)).unwrap();
            assert_eq!((span.end - span.start).num_minutes(), minutes, "{name} {day}");
        }
    }

    #[test]
    fn a_day_begins_with_its_first_instant() {
        assert_eq!(start_of_day(zone("Africa/Cairo"), date("2026-04-24")), Some(at("2026-04-23T22:00:00Z")));
        assert_eq!(
            start_of_day(zone("America/St_Johns"), date("2006-10-29")),
            Some(at("2006-10-29T02:30:00Z"))
        );
        assert_eq!(start_of_day(zone("Pacific/Apia"), date("2011-12-30")), None);
        assert_eq!(day_span(zone("Pacific/Apia"), date("2011-12-30")), None);
        assert_eq!(first_instant(zone("Pacific/Apia"), date("2011-12-30")), at("2011-12-30T10:00:00Z"));
    }

    #[test]
    fn local_days_are_those_that_the_instants_read_as() {
        let days = |name: &str, from: &str, to: &str| -> Vec<String> {
            local_days(zone(name), at(from)..at(to)).map(|day| day.to_string()).collect()
        };
        let (midnight, next) = ("2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z");
        assert_eq!(days("UTC", midnight, next), ["2026-11-22"]);
        assert_eq!(days("UTC", midnight, "2026-11-23T00:00:00.000000001Z"), ["2026-11-22", "2026-11-23"]);
        assert_eq!(days("Asia/Kathmandu", midnight, next), ["2026-11-22", "2026-11-23"]);
        assert_eq!(days("UTC", midnight, midnight), [""; 0]);
        assert_eq!(days("UTC", next, midnight), [""; 0]);
        let around_the_gap = days("Pacific/Apia", "2011-12-30T09:00:00Z", "2011-12-30T11:00:00Z");
        assert_eq!(around_the_gap, ["2011-12-29", "2011-12-31"]);
        let back_over_midnight = days("America/St_Johns", "2006-10-29T02:30:00Z", "2006-10-29T02:45:00Z");
        assert_eq!(back_over_midnight, ["2006-10-28", "2006-10-29"]);
    }

    proptest! {
        #[test]
        fn following_days_touch(zone in any_zone(), date in any_date()) {
            let today = day_span(zone, date).unwrap();
            let tomorrow = day_span(zone, date.succ_opt().unwrap()).unwrap();
            prop_assert!(today.start < today.end);
            prop_assert_eq!(today.end, tomorrow.start);
            prop_assert_eq!(zone.date_at(today.start), date);
            prop_assert_eq!(zone.date_at(today.end - TimeDelta::nanoseconds(1)), date);
        }

        #[test]
        fn local_days_leave_out_no_date_and_repeat_none(zone in any_zone(), from in any_instant(), length in 1..1000i64) {
            let to = from + hours(length);
            let days: Vec<NaiveDate> = local_days(zone, from..to).collect();
            prop_assert_eq!(days.first(), Some(&zone.date_at(from)));
            prop_assert_eq!(days.last(), Some(&zone.date_at(to - TimeDelta::nanoseconds(1))));
            prop_assert!(days.windows(2).all(|pair| pair[0].succ_opt() == Some(pair[1])));
        }
    }
}
