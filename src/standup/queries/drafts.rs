//! What a member typed and has not posted, and the days they are away.

use crate::db::OrgTx;
use crate::ids::{AwayId, MemberId, OrgId, StandupId};
use crate::standup::typed::Typed;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;

/// A draft is of one member, one standup and one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::standup) struct Place {
    pub(in crate::standup) standup: StandupId,
    pub(in crate::standup) member: MemberId,
    pub(in crate::standup) date: NaiveDate,
}

/// Keeps a draft, unless the update was posted meanwhile: a late autosave brings nothing back.
pub(in crate::standup) async fn keep_draft(
    tx: &mut OrgTx,
    place: Place,
    typed: &Typed,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"insert into draft (org_id, standup_id, member_id, local_date, fields, saved_at)
           select $1, $2, $3, $4, $5, $6
            where not exists (select from "update"
                               where org_id = $1 and standup_id = $2 and member_id = $3 and local_date = $4)
           on conflict (org_id, standup_id, member_id, local_date)
           do update set fields = excluded.fields, saved_at = excluded.saved_at"#,
        tx.org as OrgId,
        place.standup as StandupId,
        place.member as MemberId,
        place.date,
        Json(typed) as _,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A kept draft and when it was kept.
pub(in crate::standup) struct DraftRow {
    pub(in crate::standup) fields: Json<Typed>,
    pub(in crate::standup) saved_at: DateTime<Utc>,
}

/// The draft of this place.
pub(in crate::standup) async fn draft(tx: &mut OrgTx, place: Place) -> sqlx::Result<Option<DraftRow>> {
    sqlx::query_as!(
        DraftRow,
        r#"select fields as "fields: Json<Typed>", saved_at from draft
            where org_id = $1 and standup_id = $2 and member_id = $3 and local_date = $4"#,
        tx.org as OrgId,
        place.standup as StandupId,
        place.member as MemberId,
        place.date,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Forgets a draft.
pub(in crate::standup) async fn drop_draft(tx: &mut OrgTx, place: Place) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from draft where org_id = $1 and standup_id = $2 and member_id = $3 and local_date = $4",
        tx.org as OrgId,
        place.standup as StandupId,
        place.member as MemberId,
        place.date,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Marks one date as away, unless it already lies in an away period.
pub(in crate::standup) async fn add_away_day(
    tx: &mut OrgTx,
    member: MemberId,
    date: NaiveDate,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"insert into away (org_id, id, member_id, first_date, last_date, created_at)
           select $1, $2, $3, $4, $4, $5
            where not exists (select from away where org_id = $1 and member_id = $3 and $4 between first_date and last_date)"#,
        tx.org as OrgId,
        AwayId::fresh() as AwayId,
        member as MemberId,
        date,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes one date out of a member's away periods: one around it ends the day before, and what follows is a period of
/// its own with the same note and stand-in.
pub(in crate::standup) async fn drop_away_day(
    tx: &mut OrgTx,
    member: MemberId,
    date: NaiveDate,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"with hit as (delete from away where org_id = $1 and member_id = $2 and $3 between first_date and last_date
                        returning *)
           insert into away (org_id, id, member_id, first_date, last_date, note, stand_in_id, created_at)
           select org_id, id, member_id, first_date, $3::date - 1, note, stand_in_id, created_at from hit where first_date < $3
           union all
           select org_id, $4, member_id, $3::date + 1, last_date, note, stand_in_id, created_at from hit where last_date > $3"#,
        tx.org as OrgId,
        member as MemberId,
        date,
        AwayId::fresh() as AwayId,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
