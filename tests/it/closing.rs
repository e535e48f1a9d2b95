//! A cycle comes to its end: people grade what they own, say what they learned, carry over what goes on, and print the
//! record. A closed one is measured no more; opening it again takes a reason.

use crate::support::cast::{
    FORECAST, KR_ERROR, KR_FOULING, KR_RETIRED, KR_SIX, OBJ_MODEL, OBJ_RETIRE, OBJ_SENSORS, Q4, SALTMARSH,
    Who, id,
};
use crate::support::{Page, TestApp};
use meridian::clockwork;

/// In the last five working days.
const CLOSING: &str = "2026-12-22T10:00:00Z";
/// While it is graded.
const GRADING: &str = "2027-01-05T10:00:00Z";
/// Closed by its dates.
const CLOSED: &str = "2027-01-20T10:00:00Z";

fn closing() -> String {
    format!("/o/saltmarsh/cycles/{}/closing", id(Q4))
}

fn grades(objective: u64) -> String {
    format!("/o/saltmarsh/objectives/{}/grades", id(objective))
}

fn carry(objective: u64) -> String {
    format!("/o/saltmarsh/objectives/{}/carry", id(objective))
}

/// The background task looks once.
async fn tick(app: &TestApp) {
    for done in clockwork::tick(&app.app, app.now()).await.unwrap() {
        done.did.unwrap();
    }
}

/// Saltmarsh with its last check-ins made, at this instant.
async fn house(now: &str) -> TestApp {
    let app = TestApp::new().await;
    for (key_result, who, value) in [
        (KR_ERROR, Who::Ines, "20"),
        (KR_SIX, Who::Arjun, "99.5"),
        (KR_FOULING, Who::Tama, "34"),
        (KR_RETIRED, Who::Ines, "0"),
    ] {
        app.run(&format!(
            "insert into check_in (org_id, id, key_result_id, member_id, at, local_date, zone, value, confidence, submission_key)
             values ('{}', gen_random_uuid(), '{}', '{}', '2026-12-18T12:00:00Z', '2026-12-18', 'Europe/Lisbon', {value}, 'at_risk', gen_random_uuid())",
            id(SALTMARSH),
            id(key_result),
            who.member(),
        ))
        .await;
    }
    app.at(now);
    tick(&app).await;
    app
}

/// The first quarter of 2027, planned.
async fn next_quarter(app: &TestApp) -> u64 {
    app.run(&format!(
        "insert into cycle (org_id, id, name, first_date, last_date, zone, state, created_at, next_day, next_day_at, next_turn_at)
         values ('{}', '{}', 'Q1 2027', '2027-01-01', '2027-03-31', 'Europe/Lisbon', 'draft', '2026-12-01T08:00:00Z',
                 '2027-01-01', '2027-01-02T00:00:00Z', '2027-01-01T00:00:00Z')",
        id(SALTMARSH),
        id(452),
    ))
    .await;
    452
}

fn told(page: &Page) -> Vec<String> {
    page.texts("[role=alert] li")
}

#[tokio::test]
async fn before_its_last_days_it_is_a_preview() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&format!("/o/saltmarsh/cycles/{}", id(Q4))).await.is(200);
    let page = ines.get(&page.link("How it will close")).await.is(200);
    assert_eq!(page.h1(), "Q4 2026 can be graded from Monday 21 December on.");
    assert!(!page.has("#left") && !page.texts("a").contains(&"Grade this objective".to_owned()));
    let page = ines.get(&grades(OBJ_MODEL)).await.is(200);
    assert_eq!(page.text("#grades"), "Grading begins on Monday 21 December. Until then this is a preview.");
    assert!(page.has("fieldset[disabled]") && !page.has("main form button"));
    let page = ines.get(&carry(OBJ_MODEL)).await.is(200);
    assert_eq!(page.text(".notice p"), "From Monday 21 December on it can be carried over.");
    // Sent all the same, nothing is kept but the words.
    let page = ines.post(&grades(OBJ_MODEL), &[("learned", "Too early to say")]).await.is(422);
    assert_eq!(
        told(&page),
        ["This can’t be saved now: the cycle is not being graded. Your words are still here."]
    );
    assert_eq!(page.text("#learned"), "Too early to say");
    assert_eq!(app.count("from objective_grade").await, 0);
}

#[tokio::test]
async fn who_still_has_to_grade_what_is_named() {
    let app = house(CLOSING).await;
    let mut olga = app.visit(Who::Olga).await;
    let page = olga.get(&closing()).await.is(200);
    assert_eq!(page.h1(), "Grade what happened, then decide what goes on.");
    assert_eq!(page.texts(".eyebrow span"), ["Grading until Friday 8 January"]);
    // The sensors nobody owns are the turn of whoever owns their objective.
    assert_eq!(
        page.texts("section[aria-labelledby=left] li"),
        ["Inês Duarte: 4 grades", "Arjun Rao: 1 grade", "Tama Walker: 3 grades"]
    );
    // Suggestions open to what they follow from; nothing short of all is suggested 1.0.
    let model = format!("section[aria-labelledby='o-{}']", id(OBJ_MODEL));
    assert_eq!(
        page.texts(&format!("{model} tbody th a")),
        ["Median surge-height error at 72 hours", "Forecasts published by 06:00 local"]
    );
    assert_eq!(
        page.texts(&format!("{model} tbody details li")),
        [
            "20 cm was read from the check-in of Friday 18 December",
            "(20 − 31) ÷ (18 − 31) = 0.846153",
            "0.846 of it was reached. To the nearest tenth that is 0.8.",
            "99.5% was read from the check-in of Friday 18 December",
            "(99.5 − 91) ÷ (99.5 − 91) = 1",
            "All of it was reached. That is 1.0."
        ]
    );
    assert_eq!(
        page.texts(&format!("{model} .kv details li")),
        [
            "Weight times progress, added up: 1.846153. Divided by the weights that count, 2: 0.923076.",
            "0.923 of it was reached. To the nearest tenth that is 0.9.",
        ]
    );
    assert_eq!(
        page.texts(&format!("{model} .kv details td")),
        [
            "Median surge-height error at 72 hours",
            "1",
            "0.846153",
            "Forecasts published by 06:00 local",
            "1",
            "1",
        ]
    );
    assert!(!page.texts("a").iter().any(|text| text.starts_with("Grade this objective")), "she only reads");
    assert!(!page.has("form[action$=turn]"));
}

#[tokio::test]
async fn ines_grades_her_objective_and_says_what_was_learned() {
    let app = house(GRADING).await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&closing()).await.is(200);
    let page = ines.get(&page.link("Grade this objective: The model is right")).await.is(200);
    assert_eq!(page.h1(), "Grade The model is right when it matters");
    for (field, value, sentence) in [
        ("own_grade", "7", "Enter a grade from 0.0 to 1.0 in tenths, such as 0.7."),
        ("own_grade", "0.75", "Enter a grade from 0.0 to 1.0 in tenths, such as 0.7."),
        ("own_grade", "1.0", "Say why it is not the suggested grade."),
        ("grade", "0.5", "Under 0.7: say what held it back."),
    ] {
        let form = page.form("main form").fill("learned", "Kept while I fix it.").fill(field, value);
        let page = ines.submit(form).await.is(422);
        assert!(told(&page).contains(&sentence.to_owned()), "{field} {value}: {:?}", told(&page));
        assert_eq!(page.text("#learned"), "Kept while I fix it.");
    }
    assert_eq!(app.count("from key_result_grade").await, 0, "refused whole");

    // Suggested 0.8; she gives 0.6, and says why and what held it back.
    let form = page
        .form("main form")
        .fill("grade", "0.6")
        .fill("note", "The last storm is not in the data.")
        .fill("cause", "Buoys were late.")
        .fill("then", "carry")
        .fill("own_grade", "0,9")
        .fill("learned", "Ask for the *buoys* in week one.");
    let page = ines.submit(form).await;
    let page = if page.status == 422 {
        // A comma is not the decimal sign here.
        assert_eq!(told(&page), ["Enter a grade from 0.0 to 1.0 in tenths, such as 0.7."]);
        ines.submit(page.form("main form").fill("own_grade", "0.9")).await.is(303)
    } else {
        page.is(303)
    };
    let page = ines.follow(page).await.is(200);
    let model = format!("section[aria-labelledby='o-{}']", id(OBJ_MODEL));
    assert_eq!(page.texts(&format!("{model} .kv dd"))[0], "0.9 Brave: a good grade for such a target.");
    assert_eq!(page.texts(&format!("{model} .kv dd em")), ["buoys"]);
    assert_eq!(page.texts(&format!("{model} tbody td b")), ["0.6"]);
    assert!(page.texts(&format!("{model} tbody th"))[0].contains("What held it back: Buoys were late."));
    assert_eq!(page.texts("section[aria-labelledby=left] li")[0], "Arjun Rao: 1 grade");
    let audited = format!("from audit where action = 'graded' and account_id = '{}'", Who::Ines.account());
    assert_eq!(app.count(&audited).await, 2);
    // The same again changes nothing and is no deed.
    let form = ines.get(&grades(OBJ_MODEL)).await.is(200).form("main form");
    ines.submit(form).await.is(303);
    assert_eq!(app.count(&audited).await, 2);
}

#[tokio::test]
async fn each_grades_what_is_theirs() {
    let app = house(GRADING).await;
    let mut arjun = app.visit(Who::Arjun).await;
    let page = arjun.get(&grades(OBJ_MODEL)).await.is(200);
    assert_eq!(page.texts("main h2"), ["Forecasts published by 06:00 local"], "his key result and no more");
    let saved = arjun.submit(page.form("main form").fill("grade", "1.0")).await.is(303);
    arjun.follow(saved).await.is(200);
    assert_eq!(app.count("from key_result_grade where grade = 1").await, 1);
    let others = id(KR_ERROR).to_string();
    arjun
        .post(
            &grades(OBJ_MODEL),
            &[("key_result", &others), ("grade", "1"), ("note", "Mine"), ("then", "done")],
        )
        .await
        .is(403);
    for who in [Who::Otieno, Who::Wanjiru, Who::Olga] {
        let mut visitor = app.visit(who).await;
        visitor.get(&grades(OBJ_MODEL)).await.is(403);
        visitor.post(&grades(OBJ_MODEL), &[]).await.is(403);
        visitor.get(&carry(OBJ_MODEL)).await.is(403);
    }
    // An admin grades what nobody else does.
    let mut sanne = app.visit(Who::Sanne).await;
    let page = sanne.get(&grades(OBJ_SENSORS)).await.is(200);
    assert_eq!(
        page.texts("main h2"),
        [
            "Sensor-days lost to fouling, per 1,000",
            "Sensors on self-calibrating firmware",
            "The objective as a whole"
        ]
    );
    // Firmware was never measured: a grade of it needs words.
    let firmware = page.form("main form").fields.iter().position(|(name, _)| name == "grade").unwrap();
    assert_eq!(page.form("main form").fields[firmware].1, "");
    let page = sanne
        .post(
            &grades(OBJ_SENSORS),
            &[
                ("key_result", &id(434).to_string()),
                ("grade", "0.7"),
                ("note", ""),
                ("cause", ""),
                ("then", "drop"),
            ],
        )
        .await
        .is(422);
    assert_eq!(told(&page), ["Nothing was measured: say what the grade goes by."]);
}

#[tokio::test]
async fn what_has_no_grade_needs_a_look_while_it_is_graded() {
    let app = house(GRADING).await;
    let mut ines = app.visit(Who::Ines).await;
    let address = format!("/o/saltmarsh/review?team=all&cycle={}", id(Q4));
    let tagged =
        |page: &Page| page.texts(".queue li").iter().filter(|item| item.contains("Not graded yet")).count();
    let page = ines.get(&address).await.is(200);
    assert_eq!(tagged(&page), 5);
    let form = ines.get(&page.link("Grade it")).await.is(200);
    assert!(form.h1().starts_with("Grade "));
    app.run(&format!(
        "insert into key_result_grade (org_id, key_result_id, grade, outlook, member_id, at)
         values ('{}', '{}', 0.8, 'done', '{}', '2027-01-04T08:00:00Z')",
        id(SALTMARSH),
        id(KR_ERROR),
        Who::Ines.member(),
    ))
    .await;
    let page = ines.get(&address).await.is(200);
    assert_eq!(tagged(&page), 4);
}

#[tokio::test]
async fn a_promise_is_judged_in_words_and_always_full_is_pointed_out() {
    let app = house(GRADING).await;
    app.run(&format!(
        "insert into cycle (org_id, id, name, first_date, last_date, zone, state, created_at)
         values ('{0}', '{1}', 'Q3 2026', '2026-06-29', '2026-09-27', 'Europe/Lisbon', 'closed', '2026-06-01T08:00:00Z');
         insert into objective (org_id, id, cycle_id, team_id, title, owner_id, created_at)
         values ('{0}', '{2}', '{1}', '{3}', 'Before', '{4}', '2026-06-01T08:00:00Z');
         insert into objective_grade (org_id, objective_id, grade, member_id, at)
         values ('{0}', '{2}', 1, '{4}', '2026-10-01T08:00:00Z'), ('{0}', '{5}', 1, '{4}', '2027-01-04T08:00:00Z'),
                ('{0}', '{6}', 1.0, '{4}', '2027-01-04T08:00:00Z');
         update objective set ambition = 'committed' where id = '{6}'",
        id(SALTMARSH),
        id(450),
        id(415),
        id(FORECAST),
        Who::Ines.member(),
        id(OBJ_MODEL),
        id(OBJ_RETIRE),
    ))
    .await;
    let mut tama = app.visit(Who::Tama).await;
    let page = tama.get(&closing()).await.is(200);
    let of = |objective| format!("section[aria-labelledby='o-{}']", id(objective));
    assert!(page.texts(&format!("{} dd", of(OBJ_RETIRE)))[0].starts_with("1.0 Committed, and kept."));
    assert!(page.texts(&format!("{} dd", of(OBJ_MODEL)))[0].starts_with("1.0 Brave, and all of it reached."));
    let kindly = "All grades here were 1.0, last cycle too. Well done. Would a braver target show more?";
    assert_eq!(page.texts(&format!("{} .notice", of(OBJ_MODEL))), [kindly]);
    assert_eq!(page.texts(&format!("{} .notice", of(OBJ_SENSORS))), [""; 0]);
    app.run(&format!("update objective_grade set grade = 0.9 where objective_id = '{}'", id(OBJ_RETIRE)))
        .await;
    let page = tama.get(&closing()).await.is(200);
    assert!(page.texts(&format!("{} dd", of(OBJ_RETIRE)))[0].contains("a promise counts as kept at 1.0"));
    assert!(!page.body.contains(kindly), "not all were");
}

#[tokio::test]
async fn a_closed_cycle_is_measured_no_more_and_opening_it_again_takes_a_reason() {
    let app = house(CLOSED).await;
    let mut ines = app.visit(Who::Ines).await;
    let key_result = format!("/o/saltmarsh/key-results/{}", id(KR_ERROR));
    assert!(!ines.get(&key_result).await.is(200).has("#check-in"));
    let page = ines.get(&closing()).await.is(200);
    assert_eq!(page.h1(), "Q4 2026 is closed. Its grades stand.");
    assert!(!page.has("#reopen"));
    let page =
        ines.post(&grades(OBJ_MODEL), &[("own_grade", "1.0"), ("learned", "Late words")]).await.is(422);
    assert_eq!(page.text("#learned"), "Late words");
    let reopening = format!("/o/saltmarsh/cycles/{}/reopening", id(Q4));
    ines.post(&reopening, &[("reason", "I may not")]).await.is(403);

    let mut sanne = app.visit(Who::Sanne).await;
    let page = sanne.get(&closing()).await.is(200);
    let page = sanne.submit(page.form("#reopen").fill("reason", "  ")).await.is(422);
    assert_eq!(told(&page), ["Say in a sentence why it is opened again."]);
    let long = "x".repeat(1001);
    let page = sanne.submit(page.form("#reopen").fill("reason", &long)).await.is(422);
    assert_eq!(page.text("#reason"), long, "what was typed is still there");
    let saved = sanne.submit(page.form("#reopen").fill("reason", "A buoy was read wrong.")).await.is(303);
    let page = sanne.follow(saved).await.is(200);
    assert_eq!(page.h1(), "Grade what happened, then decide what goes on.");
    assert_eq!(
        page.texts("section[aria-labelledby=again] li"),
        ["20 January 2027, Sanne de Wit: A buoy was read wrong."]
    );
    // Ten working days from Thursday 21 January on.
    assert_eq!(page.texts(".eyebrow span"), ["Grading until Wednesday 3 February"]);
    let audited = format!(
        "from audit where action = 'cycle_reopened' and account_id = '{}' and subject = '{}'",
        Who::Sanne.account(),
        id(Q4)
    );
    assert_eq!(app.count(&audited).await, 1);
    assert!(ines.get(&key_result).await.is(200).has("#check-in"));
    // It stays open when the background task looks, and what it stored is what a rebuild finds.
    tick(&app).await;
    assert_eq!(app.count(&format!("from cycle where id = '{}' and state = 'grading'", id(Q4))).await, 1);
    assert_eq!(differences(&app).await, 0);
    app.at("2027-02-04T00:00:01Z");
    tick(&app).await;
    assert_eq!(app.count(&format!("from cycle where id = '{}' and state = 'closed'", id(Q4))).await, 1);
    assert_eq!(differences(&app).await, 0);
    let page = app.visit(Who::Olga).await.get(&closing()).await.is(200);
    assert_eq!(page.h1(), "Q4 2026 is closed. Its grades stand.");
}

/// How many stored rows are not as a rebuild would have them.
async fn differences(app: &TestApp) -> usize {
    let org = meridian::ids::OrgId(id(SALTMARSH));
    let mut tx = app.app.db.org(org).await.unwrap();
    meridian::okr::keep::rebuild(&mut tx, meridian::ids::CycleId(id(Q4)), app.now(), true)
        .await
        .unwrap()
        .len()
}

#[tokio::test]
async fn closed_by_hand_it_stays_closed_until_it_is_opened_again() {
    let app = house(CLOSING).await;
    let mut nuno = app.visit(Who::Nuno).await;
    let page = nuno.get(&closing()).await.is(200);
    assert!(
        page.text("form[action$=turn] p")
            .starts_with("8 grades are still missing. It closes by itself on Saturday 9 January.")
    );
    nuno.submit(page.form("form[action$=turn]").with("to", "closed")).await.is(303);
    tick(&app).await;
    assert_eq!(app.count(&format!("from cycle where id = '{}' and state = 'closed'", id(Q4))).await, 1);
    // Its dates alone do not open it.
    nuno.post(&format!("/o/saltmarsh/cycles/{}/turn", id(Q4)), &[("to", "dates")]).await.is(303);
    assert_eq!(app.count(&format!("from cycle where id = '{}' and state = 'closed'", id(Q4))).await, 1);
    let page = nuno.get(&closing()).await.is(200);
    nuno.submit(page.form("#reopen").fill("reason", "Too soon.")).await.is(303);
    tick(&app).await;
    assert_eq!(app.count(&format!("from cycle where id = '{}' and state = 'grading'", id(Q4))).await, 1);
    assert_eq!(differences(&app).await, 0);
}

#[tokio::test]
async fn what_goes_on_is_carried_over_one_by_one() {
    let app = house(CLOSED).await;
    app.run(&format!(
        "update objective set weight = 3, count_aligned = true where id = '{}';
         update key_result_terms set weight = 4 where key_result_id = '{}';
         insert into roll_up_due (org_id, id, cycle_id, since) values ('{}', gen_random_uuid(), '{}', '2026-09-28T00:00:00Z')",
        id(OBJ_MODEL),
        id(KR_ERROR),
        id(SALTMARSH),
        id(Q4),
    ))
    .await;
    tick(&app).await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&carry(OBJ_MODEL)).await.is(200);
    assert!(page.body.contains("There is no later cycle yet. An admin of your organisation sets it."));
    let q1 = next_quarter(&app).await;
    let page = ines.get(&carry(OBJ_MODEL)).await.is(200);
    let form = ines.get(&page.link("Q1 2027")).await.is(200);
    assert_eq!(form.text(".notice"), "From Q4 2026. Nothing is copied until you add it.");
    assert_eq!(app.count("from objective where carried_from is not null").await, 0, "looking copies nothing");
    // Refused, it keeps what it carries.
    let refused = ines.submit(form.form("form.sheet").fill("title", " ")).await.is(422);
    let sent =
        ines.submit(refused.form("form.sheet").fill("title", "The model is right, always")).await.is(303);
    let page = ines.follow(sent).await.is(200);
    assert_eq!(
        app.count(&format!(
            "from objective where carried_from = '{}' and cycle_id = '{}' and weight = 3 and count_aligned and id <> carried_from",
            id(OBJ_MODEL),
            id(q1)
        ))
        .await,
        1
    );
    // The key result: its last value is the baseline, and the target is looked at once more.
    let form = ines.get(&page.link("Keep or change: Median surge-height error")).await.is(200);
    assert_eq!(
        form.text(".notice"),
        "From Q4 2026, where it ended at 20 cm; it aimed for 18 cm. Is the target still right? Nothing is copied until you add it."
    );
    assert_eq!(
        (form.attrs("#baseline", "value"), form.attrs("#target", "value")),
        (vec!["20".into()], vec!["18".into()])
    );
    let sent = ines.submit(form.form("form.sheet").fill("target", "15")).await.is(303);
    let page = ines.follow(sent).await.is(200);
    assert_eq!(
        app.count(&format!(
            "from key_result k join key_result_terms t on t.key_result_id = k.id
              where k.carried_from = '{}' and t.baseline = 20 and t.target = 15 and t.weight = 4
                and not exists (select from check_in i where i.key_result_id = k.id)",
            id(KR_ERROR)
        ))
        .await,
        1
    );
    // One that reached its target needs another.
    let form = ines.get(&page.link("Keep or change: Forecasts published")).await.is(200);
    let refused = ines.submit(form.form("form.sheet")).await.is(422);
    assert_eq!(told(&refused).len(), 1);
    let again = refused.form("form.sheet").fill("target", "99.9");
    ines.submit(again).await.is(303);
    // What served the objective serves its copy.
    let page = ines.get(&carry(OBJ_RETIRE)).await.is(200);
    let form = ines.get(&page.link("Q1 2027")).await.is(200);
    let sent = ines.submit(form.form("form.sheet")).await.is(303);
    assert_eq!(
        app.count(&format!(
            "from objective o join objective p on p.id = o.parent_id where o.carried_from = '{}' and p.carried_from = '{}'",
            id(OBJ_RETIRE),
            id(OBJ_MODEL)
        ))
        .await,
        1
    );
    let page = ines.follow(sent).await.is(200);
    let form = ines.get(&page.link("Keep or change: The last hand-tuned")).await.is(200);
    ines.submit(form.form("form.sheet")).await.is(303);
    // Both ways, on each page; and never twice.
    let page = ines.get(&format!("/o/saltmarsh/objectives/{}", id(OBJ_MODEL))).await.is(200);
    let copy = ines.get(&page.link("Goes on in Q1 2027")).await.is(200);
    assert_eq!(copy.link("Comes from Q4 2026"), format!("/o/saltmarsh/objectives/{}", id(OBJ_MODEL)));
    let page = ines.get(&format!("/o/saltmarsh/key-results/{}", id(KR_ERROR))).await.is(200);
    let copy = ines.get(&page.link("Goes on in Q1 2027")).await.is(200);
    assert_eq!(copy.link("Comes from Q4 2026"), format!("/o/saltmarsh/key-results/{}", id(KR_ERROR)));
    let form = format!("/o/saltmarsh/objectives/new?cycle={}&carried_from={}", id(q1), id(OBJ_MODEL));
    ines.get(&form).await.is(303);
    app.visit(Who::Otieno).await.get(&form).await.is(403);
    // A copy that is let go makes room for another.
    app.run(&format!("update objective set dropped_at = now() where carried_from = '{}'", id(OBJ_MODEL)))
        .await;
    let form = ines.get(&form).await.is(200);
    let sent = ines.submit(form.form("form.sheet")).await.is(303);
    let page = ines.follow(sent).await.is(200);
    let form = ines.get(&page.link("Keep or change: Median surge-height error")).await.is(200);
    ines.submit(form.form("form.sheet")).await.is(303);
    // The old cycle keeps its numbers; the new one begins without any.
    assert_eq!(differences(&app).await, 0);
}

#[tokio::test]
async fn every_kind_can_go_on() {
    let app = house(CLOSED).await;
    let q1 = next_quarter(&app).await;
    app.run(&format!(
        r#"insert into key_result (org_id, id, objective_id, title, created_at, position) values
             ('{0}', '{1}', '{3}', 'Keep it calm', '2026-09-01T08:00:00Z', 7), ('{0}', '{2}', '{3}', 'Move the tanks', '2026-09-01T08:00:00Z', 8);
           insert into key_result_terms (org_id, id, key_result_id, effective_at, kind, baseline, target, weight, high, steps) values
             ('{0}', gen_random_uuid(), '{1}', '2026-09-01T08:00:00Z', 'keep_within', 0, 1, 2, 5, '[]'),
             ('{0}', gen_random_uuid(), '{2}', '2026-09-01T08:00:00Z', 'milestones', 0, 1, 1, null,
              '[{{"id": "{4}", "name": "Survey", "weight": 1, "due": null}}, {{"id": "{5}", "name": "Move", "weight": 3, "due": null}}]');
           insert into check_in (org_id, id, key_result_id, member_id, at, local_date, zone, value, done, confidence, submission_key) values
             ('{0}', gen_random_uuid(), '{2}', '{6}', '2026-12-18T12:00:00Z', '2026-12-18', 'Europe/Lisbon', 1, array['{4}']::uuid[], 'on_track', gen_random_uuid()),
             ('{0}', gen_random_uuid(), '{1}', '{6}', '2026-12-18T12:00:00Z', '2026-12-18', 'Europe/Lisbon', 4, '{{}}', 'on_track', gen_random_uuid());
           insert into roll_up_due (org_id, id, cycle_id, since) values ('{0}', gen_random_uuid(), '{7}', '2026-09-28T00:00:00Z')"#,
        id(SALTMARSH),
        id(461),
        id(462),
        id(OBJ_RETIRE),
        id(471),
        id(472),
        Who::Ines.member(),
        id(Q4),
    ))
    .await;
    tick(&app).await;
    let mut ines = app.visit(Who::Ines).await;
    let form = format!("/o/saltmarsh/objectives/new?cycle={}&carried_from={}", id(q1), id(OBJ_RETIRE));
    let form = ines.get(&form).await.is(200);
    let sent = ines.submit(form.form("form.sheet")).await.is(303);
    let mut page = ines.follow(sent).await.is(200);
    for title in ["The last hand-tuned", "Keep it calm", "Move the tanks"] {
        let form = ines.get(&page.link(&format!("Keep or change: {title}"))).await.is(200);
        // An owner has to be chosen for what nobody owns; the form says nobody already.
        let sent = ines.submit(form.form("form.sheet")).await.is(303);
        page = ines.follow(sent).await.is(200);
    }
    let carried = "from key_result k join key_result_terms t on t.key_result_id = k.id where k.carried_from is not null";
    assert_eq!(app.count(carried).await, 3);
    assert_eq!(
        app.count(&format!("{carried} and t.kind = 'keep_within' and t.high = 5 and t.weight = 2")).await,
        1
    );
    // The step that is done stays behind; the other is a new one of the same words and weight.
    assert_eq!(
        app.count(&format!(
            "{carried} and t.kind = 'milestones' and jsonb_array_length(t.steps) = 1 and t.steps -> 0 ->> 'name' = 'Move'
               and t.steps -> 0 ->> 'weight' = '3' and t.steps -> 0 ->> 'id' <> '{}'",
            id(472)
        ))
        .await,
        1
    );
}

#[tokio::test]
async fn the_record_has_a_sheet_for_each_team() {
    let app = house(CLOSED).await;
    app.run(&format!(
        "insert into key_result_grade (org_id, key_result_id, grade, cause, outlook, member_id, at)
         values ('{0}', '{1}', 0.4, 'Barnacles.', 'carry', '{2}', '2027-01-04T08:00:00Z');
         insert into objective_grade (org_id, objective_id, grade, learned, member_id, at)
         values ('{0}', '{3}', 0.4, 'Copper holds.', '{2}', '2027-01-04T08:00:00Z')",
        id(SALTMARSH),
        id(KR_FOULING),
        Who::Tama.member(),
        id(OBJ_SENSORS),
    ))
    .await;
    let mut olga = app.visit(Who::Olga).await;
    let page = olga.get(&closing()).await.is(200);
    let page = olga.get(&page.link("Record to print")).await.is(200);
    assert_eq!(page.h1(), "Record of Q4 2026");
    assert_eq!(page.texts(".record h2"), ["Company", "Forecast team"]);
    let sensors = format!("section[aria-labelledby='o-{}']", id(OBJ_SENSORS));
    assert_eq!(
        page.texts(&format!("{sensors} > p")),
        ["Grade 0.4. Brave, and under 0.7. The causes say what held it back."]
    );
    assert_eq!(page.texts(&format!("{sensors} .say")), ["Copper holds."]);
    assert_eq!(
        page.texts(&format!("{sensors} tbody tr:first-child > td:not(:has(details)), {sensors} tbody tr:first-child [data-figure]")),
        ["46", "34", "39%", "0.4", "Carry over"]
    );
    assert!(page.texts(&format!("{sensors} tbody th"))[0].ends_with("What held it back: Barnacles."));
}
