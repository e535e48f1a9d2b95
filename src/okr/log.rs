//! The log of a key result: its terms and its check-ins, append-only, and what it says as of an instant.
//!
//! Entries may be handed over in any order. An instant is always given as `until`, and what happened *before* it counts:
//! the end of a local day, or [`just_after`] the present one.

use super::kept::{Dues, Kept};
use super::measure::Terms;
use super::progress;
use super::status::{Cadence, Confidence, stale_at};
use crate::calendar::{Absence, Cycle, WorkWeek, WorkingTime, Zone};
use crate::ids::{CheckInId, KeyResultId, MemberId, ObjectiveId, StepId, TermsId};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// One dated measurement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckIn {
    /// Its id: of two at one instant, the greater is the later.
    pub id: CheckInId,
    /// When it was measured.
    pub at: DateTime<Utc>,
    /// That day on the clock of the one who measured, kept with the check-in so that moving house moves no due date.
    pub date: NaiveDate,
    /// The value; for milestones, how many were done.
    pub value: Decimal,
    /// The milestones that were done by then; empty for all other kinds.
    pub done: Vec<StepId>,
    /// What the person said.
    pub confidence: Confidence,
    /// The check-in this one corrects.
    pub replaces: Option<CheckInId>,
}

/// Terms and owner, from an instant on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermsEntry {
    /// Its id: of two entries of one instant, the greater holds.
    pub id: TermsId,
    /// From when on they hold. Those of the first entry begin the key result.
    pub effective_at: DateTime<Utc>,
    /// The terms.
    pub terms: Terms,
    /// Who owns the key result.
    pub owner: Option<MemberId>,
}

/// Everything that was recorded of a key result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyResultLog {
    /// The key result.
    pub id: KeyResultId,
    /// The objective it belongs to.
    pub objective: ObjectiveId,
    /// When check-ins are due.
    pub cadence: Cadence,
    /// When it was dropped: from then on it has no figures.
    pub dropped_at: Option<DateTime<Utc>>,
    /// Its terms.
    pub terms: Vec<TermsEntry>,
    /// Its check-ins.
    pub check_ins: Vec<CheckIn>,
}

/// What the calendar knows of an owner: on which days two working days of grace are counted, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Their zone.
    pub zone: Zone,
    /// Their working week.
    pub week: WorkWeek,
    /// Away periods and holidays.
    pub absence: Absence,
}

/// The instant before which everything recorded up to and including `now` lies: instants are kept to the microsecond.
pub fn just_after(now: DateTime<Utc>) -> DateTime<Utc> {
    now.checked_add_signed(TimeDelta::microseconds(1)).unwrap_or(now)
}

/// The check-ins that stand, oldest first by (instant, id).
///
/// A correction stands in the place of the one it replaces, at that instant and date: it says what was so *then*. It is
/// no newer measurement, does not come before a later check-in, and makes nothing fresh. What was replaced is left out.
pub fn standing(check_ins: &[CheckIn]) -> Vec<CheckIn> {
    let known: HashMap<_, _> = check_ins.iter().map(|one| (one.id, one)).collect();
    let replaced: HashSet<_> = check_ins.iter().filter_map(|one| one.replaces).collect();
    let mut standing: Vec<_> = check_ins
        .iter()
        .filter(|one| !replaced.contains(&one.id))
        .map(|one| {
            let before = |it: &&CheckIn| it.replaces.and_then(|id| known.get(&id).copied());
            let chain = std::iter::successors(Some(one), before).take(check_ins.len());
            let first = chain.last().unwrap_or(one);
            CheckIn { at: first.at, date: first.date, ..one.clone() }
        })
        .collect();
    standing.sort_unstable_by_key(|one| (one.at, one.id));
    standing.dedup();
    standing
}

/// What a log says of a key result as of an instant, leaving out all that moves with the clock alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The newest check-in.
    pub check_in: Option<CheckInId>,
    /// When it was measured.
    pub checked_in_at: Option<DateTime<Utc>>,
    /// Its value; for milestones, how many of those there are now were done.
    pub value: Option<Decimal>,
    /// The milestones it said were done.
    pub done: Vec<StepId>,
    /// Where a band is to be kept: how often it was.
    pub kept: Option<Kept>,
    /// Progress as it is, see [`progress::of`].
    pub raw: Option<Decimal>,
    /// Progress within 0 to 1.
    pub progress: Option<Decimal>,
    /// What the owner said.
    pub confidence: Option<Confidence>,
    /// The owner's local date by whose end the next check-in is due; `None` when none is due any more in this cycle.
    pub due: Option<NaiveDate>,
    /// From this instant on the key result is stale, unless a check-in comes.
    pub stale_at: Option<DateTime<Utc>>,
}

/// A log made ready to be read at any instant: what it says from each entry on.
#[derive(Debug, Clone)]
pub struct Timeline {
    dropped_at: Option<DateTime<Utc>>,
    states: Vec<(DateTime<Utc>, Terms, Reading)>,
}

impl Timeline {
    /// Puts a log in order. An owner who is not among `owners` counts as none.
    pub fn of(log: &KeyResultLog, cycle: &Cycle, owners: &BTreeMap<MemberId, Owner>) -> Self {
        let mut terms: Vec<_> = log.terms.iter().collect();
        terms.sort_unstable_by_key(|entry| (entry.effective_at, entry.id));
        let check_ins = standing(&log.check_ins);
        let made = terms.first().map(|entry| cycle.zone.date_at(entry.effective_at));
        let start = made.map_or(cycle.first, |made| made.max(cycle.first));
        let events: BTreeSet<_> =
            terms.iter().map(|entry| entry.effective_at).chain(check_ins.iter().map(|one| one.at)).collect();
        let dues = Dues { cadence: log.cadence, start, last: cycle.last };
        let state = |at: DateTime<Utc>| {
            let entry = last_of(&terms, |entry| entry.effective_at <= at)?;
            let seen = check_ins.get(..check_ins.partition_point(|one| one.at <= at)).unwrap_or_default();
            let last = seen.last();
            let kept = entry.terms.band().map(|band| dues.kept(band, seen));
            // After the cycle's last date nothing is due: the key result is graded instead.
            let due = log.cadence.due_after(start, last.map_or(start, |one| one.date));
            let due = due.filter(|due| *due <= cycle.last);
            let owner = entry.owner.and_then(|id| owners.get(&id));
            let stale_at = due.and_then(|due| grown_stale(due, owner, cycle));
            Some((at, entry.terms.clone(), reading(&entry.terms, last, kept, due, stale_at)))
        };
        Self { dropped_at: log.dropped_at, states: events.into_iter().filter_map(state).collect() }
    }

    /// The terms and the reading as of `until`; `None` when the key result was not made yet, or is dropped.
    pub fn at(&self, until: DateTime<Utc>) -> Option<(Terms, Reading)> {
        if self.dropped_at.is_some_and(|dropped| dropped < until) {
            return None;
        }
        last_of(&self.states, |(from, ..)| *from < until)
            .map(|(_, terms, reading)| (terms.clone(), reading.clone()))
    }
}

fn reading(
    terms: &Terms,
    last: Option<&CheckIn>,
    kept: Option<Kept>,
    due: Option<NaiveDate>,
    stale_at: Option<DateTime<Utc>>,
) -> Reading {
    let value = last.map(|one| terms.count(one.value, &one.done));
    let done = last.map(|one| one.done.clone()).unwrap_or_default();
    let raw = progress::of(terms, value, &done, kept);
    Reading {
        check_in: last.map(|one| one.id),
        checked_in_at: last.map(|one| one.at),
        value,
        done,
        kept,
        raw,
        progress: raw.map(progress::clamped),
        confidence: last.map(|one| one.confidence),
        due,
        stale_at,
    }
}

/// Without an owner, the cycle's own zone and working days serve.
fn grown_stale(due: NaiveDate, owner: Option<&Owner>, cycle: &Cycle) -> Option<DateTime<Utc>> {
    match owner {
        Some(Owner { zone, week, absence }) => {
            let time = WorkingTime { zone: *zone, week, absence };
            stale_at(due, *zone, |date| time.is_working_day(date))
        }
        None => stale_at(due, cycle.zone, |date| cycle.is_working_day(date)),
    }
}

/// The last of a sorted row that is within; those that are come first in it.
fn last_of<T>(row: &[T], within: impl FnMut(&T) -> bool) -> Option<&T> {
    row.get(row.partition_point(within).checked_sub(1)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::WeekdaySet;
    use crate::okr::measure::{Kind, PaceRule};
    use crate::okr::status::Every;
    use chrono::Weekday;
    use uuid::Uuid;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn check_in(id: u128, when: &str, value: i64, replaces: Option<u128>) -> CheckIn {
        let when = at(when);
        CheckIn {
            id: CheckInId(Uuid::from_u128(id)),
            at: when,
            date: when.date_naive(),
            value: value.into(),
            done: Vec::new(),
            confidence: Confidence::OnTrack,
            replaces: replaces.map(|id| CheckInId(Uuid::from_u128(id))),
        }
    }

    fn values(check_ins: &[CheckIn]) -> Vec<Decimal> {
        standing(check_ins).iter().map(|one| one.value).collect()
    }

    #[test]
    fn check_ins_stand_by_instant_and_then_by_id() {
        let log = [
            check_in(3, "2026-10-09T10:00:00Z", 3, None),
            check_in(2, "2026-10-16T10:00:00Z", 5, None),
            check_in(1, "2026-10-16T10:00:00Z", 4, None),
        ];
        assert_eq!(values(&log), [3, 4, 5].map(Decimal::from));
    }

    #[test]
    fn a_correction_stands_where_the_corrected_one_stood() {
        let log = [
            check_in(1, "2026-10-02T10:00:00Z", 240, None),
            check_in(2, "2026-10-09T10:00:00Z", 26, None),
            check_in(3, "2026-10-12T10:00:00Z", 25, Some(1)),
            check_in(4, "2026-10-13T10:00:00Z", 24, Some(3)),
        ];
        let standing = standing(&log);
        assert_eq!(values(&log), [24, 26].map(Decimal::from));
        assert_eq!(standing[0].at, at("2026-10-02T10:00:00Z"));
        assert_eq!(standing[0].id, log[3].id);
    }

    #[test]
    fn a_correction_of_something_unknown_is_a_check_in() {
        assert_eq!(values(&[check_in(1, "2026-10-02T10:00:00Z", 5, Some(9))]), [Decimal::from(5)]);
        assert_eq!(values(&[check_in(1, "2026-10-02T10:00:00Z", 5, Some(1))]), []);
    }

    fn cycle() -> Cycle {
        Cycle {
            first: "2026-09-28".parse().unwrap(),
            last: "2026-12-27".parse().unwrap(),
            zone: Zone::parse("Europe/Lisbon").unwrap(),
            weekdays: WeekdaySet::MON_TO_FRI,
            holidays: Absence::NONE,
            by_hand: None,
            reopened: None,
        }
    }

    fn entry(id: u128, from: &str, target: i64, owner: Option<MemberId>) -> TermsEntry {
        let terms = Terms::new(Kind::Increase, 0.into(), target.into(), 1, PaceRule::Linear).unwrap();
        TermsEntry { id: TermsId(Uuid::from_u128(id)), effective_at: at(from), terms, owner }
    }

    fn log(terms: Vec<TermsEntry>, check_ins: Vec<CheckIn>) -> KeyResultLog {
        KeyResultLog {
            id: KeyResultId(Uuid::from_u128(1)),
            objective: ObjectiveId(Uuid::from_u128(1)),
            cadence: Cadence { every: Every::Week, weekday: Weekday::Fri },
            dropped_at: None,
            terms,
            check_ins,
        }
    }

    fn read(log: &KeyResultLog, until: &str) -> Option<Reading> {
        Timeline::of(log, &cycle(), &BTreeMap::new()).at(at(until)).map(|(_, reading)| reading)
    }

    #[test]
    fn the_newest_check_in_is_read_under_the_terms_of_that_time() {
        let log = log(
            vec![entry(1, "2026-09-20T09:00:00Z", 40, None), entry(2, "2026-10-20T09:00:00Z", 80, None)],
            vec![
                check_in(1, "2026-10-02T10:00:00Z", 10, None),
                check_in(2, "2026-10-09T10:00:00Z", 20, None),
            ],
        );
        let progress = |until: &str| read(&log, until).map(|reading| reading.progress);
        assert_eq!(progress("2026-09-20T09:00:00Z"), None);
        assert_eq!(progress("2026-09-20T09:00:01Z"), Some(None));
        assert_eq!(progress("2026-10-02T10:00:00Z"), Some(None));
        assert_eq!(progress("2026-10-02T10:00:01Z"), Some(Some(dec!(0.25))));
        assert_eq!(progress("2026-10-20T00:00:00Z"), Some(Some(dec!(0.5))));
        assert_eq!(progress("2026-10-21T00:00:00Z"), Some(Some(dec!(0.25))));
    }

    #[test]
    fn of_two_entries_of_one_instant_the_later_id_holds() {
        let when = "2026-09-20T09:00:00Z";
        let log = log(vec![entry(2, when, 80, None), entry(1, when, 40, None)], vec![]);
        let timeline = Timeline::of(&log, &cycle(), &BTreeMap::new());
        let (terms, _) = timeline.at(at("2026-09-21T00:00:00Z")).unwrap();
        assert_eq!(terms.target(), Decimal::from(80));
    }

    #[test]
    fn before_any_check_in_the_first_is_due_in_the_first_week() {
        let early = log(vec![entry(1, "2026-09-20T09:00:00Z", 40, None)], vec![]);
        let reading = read(&early, "2026-09-21T00:00:00Z").unwrap();
        assert_eq!(reading.due, Some("2026-10-02".parse().unwrap()));
        assert_eq!(reading.stale_at, Some(at("2026-10-06T23:00:00Z")));
        let midway = log(vec![entry(1, "2026-11-03T09:00:00Z", 40, None)], vec![]);
        let reading = read(&midway, "2026-11-04T00:00:00Z").unwrap();
        assert_eq!(reading.due, Some("2026-11-06".parse().unwrap()));
    }

    #[test]
    fn nothing_is_due_after_the_last_date() {
        let done = log(
            vec![entry(1, "2026-09-20T09:00:00Z", 40, None)],
            vec![check_in(1, "2026-12-25T10:00:00Z", 10, None)],
        );
        let reading = read(&done, "2026-12-26T00:00:00Z").unwrap();
        assert_eq!((reading.due, reading.stale_at), (None, None));
    }

    #[test]
    fn days_away_do_not_count_and_midnight_is_the_owners() {
        let mia = MemberId(Uuid::from_u128(7));
        let owner = Owner {
            zone: Zone::parse("America/Vancouver").unwrap(),
            week: WorkWeek::standard(),
            absence: Absence::new(["2026-10-12".parse().unwrap()..="2026-10-13".parse().unwrap()]),
        };
        let log = log(
            vec![entry(1, "2026-09-20T09:00:00Z", 40, Some(mia))],
            vec![check_in(1, "2026-10-02T18:00:00Z", 10, None)],
        );
        let timeline = Timeline::of(&log, &cycle(), &BTreeMap::from([(mia, owner)]));
        let (_, reading) = timeline.at(at("2026-10-03T00:00:00Z")).unwrap();
        assert_eq!(reading.due, Some("2026-10-09".parse().unwrap()));
        // Wednesday 14 and Thursday 15 October pass on her clock.
        assert_eq!(reading.stale_at, Some(at("2026-10-16T07:00:00Z")));
    }

    #[test]
    fn what_is_dropped_has_no_figures() {
        let mut log = log(vec![entry(1, "2026-09-20T09:00:00Z", 40, None)], vec![]);
        log.dropped_at = Some(at("2026-10-10T12:00:00Z"));
        assert!(read(&log, "2026-10-10T12:00:00Z").is_some());
        assert!(read(&log, "2026-10-10T12:00:01Z").is_none());
    }
}
