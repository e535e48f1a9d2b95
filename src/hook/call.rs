//! One call: look the name up, look at its addresses, connect to one of them, post, read the answer.

use super::address::Address;
use super::guard::is_public;
use chrono::TimeDelta;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, CONTENT_TYPE, HOST, RETRY_AFTER, USER_AGENT};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use std::future::pending;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;

/// How long a call may take, all of it.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// How long one of several addresses is knocked at.
const KNOCK: Duration = Duration::from_secs(2);

/// How much of an answer is read, in bytes.
const READ: usize = 2 * 1024;

/// How much of it is kept, in characters.
const KEPT: usize = 200;

/// The longest a server may ask us to wait.
const LONGEST_WAIT: i64 = 24 * 60 * 60;

/// It was taken: the server's status, and how its words begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status, from 200 to 299.
    pub status: u16,
    /// What it said, cut and on one line; may be empty.
    pub words: String,
}

/// It was not taken, or we can't know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It may be, later.
    Temporary {
        /// What went wrong, in a few words.
        said: String,
        /// How long the server asks us to wait.
        rest: Option<TimeDelta>,
    },
    /// It never will be.
    Permanent(String),
}

impl Trouble {
    /// What went wrong, in a few words.
    pub fn said(&self) -> &str {
        let (Trouble::Temporary { said, .. } | Trouble::Permanent(said)) = self;
        said
    }
}

fn later(said: impl Into<String>) -> Trouble {
    Trouble::Temporary { said: said.into(), rest: None }
}

fn overdue() -> Trouble {
    later(format!("no answer within {} s", PATIENCE.as_secs()))
}

/// Posts a message of JSON to an address. `named` are the operator's own hosts, which may be private.
///
/// When the server took it and we could not read so, it is not known to have been taken: the next try may double it.
///
/// # Errors
/// Says why it was not taken, and whether it may be later.
pub async fn call(named: &[String], address: &Address, message: &str) -> Result<Answer, Trouble> {
    let until = Instant::now() + PATIENCE;
    let told = timeout_at(until, reach(named, address)).await.map_err(|_| overdue())?;
    let stream = told?;
    if !address.is_https() {
        return talk(stream, address, message, until).await;
    }
    let name = ServerName::try_from(address.host().to_owned())
        .map_err(|_| Trouble::Permanent("its name can't be in a certificate".to_owned()))?;
    let secured = TlsConnector::from(tls()?).connect(name, stream);
    let stream = timeout_at(until, secured)
        .await
        .map_err(|_| overdue())?
        .map_err(|cause| later(format!("no encrypted connection: {cause}")))?;
    talk(stream, address, message, until).await
}

/// A connection to one of its addresses, all of which were looked at.
async fn reach(named: &[String], address: &Address) -> Result<TcpStream, Trouble> {
    let found: Vec<SocketAddr> = lookup_host((address.host(), address.port()))
        .await
        .map_err(|_| later(format!("the name {} can’t be found", address.host())))?
        .collect();
    if !address.is_named(named)
        && let Some(own) = found.iter().find(|found| !is_public(found.ip()))
    {
        return Err(Trouble::Permanent(format!(
            "{} is {}, which is no public address",
            address.host(),
            own.ip()
        )));
    }
    let mut trouble = later(format!("the name {} can’t be found", address.host()));
    for socket in found {
        trouble = match timeout(KNOCK, TcpStream::connect(socket)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(cause)) => later(format!("no connection: {cause}")),
            Err(_) => later(format!("no connection within {} s", KNOCK.as_secs())),
        };
    }
    Err(trouble)
}

/// The trust in certificates: the public authorities.
fn tls() -> Result<Arc<ClientConfig>, Trouble> {
    static TRUST: OnceLock<Option<Arc<ClientConfig>>> = OnceLock::new();
    let made = TRUST.get_or_init(|| {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder =
            ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().ok()?;
        Some(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
    });
    made.clone().ok_or_else(|| later("encryption is not to be had on this machine"))
}

/// Posts the message and reads what is said to it.
async fn talk<S>(stream: S, address: &Address, message: &str, until: Instant) -> Result<Answer, Trouble>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let request = Request::post(address.path())
        .header(HOST, address.authority())
        .header(CONTENT_TYPE, "application/json; charset=utf-8")
        .header(USER_AGENT, concat!("Meridian/", env!("CARGO_PKG_VERSION")))
        .header(CONNECTION, "close")
        .body(Full::new(Bytes::copy_from_slice(message.as_bytes())))
        .map_err(|_| Trouble::Permanent("the address can’t be called".to_owned()))?;
    let broken = |cause: hyper::Error| later(format!("the connection broke: {cause}"));
    let (mut sender, connection) =
        http1::handshake::<_, Full<Bytes>>(TokioIo::new(stream)).await.map_err(broken)?;
    let said = async {
        let response = timeout_at(until, sender.send_request(request)).await;
        let response = response.map_err(|_| overdue())?.map_err(broken)?;
        Ok(read(response, address, until).await)
    };
    // The connection is driven here and not in a task of its own, so that nothing of it outlives the call.
    let driven = async {
        drop(connection.await);
        pending().await
    };
    let (response, words) = tokio::select! { said = said => said?, never = driven => never };
    judge(response, words)
}

/// The status and how the answer begins. What does not come in time is left out: the status has said it all.
async fn read(response: Response<Incoming>, address: &Address, until: Instant) -> (Response<()>, String) {
    let (parts, mut body) = response.into_parts();
    let mut bytes = Vec::new();
    while bytes.len() < READ {
        match timeout_at(until, body.frame()).await {
            Ok(Some(Ok(frame))) => bytes.extend(frame.into_data().unwrap_or_default()),
            _ => break,
        }
    }
    bytes.truncate(READ);
    let words = address.kept_from(&String::from_utf8_lossy(&bytes));
    let line = words.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty());
    let line = line.collect::<Vec<_>>().join(" ");
    (Response::from_parts(parts, ()), line.chars().take(KEPT).collect())
}

/// What the answer means: some refusals pass, others are for good.
fn judge(response: Response<()>, words: String) -> Result<Answer, Trouble> {
    let status = response.status();
    let said = if words.is_empty() { status.to_string() } else { format!("{status}: {words}") };
    match status.as_u16() {
        200..=299 => Ok(Answer { status: status.as_u16(), words }),
        300..=399 => Err(Trouble::Permanent(format!("{status}: it leads elsewhere, where we don’t follow"))),
        // Try again (RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4).
        408 | 425 | 429 | 500..=599 => {
            let asked = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            let seconds = asked.and_then(|text| text.trim().parse::<i64>().ok());
            let rest = seconds.map(|seconds| TimeDelta::seconds(seconds.clamp(0, LONGEST_WAIT)));
            Err(Trouble::Temporary { said, rest })
        }
        _ => Err(Trouble::Permanent(said)),
    }
}
