//! Teams, their leads, and the door only a lead opens.

pub mod invitation;
mod lead;
mod pages;
mod queries;

pub use lead::{Lead, Team};
pub use pages::routes;

use crate::db::OrgTx;
use crate::ids::{MemberId, TeamId};

/// Seats a member in a team; once is enough.
///
/// # Errors
/// When the database fails.
pub async fn seat(tx: &mut OrgTx, team: TeamId, member: MemberId, lead: bool) -> sqlx::Result<()> {
    queries::add_seat(tx, team, member, lead).await
}
