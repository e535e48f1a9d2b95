//! The page of everyone's clock, and that of a cycle.

mod clocks;
mod cycle;
mod cycle_days;
mod find;

use crate::app::App;
use axum::Router;
use axum::routing::get;

/// The addresses of this room.
pub fn routes() -> Router<App> {
    Router::new().route("/o/{org}/time", get(clocks::page)).route("/o/{org}/cycles/{cycle}", get(cycle::page))
}
