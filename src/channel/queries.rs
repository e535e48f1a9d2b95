//! The SQL of channels.

use super::NewChannel;
use super::Service;
use crate::calendar::{WeekdaySet, Zone};
use crate::db::{DutyTx, OrgTx};
use crate::ids::{ChannelId, OrgId, TeamId};
use crate::language::Locale;
use crate::mail::{Dropped, State};
use chrono::{DateTime, NaiveTime, Utc};
use std::collections::HashSet;
use uuid::Uuid;

/// A channel as it is set up.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) id: ChannelId,
    pub(super) service: Service,
    pub(super) name: String,
    /// Its secret address, sealed.
    pub(super) address: String,
    /// What may be shown of it.
    pub(super) shown: String,
    pub(super) zone: Zone,
    pub(super) weekdays: WeekdaySet,
    pub(super) hour: NaiveTime,
    /// Whether a lead agreed that its readers read a private team.
    pub(super) shows_private: bool,
    pub(super) paused: bool,
}

/// The channels of a team, the oldest first.
pub(super) async fn of_team(tx: &mut OrgTx, team: TeamId) -> sqlx::Result<Vec<Held>> {
    sqlx::query_as!(
        Held,
        r#"select id, service, name, address, shown, zone, weekdays, hour, shows_private, paused_at is not null as "paused!"
             from channel where org_id = $1 and team_id = $2 and removed_at is null order by created_at, id"#,
        tx.org as OrgId,
        team as TeamId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Adds a channel whose digest tells of what is written from `now` on.
pub(super) async fn add(
    tx: &mut OrgTx,
    (id, team, service, language): (ChannelId, TeamId, Service, Locale),
    new: &NewChannel,
    (address, shown): (&str, &str),
    (next, now): (Option<DateTime<Utc>>, DateTime<Utc>),
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into channel (org_id, id, team_id, service, name, address, shown, language, zone, weekdays, hour, shows_private,
                              told_from, created_at, next_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14)",
        tx.org as OrgId,
        id as ChannelId,
        team as TeamId,
        service as Service,
        new.name,
        address,
        shown,
        language as Locale,
        new.hour.zone as Zone,
        new.hour.weekdays as WeekdaySet,
        new.hour.time,
        new.shows_private,
        now,
        next,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Changes one. What was written while its readers were not to read it stays untold once they are.
pub(super) async fn change(
    tx: &mut OrgTx,
    id: ChannelId,
    new: &NewChannel,
    (next, now): (Option<DateTime<Utc>>, DateTime<Utc>),
) -> sqlx::Result<()> {
    sqlx::query!(
        "update channel
            set name = $3, zone = $4, weekdays = $5, hour = $6, shows_private = $7, next_at = case when paused_at is null then $8::timestamptz end,
                told_from = case when $7 and not shows_private then $9 else told_from end
          where org_id = $1 and id = $2 and removed_at is null",
        tx.org as OrgId,
        id as ChannelId,
        new.name,
        new.hour.zone as Zone,
        new.hour.weekdays as WeekdaySet,
        new.hour.time,
        new.shows_private,
        next,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Gives it another address.
pub(super) async fn readdress(
    tx: &mut OrgTx,
    id: ChannelId,
    (address, shown): (&str, &str),
) -> sqlx::Result<()> {
    sqlx::query!(
        "update channel set address = $3, shown = $4 where org_id = $1 and id = $2 and removed_at is null",
        tx.org as OrgId,
        id as ChannelId,
        address,
        shown,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Stops it for a while.
///
/// # Errors
/// When the database fails.
pub async fn pause(tx: &mut OrgTx, id: ChannelId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update channel set paused_at = coalesce(paused_at, $3), next_at = null
          where org_id = $1 and id = $2 and removed_at is null",
        tx.org as OrgId,
        id as ChannelId,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Goes on with it; it tells of what is written from `now` on.
pub(super) async fn resume(
    tx: &mut OrgTx,
    id: ChannelId,
    next: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update channel set paused_at = null, next_at = $3, told_from = $4
          where org_id = $1 and id = $2 and removed_at is null and paused_at is not null",
        tx.org as OrgId,
        id as ChannelId,
        next,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes it away: its address is forgotten, what was posted stays in the ledger.
pub(super) async fn remove(tx: &mut OrgTx, id: ChannelId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update channel set removed_at = $3, address = '', next_at = null
          where org_id = $1 and id = $2 and removed_at is null",
        tx.org as OrgId,
        id as ChannelId,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What became of one digest.
pub(super) struct Posted {
    pub(super) subject: String,
    pub(super) state: State,
    pub(super) dropped: Option<Dropped>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) sent_at: Option<DateTime<Utc>>,
    pub(super) next_try_at: Option<DateTime<Utc>>,
    pub(super) problem: Option<String>,
}

/// The newest digests of a channel.
pub(super) async fn posted(tx: &mut OrgTx, id: ChannelId, at_most: i64) -> sqlx::Result<Vec<Posted>> {
    sqlx::query_as!(
        Posted,
        r#"select subject, state as "state: State", dropped as "dropped: Dropped", created_at, sent_at, next_try_at, problem
             from mail where org_id = $1 and channel_id = $2 order by created_at desc, id desc limit $3"#,
        tx.org as OrgId,
        id as ChannelId,
        at_most,
    )
    .fetch_all(&mut **tx)
    .await
}

/// The organisations in which a digest of a channel is due.
pub(super) async fn due_organisations(tx: &mut DutyTx, now: DateTime<Utc>) -> sqlx::Result<Vec<OrgId>> {
    sqlx::query_scalar!("select distinct org_id from channel where next_at <= $1 order by org_id", now)
        .fetch_all(&mut **tx)
        .await
}

/// A channel whose digest is due.
pub(super) struct Due {
    pub(super) id: ChannelId,
    pub(super) team_id: TeamId,
    /// The team's name.
    pub(super) team: String,
    /// The team's word in addresses.
    pub(super) slug: String,
    /// Whether its readers are not to read the team: it is private, and nobody agreed.
    pub(super) shut: bool,
    pub(super) service: Service,
    pub(super) language: Locale,
    pub(super) zone: Zone,
    pub(super) weekdays: WeekdaySet,
    pub(super) hour: NaiveTime,
    /// What was written before is no news.
    pub(super) told_from: DateTime<Utc>,
    /// When it was to be posted.
    pub(super) due_at: DateTime<Utc>,
    /// When the last one was written that left or is about to.
    pub(super) told_at: Option<DateTime<Utc>>,
}

/// Locks the channels whose digest is due. Those another node is writing for this moment are passed over.
pub(super) async fn claim(tx: &mut OrgTx, now: DateTime<Utc>, at_most: i64) -> sqlx::Result<Vec<Due>> {
    sqlx::query_as!(
        Due,
        r#"select c.id, c.team_id, t.name as team, t.slug, t.private and not c.shows_private as "shut!", c.service, c.language, c.zone,
                  c.weekdays, c.hour, c.told_from, c.next_at as "due_at!",
                  (select max(l.created_at) from mail l
                    where l.org_id = c.org_id and l.channel_id = c.id and l.state in ('waiting', 'sent')) as told_at
             from channel c join team t on t.org_id = c.org_id and t.id = c.team_id
            where c.org_id = $1 and c.next_at <= $2
            order by c.next_at, c.id
            limit $3
              for update of c skip locked"#,
        tx.org as OrgId,
        now,
        at_most,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Sets when the next one is due.
pub(super) async fn set_next(tx: &mut OrgTx, id: ChannelId, next: Option<DateTime<Utc>>) -> sqlx::Result<()> {
    sqlx::query!(
        "update channel set next_at = $3 where org_id = $1 and id = $2",
        tx.org as OrgId,
        id as ChannelId,
        next,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What a channel was told of by a digest that left or is about to: updates and check-ins by their ids.
pub(super) async fn told(tx: &mut OrgTx, id: ChannelId) -> sqlx::Result<HashSet<Uuid>> {
    let told = sqlx::query_scalar!(
        "select t.item_id from mail l join digest_told t on t.org_id = l.org_id and t.mail_id = l.id
          where l.org_id = $1 and l.channel_id = $2 and l.state in ('waiting', 'sent')",
        tx.org as OrgId,
        id as ChannelId,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(told.into_iter().collect())
}

/// Forgets what was told by digests written before an instant: nothing that old is looked at again.
pub(super) async fn forget(tx: &mut OrgTx, id: ChannelId, before: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from digest_told t using mail l
          where t.org_id = $1 and l.org_id = $1 and l.id = t.mail_id and l.channel_id = $2 and l.created_at < $3",
        tx.org as OrgId,
        id as ChannelId,
        before,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
