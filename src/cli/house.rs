//! The house with its lights on: database found and brought up to date, clock set, keys at hand.

use crate::account::Passwords;
use crate::account::password::Cost;
use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, Keys};
use crate::db::{Db, Server, migrate};
use anyhow::{Context, Result};
use std::time::Duration;
use tokio::time::timeout;

/// How long the database connections may take to close.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

/// Everything a command needs that works on data.
pub(super) struct House {
    pub(super) server: Server,
    pub(super) app: App,
}

impl House {
    /// Opens it. A database of our own that was started for nothing is stopped again.
    pub(super) async fn open(config: Config) -> Result<Self> {
        let server = Server::find(&config).await?;
        match Self::furnish(&server, config).await {
            Ok(app) => Ok(Self { server, app }),
            Err(error) => {
                let _ = server.release().await;
                Err(error)
            }
        }
    }

    async fn furnish(server: &Server, config: Config) -> Result<App> {
        let keys = Keys::open(&config)?;
        let applied = migrate::run(&server.options()).await?;
        if applied > 0 {
            tracing::info!(applied, "brought the database up to this version");
        }
        let db =
            Db::connect(server.options(), config.limits).await.context("the database can't be reached")?;
        let clock = Clock::anchor(&db).await.context("the database doesn't tell the time")?;
        let passwords = Passwords::new(Cost::REAL)?;
        Ok(App::new(db, clock, config, keys, passwords))
    }

    /// Closes it: connections first, then our own database if nobody else uses it. A request that was cut off may hold
    /// a connection for as long as its statement runs; that is not waited for.
    pub(super) async fn close(self) -> Result<()> {
        let _ = timeout(CLOSE_WITHIN, self.app.db.close()).await;
        self.server.release().await
    }
}
