//! Closing as a duty: what people were asked together closes once each had their hours.

use crate::app::App;
use crate::db::{Visit, visit_each};
use crate::decision;
use crate::fair::{self, Claimed, Kind};
use crate::fault::Result;
use crate::ids::{DecisionId, OrgId, ReviewId};
use crate::round;
use chrono::{DateTime, Utc};

/// Closes what is due at `now` in every organisation. What another node has in hand is left to it.
pub(super) async fn run(app: &App, now: DateTime<Utc>) -> Result<u64> {
    let due = fair::due(&mut app.db.duty().await?, now).await?;
    visit_each(due, "what people were asked could not be closed", |org| close_one(app, org, now)).await
}

/// One transaction: one that is due is closed, or due later by the hours people have now.
async fn close_one(app: &App, org: OrgId, now: DateTime<Utc>) -> Result<Visit> {
    let mut tx = app.db.org_on_duty(org).await?;
    let Some(Claimed { matter, kind, over }) = fair::claim(&mut tx, now).await? else {
        return Ok(Visit::NOTHING);
    };
    if over {
        match kind {
            Kind::Decision => decision::close(&mut tx, DecisionId(matter.0), now).await?,
            Kind::Review => round::reveal(&mut tx, ReviewId(matter.0), now).await?,
        }
    }
    tx.commit().await?;
    Ok(Visit { due: 1, did: u64::from(over) })
}
