//! Visits that reply and react.

use crate::support::cast::{self, id};
use crate::support::{TestApp, Who};

/// An update of Inês's, written without a visit.
async fn update(app: &TestApp) -> String {
    let update = id(900);
    app.run(&format!(
        "insert into \"update\" (org_id, id, standup_id, team_id, member_id, local_date, zone, posted_at, submission_key)
         values ('{}', '{update}', '{}', '{}', '{}', '2026-11-17', 'Europe/Lisbon', '2026-11-17T09:00:00Z', '{}')",
        id(cast::SALTMARSH),
        id(cast::FORECAST_STANDUP),
        id(cast::FORECAST),
        Who::Ines.member(),
        id(901),
    ))
    .await;
    format!("/o/saltmarsh/updates/{update}")
}

#[tokio::test]
async fn a_reply_stands_once_and_belongs_to_its_author() {
    let app = TestApp::new().await;
    let address = update(&app).await;
    let mut olga = app.visit(Who::Olga).await;
    let page = olga.get(&address).await.is(200);
    let reply = || page.form("form.sheet").fill("reply", "Six are *yours*.");
    olga.submit(reply()).await.is(303);
    olga.submit(reply()).await.is(303);
    assert_eq!(app.count("from comment").await, 1, "the same form sent twice is one reply");
    let thread = olga.get(&address).await.is(200);
    assert_eq!(thread.text("#thread h2"), "One reply");
    assert!(thread.has("#thread .say em"));
    let edit = thread.form("#thread details form");
    let mut arjun = app.visit(Who::Arjun).await;
    assert!(!arjun.get(&address).await.has("#thread details"));
    arjun.post(&edit.action, &[("reply", "Mine now.")]).await.is(403);
    let delete = edit.action.replace("/edit", "/delete");
    arjun.post(&delete, &[]).await.is(403);
    olga.submit(edit.fill("reply", "Eight are yours.")).await.is(303);
    let changed = olga.get(&address).await;
    assert!(changed.text("#thread article").contains("Edited"));
    olga.post(&delete, &[]).await.is(303);
    let gone = olga.get(&address).await;
    assert!(gone.text("#thread article").contains("Olga Petrova took this reply back."));
    assert_eq!(app.count("from comment where body like '%yours%'").await, 0, "the words are gone");
    olga.post(&delete, &[]).await.is(404);
}

#[tokio::test]
async fn a_reply_that_cannot_stand_comes_back() {
    let app = TestApp::new().await;
    let address = update(&app).await;
    let mut arjun = app.visit(Who::Arjun).await;
    let page = arjun.get(&address).await.is(200);
    let long = "a".repeat(20_001);
    let refused = arjun.submit(page.form("form.sheet").fill("reply", &long)).await.is(422);
    assert_eq!(refused.text("textarea"), long);
    let short = arjun.submit(refused.form("form.sheet").fill("reply", "a")).await.is(303);
    assert!(short.leads_to().ends_with("#thread"));
    arjun.submit(page.form("form.sheet").fill("reply", " ")).await.is(422);
}

#[tokio::test]
async fn replies_go_to_what_is_there_and_nowhere_else() {
    let app = TestApp::new().await;
    update(&app).await;
    let mut eve = app.visit(Who::Eve).await;
    let fields = [("reply", "Hello"), ("submission_key", "0199a7c5-0000-7000-8000-000000000001")];
    for address in [
        format!("/o/driftwood/updates/{}/comments", id(900)),
        format!("/o/driftwood/objectives/{}/comments", id(cast::OBJ_MODEL)),
        format!("/o/driftwood/key-results/{}/comments", id(cast::KR_ERROR)),
        format!("/o/saltmarsh/updates/{}/comments", id(900)),
        "/o/driftwood/updates/nothing/comments".to_owned(),
    ] {
        eve.post(&address, &fields).await.is(404);
    }
    eve.post(&format!("/o/driftwood/updates/{}/reactions", id(900)), &[("on", "noted")]).await.is(404);
    assert_eq!(app.count("from comment").await + app.count("from reaction").await, 0);
    eve.post(&format!("/o/driftwood/objectives/{}/comments", id(cast::OBJ_SHORE)), &fields).await.is(303);
}

#[tokio::test]
async fn a_reaction_is_said_and_taken_back() {
    let app = TestApp::new().await;
    let address = update(&app).await;
    let mut arjun = app.visit(Who::Arjun).await;
    let reactions = format!("{address}/reactions");
    let back = "/o/saltmarsh/teams/forecast?day=2026-11-17";
    let said = arjun.post(&reactions, &[("back", back), ("on", "noted")]).await.is(303);
    assert_eq!(said.leads_to(), format!("{back}#u-{}", id(900)));
    arjun.post(&reactions, &[("back", "https://elsewhere.example/"), ("on", "noted")]).await.is(303);
    let page = arjun.get(&address).await.is(200);
    assert_eq!(page.text(".react [aria-pressed=true]"), "Noted 1, Inês’s update");
    let away = arjun.post(&reactions, &[("back", "//elsewhere.example/"), ("off", "noted")]).await.is(303);
    assert_eq!(away.leads_to(), format!("{address}#u-{}", id(900)));
    assert_eq!(app.count("from reaction").await, 0);
    arjun.post(&reactions, &[("on", "applause")]).await.is(400);
}
