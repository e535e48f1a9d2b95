//! Posts in the outbox: written for a channel, and what is asked before one leaves.

use crate::db::OrgTx;
use crate::ids::{ChannelId, MailId, OrgId, TeamId};
use crate::mail::outbox::{Dropped, Kind, NewPost, State};
use chrono::{DateTime, Utc};

/// Adds a post that waits, or one that was missed; `false` when its key is there already.
pub(in crate::mail) async fn add(
    tx: &mut OrgTx,
    (id, post): (MailId, &NewPost),
    message_id: &str,
    dropped: Option<Dropped>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let state = if dropped.is_some() { State::Skipped } else { State::Waiting };
    let done = sqlx::query!(
        "insert into mail (id, org_id, channel_id, kind, period, message_id, subject, body_text, body_html, reason, created_at,
                           expires_at, state, next_try_at, dropped, teams)
         values ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, $10, $11, $12, $13, $14, $15)
         on conflict do nothing",
        id as MailId,
        tx.org as OrgId,
        post.channel as ChannelId,
        post.kind as Kind,
        post.period,
        message_id,
        post.subject,
        post.message,
        post.reason,
        now,
        post.expires_at,
        state as State,
        (state == State::Waiting).then_some(now),
        dropped as Option<Dropped>,
        &[post.team] as &[TeamId],
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What is known of the channel a post is for.
pub(in crate::mail) struct Facts {
    pub(in crate::mail) mail: MailId,
    pub(in crate::mail) removed: bool,
    pub(in crate::mail) paused: bool,
    /// Whether whoever reads it may read what is posted: the team is open, or its leads agreed.
    pub(in crate::mail) readable: bool,
    /// Its secret address, sealed.
    pub(in crate::mail) address: String,
}

/// Reads it.
pub(in crate::mail) async fn facts(tx: &mut OrgTx, mails: &[MailId]) -> sqlx::Result<Vec<Facts>> {
    sqlx::query_as!(
        Facts,
        r#"select l.id as "mail: MailId", c.removed_at is not null as "removed!", c.paused_at is not null as "paused!",
                  c.shows_private or not t.private as "readable!", c.address
             from mail l
             join channel c on c.org_id = l.org_id and c.id = l.channel_id
             join team t on t.org_id = c.org_id and t.id = c.team_id
            where l.org_id = $1 and l.id = any($2)"#,
        tx.org as OrgId,
        mails as &[MailId],
    )
    .fetch_all(&mut **tx)
    .await
}
