//! A wire between a program and its database that counts the statements passing along it, and how long the server takes for
//! them, as PostgreSQL's own protocol has them: whatever a library logs or hides, what the server is asked goes through here.

use super::db::TestDb;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::io::Result;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::mpsc;

/// The wire; cut with the test.
pub struct Wire {
    address: SocketAddr,
    database: PgConnectOptions,
    meter: Arc<Meter>,
}

/// What passed.
#[derive(Default)]
struct Meter {
    statements: AtomicU64,
    /// How long the server was at work, in nanoseconds.
    busy: AtomicU64,
}

impl Wire {
    /// Lays one to a test's database.
    pub async fn to(test: &TestDb) -> Self {
        Self::from(TcpListener::bind("127.0.0.1:0").await.unwrap(), test)
    }

    /// Lays one from an address that somebody knows already.
    pub fn from(listener: TcpListener, test: &TestDb) -> Self {
        let (address, database) = (listener.local_addr().unwrap(), test.options());
        let meter = Arc::<Meter>::default();
        let (metered, server) = (meter.clone(), database.clone());
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let (metered, server) = (metered.clone(), server.clone());
                tokio::spawn(async move {
                    match server.get_socket() {
                        Some(folder) => {
                            let socket = folder.join(format!(".s.PGSQL.{}", server.get_port()));
                            join(near, UnixStream::connect(socket).await?, &metered).await
                        }
                        None => {
                            let place = (server.get_host(), server.get_port());
                            join(near, TcpStream::connect(place).await?, &metered).await
                        }
                    }
                });
            }
        });
        Self { address, database, meter }
    }

    /// How to connect through it.
    pub fn options(&self) -> PgConnectOptions {
        let options = PgConnectOptions::new_without_pgpass().host("127.0.0.1").port(self.address.port());
        let options = options.username(self.database.get_username()).ssl_mode(PgSslMode::Disable);
        options.database(self.database.get_database().unwrap())
    }

    /// How many statements have passed.
    pub fn statements(&self) -> u64 {
        self.meter.statements.load(Ordering::SeqCst)
    }

    /// How long the server was at work for them: from when it was asked until it said that it is ready for more, however slowly
    /// its answers are read.
    pub fn busy(&self) -> Duration {
        Duration::from_nanos(self.meter.busy.load(Ordering::SeqCst))
    }

    /// The same once no more come: a page that only reads is rolled back after it has answered.
    pub async fn settled(&self) -> u64 {
        loop {
            let count = self.statements();
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            if self.statements() == count {
                return count;
            }
        }
    }
}

/// Carries both ways until either side hangs up.
async fn join(near: TcpStream, far: impl AsyncRead + AsyncWrite, meter: &Meter) -> Result<()> {
    near.set_nodelay(true)?;
    let (mut from_near, mut to_near) = near.into_split();
    let (mut from_far, to_far) = tokio::io::split(far);
    // Since when the server is at work.
    let since = Mutex::new(None);
    // What it says is taken from it at once, so that it waits for nobody.
    let (said, mut heard) = mpsc::unbounded_channel::<Vec<u8>>();
    let carry = async {
        while let Some(words) = heard.recv().await {
            to_near.write_all(&words).await?;
        }
        Ok(())
    };
    tokio::select! {
        ended = asked(&mut from_near, to_far, (meter, &since)) => ended,
        (ended, carried) = async { tokio::join!(answered(&mut from_far, said, (meter, &since)), carry) } => ended.and(carried),
    }
}

/// A message: its letter, where it has one, and the whole of it.
async fn message(from: &mut (impl AsyncRead + Unpin), lettered: bool) -> Result<Vec<u8>> {
    let mut message = Vec::new();
    if lettered {
        message.push(from.read_u8().await?);
    }
    let length = from.read_u32().await?;
    message.extend(length.to_be_bytes());
    let body = message.len();
    message.resize(body + usize::try_from(length).unwrap() - 4, 0);
    from.read_exact(&mut message[body..]).await?;
    Ok(message)
}

type Since<'a> = (&'a Meter, &'a Mutex<Option<Instant>>);

/// Carries what the client says: a greeting, then messages with a letter, of which `Q` and `E` have something executed.
async fn asked(
    from: &mut (impl AsyncRead + Unpin),
    mut to: impl AsyncWrite + Unpin,
    (meter, since): Since<'_>,
) -> Result<()> {
    let mut greeted = false;
    loop {
        let message = message(from, greeted).await?;
        if greeted {
            since.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(Instant::now);
        }
        if greeted && matches!(message.first(), Some(b'Q' | b'E')) {
            meter.statements.fetch_add(1, Ordering::SeqCst);
        }
        to.write_all(&message).await?;
        to.flush().await?;
        greeted = true;
    }
}

/// Carries what the server answers: messages with a letter, of which `Z` says that it is ready for more.
async fn answered(
    from: &mut (impl AsyncRead + Unpin),
    to: mpsc::UnboundedSender<Vec<u8>>,
    (meter, since): Since<'_>,
) -> Result<()> {
    loop {
        let message = message(from, true).await?;
        if message.first() == Some(&b'Z')
            && let Some(since) = since.lock().unwrap_or_else(PoisonError::into_inner).take()
        {
            let took = u64::try_from(since.elapsed().as_nanos()).unwrap_or(u64::MAX);
            meter.busy.fetch_add(took, Ordering::SeqCst);
        }
        if to.send(message).is_err() {
            return Ok(());
        }
    }
}
