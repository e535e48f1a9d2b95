//! People set their hours, teams their rhythm, admins the roles.

use crate::support::TestApp;
use crate::support::cast::{FIELD, FIELD_STANDUP, FORECAST, FORECAST_STANDUP, Q4, Who, id};

#[tokio::test]
async fn ines_moves_to_auckland_and_asks_for_a_weekly_digest() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get("/o/saltmarsh/me").await.is(200);
    assert_eq!(page.h1(), "Your hours are yours. We keep to them.");
    let form = page
        .form("form[action='/o/saltmarsh/me']")
        .fill("zone", "Pacific/Auckland")
        .fill("digest", "weekly")
        .fill("digest_time", "10:30")
        .fill("name", "Inês D.");
    let saved = ines.submit(form).await.is(303);
    let page = ines.follow(saved).await.is(200);
    assert_eq!(page.text("[role=status]"), "Saved.");
    assert_eq!(page.text(".clock b"), "22:24");
    // Monday the 23rd, 10:30 in Auckland.
    assert_eq!(
        app.count("from member where name = 'Inês D.' and next_digest_at = '2026-11-22T21:30:00Z'").await,
        1
    );
    // The two key results she owns are looked at again: her new days decide when a word is stale.
    assert_eq!(
        app.count(&format!("from roll_up_due where cycle_id = '{}' and key_result_id is not null", id(Q4)))
            .await,
        2
    );
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once_and_kept() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get("/o/saltmarsh/me").await;
    let form = page
        .form("form[action='/o/saltmarsh/me']")
        .fill("name", "  ")
        .fill("zone", "Mars/Olympus")
        .fill("start", "25:99")
        .fill("quiet_until", "");
    let page = ines.submit(form).await.is(422);
    assert_eq!(page.texts("[role=alert] li").len(), 4);
    assert_eq!(page.attrs("#start-1-1", "value"), ["25:99"]);
    assert!(page.text("title").starts_with("Error:"));
    assert_eq!(app.count("from member where name = 'Inês Duarte' and zone = 'Europe/Lisbon'").await, 1);
}

#[tokio::test]
async fn days_away_are_planned_and_taken_back() {
    let app = TestApp::new().await;
    let mut tama = app.visit(Who::Tama).await;
    let page = tama.get("/o/saltmarsh/me").await;
    let form = page.form("form[action$='/away']").fill("first", "2026-12-21").fill("last", "2026-12-20");
    let page = tama.submit(form).await.is(422);
    let form = page
        .form("form[action$='/away']")
        .fill("last", "2027-01-02")
        .fill("note", "At the beach. Ask Arjun.");
    let saved = tama.submit(form).await.is(303);
    let page = tama.follow(saved).await;
    assert_eq!(page.text("#away .lines b"), "Monday 21 December to Saturday 2 January");
    let mine = page.form("form[action$='/removal']");
    let mut arjun = app.visit(Who::Arjun).await;
    arjun.post(&mine.action, &[]).await.is(404);
    tama.submit(mine).await.is(303);
    assert_eq!(app.count("from away").await, 0);
}

/// The settings of Forecast's standup.
fn standup_page() -> String {
    format!("/o/saltmarsh/settings/teams/forecast/standups/{}", id(FORECAST_STANDUP))
}

#[tokio::test]
async fn a_new_rhythm_begins_on_a_day_nobody_has_begun() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let team = ines.get("/o/saltmarsh/settings/teams/forecast").await.is(200);
    assert_eq!(team.texts("#standups li .soft"), ["Mon, Tue, Wed, Thu and Fri, 09:00 to 16:00"]);
    let page = ines.get(&team.link("Change: Update")).await.is(200);
    assert_eq!(page.h1(), "Update, for Forecast");
    assert_eq!(
        page.texts("#opens-coming time"),
        ["Wed 18 Nov 09:00", "Thu 19 Nov 09:00", "Fri 20 Nov 09:00"]
    );
    let form = page.form("form.stack").fill("due", "15:00").without("day").with("day", "2").with("day", "4");
    ines.submit(form).await.is(303);
    // It is still the 17th in Auckland, so the 18th is nobody's yet.
    let old = format!(
        "from schedule where standup_id = '{}' and version = 1 and last_date = '2026-11-17'",
        id(FORECAST_STANDUP)
    );
    assert_eq!(app.count(&old).await, 1);
    let new = format!(
        "from schedule where standup_id = '{}' and version = 2 and first_date = '2026-11-18' and weekdays = 10 and due_time = '15:00'",
        id(FORECAST_STANDUP)
    );
    assert_eq!(app.count(&new).await, 1);
    // Changed again before it began: replaced, not piled up.
    let page = ines.get(&standup_page()).await;
    ines.submit(page.form("form.stack").fill("due", "14:00")).await.is(303);
    assert_eq!(app.count(&format!("from schedule where standup_id = '{}'", id(FORECAST_STANDUP))).await, 2);
    assert_eq!(app.count(&old).await, 1);
    // Saved again as it is: no version for nothing.
    let page = ines.get(&standup_page()).await;
    ines.submit(page.form("form.stack")).await.is(303);
    assert_eq!(app.count("from schedule where due_time = '14:00' and version = 3").await, 1);
}

#[tokio::test]
async fn a_team_has_as_many_standups_as_it_likes() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let team = ines.get("/o/saltmarsh/settings/teams/forecast").await;
    let page = ines.get(&team.link("Add a standup")).await.is(200);
    assert_eq!(page.h1(), "A new standup for Forecast");
    assert_eq!(page.attrs("input[name=question]", "value").len(), 3);
    // All that is wrong is told, and kept.
    let wrong = page.form("form.stack").fill("every", "13").fill("opens", "17:00").without("day");
    let page = ines.submit(wrong).await.is(422);
    assert_eq!(page.texts("[role=alert] li").len(), 4);
    assert_eq!(page.attrs("#every", "value"), ["13"]);
    // A look back each month on the last Friday, open from the evening before, on Lisbon's clock for all.
    let form = page
        .form("form.stack")
        .fill("name", "Look back")
        .fill("recurs", "monthly")
        .fill("nth", "-1")
        .fill("nth_weekday", "5")
        .fill("opens", "18:00")
        .fill("due", "12:00")
        .with("evening", "on")
        .fill("zone", "Europe/Lisbon")
        .fill("every", "1");
    let made = ines.submit(form).await.is(303);
    let team = ines.follow(made).await.is(200);
    assert_eq!(
        team.texts("#standups li .soft")[1],
        "Each month on the last Friday, 18:00 to 12:00, open from the evening before, on Lisbon’s clock"
    );
    let page = ines.get(&team.link("Change: Look back")).await.is(200);
    assert_eq!(page.texts("#due-coming time"), ["Fri 27 Nov 12:00", "Fri 25 Dec 12:00", "Fri 29 Jan 12:00"]);
    assert_eq!(page.texts("#opens-coming time")[0], "Thu 26 Nov 18:00");
    // On the 26th at seven in the evening in Lisbon it is open for everyone, beside what each has on their own day.
    app.at("2026-11-26T19:00:00Z");
    let mut tama = app.visit(Who::Tama).await;
    let today = tama.get("/o/saltmarsh/today").await.is(200);
    let links = today.texts("main a");
    assert!(links.iter().any(|link| link.contains("Look back")), "{links:?}");
    // Another name, and every second week from the one that begins on 7 December.
    let form = page.form("form.stack").fill("name", "Fortnight").fill("recurs", "weekly").fill("every", "2");
    let form = form.fill("week_of", "2026-12-07").without("day").with("day", "5");
    let saved = ines.submit(form).await.is(303);
    let page = ines.follow(saved).await.is(200);
    assert_eq!(page.h1(), "Fortnight, for Forecast");
    assert_eq!(page.texts("#due-coming time"), ["Fri 11 Dec 12:00", "Fri 25 Dec 12:00", "Fri 8 Jan 12:00"]);
    // Retired: it asks no more, and its page is gone.
    let gone = page.form("form[action$='/retirement']");
    let address = page.address.split('?').next().unwrap().to_owned();
    ines.submit(gone).await.is(303);
    ines.get(&address).await.is(404);
    let team = ines.get("/o/saltmarsh/settings/teams/forecast").await;
    assert_eq!(team.texts("#standups li p").len(), 1);
    // Another team's standup is not this one's.
    ines.get(&format!("/o/saltmarsh/settings/teams/forecast/standups/{}", id(FIELD_STANDUP))).await.is(404);
}

#[tokio::test]
async fn questions_are_kept_retired_and_added_in_order() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&standup_page()).await;
    let page = ines.submit(page.form("form.stack").with("add", "1")).await.is(200);
    assert_eq!(page.attrs("input[name=question]", "value").len(), 4);
    let mut form = page.form("form.stack");
    let mut questions = form.fields.iter_mut().filter(|(name, _)| name == "question");
    questions.next().unwrap().1 = "What changed?".into();
    questions.nth(2).unwrap().1 = "Who helped you?".into();
    ines.submit(form).await.is(303);
    let standup = id(FORECAST_STANDUP);
    assert_eq!(
        app.count(&format!("from question where standup_id = '{standup}' and retired_at is null")).await,
        4
    );
    assert_eq!(app.count(&format!("from question where standup_id = '{standup}' and prompt = 'What moved?' and retired_at is not null")).await, 1);
    assert_eq!(
        app.count(&format!(
            "from question where standup_id = '{standup}' and prompt = 'Who helped you?' and position = 3"
        ))
        .await,
        1
    );
}

#[tokio::test]
async fn leads_seat_people_and_only_they_do() {
    let app = TestApp::new().await;
    let mut wanjiru = app.visit(Who::Wanjiru).await;
    let page = wanjiru.get("/o/saltmarsh/settings/teams/field").await.is(200);
    let form = page.form("form[action$='/members']").fill("member", &Who::Arjun.member().to_string());
    wanjiru.submit(form).await.is(303);
    let arjuns =
        format!("from team_member where team_id = '{}' and member_id = '{}'", id(FIELD), Who::Arjun.member());
    assert_eq!(app.count(&arjuns).await, 1);
    // Somebody of another tenant is nobody here.
    let eve = Who::Eve.member().to_string();
    wanjiru.post("/o/saltmarsh/settings/teams/field/members", &[("member", &eve)]).await.is(404);
    // She leads Field, not Forecast.
    wanjiru.get("/o/saltmarsh/settings/teams/forecast").await.is(403);
    let mut arjun = app.visit(Who::Arjun).await;
    arjun.get("/o/saltmarsh/settings/teams/forecast").await.is(403);
    assert_eq!(app.count(&format!("from team_member where team_id = '{}'", id(FORECAST))).await, 4);
}

#[tokio::test]
async fn roles_are_given_by_those_who_may() {
    let app = TestApp::new().await;
    let mut sanne = app.visit(Who::Sanne).await;
    let page = sanne.get("/o/saltmarsh/settings/people").await.is(200);
    assert_eq!(page.h1(), "9 people in 2 teams.");
    let arjun = format!("/o/saltmarsh/settings/people/{}", Who::Arjun.member());
    sanne.post(&arjun, &[("role", "admin")]).await.is(303);
    // An admin makes no owner and touches none.
    sanne.post(&arjun, &[("role", "owner")]).await.is(403);
    let nuno = format!("/o/saltmarsh/settings/people/{}", Who::Nuno.member());
    sanne.post(&nuno, &[("role", "member")]).await.is(403);
    // The last owner stays.
    let mut owner = app.visit(Who::Nuno).await;
    owner.post(&nuno, &[("role", "member")]).await.is(403);
    owner.post(&arjun, &[("role", "member"), ("leave", "1")]).await.is(303);
    assert_eq!(app.count("from member where name = 'Arjun Rao' and left_at is not null").await, 1);
    let mut gone = app.visit(Who::Arjun).await;
    gone.get("/o/saltmarsh/me").await.is(404);
    app.visit(Who::Ines).await.get("/o/saltmarsh/settings/people").await.is(403);
}

#[tokio::test]
async fn an_admin_adds_a_team_that_can_begin_at_once() {
    let app = TestApp::new().await;
    let mut sanne = app.visit(Who::Sanne).await;
    let page = sanne.get("/o/saltmarsh/settings/people").await;
    let taken = page.form("form[action$='/settings/teams']").fill("name", "Forecast");
    let page = sanne.submit(taken).await.is(422);
    let form = page.form("form[action$='/settings/teams']").fill("name", "Élise’s lab");
    let made = sanne.submit(form).await.is(303);
    let page = sanne.follow(made).await.is(200);
    assert_eq!(page.h1(), "How Élise’s lab keeps in touch");
    assert_eq!(page.texts("#standups li .soft"), ["Tue and Thu, 09:00 to 16:00"]);
    let page = sanne.get(&page.link("Change: Update")).await.is(200);
    assert_eq!(
        page.attrs("input[name=question]", "value"),
        ["What moved?", "What is next?", "Is anything in your way?"]
    );
    assert_eq!(page.attrs("input[name=day][checked]", "value"), ["2", "4"]);
}

#[tokio::test]
async fn driftwood_sees_nothing_of_saltmarsh() {
    let app = TestApp::new().await;
    let mut eve = app.visit(Who::Eve).await;
    for page in ["/o/saltmarsh/me", "/o/saltmarsh/settings/people", "/o/saltmarsh/settings/teams/forecast"] {
        eve.get(page).await.is(404);
        let stranger = app.stranger().get(page).await.is(303);
        assert!(stranger.leads_to().starts_with("/sign-in?next=/o/saltmarsh/"), "{}", stranger.leads_to());
    }
}
