//! Brings together what a page needs to know of standups and the people they ask.

use super::occurrence::{Timetable, Version};
use super::person::Person;
use super::queries::{self, PersonRow, ScheduleRow};
use super::question::Question;
use crate::calendar::{Recurrence, Schedule};
use crate::db::OrgTx;
use crate::ids::{StandupId, TeamId};
use chrono::Weekday;

/// A team's recurring set of questions.
#[derive(Debug, Clone)]
pub struct Standup {
    /// Which.
    pub id: StandupId,
    /// Its name, as a team with several tells them apart.
    pub name: String,
    /// The team.
    pub team: TeamId,
    /// The team's word in addresses.
    pub team_slug: String,
    /// The team's name.
    pub team_name: String,
    /// Its dates.
    pub timetable: Timetable,
    /// What it asks now, in order.
    pub questions: Vec<Question>,
}

/// The standups of these teams, by team and age, in three statements however many there are.
///
/// # Errors
/// When the database fails.
pub async fn standups_of(tx: &mut OrgTx, teams: &[TeamId]) -> sqlx::Result<Vec<Standup>> {
    let rows = queries::standups(tx, teams).await?;
    let schedules = queries::schedules(tx, teams).await?;
    let questions = queries::questions(tx, teams).await?;
    Ok(rows
        .into_iter()
        .map(|row| Standup {
            timetable: Timetable::new(
                schedules
                    .iter()
                    .filter(|it| it.standup_id == row.id)
                    .filter_map(ScheduleRow::version)
                    .collect(),
            ),
            questions: questions
                .iter()
                .filter(|it| it.standup_id == row.id)
                .map(|it| Question { id: it.id, kind: it.kind, prompt: it.prompt.clone() })
                .collect(),
            id: row.id,
            name: row.name,
            team: row.team_id,
            team_slug: row.team_slug,
            team_name: row.team_name,
        })
        .collect())
}

/// The people of these teams by name, in one statement.
///
/// # Errors
/// When the database fails.
pub async fn people_of(tx: &mut OrgTx, teams: &[TeamId]) -> sqlx::Result<Vec<Person>> {
    Ok(queries::people(tx, teams).await?.into_iter().map(PersonRow::person).collect())
}

impl ScheduleRow {
    /// The stored version as the calendar knows it; the table's checks leave no other shapes.
    fn version(&self) -> Option<Version> {
        let recurrence = match (self.weekdays, self.every_weeks, self.nth, self.nth_weekday) {
            (Some(weekdays), Some(every), ..) => {
                Recurrence::Weekly { every: u16::try_from(every).ok()?, weekdays, anchor: self.first_date }
            }
            (.., Some(nth), Some(weekday)) => Recurrence::MonthlyNth {
                nth: i8::try_from(nth).ok()?,
                weekday: Weekday::try_from(u8::try_from(weekday - 1).ok()?).ok()?,
            },
            _ => return None,
        };
        let schedule = Schedule {
            recurrence,
            opens: self.opens_time,
            opens_evening_before: self.opens_evening_before,
            due: self.due_time,
            first: self.first_date,
            until: self.last_date,
        };
        Some(Version { schedule, zone: self.zone })
    }
}

impl PersonRow {
    fn person(self) -> Person {
        Person {
            id: self.id,
            name: self.name,
            since: self.zone.date_at(self.joined_at),
            zone: self.zone,
            week: self.week.0,
            absence: self.absence.0,
            asked: self.role.takes_part(),
            teams: self.teams,
        }
    }
}
