//! Where key results stand: the one object from which every page, mail and list takes what it shows of them.
//!
//! What the roll-up found in the log (value, confidence, when the word grows stale) is read from the database; what
//! moves with the clock (expected progress, pace, status) follows here, at `now`, from the same receipt that a reader
//! can open. So a stale key result is stale everywhere at the same instant, and green nowhere.

use super::kept::Kept;
use super::log::{Reading, just_after};
use super::measure::Terms;
use super::pace::{Dates, Elapsed, Pace};
use super::progress;
use super::queries;
use super::receipt::KeyResultReceipt;
use super::status::{Difference, Status, difference};
use super::unit::Unit;
use crate::calendar::{Cycle, CycleState};
use crate::db::OrgTx;
use crate::ids::{CycleId, KeyResultId, MemberId, ObjectiveId, TeamId};
use crate::web::parts::Avatar;
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::HashMap;

/// A member, as far as a key result names them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Person {
    /// Who.
    pub id: MemberId,
    /// How they are called.
    pub name: String,
}

impl Person {
    /// The first word of their name.
    pub fn first_name(&self) -> &str {
        self.name.split_whitespace().next().unwrap_or(&self.name)
    }

    /// Their initials in their hue.
    pub fn avatar(&self) -> Avatar {
        Avatar::of(self.id, &self.name)
    }
}

/// A team, as far as an objective names it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TeamName {
    /// Which.
    pub id: TeamId,
    /// Its word in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Whether only those who sit in it, and owners, may read what is of it.
    pub private: bool,
}

/// The last check-in of a key result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastWord {
    /// When it was measured.
    pub at: DateTime<Utc>,
    /// Who measured.
    pub by: Person,
    /// What they wrote; may be empty.
    pub note: String,
}

/// A key result as it stands at one instant.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Which.
    pub id: KeyResultId,
    /// Its title.
    pub title: String,
    /// What it is counted in.
    pub unit: Unit,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The objective it belongs to.
    pub objective: ObjectiveId,
    /// That objective's title.
    pub objective_title: String,
    /// That objective's team; `None` for the whole organisation's.
    pub team: Option<TeamName>,
    /// The cycle.
    pub cycle: CycleId,
    /// Who owns it.
    pub owner: Option<Person>,
    /// Value, terms, expected progress, pace and status, with all they follow from.
    pub receipt: KeyResultReceipt,
    /// The last check-in.
    pub last: Option<LastWord>,
    /// The owner's local date by whose end the next check-in is due; `None` when none is.
    pub due: Option<NaiveDate>,
}

impl Standing {
    /// The word shown.
    pub fn status(&self) -> Status {
        self.receipt.shown.status
    }

    /// The computed judgement.
    pub fn pace(&self) -> Option<Pace> {
        self.receipt.shown.pace
    }

    /// Progress within 0 to 1; `None` without data.
    pub fn progress(&self) -> Option<Decimal> {
        self.receipt.shown.progress
    }

    /// Since when it is stale; `None` when it is not.
    pub fn stale_since(&self) -> Option<DateTime<Utc>> {
        self.receipt.stale_at.filter(|_| self.status() == Status::Stale)
    }

    /// Where what the owner says and what is computed part ways. A stale word is no longer held against the pace.
    pub fn difference(&self) -> Option<Difference> {
        if matches!(self.status(), Status::Stale | Status::Closed) {
            return None;
        }
        difference(self.receipt.confidence?, self.pace()?)
    }

    /// Whether somebody should look: it has no owner, or is anything but on track, by word or by pace.
    pub fn needs_a_look(&self) -> bool {
        let lagging = matches!(self.pace(), Some(Pace::AtRisk | Pace::OffTrack));
        let unwell = matches!(self.status(), Status::AtRisk | Status::OffTrack | Status::Stale);
        self.status() != Status::Closed && (self.owner.is_none() || lagging || unwell)
    }
}

/// The key results of a cycle, those of one objective together and in its order; dropped ones are left out.
pub async fn of_cycle(tx: &mut OrgTx, cycle: CycleId, now: DateTime<Utc>) -> sqlx::Result<Vec<Standing>> {
    let objectives = queries::objective_ids_of_cycle(tx, cycle).await?;
    of_objectives(tx, &objectives, now).await
}

/// The key results of these objectives, those of one objective together and in its order; dropped ones are left out.
pub async fn of_objectives(
    tx: &mut OrgTx,
    objectives: &[ObjectiveId],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Standing>> {
    let rows = queries::standings(tx, objectives, now).await?;
    let mut clocks = HashMap::new();
    rows.into_iter()
        .map(|row| {
            let clock = *clocks.entry(row.cycle_id).or_insert_with(|| CycleClock::at(&row.cycle(), now));
            row.standing(clock, now)
        })
        .collect()
}

/// The key results a member owns in cycles that are not closed: the rows of their update.
pub async fn of_owner(tx: &mut OrgTx, member: MemberId, now: DateTime<Utc>) -> sqlx::Result<Vec<Standing>> {
    let open = running(tx, now).await?;
    let objectives = queries::objective_ids_owned_in(tx, member, &open).await?;
    let mut standings = of_objectives(tx, &objectives, now).await?;
    standings.retain(|one| one.owner.as_ref().is_some_and(|owner| owner.id == member));
    Ok(standings)
}

/// A team's key results in cycles that run: the organisation's and the team's own.
pub async fn of_team(tx: &mut OrgTx, team: TeamId, now: DateTime<Utc>) -> sqlx::Result<Vec<Standing>> {
    let open = running(tx, now).await?;
    let objectives = queries::objective_ids_of_team_in(tx, team, &open).await?;
    of_objectives(tx, &objectives, now).await
}

/// The cycles that are neither to come nor closed.
pub(super) async fn running(tx: &mut OrgTx, now: DateTime<Utc>) -> sqlx::Result<Vec<CycleId>> {
    let cycles = queries::cycles(tx).await?;
    let runs = |one: &&queries::NamedCycle| {
        matches!(one.cycle.state_at(now), CycleState::Active | CycleState::Closing | CycleState::Grading)
    };
    Ok(cycles.iter().filter(runs).map(|one| one.id).collect())
}

/// What the calendar of a cycle says at an instant.
#[derive(Debug, Clone, Copy)]
pub(super) struct CycleClock {
    /// Working days gone by.
    pub(super) elapsed: Elapsed,
    /// Its dates, and the last one that is over.
    dates: Dates,
    /// Whether it is closed.
    pub(super) closed: bool,
}

impl CycleClock {
    pub(super) fn at(cycle: &Cycle, now: DateTime<Utc>) -> Self {
        Self {
            elapsed: Elapsed::at(cycle, now),
            dates: Dates::at(cycle, now),
            closed: cycle.state_at(now) == CycleState::Closed,
        }
    }

    /// The receipt of a key result at this reading.
    pub(super) fn receipt(self, terms: Terms, reading: &Reading, now: DateTime<Utc>) -> KeyResultReceipt {
        KeyResultReceipt::new(terms, reading, (self.elapsed, self.dates), just_after(now), self.closed)
    }
}

impl queries::StandingRow {
    /// What the roll-up found, read under the newest terms.
    fn standing(self, clock: CycleClock, now: DateTime<Utc>) -> sqlx::Result<Standing> {
        let terms = self.terms()?;
        let unit = self.unit();
        let done = self.done.unwrap_or_default();
        let value = self.value.map(|value| terms.count(value, &done));
        let kept =
            self.kept_inside.zip(self.kept_measured).map(|(inside, measured)| Kept { inside, measured });
        let raw = progress::of(&terms, value, &done, kept);
        let reading = Reading {
            check_in: self.check_in,
            checked_in_at: self.checked_in_at,
            value,
            done,
            kept,
            raw,
            progress: raw.map(progress::clamped),
            confidence: self.confidence,
            due: self.due,
            stale_at: self.stale_at,
        };
        let author = person(self.author_id, self.author_name);
        let last = self.checked_in_at.zip(author).map(|(at, by)| LastWord {
            at,
            by,
            note: self.note.unwrap_or_default(),
        });
        Ok(Standing {
            id: self.id,
            title: self.title,
            unit,
            created_at: self.created_at,
            objective: self.objective_id,
            objective_title: self.objective_title,
            team: team(self.team_id, self.team_slug, self.team_name, self.team_private),
            cycle: self.cycle_id,
            owner: person(self.owner_id, self.owner_name),
            receipt: clock.receipt(terms, &reading, now),
            last,
            due: self.due,
        })
    }
}

/// The person of an outer join.
pub(super) fn person(id: Option<MemberId>, name: Option<String>) -> Option<Person> {
    Some(Person { id: id?, name: name? })
}

/// The team of an outer join.
pub(super) fn team(
    id: Option<TeamId>,
    slug: Option<String>,
    name: Option<String>,
    private: Option<bool>,
) -> Option<TeamName> {
    Some(TeamName { id: id?, slug: slug?, name: name?, private: private? })
}
