//! Entries held against the organisation: what they name is looked for, what they would do is asked, and what a right file
//! adds is put together.

mod check_ins;
mod finder;
mod key_results;
mod objectives;

use super::columns::Column;
use super::finding::{Between, Fault, Finding, Twin};
use super::read::{Entries, Said, Style};
use crate::calendar::{CycleState, Zone};
use crate::ids::{CheckInId, CycleId, KeyResultId, MemberId, ObjectiveId, TeamId};
use crate::okr::bulk::{NewKeyResult, NewObjective};
use crate::okr::check_in::NewCheckIn;
use crate::okr::standing::{Standing, TeamName};
use crate::okr::{NamedCycle, Objective};
use crate::organisation::Me;
use chrono::{DateTime, Utc};
use finder::Finder;
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// A member, as rows name them.
#[derive(Debug, Clone)]
pub struct KnownPerson {
    /// Who.
    pub id: MemberId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their clock.
    pub zone: Zone,
    /// Whether they can own something: observers and those who left can't.
    pub may_own: bool,
}

/// What a reference turns out to be the id of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Here {
    /// An objective of the organisation.
    Objective,
    /// A key result of it.
    KeyResult,
    /// A check-in.
    CheckIn {
        /// Of which key result.
        key_result: KeyResultId,
        /// When it was measured.
        at: DateTime<Utc>,
        /// Whether another one corrected it.
        corrected: bool,
    },
}

/// What is known of the organisation.
#[derive(Debug)]
pub struct Known<'a> {
    /// Who imports.
    pub me: &'a Me,
    /// The present instant.
    pub now: DateTime<Utc>,
    /// All cycles.
    pub cycles: Vec<NamedCycle>,
    /// The one for rows that name none.
    pub cycle: CycleId,
    /// All teams.
    pub teams: Vec<TeamName>,
    /// Everybody, also who left.
    pub people: Vec<KnownPerson>,
    /// The objectives of cycles that are not closed.
    pub objectives: Vec<Objective>,
    /// Their key results.
    pub key_results: Vec<Standing>,
    /// References that are ids of something here.
    pub here: HashMap<Uuid, Here>,
    /// When those key results were checked in on.
    pub moments: HashSet<(KeyResultId, DateTime<Utc>)>,
}

/// What a right file adds.
#[derive(Debug, Default)]
pub struct Plan {
    /// Objectives, each after the one it serves.
    pub objectives: Vec<NewObjective>,
    /// Key results.
    pub key_results: Vec<NewKeyResult>,
    /// Check-ins by key result, oldest first.
    pub check_ins: BTreeMap<KeyResultId, Vec<(CheckInId, NewCheckIn)>>,
    /// Rows of what is here already, which stays as it is.
    pub kept: usize,
}

impl Plan {
    /// How many check-ins there are.
    pub fn check_in_count(&self) -> usize {
        self.check_ins.values().map(Vec::len).sum()
    }

    /// Whether it adds nothing.
    pub fn is_empty(&self) -> bool {
        self.objectives.is_empty() && self.key_results.is_empty() && self.check_ins.is_empty()
    }
}

/// Holds entries against the organisation. The plan is only worth something when nothing is found.
pub fn resolve(known: &Known<'_>, entries: &Entries, style: Style) -> (Plan, Vec<Finding>) {
    let mut desk = Desk::new(known, style);
    desk.name_references(entries);
    desk.objectives(&entries.objectives);
    desk.key_results(&entries.key_results);
    desk.serve(&entries.objectives);
    desk.check_ins(&entries.check_ins);
    desk.date_back();
    let Desk { mut plan, findings, .. } = desk;
    plan.objectives = objectives::parents_first(std::mem::take(&mut plan.objectives));
    (plan, findings)
}

/// An objective, here or to come, as others need it.
#[derive(Debug, Clone, Copy)]
struct Aim {
    cycle: CycleId,
    team: Option<TeamId>,
    owner: Option<MemberId>,
}

/// Where things are put together.
struct Desk<'a> {
    known: &'a Known<'a>,
    style: Style,
    finder: Finder,
    aims: HashMap<ObjectiveId, Aim>,
    plan: Plan,
    findings: Vec<Finding>,
    /// The row each new objective stands in, and its place in the plan.
    rows: HashMap<ObjectiveId, usize>,
    places: HashMap<usize, usize>,
    /// The new key results that say since when they count.
    dated: HashSet<KeyResultId>,
}

impl<'a> Desk<'a> {
    fn new(known: &'a Known<'a>, style: Style) -> Self {
        let aim = |one: &Objective| Aim {
            cycle: one.cycle,
            team: one.team.as_ref().map(|team| team.id),
            owner: one.owner.as_ref().map(|owner| owner.id),
        };
        Self {
            known,
            style,
            finder: Finder::of(known),
            aims: known.objectives.iter().map(|one| (one.id, aim(one))).collect(),
            plan: Plan::default(),
            findings: Vec::new(),
            rows: HashMap::new(),
            places: HashMap::new(),
            dated: HashSet::new(),
        }
    }

    fn tell(&mut self, row: usize, column: Column, fault: impl Into<Fault>) {
        self.findings.push(Finding { row, column: Some(column), fault: fault.into() });
    }

    /// Two rows of one reference are told.
    fn name_references(&mut self, entries: &Entries) {
        let objectives = entries.objectives.iter().map(|one| &one.said);
        let key_results = entries.key_results.iter().map(|one| &one.said);
        let all = objectives.chain(key_results).chain(entries.check_ins.iter().map(|one| &one.said));
        let mut named: Vec<_> = all.filter_map(|said| Some((said.reference.as_deref()?, said.row))).collect();
        named.sort_unstable_by_key(|(_, row)| *row);
        let mut first = HashMap::new();
        for (reference, row) in named {
            if let Some(before) = first.insert(reference.to_owned(), row) {
                self.tell(row, Column::Reference, Between::SameReference(before));
            }
        }
    }

    /// What of the organisation a row is, when its reference is the id of something here.
    fn here(&self, said: &Said) -> Option<Here> {
        let id: Uuid = said.reference.as_deref()?.parse().ok()?;
        self.known.here.get(&id).copied()
    }

    /// The cycle a row names, or else the one chosen for all.
    fn cycle(&mut self, said: &Said) -> Option<&'a NamedCycle> {
        let known = self.known;
        let t = known.me.words();
        let Some(name) = &said.cycle else {
            return known.cycles.iter().find(|one| one.id == known.cycle);
        };
        let is_called = |one: &&NamedCycle| {
            let name = name.to_lowercase();
            one.label(t).to_lowercase() == name || one.name.to_lowercase() == name
        };
        // Of two of one name the organisation's goes first.
        let found: Vec<_> = known.cycles.iter().filter(is_called).collect();
        let found = found.iter().find(|one| one.team.is_none()).or(found.first()).copied();
        match found {
            None => self.tell(said.row, Column::Cycle, Fault::NoSuchCycle(name.clone())),
            Some(one) if one.cycle.state_at(known.now) == CycleState::Closed => {
                self.tell(said.row, Column::Cycle, Fault::CycleClosed(one.label(t)));
                return None;
            }
            Some(_) => {}
        }
        found
    }

    /// Who is meant by an address or a name.
    fn person(&mut self, (row, column): (usize, Column), text: &str) -> Option<&'a KnownPerson> {
        let known = self.known;
        let lower = text.to_lowercase();
        let by_address = known.people.iter().find(|one| one.email.to_lowercase() == lower);
        let mut by_name = known.people.iter().filter(|one| one.name.to_lowercase() == lower);
        match (by_address, by_name.next(), by_name.next()) {
            (Some(one), ..) | (None, Some(one), None) => Some(one),
            (None, Some(_), Some(_)) => {
                self.tell(row, column, Fault::SeveralPeople(text.to_owned()));
                None
            }
            (None, None, _) => {
                self.tell(row, column, Fault::NoSuchPerson(text.to_owned()));
                None
            }
        }
    }

    /// Who owns what a row says.
    fn owner(&mut self, said: &Said) -> Option<MemberId> {
        self.keeper((said.row, Column::Owner), said.person.as_deref())
    }

    /// Who owns or reviews something, if anybody is named.
    fn keeper(&mut self, place: (usize, Column), text: Option<&str>) -> Option<MemberId> {
        let text = text?;
        let found = self.person(place, text)?;
        if !found.may_own {
            self.tell(place.0, place.1, Fault::CannotOwn(text.to_owned()));
        }
        Some(found.id)
    }

    /// Since when what a row says counts, if it says so.
    fn since(&mut self, said: &Said, zone: Zone) -> Option<DateTime<Utc>> {
        let date = said.since?;
        if date > zone.date_at(self.known.now) {
            self.tell(said.row, Column::Since, Fault::Future);
        }
        Some(crate::calendar::day::first_instant(zone, date).min(self.known.now))
    }
}

/// The same name for all who write it with other capitals.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Which of two rows was there first: the other one is told.
fn twin<K: std::hash::Hash + Eq>(seen: &mut HashMap<K, Twin>, key: K, row: usize) -> Option<Twin> {
    match seen.entry(key) {
        std::collections::hash_map::Entry::Occupied(before) => Some(*before.get()),
        std::collections::hash_map::Entry::Vacant(place) => {
            place.insert(Twin::Row(row));
            None
        }
    }
}
