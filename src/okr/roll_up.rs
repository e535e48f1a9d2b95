//! Work for the roll-up, left in the transaction of its cause.
//!
//! Each mark says what was touched and since when; what happened before stays as it is. The background task is rung for.
//! With the transaction, mark and ring both vanish or both count.

use super::queries;
use crate::db::OrgTx;
use crate::ids::{CycleId, KeyResultId, MemberId, ObjectiveId, TeamId};
use chrono::{DateTime, Utc};

/// Something changed that all figures of a cycle follow from.
pub async fn due(tx: &mut OrgTx, cycle: CycleId, since: DateTime<Utc>) -> sqlx::Result<()> {
    queries::add_due(tx, cycle, None, None, since).await
}

/// Something changed that a key result's figures follow from, and with them those of its objective and of the
/// objectives that one counts in.
pub async fn key_result_due(
    tx: &mut OrgTx,
    cycle: CycleId,
    key_result: KeyResultId,
    since: DateTime<Utc>,
) -> sqlx::Result<()> {
    queries::add_due(tx, cycle, Some(key_result), None, since).await
}

/// Something changed that an objective's figures follow from, and with them those of the objectives it counts in, but no
/// key result's.
pub async fn objective_due(
    tx: &mut OrgTx,
    cycle: CycleId,
    objective: ObjectiveId,
    since: DateTime<Utc>,
) -> sqlx::Result<()> {
    queries::add_due(tx, cycle, None, Some(objective), since).await
}

/// A team became private, or everybody's: where its objectives count follows from that and has no log of its own, so all
/// cycles are told anew from before their first days, here and where they counted before.
pub async fn look_again_at_team(tx: &mut OrgTx, team: TeamId) -> sqlx::Result<()> {
    queries::add_due_for_team(tx, team).await
}

/// A member's zone, working week or days away changed: they decide when what the member owns grows stale, so that is told
/// anew, in all cycles from their first day on.
pub async fn look_again_at_owned(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<()> {
    tx.uncover().await?;
    queries::add_due_for_owned(tx, member).await?;
    tx.cover().await
}
