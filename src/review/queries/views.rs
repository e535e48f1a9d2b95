//! What members keep under a name, and how another cycle stood.

use crate::db::OrgTx;
use crate::ids::{CycleId, KeyResultId, MemberId, OrgId, TeamId, ViewId};
use crate::okr::status::Status;
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

/// Keeps a choice under a name, in place of another of that name. `false` when the member keeps `most` already.
pub(in crate::review) async fn keep_view(
    tx: &mut OrgTx,
    member: MemberId,
    (name, query): (&str, &str),
    most: i64,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let kept = sqlx::query!(
        r#"insert into saved_view (org_id, id, member_id, name, query, at)
           select $1, $2, $3, $4, $5, $6
            where (select count(*) from saved_view where org_id = $1 and member_id = $3 and name <> $4) < $7
           on conflict (org_id, member_id, name) do update set query = excluded.query"#,
        tx.org as OrgId,
        ViewId::fresh() as ViewId,
        member as MemberId,
        name,
        query,
        now,
        most,
    )
    .execute(&mut **tx)
    .await?;
    Ok(kept.rows_affected() == 1)
}

/// Forgets one of a member's own; `false` where there is none.
pub(in crate::review) async fn drop_view(tx: &mut OrgTx, member: MemberId, id: ViewId) -> sqlx::Result<bool> {
    let gone = sqlx::query!(
        "delete from saved_view where org_id = $1 and member_id = $2 and id = $3",
        tx.org as OrgId,
        member as MemberId,
        id as ViewId,
    )
    .execute(&mut **tx)
    .await?;
    Ok(gone.rows_affected() == 1)
}

/// A key result at the end of a day.
pub(in crate::review) struct ThenRow {
    pub(in crate::review) id: KeyResultId,
    pub(in crate::review) title: String,
    pub(in crate::review) team: Option<TeamId>,
    pub(in crate::review) weight: i16,
    pub(in crate::review) progress: Option<Decimal>,
    pub(in crate::review) expected: Option<Decimal>,
    pub(in crate::review) status: Status,
}

/// The key results of a cycle as a day left them, whose end is `after`; those of teams this member may read.
pub(in crate::review) async fn then(
    tx: &mut OrgTx,
    (cycle, day, after): (CycleId, NaiveDate, DateTime<Utc>),
    reader: MemberId,
) -> sqlx::Result<Vec<ThenRow>> {
    sqlx::query_as!(
        ThenRow,
        r#"select k.id, k.title, o.team_id as "team?: TeamId", newest.weight, d.progress, d.expected, d.status as "status: Status"
             from objective o
             join key_result k on k.org_id = o.org_id and k.objective_id = o.id
             join key_result_day d on d.org_id = k.org_id and d.key_result_id = k.id and d.day = $3
             join lateral (
                 select weight from key_result_terms
                  where org_id = k.org_id and key_result_id = k.id and effective_at < $4
                  order by effective_at desc, id desc limit 1) newest on true
            where o.org_id = $1 and o.cycle_id = $2 and may_read_team(o.org_id, o.team_id, $5)
            order by o.id, k.position, k.id"#,
        tx.org as OrgId,
        cycle as CycleId,
        day,
        after,
        reader as MemberId,
    )
    .fetch_all(&mut **tx)
    .await
}
