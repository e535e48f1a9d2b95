//! Days, times and zones as forms carry them: seven boxes, a clock, a list of places.

use crate::calendar::{Span, WeekdaySet, WorkWeek, Zone};
use crate::language::Words;
use chrono::{DateTime, NaiveTime, Utc, Weekday};

/// The week as people here begin it.
pub const WEEKDAYS: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// One box of a row of weekdays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayBox {
    /// The field's value: 1 is Monday, 7 Sunday.
    pub value: u32,
    /// Its short name.
    pub name: String,
    /// Whether it is ticked.
    pub ticked: bool,
}

/// One place of a list of zones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneOption {
    /// The IANA name, as the form sends it.
    pub name: &'static str,
    /// The name, and what time it is there.
    pub label: String,
    /// Whether it is the chosen one.
    pub chosen: bool,
}

/// The row of boxes with the days of these values ticked.
pub fn day_boxes(t: Words, ticked: &[u32]) -> Vec<DayBox> {
    WEEKDAYS
        .into_iter()
        .map(|day| (day.number_from_monday(), t.weekday_short(day)))
        .map(|(value, name)| DayBox { value, name, ticked: ticked.contains(&value) })
        .collect()
}

/// The ticked boxes as a set; values that are no box count for nothing.
pub fn days(values: &[u32]) -> WeekdaySet {
    let ticked = WEEKDAYS.into_iter().filter(|day| values.contains(&day.number_from_monday()));
    ticked.fold(WeekdaySet::NONE, WeekdaySet::with)
}

/// A wall time as `<input type=time>` sends it.
pub fn time(typed: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(typed, "%H:%M").or_else(|_| NaiveTime::parse_from_str(typed, "%H:%M:%S")).ok()
}

/// The same span of work on each of these days; nothing when that leaves no hour of work, or spans that overlap.
pub fn week(days: WeekdaySet, start: NaiveTime, end: NaiveTime) -> Option<WorkWeek> {
    WorkWeek::new(days.iter().map(|day| (day, Span { start, end }))).ok()
}

/// Every zone there is, each with its time at `now`.
pub fn zones(t: Words, chosen: &str, now: DateTime<Utc>) -> Vec<ZoneOption> {
    let option = |zone: &Zone| ZoneOption {
        name: zone.name(),
        label: t.parts_zone(zone.name(), t.time(zone.reading(now).time())),
        chosen: zone.name() == chosen,
    };
    Zone::all().iter().map(option).collect()
}
