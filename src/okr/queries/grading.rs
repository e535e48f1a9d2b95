//! Grades, what was learned, what is carried over, and cycles that were opened again.

use crate::db::OrgTx;
use crate::ids::{CycleId, KeyResultId, MemberId, ObjectiveId, OrgId, ReopeningId};
use crate::okr::stored::Outlook;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

/// What a key result was given.
#[derive(Debug, Clone)]
pub(in crate::okr) struct KeyResultGrade {
    pub(in crate::okr) key_result: KeyResultId,
    pub(in crate::okr) grade: Decimal,
    pub(in crate::okr) note: String,
    pub(in crate::okr) cause: String,
    pub(in crate::okr) outlook: Outlook,
}

/// What an objective was given, and what was learned.
#[derive(Debug, Clone)]
pub(in crate::okr) struct ObjectiveGrade {
    pub(in crate::okr) objective: ObjectiveId,
    pub(in crate::okr) grade: Option<Decimal>,
    pub(in crate::okr) note: String,
    pub(in crate::okr) learned: String,
}

/// What the key results of a cycle were given.
pub(in crate::okr) async fn key_result_grades(
    tx: &mut OrgTx,
    cycle: CycleId,
) -> sqlx::Result<Vec<KeyResultGrade>> {
    sqlx::query_as!(
        KeyResultGrade,
        r#"select g.key_result_id as key_result, g.grade, g.note, g.cause, g.outlook
             from key_result_grade g
             join key_result k on k.org_id = g.org_id and k.id = g.key_result_id
             join objective o on o.org_id = k.org_id and o.id = k.objective_id
            where g.org_id = $1 and o.cycle_id = $2"#,
        tx.org as OrgId,
        cycle as CycleId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// What the objectives of a cycle were given.
pub(in crate::okr) async fn objective_grades(
    tx: &mut OrgTx,
    cycle: CycleId,
) -> sqlx::Result<Vec<ObjectiveGrade>> {
    sqlx::query_as!(
        ObjectiveGrade,
        r#"select g.objective_id as objective, g.grade, g.note, g.learned
             from objective_grade g join objective o on o.org_id = g.org_id and o.id = g.objective_id
            where g.org_id = $1 and o.cycle_id = $2"#,
        tx.org as OrgId,
        cycle as CycleId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Keeps what a key result is given. Answers whether anything is different now.
pub(in crate::okr) async fn grade_key_result(
    tx: &mut OrgTx,
    given: &KeyResultGrade,
    by: MemberId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let kept = sqlx::query!(
        r#"insert into key_result_grade as g (org_id, key_result_id, grade, note, cause, outlook, member_id, at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)
           on conflict (org_id, key_result_id) do update
              set (grade, note, cause, outlook, member_id, at)
                = (excluded.grade, excluded.note, excluded.cause, excluded.outlook, excluded.member_id, excluded.at)
            where (g.grade, g.note, g.cause, g.outlook)
               is distinct from (excluded.grade, excluded.note, excluded.cause, excluded.outlook)"#,
        tx.org as OrgId,
        given.key_result as KeyResultId,
        given.grade,
        given.note,
        given.cause,
        given.outlook as Outlook,
        by as MemberId,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(kept.rows_affected() == 1)
}

/// Keeps what an objective is given and what was learned. Answers whether anything is different now.
pub(in crate::okr) async fn grade_objective(
    tx: &mut OrgTx,
    given: &ObjectiveGrade,
    by: MemberId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let kept = sqlx::query!(
        r#"insert into objective_grade as g (org_id, objective_id, grade, note, learned, member_id, at)
           values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (org_id, objective_id) do update
              set (grade, note, learned, member_id, at)
                = (excluded.grade, excluded.note, excluded.learned, excluded.member_id, excluded.at)
            where (g.grade, g.note, g.learned) is distinct from (excluded.grade, excluded.note, excluded.learned)"#,
        tx.org as OrgId,
        given.objective as ObjectiveId,
        given.grade,
        given.note,
        given.learned,
        by as MemberId,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(kept.rows_affected() == 1)
}

/// Where a cycle stands, held until the transaction ends: it is neither closed nor opened again meanwhile.
pub(in crate::okr) async fn hold_cycle(tx: &mut OrgTx, id: CycleId) -> sqlx::Result<()> {
    sqlx::query!("select from cycle where org_id = $1 and id = $2 for share", tx.org as OrgId, id as CycleId)
        .fetch_one(&mut **tx)
        .await?;
    Ok(())
}

/// What an objective or key result goes on in, or from.
#[derive(Debug, Clone)]
pub(in crate::okr) struct Carried<I> {
    /// What was carried over.
    pub(in crate::okr) from: I,
    pub(in crate::okr) from_cycle: String,
    /// Its copy.
    pub(in crate::okr) to: I,
    pub(in crate::okr) to_cycle: String,
}

/// The copies of these objectives, and what they themselves are copies of.
pub(in crate::okr) async fn carried_objectives(
    tx: &mut OrgTx,
    of: &[ObjectiveId],
) -> sqlx::Result<Vec<Carried<ObjectiveId>>> {
    sqlx::query_as!(
        Carried,
        r#"select o.id as "from: ObjectiveId", c.name as from_cycle, n.id as "to: ObjectiveId", nc.name as to_cycle
             from objective n
             join cycle nc on nc.org_id = n.org_id and nc.id = n.cycle_id
             join objective o on o.org_id = n.org_id and o.id = n.carried_from
             join cycle c on c.org_id = o.org_id and c.id = o.cycle_id
            where n.org_id = $1 and n.dropped_at is null and (n.carried_from = any($2) or n.id = any($2))"#,
        tx.org as OrgId,
        of as &[ObjectiveId],
    )
    .fetch_all(&mut **tx)
    .await
}

/// The copies of these key results, and what they themselves are copies of.
pub(in crate::okr) async fn carried_key_results(
    tx: &mut OrgTx,
    of: &[KeyResultId],
) -> sqlx::Result<Vec<Carried<KeyResultId>>> {
    sqlx::query_as!(
        Carried,
        r#"select k.id as "from: KeyResultId", c.name as from_cycle, n.id as "to: KeyResultId", nc.name as to_cycle
             from key_result n
             join objective no on no.org_id = n.org_id and no.id = n.objective_id
             join cycle nc on nc.org_id = no.org_id and nc.id = no.cycle_id
             join key_result k on k.org_id = n.org_id and k.id = n.carried_from
             join objective o on o.org_id = k.org_id and o.id = k.objective_id
             join cycle c on c.org_id = o.org_id and c.id = o.cycle_id
            where n.org_id = $1 and n.dropped_at is null and no.dropped_at is null
              and (n.carried_from = any($2) or n.id = any($2))"#,
        tx.org as OrgId,
        of as &[KeyResultId],
    )
    .fetch_all(&mut **tx)
    .await
}

/// Notes what an objective goes on from.
pub(in crate::okr) async fn carry_objective(
    tx: &mut OrgTx,
    id: ObjectiveId,
    from: ObjectiveId,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update objective set carried_from = $3 where org_id = $1 and id = $2",
        tx.org as OrgId,
        id as ObjectiveId,
        from as ObjectiveId,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes what a key result goes on from.
pub(in crate::okr) async fn carry_key_result(
    tx: &mut OrgTx,
    id: KeyResultId,
    from: KeyResultId,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update key_result set carried_from = $3 where org_id = $1 and id = $2",
        tx.org as OrgId,
        id as KeyResultId,
        from as KeyResultId,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes that a closed cycle was opened again, and why.
pub(in crate::okr) async fn note_reopening(
    tx: &mut OrgTx,
    id: CycleId,
    by: MemberId,
    reason: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into cycle_reopening (org_id, id, cycle_id, member_id, at, reason) values ($1, $2, $3, $4, $5, $6)",
        tx.org as OrgId,
        ReopeningId::fresh() as ReopeningId,
        id as CycleId,
        by as MemberId,
        now,
        reason,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A cycle was opened again: who, when, why.
#[derive(Debug, Clone)]
pub(in crate::okr) struct Reopening {
    pub(in crate::okr) by: String,
    pub(in crate::okr) at: DateTime<Utc>,
    pub(in crate::okr) reason: String,
}

/// How often a cycle was opened again, oldest first.
pub(in crate::okr) async fn reopenings(tx: &mut OrgTx, cycle: CycleId) -> sqlx::Result<Vec<Reopening>> {
    sqlx::query_as!(
        Reopening,
        r#"select m.name as by, r.at, r.reason
             from cycle_reopening r join member m on m.org_id = r.org_id and m.id = r.member_id
            where r.org_id = $1 and r.cycle_id = $2 order by r.at, r.id"#,
        tx.org as OrgId,
        cycle as CycleId,
    )
    .fetch_all(&mut **tx)
    .await
}
