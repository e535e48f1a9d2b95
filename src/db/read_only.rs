//! Servers that take no writes: a standby, or one the operator has closed for writing.
//!
//! A connection to one is of no use, and after a failover it would stay of no use for as long as it lives. So each
//! transaction asks as it begins, in the same message, and connections as old as a refusal are closed before anybody uses
//! them again.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// After this long without a refusal, the next one is told in the log again.
const NEWS: Duration = Duration::from_secs(60);

/// When a server last refused. Cheap to clone; all clones know the same.
#[derive(Clone, Debug, Default)]
pub(super) struct ReadOnly(Arc<RwLock<Option<Instant>>>);

impl ReadOnly {
    /// Fails, by a division by zero, on a server that takes no writes.
    pub(super) const REFUSAL: &'static str =
        "select 1 / (current_setting('transaction_read_only') = 'off')::int";

    /// Whether it was that which failed.
    pub(super) fn refused(error: &sqlx::Error) -> bool {
        error.as_database_error().and_then(|cause| cause.code()).is_some_and(|code| code == "22012")
    }

    /// From now on, connections made until now are not trusted. Whether this is news: the last refusal is long past.
    pub(super) fn seen(&self) -> bool {
        let last = self.0.write().unwrap_or_else(PoisonError::into_inner).replace(Instant::now());
        last.is_none_or(|last| last.elapsed() > NEWS)
    }

    /// Whether a connection of this age may be used.
    pub(super) fn trusts(&self, age: Duration) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).is_none_or(|seen| age < seen.elapsed())
    }
}
