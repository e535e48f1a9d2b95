//! Keeping each member's next digest where their settings put it.

use super::queries;
use super::window::Wish;
use crate::calendar::{Absence, Reachable, WeekHours, WorkWeek, WorkingTime, Zone};
use crate::db::OrgTx;
use crate::ids::MemberId;
use chrono::{DateTime, Utc};

/// Works out the member's next digest anew: after their zone, week, peak hours, hour or days away changed.
///
/// # Errors
/// When the database fails.
pub async fn reschedule(tx: &mut OrgTx, member: MemberId, now: DateTime<Utc>) -> sqlx::Result<()> {
    let sending = queries::sending(tx, member).await?;
    let wish = Wish::stored(&sending.digest, sending.digest_time, sending.digest_weekday);
    let next = wish.after(sending.hours.0.reachable(), now).next();
    queries::set_next(tx, member, next.map(|send| send.at), None).await
}

/// The next three instants a digest may be sent to somebody with these hours who is absent then, as a settings page shows
/// them.
pub fn next_sends(
    (zone, week, peak): (Zone, &WorkWeek, &WeekHours),
    absence: &Absence,
    wish: Wish,
    now: DateTime<Utc>,
) -> Vec<DateTime<Utc>> {
    let working = WorkingTime { zone, week, absence };
    wish.after(Reachable { working, peak }, now).take(3).map(|send| send.at).collect()
}
