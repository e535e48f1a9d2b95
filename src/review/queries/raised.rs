//! What came up and went again, as it was written down.

use super::{columns, subject};
use crate::db::OrgTx;
use crate::ids::{CycleId, KeyResultId, MemberId, ObjectiveId, OrgId, RaisedId, UpdateId};
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
    let subjects: Vec<_> = all.iter().map(|(subject, _)| columns(*subject)).collect();
    let ids: Vec<_> = all.iter().map(|_| RaisedId::fresh()).collect();
    let marks: Vec<_> = all.iter().map(|(_, reason)| reason.mark()).collect();
    let sorts: Vec<_> = all.iter().map(|(_, reason)| reason.why.sort().as_str().to_owned()).collect();
    let since: Vec<_> = all.iter().map(|(_, reason)| reason.since).collect();
    sqlx::query!(
        r#"insert into attention_raised (org_id, id, cycle_id, key_result_id, objective_id, update_id, mark, reason, since, raised_at)
           select $1, id, $2, key_result, objective, update, mark, reason, since, $3
             from unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::text[], $10::timestamptz[])
                  as row (id, key_result, objective, update, mark, reason, since)
           on conflict (org_id, subject_id, mark) where left_at is null do nothing"#,
        tx.org as OrgId,
        cycle as CycleId,
        now,
        &ids as &[RaisedId],
        &subjects.iter().map(|one| one.0).collect::<Vec<_>>() as &[Option<KeyResultId>],
        &subjects.iter().map(|one| one.1).collect::<Vec<_>>() as &[Option<ObjectiveId>],
        &subjects.iter().map(|one| one.2).collect::<Vec<_>>() as &[Option<UpdateId>],
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
    /// The key result's or objective's title, or what the blocker is.
    pub(in crate::review) title: String,
    pub(in crate::review) team: Option<String>,
    pub(in crate::review) reason: Sort,
    pub(in crate::review) since: DateTime<Utc>,
    pub(in crate::review) left_at: Option<DateTime<Utc>>,
}

impl RaisedRow {
    /// What it was about.
    pub(in crate::review) fn subject(&self) -> Option<Subject> {
        subject(self.key_result_id, self.objective_id, self.update_id)
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
                  coalesce(k.title, o.title, b.body, '') as "title!", t.name as "team?", r.reason as "reason: Sort", r.since,
                  r.left_at
             from attention_raised r
             left join key_result k on k.org_id = r.org_id and k.id = r.key_result_id
             left join objective o on o.org_id = r.org_id and o.id = coalesce(r.objective_id, k.objective_id)
             left join blocker b on b.org_id = r.org_id and b.update_id = r.update_id
             left join team t on t.org_id = r.org_id and t.id = coalesce(o.team_id, b.team_id)
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
