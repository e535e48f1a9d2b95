//! The review: what needs whoever looks after others, in a minute; read by everybody who may read the team.
//!
//! The words of this room:
//! - an **attention item** is one thing to look at (a key result, an objective, a blocker, a decision) with all its **reasons**, worst
//!   first, each with since when it holds; it leaves the list when no reason holds any more ([`attention`], [`reason`]);
//! - an **answer** says of an item that somebody has seen it, or puts it off to a date; it holds for the reasons there were
//!   ([`answer`]). What came up, when it went and what was said to it is written down and stays (`diary`, `history`);
//! - **confidence by week** is the last word said of a key result in each week of its cycle, blank where nothing was
//!   said ([`week_strip`]); its **direction** is that of its last check-ins ([`direction`]);
//! - a **walk** is one member's way through a cycle, a key result a page; what they said should happen is kept, so that they
//!   can come back tomorrow, and sent as a *summary* in the end ([`walk`]);
//! - **taking part** is how much of what was asked for was written, by team and never by person ([`participation`]).
//!
//! Nothing here ranks people. All that is shown follows from the roll-up, the log and the calendar at one instant, in a
//! number of statements that does not depend on how much there is.

mod acts;
pub mod answer;
pub mod attention;
mod chosen;
mod compare;
mod diary;
pub mod direction;
mod filter;
mod gather;
mod giving;
mod heat;
mod history;
mod needs;
mod pages;
mod part;
pub mod participation;
mod queries;
mod queue;
pub mod reason;
mod report;
mod steps;
mod stuck;
mod summary;
mod table;
mod tag;
mod views;
pub mod walk;
pub mod week_strip;

pub use diary::write_down;
pub use needs::{Need, needs};
pub use tag::{Clock, Tag};

use crate::app::App;
use crate::ids::{DecisionId, KeyResultId, ObjectiveId, UpdateId};
use axum::Router;
use axum::routing::{get, post};

/// The addresses of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/o/{org}/review", get(pages::page))
        .route("/o/{org}/review/csv", get(table::csv))
        .route("/o/{org}/review/history", get(history::page))
        .route("/o/{org}/review/key-results/{key_result}", post(acts::act::<KeyResultId>))
        .route("/o/{org}/review/objectives/{objective}", post(acts::act::<ObjectiveId>))
        .route("/o/{org}/review/blockers/{update}", post(acts::act::<UpdateId>))
        .route("/o/{org}/review/decisions/{decision}", post(acts::act::<DecisionId>))
        .route("/o/{org}/review/answers/{answer}/removal", post(acts::lift))
        .route("/o/{org}/review/steps", get(steps::go_on))
        .route(
            "/o/{org}/review/steps/key-results/{key_result}",
            get(steps::page::<KeyResultId>).post(steps::step::<KeyResultId>),
        )
        .route(
            "/o/{org}/review/steps/objectives/{objective}",
            get(steps::page::<ObjectiveId>).post(steps::step::<ObjectiveId>),
        )
        .route("/o/{org}/review/summary", get(summary::preview).post(summary::send))
        .route("/o/{org}/review/summaries/{summary}", get(summary::page))
        .route("/o/{org}/cycles/{cycle}/report", get(report::page))
        .route("/o/{org}/review/views", post(views::keep))
        .route("/o/{org}/review/views/{view}/removal", post(views::forget))
}
