//! What each answer passes through, from the outside in: request id, security headers, log, compression, the page
//! about a fault, panics caught, time limit, and the refusal of other sites' forms.

use super::{fault_page, headers};
use crate::account::session::cookie_name;
use crate::app::App;
use crate::fault::{Fault, FaultKind};
use crate::ids::RequestId;
use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use std::any::Any;
use std::time::{Duration, Instant};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;
use tracing::Instrument as _;

/// No page takes longer than this; past it the visitor is told, and their words are kept.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// The one address another site's program may post to: the unsubscribe button of mail programs (RFC 8058).
pub const ONE_CLICK: &str = "/u/";

/// Wraps the rooms in what every answer passes through.
pub fn layers(rooms: Router<App>, app: &App) -> Router<App> {
    let csrf = CsrfLayer::new();
    let csrf = csrf.clone().add_trusted_origin(app.config.base_origin()).unwrap_or(csrf);
    let csrf = csrf
        .with_insecure_bypass(|method: &Method, uri: &axum::http::Uri| {
            *method == Method::POST && uri.path().starts_with(ONE_CLICK)
        })
        .with_rejection_response(|_| Fault::Forbidden.into_response());
    rooms
        .merge(super::assets::routes())
        .layer(csrf)
        .layer(middleware::from_fn_with_state(app.clone(), refuse_headless_cookies))
        .layer(DefaultBodyLimit::max(fault_page::FORM_LIMIT))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, TIME_LIMIT))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(app.clone(), fault_page::draw))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(log))
        .layer(middleware::from_fn_with_state(app.clone(), headers::security_headers))
        .layer(middleware::from_fn(name_request))
}

/// A deed without `Sec-Fetch-Site` and `Origin` comes from no browser of our time; with a session cookie on it, it is
/// refused rather than trusted.
async fn refuse_headless_cookies(State(app): State<App>, request: Request, next: Next) -> Response {
    let deed = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let headless =
        !request.headers().contains_key("sec-fetch-site") && !request.headers().contains_key(header::ORIGIN);
    if deed && headless && CookieJar::from_headers(request.headers()).get(cookie_name(&app.config)).is_some()
    {
        return Fault::Forbidden.into_response();
    }
    next.run(request).await
}

/// Gives each request an id of ours; one sent by the client is never taken over.
async fn name_request(mut request: Request, next: Next) -> Response {
    let id = RequestId::fresh().to_string();
    let value = HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("unnamed"));
    request.headers_mut().insert("x-request-id", value.clone());
    let span = tracing::info_span!("request", id);
    let mut response = next.run(request).instrument(span).await;
    response.headers_mut().insert("x-request-id", value);
    response
}

/// One line per request: the route's pattern and never the address itself, since addresses may hold tokens.
async fn log(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map_or("-".to_owned(), |path| path.as_str().to_owned());
    let begun = Instant::now();
    let response = next.run(request).await;
    let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    super::health::count(&method, &route, response.status());
    tracing::info!(%method, route, status = response.status().as_u16(), took_ms, "answered");
    response
}

fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let words =
        cause.downcast_ref::<&str>().copied().or_else(|| cause.downcast_ref::<String>().map(String::as_str));
    tracing::error!(panic = words.unwrap_or("without words"), "a handler panicked");
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response.extensions_mut().insert(FaultKind::Internal);
    response
}

/// A known address asked in a way it does not answer.
pub async fn method_not_allowed() -> Response {
    let mut response = StatusCode::METHOD_NOT_ALLOWED.into_response();
    response.extensions_mut().insert(FaultKind::NotFound);
    response
}
