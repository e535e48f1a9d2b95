//! What the operator set, from the environment and a `.env` file beside it.
//!
//! Everything is read once, at the start, into types that can't be wrong; all that is wrong is told at once. The list of
//! names is in `settings`, the secret everything is signed with in `keys`.

mod keys;
mod parse;
mod settings;

pub use keys::{Keys, Purpose};
pub use settings::example;

use crate::db::Limits;
use ipnet::IpNet;
use lettre::message::Mailbox;
use parse::Given;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

/// Everything an operator may decide.
#[derive(Debug, Clone)]
pub struct Config {
    /// The database to use instead of one of our own.
    pub database_url: Option<SecretString>,
    /// How much of it one process may take.
    pub limits: Limits,
    /// Where our own files live.
    pub data: PathBuf,
    /// Where PostgreSQL's programs are, when not in a usual place.
    pub pg_bin: Option<PathBuf>,
    /// The socket to listen on.
    pub listen: SocketAddr,
    /// Where people find us; has a host and no path.
    pub base_url: Url,
    /// How mail leaves.
    pub mail: Mail,
    /// Who it is from.
    pub mail_from: Mailbox,
    /// How answers to mails come in; nothing where they don't.
    pub replies: Option<Replies>,
    /// Hosts of the operator's own network that channels may post to, in lower case: names, or addresses without brackets.
    pub channel_hosts: Vec<String>,
    /// The file of secrets, when it is not the one in the data folder.
    pub secret_key_file: Option<PathBuf>,
    /// Whom we believe about a visitor's address.
    pub trusted_proxies: Vec<IpNet>,
    /// This process among its colleagues.
    pub node: String,
    /// How often the background task looks around.
    pub tick: Duration,
    /// What is logged, as a filter of `tracing`.
    pub log: String,
    /// How it is logged.
    pub log_format: LogFormat,
}

/// How mail leaves.
#[derive(Debug, Clone)]
pub enum Mail {
    /// It doesn't: each one becomes a file in this folder.
    Folder(PathBuf),
    /// Over SMTP.
    Relay(Relay),
}

/// An SMTP server that takes our mail.
#[derive(Debug, Clone)]
pub struct Relay {
    /// Its name, which its certificate must carry.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way to it is guarded.
    pub security: Security,
    /// Name and password, when it asks for them.
    pub login: Option<(String, SecretString)>,
}

/// How answers to mails come in.
#[derive(Debug, Clone)]
pub struct Replies {
    /// The domain they are sent to, in lower case.
    pub domain: String,
    /// What the server that brings them proves itself with.
    pub secret: SecretString,
}

/// How the way to a relay is guarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// STARTTLS, and no mail without it.
    StartTls,
    /// Nothing; only towards this very machine.
    Plain,
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// All that is wrong with the configuration, a sentence each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<String>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration can't be used:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  - {problem}"))
    }
}

impl std::error::Error for Problems {}

impl Config {
    /// Reads the environment, and `.env` of the current folder for what the environment leaves out.
    ///
    /// # Errors
    /// All problems at once.
    pub fn from_env() -> Result<Self, Problems> {
        let mut given: BTreeMap<String, String> = BTreeMap::new();
        let mut problems = Vec::new();
        match dotenvy::dotenv_iter() {
            Err(error) if error.not_found() => {}
            Err(error) => problems.push(format!(".env can't be read: {error}.")),
            Ok(lines) => lines.for_each(|line| match line {
                Ok((name, value)) => drop(given.insert(name, value)),
                Err(error) => problems.push(format!(".env has a line that can't be read: {error}.")),
            }),
        }
        for (name, value) in std::env::vars_os() {
            let Ok(name) = name.into_string() else { continue };
            match value.into_string() {
                Ok(value) => drop(given.insert(name, value)),
                Err(_) if name.starts_with("MERIDIAN_") => {
                    problems.push(format!("{name} is not readable text."))
                }
                Err(_) => {}
            }
        }
        match Self::read(&given) {
            Ok(config) if problems.is_empty() => Ok(config),
            Ok(_) => Err(Problems(problems)),
            Err(more) => Err(Problems([problems, more.0].concat())),
        }
    }

    /// Reads what was given by name. Names that aren't ours are passed over, but for those that look like ours.
    ///
    /// # Errors
    /// All problems at once.
    pub fn read(given: &BTreeMap<String, String>) -> Result<Self, Problems> {
        let mut given = Given::new(given);
        given.refuse_unknown();
        let data: PathBuf = given.or("MERIDIAN_DATA", "var".into(), |text| Ok(text.into()));
        let listen = given.or("MERIDIAN_LISTEN", SocketAddr::from(([127, 0, 0, 1], 3000)), parse::listen);
        let base_url = match given.maybe("MERIDIAN_BASE_URL", parse::base_url) {
            Some(url) => Some(url),
            None => parse::base_url(&parse::address_of(listen)).ok(),
        };
        let host = base_url.as_ref().and_then(Url::host_str).unwrap_or("localhost");
        let mail_from = given
            .maybe("MERIDIAN_MAIL_FROM", parse::mailbox)
            .or_else(|| parse::mailbox(&format!("Meridian <meridian@{host}>")).ok())
            .or_else(|| parse::mailbox("Meridian <meridian@localhost>").ok());
        let domain = given.maybe("MERIDIAN_REPLY_DOMAIN", parse::domain);
        let secret = given.maybe("MERIDIAN_REPLY_SECRET", parse::long_secret);
        if domain.is_some() != secret.is_some() && given.problems.is_empty() {
            given
                .problems
                .push("MERIDIAN_REPLY_DOMAIN and MERIDIAN_REPLY_SECRET need each other.".to_owned());
        }
        let replies = domain.zip(secret).map(|(domain, secret)| Replies { domain, secret });
        let config = base_url.zip(mail_from).map(|(base_url, mail_from)| Self {
            database_url: given.maybe("DATABASE_URL", parse::database_url),
            limits: given.maybe("MERIDIAN_DB_CONNECTIONS", parse::connections).unwrap_or_default(),
            pg_bin: given.maybe("MERIDIAN_PG_BIN", |text| Ok(text.into())),
            mail: given.or("MERIDIAN_MAIL", Mail::Folder(data.join("mail")), |text| parse::mail(text, &data)),
            channel_hosts: given.or("MERIDIAN_CHANNEL_HOSTS", Vec::new(), parse::hosts),
            secret_key_file: given.maybe("MERIDIAN_SECRET_KEY_FILE", parse::existing_file),
            trusted_proxies: given.or("MERIDIAN_TRUSTED_PROXIES", Vec::new(), parse::networks),
            node: given.maybe("MERIDIAN_NODE", parse::node).unwrap_or_else(parse::own_name),
            tick: given.or("MERIDIAN_TICK_SECONDS", Duration::from_secs(10), parse::tick),
            log: given.or("MERIDIAN_LOG", "info".into(), parse::log),
            log_format: given.or("MERIDIAN_LOG_FORMAT", LogFormat::Pretty, parse::log_format),
            data,
            listen,
            base_url,
            mail_from,
            replies,
        });
        match config {
            Some(config) if given.problems.is_empty() => Ok(config),
            _ => Err(Problems(given.problems)),
        }
    }

    /// Whether visitors come over TLS, as far as the base URL says.
    pub fn is_https(&self) -> bool {
        self.base_url.scheme() == "https"
    }

    /// The base URL as a browser writes it into `Origin`: no slash at its end, no default port.
    pub fn base_origin(&self) -> String {
        self.base_url.origin().ascii_serialization()
    }

    /// An address of ours as it stands in a mail; `path` begins with a slash.
    pub fn link(&self, path: &str) -> String {
        self.base_origin() + path
    }

    /// The secret file: the operator's, else our own in the data folder.
    pub fn secret_key_file(&self) -> PathBuf {
        self.secret_key_file.clone().unwrap_or_else(|| self.data.join("secret.key"))
    }

    /// Where mail is written when it goes to files.
    pub fn mail_folder(&self) -> Option<&Path> {
        match &self.mail {
            Mail::Folder(folder) => Some(folder),
            Mail::Relay(_) => None,
        }
    }
}
