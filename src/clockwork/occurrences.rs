//! Occurrences as a duty: who travelled comes home, and the rows of what people are asked are made ahead.

use super::queries;
use crate::app::App;
use crate::fault::Result;
use crate::ids::OrgId;
use crate::{journey, okr, standup};
use chrono::{DateTime, Utc};

/// Visits every organisation with something due at `now`. What another node has in hand is left to it.
pub(super) async fn run(app: &App, now: DateTime<Utc>) -> Result<u64> {
    let due = {
        let mut tx = app.db.duty().await?;
        queries::occurrences_due(&mut tx, now).await?
    };
    let mut did = 0;
    let mut failed = None;
    for org in due {
        loop {
            match visit(app, org, now).await {
                Ok(0) => break,
                Ok(more) => did += more,
                Err(fault) => {
                    tracing::error!(%org, ?fault, "occurrences could not be made");
                    failed = Some(fault);
                    break;
                }
            }
        }
    }
    failed.map_or(Ok(did), Err)
}

/// One transaction: some travellers, some seats, some key results.
async fn visit(app: &App, org: OrgId, now: DateTime<Utc>) -> Result<u64> {
    let mut tx = app.db.org_on_duty(org).await?;
    let did = journey::come_home(&mut tx, now).await?
        + standup::asking::keep_due(&mut tx, now).await?
        + okr::asking::keep_due(&mut tx, now).await?;
    tx.commit().await?;
    Ok(did)
}
