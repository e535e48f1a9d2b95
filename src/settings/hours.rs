//! Days and times as forms carry them: seven boxes, two clocks.

use crate::calendar::WeekdaySet;
use crate::language::Words;
use crate::web::Problems;
use chrono::{NaiveTime, Weekday};

/// The week as people here begin it.
pub(super) const WEEKDAYS: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// One box of a row of weekdays.
pub(super) struct DayBox {
    /// The field's value: 1 is Monday, 7 Sunday.
    pub(super) value: u32,
    /// Its short name.
    pub(super) name: String,
    /// Whether it is ticked.
    pub(super) ticked: bool,
}

/// The row of boxes with these days ticked.
pub(super) fn boxes(t: Words, ticked: impl Fn(Weekday) -> bool) -> Vec<DayBox> {
    WEEKDAYS
        .into_iter()
        .map(|day| DayBox {
            value: day.number_from_monday(),
            name: t.weekday_short(day),
            ticked: ticked(day),
        })
        .collect()
}

/// The weekday of a box's value.
pub(super) fn weekday(value: u32) -> Option<Weekday> {
    WEEKDAYS.into_iter().find(|day| day.number_from_monday() == value)
}

/// The ticked boxes as a set. None ticked is a problem of `field`.
pub(super) fn days(values: &[u32], field: &str, problems: &mut Problems, t: Words) -> WeekdaySet {
    let set = values.iter().filter_map(|value| weekday(*value)).fold(WeekdaySet::NONE, WeekdaySet::with);
    if set.is_empty() {
        problems.add(field, t.settings_days_none());
    }
    set
}

/// A wall time as `<input type=time>` sends it. Anything else is a problem of `field`.
pub(super) fn time(typed: &str, field: &str, problems: &mut Problems, t: Words) -> Option<NaiveTime> {
    let parsed =
        NaiveTime::parse_from_str(typed, "%H:%M").or_else(|_| NaiveTime::parse_from_str(typed, "%H:%M:%S"));
    problems.take(field, parsed.map_err(|_| t.settings_time_unclear()))
}
