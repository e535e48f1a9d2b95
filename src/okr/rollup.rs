//! The roll-up: from the log of check-ins and the calendar to current figures and one row for each local day.
//!
//! A pure function of what it is given. After downtime of any length the missed days come out exactly as they would have
//! been written on time, and computing a range in two halves gives the same as in one. A day is a local date of the
//! cycle in the cycle's zone, and its row tells the state as that day ended, under the terms that held then. A
//! correction, a check-in dated back, another owner, working week or parent change days that are already written: then
//! what they touch is computed anew from that day on (for owner, week, absence, cadence and tree: from the cycle's
//! first).

use super::log::{KeyResultLog, Owner, Reading, Timeline, just_after};
use super::measure::Terms;
use super::pace::{Dates, Elapsed, Pace, expected};
use super::receipt::{KeyResultReceipt, ShownMean};
use super::status::{Confidence, Status};
use super::tree::{Branch, Mean, Tally, Tree};
use crate::calendar::Cycle;
use crate::calendar::day::day_span;
use crate::ids::{CheckInId, KeyResultId, MemberId, ObjectiveId};
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// All that the figures of a cycle follow from.
///
/// Without objectives, or without all their key results, the key results' own figures are still right; an objective's
/// need every key result of it and of those that count in it.
#[derive(Debug, Clone, Copy)]
pub struct Ledger<'a> {
    /// The cycle.
    pub cycle: &'a Cycle,
    /// The owners named in the logs. One that is not here counts as no owner.
    pub owners: &'a BTreeMap<MemberId, Owner>,
    /// The cycle's objectives.
    pub objectives: &'a [ObjectiveLog],
    /// Their key results.
    pub key_results: &'a [KeyResultLog],
}

/// An objective: its place in the tree as it is now, and from when until when it was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectiveLog {
    /// Its place.
    pub branch: Branch,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was dropped.
    pub dropped_at: Option<DateTime<Utc>>,
}

impl ObjectiveLog {
    fn is_there(&self, until: DateTime<Utc>) -> bool {
        self.created_at < until && self.dropped_at.is_none_or(|dropped| dropped >= until)
    }
}

/// A key result as a local day ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Day {
    /// The day, in the cycle's zone.
    pub date: NaiveDate,
    /// The check-in that was read.
    pub check_in: Option<CheckInId>,
    /// Its value.
    pub value: Option<Decimal>,
    /// Progress as it is.
    pub raw: Option<Decimal>,
    /// Progress within 0 to 1.
    pub progress: Option<Decimal>,
    /// Progress expected by the end of the day.
    pub expected: Option<Decimal>,
    /// The computed judgement.
    pub pace: Option<Pace>,
    /// What the owner had said.
    pub confidence: Option<Confidence>,
    /// The word.
    pub status: Status,
}

/// An objective as a local day ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ObjectiveDay {
    /// The day, in the cycle's zone.
    pub date: NaiveDate,
    /// Progress within 0 to 1.
    pub progress: Option<Decimal>,
    /// Progress expected by the end of the day.
    pub expected: Option<Decimal>,
    /// The computed judgement.
    pub pace: Option<Pace>,
    /// Parts with data.
    pub counted: i32,
    /// Parts without.
    pub missing: i32,
}

/// The rows of a range of days, each row of days in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Days {
    /// Of the key results.
    pub key_results: BTreeMap<KeyResultId, Vec<Day>>,
    /// Of the objectives.
    pub objectives: BTreeMap<ObjectiveId, Vec<ObjectiveDay>>,
}

/// The rows of the local days in `range` that belong to the cycle and are over at `now`.
pub fn days(ledger: Ledger<'_>, range: Range<NaiveDate>, now: DateTime<Utc>) -> Days {
    let mut days = Days::default();
    let book = Book::open(ledger);
    let first = range.start.max(ledger.cycle.first);
    for date in first.iter_days().take_while(|date| *date < range.end && *date <= ledger.cycle.last) {
        match day_span(ledger.cycle.zone, date) {
            Some(span) if span.end <= now => book.close(date, span.end, &mut days),
            Some(_) => break,
            None => {}
        }
    }
    days
}

/// What the key results' logs say as of `now`. Status and pace move with the clock (see [`KeyResultReceipt::new`]), and an
/// objective's figure is the mean of what its key results then show.
pub fn current(ledger: Ledger<'_>, now: DateTime<Utc>) -> BTreeMap<KeyResultId, Reading> {
    let readings = ledger.key_results.iter().filter_map(|log| {
        let (_, reading) = Timeline::of(log, ledger.cycle, ledger.owners).at(just_after(now))?;
        Some((log.id, reading))
    });
    readings.collect()
}

/// A ledger made ready to be read at many instants.
struct Book<'a> {
    ledger: Ledger<'a>,
    tree: Tree,
    /// Each key result with the position of its objective and its timeline.
    timelines: Vec<(KeyResultId, Option<usize>, Timeline)>,
}

type Readings = Vec<(KeyResultId, Terms, Reading)>;

impl<'a> Book<'a> {
    fn open(ledger: Ledger<'a>) -> Self {
        let branches: Vec<_> = ledger.objectives.iter().map(|one| one.branch).collect();
        let position: HashMap<_, _> =
            branches.iter().enumerate().map(|(index, branch)| (branch.id, index)).collect();
        let timelines = ledger
            .key_results
            .iter()
            .map(|log| {
                let timeline = Timeline::of(log, ledger.cycle, ledger.owners);
                (log.id, position.get(&log.objective).copied(), timeline)
            })
            .collect();
        Self { ledger, tree: Tree::grow(branches), timelines }
    }

    /// All readings and means as of an instant.
    fn at(
        &self,
        until: DateTime<Utc>,
        elapsed: Elapsed,
        dates: Dates,
    ) -> (Readings, Vec<(ObjectiveId, Mean)>) {
        let mut own: Vec<_> =
            self.ledger.objectives.iter().map(|one| one.is_there(until).then(Tally::default)).collect();
        let mut readings = Vec::with_capacity(self.timelines.len());
        for (id, objective, timeline) in &self.timelines {
            let Some((terms, reading)) = timeline.at(until) else { continue };
            if let Some(Some(tally)) = objective.and_then(|index| own.get_mut(index)) {
                tally.add(terms.weight(), reading.progress, expected(&terms, elapsed, dates));
            }
            readings.push((*id, terms, reading));
        }
        let named = self.ledger.objectives.iter().zip(self.tree.means(own));
        (readings, named.filter_map(|(one, mean)| Some((one.branch.id, mean?))).collect())
    }

    /// Writes the rows of one day.
    fn close(&self, date: NaiveDate, end: DateTime<Utc>, days: &mut Days) {
        let elapsed = Elapsed::at_end_of(self.ledger.cycle, date);
        let closed = self.ledger.cycle.grading_ends() < end;
        let dates = Dates::at_end_of(self.ledger.cycle, date);
        let (readings, means) = self.at(end, elapsed, dates);
        for (id, terms, reading) in readings {
            let shown = KeyResultReceipt::new(terms, &reading, (elapsed, dates), end, closed).shown;
            days.key_results.entry(id).or_default().push(Day {
                date,
                check_in: reading.check_in,
                value: reading.value,
                raw: shown.raw,
                progress: shown.progress,
                expected: shown.expected,
                pace: shown.pace,
                confidence: reading.confidence,
                status: shown.status,
            });
        }
        for (id, mean) in means {
            let Mean { progress, expected, counted, missing } = mean;
            let pace = ShownMean::of(mean, elapsed).pace;
            let row = ObjectiveDay { date, progress, expected, pace, counted, missing };
            days.objectives.entry(id).or_default().push(row);
        }
    }
}

/// A row that is not as it should be: `stored` is `None` for one that is lacking, `computed` for one too many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// In a key result's days.
    KeyResult {
        /// Whose.
        id: KeyResultId,
        /// As it is stored.
        stored: Option<Day>,
        /// As it follows from the log.
        computed: Option<Day>,
    },
    /// In an objective's days.
    Objective {
        /// Whose.
        id: ObjectiveId,
        /// As it is stored.
        stored: Option<ObjectiveDay>,
        /// As it follows from the log.
        computed: Option<ObjectiveDay>,
    },
}

/// Every row in which what is stored differs from what was computed, to the last digit.
pub fn differences(stored: &Days, computed: &Days) -> Vec<Difference> {
    let key_results = unlike(&stored.key_results, &computed.key_results, |day| day.date)
        .map(|(id, stored, computed)| Difference::KeyResult { id, stored, computed });
    let objectives = unlike(&stored.objectives, &computed.objectives, |day| day.date)
        .map(|(id, stored, computed)| Difference::Objective { id, stored, computed });
    key_results.chain(objectives).collect()
}

fn unlike<I: Ord + Copy, D: PartialEq + Copy>(
    stored: &BTreeMap<I, Vec<D>>,
    computed: &BTreeMap<I, Vec<D>>,
    date: impl Fn(&D) -> NaiveDate,
) -> impl Iterator<Item = (I, Option<D>, Option<D>)> {
    let mut rows: BTreeMap<(I, NaiveDate), (Option<D>, Option<D>)> = BTreeMap::new();
    for (id, day) in stored.iter().flat_map(|(id, days)| days.iter().map(move |day| (*id, day))) {
        rows.entry((id, date(day))).or_default().0 = Some(*day);
    }
    for (id, day) in computed.iter().flat_map(|(id, days)| days.iter().map(move |day| (*id, day))) {
        rows.entry((id, date(day))).or_default().1 = Some(*day);
    }
    rows.into_iter()
        .filter(|(_, (stored, computed))| stored != computed)
        .map(|((id, _), (stored, computed))| (id, stored, computed))
}

#[cfg(test)]
mod tests;
