//! The SQL of organisations and members.

pub(super) mod holidays;

use super::{CycleNow, Role, Seat};
use crate::calendar::{Absence, Cycle, CycleState, Span, WeekdaySet, WorkWeek, Zone};
use crate::db::{GlobalTx, OrgTx};
use crate::ids::{AccountId, CycleId, MemberId, OrgId, TeamId};
use crate::language::Locale;
use chrono::{NaiveDate, NaiveTime};
use sqlx::types::Json;

/// An organisation, as the address names it.
pub struct Organisation {
    /// Which.
    pub id: OrgId,
    /// Its word in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// The organisation with this word in addresses.
pub(super) async fn organisation_by_slug(
    tx: &mut GlobalTx,
    slug: &str,
) -> sqlx::Result<Option<Organisation>> {
    sqlx::query_as!(Organisation, "select id, slug, name from organisation where slug = $1", slug)
        .fetch_optional(&mut **tx)
        .await
}

/// The organisation that was entered.
///
/// # Errors
/// When the database fails.
pub async fn organisation(tx: &mut OrgTx) -> sqlx::Result<Organisation> {
    sqlx::query_as!(Organisation, "select id, slug, name from organisation where id = $1", tx.org as OrgId)
        .fetch_one(&mut **tx)
        .await
}

/// The account a member signs in with.
pub(super) async fn account_of(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<Option<AccountId>> {
    sqlx::query_scalar!(
        r#"select account_id as "account: AccountId" from member where org_id = $1 and id = $2"#,
        tx.org as OrgId,
        member as MemberId,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// A member with their teams and the running cycle.
pub(super) struct MeRow {
    pub(super) id: MemberId,
    pub(super) account_id: AccountId,
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) zone: Zone,
    pub(super) week: Json<WorkWeek>,
    quiet_from: NaiveTime,
    quiet_until: NaiveTime,
    pub(super) language: Locale,
    pub(super) theme: String,
    pub(super) shortcuts: bool,
    pub(super) teams: Json<Vec<Seat>>,
    /// The private teams they may not read.
    pub(super) hidden: Vec<TeamId>,
    pub(super) unread: i64,
    cycle_id: Option<CycleId>,
    cycle_name: Option<String>,
    cycle_first: Option<NaiveDate>,
    cycle_last: Option<NaiveDate>,
    cycle_zone: Option<Zone>,
    cycle_weekdays: Option<WeekdaySet>,
    cycle_by_hand: Option<CycleState>,
    cycle_reopened: Option<NaiveDate>,
    cycle_holidays: Option<Json<Absence>>,
}

impl MeRow {
    pub(super) fn quiet(&self) -> Span {
        Span { start: self.quiet_from, end: self.quiet_until }
    }

    pub(super) fn cycle(&self) -> Option<CycleNow> {
        Some(CycleNow {
            id: self.cycle_id?,
            name: self.cycle_name.clone()?,
            cycle: Cycle {
                first: self.cycle_first?,
                last: self.cycle_last?,
                zone: self.cycle_zone?,
                weekdays: self.cycle_weekdays?,
                holidays: self.cycle_holidays.as_ref()?.0.clone(),
                by_hand: self.cycle_by_hand,
                reopened: self.cycle_reopened,
            },
        })
    }
}

/// The member this account is in the entered organisation, unless they have left, in one statement.
pub(super) async fn me(tx: &mut OrgTx, account: AccountId) -> sqlx::Result<Option<MeRow>> {
    sqlx::query_as!(
        MeRow,
        r#"select m.id, m.account_id, m.name, m.role, m.zone, m.week, m.quiet_from, m.quiet_until, m.language, m.theme, m.shortcuts,
                  coalesce((select jsonb_agg(jsonb_build_object('team', t.id, 'slug', t.slug, 'name', t.name, 'lead', s.lead, 'private', t.private)
                                             order by t.name, t.id)
                              from team_member s join team t on t.org_id = s.org_id and t.id = s.team_id
                             where s.org_id = m.org_id and s.member_id = m.id), '[]'::jsonb) as "teams!: Json<Vec<Seat>>",
                  array(select t.id from team t
                         where t.org_id = m.org_id and t.private and not may_read_team(t.org_id, t.id, m.id)) as "hidden!: Vec<TeamId>",
                  (select count(*) from notice n where n.org_id = m.org_id and n.member_id = m.id and n.read_at is null) as "unread!",
                  c.id as "cycle_id?: CycleId", c.name as "cycle_name?", c.first_date as "cycle_first?",
                  c.last_date as "cycle_last?", c.zone as "cycle_zone?: Zone", c.weekdays as "cycle_weekdays?: WeekdaySet",
                  c.state_by_hand as "cycle_by_hand?: CycleState", c.reopened_on as "cycle_reopened?",
                  holidays_of_cycle(c.org_id, c.holiday_calendar_id, c.first_date, c.last_date) as "cycle_holidays?: Json<Absence>"
             from member m
             left join lateral (
                 select * from cycle
                  where org_id = m.org_id and team_id is null and state in ('active', 'closing', 'grading')
                  order by first_date desc, id desc limit 1) c on true
            where m.org_id = $1 and m.account_id = $2 and m.left_at is null"#,
        tx.org as OrgId,
        account as AccountId,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// How many notices a member has not read, of those that are shown to them.
pub(super) async fn unread(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "unread!" from notice where org_id = $1 and member_id = $2 and read_at is null"#,
        tx.org as OrgId,
        member as MemberId,
    )
    .fetch_one(&mut **tx)
    .await
}

/// An organisation somebody belongs to.
pub(super) struct Membership {
    pub(super) slug: String,
    pub(super) name: String,
}

/// Where an account is a member. The scope must be the account's.
pub(super) async fn memberships(tx: &mut GlobalTx, account: AccountId) -> sqlx::Result<Vec<Membership>> {
    sqlx::query_as!(
        Membership,
        "select o.slug, o.name from member m join organisation o on o.id = m.org_id
          where m.account_id = $1 and m.left_at is null order by o.name, o.id",
        account as AccountId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Whether there is any organisation yet.
///
/// # Errors
/// When the database fails.
pub async fn is_set_up(tx: &mut GlobalTx) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select exists (select from organisation) as "set_up!""#).fetch_one(&mut **tx).await
}
