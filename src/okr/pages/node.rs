//! An objective in the tree, with its key results and what serves it.

use crate::ids::{KeyResultId, ObjectiveId};
use crate::language::Words;
use crate::okr::mean;
use crate::okr::parts::Row;
use crate::okr::queries::Objective;
use crate::okr::receipt::MeanReceipt;
use crate::okr::slip::{Pen, Slip, Titles};
use crate::okr::standing::Standing;
use crate::okr::tree::Tree;
use crate::organisation::Me;
use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};

/// `templates/okr/_objective.html`: it draws itself, and those below it.
#[derive(Template)]
#[template(path = "okr/_objective.html")]
pub(super) struct Node {
    t: Words,
    href: String,
    title: String,
    summary: String,
    /// How its progress follows, when there is any.
    slip: Option<Slip>,
    open: bool,
    /// Where it is told that somebody folds or opens it; nothing where that is not remembered.
    fold: Option<String>,
    rows: Vec<Leaf>,
    below: Vec<Node>,
}

/// A key result with the objectives that serve it.
struct Leaf {
    row: Row,
    below: Vec<Node>,
}

/// What a template writes is escaped already.
impl HtmlSafe for Node {}

/// What a tree is drawn from.
pub(super) struct Forest<'a> {
    pub(super) me: &'a Me,
    pub(super) now: DateTime<Utc>,
    pub(super) objectives: &'a [Objective],
    pub(super) standings: &'a [Standing],
    pub(super) receipts: &'a HashMap<ObjectiveId, MeanReceipt>,
    /// What the parts of those receipts are called.
    pub(super) titles: &'a Titles<'a>,
    /// What the reader has folded, where that counts; else everything is open.
    pub(super) folded: Option<&'a HashSet<ObjectiveId>>,
}

/// A node with the key result it serves.
type Branch = (Option<KeyResultId>, Node);

/// What is to be seen of a tree. An objective is there when it is kept itself, or has something below it that is.
pub(super) trait Sieve {
    fn keeps_objective(&self, objective: &Objective, key_results: &[&Standing]) -> bool;
    fn keeps_key_result(&self, objective: &Objective, key_result: &Standing) -> bool;
}

/// Keeps everything.
pub(super) struct Everything;

impl Sieve for Everything {
    fn keeps_objective(&self, _: &Objective, _: &[&Standing]) -> bool {
        true
    }

    fn keeps_key_result(&self, _: &Objective, _: &Standing) -> bool {
        true
    }
}

impl Forest<'_> {
    /// The roots that the sieve leaves standing.
    pub(super) fn roots(&self, sieve: &impl Sieve) -> Vec<Node> {
        let mut own: HashMap<ObjectiveId, Vec<&Standing>> = HashMap::new();
        for standing in self.standings {
            own.entry(standing.objective).or_default().push(standing);
        }
        let tree = Tree::grow(mean::branches(self.objectives));
        let places: Vec<_> = tree.rows().map(|(_, place)| place).collect();
        // From the last to the first: whatever serves an objective comes after it, so it is drawn before it.
        let mut below: HashMap<Option<usize>, Vec<Branch>> = HashMap::new();
        for place in places.into_iter().rev() {
            let Some(objective) = self.objectives.get(place.index) else { continue };
            let mut serving = below.remove(&Some(place.index)).unwrap_or_default();
            serving.reverse();
            let key_results = own.get(&objective.id).map_or(&[][..], Vec::as_slice);
            let kept: Vec<_> =
                key_results.iter().copied().filter(|one| sieve.keeps_key_result(objective, one)).collect();
            if !kept.is_empty() || !serving.is_empty() || sieve.keeps_objective(objective, key_results) {
                let node = self.node(objective, &kept, serving);
                below.entry(place.above).or_default().push((objective.parent_key_result, node));
            }
        }
        let mut roots = below.remove(&None).unwrap_or_default();
        roots.reverse();
        roots.into_iter().map(|(_, node)| node).collect()
    }

    fn node(&self, objective: &Objective, key_results: &[&Standing], mut below: Vec<Branch>) -> Node {
        let t = self.me.words();
        let measured =
            self.receipts.get(&objective.id).filter(|receipt| receipt.shown.mean.progress.is_some());
        let at = self.me.at(&format!("/objectives/{}", objective.id));
        let mut leaf = |one: &&Standing| {
            let serving = below.extract_if(.., |(serves, _)| *serves == Some(one.id));
            let below = serving.map(|(_, node)| node).collect();
            Leaf { row: Row::of(one, self.me, self.now), below }
        };
        let rows = key_results.iter().map(&mut leaf).collect();
        Node {
            t,
            open: !self.folded.is_some_and(|folded| folded.contains(&objective.id)),
            fold: self.folded.map(|_| format!("{at}/fold")),
            href: at,
            title: objective.title.clone(),
            summary: self.summary(t, objective),
            slip: measured.map(|receipt| Pen::of(self.me).mean(receipt, self.titles)),
            rows,
            // Those that serve the objective itself, or a key result that is not shown.
            below: below.into_iter().map(|(_, node)| node).collect(),
        }
    }

    /// "Forecast team. Inês Duarte. 61% done"
    fn summary(&self, t: Words, objective: &Objective) -> String {
        let team =
            objective.team.as_ref().map_or_else(|| t.okr_company().to_owned(), |team| t.okr_team(&team.name));
        let owner = objective.owner.as_ref().map_or(t.okr_no_owner(), |owner| &owner.name);
        let progress = self.receipts.get(&objective.id).and_then(|receipt| receipt.shown.mean.progress);
        match progress {
            Some(progress) => t.okr_summary(team, owner, t.percent(progress)),
            None => t.okr_summary_without_data(team, owner),
        }
    }
}
