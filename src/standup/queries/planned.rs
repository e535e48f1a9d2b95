//! Updates that go out later.

use super::Place;
use crate::calendar::Zone;
use crate::db::{DutyTx, OrgTx};
use crate::ids::{MemberId, OrgId, StandupId, SubmissionKey};
use crate::standup::typed::Typed;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sqlx::types::Json;

/// An update that goes out later.
#[derive(Debug, Clone)]
pub(in crate::standup) struct PlannedRow {
    pub(in crate::standup) standup_id: StandupId,
    pub(in crate::standup) member_id: MemberId,
    /// The day it will be for.
    pub(in crate::standup) local_date: NaiveDate,
    pub(in crate::standup) fields: Json<Typed>,
    pub(in crate::standup) goes_out_on: NaiveDate,
    pub(in crate::standup) goes_out_time: NaiveTime,
    pub(in crate::standup) zone: Zone,
    pub(in crate::standup) goes_out_at: DateTime<Utc>,
    pub(in crate::standup) submission_key: SubmissionKey,
}

impl PlannedRow {
    /// Where it will stand.
    pub(in crate::standup) fn place(&self) -> Place {
        Place { standup: self.standup_id, member: self.member_id, date: self.local_date }
    }
}

/// Lets an update go out later, in place of one that was to for the same day.
pub(in crate::standup) async fn put_planned(
    tx: &mut OrgTx,
    new: &PlannedRow,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into planned_update (org_id, standup_id, member_id, local_date, fields, goes_out_on, goes_out_time, zone,
                                     goes_out_at, submission_key, planned_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (org_id, standup_id, member_id, local_date)
         do update set fields = excluded.fields, goes_out_on = excluded.goes_out_on, goes_out_time = excluded.goes_out_time,
                       zone = excluded.zone, goes_out_at = excluded.goes_out_at, submission_key = excluded.submission_key,
                       planned_at = excluded.planned_at",
        tx.org as OrgId,
        new.standup_id as StandupId,
        new.member_id as MemberId,
        new.local_date,
        Json(&new.fields.0) as _,
        new.goes_out_on,
        new.goes_out_time,
        new.zone as Zone,
        new.goes_out_at,
        new.submission_key as SubmissionKey,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What a member lets go out later, by when.
pub(in crate::standup) async fn planned_of(
    tx: &mut OrgTx,
    member: MemberId,
) -> sqlx::Result<Vec<PlannedRow>> {
    sqlx::query_as!(
        PlannedRow,
        r#"select standup_id, member_id, local_date, fields as "fields: Json<Typed>", goes_out_on, goes_out_time, zone,
                  goes_out_at, submission_key
             from planned_update where org_id = $1 and member_id = $2 order by goes_out_at, standup_id"#,
        tx.org as OrgId,
        member as MemberId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Takes out the one that goes out next and is due at `now`, but for those another node has in hand.
pub(in crate::standup) async fn take_due(
    tx: &mut OrgTx,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<PlannedRow>> {
    sqlx::query_as!(
        PlannedRow,
        r#"delete from planned_update p
            using (select org_id, standup_id, member_id, local_date from planned_update
                    where org_id = $1 and goes_out_at <= $2 order by goes_out_at limit 1 for update skip locked) due
            where p.org_id = due.org_id and p.standup_id = due.standup_id and p.member_id = due.member_id
              and p.local_date = due.local_date
           returning p.standup_id, p.member_id, p.local_date, p.fields as "fields: Json<Typed>", p.goes_out_on,
                     p.goes_out_time, p.zone, p.goes_out_at, p.submission_key"#,
        tx.org as OrgId,
        now,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Takes back what was to go out for a place; gives its words, if it was still there.
pub(in crate::standup) async fn take_planned(tx: &mut OrgTx, place: Place) -> sqlx::Result<Option<Typed>> {
    let fields = sqlx::query_scalar!(
        r#"delete from planned_update where org_id = $1 and standup_id = $2 and member_id = $3 and local_date = $4
           returning fields as "fields: Json<Typed>""#,
        tx.org as OrgId,
        place.standup as StandupId,
        place.member as MemberId,
        place.date,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(fields.map(|Json(fields)| fields))
}

/// The organisations in which an update goes out by `now`.
pub(in crate::standup) async fn orgs_with_due(
    tx: &mut DutyTx,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<OrgId>> {
    sqlx::query_scalar!(
        r#"select distinct org_id as "org!: OrgId" from planned_update where goes_out_at <= $1"#,
        now,
    )
    .fetch_all(&mut **tx)
    .await
}
