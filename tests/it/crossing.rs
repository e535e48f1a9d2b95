//! Somebody changes their hours while they give the answer that closes a matter: both are done, whoever comes first.

use crate::support::cast::{FORECAST, SALTMARSH, id};
use crate::support::deciding::propose_to;
use crate::support::page::Form;
use crate::support::{TestApp, Visitor, Who};
use sqlx::Connection as _;
use std::time::Duration;

/// My settings as they are, to be saved again.
async fn hours(visitor: &mut Visitor<'_>) -> Form {
    visitor.get("/o/saltmarsh/me").await.is(200).form("form[action='/o/saltmarsh/me']")
}

/// The form that closes a decision, which waits for this visitor alone.
async fn closing(app: &TestApp, visitor: &mut Visitor<'_>, who: Who) -> Form {
    let address = propose_to(app, "no_view", &[who]).await;
    let page = visitor.get(&address).await.is(200);
    let view = page.attrs("#view input", "value")[0].clone();
    page.form("form[action$='/answers']").with("view", &view)
}

/// Waits until so many transactions wait for a lock.
async fn waiting(app: &TestApp, many: i64) {
    let rest = "from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    for _ in 0..500 {
        if app.count(rest).await >= many {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{many} never waited");
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_are_saved_while_the_last_answer_comes_in() {
    let app = TestApp::new().await;
    let (mut settings, mut decision) = (app.visit(Who::Arjun).await, app.visit(Who::Arjun).await);
    let (hours_form, answer) = (hours(&mut settings).await, closing(&app, &mut decision, Who::Arjun).await);
    // Both meet at his row, where a third has to let them go: the hours came first.
    let mut third = app.raw().await;
    let mut held = third.begin().await.unwrap();
    sqlx::query("select from member where id = $1 for no key update")
        .bind(Who::Arjun.member())
        .execute(&mut *held)
        .await
        .unwrap();
    let save = settings.submit(hours_form);
    let give = async {
        waiting(&app, 1).await;
        decision.submit(answer).await
    };
    let release = async {
        waiting(&app, 2).await;
        held.commit().await.unwrap();
    };
    let (saved, given, ()) = tokio::join!(save, give, release);
    saved.is(303);
    given.is(303);
    assert_eq!(app.count("from decision where state = 'closed'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_well_every_time() {
    let app = TestApp::new().await;
    let (mut settings, mut decision) = (app.visit(Who::Arjun).await, app.visit(Who::Arjun).await);
    for round in 0..25 {
        let (form, answer) = (hours(&mut settings).await, closing(&app, &mut decision, Who::Arjun).await);
        let (saved, given) = tokio::join!(settings.submit(form), decision.submit(answer));
        assert_eq!((saved.status.as_u16(), given.status.as_u16()), (303, 303), "round {round}");
    }
    assert_eq!(app.count("from decision where state = 'closed'").await, 25);
    // The same with a review that waits for whoever opened it and looks after the team.
    app.run(&format!(
        "delete from team_member where org_id = '{}' and team_id = '{}' and member_id <> '{}'",
        id(SALTMARSH),
        id(FORECAST),
        Who::Ines.member()
    ))
    .await;
    let (mut settings, mut review) = (app.visit(Who::Ines).await, app.visit(Who::Ines).await);
    for round in 0..10 {
        let page = review.get("/o/saltmarsh/teams/forecast/reviews/new").await.is(200);
        let page = review.submit(page.form("main form.sheet")).await.is(303);
        let page = review.follow(page).await;
        let mut form = page.form("form#views").with("done", "1");
        for name in page.attrs("form#views textarea", "name") {
            form = form.with(&name.replacen('n', "c", 1), "on_track");
        }
        let mine = hours(&mut settings).await;
        let (saved, said) = tokio::join!(settings.submit(mine), review.submit(form));
        assert_eq!((saved.status.as_u16(), said.status.as_u16()), (303, 303), "round {round}");
    }
    assert_eq!(app.count("from review where state = 'ready'").await, 10);
}
