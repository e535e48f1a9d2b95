//! Keeping each member's next digest where their settings put it.

use super::queries;
use super::window::{Rhythm, Wish};
use crate::calendar::{Absence, WorkingTime};
use crate::db::OrgTx;
use crate::ids::MemberId;
use crate::organisation::Me;
use chrono::{DateTime, NaiveTime, Utc, Weekday};

/// Works out the member's next digest anew: after their zone, week, hour or days away changed.
///
/// # Errors
/// When the database fails.
pub async fn reschedule(tx: &mut OrgTx, member: MemberId, now: DateTime<Utc>) -> sqlx::Result<()> {
    let (hours, absence) = queries::hours(tx, member).await?;
    let working = WorkingTime { zone: hours.zone, week: &hours.week.0, absence: &absence };
    let wish =
        Wish { rhythm: hours.rhythm(), time: hours.digest_time, weekday: weekday(hours.digest_weekday) };
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
    let rhythm = Rhythm::parse(rhythm).unwrap_or(Rhythm::None);
    Wish { rhythm, time, weekday: weekday(day) }.after(working, now).take(3).map(|send| send.at).collect()
}

/// The weekday of an ISO number; the database holds 1 to 7.
pub(super) fn weekday(iso: i16) -> Weekday {
    u8::try_from(iso - 1).ok().and_then(|zero| Weekday::try_from(zero).ok()).unwrap_or(Weekday::Mon)
}
