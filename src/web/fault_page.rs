//! The page about a fault, drawn in one place for every answer that needs one.
//!
//! It also gives back what was typed: a form that met a fault (the database down, the session over, our bug) comes
//! back whole, with a button that sends it again. Nothing a person wrote is lost to our trouble.

use super::Shell;
use crate::app::App;
use crate::fault::{Fault, FaultKind};
use crate::language::{Locale, Words};
use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::TimeDelta;

/// The most a form may hold.
pub(super) const FORM_LIMIT: usize = 64 * 1024;

/// `templates/fault.html`.
#[derive(Template)]
#[template(path = "fault.html")]
struct FaultPage {
    shell: Shell,
    t: Words,
    code: u16,
    title: &'static str,
    advice: String,
    /// The request id, shown where the visitor may want to name it to an admin.
    request: Option<String>,
    /// Where the kept form goes when it is sent again.
    again: Option<String>,
    /// The form's fields, but for passwords.
    kept: Vec<Kept>,
}

/// One field of the form that met the fault.
pub struct Kept {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub value: String,
    /// Whether a person wrote it, so that it is worth showing and not only carrying along.
    pub words: bool,
}

impl Kept {
    /// Before the name of a field that comes along through the sign-in.
    pub const MARK: &'static str = "kept.";

    /// A field of a form; none for passwords, and for what is empty.
    pub fn of((name, value): (String, String)) -> Option<Self> {
        let worth = !name.contains("password") && !value.is_empty();
        worth.then(|| Self { words: value.trim().contains(char::is_whitespace), name, value })
    }
}

/// Draws the page for each answer that carries a [`FaultKind`], or that a layer refused.
pub(super) async fn draw(State(_app): State<App>, request: Request, next: Next) -> Response {
    let id = request_id(&request);
    let address = request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    let (request, typed) = match keep_typed(request).await {
        Ok(kept) => kept,
        Err(fault) => {
            return page(fault.into_response(), FaultKind::TooLarge, &address, id, Bytes::new()).await;
        }
    };
    let response = next.run(request).await;
    let Some(kind) = kind_of(&response) else { return response };
    if kind == FaultKind::SignIn && safe {
        return Redirect::to(&format!("/sign-in?next={}", escape(&address))).into_response();
    }
    page(response, kind, &address, id, typed).await
}

/// Reads a small form's body and hands on a request that still has it.
async fn keep_typed(request: Request) -> Result<(Request, Bytes), Fault> {
    let is_form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    if request.method() != Method::POST || !is_form {
        return Ok((request, Bytes::new()));
    }
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, FORM_LIMIT).await.map_err(|_| Fault::TooLarge)?;
    Ok((Request::from_parts(parts, Body::from(bytes.clone())), bytes))
}

/// Ours carry their kind; a layer's refusal is known by its status.
fn kind_of(response: &Response) -> Option<FaultKind> {
    if let Some(kind) = response.extensions().get::<FaultKind>() {
        return Some(*kind);
    }
    if response.headers().contains_key(header::CONTENT_TYPE)
        && response.status() != StatusCode::PAYLOAD_TOO_LARGE
    {
        return None;
    }
    match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Some(FaultKind::TooLarge),
        StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => Some(FaultKind::Unavailable),
        StatusCode::FORBIDDEN => Some(FaultKind::Forbidden),
        StatusCode::INTERNAL_SERVER_ERROR => Some(FaultKind::Internal),
        _ => None,
    }
}

/// The fault's page, keeping the status and headers of the answer.
async fn page(
    response: Response,
    kind: FaultKind,
    address: &str,
    id: Option<String>,
    typed: Bytes,
) -> Response {
    let t = Words::of(Locale::default());
    let (title, advice) = sentences(kind, t);
    let advice = match retry_after(&response) {
        Some(wait) => t.fault_too_many_until(t.duration(wait)),
        None => advice.to_owned(),
    };
    let kept = if typed.is_empty() { Vec::new() } else { fields(typed).await };
    let ours = matches!(kind, FaultKind::Internal | FaultKind::Unavailable);
    let page = FaultPage {
        shell: Shell::bare(Locale::default(), None),
        t,
        code: response.status().as_u16(),
        title,
        advice,
        request: id.filter(|_| ours),
        again: (!kept.is_empty()).then(|| address.to_owned()),
        kept,
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    match page.render() {
        Ok(html) => (parts.status, parts.headers, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(?error, "the page about a fault could not be drawn");
            (parts.status, parts.headers, title).into_response()
        }
    }
}

/// How long the answer asks to wait.
fn retry_after(response: &Response) -> Option<TimeDelta> {
    let seconds = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    seconds.parse().ok().map(TimeDelta::seconds)
}

fn sentences(kind: FaultKind, t: Words) -> (&'static str, &'static str) {
    match kind {
        FaultKind::SignIn => (t.fault_sign_in_title(), t.fault_sign_in_advice()),
        FaultKind::NotFound => (t.fault_not_found_title(), t.fault_not_found_advice()),
        FaultKind::Forbidden => (t.fault_forbidden_title(), t.fault_forbidden_advice()),
        FaultKind::BadForm => (t.fault_bad_form_title(), t.fault_bad_form_advice()),
        FaultKind::TooLarge => (t.fault_too_large_title(), t.fault_too_large_advice()),
        FaultKind::TooMany => (t.fault_too_many_title(), t.fault_too_many_advice()),
        FaultKind::Unavailable => (t.fault_unavailable_title(), t.fault_unavailable_advice()),
        FaultKind::Internal => (t.fault_internal_title(), t.fault_internal_advice()),
    }
}

/// The fields of a form, without passwords. A body that is no form has none.
async fn fields(typed: Bytes) -> Vec<Kept> {
    let request = Request::post("/")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(typed))
        .unwrap_or_default();
    let Ok(form) = axum_extra::extract::Form::<Vec<(String, String)>>::from_request(request, &()).await
    else {
        return Vec::new();
    };
    form.0.into_iter().filter_map(Kept::of).collect()
}

/// The id the outer layer gave the request.
fn request_id(request: &Request) -> Option<String> {
    request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).map(str::to_owned)
}

/// Percent-encodes an address for use inside a query.
fn escape(address: &str) -> String {
    address
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
