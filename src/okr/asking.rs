//! Keeping when check-ins are due: a row for each due date of a key result, on its owner's clock, made ahead.

use super::queries::{self, AskedRow, CourseRow};
use super::status::Cadence;
use super::stored;
use crate::calendar::day::day_span;
use crate::calendar::{Occurrence, Schedule, Zone};
use crate::db::OrgTx;
use crate::ids::{CycleId, KeyResultId, MemberId, ObjectiveId, TeamId};
use crate::occurrence::{self, Asked, Course, Kept, Place, Rule, Subject};
use crate::organisation::Role;
use chrono::{DateTime, NaiveDate, Utc, Weekday};

/// How many key results one transaction makes rows for.
const BATCH: i64 = 200;

/// Whose rows a change touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Of all key results a member owns: their zone, their role.
    Owner(MemberId),
    /// Of one key result: its owner, its cadence, whether it was let go.
    KeyResult(KeyResultId),
    /// Of those of an objective.
    Objective(ObjectiveId),
    /// Of those of a cycle: its dates.
    Cycle(CycleId),
    /// Of those of a team: who may read them.
    Team(TeamId),
}

/// The due dates of a key result on its owner's clock.
struct DueDates {
    dates: Schedule,
    zone: Zone,
}

impl Rule for DueDates {
    /// Any moment of the due date will do.
    fn asked(&self, date: NaiveDate) -> Option<Asked> {
        let day = day_span(self.zone, date).filter(|_| self.dates.falls_on(date))?;
        let occurrence = Occurrence { date, opens: day.start, due: day.end };
        Some(Asked { occurrence, zone: self.zone, version: None, excused: false })
    }

    fn next_from(&self, date: NaiveDate) -> Option<NaiveDate> {
        self.dates.next_from(date)
    }
}

/// Rows in hand, made up to now under the rules in force until now. Change the rules, then let them [`follow`](Held::follow).
#[derive(Debug)]
#[must_use = "after the change the rows must follow"]
pub struct Held(Vec<KeyResultId>);

/// Takes rows in hand before a change at `now`.
///
/// # Errors
/// When the database fails.
pub async fn hold(tx: &mut OrgTx, whose: Whose, now: DateTime<Utc>) -> sqlx::Result<Held> {
    tx.uncover().await?;
    let ids = queries::hold_courses(tx, whose).await?;
    keep(tx, &ids, now).await?;
    tx.cover().await?;
    Ok(Held(ids))
}

impl Held {
    /// Lets the rows follow what was changed since they were taken in hand, as of `now`. What has opened stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn follow(self, tx: &mut OrgTx, now: DateTime<Utc>) -> sqlx::Result<()> {
        tx.uncover().await?;
        let rows = queries::courses(tx, &self.0).await?;
        let kept = queries::asked_from(tx, &self.0, occurrence::still_open_from(now)).await?;
        let kept: Vec<Kept> = kept.into_iter().map(AskedRow::kept).collect();
        let places: Vec<_> = rows.iter().map(CourseRow::place).collect();
        let marks = occurrence::follow(tx, &places, &kept, now).await?;
        queries::mark_courses(tx, &rows, &marks).await?;
        tx.cover().await
    }
}

/// Makes the rows that are due at `now` for some key results of the organisation. Gives how many had any due.
///
/// # Errors
/// When the database fails.
pub async fn keep_due(tx: &mut OrgTx, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let ids = queries::claim_courses(tx, now, BATCH).await?;
    keep(tx, &ids, now).await?;
    Ok(u64::try_from(ids.len()).unwrap_or(u64::MAX))
}

async fn keep(tx: &mut OrgTx, ids: &[KeyResultId], now: DateTime<Utc>) -> sqlx::Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let rows = queries::courses(tx, ids).await?;
    let places: Vec<_> = rows.iter().map(CourseRow::place).collect();
    let (marks, _) = occurrence::keep(tx, &places, now).await?;
    queries::mark_courses(tx, &rows, &marks).await
}

impl CourseRow {
    /// What is asked of the owner. Nothing while nobody owns it, or the owner takes no part, has left or may not read it, or it was let go.
    fn place(&self) -> Place<DueDates> {
        let zone = self.owner_zone.unwrap_or(self.cycle_zone);
        let owner = self.owner_id.filter(|_| self.owner_role.is_some_and(Role::takes_part) && !self.gone);
        // As the log counts them: from the cycle's first date, or the date it was made on.
        let start = self.cycle_zone.date_at(self.created_at).max(self.first_date);
        let weekday = stored::weekday(self.due_weekday).unwrap_or(Weekday::Fri);
        let dates = Cadence { every: self.cadence, weekday }.dates(start, self.last_date);
        let course = |(member, dates)| Course {
            subject: Subject::KeyResult(self.id),
            member,
            rule: DueDates { dates, zone },
        };
        Place {
            zone,
            since: self.created_at,
            until: self.until,
            courses: owner.zip(dates).map(course).into_iter().collect(),
        }
    }
}

impl AskedRow {
    fn kept(self) -> Kept {
        let occurrence = Occurrence { date: self.local_date, opens: self.opens_at, due: self.due_at };
        let asked = Asked { occurrence, zone: self.zone, version: None, excused: self.excused };
        Kept { id: self.id, member: self.member_id, subject: Subject::KeyResult(self.key_result_id), asked }
    }
}
