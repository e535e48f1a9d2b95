//! A mail server of one's own: takes what it is given, and misbehaves when told to.

use mail_parser::{Message, MessageParser};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What it does with a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manners {
    /// Takes it.
    Takes,
    /// Has no such person: 550.
    Refuses,
    /// Puts the first so many off: 451.
    PutsOff(usize),
    /// Says nothing any more once it has the mail.
    Hangs,
}

/// The server; gone with the test.
pub struct Sink {
    /// Where it listens.
    pub port: u16,
    state: Arc<State>,
}

struct State {
    manners: Manners,
    asked: AtomicUsize,
    taken: Mutex<Vec<Vec<u8>>>,
}

impl Sink {
    /// Opens one on a free port.
    pub async fn open(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State { manners, asked: AtomicUsize::new(0), taken: Mutex::default() });
        let served = state.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, served.clone()));
            }
        });
        Self { port, state }
    }

    /// The setting that leads here.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// The mails it took, as they came.
    pub fn raw(&self) -> Vec<Vec<u8>> {
        self.state.taken.lock().unwrap().clone()
    }

    /// The mails it took, read.
    pub fn mails(&self) -> Vec<Message<'static>> {
        self.raw().iter().map(|raw| MessageParser::default().parse(raw).unwrap().into_owned()).collect()
    }

    /// How many mails somebody tried to give it.
    pub fn asked(&self) -> usize {
        self.state.asked.load(Ordering::SeqCst)
    }
}

async fn talk(stream: TcpStream, state: Arc<State>) {
    let mut stream = BufReader::new(stream);
    say(&mut stream, "220 sink.example ESMTP").await;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        let word = line.split_whitespace().next().unwrap_or_default().to_uppercase();
        let answer = match word.as_str() {
            "EHLO" | "HELO" => "250 sink.example",
            "RCPT" => {
                let asked = state.asked.fetch_add(1, Ordering::SeqCst);
                match state.manners {
                    Manners::Refuses => "550 5.1.1 no such person",
                    Manners::PutsOff(first) if asked < first => "451 4.3.0 try again later",
                    _ => "250 OK",
                }
            }
            "DATA" => {
                say(&mut stream, "354 go on").await;
                let Some(mail) = read_data(&mut stream).await else { return };
                if state.manners == Manners::Hangs {
                    std::future::pending::<()>().await;
                }
                state.taken.lock().unwrap().push(mail);
                "250 OK"
            }
            "QUIT" => {
                say(&mut stream, "221 bye").await;
                return;
            }
            _ => "250 OK",
        };
        say(&mut stream, answer).await;
    }
}

async fn say(stream: &mut BufReader<TcpStream>, words: &str) {
    let _ = stream.get_mut().write_all(format!("{words}\r\n").as_bytes()).await;
}

/// The mail up to the lone dot, with the doubled dots undone.
async fn read_data(stream: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut mail = Vec::new();
    loop {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).await.ok()? == 0 {
            return None;
        }
        if line == b".\r\n" {
            return Some(mail);
        }
        mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}
