//! Brings together what a review is drawn from.

use super::attention::{self, Item};
use super::participation::{self, Part, taking_part};
use super::queries::{self, BlockerRow, LastWords};
use crate::calendar::CycleState;
use crate::db::OrgTx;
use crate::ids::{CheckInId, KeyResultId, ObjectiveId, TeamId, UpdateId};
use crate::okr::log::{CheckIn, standing};
use crate::okr::standing::{Person, Standing, TeamName, of_objectives};
use crate::okr::{NamedCycle, Objective, graded, objectives_of_cycle, teams};
use crate::standup::{people_of, standups_of};
use chrono::{DateTime, Days, NaiveDate, Utc};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// What a review of a cycle is drawn from.
pub(super) struct Gathered {
    /// All teams, by name.
    pub(super) teams: Vec<TeamName>,
    /// The cycle's objectives.
    pub(super) objectives: Vec<Objective>,
    /// Its key results.
    pub(super) standings: Vec<Standing>,
    /// Their check-ins that stand, oldest first.
    pub(super) logs: HashMap<KeyResultId, Vec<CheckIn>>,
    /// What was written with the last ones.
    pub(super) words: HashMap<CheckInId, LastWords>,
    /// Open blockers, the oldest by working time first.
    pub(super) blockers: Vec<BlockerRow>,
    /// Key results that have a grade.
    pub(super) graded: HashSet<KeyResultId>,
    /// How each team took part.
    pub(super) parts: HashMap<TeamId, Part>,
}

impl Gathered {
    /// Everything, in as many statements whatever there is.
    pub(super) async fn of(tx: &mut OrgTx, named: &NamedCycle, now: DateTime<Utc>) -> sqlx::Result<Self> {
        let teams = teams(tx).await?;
        let objectives = objectives_of_cycle(tx, named.id).await?;
        let ids: Vec<_> = objectives.iter().map(|one| one.id).collect();
        let standings = of_objectives(tx, &ids, now).await?;
        let logs = queries::check_ins(tx, named.id).await?;
        let last: Vec<_> = standings.iter().filter_map(|one| one.receipt.check_in).collect();
        let words = queries::last_words(tx, &last).await?;
        let mut blockers = queries::open_blockers(tx).await?;
        blockers.sort_by_cached_key(|one| Reverse(one.age(now)));
        let graded = graded(tx, named.id).await?;
        let parts = parts(tx, &teams, now).await?;
        let logs = logs.into_iter().map(|(id, log)| (id, standing(&log))).collect();
        Ok(Self { teams, objectives, standings, logs, words, blockers, graded, parts })
    }

    /// A key result.
    pub(super) fn standing(&self, id: KeyResultId) -> Option<&Standing> {
        self.standings.iter().find(|one| one.id == id)
    }

    /// An objective.
    pub(super) fn objective(&self, id: ObjectiveId) -> Option<&Objective> {
        self.objectives.iter().find(|one| one.id == id)
    }

    /// An open blocker, by its update.
    pub(super) fn blocker(&self, update: UpdateId) -> Option<&BlockerRow> {
        self.blockers.iter().find(|one| one.update == update)
    }

    /// The check-ins of a key result that stand, oldest first.
    pub(super) fn log(&self, id: KeyResultId) -> &[CheckIn] {
        self.logs.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The owners of its key results and objectives, by name.
    pub(super) fn owners(&self) -> Vec<Person> {
        let key_results = self.standings.iter().filter_map(|one| one.owner.clone());
        let mut owners: Vec<_> =
            key_results.chain(self.objectives.iter().filter_map(|one| one.owner.clone())).collect();
        owners.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        owners.dedup_by_key(|owner| owner.id);
        owners
    }

    /// What needs a look, worst first. A closed cycle needs nobody any more.
    pub(super) fn attention(&self, named: &NamedCycle, now: DateTime<Utc>) -> Vec<Item> {
        if named.cycle.state_at(now) == CycleState::Closed {
            return Vec::new();
        }
        let key_results: Vec<_> = self.standings.iter().map(|one| self.seen(one, named, now)).collect();
        let objectives: Vec<_> = self.objectives.iter().map(|one| self.objective_seen(one)).collect();
        let blocker = |one: &BlockerRow| attention::Blocker {
            update: one.update,
            author: one.author_id,
            age: one.age(now),
            measured: one.measured.clone(),
        };
        let blockers: Vec<_> = self.blockers.iter().map(blocker).collect();
        attention::attention(&key_results, &objectives, &blockers, named.cycle.zone, now)
    }

    fn seen(&self, one: &Standing, named: &NamedCycle, now: DateTime<Utc>) -> attention::KeyResult {
        let shown = one.receipt.shown;
        attention::KeyResult {
            id: one.id,
            status: shown.status,
            pace: shown.pace,
            gap: shown.expected.zip(shown.progress).map(|(expected, progress)| expected - progress),
            owner: one.owner.as_ref().map(|owner| owner.id),
            begun: one.created_at.max(named.cycle.opens()),
            stale_since: one.stale_since(),
            ungraded: named.cycle.state_at(now) == CycleState::Grading && !self.graded.contains(&one.id),
            said: self.log(one.id).iter().map(|check_in| (check_in.at, check_in.confidence)).collect(),
        }
    }

    fn objective_seen(&self, one: &Objective) -> attention::Objective {
        let own = self.standings.iter().any(|standing| standing.objective == one.id);
        let counts = self.objectives.iter().any(|below| below.parent == Some(one.id) && one.counts(below));
        attention::Objective { id: one.id, owned: one.owner.is_some(), measured: own || counts }
    }
}

/// How each team took part in the last two weeks.
async fn parts(
    tx: &mut OrgTx,
    teams: &[TeamName],
    now: DateTime<Utc>,
) -> sqlx::Result<HashMap<TeamId, Part>> {
    let ids: Vec<_> = teams.iter().map(|team| team.id).collect();
    let standups = standups_of(tx, &ids).await?;
    let people = people_of(tx, &ids, earliest(now)..=now.date_naive(), now).await?;
    let mut written: HashMap<_, HashSet<_>> = HashMap::new();
    for one in queries::written_since(tx, earliest(now)).await? {
        written.entry(one.standup_id).or_default().insert((one.member_id, one.local_date));
    }
    let mut parts: HashMap<TeamId, Part> = HashMap::new();
    for standup in &standups {
        let here = people.iter().filter(|person| person.teams.contains(&standup.team));
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
