//! Work for the roll-up, left in the transaction of its cause.

use super::queries;
use crate::db::OrgTx;
use crate::ids::CycleId;
use chrono::{DateTime, Utc};

/// Something in a cycle changed that figures follow from: what happened from `since` on must be looked at again. The
/// background task is rung for; with the transaction both vanish or both count.
pub async fn due(tx: &mut OrgTx, cycle: CycleId, since: DateTime<Utc>) -> sqlx::Result<()> {
    queries::add_due(tx, cycle, since).await
}
