//! Who looks after others sees what needs them, worst first, and what does not.

use crate::support::cast::{
    FIELD, FORECAST, FORECAST_STANDUP, KR_ERROR, KR_FIRMWARE, KR_FOULING, KR_RETIRED, KR_SHORE, KR_SIX,
    OBJ_RETIRE, Q4, SALTMARSH, Who, id,
};
use crate::support::{Page, TestApp};
use meridian::clockwork;
use uuid::Uuid;

const REVIEW: &str = "/o/saltmarsh/review";

/// Somebody of Saltmarsh measures a key result, with a note.
async fn check_in(
    app: &TestApp,
    key_result: u64,
    who: Who,
    at: &str,
    value: &str,
    confidence: &str,
    note: &str,
) {
    app.run(&format!(
        "insert into check_in (org_id, id, key_result_id, member_id, at, local_date, zone, value, confidence, note, submission_key)
         values ('{}', gen_random_uuid(), '{}', '{}', '{at}', ('{at}'::timestamptz at time zone 'UTC')::date, 'UTC', {value}, '{confidence}', '{note}', gen_random_uuid())",
        id(SALTMARSH), id(key_result), who.member()
    ))
    .await;
}

/// Somebody of Saltmarsh posts an update; answers its id.
async fn post(app: &TestApp, who: Who, team: u64, standup: u64, date: &str, at: &str) -> Uuid {
    let update = meridian::ids::UpdateId::fresh().0;
    app.run(&format!(
        r#"insert into "update" (org_id, id, standup_id, team_id, member_id, local_date, zone, posted_at, submission_key)
           values ('{}', '{update}', '{}', '{}', '{}', '{date}', 'UTC', '{at}', gen_random_uuid())"#,
        id(SALTMARSH), id(standup), id(team), who.member()
    ))
    .await;
    update
}

/// A blocker of an update.
async fn block(app: &TestApp, update: Uuid, who: Who, team: u64, helper: Option<Who>, at: &str, body: &str) {
    let helper = helper.map_or("null".to_owned(), |helper| format!("'{}'", helper.member()));
    app.run(&format!(
        "insert into blocker (org_id, id, update_id, team_id, member_id, body, unblocker_id, opened_at)
         values ('{}', gen_random_uuid(), '{update}', '{}', '{}', '{body}', {helper}, '{at}')",
        id(SALTMARSH),
        id(team),
        who.member()
    ))
    .await;
}

/// The roll-up takes in what was written.
async fn tick(app: &TestApp) {
    app.run(&format!(
        "insert into roll_up_due (org_id, id, cycle_id, since) values ('{}', gen_random_uuid(), '{}', '2026-09-28T00:00:00Z')",
        id(SALTMARSH), id(Q4)
    ))
    .await;
    for done in clockwork::tick(&app.app, app.now()).await.unwrap() {
        done.did.unwrap();
    }
}

/// Week 8: two well, one off track and its owner blocked, one nobody's and stale, one never measured. Answers Tama's update.
async fn week_eight(app: &TestApp) -> Uuid {
    check_in(app, KR_ERROR, Who::Ines, "2026-11-06T10:00:00Z", "25", "at_risk", "").await;
    check_in(app, KR_ERROR, Who::Ines, "2026-11-13T10:00:00Z", "24", "on_track", "").await;
    check_in(app, KR_SIX, Who::Arjun, "2026-11-16T05:00:00Z", "96", "on_track", "").await;
    check_in(app, KR_FOULING, Who::Tama, "2026-10-14T21:00:00Z", "44", "at_risk", "").await;
    check_in(app, KR_FOULING, Who::Tama, "2026-10-21T21:00:00Z", "43", "off_track", "").await;
    check_in(app, KR_FOULING, Who::Tama, "2026-11-17T03:00:00Z", "41", "off_track", "Cleaned **by hand**.")
        .await;
    check_in(app, KR_FIRMWARE, Who::Otieno, "2026-10-23T10:00:00Z", "120", "on_track", "Half of Mombasa.")
        .await;
    let update = post(app, Who::Tama, FORECAST, FORECAST_STANDUP, "2026-11-13", "2026-11-13T02:10:00Z").await;
    block(
        app,
        update,
        Who::Tama,
        FORECAST,
        Some(Who::Wanjiru),
        "2026-11-13T02:10:00Z",
        "Copper mesh is held at customs.",
    )
    .await;
    tick(app).await;
    update
}

async fn review(app: &TestApp, who: Who, query: &str) -> Page {
    app.visit(who).await.get(&format!("{REVIEW}{query}")).await
}

#[tokio::test]
async fn ines_finds_what_needs_her_worst_first() {
    let app = TestApp::new().await;
    let update = week_eight(&app).await;
    let page = review(&app, Who::Ines, "?team=all").await.is(200);
    assert_eq!(page.h1(), "Two of five key results are on track. Three things could use you.");
    assert_eq!(
        page.texts(".queue .t"),
        [
            "Sensor-days lost to fouling, per 1,000",
            "Sensors on self-calibrating firmware",
            "The last hand-tuned station is retired",
        ]
    );
    assert_eq!(
        page.texts(".queue li:nth-child(1) .tag"),
        ["Off track, 3 weeks", "Tama blocked 19 working hours"]
    );
    assert_eq!(page.texts(".queue li:nth-child(2) .tag"), ["No owner", "Stale 13 days"]);
    assert_eq!(page.texts(".queue li:nth-child(3) .tag"), ["No data after 50 days"]);
    assert_eq!(page.texts(".queue .say"), ["“Cleaned by hand.”", "“Half of Mombasa.”"]);
    assert_eq!(page.texts(".queue .row .small"), ["Tama, today", "Otieno, 25 days ago"]);
    assert_eq!(page.texts(".queue .barl .nw"), ["41, from 46 to 15", "120 of 400", "–"]);
    // What to do about each, in place.
    assert_eq!(
        page.attrs(".queue .act", "href"),
        [
            format!("/o/saltmarsh/updates/{update}"),
            format!("/o/saltmarsh/key-results/{}", id(KR_FIRMWARE)),
            format!("/o/saltmarsh/key-results/{}", id(KR_RETIRED)),
        ]
    );
    assert_eq!(page.text(".queue li:nth-child(3) .act"), "Check in: The last hand-tuned station is retired");
    let mut ines = app.visit(Who::Ines).await;
    for next in page.attrs(".queue .act", "href") {
        ines.get(&next).await.is(200);
    }
    assert_eq!(
        page.text(".only-print"),
        "Saltmarsh. OKR review, Q4 2026, week 8 of 13. Printed on Tuesday 17 November 2026, 09:24 in Lisbon."
    );
}

#[tokio::test]
async fn the_weeks_show_what_was_said_and_leave_silence_blank() {
    let app = TestApp::new().await;
    week_eight(&app).await;
    let page = review(&app, Who::Ines, "?team=all").await;
    assert_eq!(page.texts(".heat thead .wk").len(), 8);
    assert_eq!(page.text(".heat .nowc"), "Week 8, now");
    let words = |title: &str| {
        let row = page.texts(".heat th a").iter().position(|text| text == title).unwrap();
        page.texts(".heat td.wk")[row * 8..row * 8 + 8].to_vec()
    };
    let blank = "No check-in";
    assert_eq!(
        words("Median surge-height error at 72 hours"),
        [blank, blank, blank, blank, blank, "At risk", "On track", blank]
    );
    assert_eq!(
        words("Sensors on self-calibrating firmware"),
        [blank, blank, blank, "On track", blank, blank, blank, blank]
    );
    assert_eq!(words("The last hand-tuned station is retired"), [blank; 8]);
    assert_eq!(page.texts(".heat td.off").len(), 2, "only where somebody said so");
}

#[tokio::test]
async fn taking_part_is_counted_by_team() {
    let app = TestApp::new().await;
    week_eight(&app).await;
    app.run(&format!(
        "insert into away (org_id, id, member_id, first_date, last_date, created_at) values ('{}', gen_random_uuid(), '{}', '2026-11-12', '2026-11-15', now())",
        id(SALTMARSH), Who::Arjun.member()
    ))
    .await;
    post(&app, Who::Otieno, FIELD, 312, "2026-11-16", "2026-11-16T08:00:00Z").await;
    let page = review(&app, Who::Sanne, "").await;
    // Four people on ten weekdays less two days of leave; two people on six days.
    assert_eq!(
        page.texts("section[aria-labelledby=tp] tbody :is(th, .nw)"),
        ["Field", "1 of 12", "–", "Forecast", "1 of 38", "2 of 3", "Company", "–", "1 of 2"]
    );
    assert_eq!(
        page.text("section[aria-labelledby=tp] p"),
        "Forecast had 2 days of leave. Leave is never counted as missing."
    );
    for who in [Who::Arjun, Who::Mia] {
        assert!(!page.text("section[aria-labelledby=tp]").contains(who.name()));
    }
}

#[tokio::test]
async fn blockers_age_in_the_hours_of_who_can_help() {
    let app = TestApp::new().await;
    week_eight(&app).await;
    let key = post(&app, Who::Otieno, FIELD, 312, "2026-11-16", "2026-11-16T13:00:00Z").await;
    block(&app, key, Who::Otieno, FIELD, None, "2026-11-16T13:00:00Z", "The key is with a harbour master.")
        .await;
    let mut wanjiru = app.visit(Who::Wanjiru).await;
    let page = wanjiru.get(&format!("{REVIEW}?team=all")).await;
    assert_eq!(
        page.texts("section[aria-labelledby=bk] li"),
        [
            "19 working hours. Copper mesh is held at customs.Tama. Wanjiru could help. Nobody has answered yet.",
            "4 working hours. The key is with a harbour master.Otieno. Anyone on the team could help. Nobody has answered yet.",
        ]
    );
    // Four hours are nobody's concern yet.
    assert_eq!(page.texts(".queue > li").len(), 3);
    // An hour past eight it is a thing of its own, for Otieno owns no key result.
    app.at("2026-11-17T14:30:00Z");
    let page = wanjiru.get(&format!("{REVIEW}?team=all")).await;
    assert_eq!(page.texts(".queue > li").len(), 4);
    assert_eq!(page.texts(".queue .tag")[4], "Otieno blocked 9 working hours");
    assert_eq!(page.attrs(".queue li:nth-child(3) .act", "href"), [format!("/o/saltmarsh/updates/{key}")]);
    // Out of the way, it leaves the list.
    app.run(&format!(
        "update blocker set resolved_at = now(), resolved_by = '{}' where update_id = '{key}'",
        Who::Wanjiru.member()
    ))
    .await;
    assert_eq!(wanjiru.get(&format!("{REVIEW}?team=all")).await.texts(".queue > li").len(), 3);
}

#[tokio::test]
async fn filters_show_a_part_and_the_sentence_stays_true_of_the_teams_chosen() {
    let app = TestApp::new().await;
    week_eight(&app).await;
    let mut ines = app.visit(Who::Ines).await;
    let tama = Who::Tama.member();
    for (query, queue, strips) in [
        ("?team=forecast".to_owned(), vec!["The last hand-tuned station is retired"], 3),
        ("?team=field".to_owned(), vec![], 0),
        ("?team=all&owner=none".to_owned(), vec!["Sensors on self-calibrating firmware"], 1),
        (format!("?team=all&owner={tama}"), vec!["Sensor-days lost to fouling, per 1,000"], 1),
        (
            "?team=all&status=stale".to_owned(),
            vec!["Sensors on self-calibrating firmware", "The last hand-tuned station is retired"],
            2,
        ),
        ("?team=all&status=on_track".to_owned(), vec![], 2),
        (
            format!("?team=all&owner=&status=off_track&cycle={}", id(Q4)),
            vec!["Sensor-days lost to fouling, per 1,000"],
            1,
        ),
    ] {
        let page = ines.get(&format!("{REVIEW}{query}")).await.is(200);
        assert_eq!(page.texts(".queue .t"), queue, "{query}");
        assert_eq!(page.texts(".heat tbody tr:not(.team)").len(), strips, "{query}");
        if query.contains("team=all") {
            assert_eq!(page.h1(), "Two of five key results are on track. Three things could use you.");
        }
        assert!(
            page.texts("p.small")
                .iter()
                .any(|text| text == &format!("{strips} of 5 key results are shown. Show everything")),
            "{query}"
        );
    }
    let page = ines.get(&format!("{REVIEW}?team=forecast&status=on_track")).await;
    assert_eq!(page.h1(), "Two of three key results are on track. One thing could use you.");
    // Who leads a team sees it first, and may see all.
    let page = ines.get(REVIEW).await;
    assert_eq!(page.attrs("select[name=team] option[selected]", "value"), ["mine"]);
    assert_eq!(page.texts(".heat .team"), ["Forecast"]);
    let page = ines.get(&format!("{REVIEW}?team=forecast&status=stale")).await;
    assert_eq!(page.attrs("select[name=team] option[selected]", "value"), ["forecast"]);
    assert_eq!(page.attrs("select[name=status] option[selected]", "value"), ["stale"]);
    for query in [
        "?team=shore",
        "?owner=tama",
        "?status=green",
        "?cycle=q4",
        "?cycle=00000000-0000-7000-8000-000000000192",
    ] {
        ines.get(&format!("{REVIEW}{query}")).await.is(404);
    }
    let eve = Who::Eve.member();
    ines.get(&format!("{REVIEW}?owner={eve}")).await.is(404);
}

#[tokio::test]
async fn a_week_in_which_nothing_needs_her_says_so() {
    let app = TestApp::new().await;
    for (key_result, value) in
        [(KR_ERROR, "24"), (KR_SIX, "96"), (KR_FOULING, "28"), (KR_FIRMWARE, "230"), (KR_RETIRED, "1")]
    {
        check_in(&app, key_result, Who::Ines, "2026-11-16T10:00:00Z", value, "on_track", "").await;
    }
    app.run(&format!(
        "update key_result set owner_id = '{}' where id = '{}'",
        Who::Otieno.member(),
        id(KR_FIRMWARE)
    ))
    .await;
    tick(&app).await;
    let page = review(&app, Who::Ines, "?team=all").await;
    assert_eq!(page.h1(), "All five key results are on track.");
    assert_eq!(
        page.text(".empty"),
        "Nothing needs you this week.Every key result is fresh, owned and on track. Enjoy it."
    );
    assert!(!page.has(".queue"));
    assert_eq!(page.text("section[aria-labelledby=bk] p"), "Nobody is blocked.");
}

#[tokio::test]
async fn green_words_are_held_against_the_pace_and_grow_stale() {
    let app = TestApp::new().await;
    for (key_result, value) in [(KR_ERROR, "24"), (KR_SIX, "92"), (KR_FOULING, "33"), (KR_RETIRED, "1")] {
        check_in(&app, key_result, Who::Ines, "2026-11-16T10:00:00Z", value, "on_track", "").await;
    }
    tick(&app).await;
    let page = review(&app, Who::Ines, "?team=all").await;
    let tags = |page: &Page, title: &str| {
        let row = page.texts(".queue .t").iter().position(|text| text == title).map_or(0, |at| at + 1);
        page.texts(&format!(".queue li:nth-child({row}) .tag"))
    };
    // 1 of 8.5 points, and 13 of 31, of the 55 % expected.
    assert_eq!(tags(&page, "Forecasts published by 06:00 local"), ["Said on track, pace off track"]);
    assert_eq!(tags(&page, "Sensor-days lost to fouling, per 1,000"), ["Said on track, pace at risk"]);
    assert_eq!(page.h1(), "Four of five key results are on track. Three things could use you.");
    // Three weeks of silence later nothing is green any more.
    app.at("2026-12-08T10:00:00Z");
    tick(&app).await;
    let page = review(&app, Who::Ines, "?team=all").await;
    assert_eq!(page.h1(), "None of five key results are on track. Five things could use you.");
    assert!(tags(&page, "Median surge-height error at 72 hours").iter().all(|tag| tag.starts_with("Stale")));
    assert!(!page.has(".queue .on"));
    assert_eq!(
        page.texts("section[aria-labelledby=tp] tbody tr:nth-child(2) :is(th, .nw)"),
        ["Forecast", "0 of 40", "0 of 3"]
    );
}

#[tokio::test]
async fn an_objective_without_key_results_needs_some() {
    let app = TestApp::new().await;
    app.run(&format!("update key_result set dropped_at = now() where id = '{}'", id(KR_RETIRED))).await;
    tick(&app).await;
    let page = review(&app, Who::Ines, "?team=forecast").await;
    let at =
        page.texts(".queue .t").iter().position(|text| text == "Retire the hand-tuned corrections").unwrap()
            + 1;
    assert_eq!(page.text(&format!(".queue li:nth-child({at}) .tag")), "No key results");
    let next = page.attrs(&format!(".queue li:nth-child({at}) .act"), "href");
    assert_eq!(next, [format!("/o/saltmarsh/objectives/{}/key-results/new", id(OBJ_RETIRE))]);
    app.visit(Who::Ines).await.get(&next[0]).await.is(200);
}

#[tokio::test]
async fn before_the_first_cycle_it_says_what_comes() {
    let app = TestApp::new().await;
    app.run(&format!(
        "delete from key_result where org_id = '{0}'; delete from objective where org_id = '{0}'; delete from cycle where org_id = '{0}'",
        id(SALTMARSH)
    ))
    .await;
    let page = review(&app, Who::Nuno, "").await.is(200);
    assert_eq!(page.h1(), "There is no cycle yet.");
    assert!(!page.has(".queue"));
}

#[tokio::test]
async fn everybody_reads_what_those_who_look_after_them_read() {
    let app = TestApp::new().await;
    week_eight(&app).await;
    let mut seen = Vec::new();
    for who in [Who::Nuno, Who::Sanne, Who::Arjun, Who::Tama, Who::Olga] {
        let page = review(&app, who, "?team=all").await.is(200);
        seen.push((page.h1(), page.texts(".queue .tag"), page.texts(".queue .t"), page.texts(".heat td.wk")));
        // Members read and talk; what is seen or put off is said by those who look after the team.
        let may = matches!(who, Who::Nuno | Who::Sanne);
        assert_eq!(page.has(".queue button[value=acknowledge]"), may, "{who:?}");
        assert_eq!(page.has(".queue button[value=ask]"), who != Who::Olga, "{who:?}");
        assert!(page.has(".queue button[value=comment]"));
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:#?}");
    review(&app, Who::Eve, "").await.is(404);
    assert_eq!(app.stranger().get(REVIEW).await.is(303).leads_to(), "/sign-in?next=/o/saltmarsh/review");
    let page = app.visit(Who::Eve).await.get("/o/driftwood/review").await.is(200);
    assert_eq!(page.texts(".heat tbody tr:not(.team)").len(), 1);
    assert!(page.has(&format!("a[href$='{}']", id(KR_SHORE))));
    for theirs in ["Saltmarsh", "Forecast", "Tama"] {
        assert!(!page.body.contains(theirs), "{theirs}");
    }
}
