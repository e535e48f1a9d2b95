//! The SQL of notices.

pub(super) mod due;
pub(super) mod told;

use super::line::Wanted;
use super::pace::Pace;
use super::readers::Reader;
use super::subject::Subject;
use super::tell::{Kind, Telling};
use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::ids::{
    CheckInId, CommentId, DecisionId, KeyResultId, MailId, MemberId, NoticeId, ObjectiveId, OrgId, ReviewId,
    TeamId, UpdateId,
};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// Who may read a subject, by age of their membership: all of them or those who take part, or one of them.
pub(super) async fn readers(
    tx: &mut OrgTx,
    subject: Subject,
    only: Option<MemberId>,
    taking_part: bool,
) -> sqlx::Result<Vec<Reader>> {
    sqlx::query_as!(
        Reader,
        r#"with place as (
               select team_id from "update" where org_id = $1 and id = $2
               union all
               select o.team_id from check_in i
                 join key_result k on k.org_id = i.org_id and k.id = i.key_result_id
                 join objective o on o.org_id = k.org_id and o.id = k.objective_id
                where i.org_id = $1 and i.id = $3
               union all
               select team_id from objective where org_id = $1 and id = $4
               union all
               select o.team_id from key_result k
                 join objective o on o.org_id = k.org_id and o.id = k.objective_id
                where k.org_id = $1 and k.id = $5
               union all
               select team_id from matter where org_id = $1 and id in ($8, $9))
           select m.id, m.name from member m cross join place p
            where m.org_id = $1 and ($6::uuid is null or m.id = $6) and m.left_at is null
              and (not $7 or m.role <> 'observer') and may_read_team(m.org_id, p.team_id, m.id)
            order by m.id"#,
        tx.org as OrgId,
        subject.update() as Option<UpdateId>,
        subject.check_in() as Option<CheckInId>,
        subject.objective() as Option<ObjectiveId>,
        subject.key_result() as Option<KeyResultId>,
        only as Option<MemberId>,
        taking_part,
        subject.decision() as Option<DecisionId>,
        subject.review() as Option<ReviewId>,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Whose a subject is.
pub(super) async fn authors(tx: &mut OrgTx, subject: Subject) -> sqlx::Result<Vec<MemberId>> {
    sqlx::query_scalar!(
        r#"select member_id as "member!: MemberId" from "update" where org_id = $1 and id = $2
           union select member_id from check_in where org_id = $1 and id = $3
           union select owner_id from objective where org_id = $1 and id = $4 and owner_id is not null
           union select owner_id from key_result where org_id = $1 and id = $5 and owner_id is not null
           union select proposer_id from decision where org_id = $1 and id = $6
           union select lead_id from review where org_id = $1 and id = $7"#,
        tx.org as OrgId,
        subject.update() as Option<UpdateId>,
        subject.check_in() as Option<CheckInId>,
        subject.objective() as Option<ObjectiveId>,
        subject.key_result() as Option<KeyResultId>,
        subject.decision() as Option<DecisionId>,
        subject.review() as Option<ReviewId>,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Writes a notice for each of these people who may read it and was not told of the same before; gives who that is.
pub(super) async fn add(
    tx: &mut OrgTx,
    telling: Telling,
    to: &[MemberId],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<MemberId>> {
    let ids: Vec<NoticeId> = to.iter().map(|_| NoticeId::fresh()).collect();
    sqlx::query_scalar!(
        r#"with place as (
               select team_id from "update" where org_id = $1 and id = $6
               union all
               select o.team_id from check_in i
                 join key_result k on k.org_id = i.org_id and k.id = i.key_result_id
                 join objective o on o.org_id = k.org_id and o.id = k.objective_id
                where i.org_id = $1 and i.id = $7
               union all
               select team_id from objective where org_id = $1 and id = $8
               union all
               select o.team_id from key_result k
                 join objective o on o.org_id = k.org_id and o.id = k.objective_id
                where k.org_id = $1 and k.id = $9
               union all
               select team_id from matter where org_id = $1 and id in ($13, $14))
           insert into notice (org_id, id, member_id, actor_id, kind, update_id, check_in_id, objective_id, key_result_id,
                               decision_id, review_id, comment_id, cause_id, at, told_at)
           select $1, given.id, m.id, $4, $5, $6, $7, $8, $9, $13, $14, $10, $11, $12,
                  case when m.notices = 'none' then $12::timestamptz end
             from unnest($2::uuid[], $3::uuid[]) as given (id, member_id)
             join member m on m.org_id = $1 and m.id = given.member_id
            cross join place p
            where m.left_at is null and (m.id <> $4 or $5 in ('decided', 'reviewed')) and may_read_team(m.org_id, p.team_id, m.id)
           on conflict (org_id, member_id, cause_id, actor_id) do nothing
           returning member_id as "member: MemberId""#,
        tx.org as OrgId,
        &ids as &[NoticeId],
        to as &[MemberId],
        telling.by as MemberId,
        telling.kind as Kind,
        telling.subject.update() as Option<UpdateId>,
        telling.subject.check_in() as Option<CheckInId>,
        telling.subject.objective() as Option<ObjectiveId>,
        telling.subject.key_result() as Option<KeyResultId>,
        telling.comment as Option<CommentId>,
        telling.cause,
        now,
        telling.subject.decision() as Option<DecisionId>,
        telling.subject.review() as Option<ReviewId>,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Has a mail come at an instant to those of these people whose notices come at this pace, unless one comes before. Their
/// rows are locked in order, also against a mail that is being written and does not know of what is new.
pub(super) async fn expect_mail(
    tx: &mut OrgTx,
    members: &[MemberId],
    pace: Pace,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update member set next_notice_at = coalesce(next_notice_at, $4)
          where org_id = $1 and id in (select id from member where org_id = $1 and id = any($2) and notices = $3
                                        order by id for no key update)",
        tx.org as OrgId,
        members as &[MemberId],
        pace as Pace,
        at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What was told of a cause is taken back: it counts as read.
pub(super) async fn withdraw(
    tx: &mut OrgTx,
    cause: Uuid,
    by: MemberId,
    keep: &[MemberId],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update notice set read_at = $5
          where org_id = $1 and cause_id = $2 and actor_id = $3 and member_id <> all($4) and read_at is null",
        tx.org as OrgId,
        cause,
        by as MemberId,
        keep as &[MemberId],
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A member's pace.
pub(super) async fn pace(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<Pace> {
    sqlx::query_scalar!(
        r#"select notices as "pace: Pace" from member where org_id = $1 and id = $2"#,
        tx.org as OrgId,
        member as MemberId,
    )
    .fetch_one(&mut **tx)
    .await
}

/// When the oldest was written that no mail has told of.
pub(super) async fn first_untold(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "select min(at) from notice where org_id = $1 and member_id = $2 and told_at is null",
        tx.org as OrgId,
        member as MemberId,
    )
    .fetch_one(&mut **tx)
    .await
}

/// Sets a member's pace, and when the next mail may come.
pub(super) async fn set_pace(
    tx: &mut OrgTx,
    member: MemberId,
    pace: Pace,
    next: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update member set notices = $3, next_notice_at = $4 where org_id = $1 and id = $2",
        tx.org as OrgId,
        member as MemberId,
        pace as Pace,
        next,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Sets when the next mail may come.
pub(super) async fn set_next(
    tx: &mut OrgTx,
    member: MemberId,
    at: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update member set next_notice_at = $3 where org_id = $1 and id = $2",
        tx.org as OrgId,
        member as MemberId,
        at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes that no mail is to tell of these any more, and which one does.
pub(super) async fn mark_told(
    tx: &mut OrgTx,
    notices: &[NoticeId],
    mail: Option<MailId>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update notice set told_at = $3, mail_id = $4 where org_id = $1 and id = any($2)",
        tx.org as OrgId,
        notices as &[NoticeId],
        now,
        mail as Option<MailId>,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes that no mail is to tell a member of anything written so far.
pub(super) async fn mark_all_told(tx: &mut OrgTx, member: MemberId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update notice set told_at = $3 where org_id = $1 and member_id = $2 and told_at is null",
        tx.org as OrgId,
        member as MemberId,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A member has read what was written up to an instant.
pub(super) async fn mark_read(
    tx: &mut OrgTx,
    member: MemberId,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update notice set read_at = $4 where org_id = $1 and member_id = $2 and read_at is null and at <= $3",
        tx.org as OrgId,
        member as MemberId,
        until,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A notice with what is needed to tell it.
#[derive(Debug, Clone)]
pub(super) struct LineRow {
    pub(super) id: NoticeId,
    pub(super) member_id: MemberId,
    pub(super) kind: Kind,
    pub(super) at: DateTime<Utc>,
    pub(super) read: bool,
    pub(super) actor_id: MemberId,
    pub(super) actor: String,
    pub(super) zone: Zone,
    pub(super) team_id: Option<TeamId>,
    pub(super) update_id: Option<UpdateId>,
    pub(super) check_in_id: Option<CheckInId>,
    pub(super) objective_id: Option<ObjectiveId>,
    pub(super) key_result_id: Option<KeyResultId>,
    pub(super) decision_id: Option<DecisionId>,
    pub(super) review_id: Option<ReviewId>,
    pub(super) comment_id: Option<CommentId>,
    pub(super) cause_id: Uuid,
    pub(super) author_id: Option<MemberId>,
    pub(super) author: Option<String>,
    pub(super) date: Option<NaiveDate>,
    pub(super) title: Option<String>,
    pub(super) words: Option<String>,
    pub(super) stands_in_for: Option<String>,
    /// Until when an answer is hoped for, and the clock of whom it tells.
    pub(super) ends_at: Option<DateTime<Utc>>,
    pub(super) home: Zone,
}

/// The notices of these members that they may read, the newest first. What was taken back is gone.
pub(super) async fn lines(
    tx: &mut OrgTx,
    members: &[MemberId],
    wanted: Wanted,
) -> sqlx::Result<Vec<LineRow>> {
    sqlx::query_as!(
        LineRow,
        r#"select n.id, n.member_id, n.kind as "kind: Kind", n.at, n.read_at is not null as "read!", n.actor_id, a.name as actor,
                  a.zone, coalesce(u.team_id, o.team_id, g.team_id) as "team_id?: TeamId", n.update_id, n.check_in_id, n.objective_id, n.key_result_id, n.decision_id, n.review_id, n.comment_id, n.cause_id,
                  w.id as "author_id?: MemberId", w.name as "author?", u.local_date as "date?",
                  coalesce(k.title, o.title, v.question, rt.name) as title,
                  case n.kind when 'blocker' then b.body when 'ask' then q.question when 'answer' then q.answer
                              when 'decided' then p.body when 'read' then r.note else c.body end as words,
                  h.name as "stands_in_for?", coalesce(q.ends_at, f.ends_at) as "ends_at?", m.zone as "home: Zone"
             from notice n
             join member m on m.org_id = n.org_id and m.id = n.member_id and m.left_at is null
             join member a on a.org_id = n.org_id and a.id = n.actor_id
             left join "update" u on u.org_id = n.org_id and u.id = n.update_id
             left join check_in i on i.org_id = n.org_id and i.id = n.check_in_id
             left join key_result k on k.org_id = n.org_id and k.id = coalesce(n.key_result_id, i.key_result_id)
             left join objective o on o.org_id = n.org_id and o.id = coalesce(n.objective_id, k.objective_id)
             left join decision d on d.org_id = n.org_id and d.id = n.decision_id
             left join member w on w.org_id = n.org_id
                  and w.id = coalesce(u.member_id, i.member_id, case when n.key_result_id is null then o.owner_id else k.owner_id end, d.proposer_id)
             left join comment c on c.org_id = n.org_id and c.id = n.comment_id
             left join blocker b on b.org_id = n.org_id and b.update_id = n.update_id and n.kind = 'blocker'
             left join member h on h.org_id = n.org_id and h.id = b.unblocker_id and h.id <> n.member_id
             left join ask q on q.org_id = n.org_id and q.id = n.cause_id and n.kind in ('ask', 'answer')
             left join matter g on g.org_id = n.org_id and g.id = coalesce(n.decision_id, n.review_id)
             left join team rt on rt.org_id = g.org_id and rt.id = g.team_id and n.review_id is not null
             left join review rv on rv.org_id = n.org_id and rv.id = n.review_id
             left join decision_version v on v.org_id = d.org_id and v.decision_id = d.id and v.number = d.version
             left join decision_option p on p.org_id = d.org_id and p.id = d.outcome_id
             left join fair_window f on f.org_id = g.org_id and f.matter_id = g.id and f.member_id = n.member_id and n.kind in ('decide', 'review')
             left join acknowledgement r on r.org_id = n.org_id and r.check_in_id = n.check_in_id and r.member_id = n.actor_id and n.kind = 'read'
            where n.org_id = $1 and n.member_id = any($2)
              and may_read_team(n.org_id, coalesce(u.team_id, o.team_id, g.team_id), n.member_id)
              and (n.comment_id is null or c.deleted_at is null)
              and (n.kind <> 'mention' or exists (select from mention e where e.org_id = n.org_id and e.comment_id = n.comment_id and e.member_id = n.member_id))
              and (n.kind <> 'can_help' or exists (select from reaction r where r.org_id = n.org_id and r.subject_id = n.cause_id and r.member_id = n.actor_id and r.kind = 'can_help'))
              and (not $3 or (n.told_at is null and (n.kind <> 'ask' or q.answered_at is null)
                   and (n.kind <> 'decide' or (d.state = 'open' and f.answered_at is null))
                   and (n.kind <> 'owner' or n.member_id = case when n.key_result_id is null then o.owner_id else k.owner_id end)
                   and (n.kind <> 'reviewer' or n.member_id = o.reviewer_id)
                   and (n.kind <> 'review' or (rv.state = 'open' and f.answered_at is null))
                   and (n.kind <> 'blocker' or (b.resolved_at is null and (b.unblocker_id = n.member_id or exists (select from away s where s.org_id = n.org_id and s.member_id = b.unblocker_id and s.stand_in_id = n.member_id))))))
              and ($4::text is null or m.notices = $4)
              and ($5::timestamptz is null or n.at > $5)
              and ($6::uuid is null or (n.at, n.id) < (select p.at, p.id from notice p where p.org_id = $1 and p.id = $6))
            order by n.at desc, n.id desc
            limit $7"#,
        tx.org as OrgId,
        members as &[MemberId],
        wanted.untold,
        wanted.pace as Option<Pace>,
        wanted.since,
        wanted.before as Option<NoticeId>,
        wanted.at_most,
    )
    .fetch_all(&mut **tx)
    .await
}
