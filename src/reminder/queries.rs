//! Whom to remind of what.

use super::ladder::Step;
use super::wanted::Wanted;
use crate::calendar::Hours;
use crate::db::{DutyTx, OrgTx};
use crate::ids::{KeyResultId, MailId, MemberId, OccurrenceId, OrgId, TeamId};
use crate::language::Locale;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;

/// The organisations in which something is to be looked at, or is to be looked at anew.
pub(super) async fn due_organisations(tx: &mut DutyTx, now: DateTime<Utc>) -> sqlx::Result<Vec<OrgId>> {
    sqlx::query_scalar!(
        r#"select org_id as "org!: OrgId" from occurrence where remind_at <= $1
           union select org_id from mail where returned and kind = 'reminder' order by 1"#,
        now,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Whom a mail reminded that never left is looked at anew at `at`, as if it had not been written.
pub(super) async fn take_back(tx: &mut OrgTx, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "with back as (update mail set returned = false where org_id = $1 and returned and kind = 'reminder' returning id)
         update occurrence o
            set remind_at = least(coalesce(o.remind_at, $2), $2), reminded = o.reminded & ~o.mail_step, mail_id = null
           from back where o.org_id = $1 and o.mail_id = back.id and not o.excused",
        tx.org as OrgId,
        at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Something somebody is asked, whose time to look has come.
pub(super) struct Row {
    pub(super) id: OccurrenceId,
    pub(super) local_date: NaiveDate,
    pub(super) opens_at: DateTime<Utc>,
    pub(super) due_at: DateTime<Utc>,
    pub(super) reminded: i16,
    /// Nobody is to be reminded of it any more: it is done, or not asked any more.
    pub(super) over: bool,
    /// Something like it was done a moment ago.
    pub(super) lately: bool,
    /// Whose words it is about; none: everybody's.
    pub(super) team_id: Option<TeamId>,
    pub(super) team: Option<String>,
    /// Which key result, and its title; none for an update.
    pub(super) key_result: Option<KeyResultId>,
    pub(super) title: Option<String>,
    /// Whoever writes the update or owns the key result.
    pub(super) member: MemberId,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) language: Locale,
    pub(super) wanted: Wanted,
    pub(super) hours: Json<Hours>,
    /// Who else reviews the key result, and may read it.
    pub(super) reviewer: Option<MemberId>,
    pub(super) reviewer_email: Option<String>,
    pub(super) reviewer_language: Option<Locale>,
    pub(super) reviewer_wanted: Option<Wanted>,
    pub(super) reviewer_hours: Option<Json<Hours>>,
    /// What they planned last, and for which date.
    pub(super) planned: Option<String>,
    pub(super) planned_on: Option<NaiveDate>,
}

/// Locks what is to be looked at, with all that decides about it. What another node has in hand is passed over. `lately` is
/// since when a check-in counts as just done.
pub(super) async fn claim(
    tx: &mut OrgTx,
    now: DateTime<Utc>,
    lately: DateTime<Utc>,
    at_most: i64,
) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"select o.id as "id!: OccurrenceId", o.local_date as "local_date!", o.opens_at as "opens_at!", o.due_at as "due_at!",
                  o.reminded as "reminded!",
                  (o.excused or m.left_at is not null or m.role = 'observer' or not may_read_team(o.org_id, t.id, m.id)
                   or case when s.id is not null
                      then s.retired_at is not null
                        or not exists (select from team_member e where e.org_id = o.org_id and e.team_id = s.team_id and e.member_id = m.id)
                        or exists (select from planned_update w where w.org_id = o.org_id and w.standup_id = s.id
                                                                  and w.member_id = m.id and w.local_date = o.local_date)
                        or exists (select from "update" w where w.org_id = o.org_id and w.standup_id = s.id and w.member_id = m.id
                                                            and (w.local_date = o.local_date or w.posted_at >= o.opens_at))
                      else k.owner_id is null or k.dropped_at is not null or c.state not in ('active', 'closing')
                        or exists (select from check_in i where i.org_id = o.org_id and i.key_result_id = k.id
                                                            and i.local_date >= o.local_date) end) as "over!",
                  exists (select from check_in i where i.org_id = o.org_id and i.key_result_id = k.id and i.at > $3) as "lately!",
                  t.id as "team_id?: TeamId", t.name as "team?", k.id as "key_result?: KeyResultId", k.title as "title?",
                  m.id as "member!: MemberId", m.name as "name!", a.email as "email!", m.language as "language!: Locale",
                  m.reminders as "wanted!: Wanted",
                  hours_of(m) as "hours!: Json<Hours>",
                  r.id as "reviewer?: MemberId", b.email as "reviewer_email?", r.language as "reviewer_language?: Locale",
                  r.reminders as "reviewer_wanted?: Wanted",
                  case when r.id is not null then hours_of(r) end as "reviewer_hours?: Json<Hours>",
                  p.body as "planned?", p.local_date as "planned_on?"
             from occurrence o
             left join standup s on s.org_id = o.org_id and s.id = o.standup_id
             left join key_result k on k.org_id = o.org_id and k.id = o.key_result_id
             left join objective j on j.org_id = k.org_id and j.id = k.objective_id
             left join cycle c on c.org_id = j.org_id and c.id = j.cycle_id
             left join team t on t.org_id = o.org_id and t.id = coalesce(s.team_id, j.team_id)
             join member m on m.org_id = o.org_id and m.id = coalesce(k.owner_id, o.member_id)
             join account a on a.id = m.account_id
             left join member r on r.org_id = j.org_id and r.id = j.reviewer_id and r.id <> m.id and r.left_at is null
                  and r.role <> 'observer' and may_read_team(r.org_id, j.team_id, r.id)
             left join account b on b.id = r.account_id
             left join lateral (select u.local_date, w.body
                                  from (select org_id, id, local_date from "update"
                                         where org_id = o.org_id and standup_id = s.id and member_id = m.id and local_date < o.local_date
                                         order by local_date desc limit 1) u
                                  join answer w on w.org_id = u.org_id and w.update_id = u.id
                                  join question q on q.org_id = w.org_id and q.id = w.question_id and q.kind = 'plan'
                                 order by q.position, q.id limit 1) p on true
            where o.org_id = $1 and o.remind_at <= $2
            order by m.id, o.remind_at, o.id
            limit $4
              for update of o skip locked"#,
        tx.org as OrgId,
        now,
        lately,
        at_most,
    )
    .fetch_all(&mut **tx)
    .await
}

/// What was decided about one of them.
pub(super) struct Mark {
    pub(super) id: OccurrenceId,
    pub(super) behind: i16,
    pub(super) again: Option<DateTime<Utc>>,
}

/// Notes it.
pub(super) async fn mark(tx: &mut OrgTx, marks: &[Mark]) -> sqlx::Result<()> {
    let ids: Vec<OccurrenceId> = marks.iter().map(|mark| mark.id).collect();
    let behind: Vec<i16> = marks.iter().map(|mark| mark.behind).collect();
    let again: Vec<Option<DateTime<Utc>>> = marks.iter().map(|mark| mark.again).collect();
    sqlx::query!(
        "update occurrence o set remind_at = n.again, reminded = n.behind
           from unnest($2::uuid[], $3::smallint[], $4::timestamptz[]) as n (id, behind, again)
          where o.org_id = $1 and o.id = n.id",
        tx.org as OrgId,
        &ids as &[OccurrenceId],
        behind.as_slice(),
        &again as &[Option<DateTime<Utc>>],
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes which mail reminds of these, and at which step.
pub(super) async fn note_mail(
    tx: &mut OrgTx,
    told: &[(OccurrenceId, Step)],
    mail: MailId,
) -> sqlx::Result<()> {
    let ids: Vec<OccurrenceId> = told.iter().map(|(id, _)| *id).collect();
    let steps: Vec<i16> = told.iter().map(|(_, step)| step.bit()).collect();
    sqlx::query!(
        "update occurrence o set mail_id = $4, mail_step = n.step
           from unnest($2::uuid[], $3::smallint[]) as n (id, step) where o.org_id = $1 and o.id = n.id",
        tx.org as OrgId,
        &ids as &[OccurrenceId],
        steps.as_slice(),
        mail as MailId,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What a mail reminds of, unless a later one does: a key result for each check-in, none for an update.
///
/// # Errors
/// When the database fails.
pub async fn reminded_of(tx: &mut OrgTx, mail: MailId) -> sqlx::Result<Vec<Option<KeyResultId>>> {
    sqlx::query_scalar!(
        r#"select key_result_id as "id: KeyResultId" from occurrence where org_id = $1 and mail_id = $2 order by id"#,
        tx.org as OrgId,
        mail as MailId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Stops a member's reminders.
///
/// # Errors
/// When the database fails.
pub async fn stop(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<()> {
    sqlx::query!(
        "update member set reminders = 'none' where org_id = $1 and id = $2",
        tx.org as OrgId,
        member as MemberId,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
