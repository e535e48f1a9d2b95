//! Making the pool: how many connections, as whom, and for how long they live.

use super::{Db, ReadOnly, Tower, migrate};
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use std::time::Duration;

/// How much of the database one process may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at most.
    pub connections: u32,
}

impl Default for Limits {
    /// Four connections a core, ten at most: more only queue inside PostgreSQL instead of here.
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { connections: u32::try_from(cores * 4).unwrap_or(10).min(10) }
    }
}

impl Db {
    /// Opens the pool on a migrated database.
    ///
    /// Row-level security does not bind a superuser. When that is whom `options` names (an embedded cluster, many a
    /// first attempt), every connection steps down to [`migrate::APP_ROLE`] before anyone uses it.
    ///
    /// # Errors
    /// When the database can't be reached, or the role is missing because it was not migrated.
    pub async fn connect(options: PgConnectOptions, limits: Limits) -> sqlx::Result<Self> {
        let options = options.application_name("meridian");
        let mut first = PgConnection::connect_with(&options).await?;
        let step_down = migrate::bypasses_row_security(&mut first).await?;
        first.close().await?;
        let read_only = ReadOnly::default();
        let known = read_only.clone();
        let pool = PgPoolOptions::new()
            .max_connections(limits.connections)
            .acquire_timeout(Duration::from_secs(2))
            .test_before_acquire(false)
            .before_acquire(move |_, meta| {
                let trusted = known.trusts(meta.age);
                Box::pin(async move { Ok(trusted) })
            })
            .after_connect(move |conn, _| {
                Box::pin(async move {
                    if step_down {
                        sqlx::raw_sql(migrate::STEP_DOWN).execute(conn).await?;
                    }
                    Ok(())
                })
            })
            .connect_with(options)
            .await?;
        Ok(Self { pool, read_only, tower: Tower::default() })
    }
}
