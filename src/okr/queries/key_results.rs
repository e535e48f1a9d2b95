//! Key results and what a form says of them.

use crate::calendar::{Absence, Cycle, CycleState, WeekdaySet, WorkWeek, Zone};
use crate::db::OrgTx;
use crate::ids::{CheckInId, CycleId, KeyResultId, MemberId, ObjectiveId, OrgId, TeamId, TermsId};
use crate::okr::log::Owner;
use crate::okr::measure::{Checkpoint, Kind, PaceRule, Step, Terms};
use crate::okr::queries::NamedCycle;
use crate::okr::standing::{Person, TeamName, person, team};
use crate::okr::status::{Cadence, Every};
use crate::okr::stored::{self, Ambition};
use crate::okr::unit::{Quantity, Unit};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;

/// A key result with its place: objective, team, cycle, and its owner's calendar.
#[derive(Debug, Clone)]
pub(in crate::okr) struct KeyResult {
    /// Which.
    pub(in crate::okr) id: KeyResultId,
    /// Its title.
    pub(in crate::okr) title: String,
    /// What it is counted in.
    pub(in crate::okr) unit: Unit,
    /// How it is measured, in words; may be empty.
    pub(in crate::okr) measured_by: String,
    /// When check-ins are due.
    pub(in crate::okr) cadence: Cadence,
    /// When it was let go.
    pub(in crate::okr) dropped_at: Option<DateTime<Utc>>,
    /// Who owns it.
    pub(in crate::okr) owner: Option<Person>,
    /// The owner's calendar.
    pub(in crate::okr) calendar: Option<Owner>,
    /// The objective it belongs to.
    pub(in crate::okr) objective: ObjectiveId,
    /// That objective's title.
    pub(in crate::okr) objective_title: String,
    /// What that objective promises.
    pub(in crate::okr) ambition: Ambition,
    /// Who owns that objective.
    pub(in crate::okr) objective_owner: Option<MemberId>,
    /// That objective's team.
    pub(in crate::okr) team: Option<TeamName>,
    /// The cycle.
    pub(in crate::okr) cycle: NamedCycle,
    /// The weights of all key results of its objective together, its own included.
    pub(in crate::okr) weights: i64,
    /// How many key results its objective has.
    pub(in crate::okr) siblings: i64,
}

struct Row {
    id: KeyResultId,
    title: String,
    quantity: Quantity,
    unit: String,
    measured_by: String,
    cadence: Every,
    due_weekday: i16,
    dropped_at: Option<DateTime<Utc>>,
    owner_id: Option<MemberId>,
    owner_name: Option<String>,
    owner_zone: Option<Zone>,
    owner_week: Option<Json<WorkWeek>>,
    away: Json<Vec<(NaiveDate, NaiveDate)>>,
    objective_id: ObjectiveId,
    objective_title: String,
    objective_owner: Option<MemberId>,
    ambition: Ambition,
    team_id: Option<TeamId>,
    team_slug: Option<String>,
    team_name: Option<String>,
    team_private: Option<bool>,
    cycle_id: CycleId,
    cycle_name: String,
    first_date: NaiveDate,
    last_date: NaiveDate,
    zone: Zone,
    weekdays: WeekdaySet,
    state_by_hand: Option<CycleState>,
    reopened_on: Option<NaiveDate>,
    cycle_team: Option<TeamId>,
    cycle_team_slug: Option<String>,
    cycle_team_name: Option<String>,
    cycle_team_private: Option<bool>,
    holidays: Json<Absence>,
    weights: i64,
    siblings: i64,
}

impl Row {
    fn read(self) -> sqlx::Result<KeyResult> {
        let weekday = stored::weekday(self.due_weekday)
            .ok_or_else(|| sqlx::Error::Decode(format!("not a weekday: {}", self.due_weekday).into()))?;
        let absence = Absence::new(self.away.0.into_iter().map(|(first, last)| first..=last));
        let calendar =
            self.owner_zone.zip(self.owner_week).map(|(zone, week)| Owner { zone, week: week.0, absence });
        let cycle = Cycle {
            first: self.first_date,
            last: self.last_date,
            zone: self.zone,
            weekdays: self.weekdays,
            holidays: self.holidays.0,
            by_hand: self.state_by_hand,
            reopened: self.reopened_on,
        };
        Ok(KeyResult {
            id: self.id,
            title: self.title,
            unit: Unit::stored(self.quantity, &self.unit),
            measured_by: self.measured_by,
            cadence: Cadence { every: self.cadence, weekday },
            dropped_at: self.dropped_at,
            owner: person(self.owner_id, self.owner_name),
            calendar,
            objective: self.objective_id,
            objective_title: self.objective_title,
            objective_owner: self.objective_owner,
            ambition: self.ambition,
            team: team(self.team_id, self.team_slug, self.team_name, self.team_private),
            cycle: NamedCycle {
                id: self.cycle_id,
                name: self.cycle_name,
                team: team(
                    self.cycle_team,
                    self.cycle_team_slug,
                    self.cycle_team_name,
                    self.cycle_team_private,
                ),
                cycle,
            },
            weights: self.weights,
            siblings: self.siblings,
        })
    }
}

/// One key result, also when it was let go.
pub(in crate::okr) async fn key_result(tx: &mut OrgTx, id: KeyResultId) -> sqlx::Result<Option<KeyResult>> {
    let row = sqlx::query_as!(
        Row,
        r#"select k.id, k.title, k.quantity, k.unit, k.measured_by, k.cadence, k.due_weekday,
                  coalesce(k.dropped_at, o.dropped_at) as dropped_at,
                  m.id as "owner_id?", m.name as "owner_name?", m.zone as "owner_zone?", m.week as "owner_week?: Json<WorkWeek>",
                  coalesce((select jsonb_agg(jsonb_build_array(first_date, last_date)) from absent
                             where org_id = k.org_id and member_id = k.owner_id), '[]'::jsonb)
                      as "away!: Json<Vec<(NaiveDate, NaiveDate)>>",
                  o.id as objective_id, o.title as objective_title, o.owner_id as objective_owner, o.ambition,
                  t.id as "team_id?", t.slug as "team_slug?", t.name as "team_name?", t.private as "team_private?",
                  c.id as cycle_id, c.name as cycle_name, c.first_date, c.last_date, c.zone, c.weekdays,
                  c.state_by_hand, c.reopened_on, c.team_id as "cycle_team?", own.slug as "cycle_team_slug?", own.name as "cycle_team_name?", own.private as "cycle_team_private?",
                  holidays_of_cycle(c.org_id, c.holiday_calendar_id, c.first_date, c.last_date) as "holidays!: Json<Absence>",
                  beside.weights as "weights!", beside.siblings as "siblings!"
             from key_result k
             join objective o on o.org_id = k.org_id and o.id = k.objective_id
             join cycle c on c.org_id = o.org_id and c.id = o.cycle_id
             left join team own on own.org_id = c.org_id and own.id = c.team_id
             left join team t on t.org_id = o.org_id and t.id = o.team_id
             left join member m on m.org_id = k.org_id and m.id = k.owner_id
             cross join lateral (
                 select coalesce(sum(newest.weight), 0)::bigint as weights, count(*) as siblings
                   from key_result s
                   join lateral (
                       select weight from key_result_terms
                        where org_id = s.org_id and key_result_id = s.id
                        order by effective_at desc, id desc limit 1) newest on true
                  where s.org_id = k.org_id and s.objective_id = k.objective_id
                    and (s.dropped_at is null or s.id = k.id)) beside
            where k.org_id = $1 and k.id = $2"#,
        tx.org as OrgId,
        id as KeyResultId,
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.map(Row::read).transpose()
}

/// What a form says of a key result, but for its terms.
#[derive(Debug, Clone)]
pub(in crate::okr) struct KeyResultFields {
    pub(in crate::okr) title: String,
    pub(in crate::okr) unit: Unit,
    pub(in crate::okr) measured_by: String,
    pub(in crate::okr) owner: Option<MemberId>,
    pub(in crate::okr) cadence: Cadence,
}

/// Adds a key result as the last of its objective; the same id again adds nothing and answers `false`.
pub(in crate::okr) async fn add_key_result(
    tx: &mut OrgTx,
    id: KeyResultId,
    objective: ObjectiveId,
    fields: &KeyResultFields,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let added = sqlx::query!(
        r#"insert into key_result (org_id, id, objective_id, position, title, owner_id, quantity, unit, measured_by, cadence,
                                   due_weekday, created_at)
           select $1, $2, $3, coalesce(max(position) + 1, 0)::smallint, $4, $5, $6, $7, $8, $9, $10, $11
             from key_result where org_id = $1 and objective_id = $3
           on conflict (org_id, id) do nothing"#,
        tx.org as OrgId,
        id as KeyResultId,
        objective as ObjectiveId,
        fields.title,
        fields.owner as Option<MemberId>,
        fields.unit.quantity() as Quantity,
        fields.unit.name(),
        fields.measured_by,
        fields.cadence.every as Every,
        stored::iso(fields.cadence.weekday),
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(added.rows_affected() == 1)
}

/// Changes what a form says of a key result, but for its terms.
pub(in crate::okr) async fn change_key_result(
    tx: &mut OrgTx,
    id: KeyResultId,
    fields: &KeyResultFields,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"update key_result set title = $3, owner_id = $4, quantity = $5, unit = $6, measured_by = $7, cadence = $8, due_weekday = $9,
                  ownerless_since = case when $4::uuid is not null then null when owner_id is null then ownerless_since else $10 end
            where org_id = $1 and id = $2"#,
        tx.org as OrgId,
        id as KeyResultId,
        fields.title,
        fields.owner as Option<MemberId>,
        fields.unit.quantity() as Quantity,
        fields.unit.name(),
        fields.measured_by,
        fields.cadence.every as Every,
        stored::iso(fields.cadence.weekday),
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Gives a key result to a member.
pub(in crate::okr) async fn set_key_result_owner(
    tx: &mut OrgTx,
    id: KeyResultId,
    owner: MemberId,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update key_result set owner_id = $3, ownerless_since = null where org_id = $1 and id = $2",
        tx.org as OrgId,
        id as KeyResultId,
        owner as MemberId,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Adds an entry to the log of terms.
pub(in crate::okr) async fn add_terms(
    tx: &mut OrgTx,
    key_result: KeyResultId,
    terms: &Terms,
    by: MemberId,
    reason: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let band = terms.band();
    sqlx::query!(
        r#"insert into key_result_terms (org_id, id, key_result_id, effective_at, kind, baseline, target, weight, pace, low, high, steps,
                                         checkpoints, member_id, reason)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"#,
        tx.org as OrgId,
        TermsId::fresh() as TermsId,
        key_result as KeyResultId,
        now,
        terms.kind() as Kind,
        terms.baseline(),
        terms.target(),
        terms.weight(),
        terms.pace() as PaceRule,
        band.and_then(|band| band.low),
        band.and_then(|band| band.high),
        Json(terms.steps()) as Json<&[Step]>,
        Json(terms.checkpoints()) as Json<&[Checkpoint]>,
        by as MemberId,
        reason,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Lets a key result go. Its history stays.
pub(in crate::okr) async fn drop_key_result(
    tx: &mut OrgTx,
    id: KeyResultId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update key_result set dropped_at = $3 where org_id = $1 and id = $2 and dropped_at is null",
        tx.org as OrgId,
        id as KeyResultId,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The key result a check-in measures.
pub(in crate::okr) async fn key_result_measured_by(
    tx: &mut OrgTx,
    check_in: CheckInId,
) -> sqlx::Result<Option<KeyResultId>> {
    sqlx::query_scalar!(
        r#"select key_result_id as "id: KeyResultId" from check_in where org_id = $1 and id = $2"#,
        tx.org as OrgId,
        check_in as CheckInId,
    )
    .fetch_optional(&mut **tx)
    .await
}
