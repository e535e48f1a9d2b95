//! Moods: counted once a week, shown as one word of at least five people, and found out of nobody by whoever holds a copy
//! of the whole database.

use crate::support::cast::{FORECAST, FORECAST_STANDUP, SALTMARSH, id};
use crate::support::{TestApp, Who};
use meridian::clockwork;
use sqlx::AssertSqlSafe;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const TODAY: &str = "/o/saltmarsh/today";
const PAGE: &str = "/o/saltmarsh/teams/forecast/mood";
const MOODS: [&str; 5] = ["heavy", "low", "steady", "good", "bright"];

/// Forecast asks for the mood, and has this many people more, all in Lisbon.
async fn with_mood(more: u64) -> TestApp {
    let app = TestApp::new().await;
    app.run(&format!(
        "insert into question (org_id, id, standup_id, position, kind, prompt)
         values ('{}', '{}', '{}', 3, 'mood', 'How was your week?')",
        id(SALTMARSH),
        id(399),
        id(FORECAST_STANDUP)
    ))
    .await;
    for number in 0..more {
        let [account, member] = [5_000, 6_000].map(|base| id(base + number));
        app.run(&format!(
            "insert into account (id, email, created_at) values ('{account}', 'w{number}@saltmarsh.example', '2026-09-01');
             insert into member (org_id, id, account_id, name, role, zone, week, digest, joined_at)
             select org_id, '{member}', '{account}', 'Writer {number}', role, zone, week, digest, joined_at from member where id = '{}';
             insert into team_member (org_id, team_id, member_id) values ('{}', '{}', '{member}')",
            Who::Ines.member(),
            id(SALTMARSH),
            id(FORECAST)
        ))
        .await;
    }
    app
}

/// Writes today's update and says how the week feels.
async fn say(app: &TestApp, account: Uuid, mood: &str) {
    let mut visitor = app.sign_in(account).await;
    let page = visitor.get(TODAY).await.is(200);
    let field = page.attrs(".q textarea[required]", "name").remove(0);
    let form = page.form("form#form").fill(&field, "Words.").fill("mood", mood);
    visitor.submit(form).await.is(303);
}

async fn tick(app: &TestApp, at: &str) {
    app.at(at);
    for done in clockwork::tick(&app.app, app.now()).await.unwrap() {
        done.did.unwrap();
    }
}

/// Every row of every table with where it lies and which transaction wrote it: more than any dump has.
async fn dump(app: &TestApp) -> BTreeMap<String, Vec<serde_json::Value>> {
    let mut raw = app.raw().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where n.nspname = 'public' and c.relkind = 'r' order by 1",
    )
    .fetch_all(&mut raw)
    .await
    .unwrap();
    let mut all = BTreeMap::new();
    for table in tables {
        let sql = format!(
            "select to_jsonb(t) || jsonb_build_object('xmin', t.xmin::text, 'ctid', t.ctid::text) from \"{table}\" t order by t.ctid"
        );
        let rows = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut raw).await.unwrap();
        all.insert(table, rows);
    }
    all
}

#[tokio::test]
async fn it_is_asked_once_a_week_and_kept_in_no_draft() {
    let app = with_mood(0).await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(TODAY).await.is(200);
    assert_eq!(page.attrs("input[name=mood]", "value"), ["", "heavy", "low", "steady", "good", "bright"]);
    let field = page.attrs(".q textarea[required]", "name").remove(0);
    let form = || page.form("form#form").fill(&field, "Words.").fill("mood", "low");
    ines.submit(form().with("draft", "1")).await.is(303);
    let mut typing = form();
    typing.action = page.attrs("form#form", "data-autosave").remove(0);
    ines.submit(typing).await.is(200);
    let later = form().fill("later_day", "2026-11-18").fill("later_time", "09:00").with("later", "1");
    for table in ["draft", "draft_aside", "planned_update"] {
        assert_eq!(app.count(&format!("from {table} where to_jsonb({table})::text like '%mood%'")).await, 0);
    }
    // Answered with an update that goes out later: counted now, and not asked for again this week.
    ines.submit(later).await.is(303);
    assert_eq!(app.count("from mood_mark").await, 1);
    assert_eq!(
        app.count("from planned_update where fields::text like '%mood%' or fields::text like '%low%'").await,
        0
    );
    let again = ines.get(TODAY).await.is(200);
    assert!(!again.has("input[name=mood]"));
    let forged = again.form("form#form").fill(&field, "Words.").with("mood", "bright");
    ines.submit(forged).await.is(303);
    assert_eq!(app.count("from mood_mark").await, 1, "a second answer counts nothing");
    app.at("2026-11-23T09:24:00Z");
    assert!(ines.get(TODAY).await.has("input[name=mood]"), "the next week asks again");
    let filled_in = ines.get(&format!("{TODAY}?day=2026-11-13")).await.is(200);
    assert!(!filled_in.has("input[name=mood]"), "a week that is over does not");
}

#[tokio::test]
async fn the_feed_of_a_team_that_asks_leads_to_its_moods() {
    let (app, other) = (with_mood(0).await, TestApp::new().await);
    let link = format!("main a[href='{PAGE}']");
    assert!(app.visit(Who::Mia).await.get("/o/saltmarsh/teams/forecast").await.is(200).has(&link));
    assert!(!app.visit(Who::Mia).await.get("/o/saltmarsh/teams").await.is(200).has(&link));
    assert!(!other.visit(Who::Mia).await.get("/o/saltmarsh/teams/forecast").await.is(200).has(&link));
}

#[tokio::test]
async fn a_week_is_shown_when_it_is_over_and_of_five_people() {
    for (people, shown) in [(4, false), (5, true), (6, true)] {
        let app = with_mood(people).await;
        for (number, mood) in (0..people).zip(["good", "low", "good", "bright", "good", "steady"]) {
            say(&app, id(5_000 + number), mood).await;
        }
        tick(&app, "2026-11-22T20:00:00Z").await;
        let mut arjun = app.visit(Who::Arjun).await;
        assert!(
            arjun.get(PAGE).await.is(200).text("main p.soft").contains("No week can be shown yet"),
            "not before it is over"
        );
        tick(&app, "2026-11-23T12:30:00Z").await;
        let page = arjun.get(PAGE).await.is(200);
        assert_eq!(page.has("section[aria-labelledby=wk]"), shown, "{people}");
        if shown {
            let told = "GoodWeek of Monday 16 November. From at least 5 people.";
            assert_eq!(page.text("section[aria-labelledby=wk] li"), told, "{people}");
        }
        assert_eq!(app.count("from mood_week").await, 0, "the counts are forgotten");
    }
}

#[tokio::test]
async fn two_weeks_whose_people_are_nearly_the_same_are_not_both_shown() {
    for (second, shown) in [(6, 1), (7, 1), (8, 2)] {
        let app = with_mood(8).await;
        for number in 0..5 {
            say(&app, id(5_000 + number), "good").await;
        }
        tick(&app, "2026-11-23T12:30:00Z").await;
        app.at("2026-11-24T09:24:00Z");
        for number in 0..second {
            say(&app, id(5_000 + number), if number < 5 { "good" } else { "heavy" }).await;
        }
        tick(&app, "2026-11-30T13:40:00Z").await;
        assert_eq!(app.count("from mood_shown").await, shown, "{second} people");
    }
}

#[tokio::test]
async fn whoever_holds_the_whole_database_can_t_tell_who_said_what() {
    // Two houses that differ in nothing but who said what.
    let said = [["heavy", "low", "steady", "good", "bright"], ["bright", "heavy", "good", "low", "steady"]];
    let mut houses = Vec::new();
    for moods in said {
        let app = with_mood(5).await;
        let mut copies = Vec::new();
        for (number, mood) in (0..5).zip(moods) {
            app.at(&format!("2026-11-17T09:{}:00Z", 24 + number));
            say(&app, id(5_000 + number), mood).await;
            // Somebody takes a copy after each answer.
            copies.push(dump(&app).await);
        }
        houses.push((app, copies));
    }
    for (app, copies) in &houses {
        let mut seals = BTreeSet::new();
        for copy in copies {
            // No table says a mood in words or as a number beside a person, a time or an order of answers.
            for (table, rows) in copy {
                for row in rows {
                    assert!(!says_a_mood(row), "{table}: {row}");
                }
            }
            // The counts are one row, sealed anew each time: copies before and after an answer share nothing.
            let [week] = &copy["mood_week"][..] else { panic!("one row, whatever was said") };
            let sealed = week["sealed"].as_str().unwrap().to_owned();
            assert_eq!(sealed.len(), 2 + 64);
            let fields: BTreeSet<&str> = week.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(fields, BTreeSet::from(["ctid", "org_id", "sealed", "team_id", "week", "xmin"]));
            assert!(seals.insert(sealed));
            // A mark names nobody: it is no hash of what stands in the database.
            for mark in &copy["mood_mark"] {
                let text = mark["mark"].as_str().unwrap().to_owned();
                for member in
                    copy["member"].iter().map(|row| row["id"].as_str().unwrap().parse::<Uuid>().unwrap())
                {
                    for guess in guesses(member) {
                        assert_ne!(text, guess);
                    }
                }
            }
        }
        // Nothing else changes with an answer than with an update without one.
        let (first, second) = (&copies[0], &copies[1]);
        let grown: BTreeSet<&str> = first
            .iter()
            .filter(|(table, rows)| rows.len() != second[*table].len())
            .map(|(table, _)| table.as_str())
            .collect();
        assert_eq!(grown, BTreeSet::from(["answer", "mood_mark", "searchable", "session", "update"]));
        assert_eq!(app.count("from mood_week").await, 1);
    }
    // The two houses look the same, but for what is random in each: nothing in a copy depends on who said what.
    for step in 0..5 {
        let [one, other] = [0, 1].map(|house| plain(&houses[house].1[step]));
        assert_eq!(one, other, "after {} answers", step + 1);
    }
    // Nor does what is shown when the week is over.
    let mut shown = Vec::new();
    for (app, _) in &houses {
        tick(app, "2026-11-23T12:30:00Z").await;
        let copy = dump(app).await;
        shown.push(plain(&copy)["mood_shown"].clone());
        let row = &copy["mood_shown"][0];
        assert_eq!((row["mood"].as_i64(), row["people"].as_i64()), (Some(3), Some(5)));
    }
    assert_eq!(shown[0], shown[1]);
}

/// Whether a mood stands anywhere in a row, as a text of its own or as a field.
fn says_a_mood(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => MOODS.contains(&text.as_str()),
        serde_json::Value::Array(all) => all.iter().any(says_a_mood),
        serde_json::Value::Object(fields) => fields.contains_key("mood") || fields.values().any(says_a_mood),
        _ => false,
    }
}

/// What somebody without the key would try as the mark of a member.
fn guesses(member: Uuid) -> Vec<String> {
    use sha2::{Digest as _, Sha256};
    let (org, team) = (id(SALTMARSH), id(FORECAST));
    let week = "2026-11-16";
    let texts = [
        member.to_string(),
        format!("{member}{week}"),
        format!("{team}{member}{week}"),
        format!("{org}{team}{member}{week}"),
    ];
    let mut all: Vec<Vec<u8>> = texts.into_iter().map(String::into_bytes).collect();
    all.push(member.as_bytes().to_vec());
    all.push([org.as_bytes().as_slice(), team.as_bytes(), member.as_bytes(), week.as_bytes()].concat());
    let hex = |hash: &[u8]| hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    all.iter().map(|bytes| format!("\\x{}", hex(&Sha256::digest(bytes)))).collect()
}

/// A copy without what is random: ids made by the visits, hashes, which transaction it was.
fn plain(copy: &BTreeMap<String, Vec<serde_json::Value>>) -> BTreeMap<String, Vec<String>> {
    let known = |text: &str| text.starts_with("00000000-0000-7000-8000-");
    let calm = |value: &serde_json::Value| -> serde_json::Value {
        match value.as_str() {
            Some(text) if text.starts_with("\\x") => "bytes".into(),
            Some(text) if text.parse::<Uuid>().is_ok() && !known(text) => "id".into(),
            _ => value.clone(),
        }
    };
    let row = |row: &serde_json::Value| {
        let fields = row.as_object().unwrap().iter().filter(|(name, _)| *name != "xmin" && *name != "ctid");
        fields.map(|(name, value)| format!("{name}: {}", calm(value))).collect::<Vec<_>>().join(", ")
    };
    let keep = |table: &&String| !["_sqlx_migrations", "duty"].contains(&table.as_str());
    copy.iter()
        .filter(|(table, _)| keep(table))
        .map(|(table, rows)| (table.clone(), rows.iter().map(row).collect()))
        .collect()
}
