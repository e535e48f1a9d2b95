//! The pages of standups: Today with its composer, the feed, an update and changing it.

mod away;
mod clock;
mod composer;
mod day;
mod edit;
mod feed;
mod journal;
mod journal_text;
mod mates;
mod post;
mod posting;
mod stand_in;
mod today;
mod update;

use crate::app::App;
use axum::Router;
use axum::routing::{get, post};

/// The addresses of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/o/{org}/today", get(today::show))
        .route("/o/{org}/standups/{standup}/updates", post(posting::send))
        .route("/o/{org}/standups/{standup}/draft", post(posting::keep))
        .route("/o/{org}/away", post(away::leave))
        .route("/o/{org}/away/undo", post(away::come_back))
        .route("/o/{org}/me/journal", get(journal::show))
        .route("/o/{org}/me/journal/export", get(journal::export))
        .route("/o/{org}/teams", get(feed::everyone))
        .route("/o/{org}/teams/{team}", get(feed::team))
        .route("/o/{org}/updates/{update}", get(update::show))
        .route("/o/{org}/updates/{update}/edit", get(edit::show).post(edit::send))
        .route("/o/{org}/updates/{update}/blocker/resolution", post(update::resolve))
}
