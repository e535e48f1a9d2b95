//! Mail leaves once, whoever carries it; and the demo shows what it would have sent.

use crate::support::TestApp;
use crate::support::cast::Who;
use crate::support::smtp::{Manners, Sink};
use chrono::TimeDelta;
use mail_parser::{HeaderValue, MimeHeaders as _};
use meridian::app::{self, App};
use meridian::config::Config;
use meridian::language::{Locale, Words};
use meridian::mail::{self, Kind, Letter, NewMail, Rendered, deliver};
use sqlx::Row as _;
use std::sync::Arc;

/// A mail to Inês that expires two hours on.
fn new_mail(app: &TestApp, period: &str) -> NewMail {
    NewMail {
        kind: Kind::DigestDaily,
        member: None,
        recipient: "ines@saltmarsh.example".to_owned(),
        period: period.to_owned(),
        letter: letter("Tuesday: one blocker, two updates"),
        reason: "One digest at 09:00 on your clock.".to_owned(),
        unsubscribe: Some("http://localhost:3000/u/opaque".to_owned()),
        teams: Vec::new(),
        expires_at: app.now() + TimeDelta::hours(2),
    }
}

fn letter(subject: &str) -> Rendered {
    Letter::new(Words::of(Locale::English), "Saltmarsh", subject, "Tama is blocked.")
        .title("Good morning, Inês.")
        .voice(".A line that begins with a dot")
        .button("Write today’s update", "http://localhost:3000/o/saltmarsh/today")
        .why("One digest at 09:00 on your clock.")
        .render()
        .unwrap()
}

async fn enqueue(app: &TestApp, mail: &NewMail) -> bool {
    let mut tx = app.app.db.global().await.unwrap();
    let new = mail::enqueue(&mut tx, None, mail, "meridian.example", app.now()).await.unwrap();
    tx.commit().await.unwrap();
    new.is_some()
}

/// Another node over the same database.
fn node(app: &TestApp, name: &str) -> App {
    let config = Config { node: name.to_owned(), ..(*app.app.config).clone() };
    App { config: Arc::new(config), ..app.app.clone() }
}

/// State, attempts, minutes until the next try, problem of the one mail.
async fn ledger(app: &TestApp) -> (String, i16, Option<i64>, Option<String>) {
    let row = sqlx::query("select state, attempts, next_try_at, problem from mail")
        .fetch_one(&mut app.raw().await)
        .await
        .unwrap();
    let next: Option<chrono::DateTime<chrono::Utc>> = row.get("next_try_at");
    (
        row.get("state"),
        row.get("attempts"),
        next.map(|next| (next - app.now()).num_minutes()),
        row.get("problem"),
    )
}

#[tokio::test]
async fn a_mail_travels_with_both_parts_and_its_headers() {
    let sink = Sink::open(Manners::Takes).await;
    let app = TestApp::with(&[
        ("MERIDIAN_MAIL", &sink.url()),
        ("MERIDIAN_MAIL_FROM", "Meridian <post@meridian.example>"),
    ])
    .await;
    assert!(enqueue(&app, &new_mail(&app, "2026-11-17")).await);
    assert!(!enqueue(&app, &new_mail(&app, "2026-11-17")).await, "the same mail is written once");
    assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 1);
    assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 0);

    let mails = sink.mails();
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert_eq!(mail.subject(), Some("Tuesday: one blocker, two updates"));
    assert_eq!(mail.from().unwrap().first().unwrap().address(), Some("post@meridian.example"));
    assert_eq!(mail.to().unwrap().first().unwrap().address(), Some("ines@saltmarsh.example"));
    assert!(mail.message_id().unwrap().ends_with("@meridian.example"));
    assert_eq!(mail.date().unwrap().to_timestamp(), app.now().timestamp());
    assert!(mail.is_content_type("multipart", "alternative"));
    assert!(mail.body_text(0).unwrap().contains(".A line that begins with a dot"));
    assert!(mail.body_html(0).unwrap().contains("<h1"));
    let header = |name: &'static str| mail.header_raw(name).map(str::trim);
    assert_eq!(header("Auto-Submitted"), Some("auto-generated"));
    assert_eq!(header("List-Unsubscribe"), Some("<http://localhost:3000/u/opaque>"));
    assert_eq!(header("List-Unsubscribe-Post"), Some("List-Unsubscribe=One-Click"));
    assert!(!matches!(mail.header("Message-ID"), None | Some(HeaderValue::Empty)));
}

#[tokio::test]
async fn no_line_end_reaches_a_header() {
    let sink = Sink::open(Manners::Takes).await;
    let app = TestApp::with(&[("MERIDIAN_MAIL", &sink.url())]).await;
    let mut mail = new_mail(&app, "1");
    // Past the letter's own guard, as if written by another hand.
    mail.letter.subject = "Hello\r\nBcc: eve@driftwood.example\u{2028}X-Extra: 1\nü".to_owned();
    mail.unsubscribe = Some("http://localhost:3000/u/x>\r\nX-Extra: 2".to_owned());
    enqueue(&app, &mail).await;
    assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 1);
    let mails = sink.mails();
    assert!(mails[0].bcc().is_none());
    assert!(mails[0].header("X-Extra").is_none());
}

#[tokio::test]
async fn what_is_refused_for_good_is_not_tried_again() {
    let sink = Sink::open(Manners::Refuses).await;
    let app = TestApp::with(&[("MERIDIAN_MAIL", &sink.url())]).await;
    enqueue(&app, &new_mail(&app, "1")).await;
    assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 0);
    let (state, attempts, next, problem) = ledger(&app).await;
    assert_eq!((state.as_str(), attempts, next), ("failed", 1, None));
    assert!(problem.unwrap().contains("550"));
    app.app.clock.advance(TimeDelta::minutes(90));
    deliver(&app.app, app.now()).await.unwrap();
    assert_eq!(sink.asked(), 1);
}

#[tokio::test]
async fn what_is_put_off_is_tried_again_later_and_later() {
    let sink = Sink::open(Manners::PutsOff(3)).await;
    let app = TestApp::with(&[("MERIDIAN_MAIL", &sink.url())]).await;
    enqueue(&app, &new_mail(&app, "1")).await;
    for (attempt, pause) in [(1, 1), (2, 5), (3, 15)] {
        assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 0);
        assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 0, "not before its time");
        let (state, attempts, next, problem) = ledger(&app).await;
        assert_eq!((state.as_str(), attempts), ("waiting", attempt));
        // A little longer each, so that what was put off together does not come back together.
        let next = next.unwrap();
        assert!((pause..=pause + pause / 4).contains(&next), "{next} after try {attempt}");
        assert!(problem.unwrap().contains("451"));
        app.app.clock.advance(TimeDelta::minutes(next + 1));
    }
    assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 1);
    assert_eq!(ledger(&app).await, ("sent".to_owned(), 4, None, None));
    assert_eq!(sink.asked(), 4);
}

#[tokio::test]
async fn what_comes_too_late_is_not_sent() {
    let sink = Sink::open(Manners::Takes).await;
    let app = TestApp::with(&[("MERIDIAN_MAIL", &sink.url())]).await;
    enqueue(&app, &new_mail(&app, "1")).await;
    app.app.clock.advance(TimeDelta::hours(2));
    assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 0);
    assert_eq!(ledger(&app).await.0, "skipped");
    assert_eq!(sink.asked(), 0);
}

#[tokio::test]
async fn a_relay_that_is_down_costs_no_mail_a_try() {
    let free = Sink::open(Manners::Takes).await.port;
    let app =
        TestApp::with(&[("MERIDIAN_MAIL", &format!("smtp://127.0.0.1:{}", free.wrapping_sub(1).max(1)))])
            .await;
    assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 0, "nobody knocks without a mail");
    enqueue(&app, &new_mail(&app, "1")).await;
    assert!(deliver(&app.app, app.now()).await.is_err());
    assert_eq!(ledger(&app).await, ("waiting".to_owned(), 0, Some(0), None));
    assert!(mail::reach(&app.app.config).await.is_err());
}

#[tokio::test]
async fn a_relay_that_hangs_is_given_up() {
    let sink = Sink::open(Manners::Hangs).await;
    let app = TestApp::with(&[("MERIDIAN_MAIL", &sink.url())]).await;
    enqueue(&app, &new_mail(&app, "1")).await;
    assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 0);
    let (state, attempts, ..) = ledger(&app).await;
    assert_eq!((state.as_str(), attempts), ("waiting", 1));
}

#[tokio::test]
async fn three_nodes_at_once_send_each_mail_once() {
    let sink = Sink::open(Manners::Takes).await;
    let app = TestApp::with(&[("MERIDIAN_MAIL", &sink.url())]).await;
    for period in 0..40 {
        enqueue(&app, &new_mail(&app, &period.to_string())).await;
    }
    let nodes = ["one", "two", "three"].map(|name| node(&app, name));
    let [one, two, three] = &nodes;
    let now = app.now();
    let (a, b, c) = tokio::join!(deliver(one, now), deliver(two, now), deliver(three, now));
    let rest = deliver(one, now).await.unwrap();
    assert_eq!(a.unwrap() + b.unwrap() + c.unwrap() + rest, 40);
    let mut ids: Vec<String> =
        sink.mails().iter().map(|mail| mail.message_id().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 40);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 40);
    assert_eq!(app.count("from mail where state = 'sent'").await, 40);
}

#[tokio::test]
async fn a_dead_nodes_mail_is_carried_by_another() {
    let sink = Sink::open(Manners::Takes).await;
    let app = TestApp::with(&[("MERIDIAN_MAIL", &sink.url())]).await;
    enqueue(&app, &new_mail(&app, "1")).await;
    // As a node leaves it that was killed with the mail in its hands.
    let until = app.now() + TimeDelta::seconds(15);
    app.run(&format!("update mail set claimed_by = 'dead', claimed_until = '{until}', attempts = 1")).await;
    assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 0, "it is in somebody's hands");
    app.app.clock.advance(TimeDelta::seconds(25));
    assert_eq!(deliver(&node(&app, "other"), app.now()).await.unwrap(), 1);
    assert_eq!(sink.raw().len(), 1);
}

#[tokio::test]
async fn a_copy_is_the_same_to_the_byte() {
    let sink = Sink::open(Manners::Takes).await;
    let app = TestApp::with(&[("MERIDIAN_MAIL", &sink.url())]).await;
    enqueue(&app, &new_mail(&app, "1")).await;
    deliver(&app.app, app.now()).await.unwrap();
    // The server took it and the node died before it could note it.
    app.run(&format!("update mail set state = 'waiting', sent_at = null, next_try_at = '{}'", app.now()))
        .await;
    app.app.clock.advance(TimeDelta::seconds(40));
    assert_eq!(deliver(&node(&app, "other"), app.now()).await.unwrap(), 1);
    let raw = sink.raw();
    assert_eq!(raw.len(), 2);
    assert_eq!(raw[0], raw[1]);
}

#[tokio::test]
async fn into_a_folder_each_mail_is_a_file() {
    let app = TestApp::empty().await;
    enqueue(&app, &new_mail(&app, "1")).await;
    enqueue(&app, &new_mail(&app, "2")).await;
    assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 2);
    let names: Vec<String> = std::fs::read_dir(app.app.config.mail_folder().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
    for name in names {
        assert!(name.starts_with("20261117T092400-") && name.ends_with(".eml"), "{name}");
        let bytes = std::fs::read(app.app.config.mail_folder().unwrap().join(name)).unwrap();
        let mail = mail_parser::MessageParser::default().parse(&bytes).unwrap();
        assert_eq!(mail.parts.len(), 3);
        assert_eq!(mail.attachment_count(), 0);
        assert!(mail.parts[0].content_type().is_some());
    }
}

/// The app as the demo runs it.
async fn demo() -> TestApp {
    let mut app = TestApp::new().await;
    app.app.demo = true;
    app.router = app::router(app.app.clone());
    app
}

#[tokio::test]
async fn the_demo_shows_its_mail() {
    let app = demo().await;
    assert_eq!(app.stranger().get("/sent-mail").await.is(200).h1(), "No mail has left yet");
    let mut mail = new_mail(&app, "1");
    mail.letter = letter("Tuesday: <b>one</b> blocker");
    enqueue(&app, &mail).await;
    deliver(&app.app, app.now()).await.unwrap();

    let mut visitor = app.stranger();
    let list = visitor.get("/sent-mail").await.is(200);
    assert_eq!(list.h1(), "One mail, kept here instead of sent");
    assert_eq!(list.text("main li .tag"), "Sent");
    let page = visitor.get(&list.link("Tuesday: <b>one</b> blocker")).await.is(200);
    assert_eq!(page.h1(), "Tuesday: <b>one</b> blocker");
    assert!(page.attrs("iframe", "title")[0].contains("Tuesday"));
    assert!(page.headers["content-security-policy"].to_str().unwrap().contains("frame-src 'self'"));

    let framed = visitor.get(&page.attrs("iframe", "src")[0]).await.is(200);
    let policy = framed.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("sandbox")
            && !policy.contains("allow-scripts")
            && policy.contains("frame-ancestors 'self'"),
        "{policy}"
    );
    assert_eq!(framed.attrs("head > base", "target"), ["_blank"]);
    assert_eq!(framed.h1(), "Good morning, Inês.");
    let plain = visitor.get(&page.link("plain text")).await.is(200);
    assert!(plain.headers["content-type"].to_str().unwrap().starts_with("text/plain"));
    assert!(plain.body.contains("Good morning, Inês."));
    visitor.get(&format!("/sent-mail/{}", crate::support::cast::id(9))).await.is(404);
    visitor.get("/sent-mail/nonsense").await.is(404);
}

#[tokio::test]
async fn nobody_else_shows_its_mail() {
    let app = TestApp::new().await;
    enqueue(&app, &new_mail(&app, "1")).await;
    let id: uuid::Uuid =
        sqlx::query_scalar("select id from mail").fetch_one(&mut app.raw().await).await.unwrap();
    let sink = Sink::open(Manners::Takes).await;
    let mut relayed = TestApp::with(&[("MERIDIAN_MAIL", &sink.url())]).await;
    relayed.app.demo = true;
    relayed.router = app::router(relayed.app.clone());
    for app in [&app, &relayed] {
        for page in ["", &format!("/{id}"), &format!("/{id}/html"), &format!("/{id}/text")] {
            app.stranger().get(&format!("/sent-mail{page}")).await.is(404);
        }
    }
}

/// The one-time tokens that wait in mail.
async fn tokens(app: &TestApp) -> Vec<String> {
    let texts: Vec<String> =
        sqlx::query_scalar("select body_text from mail where kind in ('invitation', 'reset')")
            .fetch_all(&mut app.raw().await)
            .await
            .unwrap();
    let token = |text: &String| {
        let link =
            text.split_whitespace().find(|word| word.contains("/invitations/") || word.contains("/reset/"));
        link.unwrap_or_else(|| panic!("no link in {text}")).rsplit('/').next().unwrap().to_owned()
    };
    texts.iter().map(token).collect()
}

#[tokio::test]
async fn no_link_that_works_once_stays_in_clear() {
    for (manners, hours, state) in
        [(Manners::Takes, 0, "sent"), (Manners::Refuses, 0, "failed"), (Manners::Takes, 24 * 8, "skipped")]
    {
        let sink = Sink::open(manners).await;
        let app = TestApp::with(&[("MERIDIAN_MAIL", &sink.url())]).await;
        app.run(&crate::support::cast::sql()).await;
        let mut ines = app.visit(Who::Ines).await;
        let page = ines.get("/o/saltmarsh/settings/teams/forecast").await.is(200);
        ines.submit(page.form("form[action$='/invitations']").fill("email", "priya@saltmarsh.example"))
            .await
            .is(303);
        app.stranger().post("/reset", &[("email", &Who::Arjun.email())]).await;
        enqueue(&app, &new_mail(&app, "2026-11-17")).await;
        let tokens = tokens(&app).await;
        assert_eq!(tokens.len(), 2, "{tokens:?}");
        // Until they have left they must be somewhere.
        let before = app.dump(&[]).await;
        assert!(tokens.iter().all(|token| token.len() > 20 && before.contains(token.as_str())));
        app.app.clock.advance(TimeDelta::hours(hours));
        deliver(&app.app, app.now()).await.unwrap();
        assert_eq!(app.count(&format!("from mail where state = '{state}'")).await, 3, "{state}");
        let after = app.dump(&[]).await;
        for token in &tokens {
            assert!(!after.contains(token.as_str()), "{state}");
        }
        // What a digest says stays readable, and what left said it all.
        assert_eq!(
            app.count("from mail where body_text like '%A line that begins%' and body_html <> ''").await,
            1
        );
        let left = sink
            .raw()
            .iter()
            .map(|raw| String::from_utf8_lossy(raw).replace("=\r\n", ""))
            .collect::<String>();
        assert_eq!(tokens.iter().all(|token| left.contains(token.as_str())), state == "sent");
    }
}

#[tokio::test]
async fn the_demo_reads_such_a_mail_from_its_file_and_says_when_that_is_gone() {
    let app = demo().await;
    let mut mail = new_mail(&app, "1");
    (mail.kind, mail.unsubscribe) = (Kind::Reset, None);
    enqueue(&app, &mail).await;
    deliver(&app.app, app.now()).await.unwrap();
    assert_eq!(app.count("from mail where body_text = '' and body_html = ''").await, 1);
    let mut visitor = app.stranger();
    let list = visitor.get("/sent-mail").await.is(200);
    let page = visitor.get(&list.link("Tuesday: one blocker")).await.is(200);
    let frame = page.attrs("iframe", "src")[0].clone();
    assert_eq!(visitor.get(&frame).await.is(200).h1(), "Good morning, Inês.");
    let plain = visitor.get(&page.link("plain text")).await.is(200);
    assert!(
        plain.body.contains(".A line that begins with a dot")
            && plain.body.contains("http://localhost:3000/o/saltmarsh/today")
    );
    std::fs::remove_dir_all(app.app.config.mail_folder().unwrap()).unwrap();
    let gone = "What it said is not kept: it was never sent, or held a link that works once.";
    assert_eq!(visitor.get(&frame).await.is(200).text("p"), gone);
    assert_eq!(visitor.get(&page.link("plain text")).await.is(200).body, gone);
}
