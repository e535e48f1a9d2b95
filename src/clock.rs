//! stub
use axum::extract::FromRequestParts;
#[derive(Clone)] pub struct Clock;
impl Clock { pub fn now(&self) -> chrono::DateTime<chrono::Utc> { chrono::DateTime::UNIX_EPOCH } }
#[derive(Clone, Copy)] pub struct Now(pub chrono::DateTime<chrono::Utc>);
impl FromRequestParts<crate::app::App> for Now { type Rejection = std::convert::Infallible; async fn from_request_parts(parts: &mut axum::http::request::Parts, app: &crate::app::App) -> Result<Self, Self::Rejection> { Ok(*parts.extensions.get_or_insert_with(|| Now(app.clock.now()))) } }
