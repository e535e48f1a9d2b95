//! Many objectives and key results at once, as a file brings them.

use super::measure::Terms;
use super::queries;
use super::roll_up;
use super::status::Cadence;
use super::stored::Ambition;
use super::unit::Unit;
use crate::db::OrgTx;
use crate::ids::{CycleId, KeyResultId, MemberId, ObjectiveId, TeamId};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// An objective as it is to be written.
#[derive(Debug, Clone)]
pub struct NewObjective {
    /// Its id.
    pub id: ObjectiveId,
    /// The cycle it is set for.
    pub cycle: CycleId,
    /// Its team; none: the whole organisation's.
    pub team: Option<TeamId>,
    /// The objective it serves, which must be there or come before it.
    pub parent: Option<ObjectiveId>,
    /// The key result of that objective it serves, if it serves one.
    pub parent_key_result: Option<KeyResultId>,
    /// Its title.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// Who owns it.
    pub owner: Option<MemberId>,
    /// Who reads its check-ins.
    pub reviewer: Option<MemberId>,
    /// What it promises.
    pub ambition: Ambition,
    /// Its weight.
    pub weight: i16,
    /// Whether those that serve it count in it.
    pub count_aligned: bool,
    /// Since when it counts.
    pub at: DateTime<Utc>,
}

/// A key result as it is to be written.
#[derive(Debug, Clone)]
pub struct NewKeyResult {
    /// Its id.
    pub id: KeyResultId,
    /// The objective it belongs to.
    pub objective: ObjectiveId,
    /// That objective's cycle.
    pub cycle: CycleId,
    /// Its title.
    pub title: String,
    /// What it is counted in.
    pub unit: Unit,
    /// How it is measured, in words.
    pub measured_by: String,
    /// Who owns it.
    pub owner: Option<MemberId>,
    /// When check-ins are due.
    pub cadence: Cadence,
    /// What it is measured against.
    pub terms: Terms,
    /// Since when it counts.
    pub at: DateTime<Utc>,
}

/// Writes them, each after those that are there, and leaves their work for the roll-up. That `by` may
/// is for the caller to have checked, as is that everything named is there.
///
/// # Errors
/// When the database fails or refuses, as for a loop.
pub async fn add(
    tx: &mut OrgTx,
    by: MemberId,
    objectives: &[NewObjective],
    key_results: &[NewKeyResult],
) -> sqlx::Result<()> {
    queries::add_objectives(tx, objectives).await?;
    queries::add_key_results(tx, key_results, by).await?;
    let served = objectives.iter().filter_map(|one| Some((one.id, one.parent_key_result?)));
    queries::serve_key_results(tx, &served.collect::<Vec<_>>()).await?;
    let mut since: BTreeMap<CycleId, DateTime<Utc>> = BTreeMap::new();
    let touched = objectives.iter().map(|one| (one.cycle, one.at));
    for (cycle, at) in touched.chain(key_results.iter().map(|one| (one.cycle, one.at))) {
        let first = since.entry(cycle).or_insert(at);
        *first = at.min(*first);
    }
    for (cycle, at) in since {
        roll_up::due(tx, cycle, at).await?;
    }
    Ok(())
}
