//! The one door to PostgreSQL: transactions that know their scope.
//!
//! Nobody outside this room holds a pool or a bare connection. A page or a duty asks [`Db`] for one of three scopes:
//!
//! - [`OrgTx`]: one organisation. Row-level security shows its rows and no others; every tenant query takes this.
//! - [`GlobalTx`]: no organisation. Accounts, sessions, tokens and limits; no tenant's rows, except that an account may
//!   see where it is a member.
//! - [`DutyTx`]: the background task looking for due work across organisations, in the few tables whose policies allow it.
//!
//! The scope is set in the same message that begins the transaction, together with the limits on how long it may run.
//! So it costs no round trip, ends with the transaction, and nothing depends on what an earlier user of the connection
//! left behind: a pooler in transaction mode may stand in between.
//!
//! Connections are not tested before use. A dead one (the database restarted) is noticed by the `begin` itself, which
//! has done nothing yet and is simply tried again on another. So is one that leads to a server that takes no writes, as
//! after a failover: it is closed, and a new one finds its way to the server that does.

mod bell;
mod connect;
pub mod embedded;
pub mod examine;
mod health;
pub mod migrate;
mod read_only;
mod server;
mod visits;

pub use bell::{Bell, Rung};
pub use connect::Limits;
pub use health::{DutyHealth, Health, health};
pub use server::{Server, wait_for_given};
pub use visits::{Visit, visit_each};

use crate::ids::{AccountId, OrgId, TeamId};
use bell::Tower;
use read_only::ReadOnly;
use sqlx::postgres::{PgConnection, PgListener, Postgres};
use sqlx::{AssertSqlSafe, Transaction};
use std::ops::{Deref, DerefMut};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// How long a scope may take to open, waiting for a free connection and for a restarting database included.
const OPEN_WITHIN: Duration = Duration::from_secs(3);
/// How long a page's statement may run, and how long its transaction may wait between two.
const PAGE: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(10));
/// The same for the background task, which may have a large cycle's log to think about.
const DUTY: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(60));
/// How long to wait for a server that takes no writes: another may be about to take its place.
const READ_ONLY_PAUSE: Duration = Duration::from_millis(250);

/// The database, as everyone but this room sees it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    #[expect(clippy::disallowed_types, reason = "this is the room that keeps the pool")]
    pool: sqlx::PgPool,
    read_only: ReadOnly,
    tower: Tower,
}

impl Db {
    /// Opens a transaction outside every organisation.
    pub async fn global(&self) -> sqlx::Result<GlobalTx> {
        Ok(GlobalTx { inner: self.open("", "", PAGE).await? })
    }

    /// Opens a transaction in one organisation. That it is allowed is for the caller to have checked.
    pub async fn org(&self, org: OrgId) -> sqlx::Result<OrgTx> {
        Ok(OrgTx { org, inner: self.open(&org.to_string(), "", PAGE).await?, hidden: String::new() })
    }

    /// The same for the background task; a statement may take a minute.
    pub async fn org_on_duty(&self, org: OrgId) -> sqlx::Result<OrgTx> {
        Ok(OrgTx { org, inner: self.open(&org.to_string(), "", DUTY).await?, hidden: String::new() })
    }

    /// Opens a transaction that may look for due work in all organisations; a statement may take a minute.
    pub async fn duty(&self) -> sqlx::Result<DutyTx> {
        Ok(DutyTx { inner: self.open("", "on", DUTY).await? })
    }

    /// Listens to what the database announces with `NOTIFY`, on the one connection this process has for it.
    pub fn bell(&self) -> Bell {
        self.tower.listen(self)
    }

    /// A connection that hears what is announced. It stays out of the pool as long as it lives.
    async fn listener(&self) -> sqlx::Result<PgListener> {
        PgListener::connect_with(&self.pool).await
    }

    /// Connections open now, and how many of them wait for work.
    pub fn connections(&self) -> (usize, usize) {
        (usize::try_from(self.pool.size()).unwrap_or(usize::MAX), self.pool.num_idle())
    }

    /// Waits until every transaction has ended, then closes all connections; later scopes fail.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Begins a transaction with its scope and limits. All scope variables are set each time, also to nothing, so that
    /// none can be inherited. `org` and `duty` come from types that can't hold a quote.
    async fn open(
        &self,
        org: &str,
        duty: &str,
        (statement, idle): (Duration, Duration),
    ) -> sqlx::Result<Transaction<'static, Postgres>> {
        let begin = format!(
            "begin; {}; set local statement_timeout = {}; set local lock_timeout = '2s'; \
             set local idle_in_transaction_session_timeout = {}; set local app.org_id = '{org}'; \
             set local app.account_id = ''; set local app.token_hash = ''; set local app.duty = '{duty}'; \
             set local app.search = ''; set local app.hidden_teams = ''",
            ReadOnly::REFUSAL,
            statement.as_millis(),
            idle.as_millis(),
        );
        let opened = async {
            loop {
                match self.pool.begin_with(AssertSqlSafe(begin.clone())).await {
                    // The pool drops a connection that failed like this; the pause is for a database on its way up.
                    Err(error) if is_lost(&error) => sleep(Duration::from_millis(20)).await,
                    Err(error) if ReadOnly::refused(&error) => {
                        if self.read_only.seen() {
                            tracing::warn!(
                                "the database takes no writes; connections are made anew until it does"
                            );
                        }
                        sleep(READ_ONLY_PAUSE).await;
                    }
                    outcome => return outcome,
                }
            }
        };
        timeout(OPEN_WITHIN, opened).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }
}

/// Whether the connection broke, or the server said goodbye, rather than that it refused what was asked.
fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(cause) => {
            cause.code().is_some_and(|code| code.starts_with("08") || code.starts_with("57P0"))
        }
        _ => false,
    }
}

/// Whether the database undid the transaction because it crossed with another: begun anew, it may go through.
pub(crate) fn is_crossed(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|cause| cause.code());
    code.is_some_and(|code| code == "40001" || code == "40P01")
}

/// A transaction outside every organisation.
#[derive(Debug)]
pub struct GlobalTx {
    inner: Transaction<'static, Postgres>,
}

/// A transaction in one organisation: its rows and no others.
#[derive(Debug)]
pub struct OrgTx {
    /// The organisation; bind it as `$1`.
    pub org: OrgId,
    inner: Transaction<'static, Postgres>,
    /// The teams that whoever asks may not read, as an array of PostgreSQL; empty when there are none.
    hidden: String,
}

/// A transaction that looks for due work across organisations.
#[derive(Debug)]
pub struct DutyTx {
    inner: Transaction<'static, Postgres>,
}

impl GlobalTx {
    /// From here on, this account's own memberships are visible.
    pub async fn as_account(&mut self, account: AccountId) -> sqlx::Result<()> {
        set(&mut self.inner, "app.account_id", account.to_string()).await
    }

    /// From here on, the invitation with this token's hash is visible.
    pub async fn holding_token(&mut self, hash: &[u8]) -> sqlx::Result<()> {
        let hex = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        set(&mut self.inner, "app.token_hash", hex).await
    }

    /// Goes on in one organisation, in the same transaction.
    pub async fn enter(mut self, org: OrgId) -> sqlx::Result<OrgTx> {
        set(&mut self.inner, "app.org_id", org.to_string()).await?;
        Ok(OrgTx { org, inner: self.inner, hidden: String::new() })
    }
}

impl OrgTx {
    /// From here on these teams, and all that is of them, are in no table: whoever asks may not read them.
    pub async fn hide(&mut self, teams: &[TeamId]) -> sqlx::Result<()> {
        let ids: Vec<_> = teams.iter().map(ToString::to_string).collect();
        self.hidden = format!("{{{}}}", ids.join(","));
        self.cover().await
    }

    /// Shows everything until [`cover`](OrgTx::cover) is called: for what must follow from a deed wherever it is, such as
    /// what a member is asked from now on when an admin ends their membership. Nothing read meanwhile may be shown.
    pub async fn uncover(&mut self) -> sqlx::Result<()> {
        if self.hidden.is_empty() {
            return Ok(());
        }
        set(&mut self.inner, "app.hidden_teams", String::new()).await
    }

    /// Hides again what is hidden from whoever asks.
    pub async fn cover(&mut self) -> sqlx::Result<()> {
        if self.hidden.is_empty() {
            return Ok(());
        }
        set(&mut self.inner, "app.hidden_teams", self.hidden.clone()).await
    }
}

/// Sets a scope variable until the transaction ends.
async fn set(conn: &mut PgConnection, name: &'static str, value: String) -> sqlx::Result<()> {
    sqlx::query("select set_config($1, $2, true)").bind(name).bind(value).execute(conn).await?;
    Ok(())
}

/// Commits, and only what succeeded: PostgreSQL answers `commit` after a failed statement with a quiet rollback, which
/// the first statement here turns into an error. An error from it means that nothing was stored; an error from the
/// commit itself leaves that open.
async fn commit(mut tx: Transaction<'static, Postgres>) -> sqlx::Result<()> {
    sqlx::raw_sql("set constraints all immediate").execute(&mut *tx).await?;
    tx.commit().await
}

macro_rules! scope {
    ($($scope:ident),*) => {$(
        impl $scope {
            /// Makes what was written lasting. Dropped without it, a transaction leaves nothing behind.
            pub async fn commit(self) -> sqlx::Result<()> {
                commit(self.inner).await
            }
        }

        impl Deref for $scope {
            type Target = PgConnection;
            fn deref(&self) -> &PgConnection {
                &self.inner
            }
        }

        impl DerefMut for $scope {
            fn deref_mut(&mut self) -> &mut PgConnection {
                &mut self.inner
            }
        }
    )*};
}
scope!(GlobalTx, OrgTx, DutyTx);
