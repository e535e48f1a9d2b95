//! The pages of files: sending one, looking at what it would do, taking one away, and how a table is read.

mod check;
mod help;
mod reading_form;
mod send;
mod take;

use crate::app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

/// The addresses of this room.
pub fn routes() -> Router<App> {
    let send = get(send::form).post(send::receive).layer(DefaultBodyLimit::max(send::LARGEST_FORM));
    Router::new()
        .route("/o/{org}/okrs/import", send)
        .route("/o/{org}/okrs/import/{import}", get(check::page).post(check::choose))
        .route("/o/{org}/okrs/import/{import}/add", post(check::add))
        .route("/o/{org}/okrs/import/{import}/removal", post(check::forget))
        .route("/o/{org}/okrs/table", get(help::page))
        .route("/o/{org}/okrs/table/template", get(help::template))
        .route("/o/{org}/okrs/csv", get(take::of_cycle))
        .route("/o/{org}/objectives/{objective}/csv", get(take::of_objective))
        .route("/o/{org}/key-results/{key_result}/csv", get(take::of_key_result))
}

/// An option of a list to choose from.
#[derive(Debug, Clone)]
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

impl Choice {
    fn new(value: impl ToString, label: impl Into<String>, chosen: &str) -> Self {
        let value = value.to_string();
        Self { chosen: value == chosen, label: label.into(), value }
    }
}
