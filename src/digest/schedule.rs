//! Keeping each member's next digest where their settings put it.

use super::queries;
use super::window::Wish;
use crate::calendar::{Absence, WorkingTime};
use crate::db::OrgTx;
use crate::ids::MemberId;
use crate::organisation::Me;
use chrono::{DateTime, NaiveTime, Utc};

/// Works out the member's next digest anew: after their zone, week, hour or days away changed.
///
/// # Errors
/// When the database fails.
pub async fn reschedule(tx: &mut OrgTx, member: MemberId, now: DateTime<Utc>) -> sqlx::Result<()> {
    let (hours, absence) = queries::hours(tx, member).await?;
    let working = WorkingTime { zone: hours.zone, week: &hours.week.0, absence: &absence };
    let wish = Wish::stored(&hours.digest, hours.digest_time, hours.digest_weekday);
    let next = wish.after(working, now).next();
    queries::set_next(tx, member, next.map(|send| send.at)).await
}

/// The next three instants a digest may be sent to `me`, as their settings page shows them. Days away are left out of
/// account there: the page lists those apart.
pub fn next_sends(
    me: &Me,
    rhythm: &str,
    time: NaiveTime,
    day: i16,
    now: DateTime<Utc>,
) -> Vec<DateTime<Utc>> {
    let absence = Absence::NONE;
    let working = WorkingTime { zone: me.zone, week: &me.week, absence: &absence };
    Wish::stored(rhythm, time, day).after(working, now).take(3).map(|send| send.at).collect()
}
