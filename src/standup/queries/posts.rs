//! Updates as they are read.

use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::ids::{CheckInId, KeyResultId, MemberId, OrgId, QuestionId, StandupId, StepId, TeamId, UpdateId};
use crate::okr::measure::Kind;
use crate::okr::status::Confidence;
use crate::okr::unit::Quantity;
use crate::standup::question::QuestionKind;
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

/// What a member's teammates wrote for one date or since an instant, the newest first, at most twenty.
pub(in crate::standup) async fn ids_of_teammates(
    tx: &mut OrgTx,
    teams: &[TeamId],
    reader: MemberId,
    day: NaiveDate,
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<UpdateId>> {
    sqlx::query_scalar!(
        r#"select id from "update"
            where org_id = $1 and team_id = any($2) and member_id <> $3 and (local_date = $4 or posted_at > $5)
            order by posted_at desc, id desc limit 20"#,
        tx.org as OrgId,
        teams as &[TeamId],
        reader as MemberId,
        day,
        since,
    )
    .fetch_all(&mut **tx)
    .await
}

/// The dates around one for which these teams wrote.
pub(in crate::standup) struct Neighbours {
    /// The first of all.
    pub(in crate::standup) written: Option<NaiveDate>,
    /// Whether they wrote for this one.
    pub(in crate::standup) here: bool,
    pub(in crate::standup) before: Option<NaiveDate>,
    pub(in crate::standup) after: Option<NaiveDate>,
}

/// The dates around `day` with updates of these teams.
pub(in crate::standup) async fn days_around(
    tx: &mut OrgTx,
    teams: &[TeamId],
    day: NaiveDate,
) -> sqlx::Result<Neighbours> {
    sqlx::query_as!(
        Neighbours,
        r#"select (select min(local_date) from "update" where org_id = $1 and team_id = any($2)) as written,
                  exists (select from "update" where org_id = $1 and team_id = any($2) and local_date = $3) as "here!",
                  (select max(local_date) from "update" where org_id = $1 and team_id = any($2) and local_date < $3) as before,
                  (select min(local_date) from "update" where org_id = $1 and team_id = any($2) and local_date > $3) as after"#,
        tx.org as OrgId,
        teams as &[TeamId],
        day,
    )
    .fetch_one(&mut **tx)
    .await
}

/// An update and its author.
pub(in crate::standup) struct PostRow {
    pub(in crate::standup) id: UpdateId,
    pub(in crate::standup) standup_id: StandupId,
    pub(in crate::standup) team_id: TeamId,
    pub(in crate::standup) team_slug: String,
    pub(in crate::standup) team_name: String,
    pub(in crate::standup) member_id: MemberId,
    pub(in crate::standup) name: String,
    pub(in crate::standup) zone: Zone,
    pub(in crate::standup) local_date: NaiveDate,
    pub(in crate::standup) posted_at: DateTime<Utc>,
    pub(in crate::standup) edited_at: Option<DateTime<Utc>>,
}

/// Those of these updates that can be read, in the order they were posted.
pub(in crate::standup) async fn posts(tx: &mut OrgTx, ids: &[UpdateId]) -> sqlx::Result<Vec<PostRow>> {
    sqlx::query_as!(
        PostRow,
        r#"select u.id, u.standup_id, u.team_id, t.slug as team_slug, t.name as team_name, u.member_id, m.name, u.zone,
                  u.local_date, u.posted_at, u.edited_at
             from "update" u
             join member m on m.org_id = u.org_id and m.id = u.member_id
             join team t on t.org_id = u.org_id and t.id = u.team_id
            where u.org_id = $1 and u.id = any($2)
            order by u.posted_at, u.id"#,
        tx.org as OrgId,
        ids as &[UpdateId],
    )
    .fetch_all(&mut **tx)
    .await
}

/// One answer of an update.
pub(in crate::standup) struct AnswerRow {
    pub(in crate::standup) update_id: UpdateId,
    pub(in crate::standup) question_id: QuestionId,
    pub(in crate::standup) kind: QuestionKind,
    pub(in crate::standup) prompt: String,
    pub(in crate::standup) options: Vec<String>,
    pub(in crate::standup) body: String,
}

/// The answers of these updates, in the order of the questions.
pub(in crate::standup) async fn answers(tx: &mut OrgTx, ids: &[UpdateId]) -> sqlx::Result<Vec<AnswerRow>> {
    sqlx::query_as!(
        AnswerRow,
        r#"select a.update_id, a.question_id, q.kind as "kind: QuestionKind", q.prompt, q.options, a.body
             from answer a join question q on q.org_id = a.org_id and q.id = a.question_id
            where a.org_id = $1 and a.update_id = any($2) order by a.update_id, q.position, q.id"#,
        tx.org as OrgId,
        ids as &[UpdateId],
    )
    .fetch_all(&mut **tx)
    .await
}

/// A check-in that came with an update, and what the key result stood at before.
pub(in crate::standup) struct MovedRow {
    pub(in crate::standup) update_id: UpdateId,
    pub(in crate::standup) check_in: CheckInId,
    pub(in crate::standup) key_result: KeyResultId,
    pub(in crate::standup) title: String,
    pub(in crate::standup) quantity: Quantity,
    pub(in crate::standup) unit: String,
    pub(in crate::standup) kind: Kind,
    pub(in crate::standup) value: Decimal,
    pub(in crate::standup) done: Vec<StepId>,
    pub(in crate::standup) previous: Option<Decimal>,
    pub(in crate::standup) confidence: Confidence,
}

/// The check-ins of these updates that were not corrected since. A correction carries its update on.
pub(in crate::standup) async fn moved(tx: &mut OrgTx, ids: &[UpdateId]) -> sqlx::Result<Vec<MovedRow>> {
    sqlx::query_as!(
        MovedRow,
        r#"select c.update_id as "update_id!: UpdateId", c.id as check_in, c.key_result_id as key_result, k.title, k.quantity, k.unit,
                  t.kind as "kind!: Kind", c.value, c.done as "done: Vec<StepId>", p.value as "previous?", c.confidence as "confidence: Confidence"
             from check_in c
             join "update" u on u.org_id = c.org_id and u.id = c.update_id
             join key_result k on k.org_id = c.org_id and k.id = c.key_result_id
             join lateral (select kind from key_result_terms
                            where org_id = c.org_id and key_result_id = c.key_result_id
                            order by effective_at desc, id desc limit 1) t on true
             left join lateral (select b.value from check_in b
                                 where b.org_id = c.org_id and b.key_result_id = c.key_result_id and b.at < u.posted_at
                                   and not exists (select from check_in r where r.org_id = b.org_id and r.replaces_id = b.id)
                                 order by b.at desc, b.id desc limit 1) p on true
            where c.org_id = $1 and c.update_id = any($2)
              and not exists (select from check_in r where r.org_id = c.org_id and r.replaces_id = c.id)
            order by c.update_id, k.objective_id, k.position, k.id"#,
        tx.org as OrgId,
        ids as &[UpdateId],
    )
    .fetch_all(&mut **tx)
    .await
}

/// A neighbour of an update: the author's one before or after.
pub(in crate::standup) struct NeighbourRow {
    pub(in crate::standup) id: UpdateId,
    pub(in crate::standup) local_date: NaiveDate,
}

/// The author's updates of the same standup just before and just after a date, oldest first.
pub(in crate::standup) async fn before_and_after(
    tx: &mut OrgTx,
    standup: StandupId,
    member: MemberId,
    date: NaiveDate,
) -> sqlx::Result<Vec<NeighbourRow>> {
    sqlx::query_as!(
        NeighbourRow,
        r#"select id as "id!: UpdateId", local_date as "local_date!" from (
               (select id, local_date from "update"
                 where org_id = $1 and standup_id = $2 and member_id = $3 and local_date < $4
                 order by local_date desc limit 2)
               union all
               (select id, local_date from "update"
                 where org_id = $1 and standup_id = $2 and member_id = $3 and local_date > $4
                 order by local_date limit 1)) near
            order by local_date"#,
        tx.org as OrgId,
        standup as StandupId,
        member as MemberId,
        date,
    )
    .fetch_all(&mut **tx)
    .await
}
