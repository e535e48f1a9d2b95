//! Seats kept for an address: who invited, to which team, until when.

use super::queries;
use crate::db::OrgTx;
use crate::ids::{InvitationId, TeamId};
use chrono::{DateTime, Utc};

/// An invitation that still works.
pub struct Open {
    /// Which.
    pub id: InvitationId,
    /// The address it is bound to.
    pub email: String,
    /// Who invited.
    pub inviter: String,
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
}

/// The team's invitations that work at `now`, newest first.
///
/// # Errors
/// When the database fails.
pub async fn open(tx: &mut OrgTx, team: TeamId, now: DateTime<Utc>) -> sqlx::Result<Vec<Open>> {
    queries::open_invitations(tx, team, now).await
}
