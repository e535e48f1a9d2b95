//! The pages of objectives, key results and cycles.

mod node;
mod okrs;

use crate::app::App;
use axum::Router;
use axum::routing::get;

/// The addresses of this room.
pub fn routes() -> Router<App> {
    Router::new().route("/o/{org}/okrs", get(okrs::page))
}
