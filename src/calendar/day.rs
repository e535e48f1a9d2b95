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
