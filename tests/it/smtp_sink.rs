//! A mail server that fails at each step of the conversation, in each way: every mail arrives in the end, a doubled one has
//! one identity, and what is refused for good stays to be seen, with the reason, until somebody has it tried again.

use crate::support::TestApp;
use crate::support::cast::{SALTMARSH, Who, id};
use crate::support::smtp::{Failure, Manners, Sink, Step};
use chrono::TimeDelta;
use meridian::ids::{MailId, MemberId, OrgId};
use meridian::language::{Locale, Words};
use meridian::mail::{self, Kind, Letter, NewMail, deliver};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Saltmarsh with its mail led to a sink, and this many notices waiting there.
async fn waiting(sink: &Sink, mails: usize) -> TestApp {
    let app = TestApp::with(&[("MERIDIAN_MAIL", &sink.url())]).await;
    app.run(&crate::support::cast::sql()).await;
    let mut tx = app.app.db.org(OrgId(id(SALTMARSH))).await.unwrap();
    for (n, who) in [Who::Ines, Who::Nuno, Who::Sanne].into_iter().cycle().take(mails).enumerate() {
        let words = Words::of(Locale::English);
        let letter = Letter::new(words, "Saltmarsh", format!("Number {n}"), "").title("Hello.").render();
        let mail = NewMail {
            kind: Kind::Notice,
            member: Some(MemberId(who.member())),
            recipient: who.email(),
            period: n.to_string(),
            letter: letter.unwrap(),
            reason: "One mail for what comes within 15 minutes.".to_owned(),
            unsubscribe: Some("http://localhost:3000/u/opaque".to_owned()),
            teams: Vec::new(),
            expires_at: app.now() + TimeDelta::hours(6),
        };
        let org = tx.org;
        assert!(
            mail::enqueue(&mut tx, Some(org), &mail, "meridian.example", app.now()).await.unwrap().is_some()
        );
    }
    tx.commit().await.unwrap();
    app
}

/// Ticks, by the quarter of an hour, until all mail has left; gives how many ticks it took.
async fn until_all_left(app: &TestApp) -> usize {
    for tick in 1..20 {
        // A relay that does not answer fails the duty and costs no mail a try.
        let _ = deliver(&app.app, app.now()).await;
        if app.count("from mail where state <> 'sent'").await == 0 {
            return tick;
        }
        app.app.clock.advance(TimeDelta::minutes(20));
    }
    panic!("{} mails never left", app.count("from mail where state <> 'sent'").await);
}

/// The identities of what the sink took, each with its copies.
fn taken(sink: &Sink) -> BTreeMap<String, Vec<Vec<u8>>> {
    let mut taken: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    for (mail, raw) in sink.mails().iter().zip(sink.raw()) {
        taken.entry(mail.message_id().unwrap().to_owned()).or_default().push(raw);
    }
    taken
}

async fn identities(app: &TestApp) -> BTreeSet<String> {
    let ids: Vec<String> = sqlx::query_scalar("select trim(message_id, '<>') from mail")
        .fetch_all(&mut app.raw().await)
        .await
        .unwrap();
    ids.into_iter().collect()
}

/// State and problem of every mail, each once.
async fn fates(app: &TestApp) -> BTreeSet<(String, Option<String>)> {
    let rows =
        sqlx::query_as("select state, problem from mail").fetch_all(&mut app.raw().await).await.unwrap();
    rows.into_iter().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mail_arrives_whatever_step_fails_for_a_while() {
    let busy = Failure::Says("451 4.3.2 not now");
    for (step, failure) in [
        (Step::Connect, Failure::Says("421 4.3.2 not now")),
        (Step::Connect, Failure::Says("554 5.3.2 no service here")),
        (Step::Connect, Failure::HangsUp),
        (Step::Ehlo, busy),
        (Step::Ehlo, Failure::HangsUp),
        (Step::Mail, busy),
        (Step::Mail, Failure::HangsUp),
        (Step::Rcpt, busy),
        (Step::Rcpt, Failure::HangsUp),
        (Step::Data, busy),
        (Step::Data, Failure::HangsUp),
        (Step::Words, busy),
        (Step::Words, Failure::HangsUp),
        (Step::Taken, Failure::HangsUp),
    ] {
        let sink = Sink::open(Manners::Fails(step, failure, 3)).await;
        let app = waiting(&sink, 4).await;
        let ticks = until_all_left(&app).await;
        assert!(ticks > 1, "{step:?}: nothing failed");
        let taken = taken(&sink);
        assert_eq!(taken.keys().cloned().collect::<BTreeSet<_>>(), identities(&app).await, "{step:?}");
        for copies in taken.values() {
            assert!(copies.windows(2).all(|pair| pair[0] == pair[1]), "{step:?}: copies differ");
        }
        let copies = taken.values().map(Vec::len).sum::<usize>() - taken.len();
        // Only what was taken unheard came again, as often as that happened.
        assert_eq!(copies, if step == Step::Taken { 3 } else { 0 }, "{step:?} {failure:?}");
        println!("{step:?}, {failure:?}: 4 of 4 after {ticks} ticks, {copies} copies");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_for_good_stays_with_the_reason_until_it_is_tried_again() {
    for (step, words) in [
        (Step::Mail, "550 5.7.1 not from you"),
        (Step::Rcpt, "550 5.1.1 no such person"),
        (Step::Data, "554 5.5.1 no valid recipients"),
        (Step::Words, "554 5.7.1 looks like spam"),
    ] {
        let sink = Sink::open(Manners::Fails(step, Failure::Says(words), 2)).await;
        let app = waiting(&sink, 2).await;
        deliver(&app.app, app.now()).await.unwrap();
        for (state, problem) in fates(&app).await {
            let problem = problem.unwrap();
            assert_eq!(state, "failed", "{step:?}");
            assert!(problem.contains(&words[..3]) && problem.contains(&words[10..]), "{step:?}: {problem}");
        }
        app.app.clock.advance(TimeDelta::hours(3));
        assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 0, "nobody asked for another try");

        // The next morning somebody does, twice.
        app.at("2026-11-18T03:00:00Z");
        let ids: Vec<Uuid> =
            sqlx::query_scalar("select id from mail").fetch_all(&mut app.raw().await).await.unwrap();
        for id_of_mail in &ids {
            for again in [true, false] {
                let mut tx = app.app.db.org(OrgId(id(SALTMARSH))).await.unwrap();
                assert_eq!(mail::retry(&mut tx, MailId(*id_of_mail), app.now()).await.unwrap(), again);
                tx.commit().await.unwrap();
            }
        }
        assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 0, "not at night");
        app.at("2026-11-18T09:05:00Z");
        assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 2);
        assert_eq!(taken(&sink).keys().cloned().collect::<BTreeSet<_>>(), identities(&app).await);
        assert_eq!(fates(&app).await, BTreeSet::from([("sent".to_owned(), None)]));
        println!("{step:?}: refused with “{words}”, seen, and brought out by another try");
    }
}

#[tokio::test]
async fn another_organisation_has_nothing_to_try_again() {
    let sink = Sink::open(Manners::Refuses).await;
    let app = waiting(&sink, 1).await;
    deliver(&app.app, app.now()).await.unwrap();
    let mail: Uuid = sqlx::query_scalar("select id from mail").fetch_one(&mut app.raw().await).await.unwrap();
    let mut tx = app.app.db.org(OrgId(id(crate::support::cast::DRIFTWOOD))).await.unwrap();
    assert!(!mail::retry(&mut tx, MailId(mail), app.now()).await.unwrap());
}
