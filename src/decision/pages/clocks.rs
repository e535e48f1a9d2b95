//! Until when each of those who decide has, on their clock and on the reader's.

use super::{first_name, moment};
use crate::decision::queries::DecisionRow;
use crate::decision::rule::State;
use crate::fair::Seat;
use crate::language::Words;
use crate::organisation::Me;
use crate::web::parts::Avatar;
use chrono::{DateTime, Utc};

/// One decider's time.
pub(super) struct Row {
    pub(super) name: String,
    /// On their clock, with their city; or why there is nothing to wait for.
    pub(super) theirs: String,
    /// On the reader's, where it reads otherwise.
    pub(super) mine: Option<String>,
}

/// Somebody who has not answered.
pub(super) struct Yet {
    pub(super) avatar: Avatar,
    pub(super) name: String,
    pub(super) words: &'static str,
    /// "01:24 for Mia, until Wednesday at 17:00"
    pub(super) soft: String,
}

/// The time to think.
pub(super) struct Clocks {
    pub(super) rows: Vec<Row>,
    pub(super) yet: Vec<Yet>,
    /// When it closes at the latest, on the reader's clock, and what the last one's clock reads then.
    pub(super) closes: Option<(String, Option<String>)>,
    /// What the reader has.
    pub(super) you: Option<String>,
    /// How much of the time has passed, in percent.
    pub(super) past: Option<i64>,
}

impl Clocks {
    pub(super) fn of(me: &Me, decision: &DecisionRow, seats: &[Seat], now: DateTime<Utc>) -> Self {
        let t = me.words();
        let open = decision.state == State::Open;
        let waits = |seat: &&Seat| open && seat.is_waited_for();
        let last = seats.iter().filter(waits).max_by_key(|seat| seat.window.ends_at);
        let closes = decision.closes_at.map(|at| {
            let there = last.map(|seat| (seat, moment(t, seat.zone, at, now)));
            let here = moment(t, me.zone, at, now);
            let theirs = there.filter(|(seat, there)| seat.member != me.id && *there != here);
            (
                here,
                theirs.map(|(seat, there)| {
                    t.decision_last_clock(there, seat.zone.city(), first_name(&seat.name))
                }),
            )
        });
        let mine = seats.iter().find(|seat| seat.member == me.id);
        let past = decision.closes_at.map(|closes| {
            let whole = (closes - decision.opened_at).num_seconds().max(1);
            ((now - decision.opened_at).num_seconds() * 100 / whole).clamp(0, 100)
        });
        Self {
            rows: seats.iter().map(|seat| row(me, seat, open, now)).collect(),
            yet: seats
                .iter()
                .filter(waits)
                .filter(|seat| seat.member != me.id)
                .map(|seat| yet(t, seat, now))
                .collect(),
            closes,
            you: mine.filter(|_| open).map(|seat| you(me, seat, now)),
            past,
        }
    }
}

fn row(me: &Me, seat: &Seat, open: bool, now: DateTime<Utc>) -> Row {
    let t = me.words();
    let name = seat.name.clone();
    let bare = |words: &'static str| Row { name: name.clone(), theirs: words.to_owned(), mine: None };
    match seat.window.ends_at {
        _ if seat.answered_at.is_some() => bare(t.decision_has_answered()),
        _ if !open => bare(t.decision_was_silent()),
        _ if !seat.here => bare(t.decision_not_here()),
        None => bare(t.decision_no_hours()),
        Some(end) if end <= now => bare(t.decision_had_time()),
        Some(end) => {
            let (there, here) = (moment(t, seat.zone, end, now), moment(t, me.zone, end, now));
            let mine = (there != here).then(|| t.decision_your_time(&here));
            Row { name, theirs: t.decision_until_in(there, seat.zone.city()), mine }
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
        words: if until.is_some() { t.decision_thinking() } else { t.decision_had_time_yet() },
        soft: match until {
            Some(end) => t.decision_clock_until(clock, first, moment(t, seat.zone, end, now)),
            None => t.decision_clock(clock, first),
        },
    }
}

fn you(me: &Me, seat: &Seat, now: DateTime<Utc>) -> String {
    let t = me.words();
    match seat.window.ends_at {
        _ if seat.answered_at.is_some() => t.decision_you_answered().to_owned(),
        Some(end) if end > now => t.decision_you_until(moment(t, me.zone, end, now)),
        _ => t.decision_you_may_still().to_owned(),
    }
}
