//! What somebody wrote, in their own weeks. Pure.

use crate::calendar::{Absence, WorkWeek, WorkingTime, Zone};
use chrono::{DateTime, Datelike as _, Days, NaiveDate, Utc};
use std::ops::RangeInclusive;

/// So many weeks are on a page.
pub const WEEKS: u64 = 4;
/// So many of the newest updates are looked at to see when they were written.
pub const LATELY: usize = 5;
/// From so many of them on it is worth saying.
const WORTH_SAYING: usize = 3;

/// The Monday of the week a date lies in.
pub fn monday(date: NaiveDate) -> NaiveDate {
    let since = u64::from(date.weekday().num_days_from_monday());
    date.checked_sub_days(Days::new(since)).unwrap_or(date)
}

/// The dates of a page: whole weeks, of which the last holds `date`.
pub fn page(date: NaiveDate) -> RangeInclusive<NaiveDate> {
    let last_monday = monday(date);
    let first = last_monday.checked_sub_days(Days::new(7 * (WEEKS - 1))).unwrap_or(last_monday);
    first..=last_monday.checked_add_days(Days::new(6)).unwrap_or(last_monday)
}

/// The date that names the page whose first week holds `date`.
pub fn ahead(date: NaiveDate) -> NaiveDate {
    date.checked_add_days(Days::new(7 * (WEEKS - 1))).unwrap_or(date)
}

/// Things of dates in weeks, in the order they came in, each with its week's Monday.
pub fn weeks<T>(things: Vec<T>, date: impl Fn(&T) -> NaiveDate) -> Vec<(NaiveDate, Vec<T>)> {
    let mut weeks: Vec<(NaiveDate, Vec<T>)> = Vec::new();
    for thing in things {
        let week = monday(date(&thing));
        match weeks.last_mut() {
            Some((last, of_it)) if *last == week => of_it.push(thing),
            _ => weeks.push((week, vec![thing])),
        }
    }
    weeks
}

/// How many of somebody's last [`LATELY`] updates they wrote outside their working hours; `None` where that is not worth
/// saying. Each comes with its instant and the zone they lived in then; the working week is the one they have now.
pub fn outside_hours(written: &[(DateTime<Utc>, Zone)], week: &WorkWeek, absence: &Absence) -> Option<usize> {
    let outside =
        |(at, zone): &&(DateTime<Utc>, Zone)| !WorkingTime { zone: *zone, week, absence }.is_working(*at);
    let count = written.get(..LATELY)?.iter().filter(outside).count();
    (count >= WORTH_SAYING).then_some(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn pages_are_whole_weeks() {
        for (date, first, last) in [
            ("2026-11-17", "2026-10-26", "2026-11-22"),
            ("2026-11-16", "2026-10-26", "2026-11-22"),
            ("2026-11-22", "2026-10-26", "2026-11-22"),
            ("2027-01-01", "2026-12-07", "2027-01-03"),
        ] {
            assert_eq!(page(day(date)), day(first)..=day(last), "{date}");
            assert_eq!(*page(ahead(day(date))).start(), monday(day(date)));
        }
    }

    #[test]
    fn hours_then_and_there() {
        let lisbon = Zone::parse("Europe/Lisbon").unwrap();
        let auckland = Zone::parse("Pacific/Auckland").unwrap();
        let week = WorkWeek::standard();
        let at = |text: &str, zone| (text.parse().unwrap(), zone);
        // Tuesday 10:00 in Lisbon is work; it is 23:00 in Auckland.
        let (in_hours, late) = (at("2026-11-17T10:00:00Z", lisbon), at("2026-11-17T10:00:00Z", auckland));
        let sunday = at("2026-11-15T10:00:00Z", lisbon);
        for (written, outside) in [
            (vec![], None),
            (vec![late; 4], None),
            (vec![late, late, late, in_hours, in_hours], Some(3)),
            (vec![late, in_hours, late, in_hours, in_hours], None),
            (vec![sunday; 5], Some(5)),
            (vec![in_hours, in_hours, in_hours, late, late, late, late], None),
        ] {
            assert_eq!(outside_hours(&written, &week, &Absence::NONE), outside, "{written:?}");
        }
        let away = Absence::new([day("2026-11-17")..=day("2026-11-17")]);
        assert_eq!(outside_hours(&[in_hours; 5], &week, &away), Some(5), "a day off is outside");
    }

    proptest! {
        #[test]
        fn nothing_is_lost_between_weeks(mut days in prop::collection::vec(0u64..400, 0..40)) {
            days.sort_unstable_by(|a, b| b.cmp(a));
            let dates: Vec<_> = days.iter().map(|n| day("2026-01-01") + Days::new(*n)).collect();
            let weeks = weeks(dates.clone(), |date| *date);
            for (monday, of_it) in &weeks {
                prop_assert_eq!(monday.weekday(), chrono::Weekday::Mon);
                prop_assert!(of_it.iter().all(|date| (0..7).contains(&(*date - *monday).num_days())));
            }
            prop_assert!(weeks.is_sorted_by(|a, b| a.0 > b.0));
            prop_assert_eq!(weeks.into_iter().flat_map(|(_, of_it)| of_it).collect::<Vec<_>>(), dates);
        }
    }
}
