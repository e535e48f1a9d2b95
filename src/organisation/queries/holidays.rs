//! Calendars of public holidays as an organisation keeps them.

use crate::calendar::Absence;
use crate::db::OrgTx;
use crate::ids::{HolidayCalendarId, OrgId};
use crate::organisation::holidays::Holidays;
use chrono::{DateTime, NaiveDate, Utc};

/// A calendar of the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Which.
    pub id: HolidayCalendarId,
    /// How it is called.
    pub name: String,
    /// The code of the shipped one it is a copy of; imported ones have none.
    pub shipped: Option<String>,
}

/// The organisation's calendars, by name.
///
/// # Errors
/// When the database fails.
pub async fn calendars(tx: &mut OrgTx) -> sqlx::Result<Vec<Calendar>> {
    sqlx::query_as!(
        Calendar,
        "select id, name, shipped from holiday_calendar where org_id = $1 order by name, id",
        tx.org as OrgId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// The dates of a calendar a cycle from `first` to `last` leaves out. Without a calendar: none.
///
/// # Errors
/// When the database fails.
pub async fn holidays_within(
    tx: &mut OrgTx,
    calendar: Option<HolidayCalendarId>,
    (first, last): (NaiveDate, NaiveDate),
) -> sqlx::Result<Absence> {
    sqlx::query_scalar!(
        r#"select holidays_of_cycle($1, $2, $3, $4) as "holidays!: sqlx::types::Json<Absence>""#,
        tx.org as OrgId,
        calendar as Option<HolidayCalendarId>,
        first,
        last,
    )
    .fetch_one(&mut **tx)
    .await
    .map(|holidays| holidays.0)
}

/// The copy of a shipped calendar, made if it is not there. An imported one may have its name: then the code is added.
pub(in crate::organisation) async fn add_shipped(
    tx: &mut OrgTx,
    code: &str,
    name: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<HolidayCalendarId> {
    sqlx::query_scalar!(
        r#"insert into holiday_calendar (org_id, id, name, shipped, created_at)
           values ($1, $2, case when exists (select from holiday_calendar
                                              where org_id = $1 and name = $3 and shipped is distinct from $4)
                                then $3 || ' (' || $4 || ')' else $3 end, $4, $5)
           on conflict (org_id, shipped) do update set shipped = excluded.shipped
           returning id"#,
        tx.org as OrgId,
        HolidayCalendarId::fresh() as HolidayCalendarId,
        name,
        code,
        now,
    )
    .fetch_one(&mut **tx)
    .await
}

/// The imported calendar of this name, made if it is not there; `None` when the name is a shipped one's.
pub(in crate::organisation) async fn add_imported(
    tx: &mut OrgTx,
    name: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<HolidayCalendarId>> {
    sqlx::query_scalar!(
        r#"insert into holiday_calendar (org_id, id, name, created_at) values ($1, $2, $3, $4)
           on conflict (org_id, name) do update set name = excluded.name where holiday_calendar.shipped is null
           returning id"#,
        tx.org as OrgId,
        HolidayCalendarId::fresh() as HolidayCalendarId,
        name,
        now,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Gives a calendar these dates and no others. Says whether that changed anything but names.
pub(in crate::organisation) async fn put_holidays(
    tx: &mut OrgTx,
    calendar: HolidayCalendarId,
    holidays: &Holidays,
) -> sqlx::Result<bool> {
    let (days, names): (Vec<NaiveDate>, Vec<String>) =
        holidays.iter().map(|(day, name)| (*day, name.clone())).unzip();
    let gone = sqlx::query!(
        "delete from holiday where org_id = $1 and calendar_id = $2 and day <> all ($3)",
        tx.org as OrgId,
        calendar as HolidayCalendarId,
        &days,
    )
    .execute(&mut **tx)
    .await?;
    let before = sqlx::query_scalar!(
        r#"select count(*) as "days!" from holiday where org_id = $1 and calendar_id = $2"#,
        tx.org as OrgId,
        calendar as HolidayCalendarId,
    )
    .fetch_one(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into holiday (org_id, calendar_id, day, name)
         select $1, $2, day, name from unnest($3::date[], $4::text[]) as new (day, name)
         on conflict (org_id, calendar_id, day) do update set name = excluded.name where holiday.name <> excluded.name",
        tx.org as OrgId,
        calendar as HolidayCalendarId,
        &days,
        &names,
    )
    .execute(&mut **tx)
    .await?;
    Ok(gone.rows_affected() > 0 || usize::try_from(before).unwrap_or_default() < days.len())
}

/// Removes a calendar; who had chosen it has none then. `false` when it is not there.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut OrgTx, calendar: HolidayCalendarId) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "delete from holiday_calendar where org_id = $1 and id = $2",
        tx.org as OrgId,
        calendar as HolidayCalendarId,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}
