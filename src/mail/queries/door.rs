//! What is asked before a mail leaves.

use super::Parcel;
use crate::calendar::Hours;
use crate::db::{DutyTx, OrgTx};
use crate::ids::{MailId, OrgId};
use crate::mail::outbox::Dropped;
use chrono::{DateTime, Utc};
use sqlx::types::Json;

/// What is known of whom a mail is for.
pub(in crate::mail) struct Facts {
    pub(in crate::mail) mail: MailId,
    pub(in crate::mail) left: bool,
    pub(in crate::mail) wanted: bool,
    pub(in crate::mail) readable: bool,
    pub(in crate::mail) hours: Json<Hours>,
}

/// Reads it, for the mails that are for members.
pub(in crate::mail) async fn facts(tx: &mut OrgTx, mails: &[MailId]) -> sqlx::Result<Vec<Facts>> {
    sqlx::query_as!(
        Facts,
        r#"select l.id as "mail: MailId", m.left_at is not null as "left!", hours_of(m) as "hours!: Json<Hours>",
                  case l.kind when 'digest_daily' then m.digest = 'daily' when 'digest_weekly' then m.digest = 'weekly'
                              when 'digest_cycle' then m.digest <> 'none' and m.cycle_letter
                              when 'notice' then m.notices not in ('digest', 'none')
                              when 'reminder' then m.reminders <> 'none' else true end as "wanted!",
                  not exists (select from unnest(l.teams) as held (team)
                               where not may_read_team(l.org_id, held.team, m.id)) as "readable!"
             from mail l join member m on m.org_id = l.org_id and m.id = l.member_id
            where l.org_id = $1 and l.id = any($2)"#,
        tx.org as OrgId,
        mails as &[MailId],
    )
    .fetch_all(&mut **tx)
    .await
}

/// What reached these people after an instant, the newest first; some kinds do not count.
pub(in crate::mail) async fn received(
    tx: &mut DutyTx,
    recipients: &[&str],
    but: &[&str],
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<(String, DateTime<Utc>)>> {
    let rows = sqlx::query!(
        r#"select recipient as "recipient!", sent_at as "at!" from mail
            where recipient = any($1::text[]) and sent_at > $3 and kind <> all($2::text[])
            order by sent_at desc"#,
        recipients as &[&str],
        but as &[&str],
        since,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.recipient, row.at)).collect())
}

/// It may not leave yet: it comes again at `at`, and this was no try.
pub(in crate::mail) async fn put_off(
    tx: &mut DutyTx,
    parcel: &Parcel,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update mail set next_try_at = $4, attempts = attempts - 1, claimed_by = null, claimed_until = null,
                         dated_at = case when attempts > 1 then dated_at end
          where id = $1 and state = 'waiting' and claimed_by = $2 and claimed_until = $3",
        parcel.id as MailId,
        parcel.claimed_by,
        parcel.claimed_until,
        at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// It does not leave; who wrote it is to look again at what it told.
pub(in crate::mail) async fn drop_one(tx: &mut DutyTx, parcel: &Parcel, why: Dropped) -> sqlx::Result<()> {
    sqlx::query!(
        "update mail set state = 'skipped', dropped = $4, returned = member_id is not null, next_try_at = null, claimed_by = null,
                         claimed_until = null
          where id = $1 and state = 'waiting' and claimed_by = $2 and claimed_until = $3",
        parcel.id as MailId,
        parcel.claimed_by,
        parcel.claimed_until,
        why as Dropped,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
