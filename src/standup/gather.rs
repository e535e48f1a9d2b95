//! Brings together what a page needs to know of standups and the people they ask.

use super::leave::{Leave, Leaves};
use super::occurrence::{Timetable, Version};
use super::person::Person;
use super::queries::{self, AskedRow, LeaveRow, PersonRow, QuestionRow, ScheduleRow, StandupRow};
use super::question::{Question, Standup};
use super::turns::Diary;
use crate::calendar::{Occurrence, Recurrence, Schedule, Span};
use crate::db::OrgTx;
use crate::ids::{MemberId, StandupId, TeamId};
use crate::occurrence::Asked;
use chrono::{DateTime, Days, NaiveDate, Utc, Weekday};
use std::collections::HashMap;
use std::ops::RangeInclusive;

/// The standups of these teams, by team and age, in three statements however many there are.
///
/// # Errors
/// When the database fails.
pub async fn standups_of(tx: &mut OrgTx, teams: &[TeamId]) -> sqlx::Result<Vec<Standup>> {
    let rows = queries::standups(tx, teams).await?;
    let schedules = queries::schedules(tx, teams).await?;
    let questions = queries::questions(tx, teams).await?;
    Ok(standups(rows, &schedules, &questions))
}

/// Standups with their schedules and questions.
fn standups(rows: Vec<StandupRow>, schedules: &[ScheduleRow], questions: &[QuestionRow]) -> Vec<Standup> {
    rows.into_iter()
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
                .map(QuestionRow::question)
                .collect(),
            id: row.id,
            name: row.name,
            team: row.team_id,
            team_slug: row.team_slug,
            team_name: row.team_name,
            retired: row.retired,
        })
        .collect()
}

/// What teams were asked on some dates, and what they wrote.
pub struct Roster {
    /// Their standups, which know no questions here.
    pub standups: Vec<Standup>,
    /// Their people by name, with what is kept of what they were asked.
    pub people: Vec<Person>,
    /// The dates updates were written for: by which standup, by whom, for when.
    pub written: Vec<(StandupId, MemberId, NaiveDate)>,
}

/// The roster of all teams this member may read, in one statement however much there is.
///
/// # Errors
/// When the database fails.
pub async fn roster(
    tx: &mut OrgTx,
    reader: MemberId,
    dates: RangeInclusive<NaiveDate>,
) -> sqlx::Result<Roster> {
    let row = queries::roster(tx, reader, &dates).await?;
    let mut asked: HashMap<MemberId, Vec<(StandupId, Asked)>> = HashMap::new();
    for one in row.asked.0 {
        asked.entry(one.member_id).or_default().push(one.asked());
    }
    let person = |row: PersonRow| {
        let asked = asked.remove(&row.id).unwrap_or_default();
        row.person(dates.clone(), asked)
    };
    Ok(Roster {
        people: row.people.0.into_iter().map(person).collect(),
        standups: standups(row.standups.0, &row.schedules.0, &[]),
        written: row.written.0,
    })
}

/// The people of these teams by name, with what is kept of what they are asked on these dates, in two statements. When they
/// are absent is known from half a year before those dates to a year after them and after `now`: public holidays are known
/// for many years, and nobody looks that far.
///
/// # Errors
/// When the database fails.
pub async fn people_of(
    tx: &mut OrgTx,
    teams: &[TeamId],
    dates: RangeInclusive<NaiveDate>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Person>> {
    let (first, last) = (*dates.start(), *dates.end().max(&now.date_naive()));
    let known = (
        first.checked_sub_days(Days::new(183)).unwrap_or(first),
        last.checked_add_days(Days::new(366)).unwrap_or(last),
    );
    let people = queries::people(tx, teams, known).await?;
    let mut rows: HashMap<MemberId, Vec<(StandupId, Asked)>> = HashMap::new();
    for row in queries::asked(tx, teams, None, &dates).await? {
        rows.entry(row.member_id).or_default().push(row.asked());
    }
    let person = |row: PersonRow| {
        let asked = rows.remove(&row.id).unwrap_or_default();
        row.person(dates.clone(), asked)
    };
    Ok(people.into_iter().map(person).collect())
}

/// What is kept of what one person is asked on these dates.
///
/// # Errors
/// When the database fails.
pub(super) async fn read_diary(
    tx: &mut OrgTx,
    person: &mut Person,
    dates: RangeInclusive<NaiveDate>,
) -> sqlx::Result<()> {
    let rows = queries::asked(tx, &person.teams, Some(person.id), &dates).await?;
    person.diary = person.diary.reread(dates, rows.into_iter().map(AskedRow::asked));
    Ok(())
}

/// The leaves of everybody that touch these dates, in one statement.
///
/// # Errors
/// When the database fails.
pub(in crate::standup) async fn leaves_of(
    tx: &mut OrgTx,
    first: NaiveDate,
    last: NaiveDate,
) -> sqlx::Result<Leaves> {
    Ok(Leaves::new(queries::leaves(tx, first, last).await?.into_iter().map(LeaveRow::leave).collect()))
}

/// The leaves of everybody that somebody is on at an instant, or will be within a week.
///
/// # Errors
/// When the database fails.
pub async fn leaves_around(tx: &mut OrgTx, now: DateTime<Utc>) -> sqlx::Result<Leaves> {
    let today = now.date_naive();
    let first = today.pred_opt().unwrap_or(today);
    leaves_of(tx, first, today.checked_add_days(Days::new(7)).unwrap_or(today)).await
}

impl LeaveRow {
    fn leave(self) -> Leave {
        Leave {
            member: self.member,
            name: self.name,
            zone: self.zone,
            first: self.first,
            last: self.last,
            note: self.note,
            stand_in: self.stand_in_id.zip(self.stand_in),
            holiday: self.holiday,
        }
    }
}

impl QuestionRow {
    /// The question as it is asked.
    pub(super) fn question(&self) -> Question {
        Question { id: self.id, kind: self.kind, prompt: self.prompt.clone(), options: self.options.clone() }
    }
}

impl ScheduleRow {
    /// The stored version as the calendar knows it; the table's checks leave no other shapes.
    pub(super) fn version(&self) -> Option<Version> {
        let anchor = self.anchor.unwrap_or(self.first_date);
        let recurrence = match (self.weekdays, self.every_weeks, self.nth, self.nth_weekday) {
            (Some(weekdays), Some(every), ..) => {
                Recurrence::Weekly { every: u16::try_from(every).ok()?, weekdays, anchor }
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
        Some(Version { id: self.id, schedule, zone: self.zone })
    }
}

impl AskedRow {
    pub(super) fn asked(self) -> (StandupId, Asked) {
        let occurrence = Occurrence { date: self.local_date, opens: self.opens_at, due: self.due_at };
        (
            self.standup_id,
            Asked { occurrence, zone: self.zone, version: self.schedule_id, excused: self.excused },
        )
    }
}

impl PersonRow {
    fn person(self, dates: RangeInclusive<NaiveDate>, rows: Vec<(StandupId, Asked)>) -> Person {
        let until =
            self.teams.iter().copied().zip(self.until).filter_map(|(team, until)| Some((team, until?)));
        Person {
            id: self.id,
            name: self.name,
            since: self.zone.date_at(self.joined_at),
            zone: self.zone,
            week: self.week.0,
            quiet: Span { start: self.quiet_from, end: self.quiet_until },
            absence: self.absence.0,
            asked: self.role.takes_part(),
            diary: Diary::new(dates, until, rows),
            teams: self.teams,
        }
    }
}
