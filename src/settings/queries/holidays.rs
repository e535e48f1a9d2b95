//! The organisation's calendars of public holidays: what is in them, and who keeps them.

use crate::db::OrgTx;
use crate::ids::{HolidayCalendarId, MemberId, OrgId};
use chrono::NaiveDate;

/// A date of a calendar.
pub(in crate::settings) struct Holiday {
    pub(in crate::settings) day: NaiveDate,
    pub(in crate::settings) name: String,
}

/// The dates of a calendar from one on, at most so many.
pub(in crate::settings) async fn holidays_from(
    tx: &mut OrgTx,
    calendar: HolidayCalendarId,
    first: NaiveDate,
    at_most: i64,
) -> sqlx::Result<Vec<Holiday>> {
    sqlx::query_as!(
        Holiday,
        "select day, name from holiday where org_id = $1 and calendar_id = $2 and day >= $3 order by day limit $4",
        tx.org as OrgId,
        calendar as HolidayCalendarId,
        first,
        at_most,
    )
    .fetch_all(&mut **tx)
    .await
}

/// A calendar, all its dates, and how many keep it.
pub(in crate::settings) struct Kept {
    pub(in crate::settings) id: HolidayCalendarId,
    pub(in crate::settings) name: String,
    pub(in crate::settings) shipped: Option<String>,
    pub(in crate::settings) days: Vec<NaiveDate>,
    pub(in crate::settings) names: Vec<String>,
    pub(in crate::settings) members: i64,
    pub(in crate::settings) cycles: i64,
}

/// The organisation's calendars, by name.
pub(in crate::settings) async fn kept(tx: &mut OrgTx) -> sqlx::Result<Vec<Kept>> {
    sqlx::query_as!(
        Kept,
        r#"select c.id, c.name, c.shipped,
                  array(select h.day from holiday h where h.org_id = c.org_id and h.calendar_id = c.id order by h.day) as "days!",
                  array(select h.name from holiday h where h.org_id = c.org_id and h.calendar_id = c.id order by h.day) as "names!",
                  (select count(*) from member m
                    where m.org_id = c.org_id and m.holiday_calendar_id = c.id and m.left_at is null) as "members!",
                  (select count(*) from cycle y where y.org_id = c.org_id and y.holiday_calendar_id = c.id) as "cycles!"
             from holiday_calendar c where c.org_id = $1 order by c.name, c.id"#,
        tx.org as OrgId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Who keeps a calendar.
pub(in crate::settings) async fn keepers(
    tx: &mut OrgTx,
    calendar: HolidayCalendarId,
) -> sqlx::Result<Vec<MemberId>> {
    sqlx::query_scalar!(
        "select id from member where org_id = $1 and holiday_calendar_id = $2 and left_at is null order by id",
        tx.org as OrgId,
        calendar as HolidayCalendarId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// The cycles that leave a calendar's dates out, and those in which somebody who keeps it owns a key result, are computed
/// anew, from before their first day in any zone.
pub(in crate::settings) async fn look_again_at_kept(
    tx: &mut OrgTx,
    calendar: HolidayCalendarId,
) -> sqlx::Result<()> {
    tx.uncover().await?;
    sqlx::query!(
        "insert into roll_up_due (org_id, id, cycle_id, since)
         select c.org_id, gen_random_uuid(), c.id, least(c.created_at, c.first_date - interval '2 days')
           from cycle c
          where c.org_id = $1 and (c.holiday_calendar_id = $2 or exists (
                select from key_result k
                  join objective o on o.org_id = k.org_id and o.id = k.objective_id
                  join member m on m.org_id = k.org_id and m.id = k.owner_id
                 where k.org_id = c.org_id and o.cycle_id = c.id and m.holiday_calendar_id = $2))",
        tx.org as OrgId,
        calendar as HolidayCalendarId,
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!("select pg_notify('meridian', '')").execute(&mut **tx).await?;
    tx.cover().await
}
