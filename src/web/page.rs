//! A rendered template as an answer.

use crate::fault::Fault;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

/// A page: 200 with the template's HTML.
pub struct Page<T>(pub T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        match self.0.render() {
            Ok(html) => Html(html).into_response(),
            Err(error) => Fault::from(error).into_response(),
        }
    }
}

/// A page that comes back with what was typed and what to put right: 422.
pub struct Refused<T>(pub T);

impl<T: Template> IntoResponse for Refused<T> {
    fn into_response(self) -> Response {
        (StatusCode::UNPROCESSABLE_ENTITY, Page(self.0)).into_response()
    }
}
