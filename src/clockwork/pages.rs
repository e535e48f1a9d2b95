//! `/o/{org}/settings/clockwork`: what this house does without being asked, and whether it did. For admins.
//!
//! The clockwork is one for all organisations of an installation: the page tells instants and counts, and nobody's name
//! or words.

use super::report::{Told, tell};
use crate::app::App;
use crate::clock::Now;
use crate::fault::Result;
use crate::language::Words;
use crate::organisation::Admin;
use crate::web::{Nav, Page, Shell};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

/// The page of this room.
pub fn routes() -> Router<App> {
    Router::new().route("/o/{org}/settings/clockwork", get(show))
}

/// `templates/settings/clockwork.html`.
#[derive(Template)]
#[template(path = "settings/clockwork.html")]
struct ClockworkPage {
    shell: Shell,
    t: Words,
    told: Told,
    city: String,
}

async fn show(State(app): State<App>, Admin { me, tx }: Admin, Now(now): Now) -> Result<Response> {
    drop(tx);
    let t = me.words();
    let told = tell(&app, t, me.zone, now).await?;
    Ok(Page(ClockworkPage { shell: Shell::of(&me, Nav::None, now), t, told, city: me.zone.city() })
        .into_response())
}
