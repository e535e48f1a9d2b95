//! What is past is forgotten: ended sessions, tokens that ran out, buckets that are full again.

use super::queries;
use super::session::{ABSOLUTE, IDLE};
use crate::app::App;
use chrono::{DateTime, TimeDelta, Utc};

/// A used or dead token is remembered this long, a bucket as well; the slowest bucket is full after an hour.
const REMEMBERED: TimeDelta = TimeDelta::days(1);

/// Forgets what is past and says how many rows that were. Does no harm twice.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let mut tx = app.db.global().await?;
    let sessions = queries::forget_ended_sessions(&mut tx, now - IDLE, now - ABSOLUTE).await?;
    let tokens = queries::forget_tokens(&mut tx, now - REMEMBERED).await?;
    let buckets = queries::forget_full_buckets(&mut tx, now - REMEMBERED).await?;
    tx.commit().await?;
    Ok(sessions + tokens + buckets)
}
