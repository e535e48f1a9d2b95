//! Decisions: each of those who decide has their own hours, and what is decided stays readable.

use crate::support::cast::{self, id};
use crate::support::deciding::{PROPOSAL, answer, propose};
use crate::support::{TestApp, Who};
use chrono::{DateTime, Utc};
use meridian::clockwork::Duty;

async fn tick(app: &TestApp, at: &str) -> u64 {
    app.at(at);
    Duty::Windows.run(&app.app, app.now()).await.unwrap()
}

/// When the window of somebody ends.
async fn end_of(app: &TestApp, who: Who) -> DateTime<Utc> {
    sqlx::query_scalar("select ends_at from fair_window where member_id = $1")
        .bind(who.member())
        .fetch_one(&mut app.raw().await)
        .await
        .unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[tokio::test]
async fn everybody_has_their_own_hours_and_sees_until_when() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let form = ines.get("/o/saltmarsh/decisions/new").await.is(200);
    // Tuesday 09:24 in Lisbon; the team's others are chosen, each with their end on both clocks.
    let people = form.texts("#decider label");
    let line = |name: &str| people.iter().find(|line| line.starts_with(name)).unwrap().clone();
    assert!(
        line("Mia Chen").contains("Until Tuesday at 17:00 in Vancouver, Wednesday at 00:00 your time"),
        "{people:?}"
    );
    assert!(line("Arjun Rao").contains("Until Wednesday at 14:54 in Kolkata"), "{people:?}");
    assert!(!people.iter().any(|line| line.starts_with("Olga")), "an observer is never asked");
    assert!(form.body.contains("it closes Wednesday at 09:24 your time at the latest"), "{}", form.body);
    // More hours, seen before anything is asked.
    let seen =
        ines.submit(form.form("main form.sheet").fill("hours", "16").with("preview", "1")).await.is(200);
    assert!(
        seen.texts("#decider label").iter().any(|line| line.contains("Until Thursday at 14:54 in Kolkata"))
    );
    assert_eq!(app.count("from decision").await, 0);

    let address = propose(&app, "no_view").await;
    assert_eq!(end_of(&app, Who::Arjun).await, at("2026-11-18T09:24:00Z"));
    assert_eq!(end_of(&app, Who::Mia).await, at("2026-11-18T00:00:00Z"));
    assert_eq!(end_of(&app, Who::Tama).await, at("2026-11-18T04:00:00Z"));
    let mut mia = app.visit(Who::Mia).await;
    let page = mia.get(&address).await.is(200);
    assert_eq!(page.h1(), "Stop publishing the 6-hour forecast?");
    let aside = page.text("aside[aria-label='Time to think']");
    assert!(aside.contains("You have until Tuesday at 17:00"), "{aside}");
    assert!(aside.contains("Counts as no strong view, never as yes"), "{aside}");
    for line in ["Until Wednesday at 14:54 in Kolkata", "Wednesday at 02:24 your time"] {
        assert!(aside.contains(line), "{aside}");
    }
    assert!(page.has(".say em") && page.texts(".notyet li").len() == 2);
    // On Today it waits for her, and not for whoever is not asked.
    let waits = mia.get("/o/saltmarsh/today").await.text("#needs-me");
    assert!(
        waits.contains("Inês Duarte asks you to decide") && waits.contains("until Tuesday at 17:00"),
        "{waits}"
    );
    assert!(!app.visit(Who::Otieno).await.get("/o/saltmarsh/today").await.has("#needs-me"));
    let told = app.count("from notice where kind = 'decide'").await;
    assert_eq!(told, 3);
}

#[tokio::test]
async fn it_closes_at_once_when_all_have_answered() {
    let app = TestApp::new().await;
    let address = propose(&app, "no_view").await;
    let mut arjun = app.visit(Who::Arjun).await;
    answer(&mut arjun, &address, "Keep it", "Towns read it.").await.is(303);
    // He thinks better of it; what he said before stays readable.
    answer(&mut arjun, &address, "Stop on 1 December", "They read the other one too.").await.is(303);
    answer(&mut app.visit(Who::Tama).await, &address, "No strong view", "").await.is(303);
    let page = arjun.get(&address).await.is(200);
    assert_eq!(page.text("#vw ~ span"), "2 of 3 have given a view");
    assert!(page.text(".post details").contains("Arjun Rao: Keep it"));
    assert_eq!(tick(&app, "2026-11-17T12:00:00Z").await, 0);
    answer(&mut app.visit(Who::Mia).await, &address, "Stop on 1 December", "").await.is(303);
    let page = arjun.get(&address).await.is(200);
    assert!(page.text(".notice").contains("By the views given, on Tuesday 17 November"), "{}", page.body);
    assert!(!page.has("form[action$='/answers']"));
    // All of them hear of it, and the proposer too.
    assert_eq!(app.count("from notice where kind = 'decided'").await, 4);
    let notices = app.visit(Who::Ines).await.get("/o/saltmarsh/notices").await.text("main");
    assert!(notices.contains("and it is decided") && notices.contains("Stop on 1 December"), "{notices}");
    // An answer that comes too late is not lost and changes nothing.
    let version = app_version(&app).await;
    let late = [("version", version.as_str()), ("view", "objection"), ("why", "Wait, one town acts on it.")];
    let page = arjun.post(&format!("{address}/answers"), &late).await.is(422);
    assert!(page.body.contains("Wait, one town acts on it."));
    assert_eq!(app.count("from decision_answer").await, 4);
}

async fn app_version(app: &TestApp) -> String {
    sqlx::query_scalar("select id::text from decision_version order by number desc limit 1")
        .fetch_one(&mut app.raw().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn it_closes_by_itself_and_never_before_the_last_had_their_hours() {
    let app = TestApp::new().await;
    let address = propose(&app, "consent").await;
    answer(&mut app.visit(Who::Tama).await, &address, "Keep it", "").await.is(303);
    assert_eq!(tick(&app, "2026-11-18T09:23:59Z").await, 0, "Arjun has until 09:24");
    assert_eq!(tick(&app, "2026-11-18T09:24:00Z").await, 1);
    let page = app.visit(Who::Ines).await.get(&address).await.is(200);
    assert!(
        page.text(".notice").contains("Decided: Stop on 1 December"),
        "two were silent, which is consent: {}",
        page.body
    );
    assert_eq!(tick(&app, "2026-11-19T09:24:00Z").await, 0);
}

#[tokio::test]
async fn days_away_another_clock_and_another_day_move_it() {
    let app = TestApp::new().await;
    let address = propose(&app, "no_view").await;
    // Arjun is away tomorrow, says so by his settings, and the page tells everybody.
    let away = [("first", "2026-11-18"), ("last", "2026-11-19"), ("note", ""), ("stand_in", "")];
    let mut arjun = app.visit(Who::Arjun).await;
    arjun.post("/o/saltmarsh/me/away", &away).await.is(303);
    assert_eq!(end_of(&app, Who::Arjun).await, at("2026-11-20T09:24:00Z"));
    // Back early: what he was told holds.
    app.at("2026-11-18T06:00:00Z");
    let row = sqlx::query_scalar::<_, String>("select id::text from away")
        .fetch_one(&mut app.raw().await)
        .await
        .unwrap();
    arjun.post(&format!("/o/saltmarsh/me/away/{row}/removal"), &[]).await.is(303);
    assert_eq!(end_of(&app, Who::Arjun).await, at("2026-11-20T09:24:00Z"));
    // Tama wants another day, once.
    let mut tama = app.visit(Who::Tama).await;
    let form = tama.get(&address).await.form("form[action$='/answers']").with("more", "1");
    tama.submit(form).await.is(303);
    assert_eq!(end_of(&app, Who::Tama).await, at("2026-11-19T04:00:00Z"));
    assert!(!tama.get(&address).await.has("button[name='more']"));
    // A change nobody told the clockwork of is seen before it closes.
    app.run(&format!("insert into away (org_id, id, member_id, first_date, last_date, created_at) values ('{}', gen_random_uuid(), '{}', '2026-11-19', '2026-11-20', now())", id(cast::SALTMARSH), Who::Arjun.member())).await;
    assert_eq!(tick(&app, "2026-11-20T09:24:00Z").await, 0);
    assert!(end_of(&app, Who::Arjun).await > at("2026-11-23T03:30:00Z"));
    // Whoever leaves is not waited for.
    app.at("2026-11-20T10:00:00Z");
    let mut nuno = app.visit(Who::Nuno).await;
    let arjun = format!("/o/saltmarsh/settings/people/{}", Who::Arjun.member());
    nuno.post(&arjun, &[("role", "member"), ("leave", "1")]).await.is(303);
    assert_eq!(tick(&app, "2026-11-20T10:00:00Z").await, 1);
}

#[tokio::test]
async fn what_is_changed_is_asked_anew() {
    let app = TestApp::new().await;
    let address = propose(&app, "no_view").await;
    let mut arjun = app.visit(Who::Arjun).await;
    let opened = arjun.get(&address).await.form("form[action$='/answers']");
    answer(&mut app.visit(Who::Mia).await, &address, "Keep it", "For the towns.").await.is(303);
    app.at("2026-11-17T12:00:00Z");
    let mut ines = app.visit(Who::Ines).await;
    let form = ines.get(&format!("{address}/edit")).await.is(200).form("main form.sheet");
    // Nothing changed is nothing asked.
    let same = ines.get(&format!("{address}/edit")).await.form("main form.sheet");
    ines.submit(same).await.is(303);
    assert_eq!(app.count("from decision_version").await, 1);
    let mut form = form;
    form.fields.iter_mut().filter(|(name, _)| name == "option").nth(2).unwrap().1 =
        "Only on spring tides".to_owned();
    ines.submit(form).await.is(303);
    assert_eq!(end_of(&app, Who::Mia).await, at("2026-11-18T00:00:00Z"));
    assert_eq!(
        end_of(&app, Who::Arjun).await,
        at("2026-11-18T11:30:00Z"),
        "his eight hours begin again, at 17:30 his time"
    );
    let page = ines.get(&address).await.is(200);
    assert_eq!(page.text("#vw ~ span"), "0 of 3 have given a view");
    assert!(page.body.contains("Everybody’s hours began again"));
    assert!(page.text("#ea ~ *, section[aria-labelledby=ea] details").contains("Mia Chen: Keep it"));
    assert_eq!(app.count("from notice where kind = 'decide'").await, 6, "they are asked anew");
    // Whoever had the old form open is told, with their words kept.
    let old = opened.with("view", "no_view").fill("why", "I had written this.");
    let page = arjun.submit(old).await.is(422);
    assert!(
        page.body.contains("What is asked was changed while you wrote")
            && page.body.contains("I had written this.")
    );
}

#[tokio::test]
async fn an_objection_leaves_it_to_the_proposer_and_it_comes_back() {
    let app = TestApp::new().await;
    let address = propose(&app, "consent").await;
    let mut mia = app.visit(Who::Mia).await;
    let page = answer(&mut mia, &address, "Please don’t", "").await.is(422);
    assert!(page.body.contains("Say what speaks against it"));
    answer(&mut mia, &address, "Please don’t", "One town acts on it.").await.is(303);
    assert_eq!(tick(&app, "2026-11-18T09:24:00Z").await, 1);
    app.at("2026-11-18T10:00:00Z");
    let mut ines = app.visit(Who::Ines).await;
    assert!(ines.get("/o/saltmarsh/today").await.text("#needs-me").contains("Your word is waited for"));
    let page = ines.get(&address).await.is(200);
    assert!(page.text(".notice").contains("Inês Duarte decides now"));
    let form = page.form("form[action$='/outcome']");
    ines.submit(page.form("form[action$='/outcome']").fill("why", "Because.")).await.is(422);
    let keep = page.attrs("#outcome input", "value")[1].clone();
    let past = page
        .form("form[action$='/outcome']")
        .with("outcome", &keep)
        .fill("why", "Kept words.")
        .fill("revisit", "2026-11-01");
    let back = ines.submit(past).await.is(422);
    assert!(back.body.contains("Choose a date to come") && back.body.contains("Kept words."));
    mia.post(&format!("{address}/outcome"), &[("outcome", &keep), ("why", "Mine.")]).await.is(403);
    let form = form.with("outcome", &keep).fill("why", "One town is enough.").fill("revisit", "2027-01-11");
    ines.submit(form).await.is(303);
    let page = mia.get(&address).await.is(200);
    let told = page.text(".notice");
    for words in ["Decided: Keep it", "Inês Duarte decided on Wednesday 18 November.", "One town is enough."]
    {
        assert!(told.contains(words), "{told}");
    }
    assert!(!ines.get("/o/saltmarsh/today").await.has("#needs-me"));
    app.at("2027-01-11T08:00:00Z");
    let mut ines = app.visit(Who::Ines).await;
    assert!(ines.get("/o/saltmarsh/today").await.text("#needs-me").contains("You wanted to look again at"));
    // It still holds: another date, or none.
    let form = ines.get(&address).await.form("form[action$='/outcome']").fill("revisit", "");
    ines.submit(form).await.is(303);
    assert!(!ines.get("/o/saltmarsh/today").await.has("#needs-me"));
}

#[tokio::test]
async fn it_is_for_those_who_may_read_it() {
    let app = TestApp::new().await;
    let address = propose(&app, "no_view").await;
    let version = app_version(&app).await;
    let view = [("version", version.as_str()), ("view", "no_view")];
    for who in [Who::Otieno, Who::Olga, Who::Ines] {
        let mut visitor = app.visit(who).await;
        let page = visitor.get(&address).await.is(200);
        assert!(!page.has("form[action$='/answers']"), "{who:?}");
        visitor.post(&format!("{address}/answers"), &view).await.is(403);
    }
    app.visit(Who::Olga).await.get("/o/saltmarsh/decisions/new").await.is(403);
    app.visit(Who::Otieno).await.get("/o/saltmarsh/decisions/new?team=forecast").await.is(404);
    app.run(&format!("update team set private = true where id = '{}'", id(cast::FORECAST))).await;
    let mut otieno = app.visit(Who::Otieno).await;
    for path in ["", "/edit", "/markdown", "/people"] {
        otieno.get(&format!("{address}{path}")).await.is(404);
    }
    otieno.post(&format!("{address}/answers"), &view).await.is(404);
    assert!(!otieno.get("/o/saltmarsh/decisions").await.body.contains("6-hour"));
    assert!(!otieno.get("/o/saltmarsh/decisions?q=forecast").await.body.contains("6-hour forecast"));
    assert!(!otieno.get("/o/saltmarsh/search?q=quiet").await.body.contains("6-hour"));
    // A decider who may not read it any more is not waited for.
    app.run(&format!(
        "delete from team_member where member_id in ('{}', '{}')",
        Who::Arjun.member(),
        Who::Tama.member()
    ))
    .await;
    answer(&mut app.visit(Who::Mia).await, &address, "Keep it", "").await.is(303);
    assert_eq!(app.count("from decision where state = 'closed'").await, 1);
}

#[tokio::test]
async fn a_form_that_cannot_stand_comes_back_with_every_word() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let form = ines.get("/o/saltmarsh/decisions/new").await.form("main form.sheet").without("decider");
    let form = form.fill("context", "All I know.").fill("option", "Only one").with("silence", "consent");
    let page = ines.submit(form.without("silence").with("silence", "consent")).await.is(422);
    for sentence in [
        "Ask something first.",
        "Write at least two options.",
        "Name at least one person",
        "Say which option silence consents to.",
    ] {
        assert!(page.text("#errs").contains(sentence), "{sentence}");
    }
    assert!(page.body.contains("All I know.") && page.body.contains("Only one"));
    // Whoever never works could never be waited for.
    app.run(&format!("insert into away (org_id, id, member_id, first_date, last_date, created_at) values ('{}', gen_random_uuid(), '{}', '2026-11-01', '2099-01-01', now())", id(cast::SALTMARSH), Who::Mia.member())).await;
    let key = meridian::ids::SubmissionKey::fresh().to_string();
    let mia = Who::Mia.member().to_string();
    let mut fields = PROPOSAL.to_vec();
    fields.extend([("submission_key", key.as_str()), ("silence", "no_view"), ("decider", &mia)]);
    let page = ines.post("/o/saltmarsh/decisions", &fields).await.is(422);
    assert!(page.text("#errs").contains("Mia Chen has no working hours in sight"));
    // The same form sent twice is one decision.
    let arjun = Who::Arjun.member().to_string();
    fields.pop();
    fields.push(("decider", &arjun));
    for _ in 0..2 {
        ines.post("/o/saltmarsh/decisions", &fields).await.is(303);
    }
    assert_eq!(app.count("from decision").await, 1);
}

#[tokio::test]
async fn the_log_finds_what_was_decided_and_why() {
    let app = TestApp::new().await;
    let address = propose(&app, "consent").await;
    let mut olga = app.visit(Who::Olga).await;
    let log = olga.get("/o/saltmarsh/decisions").await.is(200);
    assert_eq!(log.h1(), "One decision is open.");
    assert!(log.body.contains("Closes Wednesday at 09:24 your time at the latest"));
    assert_eq!(
        app.visit(Who::Mia).await.get("/o/saltmarsh/decisions").await.h1(),
        "One decision is open. One is waiting for you."
    );
    for (query, found) in [
        ("q=quiet", true),
        ("q=%22stop+on%22", true),
        ("q=stopped", true),
        ("q=otters", false),
        ("team=field", false),
        ("team=forecast&q=towns", false),
    ] {
        let page = olga.get(&format!("/o/saltmarsh/decisions?{query}")).await.is(200);
        assert_eq!(page.body.contains("6-hour forecast?"), found, "{query}");
    }
    tick(&app, "2026-11-18T09:24:00Z").await;
    app.at("2026-11-18T10:00:00Z");
    let mut ines = app.visit(Who::Ines).await;
    let form =
        ines.get(&address).await.form("form[action$='/outcome']").fill("why", "Towns read the other one.");
    ines.submit(form).await.is(303);
    let page = olga.get("/o/saltmarsh/decisions?team=forecast&q=towns").await.is(200);
    assert!(page.body.contains("6-hour forecast?") && page.body.contains("“Towns read the other one.”"));
    assert!(page.body.contains("18 November 2026. Decided by the views given"));
    // Search finds it beside everything else, and replies to it.
    ines.post(
        &format!("{address}/comments"),
        &[
            ("reply", "Thank you, @Mia."),
            ("submission_key", &meridian::ids::SubmissionKey::fresh().to_string()),
        ],
    )
    .await
    .is(303);
    ines.post(&format!("{address}/reactions"), &[("on", "noted")]).await.is(303);
    assert_eq!(app.count("from mention").await, 1);
    assert!(olga.get("/o/saltmarsh/search?q=thank").await.link("On “Stop publishing").contains(&address));
    assert!(olga.get("/o/saltmarsh/search?q=6-hour").await.link("Stop publishing").ends_with(&address));
    // And it can be taken away.
    let file = olga.get(&format!("{address}/markdown")).await.is(200);
    assert!(
        file.headers["content-disposition"]
            .to_str()
            .unwrap()
            .contains("stop-publishing-the-6-hour-forecast.md")
    );
    assert!(
        file.body.starts_with(
            "# Stop publishing the 6-hour forecast?\n\nProposed by Inês Duarte on 17 November 2026."
        ),
        "{}",
        file.body
    );
    assert!(
        file.body.contains("**Decided: Stop on 1 December**")
            && file.body.contains("- Mia Chen: did not answer"),
        "{}",
        file.body
    );
}

#[tokio::test]
async fn it_can_be_taken_back_while_nothing_is_decided() {
    let app = TestApp::new().await;
    let address = propose(&app, "no_view").await;
    app.visit(Who::Arjun).await.post(&format!("{address}/removal"), &[]).await.is(403);
    let mut ines = app.visit(Who::Ines).await;
    ines.post(&format!("{address}/removal"), &[]).await.is(303);
    assert!(ines.get(&address).await.text(".notice").contains("This was taken back."));
    assert_eq!(tick(&app, "2026-11-18T09:24:00Z").await, 0);
    assert!(!app.visit(Who::Mia).await.get("/o/saltmarsh/today").await.has("#needs-me"));
    assert!(ines.get("/o/saltmarsh/decisions").await.body.contains("Inês took it back"));
    ines.get(&format!("{address}/edit")).await.is(404);
}
