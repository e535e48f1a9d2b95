//! Objectives as a tree, and the means that are taken over it.

use super::measure::WEIGHTS;
use super::progress::settle;
use crate::ids::{ObjectiveId, TeamId};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// Objectives may be this deep.
pub const DEPTH: usize = 8;

/// Where an objective stands in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Branch {
    /// The objective.
    pub id: ObjectiveId,
    /// The objective it serves. One that is not among those looked at makes this one a root.
    pub parent: Option<ObjectiveId>,
    /// Its weight in the means it counts in, 1 to 5.
    pub weight: i16,
    /// Whether the objectives that serve it count in its own progress, beside its key results.
    pub count_aligned: bool,
    /// The private team it is of. What is of one counts in nothing that others may read: the receipt would tell.
    pub private_to: Option<TeamId>,
}

impl Branch {
    /// Whether one that serves it counts in its progress.
    pub fn counts(&self, below: &Self) -> bool {
        self.count_aligned && (below.private_to.is_none() || below.private_to == self.private_to)
    }
}

/// A mean over parts: `Σ(w·p) / Σw` over those that have data, with the count of those that have none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mean {
    /// Progress, 0 to 1, settled; `None` when no part has data.
    pub progress: Option<Decimal>,
    /// Expected progress, over the parts with data that have an expectation; `None` when none has.
    pub expected: Option<Decimal>,
    /// Parts with data.
    pub counted: i32,
    /// Parts without.
    pub missing: i32,
}

/// A mean in the making. The order in which parts are added does not matter.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    progress: Weighed,
    expected: Weighed,
    missing: i32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Weighed {
    parts: i32,
    weight: Decimal,
    sum: Decimal,
}

impl Weighed {
    fn add(&mut self, weight: i16, figure: Decimal) {
        let weight = Decimal::from(weight.clamp(*WEIGHTS.start(), *WEIGHTS.end()));
        self.parts += 1;
        self.weight += weight;
        self.sum += weight * figure;
    }

    fn mean(self) -> Option<Decimal> {
        (self.parts > 0).then(|| settle(self.sum / self.weight))
    }
}

impl Tally {
    /// Adds a part. Without progress it is counted as missing and nothing else.
    pub fn add(&mut self, weight: i16, progress: Option<Decimal>, expected: Option<Decimal>) {
        let Some(progress) = progress else {
            self.missing += 1;
            return;
        };
        self.progress.add(weight, progress);
        if let Some(expected) = expected {
            self.expected.add(weight, expected);
        }
    }

    /// The mean so far.
    pub fn mean(&self) -> Mean {
        Mean {
            progress: self.progress.mean(),
            expected: self.expected.mean(),
            counted: self.progress.parts,
            missing: self.missing,
        }
    }
}

/// An objective in its place: the tree read from top to bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The objective's position in the list the tree was grown from.
    pub index: usize,
    /// 0 for a root.
    pub depth: usize,
    /// The position, in that same list, of the objective above it.
    pub above: Option<usize>,
}

/// The objectives in reading order: each directly followed by those that serve it, siblings in the order given.
#[derive(Debug, Clone)]
pub struct Tree {
    branches: Vec<Branch>,
    places: Vec<Place>,
}

impl Tree {
    /// Grows the tree. Every objective has exactly one place, even if the parents should run in a circle (the database
    /// refuses that): then the circle is cut at the first one given.
    pub fn grow(branches: Vec<Branch>) -> Self {
        let known: HashMap<_, _> = branches.iter().enumerate().map(|(index, one)| (one.id, index)).collect();
        let mut below: HashMap<Option<usize>, Vec<usize>> = HashMap::new();
        for (index, one) in branches.iter().enumerate() {
            let above = one.parent.and_then(|parent| known.get(&parent).copied());
            below.entry(above).or_default().push(index);
        }
        let all = 0..branches.len();
        let mut tree = Self { places: Vec::with_capacity(branches.len()), branches };
        let mut placed = HashSet::with_capacity(all.len());
        let roots = below.get(&None).cloned().unwrap_or_default();
        for root in roots.into_iter().chain(all) {
            tree.place(Place { index: root, depth: 0, above: None }, &below, &mut placed);
        }
        tree
    }

    fn place(
        &mut self,
        root: Place,
        below: &HashMap<Option<usize>, Vec<usize>>,
        placed: &mut HashSet<usize>,
    ) {
        let mut waiting = vec![root];
        while let Some(place) = waiting.pop() {
            if !placed.insert(place.index) {
                continue;
            }
            self.places.push(place);
            let next = below.get(&Some(place.index)).map_or(&[][..], Vec::as_slice);
            waiting.extend(next.iter().rev().map(|&index| Place {
                index,
                depth: place.depth + 1,
                above: Some(place.index),
            }));
        }
    }

    /// The objectives in reading order, with their depth.
    pub fn rows(&self) -> impl Iterator<Item = (&Branch, Place)> {
        self.places.iter().filter_map(|place| Some((self.branches.get(place.index)?, *place)))
    }

    /// The means of all objectives, by position in the list the tree was grown from. `own` holds, by the same position,
    /// the tally of each objective's key results, and `None` for one that is not there (not yet made, or dropped):
    /// it has no mean and counts nowhere.
    pub fn means(&self, mut own: Vec<Option<Tally>>) -> Vec<Option<Mean>> {
        for place in self.places.iter().rev() {
            let (Some(branch), Some(above)) = (self.branches.get(place.index), place.above) else { continue };
            let counts = self.branches.get(above).is_some_and(|parent| parent.counts(branch));
            let mean = own.get(place.index).copied().flatten().map(|tally| tally.mean());
            if let (true, Some(mean), Some(Some(tally))) = (counts, mean, own.get_mut(above)) {
                tally.add(branch.weight, mean.progress, mean.expected);
            }
        }
        own.into_iter().map(|tally| tally.map(|tally| tally.mean())).collect()
    }

    /// The mean of all these objectives together, as for a cycle or a team (grow the tree from its objectives): each
    /// counts once, so one that already counts in the objective above it is left out. `means` as from [`Tree::means`].
    pub fn whole(&self, means: &[Option<Mean>]) -> Mean {
        let mut tally = Tally::default();
        for (branch, place) in self.rows() {
            let above = place.above.filter(|above| means.get(*above).is_some_and(Option::is_some));
            let counted =
                above.and_then(|above| self.branches.get(above)).is_some_and(|up| up.counts(branch));
            if let (false, Some(Some(mean))) = (counted, means.get(place.index)) {
                tally.add(branch.weight, mean.progress, mean.expected);
            }
        }
        tally.mean()
    }
}

/// Why an objective can't serve another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParentFault {
    /// It would, in the end, serve itself.
    Loop,
    /// The tree would be more than [`DEPTH`] deep.
    TooDeep,
}

/// Whether `child` may serve `parent`, given all objectives of the organisation that are connected to either.
///
/// # Errors
/// A [`ParentFault`]; the database refuses the same.
pub fn may_serve(branches: &[Branch], child: ObjectiveId, parent: ObjectiveId) -> Result<(), ParentFault> {
    let up: HashMap<_, _> = branches.iter().filter_map(|one| Some((one.id, one.parent?))).collect();
    let above = |from: ObjectiveId| std::iter::successors(Some(from), |id| up.get(id).copied());
    if above(parent).take(branches.len() + 1).any(|id| id == child) {
        return Err(ParentFault::Loop);
    }
    // The height of what hangs below the child, itself included: the furthest way up that ends at it.
    let below = branches.iter().filter_map(|one| above(one.id).take(DEPTH + 1).position(|id| id == child));
    let height = below.max().unwrap_or(0) + 1;
    if above(parent).take(DEPTH + 1).count() + height > DEPTH {
        return Err(ParentFault::TooDeep);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(n: u128) -> ObjectiveId {
        ObjectiveId(Uuid::from_u128(n))
    }

    fn branch(n: u128, parent: Option<u128>, count_aligned: bool) -> Branch {
        Branch { id: id(n), parent: parent.map(id), weight: 1, count_aligned, private_to: None }
    }

    fn tally(parts: &[(i16, Option<Decimal>)]) -> Option<Tally> {
        let mut tally = Tally::default();
        for (weight, progress) in parts {
            tally.add(*weight, *progress, Some(dec!(0.5)));
        }
        Some(tally)
    }

    #[test]
    fn a_mean_weighs_and_leaves_out_what_has_no_data() {
        for (parts, progress, counted, missing) in [
            (vec![], None, 0, 0),
            (vec![(3, None)], None, 0, 1),
            (vec![(1, Some(dec!(0.4)))], Some(dec!(0.4)), 1, 0),
            (vec![(1, Some(dec!(0))), (1, Some(dec!(1)))], Some(dec!(0.5)), 2, 0),
            (vec![(1, Some(dec!(0.2))), (3, Some(dec!(0.6)))], Some(dec!(0.5)), 2, 0),
            (vec![(1, Some(dec!(1))), (2, Some(dec!(0))), (5, None)], Some(dec!(0.333333)), 2, 1),
        ] {
            let mean = tally(&parts).unwrap().mean();
            assert_eq!(
                (mean.progress, mean.counted, mean.missing),
                (progress, counted, missing),
                "{parts:?}"
            );
        }
    }

    #[test]
    fn the_tree_reads_from_top_to_bottom() {
        let branches = [
            branch(1, None, false),
            branch(2, Some(1), false),
            branch(3, None, false),
            branch(4, Some(2), false),
            branch(5, Some(1), false),
            branch(6, Some(99), false),
        ];
        let tree = Tree::grow(branches.to_vec());
        let rows: Vec<_> = tree.rows().map(|(one, place)| (one.id, place.depth)).collect();
        assert_eq!(rows, [(id(1), 0), (id(2), 1), (id(4), 2), (id(5), 1), (id(3), 0), (id(6), 0)]);
    }

    #[test]
    fn a_circle_is_cut_and_nobody_is_lost() {
        let branches = [branch(1, Some(2), true), branch(2, Some(1), true), branch(3, Some(3), true)];
        let tree = Tree::grow(branches.to_vec());
        assert_eq!(tree.rows().count(), 3);
        let means = tree.means(vec![tally(&[(1, Some(dec!(1)))]); 3]);
        assert_eq!(means.iter().flatten().count(), 3);
    }

    #[test]
    fn aligned_objectives_count_only_where_their_owner_chose() {
        let own = || vec![tally(&[(1, Some(dec!(0.2)))]), tally(&[(1, Some(dec!(0.8))), (1, None)])];
        for (chosen, progress, counted) in [(false, dec!(0.2), 1), (true, dec!(0.5), 2)] {
            let branches = [branch(1, None, chosen), branch(2, Some(1), false)];
            let means = Tree::grow(branches.to_vec()).means(own());
            let above = means[0].unwrap();
            assert_eq!((above.progress, above.counted, above.missing), (Some(progress), counted, 0));
            assert_eq!(means[1].unwrap().missing, 1);
        }
    }

    #[test]
    fn a_dropped_objective_counts_nowhere() {
        let branches = [branch(1, None, true), branch(2, Some(1), false), branch(3, Some(2), false)];
        let part = tally(&[(1, Some(dec!(1)))]);
        let tree = Tree::grow(branches.to_vec());
        let means = tree.means(vec![tally(&[(1, Some(dec!(0)))]), None, part]);
        assert_eq!(means[0].unwrap().progress, Some(dec!(0)));
        assert_eq!(means[1], None);
        assert_eq!(tree.whole(&means).progress, Some(dec!(0.5)));
    }

    #[test]
    fn a_whole_counts_each_objective_once() {
        let branches = [branch(1, None, true), branch(2, Some(1), false), branch(3, Some(2), false)];
        let tree = Tree::grow(branches.to_vec());
        let one = |progress| tally(&[(1, Some(progress))]);
        let means = tree.means(vec![one(dec!(0)), one(dec!(1)), one(dec!(0.25))]);
        // 2 counts in 1 (so 1 stands at 0.5) and is left out; 3 does not count in 2.
        assert_eq!(tree.whole(&means).progress, Some(dec!(0.375)));
    }

    #[test]
    fn loops_and_depth_are_refused() {
        let chain: Vec<_> = (1..=7).map(|n| branch(n, (n > 1).then(|| n - 1), false)).collect();
        let mut all = chain.clone();
        all.extend([branch(20, None, false), branch(21, Some(20), false)]);
        for (child, parent, answer) in [
            (1, 1, Err(ParentFault::Loop)),
            (1, 7, Err(ParentFault::Loop)),
            (2, 5, Err(ParentFault::Loop)),
            (21, 7, Ok(())),
            (20, 7, Err(ParentFault::TooDeep)),
            (20, 6, Ok(())),
            (1, 21, Err(ParentFault::TooDeep)),
            (2, 21, Ok(())),
            (7, 1, Ok(())),
            (30, 7, Ok(())),
        ] {
            assert_eq!(may_serve(&all, id(child), id(parent)), answer, "{child} below {parent}");
        }
    }
}
