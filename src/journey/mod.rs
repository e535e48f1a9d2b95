//! Moving house and travelling: how a member comes to another zone, and all that follows from it in one transaction.
//!
//! The words of this room:
//! - whoever **moves** has the new zone for good; whoever **travels** has it until a date, and comes home by themselves at
//!   the instant that date ends where they are;
//! - `member.zone` is always the zone in force. While somebody travels, their **home** is kept beside it.
//!
//! A window that is open stays as it is; those that have not opened follow the new clock, and so do digests and the dates
//! check-ins are due.

mod queries;

use crate::calendar::Zone;
use crate::calendar::day::first_instant;
use crate::db::OrgTx;
use crate::ids::MemberId;
use crate::okr::roll_up::look_again_at_owned;
use crate::{digest, fair, okr, standup};
use chrono::{DateTime, NaiveDate, Utc};

pub use queries::{Whereabouts, whereabouts};

/// How many members one transaction brings home.
const BATCH: i64 = 50;

/// For how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stay {
    /// Moved.
    ForGood,
    /// Travelling up to and including this date, on the calendar of the zone travelled to.
    Until(NaiveDate),
}

/// Takes a member to a zone at `now`. Travelling on keeps the home one set out from; going where home is ends the journey.
///
/// # Errors
/// When the database fails.
pub async fn go(
    tx: &mut OrgTx,
    member: MemberId,
    to: Zone,
    stay: Stay,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    fair::hold_of(tx, &[member]).await?;
    let updates = standup::asking::hold(tx, standup::asking::Whose::Member(member), now).await?;
    let check_ins = okr::asking::hold(tx, okr::asking::Whose::Owner(member), now).await?;
    let before = queries::whereabouts(tx, member).await?;
    let home = before.home.unwrap_or(before.zone);
    let travel = match stay {
        Stay::Until(date) if home != to => {
            let end = first_instant(to, date.succ_opt().unwrap_or(date));
            Some((home, date, end))
        }
        _ => None,
    };
    queries::set_zone(tx, member, to, travel).await?;
    updates.follow(tx, now).await?;
    check_ins.follow(tx, now).await?;
    digest::reschedule(tx, member, now).await?;
    fair::follow(tx, member, now).await?;
    look_again_at_owned(tx, member).await
}

/// Brings home whose journey has ended by `now`, each as of the instant it ended. Gives how many, at most a batch.
///
/// # Errors
/// When the database fails.
pub async fn come_home(tx: &mut OrgTx, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let due = queries::travellers(tx, now, BATCH).await?;
    fair::hold_of(tx, &due).await?;
    let ended = queries::claim_travellers(tx, now, &due).await?;
    for one in &ended {
        go(tx, one.id, one.home, Stay::ForGood, one.ends_at).await?;
    }
    Ok(u64::try_from(ended.len()).unwrap_or(u64::MAX))
}
