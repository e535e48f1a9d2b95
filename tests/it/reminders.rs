//! Who is reminded of what: seldom, inside their hours, and not of what is done.

use crate::support::cast::{
    FORECAST, FORECAST_QUESTIONS, FORECAST_STANDUP, KR_FOULING, KR_SIX, OBJ_MODEL, SALTMARSH, Who, id,
};
use crate::support::smtp::{Manners, Sink};
use crate::support::{TestApp, cast};
use axum::body::Body;
use axum::http::Request;
use chrono::{DateTime, TimeDelta, Utc};
use meridian::app::App;
use meridian::clockwork::Duty;
use std::collections::BTreeSet;

/// What is asked is put down, and who is to be reminded is; mail stays where it is.
async fn tick(app: &App, now: DateTime<Utc>) -> u64 {
    app.clock.set(now);
    Duty::Occurrences.run(app, now).await.unwrap();
    Duty::Reminders.run(app, now).await.unwrap()
}

/// Lives from one instant to another by quarters of an hour.
async fn live(app: &TestApp, from: &str, until: &str) {
    let (mut now, until): (DateTime<Utc>, DateTime<Utc>) = (from.parse().unwrap(), until.parse().unwrap());
    while now <= until {
        tick(&app.app, now).await;
        now += TimeDelta::minutes(15);
    }
}

/// The reminders so far: when, to whom, and their subject.
async fn told(app: &TestApp) -> Vec<(String, String, String)> {
    sqlx::query_as(
        "select to_char(created_at at time zone 'UTC', 'Dy DD HH24:MI'), split_part(recipient, '@', 1), subject
           from mail where kind = 'reminder' order by created_at, recipient",
    )
    .fetch_all(&mut app.raw().await)
    .await
    .unwrap()
}

fn row(when: &str, who: &str, subject: &str) -> (String, String, String) {
    (when.to_owned(), who.to_owned(), subject.to_owned())
}

/// An update of Forecast, written without a visit.
async fn post(app: &TestApp, number: u64, who: Who, date: &str, at: &str, plan: &str) {
    let (org, update) = (id(SALTMARSH), id(number));
    app.run(&format!(
        "insert into \"update\" (org_id, id, standup_id, team_id, member_id, local_date, zone, posted_at, submission_key)
         values ('{org}', '{update}', '{}', '{}', '{}', '{date}', 'UTC', '{at}', '{update}');
         insert into answer (org_id, update_id, question_id, body) values ('{org}', '{update}', '{}', '{plan}')",
        id(FORECAST_STANDUP),
        id(FORECAST),
        who.member(),
        id(FORECAST_QUESTIONS[1]),
    ))
    .await;
}

async fn check_in(app: &TestApp, key_result: u64, who: Who, at: &str) {
    app.run(&format!(
        "insert into check_in (org_id, id, key_result_id, member_id, at, local_date, zone, value, confidence, submission_key)
         values ('{}', gen_random_uuid(), '{}', '{}', '{at}', left('{at}', 10)::date, 'UTC', 30, 'on_track', gen_random_uuid())",
        id(SALTMARSH),
        id(key_result),
        who.member()
    ))
    .await;
}

#[tokio::test]
async fn an_update_is_named_once_an_hour_before_it_is_due() {
    let app = TestApp::new().await;
    app.run("update member set reminders = 'updates'").await;
    nobody_at_driftwood(&app).await;
    app.run(&format!(
        "insert into away (org_id, id, member_id, first_date, last_date, created_at)
         values ('{}', gen_random_uuid(), '{}', '2026-11-17', '2026-11-18', '2026-11-01')",
        id(SALTMARSH),
        Who::Arjun.member()
    ))
    .await;
    post(&app, 901, Who::Tama, "2026-11-16", "2026-11-16T02:00:00Z", "- Copper *mesh* for the rigs").await;
    live(&app, "2026-11-16T12:00:00Z", "2026-11-16T20:00:00Z").await;
    post(&app, 902, Who::Ines, "2026-11-17", "2026-11-17T10:00:00Z", "Rest.").await;
    live(&app, "2026-11-16T20:15:00Z", "2026-11-17T23:45:00Z").await;
    // Inês has written and Arjun is away; on Monday in Lisbon neither had.
    let subject = "Forecast: your update is open until 16:00";
    assert_eq!(
        told(&app).await,
        [
            row("Mon 16 12:00", "otieno", "Field: your update is open until 16:00"),
            row("Mon 16 12:00", "wanjiru", "Field: your update is open until 16:00"),
            row("Mon 16 15:00", "ines", subject),
            row("Mon 16 22:00", "mia", subject),
            row("Tue 17 02:00", "tama", subject),
            row("Tue 17 22:00", "mia", subject),
        ]
    );
    let (text, html, stop): (String, String, Option<String>) =
        sqlx::query_as("select body_text, body_html, unsubscribe from mail where recipient like 'tama%'")
            .fetch_one(&mut app.raw().await)
            .await
            .unwrap();
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "Your update is open until 16:00.",
        "On Monday 16 November you planned: “Copper mesh for the rigs” What moved?",
        "Write it, 90 seconds: http://localhost:3000/o/saltmarsh/today",
        "I’m away http://localhost:3000/o/saltmarsh/me#away",
        "This is the only reminder of this update. It was sent at 15:00 in Auckland, inside your working hours.",
        "Why did I get this? http://localhost:3000/o/saltmarsh/me/messages/reminder/",
        "Stop reminders: http://localhost:3000/u/",
    ] {
        assert!(flat.contains(words), "“{words}” is not in\n{text}");
    }
    assert!(html.contains("Copper mesh") && stop.is_some());
    assert!(text.lines().all(|line| line.chars().count() <= 72 || line.contains("http")));
}

/// Eve is asked as well, in another house.
async fn nobody_at_driftwood(app: &TestApp) {
    app.run(&format!("update member set reminders = 'none' where org_id = '{}'", id(cast::DRIFTWOOD))).await;
}

/// Nuno reviews the model; Inês owns two key results, of which he reviews one.
async fn friday() -> TestApp {
    let app = TestApp::new().await;
    app.run("update member set reminders = 'check_ins'").await;
    app.run(&format!(
        "update objective set reviewer_id = '{}' where id = '{}'",
        Who::Nuno.member(),
        id(OBJ_MODEL)
    ))
    .await;
    check_in(&app, KR_FOULING, Who::Tama, "2026-11-18T10:00:00Z").await;
    check_in(&app, KR_SIX, Who::Arjun, "2026-11-20T05:00:00Z").await;
    tick(&app.app, "2026-11-19T08:00:00Z".parse().unwrap()).await;
    // What was due the week before is no matter here.
    app.run("update occurrence set remind_at = null where local_date < '2026-11-19'").await;
    nobody_at_driftwood(&app).await;
    app
}

const ERROR: &str = "Median surge-height error at 72 hours";
const FOULING: &str = "Sensor-days lost to fouling, per 1,000";

#[tokio::test]
async fn the_owner_hears_twice_then_the_reviewer_and_nobody_who_has_just_measured() {
    let app = friday().await;
    live(&app, "2026-11-19T08:15:00Z", "2026-12-02T12:00:00Z").await;
    let told: Vec<_> = told(&app).await;
    let hers: Vec<_> = told.iter().filter(|(_, who, _)| who == "ines").collect();
    // Two things come in one mail, on the day and on the next working day; a week later the next dates.
    assert_eq!(
        hers.iter().map(|(when, ..)| when.as_str()).collect::<Vec<_>>(),
        ["Fri 20 16:00", "Mon 23 09:00", "Fri 27 16:00", "Mon 30 09:00"]
    );
    assert!(
        hers.iter()
            .all(|(.., subject)| subject.starts_with("Forecast: ") && subject.ends_with(", and one more"))
    );
    let of = |who: &str| {
        let theirs = told.iter().filter(|(_, one, _)| one == who);
        theirs.map(|(when, _, subject)| (when.clone(), subject.clone())).collect::<Vec<_>>()
    };
    let pair = |when: &str, subject: &str| (when.to_owned(), subject.to_owned());
    assert_eq!(
        of("nuno"),
        [
            pair("Wed 25 09:00", &format!("Forecast: no check-in on “{ERROR}” since Friday 20 November")),
            // By then Arjun's is missed as well.
            pair(
                "Wed 02 09:00",
                &format!("Forecast: no check-in on “{ERROR}” since Friday 27 November, and one more")
            ),
        ]
    );
    // Tama measured two days before: nothing on the day, and on Monday it is missed, when his week in Auckland begins.
    assert_eq!(
        of("tama"),
        [
            pair(
                "Sun 22 20:00",
                &format!("Saltmarsh: “{FOULING}” waits for a check-in since Friday 20 November")
            ),
            pair("Fri 27 03:00", &format!("Saltmarsh: the check-in on “{FOULING}” is due today")),
            pair(
                "Sun 29 20:00",
                &format!("Saltmarsh: “{FOULING}” waits for a check-in since Friday 27 November")
            ),
        ]
    );
    // Arjun's is done; the next week it is not.
    assert_eq!(of("arjun").first().map(|(when, _)| when.as_str()), Some("Fri 27 10:30"));
    assert_eq!(told.len(), 4 + 2 + 3 + of("arjun").len());
    let text: String =
        sqlx::query_scalar("select body_text from mail where recipient like 'nuno%' order by created_at")
            .fetch_one(&mut app.raw().await)
            .await
            .unwrap();
    assert!(text.starts_with("Inês Duarte has not checked in on “Median surge-height error"), "{text}");
}

#[tokio::test]
async fn whoever_may_not_read_it_is_let_go_or_wants_none_hears_nothing() {
    for change in [
        "update member set reminders = 'none'",
        "update key_result set dropped_at = created_at",
        "update cycle set state = 'draft'",
        "update member set left_at = joined_at where role <> 'owner'",
        "update member set role = 'observer' where role <> 'owner'",
        "insert into check_in (org_id, id, key_result_id, member_id, at, local_date, zone, value, confidence, submission_key)
         select org_id, gen_random_uuid(), id, owner_id, '2026-11-20T05:00:00Z', '2026-11-20', 'UTC', 1, 'on_track', gen_random_uuid()
           from key_result where owner_id is not null",
    ] {
        let app = friday().await;
        app.run(change).await;
        live(&app, "2026-11-20T10:00:00Z", "2026-11-23T10:00:00Z").await;
        assert_eq!(told(&app).await, [], "{change}");
    }
    // An admin who reviews what a private team does, and is not of it.
    let app = friday().await;
    app.run(&format!(
        "update objective set reviewer_id = '{0}' where team_id = '{1}'; update team set private = true where id = '{1}'",
        Who::Sanne.member(),
        id(FORECAST)
    ))
    .await;
    live(&app, "2026-11-20T10:00:00Z", "2026-11-25T12:00:00Z").await;
    let whom: BTreeSet<String> = told(&app).await.into_iter().map(|(_, who, _)| who).collect();
    assert_eq!(whom, ["ines", "tama"].map(str::to_owned).into());
}

#[tokio::test]
async fn what_was_missed_while_nodes_stood_still_does_not_come_at_night_nor_in_a_heap() {
    let app = friday().await;
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    // Away from Friday afternoon to Monday night.
    live(&app, "2026-11-20T10:00:00Z", "2026-11-20T15:00:00Z").await;
    assert_eq!(tick(&app.app, at("2026-11-24T03:00:00Z")).await, 1, "in Auckland it is day");
    live(&app, "2026-11-24T03:15:00Z", "2026-11-24T16:00:00Z").await;
    let tuesday: Vec<_> = told(&app).await.into_iter().map(|(when, who, _)| (when, who)).collect();
    let pair = |when: &str, who: &str| (when.to_owned(), who.to_owned());
    assert_eq!(tuesday, [pair("Tue 24 03:00", "tama"), pair("Tue 24 09:00", "ines")]);
    // Away again, until Thursday night: what Nuno was to hear on Wednesday he hears, and once.
    live(&app, "2026-11-26T03:00:00Z", "2026-11-26T16:00:00Z").await;
    let rest: Vec<_> = told(&app).await.into_iter().skip(2).map(|(when, who, _)| (when, who)).collect();
    assert_eq!(rest, [pair("Thu 26 09:00", "nuno")]);
}

#[tokio::test]
async fn a_mail_that_never_leaves_is_decided_upon_anew() {
    let down = Sink::open(Manners::Takes).await.port - 1;
    let app = TestApp::with(&[("MERIDIAN_MAIL", &format!("smtp://127.0.0.1:{down}"))]).await;
    app.run(&cast::sql()).await;
    app.run("update member set reminders = 'check_ins'").await;
    nobody_at_driftwood(&app).await;
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let mail = async |now: &str| {
        app.at(now);
        let _ = Duty::Mail.run(&app.app, at(now)).await;
    };
    tick(&app.app, at("2026-11-19T08:00:00Z")).await;
    live(&app, "2026-11-23T08:45:00Z", "2026-11-23T09:00:00Z").await;
    let waits = "from mail where recipient like 'ines%' and state = 'waiting'";
    assert_eq!(app.count(waits).await, 1);
    // The relay is down all morning, and meanwhile one of the two is measured.
    mail("2026-11-23T11:30:00Z").await;
    assert_eq!(app.count("from mail where recipient like 'ines%' and dropped = 'late'").await, 1);
    check_in(&app, cast::KR_ERROR, Who::Ines, "2026-11-23T11:40:00Z").await;
    live(&app, "2026-11-23T11:45:00Z", "2026-11-23T12:15:00Z").await;
    assert_eq!(app.count(waits).await, 1);
    let subject: String =
        sqlx::query_scalar("select subject from mail where recipient like 'ines%' and state = 'waiting'")
            .fetch_one(&mut app.raw().await)
            .await
            .unwrap();
    assert_eq!(
        subject,
        "Forecast: “The last hand-tuned station is retired” waits for a check-in since Friday 20 November"
    );
}

#[tokio::test]
async fn one_press_stops_reminders_alone_and_settings_choose_them() {
    let app = TestApp::new().await;
    app.run("update member set digest = 'daily'").await;
    live(&app, "2026-11-17T08:00:00Z", "2026-11-17T15:00:00Z").await;
    let stop: String = sqlx::query_scalar("select unsubscribe from mail where recipient like 'ines%'")
        .fetch_one(&mut app.raw().await)
        .await
        .unwrap();
    let stop = stop.strip_prefix("http://localhost:3000").unwrap();
    let page = app.stranger().get(stop).await.is(200);
    assert_eq!(page.h1(), "Stop reminders by email from Saltmarsh?");
    assert_eq!(app.count("from member where reminders <> 'all'").await, 0);
    let request = Request::post(stop).body(Body::from("List-Unsubscribe=One-Click")).unwrap();
    app.stranger().send(stop, request).await.is(200);
    assert_eq!(app.stranger().get(stop).await.h1(), "You get no reminders by email from Saltmarsh");
    let only = format!("from member where reminders = 'none' and id = '{}'", Who::Ines.member());
    assert_eq!(app.count(&only).await, 1);
    assert_eq!(
        app.count("from member where reminders = 'none' or digest <> 'daily' or notices = 'none'").await,
        1
    );

    let mut ines = app.visit(Who::Ines).await;
    let form = ines.get("/o/saltmarsh/me").await.is(200).form("main form");
    ines.submit(form.fill("reminders", "updates")).await.is(303);
    assert_eq!(app.count("from member where reminders = 'updates'").await, 1);
    let form = ines.get("/o/saltmarsh/me").await.is(200).form("main form");
    ines.submit(form.fill("reminders", "hourly")).await.is(422);
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_at_once_write_each_once() {
    let app = friday().await;
    live(&app, "2026-11-20T10:00:00Z", "2026-11-20T15:45:00Z").await;
    let now: DateTime<Utc> = "2026-11-20T16:00:00Z".parse().unwrap();
    let wrote = tokio::join!(tick(&app.app, now), tick(&app.app, now), tick(&app.app, now));
    assert_eq!(wrote.0 + wrote.1 + wrote.2, 1);
    assert_eq!(app.count("from mail where recipient like 'ines%'").await, 1);
}
