//! Where people set their hours, teams their rhythm, and the organisation its people.
//!
//! *Mine*: name, zone, working week, messages, looks, time away. *Team*: name, questions, days and window, members and
//! leads, invitations. *People*: who belongs, in which role, and which teams there are.

mod hours;
mod mine;
mod people;
mod queries;
mod rhythm;
mod team;
mod week;

use crate::app::App;
use axum::Router;
use axum::routing::{get, post};

/// The pages of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/o/{org}/me", get(mine::show).post(mine::save))
        .route("/o/{org}/me/away", post(mine::add_away))
        .route("/o/{org}/me/away/{away}/removal", post(mine::remove_away))
        .route("/o/{org}/settings/teams/{team}", get(team::show).post(team::save))
        .route("/o/{org}/settings/teams/{team}/members", post(team::add_member))
        .route("/o/{org}/settings/teams/{team}/members/{member}", post(team::change_member))
        .route("/o/{org}/settings/people", get(people::show))
        .route("/o/{org}/settings/people/{member}", post(people::change))
        .route("/o/{org}/settings/teams", post(people::add_team))
}
