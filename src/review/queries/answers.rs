//! What was said to things that need a look.

use crate::db::OrgTx;
use crate::ids::{AnswerId, DecisionId, KeyResultId, MemberId, ObjectiveId, OrgId, UpdateId};
use crate::review::answer::Answer;
use crate::review::reason::Subject;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

/// An answer as stored.
#[derive(Debug, Deserialize)]
pub(in crate::review) struct AnswerRow {
    id: AnswerId,
    #[serde(flatten)]
    about: Columns,
    by: String,
    at: DateTime<Utc>,
    note: String,
    until_date: Option<NaiveDate>,
    until_at: Option<DateTime<Utc>>,
    marks: Vec<String>,
}

/// A subject as the columns of a row, of which exactly one is filled.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(in crate::review) struct Columns {
    pub(in crate::review) key_result: Option<KeyResultId>,
    pub(in crate::review) objective: Option<ObjectiveId>,
    pub(in crate::review) update: Option<UpdateId>,
    pub(in crate::review) decision: Option<DecisionId>,
}

impl Columns {
    /// The subject a row names.
    pub(in crate::review) fn subject(self) -> Option<Subject> {
        let subject = self.key_result.map(Subject::KeyResult).or(self.objective.map(Subject::Objective));
        subject.or(self.update.map(Subject::Blocker)).or(self.decision.map(Subject::Decision))
    }
}

impl From<Subject> for Columns {
    fn from(subject: Subject) -> Self {
        let none = Self::default();
        match subject {
            Subject::KeyResult(id) => Self { key_result: Some(id), ..none },
            Subject::Objective(id) => Self { objective: Some(id), ..none },
            Subject::Blocker(id) => Self { update: Some(id), ..none },
            Subject::Decision(id) => Self { decision: Some(id), ..none },
        }
    }
}

impl AnswerRow {
    /// The answer; the table's checks leave no other shapes.
    pub(in crate::review) fn answer(self) -> Option<Answer> {
        Some(Answer {
            id: self.id,
            subject: self.about.subject()?,
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
    let about = Columns::from(answer.subject);
    sqlx::query!(
        r#"insert into attention_answer (org_id, id, key_result_id, objective_id, update_id, decision_id, member_id, at, note, until_date, until_at, marks)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (org_id, id) do nothing"#,
        tx.org as OrgId,
        answer.id as AnswerId,
        about.key_result as Option<KeyResultId>,
        about.objective as Option<ObjectiveId>,
        about.update as Option<UpdateId>,
        about.decision as Option<DecisionId>,
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
