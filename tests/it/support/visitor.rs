//! A person at a browser: cookies kept, forms filled in, redirects followed when asked.

use super::TestApp;
use super::page::{Form, Page};
use axum::body::Body;
use axum::http::{Request, header};
use http_body_util::BodyExt as _;
use std::collections::BTreeMap;
use tower::ServiceExt as _;

/// Somebody with a browser.
pub struct Visitor<'a> {
    app: &'a TestApp,
    /// The browser's cookies.
    pub cookies: BTreeMap<String, String>,
}

impl<'a> Visitor<'a> {
    /// An empty browser.
    pub fn new(app: &'a TestApp) -> Self {
        Self { app, cookies: BTreeMap::new() }
    }

    /// Opens an address.
    pub async fn get(&mut self, address: &str) -> Page {
        self.send(address, Request::get(address).body(Body::empty()).unwrap()).await
    }

    /// Sends a form.
    pub async fn submit(&mut self, form: Form) -> Page {
        let fields: Vec<(&str, &str)> =
            form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(&form.action, &fields).await
    }

    /// Sends these fields.
    pub async fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Page {
        let body = encode(fields);
        let request = Request::post(address)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .unwrap();
        self.send(address, request).await
    }

    /// Sends these fields and a file, as a form with a file in it does.
    pub async fn upload(
        &mut self,
        address: &str,
        fields: &[(&str, &str)],
        (name, bytes): (&str, &[u8]),
    ) -> Page {
        let mut body = Vec::new();
        for (field, value) in fields {
            body.extend_from_slice(
                format!("--cut\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n")
                    .as_bytes(),
            );
        }
        body.extend_from_slice(
            format!("--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--cut--\r\n");
        let request = Request::post(address)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .unwrap();
        self.send(address, request).await
    }

    /// Goes where an answer leads.
    pub async fn follow(&mut self, page: Page) -> Page {
        let address = page.leads_to().to_owned();
        self.get(&address).await
    }

    /// Sends a request as it is, with this browser's cookies.
    pub async fn send(&mut self, address: &str, mut request: Request<Body>) -> Page {
        if !self.cookies.is_empty() {
            let cookies: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        request
            .extensions_mut()
            .insert(axum::extract::ConnectInfo(std::net::SocketAddr::from(([127, 0, 0, 1], 50_000))));
        let answer = self.app.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let (pair, rest) =
                cookie.to_str().unwrap().split_once(';').unwrap_or((cookie.to_str().unwrap(), ""));
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = body.collect().await.unwrap().to_bytes();
        Page {
            address: address.to_owned(),
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

/// Fields as a browser sends them.
pub fn encode(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => {
                    char::from(byte).to_string()
                }
                b' ' => "+".to_owned(),
                _ => format!("%{byte:02X}"),
            })
            .collect()
    };
    fields
        .iter()
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect::<Vec<_>>()
        .join("&")
}
