//! Updates, blockers, replies and reactions.

use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::ids::{
    BlockerId, CommentId, KeyResultId, MemberId, ObjectiveId, OrgId, QuestionId, StandupId, SubmissionKey,
    TeamId, UpdateId,
};
use chrono::{DateTime, NaiveDate, Utc};

/// An update.
pub(in crate::demo) struct NewUpdate {
    pub(in crate::demo) id: UpdateId,
    pub(in crate::demo) standup: StandupId,
    pub(in crate::demo) team: TeamId,
    pub(in crate::demo) member: MemberId,
    pub(in crate::demo) date: NaiveDate,
    pub(in crate::demo) zone: Zone,
    pub(in crate::demo) at: DateTime<Utc>,
}

/// Adds an update.
pub(in crate::demo) async fn add_update(tx: &mut OrgTx, new: &NewUpdate) -> sqlx::Result<()> {
    sqlx::query!(
        r#"insert into "update" (org_id, id, standup_id, team_id, member_id, local_date, zone, posted_at, submission_key)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"#,
        tx.org as OrgId,
        new.id as UpdateId,
        new.standup as StandupId,
        new.team as TeamId,
        new.member as MemberId,
        new.date,
        new.zone as Zone,
        new.at,
        SubmissionKey::fresh() as SubmissionKey,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Adds an answer.
pub(in crate::demo) async fn add_answer(
    tx: &mut OrgTx,
    update: UpdateId,
    question: QuestionId,
    body: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into answer (org_id, update_id, question_id, body) values ($1, $2, $3, $4)",
        tx.org as OrgId,
        update as UpdateId,
        question as QuestionId,
        body,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A blocker of an update.
pub(in crate::demo) struct NewBlocker<'a> {
    pub(in crate::demo) update: UpdateId,
    pub(in crate::demo) team: TeamId,
    pub(in crate::demo) member: MemberId,
    pub(in crate::demo) body: &'a str,
    pub(in crate::demo) unblocker: MemberId,
    pub(in crate::demo) at: DateTime<Utc>,
    /// When, by whom and with which note it was cleared.
    pub(in crate::demo) resolved: Option<(DateTime<Utc>, MemberId, &'a str)>,
}

/// Adds a blocker.
pub(in crate::demo) async fn add_blocker(tx: &mut OrgTx, new: &NewBlocker<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into blocker (org_id, id, update_id, team_id, member_id, body, unblocker_id, opened_at, resolved_at, resolved_by, note)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        tx.org as OrgId,
        BlockerId::fresh() as BlockerId,
        new.update as UpdateId,
        new.team as TeamId,
        new.member as MemberId,
        new.body,
        new.unblocker as MemberId,
        new.at,
        new.resolved.map(|(at, ..)| at),
        new.resolved.map(|(_, by, _)| by) as Option<MemberId>,
        new.resolved.map_or("", |(.., note)| note),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What a comment stands on.
#[derive(Clone, Copy)]
pub(in crate::demo) enum On {
    /// An update.
    Update(UpdateId),
    /// An objective.
    Objective(ObjectiveId),
    /// A key result.
    KeyResult(KeyResultId),
}

/// Adds a comment.
pub(in crate::demo) async fn add_comment(
    tx: &mut OrgTx,
    on: On,
    (author, zone): (MemberId, Zone),
    body: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    let (update, objective, key_result) = match on {
        On::Update(id) => (Some(id), None, None),
        On::Objective(id) => (None, Some(id), None),
        On::KeyResult(id) => (None, None, Some(id)),
    };
    sqlx::query!(
        "insert into comment (org_id, id, update_id, objective_id, key_result_id, author_id, body, at, zone, submission_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        tx.org as OrgId,
        CommentId::fresh() as CommentId,
        update as Option<UpdateId>,
        objective as Option<ObjectiveId>,
        key_result as Option<KeyResultId>,
        author as MemberId,
        body,
        at,
        zone as Zone,
        SubmissionKey::fresh() as SubmissionKey,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Adds a reaction.
pub(in crate::demo) async fn add_reaction(
    tx: &mut OrgTx,
    update: UpdateId,
    member: MemberId,
    kind: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into reaction (org_id, update_id, member_id, kind, at) values ($1, $2, $3, $4, $5) on conflict do nothing",
        tx.org as OrgId,
        update as UpdateId,
        member as MemberId,
        kind,
        at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
