//! Brings together what a review is drawn from.

use super::answer::{Answer, answered};
use super::attention::{self, Item, Said};
use super::participation::{self, Part, taking_part};
use super::queries::{self, Aim, AnswerRow, BlockerRow, Candidate, LastWords, UnsettledRow, View};
use crate::calendar::day::first_instant;
use crate::calendar::{Cycle, CycleState, Zone};
use crate::db::OrgTx;
use crate::ids::{DecisionId, KeyResultId, MemberId, ObjectiveId, TeamId, UpdateId};
use crate::okr::NamedCycle;
use crate::okr::log::{CheckIn, standing};
use crate::okr::measure::Kind;
use crate::okr::standing::{Person, Standing, TeamName, of_objectives};
use crate::standup;
use chrono::{DateTime, Days, NaiveDate, Utc};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What a review of a cycle is drawn from, as far as one reader may read it.
pub(super) struct Gathered {
    /// The teams, by name.
    pub(super) teams: Vec<TeamName>,
    /// The cycle's objectives.
    pub(super) aims: Vec<Aim>,
    /// Its key results, those of one objective together and in its order.
    pub(super) standings: Vec<Standing>,
    /// Their check-ins that stand, oldest first.
    pub(super) logs: HashMap<KeyResultId, Vec<CheckIn>>,
    /// What was written with the last ones.
    pub(super) words: HashMap<KeyResultId, LastWords>,
    /// Open blockers, the oldest by working time first.
    pub(super) blockers: Vec<BlockerRow>,
    /// Decisions that nobody has settled after their window.
    pub(super) unsettled: Vec<UnsettledRow>,
    /// Those who can own something, by name.
    pub(super) people: Vec<Candidate>,
    /// What was said to things that need a look.
    pub(super) answers: Vec<Answer>,
    /// What the reader keeps under a name.
    pub(super) views: Vec<View>,
    /// What the reader has looked at stepping through, and has not sent.
    pub(super) stepped: Vec<Uuid>,
    graded: HashSet<KeyResultId>,
    ownerless: HashMap<KeyResultId, DateTime<Utc>>,
    against: HashMap<KeyResultId, NaiveDate>,
    places: HashMap<KeyResultId, usize>,
}

impl Gathered {
    /// Everything, in three statements whatever there is. Without a reader, of all teams.
    pub(super) async fn of(
        tx: &mut OrgTx,
        reader: Option<MemberId>,
        named: &NamedCycle,
        now: DateTime<Utc>,
    ) -> sqlx::Result<Self> {
        let frame = queries::frame(tx, named.id, reader).await?;
        let (teams, mut aims, mut blockers) = (frame.teams.0, frame.aims.0, frame.blockers.0);
        let readable: HashSet<_> = teams.iter().map(|team| team.id).collect();
        aims.retain(|aim| aim.team.as_ref().is_none_or(|team| readable.contains(&team.id)));
        let places: HashMap<_, _> = aims.iter().enumerate().map(|(place, aim)| (aim.id, place)).collect();
        let ids: Vec<_> = aims.iter().map(|aim| aim.id).collect();
        let mut standings = of_objectives(tx, &ids, now).await?;
        standings.sort_by_key(|one| places.get(&one.objective).copied());
        let log = queries::log(tx, named.id).await?;
        blockers.sort_by_cached_key(|one| Reverse(one.age(now)));
        Ok(Self {
            places: standings.iter().enumerate().map(|(place, one)| (one.id, place)).collect(),
            logs: log.check_ins.into_iter().map(|(id, log)| (id, standing(&log))).collect(),
            words: log.words,
            answers: frame.answers.0.into_iter().filter_map(AnswerRow::answer).collect(),
            unsettled: frame.unsettled.0,
            people: frame.people.0,
            views: frame.views.0,
            stepped: frame.stepped,
            graded: frame.graded.into_iter().collect(),
            ownerless: frame.ownerless.0,
            against: frame.against.0,
            teams,
            aims,
            standings,
            blockers,
        })
    }

    /// A key result.
    pub(super) fn standing(&self, id: KeyResultId) -> Option<&Standing> {
        self.standings.get(*self.places.get(&id)?)
    }

    /// An objective.
    pub(super) fn aim(&self, id: ObjectiveId) -> Option<&Aim> {
        self.aims.iter().find(|one| one.id == id)
    }

    /// An open blocker, by its update.
    pub(super) fn blocker(&self, update: UpdateId) -> Option<&BlockerRow> {
        self.blockers.iter().find(|one| one.update == update)
    }

    /// A decision that nobody has settled.
    pub(super) fn unsettled(&self, id: DecisionId) -> Option<&UnsettledRow> {
        self.unsettled.iter().find(|one| one.id == id)
    }

    /// The check-ins of a key result that stand, oldest first.
    pub(super) fn log(&self, id: KeyResultId) -> &[CheckIn] {
        self.logs.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The owners of its key results and objectives, by name.
    pub(super) fn owners(&self) -> Vec<Person> {
        let key_results = self.standings.iter().filter_map(|one| one.owner.clone());
        let mut owners: Vec<_> =
            key_results.chain(self.aims.iter().filter_map(|one| one.owner.clone())).collect();
        owners.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        owners.dedup_by_key(|owner| owner.id);
        owners
    }

    /// What needs a look, worst first, whatever was said to it. A closed cycle needs nobody any more.
    pub(super) fn attention(&self, named: &NamedCycle, now: DateTime<Utc>) -> Vec<Item> {
        if named.cycle.state_at(now) == CycleState::Closed {
            return Vec::new();
        }
        let key_results: Vec<_> = self.standings.iter().map(|one| self.seen(one, named, now)).collect();
        let objectives: Vec<_> = self.aims.iter().map(aim_seen).collect();
        let blocker = |one: &BlockerRow| attention::Blocker {
            update: one.update,
            author: one.author_id,
            since: one.opened_at,
            age: one.age(now),
            measured: one.measured.clone(),
        };
        let blockers: Vec<_> = self.blockers.iter().map(blocker).collect();
        let decision = |one: &UnsettledRow| attention::Unsettled { decision: one.id, since: one.since };
        let unsettled: Vec<_> = self.unsettled.iter().map(decision).collect();
        attention::attention(&key_results, &objectives, &blockers, &unsettled, named.cycle.zone, now)
    }

    /// What was said to an item and holds.
    pub(super) fn answered(&self, item: &Item, now: DateTime<Utc>) -> Option<&Answer> {
        answered(item, &self.answers, now)
    }

    fn seen(&self, one: &Standing, named: &NamedCycle, now: DateTime<Utc>) -> attention::KeyResult {
        let (shown, cycle) = (one.receipt.shown, &named.cycle);
        let ungraded = cycle.state_at(now) == CycleState::Grading && !self.graded.contains(&one.id);
        let kind = one.receipt.terms.kind();
        let said = |check_in: &CheckIn| Said {
            at: check_in.at,
            confidence: check_in.confidence,
            value: one.receipt.terms.count(check_in.value, &check_in.done),
        };
        attention::KeyResult {
            id: one.id,
            status: shown.status,
            pace: shown.pace,
            gap: shown.expected.zip(shown.progress).map(|(expected, progress)| expected - progress),
            owner: one.owner.as_ref().map(|owner| owner.id),
            ownerless_since: self.ownerless.get(&one.id).copied().unwrap_or(one.created_at),
            begun: one.created_at.max(cycle.opens()),
            stale_since: one.stale_since(),
            against_since: first_of(self.against.get(&one.id).copied(), cycle.zone, now),
            ungraded_since: ungraded.then(|| grading_since(cycle, now)),
            moves: kind.is_line() || kind == Kind::Milestones,
            said: self.log(one.id).iter().map(said).collect(),
        }
    }
}

/// When the first closed day began, or else this one.
fn first_of(closed: Option<NaiveDate>, zone: Zone, now: DateTime<Utc>) -> DateTime<Utc> {
    first_instant(zone, closed.unwrap_or_else(|| zone.date_at(now)))
}

/// When grading began: the cycle ended, or somebody moved it on in the stretch before.
fn grading_since(cycle: &Cycle, now: DateTime<Utc>) -> DateTime<Utc> {
    let began = [cycle.ends(), cycle.closing()].into_iter().find(|at| *at <= now);
    began.unwrap_or_else(|| cycle.opens())
}

fn aim_seen(one: &Aim) -> attention::Objective {
    attention::Objective {
        id: one.id,
        ownerless_since: one.owner.is_none().then_some(one.ownerless_since),
        unmeasured_since: (!one.measured).then_some(one.unmeasured_since),
    }
}

/// How each team this member may read took part in the last two weeks, in one statement.
pub(super) async fn parts(
    tx: &mut OrgTx,
    reader: MemberId,
    now: DateTime<Utc>,
) -> sqlx::Result<HashMap<TeamId, Part>> {
    let roster = standup::roster(tx, reader, earliest(now)..=now.date_naive()).await?;
    let mut written: HashMap<_, HashSet<_>> = HashMap::new();
    for (standup, member, date) in roster.written {
        written.entry(standup).or_default().insert((member, date));
    }
    let mut parts: HashMap<TeamId, Part> = HashMap::new();
    for standup in &roster.standups {
        let here = roster.people.iter().filter(|person| person.teams.contains(&standup.team));
        let written = written.remove(&standup.id).unwrap_or_default();
        let part = taking_part(here, standup, &written, now);
        let sum = parts.entry(standup.team).or_default();
        *sum = std::mem::take(sum).with(part);
    }
    Ok(parts)
}

/// A date that lies before the days looked at on anybody's calendar.
fn earliest(now: DateTime<Utc>) -> NaiveDate {
    let today = now.date_naive();
    let days = u64::try_from(participation::DAYS).unwrap_or_default() + 2;
    today.checked_sub_days(Days::new(days)).unwrap_or(today)
}
