//! One mail said aloud: handed over by hand while somebody watches, step by step, with what the server answered.
//!
//! For the mail an admin sends to themself to see whether mail leaves. It is not in the outbox: it is tried once, and its
//! fate is on the page.

use super::Rendered;
use super::post::PATIENCE;
use crate::config::{Config, Mail, Relay, Security};
use crate::ids::MailId;
use chrono::{DateTime, Utc};
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as Sender, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use lettre::{Address, Message};
use secrecy::ExposeSecret as _;
use std::fmt::Display;
use std::future::Future;
use std::path::Path;
use std::time::SystemTime;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A step of the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The mail was put together.
    Written,
    /// It lies in the folder; nothing more happens to it there.
    Filed,
    /// The server's port is open.
    Reached,
    /// It greeted us, after TLS where that comes first.
    Greeted,
    /// It agreed to TLS.
    Secured,
    /// It knows our name and password.
    SignedIn,
    /// It takes mail from our sender.
    Sender,
    /// It takes mail for the recipient.
    Recipient,
    /// It has the mail.
    Accepted,
}

/// A step, and what was said to it: the server's answer, or what went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Which.
    pub step: Step,
    /// The answer.
    pub said: Result<String, String>,
}

/// Hands one letter over and tells each step. The last one is either [`Step::Accepted`], [`Step::Filed`], or what went
/// wrong.
pub async fn converse(config: &Config, to: &str, letter: &Rendered, now: DateTime<Utc>) -> Vec<Turn> {
    let mut talk = Talk(Vec::new());
    talk.hold(config, to, letter, now).await;
    talk.0
}

struct Talk(Vec<Turn>);

impl Talk {
    /// All of it; `None` once a step went wrong.
    async fn hold(&mut self, config: &Config, to: &str, letter: &Rendered, now: DateTime<Utc>) -> Option<()> {
        let written = async { message(config, to, letter, now) };
        let message = self.step(Step::Written, written, |_| to.to_owned()).await?;
        match &config.mail {
            Mail::Folder(folder) => {
                let name = format!("{}-test.eml", now.format("%Y%m%dT%H%M%S%3f"));
                let filed = file(folder, &name, message.formatted());
                self.step(Step::Filed, filed, |()| folder.join(&name).display().to_string()).await
            }
            Mail::Relay(relay) => self.relay(relay, message.envelope(), &message.formatted()).await,
        }
    }

    async fn relay(&mut self, relay: &Relay, envelope: &Envelope, mail: &[u8]) -> Option<()> {
        // Brackets mark an IPv6 address in a URL and nowhere else.
        let host = relay.host.trim_matches(['[', ']']);
        let place = || format!("{host}:{}", relay.port);
        let knock = self.step(Step::Reached, TcpStream::connect((host, relay.port)), |_| place()).await?;
        drop(knock);
        let hello = ClientId::default();
        let first = (relay.security == Security::Tls).then(|| TlsParameters::new_rustls(host.to_owned()));
        let greeted = async {
            let tls = first.transpose()?;
            AsyncSmtpConnection::connect_tokio1((host, relay.port), Some(PATIENCE), &hello, tls, None).await
        };
        let mut server =
            self.step(Step::Greeted, greeted, |server| server.server_info().name().to_owned()).await?;
        if relay.security == Security::StartTls {
            let secured =
                async { server.starttls(TlsParameters::new_rustls(host.to_owned())?, &hello).await };
            self.step(Step::Secured, secured, |()| String::new()).await?;
        }
        if let Some((user, password)) = &relay.login {
            let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
            self.step(Step::SignedIn, server.auth(DEFAULT_MECHANISMS, &credentials), answer).await?;
        }
        let sender = Sender::new(envelope.from().cloned(), Vec::new());
        self.step(Step::Sender, server.command(sender), answer).await?;
        for to in envelope.to() {
            self.step(Step::Recipient, server.command(Rcpt::new(to.clone(), Vec::new())), answer).await?;
        }
        let handed_over = async {
            server.command(Data).await?;
            server.message(mail).await
        };
        self.step(Step::Accepted, handed_over, answer).await?;
        // It has the mail; how it takes its leave is no matter.
        drop(timeout(PATIENCE, server.quit()).await);
        Some(())
    }

    /// One step, within the time a server is given.
    async fn step<T, E: Display>(
        &mut self,
        step: Step,
        done: impl Future<Output = Result<T, E>>,
        words: impl FnOnce(&T) -> String,
    ) -> Option<T> {
        let (said, outcome) = match timeout(PATIENCE, done).await {
            Ok(Ok(outcome)) => (Ok(words(&outcome)), Some(outcome)),
            Ok(Err(cause)) => (Err(cause.to_string()), None),
            Err(_) => (Err(format!("no answer within {} s", PATIENCE.as_secs())), None),
        };
        self.0.push(Turn { step, said });
        outcome
    }
}

fn answer(response: &Response) -> String {
    format!("{} {}", response.code(), response.message().collect::<Vec<_>>().join(" ")).trim().to_owned()
}

fn message(config: &Config, to: &str, letter: &Rendered, now: DateTime<Utc>) -> anyhow::Result<Message> {
    let to: Address = to.parse()?;
    let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
    Ok(Message::builder()
        .from(config.mail_from.clone())
        .to(Mailbox::new(None, to))
        .subject(&letter.subject)
        .date(SystemTime::from(now))
        .message_id(Some(format!("<{}@{}>", MailId::fresh(), config.mail_from.email.domain())))
        .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
        .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))?)
}

async fn file(folder: &Path, name: &str, mail: Vec<u8>) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    tokio::fs::write(folder.join(name), mail).await
}
