//! The SQL of this room: files on their way in, and what rows may name.

use super::reading::Choices;
use super::resolve::{Here, KnownPerson};
use crate::calendar::Zone;
use crate::db::{DutyTx, OrgTx};
use crate::ids::{CheckInId, CycleId, ImportId, KeyResultId, MemberId, OrgId, StepId};
use crate::okr::status::{Confidence, Every};
use crate::organisation::Role;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::types::Json;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A file on its way in.
pub(super) struct Import {
    pub(super) name: String,
    /// What was sent; none once it was imported, forgotten or a day old.
    pub(super) content: Option<Vec<u8>>,
    pub(super) choices: Json<Choices>,
    /// When it was imported.
    pub(super) done_at: Option<DateTime<Utc>>,
}

/// Keeps a file; the same again is one.
pub(super) async fn add(
    tx: &mut OrgTx,
    (id, member): (ImportId, MemberId),
    (name, content): (&str, &[u8]),
    choices: &Choices,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"insert into import (org_id, id, member_id, at, name, content, choices) values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (org_id, id) do nothing"#,
        tx.org as OrgId,
        id as ImportId,
        member as MemberId,
        now,
        name,
        content,
        Json(choices) as Json<&Choices>,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A file of this member, held until the transaction ends: of two who press the button, one comes first.
pub(super) async fn hold(tx: &mut OrgTx, id: ImportId, member: MemberId) -> sqlx::Result<Option<Import>> {
    sqlx::query_as!(
        Import,
        r#"select name, content, choices as "choices: Json<Choices>", done_at
             from import where org_id = $1 and id = $2 and member_id = $3 for update"#,
        tx.org as OrgId,
        id as ImportId,
        member as MemberId,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// A file that waits to be looked at.
pub(super) struct Waiting {
    pub(super) id: ImportId,
    pub(super) name: String,
    pub(super) at: DateTime<Utc>,
}

/// The files of a member that wait, the newest first.
pub(super) async fn waiting(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<Vec<Waiting>> {
    sqlx::query_as!(
        Waiting,
        r#"select id, name, at from import
            where org_id = $1 and member_id = $2 and done_at is null and content is not null order by at desc, id"#,
        tx.org as OrgId,
        member as MemberId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Changes how a file is to be read.
pub(super) async fn choose(tx: &mut OrgTx, id: ImportId, choices: &Choices) -> sqlx::Result<()> {
    sqlx::query!(
        "update import set choices = $3 where org_id = $1 and id = $2",
        tx.org as OrgId,
        id as ImportId,
        Json(choices) as Json<&Choices>,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes what came of a file, and forgets what was sent.
pub(super) async fn finish(
    tx: &mut OrgTx,
    id: ImportId,
    [objectives, key_results, check_ins]: [i32; 3],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"update import set content = null, done_at = $3, objectives = $4, key_results = $5, check_ins = $6
            where org_id = $1 and id = $2"#,
        tx.org as OrgId,
        id as ImportId,
        now,
        objectives,
        key_results,
        check_ins,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Forgets a file that was not imported.
pub(super) async fn forget(tx: &mut OrgTx, id: ImportId) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from import where org_id = $1 and id = $2 and done_at is null",
        tx.org as OrgId,
        id as ImportId
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Forgets all that were sent before an instant and not imported. Counts them.
pub(super) async fn forget_before(tx: &mut DutyTx, before: DateTime<Utc>) -> sqlx::Result<u64> {
    let gone = sqlx::query!("delete from import where done_at is null and at < $1", before)
        .execute(&mut **tx)
        .await?;
    Ok(gone.rows_affected())
}

/// Everybody who is or was a member.
pub(super) async fn people(tx: &mut OrgTx) -> sqlx::Result<Vec<KnownPerson>> {
    let rows = sqlx::query!(
        r#"select m.id as "id: MemberId", m.name, a.email, m.zone as "zone: Zone", m.role as "role: Role", m.left_at is not null as "left!"
             from member m join account a on a.id = m.account_id
            where m.org_id = $1 order by m.left_at is not null, m.name, m.id"#,
        tx.org as OrgId,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| KnownPerson {
            id: row.id,
            name: row.name,
            email: row.email,
            zone: row.zone,
            may_own: row.role.takes_part() && !row.left,
        })
        .collect())
}

/// Which of these are ids of something here.
pub(super) async fn here(tx: &mut OrgTx, ids: &[Uuid]) -> sqlx::Result<HashMap<Uuid, Here>> {
    let rows = sqlx::query!(
        r#"select id as "id!", sort as "sort!", key_result_id as "key_result_id: KeyResultId", at, corrected as "corrected!"
             from (select id, 'objective' as sort, null::uuid as key_result_id, null::timestamptz as at, false as corrected
                     from objective where org_id = $1 and id = any($2)
                   union all
                   select id, 'key_result', null, null, false from key_result where org_id = $1 and id = any($2)
                   union all
                   select i.id, 'check_in', i.key_result_id, i.at,
                          exists (select from check_in later where later.org_id = i.org_id and later.replaces_id = i.id)
                     from check_in i where i.org_id = $1 and i.id = any($2)) known"#,
        tx.org as OrgId,
        ids,
    )
    .fetch_all(&mut **tx)
    .await?;
    let here = rows.into_iter().filter_map(|row| {
        let here = match row.sort.as_str() {
            "objective" => Here::Objective,
            "key_result" => Here::KeyResult,
            _ => Here::CheckIn { key_result: row.key_result_id?, at: row.at?, corrected: row.corrected },
        };
        Some((row.id, here))
    });
    Ok(here.collect())
}

/// When the key results of these cycles were checked in on.
pub(super) async fn moments(
    tx: &mut OrgTx,
    cycles: &[CycleId],
) -> sqlx::Result<HashSet<(KeyResultId, DateTime<Utc>)>> {
    let rows = sqlx::query!(
        r#"select i.key_result_id, i.at
             from check_in i
             join key_result k on k.org_id = i.org_id and k.id = i.key_result_id
             join objective o on o.org_id = k.org_id and o.id = k.objective_id
            where i.org_id = $1 and o.cycle_id = any($2)"#,
        tx.org as OrgId,
        cycles as &[CycleId],
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.key_result_id, row.at)).collect())
}

/// What a key result's row says besides where it stands.
pub(super) struct Detail {
    pub(super) measured_by: String,
    pub(super) cadence: Every,
    pub(super) due_weekday: i16,
}

/// Those of these key results.
pub(super) async fn details(
    tx: &mut OrgTx,
    ids: &[KeyResultId],
) -> sqlx::Result<HashMap<KeyResultId, Detail>> {
    let rows = sqlx::query!(
        "select id, measured_by, cadence, due_weekday from key_result where org_id = $1 and id = any($2)",
        tx.org as OrgId,
        ids as &[KeyResultId],
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let (measured_by, cadence, due_weekday) = (row.measured_by, row.cadence, row.due_weekday);
            (row.id, Detail { measured_by, cadence, due_weekday })
        })
        .collect())
}

/// A check-in as it is taken away.
pub(super) struct CheckInRow {
    pub(super) id: CheckInId,
    key_result_id: KeyResultId,
    pub(super) at: DateTime<Utc>,
    pub(super) zone: Zone,
    pub(super) member: String,
    pub(super) value: Decimal,
    pub(super) done: Vec<StepId>,
    pub(super) confidence: Confidence,
    pub(super) note: String,
    pub(super) replaces: Option<CheckInId>,
}

/// The check-ins of these key results, oldest first, corrected ones included.
pub(super) async fn check_ins(
    tx: &mut OrgTx,
    ids: &[KeyResultId],
) -> sqlx::Result<HashMap<KeyResultId, Vec<CheckInRow>>> {
    let rows = sqlx::query_as!(
        CheckInRow,
        r#"select i.id, i.key_result_id, i.at, i.zone, m.name as member, i.value, i.done as "done: Vec<StepId>", i.confidence, i.note,
                  i.replaces_id as replaces
             from check_in i join member m on m.org_id = i.org_id and m.id = i.member_id
            where i.org_id = $1 and i.key_result_id = any($2) order by i.at, i.id"#,
        tx.org as OrgId,
        ids as &[KeyResultId],
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut logs: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        logs.entry(row.key_result_id).or_default().push(row);
    }
    Ok(logs)
}

/// What this transaction adds becomes findable by search at its end, see [`search_caught_up`].
pub(super) async fn search_later(tx: &mut OrgTx) -> sqlx::Result<()> {
    sqlx::query_scalar!(r#"select set_config('app.search_later', 'on', true) as "set!""#)
        .fetch_one(&mut **tx)
        .await?;
    Ok(())
}

/// What is not findable yet becomes so, in one statement. Answers how many things that were.
pub(super) async fn search_caught_up(tx: &mut OrgTx) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select search_caught_up($1) as "things!""#, tx.org as OrgId)
        .fetch_one(&mut **tx)
        .await
}
