//! From text to settings, with a sentence for each thing that can be wrong. The sentences are for the operator and don't
//! repeat a value that may hold a password.

use super::settings::SETTINGS;
use super::{LogFormat, Mail, Relay, Security};
use crate::db::Limits;
use ipnet::IpNet;
use lettre::message::Mailbox;
use secrecy::SecretString;
use sqlx::postgres::PgConnectOptions;
use std::collections::BTreeMap;
use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tracing_subscriber::EnvFilter;
use url::Url;

/// A setting, or what is wrong with it: the end of a sentence that begins with its name.
type Parsed<T> = Result<T, String>;

/// What was given by name, and what turned out wrong with it so far.
pub(super) struct Given<'a> {
    values: &'a BTreeMap<String, String>,
    pub(super) problems: Vec<String>,
}

impl<'a> Given<'a> {
    pub(super) fn new(values: &'a BTreeMap<String, String>) -> Self {
        Self { values, problems: Vec::new() }
    }

    /// A misspelt name must not be quietly without effect.
    pub(super) fn refuse_unknown(&mut self) {
        let known = |name: &str| {
            SETTINGS.iter().any(|known| {
                name == known.name || known.secret && name.strip_suffix("_FILE") == Some(known.name)
            })
        };
        let ours = self.values.keys().filter(|name| name.starts_with("MERIDIAN_"));
        let tools = ["MERIDIAN_CACHE", "MERIDIAN_TEST_CLUSTER"]; // of bin/, not of the program
        for name in ours.filter(|name| !known(name) && !tools.contains(&name.as_str())) {
            let near = SETTINGS.iter().map(|known| known.name).min_by_key(|known| distance(known, name));
            let hint = near
                .filter(|near| distance(near, name) <= 2)
                .map_or(String::new(), |near| format!(" Did you mean {near}?"));
            self.problems.push(format!("{name} is not a setting of Meridian.{hint}"));
        }
    }

    /// The value of a setting, if there is one that can be used. An empty one counts as not given.
    pub(super) fn maybe<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Parsed<T>) -> Option<T> {
        let text = self.text(name)?;
        parse(text.trim()).map_err(|wrong| self.problems.push(format!("{name} {wrong}."))).ok()
    }

    /// The value of a setting, or its default.
    pub(super) fn or<T>(&mut self, name: &str, default: T, parse: impl FnOnce(&str) -> Parsed<T>) -> T {
        self.maybe(name, parse).unwrap_or(default)
    }

    fn text(&mut self, name: &str) -> Option<String> {
        let given = |name: &str| self.values.get(name).filter(|text| !text.trim().is_empty());
        let file =
            SETTINGS.iter().any(|known| known.name == name && known.secret).then(|| format!("{name}_FILE"));
        let Some((file_name, path)) =
            file.and_then(|file| Some((given(&file)?.clone(), file)).map(|(path, file)| (file, path)))
        else {
            return given(name).cloned();
        };
        if given(name).is_some() {
            self.problems.push(format!("{name} and {file_name} are both set; keep one."));
            return None;
        }
        fs::read_to_string(&path)
            .map_err(|error| {
                self.problems.push(format!("{file_name} names {path}, which can't be read: {error}."))
            })
            .ok()
    }
}

/// How many letters must change to make one name of another (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for (y, pair) in b.chars().zip(row.windows(2)) {
            let &[diagonal, above] = pair else { continue };
            let left = next.last().copied().unwrap_or_default();
            next.push((diagonal + usize::from(x != y)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

pub(super) fn listen(text: &str) -> Parsed<SocketAddr> {
    text.parse().map_err(|_| {
        format!("is {text:?}, which is no address with a port, like 127.0.0.1:3000 or [::]:3000")
    })
}

/// How a browser on this machine would address what listens there.
pub(super) fn address_of(listen: SocketAddr) -> String {
    let any = listen.ip().is_unspecified();
    if any { format!("http://localhost:{}", listen.port()) } else { format!("http://{listen}") }
}

pub(super) fn base_url(text: &str) -> Parsed<Url> {
    let example = "like https://meridian.example.org";
    let url = Url::parse(text).map_err(|_| format!("is {text:?}, which is no address {example}"))?;
    let bare =
        url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    match url.scheme() {
        "http" | "https" if bare && url.password().is_none() => Ok(url),
        "http" | "https" => Err(format!("is {text:?}, but may hold only scheme, host and port, {example}")),
        _ => Err(format!("is {text:?}, but must begin with https:// or http://, {example}")),
    }
}

pub(super) fn database_url(text: &str) -> Parsed<SecretString> {
    let known = ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
    if !known || text.parse::<PgConnectOptions>().is_err() {
        return Err(
            "is no address of a PostgreSQL database, like postgres://user:password@host/database".into()
        );
    }
    Ok(text.into())
}

pub(super) fn connections(text: &str) -> Parsed<Limits> {
    let connections = text.parse().ok().filter(|count| (2..=200).contains(count));
    connections
        .map(|connections| Limits { connections })
        .ok_or(format!("is {text:?}, but must be a whole number from 2 to 200"))
}

pub(super) fn mail(text: &str, data: &Path) -> Parsed<Mail> {
    if text == "file" {
        return Ok(Mail::Folder(data.join("mail")));
    }
    let wrong = || "must be file, smtp://user:password@host or smtps://user:password@host".to_owned();
    let url = Url::parse(text).map_err(|_| wrong())?;
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(wrong)?.to_owned();
    if !matches!(url.path(), "" | "/") || url.query().is_some() {
        return Err(wrong());
    }
    let (security, port) = match url.scheme() {
        "smtps" => (Security::Tls, 465),
        "smtp" if is_this_machine(&host) => (Security::Plain, 25),
        "smtp" => (Security::StartTls, 587),
        _ => return Err(wrong()),
    };
    let login = match (decoded(url.username()), url.password().map(decoded)) {
        (Some(user), Some(Some(password))) if !user.is_empty() => Some((user, password.into())),
        (Some(user), None) if user.is_empty() => None,
        _ => return Err("has a user without a password, or a % that is not %25 in one of them".into()),
    };
    Ok(Mail::Relay(Relay { host, port: url.port().unwrap_or(port), security, login }))
}

fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_matches(['[', ']']);
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Undoes percent-encoding; `None` when what it hides is no text.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digit = |hex: Option<u8>| hex.and_then(|hex| char::from(hex).to_digit(16));
        match byte {
            b'%' => bytes.push(u8::try_from(digit(rest.next())? * 16 + digit(rest.next())?).ok()?),
            plain => bytes.push(plain),
        }
    }
    String::from_utf8(bytes).ok()
}

pub(super) fn mailbox(text: &str) -> Parsed<Mailbox> {
    text.parse().map_err(|_| format!("is {text:?}, which is no sender like Meridian <meridian@example.org>"))
}

pub(super) fn domain(text: &str) -> Parsed<String> {
    let label =
        |label: &str| !label.is_empty() && label.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
    if text.len() <= 253 && text.contains('.') && text.split('.').all(label) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(format!("is {text:?}, which is no domain like in.example.org"))
    }
}

pub(super) fn hosts(text: &str) -> Parsed<Vec<String>> {
    let host = |text: &str| {
        let bare = text.trim().trim_matches(['[', ']']).to_ascii_lowercase();
        let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        let known = bare.parse::<IpAddr>().is_ok() || !bare.is_empty() && bare.chars().all(letter);
        known.then_some(bare).ok_or_else(|| format!("names {text:?}, which is no host like chat.example.lan"))
    };
    text.split(',').map(host).collect()
}

pub(super) fn long_secret(text: &str) -> Parsed<SecretString> {
    if text.len() < 32 { Err("is too short: use at least 32 characters".to_owned()) } else { Ok(text.into()) }
}

pub(super) fn existing_file(text: &str) -> Parsed<PathBuf> {
    let path = PathBuf::from(text);
    if path.is_file() { Ok(path) } else { Err(format!("names {text}, where there is no file")) }
}

pub(super) fn networks(text: &str) -> Parsed<Vec<IpNet>> {
    let network = |text: &str| text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| network(part).map_err(|_| format!("holds {part:?}, which is no network like 10.0.0.0/8")))
        .collect()
}

pub(super) fn node(text: &str) -> Parsed<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let fits = text.len() <= 60 && text.chars().all(plain);
    if fits {
        Ok(text.into())
    } else {
        Err(format!("is {text:?}, but may hold 60 letters, digits, - _ and . at most"))
    }
}

/// Host name and process id.
pub(super) fn own_name() -> String {
    let host = nix::unistd::gethostname().ok().and_then(|name| name.into_string().ok());
    format!("{}-{}", host.as_deref().unwrap_or("node"), std::process::id())
}

pub(super) fn tick(text: &str) -> Parsed<Duration> {
    let seconds = text.parse().ok().filter(|seconds| (1..=300).contains(seconds));
    seconds.map(Duration::from_secs).ok_or(format!("is {text:?}, but must be a whole number from 1 to 300"))
}

pub(super) fn log(text: &str) -> Parsed<String> {
    EnvFilter::try_new(text)
        .map(|_| text.into())
        .map_err(|_| format!("is {text:?}, but must be like info or info,sqlx=debug"))
}

pub(super) fn log_format(text: &str) -> Parsed<LogFormat> {
    match text {
        "pretty" => Ok(LogFormat::Pretty),
        "json" => Ok(LogFormat::Json),
        _ => Err(format!("is {text:?}, but must be pretty or json")),
    }
}
