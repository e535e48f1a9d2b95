//! Tokens that went out once: single use, one purpose, one subject.

use crate::db::GlobalTx;
use crate::ids::AccountId;
use chrono::{DateTime, Utc};

/// Keeps the hash of a token to set a new password.
pub(in crate::account) async fn add_reset_token(
    tx: &mut GlobalTx,
    hash: &[u8],
    account: AccountId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into mail_token (token_hash, purpose, account_id, created_at, expires_at) values ($1, 'reset', $2, $3, $4)",
        hash,
        account as AccountId,
        now,
        expires_at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whose password this token may still set.
pub(in crate::account) async fn reset_token(
    tx: &mut GlobalTx,
    hash: &[u8],
    now: DateTime<Utc>,
) -> sqlx::Result<Option<AccountId>> {
    sqlx::query_scalar!(
        r#"select account_id as "account!: AccountId" from mail_token
            where token_hash = $1 and purpose = 'reset' and used_at is null and expires_at > $2"#,
        hash,
        now,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Uses the token up, if it still works. Of any number who try at once, one succeeds.
pub(in crate::account) async fn use_reset_token(
    tx: &mut GlobalTx,
    hash: &[u8],
    now: DateTime<Utc>,
) -> sqlx::Result<Option<AccountId>> {
    sqlx::query_scalar!(
        r#"update mail_token set used_at = $2
            where token_hash = $1 and purpose = 'reset' and used_at is null and expires_at > $2
        returning account_id as "account!: AccountId""#,
        hash,
        now,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Takes back all unused tokens of an account.
pub(in crate::account) async fn kill_tokens(tx: &mut GlobalTx, account: AccountId) -> sqlx::Result<()> {
    sqlx::query!("delete from mail_token where account_id = $1 and used_at is null", account as AccountId)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Forgets tokens that ran out before this instant.
pub(in crate::account) async fn forget_tokens(tx: &mut GlobalTx, before: DateTime<Utc>) -> sqlx::Result<u64> {
    let gone =
        sqlx::query!("delete from mail_token where expires_at < $1", before).execute(&mut **tx).await?;
    Ok(gone.rows_affected())
}
