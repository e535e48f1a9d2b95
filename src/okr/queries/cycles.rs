//! Cycles.

use crate::calendar::{Absence, Cycle, WeekdaySet, Zone};
use crate::db::OrgTx;
use crate::ids::{CycleId, OrgId};
use chrono::{DateTime, NaiveDate, Utc};

/// A cycle with its name.
#[derive(Debug, Clone)]
pub struct NamedCycle {
    /// Which.
    pub id: CycleId,
    /// How it is called: "Q4 2026".
    pub name: String,
    /// Its dates, zone and weekdays.
    pub cycle: Cycle,
}

struct Row {
    id: CycleId,
    name: String,
    first_date: NaiveDate,
    last_date: NaiveDate,
    zone: Zone,
    weekdays: WeekdaySet,
}

impl From<Row> for NamedCycle {
    fn from(row: Row) -> Self {
        let Row { id, name, first_date, last_date, zone, weekdays } = row;
        let cycle =
            Cycle { first: first_date, last: last_date, zone, weekdays, holidays: Absence::default() };
        Self { id, name, cycle }
    }
}

/// All cycles of the organisation, the newest first.
pub async fn cycles(tx: &mut OrgTx) -> sqlx::Result<Vec<NamedCycle>> {
    let rows = sqlx::query_as!(
        Row,
        "select id, name, first_date, last_date, zone, weekdays from cycle where org_id = $1 order by first_date desc, id desc",
        tx.org as OrgId,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(NamedCycle::from).collect())
}

/// One cycle.
pub(in crate::okr) async fn cycle(tx: &mut OrgTx, id: CycleId) -> sqlx::Result<Option<NamedCycle>> {
    let row = sqlx::query_as!(
        Row,
        "select id, name, first_date, last_date, zone, weekdays from cycle where org_id = $1 and id = $2",
        tx.org as OrgId,
        id as CycleId,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(NamedCycle::from))
}

/// What the background task goes by: derived from a cycle's dates, kept so that it finds what is due by an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::okr) struct Marks {
    pub(in crate::okr) state: &'static str,
    pub(in crate::okr) next_turn_at: Option<DateTime<Utc>>,
    pub(in crate::okr) next_day: Option<NaiveDate>,
    pub(in crate::okr) next_day_at: Option<DateTime<Utc>>,
}

/// Adds a cycle, unless the name is taken (then `false`).
pub(in crate::okr) async fn add_cycle(
    tx: &mut OrgTx,
    named: &NamedCycle,
    marks: Marks,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let cycle = &named.cycle;
    let added = sqlx::query!(
        r#"insert into cycle (org_id, id, name, first_date, last_date, zone, weekdays, state, next_turn_at, next_day, next_day_at, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
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
    marks: Marks,
) -> sqlx::Result<bool> {
    let cycle = &named.cycle;
    let taken = sqlx::query_scalar!(
        r#"select exists (select from cycle where org_id = $1 and name = $2 and id <> $3) as "taken!""#,
        tx.org as OrgId,
        named.name,
        named.id as CycleId,
    )
    .fetch_one(&mut **tx)
    .await?;
    if taken {
        return Ok(false);
    }
    sqlx::query!(
        r#"update cycle set name = $3, first_date = $4, last_date = $5, zone = $6, weekdays = $7, state = $8,
                  next_turn_at = $9, next_day = $10, next_day_at = $11
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
