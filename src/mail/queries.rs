//! The SQL of the outbox.

pub(super) mod door;
pub(super) mod ledger;
pub(super) mod posts;

use super::{Dropped, Kind, NewMail, State};
use crate::calendar::Zone;
use crate::db::DutyTx;
use crate::ids::{ChannelId, MailId, MemberId, OrgId, TeamId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// Adds a mail that waits, or one that was dropped; `false` when its key is there already.
pub(super) async fn add(
    conn: &mut PgConnection,
    org: Option<OrgId>,
    (id, mail): (MailId, &NewMail),
    message_id: &str,
    dropped: Option<Dropped>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let state = if dropped.is_some() { State::Skipped } else { State::Waiting };
    let done = sqlx::query!(
        "insert into mail (id, org_id, member_id, recipient, kind, period, message_id, subject, body_text, body_html,
                           unsubscribe, reason, created_at, expires_at, state, next_try_at, dropped, teams)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
         on conflict do nothing",
        id as MailId,
        org as Option<OrgId>,
        mail.member as Option<MemberId>,
        mail.recipient,
        mail.kind as Kind,
        mail.period,
        message_id,
        mail.letter.subject,
        mail.letter.text,
        mail.letter.html,
        mail.unsubscribe,
        mail.reason,
        now,
        mail.expires_at,
        state as State,
        (state == State::Waiting).then_some(now),
        dropped as Option<Dropped>,
        &mail.teams as &[TeamId],
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes away one with the same key that was dropped; `false` when there is none.
pub(super) async fn give_way(conn: &mut PgConnection, message_id: &str) -> sqlx::Result<bool> {
    let done = sqlx::query!("delete from mail where message_id = $1 and state = 'skipped'", message_id)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// A mail on its way.
#[derive(Debug)]
pub(super) struct Parcel {
    pub(super) id: MailId,
    pub(super) org_id: Option<OrgId>,
    pub(super) for_member: bool,
    /// The channel it is posted into, when it is a post.
    pub(super) channel_id: Option<ChannelId>,
    pub(super) kind: Kind,
    /// The address, when it is none.
    pub(super) recipient: String,
    pub(super) message_id: String,
    pub(super) subject: String,
    pub(super) body_text: String,
    pub(super) body_html: String,
    pub(super) unsubscribe: Option<String>,
    pub(super) created_at: DateTime<Utc>,
    /// The date it bears: that of its first try.
    pub(super) dated_at: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
    /// This try included.
    pub(super) attempts: i16,
    /// Who carries it, and until when: the claim that a note about it must still hold.
    claimed_by: Option<String>,
    claimed_until: Option<DateTime<Utc>>,
}

/// Gives up what nobody wants any more. What is claimed may be on its way and is left alone.
pub(super) async fn skip_expired(tx: &mut DutyTx, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update mail set state = 'skipped', dropped = 'late', next_try_at = null, claimed_by = null, claimed_until = null,
                         returned = member_id is not null, body_text = kept_words(kind, body_text), body_html = kept_words(kind, body_html)
          where next_try_at is not null and expires_at <= $1 and (claimed_until is null or claimed_until <= $1)",
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whether a mail waits to be sent now.
pub(super) async fn any_due(tx: &mut DutyTx, now: DateTime<Utc>) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from mail where next_try_at <= $1 and expires_at > $1
                             and (claimed_until is null or claimed_until <= $1)) as "due!""#,
        now,
    )
    .fetch_one(&mut **tx)
    .await
}

/// Claims the mails that have waited longest, or the posts. What another node is claiming this moment is passed over.
pub(super) async fn claim(
    tx: &mut DutyTx,
    posts: bool,
    node: &str,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
    at_most: i64,
) -> sqlx::Result<Vec<Parcel>> {
    sqlx::query_as!(
        Parcel,
        r#"update mail set claimed_by = $1, claimed_until = $3, attempts = attempts + 1, dated_at = coalesce(dated_at, $2)
            where id in (select id from mail
                          where next_try_at <= $2 and expires_at > $2 and (claimed_until is null or claimed_until <= $2)
                            and (channel_id is not null) = $5
                          order by next_try_at, id
                          limit $4
                            for update skip locked)
           returning id, org_id as "org_id: OrgId", member_id is not null as "for_member!", channel_id as "channel_id: ChannelId",
                     kind as "kind: Kind", coalesce(recipient, '') as "recipient!", message_id, subject, body_text, body_html, unsubscribe, created_at, dated_at as "dated_at!", expires_at,
                     attempts, claimed_by, claimed_until"#,
        node,
        now,
        until,
        at_most,
        posts,
    )
    .fetch_all(&mut **tx)
    .await
}

/// It left, and with it the link that works once: the ledger keeps no such words. Noted even when the claim has run out meanwhile: gone is gone.
pub(super) async fn mark_sent(tx: &mut DutyTx, parcel: &Parcel, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update mail set state = 'sent', sent_at = $2, next_try_at = null, problem = null, claimed_by = null, claimed_until = null,
                         body_text = kept_words(kind, body_text), body_html = kept_words(kind, body_html)
          where id = $1 and state <> 'sent'",
        parcel.id as MailId,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// It did not leave: it is tried again at `next`, or never. Of no weight once another node has taken over.
pub(super) async fn mark_trouble(
    tx: &mut DutyTx,
    parcel: &Parcel,
    next: Option<DateTime<Utc>>,
    problem: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update mail set state = case when $4::timestamptz is null then 'failed' else 'waiting' end, next_try_at = $4,
                         problem = $5, claimed_by = null, claimed_until = null,
                         body_text = case when $4::timestamptz is null then kept_words(kind, body_text) else body_text end,
                         body_html = case when $4::timestamptz is null then kept_words(kind, body_html) else body_html end
          where id = $1 and state = 'waiting' and claimed_by = $2 and claimed_until = $3",
        parcel.id as MailId,
        parcel.claimed_by,
        parcel.claimed_until,
        next,
        problem,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A mail to a member, for whoever answers it.
pub struct Sent {
    /// Where it was written.
    pub org: OrgId,
    /// Whom it went to.
    pub member: MemberId,
    /// The address they have now.
    pub email: String,
    /// What it was for.
    pub kind: Kind,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// A mail to a member, if there is one with this id.
///
/// # Errors
/// When the database fails.
pub async fn sent(tx: &mut DutyTx, id: MailId) -> sqlx::Result<Option<Sent>> {
    sqlx::query_as!(
        Sent,
        r#"select mail.org_id as "org!: OrgId", m.id as member, a.email, mail.kind as "kind: Kind", mail.created_at
             from mail
             join member m on m.org_id = mail.org_id and m.id = mail.member_id
             join account a on a.id = m.account_id
            where mail.id = $1"#,
        id as MailId,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// A mail as the page of sent mail lists it.
pub(super) struct Listed {
    pub(super) id: MailId,
    pub(super) kind: Kind,
    pub(super) recipient: String,
    pub(super) subject: String,
    pub(super) reason: String,
    pub(super) state: State,
    pub(super) dropped: Option<Dropped>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) sent_at: Option<DateTime<Utc>>,
    pub(super) problem: Option<String>,
    /// The recipient's, when they are a member.
    pub(super) zone: Option<Zone>,
}

/// The newest mails of all organisations, or only one of them; posts are none. For the page of the demo alone.
pub(super) async fn newest(tx: &mut DutyTx, only: Option<MailId>, at_most: i64) -> sqlx::Result<Vec<Listed>> {
    sqlx::query_as!(
        Listed,
        r#"select mail.id, mail.kind as "kind: Kind", recipient as "recipient!", subject, reason, mail.state as "state: State",
                  dropped as "dropped: Dropped", mail.created_at, sent_at, problem, member.zone as "zone?: Zone"
             from mail left join member on member.org_id = mail.org_id and member.id = mail.member_id
            where recipient is not null and ($1::uuid is null or mail.id = $1)
            order by mail.created_at desc, mail.id desc
            limit $2"#,
        only as Option<MailId>,
        at_most,
    )
    .fetch_all(&mut **tx)
    .await
}

/// A mail's parts, empty when they are not kept, and what its file is named by.
pub(super) struct Parts {
    pub(super) body_text: String,
    pub(super) body_html: String,
    pub(super) message_id: String,
    pub(super) created_at: DateTime<Utc>,
}

/// The parts of a mail.
pub(super) async fn parts(tx: &mut DutyTx, id: MailId) -> sqlx::Result<Option<Parts>> {
    sqlx::query_as!(
        Parts,
        "select body_text, body_html, message_id, created_at from mail where id = $1",
        id as MailId
    )
    .fetch_optional(&mut **tx)
    .await
}
