//! Reviews without a meeting: a team looks at its objectives in writing, each in their own working hours.
//!
//! - whoever leads the team **opens** a review of a cycle: the figures of each objective are **packed**, with their receipts, as
//!   they are then, and with a question;
//! - each participant has so many of their own working hours (room `fair`) for a **view** of each objective: a word on how
//!   confident they are, and why. Nobody sees a view but its author until all are in or all hours are over;
//! - then whoever leads **closes** it with what comes of each objective, and the same page is its **minutes**.

mod closing;
mod course;
mod form;
mod item;
mod minutes;
mod packed;
mod queries;
mod show;
mod waiting;
mod write;

use self::queries::ReviewRow;
use crate::app::App;
use crate::db::OrgTx;
use crate::fair::Reader;
use crate::fault::{Fault, Result};
use crate::ids::ReviewId;
use crate::organisation::Me;
use axum::Router;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};

pub use course::{Outcome, State, reveal};
pub use form::begin;
pub use waiting::waiting_for;

/// The addresses of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/o/{org}/reviews", get(show::list))
        .route("/o/{org}/teams/{team}/reviews", post(form::open))
        .route("/o/{org}/teams/{team}/reviews/new", get(form::new))
        .route("/o/{org}/reviews/{review}", get(show::show))
        .route("/o/{org}/reviews/{review}/views", post(write::say))
        .route("/o/{org}/reviews/{review}/closing", post(closing::close))
        .route("/o/{org}/reviews/{review}/removal", post(closing::withdraw))
        .route("/o/{org}/reviews/{review}/markdown", get(minutes::markdown))
}

/// A review the reader may read; for others there is none.
async fn readable(tx: &mut OrgTx, me: &Me, id: ReviewId) -> Result<ReviewRow> {
    queries::reviews(tx, Some(id), Some(me.id), 1).await?.into_iter().next().ok_or(Fault::NotFound)
}

/// Whether somebody may close a review or take it back: whoever opened it, leads the team, or administers the organisation.
fn may_keep(me: &Me, review: &ReviewRow) -> bool {
    let leads = review.team_id.is_some_and(|team| me.leads(team)) || me.role.administers();
    me.role.takes_part() && (review.lead_id == me.id || leads)
}

/// Who reads the clocks of those who take part.
fn reader(me: &Me, now: DateTime<Utc>) -> Reader {
    Reader { t: me.words(), zone: me.zone, id: me.id, now }
}

/// Whether views are still to come.
fn is_open(review: &ReviewRow) -> bool {
    review.state == State::Open
}
