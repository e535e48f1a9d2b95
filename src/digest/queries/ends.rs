//! Cycles whose end is to be told, and whom it is told to.

use crate::calendar::Hours;
use crate::db::{DutyTx, OrgTx};
use crate::ids::{CycleId, MemberId, OrgId, TeamId};
use crate::language::Locale;
use crate::organisation::Role;
use chrono::{DateTime, Utc};
use sqlx::types::Json;

/// The cycles that are over and whose end may be told to somebody who was not told yet.
pub(in crate::digest) async fn untold(
    tx: &mut DutyTx,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<(OrgId, CycleId)>> {
    let rows = sqlx::query!(
        "select org_id, id from cycle
          where state in ('grading', 'closed') and end_told_at is null and coalesce(end_next_at <= $1, true)
          order by org_id, id",
        now,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.org_id, row.id)).collect())
}

/// Takes the telling of a cycle's end upon itself; `false` when another node is at it, or did it.
pub(in crate::digest) async fn take(tx: &mut OrgTx, cycle: CycleId) -> sqlx::Result<bool> {
    let taken = sqlx::query_scalar!(
        "select id from cycle
          where org_id = $1 and id = $2 and end_told_at is null and state in ('grading', 'closed')
            for no key update skip locked",
        tx.org as OrgId,
        cycle as CycleId,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(taken.is_some())
}

/// Notes when the next of those who are left may be told; none: everybody was.
pub(in crate::digest) async fn goes_on(
    tx: &mut OrgTx,
    cycle: CycleId,
    next: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update cycle set end_next_at = $3, end_told_at = case when $3::timestamptz is null then $4::timestamptz end
          where org_id = $1 and id = $2",
        tx.org as OrgId,
        cycle as CycleId,
        next,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Somebody who takes the letter at a cycle's end.
pub(in crate::digest) struct Taker {
    pub(in crate::digest) id: MemberId,
    pub(in crate::digest) name: String,
    pub(in crate::digest) email: String,
    pub(in crate::digest) role: Role,
    pub(in crate::digest) language: Locale,
    pub(in crate::digest) hours: Json<Hours>,
    /// The private teams they sit in.
    pub(in crate::digest) inside: Vec<TeamId>,
}

/// Who takes it and was not told: whoever takes digests and has not stopped this letter; of a team's own cycle, those who sit
/// in it.
pub(in crate::digest) async fn takers(
    tx: &mut OrgTx,
    cycle: CycleId,
    team: Option<TeamId>,
) -> sqlx::Result<Vec<Taker>> {
    sqlx::query_as!(
        Taker,
        r#"select m.id, m.name, a.email, m.role, m.language, hours_of(m) as "hours!: Json<Hours>",
                  array(select s.team_id from team_member s join team t on t.org_id = s.org_id and t.id = s.team_id
                         where s.org_id = m.org_id and s.member_id = m.id and t.private) as "inside!: Vec<TeamId>"
             from member m join account a on a.id = m.account_id
            where m.org_id = $1 and m.left_at is null and m.digest <> 'none' and m.cycle_letter
              and ($2::uuid is null or exists (select from team_member s where s.org_id = m.org_id and s.team_id = $2
                                                                          and s.member_id = m.id))
              and not exists (select from mail l where l.org_id = m.org_id and l.member_id = m.id
                                                   and l.kind = 'digest_cycle' and l.period = $3::uuid::text)
            order by m.id"#,
        tx.org as OrgId,
        team as Option<TeamId>,
        cycle as CycleId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Stops the letter for a member.
pub(in crate::digest) async fn stop(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<()> {
    sqlx::query!(
        "update member set cycle_letter = false where org_id = $1 and id = $2",
        tx.org as OrgId,
        member as MemberId,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
