//! The whole app on a database of its own, with the cast in it and a clock that stands still.

use super::cast::{self, Who};
use super::db::TestDb;
use super::visitor::Visitor;
use axum::Router;
use chrono::{DateTime, Utc};
use meridian::account::password::{Cost, Passwords};
use meridian::account::session::{Token, cookie_name};
use meridian::app::{self, App};
use meridian::clock::Clock;
use meridian::config::{Config, Keys};
use sqlx::postgres::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Tuesday 17 November 2026, 09:24 in Lisbon: when most visits begin.
pub const TUESDAY: &str = "2026-11-17T09:24:00Z";

/// The app under test.
pub struct TestApp {
    /// What visitors talk to.
    pub router: Router,
    /// What duties are given.
    pub app: App,
    /// Its database.
    pub test: TestDb,
    /// Its data folder, kept for as long as the app is there.
    _data: tempfolder::Folder,
}

impl TestApp {
    /// With Saltmarsh and Driftwood, on [`TUESDAY`].
    pub async fn new() -> Self {
        let app = Self::empty().await;
        let mut raw = app.test.raw().await;
        sqlx::raw_sql(sqlx::AssertSqlSafe(cast::sql())).execute(&mut raw).await.unwrap();
        app
    }

    /// With nothing in it.
    pub async fn empty() -> Self {
        Self::with(&[]).await
    }

    /// With nothing in it, and these settings besides the usual ones.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        Self::on(TestDb::new().await, settings)
    }

    /// On this database, with these settings besides the usual ones.
    pub fn on(test: TestDb, settings: &[(&str, &str)]) -> Self {
        let data = tempfolder::Folder::new();
        let mut given: BTreeMap<String, String> = BTreeMap::from([
            ("MERIDIAN_DATA".to_owned(), data.path.display().to_string()),
            ("MERIDIAN_BASE_URL".to_owned(), "http://localhost:3000".to_owned()),
            ("MERIDIAN_NODE".to_owned(), "test".to_owned()),
        ]);
        given.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let config = Config::read(&given).unwrap();
        let keys = Keys::parse("a secret for tests that is long enough to be one, surely").unwrap();
        let clock = Clock::stopped(TUESDAY.parse().unwrap());
        let app = App::new(test.db.clone(), clock, config, keys, Passwords::new(Cost::LEAST).unwrap());
        Self { router: app::router(app.clone()), app, test, _data: data }
    }

    /// Sets the clock.
    pub fn at(&self, instant: &str) {
        self.app.clock.set(instant.parse().unwrap());
    }

    /// The clock's instant.
    pub fn now(&self) -> DateTime<Utc> {
        self.app.clock.now()
    }

    /// Somebody's browser, signed in.
    pub async fn visit(&self, who: Who) -> Visitor<'_> {
        self.sign_in(who.account()).await
    }

    /// The browser of whoever has this account, signed in.
    pub async fn sign_in(&self, account: Uuid) -> Visitor<'_> {
        let token = Token::fresh().unwrap();
        sqlx::query(
            "insert into session (token_hash, id, account_id, created_at, last_seen_at, proved_at, user_agent, ip_prefix)
             values ($1, $2, $3, $4, $4, $4, 'Test', '127.0.0.0/24')",
        )
        .bind(token.hash())
        .bind(meridian::ids::SessionId::fresh())
        .bind(account)
        .bind(self.now())
        .execute(&mut self.raw().await)
        .await
        .unwrap();
        let mut visitor = Visitor::new(self);
        visitor.cookies.insert(cookie_name(&self.app.config).to_owned(), token.reveal().to_owned());
        visitor
    }

    /// A browser nobody is signed in with.
    pub fn stranger(&self) -> Visitor<'_> {
        Visitor::new(self)
    }

    /// A superuser's connection, to look at what is really there.
    pub async fn raw(&self) -> PgConnection {
        self.test.raw().await
    }

    /// How many rows a statement like `from "update" where …` counts.
    pub async fn count(&self, rest: &str) -> i64 {
        let sql = format!("select count(*) {rest}");
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut self.raw().await).await.unwrap()
    }

    /// Every row of every table but these, as text, in order.
    pub async fn dump(&self, without: &[&str]) -> String {
        let mut raw = self.raw().await;
        let tables: Vec<String> = sqlx::query_scalar(
            "select quote_ident(table_name) from information_schema.tables
              where table_schema = 'public' and table_type = 'BASE TABLE' order by table_name",
        )
        .fetch_all(&mut raw)
        .await
        .unwrap();
        assert!(tables.len() > 20, "{tables:?}");
        let mut rows = Vec::new();
        for table in tables.iter().filter(|table| !without.contains(&table.as_str())) {
            let sql = sqlx::AssertSqlSafe(format!("select to_jsonb(t)::text from {table} t order by 1"));
            rows.extend(sqlx::query_scalar::<_, String>(sql).fetch_all(&mut raw).await.unwrap());
        }
        rows.join("\n")
    }

    /// Runs a statement as a superuser.
    pub async fn run(&self, sql: &str) {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut self.raw().await).await.unwrap();
    }
}

/// A folder that is gone with the test.
pub mod tempfolder {
    use std::path::PathBuf;

    /// See [`Folder::path`].
    pub struct Folder {
        /// Where it is.
        pub path: PathBuf,
    }

    impl Folder {
        /// Makes one.
        pub fn new() -> Self {
            let path =
                std::env::temp_dir().join(format!("meridian-test-{}", meridian::ids::RequestId::fresh()));
            std::fs::create_dir_all(&path).unwrap();
            Self { path }
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}
