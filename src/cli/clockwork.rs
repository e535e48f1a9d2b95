//! `meridian tick` and `meridian rollup`: the background task by hand.

use super::house::House;
use super::say;
use crate::calendar::Zone;
use crate::clockwork;
use crate::config::Config;
use crate::language::{Locale, Words};
use anyhow::Result;
use chrono::{DateTime, Utc};
use clap::Args;
use std::fmt::Write as _;
use std::process::ExitCode;

/// When to pretend it is.
#[derive(Debug, Args)]
pub(super) struct At {
    /// The instant, as in 2026-11-17T09:24:00Z; now when left out
    #[arg(long)]
    at: Option<DateTime<Utc>>,
}

/// What to do with what differs.
#[derive(Debug, Args)]
pub(super) struct Rebuild {
    /// Compute everything anew (there is no other way yet, so it must be said)
    #[arg(long, required = true)]
    rebuild: bool,
    /// Only say what differs; change nothing, and fail when something does
    #[arg(long)]
    check: bool,
}

/// One tick at an instant, and what the clockwork page says after it.
pub(super) async fn tick(config: Config, at: &At) -> Result<ExitCode> {
    let house = House::open(config).await?;
    let now = at.at.unwrap_or_else(|| house.app.clock.now());
    let done = clockwork::tick(&house.app, now).await;
    let told = clockwork::tell(&house.app, Words::of(Locale::English), Zone::UTC, now).await;
    house.close().await?;
    let failed = done?.iter().any(|done| done.did.is_err());
    say(format!("{} UTC\n{}", now.format("%A %-d %B %Y, %H:%M:%S"), told?).trim_end())?;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Rebuilds, or checks, every snapshot.
pub(super) async fn rollup(config: Config, asked: &Rebuild) -> Result<ExitCode> {
    let house = House::open(config).await?;
    let reports = clockwork::rebuild(&house.app, house.app.clock.now(), asked.check).await;
    house.close().await?;
    let reports = reports?;
    let mut text = String::new();
    for report in reports.iter().filter(|report| !report.differences.is_empty()) {
        writeln!(text, "cycle {} of organisation {}:", report.cycle, report.org)?;
        for difference in &report.differences {
            writeln!(text, "  {difference:?}")?;
        }
    }
    let differ: usize = reports.iter().map(|report| report.differences.len()).sum();
    let verb = if asked.check { "differ" } else { "differed and were put right" };
    say(&format!("{text}{} cycles, {differ} rows {verb}.", reports.len()))?;
    Ok(if asked.check && differ > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
