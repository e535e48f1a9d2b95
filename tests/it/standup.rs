//! Visits to Today, the feed and updates.

use crate::support::cast::{self, id};
use crate::support::page::Form;
use crate::support::{Page, TestApp, Who};

const TODAY: &str = "/o/saltmarsh/today";
const FORM: &str = "form.sheet";

fn answer(question: u64) -> String {
    format!("answer_{}", id(cast::FORECAST_QUESTIONS[usize::try_from(question).unwrap()]))
}

fn value(key_result: u64) -> String {
    format!("value_{}", id(key_result))
}

fn confidence(key_result: u64) -> String {
    format!("confidence_{}", id(key_result))
}

/// Inês writes a whole update: words, a plan, a blocker for Tama, a number and how sure she is.
fn written(page: &Page) -> Form {
    page.form(FORM)
        .fill(&answer(0), "The **Azores** are on learned corrections.")
        .fill(&answer(1), "Try the three Kenyan estuaries.")
        .fill(&answer(2), "Copper mesh is held at customs.")
        .fill("who", &Who::Tama.member().to_string())
        .fill(&value(cast::KR_ERROR), "24,1")
        .with(&confidence(cast::KR_ERROR), "on_track")
}

#[tokio::test]
async fn a_member_posts_an_update_and_everything_moves_at_once() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let today = ines.get(TODAY).await.is(200);
    assert!(today.h1().starts_with("Good morning, Inês."), "{}", today.h1());
    assert!(today.text(".lede > p:last-child").contains("open until 16:00 your time"));
    let answered = ines.submit(written(&today)).await.is(303);
    let after = ines.follow(answered).await.is(200);
    assert_eq!(after.h1(), "That’s your update done. The rest of the day is yours.");
    assert_eq!(
        app.count("from \"update\" where local_date = '2026-11-17' and zone = 'Europe/Lisbon'").await,
        1
    );
    assert_eq!(app.count("from answer").await, 2, "the blocker is no answer");
    assert_eq!(app.count(&format!("from blocker where unblocker_id = '{}'", Who::Tama.member())).await, 1);
    assert_eq!(app.count("from check_in where value = 24.1 and update_id is not null").await, 1);
    assert_eq!(app.count("from roll_up_due").await, 1);
    let update = ines.get(&after.link("Inês Duarte")).await.is(200);
    assert_eq!(update.h1(), "Inês, on Tuesday");
    assert!(update.has(".say strong"));
    assert!(update.text(".moved").contains("24.1 cm"));
}

#[tokio::test]
async fn the_same_form_sent_again_is_one_update() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let today = ines.get(TODAY).await.is(200);
    let first = ines.submit(written(&today)).await.is(303);
    let again = ines.submit(written(&today)).await.is(303);
    assert_eq!(first.leads_to(), again.leads_to());
    assert_eq!(app.count("from \"update\"").await, 1);
    assert_eq!(app.count("from check_in").await, 1);
}

#[tokio::test]
async fn a_second_form_for_the_same_day_keeps_its_words() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let (here, there) = (ines.get(TODAY).await.is(200), ines.get(TODAY).await.is(200));
    ines.submit(written(&here)).await.is(303);
    let refused = ines.submit(there.form(FORM).fill(&answer(0), "Something else.")).await.is(422);
    assert!(refused.text("[role=alert]").contains("already posted"));
    assert_eq!(refused.text(&format!("#{}", answer(0))), "Something else.");
    assert_eq!(app.count("from \"update\"").await, 1);
}

#[tokio::test]
async fn what_is_wrong_is_told_and_nothing_typed_is_lost() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let today = ines.get(TODAY).await.is(200);
    let form = today
        .form(FORM)
        .fill(&answer(0), " ")
        .fill(&answer(1), "A plan.")
        .fill(&value(cast::KR_ERROR), "a lot");
    let refused = ines.submit(form).await.is(422);
    assert_eq!(refused.texts("#errs li").len(), 2);
    assert_eq!(refused.text(&format!("#{}", answer(1))), "A plan.");
    assert_eq!(refused.attrs(&format!("#{}", value(cast::KR_ERROR)), "value"), ["a lot"]);
    let long = today.form(FORM).fill(&answer(0), &"a".repeat(20_001));
    assert_eq!(ines.submit(long).await.is(422).texts("#errs li").len(), 1);
    let unsure = today.form(FORM).fill(&answer(0), "Words.").fill(&value(cast::KR_ERROR), "24");
    assert!(ines.submit(unsure).await.is(422).text("#errs li").contains("how sure"));
    assert_eq!(app.count("from \"update\"").await, 0);
    assert_eq!(app.count("from check_in").await, 0);
}

#[tokio::test]
async fn a_row_left_alone_is_no_check_in_and_the_same_is() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(TODAY).await.is(200);
    ines.submit(written(&page)).await.is(303);
    roll_up_by_hand(&app).await;
    app.at("2026-11-18T09:24:00Z");
    let next = ines.get(TODAY).await.is(200);
    assert_eq!(next.attrs(&format!("#{}", value(cast::KR_ERROR)), "value"), ["24.1"]);
    ines.submit(next.form(FORM).fill(&answer(0), "Quiet.")).await.is(303);
    assert_eq!(app.count("from check_in").await, 1);
    app.at("2026-11-19T09:24:00Z");
    let third = ines.get(TODAY).await.is(200);
    let same =
        third.form(FORM).fill(&answer(0), "Checked.").with(&format!("same_{}", id(cast::KR_ERROR)), "1");
    ines.submit(same).await.is(303);
    assert_eq!(app.count("from check_in where value = 24.1").await, 2);
}

/// The roll-up's current row, as its task would write it.
async fn roll_up_by_hand(app: &TestApp) {
    app.run(
        "insert into key_result_now (org_id, key_result_id, check_in_id, value, progress, confidence, checked_in_at)
         select org_id, key_result_id, id, value, 0.5, confidence, at from check_in on conflict do nothing",
    )
    .await;
}

#[tokio::test]
async fn the_last_plan_is_quoted_and_begins_the_next_update() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(TODAY).await.is(200);
    ines.submit(written(&page)).await.is(303);
    app.at("2026-11-18T09:24:00Z");
    let next = ines.get(TODAY).await.is(200);
    assert_eq!(next.text(".q p.hint"), "Tuesday, you planned: “Try the three Kenyan estuaries.”");
    assert_eq!(next.text(&format!("#{}", answer(0))), "Try the three Kenyan estuaries.");
}

#[tokio::test]
async fn a_draft_is_kept_by_button_and_by_script_and_goes_with_posting() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(TODAY).await.is(200);
    let autosave = page.attrs(FORM, "data-autosave").remove(0);
    let mut typing = page.form(FORM).fill(&answer(0), "Half a thought");
    typing.action = autosave;
    assert!(ines.submit(typing).await.is(200).body.contains("Saved at 09:24."));
    assert_eq!(ines.get(TODAY).await.text(&format!("#{}", answer(0))), "Half a thought");
    let button = page.form(FORM).fill(&answer(0), "A whole thought").with("draft", "1");
    let kept = ines.submit(button).await.is(303);
    let page = ines.follow(kept).await.is(200);
    assert_eq!(page.text(&format!("#{}", answer(0))), "A whole thought");
    ines.submit(page.form(FORM)).await.is(303);
    assert_eq!(app.count("from draft").await, 0);
    let mut late = page.form(FORM);
    late.action = page.attrs(FORM, "data-autosave").remove(0);
    ines.submit(late).await.is(200);
    assert_eq!(app.count("from draft").await, 0, "a late autosave brings nothing back");
}

#[tokio::test]
async fn away_today_and_back() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(TODAY).await.is(200);
    let gone = ines.submit(page.form(FORM).fill(&answer(0), "Later.").with("away", "1")).await.is(303);
    let away = ines.follow(gone).await.is(200);
    assert!(away.h1().contains("You are away today."));
    let mut arjun = app.visit(Who::Arjun).await;
    let feed = arjun.get("/o/saltmarsh/teams/forecast").await.is(200);
    assert!(feed.texts(".notyet li").iter().all(|line| !line.contains("Inês")));
    let back = ines.submit(away.form("main form")).await.is(303);
    let here = ines.follow(back).await.is(200);
    assert_eq!(here.text(&format!("#{}", answer(0))), "Later.", "the draft is still there");
    assert_eq!(app.count("from away").await, 0);
}

#[tokio::test]
async fn the_feed_follows_the_sun_and_names_nobody_as_missing() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(TODAY).await.is(200);
    ines.submit(written(&page)).await.is(303);
    let feed = ines.get("/o/saltmarsh/teams/forecast").await.is(200);
    assert_eq!(feed.h1(), "One of four has posted. One person is blocked.");
    assert_eq!(feed.texts("section[aria-labelledby=bl] article").len(), 1);
    let waiting = feed.texts(".notyet li");
    // It is 22:24 on Tuesday in Auckland: Tama's window is over, and he is on no list.
    assert_eq!(waiting.len(), 2, "{waiting:?}");
    assert!(waiting[0].contains("Arjun: not yet. It is 14:54 for Arjun."), "{waiting:?}");
    assert!(waiting[1].contains("The window is 09:00 to 16:00 in Vancouver"), "{waiting:?}");
    let mut tama = app.visit(Who::Tama).await;
    let theirs = tama.get("/o/saltmarsh/teams/forecast?day=2026-11-17").await.is(200);
    assert_eq!(theirs.text("article.post h3 + p"), "Tuesday morning in Lisbon. 22:24 your time");
    let everyone = ines.get("/o/saltmarsh/teams").await.is(200);
    assert!(everyone.has("nav.filters a[aria-current=page]"));
    ines.get("/o/saltmarsh/teams/nowhere").await.is(404);
    ines.get("/o/saltmarsh/teams/forecast?day=2026-02-30").await.is(404);
}

#[tokio::test]
async fn the_date_is_the_authors_and_the_past_may_be_filled_in() {
    let app = TestApp::new().await;
    let mut tama = app.visit(Who::Tama).await;
    let today = tama.get(TODAY).await.is(200);
    assert!(today.text(".lede > p:last-child").contains("Late is fine"), "22:24 in Auckland");
    tama.submit(today.form(FORM).fill(&answer(0), "Fouling.")).await.is(303);
    assert_eq!(
        app.count("from \"update\" where local_date = '2026-11-17' and zone = 'Pacific/Auckland'").await,
        1
    );
    let friday = tama.get(&format!("{TODAY}?day=2026-11-13")).await.is(200);
    assert_eq!(friday.text(".lede > p:last-child"), "This is for Friday 13 November. Late is fine.");
    tama.submit(friday.form(FORM).fill(&answer(0), "Friday’s.")).await.is(303);
    assert_eq!(app.count("from \"update\" where local_date = '2026-11-13'").await, 1);
    for day in ["2026-11-02", "2026-11-14", "2026-11-19", "2026-13-01"] {
        tama.get(&format!("{TODAY}?day={day}")).await.is(404);
    }
    let forged = today.form(FORM).fill("local_date", "2026-11-19").fill(&answer(0), "Tomorrow.");
    tama.submit(forged).await.is(404);
}

#[tokio::test]
async fn an_update_is_changed_by_its_author_alone_and_its_check_in_corrected() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(TODAY).await.is(200);
    let posted = ines.submit(written(&page)).await.is(303);
    let done = ines.follow(posted).await.is(200);
    let address = done.link("Inês Duarte");
    let edit = ines.get(&format!("{address}/edit")).await.is(200);
    assert_eq!(edit.attrs(&format!("#{}", value(cast::KR_ERROR)), "value"), ["24.1"]);
    let form = || {
        edit.form(FORM).fill(&answer(0), "Changed.").fill(&answer(2), "").fill(&value(cast::KR_ERROR), "24.3")
    };
    ines.submit(form()).await.is(303);
    ines.submit(form()).await.is(303);
    assert_eq!(app.count("from check_in where replaces_id is not null and value = 24.3").await, 1);
    assert_eq!(app.count("from check_in").await, 2);
    assert_eq!(app.count("from blocker where resolved_at is not null").await, 1);
    let update = ines.get(&address).await.is(200);
    assert!(update.text(".lede .who").contains("Edited."));
    assert!(update.text(".moved").contains("24.3 cm"));
    let mut arjun = app.visit(Who::Arjun).await;
    arjun.get(&format!("{address}/edit")).await.is(403);
    let mut eve = app.visit(Who::Eve).await;
    eve.get(&address).await.is(404);
    eve.get(&address.replace("saltmarsh", "driftwood")).await.is(404);
    ines.get("/o/saltmarsh/updates/not-an-id").await.is(404);
}

#[tokio::test]
async fn a_blocker_is_cleared_by_whoever_it_concerns() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(TODAY).await.is(200);
    let posted = ines.submit(written(&page)).await.is(303);
    let address = ines.follow(posted).await.link("Inês Duarte");
    let mut otieno = app.visit(Who::Otieno).await;
    otieno.post(&format!("{address}/blocker/resolution"), &[("note", "")]).await.is(403);
    // Two hours into Tama's next working day.
    app.at("2026-11-17T22:00:00Z");
    let mut tama = app.visit(Who::Tama).await;
    let update = tama.get(&address).await.is(200);
    assert_eq!(update.text(".block b"), "Blocked for 2 of Tama’s working hours.");
    let form = update.form("form[action$=resolution]").fill("note", "It was released.");
    tama.submit(form).await.is(303);
    let cleared = tama.get(&address).await.is(200);
    let told = ["No longer blocked. Tama cleared it.", "Copper mesh is held at customs.", "It was released."];
    assert_eq!(cleared.texts(".block p"), told);
    assert_eq!(tama.get("/o/saltmarsh/teams/forecast").await.texts("section[aria-labelledby=bl]").len(), 0);
}

#[tokio::test]
async fn observers_and_people_without_a_team_are_asked_nothing() {
    let app = TestApp::new().await;
    let mut olga = app.visit(Who::Olga).await;
    let page = olga.get(TODAY).await.is(200);
    assert!(!page.has(FORM));
    assert!(page.h1().contains("Nothing is asked of you."));
    let standup = id(cast::FORECAST_STANDUP);
    let fields = [("local_date", "2026-11-17"), ("submission_key", "0199a7c5-0000-7000-8000-000000000001")];
    olga.post(&format!("/o/saltmarsh/standups/{standup}/updates"), &fields).await.is(404);
    let mut nuno = app.visit(Who::Nuno).await;
    assert!(!nuno.get(TODAY).await.is(200).has(FORM));
    let mut eve = app.visit(Who::Eve).await;
    eve.post(&format!("/o/driftwood/standups/{standup}/updates"), &fields).await.is(404);
    app.stranger().get(TODAY).await.is(303);
}

#[tokio::test]
async fn on_a_free_day_nothing_is_due_and_one_may_write_all_the_same() {
    let app = TestApp::new().await;
    app.at("2026-11-21T10:00:00Z");
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(TODAY).await.is(200);
    assert_eq!(page.h1(), "Good morning, Inês. Nothing is due today.");
    assert_eq!(page.text(".lede > p:last-child"), "Your next update is Monday.");
    let form =
        ines.get(&page.link("write now")).await.is(200).form(FORM).fill(&answer(0), "A walk on the beach.");
    ines.submit(form).await.is(303);
    assert_eq!(app.count("from \"update\" where local_date = '2026-11-21'").await, 1);
}

#[tokio::test]
async fn a_form_sent_twice_at_once_is_one_update() {
    let app = TestApp::new().await;
    let (mut here, mut there) = (app.visit(Who::Ines).await, app.visit(Who::Ines).await);
    let today = here.get(TODAY).await.is(200);
    let (one, other) = tokio::join!(here.submit(written(&today)), there.submit(written(&today)));
    assert_eq!(one.is(303).leads_to(), other.is(303).leads_to());
    assert_eq!(app.count("from \"update\"").await, 1);
    assert_eq!(app.count("from check_in").await, 1);
}

#[tokio::test]
async fn nothing_is_asked_for_before_somebody_came() {
    let app = TestApp::new().await;
    app.run(&format!(
        "update member set joined_at = '2026-11-16T09:00:00Z' where id = '{}'",
        Who::Arjun.member()
    ))
    .await;
    let mut arjun = app.visit(Who::Arjun).await;
    let today = arjun.get(TODAY).await.is(200);
    assert_eq!(today.texts("details.small li"), ["Monday 16 November"]);
}
