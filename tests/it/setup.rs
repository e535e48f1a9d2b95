//! An empty house is set up.

use crate::support::page::Form;
use crate::support::{TestApp, Visitor};
use axum::http::header;
use meridian::welcome::announce;

const PASSWORD: &str = "seven herons at low tide";

async fn token(app: &TestApp) -> String {
    announce(&app.app).await.unwrap().unwrap().split_once("token=").unwrap().1.to_owned()
}

async fn filled(visitor: &mut Visitor<'_>, token: &str) -> Form {
    let page = visitor.get(&format!("/setup?token={token}")).await.is(200);
    page.form("form")
        .fill("organisation", "Saltmarsh & Söhne")
        .fill("name", "Inês Duarte")
        .fill("email", "Ines@saltmarsh.example")
        .fill("password", PASSWORD)
        .fill("zone", "Europe/Lisbon")
        .fill("team", "Forecast")
        .fill("invite", "arjun@saltmarsh.example\n\n Mia@saltmarsh.example , ines@saltmarsh.example\narjun@saltmarsh.example")
}

#[tokio::test]
async fn ines_sets_the_house_up() {
    let app = TestApp::empty().await;
    let mut ines = app.stranger();
    let home = ines.get("/").await.is(303);
    assert_eq!(home.leads_to(), "/setup");
    // Without the token there is only the question for it.
    let page = ines.follow(home).await.is(200);
    assert_eq!(page.h1(), "This house is empty. Its log says how to come in.");
    ines.get("/setup?token=guess").await.is(422);
    let (first, second) = (token(&app).await, token(&app).await);
    let page = ines.get(&format!("/setup?token={first}")).await.is(200);
    assert_eq!(page.headers[header::REFERRER_POLICY], "no-referrer");
    assert_eq!(page.attrs("#cycle", "value"), ["Q4 2026"]);
    assert_eq!(page.attrs("#first", "value"), ["2026-10-01"]);
    assert_eq!(page.attrs("#moved", "value"), ["What moved?"]);
    assert!(page.has("#zone[data-detect-zone]"));

    let form = filled(&mut ines, &first).await;
    let page = ines.submit(form).await.is(200);
    assert_eq!(page.h1(), "Saltmarsh & Söhne stands.");
    assert_eq!(page.texts(".lines b"), ["arjun@saltmarsh.example", "mia@saltmarsh.example"]);
    assert!(
        page.texts(".lines code").iter().all(|link| link.starts_with("http://localhost:3000/invitations/"))
    );
    let today = page.link("Go to Today");
    assert_eq!(today, "/o/saltmarsh-sohne/today");
    ines.get("/o/saltmarsh-sohne/me").await.is(200);

    for (rest, rows) in [
        ("from organisation where slug = 'saltmarsh-sohne' and zone = 'Europe/Lisbon'", 1),
        ("from member where role = 'owner' and next_digest_at > '2026-11-17T09:24:00Z'", 1),
        ("from team_member where lead", 1),
        (
            "from schedule where weekdays = 10 and opens_time = '09:00' and due_time = '16:00' and first_date = '2026-11-17'",
            1,
        ),
        ("from question where retired_at is null", 3),
        (
            "from cycle where state = 'active' and next_turn_at = '2026-12-25T00:00:00Z' and next_day = '2026-11-17' and next_day_at = '2026-11-18T00:00:00Z'",
            1,
        ),
        ("from key_result_now", 2),
        ("from key_result k join key_result_terms t on t.key_result_id = k.id", 2),
        ("from invitation", 2),
        ("from mail where kind = 'invitation' and expires_at = '2026-11-24T09:24:00Z'", 2),
        ("from audit where action = 'set_up'", 1),
        ("from mail_token where used_at is null", 0),
    ] {
        assert_eq!(app.count(rest).await, rows, "{rest}");
    }
    // It is over for everyone, with any token.
    for token in [&first, &second] {
        app.stranger().get(&format!("/setup?token={token}")).await.is(404);
    }
    app.stranger().get("/setup").await.is(404);
    assert!(announce(&app.app).await.unwrap().is_none());
}

#[tokio::test]
async fn everything_wrong_is_told_at_once_and_everything_typed_is_kept() {
    let app = TestApp::empty().await;
    let token = token(&app).await;
    let mut ines = app.stranger();
    let form = filled(&mut ines, &token)
        .await
        .fill("organisation", " ")
        .fill("name", "")
        .fill("email", "ines")
        .fill("password", "password123")
        .fill("zone", "Mars/Olympus")
        .without("day")
        .fill("due", "08:00")
        .fill("moved", "")
        .fill("last", "2026-09-01")
        .fill("kr1_to", "0")
        .fill("kr2_from", "many")
        .fill("invite", "arjun, mia@saltmarsh.example");
    let page = ines.submit(form).await.is(422);
    // Without a zone that can be read the hours are UTC's, and on no day they produce nothing.
    assert_eq!(page.text("#opens-coming"), "On the clock of UTC.");
    let fields: Vec<String> = page.attrs("[role=alert] li a", "href");
    assert_eq!(
        fields,
        [
            "#organisation",
            "#name",
            "#email",
            "#zone",
            "#day1",
            "#due",
            "#moved",
            "#last",
            "#kr1_to",
            "#kr2_from",
            "#invite",
            "#password"
        ]
    );
    for field in &fields {
        assert!(page.has(field), "{field} leads to its field");
    }
    assert_eq!(page.attrs("#email", "value"), ["ines"]);
    assert_eq!(page.attrs("#kr2_from", "value"), ["many"]);
    assert!(page.text("#invite").contains("mia@saltmarsh.example"));
    assert!(page.attrs("#password", "value").is_empty(), "but the password");
    assert_eq!(app.count("from organisation").await, 0);
    assert_eq!(app.count("from account").await, 0);
    // The token still works.
    let form = filled(&mut ines, &token).await.without("example").fill("invite", "");
    let done = ines.submit(form).await.is(303);
    assert_eq!(done.leads_to(), "/o/saltmarsh-sohne/today");
    assert_eq!(app.count("from objective").await, 0);
}

#[tokio::test]
async fn of_many_who_set_up_at_once_one_succeeds() {
    let app = TestApp::empty().await;
    let (one, two) = (token(&app).await, token(&app).await);
    let mut ines = app.stranger();
    let tries = [&one, &two, &one, &two, &one, &two].map(|token| token.to_owned());
    let mut forms = Vec::new();
    for token in &tries {
        forms.push(filled(&mut ines, token).await);
    }
    let answers = futures_util::future::join_all(
        forms.into_iter().map(|form| async { app.stranger().submit(form).await.status.as_u16() }),
    )
    .await;
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    assert_eq!(app.count("from organisation").await, 1);
}
