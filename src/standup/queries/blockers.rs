//! What stops people.

use crate::calendar::{Absence, WorkWeek, WorkingTime, Zone};
use crate::db::OrgTx;
use crate::ids::{BlockerId, KeyResultId, MemberId, OrgId, PastBlockerId, TeamId, UpdateId};
use crate::standup::blocker::{BlockerKind, Stretch, age};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::types::Json;

/// A blocker, with the working time its age is counted in: the unblocker's, or the author's when it may be anyone.
pub(in crate::standup) struct BlockerRow {
    pub(in crate::standup) update_id: UpdateId,
    pub(in crate::standup) body: String,
    pub(in crate::standup) kind: BlockerKind,
    pub(in crate::standup) next_step: String,
    pub(in crate::standup) key_result_id: Option<KeyResultId>,
    pub(in crate::standup) key_result: Option<String>,
    pub(in crate::standup) unblocker_id: Option<MemberId>,
    pub(in crate::standup) unblocker: Option<String>,
    zone: Zone,
    week: Json<WorkWeek>,
    absence: Json<Absence>,
    stretches: Json<Vec<Stretch>>,
    pub(in crate::standup) resolved_at: Option<DateTime<Utc>>,
    pub(in crate::standup) resolved_by: Option<String>,
    pub(in crate::standup) note: String,
}

impl BlockerRow {
    /// How long it has been in the way, in that working time.
    pub(in crate::standup) fn age(&self, now: DateTime<Utc>) -> TimeDelta {
        let time = WorkingTime { zone: self.zone, week: &self.week, absence: &self.absence };
        age(&self.stretches, time, now)
    }
}

/// The blockers of these updates, oldest first.
pub(in crate::standup) async fn blockers(
    tx: &mut OrgTx,
    updates: &[UpdateId],
) -> sqlx::Result<Vec<BlockerRow>> {
    sqlx::query_as!(
        BlockerRow,
        r#"select b.update_id, b.body, b.kind as "kind: BlockerKind", b.next_step, b.key_result_id, k.title as "key_result?",
                  b.unblocker_id, h.name as "unblocker?", w.zone, w.week,
                  coalesce((select jsonb_agg(jsonb_build_array(a.first_date, a.last_date)) from absent a
                             where a.org_id = w.org_id and a.member_id = w.id), '[]'::jsonb) as "absence!: Json<Absence>",
                  coalesce((select jsonb_agg(jsonb_build_object('from', p.opened_at, 'until', p.resolved_at)) from blocker_past p
                             where p.org_id = b.org_id and p.blocker_id = b.id), '[]'::jsonb)
                      || jsonb_build_object('from', b.opened_at, 'until', b.resolved_at) as "stretches!: Json<Vec<Stretch>>",
                  b.resolved_at, r.name as "resolved_by?", b.note
             from blocker b
             join member w on w.org_id = b.org_id and w.id = coalesce(b.unblocker_id, b.member_id)
             left join member h on h.org_id = b.org_id and h.id = b.unblocker_id
             left join member r on r.org_id = b.org_id and r.id = b.resolved_by
             left join key_result k on k.org_id = b.org_id and k.id = b.key_result_id
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

/// The updates of a team whose blocker was cleared, the last cleared first, at most so many; those cleared before that of
/// one of them.
pub(in crate::standup) async fn ids_of_cleared_blockers(
    tx: &mut OrgTx,
    team: TeamId,
    before: Option<UpdateId>,
    at_most: i64,
) -> sqlx::Result<Vec<UpdateId>> {
    sqlx::query_scalar!(
        "select update_id from blocker b
          where b.org_id = $1 and b.team_id = $2 and b.resolved_at is not null
            and ($3::uuid is null or (b.resolved_at, b.id) < (select p.resolved_at, p.id from blocker p
                                                               where p.org_id = $1 and p.update_id = $3))
          order by b.resolved_at desc, b.id desc limit $4",
        tx.org as OrgId,
        team as TeamId,
        before as Option<UpdateId>,
        at_most,
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
    pub(in crate::standup) kind: BlockerKind,
    pub(in crate::standup) next_step: &'a str,
    pub(in crate::standup) key_result: Option<KeyResultId>,
}

/// Writes an update's blocker, or changes what it says. Its age goes on. Gives which it is while it is open.
pub(in crate::standup) async fn put_blocker(
    tx: &mut OrgTx,
    new: NewBlocker<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<BlockerId>> {
    let put = sqlx::query!(
        r#"insert into blocker (org_id, id, update_id, team_id, member_id, body, unblocker_id, kind, next_step, key_result_id,
                                opened_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
           on conflict (org_id, update_id) do update
              set body = excluded.body, unblocker_id = excluded.unblocker_id, kind = excluded.kind,
                  next_step = excluded.next_step, key_result_id = excluded.key_result_id
           returning id as "id: BlockerId", resolved_at"#,
        tx.org as OrgId,
        BlockerId::fresh() as BlockerId,
        new.update as UpdateId,
        new.team as TeamId,
        new.member as MemberId,
        new.body,
        new.unblocker as Option<MemberId>,
        new.kind as BlockerKind,
        new.next_step,
        new.key_result as Option<KeyResultId>,
        now,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(put.resolved_at.is_none().then_some(put.id))
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

/// A blocker that was cleared is in the way again. The time before is kept with how it was cleared; that time's id is given,
/// or none when it was open already.
pub(in crate::standup) async fn reopen_blocker(
    tx: &mut OrgTx,
    update: UpdateId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<PastBlockerId>> {
    let past = PastBlockerId::fresh();
    let kept = sqlx::query!(
        "with cleared as (
             select * from blocker where org_id = $1 and update_id = $2 and resolved_at is not null for update),
         kept as (
             insert into blocker_past (org_id, id, blocker_id, opened_at, resolved_at, resolved_by, note)
             select org_id, $3, id, opened_at, resolved_at, resolved_by, note from cleared)
         update blocker b set opened_at = $4, resolved_at = null, resolved_by = null, note = ''
           from cleared c where b.org_id = c.org_id and b.id = c.id",
        tx.org as OrgId,
        update as UpdateId,
        past as PastBlockerId,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok((kept.rows_affected() == 1).then_some(past))
}

/// How a blocker was cleared before it came back.
pub(in crate::standup) struct PastRow {
    pub(in crate::standup) resolved_at: DateTime<Utc>,
    pub(in crate::standup) resolved_by: String,
    pub(in crate::standup) note: String,
}

/// How an update's blocker was cleared before, oldest first.
pub(in crate::standup) async fn blocker_past(tx: &mut OrgTx, update: UpdateId) -> sqlx::Result<Vec<PastRow>> {
    sqlx::query_as!(
        PastRow,
        r#"select p.resolved_at, m.name as resolved_by, p.note
             from blocker_past p
             join blocker b on b.org_id = p.org_id and b.id = p.blocker_id
             join member m on m.org_id = p.org_id and m.id = p.resolved_by
            where p.org_id = $1 and b.update_id = $2 order by p.opened_at, p.id"#,
        tx.org as OrgId,
        update as UpdateId,
    )
    .fetch_all(&mut **tx)
    .await
}
