//! What an objective may serve: the list to choose from, and moving it there.

use super::fields::Choice;
use super::objective::family;
use crate::calendar::Cycle;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{CycleId, ObjectiveId};
use crate::language::Words;
use crate::okr::mean;
use crate::okr::queries::{self, KeyResultName, Objective, Served};
use crate::okr::roll_up;
use crate::okr::tree::{ParentFault, may_serve};

/// The objectives of a cycle and their key results.
pub(super) struct Above {
    pub(super) all: Vec<Objective>,
    key_results: Vec<KeyResultName>,
}

impl Above {
    pub(super) async fn load(tx: &mut OrgTx, cycle: CycleId) -> Result<Self> {
        let all = queries::objectives_of_cycle(tx, cycle).await?;
        let key_results = queries::key_result_names(tx, cycle).await?;
        Ok(Self { all, key_results })
    }

    /// What this objective could serve: everything but itself and what serves it. Each objective is followed by its key
    /// results.
    pub(super) fn choices(&self, t: Words, own: Option<ObjectiveId>, typed: &str) -> Vec<Choice> {
        let own = own.map(|id| family(&self.all, id)).unwrap_or_default();
        let mut choices = vec![Choice::new("", t.okr_serves_none(), typed)];
        for one in self.all.iter().filter(|one| !own.contains(&one.id)) {
            choices.push(Choice::new(one.id, &one.title, typed));
            let below = self.key_results.iter().filter(|below| below.objective == one.id);
            choices.extend(below.map(|it| Choice::new(it.id, t.okr_serves_key_result(&it.title), typed)));
        }
        choices
    }

    /// What was chosen: nothing, an objective, or a key result.
    ///
    /// # Errors
    /// [`Fault::NotFound`] for anything that is not of this cycle.
    pub(super) fn read(&self, typed: &str) -> Result<Option<Served>> {
        if typed.is_empty() {
            return Ok(None);
        }
        let objective = self.all.iter().find(|one| one.id.to_string() == typed);
        let key_result = self.key_results.iter().find(|one| one.id.to_string() == typed);
        let served = objective.map(|one| Served { objective: one.id, key_result: None });
        let served =
            served.or(key_result.map(|it| Served { objective: it.objective, key_result: Some(it.id) }));
        served.map(Some).ok_or(Fault::NotFound)
    }

    /// Why `id` can't serve what was chosen, if it can't.
    pub(super) fn problem(&self, t: Words, id: ObjectiveId, serves: Option<Served>) -> Option<&'static str> {
        let fault = may_serve(&mean::branches(&self.all), id, serves?.objective).err()?;
        Some(match fault {
            ParentFault::Loop => t.okr_parent_loop(),
            ParentFault::TooDeep => t.okr_parent_too_deep(),
        })
    }
}

/// Why the database refused a move that looked well: somebody moved something else meanwhile.
pub(super) fn refusal(t: Words, error: &sqlx::Error) -> Option<&'static str> {
    match error.as_database_error()?.constraint()? {
        "objective_no_loop" => Some(t.okr_parent_loop()),
        "objective_depth" => Some(t.okr_parent_too_deep()),
        _ => None,
    }
}

/// What an objective serves as a form names it.
pub(super) fn name(serves: Option<Served>) -> String {
    let name = |it: Served| it.key_result.map_or_else(|| it.objective.to_string(), |id| id.to_string());
    serves.map(name).unwrap_or_default()
}

/// Leaves the roll-up's work after an objective was moved. Its place has no log of its own: it is told anew for the whole
/// cycle, here and where it counted before.
pub(super) async fn moved(
    tx: &mut OrgTx,
    (id, cycle): (CycleId, &Cycle),
    objective: ObjectiveId,
    before: Option<ObjectiveId>,
) -> sqlx::Result<()> {
    for moved in before.into_iter().chain([objective]) {
        roll_up::objective_due(tx, id, moved, cycle.opens()).await?;
    }
    Ok(())
}
