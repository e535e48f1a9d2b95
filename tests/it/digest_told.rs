//! What a digest tells: each thing once to each reader, also what came late, and nothing that is not theirs to read.

use crate::digest::{check_in, one_click, post, story, wants};
use crate::support::cast::{FIELD, FORECAST, KR_FOULING, KR_RETIRED, KR_SIX, Q4, SALTMARSH, Who, id};
use crate::support::{TestApp, Visitor};
use meridian::clockwork::Duty;
use meridian::digest::send_due;
use meridian::mail::deliver;

const NINE: &str = "2026-11-17T09:00:00Z";

async fn house() -> TestApp {
    let app = TestApp::new().await;
    app.at(NINE);
    app
}

/// Sends the digests of a day and gives the text of the one to somebody; nothing when none was written.
async fn digest_of(app: &TestApp, who: Who, at: &str) -> String {
    app.at(at);
    send_due(&app.app, app.now()).await.unwrap();
    let sql = "select body_text from mail where member_id = $1 and created_at = $2 and state <> 'skipped'";
    let found: Option<String> = sqlx::query_scalar(sql)
        .bind(who.member())
        .bind(app.now())
        .fetch_optional(&mut app.raw().await)
        .await
        .unwrap();
    found.unwrap_or_default()
}

#[tokio::test]
async fn what_was_being_written_while_a_digest_was_read_comes_with_the_next() {
    let app = house().await;
    wants(&app, &[Who::Ines], "daily", NINE).await;
    post(&app, 9101, Who::Arjun, "Asia/Kolkata", "2026-11-17T06:00:00Z", "In good time.").await;
    let first = digest_of(&app, Who::Ines, NINE).await;
    assert!(first.contains("In good time."), "{first}");
    // Its instant lies before the digest's, and it was stored a moment after that was written.
    post(&app, 9102, Who::Tama, "Pacific/Auckland", "2026-11-17T08:59:59Z", "On the stroke of nine.").await;
    check_in(&app, 9001, Who::Mia, KR_SIX, None, "2026-11-17T08:59:58Z", ("97", "on_track")).await;
    let second = digest_of(&app, Who::Ines, "2026-11-18T09:00:00Z").await;
    assert!(second.contains("On the stroke of nine.") && second.contains("97%"), "{second}");
    assert!(!second.contains("In good time."), "{second}");
    let third = digest_of(&app, Who::Ines, "2026-11-19T09:00:00Z").await;
    assert!(!third.contains("On the stroke of nine.") && !third.contains("97%"), "{third}");
}

#[tokio::test]
async fn a_digest_that_never_left_has_told_nothing() {
    let app = house().await;
    wants(&app, &[Who::Ines], "daily", NINE).await;
    post(&app, 9101, Who::Arjun, "Asia/Kolkata", "2026-11-17T06:00:00Z", "Six days in a row.").await;
    assert!(digest_of(&app, Who::Ines, NINE).await.contains("Six days in a row."));
    // No mail leaves until noon, when it is no use any more.
    app.at("2026-11-17T12:00:00Z");
    deliver(&app.app, app.now()).await.unwrap();
    assert_eq!(app.count("from mail where state = 'skipped'").await, 1);
    assert!(digest_of(&app, Who::Ines, "2026-11-18T09:00:00Z").await.contains("Six days in a row."));
}

#[tokio::test]
async fn three_weeks_away_and_a_move_lose_and_double_nothing() {
    let app = house().await;
    wants(&app, &[Who::Ines], "daily", NINE).await;
    post(&app, 9101, Who::Arjun, "Asia/Kolkata", "2026-11-17T06:00:00Z", "Before she left.").await;
    assert!(digest_of(&app, Who::Ines, NINE).await.contains("Before she left."));
    app.run(&format!(
        "insert into away (org_id, id, member_id, first_date, last_date, created_at) values ('{}', '{}', '{}', '2026-11-18', '2026-12-08', now())",
        id(SALTMARSH),
        id(998),
        Who::Ines.member()
    ))
    .await;
    post(&app, 9102, Who::Tama, "Pacific/Auckland", "2026-11-18T20:00:00Z", "The first day she missed.")
        .await;
    post(&app, 9103, Who::Mia, "America/Vancouver", "2026-12-08T20:00:00Z", "The last day she missed.").await;
    assert_eq!(digest_of(&app, Who::Ines, "2026-12-08T09:00:00Z").await, "");
    // She comes back by way of Tokyo.
    let mut ines: Visitor = app.visit(Who::Ines).await;
    let form = ines.get("/o/saltmarsh/me").await.form("main form.stack");
    ines.submit(form.fill("zone", "Asia/Tokyo")).await.is(303);
    let back = digest_of(&app, Who::Ines, "2026-12-09T00:00:00Z").await;
    assert!(
        back.contains("The first day she missed.") && back.contains("The last day she missed."),
        "{back}"
    );
    assert!(!back.contains("Before she left."), "{back}");
    let next = digest_of(&app, Who::Ines, "2026-12-10T00:00:00Z").await;
    assert!(!next.contains("she missed"), "{next}");
}

#[tokio::test]
async fn a_new_seat_brings_the_last_days_of_its_team() {
    let app = house().await;
    wants(&app, &[Who::Otieno], "daily", "2026-11-17T06:00:00Z").await;
    post(&app, 9100, Who::Arjun, "Asia/Kolkata", "2026-11-06T05:00:00Z", "Long before he came.").await;
    post(&app, 9101, Who::Arjun, "Asia/Kolkata", "2026-11-17T05:00:00Z", "The morning before.").await;
    app.run(&format!("update team set private = true where id = '{}'", id(FORECAST))).await;
    let none = digest_of(&app, Who::Otieno, "2026-11-17T06:00:00Z").await;
    assert!(!none.contains("The morning before."), "{none}");
    post(
        &app,
        9102,
        Who::Tama,
        "Pacific/Auckland",
        "2026-11-16T20:00:00Z",
        "Of before the first digest he got.",
    )
    .await;
    check_in(&app, 9003, Who::Wanjiru, KR_FOULING, None, "2026-11-17T05:30:00Z", ("41", "on_track")).await;
    assert!(
        !digest_of(&app, Who::Otieno, "2026-11-18T06:00:00Z").await.is_empty(),
        "Wanjiru measured something"
    );
    app.run(&format!(
        "insert into team_member (org_id, team_id, member_id) values ('{}', '{}', '{}')",
        id(SALTMARSH),
        id(FORECAST),
        Who::Otieno.member()
    ))
    .await;
    let first = digest_of(&app, Who::Otieno, "2026-11-19T06:00:00Z").await;
    assert!(first.contains("The morning before."), "{first}");
    assert!(!first.contains("Long before he came."), "{first}");
}

#[tokio::test]
async fn whoever_switches_it_off_and_on_again_begins_anew() {
    let app = house().await;
    wants(&app, &[Who::Ines], "daily", NINE).await;
    post(&app, 9101, Who::Arjun, "Asia/Kolkata", "2026-11-17T06:00:00Z", "The first.").await;
    assert!(digest_of(&app, Who::Ines, NINE).await.contains("The first."));
    let mut ines: Visitor = app.visit(Who::Ines).await;
    let form = ines.get("/o/saltmarsh/me").await.form("main form.stack");
    ines.submit(form.fill("digest", "none")).await.is(303);
    post(&app, 9102, Who::Tama, "Pacific/Auckland", "2026-11-18T01:00:00Z", "While it was off.").await;
    app.at("2026-12-01T08:00:00Z");
    let form = ines.get("/o/saltmarsh/me").await.form("main form.stack");
    ines.submit(form.fill("digest", "daily")).await.is(303);
    post(&app, 9103, Who::Tama, "Pacific/Auckland", "2026-12-01T01:00:00Z", "On again.").await;
    let text = digest_of(&app, Who::Ines, "2026-12-01T09:00:00Z").await;
    assert!(text.contains("On again.") && !text.contains("While it was off."), "{text}");
}

#[tokio::test]
async fn a_leads_week_holds_what_needs_them_and_where_key_results_went() {
    let app = house().await;
    story(&app).await;
    wants(&app, &[Who::Ines, Who::Sanne, Who::Wanjiru], "weekly", NINE).await;
    check_in(&app, 9005, Who::Tama, KR_FOULING, None, "2026-11-16T06:00:00Z", ("43", "off_track")).await;
    let decision = crate::support::deciding::propose(&app, "no_view").await;
    Duty::RollUp.run(&app.app, app.now()).await.unwrap();
    let ines = digest_of(&app, Who::Ines, NINE).await;
    let flat = ines.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("KEY RESULTS THIS WEEK On track. Forecasts published by 06:00 local: 96.8% to 97.2%."),
        "{ines}"
    );
    assert!(flat.contains("WHAT COULD USE YOU"), "{ines}");
    assert!(flat.contains("UPDATES IN THE LAST SEVEN DAYS Forecast"), "{ines}");
    let closing = "DECISIONS THAT CLOSE THIS WEEK Closes Wednesday at 09:00 your time at the latest. Stop publishing the \
                   6-hour forecast? 0 of 3 have given a view.";
    assert!(flat.contains(closing) && flat.contains(&decision), "{ines}");
    assert!(
        !flat.contains("KEY RESULTS THIS WEEK Off track"),
        "Sensors are the whole organisation's\n{ines}"
    );
    let sql = "select body_text from mail where member_id = $1";
    let text = async |who: Who| -> String {
        sqlx::query_scalar(sql).bind(who.member()).fetch_one(&mut app.raw().await).await.unwrap()
    };
    let sanne = text(Who::Sanne).await;
    assert!(
        sanne.contains("Stale 42 days. Sensor-days lost to fouling") && sanne.contains("No owner."),
        "{sanne}"
    );
    // Her desk and her digest name the same things, in the same order.
    let desk = app.visit(Who::Sanne).await.get("/o/saltmarsh/review?team=all").await.is(200);
    let flat = sanne.split_whitespace().collect::<Vec<_>>().join(" ");
    let needs =
        flat.split("WHAT COULD USE YOU").nth(1).and_then(|rest| rest.split("KEY RESULTS THIS WEEK").next());
    let needs = needs.expect("she has both parts");
    let found: Vec<_> = desk.texts(".queue .t").iter().map(|title| needs.find(title.as_str())).collect();
    assert!(
        found.len() >= 4 && found.iter().all(Option::is_some) && found.is_sorted(),
        "{found:?} in\n{sanne}"
    );
    assert_eq!(needs.matches("/o/saltmarsh/").count(), found.len(), "and no more than these\n{sanne}");
    let wanjiru = text(Who::Wanjiru).await;
    assert!(!wanjiru.contains("Forecasts published"), "{wanjiru}");
    assert!(!wanjiru.contains("DECISIONS"), "it is of a team she does not lead\n{wanjiru}");

    // What is closed to an admin is not in theirs.
    app.run("delete from mail").await;
    app.run(&format!("update team set private = true where id in ('{}', '{}')", id(FORECAST), id(FIELD)))
        .await;
    wants(&app, &[Who::Sanne, Who::Nuno], "weekly", NINE).await;
    let sanne = digest_of(&app, Who::Sanne, NINE).await;
    assert!(!sanne.contains("Forecast") && sanne.contains("Sensor-days"), "{sanne}");
    assert!(text(Who::Nuno).await.contains("Forecasts published"), "an owner reads all");
}

#[tokio::test]
async fn the_end_of_a_cycle_is_told_once_to_whoever_takes_digests() {
    let app = house().await;
    wants(&app, &[Who::Ines, Who::Tama, Who::Nuno], "daily", "2027-01-29T09:00:00Z").await;
    app.run(&format!("update member set cycle_letter = false where id = '{}'", Who::Nuno.member())).await;
    check_in(&app, 9001, Who::Ines, KR_RETIRED, None, "2026-12-20T10:00:00Z", ("1", "on_track")).await;
    check_in(&app, 9002, Who::Arjun, KR_SIX, None, "2026-12-20T10:00:00Z", ("95.25", "at_risk")).await;
    for (at, mails) in [
        ("2026-12-27T12:00:00Z", 0),
        ("2026-12-28T09:00:00Z", 1), // it is night for Tama
        ("2026-12-28T09:10:00Z", 0),
        ("2026-12-28T20:00:00Z", 1),
        ("2026-12-29T09:00:00Z", 0),
    ] {
        app.at(at);
        Duty::RollUp.run(&app.app, app.now()).await.unwrap();
        assert_eq!(send_due(&app.app, app.now()).await.unwrap(), mails, "{at}");
    }
    let row: (String, String, String) = sqlx::query_as(
        "select subject, body_text, unsubscribe from mail where kind = 'digest_cycle' and member_id = $1",
    )
    .bind(Who::Ines.member())
    .fetch_one(&mut app.raw().await)
    .await
    .unwrap();
    let (subject, text, stop) = row;
    assert_eq!(subject, "Saltmarsh, Q4 2026: one of five key results reached");
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "Inês, Q4 2026 is over: one of five key results reached.",
        "It ran from Monday 28 September to Sunday 27 December.",
        "HOW FAR THEY CAME",
        "100% Retire the hand-tuned corrections: 1 of its one key result reached.",
        "YOUR KEY RESULTS",
        "The last hand-tuned station is retired: Yes.",
        &format!("See how it ended: http://localhost:3000/o/saltmarsh/cycles/{}/closing", id(Q4)),
        "Sent once, when Q4 2026 ended, to everybody who takes digests.",
    ] {
        assert!(flat.contains(words), "“{words}” is not in\n{text}");
    }
    // Closed for good it is not told again; and its own way out stops nothing else.
    app.run(&format!("update cycle set state_by_hand = 'closed', state = 'closed' where id = '{}'", id(Q4)))
        .await;
    assert_eq!(send_due(&app.app, app.now()).await.unwrap(), 0);
    let stop = stop.strip_prefix("http://localhost:3000").unwrap();
    assert!(app.stranger().get(stop).await.is(200).h1().contains("Stop the letter at the end of a cycle"));
    one_click(&app, stop, "List-Unsubscribe=One-Click").await.is(200);
    let stopped =
        format!("from member where id = '{}' and not cycle_letter and digest = 'daily'", Who::Ines.member());
    assert_eq!(app.count(&stopped).await, 1);
}

#[tokio::test]
async fn a_cycle_that_ended_long_ago_is_told_to_nobody() {
    let app = house().await;
    wants(&app, &[Who::Ines], "daily", "2027-06-01T09:00:00Z").await;
    app.at("2027-03-01T09:00:00Z");
    Duty::RollUp.run(&app.app, app.now()).await.unwrap();
    assert_eq!(send_due(&app.app, app.now()).await.unwrap(), 0);
    assert_eq!(app.count("from cycle where end_told_at is null and name = 'Q4 2026'").await, 0);
}

#[tokio::test]
async fn a_preview_shows_the_very_letter_and_changes_nothing() {
    let app = house().await;
    story(&app).await;
    wants(&app, &[Who::Ines], "daily", "2026-11-17T09:30:00Z").await;
    let mut ines = app.visit(Who::Ines).await;
    let settings = ines.get("/o/saltmarsh/me").await.is(200);
    let page = ines.get(&settings.link("See what your digest would say now")).await.is(200);
    assert_eq!(page.h1(), "This is what it would say now.");
    let text = ines.get(&page.link("The same mail as plain text")).await.is(200);
    assert!(text.body.contains("Six days in a row"), "{}", text.body);
    let next = page.texts("dl.kv time");
    assert_eq!(next.len(), 3);
    assert_eq!(next[0], "Tuesday 17 November, 09:30 in Lisbon");
    let frame = ines.get(&page.attrs("iframe", "src")[0]).await.is(200);
    assert!(frame.body.contains("Six days in a row"));
    assert!(frame.headers["content-security-policy"].to_str().unwrap().starts_with("sandbox"));
    let weekly = ines.get(&page.link("As a weekly one")).await.is(200);
    assert!(weekly.text("dl.kv div:first-child dd").contains("your week"), "{}", weekly.body);
    assert_eq!(app.count("from digest_told").await + app.count("from mail").await, 0);

    // One to herself leaves at once, and the next one tells the same all the same.
    let sent = ines.submit(page.form("aside form")).await;
    assert!(ines.follow(sent).await.body.contains("It is on its way to you."));
    assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 1);
    assert_eq!(app.count("from mail where kind = 'test' and subject like 'Try-out: Forecast, Tuesday: %' and state = 'sent'").await, 1);
    assert!(digest_of(&app, Who::Ines, "2026-11-17T09:30:00Z").await.contains("Six days in a row"));

    // Told, there is nothing new; then it shows the last days instead of an empty page.
    let again = ines.get("/o/saltmarsh/me/digest").await.is(200);
    assert!(again.has("iframe"));
    for _ in 0..3 {
        ines.post("/o/saltmarsh/me/digest/test", &[("rhythm", "daily")]).await.is(303);
    }
    ines.post("/o/saltmarsh/me/digest/test", &[("rhythm", "daily")]).await.is(429);
    ines.get("/o/saltmarsh/me/digest?rhythm=hourly").await.is(404);
}
