//! The house as a whole: what every room may reach, and all routes under one roof.

use crate::clock::Clock;
use crate::config::{Config, Keys};
use crate::db::Db;
use crate::fault::Fault;
use crate::web;
use axum::Router;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// What a handler and a duty may reach. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database, by scope.
    pub db: Db,
    /// The one clock all nodes share.
    pub clock: Clock,
    /// What the operator set.
    pub config: Arc<Config>,
    /// Keys derived from the installation's secret.
    pub keys: Keys,
    /// The gate before password hashing.
    pub passwords: crate::account::Passwords,
    /// The streams of events that are open.
    pub streams: web::Streams,
    /// Cancelled when the process is told to stop: what would go on for long ends then.
    pub stop: CancellationToken,
    /// Whether this is the demo, which shows the mail it wrote.
    pub demo: bool,
}

impl App {
    /// The house with these parts.
    pub fn new(
        db: Db,
        clock: Clock,
        config: Config,
        keys: Keys,
        passwords: crate::account::Passwords,
    ) -> Self {
        let (streams, stop) = (web::Streams::default(), CancellationToken::new());
        Self { db, clock, config: Arc::new(config), keys, passwords, streams, stop, demo: false }
    }
}

/// Every page, under the layers that each answer passes through.
pub fn router(app: App) -> Router {
    let rooms = Router::new()
        .merge(crate::account::routes())
        .merge(crate::standup::routes())
        .merge(crate::talk::routes())
        .merge(crate::notice::routes())
        .merge(crate::organisation::routes())
        .merge(crate::settings::routes())
        .merge(crate::team::routes())
        .merge(crate::welcome::routes())
        .merge(crate::okr::routes())
        .merge(crate::decision::routes())
        .merge(crate::round::routes())
        .merge(crate::portability::routes())
        .merge(crate::mail::routes())
        .merge(crate::letterbox::routes())
        .merge(crate::digest::routes())
        .merge(crate::channel::routes())
        .merge(crate::review::routes())
        .merge(crate::search::routes())
        .merge(crate::time::routes())
        .merge(crate::clockwork::routes())
        .fallback(async || Fault::NotFound)
        .method_not_allowed_fallback(web::method_not_allowed);
    web::layers(rooms, &app).merge(web::health::routes()).with_state(app)
}
