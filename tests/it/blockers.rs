//! Visits about what stops people.

use crate::support::cast::{self, id};
use crate::support::{Page, TestApp, Visitor, Who};

const PAGE: &str = "/o/saltmarsh/teams/forecast/blockers";

fn answer(question: usize) -> String {
    format!("answer_{}", id(cast::FORECAST_QUESTIONS[question]))
}

/// Posts today's update with a blocker, and gives the update's address.
async fn blocked(app: &TestApp, who: Who, words: &str, fields: &[(&str, String)]) -> String {
    let mut visitor = app.visit(who).await;
    let page = visitor.get("/o/saltmarsh/today").await.is(200);
    let mut form = page.form("form.sheet").fill(&answer(0), "As planned.").fill(&answer(2), words);
    for (name, value) in fields {
        form = form.fill(name, value);
    }
    visitor.submit(form).await.is(303);
    let update: uuid::Uuid = sqlx::query_scalar("select update_id from blocker where body = $1")
        .bind(words)
        .fetch_one(&mut app.raw().await)
        .await
        .unwrap();
    format!("/o/saltmarsh/updates/{update}")
}

fn named(who: Who) -> (&'static str, String) {
    ("who", who.member().to_string())
}

#[tokio::test]
async fn a_blocker_says_what_would_clear_it_and_what_comes_next() {
    let app = TestApp::new().await;
    let more = [
        named(Who::Tama),
        ("blocker_kind", "decision".to_owned()),
        ("next_step", "Choose between two carriers.".to_owned()),
        ("blocker_key_result", id(cast::KR_ERROR).to_string()),
    ];
    let address = blocked(&app, Who::Ines, "The mesh is held at customs.", &more).await;
    let mut arjun = app.visit(Who::Arjun).await;
    let page = arjun.get(&address).await.is(200);
    let block = page.text(".block");
    for words in
        ["A decision", "Next: Choose between two carriers.", "Median surge-height error", "Tama could help"]
    {
        assert!(block.contains(words), "{words} in {block}");
    }
    assert_eq!(
        page.link("Median surge-height error"),
        format!("/o/saltmarsh/key-results/{}", id(cast::KR_ERROR))
    );

    // Changing the update finds the fields as they were; a draft keeps them.
    let mut ines = app.visit(Who::Ines).await;
    let form = ines.get(&format!("{address}/edit")).await.is(200).form("form.sheet");
    let field = |name: &str| form.fields.iter().find(|(field, _)| field == name).unwrap().1.clone();
    assert_eq!(field("blocker_kind"), "decision");
    assert_eq!(field("next_step"), "Choose between two carriers.");
    assert_eq!(field("blocker_key_result"), id(cast::KR_ERROR).to_string());
    ines.submit(form.fill("blocker_kind", "outside").fill("next_step", "")).await.is(303);
    let changed = arjun.get(&address).await.text(".block");
    assert!(changed.contains("Somebody outside") && !changed.contains("Next:"), "{changed}");
}

#[tokio::test]
async fn what_cannot_be_so_comes_back_with_a_sentence() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get("/o/saltmarsh/today").await.is(200);
    let long = "a".repeat(501);
    for (field, value, sentence) in [
        ("next_step", long.as_str(), "Shorten this to at most 500 characters."),
        ("blocker_kind", "boredom", "Choose one of those in the list."),
        ("blocker_key_result", &id(cast::KR_SHORE).to_string(), "Choose one of those in the list."),
    ] {
        let form =
            page.form("form.sheet").fill(&answer(0), "Words.").fill(&answer(2), "Stuck.").fill(field, value);
        let refused = ines.submit(form).await.is(422);
        assert_eq!(refused.text(&format!("#{field}-err")), sentence);
        assert_eq!(refused.text(&format!("textarea[name={}]", answer(2))), "Stuck.");
    }
    assert_eq!(app.count("from blocker").await, 0);
}

/// The names on the list of open blockers, in order.
fn listed(page: &Page) -> Vec<String> {
    page.texts("section[aria-labelledby=op] h3")
}

#[tokio::test]
async fn a_teams_blockers_stand_oldest_first_in_the_hours_of_who_can_clear_them() {
    let app = TestApp::new().await;
    // Monday in Lisbon; Mia's Monday begins at 17:00 UTC.
    app.at("2026-11-16T10:00:00Z");
    blocked(&app, Who::Ines, "Waits for Mia.", &[named(Who::Mia)]).await;
    app.at("2026-11-16T12:00:00Z");
    let second = blocked(&app, Who::Arjun, "Waits for Inês.", &[named(Who::Ines)]).await;
    app.at("2026-11-16T15:30:00Z");
    let mut nuno = app.visit(Who::Nuno).await;
    let page = nuno.get(PAGE).await.is(200);
    assert_eq!(page.h1(), "2 things stop people on Forecast");
    // Three hours of Inês's, none of Mia's, though that one was there first.
    assert_eq!(listed(&page), ["Arjun Rao, Monday 16 November", "Inês Duarte, Monday 16 November"]);
    assert!(
        page.texts(".block")[0].contains("Blocked for 3 of Inês’s working hours."),
        "{:?}",
        page.texts(".block")
    );
    assert!(page.texts(".block")[1].contains("Blocked. Mia could help."));
    for from in ["/o/saltmarsh/teams/forecast", "/o/saltmarsh/review", second.as_str()] {
        assert_eq!(nuno.get(from).await.is(200).link("All blockers of Forecast"), PAGE, "{from}");
    }

    // Cleared from the list, with a note.
    let mut ines = app.visit(Who::Ines).await;
    let form = ines
        .get(PAGE)
        .await
        .is(200)
        .form("section[aria-labelledby=op] article form")
        .fill("note", "A spare was found.");
    assert_eq!(form.action, format!("{second}/blocker/resolution"));
    ines.submit(form).await.is(303);
    let page = ines.get(PAGE).await.is(200);
    assert_eq!(listed(&page), ["Inês Duarte, Monday 16 November"]);
    let cleared = page.text("section[aria-labelledby=cl]");
    assert!(cleared.contains("Inês cleared it.") && cleared.contains("A spare was found."), "{cleared}");
}

#[tokio::test]
async fn what_comes_back_goes_on_ageing_where_it_stopped() {
    let app = TestApp::new().await;
    app.at("2026-11-17T09:00:00Z");
    let address = blocked(&app, Who::Ines, "No access.", &[]).await;
    let mut ines = app.visit(Who::Ines).await;
    app.at("2026-11-17T11:00:00Z");
    ines.post(&format!("{address}/blocker/resolution"), &[("note", "Sanne gave it.")]).await.is(303);
    app.at("2026-11-17T14:00:00Z");
    let page = ines.get(&address).await.is(200);
    assert!(page.text(".block").contains("Inês cleared it."));
    let mut wanjiru = app.visit(Who::Wanjiru).await;
    wanjiru.post(&format!("{address}/blocker/reopening"), &[]).await.is(403);
    ines.submit(page.form("form[action$='/reopening']")).await.is(303);
    ines.post(&format!("{address}/blocker/reopening"), &[]).await.is(303);
    assert_eq!(app.count("from blocker_past").await, 1, "twice is once");
    app.at("2026-11-17T15:30:00Z");
    let page = ines.get(&address).await.is(200);
    // Two hours before, one and a half since; the three between do not count.
    assert!(page.text(".block").contains("Blocked for 3 working hours."), "{}", page.text(".block"));
    assert!(page.body.contains("Inês had cleared it on Tuesday 17 November: Sanne gave it."));
    let mut nuno = app.visit(Who::Nuno).await;
    assert!(
        nuno.get("/o/saltmarsh/review")
            .await
            .is(200)
            .text("section[aria-labelledby=bk]")
            .contains("3 working hours")
    );
}

/// A browser's page of notices, as its lines.
async fn told(visitor: &mut Visitor<'_>) -> Vec<String> {
    visitor.get("/o/saltmarsh/notices").await.is(200).texts("ol.lines li p:first-child")
}

#[tokio::test]
async fn who_can_help_is_told_and_so_is_who_stands_in() {
    let app = TestApp::new().await;
    app.run(&format!(
        "insert into away (org_id, id, member_id, first_date, last_date, stand_in_id, created_at)
         values ('{}', '{}', '{}', '2026-11-16', '2026-11-20', '{}', '2026-11-01T00:00:00Z')",
        id(cast::SALTMARSH),
        id(990),
        Who::Tama.member(),
        Who::Mia.member()
    ))
    .await;
    let address = blocked(&app, Who::Ines, "Two rigs are dark.", &[named(Who::Tama)]).await;
    let mut mia = app.visit(Who::Mia).await;
    let mut tama = app.visit(Who::Tama).await;
    assert_eq!(told(&mut mia).await, ["Inês Duarte is blocked, and you stand in for Tama New"]);
    assert_eq!(told(&mut tama).await, ["Inês Duarte is blocked and says you can help New"]);
    // Mia stands in, and may clear it; the author hears nothing of her own words.
    mia.get(&address).await.is(200).form("form[action$='/resolution']");
    mia.post(&format!("{address}/blocker/resolution"), &[]).await.is(303);
    assert_eq!(told(&mut app.visit(Who::Ines).await).await, Vec::<String>::new());
    // Naming the same person again is no news; naming another is.
    let mut ines = app.visit(Who::Ines).await;
    ines.post(&format!("{address}/blocker/reopening"), &[]).await.is(303);
    assert_eq!(told(&mut tama).await.len(), 2, "it came back");
    let form = ines.get(&format!("{address}/edit")).await.is(200).form("form.sheet");
    ines.submit(form).await.is(303);
    assert_eq!(told(&mut tama).await.len(), 2);
    let form = ines.get(&format!("{address}/edit")).await.is(200).form("form.sheet");
    ines.submit(form.fill("who", &Who::Arjun.member().to_string())).await.is(303);
    assert_eq!(told(&mut app.visit(Who::Arjun).await).await.len(), 1);
}
