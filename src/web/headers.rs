//! stub
pub async fn security_headers(axum::extract::State(_): axum::extract::State<crate::app::App>, r: axum::extract::Request, n: axum::middleware::Next) -> axum::response::Response { n.run(r).await }
