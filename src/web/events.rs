//! Streams of server-sent events: how many may be open, and how they go over the wire.

use crate::ids::MemberId;
use axum::http::HeaderName;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt as _};
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// More windows than this nobody reads at once.
const OF_ONE: usize = 6;
/// So many may be open in one process.
const IN_ALL: usize = 2_000;
/// So many of them ask the database at the same time; pages go first.
const ASKING: usize = 2;
/// A stream says at least this often that it is there, so that no proxy between closes it and one that broke is noticed.
const SIGN_OF_LIFE: Duration = Duration::from_secs(20);

/// The streams that are open in this process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Streams {
    open: Arc<Mutex<HashMap<MemberId, usize>>>,
    asking: Arc<Semaphore>,
}

impl Default for Streams {
    fn default() -> Self {
        Self { open: Arc::default(), asking: Arc::new(Semaphore::new(ASKING)) }
    }
}

impl Streams {
    /// A place for one more stream of a member's, unless they or the process have enough of them.
    pub fn take(&self, member: MemberId) -> Option<Place> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let theirs = open.get(&member).copied().unwrap_or(0);
        if theirs >= OF_ONE || open.values().sum::<usize>() >= IN_ALL {
            return None;
        }
        open.insert(member, theirs + 1);
        Some(Place { streams: self.clone(), member })
    }

    /// Waits for its turn to ask the database something, for as long as the answer is held.
    pub async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.asking.acquire().await.ok()
    }
}

/// The place of a stream; free again when it is dropped.
#[derive(Debug)]
pub struct Place {
    streams: Streams,
    member: MemberId,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(theirs) = open.get_mut(&self.member) {
            *theirs -= 1;
            if *theirs == 0 {
                open.remove(&self.member);
            }
        }
    }
}

/// Answers with these events, each as it comes.
pub fn stream(events: impl Stream<Item = Event> + Send + 'static) -> Response {
    let events = Sse::new(events.map(Ok::<_, Infallible>));
    // nginx and its kin would otherwise gather some kilobytes first.
    let at_once = [(HeaderName::from_static("x-accel-buffering"), "no")];
    (at_once, events.keep_alive(KeepAlive::new().interval(SIGN_OF_LIFE))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_is_left_is_free_again() {
        let (streams, one) = (Streams::default(), MemberId::fresh());
        let taken: Vec<_> = (0..OF_ONE).map_while(|_| streams.take(one)).collect();
        assert_eq!(taken.len(), OF_ONE);
        assert!(streams.take(one).is_none());
        let others: Vec<_> =
            std::iter::repeat_with(|| streams.take(MemberId::fresh())).map_while(|it| it).collect();
        assert_eq!(others.len(), IN_ALL - OF_ONE);
        drop(taken);
        assert!(streams.take(one).is_some());
        drop(others);
        assert!(streams.open.lock().unwrap().is_empty());
    }
}
