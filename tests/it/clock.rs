//! The clock goes by the database's, and stands still when told to.

use crate::support::db::TestDb;
use chrono::{DateTime, TimeDelta, Utc};
use meridian::clock::Clock;

#[tokio::test]
async fn it_shows_the_databases_time_and_runs_on() {
    let test = TestDb::new().await;
    let clock = Clock::anchor(&test.db).await.unwrap();
    let mut raw = test.raw().await;
    for _ in 0..3 {
        let theirs: DateTime<Utc> =
            sqlx::query_scalar("select clock_timestamp()").fetch_one(&mut raw).await.unwrap();
        let off = (clock.now() - theirs).abs();
        assert!(off < TimeDelta::milliseconds(500), "{off}");
        std::thread::sleep(std::time::Duration::from_millis(30));
        clock.anchor_again(&test.db).await.unwrap();
    }
    let before = clock.now();
    std::thread::sleep(std::time::Duration::from_millis(50));
    let passed = clock.now() - before;
    assert!(passed >= TimeDelta::milliseconds(50) && passed < TimeDelta::milliseconds(500), "{passed}");
}

#[tokio::test]
async fn a_stopped_clock_stands_still_and_is_not_anchored() {
    let test = TestDb::new().await;
    let at: DateTime<Utc> = "2026-11-17T09:24:00.123456789Z".parse().unwrap();
    let clock = Clock::stopped(at);
    assert_eq!(clock.now().to_string(), "2026-11-17 09:24:00.123456 UTC", "cut to what the database keeps");
    clock.advance(TimeDelta::days(3));
    clock.anchor_again(&test.db).await.unwrap();
    assert_eq!(clock.clone().now().to_string(), "2026-11-20 09:24:00.123456 UTC");
    clock.set(at);
    assert_eq!(clock.now().date_naive(), at.date_naive());
}
