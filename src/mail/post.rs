//! The post: the only place that talks SMTP or writes mail files.
//!
//! The same mail always becomes the same bytes: its identity, date (of the first try) and boundaries come from the outbox
//! and not from the moment of sending, so that a copy made by a node that died between the server's answer and our note of it is known as
//! one.

use super::Kind;
use super::queries::Parcel;
use crate::config::{Config, Mail, Relay, Security};
use crate::ids::RequestId;
use anyhow::{Context as _, Result};
use chrono::{DateTime, TimeDelta, Utc};
use lettre::address::AddressError;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use mail_parser::MessageParser;
use secrecy::ExposeSecret as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tokio::fs;
use tokio::time::timeout;

/// How long one mail, or the first knock at the relay, may take. lettre's own limit covers connecting only.
pub(super) const PATIENCE: Duration = Duration::from_secs(8);

/// Answers that speak of our login and not of the mail (RFC 4954 §6): the mail waits until the operator has put it right.
const OUR_LOGIN: [u16; 4] = [530, 534, 535, 538];

/// A way out of the house, open for one round.
pub(super) enum Post {
    /// Files in a folder.
    Folder(PathBuf),
    /// An SMTP server.
    Relay(AsyncSmtpTransport<Tokio1Executor>),
}

/// Why a mail did not leave.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It never will.
    Permanent(String),
    /// It may, later; whoever was to take it may ask for a rest.
    Temporary(String, Option<TimeDelta>),
}

impl Post {
    /// Opens the way the operator chose and knocks: a folder is made, a relay answers.
    pub(super) async fn open(config: &Config) -> Result<Self> {
        match &config.mail {
            Mail::Folder(folder) => {
                fs::create_dir_all(folder)
                    .await
                    .with_context(|| format!("the mail folder {} can't be made", folder.display()))?;
                Ok(Post::Folder(folder.clone()))
            }
            Mail::Relay(relay) => {
                let transport = transport(relay)?;
                let knock = timeout(PATIENCE, transport.test_connection())
                    .await
                    .context("the mail relay does not answer")?;
                knock.context("the mail relay can't be reached")?;
                Ok(Post::Relay(transport))
            }
        }
    }

    /// Sends one mail. Given up after [`PATIENCE`]; a way on which that happened is not to be used again, since the late
    /// answer to this mail could be taken for the answer to the next.
    pub(super) async fn send(
        &self,
        from: &Mailbox,
        answers: Option<&str>,
        parcel: &Parcel,
    ) -> Result<(), Trouble> {
        let message =
            message(from, answers, parcel).map_err(|cause| Trouble::Permanent(cause.to_string()))?;
        match self {
            Post::Folder(folder) => {
                let name = file_name(&parcel.message_id, parcel.created_at);
                let written = timeout(PATIENCE, write(folder, &name, &message.formatted())).await;
                written.map_err(|_| overdue())?.map_err(|cause| Trouble::Temporary(cause.to_string(), None))
            }
            Post::Relay(transport) => match timeout(PATIENCE, transport.send(message)).await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(cause)) => Err(told(&cause)),
                Err(_) => Err(overdue()),
            },
        }
    }
}

fn transport(relay: &Relay) -> Result<AsyncSmtpTransport<Tokio1Executor>> {
    // Brackets mark an IPv6 address in a URL and nowhere else.
    let host = relay.host.trim_matches(['[', ']']);
    let builder = match relay.security {
        Security::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(host)?,
        Security::StartTls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(host)?,
        Security::Plain => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host),
    };
    let builder = builder.port(relay.port).timeout(Some(PATIENCE));
    Ok(match &relay.login {
        Some((user, password)) => {
            builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()))
        }
        None => builder,
    }
    .build())
}

fn told(cause: &SmtpError) -> Trouble {
    let code = cause.status().map(u16::from);
    if cause.is_permanent() && !code.is_some_and(|code| OUR_LOGIN.contains(&code)) {
        Trouble::Permanent(cause.to_string())
    } else {
        Trouble::Temporary(cause.to_string(), None)
    }
}

fn overdue() -> Trouble {
    Trouble::Temporary(format!("no answer within {} s", PATIENCE.as_secs()), None)
}

/// The mail as it travels: both parts, plain text first, and the headers that say what it is.
fn message(from: &Mailbox, answers: Option<&str>, parcel: &Parcel) -> Result<Message> {
    let mailbox = |address: &str| -> Result<Mailbox> {
        let address = address
            .parse()
            .map_err(|fault: AddressError| anyhow::anyhow!("the address can't be used: {fault}"))?;
        Ok(Mailbox::new(None, address))
    };
    let how = if parcel.kind == Kind::Refusal { "auto-replied" } else { "auto-generated" };
    let header = |name, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), one_line(value));
    let mut message = Message::builder()
        .from(from.clone())
        .to(mailbox(&parcel.recipient)?)
        .subject(one_line(&parcel.subject))
        .date(SystemTime::from(parcel.dated_at))
        .message_id(Some(parcel.message_id.clone()))
        .raw_header(header("Auto-Submitted", how));
    if let Some(answers) = answers {
        message = message.reply_to(mailbox(answers)?);
    }
    if let Some(address) = &parcel.unsubscribe {
        message = message
            .raw_header(header("List-Unsubscribe", &format!("<{address}>")))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
    }
    let parts = MultiPart::alternative().boundary(format!("meridian-{}", mark(&parcel.message_id)));
    Ok(message.multipart(
        parts
            .singlepart(SinglePart::plain(parcel.body_text.clone()))
            .singlepart(SinglePart::html(parcel.body_html.clone())),
    )?)
}

/// Headers hold no line ends, whatever they were made of.
fn one_line(value: &str) -> String {
    value.replace(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'), " ")
}

/// The part of the identity that is ours: letters and digits.
fn mark(message_id: &str) -> String {
    let local = message_id.split('@').next().unwrap_or_default();
    local.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// When it was written and which it is: a copy lands on the same file.
fn file_name(message_id: &str, created_at: DateTime<Utc>) -> String {
    format!("{}-{}.eml", created_at.format("%Y%m%dT%H%M%S"), mark(message_id))
}

/// Text and HTML of a mail that was written into the folder; `None` when its file is gone or can't be read.
pub(super) async fn read(
    folder: &Path,
    message_id: &str,
    created_at: DateTime<Utc>,
) -> Option<(String, String)> {
    let bytes = fs::read(folder.join(file_name(message_id, created_at))).await.ok()?;
    let mail = MessageParser::default().parse(&bytes)?;
    Some((mail.body_text(0)?.into_owned(), mail.body_html(0)?.into_owned()))
}

/// Writes under another name first, so that whoever looks into the folder never sees half a mail.
async fn write(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let draft = folder.join(format!(".{name}.{}", RequestId::fresh()));
    fs::write(&draft, bytes).await?;
    fs::rename(&draft, folder.join(name)).await
}
