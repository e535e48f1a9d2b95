//! Which PostgreSQL we use: the operator's, or one of our own.

use super::embedded::{Durability, Embedded};
use crate::config::Config;
use anyhow::{Context, Result};
use secrecy::ExposeSecret;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// How long a cluster of ours may take to repair itself after a crash.
const RECOVERY: Duration = Duration::from_secs(300);
/// How long to wait for the operator's PostgreSQL, which may have been started at the same moment as we.
const GIVEN_WITHIN: Duration = Duration::from_secs(60);
/// How often a running program looks whether its cluster still runs.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A PostgreSQL that answers.
#[derive(Debug, Clone)]
pub struct Server {
    options: PgConnectOptions,
    embedded: Option<Arc<Embedded>>,
}

impl Server {
    /// The one the operator named, or our own, made and started as needed.
    ///
    /// # Errors
    /// When our own can't be made or started. Whether the operator's answers shows at the first connection.
    pub async fn find(config: &Config) -> Result<Self> {
        if let Some(url) = &config.database_url {
            let options = url.expose_secret().parse().context("DATABASE_URL can't be read")?;
            return Ok(Self { options, embedded: None });
        }
        let (folder, programs) = (config.data.join("postgres"), config.pg_bin.clone());
        let embedded =
            spawn_blocking(move || Embedded::start(&folder, programs.as_deref(), Durability::Safe)).await??;
        make_database(embedded.options()).await?;
        Ok(Self { options: embedded.options(), embedded: Some(Arc::new(embedded)) })
    }

    /// How to connect to it.
    pub fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// What to call it in a log: its place, and no secret.
    pub fn name(&self) -> String {
        match &self.embedded {
            Some(embedded) => format!("Meridian's own PostgreSQL in {}", embedded.folder().display()),
            None => format!("PostgreSQL at {}:{}", self.options.get_host(), self.options.get_port()),
        }
    }

    /// Starts our own cluster again whenever it has died, until told to stop. With the operator's there is nothing to do.
    pub async fn keep_up(&self, stop: CancellationToken) {
        let Some(embedded) = &self.embedded else { return };
        while stop.run_until_cancelled(sleep(LOOK_EVERY)).await.is_some() {
            let embedded = Arc::clone(embedded);
            if let Ok(Err(error)) = spawn_blocking(move || embedded.ensure_up()).await {
                tracing::error!("our own PostgreSQL is down and can't be started: {error:#}");
            }
        }
    }

    /// Lets go of it. Our own is stopped when nobody else uses it.
    ///
    /// # Errors
    /// When it can't be stopped.
    pub async fn release(self) -> Result<()> {
        let Some(embedded) = self.embedded.and_then(Arc::into_inner) else { return Ok(()) };
        if spawn_blocking(move || embedded.release()).await?? {
            tracing::info!("our own PostgreSQL has stopped");
        }
        Ok(())
    }
}

/// Waits until the PostgreSQL that the operator named answers, a minute at most. Whether it does, and anything else that may
/// be wrong with it, shows when it is used; with our own there is nothing to wait for.
pub async fn wait_for_given(config: &Config) {
    let Some(url) = &config.database_url else { return };
    let Ok(options) = url.expose_secret().parse::<PgConnectOptions>() else { return };
    let begun = Instant::now();
    let mut told = false;
    while let Err(error) = options.connect().await
        && super::is_lost(&error)
        && begun.elapsed() < GIVEN_WITHIN
    {
        if !told {
            tracing::warn!(%error, "the database does not answer yet; waiting for it, a minute at most");
            told = true;
        }
        sleep(Duration::from_millis(250)).await;
    }
}

/// Waits until the cluster answers and makes our database in it. Another process may do the same at this moment.
async fn make_database(options: PgConnectOptions) -> Result<()> {
    let name = options.get_database().unwrap_or_default().to_owned();
    let mut conn =
        patiently(options.database("postgres")).await.context("our own PostgreSQL doesn't answer")?;
    let exists: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(&name)
        .fetch_one(&mut conn)
        .await?;
    if !exists {
        let made = sqlx::raw_sql("create database meridian").execute(&mut conn).await;
        let twice = |error: &sqlx::Error| {
            error
                .as_database_error()
                .is_some_and(|cause| cause.code().is_some_and(|code| code == "42P04" || code == "23505"))
        };
        if let Err(error) = made
            && !twice(&error)
        {
            return Err(error).context("our database can't be made");
        }
    }
    conn.close().await?;
    Ok(())
}

/// Connects to a cluster that may still be starting.
async fn patiently(options: PgConnectOptions) -> sqlx::Result<PgConnection> {
    let begun = Instant::now();
    loop {
        match options.connect().await {
            Err(error) if super::is_lost(&error) && begun.elapsed() < RECOVERY => {
                sleep(Duration::from_millis(50)).await
            }
            outcome => return outcome,
        }
    }
}
