//! People sign in and out, forget passwords, and look where they are signed in.

use crate::support::cast::Who;
use crate::support::{Page, TestApp, Visitor};
use axum::body::Body;
use axum::http::{Request, header};
use meridian::account::{Token, by_hand};

const PASSWORD: &str = "seven herons at low tide";
const ANOTHER: &str = "nine lanterns over the estuary";

/// Gives somebody a password.
async fn has_password(app: &TestApp, who: Who) {
    let hash = app.app.passwords.hash(PASSWORD).await.unwrap();
    app.run(&format!("update account set password_hash = '{hash}' where id = '{}'", who.account())).await;
}

async fn sign_in(visitor: &mut Visitor<'_>, email: &str, password: &str) -> Page {
    visitor.post("/sign-in", &[("email", email), ("password", password), ("keep", "on")]).await
}

fn cookie(page: &Page, name: &str) -> String {
    let mut all =
        page.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap().to_owned());
    all.find(|cookie| cookie.starts_with(&format!("{name}="))).unwrap_or_else(|| panic!("no cookie {name}"))
}

/// The one-time link in the newest mail of a kind to an address.
async fn link(app: &TestApp, kind: &str, email: &str) -> String {
    let sql = "select body_text from mail where kind = $1 and recipient = $2 order by id desc limit 1";
    let text: String =
        sqlx::query_scalar(sql).bind(kind).bind(email).fetch_one(&mut app.raw().await).await.unwrap();
    let at = text.find("http://localhost:3000/").unwrap();
    let path = text[at..].trim_start_matches("http://localhost:3000");
    path.split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn ines_signs_in_reads_and_signs_out() {
    let app = TestApp::new().await;
    has_password(&app, Who::Ines).await;
    let mut ines = app.stranger();
    // From a link in a digest, by way of the sign-in page, on to the page.
    let away = ines.get("/o/saltmarsh/me").await.is(303);
    assert_eq!(away.leads_to(), "/sign-in?next=/o/saltmarsh/me");
    let page = ines.follow(away).await.is(200);
    assert_eq!(page.h1(), "Sign in, in your own time.");
    let form = page.form("form").fill("email", " Ines@Saltmarsh.example ").fill("password", PASSWORD);
    let entered = ines.submit(form).await.is(303);
    assert_eq!(entered.leads_to(), "/o/saltmarsh/me");
    let set = cookie(&entered, "sid");
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Max-Age=5184000"] {
        assert!(set.contains(part), "{set}");
    }
    ines.follow(entered).await.is(200);
    let home = ines.get("/").await.is(303);
    assert_eq!(home.leads_to(), "/o/saltmarsh/today");

    let left = ines.post("/sign-out", &[]).await.is(303);
    assert_eq!(left.headers["clear-site-data"], "\"cache\", \"storage\"");
    let page = ines.follow(left).await.is(200);
    assert_eq!(page.text("[role=status]"), "You are signed out.");
    assert_eq!(app.count("from session").await, 0);
    ines.get("/o/saltmarsh/me").await.is(303);
    assert_eq!(app.count("from audit where action = 'signed_in'").await, 1);
    assert_eq!(app.count("from audit where action = 'signed_out'").await, 1);
}

#[tokio::test]
async fn over_tls_cookies_belong_to_this_host_alone() {
    let app = TestApp::with(&[("MERIDIAN_BASE_URL", "https://meridian.example")]).await;
    app.run(&crate::support::cast::sql()).await;
    has_password(&app, Who::Ines).await;
    let entered = sign_in(&mut app.stranger(), &Who::Ines.email(), PASSWORD).await.is(303);
    for name in ["__Host-sid", "__Host-dev"] {
        let set = cookie(&entered, name);
        assert!(set.contains("; Secure") && set.contains("; Path=/") && !set.contains("Domain"), "{set}");
    }
    let once = app
        .stranger()
        .post("/sign-in", &[("email", &Who::Ines.email()), ("password", PASSWORD)])
        .await
        .is(303);
    assert!(!cookie(&once, "__Host-sid").contains("Max-Age"), "ends with the browser");
}

#[tokio::test]
async fn the_next_page_is_always_ours() {
    let app = TestApp::new().await;
    has_password(&app, Who::Ines).await;
    for next in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/.//evil.example",
        "javascript:alert(1)",
        "/sign-out",
    ] {
        let form =
            [("email", Who::Ines.email()), ("password", PASSWORD.to_owned()), ("next", next.to_owned())];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let entered = app.stranger().post("/sign-in", &form).await.is(303);
        assert_eq!(entered.leads_to(), "/", "{next:?}");
    }
}

#[tokio::test]
async fn a_planted_session_is_not_taken_over() {
    let app = TestApp::new().await;
    has_password(&app, Who::Ines).await;
    let mut eve = app.visit(Who::Eve).await;
    let planted = eve.cookies["sid"].clone();
    // Eve plants her cookie in Inês's browser; Inês signs in.
    let mut ines = app.stranger();
    ines.cookies.insert("sid".into(), planted.clone());
    sign_in(&mut ines, &Who::Ines.email(), PASSWORD).await.is(303);
    assert_ne!(ines.cookies["sid"], planted);
    // The planted session is over, also for Eve.
    eve.get("/o/driftwood/me").await.is(303);
    // An invented token is no session either.
    let mut other = app.stranger();
    other.cookies.insert("sid".into(), "invented".into());
    sign_in(&mut other, &Who::Ines.email(), PASSWORD).await.is(303);
    assert_ne!(other.cookies["sid"], "invented");
}

#[tokio::test]
async fn strangers_learn_nothing_of_who_has_an_account() {
    let app = TestApp::new().await;
    has_password(&app, Who::Ines).await;
    let page = |email: &'static str| {
        let app = &app;
        async move {
            let refused = sign_in(&mut app.stranger(), email, "a wrong password").await.is(422);
            refused.body.replace(email, "…")
        }
    };
    // A password, none set, no account, no address at all.
    let known = page("ines@saltmarsh.example").await;
    assert!(known.contains("don’t belong together"));
    for email in ["arjun@saltmarsh.example", "nobody@saltmarsh.example", "not-an-address", "a\u{0}b"] {
        assert_eq!(page(email).await.replace('\u{fffd}', "\u{0}"), known, "{email:?}");
    }
    let ask = |email: &'static str| {
        let app = &app;
        async move { app.stranger().post("/reset", &[("email", email)]).await.is(200).body }
    };
    assert_eq!(ask("ines@saltmarsh.example").await, ask("nobody@saltmarsh.example").await);
    assert_eq!(app.count("from mail").await, 1, "only Inês gets one");
    // What the log keeps holds no address.
    assert_eq!(app.count("from audit where audit::text like '%@%'").await, 0);
    assert_eq!(app.count("from audit where action = 'sign_in_failed'").await, 5);
    assert_eq!(app.count("from rate_limit where rate_limit::text like '%@%'").await, 0);
}

#[tokio::test]
async fn tries_run_out_and_come_back_and_her_own_browser_still_gets_in() {
    let app = TestApp::new().await;
    has_password(&app, Who::Ines).await;
    let mut ines = app.stranger();
    sign_in(&mut ines, &Who::Ines.email(), PASSWORD).await.is(303);
    ines.cookies.remove("sid");

    let mut eve = app.stranger();
    for _ in 0..10 {
        sign_in(&mut eve, &Who::Ines.email(), "guess").await.is(422);
    }
    let page = sign_in(&mut eve, &Who::Ines.email(), "guess").await.is(429);
    assert_eq!(page.headers[header::RETRY_AFTER], "60");
    assert_eq!(page.text("#email-err"), "That was too often. The next try may be in 1 minute.");
    // The right password helps no more than a wrong one now.
    sign_in(&mut eve, &Who::Ines.email(), PASSWORD).await.is(429);
    // An unknown address runs out alike, from another network.
    let app_ = &app;
    let from_afar = |email: &'static str| async move {
        let body = format!("email={email}&password=guess");
        let mut request = Request::post("/sign-in")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            // Nobody is trusted to say this, so it changes nothing.
            .header("x-forwarded-for", format!("198.51.100.{}", email.len()))
            .body(Body::from(body))
            .unwrap();
        request.extensions_mut().insert(());
        app_.stranger().send("/sign-in", request).await.status.as_u16()
    };
    // Ten of the network's thirty are used; twenty more, then it ends for every address.
    for n in 0..20 {
        let email: &'static str = Box::leak(format!("nobody{n}@saltmarsh.example").into_boxed_str());
        assert_eq!(from_afar(email).await, 422, "try {n}");
    }
    assert_eq!(from_afar("one-more@saltmarsh.example").await, 429);
    // Inês in her own browser is not kept out.
    sign_in(&mut ines, &Who::Ines.email(), PASSWORD).await.is(303);
    // A minute later there is one try more.
    app.at("2026-11-17T09:25:00Z");
    sign_in(&mut eve, &Who::Ines.email(), "guess").await.is(422);
    sign_in(&mut eve, &Who::Ines.email(), "guess").await.is(429);
}

#[tokio::test]
async fn a_forged_device_cookie_is_worth_nothing() {
    let app = TestApp::new().await;
    has_password(&app, Who::Ines).await;
    let mut eve = app.stranger();
    for n in 0..11 {
        eve.cookies.insert("dev".into(), format!("{}.kept.n{n}~abc.def", Who::Ines.account()));
        let page = sign_in(&mut eve, &Who::Ines.email(), "guess").await;
        assert_eq!(page.status.as_u16(), if n < 10 { 422 } else { 429 });
    }
}

#[tokio::test]
async fn a_new_password_by_mail_works_once() {
    let app = TestApp::new().await;
    has_password(&app, Who::Ines).await;
    let mut elsewhere = app.visit(Who::Ines).await;
    let mut ines = app.stranger();
    let page = ines.get("/reset").await.is(200);
    ines.submit(page.form("form").fill("email", &Who::Ines.email())).await.is(200);
    let old = link(&app, "reset", &Who::Ines.email()).await;
    let page = ines.get("/reset").await;
    ines.submit(page.form("form").fill("email", &Who::Ines.email())).await.is(200);
    let new = link(&app, "reset", &Who::Ines.email()).await;
    ines.get(&old).await.is(410);
    // Opening it changes nothing, however often.
    for _ in 0..3 {
        let page = ines.get(&new).await.is(200);
        assert_eq!(page.headers[header::REFERRER_POLICY], "no-referrer");
    }
    let page = ines.get(&new).await;
    let page = ines.submit(page.form("form").fill("password", "inesduarte1")).await.is(422);
    assert_eq!(page.texts("[role=alert] li").len(), 1);
    assert!(page.attrs("#password", "value").is_empty());
    let done = ines.submit(page.form("form").fill("password", ANOTHER)).await.is(303);
    let page = ines.follow(done).await.is(200);
    assert_eq!(page.text("[role=status]"), "Your password is new. Other browsers were signed out.");
    assert!(!ines.cookies.contains_key("sid"), "nobody is signed in by it");
    // Used up; other sessions ended; the old password is dead; the owner hears of it.
    ines.get(&new).await.is(410);
    ines.post(&new, &[("password", ANOTHER)]).await.is(410);
    elsewhere.get("/o/saltmarsh/me").await.is(303);
    sign_in(&mut ines, &Who::Ines.email(), PASSWORD).await.is(422);
    sign_in(&mut ines, &Who::Ines.email(), ANOTHER).await.is(303);
    assert_eq!(
        app.count("from mail where kind = 'sign_in' and recipient = 'ines@saltmarsh.example'").await,
        1
    );
    assert_eq!(app.count("from audit where action = 'password_reset'").await, 1);
}

#[tokio::test]
async fn a_reset_link_runs_out_after_ten_minutes() {
    let app = TestApp::new().await;
    let mut ines = app.stranger();
    ines.post("/reset", &[("email", &Who::Ines.email())]).await.is(200);
    let link = link(&app, "reset", &Who::Ines.email()).await;
    app.at("2026-11-17T09:33:59Z");
    ines.get(&link).await.is(200);
    app.at("2026-11-17T09:34:00Z");
    ines.get(&link).await.is(410);
    ines.post(&link, &[("password", ANOTHER)]).await.is(410);
}

#[tokio::test]
async fn of_a_hundred_who_use_one_link_one_succeeds() {
    let app = TestApp::new().await;
    app.stranger().post("/reset", &[("email", &Who::Ines.email())]).await.is(200);
    let link = link(&app, "reset", &Who::Ines.email()).await;
    let tries = (0..100)
        .map(|_| async { app.stranger().post(&link, &[("password", ANOTHER)]).await.status.as_u16() });
    let answers = futures_util::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|status| **status == 303).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|status| matches!(status, 303 | 410 | 429)), "{answers:?}");
    assert_eq!(app.count("from audit where action = 'password_reset'").await, 1);
}

#[tokio::test]
async fn three_reset_mails_an_hour_and_twenty_dead_links() {
    let app = TestApp::new().await;
    let mut eve = app.stranger();
    for email in [Who::Ines.email(), "nobody@saltmarsh.example".to_owned()] {
        for _ in 0..3 {
            eve.post("/reset", &[("email", &email)]).await.is(200);
        }
        let page = eve.post("/reset", &[("email", &email)]).await.is(429);
        assert_eq!(page.headers[header::RETRY_AFTER], "1200");
    }
    for _ in 0..20 {
        eve.get(&format!("/reset/{}", Token::fresh().unwrap().reveal())).await.is(410);
    }
    let page = eve.get("/reset/guess").await.is(429);
    assert!(page.text(".lede").contains("The next try may be in"));
}

#[tokio::test]
async fn she_sees_where_she_is_signed_in_and_ends_it() {
    let app = TestApp::new().await;
    has_password(&app, Who::Ines).await;
    let mut phone = app.visit(Who::Ines).await;
    let mut tablet = app.visit(Who::Ines).await;
    let mut laptop = app.stranger();
    sign_in(&mut laptop, &Who::Ines.email(), PASSWORD).await.is(303);
    let page = laptop.get("/me/security").await.is(200);
    assert_eq!(page.h1(), "You are signed in on 3 devices.");
    let ends = page.attrs("form[action^='/me/sessions/']", "action");
    assert_eq!(ends.len(), 2, "not the one she sits at");
    // Another's session is not hers to end.
    app.visit(Who::Eve).await.post(&ends[0], &[]).await.is(404);
    laptop.post(&ends[0], &[]).await.is(303);
    assert_eq!(
        app.count(
            "from session where account_id = (select id from account where email = 'ines@saltmarsh.example')"
        )
        .await,
        2
    );
    let over = |status| u8::from(status == 303);
    let ended = over(phone.get("/o/saltmarsh/me").await.status.as_u16())
        + over(tablet.get("/o/saltmarsh/me").await.status.as_u16());
    assert_eq!(ended, 1);
    let done = laptop.post("/me/other-sessions/end", &[]).await.is(303);
    let page = laptop.follow(done).await.is(200);
    assert_eq!(page.h1(), "You are signed in here only.");
}

#[tokio::test]
async fn a_changed_password_ends_other_sessions_and_renews_this_one() {
    let app = TestApp::new().await;
    has_password(&app, Who::Ines).await;
    let mut elsewhere = app.visit(Who::Ines).await;
    let mut ines = app.stranger();
    sign_in(&mut ines, &Who::Ines.email(), PASSWORD).await.is(303);
    let before = ines.cookies["sid"].clone();
    let page = ines.get("/me/security").await;
    let form = page.form("form[action='/me/password']").fill("current", "not this").fill("password", "short");
    let page = ines.submit(form).await.is(422);
    assert_eq!(page.texts("[role=alert] li").len(), 2, "both are told at once");
    let form = page.form("form[action='/me/password']").fill("current", PASSWORD).fill("password", ANOTHER);
    let done = ines.submit(form).await.is(303);
    assert!(cookie(&done, "sid").contains("Max-Age=5184000"), "still kept signed in");
    assert_ne!(ines.cookies["sid"], before);
    ines.follow(done).await.is(200);
    elsewhere.get("/o/saltmarsh/me").await.is(303);
    assert_eq!(app.count("from mail where kind = 'sign_in'").await, 1);
    // Ten tries, of which the first was used above, and then a pause.
    for _ in 0..9 {
        ines.post("/me/password", &[("current", "guess"), ("password", PASSWORD)]).await.is(422);
    }
    ines.post("/me/password", &[("current", "guess"), ("password", PASSWORD)]).await.is(429);
}

#[tokio::test]
async fn sessions_end_by_themselves() {
    let app = TestApp::new().await;
    let mut idle = app.visit(Who::Ines).await;
    let mut busy = app.visit(Who::Arjun).await;
    for day in ["2026-11-25", "2026-12-05", "2026-12-15", "2026-12-25", "2027-01-04", "2027-01-14"] {
        app.at(&format!("{day}T09:24:00Z"));
        busy.get("/o/saltmarsh/me").await.is(200);
    }
    idle.get("/o/saltmarsh/me").await.is(303);
    app.at("2027-01-16T09:24:00Z");
    busy.get("/o/saltmarsh/me").await.is(303);
    assert_eq!(app.count("from session").await, 2);
    assert_eq!(meridian::account::sweep(&app.app, app.now()).await.unwrap(), 2);
    assert_eq!(meridian::account::sweep(&app.app, app.now()).await.unwrap(), 0);
}

#[tokio::test]
async fn the_operator_makes_an_account_and_a_link_by_hand() {
    let app = TestApp::new().await;
    let now = app.now();
    let link = by_hand::create(&app.app, "New@saltmarsh.example", now).await.unwrap();
    assert!(by_hand::create(&app.app, "new@saltmarsh.example", now).await.is_err());
    assert!(by_hand::reset(&app.app, "nobody@saltmarsh.example", now).await.is_err());
    let newer = by_hand::reset(&app.app, "new@saltmarsh.example", now).await.unwrap();
    let path = |link: &str| link.trim_start_matches("http://localhost:3000").to_owned();
    let mut new = app.stranger();
    new.get(&path(&link)).await.is(410);
    new.post(&path(&newer), &[("password", ANOTHER)]).await.is(303);
    sign_in(&mut new, "new@saltmarsh.example", ANOTHER).await.is(303);
    let page = new.get("/").await.is(200);
    assert_eq!(page.h1(), "You are signed in, and belong to no organisation yet.");
}
