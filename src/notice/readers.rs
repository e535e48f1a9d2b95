//! Who may read something, and whose it is.

use super::queries;
use super::subject::Subject;
use crate::db::OrgTx;
use crate::ids::MemberId;

/// Somebody who may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// Who.
    pub id: MemberId,
    /// Their whole name.
    pub name: String,
}

/// Everybody who may read this, by age of their membership; nobody where there is no such thing.
///
/// # Errors
/// When the database fails.
pub async fn readers(tx: &mut OrgTx, subject: Subject) -> sqlx::Result<Vec<Reader>> {
    queries::readers(tx, subject, None, false).await
}

/// Those of them who can be asked: an observer never is.
///
/// # Errors
/// When the database fails.
pub async fn askable(tx: &mut OrgTx, subject: Subject) -> sqlx::Result<Vec<Reader>> {
    queries::readers(tx, subject, None, true).await
}

/// Whether it is there and this member may read it.
///
/// # Errors
/// When the database fails.
pub async fn may_read(tx: &mut OrgTx, subject: Subject, member: MemberId) -> sqlx::Result<bool> {
    Ok(!queries::readers(tx, subject, Some(member), false).await?.is_empty())
}

/// Whose it is: who wrote the update or the check-in, who owns the objective or the key result.
///
/// # Errors
/// When the database fails.
pub async fn authors(tx: &mut OrgTx, subject: Subject) -> sqlx::Result<Vec<MemberId>> {
    queries::authors(tx, subject).await
}
