//! Where members are.

use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::ids::{MemberId, OrgId};
use chrono::{DateTime, NaiveDate, Utc};

/// Where a member is, and where they are at home.
#[derive(Debug, Clone, Copy)]
pub struct Whereabouts {
    /// The zone in force.
    pub zone: Zone,
    /// Where they come back to; none unless they travel.
    pub home: Option<Zone>,
    /// The last date of the journey, on the calendar of `zone`.
    pub until: Option<NaiveDate>,
}

/// Where a member is.
///
/// # Errors
/// When the database fails.
pub async fn whereabouts(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<Whereabouts> {
    sqlx::query_as!(
        Whereabouts,
        "select zone, home_zone as home, travel_until as until from member where org_id = $1 and id = $2",
        tx.org as OrgId,
        member as MemberId,
    )
    .fetch_one(&mut **tx)
    .await
}

/// Sets the zone in force and, for whoever travels, home, last date and the instant it ends.
pub(super) async fn set_zone(
    tx: &mut OrgTx,
    member: MemberId,
    zone: Zone,
    travel: Option<(Zone, NaiveDate, DateTime<Utc>)>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update member set zone = $3, home_zone = $4, travel_until = $5, travel_ends_at = $6 where org_id = $1 and id = $2",
        tx.org as OrgId,
        member as MemberId,
        zone as Zone,
        travel.map(|(home, ..)| home) as Option<Zone>,
        travel.map(|(_, until, _)| until),
        travel.map(|(.., end)| end),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Somebody whose journey has ended.
pub(super) struct Traveller {
    pub(super) id: MemberId,
    pub(super) home: Zone,
    pub(super) ends_at: DateTime<Utc>,
}

/// Up to so many whose journey has ended by `now`.
pub(super) async fn travellers(
    tx: &mut OrgTx,
    now: DateTime<Utc>,
    at_most: i64,
) -> sqlx::Result<Vec<MemberId>> {
    sqlx::query_scalar!(
        r#"select id as "id: MemberId" from member
            where org_id = $1 and travel_ends_at <= $2 order by travel_ends_at, id limit $3"#,
        tx.org as OrgId,
        now,
        at_most,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Takes those of these in hand whose journey has ended by `now`, but for those somebody else has.
pub(super) async fn claim_travellers(
    tx: &mut OrgTx,
    now: DateTime<Utc>,
    due: &[MemberId],
) -> sqlx::Result<Vec<Traveller>> {
    sqlx::query_as!(
        Traveller,
        r#"select id, home_zone as "home!: Zone", travel_ends_at as "ends_at!" from member
            where org_id = $1 and travel_ends_at <= $2 and id = any($3)
            order by travel_ends_at, id for no key update skip locked"#,
        tx.org as OrgId,
        now,
        due as &[MemberId],
    )
    .fetch_all(&mut **tx)
    .await
}
