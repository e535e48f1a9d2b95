//! A wire between a program and its database that counts the statements passing along it, as PostgreSQL's own protocol
//! has them: whatever a library logs or hides, what the server is asked to do goes through here.

use super::db::TestDb;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::io::Result;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, copy};
use tokio::net::{TcpListener, TcpStream, UnixStream};

/// The wire; cut with the test.
pub struct Wire {
    address: SocketAddr,
    database: PgConnectOptions,
    statements: Arc<AtomicU64>,
}

impl Wire {
    /// Lays one to a test's database.
    pub async fn to(test: &TestDb) -> Self {
        Self::from(TcpListener::bind("127.0.0.1:0").await.unwrap(), test)
    }

    /// Lays one from an address that somebody knows already.
    pub fn from(listener: TcpListener, test: &TestDb) -> Self {
        let (address, database) = (listener.local_addr().unwrap(), test.options());
        let statements = Arc::new(AtomicU64::new(0));
        let (counted, server) = (statements.clone(), database.clone());
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let (counted, server) = (counted.clone(), server.clone());
                tokio::spawn(async move {
                    match server.get_socket() {
                        Some(folder) => {
                            let socket = folder.join(format!(".s.PGSQL.{}", server.get_port()));
                            join(near, UnixStream::connect(socket).await?, &counted).await
                        }
                        None => {
                            let place = (server.get_host(), server.get_port());
                            join(near, TcpStream::connect(place).await?, &counted).await
                        }
                    }
                });
            }
        });
        Self { address, database, statements }
    }

    /// How to connect through it.
    pub fn options(&self) -> PgConnectOptions {
        let options = PgConnectOptions::new_without_pgpass().host("127.0.0.1").port(self.address.port());
        let options = options.username(self.database.get_username()).ssl_mode(PgSslMode::Disable);
        options.database(self.database.get_database().unwrap())
    }

    /// How many statements have passed.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::SeqCst)
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
async fn join(near: TcpStream, far: impl AsyncRead + AsyncWrite, counted: &AtomicU64) -> Result<()> {
    near.set_nodelay(true)?;
    let (mut from_near, mut to_near) = near.into_split();
    let (mut from_far, to_far) = tokio::io::split(far);
    tokio::select! {
        ended = asked(&mut from_near, to_far, counted) => ended,
        ended = copy(&mut from_far, &mut to_near) => ended.map(drop),
    }
}

/// Carries what the client says: a greeting, then messages with a letter, of which `Q` and `E` have something executed.
async fn asked(
    from: &mut (impl AsyncRead + Unpin),
    mut to: impl AsyncWrite + Unpin,
    counted: &AtomicU64,
) -> Result<()> {
    let mut greeted = false;
    loop {
        let mut message = Vec::new();
        if greeted {
            message.push(from.read_u8().await?);
        }
        if matches!(message.first(), Some(b'Q' | b'E')) {
            counted.fetch_add(1, Ordering::SeqCst);
        }
        let length = from.read_u32().await?;
        message.extend(length.to_be_bytes());
        let body = message.len();
        message.resize(body + usize::try_from(length).unwrap() - 4, 0);
        from.read_exact(&mut message[body..]).await?;
        to.write_all(&message).await?;
        to.flush().await?;
        greeted = true;
    }
}
