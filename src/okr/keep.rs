//! Keeping the figures: load the log, compute, store only what differs.
//!
//! The computing is [`super::rollup`]'s, which is pure; here the part of the log that the due figures follow from is read
//! in a handful of statements whatever its size, and what came out is written where it is not there already. So every verb
//! here may run twice, late, or on several nodes: the rows are the same.

mod due;
mod load;
mod store;

use super::log::{KeyResultLog, Owner};
use super::rollup::{self, Days, Difference, Ledger, ObjectiveLog};
use crate::calendar::{Cycle, CycleState};
use crate::db::OrgTx;
use crate::ids::{CycleId, KeyResultId, MemberId, ObjectiveId};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::ops::Range;

/// Things whose figures are to be computed anew, each list in order.
#[derive(Debug, Default, PartialEq, Eq)]
struct Touched {
    key_results: Vec<KeyResultId>,
    objectives: Vec<ObjectiveId>,
}

/// A part of a cycle's log: all that the figures of what was touched follow from.
struct Part {
    touched: Touched,
    owners: BTreeMap<MemberId, Owner>,
    objectives: Vec<ObjectiveLog>,
    key_results: Vec<KeyResultLog>,
}

impl Part {
    fn ledger<'a>(&'a self, cycle: &'a Cycle) -> Ledger<'a> {
        Ledger { cycle, owners: &self.owners, objectives: &self.objectives, key_results: &self.key_results }
    }

    /// The rows of what was touched, for the days in `range` that are over.
    fn days(&self, cycle: &Cycle, range: Range<NaiveDate>, now: DateTime<Utc>) -> Days {
        let mut days = rollup::days(self.ledger(cycle), range, now);
        days.key_results.retain(|id, _| self.touched.key_results.binary_search(id).is_ok());
        days.objectives.retain(|id, _| self.touched.objectives.binary_search(id).is_ok());
        days
    }

    /// Computes and stores the days in `range` that are over, and the key results' current figures. Counts the rows that
    /// were not so already.
    async fn settle(
        &self,
        tx: &mut OrgTx,
        cycle: &Cycle,
        range: Range<NaiveDate>,
        now: DateTime<Utc>,
    ) -> sqlx::Result<u64> {
        let mut rows = 0;
        if !range.is_empty() {
            rows += store::days(tx, &self.touched, &range, &self.days(cycle, range.clone(), now)).await?;
        }
        let mut current = rollup::current(self.ledger(cycle), now);
        current.retain(|id, _| self.touched.key_results.binary_search(id).is_ok());
        Ok(rows + store::current(tx, &self.touched.key_results, &current).await?)
    }
}

/// What a visit to a cycle changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// Rows written or taken away.
    pub rows: u64,
    /// Days that were closed.
    pub days: u64,
    /// Whether the cycle went to another state.
    pub turned: bool,
}

/// Does all that is due for one cycle at `now`: its state, the days that are over, and what was marked to be looked at
/// again. `None` when another node has the cycle in hand.
///
/// # Errors
/// When the database fails; the transaction is then of no use.
pub async fn cycle(tx: &mut OrgTx, id: CycleId, now: DateTime<Utc>) -> sqlx::Result<Option<Kept>> {
    let Some(held) = load::hold(tx, id).await? else { return Ok(None) };
    let state = held.state_at(now);
    let (cycle, end) = (&held.cycle, held.cycle.last + TimeDelta::days(1));
    let next_day = cycle.days_over(now).last().map_or(Some(cycle.first), |day| day.succ_opt());
    let next_day = next_day.filter(|day| *day <= cycle.last);
    // The first day without rows, and the first that is not over.
    let (unwritten, running) = (held.next_day.unwrap_or(end), next_day.unwrap_or(end));
    let due = due::take(tx, id, cycle, unwritten).await?;

    let whole = due.whole.into_iter().chain((unwritten < running).then_some(unwritten)).min();
    let mut rows = 0;
    if let Some(from) = whole {
        rows += load::whole(tx, id).await?.settle(tx, cycle, from..running, now).await?;
    }
    let until = whole.unwrap_or(running);
    for (from, touched) in due.parts.into_iter().filter(|(from, _)| whole.is_none_or(|whole| *from < whole)) {
        let part =
            if from < until { load::part(tx, id, touched).await? } else { load::alone(tx, touched).await? };
        rows += part.settle(tx, cycle, from..until, now).await?;
    }
    store::marks(tx, id, cycle, state, next_day, now).await?;
    let closed = (running - unwritten.min(running)).num_days();
    Ok(Some(Kept { rows, days: u64::try_from(closed).unwrap_or(0), turned: state != held.state }))
}

/// Everything about a cycle computed from the log alone, compared with what is stored: first the rows that differ,
/// then, unless `check` only, the rows are put right.
///
/// # Errors
/// When the database fails.
pub async fn rebuild(
    tx: &mut OrgTx,
    id: CycleId,
    now: DateTime<Utc>,
    check: bool,
) -> sqlx::Result<Vec<Difference>> {
    let Some(held) = load::hold_waiting(tx, id).await? else { return Ok(Vec::new()) };
    let cycle = &held.cycle;
    // Only days that were closed count: those still to be closed are not missing.
    let until = held.next_day.unwrap_or(cycle.last + TimeDelta::days(1));
    let whole = load::whole(tx, id).await?;
    let computed = whole.days(cycle, cycle.first..until, now);
    let differences = rollup::differences(&load::stored_days(tx, id).await?, &computed);
    if !check {
        // Rows outside the cycle's days can only be leftovers: a century either side holds them all.
        let century = TimeDelta::days(36_525);
        let ever = cycle.first - century..cycle.last + century;
        store::days(tx, &whole.touched, &ever, &computed).await?;
        let current = rollup::current(whole.ledger(cycle), now);
        store::current(tx, &whole.touched.key_results, &current).await?;
    }
    Ok(differences)
}

/// A cycle with a lock on its row.
struct Held {
    cycle: Cycle,
    state: CycleState,
    next_day: Option<NaiveDate>,
}

impl Held {
    /// A cycle moves on by itself and never back: one that was closed by hand before its time stays closed.
    fn state_at(&self, now: DateTime<Utc>) -> CycleState {
        self.cycle.state_at(now).max(self.state)
    }
}
