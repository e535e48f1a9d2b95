//! The roll-up as a duty: each cycle with something due, in a transaction of its own organisation.

use super::queries;
use crate::app::App;
use crate::fault::Result;
use crate::ids::{CycleId, OrgId};
use crate::okr::keep;
use crate::okr::rollup::Difference;
use crate::review;
use chrono::{DateTime, Utc};

/// Visits every cycle with something due at `now`. One that another node has in hand is left to it.
pub(super) async fn run(app: &App, now: DateTime<Utc>) -> Result<u64> {
    let due = {
        let mut tx = app.db.duty().await?;
        queries::cycles_due(&mut tx, now).await?
    };
    let mut did = 0;
    let mut failed = None;
    for (org, cycle) in due {
        match visit(app, org, cycle, now).await {
            Ok(rows) => did += rows,
            Err(fault) => {
                tracing::error!(%org, %cycle, ?fault, "a cycle could not be rolled up");
                failed = Some(fault);
            }
        }
    }
    failed.map_or(Ok(did), Err)
}

async fn visit(app: &App, org: OrgId, cycle: CycleId, now: DateTime<Utc>) -> Result<u64> {
    let mut tx = app.db.org_on_duty(org).await?;
    let Some(kept) = keep::cycle(&mut tx, cycle, now).await? else { return Ok(0) };
    if kept.turned || kept.days > 0 {
        review::write_down(&mut tx, cycle, now).await?;
    }
    tx.commit().await?;
    if kept.turned || kept.days > 0 {
        tracing::info!(%org, %cycle, rows = kept.rows, days = kept.days, turned = kept.turned, "cycle kept");
    }
    Ok(kept.rows)
}

/// What a rebuild found in one cycle.
pub struct Report {
    /// Whose.
    pub org: OrgId,
    /// Which.
    pub cycle: CycleId,
    /// The rows that were not what the log says.
    pub differences: Vec<Difference>,
}

/// Computes every snapshot of every cycle from the log, compares, and, unless `check` only, puts them right.
///
/// # Errors
/// When the database fails.
pub async fn rebuild(app: &App, now: DateTime<Utc>, check: bool) -> Result<Vec<Report>> {
    let all = {
        let mut tx = app.db.duty().await?;
        queries::all_cycles(&mut tx).await?
    };
    let mut reports = Vec::new();
    for (org, cycle) in all {
        let mut tx = app.db.org_on_duty(org).await?;
        let differences = keep::rebuild(&mut tx, cycle, now, check).await?;
        tx.commit().await?;
        reports.push(Report { org, cycle, differences });
    }
    Ok(reports)
}
