//! Reviews without a meeting: each in their own hours, nobody influenced by who spoke first, and minutes at the end.

use crate::support::cast::{self, id};
use crate::support::{Page, TestApp, Visitor, Who};
use chrono::{DateTime, Datelike as _, TimeDelta, Timelike as _, Utc, Weekday};
use meridian::calendar::Zone;
use meridian::clockwork::{self, Duty};
use meridian::ids::SubmissionKey;
use std::collections::BTreeMap;

const NEW: &str = "/o/saltmarsh/teams/forecast/reviews/new";

/// Inês opens a review for Forecast; gives its address.
async fn open(app: &TestApp) -> String {
    let mut ines = app.visit(Who::Ines).await;
    let form = ines.get(NEW).await.is(200).form("main form.sheet");
    let page = ines.submit(form).await.is(303);
    page.leads_to().split('?').next().unwrap().to_owned()
}

/// Says the same word of each objective, with this comment, and presses a button.
async fn say(visitor: &mut Visitor<'_>, address: &str, (word, comment): (&str, &str), button: &str) -> Page {
    let page = visitor.get(address).await.is(200);
    let mut form = page.form("form#views");
    for name in page.attrs("form#views textarea", "name") {
        let of = name.trim_start_matches("n-");
        form = form.without(&format!("c-{of}")).fill(&name, comment);
        if !word.is_empty() {
            form = form.with(&format!("c-{of}"), word);
        }
    }
    visitor.submit(form.with(button, "1")).await
}

async fn tick(app: &TestApp, at: &str) -> u64 {
    app.at(at);
    Duty::Windows.run(&app.app, app.now()).await.unwrap()
}

#[tokio::test]
async fn views_are_blind_until_all_are_in() {
    let app = TestApp::new().await;
    let form = app.visit(Who::Ines).await.get(NEW).await.is(200);
    assert!(
        form.texts("#people label").iter().any(|line| line.contains("Until Wednesday at 14:54 in Kolkata"))
    );
    let address = open(&app).await;
    assert_eq!(app.count("from notice where kind = 'review'").await, 3);
    let mut arjun = app.visit(Who::Arjun).await;
    assert!(arjun.get("/o/saltmarsh/today").await.text("#needs-me").contains("asks for your views"));
    // Without a word for each he is not done, and loses nothing.
    let back = say(&mut arjun, &address, ("", "Half a thought."), "done").await.is(422);
    assert!(
        back.text("#errs").contains("Say how confident you are") && back.body.contains("Half a thought.")
    );
    say(&mut arjun, &address, ("", "Half a thought."), "keep").await.is(303);
    say(&mut arjun, &address, ("off_track", "The secret of Arjun."), "done").await.is(303);
    assert!(arjun.get(&address).await.body.contains("The secret of Arjun."), "his own he sees");
    // Nobody else does, by any address: not who opened it, not an owner, not in words found or files taken away.
    for who in [Who::Ines, Who::Tama, Who::Nuno, Who::Olga] {
        let mut visitor = app.visit(who).await;
        for path in [
            address.clone(),
            format!("{address}/markdown"),
            "/o/saltmarsh/reviews".into(),
            "/o/saltmarsh/search?q=secret".into(),
            "/o/saltmarsh/notices".into(),
            "/o/saltmarsh/today".into(),
        ] {
            let page = visitor.get(&path).await;
            assert!(!page.body.contains("The secret of Arjun"), "{who:?} at {path}");
            assert!(!page.texts("article.post h3").contains(&"Arjun Rao".to_owned()), "{who:?} at {path}");
        }
    }
    let page = app.visit(Who::Tama).await.get(&address).await;
    assert!(page.body.contains("1 of 4 are done"), "that he is done is no secret");
    for (who, word) in [(Who::Tama, "on_track"), (Who::Mia, "at_risk"), (Who::Ines, "on_track")] {
        say(&mut app.visit(who).await, &address, (word, "Mine."), "done").await.is(303);
    }
    let page = app.visit(Who::Olga).await.get(&address).await.is(200);
    assert!(
        page.body.contains("The secret of Arjun.")
            && page.body.contains("2 on track, 1 at risk and 1 off track")
    );
    // Too late is told, with the words.
    let items = page.attrs("section.sec h2[id^=i-]", "id");
    let item = items[0].trim_start_matches("i-");
    let late = [("done", "1".to_owned()), ("c", "on_track".to_owned()), ("n", "Too late.".to_owned())];
    let fields: Vec<(String, String)> = late
        .iter()
        .map(|(name, value)| {
            if name.len() == 1 {
                (format!("{name}-{item}"), value.clone())
            } else {
                ((*name).to_owned(), value.clone())
            }
        })
        .collect();
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = arjun.post(&format!("{address}/views"), &fields).await.is(422);
    assert!(page.body.contains("Too late.") && page.body.contains("All views were in while you wrote"));
}

#[tokio::test]
async fn figures_stay_as_they_were_and_it_ends_with_minutes() {
    let app = TestApp::new().await;
    app.run(&format!(
        "insert into check_in (org_id, id, key_result_id, member_id, at, local_date, zone, value, confidence, note, submission_key)
         values ('{0}', gen_random_uuid(), '{1}', '{2}', '2026-11-16T08:00:00Z', '2026-11-16', 'Europe/Lisbon', 24.5, 'at_risk', 'Half way.', gen_random_uuid())",
        id(cast::SALTMARSH), id(cast::KR_ERROR), Who::Ines.member(),
    )).await;
    Duty::RollUp.run(&app.app, app.now()).await.unwrap();
    let address = open(&app).await;
    say(&mut app.visit(Who::Mia).await, &address, ("at_risk", "The *rigs* are late."), "done").await.is(303);
    let before = app.visit(Who::Nuno).await.get(&address).await.is(200);
    assert!(before.body.contains("24.5") && before.body.contains("Half way."));
    app.run("update check_in set value = 20").await;
    app.run(&format!("update objective set title = 'Renamed' where id = '{}'", id(cast::OBJ_MODEL))).await;
    Duty::RollUp.run(&app.app, app.now()).await.unwrap();
    let page = app.visit(Who::Nuno).await.get(&address).await;
    assert!(page.body.contains("24.5") && page.body.contains("The model is right when it matters"));
    for receipt in page.attrs("[data-receipt]", "data-receipt") {
        let receipt: meridian::okr::receipt::Receipt = serde_json::from_str(&receipt).unwrap();
        assert!(receipt.holds());
    }
    // Everybody's hours end; Arjun's are the last.
    assert_eq!(tick(&app, "2026-11-18T09:23:59Z").await, 0);
    assert_eq!(tick(&app, "2026-11-18T09:24:00Z").await, 1);
    app.at("2026-11-18T10:00:00Z");
    let mut ines = app.visit(Who::Ines).await;
    assert!(ines.get("/o/saltmarsh/today").await.text("#needs-me").contains("waits to be closed by you"));
    let page = ines.get(&address).await.is(200);
    assert!(page.has(".say em"), "{}", page.body);
    let mut form = page.form("form#views").fill("summary", "We go on with two, and decide about one.");
    let back = ines.submit(page.form("form#views").fill("summary", "Kept.")).await.is(422);
    assert!(back.text("#errs").contains("Say what comes of") && back.body.contains("Kept."));
    app.visit(Who::Arjun).await.post(&format!("{address}/closing"), &[]).await.is(403);
    let names = page.attrs("form#views textarea[id^=r-]", "name");
    for (name, (outcome, reason)) in names.iter().zip([("change", "18 cm was a guess."), ("decide", "")]) {
        form = form.with(&name.replacen('r', "o", 1), outcome).fill(name, reason);
    }
    ines.submit(form).await.is(303);
    assert_eq!(app.count("from notice where kind = 'minutes'").await, 3);
    let minutes = app.visit(Who::Olga).await.get(&address).await.is(200);
    for words in [
        "Closed by Inês Duarte on Wednesday 18 November.",
        "We go on with two",
        "Another target",
        "18 cm was a guess.",
        "To be decided",
    ] {
        assert!(minutes.body.contains(words), "{words}");
    }
    let file = app.visit(Who::Olga).await.get(&format!("{address}/markdown")).await.is(200);
    assert!(file.headers["content-disposition"].to_str().unwrap().contains("forecast-review-of-q4-2026.md"));
    for words in [
        "# Forecast: review of Q4 2026",
        "**Another target**",
        "- Median surge-height error at 72 hours: ",
        "- Mia Chen: At risk\n  The *rigs* are late.",
        "Took part: Mia Chen.",
    ] {
        assert!(file.body.contains(words), "{words} in\n{}", file.body);
    }
    // What is to be decided is proposed from here, and stands in the minutes.
    let propose = ines.get(&address).await.link("Propose a decision");
    let form = ines.get(&propose).await.is(200).form("main form.sheet").fill("question", "Which rigs first?");
    let mut form = form;
    for (field, words) in form.fields.iter_mut().filter(|(name, _)| name == "option").zip(["North", "South"])
    {
        field.1 = words.to_owned();
    }
    ines.submit(form).await.is(303);
    assert!(ines.get(&address).await.link("Which rigs first?").contains("/decisions/"));
}

#[tokio::test]
async fn it_is_for_leads_to_open_and_for_readers_to_read() {
    let app = TestApp::new().await;
    app.visit(Who::Arjun).await.get(NEW).await.is(403);
    app.visit(Who::Otieno).await.get(NEW).await.is(403);
    app.visit(Who::Eve).await.get(NEW).await.is(404);
    let address = open(&app).await;
    for who in [Who::Otieno, Who::Olga] {
        let mut visitor = app.visit(who).await;
        assert!(!visitor.get(&address).await.is(200).has("form#views"), "{who:?}");
        visitor.post(&format!("{address}/views"), &[("done", "1")]).await.is(403);
        visitor.post(&format!("{address}/removal"), &[]).await.is(403);
    }
    app.run(&format!("update team set private = true where id = '{}'", id(cast::FORECAST))).await;
    let mut otieno = app.visit(Who::Otieno).await;
    for path in ["", "/markdown"] {
        otieno.get(&format!("{address}{path}")).await.is(404);
    }
    assert!(!otieno.get("/o/saltmarsh/reviews").await.is(200).body.contains("Forecast: review"));
    // Taken back, nobody is waited for.
    app.visit(Who::Ines).await.post(&format!("{address}/removal"), &[]).await.is(303);
    assert_eq!(tick(&app, "2026-11-18T09:24:00Z").await, 0);
    assert!(!app.visit(Who::Arjun).await.get("/o/saltmarsh/today").await.has("#needs-me"));
}

/// Nine people in five zones: who, their account, their clock.
struct Crew {
    name: &'static str,
    account: uuid::Uuid,
    member: uuid::Uuid,
    zone: Zone,
    /// After so many minutes of their own work they answer; none: they never do.
    after: Option<i64>,
    worked: i64,
    away: Option<chrono::NaiveDate>,
    answered: bool,
}

impl Crew {
    /// Whether they are at work: Monday to Friday from nine to five on their wall.
    fn works(&self, now: DateTime<Utc>) -> bool {
        let wall = self.zone.reading(now);
        !matches!(wall.weekday(), Weekday::Sat | Weekday::Sun)
            && (9..17).contains(&wall.hour())
            && self.away != Some(wall.date())
    }

    fn told(&self, now: DateTime<Utc>, what: &str) {
        println!(
            "{} UTC  {} in {:<9}  {:<16} {what}",
            now.format("%a %H:%M"),
            self.zone.reading(now).format("%a %H:%M"),
            self.zone.city(),
            self.name
        );
    }
}

async fn nine(app: &TestApp) -> Vec<Crew> {
    let aroha = (id(150), id(1150));
    app.run(&format!(
        r#"insert into account (id, email, created_at) values ('{1}', 'aroha@saltmarsh.example', '2026-09-01T08:00:00Z');
           insert into member (org_id, id, account_id, name, role, zone, week, digest, joined_at)
           select org_id, '{0}', '{1}', 'Aroha Ngata', 'member', 'Pacific/Auckland', week, 'none', joined_at from member where id = '{2}';
           update member set zone = 'Europe/Lisbon' where id = '{3}';
           insert into team_member (org_id, team_id, member_id) select org_id, '{4}', id from member where id in ('{0}', '{3}', '{5}', '{6}', '{7}');
           insert into away (org_id, id, member_id, first_date, last_date, created_at) values ('{8}', gen_random_uuid(), '{6}', '2026-11-18', '2026-11-18', '2026-11-01T08:00:00Z')"#,
        aroha.0, aroha.1, Who::Tama.member(), Who::Sanne.member(), id(cast::FORECAST), Who::Wanjiru.member(), Who::Otieno.member(), Who::Nuno.member(), id(cast::SALTMARSH),
    )).await;
    let of = |who: Who, zone: &str, after| Crew {
        name: who.name(),
        account: who.account(),
        member: who.member(),
        zone: Zone::parse(zone).unwrap(),
        after,
        worked: 0,
        away: None,
        answered: false,
    };
    let mut crew = vec![
        of(Who::Ines, "Europe/Lisbon", Some(45)),
        of(Who::Nuno, "Europe/Lisbon", Some(200)),
        of(Who::Sanne, "Europe/Lisbon", Some(460)),
        of(Who::Arjun, "Asia/Kolkata", Some(90)),
        of(Who::Wanjiru, "Africa/Nairobi", Some(15)),
        of(Who::Otieno, "Africa/Nairobi", None),
        of(Who::Tama, "Pacific/Auckland", Some(300)),
        of(Who::Mia, "America/Vancouver", None),
    ];
    crew[5].away = "2026-11-18".parse().ok();
    crew.push(Crew {
        name: "Aroha Ngata",
        account: aroha.1,
        member: aroha.0,
        zone: Zone::parse("Pacific/Auckland").unwrap(),
        after: Some(120),
        worked: 0,
        away: None,
        answered: false,
    });
    crew
}

/// A team of nine in five zones reviews and decides between Tuesday morning and Thursday, without a meeting. Time goes by in
/// quarters of an hour, each with a tick; who works and how long is read off wall clocks.
#[tokio::test]
async fn nine_people_in_five_zones_review_and_decide_within_three_working_days() {
    let app = TestApp::new().await;
    let mut crew = nine(&app).await;
    let opened: DateTime<Utc> = "2026-11-17T09:30:00Z".parse().unwrap();
    app.app.clock.set(opened);
    let review = open(&app).await;
    let deciders: Vec<String> = crew
        .iter()
        .filter(|one| one.member != Who::Ines.member())
        .map(|one| one.member.to_string())
        .collect();
    let key = SubmissionKey::fresh().to_string();
    let mut fields = vec![
        ("submission_key", key.as_str()),
        ("question", "Stop the 6-hour run?"),
        ("option", "Stop it"),
        ("option", "Keep it"),
        ("preferred", "1"),
        ("silence", "no_view"),
        ("team", "forecast"),
        ("hours", "8"),
    ];
    fields.extend(deciders.iter().map(|id| ("decider", id.as_str())));
    let decision = app
        .visit(Who::Ines)
        .await
        .post("/o/saltmarsh/decisions", &fields)
        .await
        .is(303)
        .leads_to()
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    crew[0].told(opened, "opens the review and asks for a decision");
    let (mut decided, mut ready, mut closed) = (None, None, None);
    // On to the Wednesday after, so that the last of the post has left.
    for quarter in 0..8 * 24 * 4 {
        let now = opened + TimeDelta::minutes(15 * quarter);
        app.app.clock.set(now);
        for one in &mut crew {
            if one.works(now) && !one.answered && one.after.is_some_and(|after| one.worked >= after) {
                let mut visitor = app.sign_in(one.account).await;
                if ready.is_none() {
                    say(&mut visitor, &review, ("on_track", "As I see it."), "done").await.is(303);
                }
                let page = visitor.get(&decision).await.is(200);
                if page.has("form[action$='/answers']") {
                    let stop = page.attrs("#view input", "value")[0].clone();
                    visitor.submit(page.form("form[action$='/answers']").with("view", &stop)).await.is(303);
                }
                one.answered = true;
                one.told(now, "says what they think, of both");
            }
        }
        for done in clockwork::tick(&app.app, now).await.unwrap() {
            done.did.unwrap();
        }
        for (what, state, at) in [("review", "ready", &mut ready), ("decision", "closed", &mut decided)] {
            if at.is_none() && app.count(&format!("from {what} where state = '{state}'")).await == 1 {
                println!("{} UTC  the {what} is {state}", now.format("%a %H:%M"));
                *at = Some(now);
                for one in crew
                    .iter()
                    .filter(|one| !(one.answered || what == "decision" && one.member == Who::Ines.member()))
                {
                    assert!(
                        one.worked >= 8 * 60,
                        "{} had {} minutes when the {what} was {state}",
                        one.name,
                        one.worked
                    );
                    one.told(now, &format!("was silent, and had {} hours of work for it", one.worked / 60));
                }
            }
        }
        if ready.is_some() && closed.is_none() && crew[0].works(now) {
            let mut ines = app.visit(Who::Ines).await;
            let page = ines.get(&review).await.is(200);
            let mut form = page.form("form#views").fill("summary", "On we go.");
            for name in page.attrs("form#views textarea[id^=r-]", "name") {
                form = form.with(&name.replacen('r', "o", 1), "continue");
            }
            ines.submit(form).await.is(303);
            crew[0].told(now, "closes the review: there are minutes");
            closed = Some(now);
        }
        for one in &mut crew {
            one.worked += if one.works(now) { 15 } else { 0 };
        }
    }
    // Otieno was away on Wednesday: his eight hours end on Thursday, and so do both, before Friday's hour of the opening.
    let end: DateTime<Utc> = "2026-11-20T09:30:00Z".parse().unwrap();
    for at in [ready, decided, closed] {
        assert!(at.is_some_and(|at| at < end), "{at:?}");
    }
    let minutes = app.visit(Who::Olga).await.get(&format!("{review}/markdown")).await.is(200);
    assert!(minutes.body.contains("On we go.") && minutes.body.contains("Took part: "));
    assert!(app.visit(Who::Olga).await.get(&decision).await.body.contains("Decided: Stop it"));
    // Whatever was written to them left, and left while they worked.
    let by: BTreeMap<uuid::Uuid, &Crew> = crew.iter().map(|one| (one.member, one)).collect();
    type Mail = (uuid::Uuid, Option<DateTime<Utc>>, String, String, String);
    let mails: Vec<Mail> =
        sqlx::query_as("select member_id, sent_at, kind, state, subject from mail order by sent_at, id")
            .fetch_all(&mut app.raw().await)
            .await
            .unwrap();
    assert!(mails.iter().filter(|(_, _, kind, ..)| kind == "notice").count() >= 9, "{mails:?}");
    for (member, at, _, state, subject) in mails {
        // The neighbours have post of their own.
        let Some(one) = by.get(&member) else { continue };
        let at = at.unwrap_or_else(|| panic!("{subject}, to {}, is {state}", one.name));
        one.told(at, &format!("gets a mail: {subject}"));
        assert!(one.works(at), "{} was written to at {at}", one.name);
    }
}
