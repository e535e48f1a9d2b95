//! The SQL of matters and windows.

use super::window::{Lived, Window};
use crate::calendar::{Absence, Hours, Zone};
use crate::db::{DutyTx, OrgTx};
use crate::ids::{MatterId, MemberId, OrgId, TeamId};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::types::Json;
use std::collections::HashMap;

crate::stored_word! {
    /// What sort of matter it is.
    pub enum Kind {
        /// A decision.
        Decision = "decision",
        /// A review.
        Review = "review",
    }
}

/// The hours of these members as they are now.
///
/// # Errors
/// When the database fails.
pub async fn hours(tx: &mut OrgTx, members: &[MemberId]) -> sqlx::Result<HashMap<MemberId, Hours>> {
    let rows = sqlx::query!(
        r#"select m.id, hours_of(m) as "hours!: Json<Hours>" from member m where m.org_id = $1 and m.id = any($2)"#,
        tx.org as OrgId,
        members as &[MemberId],
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.hours.0)).collect())
}

/// Writes a matter down.
pub(super) async fn add_matter(
    tx: &mut OrgTx,
    (id, kind, team): (MatterId, Kind, Option<TeamId>),
    time: TimeDelta,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into matter (org_id, id, kind, team_id, seconds, opened_at) values ($1, $2, $3, $4, $5, $6)",
        tx.org as OrgId,
        id as MatterId,
        kind as Kind,
        team as Option<TeamId>,
        time.num_seconds(),
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A matter, held until the transaction ends.
pub(super) struct Held {
    pub(super) opened_at: DateTime<Utc>,
    pub(super) seconds: i64,
}

/// Holds a matter that is open; `None` when it is not.
pub(super) async fn hold(tx: &mut OrgTx, id: MatterId) -> sqlx::Result<Option<Held>> {
    sqlx::query_as!(
        Held,
        "select opened_at, seconds from matter where org_id = $1 and id = $2 and closed_at is null for no key update",
        tx.org as OrgId,
        id as MatterId,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Holds the open matters in which any of these members has a window and has not answered, in order.
pub(super) async fn hold_of(tx: &mut OrgTx, members: &[MemberId]) -> sqlx::Result<Vec<MatterId>> {
    sqlx::query_scalar!(
        r#"select m.id as "id: MatterId" from matter m
            where m.org_id = $1 and m.closed_at is null
              and exists (select from fair_window w where w.org_id = m.org_id and w.matter_id = m.id and w.member_id = any($2)
                                                      and w.answered_at is null)
            order by m.id for no key update"#,
        tx.org as OrgId,
        members as &[MemberId],
    )
    .fetch_all(&mut **tx)
    .await
}

/// Writes somebody's window, in place of the one before. `anew`: nothing they answered or asked for stands.
pub(super) async fn put(
    tx: &mut OrgTx,
    matter: MatterId,
    member: MemberId,
    window: &Window,
    anew: bool,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into fair_window (org_id, matter_id, member_id, seconds, lived, absence, ends_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (org_id, matter_id, member_id) do update
            set seconds = excluded.seconds, lived = excluded.lived, absence = excluded.absence, ends_at = excluded.ends_at,
                more_at = case when $8 then null else fair_window.more_at end,
                answered_at = case when $8 then null else fair_window.answered_at end",
        tx.org as OrgId,
        matter as MatterId,
        member as MemberId,
        window.time.num_seconds(),
        Json(&window.lived) as _,
        Json(&window.absence) as _,
        window.ends_at,
        anew,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Somebody's place in a matter.
#[derive(Debug, Clone)]
pub struct Seat {
    /// Who.
    pub member: MemberId,
    /// Their name.
    pub name: String,
    /// Their clock now.
    pub zone: Zone,
    /// Their window.
    pub window: Window,
    /// When they asked for another day.
    pub more_at: Option<DateTime<Utc>>,
    /// When they answered first.
    pub answered_at: Option<DateTime<Utc>>,
    /// Whether they are still here, take part, and may read what is asked.
    pub here: bool,
}

impl Seat {
    /// Whether the matter waits for them.
    pub fn is_waited_for(&self) -> bool {
        self.here && self.answered_at.is_none()
    }
}

/// The places in a matter, by age of their membership.
pub(super) async fn seats(tx: &mut OrgTx, matter: MatterId) -> sqlx::Result<Vec<Seat>> {
    let rows = sqlx::query!(
        r#"select w.member_id as "member: MemberId", p.name, p.zone as "zone: Zone", w.seconds,
                  w.lived as "lived: Json<Vec<Lived>>", w.absence as "absence: Json<Absence>", w.ends_at, w.more_at,
                  w.answered_at,
                  p.left_at is null and p.role <> 'observer' and may_read_team(w.org_id, m.team_id, p.id) as "here!"
             from fair_window w
             join matter m on m.org_id = w.org_id and m.id = w.matter_id
             join member p on p.org_id = w.org_id and p.id = w.member_id
            where w.org_id = $1 and w.matter_id = $2 order by p.id"#,
        tx.org as OrgId,
        matter as MatterId,
    )
    .fetch_all(&mut **tx)
    .await?;
    let seats = rows.into_iter().map(|row| Seat {
        member: row.member,
        name: row.name,
        zone: row.zone,
        window: Window {
            time: TimeDelta::seconds(row.seconds),
            lived: row.lived.0,
            absence: row.absence.0,
            ends_at: row.ends_at,
        },
        more_at: row.more_at,
        answered_at: row.answered_at,
        here: row.here,
    });
    Ok(seats.collect())
}

/// Notes that somebody has answered, once.
pub(super) async fn note_answer(
    tx: &mut OrgTx,
    matter: MatterId,
    member: MemberId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update fair_window set answered_at = coalesce(answered_at, $4) where org_id = $1 and matter_id = $2 and member_id = $3",
        tx.org as OrgId,
        matter as MatterId,
        member as MemberId,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes that somebody asked for more time.
pub(super) async fn note_more(
    tx: &mut OrgTx,
    matter: MatterId,
    member: MemberId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update fair_window set more_at = $4 where org_id = $1 and matter_id = $2 and member_id = $3",
        tx.org as OrgId,
        matter as MatterId,
        member as MemberId,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Sets when a matter is due to close and, once it is closed, when that was.
pub(super) async fn set_closes(
    tx: &mut OrgTx,
    matter: MatterId,
    at: Option<DateTime<Utc>>,
    closed: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update matter set closes_at = $3, closed_at = $4 where org_id = $1 and id = $2",
        tx.org as OrgId,
        matter as MatterId,
        at,
        closed,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Opens a matter again from an instant on.
pub(super) async fn set_opened(tx: &mut OrgTx, matter: MatterId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update matter set opened_at = $3 where org_id = $1 and id = $2",
        tx.org as OrgId,
        matter as MatterId,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The organisations in which a matter is due to close.
pub(super) async fn due_organisations(tx: &mut DutyTx, now: DateTime<Utc>) -> sqlx::Result<Vec<OrgId>> {
    sqlx::query_scalar!(
        r#"select distinct org_id as "org: OrgId" from matter where closes_at <= $1 order by 1"#,
        now
    )
    .fetch_all(&mut **tx)
    .await
}

/// Claims one matter that is due to close. What another node holds is left to it.
pub(super) async fn claim(tx: &mut OrgTx, now: DateTime<Utc>) -> sqlx::Result<Option<(MatterId, Kind)>> {
    let row = sqlx::query!(
        r#"select id as "id: MatterId", kind as "kind: Kind" from matter
            where org_id = $1 and closes_at <= $2 order by closes_at, id limit 1 for no key update skip locked"#,
        tx.org as OrgId,
        now,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| (row.id, row.kind)))
}
