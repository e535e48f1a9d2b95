//! The program as a process: it is killed, told to stop, and started twice.

use crate::support::db::TestDb;
use crate::support::served::{Data, Served, is_alive, is_gone, read_status};
use crate::support::wire::Wire;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

#[test]
fn it_outlives_kills_of_itself_and_of_its_database() {
    let data = Data::new("killed");
    let settings = [("MERIDIAN_DATA", data.0.to_str().unwrap())];
    let mut first = Served::start(&settings);
    first.waits_for("/sign-in", 200);
    let postmaster = data.postmaster().unwrap();

    first.signal("-KILL");
    first.ended();
    assert!(is_alive(&postmaster), "the database goes on alone");
    let second = Served::start(&settings);
    second.waits_for("/sign-in", 200);
    assert_eq!(data.postmaster().unwrap(), postmaster, "and is found again");

    let mut third = Served::start(&settings);
    assert!(Command::new("kill").args(["-KILL", &postmaster]).status().unwrap().success());
    // It may be back before anybody is turned away, so only its new process tells that it was started again.
    let postmaster = data.next_postmaster(&postmaster);
    second.waits_for("/sign-in", 200);
    third.waits_for("/sign-in", 200);

    third.signal("-TERM");
    assert!(third.ended().success());
    assert_eq!(second.status("/sign-in"), 200, "one of two has left");
    let mut second = second;
    second.signal("-INT");
    assert!(second.ended().success());
    assert!(is_gone(&postmaster), "the last one out stops the database");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_is_finished_before_it_stops() {
    let test = TestDb::new().await;
    let data = Data::new("stop");
    let settings = [("MERIDIAN_DATA", data.0.to_str().unwrap()), ("DATABASE_URL", &test.url())];
    let mut served = Served::start(&settings);
    assert!(!data.0.join("postgres").exists(), "a database was given");
    let body = "email=nobody%40example.org&password=a+long+password";
    let mut slow = TcpStream::connect(served.address).unwrap();
    let host = served.address;
    write!(
        slow,
        "POST /sign-in HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .unwrap();
    slow.write_all(&body.as_bytes()[..10]).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    served.signal("-TERM");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(served.status("/healthz"), 0, "no new visitors");
    slow.write_all(&body.as_bytes()[10..]).unwrap();
    let status = read_status(&mut slow);
    assert!((200..500).contains(&status), "{status}");
    assert!(served.ended().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_never_ends_is_not_waited_for() {
    let test = TestDb::new().await;
    let data = Data::new("slow");
    let served = Served::start(&[("MERIDIAN_DATA", data.0.to_str().unwrap()), ("DATABASE_URL", &test.url())]);
    let mut slow = TcpStream::connect(served.address).unwrap();
    write!(slow, "GET / HTTP/1.1\r\nhost: x\r\n").unwrap();
    let begun = Instant::now();
    slow.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let _ = slow.read_to_end(&mut Vec::new());
    assert!((8..15).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_not_there_yet_is_waited_for() {
    let test = TestDb::new().await;
    let data = Data::new("patient");
    // An address where nobody listens, for now.
    let place = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let (user, name) =
        (test.options().get_username().to_owned(), test.options().get_database().unwrap().to_owned());
    let url = format!("postgres://{user}@{place}/{name}?sslmode=disable");
    let settings = [("MERIDIAN_DATA", data.0.to_str().unwrap().to_owned()), ("DATABASE_URL", url)];
    let begun = Instant::now();
    let served = tokio::task::spawn_blocking(move || {
        Served::start(&settings.each_ref().map(|(name, value)| (*name, value.as_str())))
    });
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(!served.is_finished(), "it goes on waiting");
    let _wire = Wire::from(TcpListener::bind(place).await.unwrap(), &test);
    let served = served.await.unwrap();
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(12), "{took:?}");
    tokio::task::spawn_blocking(move || served.waits_for("/readyz", 200)).await.unwrap();
}

#[test]
fn who_waits_for_a_database_still_stops_when_told_to() {
    let data = Data::new("impatient");
    let mut waiting = Command::new(env!("CARGO_BIN_EXE_meridian"))
        .arg("serve")
        .current_dir(std::env::temp_dir())
        .envs([
            ("MERIDIAN_DATA", data.0.to_str().unwrap()),
            ("MERIDIAN_LISTEN", "127.0.0.1:0"),
            ("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing"),
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let line = BufReader::new(waiting.stdout.take().unwrap()).lines().next().unwrap().unwrap();
    assert!(line.contains("waiting for it"), "{line}");
    let mut waiting = Served { child: waiting, address: ([127, 0, 0, 1], 1).into() };
    waiting.signal("-TERM");
    assert!(waiting.ended().success());
}

#[test]
fn a_wrong_configuration_is_told_whole_and_starts_nothing() {
    let data = Data::new("wrong");
    let out = Command::new(env!("CARGO_BIN_EXE_meridian"))
        .arg("serve")
        .current_dir(std::env::temp_dir())
        .envs([
            ("MERIDIAN_DATA", data.0.to_str().unwrap()),
            ("MERIDIAN_LISTEN", "x"),
            ("MERIDIAN_NODE", "a b"),
        ])
        .output()
        .unwrap();
    assert!(!out.status.success());
    let told = String::from_utf8(out.stderr).unwrap();
    assert!(told.contains("MERIDIAN_LISTEN") && told.contains("MERIDIAN_NODE"), "{told}");
    assert!(!data.0.exists());
}
