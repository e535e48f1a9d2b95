//! `meridian doctor`: what is wrong, before somebody else finds out.
//!
//! It changes nothing, but for what every start makes when missing: the secret key, and our own database.

use crate::config::{Config, Keys, Mail, Problems, Relay};
use crate::db::{Db, Server, examine};
use anyhow::Result;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// What was found, a sentence each.
#[derive(Debug, Default)]
pub(super) struct Findings {
    text: String,
    wrong: usize,
    doubtful: usize,
}

impl Findings {
    fn good(&mut self, sentence: &str) {
        let _ = writeln!(self.text, "  ok      {sentence}");
    }

    fn doubt(&mut self, sentence: &str) {
        self.doubtful += 1;
        let _ = writeln!(self.text, "  mind    {sentence}");
    }

    fn wrong(&mut self, sentence: &str) {
        self.wrong += 1;
        let _ = writeln!(self.text, "  WRONG   {sentence}");
    }

    fn part(&mut self, name: &str) {
        let _ = writeln!(self.text, "{name}");
    }
}

/// Looks at everything. The exit code tells whether something is wrong; what is merely doubtful does not count.
pub(super) async fn examine() -> Result<ExitCode> {
    let mut found = Findings::default();
    found.part("Configuration");
    match Config::from_env() {
        Err(Problems(problems)) => problems.iter().for_each(|problem| found.wrong(problem)),
        Ok(config) => {
            configuration(&config, &mut found);
            found.part("Database");
            database(&config, &mut found).await;
            found.part("Mail");
            mail(&config, &mut found).await;
        }
    }
    let Findings { text, wrong, doubtful } = found;
    writeln!(io::stdout(), "{text}\n{wrong} wrong, {doubtful} to mind.")?;
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn configuration(config: &Config, found: &mut Findings) {
    let base = config.base_origin();
    found.good(&format!("People find Meridian at {base}; it listens on {}.", config.listen));
    let local = is_local(config);
    if !config.is_https() && !local {
        found.doubt(
            "MERIDIAN_BASE_URL begins with http: passwords and cookies travel readable. Put TLS in front.",
        );
    }
    if local && !config.listen.ip().is_loopback() {
        found.doubt(&format!(
            "Others can reach {}, but links in mail lead to {base}. Set MERIDIAN_BASE_URL.",
            config.listen
        ));
    }
    if config.is_https() && config.trusted_proxies.is_empty() {
        found.doubt(
            "MERIDIAN_TRUSTED_PROXIES is unset: behind a proxy, all visitors seem to come from its address and share one limit.",
        );
    }
    match Keys::open(config) {
        Ok(_) => found.good("The secret key can be used."),
        Err(error) => found.wrong(&format!("{error:#}.")),
    }
    private(&config.secret_key_file(), found);
}

fn is_local(config: &Config) -> bool {
    let host = config.base_url.host_str().unwrap_or_default();
    host == "localhost" || host.trim_matches(['[', ']']).parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

fn private(file: &Path, found: &mut Findings) {
    let mode = std::fs::metadata(file).map(|meta| meta.permissions().mode()).unwrap_or_default();
    if mode & 0o077 != 0 {
        found.doubt(&format!("Others on this machine may read {}: chmod 600 it.", file.display()));
    }
}

async fn database(config: &Config, found: &mut Findings) {
    let server = match Server::find(config).await {
        Ok(server) => server,
        Err(error) => return found.wrong(&format!("{error:#}.")),
    };
    match Db::connect(server.options(), config.limits).await {
        Err(error) => found
            .wrong(&format!("{} can't be used: {error}. If it is new, run meridian migrate.", server.name())),
        Ok(db) => {
            found.good(&format!("{} answers.", server.name()));
            match examine::examine(&db).await {
                Err(error) => found.wrong(&format!("It can't be examined: {error}.")),
                Ok(facts) => judge(&facts, config, found),
            }
            db.close().await;
        }
    }
    if let Err(error) = server.release().await {
        found.doubt(&format!("{error:#}."));
    }
}

fn judge(facts: &examine::Facts, config: &Config, found: &mut Findings) {
    let major = facts.version / 10_000;
    if major < 15 {
        found.wrong(&format!("It is PostgreSQL {major}; Meridian needs 15 or newer."));
    }
    if facts.encoding != "UTF8" {
        found.wrong(&format!("Its encoding is {}; Meridian needs UTF8.", facts.encoding));
    }
    match facts.pending {
        0 => found.good("It has this version's schema."),
        pending => found.wrong(&format!("It lacks {pending} migrations: run meridian migrate.")),
    }
    if facts.bypasses_row_security {
        found.wrong(&format!("Meridian acts as {}, whom row-level security does not bind: the second wall between organisations is down.", facts.role));
    } else if !facts.unwalled.is_empty() {
        found.wrong(&format!(
            "The second wall between organisations has gaps: {}.",
            facts.unwalled.join(", ")
        ));
    } else if facts.pending == 0 {
        found.good(&format!(
            "Meridian acts as {}, and row-level security stands on every table of an organisation.",
            facts.role
        ));
    }
    if facts.role != facts.login && config.database_url.is_some() {
        found.doubt(&format!(
            "It signs in as {}, a superuser, and steps down; a login that only owns its database is better.",
            facts.login
        ));
    }
    for (setting, value) in &facts.unsafe_settings {
        found.doubt(&format!(
            "{setting} is {value}: a crash of the machine may lose what people were told is saved."
        ));
    }
    if facts.clock_off.abs().num_seconds() >= 2 {
        found.doubt(&format!("This machine's clock is {} s off the database's. Meridian goes by the database's; your logs may not.", facts.clock_off.num_seconds()));
    }
    if !facts.encrypted && config.database_url.is_some() && !facts.local {
        found.doubt("The way to it is not encrypted: add ?sslmode=verify-full to DATABASE_URL.");
    }
    let needed = i64::from(config.limits.connections) + 3;
    if facts.max_connections < needed {
        found.doubt(&format!(
            "It allows {} connections; this process alone may want {needed}.",
            facts.max_connections
        ));
    }
    if facts.demo && !is_local(config) {
        found.doubt("The demo organisation is in it, whose passwords everybody knows.");
    }
    match facts.heartbeat_age {
        None if facts.pending > 0 => {}
        None => found.doubt("No background work was ever done on it. Is a process with a worker running?"),
        Some(age) if age.num_minutes() >= 2 => {
            found.doubt(&format!("The last background work was {} minutes ago.", age.num_minutes()))
        }
        Some(_) => found.good("Background work was done within the last two minutes."),
    }
}

async fn mail(config: &Config, found: &mut Findings) {
    match &config.mail {
        Mail::Folder(folder) => {
            found.doubt(&format!(
                "Mail goes to files in {} and to nobody. MERIDIAN_MAIL names a relay.",
                folder.display()
            ));
        }
        Mail::Relay(Relay { host, port, .. }) => {
            let connected =
                timeout(Duration::from_secs(5), TcpStream::connect((host.trim_matches(['[', ']']), *port)))
                    .await;
            match connected {
                Ok(Ok(_)) => {
                    found.good(&format!("{host}:{port} answers; mail is from {}.", config.mail_from))
                }
                Ok(Err(error)) => found.wrong(&format!("{host}:{port} can't be reached: {error}.")),
                Err(_) => found.wrong(&format!("{host}:{port} doesn't answer within five seconds.")),
            }
        }
    }
}
