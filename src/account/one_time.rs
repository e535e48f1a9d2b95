//! What the pages behind one-time links have in common: links to set a password, to join, to set up.

use super::Caller;
use super::rate_limit::DEAD_LINKS;
use crate::app::App;
use crate::config::Config;
use crate::db::GlobalTx;
use crate::fault::Fault;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use chrono::{DateTime, Utc};

/// Counts a link that does not work, so that nobody tries out many.
///
/// # Errors
/// [`Fault::TooMany`] when this network tried too many.
pub async fn count_dead_link(app: &App, caller: &Caller, now: DateTime<Utc>) -> Result<(), Fault> {
    let mut tx: GlobalTx = app.db.global().await?;
    DEAD_LINKS.of(&app.keys, &caller.network()).take(&mut tx, now).await?;
    Ok(tx.commit().await?)
}

/// The address of a page with a one-time link is itself a secret: it leaves the browser for nowhere.
pub fn secret(config: &Config, mut response: Response) -> Response {
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static(referrer_policy(config)));
    response
}

/// Over plain http beyond this machine, browsers send neither `Sec-Fetch-Site` nor, under `no-referrer`, a true
/// `Origin`, and our own form would be refused as another site's. There the address still stays within our own pages.
fn referrer_policy(config: &Config) -> &'static str {
    let local = matches!(config.base_url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if config.is_https() || local { "no-referrer" } else { "same-origin" }
}
