//! Zones, dates and instants for the tests of this room.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::{Absence, Span, WeekHours, WorkWeek, Zone};

pub(crate) fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

pub(crate) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn time(text: &str) -> NaiveTime {
    super::when::parse_time(text).unwrap()
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(crate) fn hours(count: i64) -> TimeDelta {
    TimeDelta::hours(count)
}

/// Any zone, the ones with odd rules more often.
pub(crate) fn any_zone() -> impl Strategy<Value = Zone> {
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
pub(crate) fn any_date() -> impl Strategy<Value = NaiveDate> {
    (0..2557u64).prop_map(|days| date("2024-01-01") + chrono::Days::new(days))
}

/// Any minute of a wall clock.
pub(crate) fn any_time() -> impl Strategy<Value = NaiveTime> {
    (0..1440i64).prop_map(|minutes| NaiveTime::MIN + TimeDelta::minutes(minutes))
}

/// Any minute from 2024 to 2030.
pub(crate) fn any_instant() -> impl Strategy<Value = DateTime<Utc>> {
    (any_date(), any_time()).prop_map(|(date, time)| date.and_time(time).and_utc())
}

/// Any week that is one: office hours, two spans a day, nights, odd minutes.
pub(crate) fn any_week() -> impl Strategy<Value = WorkWeek> {
    let spans = prop::collection::vec((0..7usize, any_time(), any_time()), 1..12);
    spans.prop_map(|drawn| {
        let mut kept: Vec<_> = Vec::new();
        for (day, start, end) in drawn {
            let weekday = super::weekdays::WEEK[day];
            kept.push((weekday, Span { start, end }));
            if WorkWeek::new(kept.iter().copied()).is_err() {
                kept.pop();
            }
        }
        WorkWeek::new(kept).unwrap_or_default()
    })
}

/// Some days away, or none.
pub(crate) fn any_away() -> impl Strategy<Value = Absence> {
    prop::collection::vec((any_date(), 0..20u64), 0..40).prop_map(|periods| {
        Absence::new(periods.into_iter().map(|(first, days)| first..=first + chrono::Days::new(days)))
    })
}

/// Whether a wall clock reads a time of these hours, told without any instant.
pub(crate) fn on_the_wall(hours: &WeekHours, away: &Absence, wall: NaiveDateTime) -> bool {
    let (today, time) = (wall.date(), wall.time());
    let yesterday = today.pred_opt().unwrap();
    let here = |date: NaiveDate| hours.spans(date.weekday()).iter().filter(move |_| !away.contains(date));
    here(today).any(|span| span.start <= time && (span.overnight() || time < span.end))
        || here(yesterday).any(|span| span.overnight() && time < span.end)
}
