//! A close look at the database, for `meridian doctor`.

use super::{Db, migrate};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::postgres::PgConnection;

/// What was seen.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The server's version as PostgreSQL counts it: 150009 is 15.9.
    pub version: i32,
    /// The database's encoding.
    pub encoding: String,
    /// Migrations of this version that it lacks.
    pub pending: usize,
    /// Who signed in.
    pub login: String,
    /// As whom statements run.
    pub role: String,
    /// Whether row-level security does not bind that role.
    pub bypasses_row_security: bool,
    /// Tables of an organisation without forced row-level security.
    pub unwalled: Vec<String>,
    /// Settings that give durability away, with their values.
    pub unsafe_settings: Vec<(String, String)>,
    /// This machine's wall clock less the database's.
    pub clock_off: TimeDelta,
    /// Whether the connection is encrypted.
    pub encrypted: bool,
    /// Whether it stays on this machine.
    pub local: bool,
    /// How many connections the server allows.
    pub max_connections: i64,
    /// Since any node last finished background work; `None`: never.
    pub heartbeat_age: Option<TimeDelta>,
    /// Whether the demo organisation is in it.
    pub demo: bool,
}

/// Looks.
///
/// # Errors
/// When the database fails.
pub async fn examine(db: &Db) -> sqlx::Result<Facts> {
    let mut tx = db.duty().await?;
    let pending = migrate::pending(&mut tx).await?;
    let server = sqlx::query!(
        r#"select current_setting('server_version_num')::int as "version!", getdatabaseencoding()::text as "encoding!",
                  session_user::text as "login!", current_user::text as "role!", clock_timestamp() as "now!",
                  current_setting('max_connections')::bigint as "max_connections!",
                  coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as "encrypted!",
                  inet_server_addr() is null or inet_server_addr() << inet '127.0.0.0/8' or inet_server_addr() = inet '::1' as "local!""#
    )
    .fetch_one(&mut *tx)
    .await?;
    let unsafe_settings = sqlx::query!(
        r#"select name as "name!", setting as "setting!" from pg_settings
            where (name, setting) in (('fsync', 'off'), ('full_page_writes', 'off'), ('synchronous_commit', 'off'))"#
    )
    .fetch_all(&mut *tx)
    .await?;
    let (beat, demo) = if pending == 0 { use_of(&mut tx).await? } else { (None, false) };
    Ok(Facts {
        version: server.version,
        encoding: server.encoding,
        pending,
        login: server.login,
        role: server.role,
        bypasses_row_security: migrate::bypasses_row_security(&mut tx).await?,
        unwalled: unwalled(&mut tx).await?,
        unsafe_settings: unsafe_settings.into_iter().map(|found| (found.name, found.setting)).collect(),
        clock_off: crate::clock::wall() - server.now,
        encrypted: server.encrypted,
        local: server.local,
        max_connections: server.max_connections,
        heartbeat_age: beat.map(|beat| server.now - beat),
        demo,
    })
}

/// When background work was last finished, and whether the demo organisation is there.
async fn use_of(conn: &mut PgConnection) -> sqlx::Result<(Option<DateTime<Utc>>, bool)> {
    let found = sqlx::query!(
        r#"select (select max(finished_at) from duty) as beat, exists (select from organisation where demo) as "demo!""#
    );
    found.fetch_one(conn).await.map(|found| (found.beat, found.demo))
}

/// Tables with an `org_id` whose rows are not held apart.
async fn unwalled(conn: &mut PgConnection) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select relname::text as "name!" from pg_class join pg_attribute on attrelid = pg_class.oid
            where attname = 'org_id' and relkind in ('r', 'p') and relnamespace = current_schema()::regnamespace
              and not (relrowsecurity and relforcerowsecurity)
            order by 1"#
    )
    .fetch_all(conn)
    .await
}
