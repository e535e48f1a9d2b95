//! How far objectives have come: the mean of their key results, as a receipt that can be opened.

use super::pace::Elapsed;
use super::queries::Objective;
use super::receipt::{MeanReceipt, Part, PartOf};
use super::slip::Titles;
use super::standing::Standing;
use super::tree::{Branch, Tally, Tree};
use crate::ids::ObjectiveId;
use std::collections::HashMap;

/// Where each objective stands in the tree.
pub fn branches(objectives: &[Objective]) -> Vec<Branch> {
    objectives.iter().map(Objective::branch).collect()
}

/// The receipts of these objectives, from the key results that belong to them. Objectives that serve one count in it
/// where its owner chose so, and must be among those given.
pub fn receipts(
    objectives: &[Objective],
    standings: &[Standing],
    elapsed: Elapsed,
) -> HashMap<ObjectiveId, MeanReceipt> {
    let mut parts: HashMap<ObjectiveId, Vec<Part>> =
        objectives.iter().map(|one| (one.id, Vec::new())).collect();
    for standing in standings {
        if let Some(own) = parts.get_mut(&standing.objective) {
            own.push(part(standing));
        }
    }
    let tallies = objectives.iter().map(|one| parts.get(&one.id).map(|own| tally(own))).collect();
    let branches = branches(objectives);
    let tree = Tree::grow(branches.clone());
    let means = tree.means(tallies);
    for (branch, place) in tree.rows() {
        let above = place.above.and_then(|above| branches.get(above)).filter(|above| above.counts(branch));
        let mean = means.get(place.index).copied().flatten();
        if let (Some(above), Some(mean)) = (above, mean)
            && let Some(own) = parts.get_mut(&above.id)
        {
            let (of, weight) = (PartOf::Objective(branch.id), branch.weight);
            own.push(Part { of, weight, progress: mean.progress, expected: mean.expected });
        }
    }
    parts.into_iter().map(|(id, parts)| (id, MeanReceipt::new(parts, elapsed))).collect()
}

/// What the parts of these receipts are called.
pub fn titles<'a>(objectives: &'a [Objective], standings: &'a [Standing]) -> Titles<'a> {
    let key_results = standings.iter().map(|one| (PartOf::KeyResult(one.id), one.title.as_str()));
    key_results.chain(objectives.iter().map(|one| (PartOf::Objective(one.id), one.title.as_str()))).collect()
}

fn part(standing: &Standing) -> Part {
    let shown = standing.receipt.shown;
    Part {
        of: PartOf::KeyResult(standing.id),
        weight: standing.receipt.terms.weight(),
        progress: shown.progress,
        expected: shown.expected,
    }
}

fn tally(parts: &[Part]) -> Tally {
    let mut tally = Tally::default();
    for part in parts {
        tally.add(part.weight, part.progress, part.expected);
    }
    tally
}
