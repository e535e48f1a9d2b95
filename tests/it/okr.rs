//! People set objectives, measure key results, correct themselves, change their minds and say why.

use crate::support::cast::{
    FIELD, FORECAST, KR_ERROR, KR_FIRMWARE, KR_FOULING, KR_RETIRED, KR_SHORE, KR_SIX, OBJ_MODEL, OBJ_RETIRE,
    OBJ_SENSORS, OBJ_SHORE, Q4, SALTMARSH, SHORE_Q4, Who, id,
};
use crate::support::{Page, TestApp};
use meridian::clockwork;
use meridian::ids::{MemberId, OrgId};
use meridian::okr;

fn key_result(number: u64) -> String {
    format!("/o/saltmarsh/key-results/{}", id(number))
}

fn objective(number: u64) -> String {
    format!("/o/saltmarsh/objectives/{}", id(number))
}

/// Somebody checks in on a key result's page.
async fn check_in(app: &TestApp, who: Who, number: u64, value: &str, confidence: &str, note: &str) -> Page {
    let mut visitor = app.visit(who).await;
    let page = visitor.get(&key_result(number)).await.is(200);
    let form = page.form("#check-in").without("value").without("confidence").fill("note", note);
    visitor.submit(form.with("value", value).with("confidence", confidence)).await
}

/// The background task looks once.
async fn tick(app: &TestApp) {
    for done in clockwork::tick(&app.app, app.now()).await.unwrap() {
        done.did.unwrap();
    }
}

#[tokio::test]
async fn ines_reads_how_the_quarter_stands() {
    let app = TestApp::new().await;
    check_in(&app, Who::Ines, KR_ERROR, "24.1", "on_track", "The Azores are done.").await.is(303);
    check_in(&app, Who::Arjun, KR_SIX, "97,2", "on_track", "").await.is(303);
    check_in(&app, Who::Tama, KR_FOULING, "41", "off_track", "Mussels again.").await.is(303);
    tick(&app).await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get("/o/saltmarsh/okrs").await.is(200);
    // Nobody measured the other two, and it is long past two working days after they were due.
    assert_eq!(
        page.h1(),
        "Two of five key results are on track. One is off track, two are stale and one has no owner."
    );
    assert_eq!(page.texts(".eyebrow > *"), ["Q4 2026", "28 Sept to 27 Dec", "Week 8 of 13"]);
    assert_eq!(page.attrs(".neat", "aria-label"), ["Week 8 of 13: 55% of the cycle has passed"]);
    assert_eq!(page.texts(".filters a"), ["All", "Mine", "Forecast", "Needs a look"]);
    assert_eq!(
        page.texts(".tree > li > .obj"),
        ["The model is right when it matters", "Sensors look after themselves"]
    );
    assert_eq!(page.texts(".tree ul > li > .obj"), ["Retire the hand-tuned corrections"]);
    assert_eq!(
        page.texts(".tree > li:first-child > details > summary"),
        ["Forecast team. Inês Duarte. 63% done"]
    );
    let row = |title: &str| format!(".kr:has(a[href='{}']) {title}", key_result(KR_ERROR));
    assert_eq!(page.text(&row(".nw")), "24.1 cm");
    assert_eq!(page.text(&row(".conf")), "On track");
    assert_eq!(page.text(&row(".meta span:last-child")), "Inês, today");
    assert_eq!(
        page.attrs(&row(".bar"), "aria-label"),
        ["Median surge-height error at 72 hours: 53% of the way, 55% expected by today"]
    );
    // What is stale has no colour.
    let firmware = format!(".kr:has(a[href='{}'])", key_result(KR_FIRMWARE));
    assert_eq!(page.text(&format!("{firmware} .conf")), "Stale");
    assert!(!page.has(&format!("{firmware} .conf.on, {firmware} .m.on")));
    assert_eq!(page.text(&format!("{firmware} .nw")), "–");
}

#[tokio::test]
async fn the_tree_shows_what_was_asked_for() {
    let app = TestApp::new().await;
    check_in(&app, Who::Arjun, KR_SIX, "97.2", "on_track", "").await.is(303);
    tick(&app).await;
    let mut arjun = app.visit(Who::Arjun).await;
    let titles = |page: &Page| page.texts(".kr .t");
    let mine = arjun.get("/o/saltmarsh/okrs?show=mine").await.is(200);
    assert_eq!(titles(&mine), ["Forecasts published by 06:00 local"]);
    assert_eq!(mine.text(".filters [aria-current]"), "Mine");
    let look = arjun.get("/o/saltmarsh/okrs?show=look").await.is(200);
    assert_eq!(titles(&look).len(), 4);
    assert!(!titles(&look).contains(&"Forecasts published by 06:00 local".to_owned()));
    let forecast = arjun.get(&format!("/o/saltmarsh/okrs?cycle={}&show=forecast", id(Q4))).await.is(200);
    assert_eq!(forecast.texts(".obj").len(), 2);
    for address in ["?show=nobody", "?show=shore", "?cycle=x", &format!("?cycle={}", id(SHORE_Q4))] {
        arjun.get(&format!("/o/saltmarsh/okrs{address}")).await.is(404);
    }
    // Wanjiru's team has no objective yet, and that is no fault.
    let field = app.visit(Who::Wanjiru).await.get("/o/saltmarsh/okrs?show=field").await.is(200);
    assert!(field.texts("p").contains(&"Nothing to show here.".to_owned()));
}

#[tokio::test]
async fn who_checks_in_sees_it_at_once() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let before = ines.get(&key_result(KR_ERROR)).await.is(200);
    assert_eq!(before.text(".big"), "– cm, on the way from 31 to 18");
    // Its first check-in was due on 2 October.
    assert_eq!(before.text(".big + .conf"), "Stale");
    let form =
        before.form("#check-in").fill("value", "24,1").fill("note", "The Azores are on learned corrections.");
    let answer = ines.submit(form.with("confidence", "on_track")).await.is(303);
    let page = ines.follow(answer).await.is(200);
    assert_eq!(page.text("[role=status]"), "Checked in.");
    assert_eq!(page.text(".big"), "24.1 cm, on the way from 31 to 18");
    assert!(
        page.text(".bar + .soft")
            .starts_with("53% of the way. The calendar expects 55% today, so this is 0.3 cm behind pace.")
    );
    assert_eq!(page.texts(".post h3"), ["24.1 cm"]);
    assert_eq!(page.texts(".post .say"), ["The Azores are on learned corrections."]);
    assert_eq!(page.texts(".post time"), ["Tuesday 17 November. Inês Duarte"]);
    assert_eq!(page.attrs("circle.dot", "class"), ["dot on"]);
    assert_eq!(page.texts("figure tbody :is(th, td)"), ["Tuesday 17 November", "24.1 cm", "On track"]);
    assert!(
        page.text("desc")
            .starts_with("From 24.1 cm to 24.1 cm. The straight line to 18 cm expects 23.8 cm today.")
    );
    let facts = page.texts(".kv dd");
    assert_eq!(facts[1], "By the end of Friday 20 November in Lisbon");
    assert_eq!(facts[2], "Today, 09:24");
    assert!(page.texts("details li").contains(&"(24.1 − 31) ÷ (18 − 31) = 0.530769".to_owned()));
    assert!(
        page.texts("details li")
            .contains(&"36 of 65 working days have passed, so 0.553846 is expected.".to_owned())
    );
    // The form starts from what was said last.
    assert_eq!(page.attrs("#value", "value"), ["24.1"]);
    assert_eq!(page.attrs("input[name=confidence][checked]", "value"), ["on_track"]);
    assert_eq!(app.count(&format!("from roll_up_due where cycle_id = '{}'", id(Q4))).await, 1);
}

#[tokio::test]
async fn the_same_form_sent_twice_is_one_check_in() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&key_result(KR_ERROR)).await;
    let form = || page.form("#check-in").fill("value", "25").with("confidence", "at_risk");
    ines.submit(form()).await.is(303);
    ines.submit(form()).await.is(303);
    assert_eq!(app.count("from check_in").await, 1);
    assert_eq!(app.count("from roll_up_due").await, 1);
}

#[tokio::test]
async fn a_correction_stands_beside_what_it_corrects() {
    let app = TestApp::new().await;
    app.at("2026-11-12T10:00:00Z");
    check_in(&app, Who::Ines, KR_ERROR, "42.1", "off_track", "A slip of the finger.").await.is(303);
    tick(&app).await;
    app.at("2026-11-17T09:24:00Z");
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&key_result(KR_ERROR)).await;
    let page = ines.get(&page.link("Correct this").replace("#check-in", "")).await.is(200);
    assert_eq!(page.text("#check-in h2"), "Correct 42.1 cm of Thursday 12 November");
    let form = || page.form("#check-in").fill("value", "24.1").fill("confidence", "on_track");
    let answer = ines.submit(form()).await.is(303);
    let page = ines.follow(answer).await;
    assert_eq!(page.text(".big"), "24.1 cm, on the way from 31 to 18");
    assert_eq!(page.texts(".post h3"), ["24.1 cm", "42.1 cm"]);
    assert!(
        page.texts(".post p").contains(&"A correction of 42.1 cm, said on Thursday 12 November.".to_owned())
    );
    assert!(page.texts(".post p").contains(&"Corrected on Tuesday 17 November.".to_owned()));
    // It says what was so then, so it is drawn there, and the days since then are looked at again.
    assert_eq!(page.attrs("circle.dot", "class"), ["dot on"]);
    assert_eq!(app.count("from roll_up_due where since = '2026-11-12T10:00:00Z'").await, 1);
    // It is as fresh as what it corrects.
    assert_eq!(page.texts(".kv dd")[2], "5 days ago, 10:00");
    // What was corrected can't be corrected again, and nothing else can be called a correction of it.
    let first: uuid::Uuid = sqlx::query_scalar("select id from check_in order by at limit 1")
        .fetch_one(&mut app.raw().await)
        .await
        .unwrap();
    ines.get(&format!("{}?correct={first}", key_result(KR_ERROR))).await.is(404);
    let again = page.form("#check-in").with("replaces", &first.to_string());
    let page = ines.submit(again).await.is(422);
    assert_eq!(
        page.texts("[role=alert] li"),
        ["Somebody corrected it already. Open the page again to see how."]
    );
    let strange = page.form("#check-in").without("replaces").with("replaces", &id(1).to_string());
    ines.submit(strange).await.is(404);
}

#[tokio::test]
async fn bad_input_comes_back_with_sentences() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let long = "x".repeat(5001);
    let page = ines.get(&key_result(KR_ERROR)).await;
    let form = page.form("#check-in").fill("value", "twelve").fill("note", &long);
    let page = ines.submit(form).await.is(422);
    assert!(page.text("head > title").starts_with("Error:"));
    assert_eq!(page.texts("[role=alert] li").len(), 3);
    assert_eq!(page.attrs("#value", "value"), ["twelve"]);
    assert_eq!(page.texts("#note"), [long]);
    for (value, sentence) in [
        ("1e9", "Enter a number, such as 17 or 5.9."),
        ("NaN", "Enter a number, such as 17 or 5.9."),
        ("", "Enter the new value."),
        ("2000000000000", "Enter a number below a million million."),
        ("1.0000001", "Give at most six decimals."),
    ] {
        let page = check_in(&app, Who::Ines, KR_ERROR, value, "on_track", "").await.is(422);
        assert_eq!(page.text("#value-err"), sentence, "{value}");
    }
    let page = check_in(&app, Who::Ines, KR_RETIRED, "0.5", "on_track", "").await.is(422);
    assert_eq!(page.text("#value-err"), "Choose yes or not yet.");
    check_in(&app, Who::Ines, KR_RETIRED, "1", "on_track", "").await.is(303);
    assert_eq!(ines.get(&key_result(KR_RETIRED)).await.text(".big"), "Yes reached or not");
    assert_eq!(app.count("from check_in").await, 1);
    // Words are shown as typed and do nothing.
    check_in(&app, Who::Ines, KR_ERROR, "24", "on_track", "<script>alert(1)</script>\0").await.is(303);
    assert_eq!(ines.get(&key_result(KR_ERROR)).await.texts(".post .say"), ["<script>alert(1)</script>"]);
}

#[tokio::test]
async fn each_role_may_what_the_table_says() {
    let app = TestApp::new().await;
    //                        page  measure  edit  edit       edit     add to    new
    //                                       KR    objective  sensors  model     objective
    for (who, answers) in [
        (Who::Ines, [200, 303, 200, 200, 403, 200, 200]),
        (Who::Arjun, [200, 403, 403, 403, 403, 403, 200]),
        (Who::Tama, [200, 403, 403, 403, 200, 403, 200]),
        (Who::Wanjiru, [200, 403, 403, 403, 403, 403, 200]),
        (Who::Otieno, [200, 403, 403, 403, 403, 403, 200]),
        (Who::Nuno, [200, 303, 200, 200, 200, 200, 200]),
        (Who::Sanne, [200, 303, 200, 200, 200, 200, 200]),
        (Who::Olga, [200, 403, 403, 403, 403, 403, 403]),
        (Who::Eve, [404, 404, 404, 404, 404, 404, 404]),
    ] {
        let mut visitor = app.visit(who).await;
        let mut found = vec![visitor.get(&key_result(KR_ERROR)).await.status.as_u16()];
        let key = meridian::ids::SubmissionKey::fresh().to_string();
        let sent = [("value", "24"), ("confidence", "on_track"), ("submission_key", key.as_str())];
        found.push(visitor.post(&format!("{}/check-ins", key_result(KR_ERROR)), &sent).await.status.as_u16());
        for address in [
            format!("{}/edit", key_result(KR_ERROR)),
            format!("{}/edit", objective(OBJ_MODEL)),
            format!("{}/edit", objective(OBJ_SENSORS)),
            format!("{}/key-results/new", objective(OBJ_MODEL)),
            format!("/o/saltmarsh/objectives/new?cycle={}", id(Q4)),
        ] {
            found.push(visitor.get(&address).await.status.as_u16());
        }
        assert_eq!(found, answers, "{who:?}");
        let offered = visitor.get(&key_result(KR_ERROR)).await.has("#check-in");
        assert_eq!(offered, answers[1] == 303, "{who:?} is offered what they may");
    }
    // Whoever owns a key result measures it, in a team or not.
    check_in(&app, Who::Arjun, KR_SIX, "97", "on_track", "").await.is(303);
    check_in(&app, Who::Tama, KR_FIRMWARE, "120", "at_risk", "").await.is(303);
    // And who may not read a form may not send it either.
    let mut arjun = app.visit(Who::Arjun).await;
    for (address, fields) in [
        (format!("{}/drop", key_result(KR_ERROR)), vec![]),
        (format!("{}/drop", objective(OBJ_MODEL)), vec![]),
        (
            format!("{}/edit", objective(OBJ_MODEL)),
            vec![("submission_key", "0190d1a8-0000-7000-8000-000000000001")],
        ),
        (
            format!("{}/edit", key_result(KR_ERROR)),
            vec![("submission_key", "0190d1a8-0000-7000-8000-000000000001")],
        ),
        (
            format!("{}/key-results", objective(OBJ_MODEL)),
            vec![("submission_key", "0190d1a8-0000-7000-8000-000000000001")],
        ),
    ] {
        arjun.post(&address, &fields).await.is(403);
    }
    app.stranger().get("/o/saltmarsh/okrs").await.is(303);
}

#[tokio::test]
async fn what_is_not_here_is_not_here() {
    let app = TestApp::new().await;
    let mut nuno = app.visit(Who::Nuno).await;
    for address in [
        key_result(KR_SHORE),
        objective(OBJ_SHORE),
        key_result(999),
        objective(999),
        format!("/o/saltmarsh/cycles/{}", id(SHORE_Q4)),
        format!("/o/saltmarsh/objectives/new?cycle={}", id(SHORE_Q4)),
        format!("/o/saltmarsh/objectives/new?cycle={}&parent={}", id(Q4), id(OBJ_SHORE)),
        "/o/saltmarsh/key-results/x".to_owned(),
        "/o/saltmarsh/objectives/1".to_owned(),
        "/o/saltmarsh/cycles/..".to_owned(),
    ] {
        nuno.get(&address).await.is(404);
    }
    let page = nuno.get(&format!("{}/edit", objective(OBJ_MODEL))).await.is(200);
    for (field, value) in [
        ("owner", Who::Eve.member().to_string()),
        ("team", id(303).to_string()),
        ("parent", id(OBJ_SHORE).to_string()),
        ("ambition", "wild".to_owned()),
        ("weight", "9".to_owned()),
    ] {
        nuno.submit(page.form("form.sheet").fill(field, &value)).await.is(404);
    }
    let page = nuno.get(&format!("{}/edit", key_result(KR_ERROR))).await.is(200);
    for (field, value) in
        [("owner", Who::Eve.member().to_string()), ("kind", "wild".to_owned()), ("weekday", "8".to_owned())]
    {
        nuno.submit(page.form("form.sheet").fill(field, &value)).await.is(404);
    }
}

#[tokio::test]
async fn otieno_writes_an_objective_and_wanjiru_measures_it() {
    let app = TestApp::new().await;
    let mut otieno = app.visit(Who::Otieno).await;
    let page = otieno.get("/o/saltmarsh/okrs").await;
    let page = otieno.get(&page.link("New objective")).await.is(200);
    // He may write for his team, and neither for another nor for the whole organisation.
    assert_eq!(page.texts("#team option"), ["Field team"]);
    let form = page
        .form("form.sheet")
        .fill("title", " Warnings reach\tthe person ")
        .fill("parent", &id(OBJ_MODEL).to_string());
    assert!(form.fields.contains(&("owner".to_owned(), Who::Otieno.member().to_string())));
    let sent = otieno.submit(form).await.is(303);
    let again = page.form("form.sheet").fill("title", "Warnings reach the person");
    otieno.submit(again).await.is(303);
    assert_eq!(app.count("from objective where title = 'Warnings reach the person'").await, 1);
    let page = otieno.follow(sent).await.is(200);
    assert_eq!(page.h1(), "Warnings reach the person");
    assert_eq!(page.text("[role=status]"), "It is there.");
    assert_eq!(page.text(".big"), "–");

    let page = otieno.get(&page.link("Add key result")).await.is(200);
    let form = page
        .form("form.sheet")
        .fill("title", "")
        .fill("baseline", "46")
        .fill("target", "46,0")
        .fill("owner", "");
    let page = otieno.submit(form).await.is(422);
    assert_eq!(
        page.texts("[role=alert] li"),
        [
            "Say what you will measure. For example: “Sensor-days lost to fouling”.",
            "The target must differ from the start, which is 46. To keep a number where it is, choose “within bounds”.",
            "Choose an owner, or say there is none yet.",
        ]
    );
    assert_eq!(page.attrs("#baseline", "value"), ["46"]);
    let form = page.form("form.sheet").fill("title", "Towns with a rehearsed drill").fill("target", "4");
    let page = otieno.submit(form.fill("owner", &Who::Wanjiru.member().to_string())).await.is(422);
    assert_eq!(page.texts("[role=alert] li"), ["It should rise, so the target must lie above the start."]);
    let form = page.form("form.sheet").fill("baseline", "4").fill("target", "24").fill("unit", "towns");
    let sent = otieno.submit(form).await.is(303);
    let page = otieno.follow(sent).await.is(200);
    assert_eq!(page.text(".big"), "– towns, on the way from 4 to 24");

    // Wanjiru owns it.
    let mut wanjiru = app.visit(Who::Wanjiru).await;
    let form =
        wanjiru.get(&page.address).await.form("#check-in").fill("value", "11").with("confidence", "at_risk");
    wanjiru.submit(form).await.is(303);
    tick(&app).await;
    let tree = wanjiru.get("/o/saltmarsh/okrs?show=mine").await;
    assert_eq!(tree.texts(".kr .nw"), ["11 of 24"]);
    // It serves a Forecast objective, which is shown above it.
    assert_eq!(tree.texts(".obj"), ["The model is right when it matters", "Warnings reach the person"]);
    assert!(tree.texts("summary").contains(&"Field team. Otieno Odhiambo. 35% done".to_owned()));
}

#[tokio::test]
async fn changing_the_terms_needs_a_reason_and_stays_in_the_history() {
    let app = TestApp::new().await;
    check_in(&app, Who::Ines, KR_ERROR, "24.1", "on_track", "").await.is(303);
    app.at("2026-11-17T10:00:00Z");
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&format!("{}/edit", key_result(KR_ERROR))).await.is(200);
    assert_eq!(page.attrs("#target", "value"), ["18"]);
    let page = ines.submit(page.form("form.sheet").fill("target", "20").fill("weight", "3")).await.is(422);
    assert_eq!(page.texts("[role=alert] li"), ["Say why the terms change. It stays in the history."]);
    let form = page.form("form.sheet").fill("reason", "The gauges at sea are out until spring.");
    let sent = ines.submit(form).await.is(303);
    let page = ines.follow(sent).await.is(200);
    assert_eq!(page.text(".big"), "24.1 cm, on the way from 31 to 20");
    assert_eq!(
        page.texts(".post h3"),
        ["The aim went from 18 cm to 20 cm. Its weight went from 1 to 3.", "24.1 cm"]
    );
    assert_eq!(page.texts(".post .say"), ["The gauges at sea are out until spring."]);
    // What is no term needs none.
    let page = ines.get(&format!("{}/edit", key_result(KR_ERROR))).await;
    ines.submit(page.form("form.sheet").fill("title", "Median error").fill("owner", "none")).await.is(303);
    let page = ines.get(&key_result(KR_ERROR)).await;
    assert_eq!(page.h1(), "Median error");
    assert_eq!(page.texts(".kv dd")[0], "?No owner yet");
    assert_eq!(app.count("from key_result_terms where member_id is not null").await, 1);
    // Before a cycle opens, everything can still be changed.
    app.run("update cycle set first_date = '2026-12-07', last_date = '2026-12-27', state = 'draft'").await;
    let page = ines.get(&format!("{}/edit", key_result(KR_FOULING))).await.is(403);
    drop(page);
    let page = ines.get(&format!("{}/edit", key_result(KR_SIX))).await.is(200);
    assert!(!page.has("#reason"));
    ines.submit(page.form("form.sheet").fill("target", "99")).await.is(303);
}

#[tokio::test]
async fn an_objective_shows_what_it_follows_from() {
    let app = TestApp::new().await;
    check_in(&app, Who::Ines, KR_ERROR, "24.1", "on_track", "The Azores are on learned corrections.")
        .await
        .is(303);
    check_in(&app, Who::Arjun, KR_SIX, "97.2", "on_track", "Six days in a row.").await.is(303);
    tick(&app).await;
    let mut mia = app.visit(Who::Mia).await;
    let page = mia.get(&objective(OBJ_MODEL)).await.is(200);
    assert_eq!(page.h1(), "The model is right when it matters");
    assert_eq!(page.text(".big"), "63%");
    assert_eq!(page.text("aside .bar + .soft"), "Average of its two parts. 55% expected today.");
    assert_eq!(
        page.texts("aside .tbl td"),
        [
            "Median surge-height error at 72 hours",
            "1",
            "0.530769",
            "Forecasts published by 06:00 local",
            "1",
            "0.729411"
        ]
    );
    assert_eq!(page.texts(".tree .obj"), ["Retire the hand-tuned corrections"]);
    let words = page.texts(".post .say");
    assert!(words.contains(&"Six days in a row.".to_owned()) && words.len() == 2);
    assert!(
        page.texts(".post p").iter().any(|text| text.starts_with("Tuesday afternoon in Kolkata")),
        "{:?}",
        page.texts(".post p")
    );
    // And the others talk about it, here and under a key result.
    for address in [objective(OBJ_MODEL), key_result(KR_ERROR)] {
        let page = mia.get(&address).await.is(200);
        let reply = page.form("form[action$='/comments']").fill("reply", "What about Flores?");
        let sent = mia.submit(reply).await.is(303);
        let page = mia.follow(sent).await.is(200);
        assert!(page.texts("#thread .say").contains(&"What about Flores?".to_owned()), "{address}");
    }
    // Aligned objectives count where the owner chose so.
    let mut ines = app.visit(Who::Ines).await;
    check_in(&app, Who::Ines, KR_RETIRED, "0", "at_risk", "").await.is(303);
    let form = ines
        .get(&format!("{}/edit", objective(OBJ_MODEL)))
        .await
        .form("form.sheet")
        .with("count_aligned", "on");
    ines.submit(form).await.is(303);
    tick(&app).await;
    let page = mia.get(&objective(OBJ_MODEL)).await;
    assert_eq!(page.text(".big"), "42%");
}

#[tokio::test]
async fn the_tree_cannot_loop() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&format!("{}/edit", objective(OBJ_MODEL))).await;
    // Neither itself nor what serves it is offered.
    assert_eq!(
        page.texts("#parent option"),
        [
            "None, it stands on its own",
            "Sensors look after themselves",
            "↳ Sensor-days lost to fouling, per 1,000",
            "↳ Sensors on self-calibrating firmware"
        ]
    );
    for parent in [OBJ_MODEL, OBJ_RETIRE] {
        let form = page.form("form.sheet").fill("parent", &id(parent).to_string());
        let page = ines.submit(form).await.is(422);
        assert_eq!(page.text("#parent-err"), "It would end up serving itself. Choose another one.");
    }
}

#[tokio::test]
async fn what_is_let_go_counts_no_more_and_stays_readable() {
    let app = TestApp::new().await;
    check_in(&app, Who::Ines, KR_ERROR, "24.1", "on_track", "").await.is(303);
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&key_result(KR_ERROR)).await;
    let sent = ines.submit(page.form("form[action$='/drop']")).await.is(303);
    let page = ines.follow(sent).await.is(200);
    assert_eq!(page.text("[role=status]"), "It was let go. Its history stays.");
    assert_eq!(
        page.texts(".kr .t"),
        ["Forecasts published by 06:00 local", "The last hand-tuned station is retired"]
    );
    let page = ines.get(&key_result(KR_ERROR)).await.is(200);
    assert!(!page.has("#check-in") && page.text(".notice").starts_with("It was let go."));
    let key = meridian::ids::SubmissionKey::fresh().to_string();
    let fields = [("submission_key", key.as_str()), ("value", "24"), ("confidence", "on_track")];
    ines.post(&format!("{}/check-ins", key_result(KR_ERROR)), &fields).await.is(404);
    ines.get(&format!("{}/edit", key_result(KR_ERROR))).await.is(404);

    let page = ines.get(&objective(OBJ_MODEL)).await;
    ines.submit(page.form("form[action$='/drop']")).await.is(303);
    let page = ines.get("/o/saltmarsh/okrs").await;
    // What served it stands on its own.
    assert_eq!(
        page.texts(".tree > li > .obj"),
        ["Sensors look after themselves", "Retire the hand-tuned corrections"]
    );
    ines.get(&objective(OBJ_MODEL)).await.is(200);
    ines.get(&key_result(KR_SIX)).await.is(200);
}

#[tokio::test]
async fn a_closed_cycle_is_measured_no_more() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let form = ines
        .get(&key_result(KR_ERROR))
        .await
        .form("#check-in")
        .fill("value", "20")
        .with("confidence", "on_track");
    // The tenth working day after the last date is Friday 8 January.
    app.at("2027-01-09T00:00:00Z");
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.submit(form).await.is(422);
    assert_eq!(page.texts("[role=alert] li"), ["Its cycle is closed, so it can’t be measured any more."]);
    let page = ines.get(&format!("/o/saltmarsh/okrs?cycle={}", id(Q4))).await.is(200);
    assert_eq!(page.h1(), "Q4 2026 is closed. None of five key results reached their targets.");
    assert_eq!(app.count("from check_in").await, 0);
}

#[tokio::test]
async fn a_moved_cycle_has_no_days_outside_it() {
    let app = TestApp::new().await;
    tick(&app).await;
    assert!(app.count("from key_result_day where day < '2026-10-05'").await > 0);
    let mut nuno = app.visit(Who::Nuno).await;
    let address = format!("/o/saltmarsh/cycles/{}/edit", id(Q4));
    let form = nuno.get(&address).await.is(200).form("form.sheet").fill("first", "2026-10-05");
    nuno.submit(form).await.is(303);
    tick(&app).await;
    let saltmarsh = format!("org_id = '{}'", id(SALTMARSH));
    assert_eq!(app.count(&format!("from key_result_day where {saltmarsh} and day < '2026-10-05'")).await, 0);
    assert_eq!(
        app.count(&format!("from key_result_day where {saltmarsh} and key_result_id = '{}'", id(KR_ERROR)))
            .await,
        43
    );
}

#[tokio::test]
async fn an_update_is_given_the_writers_own_key_results() {
    let app = TestApp::new().await;
    check_in(&app, Who::Ines, KR_ERROR, "24.1", "on_track", "Good.").await.is(303);
    tick(&app).await;
    let mut tx = app.app.db.org(OrgId(id(SALTMARSH))).await.unwrap();
    let mine = okr::my_key_results(&mut tx, MemberId(Who::Ines.member()), app.now()).await.unwrap();
    let titles: Vec<_> = mine.iter().map(|one| one.title.as_str()).collect();
    assert_eq!(titles, ["Median surge-height error at 72 hours", "The last hand-tuned station is retired"]);
    let last = mine[0].last.as_ref().unwrap();
    assert_eq!((last.note.as_str(), last.by.name.as_str()), ("Good.", "Inês Duarte"));
    let all = okr::standing::of_cycle(&mut tx, meridian::ids::CycleId(id(Q4)), app.now()).await.unwrap();
    assert_eq!(all.len(), 5);
    assert_eq!(all.iter().filter(|one| one.stale_since().is_some()).count(), 4);
    assert_eq!(
        all.iter().filter(|one| one.team.as_ref().is_some_and(|team| team.id.0 == id(FORECAST))).count(),
        3
    );
    assert!(!all.iter().any(|one| one.team.as_ref().is_some_and(|team| team.id.0 == id(FIELD))));
}
