//! The SQL of teams.

use super::Team;
use crate::db::OrgTx;
use crate::ids::OrgId;

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
