//! Strips of 24 hours on the reader's clock: sun where somebody works, deeper water where they want quiet, a magenta tick
//! for now.

use crate::calendar::day::{first_instant, local_days};
use crate::calendar::{self, Stretches, WeekHours, WorkWeek, Zone};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Timelike as _, Utc};
use std::ops::Range;

/// A stretch of the strip, in percent of its width, as written into SVG attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Where it begins.
    pub x: String,
    /// How wide it is.
    pub width: String,
}

/// Whose hours a strip shows: when they work and when they want quiet, on their own wall clock.
#[derive(Debug, Clone, Copy)]
pub struct Hours<'a> {
    /// Where that clock hangs.
    pub zone: Zone,
    /// The hours they work.
    pub week: &'a WorkWeek,
    /// Their quiet hours, each day.
    pub quiet: calendar::Span,
}

/// Somebody's hours as they fall into one day of the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    /// The hours they work. Drawn over the quiet ones: who works at night is not quiet then.
    pub work: Vec<Span>,
    /// Their quiet hours.
    pub quiet: Vec<Span>,
    /// Where now stands on the reader's clock, when it is that day.
    pub now: Option<String>,
}

const DAY_MINUTES: i64 = 24 * 60;

/// From today on, the next day with work in it is looked for this far.
const A_WEEK: usize = 8;

impl Band {
    /// The hours of somebody as they fall into `date`, a day of a reader in `mine`: also the end of a night that began
    /// the day before, and with the offsets that hold then.
    pub fn on(date: NaiveDate, hours: Hours<'_>, mine: Zone, now: DateTime<Utc>) -> Self {
        let next = date.checked_add_days(Days::new(1)).unwrap_or(date);
        let day = first_instant(mine, date)..first_instant(mine, next);
        let quiet = WeekHours::daily(hours.quiet);
        let parts = |hung: &WeekHours| parts(hours.zone, hung, mine, &day);
        Self {
            work: parts(hours.week.hours()),
            quiet: parts(&quiet),
            now: (mine.date_at(now) == date).then(|| percent(minutes(mine.reading(now).time()))),
        }
    }

    /// The hours of somebody in the reader's today.
    pub fn today(hours: Hours<'_>, mine: Zone, now: DateTime<Utc>) -> Self {
        Self::on(mine.date_at(now), hours, mine, now)
    }

    /// The reader's first day from today on that holds some work of somebody's. Today when a week holds none.
    pub fn next_day(hours: Hours<'_>, mine: Zone, now: DateTime<Utc>) -> NaiveDate {
        let today = mine.date_at(now);
        let spans = Stretches::always(hours.zone, hours.week.hours());
        let begun = first_instant(mine, today);
        spans
            .from(begun)
            .next()
            .and_then(|span| local_days(mine, span).next())
            .filter(|day| today.iter_days().take(A_WEEK).any(|near| near == *day))
            .unwrap_or(today)
    }
}

/// The parts of a day that hours in another zone fill.
fn parts(zone: Zone, hours: &WeekHours, mine: Zone, day: &Range<DateTime<Utc>>) -> Vec<Span> {
    let place = |at: DateTime<Utc>| minutes(mine.reading(at).time());
    Stretches::always(zone, hours)
        .within(day.clone())
        .map(|span| (place(span.start), if span.end < day.end { place(span.end) } else { DAY_MINUTES }))
        // Where clocks go back a stretch may end on a wall time before its start: it has no width on this wall.
        .filter(|(from, until)| from < until)
        .map(|(from, until)| Span { x: percent(from), width: percent(until - from) })
        .collect()
}

fn minutes(time: NaiveTime) -> i64 {
    i64::from(time.num_seconds_from_midnight()) / 60
}

/// Minutes of a day as a percentage with two decimals.
fn percent(minutes: i64) -> String {
    let hundredths = minutes * 10_000 / DAY_MINUTES;
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::samples::{at, date, time, zone};
    use chrono::Weekday;

    fn span(start: &str, end: &str) -> calendar::Span {
        calendar::Span { start: time(start), end: time(end) }
    }

    fn part(x: &str, width: &str) -> Span {
        Span { x: x.into(), width: width.into() }
    }

    #[test]
    fn auckland_on_a_lisbon_clock() {
        let (lisbon, week) = (zone("Europe/Lisbon"), WorkWeek::standard());
        let hours = Hours { zone: zone("Pacific/Auckland"), week: &week, quiet: span("22:00", "07:00") };
        let band = Band::today(hours, lisbon, at("2026-11-17T09:24:00Z"));
        // 09:00–17:00 in Auckland (+13) is 20:00–04:00 in Lisbon, 22:00–07:00 is 09:00–18:00.
        assert_eq!(band.work, [part("0.00%", "16.66%"), part("83.33%", "16.66%")]);
        assert_eq!(band.quiet, [part("37.50%", "37.50%")]);
        assert_eq!(band.now.as_deref(), Some("39.16%"));
        // On Lisbon's Monday, Auckland's Monday has long begun; its Sunday is free.
        let monday = Band::on(date("2026-11-16"), hours, lisbon, at("2026-11-17T09:24:00Z"));
        assert_eq!(monday.work, [part("0.00%", "16.66%"), part("83.33%", "16.66%")]);
        assert_eq!(monday.now, None);
        let saturday = Band::on(date("2026-11-21"), hours, lisbon, at("2026-11-17T09:24:00Z"));
        assert_eq!(saturday.work, []);
    }

    #[test]
    fn a_night_is_seen_on_both_its_days_and_two_spans_are_two() {
        let lisbon = zone("Europe/Lisbon");
        let spans = [
            (Weekday::Tue, span("22:00", "06:00")),
            (Weekday::Thu, span("09:00", "12:00")),
            (Weekday::Thu, span("18:00", "21:00")),
        ];
        let week = WorkWeek::new(spans).unwrap();
        let hours = Hours { zone: lisbon, week: &week, quiet: span("12:00", "13:00") };
        let now = at("2026-11-17T09:24:00Z");
        assert_eq!(Band::today(hours, lisbon, now).work, [part("91.66%", "8.33%")]);
        assert_eq!(Band::on(date("2026-11-18"), hours, lisbon, now).work, [part("0.00%", "25.00%")]);
        assert_eq!(
            Band::on(date("2026-11-19"), hours, lisbon, now).work,
            [part("37.50%", "12.50%"), part("75.00%", "12.50%")]
        );
    }

    #[test]
    fn on_a_weekend_the_next_day_of_work_is_monday() {
        let (lisbon, week) = (zone("Europe/Lisbon"), WorkWeek::standard());
        let hours = Hours { zone: lisbon, week: &week, quiet: span("22:00", "07:00") };
        for (now, day) in [
            ("2026-11-17T23:30:00Z", "2026-11-17"),
            ("2026-11-20T18:00:00Z", "2026-11-20"),
            ("2026-11-21T09:00:00Z", "2026-11-23"),
            ("2026-11-22T23:59:00Z", "2026-11-23"),
        ] {
            assert_eq!(Band::next_day(hours, lisbon, at(now)), date(day), "{now}");
        }
        // Seen from Auckland, Lisbon's Friday ends on Saturday morning.
        let auckland = zone("Pacific/Auckland");
        assert_eq!(Band::next_day(hours, auckland, at("2026-11-20T20:00:00Z")), date("2026-11-21"));
    }
}
