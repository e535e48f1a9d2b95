//! The SQL of teams.

use super::Team;
use super::invitation::{Held, Offer, Open, Told};
use crate::account::Email;
use crate::db::{GlobalTx, OrgTx};
use crate::ids::{InvitationId, MemberId, OrgId, TeamId};
use chrono::{DateTime, Utc};

/// The team with this word in addresses.
pub(super) async fn team_by_slug(tx: &mut OrgTx, slug: &str) -> sqlx::Result<Option<Team>> {
    sqlx::query_as!(
        Team,
        "select id, slug, name, zone, private from team where org_id = $1 and slug = $2",
        tx.org as OrgId,
        slug,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// The teams, by name.
pub(super) async fn teams(tx: &mut OrgTx) -> sqlx::Result<Vec<Team>> {
    sqlx::query_as!(
        Team,
        "select id, slug, name, zone, private from team where org_id = $1 order by name, id",
        tx.org as OrgId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Whether the owner of this address sits in the team.
pub(super) async fn sits_in_team(tx: &mut OrgTx, team: TeamId, email: &Email) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (
               select from team_member s
                 join member m on m.org_id = s.org_id and m.id = s.member_id
                 join account a on a.id = m.account_id
                where s.org_id = $1 and s.team_id = $2 and a.email = $3 and m.left_at is null) as "sits!""#,
        tx.org as OrgId,
        team as TeamId,
        email.as_str(),
    )
    .fetch_one(&mut **tx)
    .await
}

/// Writes an invitation down. `false` when this one is there already.
pub(super) async fn add_invitation(
    tx: &mut OrgTx,
    inviter: MemberId,
    offer: &Offer<'_>,
    hash: &[u8],
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let added = sqlx::query!(
        "insert into invitation (org_id, id, team_id, inviter_id, email, note, token_hash, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (org_id, id) do nothing",
        tx.org as OrgId,
        offer.id as InvitationId,
        offer.team as TeamId,
        inviter as MemberId,
        offer.email.as_str(),
        offer.note,
        hash,
        now,
        expires_at,
    );
    Ok(added.execute(&mut **tx).await?.rows_affected() == 1)
}

/// Takes back what was offered to the same address in the same team before.
pub(super) async fn revoke_older(tx: &mut OrgTx, offer: &Offer<'_>, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update invitation set revoked_at = $5
          where org_id = $1 and team_id = $2 and email = $3 and id <> $4 and accepted_at is null and revoked_at is null",
        tx.org as OrgId,
        offer.team as TeamId,
        offer.email.as_str(),
        offer.id as InvitationId,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The invitations to a team that may still be accepted.
pub(super) async fn open_invitations(
    tx: &mut OrgTx,
    team: TeamId,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Open>> {
    sqlx::query_as!(
        Open,
        "select i.id, i.email, m.name as inviter, i.expires_at
           from invitation i join member m on m.org_id = i.org_id and m.id = i.inviter_id
          where i.org_id = $1 and i.team_id = $2 and i.accepted_at is null and i.revoked_at is null and i.expires_at > $3
          order by i.created_at desc, i.id desc",
        tx.org as OrgId,
        team as TeamId,
        now,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Takes one back.
pub(super) async fn revoke_invitation(
    tx: &mut OrgTx,
    team: TeamId,
    id: InvitationId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let revoked = sqlx::query!(
        "update invitation set revoked_at = $4
          where org_id = $1 and team_id = $2 and id = $3 and accepted_at is null and revoked_at is null",
        tx.org as OrgId,
        team as TeamId,
        id as InvitationId,
        now,
    );
    Ok(revoked.execute(&mut **tx).await?.rows_affected() == 1)
}

/// The invitation whose token has this hash. The scope must hold the hash.
pub(super) async fn invitation_by_token(tx: &mut GlobalTx, hash: &[u8]) -> sqlx::Result<Option<Held>> {
    sqlx::query_as!(
        Held,
        r#"select id, org_id as "org: OrgId", team_id as "team: TeamId", email, expires_at, accepted_at, revoked_at
             from invitation where token_hash = $1"#,
        hash,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Who invites, into what.
pub(super) async fn invitation_told(tx: &mut OrgTx, id: InvitationId) -> sqlx::Result<Told> {
    sqlx::query_as!(
        Told,
        "select o.name as organisation, o.slug as org_slug, t.name as team, m.name as inviter, i.note
           from invitation i
           join organisation o on o.id = i.org_id
           join team t on t.org_id = i.org_id and t.id = i.team_id
           join member m on m.org_id = i.org_id and m.id = i.inviter_id
          where i.org_id = $1 and i.id = $2",
        tx.org as OrgId,
        id as InvitationId,
    )
    .fetch_one(&mut **tx)
    .await
}

/// Uses an invitation up.
pub(super) async fn accept_invitation(
    tx: &mut OrgTx,
    id: InvitationId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let accepted = sqlx::query_scalar!(
        r#"update invitation set accepted_at = $3
            where org_id = $1 and id = $2 and accepted_at is null and revoked_at is null and expires_at > $3
        returning id as "id: InvitationId""#,
        tx.org as OrgId,
        id as InvitationId,
        now,
    );
    Ok(accepted.fetch_optional(&mut **tx).await?.is_some())
}

/// Seats a member in a team.
pub(super) async fn add_seat(tx: &mut OrgTx, team: TeamId, member: MemberId, lead: bool) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into team_member (org_id, team_id, member_id, lead) values ($1, $2, $3, $4) on conflict do nothing",
        tx.org as OrgId,
        team as TeamId,
        member as MemberId,
        lead,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
