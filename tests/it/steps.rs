//! Stepping through a cycle: a key result a page, back tomorrow where one was, and in the end a page for the team. And what
//! a cycle came to.

use crate::support::cast::{
    FORECAST, KR_ERROR, KR_FOULING, KR_RETIRED, OBJ_MODEL, OBJ_RETIRE, Q4, SALTMARSH, Who, id,
};
use crate::support::page::Form;
use crate::support::{Page, TestApp};
use meridian::clockwork;

const STEPS: &str = "/o/saltmarsh/review/steps?team=all";

async fn check_in(app: &TestApp, key_result: u64, who: Who, at: &str, value: &str, confidence: &str) {
    app.run(&format!(
        "insert into check_in (org_id, id, key_result_id, member_id, at, local_date, zone, value, confidence, note, submission_key)
         values ('{0}', gen_random_uuid(), '{1}', '{2}', '{at}', ('{at}'::timestamptz at time zone 'UTC')::date, 'UTC', {value}, '{confidence}', 'As it was.', gen_random_uuid());
         insert into roll_up_due (org_id, id, cycle_id, since) values ('{0}', gen_random_uuid(), '{3}', '2026-09-28T00:00:00Z')",
        id(SALTMARSH), id(key_result), who.member(), id(Q4)
    ))
    .await;
    for done in clockwork::tick(&app.app, app.now()).await.unwrap() {
        done.did.unwrap();
    }
}

fn step(page: &Page) -> Form {
    page.form("form.sheet")
}

#[tokio::test]
async fn a_cycle_is_stepped_through_over_two_days_and_sent() {
    let app = TestApp::new().await;
    check_in(&app, KR_FOULING, Who::Tama, "2026-11-16T21:00:00Z", "44", "off_track").await;
    let mut nuno = app.visit(Who::Nuno).await;
    let review = nuno.get("/o/saltmarsh/review?team=all").await.is(200);
    // Five, of which the three that were never measured, one of them without an owner, and one off track need a look.
    let link = review.link("Step through all five");
    assert!(
        review.body.contains("About 10 minutes"),
        "half a minute each, and a minute and a half for each of five"
    );
    let page = nuno.get(&link).await.is(303);
    let mut page = nuno.follow(page).await.is(200);
    let mut seen = Vec::new();
    // The first two today.
    for (outcome, note) in [("help", "Arjun has a day for it."), ("keep_going", "")] {
        seen.push(page.h1());
        assert!(page.body.contains(&format!("{} of 5", seen.len())));
        let form = step(&page).fill("outcome", outcome).fill("note", note).with("deed", "next");
        let next = nuno.submit(form).await.is(303);
        page = nuno.follow(next).await.is(200);
    }
    // Tomorrow it goes on where it was.
    app.at("2026-11-18T09:00:00Z");
    let review = nuno.get("/o/saltmarsh/review?team=all").await;
    let link = review.link("Go on stepping through: 2 of 5 done");
    let next = nuno.get(&link).await.is(303);
    page = nuno.follow(next).await.is(200);
    for _ in 2..5 {
        seen.push(page.h1());
        let next = nuno.submit(step(&page).with("deed", "next")).await.is(303);
        page = nuno.follow(next).await.is(200);
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 5, "each once");
    // What stands on the page is what is sent.
    assert_eq!(page.h1(), "What was found stepping through Q4 2026");
    assert_eq!(page.texts("section h2"), ["Help is coming", "Keep going"]);
    assert!(page.body.contains("Arjun has a day for it."));
    assert!(page.body.contains("Who hears of it, inside their working hours: Inês Duarte and Tama Walker."));
    let form = step(&page).fill("words", "Thank you for eight good weeks.");
    let again = Form { action: form.action.clone(), fields: form.fields.clone() };
    let sent = nuno.submit(form).await.is(303);
    let address = sent.leads_to().split('?').next().unwrap().to_owned();
    nuno.submit(again).await.is(303);
    assert_eq!(app.count("from review_summary").await, 1);
    assert_eq!(
        app.count("from comment where body like '%What I found%'").await,
        3,
        "once under each objective"
    );
    let page = app.visit(Who::Arjun).await.get(&address).await.is(200);
    assert!(page.body.contains("Thank you for eight good weeks."));
    assert!(page.body.contains("Nuno Teixeira, 18 November 2026"));
    assert!(!page.has("form.sheet"), "it is sent");
    let page = app.visit(Who::Ines).await.get(&format!("/o/saltmarsh/objectives/{}", id(OBJ_MODEL))).await;
    assert!(page.body.contains(&address));
    assert!(app.visit(Who::Olga).await.get("/o/saltmarsh/review/history").await.body.contains(&address));
    // The next walk begins anew.
    assert!(nuno.get("/o/saltmarsh/review?team=all").await.body.contains("Step through all five"));
}

#[tokio::test]
async fn what_is_said_on_the_way_joins_the_history() {
    let app = TestApp::new().await;
    check_in(&app, KR_FOULING, Who::Tama, "2026-11-16T21:00:00Z", "44", "off_track").await;
    let mut wanjiru = app.visit(Who::Wanjiru).await;
    let address = format!("/o/saltmarsh/review/steps/key-results/{}?team=all", id(KR_FOULING));
    let page = wanjiru.get(&address).await.is(200);
    assert_eq!(page.texts(".tag"), ["Off track"]);
    assert!(page.body.contains("Said to be off track since Tuesday 17 November."));
    assert!(page.body.contains("“As it was.”"));
    // A question, asked where it comes up.
    let form = step(&page).fill("note", "Would six spares help?").with("deed", "ask");
    wanjiru.submit(form).await.is(303);
    assert_eq!(app.count(&format!("from ask where asked_id = '{}'", Who::Tama.member())).await, 1);
    // Help is coming, and it was seen.
    let page = wanjiru.get(&address).await;
    let form =
        step(&page).fill("outcome", "help").fill("note", "Six are on their way.").with("deed", "acknowledge");
    let page = wanjiru.submit(form).await.is(303);
    wanjiru.follow(page).await.is(200);
    let page = app.visit(Who::Tama).await.get(&format!("/o/saltmarsh/key-results/{}", id(KR_FOULING))).await;
    assert!(page.texts("article").iter().any(|text| {
        text.contains("What should happen: Help is coming.") && text.contains("Six are on their way.")
    }));
    let page = wanjiru.get("/o/saltmarsh/review?team=all").await;
    assert!(!page.texts(".queue .t").iter().any(|text| text.starts_with("Sensor-days")));
    // Come back to, it is as it was left.
    let page = wanjiru.get(&address).await;
    assert!(page.body.contains("You wrote here: Six are on their way."));
    assert_eq!(page.attrs("input[checked]", "value"), ["help"]);
    // An empty question is no question.
    let page = wanjiru.submit(step(&page).with("deed", "ask")).await.is(422);
    assert_eq!(page.text(".err"), "Write something first.");
    // Who does not look after it does not say that it was seen, and may still walk.
    let mut arjun = app.visit(Who::Arjun).await;
    let page = arjun.get(&address).await.is(200);
    assert!(!page.has("button[value=acknowledge]"));
    arjun.submit(step(&page).with("deed", "next")).await.is(303);
    for wrong in [
        format!("/o/saltmarsh/review/steps/key-results/{}", id(9999)),
        STEPS.replace("team=all", "team=shore"),
    ] {
        arjun.get(&wrong).await.is(404);
    }
}

#[tokio::test]
async fn an_objective_without_key_results_is_a_stop_of_its_own() {
    let app = TestApp::new().await;
    app.run(&format!("update key_result set dropped_at = now() where id = '{}'", id(KR_RETIRED))).await;
    let mut ines = app.visit(Who::Ines).await;
    let address = format!("/o/saltmarsh/review/steps/objectives/{}?team=forecast", id(OBJ_RETIRE));
    let page = ines.get(&address).await.is(200);
    assert_eq!(page.h1(), "Retire the hand-tuned corrections");
    let form = step(&page).fill("outcome", "let_go").with("deed", "next");
    ines.submit(form).await.is(303);
    let page = ines.get("/o/saltmarsh/review/summary?team=forecast").await.is(200);
    assert_eq!(page.texts("section h2"), ["Let it go"]);
    // Nobody of another team is told what a private team's lead found.
    let sent = ines.submit(step(&page)).await.is(303);
    let kept = sent.leads_to().split('?').next().unwrap().to_owned();
    app.run(&format!("update team set private = true where id = '{}'", id(FORECAST))).await;
    app.visit(Who::Wanjiru).await.get(&kept).await.is(404);
    app.visit(Who::Arjun).await.get(&kept).await.is(200);
}

#[tokio::test]
async fn the_report_says_what_a_cycle_came_to() {
    let app = TestApp::new().await;
    check_in(&app, KR_ERROR, Who::Ines, "2026-10-16T10:00:00Z", "26", "at_risk").await;
    check_in(&app, KR_ERROR, Who::Ines, "2026-12-18T10:00:00Z", "19.3", "on_track").await;
    app.at("2027-01-04T09:00:00Z");
    app.run(&format!(
        "insert into key_result_grade (org_id, key_result_id, grade, note, cause, outlook, member_id, at)
         values ('{0}', '{1}', 0.9, 'As good as it gets.', 'Two gauges were down.', 'carry', '{2}', now());
         insert into objective_grade (org_id, objective_id, grade, learned, member_id, at)
         values ('{0}', '{3}', 0.8, 'Calibrate before the season.', '{2}', now())",
        id(SALTMARSH),
        id(KR_ERROR),
        Who::Ines.member(),
        id(OBJ_MODEL)
    ))
    .await;
    check_in(&app, KR_FOULING, Who::Tama, "2026-12-18T21:00:00Z", "30", "at_risk").await;
    let report = format!("/o/saltmarsh/cycles/{}/report", id(Q4));
    let page = app.visit(Who::Arjun).await.get(&report).await.is(200);
    assert!(page.body.contains("1 of 5 key results is graded."), "{}", page.text(".lede"));
    let row = page.texts("tbody tr").into_iter().find(|text| text.contains("surge-height")).unwrap();
    for part in
        ["As good as it gets.", "Two gauges were down.", "19.3", "from 31 to 18", "0.9", "is to go on"]
    {
        assert!(row.contains(part), "{part}: {row}");
    }
    assert!(page.body.contains("Calibrate before the season."));
    // A team's own, which anybody can be sent; not of a private one.
    let page = app.visit(Who::Olga).await.get(&format!("{report}?team=forecast")).await.is(200);
    assert!(!page.body.contains("fouling"));
    app.run(&format!("update team set private = true where id = '{}'", id(FORECAST))).await;
    app.visit(Who::Olga).await.get(&format!("{report}?team=forecast")).await.is(404);
    assert!(!app.visit(Who::Olga).await.get(&report).await.body.contains("surge-height"));
    app.visit(Who::Eve).await.get(&report).await.is(404);
}
