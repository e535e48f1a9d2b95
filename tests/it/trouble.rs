//! When something is wrong that nobody at the page can help: no words are lost, and the page says so kindly.

use crate::support::cast::{self, id};
use crate::support::{TestApp, Who};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};

/// Lets nobody into the app's database, and puts out those who are in.
async fn take_away(app: &TestApp) -> (PgConnection, String) {
    let options = app.test.options();
    let name = options.get_database().unwrap().to_owned();
    let mut server = PgConnection::connect_with(&options.database("postgres")).await.unwrap();
    run(&mut server, &format!("alter database {name} with allow_connections false")).await;
    run(
        &mut server,
        &format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"),
    )
    .await;
    (server, name)
}

async fn run(conn: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(conn).await.unwrap();
}

#[tokio::test]
async fn while_the_database_is_away_what_was_typed_comes_back_and_can_be_sent_again() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let today = ines.get("/o/saltmarsh/today").await.is(200);
    let field = format!("answer_{}", id(cast::FORECAST_QUESTIONS[0]));
    let form = today.form("form.sheet").fill(&field, "The spring tide is out, and Mtwapa counts.");

    let (mut server, name) = take_away(&app).await;
    let kept = ines.submit(form).await.is(503);
    assert!(
        kept.texts("textarea").iter().any(|text| text == "The spring tide is out, and Mtwapa counts."),
        "{}",
        kept.body
    );
    assert_eq!(app.stranger().get("/readyz").await.status.as_u16(), 503);
    app.stranger().get("/healthz").await.is(200);
    ines.get("/o/saltmarsh/okrs").await.is(503);

    run(&mut server, &format!("alter database {name} with allow_connections true")).await;
    let again = kept.form("main form");
    ines.submit(again).await.is(303);
    assert_eq!(app.count("from answer where body = 'The spring tide is out, and Mtwapa counts.'").await, 1);
}

#[tokio::test]
async fn a_form_that_is_too_large_has_a_page_of_its_own() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let form = ines.get("/o/saltmarsh/today").await.is(200).form("form.sheet");
    let field = format!("answer_{}", id(cast::FORECAST_QUESTIONS[0]));
    let refused = ines.submit(form.fill(&field, &"word ".repeat(20_000))).await.is(413);
    assert!(!refused.h1().is_empty());
    assert!(refused.has("main a[href]"), "and a way on");
    assert_eq!(app.count("from \"update\"").await, 0);
}
