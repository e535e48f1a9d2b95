//! What came up and went again, written down: when a day of a cycle is closed, and when somebody acts on it.

use super::gather::Gathered;
use super::queries;
use crate::db::OrgTx;
use crate::ids::CycleId;
use crate::okr;
use chrono::{DateTime, Utc};

/// Writes down what needs a look in a cycle at `now` and was not written down, and what does not any more. Doing it again
/// changes nothing.
///
/// # Errors
/// When the database fails.
pub async fn write_down(tx: &mut OrgTx, cycle: CycleId, now: DateTime<Utc>) -> sqlx::Result<()> {
    let Some(named) = okr::cycle(tx, cycle).await? else { return Ok(()) };
    let items = Gathered::of(tx, None, &named, now).await?.attention(&named, now);
    queries::raise(tx, cycle, &items, now).await?;
    queries::leave(tx, cycle, &items, now).await
}
