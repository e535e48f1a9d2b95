//! Finding what a row belongs to: by the reference of another row, by the id of something here, by its title.

use super::{Here, Known, folded};
use crate::ids::{CheckInId, CycleId, KeyResultId, ObjectiveId};
use crate::portability::finding::{Between, Twin};
use std::collections::HashMap;
use uuid::Uuid;

/// What a row can point to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Objective(ObjectiveId),
    KeyResult(KeyResultId),
    CheckIn(CheckInId),
}

/// Something of a title.
#[derive(Debug, Clone, Copy)]
struct Titled<I> {
    id: I,
    cycle: CycleId,
    twin: Twin,
}

type Titles<I> = HashMap<String, Vec<Titled<I>>>;

/// Everything rows can belong to.
#[derive(Debug, Default)]
pub(super) struct Finder {
    references: HashMap<String, Target>,
    objectives: Titles<ObjectiveId>,
    key_results: Titles<KeyResultId>,
}

impl Finder {
    /// What is here already.
    pub(super) fn of(known: &Known<'_>) -> Self {
        let mut finder = Self::default();
        for one in &known.objectives {
            finder.add_objective(None, &one.title, one.id, one.cycle, Twin::Here);
        }
        for one in &known.key_results {
            finder.add_key_result(None, &one.title, one.id, one.cycle, Twin::Here);
        }
        for (id, here) in &known.here {
            let target = match here {
                Here::Objective => Target::Objective(ObjectiveId(*id)),
                Here::KeyResult => Target::KeyResult(KeyResultId(*id)),
                Here::CheckIn { .. } => Target::CheckIn(CheckInId(*id)),
            };
            finder.references.insert(id.to_string(), target);
        }
        finder
    }

    pub(super) fn add_objective(
        &mut self,
        reference: Option<&str>,
        title: &str,
        id: ObjectiveId,
        cycle: CycleId,
        twin: Twin,
    ) {
        self.refer(reference, Target::Objective(id));
        self.objectives.entry(folded(title)).or_default().push(Titled { id, cycle, twin });
    }

    pub(super) fn add_key_result(
        &mut self,
        reference: Option<&str>,
        title: &str,
        id: KeyResultId,
        cycle: CycleId,
        twin: Twin,
    ) {
        self.refer(reference, Target::KeyResult(id));
        self.key_results.entry(folded(title)).or_default().push(Titled { id, cycle, twin });
    }

    pub(super) fn add_check_in(&mut self, reference: Option<&str>, id: CheckInId) {
        self.refer(reference, Target::CheckIn(id));
    }

    fn refer(&mut self, reference: Option<&str>, target: Target) {
        if let Some(reference) = reference {
            self.references.insert(exact(reference), target);
        }
    }

    /// What has this reference.
    pub(super) fn reference(&self, text: &str) -> Option<Target> {
        self.references.get(&exact(text)).copied()
    }

    /// The objective of this reference or title; of several of one title, the one in this cycle.
    pub(super) fn objective(&self, text: &str, cycle: CycleId) -> Result<ObjectiveId, Between> {
        match self.reference(text) {
            Some(Target::Objective(id)) => Ok(id),
            Some(_) => Err(Between::WrongParent(text.to_owned())),
            None => titled(&self.objectives, text, cycle),
        }
    }

    /// The same of key results.
    pub(super) fn key_result(&self, text: &str, cycle: CycleId) -> Result<KeyResultId, Between> {
        match self.reference(text) {
            Some(Target::KeyResult(id)) => Ok(id),
            Some(_) => Err(Between::WrongParent(text.to_owned())),
            None => titled(&self.key_results, text, cycle),
        }
    }
}

/// A reference as it is compared: an id in one writing, anything else as it stands.
fn exact(reference: &str) -> String {
    reference.parse::<Uuid>().map_or_else(|_| reference.to_owned(), |id| id.to_string())
}

fn titled<I: Copy>(titles: &Titles<I>, text: &str, cycle: CycleId) -> Result<I, Between> {
    let all = titles.get(&folded(text)).map_or(&[][..], Vec::as_slice);
    let own: Vec<_> = all.iter().filter(|one| one.cycle == cycle).collect();
    let fitting = if own.is_empty() { all.iter().collect() } else { own };
    match *fitting {
        [] => Err(Between::NoSuchParent(text.to_owned())),
        [one] => Ok(one.id),
        _ => Err(Between::SeveralParents(text.to_owned(), fitting.iter().map(|one| one.twin).collect())),
    }
}
