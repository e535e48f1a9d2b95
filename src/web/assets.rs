//! Stylesheet, script, font and icon, from inside the program.
//!
//! `build.rs` makes a constant for each file of `static/`, which a template writes as
//! `href="{{ crate::web::assets::APP_CSS }}"`: the address holds a hash of the content, so a browser
//! asks for it once and keeps it for good. The compressed forms were made at build time as well.
//!
//! While a new version is being rolled out, a page of one node may ask another for a file under a hash
//! that node does not have. It answers with its own version of the file, not to be kept: a page with
//! a slightly different style beats a page with none.

use axum::{
    Router,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// A file of `static/`.
struct Asset {
    /// Its path inside `static/`.
    name: &'static str,
    /// The beginning of its SHA-256, as in its address.
    hash: &'static str,
    /// Its content type.
    kind: &'static str,
    plain: &'static [u8],
    gzip: Option<&'static [u8]>,
    brotli: Option<&'static [u8]>,
}

/// A content coding a browser may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Brotli,
    Gzip,
    Plain,
}

/// `GET /assets/{hash}/{name}`
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{hash}/{*name}", get(serve))
}

async fn serve(address: Uri, asked: HeaderMap) -> Response {
    let path = address.path().strip_prefix("/assets/").and_then(|path| path.split_once('/'));
    let Some((hash, asset)) = path.and_then(|(hash, name)| Some((hash, find(name)?))) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (coding, bytes) = asset.best(&asked);
    let tag = format!("\"{}{}\"", asset.hash, coding.suffix());
    let keep = if hash == asset.hash { FOR_EVER } else { ASK_AGAIN };
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, keep);
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if has(&asked, &tag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    if let Some(name) = coding.name() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    (headers, bytes).into_response()
}

fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

/// Whether the browser already holds what carries this tag (RFC 9110 §13.1.2, weak comparison).
fn has(asked: &HeaderMap, tag: &str) -> bool {
    asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|held| held.trim().trim_start_matches("W/"))
        .any(|held| held == tag || held == "*")
}

impl Asset {
    /// The smallest form the browser takes.
    fn best(&self, asked: &HeaderMap) -> (Coding, &'static [u8]) {
        let forms = [(Coding::Brotli, self.brotli), (Coding::Gzip, self.gzip)];
        forms
            .into_iter()
            .filter_map(|(coding, bytes)| Some((coding, bytes?)))
            .map(|(coding, bytes)| (weight(asked, coding), coding, bytes))
            .filter(|(weight, ..)| *weight > 0.0)
            // the first of equal weight wins, and brotli is the smaller
            .reduce(|a, b| if b.0 > a.0 { b } else { a })
            .map_or((Coding::Plain, self.plain), |(_, coding, bytes)| (coding, bytes))
    }
}

impl Coding {
    const fn name(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Plain => None,
        }
    }

    /// A tag names one form of the file, since the bytes differ.
    const fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => "-br",
            Self::Gzip => "-gz",
            Self::Plain => "",
        }
    }
}

/// How much the browser wants a coding: its `q`, that of `*` when it is not named, else nothing.
fn weight(asked: &HeaderMap, coding: Coding) -> f32 {
    let mut any = 0.0;
    for part in asked
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
    {
        let mut pieces = part.split(';').map(str::trim);
        let name = pieces.next().unwrap_or_default();
        let weight = pieces.find_map(|p| p.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
        if coding.name().is_some_and(|ours| name.eq_ignore_ascii_case(ours)) {
            return weight;
        }
        if name == "*" {
            any = weight;
        }
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, http::Request};
    use http_body_util::BodyExt;
    use sha2::{Digest, Sha256};
    use tower::ServiceExt;

    async fn ask(method: &str, path: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, Vec<u8>) {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = routes::<()>().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        (parts.status, parts.headers, body.collect().await.unwrap().to_bytes().to_vec())
    }

    #[tokio::test]
    async fn each_file_is_served_whole_and_kept_for_ever() {
        for (address, kind) in [
            (APP_CSS, "text/css; charset=utf-8"),
            (APP_JS, "text/javascript; charset=utf-8"),
            (ICON_SVG, "image/svg+xml"),
            (FONTS_LITERATA_LATIN_WOFF2, "font/woff2"),
            (FONTS_OFL_TXT, "text/plain; charset=utf-8"),
        ] {
            let (status, headers, body) = ask("GET", address, &[]).await;
            assert_eq!(status, 200, "{address}");
            assert_eq!(headers["content-type"], kind);
            assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable");
            assert_eq!(headers["vary"], "accept-encoding");
            assert!(!headers.contains_key("content-encoding"));
            let hash = address.split('/').nth(2).unwrap();
            let digest: String = Sha256::digest(&body).iter().take(6).map(|b| format!("{b:02x}")).collect();
            assert_eq!(hash, digest, "{address}");
        }
    }

    #[tokio::test]
    async fn the_smallest_form_that_is_taken_is_sent() {
        for (accepts, coding) in [
            ("br", Some("br")),
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip", Some("gzip")),
            ("gzip;q=1.0, br;q=0.5", Some("gzip")),
            ("br;q=0, *", Some("gzip")),
            ("*", Some("br")),
            ("BR", Some("br")),
            ("deflate", None),
            ("identity", None),
            ("br;q=0, gzip;q=0", None),
            ("br;q=nonsense", None),
            ("", None),
        ] {
            let (_, headers, body) = ask("GET", APP_CSS, &[("accept-encoding", accepts)]).await;
            assert_eq!(headers.get("content-encoding").map(|v| v.to_str().unwrap()), coding, "{accepts}");
            assert!(coding.is_none() || body.len() < 9500, "{accepts}: {} bytes", body.len());
        }
        let (_, headers, _) = ask("GET", FONTS_LITERATA_LATIN_WOFF2, &[("accept-encoding", "br")]).await;
        assert!(!headers.contains_key("content-encoding"), "a font is compressed already");
    }

    #[tokio::test]
    async fn the_compressed_forms_are_the_same_file() {
        use std::io::Read as _;
        for asset in ASSETS {
            if let Some(bytes) = asset.gzip {
                let mut text = Vec::new();
                flate2::read::GzDecoder::new(bytes).read_to_end(&mut text).unwrap();
                assert_eq!(text, asset.plain);
            }
            if let Some(bytes) = asset.brotli {
                let mut text = Vec::new();
                brotli::BrotliDecompress(&mut &*bytes, &mut text).unwrap();
                assert_eq!(text, asset.plain);
            }
        }
    }

    #[tokio::test]
    async fn what_the_browser_holds_is_not_sent_again() {
        let (_, headers, _) = ask("GET", APP_JS, &[("accept-encoding", "br")]).await;
        let tag = headers["etag"].to_str().unwrap().to_owned();
        for held in [tag.clone(), format!("\"other\", W/{tag}"), "*".to_owned()] {
            let (status, headers, body) =
                ask("GET", APP_JS, &[("accept-encoding", "br"), ("if-none-match", &held)]).await;
            assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0));
            assert_eq!(headers["etag"], tag);
            assert!(headers.contains_key("cache-control") && headers.contains_key("vary"));
        }
        let (status, ..) = ask("GET", APP_JS, &[("if-none-match", &tag)]).await;
        assert_eq!(status, 200, "the tag of the brotli form says nothing of the plain one");
    }

    #[tokio::test]
    async fn head_and_what_is_not_there() {
        let (status, headers, body) = ask("HEAD", APP_CSS, &[]).await;
        assert_eq!((status.as_u16(), body.len()), (200, 0));
        assert!(headers["content-length"].to_str().unwrap().parse::<usize>().unwrap() > 20_000);

        for path in
            ["/assets/x/none.css", "/assets/x/../Cargo.toml", "/assets/x/fonts", "/assets/x/%2e%2e/app.css"]
        {
            assert_eq!(ask("GET", path, &[]).await.0, 404, "{path}");
        }
        assert_eq!(ask("POST", APP_CSS, &[]).await.0, 405);
    }

    #[tokio::test]
    async fn another_versions_address_gets_ours_but_not_to_keep() {
        let (status, headers, body) = ask("GET", "/assets/0123456789ab/app.css", &[]).await;
        assert_eq!(status, 200);
        assert_eq!(headers["cache-control"], "no-cache");
        assert!(!body.is_empty());
    }

    #[tokio::test]
    async fn the_stylesheet_names_the_font_by_its_address() {
        let (_, _, body) = ask("GET", APP_CSS, &[]).await;
        let css = String::from_utf8(body).unwrap();
        assert!(css.contains(&format!("url({FONTS_LITERATA_LATIN_WOFF2})")));
        assert!(css.contains("url(#hatch)"));
        assert!(!css.contains("url(fonts/"));
    }
}
