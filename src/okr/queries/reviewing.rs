//! What reviewers and authors say to each other about check-ins.

use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::ids::{AskId, CheckInId, CycleId, KeyResultId, MemberId, ObjectiveId, OrgId};
use crate::okr::standing::Person;
use chrono::{DateTime, Utc};

/// Somebody has read a check-in.
#[derive(Debug, Clone)]
pub(in crate::okr) struct ReadRow {
    pub(in crate::okr) check_in: CheckInId,
    pub(in crate::okr) member_id: MemberId,
    pub(in crate::okr) member_name: String,
    pub(in crate::okr) at: DateTime<Utc>,
    pub(in crate::okr) note: String,
}

/// Who has read the check-ins of a key result, oldest first.
pub(in crate::okr) async fn acknowledgements(
    tx: &mut OrgTx,
    key_result: KeyResultId,
) -> sqlx::Result<Vec<ReadRow>> {
    sqlx::query_as!(
        ReadRow,
        r#"select a.check_in_id as check_in, a.member_id, m.name as member_name, a.at, a.note
             from acknowledgement a
             join check_in i on i.org_id = a.org_id and i.id = a.check_in_id
             join member m on m.org_id = a.org_id and m.id = a.member_id
            where a.org_id = $1 and i.key_result_id = $2
            order by a.at, a.member_id"#,
        tx.org as OrgId,
        key_result as KeyResultId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// A question about a check-in, and its answer once there is one.
#[derive(Debug, Clone)]
pub(in crate::okr) struct AskRow {
    pub(in crate::okr) id: AskId,
    pub(in crate::okr) check_in: CheckInId,
    pub(in crate::okr) asker_id: MemberId,
    pub(in crate::okr) asker_name: String,
    pub(in crate::okr) asked_id: MemberId,
    pub(in crate::okr) asked_name: String,
    pub(in crate::okr) question: String,
    pub(in crate::okr) asked_at: DateTime<Utc>,
    pub(in crate::okr) answer: Option<String>,
    pub(in crate::okr) answered_at: Option<DateTime<Utc>>,
}

/// The questions about the check-ins of a key result, oldest first.
pub(in crate::okr) async fn asks(tx: &mut OrgTx, key_result: KeyResultId) -> sqlx::Result<Vec<AskRow>> {
    sqlx::query_as!(
        AskRow,
        r#"select q.id, q.check_in_id as "check_in!: CheckInId", q.asker_id, asker.name as asker_name, q.asked_id,
                  asked.name as asked_name, q.question, q.asked_at, q.answer, q.answered_at
             from ask q
             join check_in i on i.org_id = q.org_id and i.id = q.check_in_id
             join member asker on asker.org_id = q.org_id and asker.id = q.asker_id
             join member asked on asked.org_id = q.org_id and asked.id = q.asked_id
            where q.org_id = $1 and i.key_result_id = $2
            order by q.asked_at, q.id"#,
        tx.org as OrgId,
        key_result as KeyResultId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Who reviews an objective.
pub(in crate::okr) async fn reviewer(tx: &mut OrgTx, objective: ObjectiveId) -> sqlx::Result<Option<Person>> {
    sqlx::query_as!(
        Person,
        r#"select m.id, m.name from objective o join member m on m.org_id = o.org_id and m.id = o.reviewer_id
            where o.org_id = $1 and o.id = $2"#,
        tx.org as OrgId,
        objective as ObjectiveId,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// The key result a check-in measures.
pub(in crate::okr) async fn key_result_of_check_in(
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

/// The key result a question is about, by way of the check-in.
pub(in crate::okr) async fn key_result_of_ask(
    tx: &mut OrgTx,
    ask: AskId,
) -> sqlx::Result<Option<KeyResultId>> {
    sqlx::query_scalar!(
        r#"select i.key_result_id as "id: KeyResultId"
             from ask q join check_in i on i.org_id = q.org_id and i.id = q.check_in_id
            where q.org_id = $1 and q.id = $2"#,
        tx.org as OrgId,
        ask as AskId,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Somebody has read a check-in. Once is enough; a note said later is kept with the first instant. Answers whether this was
/// the first time.
pub(in crate::okr) async fn acknowledge(
    tx: &mut OrgTx,
    check_in: CheckInId,
    member: MemberId,
    note: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let first = sqlx::query_scalar!(
        r#"insert into acknowledgement (org_id, check_in_id, member_id, at, note) values ($1, $2, $3, $4, $5)
           on conflict (org_id, check_in_id, member_id) do update set note = excluded.note where excluded.note <> ''
           returning xmax = '0'::xid as "first!""#,
        tx.org as OrgId,
        check_in as CheckInId,
        member as MemberId,
        now,
        note,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(first.unwrap_or(false))
}

/// What waits for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum WaitKind {
    /// A question to answer.
    Question,
    /// An answer to read.
    Answer,
    /// A check-in to read.
    CheckIn,
}

/// One thing that waits for a member.
pub(in crate::okr) struct WaitRow {
    pub(in crate::okr) kind: WaitKind,
    pub(in crate::okr) key_result: KeyResultId,
    pub(in crate::okr) title: String,
    pub(in crate::okr) check_in: CheckInId,
    pub(in crate::okr) name: String,
    pub(in crate::okr) zone: Zone,
    pub(in crate::okr) at: DateTime<Utc>,
    pub(in crate::okr) words: String,
}

/// What waits for a member, oldest first: questions to them, answers to them, and in these cycles the last
/// check-in of each key result they review. It waits until they have read it.
pub(in crate::okr) async fn waiting(
    tx: &mut OrgTx,
    member: MemberId,
    cycles: &[CycleId],
) -> sqlx::Result<Vec<WaitRow>> {
    sqlx::query_as!(
        WaitRow,
        r#"with asked as (
               select q.org_id, q.id, q.check_in_id, q.asker_id, q.asked_id, q.question, q.asked_at, q.answer, q.answered_at,
                      i.key_result_id
                 from ask q join check_in i on i.org_id = q.org_id and i.id = q.check_in_id
                where q.org_id = $1)
           select 'question' as "kind!: WaitKind", k.id as "key_result!: KeyResultId", k.title as "title!", q.check_in_id as "check_in!: CheckInId",
                  m.name as "name!", m.zone as "zone!: Zone", q.asked_at as "at!", q.question as "words!"
             from asked q
             join key_result k on k.org_id = q.org_id and k.id = q.key_result_id
             join member m on m.org_id = q.org_id and m.id = q.asker_id
            where q.asked_id = $2 and q.answered_at is null
           union all
           select 'answer', k.id, k.title, q.check_in_id, m.name, m.zone, q.answered_at, q.answer
             from asked q
             join key_result k on k.org_id = q.org_id and k.id = q.key_result_id
             join member m on m.org_id = q.org_id and m.id = q.asked_id
            where q.asker_id = $2 and q.answered_at is not null
              and not exists (select from acknowledgement a
                               where a.org_id = $1 and a.check_in_id = q.check_in_id and a.member_id = $2)
           union all
           select 'check_in', k.id, k.title, i.id, m.name, i.zone, i.at, i.note
             from objective o
             join key_result k on k.org_id = o.org_id and k.objective_id = o.id and k.dropped_at is null
             join lateral (
                 select c.* from check_in c
                  where c.org_id = k.org_id and c.key_result_id = k.id
                    and not exists (select from check_in later where later.org_id = c.org_id and later.replaces_id = c.id)
                  order by c.at desc, c.id desc limit 1) i on true
             join member m on m.org_id = i.org_id and m.id = i.member_id
            where o.org_id = $1 and o.reviewer_id = $2 and o.cycle_id = any($3) and o.dropped_at is null
              and i.member_id <> $2
              and not exists (select from acknowledgement a
                               where a.org_id = $1 and a.check_in_id = i.id and a.member_id = $2)
              and not exists (select from ask q where q.org_id = $1 and q.check_in_id = i.id and q.asker_id = $2)
            order by 7, 4"#,
        tx.org as OrgId,
        member as MemberId,
        cycles as &[CycleId],
    )
    .fetch_all(&mut **tx)
    .await
}
