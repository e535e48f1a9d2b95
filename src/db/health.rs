//! How the database and those who work on it are doing, for `/readyz`, `/metrics` and `doctor`.

use super::{Db, migrate};
use chrono::{DateTime, Utc};

/// What the database tells about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Whether it has all migrations of this version.
    pub migrated: bool,
    /// When any node last finished a duty.
    pub heartbeat: Option<DateTime<Utc>>,
    /// Mails not yet sent.
    pub mail_waiting: i64,
    /// How each duty last did, by its name.
    pub duties: Vec<DutyHealth>,
}

/// A duty's last run, on whichever node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyHealth {
    /// Its name.
    pub name: String,
    /// When the run began.
    pub started_at: DateTime<Utc>,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
    /// How often it failed, ever.
    pub failures: i64,
}

/// Asks.
///
/// # Errors
/// When the database can't be reached or was never migrated.
pub async fn health(db: &Db) -> sqlx::Result<Health> {
    let mut tx = db.duty().await?;
    let migrated = migrate::pending(&mut tx).await? == 0;
    let found = sqlx::query!(
        r#"select (select max(finished_at) from duty) as heartbeat,
                  (select count(*) from mail where next_try_at is not null) as "mail_waiting!""#,
    )
    .fetch_one(&mut *tx)
    .await?;
    let duties = sqlx::query_as!(
        DutyHealth,
        r#"select name, started_at, coalesce(took_ms, 0) as "took_ms!", failures from duty order by name"#,
    )
    .fetch_all(&mut *tx)
    .await?;
    Ok(Health { duties, migrated, heartbeat: found.heartbeat, mail_waiting: found.mail_waiting })
}
