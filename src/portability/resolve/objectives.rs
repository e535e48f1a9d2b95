//! Objectives: whose, in which cycle, serving what.

use super::{Aim, Desk, folded, twin};
use crate::ids::{CycleId, KeyResultId, ObjectiveId, TeamId};
use crate::okr::bulk::NewObjective;
use crate::okr::permission::{Deed, Ties};
use crate::okr::tree::DEPTH;
use crate::portability::columns::Column;
use crate::portability::finding::{Between, Fault, Twin};
use crate::portability::read::ObjectiveSaid;
use std::collections::{HashMap, HashSet};

impl Desk<'_> {
    pub(super) fn objectives(&mut self, all: &[ObjectiveSaid]) {
        let here = self.known.objectives.iter().map(|one| {
            let team = one.team.as_ref().map(|team| team.id);
            ((one.cycle, team, folded(&one.title)), Twin::Here)
        });
        let mut seen: HashMap<_, _> = here.collect();
        for one in all {
            if self.here(&one.said).is_some() {
                self.plan.kept += 1;
            } else if let Some(place) = self.objective(one, &mut seen) {
                self.places.insert(one.said.row, place);
            }
        }
    }

    /// Finds what objectives serve, once everything they can serve is known.
    pub(super) fn serve(&mut self, all: &[ObjectiveSaid]) {
        let key_results: HashMap<_, _> = self
            .known
            .key_results
            .iter()
            .map(|one| (one.id, one.objective))
            .chain(self.plan.key_results.iter().map(|one| (one.id, one.objective)))
            .collect();
        for one in all {
            if let Some(place) = self.places.get(&one.said.row).copied() {
                self.serve_one(place, one, &key_results);
            }
        }
        self.untangle();
    }

    /// An objective by itself: its place in the plan. None when it names no cycle or team that is there.
    fn objective(
        &mut self,
        one: &ObjectiveSaid,
        seen: &mut HashMap<(CycleId, Option<TeamId>, String), Twin>,
    ) -> Option<usize> {
        let row = one.said.row;
        let named = self.cycle(&one.said)?;
        let team = match &one.team {
            None => None,
            Some(name) => {
                let team = self
                    .known
                    .teams
                    .iter()
                    .find(|team| folded(&team.name) == folded(name) || team.slug == folded(name));
                if team.is_none() {
                    self.tell(row, Column::Team, Fault::NoSuchTeam(name.clone()));
                }
                Some(team?.id)
            }
        };
        if let Some(own) = named.team.as_ref().filter(|own| Some(own.id) != team) {
            self.tell(row, Column::Team, Fault::CycleOfTeam(own.name.clone()));
        }
        let owner = self.owner(&one.said);
        let reviewer = self.keeper((row, Column::Reviewer), one.reviewer.as_deref());
        if !Ties::to_objective(self.known.me, team, owner).may(Deed::AddObjective) {
            self.tell(row, Column::Team, Fault::NotYours);
        }
        if !one.title.is_empty()
            && let Some(other) = twin(seen, (named.id, team, folded(&one.title)), row)
        {
            self.tell(row, Column::Title, Between::SameTitle(other));
        }
        let at = self.since(&one.said, named.cycle.zone);
        let id = ObjectiveId::fresh();
        self.finder.add_objective(one.said.reference.as_deref(), &one.title, id, named.id, Twin::Row(row));
        self.aims.insert(id, Aim { cycle: named.id, team, owner });
        self.rows.insert(id, row);
        self.plan.objectives.push(NewObjective {
            id,
            cycle: named.id,
            team,
            parent: None,
            parent_key_result: None,
            title: one.title.clone(),
            why: one.why.clone(),
            owner,
            reviewer,
            ambition: one.ambition,
            weight: one.weight,
            count_aligned: one.count_aligned,
            at: at.unwrap_or(self.known.now),
        });
        Some(self.plan.objectives.len() - 1)
    }

    /// Finds what an objective serves: another one, or a key result, and so the objective of that.
    fn serve_one(
        &mut self,
        place: usize,
        one: &ObjectiveSaid,
        key_results: &HashMap<KeyResultId, ObjectiveId>,
    ) {
        let (Some(text), Some(new)) = (&one.said.parent, self.plan.objectives.get_mut(place)) else { return };
        let found = match self.finder.objective(text, new.cycle) {
            Err(fault) => match self.finder.key_result(text, new.cycle) {
                Ok(id) => key_results.get(&id).map(|objective| (*objective, Some(id))).ok_or(fault),
                Err(Between::SeveralParents(text, twins)) => Err(Between::SeveralParents(text, twins)),
                Err(_) => Err(fault),
            },
            Ok(id) => Ok((id, None)),
        };
        let found = found.and_then(|(parent, key_result)| {
            let above = self.aims.get(&parent).filter(|above| above.cycle == new.cycle);
            above.map(|_| (parent, key_result)).ok_or_else(|| Between::ParentInOtherCycle(text.clone()))
        });
        match found {
            Ok((parent, key_result)) => {
                (new.parent, new.parent_key_result) = (Some(parent), key_result);
            }
            Err(fault) => self.tell(one.said.row, Column::Parent, fault),
        }
    }

    /// Tells of objectives that serve themselves, by way of which rows, and of those that lie too deep.
    fn untangle(&mut self) {
        let mut above: HashMap<_, _> =
            self.known.objectives.iter().filter_map(|one| Some((one.id, one.parent?))).collect();
        above.extend(self.plan.objectives.iter().filter_map(|one| Some((one.id, one.parent?))));
        let circles = circles(self.plan.objectives.iter().map(|one| one.id), &above);
        let row = |id: &ObjectiveId| self.rows.get(id).copied();
        let mut found = Vec::new();
        for circle in &circles {
            let rows: Vec<_> = circle.iter().filter_map(row).collect();
            found.extend(rows.iter().map(|at| (*at, Between::Loop(rows.clone()))));
        }
        for one in &self.plan.objectives {
            let way: Vec<_> =
                std::iter::successors(Some(one.id), |id| above.get(id).copied()).take(DEPTH + 1).collect();
            let turns = || circles.iter().flatten().any(|id| way.contains(id));
            if way.len() > DEPTH && !turns() {
                found.extend(row(&one.id).map(|at| (at, Between::TooDeep)));
            }
        }
        for (row, fault) in found {
            self.tell(row, Column::Parent, fault);
        }
    }
}

/// The circles in which things lie above one another.
fn circles(
    all: impl Iterator<Item = ObjectiveId>,
    above: &HashMap<ObjectiveId, ObjectiveId>,
) -> Vec<Vec<ObjectiveId>> {
    let (mut seen, mut circles) = (HashSet::new(), Vec::new());
    for id in all {
        let mut way = Vec::new();
        let mut next = Some(id);
        while let Some(at) = next.filter(|at| seen.insert(*at)) {
            way.push(at);
            next = above.get(&at).copied();
        }
        // The way ended where it had been itself, and not where another one had.
        if let Some(begin) = next.and_then(|end| way.iter().position(|at| *at == end)) {
            circles.push(way.split_off(begin));
        }
    }
    circles
}

/// Each after the one it serves, otherwise in their order. Those of a circle, which never are written, come last.
pub(super) fn parents_first(all: Vec<NewObjective>) -> Vec<NewObjective> {
    let mut waiting: HashSet<_> = all.iter().map(|one| one.id).collect();
    let (mut sorted, mut rest) = (Vec::with_capacity(all.len()), all);
    while !rest.is_empty() {
        let ready = |one: &NewObjective| one.parent.is_none_or(|parent| !waiting.contains(&parent));
        let (now, later): (Vec<_>, Vec<_>) = rest.into_iter().partition(ready);
        if now.is_empty() {
            sorted.extend(later);
            break;
        }
        for one in &now {
            waiting.remove(&one.id);
        }
        sorted.extend(now);
        rest = later;
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(number: usize) -> ObjectiveId {
        ObjectiveId(uuid::Uuid::from_u128(number as u128))
    }

    #[test]
    fn each_circle_is_found_once() {
        let above: HashMap<_, _> =
            [(1, 2), (2, 3), (3, 1), (4, 1), (5, 5), (6, 7)].map(|(one, up)| (id(one), id(up))).into();
        let found = circles((1..=8).map(id), &above);
        assert_eq!(found, [vec![id(1), id(2), id(3)], vec![id(5)]]);
    }

    proptest! {
        #[test]
        fn what_is_on_a_circle_comes_back_to_itself(ups in prop::collection::vec(0..12_usize, 12)) {
            let above: HashMap<_, _> = ups.iter().enumerate().filter(|(_, up)| **up > 0).map(|(one, up)| (id(one), id(*up))).collect();
            let found: HashSet<_> = circles((0..12).map(id), &above).into_iter().flatten().collect();
            for one in (0..12).map(id) {
                let returns = std::iter::successors(above.get(&one).copied(), |at| above.get(at).copied()).take(12).any(|at| at == one);
                prop_assert_eq!(found.contains(&one), returns);
            }
        }
    }
}
