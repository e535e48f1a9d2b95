//! A member's time away, and whose public holidays they keep.

use crate::calendar::Absence;
use crate::db::OrgTx;
use crate::ids::{AwayId, HolidayCalendarId, MemberId, OrgId};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;

/// Days away, as a member's settings list them.
pub(in crate::settings) struct Away {
    pub(in crate::settings) id: AwayId,
    pub(in crate::settings) first_date: NaiveDate,
    pub(in crate::settings) last_date: NaiveDate,
    pub(in crate::settings) note: String,
    pub(in crate::settings) stand_in_id: Option<MemberId>,
    pub(in crate::settings) stand_in: Option<String>,
}

/// Days away as they are to be.
pub(in crate::settings) struct NewAway {
    pub(in crate::settings) first: NaiveDate,
    pub(in crate::settings) last: NaiveDate,
    pub(in crate::settings) note: String,
    pub(in crate::settings) stand_in: Option<MemberId>,
}

/// A member's days away that are not over on `today`.
pub(in crate::settings) async fn away_from(
    tx: &mut OrgTx,
    member: MemberId,
    today: NaiveDate,
) -> sqlx::Result<Vec<Away>> {
    sqlx::query_as!(
        Away,
        r#"select a.id, a.first_date, a.last_date, a.note, a.stand_in_id, s.name as "stand_in?"
             from away a left join member s on s.org_id = a.org_id and s.id = a.stand_in_id
            where a.org_id = $1 and a.member_id = $2 and a.last_date >= $3 order by a.first_date, a.id"#,
        tx.org as OrgId,
        member as MemberId,
        today,
    )
    .fetch_all(&mut **tx)
    .await
}

/// The days of the year from `today` on which a member is absent.
pub(in crate::settings) async fn absence(
    tx: &mut OrgTx,
    member: MemberId,
    today: NaiveDate,
) -> sqlx::Result<Absence> {
    sqlx::query_scalar!(
        r#"select coalesce(jsonb_agg(jsonb_build_array(first_date, last_date)), '[]'::jsonb) as "absence!: Json<Absence>"
             from absent where org_id = $1 and member_id = $2 and last_date >= $3 and first_date <= $3 + 366"#,
        tx.org as OrgId,
        member as MemberId,
        today,
    )
    .fetch_one(&mut **tx)
    .await
    .map(|Json(absence)| absence)
}

/// One stretch of a member's days away.
pub(in crate::settings) async fn away(
    tx: &mut OrgTx,
    member: MemberId,
    away: AwayId,
) -> sqlx::Result<Option<Away>> {
    sqlx::query_as!(
        Away,
        r#"select a.id, a.first_date, a.last_date, a.note, a.stand_in_id, s.name as "stand_in?"
             from away a left join member s on s.org_id = a.org_id and s.id = a.stand_in_id
            where a.org_id = $1 and a.member_id = $2 and a.id = $3"#,
        tx.org as OrgId,
        member as MemberId,
        away as AwayId,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Notes days away.
pub(in crate::settings) async fn add_away(
    tx: &mut OrgTx,
    member: MemberId,
    new: &NewAway,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into away (org_id, id, member_id, first_date, last_date, note, stand_in_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tx.org as OrgId,
        AwayId::fresh() as AwayId,
        member as MemberId,
        new.first,
        new.last,
        new.note,
        new.stand_in as Option<MemberId>,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Changes days away; `false` when the member has no such days.
pub(in crate::settings) async fn change_away(
    tx: &mut OrgTx,
    member: MemberId,
    away: AwayId,
    new: &NewAway,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update away set first_date = $4, last_date = $5, note = $6, stand_in_id = $7
          where org_id = $1 and member_id = $2 and id = $3",
        tx.org as OrgId,
        member as MemberId,
        away as AwayId,
        new.first,
        new.last,
        new.note,
        new.stand_in as Option<MemberId>,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes days away back; `false` when the member has no such days.
pub(in crate::settings) async fn remove_away(
    tx: &mut OrgTx,
    member: MemberId,
    away: AwayId,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "delete from away where org_id = $1 and member_id = $2 and id = $3",
        tx.org as OrgId,
        member as MemberId,
        away as AwayId,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Somebody who can stand in.
pub(in crate::settings) struct Mate {
    pub(in crate::settings) id: MemberId,
    pub(in crate::settings) name: String,
}

/// Who can stand in for a member: those of their teams first. Observers are asked nothing.
pub(in crate::settings) async fn stand_ins(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<Vec<Mate>> {
    sqlx::query_as!(
        Mate,
        "select m.id, m.name from member m
          where m.org_id = $1 and m.id <> $2 and m.left_at is null and m.role <> 'observer'
          order by not exists (select from team_member a join team_member b on b.org_id = a.org_id and b.team_id = a.team_id
                                where a.org_id = $1 and a.member_id = $2 and b.member_id = m.id), m.name, m.id",
        tx.org as OrgId,
        member as MemberId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Whose public holidays a member keeps.
pub(in crate::settings) async fn calendar_of(
    tx: &mut OrgTx,
    member: MemberId,
) -> sqlx::Result<Option<HolidayCalendarId>> {
    sqlx::query_scalar!(
        "select holiday_calendar_id from member where org_id = $1 and id = $2",
        tx.org as OrgId,
        member as MemberId,
    )
    .fetch_one(&mut **tx)
    .await
}

/// Sets whose public holidays a member keeps; `false` when there is no such calendar here.
pub(in crate::settings) async fn set_calendar(
    tx: &mut OrgTx,
    member: MemberId,
    calendar: Option<HolidayCalendarId>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update member set holiday_calendar_id = $3
          where org_id = $1 and id = $2
            and ($3::uuid is null or exists (select from holiday_calendar where org_id = $1 and id = $3))",
        tx.org as OrgId,
        member as MemberId,
        calendar as Option<HolidayCalendarId>,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}
