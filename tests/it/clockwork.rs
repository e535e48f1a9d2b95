//! What happens by itself: cycles turn, days close, figures follow the log, on any number of nodes, late or on time.

use crate::support::TestApp;
use crate::support::cast::{
    KR_ERROR, KR_FOULING, KR_RETIRED, KR_SHORE, OBJ_MODEL, OBJ_RETIRE, Q4, SALTMARSH, Who, id,
};
use chrono::{DateTime, TimeDelta, Utc};
use meridian::clockwork::{self, Duty};
use sqlx::Connection as _;

/// Somebody measures a key result.
async fn check_in(app: &TestApp, key_result: u64, who: Who, at: &str, value: &str, confidence: &str) {
    let org = id(if who == Who::Eve { 2 } else { 1 });
    let cycle = id(if who == Who::Eve { 402 } else { Q4 });
    let key_result = id(key_result);
    app.run(&format!(
        "insert into check_in (org_id, id, key_result_id, member_id, at, local_date, zone, value, confidence, submission_key)
         values ('{org}', gen_random_uuid(), '{key_result}', '{}', '{at}', ('{at}'::timestamptz at time zone 'UTC')::date, 'UTC', {value}, '{confidence}', gen_random_uuid());
         insert into roll_up_due (org_id, id, cycle_id, key_result_id, since) values ('{org}', gen_random_uuid(), '{cycle}', '{key_result}', '{at}')",
        who.member()
    ))
    .await;
}

/// Ticks at an instant and insists that every duty did well.
async fn tick(app: &TestApp, at: &str) -> u64 {
    let now: DateTime<Utc> = at.parse().unwrap();
    app.app.clock.set(now);
    let done = clockwork::tick(&app.app, now).await.unwrap();
    done.into_iter().map(|done| done.did.unwrap()).sum()
}

/// Every snapshot there is, as text, in order.
async fn snapshots(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar(
        "select to_jsonb(d)::text from key_result_day d union all select to_jsonb(o)::text from objective_day o order by 1",
    )
    .fetch_all(&mut app.raw().await)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_check_in_moves_the_key_result_and_its_objective() {
    let app = TestApp::new().await;
    tick(&app, "2026-11-17T09:24:00Z").await;
    check_in(&app, KR_ERROR, Who::Ines, "2026-11-17T09:26:00Z", "24.5", "on_track").await;
    assert!(tick(&app, "2026-11-17T09:26:01Z").await > 0);
    // (24.5 − 31) / (18 − 31) is a half.
    assert_eq!(
        app.count(&format!(
            "from key_result_now where key_result_id = '{}' and progress = 0.5 and confidence = 'on_track'",
            id(KR_ERROR)
        ))
        .await,
        1
    );
    // Nothing due: nothing done.
    assert_eq!(tick(&app, "2026-11-17T09:26:11Z").await, 0);
}

#[tokio::test]
async fn each_local_day_of_the_cycle_has_one_row_and_no_day_has_two() {
    let app = TestApp::new().await;
    check_in(&app, KR_ERROR, Who::Ines, "2026-10-06T10:00:00Z", "29", "at_risk").await;
    tick(&app, "2026-11-17T09:24:00Z").await;
    // 28 September to 16 November are over in Lisbon: 50 days.
    let of = |key_result| format!("from key_result_day where key_result_id = '{}'", id(key_result));
    assert_eq!(app.count(&of(KR_ERROR)).await, 50);
    // In New York the 16th is over too.
    assert_eq!(app.count(&of(KR_SHORE)).await, 50);
    assert_eq!(
        app.count(&format!(
            "{} and day = '2026-10-05' and value is null and status = 'pending'",
            of(KR_ERROR)
        ))
        .await,
        1
    );
    assert_eq!(
        app.count(&format!(
            "{} and day = '2026-10-06' and value = 29 and confidence = 'at_risk'",
            of(KR_ERROR)
        ))
        .await,
        1
    );
    // Midnight in Lisbon closes Saltmarsh's day; Driftwood's goes on for five hours.
    tick(&app, "2026-11-18T00:00:00Z").await;
    assert_eq!((app.count(&of(KR_ERROR)).await, app.count(&of(KR_SHORE)).await), (51, 50));
    tick(&app, "2026-11-18T05:00:00Z").await;
    assert_eq!(app.count(&of(KR_SHORE)).await, 51);
}

#[tokio::test]
async fn three_days_of_downtime_leave_no_trace() {
    let (steady, stopped) = (TestApp::new().await, TestApp::new().await);
    for app in [&steady, &stopped] {
        tick(app, "2026-11-17T09:24:00Z").await;
    }
    let happenings = [
        (KR_ERROR, Who::Ines, "2026-11-17T10:00:00Z", "24.1", "on_track"),
        (KR_FOULING, Who::Tama, "2026-11-18T03:10:00Z", "41", "off_track"),
        (KR_ERROR, Who::Ines, "2026-11-19T15:59:00Z", "23.2", "on_track"),
        (KR_FOULING, Who::Tama, "2026-11-20T02:00:00Z", "40.25", "at_risk"),
    ];
    let mut now: DateTime<Utc> = "2026-11-17T09:24:00Z".parse().unwrap();
    for (key_result, who, at, value, confidence) in happenings {
        while now < at.parse::<DateTime<Utc>>().unwrap() {
            now += TimeDelta::hours(1);
            tick(&steady, &now.to_rfc3339()).await;
        }
        check_in(&steady, key_result, who, at, value, confidence).await;
        check_in(&stopped, key_result, who, at, value, confidence).await;
    }
    for app in [&steady, &stopped] {
        tick(app, "2026-11-20T12:00:00Z").await;
    }
    let (steady, stopped) = (without_ids(snapshots(&steady).await), without_ids(snapshots(&stopped).await));
    assert!(steady.len() > 300, "{}", steady.len());
    assert_eq!(steady, stopped);
}

/// Check-ins have ids of their own in each database; the rest must be the same.
fn without_ids(rows: Vec<String>) -> Vec<String> {
    let mut rows: Vec<String> = rows
        .into_iter()
        .map(|row| {
            row.split(", ").filter(|part| !part.contains("check_in_id")).collect::<Vec<_>>().join(", ")
        })
        .collect();
    rows.sort();
    rows
}

#[tokio::test]
async fn a_rebuild_finds_nothing_to_change_and_puts_right_what_was_meddled_with() {
    let app = TestApp::new().await;
    check_in(&app, KR_ERROR, Who::Ines, "2026-10-06T10:00:00Z", "29", "at_risk").await;
    check_in(&app, KR_FOULING, Who::Tama, "2026-11-03T10:00:00Z", "43.7", "off_track").await;
    tick(&app, "2026-11-10T09:24:00Z").await;
    // Found out late: it was 30 that day. The days since are computed anew.
    check_in(&app, KR_ERROR, Who::Ines, "2026-10-13T10:00:00Z", "28.3", "on_track").await;
    tick(&app, "2026-11-17T09:24:00Z").await;
    let differ = async |check| -> usize {
        clockwork::rebuild(&app.app, app.now(), check)
            .await
            .unwrap()
            .iter()
            .map(|report| report.differences.len())
            .sum()
    };
    assert_eq!(differ(true).await, 0);
    app.run(&format!(
        "update key_result_day set progress = 0.9 where key_result_id = '{}' and day = '2026-11-01'",
        id(KR_ERROR)
    ))
    .await;
    app.run(&format!(
        "delete from key_result_day where key_result_id = '{}' and day = '2026-11-02'",
        id(KR_ERROR)
    ))
    .await;
    assert_eq!(differ(true).await, 2);
    assert_eq!(differ(false).await, 2);
    assert_eq!(differ(true).await, 0);
}

#[tokio::test]
async fn cycles_turn_at_their_instants() {
    let app = TestApp::new().await;
    let mut states = Vec::new();
    for at in [
        "2026-11-17T09:24:00Z",
        // Five working days before the 27th's end: Monday the 21st, Lisbon's midnight.
        "2026-12-20T23:59:59Z",
        "2026-12-21T00:00:00Z",
        "2026-12-27T23:59:59Z",
        "2026-12-28T00:00:00Z",
        // Ten working days to grade: the last is Friday 8 January.
        "2027-01-08T23:59:59Z",
        "2027-01-09T00:00:00Z",
    ] {
        tick(&app, at).await;
        let state: String = sqlx::query_scalar("select state from cycle where id = $1")
            .bind(id(Q4))
            .fetch_one(&mut app.raw().await)
            .await
            .unwrap();
        states.push(state);
    }
    assert_eq!(states, ["active", "active", "closing", "closing", "grading", "grading", "closed"]);
    // All 91 days are written, and nothing is due any more.
    assert_eq!(app.count(&format!("from key_result_day where key_result_id = '{}'", id(KR_ERROR))).await, 91);
    assert_eq!(app.count(&format!("from cycle where id = '{}' and next_turn_at is null and next_day is null and next_day_at is null", id(Q4))).await, 1);
}

#[tokio::test]
async fn three_nodes_at_once_do_the_work_once() {
    let app = TestApp::new().await;
    for day in 1..15 {
        check_in(
            &app,
            KR_ERROR,
            Who::Ines,
            &format!("2026-11-{day:02}T10:00:00Z"),
            &format!("{}", 31 - day / 2),
            "on_track",
        )
        .await;
    }
    let now = app.now();
    let (one, two, three) = tokio::join!(
        clockwork::tick(&app.app, now),
        clockwork::tick(&app.app, now),
        clockwork::tick(&app.app, now)
    );
    for done in [one, two, three] {
        assert!(done.unwrap().into_iter().all(|done| done.did.is_ok()));
    }
    tick(&app, "2026-11-17T09:24:10Z").await;
    assert_eq!(app.count(&format!("from key_result_day where key_result_id = '{}'", id(KR_ERROR))).await, 50);
    assert_eq!(app.count("from roll_up_due").await, 0);
}

#[tokio::test]
async fn admins_see_what_runs_by_itself_and_what_fails_until_it_goes_well() {
    let app = TestApp::new().await;
    let mut sanne = app.visit(Who::Sanne).await;
    let page = sanne.get("/o/saltmarsh/settings/clockwork").await.is(200);
    assert_eq!(page.h1(), "Nothing has run yet. Is a worker running?");
    check_in(&app, KR_ERROR, Who::Ines, "2026-11-17T09:20:00Z", "24.5", "on_track").await;
    tick(&app, "2026-11-17T09:24:00Z").await;
    app.at("2026-11-17T09:24:07Z");
    let page = sanne.get("/o/saltmarsh/settings/clockwork").await.is(200);
    assert_eq!(page.h1(), "Everything that was due ran within the last 10 seconds.");
    // Every duty of the one list is there, whoever added it.
    assert_eq!(page.texts("section:has(dl) h2").len(), clockwork::Duty::ALL.len() + 1);
    let facts = page.texts("section[aria-labelledby=d-roll-up] dd");
    // 09:24 in Lisbon is 10:24 in Amsterdam, where she reads; the next day of a cycle is over at Lisbon's midnight.
    assert_eq!(facts[0], "10:24:00");
    assert!(facts[1].ends_with(" ms on test") && facts[2].ends_with(" rows written, 10:24:00"), "{facts:?}");
    assert_eq!(facts[3], "Wednesday 18 November, 01:00");
    let mail = page.texts("section[aria-labelledby=d-mail] dd");
    // Two people are reminded of what is due at the end of their day.
    assert_eq!(mail[2..], ["2 mails sent, 10:24:00", "When there is something to do"]);
    let going_out = page.texts("section[aria-labelledby=d-going-out] dd");
    assert_eq!(going_out[2..], ["Nothing yet", "When there is something to do"]);
    assert!(
        page.texts("section[aria-labelledby=node] dd")
            .contains(&meridian::calendar::Zone::tzdb_version().to_owned())
    );

    // One fails. What it last did stays, with why it failed, until it goes well again.
    app.run("alter table roll_up_due rename to hidden").await;
    let now = "2026-11-17T09:25:00Z".parse().unwrap();
    app.app.clock.set(now);
    let done = clockwork::tick(&app.app, now).await.unwrap();
    assert_eq!(done.iter().filter(|done| done.did.is_err()).count(), 1);
    app.run("alter table hidden rename to roll_up_due").await;
    let page = sanne.get("/o/saltmarsh/settings/clockwork").await.is(200);
    assert_eq!(page.h1(), "1 duty met a problem the last time it ran.");
    let problem = page.text("section[aria-labelledby=d-roll-up] .notice");
    assert!(
        problem.starts_with("It failed: ") && problem.ends_with(" It last went well at 10:24:00."),
        "{problem}"
    );
    assert!(page.texts("section[aria-labelledby=d-roll-up] dd")[2].ends_with(" rows written, 10:24:00"));
    let metrics = app.stranger().get("/metrics").await.is(200).body;
    assert!(metrics.contains("meridian_duty_failures_total{duty=\"roll-up\"} 1\n"), "{metrics}");
    assert!(metrics.contains("meridian_duty_failures_total{duty=\"mail\"} 0\n"));
    assert!(metrics.contains("meridian_duty_last_run_age_seconds{duty=\"mail\"} 0\n"));
    assert!(
        metrics
            .contains("# TYPE meridian_duty_last_took_seconds gauge\nmeridian_duty_last_took_seconds{duty=")
    );
    assert!(metrics.ends_with("# EOF\n"));
    tick(&app, "2026-11-17T09:25:10Z").await;
    let page = sanne.get("/o/saltmarsh/settings/clockwork").await;
    assert_eq!(
        (page.h1().as_str(), page.has(".notice.off")),
        ("Everything that was due ran within the last 10 seconds.", false)
    );

    // The text of `meridian tick` is the page's.
    let t = meridian::language::Words::of(meridian::language::Locale::English);
    let amsterdam = meridian::calendar::Zone::parse("Europe/Amsterdam").unwrap();
    let told = clockwork::tell(&app.app, t, amsterdam, app.now()).await.unwrap();
    let text = told.to_string();
    for word in page.texts("h1, h2, dd, dt").iter().filter(|word| *word != "This node") {
        assert!(text.contains(word.as_str()), "{word} is not in\n{text}");
    }
    app.at("2026-11-17T10:00:00Z");
    let page = sanne.get("/o/saltmarsh/settings/clockwork").await;
    assert_eq!(page.h1(), "Nothing has run for 34 minutes. Is a worker running?");
}

#[tokio::test]
async fn a_late_check_in_changes_the_days_and_figures_it_touches_and_nothing_else_is_looked_at() {
    let app = TestApp::new().await;
    app.run(&format!("update objective set count_aligned = true where id = '{}'", id(OBJ_MODEL))).await;
    tick(&app, "2026-11-17T09:24:00Z").await;
    // Whatever is computed anew would be put right again.
    let meddled = "confidence = 'off_track'";
    app.run(&format!("update key_result_day set {meddled}; update objective_day set counted = 77")).await;
    check_in(&app, KR_RETIRED, Who::Ines, "2026-11-10T10:00:00Z", "1", "on_track").await;
    tick(&app, "2026-11-17T09:30:00Z").await;
    let right = async |table: &str, meddled: &str| -> Vec<(uuid::Uuid, i64, String, String)> {
        let sql = format!(
            "select {table}_id, count(*), min(day)::text, max(day)::text from {table}_day where not {meddled} group by 1 order by 1"
        );
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(&mut app.raw().await).await.unwrap()
    };
    let week = |one| (id(one), 7, "2026-11-10".to_owned(), "2026-11-16".to_owned());
    assert_eq!(right("key_result", meddled).await, [week(KR_RETIRED)]);
    // Its objective, and the one that counts it.
    assert_eq!(right("objective", "counted = 77").await, [week(OBJ_MODEL), week(OBJ_RETIRE)]);
    assert_eq!(
        app.count(&format!("from objective_day where objective_id = '{}' and day >= '2026-11-10' and progress = 1 and counted = 1 and missing = 2", id(OBJ_MODEL))).await,
        7
    );
}

#[tokio::test]
async fn whoever_is_checking_in_does_not_keep_the_figures_of_others_waiting() {
    let app = TestApp::new().await;
    tick(&app, "2026-11-17T09:24:00Z").await;
    let mut slow = app.raw().await;
    let mut open = slow.begin().await.unwrap();
    let mark = format!(
        "insert into roll_up_due (org_id, id, cycle_id, key_result_id, since) values ('{}', gen_random_uuid(), '{}', '{}', '2026-11-17T09:24:30Z')",
        id(SALTMARSH),
        id(Q4),
        id(KR_FOULING)
    );
    sqlx::query(sqlx::AssertSqlSafe(mark)).execute(&mut *open).await.unwrap();
    check_in(&app, KR_ERROR, Who::Ines, "2026-11-17T09:26:00Z", "24.5", "on_track").await;
    tick(&app, "2026-11-17T09:26:01Z").await;
    assert_eq!(app.count("from key_result_now where progress = 0.5").await, 1);
}

#[tokio::test]
async fn what_a_crashed_node_had_in_hand_is_taken_over() {
    let app = TestApp::new().await;
    tick(&app, "2026-11-17T09:24:00Z").await;
    check_in(&app, KR_ERROR, Who::Ines, "2026-11-17T09:26:00Z", "24.5", "on_track").await;
    // A node that has taken the cycle, taken the marks off and written half, and then hangs.
    let mut hung = app.raw().await;
    let pid: i32 = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut hung).await.unwrap();
    let mut half = hung.begin().await.unwrap();
    let deeds = format!(
        "select from cycle where id = '{}' for no key update; delete from roll_up_due; update key_result_now set value = 99",
        id(Q4)
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(deeds)).execute(&mut *half).await.unwrap();
    let begun = std::time::Instant::now();
    assert_eq!(tick(&app, "2026-11-17T09:26:10Z").await, 0, "it is left to the other");
    assert!(begun.elapsed() < std::time::Duration::from_secs(1), "and not waited for");
    app.run(&format!("select pg_terminate_backend({pid}, 5000)")).await;
    tick(&app, "2026-11-17T09:26:20Z").await;
    assert_eq!(app.count("from key_result_now where value = 24.5 and progress = 0.5").await, 1);
    assert_eq!(app.count("from key_result_now where value = 99").await, 0);
}

#[tokio::test]
async fn a_duty_that_crossed_with_other_work_is_begun_anew() {
    let app = TestApp::new().await;
    let cross = |times| {
        format!(
            "drop sequence if exists crossing; create sequence crossing; grant usage on crossing to meridian_app;
             create or replace function cross_with_others() returns trigger language plpgsql as $$ begin
                 if nextval('crossing') <= {times} then raise exception 'crossed' using errcode = '40P01'; end if;
                 return new;
             end $$"
        )
    };
    app.run(&cross(3)).await;
    app.run("create trigger crossing before insert or update on key_result_day for each statement execute function cross_with_others()").await;
    tick(&app, "2026-11-17T09:24:00Z").await;
    let rolled = format!("from key_result_day where key_result_id = '{}'", id(KR_ERROR));
    assert_eq!(app.count(&rolled).await, 50, "three times in vain, and then not");
    // There is an end to it: the next tick will do.
    app.run(&cross(100)).await;
    let next = "2026-11-18T09:24:00Z".parse().unwrap();
    let done = clockwork::tick(&app.app, next).await.unwrap();
    for done in done {
        assert_eq!(done.did.is_err(), done.duty == Duty::RollUp, "{done:?}");
    }
    app.run("drop trigger crossing on key_result_day").await;
    tick(&app, "2026-11-18T09:24:10Z").await;
    assert_eq!(app.count(&rolled).await, 51);
}
