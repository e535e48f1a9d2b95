//! What closing a cycle is drawn from: where everything ended, what it was given, what becomes of it.

use super::grading::{self, Asked, Grade};
use super::mean;
use super::pace::Elapsed;
use super::permission::{Deed, Ties};
use super::queries::{self, KeyResultGrade, NamedCycle, Objective, ObjectiveGrade};
use super::receipt::{MeanReceipt, PartOf};
use super::standing::{self, Standing};
use super::tree::Tree;
use crate::calendar::CycleState;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{CycleId, KeyResultId, MemberId, ObjectiveId};
use crate::organisation::Me;
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};

/// A cycle with all that was graded in it.
pub(in crate::okr) struct Closing {
    pub(in crate::okr) named: NamedCycle,
    pub(in crate::okr) state: CycleState,
    /// Its objectives, each after the one it serves.
    pub(in crate::okr) objectives: Vec<Objective>,
    pub(in crate::okr) standings: Vec<Standing>,
    elapsed: Elapsed,
    receipts: HashMap<ObjectiveId, MeanReceipt>,
    key_result_grades: HashMap<KeyResultId, KeyResultGrade>,
    objective_grades: HashMap<ObjectiveId, ObjectiveGrade>,
    /// Their copies in later cycles, each with the name of that cycle.
    objective_copies: HashMap<ObjectiveId, (ObjectiveId, String)>,
    key_result_copies: HashMap<KeyResultId, (KeyResultId, String)>,
    /// What the objectives of the cycle before were given.
    before: Vec<(Objective, Grade)>,
}

/// Whose grades are looked at together.
type Whose = (Option<MemberId>, Option<crate::ids::TeamId>);

impl Closing {
    /// Reads it.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when the organisation has no such cycle.
    pub(in crate::okr) async fn load(tx: &mut OrgTx, id: CycleId, now: DateTime<Utc>) -> Result<Self> {
        let cycles = queries::cycles(tx).await?;
        let named = cycles.iter().find(|one| one.id == id).cloned().ok_or(Fault::NotFound)?;
        let objectives = in_order(queries::objectives_of_cycle(tx, id).await?);
        let ids: Vec<_> = objectives.iter().map(|one| one.id).collect();
        let standings = standing::of_objectives(tx, &ids, now).await?;
        let measured: Vec<_> = standings.iter().map(|one| one.id).collect();
        let elapsed = Elapsed::at(&named.cycle, now);
        let receipts = mean::receipts(&objectives, &standings, elapsed);
        let key_result_grades = queries::key_result_grades(tx, id).await?;
        let objective_grades = queries::objective_grades(tx, id).await?;
        let objective_copies = queries::carried_objectives(tx, &ids).await?;
        let key_result_copies = queries::carried_key_results(tx, &measured).await?;
        let before = match former(&cycles, &named) {
            Some(former) => graded_in(tx, former.id).await?,
            None => Vec::new(),
        };
        Ok(Self {
            state: named.cycle.state_at(now),
            named,
            objectives,
            standings,
            elapsed,
            receipts,
            key_result_grades: key_result_grades.into_iter().map(|one| (one.key_result, one)).collect(),
            objective_grades: objective_grades.into_iter().map(|one| (one.objective, one)).collect(),
            objective_copies: objective_copies
                .into_iter()
                .map(|one| (one.from, (one.to, one.to_cycle)))
                .collect(),
            key_result_copies: key_result_copies
                .into_iter()
                .map(|one| (one.from, (one.to, one.to_cycle)))
                .collect(),
            before,
        })
    }

    /// Whether grades can be given: in the last days of the cycle and while it is being graded.
    pub(in crate::okr) fn is_open(&self) -> bool {
        matches!(self.state, CycleState::Closing | CycleState::Grading)
    }

    /// Whether it is too early for grades.
    pub(in crate::okr) fn is_ahead(&self) -> bool {
        self.state < CycleState::Closing
    }

    /// The key results of an objective, in their order.
    pub(in crate::okr) fn key_results(&self, objective: ObjectiveId) -> impl Iterator<Item = &Standing> {
        self.standings.iter().filter(move |one| one.objective == objective)
    }

    pub(in crate::okr) fn grade(&self, key_result: KeyResultId) -> Option<&KeyResultGrade> {
        self.key_result_grades.get(&key_result)
    }

    pub(in crate::okr) fn own_grade(&self, objective: ObjectiveId) -> Option<&ObjectiveGrade> {
        self.objective_grades.get(&objective)
    }

    pub(in crate::okr) fn copy(&self, objective: ObjectiveId) -> Option<&(ObjectiveId, String)> {
        self.objective_copies.get(&objective)
    }

    pub(in crate::okr) fn key_result_copy(&self, id: KeyResultId) -> Option<&(KeyResultId, String)> {
        self.key_result_copies.get(&id)
    }

    /// What progress suggests for an objective; nothing without data.
    pub(in crate::okr) fn suggested(&self, objective: ObjectiveId) -> Option<Grade> {
        self.receipt(objective).shown.mean.progress.map(Grade::suggested)
    }

    /// How far an objective came.
    pub(in crate::okr) fn receipt(&self, objective: ObjectiveId) -> MeanReceipt {
        let of_nothing = || MeanReceipt::new(Vec::new(), self.elapsed);
        self.receipts.get(&objective).cloned().unwrap_or_else(of_nothing)
    }

    /// Whether a member may grade an objective, say what was learned and carry it over.
    pub(in crate::okr) fn may_keep(me: &Me, objective: &Objective) -> bool {
        ties(me, objective).may(Deed::KeepObjective)
    }

    /// Whether a member may grade a key result.
    pub(in crate::okr) fn may_grade(me: &Me, objective: &Objective, key_result: &Standing) -> bool {
        let owner = key_result.owner.as_ref().map(|owner| owner.id);
        ties(me, objective).with_key_result(me, owner).may(Deed::KeepKeyResult)
    }

    /// What is to be graded, objective by objective, and by whom.
    pub(in crate::okr) fn asked(&self) -> Vec<Asked> {
        let mut asked = Vec::new();
        for objective in &self.objectives {
            let owner = objective.owner.as_ref().map(|owner| owner.id);
            asked.extend(self.key_results(objective.id).map(|one| Asked {
                of: PartOf::KeyResult(one.id),
                who: one.owner.as_ref().map(|owner| owner.id).or(owner),
                graded: self.grade(one.id).is_some(),
            }));
            let graded = self.own_grade(objective.id).is_some_and(|given| given.grade.is_some());
            asked.push(Asked { of: PartOf::Objective(objective.id), who: owner, graded });
        }
        asked
    }

    /// Whether whoever owns this objective always gets 1.0: in this cycle and in the one before.
    pub(in crate::okr) fn is_always_full(&self, objective: &Objective) -> bool {
        let whose = whose(objective);
        let now = self.objectives.iter().filter(|one| self::whose(one) == whose);
        let now: Vec<_> = now.filter_map(|one| self.own_grade(one.id)?.grade.and_then(Grade::of)).collect();
        let before = self.before.iter().filter(|(one, _)| self::whose(one) == whose);
        let before: Vec<_> = before.map(|(_, grade)| *grade).collect();
        self.own_grade(objective.id).is_some_and(|given| given.grade.is_some())
            && grading::always_full(&now, &before)
    }
}

/// The key results of a cycle that have a grade.
///
/// # Errors
/// When the database fails.
pub async fn graded(tx: &mut OrgTx, cycle: CycleId) -> sqlx::Result<HashSet<KeyResultId>> {
    let grades = queries::key_result_grades(tx, cycle).await?;
    Ok(grades.into_iter().map(|one| one.key_result).collect())
}

fn ties(me: &Me, objective: &Objective) -> Ties {
    let owner = objective.owner.as_ref().map(|owner| owner.id);
    Ties::to_objective(me, objective.team.as_ref().map(|team| team.id), owner)
}

/// The owner's, or the team's where nobody owns it.
fn whose(objective: &Objective) -> Whose {
    let owner = objective.owner.as_ref().map(|owner| owner.id);
    let team = objective.team.as_ref().map(|team| team.id);
    if owner.is_some() { (owner, None) } else { (None, team) }
}

/// The objectives with each after the one it serves.
fn in_order(objectives: Vec<Objective>) -> Vec<Objective> {
    let tree = Tree::grow(mean::branches(&objectives));
    tree.rows().filter_map(|(_, place)| objectives.get(place.index).cloned()).collect()
}

/// The cycle of the same owner that ended last before this one began.
fn former<'a>(cycles: &'a [NamedCycle], named: &NamedCycle) -> Option<&'a NamedCycle> {
    let team = |one: &NamedCycle| one.team.as_ref().map(|team| team.id);
    let former = cycles.iter().filter(|one| team(one) == team(named) && one.cycle.last < named.cycle.first);
    former.max_by_key(|one| one.cycle.last)
}

/// The objectives of a cycle that have a grade.
async fn graded_in(tx: &mut OrgTx, cycle: CycleId) -> sqlx::Result<Vec<(Objective, Grade)>> {
    let grades = queries::objective_grades(tx, cycle).await?;
    let grades: HashMap<_, _> =
        grades.into_iter().filter_map(|one| Some((one.objective, Grade::of(one.grade?)?))).collect();
    let objectives = queries::objectives_of_cycle(tx, cycle).await?;
    Ok(objectives.into_iter().filter_map(|one| Some((one.clone(), *grades.get(&one.id)?))).collect())
}
