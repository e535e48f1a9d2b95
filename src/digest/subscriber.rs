//! What a member takes by mail, kind by kind, and how one kind is stopped and no other.

use super::queries::{self, Subscriber};
use super::window::Rhythm;
use crate::db::OrgTx;
use crate::ids::MemberId;
use crate::mail::Kind;
use crate::notice::{self, Pace};
use crate::reminder::{self, Wanted};
use chrono::{DateTime, Utc};

impl Subscriber {
    /// Whether this kind of mail comes to them as things stand, and can be stopped.
    pub fn takes(&self, kind: Kind) -> bool {
        match (kind, rhythm(kind)) {
            (Kind::Notice, _) => self.notices != Pace::None,
            (Kind::DigestCycle, _) => self.cycle_letter && self.digest != Rhythm::None.as_str(),
            (Kind::Reminder, _) => self.reminders != Wanted::None,
            (_, Some(rhythm)) => self.digest == rhythm.as_str(),
            (_, None) => false,
        }
    }
}

/// How the digest of this kind comes; none for other mail.
fn rhythm(kind: Kind) -> Option<Rhythm> {
    match kind {
        Kind::DigestDaily => Some(Rhythm::Daily),
        Kind::DigestWeekly => Some(Rhythm::Weekly),
        _ => None,
    }
}

/// What a member takes; `None` when they have left.
///
/// # Errors
/// When the database fails.
pub async fn subscriber(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<Option<Subscriber>> {
    queries::subscriber(tx, member).await
}

/// Stops this kind of mail, and no other. What can't be stopped goes on.
///
/// # Errors
/// When the database fails.
pub async fn stop(tx: &mut OrgTx, member: MemberId, kind: Kind, now: DateTime<Utc>) -> sqlx::Result<()> {
    match (kind, rhythm(kind)) {
        (Kind::Notice, _) => notice::stop(tx, member, now).await,
        (Kind::DigestCycle, _) => queries::ends::stop(tx, member).await,
        (Kind::Reminder, _) => reminder::stop(tx, member).await,
        (_, Some(rhythm)) => queries::stop(tx, member, rhythm.as_str()).await,
        (_, None) => Ok(()),
    }
}
