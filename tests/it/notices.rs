//! What people are told of each other: in the app at once, by mail as they wish, inside their hours, each once, and nothing
//! they may not read.

use crate::support::cast::{self, id};
use crate::support::{Page, TestApp, Who};
use axum::body::Body;
use axum::http::Request;
use chrono::{DateTime, TimeDelta, Utc};
use meridian::clockwork::Duty;
use sqlx::Row as _;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// An update, written without a visit.
async fn update(app: &TestApp, number: u64, who: Who, (team, standup): (u64, u64)) -> String {
    let update = id(number);
    app.run(&format!(
        "insert into \"update\" (org_id, id, standup_id, team_id, member_id, local_date, zone, posted_at, submission_key)
         values ('{}', '{update}', '{}', '{}', '{}', '2026-11-16', 'UTC', '2026-11-16T09:00:00Z', '{update}')",
        id(cast::SALTMARSH),
        id(standup),
        id(team),
        who.member(),
    ))
    .await;
    format!("/o/saltmarsh/updates/{update}")
}

const FORECAST: (u64, u64) = (cast::FORECAST, cast::FORECAST_STANDUP);
const FIELD: (u64, u64) = (cast::FIELD, cast::FIELD_STANDUP);

/// Replies to something, and gives the reply's id.
async fn reply(app: &TestApp, who: Who, page: &str, words: &str) -> Uuid {
    let key = meridian::ids::SubmissionKey::fresh().to_string();
    let fields = [("reply", words), ("submission_key", &key)];
    app.visit(who).await.post(&format!("{page}/comments"), &fields).await.is(303);
    sqlx::query_scalar("select id from comment where submission_key = $1::uuid")
        .bind(&key)
        .fetch_one(&mut app.raw().await)
        .await
        .unwrap()
}

/// Has somebody's notices come at a pace.
async fn wants(app: &TestApp, who: Who, pace: &str) {
    app.run(&format!("update member set notices = '{pace}' where id = '{}'", who.member())).await;
}

/// One look around for notices at an instant; how many mails were written.
async fn tick(app: &TestApp, at: &str) -> u64 {
    app.at(at);
    Duty::Notices.run(&app.app, app.now()).await.unwrap()
}

/// The mails so far: recipient, subject and text, in the order they were written.
async fn mails(app: &TestApp) -> Vec<(String, String, String)> {
    sqlx::query_as("select recipient, subject, body_text from mail order by created_at, id")
        .fetch_all(&mut app.raw().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn several_come_in_one_mail_after_a_while_with_a_way_to_each() {
    let app = TestApp::new().await;
    let address = update(&app, 900, Who::Ines, FORECAST).await;
    let first = reply(&app, Who::Arjun, &address, "The *second* rig is clean.").await;
    app.at("2026-11-17T09:30:00Z");
    let second = reply(&app, Who::Tama, &address, "Ask @Arjun, @ines.").await;
    assert_eq!(tick(&app, "2026-11-17T09:38:00Z").await, 0, "others may come");
    assert_eq!(tick(&app, "2026-11-17T09:39:00Z").await, 1);
    let [(recipient, subject, text)] = mails(&app).await.try_into().unwrap();
    assert_eq!(recipient, "ines@saltmarsh.example");
    assert_eq!(subject, "Arjun Rao replied to your update of Monday 16 November, and one more");
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut from = 0;
    for words in [
        "2 things for you.",
        "Tuesday 17 November, 09:39 in Lisbon.",
        "Arjun Rao replied to your update of Monday 16 November. Tuesday afternoon in Kolkata.",
        &format!("http://localhost:3000{address}#c-{first}"),
        "“The second rig is clean.”",
        "Tama Walker named you in a reply to your update of Monday 16 November",
        &format!("http://localhost:3000{address}#c-{second}"),
        "See all notices: http://localhost:3000/o/saltmarsh/notices",
        "comes in one mail, inside your working hours.",
        "Stop these mails: http://localhost:3000/u/",
    ] {
        let at = flat[from..]
            .find(words)
            .unwrap_or_else(|| panic!("“{words}” is not where it should be in\n{text}"));
        from += at + words.len();
    }
    // Arjun's day in Kolkata goes on until 11:30 UTC; what he is told waits its quarter of an hour and no longer.
    assert_eq!(tick(&app, "2026-11-17T09:50:00Z").await, 1);
    assert_eq!(tick(&app, "2026-11-17T12:00:00Z").await, 0, "each once");
    let row = sqlx::query("select kind, expires_at from mail where recipient like 'ines%'")
        .fetch_one(&mut app.raw().await)
        .await
        .unwrap();
    assert_eq!(row.get::<&str, _>("kind"), "notice");
    assert_eq!(row.get::<DateTime<Utc>, _>("expires_at").to_rfc3339(), "2026-11-17T17:00:00+00:00");
}

#[tokio::test]
async fn at_night_it_waits_for_the_morning_and_tells_what_is_still_so() {
    let app = TestApp::new().await;
    let address = update(&app, 900, Who::Ines, FORECAST).await;
    app.at("2026-11-17T18:00:00Z");
    let gone = reply(&app, Who::Arjun, &address, "Taken back.").await;
    reply(&app, Who::Arjun, &address, "This stands.").await;
    let mut arjun = app.visit(Who::Arjun).await;
    arjun.post(&format!("{address}/reactions"), &[("on", "can_help")]).await.is(303);
    arjun.post(&format!("{address}/reactions"), &[("off", "can_help")]).await.is(303);
    arjun.post(&format!("{address}/comments/{gone}/delete"), &[]).await.is(303);
    for at in ["2026-11-17T18:20:00Z", "2026-11-18T03:00:00Z", "2026-11-18T08:59:00Z"] {
        assert_eq!(tick(&app, at).await, 0, "{at}");
    }
    // Peak hours until ten.
    app.run(&format!(
        "update member set peak = '{{\"wed\":[[\"08:00\",\"10:00\"]]}}' where id = '{}'",
        Who::Ines.member()
    ))
    .await;
    assert_eq!(tick(&app, "2026-11-18T09:00:00Z").await, 0);
    assert_eq!(tick(&app, "2026-11-18T10:00:00Z").await, 1);
    let [(_, subject, text)] = mails(&app).await.try_into().unwrap();
    assert_eq!(subject, "Arjun Rao replied to your update of Monday 16 November");
    assert!(
        text.contains("This stands.") && !text.contains("Taken back.") && !text.contains("can help"),
        "{text}"
    );
    // Whoever has left hears of nothing, and nothing is left when all was taken back.
    reply(&app, Who::Arjun, &address, "One more.").await;
    app.run("update comment set deleted_at = at, body = '-'").await;
    assert_eq!(tick(&app, "2026-11-18T11:00:00Z").await, 0);
    assert_eq!(app.count("from member where next_notice_at is not null").await, 0);
}

#[tokio::test]
async fn each_chooses_how_soon_and_whether_at_all() {
    let app = TestApp::new().await;
    let address = update(&app, 900, Who::Ines, FORECAST).await;
    for (pace, due) in [
        ("quarter", Some("2026-11-17T09:39:00Z")),
        ("hour", Some("2026-11-17T10:24:00Z")),
        ("four_hours", Some("2026-11-17T13:24:00Z")),
        ("digest", None),
        ("none", None),
    ] {
        app.at(crate::support::app::TUESDAY);
        app.run("delete from notice; update member set next_notice_at = null").await;
        let mut ines = app.visit(Who::Ines).await;
        let form = ines.get("/o/saltmarsh/me").await.is(200).form("main form");
        ines.submit(form.fill("notices", pace)).await.is(303);
        reply(&app, Who::Arjun, &address, "Words.").await;
        let next: Option<DateTime<Utc>> =
            sqlx::query_scalar("select next_notice_at from member where id = $1")
                .bind(Who::Ines.member())
                .fetch_one(&mut app.raw().await)
                .await
                .unwrap();
        assert_eq!(next, due.map(|due| due.parse().unwrap()), "{pace}");
        assert_eq!(app.count("from notice where told_at is not null").await, i64::from(pace == "none"));
    }
    // Whoever wants mail again is not sent what came before.
    let mut ines = app.visit(Who::Ines).await;
    let form = ines.get("/o/saltmarsh/me").await.is(200).form("main form");
    let form = form.fill("notices", "quarter");
    ines.submit(form).await.is(303);
    assert_eq!(tick(&app, "2026-11-17T12:00:00Z").await, 0);
    let form = ines.get("/o/saltmarsh/me").await.is(200).form("main form");
    ines.submit(form.fill("notices", "hourly")).await.is(422);
}

#[tokio::test]
async fn with_the_digest_they_come_once() {
    let app = TestApp::new().await;
    let address = update(&app, 900, Who::Nuno, FORECAST).await;
    wants(&app, Who::Nuno, "digest").await;
    reply(&app, Who::Arjun, &address, "A word for the digest.").await;
    assert_eq!(tick(&app, "2026-11-17T16:00:00Z").await, 0);
    app.run(&format!(
        "update member set digest = 'daily', next_digest_at = '2026-11-18T09:00:00Z' where id = '{}'",
        Who::Nuno.member()
    ))
    .await;
    for (at, count) in [("2026-11-18T09:00:00Z", 1), ("2026-11-19T09:00:00Z", 0)] {
        app.at(at);
        assert_eq!(Duty::Digests.run(&app.app, app.now()).await.unwrap(), count, "{at}");
    }
    let [(_, subject, text)] = mails(&app).await.try_into().unwrap();
    assert_eq!(subject, "Saltmarsh, Wednesday: one notice");
    assert!(text.contains("SAID TO YOU") && text.contains("“A word for the digest.”"), "{text}");
}

#[tokio::test]
async fn the_list_is_mine_and_says_what_is_new() {
    let app = TestApp::new().await;
    let address = update(&app, 900, Who::Ines, FORECAST).await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get("/o/saltmarsh/notices").await.is(200);
    assert_eq!(page.h1(), "Nobody has written to you yet");
    assert_eq!(page.link("Notices"), "/o/saltmarsh/notices");
    for nth in 0..52 {
        reply(&app, Who::Arjun, &address, &format!("Word {nth}.")).await;
        app.app.clock.advance(TimeDelta::seconds(1));
    }
    let page = ines.get("/o/saltmarsh/notices").await.is(200);
    assert_eq!(page.h1(), "52 things are new for you");
    assert!(page.texts(".menu a").contains(&"Notices, 52 new".to_owned()));
    assert_eq!((page.texts("ol.lines li").len(), page.texts(".tag").len()), (50, 50));
    assert!(page.texts("ol.lines .say")[0].contains("Word 51."));
    let older = ines.get(&page.link("Older notices")).await.is(200);
    assert_eq!(older.texts("ol.lines .say"), ["Word 1.", "Word 0."]);
    // What comes while the page is open stays new.
    let form = page.form("main form");
    reply(&app, Who::Tama, &address, "Meanwhile.").await;
    ines.submit(form).await.is(303);
    let page = ines.get("/o/saltmarsh/notices").await.is(200);
    assert_eq!(page.h1(), "One thing is new for you");
    assert_eq!(page.texts(".tag").len(), 1);
    // Nobody else sees any of it.
    for who in [Who::Arjun, Who::Nuno, Who::Sanne] {
        assert!(
            !app.visit(who).await.get("/o/saltmarsh/notices").await.is(200).body.contains("Word 51."),
            "{who:?}"
        );
    }
}

#[tokio::test]
async fn what_became_ones_own_is_told_while_it_is_so() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let six = format!("/o/saltmarsh/key-results/{}/edit", id(cast::KR_SIX));
    let model = format!("/o/saltmarsh/objectives/{}/edit", id(cast::OBJ_MODEL));
    for owner in [Who::Tama, Who::Mia] {
        let form = ines.get(&six).await.is(200).form("form.sheet");
        ines.submit(form.fill("owner", &owner.member().to_string())).await.is(303);
    }
    let form = ines.get(&model).await.is(200).form("form.sheet");
    ines.submit(form.fill("reviewer", &Who::Nuno.member().to_string())).await.is(303);
    let told = |page: &Page| page.texts("ol.lines li p:first-child a");
    let list = app.visit(Who::Mia).await.get("/o/saltmarsh/notices").await;
    assert_eq!(told(&list), ["made you the owner of “Forecasts published by 06:00 local”"]);
    let list = app.visit(Who::Nuno).await.get("/o/saltmarsh/notices").await;
    assert_eq!(told(&list), ["made you the reviewer of “The model is right when it matters”"]);
    assert!(told(&ines.get("/o/saltmarsh/notices").await).is_empty(), "nobody is told of their own deeds");

    // By mail, when each is at work; Tama has it no longer when his morning comes.
    for at in ["2026-11-17T09:39:00Z", "2026-11-17T17:30:00Z", "2026-11-17T20:30:00Z"] {
        tick(&app, at).await;
    }
    let recipients: Vec<_> = mails(&app).await.into_iter().map(|(recipient, ..)| recipient).collect();
    assert_eq!(recipients, ["nuno@saltmarsh.example", "mia@saltmarsh.example"]);
}

#[tokio::test]
async fn that_a_check_in_was_read_is_told_once_with_the_word_said() {
    let app = TestApp::new().await;
    let check_in = id(9001);
    app.run(&format!(
        "insert into check_in (org_id, id, key_result_id, member_id, at, local_date, zone, value, confidence, submission_key)
         values ('{}', '{check_in}', '{}', '{}', '2026-11-17T06:00:00Z', '2026-11-17', 'UTC', 97, 'on_track', '{check_in}');
         update objective set reviewer_id = '{}' where id = '{}'",
        id(cast::SALTMARSH),
        id(cast::KR_SIX),
        Who::Arjun.member(),
        Who::Nuno.member(),
        id(cast::OBJ_MODEL),
    ))
    .await;
    let mut nuno = app.visit(Who::Nuno).await;
    for _ in 0..2 {
        let read = format!("/o/saltmarsh/check-ins/{check_in}/acknowledgement");
        nuno.post(&read, &[("note", "That is what we hoped for.")]).await.is(303);
    }
    let list = app.visit(Who::Arjun).await.get("/o/saltmarsh/notices").await;
    let told = list.texts("ol.lines li p:first-child a");
    assert_eq!(told, ["read your check-in on “Forecasts published by 06:00 local”"]);
    assert_eq!(list.texts("ol.lines .say"), ["That is what we hoped for."]);
}

#[tokio::test]
async fn one_press_stops_these_mails_alone() {
    let app = TestApp::new().await;
    let address = update(&app, 900, Who::Ines, FORECAST).await;
    app.run(&format!("update member set digest = 'daily' where id = '{}'", Who::Ines.member())).await;
    reply(&app, Who::Arjun, &address, "Words.").await;
    assert_eq!(tick(&app, "2026-11-17T09:40:00Z").await, 1);
    let stop: String =
        sqlx::query_scalar("select unsubscribe from mail").fetch_one(&mut app.raw().await).await.unwrap();
    let stop = stop.strip_prefix("http://localhost:3000").unwrap();
    let page = app.stranger().get(stop).await.is(200);
    assert_eq!(page.h1(), "Stop notices by email from Saltmarsh?");
    let request = Request::post(stop)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("List-Unsubscribe=One-Click"))
        .unwrap();
    app.stranger().send(stop, request).await.is(200);
    assert_eq!(app.stranger().get(stop).await.h1(), "You get no notices by email from Saltmarsh");
    assert_eq!(app.count("from member where notices = 'none' and digest = 'daily'").await, 1);
    reply(&app, Who::Arjun, &address, "More.").await;
    assert_eq!(tick(&app, "2026-11-17T12:00:00Z").await, 0);
    assert_eq!(app.visit(Who::Ines).await.get("/o/saltmarsh/notices").await.h1(), "2 things are new for you");
}

#[tokio::test]
async fn nodes_at_once_write_each_mail_once() {
    let app = TestApp::new().await;
    let address = update(&app, 900, Who::Ines, FORECAST).await;
    for who in [Who::Arjun, Who::Olga] {
        reply(&app, who, &address, "@Inês and @Nuno, look.").await;
    }
    app.at("2026-11-17T10:00:00Z");
    let now = app.now();
    let run = || Duty::Notices.run(&app.app, now);
    let (a, b, c) = tokio::join!(run(), run(), run());
    assert_eq!(a.unwrap() + b.unwrap() + c.unwrap(), 3, "Inês, Nuno, and Arjun who replied before Olga");
    assert_eq!(app.count("from mail").await, 3);
}

// Three weeks of five people in five zones.

const FIVE: [Who; 5] = [Who::Ines, Who::Arjun, Who::Tama, Who::Mia, Who::Wanjiru];

/// Tama's days away on his calendar, and who stands in.
const AWAY: (&str, &str, Who) = ("2026-11-25", "2026-11-27", Who::Arjun);

/// Something that is talked about.
struct Place {
    page: String,
    id: Uuid,
    /// Whose it is.
    author: Who,
    /// Whether only Forecast may read it.
    private: bool,
}

impl Place {
    /// Who of the five may read it: Wanjiru does not sit in Forecast.
    fn opens_to(&self, who: Who) -> bool {
        !self.private || who != Who::Wanjiru
    }
}

/// A reply of the story.
struct Said {
    at: usize,
    author: Who,
    comment: Uuid,
    token: String,
    gone: bool,
}

/// What somebody is to be told: whom, why, by whom, and of what.
type Told = (&'static str, &'static str, &'static str, String);

/// The story as it is meant, by rules of its own.
#[derive(Default)]
struct Meant {
    told: BTreeSet<Told>,
    /// Notices of blockers may come several times.
    blockers: BTreeMap<Told, usize>,
}

/// Numbers that are the same each time.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.throw(of.len())]
    }
}

async fn places(app: &TestApp) -> Vec<Place> {
    let mut places = Vec::new();
    for (nth, who) in FIVE.into_iter().enumerate() {
        let team = if who == Who::Wanjiru { FIELD } else { FORECAST };
        let number = 920 + u64::try_from(nth).unwrap();
        let page = update(app, number, who, team).await;
        places.push(Place { page, id: id(number), author: who, private: who != Who::Wanjiru });
    }
    app.run(&format!(
        "insert into check_in (org_id, id, key_result_id, member_id, at, local_date, zone, value, confidence, submission_key)
         values ('{}', '{n}', '{}', '{}', '2026-11-16T02:00:00Z', '2026-11-16', 'Pacific/Auckland', 44, 'off_track', '{n}')",
        id(cast::SALTMARSH),
        id(cast::KR_FOULING),
        Who::Tama.member(),
        n = id(930),
    ))
    .await;
    for (kind, number, author, private) in [
        ("check-ins", 930, Who::Tama, false),
        ("objectives", cast::OBJ_SENSORS, Who::Tama, false),
        ("key-results", cast::KR_FOULING, Who::Tama, false),
        ("objectives", cast::OBJ_MODEL, Who::Ines, true),
        ("key-results", cast::KR_ERROR, Who::Ines, true),
        ("key-results", cast::KR_SIX, Who::Arjun, true),
    ] {
        let id = id(number);
        places.push(Place { page: format!("/o/saltmarsh/{kind}/{id}"), id, author, private });
    }
    places
}

/// A reply, with somebody named or nobody, and what follows from it.
async fn say(app: &TestApp, places: &[Place], said: &mut Vec<Said>, meant: &mut Meant, dice: &mut Dice) {
    let at = dice.throw(places.len());
    let place = &places[at];
    let author = dice.pick(&FIVE.map(|who| if place.opens_to(who) { who } else { Who::Ines }));
    let token = format!("token{}end", said.len());
    let named = (dice.throw(3) > 0).then(|| dice.pick(&FIVE));
    let first = |who: Who| who.name().split(' ').next().unwrap().to_owned();
    let words = match (named, dice.throw(3)) {
        (None, _) => token.clone(),
        (Some(who), 0) => format!("{token}, @{}", who.name()),
        (Some(who), 1) => format!("{token}, @{}?", first(who).to_lowercase()),
        (Some(who), _) => {
            format!("@{}: {token}", who.name().to_lowercase().replace('ê', "e").replace(' ', "-"))
        }
    };
    let comment = reply(app, author, &place.page, &words).await;
    let named = named.filter(|who| place.opens_to(*who) && *who != author);
    if let Some(who) = named {
        meant.told.insert((who.name(), "mention", author.name(), token.clone()));
    }
    let before = said.iter().filter(|one| one.at == at && !one.gone).map(|one| one.author);
    for who in before.chain([place.author]) {
        if who != author && Some(who) != named {
            meant.told.insert((who.name(), "reply", author.name(), token.clone()));
        }
    }
    said.push(Said { at, author, comment, token, gone: false });
}

/// Somebody takes a reply of theirs back.
async fn take_back(app: &TestApp, places: &[Place], said: &mut [Said], dice: &mut Dice) {
    let nth = dice.throw(said.len());
    let Some(one) = said.get_mut(nth).filter(|one| !one.gone) else { return };
    let address = format!("{}/comments/{}/delete", places[one.at].page, one.comment);
    app.visit(one.author).await.post(&address, &[]).await.is(303);
    one.gone = true;
}

/// Somebody can help; nobody is told of another word.
async fn help(app: &TestApp, places: &[Place], meant: &mut Meant, dice: &mut Dice) {
    let place = &places[dice.throw(places.len())];
    let who = dice.pick(&FIVE);
    let word = dice.pick(&["can_help", "noted", "can_help"]);
    let status = if place.opens_to(who) { 303 } else { 404 };
    app.visit(who).await.post(&format!("{}/reactions", place.page), &[("on", word)]).await.is(status);
    if status == 303 && word == "can_help" && who != place.author {
        meant.told.insert((place.author.name(), "can_help", who.name(), place.id.to_string()));
    }
}

/// Somebody of Forecast is blocked on another one, or on the same one again after it was cleared.
async fn block(
    app: &TestApp,
    places: &[Place],
    meant: &mut Meant,
    named: &mut BTreeSet<(usize, &'static str)>,
    dice: &mut Dice,
) {
    let nth = dice.throw(4);
    let (place, author) = (&places[nth], FIVE[nth]);
    let helper = dice.pick(&FIVE[..4]);
    if helper == author {
        return;
    }
    let mut visitor = app.visit(author).await;
    let open =
        app.count(&format!("from blocker where update_id = '{}' and resolved_at is null", place.id)).await
            == 1;
    let known = app.count(&format!("from blocker where update_id = '{}'", place.id)).await == 1;
    if open && dice.throw(2) == 0 {
        visitor.post(&format!("{}/blocker/resolution", place.page), &[("note", "Gone.")]).await.is(303);
        return;
    }
    let question = |n: usize| format!("answer_{}", id(cast::FORECAST_QUESTIONS[n]));
    let form = visitor.get(&format!("{}/edit", place.page)).await.is(200).form("form.sheet");
    let form = form
        .fill(&question(0), "As before.")
        .fill(&question(2), &format!("blocker{nth}end"))
        .fill("who", &helper.member().to_string());
    visitor.submit(form).await.is(303);
    let auckland = app.now() + TimeDelta::hours(13);
    let away = (AWAY.0..=AWAY.1).contains(&auckland.date_naive().to_string().as_str());
    let stand_in = (helper == Who::Tama && away && author != AWAY.2).then_some(AWAY.2);
    for who in [Some(helper), stand_in].into_iter().flatten() {
        // Once while it is in the way for the first time, and once each time it comes back.
        let came_back = known && !open;
        if came_back || named.insert((nth, who.name())) {
            *meant
                .blockers
                .entry((who.name(), "blocker", author.name(), place.id.to_string()))
                .or_default() += 1;
        }
    }
}

/// What the database holds, in the same terms.
async fn written(app: &TestApp, said: &[Said]) -> (BTreeSet<Told>, BTreeMap<Told, usize>, usize) {
    let rows = sqlx::query(
        "select m.name, n.kind, a.name, n.comment_id, coalesce(n.update_id, n.check_in_id, n.objective_id, n.key_result_id)
           from notice n join member m on m.id = n.member_id join member a on a.id = n.actor_id",
    )
    .fetch_all(&mut app.raw().await)
    .await
    .unwrap();
    let name = |name: &str| Who::ALL.into_iter().find(|who| who.name() == name).unwrap().name();
    let (mut told, mut blockers) = (BTreeSet::new(), BTreeMap::new());
    for row in &rows {
        let kind = match row.get::<&str, _>(1) {
            "mention" => "mention",
            "reply" => "reply",
            "can_help" => "can_help",
            "blocker" => "blocker",
            other => panic!("{other}"),
        };
        let cause = match row.get::<Option<Uuid>, _>(3) {
            Some(comment) => said.iter().find(|one| one.comment == comment).unwrap().token.clone(),
            None => row.get::<Uuid, _>(4).to_string(),
        };
        let key = (name(row.get(0)), kind, name(row.get(2)), cause);
        if kind == "blocker" {
            *blockers.entry(key).or_default() += 1;
        } else {
            assert!(told.insert(key.clone()), "twice: {key:?}");
        }
    }
    (told, blockers, rows.len())
}

#[tokio::test]
async fn for_three_weeks_each_of_five_is_told_exactly_what_is_meant_for_them() {
    let app = TestApp::new().await;
    app.run(&format!(
        "update team set private = true where slug = 'forecast';
         insert into away (org_id, id, member_id, first_date, last_date, stand_in_id, created_at)
         values ('{}', '{}', '{}', '{}', '{}', '{}', '2026-11-01T00:00:00Z');
         update member set peak = '{{\"mon\":[[\"10:00\",\"12:00\"]],\"tue\":[[\"10:00\",\"12:00\"]],\"thu\":[[\"10:00\",\"12:00\"]]}}'
          where id = '{}';
         update member set digest = 'daily', next_digest_at = '2026-11-16T17:00:00Z' where id = '{}'",
        id(cast::SALTMARSH),
        id(990),
        Who::Tama.member(),
        AWAY.0,
        AWAY.1,
        AWAY.2.member(),
        Who::Wanjiru.member(),
        Who::Mia.member(),
    ))
    .await;
    for (who, pace) in [(Who::Arjun, "hour"), (Who::Tama, "four_hours"), (Who::Mia, "digest")] {
        wants(&app, who, pace).await;
    }
    let places = places(&app).await;
    let (mut said, mut meant, mut named) = (Vec::new(), Meant::default(), BTreeSet::new());
    let mut dice = Dice(27);
    let begin: DateTime<Utc> = "2026-11-16T09:30:00Z".parse().unwrap();
    // After the three weeks nobody writes for four days, and all that waits comes.
    for step in 0..(21 + 4) * 48 {
        app.app.clock.set(begin + TimeDelta::minutes(30 * step));
        if step < 21 * 48 {
            match dice.throw(24) {
                0..4 => say(&app, &places, &mut said, &mut meant, &mut dice).await,
                4 if !said.is_empty() => take_back(&app, &places, &mut said, &mut dice).await,
                5 => help(&app, &places, &mut meant, &mut dice).await,
                6 => block(&app, &places, &mut meant, &mut named, &mut dice).await,
                _ => {}
            }
        }
        for duty in [Duty::Digests, Duty::Notices, Duty::Mail] {
            duty.run(&app.app, app.now()).await.unwrap();
        }
    }

    let (told, blockers, rows) = written(&app, &said).await;
    assert_eq!(told, meant.told);
    assert_eq!(blockers, meant.blockers);
    assert!(rows > 200 && said.iter().filter(|one| one.gone).count() > 10, "{rows}");
    assert!(blockers.len() > 5 && blockers.values().any(|times| *times > 1), "{blockers:?}");

    each_mail_came_in_time_and_told_each_thing_once(&app, &said, &told).await;

    // The list in the app says the same, but for what was taken back.
    for who in FIVE {
        let mut visitor = app.visit(who).await;
        let mut seen = Vec::new();
        let mut next = Some("/o/saltmarsh/notices".to_owned());
        while let Some(address) = next {
            let page = visitor.get(&address).await.is(200);
            seen.extend(tokens(&page.body));
            next = page.attrs("main a[rel=next]", "href").pop();
        }
        let standing = |one: &&Told| said.iter().any(|said| said.token == one.3 && !said.gone);
        let mut expected: Vec<String> =
            told.iter().filter(|one| one.0 == who.name()).filter(standing).map(|one| one.3.clone()).collect();
        seen.sort();
        expected.sort();
        assert_eq!(seen, expected, "{who:?}");
    }
}

/// The tokens in a text, as often as they stand there.
fn tokens(text: &str) -> Vec<String> {
    let parts = text.split("token").skip(1).filter_map(|rest| rest.split_once("end"));
    parts
        .filter(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit()))
        .map(|(number, _)| format!("token{number}end"))
        .collect()
}

async fn each_mail_came_in_time_and_told_each_thing_once(
    app: &TestApp,
    said: &[Said],
    told: &BTreeSet<Told>,
) {
    // On their own wall clocks, which are not put forward or back in these weeks.
    let strange = app
        .count(&format!(
            "from mail l join member m on m.id = l.member_id
              cross join lateral (select l.sent_at at time zone 'UTC' + case m.name when 'Arjun Rao' then interval '5:30'
                   when 'Tama Walker' then interval '13:00' when 'Mia Chen' then interval '-7:00'
                   when 'Wanjiru Kamau' then interval '3:00' else interval '0' end as wall) w
             where l.state <> 'sent' or extract(isodow from wall) > 5 or wall::time < '09:00' or wall::time >= '17:00'
                or (m.name = 'Wanjiru Kamau' and extract(isodow from wall) in (1, 2, 4) and wall::time >= '10:00'
                    and wall::time < '12:00')
                or (m.name = 'Tama Walker' and wall::date between '{}' and '{}')",
            AWAY.0, AWAY.1
        ))
        .await;
    assert_eq!(strange, 0);
    let rows: Vec<(String, String, DateTime<Utc>)> = sqlx::query_as(
        "select m.name, l.body_text, l.created_at from mail l join member m on m.id = l.member_id
          where l.kind in ('notice', 'digest_daily') order by l.created_at",
    )
    .fetch_all(&mut app.raw().await)
    .await
    .unwrap();
    assert!(rows.len() > 60, "{}", rows.len());
    let mut mailed: Vec<(String, String)> = Vec::new();
    let mut last: BTreeMap<&str, DateTime<Utc>> = BTreeMap::new();
    for (name, text, at) in &rows {
        // A digest also says what teammates wrote; only what was said to the reader counts here.
        let part = text.split("SAID TO YOU").nth(1).map(|rest| rest.split("\n\n\n").next().unwrap());
        let part = if name == "Mia Chen" { part.unwrap_or_default() } else { text.as_str() };
        mailed.extend(tokens(part).into_iter().map(|token| (name.clone(), token)));
        let gathers = match name.as_str() {
            "Arjun Rao" => 60,
            "Tama Walker" => 240,
            _ => 15,
        };
        if let Some(before) = last.insert(name, *at) {
            assert!(*at - before >= TimeDelta::minutes(gathers), "{name} {before} {at}");
        }
    }
    mailed.sort();
    let once: BTreeSet<_> = mailed.iter().cloned().collect();
    assert_eq!(once.len(), mailed.len(), "nothing twice");
    let meant: BTreeSet<_> = told.iter().map(|one| (one.0.to_owned(), one.3.clone())).collect();
    let odd: Vec<_> = once.difference(&meant).collect();
    assert_eq!(odd, Vec::<&(String, String)>::new(), "nothing that was not meant for them");
    // All that still stands was told, in four letters a day or fewer; a long letter counts what it leaves out.
    let standing = |token: &String| said.iter().any(|one| one.token == *token && !one.gone);
    let missing = meant.iter().filter(|(_, token)| standing(token) && token.starts_with("token"));
    let missing: Vec<_> = missing.filter(|one| !once.contains(*one)).collect();
    let left_out: usize = rows.iter().map(|(_, text, _)| left_out(text)).sum();
    assert!(missing.len() <= left_out, "{} of {}: {missing:?}", missing.len(), left_out);
    let waiting = app
        .count("from notice n join comment c on c.id = n.comment_id where n.told_at is null and c.deleted_at is null")
        .await;
    assert_eq!(waiting, 0);
}

/// How many notices a letter only counts.
fn left_out(text: &str) -> usize {
    let after = |word: &str| {
        text.split(word)
            .skip(1)
            .filter_map(|rest| rest.split_whitespace().next()?.parse::<usize>().ok())
            .sum()
    };
    after("\nand ")
}
