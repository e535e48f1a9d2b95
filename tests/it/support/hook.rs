//! A chat of one's own: takes what is posted to it by HTTP, and misbehaves when told to.

use serde_json::Value;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What it does with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manners {
    /// Takes it: 200.
    Takes,
    /// Answers the first so many with this: a status line and headers, and a body. Takes the others.
    Says(&'static str, &'static str, usize),
    /// Hangs up on the first so many before it has read them.
    HangsUp(usize),
    /// Says nothing to the first so many.
    Hangs(usize),
    /// Takes it, and hangs up on the first so many without an answer.
    TakesUnheard(usize),
}

/// What was posted.
#[derive(Debug, Clone)]
pub struct Posted {
    /// The request line.
    pub line: String,
    /// Its headers, in lower case.
    pub headers: String,
    /// The message.
    pub message: Value,
}

/// The chat; gone with the test.
pub struct Chat {
    /// Where it listens.
    pub port: u16,
    asked: Arc<AtomicUsize>,
    taken: Arc<Mutex<Vec<Posted>>>,
}

impl Chat {
    /// Opens one on a free port of this machine.
    pub async fn open(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (asked, taken) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::default()));
        let (counted, kept) = (asked.clone(), taken.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let nth = counted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(answer(stream, manners, nth, kept.clone()));
            }
        });
        Self { port, asked, taken }
    }

    /// The secret address that leads here.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/hooks/very-secret-and-long-k9y8", self.port)
    }

    /// What it took, as it came.
    pub fn taken(&self) -> Vec<Posted> {
        self.taken.lock().unwrap().clone()
    }

    /// How often somebody knocked.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

async fn answer(
    stream: TcpStream,
    manners: Manners,
    nth: usize,
    taken: Arc<Mutex<Vec<Posted>>>,
) -> Option<()> {
    let mut stream = BufReader::new(stream);
    if matches!(manners, Manners::HangsUp(first) if nth < first) {
        return None;
    }
    let posted = read(&mut stream).await?;
    let said = match manners {
        Manners::Hangs(first) if nth < first => std::future::pending().await,
        Manners::Says(head, body, first) if nth < first => {
            format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
        }
        _ => {
            taken.lock().unwrap().push(posted);
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".to_owned()
        }
    };
    if !matches!(manners, Manners::TakesUnheard(first) if nth < first) {
        stream.get_mut().write_all(said.as_bytes()).await.ok()?;
    }
    Some(())
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Posted> {
    let (mut line, mut headers) = (String::new(), String::new());
    stream.read_line(&mut line).await.ok()?;
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).await.ok()?;
        if header.trim().is_empty() {
            break;
        }
        headers.push_str(&header.to_lowercase());
    }
    let length =
        headers.lines().find_map(|header| header.strip_prefix("content-length:")?.trim().parse().ok())?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Posted { line: line.trim().to_owned(), headers, message: serde_json::from_slice(&body).ok()? })
}
