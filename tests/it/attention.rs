//! What needs a look is answered where it stands, comes back when it should, and leaves a trace.

use crate::support::cast::{FORECAST, KR_ERROR, KR_FIRMWARE, KR_FOULING, OBJ_MODEL, Q4, SALTMARSH, Who, id};
use crate::support::page::Form;
use crate::support::{Page, TestApp};
use meridian::clockwork;

const REVIEW: &str = "/o/saltmarsh/review";
const ALL: &str = "/o/saltmarsh/review?team=all";

async fn check_in(app: &TestApp, key_result: u64, who: Who, at: &str, value: &str, confidence: &str) {
    app.run(&format!(
        "insert into check_in (org_id, id, key_result_id, member_id, at, local_date, zone, value, confidence, note, submission_key)
         values ('{}', gen_random_uuid(), '{}', '{}', '{at}', ('{at}'::timestamptz at time zone 'UTC')::date, 'UTC', {value}, '{confidence}', '', gen_random_uuid())",
        id(SALTMARSH), id(key_result), who.member()
    ))
    .await;
    tick(app).await;
}

async fn tick(app: &TestApp) {
    app.run(&format!(
        "insert into roll_up_due (org_id, id, cycle_id, since) values ('{}', gen_random_uuid(), '{}', '2026-09-28T00:00:00Z')",
        id(SALTMARSH), id(Q4)
    ))
    .await;
    for done in clockwork::tick(&app.app, app.now()).await.unwrap() {
        done.did.unwrap();
    }
}

/// The form under the thing of this title in the queue.
fn form_of(page: &Page, title: &str) -> Form {
    let at = page.texts(".queue .t").iter().position(|text| text == title).unwrap() + 1;
    page.form(&format!(".queue > li:nth-child({at}) .acts form"))
}

fn needs_a_look(page: &Page, title: &str) -> bool {
    page.texts(".queue .t").iter().any(|text| text == title)
}

const FOULING: &str = "Sensor-days lost to fouling, per 1,000";
const FIRMWARE: &str = "Sensors on self-calibrating firmware";

#[tokio::test]
async fn each_reason_says_since_when() {
    let app = TestApp::new().await;
    for (at, value, word) in [
        ("2026-10-14T21:00:00Z", "44", "at_risk"),
        ("2026-10-21T21:00:00Z", "43", "off_track"),
        ("2026-11-17T03:00:00Z", "41", "off_track"),
    ] {
        check_in(&app, KR_FOULING, Who::Tama, at, value, word).await;
    }
    for (at, value) in [("2026-10-30", 24), ("2026-11-06", 24), ("2026-11-13", 24)] {
        check_in(&app, KR_ERROR, Who::Ines, &format!("{at}T10:00:00Z"), &value.to_string(), "on_track").await;
    }
    let page = app.visit(Who::Nuno).await.get(ALL).await.is(200);
    let why = |title: &str| {
        let at = page.texts(".queue .t").iter().position(|text| text == title).unwrap();
        page.texts(".queue .why")[at].clone()
    };
    assert_eq!(why(FOULING), "Said to be off track since Wednesday 21 October.");
    assert!(why(FIRMWARE).starts_with("Nobody has owned it since "), "{}", why(FIRMWARE));
    assert_eq!(
        why("Median surge-height error at 72 hours"),
        "It is said to be on track, and 3 check-ins since Friday 30 October found the same value."
    );
    // Whoever takes the owner away is not told a day of long ago.
    let mut ines = app.visit(Who::Ines).await;
    let edit = format!("/o/saltmarsh/key-results/{}/edit", id(KR_ERROR));
    let form = ines.get(&edit).await.form("main form");
    ines.submit(form.fill("owner", "none")).await.is(303);
    let page = app.visit(Who::Nuno).await.get(ALL).await;
    let at = page.texts(".queue .t").iter().position(|text| text.starts_with("Median")).unwrap();
    assert!(page.texts(".queue .why")[at].starts_with("Nobody has owned it since Tuesday 17 November."));
}

#[tokio::test]
async fn what_somebody_has_seen_leaves_until_there_is_a_new_reason() {
    let app = TestApp::new().await;
    check_in(&app, KR_FOULING, Who::Tama, "2026-11-16T21:00:00Z", "44", "at_risk").await;
    let mut nuno = app.visit(Who::Nuno).await;
    let page = nuno.get(ALL).await;
    let before = page.texts(".queue .t").len();
    let form = form_of(&page, FOULING).fill("note", "Tama has a plan.").with("deed", "acknowledge");
    let again = Form { action: form.action.clone(), fields: form.fields.clone() };
    let page = nuno.submit(form).await.is(303);
    let page = nuno.follow(page).await;
    assert_eq!(
        page.text("[role=status]"),
        "Noted that you have seen it. It comes back when there is a new reason."
    );
    assert!(!needs_a_look(&page, FOULING));
    assert_eq!(page.texts(".queue .t").len(), before - 1);
    // Sent twice, it is said once.
    nuno.submit(again).await.is(303);
    assert_eq!(app.count("from attention_answer").await, 1);
    // Everybody who reads the page sees who said so.
    let page = app.visit(Who::Arjun).await.get(ALL).await;
    assert!(page.body.contains("One thing is seen or put off"));
    assert!(page.body.contains("Nuno Teixeira saw it on Tuesday 17 November."));
    assert!(page.body.contains("Tama has a plan."));
    assert!(!page.body.contains("Bring it back"));
    // The same word a day later is no new reason; a worse one is.
    app.at("2026-11-18T10:00:00Z");
    check_in(&app, KR_FOULING, Who::Tama, "2026-11-18T03:00:00Z", "43", "at_risk").await;
    assert!(!needs_a_look(&nuno.get(ALL).await, FOULING));
    check_in(&app, KR_FOULING, Who::Tama, "2026-11-18T04:00:00Z", "43", "off_track").await;
    assert!(needs_a_look(&nuno.get(ALL).await, FOULING));
}

#[tokio::test]
async fn what_is_put_off_comes_back_on_that_day_of_the_calendar_of_who_did() {
    let app = TestApp::new().await;
    check_in(&app, KR_FOULING, Who::Tama, "2026-11-16T21:00:00Z", "44", "at_risk").await;
    let mut wanjiru = app.visit(Who::Wanjiru).await;
    let page = wanjiru.get(ALL).await;
    let form = form_of(&page, FOULING);
    assert!(form.fields.contains(&("until".into(), "2026-11-23".into())), "the next Monday is offered");
    let page = wanjiru.submit(form.fill("until", "2026-11-19").with("deed", "snooze")).await.is(303);
    let page = wanjiru.follow(page).await;
    assert!(!needs_a_look(&page, FOULING));
    assert!(
        page.body.contains("Wanjiru Kamau put it off on Tuesday 17 November, until Thursday 19 November.")
    );
    let mut nuno = app.visit(Who::Nuno).await;
    // Thursday begins in Nairobi while it is Wednesday in Lisbon.
    for (at, back) in [("2026-11-18T20:59:59Z", false), ("2026-11-18T21:00:00Z", true)] {
        app.at(at);
        assert_eq!(needs_a_look(&nuno.get(ALL).await, FOULING), back, "{at}");
    }
}

#[tokio::test]
async fn what_was_said_can_be_taken_back() {
    let app = TestApp::new().await;
    check_in(&app, KR_FOULING, Who::Tama, "2026-11-16T21:00:00Z", "44", "at_risk").await;
    let mut nuno = app.visit(Who::Nuno).await;
    let page = nuno.get(ALL).await;
    nuno.submit(form_of(&page, FIRMWARE).with("deed", "acknowledge")).await.is(303);
    let page = nuno.get(ALL).await;
    assert!(!needs_a_look(&page, FIRMWARE));
    let lift = page.form("form[action$='/removal']");
    let forged = Form { action: lift.action.clone(), fields: lift.fields.clone() };
    app.visit(Who::Arjun).await.submit(forged).await.is(403);
    let page = nuno.submit(lift).await.is(303);
    assert!(needs_a_look(&nuno.follow(page).await, FIRMWARE));
}

#[tokio::test]
async fn people_are_asked_and_told_from_where_it_stands() {
    let app = TestApp::new().await;
    check_in(&app, KR_FOULING, Who::Tama, "2026-11-16T21:00:00Z", "44", "at_risk").await;
    app.run(&format!("update objective set owner_id = null where id = '{}'", id(OBJ_MODEL))).await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(ALL).await;
    let form = form_of(&page, FOULING).fill("note", "What would help?").with("deed", "ask");
    ines.submit(form).await.is(303);
    let page = app.visit(Who::Tama).await.get(&format!("/o/saltmarsh/key-results/{}", id(KR_FOULING))).await;
    assert!(page.body.contains("What would help?"));
    assert_eq!(app.count(&format!("from ask where asked_id = '{}'", Who::Tama.member())).await, 1);
    let page = ines.get(ALL).await;
    let form = form_of(&page, "The model is right when it matters");
    assert!(!page.texts(".queue button").iter().any(|text| text.contains("Ask") && text.contains("model")));
    ines.submit(form.fill("note", "Who takes this?").with("deed", "comment")).await.is(303);
    let page = ines.get(&format!("/o/saltmarsh/objectives/{}", id(OBJ_MODEL))).await;
    assert!(page.body.contains("Who takes this?"));
}

#[tokio::test]
async fn it_is_given_to_somebody_where_it_stands() {
    let app = TestApp::new().await;
    check_in(&app, KR_FOULING, Who::Tama, "2026-11-16T21:00:00Z", "44", "at_risk").await;
    let mut nuno = app.visit(Who::Nuno).await;
    let page = nuno.get(ALL).await;
    let at = page.texts(".queue .t").iter().position(|text| text == FIRMWARE).unwrap() + 1;
    let own = format!(".queue > li:nth-child({at}) > form.later");
    assert_eq!(page.text(&format!("{own} button")), format!("Choose an owner: {FIRMWARE}"));
    let offered = page.texts(&format!("{own} option"));
    assert!(offered.contains(&"Otieno Odhiambo".to_owned()) && !offered.contains(&"Olga Petrova".to_owned()));
    let form = |who: &str| page.form(&own).fill("owner", who).with("deed", "give");
    // Nobody chosen, and somebody who takes no part.
    for who in [String::new(), Who::Olga.member().to_string(), "otieno".to_owned()] {
        let back = nuno.submit(form(&who)).await.is(422);
        assert_eq!(back.text("#owner-1-err"), "Choose somebody who takes part and may read it.", "{who}");
    }
    let otieno = Who::Otieno.member();
    let give = form(&otieno.to_string());
    let forged = Form { action: give.action.clone(), fields: give.fields.clone() };
    app.visit(Who::Arjun).await.submit(forged).await.is(403);
    let page = nuno.submit(give).await.is(303);
    let page = nuno.follow(page).await;
    assert_eq!(page.text("[role=status]"), "It is theirs now. They hear of it in their own hours.");
    assert!(!page.texts(".queue .tag").contains(&"No owner".to_owned()));
    assert_eq!(app.count(&format!("from notice where kind = 'owner' and member_id = '{otieno}'")).await, 1);
    let mine =
        format!("from occurrence where key_result_id = '{}' and member_id = '{otieno}'", id(KR_FIRMWARE));
    assert!(app.count(&mine).await > 0, "check-ins are due by them now");
    // What is somebody's goes to somebody else, also on the way through; and an objective does.
    let step = format!("/o/saltmarsh/review/steps/key-results/{}?team=all", id(KR_FOULING));
    let page = nuno.get(&step).await.is(200);
    let form = page.form("form[action*='/review/key-results/']");
    let page = nuno.submit(form.fill("owner", &otieno.to_string()).with("deed", "give")).await.is(303);
    assert!(page.leads_to().contains("/review/steps/key-results/"), "{}", page.leads_to());
    assert!(nuno.follow(page).await.text(".lede").contains("Otieno Odhiambo"));
    app.run(&format!("update objective set owner_id = null where id = '{}'", id(OBJ_MODEL))).await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(ALL).await;
    let at = page.texts(".queue .t").iter().position(|text| text.starts_with("The model")).unwrap() + 1;
    let form = page.form(&format!(".queue > li:nth-child({at}) > form.later"));
    ines.submit(form.fill("owner", &Who::Arjun.member().to_string()).with("deed", "give")).await.is(303);
    let owner =
        format!("from objective where id = '{}' and owner_id = '{}'", id(OBJ_MODEL), Who::Arjun.member());
    assert_eq!(app.count(&owner).await, 1);
    // What a private team has is given to nobody who may not read it.
    app.run(&format!("update team set private = true where id = '{}'", id(FORECAST))).await;
    let step = format!("/o/saltmarsh/review/steps/key-results/{}?team=all", id(KR_ERROR));
    let page = ines.get(&step).await.is(200);
    let form = page.form("form[action*='/review/key-results/']");
    assert!(!page.texts("#owner-1 option").contains(&"Otieno Odhiambo".to_owned()));
    let give = form.fill("owner", &otieno.to_string()).with("deed", "give");
    let again = Form { action: give.action.clone(), fields: give.fields.clone() };
    ines.submit(give).await.is(422);
    // What a closed cycle had stays whose it was.
    app.run(&format!("update cycle set state_by_hand = 'closed' where id = '{}'", id(Q4))).await;
    let page = ines.get(&format!("{step}&cycle={}", id(Q4))).await.is(200);
    assert!(!page.has("form[action*='/review/key-results/']"));
    ines.submit(again).await.is(403);
}

#[tokio::test]
async fn what_cannot_stand_is_said_and_kept() {
    let app = TestApp::new().await;
    check_in(&app, KR_FOULING, Who::Tama, "2026-11-16T21:00:00Z", "44", "at_risk").await;
    let mut nuno = app.visit(Who::Nuno).await;
    let page = nuno.get(ALL).await;
    for (until, deed, note, sentence) in [
        ("2026-11-17", "snooze", "Later.", "Choose a day after today, up to 17 November 2027."),
        ("soon", "snooze", "Later.", "Choose a day after today, up to 17 November 2027."),
        ("2026-11-23", "ask", " ", "Write something first."),
        ("2026-11-23", "comment", "", "Write something first."),
    ] {
        let form = form_of(&page, FOULING).fill("until", until).fill("note", note).with("deed", deed);
        let page = nuno.submit(form).await.is(422);
        assert_eq!(page.text(".err"), sentence);
        assert_eq!(page.text("textarea").trim(), note.trim());
    }
    // Who looks after nobody here, and things of nobody.
    let form = form_of(&page, FOULING).with("deed", "acknowledge");
    let forged = Form { action: form.action.clone(), fields: form.fields.clone() };
    app.visit(Who::Arjun).await.submit(forged).await.is(403);
    let elsewhere = Form { action: form.action.replace("saltmarsh", "driftwood"), fields: form.fields };
    app.visit(Who::Eve).await.submit(elsewhere).await.is(404);
    assert_eq!(app.count("from attention_answer").await, 0);
}

#[tokio::test]
async fn a_private_team_is_nobodys_to_look_at_but_its_own() {
    let app = TestApp::new().await;
    check_in(&app, KR_ERROR, Who::Ines, "2026-11-16T10:00:00Z", "25", "off_track").await;
    app.run(&format!("update team set private = true where id = '{}'", id(FORECAST))).await;
    for (who, sees) in [(Who::Arjun, true), (Who::Nuno, true), (Who::Sanne, false), (Who::Wanjiru, false)] {
        let mut visitor = app.visit(who).await;
        let page = visitor.get(ALL).await.is(200);
        assert_eq!(page.body.contains("surge-height"), sees, "{who:?}");
        assert_eq!(page.body.contains("Forecast"), sees, "{who:?}");
        let csv = visitor.get("/o/saltmarsh/review/csv?team=all").await.is(200);
        assert_eq!(csv.body.contains("surge-height"), sees, "{who:?}");
        let page = visitor.get(&format!("{REVIEW}?team=forecast")).await;
        assert_eq!(page.status.as_u16(), if sees { 200 } else { 404 }, "{who:?}");
    }
    tick(&app).await;
    app.at("2026-11-18T00:10:00Z");
    tick(&app).await;
    let history = "/o/saltmarsh/review/history";
    assert!(app.visit(Who::Arjun).await.get(history).await.body.contains("surge-height"));
    assert!(!app.visit(Who::Wanjiru).await.get(history).await.body.contains("surge-height"));
}

#[tokio::test]
async fn what_came_up_and_went_is_written_down() {
    let app = TestApp::new().await;
    check_in(&app, KR_FOULING, Who::Tama, "2026-11-16T21:00:00Z", "44", "off_track").await;
    let mut nuno = app.visit(Who::Nuno).await;
    let page = nuno.get(ALL).await;
    nuno.submit(form_of(&page, FOULING).fill("note", "Seen.").with("deed", "acknowledge")).await.is(303);
    // Tuesday is over; on Wednesday things look up; Wednesday is over.
    app.at("2026-11-18T00:10:00Z");
    tick(&app).await;
    let page = nuno.get("/o/saltmarsh/review/history").await.is(200);
    assert!(page.texts("li").iter().any(|text| {
        text.contains(FOULING)
            && text.contains("Off track, since Monday 16 November.")
            && text.contains("Nuno Teixeira saw it on Tuesday 17 November.")
            && text.contains("Seen.")
    }));
    app.at("2026-11-18T10:00:00Z");
    check_in(&app, KR_FOULING, Who::Tama, "2026-11-18T09:00:00Z", "30", "on_track").await;
    app.at("2026-11-19T00:10:00Z");
    tick(&app).await;
    let page = nuno.get("/o/saltmarsh/review/history").await;
    assert!(page.texts("li").iter().any(|text| {
        text.contains(FOULING) && text.contains("Off track, from Monday 16 November to Thursday 19 November.")
    }));
    // A day closed twice, or found closed by two nodes, is written once.
    let rows = app.count("from attention_raised").await;
    tick(&app).await;
    assert_eq!(app.count("from attention_raised").await, rows);
    nuno.get("/o/saltmarsh/review/history?page=2").await.is(200);
    nuno.get("/o/saltmarsh/review/history?page=0").await.is(404);
    nuno.get("/o/saltmarsh/review/history?cycle=q4").await.is(404);
}

#[tokio::test]
async fn a_choice_is_kept_under_a_name() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&format!("{REVIEW}?team=forecast&status=stale")).await;
    let form = page.form("form[action$='/views']");
    let page = ines.submit(form.fill("name", "Stale at Forecast")).await.is(303);
    let page = ines.follow(page).await;
    let link = page.link("Stale at Forecast");
    let page = ines.get(&link).await.is(200);
    assert_eq!(page.attrs("select[name=team] option[selected]", "value"), ["forecast"]);
    assert_eq!(page.attrs("select[name=status] option[selected]", "value"), ["stale"]);
    // Under the same name it takes the place of the other; nobody else has it.
    for _ in 0..2 {
        let form = ines.get(ALL).await.form("form[action$='/views']");
        ines.submit(form.fill("name", "Stale at Forecast")).await.is(303);
    }
    assert_eq!(app.count("from saved_view").await, 1);
    assert!(!app.visit(Who::Nuno).await.get(ALL).await.body.contains("Stale at Forecast"));
    // Twenty, and no more.
    let form = ines.get(ALL).await.form("form[action$='/views']");
    for number in 2..=20 {
        let form = Form { action: form.action.clone(), fields: form.fields.clone() };
        ines.submit(form.fill("name", &format!("View {number}"))).await.is(303);
    }
    let page = ines.submit(form.fill("name", "One more")).await.is(422);
    assert_eq!(page.text(".err"), "You keep 20 already. Forget one of them first.");
    let empty = ines.get(ALL).await.form("form[action$='/views']");
    assert_eq!(ines.submit(empty).await.is(422).text(".err"), "Give it a name.");
    let page = ines.get(ALL).await;
    let forget = page.form("form[action*='/views/']");
    let stranger = Form { action: forget.action.clone(), fields: Vec::new() };
    app.visit(Who::Nuno).await.submit(stranger).await.is(404);
    assert_eq!(app.count("from saved_view").await, 20);
    ines.submit(forget).await.is(303);
    assert_eq!(app.count("from saved_view").await, 19);
}

#[tokio::test]
async fn a_cycle_stands_beside_another_in_the_same_week() {
    let app = TestApp::new().await;
    check_in(&app, KR_ERROR, Who::Ines, "2026-11-13T10:00:00Z", "24.5", "on_track").await;
    // A quarter before, of Forecast's, with a key result that was at 40 % on 18 August.
    let of = |number: u64| id(9000 + number);
    app.run(&format!(
        "insert into cycle (org_id, id, name, first_date, last_date, zone, state, created_at)
         values ('{org}', '{cycle}', 'Q3 2026', '2026-06-29', '2026-09-27', 'Europe/Lisbon', 'closed', now());
         insert into objective (org_id, id, cycle_id, team_id, title, owner_id, created_at)
         values ('{org}', '{objective}', '{cycle}', '{team}', 'Before', '{ines}', '2026-06-29');
         insert into key_result (org_id, id, objective_id, title, owner_id, created_at)
         values ('{org}', '{measure}', '{objective}', 'Stations on it', '{ines}', '2026-06-29');
         insert into key_result_terms (org_id, id, key_result_id, effective_at, kind, baseline, target, weight)
         values ('{org}', '{measure}', '{measure}', '2026-06-29', 'increase', 0, 10, 2);
         insert into key_result_day (org_id, key_result_id, day, value, raw, progress, expected, confidence, status)
         values ('{org}', '{measure}', '2026-08-18', 4, 0.4, 0.4, 0.55, 'on_track', 'on_track'),
                ('{org}', '{measure}', '2026-09-27', 10, 1, 1, 1, 'on_track', 'on_track')",
        org = id(SALTMARSH), cycle = of(1), objective = of(2), measure = of(3), team = id(FORECAST),
        ines = Who::Ines.member(),
    ))
    .await;
    let mut nuno = app.visit(Who::Nuno).await;
    let q4 = id(Q4);
    let page = nuno.get(&format!("{REVIEW}?team=all&cycle={q4}&compare={}", of(1))).await.is(200);
    assert_eq!(page.text("#bs"), "Beside Q3 2026, as it stood on 18 August 2026");
    let rows = "section[aria-labelledby=bs] > section > table > tbody > tr";
    assert_eq!(page.texts(rows).len(), 2);
    let second = |part: &str| page.texts(&format!("{rows}:nth-child(2) > {part}"));
    assert_eq!(second("th"), ["Forecast"]);
    assert_eq!(second("td > details > summary .nw"), ["40%", "50%"]);
    assert_eq!([second("td:nth-child(4)"), second("td:nth-child(5)")], [["1 of 1"], ["1 of 3"]]);
    nuno.get(&format!("{REVIEW}?compare={}", of(7))).await.is(404);
    assert!(!nuno.get(ALL).await.has("#bs"));
}
