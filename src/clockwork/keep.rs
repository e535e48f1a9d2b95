//! The loop of a node: look around, wait, look again.

use super::{Duty, look};
use crate::app::App;
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
    let mut bell = None;
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
        if bell.is_none() {
            bell = listen(app).await;
        }
        let rung = async {
            match &mut bell {
                Some(bell) => bell.recv().await.map(drop),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(app.config.tick) => {}
            heard = rung => match heard {
                Ok(()) => tokio::time::sleep(GATHER).await,
                Err(error) => {
                    tracing::warn!(?error, "the bell was lost; the next tick asks for it again");
                    bell = None;
                    tokio::time::sleep(GATHER).await;
                }
            },
        }
        if stop.is_cancelled() {
            return;
        }
    }
}

/// A connection that hears the database ring, or none for now: ticks go on by the clock.
async fn listen(app: &App) -> Option<sqlx::postgres::PgListener> {
    let mut listener =
        app.db.listener().await.inspect_err(|error| tracing::warn!(?error, "no bell for now")).ok()?;
    listener.listen("meridian").await.inspect_err(|error| tracing::warn!(?error, "no bell for now")).ok()?;
    Some(listener)
}
