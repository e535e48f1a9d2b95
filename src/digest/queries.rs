//! The SQL of digests.

use super::window::Rhythm;
use crate::calendar::{Absence, WorkWeek, Zone};
use crate::db::OrgTx;
use crate::ids::{MemberId, OrgId};
use chrono::{DateTime, NaiveTime, Utc};
use sqlx::types::Json;

/// What decides when a member's digest may be sent.
pub(super) struct Hours {
    pub(super) zone: Zone,
    pub(super) week: Json<WorkWeek>,
    digest: String,
    pub(super) digest_time: NaiveTime,
    pub(super) digest_weekday: i16,
}

impl Hours {
    /// How often; the table's check leaves no other words.
    pub(super) fn rhythm(&self) -> Rhythm {
        Rhythm::parse(&self.digest).unwrap_or(Rhythm::None)
    }
}

/// A member's hours and days away.
pub(super) async fn hours(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<(Hours, Absence)> {
    let hours = sqlx::query_as!(
        Hours,
        "select zone, week, digest, digest_time, digest_weekday from member where org_id = $1 and id = $2",
        tx.org as OrgId,
        member as MemberId,
    )
    .fetch_one(&mut **tx)
    .await?;
    let away = sqlx::query!(
        "select first_date, last_date from away where org_id = $1 and member_id = $2",
        tx.org as OrgId,
        member as MemberId,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok((hours, Absence::new(away.into_iter().map(|away| away.first_date..=away.last_date))))
}

/// Sets when the member's next digest is due.
pub(super) async fn set_next(
    tx: &mut OrgTx,
    member: MemberId,
    at: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update member set next_digest_at = $3 where org_id = $1 and id = $2",
        tx.org as OrgId,
        member as MemberId,
        at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
