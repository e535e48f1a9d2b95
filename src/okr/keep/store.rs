//! Writing figures: only rows that differ, none that do not follow from the log.

use super::Touched;
use crate::calendar::{Cycle, CycleState, day::day_span};
use crate::db::OrgTx;
use crate::ids::{CheckInId, CycleId, KeyResultId, ObjectiveId, OrgId};
use crate::okr::log::Reading;
use crate::okr::pace::Pace;
use crate::okr::rollup::Days;
use crate::okr::status::{Confidence, Status};
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use sqlx::types::Json;
use std::collections::BTreeMap;
use std::ops::Range;

#[derive(Serialize)]
struct KeyResultDay {
    key_result_id: KeyResultId,
    day: NaiveDate,
    check_in_id: Option<CheckInId>,
    value: Option<Decimal>,
    raw: Option<Decimal>,
    progress: Option<Decimal>,
    expected: Option<Decimal>,
    pace: Option<Pace>,
    confidence: Option<Confidence>,
    status: Status,
}

#[derive(Serialize)]
struct ObjectiveDay {
    objective_id: ObjectiveId,
    day: NaiveDate,
    progress: Option<Decimal>,
    expected: Option<Decimal>,
    pace: Option<Pace>,
    counted: i32,
    missing: i32,
}

/// Makes the snapshots of these key results and objectives in `range` the given ones and no others. Counts the rows that
/// were not so already.
pub(super) async fn days(
    tx: &mut OrgTx,
    of: &Touched,
    range: &Range<NaiveDate>,
    days: &Days,
) -> sqlx::Result<u64> {
    let key_results: Vec<_> = days
        .key_results
        .iter()
        .flat_map(|(id, days)| days.iter().map(|day| (*id, *day)))
        .map(|(key_result_id, day)| KeyResultDay {
            key_result_id,
            day: day.date,
            check_in_id: day.check_in,
            value: day.value,
            raw: day.raw,
            progress: day.progress,
            expected: day.expected,
            pace: day.pace,
            confidence: day.confidence,
            status: day.status,
        })
        .collect();
    let objectives: Vec<_> = days
        .objectives
        .iter()
        .flat_map(|(id, days)| days.iter().map(|day| (*id, *day)))
        .map(|(objective_id, day)| ObjectiveDay {
            objective_id,
            day: day.date,
            progress: day.progress,
            expected: day.expected,
            pace: day.pace,
            counted: day.counted,
            missing: day.missing,
        })
        .collect();
    Ok(key_result_days(tx, &of.key_results, range, &key_results).await?
        + objective_days(tx, &of.objectives, range, &objectives).await?)
}

async fn key_result_days(
    tx: &mut OrgTx,
    of: &[KeyResultId],
    range: &Range<NaiveDate>,
    rows: &[KeyResultDay],
) -> sqlx::Result<u64> {
    let written = sqlx::query!(
        "insert into key_result_day as d (org_id, key_result_id, day, check_in_id, value, raw, progress, expected, pace, confidence, status)
         select $1, r.* from jsonb_to_recordset($2::jsonb) as r(key_result_id uuid, day date, check_in_id uuid, value numeric,
                raw numeric, progress numeric, expected numeric, pace text, confidence text, status text)
         on conflict (org_id, key_result_id, day) do update
            set (check_in_id, value, raw, progress, expected, pace, confidence, status)
              = (excluded.check_in_id, excluded.value, excluded.raw, excluded.progress, excluded.expected, excluded.pace,
                 excluded.confidence, excluded.status)
          where (d.check_in_id, d.value, d.raw, d.progress, d.expected, d.pace, d.confidence, d.status)
             is distinct from (excluded.check_in_id, excluded.value, excluded.raw, excluded.progress, excluded.expected,
                 excluded.pace, excluded.confidence, excluded.status)",
        tx.org as OrgId,
        Json(rows) as _,
    )
    .execute(&mut **tx)
    .await?;
    let taken = sqlx::query!(
        "delete from key_result_day d
          where d.org_id = $1 and d.key_result_id = any($3) and d.day >= $4 and d.day < $5
            and not exists (select from jsonb_to_recordset($2::jsonb) as r(key_result_id uuid, day date)
                             where r.key_result_id = d.key_result_id and r.day = d.day)",
        tx.org as OrgId,
        Json(rows) as _,
        of as &[KeyResultId],
        range.start,
        range.end,
    )
    .execute(&mut **tx)
    .await?;
    Ok(written.rows_affected() + taken.rows_affected())
}

async fn objective_days(
    tx: &mut OrgTx,
    of: &[ObjectiveId],
    range: &Range<NaiveDate>,
    rows: &[ObjectiveDay],
) -> sqlx::Result<u64> {
    let written = sqlx::query!(
        "insert into objective_day as d (org_id, objective_id, day, progress, expected, pace, counted, missing)
         select $1, r.* from jsonb_to_recordset($2::jsonb) as r(objective_id uuid, day date, progress numeric,
                expected numeric, pace text, counted integer, missing integer)
         on conflict (org_id, objective_id, day) do update
            set (progress, expected, pace, counted, missing)
              = (excluded.progress, excluded.expected, excluded.pace, excluded.counted, excluded.missing)
          where (d.progress, d.expected, d.pace, d.counted, d.missing)
             is distinct from (excluded.progress, excluded.expected, excluded.pace, excluded.counted, excluded.missing)",
        tx.org as OrgId,
        Json(rows) as _,
    )
    .execute(&mut **tx)
    .await?;
    let taken = sqlx::query!(
        "delete from objective_day d
          where d.org_id = $1 and d.objective_id = any($3) and d.day >= $4 and d.day < $5
            and not exists (select from jsonb_to_recordset($2::jsonb) as r(objective_id uuid, day date)
                             where r.objective_id = d.objective_id and r.day = d.day)",
        tx.org as OrgId,
        Json(rows) as _,
        of as &[ObjectiveId],
        range.start,
        range.end,
    )
    .execute(&mut **tx)
    .await?;
    Ok(written.rows_affected() + taken.rows_affected())
}

#[derive(Serialize)]
struct KeyResultNow {
    key_result_id: KeyResultId,
    check_in_id: Option<CheckInId>,
    value: Option<Decimal>,
    progress: Option<Decimal>,
    kept_inside: Option<i32>,
    kept_measured: Option<i32>,
    confidence: Option<Confidence>,
    checked_in_at: Option<DateTime<Utc>>,
    due_date: Option<NaiveDate>,
    stale_at: Option<DateTime<Utc>>,
}

/// Makes the current figures of these key results the given ones. What was dropped has none.
pub(super) async fn current(
    tx: &mut OrgTx,
    of: &[KeyResultId],
    current: &BTreeMap<KeyResultId, Reading>,
) -> sqlx::Result<u64> {
    let rows: Vec<_> = current
        .iter()
        .map(|(id, reading)| KeyResultNow {
            key_result_id: *id,
            check_in_id: reading.check_in,
            value: reading.value,
            progress: reading.raw,
            kept_inside: reading.kept.map(|kept| kept.inside),
            kept_measured: reading.kept.map(|kept| kept.measured),
            confidence: reading.confidence,
            checked_in_at: reading.checked_in_at,
            due_date: reading.due,
            stale_at: reading.stale_at,
        })
        .collect();
    let written = sqlx::query!(
        "insert into key_result_now as n (org_id, key_result_id, check_in_id, value, progress, kept_inside, kept_measured,
            confidence, checked_in_at, due_date, stale_at)
         select $1, r.* from jsonb_to_recordset($2::jsonb) as r(key_result_id uuid, check_in_id uuid, value numeric,
                progress numeric, kept_inside integer, kept_measured integer, confidence text, checked_in_at timestamptz,
                due_date date, stale_at timestamptz)
         on conflict (org_id, key_result_id) do update
            set (check_in_id, value, progress, kept_inside, kept_measured, confidence, checked_in_at, due_date, stale_at)
              = (excluded.check_in_id, excluded.value, excluded.progress, excluded.kept_inside, excluded.kept_measured,
                 excluded.confidence, excluded.checked_in_at, excluded.due_date, excluded.stale_at)
          where (n.check_in_id, n.value, n.progress, n.kept_inside, n.kept_measured, n.confidence, n.checked_in_at,
                 n.due_date, n.stale_at)
             is distinct from (excluded.check_in_id, excluded.value, excluded.progress, excluded.kept_inside,
                 excluded.kept_measured, excluded.confidence, excluded.checked_in_at, excluded.due_date, excluded.stale_at)",
        tx.org as OrgId,
        Json(&rows) as _,
    )
    .execute(&mut **tx)
    .await?;
    let taken = sqlx::query!(
        "delete from key_result_now n
          where n.org_id = $1 and n.key_result_id = any($3)
            and not exists (select from jsonb_to_recordset($2::jsonb) as r(key_result_id uuid) where r.key_result_id = n.key_result_id)",
        tx.org as OrgId,
        Json(&rows) as _,
        of as &[KeyResultId],
    )
    .execute(&mut **tx)
    .await?;
    Ok(written.rows_affected() + taken.rows_affected())
}

/// Notes where the cycle stands and when it must be visited next.
pub(super) async fn marks(
    tx: &mut OrgTx,
    id: CycleId,
    cycle: &Cycle,
    state: CycleState,
    next_day: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let turns = [cycle.opens(), cycle.closing(), cycle.ends(), cycle.grading_ends()];
    let next_turn = turns.into_iter().find(|turn| *turn > now).filter(|_| state != CycleState::Closed);
    let ends = next_day.map(|day| day_span(cycle.zone, day).map_or_else(|| cycle.ends(), |span| span.end));
    sqlx::query!(
        "update cycle set state = $3, next_turn_at = $4, next_day = $5, next_day_at = $6
          where org_id = $1 and id = $2 and (state, next_turn_at, next_day, next_day_at) is distinct from ($3, $4, $5, $6)",
        tx.org as OrgId,
        id as CycleId,
        word(state),
        next_turn,
        next_day,
        ends,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The stored word of a state.
fn word(state: CycleState) -> &'static str {
    match state {
        CycleState::Draft => "draft",
        CycleState::Active => "active",
        CycleState::Closing => "closing",
        CycleState::Grading => "grading",
        CycleState::Closed => "closed",
    }
}
