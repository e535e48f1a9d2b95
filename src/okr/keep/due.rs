//! What was marked to be looked at again.

use super::Touched;
use crate::calendar::Cycle;
use crate::db::OrgTx;
use crate::ids::{CycleId, OrgId};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Marks, by the first day to look at again.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Due {
    /// From which day on the whole cycle is due.
    pub(super) whole: Option<NaiveDate>,
    /// From which day on parts of it are; each thing is in one of them.
    pub(super) parts: BTreeMap<NaiveDate, Touched>,
}

/// Takes the marks off a cycle. Those made meanwhile stay for the next visit. Days from `unwritten` on have no rows yet, so
/// that marks since then, and the many of today above all, are looked at together.
pub(super) async fn take(
    tx: &mut OrgTx,
    id: CycleId,
    cycle: &Cycle,
    unwritten: NaiveDate,
) -> sqlx::Result<Due> {
    let marks = sqlx::query!(
        r#"with taken as (
               delete from roll_up_due where org_id = $1 and cycle_id = $2 returning key_result_id, objective_id, since)
           select key_result_id, objective_id, min(since) as "since!" from taken
            group by key_result_id, objective_id order by key_result_id, objective_id"#,
        tx.org as OrgId,
        id as CycleId,
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut due = Due::default();
    for mark in marks {
        let day = cycle.zone.date_at(mark.since).max(cycle.first).min(unwritten);
        match (mark.key_result_id, mark.objective_id) {
            (Some(key_result), _) => due.parts.entry(day).or_default().key_results.push(key_result),
            (None, Some(objective)) => due.parts.entry(day).or_default().objectives.push(objective),
            (None, None) => due.whole = Some(day),
        }
    }
    Ok(due)
}
