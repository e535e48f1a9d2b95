//! The headers that every answer carries, whatever made it: page, asset, redirect or fault.
//!
//! They stand in one place, outside everything else, because a header set page by page is forgotten
//! on the page that matters. A handler that needs another value sets it first, and it is left alone:
//! a page with a one-time token in its address sends `Referrer-Policy: no-referrer`, an asset says for
//! itself how long it keeps.

use crate::app::App;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// Scripts, styles, fonts and images come from this server, and nothing else does. No inline script or
/// style, no frames around us, no form that posts elsewhere.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

/// Nothing a page of ours asks of a device. Only names that browsers know: others are warned about.
const PERMISSIONS_POLICY: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), \
     encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), \
     midi=(), payment=(), picture-in-picture=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()";

/// Two years, and every name below ours.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=63072000; includeSubDomains";

const ALWAYS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // `no-referrer` would make browsers send `Origin: null` with our own forms
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS_POLICY),
    // what a page shows belongs to who reads it now, not to the next at this machine
    (header::CACHE_CONTROL, "no-store"),
];

/// Adds the headers to an answer; outermost of all layers but the request's id.
pub(super) async fn security_headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    add(response.headers_mut(), app.config.is_https());
    response
}

/// `https`: whether people reach us over TLS; a promise of TLS made over plain HTTP would lock them out.
fn add(headers: &mut HeaderMap, https: bool) {
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if https {
        let value = HeaderValue::from_static(STRICT_TRANSPORT_SECURITY);
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_without_headers_gets_them_all() {
        let mut headers = HeaderMap::new();
        add(&mut headers, false);
        for (name, value) in ALWAYS {
            assert_eq!(headers[&name], value);
        }
        assert!(!headers.contains_key(header::STRICT_TRANSPORT_SECURITY), "only over TLS");

        add(&mut headers, true);
        assert_eq!(headers[header::STRICT_TRANSPORT_SECURITY], "max-age=63072000; includeSubDomains");
    }

    #[test]
    fn a_handlers_own_value_stays() {
        let mut headers = HeaderMap::new();
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
        add(&mut headers, true);
        assert_eq!(headers[header::REFERRER_POLICY], "no-referrer");
        assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
    }

    #[test]
    fn nothing_but_ourselves_may_run() {
        assert!(!CONTENT_SECURITY_POLICY.contains("unsafe"));
        assert!(!CONTENT_SECURITY_POLICY.contains("data:"));
        assert!(!CONTENT_SECURITY_POLICY.contains("  "), "the line breaks left no gaps");
        assert!(!PERMISSIONS_POLICY.contains("  "));
    }
}
