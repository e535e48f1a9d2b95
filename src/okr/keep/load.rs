//! Reading a cycle's log.

use super::{Held, Part, Touched};
use crate::calendar::{Absence, Cycle, CycleState, WeekdaySet, WorkWeek, Zone};
use crate::db::OrgTx;
use crate::ids::{CycleId, KeyResultId, MemberId, ObjectiveId, OrgId, StepId, TeamId, TermsId};
use crate::okr::log::{CheckIn, KeyResultLog, Owner, TermsEntry};
use crate::okr::measure::Terms;
use crate::okr::pace::Pace;
use crate::okr::rollup::{Day, Days, ObjectiveDay, ObjectiveLog};
use crate::okr::status::{Cadence, Confidence, Every, Status};
use crate::okr::tree::Branch;
use chrono::{DateTime, NaiveDate, Utc, Weekday};
use sqlx::types::Json;
use std::collections::{BTreeMap, HashMap};

struct CycleRow {
    first_date: NaiveDate,
    last_date: NaiveDate,
    zone: Zone,
    weekdays: WeekdaySet,
    holidays: Json<Absence>,
    reopened_on: Option<NaiveDate>,
    state: String,
    next_day: Option<NaiveDate>,
}

impl From<CycleRow> for Held {
    fn from(row: CycleRow) -> Self {
        let state = match row.state.as_str() {
            "draft" => CycleState::Draft,
            "active" => CycleState::Active,
            "closing" => CycleState::Closing,
            "grading" => CycleState::Grading,
            _ => CycleState::Closed,
        };
        let cycle = Cycle {
            first: row.first_date,
            last: row.last_date,
            zone: row.zone,
            weekdays: row.weekdays,
            holidays: row.holidays.0,
            by_hand: None,
            reopened: row.reopened_on,
        };
        Held { cycle, state, next_day: row.next_day }
    }
}

/// Takes the cycle in hand, unless another node has it. Whoever is about to add a check-in, an objective or a mark, and so
/// only needs the cycle to stay, is neither waited for nor in the way.
pub(super) async fn hold(tx: &mut OrgTx, cycle: CycleId) -> sqlx::Result<Option<Held>> {
    let row = sqlx::query_as!(
        CycleRow,
        r#"select first_date, last_date, zone, weekdays, reopened_on, state, next_day,
                  holidays_of_cycle(org_id, holiday_calendar_id, first_date, last_date) as "holidays!: Json<Absence>"
             from cycle where org_id = $1 and id = $2 for no key update skip locked"#,
        tx.org as OrgId,
        cycle as CycleId,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(Held::from))
}

/// Takes the cycle in hand, waiting for whoever has it.
pub(super) async fn hold_waiting(tx: &mut OrgTx, cycle: CycleId) -> sqlx::Result<Option<Held>> {
    let row = sqlx::query_as!(
        CycleRow,
        r#"select first_date, last_date, zone, weekdays, reopened_on, state, next_day,
                  holidays_of_cycle(org_id, holiday_calendar_id, first_date, last_date) as "holidays!: Json<Absence>"
             from cycle where org_id = $1 and id = $2 for no key update"#,
        tx.org as OrgId,
        cycle as CycleId,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(Held::from))
}

/// All of a cycle.
pub(super) async fn whole(tx: &mut OrgTx, cycle: CycleId) -> sqlx::Result<Part> {
    let rows = sqlx::query_as!(
        ObjectiveRow,
        r#"select o.id, o.parent_id, o.weight, o.count_aligned, t.id as "private_to?: TeamId", o.created_at, o.dropped_at,
                  true as "touched!"
             from objective o left join team t on t.org_id = o.org_id and t.id = o.team_id and t.private
            where o.org_id = $1 and o.cycle_id = $2 order by o.id"#,
        tx.org as OrgId,
        cycle as CycleId,
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut part = log(tx, rows, &[]).await?;
    part.touched.key_results = part.key_results.iter().map(|one| one.id).collect();
    Ok(part)
}

/// What was touched, with the objectives that count it, and all that these figures follow from: the objectives that are
/// connected by counting, and their key results.
pub(super) async fn part(tx: &mut OrgTx, cycle: CycleId, touched: Touched) -> sqlx::Result<Part> {
    let rows = sqlx::query_as!(
        ObjectiveRow,
        r#"with recursive up as (
               select o.id, o.parent_id from objective o
                where o.org_id = $1 and o.cycle_id = $2
                  and o.id in (select unnest($3::uuid[])
                               union all
                               select objective_id from key_result where org_id = $1 and id = any($4))
               union
               select p.id, p.parent_id from up join objective p
                   on p.org_id = $1 and p.id = up.parent_id and p.cycle_id = $2 and p.count_aligned
           ), connected as (
               select id from up
               union
               select below.id from connected
                 join objective o on o.org_id = $1 and o.id = connected.id and o.count_aligned
                 join objective below on below.org_id = $1 and below.parent_id = o.id and below.cycle_id = $2
           )
           select o.id, o.parent_id, o.weight, o.count_aligned, t.id as "private_to?: TeamId", o.created_at, o.dropped_at,
                  o.id in (select id from up) as "touched!"
             from connected join objective o on o.org_id = $1 and o.id = connected.id
             left join team t on t.org_id = o.org_id and t.id = o.team_id and t.private
            order by o.id"#,
        tx.org as OrgId,
        cycle as CycleId,
        &touched.objectives as &[ObjectiveId],
        &touched.key_results as &[KeyResultId],
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut part = log(tx, rows, &[]).await?;
    part.touched.key_results = touched.key_results;
    Ok(part)
}

/// The touched key results alone: enough for their current figures.
pub(super) async fn alone(tx: &mut OrgTx, touched: Touched) -> sqlx::Result<Part> {
    let mut part = log(tx, Vec::new(), &touched.key_results).await?;
    part.touched.key_results = touched.key_results;
    Ok(part)
}

/// The log of objectives with all their key results, and of further key results, in four statements. Touched are, so far,
/// the objectives marked so.
async fn log(
    tx: &mut OrgTx,
    objectives: Vec<ObjectiveRow>,
    key_results: &[KeyResultId],
) -> sqlx::Result<Part> {
    let ids: Vec<_> = objectives.iter().map(|row| row.id).collect();
    let rows = key_results_of(tx, &ids, key_results).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let owners: Vec<_> = rows.iter().filter_map(|row| row.owner_id).collect();
    let mut terms = terms(tx, &ids).await?;
    let mut check_ins = check_ins(tx, &ids).await?;
    let logs = rows.into_iter().map(|row| KeyResultLog {
        id: row.id,
        objective: row.objective_id,
        cadence: row.cadence(),
        dropped_at: row.dropped_at,
        terms: terms
            .remove(&row.id)
            .unwrap_or_default()
            .into_iter()
            .map(|(id, effective_at, terms)| TermsEntry { id, effective_at, terms, owner: row.owner_id })
            .collect(),
        check_ins: check_ins.remove(&row.id).unwrap_or_default(),
    });
    let key_results = logs.collect();
    let touched = objectives.iter().filter(|row| row.touched).map(|row| row.id).collect();
    Ok(Part {
        touched: Touched { key_results: Vec::new(), objectives: touched },
        owners: calendars(tx, &owners).await?,
        objectives: objectives.into_iter().map(ObjectiveLog::from).collect(),
        key_results,
    })
}

struct ObjectiveRow {
    id: ObjectiveId,
    parent_id: Option<ObjectiveId>,
    weight: i16,
    count_aligned: bool,
    private_to: Option<TeamId>,
    created_at: DateTime<Utc>,
    dropped_at: Option<DateTime<Utc>>,
    touched: bool,
}

impl From<ObjectiveRow> for ObjectiveLog {
    fn from(row: ObjectiveRow) -> Self {
        let ObjectiveRow {
            id,
            parent_id: parent,
            weight,
            count_aligned,
            private_to,
            created_at,
            dropped_at,
            ..
        } = row;
        Self { branch: Branch { id, parent, weight, count_aligned, private_to }, created_at, dropped_at }
    }
}

struct KeyResultRow {
    id: KeyResultId,
    objective_id: ObjectiveId,
    owner_id: Option<MemberId>,
    cadence: Every,
    due_weekday: i16,
    dropped_at: Option<DateTime<Utc>>,
}

impl KeyResultRow {
    fn cadence(&self) -> Cadence {
        let weekday = u8::try_from(self.due_weekday - 1).ok().and_then(|zero| Weekday::try_from(zero).ok());
        Cadence { every: self.cadence, weekday: weekday.unwrap_or(Weekday::Fri) }
    }
}

async fn key_results_of(
    tx: &mut OrgTx,
    objectives: &[ObjectiveId],
    further: &[KeyResultId],
) -> sqlx::Result<Vec<KeyResultRow>> {
    sqlx::query_as!(
        KeyResultRow,
        r#"select id, objective_id, owner_id, cadence as "cadence: Every", due_weekday, dropped_at from key_result
            where org_id = $1 and (objective_id = any($2) or id = any($3)) order by id"#,
        tx.org as OrgId,
        objectives as &[ObjectiveId],
        further as &[KeyResultId],
    )
    .fetch_all(&mut **tx)
    .await
}

/// Each key result's terms. The table's checks are those of [`Terms::of`]; an entry that fails them all the same can't
/// be read and is left out with a word in the log.
async fn terms(
    tx: &mut OrgTx,
    key_results: &[KeyResultId],
) -> sqlx::Result<HashMap<KeyResultId, Vec<(TermsId, DateTime<Utc>, Terms)>>> {
    let rows = sqlx::query!(
        r#"select id, key_result_id, effective_at, terms from key_result_terms where org_id = $1 and key_result_id = any($2)"#,
        tx.org as OrgId,
        key_results as &[KeyResultId],
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut log: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        match Terms::of(row.terms.0) {
            Ok(terms) => log.entry(row.key_result_id).or_default().push((row.id, row.effective_at, terms)),
            Err(fault) => {
                tracing::error!(key_result = %row.key_result_id, ?fault, "terms that can't be read")
            }
        }
    }
    Ok(log)
}

async fn check_ins(
    tx: &mut OrgTx,
    key_results: &[KeyResultId],
) -> sqlx::Result<HashMap<KeyResultId, Vec<CheckIn>>> {
    let rows = sqlx::query!(
        r#"select id, key_result_id, at, local_date, value, done as "done: Vec<StepId>", confidence as "confidence: Confidence", replaces_id
             from check_in where org_id = $1 and key_result_id = any($2)"#,
        tx.org as OrgId,
        key_results as &[KeyResultId],
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut log: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        log.entry(row.key_result_id).or_default().push(CheckIn {
            id: row.id,
            at: row.at,
            date: row.local_date,
            value: row.value,
            done: row.done,
            confidence: row.confidence,
            replaces: row.replaces_id,
        });
    }
    Ok(log)
}

/// The calendars of these members. Who has left still counts: their past is judged by it.
async fn calendars(tx: &mut OrgTx, members: &[MemberId]) -> sqlx::Result<BTreeMap<MemberId, Owner>> {
    let rows = sqlx::query!(
        r#"select m.id, m.zone, m.week as "week: Json<WorkWeek>",
                  coalesce((select jsonb_agg(jsonb_build_array(a.first_date, a.last_date)) from absent a
                             where a.org_id = m.org_id and a.member_id = m.id), '[]'::jsonb) as "absence!: Json<Absence>"
             from member m where m.org_id = $1 and m.id = any($2)"#,
        tx.org as OrgId,
        members as &[MemberId],
    )
    .fetch_all(&mut **tx)
    .await?;
    let owners = rows
        .into_iter()
        .map(|row| (row.id, Owner { zone: row.zone, week: row.week.0, absence: row.absence.0 }));
    Ok(owners.collect())
}

/// The snapshots as they are stored.
pub(super) async fn stored_days(tx: &mut OrgTx, cycle: CycleId) -> sqlx::Result<Days> {
    let mut days = Days::default();
    let rows = sqlx::query!(
        r#"select d.key_result_id, d.day, d.check_in_id, d.value, d.raw, d.progress, d.expected, d.pace as "pace: Pace",
                  d.confidence as "confidence: Confidence", d.status as "status: Status"
             from key_result_day d
             join key_result k on k.org_id = d.org_id and k.id = d.key_result_id
             join objective o on o.org_id = k.org_id and o.id = k.objective_id
            where d.org_id = $1 and o.cycle_id = $2 order by d.key_result_id, d.day"#,
        tx.org as OrgId,
        cycle as CycleId,
    )
    .fetch_all(&mut **tx)
    .await?;
    for row in rows {
        days.key_results.entry(row.key_result_id).or_default().push(Day {
            date: row.day,
            check_in: row.check_in_id,
            value: row.value,
            raw: row.raw,
            progress: row.progress,
            expected: row.expected,
            pace: row.pace,
            confidence: row.confidence,
            status: row.status,
        });
    }
    let rows = sqlx::query!(
        r#"select d.objective_id, d.day, d.progress, d.expected, d.pace as "pace: Pace", d.counted, d.missing
             from objective_day d join objective o on o.org_id = d.org_id and o.id = d.objective_id
            where d.org_id = $1 and o.cycle_id = $2 order by d.objective_id, d.day"#,
        tx.org as OrgId,
        cycle as CycleId,
    )
    .fetch_all(&mut **tx)
    .await?;
    for row in rows {
        days.objectives.entry(row.objective_id).or_default().push(ObjectiveDay {
            date: row.day,
            progress: row.progress,
            expected: row.expected,
            pace: row.pace,
            counted: row.counted,
            missing: row.missing,
        });
    }
    Ok(days)
}
