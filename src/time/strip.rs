//! The reader's local day as a strip that everybody's hours are laid on. Pure.
//!
//! The strip runs in elapsed time from the first instant of the day to its last, so that a day of 23 or 25 hours is as
//! wide as any other and nothing on it is bent; the hours of the wall clock stand where they are.

use std::ops::Range;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::overlap::Step;
use crate::calendar::day::{day_span, first_instant};
use crate::calendar::{Edge, Zone, resolve};
use crate::web::parts::Span;

/// A local day of the reader's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// Whose midnights begin and end it.
    pub zone: Zone,
    /// Its date.
    pub date: NaiveDate,
    /// From its first instant up to the first of the next.
    pub span: Range<DateTime<Utc>>,
}

/// An hour of the wall clock on the strip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// "06".
    pub hour: String,
    /// Where it stands, in percent of the width.
    pub x: String,
}

/// One bar of how many are at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Where it stands and how wide it is.
    pub span: Span,
    /// Its top, in percent of the height.
    pub y: String,
    /// Its height, in percent of the height.
    pub height: String,
    /// No other bar is higher.
    pub highest: bool,
}

/// How high the highest bar is, in percent.
const HIGHEST: i64 = 96;

impl Day {
    /// The local day an instant lies in.
    pub fn of(zone: Zone, now: DateTime<Utc>) -> Self {
        let date = zone.date_at(now);
        let span = day_span(zone, date).unwrap_or_else(|| {
            let start = first_instant(zone, date);
            start..start + TimeDelta::days(1)
        });
        Self { zone, date, span }
    }

    /// How long it is.
    pub fn length(&self) -> TimeDelta {
        self.span.end - self.span.start
    }

    /// Where an instant stands, in percent of the width; one outside the day stands at its edge.
    pub fn x(&self, at: DateTime<Utc>) -> String {
        percent(self.hundredths(at))
    }

    /// A stretch of the strip.
    pub fn stretch(&self, span: &Range<DateTime<Utc>>) -> Span {
        let (from, to) = (self.hundredths(span.start), self.hundredths(span.end));
        Span { x: percent(from), width: percent(to - from) }
    }

    /// Stretches of the strip.
    pub fn stretches(&self, spans: impl IntoIterator<Item = Range<DateTime<Utc>>>) -> Vec<Span> {
        spans.into_iter().map(|span| self.stretch(&span)).collect()
    }

    /// Every sixth hour of the wall clock, from midnight to midnight.
    pub fn marks(&self) -> Vec<Mark> {
        let instant = |hour: u32| {
            let time = NaiveTime::from_hms_opt(hour, 0, 0)?;
            resolve(self.zone, self.date, time, Edge::Opening)
        };
        [0, 6, 12, 18]
            .into_iter()
            .filter_map(|hour| Some((hour, instant(hour)?)))
            .chain([(24, self.span.end)])
            .map(|(hour, at)| Mark { hour: format!("{hour:02}"), x: self.x(at) })
            .collect()
    }

    /// Bars of how many are at work, one for each hour or part of one in which the number stays the same.
    pub fn columns(&self, steps: &[Step]) -> Vec<Column> {
        let highest = steps.iter().map(|step| step.count).max().unwrap_or(0);
        let part = |count: usize| {
            let (count, most) = (i64::try_from(count).unwrap_or(0), i64::try_from(highest).unwrap_or(1));
            HIGHEST * 100 * count / most.max(1)
        };
        let column = |span: Range<DateTime<Utc>>, count: usize| {
            let (from, to) = (self.hundredths(span.start), self.hundredths(span.end));
            // A hair of paper between two bars.
            let span = Span { x: percent(from), width: percent((to - from - 15).max(0)) };
            let height = part(count);
            Column { span, y: percent(10_000 - height), height: percent(height), highest: count == highest }
        };
        steps
            .iter()
            .filter(|step| step.count > 0)
            .flat_map(|step| hours(&self.span, &step.span).into_iter().map(|span| (span, step.count)))
            .map(|(span, count)| column(span, count))
            .collect()
    }

    fn hundredths(&self, at: DateTime<Utc>) -> i64 {
        let past = (at - self.span.start).num_seconds() * 10_000 / self.length().num_seconds().max(1);
        past.clamp(0, 10_000)
    }
}

/// A stretch cut at the full hours of a day.
fn hours(day: &Range<DateTime<Utc>>, span: &Range<DateTime<Utc>>) -> Vec<Range<DateTime<Utc>>> {
    let mut pieces = Vec::new();
    let mut from = span.start;
    while from < span.end {
        let hour = (from - day.start).num_hours() + 1;
        let to = (day.start + TimeDelta::hours(hour)).min(span.end);
        pieces.push(from..to);
        from = to;
    }
    pieces
}

fn percent(hundredths: i64) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn day(zone: &str, now: &str) -> Day {
        Day::of(Zone::parse(zone).unwrap(), at(now))
    }

    #[test]
    fn hours_stand_where_the_wall_clock_has_them() {
        let x = |day: &Day| day.marks().into_iter().map(|mark| (mark.hour, mark.x)).collect::<Vec<_>>();
        let marks = |xs: [&str; 5]| -> Vec<(String, String)> {
            ["00", "06", "12", "18", "24"].into_iter().map(str::to_owned).zip(xs.map(str::to_owned)).collect()
        };
        for (now, hours, xs) in [
            ("2026-11-17T09:24:00Z", 24, ["0.00%", "25.00%", "50.00%", "75.00%", "100.00%"]),
            ("2026-03-29T12:00:00Z", 23, ["0.00%", "21.73%", "47.82%", "73.91%", "100.00%"]),
            ("2026-10-25T12:00:00Z", 25, ["0.00%", "28.00%", "52.00%", "76.00%", "100.00%"]),
        ] {
            let day = day("Europe/Lisbon", now);
            assert_eq!((day.length(), x(&day)), (TimeDelta::hours(hours), marks(xs)), "{now}");
        }
    }

    #[test]
    fn anothers_hours_are_laid_on_it() {
        let lisbon = day("Europe/Lisbon", "2026-11-17T09:24:00Z");
        assert_eq!(lisbon.x(at("2026-11-17T09:24:00Z")), "39.16%");
        // 09:00 to 17:00 in Auckland, cut off at midnight in Lisbon.
        let auckland = at("2026-11-17T20:00:00Z")..at("2026-11-18T04:00:00Z");
        assert_eq!(lisbon.stretch(&auckland), Span { x: "83.33%".into(), width: "16.67%".into() });
    }

    #[test]
    fn bars_end_at_full_hours_and_where_the_number_changes() {
        let lisbon = day("Europe/Lisbon", "2026-11-17T09:24:00Z");
        let step = |from: &str, to: &str, count| Step {
            span: at(&format!("2026-11-17T{from}:00Z"))..at(&format!("2026-11-17T{to}:00Z")),
            count,
        };
        let columns = lisbon.columns(&[
            step("00:00", "09:30", 0),
            step("09:30", "11:00", 2),
            step("11:00", "11:15", 1),
        ]);
        let told: Vec<_> = columns
            .iter()
            .map(|it| (it.span.x.as_str(), it.y.as_str(), it.height.as_str(), it.highest))
            .collect();
        assert_eq!(
            told,
            [
                ("39.58%", "4.00%", "96.00%", true),
                ("41.66%", "4.00%", "96.00%", true),
                ("45.83%", "52.00%", "48.00%", false),
            ]
        );
        assert_eq!(lisbon.columns(&[]), []);
    }

    proptest! {
        #[test]
        fn nothing_leaves_the_strip(zone in prop::sample::select(Zone::all()), hour in 0i64..60_000, length in 1i64..4_000) {
            let now = at("2024-01-01T00:30:00Z") + TimeDelta::hours(hour);
            let day = Day::of(zone, now);
            prop_assert!(day.span.contains(&now));
            prop_assert_eq!(zone.date_at(day.span.start), day.date);
            let span = now..now + TimeDelta::minutes(length);
            let Span { x, width } = day.stretch(&span);
            let number = |text: String| text.trim_end_matches('%').parse::<f64>().unwrap();
            let (x, width) = (number(x), number(width));
            prop_assert!((0.0..=100.0).contains(&x) && width >= 0.0 && x + width <= 100.001);
            let pieces = hours(&day.span, &span);
            prop_assert_eq!((pieces[0].start, pieces[pieces.len() - 1].end), (span.start, span.end));
            prop_assert!(pieces.windows(2).all(|pair| pair[0].end == pair[1].start));
        }
    }
}
