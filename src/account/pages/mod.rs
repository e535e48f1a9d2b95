//! The pages of this room.

mod agent;
mod reset;
mod security;
mod sign_in;

use crate::app::App;
use axum::Router;
use axum::routing::{get, post};

/// Signing in and out, a new password by mail, where one is signed in.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sign-in", get(sign_in::show).post(sign_in::enter))
        .route("/sign-out", post(sign_in::leave))
        .route("/reset", get(reset::ask).post(reset::send))
        .route("/reset/{token}", get(reset::show).post(reset::set))
        .route("/me/security", get(security::show))
        .route("/me/password", post(security::change_password))
        .route("/me/sessions/{session}/end", post(security::end))
        .route("/me/other-sessions/end", post(security::end_others))
}
