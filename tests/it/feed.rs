//! Visits that read what others wrote: what is new to whom, a week at once, only some of it, and what happened since
//! somebody left.

use crate::support::cast::{
    FIELD, FIELD_STANDUP, FORECAST, FORECAST_QUESTIONS, FORECAST_STANDUP, KR_ERROR, SALTMARSH, Who, id,
};
use crate::support::wire::Wire;
use crate::support::{Page, TestApp, Visitor};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use meridian::app;
use meridian::db::{Db, Limits};
use std::collections::{BTreeMap, BTreeSet};

/// An update of somebody's with one answer, written without a visit.
async fn update(app: &TestApp, number: u64, who: Who, day: &str, at: &str) {
    let (team, standup) = match who {
        Who::Wanjiru | Who::Otieno => (FIELD, FIELD_STANDUP),
        _ => (FORECAST, FORECAST_STANDUP),
    };
    app.run(&format!(
        r#"insert into "update" (org_id, id, standup_id, team_id, member_id, local_date, zone, posted_at, submission_key)
           values ('{org}', '{update}', '{}', '{}', '{}', '{day}', 'UTC', '{at}', gen_random_uuid());
           insert into answer (org_id, update_id, question_id, body)
           values ('{org}', '{update}', '{}', 'Number {number}.')"#,
        id(standup),
        id(team),
        who.member(),
        id(FORECAST_QUESTIONS[0] + (standup - FORECAST_STANDUP) * 3),
        org = id(SALTMARSH),
        update = id(number),
    ))
    .await;
}

/// The updates on a page, in its order.
fn shown(page: &Page) -> Vec<String> {
    page.attrs("main article.post", "id")
        .into_iter()
        .map(|id| id.trim_start_matches("u-").to_owned())
        .collect()
}

/// Those of them that are marked as new.
fn marked(page: &Page) -> Vec<String> {
    let new = page.attrs("main .fresh + article.post", "id");
    new.into_iter().map(|id| id.trim_start_matches("u-").to_owned()).collect()
}

#[tokio::test]
async fn five_people_read_exactly_what_is_new_to_them_for_three_weeks() {
    three_weeks(false).await;
}

#[tokio::test]
async fn so_they_do_where_a_team_is_private_and_nobody_else_reads_it() {
    three_weeks(true).await;
}

/// Five people in five zones write and read; `private`: Forecast's updates are for Forecast alone.
async fn three_weeks(private: bool) {
    let app = TestApp::new().await;
    app.run(&format!("update team set private = {private} where slug = 'forecast'")).await;
    let may_read = |who: Who, author: Who| {
        let in_field = |who| matches!(who, Who::Wanjiru | Who::Otieno);
        let in_forecast = |who| matches!(who, Who::Ines | Who::Arjun | Who::Tama | Who::Mia);
        !private || in_field(author) || in_forecast(who)
    };
    // Where they are, the hour they post and the hour they read, in UTC; some days they do neither.
    let people = [
        (Who::Ines, 10, 16),
        (Who::Arjun, 5, 11),
        (Who::Tama, 22, 3),
        (Who::Mia, 17, 23),
        (Who::Wanjiru, 7, 14),
    ];
    let begin: DateTime<Utc> = "2026-11-02T00:00:00Z".parse().unwrap();
    let mut written: Vec<(Who, String)> = Vec::new();
    let mut read: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    let (mut number, mut most) = (2000, 0);
    for hour in 0..21 * 24 {
        let now = begin + TimeDelta::hours(hour);
        let day = u64::try_from(hour / 24).unwrap();
        app.app.clock.set(now);
        for (at, (who, posts, reads)) in people.iter().enumerate() {
            let turn = (day * 7 + u64::try_from(at).unwrap() * 3) % 5;
            if hour % 24 == *posts && turn != 0 {
                number += 1;
                // Now and then for an earlier date.
                let date = now.date_naive() - Days::new(u64::from(turn == 1) * 3);
                let date = if written.len() % 7 == 3 { date - Days::new(1) } else { date };
                let taken =
                    format!("from \"update\" where member_id = '{}' and local_date = '{date}'", who.member());
                if app.count(&taken).await > 0 {
                    continue;
                }
                update(&app, number, *who, &date.to_string(), &now.to_rfc3339()).await;
                written.push((*who, id(number).to_string()));
            }
            if hour % 24 == *reads && turn != 2 {
                let expected: BTreeSet<String> = written
                    .iter()
                    .filter(|(author, update)| {
                        author != who
                            && may_read(*who, *author)
                            && !read.get(who.name()).is_some_and(|read| read.contains(update))
                    })
                    .map(|(_, update)| update.clone())
                    .collect();
                let mut visitor = app.visit(*who).await;
                let found = read_all(&mut visitor).await;
                assert_eq!(found, expected, "{who:?} at {now}");
                most = most.max(found.len());
                read.entry(who.name()).or_default().extend(found);
                assert_eq!(read_all(&mut visitor).await, BTreeSet::new(), "{who:?} is caught up");
            }
        }
    }
    assert!(written.len() > 60 && most > 4, "{} {most}", written.len());
    // What they saw is theirs: it stands nowhere but in one table, and no page of anybody else's says it.
    let mut sanne = app.visit(Who::Sanne).await;
    let page = sanne.get("/o/saltmarsh/teams?view=new").await.is(200);
    let hers = written.iter().filter(|(author, _)| may_read(Who::Sanne, *author)).count();
    assert!(hers > 10 && (hers < written.len()) == private);
    assert_eq!(page.h1(), format!("{hers} updates are new to you."));
}

/// All that is new to a visitor, over all pages.
async fn read_all(visitor: &mut Visitor<'_>) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut address = "/o/saltmarsh/teams?view=new".to_owned();
    loop {
        let page = visitor.get(&address).await.is(200);
        let found = shown(&page);
        assert_eq!(found, marked(&page));
        for update in found {
            assert!(all.insert(update), "each once");
        }
        match page.attrs("main p > a.btn.quiet", "href").pop() {
            Some(next) => address = next,
            None => return all,
        }
    }
}

#[tokio::test]
async fn what_is_new_is_marked_once_and_for_its_reader_alone() {
    let app = TestApp::new().await;
    update(&app, 901, Who::Tama, "2026-11-17", "2026-11-17T03:00:00Z").await;
    update(&app, 902, Who::Arjun, "2026-11-17", "2026-11-17T05:00:00Z").await;
    update(&app, 903, Who::Ines, "2026-11-17", "2026-11-17T09:00:00Z").await;
    update(&app, 904, Who::Tama, "2026-09-30", "2026-09-30T05:00:00Z").await;
    let team = "/o/saltmarsh/teams/forecast";
    let (tama, arjun) = (id(901).to_string(), id(902).to_string());
    let mut ines = app.visit(Who::Ines).await;
    // Its own page counts as seen.
    ines.get(&format!("/o/saltmarsh/updates/{arjun}")).await.is(200);
    let page = ines.get(team).await.is(200);
    assert_eq!(shown(&page).len(), 3);
    assert_eq!(marked(&page), std::slice::from_ref(&tama));
    assert!(page.link("New 1").ends_with("view=new"));
    assert_eq!(marked(&ines.get(team).await), Vec::<String>::new());
    let mut mia = app.visit(Who::Mia).await;
    assert_eq!(marked(&mia.get(team).await.is(200)).len(), 3, "what she saw is nobody else's");
    // What is old is new to nobody.
    let old = mia.get(&format!("{team}?day=2026-09-30")).await.is(200);
    assert_eq!((shown(&old).len(), marked(&old).len()), (1, 0));
    app.at("2026-12-28T09:00:00Z");
    let mut mia = app.visit(Who::Mia).await;
    mia.get(team).await.is(200);
    assert_eq!(
        app.count(&format!("from seen where member_id = '{}'", Who::Mia.member())).await,
        0,
        "forgotten"
    );
}

#[tokio::test]
async fn a_week_is_read_at_once_or_only_some_of_it() {
    let app = TestApp::new().await;
    for (number, who, day) in [
        (901, Who::Tama, "2026-11-09"),
        (902, Who::Tama, "2026-11-16"),
        (903, Who::Arjun, "2026-11-16"),
        (904, Who::Ines, "2026-11-17"),
        (905, Who::Otieno, "2026-11-16"),
    ] {
        update(&app, number, who, day, &format!("{day}T0{}:00:00Z", number - 900)).await;
    }
    app.run(&format!(
        "insert into blocker (org_id, id, update_id, team_id, member_id, body, opened_at)
         values ('{org}', '{}', '{arjun}', '{}', '{}', 'No mesh.', '2026-11-16T03:00:00Z');
         insert into answer (org_id, update_id, question_id, body) values ('{org}', '{arjun}', '{}', 'A plan.');
         insert into check_in (org_id, id, key_result_id, member_id, update_id, at, local_date, zone, value, confidence, submission_key)
         values ('{org}', '{}', '{}', '{}', '{}', '2026-11-17T04:00:00Z', '2026-11-17', 'UTC', 24, 'on_track', gen_random_uuid())",
        id(911), id(FORECAST), Who::Arjun.member(), id(FORECAST_QUESTIONS[1]), id(912), id(KR_ERROR), Who::Ines.member(), id(904),
        org = id(SALTMARSH), arjun = id(903),
    ))
    .await;
    let mut mia = app.visit(Who::Mia).await;
    let team = "/o/saltmarsh/teams/forecast";
    let numbers = |page: &Page| -> Vec<u64> {
        let number = |one: &String| u64::from_str_radix(&one[one.len() - 4..], 16).unwrap();
        shown(page).iter().map(number).collect()
    };
    let week = mia.get(&format!("{team}?view=week")).await.is(200);
    assert_eq!(numbers(&week), [904, 902, 903], "the newest date first, each as it was posted");
    assert_eq!(week.h1(), "3 updates in the week of Monday 16 November.");
    assert_eq!(week.texts("main h2"), ["Tuesday 17 November", "Monday 16 November"]);
    let before = mia.get(&week.attrs("a[rel=prev]", "href")[0]).await.is(200);
    assert_eq!(numbers(&before), [901]);
    assert!(before.has("a[rel=next]") && !week.has("a[rel=next]"));
    let everyone = mia.get("/o/saltmarsh/teams?view=week").await.is(200);
    assert_eq!(numbers(&everyone).len(), 4);
    for (chosen, expected) in [
        (format!("person={}", Who::Tama.member()), vec![902]),
        (format!("key_result={}", id(KR_ERROR)), vec![904]),
        (format!("question={}", id(FORECAST_QUESTIONS[1])), vec![903]),
        ("blocked=1".to_owned(), vec![903]),
        (format!("blocked=1&person={}", Who::Tama.member()), vec![]),
    ] {
        let page = mia.get(&format!("{team}?view=week&{chosen}")).await.is(200);
        assert_eq!(numbers(&page), expected, "{chosen}");
        assert!(page.has("details[open]"));
        let day = mia.get(&format!("{team}?day=2026-11-16&{chosen}")).await.is(200);
        let on_it: Vec<_> = expected.into_iter().filter(|number| *number != 904).collect();
        assert_eq!(numbers(&day), on_it, "{chosen}");
    }
    let one = mia.get(&format!("{team}?view=week&question={}", id(FORECAST_QUESTIONS[1]))).await.is(200);
    assert_eq!(one.text("main article .say"), "A plan.", "only what was asked");
    for wrong in ["view=month", "person=nobody", "question=none", "key_result=x", "after=never", "day=soon"] {
        mia.get(&format!("{team}?{wrong}")).await.is(404);
    }
}

#[tokio::test]
async fn since_you_left_begins_where_work_ended_and_with_what_needs_you() {
    let app = TestApp::new().await;
    // Monday after work in Lisbon, Sunday, and Friday before she left.
    update(&app, 901, Who::Arjun, "2026-11-16", "2026-11-16T18:00:00Z").await;
    update(&app, 902, Who::Tama, "2026-11-12", "2026-11-16T19:00:00Z").await;
    update(&app, 903, Who::Mia, "2026-11-13", "2026-11-13T16:00:00Z").await;
    update(&app, 904, Who::Ines, "2026-11-13", "2026-11-13T16:30:00Z").await;
    app.run(&format!(
        "insert into blocker (org_id, id, update_id, team_id, member_id, body, unblocker_id, opened_at)
         values ('{org}', '{}', '{}', '{}', '{}', 'No mesh.', '{ines}', '2026-11-13T16:00:00Z');
         insert into comment (org_id, id, update_id, author_id, body, at, zone, submission_key)
         values ('{org}', '{}', '{own}', '{}', 'Well **put**.', '2026-11-16T20:00:00Z', 'UTC', gen_random_uuid()),
                ('{org}', '{}', '{own}', '{}', 'Long ago.', '2026-11-16T10:00:00Z', 'UTC', gen_random_uuid())",
        id(911), id(903), id(FORECAST), Who::Mia.member(), id(912), Who::Nuno.member(), id(913), Who::Nuno.member(),
        org = id(SALTMARSH), ines = Who::Ines.member(), own = id(904),
    ))
    .await;
    let mut ines = app.visit(Who::Ines).await;
    let today = ines.get("/o/saltmarsh/today").await.is(200);
    assert!(today.text("#since header").contains("Monday at 17:00."));
    let posts: Vec<String> = today.attrs("#since article.post", "id");
    let at = |number: u64| format!("u-{}", id(number));
    assert_eq!(posts[0], at(903), "what waits for her first, however old");
    assert_eq!(posts[1..].iter().collect::<BTreeSet<_>>(), BTreeSet::from([&at(901), &at(902)]));
    let replies = today.texts("#since .lines li");
    assert_eq!(replies, ["Nuno replied to your updateWell put."]);
    // The next morning all of it is behind her.
    app.run(&format!(
        "update blocker set resolved_at = '2026-11-17T12:00:00Z', resolved_by = '{}'",
        Who::Ines.member()
    ))
    .await;
    app.at("2026-11-18T09:00:00Z");
    let next = ines.get("/o/saltmarsh/today").await.is(200);
    assert!(next.text("#since").contains("You are all caught up."));
    // Observers have no working day that was asked for, and a page all the same.
    app.visit(Who::Olga).await.get("/o/saltmarsh/today").await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_asks_the_same_among_a_hundred_thousand_updates() {
    let mut costs = Vec::new();
    for updates in [100, 100_000] {
        let mut app = TestApp::new().await;
        app.run(&format!(
            r#"set session_replication_role = replica;
               insert into member (org_id, id, account_id, name, role, zone, week, digest, joined_at)
               select '{0}', ('00000000-0000-7000-8098-' || lpad(to_hex(n), 12, '0'))::uuid, gen_random_uuid(), 'Person ' || n, 'member', 'UTC',
                      '{{"mon":[["09:00","17:00"]]}}', 'none', '2026-09-01T08:00:00Z'
                 from generate_series(0, 39) n;
               insert into "update" (org_id, id, standup_id, team_id, member_id, local_date, zone, posted_at, submission_key)
               select '{0}', gen_random_uuid(), '{1}', '{2}', ('00000000-0000-7000-8098-' || lpad(to_hex(n % 40), 12, '0'))::uuid, '2026-11-17'::date - (n / 40)::int, 'UTC',
                      timestamptz '2026-11-17T08:00Z' - n / 40 * interval '1 day' - n % 40 * interval '1 minute', gen_random_uuid()
                 from generate_series(0, {updates}) n;
               set session_replication_role = default;
               analyze"#,
            id(SALTMARSH), id(FORECAST_STANDUP), id(FORECAST),
        ))
        .await;
        let wire = Wire::to(&app.test).await;
        app.app.db = Db::connect(wire.options(), Limits { connections: 2 }).await.unwrap();
        app.router = app::router(app.app.clone());
        let mut ines = app.visit(Who::Ines).await;
        let day: NaiveDate = "2026-11-16".parse().unwrap();
        let mut statements = Vec::new();
        for address in ["", "?view=week", "?view=new", "?view=week&blocked=1", &format!("?day={day}")] {
            let address = format!("/o/saltmarsh/teams/forecast{address}");
            let mut cheapest = u64::MAX;
            for _ in 0..3 {
                let (before, begun) = (wire.statements(), std::time::Instant::now());
                let page = ines.get(&address).await.is(200);
                println!("{updates} updates, {address}: {:?}, {} shown", begun.elapsed(), shown(&page).len());
                assert!(shown(&page).len() <= 100);
                cheapest = cheapest.min(wire.statements() - before);
            }
            statements.push(cheapest);
        }
        costs.push(statements);
    }
    assert_eq!(costs[0], costs[1]);
}
