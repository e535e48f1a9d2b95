//! The program as a process of its own.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// `meridian serve`, running.
pub struct Served {
    /// The process.
    pub child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Served {
    /// Starts it with these settings and waits until it listens.
    pub fn start(settings: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_meridian"))
            .arg("serve")
            .current_dir(std::env::temp_dir())
            .env_remove("DATABASE_URL")
            .envs([("MERIDIAN_LISTEN", "127.0.0.1:0"), ("MERIDIAN_LOG_FORMAT", "json")])
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.find_map(|line| {
            let line: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
            line["address"].as_str()?.parse().ok()
        });
        std::thread::spawn(move || {
            let errors = lines.map_while(Result::ok).filter(|line| line.contains("\"ERROR\""));
            errors.for_each(|line| eprintln!("{line}"));
        });
        Self { child, address: address.expect("it listens") }
    }

    /// Sends it a signal, like `-TERM`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end.
    pub fn ended(&mut self) -> ExitStatus {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(20) {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("it does not end");
    }

    /// The status of an answer; 0 when there is none.
    pub fn status(&self, path: &str) -> u16 {
        let Ok(mut stream) = TcpStream::connect(self.address) else { return 0 };
        let _ = write!(stream, "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.address);
        read_status(&mut stream)
    }

    /// Asks until this is the answer.
    pub fn waits_for(&self, path: &str, status: u16) {
        let begun = Instant::now();
        while self.status(path) != status {
            assert!(begun.elapsed() < Duration::from_secs(30), "{path} answers {}", self.status(path));
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The status of what comes, 0 when nothing does.
pub fn read_status(stream: &mut TcpStream) -> u16 {
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

/// A data folder of a program's own, gone with the test.
pub struct Data(pub PathBuf);

impl Data {
    /// An empty one.
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("meridian-serve-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }

    /// The process of its database, if there is one.
    pub fn postmaster(&self) -> Option<String> {
        let pid = fs::read_to_string(self.0.join("postgres/cluster/postmaster.pid")).ok()?;
        pid.lines().next().map(str::to_owned)
    }

    /// The process that takes the place of this one.
    pub fn next_postmaster(&self, old: &str) -> String {
        let begun = Instant::now();
        loop {
            match self.postmaster() {
                Some(pid) if pid != old && is_alive(&pid) => return pid,
                _ => assert!(begun.elapsed() < Duration::from_secs(60), "it is not started again"),
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Whether a process runs.
pub fn is_alive(pid: &str) -> bool {
    let state = fs::read_to_string(Path::new("/proc").join(pid).join("stat")).unwrap_or_default();
    !state.is_empty() && !state.contains(") Z ")
}

/// Whether a process ends within a second: PostgreSQL takes its pid file away a moment before it does.
pub fn is_gone(pid: &str) -> bool {
    let begun = Instant::now();
    while is_alive(pid) {
        if begun.elapsed() > Duration::from_secs(1) {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}
