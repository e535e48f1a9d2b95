//! Work follows what is due or changed, not what there is: an organisation with a million occurrences costs a tick exactly the
//! statements that a small one does, and none of them reads its way through a table.

use crate::support::TestApp;
use crate::support::cast::{FORECAST, FORECAST_STANDUP, KR_ERROR, OBJ_MODEL, Q4, SALTMARSH, Who, id};
use crate::support::wire::Wire;
use chrono::{DateTime, Utc};
use meridian::app::App;
use meridian::clockwork;
use meridian::db::{Db, Limits};
use std::fmt;
use std::time::{Duration, Instant};

/// Grows Saltmarsh to thousands of members and key results with all they ever did. Foreign keys are not checked meanwhile,
/// which is most of the time it would take; they hold all the same.
fn growth() -> String {
    let (org, cycle, objective) = (id(SALTMARSH), id(Q4), id(OBJ_MODEL));
    let (team, standup, schedule) = (id(FORECAST), id(FORECAST_STANDUP), id(FORECAST_STANDUP + 10));
    let of = |kind: u8, n: &str| {
        format!("('00000000-0000-7000-80{kind:02x}-' || lpad(to_hex({n}), 12, '0'))::uuid")
    };
    let (account, member, goal, measure) = (of(1, "n"), of(2, "n"), of(3, "n"), of(4, "n"));
    let (goal_of, owner_of) = (of(3, "1 + n / 10"), of(2, "1 + n % 3000"));
    let (owner_d, measure_of) = (of(2, "1 + (n * 7 + d) % 3000"), of(4, "n"));
    let now = "'2026-11-17T09:00:00Z'::timestamptz";
    format!(
        "set session_replication_role = replica;
         insert into account (id, email, created_at)
         select {account}, 'person' || n || '@saltmarsh.example', {now} - interval '90 days' from generate_series(1, 3000) n;
         insert into member (org_id, id, account_id, name, role, zone, week, digest, next_digest_at, joined_at)
         select '{org}', {member}, {account}, 'Person ' || n, 'member', 'Europe/Lisbon', '{{\"mon\":[[\"09:00\",\"17:00\"]]}}',
                'daily', {now} + interval '1 hour' * (1 + n % 20), {now} - interval '90 days' from generate_series(1, 3000) n;
         insert into objective (org_id, id, cycle_id, parent_id, title, count_aligned, created_at)
         select '{org}', {goal}, '{cycle}', case when n % 5 = 0 then '{objective}'::uuid end, 'Objective ' || n, n % 3 = 0, {now} - interval '60 days'
           from generate_series(1, 1001) n;
         insert into key_result (org_id, id, objective_id, title, owner_id, created_at, occurrences_until, next_occurrences_at)
         select '{org}', {measure}, {goal_of}, 'Key result ' || n, {owner_of}, {now} - interval '60 days', '2026-12-01', {now} + interval '9 hours' from generate_series(1, 10000) n;
         insert into key_result_terms (org_id, id, key_result_id, effective_at, kind, baseline, target, weight)
         select '{org}', {measure}, {measure}, {now} - interval '60 days', 'increase', 0, 100, 1 from generate_series(1, 10000) n;
         insert into key_result_now (org_id, key_result_id, value, progress, confidence, checked_in_at, stale_at)
         select '{org}', {measure}, 50, 0.5, 'on_track', {now} - interval '1 day', {now} + interval '9 days' from generate_series(1, 10000) n;
         insert into check_in (org_id, id, key_result_id, member_id, at, local_date, zone, value, confidence, submission_key)
         select '{org}', gen_random_uuid(), {measure_of}, {owner_d}, {now} - interval '1 day' * d, ({now} - interval '1 day' * d)::date,
                'Europe/Lisbon', 50 - d, 'on_track', gen_random_uuid() from generate_series(1, 10000) n, generate_series(1, 10) d;
         insert into key_result_day (org_id, key_result_id, day, value, raw, progress, expected, confidence, status)
         select '{org}', {measure_of}, date '2026-09-27' + d, 50, 0.5, 0.5, 0.5, 'on_track', 'on_track' from generate_series(1, 10000) n, generate_series(26, 50) d;
         insert into objective_day (org_id, objective_id, day, progress, expected, counted, missing)
         select '{org}', {goal}, date '2026-09-27' + d, 0.5, 0.5, 10, 0 from generate_series(1, 1000) n, generate_series(1, 50) d;
         insert into team_member (org_id, team_id, member_id, occurrences_until, next_occurrences_at)
         select '{org}', '{team}', {member}, '2026-12-01', {now} + interval '9 hours' from generate_series(1, 3000) n;
         insert into occurrence (org_id, id, member_id, key_result_id, local_date, zone, opens_at, due_at, remind_at)
         select '{org}', gen_random_uuid(), {owner_of}, {measure_of}, day, 'Europe/Lisbon', day + interval '9 hours', day + interval '16 hours',
                case when day > {now} then day + interval '9 hours' end
           from generate_series(1, 10000) n, generate_series(timestamptz '2026-10-13', '2026-12-01', '1 day') day;
         insert into occurrence (org_id, id, member_id, standup_id, schedule_id, local_date, zone, opens_at, due_at, remind_at)
         select '{org}', gen_random_uuid(), {member}, '{standup}', '{schedule}', day, 'Europe/Lisbon', day + interval '9 hours', day + interval '16 hours',
                case when day > {now} then day + interval '9 hours' end
           from generate_series(1, 3000) n, generate_series(timestamptz '2026-06-16', '2026-12-01', '1 day') day;
         insert into session (token_hash, id, account_id, created_at, last_seen_at, proved_at, user_agent, ip_prefix)
         select sha256(n::text::bytea), {account}, {account}, {now} - interval '1 day', {now}, {now}, 'Test', '127.0.0.0/24' from generate_series(1, 3000) n;
         insert into mail (id, org_id, member_id, recipient, kind, period, message_id, subject, body_text, body_html, reason, created_at, expires_at, state, sent_at)
         select gen_random_uuid(), '{org}', {owner_d}, 'person' || (1 + (n * 7 + d) % 3000) || '@saltmarsh.example', 'digest_daily', n || '/' || d, n || '/' || d,
                's', 't', 'h', 'r', {now} - interval '1 day' * d, {now} - interval '1 day' * d + interval '2 hours', 'sent', {now} - interval '1 day' * d
           from generate_series(1, 3000) n, generate_series(1, 20) d;
         set session_replication_role = default;
         analyze"
    )
}

/// What a tick cost.
struct Cost {
    statements: u64,
    /// Rows of tables that the server looked at.
    rows: i64,
    took: Duration,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} statements, {} rows, {:?}", self.statements, self.rows, self.took)
    }
}

/// A node comes, ticks once and leaves.
async fn tick(app: &TestApp, now: DateTime<Utc>) -> (u64, Cost) {
    let before = rows_read(app).await;
    let wire = Wire::to(&app.test).await;
    let db = Db::connect(wire.options(), Limits { connections: 2 }).await.unwrap();
    let node = App { db, ..app.app.clone() };
    node.clock.set(now);
    let begun = Instant::now();
    let done = clockwork::tick(&node, now).await.unwrap();
    let took = begun.elapsed();
    node.db.close().await;
    let did = done.into_iter().map(|done| done.did.unwrap()).sum();
    (did, Cost { statements: wire.statements(), rows: rows_read(app).await - before, took })
}

/// Rows read from our tables so far. The server counts a connection's when it ends, so all others are waited for.
async fn rows_read(app: &TestApp) -> i64 {
    let begun = Instant::now();
    while app.count("from pg_stat_activity where datname = current_database() and application_name = 'meridian' and usename is not null and backend_type = 'client backend' and client_port > 0").await > 0 {
        assert!(begun.elapsed() < Duration::from_secs(10), "the node does not leave");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    sqlx::query_scalar(
        "select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint from pg_stat_user_tables",
    )
    .fetch_one(&mut app.raw().await)
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tick_costs_what_is_due_and_not_what_there_is() {
    let (small, large) = tokio::join!(TestApp::new(), TestApp::new());
    let now = "2026-11-17T09:24:00Z".parse().unwrap();
    // All days are closed; then one of the two grows.
    for app in [&small, &large] {
        tick(app, now).await;
        tick(app, now).await;
    }
    large.run(&growth()).await;
    let tables = [
        "check_in",
        "key_result_day",
        "objective_day",
        "mail",
        "key_result",
        "member",
        "occurrence",
        "session",
        "occurrence",
    ];
    let mut rows = 0;
    for table in tables {
        rows += large.count(&format!("from {table}")).await;
    }
    assert!(rows > 1_500_000, "{rows}");
    assert!(large.count("from occurrence").await > 1_000_000);

    let (idle, (did, cost)) = (tick(&small, now).await, tick(&large, now).await);
    println!("nothing due: {} in a small organisation; {cost} among {rows} rows", idle.1);
    assert_eq!((idle.0, did), (0, 0));
    assert_eq!(cost.statements, idle.1.statements);
    assert!(cost.rows < 200, "{cost}");

    // A check-in of now, and one that is a week late.
    for (at, most) in [("2026-11-17T09:23:00Z", 300), ("2026-11-10T10:00:00Z", 3_000)] {
        for app in [&small, &large] {
            app.run(&format!(
                "insert into check_in (org_id, id, key_result_id, member_id, at, local_date, zone, value, confidence, submission_key)
                 values ('{org}', gen_random_uuid(), '{measure}', '{who}', '{at}', '2026-11-10', 'UTC', 24.5, 'on_track', gen_random_uuid());
                 insert into roll_up_due (org_id, id, cycle_id, key_result_id, since) values ('{org}', gen_random_uuid(), '{cycle}', '{measure}', '{at}')",
                org = id(SALTMARSH), measure = id(KR_ERROR), who = Who::Ines.member(), cycle = id(Q4)
            ))
            .await;
        }
        let (few, many) = (tick(&small, now).await, tick(&large, now).await);
        println!("a check-in of {at}: {} in the small one; {} in the large one", few.1, many.1);
        assert_eq!(few.0, many.0, "the same rows are written");
        assert_eq!(few.1.statements, many.1.statements);
        assert!(many.1.rows < most, "{}", many.1);
    }
}
