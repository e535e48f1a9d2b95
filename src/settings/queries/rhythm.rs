//! A team's standups: their questions, their rhythm, its versions.

use crate::calendar::{Recurrence, WeekdaySet, Zone};
use crate::db::OrgTx;
use crate::ids::{OrgId, QuestionId, ScheduleId, StandupId, TeamId};
use crate::settings::questions::Asked;
use crate::settings::rhythm::Rhythm;
use crate::standup::question::QuestionKind;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc, Weekday};

/// A standup with the newest version of its schedule.
pub(in crate::settings) struct Held {
    pub(in crate::settings) id: StandupId,
    pub(in crate::settings) name: String,
    pub(in crate::settings) rhythm: Rhythm,
    /// The first date it may fall on.
    pub(in crate::settings) first: NaiveDate,
}

struct HeldRow {
    id: StandupId,
    name: String,
    first_date: NaiveDate,
    anchor: Option<NaiveDate>,
    weekdays: Option<WeekdaySet>,
    every_weeks: Option<i16>,
    nth: Option<i16>,
    nth_weekday: Option<i16>,
    opens_time: NaiveTime,
    opens_evening_before: bool,
    due_time: NaiveTime,
    zone: Option<Zone>,
}

/// The team's standups that still ask, the oldest first.
pub(in crate::settings) async fn standups(tx: &mut OrgTx, team: TeamId) -> sqlx::Result<Vec<Held>> {
    let rows = sqlx::query_as!(
        HeldRow,
        "select s.id, s.name, c.first_date, c.anchor, c.weekdays, c.every_weeks, c.nth, c.nth_weekday, c.opens_time,
                c.opens_evening_before, c.due_time, c.zone
           from standup s join schedule c on c.org_id = s.org_id and c.standup_id = s.id and c.last_date is null
          where s.org_id = $1 and s.team_id = $2 and s.retired_at is null order by s.created_at, s.id",
        tx.org as OrgId,
        team as TeamId,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().filter_map(HeldRow::held).collect())
}

impl HeldRow {
    /// As the pages know it; the table's checks leave no other shapes.
    fn held(self) -> Option<Held> {
        let recurrence = match (self.weekdays, self.every_weeks, self.nth, self.nth_weekday) {
            (Some(weekdays), Some(every), ..) => Recurrence::Weekly {
                every: u16::try_from(every).ok()?,
                weekdays,
                anchor: self.anchor.unwrap_or(self.first_date),
            },
            (.., Some(nth), Some(weekday)) => Recurrence::MonthlyNth {
                nth: i8::try_from(nth).ok()?,
                weekday: Weekday::try_from(u8::try_from(weekday - 1).ok()?).ok()?,
            },
            _ => return None,
        };
        let rhythm = Rhythm {
            recurrence,
            opens: self.opens_time,
            evening_before: self.opens_evening_before,
            due: self.due_time,
            zone: self.zone,
        };
        Some(Held { id: self.id, name: self.name, rhythm, first: self.first_date })
    }
}

/// Renames a standup.
pub(in crate::settings) async fn rename(tx: &mut OrgTx, standup: StandupId, name: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "update standup set name = $3 where org_id = $1 and id = $2",
        tx.org as OrgId,
        standup as StandupId,
        name,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A standup asks no more; what was written stays.
pub(in crate::settings) async fn retire(
    tx: &mut OrgTx,
    standup: StandupId,
    from: NaiveDate,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    close_version(tx, standup, from).await?;
    sqlx::query!(
        "update standup set retired_at = $3 where org_id = $1 and id = $2",
        tx.org as OrgId,
        standup as StandupId,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Closes the version in force the day before `from`. One that has not begun yet is left without a date.
pub(in crate::settings) async fn close_version(
    tx: &mut OrgTx,
    standup: StandupId,
    from: NaiveDate,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update schedule set last_date = greatest($3::date, first_date - 1)
          where org_id = $1 and standup_id = $2 and (last_date is null or last_date >= $3)",
        tx.org as OrgId,
        standup as StandupId,
        from.pred_opt(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
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
pub(in crate::settings) async fn begin_version(
    tx: &mut OrgTx,
    standup: StandupId,
    new: &Rhythm,
    from: NaiveDate,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let (weekly, monthly) = match new.recurrence {
        Recurrence::Weekly { every, weekdays, anchor } => {
            (Some((weekdays, i16::try_from(every).unwrap_or(1), anchor)), None)
        }
        Recurrence::MonthlyNth { nth, weekday } => {
            (None, Some((i16::from(nth), i16::try_from(weekday.number_from_monday()).unwrap_or(1))))
        }
    };
    sqlx::query!(
        "insert into schedule (org_id, id, standup_id, version, first_date, weekdays, every_weeks, anchor, nth, nth_weekday,
                               opens_time, opens_evening_before, due_time, zone, created_at)
         select $1, $2, $3, coalesce(max(version), 0) + 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14
           from schedule where org_id = $1 and standup_id = $3",
        tx.org as OrgId,
        ScheduleId::fresh() as ScheduleId,
        standup as StandupId,
        from,
        weekly.map(|(weekdays, ..)| weekdays) as Option<WeekdaySet>,
        weekly.map(|(_, every, _)| every),
        weekly.map(|(.., anchor)| anchor),
        monthly.map(|(nth, _)| nth),
        monthly.map(|(_, weekday)| weekday),
        new.opens,
        new.evening_before,
        new.due,
        new.zone as Option<Zone>,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Where windows of dates from `from` on have opened by `now`: the zone of those they opened for, and the last such date.
pub(in crate::settings) async fn opened_from(
    tx: &mut OrgTx,
    standup: StandupId,
    from: NaiveDate,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<(Zone, NaiveDate)>> {
    let rows = sqlx::query!(
        r#"select zone as "zone!: Zone", max(local_date) as "date!" from occurrence
            where org_id = $1 and standup_id = $2 and local_date >= $3 and opens_at <= $4 and not excused
            group by zone order by zone"#,
        tx.org as OrgId,
        standup as StandupId,
        from,
        now,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.zone, row.date)).collect())
}

/// A question in force.
pub(in crate::settings) struct Question {
    pub(in crate::settings) id: QuestionId,
    pub(in crate::settings) asked: Asked,
}

/// The questions in force, in order.
pub(in crate::settings) async fn questions(
    tx: &mut OrgTx,
    standup: StandupId,
) -> sqlx::Result<Vec<Question>> {
    let rows = sqlx::query!(
        r#"select id as "id: QuestionId", kind as "kind: QuestionKind", prompt, options from question
            where org_id = $1 and standup_id = $2 and retired_at is null order by position, id"#,
        tx.org as OrgId,
        standup as StandupId,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Question {
            id: row.id,
            asked: Asked { kind: row.kind, prompt: row.prompt, options: row.options },
        })
        .collect())
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
    new: &Asked,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into question (org_id, id, standup_id, position, kind, prompt, options) values ($1, $2, $3, $4, $5, $6, $7)",
        tx.org as OrgId,
        QuestionId::fresh() as QuestionId,
        standup as StandupId,
        position,
        new.kind as QuestionKind,
        new.prompt,
        &new.options,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
