//! The loop of a node: look around, wait, look again.

use super::{Duty, look};
use crate::app::App;
use crate::db::{Bell, Rung};
use futures_util::FutureExt as _;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// After a ring, wait this long before looking: what rings together is done together.
const GATHER: Duration = Duration::from_millis(50);

/// Ticks until told to stop. A tick under way is finished first. Nothing that goes wrong ends the loop.
///
/// What waits for servers of others has a loop of its own, so that figures never wait for a slow relay.
pub async fn keep(app: App, stop: CancellationToken) {
    tokio::join!(rounds(&app, &stop, Duty::INDOORS), rounds(&app, &stop, Duty::OUTDOORS));
}

async fn rounds(app: &App, stop: &CancellationToken, duties: &[Duty]) {
    // First listen, then look: what is rung for meanwhile is heard afterwards.
    let mut bell = app.db.bell();
    loop {
        if let Err(error) = app.clock.anchor_again(&app.db).await {
            tracing::warn!(?error, "the clock could not be set by the database");
        }
        match look(app, app.clock.now(), duties).await {
            Ok(done) => {
                done.iter().filter(|done| done.did.as_ref().is_ok_and(|did| *did > 0)).for_each(|done| {
                    tracing::debug!(duty = done.duty.name(), did = ?done.did, took = ?done.took, "done");
                })
            }
            Err(fault) => tracing::warn!(?fault, "a tick could not be finished"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(app.config.tick) => {}
            () = ring(&mut bell) => {}
        }
        if stop.is_cancelled() {
            return;
        }
    }
}

/// Waits until the bell rings for work, and until all have rung that ring together.
async fn ring(bell: &mut Bell) {
    while let Rung::Posted(..) = bell.rung().await {}
    tokio::time::sleep(GATHER).await;
    while bell.rung().now_or_never().is_some() {}
}
