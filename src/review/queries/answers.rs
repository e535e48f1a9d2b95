//! What was said to things that need a look.

use crate::db::OrgTx;
use crate::ids::{AnswerId, KeyResultId, MemberId, ObjectiveId, OrgId, UpdateId};
use crate::review::answer::Answer;
use crate::review::reason::Subject;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

/// An answer as stored.
#[derive(Debug, Deserialize)]
pub(in crate::review) struct AnswerRow {
    id: AnswerId,
    key_result: Option<KeyResultId>,
    objective: Option<ObjectiveId>,
    update: Option<UpdateId>,
    by: String,
    at: DateTime<Utc>,
    note: String,
    until_date: Option<NaiveDate>,
    until_at: Option<DateTime<Utc>>,
    marks: Vec<String>,
}

/// The subject a row names, which holds exactly one of these.
pub(in crate::review) fn subject(
    key_result: Option<KeyResultId>,
    objective: Option<ObjectiveId>,
    update: Option<UpdateId>,
) -> Option<Subject> {
    key_result.map(Subject::KeyResult).or(objective.map(Subject::Objective)).or(update.map(Subject::Blocker))
}

/// A subject as the columns of a row.
pub(in crate::review) fn columns(
    subject: Subject,
) -> (Option<KeyResultId>, Option<ObjectiveId>, Option<UpdateId>) {
    match subject {
        Subject::KeyResult(id) => (Some(id), None, None),
        Subject::Objective(id) => (None, Some(id), None),
        Subject::Blocker(id) => (None, None, Some(id)),
    }
}

impl AnswerRow {
    /// The answer; the table's checks leave no other shapes.
    pub(in crate::review) fn answer(self) -> Option<Answer> {
        Some(Answer {
            id: self.id,
            subject: subject(self.key_result, self.objective, self.update)?,
            by: self.by,
            at: self.at,
            note: self.note,
            until: self.until_date.zip(self.until_at),
            marks: self.marks,
        })
    }
}

/// Keeps an answer; the same form sent again adds nothing.
pub(in crate::review) async fn add_answer(tx: &mut OrgTx, answer: &Answer, by: MemberId) -> sqlx::Result<()> {
    let (key_result, objective, update) = columns(answer.subject);
    sqlx::query!(
        r#"insert into attention_answer (org_id, id, key_result_id, objective_id, update_id, member_id, at, note, until_date, until_at, marks)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (org_id, id) do nothing"#,
        tx.org as OrgId,
        answer.id as AnswerId,
        key_result as Option<KeyResultId>,
        objective as Option<ObjectiveId>,
        update as Option<UpdateId>,
        by as MemberId,
        answer.at,
        answer.note,
        answer.until.map(|(date, _)| date),
        answer.until.map(|(_, at)| at),
        &answer.marks,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes back everything that was said to what this answer was said to; nothing where that was done.
pub(in crate::review) async fn lift_answers(
    tx: &mut OrgTx,
    subject: Subject,
    by: MemberId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update attention_answer set lifted_at = $4, lifted_by = $3 where org_id = $1 and subject_id = $2 and lifted_at is null",
        tx.org as OrgId,
        subject.id(),
        by as MemberId,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// An answer as the history has it.
pub(in crate::review) struct SaidRow {
    pub(in crate::review) subject_id: uuid::Uuid,
    pub(in crate::review) by: String,
    pub(in crate::review) at: DateTime<Utc>,
    pub(in crate::review) note: String,
    pub(in crate::review) until: Option<NaiveDate>,
    pub(in crate::review) lifted_by: Option<String>,
}

/// All that was ever said to these, the newest first.
pub(in crate::review) async fn answers_to(
    tx: &mut OrgTx,
    subjects: &[uuid::Uuid],
) -> sqlx::Result<Vec<SaidRow>> {
    sqlx::query_as!(
        SaidRow,
        r#"select a.subject_id, m.name as by, a.at, a.note, a.until_date as until, l.name as "lifted_by?"
             from attention_answer a
             join member m on m.org_id = a.org_id and m.id = a.member_id
             left join member l on l.org_id = a.org_id and l.id = a.lifted_by
            where a.org_id = $1 and a.subject_id = any($2) order by a.at desc, a.id desc"#,
        tx.org as OrgId,
        subjects,
    )
    .fetch_all(&mut **tx)
    .await
}
