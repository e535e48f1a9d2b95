//! People plan cycles of several kinds, read where they stand on their own clock, and move them on by hand.

use crate::support::cast::{FORECAST, KR_ERROR, OBJ_MODEL, Q4, SALTMARSH, SHORE_Q4, Who, id};
use crate::support::{Page, TestApp};
use meridian::clockwork;

const PLAN: &str = "/o/saltmarsh/cycles/new";

fn cycle(number: u64) -> String {
    format!("/o/saltmarsh/cycles/{}", id(number))
}

/// The background task looks once.
async fn tick(app: &TestApp) {
    for done in clockwork::tick(&app.app, app.now()).await.unwrap() {
        done.did.unwrap();
    }
}

/// Name, first and last date of a form.
fn filled_in(page: &Page) -> [String; 3] {
    ["#name", "#first", "#last"].map(|field| page.attrs(field, "value").concat())
}

/// Forecast's own six weeks, from 2 November on, running.
async fn six_weeks_of_forecast(app: &TestApp) -> u64 {
    app.run(&format!(
        "insert into cycle (org_id, id, team_id, name, first_date, last_date, zone, state, created_at, next_day, next_day_at, next_turn_at)
         values ('{}', '{}', '{}', 'Spring tide', '2026-11-02', '2026-12-13', 'Pacific/Auckland', 'active',
                 '2026-11-01T08:00:00Z', '2026-11-02', '2026-11-02T11:00:00Z', '2026-12-06T11:00:00Z')",
        id(SALTMARSH),
        id(451),
        id(FORECAST),
    ))
    .await;
    451
}

#[tokio::test]
async fn sanne_sets_the_next_quarter() {
    let app = TestApp::new().await;
    let mut sanne = app.visit(Who::Sanne).await;
    let page = sanne.get("/o/saltmarsh/cycles/new").await.is(200);
    // There is a Q4 2026 already.
    assert_eq!(page.attrs("#name", "value"), ["Q1 2027"]);
    assert_eq!(
        (page.attrs("#first", "value"), page.attrs("#last", "value")),
        (vec!["2027-01-01".into()], vec!["2027-03-31".into()])
    );
    for (field, value, sentence) in [
        ("name", "Q4 2026", "There is a cycle of this name already."),
        ("name", " ", "Give it a name, such as Q4 2026."),
        ("first", "2027-02-30", "Enter a date, such as 2026-10-01."),
        ("first", "0001-01-01", "Enter a date between 2000 and 2100."),
        ("last", "2026-12-31", "The last day must come after the first."),
        ("last", "2099-12-31", "A cycle lasts three years at most."),
        ("zone", "Mars/Olympus", "Choose a time zone from the list."),
    ] {
        let page = sanne.submit(page.form("form.sheet").fill(field, value)).await.is(422);
        assert_eq!(page.texts("[role=alert] li"), [sentence], "{field} {value}");
    }
    let page = sanne.submit(page.form("form.sheet").without("day")).await.is(422);
    assert_eq!(page.texts("[role=alert] li"), ["Choose at least one day."]);
    let form = || page.form("form.sheet").with("day", "1").with("day", "3");
    let sent = sanne.submit(form()).await.is(303);
    sanne.submit(form()).await.is(303);
    assert_eq!(app.count("from cycle where name = 'Q1 2027' and weekdays = 5 and state = 'draft' and next_turn_at = '2027-01-01'").await, 1);
    let page = sanne.follow(sent).await.is(200);
    assert_eq!(page.h1(), "Q1 2027 opens on 1 January 2027. It has no key results yet.");
    assert_eq!(page.texts(".filters[aria-label=Cycles] a"), ["Q1 2027", "Q4 2026"]);

    // Cycles are for admins.
    let mut ines = app.visit(Who::Ines).await;
    for address in ["/o/saltmarsh/cycles/new".to_owned(), format!("/o/saltmarsh/cycles/{}/edit", id(Q4))] {
        ines.get(&address).await.is(403);
    }
}

#[tokio::test]
async fn the_form_comes_with_the_next_sensible_period() {
    let app = TestApp::new().await;
    let mut sanne = app.visit(Who::Sanne).await;
    for (asked, expected) in [
        ("", ["Q1 2027", "2027-01-01", "2027-03-31"]),
        ("?length=trimester", ["T3 2026", "2026-09-01", "2026-12-31"]),
        // Less than a quarter of this half is left.
        ("?length=half", ["H1 2027", "2027-01-01", "2027-06-30"]),
        ("?length=year", ["2027", "2027-01-01", "2027-12-31"]),
        ("?length=six-weeks", ["Six weeks from 23 Nov", "2026-11-23", "2027-01-03"]),
        ("?length=own", ["", "", ""]),
        // A team has no quarter yet, so the running one is sensible.
        ("?team=forecast", ["Q4 2026", "2026-10-01", "2026-12-31"]),
    ] {
        let page = sanne.get(&format!("{PLAN}{asked}")).await.is(200);
        assert_eq!(filled_in(&page), expected, "{asked}");
    }
    for strange in ["?length=decade", "?team=shore"] {
        sanne.get(&format!("{PLAN}{strange}")).await.is(404);
    }
    // Their year begins in April.
    let page = sanne.get(&format!("{PLAN}?length=half")).await.is(200);
    let saved = sanne.submit(page.form("#year").fill("month", "4")).await.is(303);
    let page = sanne.follow(saved).await.is(200);
    // The half they are in runs until March.
    assert_eq!(filled_in(&page), ["FY27 H2", "2026-10-01", "2027-03-31"]);
    assert_eq!(page.texts(".filters [aria-current]"), ["Company", "Half"]);
}

#[tokio::test]
async fn where_a_cycle_stands_is_read_on_ones_own_clock() {
    let app = TestApp::new().await;
    app.run(&format!(
        "insert into away (org_id, id, member_id, first_date, last_date, created_at)
         values ('{}', gen_random_uuid(), '{}', '2026-11-12', '2026-11-13', '2026-11-01T08:00:00Z')",
        id(SALTMARSH),
        Who::Otieno.member(),
    ))
    .await;
    let page = app.visit(Who::Wanjiru).await.get(&cycle(Q4)).await.is(200);
    assert_eq!(page.h1(), "Q4 2026 is just past half way, with five weeks left to steer.");
    assert_eq!(page.texts(".eyebrow > *"), ["Cycle", "28 Sept to 27 Dec", "Week 8 of 13"]);
    assert_eq!(
        page.text(".lede > p:last-child"),
        "Its days begin and end at midnight in Lisbon. Today that was 03:00 your time."
    );
    assert_eq!(page.texts(".phases [aria-current]"), ["Openuntil 27 Dec"]);
    assert_eq!(
        page.texts("section[aria-labelledby=dt] li"),
        [
            "Monday 28 September. It opens. 00:00 in Lisbon. Monday 28 September, 02:00 your time.",
            "Monday 21 December. Its last five working days begin. 00:00 in Lisbon. Monday 21 December, 03:00 your time.",
            "Monday 28 December. It ends, and grading begins. 00:00 in Lisbon. Monday 28 December, 03:00 your time.",
            "Saturday 9 January. It closes. 00:00 in Lisbon. Saturday 9 January, 03:00 your time.",
        ]
    );
    // Her team posts on Mondays, Wednesdays and Fridays; Otieno was away on a Thursday and a Friday.
    assert_eq!(page.text("#ca"), "The 13 weeks");
    assert_eq!(
        page.texts(".key li"),
        ["Dot: Field posts", "Shaded: somebody is away", "Solid: a date to know"]
    );
    assert_eq!(page.texts(".cal thead th").len(), 14);
    assert_eq!(page.texts(".cal .today"), ["17, today"]);
    assert_eq!(page.texts(".cal tr:nth-child(1) .ci").len(), 13);
    assert_eq!(page.texts(".cal .hol"), ["12, away: Otieno", "13, away: Otieno, Field posts"]);
    assert_eq!(
        page.texts(".cal .mark"),
        ["21, the last five working days begin, Field posts", "27, the last day"]
    );
    assert_eq!(page.texts("section[aria-labelledby=ho] li"), ["12 Nov to 13 Nov. Otieno"]);
    // At 09:24 in Lisbon it is the same day everywhere they are.
    assert_eq!(page.texts("section[aria-labelledby=od] li"), [""; 0]);
    assert_eq!(
        page.text("section[aria-labelledby=od] p"),
        "Nobody. It is Tuesday 17 November for everyone, as it is for the cycle."
    );
    assert!(!page.has("#hand") && !page.texts("a").contains(&"Edit this cycle".to_owned()));
}

#[tokio::test]
async fn who_is_in_another_day_is_named() {
    let app = TestApp::new().await;
    app.at("2026-11-17T21:00:00Z");
    let page = app.visit(Who::Ines).await.get(&cycle(Q4)).await.is(200);
    assert_eq!(
        page.texts("section[aria-labelledby=od] li"),
        [
            "Otieno and Wanjiru in Nairobi: already Wednesday 18 November.",
            "Arjun in Kolkata: already Wednesday 18 November.",
            "Tama in Auckland: already Wednesday 18 November.",
        ]
    );
    assert_eq!(
        page.text("section[aria-labelledby=od] p"),
        "For the cycle it is Tuesday 17 November. A check-in counts for the cycle’s day, wherever it is made; an update keeps its author’s own date."
    );
    app.at("2026-11-18T03:00:00Z");
    let page = app.visit(Who::Ines).await.get(&cycle(Q4)).await.is(200);
    assert_eq!(
        page.texts("section[aria-labelledby=od] li"),
        ["Mia in Vancouver: still Tuesday 17 November."]
    );
}

#[tokio::test]
async fn each_stage_has_its_true_sentence() {
    let app = TestApp::new().await;
    for (now, sentence) in [
        ("2026-09-20T09:00:00Z", "Q4 2026 is open already. Its first day is 28 September 2026."),
        ("2026-09-29T09:00:00Z", "Q4 2026 has just begun, with twelve weeks left to steer."),
        ("2026-11-04T09:00:00Z", "Q4 2026 is well under way, with seven weeks left to steer."),
        ("2026-12-18T09:00:00Z", "Q4 2026 is near its end, with one week left to steer."),
        ("2026-12-21T09:00:00Z", "Q4 2026 is in its last days, until Sunday 27 December."),
        ("2026-12-28T09:00:00Z", "Q4 2026 is over. It is being graded until Friday 8 January."),
        ("2027-01-09T09:00:00Z", "Q4 2026 is closed."),
    ] {
        app.at(now);
        let early = now < "2026-09-28";
        let hand = if early { "'active'" } else { "null" };
        app.run(&format!("update cycle set state_by_hand = {hand}")).await;
        let page = app.visit(Who::Ines).await.get(&cycle(Q4)).await.is(200);
        assert_eq!(page.h1(), sentence, "{now}");
    }
}

#[tokio::test]
async fn a_team_has_six_weeks_of_its_own_beside_the_quarter() {
    let app = TestApp::new().await;
    let mut nuno = app.visit(Who::Nuno).await;
    let page = nuno.get(&format!("{PLAN}?length=six-weeks&team=forecast")).await.is(200);
    let form = page
        .form("form.sheet")
        .fill("name", "Q4 2026")
        .fill("first", "2026-11-02")
        .fill("last", "2026-12-13");
    let sent = nuno.submit(form.fill("zone", "Pacific/Auckland")).await.is(303);
    let page = nuno.follow(sent).await.is(200);
    // The name is the team's own: the organisation has a Q4 2026 as well.
    assert_eq!(page.texts(".filters[aria-label=Cycles] a"), ["Forecast: Q4 2026", "Q4 2026"]);
    let theirs = page.attrs(".filters[aria-label=Cycles] a", "href").remove(0);
    let page = nuno.get(&format!("{PLAN}?team=forecast")).await.is(200);
    let again = page.form("form.sheet").fill("name", "Q4 2026");
    let page = nuno.submit(again).await.is(422);
    assert_eq!(page.texts("[role=alert] li"), ["There is a cycle of this name already."]);
    assert_eq!(page.texts(".filters [aria-current]"), ["Forecast", "Quarter"], "what was planned stays");

    // The organisation's quarter is what everybody sees first; the team's is one link away.
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get("/o/saltmarsh/okrs").await.is(200);
    assert_eq!(page.texts(".eyebrow > *")[0], "Q4 2026");
    assert_eq!(page.texts(".foot a")[0], "Q4 2026, week 8 of 13");
    let page = ines.get(&theirs).await.is(200);
    assert_eq!(page.texts(".eyebrow > *"), ["Forecast: Q4 2026", "2 Nov to 13 Dec", "Week 3 of 6"]);
    // In it, an objective is the team's.
    let form = ines.get(&page.link("Write an objective")).await.is(200);
    assert_eq!(form.texts("#team option"), ["Forecast team"]);
    let form = form.form("form.sheet").fill("title", "Six weeks that matter");
    ines.submit(form).await.is(303);
    assert_eq!(
        app.count("from objective o join cycle c on c.id = o.cycle_id where c.team_id is not null and o.team_id = c.team_id")
            .await,
        1
    );
    // Others read it, and write nothing there.
    let mut otieno = app.visit(Who::Otieno).await;
    let page = otieno.get(&theirs).await.is(200);
    assert!(!page.texts("a").contains(&"New objective".to_owned()));
    let asked = theirs.split_once('?').unwrap().1;
    otieno.get(&format!("/o/saltmarsh/objectives/new?{asked}")).await.is(403);
}

#[tokio::test]
async fn a_teams_cycle_is_rolled_up_by_its_own_midnights() {
    let app = TestApp::new().await;
    let six_weeks = six_weeks_of_forecast(&app).await;
    app.run(&format!("update objective set cycle_id = '{}' where id = '{}'", id(six_weeks), id(OBJ_MODEL)))
        .await;
    tick(&app).await;
    // At 09:24 in Lisbon it is Tuesday evening in Auckland: fifteen days are over there, from the 2nd to the 16th.
    let days = format!("from key_result_day where key_result_id = '{}'", id(KR_ERROR));
    assert_eq!(app.count(&days).await, 15);
    app.at("2026-11-17T11:00:00Z");
    tick(&app).await;
    assert_eq!(app.count(&days).await, 16);
    // Today asks for both cycles' key results.
    let page = app.visit(Who::Ines).await.get("/o/saltmarsh/today").await.is(200);
    assert!(
        page.body.contains("Median surge-height error") && page.body.contains("The last hand-tuned station")
    );
    // The team's page shows both as well.
    let page = app.visit(Who::Tama).await.get("/o/saltmarsh/teams/forecast").await.is(200);
    assert!(
        page.body.contains("Median surge-height error") && page.body.contains("The last hand-tuned station")
    );
    let page = app.visit(Who::Olga).await.get(&cycle(six_weeks)).await.is(200);
    assert_eq!(page.texts(".eyebrow > *"), ["Cycle of the Forecast team", "2 Nov to 13 Dec", "Week 3 of 6"]);
    assert_eq!(page.texts(".key li")[0], "Dot: Forecast posts");
}

#[tokio::test]
async fn admins_move_a_cycle_on_by_hand_and_it_is_written_down() {
    let app = TestApp::new().await;
    let mut sanne = app.visit(Who::Sanne).await;
    let page = sanne.get(&cycle(Q4)).await.is(200);
    assert_eq!(
        page.text("section[aria-labelledby=hand] p"),
        "Its last five working days begin by themselves on Monday 21 December, 01:00 your time."
    );
    assert_eq!(page.texts("section[aria-labelledby=hand] button"), ["Begin its last days now"]);
    let turn = format!("{}/turn", cycle(Q4));
    for (to, state, sentence) in [
        ("closing", "closing", "Q4 2026 is in its last days, until Sunday 27 December."),
        ("grading", "grading", "Q4 2026 is over. It is being graded until Friday 8 January."),
        // Another admin pressed the older button: it is past that.
        ("closing", "grading", "Q4 2026 is over. It is being graded until Friday 8 January."),
        ("closed", "closed", "Q4 2026 is closed."),
    ] {
        sanne.post(&turn, &[("to", to)]).await.is(303);
        tick(&app).await;
        let stored = format!("from cycle where id = '{}' and state = '{state}'", id(Q4));
        assert_eq!(app.count(&stored).await, 1, "{to}");
        assert_eq!(sanne.get(&cycle(Q4)).await.is(200).h1(), sentence, "{to}");
    }
    // What is closed by hand is closed everywhere: nothing is measured any more.
    let mut ines = app.visit(Who::Ines).await;
    let key_result = format!("/o/saltmarsh/key-results/{}", id(KR_ERROR));
    let page = ines.get(&key_result).await.is(200);
    assert!(!page.has("#check-in"));
    ines.get(&format!("/o/saltmarsh/objectives/new?cycle={}", id(Q4))).await.is(404);

    // A closed one is opened again first, with a reason; then its dates may decide.
    let page = sanne.get(&cycle(Q4)).await.is(200);
    assert_eq!(page.texts("section[aria-labelledby=hand] button"), [""; 0]);
    let page = sanne.get(&page.link("Grades and record")).await.is(200);
    sanne.submit(page.form("#reopen").fill("reason", "Too early.")).await.is(303);
    let page = sanne.get(&cycle(Q4)).await.is(200);
    assert!(
        page.text("section[aria-labelledby=hand] p")
            .starts_with("It was moved on by hand. By its dates it would be: Open.")
    );
    assert_eq!(
        page.texts("section[aria-labelledby=hand] button"),
        ["Close it now", "Follow its dates again"]
    );
    sanne.post(&turn, &[("to", "dates")]).await.is(303);
    tick(&app).await;
    assert_eq!(
        app.count(
            "from cycle where state = 'active' and next_turn_at = '2026-12-21' and state_by_hand is null"
        )
        .await,
        1
    );
    assert!(ines.get(&key_result).await.is(200).has("#check-in"));

    let written = format!(
        "from audit where action = 'cycle_turned' and account_id = '{}' and subject = '{}'",
        Who::Sanne.account(),
        id(Q4)
    );
    assert_eq!(app.count(&written).await, 4);
    sanne.post(&turn, &[("to", "somewhere")]).await.is(404);
    sanne.post(&format!("/o/saltmarsh/cycles/{}/turn", id(SHORE_Q4)), &[("to", "closed")]).await.is(404);
    ines.post(&turn, &[("to", "closed")]).await.is(403);
}

#[tokio::test]
async fn the_page_names_the_holidays_people_keep_in_past_weeks_too() {
    let app = TestApp::new().await;
    app.run(&format!(
        "insert into holiday_calendar (org_id, id, name, created_at) values ('{org}', '{calendar}', 'Canada', now());
         insert into holiday (org_id, calendar_id, day, name) values ('{org}', '{calendar}', '2026-10-12', 'Thanksgiving'),
                ('{org}', '{calendar}', '2027-01-01', 'New Year');
         update member set holiday_calendar_id = '{calendar}' where id = '{mia}'",
        org = id(SALTMARSH),
        calendar = id(461),
        mia = Who::Mia.member(),
    ))
    .await;
    let page = app.visit(Who::Ines).await.get(&cycle(Q4)).await.is(200);
    let away = page.texts("[aria-labelledby=ho] li");
    assert_eq!(away, ["12 Oct. Mia: Thanksgiving"]);
    assert!(
        page.texts("td.hol.past").iter().any(|cell| cell.starts_with("12")),
        "{:?}",
        page.texts("td.hol")
    );
}
