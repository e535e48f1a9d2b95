//! Work for the roll-up, left in the transaction of its cause.

use super::queries;
use crate::db::OrgTx;
use crate::ids::{CycleId, MemberId};
use chrono::{DateTime, Utc};

/// Something in a cycle changed that figures follow from: what happened from `since` on must be looked at again. The
/// background task is rung for; with the transaction both vanish or both count.
pub async fn due(tx: &mut OrgTx, cycle: CycleId, since: DateTime<Utc>) -> sqlx::Result<()> {
    queries::add_due(tx, cycle, since).await
}

/// A member's calendar changed: it decides when a word of theirs is stale, so the cycles of what they own are computed anew,
/// from before their first day in any zone.
///
/// # Errors
/// When the database fails.
pub async fn look_again_at_owned(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<()> {
    queries::add_due_for_owner(tx, member).await
}
