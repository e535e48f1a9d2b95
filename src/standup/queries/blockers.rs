//! What stops people.

use crate::calendar::{Absence, WorkWeek, Zone};
use crate::db::OrgTx;
use crate::ids::{BlockerId, MemberId, OrgId, TeamId, UpdateId};
use chrono::{DateTime, Utc};
use sqlx::types::Json;

/// A blocker, with the working time its age is counted in: the unblocker's, or the author's when it may be anyone.
pub(in crate::standup) struct BlockerRow {
    pub(in crate::standup) update_id: UpdateId,
    pub(in crate::standup) body: String,
    pub(in crate::standup) unblocker_id: Option<MemberId>,
    pub(in crate::standup) unblocker: Option<String>,
    pub(in crate::standup) zone: Zone,
    pub(in crate::standup) week: Json<WorkWeek>,
    pub(in crate::standup) absence: Json<Absence>,
    pub(in crate::standup) opened_at: DateTime<Utc>,
    pub(in crate::standup) resolved_at: Option<DateTime<Utc>>,
    pub(in crate::standup) resolved_by: Option<String>,
    pub(in crate::standup) note: String,
}

/// The blockers of these updates, oldest first.
pub(in crate::standup) async fn blockers(
    tx: &mut OrgTx,
    updates: &[UpdateId],
) -> sqlx::Result<Vec<BlockerRow>> {
    sqlx::query_as!(
        BlockerRow,
        r#"select b.update_id, b.body, b.unblocker_id, h.name as "unblocker?", w.zone, w.week,
                  coalesce((select jsonb_agg(jsonb_build_array(a.first_date, a.last_date)) from absent a
                             where a.org_id = w.org_id and a.member_id = w.id), '[]'::jsonb) as "absence!: Json<Absence>",
                  b.opened_at, b.resolved_at, r.name as "resolved_by?", b.note
             from blocker b
             join member w on w.org_id = b.org_id and w.id = coalesce(b.unblocker_id, b.member_id)
             left join member h on h.org_id = b.org_id and h.id = b.unblocker_id
             left join member r on r.org_id = b.org_id and r.id = b.resolved_by
            where b.org_id = $1 and b.update_id = any($2) order by b.opened_at, b.id"#,
        tx.org as OrgId,
        updates as &[UpdateId],
    )
    .fetch_all(&mut **tx)
    .await
}

/// The updates of these teams whose blocker is still open, the oldest blocker first.
pub(in crate::standup) async fn ids_of_open_blockers(
    tx: &mut OrgTx,
    teams: &[TeamId],
) -> sqlx::Result<Vec<UpdateId>> {
    sqlx::query_scalar!(
        "select update_id from blocker where org_id = $1 and team_id = any($2) and resolved_at is null order by opened_at, id",
        tx.org as OrgId,
        teams as &[TeamId],
    )
    .fetch_all(&mut **tx)
    .await
}

/// What a blocker will say.
pub(in crate::standup) struct NewBlocker<'a> {
    pub(in crate::standup) update: UpdateId,
    pub(in crate::standup) team: TeamId,
    pub(in crate::standup) member: MemberId,
    pub(in crate::standup) body: &'a str,
    pub(in crate::standup) unblocker: Option<MemberId>,
}

/// Writes an update's blocker, or changes its words and who could help. Its age goes on.
pub(in crate::standup) async fn put_blocker(
    tx: &mut OrgTx,
    new: NewBlocker<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"insert into blocker (org_id, id, update_id, team_id, member_id, body, unblocker_id, opened_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)
           on conflict (org_id, update_id) do update set body = excluded.body, unblocker_id = excluded.unblocker_id"#,
        tx.org as OrgId,
        BlockerId::fresh() as BlockerId,
        new.update as UpdateId,
        new.team as TeamId,
        new.member as MemberId,
        new.body,
        new.unblocker as Option<MemberId>,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Clears an update's blocker, unless it is cleared. Answers whether it was open.
pub(in crate::standup) async fn clear_blocker(
    tx: &mut OrgTx,
    update: UpdateId,
    by: MemberId,
    note: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let cleared = sqlx::query!(
        r#"update blocker set resolved_at = $4, resolved_by = $3, note = $5
            where org_id = $1 and update_id = $2 and resolved_at is null"#,
        tx.org as OrgId,
        update as UpdateId,
        by as MemberId,
        now,
        note,
    )
    .execute(&mut **tx)
    .await?;
    Ok(cleared.rows_affected() == 1)
}
