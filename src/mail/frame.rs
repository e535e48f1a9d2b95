//! A mail's own HTML shown on a page of ours: in a frame, from an address of its own that lets it do nothing but open links.

use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::{Html, IntoResponse, Response};

/// The page around a mail: as every page, and it may frame what is ours.
const AROUND: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
     connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A mail's HTML: its own styles and links that open elsewhere, and nothing more. It belongs to no origin.
const INSIDE: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
     style-src 'unsafe-inline'; frame-ancestors 'self'";

/// A page with such a frame on it.
pub fn around(page: impl IntoResponse) -> Response {
    ([(CONTENT_SECURITY_POLICY, AROUND)], page).into_response()
}

/// What the frame shows.
pub fn inside(html: &str) -> Response {
    let html = html.replacen("<head>", "<head>\n<base target=\"_blank\">", 1);
    ([(CONTENT_SECURITY_POLICY, INSIDE)], Html(html)).into_response()
}

/// The height at which a frame shows the whole letter on a phone, in pixels: reckoned from its text, whose addresses the
/// HTML hides behind words. A little room at the foot is better than a line that is cut.
pub fn height(text: &str) -> usize {
    const AROUND: usize = 180;
    const LINE: usize = 27;
    const BETWEEN: usize = 16;
    const LETTERS: usize = 38;
    let line = |line: &str| match line.chars().count() {
        0 => BETWEEN,
        letters => LINE * letters.div_ceil(LETTERS),
    };
    AROUND + text.lines().filter(|words| !words.contains("://")).map(line).sum::<usize>()
}
