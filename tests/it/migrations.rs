//! Migrations on a database that people have lived in: nothing is lost, and the pages open.

use crate::support::db::TestDb;
use crate::support::{TestApp, Who};
use meridian::clockwork;

/// What version 9 of the schema kept.
const AT_9: &str = include_str!("data/lived_in_at_9.sql");

#[tokio::test]
async fn a_house_of_version_9_moves_on_with_all_it_had() {
    let app = TestApp::on(TestDb::grown_from(9, AT_9).await, &[]);
    app.at("2026-11-18T10:00:00Z");
    for (rows, kept) in [
        ("from member", 10),
        ("from \"update\"", 1),
        ("from answer where body = 'The Azores are on learned corrections.'", 1),
        ("from blocker where body = 'Copper mesh is held at customs.'", 1),
        ("from check_in where value = 24.1", 1),
        ("from away where note = 'The sea.'", 1),
        ("from comment where body = 'A reply.'", 1),
    ] {
        assert_eq!(app.count(rows).await, kept, "{rows}");
    }
    let mut ines = app.visit(Who::Ines).await;
    for page in ["/today", "/teams/forecast", "/okrs", "/me", "/settings/teams/forecast"] {
        ines.get(&format!("/o/saltmarsh{page}")).await.is(200);
    }
    // What was written then is found.
    let found = ines.get("/o/saltmarsh/search?q=%22mesh+is+held%22+azores").await.is(200);
    assert_eq!(found.texts("main ol mark").join(" "), "Azores mesh is held");
    let mut sanne = app.visit(Who::Sanne).await;
    sanne.get("/o/saltmarsh/review").await.is(200);

    // The figures written then are what the log says now, also after the background task has gone round.
    for done in clockwork::tick(&app.app, app.now()).await.unwrap() {
        done.did.unwrap();
    }
    for report in clockwork::rebuild(&app.app, app.now(), true).await.unwrap() {
        assert!(report.differences.is_empty(), "{:?}", report.differences);
    }
}
