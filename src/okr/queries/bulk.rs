//! Many rows in one statement.

use crate::db::OrgTx;
use crate::ids::{CycleId, KeyResultId, MemberId, ObjectiveId, OrgId, TeamId, TermsId};
use crate::okr::bulk::{NewKeyResult, NewObjective};
use crate::okr::measure::Terms;
use crate::okr::stored;
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::types::Json;

/// So many rows go in one statement, so that none runs for long.
const BATCH: usize = 1000;

#[derive(Serialize)]
struct ObjectiveRow<'a> {
    id: ObjectiveId,
    cycle_id: CycleId,
    team_id: Option<TeamId>,
    parent_id: Option<ObjectiveId>,
    title: &'a str,
    why: &'a str,
    owner_id: Option<MemberId>,
    reviewer_id: Option<MemberId>,
    ambition: &'static str,
    weight: i16,
    count_aligned: bool,
    at: DateTime<Utc>,
}

impl<'a> ObjectiveRow<'a> {
    fn of(one: &'a NewObjective) -> Self {
        Self {
            id: one.id,
            cycle_id: one.cycle,
            team_id: one.team,
            parent_id: one.parent,
            title: &one.title,
            why: &one.why,
            owner_id: one.owner,
            reviewer_id: one.reviewer,
            ambition: one.ambition.as_str(),
            weight: one.weight,
            count_aligned: one.count_aligned,
            at: one.at,
        }
    }
}

/// Adds objectives in their order, after those their cycles have.
pub(in crate::okr) async fn add_objectives(tx: &mut OrgTx, all: &[NewObjective]) -> sqlx::Result<()> {
    for batch in all.chunks(BATCH) {
        let rows: Vec<_> = batch.iter().map(ObjectiveRow::of).collect();
        sqlx::query!(
            r#"insert into objective (org_id, id, cycle_id, team_id, parent_id, title, why, owner_id, reviewer_id, ambition, weight, count_aligned,
                                      created_at, position)
               select $1, new.id, new.cycle_id, new.team_id, new.parent_id, new.title, new.why, new.owner_id, new.reviewer_id, new.ambition,
                      new.weight, new.count_aligned, new.at,
                      coalesce((select max(position) + 1 from objective o where o.org_id = $1 and o.cycle_id = new.cycle_id), 0)
                          + row_number() over (partition by new.cycle_id order by new.place) - 1
                 from rows from (jsonb_to_recordset($2) as (id uuid, cycle_id uuid, team_id uuid, parent_id uuid, title text, why text,
                      owner_id uuid, reviewer_id uuid, ambition text, weight smallint, count_aligned boolean, at timestamptz)) with ordinality
                      as new (id, cycle_id, team_id, parent_id, title, why, owner_id, reviewer_id, ambition, weight, count_aligned, at, place)
                order by new.place"#,
            tx.org as OrgId,
            Json(&rows) as Json<&Vec<ObjectiveRow<'_>>>,
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

#[derive(Serialize)]
struct KeyResultRow<'a> {
    id: KeyResultId,
    terms_id: TermsId,
    objective_id: ObjectiveId,
    title: &'a str,
    owner_id: Option<MemberId>,
    sort: &'static str,
    counted_in: &'a str,
    measured_by: &'a str,
    cadence: &'static str,
    due_weekday: i16,
    at: DateTime<Utc>,
    #[serde(flatten)]
    terms: &'a Terms,
}

impl<'a> KeyResultRow<'a> {
    fn of(one: &'a NewKeyResult) -> Self {
        Self {
            id: one.id,
            terms_id: TermsId::fresh(),
            objective_id: one.objective,
            title: &one.title,
            owner_id: one.owner,
            sort: one.unit.quantity().as_str(),
            counted_in: one.unit.name(),
            measured_by: &one.measured_by,
            cadence: one.cadence.every.as_str(),
            due_weekday: stored::iso(one.cadence.weekday),
            at: one.at,
            terms: &one.terms,
        }
    }
}

/// Adds key results in their order, after those their objectives have, with their first terms.
pub(in crate::okr) async fn add_key_results(
    tx: &mut OrgTx,
    all: &[NewKeyResult],
    by: MemberId,
) -> sqlx::Result<()> {
    for batch in all.chunks(BATCH) {
        let rows: Vec<_> = batch.iter().map(KeyResultRow::of).collect();
        sqlx::query!(
            r#"with new as (
                   select * from rows from (jsonb_to_recordset($2) as (id uuid, terms_id uuid, objective_id uuid, title text,
                          owner_id uuid, sort text, counted_in text, measured_by text, cadence text, due_weekday smallint, at timestamptz,
                          kind text, baseline numeric, target numeric, weight smallint, pace text, low numeric, high numeric, steps jsonb,
                          checkpoints jsonb)) with ordinality
                          as new (id, terms_id, objective_id, title, owner_id, sort, counted_in, measured_by, cadence, due_weekday, at,
                                  kind, baseline, target, weight, pace, low, high, steps, checkpoints, place)),
               added as (
                   insert into key_result (org_id, id, objective_id, position, title, owner_id, quantity, unit, measured_by, cadence,
                                           due_weekday, created_at)
                   select $1, new.id, new.objective_id,
                          (coalesce((select max(position) + 1 from key_result k where k.org_id = $1 and k.objective_id = new.objective_id), 0)
                              + row_number() over (partition by new.objective_id order by new.place) - 1)::smallint,
                          new.title, new.owner_id, new.sort, new.counted_in, new.measured_by, new.cadence, new.due_weekday, new.at
                     from new)
               insert into key_result_terms (org_id, id, key_result_id, effective_at, kind, baseline, target, weight, pace, low, high,
                                             steps, checkpoints, member_id)
               select $1, new.terms_id, new.id, new.at, new.kind, new.baseline, new.target, new.weight, new.pace, new.low, new.high,
                      coalesce(new.steps, '[]'), coalesce(new.checkpoints, '[]'), $3
                 from new"#,
            tx.org as OrgId,
            Json(&rows) as Json<&Vec<KeyResultRow<'_>>>,
            by as MemberId,
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Lets objectives serve a key result of the objective they serve.
pub(in crate::okr) async fn serve_key_results(
    tx: &mut OrgTx,
    all: &[(ObjectiveId, KeyResultId)],
) -> sqlx::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    let (objectives, key_results): (Vec<_>, Vec<_>) = all.iter().copied().unzip();
    sqlx::query!(
        r#"update objective o set parent_key_result_id = new.key_result_id
             from unnest($2::uuid[], $3::uuid[]) as new (id, key_result_id)
            where o.org_id = $1 and o.id = new.id"#,
        tx.org as OrgId,
        &objectives as &[ObjectiveId],
        &key_results as &[KeyResultId],
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
