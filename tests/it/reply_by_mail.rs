//! Answers to mails: a reply, an answer, an update of the day, as if its writer had written it on the page; and what goes back.

use crate::support::cast::{self, FORECAST, FORECAST_QUESTIONS, KR_SIX, id};
use crate::support::db::TestDb;
use crate::support::{TestApp, Who};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use chrono::TimeDelta;
use mail_parser::{Message, MessageParser};
use meridian::clockwork;
use tower::ServiceExt as _;

const SECRET: &str = "what the mail server proves itself with, long enough";
const SETTINGS: [(&str, &str); 2] =
    [("MERIDIAN_REPLY_DOMAIN", "In.Saltmarsh.example"), ("MERIDIAN_REPLY_SECRET", SECRET)];

/// Saltmarsh, where mails can be answered.
pub(crate) async fn house() -> TestApp {
    let app = TestApp::on(TestDb::new().await, &SETTINGS);
    app.run(&cast::sql()).await;
    // What is read here is what others wrote.
    app.run("update member set reminders = 'none'").await;
    app
}

async fn tick(app: &TestApp, at: &str) {
    app.at(at);
    for done in clockwork::tick(&app.app, app.now()).await.unwrap() {
        done.did.unwrap();
    }
}

/// The mails that left for somebody, the oldest first.
fn mails(app: &TestApp, who: Who) -> Vec<Message<'static>> {
    let Ok(folder) = std::fs::read_dir(app.app.config.mail_folder().unwrap()) else { return Vec::new() };
    let mut files: Vec<_> = folder.map(|file| file.unwrap().path()).collect();
    files.sort();
    let read = |path| MessageParser::default().parse(&std::fs::read(path).unwrap()).unwrap().into_owned();
    let to = |mail: &Message<'_>| mail.to().unwrap().first().unwrap().address() == Some(&who.email());
    files.into_iter().map(read).filter(to).collect()
}

pub(crate) fn last(app: &TestApp, who: Who) -> Message<'static> {
    mails(app, who).pop().expect("a mail")
}

/// Where answers to a mail go.
pub(crate) fn answers_to(mail: &Message<'_>) -> String {
    mail.reply_to().expect("it can be answered").first().unwrap().address().unwrap().to_owned()
}

/// An answer as it comes from somebody's mail program.
pub(crate) fn answer(from: &str, to: &str, id: &str, words: &str) -> String {
    format!(
        "Return-Path: <{from}>\r\nFrom: Somebody <{from}>\r\nTo: Meridian <{to}>\r\nMessage-ID: <{id}@phone.example>\r\n\
         Subject: Re: news\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n\r\n\
         On Tue, 17 Nov 2026 at 09:24, Meridian <{to}> wrote:\r\n\r\n> Something was written.\r\n"
    )
}

/// The mail server brings a mail.
async fn bring(app: &TestApp, secret: &str, mail: impl Into<Body>) -> StatusCode {
    let request = Request::post("/hooks/mail")
        .header(header::AUTHORIZATION, format!("Bearer {secret}"))
        .header(header::CONTENT_TYPE, "message/rfc822")
        .body(mail.into())
        .unwrap();
    app.router.clone().oneshot(request).await.unwrap().status()
}

pub(crate) async fn come(app: &TestApp, mail: String) {
    assert_eq!(bring(app, SECRET, mail).await, StatusCode::NO_CONTENT);
}

/// Arjun posts, and Inês replies to that; the address of his update.
async fn told_of_a_reply(app: &TestApp) -> String {
    app.at("2026-11-17T08:30:00Z");
    let mut arjun = app.visit(Who::Arjun).await;
    let today = arjun.get("/o/saltmarsh/today").await.is(200);
    let field = format!("answer_{}", id(FORECAST_QUESTIONS[0]));
    arjun.submit(today.form("form#form").fill(&field, "Six rigs are ready.")).await.is(303);
    let page = arjun.get("/o/saltmarsh/today").await.link("Arjun Rao");
    say(app, Who::Ines, &page, "Could you use six more?").await;
    page
}

async fn say(app: &TestApp, who: Who, page: &str, words: &str) {
    let mut visitor = app.visit(who).await;
    let form = visitor.get(page).await.is(200).form("form[action$='/comments']");
    visitor.submit(form.fill("reply", words)).await.is(303);
}

#[tokio::test]
async fn an_answer_to_a_notice_is_a_reply() {
    let app = house().await;
    let page = told_of_a_reply(&app).await;
    tick(&app, "2026-11-17T08:46:00Z").await;
    let mail = last(&app, Who::Arjun);
    assert!(mail.body_text(0).unwrap().contains("You can reply to this mail"));
    let to = answers_to(&mail);
    assert!(to.starts_with("reply+") && to.ends_with("@in.saltmarsh.example"), "{to}");
    assert!(to.split('@').next().unwrap().len() <= 64, "as long as it may be");

    let words = answer(
        &Who::Arjun.email(),
        &to,
        "one",
        "Yes, **six**.\r\n\r\n@Inês Duarte knows.\r\n\r\n-- \r\nArjun",
    );
    come(&app, words.clone()).await;
    let theirs = format!(
        "from comment where author_id = '{}' and body = E'Yes, **six**.\\n\\n@Inês Duarte knows.'",
        Who::Arjun.member()
    );
    assert_eq!(app.count(&theirs).await, 1);
    come(&app, format!("Delivered-To: {}\r\n{words}", to.to_uppercase())).await;
    assert_eq!(app.count("from comment").await, 2, "the same mail is the same deed");
    let mut ines = app.visit(Who::Ines).await;
    assert!(ines.get(&page).await.is(200).texts("#thread .say, .thread .say").concat().contains("Yes, six."));
    assert_eq!(
        app.count(&format!("from notice where kind = 'mention' and member_id = '{}'", Who::Ines.member()))
            .await,
        1
    );
    // Another mail from the same address of ours is another reply, and what came along is said.
    let files = answer(&Who::Arjun.email(), &to, "two", "With a picture.").replace(
        "Content-Type: text/plain; charset=utf-8\r\n\r\n",
        "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: image/png\r\n\
         Content-Disposition: attachment; filename=six.png\r\n\r\nAAAA\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n",
    ) + "\r\n--x--\r\n";
    come(&app, files).await;
    assert_eq!(
        app.count("from comment where body = E'With a picture.\\n\\n*One file did not come along.*'").await,
        1
    );
}

#[tokio::test]
async fn whoever_is_not_who_they_say_changes_nothing_and_hears_nothing() {
    let app = house().await;
    told_of_a_reply(&app).await;
    tick(&app, "2026-11-17T08:46:00Z").await;
    let to = answers_to(&last(&app, Who::Arjun));
    let theirs = answer(&Who::Arjun.email(), &to, "one", "Mine.");
    let sent = app.count("from mail").await;
    assert_eq!(bring(&app, "wrong", theirs.clone()).await, StatusCode::UNAUTHORIZED);
    assert_eq!(bring(&app, "", theirs.clone()).await, StatusCode::UNAUTHORIZED);
    let large = format!("{theirs}{}", "x".repeat(1024 * 1024));
    assert_eq!(bring(&app, SECRET, large).await, StatusCode::PAYLOAD_TOO_LARGE);
    let mut forged = to.clone().into_bytes();
    forged[45] = if forged[45] == b'0' { b'1' } else { b'0' };
    let forged = String::from_utf8(forged).unwrap();
    for mail in [
        answer(&Who::Mia.email(), &to, "two", "As somebody else."),
        answer(&Who::Arjun.email(), &forged, "three", "To an address we did not write."),
        answer(&Who::Arjun.email(), &to.replace("in.saltmarsh", "out.saltmarsh"), "four", "Elsewhere."),
        format!(
            "Auto-Submitted: auto-replied\r\n{}",
            answer(&Who::Arjun.email(), &to, "five", "I am on leave.")
        ),
        answer(&Who::Arjun.email(), &to, "six", "")
            .replace(&format!("Return-Path: <{}>", Who::Arjun.email()), "Return-Path: <>"),
        "no mail at all".to_owned(),
        String::new(),
    ] {
        come(&app, mail).await;
    }
    app.run(&format!("update member set left_at = joined_at where id = '{}'", Who::Arjun.member())).await;
    come(&app, theirs).await;
    assert_eq!(app.count("from comment").await, 1, "only Inês’s");
    assert_eq!(app.count("from mail").await, sent, "nobody was written to");
}

#[tokio::test]
async fn it_is_off_unless_it_is_set_up() {
    let app = TestApp::new().await;
    told_of_a_reply(&app).await;
    tick(&app, "2026-11-17T08:46:00Z").await;
    let mail = last(&app, Who::Arjun);
    assert!(mail.reply_to().is_none() && !mail.body_text(0).unwrap().contains("reply to this mail"));
    assert_eq!(bring(&app, SECRET, "x").await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_answer_to_a_digest_is_the_update_of_the_day() {
    let app = house().await;
    app.run(&format!(
        "update member set digest = 'daily', digest_time = '09:00', next_digest_at = '2026-11-17T09:00:00Z' where id = '{}'",
        Who::Ines.member()
    ))
    .await;
    told_of_a_reply(&app).await;
    tick(&app, "2026-11-17T09:00:05Z").await;
    let mail = last(&app, Who::Ines);
    assert!(
        mail.body_text(0).unwrap().contains("your words become today’s update"),
        "{}",
        mail.body_text(0).unwrap()
    );
    let to = answers_to(&mail);
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get("/o/saltmarsh/today").await.is(200);
    let field = format!("answer_{}", id(FORECAST_QUESTIONS[0]));
    let draft = page.form("form#form").fill(&field, "Begun on the page.").with("draft", "1");
    ines.submit(draft).await.is(303);

    app.at("2026-11-17T09:24:00Z");
    let words = answer(&Who::Ines.email(), &to, "one", "The spring tide is out.\r\n\r\nMtwapa counts.");
    come(&app, words.clone()).await;
    come(&app, words).await;
    assert_eq!(app.count("from answer where body = E'The spring tide is out.\\n\\nMtwapa counts.'").await, 1);
    assert_eq!(
        app.count(&format!(
            "from \"update\" where member_id = '{}' and local_date = '2026-11-17' and zone = 'Europe/Lisbon'",
            Who::Ines.member()
        ))
        .await,
        1
    );
    assert_eq!(
        ines.get("/o/saltmarsh/today").await.texts(".held dd"),
        ["Begun on the page."],
        "and is not lost"
    );
    assert_eq!(app.count("from mail where kind = 'refusal'").await, 0);

    // A second one is told what to do, in a mail that can't be answered.
    come(&app, answer(&Who::Ines.email(), &to, "two", "And one more thing.")).await;
    tick(&app, "2026-11-17T09:25:00Z").await;
    let back = last(&app, Who::Ines);
    let text = back.body_text(0).unwrap();
    assert_eq!(back.subject(), Some("Your answer could not be taken in"));
    assert!(
        text.contains("Your update of today is posted already.") && text.contains("And one more thing."),
        "{text}"
    );
    assert!(back.reply_to().is_none());
    assert_eq!(back.header_raw("Auto-Submitted").map(str::trim), Some("auto-replied"));
    for (change, said) in [
        ("delete from \"update\"; insert into away (org_id, id, member_id, first_date, last_date, created_at)
          select org_id, gen_random_uuid(), id, '2026-11-17', '2026-11-17', now() from member where name like 'Inês%'", "You are away today."),
        ("delete from away; delete from team_member where member_id = (select id from member where name like 'Inês%')", "No update is asked of you today."),
    ] {
        app.run(change).await;
        come(&app, answer(&Who::Ines.email(), &to, said, "Words.")).await;
        let said = format!("from mail where kind = 'refusal' and body_text like '%{said}%'");
        assert_eq!(app.count(&said).await, 1, "{said}");
    }
    let mut ines = app.visit(Who::Ines).await;
    let why = last(&app, Who::Ines);
    let link = why
        .body_text(0)
        .unwrap()
        .split_whitespace()
        .find(|word| word.contains("/me/messages/"))
        .unwrap()
        .to_owned();
    assert_eq!(
        ines.get(link.trim_start_matches("http://localhost:3000")).await.is(200).texts("h1").len(),
        1,
        "it is explained like any other"
    );
}

#[tokio::test]
async fn an_answer_to_a_reminder_is_the_update_or_words_below_the_key_result() {
    let app = house().await;
    app.run("update member set reminders = 'all'").await;
    for at in ["2026-11-17T02:00:00Z", "2026-11-17T09:24:00Z", "2026-11-17T15:00:00Z"] {
        tick(&app, at).await;
    }
    // Inês has not written at 15:00, an hour before hers is due.
    let mail = last(&app, Who::Ines);
    let text = mail.body_text(0).unwrap();
    assert!(text.contains("your words become today’s update."), "{text}");
    come(&app, answer(&Who::Ines.email(), &answers_to(&mail), "one", "Mtwapa counts.")).await;
    let hers = format!(
        "from \"update\" u join answer a on a.update_id = u.id and a.body = 'Mtwapa counts.'
          where u.member_id = '{}' and u.local_date = '2026-11-17'",
        Who::Ines.member()
    );
    assert_eq!(app.count(&hers).await, 1);

    // A check-in is due: what he writes back stands below its key result, which keeps its value.
    let values = app.count("from check_in").await;
    let mail = until_asked_for(&app, Who::Arjun).await;
    let text = mail.body_text(0).unwrap();
    assert!(text.contains("your words will stand below the key result."), "{text}");
    let words = answer(&Who::Arjun.email(), &answers_to(&mail), "two", "25, once the *rig* is dry.");
    come(&app, words.clone()).await;
    come(&app, words).await;
    let his = format!(
        "from comment where author_id = '{}' and key_result_id is not null and body = '25, once the *rig* is dry.'",
        Who::Arjun.member()
    );
    assert_eq!(app.count(&his).await, 1);
    assert_eq!(app.count("from check_in").await, values);
    assert_eq!(app.count("from mail where kind = 'refusal'").await, 0);
    // It reminds of nothing any more: what it was about is gone.
    app.run("update occurrence set mail_id = null").await;
    come(&app, answer(&Who::Arjun.email(), &answers_to(&mail), "three", "Still wet.")).await;
    assert_eq!(
        app.count("from mail where kind = 'refusal' and body_text like '%not there any more%'").await,
        1
    );
}

/// Lives on by the hour until somebody is reminded of one check-in, a week at most.
async fn until_asked_for(app: &TestApp, who: Who) -> Message<'static> {
    for _ in 0..(7 * 24) {
        tick(app, &(app.now() + TimeDelta::hours(1)).to_rfc3339()).await;
        let told = mails(app, who).pop();
        if let Some(mail) =
            told.filter(|mail| mail.subject().is_some_and(|it| it.contains("the check-in on")))
        {
            return mail;
        }
    }
    panic!("no check-in was asked for in a week");
}

#[tokio::test]
async fn a_question_is_answered_and_what_is_unclear_goes_back() {
    let app = house().await;
    let page = told_of_a_reply(&app).await;
    tick(&app, "2026-11-17T08:46:00Z").await;
    let mut ines = app.visit(Who::Ines).await;
    let form = ines.get(&format!("{page}/asks")).await.is(200).form("main form");
    let form = form.fill("who", &Who::Arjun.member().to_string()).fill("question", "By Friday?");
    ines.submit(form).await.is(303);
    tick(&app, "2026-11-17T09:05:00Z").await;
    let to = answers_to(&last(&app, Who::Arjun));
    come(&app, answer(&Who::Arjun.email(), &to, "one", "Monday is soon enough.")).await;
    assert_eq!(
        app.count(
            "from ask where answer = 'Monday is soon enough.' and answered_at = '2026-11-17T09:05:00Z'"
        )
        .await,
        1
    );
    assert_eq!(app.count("from comment").await, 1);

    // A mail that told of two things.
    say(&app, Who::Ines, &page, "And one more.").await;
    say(&app, Who::Ines, &format!("/o/saltmarsh/key-results/{}", id(KR_SIX)), "Well done.").await;
    tick(&app, "2026-11-17T09:30:00Z").await;
    let two = last(&app, Who::Arjun);
    assert!(!two.body_text(0).unwrap().contains("You can reply to this mail"));
    let refusals = "from mail where kind = 'refusal'";
    let goes_back = async |mail: String, said: &str| {
        let before = app.count(refusals).await;
        come(&app, mail.clone()).await;
        come(&app, mail).await;
        assert_eq!(app.count(refusals).await, before + 1, "{said}");
        assert_eq!(app.count(&format!("{refusals} and body_text like '%{said}%'")).await, 1, "{said}");
    };
    goes_back(
        answer(&Who::Arjun.email(), &answers_to(&two), "two", "To which?"),
        "told you of several things",
    )
    .await;
    goes_back(answer(&Who::Arjun.email(), &to, "three", ""), "No words of yours").await;
    goes_back(answer(&Who::Arjun.email(), &to, "four", &"x".repeat(5_001)), "at most").await;
    // He may not read it any more.
    app.run(&format!(
        "update team set private = true where id = '{}'; delete from team_member where member_id = '{}'",
        id(FORECAST),
        Who::Arjun.member()
    ))
    .await;
    goes_back(answer(&Who::Arjun.email(), &to, "five", "Still here?"), "not for you to read").await;
    app.at("2026-12-18T09:05:00Z");
    goes_back(answer(&Who::Arjun.email(), &to, "six", "Late."), "more than 30 days old").await;
    // At most so many at once, whatever comes.
    app.at("2026-12-18T09:05:10Z");
    for number in 0..9 {
        come(&app, answer(&Who::Arjun.email(), &to, &format!("more-{number}"), "Late.")).await;
    }
    let all = app.count(refusals).await;
    assert!(all <= 10, "{all}");
    assert_eq!(
        app.count("from comment where author_id <> (select id from member where name like 'Inês%')").await,
        0
    );
}
