//! Hashing stands behind a gate: as many at once as there are cores, never on the threads that answer pages.

use std::sync::Arc;
use tokio::sync::Semaphore;

/// The gate before password hashing. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    gate: Arc<Semaphore>,
}
