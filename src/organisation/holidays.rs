//! Public holidays: the calendars that come with Meridian, those read from an iCalendar file, and keeping either for an
//! organisation.
//!
//! A calendar is chosen by members, whose days off its dates then are, and by cycles, whose working days they are not.
//! What is kept is a copy of dates and names, so that a page or a roll-up reads one table whatever the source.

pub mod icalendar;
pub mod shipped;

pub use super::queries::holidays::{Calendar, calendars, holidays_within, remove};
pub use shipped::Shipped;

use super::queries::holidays as queries;
use crate::db::OrgTx;
use crate::ids::HolidayCalendarId;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

/// Dates with the names of their holidays; two on one date share it, "Ascension Day, Labour Day".
pub type Holidays = BTreeMap<NaiveDate, String>;

/// The longest name of a holiday, in characters.
const NAME: usize = 200;

/// Notes that a date has a holiday.
fn note(holidays: &mut Holidays, day: NaiveDate, name: &str) {
    let all = holidays.entry(day).or_default();
    if all.split(", ").any(|one| one == name) {
        return;
    }
    let whole = if all.is_empty() { name.to_owned() } else { format!("{all}, {name}") };
    *all = whole.chars().take(NAME).collect();
}

/// The organisation's copy of a shipped calendar, made or brought up to date. Says whether its dates are other than before.
///
/// # Errors
/// When the database fails.
pub async fn adopt(
    tx: &mut OrgTx,
    shipped: &Shipped,
    now: DateTime<Utc>,
) -> sqlx::Result<(HolidayCalendarId, bool)> {
    let id = queries::add_shipped(tx, shipped.code, shipped.name, now).await?;
    Ok((id, queries::put_holidays(tx, id, &shipped.holidays).await?))
}

/// Keeps an imported calendar: one of that name that was imported before gets these dates instead of its own. `None` when
/// the name is a shipped calendar's. Says whether its dates are other than before.
///
/// # Errors
/// When the database fails.
pub async fn import(
    tx: &mut OrgTx,
    name: &str,
    holidays: &Holidays,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<(HolidayCalendarId, bool)>> {
    let Some(id) = queries::add_imported(tx, name, now).await? else { return Ok(None) };
    Ok(Some((id, queries::put_holidays(tx, id, holidays).await?)))
}
