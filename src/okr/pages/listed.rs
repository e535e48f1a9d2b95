//! What pages show, as lists to take away.

use super::node::Sieve;
use super::objective::family;
use super::okrs::{Show, Shown, choose, teams};
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{CycleId, KeyResultId, ObjectiveId};
use crate::okr::mean;
use crate::okr::pace::Elapsed;
use crate::okr::queries::{self, NamedCycle, Objective};
use crate::okr::receipt::MeanReceipt;
use crate::okr::standing::{Standing, of_objectives};
use crate::okr::tree::Tree;
use crate::organisation::Me;
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};

/// Objectives in the order of the tree, and their key results.
pub(crate) struct Listed {
    /// Their cycle.
    pub(crate) named: NamedCycle,
    /// The objectives.
    pub(crate) objectives: Vec<Objective>,
    /// The key results, those of one objective together.
    pub(crate) standings: Vec<Standing>,
    /// How far the objectives are.
    pub(crate) receipts: HashMap<ObjectiveId, MeanReceipt>,
}

/// All of a cycle.
async fn whole(tx: &mut OrgTx, named: NamedCycle, now: DateTime<Utc>) -> Result<Listed> {
    let objectives = queries::objectives_of_cycle(tx, named.id).await?;
    let ids: Vec<_> = objectives.iter().map(|one| one.id).collect();
    let standings = of_objectives(tx, &ids, now).await?;
    let receipts = mean::receipts(&objectives, &standings, Elapsed::at(&named.cycle, now));
    Ok(Listed { named, objectives, standings, receipts })
}

/// What the tree of a cycle shows: `?cycle=&show=`.
///
/// # Errors
/// [`Fault::NotFound`] for a cycle or a team that is not there.
pub(crate) async fn of_cycle(
    tx: &mut OrgTx,
    me: &Me,
    (cycle, show): (Option<CycleId>, Option<String>),
    now: DateTime<Utc>,
) -> Result<Listed> {
    let show = Show::parse(show);
    let cycles = queries::cycles(tx).await?;
    let named = choose(&cycles, cycle, me, now)?.ok_or(Fault::NotFound)?.clone();
    let mut listed = whole(tx, named, now).await?;
    let teams = teams(&listed.objectives, me);
    if matches!(&show, Show::Team(slug) if !teams.iter().any(|team| team.slug == *slug)) {
        return Err(Fault::NotFound);
    }
    listed.sift(&Shown { show: &show, me });
    Ok(listed)
}

/// An objective and what serves it.
///
/// # Errors
/// [`Fault::NotFound`] when it is not there.
pub(crate) async fn of_objective(tx: &mut OrgTx, id: ObjectiveId, now: DateTime<Utc>) -> Result<Listed> {
    let objective = queries::objective(tx, id).await?.ok_or(Fault::NotFound)?;
    let named = queries::cycle(tx, objective.cycle).await?.ok_or(Fault::NotFound)?;
    let mut listed = whole(tx, named, now).await?;
    let family = family(&listed.objectives, id);
    listed.standings.retain(|one| family.contains(&one.objective));
    listed.objectives.retain(|one| family.contains(&one.id));
    listed.sift(&super::node::Everything);
    Ok(listed)
}

/// A key result by itself.
///
/// # Errors
/// [`Fault::NotFound`] when it is not there.
pub(crate) async fn of_key_result(tx: &mut OrgTx, id: KeyResultId, now: DateTime<Utc>) -> Result<Listed> {
    let one = queries::key_result(tx, id).await?.ok_or(Fault::NotFound)?;
    let mut standings = of_objectives(tx, &[one.objective], now).await?;
    standings.retain(|standing| standing.id == id);
    Ok(Listed { named: one.cycle, objectives: Vec::new(), standings, receipts: HashMap::new() })
}

impl Listed {
    /// Puts the objectives in the order of the tree and leaves out what the sieve does, as the tree on a page.
    fn sift(&mut self, sieve: &impl Sieve) {
        let mut own: HashMap<ObjectiveId, Vec<&Standing>> = HashMap::new();
        for one in &self.standings {
            own.entry(one.objective).or_default().push(one);
        }
        let tree = Tree::grow(mean::branches(&self.objectives));
        let places: Vec<_> = tree.rows().map(|(_, place)| place).collect();
        let (mut objectives, mut key_results) = (HashSet::new(), HashSet::new());
        // From the last to the first, so that what serves an objective comes before it.
        for place in places.iter().rev() {
            let Some(one) = self.objectives.get(place.index) else { continue };
            let below = own.get(&one.id).map_or(&[][..], Vec::as_slice);
            let kept: Vec<_> =
                below.iter().filter(|it| sieve.keeps_key_result(one, it)).map(|it| it.id).collect();
            let is_kept = objectives.contains(&place.index) || !kept.is_empty();
            if is_kept || sieve.keeps_objective(one, below) {
                objectives.insert(place.index);
                objectives.extend(place.above);
            }
            key_results.extend(kept);
        }
        let order = places.iter().filter(|place| objectives.contains(&place.index));
        self.objectives = order.filter_map(|place| self.objectives.get(place.index).cloned()).collect();
        self.standings.retain(|one| key_results.contains(&one.id));
    }
}
