//! Questions to somebody by name.

use crate::calendar::{Absence, WorkWeek, Zone};
use crate::db::OrgTx;
use crate::ids::{AskId, CheckInId, DecisionId, KeyResultId, MemberId, OrgId, UpdateId};
use crate::notice::Subject;
use crate::talk::ask::Asking;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;

/// A question, and its answer once there is one.
pub(in crate::talk) struct AskRow {
    pub(in crate::talk) id: AskId,
    pub(in crate::talk) asker_id: MemberId,
    pub(in crate::talk) asker: String,
    pub(in crate::talk) asker_zone: Zone,
    pub(in crate::talk) asked_id: MemberId,
    pub(in crate::talk) asked: String,
    pub(in crate::talk) asked_zone: Zone,
    pub(in crate::talk) question: String,
    pub(in crate::talk) asked_at: DateTime<Utc>,
    pub(in crate::talk) ends_at: Option<DateTime<Utc>>,
    pub(in crate::talk) answer: Option<String>,
    pub(in crate::talk) answered_at: Option<DateTime<Utc>>,
}

/// The questions about something, oldest first.
pub(in crate::talk) async fn asks(tx: &mut OrgTx, subject: Subject) -> sqlx::Result<Vec<AskRow>> {
    sqlx::query_as!(
        AskRow,
        r#"select q.id, q.asker_id, a.name as asker, a.zone as "asker_zone: Zone", q.asked_id, p.name as asked,
                  p.zone as "asked_zone: Zone", q.question, q.asked_at, q.ends_at, q.answer, q.answered_at
             from ask q
             join member a on a.org_id = q.org_id and a.id = q.asker_id
             join member p on p.org_id = q.org_id and p.id = q.asked_id
            where q.org_id = $1 and (q.update_id = $2 or q.check_in_id = $3 or q.key_result_id = $4 or q.decision_id = $5)
            order by q.asked_at, q.id"#,
        tx.org as OrgId,
        subject.update() as Option<UpdateId>,
        subject.check_in() as Option<CheckInId>,
        subject.key_result() as Option<KeyResultId>,
        subject.decision() as Option<DecisionId>,
    )
    .fetch_all(&mut **tx)
    .await
}

/// The working time of whoever is asked.
pub(in crate::talk) struct HoursRow {
    pub(in crate::talk) zone: Zone,
    pub(in crate::talk) week: Json<WorkWeek>,
    pub(in crate::talk) absence: Json<Absence>,
}

/// A member's working time.
pub(in crate::talk) async fn hours(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<HoursRow> {
    sqlx::query_as!(
        HoursRow,
        r#"select zone, week as "week!: Json<WorkWeek>",
                  coalesce((select jsonb_agg(jsonb_build_array(a.first_date, a.last_date)) from absent a
                             where a.org_id = m.org_id and a.member_id = m.id), '[]'::jsonb) as "absence!: Json<Absence>"
             from member m where m.org_id = $1 and m.id = $2"#,
        tx.org as OrgId,
        member as MemberId,
    )
    .fetch_one(&mut **tx)
    .await
}

/// Asks; the same question again asks nothing.
pub(in crate::talk) async fn add(
    tx: &mut OrgTx,
    new: Asking<'_>,
    ends_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let added = sqlx::query!(
        r#"insert into ask (org_id, id, update_id, check_in_id, key_result_id, decision_id, asker_id, asked_id, question, asked_at, ends_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (org_id, id) do nothing"#,
        tx.org as OrgId,
        new.id as AskId,
        new.subject.update() as Option<UpdateId>,
        new.subject.check_in() as Option<CheckInId>,
        new.subject.key_result() as Option<KeyResultId>,
        new.subject.decision() as Option<DecisionId>,
        new.asker as MemberId,
        new.asked as MemberId,
        new.question,
        now,
        ends_at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(added.rows_affected() == 1)
}

/// What a question is about, and between whom.
pub(in crate::talk) struct PlaceRow {
    pub(in crate::talk) update_id: Option<UpdateId>,
    pub(in crate::talk) check_in_id: Option<CheckInId>,
    pub(in crate::talk) key_result_id: Option<KeyResultId>,
    pub(in crate::talk) decision_id: Option<DecisionId>,
    pub(in crate::talk) asker_id: MemberId,
    pub(in crate::talk) asked_id: MemberId,
}

impl PlaceRow {
    /// What it is about.
    pub(in crate::talk) fn subject(&self) -> Option<Subject> {
        let subject = self.update_id.map(Subject::from).or(self.check_in_id.map(Subject::from));
        subject.or(self.key_result_id.map(Subject::from)).or(self.decision_id.map(Subject::from))
    }
}

/// Where a question stands.
pub(in crate::talk) async fn place(tx: &mut OrgTx, ask: AskId) -> sqlx::Result<Option<PlaceRow>> {
    sqlx::query_as!(
        PlaceRow,
        r#"select update_id, check_in_id, key_result_id, decision_id as "decision_id: DecisionId", asker_id, asked_id
             from ask where org_id = $1 and id = $2"#,
        tx.org as OrgId,
        ask as AskId,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Answers a question, or changes the answer; the first instant stays.
pub(in crate::talk) async fn answer(
    tx: &mut OrgTx,
    ask: AskId,
    words: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update ask set answer = $3, answered_at = coalesce(answered_at, $4) where org_id = $1 and id = $2",
        tx.org as OrgId,
        ask as AskId,
        words,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A question that waits for an answer.
pub(in crate::talk) struct WaitRow {
    pub(in crate::talk) id: AskId,
    pub(in crate::talk) update_id: Option<UpdateId>,
    pub(in crate::talk) key_result_id: Option<KeyResultId>,
    pub(in crate::talk) decision_id: Option<DecisionId>,
    pub(in crate::talk) asker: String,
    pub(in crate::talk) zone: Zone,
    pub(in crate::talk) author_id: Option<MemberId>,
    pub(in crate::talk) author: Option<String>,
    pub(in crate::talk) date: Option<NaiveDate>,
    /// The key result's title, or what is to be decided.
    pub(in crate::talk) title: Option<String>,
    pub(in crate::talk) question: String,
    pub(in crate::talk) asked_at: DateTime<Utc>,
}

/// The questions about updates, key results and decisions that wait for a member who may read them, oldest first.
pub(in crate::talk) async fn waiting(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<Vec<WaitRow>> {
    sqlx::query_as!(
        WaitRow,
        r#"select q.id, q.update_id, q.key_result_id, q.decision_id as "decision_id: DecisionId", a.name as asker, a.zone, w.id as "author_id?: MemberId",
                  w.name as "author?", u.local_date as "date?", coalesce(k.title, v.question) as title, q.question, q.asked_at
             from ask q
             join member a on a.org_id = q.org_id and a.id = q.asker_id
             left join "update" u on u.org_id = q.org_id and u.id = q.update_id
             left join member w on w.org_id = q.org_id and w.id = u.member_id
             left join key_result k on k.org_id = q.org_id and k.id = q.key_result_id
             left join objective o on o.org_id = k.org_id and o.id = k.objective_id
             left join decision d on d.org_id = q.org_id and d.id = q.decision_id
             left join decision_version v on v.org_id = d.org_id and v.decision_id = d.id and v.number = d.version
             left join matter dm on dm.org_id = d.org_id and dm.id = d.id
            where q.org_id = $1 and q.asked_id = $2 and q.answered_at is null and q.check_in_id is null
              and may_read_team(q.org_id, coalesce(u.team_id, o.team_id, dm.team_id), q.asked_id)
            order by q.asked_at, q.id"#,
        tx.org as OrgId,
        member as MemberId,
    )
    .fetch_all(&mut **tx)
    .await
}
