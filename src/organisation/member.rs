//! Who is asking, in the organisation in the address.

use super::{Role, queries};
use crate::account::SignedIn;
use crate::app::App;
use crate::calendar::{Cycle, Span, WorkWeek, Zone};
use crate::db::OrgTx;
use crate::fault::Fault;
use crate::ids::{AccountId, CycleId, MemberId, OrgId, TeamId};
use crate::language::{Locale, Words};
use crate::web::Done;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use chrono::{DateTime, NaiveDate, Utc};

/// A member of the organisation, as loaded with each request.
#[derive(Debug, Clone)]
pub struct Me {
    /// The organisation in the address.
    pub org: OrgId,
    /// Its word in addresses.
    pub org_slug: String,
    /// Its name.
    pub org_name: String,
    /// The member.
    pub id: MemberId,
    /// Their account.
    pub account: AccountId,
    /// How they are called here.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// Their zone.
    pub zone: Zone,
    /// Their working week, in that zone.
    pub week: WorkWeek,
    /// Their quiet hours, each day in that zone.
    pub quiet: Span,
    /// Their language.
    pub locale: Locale,
    /// `auto`, `light` or `dark`.
    pub theme: String,
    /// Whether keyboard shortcuts are on.
    pub shortcuts: bool,
    /// The teams they sit in.
    pub teams: Vec<Seat>,
    /// The organisation's running cycle (the one that began last), if there is one.
    pub cycle: Option<CycleNow>,
    /// How many notices they have not read. Theirs to know, and nobody else's.
    pub unread: i64,
    /// What the address says was just done.
    pub done: Option<Done>,
}

/// A place in a team.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Seat {
    /// The team.
    pub team: TeamId,
    /// Its word in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Whether they lead it.
    pub lead: bool,
    /// Whether only those who sit in it, and owners, may read what is of it.
    pub private: bool,
}

/// The running cycle, as the header and foot of each page need it.
#[derive(Debug, Clone)]
pub struct CycleNow {
    /// Which.
    pub id: CycleId,
    /// Its name, like "Q4 2026".
    pub name: String,
    /// Its dates and zone.
    pub cycle: Cycle,
}

impl Me {
    fn of(org: queries::Organisation, row: queries::MeRow) -> Self {
        let (cycle, quiet) = (row.cycle(), row.quiet());
        Me {
            org: org.id,
            org_slug: org.slug,
            org_name: org.name,
            id: row.id,
            account: row.account_id,
            name: row.name,
            role: row.role,
            zone: row.zone,
            week: row.week.0,
            quiet,
            locale: row.language,
            theme: row.theme,
            shortcuts: row.shortcuts,
            teams: row.teams.0,
            cycle,
            unread: row.unread,
            done: None,
        }
    }

    /// A member as a duty needs to know them that acts for them; `None` when they have left.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn for_duty(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<Option<Self>> {
        let Some(account) = queries::account_of(tx, member).await? else { return Ok(None) };
        let Some(row) = queries::me(tx, account).await? else { return Ok(None) };
        Ok(Some(Me::of(queries::organisation(tx).await?, row)))
    }

    /// The member's language.
    pub fn words(&self) -> Words {
        Words::of(self.locale)
    }

    /// The member's local date.
    pub fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        self.zone.date_at(now)
    }

    /// Whether they lead this team.
    pub fn leads(&self, team: TeamId) -> bool {
        self.teams.iter().any(|seat| seat.team == team && seat.lead)
    }

    /// Whether they sit in this team.
    pub fn sits_in(&self, team: TeamId) -> bool {
        self.teams.iter().any(|seat| seat.team == team)
    }

    /// Whether they look after others: lead a team, or administer the organisation.
    pub fn manages(&self) -> bool {
        self.role.administers() || self.teams.iter().any(|seat| seat.lead)
    }

    /// The address of a page of this organisation: `me.at("/today")` is `/o/saltmarsh/today`.
    pub fn at(&self, page: &str) -> String {
        format!("/o/{}{page}", self.org_slug)
    }
}

/// A member of the organisation in the address, whatever their role. Strangers see 404. Private teams that are not theirs
/// are in no table of the transaction, so whatever is of them is 404 as well, and in no list or figure.
pub struct Member {
    /// Who.
    pub me: Me,
    /// The request's transaction, limited to the organisation.
    pub tx: OrgTx,
}

/// An admin or owner. Other members see that they may not (403), strangers see 404.
pub struct Admin {
    /// Who.
    pub me: Me,
    /// The request's transaction, limited to the organisation.
    pub tx: OrgTx,
}

/// An owner. Other members see that they may not (403), strangers see 404.
pub struct Owner {
    /// Who.
    pub me: Me,
    /// The request's transaction, limited to the organisation.
    pub tx: OrgTx,
}

impl FromRequestParts<App> for Member {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let slug = path_param(parts, app, "org").await?;
        let SignedIn { account, mut tx, .. } = SignedIn::from_request_parts(parts, app).await?;
        let org = queries::organisation_by_slug(&mut tx, &slug).await?.ok_or(Fault::NotFound)?;
        let mut tx = tx.enter(org.id).await?;
        let row = queries::me(&mut tx, account).await?.ok_or(Fault::NotFound)?;
        let hidden = row.hidden.clone();
        let mut me = Me { done: Done::from_uri(&parts.uri), ..Me::of(org, row) };
        if !hidden.is_empty() {
            tx.hide(&hidden).await?;
            me.unread = queries::unread(&mut tx, me.id).await?;
        }
        Ok(Member { me, tx })
    }
}

impl FromRequestParts<App> for Admin {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let Member { me, tx } = Member::from_request_parts(parts, app).await?;
        if me.role.administers() { Ok(Admin { me, tx }) } else { Err(Fault::Forbidden) }
    }
}

impl FromRequestParts<App> for Owner {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let Member { me, tx } = Member::from_request_parts(parts, app).await?;
        if me.role == Role::Owner { Ok(Owner { me, tx }) } else { Err(Fault::Forbidden) }
    }
}

/// A named part of the address; a route without it is a page that is not there.
pub(crate) async fn path_param(parts: &mut Parts, app: &App, name: &str) -> Result<String, Fault> {
    let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Fault::NotFound)?;
    params.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).ok_or(Fault::NotFound)
}
