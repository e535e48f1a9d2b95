//! Keeping what each member is asked: the rows of seats, made ahead, and following what they depend on.

use super::occurrence::InZone;
use super::queries::{self, AskRow, AskedRow, SeatKey, SeatRow};
use super::question::Standup;
use super::standups_of;
use crate::calendar::{Occurrence, Zone};
use crate::db::OrgTx;
use crate::ids::{MemberId, StandupId, TeamId};
use crate::occurrence::{self, Course, Kept, Place, Subject};
use chrono::{DateTime, Utc};

/// How many seats one transaction makes rows for.
const BATCH: i64 = 200;

/// Whose rows a change touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// A member's: their zone, their role, their seats.
    Member(MemberId),
    /// A team's: its standups, their schedules, its seats.
    Team(TeamId),
}

impl Whose {
    pub(super) fn ids(self) -> (Option<MemberId>, Option<TeamId>) {
        match self {
            Whose::Member(member) => (Some(member), None),
            Whose::Team(team) => (None, Some(team)),
        }
    }
}

/// Rows in hand, made up to now under the rules in force until now. Change the rules, then let them [`follow`](Held::follow).
#[derive(Debug)]
#[must_use = "after the change the rows must follow"]
pub struct Held(Whose);

/// Takes rows in hand before a change at `now`.
///
/// # Errors
/// When the database fails.
pub async fn hold(tx: &mut OrgTx, whose: Whose, now: DateTime<Utc>) -> sqlx::Result<Held> {
    tx.uncover().await?;
    let seats = queries::hold_seats(tx, whose).await?;
    keep(tx, &seats, now).await?;
    tx.cover().await?;
    Ok(Held(whose))
}

impl Held {
    /// Lets the rows follow what was changed since they were taken in hand, as of `now`. What has opened stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn follow(self, tx: &mut OrgTx, now: DateTime<Utc>) -> sqlx::Result<()> {
        tx.uncover().await?;
        let keys = queries::hold_seats(tx, self.0).await?;
        let seats = queries::seats(tx, &keys).await?;
        let standups = standups_of_seats(tx, &seats).await?;
        let rows = queries::asked_from(tx, self.0, occurrence::still_open_from(now)).await?;
        let kept: Vec<Kept> = rows.into_iter().map(AskedRow::kept).collect();
        let marks = occurrence::follow(tx, &places(&seats, &standups), &kept, now).await?;
        queries::mark_seats(tx, &seats, &marks).await?;
        tx.cover().await
    }
}

/// Makes the rows that are due at `now` for some seats of the organisation. Gives how many seats had any due.
///
/// # Errors
/// When the database fails.
pub async fn keep_due(tx: &mut OrgTx, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let seats = queries::claim_seats(tx, now, BATCH).await?;
    keep(tx, &seats, now).await?;
    Ok(u64::try_from(seats.len()).unwrap_or(u64::MAX))
}

/// What a member is asked that is not over, and what they were excused from lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// By which standup.
    pub standup: StandupId,
    /// Its name, and its team's.
    pub name: (String, String),
    /// The date and its window.
    pub occurrence: Occurrence,
    /// The zone the date is read in.
    pub zone: Zone,
    /// A move put it into the past.
    pub excused: bool,
    /// Their update is there.
    pub posted: bool,
}

/// What a member is asked next, by date, as kept.
///
/// # Errors
/// When the database fails.
pub async fn asks(tx: &mut OrgTx, member: MemberId, now: DateTime<Utc>) -> sqlx::Result<Vec<Ask>> {
    let rows = queries::asks(tx, member, occurrence::still_open_from(now), now).await?;
    let ask = |row: AskRow| Ask {
        standup: row.standup_id,
        name: (row.name, row.team),
        occurrence: Occurrence { date: row.local_date, opens: row.opens_at, due: row.due_at },
        zone: row.zone,
        excused: row.excused,
        posted: row.posted,
    };
    Ok(rows.into_iter().map(ask).collect())
}

async fn keep(tx: &mut OrgTx, keys: &[SeatKey], now: DateTime<Utc>) -> sqlx::Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let seats = queries::seats(tx, keys).await?;
    let standups = standups_of_seats(tx, &seats).await?;
    let (marks, _) = occurrence::keep(tx, &places(&seats, &standups), now).await?;
    queries::mark_seats(tx, &seats, &marks).await
}

async fn standups_of_seats(tx: &mut OrgTx, seats: &[SeatRow]) -> sqlx::Result<Vec<Standup>> {
    let mut teams: Vec<TeamId> = seats.iter().map(|seat| seat.team_id).collect();
    teams.sort_unstable();
    teams.dedup();
    standups_of(tx, &teams).await
}

/// Each seat with the standups of its team; none of them asks observers, or who has left.
fn places<'a>(seats: &[SeatRow], standups: &'a [Standup]) -> Vec<Place<InZone<'a>>> {
    let place = |seat: &SeatRow| Place {
        zone: seat.zone,
        since: seat.joined_at,
        until: seat.until,
        courses: standups
            .iter()
            .filter(|standup| standup.team == seat.team_id && seat.role.takes_part() && !seat.gone)
            .map(|standup| Course {
                subject: Subject::Standup(standup.id),
                member: seat.member_id,
                rule: InZone { timetable: &standup.timetable, zone: seat.zone },
            })
            .collect(),
    };
    seats.iter().map(place).collect()
}

impl AskedRow {
    fn kept(self) -> Kept {
        let (id, member) = (self.id, self.member_id);
        let (standup, asked) = self.asked();
        Kept { id, member, subject: Subject::Standup(standup), asked }
    }
}
