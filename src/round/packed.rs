//! An objective as a review found it: its figures with their receipts, kept as they were when it opened. Pure.

use crate::ids::{CycleId, KeyResultId, MemberId, ObjectiveId};
use crate::okr::Objective;
use crate::okr::mean;
use crate::okr::pace::Elapsed;
use crate::okr::receipt::{KeyResultReceipt, MeanReceipt, PartOf};
use crate::okr::slip::Titles;
use crate::okr::standing::{LastWord, Person, Standing};
use crate::okr::status::Status;
use crate::okr::unit::Unit;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An objective.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Packed {
    /// Its title.
    pub(super) title: String,
    /// Who owned it.
    pub(super) owner: Option<Named>,
    /// How far it was.
    pub(super) mean: MeanReceipt,
    /// What the parts of that were called.
    titles: Vec<(PartOf, String)>,
    /// Its key results.
    pub(super) key_results: Vec<PackedKeyResult>,
}

/// Somebody's name then.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Named {
    id: MemberId,
    pub(super) name: String,
}

/// A key result.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct PackedKeyResult {
    id: KeyResultId,
    title: String,
    unit: Unit,
    created_at: DateTime<Utc>,
    owner: Option<Named>,
    receipt: KeyResultReceipt,
    /// When it was last measured, by whom, and what they said.
    last: Option<(DateTime<Utc>, Named, String)>,
}

impl Packed {
    /// The objectives of one team, of all those of a cycle and their key results.
    pub(super) fn pack(
        chosen: &[&Objective],
        (all, standings): (&[Objective], &[Standing]),
        elapsed: Elapsed,
    ) -> Vec<Self> {
        let mut means = mean::receipts(all, standings, elapsed);
        let titles = mean::titles(all, standings);
        let pack = |one: &&Objective| {
            let mean = means.remove(&one.id)?;
            let named = mean.parts.iter().map(|part| part.of);
            Some(Self {
                title: one.title.clone(),
                owner: one.owner.as_ref().map(Named::of),
                titles: named.filter_map(|of| Some((of, (*titles.get(&of)?).to_owned()))).collect(),
                key_results: standings
                    .iter()
                    .filter(|it| it.objective == one.id)
                    .map(PackedKeyResult::of)
                    .collect(),
                mean,
            })
        };
        chosen.iter().filter_map(pack).collect()
    }

    /// What the parts of its mean were called.
    pub(super) fn titles(&self) -> Titles<'_> {
        self.titles.iter().map(|(of, title)| (*of, title.as_str())).collect()
    }

    /// Whether one of its key results was in this state.
    pub(super) fn has(&self, status: Status) -> bool {
        self.key_results.iter().any(|one| one.receipt.shown.status == status)
    }

    /// Whether it was short of where the calendar expected it.
    pub(super) fn is_short(&self) -> bool {
        let mean = self.mean.shown.mean;
        mean.progress.zip(mean.expected).is_some_and(|(progress, expected)| progress < expected)
    }
}

impl PackedKeyResult {
    fn of(one: &Standing) -> Self {
        Self {
            id: one.id,
            title: one.title.clone(),
            unit: one.unit.clone(),
            created_at: one.created_at,
            owner: one.owner.as_ref().map(Named::of),
            receipt: one.receipt.clone(),
            last: one.last.as_ref().map(|last| (last.at, Named::of(&last.by), last.note.clone())),
        }
    }

    /// Who measured it last.
    pub(super) fn author(&self) -> Option<&str> {
        self.last.as_ref().map(|(_, by, _)| by.name.as_str())
    }

    /// What they wrote with it.
    pub(super) fn note(&self) -> Option<&str> {
        self.last.as_ref().map(|(_, _, note)| note.as_str()).filter(|note| !note.is_empty())
    }

    /// The key result as it stood.
    pub(super) fn standing(&self, objective: (ObjectiveId, &str), cycle: CycleId) -> Standing {
        Standing {
            id: self.id,
            title: self.title.clone(),
            unit: self.unit.clone(),
            created_at: self.created_at,
            objective: objective.0,
            objective_title: objective.1.to_owned(),
            team: None,
            cycle,
            owner: self.owner.as_ref().map(Named::person),
            receipt: self.receipt.clone(),
            last: self.last.as_ref().map(|(at, by, note)| LastWord {
                at: *at,
                by: by.person(),
                note: note.clone(),
            }),
            due: None,
        }
    }
}

impl Named {
    fn of(person: &Person) -> Self {
        Self { id: person.id, name: person.name.clone() }
    }

    fn person(&self) -> Person {
        Person { id: self.id, name: self.name.clone() }
    }
}
