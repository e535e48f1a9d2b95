//! What people are asked for, date by date: rows made some days ahead and then kept.
//!
//! The words of this room:
//! - an **asked** date is one on which somebody owes something: an update of a standup, a check-in of a key result. Its row
//!   holds the two instants its window opens and is due;
//! - a **rule** says which dates, and from when to when on somebody's clock: a standup's timetable in a member's zone, a
//!   key result's cadence in its owner's;
//! - a **course** is one rule for one member; a **place** holds the courses that are made ahead together: all standups of
//!   a seat in a team, or one key result;
//! - the **horizon** is the last date rows are made for at an instant, [`AHEAD`] days from the one that has begun. It
//!   follows from the instant and the zone alone, so that rows made late are the rows that would have been made on time.
//!
//! Two verbs keep them. [`keep`] makes what the horizon has reached, under the rules in force. [`follow`] is called after a
//! rule has changed, in the same transaction and after `keep`: what has opened stays for good, what has not takes the new
//! instants, what is not due any more goes. Which rows belong together, and their locks, are the business of the rooms
//! that know standups and key results.

mod plan;
mod queries;

pub use plan::{AHEAD, Asked, Course, Kept, Mark, Place, Rule, Subject};

use crate::db::OrgTx;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// Makes the rows these places lack up to their horizon at `now` and gives how far each got, with the number of rows.
///
/// # Errors
/// When the database fails.
pub async fn keep<R: Rule>(
    tx: &mut OrgTx,
    places: &[Place<R>],
    now: DateTime<Utc>,
) -> sqlx::Result<(Vec<Mark>, u64)> {
    let (rows, marks): (Vec<_>, Vec<_>) = places.iter().map(|place| place.ahead(now)).unzip();
    let made = queries::add(tx, &rows.concat()).await?;
    Ok((marks, made))
}

/// Lets the rows of these places follow rules that changed at `now`. `kept` holds the rows from [`still_open_from`] on of
/// everybody the change touches, also of places that are no more.
///
/// # Errors
/// When the database fails.
pub async fn follow<R: Rule>(
    tx: &mut OrgTx,
    places: &[Place<R>],
    kept: &[Kept],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Mark>> {
    let changes = plan::follow(places, kept, now);
    queries::remove(tx, &changes.gone).await?;
    queries::change(tx, &changes.changed).await?;
    queries::add(tx, &changes.new).await?;
    Ok(changes.marks)
}

/// No row for an earlier date can be unopened at `now`, or lately excused, in any zone.
pub fn still_open_from(now: DateTime<Utc>) -> NaiveDate {
    (now - TimeDelta::days(plan::BEHIND)).date_naive()
}
