//! "Find an hour": the coming stretches in which several people all work, told on each of their clocks.

use std::ops::Range;

use chrono::{DateTime, Datelike as _, NaiveDateTime, TimeDelta, Utc};

use crate::calendar::Zone;
use crate::language::Words;
use crate::okr::parts::capitalised;
use crate::organisation::Me;
use crate::standup::person::first_name;
use crate::time::overlap;
use crate::time::person::Person;

/// How far ahead to look.
const AHEAD: TimeDelta = TimeDelta::days(14);
/// The least that is worth meeting for.
const LEAST: TimeDelta = TimeDelta::hours(1);
/// Meetings begin at a quarter of an hour.
const QUARTER: i64 = 15 * 60;
/// How many stretches are shown.
const SHOWN: usize = 6;

/// What was found.
pub(super) struct Found {
    /// The coming stretches, soonest first.
    pub(super) slots: Vec<Slot>,
    /// Said when there is none: that there is none, and for whom.
    pub(super) none: Option<String>,
    /// When there is none for all: the next one for all but one of them.
    pub(super) without: Vec<Slot>,
    /// Clocks that change in these days.
    pub(super) changes: Vec<String>,
}

/// A stretch in which they all work.
pub(super) struct Slot {
    /// "Today, 11:00 to 12:30 for you."
    pub(super) mine: String,
    /// "14:00 to 15:30 for Wanjiru and 16:30 to 18:00 for Arjun."
    pub(super) theirs: String,
    /// The stretch, as `<time datetime>` has it.
    pub(super) instant: String,
}

/// Looks for hours that the reader shares with the others; with nobody there is nothing to look for.
pub(super) fn find(me: &Me, reader: &Person, others: &[&Person], now: DateTime<Utc>) -> Option<Found> {
    if others.is_empty() {
        return None;
    }
    let t = me.words();
    let desk = Desk { t, reader, now, window: from_quarter(now)..now + AHEAD };
    let slots = desk.slots(others, SHOWN);
    let none = slots.is_empty().then(|| t.time_none(t.list(others.iter().map(|one| first_name(&one.name)))));
    let without = if slots.is_empty() && others.len() > 1 { desk.all_but_one(others) } else { Vec::new() };
    Some(Found { none, without, changes: desk.changes(others), slots })
}

/// The next quarter of an hour on every clock: no offset in use is finer.
fn from_quarter(now: DateTime<Utc>) -> DateTime<Utc> {
    let past = now.timestamp().rem_euclid(QUARTER);
    let whole = now - TimeDelta::nanoseconds(i64::from(now.timestamp_subsec_nanos()));
    if past == 0 { whole } else { whole + TimeDelta::seconds(QUARTER - past) }
}

struct Desk<'a> {
    t: Words,
    reader: &'a Person,
    now: DateTime<Utc>,
    window: Range<DateTime<Utc>>,
}

impl Desk<'_> {
    fn slots(&self, others: &[&Person], most: usize) -> Vec<Slot> {
        let times: Vec<_> = others.iter().copied().chain([self.reader]).map(Person::working_time).collect();
        overlap::common(&times, self.window.clone(), LEAST)
            .into_iter()
            .take(most)
            .map(|span| self.slot(&span, others))
            .collect()
    }

    fn all_but_one(&self, others: &[&Person]) -> Vec<Slot> {
        let without = |left_out: &&Person| {
            let rest: Vec<_> = others.iter().copied().filter(|one| one.id != left_out.id).collect();
            let slot = self.slots(&rest, 1).pop()?;
            Some(Slot { mine: self.t.time_without(first_name(&left_out.name), slot.mine), ..slot })
        };
        others.iter().filter_map(without).collect()
    }

    fn slot(&self, span: &Range<DateTime<Utc>>, others: &[&Person]) -> Slot {
        let t = self.t;
        let here = self.reader.zone;
        let (from, to) = (here.reading(span.start), here.reading(span.end));
        let day = match (from.date() - here.date_at(self.now)).num_days() {
            0 => t.time_today().to_owned(),
            1 => t.time_tomorrow().to_owned(),
            _ => t.date_long(from.date()),
        };
        let theirs = others.iter().map(|one| self.for_them(one, span, from));
        Slot {
            mine: t.time_for_you(day, t.time(from.time()), t.time(to.time())),
            theirs: t.time_theirs(capitalised(&t.list(theirs))),
            instant: crate::web::parts::iso(span.start),
        }
    }

    /// "16:30 to 18:00 for Arjun", with the weekday where their calendar shows another date.
    fn for_them(&self, one: &Person, span: &Range<DateTime<Utc>>, mine: NaiveDateTime) -> String {
        let t = self.t;
        let (from, to) = (one.zone.reading(span.start), one.zone.reading(span.end));
        let (start, end, name) = (t.time(from.time()), t.time(to.time()), first_name(&one.name));
        if from.date() == mine.date() {
            t.time_for_them(start, end, name)
        } else {
            t.time_for_them_on(t.weekday_long(from.weekday()), start, end, name)
        }
    }

    /// What the clocks of those who meet do in these days, place by place.
    fn changes(&self, others: &[&Person]) -> Vec<String> {
        let mut zones: Vec<Zone> = others.iter().map(|one| one.zone).chain([self.reader.zone]).collect();
        zones.sort();
        zones.dedup();
        zones.into_iter().flat_map(|zone| self.changes_in(zone)).collect()
    }

    fn changes_in(&self, zone: Zone) -> Vec<String> {
        let t = self.t;
        zone.changes(self.window.start, self.window.end)
            .map(|(change, by)| {
                let (date, length) = (t.date_long(zone.date_at(change)), t.duration(by.abs()));
                if by > TimeDelta::zero() {
                    t.time_forward(zone.city(), length, date)
                } else {
                    t.time_back(zone.city(), length, date)
                }
            })
            .collect()
    }
}
