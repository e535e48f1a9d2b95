//! Every kind of key result, written, measured, refused and shown as people meet it.

use crate::support::cast::{KR_ERROR, OBJ_MODEL, SALTMARSH, Who, id};
use crate::support::{Page, TestApp};
use meridian::clockwork;

/// Inês writes a key result of her objective, saying this of it.
async fn write(app: &TestApp, said: &[(&str, &str)]) -> Page {
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&format!("/o/saltmarsh/objectives/{}/key-results/new", id(OBJ_MODEL))).await.is(200);
    let mut form = page.form("form.sheet").fill("title", "A measure");
    for name in said.iter().map(|(name, _)| *name) {
        form = form.without(name);
    }
    for (name, text) in said {
        form = form.with(name, text);
    }
    ines.submit(form).await
}

/// The same, and it is kept: its address.
async fn written(app: &TestApp, said: &[(&str, &str)]) -> String {
    let page = write(app, said).await.is(303);
    page.leads_to().split('?').next().unwrap().to_owned()
}

async fn check_in(app: &TestApp, at: &str, said: &[(&str, &str)]) -> Page {
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(at).await.is(200);
    let mut form =
        page.form("#check-in").without("value").without("done").without("confidence").without("note");
    for (name, text) in said {
        form = form.with(name, text);
    }
    ines.submit(form).await
}

async fn tick(app: &TestApp) {
    for done in clockwork::tick(&app.app, app.now()).await.unwrap() {
        done.did.unwrap();
    }
}

const BAND: &[(&str, &str)] =
    &[("kind", "keep_within"), ("quantity", "percent"), ("low", "99,5"), ("high", ""), ("every", "weekly")];

#[tokio::test]
async fn a_band_is_kept_or_not_due_date_by_due_date() {
    let app = TestApp::new().await;
    app.at("2026-10-01T09:00:00Z");
    let at = written(&app, BAND).await;
    for (now, value, confidence) in [
        ("2026-10-02T09:00:00Z", "99.8", "on_track"),
        ("2026-10-09T09:00:00Z", "99,2 %", "at_risk"),
        ("2026-10-23T09:00:00Z", "99.5", "on_track"),
    ] {
        app.at(now);
        check_in(&app, &at, &[("value", value), ("confidence", confidence)]).await.is(303);
    }
    app.at("2026-10-26T09:00:00Z");
    tick(&app).await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&at).await.is(200);
    assert_eq!(page.text(".big"), "99.5 %, to be at least 99.5%");
    let said = page.texts("main p").join(" ");
    assert!(said.contains("It was within its bounds in 2 of 3 check-ins that count: 67%."), "{said}");
    assert!(said.contains("1 of 4 due dates without data."), "{said}");
    assert!(page.has("rect.within") && !page.has(".plan"));
    let tree = ines.get("/o/saltmarsh/okrs").await.is(200);
    assert!(tree.texts(".kr .nw").contains(&"2 of 3 kept".to_owned()), "{:?}", tree.texts(".kr .nw"));
    assert_eq!(app.count("from key_result_day where progress = 0.666666").await, 3);
    let today = ines.get("/o/saltmarsh/today").await.is(200);
    assert!(
        today
            .texts(".krin p")
            .iter()
            .any(|was| was.starts_with("99.5%") && was.ends_with("aiming for at least 99.5%"))
    );
}

const STEPS: &[(&str, &str)] = &[
    ("kind", "milestones"),
    ("pace", "checkpoints"),
    ("step_id", ""),
    ("step_id", ""),
    ("step_name", "The pilot"),
    ("step_name", "All harbours"),
    ("step_due", "2026-10-16"),
    ("step_due", ""),
    ("step_weight", "1"),
    ("step_weight", "3"),
];

#[tokio::test]
async fn milestones_are_ticked_off_with_a_note_each() {
    let app = TestApp::new().await;
    app.at("2026-10-12T09:00:00Z");
    let at = written(&app, STEPS).await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&at).await.is(200);
    assert_eq!(page.texts(".steps h3"), ["The pilot", "All harbours"]);
    assert_eq!(page.texts(".steps p"), ["By Friday 16 October. Weight 1.", "Weight 3."]);
    check_in(&app, &at, &[("confidence", "on_track")]).await.is(303);
    assert_eq!(ines.get(&at).await.texts(".post h3"), ["0 steps"], "nothing is done, and that is a word");
    app.at("2026-10-12T10:00:00Z");
    let ids = page.attrs("#check-in input[name=done]", "value");
    let said =
        [("done", ids[0].as_str()), ("confidence", "on_track"), ("note", "Three boats, no complaints.")];
    check_in(&app, &at, &said).await.is(303);
    let page = ines.get(&at).await;
    assert_eq!(page.text(".big"), "1 of 2 steps done");
    assert_eq!(page.texts(".steps .done p")[0], "Done on Monday 12 October. Inês Duarte. Weight 1.");
    assert_eq!(page.texts(".steps .say"), ["Three boats, no complaints."]);
    assert_eq!(page.texts(".post h3"), ["Done: The pilot", "0 steps"]);
    assert_eq!(page.attrs("#check-in input[name=done][checked]", "value"), ids[..1]);
    // A step of somebody else's is none of this key result's.
    let strange = id(1).to_string();
    let page = check_in(&app, &at, &[("done", &strange), ("confidence", "on_track")]).await.is(422);
    assert_eq!(page.text("#value-err"), "Its steps were changed meanwhile. Open the page again to see them.");
    // The row of the update has the same boxes.
    tick(&app).await;
    app.at("2026-10-13T09:00:00Z");
    let today = ines.get("/o/saltmarsh/today").await.is(200);
    let key_result = at.rsplit('/').next().unwrap();
    let field = |step: &str| format!("done-{step}_{key_result}");
    let form = today.form("form[action$=updates]").with(&field(&ids[1]), "1");
    let first = today.attrs("form[action$=updates] textarea", "name")[0].clone();
    ines.submit(form.fill(&first, "Went to every harbour.")).await.is(303);
    assert_eq!(app.count("from check_in where value = 2 and cardinality(done) = 2").await, 1);
    tick(&app).await;
    let tree = ines.get("/o/saltmarsh/okrs").await;
    assert!(tree.texts(".kr .nw").contains(&"2 of 2 steps".to_owned()));
}

#[tokio::test]
async fn time_and_money_are_typed_as_people_write_them() {
    let app = TestApp::new().await;
    let faster = [("kind", "decrease"), ("quantity", "duration"), ("baseline", "2:30"), ("target", "45 min")];
    let at = written(&app, &faster).await;
    let page = check_in(&app, &at, &[("value", "90"), ("confidence", "on_track")]).await.is(422);
    assert_eq!(page.text("#value-err"), "Write it like 2 h 30 min, 45 s or 2:30.");
    check_in(&app, &at, &[("value", "1,5 h"), ("confidence", "on_track")]).await.is(303);
    assert_eq!(app.count("from check_in where value = 5400").await, 1);
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&at).await;
    assert_eq!(page.text(".big").replace('\u{a0}', " "), "1 h 30 min on the way from 2 h 30 min to 45 min");
    assert_eq!(page.attrs("#value", "value")[0].replace('\u{a0}', " "), "1 h 30 min");
    let money = [("quantity", "money"), ("unit", "eur"), ("baseline", "0"), ("target", "120 000")];
    let at = written(&app, &money).await;
    check_in(&app, &at, &[("value", "€1.234,50"), ("confidence", "on_track")]).await.is(303);
    assert_eq!(app.count("from check_in where value = 1234.5").await, 1);
    assert_eq!(ines.get(&at).await.text(".big"), "€1,234.50 on the way from €0 to €120,000");
}

#[tokio::test]
async fn the_same_is_one_tap() {
    let app = TestApp::new().await;
    let at = format!("/o/saltmarsh/key-results/{}", id(KR_ERROR));
    check_in(&app, &at, &[("value", "24.1"), ("confidence", "at_risk")]).await.is(303);
    app.at("2026-11-24T09:00:00Z");
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&at).await;
    assert_eq!(page.text("#check-in button[name=same]"), "The same: 24.1 cm, At risk");
    ines.submit(page.form("#check-in").fill("value", "").with("same", "1")).await.is(303);
    assert_eq!(app.count("from check_in where value = 24.1 and confidence = 'at_risk'").await, 2);
}

#[tokio::test]
async fn what_does_not_hold_together_is_refused_where_it_stands() {
    let app = TestApp::new().await;
    for (said, field, sentence) in [
        (&[("kind", "keep_within")][..], "low", "Say at least how much, or at most how much."),
        (
            &[("kind", "keep_within"), ("low", "5"), ("high", "3")],
            "high",
            "This must not lie below the other bound.",
        ),
        (&[("kind", "milestones")], "step_name_1", "Write down at least one step."),
        (
            &[("baseline", "7"), ("target", "7")],
            "target",
            "The target must differ from the start, which is 7. To keep a number where it is, choose “within bounds”.",
        ),
        (
            &[("quantity", "money"), ("unit", "pebbles"), ("baseline", "0"), ("target", "7")],
            "unit",
            "Enter a currency by its three letters, such as EUR.",
        ),
        (
            &[("baseline", "0"), ("target", "7"), ("pace", "checkpoints")],
            "pace",
            "Give at least one date: of a step, or of a checkpoint.",
        ),
        (
            &[("kind", "yes_no"), ("pace", "checkpoints")],
            "pace",
            "Only numbers on their way and steps have dates to go by.",
        ),
        (
            &[
                ("baseline", "0"),
                ("target", "7"),
                ("pace", "checkpoints"),
                ("point_on", "2027-03-01"),
                ("point_value", "3"),
            ],
            "point_on_1",
            "Choose a date from Monday 28 September to Saturday 26 December.",
        ),
    ] {
        let page = write(&app, said).await.is(422);
        assert_eq!(page.text(&format!("#{field}-err")), sentence, "{said:?}");
    }
    assert_eq!(app.count("from key_result").await, 6, "nothing was kept");
    // More rows are asked for without a script, and nothing typed is lost.
    let page =
        write(&app, &[("kind", "milestones"), ("step_name", "The pilot"), ("more", "steps")]).await.is(200);
    assert_eq!(page.attrs("#step_name_1", "value"), ["The pilot"]);
    assert_eq!(page.attrs("input[name=step_name]", "id").len(), 4);
}

#[tokio::test]
async fn checkpoints_move_the_expectation_and_stay_in_the_history() {
    let app = TestApp::new().await;
    app.at("2026-10-30T09:00:00Z");
    let said = [
        ("kind", "increase"),
        ("baseline", "0"),
        ("target", "40"),
        ("pace", "checkpoints"),
        ("point_on", "2026-11-16"),
        ("point_on", "2026-10-17"),
        ("point_value", "30"),
        ("point_value", "10"),
    ];
    let at = written(&app, &said).await;
    check_in(&app, &at, &[("value", "16"), ("confidence", "on_track")]).await.is(303);
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&at).await;
    // On the 30th the 29th is over: 12 of 30 days on the way from 10 to 30.
    let said = page.texts("main p").join(" ");
    assert!(said.contains("40% of the way. The calendar expects 45% today"), "{said}");
    assert!(
        page.texts(".kv dd").contains(&"10 by Saturday 17 October30 by Monday 16 November".to_owned()),
        "{:?}",
        page.texts(".kv dd")
    );
    let page = ines.get(&format!("{at}/edit")).await.is(200);
    assert_eq!(page.attrs("#point_on_2", "value"), ["2026-11-16"]);
    let form = page.form("form.sheet").fill("pace", "linear").fill("reason", "Steady after all.");
    ines.submit(form).await.is(303);
    assert!(ines.get(&at).await.texts(".post h3").contains(&"Its pace is another.".to_owned()));
}

#[tokio::test]
async fn what_was_measured_stays_a_number_or_stays_made_of_steps() {
    let app = TestApp::new().await;
    let at = format!("/o/saltmarsh/key-results/{}", id(KR_ERROR));
    check_in(&app, &at, &[("value", "24.1"), ("confidence", "on_track")]).await.is(303);
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&format!("{at}/edit")).await;
    let form = page.form("form.sheet").fill("kind", "milestones").fill("reason", "Another way.");
    let form = form.without("step_name").with("step_name", "One step");
    let page = ines.submit(form).await.is(422);
    assert_eq!(
        page.text("#kind-err"),
        "It was measured already, so its check-ins would no longer fit. Let it go and write another."
    );
    // As a band its check-ins fit: it is the number it was.
    app.at("2026-11-18T09:00:00Z");
    let form = page.form("form.sheet").fill("kind", "keep_within").fill("high", "25");
    ines.submit(form).await.is(303);
    let page = ines.get(&at).await;
    assert_eq!(page.text(".big"), "24.1 cm, to be at most 25 cm");
    assert_eq!(
        page.texts(".post h3")[0],
        "It is measured in another way. The aim went from 18 cm to at most 25 cm."
    );
}

#[tokio::test]
async fn the_database_keeps_each_kind_in_its_shape() {
    let app = TestApp::new().await;
    let step =
        r#"{"id": "00000000-0000-7000-8000-000000000001", "name": "The pilot", "weight": 1, "due": null}"#;
    let unnamed = step.replace("The pilot", "");
    let heavy = step.replace("\"weight\": 1", "\"weight\": 6");
    for (kind, ends, pace, low, high, steps, points, holds) in [
        ("keep_within", "0, 1", "linear", "3", "5", String::new(), "", true),
        ("keep_within", "0, 1", "linear", "null", "null", String::new(), "", false),
        ("keep_within", "0, 1", "linear", "5", "3", String::new(), "", false),
        ("keep_within", "0, 2", "linear", "3", "5", String::new(), "", false),
        ("keep_within", "0, 1", "checkpoints", "3", "5", String::new(), "", false),
        ("increase", "0, 9", "linear", "3", "null", String::new(), "", false),
        ("increase", "0, 9", "linear", "null", "null", step.to_owned(), "", false),
        ("milestones", "0, 1", "linear", "null", "null", step.to_owned(), "", true),
        ("milestones", "0, 1", "linear", "null", "null", String::new(), "", false),
        ("milestones", "0, 1", "linear", "null", "null", unnamed, "", false),
        ("milestones", "0, 1", "linear", "null", "null", heavy, "", false),
        ("milestones", "0, 1", "linear", "null", "null", format!("{step}, {step}"), "", false),
        ("milestones", "0, 1", "checkpoints", "null", "null", step.to_owned(), "", false),
        (
            "increase",
            "0, 9",
            "checkpoints",
            "null",
            "null",
            String::new(),
            r#"{"on": "2026-10-10", "value": "3"}"#,
            true,
        ),
        ("increase", "0, 9", "checkpoints", "null", "null", String::new(), "", false),
        (
            "increase",
            "0, 9",
            "linear",
            "null",
            "null",
            String::new(),
            r#"{"on": "2026-10-10", "value": "3"}"#,
            false,
        ),
        (
            "increase",
            "0, 9",
            "checkpoints",
            "null",
            "null",
            String::new(),
            r#"{"on": "2026-10-10", "value": "much"}"#,
            false,
        ),
        (
            "increase",
            "0, 9",
            "checkpoints",
            "null",
            "null",
            String::new(),
            r#"{"on": "2026-10-10", "value": "3"}, {"on": "2026-10-09", "value": "4"}"#,
            false,
        ),
    ] {
        let sql = format!(
            "insert into key_result_terms (org_id, id, key_result_id, effective_at, kind, baseline, target, weight, pace, low, high, steps, checkpoints)
             values ('{}', gen_random_uuid(), '{}', now(), '{kind}', {ends}, 1, '{pace}', {low}, {high}, '[{steps}]', '[{points}]')",
            id(SALTMARSH),
            id(KR_ERROR)
        );
        let done = sqlx::query(sqlx::AssertSqlSafe(sql.clone())).execute(&mut app.raw().await).await;
        assert_eq!(done.is_ok(), holds, "{sql}: {done:?}");
    }
}
