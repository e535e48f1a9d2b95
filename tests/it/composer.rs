//! Visits to the composer: kinds of questions, plans line by line, drafts from two windows, updates that go out later,
//! earlier texts, and words that come along through a sign-in.

use crate::support::cast::{self, FORECAST_STANDUP, id};
use crate::support::page::Form;
use crate::support::{Page, TestApp, Visitor, Who};
use meridian::clockwork;

const TODAY: &str = "/o/saltmarsh/today";
const FORM: &str = "form#form";

fn answer(question: usize) -> String {
    format!("answer_{}", id(cast::FORECAST_QUESTIONS[question]))
}

fn settings() -> String {
    format!("/o/saltmarsh/settings/teams/forecast/standups/{}", id(FORECAST_STANDUP))
}

async fn tick(app: &TestApp, at: &str) {
    app.at(at);
    for done in clockwork::tick(&app.app, app.now()).await.unwrap() {
        done.did.unwrap();
    }
}

/// What the script sends while somebody types.
async fn autosave(visitor: &mut Visitor<'_>, page: &Page, words: &str) -> Page {
    let mut typing = page.form(FORM).fill(&answer(0), words);
    typing.action = page.attrs(FORM, "data-autosave").remove(0);
    visitor.submit(typing).await
}

/// The nth field of this name, counted from 1.
fn set(mut form: Form, name: &str, n: usize, value: &str) -> Form {
    form.fields.iter_mut().filter(|(field, _)| field == name).nth(n - 1).unwrap().1 = value.to_owned();
    form
}

#[tokio::test]
async fn a_lead_builds_the_questions_without_script_and_sees_them_as_a_member() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&settings()).await.is(200);
    let press = |form: Form, name: &str, value: &str| form.with(name, value);
    let page = ines.submit(press(page.form("form.stack"), "add", "1")).await.is(200);
    let form = set(set(page.form("form.stack"), "question", 4, "How was your week?"), "kind", 4, "mood");
    let page = ines.submit(press(form, "add", "1")).await.is(200);
    let form = set(set(page.form("form.stack"), "question", 5, "Your numbers"), "kind", 5, "key_results");
    let page = ines.submit(press(form, "add", "1")).await.is(200);
    let form = set(set(page.form("form.stack"), "question", 6, "Where are you today?"), "kind", 6, "choice");
    let form = set(form, "options", 6, "At the desk\r\nAt sea\r\n");
    // Your numbers go up by two, the question of where you are by one.
    let page = ines.submit(press(form, "turn", "up-5")).await.is(200);
    assert_eq!(
        page.attrs("button[autofocus]", "value"),
        ["up-4"],
        "the button that was pressed has the focus"
    );
    let page = ines.submit(press(page.form("form.stack"), "turn", "up-4")).await.is(200);
    let page = ines.submit(press(page.form("form.stack"), "turn", "down-4")).await.is(200);
    let asked = [
        "What moved?",
        "What is next?",
        "Your numbers",
        "How was your week?",
        "Is anything in your way?",
        "Where are you today?",
    ];
    assert_eq!(page.attrs("input[name=question]", "value"), asked);

    let look = press(page.form("form.stack").fill("seen_as", &Who::Arjun.member().to_string()), "look", "1");
    let seen = ines.submit(look).await.is(200);
    assert_eq!(seen.text("#sn"), "As Arjun Rao will see it");
    assert_eq!(seen.texts("#seen .q .head label, #seen .q > legend, #seen #krh"), asked);
    assert!(seen.text("#seen .krs").contains("Forecasts published by 06:00"), "his key result, not hers");
    assert!(seen.has("#seen [inert] textarea"), "nothing of it can be typed in");
    assert_eq!(
        app.count("from question where kind in ('mood', 'choice', 'key_results')").await,
        0,
        "nothing is saved"
    );

    ines.submit(page.form("form.stack")).await.is(303);
    let mut arjun = app.visit(Who::Arjun).await;
    let today = arjun.get(TODAY).await.is(200);
    assert_eq!(today.texts(".q .head label, .q > legend, #krh"), asked, "in this order");
    assert_eq!(today.attrs(".q input[value='At sea']", "type"), ["radio"]);
    let choice = today.attrs(".q input[value='At sea']", "name").remove(0);
    let form = today.form(FORM).fill(&answer(0), "Words.").with(&choice, "On the moon");
    let refused = arjun.submit(form).await.is(422);
    assert!(refused.text("#errs li").contains("Choose one of the answers"));
    let form = today.form(FORM).fill(&answer(0), "Words.").with(&choice, "At sea");
    arjun.submit(form).await.is(303);
    assert_eq!(app.count("from answer where body = 'At sea'").await, 1);
    assert!(arjun.get(TODAY).await.body.contains("At sea"));
}

#[tokio::test]
async fn what_is_wrong_with_questions_is_told() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&settings()).await.is(200);
    let form = page.form("form.stack");
    for (form, said) in [
        (set(page.form("form.stack"), "kind", 2, "choice"), "Give 2 to 8 answers"),
        (
            set(set(page.form("form.stack"), "kind", 2, "choice"), "options", 2, "one\none"),
            "Give 2 to 8 answers",
        ),
        (
            set(set(page.form("form.stack"), "kind", 2, "mood"), "kind", 3, "mood"),
            "Ask this kind of question once",
        ),
        (
            set(set(set(form, "kind", 1, "mood"), "kind", 2, "key_results"), "kind", 3, "blocker"),
            "answered in words",
        ),
        (set(page.form("form.stack"), "kind", 2, "poem"), "Choose one"),
    ] {
        let refused = ines.submit(form).await.is(422);
        assert!(
            refused.texts("#errs li").iter().any(|it| it.contains(said)),
            "{said}: {:?}",
            refused.texts("#errs li")
        );
    }
    assert_eq!(app.count("from question where retired_at is not null").await, 0);
}

#[tokio::test]
async fn words_for_a_question_that_is_taken_out_are_not_lost() {
    let app = TestApp::new().await;
    let (mut arjun, mut ines) = (app.visit(Who::Arjun).await, app.visit(Who::Ines).await);
    let today = arjun.get(TODAY).await.is(200);
    let draft =
        today.form(FORM).fill(&answer(0), "Moved.").fill(&answer(1), "A plan of mine.").with("draft", "1");
    arjun.submit(draft).await.is(303);
    let page = ines.get(&settings()).await.is(200);
    let page = ines.submit(page.form("form.stack").with("turn", "out-2")).await.is(200);
    ines.submit(page.form("form.stack")).await.is(303);
    // Not in the draft, and not in the form that lay open meanwhile.
    let again = arjun.get(TODAY).await.is(200);
    assert_eq!(again.text(&format!("#{}", answer(1))), "A plan of mine.");
    let open = today.form(FORM).fill(&answer(0), "Moved.").fill(&answer(1), "Written while it lay open.");
    arjun.submit(open).await.is(303);
    assert_eq!(app.count("from answer where body = 'Written while it lay open.'").await, 1);
    let mut mia = app.visit(Who::Mia).await;
    assert!(!mia.get(TODAY).await.is(200).has(&format!("#{}", answer(1))), "it is asked of nobody any more");
}

#[tokio::test]
async fn a_plan_is_told_of_line_by_line_and_what_is_carried_on_stands_in_the_next() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let plan = "- Mesh for Kaipara\n- Azores review\n- Call Tama";
    let page = ines.get(TODAY).await.is(200);
    ines.submit(page.form(FORM).fill(&answer(0), "Tuesday’s.").fill(&answer(1), plan)).await.is(303);
    app.at("2026-11-18T09:24:00Z");
    let page = ines.get(TODAY).await.is(200);
    assert_eq!(page.texts(".fates legend"), ["Mesh for Kaipara", "Azores review", "Call Tama"]);
    assert_eq!(page.text(".q p.hint"), "Tuesday, you planned:");
    // It can be kept as a draft, too.
    let said = |form: Form| form.with("plan_0", "done").with("plan_1", "carried").with("plan_2", "dropped");
    ines.submit(said(page.form(FORM)).with("draft", "1")).await.is(303);
    let page = ines.get(TODAY).await.is(200);
    assert_eq!(page.attrs(".fates input[checked]", "value"), ["done", "carried", "dropped"]);
    let form = page.form(FORM).fill(&answer(0), "Wednesday’s.").fill(&answer(1), "Rest.");
    ines.submit(form).await.is(303);
    assert_eq!(app.count("from answer where body = E'Rest.\\n- Azores review'").await, 1, "carried on");
    let fates = "from plan_line where (body, fate) in (('Mesh for Kaipara', 'done'), ('Azores review', 'carried'), ('Call Tama', 'dropped'))";
    assert_eq!(app.count(fates).await, 3);
    let address = ines.get(TODAY).await.link("Inês Duarte");
    let update = ines.get(&address).await.is(200);
    let told =
        ["Done: Mesh for Kaipara", "Carried on: Azores review", "Dropped: Call Tama"].map(str::to_owned);
    assert_eq!(
        update
            .texts("ul.moved[aria-label] li")
            .iter()
            .map(|it| it.replace(':', ": ").replace("  ", " "))
            .collect::<Vec<_>>(),
        told
    );
    // The next day asks of the new plan, and nobody can tell of somebody else's.
    app.at("2026-11-19T09:24:00Z");
    let page = ines.get(TODAY).await.is(200);
    assert_eq!(page.texts(".fates legend"), ["Rest.", "Azores review"]);
    let mut arjun = app.visit(Who::Arjun).await;
    let theirs = arjun.get(TODAY).await.is(200);
    let forged = theirs
        .form(FORM)
        .fill(&answer(0), "Mine.")
        .with("planned", &page.attrs("input[name=planned]", "value")[0])
        .with("line_0", "Rest.")
        .with("plan_0", "dropped");
    arjun.submit(forged).await.is(303);
    assert_eq!(app.count("from plan_line").await, 3);
}

#[tokio::test]
async fn a_preview_shows_how_it_will_read_and_keeps_the_words() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(TODAY).await.is(200);
    let hostile = "**bold** <script>alert(1)</script> [x](javascript:alert(1))";
    let deep = "> ".repeat(9_000);
    let form = page.form(FORM).fill(&answer(0), hostile).fill(&answer(1), &deep).with("preview", "1");
    let seen = ines.submit(form).await.is(200);
    assert_eq!(seen.text("#preview strong"), "bold");
    assert!(!seen.has("#preview script") && !seen.has("#preview a[href^=javascript]"));
    assert!(seen.text("#preview .say p").contains("<script>alert(1)</script>"), "as text");
    assert_eq!(seen.text(&format!("#{}", answer(0))), hostile);
    assert_eq!(app.count("from \"update\"").await, 0);
    assert_eq!(ines.get(TODAY).await.text(&format!("#{}", answer(0))), hostile, "kept as a draft");
    ines.submit(seen.form(FORM)).await.is(303);
    assert_eq!(app.count("from \"update\"").await, 1);
}

#[tokio::test]
async fn two_windows_never_write_over_each_other() {
    let app = TestApp::new().await;
    let (mut desk, mut phone) = (app.visit(Who::Ines).await, app.visit(Who::Ines).await);
    let (here, there) = (desk.get(TODAY).await.is(200), phone.get(TODAY).await.is(200));
    let old = desk.get(TODAY).await.is(200);
    let saved = autosave(&mut desk, &here, "From the desk").await.is(200);
    assert!(saved.body.contains("Saved at 09:24."), "{}", saved.body);
    app.at("2026-11-17T09:31:00Z");
    let crossed = autosave(&mut phone, &there, "From the phone").await.is(409);
    assert!(crossed.body.contains("Saved at 09:31, beside what another window wrote."), "{}", crossed.body);
    // The desk types on: a lost answer, and the same form again.
    autosave(&mut desk, &here, "From the desk, longer").await.is(200);
    autosave(&mut desk, &here, "From the desk, longer").await.is(200);

    let both = desk.get(TODAY).await.is(200);
    assert_eq!(both.text(&format!("#{}", answer(0))), "From the desk, longer");
    assert_eq!(both.text(".held dd"), "From the phone");
    assert_eq!(both.text(".notice h2"), "Also written, in another window: Tuesday 17 November, 09:31");
    // It takes the other one; the first is beside it then, and neither is lost.
    let taken = desk.submit(both.form(".notice form")).await.is(303);
    let other = desk.follow(taken).await.is(200);
    assert_eq!(other.text(&format!("#{}", answer(0))), "From the phone");
    assert_eq!(other.text(".held dd"), "From the desk, longer");
    // A window with the button and no script meets the same.
    let button = old.form(FORM).fill(&answer(0), "From an old form").with("draft", "1");
    let kept = desk.submit(button).await.is(303);
    let three = desk.follow(kept).await.is(200);
    assert!(three.texts("[role=status]")[0].contains("Both texts are kept"));
    assert_eq!(three.texts(".held dd"), ["From the desk, longer", "From an old form"]);

    // Posting from one window keeps what the others hold, until it is thrown away.
    desk.submit(there.form(FORM).fill(&answer(0), "Posted from the phone")).await.is(303);
    let done = desk.get(TODAY).await.is(200);
    assert!(done.h1().contains("done"));
    let held = done.texts(".held dd");
    assert_eq!(held, ["From the desk, longer", "From an old form", "From the phone"], "all of them");
    for _ in &held {
        let page = desk.get(TODAY).await.is(200);
        desk.submit(page.form(".notice form").with("drop", "1")).await.is(303);
    }
    assert_eq!(app.count("from draft_aside").await, 0);
    // Typing on in a window after another has posted is kept as well, and said.
    autosave(&mut desk, &here, "Typed after").await.is(409);
    assert_eq!(desk.get(TODAY).await.texts(".held dd"), ["Typed after"]);
    let mut arjun = app.visit(Who::Arjun).await;
    assert!(!arjun.get(TODAY).await.has(".held"), "and is nobody else's");
}

#[tokio::test]
async fn words_come_along_through_a_sign_in() {
    let app = TestApp::new().await;
    let hash = app.app.passwords.hash("correct horse battery staple").await.unwrap();
    app.run(&format!("update account set password_hash = '{hash}' where id = '{}'", Who::Ines.account()))
        .await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(TODAY).await.is(200);
    let words = "The spring tide is out,\nand Mtwapa counts.";
    let form = page.form(FORM).fill(&answer(0), words).fill(&answer(1), "“Quotes” & <b>angles</b>");
    app.run("delete from session").await;
    let mut typing = page.form(FORM).fill(&answer(0), words);
    typing.action = page.attrs(FORM, "data-autosave").remove(0);
    ines.submit(typing).await.is(401);
    let out = ines.submit(form).await.is(401);
    assert_eq!(out.h1(), "You are signed out. What you wrote is still here.");
    // A wrong password first: the words stay.
    let wrong = out.form("main form").fill("email", &Who::Ines.email()).fill("password", "wrong");
    let refused = ines.submit(wrong).await.is(422);
    let right = refused.form("main form").fill("password", "correct horse battery staple");
    let back = ines.submit(right).await.is(200);
    assert_eq!(back.h1(), "Welcome back. What you wrote came along.");
    assert_eq!(app.count("from \"update\"").await, 0, "signing in posts nothing by itself");
    ines.submit(back.form("main form")).await.is(303);
    assert_eq!(app.count(&format!("from answer where body = E'{}'", words.replace('\n', "\\n"))).await, 1);
    assert_eq!(app.count("from answer where body = '“Quotes” & <b>angles</b>'").await, 1);
}

#[tokio::test]
async fn an_update_goes_out_later_once_and_can_be_changed_until_then() {
    let app = TestApp::new().await;
    tick(&app, "2026-11-17T09:24:00Z").await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(TODAY).await.is(200);
    assert_eq!(page.attrs("#later_day", "value"), ["2026-11-18"], "her next hour of work is offered");
    assert_eq!(page.attrs("#later_time", "value"), ["09:00"]);
    let value = format!("value_{}", id(cast::KR_ERROR));
    let sure = format!("confidence_{}", id(cast::KR_ERROR));
    let form = page
        .form(FORM)
        .fill(&answer(0), "Written the day before.")
        .fill(&value, "24,1")
        .with(&sure, "on_track")
        .with("later", "1");
    ines.submit(form).await.is(303);
    let page = ines.get(TODAY).await.is(200);
    assert!(
        page.text("section[aria-labelledby=goes] li")
            .contains("It goes out on Wednesday 18 November at 09:00.")
    );
    assert_eq!(page.text(&format!("#{}", answer(0))), "", "today’s form is free again");
    // Taken back, changed, and let go again.
    let back = ines.submit(page.form("section[aria-labelledby=goes] form")).await.is(303);
    let page = ines.follow(back).await.is(200);
    assert_eq!(page.text(&format!("#{}", answer(0))), "Written the day before.");
    let form = page.form(FORM).fill(&answer(0), "Written the day before, and better.").with("later", "1");
    ines.submit(form).await.is(303);
    for (day, time, said) in [
        ("2026-11-17", "09:00", "still to come"),
        ("2026-12-24", "09:00", "two weeks"),
        ("2026-11-18", "half past", "Give a time"),
        ("tomorrow", "09:00", "Give a day"),
    ] {
        let form = page.form(FORM).fill(&answer(0), "No.").fill("later_day", day).fill("later_time", time);
        let refused = ines.submit(form.with("later", "1")).await.is(422);
        assert!(refused.text("#errs li").contains(said), "{said}: {:?}", refused.texts("#errs li"));
        assert_eq!(refused.text(&format!("#{}", answer(0))), "No.");
    }
    tick(&app, "2026-11-18T08:59:50Z").await;
    assert_eq!(app.count("from \"update\"").await, 0);
    // In the morning its own form shows it, with when it goes out.
    let morning = ines.get(TODAY).await.is(200);
    assert_eq!(morning.text(&format!("#{}", answer(0))), "Written the day before, and better.");
    assert!(morning.text("div.notice").contains("It goes out on Wednesday 18 November at 09:00."));
    app.at("2026-11-18T09:00:01Z");
    let now = app.now();
    let (one, two, three) = tokio::join!(
        clockwork::tick(&app.app, now),
        clockwork::tick(&app.app, now),
        clockwork::tick(&app.app, now)
    );
    for done in [one, two, three].into_iter().flat_map(Result::unwrap) {
        done.did.unwrap();
    }
    assert_eq!(
        app.count("from \"update\" where local_date = '2026-11-18' and zone = 'Europe/Lisbon'").await,
        1
    );
    assert_eq!(app.count("from check_in where value = 24.1").await, 1);
    assert_eq!(app.count("from planned_update").await, 0);
    assert_eq!(app.count("from draft").await, 0);
    let late = ines.submit(page.form(FORM).fill("local_date", "2026-11-18").with("draft", "1")).await;
    assert!(late.is(303).leads_to().contains("done="));
}

#[tokio::test]
async fn what_can_t_go_out_any_more_is_a_draft_again_with_the_reason() {
    let plan = async |app: &TestApp, who: Who| {
        let mut visitor = app.visit(who).await;
        let page = visitor.get(TODAY).await.is(200);
        let form = page
            .form(FORM)
            .fill(&answer(0), "Ahead.")
            .fill("later_day", "2026-11-19")
            .fill("later_time", "09:00");
        visitor.submit(form.with("later", "1")).await.is(303);
    };
    let away = "insert into away (org_id, id, member_id, first_date, last_date, created_at)
                select org_id, gen_random_uuid(), id, '2026-11-19', '2026-11-19', now() from member where id = ";
    let taken = format!(
        "insert into \"update\" (org_id, id, standup_id, team_id, member_id, local_date, zone, posted_at, submission_key)
         select org_id, gen_random_uuid(), '{}', '{}', id, '2026-11-19', zone, '2026-11-18T20:00:00Z', gen_random_uuid() from member where id = ",
        id(FORECAST_STANDUP),
        id(cast::FORECAST)
    );
    let mended =
        "update planned_update set fields = jsonb_set(fields, '{value_x}', '\"a lot\"') where member_id = ";
    for (meanwhile, returned) in [
        (away, "away"),
        (taken.as_str(), "taken"),
        ("update member set role = 'observer' where id = ", "gone"),
        ("delete from team_member where member_id = ", "gone"),
        (mended, "refused"),
    ] {
        let app = TestApp::new().await;
        tick(&app, "2026-11-17T09:24:00Z").await;
        plan(&app, Who::Ines).await;
        let kr = format!("value_{}", id(cast::KR_ERROR));
        app.run(&format!("{} '{}'", meanwhile.replace("value_x", &kr), Who::Ines.member())).await;
        tick(&app, "2026-11-19T09:00:10Z").await;
        tick(&app, "2026-11-19T09:00:20Z").await;
        assert_eq!(app.count("from planned_update").await, 0, "{returned}");
        let draft =
            format!("from draft where returned = '{returned}' and fields ->> '{}' = 'Ahead.'", answer(0));
        assert_eq!(app.count(&draft).await, 1, "{returned}");
        assert_eq!(app.count("from answer where body = 'Ahead.'").await, 0);
    }
    let app = TestApp::new().await;
    tick(&app, "2026-11-17T09:24:00Z").await;
    plan(&app, Who::Ines).await;
    app.run(&format!("{away} '{}'", Who::Ines.member())).await;
    tick(&app, "2026-11-19T09:00:10Z").await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&format!("{TODAY}?day=2026-11-19")).await.is(200);
    assert_eq!(page.text("p.notice"), "It did not go out: you were away. It is here as a draft.");
    assert_eq!(page.text(&format!("#{}", answer(0))), "Ahead.");
}

#[tokio::test]
async fn it_goes_out_on_the_author_s_clock_on_a_day_of_twenty_three_hours() {
    let app = TestApp::new().await;
    // Clocks in Lisbon go forward over 01:30 on Sunday 28 March 2027.
    tick(&app, "2027-03-27T10:00:00Z").await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(TODAY).await.is(200);
    let page = ines.get(&page.link("write now")).await.is(200);
    let form = page
        .form(FORM)
        .fill(&answer(0), "Sunday.")
        .fill("later_day", "2027-03-28")
        .fill("later_time", "01:30");
    ines.submit(form.with("later", "1")).await.is(303);
    assert_eq!(app.count("from planned_update where goes_out_at = '2027-03-28T01:00:00Z'").await, 1);
    assert!(ines.get(TODAY).await.body.contains("It goes out on Sunday 28 March at 02:00."));
    tick(&app, "2027-03-28T00:59:59Z").await;
    assert_eq!(app.count("from \"update\"").await, 0);
    tick(&app, "2027-03-28T01:00:00Z").await;
    assert_eq!(app.count("from \"update\" where local_date = '2027-03-28'").await, 1);
}

#[tokio::test]
async fn whoever_moves_is_told_on_their_new_clock_when_it_goes_out() {
    let app = TestApp::new().await;
    tick(&app, "2026-11-17T09:24:00Z").await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(TODAY).await.is(200);
    let form = page.form(FORM).fill(&answer(0), "Ahead.").fill("later_time", "17:30").with("later", "1");
    ines.submit(form).await.is(303);
    let said = "section[aria-labelledby=goes] li";
    assert!(ines.get(TODAY).await.text(said).contains("on Wednesday 18 November at 17:30."));
    let zone = ines.get("/o/saltmarsh/me/zone?zone=Pacific/Auckland&stay=moved").await;
    let form = zone.form("form[action$='/me/zone']").fill("zone", "Pacific/Auckland");
    ines.submit(form).await.is(303);
    assert!(
        ines.get(TODAY).await.text(said).contains("on Thursday 19 November at 06:30."),
        "the same instant, read on the clock she has now: {}",
        ines.get(TODAY).await.text(said)
    );
    tick(&app, "2026-11-18T17:29:59Z").await;
    assert_eq!(app.count("from \"update\"").await, 0);
    tick(&app, "2026-11-18T17:30:00Z").await;
    assert_eq!(app.count("from \"update\"").await, 1);
}

#[tokio::test]
async fn drafts_are_kept_for_thirty_days_and_as_long_as_they_can_be_posted() {
    let app = TestApp::new().await;
    let (mut ines, mut phone) = (app.visit(Who::Ines).await, app.visit(Who::Ines).await);
    let (here, there) = (ines.get(TODAY).await.is(200), phone.get(TODAY).await.is(200));
    autosave(&mut ines, &here, "From the desk").await.is(200);
    autosave(&mut phone, &there, "From the phone").await.is(409);
    let mut arjun = app.visit(Who::Arjun).await;
    let page = arjun.get(TODAY).await.is(200);
    autosave(&mut arjun, &page, "Begun").await.is(200);
    // The last day on which it may be filled in.
    tick(&app, "2026-12-01T09:24:00Z").await;
    let mut arjun = app.visit(Who::Arjun).await;
    let page = arjun.get(&format!("{TODAY}?day=2026-11-17")).await.is(200);
    assert_eq!(page.text(&format!("#{}", answer(0))), "Begun");
    autosave(&mut arjun, &page, "Begun, and gone on with").await.is(200);
    tick(&app, "2026-12-17T23:00:00Z").await;
    assert_eq!(app.count("from draft").await, 2, "thirty days are not over");
    tick(&app, "2026-12-18T09:25:00Z").await;
    assert_eq!(app.count("from draft_aside").await, 0);
    assert_eq!(app.count("from draft").await, 1, "what was typed later stays for longer");
    tick(&app, "2027-01-01T09:25:00Z").await;
    assert_eq!(app.count("from draft").await, 0);
}

#[tokio::test]
async fn enter_in_a_field_keeps_a_draft_and_posts_nothing() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(TODAY).await.is(200);
    // What a browser presses by itself is the first button of the form.
    let button = (
        page.attrs(&format!("{FORM} button"), "name").remove(0),
        page.attrs(&format!("{FORM} button"), "value").remove(0),
    );
    let form = page.form(FORM).fill(&answer(0), "Half a thought").fill("later_time", "18:00");
    let kept = ines.submit(form.with(&button.0, &button.1)).await.is(303);
    let page = ines.follow(kept).await.is(200);
    assert!(page.texts("[role=status]").iter().any(|it| it.contains("Your draft is kept")));
    assert_eq!(page.text(&format!("#{}", answer(0))), "Half a thought");
    assert_eq!(app.count("from \"update\"").await + app.count("from planned_update").await, 0);
}

#[tokio::test]
async fn what_an_update_said_before_stays_to_be_read() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(TODAY).await.is(200);
    ines.submit(page.form(FORM).fill(&answer(0), "First words.").fill(&answer(2), "Customs.")).await.is(303);
    let address = ines.get(TODAY).await.link("Inês Duarte");
    let (one, other) = (
        ines.get(&format!("{address}/edit")).await.is(200),
        ines.get(&format!("{address}/edit")).await.is(200),
    );
    app.at("2026-11-17T10:12:00Z");
    ines.submit(one.form("form.sheet").fill(&answer(0), "Second words.")).await.is(303);
    let update = ines.get(&address).await.is(200);
    assert_eq!(update.text("#earlier summary"), "One earlier text");
    assert_eq!(update.text("#earlier h2"), "From Tuesday 17 November 09:24 until Tuesday 17 November 10:12");
    assert_eq!(update.texts("#earlier .say"), ["First words.", "Customs."]);
    // Another window that was opened before is told, with its words kept; sent again it stands, and all three can be read.
    let crossed = ines.submit(other.form("form.sheet").fill(&answer(0), "Other words.")).await.is(422);
    assert!(crossed.text("#errs li").contains("changed in another window"));
    assert_eq!(crossed.text(&format!("#{}", answer(0))), "Other words.");
    app.at("2026-11-17T10:20:00Z");
    ines.submit(crossed.form("form.sheet")).await.is(303);
    let mut arjun = app.visit(Who::Arjun).await;
    let update = arjun.get(&address).await.is(200);
    assert_eq!(update.text("#earlier summary"), "2 earlier texts");
    assert_eq!(update.texts("#earlier .say"), ["Second words.", "Customs.", "First words.", "Customs."]);
    // A number that is corrected is no new text.
    let edit = ines.get(&format!("{address}/edit")).await.is(200);
    let form = edit
        .form("form.sheet")
        .fill(&format!("value_{}", id(cast::KR_ERROR)), "24")
        .with(&format!("confidence_{}", id(cast::KR_ERROR)), "on_track");
    ines.submit(form).await.is(303);
    assert_eq!(app.count("from update_version").await, 2);
}

#[tokio::test]
async fn every_key_is_told_of_and_none_is_needed() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let today = ines.get(TODAY).await.is(200);
    assert_eq!(today.attrs("a[data-keys='?']", "href"), ["/o/saltmarsh/keys"]);
    let keys = ines.get("/o/saltmarsh/keys").await.is(200);
    let told: Vec<String> = keys.texts("dt");
    for combination in today.attrs("[data-keys]", "data-keys") {
        assert!(told.contains(&combination), "{combination} is in no list: {told:?}");
    }
    assert!(told.contains(&"Ctrl Enter".to_owned()));
}
