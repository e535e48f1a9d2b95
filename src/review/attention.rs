//! What needs somebody who looks after others, worst first. Pure.
//!
//! An *attention item* is one thing to look at, with every *reason* there is for it. Reasons are said of key results,
//! objectives and blockers, never of a person, and an item is gone as soon as no reason holds any more.

use crate::calendar::Zone;
use crate::ids::{KeyResultId, MemberId, ObjectiveId, UpdateId};
use crate::okr::pace::Pace;
use crate::okr::status::{Confidence, Status};
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use std::cmp::Reverse;

/// A blocker older than this, in the working time of whoever can unblock it, is brought up.
pub const AGEING: TimeDelta = TimeDelta::hours(8);

/// A key result that is still without data so many days after its start is brought up.
pub const SILENT_DAYS: i64 = 7;

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
    /// When it began: it was made, or its cycle opened, whichever came later.
    pub begun: DateTime<Utc>,
    /// Since when it is stale, when it is.
    pub stale_since: Option<DateTime<Utc>>,
    /// Whether its cycle is being graded and it has no grade yet.
    pub ungraded: bool,
    /// What was said at its check-ins that stand, oldest first.
    pub said: Vec<(DateTime<Utc>, Confidence)>,
}

/// An objective, as far as attention goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Objective {
    /// Which.
    pub id: ObjectiveId,
    /// Whether somebody owns it.
    pub owned: bool,
    /// Whether its progress follows from anything: key results of its own, or objectives it counts.
    pub measured: bool,
}

/// An open blocker, as far as attention goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocker {
    /// The update that told of it.
    pub update: UpdateId,
    /// Whom it stops.
    pub author: MemberId,
    /// Its age in the working time of whoever can unblock it.
    pub age: TimeDelta,
    /// The key results its update measured.
    pub measured: Vec<KeyResultId>,
}

/// What an item is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A key result.
    KeyResult(KeyResultId),
    /// An objective.
    Objective(ObjectiveId),
    /// A blocker that belongs to no key result in particular, by its update.
    Blocker(UpdateId),
}

/// Why something needs a look, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Its owner says it will not be reached.
    OffTrack {
        /// When they began to say so.
        since: Option<DateTime<Utc>>,
    },
    /// Nobody owns it.
    NoOwner,
    /// What was said last is too old to lean on.
    Stale {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// Somebody has been stopped for longer than [`AGEING`].
    Blocked {
        /// The update that tells of it.
        update: UpdateId,
        /// For how long, in the working time of whoever can unblock it.
        age: TimeDelta,
    },
    /// It has not been measured, [`SILENT_DAYS`] or more after its start.
    NoData {
        /// How many days.
        days: i64,
    },
    /// An objective that nothing measures.
    NoKeyResults,
    /// Its owner says on track, and the pace says otherwise.
    AgainstPace {
        /// What the pace says.
        pace: Pace,
    },
    /// The last word is worse than the one before.
    Falling {
        /// The word before.
        from: Confidence,
    },
    /// Its owner says it may not be reached.
    AtRisk {
        /// When they began to say so.
        since: Option<DateTime<Utc>>,
    },
    /// Its cycle is over and being graded, and it has no grade.
    NotGraded,
}

impl Reason {
    /// Its place in the order of reasons, the worst being 0.
    fn rank(self) -> u8 {
        match self {
            Self::OffTrack { .. } => 0,
            Self::NoOwner => 1,
            Self::Stale { .. } => 2,
            Self::Blocked { .. } => 3,
            Self::NoData { .. } => 4,
            Self::NoKeyResults => 5,
            Self::AgainstPace { pace: Pace::OffTrack } => 6,
            Self::AgainstPace { .. } => 7,
            Self::Falling { .. } => 8,
            Self::AtRisk { .. } => 9,
            Self::NotGraded => 10,
        }
    }
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
        let reasons = [(!one.owned, Reason::NoOwner), (!one.measured, Reason::NoKeyResults)];
        let reasons = reasons.into_iter().filter_map(|(holds, reason)| holds.then_some(reason)).collect();
        found.push((Item { subject: Subject::Objective(one.id), reasons }, None));
    }
    for (blocker, _) in placed.iter().filter(|(_, at)| at.is_none()) {
        let item = Item { subject: Subject::Blocker(blocker.update), reasons: vec![blocked(blocker)] };
        found.push((item, None));
    }
    found.retain(|(item, _)| !item.reasons.is_empty());
    for (item, _) in &mut found {
        item.reasons.sort_by_key(|reason| reason.rank());
    }
    found.sort_by_cached_key(|(item, gap)| (ranks(&item.reasons), Reverse(*gap)));
    found.into_iter().map(|(item, _)| item).collect()
}

fn blocked(blocker: &Blocker) -> Reason {
    Reason::Blocked { update: blocker.update, age: blocker.age }
}

/// The ranks of an item's reasons, closed by one that is milder than any: the longer of two lists that begin alike comes
/// first.
fn ranks(reasons: &[Reason]) -> Vec<u8> {
    reasons.iter().map(|reason| reason.rank()).chain([u8::MAX]).collect()
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
    if one.ungraded {
        reasons.push(Reason::NotGraded);
    }
    if one.owner.is_none() {
        reasons.push(Reason::NoOwner);
    }
    let days = (zone.date_at(now) - zone.date_at(one.begun)).num_days();
    let silent = one.said.is_empty() && SILENT_DAYS <= days;
    if silent {
        reasons.push(Reason::NoData { days });
    }
    match one.status {
        Status::OffTrack => reasons.push(Reason::OffTrack { since: run(&one.said, Confidence::OffTrack) }),
        Status::AtRisk => reasons.push(Reason::AtRisk { since: run(&one.said, Confidence::AtRisk) }),
        // What was never measured is silent rather than stale.
        Status::Stale if !silent => reasons.extend(one.stale_since.map(|since| Reason::Stale { since })),
        Status::OnTrack => {
            let behind = one.pace.filter(|pace| matches!(pace, Pace::AtRisk | Pace::OffTrack));
            reasons.extend(behind.map(|pace| Reason::AgainstPace { pace }));
        }
        Status::Stale | Status::Pending | Status::Closed => {}
    }
    // A stale word no longer says where things are going.
    if let [.., (_, from), (_, last)] = one.said.as_slice()
        && from < last
        && one.status != Status::Stale
    {
        reasons.push(Reason::Falling { from: *from });
    }
    reasons
}

/// When the unbroken run of a word began that lasts to this day.
fn run(said: &[(DateTime<Utc>, Confidence)], word: Confidence) -> Option<DateTime<Utc>> {
    said.iter().rev().take_while(|(_, one)| *one == word).last().map(|(at, _)| *at)
}

#[cfg(test)]
mod tests;
