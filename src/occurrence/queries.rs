//! The SQL of rows that are made ahead: a statement for all of them, whatever their number.

use super::plan::{Kept, New, Subject};
use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::ids::{KeyResultId, MemberId, OccurrenceId, OrgId, ScheduleId, StandupId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sqlx::types::Json;

/// A row on its way to the database.
#[derive(Serialize)]
struct Row {
    id: OccurrenceId,
    member_id: MemberId,
    standup_id: Option<StandupId>,
    schedule_id: Option<ScheduleId>,
    key_result_id: Option<KeyResultId>,
    local_date: NaiveDate,
    zone: Zone,
    opens_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    excused: bool,
}

impl From<Kept> for Row {
    fn from(Kept { id, member, subject, asked }: Kept) -> Self {
        let (standup_id, key_result_id) = match subject {
            Subject::Standup(standup) => (Some(standup), None),
            Subject::KeyResult(key_result) => (None, Some(key_result)),
        };
        Self {
            id,
            member_id: member,
            standup_id,
            schedule_id: asked.version,
            key_result_id,
            local_date: asked.occurrence.date,
            zone: asked.zone,
            opens_at: asked.occurrence.opens,
            due_at: asked.occurrence.due,
            excused: asked.excused,
        }
    }
}

/// Makes rows; a date that has one keeps it. Whether to remind of one is looked at first when it opens.
pub(super) async fn add(tx: &mut OrgTx, new: &[New]) -> sqlx::Result<u64> {
    if new.is_empty() {
        return Ok(0);
    }
    let row = |New { member, subject, asked }: &New| {
        Row::from(Kept { id: OccurrenceId::fresh(), member: *member, subject: *subject, asked: *asked })
    };
    let rows: Vec<Row> = new.iter().map(row).collect();
    let added = sqlx::query!(
        "insert into occurrence (org_id, id, member_id, standup_id, schedule_id, key_result_id, local_date, zone, opens_at,
                                 due_at, excused, remind_at)
         select $1, r.*, case when not r.excused then r.opens_at end from jsonb_to_recordset($2::jsonb) as r(id uuid, member_id uuid, standup_id uuid, schedule_id uuid,
                key_result_id uuid, local_date date, zone text, opens_at timestamptz, due_at timestamptz, excused boolean)
         on conflict do nothing",
        tx.org as OrgId,
        Json(&rows) as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(added.rows_affected())
}

/// Gives rows their new instants, and a check-in its new owner.
pub(super) async fn change(tx: &mut OrgTx, changed: &[Kept]) -> sqlx::Result<()> {
    if changed.is_empty() {
        return Ok(());
    }
    let rows: Vec<Row> = changed.iter().copied().map(Row::from).collect();
    sqlx::query!(
        "update occurrence o
            set (member_id, schedule_id, zone, opens_at, due_at, excused, remind_at)
              = (r.member_id, r.schedule_id, r.zone, r.opens_at, r.due_at, r.excused, case when not r.excused then r.opens_at end)
           from jsonb_to_recordset($2::jsonb) as r(id uuid, member_id uuid, schedule_id uuid, zone text,
                opens_at timestamptz, due_at timestamptz, excused boolean)
          where o.org_id = $1 and o.id = r.id",
        tx.org as OrgId,
        Json(&rows) as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes rows away that nobody is asked for any more.
pub(super) async fn remove(tx: &mut OrgTx, gone: &[OccurrenceId]) -> sqlx::Result<()> {
    if gone.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "delete from occurrence where org_id = $1 and id = any($2)",
        tx.org as OrgId,
        gone as &[OccurrenceId],
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
