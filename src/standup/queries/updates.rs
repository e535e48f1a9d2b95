//! Writing updates.

use super::Place;
use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::ids::{MemberId, OrgId, QuestionId, StandupId, SubmissionKey, TeamId, UpdateId};
use chrono::{DateTime, NaiveDate, Utc};

/// An update to be written.
pub(in crate::standup) struct NewUpdate {
    pub(in crate::standup) id: UpdateId,
    pub(in crate::standup) place: Place,
    pub(in crate::standup) team: TeamId,
    pub(in crate::standup) zone: Zone,
    pub(in crate::standup) submission_key: SubmissionKey,
}

/// Writes an update, and announces where to those who read along; `false` when the same form was sent before or one for
/// this date is there.
pub(in crate::standup) async fn add_update(
    tx: &mut OrgTx,
    new: &NewUpdate,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let added = sqlx::query!(
        r#"with added as (
               insert into "update" (org_id, id, standup_id, team_id, member_id, local_date, zone, posted_at, submission_key)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning org_id, team_id)
           select pg_notify('meridian_posted', org_id || ' ' || team_id)::text as announced from added"#,
        tx.org as OrgId,
        new.id as UpdateId,
        new.place.standup as StandupId,
        new.team as TeamId,
        new.place.member as MemberId,
        new.place.date,
        new.zone as Zone,
        now,
        new.submission_key as SubmissionKey,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(added.is_some())
}

/// A member's update for a place, and the form it came from.
pub(in crate::standup) struct Written {
    pub(in crate::standup) id: UpdateId,
    pub(in crate::standup) submission_key: SubmissionKey,
}

/// The update that stands at a place.
pub(in crate::standup) async fn written(tx: &mut OrgTx, place: Place) -> sqlx::Result<Option<Written>> {
    sqlx::query_as!(
        Written,
        r#"select id, submission_key from "update"
            where org_id = $1 and standup_id = $2 and member_id = $3 and local_date = $4"#,
        tx.org as OrgId,
        place.standup as StandupId,
        place.member as MemberId,
        place.date,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Writes the answers of an update in place of those it had.
pub(in crate::standup) async fn put_answers(
    tx: &mut OrgTx,
    update: UpdateId,
    answers: &[(QuestionId, String)],
) -> sqlx::Result<()> {
    let (questions, bodies): (Vec<QuestionId>, Vec<String>) = answers.iter().cloned().unzip();
    sqlx::query!(
        "delete from answer where org_id = $1 and update_id = $2 and question_id <> all($3)",
        tx.org as OrgId,
        update as UpdateId,
        &questions as &[QuestionId],
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        r#"insert into answer (org_id, update_id, question_id, body)
           select $1, $2, question, body from unnest($3::uuid[], $4::text[]) as given (question, body)
           on conflict (org_id, update_id, question_id) do update set body = excluded.body"#,
        tx.org as OrgId,
        update as UpdateId,
        &questions as &[QuestionId],
        &bodies,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Marks an update as changed.
pub(in crate::standup) async fn mark_edited(
    tx: &mut OrgTx,
    update: UpdateId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"update "update" set edited_at = $3 where org_id = $1 and id = $2"#,
        tx.org as OrgId,
        update as UpdateId,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// An update of the reader's own, by standup and date.
pub(in crate::standup) struct OwnRow {
    pub(in crate::standup) id: UpdateId,
    pub(in crate::standup) standup_id: StandupId,
    pub(in crate::standup) local_date: NaiveDate,
}

/// A member's updates since a date.
pub(in crate::standup) async fn own_since(
    tx: &mut OrgTx,
    member: MemberId,
    since: NaiveDate,
) -> sqlx::Result<Vec<OwnRow>> {
    sqlx::query_as!(
        OwnRow,
        r#"select id, standup_id, local_date from "update" where org_id = $1 and member_id = $2 and local_date >= $3"#,
        tx.org as OrgId,
        member as MemberId,
        since,
    )
    .fetch_all(&mut **tx)
    .await
}

/// What a member said is next, in an earlier update.
pub(in crate::standup) struct PlanRow {
    pub(in crate::standup) update_id: UpdateId,
    pub(in crate::standup) body: String,
    pub(in crate::standup) local_date: NaiveDate,
}

/// The plan of a member's last update before a place, if that update had one.
pub(in crate::standup) async fn last_plan(tx: &mut OrgTx, place: Place) -> sqlx::Result<Option<PlanRow>> {
    sqlx::query_as!(
        PlanRow,
        r#"select u.id as update_id, a.body, u.local_date
             from (select org_id, id, local_date from "update"
                    where org_id = $1 and standup_id = $2 and member_id = $3 and local_date < $4
                    order by local_date desc limit 1) u
             join answer a on a.org_id = u.org_id and a.update_id = u.id
             join question q on q.org_id = a.org_id and q.id = a.question_id
            where q.kind = 'plan' order by q.position, q.id limit 1"#,
        tx.org as OrgId,
        place.standup as StandupId,
        place.member as MemberId,
        place.date,
    )
    .fetch_optional(&mut **tx)
    .await
}
