//! Where a mail server brings what came in.

use super::deed;
use super::received::Received;
use crate::app::App;
use crate::clock::Now;
use crate::fault::{Fault, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use secrecy::ExposeSecret as _;
use subtle::ConstantTimeEq as _;

/// The largest mail that is read, in bytes.
const LARGEST: usize = 1024 * 1024;

/// The address of this room.
pub fn routes() -> Router<App> {
    Router::new().route("/hooks/mail", post(take).layer(DefaultBodyLimit::max(LARGEST)))
}

/// `POST /hooks/mail`: a mail as it came, with the secret as a bearer's token. 204 once it is dealt with, whatever became of
/// it; what asks to be brought again later is an answer from 500 on.
async fn take(
    State(app): State<App>,
    Now(now): Now,
    headers: HeaderMap,
    mail: Result<Bytes, BytesRejection>,
) -> Result<Response> {
    let Some(replies) = &app.config.replies else { return Err(Fault::NotFound) };
    let given =
        headers.get(header::AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    let secret = replies.secret.expose_secret().as_bytes();
    if !given.is_some_and(|given| bool::from(given.ct_eq(secret))) {
        let how = [(header::WWW_AUTHENTICATE, "Bearer")];
        return Ok((StatusCode::UNAUTHORIZED, how).into_response());
    }
    let mail = mail.map_err(|_| Fault::TooLarge)?;
    match Received::read(&mail) {
        Some(received) => deed::take_in(&app, &received, now).await?,
        None => tracing::info!("what came to the letterbox is no mail"),
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}
