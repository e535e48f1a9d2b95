//! `/o/{org}/decisions`: the log, one decision, the forms of those who propose and those who decide.

mod answer;
mod change;
mod form;
mod log;
mod narrow;
mod outcome;
mod show;
mod typed;
mod views;

pub(super) use show::silence;
pub(super) use views::said;

use super::queries::{self, DecisionRow};
use crate::app::App;
use crate::db::OrgTx;
use crate::fair::Reader;
use crate::fault::{Fault, Result};
use crate::ids::{DecisionId, TeamId};
use crate::organisation::Me;
use crate::web::parts::moment;
use axum::Router;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};

/// The longest reason, in characters.
const REASON: usize = 5000;

/// The addresses of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/o/{org}/decisions", get(log::show).post(form::add))
        .route("/o/{org}/decisions/new", get(form::new))
        .route("/o/{org}/decisions/{decision}", get(show::show))
        .route("/o/{org}/decisions/{decision}/edit", get(change::form).post(change::save))
        .route("/o/{org}/decisions/{decision}/answers", post(answer::give))
        .route("/o/{org}/decisions/{decision}/outcome", post(outcome::settle))
        .route("/o/{org}/decisions/{decision}/removal", post(outcome::withdraw))
        .route("/o/{org}/decisions/{decision}/markdown", get(show::markdown))
}

/// A decision the reader may read; for others there is none.
async fn readable(tx: &mut OrgTx, me: &Me, id: DecisionId) -> Result<DecisionRow> {
    queries::decision(tx, id, Some(me.id)).await?.ok_or(Fault::NotFound)
}

/// Whether somebody may propose here: they take part, and sit in the team or administer the organisation.
fn may_propose(me: &Me, team: Option<TeamId>) -> bool {
    me.role.takes_part() && team.is_none_or(|team| me.sits_in(team) || me.role.administers())
}

/// Whether somebody may change a decision, settle it or take it back: its proposer; and those who lead the team or administer
/// the organisation, for whoever proposed may be gone.
fn may_keep(me: &Me, decision: &DecisionRow) -> bool {
    let leads = decision.team_id.is_some_and(|team| me.leads(team)) || me.role.administers();
    me.role.takes_part() && (decision.proposer_id == me.id || leads)
}

/// Who reads the clocks of those who decide.
fn reader(me: &Me, now: DateTime<Utc>) -> Reader {
    Reader { t: me.words(), zone: me.zone, id: me.id, now }
}

fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}
