//! What became of plans, and what updates said before they were changed.

use super::Place;
use crate::db::OrgTx;
use crate::ids::{MemberId, OrgId, QuestionId, StandupId, UpdateId};
use crate::standup::plan::{Fate, Line};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::types::Json;

/// What an update said became of a line of a plan.
pub(in crate::standup) struct FateRow {
    pub(in crate::standup) update_id: UpdateId,
    pub(in crate::standup) body: String,
    pub(in crate::standup) fate: Fate,
}

/// What these updates said became of the plans before them, in the order of the plans.
pub(in crate::standup) async fn fates(tx: &mut OrgTx, updates: &[UpdateId]) -> sqlx::Result<Vec<FateRow>> {
    sqlx::query_as!(
        FateRow,
        r#"select update_id, body, fate as "fate: Fate" from plan_line
            where org_id = $1 and update_id = any($2) order by update_id, position"#,
        tx.org as OrgId,
        updates as &[UpdateId],
    )
    .fetch_all(&mut **tx)
    .await
}

/// Writes what an update says became of the lines of a plan, if that plan is an earlier one of the same author and standup.
pub(in crate::standup) async fn add_fates(
    tx: &mut OrgTx,
    update: UpdateId,
    place: Place,
    planned: UpdateId,
    lines: &[Line],
) -> sqlx::Result<()> {
    let bodies: Vec<String> = lines.iter().map(|line| line.body.clone()).collect();
    let fates: Vec<String> = lines.iter().map(|line| line.fate.as_str().to_owned()).collect();
    sqlx::query!(
        r#"insert into plan_line (org_id, update_id, position, planned_id, body, fate)
           select $1, $2, (given.place - 1)::smallint, p.id, given.body, given.fate
             from "update" p, unnest($6::text[], $7::text[]) with ordinality as given (body, fate, place)
            where p.org_id = $1 and p.id = $3 and p.standup_id = $4 and p.member_id = $5 and p.id <> $2"#,
        tx.org as OrgId,
        update as UpdateId,
        planned as UpdateId,
        place.standup as StandupId,
        place.member as MemberId,
        &bodies,
        &fates,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// An answer as an earlier version kept it.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::standup) struct OldAnswer {
    pub(in crate::standup) prompt: String,
    pub(in crate::standup) body: String,
}

/// What an update said until it was changed.
pub(in crate::standup) struct VersionRow {
    pub(in crate::standup) written_at: DateTime<Utc>,
    pub(in crate::standup) replaced_at: DateTime<Utc>,
    pub(in crate::standup) answers: Json<Vec<OldAnswer>>,
    pub(in crate::standup) blocker: String,
}

/// What an update said before, the newest first.
pub(in crate::standup) async fn versions(tx: &mut OrgTx, update: UpdateId) -> sqlx::Result<Vec<VersionRow>> {
    sqlx::query_as!(
        VersionRow,
        r#"select v.written_at, v.replaced_at, v.blocker,
                  coalesce((select jsonb_agg(a.value || jsonb_build_object('prompt', q.prompt) order by a.place)
                              from jsonb_array_elements(v.answers) with ordinality as a (value, place)
                              join question q on q.org_id = v.org_id and q.id = (a.value ->> 'question_id')::uuid),
                           '[]'::jsonb) as "answers!: Json<Vec<OldAnswer>>"
             from update_version v where v.org_id = $1 and v.update_id = $2 order by v.version desc"#,
        tx.org as OrgId,
        update as UpdateId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Takes an update in hand: whoever else changes it waits until the transaction ends.
pub(in crate::standup) async fn hold_update(tx: &mut OrgTx, update: UpdateId) -> sqlx::Result<()> {
    sqlx::query!(
        r#"select from "update" where org_id = $1 and id = $2 for no key update"#,
        tx.org as OrgId,
        update as UpdateId,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(())
}

/// How often an update was changed in its words.
pub(in crate::standup) async fn count_versions(tx: &mut OrgTx, update: UpdateId) -> sqlx::Result<i32> {
    sqlx::query_scalar!(
        r#"select coalesce(max(version), 0) as "count!" from update_version where org_id = $1 and update_id = $2"#,
        tx.org as OrgId,
        update as UpdateId,
    )
    .fetch_one(&mut **tx)
    .await
}

/// Whether an update says something else now than these words.
pub(in crate::standup) async fn says_otherwise(
    tx: &mut OrgTx,
    update: UpdateId,
    answers: &[(QuestionId, String)],
    blocker: Option<&str>,
) -> sqlx::Result<bool> {
    let (questions, bodies): (Vec<QuestionId>, Vec<String>) = answers.iter().cloned().unzip();
    sqlx::query_scalar!(
        r#"select exists (
               select question_id, body from answer where org_id = $1 and update_id = $2
               except select question, body from unnest($3::uuid[], $4::text[]) as given (question, body))
            or coalesce((select body from blocker where org_id = $1 and update_id = $2 and resolved_at is null), '') <> $5
               as "otherwise!""#,
        tx.org as OrgId,
        update as UpdateId,
        &questions as &[QuestionId],
        &bodies,
        blocker.unwrap_or_default(),
    )
    .fetch_one(&mut **tx)
    .await
}

/// Puts down what an update says now, before it is changed at `now`.
pub(in crate::standup) async fn put_version(
    tx: &mut OrgTx,
    update: UpdateId,
    version: i32,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"insert into update_version (org_id, update_id, version, written_at, replaced_at, answers, blocker)
           select u.org_id, u.id, $3, coalesce(u.edited_at, u.posted_at), $4,
                  coalesce((select jsonb_agg(jsonb_build_object('question_id', a.question_id, 'body', a.body)
                                             order by q.position, q.id)
                              from answer a join question q on q.org_id = a.org_id and q.id = a.question_id
                             where a.org_id = u.org_id and a.update_id = u.id), '[]'::jsonb),
                  coalesce((select b.body from blocker b
                             where b.org_id = u.org_id and b.update_id = u.id and b.resolved_at is null), '')
             from "update" u where u.org_id = $1 and u.id = $2"#,
        tx.org as OrgId,
        update as UpdateId,
        version,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
