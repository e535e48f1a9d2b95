//! Bringing a database up to this version, and seeing to it that the application is no superuser there.
//!
//! Several nodes may start at once: an advisory lock lets one migrate while the others wait and then find nothing to
//! do. Each migration is a transaction of its own, so that a killed one leaves nothing half done. A database that is
//! ahead of this version is left alone: during a deploy the older nodes go on working on the newer schema.

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use sqlx::Connection;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::LazyLock;

/// The migrations of this version, as they were when it was built.
pub static MIGRATOR: LazyLock<Migrator> = LazyLock::new(|| {
    let mut migrator = sqlx::migrate!();
    migrator.set_ignore_missing(true);
    migrator
});

/// The role the application steps down to when it was given a login that row-level security does not bind.
pub const APP_ROLE: &str = "meridian_app";
/// Steps down.
pub(super) const STEP_DOWN: &str = "set role meridian_app";

/// Makes the role, and gives it the rows but not the tables. The audit log and the record of migrations only grow.
const GRANTS: &str = r"
do $$
begin
    create role meridian_app nologin nosuperuser nobypassrls nocreatedb nocreaterole noreplication;
exception when duplicate_object or unique_violation then null;
end $$;
do $$
declare
    here text := quote_ident(current_schema());
begin
    if not pg_has_role('meridian_app', 'member') then
        execute 'grant meridian_app to ' || quote_ident(current_user);
    end if;
    execute 'grant usage on schema ' || here || ' to meridian_app';
    execute 'grant select, insert, update, delete on all tables in schema ' || here || ' to meridian_app';
    execute 'grant usage, select on all sequences in schema ' || here || ' to meridian_app';
    revoke insert, update, delete on _sqlx_migrations from meridian_app;
    if to_regclass('audit') is not null then
        revoke update, delete on audit from meridian_app;
    end if;
end $$;
";

/// Any number no other program on the same database is likely to lock.
const LOCK: i64 = 0x6d65_7269_6469_616e;

/// Applies what is missing and returns how many migrations that were.
///
/// # Errors
/// When the database can't be reached, a migration fails (its transaction leaves nothing behind) or was changed after
/// it had been applied, or the login may not make the role it needs.
pub async fn run(options: &PgConnectOptions) -> Result<usize> {
    let mut conn = PgConnection::connect_with(options).await.context("the database can't be reached")?;
    if pending(&mut conn).await? == 0 && !lacks_role(&mut conn).await? {
        return Ok(0);
    }
    // Waiting for another node may take as long as its migrations do; locks on tables are another matter.
    sqlx::raw_sql("set statement_timeout = 0; set lock_timeout = 0").execute(&mut conn).await?;
    sqlx::query("select pg_advisory_lock($1)").bind(LOCK).execute(&mut conn).await?;
    sqlx::raw_sql("set lock_timeout = '5s'; set client_min_messages = warning").execute(&mut conn).await?;
    let missing = pending(&mut conn).await?;
    MIGRATOR.run(&mut conn).await.context("the database could not be brought up to this version")?;
    if bypasses_row_security(&mut conn).await? {
        sqlx::raw_sql(GRANTS).execute(&mut conn).await.context(
            "this database login bypasses row-level security and may not make the role meridian_app to step down to; \
             give Meridian a login that owns its database and nothing more",
        )?;
    }
    conn.close().await?; // and with it goes the lock
    Ok(missing)
}

/// How many migrations of this version the database lacks. One that was changed since counts as lacking; applying it
/// then says so.
///
/// # Errors
/// When the database doesn't answer.
pub async fn pending(conn: &mut PgConnection) -> sqlx::Result<usize> {
    let known: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null")
        .fetch_one(&mut *conn)
        .await?;
    let applied: HashMap<i64, Vec<u8>> = if known {
        let rows = sqlx::query_as("select version, checksum from _sqlx_migrations where success");
        rows.fetch_all(conn).await?.into_iter().collect()
    } else {
        HashMap::new()
    };
    let lacks =
        |(version, checksum): &(i64, &[u8])| applied.get(version).map(Vec::as_slice) != Some(*checksum);
    Ok(MIGRATOR.iter().map(|migration| (migration.version, &*migration.checksum)).filter(lacks).count())
}

/// Whether row-level security means nothing to whoever this connection acts as.
pub(super) async fn bypasses_row_security(conn: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
        .fetch_one(conn)
        .await
}

/// Whether this login has to step down and there is nothing yet to step down to.
async fn lacks_role(conn: &mut PgConnection) -> sqlx::Result<bool> {
    if !bypasses_row_security(conn).await? {
        return Ok(false);
    }
    let ready = "select exists (select from pg_roles where rolname = $1 and has_table_privilege(oid, '_sqlx_migrations', 'select'))";
    Ok(!sqlx::query_scalar::<_, bool>(ready).bind(APP_ROLE).fetch_one(conn).await?)
}

/// Names the schema this version makes: the same for two databases exactly when their migrations and grants are.
pub fn fingerprint() -> String {
    let mut hash = Sha256::new_with_prefix(GRANTS);
    MIGRATOR.iter().for_each(|migration| hash.update(&*migration.checksum));
    hash.finalize().iter().take(6).fold(String::new(), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    })
}
