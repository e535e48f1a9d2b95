//! Somebody's clock, and what it says. Pure.

use std::ops::Range;

use chrono::{DateTime, NaiveDate, Utc};

use crate::calendar::{Absence, Span, Stretches, WeekHours, WorkWeek, WorkingTime, Zone};
use crate::ids::{MemberId, TeamId};

/// A member as everyone's clock shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: MemberId,
    /// Their whole name.
    pub name: String,
    /// Where their wall clock hangs.
    pub zone: Zone,
    /// When they work.
    pub week: WorkWeek,
    /// The dates they are away.
    pub absence: Absence,
    /// When they want quiet, each day.
    pub quiet: Span,
    /// The teams they sit in.
    pub teams: Vec<TeamId>,
}

/// A public holiday that people here keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// Its date.
    pub day: NaiveDate,
    /// Its name.
    pub name: String,
    /// Who keeps it.
    pub kept_by: Vec<MemberId>,
}

/// What somebody's clock says at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// They are away today. With the instant they work again, when that is known.
    Away(Option<DateTime<Utc>>),
    /// They are in one of their working spans.
    Working,
    /// It is one of their quiet hours.
    Quiet,
    /// They are not at work yet, and are later the same day, from this instant.
    Later(DateTime<Utc>),
    /// They were at work today and are not any more.
    Done,
    /// They do not work today; from this instant they do, when it is known.
    Free(Option<DateTime<Utc>>),
}

impl Person {
    /// Their working time.
    pub fn working_time(&self) -> WorkingTime<'_> {
        WorkingTime { zone: self.zone, week: &self.week, absence: &self.absence }
    }

    /// What their clock says at an instant. A night that began before they went away is still worked.
    pub fn state(&self, now: DateTime<Utc>) -> State {
        let time = self.working_time();
        let today = self.zone.date_at(now);
        if time.is_working(now) {
            return State::Working;
        }
        let next = time.next_opening(now);
        if self.absence.contains(today) {
            return State::Away(next);
        }
        if Stretches::always(self.zone, &WeekHours::daily(self.quiet)).around(now).is_some() {
            return State::Quiet;
        }
        let midnight = crate::calendar::day::first_instant(self.zone, today);
        match next.filter(|opening| self.zone.date_at(*opening) == today) {
            Some(opening) => State::Later(opening),
            None if time.within(midnight..now).next().is_some() => State::Done,
            None => State::Free(next),
        }
    }

    /// Their quiet hours inside a window, cut off at its ends, in order.
    pub fn quiet_within(&self, window: Range<DateTime<Utc>>) -> Vec<Range<DateTime<Utc>>> {
        Stretches::always(self.zone, &WeekHours::daily(self.quiet)).within(window).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn somebody(zone: &str, away: &[(&str, &str)]) -> Person {
        Person {
            id: MemberId::fresh(),
            name: "Mia Chen".into(),
            zone: Zone::parse(zone).unwrap(),
            week: WorkWeek::standard(),
            absence: Absence::new(
                away.iter().map(|(first, last)| first.parse().unwrap()..=last.parse().unwrap()),
            ),
            quiet: Span { start: "22:00:00".parse().unwrap(), end: "07:00:00".parse().unwrap() },
            teams: Vec::new(),
        }
    }

    #[test]
    fn a_clock_says_one_thing_at_a_time() {
        let opens = |text: &str| Some(at(text));
        // 17 November 2026 is a Tuesday.
        for (zone, now, state) in [
            ("Europe/Lisbon", "2026-11-17T09:00:00Z", State::Working),
            ("Europe/Lisbon", "2026-11-17T16:59:59Z", State::Working),
            ("Europe/Lisbon", "2026-11-17T17:00:00Z", State::Done),
            ("Europe/Lisbon", "2026-11-17T21:59:59Z", State::Done),
            ("Europe/Lisbon", "2026-11-17T22:00:00Z", State::Quiet),
            ("Europe/Lisbon", "2026-11-17T06:59:59Z", State::Quiet),
            ("Europe/Lisbon", "2026-11-17T07:00:00Z", State::Later(at("2026-11-17T09:00:00Z"))),
            ("Europe/Lisbon", "2026-11-21T12:00:00Z", State::Free(opens("2026-11-23T09:00:00Z"))),
            ("Pacific/Auckland", "2026-11-17T09:24:00Z", State::Quiet),
            ("America/Vancouver", "2026-11-17T15:30:00Z", State::Later(at("2026-11-17T16:00:00Z"))),
        ] {
            assert_eq!(somebody(zone, &[]).state(at(now)), state, "{zone} {now}");
        }
    }

    #[test]
    fn who_is_away_is_nothing_else() {
        let someone = somebody("Europe/Lisbon", &[("2026-11-17", "2026-11-20")]);
        let back = Some(at("2026-11-23T09:00:00Z"));
        for now in ["2026-11-17T03:00:00Z", "2026-11-17T10:00:00Z", "2026-11-20T23:59:59Z"] {
            assert_eq!(someone.state(at(now)), State::Away(back), "{now}");
        }
        let for_good = somebody("Europe/Lisbon", &[("2026-11-17", "2060-01-01")]);
        assert_eq!(for_good.state(at("2026-11-17T10:00:00Z")), State::Away(None));
    }

    #[test]
    fn quiet_hours_last_as_long_as_the_night_does() {
        let someone = somebody("Europe/Lisbon", &[]);
        for (noon, hours) in [("2026-03-28", 8), ("2026-10-24", 10), ("2026-11-17", 9)] {
            let noon = at(&format!("{noon}T12:00:00Z"));
            let spans = someone.quiet_within(noon..noon + TimeDelta::hours(24));
            let length = spans.iter().fold(TimeDelta::zero(), |sum, span| sum + (span.end - span.start));
            assert_eq!((spans.len(), length), (1, TimeDelta::hours(hours)), "{noon}");
        }
        let midday = Span { start: "12:00:00".parse().unwrap(), end: "13:00:00".parse().unwrap() };
        let siesta = Person { quiet: midday, ..somebody("Europe/Madrid", &[]) };
        let day = at("2026-11-16T23:00:00Z")..at("2026-11-17T23:00:00Z");
        let spans = siesta.quiet_within(day);
        assert_eq!(spans, [at("2026-11-17T11:00:00Z")..at("2026-11-17T12:00:00Z")]);
    }
}
