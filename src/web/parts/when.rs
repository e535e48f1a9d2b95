//! When somebody wrote: their own part of day first, then the reader's clock.

use crate::calendar::Zone;
use crate::language::Words;
use chrono::{DateTime, Datelike as _, SecondsFormat, Utc};

/// From this many days on the weekday alone says too little.
const LONG_AGO_DAYS: i64 = 6;

/// "Tuesday afternoon in Auckland." and "03:10 your time", with the instant for `<time datetime>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    /// On the author's clock.
    pub local: String,
    /// On the reader's clock.
    pub here: String,
    /// The instant, in UTC.
    pub iso: String,
}

impl When {
    /// An instant somebody lived in `theirs`, as a reader in `mine` sees it at `now`.
    pub fn of(t: Words, at: DateTime<Utc>, theirs: Zone, mine: Zone, now: DateTime<Utc>) -> Self {
        let (there, here) = (theirs.reading(at), mine.reading(at));
        let part = t.part_of_day(there.time());
        let long_ago = (theirs.date_at(now) - there.date()).num_days() >= LONG_AGO_DAYS;
        let local = if long_ago {
            t.when_dated(t.date_long(there.date()), part, theirs.city())
        } else {
            t.when_local(t.weekday_long(there.date().weekday()), part, theirs.city())
        };
        let time = t.time(here.time());
        let here = if here == there {
            time
        } else if here.date() == there.date() {
            t.when_here(time)
        } else {
            t.when_here_on(t.weekday_long(here.date().weekday()), time)
        };
        Self { local, here, iso: iso(at) }
    }
}

/// An instant on a clock: "Thursday at 17:00"; more than six days away "Thursday 26 November at 17:00".
pub fn moment(t: Words, zone: Zone, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let wall = zone.reading(at);
    let away = (wall.date() - zone.date_at(now)).num_days().abs();
    let day = if away > LONG_AGO_DAYS { t.date_long(wall.date()) } else { t.weekday_long(wall.weekday()) };
    t.talk_day_and_time(day, t.time(wall.time()))
}

/// An instant as `<time datetime>` wants it.
pub fn iso(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Locale;

    #[test]
    fn their_part_of_day_first_then_the_readers_clock() {
        let t = Words::of(Locale::English);
        let zone = |name| Zone::parse(name).unwrap();
        let (auckland, lisbon, london) =
            (zone("Pacific/Auckland"), zone("Europe/Lisbon"), zone("Europe/London"));
        let now = "2026-11-17T09:24:00Z".parse().unwrap();
        for (at, theirs, local, here) in [
            ("2026-11-17T03:10:00Z", auckland, "Tuesday afternoon in Auckland.", "03:10 your time"),
            ("2026-11-16T20:10:00Z", auckland, "Tuesday morning in Auckland.", "Monday 20:10 your time"),
            ("2026-11-17T09:05:00Z", london, "Tuesday morning in London.", "09:05"),
            (
                "2026-11-03T03:10:00Z",
                auckland,
                "Tuesday 3 November, afternoon in Auckland.",
                "03:10 your time",
            ),
        ] {
            let when = When::of(t, at.parse().unwrap(), theirs, lisbon, now);
            assert_eq!((when.local.as_str(), when.here.as_str(), when.iso.as_str()), (local, here, at));
        }
    }
}
