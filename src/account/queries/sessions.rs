//! Signed-in browsers.

use crate::account::session::Browser;
use crate::db::GlobalTx;
use crate::ids::{AccountId, SessionId};
use chrono::{DateTime, Utc};

/// A live session.
pub(in crate::account) struct Session {
    pub(in crate::account) id: SessionId,
    pub(in crate::account) account_id: AccountId,
    pub(in crate::account) last_seen_at: DateTime<Utc>,
    pub(in crate::account) proved_at: DateTime<Utc>,
}

/// The session with this token hash, seen since `idle` and begun since `absolute`.
pub(in crate::account) async fn session(
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
pub(in crate::account) async fn saw_session(
    tx: &mut GlobalTx,
    id: SessionId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!("update session set last_seen_at = $2 where id = $1", id as SessionId, now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Begins a session.
pub(in crate::account) async fn add_session(
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

/// Ends the session with this token hash, and says whose it was.
pub(in crate::account) async fn end_session_by_token(
    tx: &mut GlobalTx,
    hash: &[u8],
) -> sqlx::Result<Option<AccountId>> {
    sqlx::query_scalar!(
        r#"delete from session where token_hash = $1 returning account_id as "account: AccountId""#,
        hash
    )
    .fetch_optional(&mut **tx)
    .await
}

/// A signed-in browser, as its owner sees it.
pub(in crate::account) struct OwnSession {
    pub(in crate::account) id: SessionId,
    pub(in crate::account) last_seen_at: DateTime<Utc>,
    pub(in crate::account) user_agent: String,
    pub(in crate::account) ip_prefix: String,
}

/// The live sessions of an account, the one used last first.
pub(in crate::account) async fn own_sessions(
    tx: &mut GlobalTx,
    account: AccountId,
    idle: DateTime<Utc>,
    absolute: DateTime<Utc>,
) -> sqlx::Result<Vec<OwnSession>> {
    sqlx::query_as!(
        OwnSession,
        "select id, last_seen_at, user_agent, ip_prefix from session
          where account_id = $1 and last_seen_at > $2 and created_at > $3
          order by last_seen_at desc, id",
        account as AccountId,
        idle,
        absolute,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Ends one session of an account. `false` when there is none such.
pub(in crate::account) async fn end_session(
    tx: &mut GlobalTx,
    account: AccountId,
    id: SessionId,
) -> sqlx::Result<bool> {
    let gone = sqlx::query!(
        "delete from session where account_id = $1 and id = $2",
        account as AccountId,
        id as SessionId
    );
    Ok(gone.execute(&mut **tx).await?.rows_affected() == 1)
}

/// Ends all sessions of an account but one, or all.
pub(in crate::account) async fn end_sessions(
    tx: &mut GlobalTx,
    account: AccountId,
    but: Option<SessionId>,
) -> sqlx::Result<u64> {
    let gone = sqlx::query!(
        "delete from session where account_id = $1 and id is distinct from $2",
        account as AccountId,
        but as Option<SessionId>,
    );
    Ok(gone.execute(&mut **tx).await?.rows_affected())
}

/// Forgets sessions that have ended by themselves.
pub(in crate::account) async fn forget_ended_sessions(
    tx: &mut GlobalTx,
    idle: DateTime<Utc>,
    absolute: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let gone =
        sqlx::query!("delete from session where last_seen_at <= $1 or created_at <= $2", idle, absolute);
    Ok(gone.execute(&mut **tx).await?.rows_affected())
}
