//! Teammates on their own clocks: who can read now, who could help, who is still to come. Sentences, and nothing of a
//! countdown.

use crate::calendar::Zone;
use crate::ids::MemberId;
use crate::language::Words;
use crate::standup::board::StillToCome;
use crate::standup::leave::Leaves;
use crate::standup::person::{Person, first_name};
use crate::web::parts::Avatar;
use chrono::{DateTime, Datelike as _, Utc};

/// How many people who read later are named one by one.
const NAMED: usize = 3;

/// When an update that is posted now will be read: one sentence for those at work, one for each of the next few.
pub(super) fn readers(t: Words, mates: &[&Person], now: DateTime<Utc>) -> Vec<String> {
    let (at_work, away): (Vec<&&Person>, Vec<&&Person>) =
        mates.iter().partition(|mate| mate.working_time().is_working(now));
    let mut sentences = Vec::new();
    if !at_work.is_empty() {
        sentences.push(t.standup_read_now(t.list(at_work.iter().map(|mate| mate.first_name()))));
    }
    let mut later: Vec<_> =
        away.into_iter().filter_map(|mate| Some((mate.working_time().next_opening(now)?, mate))).collect();
    later.sort_by_key(|(opening, mate)| (*opening, mate.id));
    for (opening, mate) in later.iter().take(NAMED) {
        sentences.push(sees_it(t, mate, *opening, now));
    }
    let rest = later.len().saturating_sub(NAMED);
    if rest > 0 {
        sentences.push(t.standup_read_later(rest));
    }
    sentences
}

fn sees_it(t: Words, mate: &Person, opening: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let there = mate.zone.reading(opening);
    let (name, time, city) = (mate.first_name(), t.time(there.time()), mate.zone.city());
    if there.date() == mate.zone.date_at(now) {
        t.standup_sees_at(name, time, city)
    } else {
        t.standup_sees_on(name, t.weekday_long(there.date().weekday()), time, city)
    }
}

/// One choice of "Who could help?".
pub(super) struct Helper {
    pub(super) value: String,
    pub(super) text: String,
    pub(super) chosen: bool,
}

/// Everyone but the author, with what their clock says; first, anyone on the team.
pub(super) fn helpers(
    t: Words,
    team: &str,
    mates: &[&Person],
    leaves: &Leaves,
    chosen: &str,
    now: DateTime<Utc>,
) -> Vec<Helper> {
    let anyone = Helper { value: String::new(), text: t.standup_anyone(team), chosen: chosen.is_empty() };
    let named = mates.iter().map(|mate| {
        let value = mate.id.to_string();
        let text = match leaves.stand_in(mate.id, now) {
            Some((_, other)) => t.standup_helper_stood_in(&mate.name, first_name(other)),
            None => helper(t, mate, now),
        };
        Helper { text, chosen: value == chosen, value }
    });
    std::iter::once(anyone).chain(named).collect()
}

fn helper(t: Words, mate: &Person, now: DateTime<Utc>) -> String {
    let (name, city) = (&mate.name, mate.zone.city());
    let time = t.time(mate.zone.reading(now).time());
    let working = mate.working_time();
    if working.is_working(now) {
        return t.standup_helper_working(name, time, city);
    }
    let Some(opening) = working.next_opening(now) else { return t.standup_helper(name, time, city) };
    let back = mate.zone.reading(opening);
    if back.date() == mate.zone.date_at(now) {
        t.standup_helper_back(name, time, city, t.time(back.time()))
    } else {
        t.standup_helper_back_on(name, time, city, t.weekday_long(back.date().weekday()), t.time(back.time()))
    }
}

/// Somebody who is still to come.
pub(super) struct Waiting {
    pub(super) avatar: Avatar,
    /// "not yet. It is 01:24 for Mia."
    pub(super) clock: String,
    /// "The window is 09:00 to 16:00 in Vancouver."
    pub(super) window: String,
}

/// The lines of who is still to come, but for the reader.
pub(super) fn waiting(
    t: Words,
    to_come: &[StillToCome],
    people: &[Person],
    reader: MemberId,
    now: DateTime<Utc>,
) -> Vec<Waiting> {
    let line = |it: &StillToCome| {
        let person =
            people.iter().find(|person| person.id == it.member).filter(|person| person.id != reader)?;
        Some(Waiting {
            avatar: Avatar::of(person.id, &person.name),
            clock: t.standup_not_yet(person.first_name(), t.time(person.zone.reading(now).time())),
            window: window(t, it, it.zone),
        })
    };
    to_come.iter().filter_map(line).collect()
}

fn window(t: Words, it: &StillToCome, zone: Zone) -> String {
    let clock = |at| t.time(zone.reading(at).time());
    if it.open {
        t.standup_window_open(clock(it.window.due), zone.city())
    } else {
        t.standup_window(clock(it.window.opens), clock(it.window.due), zone.city())
    }
}
