//! Every mail can be explained: to whoever it was for, and, without its words, to those who look after the house.

use crate::support::cast::{self, SALTMARSH, Who, id};
use crate::support::smtp::{Manners, Sink};
use crate::support::{Page, TestApp};
use meridian::digest::send_due;
use meridian::mail::deliver;

const NINE: &str = "2026-11-17T09:00:00Z";

/// A house whose mail goes to a server, with one digest on its way to Inês.
async fn house(sink: &Sink) -> TestApp {
    let app = TestApp::with(&[("MERIDIAN_MAIL", &sink.url())]).await;
    app.run(&cast::sql()).await;
    app.at(NINE);
    app.run(&format!(
        "update member set digest = 'daily', digest_time = '09:00', next_digest_at = '{NINE}' where id = '{}'",
        Who::Ines.member()
    ))
    .await;
    assert_eq!(send_due(&app.app, app.now()).await.unwrap(), 1);
    app
}

async fn text(app: &TestApp) -> String {
    sqlx::query_scalar("select body_text from mail").fetch_one(&mut app.raw().await).await.unwrap()
}

/// The address a label stands before in the foot of a letter.
fn foot(text: &str, label: &str) -> String {
    let line = text.lines().find(|line| line.starts_with(label)).unwrap_or_else(|| panic!("{label}\n{text}"));
    line.rsplit(' ').next().unwrap().strip_prefix("http://localhost:3000").unwrap().to_owned()
}

#[tokio::test]
async fn the_foot_leads_to_the_page_that_explains_it() {
    let sink = Sink::open(Manners::Takes).await;
    let app = house(&sink).await;
    let why = foot(&text(&app).await, "Why did I get this?");
    assert_eq!(why, "/o/saltmarsh/me/messages/digest_daily/2026-11-17");
    let asked = app.stranger().get(&why).await.is(303);
    assert_eq!(asked.leads_to(), format!("/sign-in?next={why}"), "sign-in first, then on");

    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&why).await.is(200);
    assert_eq!(page.h1(), "Forecast, Tuesday: your update is open until 16:00");
    assert!(page.text(".lede").contains("One digest at 09:00 on your clock, Monday to Friday."));
    assert!(page.body.contains(
        "It is tried next Tuesday 17 November, 09:00 in Lisbon, and given up Tuesday 17 November, 11:00"
    ));
    deliver(&app.app, app.now()).await.unwrap();
    let page = ines.get(&why).await.is(200);
    assert!(
        page.body.contains("It left for your mail server on Tuesday 17 November, 09:00 in Lisbon."),
        "{}",
        page.body
    );

    // Nobody else finds it, not even the owner; nor another day's.
    app.visit(Who::Nuno).await.get(&why).await.is(404);
    ines.get("/o/saltmarsh/me/messages/digest_daily/2026-11-16").await.is(404);
    ines.get("/o/saltmarsh/me/messages/no_such_kind/2026-11-17").await.is(404);

    // The button stops this kind and says so; the page then has no button any more.
    let stopped = ines.submit(page.form("main form")).await;
    let list = ines.follow(stopped).await.is(200);
    assert!(list.body.contains("That mail is stopped."));
    assert_eq!(
        app.count("from member where digest = 'none' and next_digest_at is null and name = 'Inês Duarte'")
            .await,
        1
    );
    assert!(!ines.get(&why).await.has("main form"));
}

#[tokio::test]
async fn the_list_tells_also_what_was_skipped_and_goes_on_by_pages() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    assert_eq!(ines.get("/o/saltmarsh/me/messages").await.is(200).h1(), "No mail was written to you yet");
    app.run(&format!(
        "insert into mail (id, org_id, member_id, recipient, kind, period, message_id, subject, body_text, body_html, reason,
                           created_at, expires_at, state, dropped)
         select gen_random_uuid(), '{}', '{}', 'ines@saltmarsh.example', 'digest_daily', n::text, 'm' || n, 'Digest ' || n, '', '',
                'One digest at 09:00.', '2026-11-17T09:00:00Z'::timestamptz - n * interval '1 day', '2026-11-17T11:00:00Z', 'skipped', 'late'
           from generate_series(1, 120) n",
        id(SALTMARSH),
        Who::Ines.member(),
    ))
    .await;
    let (mut seen, mut address) = (Vec::new(), Some("/o/saltmarsh/me/messages".to_owned()));
    while let Some(next) = address {
        let page: Page = ines.get(&next).await.is(200);
        seen.extend(page.texts("ol.lines a"));
        address = page.attrs("a[rel=next]", "href").pop();
    }
    assert_eq!(seen, (1..=120).map(|n| format!("Digest {n}")).collect::<Vec<_>>());
    assert!(
        ines.get("/o/saltmarsh/me/messages")
            .await
            .text("ol.lines li:first-child")
            .contains("Skipped: too late")
    );
}

#[tokio::test]
async fn admins_see_what_was_refused_and_try_again() {
    let sink = Sink::open(Manners::Refuses).await;
    let app = house(&sink).await;
    deliver(&app.app, app.now()).await.unwrap();
    let mut sanne = app.visit(Who::Sanne).await;
    let page = sanne.get("/o/saltmarsh/settings/mail").await.is(200);
    assert_eq!(page.h1(), "One mail was refused in the last 30 days.");
    let dead = page.text("#dead li");
    assert!(
        dead.contains("Daily digest To ines@saltmarsh.example") && dead.contains("no such person"),
        "{dead}"
    );
    assert!(!page.body.contains("your update is open"), "never what it says");
    let again = sanne.submit(page.form("#dead form")).await;
    assert!(sanne.follow(again).await.body.contains("It waits to be sent again."));
    deliver(&app.app, app.now()).await.unwrap();
    assert_eq!(sink.asked(), 2);
    assert_eq!(app.count("from audit where action = 'mail_retried'").await, 1);

    // A link that works once is not kept: there is no button, and no way around it.
    let form = sanne.get("/o/saltmarsh/settings/mail").await.form("#dead form");
    app.run("update mail set kind = 'invitation', body_text = '', body_html = ''").await;
    let page = sanne.get("/o/saltmarsh/settings/mail").await.is(200);
    assert!(page.text("#dead li").contains("A new one can be asked for.") && !page.has("#dead form"));
    sanne.submit(form).await.is(404);
}

#[tokio::test]
async fn a_test_mail_shows_the_conversation() {
    let sink = Sink::open(Manners::Takes).await;
    let app = house(&sink).await;
    let mut sanne = app.visit(Who::Sanne).await;
    let page = sanne.get("/o/saltmarsh/settings/mail").await.is(200);
    let told = sanne.submit(page.form("#test form")).await.is(200);
    let steps = told.texts("#test li b");
    assert_eq!(
        steps,
        ["Written to", "Reached", "Greeted by", "Takes our sender", "Takes your address", "Took the mail"]
    );
    assert!(told.text("#test [role=status]").contains("It left."));
    assert!(told.text("#test li:last-child").contains("250 OK"));
    let mails = sink.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject(), Some("A test from Saltmarsh"));
    assert_eq!(mails[0].to().unwrap().first().unwrap().address(), Some("sanne@saltmarsh.example"));
    assert_eq!(app.count("from audit where action = 'mail_tested'").await, 1);

    // A few a while, and no more.
    for _ in 0..2 {
        sanne.post("/o/saltmarsh/settings/mail/test", &[]).await.is(200);
    }
    sanne.post("/o/saltmarsh/settings/mail/test", &[]).await.is(429);
    assert_eq!(sink.mails().len(), 3);
}

#[tokio::test]
async fn a_test_mail_says_where_it_stopped() {
    let sink = Sink::open(Manners::Refuses).await;
    let app = house(&sink).await;
    let told = app.visit(Who::Nuno).await.post("/o/saltmarsh/settings/mail/test", &[]).await.is(200);
    let last = told.text("#test li:last-child");
    assert!(
        last.starts_with("Takes your address")
            && last.contains("no such person")
            && last.ends_with("Stopped here"),
        "{last}"
    );
    assert!(told.text("#test [role=status]").contains("It did not leave."));

    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let app = TestApp::with(&[("MERIDIAN_MAIL", &format!("smtp://127.0.0.1:{nobody}"))]).await;
    app.run(&cast::sql()).await;
    let told = app.visit(Who::Nuno).await.post("/o/saltmarsh/settings/mail/test", &[]).await.is(200);
    assert_eq!(told.texts("#test li b"), ["Written to", "Reached"]);
    assert!(told.text("#test li:last-child").contains("refused"));
}
