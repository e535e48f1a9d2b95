//! Key results: of which objective, measured how, within the days of its cycle.

use super::{Desk, Plan, folded, twin};
use crate::ids::{KeyResultId, ObjectiveId};
use crate::okr::bulk::NewKeyResult;
use crate::okr::measure::Terms;
use crate::okr::permission::{Deed, Ties};
use crate::portability::columns::Column;
use crate::portability::finding::{Between, Fault, Twin};
use crate::portability::read::KeyResultSaid;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::collections::HashMap;

impl Desk<'_> {
    pub(super) fn key_results(&mut self, all: &[KeyResultSaid]) {
        let here = self.known.key_results.iter();
        let mut seen: HashMap<_, _> =
            here.map(|one| ((one.objective, folded(&one.title)), Twin::Here)).collect();
        for one in all {
            if self.here(&one.said).is_some() {
                self.plan.kept += 1;
            } else {
                self.key_result(one, &mut seen);
            }
        }
    }

    fn key_result(&mut self, one: &KeyResultSaid, seen: &mut HashMap<(ObjectiveId, String), Twin>) {
        let row = one.said.row;
        let owner = self.owner(&one.said);
        let cycle = self.cycle(&one.said);
        let (Some(text), Some(cycle)) = (&one.said.parent, cycle) else { return };
        let found = self.finder.objective(text, cycle.id);
        let objective = match found {
            Ok(id) => id,
            Err(fault) => return self.tell(row, Column::Parent, fault),
        };
        let named = self
            .aims
            .get(&objective)
            .copied()
            .and_then(|aim| Some((aim, self.known.cycles.iter().find(|named| named.id == aim.cycle)?)));
        // Something of this id is here, but not in a cycle that is open, or it was let go.
        let Some((aim, named)) = named else {
            return self.tell(row, Column::Parent, Between::NoSuchParent(text.clone()));
        };
        if !Ties::to_objective(self.known.me, aim.team, aim.owner).may(Deed::KeepObjective) {
            self.tell(row, Column::Parent, Fault::NotYours);
        }
        if !one.title.is_empty()
            && let Some(other) = twin(seen, (objective, folded(&one.title)), row)
        {
            self.tell(row, Column::Title, Between::SameTitle(other));
        }
        let at = self.since(&one.said, named.cycle.zone);
        let id = KeyResultId::fresh();
        self.dated.extend(at.map(|_| id));
        self.finder.add_key_result(one.said.reference.as_deref(), &one.title, id, named.id, Twin::Row(row));
        let Some(measure) = &one.measure else { return };
        for (column, fault) in days(&measure.terms, named.cycle.first, named.cycle.last) {
            self.tell(row, column, fault);
        }
        self.plan.key_results.push(NewKeyResult {
            id,
            objective,
            cycle: named.id,
            title: one.title.clone(),
            unit: measure.unit.clone(),
            measured_by: one.measured_by.clone(),
            owner,
            cadence: one.cadence,
            terms: measure.terms.clone(),
            at: at.unwrap_or(self.known.now),
        });
    }

    /// Lets what says nothing of it count since its first check-in or the cycle's first day, whichever came first; and an
    /// objective since anything below it does.
    pub(super) fn date_back(&mut self) {
        let Plan { objectives, key_results, check_ins, .. } = &mut self.plan;
        let mut since: HashMap<ObjectiveId, DateTime<Utc>> = HashMap::new();
        for one in key_results.iter_mut() {
            let cycle = self.known.cycles.iter().find(|named| named.id == one.cycle);
            let first = check_ins.get(&one.id).and_then(|all| all.first()).map(|(_, check_in)| check_in.at);
            if let (Some(cycle), Some(first), false) = (cycle, first, self.dated.contains(&one.id)) {
                one.at = first.min(cycle.cycle.opens());
            }
            let at = since.entry(one.objective).or_insert(one.at);
            *at = one.at.min(*at);
        }
        let above: HashMap<_, _> = objectives.iter().filter_map(|one| Some((one.id, one.parent?))).collect();
        for (from, at) in since.clone() {
            let mut next = above.get(&from);
            for _ in 0..above.len() {
                let Some(up) = next else { break };
                let there = since.entry(*up).or_insert(at);
                *there = at.min(*there);
                next = above.get(up);
            }
        }
        for one in objectives.iter_mut() {
            one.at = since.get(&one.id).map_or(one.at, |at| one.at.min(*at));
        }
    }
}

/// What of these terms lies outside a cycle's days.
fn days(terms: &Terms, first: NaiveDate, last: NaiveDate) -> Vec<(Column, Fault)> {
    let before_last = last - TimeDelta::days(1);
    let steps = terms.steps().iter().filter_map(|step| step.due);
    let steps = steps.filter(|due| !(first..=last).contains(due));
    let steps = steps.map(|_| (Column::Steps, Fault::Outside { first, last }));
    let points = terms.checkpoints().iter().filter(|point| !(first..=before_last).contains(&point.on));
    let points = points.map(|_| (Column::Checkpoints, Fault::Outside { first, last: before_last }));
    steps.chain(points).collect()
}
