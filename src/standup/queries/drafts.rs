//! What a member typed and has not posted, and the days they are away.

use crate::db::{DutyTx, OrgTx};
use crate::ids::{AwayId, MemberId, OrgId, StandupId, SubmissionKey};
use crate::standup::later::Returned;
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

/// Whoever writes or posts for a place waits here for whoever does so at the same moment, until the transaction ends.
pub(in crate::standup) async fn hold_place(tx: &mut OrgTx, place: Place) -> sqlx::Result<()> {
    let name = format!("{} {} {} {}", tx.org, place.standup, place.member, place.date);
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 26)) is null as held", name)
        .fetch_one(&mut **tx)
        .await?;
    Ok(())
}

/// Writes a draft, in place of the one that is there.
pub(in crate::standup) async fn put_draft(
    tx: &mut OrgTx,
    place: Place,
    draft: &DraftRow,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"insert into draft (org_id, standup_id, member_id, local_date, fields, saved_at, revision, form, returned)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
           on conflict (org_id, standup_id, member_id, local_date)
           do update set fields = excluded.fields, saved_at = excluded.saved_at, revision = excluded.revision,
                         form = excluded.form, returned = excluded.returned"#,
        tx.org as OrgId,
        place.standup as StandupId,
        place.member as MemberId,
        place.date,
        Json(&draft.fields.0) as _,
        draft.saved_at,
        draft.revision,
        draft.form as Option<SubmissionKey>,
        draft.returned as Option<Returned>,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A kept draft.
#[derive(Debug, Clone)]
pub(in crate::standup) struct DraftRow {
    pub(in crate::standup) fields: Json<Typed>,
    pub(in crate::standup) saved_at: DateTime<Utc>,
    /// How often it was written.
    pub(in crate::standup) revision: i32,
    /// Which form wrote it last.
    pub(in crate::standup) form: Option<SubmissionKey>,
    /// Why it did not go out when it was planned to.
    pub(in crate::standup) returned: Option<Returned>,
}

/// The draft of this place.
pub(in crate::standup) async fn draft(tx: &mut OrgTx, place: Place) -> sqlx::Result<Option<DraftRow>> {
    sqlx::query_as!(
        DraftRow,
        r#"select fields as "fields: Json<Typed>", saved_at, revision, form as "form: SubmissionKey",
                  returned as "returned: Returned" from draft
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

/// What another form wrote for a place, kept beside its draft.
#[derive(Debug, Clone)]
pub(in crate::standup) struct AsideRow {
    pub(in crate::standup) form: SubmissionKey,
    pub(in crate::standup) fields: Json<Typed>,
    pub(in crate::standup) saved_at: DateTime<Utc>,
}

/// What is kept beside the draft of a place, the oldest first.
pub(in crate::standup) async fn asides(tx: &mut OrgTx, place: Place) -> sqlx::Result<Vec<AsideRow>> {
    sqlx::query_as!(
        AsideRow,
        r#"select form as "form: SubmissionKey", fields as "fields: Json<Typed>", saved_at from draft_aside
            where org_id = $1 and standup_id = $2 and member_id = $3 and local_date = $4 order by saved_at, form"#,
        tx.org as OrgId,
        place.standup as StandupId,
        place.member as MemberId,
        place.date,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Keeps what a form wrote beside the draft, in place of what it wrote there before.
pub(in crate::standup) async fn put_aside(
    tx: &mut OrgTx,
    place: Place,
    aside: &AsideRow,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"insert into draft_aside (org_id, standup_id, member_id, local_date, form, fields, saved_at)
           values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (org_id, standup_id, member_id, local_date, form)
           do update set fields = excluded.fields, saved_at = excluded.saved_at"#,
        tx.org as OrgId,
        place.standup as StandupId,
        place.member as MemberId,
        place.date,
        aside.form as SubmissionKey,
        Json(&aside.fields.0) as _,
        aside.saved_at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Forgets what a form wrote beside the draft.
pub(in crate::standup) async fn drop_aside(
    tx: &mut OrgTx,
    place: Place,
    form: SubmissionKey,
) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from draft_aside
          where org_id = $1 and standup_id = $2 and member_id = $3 and local_date = $4 and form = $5",
        tx.org as OrgId,
        place.standup as StandupId,
        place.member as MemberId,
        place.date,
        form as SubmissionKey,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Forgets drafts, and what is kept beside them, for dates before `day` that nobody has written since `saved`.
pub(in crate::standup) async fn forget_drafts(
    tx: &mut DutyTx,
    day: NaiveDate,
    saved: DateTime<Utc>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"with drafts as (delete from draft where local_date < $1 and saved_at < $2 returning 1),
                asides as (delete from draft_aside where local_date < $1 and saved_at < $2 returning 1)
           select (select count(*) from drafts) + (select count(*) from asides) as "gone!""#,
        day,
        saved,
    )
    .fetch_one(&mut **tx)
    .await
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
