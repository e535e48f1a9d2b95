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
    /// Fails at a step of the conversation, the first so many times.
    Fails(Step, Failure, usize),
}

/// A step of the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Before it has said its name.
    Connect,
    /// Greeting.
    Ehlo,
    /// Whom a mail is from.
    Mail,
    /// Whom it is to.
    Rcpt,
    /// Whether it may come.
    Data,
    /// Its words are read, and it is not taken.
    Words,
    /// It is taken, and nobody hears so.
    Taken,
}

/// How it fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// With these words.
    Says(&'static str),
    /// By hanging up.
    HangsUp,
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
    failed: AtomicUsize,
    taken: Mutex<Vec<Vec<u8>>>,
}

impl Sink {
    /// Opens one on a free port.
    pub async fn open(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            manners,
            asked: AtomicUsize::new(0),
            failed: AtomicUsize::new(0),
            taken: Mutex::default(),
        });
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

impl State {
    /// How it fails at this step, if it does now.
    fn fails(&self, step: Step) -> Option<Failure> {
        let Manners::Fails(at, failure, first) = self.manners else { return None };
        (at == step && self.failed.fetch_add(1, Ordering::SeqCst) < first).then_some(failure)
    }
}

async fn talk(stream: TcpStream, state: Arc<State>) {
    let mut stream = BufReader::new(stream);
    match state.fails(Step::Connect) {
        Some(Failure::HangsUp) => return,
        Some(Failure::Says(words)) => say(&mut stream, words).await,
        None => say(&mut stream, "220 sink.example ESMTP").await,
    }
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        let word = line.split_whitespace().next().unwrap_or_default().to_uppercase();
        let step = match word.as_str() {
            "EHLO" | "HELO" => Some(Step::Ehlo),
            "MAIL" => Some(Step::Mail),
            "RCPT" => Some(Step::Rcpt),
            "DATA" => Some(Step::Data),
            _ => None,
        };
        match step.and_then(|step| state.fails(step)) {
            Some(Failure::HangsUp) => return,
            Some(Failure::Says(words)) => {
                say(&mut stream, words).await;
                continue;
            }
            None => {}
        }
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
                match state.fails(Step::Words) {
                    Some(Failure::HangsUp) => return,
                    Some(Failure::Says(words)) => {
                        say(&mut stream, words).await;
                        continue;
                    }
                    None => state.taken.lock().unwrap().push(mail),
                }
                if state.fails(Step::Taken).is_some() {
                    return;
                }
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
