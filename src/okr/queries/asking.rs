//! When check-ins are due, as kept; and the key results whose rows are kept.

use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::ids::{CycleId, KeyResultId, MemberId, ObjectiveId, OccurrenceId, OrgId, TeamId};
use crate::occurrence::Mark;
use crate::okr::asking::Whose;
use crate::okr::status::Every;
use crate::organisation::Role;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sqlx::types::Json;

/// A due date of a key result.
pub(in crate::okr) struct AskedRow {
    pub(in crate::okr) id: OccurrenceId,
    pub(in crate::okr) key_result_id: KeyResultId,
    pub(in crate::okr) member_id: MemberId,
    pub(in crate::okr) local_date: NaiveDate,
    pub(in crate::okr) zone: Zone,
    pub(in crate::okr) opens_at: DateTime<Utc>,
    pub(in crate::okr) due_at: DateTime<Utc>,
    pub(in crate::okr) excused: bool,
}

/// The due dates of these key results from a date on.
pub(in crate::okr) async fn asked_from(
    tx: &mut OrgTx,
    ids: &[KeyResultId],
    from: NaiveDate,
) -> sqlx::Result<Vec<AskedRow>> {
    sqlx::query_as!(
        AskedRow,
        r#"select id, key_result_id as "key_result_id!: KeyResultId", member_id, local_date, zone, opens_at, due_at, excused
             from occurrence where org_id = $1 and key_result_id = any($2) and local_date >= $3"#,
        tx.org as OrgId,
        ids as &[KeyResultId],
        from,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Takes up to so many key results in hand whose next row is to be made, but for those somebody else has.
pub(in crate::okr) async fn claim_courses(
    tx: &mut OrgTx,
    now: DateTime<Utc>,
    at_most: i64,
) -> sqlx::Result<Vec<KeyResultId>> {
    sqlx::query_scalar!(
        "select id from key_result where org_id = $1 and next_occurrences_at <= $2
          order by next_occurrences_at limit $3 for no key update skip locked",
        tx.org as OrgId,
        now,
        at_most,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Takes key results in hand, waiting for whoever has them.
pub(in crate::okr) async fn hold_courses(tx: &mut OrgTx, whose: Whose) -> sqlx::Result<Vec<KeyResultId>> {
    let (mut owner, mut key_result, mut objective, mut cycle, mut team) = (None, None, None, None, None);
    match whose {
        Whose::Owner(id) => owner = Some(id),
        Whose::KeyResult(id) => key_result = Some(id),
        Whose::Objective(id) => objective = Some(id),
        Whose::Cycle(id) => cycle = Some(id),
        Whose::Team(id) => team = Some(id),
    }
    sqlx::query_scalar!(
        "select k.id from key_result k join objective o on o.org_id = k.org_id and o.id = k.objective_id
          where k.org_id = $1 and (k.owner_id = $2 or k.id = $3 or k.objective_id = $4 or o.cycle_id = $5 or o.team_id = $6)
          order by k.id for no key update of k",
        tx.org as OrgId,
        owner as Option<MemberId>,
        key_result as Option<KeyResultId>,
        objective as Option<ObjectiveId>,
        cycle as Option<CycleId>,
        team as Option<TeamId>,
    )
    .fetch_all(&mut **tx)
    .await
}

/// A key result with what its rows follow.
pub(in crate::okr) struct CourseRow {
    pub(in crate::okr) id: KeyResultId,
    pub(in crate::okr) cadence: Every,
    pub(in crate::okr) due_weekday: i16,
    pub(in crate::okr) created_at: DateTime<Utc>,
    pub(in crate::okr) gone: bool,
    pub(in crate::okr) until: Option<NaiveDate>,
    pub(in crate::okr) owner_id: Option<MemberId>,
    pub(in crate::okr) owner_zone: Option<Zone>,
    pub(in crate::okr) owner_role: Option<Role>,
    pub(in crate::okr) cycle_zone: Zone,
    pub(in crate::okr) first_date: NaiveDate,
    pub(in crate::okr) last_date: NaiveDate,
}

/// These key results, with what their rows follow.
pub(in crate::okr) async fn courses(tx: &mut OrgTx, ids: &[KeyResultId]) -> sqlx::Result<Vec<CourseRow>> {
    sqlx::query_as!(
        CourseRow,
        r#"select k.id, k.cadence, k.due_weekday, k.created_at,
                  (k.dropped_at is not null or o.dropped_at is not null or m.left_at is not null
                   or not may_read_team(k.org_id, o.team_id, k.owner_id)) as "gone!",
                  k.occurrences_until as until, k.owner_id, m.zone as "owner_zone?: Zone", m.role as "owner_role?: Role",
                  c.zone as cycle_zone, c.first_date, c.last_date
             from key_result k
             join objective o on o.org_id = k.org_id and o.id = k.objective_id
             join cycle c on c.org_id = o.org_id and c.id = o.cycle_id
             left join member m on m.org_id = k.org_id and m.id = k.owner_id
            where k.org_id = $1 and k.id = any($2)"#,
        tx.org as OrgId,
        ids as &[KeyResultId],
    )
    .fetch_all(&mut **tx)
    .await
}

#[derive(Serialize)]
struct MarkRow {
    id: KeyResultId,
    until: NaiveDate,
    next: Option<DateTime<Utc>>,
}

/// Notes how far the rows of these key results were made.
pub(in crate::okr) async fn mark_courses(
    tx: &mut OrgTx,
    rows: &[CourseRow],
    marks: &[Mark],
) -> sqlx::Result<()> {
    let marks: Vec<MarkRow> = rows
        .iter()
        .zip(marks)
        .map(|(row, mark)| MarkRow { id: row.id, until: mark.until, next: mark.next })
        .collect();
    sqlx::query!(
        r#"update key_result k set occurrences_until = r.until, next_occurrences_at = r.next
             from jsonb_to_recordset($2::jsonb) as r(id uuid, until date, next timestamptz)
            where k.org_id = $1 and k.id = r.id"#,
        tx.org as OrgId,
        Json(&marks) as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
