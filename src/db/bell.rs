//! The bell: what the database announces with `NOTIFY`, heard once in each process and passed on to whoever listens.
//!
//! One connection hears for all, and only while somebody listens. An announcement is a reason to look and never the news
//! itself: it names an organisation and a team at most. What was announced while the connection was gone is gone too, so
//! that whenever it is made anew all who listen are told to look for themselves.

use super::Db;
use crate::ids::{OrgId, TeamId};
use sqlx::postgres::PgListener;
use std::future::pending;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{self, Receiver, Sender};
use tokio::time::sleep;

/// There is something to do for the background task.
const WORK: &str = "meridian";
/// Somebody posted: "{organisation} {team}".
const POSTED: &str = "meridian_posted";
/// So many rings wait for a listener that is busy; whoever has missed some looks for themselves.
const KEPT: usize = 256;
/// After an attempt to listen that failed, wait this long before the next.
const PAUSE: Duration = Duration::from_secs(1);

/// What was announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rung {
    /// Something is due.
    Work,
    /// Somebody posted in a team.
    Posted(OrgId, TeamId),
    /// It can't be said what: look.
    Anything,
}

impl Rung {
    fn of(channel: &str, payload: &str) -> Self {
        match channel {
            WORK => Rung::Work,
            _ => posted(payload).unwrap_or(Rung::Anything),
        }
    }
}

fn posted(payload: &str) -> Option<Rung> {
    let (org, team) = payload.split_once(' ')?;
    Some(Rung::Posted(org.parse().ok()?, team.parse().ok()?))
}

/// Somebody who listens.
#[derive(Debug)]
pub struct Bell {
    heard: Receiver<Rung>,
}

impl Bell {
    /// Waits for the next ring. Where the database is not listened to yet, [`Rung::Anything`] rings once it is.
    pub async fn rung(&mut self) -> Rung {
        match self.heard.recv().await {
            Ok(rung) => rung,
            Err(RecvError::Lagged(_)) => Rung::Anything,
            Err(RecvError::Closed) => pending().await,
        }
    }
}

/// Where those who listen in this process meet.
#[derive(Debug, Clone, Default)]
pub(super) struct Tower {
    /// There while somebody listens.
    rope: Arc<Mutex<Option<Sender<Rung>>>>,
}

impl Tower {
    /// Listens along; the first to do so sends for a connection.
    pub(super) fn listen(&self, db: &Db) -> Bell {
        let mut rope = self.rope.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = &*rope {
            return Bell { heard: sender.subscribe() };
        }
        let (sender, heard) = broadcast::channel(KEPT);
        *rope = Some(sender.clone());
        tokio::spawn(attend(self.clone(), db.clone(), sender));
        Bell { heard }
    }

    /// Takes the rope down if nobody listens any more.
    fn is_left(&self, sender: &Sender<Rung>) -> bool {
        let mut rope = self.rope.lock().unwrap_or_else(PoisonError::into_inner);
        let left = sender.receiver_count() == 0;
        if left {
            *rope = None;
        }
        left
    }
}

/// Hears for everybody, until nobody listens.
async fn attend(tower: Tower, db: Db, sender: Sender<Rung>) {
    loop {
        tokio::select! {
            () = sender.closed() => if tower.is_left(&sender) { return },
            () = hear(&db, &sender) => {}
        }
    }
}

/// Hears over one connection, for as long as that lasts.
async fn hear(db: &Db, sender: &Sender<Rung>) {
    let Some(mut listener) = connect(db).await else { return sleep(PAUSE).await };
    let _ = sender.send(Rung::Anything);
    loop {
        match listener.try_recv().await {
            Ok(Some(told)) => {
                let _ = sender.send(Rung::of(told.channel(), told.payload()));
            }
            lost => return tracing::warn!(?lost, "the bell was lost and is asked for again"),
        }
    }
}

async fn connect(db: &Db) -> Option<PgListener> {
    let listener = async {
        let mut listener = db.listener().await?;
        listener.eager_reconnect(false);
        listener.listen_all([WORK, POSTED]).await?;
        Ok::<_, sqlx::Error>(listener)
    };
    listener.await.inspect_err(|error| tracing::warn!(?error, "no bell for now")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_t_be_read_is_a_reason_to_look() {
        let (org, team) = (OrgId::fresh(), TeamId::fresh());
        assert_eq!(Rung::of(POSTED, &format!("{org} {team}")), Rung::Posted(org, team));
        assert_eq!(Rung::of(WORK, ""), Rung::Work);
        for broken in ["", " ", "x y", &org.to_string(), &format!("{org} ")] {
            assert_eq!(Rung::of(POSTED, broken), Rung::Anything, "{broken}");
        }
    }
}
