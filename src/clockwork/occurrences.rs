//! Occurrences as a duty: who travelled comes home, and the rows of what people are asked are made ahead.

use super::queries;
use crate::app::App;
use crate::db::{Visit, visit_each};
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
    visit_each(due, "occurrences could not be made", |org| visit(app, org, now)).await
}

/// One transaction: some travellers, some seats, some key results.
async fn visit(app: &App, org: OrgId, now: DateTime<Utc>) -> Result<Visit> {
    let mut tx = app.db.org_on_duty(org).await?;
    let did = journey::come_home(&mut tx, now).await?
        + standup::asking::keep_due(&mut tx, now).await?
        + okr::asking::keep_due(&mut tx, now).await?;
    tx.commit().await?;
    Ok(Visit { due: usize::try_from(did).unwrap_or(usize::MAX), did })
}
