//! The pages of standups: Today with its composer, the feed, an update and changing it, a team's moods.

mod away;
mod bench;
mod blockers;
mod clock;
mod composer;
mod day;
mod drafts;
mod edit;
mod feed;
mod history;
mod journal;
mod journal_text;
mod mates;
mod mood;
mod news;
mod plan_lines;
mod planned;
mod post;
mod posting;
mod preview;
mod rows;
mod said;
mod sieve;
mod since;
mod stand_in;
mod stopped;
mod stream;
mod today;
mod update;

pub(super) use bench::Bench;
pub(super) use day::Day;
pub(super) use posting::sending;
pub use preview::{Seen, seen_by};

use crate::app::App;
use axum::Router;
use axum::routing::{get, post};

/// The addresses of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/o/{org}/today", get(today::show))
        .route("/o/{org}/standups/{standup}/updates", post(posting::send))
        .route("/o/{org}/standups/{standup}/draft", post(drafts::keep))
        .route("/o/{org}/standups/{standup}/draft/aside", post(drafts::choose))
        .route("/o/{org}/standups/{standup}/planned/removal", post(planned::take_back))
        .route("/o/{org}/away", post(away::leave))
        .route("/o/{org}/away/undo", post(away::come_back))
        .route("/o/{org}/me/journal", get(journal::show))
        .route("/o/{org}/me/journal/export", get(journal::export))
        .route("/o/{org}/news", get(news::listen))
        .route("/o/{org}/teams", get(feed::everyone))
        .route("/o/{org}/teams/{team}", get(feed::team))
        .route("/o/{org}/teams/{team}/mood", get(mood::show))
        .route("/o/{org}/teams/{team}/blockers", get(blockers::show))
        .route("/o/{org}/updates/{update}", get(update::show))
        .route("/o/{org}/updates/{update}/edit", get(edit::show).post(edit::send))
        .route("/o/{org}/updates/{update}/blocker/resolution", post(update::resolve))
        .route("/o/{org}/updates/{update}/blocker/reopening", post(update::reopen))
}
