//! The SQL of accounts, sessions, one-time tokens, rate limits and the audit log: global tables, no tenant. Where a
//! function takes any connection, it is also called in the transaction of an organisation.

mod limits;
mod sessions;
mod tokens;

pub(super) use limits::*;
pub(super) use sessions::*;
pub(super) use tokens::*;

use super::Email;
use super::audit::Deed;
use crate::db::GlobalTx;
use crate::ids::{AccountId, AuditId, OrgId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// An account, as found by its address.
pub struct Known {
    /// Which.
    pub id: AccountId,
    /// What is kept of its password; nothing until one is set.
    pub(super) password_hash: Option<String>,
}

/// The account with this address.
///
/// # Errors
/// When the database fails.
pub async fn account_by_email(conn: &mut PgConnection, email: &Email) -> sqlx::Result<Option<Known>> {
    sqlx::query_as!(Known, "select id, password_hash from account where email = $1", email.as_str())
        .fetch_optional(conn)
        .await
}

/// Makes an account. Nothing when the address has one.
///
/// # Errors
/// When the database fails.
pub async fn add_account(
    conn: &mut PgConnection,
    email: &Email,
    password_hash: Option<&str>,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<AccountId>> {
    sqlx::query_scalar!(
        r#"insert into account (id, email, password_hash, created_at) values ($1, $2, $3, $4)
           on conflict (email) do nothing returning id as "id: AccountId""#,
        AccountId::fresh() as AccountId,
        email.as_str(),
        password_hash,
        now,
    )
    .fetch_optional(conn)
    .await
}

/// The address and password hash of an account.
pub(super) struct Own {
    pub(super) email: String,
    pub(super) password_hash: Option<String>,
}

/// One's own account.
pub(super) async fn own_account(tx: &mut GlobalTx, id: AccountId) -> sqlx::Result<Own> {
    sqlx::query_as!(Own, "select email, password_hash from account where id = $1", id as AccountId)
        .fetch_one(&mut **tx)
        .await
}

/// What a stranger may know of an account: its names and those of its organisations. The scope must be the account's.
pub(super) async fn known_about(tx: &mut GlobalTx, id: AccountId) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select known as "known!" from (
               select email as known from account where id = $1
               union all select name from member where account_id = $1
               union all select o.name from member m join organisation o on o.id = m.org_id where m.account_id = $1) facts"#,
        id as AccountId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Locks the account and says whether this is still what is kept of its password.
pub(super) async fn still_keeps(tx: &mut GlobalTx, id: AccountId, hash: &str) -> sqlx::Result<bool> {
    let kept =
        sqlx::query_scalar!("select password_hash from account where id = $1 for update", id as AccountId);
    Ok(kept.fetch_optional(&mut **tx).await?.flatten().as_deref() == Some(hash))
}

/// Keeps a new password.
pub(super) async fn set_password(tx: &mut GlobalTx, id: AccountId, hash: &str) -> sqlx::Result<()> {
    sqlx::query!("update account set password_hash = $2 where id = $1", id as AccountId, hash)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Writes an entry of the audit log.
pub(super) async fn add_audit(
    conn: &mut PgConnection,
    deed: &Deed<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let (prefix, request) = deed
        .caller
        .map_or(("", ""), |caller| (caller.browser.ip_prefix.as_str(), caller.request_id.as_str()));
    sqlx::query!(
        "insert into audit (id, org_id, at, account_id, action, subject, ip_prefix, request_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        AuditId::fresh() as AuditId,
        deed.org as Option<OrgId>,
        now,
        deed.account as Option<AccountId>,
        deed.action.as_str(),
        deed.subject,
        prefix,
        request,
    )
    .execute(conn)
    .await?;
    Ok(())
}
