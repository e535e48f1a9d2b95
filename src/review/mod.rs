//! The review: what needs whoever looks after others, for a team lead or an admin, in a minute.
//!
//! The words of this room:
//! - an **attention item** is one thing to look at (a key result, an objective, a blocker) with all its **reasons**, worst
//!   first; it leaves the list when no reason holds any more ([`attention`]);
//! - **confidence by week** is the last word said of a key result in each week of its cycle, blank where nothing was
//!   said ([`week_strip`]);
//! - **taking part** is how much of what was asked for was written, by team and never by person ([`participation`]).
//!
//! Nothing here ranks people. All that is shown follows from the roll-up, the log and the calendar at one instant, in a
//! number of statements that does not depend on how much there is.

pub mod attention;
mod filter;
mod gather;
mod needs;
mod pages;
pub mod participation;
mod queries;
mod queue;
mod table;
mod tag;
pub mod week_strip;

pub use needs::{Need, needs};
pub use tag::{Clock, Tag};

use crate::app::App;
use axum::Router;
use axum::routing::get;

/// The addresses of this room.
pub fn routes() -> Router<App> {
    Router::new().route("/o/{org}/review", get(pages::page)).route("/o/{org}/review/csv", get(table::csv))
}
