//! Where people set their hours, teams their rhythm, and the organisation its people.
//!
//! *Mine*: name, zone, working week, messages, looks. *Zone*: moved, or travelling for a while. *Away*: my days away, who
//! stands in, whose public holidays I keep. *Messages*: what was mailed to me, and why. *Keys*: what the keyboard does.
//! *Team*: name, who may read it, standups, members and leads, invitations. *Standup*: questions, days and window. *People*:
//! who belongs, in which role, and which teams there are. *Holidays*: the organisation's calendars. *Outgoing*: how its mail
//! fares.

mod away;
mod holidays;
mod hours;
mod keys;
mod messages;
mod mine;
mod outgoing;
mod people;
mod privacy;
mod queries;
mod questions;
mod rhythm;
mod standup;
mod standup_form;
mod team;
mod week;
mod zone;

use crate::app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

/// The pages of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/o/{org}/me", get(mine::show).post(mine::save))
        .route("/o/{org}/me/messages", get(messages::show))
        .route("/o/{org}/me/messages/stop", post(messages::stop))
        .route("/o/{org}/me/messages/{kind}/{period}", get(messages::one))
        .route("/o/{org}/settings/mail", get(outgoing::show))
        .route("/o/{org}/settings/mail/test", post(outgoing::test))
        .route("/o/{org}/settings/mail/{mail}/retry", post(outgoing::retry))
        .route("/o/{org}/me/zone", get(zone::show).post(zone::save))
        .route("/o/{org}/keys", get(keys::show))
        .route("/o/{org}/me/away", post(away::add))
        .route("/o/{org}/me/away/{away}", get(away::edit).post(away::change))
        .route("/o/{org}/me/away/{away}/removal", post(away::remove))
        .route("/o/{org}/me/holidays", post(away::choose_calendar))
        .route("/o/{org}/settings/teams/{team}", get(team::show).post(team::save))
        .route("/o/{org}/settings/teams/{team}/standups", post(standup::create))
        .route("/o/{org}/settings/teams/{team}/standups/new", get(standup::new))
        .route("/o/{org}/settings/teams/{team}/standups/{standup}", get(standup::show).post(standup::save))
        .route("/o/{org}/settings/teams/{team}/standups/{standup}/retirement", post(standup::retire))
        .route("/o/{org}/settings/teams/{team}/members", post(team::add_member))
        .route("/o/{org}/settings/teams/{team}/members/{member}", post(team::change_member))
        .route("/o/{org}/settings/teams/{team}/readers", post(privacy::save))
        .route("/o/{org}/settings/people", get(people::show))
        .route("/o/{org}/settings/people/{member}", post(people::change))
        .route("/o/{org}/settings/teams", post(people::add_team))
        .route("/o/{org}/settings/holidays", get(holidays::show).post(holidays::add))
        .route(
            "/o/{org}/settings/holidays/imports",
            post(holidays::import).layer(DefaultBodyLimit::max(holidays::LARGEST_FORM)),
        )
        .route("/o/{org}/settings/holidays/{calendar}/removal", post(holidays::remove))
}
