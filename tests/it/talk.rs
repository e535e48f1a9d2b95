//! Visits that reply and react.

use crate::support::cast::{self, id};
use crate::support::{TestApp, Who};

/// An update of Inês's, written without a visit.
async fn update(app: &TestApp) -> String {
    let update = id(900);
    app.run(&format!(
        "insert into \"update\" (org_id, id, standup_id, team_id, member_id, local_date, zone, posted_at, submission_key)
         values ('{}', '{update}', '{}', '{}', '{}', '2026-11-17', 'Europe/Lisbon', '2026-11-17T09:00:00Z', '{}')",
        id(cast::SALTMARSH),
        id(cast::FORECAST_STANDUP),
        id(cast::FORECAST),
        Who::Ines.member(),
        id(901),
    ))
    .await;
    format!("/o/saltmarsh/updates/{update}")
}

#[tokio::test]
async fn a_reply_stands_once_and_belongs_to_its_author() {
    let app = TestApp::new().await;
    let address = update(&app).await;
    let mut olga = app.visit(Who::Olga).await;
    let page = olga.get(&address).await.is(200);
    let reply = || page.form("form.sheet").fill("reply", "Six are *yours*.");
    olga.submit(reply()).await.is(303);
    olga.submit(reply()).await.is(303);
    assert_eq!(app.count("from comment").await, 1, "the same form sent twice is one reply");
    let thread = olga.get(&address).await.is(200);
    assert_eq!(thread.text("#thread h2"), "One reply");
    assert!(thread.has("#thread .say em"));
    let edit = thread.form("#thread details form");
    let mut arjun = app.visit(Who::Arjun).await;
    assert!(!arjun.get(&address).await.has("#thread details"));
    arjun.post(&edit.action, &[("reply", "Mine now.")]).await.is(403);
    let delete = edit.action.replace("/edit", "/delete");
    arjun.post(&delete, &[]).await.is(403);
    olga.submit(edit.fill("reply", "Eight are yours.")).await.is(303);
    let changed = olga.get(&address).await;
    assert!(changed.text("#thread article").contains("Edited"));
    olga.post(&delete, &[]).await.is(303);
    let gone = olga.get(&address).await;
    assert!(gone.text("#thread article").contains("Olga Petrova took this reply back."));
    assert_eq!(app.count("from comment where body like '%yours%'").await, 0, "the words are gone");
    olga.post(&delete, &[]).await.is(404);
}

#[tokio::test]
async fn a_reply_that_cannot_stand_comes_back() {
    let app = TestApp::new().await;
    let address = update(&app).await;
    let mut arjun = app.visit(Who::Arjun).await;
    let page = arjun.get(&address).await.is(200);
    let long = "a".repeat(20_001);
    let refused = arjun.submit(page.form("form.sheet").fill("reply", &long)).await.is(422);
    assert_eq!(refused.text("textarea"), long);
    let short = arjun.submit(refused.form("form.sheet").fill("reply", "a")).await.is(303);
    assert!(short.leads_to().ends_with("#thread"));
    arjun.submit(page.form("form.sheet").fill("reply", " ")).await.is(422);
}

#[tokio::test]
async fn replies_go_to_what_is_there_and_nowhere_else() {
    let app = TestApp::new().await;
    update(&app).await;
    let mut eve = app.visit(Who::Eve).await;
    let fields = [("reply", "Hello"), ("submission_key", "0199a7c5-0000-7000-8000-000000000001")];
    for address in [
        format!("/o/driftwood/updates/{}/comments", id(900)),
        format!("/o/driftwood/objectives/{}/comments", id(cast::OBJ_MODEL)),
        format!("/o/driftwood/key-results/{}/comments", id(cast::KR_ERROR)),
        format!("/o/saltmarsh/updates/{}/comments", id(900)),
        "/o/driftwood/updates/nothing/comments".to_owned(),
    ] {
        eve.post(&address, &fields).await.is(404);
    }
    eve.post(&format!("/o/driftwood/updates/{}/reactions", id(900)), &[("on", "noted")]).await.is(404);
    assert_eq!(app.count("from comment").await + app.count("from reaction").await, 0);
    eve.post(&format!("/o/driftwood/objectives/{}/comments", id(cast::OBJ_SHORE)), &fields).await.is(303);
}

#[tokio::test]
async fn a_reaction_is_said_and_taken_back() {
    let app = TestApp::new().await;
    let address = update(&app).await;
    let mut arjun = app.visit(Who::Arjun).await;
    let reactions = format!("{address}/reactions");
    let back = "/o/saltmarsh/teams/forecast?day=2026-11-17";
    let said = arjun.post(&reactions, &[("back", back), ("on", "noted")]).await.is(303);
    assert_eq!(said.leads_to(), format!("{back}#u-{}", id(900)));
    arjun.post(&reactions, &[("back", "https://elsewhere.example/"), ("on", "noted")]).await.is(303);
    let page = arjun.get(&address).await.is(200);
    assert_eq!(page.text(".react [aria-pressed=true]"), "Noted 1, Inês’s update");
    let away = arjun.post(&reactions, &[("back", "//elsewhere.example/"), ("off", "noted")]).await.is(303);
    assert_eq!(away.leads_to(), format!("{address}#u-{}", id(900)));
    assert_eq!(app.count("from reaction").await, 0);
    arjun.post(&reactions, &[("on", "applause")]).await.is(400);
}

/// A check-in of Tama's, written without a visit.
async fn check_in(app: &TestApp) -> String {
    app.run(&format!(
        "insert into check_in (org_id, id, key_result_id, member_id, at, local_date, zone, value, confidence, note, submission_key)
         values ('{}', '{}', '{}', '{}', '2026-11-17T02:00:00Z', '2026-11-17', 'Pacific/Auckland', 44, 'off_track',
                 'The rigs are dark.', '{}')",
        id(cast::SALTMARSH),
        id(910),
        id(cast::KR_FOULING),
        Who::Tama.member(),
        id(911),
    ))
    .await;
    format!("/o/saltmarsh/check-ins/{}", id(910))
}

#[tokio::test]
async fn a_check_in_is_talked_about_on_its_own_page() {
    let app = TestApp::new().await;
    let address = check_in(&app).await;
    let key_result = format!("/o/saltmarsh/key-results/{}", id(cast::KR_FOULING));
    let mut ines = app.visit(Who::Ines).await;
    assert_eq!(ines.get(&key_result).await.is(200).link("Reply"), format!("{address}#thread"));
    let page = ines.get(&address).await.is(200);
    assert!(page.text(".say").contains("The rigs are dark."));
    ines.submit(page.form("form.sheet").fill("reply", "Which of them?")).await.is(303);
    let page = ines.get(&address).await.is(200);
    assert_eq!(page.text("#thread article .say"), "Which of them?");
    let found = ines.get("/o/saltmarsh/search?q=which").await.is(200);
    let place = format!("{address}#c-");
    assert!(found.attrs("main a", "href").iter().any(|href| href.starts_with(&place)), "{}", found.body);
    ines.post(&format!("{address}/reactions"), &[("on", "can_help"), ("back", &address)]).await.is(303);
    assert_eq!(ines.get(&address).await.text(".react [aria-pressed=true]"), "I can help 1, this check-in");
    for place in [format!("/o/saltmarsh/objectives/{}", id(cast::OBJ_SENSORS)), key_result] {
        let said = ines.post(&format!("{place}/reactions"), &[("on", "well_done")]).await.is(303);
        assert_eq!(said.leads_to(), format!("{place}#thread"));
        assert!(ines.get(&place).await.text(".react [aria-pressed=true]").starts_with("Well done 1"));
        ines.post(&format!("{place}/reactions"), &[("off", "well_done")]).await.is(303);
        assert!(!ines.get(&place).await.has(".react [aria-pressed=true]"));
    }
    ines.get(&format!("/o/saltmarsh/check-ins/{}", id(999))).await.is(404);
    app.visit(Who::Eve).await.get(&format!("/o/driftwood/check-ins/{}", id(910))).await.is(404);
}

#[tokio::test]
async fn a_reply_is_quoted_without_any_script() {
    let app = TestApp::new().await;
    let address = update(&app).await;
    let mut olga = app.visit(Who::Olga).await;
    let page = olga.get(&address).await.is(200);
    olga.submit(page.form("form.sheet").fill("reply", "Six are yours.\nTwo are *ours*.")).await.is(303);
    let mut arjun = app.visit(Who::Arjun).await;
    let quote = arjun.get(&address).await.link("Quote");
    let page = arjun.get(&quote).await.is(200);
    assert_eq!(page.text("textarea"), "> **Olga Petrova** > > Six are yours. > Two are *ours*.");
    let form = page.form("form.sheet");
    let words = form.fields.iter().find(|(name, _)| name == "reply").unwrap().1.clone();
    arjun.submit(form.fill("reply", &format!("{words}Agreed."))).await.is(303);
    let thread = arjun.get(&address).await.is(200);
    assert!(thread.texts("#thread blockquote")[0].contains("Two are ours."));
    // Each reply has an address of its own.
    let anchors = thread.attrs("#thread article", "id");
    assert_eq!(anchors.len(), 2);
    assert!(thread.attrs("#thread article a", "href").contains(&format!("#{}", anchors[0])));
    // What was taken back is not quoted, nor what stands elsewhere.
    let other =
        quote.replace(&format!("updates/{}", id(900)), &format!("objectives/{}", id(cast::OBJ_MODEL)));
    arjun.get(&other).await.is(404);
    app.run("update comment set deleted_at = at, body = '-'").await;
    arjun.get(&quote).await.is(404);
}

#[tokio::test]
async fn a_name_that_several_people_have_is_asked_about() {
    let app = TestApp::new().await;
    let address = update(&app).await;
    app.run(&format!("update member set name = 'Mia Odhiambo' where id = '{}'", Who::Otieno.member())).await;
    let mut arjun = app.visit(Who::Arjun).await;
    let page = arjun.get(&address).await.is(200);
    let refused = arjun.submit(page.form("form.sheet").fill("reply", "Ask @Mia or @ines.")).await.is(422);
    assert_eq!(
        refused.text("#reply-err"),
        "@Mia is the name of several people. Write one of these instead: @mia-chen and @mia-odhiambo."
    );
    assert_eq!(refused.text("textarea"), "Ask @Mia or @ines.");
    arjun
        .submit(refused.form("form.sheet").fill("reply", "Ask @mia-odhiambo or @ines, or `@Tama`."))
        .await
        .is(303);
    let named: Vec<uuid::Uuid> = sqlx::query_scalar("select member_id from mention order by 1")
        .fetch_all(&mut app.raw().await)
        .await
        .unwrap();
    assert_eq!(named, [Who::Ines.member(), Who::Otieno.member()]);
    assert_eq!(arjun.get(&address).await.texts("#thread .say strong"), ["@mia-odhiambo", "@ines"]);
    // For the script: everybody who may read it, but for oneself.
    let people = arjun.get(&format!("{address}/people")).await.is(200);
    assert_eq!(people.headers["content-type"], "application/json");
    assert!(people.body.contains(r#"{"name":"Inês Duarte","handle":"ines-duarte"}"#), "{}", people.body);
    assert!(!people.body.contains("Arjun") && !people.body.contains("Eve"));
}

#[tokio::test]
async fn what_a_private_team_writes_is_nobody_elses_to_talk_about() {
    let app = TestApp::new().await;
    let address = update(&app).await;
    let check_in = check_in(&app).await;
    app.run("update team set private = true where slug = 'forecast'").await;
    let mut arjun = app.visit(Who::Arjun).await;
    let page = arjun.get(&address).await.is(200);
    // Somebody who may not read it can't be named in it: the name is only words.
    arjun.submit(page.form("form.sheet").fill("reply", "Ask @Otieno and @Tama.")).await.is(303);
    assert_eq!(arjun.get(&address).await.texts("#thread .say strong"), ["@Tama"]);
    let quote = arjun.get(&address).await.link("Quote");
    let fields = [("reply", "Hello"), ("submission_key", "0199a7c5-0000-7000-8000-000000000001")];
    for who in [Who::Otieno, Who::Sanne, Who::Olga] {
        let mut other = app.visit(who).await;
        for page in [address.clone(), format!("{address}/people"), quote.clone()] {
            other.get(&page).await.is(404);
        }
        other.post(&format!("{address}/comments"), &fields).await.is(404);
        other.post(&format!("{address}/reactions"), &[("on", "noted")]).await.is(404);
        other.get(&check_in).await.is(200);
    }
    // Nor is it found.
    let app = &app;
    let finds = |who: Who| async move {
        app.visit(who).await.get("/o/saltmarsh/search?q=Otieno").await.is(200).body.contains("Ask @")
    };
    assert!(finds(Who::Tama).await && !finds(Who::Sanne).await);
    // Owners read everything.
    app.visit(Who::Nuno).await.get(&address).await.is(200);
    assert_eq!(app.count("from comment").await, 1);
    assert_eq!(app.count(&format!("from notice where member_id = '{}'", Who::Otieno.member())).await, 0);
}

/// Asks somebody about something by the form, and gives the question's place.
async fn ask(app: &TestApp, who: Who, page: &str, asked: Who, hours: &str, words: &str) -> String {
    let mut visitor = app.visit(who).await;
    let asking = visitor.get(page).await.is(200).link("Ask somebody");
    let form = visitor.get(&asking).await.is(200).form("form.sheet");
    let form = form.fill("who", &asked.member().to_string()).fill("question", words).fill("hours", hours);
    visitor.submit(form).await.is(303).leads_to().replace("?done=asked", "")
}

#[tokio::test]
async fn somebody_is_asked_and_has_their_own_working_hours_to_answer() {
    let app = TestApp::new().await;
    let address = update(&app).await;
    // 09:24 in Lisbon is 22:24 in Auckland: four hours of Tama's end on Wednesday at 13:00 there.
    let place = ask(&app, Who::Ines, &address, Who::Tama, "4", "Which *rigs*?").await;
    let mut ines = app.visit(Who::Ines).await;
    let mut tama = app.visit(Who::Tama).await;
    let page = ines.get(&address).await.is(200);
    assert_eq!(page.text("#thread article h3"), "Inês Duarte asked Tama Walker");
    assert!(
        page.text("#thread")
            .contains("Tama has until Wednesday at 13:00, which is Wednesday at 00:00 your time."),
        "{}",
        page.text("#thread")
    );
    assert!(!page.has("#thread form[action$='/answer']"));

    // It waits on his Today and stands among his notices, with a way to it.
    let today = tama.get("/o/saltmarsh/today").await.is(200);
    assert_eq!(today.link("Inês Duarte asks about Inês’s update of Tuesday 17 November."), place);
    let notices = tama.get("/o/saltmarsh/notices").await.is(200);
    assert_eq!(
        notices.link(
            "asks you about Inês’s update of Tuesday 17 November, and hopes for an answer by Wednesday 13:00"
        ),
        place
    );
    app.visit(Who::Arjun)
        .await
        .post(&format!("/o/saltmarsh/asks/{}/answer", place.rsplit("q-").next().unwrap()), &[("reply", "Me")])
        .await
        .is(403);
    let page = tama.get(&address).await.is(200);
    assert!(page.text("#thread").contains("An answer is hoped for by Wednesday at 13:00."));
    let form = page.form("#thread form[action$='/answer']");
    let refused = tama.post(&form.action, &[("reply", " ")]).await.is(422);
    tama.submit(refused.form("form.sheet").fill("reply", "Two and **five**.")).await.is(303);
    let page = ines.get(&address).await.is(200);
    assert!(page.text("#thread").contains("Tama Walker answered on Tuesday 17 November."));
    assert_eq!(page.texts("#thread .say strong"), ["five"]);
    assert!(!tama.get("/o/saltmarsh/today").await.body.contains("asks about"));
    let told = ines.get("/o/saltmarsh/notices").await.is(200);
    assert_eq!(told.link("answered your question about your update of Tuesday 17 November"), place);
}

#[tokio::test]
async fn days_away_do_not_count_and_a_late_answer_is_welcome() {
    let app = TestApp::new().await;
    let page = format!("/o/saltmarsh/key-results/{}", id(cast::KR_SIX));
    app.run(&format!(
        "insert into away (org_id, id, member_id, first_date, last_date, created_at)
         values ('{}', '{}', '{}', '2026-11-17', '2026-11-19', '2026-11-01T00:00:00Z')",
        id(cast::SALTMARSH),
        id(990),
        Who::Arjun.member()
    ))
    .await;
    ask(&app, Who::Nuno, &page, Who::Arjun, "8", "What does six mean?").await;
    let ends: chrono::DateTime<chrono::Utc> =
        sqlx::query_scalar("select ends_at from ask").fetch_one(&mut app.raw().await).await.unwrap();
    assert_eq!(ends.to_rfc3339(), "2026-11-20T11:30:00+00:00", "Friday, five in Kolkata");
    app.at("2026-11-23T12:00:00Z");
    let thread = app.visit(Who::Arjun).await.get(&page).await.is(200).text("#thread");
    assert!(thread.contains("The working hours given to Arjun have passed. An answer is still welcome."));
    // The same form sent again is one question; nobody asks themselves or an observer, and observers don't ask.
    let mut nuno = app.visit(Who::Nuno).await;
    let form =
        || async { app.visit(Who::Nuno).await.get(&format!("{page}/asks")).await.is(200).form("form.sheet") };
    let again = form().await.fill("question", "And seven?").fill("who", &Who::Arjun.member().to_string());
    let fields: Vec<(&str, &str)> =
        again.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    for _ in 0..2 {
        nuno.post(&again.action, &fields).await.is(303);
    }
    assert_eq!(app.count("from ask").await, 2);
    for who in [Who::Nuno, Who::Olga, Who::Eve] {
        let refused = nuno
            .submit(form().await.fill("question", "?").fill("who", &who.member().to_string()))
            .await
            .is(422);
        assert_eq!(refused.text("#who-err"), "Choose whom to ask.");
    }
    let refused = nuno.submit(form().await.fill("hours", "500")).await.is(422);
    assert_eq!(refused.text("#question-err"), "Write something first.");
    assert_eq!(refused.text("#hours-err"), "Choose one of those in the list.");
    let mut olga = app.visit(Who::Olga).await;
    assert!(!olga.get(&page).await.body.contains("Ask somebody"));
    olga.post(&format!("{page}/asks"), &fields).await.is(403);
}
