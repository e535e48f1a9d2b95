//! Keeping the figures: load the log, compute, store only what differs.
//!
//! The computing is [`super::rollup`]'s, which is pure; here the log is read in a handful of statements whatever the
//! size of the cycle, and what came out is written where it is not there already. So every verb here may run twice,
//! late, or on several nodes: the rows are the same.

mod load;
mod store;

use super::log::{KeyResultLog, Owner};
use super::rollup::{self, Days, Difference, Ledger, ObjectiveLog};
use crate::calendar::{Cycle, CycleState};
use crate::db::OrgTx;
use crate::ids::{CycleId, MemberId};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::collections::BTreeMap;

/// A cycle's log, as read from the database.
struct Log {
    owners: BTreeMap<MemberId, Owner>,
    objectives: Vec<ObjectiveLog>,
    key_results: Vec<KeyResultLog>,
}

impl Log {
    fn ledger<'a>(&'a self, cycle: &'a Cycle) -> Ledger<'a> {
        Ledger { cycle, owners: &self.owners, objectives: &self.objectives, key_results: &self.key_results }
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
    let since = load::take_due(tx, id).await?;
    let state = held.state_at(now);
    let cycle = held.cycle;
    let next_day = cycle.days_over(now).last().map_or(Some(cycle.first), |day| day.succ_opt());
    let next_day = next_day.filter(|day| *day <= cycle.last);
    // Days already written are looked at again from the day something happened on; days now over, from the first
    // without a row.
    let written_until = held.next_day.unwrap_or(cycle.last + TimeDelta::days(1));
    let again = since.map(|since| cycle.zone.date_at(since).max(cycle.first));
    let from = again.map_or(written_until, |day| day.min(written_until));

    let log = load::log(tx, id).await?;
    let days = rollup::days(log.ledger(&cycle), from..cycle.last + TimeDelta::days(1), now);
    let until = next_day.unwrap_or(cycle.last + TimeDelta::days(1));
    let mut rows = store::days(tx, id, from..until, &days).await?;
    rows += store::current(tx, id, &rollup::current(log.ledger(&cycle), now)).await?;
    store::marks(tx, id, &cycle, state, next_day, now).await?;
    let closed = (until - written_until.min(until)).num_days();
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
    let cycle = held.cycle;
    // Only days that were closed count: those still to be closed are not missing.
    let until = held.next_day.unwrap_or(cycle.last + TimeDelta::days(1));
    let log = load::log(tx, id).await?;
    let computed = rollup::days(log.ledger(&cycle), cycle.first..until, now);
    let stored: Days = load::stored_days(tx, id).await?;
    let differences = rollup::differences(&stored, &computed);
    if !check {
        // Rows outside the cycle's days can only be leftovers: a century either side holds them all.
        let century = TimeDelta::days(36_525);
        store::days(tx, id, cycle.first - century..cycle.last + century, &computed).await?;
        store::current(tx, id, &rollup::current(log.ledger(&cycle), now)).await?;
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
