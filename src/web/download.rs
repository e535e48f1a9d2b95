//! A file to take away.

use axum::http::header;
use axum::response::{IntoResponse as _, Response};

/// The name a file gets whose words have no letter an address can carry.
const NAMELESS: &str = "meridian";

/// A Markdown file, to be kept under this name.
pub fn markdown(name: &str, words: String) -> Response {
    let name = if name.is_empty() { NAMELESS } else { name };
    let headers = [
        (header::CONTENT_TYPE, "text/markdown; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.md\"")),
    ];
    (headers, words).into_response()
}
