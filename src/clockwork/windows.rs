//! Closing as a duty: what people were asked together closes once each had their hours.

use crate::app::App;
use crate::decision;
use crate::fair::{self, Claimed, Kind};
use crate::fault::Result;
use crate::ids::{DecisionId, OrgId};
use chrono::{DateTime, Utc};

/// Closes what is due at `now` in every organisation. What another node has in hand is left to it.
pub(super) async fn run(app: &App, now: DateTime<Utc>) -> Result<u64> {
    let due = fair::due(&mut app.db.duty().await?, now).await?;
    let (mut did, mut failed) = (0, None);
    for org in due {
        loop {
            match close_one(app, org, now).await {
                Ok(None) => break,
                Ok(Some(closed)) => did += u64::from(closed),
                Err(fault) => {
                    tracing::error!(%org, ?fault, "what people were asked could not be closed");
                    failed = Some(fault);
                    break;
                }
            }
        }
    }
    failed.map_or(Ok(did), Err)
}

/// One transaction: whether one was closed that was due, or is due later now; `None` when there is none.
async fn close_one(app: &App, org: OrgId, now: DateTime<Utc>) -> Result<Option<bool>> {
    let mut tx = app.db.org_on_duty(org).await?;
    let Some(Claimed { matter, kind, over }) = fair::claim(&mut tx, now).await? else { return Ok(None) };
    if over {
        match kind {
            Kind::Decision => decision::close(&mut tx, DecisionId(matter.0), now).await?,
        }
    }
    tx.commit().await?;
    Ok(Some(over))
}
