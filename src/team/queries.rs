//! The SQL of teams.

use super::Team;
use super::invitation::Open;
use crate::db::OrgTx;
use crate::ids::{OrgId, TeamId};
use chrono::{DateTime, Utc};

/// The team with this word in addresses.
pub(super) async fn team_by_slug(tx: &mut OrgTx, slug: &str) -> sqlx::Result<Option<Team>> {
    sqlx::query_as!(
        Team,
        "select id, slug, name, zone from team where org_id = $1 and slug = $2",
        tx.org as OrgId,
        slug,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// The team's invitations that work at `now`, newest first.
pub(super) async fn open_invitations(tx: &mut OrgTx, team: TeamId, now: DateTime<Utc>) -> sqlx::Result<Vec<Open>> {
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
