//! Giving a key result or an objective to somebody, and changing nothing else of it.

use super::assigned;
use super::permission::{Deed, Ties};
use super::{asking, queries, roll_up};
use crate::calendar::CycleState;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{KeyResultId, MemberId, ObjectiveId, TeamId};
use crate::organisation::Me;
use chrono::{DateTime, Utc};

/// Gives a key result to this member, who is told. Its check-ins are due on their clock from now on. `false` when they can't
/// own it: they take no part, or may not read it.
///
/// # Errors
/// [`Fault::NotFound`] when there is no such key result, [`Fault::Forbidden`] when `me` may not change it or its cycle is
/// closed, or when the database fails.
pub async fn give_key_result(
    tx: &mut OrgTx,
    me: &Me,
    id: KeyResultId,
    to: MemberId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let one = queries::key_result(tx, id).await?.filter(|one| one.dropped_at.is_none());
    let one = one.ok_or(Fault::NotFound)?;
    let (team, owner) = (one.team.as_ref().map(|team| team.id), one.owner.as_ref().map(|owner| owner.id));
    let ties = Ties::to_objective(me, team, one.objective_owner).with_key_result(me, owner);
    if !ties.may(Deed::KeepKeyResult) || one.cycle.cycle.state_at(now) == CycleState::Closed {
        return Err(Fault::Forbidden);
    }
    if !can_own(tx, team, to).await? {
        return Ok(false);
    }
    if owner != Some(to) {
        let rows = asking::hold(tx, asking::Whose::KeyResult(id), now).await?;
        queries::set_key_result_owner(tx, id, to).await?;
        rows.follow(tx, now).await?;
        assigned::owned(tx, id, (owner, Some(to)), me.id, now).await?;
        // When it was due, and so when stale, is told anew for the whole cycle.
        roll_up::key_result_due(tx, one.cycle.id, id, one.cycle.cycle.opens()).await?;
    }
    Ok(true)
}

/// Gives an objective to this member, who is told. `false` when they can't own it.
///
/// # Errors
/// As for a key result.
pub async fn give_objective(
    tx: &mut OrgTx,
    me: &Me,
    id: ObjectiveId,
    to: MemberId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let one = queries::objective(tx, id).await?.filter(|one| one.dropped_at.is_none());
    let one = one.ok_or(Fault::NotFound)?;
    let (team, owner) = (one.team.as_ref().map(|team| team.id), one.owner.as_ref().map(|owner| owner.id));
    let cycle = queries::cycle(tx, one.cycle).await?.ok_or(Fault::NotFound)?;
    if !Ties::to_objective(me, team, owner).may(Deed::KeepObjective)
        || cycle.cycle.state_at(now) == CycleState::Closed
    {
        return Err(Fault::Forbidden);
    }
    if !can_own(tx, team, to).await? {
        return Ok(false);
    }
    if owner != Some(to) {
        queries::set_objective_owner(tx, id, to).await?;
        assigned::owned(tx, id, (owner, Some(to)), me.id, now).await?;
    }
    Ok(true)
}

async fn can_own(tx: &mut OrgTx, team: Option<TeamId>, member: MemberId) -> sqlx::Result<bool> {
    Ok(queries::people(tx, team).await?.iter().any(|one| one.id == member))
}
