//! Decisions, as far as they name objectives and updates.

use crate::db::OrgTx;
use crate::ids::{DecisionId, MemberId, ObjectiveId, OrgId, UpdateId};
use crate::notice::Subject;
use chrono::{DateTime, Utc};

/// A decision that names something.
pub(in crate::okr) struct DecidedRow {
    pub(in crate::okr) id: DecisionId,
    pub(in crate::okr) question: String,
    pub(in crate::okr) closes_at: Option<DateTime<Utc>>,
    pub(in crate::okr) outcome: Option<String>,
    pub(in crate::okr) settled_at: Option<DateTime<Utc>>,
}

/// The decisions that name an objective or an update and that this member may read: those with a word still to be said, then
/// those that are made, the newest first.
pub(in crate::okr) async fn decided(
    tx: &mut OrgTx,
    subject: Subject,
    reader: MemberId,
) -> sqlx::Result<Vec<DecidedRow>> {
    sqlx::query_as!(
        DecidedRow,
        r#"select d.id as "id: DecisionId", v.question, m.closes_at, o.body as "outcome?", d.settled_at
             from decision_link l
             join decision d on d.org_id = l.org_id and d.id = l.decision_id
             join matter m on m.org_id = d.org_id and m.id = d.id
             join decision_version v on v.org_id = d.org_id and v.decision_id = d.id and v.number = d.version
             left join decision_option o on o.org_id = d.org_id and o.id = d.outcome_id
            where l.org_id = $1 and (l.objective_id = $2 or l.update_id = $3) and d.state <> 'withdrawn'
              and may_read_team(m.org_id, m.team_id, $4)
            order by d.settled_at desc, m.closes_at, d.id desc"#,
        tx.org as OrgId,
        subject.objective() as Option<ObjectiveId>,
        subject.update() as Option<UpdateId>,
        reader as MemberId,
    )
    .fetch_all(&mut **tx)
    .await
}
