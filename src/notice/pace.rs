//! How soon a mail brings notices.

use super::queries;
use crate::db::OrgTx;
use crate::ids::MemberId;
use chrono::{DateTime, TimeDelta, Utc};

crate::stored_word! {
    /// How soon a mail brings notices.
    pub enum Pace {
        /// Those of a quarter of an hour together.
        Quarter = "quarter",
        /// Those of an hour together.
        Hour = "hour",
        /// Those of four hours together.
        FourHours = "four_hours",
        /// In the digest, where one comes.
        Digest = "digest",
        /// They stand in the app only.
        None = "none",
    }
}

impl Pace {
    /// How long the first of a mail waits for others; nothing where there is no mail of their own.
    pub fn gathers(self) -> Option<TimeDelta> {
        match self {
            Pace::Quarter => Some(TimeDelta::minutes(15)),
            Pace::Hour => Some(TimeDelta::hours(1)),
            Pace::FourHours => Some(TimeDelta::hours(4)),
            Pace::Digest | Pace::None => None,
        }
    }
}

/// Has a member's notices come at another pace from now on. Those that wait go by the new one; none is sent later to whoever
/// wants none now.
///
/// # Errors
/// When the database fails.
pub async fn choose(tx: &mut OrgTx, member: MemberId, pace: Pace, now: DateTime<Utc>) -> sqlx::Result<()> {
    if queries::pace(tx, member).await? == pace {
        return Ok(());
    }
    if pace == Pace::None {
        queries::mark_all_told(tx, member, now).await?;
    }
    let first = queries::first_untold(tx, member).await?;
    let next = first.zip(pace.gathers()).map(|(first, gathers)| (first + gathers).max(now));
    queries::set_pace(tx, member, pace, next).await
}

/// Stops the mail, whatever its pace; the list in the app goes on.
///
/// # Errors
/// When the database fails.
pub async fn stop(tx: &mut OrgTx, member: MemberId, now: DateTime<Utc>) -> sqlx::Result<()> {
    choose(tx, member, Pace::None, now).await
}
