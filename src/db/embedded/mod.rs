//! A PostgreSQL of our own, for whoever gave us none.
//!
//! It lives in the data folder, is reached through a socket that only its owner (and root) can open, has no port and no
//! password. It is made to be left alone:
//!
//! - **Shared.** Every process that uses a cluster holds a shared lock on `lease.lock`, which the kernel takes back even
//!   from a killed one. Starting and stopping happen under `start.lock`. Whoever leaves last stops the cluster.
//! - **Killed.** A killed program leaves the cluster running and finds it at its next start. A killed cluster is started
//!   again by the next program, or by the running ones ([`Embedded::ensure_up`]); PostgreSQL sees for itself that its pid
//!   file is stale.
//! - **As root.** PostgreSQL refuses root, so its programs run as `postgres`, or `nobody`. A data folder they could not
//!   reach, like one under root's home, is exchanged for one in `/var/lib/meridian`.
//!
//! Nothing here is async: call it from a thread that may block.

mod place;
mod programs;

use anyhow::{Context, Result, bail, ensure};
use place::Place;
use programs::Programs;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::fs::{self, File};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The user and the database inside the cluster.
const NAME: &str = "meridian";
/// How long a start waits for a pid file's owner that is dead but not yet buried: in a container, process 1 may be slow
/// to reap a killed postmaster, and until then PostgreSQL takes it for alive.
const BURIAL: Duration = Duration::from_secs(40);
/// Whether a file system can be told to write down everything at once. PostgreSQL otherwise does so file by file, a
/// thousand of them, when a cluster is made and when it starts after a crash; on a busy disk that takes seconds.
const WHOLE_AT_ONCE: bool = cfg!(target_os = "linux");
/// A log larger than this is begun anew at a start.
const LOG_LIMIT: u64 = 10 << 20;

/// What a crash of the machine may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing that was committed.
    Safe,
    /// Everything: for tests, and kept running between their processes.
    ForTests,
}

/// A running cluster that we use, and that stays while we do.
#[derive(Debug)]
pub struct Embedded {
    place: Place,
    programs: Programs,
    durability: Durability,
    /// Locked, shared, for as long as we live.
    lease: File,
}

impl Embedded {
    /// Makes the cluster under `folder` if there is none, and starts it unless it runs.
    ///
    /// # Errors
    /// When PostgreSQL's programs are missing or of another version than the cluster, a folder belongs to somebody else,
    /// or the cluster doesn't start; each with what to do about it.
    pub fn start(folder: &Path, programs: Option<&Path>, durability: Durability) -> Result<Self> {
        let place = Place::prepare(folder)?;
        let lease = lock_file(&place.root.join("lease.lock"))?;
        lease.lock_shared().context("the lease can't be locked")?;
        let made = fs::read_to_string(place.cluster.join("PG_VERSION")).ok();
        let version = made.as_deref().and_then(|text| text.trim().parse().ok());
        let programs = Programs::find(programs, version)?;
        let embedded = Self { place, programs, durability, lease };
        embedded.ensure_up()?;
        Ok(embedded)
    }

    /// Starts the cluster unless it runs; cheap when it does. One process at a time does so.
    ///
    /// # Errors
    /// As for [`Embedded::start`].
    pub fn ensure_up(&self) -> Result<()> {
        if self.is_up() {
            return Ok(());
        }
        let _starting = self.alone()?;
        if self.is_up() {
            return Ok(());
        }
        if !self.place.cluster.join("PG_VERSION").exists() {
            self.make()?;
        }
        self.place.make_socket_folder()?;
        self.write_settings()?;
        self.launch()
    }

    /// How to connect to it.
    pub fn options(&self) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.place.socket)
            .port(5432)
            .username(NAME)
            .database(NAME)
            .ssl_mode(PgSslMode::Disable)
    }

    /// Where its socket is, for `psql -h`.
    pub fn socket(&self) -> &Path {
        &self.place.socket
    }

    /// Where everything of it is.
    pub fn folder(&self) -> &Path {
        &self.place.root
    }

    /// Lets go of the cluster. The last one to do so stops it, and is told `true`; one for tests stays.
    ///
    /// # Errors
    /// When it can't be stopped. It then goes on running, to no harm.
    pub fn release(self) -> Result<bool> {
        if self.durability == Durability::ForTests {
            return Ok(false);
        }
        let _stopping = self.alone()?;
        if self.lease.try_lock().is_err() {
            return Ok(false); // somebody else's shared lock
        }
        let mut stop = self.pg_ctl("stop");
        let out = stop.args(["-w", "-s", "-m", "fast"]).output().context("pg_ctl can't be run")?;
        ensure!(
            out.status.success(),
            "PostgreSQL did not stop: {}",
            String::from_utf8_lossy(&out.stderr).trim()
        );
        Ok(true)
    }

    /// Waits until nobody else starts or stops the cluster, and keeps others from it until dropped.
    fn alone(&self) -> Result<File> {
        let lock = lock_file(&self.place.root.join("start.lock"))?;
        lock.lock().context("the start can't be locked")?;
        Ok(lock)
    }

    fn is_up(&self) -> bool {
        UnixStream::connect(self.place.socket.join(".s.PGSQL.5432")).is_ok()
    }

    /// Makes the cluster beside its final place and moves it there when it is whole, so that a killed attempt is never
    /// taken for a cluster.
    fn make(&self) -> Result<()> {
        let draft = self.place.root.join("cluster.new");
        if draft.exists() {
            fs::remove_dir_all(&draft)
                .with_context(|| format!("{} can't be cleared away", draft.display()))?;
        }
        self.place.make_private(&draft)?;
        let mut initdb = self.programs.command("initdb", &self.place.owner);
        initdb.arg("-D").arg(&draft).args(["-U", NAME, "-A", "peer", "--encoding=UTF8", "--no-instructions"]);
        initdb.args(self.programs.locale());
        if WHOLE_AT_ONCE || self.durability == Durability::ForTests {
            initdb.arg("--no-sync");
        }
        let out = initdb.output().context("initdb can't be run")?;
        ensure!(out.status.success(), "initdb failed: {}", String::from_utf8_lossy(&out.stderr).trim());
        self.let_in(&draft)?;
        #[cfg(target_os = "linux")]
        if self.durability == Durability::Safe {
            nix::unistd::syncfs(File::open(&draft)?)?;
        }
        fs::rename(&draft, &self.place.cluster).context("the new cluster can't be put in its place")
    }

    /// Lets us and the cluster's owner in through the socket by who we are, and nobody by anything else.
    fn let_in(&self, cluster: &Path) -> Result<()> {
        let us = place::name_of(nix::unistd::geteuid())?;
        let map =
            [us, self.place.owner.name.clone()].map(|name| format!("{NAME} \"{name}\" {NAME}\n")).concat();
        fs::write(cluster.join("pg_hba.conf"), format!("local all all peer map={NAME}\n"))?;
        fs::write(cluster.join("pg_ident.conf"), map)?;
        let settings = fs::read_to_string(cluster.join("postgresql.conf"))?;
        fs::write(cluster.join("postgresql.conf"), settings + "\ninclude 'meridian.conf'\n")?;
        Ok(())
    }

    /// Written at every start, since the folder may have moved and the version may have changed its mind.
    fn write_settings(&self) -> Result<()> {
        let common = "listen_addresses = ''\nunix_socket_permissions = 0700\ntimezone = 'UTC'\nlog_timezone = 'UTC'\n\
             log_min_error_statement = panic # no statements in the log, nor\n\
             log_error_verbosity = terse     # the values they stumbled over\n\
             log_checkpoints = off\n";
        let own = match self.durability {
            Durability::Safe => "max_connections = 100\n",
            Durability::ForTests => {
                "max_connections = 300\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\n\
                 wal_level = minimal\nmax_wal_senders = 0\nautovacuum = off\njit = off\nshared_buffers = 64MB\n"
            }
        };
        let after_crash = if WHOLE_AT_ONCE { "recovery_init_sync_method = syncfs\n" } else { "" };
        let socket = format!("unix_socket_directories = '{}'\n", self.place.socket.display());
        let file = self.place.cluster.join("meridian.conf");
        fs::write(&file, ["# Written at every start.\n", common, own, after_crash, &socket].concat())?;
        self.place.owner.give(&file)
    }

    fn launch(&self) -> Result<()> {
        let log = self.place.cluster.join("server.log");
        if fs::metadata(&log).is_ok_and(|log| log.len() > LOG_LIMIT) {
            fs::remove_file(&log)?;
        }
        let begun = Instant::now();
        loop {
            let mut start = self.pg_ctl("start");
            start.args(["-w", "-s", "-t", "60", "-l"]).arg(&log).stdout(Stdio::null()).stderr(Stdio::null());
            let started = start.status().context("pg_ctl can't be run")?.success();
            if started || self.is_up() {
                return Ok(());
            }
            let text =
                fs::read(&log).map(|text| String::from_utf8_lossy(&text).into_owned()).unwrap_or_default();
            let end = text.lines().rev().take(3).collect::<Vec<_>>();
            let end = end.into_iter().rev().collect::<Vec<_>>().join("\n");
            if !end.contains("postmaster.pid") || begun.elapsed() > BURIAL {
                bail!("PostgreSQL did not start. The end of {}:\n{end}", log.display());
            }
            sleep(Duration::from_millis(500));
        }
    }

    fn pg_ctl(&self, deed: &str) -> Command {
        let mut command = self.programs.command("pg_ctl", &self.place.owner);
        command.arg(deed).arg("-D").arg(&self.place.cluster);
        command
    }
}

fn lock_file(path: &Path) -> Result<File> {
    File::options()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("{} can't be opened", path.display()))
}
