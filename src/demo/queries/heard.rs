//! What people of the story were told of each other.

use crate::db::OrgTx;
use crate::ids::{BlockerId, CommentId, KeyResultId, MemberId, ObjectiveId, OrgId, UpdateId};
use chrono::{DateTime, Utc};

/// A reply of the story, and where it stands.
pub(in crate::demo) struct SaidRow {
    pub(in crate::demo) id: CommentId,
    pub(in crate::demo) update_id: Option<UpdateId>,
    pub(in crate::demo) objective_id: Option<ObjectiveId>,
    pub(in crate::demo) key_result_id: Option<KeyResultId>,
    pub(in crate::demo) author_id: MemberId,
    pub(in crate::demo) at: DateTime<Utc>,
}

/// All replies, oldest first.
pub(in crate::demo) async fn said(tx: &mut OrgTx) -> sqlx::Result<Vec<SaidRow>> {
    sqlx::query_as!(
        SaidRow,
        "select id, update_id, objective_id, key_result_id, author_id, at from comment where org_id = $1 order by at, id",
        tx.org as OrgId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// A blocker of the story.
pub(in crate::demo) struct StuckRow {
    pub(in crate::demo) id: BlockerId,
    pub(in crate::demo) update_id: UpdateId,
    pub(in crate::demo) member_id: MemberId,
    pub(in crate::demo) unblocker_id: MemberId,
    pub(in crate::demo) at: DateTime<Utc>,
}

/// All blockers that name somebody.
pub(in crate::demo) async fn stuck(tx: &mut OrgTx) -> sqlx::Result<Vec<StuckRow>> {
    sqlx::query_as!(
        StuckRow,
        r#"select id, update_id, member_id, unblocker_id as "unblocker_id!: MemberId", opened_at as at
             from blocker where org_id = $1 and unblocker_id is not null"#,
        tx.org as OrgId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// What happened before an instant was read; what happened before an earlier one needs no mail either. The first mail of
/// the rest is written as soon as it may be.
pub(in crate::demo) async fn settle(
    tx: &mut OrgTx,
    read: DateTime<Utc>,
    told: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "with settled as (
             update notice set told_at = case when at < $3 then at else told_at end, read_at = case when at < $2 then at end where org_id = $1)
         update member m set next_notice_at = (
             select min(n.at) from notice n where n.org_id = m.org_id and n.member_id = m.id and n.at >= $3)
          where m.org_id = $1 and m.next_notice_at is not null",
        tx.org as OrgId,
        read,
        told,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
