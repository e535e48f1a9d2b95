//! Who belongs, in which role, and which teams there are.

use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::ids::{MemberId, OrgId, StandupId, TeamId};
use crate::organisation::Role;
use chrono::{DateTime, Utc};

/// A member, as lists of people show them.
pub(in crate::settings) struct Person {
    pub(in crate::settings) id: MemberId,
    pub(in crate::settings) name: String,
    pub(in crate::settings) email: String,
    pub(in crate::settings) role: Role,
    pub(in crate::settings) zone: Zone,
    pub(in crate::settings) teams: Vec<String>,
}

/// Everybody in the organisation.
pub(in crate::settings) async fn people(tx: &mut OrgTx) -> sqlx::Result<Vec<Person>> {
    sqlx::query_as!(
        Person,
        r#"select m.id, m.name, a.email, m.role, m.zone,
                  array(select t.name from team_member s join team t on t.org_id = s.org_id and t.id = s.team_id
                         where s.org_id = m.org_id and s.member_id = m.id order by t.name) as "teams!"
             from member m join account a on a.id = m.account_id
            where m.org_id = $1 and m.left_at is null order by m.name, m.id"#,
        tx.org as OrgId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Changes a member's role; the last owner stays one. `false` when nothing was changed.
pub(in crate::settings) async fn set_role(
    tx: &mut OrgTx,
    member: MemberId,
    role: Role,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update member set role = $3
          where org_id = $1 and id = $2 and left_at is null
            and ($3 = 'owner' or role <> 'owner'
                 or exists (select from member o where o.org_id = $1 and o.id <> $2 and o.role = 'owner' and o.left_at is null))",
        tx.org as OrgId,
        member as MemberId,
        role as Role,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends a membership. What they wrote stays; the last owner can't leave. `false` when nothing was changed.
pub(in crate::settings) async fn leave(
    tx: &mut OrgTx,
    member: MemberId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update member set left_at = $3, digest = 'none', next_digest_at = null
          where org_id = $1 and id = $2 and left_at is null
            and (role <> 'owner'
                 or exists (select from member o where o.org_id = $1 and o.id <> $2 and o.role = 'owner' and o.left_at is null))",
        tx.org as OrgId,
        member as MemberId,
        now,
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "delete from team_member where org_id = $1 and member_id = $2",
        tx.org as OrgId,
        member as MemberId
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Adds a team; `false` when its word in addresses is taken.
pub(in crate::settings) async fn add_team(
    tx: &mut OrgTx,
    team: TeamId,
    slug: &str,
    name: &str,
    zone: Zone,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into team (org_id, id, slug, name, zone, created_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        tx.org as OrgId,
        team as TeamId,
        slug,
        name,
        zone as Zone,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives a team its standup.
pub(in crate::settings) async fn add_standup(
    tx: &mut OrgTx,
    standup: StandupId,
    team: TeamId,
    name: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into standup (org_id, id, team_id, name, created_at) values ($1, $2, $3, $4, $5)",
        tx.org as OrgId,
        standup as StandupId,
        team as TeamId,
        name,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
