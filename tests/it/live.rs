//! A feed that lies open: its reader is told what is new, and nobody is told what they may not read.

use crate::support::cast::{self, FIELD, FORECAST_QUESTIONS, FORECAST_STANDUP, KR_SIX, id};
use crate::support::served::{Data, Served};
use crate::support::{TestApp, Visitor, Who};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};
use tower::ServiceExt as _;

const FEED: &str = "/o/saltmarsh/teams/forecast";

/// Longer than readers are ever kept waiting for company.
const A_WHILE: Duration = Duration::from_millis(1_800);

/// Somebody whose page listens.
struct Reader {
    body: Body,
}

impl Reader {
    /// Opens a page of a feed, and listens as its script does.
    async fn of(app: &TestApp, visitor: &mut Visitor<'_>, page: &str) -> Self {
        let page = visitor.get(page).await.is(200);
        let source = page.attrs("[data-news]", "data-news").remove(0);
        let answer = ask(app, visitor, &source).await;
        assert_eq!(answer.status(), StatusCode::OK, "{source}");
        let said = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(said("content-type").as_deref(), Some("text/event-stream"));
        assert_eq!(said("x-accel-buffering").as_deref(), Some("no"), "nothing between may gather it");
        assert_eq!(said("content-encoding"), None, "nor squeeze it");
        let mut reader = Self { body: answer.into_body() };
        assert!(reader.frame().await.unwrap().starts_with("retry: "), "all do not come back at once");
        reader
    }

    /// What comes next; nothing when it is over.
    async fn frame(&mut self) -> Option<String> {
        let frame = timeout(Duration::from_secs(10), self.body.frame()).await.expect("something comes")?;
        Some(String::from_utf8(frame.unwrap().into_data().unwrap().to_vec()).unwrap())
    }

    /// The sentence that comes next; nothing when it is over.
    async fn hears(&mut self) -> Option<String> {
        let frame = self.frame().await?;
        let data = frame.strip_prefix("data: ").unwrap_or_else(|| panic!("{frame}"));
        let told: serde_json::Value = serde_json::from_str(data.trim()).unwrap();
        Some(told["say"].as_str().unwrap().to_owned())
    }

    /// Nothing comes for a while.
    async fn hears_nothing(&mut self) {
        let frame = timeout(A_WHILE, self.body.frame()).await;
        assert!(frame.is_err(), "{frame:?}");
    }

    async fn is_sent_away(&mut self) {
        assert_eq!(self.hears().await, None);
    }
}

async fn ask(app: &TestApp, visitor: &Visitor<'_>, source: &str) -> Response {
    let cookies: Vec<_> = visitor.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = Request::get(source)
        .header(header::COOKIE, cookies.join("; "))
        .header(header::ACCEPT_ENCODING, "gzip, br")
        .body(Body::empty())
        .unwrap();
    app.router.clone().oneshot(request).await.unwrap()
}

/// Somebody posts, for today or an earlier day.
async fn post(app: &TestApp, who: Who, day: &str) {
    let mut visitor = app.visit(who).await;
    let page = visitor.get(&format!("/o/saltmarsh/today{day}")).await.is(200);
    let fields = page.form("form#form").fields;
    let answer = fields.iter().find(|(name, _)| name.starts_with("answer_")).unwrap().0.clone();
    visitor.submit(page.form("form#form").fill(&answer, "Words of theirs.")).await.is(303);
}

const LISTENING: &str = "from pg_stat_activity where datname = current_database() and query like 'LISTEN%'";

/// Waits until the database is listened to.
async fn listening(app: &TestApp) {
    let begun = Instant::now();
    while app.count(LISTENING).await == 0 {
        assert!(begun.elapsed() < Duration::from_secs(10), "nobody listens");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_is_told_what_others_post_and_sees_it_when_they_want() {
    let app = TestApp::new().await;
    let (mut ines, mut arjun) = (app.visit(Who::Ines).await, app.visit(Who::Arjun).await);
    let mut desk = Reader::of(&app, &mut ines, FEED).await;
    let mut second_tab = Reader::of(&app, &mut ines, "/o/saltmarsh/teams?view=new").await;
    let mut monday = Reader::of(&app, &mut ines, &format!("{FEED}?day=2026-11-16")).await;
    let mut week =
        Reader::of(&app, &mut ines, &format!("{FEED}?view=week&question={}", id(FORECAST_QUESTIONS[1])))
            .await;
    let narrowed = format!("{FEED}?person={}&key_result={}", Who::Tama.member(), id(KR_SIX));
    let mut narrowed = Reader::of(&app, &mut ines, &narrowed).await;
    let mut author = Reader::of(&app, &mut arjun, FEED).await;

    post(&app, Who::Arjun, "").await;
    let one = Some("One new update: show".to_owned());
    assert_eq!(desk.hears().await, one);
    assert_eq!(second_tab.hears().await, one);
    // What their page does not show is not announced there, nor to whoever wrote it.
    monday.hears_nothing().await;
    week.hears_nothing().await;
    narrowed.hears_nothing().await;
    author.hears_nothing().await;

    post(&app, Who::Tama, "").await;
    assert_eq!(desk.hears().await.as_deref(), Some("2 new updates: show"));
    post(&app, Who::Arjun, "?day=2026-11-16").await;
    assert_eq!(monday.hears().await, one, "filled in for the day that is shown");
    assert_eq!(second_tab.hears().await.as_deref(), Some("3 new updates: show"), "of all days");

    // The link leads to the feed, which says what is new; then there is nothing to announce any more.
    let page = ines.get(FEED).await.is(200);
    let link = page.attrs(".news a[hidden]", "href").remove(0);
    assert_eq!(link, format!("{FEED}?day=2026-11-17"));
    assert_eq!(page.texts(".fresh").len(), 2);
    assert_eq!(ines.get(&link).await.is(200).texts(".fresh").len(), 0, "seen once, it is no longer new");
    // A window that lay open all the while, and comes back, hears only of what nobody has shown it meanwhile.
    post(&app, Who::Tama, "?day=2026-11-16").await;
    assert_eq!(second_tab.hears().await.as_deref(), Some("2 new updates: show"), "two of Monday's");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_hears_of_a_private_team_who_may_not_read_it() {
    let app = TestApp::new().await;
    app.at("2026-11-18T09:24:00Z");
    app.run(&format!("update team set private = true where id = '{}'", id(FIELD))).await;
    let (mut ines, mut nuno) = (app.visit(Who::Ines).await, app.visit(Who::Nuno).await);
    let mut wanjiru = app.visit(Who::Wanjiru).await;
    let mut outsider = Reader::of(&app, &mut ines, "/o/saltmarsh/teams").await;
    let mut owner = Reader::of(&app, &mut nuno, "/o/saltmarsh/teams").await;
    let mut insider = Reader::of(&app, &mut wanjiru, "/o/saltmarsh/teams/field").await;
    let source = "/o/saltmarsh/news?since=1763371440000000&team=field";
    assert_eq!(ask(&app, &ines, source).await.status(), StatusCode::NOT_FOUND, "not by its address");
    let eve = app.visit(Who::Eve).await;
    assert_eq!(ask(&app, &eve, source).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(ask(&app, &app.stranger(), source).await.status(), StatusCode::SEE_OTHER);
    for broken in ["", "?since=x", "?since=0&view=poem", "?since=0&person=them", "?since=0&team=nowhere"] {
        let status = ask(&app, &ines, &format!("/o/saltmarsh/news{broken}")).await.status();
        assert!(status.is_client_error(), "{broken}: {status}");
    }

    post(&app, Who::Otieno, "").await;
    assert_eq!(insider.hears().await.as_deref(), Some("One new update: show"));
    assert_eq!(owner.hears().await.as_deref(), Some("One new update: show"));
    outsider.hears_nothing().await;
    // Permission is asked each time: she is taken out of the team, and the next she hears is nothing.
    app.run(&format!("delete from team_member where member_id = '{}'", Who::Wanjiru.member())).await;
    app.run(&format!("delete from \"update\" where member_id = '{}'", Who::Otieno.member())).await;
    post(&app, Who::Otieno, "").await;
    insider.is_sent_away().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_out_or_gone_hears_nothing_more() {
    let app = TestApp::new().await;
    let mut visitors = Vec::new();
    for who in [Who::Ines, Who::Mia, Who::Sanne, Who::Nuno] {
        visitors.push(app.visit(who).await);
    }
    let mut readers = Vec::new();
    for visitor in &mut visitors {
        readers.push(Reader::of(&app, visitor, FEED).await);
    }
    app.run(&format!("delete from session where account_id = '{}'", Who::Ines.account())).await;
    app.run(&format!("update member set left_at = joined_at where id = '{}'", Who::Mia.member())).await;
    post(&app, Who::Arjun, "").await;
    readers[0].is_sent_away().await;
    readers[1].is_sent_away().await;
    assert_eq!(readers[2].hears().await.as_deref(), Some("One new update: show"));
    assert_eq!(readers[3].hears().await.as_deref(), Some("One new update: show"));
    // A window that nobody used for too long is signed out as well, however long its stream was there.
    app.at("2026-12-08T09:24:00Z");
    post(&app, Who::Tama, "").await;
    readers[2].is_sent_away().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_announced_while_nobody_heard_is_told_afterwards() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let mut reader = Reader::of(&app, &mut ines, FEED).await;
    listening(&app).await;
    for round in 0..3 {
        let who = [Who::Arjun, Who::Tama, Who::Arjun][round];
        app.run(&format!("select pg_terminate_backend(pid) {LISTENING}")).await;
        post(&app, who, if round == 2 { "?day=2026-11-16" } else { "" }).await;
        if round < 2 {
            let said = reader.hears().await.unwrap();
            assert!(said.starts_with(["One new", "2 new"][round]), "{said}");
        }
    }
    assert_eq!(app.count(LISTENING).await, 1, "one connection hears for all");
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_are_few_and_hold_no_connection_while_they_wait() {
    let app = TestApp::new().await;
    let mut readers = Vec::new();
    for who in [Who::Ines, Who::Arjun, Who::Tama, Who::Sanne, Who::Nuno] {
        let mut visitor = app.visit(who).await;
        for _ in 0..6 {
            readers.push(Reader::of(&app, &mut visitor, "/o/saltmarsh/teams").await);
        }
    }
    listening(&app).await;
    sleep(A_WHILE).await;
    let (open, idle) = app.app.db.connections();
    assert_eq!(open - idle, 1, "thirty streams, one connection");
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(FEED).await.is(200);
    let source = page.attrs("[data-news]", "data-news").remove(0);
    let refused = ask(&app, &ines, &source).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers().contains_key(header::RETRY_AFTER));
    readers.remove(0);
    assert_eq!(
        ask(&app, &ines, &source).await.status(),
        StatusCode::OK,
        "a window that is closed makes room"
    );
    drop(readers);
    let begun = Instant::now();
    while app.count(LISTENING).await > 0 {
        assert!(begun.elapsed() < Duration::from_secs(10), "nobody listens, and yet the connection is kept");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_told_to_stop_lets_its_readers_go() {
    let app = TestApp::new().await;
    let ines = app.visit(Who::Ines).await;
    app.run("update session set created_at = clock_timestamp(), last_seen_at = clock_timestamp()").await;
    let data = Data::new("live");
    let url = app.test.url();
    let mut served =
        Served::start(&[("MERIDIAN_DATA", data.0.to_str().unwrap()), ("DATABASE_URL", url.as_str())]);
    let (name, value) = ines.cookies.iter().next().unwrap();
    let mut stream = TcpStream::connect(served.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(
        stream,
        "GET /o/saltmarsh/news?since=0&team=forecast HTTP/1.1\r\nhost: {}\r\ncookie: {name}={value}\r\n\r\n",
        served.address
    )
    .unwrap();
    let mut heard = String::new();
    while !heard.contains("retry: ") {
        let mut some = [0; 1024];
        let read = stream.read(&mut some).unwrap();
        assert!(read > 0, "{heard}");
        heard.push_str(std::str::from_utf8(&some[..read]).unwrap());
    }
    let begun = Instant::now();
    served.signal("-TERM");
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("0\r\n\r\n"), "ended properly: {rest:?}");
    assert!(served.ended().success());
    println!("stopped after {:?} with a reader", begun.elapsed());
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announcement_says_where_and_nothing_else() {
    let app = TestApp::new().await;
    let mut listener = sqlx::postgres::PgListener::connect(&app.test.url()).await.unwrap();
    listener.listen("meridian_posted").await.unwrap();
    post(&app, Who::Arjun, "").await;
    let told = listener.recv().await.unwrap();
    assert_eq!(told.payload(), format!("{} {}", id(cast::SALTMARSH), id(cast::FORECAST)));
    // The same form again is the same deed, and no news.
    assert_eq!(app.count(&format!("from \"update\" where standup_id = '{}'", id(FORECAST_STANDUP))).await, 1);
}
