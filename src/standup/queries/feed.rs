//! What a feed shows, and what of it is new to its reader. That is for the reader alone: each statement about `seen` takes
//! one member, and pages pass nobody but their reader.

use crate::db::OrgTx;
use crate::ids::{CommentId, KeyResultId, MemberId, OrgId, QuestionId, TeamId, UpdateId};
use chrono::{DateTime, NaiveDate, Utc};

/// Where a page of a feed ends: the last update on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::standup) struct Place {
    pub(in crate::standup) local_date: NaiveDate,
    pub(in crate::standup) posted_at: DateTime<Utc>,
    pub(in crate::standup) id: UpdateId,
}

/// Which updates are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::standup) struct Wanted {
    pub(in crate::standup) person: Option<MemberId>,
    /// Those that brought a check-in of it.
    pub(in crate::standup) key_result: Option<KeyResultId>,
    /// Those that answer it.
    pub(in crate::standup) question: Option<QuestionId>,
    /// Those with an open blocker.
    pub(in crate::standup) blocked: bool,
    /// Those that are new to a member: posted since an instant, by somebody else, not seen.
    pub(in crate::standup) new_to: Option<(MemberId, DateTime<Utc>)>,
    pub(in crate::standup) after: Option<Place>,
}

/// An update of a feed, and how many there are from it on.
pub(in crate::standup) struct FeedRow {
    pub(in crate::standup) id: UpdateId,
    pub(in crate::standup) local_date: NaiveDate,
    pub(in crate::standup) posted_at: DateTime<Utc>,
    pub(in crate::standup) count: i64,
}

impl FeedRow {
    pub(in crate::standup) fn place(&self) -> Place {
        Place { local_date: self.local_date, posted_at: self.posted_at, id: self.id }
    }
}

/// The updates of these teams for these dates: the newest date first, each date in the order they were posted.
pub(in crate::standup) async fn feed(
    tx: &mut OrgTx,
    teams: &[TeamId],
    (first, last): (NaiveDate, NaiveDate),
    wanted: Wanted,
    most: i64,
) -> sqlx::Result<Vec<FeedRow>> {
    sqlx::query_as!(
        FeedRow,
        r#"select u.id, u.local_date, u.posted_at, count(*) over () as "count!"
             from "update" u
            where u.org_id = $1 and u.team_id = any($2) and u.local_date >= $3 and u.local_date <= $4
              and ($5::uuid is null or u.member_id = $5)
              and ($6::uuid is null or exists (
                  select from check_in c where c.org_id = u.org_id and c.update_id = u.id and c.key_result_id = $6))
              and ($7::uuid is null or exists (
                  select from answer a where a.org_id = u.org_id and a.update_id = u.id and a.question_id = $7))
              and (not $8 or exists (
                  select from blocker b where b.org_id = u.org_id and b.update_id = u.id and b.resolved_at is null))
              and ($9::uuid is null or (u.member_id <> $9
                  and u.posted_at > greatest($10, (select greatest(joined_at, seen_from) from member where org_id = $1 and id = $9))
                  and not exists (select from seen s where s.org_id = u.org_id and s.member_id = $9 and s.update_id = u.id)))
              and ($11::date is null or u.local_date < $11 or (u.local_date = $11 and (u.posted_at, u.id) > ($12, $13::uuid)))
            order by u.local_date desc, u.posted_at, u.id limit $14"#,
        tx.org as OrgId,
        teams as &[TeamId],
        first,
        last,
        wanted.person as Option<MemberId>,
        wanted.key_result as Option<KeyResultId>,
        wanted.question as Option<QuestionId>,
        wanted.blocked,
        wanted.new_to.map(|(member, _)| member) as Option<MemberId>,
        wanted.new_to.map(|(_, since)| since),
        wanted.after.map(|place| place.local_date),
        wanted.after.map(|place| place.posted_at),
        wanted.after.map(|place| place.id) as Option<UpdateId>,
        most,
    )
    .fetch_all(&mut **tx)
    .await
}

/// A member sees these updates. Answers which of them were new to them: posted since an instant and since they came, by
/// somebody else, never seen. What they saw before that instant is forgotten.
pub(in crate::standup) async fn see(
    tx: &mut OrgTx,
    member: MemberId,
    updates: &[UpdateId],
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<UpdateId>> {
    sqlx::query_scalar!(
        r#"with forgotten as (delete from seen where org_id = $1 and member_id = $2 and at < $4)
           insert into seen (org_id, member_id, update_id, at)
           select u.org_id, $2, u.id, $5
             from "update" u join member m on m.org_id = u.org_id and m.id = $2
            where u.org_id = $1 and u.id = any($3) and u.member_id <> $2 and u.posted_at > greatest($4, m.joined_at, m.seen_from)
           on conflict do nothing returning update_id"#,
        tx.org as OrgId,
        member as MemberId,
        updates as &[UpdateId],
        since,
        now,
    )
    .fetch_all(&mut **tx)
    .await
}

/// A reply under an update of a member's.
pub(in crate::standup) struct ReplyRow {
    pub(in crate::standup) id: CommentId,
    pub(in crate::standup) update_id: UpdateId,
    pub(in crate::standup) author: String,
    pub(in crate::standup) body: String,
}

/// What others replied to a member's updates since an instant, the newest first, at most ten.
pub(in crate::standup) async fn replies_since(
    tx: &mut OrgTx,
    member: MemberId,
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<ReplyRow>> {
    sqlx::query_as!(
        ReplyRow,
        r#"select c.id, u.id as update_id, m.name as author, c.body
             from "update" u
             join comment c on c.org_id = u.org_id and c.update_id = u.id
             join member m on m.org_id = c.org_id and m.id = c.author_id
            where u.org_id = $1 and u.member_id = $2 and c.at > $3 and c.author_id <> $2 and c.deleted_at is null
            order by c.at desc, c.id desc limit 10"#,
        tx.org as OrgId,
        member as MemberId,
        since,
    )
    .fetch_all(&mut **tx)
    .await
}
