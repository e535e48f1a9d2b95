//! Reading a cycle's log.

use super::{Held, Log};
use crate::calendar::{Absence, Cycle, CycleState, WeekdaySet, WorkWeek, Zone};
use crate::db::OrgTx;
use crate::ids::{CycleId, KeyResultId, MemberId, ObjectiveId, OrgId, TermsId};
use crate::okr::log::{CheckIn, KeyResultLog, Owner, TermsEntry};
use crate::okr::measure::{Kind, PaceRule, Terms};
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
            holidays: Absence::NONE,
        };
        Held { cycle, state, next_day: row.next_day }
    }
}

/// Takes the cycle in hand, unless another node has it.
pub(super) async fn hold(tx: &mut OrgTx, cycle: CycleId) -> sqlx::Result<Option<Held>> {
    let row = sqlx::query_as!(
        CycleRow,
        "select first_date, last_date, zone, weekdays, state, next_day from cycle where org_id = $1 and id = $2
            for update skip locked",
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
        "select first_date, last_date, zone, weekdays, state, next_day from cycle where org_id = $1 and id = $2 for update",
        tx.org as OrgId,
        cycle as CycleId,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(Held::from))
}

/// Takes the marks off and says from when on to look again. Marks made meanwhile stay for the next visit.
pub(super) async fn take_due(tx: &mut OrgTx, cycle: CycleId) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "with taken as (delete from roll_up_due where org_id = $1 and cycle_id = $2 returning since)
         select min(since) from taken",
        tx.org as OrgId,
        cycle as CycleId,
    )
    .fetch_one(&mut **tx)
    .await
}

/// The whole log of a cycle, in six statements.
pub(super) async fn log(tx: &mut OrgTx, cycle: CycleId) -> sqlx::Result<Log> {
    let objectives = objectives(tx, cycle).await?;
    let mut terms = terms(tx, cycle).await?;
    let mut check_ins = check_ins(tx, cycle).await?;
    let mut key_results = Vec::new();
    for row in key_results_of(tx, cycle).await? {
        let entries = terms.remove(&row.id).unwrap_or_default();
        key_results.push(KeyResultLog {
            id: row.id,
            objective: row.objective_id,
            cadence: row.cadence(),
            dropped_at: row.dropped_at,
            terms: entries
                .into_iter()
                .map(|(id, effective_at, terms)| TermsEntry { id, effective_at, terms, owner: row.owner_id })
                .collect(),
            check_ins: check_ins.remove(&row.id).unwrap_or_default(),
        });
    }
    Ok(Log { owners: owners(tx, cycle).await?, objectives, key_results })
}

async fn objectives(tx: &mut OrgTx, cycle: CycleId) -> sqlx::Result<Vec<ObjectiveLog>> {
    let rows = sqlx::query!(
        "select id, parent_id, weight, count_aligned, created_at, dropped_at from objective
          where org_id = $1 and cycle_id = $2 order by id",
        tx.org as OrgId,
        cycle as CycleId,
    )
    .fetch_all(&mut **tx)
    .await?;
    let logs = rows.into_iter().map(|row| ObjectiveLog {
        branch: Branch {
            id: row.id,
            parent: row.parent_id,
            weight: row.weight,
            count_aligned: row.count_aligned,
        },
        created_at: row.created_at,
        dropped_at: row.dropped_at,
    });
    Ok(logs.collect())
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

async fn key_results_of(tx: &mut OrgTx, cycle: CycleId) -> sqlx::Result<Vec<KeyResultRow>> {
    sqlx::query_as!(
        KeyResultRow,
        r#"select k.id, k.objective_id, k.owner_id, k.cadence as "cadence: Every", k.due_weekday, k.dropped_at
             from key_result k join objective o on o.org_id = k.org_id and o.id = k.objective_id
            where k.org_id = $1 and o.cycle_id = $2 order by k.id"#,
        tx.org as OrgId,
        cycle as CycleId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Each key result's terms. The table's checks are those of [`Terms::new`]; an entry that fails them all the same can't
/// be read and is left out with a word in the log.
async fn terms(
    tx: &mut OrgTx,
    cycle: CycleId,
) -> sqlx::Result<HashMap<KeyResultId, Vec<(TermsId, DateTime<Utc>, Terms)>>> {
    let rows = sqlx::query!(
        r#"select e.id, e.key_result_id, e.effective_at, e.kind as "kind: Kind", e.baseline, e.target, e.weight, e.pace as "pace: PaceRule"
             from key_result_terms e
             join key_result k on k.org_id = e.org_id and k.id = e.key_result_id
             join objective o on o.org_id = k.org_id and o.id = k.objective_id
            where e.org_id = $1 and o.cycle_id = $2"#,
        tx.org as OrgId,
        cycle as CycleId,
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut log: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        match Terms::new(row.kind, row.baseline, row.target, row.weight, row.pace) {
            Ok(terms) => log.entry(row.key_result_id).or_default().push((row.id, row.effective_at, terms)),
            Err(fault) => {
                tracing::error!(key_result = %row.key_result_id, ?fault, "terms that can't be read")
            }
        }
    }
    Ok(log)
}

async fn check_ins(tx: &mut OrgTx, cycle: CycleId) -> sqlx::Result<HashMap<KeyResultId, Vec<CheckIn>>> {
    let rows = sqlx::query!(
        r#"select i.id, i.key_result_id, i.at, i.local_date, i.value, i.confidence as "confidence: Confidence", i.replaces_id
             from check_in i
             join key_result k on k.org_id = i.org_id and k.id = i.key_result_id
             join objective o on o.org_id = k.org_id and o.id = k.objective_id
            where i.org_id = $1 and o.cycle_id = $2"#,
        tx.org as OrgId,
        cycle as CycleId,
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
            confidence: row.confidence,
            replaces: row.replaces_id,
        });
    }
    Ok(log)
}

/// The calendars of everyone who owns a key result in the cycle. Who has left still counts: their past is judged by it.
async fn owners(tx: &mut OrgTx, cycle: CycleId) -> sqlx::Result<BTreeMap<MemberId, Owner>> {
    let rows = sqlx::query!(
        r#"select m.id, m.zone, m.week as "week: Json<WorkWeek>",
                  array(select a.first_date from away a where a.org_id = m.org_id and a.member_id = m.id order by a.id) as "firsts!",
                  array(select a.last_date from away a where a.org_id = m.org_id and a.member_id = m.id order by a.id) as "lasts!"
             from member m
            where m.org_id = $1 and exists (
                select from key_result k join objective o on o.org_id = k.org_id and o.id = k.objective_id
                 where k.org_id = m.org_id and k.owner_id = m.id and o.cycle_id = $2)"#,
        tx.org as OrgId,
        cycle as CycleId,
    )
    .fetch_all(&mut **tx)
    .await?;
    let owners = rows.into_iter().map(|row| {
        let ranges =
            row.firsts.into_iter().zip(row.lasts).map(|(first, last): (NaiveDate, NaiveDate)| first..=last);
        (row.id, Owner { zone: row.zone, week: row.week.0, absence: Absence::new(ranges) })
    });
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
