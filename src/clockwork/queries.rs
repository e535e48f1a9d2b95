//! The SQL of the clockwork: what is due anywhere, and what was done when.

use crate::db::DutyTx;
use crate::ids::{CycleId, OrgId};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// When each duty was begun last, by any node.
pub(super) async fn last_starts(tx: &mut DutyTx) -> sqlx::Result<HashMap<String, DateTime<Utc>>> {
    let rows = sqlx::query!("select name, started_at from duty").fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(|row| (row.name, row.started_at)).collect())
}

/// Notes a run of a duty: when it began and ended, how many milliseconds it took, what it did.
pub(super) async fn note(
    tx: &mut DutyTx,
    name: &str,
    node: &str,
    (started, finished, took): (DateTime<Utc>, DateTime<Utc>, i64),
    did: Option<i64>,
    problem: Option<String>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into duty (name, node, started_at, finished_at, took_ms, did, problem) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (name) do update
            set node = excluded.node, started_at = excluded.started_at, finished_at = excluded.finished_at,
                took_ms = excluded.took_ms, did = excluded.did, problem = excluded.problem",
        name,
        node,
        started,
        finished,
        took,
        did,
        problem,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Cycles with something due at `now`: a turn, a day that is over, or a mark to look again.
pub(super) async fn cycles_due(tx: &mut DutyTx, now: DateTime<Utc>) -> sqlx::Result<Vec<(OrgId, CycleId)>> {
    let rows = sqlx::query!(
        r#"select org_id as "org!: OrgId", cycle_id as "cycle!: CycleId" from roll_up_due
           union select org_id, id from cycle where next_turn_at <= $1
           union select org_id, id from cycle where next_day_at <= $1"#,
        now,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.org, row.cycle)).collect())
}

/// Organisations with an occurrence to be made, or a journey that has ended, at `now`.
pub(super) async fn occurrences_due(tx: &mut DutyTx, now: DateTime<Utc>) -> sqlx::Result<Vec<OrgId>> {
    sqlx::query_scalar!(
        r#"select org_id as "org!: OrgId" from team_member where next_occurrences_at <= $1
           union select org_id from key_result where next_occurrences_at <= $1
           union select org_id from member where travel_ends_at <= $1"#,
        now,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Every cycle there is.
pub(super) async fn all_cycles(tx: &mut DutyTx) -> sqlx::Result<Vec<(OrgId, CycleId)>> {
    let rows = sqlx::query!("select org_id, id from cycle order by org_id, id").fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(|row| (row.org_id, row.id)).collect())
}
