//! The SQL of digests.

pub(super) mod ends;
pub(super) mod told;

use crate::calendar::{Hours, Zone};
use crate::db::{DutyTx, OrgTx};
use crate::ids::{CheckInId, CycleId, KeyResultId, MemberId, OrgId, StandupId, TeamId, UpdateId};
use crate::language::Locale;
use crate::notice::Pace;
use crate::okr::measure::Kind;
use crate::okr::status::Confidence;
use crate::okr::unit::Quantity;
use crate::organisation::Role;
use crate::reminder::Wanted;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use rust_decimal::Decimal;
use sqlx::types::Json;
use std::collections::HashSet;

/// What decides when a member's digest may be sent.
pub(super) struct Sending {
    pub(super) hours: Json<Hours>,
    pub(super) digest: String,
    pub(super) digest_time: NaiveTime,
    pub(super) digest_weekday: i16,
}

/// A member's hours and when they want it.
pub(super) async fn sending(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<Sending> {
    sqlx::query_as!(
        Sending,
        r#"select hours_of(m) as "hours!: Json<Hours>", m.digest, m.digest_time, m.digest_weekday
             from member m where m.org_id = $1 and m.id = $2"#,
        tx.org as OrgId,
        member as MemberId,
    )
    .fetch_one(&mut **tx)
    .await
}

/// Sets when the member's next digest is due, and from when on things are news to them, unless that is known. Whoever wants
/// none begins anew when they want one again.
pub(super) async fn set_next(
    tx: &mut OrgTx,
    member: MemberId,
    at: Option<DateTime<Utc>>,
    from: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update member
            set next_digest_at = $3, digest_from = case when digest <> 'none' then coalesce(digest_from, $4) end
          where org_id = $1 and id = $2",
        tx.org as OrgId,
        member as MemberId,
        at,
        from,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The organisations in which a digest is due.
pub(super) async fn due_organisations(tx: &mut DutyTx, now: DateTime<Utc>) -> sqlx::Result<Vec<OrgId>> {
    sqlx::query_scalar!("select distinct org_id from member where next_digest_at <= $1 order by org_id", now)
        .fetch_all(&mut **tx)
        .await
}

/// A member whose digest is due.
pub(super) struct Due {
    pub(super) id: MemberId,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) role: Role,
    pub(super) language: Locale,
    pub(super) hours: Json<Hours>,
    pub(super) digest: String,
    pub(super) digest_time: NaiveTime,
    pub(super) digest_weekday: i16,
    /// When it was to be sent.
    pub(super) due_at: DateTime<Utc>,
    /// What was written before is no news; not known before the first one is due.
    pub(super) digest_from: Option<DateTime<Utc>>,
    /// When the last one was written that left or is about to.
    pub(super) told_at: Option<DateTime<Utc>>,
}

/// Locks the members whose digest is due and gives what is needed to write to them. Those another node is writing to this
/// moment are passed over.
pub(super) async fn claim(tx: &mut OrgTx, now: DateTime<Utc>, at_most: i64) -> sqlx::Result<Vec<Due>> {
    sqlx::query_as!(
        Due,
        r#"select m.id, m.name, a.email, m.role, m.language, hours_of(m) as "hours!: Json<Hours>",
                  m.digest, m.digest_time, m.digest_weekday, m.next_digest_at as "due_at!", m.digest_from,
                  (select max(l.created_at) from mail l
                    where l.org_id = m.org_id and l.member_id = m.id and l.kind in ('digest_daily', 'digest_weekly')
                      and l.state in ('waiting', 'sent')) as told_at
             from member m join account a on a.id = m.account_id
            where m.org_id = $1 and m.next_digest_at <= $2
            order by m.next_digest_at, m.id
            limit $3
              for update of m skip locked"#,
        tx.org as OrgId,
        now,
        at_most,
    )
    .fetch_all(&mut **tx)
    .await
}

/// The same of one member, due or not: as if theirs were due at `now`.
pub(super) async fn as_if_due(tx: &mut OrgTx, member: MemberId, now: DateTime<Utc>) -> sqlx::Result<Due> {
    sqlx::query_as!(
        Due,
        r#"select m.id, m.name, a.email, m.role, m.language, hours_of(m) as "hours!: Json<Hours>",
                  m.digest, m.digest_time, m.digest_weekday, $3::timestamptz as "due_at!", m.digest_from,
                  (select max(l.created_at) from mail l
                    where l.org_id = m.org_id and l.member_id = m.id and l.kind in ('digest_daily', 'digest_weekly')
                      and l.state in ('waiting', 'sent')) as told_at
             from member m join account a on a.id = m.account_id
            where m.org_id = $1 and m.id = $2"#,
        tx.org as OrgId,
        member as MemberId,
        now,
    )
    .fetch_one(&mut **tx)
    .await
}

/// The private teams.
pub(super) async fn private_teams(tx: &mut OrgTx) -> sqlx::Result<Vec<TeamId>> {
    sqlx::query_scalar!("select id from team where org_id = $1 and private", tx.org as OrgId)
        .fetch_all(&mut **tx)
        .await
}

/// Somebody's place in a team.
pub(super) struct Seat {
    pub(super) member_id: MemberId,
    pub(super) team_id: TeamId,
    pub(super) lead: bool,
}

/// Who sits where, in the whole organisation.
pub(super) async fn seats(tx: &mut OrgTx) -> sqlx::Result<Vec<Seat>> {
    sqlx::query_as!(
        Seat,
        "select member_id, team_id, lead from team_member where org_id = $1",
        tx.org as OrgId
    )
    .fetch_all(&mut **tx)
    .await
}

/// All teams.
pub(super) async fn teams(tx: &mut OrgTx) -> sqlx::Result<Vec<TeamId>> {
    sqlx::query_scalar!("select id from team where org_id = $1", tx.org as OrgId).fetch_all(&mut **tx).await
}

/// The cycles that are under way.
pub(super) async fn running_cycles(tx: &mut OrgTx) -> sqlx::Result<Vec<CycleId>> {
    sqlx::query_scalar!(
        "select id from cycle where org_id = $1 and state in ('active', 'closing', 'grading') order by first_date, id",
        tx.org as OrgId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// An update, and what it says first.
pub(super) struct UpdateRow {
    pub(super) id: UpdateId,
    pub(super) team_id: TeamId,
    pub(super) member_id: MemberId,
    pub(super) name: String,
    pub(super) zone: Zone,
    pub(super) posted_at: DateTime<Utc>,
    pub(super) body: Option<String>,
}

/// What these teams wrote after `since`, oldest first.
pub(super) async fn updates(
    tx: &mut OrgTx,
    teams: &[TeamId],
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<UpdateRow>> {
    sqlx::query_as!(
        UpdateRow,
        r#"select u.id, u.team_id, u.member_id, m.name, u.zone, u.posted_at,
                  (select a.body from answer a join question q on q.org_id = a.org_id and q.id = a.question_id
                    where a.org_id = u.org_id and a.update_id = u.id and q.kind <> 'blocker'
                    order by q.kind = 'plan', q.position, q.id limit 1) as body
             from "update" u join member m on m.org_id = u.org_id and m.id = u.member_id
            where u.org_id = $1 and u.team_id = any($2) and u.posted_at > $3
            order by u.posted_at, u.id"#,
        tx.org as OrgId,
        teams as &[TeamId],
        since,
    )
    .fetch_all(&mut **tx)
    .await
}

/// A check-in, and what the key result stood at before.
pub(super) struct StepRow {
    pub(super) id: CheckInId,
    pub(super) update_id: Option<UpdateId>,
    pub(super) team_id: Option<TeamId>,
    pub(super) member_id: MemberId,
    pub(super) name: String,
    pub(super) zone: Zone,
    pub(super) at: DateTime<Utc>,
    pub(super) key_result: KeyResultId,
    pub(super) title: String,
    pub(super) quantity: Quantity,
    pub(super) unit: String,
    pub(super) kind: Kind,
    pub(super) value: Decimal,
    pub(super) previous: Option<Decimal>,
    pub(super) confidence: Confidence,
}

/// The check-ins after `since` that were not corrected, oldest first.
pub(super) async fn steps(tx: &mut OrgTx, since: DateTime<Utc>) -> sqlx::Result<Vec<StepRow>> {
    sqlx::query_as!(
        StepRow,
        r#"select c.id, c.update_id, o.team_id as "team_id?: TeamId", c.member_id, m.name, c.zone, c.at, c.key_result_id as key_result, k.title, k.quantity, k.unit,
                  t.kind as "kind!: Kind", c.value, p.value as "previous?", c.confidence as "confidence: Confidence"
             from check_in c
             join member m on m.org_id = c.org_id and m.id = c.member_id
             join key_result k on k.org_id = c.org_id and k.id = c.key_result_id and k.dropped_at is null
             join objective o on o.org_id = k.org_id and o.id = k.objective_id
             join lateral (select kind from key_result_terms
                            where org_id = c.org_id and key_result_id = c.key_result_id
                            order by effective_at desc, id desc limit 1) t on true
             left join lateral (select b.value from check_in b
                                 where b.org_id = c.org_id and b.key_result_id = c.key_result_id
                                   and (b.at, b.id) < (c.at, c.id)
                                   and not exists (select from check_in r where r.org_id = b.org_id and r.replaces_id = b.id)
                                 order by b.at desc, b.id desc limit 1) p on true
            where c.org_id = $1 and c.at > $2
              and not exists (select from check_in r where r.org_id = c.org_id and r.replaces_id = c.id)
            order by c.at, c.id"#,
        tx.org as OrgId,
        since,
    )
    .fetch_all(&mut **tx)
    .await
}

/// An open blocker.
pub(super) struct BlockerRow {
    pub(super) update_id: UpdateId,
    pub(super) team_id: TeamId,
    pub(super) member_id: MemberId,
    pub(super) name: String,
    pub(super) zone: Zone,
    pub(super) unblocker_id: Option<MemberId>,
    pub(super) body: String,
    pub(super) opened_at: DateTime<Utc>,
}

/// Who is blocked, longest first.
pub(super) async fn blockers(tx: &mut OrgTx) -> sqlx::Result<Vec<BlockerRow>> {
    sqlx::query_as!(
        BlockerRow,
        r#"select b.update_id, b.team_id, b.member_id, m.name, u.zone, b.unblocker_id, b.body, b.opened_at
             from blocker b
             join member m on m.org_id = b.org_id and m.id = b.member_id
             join "update" u on u.org_id = b.org_id and u.id = b.update_id
            where b.org_id = $1 and b.resolved_at is null
            order by b.opened_at, b.id"#,
        tx.org as OrgId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// That somebody's update for a date is there.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Posted {
    pub(super) standup_id: StandupId,
    pub(super) member_id: MemberId,
    pub(super) local_date: NaiveDate,
}

/// Whose updates of these teams are there, for dates from this one on.
pub(super) async fn posted(
    tx: &mut OrgTx,
    teams: &[TeamId],
    from: NaiveDate,
) -> sqlx::Result<HashSet<Posted>> {
    let posted = sqlx::query_as!(
        Posted,
        r#"select standup_id, member_id, local_date from "update"
            where org_id = $1 and team_id = any($2) and local_date >= $3"#,
        tx.org as OrgId,
        teams as &[TeamId],
        from,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(posted.into_iter().collect())
}

/// How a member reads and what they get.
pub struct Subscriber {
    pub(super) slug: String,
    pub(super) organisation: String,
    pub(super) language: Locale,
    pub(super) digest: String,
    pub(super) cycle_letter: bool,
    pub(super) notices: Pace,
    pub(super) reminders: Wanted,
}

/// The member, unless they have left.
pub(super) async fn subscriber(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<Option<Subscriber>> {
    sqlx::query_as!(
        Subscriber,
        r#"select o.slug, o.name as organisation, m.language, m.digest, m.cycle_letter, m.notices as "notices: Pace",
                  m.reminders as "reminders: Wanted"
           from member m join organisation o on o.id = m.org_id
          where m.org_id = $1 and m.id = $2 and m.left_at is null"#,
        tx.org as OrgId,
        member as MemberId,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Stops the member's digest if it comes in this rhythm; another one goes on.
pub(super) async fn stop(tx: &mut OrgTx, member: MemberId, rhythm: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "update member set digest = 'none', next_digest_at = null, digest_from = null where org_id = $1 and id = $2 and digest = $3",
        tx.org as OrgId,
        member as MemberId,
        rhythm,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
