//! A reviewer reads check-ins and asks; the author answers; nobody is pinged. And "the same" is one tap.

use crate::support::cast::{KR_ERROR, KR_FOULING, OBJ_MODEL, Who, id};
use crate::support::{Page, TestApp, Visitor};
use meridian::clockwork;

fn key_result(number: u64) -> String {
    format!("/o/saltmarsh/key-results/{}", id(number))
}

const TODAY: &str = "/o/saltmarsh/today";

/// Nuno reviews the model.
async fn house() -> TestApp {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&format!("/o/saltmarsh/objectives/{}/edit", id(OBJ_MODEL))).await.is(200);
    let names = page.texts("#reviewer option");
    assert_eq!(names[0], "Nobody");
    assert!(!names.contains(&"Olga Petrova".to_owned()), "an observer reviews nothing");
    ines.submit(page.form("form.sheet").fill("reviewer", &Who::Nuno.member().to_string())).await.is(303);
    let page = ines.get(&format!("/o/saltmarsh/objectives/{}", id(OBJ_MODEL))).await;
    assert_eq!(page.texts(".kv > div:nth-child(2) > *"), ["Reviewer", "NTNuno Teixeira"]);
    app
}

async fn check_in(visitor: &mut Visitor<'_>, number: u64, value: &str, note: &str) {
    let page = visitor.get(&key_result(number)).await.is(200);
    let form = page.form("#check-in").without("value").without("confidence").fill("note", note);
    visitor.submit(form.with("value", value).with("confidence", "at_risk")).await.is(303);
}

fn waiting(page: &Page) -> Vec<String> {
    page.texts("#needs-me li > div > a")
}

#[tokio::test]
async fn nuno_reads_and_asks_and_ines_answers() {
    let app = house().await;
    let (mut ines, mut nuno) = (app.visit(Who::Ines).await, app.visit(Who::Nuno).await);
    assert!(waiting(&nuno.get(TODAY).await).is_empty());
    check_in(&mut ines, KR_ERROR, "25", "The Azores are done.").await;
    app.at("2026-11-17T09:30:00Z");
    check_in(&mut ines, KR_ERROR, "24.1", "Madeira too.").await;
    // Only the newest waits, and only for the reviewer.
    let today = nuno.get(TODAY).await;
    assert_eq!(waiting(&today), ["Inês Duarte checked in on “Median surge-height error at 72 hours”."]);
    assert_eq!(today.texts("#needs-me .say"), ["Madeira too."]);
    assert!(waiting(&ines.get(TODAY).await).is_empty());
    // He asks.
    let page = nuno.get(today.link("Inês Duarte checked in").split('#').next().unwrap()).await.is(200);
    let newest = ".post:first-child";
    let form = page.form(&format!("{newest} form[action$='/questions']"));
    let empty = nuno.submit(form).await.is(422);
    assert_eq!(empty.text("#question-err"), "Write what you want to know.");
    let form = empty.form("form.sheet").fill("question", "Was it the *weather*?");
    let (action, fields) = (form.action.clone(), form.fields.clone());
    nuno.submit(form).await.is(303);
    let again: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    nuno.post(&action, &again).await.is(303);
    assert_eq!(app.count("from ask").await, 1, "the form sent twice is one question");
    // It is no longer his turn, but hers.
    assert!(waiting(&nuno.get(TODAY).await).is_empty());
    let today = ines.get(TODAY).await;
    assert_eq!(waiting(&today), ["Nuno Teixeira asks about “Median surge-height error at 72 hours”."]);
    assert!(!today.has("#needs-me button"), "a question wants an answer, not a tick");
    let page = ines.get(today.link("Nuno Teixeira asks").split('#').next().unwrap()).await;
    let form = page.form("form[action$='/answer']");
    let empty = ines.post(&form.action, &[("answer", " ")]).await.is(422);
    assert_eq!(empty.text("#answer-err"), "Write an answer first.");
    ines.submit(form.fill("answer", "Half of it.")).await.is(303);
    // A later check-in does not swallow the answer.
    app.at("2026-11-17T09:50:00Z");
    check_in(&mut ines, KR_ERROR, "23", "").await;
    let today = nuno.get(TODAY).await;
    assert_eq!(
        waiting(&today),
        [
            "Inês Duarte answered you about “Median surge-height error at 72 hours”.",
            "Inês Duarte checked in on “Median surge-height error at 72 hours”."
        ]
    );
    // He has read both: one with a tap on Today, one with a word.
    let back = nuno.submit(today.form("#needs-me li:first-child form")).await.is(303);
    assert!(back.leads_to().starts_with(&format!("{TODAY}?done=read")));
    let page = nuno.get(&key_result(KR_ERROR)).await;
    let form = page.form(&format!("{newest} form[action$='/acknowledgement']"));
    nuno.submit(form.fill("note", "Well done.")).await.is(303);
    assert!(waiting(&nuno.get(TODAY).await).is_empty());
    let page = app.visit(Who::Olga).await.get(&key_result(KR_ERROR)).await;
    assert_eq!(
        page.texts(&format!("{newest} .re")),
        ["Read by Nuno Teixeira on Tuesday 17 November.Well done."]
    );
    assert_eq!(
        page.texts(".post:nth-child(2) .re"),
        [
            "Nuno Teixeira asked on Tuesday 17 November:Was it the weather?",
            "Inês Duarte answered on Tuesday 17 November:Half of it.",
            "Read by Nuno Teixeira on Tuesday 17 November.",
        ]
    );
    // Nobody was pinged.
    assert_eq!(app.count("from mail").await, 0);
}

#[tokio::test]
async fn only_the_reviewer_reads_for_others_and_only_the_asked_answers() {
    let app = house().await;
    let (mut ines, mut nuno) = (app.visit(Who::Ines).await, app.visit(Who::Nuno).await);
    check_in(&mut ines, KR_ERROR, "25", "").await;
    app.at("2026-11-17T09:30:00Z");
    check_in(&mut nuno, KR_ERROR, "24", "").await;
    let of = |who: Who| format!("select id from check_in where member_id = '{}'", who.member());
    let mut raw = app.raw().await;
    let hers: uuid::Uuid =
        sqlx::query_scalar(sqlx::AssertSqlSafe(of(Who::Ines))).fetch_one(&mut raw).await.unwrap();
    let his: uuid::Uuid =
        sqlx::query_scalar(sqlx::AssertSqlSafe(of(Who::Nuno))).fetch_one(&mut raw).await.unwrap();
    let key = meridian::ids::SubmissionKey::fresh().to_string();
    let question = [("submission_key", key.as_str()), ("question", "Why?")];
    let at = |check_in, what| format!("/o/saltmarsh/check-ins/{check_in}/{what}");
    for who in [Who::Ines, Who::Sanne, Who::Arjun, Who::Olga] {
        let mut visitor = app.visit(who).await;
        visitor.post(&at(hers, "acknowledgement"), &[]).await.is(403);
        visitor.post(&at(hers, "questions"), &question).await.is(403);
    }
    // Nobody reads their own words for themselves.
    nuno.post(&at(his, "acknowledgement"), &[]).await.is(403);
    nuno.post(&at(his, "questions"), &question).await.is(403);
    nuno.post(&at(hers, "questions"), &question).await.is(303);
    let ask: uuid::Uuid = sqlx::query_scalar("select id from ask").fetch_one(&mut raw).await.unwrap();
    let answer = format!("/o/saltmarsh/questions/{ask}/answer");
    for who in [Who::Nuno, Who::Sanne, Who::Arjun, Who::Olga] {
        app.visit(who).await.post(&answer, &[("answer", "Because.")]).await.is(403);
    }
    // Driftwood finds none of it.
    let mut eve = app.visit(Who::Eve).await;
    for org in ["saltmarsh", "driftwood"] {
        for address in [at(hers, "acknowledgement"), at(hers, "questions"), answer.clone()] {
            eve.post(&address.replace("saltmarsh", org), &question).await;
        }
    }
    assert_eq!(app.count("from ask where answer is null").await, 1);
    assert_eq!(app.count("from acknowledgement").await, 0);
    // Another reviewer later on: who asked still gets the answer and may say so.
    let model = id(OBJ_MODEL);
    app.run(&format!("update objective set reviewer_id = '{}' where id = '{model}'", Who::Sanne.member()))
        .await;
    ines.post(&answer, &[("answer", "Because.")]).await.is(303);
    let today = nuno.get(TODAY).await;
    assert_eq!(waiting(&today), ["Inês Duarte answered you about “Median surge-height error at 72 hours”."]);
    nuno.submit(today.form("#needs-me form")).await.is(303);
    assert!(waiting(&nuno.get(TODAY).await).is_empty());
    // The newest check-in is Nuno's; the new reviewer reads that.
    assert_eq!(
        waiting(&app.visit(Who::Sanne).await.get(TODAY).await),
        ["Nuno Teixeira checked in on “Median surge-height error at 72 hours”."]
    );
}

#[tokio::test]
async fn the_same_is_one_tap() {
    let app = TestApp::new().await;
    let mut tama = app.visit(Who::Tama).await;
    assert!(
        !tama.get(&key_result(KR_FOULING)).await.has("form[action$='/same']"),
        "there is nothing to repeat yet"
    );
    check_in(&mut tama, KR_FOULING, "41", "Mussels again.").await;
    let tick = async || {
        for done in clockwork::tick(&app.app, app.now()).await.unwrap() {
            done.did.unwrap();
        }
    };
    tick().await;
    assert!(!tama.get(TODAY).await.has("form[action$='/same']"), "nothing is due yet");
    // Friday in Auckland.
    app.at("2026-11-19T21:00:00Z");
    tick().await;
    let today = tama.get(TODAY).await;
    let page = today.form("form[action$='/same']");
    assert_eq!(
        today.text("form[action$='/same'] button"),
        "The same: 41, At risk: Check in: Sensor-days lost to fouling, per 1,000"
    );
    let fields = page.fields.clone();
    let back = tama.submit(page).await.is(303);
    assert!(back.leads_to().starts_with(&format!("{TODAY}?done=checked-in")));
    let again: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    tama.post(&format!("{}/same", key_result(KR_FOULING)), &again).await.is(303);
    let same = "from check_in where value = 41 and confidence = 'at_risk' and note = '' and local_date = '2026-11-20'";
    assert_eq!(app.count(same).await, 1, "sent twice it is one check-in");
    tick().await;
    assert!(!tama.get(TODAY).await.has("form[action$='/same']"));
    // Somebody measures meanwhile: "the same" as what was seen is then not said.
    check_in(&mut app.visit(Who::Nuno).await, KR_FOULING, "39", "").await;
    let as_of: uuid::Uuid = sqlx::query_scalar("select id from check_in where value = 41 and note = ''")
        .fetch_one(&mut app.raw().await)
        .await
        .unwrap();
    let key = meridian::ids::SubmissionKey::fresh().to_string();
    let late = [("submission_key", key.as_str()), ("as_of", &as_of.to_string())];
    let back = tama.post(&format!("{}/same", key_result(KR_FOULING)), &late).await.is(303);
    assert_eq!(back.leads_to(), key_result(KR_FOULING), "they look at the page first");
    assert_eq!(app.count("from check_in").await, 3);
    app.visit(Who::Arjun).await.post(&format!("{}/same", key_result(KR_FOULING)), &again).await.is(403);
}
