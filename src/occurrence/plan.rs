//! Which rows there should be. Pure.

use crate::calendar::day::first_instant;
use crate::calendar::{Moved, Occurrence, Zone};
use crate::ids::{KeyResultId, MemberId, OccurrenceId, ScheduleId, StandupId};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// How many days ahead of the one that has begun rows are made.
pub const AHEAD: u64 = 8;

/// How many days back a change may still touch a row. Dates differ by two at most between zones.
pub(super) const BEHIND: i64 = 3;

/// What somebody is asked for on a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The date and its window.
    pub occurrence: Occurrence,
    /// The zone the date is read in.
    pub zone: Zone,
    /// The version of a standup's schedule it follows.
    pub version: Option<ScheduleId>,
    /// A change put its due instant into the past: not expected, and not missed.
    pub excused: bool,
}

impl Asked {
    /// Whether its window has opened at `now`. One that is excused never has.
    fn has_opened(&self, now: DateTime<Utc>) -> bool {
        !self.excused && self.occurrence.opens <= now
    }
}

/// Which dates somebody is asked for something, and when.
pub trait Rule {
    /// What is asked for on a date, if anything is.
    fn asked(&self, date: NaiveDate) -> Option<Asked>;
    /// The first date at or after this one on which something may be asked.
    fn next_from(&self, date: NaiveDate) -> Option<NaiveDate>;
}

/// What is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// An update of a standup.
    Standup(StandupId),
    /// A check-in of a key result; asked once a date, whoever owns it.
    KeyResult(KeyResultId),
}

/// One rule for one member.
#[derive(Debug, Clone, Copy)]
pub struct Course<R> {
    /// What is owed.
    pub subject: Subject,
    /// By whom.
    pub member: MemberId,
    /// When.
    pub rule: R,
}

/// Courses that are made ahead together.
#[derive(Debug, Clone)]
pub struct Place<R> {
    /// Whose days are counted ahead.
    pub zone: Zone,
    /// From when on anything is asked here.
    pub since: DateTime<Utc>,
    /// The last date rows were made for; none yet.
    pub until: Option<NaiveDate>,
    /// What is asked; nothing of somebody who takes no part.
    pub courses: Vec<Course<R>>,
}

/// How far a place was made, in the order of the places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The last date rows were made for.
    pub until: NaiveDate,
    /// When the next one is to be made; never, as things are.
    pub next: Option<DateTime<Utc>>,
}

/// A row to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct New {
    pub(super) member: MemberId,
    pub(super) subject: Subject,
    pub(super) asked: Asked,
}

/// A row that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Which.
    pub id: OccurrenceId,
    /// Who is asked.
    pub member: MemberId,
    /// For what.
    pub subject: Subject,
    /// On which date, and when.
    pub asked: Asked,
}

/// The last date rows are made for at `now`. A date that has begun is begun for good, also when clocks go back over
/// midnight.
fn horizon(zone: Zone, now: DateTime<Utc>) -> NaiveDate {
    let reads = zone.date_at(now);
    let begun = reads.succ_opt().filter(|next| first_instant(zone, *next) <= now).unwrap_or(reads);
    begun.checked_add_days(Days::new(AHEAD)).unwrap_or(begun)
}

/// When the horizon reaches a date.
fn reached(zone: Zone, date: NaiveDate) -> DateTime<Utc> {
    first_instant(zone, date.checked_sub_days(Days::new(AHEAD)).unwrap_or(date))
}

impl<R: Rule> Place<R> {
    /// The rows to be made up to the horizon at `now`, and how far that is. Nothing is asked from before `since`.
    pub(super) fn ahead(&self, now: DateTime<Utc>) -> (Vec<New>, Mark) {
        let horizon = horizon(self.zone, now);
        // A day early, where a rule hangs on a zone that is behind.
        let first = match self.until {
            Some(until) => until.succ_opt(),
            None => self.zone.date_at(self.since).pred_opt(),
        };
        let first = first.unwrap_or(horizon);
        let of = |course: &Course<R>| -> Vec<New> {
            let (subject, member) = (course.subject, course.member);
            dates(&course.rule, first..=horizon)
                .filter_map(|date| {
                    Some(New { subject, member, asked: newly(course.rule.asked(date)?, self.since)? })
                })
                .collect()
        };
        let rows = self.courses.iter().flat_map(of).collect();
        (rows, self.mark(self.until.map_or(horizon, |until| until.max(horizon))))
    }

    fn mark(&self, until: NaiveDate) -> Mark {
        let after = until.succ_opt();
        let next = after.and_then(|from| self.courses.iter().filter_map(|it| it.rule.next_from(from)).min());
        Mark { until, next: next.map(|date| reached(self.zone, date)) }
    }
}

/// The dates of a range on which a rule may ask for something.
fn dates<R: Rule>(rule: &R, range: RangeInclusive<NaiveDate>) -> impl Iterator<Item = NaiveDate> {
    let (first, last) = range.into_inner();
    std::iter::successors(rule.next_from(first), |date| rule.next_from(date.succ_opt()?))
        .take_while(move |date| *date <= last)
}

/// A date nobody was asked for before: what was due by `since` is not asked, what had opened by then opens then.
fn newly(asked: Asked, since: DateTime<Utc>) -> Option<Asked> {
    let moved = Moved::of(None, Some(asked.occurrence), since).filter(|moved| !moved.excused)?;
    Some(Asked { occurrence: moved.occurrence, ..asked })
}

/// What becomes of rows when rules change.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    pub(super) new: Vec<New>,
    pub(super) changed: Vec<Kept>,
    pub(super) gone: Vec<OccurrenceId>,
    pub(super) marks: Vec<Mark>,
}

/// What becomes of the rows of these places, whose rules changed at `now`. A place that was never made begins at `now`.
pub(super) fn follow<R: Rule>(places: &[Place<R>], kept: &[Kept], now: DateTime<Utc>) -> Changes {
    let mut changes = Changes::default();
    let mut touched = BTreeSet::new();
    let mut there: BTreeMap<(Subject, Option<MemberId>, NaiveDate), &Kept> = BTreeMap::new();
    for row in kept {
        there.insert((row.subject, whose(row.subject, row.member), row.asked.occurrence.date), row);
    }
    let earliest = (now - TimeDelta::days(BEHIND)).date_naive();
    for place in places {
        let until =
            place.until.map_or_else(|| horizon(place.zone, now), |until| until.max(horizon(place.zone, now)));
        changes.marks.push(place.mark(until));
        for Course { subject, member, rule } in &place.courses {
            let owner = whose(*subject, *member);
            let rows = there.range((*subject, owner, earliest)..=(*subject, owner, until));
            let mut on: BTreeSet<NaiveDate> = rows.map(|((.., date), _)| *date).collect();
            on.extend(dates(rule, earliest..=until));
            for date in on {
                let old = there.get(&(*subject, owner, date)).copied();
                touched.extend(old.map(|row| row.id));
                changes.of(*member, *subject, old, rule.asked(date), now);
            }
        }
    }
    let left = kept
        .iter()
        .filter(|row| !touched.contains(&row.id) && !row.asked.has_opened(now) && !row.asked.excused);
    changes.gone.extend(left.map(|row| row.id));
    changes
}

/// An update is asked of each member, a check-in of whoever owns the key result.
fn whose(subject: Subject, member: MemberId) -> Option<MemberId> {
    match subject {
        Subject::Standup(_) => Some(member),
        Subject::KeyResult(_) => None,
    }
}

impl Changes {
    /// One date of one course.
    fn of(
        &mut self,
        member: MemberId,
        subject: Subject,
        old: Option<&Kept>,
        new: Option<Asked>,
        now: DateTime<Utc>,
    ) {
        let Some(row) = old else {
            let asked = new.and_then(|asked| newly(asked, now));
            self.new.extend(asked.map(|asked| New { member, subject, asked }));
            return;
        };
        if row.asked.has_opened(now) {
            return;
        }
        match new.and_then(|new| Some((new, Moved::of(None, Some(new.occurrence), now)?))) {
            // What was excused stays so, with the instants that excused it.
            Some((_, moved)) if moved.excused && row.asked.excused => {}
            Some((new, moved)) => {
                let asked = Asked { occurrence: moved.occurrence, excused: moved.excused, ..new };
                let changed = Kept { member, asked, ..*row };
                self.changed.extend((changed != *row).then_some(changed));
            }
            None if row.asked.excused => {}
            None => self.gone.push(row.id),
        }
    }
}

#[cfg(test)]
mod tests;
