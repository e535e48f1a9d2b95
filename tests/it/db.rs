//! The scopes hold, what failed is not committed, and a restarted database is noticed by nobody.

use crate::support::db::TestDb;
use meridian::db::{Db, Limits, migrate};
use meridian::ids::OrgId;
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Row};
use std::time::Duration;

async fn organisation(raw: &mut PgConnection, slug: &str) -> OrgId {
    let org = OrgId::fresh();
    sqlx::query("insert into organisation (id, slug, name, language, zone, created_at) values ($1, $2, $2, 'en', 'Europe/Lisbon', clock_timestamp())")
        .bind(org)
        .bind(slug)
        .execute(&mut *raw)
        .await
        .unwrap();
    sqlx::query("insert into team (org_id, id, slug, name, zone, created_at) values ($1, $2, 'team', $3, 'Europe/Lisbon', clock_timestamp())")
        .bind(org)
        .bind(org.0)
        .bind(format!("Team of {slug}"))
        .execute(raw)
        .await
        .unwrap();
    org
}

async fn teams(conn: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar("select name from team order by name").fetch_all(conn).await.unwrap()
}

async fn setting(conn: &mut PgConnection, name: &str) -> String {
    sqlx::query_scalar("select current_setting($1, true)").bind(name).fetch_one(conn).await.unwrap()
}

#[tokio::test]
async fn an_organisation_sees_its_own_rows_and_no_others() {
    let test = TestDb::new().await;
    let mut raw = test.raw().await;
    let (here, there) = (organisation(&mut raw, "here").await, organisation(&mut raw, "there").await);
    assert_eq!(teams(&mut raw).await.len(), 2);

    let mut tx = test.db.org(here).await.unwrap();
    assert_eq!(teams(&mut tx).await, ["Team of here"]);
    let foreign = sqlx::query("update team set name = 'ours now' where org_id = $1")
        .bind(there)
        .execute(&mut *tx)
        .await
        .unwrap();
    assert_eq!(foreign.rows_affected(), 0);
    drop(tx);

    let mut tx = test.db.global().await.unwrap();
    assert!(teams(&mut tx).await.is_empty(), "no scope, no rows");
    let mut tx = tx.enter(there).await.unwrap();
    assert_eq!(teams(&mut tx).await, ["Team of there"]);
    assert_eq!(tx.org, there);
    drop(tx);

    let mut tx = test.db.duty().await.unwrap();
    assert!(teams(&mut tx).await.is_empty(), "teams are no duty's business");
}

#[tokio::test]
async fn a_scope_ends_with_its_transaction() {
    let test = TestDb::new().await;
    let narrow = Db::connect(test.options(), Limits { connections: 1 }).await.unwrap();
    drop(narrow.duty().await.unwrap());
    narrow.org(OrgId::fresh()).await.unwrap().commit().await.unwrap();
    let mut tx = narrow.global().await.unwrap();
    tx.as_account(meridian::ids::AccountId::fresh()).await.unwrap();
    tx.holding_token(&[7; 32]).await.unwrap();
    assert_eq!(setting(&mut tx, "app.token_hash").await, "07".repeat(32));
    drop(tx);
    let mut tx = narrow.global().await.unwrap();
    for name in ["app.org_id", "app.account_id", "app.token_hash", "app.duty"] {
        assert_eq!(setting(&mut tx, name).await, "", "{name}");
    }
    drop(tx);
    narrow.close().await;
}

#[tokio::test]
async fn statements_have_limits_and_duties_longer_ones() {
    let test = TestDb::new().await;
    let mut tx = test.db.org(OrgId::fresh()).await.unwrap();
    assert_eq!(setting(&mut tx, "statement_timeout").await, "5s");
    assert_eq!(setting(&mut tx, "lock_timeout").await, "2s");
    assert_eq!(setting(&mut tx, "idle_in_transaction_session_timeout").await, "10s");
    drop(tx);
    let mut looking = test.db.duty().await.unwrap();
    let mut acting = test.db.org_on_duty(OrgId::fresh()).await.unwrap();
    for conn in [&mut *looking, &mut *acting] {
        assert_eq!(setting(conn, "statement_timeout").await, "1min");
        assert_eq!(setting(conn, "idle_in_transaction_session_timeout").await, "1min");
    }
}

#[tokio::test]
async fn what_failed_is_not_committed_in_silence() {
    let test = TestDb::new().await;
    let mut raw = test.raw().await;
    let org = organisation(&mut raw, "here").await;
    let mut tx = test.db.org(org).await.unwrap();
    sqlx::query("update team set name = 'renamed'").execute(&mut *tx).await.unwrap();
    sqlx::query("select 1 / 0").execute(&mut *tx).await.unwrap_err();
    tx.commit().await.unwrap_err();
    assert_eq!(teams(&mut raw).await, ["Team of here"]);

    let mut tx = test.db.org(org).await.unwrap();
    sqlx::query("update team set name = 'renamed'").execute(&mut *tx).await.unwrap();
    drop(tx);
    assert_eq!(teams(&mut raw).await, ["Team of here"], "dropped without a commit");

    let mut tx = test.db.org(org).await.unwrap();
    let mut inner = tx.begin().await.unwrap();
    sqlx::query("select 1 / 0").execute(&mut *inner).await.unwrap_err();
    inner.rollback().await.unwrap();
    sqlx::query("update team set name = 'renamed'").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(teams(&mut raw).await, ["renamed"], "a failure inside a savepoint is no failure of the whole");
}

#[tokio::test]
async fn lost_connections_are_replaced_without_an_error() {
    let test = TestDb::new().await;
    let open =
        [test.db.global().await.unwrap(), test.db.global().await.unwrap(), test.db.global().await.unwrap()];
    drop(open);
    let mut raw = test.raw().await;
    for _ in 0..3 {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        let killed = "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
        let killed: i64 = sqlx::query_scalar(killed).fetch_one(&mut raw).await.unwrap();
        assert!(killed >= 1);
        for _ in 0..8 {
            test.db.global().await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_connection_to_a_server_that_takes_no_writes_is_closed() {
    let test = TestDb::new().await;
    let name = test.options().get_database().unwrap().to_owned();
    let mut raw = test.raw().await;
    let run = async |raw: &mut PgConnection, sql: String| {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(raw).await.unwrap();
    };
    // Whoever connects now comes to a server that takes no writes, and would for as long as the connection lives.
    run(&mut raw, format!("alter database {name} set default_transaction_read_only = on")).await;
    let db = Db::connect(test.options(), Limits { connections: 3 }).await.unwrap();
    let waiting = tokio::spawn({
        let db = db.clone();
        async move { tokio::join!(db.global(), db.global(), db.global()) }
    });
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(!waiting.is_finished(), "it waits for one that does");
    run(&mut raw, format!("alter database {name} reset default_transaction_read_only")).await;
    let (one, two, three) = waiting.await.unwrap();
    for scope in [one, two, three] {
        let mut tx = scope.unwrap();
        assert_eq!(setting(&mut tx, "transaction_read_only").await, "off");
    }
    // And when none comes, it says so within the time a page has.
    run(&mut raw, format!("alter database {name} set default_transaction_read_only = on")).await;
    let refused = Db::connect(test.options(), Limits { connections: 3 }).await.unwrap();
    let begun = std::time::Instant::now();
    assert!(matches!(refused.global().await, Err(sqlx::Error::PoolTimedOut)));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn an_abandoned_begin_leaves_nothing_behind() {
    let test = TestDb::new().await;
    let narrow = Db::connect(test.options(), Limits { connections: 1 }).await.unwrap();
    for wait in 0..40 {
        let begun = narrow.duty();
        let _ = tokio::time::timeout(std::time::Duration::from_micros(wait * 20), begun).await;
        let mut tx = narrow.org(OrgId::fresh()).await.unwrap();
        assert_eq!(setting(&mut tx, "app.duty").await, "");
    }
}

#[tokio::test]
async fn the_application_is_no_superuser() {
    let test = TestDb::new().await;
    let mut tx = test.db.global().await.unwrap();
    let row = sqlx::query("select rolname::text, rolsuper or rolbypassrls, rolcanlogin from pg_roles where rolname = current_user")
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert_eq!((row.get::<String, _>(0).as_str(), row.get::<bool, _>(1)), (migrate::APP_ROLE, false));
    for forbidden in [
        "update audit set action = 'nothing happened'",
        "delete from audit",
        "delete from _sqlx_migrations",
        "truncate account",
        "alter table account add column x int",
        "create table x ()",
    ] {
        let mut inner = tx.begin().await.unwrap();
        let refused = sqlx::query(forbidden).execute(&mut *inner).await.unwrap_err();
        assert_eq!(refused.as_database_error().unwrap().code().unwrap(), "42501", "{forbidden}: {refused}");
    }
}

/// S3 of the promises: the second wall has no gap.
#[tokio::test]
async fn every_tenant_table_has_the_second_wall() {
    let test = TestDb::new().await;
    let mut raw = test.raw().await;
    let open: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class join pg_attribute on attrelid = pg_class.oid
          where attname = 'org_id' and relkind = 'r' and relnamespace = 'public'::regnamespace
            and not (relrowsecurity and relforcerowsecurity)",
    )
    .fetch_all(&mut raw)
    .await
    .unwrap();
    assert!(open.is_empty(), "without forced row-level security: {open:?}");
    let crossing: Vec<String> = sqlx::query_scalar(
        "select conrelid::regclass::text || '.' || conname from pg_constraint
          where contype = 'f' and confrelid <> 'organisation'::regclass
            and exists (select from pg_attribute where attrelid = conrelid and attname = 'org_id')
            and exists (select from pg_attribute where attrelid = confrelid and attname = 'org_id')
            and not exists (select from pg_attribute where attrelid = conrelid and attname = 'org_id' and attnum = any (conkey))",
    )
    .fetch_all(&mut raw)
    .await
    .unwrap();
    assert!(crossing.is_empty(), "foreign keys that could cross tenants: {crossing:?}");
}

#[tokio::test]
async fn nodes_that_start_together_migrate_once() {
    let test = TestDb::new().await;
    let mut raw = test.raw().await;
    sqlx::raw_sql("drop schema public cascade; create schema public").execute(&mut raw).await.unwrap();
    let options = test.options();
    let applied = futures_util::future::join_all((0..4).map(|_| migrate::run(&options))).await;
    let mut applied: Vec<usize> = applied.into_iter().map(Result::unwrap).collect();
    applied.sort_unstable();
    assert_eq!(applied, [0, 0, 0, migrate::MIGRATOR.iter().count()]);
    assert_eq!(migrate::run(&options).await.unwrap(), 0);
}

#[tokio::test]
async fn an_owner_who_is_no_superuser_needs_no_other_role() {
    let test = TestDb::new().await;
    let mut raw = test.raw().await;
    let name = test.options().get_database().unwrap().to_owned();
    let make = format!(
        "create role {name}_owner login nosuperuser; drop schema public cascade; create schema public authorization {name}_owner"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(make)).execute(&mut raw).await.unwrap();
    // The shared cluster lets nobody else in at its socket, so the role is taken on after connecting.
    let owner = test.options().options([("role", format!("{name}_owner"))]);
    let applied = migrate::run(&owner).await.unwrap();
    assert_eq!(applied, migrate::MIGRATOR.iter().count());
    let (here, _) = (organisation(&mut raw, "here").await, organisation(&mut raw, "there").await);
    let db = Db::connect(owner, Limits { connections: 2 }).await.unwrap();
    let mut tx = db.org(here).await.unwrap();
    assert_eq!(teams(&mut tx).await, ["Team of here"], "row-level security is forced on the owner too");
    assert_eq!(setting(&mut tx, "role").await, format!("{name}_owner"));
    drop(tx);
    db.close().await;
    let end = format!("drop owned by {name}_owner cascade; drop role {name}_owner");
    sqlx::raw_sql(sqlx::AssertSqlSafe(end)).execute(&mut raw).await.unwrap();
}
