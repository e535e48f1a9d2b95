//! People, teams and their rhythm.

use crate::calendar::{Schedule, WeekdaySet, WorkWeek, Zone};
use crate::db::{DutyTx, GlobalTx, OrgTx};
use crate::ids::{
    AccountId, AwayId, HolidayCalendarId, MemberId, OrgId, QuestionId, ScheduleId, StandupId, TeamId,
};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;

/// When the next digest of anybody is due, or the next mail with notices.
pub(in crate::demo) async fn next_mail(tx: &mut DutyTx) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!("select least(min(next_digest_at), min(next_notice_at)) from member")
        .fetch_one(&mut **tx)
        .await
}

/// Whether there is an organisation at all.
pub(in crate::demo) async fn is_inhabited(tx: &mut GlobalTx) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select exists (select from organisation) as "is!""#).fetch_one(&mut **tx).await
}

/// Everybody has read what was written until then.
pub(in crate::demo) async fn have_read(tx: &mut OrgTx, until: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update member set seen_from = $2 where org_id = $1", tx.org as OrgId, until)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Adds an organisation of the demo.
pub(in crate::demo) async fn add_organisation(
    tx: &mut GlobalTx,
    (id, slug, name, zone): (OrgId, &str, &str, Zone),
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into organisation (id, slug, name, zone, demo, created_at) values ($1, $2, $3, $4, true, $5)",
        id as OrgId,
        slug,
        name,
        zone as Zone,
        at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Adds an account that can sign in.
pub(in crate::demo) async fn add_account(
    tx: &mut GlobalTx,
    id: AccountId,
    email: &str,
    password_hash: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into account (id, email, password_hash, created_at) values ($1, $2, $3, $4)",
        id as AccountId,
        email,
        password_hash,
        at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Somebody in the organisation.
pub(in crate::demo) struct NewMember<'a> {
    pub(in crate::demo) id: MemberId,
    pub(in crate::demo) account: AccountId,
    pub(in crate::demo) name: &'a str,
    pub(in crate::demo) role: &'a str,
    pub(in crate::demo) zone: Zone,
    pub(in crate::demo) week: &'a WorkWeek,
    pub(in crate::demo) holidays: Option<HolidayCalendarId>,
    pub(in crate::demo) digest: &'a str,
    pub(in crate::demo) at: DateTime<Utc>,
}

/// Adds a member.
pub(in crate::demo) async fn add_member(tx: &mut OrgTx, new: &NewMember<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into member (org_id, id, account_id, name, role, zone, week, digest, joined_at, holiday_calendar_id)
         values ($1, $2, $3, $4, $5::text, $6, $7, $8, $9, $10)",
        tx.org as OrgId,
        new.id as MemberId,
        new.account as AccountId,
        new.name,
        new.role as _,
        new.zone as Zone,
        Json(new.week) as _,
        new.digest,
        new.at,
        new.holidays as Option<HolidayCalendarId>,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Adds days away.
pub(in crate::demo) async fn add_away(
    tx: &mut OrgTx,
    member: MemberId,
    (first, last): (NaiveDate, NaiveDate),
    (note, stand_in): (&str, Option<MemberId>),
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into away (org_id, id, member_id, first_date, last_date, note, created_at, stand_in_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tx.org as OrgId,
        AwayId::fresh() as AwayId,
        member as MemberId,
        first,
        last,
        note,
        at,
        stand_in as Option<MemberId>,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Adds a team and its standup.
pub(in crate::demo) async fn add_team(
    tx: &mut OrgTx,
    (team, slug, name, zone): (TeamId, &str, &str, Zone),
    (standup, standup_name): (StandupId, &str),
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into team (org_id, id, slug, name, zone, created_at) values ($1, $2, $3, $4, $5, $6)",
        tx.org as OrgId,
        team as TeamId,
        slug,
        name,
        zone as Zone,
        at,
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into standup (org_id, id, team_id, name, created_at) values ($1, $2, $3, $4, $5)",
        tx.org as OrgId,
        standup as StandupId,
        team as TeamId,
        standup_name,
        at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Seats a member.
pub(in crate::demo) async fn add_seat(
    tx: &mut OrgTx,
    team: TeamId,
    member: MemberId,
    lead: bool,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into team_member (org_id, team_id, member_id, lead) values ($1, $2, $3, $4)",
        tx.org as OrgId,
        team as TeamId,
        member as MemberId,
        lead,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Adds a version of a schedule on weekdays.
pub(in crate::demo) async fn add_schedule(
    tx: &mut OrgTx,
    standup: StandupId,
    (version, weekdays): (i32, WeekdaySet),
    schedule: &Schedule,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into schedule (org_id, id, standup_id, version, first_date, last_date, weekdays, every_weeks, opens_time,
                               opens_evening_before, due_time, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9, $10, $11)",
        tx.org as OrgId,
        ScheduleId::fresh() as ScheduleId,
        standup as StandupId,
        version,
        schedule.first,
        schedule.until,
        weekdays as WeekdaySet,
        schedule.opens,
        schedule.opens_evening_before,
        schedule.due,
        at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Adds a question.
pub(in crate::demo) async fn add_question(
    tx: &mut OrgTx,
    id: QuestionId,
    standup: StandupId,
    position: i16,
    (kind, prompt): (&str, &str),
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into question (org_id, id, standup_id, position, kind, prompt) values ($1, $2, $3, $4, $5, $6)",
        tx.org as OrgId,
        id as QuestionId,
        standup as StandupId,
        position,
        kind,
        prompt,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Adds what may be shown of a week: the mood of at least five people.
pub(in crate::demo) async fn add_mood(
    tx: &mut OrgTx,
    team: TeamId,
    monday: NaiveDate,
    mood: i16,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into mood_shown (org_id, team_id, week, mood, people) values ($1, $2, $3, $4, 5)",
        tx.org as OrgId,
        team as TeamId,
        monday,
        mood,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
