//! Zones, dates and instants for the tests of this room.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::Zone;

pub(super) fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

pub(super) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn time(text: &str) -> NaiveTime {
    super::when::parse_time(text).unwrap()
}

pub(super) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(super) fn hours(count: i64) -> TimeDelta {
    TimeDelta::hours(count)
}

/// Any zone, the ones with odd rules more often.
pub(super) fn any_zone() -> impl Strategy<Value = Zone> {
    let odd = [
        "Europe/Lisbon",
        "America/New_York",
        "America/Nuuk",
        "America/Vancouver",
        "Africa/Cairo",
        "Africa/Casablanca",
        "Antarctica/Troll",
        "Asia/Kathmandu",
        "Atlantic/Azores",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Pacific/Chatham",
    ];
    prop_oneof![prop::sample::select(odd.map(zone).to_vec()), prop::sample::select(Zone::all())]
}

/// Any date from 2024 to 2030.
pub(super) fn any_date() -> impl Strategy<Value = NaiveDate> {
    (0..2557u64).prop_map(|days| date("2024-01-01") + chrono::Days::new(days))
}

/// Any minute of a wall clock.
pub(super) fn any_time() -> impl Strategy<Value = NaiveTime> {
    (0..1440i64).prop_map(|minutes| NaiveTime::MIN + TimeDelta::minutes(minutes))
}

/// Any minute from 2024 to 2030.
pub(super) fn any_instant() -> impl Strategy<Value = DateTime<Utc>> {
    (any_date(), any_time()).prop_map(|(date, time)| date.and_time(time).and_utc())
}
