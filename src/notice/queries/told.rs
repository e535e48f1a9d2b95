//! What a mail told of.

use crate::db::OrgTx;
use crate::ids::{CheckInId, DecisionId, KeyResultId, MailId, ObjectiveId, OrgId, UpdateId};
use crate::notice::tell::Kind;
use uuid::Uuid;

/// A notice, for whoever answers the mail that told of it.
pub(in crate::notice) struct ToldRow {
    pub(in crate::notice) kind: Kind,
    pub(in crate::notice) cause_id: Uuid,
    pub(in crate::notice) update_id: Option<UpdateId>,
    pub(in crate::notice) check_in_id: Option<CheckInId>,
    pub(in crate::notice) objective_id: Option<ObjectiveId>,
    pub(in crate::notice) key_result_id: Option<KeyResultId>,
    pub(in crate::notice) decision_id: Option<DecisionId>,
}

/// The notices a mail told of, the oldest first.
pub(in crate::notice) async fn told_by(tx: &mut OrgTx, mail: MailId) -> sqlx::Result<Vec<ToldRow>> {
    sqlx::query_as!(
        ToldRow,
        r#"select kind as "kind: Kind", cause_id, update_id as "update_id: UpdateId", check_in_id as "check_in_id: CheckInId",
                  objective_id as "objective_id: ObjectiveId", key_result_id as "key_result_id: KeyResultId",
                  decision_id as "decision_id: DecisionId"
             from notice where org_id = $1 and mail_id = $2 order by at, id"#,
        tx.org as OrgId,
        mail as MailId,
    )
    .fetch_all(&mut **tx)
    .await
}
