//! A team's questions, days and window.

use crate::calendar::WeekdaySet;
use crate::db::OrgTx;
use crate::ids::{OrgId, QuestionId, ScheduleId, StandupId, TeamId};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

/// A team's standup with the newest version of its schedule.
pub(in crate::settings) struct Rhythm {
    pub(in crate::settings) standup: StandupId,
    pub(in crate::settings) weekdays: Option<WeekdaySet>,
    pub(in crate::settings) opens_time: NaiveTime,
    pub(in crate::settings) opens_evening_before: bool,
    pub(in crate::settings) due_time: NaiveTime,
}

/// The team's first standup and its schedule; a second standup is a later room.
pub(in crate::settings) async fn rhythm(tx: &mut OrgTx, team: TeamId) -> sqlx::Result<Option<Rhythm>> {
    sqlx::query_as!(
        Rhythm,
        "select s.id as standup, c.weekdays, c.opens_time, c.opens_evening_before, c.due_time
           from standup s join schedule c on c.org_id = s.org_id and c.standup_id = s.id and c.last_date is null
          where s.org_id = $1 and s.team_id = $2 order by s.created_at, s.id limit 1",
        tx.org as OrgId,
        team as TeamId,
    )
    .fetch_optional(&mut **tx)
    .await
}

impl Rhythm {
    /// Whether days and window are these already.
    pub(in crate::settings) fn is(&self, new: &NewRhythm) -> bool {
        self.weekdays == Some(new.weekdays)
            && self.opens_time == new.opens
            && self.opens_evening_before == new.evening_before
            && self.due_time == new.due
    }
}

/// The days and window of a new version.
pub(in crate::settings) struct NewRhythm {
    pub(in crate::settings) weekdays: WeekdaySet,
    pub(in crate::settings) opens: NaiveTime,
    pub(in crate::settings) evening_before: bool,
    pub(in crate::settings) due: NaiveTime,
}

/// Closes the version in force the day before `from` and begins the next one there. A version that has not begun yet is
/// left without a date.
pub(in crate::settings) async fn begin_version(
    tx: &mut OrgTx,
    old: &Rhythm,
    new: &NewRhythm,
    from: NaiveDate,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update schedule set last_date = greatest($3::date, first_date - 1)
          where org_id = $1 and standup_id = $2 and (last_date is null or last_date >= $3)",
        tx.org as OrgId,
        old.standup as StandupId,
        from.pred_opt(),
    )
    .execute(&mut **tx)
    .await?;
    begin_first_version(tx, old.standup, new, from, now).await
}

/// Takes away the versions without a date: they were lived by nobody, unless a window had opened on an evening before.
pub(in crate::settings) async fn drop_empty_versions(tx: &mut OrgTx, standup: StandupId) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from schedule c
          where c.org_id = $1 and c.standup_id = $2 and c.last_date < c.first_date
            and not exists (select from occurrence o where o.org_id = c.org_id and o.schedule_id = c.id)",
        tx.org as OrgId,
        standup as StandupId,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Begins the first version, or the one after those that are closed.
pub(in crate::settings) async fn begin_first_version(
    tx: &mut OrgTx,
    standup: StandupId,
    new: &NewRhythm,
    from: NaiveDate,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into schedule (org_id, id, standup_id, version, first_date, weekdays, every_weeks, opens_time,
                               opens_evening_before, due_time, created_at)
         select $1, $2, $3, coalesce(max(version), 0) + 1, $4, $5, 1, $6, $7, $8, $9
           from schedule where org_id = $1 and standup_id = $3",
        tx.org as OrgId,
        ScheduleId::fresh() as ScheduleId,
        standup as StandupId,
        from,
        new.weekdays as WeekdaySet,
        new.opens,
        new.evening_before,
        new.due,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A question in force.
pub(in crate::settings) struct Question {
    pub(in crate::settings) id: QuestionId,
    pub(in crate::settings) kind: String,
    pub(in crate::settings) prompt: String,
}

/// The questions in force, in order.
pub(in crate::settings) async fn questions(
    tx: &mut OrgTx,
    standup: StandupId,
) -> sqlx::Result<Vec<Question>> {
    sqlx::query_as!(
        Question,
        "select id, kind, prompt from question
          where org_id = $1 and standup_id = $2 and retired_at is null order by position, id",
        tx.org as OrgId,
        standup as StandupId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Moves a question to this place.
pub(in crate::settings) async fn place_question(
    tx: &mut OrgTx,
    question: QuestionId,
    position: i16,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update question set position = $3 where org_id = $1 and id = $2",
        tx.org as OrgId,
        question as QuestionId,
        position,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Retires a question. What was answered to it stays as it was asked.
pub(in crate::settings) async fn retire_question(
    tx: &mut OrgTx,
    question: QuestionId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update question set retired_at = $3 where org_id = $1 and id = $2",
        tx.org as OrgId,
        question as QuestionId,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Asks a new question at this place.
pub(in crate::settings) async fn ask(
    tx: &mut OrgTx,
    standup: StandupId,
    position: i16,
    kind: &str,
    prompt: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into question (org_id, id, standup_id, position, kind, prompt) values ($1, $2, $3, $4, $5, $6)",
        tx.org as OrgId,
        QuestionId::fresh() as QuestionId,
        standup as StandupId,
        position,
        kind,
        prompt,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
