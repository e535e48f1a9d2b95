//! A decision whose window is over and that nobody has settled: it needs a look, and leaves when it is settled. What it names
//! shows it too, and the log finds it.

use crate::support::cast::{self, KR_ERROR, OBJ_MODEL, OBJ_SENSORS, Q4, SALTMARSH, id};
use crate::support::deciding::{answer, propose};
use crate::support::page::Form;
use crate::support::{Page, TestApp, Who};
use meridian::clockwork::{self, Duty};
use meridian::ids::SubmissionKey;

const ALL: &str = "/o/saltmarsh/review?team=all";
const QUESTION: &str = "Stop publishing the 6-hour forecast?";

/// Everybody has had their hours, and said nothing.
async fn over(app: &TestApp) {
    app.at("2026-11-18T09:24:00Z");
    assert_eq!(Duty::Windows.run(&app.app, app.now()).await.unwrap(), 1);
}

/// The days that are over are closed, and what needs a look is written down.
async fn a_day_later(app: &TestApp, at: &str) {
    app.at(at);
    app.run(&format!(
        "insert into roll_up_due (org_id, id, cycle_id, since) values ('{}', gen_random_uuid(), '{}', '2026-09-28T00:00:00Z')",
        id(SALTMARSH), id(Q4)
    ))
    .await;
    for done in clockwork::tick(&app.app, app.now()).await.unwrap() {
        done.did.unwrap();
    }
}

/// Its place in the queue, from 1 on.
fn place(page: &Page) -> Option<usize> {
    page.texts(".queue .t").iter().position(|text| text == QUESTION).map(|at| at + 1)
}

fn act(page: &Page) -> Form {
    page.form(&format!(".queue > li:nth-child({}) .acts form", place(page).unwrap()))
}

#[tokio::test]
async fn it_needs_a_look_until_somebody_says_what_is_decided() {
    let app = TestApp::new().await;
    let address = propose(&app, "no_view").await;
    let mut nuno = app.visit(Who::Nuno).await;
    assert_eq!(place(&nuno.get(ALL).await), None, "people still have time");
    over(&app).await;
    let page = nuno.get(ALL).await.is(200);
    let item = format!(".queue > li:nth-child({})", place(&page).unwrap());
    assert_eq!(page.text(&format!("{item} .tag")), "Past its window");
    assert_eq!(
        page.text(&format!("{item} .why")),
        "Everybody has answered or had their hours since Wednesday 18 November, and what is decided is not said yet."
    );
    assert_eq!(page.attrs(&format!("{item} .act"), "href"), [format!("{address}#outcome")]);
    // It has a team and a proposer, and no status.
    for (query, there) in [
        ("team=forecast", true),
        ("team=field", false),
        ("team=all&status=stale", false),
        (&format!("team=all&owner={}", Who::Ines.member()), true),
        (&format!("team=all&owner={}", Who::Tama.member()), false),
    ] {
        let page = nuno.get(&format!("/o/saltmarsh/review?{query}")).await.is(200);
        assert_eq!(place(&page).is_some(), there, "{query}");
    }
    // Whoever may not settle it looks at it, and says nothing in the name of a lead.
    let mut arjun = app.visit(Who::Arjun).await;
    let page = arjun.get(ALL).await;
    let form = act(&page);
    assert_eq!(
        page.attrs(&format!(".queue > li:nth-child({}) .act", place(&page).unwrap()), "href"),
        std::slice::from_ref(&address)
    );
    arjun.submit(form.with("deed", "acknowledge")).await.is(403);
    assert!(app.visit(Who::Ines).await.get("/o/saltmarsh/review").await.body.contains(QUESTION));
    let ines = app.visit(Who::Ines).await.get("/o/saltmarsh/decisions").await.link(QUESTION);
    assert_eq!(ines, address);
    // Settled, it leaves.
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&address).await;
    let keep = page.attrs("#outcome input", "value")[1].clone();
    let form = page.form("form[action$='/outcome']").with("outcome", &keep).fill("why", "Nobody minds it.");
    ines.submit(form).await.is(303);
    assert_eq!(place(&nuno.get(ALL).await), None);
}

#[tokio::test]
async fn the_proposer_is_asked_and_it_is_seen_put_off_and_written_down_where_it_stands() {
    let app = TestApp::new().await;
    let address = propose(&app, "no_view").await;
    over(&app).await;
    let mut nuno = app.visit(Who::Nuno).await;
    let page = nuno.get(ALL).await;
    nuno.submit(act(&page).fill("note", "What keeps you?").with("deed", "ask")).await.is(303);
    let mut ines = app.visit(Who::Ines).await;
    let waits = ines.get("/o/saltmarsh/today").await.text("#needs-me");
    assert!(waits.contains(&format!("Nuno Teixeira asks about “{QUESTION}”")), "{waits}");
    let page = ines.get(&address).await;
    let form = page.form("form[action*='/asks/']").fill("reply", "I wait for Kilifi.");
    ines.submit(form).await.is(303);
    assert!(nuno.get(&address).await.body.contains("I wait for Kilifi."));
    assert!(!ines.get("/o/saltmarsh/today").await.text("#needs-me").contains("Nuno Teixeira asks"));
    // Anybody who takes part may ask about a decision on its own page too.
    let form = nuno.get(&format!("{address}/asks")).await.is(200).form("main form");
    assert!(form.fields.contains(&("who".into(), Who::Ines.member().to_string())));
    let page = nuno.get(ALL).await;
    nuno.submit(act(&page).fill("until", "2026-11-20").with("deed", "snooze")).await.is(303);
    assert_eq!(place(&nuno.get(ALL).await), None);
    a_day_later(&app, "2026-11-20T10:00:00Z").await;
    let page = nuno.get(ALL).await;
    nuno.submit(act(&page).fill("note", "Monday.").with("deed", "acknowledge")).await.is(303);
    assert_eq!(place(&nuno.get(ALL).await), None);
    // The history has it, and when it went.
    let keep = ines.get(&address).await.attrs("#outcome input", "value")[1].clone();
    ines.post(&format!("{address}/outcome"), &[("outcome", &keep), ("why", "So.")]).await.is(303);
    a_day_later(&app, "2026-11-21T00:10:00Z").await;
    let page = nuno.get("/o/saltmarsh/review/history").await.is(200);
    let line = page.texts("li").into_iter().find(|text| text.contains(QUESTION)).unwrap();
    for words in
        ["Forecast", "Past its window, from Wednesday 18 November to Saturday 21 November.", "Monday."]
    {
        assert!(line.contains(words), "{words} in {line}");
    }
    assert_eq!(page.link(QUESTION), address);
}

#[tokio::test]
async fn what_a_private_team_has_not_settled_is_nobody_elses() {
    let app = TestApp::new().await;
    let address = propose(&app, "no_view").await;
    over(&app).await;
    let mut nuno = app.visit(Who::Nuno).await;
    let page = nuno.get(ALL).await;
    let ask = act(&page).fill("note", "What keeps you, quietly?").with("deed", "ask");
    nuno.submit(ask).await.is(303);
    nuno.submit(act(&page).fill("note", "Noted quietly.").with("deed", "acknowledge")).await.is(303);
    a_day_later(&app, "2026-11-19T00:10:00Z").await;
    app.run(&format!("update team set private = true where id = '{}'", id(cast::FORECAST))).await;
    for (who, sees) in [(Who::Arjun, true), (Who::Nuno, true), (Who::Sanne, false), (Who::Wanjiru, false)] {
        let mut visitor = app.visit(who).await;
        for path in [ALL, "/o/saltmarsh/review/history", "/o/saltmarsh/decisions"] {
            let page = visitor.get(path).await.is(200);
            assert_eq!(page.body.contains(QUESTION), sees, "{who:?} at {path}");
            assert!(sees || !page.body.contains("quietly"), "{who:?} at {path}");
        }
        let decision = address.rsplit('/').next().unwrap();
        let form = [("submission_key", SubmissionKey::fresh().to_string()), ("cycle", id(Q4).to_string())];
        let form = [
            ("submission_key", form[0].1.as_str()),
            ("cycle", form[1].1.as_str()),
            ("note", "Hm."),
            ("deed", "comment"),
        ];
        let page = visitor.post(&format!("/o/saltmarsh/review/decisions/{decision}"), &form).await;
        assert_eq!(page.status.as_u16(), if sees { 303 } else { 404 }, "{who:?}");
        let asks = visitor.get(&format!("{address}/asks")).await;
        assert_eq!(asks.status.as_u16(), if sees { 200 } else { 404 }, "{who:?}");
    }
    // Whoever was asked and may not read it any more is not shown the question.
    app.run(&format!("delete from team_member where member_id = '{}'", Who::Ines.member())).await;
    assert!(!app.visit(Who::Ines).await.get("/o/saltmarsh/today").await.body.contains("quietly"));
}

#[tokio::test]
async fn what_it_names_shows_it_and_proposes_the_next() {
    let app = TestApp::new().await;
    let objective = format!("/o/saltmarsh/objectives/{}", id(OBJ_MODEL));
    let mut ines = app.visit(Who::Ines).await;
    let link = ines.get(&objective).await.link("Propose a decision");
    assert!(link.ends_with(&format!("/decisions/new?objective={}", id(OBJ_MODEL))));
    let page = ines.get(&link).await.is(200);
    assert!(page.form("main form.sheet").fields.contains(&("objective".into(), id(OBJ_MODEL).to_string())));
    let propose = |page: &Page, question: &str| {
        let mut form = page.form("main form.sheet").fill("question", question);
        let options = form.fields.iter_mut().filter(|(name, _)| name == "option");
        options.zip(["North", "South"]).for_each(|(field, words)| field.1 = words.to_owned());
        form
    };
    let settled = ines.submit(propose(&page, "Which rigs first?")).await.is(303);
    let settled = settled.leads_to().split('?').next().unwrap().to_owned();
    for who in [Who::Arjun, Who::Tama, Who::Mia] {
        answer(&mut app.visit(who).await, &settled, "North", "").await.is(303);
    }
    ines.submit(propose(&page, "The same form again")).await.is(303);
    let again = ines.get(&link).await;
    ines.submit(propose(&again, "And which after those?")).await.is(303);
    // What is open stands first; what is settled has its outcome and date; both lead there from everywhere.
    for path in [objective.clone(), format!("/o/saltmarsh/key-results/{}", id(KR_ERROR))] {
        let page = app.visit(Who::Otieno).await.get(&path).await.is(200);
        let lines: Vec<_> =
            page.texts("aside .lines li").into_iter().filter(|line| line.contains('?')).collect();
        assert_eq!(lines.len(), 2, "{path}: {lines:?}");
        assert!(lines[0].starts_with("And which after those?") && lines[0].contains("Closes"), "{lines:?}");
        assert_eq!(lines[1], "Which rigs first?North17 November 2026");
        assert_eq!(page.link("Which rigs first?"), settled);
    }
    assert!(ines.get(&settled).await.link("The model is right when it matters").ends_with(&objective));
    // An update proposes too, for the team it is of, and shows what came of it.
    let key = SubmissionKey::fresh();
    app.run(&format!(
        "insert into \"update\" (org_id, id, standup_id, team_id, member_id, local_date, zone, posted_at, submission_key)
         values ('{}', '{key}', '{}', '{}', '{}', '2026-11-17', 'Asia/Kolkata', '2026-11-17T05:00:00Z', '{key}')",
        id(SALTMARSH), id(cast::FORECAST_STANDUP), id(cast::FORECAST), Who::Arjun.member()
    ))
    .await;
    let update = format!("/o/saltmarsh/updates/{key}");
    let mut sanne = app.visit(Who::Sanne).await;
    let link = sanne.get(&update).await.is(200).link("Propose a decision");
    let page = sanne.get(&link).await.is(200);
    let form = propose(&page, "Whose words are these?");
    assert!(form.fields.contains(&("update".into(), key.to_string())));
    assert!(form.fields.contains(&("team".into(), "forecast".into())), "{:?}", form.fields);
    sanne.submit(form).await.is(303);
    assert!(
        app.visit(Who::Mia).await.get(&update).await.link("Whose words are these?").contains("/decisions/")
    );
    // An objective of another team than one proposes for is kept as well.
    let link = format!("/o/saltmarsh/decisions/new?objective={}", id(OBJ_MODEL));
    let page = app.visit(Who::Wanjiru).await.get(&link).await.is(200);
    let form = page.form("main form.sheet");
    assert!(form.fields.contains(&("objective".into(), id(OBJ_MODEL).to_string())));
    assert!(form.fields.contains(&("team".into(), "field".into())));
    // A private team's decision about what everybody reads is its own.
    app.run(&format!(
        "update decision_link set objective_id = '{}' where objective_id is not null",
        id(OBJ_SENSORS)
    ))
    .await;
    app.run(&format!("update team set private = true where id = '{}'", id(cast::FORECAST))).await;
    let sensors = format!("/o/saltmarsh/objectives/{}", id(OBJ_SENSORS));
    for (who, sees) in [(Who::Arjun, true), (Who::Otieno, false), (Who::Sanne, false)] {
        let page = app.visit(who).await.get(&sensors).await.is(200);
        assert_eq!(page.body.contains("Which rigs first?"), sees, "{who:?}");
    }
    assert!(!app.visit(Who::Olga).await.get(&sensors).await.body.contains("Propose a decision"));
}

#[tokio::test]
async fn the_log_is_narrowed_down_by_state_person_and_date() {
    let app = TestApp::new().await;
    let address = propose(&app, "no_view").await;
    let mut olga = app.visit(Who::Olga).await;
    let log = "/o/saltmarsh/decisions";
    let ines = Who::Ines.member();
    let (mia, otieno) = (Who::Mia.member(), Who::Otieno.member());
    let found = async |olga: &mut crate::support::Visitor<'_>, query: &str| {
        let page = olga.get(&format!("{log}?{query}")).await.is(200);
        let told = page.text("[role=status]");
        let there = page.body.contains(QUESTION);
        assert_eq!(
            told,
            if there { "One decision is like that." } else { "No decision is like that." },
            "{query}"
        );
        assert_eq!(page.has(".empty"), !there, "{query}");
        there
    };
    for (query, there) in [
        ("state=open".to_owned(), true),
        ("state=unsettled".to_owned(), false),
        (format!("person={ines}&state=open"), true),
        (format!("person={mia}"), true),
        ("from=2026-11-17&until=2026-11-17".to_owned(), true),
        ("from=2026-11-18".to_owned(), false),
        ("until=2026-11-16".to_owned(), false),
        ("q=quiet&team=forecast&state=open&from=2026-11-01".to_owned(), true),
        ("q=otters&state=open".to_owned(), false),
    ] {
        assert_eq!(found(&mut olga, &query).await, there, "{query}");
    }
    // Nobody here has to do with it; a state that there is not; a day that is none.
    olga.get(&format!("{log}?person={otieno}")).await.is(404);
    olga.get(&format!("{log}?state=won")).await.is(404);
    let page = olga.get(&format!("{log}?from=soon&q=quiet")).await.is(422);
    assert!(page.has("#from-err") && page.attrs("#q", "value") == ["quiet"]);
    olga.get(&format!("{log}?from=2026-11-17&until=2026-11-01")).await.is(422);
    over(&app).await;
    for (query, there) in [("state=unsettled", true), ("state=open", false), ("from=2026-11-18", true)] {
        assert_eq!(found(&mut olga, query).await, there, "{query}");
    }
    let mut ines = app.visit(Who::Ines).await;
    let keep = ines.get(&address).await.attrs("#outcome input", "value")[1].clone();
    ines.post(&format!("{address}/outcome"), &[("outcome", &keep), ("why", "So.")]).await.is(303);
    for (query, there) in [("state=settled", true), ("state=unsettled", false), ("state=withdrawn", false)] {
        assert_eq!(found(&mut olga, query).await, there, "{query}");
    }
    let page = olga.get(&format!("{log}?state=settled&team=forecast")).await;
    assert_eq!(page.attrs("#state option[selected]", "value"), ["settled"]);
    assert!(!olga.get(log).await.has("[role=status]"), "nothing is counted where nothing is left out");
}
