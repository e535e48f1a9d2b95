//! A team's digest in a chat: set up by a lead, tried, posted once, in its hour, with what its readers may read and nothing
//! else; whatever the chat does.

use crate::digest::{check_in, post, story};
use crate::support::cast::{FORECAST, KR_SIX, SALTMARSH, Who, id, sql};
use crate::support::hook::{Chat, Manners};
use crate::support::{Page, TestApp, Visitor};
use chrono::TimeDelta;
use meridian::app::App;
use meridian::channel::send_due;
use meridian::clockwork::Duty;
use meridian::hook::{Address, Trouble, call};
use meridian::mail::deliver;

const CHANNELS: &str = "/o/saltmarsh/settings/teams/forecast/channels";
const MONDAY: &str = "2026-11-16T12:00:00Z";
const NINE: &str = "2026-11-17T09:00:00Z";
const SECRET: &str = "very-secret-and-long";

/// Saltmarsh on Monday noon, where chats of this machine may be posted to.
async fn house() -> TestApp {
    let app = TestApp::with(&[("MERIDIAN_CHANNEL_HOSTS", "127.0.0.1")]).await;
    app.run(&sql()).await;
    app.at(MONDAY);
    app
}

/// Inês adds a chat for Forecast's digest and stands on its page.
async fn set_up(ines: &mut Visitor<'_>, chat: &Chat) -> Page {
    let form = ines.get(&format!("{CHANNELS}/new")).await.is(200).form("form.sheet");
    let form = form.fill("service", "mattermost").fill("name", "#harbour").fill("address", &chat.address());
    let added = ines.submit(form.without("look")).await.is(303);
    ines.follow(added).await.is(200)
}

/// Writes the digests of an instant and posts what waits; gives how many were written and how many left.
async fn tick(app: &TestApp, at: &str) -> (u64, u64) {
    app.at(at);
    let written = send_due(&app.app, app.now()).await.unwrap();
    (written, deliver(&app.app, app.now()).await.unwrap())
}

/// What the chat took, as text.
fn texts(chat: &Chat) -> Vec<String> {
    chat.taken().iter().map(|posted| posted.message["text"].as_str().unwrap().to_owned()).collect()
}

async fn states(app: &TestApp) -> Vec<(String, Option<String>)> {
    let sql = "select state, dropped from mail where channel_id is not null order by created_at, id";
    sqlx::query_as(sql).fetch_all(&mut app.raw().await).await.unwrap()
}

#[tokio::test]
async fn a_lead_sets_it_up_sees_when_it_comes_and_tries_it() {
    let chat = Chat::open(Manners::Takes).await;
    let app = house().await;
    let mut ines = app.visit(Who::Ines).await;
    let list = ines.get("/o/saltmarsh/settings/teams/forecast").await.is(200).link("Chats it goes to");
    let list = ines.get(&list).await.is(200);
    assert_eq!(list.h1(), "Forecast’s digest goes to no chat yet");
    let page = ines.get(&list.link("Add a chat")).await.is(200);
    assert!(
        page.text("#hour-coming")
            .contains("Next in Europe/Lisbon: Tue 17 Nov 09:00, Wed 18 Nov 09:00, Thu 19 Nov 09:00")
    );

    // A look at another clock saves nothing.
    let form = page.form("form.sheet").fill("hour", "08:30").fill("zone", "Asia/Tokyo");
    let look = ines.submit(form.with("look", "on")).await.is(200);
    assert!(look.text("#hour-coming").contains("Next in Asia/Tokyo: Tue 17 Nov 08:30, Wed 18 Nov 08:30"));
    assert!(
        look.body.contains("On your clock, in Lisbon: Mon 16 Nov 23:30, Tue 17 Nov 23:30, Wed 18 Nov 23:30.")
    );
    assert_eq!(app.count("from channel").await, 0);

    // What can't be right comes back with what was typed and a sentence.
    for (address, sentence) in [
        ("", "Give the address that the service shows for its webhook."),
        ("hooks.slack.com/services/x", "Give the whole address"),
        ("http://hooks.slack.com/services/x", "has to begin with https://"),
        ("https://10.0.0.8/x", "leads into a private network"),
        ("https://169.254.169.254/latest/meta-data", "leads into a private network"),
        ("https://127.0.0.2/x", "leads into a private network"),
        ("https://router/x", "leads into a private network"),
    ] {
        let form = page.form("form.sheet").fill("name", "#harbour").fill("address", address).without("look");
        let refused = ines.submit(form).await.is(422);
        assert!(
            refused.text("#address-err").contains(sentence),
            "{address}: {}",
            refused.text("#address-err")
        );
        assert_eq!(refused.attrs("#name", "value"), ["#harbour"]);
    }
    let bare = page
        .form("form.sheet")
        .fill("address", &chat.address())
        .fill("hour", "")
        .without("look")
        .without("day");
    let refused = ines.submit(bare).await.is(422);
    for field in ["name", "hour", "day1"] {
        assert!(refused.has(&format!("#{field}-err")), "{field}");
    }

    // It stands, and its address is shown by its host and end, here and anywhere, and stored sealed.
    let channel = set_up(&mut ines, &chat).await;
    assert_eq!(channel.h1(), "#harbour");
    assert!(channel.text(".lede").contains(&format!("Mattermost · 127.0.0.1:{} … k9y8", chat.port)));
    assert!(!channel.body.contains(SECRET));
    assert!(!app.dump(&[]).await.contains(SECRET));

    // The test says what the chat said.
    let tried = ines.submit(channel.form("#test form")).await.is(200);
    assert!(
        tried.text("[role=status]").contains("Mattermost took it, with status 200: ok."),
        "{}",
        tried.body
    );
    let posted = chat.taken().remove(0);
    assert_eq!(posted.line, "POST /hooks/very-secret-and-long-k9y8 HTTP/1.1");
    assert!(
        posted.headers.contains("content-type: application/json")
            && posted.headers.contains("user-agent: meridian/")
    );
    assert!(texts(&chat)[0].contains("Forecast’s digest will be posted here"));
    assert_eq!(app.count("from mail").await, 0, "a test is no digest");
    assert_eq!(app.count("from audit where action in ('channel_added', 'channel_tested')").await, 2);
    assert!(!tried.body.contains(SECRET));

    // Another hour, then a pause, then none.
    let form = tried.form("form.sheet").fill("hour", "10:15").without("look");
    let saved = ines.submit(form).await.is(303);
    let saved = ines.follow(saved).await.is(200);
    assert!(saved.text("#hour-coming").contains("Tue 17 Nov 10:15"));
    assert_eq!(app.count("from channel where next_at = '2026-11-17T10:15:00Z'").await, 1);
    let own = saved.attrs("form.sheet", "action").remove(0);
    let paused = ines.post(&format!("{own}/pause"), &[]).await.is(303);
    assert!(ines.follow(paused).await.body.contains("It is paused: nothing is posted."));
    assert_eq!(app.count("from channel where next_at is null").await, 1);
    ines.post(&format!("{own}/resumption"), &[]).await.is(303);
    assert_eq!(
        app.count("from channel where next_at = '2026-11-17T10:15:00Z' and paused_at is null").await,
        1
    );
    let removed = ines.post(&format!("{own}/removal"), &[]).await.is(303);
    assert_eq!(ines.follow(removed).await.h1(), "Forecast’s digest goes to no chat yet");
    ines.get(&own).await.is(404);
    assert_eq!(app.count("from channel where address = '' and removed_at is not null").await, 1);
}

#[tokio::test]
async fn a_test_that_fails_says_how() {
    for (manners, said) in [
        (
            Manners::Says("404 Not Found", "no_service\r\n <b>here</b>", 9),
            "404 Not Found: no_service <b>here</b>.",
        ),
        (
            Manners::Says("302 Found\r\nLocation: http://127.0.0.1:1/", "", 9),
            "it leads elsewhere, where we don’t follow",
        ),
        (Manners::HangsUp(9), "the connection broke"),
        (
            Manners::Says("500 Oh", "at /hooks/very-secret-and-long-k9y8", 9),
            "500 Internal Server Error: at …",
        ),
    ] {
        let chat = Chat::open(manners).await;
        let app = house().await;
        let mut ines = app.visit(Who::Ines).await;
        let channel = set_up(&mut ines, &chat).await;
        let tried = ines.submit(channel.form("#test form")).await.is(200);
        let status = tried.text("[role=status]");
        assert!(status.contains(said), "{manners:?}: {status}");
        assert!(!tried.body.contains(SECRET));
        assert_eq!(chat.asked(), 1, "one call, and no redirect is followed");
    }
}

/// A node of its own, on the same database.
fn node(app: &TestApp, name: &str) -> App {
    let mut node = app.app.clone();
    let mut config = (*node.config).clone();
    config.node = name.to_owned();
    node.config = std::sync::Arc::new(config);
    node
}

#[tokio::test]
async fn three_nodes_post_what_the_team_wrote_once_and_nothing_twice() {
    let chat = Chat::open(Manners::Takes).await;
    let app = house().await;
    post(&app, 9001, Who::Mia, "America/Vancouver", "2026-11-16T11:00:00Z", "Before there was a channel.")
        .await;
    set_up(&mut app.visit(Who::Ines).await, &chat).await;
    app.at(NINE);
    story(&app).await;
    let now = app.now();
    let nodes = ["one", "two", "three"].map(|name| node(&app, name));
    let [one, two, three] = &nodes;
    let (a, b, c) = tokio::join!(send_due(one, now), send_due(two, now), send_due(three, now));
    assert_eq!(a.unwrap() + b.unwrap() + c.unwrap(), 1);
    let (a, b, c) = tokio::join!(deliver(one, now), deliver(two, now), deliver(three, now));
    assert_eq!(a.unwrap() + b.unwrap() + c.unwrap(), 1);
    let said = texts(&chat).remove(0);
    assert!(
        said.starts_with(
            "#### Forecast, Tuesday: two updates, one blocker\nTuesday 17 November, 09:00 in Lisbon."
        ),
        "{said}"
    );
    for words in [
        "Arjun Rao](http://localhost:3000/o/saltmarsh/updates/",
        "Six days in a row with every town published before six.",
        "On track: [Forecasts published by 06:00 local]",
        "96.8% to 97.2%",
        "Tama Walker",
        "**Blocked:** Copper mesh is held at customs.",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
    assert!(!said.contains("Before there was a channel."), "{said}");

    // Nothing new, nothing posted; what came late is told by the next, and nothing twice.
    assert_eq!(tick(&app, "2026-11-18T09:00:00Z").await, (0, 0));
    post(&app, 9201, Who::Mia, "America/Vancouver", "2026-11-17T08:59:59Z", "On the stroke of nine.").await;
    check_in(&app, 9202, Who::Arjun, KR_SIX, None, "2026-11-18T12:00:00Z", ("98", "at_risk")).await;
    assert_eq!(tick(&app, "2026-11-19T09:00:00Z").await, (1, 1));
    let said = texts(&chat).remove(1);
    assert!(said.contains("On the stroke of nine.") && said.contains("97.2% to 98%"), "{said}");
    assert!(!said.contains("Six days in a row"), "{said}");
    assert_eq!(app.count("from mail where channel_id is not null").await, 2);
    // Members' own digests and their pages know nothing of it.
    assert_eq!(app.count("from mail where channel_id is not null and member_id is not null").await, 0);
    assert_eq!(chat.asked(), 2);
}

#[tokio::test]
async fn what_fails_is_tried_again_and_what_is_refused_stays_to_be_seen() {
    // Temporary, in each way, three times.
    for manners in [
        Manners::HangsUp(3),
        Manners::Says("500 Oh no", "rollup_error", 3),
        Manners::Says("503 Later", "", 3),
        Manners::Says("408 Slow", "", 3),
        Manners::Hangs(1),
        Manners::TakesUnheard(1),
    ] {
        let chat = Chat::open(manners).await;
        let app = house().await;
        set_up(&mut app.visit(Who::Ines).await, &chat).await;
        app.at(NINE);
        story(&app).await;
        assert_eq!(tick(&app, NINE).await, (1, 0), "{manners:?}");
        let mut tries = 1;
        while app.count("from mail where state = 'waiting'").await > 0 {
            app.app.clock.advance(TimeDelta::minutes(20));
            deliver(&app.app, app.now()).await.unwrap();
            tries += 1;
            assert!(tries < 6, "{manners:?}");
        }
        assert_eq!(states(&app).await, [("sent".to_owned(), None)], "{manners:?}");
        // A copy is made only where the chat had taken it and nobody heard so.
        let copies = texts(&chat);
        assert_eq!(
            copies.len(),
            if matches!(manners, Manners::TakesUnheard(_)) { 2 } else { 1 },
            "{manners:?}"
        );
        assert!(copies.iter().all(|copy| *copy == copies[0]), "a copy is the same to the letter");
        println!("{manners:?}: posted after {tries} tries, {} copies", copies.len());
    }
    // For good.
    for head in [
        "400 No",
        "401 No",
        "403 No",
        "404 No",
        "410 Gone",
        "301 Moved\r\nLocation: /x",
        "307 Moved\r\nLocation: /x",
    ] {
        let chat = Chat::open(Manners::Says(head, "no_service", 9)).await;
        let app = house().await;
        set_up(&mut app.visit(Who::Ines).await, &chat).await;
        app.at(NINE);
        story(&app).await;
        tick(&app, NINE).await;
        assert_eq!(states(&app).await, [("failed".to_owned(), None)], "{head}");
        app.app.clock.advance(TimeDelta::minutes(30));
        assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 0);
        assert_eq!(chat.asked(), 1, "{head}: not asked again");
    }
}

#[tokio::test]
async fn a_chat_that_asks_for_a_rest_gets_it() {
    let chat = Chat::open(Manners::Says("429 Too Many Requests\r\nRetry-After: 1200", "slow down", 1)).await;
    let app = house().await;
    set_up(&mut app.visit(Who::Ines).await, &chat).await;
    app.at(NINE);
    story(&app).await;
    assert_eq!(tick(&app, NINE).await, (1, 0));
    let rests = "from mail where next_try_at >= '2026-11-17T09:20:00Z' and problem like '429 Too Many Requests: slow down'";
    assert_eq!(app.count(rests).await, 1);
    assert_eq!(tick(&app, "2026-11-17T09:19:00Z").await, (0, 0));
    assert_eq!(tick(&app, "2026-11-17T09:21:00Z").await, (0, 1));
    assert_eq!(texts(&chat).len(), 1);
}

#[tokio::test]
async fn a_chat_that_is_gone_is_seen_by_admins_and_tried_again_unless_it_was_told_since() {
    let chat = Chat::open(Manners::Says("404 Not Found", "no_service", 2)).await;
    let app = house().await;
    let page = set_up(&mut app.visit(Who::Ines).await, &chat).await;
    let own = page.attrs("form.sheet", "action").remove(0);
    app.at(NINE);
    story(&app).await;
    tick(&app, NINE).await;
    let mut sanne = app.visit(Who::Sanne).await;
    let mail = sanne.get("/o/saltmarsh/settings/mail").await.is(200);
    let dead = mail.text("#dead");
    assert!(
        dead.contains("Daily digest into a chat")
            && dead.contains("To #harbour")
            && dead.contains("404 Not Found: no_service"),
        "{dead}"
    );
    assert!(
        !mail.body.contains(SECRET) && !mail.body.contains("Six days in a row"),
        "what became of it, and never what it says"
    );
    let lead = app.visit(Who::Ines).await.get(&own).await.is(200);
    assert!(lead.text("#lately").contains("Refused") && lead.text("#lately").contains("no_service"));
    // The first try again is refused once more; the second arrives.
    for left in [0, 1] {
        let mail = sanne.get("/o/saltmarsh/settings/mail").await;
        sanne.submit(mail.form("#dead form")).await.is(303);
        assert_eq!(deliver(&app.app, app.now()).await.unwrap(), left);
    }
    assert_eq!(texts(&chat).len(), 1);

    // Another that fails, and then a later one that tells the same: the first has nothing left to tell.
    let chat = Chat::open(Manners::Says("410 Gone", "channel_is_archived", 1)).await;
    let app = house().await;
    set_up(&mut app.visit(Who::Ines).await, &chat).await;
    app.at(NINE);
    story(&app).await;
    assert_eq!(tick(&app, NINE).await, (1, 0));
    assert_eq!(tick(&app, "2026-11-18T09:00:00Z").await, (1, 1));
    assert!(texts(&chat)[0].contains("Six days in a row"), "what never arrived is told by the next");
    let mut sanne = app.visit(Who::Sanne).await;
    let mail = sanne.get("/o/saltmarsh/settings/mail").await.is(200);
    assert!(
        mail.text("#dead").contains("A later one has told this channel the same") && !mail.has("#dead form")
    );
    assert_eq!(texts(&chat).len(), 1);
}

#[tokio::test]
async fn a_late_one_is_skipped_and_the_next_tells_it() {
    let chat = Chat::open(Manners::Takes).await;
    let app = house().await;
    set_up(&mut app.visit(Who::Ines).await, &chat).await;
    app.at(NINE);
    story(&app).await;
    // Written in time, and no node carries it for two hours.
    send_due(&app.app, app.now()).await.unwrap();
    app.at("2026-11-17T11:00:00Z");
    assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 0);
    assert_eq!(states(&app).await, [("skipped".to_owned(), Some("late".to_owned()))]);
    // Nothing runs for two days: each missed one is noted, and what all of them would have told comes with the next.
    assert_eq!(tick(&app, "2026-11-19T13:00:00Z").await, (0, 0));
    assert_eq!(app.count("from mail where state = 'skipped' and dropped = 'late'").await, 3);
    assert_eq!(tick(&app, "2026-11-20T09:00:00Z").await, (1, 1));
    assert!(texts(&chat)[0].contains("Six days in a row"));
    assert_eq!(chat.asked(), 1);
}

#[tokio::test]
async fn a_private_team_is_told_only_where_its_lead_agreed() {
    let chat = Chat::open(Manners::Takes).await;
    let app = house().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = set_up(&mut ines, &chat).await;
    let own = page.attrs("form.sheet", "action").remove(0);
    app.at(NINE);
    story(&app).await;
    // Written while the team was open, and stopped at the door.
    send_due(&app.app, app.now()).await.unwrap();
    ines.post("/o/saltmarsh/settings/teams/forecast/readers", &[("readers", "team")]).await.is(303);
    assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 0);
    assert_eq!(states(&app).await, [("skipped".to_owned(), Some("unreadable".to_owned()))]);
    assert_eq!(tick(&app, "2026-11-18T09:00:00Z").await, (0, 0), "and nothing is written any more");
    let page = ines.get(&own).await.is(200);
    assert!(page.text(".notice").contains("Nothing is posted: the team is private now"));
    assert!(page.text("#lately").contains("Skipped: the team is private"));
    // Refused without the tick, in a sentence; with it, what is written from then on.
    let form = page.form("form.sheet").without("look");
    let refused = ines.submit(form).await.is(422);
    assert!(refused.text("#agreed-err").contains("This team is private"));
    ines.submit(page.form("form.sheet").without("look").with("agreed", "on")).await.is(303);
    post(&app, 9301, Who::Mia, "America/Vancouver", "2026-11-18T20:00:00Z", "Ours, and the channel’s.").await;
    assert_eq!(tick(&app, "2026-11-19T09:00:00Z").await, (1, 1));
    let said = texts(&chat).remove(0);
    assert!(said.contains("Ours, and the channel’s.") && !said.contains("Six days in a row"), "{said}");
    // To an admin who does not sit in it, neither the team nor its channel is there, nor the name of it.
    let mut sanne = app.visit(Who::Sanne).await;
    sanne.get(&own).await.is(404);
    app.run("update mail set state = 'failed', problem = 'x', attempts = 1 where state = 'sent'").await;
    let mail = sanne.get("/o/saltmarsh/settings/mail").await.is(200);
    assert!(mail.text("#dead").contains("To a channel") && !mail.body.contains("#harbour"));
}

#[tokio::test]
async fn another_teams_private_figures_stay_out_of_it() {
    let chat = Chat::open(Manners::Takes).await;
    let app = house().await;
    set_up(&mut app.visit(Who::Ines).await, &chat).await;
    // A key result of Field's, which is private; Arjun of Forecast measures it along with his update.
    app.run(&format!("update team set private = true where slug = 'field'; update objective set team_id = (select id from team where slug = 'field')
                       where id = (select objective_id from key_result where id = '{}')", id(KR_SIX))).await;
    app.at(NINE);
    story(&app).await;
    assert_eq!(tick(&app, NINE).await, (1, 1));
    let said = texts(&chat).remove(0);
    assert!(
        said.contains("Six days in a row") && !said.contains("97.2%") && !said.contains("published by 06:00"),
        "{said}"
    );
}

#[tokio::test]
async fn paused_or_removed_after_it_was_written_it_does_not_leave() {
    for (deed, dropped) in [("pause", "stopped"), ("removal", "left")] {
        let chat = Chat::open(Manners::Takes).await;
        let app = house().await;
        let mut ines = app.visit(Who::Ines).await;
        let own = set_up(&mut ines, &chat).await.attrs("form.sheet", "action").remove(0);
        app.at(NINE);
        story(&app).await;
        send_due(&app.app, app.now()).await.unwrap();
        ines.post(&format!("{own}/{deed}"), &[]).await.is(303);
        assert_eq!(deliver(&app.app, app.now()).await.unwrap(), 0);
        assert_eq!(states(&app).await, [("skipped".to_owned(), Some(dropped.to_owned()))]);
        assert_eq!(tick(&app, "2026-11-18T09:00:00Z").await, (0, 0));
        assert_eq!(chat.asked(), 0);
    }
}

#[tokio::test]
async fn a_relay_that_is_down_keeps_no_post_waiting() {
    let chat = Chat::open(Manners::Takes).await;
    let app =
        TestApp::with(&[("MERIDIAN_CHANNEL_HOSTS", "127.0.0.1"), ("MERIDIAN_MAIL", "smtp://127.0.0.1:1")])
            .await;
    app.run(&sql()).await;
    app.at(MONDAY);
    set_up(&mut app.visit(Who::Ines).await, &chat).await;
    app.at(NINE);
    story(&app).await;
    Duty::Digests.run(&app.app, app.now()).await.unwrap();
    deliver(&app.app, app.now()).await.unwrap_err();
    assert_eq!(texts(&chat).len(), 1);
}

#[tokio::test]
async fn a_host_that_nobody_named_is_not_called_whatever_its_name_says() {
    let chat = Chat::open(Manners::Takes).await;
    let address = Address::parse(&chat.address(), &["127.0.0.1".to_owned()]).unwrap();
    // The operator named it once and does not any more: by now its addresses decide.
    let trouble = call(&[], &address, "{}").await.unwrap_err();
    assert_eq!(trouble, Trouble::Permanent("127.0.0.1 is 127.0.0.1, which is no public address".to_owned()));
    assert_eq!(chat.asked(), 0);
    assert!(call(&["127.0.0.1".to_owned()], &address, "{}").await.is_ok());
    // Nobody listens there: it may be back later.
    let nobody = Address::parse("http://127.0.0.1:1/x", &["127.0.0.1".to_owned()]).unwrap();
    assert!(matches!(call(&["127.0.0.1".to_owned()], &nobody, "{}").await, Err(Trouble::Temporary { .. })));
    // An answer without end is read a little, and the call is over in its five seconds.
    let began = std::time::Instant::now();
    let chat = Chat::open(Manners::Hangs(1)).await;
    let silent = Address::parse(&chat.address(), &["127.0.0.1".to_owned()]).unwrap();
    let trouble = call(&["127.0.0.1".to_owned()], &silent, "{}").await.unwrap_err();
    assert_eq!(trouble.said(), "no answer within 5 s");
    assert!(began.elapsed().as_secs() < 7);
}

#[tokio::test]
async fn another_organisations_channel_is_not_to_be_found() {
    let chat = Chat::open(Manners::Takes).await;
    let app = house().await;
    let own = set_up(&mut app.visit(Who::Ines).await, &chat).await.attrs("form.sheet", "action").remove(0);
    let mut eve = app.visit(Who::Eve).await;
    eve.get(&own).await.is(404);
    eve.get(&own.replace("/o/saltmarsh/settings/teams/forecast", "/o/driftwood/settings/teams/shore"))
        .await
        .is(404);
    // Nor through another team of the same house.
    app.visit(Who::Nuno).await.get(&own.replace("/forecast/", "/field/")).await.is(404);
    app.visit(Who::Arjun).await.get(&own).await.is(403);
    assert_eq!(
        app.count(&format!(
            "from channel where org_id = '{}' and team_id = '{}'",
            id(SALTMARSH),
            id(FORECAST)
        ))
        .await,
        1
    );
}
