//! Key results as the roll-up last found them.

use crate::calendar::{Absence, Cycle, CycleState, WeekdaySet, Zone};
use crate::db::OrgTx;
use crate::ids::{CheckInId, CycleId, KeyResultId, MemberId, ObjectiveId, OrgId, StepId, TeamId};
use crate::okr::measure::{Draft, Terms};
use crate::okr::status::Confidence;
use crate::okr::unit::{Quantity, Unit};
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::types::Json;

/// A key result with its newest terms, its cycle's dates, what the roll-up found and its last check-in's words.
pub(in crate::okr) struct StandingRow {
    pub(in crate::okr) id: KeyResultId,
    pub(in crate::okr) title: String,
    quantity: Quantity,
    unit: String,
    pub(in crate::okr) created_at: DateTime<Utc>,
    pub(in crate::okr) objective_id: ObjectiveId,
    pub(in crate::okr) objective_title: String,
    pub(in crate::okr) cycle_id: CycleId,
    first_date: NaiveDate,
    last_date: NaiveDate,
    zone: Zone,
    weekdays: WeekdaySet,
    state_by_hand: Option<CycleState>,
    reopened_on: Option<NaiveDate>,
    holidays: Json<Absence>,
    pub(in crate::okr) team_id: Option<TeamId>,
    pub(in crate::okr) team_slug: Option<String>,
    pub(in crate::okr) team_name: Option<String>,
    pub(in crate::okr) team_private: Option<bool>,
    pub(in crate::okr) owner_id: Option<MemberId>,
    pub(in crate::okr) owner_name: Option<String>,
    terms: Json<Draft>,
    pub(in crate::okr) check_in: Option<CheckInId>,
    pub(in crate::okr) value: Option<Decimal>,
    pub(in crate::okr) done: Option<Vec<StepId>>,
    pub(in crate::okr) kept_inside: Option<i32>,
    pub(in crate::okr) kept_measured: Option<i32>,
    pub(in crate::okr) confidence: Option<Confidence>,
    pub(in crate::okr) checked_in_at: Option<DateTime<Utc>>,
    pub(in crate::okr) due: Option<NaiveDate>,
    pub(in crate::okr) stale_at: Option<DateTime<Utc>>,
    pub(in crate::okr) note: Option<String>,
    pub(in crate::okr) author_id: Option<MemberId>,
    pub(in crate::okr) author_name: Option<String>,
}

impl StandingRow {
    /// The cycle it is counted in.
    pub(in crate::okr) fn cycle(&self) -> Cycle {
        Cycle {
            first: self.first_date,
            last: self.last_date,
            zone: self.zone,
            weekdays: self.weekdays,
            holidays: self.holidays.0.clone(),
            by_hand: self.state_by_hand,
            reopened: self.reopened_on,
        }
    }

    /// What it is counted in.
    pub(in crate::okr) fn unit(&self) -> Unit {
        Unit::stored(self.quantity, &self.unit)
    }

    /// The newest terms.
    pub(in crate::okr) fn terms(&self) -> sqlx::Result<Terms> {
        read_terms(&self.terms)
    }
}

/// Terms as stored. The table's checks are the same as those of [`Terms::of`], so a refusal is a broken row.
pub(in crate::okr) fn read_terms(stored: &Draft) -> sqlx::Result<Terms> {
    Terms::of(stored.clone())
        .map_err(|fault| sqlx::Error::Decode(format!("terms that do not hold together: {fault:?}").into()))
}

/// The key results of these objectives, in one statement; dropped ones are left out.
pub(in crate::okr) async fn standings(
    tx: &mut OrgTx,
    objectives: &[ObjectiveId],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<StandingRow>> {
    sqlx::query_as!(
        StandingRow,
        r#"with cycle_of as materialized (
               select id, first_date, last_date, zone, weekdays, state_by_hand, reopened_on,
                      holidays_of_cycle(org_id, holiday_calendar_id, first_date, last_date) as holidays
                 from cycle
                where org_id = $1 and id in (select cycle_id from objective where org_id = $1 and id = any($2)))
           select k.id, k.title, k.quantity, k.unit, k.created_at, k.objective_id, o.title as objective_title, o.cycle_id,
                  c.first_date, c.last_date, c.zone, c.weekdays, c.state_by_hand, c.reopened_on,
                  c.holidays as "holidays!: Json<Absence>",
                  t.id as "team_id?", t.slug as "team_slug?", t.name as "team_name?", t.private as "team_private?",
                  owner.id as "owner_id?", owner.name as "owner_name?",
                  newest.terms,
                  n.check_in_id as "check_in?", n.value as "value?", i.done as "done?: Vec<StepId>",
                  n.kept_inside as "kept_inside?", n.kept_measured as "kept_measured?", n.confidence as "confidence?",
                  n.checked_in_at as "checked_in_at?", n.due_date as "due?", n.stale_at as "stale_at?",
                  i.note as "note?", author.id as "author_id?", author.name as "author_name?"
             from key_result k
             join objective o on o.org_id = k.org_id and o.id = k.objective_id
             join cycle_of c on c.id = o.cycle_id
             join lateral (
                 select terms from key_result_terms
                  where org_id = k.org_id and key_result_id = k.id and effective_at <= $3
                  order by effective_at desc, id desc limit 1) newest on true
             left join team t on t.org_id = o.org_id and t.id = o.team_id
             left join member owner on owner.org_id = k.org_id and owner.id = k.owner_id
             left join key_result_now n on n.org_id = k.org_id and n.key_result_id = k.id
             left join check_in i on i.org_id = n.org_id and i.id = n.check_in_id
             left join member author on author.org_id = i.org_id and author.id = i.member_id
            where k.org_id = $1 and k.objective_id = any($2) and k.dropped_at is null and o.dropped_at is null
            order by k.objective_id, k.position, k.id"#,
        tx.org as OrgId,
        objectives as &[ObjectiveId],
        now,
    )
    .fetch_all(&mut **tx)
    .await
}

/// The objectives of a cycle that were not dropped.
pub(in crate::okr) async fn objective_ids_of_cycle(
    tx: &mut OrgTx,
    cycle: CycleId,
) -> sqlx::Result<Vec<ObjectiveId>> {
    sqlx::query_scalar!(
        "select id from objective where org_id = $1 and cycle_id = $2 and dropped_at is null order by created_at, id",
        tx.org as OrgId,
        cycle as CycleId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// A team's objectives in these cycles; dropped ones are left out.
pub(in crate::okr) async fn objective_ids_of_team_in(
    tx: &mut OrgTx,
    team: TeamId,
    cycles: &[CycleId],
) -> sqlx::Result<Vec<ObjectiveId>> {
    sqlx::query_scalar!(
        "select id from objective where org_id = $1 and team_id = $2 and cycle_id = any($3) and dropped_at is null",
        tx.org as OrgId,
        team as TeamId,
        cycles as &[CycleId],
    )
    .fetch_all(&mut **tx)
    .await
}

/// The objectives in these cycles of which the member owns a key result.
pub(in crate::okr) async fn objective_ids_owned_in(
    tx: &mut OrgTx,
    member: MemberId,
    cycles: &[CycleId],
) -> sqlx::Result<Vec<ObjectiveId>> {
    sqlx::query_scalar!(
        r#"select distinct o.id from key_result k
             join objective o on o.org_id = k.org_id and o.id = k.objective_id
            where k.org_id = $1 and k.owner_id = $2 and o.cycle_id = any($3)
              and k.dropped_at is null and o.dropped_at is null"#,
        tx.org as OrgId,
        member as MemberId,
        cycles as &[CycleId],
    )
    .fetch_all(&mut **tx)
    .await
}
