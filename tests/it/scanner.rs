//! A robot that opens every link of every kind of mail before its reader does, as mail scanners do: with GET and with HEAD,
//! following where it is led, from the HTML, the text and the headers. No row changes, it gains no session, and each link
//! does for the person what it says. (What scripts do there is tried in a browser, in `tests/browser/robot.test.js`.)

use crate::reply_by_mail::{answer, answers_to, come, house, last};
use crate::support::cast::{self, SALTMARSH, Who, id};
use crate::support::{Page, TestApp, Visitor};
use axum::body::Body;
use axum::http::{Method, Request};
use chrono::TimeDelta;
use meridian::clockwork::Duty;
use meridian::mail::Kind;
use std::collections::{BTreeMap, BTreeSet};

/// Where this installation is.
const BASE: &str = "http://localhost:3000";

/// How far a robot lets itself be led.
const HOPS: usize = 5;

/// What a mail holds: its kind, and all its addresses within this installation.
type Links = BTreeMap<String, BTreeSet<String>>;

/// Has each kind of mail written, at nine on Wednesday in Lisbon.
async fn every_kind(app: &TestApp) -> Links {
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get("/o/saltmarsh/settings/teams/forecast").await.is(200);
    let form = page.form("form[action$='/invitations']").fill("email", "priya@saltmarsh.example");
    ines.submit(form).await.is(303);
    app.stranger().post("/reset", &[("email", &Who::Arjun.email())]).await.is(200);
    // A changed password is told of.
    app.stranger().post("/reset", &[("email", &Who::Mia.email())]).await.is(200);
    let new = "seven herons at low tide";
    let link = links(app).await["reset"].iter().find(|link| link.starts_with("/reset/")).unwrap().clone();
    let reset = app.stranger().get(&link).await.is(200).form("form").fill("password", new);
    app.stranger().submit(reset).await.is(303);
    app.stranger().post("/reset", &[("email", &Who::Ines.email())]).await.is(200);

    // Something to tell: a reply, a blocker, an update that is due, a day and a week.
    app.run(&format!(
        "update member set digest = 'daily', next_digest_at = '2026-11-18T09:00:00Z' where id = '{0}';
         update member set digest = 'weekly', digest_weekday = 3, next_digest_at = '2026-11-18T09:00:00Z' where id = '{1}';
         insert into notice (org_id, id, member_id, actor_id, kind, objective_id, cause_id, at)
         values ('{2}', '{4}', '{0}', '{3}', 'reply', '{5}', '{4}', '2026-11-17T16:30:00Z');
         update member set next_notice_at = '2026-11-18T09:00:00Z' where id = '{0}';
         insert into channel (org_id, id, team_id, service, name, address, shown, language, zone, weekdays, hour, told_from, created_at,
                              next_at)
         values ('{2}', '{4}', '{6}', 'teams', '#harbour', 'sealed', 'chat.example … k9y8', 'en', 'Europe/Lisbon', 31, '09:00',
                 '2026-11-01T09:00:00Z', '2026-11-01T09:00:00Z', '2026-11-18T09:00:00Z')",
        Who::Ines.member(),
        Who::Nuno.member(),
        id(SALTMARSH),
        Who::Arjun.member(),
        id(7001),
        id(cast::OBJ_MODEL),
        id(cast::FORECAST),
    ))
    .await;
    crate::digest::post(
        app,
        9101,
        Who::Tama,
        "Pacific/Auckland",
        "2026-11-17T01:30:00Z",
        "The rigs are clean.",
    )
    .await;
    for (at, duties) in [
        ("2026-11-17T20:00:00Z", &[Duty::Occurrences][..]),
        ("2026-11-18T09:00:00Z", &[Duty::Occurrences, Duty::Reminders, Duty::Digests, Duty::Notices]),
        ("2026-11-18T15:00:00Z", &[Duty::Reminders]),
    ] {
        app.at(at);
        for duty in duties {
            duty.run(&app.app, app.now()).await.unwrap();
        }
    }
    // What she answers without a word comes back. A mail that has left keeps no secret links here.
    let mut all = links(app).await;
    Duty::Mail.run(&app.app, app.now()).await.unwrap();
    let empty = answer(&Who::Ines.email(), &answers_to(&last(app, Who::Ines)), "one", "");
    come(app, empty).await;
    // A try-out of her digest, and the letter at a cycle's end.
    ines.post("/o/saltmarsh/me/digest/test", &[("rhythm", "daily")]).await.is(303);
    app.run(&format!(
        "update cycle set state = 'grading', end_told_at = null where org_id = '{}'",
        id(SALTMARSH)
    ))
    .await;
    Duty::Digests.run(&app.app, app.now()).await.unwrap();
    for (kind, more) in links(app).await {
        all.entry(kind).or_default().extend(more);
    }
    let written: BTreeSet<&str> = all.keys().map(String::as_str).collect();
    let known = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(written, known, "each kind of mail is among them");
    all
}

async fn links(app: &TestApp) -> Links {
    let mails: Vec<(String, String, String, Option<String>)> =
        sqlx::query_as("select kind, body_text, body_html, unsubscribe from mail order by created_at")
            .fetch_all(&mut app.raw().await)
            .await
            .unwrap();
    let mut all = Links::new();
    for (kind, text, html, unsubscribe) in mails {
        let found = [text, html, unsubscribe.unwrap_or_default()].join(" ");
        let addresses = found.split(|c: char| c.is_whitespace() || "\"<>".contains(c));
        let ours =
            addresses.filter_map(|word| word.strip_prefix(BASE)).map(|path| path.replace("&amp;", "&"));
        let ours = ours.map(|path| path.split('#').next().unwrap_or_default().to_owned());
        all.entry(kind).or_default().extend(ours.filter(|path| !path.is_empty()));
    }
    all
}

/// Everything in the database but how often an address was asked for, which guards against guessing.
async fn everything(app: &TestApp) -> String {
    app.dump(&["rate_limit"]).await
}

/// Opens an address and goes where it leads; gives the last page and how many steps it took.
async fn scan(robot: &mut Visitor<'_>, method: &Method, address: &str) -> (Page, usize) {
    let mut address = address.to_owned();
    for hop in 1..=HOPS {
        let request = Request::builder().method(method).uri(&address).body(Body::empty()).unwrap();
        let page = robot.send(&address, request).await;
        if !page.status.is_redirection() {
            return (page, hop);
        }
        address = page.leads_to().to_owned();
    }
    panic!("led on and on from {address}");
}

#[tokio::test]
async fn a_robot_that_opens_every_link_changes_nothing_and_people_use_them_after_it() {
    let app = house().await;
    app.run("update member set reminders = 'all'").await;
    let all = every_kind(&app).await;
    let (before, mut opened) = (everything(&app).await, 0);
    for (kind, addresses) in &all {
        assert!(!addresses.is_empty(), "{kind} leads nowhere");
        for address in addresses {
            // Guesses at tokens are counted by the quarter of an hour; the robot is patient.
            app.run("delete from rate_limit").await;
            for method in [Method::HEAD, Method::GET, Method::HEAD, Method::GET] {
                let mut robot = app.stranger();
                let (page, hops) = scan(&mut robot, &method, address).await;
                opened += hops;
                assert!(
                    page.status.is_success() || page.status == 410,
                    "{kind}: {method} {address}: {}",
                    page.status
                );
                let session = robot.cookies.keys().any(|name| name.contains("sid"));
                assert!(!session, "{kind}: {method} {address} gave {:?}", robot.cookies);
                if method == Method::GET && page.status.is_success() {
                    // No script of ours presses a button, and none of anybody else runs.
                    assert!(
                        !page.has("form[data-submit], form[data-auto], meta[http-equiv=refresh]"),
                        "{address}"
                    );
                }
            }
        }
    }
    assert_eq!(everything(&app).await, before, "a row changed");
    println!(
        "{opened} pages of {} links in {} kinds of mail opened: nothing changed",
        all.values().map(BTreeSet::len).sum::<usize>(),
        all.len()
    );

    people_use_them(&app, &all).await;
}

async fn people_use_them(app: &TestApp, all: &Links) {
    let one = |kind: &str, beginning: &str| {
        let found = all[kind].iter().find(|address| address.starts_with(beginning));
        found.unwrap_or_else(|| panic!("no {beginning} in {kind}: {:?}", all[kind])).clone()
    };
    // A page asks to sign in, and leads on to itself.
    for kind in ["notice", "reminder", "digest_daily", "digest_weekly"] {
        let mut ines = app.stranger();
        for address in all[kind].iter().filter(|address| address.starts_with("/o/saltmarsh")) {
            let (page, _) = scan(&mut ines, &Method::GET, address).await;
            assert!(page.has("input[type=password]"), "{kind}: {address} asks to sign in");
            let next = page.attrs("input[name=next]", "value");
            assert_eq!(next.first(), Some(address), "{kind}: and leads on");
        }
    }
    // What waits for Inês opens for her.
    let mut ines = app.visit(Who::Ines).await;
    for address in
        all["notice"].iter().chain(&all["reminder"]).filter(|address| address.starts_with("/o/saltmarsh"))
    {
        let status = ines.get(address).await.status;
        // The page of why is its reader's alone.
        assert!(status == 200 || address.contains("/me/messages/"), "{address}: {status}");
    }
    // Each kind is stopped by its own press, and by no other.
    for (kind, stopped) in [
        ("notice", "notices = 'none'"),
        ("reminder", "reminders = 'none'"),
        ("digest_daily", "digest = 'none'"),
    ] {
        let page = app.stranger().get(&one(kind, "/u/")).await.is(200);
        let mut somebody = app.stranger();
        let done = somebody.submit(page.form("main form")).await.is(303);
        somebody.follow(done).await.is(200);
        let hers = format!("from member where id = '{}' and {stopped}", Who::Ines.member());
        assert_eq!(app.count(&hers).await, 1, "{kind}");
    }
    // The seat is taken, the password set.
    app.at("2026-11-18T15:01:00Z");
    let mut priya = app.stranger();
    let page = priya.get(&one("invitation", "/invitations/")).await.is(200);
    let form = page.form("form").fill("name", "Priya Menon").fill("password", "seven herons at low tide");
    let form = form.fill("zone", "Asia/Kolkata").fill("starts", "10:00").fill("ends", "18:30");
    priya.submit(form).await.is(303);
    assert_eq!(app.count("from member where name = 'Priya Menon'").await, 1);
}

#[tokio::test]
async fn a_new_password_is_set_after_the_robot_and_an_old_link_says_what_to_do() {
    let app = TestApp::new().await;
    app.stranger().post("/reset", &[("email", &Who::Arjun.email())]).await.is(200);
    let link = links(&app).await["reset"].iter().find(|link| link.starts_with("/reset/")).unwrap().clone();
    let before = everything(&app).await;
    for method in [Method::HEAD, Method::GET, Method::GET] {
        scan(&mut app.stranger(), &method, &link).await.0.is(200);
    }
    assert_eq!(everything(&app).await, before);
    let mut arjun = app.stranger();
    let page = arjun.get(&link).await.is(200);
    arjun.submit(page.form("form").fill("password", "seven herons at low tide")).await.is(303);
    // It works once; whoever comes after is told what to do.
    let page = app.stranger().get(&link).await.is(410);
    assert!(page.has("main a[href='/reset']"), "{}", page.text("main"));

    app.stranger().post("/reset", &[("email", &Who::Mia.email())]).await.is(200);
    let all = links(&app).await;
    let late =
        all["reset"].iter().filter(|one| **one != link).find(|one| one.starts_with("/reset/")).unwrap();
    app.app.clock.advance(TimeDelta::minutes(11));
    let page = app.stranger().get(late).await.is(410);
    assert!(page.has("main a[href='/reset']"), "{}", page.text("main"));
}
