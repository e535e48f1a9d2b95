//! Carrying the mail that waits to the post: on every node at once, each mail by one of them.
//!
//! A node claims a few mails for a short while, sends them outside any transaction and notes what came of each. When it
//! dies in between, its claim runs out and another node takes over; the mail then keeps its identity. Nothing is sent
//! after it has become pointless.

use super::answering;
use super::door;
use super::pause::pause;
use super::post::{PATIENCE, Post, Trouble};
use super::posts::{self, Ready};
use super::queries::{self, Parcel};
use crate::app::App;
use crate::config::Config;
use crate::fault::{Fault, Result};
use crate::hook;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long a claim holds. Longer than a mail may take, with time to note it; short enough that with the next tick
/// after it a dead node's mail is on its way within 30 s.
const LEASE: TimeDelta = TimeDelta::seconds(15);
/// How many mails one claim covers; they travel side by side.
const BATCH: i64 = 8;
/// A round that has taken this long leaves the rest to the next, so that other duties get their turn.
const ROUND: Duration = Duration::from_secs(20);
/// How often a node tries to note that a mail has left before it leaves that to the end of its claim.
const NOTE_TRIES: u32 = 3;

const _: () = assert!(PATIENCE.as_secs() < LEASE.num_seconds().unsigned_abs());
const _: () = assert!(hook::PATIENCE.as_secs() < LEASE.num_seconds().unsigned_abs());

/// Sends what is due and gives how many mails and posts left the house. Safe on any number of nodes at once. Neither way
/// out waits for the other.
///
/// # Errors
/// When the database fails, or the way out can't be opened: then no mail was claimed, and none has lost a try.
pub async fn deliver(app: &App, now: DateTime<Utc>) -> Result<u64> {
    let mut tx = app.db.duty().await?;
    queries::skip_expired(&mut tx, now).await?;
    let due = queries::any_due(&mut tx, now).await?;
    tx.commit().await?;
    if !due {
        return Ok(0);
    }
    let (mails, posts) = tokio::join!(send_mails(app, now), send_posts(app, now));
    Ok(posts? + mails?)
}

async fn send_mails(app: &App, now: DateTime<Utc>) -> Result<u64> {
    let begun = Instant::now();
    let mut left = 0;
    let mut post = None;
    while begun.elapsed() < ROUND {
        // The way out is opened before anything is claimed, and anew after trouble.
        let way = match post.take() {
            Some(way) => way,
            None => Post::open(&app.config).await?,
        };
        // The clock is the tick's; what the round itself takes is added.
        let now = now + begun.elapsed();
        let batch = claim(app, false, now).await?;
        if batch.is_empty() {
            break;
        }
        let batch = door::pass(app, batch, now).await?;
        if batch.is_empty() {
            post = Some(way);
            continue;
        }
        let sent = count(join_all(batch.iter().map(|parcel| carry(app, &way, parcel, now))).await)?;
        left += sent;
        if usize::try_from(sent) == Ok(batch.len()) {
            post = Some(way);
        } else if sent == 0 {
            break;
        }
    }
    Ok(left)
}

async fn send_posts(app: &App, now: DateTime<Utc>) -> Result<u64> {
    let begun = Instant::now();
    let mut left = 0;
    while begun.elapsed() < ROUND {
        let now = now + begun.elapsed();
        let batch = claim(app, true, now).await?;
        if batch.is_empty() {
            break;
        }
        let ready = posts::pass(app, batch).await?;
        left += count(join_all(ready.iter().map(|ready| call(app, ready, now))).await)?;
    }
    Ok(left)
}

/// How many of them left.
fn count(carried: Vec<Result<bool>>) -> Result<u64> {
    let left = carried.into_iter().collect::<Result<Vec<bool>>>()?.into_iter().filter(|left| *left).count();
    Ok(u64::try_from(left).unwrap_or(u64::MAX))
}

/// Whether mail could leave right now: the folder can be made, or the relay answers and takes our name and password.
///
/// # Errors
/// Says what is in the way.
pub async fn reach(config: &Config) -> anyhow::Result<()> {
    Post::open(config).await.map(drop)
}

async fn claim(app: &App, posts: bool, now: DateTime<Utc>) -> Result<Vec<Parcel>> {
    let mut tx = app.db.duty().await?;
    let batch = queries::claim(&mut tx, posts, &app.config.node, (now, now + LEASE), BATCH).await?;
    tx.commit().await?;
    Ok(batch)
}

/// Sends one mail and notes what came of it.
async fn carry(app: &App, post: &Post, parcel: &Parcel, now: DateTime<Utc>) -> Result<bool> {
    let begun = Instant::now();
    let answers = answering::address(app, parcel.id, parcel.kind);
    let outcome = post.send(&app.config.mail_from, answers.as_deref(), parcel).await;
    settle(app, parcel, outcome, now + begun.elapsed()).await
}

/// Posts into one channel and notes what came of it.
async fn call(app: &App, ready: &Ready, now: DateTime<Utc>) -> Result<bool> {
    let begun = Instant::now();
    let outcome = posts::carry(app, ready).await;
    settle(app, &ready.parcel, outcome, now + begun.elapsed()).await
}

/// Notes what came of it. Logs say which mail, and never to whom or what the server said, which may repeat the address.
async fn settle(
    app: &App,
    parcel: &Parcel,
    outcome: Result<(), Trouble>,
    now: DateTime<Utc>,
) -> Result<bool> {
    match &outcome {
        Ok(()) => tracing::info!(mail = %parcel.id, kind = parcel.kind.as_str(), "mail sent"),
        Err(Trouble::Temporary(..)) => {
            tracing::warn!(mail = %parcel.id, attempt = parcel.attempts, "mail put off")
        }
        Err(Trouble::Permanent(_)) => tracing::warn!(mail = %parcel.id, "mail refused for good"),
    }
    let mut tries = 0;
    loop {
        tries += 1;
        match note(app, parcel, &outcome, now).await {
            Err(Fault::Unavailable(_)) if tries < NOTE_TRIES => sleep(Duration::from_millis(500)).await,
            noted => return noted.map(|()| outcome.is_ok()),
        }
    }
}

async fn note(app: &App, parcel: &Parcel, outcome: &Result<(), Trouble>, now: DateTime<Utc>) -> Result<()> {
    let mut tx = app.db.duty().await?;
    match outcome {
        Ok(()) => queries::mark_sent(&mut tx, parcel, now).await?,
        Err(Trouble::Permanent(problem)) => queries::mark_trouble(&mut tx, parcel, None, problem).await?,
        Err(Trouble::Temporary(problem, rest)) => {
            let rest = pause(parcel.id, parcel.attempts).max(rest.unwrap_or_default());
            let next = (now + rest).min(parcel.expires_at);
            queries::mark_trouble(&mut tx, parcel, Some(next), problem).await?;
        }
    }
    Ok(tx.commit().await?)
}
