//! The page of everyone's clock.

mod clocks;
mod find;

use crate::app::App;
use axum::Router;
use axum::routing::get;

/// The addresses of this room.
pub fn routes() -> Router<App> {
    Router::new().route("/o/{org}/time", get(clocks::page))
}
