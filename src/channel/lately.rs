//! What became of a channel's last digests, in words.

use super::queries::Posted;
use crate::calendar::Zone;
use crate::language::Words;
use crate::mail::{Dropped, State};
use crate::web::parts::iso;
use chrono::{DateTime, Utc};

/// One digest as the page of its channel lists it.
pub(super) struct Row {
    pub(super) subject: String,
    pub(super) state: &'static str,
    /// The tag's colour.
    pub(super) class: &'static str,
    pub(super) when: String,
    pub(super) instant: String,
    /// When it is tried again, where it is.
    pub(super) again: Option<String>,
    /// What the service said, where something went wrong.
    pub(super) problem: Option<String>,
}

impl Row {
    /// In words, on a clock.
    pub(super) fn of(posted: Posted, zone: Zone, t: Words) -> Self {
        let at = posted.sent_at.unwrap_or(posted.created_at);
        let (state, class) = match (posted.state, posted.dropped) {
            (State::Skipped, Some(Dropped::Left)) => (t.channel_dropped_removed(), ""),
            (State::Skipped, Some(Dropped::Stopped)) => (t.channel_dropped_paused(), ""),
            (State::Skipped, Some(Dropped::Unreadable)) => (t.channel_dropped_private(), ""),
            (state, dropped) => state.words(dropped, t),
        };
        Row {
            subject: posted.subject,
            state,
            class,
            when: on_clock(at, zone, t),
            instant: iso(at),
            again: posted
                .next_try_at
                .filter(|_| posted.problem.is_some())
                .map(|at| t.channel_tried_next(on_clock(at, zone, t))),
            problem: posted.problem,
        }
    }
}

fn on_clock(at: DateTime<Utc>, zone: Zone, t: Words) -> String {
    let here = zone.reading(at);
    t.mail_when(t.date_long(here.date()), t.time(here.time()), zone.city())
}
