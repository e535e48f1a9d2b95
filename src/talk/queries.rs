//! The SQL of replies and reactions.

pub(super) mod asks;

use super::reaction::Reaction;
use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::ids::{
    CheckInId, CommentId, DecisionId, KeyResultId, MemberId, ObjectiveId, OrgId, SubmissionKey, UpdateId,
};
use crate::notice::Subject;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A reply with the name of its author.
pub(super) struct CommentRow {
    pub(super) id: CommentId,
    pub(super) author_id: MemberId,
    pub(super) author: String,
    pub(super) body: String,
    pub(super) at: DateTime<Utc>,
    pub(super) zone: Zone,
    pub(super) edited_at: Option<DateTime<Utc>>,
    pub(super) deleted_at: Option<DateTime<Utc>>,
}

/// The replies to something, oldest first.
pub(super) async fn comments(tx: &mut OrgTx, subject: Subject) -> sqlx::Result<Vec<CommentRow>> {
    sqlx::query_as!(
        CommentRow,
        r#"select c.id, c.author_id, m.name as author, c.body, c.at, c.zone, c.edited_at, c.deleted_at
             from comment c join member m on m.org_id = c.org_id and m.id = c.author_id
            where c.org_id = $1 and (c.update_id = $2 or c.objective_id = $3 or c.key_result_id = $4 or c.check_in_id = $5
                 or c.decision_id = $6)
            order by c.at, c.id"#,
        tx.org as OrgId,
        subject.update() as Option<UpdateId>,
        subject.objective() as Option<ObjectiveId>,
        subject.key_result() as Option<KeyResultId>,
        subject.check_in() as Option<CheckInId>,
        subject.decision() as Option<DecisionId>,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Somebody a reply names.
pub(super) struct MentionedRow {
    pub(super) comment_id: CommentId,
    pub(super) member_id: MemberId,
    pub(super) name: String,
}

/// Whom the replies to something name.
pub(super) async fn mentioned(tx: &mut OrgTx, subject: Subject) -> sqlx::Result<Vec<MentionedRow>> {
    sqlx::query_as!(
        MentionedRow,
        r#"select n.comment_id, n.member_id, m.name
             from comment c
             join mention n on n.org_id = c.org_id and n.comment_id = c.id
             join member m on m.org_id = n.org_id and m.id = n.member_id
            where c.org_id = $1 and (c.update_id = $2 or c.objective_id = $3 or c.key_result_id = $4 or c.check_in_id = $5
                 or c.decision_id = $6)
            order by n.member_id"#,
        tx.org as OrgId,
        subject.update() as Option<UpdateId>,
        subject.objective() as Option<ObjectiveId>,
        subject.key_result() as Option<KeyResultId>,
        subject.check_in() as Option<CheckInId>,
        subject.decision() as Option<DecisionId>,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Who replied to something and left the reply there.
pub(super) async fn repliers(tx: &mut OrgTx, subject: Subject) -> sqlx::Result<Vec<MemberId>> {
    sqlx::query_scalar!(
        r#"select distinct author_id as "author: MemberId" from comment
            where org_id = $1 and (update_id = $2 or objective_id = $3 or key_result_id = $4 or check_in_id = $5 or decision_id = $6)
              and deleted_at is null"#,
        tx.org as OrgId,
        subject.update() as Option<UpdateId>,
        subject.objective() as Option<ObjectiveId>,
        subject.key_result() as Option<KeyResultId>,
        subject.check_in() as Option<CheckInId>,
        subject.decision() as Option<DecisionId>,
    )
    .fetch_all(&mut **tx)
    .await
}

/// What a reply says, and who does.
pub(super) struct SaidRow {
    pub(super) author: String,
    pub(super) body: String,
}

/// A reply to this, unless it was taken back.
pub(super) async fn said(
    tx: &mut OrgTx,
    subject: Subject,
    comment: CommentId,
) -> sqlx::Result<Option<SaidRow>> {
    sqlx::query_as!(
        SaidRow,
        r#"select m.name as author, c.body from comment c join member m on m.org_id = c.org_id and m.id = c.author_id
            where c.org_id = $1 and c.id = $6 and c.deleted_at is null
              and (c.update_id = $2 or c.objective_id = $3 or c.key_result_id = $4 or c.check_in_id = $5
                 or c.decision_id = $7)"#,
        tx.org as OrgId,
        subject.update() as Option<UpdateId>,
        subject.objective() as Option<ObjectiveId>,
        subject.key_result() as Option<KeyResultId>,
        subject.check_in() as Option<CheckInId>,
        comment as CommentId,
        subject.decision() as Option<DecisionId>,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// A reply to be written.
pub(super) struct NewComment<'a> {
    pub(super) subject: Subject,
    pub(super) author: MemberId,
    pub(super) body: &'a str,
    pub(super) at: DateTime<Utc>,
    pub(super) zone: Zone,
    pub(super) submission_key: SubmissionKey,
}

/// Adds a reply; the same submission again adds nothing and gives none.
pub(super) async fn add_comment(tx: &mut OrgTx, new: NewComment<'_>) -> sqlx::Result<Option<CommentId>> {
    sqlx::query_scalar!(
        r#"insert into comment (org_id, id, update_id, objective_id, key_result_id, check_in_id, author_id, body, at, zone,
                                submission_key, decision_id)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
           on conflict (org_id, submission_key) do nothing returning id as "id: CommentId""#,
        tx.org as OrgId,
        CommentId::fresh() as CommentId,
        new.subject.update() as Option<UpdateId>,
        new.subject.objective() as Option<ObjectiveId>,
        new.subject.key_result() as Option<KeyResultId>,
        new.subject.check_in() as Option<CheckInId>,
        new.author as MemberId,
        new.body,
        new.at,
        new.zone as Zone,
        new.submission_key as SubmissionKey,
        new.subject.decision() as Option<DecisionId>,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Whom a reply names, in place of whom it named before.
pub(super) async fn set_mentions(
    tx: &mut OrgTx,
    comment: CommentId,
    members: &[MemberId],
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"with gone as (delete from mention where org_id = $1 and comment_id = $2 and member_id <> all($3))
           insert into mention (org_id, comment_id, member_id)
           select $1, $2, id from unnest($3::uuid[]) as named (id) on conflict do nothing"#,
        tx.org as OrgId,
        comment as CommentId,
        members as &[MemberId],
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Who wrote a reply to this, unless it was taken back.
pub(super) async fn author(
    tx: &mut OrgTx,
    subject: Subject,
    comment: CommentId,
) -> sqlx::Result<Option<MemberId>> {
    sqlx::query_scalar!(
        r#"select author_id as "author: MemberId" from comment
            where org_id = $1 and id = $6 and deleted_at is null
              and (update_id = $2 or objective_id = $3 or key_result_id = $4 or check_in_id = $5 or decision_id = $7)"#,
        tx.org as OrgId,
        subject.update() as Option<UpdateId>,
        subject.objective() as Option<ObjectiveId>,
        subject.key_result() as Option<KeyResultId>,
        subject.check_in() as Option<CheckInId>,
        comment as CommentId,
        subject.decision() as Option<DecisionId>,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Changes the words of a reply; the mark stays.
pub(super) async fn edit_comment(
    tx: &mut OrgTx,
    comment: CommentId,
    body: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update comment set body = $3, edited_at = $4 where org_id = $1 and id = $2 and body <> $3",
        tx.org as OrgId,
        comment as CommentId,
        body,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes a reply back: the words go, the mark stays.
pub(super) async fn delete_comment(
    tx: &mut OrgTx,
    comment: CommentId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update comment set body = '-', deleted_at = $3 where org_id = $1 and id = $2",
        tx.org as OrgId,
        comment as CommentId,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Says a small word; saying it again changes nothing.
pub(super) async fn react(
    tx: &mut OrgTx,
    subject: Subject,
    member: MemberId,
    kind: Reaction,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into reaction (org_id, update_id, check_in_id, objective_id, key_result_id, decision_id, member_id, kind, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
        tx.org as OrgId,
        subject.update() as Option<UpdateId>,
        subject.check_in() as Option<CheckInId>,
        subject.objective() as Option<ObjectiveId>,
        subject.key_result() as Option<KeyResultId>,
        subject.decision() as Option<DecisionId>,
        member as MemberId,
        kind as Reaction,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes a small word back.
pub(super) async fn unreact(
    tx: &mut OrgTx,
    subject: Subject,
    member: MemberId,
    kind: Reaction,
) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from reaction where org_id = $1 and subject_id = $2 and member_id = $3 and kind = $4",
        tx.org as OrgId,
        subject.id(),
        member as MemberId,
        kind as Reaction,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// How often one word stands under one thing.
pub(super) struct ReactionRow {
    pub(super) subject_id: Uuid,
    pub(super) kind: Reaction,
    pub(super) by: i64,
    pub(super) mine: bool,
}

/// The words under these things.
pub(super) async fn reactions(
    tx: &mut OrgTx,
    reader: MemberId,
    subjects: &[Uuid],
) -> sqlx::Result<Vec<ReactionRow>> {
    sqlx::query_as!(
        ReactionRow,
        r#"select subject_id, kind as "kind: Reaction", count(*) as "by!", bool_or(member_id = $3) as "mine!"
             from reaction where org_id = $1 and subject_id = any($2) group by subject_id, kind"#,
        tx.org as OrgId,
        subjects,
        reader as MemberId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// How many replies stand under one update.
pub(super) struct ReplyCount {
    pub(super) update_id: UpdateId,
    pub(super) replies: i64,
}

/// The numbers of replies under these updates.
pub(super) async fn reply_counts(tx: &mut OrgTx, updates: &[UpdateId]) -> sqlx::Result<Vec<ReplyCount>> {
    sqlx::query_as!(
        ReplyCount,
        r#"select update_id as "update_id!: UpdateId", count(*) as "replies!"
             from comment where org_id = $1 and update_id = any($2) and deleted_at is null group by update_id"#,
        tx.org as OrgId,
        updates as &[UpdateId],
    )
    .fetch_all(&mut **tx)
    .await
}
