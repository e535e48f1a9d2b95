//! The only place that reads the time.
//!
//! All nodes go by the database's clock. A [`Clock`] reads it now and then and counts on from there by this machine's
//! monotonic clock, so a node whose wall clock is off, or jumps, neither acts early nor stamps a wrong day. A request, a
//! tick and a command each ask once and pass what they got down.
//!
//! Instants are cut to microseconds, which is what PostgreSQL keeps: what was stored compares equal to what was meant.

use crate::app::App;
use crate::db::Db;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use nix::time::{ClockId, clock_gettime};
use std::convert::Infallible;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// Counts on while the machine sleeps, which on Linux the usual monotonic clock doesn't.
#[cfg(target_os = "linux")]
const UPTIME: ClockId = ClockId::CLOCK_BOOTTIME;
#[cfg(not(target_os = "linux"))]
const UPTIME: ClockId = ClockId::CLOCK_MONOTONIC;

/// The clock. Cheap to clone; all clones show the same time.
#[derive(Debug, Clone)]
pub struct Clock(Arc<RwLock<Reading>>);

#[derive(Debug, Clone, Copy)]
enum Reading {
    /// The database said `at` when this machine had been up for `uptime`.
    Running { at: DateTime<Utc>, uptime: Duration },
    /// Somebody set it, and there it stays.
    Stopped(DateTime<Utc>),
}

impl Clock {
    /// A clock that shows the database's time and runs on by itself.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn anchor(db: &Db) -> sqlx::Result<Self> {
        Ok(Self(Arc::new(RwLock::new(ask(db).await?))))
    }

    /// A clock that stands still until it is set.
    pub fn stopped(at: DateTime<Utc>) -> Self {
        Self(Arc::new(RwLock::new(Reading::Stopped(at.trunc_subsecs(6)))))
    }

    /// Asks the database again; a stopped clock stays stopped. May step by as much as a message to the database takes.
    ///
    /// # Errors
    /// When the database can't be reached; the clock then runs on as it did.
    pub async fn anchor_again(&self, db: &Db) -> sqlx::Result<()> {
        if matches!(self.reading(), Reading::Running { .. }) {
            self.put(ask(db).await?);
        }
        Ok(())
    }

    /// What time it is.
    pub fn now(&self) -> DateTime<Utc> {
        let now = match self.reading() {
            Reading::Stopped(at) => at,
            Reading::Running { at, uptime: then } => at + (uptime().saturating_sub(then)),
        };
        now.trunc_subsecs(6)
    }

    /// How far this machine's own wall clock is ahead of it; `None` for a clock that somebody stopped.
    pub fn wall_ahead(&self) -> Option<TimeDelta> {
        match self.reading() {
            Reading::Running { .. } => Some(wall() - self.now()),
            Reading::Stopped(_) => None,
        }
    }

    /// Stops the clock at an instant, for tests and `tick --at`.
    pub fn set(&self, at: DateTime<Utc>) {
        self.put(Reading::Stopped(at.trunc_subsecs(6)));
    }

    /// Stops the clock this long after what it shows.
    pub fn advance(&self, by: TimeDelta) {
        self.set(self.now() + by);
    }

    fn reading(&self) -> Reading {
        *self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, reading: Reading) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = reading;
    }
}

/// Reads the database's clock, and takes it to have read it halfway between question and answer.
async fn ask(db: &Db) -> sqlx::Result<Reading> {
    let mut tx = db.global().await?;
    let asked = uptime();
    let at: DateTime<Utc> = sqlx::query_scalar("select clock_timestamp()").fetch_one(&mut *tx).await?;
    let answered = uptime();
    Ok(Reading::Running { at, uptime: asked + answered.saturating_sub(asked) / 2 })
}

/// This machine's own wall clock, only to say how far off it is.
pub(crate) fn wall() -> DateTime<Utc> {
    #[expect(clippy::disallowed_methods, reason = "to compare it with the clock")]
    Utc::now()
}

/// How long this machine has been up.
fn uptime() -> Duration {
    clock_gettime(UPTIME).map(Duration::from).unwrap_or_default()
}

/// The one instant a request happens at.
#[derive(Debug, Clone, Copy)]
pub struct Now(pub DateTime<Utc>);

impl FromRequestParts<App> for Now {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(*parts.extensions.get_or_insert_with(|| Now(app.clock.now())))
    }
}
