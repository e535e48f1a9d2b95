//! What is asked while people draft, and that nothing is refused for it.

use crate::support::cast::{FORECAST, KR_SIX, SALTMARSH, Who, id};
use crate::support::{Page, TestApp};

const Q1: u64 = 451;

/// The next quarter, to come.
async fn next_quarter(app: &TestApp) {
    app.run(&format!(
        "insert into cycle (org_id, id, name, first_date, last_date, zone, state, created_at, next_turn_at)
         values ('{}', '{}', 'Q1 2027', '2026-12-28', '2027-03-28', 'Europe/Lisbon', 'draft', '2026-11-01T08:00:00Z', '2026-12-28T00:00:00Z')",
        id(SALTMARSH),
        id(Q1),
    ))
    .await;
}

/// Inês drafts an objective of Forecast for the next quarter: its address.
async fn drafted(app: &TestApp, title: &str) -> String {
    let mut ines = app.visit(Who::Ines).await;
    let form =
        ines.get(&format!("/o/saltmarsh/objectives/new?cycle={}", id(Q1))).await.is(200).form("form.sheet");
    let page = ines.submit(form.fill("title", title)).await.is(303);
    page.leads_to().split('?').next().unwrap().to_owned()
}

/// She adds a key result to it.
async fn measured(app: &TestApp, objective: &str, said: &[(&str, &str)]) -> Page {
    let mut ines = app.visit(Who::Ines).await;
    let mut form = ines.get(&format!("{objective}/key-results/new")).await.is(200).form("form.sheet");
    for (name, text) in said {
        form = form.fill(name, text);
    }
    ines.submit(form).await
}

fn asked(page: &Page) -> Vec<String> {
    page.texts(".notice li")
}

#[tokio::test]
async fn a_draft_is_asked_what_would_show_it_and_is_kept_all_the_same() {
    let app = TestApp::new().await;
    next_quarter(&app).await;
    let objective = drafted(&app, "Halve the false alarms and train every harbour master").await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&objective).await.is(200);
    let two = "“Halve the false alarms and train every harbour master” seems to be two things. Each is easier to follow by itself.";
    assert_eq!(asked(&page), [two, "It has no key result yet. What would show that it came true?"]);
    // Its form says the same of what is typed.
    let form = ines.get(&format!("{objective}/edit")).await.is(200);
    assert_eq!(asked(&form), [two]);
    let page =
        ines.submit(form.form("form.sheet").fill("title", "Reach 40 towns").fill("team", "")).await.is(422);
    assert_eq!(
        asked(&page)[1..],
        ["There is a number in “Reach 40 towns”. As a key result it can be measured."]
    );
    // Whoever only reads is not asked.
    let mut otieno = app.visit(Who::Otieno).await;
    assert_eq!(asked(&otieno.get(&objective).await.is(200)), Vec::<String>::new());
}

#[tokio::test]
async fn a_measure_is_held_against_its_title_and_against_the_last_cycle() {
    let app = TestApp::new().await;
    next_quarter(&app).await;
    // Arjun's 06:00 forecasts of this quarter: 92, 93, 94, 95 in four weeks, so 109 by the end of March.
    for (week, value) in [(20, 92), (27, 93)].into_iter().chain([(34, 94), (41, 95)]) {
        app.run(&format!(
            "insert into check_in (org_id, id, key_result_id, member_id, at, local_date, zone, value, confidence, submission_key)
             values ('{}', gen_random_uuid(), '{}', '{}', '2026-10-01T08:00:00Z'::timestamptz + interval '{week} days',
                     '2026-10-01'::date + {week}, 'Asia/Kolkata', {value}, 'on_track', gen_random_uuid())",
            id(SALTMARSH),
            id(KR_SIX),
            Who::Arjun.member(),
        ))
        .await;
    }
    let objective = drafted(&app, "The model is right when it matters").await;
    let same = [
        ("title", "Forecasts published by 06:00 LOCAL"),
        ("quantity", "percent"),
        ("baseline", "95"),
        ("target", "97"),
    ];
    // Without an owner the form comes back, and says what it heard.
    let page = measured(&app, &objective, &[&same[..], &[("owner", "")]].concat()).await.is(422);
    let trend = "“Forecasts published by 06:00 LOCAL” was measured before. Going on as it went, it would stand at 114.57% by Sunday 28 March. The target is 97%.";
    assert_eq!(asked(&page)[1..], [trend]);
    measured(&app, &objective, &same).await.is(303);
    measured(&app, &objective, &[("title", "Launch the 40 gauges"), ("baseline", "0"), ("target", "30")])
        .await
        .is(303);
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&objective).await.is(200);
    let said = page.texts(".notice li");
    assert!(said[0].starts_with(trend), "{said:?}");
    assert!(
        said[1].starts_with(
            "“Launch the 40 gauges” begins with something to do: launch. If doing it is the point"
        ),
        "{said:?}"
    );
    assert!(said[2].starts_with("“Launch the 40 gauges” speaks of 40, and its target is 30."), "{said:?}");
    let edit = page.attrs(".notice li a", "href")[0].clone();
    assert_eq!(asked(&ines.get(&edit).await.is(200)), [trend]);
    // Once the cycle runs, nobody is asked any more.
    app.at("2026-12-29T09:00:00Z");
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&objective).await.is(200);
    assert!(!page.has(".notice"), "{}", page.body);
}

#[tokio::test]
async fn many_are_told_with_their_number() {
    let app = TestApp::new().await;
    next_quarter(&app).await;
    for number in 0..5 {
        app.run(&format!(
            "insert into objective (org_id, id, cycle_id, team_id, title, owner_id, created_at)
             values ('{}', gen_random_uuid(), '{}', '{}', 'Objective {number}', '{}', '2026-11-01T08:00:00Z')",
            id(SALTMARSH),
            id(Q1),
            id(FORECAST),
            Who::Ines.member(),
        ))
        .await;
    }
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&format!("/o/saltmarsh/objectives/new?cycle={}", id(Q1))).await.is(200);
    let many = "Forecast team has 6 objectives in Q1 2027. With more than five, one of them mostly waits for the next cycle anyway.";
    assert_eq!(asked(&page), [many]);
    let objective = drafted(&app, "The sixth").await;
    for number in 0..5 {
        let title = format!("Measure {}", ["a", "b", "c", "d", "e"][number]);
        measured(&app, &objective, &[("title", &title), ("baseline", "1"), ("target", "2")]).await.is(303);
    }
    assert_eq!(asked(&ines.get(&objective).await), [many]);
    let page = ines.get(&format!("{objective}/key-results/new")).await.is(200);
    let few = "It has 6 key results. With more than five, few can say which of them matter.";
    assert_eq!(asked(&page), [few]);
    measured(&app, &objective, &[("title", "Measure f"), ("baseline", "1"), ("target", "2")]).await.is(303);
    assert_eq!(asked(&ines.get(&objective).await), [few, many]);
}
