//! The SQL of the clockwork: what is due anywhere, and what was done when.

use crate::db::DutyTx;
use crate::ids::{CycleId, OrgId};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// What is known of a duty's last run, by any node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    name: String,
    pub(super) node: String,
    pub(super) started_at: DateTime<Utc>,
    /// Milliseconds.
    pub(super) took_ms: Option<i64>,
    /// Why it failed; `None` when it did not.
    pub(super) problem: Option<String>,
    /// When it last ended well.
    pub(super) well_at: Option<DateTime<Utc>>,
    /// When it last found something to do.
    pub(super) busy_at: Option<DateTime<Utc>>,
    /// How many things it did then.
    pub(super) busy_did: Option<i64>,
}

#[cfg(test)]
impl Run {
    /// A run as it is noted.
    pub(super) fn sample(name: &str, started_at: DateTime<Utc>, problem: Option<String>) -> Self {
        let well_at = problem.is_none().then_some(started_at);
        Self {
            name: name.to_owned(),
            node: "one".to_owned(),
            started_at,
            took_ms: Some(3),
            problem,
            well_at,
            busy_at: None,
            busy_did: None,
        }
    }
}

/// The last run of each duty, by its name.
pub(super) async fn runs(tx: &mut DutyTx) -> sqlx::Result<HashMap<String, Run>> {
    let rows = sqlx::query_as!(
        Run,
        "select name, node, started_at, took_ms, problem, well_at, busy_at, busy_did from duty",
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.name.clone(), row)).collect())
}

/// When something is due next, anywhere; `None` for nothing.
pub(super) struct Waiting {
    /// Occurrences to be made, or a journey that ends.
    pub(super) occurrence: Option<DateTime<Utc>>,
    /// An update that goes out by itself.
    pub(super) going_out: Option<DateTime<Utc>>,
    /// A cycle turns, or a day of one is over.
    pub(super) cycle: Option<DateTime<Utc>>,
    /// Figures were marked to be looked at.
    pub(super) marked: bool,
    /// People's hours for something they were asked together end.
    pub(super) window: Option<DateTime<Utc>>,
    /// A digest.
    pub(super) digest: Option<DateTime<Utc>>,
    /// A mail with notices.
    pub(super) notice: Option<DateTime<Utc>>,
    /// Something to look at whether to remind of it.
    pub(super) reminder: Option<DateTime<Utc>>,
    /// A mail, or another try of one.
    pub(super) mail: Option<DateTime<Utc>>,
}

/// Looks for it.
pub(super) async fn waiting(tx: &mut DutyTx) -> sqlx::Result<Waiting> {
    sqlx::query_as!(
        Waiting,
        r#"select least((select min(next_occurrences_at) from team_member), (select min(next_occurrences_at) from key_result),
                        (select min(travel_ends_at) from member)) as occurrence,
                  (select min(goes_out_at) from planned_update) as going_out,
                  (select least(min(next_turn_at), min(next_day_at)) from cycle) as cycle,
                  exists (select from roll_up_due) as "marked!",
                  (select min(closes_at) from matter) as window,
                  least((select min(next_digest_at) from member), (select min(next_at) from channel)) as digest,
                  (select min(next_notice_at) from member) as notice,
                  (select min(remind_at) from occurrence) as reminder,
                  (select min(next_try_at) from mail) as mail"#,
    )
    .fetch_one(&mut **tx)
    .await
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
        "insert into duty (name, node, started_at, finished_at, took_ms, did, problem, well_at, busy_at, busy_did, failures)
         values ($1, $2, $3, $4, $5, $6, $7, case when $7::text is null then $4::timestamptz end,
                 case when $6::bigint > 0 then $4::timestamptz end, nullif($6::bigint, 0), ($7::text is not null)::int)
         on conflict (name) do update
            set node = excluded.node, started_at = excluded.started_at, finished_at = excluded.finished_at,
                took_ms = excluded.took_ms, did = excluded.did, problem = excluded.problem,
                well_at = coalesce(excluded.well_at, duty.well_at),
                busy_at = coalesce(excluded.busy_at, duty.busy_at),
                busy_did = coalesce(excluded.busy_did, duty.busy_did),
                failures = duty.failures + excluded.failures",
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
