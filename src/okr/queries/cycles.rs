//! Cycles.

use crate::calendar::{Absence, Cycle, CycleState, WeekdaySet, Zone};
use crate::db::OrgTx;
use crate::ids::{CycleId, HolidayCalendarId, OrgId, TeamId};
use crate::language::Words;
use crate::okr::standing::{TeamName, team};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;

/// A cycle with its name.
#[derive(Debug, Clone)]
pub struct NamedCycle {
    /// Which.
    pub id: CycleId,
    /// How it is called: "Q4 2026".
    pub name: String,
    /// The team whose own it is; none when it is the organisation's.
    pub team: Option<TeamName>,
    /// Its dates, zone and weekdays.
    pub cycle: Cycle,
}

impl NamedCycle {
    /// How it is called among those of the organisation and all teams: "Q4 2026", "Forecast: Spring tide".
    pub fn label(&self, t: Words) -> String {
        match &self.team {
            Some(team) => t.okr_cycle_of_team(&team.name, &self.name),
            None => self.name.clone(),
        }
    }
}

struct Row {
    id: CycleId,
    name: String,
    first_date: NaiveDate,
    last_date: NaiveDate,
    zone: Zone,
    weekdays: WeekdaySet,
    state_by_hand: Option<CycleState>,
    reopened_on: Option<NaiveDate>,
    team_id: Option<TeamId>,
    team_slug: Option<String>,
    team_name: Option<String>,
    team_private: Option<bool>,
    holidays: Json<Absence>,
}

impl From<Row> for NamedCycle {
    fn from(row: Row) -> Self {
        let cycle = Cycle {
            first: row.first_date,
            last: row.last_date,
            zone: row.zone,
            weekdays: row.weekdays,
            holidays: row.holidays.0,
            by_hand: row.state_by_hand,
            reopened: row.reopened_on,
        };
        let team = team(row.team_id, row.team_slug, row.team_name, row.team_private);
        Self { id: row.id, name: row.name, team, cycle }
    }
}

/// All cycles of the organisation, the newest first.
pub async fn cycles(tx: &mut OrgTx) -> sqlx::Result<Vec<NamedCycle>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select c.id, c.name, c.first_date, c.last_date, c.zone, c.weekdays, c.state_by_hand, c.reopened_on,
                  t.id as "team_id?", t.slug as "team_slug?", t.name as "team_name?", t.private as "team_private?",
                  holidays_of_cycle(c.org_id, c.holiday_calendar_id, c.first_date, c.last_date) as "holidays!: Json<Absence>"
             from cycle c left join team t on t.org_id = c.org_id and t.id = c.team_id
            where c.org_id = $1 order by c.first_date desc, c.id desc"#,
        tx.org as OrgId,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(NamedCycle::from).collect())
}

/// One cycle.
pub async fn cycle(tx: &mut OrgTx, id: CycleId) -> sqlx::Result<Option<NamedCycle>> {
    let row = sqlx::query_as!(
        Row,
        r#"select c.id, c.name, c.first_date, c.last_date, c.zone, c.weekdays, c.state_by_hand, c.reopened_on,
                  t.id as "team_id?", t.slug as "team_slug?", t.name as "team_name?", t.private as "team_private?",
                  holidays_of_cycle(c.org_id, c.holiday_calendar_id, c.first_date, c.last_date) as "holidays!: Json<Absence>"
             from cycle c left join team t on t.org_id = c.org_id and t.id = c.team_id
            where c.org_id = $1 and c.id = $2"#,
        tx.org as OrgId,
        id as CycleId,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(NamedCycle::from))
}

/// Whose holidays a cycle leaves out, if it leaves any out.
pub(in crate::okr) async fn holiday_calendar_of(
    tx: &mut OrgTx,
    id: CycleId,
) -> sqlx::Result<Option<HolidayCalendarId>> {
    sqlx::query_scalar!(
        r#"select holiday_calendar_id as "calendar: HolidayCalendarId" from cycle where org_id = $1 and id = $2"#,
        tx.org as OrgId,
        id as CycleId,
    )
    .fetch_one(&mut **tx)
    .await
}

/// What the background task goes by: derived from a cycle's dates, kept so that it finds what is due by an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::okr) struct Marks {
    pub(in crate::okr) state: &'static str,
    pub(in crate::okr) next_turn_at: Option<DateTime<Utc>>,
    pub(in crate::okr) next_day: Option<NaiveDate>,
    pub(in crate::okr) next_day_at: Option<DateTime<Utc>>,
}

/// Adds a cycle, unless another of the organisation, or of the team, has the name (then `false`).
pub(in crate::okr) async fn add_cycle(
    tx: &mut OrgTx,
    named: &NamedCycle,
    calendar: Option<HolidayCalendarId>,
    marks: Marks,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let cycle = &named.cycle;
    let added = sqlx::query!(
        r#"insert into cycle (org_id, id, name, first_date, last_date, zone, weekdays, state, next_turn_at, next_day, next_day_at, created_at, team_id,
                              holiday_calendar_id)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
           on conflict do nothing"#,
        tx.org as OrgId,
        named.id as CycleId,
        named.name,
        cycle.first,
        cycle.last,
        cycle.zone as Zone,
        cycle.weekdays as WeekdaySet,
        marks.state,
        marks.next_turn_at,
        marks.next_day,
        marks.next_day_at,
        now,
        named.team.as_ref().map(|team| team.id) as Option<TeamId>,
        calendar as Option<HolidayCalendarId>,
    )
    .execute(&mut **tx)
    .await?;
    Ok(added.rows_affected() == 1)
}

/// Changes a cycle, unless another has the name (then `false`). The days it no longer has lose their rows; the others
/// are written anew by the background task.
pub(in crate::okr) async fn change_cycle(
    tx: &mut OrgTx,
    named: &NamedCycle,
    calendar: Option<HolidayCalendarId>,
    marks: Marks,
) -> sqlx::Result<bool> {
    let cycle = &named.cycle;
    let taken = sqlx::query_scalar!(
        r#"select exists (select from cycle where org_id = $1 and name = $2 and id <> $3
                            and team_id is not distinct from $4) as "taken!""#,
        tx.org as OrgId,
        named.name,
        named.id as CycleId,
        named.team.as_ref().map(|team| team.id) as Option<TeamId>,
    )
    .fetch_one(&mut **tx)
    .await?;
    if taken {
        return Ok(false);
    }
    sqlx::query!(
        r#"update cycle set name = $3, first_date = $4, last_date = $5, zone = $6, weekdays = $7, state = $8,
                  next_turn_at = $9, next_day = $10, next_day_at = $11, holiday_calendar_id = $12
            where org_id = $1 and id = $2"#,
        tx.org as OrgId,
        named.id as CycleId,
        named.name,
        cycle.first,
        cycle.last,
        cycle.zone as Zone,
        cycle.weekdays as WeekdaySet,
        marks.state,
        marks.next_turn_at,
        marks.next_day,
        marks.next_day_at,
        calendar as Option<HolidayCalendarId>,
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        r#"delete from objective_day d using objective o
            where d.org_id = $1 and o.org_id = d.org_id and o.id = d.objective_id and o.cycle_id = $2
              and (d.day < $3 or d.day > $4)"#,
        tx.org as OrgId,
        named.id as CycleId,
        cycle.first,
        cycle.last,
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        r#"delete from key_result_day d using key_result k, objective o
            where d.org_id = $1 and k.org_id = d.org_id and k.id = d.key_result_id
              and o.org_id = k.org_id and o.id = k.objective_id and o.cycle_id = $2
              and (d.day < $3 or d.day > $4)"#,
        tx.org as OrgId,
        named.id as CycleId,
        cycle.first,
        cycle.last,
    )
    .execute(&mut **tx)
    .await?;
    Ok(true)
}

/// Moves a cycle by hand, leaves it to its dates again, or opens it again: `cycle` and `marks` are as it will be.
pub(in crate::okr) async fn move_by_hand(
    tx: &mut OrgTx,
    id: CycleId,
    cycle: &Cycle,
    marks: Marks,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update cycle set reopened_on = $3, state_by_hand = $4, state = $5, next_turn_at = $6 where org_id = $1 and id = $2",
        tx.org as OrgId,
        id as CycleId,
        cycle.reopened as Option<NaiveDate>,
        cycle.by_hand as Option<CycleState>,
        marks.state,
        marks.next_turn_at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The month the organisation's fiscal year begins in, 1 to 12.
pub(in crate::okr) async fn fiscal_month(tx: &mut OrgTx) -> sqlx::Result<u32> {
    let month = sqlx::query_scalar!("select fiscal_month from organisation where id = $1", tx.org as OrgId)
        .fetch_one(&mut **tx)
        .await?;
    Ok(u32::try_from(month).unwrap_or(1))
}

/// Has the organisation's fiscal year begin in this month, 1 to 12.
pub(in crate::okr) async fn set_fiscal_month(tx: &mut OrgTx, month: i16) -> sqlx::Result<()> {
    sqlx::query!("update organisation set fiscal_month = $2 where id = $1", tx.org as OrgId, month)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
