//! What needs somebody who looks after others, worst first. Pure.
//!
//! An *attention item* is one thing to look at, with every *reason* there is for it and since when it holds. Reasons are
//! said of key results, objectives, blockers and decisions, never of a person, and an item is gone as soon as no reason holds any more.

use super::reason::{Reason, Subject, Why};
use crate::calendar::Zone;
use crate::ids::{DecisionId, KeyResultId, MemberId, ObjectiveId, UpdateId};
use crate::okr::pace::Pace;
use crate::okr::status::{Confidence, Status};
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use std::cmp::Reverse;

/// A blocker older than this, in the working time of whoever can unblock it, is brought up.
pub const AGEING: TimeDelta = TimeDelta::hours(8);

/// A key result that is still without data so many days after its start is brought up.
pub const SILENT_DAYS: i64 = 7;

/// A key result said to be on track that so many check-ins in a row found at the same value is brought up.
pub const FLAT_CHECK_INS: usize = 3;

/// What was said at a check-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// When it was measured.
    pub at: DateTime<Utc>,
    /// The word.
    pub confidence: Confidence,
    /// The value; for milestones, how many were done.
    pub value: Decimal,
}

/// A key result, as far as attention goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyResult {
    /// Which.
    pub id: KeyResultId,
    /// The word shown.
    pub status: Status,
    /// The computed judgement.
    pub pace: Option<Pace>,
    /// How far it is behind what the calendar expects: expected progress less progress.
    pub gap: Option<Decimal>,
    /// Who owns it.
    pub owner: Option<MemberId>,
    /// Since when nobody does, when nobody does.
    pub ownerless_since: DateTime<Utc>,
    /// When it began: it was made, or its cycle opened, whichever came later.
    pub begun: DateTime<Utc>,
    /// Since when it is stale, when it is.
    pub stale_since: Option<DateTime<Utc>>,
    /// Since when it has been said on track against its pace, should it be: when the first of the local days in a row that
    /// ended so began; today, when none did.
    pub against_since: DateTime<Utc>,
    /// Since when its cycle is being graded, when it is and this has no grade yet.
    pub ungraded_since: Option<DateTime<Utc>>,
    /// Whether it is a number or a row of steps, of which a value that stays the same says something.
    pub moves: bool,
    /// What was said at its check-ins that stand, oldest first.
    pub said: Vec<Said>,
}

/// An objective, as far as attention goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Objective {
    /// Which.
    pub id: ObjectiveId,
    /// Since when nobody owns it; `None` when somebody does.
    pub ownerless_since: Option<DateTime<Utc>>,
    /// Since when its progress follows from nothing, neither key results of its own nor objectives it counts.
    pub unmeasured_since: Option<DateTime<Utc>>,
}

/// An open blocker, as far as attention goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocker {
    /// The update that told of it.
    pub update: UpdateId,
    /// Whom it stops.
    pub author: MemberId,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Its age in the working time of whoever can unblock it.
    pub age: TimeDelta,
    /// The key result it was linked to, or those its update measured.
    pub measured: Vec<KeyResultId>,
}

/// A decision that nobody has settled, as far as attention goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsettled {
    /// Which.
    pub decision: DecisionId,
    /// Since when everybody has answered or had their hours.
    pub since: DateTime<Utc>,
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What.
    pub subject: Subject,
    /// Why, worst first; at least one.
    pub reasons: Vec<Reason>,
}

/// Everything that needs a look at `now`, worst first: by the worst reason, then by the next one (a further reason makes
/// it worse), then by how far it is behind its pace; what is alike in all this stays in the order it was given in. Days
/// are counted in `zone`, the cycle's.
///
/// A blocker older than [`AGEING`] counts for the one key result its update measured, else for the only one its author
/// owns; where that leaves a choice it is an item of its own.
pub fn attention(
    key_results: &[KeyResult],
    objectives: &[Objective],
    blockers: &[Blocker],
    unsettled: &[Unsettled],
    zone: Zone,
    now: DateTime<Utc>,
) -> Vec<Item> {
    let mut ageing: Vec<_> = blockers.iter().filter(|blocker| AGEING < blocker.age).collect();
    ageing.sort_by_key(|blocker| Reverse(blocker.age));
    let placed: Vec<_> = ageing.iter().map(|blocker| (*blocker, concerned(blocker, key_results))).collect();

    let mut found: Vec<(Item, Option<Decimal>)> = Vec::new();
    for one in key_results {
        let mut reasons = reasons_of(one, zone, now);
        reasons
            .extend(placed.iter().filter(|(_, at)| *at == Some(one.id)).map(|(blocker, _)| blocked(blocker)));
        found.push((Item { subject: Subject::KeyResult(one.id), reasons }, one.gap));
    }
    for one in objectives {
        let ownerless = one.ownerless_since.map(|since| Why::NoOwner.since(since));
        let unmeasured = one.unmeasured_since.map(|since| Why::NoKeyResults.since(since));
        let reasons = ownerless.into_iter().chain(unmeasured).collect();
        found.push((Item { subject: Subject::Objective(one.id), reasons }, None));
    }
    for (blocker, _) in placed.iter().filter(|(_, at)| at.is_none()) {
        let item = Item { subject: Subject::Blocker(blocker.update), reasons: vec![blocked(blocker)] };
        found.push((item, None));
    }
    for one in unsettled {
        let reasons = vec![Why::Unsettled.since(one.since)];
        found.push((Item { subject: Subject::Decision(one.decision), reasons }, None));
    }
    found.retain(|(item, _)| !item.reasons.is_empty());
    for (item, _) in &mut found {
        item.reasons.sort_by_key(|reason| reason.why.rank());
    }
    found.sort_by_cached_key(|(item, gap)| (ranks(&item.reasons), Reverse(*gap)));
    found.into_iter().map(|(item, _)| item).collect()
}

fn blocked(blocker: &Blocker) -> Reason {
    Why::Blocked { update: blocker.update, age: blocker.age }.since(blocker.since)
}

/// The ranks of an item's reasons, closed by one that is milder than any: the longer of two lists that begin alike comes
/// first.
fn ranks(reasons: &[Reason]) -> Vec<u8> {
    reasons.iter().map(|reason| reason.why.rank()).chain([u8::MAX]).collect()
}

/// The key result a blocker stops, where that is beyond doubt.
fn concerned(blocker: &Blocker, key_results: &[KeyResult]) -> Option<KeyResultId> {
    let only = |which: &dyn Fn(&KeyResult) -> bool| {
        let mut found = key_results.iter().filter(|one| one.status != Status::Closed && which(one));
        found.next().filter(|_| found.next().is_none()).map(|one| one.id)
    };
    only(&|one| blocker.measured.contains(&one.id)).or_else(|| only(&|one| one.owner == Some(blocker.author)))
}

/// The reasons that lie in a key result itself.
fn reasons_of(one: &KeyResult, zone: Zone, now: DateTime<Utc>) -> Vec<Reason> {
    if one.status == Status::Closed {
        return Vec::new();
    }
    let mut reasons = Vec::new();
    reasons.extend(one.ungraded_since.map(|since| Why::NotGraded.since(since)));
    if one.owner.is_none() {
        reasons.push(Why::NoOwner.since(one.ownerless_since));
    }
    let days = (zone.date_at(now) - zone.date_at(one.begun)).num_days();
    let silent = one.said.is_empty() && SILENT_DAYS <= days;
    if silent {
        reasons.push(Why::NoData { days }.since(one.begun));
    }
    match one.status {
        Status::OffTrack => reasons.push(Why::OffTrack.since(run(one, Confidence::OffTrack))),
        Status::AtRisk => reasons.push(Why::AtRisk.since(run(one, Confidence::AtRisk))),
        // What was never measured is silent rather than stale.
        Status::Stale if !silent => {
            reasons.extend(one.stale_since.map(|since| Why::Stale.since(since)));
        }
        Status::OnTrack => {
            let behind = one.pace.filter(|pace| matches!(pace, Pace::AtRisk | Pace::OffTrack));
            reasons.extend(behind.map(|pace| Why::AgainstPace { pace }.since(one.against_since)));
            reasons.extend(flat(one));
        }
        Status::Stale | Status::Pending | Status::Closed => {}
    }
    // A stale word no longer says where things are going.
    if let [.., before, last] = one.said.as_slice()
        && before.confidence < last.confidence
        && one.status != Status::Stale
    {
        reasons.push(Why::Falling { from: before.confidence }.since(last.at));
    }
    reasons
}

/// When the unbroken run of a word began that lasts to this day.
fn run(one: &KeyResult, word: Confidence) -> DateTime<Utc> {
    one.said.iter().rev().take_while(|said| said.confidence == word).last().map_or(one.begun, |said| said.at)
}

/// Whether nothing moves, short of where it is to go, since the first check-in that found it where it is.
fn flat(one: &KeyResult) -> Option<Reason> {
    let last = one.said.last()?;
    let same: Vec<_> = one.said.iter().rev().take_while(|said| said.value == last.value).collect();
    let since = same.last().map(|said| said.at)?;
    let holds = one.moves && one.pace != Some(Pace::Done) && FLAT_CHECK_INS <= same.len();
    holds.then(|| Why::Flat { check_ins: same.len() }.since(since))
}

#[cfg(test)]
mod tests;
