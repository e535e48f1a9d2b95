//! Holding a [`Lead`] is the permission to change a team.

use super::queries;
use crate::app::App;
use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::fault::Fault;
use crate::ids::TeamId;
use crate::organisation::{Me, Member, path_param};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// A team, as the address names it.
#[derive(Debug, Clone)]
pub struct Team {
    /// Which.
    pub id: TeamId,
    /// Its word in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its default zone.
    pub zone: Zone,
    /// Whether only those who sit in it, and owners, may read what is of it.
    pub private: bool,
}

impl Team {
    /// The team with this word in addresses, in the organisation of the transaction.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when there is none.
    pub async fn by_slug(tx: &mut OrgTx, slug: &str) -> Result<Self, Fault> {
        queries::team_by_slug(tx, slug).await?.ok_or(Fault::NotFound)
    }

    /// The organisation's teams, by name: in a request those that whoever asks may read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn all(tx: &mut OrgTx) -> sqlx::Result<Vec<Self>> {
        queries::teams(tx).await
    }
}

/// A lead of the team in the address, or an admin of its organisation.
/// Other members see that they may not (403); strangers see 404, and so does everybody for names of no team, or of a private
/// one that is not theirs to read: an admin who does not sit in it included.
pub struct Lead {
    /// Who.
    pub me: Me,
    /// The team.
    pub team: Team,
    /// The request's transaction, limited to the organisation.
    pub tx: OrgTx,
}

impl FromRequestParts<App> for Lead {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let slug = path_param(parts, app, "team").await?;
        let Member { me, mut tx } = Member::from_request_parts(parts, app).await?;
        let team = Team::by_slug(&mut tx, &slug).await?;
        if me.leads(team.id) || me.role.administers() {
            Ok(Lead { me, team, tx })
        } else {
            Err(Fault::Forbidden)
        }
    }
}
