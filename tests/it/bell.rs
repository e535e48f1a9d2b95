//! A check-in is in every figure within two seconds, on whichever page, by the database's bell alone: the nodes here look
//! around by the clock only every five minutes.

use crate::support::TestApp;
use crate::support::app::tempfolder::Folder;
use crate::support::cast::{KR_ERROR, OBJ_MODEL, Q4, Who, id};
use chrono::{DateTime, Utc};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A node without pages, killed with the test.
struct Worker(Child);

impl Worker {
    fn start(app: &TestApp, data: &Folder) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_meridian"))
            .args(["serve", "--worker-only"])
            .current_dir(std::env::temp_dir())
            .env("DATABASE_URL", app.test.url())
            .env("MERIDIAN_DATA", &data.path)
            .env("MERIDIAN_TICK_SECONDS", "300")
            .stdout(Stdio::null())
            .spawn();
        Self(child.unwrap())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) -> Duration {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < Duration::from_secs(20), "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    begun.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_in_is_in_every_figure_within_two_seconds() {
    let app = TestApp::new().await;
    // Processes go by the database's clock, so the quarter is moved to where that is.
    app.run(
        "update cycle set first_date = clock_timestamp()::date - 50, last_date = clock_timestamp()::date + 40,
                next_day = clock_timestamp()::date - 50, next_day_at = clock_timestamp() - interval '50 days', next_turn_at = null;
         update objective set created_at = clock_timestamp() - interval '60 days';
         update key_result set created_at = clock_timestamp() - interval '60 days';
         update key_result_terms set effective_at = clock_timestamp() - interval '60 days'",
    )
    .await;
    let data = Folder::new();
    let mut workers = vec![Worker::start(&app, &data), Worker::start(&app, &data)];
    let closed = format!("from cycle where id = '{}' and next_day_at > clock_timestamp()", id(Q4));
    until("the first round of the workers", async || app.count(&closed).await == 1).await;
    let listening = "from pg_stat_activity where datname = current_database() and query like 'LISTEN%'";
    until("that both listen, each on one connection", async || app.count(listening).await == 2).await;

    let mut longest = Duration::ZERO;
    for (round, (value, percent)) in
        [("27.75", "25%"), ("24.5", "50%"), ("21.25", "75%"), ("30.35", "5%")].into_iter().enumerate()
    {
        match round {
            // From here on, one of them is gone.
            2 => drop(workers.pop()),
            // The other's bell is lost as the check-in is made.
            3 => app.run(&format!("select pg_terminate_backend(pid) {listening}")).await,
            _ => {}
        }
        let now: DateTime<Utc> =
            sqlx::query_scalar("select clock_timestamp()").fetch_one(&mut app.raw().await).await.unwrap();
        app.app.clock.set(now);
        let mut ines = app.visit(Who::Ines).await;
        let key_result = format!("/o/saltmarsh/key-results/{}", id(KR_ERROR));
        let form =
            ines.get(&key_result).await.is(200).form("#check-in").fill("value", value).without("confidence");
        ines.submit(form.with("confidence", "off_track")).await.is(303);
        let begun = Instant::now();
        let said = format!("{value} cm");
        assert!(
            ines.get(&key_result).await.text(".big").starts_with(&said),
            "their own page says so at once"
        );
        let row = format!(".kr:has(a[href='{key_result}']) .nw");
        until("the key result among the others", async || {
            ines.get("/o/saltmarsh/okrs").await.text(&row) == said
        })
        .await;
        let model = format!("/o/saltmarsh/objectives/{}", id(OBJ_MODEL));
        until("its objective", async || ines.get(&model).await.text(".big") == percent).await;
        let page = ines.get("/o/saltmarsh/okrs").await;
        assert!(
            page.h1().starts_with("None of five key results are on track. One is off track"),
            "{}",
            page.h1()
        );
        assert!(page.texts("summary").iter().any(|text| text.contains(&format!("{percent} done"))));
        assert_eq!(ines.get("/o/saltmarsh/okrs?show=forecast").await.text(&row), said);
        let review = ines.get("/o/saltmarsh/review").await;
        assert!(
            review.texts(".queue .barl").iter().any(|reach| reach.starts_with(&said)),
            "{:?}",
            review.texts(".queue .barl")
        );
        let counts = review.texts(".tbl td.n [data-figure]");
        assert!(counts.contains(&"1 of 3".to_owned()), "{counts:?}");
        longest = longest.max(begun.elapsed());
    }
    println!("seen on five pages after {longest:?} at most");
    assert!(longest < Duration::from_secs(2), "{longest:?}");
}
