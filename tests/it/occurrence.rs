//! What people are asked, date by date: rows made ahead, kept once they have opened, moving with those who move.

use crate::support::cast::{FORECAST, FORECAST_STANDUP, KR_ERROR, KR_FOULING, Who, id};
use crate::support::{TestApp, Visitor};
use chrono::{DateTime, TimeDelta, Utc};
use meridian::clockwork;

/// Ticks at an instant and insists that every duty did well.
async fn tick(app: &TestApp, at: &str) {
    let now: DateTime<Utc> = at.parse().unwrap();
    app.app.clock.set(now);
    for done in clockwork::tick(&app.app, now).await.unwrap() {
        done.did.unwrap();
    }
}

/// Every row, as text, in order; ids are another in each database.
async fn rows(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar("select (to_jsonb(o) - array['id', 'remind_at', 'reminded', 'mail_id', 'mail_step'])::text from occurrence o order by 1")
        .fetch_all(&mut app.raw().await)
        .await
        .unwrap()
}

/// What somebody is asked on a date: zone, opening, due, whether excused.
async fn asked(app: &TestApp, who: Who, day: &str) -> Option<(String, String, String, bool)> {
    let row: Option<(String, DateTime<Utc>, DateTime<Utc>, bool)> = sqlx::query_as(
        "select zone, opens_at, due_at, excused from occurrence
          where member_id = $1 and standup_id is not null and local_date = $2::date",
    )
    .bind(who.member())
    .bind(day)
    .fetch_optional(&mut app.raw().await)
    .await
    .unwrap();
    let clock = |at: DateTime<Utc>| at.format("%d %H:%M").to_string();
    row.map(|(zone, opens, due, excused)| (zone, clock(opens), clock(due), excused))
}

fn window(zone: &str, opens: &str, due: &str) -> Option<(String, String, String, bool)> {
    Some((zone.to_owned(), opens.to_owned(), due.to_owned(), false))
}

/// Somebody chooses another zone in their settings.
async fn choose_zone(visitor: &mut Visitor<'_>, zone: &str) {
    let page = visitor.get("/o/saltmarsh/me").await.is(200);
    let form = page.form("form[action='/o/saltmarsh/me']").fill("zone", zone);
    visitor.submit(form).await.is(303);
}

#[tokio::test]
async fn each_member_has_a_row_for_each_date_some_days_ahead() {
    let app = TestApp::new().await;
    tick(&app, "2026-11-17T09:24:00Z").await;
    assert_eq!(asked(&app, Who::Ines, "2026-11-17").await, window("Europe/Lisbon", "17 09:00", "17 16:00"));
    assert_eq!(
        asked(&app, Who::Mia, "2026-11-17").await,
        window("America/Vancouver", "17 16:00", "17 23:00")
    );
    assert_eq!(asked(&app, Who::Ines, "2026-11-21").await, None, "a Saturday");
    // Eight days ahead on each clock, from the first of the schedule on: 7 September to 25 November.
    let ines =
        format!("from occurrence where member_id = '{}' and standup_id is not null", Who::Ines.member());
    assert_eq!(app.count(&ines).await, 58);
    assert_eq!(app.count(&format!("{ines} and local_date > '2026-11-25'")).await, 0);
    // Check-ins: Fridays of the cycle, the whole day, on the owner's clock; nobody's key result asks nobody.
    let fouling = format!("from occurrence where key_result_id = '{}'", id(KR_FOULING));
    assert_eq!(app.count(&fouling).await, 8);
    let friday = "and local_date = '2026-11-20' and opens_at = '2026-11-19T11:00:00Z' and due_at = '2026-11-20T11:00:00Z'";
    assert_eq!(app.count(&format!("{fouling} {friday}")).await, 1);
    assert_eq!(app.count(&format!("from occurrence where member_id = '{}'", Who::Olga.member())).await, 0);
    // Again: nothing.
    let before = rows(&app).await;
    tick(&app, "2026-11-17T09:24:10Z").await;
    assert_eq!(rows(&app).await, before);
    // Midnight in Auckland brings Tama's 26th, and nobody else's.
    tick(&app, "2026-11-17T11:00:00Z").await;
    assert_eq!(rows(&app).await.len(), before.len() + 1);
    assert_eq!(
        asked(&app, Who::Tama, "2026-11-26").await,
        window("Pacific/Auckland", "25 20:00", "26 03:00")
    );
}

#[tokio::test]
async fn from_lisbon_to_auckland_on_a_posting_day_and_back() {
    let app = TestApp::new().await;
    tick(&app, "2026-11-17T09:00:00Z").await;
    let count = rows(&app).await.len();
    app.at("2026-11-17T09:24:00Z");
    let mut ines = app.visit(Who::Ines).await;
    choose_zone(&mut ines, "Pacific/Auckland").await;
    // Her window is open, so it stays; Wednesday's follows her. It is 22:24 on Tuesday where she is.
    assert_eq!(asked(&app, Who::Ines, "2026-11-17").await, window("Europe/Lisbon", "17 09:00", "17 16:00"));
    assert_eq!(
        asked(&app, Who::Ines, "2026-11-18").await,
        window("Pacific/Auckland", "17 20:00", "18 03:00")
    );
    assert_eq!(rows(&app).await.len(), count, "none doubled, none lost");
    let today = ines.get("/o/saltmarsh/today").await.is(200);
    assert_eq!(today.attrs("input[name=local_date]", "value"), ["2026-11-17"]);
    assert!(
        today.text(".lede > p:last-child").contains("open until Wednesday 05:00"),
        "{}",
        today.text(".lede")
    );
    // Wednesday, 02:00 in Auckland: it is still Tuesday's that is open, and that is what she posts.
    app.at("2026-11-17T13:00:00Z");
    let today = ines.get("/o/saltmarsh/today").await.is(200);
    let form = today.form("form.sheet");
    let words = form.fields.iter().find(|(name, _)| name.starts_with("answer_")).unwrap().0.clone();
    ines.submit(form.fill(&words, "From the plane.")).await.is(303);
    assert_eq!(
        app.count("from \"update\" where local_date = '2026-11-17' and zone = 'Europe/Lisbon'").await,
        1
    );
    // The board of Tuesday counts her once, that of Wednesday waits for her in Auckland.
    let tuesday = ines.get("/o/saltmarsh/teams/forecast?day=2026-11-17").await.is(200);
    assert_eq!(tuesday.h1(), "One of four has posted.");
    let mut arjun = app.visit(Who::Arjun).await;
    let wednesday = arjun.get("/o/saltmarsh/teams/forecast?day=2026-11-18").await.is(200);
    let line = wednesday.texts(".notyet li").into_iter().find(|line| line.contains("Inês")).unwrap();
    assert!(line.contains("The window is 09:00 to 16:00 in Auckland"), "{line}");
    // And back, before Wednesday has opened anywhere for her.
    choose_zone(&mut ines, "Europe/Lisbon").await;
    assert_eq!(asked(&app, Who::Ines, "2026-11-18").await, window("Europe/Lisbon", "18 09:00", "18 16:00"));
    tick(&app, "2026-11-18T12:00:00Z").await;
    let doubled = "from (select from occurrence group by standup_id, key_result_id, member_id, local_date having count(*) > 1) twice";
    assert_eq!(app.count(doubled).await, 0);
}

#[tokio::test]
async fn a_schedule_changed_in_the_middle_of_a_day_touches_nothing_that_is_open() {
    let app = TestApp::new().await;
    tick(&app, "2026-11-17T09:24:00Z").await;
    let mut ines = app.visit(Who::Ines).await;
    let standup = format!("/o/saltmarsh/settings/teams/forecast/standups/{}", id(FORECAST_STANDUP));
    let page = ines.get(&standup).await.is(200);
    let form = page.form("form.stack").fill("due", "15:00");
    ines.submit(form.without("day").with("day", "2").with("day", "4")).await.is(303);
    assert_eq!(asked(&app, Who::Ines, "2026-11-17").await, window("Europe/Lisbon", "17 09:00", "17 16:00"));
    // The change begins on the 18th, a Wednesday: it is Thursday that is asked for next.
    assert_eq!(asked(&app, Who::Ines, "2026-11-18").await, None);
    assert_eq!(asked(&app, Who::Ines, "2026-11-19").await, window("Europe/Lisbon", "19 09:00", "19 15:00"));
    assert_eq!(
        asked(&app, Who::Tama, "2026-11-19").await,
        window("Pacific/Auckland", "18 20:00", "19 02:00")
    );
    let old = format!(
        "from occurrence o join schedule s on s.id = o.schedule_id where o.standup_id = '{}' and s.version = 1 and o.local_date > '2026-11-17'",
        id(FORECAST_STANDUP)
    );
    assert_eq!(app.count(&old).await, 0);
    // On Thursday's eve nothing has gone, and the next ones come by the new rule.
    tick(&app, "2026-11-25T12:00:00Z").await;
    assert_eq!(asked(&app, Who::Ines, "2026-12-01").await, window("Europe/Lisbon", "01 09:00", "01 15:00"));
    assert_eq!(asked(&app, Who::Ines, "2026-12-02").await, None);
}

#[tokio::test]
async fn two_nodes_at_once_make_each_row_once() {
    let app = TestApp::new().await;
    let (one, two, three) = tokio::join!(
        clockwork::tick(&app.app, app.now()),
        clockwork::tick(&app.app, app.now()),
        clockwork::tick(&app.app, app.now())
    );
    for done in [one, two, three] {
        assert!(done.unwrap().into_iter().all(|done| done.did.is_ok()));
    }
    tick(&app, "2026-11-17T09:24:10Z").await;
    let other = TestApp::new().await;
    tick(&other, "2026-11-17T09:24:00Z").await;
    assert_eq!(rows(&app).await, rows(&other).await);
}

#[tokio::test]
async fn forty_days_of_downtime_leave_no_trace() {
    let (steady, stopped) = (TestApp::new().await, TestApp::new().await);
    let mut now: DateTime<Utc> = "2026-11-17T09:24:00Z".parse().unwrap();
    for app in [&steady, &stopped] {
        tick(app, "2026-11-17T09:24:00Z").await;
        // Mia is in Kiritimati until the 10th of December, and comes home by herself while nobody ticks.
        let end = "2026-12-10T10:00:00Z";
        app.run(&format!(
            "update member set zone = 'Pacific/Kiritimati', home_zone = 'America/Vancouver', travel_until = '2026-12-10', travel_ends_at = '{end}' where id = '{}'",
            Who::Mia.member()
        ))
        .await;
    }
    let end = now + TimeDelta::days(40);
    while now < end {
        now += TimeDelta::hours(5);
        tick(&steady, &now.to_rfc3339()).await;
    }
    tick(&stopped, &now.to_rfc3339()).await;
    let (steady, late) = (rows(&steady).await, rows(&stopped).await);
    assert!(steady.len() > 300, "{}", steady.len());
    assert_eq!(steady, late);
    assert_eq!(app_zone(&stopped, Who::Mia).await, "America/Vancouver");
}

async fn app_zone(app: &TestApp, who: Who) -> String {
    sqlx::query_scalar("select zone from member where id = $1")
        .bind(who.member())
        .fetch_one(&mut app.raw().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn who_joins_is_asked_from_then_on_and_who_leaves_the_team_no_more() {
    let app = TestApp::new().await;
    tick(&app, "2026-11-17T09:24:00Z").await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get("/o/saltmarsh/settings/teams/forecast").await.is(200);
    // Otieno, of Field, in Nairobi, where it is 12:24.
    let form = page.form("form[action$='/members']").fill("member", &Who::Otieno.member().to_string());
    ines.submit(form).await.is(303);
    let his = format!(
        "from occurrence where member_id = '{}' and standup_id = '{}'",
        Who::Otieno.member(),
        id(FORECAST_STANDUP)
    );
    assert_eq!(app.count(&format!("{his} and local_date < '2026-11-17'")).await, 0);
    assert_eq!(
        app.count(&format!("{his} and local_date = '2026-11-17' and opens_at = '2026-11-17T09:24:00Z'"))
            .await,
        1
    );
    assert_eq!(app.count(&his).await, 7);
    app.at("2026-11-18T20:00:00Z");
    let seat = format!("/o/saltmarsh/settings/teams/forecast/members/{}", Who::Otieno.member());
    ines.post(&seat, &[("seat", "gone")]).await.is(303);
    assert_eq!(app.count(&format!("{his} and local_date > '2026-11-18'")).await, 0);
    assert_eq!(app.count(&his).await, 2, "what had opened is kept");
}

#[tokio::test]
async fn observers_are_asked_nothing_for_as_long_as_they_observe() {
    let app = TestApp::new().await;
    tick(&app, "2026-11-17T01:00:00Z").await;
    let mut nuno = app.visit(Who::Nuno).await;
    let arjun = format!("/o/saltmarsh/settings/people/{}", Who::Arjun.member());
    // 06:30 in Bengaluru, before Tuesday opens.
    nuno.post(&arjun, &[("role", "observer")]).await.is(303);
    let his = format!("from occurrence where member_id = '{}'", Who::Arjun.member());
    assert_eq!(app.count(&format!("{his} and local_date >= '2026-11-17'")).await, 0);
    assert!(app.count(&format!("{his} and local_date = '2026-11-16'")).await > 0);
    tick(&app, "2026-12-01T01:00:00Z").await;
    let mut nuno = app.visit(Who::Nuno).await;
    nuno.post(&arjun, &[("role", "member")]).await.is(303);
    assert_eq!(app.count(&format!("{his} and local_date between '2026-11-17' and '2026-11-30'")).await, 0);
    assert_eq!(asked(&app, Who::Arjun, "2026-12-01").await, window("Asia/Kolkata", "01 03:30", "01 10:30"));
}

#[tokio::test]
async fn a_key_result_in_new_hands_asks_its_new_owner() {
    let app = TestApp::new().await;
    tick(&app, "2026-11-17T09:24:00Z").await;
    let mut ines = app.visit(Who::Ines).await;
    let address = format!("/o/saltmarsh/key-results/{}", id(KR_ERROR));
    let edit = ines.get(&format!("{address}/edit")).await.is(200);
    let form = edit
        .form("form[action$='/edit']")
        .fill("owner", &Who::Tama.member().to_string())
        .fill("weekday", "4");
    ines.submit(form).await.is(303);
    let due = |who: Who, day: &str| {
        format!(
            "from occurrence where key_result_id = '{}' and member_id = '{}' and local_date = '{day}'",
            id(KR_ERROR),
            who.member()
        )
    };
    assert_eq!(app.count(&due(Who::Ines, "2026-11-13")).await, 1);
    assert_eq!(app.count(&due(Who::Tama, "2026-11-19")).await, 1);
    assert_eq!(
        app.count(&format!(
            "from occurrence where key_result_id = '{}' and local_date = '2026-11-20'",
            id(KR_ERROR)
        ))
        .await,
        0
    );
    ines.post(&format!("{address}/drop"), &[]).await.is(303);
    assert_eq!(app.count(&due(Who::Tama, "2026-11-19")).await, 0);
}

#[tokio::test]
async fn with_nothing_due_a_tick_asks_one_question_whatever_there_is() {
    let app = TestApp::new().await;
    tick(&app, "2026-11-17T09:24:00Z").await;
    let due: i64 = app.count("from team_member where next_occurrences_at <= '2026-11-17T10:59:59Z'").await;
    assert_eq!(due, 0, "the next is Auckland's midnight");
    // Held seats leave a tick nothing to do and nothing to wait for.
    let mut other = app.raw().await;
    sqlx::raw_sql("begin; select * from team_member for update").execute(&mut other).await.unwrap();
    let before = rows(&app).await;
    tick(&app, "2026-11-18T09:24:00Z").await;
    let standups = |rows: &[String]| rows.iter().filter(|row| row.contains("\"standup_id\": \"")).count();
    assert_eq!(standups(&rows(&app).await), standups(&before), "another node has them in hand");
    sqlx::raw_sql("rollback").execute(&mut other).await.unwrap();
    tick(&app, "2026-11-18T09:24:10Z").await;
    assert!(standups(&rows(&app).await) > standups(&before));
    assert_eq!(
        app.count(&format!(
            "from team_member where team_id = '{}' and occurrences_until >= '2026-11-26'",
            id(FORECAST)
        ))
        .await,
        4
    );
}

#[tokio::test]
async fn the_page_says_what_a_move_changes_before_and_after() {
    let app = TestApp::new().await;
    tick(&app, "2026-11-17T09:24:00Z").await;
    let before = rows(&app).await;
    let mut ines = app.visit(Who::Ines).await;
    // As the question of her browser leads there.
    let look = ines.get("/o/saltmarsh/me/zone?zone=Pacific%2FAuckland").await.is(200);
    assert_eq!(look.h1(), "You are on Lisbon’s clock.");
    let told = [
        "Tuesday 17 November is open and stays as it is: it closes at 16:00 in Lisbon, which is Wednesday at 05:00 in Auckland.",
        "From Wednesday 18 November on, your windows follow Auckland’s clock. The next opens Wednesday at 09:00 and closes Wednesday at 16:00.",
        "Digests, and the days check-ins are due, follow the same clock. What you wrote stays on its dates.",
    ];
    assert_eq!(look.texts("#main .lines li"), told);
    assert_eq!(rows(&app).await, before, "looking changes nothing");
    assert_eq!(app_zone(&app, Who::Ines).await, "Europe/Lisbon");
    // She travels, until Friday.
    let form = look.form("form[action$='/me/zone']").fill("stay", "travelling").fill("until", "2026-11-16");
    let refused = ines.submit(form).await.is(422);
    assert!(refused.text("#until-err").contains("today at the earliest"));
    let saved =
        ines.submit(refused.form("form[action$='/me/zone']").fill("until", "2026-11-20")).await.is(303);
    let there = ines.follow(saved).await.is(200);
    assert_eq!(there.h1(), "You are on Auckland’s clock.");
    assert_eq!(
        there.text(".lede > p:last-child"),
        "You are travelling until Friday 20 November. Home is Lisbon."
    );
    assert_eq!(there.texts("#main .lines li"), told);
    assert_eq!(there.text(".clock b"), "22:24", "the day strip has moved");
    // Travelling on keeps the home she set out from.
    let on = there.form("form.stack").fill("zone", "Asia/Tokyo").fill("until", "2026-11-20");
    ines.submit(on).await.is(303);
    let home = format!(
        "from member where id = '{}' and home_zone = 'Europe/Lisbon' and travel_ends_at = '2026-11-20T15:00:00Z'",
        Who::Ines.member()
    );
    assert_eq!(app.count(&home).await, 1);
    // Friday ends in Tokyo, and she is home by herself. Friday was asked there, Monday is in Lisbon.
    tick(&app, "2026-11-20T14:59:50Z").await;
    assert_eq!(app_zone(&app, Who::Ines).await, "Asia/Tokyo");
    tick(&app, "2026-11-20T15:00:00Z").await;
    assert_eq!(app_zone(&app, Who::Ines).await, "Europe/Lisbon");
    assert_eq!(asked(&app, Who::Ines, "2026-11-20").await, window("Asia/Tokyo", "20 00:00", "20 07:00"));
    assert_eq!(asked(&app, Who::Ines, "2026-11-23").await, window("Europe/Lisbon", "23 09:00", "23 16:00"));
    let home = format!(
        "from member where id = '{}' and home_zone is null and travel_until is null and travel_ends_at is null",
        Who::Ines.member()
    );
    assert_eq!(app.count(&home).await, 1);
}

#[tokio::test]
async fn a_date_that_is_over_where_one_goes_is_excused_and_not_missed() {
    let app = TestApp::new().await;
    tick(&app, "2026-11-17T04:00:00Z").await;
    let mut ines = app.visit(Who::Ines).await;
    let look = ines.get("/o/saltmarsh/me/zone?zone=Pacific/Auckland").await.is(200);
    assert_eq!(
        look.texts("#main .lines li")[0],
        "Tuesday 17 November is excused: it is over in Auckland. You may still write for it."
    );
    ines.submit(look.form("form.stack").fill("stay", "moved")).await.is(303);
    let (_, _, _, excused) = asked(&app, Who::Ines, "2026-11-17").await.unwrap();
    assert!(excused);
    // The board of Tuesday expects the three others.
    app.at("2026-11-17T09:24:00Z");
    let mut arjun = app.visit(Who::Arjun).await;
    let today = arjun.get("/o/saltmarsh/today").await.is(200);
    let form = today.form("form.sheet");
    let words = form.fields.iter().find(|(name, _)| name.starts_with("answer_")).unwrap().0.clone();
    arjun.submit(form.fill(&words, "Here.")).await.is(303);
    let tuesday = arjun.get("/o/saltmarsh/teams/forecast?day=2026-11-17").await.is(200);
    assert_eq!(tuesday.h1(), "One of three has posted.");
    // She may write for it all the same.
    let mine = ines.get("/o/saltmarsh/today?day=2026-11-17").await.is(200);
    assert!(mine.has("form.sheet"));
    // Back the same morning: it is asked again.
    let back = ines.get("/o/saltmarsh/me/zone").await.is(200);
    ines.submit(back.form("form.stack").fill("zone", "Europe/Lisbon")).await.is(303);
    let (_, _, due, excused) = asked(&app, Who::Ines, "2026-11-17").await.unwrap();
    assert_eq!((due.as_str(), excused), ("17 16:00", false));
}

#[tokio::test]
async fn a_window_that_opened_on_the_evening_before_stays_and_the_page_says_where() {
    let app = TestApp::new().await;
    app.run(&format!(
        "update schedule set opens_time = '18:00', opens_evening_before = true where standup_id = '{}'",
        id(FORECAST_STANDUP)
    ))
    .await;
    tick(&app, "2026-11-17T09:24:00Z").await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines
        .get(&format!("/o/saltmarsh/settings/teams/forecast/standups/{}", id(FORECAST_STANDUP)))
        .await
        .is(200);
    // It is 22:24 on the 17th in Auckland, where the 18th has been open since six.
    let told = page.texts("form.stack p.small.soft");
    assert_eq!(
        told[told.len() - 2..],
        [
            "New days and hours count from Wednesday 18 November. Windows that are open now stay as they are.",
            "In Auckland the update of Wednesday 18 November is open already. It stays, and the change counts from the next one on."
        ]
    );
    ines.submit(page.form("form.stack").fill("due", "12:00")).await.is(303);
    assert_eq!(
        asked(&app, Who::Tama, "2026-11-18").await,
        window("Pacific/Auckland", "17 05:00", "18 03:00")
    );
    assert_eq!(
        asked(&app, Who::Tama, "2026-11-19").await,
        window("Pacific/Auckland", "18 05:00", "18 23:00")
    );
    assert_eq!(asked(&app, Who::Ines, "2026-11-18").await, window("Europe/Lisbon", "17 18:00", "18 12:00"));
    // And once more before it has begun: the version Tama's window hangs on is not forgotten.
    let page = ines
        .get(&format!("/o/saltmarsh/settings/teams/forecast/standups/{}", id(FORECAST_STANDUP)))
        .await
        .is(200);
    ines.submit(page.form("form.stack").fill("due", "11:00")).await.is(303);
    assert_eq!(
        asked(&app, Who::Tama, "2026-11-18").await,
        window("Pacific/Auckland", "17 05:00", "18 03:00")
    );
    assert_eq!(asked(&app, Who::Ines, "2026-11-18").await, window("Europe/Lisbon", "17 18:00", "18 11:00"));
}
