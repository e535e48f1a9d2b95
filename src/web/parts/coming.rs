//! What an hour field will produce: its zone, the next three instants on that clock, and a sentence for each day of the
//! coming year on which clocks jump over it or go back over it. Shown under the field, and read with it.

use super::iso;
use crate::calendar::coming::Odd;
use crate::calendar::{Edge, Hour, Kind, Stretches, WeekHours, WeekdaySet, Zone};
use crate::language::Words;
use chrono::{DateTime, Datelike as _, NaiveDateTime, NaiveTime, Utc};

/// How many are shown.
const SHOWN: usize = 3;

/// The note under an hour field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coming {
    /// Its HTML id, `<field>-coming`: what the field is described by.
    pub id: String,
    /// On whose clock: "Next in Europe/Lisbon:".
    pub lead: String,
    /// The next three, as people read them. Empty when there are none, or the field can't be read.
    pub next: Vec<Instant>,
    /// What is odd about some of those that come.
    pub odd: Vec<String>,
}

/// An instant, or a stretch by its beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instant {
    /// In UTC, for `<time datetime>`.
    pub iso: String,
    /// On the field's clock: "Tue 17 Nov 09:00".
    pub text: String,
}

impl Coming {
    /// Of a field that can't be read, or is empty: only on whose clock it is.
    pub fn none(t: Words, field: &str, zone: Zone) -> Self {
        Self {
            id: format!("{field}-coming"),
            lead: t.parts_coming_none(zone.name()),
            next: Vec::new(),
            odd: Vec::new(),
        }
    }

    /// Of a wall time on these weekdays. `None` can't be read.
    pub fn of_hour(
        t: Words,
        field: &str,
        (zone, weekdays, time, edge): (Zone, WeekdaySet, Option<NaiveTime>, Edge),
        now: DateTime<Utc>,
    ) -> Self {
        let Some(time) = time else { return Self::none(t, field, zone) };
        let hour = Hour { zone, weekdays, time, edge };
        Self::of_instants(t, field, hour, hour.next(now).take(SHOWN).collect(), now)
    }

    /// Of a wall time whose instants follow from more than weekdays, and were worked out elsewhere.
    pub fn of_instants(
        t: Words,
        field: &str,
        hour: Hour,
        instants: Vec<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Self {
        let text = |at: DateTime<Utc>| moment(t, hour.zone.reading(at));
        let next = instants.into_iter().map(|at| Instant { iso: iso(at), text: text(at) }).collect();
        Self::new(t, field, hour.zone, next, odd(t, &[hour], now))
    }

    /// Of hours of a week. `None` can't be read.
    pub fn of_hours(
        t: Words,
        field: &str,
        zone: Zone,
        hours: Option<&WeekHours>,
        now: DateTime<Utc>,
    ) -> Self {
        let Some(hours) = hours else { return Self::none(t, field, zone) };
        let next = Stretches::always(zone, hours)
            .from(now)
            .filter(|stretch| stretch.start > now)
            .take(SHOWN)
            .map(|stretch| {
                let (from, until) = (zone.reading(stretch.start), zone.reading(stretch.end));
                Instant {
                    iso: iso(stretch.start),
                    text: t.parts_coming_stretch(moment(t, from), t.time(until.time())),
                }
            })
            .collect();
        Self::new(t, field, zone, next, odd(t, &edges(zone, hours), now))
    }

    fn new(t: Words, field: &str, zone: Zone, next: Vec<Instant>, odd: Vec<String>) -> Self {
        let none = Self::none(t, field, zone);
        let lead = if next.is_empty() { none.lead } else { t.parts_coming(zone.name()) };
        Self { id: none.id, lead, next, odd }
    }
}

/// "Tue 17 Nov 09:00".
fn moment(t: Words, wall: NaiveDateTime) -> String {
    let (date, time) = (wall.date(), wall.time());
    t.parts_coming_at(t.weekday_short(date.weekday()), t.date_short(date), t.time(time))
}

/// The hours at which hours of a week begin and end, each with its weekdays.
fn edges(zone: Zone, hours: &WeekHours) -> Vec<Hour> {
    let mut edges: Vec<Hour> = Vec::new();
    for (weekday, span) in hours.iter() {
        let last = if span.overnight() { weekday.succ() } else { weekday };
        for (weekday, time, edge) in [(weekday, span.start, Edge::Opening), (last, span.end, Edge::Deadline)]
        {
            match edges.iter_mut().find(|hour| hour.time == time && hour.edge == edge) {
                Some(hour) => hour.weekdays = hour.weekdays.with(weekday),
                None => edges.push(Hour { zone, weekdays: WeekdaySet::NONE.with(weekday), time, edge }),
            }
        }
    }
    edges
}

/// What is odd about these hours in the coming year, in the order of the calendar.
fn odd(t: Words, hours: &[Hour], now: DateTime<Utc>) -> Vec<String> {
    let mut all: Vec<(Odd, Hour)> =
        hours.iter().flat_map(|hour| hour.odd(now).map(move |odd| (odd, *hour))).collect();
    all.sort_by_key(|(odd, hour)| (odd.date, hour.time));
    let mut sentences: Vec<String> = all.into_iter().map(|(odd, hour)| sentence(t, hour, odd)).collect();
    sentences.dedup();
    sentences
}

/// "On Sunday 29 March 01:30 does not exist in Lisbon; it counts as 02:00."
fn sentence(t: Words, hour: Hour, Odd { date, kind, at }: Odd) -> String {
    let (day, time, city) = (t.date_long(date), t.time(hour.time), hour.zone.city());
    let Some(counts) = at.map(|at| hour.zone.reading(at)) else { return t.parts_skipped(day, city) };
    match (kind, hour.edge) {
        (Kind::Fold, Edge::Opening) => t.parts_fold_first(day, time, city),
        (Kind::Fold, Edge::Deadline) => t.parts_fold_second(day, time, city),
        _ if counts.date() == date => t.parts_gap(day, time, city, t.time(counts.time())),
        _ => t.parts_gap_over(day, time, city, t.time(counts.time()), t.date_long(counts.date())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::samples::{at, time, zone};
    use crate::calendar::{Span, WorkWeek};
    use crate::language::Locale;

    const T: Words = Words::of(Locale::English);

    fn daily(name: &str, wall: &str, edge: Edge, now: &str) -> Coming {
        Coming::of_hour(T, "digest_time", (zone(name), WeekdaySet::ALL, Some(time(wall)), edge), at(now))
    }

    fn texts(coming: &Coming) -> Vec<&str> {
        coming.next.iter().map(|one| one.text.as_str()).collect()
    }

    #[test]
    fn an_hour_says_its_zone_and_the_next_three() {
        let coming = daily("Europe/Lisbon", "09:00", Edge::Opening, "2026-11-17T09:24:00Z");
        assert_eq!(
            (coming.id.as_str(), coming.lead.as_str()),
            ("digest_time-coming", "Next in Europe/Lisbon:")
        );
        assert_eq!(texts(&coming), ["Wed 18 Nov 09:00", "Thu 19 Nov 09:00", "Fri 20 Nov 09:00"]);
        assert_eq!(coming.next[0].iso, "2026-11-18T09:00:00Z");
        assert!(coming.odd.is_empty());
    }

    #[test]
    fn what_clocks_do_to_it_is_said_in_words() {
        for (name, wall, edge, now, first, odd) in [
            (
                "Europe/Lisbon",
                "01:30",
                Edge::Opening,
                "2026-03-28T12:00:00Z",
                "Sun 29 Mar 02:00",
                "On Sunday 29 March 01:30 does not exist in Lisbon; it counts as 02:00.",
            ),
            (
                "Europe/Lisbon",
                "01:30",
                Edge::Opening,
                "2026-10-24T12:00:00Z",
                "Sun 25 Oct 01:30",
                "On Sunday 25 October 01:30 comes twice in Lisbon; the first counts.",
            ),
            (
                "Europe/Lisbon",
                "01:30",
                Edge::Deadline,
                "2026-10-24T12:00:00Z",
                "Sun 25 Oct 01:30",
                "On Sunday 25 October 01:30 comes twice in Lisbon; the second counts.",
            ),
            (
                "Australia/Lord_Howe",
                "02:15",
                Edge::Opening,
                "2026-10-03T12:00:00Z",
                "Sun 4 Oct 02:30",
                "On Sunday 4 October 02:15 does not exist in Lord Howe; it counts as 02:30.",
            ),
            (
                "America/Nuuk",
                "23:30",
                Edge::Deadline,
                "2026-03-28T12:00:00Z",
                "Sun 29 Mar 00:00",
                "On Saturday 28 March 23:30 does not exist in Nuuk; it counts as 00:00 on Sunday 29 March.",
            ),
            (
                "Pacific/Apia",
                "09:00",
                Edge::Opening,
                "2011-12-29T18:00:00Z",
                "Thu 29 Dec 09:00",
                "There is no Friday 30 December in Apia, so nothing happens on it.",
            ),
        ] {
            let coming = daily(name, wall, edge, now);
            assert_eq!(coming.next[0].text, first, "{name} {wall}");
            assert_eq!(coming.odd.first().map(String::as_str), Some(odd));
        }
    }

    #[test]
    fn hours_of_a_week_are_told_by_their_stretches() {
        let night = Span { start: time("22:00"), end: time("01:30") };
        let week = WorkWeek::new([(chrono::Weekday::Sat, night), (chrono::Weekday::Tue, night)]).unwrap();
        let lisbon = zone("Europe/Lisbon");
        let coming = Coming::of_hours(T, "week", lisbon, Some(week.hours()), at("2026-10-20T22:30:00Z"));
        assert_eq!(
            texts(&coming),
            ["Sat 24 Oct 22:00 to 01:30", "Tue 27 Oct 22:00 to 01:30", "Sat 31 Oct 22:00 to 01:30"]
        );
        assert_eq!(
            coming.odd,
            [
                "On Sunday 25 October 01:30 comes twice in Lisbon; the second counts.",
                "On Sunday 28 March 01:30 does not exist in Lisbon; it counts as 02:00.",
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_says_only_whose_clock_it_is() {
        let zone = zone("Asia/Kathmandu");
        for coming in [
            Coming::of_hour(
                T,
                "due",
                (zone, WeekdaySet::ALL, None, Edge::Deadline),
                at("2026-11-17T09:24:00Z"),
            ),
            Coming::of_hours(T, "due", zone, None, at("2026-11-17T09:24:00Z")),
            Coming::of_hours(T, "due", zone, Some(&WeekHours::NONE), at("2026-11-17T09:24:00Z")),
        ] {
            assert_eq!(coming.lead, "On the clock of Asia/Kathmandu.");
            assert!(coming.next.is_empty() && coming.odd.is_empty());
        }
    }
}
