//! What waits to leave is asked once more at the door: whether it is still wanted, still theirs to read, and whether they can
//! be reached now. Nothing is lost by that: it waits, or is told again, or comes with the next digest.

use crate::support::cast::{FIELD, FORECAST, SALTMARSH, Who, id};
use crate::support::{TestApp, smtp};
use chrono::{DateTime, TimeDelta, Utc};
use meridian::clockwork::Duty;
use meridian::ids::{MemberId, OrgId, TeamId};
use meridian::language::{Locale, Words};
use meridian::mail::{self, Kind, Letter, NewMail, deliver};
use smtp::{Manners, Sink};
use std::collections::BTreeMap;

async fn enqueue(app: &TestApp, who: Who, kind: Kind, period: &str, teams: &[u64], lasts: TimeDelta) {
    let letter = Letter::new(Words::of(Locale::English), "Saltmarsh", period, "").title("Hello.").render();
    let mail = NewMail {
        kind,
        member: Some(MemberId(who.member())),
        recipient: who.email(),
        period: period.to_owned(),
        letter: letter.unwrap(),
        reason: "A test.".to_owned(),
        unsubscribe: None,
        teams: teams.iter().map(|team| TeamId(id(*team))).collect(),
        expires_at: app.now() + lasts,
    };
    let mut tx = app.app.db.org(OrgId(id(SALTMARSH))).await.unwrap();
    let org = tx.org;
    mail::enqueue(&mut tx, Some(org), &mail, "meridian.example", app.now()).await.unwrap().unwrap();
    tx.commit().await.unwrap();
}

/// What became of a mail.
#[derive(sqlx::FromRow)]
struct Fate {
    period: String,
    state: String,
    dropped: Option<String>,
    next_try_at: Option<DateTime<Utc>>,
}

/// What became of each, by its period.
async fn fates(app: &TestApp) -> BTreeMap<String, Fate> {
    let fates: Vec<Fate> = sqlx::query_as("select period, state, dropped, next_try_at from mail")
        .fetch_all(&mut app.raw().await)
        .await
        .unwrap();
    fates.into_iter().map(|fate| (fate.period.clone(), fate)).collect()
}

#[tokio::test]
async fn what_may_not_leave_any_more_says_why() {
    let app = TestApp::new().await;
    app.run("update member set digest = 'daily'").await;
    let day = TimeDelta::days(1);
    for (who, kind, period, teams) in [
        (Who::Ines, Kind::DigestDaily, "fine", &[FORECAST][..]),
        (Who::Arjun, Kind::Notice, "left", &[]),
        (Who::Nuno, Kind::Notice, "stopped", &[]),
        (Who::Sanne, Kind::DigestDaily, "weekly now", &[]),
        (Who::Wanjiru, Kind::Notice, "hidden", &[FIELD, FORECAST]),
        (Who::Otieno, Kind::Notice, "open", &[FIELD]),
    ] {
        enqueue(&app, who, kind, period, teams, day).await;
    }
    app.run(&format!(
        "update member set left_at = joined_at where id = '{}';
         update member set notices = 'none' where id = '{}';
         update member set digest = 'weekly' where id = '{}';
         update team set private = true where id = '{}'",
        Who::Arjun.member(),
        Who::Nuno.member(),
        Who::Sanne.member(),
        id(FORECAST),
    ))
    .await;
    assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 2);
    let told: Vec<_> =
        fates(&app).await.into_values().map(|fate| (fate.period, fate.state, fate.dropped)).collect();
    let row = |period: &str, state: &str, why: Option<&str>| {
        (period.to_owned(), state.to_owned(), why.map(str::to_owned))
    };
    assert_eq!(
        told,
        [
            row("fine", "sent", None),
            row("hidden", "skipped", Some("unreadable")),
            row("left", "skipped", Some("left")),
            row("open", "sent", None),
            row("stopped", "skipped", Some("stopped")),
            row("weekly now", "skipped", Some("stopped")),
        ]
    );
}

#[tokio::test]
async fn after_hours_of_silence_nothing_leaves_at_night_and_account_mail_does() {
    let app = TestApp::new().await;
    app.run("update member set digest = 'daily'").await;
    app.at("2026-11-17T16:55:00Z");
    enqueue(&app, Who::Ines, Kind::Notice, "waits", &[], TimeDelta::hours(24)).await;
    enqueue(&app, Who::Ines, Kind::DigestDaily, "too late", &[], TimeDelta::hours(2)).await;
    enqueue(&app, Who::Ines, Kind::SignIn, "at once", &[], TimeDelta::days(2)).await;
    enqueue(&app, Who::Mia, Kind::Notice, "day there", &[], TimeDelta::hours(9)).await;
    // The nodes were away for an hour and a half; in Vancouver it is half past ten.
    app.at("2026-11-17T18:30:00Z");
    assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 2);
    let told = fates(&app).await;
    let (waits, late) = (&told["waits"], &told["too late"]);
    let nine = Some("2026-11-18T09:00:00Z".parse().unwrap());
    assert_eq!((waits.state.as_str(), waits.next_try_at), ("waiting", nine));
    assert_eq!((late.state.as_str(), late.dropped.as_deref()), ("skipped", Some("late")));
    assert_eq!((told["at once"].state.as_str(), told["day there"].state.as_str()), ("sent", "sent"));
    // Waiting is no try; and what left bears the hour at which it left.
    assert_eq!(app.count("from mail where period = 'waits' and attempts = 0 and dated_at is null").await, 1);
    app.at("2026-11-18T09:00:00Z");
    assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 1);
    assert_eq!(
        app.count(
            "from mail where period = 'waits' and date_trunc('minute', dated_at) = '2026-11-18T09:00:00Z'"
        )
        .await,
        1
    );
}

#[tokio::test]
async fn nobody_gets_a_heap_at_once_and_nothing_is_lost() {
    let app = TestApp::new().await;
    for n in 0..15 {
        enqueue(&app, Who::Ines, Kind::Notice, &format!("{n:02}"), &[], TimeDelta::hours(7)).await;
    }
    enqueue(&app, Who::Ines, Kind::SignIn, "hers to ask for", &[], TimeDelta::hours(7)).await;
    enqueue(&app, Who::Nuno, Kind::Notice, "his", &[], TimeDelta::hours(7)).await;
    for (at, left) in [
        ("2026-11-17T09:24:00Z", 8),
        ("2026-11-17T09:25:00Z", 0),
        ("2026-11-17T10:25:00Z", 6),
        ("2026-11-17T10:30:00Z", 0),
        ("2026-11-17T11:26:00Z", 3),
    ] {
        app.at(at);
        assert_eq!(deliver(&app.app, app.now()).await.unwrap(), left, "{at}");
    }
    assert_eq!(app.count("from mail where state = 'sent'").await, 17);
}

#[tokio::test]
async fn what_a_dropped_mail_told_is_told_again_without_what_is_hidden_now() {
    // A relay that is down until the next morning.
    let down = Sink::open(Manners::Takes).await.port;
    let app = TestApp::with(&[("MERIDIAN_MAIL", &format!("smtp://127.0.0.1:{}", down - 1))]).await;
    app.run(&crate::support::cast::sql()).await;
    let notice = |number: u64, objective: u64| {
        format!(
            "insert into notice (org_id, id, member_id, actor_id, kind, objective_id, cause_id, at)
             values ('{}', '{}', '{}', '{}', 'reply', '{}', '{1}', '2026-11-17T16:30:00Z')",
            id(SALTMARSH),
            id(number),
            Who::Ines.member(),
            Who::Arjun.member(),
            id(objective)
        )
    };
    app.run(&notice(7001, crate::support::cast::OBJ_MODEL)).await;
    app.run("update member set next_notice_at = '2026-11-17T16:45:00Z' where name like 'Inês%'").await;
    app.at("2026-11-17T16:45:00Z");
    assert_eq!(Duty::Notices.run(&app.app, app.now()).await.unwrap(), 1);
    assert!(Duty::Mail.run(&app.app, app.now()).await.is_err());
    app.at("2026-11-18T02:00:00Z");
    let _ = Duty::Mail.run(&app.app, app.now()).await;
    let dropped = "from mail where state = 'skipped' and dropped = 'late' and returned";
    assert_eq!(app.count(dropped).await, 1);
    // It stands as never told, and another comes in the morning: the same identity, other words.
    app.run(&notice(7002, crate::support::cast::OBJ_MODEL)).await;
    for (at, written) in
        [("2026-11-18T02:00:10Z", 0), ("2026-11-18T02:20:00Z", 0), ("2026-11-18T09:00:00Z", 1)]
    {
        app.at(at);
        assert_eq!(Duty::Notices.run(&app.app, app.now()).await.unwrap(), written, "{at}");
    }
    assert_eq!(app.count("from mail where state = 'waiting' and subject like '%and one more'").await, 1);
    assert_eq!(app.count("from mail").await, 1);
    assert_eq!(app.count("from notice where told_at is null").await, 0);
}
