//! Until when each of those who are asked has, on their clock and on the reader's; drawn by `templates/_parts/fair.html`.

use super::queries::Seat;
use crate::calendar::Zone;
use crate::ids::MemberId;
use crate::language::Words;
use crate::web::parts::{Avatar, moment};
use chrono::{DateTime, Utc};

/// Who reads, and when.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    /// In which language.
    pub t: Words,
    /// On which clock.
    pub zone: Zone,
    /// Who.
    pub id: MemberId,
    /// When.
    pub now: DateTime<Utc>,
}

/// How far a matter is.
#[derive(Debug, Clone, Copy)]
pub struct Course {
    /// When it opened.
    pub opened_at: DateTime<Utc>,
    /// When it closes at the latest.
    pub closes_at: Option<DateTime<Utc>>,
    /// Whether people are still asked.
    pub open: bool,
}

/// One person's time.
pub struct Row {
    /// Who.
    pub name: String,
    /// Until when on their clock, with their city; or why there is nothing to wait for.
    pub theirs: String,
    /// On the reader's, where it reads otherwise.
    pub mine: Option<String>,
}

/// Somebody who has not answered.
pub struct Yet {
    /// Their avatar.
    pub avatar: Avatar,
    /// Their first name.
    pub name: String,
    /// That they still have time, or had it.
    pub words: &'static str,
    /// "01:24 for Mia, who has until Wednesday at 17:00"
    pub soft: String,
}

/// The time to think.
pub struct Clocks {
    /// Everybody who is asked.
    pub rows: Vec<Row>,
    /// Who has not answered, but for the reader.
    pub yet: Vec<Yet>,
    /// When it opened, on the reader's clock.
    pub opened: String,
    /// When it closes at the latest, on the reader's clock, and what the last one's clock reads then.
    pub closes: Option<(String, Option<String>)>,
    /// What the reader has.
    pub you: Option<String>,
    /// How much of the time has passed, in percent.
    pub past: Option<i64>,
}

impl Clocks {
    /// The clocks of a matter as somebody reads them.
    pub fn of(reader: Reader, course: Course, seats: &[Seat]) -> Self {
        let Reader { t, zone, id, now } = reader;
        let Course { opened_at, closes_at, open } = course;
        let waits = |seat: &&Seat| open && seat.is_waited_for();
        let last = seats.iter().filter(waits).max_by_key(|seat| seat.window.ends_at);
        let closes = closes_at.map(|at| {
            let here = moment(t, zone, at, now);
            let there =
                last.filter(|seat| seat.member != id).map(|seat| (seat, moment(t, seat.zone, at, now)));
            let theirs = there.filter(|(_, there)| *there != here);
            (
                here,
                theirs
                    .map(|(seat, there)| t.fair_last_clock(there, seat.zone.city(), first_name(&seat.name))),
            )
        });
        let past = closes_at.map(|closes| {
            let whole = (closes - opened_at).num_seconds().max(1);
            ((now - opened_at).num_seconds() * 100 / whole).clamp(0, 100)
        });
        let mine = seats.iter().find(|seat| seat.member == id).filter(|_| open);
        Self {
            rows: seats.iter().map(|seat| row(reader, seat, open)).collect(),
            yet: seats
                .iter()
                .filter(waits)
                .filter(|seat| seat.member != id)
                .map(|seat| yet(t, seat, now))
                .collect(),
            opened: t.fair_your_time(moment(t, zone, opened_at, now)),
            closes,
            you: mine.map(|seat| you(reader, seat)),
            past,
        }
    }
}

fn row(Reader { t, zone, now, .. }: Reader, seat: &Seat, open: bool) -> Row {
    let name = seat.name.clone();
    let bare = |words: &'static str| Row { name: name.clone(), theirs: words.to_owned(), mine: None };
    match seat.window.ends_at {
        _ if seat.answered_at.is_some() => bare(t.fair_has_answered()),
        _ if !open => bare(t.fair_was_silent()),
        _ if !seat.here => bare(t.fair_not_here()),
        None => bare(t.fair_no_hours()),
        Some(end) if end <= now => bare(t.fair_had_time()),
        Some(end) => {
            let (there, here) = (moment(t, seat.zone, end, now), moment(t, zone, end, now));
            let mine = (there != here).then(|| t.fair_your_time(&here));
            Row { name, theirs: t.fair_until_in(there, seat.zone.city()), mine }
        }
    }
}

fn yet(t: Words, seat: &Seat, now: DateTime<Utc>) -> Yet {
    let first = first_name(&seat.name);
    let clock = t.time(seat.zone.reading(now).time());
    let until = seat.window.ends_at.filter(|end| *end > now);
    Yet {
        avatar: Avatar::of(seat.member, &seat.name),
        name: first.to_owned(),
        words: if until.is_some() { t.fair_thinking() } else { t.fair_had_time_yet() },
        soft: match until {
            Some(end) => t.fair_clock_until(clock, first, moment(t, seat.zone, end, now)),
            None => t.fair_clock(clock, first),
        },
    }
}

fn you(Reader { t, zone, now, .. }: Reader, seat: &Seat) -> String {
    match seat.window.ends_at {
        _ if seat.answered_at.is_some() => t.fair_you_answered().to_owned(),
        Some(end) if end > now => t.fair_you_until(moment(t, zone, end, now)),
        _ => t.fair_you_may_still().to_owned(),
    }
}

/// Until when somebody would have: "Until Thursday at 17:00 in Auckland, Thursday at 04:00 your time".
pub fn would_have(
    Reader { t, zone, now, .. }: Reader,
    (name, theirs): (&str, Zone),
    end: Option<DateTime<Utc>>,
) -> String {
    let Some(end) = end else { return t.fair_never_at_work(first_name(name)) };
    let (there, here) = (moment(t, theirs, end, now), moment(t, zone, end, now));
    let until = t.fair_until_in(&there, theirs.city());
    if there == here { until } else { t.fair_until_both(until, here) }
}

fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}
