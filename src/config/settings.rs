//! The list of what an operator may set. `.env.example` is written from it, and an unknown name is refused by it.

use std::fmt::Write;

/// One environment variable.
pub(super) struct Setting {
    pub(super) name: &'static str,
    /// What holds when it is unset, as text; empty when that is "nothing".
    pub(super) default: &'static str,
    pub(super) about: &'static str,
    /// Whether `NAME_FILE` may name a file that holds the value instead.
    pub(super) secret: bool,
}

const fn setting(name: &'static str, default: &'static str, about: &'static str) -> Setting {
    Setting { name, default, about, secret: false }
}

const fn secret(name: &'static str, default: &'static str, about: &'static str) -> Setting {
    Setting { name, default, about, secret: true }
}

pub(super) const SETTINGS: &[Setting] = &[
    secret(
        "DATABASE_URL",
        "",
        "The PostgreSQL (15 or newer) to use: postgres://user:password@host/database?sslmode=verify-full\n\
         Unset: Meridian runs a PostgreSQL of its own under the data folder, reachable through a socket only.\n\
         The login should own its database and be no superuser.",
    ),
    setting(
        "MERIDIAN_DATA",
        "var",
        "The data folder: the secret key, mail written to files, and Meridian's own PostgreSQL.",
    ),
    setting(
        "MERIDIAN_LISTEN",
        "127.0.0.1:3000",
        "The address and port to listen on. Behind a proxy on another machine: 0.0.0.0:3000",
    ),
    setting(
        "MERIDIAN_BASE_URL",
        "http://127.0.0.1:3000",
        "Where people find Meridian: scheme, host and port, no path. Every link in a mail begins with it; over https\n\
         cookies are marked so. Unset: the address listened on.",
    ),
    secret(
        "MERIDIAN_MAIL",
        "file",
        "How mail leaves. file: it doesn't; each one is a file in the data folder's mail/.\n\
         smtps://user:password@host (TLS from the first byte, port 465) or smtp://user:password@host (port 587, which\n\
         must offer STARTTLS unless the host is this machine, then port 25).",
    ),
    setting(
        "MERIDIAN_MAIL_FROM",
        "Meridian <meridian@127.0.0.1>",
        "The sender of every mail. Unset: meridian@ the host of the base URL.",
    ),
    setting(
        "MERIDIAN_REPLY_DOMAIN",
        "",
        "Where answers to mails come in: reply+…@this domain, whose mail server hands each of them to /hooks/mail.\n\
         Unset: mails can't be answered.",
    ),
    secret(
        "MERIDIAN_REPLY_SECRET",
        "",
        "What that mail server proves itself with: Authorization: Bearer and this, of at least 32 characters.",
    ),
    setting(
        "MERIDIAN_CHANNEL_HOSTS",
        "",
        "Hosts of your own network that a team's digest may be posted to, with commas: chat.example.lan, 10.0.0.7. Any other\n\
         host must have public addresses only. To a named host that is this very machine, http:// will do.",
    ),
    setting(
        "MERIDIAN_SECRET_KEY_FILE",
        "",
        "A file with one secret of at least 32 characters a line. The first signs, all verify: to change it, put a new one\n\
         on top and take the old one away later. Unset: secret.key in the data folder, made when missing.",
    ),
    setting(
        "MERIDIAN_TRUSTED_PROXIES",
        "",
        "Networks of your own proxies, with commas: 10.0.0.0/8, ::1. Only they are believed about a visitor's address.",
    ),
    setting(
        "MERIDIAN_NODE",
        "",
        "This process's name in logs and claims; two may not share one. Unset: host name and process id.",
    ),
    setting("MERIDIAN_TICK_SECONDS", "10", "How often the background task looks for due work, 1 to 300."),
    setting(
        "MERIDIAN_DB_CONNECTIONS",
        "",
        "Database connections at most, 2 to 200. Unset: four for each processor core, at most 10.",
    ),
    setting(
        "MERIDIAN_LOG",
        "info",
        "What is logged: error, warn, info, debug, trace, or by part: info,sqlx=debug",
    ),
    setting(
        "MERIDIAN_LOG_FORMAT",
        "pretty",
        "How it is logged: pretty (for people) or json (one object a line).",
    ),
    setting(
        "MERIDIAN_PG_BIN",
        "",
        "The folder of PostgreSQL's programs for its own PostgreSQL. Unset: looked for in the usual places.",
    ),
];

/// The text of `.env.example`: everything at its default, commented out.
pub fn example() -> String {
    let mut text = String::from(
        "# Everything an operator may set, at its default. Copy to .env or set it in the environment, which wins.\n\
         # A MERIDIAN_ name that is not listed here is refused. For a value marked (secret), NAME_FILE may name a file\n\
         # that holds it.\n",
    );
    for Setting { name, default, about, secret } in SETTINGS {
        let mark = if *secret { " (secret)" } else { "" };
        let about = about.replace('\n', "\n# ");
        let _ = write!(text, "\n# {about}{mark}\n#{name}={default}\n");
    }
    text
}
