//! Standups, their schedules and questions, and the people they ask.

use crate::calendar::{Absence, WeekdaySet, WorkWeek, Zone};
use crate::db::OrgTx;
use crate::ids::{MemberId, OrgId, QuestionId, ScheduleId, StandupId, TeamId};
use crate::organisation::Role;
use crate::standup::question::QuestionKind;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;
use sqlx::types::Json;

/// A standup and its team.
#[derive(Deserialize)]
pub(in crate::standup) struct StandupRow {
    pub(in crate::standup) id: StandupId,
    pub(in crate::standup) name: String,
    pub(in crate::standup) team_id: TeamId,
    pub(in crate::standup) team_slug: String,
    pub(in crate::standup) team_name: String,
    pub(in crate::standup) retired: bool,
}

/// The standups of these teams, also those that ask no more.
pub(in crate::standup) async fn standups(tx: &mut OrgTx, teams: &[TeamId]) -> sqlx::Result<Vec<StandupRow>> {
    sqlx::query_as!(
        StandupRow,
        r#"select s.id, s.name, s.team_id, t.slug as team_slug, t.name as team_name,
                  s.retired_at is not null as "retired!"
             from standup s join team t on t.org_id = s.org_id and t.id = s.team_id
            where s.org_id = $1 and s.team_id = any($2) order by t.name, s.created_at, s.id"#,
        tx.org as OrgId,
        teams as &[TeamId],
    )
    .fetch_all(&mut **tx)
    .await
}

/// One version of a schedule, as stored.
#[derive(Deserialize)]
pub(in crate::standup) struct ScheduleRow {
    pub(in crate::standup) id: ScheduleId,
    pub(in crate::standup) standup_id: StandupId,
    pub(in crate::standup) first_date: NaiveDate,
    pub(in crate::standup) last_date: Option<NaiveDate>,
    pub(in crate::standup) anchor: Option<NaiveDate>,
    pub(in crate::standup) weekdays: Option<WeekdaySet>,
    pub(in crate::standup) every_weeks: Option<i16>,
    pub(in crate::standup) nth: Option<i16>,
    pub(in crate::standup) nth_weekday: Option<i16>,
    pub(in crate::standup) opens_time: NaiveTime,
    pub(in crate::standup) opens_evening_before: bool,
    pub(in crate::standup) due_time: NaiveTime,
    pub(in crate::standup) zone: Option<Zone>,
}

/// All versions of the schedules of these teams' standups.
pub(in crate::standup) async fn schedules(
    tx: &mut OrgTx,
    teams: &[TeamId],
) -> sqlx::Result<Vec<ScheduleRow>> {
    sqlx::query_as!(
        ScheduleRow,
        r#"select c.id, c.standup_id, c.first_date, c.last_date, c.anchor, c.weekdays, c.every_weeks, c.nth, c.nth_weekday, c.opens_time,
                  c.opens_evening_before, c.due_time, c.zone
             from schedule c join standup s on s.org_id = c.org_id and s.id = c.standup_id
            where c.org_id = $1 and s.team_id = any($2) order by c.standup_id, c.version"#,
        tx.org as OrgId,
        teams as &[TeamId],
    )
    .fetch_all(&mut **tx)
    .await
}

/// A question, as stored.
pub(in crate::standup) struct QuestionRow {
    pub(in crate::standup) standup_id: StandupId,
    pub(in crate::standup) id: QuestionId,
    pub(in crate::standup) kind: QuestionKind,
    pub(in crate::standup) prompt: String,
    pub(in crate::standup) options: Vec<String>,
}

/// The questions these teams' standups ask now, in order.
pub(in crate::standup) async fn questions(
    tx: &mut OrgTx,
    teams: &[TeamId],
) -> sqlx::Result<Vec<QuestionRow>> {
    sqlx::query_as!(
        QuestionRow,
        r#"select q.standup_id, q.id, q.kind as "kind: QuestionKind", q.prompt, q.options
             from question q join standup s on s.org_id = q.org_id and s.id = q.standup_id
            where q.org_id = $1 and s.team_id = any($2) and q.retired_at is null
            order by q.standup_id, q.position, q.id"#,
        tx.org as OrgId,
        teams as &[TeamId],
    )
    .fetch_all(&mut **tx)
    .await
}

/// Those of these questions that a standup has asked and asks no more, in order.
pub(in crate::standup) async fn retired_questions(
    tx: &mut OrgTx,
    standup: StandupId,
    ids: &[QuestionId],
) -> sqlx::Result<Vec<QuestionRow>> {
    sqlx::query_as!(
        QuestionRow,
        r#"select standup_id, id, kind as "kind: QuestionKind", prompt, options from question
            where org_id = $1 and standup_id = $2 and id = any($3) and retired_at is not null order by position, id"#,
        tx.org as OrgId,
        standup as StandupId,
        ids as &[QuestionId],
    )
    .fetch_all(&mut **tx)
    .await
}

/// A member of one or more teams, as stored.
#[derive(Deserialize)]
pub(in crate::standup) struct PersonRow {
    pub(in crate::standup) id: MemberId,
    pub(in crate::standup) name: String,
    pub(in crate::standup) zone: Zone,
    pub(in crate::standup) week: Json<WorkWeek>,
    pub(in crate::standup) quiet_from: NaiveTime,
    pub(in crate::standup) quiet_until: NaiveTime,
    pub(in crate::standup) role: Role,
    pub(in crate::standup) joined_at: DateTime<Utc>,
    pub(in crate::standup) teams: Vec<TeamId>,
    /// How far the rows of each of these teams were made.
    pub(in crate::standup) until: Vec<Option<NaiveDate>>,
    pub(in crate::standup) absence: Json<Absence>,
}

/// The members of these teams who have not left, by name, with the days from `first` to `last` on which they are absent.
pub(in crate::standup) async fn people(
    tx: &mut OrgTx,
    teams: &[TeamId],
    (first, last): (NaiveDate, NaiveDate),
) -> sqlx::Result<Vec<PersonRow>> {
    sqlx::query_as!(
        PersonRow,
        r#"select m.id, m.name, m.zone, m.week, m.quiet_from, m.quiet_until, m.role, m.joined_at, array_agg(s.team_id order by s.team_id) as "teams!: Vec<TeamId>",
                  array_agg(s.occurrences_until order by s.team_id) as "until!: Vec<Option<NaiveDate>>",
                  coalesce((select jsonb_agg(jsonb_build_array(a.first_date, a.last_date)) from absent a
                             where a.org_id = m.org_id and a.member_id = m.id and a.last_date >= $3 and a.first_date <= $4),
                           '[]'::jsonb) as "absence!: Json<Absence>"
             from member m join team_member s on s.org_id = m.org_id and s.member_id = m.id
            where m.org_id = $1 and s.team_id = any($2) and m.left_at is null
            group by m.org_id, m.id order by m.name, m.id"#,
        tx.org as OrgId,
        teams as &[TeamId],
        first,
        last,
    )
    .fetch_all(&mut **tx)
    .await
}

/// The days this member is away.
pub(in crate::standup) async fn absence(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<Absence> {
    sqlx::query_scalar!(
        r#"select coalesce(jsonb_agg(jsonb_build_array(first_date, last_date)), '[]'::jsonb) as "absence!: Json<Absence>"
             from absent where org_id = $1 and member_id = $2"#,
        tx.org as OrgId,
        member as MemberId,
    )
    .fetch_one(&mut **tx)
    .await
    .map(|Json(absence)| absence)
}
