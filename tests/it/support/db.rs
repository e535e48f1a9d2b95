//! A database for each test: a copy of a template that has this version's schema, gone when the test ends.
//!
//! All tests of a checkout share one cluster in the temporary folder, made for speed and left running between runs
//! (`bin/test` stops it at its end); with `DATABASE_URL` set, that server is used instead, as a superuser.
//! What a killed run left behind is dropped by the next: a test's database is in use as long as somebody holds the
//! advisory lock of its name.

use meridian::db::embedded::{Durability, Embedded};
use meridian::db::{Db, Limits, migrate};
use sha2::{Digest, Sha256};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use std::path::PathBuf;
use std::sync::OnceLock;
use tokio::sync::OnceCell;

/// The server, found once in a process. Copies are made of the template it has by then.
static SERVER: OnceCell<PgConnectOptions> = OnceCell::const_new();
/// Keeps our hold on the shared cluster for as long as this process lives.
static CLUSTER: OnceLock<Embedded> = OnceLock::new();

/// A database of one's own with this version's schema and nothing in it.
pub struct TestDb {
    /// It, as the application sees it: row-level security holds.
    pub db: Db,
    name: String,
    server: PgConnectOptions,
    /// Holds the lock that says the database is in use.
    _claim: PgConnection,
}

impl TestDb {
    /// Makes one.
    pub async fn new() -> Self {
        let server = SERVER.get_or_init(find_server).await.clone();
        let name = format!("meridian_test_{}", meridian::ids::RequestId::fresh().0.simple());
        let mut claim = PgConnection::connect_with(&server).await.unwrap();
        assert!(claim_name(&mut claim, &name).await);
        let template = template_name();
        run(&mut claim, &format!("create database {name} template {template} strategy file_copy")).await;
        let db = Db::connect(server.clone().database(&name), Limits { connections: 4 }).await.unwrap();
        Self { db, name, server, _claim: claim }
    }

    /// Makes one as it was at an earlier version of the schema, with these rows in it, and brings it up to this one.
    pub async fn grown_from(version: i64, rows: &str) -> Self {
        let server = SERVER.get_or_init(find_server).await.clone();
        let name = format!("meridian_test_{}", meridian::ids::RequestId::fresh().0.simple());
        let mut claim = PgConnection::connect_with(&server).await.unwrap();
        assert!(claim_name(&mut claim, &name).await);
        run(&mut claim, &format!("create database {name} encoding 'UTF8' template template0")).await;
        let options = server.clone().database(&name);
        let until = migrate::MIGRATOR.iter().filter(|one| one.version <= version).cloned().collect();
        let mut conn = PgConnection::connect_with(&options).await.unwrap();
        Migrator::with_migrations(until).run(&mut conn).await.unwrap();
        run(&mut conn, rows).await;
        migrate::run(&options).await.unwrap();
        let db = Db::connect(options, Limits { connections: 4 }).await.unwrap();
        Self { db, name, server, _claim: claim }
    }

    /// How to connect to it as a superuser, who sees through row-level security.
    pub fn options(&self) -> PgConnectOptions {
        self.server.clone().database(&self.name)
    }

    /// The same as an address, for a program of its own.
    pub fn url(&self) -> String {
        let options = self.options();
        match options.get_socket() {
            Some(socket) => {
                let (user, socket) = (options.get_username(), socket.display());
                format!("postgres://{user}@localhost/{}?host={socket}", self.name)
            }
            None => options.to_url_lossy().to_string(),
        }
    }

    /// A connection as a superuser, to look at what is really there.
    pub async fn raw(&self) -> PgConnection {
        PgConnection::connect_with(&self.options()).await.unwrap()
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let mut conn = PgConnection::connect_with(&server).await.unwrap();
                run(&mut conn, &format!("drop database {name} with (force)")).await;
            });
        });
        let _ = dropped.join();
    }
}

async fn find_server() -> PgConnectOptions {
    let server = match std::env::var("DATABASE_URL").ok().filter(|url| !url.is_empty()) {
        Some(url) => url.parse().expect("DATABASE_URL names a PostgreSQL"),
        None => {
            let cluster = tokio::task::spawn_blocking(shared_cluster).await.unwrap();
            CLUSTER.get_or_init(|| cluster).options().database("postgres")
        }
    };
    let mut conn = PgConnection::connect_with(&server).await.unwrap();
    drop_abandoned(&mut conn).await;
    make_template(&mut conn, &server).await;
    server
}

/// The cluster of this checkout. One that a crash of the machine has broken, for it never waited for the disk, is made
/// anew.
fn shared_cluster() -> Embedded {
    let folder = std::env::var_os("MERIDIAN_TEST_CLUSTER").map_or_else(
        || {
            let hash = Sha256::digest(env!("CARGO_MANIFEST_DIR"));
            std::env::temp_dir().join(format!("meridian-test-{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2]))
        },
        PathBuf::from,
    );
    Embedded::start(&folder, None, Durability::ForTests).unwrap_or_else(|_| {
        let _ = std::fs::remove_dir_all(&folder);
        Embedded::start(&folder, None, Durability::ForTests).unwrap()
    })
}

fn template_name() -> String {
    format!("meridian_template_{}", migrate::fingerprint())
}

/// Makes the template under another name and renames it when it is whole.
async fn make_template(conn: &mut PgConnection, server: &PgConnectOptions) {
    let template = template_name();
    let exists = "select exists (select from pg_database where datname = $1)";
    if sqlx::query_scalar(exists).bind(&template).fetch_one(&mut *conn).await.unwrap() {
        return;
    }
    sqlx::query("select pg_advisory_lock(hashtext($1))").bind(&template).execute(&mut *conn).await.unwrap();
    if !sqlx::query_scalar::<_, bool>(exists).bind(&template).fetch_one(&mut *conn).await.unwrap() {
        let draft = format!("{template}_draft");
        run(conn, &format!("drop database if exists {draft} with (force)")).await;
        run(conn, &format!("create database {draft} encoding 'UTF8' template template0")).await;
        migrate::run(&server.clone().database(&draft)).await.unwrap();
        run(conn, &format!("alter database {draft} with allow_connections false")).await;
        run(conn, &format!("alter database {draft} rename to {template}")).await;
    }
    sqlx::query("select pg_advisory_unlock(hashtext($1))").bind(&template).execute(conn).await.unwrap();
}

/// Whether nobody else works with the database of this name; from then on, we do.
async fn claim_name(conn: &mut PgConnection, name: &str) -> bool {
    sqlx::query_scalar("select pg_try_advisory_lock(hashtext($1))").bind(name).fetch_one(conn).await.unwrap()
}

async fn drop_abandoned(conn: &mut PgConnection) {
    let names: Vec<String> =
        sqlx::query_scalar("select datname from pg_database where datname like 'meridian\\_test\\_%'")
            .fetch_all(&mut *conn)
            .await
            .unwrap();
    for name in names {
        if claim_name(conn, &name).await {
            run(conn, &format!("drop database if exists {name} with (force)")).await;
        }
    }
}

/// Runs a statement about databases, whose names can't be bound. They are our own and hold nothing to quote.
async fn run(conn: &mut PgConnection, statement: &str) {
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(conn)
        .await
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
}
