//! Days and times of a form, each with what is wrong with it.

use crate::calendar::WeekdaySet;
use crate::language::Words;
use crate::web::Problems;
use crate::web::parts::choices::{self, WEEKDAYS};
use chrono::{NaiveTime, Weekday};

/// The weekday of a box's value.
pub(super) fn weekday(value: u32) -> Option<Weekday> {
    WEEKDAYS.into_iter().find(|day| day.number_from_monday() == value)
}

/// The ticked boxes as a set. None ticked is a problem of `field`.
pub(super) fn days(values: &[u32], field: &str, problems: &mut Problems, t: Words) -> WeekdaySet {
    let set = choices::days(values);
    if set.is_empty() {
        problems.add(field, t.settings_days_none());
    }
    set
}

/// A wall time as `<input type=time>` sends it. Anything else is a problem of `field`.
pub(super) fn time(typed: &str, field: &str, problems: &mut Problems, t: Words) -> Option<NaiveTime> {
    problems.take(field, choices::time(typed).ok_or(t.settings_time_unclear()))
}
