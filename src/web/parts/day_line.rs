//! Strips of 24 hours on the reader's clock: sun where somebody works, a magenta tick for now.

use crate::calendar::{WorkWeek, Zone};
use chrono::{DateTime, Datelike as _, NaiveTime, Timelike as _, Utc};

/// A stretch of the strip, in percent of its width, as written into SVG attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Where it begins.
    pub x: String,
    /// How wide it is.
    pub width: String,
}

/// The reader's own 24 hours under the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayLine {
    /// Their working hours today.
    pub work: Vec<Span>,
    /// Where now stands.
    pub now: String,
}

/// Another person's 24 hours laid on the reader's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    /// The person's working hours.
    pub work: Vec<Span>,
    /// Where now stands on the reader's clock.
    pub now: String,
}

const DAY_MINUTES: i64 = 24 * 60;

impl DayLine {
    /// The strip of one person on their own clock, for their local day at `now`.
    pub fn of(week: &WorkWeek, zone: Zone, now: DateTime<Utc>) -> Self {
        let Band { work, now } = Band::of(week, zone, zone, now);
        Self { work, now }
    }
}

impl Band {
    /// The working hours of somebody in `theirs`, seen from a reader in `mine`. Offsets are those of `now`; their local
    /// day is the one they are in at `now`.
    pub fn of(week: &WorkWeek, theirs: Zone, mine: Zone, now: DateTime<Utc>) -> Self {
        let ahead =
            i64::from(mine.offset_at(now).local_minus_utc() - theirs.offset_at(now).local_minus_utc()) / 60;
        let mut work = Vec::new();
        for span in week.spans(theirs.date_at(now).weekday()) {
            let from = minutes(span.start);
            let length = (minutes(span.end) - from - 1).rem_euclid(DAY_MINUTES) + 1;
            push_wrapped(&mut work, (from + ahead).rem_euclid(DAY_MINUTES), length);
        }
        let here = mine.reading(now).time();
        Self { work, now: percent(minutes(here)) }
    }
}

fn minutes(time: NaiveTime) -> i64 {
    i64::from(time.num_seconds_from_midnight()) / 60
}

/// A stretch that runs past midnight comes back in at the left.
fn push_wrapped(spans: &mut Vec<Span>, from: i64, length: i64) {
    let until = (from + length).min(DAY_MINUTES);
    spans.push(Span { x: percent(from), width: percent(until - from) });
    let rest = from + length - until;
    if rest > 0 {
        spans.push(Span { x: percent(0), width: percent(rest) });
    }
}

/// Minutes of a day as a percentage with two decimals.
fn percent(minutes: i64) -> String {
    let hundredths = minutes * 10_000 / DAY_MINUTES;
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auckland_wraps_on_a_lisbon_clock() {
        let lisbon = Zone::parse("Europe/Lisbon").unwrap();
        let auckland = Zone::parse("Pacific/Auckland").unwrap();
        let now = "2026-11-17T09:24:00Z".parse().unwrap();
        let band = Band::of(&WorkWeek::standard(), auckland, lisbon, now);
        // 09:00–17:00 in Auckland (+13) is 20:00–04:00 in Lisbon.
        assert_eq!(
            band.work,
            [
                Span { x: "83.33%".into(), width: "16.66%".into() },
                Span { x: "0.00%".into(), width: "16.66%".into() },
            ]
        );
        assert_eq!(band.now, "39.16%");
    }
}
