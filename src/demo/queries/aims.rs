//! The cycle, objectives, key results and what was measured.

use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::ids::{
    CheckInId, CycleId, KeyResultId, MemberId, ObjectiveId, OrgId, StepId, SubmissionKey, TeamId, TermsId,
    UpdateId,
};
use crate::okr::measure::{Kind, PaceRule, Step, Terms};
use crate::okr::unit::Quantity;
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::types::Json;

/// Adds the cycle, running, with all its days still to be written by the roll-up.
pub(in crate::demo) async fn add_cycle(
    tx: &mut OrgTx,
    (id, name, team): (CycleId, &str, Option<TeamId>),
    (first, last, zone): (NaiveDate, NaiveDate, Zone),
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into cycle (org_id, id, name, first_date, last_date, zone, state, next_turn_at, next_day, next_day_at, created_at, team_id)
         values ($1, $2, $3, $4, $5, $6, 'draft', $7, $4, $7, $7, $8)",
        tx.org as OrgId,
        id as CycleId,
        name,
        first,
        last,
        zone as Zone,
        at,
        team as Option<TeamId>,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// An objective.
pub(in crate::demo) struct NewObjective<'a> {
    pub(in crate::demo) id: ObjectiveId,
    pub(in crate::demo) cycle: CycleId,
    pub(in crate::demo) team: Option<TeamId>,
    pub(in crate::demo) parent: Option<ObjectiveId>,
    pub(in crate::demo) title: &'a str,
    pub(in crate::demo) why: &'a str,
    pub(in crate::demo) owner: MemberId,
    pub(in crate::demo) reviewer: Option<MemberId>,
    pub(in crate::demo) ambition: &'a str,
    pub(in crate::demo) count_aligned: bool,
    pub(in crate::demo) at: DateTime<Utc>,
}

/// Adds an objective.
pub(in crate::demo) async fn add_objective(tx: &mut OrgTx, new: &NewObjective<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into objective (org_id, id, cycle_id, team_id, parent_id, title, why, owner_id, ambition, count_aligned, created_at, reviewer_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        tx.org as OrgId,
        new.id as ObjectiveId,
        new.cycle as CycleId,
        new.team as Option<TeamId>,
        new.parent as Option<ObjectiveId>,
        new.title,
        new.why,
        new.owner as MemberId,
        new.ambition,
        new.count_aligned,
        new.at,
        new.reviewer as Option<MemberId>,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Lets an objective serve a key result of its parent.
pub(in crate::demo) async fn serve(tx: &mut OrgTx, id: ObjectiveId, served: KeyResultId) -> sqlx::Result<()> {
    sqlx::query!(
        "update objective set parent_key_result_id = $3 where org_id = $1 and id = $2",
        tx.org as OrgId,
        id as ObjectiveId,
        served as KeyResultId,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A key result.
pub(in crate::demo) struct NewKeyResult<'a> {
    pub(in crate::demo) id: KeyResultId,
    pub(in crate::demo) objective: ObjectiveId,
    pub(in crate::demo) position: i16,
    pub(in crate::demo) title: &'a str,
    pub(in crate::demo) owner: Option<MemberId>,
    pub(in crate::demo) quantity: Quantity,
    pub(in crate::demo) unit: &'a str,
    pub(in crate::demo) measured_by: &'a str,
    pub(in crate::demo) cadence: &'a str,
    pub(in crate::demo) due_weekday: i16,
    pub(in crate::demo) at: DateTime<Utc>,
}

/// Adds a key result.
pub(in crate::demo) async fn add_key_result(tx: &mut OrgTx, new: &NewKeyResult<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into key_result (org_id, id, objective_id, position, title, owner_id, quantity, unit, measured_by, cadence,
                                 due_weekday, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        tx.org as OrgId,
        new.id as KeyResultId,
        new.objective as ObjectiveId,
        new.position,
        new.title,
        new.owner as Option<MemberId>,
        new.quantity as Quantity,
        new.unit,
        new.measured_by,
        new.cadence,
        new.due_weekday,
        new.at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Says since when nobody owns a key result.
pub(in crate::demo) async fn has_been_ownerless(
    tx: &mut OrgTx,
    id: KeyResultId,
    since: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update key_result set ownerless_since = $3 where org_id = $1 and id = $2",
        tx.org as OrgId,
        id as KeyResultId,
        since,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Terms of a key result from an instant on.
pub(in crate::demo) struct NewTerms<'a> {
    pub(in crate::demo) key_result: KeyResultId,
    pub(in crate::demo) at: DateTime<Utc>,
    pub(in crate::demo) terms: &'a Terms,
    pub(in crate::demo) by: MemberId,
    pub(in crate::demo) reason: &'a str,
}

/// Adds terms.
pub(in crate::demo) async fn add_terms(tx: &mut OrgTx, new: &NewTerms<'_>) -> sqlx::Result<()> {
    let terms = new.terms;
    sqlx::query!(
        "insert into key_result_terms (org_id, id, key_result_id, effective_at, kind, baseline, target, weight, pace, low, steps,
                                       member_id, reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        tx.org as OrgId,
        TermsId::fresh() as TermsId,
        new.key_result as KeyResultId,
        new.at,
        terms.kind() as Kind,
        terms.baseline(),
        terms.target(),
        terms.weight(),
        terms.pace() as PaceRule,
        terms.band().and_then(|band| band.low),
        Json(terms.steps()) as Json<&[Step]>,
        new.by as MemberId,
        new.reason,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A check-in.
pub(in crate::demo) struct NewCheckIn<'a> {
    pub(in crate::demo) key_result: KeyResultId,
    pub(in crate::demo) member: MemberId,
    pub(in crate::demo) update: Option<UpdateId>,
    pub(in crate::demo) at: DateTime<Utc>,
    pub(in crate::demo) zone: Zone,
    pub(in crate::demo) value: Decimal,
    pub(in crate::demo) done: &'a [StepId],
    pub(in crate::demo) confidence: &'a str,
    pub(in crate::demo) note: &'a str,
}

/// Adds a check-in.
pub(in crate::demo) async fn add_check_in(tx: &mut OrgTx, new: &NewCheckIn<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into check_in (org_id, id, key_result_id, member_id, update_id, at, local_date, zone, value, done, confidence, note, submission_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text, $12, $13)",
        tx.org as OrgId,
        CheckInId::fresh() as CheckInId,
        new.key_result as KeyResultId,
        new.member as MemberId,
        new.update as Option<UpdateId>,
        new.at,
        new.zone.date_at(new.at),
        new.zone as Zone,
        new.value,
        new.done as &[StepId],
        new.confidence as _,
        new.note,
        SubmissionKey::fresh() as SubmissionKey,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
