//! A seat is offered, taken, taken back.

use crate::support::cast::Who;
use crate::support::{Page, TestApp};
use axum::http::header;

const PASSWORD: &str = "seven herons at low tide";
const PRIYA: &str = "priya@saltmarsh.example";

/// Inês invites an address to Forecast; the link from its mail.
async fn invited(app: &TestApp, email: &str) -> String {
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get("/o/saltmarsh/settings/teams/forecast").await.is(200);
    let form = page.form("form[action$='/invitations']").fill("email", email);
    let done = ines.submit(form).await.is(303);
    let page = ines.follow(done).await.is(200);
    assert_eq!(page.text("[role=status]"), "The invitation is on its way.");
    link(app, &email.to_lowercase()).await
}

async fn link(app: &TestApp, email: &str) -> String {
    let sql = "select body_text from mail where kind = 'invitation' and recipient = $1 order by created_at desc, id desc limit 1";
    let text: String = sqlx::query_scalar(sql).bind(email).fetch_one(&mut app.raw().await).await.unwrap();
    assert!(text.contains("Inês Duarte invites you to join Forecast at Saltmarsh."), "{text}");
    let at = text.find("/invitations/").unwrap();
    text[at..].split_whitespace().next().unwrap().to_owned()
}

fn join(page: &Page) -> crate::support::page::Form {
    page.form("form")
        .fill("name", "Priya Menon")
        .fill("password", PASSWORD)
        .fill("zone", "Asia/Kolkata")
        .fill("starts", "10:00")
        .fill("ends", "18:30")
}

#[tokio::test]
async fn priya_joins_forecast() {
    let app = TestApp::new().await;
    let link = invited(&app, "Priya@saltmarsh.example").await;
    let mut priya = app.stranger();
    let page = priya.get(&link).await.is(200);
    assert_eq!(page.h1(), "Inês Duarte invites you to join Forecast at Saltmarsh.");
    assert_eq!(page.headers[header::REFERRER_POLICY], "no-referrer");
    assert!(page.has("#zone[data-detect-zone]"));
    assert_eq!(page.texts("#hours-coming time")[0], "Wed 18 Nov 09:00 to 17:00");
    // A scanner that opens it changes nothing.
    for _ in 0..3 {
        priya.get(&link).await.is(200);
    }
    let page = priya
        .submit(join(&page).fill("name", " ").fill("password", "priya12345").without("day"))
        .await
        .is(422);
    assert_eq!(page.texts("[role=alert] li").len(), 3);
    let joined = priya.submit(join(&page).with("day", "1").with("day", "7")).await.is(303);
    assert_eq!(joined.leads_to(), "/o/saltmarsh/today");
    let page = priya.get("/o/saltmarsh/me").await.is(200);
    assert_eq!(page.text(".clock b"), "14:54");
    for rest in [
        r#"from member where name = 'Priya Menon' and role = 'member' and zone = 'Asia/Kolkata' and next_digest_at is not null
           and week = '{"mon": [["10:00", "18:30"]], "sun": [["10:00", "18:30"]]}'"#,
        "from team_member s join member m on m.id = s.member_id where m.name = 'Priya Menon' and not s.lead",
        "from audit where action = 'invited'",
        "from audit where action = 'invitation_accepted'",
    ] {
        assert_eq!(app.count(rest).await, 1, "{rest}");
    }
    // Once is once.
    let page = app.stranger().get(&link).await.is(410);
    assert_eq!(page.h1(), "This invitation no longer works.");
    app.stranger().post(&link, &[]).await.is(410);
}

#[tokio::test]
async fn of_many_who_accept_at_once_one_succeeds() {
    let app = TestApp::new().await;
    let link = invited(&app, PRIYA).await;
    let form = |_| async {
        let form = [
            ("name", "Priya Menon"),
            ("password", PASSWORD),
            ("zone", "Asia/Kolkata"),
            ("day", "1"),
            ("starts", "09:00"),
            ("ends", "17:00"),
        ];
        let page = app.stranger().post(&link, &form).await;
        (page.status.as_u16(), page.headers.contains_key(header::SET_COOKIE))
    };
    let answers = futures_util::future::join_all((0..100).map(form)).await;
    assert_eq!(answers.iter().filter(|(_, cookie)| *cookie).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|(status, _)| matches!(status, 303 | 410 | 429)), "{answers:?}");
    assert_eq!(app.count("from member where name = 'Priya Menon'").await, 1);
    assert_eq!(app.count("from audit where action = 'invitation_accepted'").await, 1);
}

#[tokio::test]
async fn whoever_has_an_account_signs_in_first() {
    let app = TestApp::new().await;
    let link = invited(&app, &Who::Eve.email()).await;
    let mut stranger = app.stranger();
    let page = stranger.get(&link).await.is(200);
    assert_eq!(page.link("Sign in to accept"), format!("/sign-in?next={link}"));
    // A form sent all the same joins nobody and sets no password.
    stranger
        .post(
            &link,
            &[
                ("name", "Not Eve"),
                ("password", PASSWORD),
                ("zone", "Asia/Kolkata"),
                ("day", "1"),
                ("starts", "09:00"),
                ("ends", "17:00"),
            ],
        )
        .await
        .is(303);
    assert_eq!(app.count("from member where name = 'Not Eve'").await, 0);
    // Somebody else who is signed in can't take it.
    let mut arjun = app.visit(Who::Arjun).await;
    let page = arjun.get(&link).await.is(200);
    assert!(page.text(".sheet").contains("arjun@saltmarsh.example"));
    arjun.post(&link, &[]).await.is(303);
    // Eve can, and is a member of both houses then.
    let mut eve = app.visit(Who::Eve).await;
    let page = eve.get(&link).await.is(200);
    assert!(!page.has("#password"));
    let form = page.form("form").fill("name", "Eve").fill("zone", "America/New_York");
    eve.submit(form).await.is(303);
    let page = eve.get("/").await.is(200);
    assert_eq!(page.texts(".lines a"), ["Driftwood", "Saltmarsh"]);
    eve.get("/o/saltmarsh/me").await.is(200);
}

#[tokio::test]
async fn an_invitation_ends() {
    let app = TestApp::new().await;
    let first = invited(&app, PRIYA).await;
    let second = invited(&app, PRIYA).await;
    app.stranger().get(&first).await.is(410);
    app.stranger().get(&second).await.is(200);
    // Taken back, by a lead of this team and nobody else.
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get("/o/saltmarsh/settings/teams/forecast").await;
    let revocation = page.form("form[action$='/revocation']");
    app.visit(Who::Arjun).await.post(&revocation.action, &[]).await.is(403);
    app.visit(Who::Wanjiru).await.post(&revocation.action.replace("forecast", "field"), &[]).await.is(404);
    app.visit(Who::Eve).await.post(&revocation.action, &[]).await.is(404);
    ines.submit(revocation).await.is(303);
    let page = app.stranger().get(&second).await.is(410);
    assert!(page.text(".lede").contains("ask Inês Duarte"));
    // Run out.
    let third = invited(&app, PRIYA).await;
    app.at("2026-11-24T09:23:59Z");
    app.stranger().get(&third).await.is(200);
    app.at("2026-11-24T09:24:00Z");
    let page = app.stranger().get(&third).await.is(410);
    assert!(page.text(".lede").contains("seven days"));
    // Never was.
    app.stranger().get("/invitations/guess").await.is(404);
}

#[tokio::test]
async fn only_leads_invite_and_each_form_once() {
    let app = TestApp::new().await;
    let key = meridian::ids::SubmissionKey::fresh().to_string();
    let form = [("email", PRIYA), ("note", "Come in."), ("submission_key", key.as_str())];
    let address = "/o/saltmarsh/settings/teams/forecast/invitations";
    app.visit(Who::Arjun).await.post(address, &form).await.is(403);
    app.visit(Who::Olga).await.post(address, &form).await.is(403);
    app.visit(Who::Eve).await.post(address, &form).await.is(404);
    let mut ines = app.visit(Who::Ines).await;
    ines.post(address, &form).await.is(303);
    ines.post(address, &form).await.is(303);
    assert_eq!(app.count("from invitation").await, 1);
    assert_eq!(app.count("from mail").await, 1);
    let other = meridian::ids::SubmissionKey::fresh().to_string();
    let page = ines
        .post(address, &[("email", "nonsense"), ("note", "Come in."), ("submission_key", &other)])
        .await
        .is(422);
    assert_eq!(page.text("textarea"), "Come in.");
    let page =
        ines.post(address, &[("email", &Who::Arjun.email()), ("submission_key", &other)]).await.is(422);
    assert_eq!(page.text("#email-err"), "Whoever has this address is in Forecast already.");
    // The same address three times an hour.
    for _ in 0..2 {
        let key = meridian::ids::SubmissionKey::fresh().to_string();
        ines.post(address, &[("email", PRIYA), ("submission_key", &key)]).await.is(303);
    }
    ines.post(address, &[("email", PRIYA), ("submission_key", &other)]).await.is(429);
    assert_eq!(app.count("from invitation").await, 3);
}
