//! What came up and went again, as it was written down.

use super::Columns;
use crate::db::OrgTx;
use crate::ids::{CycleId, DecisionId, KeyResultId, MemberId, ObjectiveId, OrgId, RaisedId, UpdateId};
use crate::review::attention::Item;
use crate::review::reason::{Reason, Sort, Subject};
use chrono::{DateTime, Utc};

/// Writes down what holds of these and was not written down, as of `now`.
pub(in crate::review) async fn raise(
    tx: &mut OrgTx,
    cycle: CycleId,
    items: &[Item],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let all: Vec<(Subject, &Reason)> =
        items.iter().flat_map(|item| item.reasons.iter().map(|reason| (item.subject, reason))).collect();
    let subjects: Vec<_> = all.iter().map(|(subject, _)| Columns::from(*subject)).collect();
    let ids: Vec<_> = all.iter().map(|_| RaisedId::fresh()).collect();
    let marks: Vec<_> = all.iter().map(|(_, reason)| reason.mark()).collect();
    let sorts: Vec<_> = all.iter().map(|(_, reason)| reason.why.sort().as_str().to_owned()).collect();
    let since: Vec<_> = all.iter().map(|(_, reason)| reason.since).collect();
    sqlx::query!(
        r#"insert into attention_raised (org_id, id, cycle_id, key_result_id, objective_id, update_id, decision_id, mark, reason, since, raised_at)
           select $1, id, $2, key_result, objective, update, decision, mark, reason, since, $3
             from unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[], $9::text[], $10::text[], $11::timestamptz[])
                  as row (id, key_result, objective, update, decision, mark, reason, since)
           on conflict (org_id, subject_id, mark) where left_at is null do nothing"#,
        tx.org as OrgId,
        cycle as CycleId,
        now,
        &ids as &[RaisedId],
        &subjects.iter().map(|one| one.key_result).collect::<Vec<_>>() as &[Option<KeyResultId>],
        &subjects.iter().map(|one| one.objective).collect::<Vec<_>>() as &[Option<ObjectiveId>],
        &subjects.iter().map(|one| one.update).collect::<Vec<_>>() as &[Option<UpdateId>],
        &subjects.iter().map(|one| one.decision).collect::<Vec<_>>() as &[Option<DecisionId>],
        &marks,
        &sorts,
        &since,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes that whatever was written down of a cycle and is not among these any more has gone.
pub(in crate::review) async fn leave(
    tx: &mut OrgTx,
    cycle: CycleId,
    items: &[Item],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let all =
        items.iter().flat_map(|item| item.reasons.iter().map(|reason| (item.subject.id(), reason.mark())));
    let (subjects, marks): (Vec<_>, Vec<_>) = all.unzip();
    sqlx::query!(
        r#"update attention_raised r set left_at = $3
            where r.org_id = $1 and r.cycle_id = $2 and r.left_at is null
              and not exists (select from unnest($4::uuid[], $5::text[]) as row (subject, mark)
                               where row.subject = r.subject_id and row.mark = r.mark)"#,
        tx.org as OrgId,
        cycle as CycleId,
        now,
        &subjects,
        &marks,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A reason that was written down.
pub(in crate::review) struct RaisedRow {
    pub(in crate::review) subject_id: uuid::Uuid,
    key_result_id: Option<KeyResultId>,
    objective_id: Option<ObjectiveId>,
    update_id: Option<UpdateId>,
    decision_id: Option<DecisionId>,
    /// The key result's or objective's title, what the blocker is, or what is to be decided.
    pub(in crate::review) title: String,
    pub(in crate::review) team: Option<String>,
    pub(in crate::review) reason: Sort,
    pub(in crate::review) since: DateTime<Utc>,
    pub(in crate::review) left_at: Option<DateTime<Utc>>,
}

impl RaisedRow {
    /// What it was about.
    pub(in crate::review) fn subject(&self) -> Option<Subject> {
        let Self { key_result_id: key_result, objective_id: objective, update_id: update, .. } = *self;
        Columns { key_result, objective, update, decision: self.decision_id }.subject()
    }
}

/// What was written down of a cycle about teams this member may read, what is still so first and then what went last; so
/// many after so many.
pub(in crate::review) async fn raised(
    tx: &mut OrgTx,
    cycle: CycleId,
    reader: MemberId,
    (limit, offset): (i64, i64),
) -> sqlx::Result<Vec<RaisedRow>> {
    sqlx::query_as!(
        RaisedRow,
        r#"select r.subject_id, r.key_result_id as "key_result_id?: KeyResultId",
                  r.objective_id as "objective_id?: ObjectiveId", r.update_id as "update_id?: UpdateId",
                  r.decision_id as "decision_id?: DecisionId",
                  coalesce(k.title, o.title, b.body, v.question, '') as "title!", t.name as "team?", r.reason as "reason: Sort", r.since,
                  r.left_at
             from attention_raised r
             left join key_result k on k.org_id = r.org_id and k.id = r.key_result_id
             left join objective o on o.org_id = r.org_id and o.id = coalesce(r.objective_id, k.objective_id)
             left join blocker b on b.org_id = r.org_id and b.update_id = r.update_id
             left join decision d on d.org_id = r.org_id and d.id = r.decision_id
             left join decision_version v on v.org_id = d.org_id and v.decision_id = d.id and v.number = d.version
             left join matter w on w.org_id = d.org_id and w.id = d.id
             left join team t on t.org_id = r.org_id and t.id = coalesce(o.team_id, b.team_id, w.team_id)
            where r.org_id = $1 and r.cycle_id = $2 and may_read_team(r.org_id, t.id, $3)
            order by r.left_at desc nulls first, r.since desc, r.id desc limit $4 offset $5"#,
        tx.org as OrgId,
        cycle as CycleId,
        reader as MemberId,
        limit,
        offset,
    )
    .fetch_all(&mut **tx)
    .await
}
