//! Somebody who only looks on: reads and comments, and is never asked, counted or chosen.

use crate::support::cast::{
    FORECAST, FORECAST_QUESTIONS, FORECAST_STANDUP, KR_ERROR, KR_SIX, OBJ_MODEL, Q4, SALTMARSH, id,
};
use crate::support::{Page, TestApp, Who};
use meridian::clockwork;

const UPDATE: u64 = 900;
const CHECK_IN: u64 = 901;

/// What a form sends.
type Fields = Vec<(&'static str, &'static str)>;

/// Saltmarsh with an update and a check-in of Arjun's, and Olga with a seat in Forecast.
async fn house(seated: bool) -> TestApp {
    let app = TestApp::new().await;
    let (org, arjun) = (id(SALTMARSH), Who::Arjun.member());
    app.run(&format!(
        r#"insert into "update" (org_id, id, standup_id, team_id, member_id, local_date, zone, posted_at, submission_key)
           values ('{org}', '{}', '{}', '{}', '{arjun}', '2026-11-17', 'Asia/Kolkata', '2026-11-17T08:00:00Z', gen_random_uuid());
           insert into check_in (org_id, id, key_result_id, member_id, at, local_date, zone, value, confidence, submission_key)
           values ('{org}', '{}', '{}', '{arjun}', '2026-11-17T08:00:00Z', '2026-11-17', 'Asia/Kolkata', 96, 'on_track', gen_random_uuid())"#,
        id(UPDATE),
        id(FORECAST_STANDUP),
        id(FORECAST),
        id(CHECK_IN),
        id(KR_SIX),
    ))
    .await;
    if seated {
        let seat = format!(
            "insert into team_member (org_id, team_id, member_id) values ('{org}', '{}', '{}')",
            id(FORECAST),
            Who::Olga.member()
        );
        app.run(&seat).await;
    }
    clockwork::tick(&app.app, app.now()).await.unwrap();
    app
}

/// What a part of a page says to Inês.
async fn said(app: &TestApp, page: &str, part: &str) -> Vec<String> {
    app.visit(Who::Ines).await.get(&format!("/o/saltmarsh/{page}")).await.is(200).texts(part)
}

#[tokio::test]
async fn wherever_people_are_counted_an_observer_is_not() {
    let (without, with) = (house(false).await, house(true).await);
    for (page, part) in [("teams/forecast", "h1, .notyet"), ("review", "main"), ("okrs", "main")] {
        let here = said(&without, page, part).await;
        assert!(!here.is_empty(), "{page}");
        assert_eq!(said(&with, page, part).await, here, "{page}");
    }
    let asked = format!("from occurrence where member_id = '{}'", Who::Olga.member());
    assert_eq!(with.count(&asked).await, 0);
    let today = with.visit(Who::Olga).await.get("/o/saltmarsh/today").await.is(200);
    assert!(!today.has("form.sheet textarea"), "{}", today.text("main"));
}

#[tokio::test]
async fn nobody_can_choose_an_observer_for_anything() {
    let app = house(true).await;
    let olga = Who::Olga.member().to_string();
    let mut ines = app.visit(Who::Ines).await;
    for (page, field) in [
        ("today".to_owned(), "who"),
        (format!("updates/{}/asks", id(UPDATE)), "who"),
        (format!("key-results/{}/asks", id(KR_SIX)), "who"),
        ("me".to_owned(), "stand_in"),
        ("objectives/new".to_owned(), "owner"),
        ("objectives/new".to_owned(), "reviewer"),
        (format!("objectives/{}/edit", id(OBJ_MODEL)), "reviewer"),
        (format!("objectives/{}/key-results/new", id(OBJ_MODEL)), "owner"),
        (format!("key-results/{}/edit", id(KR_ERROR)), "owner"),
    ] {
        let form: Page = ines.get(&format!("/o/saltmarsh/{page}")).await.is(200);
        let offered = form.texts(&format!("select[name={field}] option"));
        assert!(offered.iter().any(|one| one.starts_with("Arjun Rao")), "{page} {field}: {offered:?}");
        assert!(!offered.iter().any(|one| one.starts_with("Olga")), "{page} {field}: {offered:?}");
    }
    // Nor by a form of one's own making.
    let form = ines.get("/o/saltmarsh/today").await.is(200).form("form.sheet");
    let question = |n: usize| format!("answer_{}", id(FORECAST_QUESTIONS[n]));
    let form = form.fill(&question(0), "Done.").fill(&question(2), "Keys.").without("who").with("who", &olga);
    ines.submit(form).await.is(422);
    for (page, field) in [
        (format!("objectives/{}/edit", id(OBJ_MODEL)), "reviewer"),
        (format!("key-results/{}/edit", id(KR_ERROR)), "owner"),
    ] {
        let form = ines.get(&format!("/o/saltmarsh/{page}")).await.is(200).form("form.sheet");
        ines.submit(form.without(field).with(field, &olga)).await.is(404);
    }
    let form =
        ines.get(&format!("/o/saltmarsh/updates/{}/asks", id(UPDATE))).await.is(200).form("form.sheet");
    let form = form.without("who").with("who", &olga).fill("question", "When?");
    let refused = ines.submit(form).await.status.as_u16();
    assert!(matches!(refused, 404 | 422), "{refused}");
    assert_eq!(app.count("from ask").await, 0);
}

#[tokio::test]
async fn what_each_role_may_do() {
    let app = house(true).await;
    let reply = [("reply", "Well put."), ("submission_key", "0199a7c5-0000-7000-8000-000000000001")];
    let update = format!("updates/{}", id(UPDATE));
    // An empty form shows who may send one: it is refused for what it lacks, not for whom it is from.
    let deeds: Vec<(String, Fields, bool)> = vec![
        (format!("{update}/comments"), reply.to_vec(), true),
        (format!("{update}/reactions"), vec![("on", "noted")], true),
        (format!("{update}/asks"), vec![], false),
        (format!("check-ins/{}/asks", id(CHECK_IN)), vec![], false),
        (format!("check-ins/{}/acknowledgement", id(CHECK_IN)), vec![("note", "")], false),
        (format!("key-results/{}/check-ins", id(KR_SIX)), vec![("value", "97")], false),
        (format!("key-results/{}/same", id(KR_SIX)), vec![], false),
        (format!("key-results/{}/drop", id(KR_SIX)), vec![], false),
        (format!("objectives/{}/drop", id(OBJ_MODEL)), vec![], false),
        (format!("objectives/{}/grades", id(OBJ_MODEL)), vec![], false),
        ("settings/teams/forecast".to_owned(), vec![("name", "Mine")], false),
        ("settings/teams/forecast/readers".to_owned(), vec![("readers", "team")], false),
        (format!("cycles/{}/turn", id(Q4)), vec![], false),
    ];
    for (address, fields, may) in deeds {
        let done = app
            .visit(Who::Olga)
            .await
            .post(&format!("/o/saltmarsh/{address}"), &fields)
            .await
            .status
            .as_u16();
        let expected: &[u16] = if may { &[303] } else { &[400, 403, 404, 422] };
        assert!(expected.contains(&done), "{address}: {done}");
    }
    let written = ["check_in", "ask", "acknowledgement", "objective_grade"];
    for (table, rows) in written.into_iter().zip([1, 0, 0, 0]) {
        assert_eq!(app.count(&format!("from {table}")).await, rows, "{table}");
    }
    assert_eq!(app.count("from comment").await + app.count("from reaction").await, 2);
    // Her standup's form does not take an update from her either.
    let form = [("submission_key", "0199a7c5-0000-7000-8000-000000000002"), ("date", "2026-11-17")];
    let address = format!("/o/saltmarsh/standups/{}/updates", id(FORECAST_STANDUP));
    app.visit(Who::Olga).await.post(&address, &form).await;
    assert_eq!(app.count(&format!("from \"update\" where member_id = '{}'", Who::Olga.member())).await, 0);
    for page in ["today", "teams", "okrs", "time", "search?q=model", "notices", "me/journal", &update] {
        app.visit(Who::Olga).await.get(&format!("/o/saltmarsh/{page}")).await.is(200);
    }
}
