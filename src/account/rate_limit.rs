//! How often something may be tried: token buckets in the database, since there are several nodes.
//!
//! A bucket begins full, gives one token a try and fills again at its own pace, by the clock all nodes share. Its name is
//! a keyed hash of whom it counts, so the table says nothing about people. Nobody is ever locked out: the answer says
//! when the next try may succeed.

use super::queries;
use crate::config::{Keys, Purpose};
use crate::fault::Fault;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// A kind of try and how often it may be made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    name: &'static str,
    /// Tries at once.
    burst: f64,
    /// Seconds until one more.
    pace: f64,
}

/// Passwords for one account, from browsers that never signed in to it: 10, then one a minute.
pub const SIGN_IN_ACCOUNT: Limit = Limit { name: "sign-in", burst: 10.0, pace: 60.0 };
/// Passwords from one browser that signed in before: 10, then one a minute.
pub const SIGN_IN_DEVICE: Limit = Limit { name: "sign-in-device", burst: 10.0, pace: 60.0 };
/// Passwords from one network: 30 in 15 minutes.
pub const SIGN_IN_NETWORK: Limit = Limit { name: "sign-in-net", burst: 30.0, pace: 30.0 };
/// The current password, asked for once more: 10, then one a minute.
pub const PROOF: Limit = Limit { name: "proof", burst: 10.0, pace: 60.0 };
/// Reset mails to one address: 3 an hour.
pub const RESET_ADDRESS: Limit = Limit { name: "reset", burst: 3.0, pace: 1200.0 };
/// Reset mails from one network: 10 an hour.
pub const RESET_NETWORK: Limit = Limit { name: "reset-net", burst: 10.0, pace: 360.0 };
/// Invitations to one address: 3 an hour.
pub const INVITE_ADDRESS: Limit = Limit { name: "invite", burst: 3.0, pace: 1200.0 };
/// Mails to oneself that show whether mail leaves: 3, then one in ten minutes.
pub const TEST_MAIL: Limit = Limit { name: "test-mail", burst: 3.0, pace: 600.0 };
/// Messages into one channel that show whether it takes them: 5, then one in two minutes.
pub const TEST_POST: Limit = Limit { name: "test-post", burst: 5.0, pace: 120.0 };
/// Answers to mails that go back to one member: 5, then one in ten minutes.
pub const RETURNED: Limit = Limit { name: "returned", burst: 5.0, pace: 600.0 };
/// One-time links that don't work, from one network: 20 in 15 minutes.
pub const DEAD_LINKS: Limit = Limit { name: "links", burst: 20.0, pace: 45.0 };

/// The tries that one subject has left.
#[derive(Debug, Clone)]
pub struct Bucket {
    limit: Limit,
    key: String,
}

impl Limit {
    /// The bucket of one subject: an address, a network, an id.
    pub fn of(self, keys: &Keys, subject: &str) -> Bucket {
        let digest = keys.digest(Purpose::RateLimit, format!("{}\u{1f}{subject}", self.name).as_bytes());
        let short = digest.get(..16).unwrap_or(&digest);
        Bucket { limit: self, key: format!("{}:{}", self.name, URL_SAFE_NO_PAD.encode(short)) }
    }
}

impl Bucket {
    /// Takes one try.
    ///
    /// # Errors
    /// [`Fault::TooMany`] with the seconds until one more, when there is none; nothing was taken then.
    pub async fn take(&self, conn: &mut PgConnection, now: DateTime<Utc>) -> Result<(), Fault> {
        let Limit { burst, pace, .. } = self.limit;
        if queries::take_token(conn, &self.key, burst, pace, now).await? {
            return Ok(());
        }
        Err(Fault::TooMany {
            retry_after: whole_seconds(queries::wait_for_token(conn, &self.key, pace, now).await?),
        })
    }

    /// Gives the try back: it turned out to be nothing to count.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_back(&self, conn: &mut PgConnection) -> sqlx::Result<()> {
        queries::return_token(conn, &self.key, self.limit.burst).await
    }
}

/// At least one second, at most what a bucket may need.
fn whole_seconds(seconds: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 1..=86400 just before"
    )]
    let whole = seconds.ceil().clamp(1.0, 86_400.0) as u32;
    whole
}
