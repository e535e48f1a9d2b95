//! Digests: at each person's hour, once, only with something to tell, and stopped by one press.

use crate::support::cast::{
    FORECAST, FORECAST_QUESTIONS, FORECAST_STANDUP, KR_FOULING, KR_SIX, SALTMARSH, id,
};
use crate::support::{TestApp, Who};
use axum::body::Body;
use axum::http::Request;
use meridian::app::App;
use meridian::clockwork::Duty;
use meridian::config::Config;
use meridian::digest::send_due;
use sqlx::Row as _;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Nine o'clock on Tuesday in Lisbon.
const NINE: &str = "2026-11-17T09:00:00Z";

/// Has these people want a digest, due at an instant.
pub async fn wants(app: &TestApp, people: &[Who], rhythm: &str, due: &str) {
    for who in people {
        app.run(&format!(
            "update member set digest = '{rhythm}', digest_weekday = 2, next_digest_at = '{due}',
                    digest_time = ('{due}'::timestamptz at time zone zone)::time
              where id = '{}'",
            who.member()
        ))
        .await;
    }
}

/// An update of Forecast, with its first answer.
pub async fn post(app: &TestApp, number: u64, who: Who, zone: &str, at: &str, words: &str) {
    let org = id(SALTMARSH);
    app.run(&format!(
        "insert into \"update\" (org_id, id, standup_id, team_id, member_id, local_date, zone, posted_at, submission_key)
         values ('{org}', '{u}', '{}', '{}', '{}', ('{at}'::timestamptz at time zone '{zone}')::date, '{zone}', '{at}', '{u}');
         insert into answer (org_id, update_id, question_id, body) values ('{org}', '{u}', '{}', '{words}')",
        id(FORECAST_STANDUP),
        id(FORECAST),
        who.member(),
        id(FORECAST_QUESTIONS[0]),
        u = id(number),
    ))
    .await;
}

/// A check-in, with an update or without.
pub async fn check_in(
    app: &TestApp,
    number: u64,
    who: Who,
    key_result: u64,
    update: Option<u64>,
    at: &str,
    (value, said): (&str, &str),
) {
    let update = update.map_or("null".to_owned(), |update| format!("'{}'", id(update)));
    app.run(&format!(
        "insert into check_in (org_id, id, key_result_id, member_id, update_id, at, local_date, zone, value, confidence, submission_key)
         values ('{}', '{n}', '{}', '{}', {update}, '{at}', '{}', 'UTC', {value}, '{said}', '{n}')",
        id(SALTMARSH),
        id(key_result),
        who.member(),
        &at[..10],
        n = id(number),
    ))
    .await;
}

async fn blocker(app: &TestApp, update: u64, who: Who, unblocker: Option<Who>, at: &str, words: &str) {
    let unblocker = unblocker.map_or("null".to_owned(), |who| format!("'{}'", who.member()));
    app.run(&format!(
        "insert into blocker (org_id, id, update_id, team_id, member_id, body, unblocker_id, opened_at)
         values ('{}', '{n}', '{n}', '{}', '{}', '{words}', {unblocker}, '{at}')",
        id(SALTMARSH),
        id(FORECAST),
        who.member(),
        n = id(update),
    ))
    .await;
}

/// Since Monday's end of work in Lisbon: Arjun moved a key result and wrote, Tama wrote and is blocked.
pub async fn story(app: &TestApp) {
    check_in(app, 9001, Who::Arjun, KR_SIX, None, "2026-11-10T05:00:00Z", ("96.8", "on_track")).await;
    post(
        app,
        9101,
        Who::Arjun,
        "Asia/Kolkata",
        "2026-11-17T06:00:00Z",
        "Six days in a row with *every* town published before six.",
    )
    .await;
    check_in(app, 9002, Who::Arjun, KR_SIX, Some(9101), "2026-11-17T06:00:00Z", ("97.2", "on_track")).await;
    post(
        app,
        9102,
        Who::Tama,
        "Pacific/Auckland",
        "2026-11-17T01:30:00Z",
        "The two rigs we cleaned by hand are perfect.",
    )
    .await;
    blocker(app, 9102, Who::Tama, None, "2026-11-17T01:30:00Z", "Copper mesh is held at customs.").await;
    Duty::RollUp.run(&app.app, app.now()).await.unwrap();
}

async fn set_up() -> TestApp {
    let app = TestApp::new().await;
    app.at(NINE);
    story(&app).await;
    app
}

/// The mails in the outbox, by recipient: subject and text.
async fn outbox(app: &TestApp) -> BTreeMap<String, (String, String)> {
    let rows = sqlx::query("select recipient, subject, body_text from mail order by recipient")
        .fetch_all(&mut app.raw().await)
        .await
        .unwrap();
    rows.iter().map(|row| (row.get("recipient"), (row.get("subject"), row.get("body_text")))).collect()
}

async fn next(app: &TestApp, who: Who) -> String {
    let next: Option<chrono::DateTime<chrono::Utc>> =
        sqlx::query_scalar("select next_digest_at from member where id = $1")
            .bind(who.member())
            .fetch_one(&mut app.raw().await)
            .await
            .unwrap();
    next.map_or("never".to_owned(), |next| next.format("%a %d %H:%MZ").to_string())
}

/// Another node over the same database.
fn node(app: &TestApp, name: &str) -> App {
    let config = Config { node: name.to_owned(), ..(*app.app.config).clone() };
    App { config: Arc::new(config), ..app.app.clone() }
}

#[tokio::test]
async fn at_her_hour_she_reads_what_moved() {
    let app = set_up().await;
    wants(&app, &[Who::Ines], "daily", NINE).await;
    assert_eq!(send_due(&app.app, app.now()).await.unwrap(), 1);
    assert_eq!(next(&app, Who::Ines).await, "Wed 18 09:00Z");
    let outbox = outbox(&app).await;
    let (subject, text) = &outbox["ines@saltmarsh.example"];
    assert_eq!(subject, "Forecast, Tuesday: one blocker, two updates");
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut from = 0;
    for words in [
        "Good morning, Inês. One person is blocked, and two updates are new.",
        "Tuesday 17 November, 09:00 in Lisbon. Since Monday 17:00.",
        "FOR YOU",
        "Today, 16:00.",
        "Your update",
        "http://localhost:3000/o/saltmarsh/today",
        "BLOCKED",
        "Tama, Tuesday afternoon in Auckland",
        "“Copper mesh is held at customs.”",
        "WHAT MOVED",
        "Arjun, Tuesday morning in Kolkata",
        "On track. Forecasts published by 06:00 local: 96.8% to 97.2%.",
        "“Six days in a row with every town published before six.”",
        "Tama, Tuesday afternoon in Auckland",
        "YOUR KEY RESULTS",
        "Median surge-height error at 72 hours",
        "One digest at 09:00 on your clock, Monday to Friday. Skipped when nothing is new.",
        "Stop daily digests: http://localhost:3000/u/",
    ] {
        let at = flat[from..]
            .find(words)
            .unwrap_or_else(|| panic!("“{words}” is not where it should be in\n{text}"));
        from += at + words.len();
    }
    let row = sqlx::query("select period, kind, expires_at, unsubscribe from mail")
        .fetch_one(&mut app.raw().await)
        .await
        .unwrap();
    assert_eq!((row.get::<&str, _>("kind"), row.get::<&str, _>("period")), ("digest_daily", "2026-11-17"));
    assert_eq!(
        row.get::<chrono::DateTime<chrono::Utc>, _>("expires_at"),
        "2026-11-17T11:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap()
    );
    assert!(text.contains(row.get::<&str, _>("unsubscribe")));

    // The next one tells only what came after.
    app.at("2026-11-18T09:00:00Z");
    post(&app, 9103, Who::Mia, "America/Vancouver", "2026-11-17T20:00:00Z", "The tide model has a name.")
        .await;
    assert_eq!(send_due(&app.app, app.now()).await.unwrap(), 1);
    let texts: Vec<String> = sqlx::query_scalar("select body_text from mail order by created_at")
        .fetch_all(&mut app.raw().await)
        .await
        .unwrap();
    assert!(
        texts[1].contains("Since Tuesday 09:00.")
            && texts[1].contains("tide model")
            && !texts[1].contains("Six days"),
        "{}",
        texts[1]
    );
}

#[tokio::test]
async fn who_can_help_is_told_first_and_by_name() {
    let app = set_up().await;
    post(&app, 9104, Who::Mia, "America/Vancouver", "2026-11-16T23:00:00Z", "Waiting.").await;
    blocker(
        &app,
        9104,
        Who::Mia,
        Some(Who::Wanjiru),
        "2026-11-17T08:00:00Z",
        "I need six spares from Mombasa.",
    )
    .await;
    wants(&app, &[Who::Wanjiru, Who::Otieno], "daily", NINE).await;
    send_due(&app.app, app.now()).await.unwrap();
    let outbox = outbox(&app).await;
    let (subject, text) = &outbox["wanjiru@saltmarsh.example"];
    assert_eq!(subject, "Field, Tuesday: one blocker", "of another team, and hers to lift");
    assert!(text.contains("You were named as the one who can help."), "{text}");
    assert!(
        !outbox.contains_key("otieno@saltmarsh.example"),
        "Field asks on Mondays, Wednesdays and Fridays"
    );
}

#[tokio::test]
async fn nothing_to_tell_is_no_mail() {
    let app = set_up().await;
    wants(&app, &[Who::Nuno], "daily", NINE).await;
    assert_eq!(send_due(&app.app, app.now()).await.unwrap(), 0);
    assert_eq!(app.count("from mail").await, 0);
    assert_eq!(next(&app, Who::Nuno).await, "Wed 18 09:00Z");
}

#[tokio::test]
async fn three_nodes_at_once_write_each_digest_once() {
    let app = set_up().await;
    let people = [Who::Ines, Who::Arjun, Who::Mia, Who::Eve];
    app.run("update member set week = '{\"tue\":[[\"00:00\",\"00:00\"]],\"mon\":[[\"09:00\",\"17:00\"]]}'")
        .await;
    wants(&app, &people, "daily", "2026-11-17T08:59:00Z").await;
    let nodes = ["one", "two", "three"].map(|name| node(&app, name));
    let [one, two, three] = &nodes;
    let now = app.now();
    let (a, b, c) = tokio::join!(send_due(one, now), send_due(two, now), send_due(three, now));
    let written = a.unwrap() + b.unwrap() + c.unwrap();
    let outbox = outbox(&app).await;
    assert_eq!(u64::try_from(outbox.len()).unwrap(), written);
    assert_eq!(app.count("from mail").await, i64::try_from(written).unwrap());
    assert!(outbox.contains_key("ines@saltmarsh.example") && outbox.contains_key("arjun@saltmarsh.example"));
    assert_eq!(app.count("from member where next_digest_at <= '2026-11-17T09:00:00Z'").await, 0);
    for (recipient, (_, text)) in &outbox {
        assert_eq!(recipient.contains("driftwood"), text.contains("/o/driftwood/"), "{recipient}\n{text}");
        assert_eq!(recipient.contains("driftwood"), text.contains("Canary"), "{recipient}\n{text}");
    }
    assert_eq!(send_due(one, now).await.unwrap(), 0);
}

#[tokio::test]
async fn nobody_hears_from_us_at_night_or_after_hours() {
    let app = set_up().await;
    // The house was closed since early morning.
    for (now, mails, next_one) in [
        ("2026-11-17T10:59:00Z", 1, "Wed 18 09:00Z"),
        ("2026-11-17T11:00:00Z", 0, "Wed 18 09:00Z"),
        ("2026-11-18T02:00:00Z", 0, "Wed 18 09:00Z"),
        ("2026-11-18T09:30:00Z", 1, "Thu 19 09:00Z"),
        ("2026-11-21T12:00:00Z", 0, "Mon 23 09:00Z"),
    ] {
        app.run("delete from mail").await;
        wants(&app, &[Who::Ines], "daily", NINE).await;
        app.at(now);
        assert_eq!(send_due(&app.app, app.now()).await.unwrap(), mails, "{now}");
        assert_eq!(next(&app, Who::Ines).await, next_one, "{now}");
    }
    // Half an hour late, and her day has ended.
    app.run("delete from mail").await;
    wants(&app, &[Who::Ines], "daily", "2026-11-17T16:45:00Z").await;
    app.at("2026-11-17T17:15:00Z");
    assert_eq!(send_due(&app.app, app.now()).await.unwrap(), 0);
    assert_eq!(
        app.count("from mail where state = 'skipped' and next_try_at is null").await,
        1,
        "she can see that"
    );
    app.run("delete from mail").await;
    // In time, but never after the end of her day.
    wants(&app, &[Who::Ines], "daily", "2026-11-17T16:30:00Z").await;
    app.at("2026-11-17T16:30:00Z");
    assert_eq!(send_due(&app.app, app.now()).await.unwrap(), 1);
    assert_eq!(app.count("from mail where expires_at = '2026-11-17T17:00:00Z'").await, 1);
}

#[tokio::test]
async fn after_downtime_only_the_newest_is_sent() {
    let app = set_up().await;
    wants(&app, &[Who::Ines], "daily", NINE).await;
    app.at("2026-11-20T10:30:00Z");
    assert_eq!(send_due(&app.app, app.now()).await.unwrap(), 1);
    let rows: Vec<(String, String)> = sqlx::query_as("select period, state from mail order by period")
        .fetch_all(&mut app.raw().await)
        .await
        .unwrap();
    let rows: Vec<(&str, &str)> =
        rows.iter().map(|(period, state)| (period.as_str(), state.as_str())).collect();
    assert_eq!(
        rows,
        [
            ("2026-11-17", "skipped"),
            ("2026-11-18", "skipped"),
            ("2026-11-19", "skipped"),
            ("2026-11-20", "waiting")
        ]
    );
    let (_, text) = &outbox(&app).await["ines@saltmarsh.example"];
    assert!(text.contains("Six days in a row"), "nothing of what happened meanwhile is lost\n{text}");
}

#[tokio::test]
async fn nobody_hears_from_us_while_away() {
    let app = set_up().await;
    wants(&app, &[Who::Ines], "daily", NINE).await;
    app.run(&format!(
        "insert into away (org_id, id, member_id, first_date, last_date, created_at)
         values ('{}', '{}', '{}', '2026-11-17', '2026-11-24', now())",
        id(SALTMARSH),
        id(9900),
        Who::Ines.member()
    ))
    .await;
    assert_eq!(send_due(&app.app, app.now()).await.unwrap(), 0);
    assert_eq!(next(&app, Who::Ines).await, "Wed 25 09:00Z");
}

#[tokio::test]
async fn once_a_week_those_who_look_after_others_see_what_needs_a_look() {
    let app = TestApp::new().await;
    app.at(NINE);
    check_in(&app, 9003, Who::Tama, KR_FOULING, None, "2026-11-16T21:00:00Z", ("44", "off_track")).await;
    post(&app, 9105, Who::Mia, "America/Vancouver", "2026-11-16T20:00:00Z", "The tide model has a name.")
        .await;
    story(&app).await;
    wants(&app, &[Who::Sanne, Who::Ines, Who::Otieno], "weekly", NINE).await;
    send_due(&app.app, app.now()).await.unwrap();
    let outbox = outbox(&app).await;
    let (subject, text) = &outbox["sanne@saltmarsh.example"];
    assert!(subject.starts_with("Saltmarsh, your week: "), "{subject}");
    assert!(subject.contains("to look at"), "{subject}");
    for words in [
        "WHAT COULD USE YOU",
        "Off track. Sensor-days lost to fouling, per 1,000.",
        "No owner. Sensors on self-calibrating firmware. No data after 50 days.",
        "UPDATES IN THE LAST SEVEN DAYS",
        "Forecast: 1 of 20 written",
        "Field: 0 of 6 written",
        "could use you.",
    ] {
        assert!(text.contains(words), "{words} in\n{text}");
    }
    let lead = &outbox["ines@saltmarsh.example"].1;
    assert!(lead.contains("UPDATES IN THE LAST SEVEN DAYS") && !lead.contains("Field"), "{lead}");
    assert!(lead.contains("Forecast"), "{lead}");
    assert!(
        !outbox.contains_key("otieno@saltmarsh.example"),
        "leads nothing, owns nothing, and nothing happened"
    );
    assert_eq!(next(&app, Who::Sanne).await, "Tue 24 09:00Z", "ten in Amsterdam");
    assert_eq!(app.count("from mail where kind = 'digest_weekly'").await, 2);
}

/// Everything in the database but when somebody was last seen.
async fn everything(app: &TestApp) -> BTreeMap<String, String> {
    let mut raw = app.raw().await;
    let tables: Vec<String> = sqlx::query_scalar("select table_name::text from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'")
        .fetch_all(&mut raw)
        .await
        .unwrap();
    let mut sums = BTreeMap::new();
    for table in tables.into_iter().filter(|table| table != "session") {
        let sql =
            format!("select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from \"{table}\" t");
        sums.insert(table, sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut raw).await.unwrap());
    }
    sums
}

#[tokio::test]
async fn following_every_link_changes_nothing() {
    let app = set_up().await;
    wants(&app, &[Who::Ines], "daily", NINE).await;
    send_due(&app.app, app.now()).await.unwrap();
    let (text, html): (String, String) = sqlx::query_as("select body_text, body_html from mail")
        .fetch_one(&mut app.raw().await)
        .await
        .unwrap();
    let links = |body: &str| -> Vec<String> {
        let ends = |c: char| c.is_whitespace() || c == '"';
        let mut links: Vec<String> = body
            .split("http://localhost:3000")
            .skip(1)
            .map(|rest| rest.split(ends).next().unwrap().to_owned())
            .collect();
        links.sort();
        links.dedup();
        links
    };
    assert!(links(&text).len() >= 6, "{text}");
    assert_eq!(links(&text), links(&html), "both parts lead to the same pages");
    let mut before = everything(&app).await;
    for link in links(&text) {
        let address = link.split('#').next().unwrap();
        let page = app.stranger().get(address).await;
        assert!([200, 303].contains(&page.status.as_u16()), "{address}: {}", page.status);
        let head = Request::head(address).body(Body::empty()).unwrap();
        app.stranger().send(address, head).await;
    }
    assert_eq!(everything(&app).await, before);
    // Whoever is signed in and reads has read: that is noted for themselves, and nothing else changes.
    let mut ines = app.visit(Who::Ines).await;
    before = everything(&app).await;
    for link in links(&text) {
        ines.get(link.split('#').next().unwrap()).await.is(200);
    }
    let mut after = everything(&app).await;
    assert_ne!(after.remove("seen"), before.remove("seen"));
    assert_eq!(after, before);
}

/// The path of the address that stops the digest.
async fn stop_address(app: &TestApp) -> String {
    let address: String =
        sqlx::query_scalar("select unsubscribe from mail").fetch_one(&mut app.raw().await).await.unwrap();
    address.strip_prefix("http://localhost:3000").unwrap().to_owned()
}

/// What a mail program sends: no cookies, no origin.
pub async fn one_click(app: &TestApp, address: &str, body: &'static str) -> crate::support::Page {
    let request = Request::post(address)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap();
    app.stranger().send(address, request).await
}

#[tokio::test]
async fn one_press_in_the_mail_program_stops_this_digest_alone() {
    let app = set_up().await;
    wants(&app, &[Who::Ines, Who::Arjun], "daily", NINE).await;
    app.run(&format!(
        "update member set next_digest_at = '2026-11-18T03:30:00Z' where id = '{}'",
        Who::Arjun.member()
    ))
    .await;
    send_due(&app.app, app.now()).await.unwrap();
    let address = stop_address(&app).await;
    assert_eq!(one_click(&app, &address, "something=else").await.status, 400);
    assert_eq!(next(&app, Who::Ines).await, "Wed 18 09:00Z");
    for _ in 0..2 {
        let said = one_click(&app, &address, "List-Unsubscribe=One-Click").await.is(200);
        assert!(said.headers["content-type"].to_str().unwrap().starts_with("text/plain"));
        assert!(said.body.contains("stopped"));
        assert_eq!(next(&app, Who::Ines).await, "never");
    }
    assert_eq!(next(&app, Who::Arjun).await, "Wed 18 03:30Z");
    // She has it weekly meanwhile: the old address says nothing about that one.
    wants(&app, &[Who::Ines], "weekly", "2026-11-24T09:00:00Z").await;
    one_click(&app, &address, "List-Unsubscribe=One-Click").await.is(200);
    assert_eq!(next(&app, Who::Ines).await, "Tue 24 09:00Z");
}

#[tokio::test]
async fn a_person_is_asked_first_and_told_after() {
    let app = set_up().await;
    wants(&app, &[Who::Ines], "daily", NINE).await;
    send_due(&app.app, app.now()).await.unwrap();
    let address = stop_address(&app).await;
    let mut visitor = app.stranger();
    let page = visitor.get(&address).await.is(200);
    assert_eq!(page.h1(), "Stop the daily digest from Saltmarsh?");
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    assert_eq!(next(&app, Who::Ines).await, "Wed 18 09:00Z", "asking is not doing");
    let done = visitor.submit(page.form("main form")).await.is(303);
    assert_eq!(next(&app, Who::Ines).await, "never");
    let page = visitor.follow(done).await.is(200);
    assert_eq!(page.h1(), "You get no daily digest from Saltmarsh");
    assert!(!page.has("main form") && page.has("[role=status]"));
}

#[tokio::test]
async fn what_we_did_not_sign_is_not_there() {
    let app = set_up().await;
    wants(&app, &[Who::Ines], "daily", NINE).await;
    send_due(&app.app, app.now()).await.unwrap();
    let address = stop_address(&app).await;
    let other = address.replace("/u/AAAA", "/u/BAAA");
    for forged in [&address[..address.len() - 2], "/u/nonsense", "/u/a.b.c", &other, &address.to_lowercase()]
    {
        if forged == address {
            continue;
        }
        app.stranger().get(forged).await.is(404);
        one_click(&app, forged, "List-Unsubscribe=One-Click").await.is(404);
        app.stranger().post(&forged.replace("/u/", "/unsubscribe/"), &[]).await.is(404);
    }
    assert_eq!(next(&app, Who::Ines).await, "Wed 18 09:00Z");
    app.run(&format!("update member set left_at = now() where id = '{}'", Who::Ines.member())).await;
    app.stranger().get(&address).await.is(404);
}
