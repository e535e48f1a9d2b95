//! The program is killed, again and again, while people post: what was answered is there, once and whole.

use crate::support::db::TestDb;
use crate::support::page::Form;
use crate::support::served::{Data, Served};
use crate::support::{Page, cast, visitor};
use meridian::account::session::Token;
use meridian::ids::SessionId;
use sqlx::AssertSqlSafe;
use sqlx::postgres::PgConnection;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use uuid::Uuid;

const KILLS: usize = 20;
/// How many updates are answered between two of them.
const BETWEEN: usize = 12;
const WRITERS: u64 = 60;

/// Somebody with a browser, a key result to measure and much to say.
struct Writer {
    key_result: Uuid,
    cookie: String,
}

/// An update whose posting was answered.
struct Answered {
    words: String,
    value: u64,
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answered_update_is_lost_doubled_or_torn_by_twenty_kills() {
    let test = TestDb::new().await;
    let writers = put_in_place(&mut test.raw().await).await;
    let data = Data::new("kills");
    let url = test.url();
    let settings = [("MERIDIAN_DATA", data.0.to_str().unwrap()), ("DATABASE_URL", url.as_str())];
    let mut served = Served::start(&settings);
    let place = Mutex::new(served.address);
    let over = AtomicBool::new(false);
    let answered = Mutex::new(Vec::new());

    std::thread::scope(|scope| {
        let hands = [0, 1, 2, 3].map(|hand| {
            let (writers, place, over, answered) = (&writers, &place, &over, &answered);
            scope.spawn(move || post_all(writers.iter().skip(hand).step_by(4), place, over, answered))
        });
        for kill in 1..=KILLS {
            // In the middle of their work, each time at another point of it.
            while answered.lock().unwrap().len() < kill * BETWEEN {
                assert!(!hands.iter().any(|hand| hand.is_finished()), "somebody stopped posting");
                std::thread::sleep(Duration::from_millis(1 + kill as u64 % 7));
            }
            served.signal("-KILL");
            served.ended();
            served = Served::start(&settings);
            *place.lock().unwrap() = served.address;
        }
        over.store(true, Ordering::Relaxed);
    });

    let answered = answered.into_inner().unwrap();
    let mut raw = test.raw().await;
    for Answered { words, value } in &answered {
        let found = format!(
            "from \"update\" u join answer a on a.update_id = u.id join check_in i on i.update_id = u.id
              where a.body = '{words}' and i.value = {value}"
        );
        assert_eq!(count(&mut raw, &found).await, 1, "{words}");
    }
    let all = count(&mut raw, "from \"update\"").await;
    let whole = count(
        &mut raw,
        "from \"update\" u where (select count(*) from answer a where a.update_id = u.id) = 1
                             and (select count(*) from check_in i where i.update_id = u.id) = 1",
    )
    .await;
    assert_eq!(all, whole, "an update without its words or its number");
    println!("{KILLS} kills, {} updates answered, 0 lost, 0 doubled, 0 torn", answered.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_out_later_goes_out_once_though_the_nodes_that_do_it_are_killed() {
    let test = TestDb::new().await;
    let mut raw = test.raw().await;
    let _writers = put_in_place(&mut raw).await;
    // Each of them let an update go out for each of the last days, all due at once.
    let question = cast::id(cast::FORECAST_QUESTIONS[0]);
    sqlx::raw_sql(AssertSqlSafe(format!(
        "insert into planned_update (org_id, standup_id, member_id, local_date, fields, goes_out_on, goes_out_time, zone,
                                     goes_out_at, submission_key, planned_at)
         select k.org_id, '{}', k.owner_id, day, jsonb_build_object('answer_{question}', k.title || ' on ' || day,
                    'value_' || k.id, (100 + row_number() over (partition by k.id order by day))::text,
                    'previous_' || k.id, '', 'said_' || k.id, '', 'confidence_' || k.id, 'on_track'),
                day, '09:00', 'Europe/Lisbon', now(), gen_random_uuid(), now()
           from key_result k, generate_series(current_date - 12, current_date - 1, '1 day') as days (at), date(at) as day
          where k.title like 'Words %' and extract(isodow from day) < 6",
        cast::id(cast::FORECAST_STANDUP)
    )))
    .execute(&mut raw)
    .await
    .unwrap();
    let planned = count(&mut raw, "from planned_update").await;
    assert!(planned > 300, "{planned}");

    let data = [Data::new("out-one"), Data::new("out-two")];
    std::fs::create_dir_all(&data[0].0).unwrap();
    let (url, key) = (test.url(), data[0].0.join("shared.key"));
    std::fs::write(&key, "a secret for tests that is long enough to be one, surely").unwrap();
    let start = |node: usize| {
        Served::start(&[
            ("MERIDIAN_DATA", data[node].0.to_str().unwrap()),
            ("MERIDIAN_SECRET_KEY_FILE", key.to_str().unwrap()),
            ("DATABASE_URL", url.as_str()),
            ("MERIDIAN_TICK_SECONDS", "1"),
        ])
    };
    let mut nodes = [start(0), start(1)];
    let begun = std::time::Instant::now();
    let (mut kills, mut waiting, mut pause) = (0, planned, 120);
    loop {
        let left = count(&mut raw, "from planned_update").await;
        if left == 0 {
            break;
        }
        // A busy machine may kill a node before it comes to anything: then the next one has longer.
        pause = if left < waiting { 120.max(pause / 2) } else { 5_000.min(pause * 2) };
        waiting = left;
        assert!(
            begun.elapsed() < Duration::from_secs(600),
            "in vain: {left} of {planned} wait after {kills} kills"
        );
        std::thread::sleep(Duration::from_millis(pause + 70 * (kills as u64 % 5)));
        let node = kills % 2;
        nodes[node].signal("-KILL");
        nodes[node].ended();
        nodes[node] = start(node);
        kills += 1;
    }
    assert!(kills >= 2, "nobody was killed at work");
    assert_eq!(count(&mut raw, "from \"update\"").await, planned);
    let whole = count(
        &mut raw,
        "from \"update\" u where (select count(*) from answer a where a.update_id = u.id) = 1
                             and (select count(*) from check_in i where i.update_id = u.id) = 1",
    )
    .await;
    assert_eq!(whole, planned, "an update without its words or its number");
    assert_eq!(count(&mut raw, "from draft").await, 0, "none came back");
    println!("{planned} updates went out once, with {kills} kills of two nodes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_was_said_to_be_saved_is_there_after_a_kill() {
    let test = TestDb::new().await;
    let writers = put_in_place(&mut test.raw().await).await;
    let data = Data::new("draft-kills");
    let url = test.url();
    let settings = [("MERIDIAN_DATA", data.0.to_str().unwrap()), ("DATABASE_URL", url.as_str())];
    let mut served = Served::start(&settings);
    let field = format!("answer_{}", cast::id(cast::FORECAST_QUESTIONS[0]));
    let writer = &writers[0];
    let first = insist(|| writer.get(served.address, "/o/saltmarsh/today"));
    let day = first.attrs("details.small li a", "href").remove(0);
    for kill in 0..6 {
        let page = insist(|| writer.get(served.address, &day));
        let words = format!("Typed before kill {kill}, line one\nline two");
        let mut typing = page.form("form#form").fill(&field, &words);
        typing.action = page.attrs("form#form", "data-autosave").remove(0);
        let saved = insist(|| writer.post(served.address, &typing));
        assert!(saved.body.contains("Saved at "), "{}", saved.body);
        served.signal("-KILL");
        served.ended();
        served = Served::start(&settings);
        let after = insist(|| writer.get(served.address, &day));
        let kept = after.form("form#form").fields.into_iter().find(|(name, _)| *name == field);
        assert_eq!(kept.unwrap().1.trim(), words);
        assert!(!after.has(".held"), "and nothing beside it");
    }
}

/// Writes for each day that is offered, until the last kill.
fn post_all<'a>(
    writers: impl Iterator<Item = &'a Writer>,
    place: &Mutex<SocketAddr>,
    over: &AtomicBool,
    answered: &Mutex<Vec<Answered>>,
) {
    let there = || *place.lock().unwrap();
    for writer in writers {
        let days = insist(|| writer.get(there(), "/o/saltmarsh/today")).attrs("details.small li a", "href");
        for (number, day) in days.into_iter().enumerate() {
            if over.load(Ordering::Relaxed) {
                return;
            }
            let page = insist(|| writer.get(there(), &day));
            let (value, words) = (1_000 + number as u64, format!("{} on {day}", writer.key_result));
            let form = page
                .form("form.sheet")
                .fill(&format!("answer_{}", cast::id(cast::FORECAST_QUESTIONS[0])), &words)
                .fill(&format!("value_{}", writer.key_result), &value.to_string())
                .without(&format!("confidence_{}", writer.key_result))
                .with(&format!("confidence_{}", writer.key_result), "on_track");
            let posted = insist(|| writer.post(there(), &form));
            assert_eq!(posted.status.as_u16(), 303, "{}", posted.body);
            answered.lock().unwrap().push(Answered { words, value });
        }
    }
}

/// Tries again for as long as nobody answers.
fn insist(mut ask: impl FnMut() -> Option<Page>) -> Page {
    loop {
        match ask() {
            Some(page) if !page.status.is_server_error() => return page,
            _ => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

impl Writer {
    fn get(&self, place: SocketAddr, address: &str) -> Option<Page> {
        let address = address.replace("&amp;", "&");
        self.ask(place, &format!("GET {address}"), "").map(|page| Page { address, ..page })
    }

    fn post(&self, place: SocketAddr, form: &Form) -> Option<Page> {
        let fields: Vec<_> =
            form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.ask(place, &format!("POST {}", form.action), &visitor::encode(&fields))
    }

    /// One request on a connection of its own; nothing when it broke before all of the answer had come.
    fn ask(&self, place: SocketAddr, what: &str, body: &str) -> Option<Page> {
        let mut stream = TcpStream::connect(place).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
        write!(
            stream,
            "{what} HTTP/1.1\r\nhost: {place}\r\ncookie: {}\r\nsec-fetch-site: same-origin\r\nconnection: close\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            self.cookie,
            body.len(),
        )
        .ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        (length.unwrap_or(0) == body.len()).then(|| Page {
            address: String::new(),
            status,
            headers: Default::default(),
            body: body.to_owned(),
        })
    }
}

/// The cast in a cycle that is running now, and people of Forecast, each signed in and with a key result of their own.
async fn put_in_place(raw: &mut PgConnection) -> Vec<Writer> {
    let run = async |raw: &mut PgConnection, sql: String| {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(raw).await.unwrap();
    };
    run(raw, cast::sql()).await;
    run(
        raw,
        "update cycle set first_date = current_date - 40, last_date = current_date + 40, next_day = current_date - 40,
                          next_day_at = now(), next_turn_at = now()"
            .to_owned(),
    )
    .await;
    let org = cast::id(cast::SALTMARSH);
    let mut writers = Vec::new();
    for number in 0..WRITERS {
        let [account, member, key_result, terms] =
            [5_000, 6_000, 7_000, 8_000].map(|base| cast::id(base + number));
        let token = Token::fresh().unwrap();
        run(
            raw,
            format!(
                "insert into account (id, email, created_at) values ('{account}', 'w{number}@saltmarsh.example', now());
                 insert into member (org_id, id, account_id, name, role, zone, week, digest, joined_at)
                 select org_id, '{member}', '{account}', 'Writer {number}', role, zone, week, digest, joined_at
                   from member where id = '{ines}';
                 insert into team_member (org_id, team_id, member_id) values ('{org}', '{team}', '{member}');
                 insert into key_result (org_id, id, objective_id, title, owner_id, created_at)
                 values ('{org}', '{key_result}', '{objective}', 'Words {number}', '{member}', current_date - 40);
                 insert into key_result_terms (org_id, id, key_result_id, effective_at, kind, baseline, target, weight)
                 values ('{org}', '{terms}', '{key_result}', current_date - 40, 'increase', 0, 5000, 1)",
                ines = crate::support::Who::Ines.member(),
                team = cast::id(cast::FORECAST),
                objective = cast::id(cast::OBJ_MODEL),
            ),
        )
        .await;
        sqlx::query(
            "insert into session (token_hash, id, account_id, created_at, last_seen_at, proved_at, user_agent, ip_prefix)
             values ($1, $2, $3, now(), now(), now(), 'Test', '127.0.0.0/24')",
        )
        .bind(token.hash())
        .bind(SessionId::fresh())
        .bind(account)
        .execute(&mut *raw)
        .await
        .unwrap();
        writers.push(Writer { key_result, cookie: format!("sid={}", token.reveal()) });
    }
    writers
}

async fn count(raw: &mut PgConnection, rest: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(format!("select count(*) {rest}"))).fetch_one(raw).await.unwrap()
}
