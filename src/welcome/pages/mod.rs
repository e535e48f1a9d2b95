//! The pages of this room.

mod join;
mod setup;
mod setup_form;

use crate::app::App;
use axum::Router;
use axum::routing::get;

/// The set-up of an empty house, and the acceptance of an invitation.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/setup", get(setup::show).post(setup::build))
        .route("/invitations/{token}", get(join::show).post(join::accept))
}

/// A line of text somebody typed: trimmed, spaces folded, nothing invisible, `most` characters. Nothing when it is empty
/// or longer.
fn line(typed: &str, most: usize) -> Option<String> {
    let visible: String = typed.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    (1..=most).contains(&line.chars().count()).then_some(line)
}
