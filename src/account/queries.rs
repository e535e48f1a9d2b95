//! The SQL of accounts and sessions: global tables, no tenant.

use super::session::Browser;
use crate::db::GlobalTx;
use crate::ids::{AccountId, SessionId};
use chrono::{DateTime, Utc};

/// A live session.
pub(super) struct Session {
    pub(super) id: SessionId,
    pub(super) account_id: AccountId,
    pub(super) last_seen_at: DateTime<Utc>,
    pub(super) proved_at: DateTime<Utc>,
}

/// The session with this token hash, seen since `idle` and begun since `absolute`.
pub(super) async fn session(
    tx: &mut GlobalTx,
    hash: &[u8],
    idle: DateTime<Utc>,
    absolute: DateTime<Utc>,
) -> sqlx::Result<Option<Session>> {
    sqlx::query_as!(
        Session,
        "select id, account_id, last_seen_at, proved_at from session
          where token_hash = $1 and last_seen_at > $2 and created_at > $3",
        hash,
        idle,
        absolute,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Notes that the session was used.
pub(super) async fn saw_session(tx: &mut GlobalTx, id: SessionId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update session set last_seen_at = $2 where id = $1", id as SessionId, now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Begins a session.
pub(super) async fn add_session(
    tx: &mut GlobalTx,
    hash: &[u8],
    account: AccountId,
    browser: &Browser,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into session (token_hash, id, account_id, created_at, last_seen_at, proved_at, user_agent, ip_prefix)
         values ($1, $2, $3, $4, $4, $4, $5, $6)",
        hash,
        SessionId::fresh() as SessionId,
        account as AccountId,
        now,
        browser.user_agent,
        browser.ip_prefix,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
