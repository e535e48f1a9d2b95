//! Days away, stand-ins and public holidays: absent people are not expected, not reminded, not counted and not stale.

use crate::support::cast::{FORECAST_QUESTIONS, FORECAST_STANDUP, KR_ERROR, Q4, SALTMARSH, id};
use crate::support::{Page, TestApp, Visitor, Who};
use axum::body::Body;
use axum::http::Request;
use chrono::{DateTime, Utc};
use meridian::clockwork;

const ME: &str = "/o/saltmarsh/me";
const TODAY: &str = "/o/saltmarsh/today";
const HOLIDAYS: &str = "/o/saltmarsh/settings/holidays";

/// Ticks at an instant and insists that every duty did well.
async fn tick(app: &TestApp, at: &str) {
    let now: DateTime<Utc> = at.parse().unwrap();
    app.app.clock.set(now);
    for done in clockwork::tick(&app.app, now).await.unwrap() {
        done.did.unwrap();
    }
}

/// The rows a rebuild would write otherwise: none, when what is stored is what follows.
async fn insist_a_rebuild_changes_nothing(app: &TestApp) {
    let reports = clockwork::rebuild(&app.app, app.now(), true).await.unwrap();
    let differences: Vec<_> = reports.iter().flat_map(|report| &report.differences).collect();
    assert!(differences.is_empty(), "{differences:?}");
}

/// Inês writes that she is blocked and that Mia could help.
async fn ines_waits_for_mia(app: &TestApp) -> String {
    let mut ines = app.visit(Who::Ines).await;
    let today = ines.get(TODAY).await.is(200);
    let answer = |n: usize| format!("answer_{}", id(FORECAST_QUESTIONS[n]));
    let form = today
        .form("form.sheet")
        .fill(&answer(0), "The survey is out.")
        .fill(&answer(2), "I cannot see the replies of the keepers.")
        .fill("who", &Who::Mia.member().to_string());
    let answered = ines.submit(form).await.is(303);
    ines.follow(answered).await.is(200).link("Inês Duarte")
}

/// Somebody plans to be away.
async fn plans(visitor: &mut Visitor<'_>, (first, last): (&str, &str), stand_in: Option<Who>, note: &str) {
    let page = visitor.get(ME).await.is(200);
    let stand_in = stand_in.map(|who| who.member().to_string()).unwrap_or_default();
    let form = page
        .form("form[action$='/me/away']")
        .fill("first", first)
        .fill("last", last)
        .fill("note", note)
        .fill("stand_in", &stand_in);
    visitor.submit(form).await.is(303);
}

/// Somebody chooses whose public holidays they keep, by the words on the option.
async fn keeps(visitor: &mut Visitor<'_>, calendar: &str) {
    let page = visitor.get(ME).await.is(200);
    let form = page.form("#holidays form:last-of-type").fill("calendar", calendar);
    visitor.submit(form).await.is(303);
}

/// Sends the import form as a browser does.
async fn sends(visitor: &mut Visitor<'_>, name: &str, file: &str, text: &str) -> Page {
    let part = |name: &str, more: &str, value: &str| {
        format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{value}\r\n")
    };
    let file = part("file", "; filename=\"h.ics\"\r\nContent-Type: text/calendar", file);
    let body = part("name", "", name) + &file + &part("text", "", text) + "--cut--\r\n";
    let address = format!("{HOLIDAYS}/imports");
    let request = Request::post(&address)
        .header("content-type", "multipart/form-data; boundary=cut")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body))
        .unwrap();
    visitor.send(&address, request).await
}

fn event(lines: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
}

#[tokio::test]
async fn mia_is_away_and_arjun_gets_what_waits_for_her() {
    let app = TestApp::new().await;
    let update = ines_waits_for_mia(&app).await;
    let mut mia = app.visit(Who::Mia).await;
    // It is early on the 17th in Vancouver.
    plans(&mut mia, ("2026-11-17", "2026-11-20"), Some(Who::Arjun), "The replies are in the shared box.")
        .await;
    let page = mia.get(ME).await.is(200);
    assert!(page.text("#away .lines").contains("Arjun Rao stands in."));
    assert_eq!(mia.get(TODAY).await.texts("#stand-in"), Vec::<String>::new());

    // Everybody sees who to turn to, where it matters.
    let mut tama = app.visit(Who::Tama).await;
    let said = "Mia is away until Friday 20 November. Arjun stands in.";
    let page = tama.get(&update).await.is(200);
    assert!(page.text(".block").contains(said), "{}", page.text(".block"));
    assert!(!page.has("form[action$='/blocker/resolution']"), "Tama is not asked");
    let feed = tama.get("/o/saltmarsh/teams/forecast").await.is(200);
    assert!(feed.texts("ul.small li").contains(&said.to_owned()), "{:?}", feed.texts("ul.small li"));
    assert!(!feed.text(".notyet").contains("Mia"), "she is not still to come");

    // Arjun has the note and the blocker, and may clear it.
    let mut arjun = app.visit(Who::Arjun).await;
    let page = arjun.get(TODAY).await.is(200);
    let section = page.text("#stand-in");
    assert!(section.contains("You stand in for Mia until Friday 20 November."), "{section}");
    assert!(section.contains("The replies are in the shared box."), "{section}");
    assert_eq!(page.link("Inês is blocked."), update);
    let page = arjun.get(&update).await.is(200);
    let cleared = arjun.submit(page.form("form[action$='/blocker/resolution']")).await.is(303);
    arjun.follow(cleared).await.is(200);
    assert_eq!(app.count(&format!("from blocker where resolved_by = '{}'", Who::Arjun.member())).await, 1);
    assert!(!arjun.get(TODAY).await.text("#stand-in").contains("is blocked"));
}

#[tokio::test]
async fn the_digest_of_the_stand_in_names_what_waits() {
    let app = TestApp::new().await;
    ines_waits_for_mia(&app).await;
    let mut mia = app.visit(Who::Mia).await;
    plans(&mut mia, ("2026-11-17", "2026-11-20"), Some(Who::Wanjiru), "").await;
    // Wanjiru sits in another team: nothing of Forecast's would reach her otherwise. Both want one at half past nine UTC.
    app.run(&format!(
        "update member set digest = 'daily', next_digest_at = '2026-11-17T09:30:00Z',
                digest_time = ('2026-11-17T09:30:00Z'::timestamptz at time zone zone)::time
          where id in ('{}', '{}')",
        Who::Wanjiru.member(),
        Who::Otieno.member(),
    ))
    .await;
    tick(&app, "2026-11-17T09:30:00Z").await;
    let told = |who: Who| {
        format!(
            "from mail where member_id = '{}' and body_text like '%replies of the keepers%'",
            who.member()
        )
    };
    assert_eq!(app.count(&told(Who::Wanjiru)).await, 1);
    assert_eq!(app.count(&told(Who::Otieno)).await, 0);
}

#[tokio::test]
async fn days_away_are_changed_by_whose_they_are() {
    let app = TestApp::new().await;
    let mut mia = app.visit(Who::Mia).await;
    plans(&mut mia, ("2026-11-18", "2026-11-20"), Some(Who::Nuno), "Call me.").await;
    let page = mia.get(ME).await;
    let address = page.link("Change");
    let mut arjun = app.visit(Who::Arjun).await;
    arjun.get(&address).await.is(404);
    arjun.post(&address, &[("first", "2026-11-18"), ("last", "2026-11-18")]).await.is(404);
    // Before it begins, Nuno knows from when on.
    let mut nuno = app.visit(Who::Nuno).await;
    let section = nuno.get(TODAY).await.is(200).text("#stand-in");
    assert!(section.contains("from Wednesday 18 November to Friday 20 November"), "{section}");

    let page = mia.get(&address).await.is(200);
    assert_eq!(page.h1(), "Time away");
    assert_eq!(page.text("#note"), "Call me.");
    let wrong =
        page.form("form.stack").fill("last", "2026-11-01").fill("stand_in", &Who::Eve.member().to_string());
    let page = mia.submit(wrong).await.is(422);
    assert_eq!(page.texts("[role=alert] li").len(), 2);
    let form = page.form("form.stack").fill("last", "2026-11-19").fill("stand_in", "");
    let saved = mia.submit(form).await.is(303);
    let page = mia.follow(saved).await.is(200);
    assert_eq!(page.text("#away .lines b"), "Wednesday 18 November to Thursday 19 November");
    assert!(!nuno.get(TODAY).await.has("#stand-in"));
    // An observer is asked nothing and stands in for nobody; nobody stands in for themselves.
    let choices = page.attrs("#stand_in option", "value");
    assert!(!choices.contains(&Who::Olga.member().to_string()));
    assert!(!choices.contains(&Who::Mia.member().to_string()));
    // Figures are looked at again after each: what she owns may go stale at another time.
    let removal = mia.get(&address).await.form("form[action$='/removal']");
    mia.submit(removal).await.is(303);
    assert_eq!(app.count("from away").await, 0);
}

#[tokio::test]
async fn coming_back_for_a_day_keeps_the_stand_in_for_the_others() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    plans(&mut ines, ("2026-11-16", "2026-11-20"), Some(Who::Tama), "").await;
    let page = ines.get(TODAY).await.is(200);
    assert!(page.h1().contains("You are away today."));
    ines.submit(page.form("form[action$='/away/undo']")).await.is(303);
    assert_eq!(app.count(&format!("from away where stand_in_id = '{}'", Who::Tama.member())).await, 2);
}

#[tokio::test]
async fn ines_is_offered_portugals_holidays_and_keeps_them() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    app.run(&format!(
        "update member set digest = 'daily', next_digest_at = '2026-11-30T09:00:00Z' where id = '{}'",
        Who::Ines.member()
    ))
    .await;
    let page = ines.get(ME).await.is(200);
    assert!(page.text("#holidays").contains("Lisbon keeps the public holidays of Portugal."));
    let saved = ines.submit(page.form("#holidays form")).await.is(303);
    let page = ines.follow(saved).await.is(200);
    assert!(!page.text("#holidays").contains("Are they yours too?"));
    assert_eq!(page.attrs("#calendar option[selected]", "value").len(), 1);
    assert!(page.text("#holidays ul").contains("Tuesday 1 December Restoration of Independence Day"));
    // It is the organisation's now, once, whoever else takes it.
    let mut olga = app.visit(Who::Olga).await;
    keeps(&mut olga, "shipped:PT").await;
    assert_eq!(app.count("from holiday_calendar where shipped = 'PT' and name = 'Portugal'").await, 1);
    assert_eq!(app.count("from member where holiday_calendar_id is not null").await, 2);

    // On the 1st of December nothing is asked of her: she is not counted, and gets no digest.
    app.at("2026-12-01T10:00:00Z");
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(TODAY).await.is(200);
    assert!(
        page.h1().contains("Today is a public holiday of yours: Restoration of Independence Day."),
        "{}",
        page.h1()
    );
    let clock = page.texts("aside .lines").remove(0);
    assert!(clock.starts_with("Wednesday, 16:00"), "{clock}");
    let mut arjun = app.visit(Who::Arjun).await;
    let feed = arjun.get("/o/saltmarsh/teams/forecast?day=2026-12-01").await.is(200);
    assert!(
        feed.texts("ul.small li")
            .contains(&"Inês has a public holiday: Restoration of Independence Day.".to_owned())
    );
    app.run(&format!(
        "update member set next_digest_at = '2026-12-01T10:00:00Z' where id = '{}'",
        Who::Ines.member()
    ))
    .await;
    tick(&app, "2026-12-01T10:00:00Z").await;
    assert_eq!(app.count(&format!("from mail where member_id = '{}'", Who::Ines.member())).await, 0);
    // She may write all the same, and then she counts.
    let page = ines.get(&page.link("If something moved anyway")).await.is(200);
    assert!(page.has("form.sheet"));
    // The settings promise no mail on the 8th, the Immaculate Conception.
    app.at("2026-12-07T10:00:00Z");
    let mut ines = app.visit(Who::Ines).await;
    let mail = ines.get(ME).await.is(200).text("section:has(#dg)");
    assert!(mail.contains("Wed 9 Dec 09:00") && !mail.contains("8 Dec"), "{mail}");
}

#[tokio::test]
async fn another_choice_moves_the_next_digest_and_nobody_elses_calendar_is_there() {
    let app = TestApp::new().await;
    app.run(&format!("update member set digest = 'daily' where id = '{}'", Who::Tama.member())).await;
    app.at("2026-12-24T20:30:00Z"); // half past nine on Christmas morning in Auckland
    let mut tama = app.visit(Who::Tama).await;
    keeps(&mut tama, "").await;
    let due = format!("from member where id = '{}' and next_digest_at", Who::Tama.member());
    assert_eq!(app.count(&format!("{due} = '2026-12-27T20:00:00Z'")).await, 1, "Monday the 28th");
    keeps(&mut tama, "shipped:NZ").await;
    // The 26th is a Saturday, so the 28th is a holiday too.
    assert_eq!(app.count(&format!("{due} = '2026-12-28T20:00:00Z'")).await, 1, "Tuesday the 29th");
    let mut eve = app.visit(Who::Eve).await;
    eve.post("/o/driftwood/me/holidays", &[("calendar", "shipped:US")]).await.is(303);
    let theirs: uuid::Uuid = sqlx::query_scalar("select id from holiday_calendar where shipped = 'US'")
        .fetch_one(&mut app.raw().await)
        .await
        .unwrap();
    tama.post(&format!("{ME}/holidays"), &[("calendar", &theirs.to_string())]).await.is(404);
    tama.post(&format!("{ME}/holidays"), &[("calendar", "shipped:XX")]).await.is(404);
    let mut sanne = app.visit(Who::Sanne).await;
    sanne.post(&format!("{HOLIDAYS}/{theirs}/removal"), &[]).await.is(404);
    let page = sanne.get(HOLIDAYS).await.is(200);
    assert_eq!(page.h1(), "One calendar of public holidays.");
    assert!(!page.body.contains("Thanksgiving"));
}

#[tokio::test]
async fn a_cycle_leaves_out_holidays_and_stored_rows_are_those_of_a_rebuild() {
    let app = TestApp::new().await;
    // Inês spoke on the 20th of November; her next word was due on the 27th and is stale two of her working days later.
    app.run(&format!(
        "insert into check_in (org_id, id, key_result_id, member_id, at, local_date, zone, value, confidence, submission_key)
         values ('{}', gen_random_uuid(), '{}', '{}', '2026-11-20T10:00:00Z', '2026-11-20', 'Europe/Lisbon', 24.5, 'on_track', gen_random_uuid())",
        id(SALTMARSH),
        id(KR_ERROR),
        Who::Ines.member(),
    ))
    .await;
    tick(&app, "2026-12-04T09:00:00Z").await;
    insist_a_rebuild_changes_nothing(&app).await;
    let key_result = id(KR_ERROR);
    let on = |what: &str| format!("from key_result_day where key_result_id = '{key_result}' and {what}");
    // 47 of 65 working days at the end of the 1st of December.
    assert_eq!(app.count(&on("day = '2026-12-01' and expected = 0.723076")).await, 1);
    let stale = app.count(&on("status = 'stale'")).await;

    let mut sanne = app.visit(Who::Sanne).await;
    sanne.post(HOLIDAYS, &[("code", "PT")]).await.is(303);
    let address = format!("/o/saltmarsh/cycles/{}/edit", id(Q4));
    let page = sanne.get(&address).await.is(200);
    let calendar = page.attrs("#holidays option", "value")[1].clone();
    sanne.submit(page.form("form.sheet").fill("holidays", &calendar)).await.is(303);
    tick(&app, "2026-12-04T09:00:10Z").await;
    insist_a_rebuild_changes_nothing(&app).await;
    // Without the 5th of October, the 1st and 8th of December and Christmas Day: 45 of 61.
    assert_eq!(app.count(&on("day = '2026-12-01' and expected = 0.737704")).await, 1);
    let page = sanne.get(&address).await.is(200);
    assert_eq!(page.attrs("#holidays option[selected]", "value"), [calendar.as_str()]);

    // Inês keeps them too: two of the days she had to speak are none, so her word goes stale later.
    let mut ines = app.visit(Who::Ines).await;
    keeps(&mut ines, &calendar).await;
    tick(&app, "2026-12-04T09:00:20Z").await;
    insist_a_rebuild_changes_nothing(&app).await;
    assert!(app.count(&on("status = 'stale'")).await < stale, "{stale}");

    // Removed, all is as it was.
    let page = sanne.get(HOLIDAYS).await.is(200);
    assert!(page.body.contains("Kept by: One person, one cycle."));
    sanne.submit(page.form("form[action$='/removal']")).await.is(303);
    tick(&app, "2026-12-04T09:00:30Z").await;
    insist_a_rebuild_changes_nothing(&app).await;
    assert_eq!(app.count(&on("day = '2026-12-01' and expected = 0.723076")).await, 1);
    assert_eq!(app.count(&on("status = 'stale'")).await, stale);
    assert_eq!(app.count("from member where holiday_calendar_id is not null").await, 0);
    assert_eq!(app.count("from holiday").await, 0);
}

#[tokio::test]
async fn a_file_is_imported_whole_or_not_at_all() {
    let app = TestApp::new().await;
    let mut sanne = app.visit(Who::Sanne).await;
    let page = sends(&mut sanne, " ", "", "").await.is(422);
    assert_eq!(page.texts("[role=alert] li").len(), 2);
    let twice = "DTSTART:20261224\r\nDTEND:20261225\r\nSUMMARY:We are closed\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\nDTSTART:2026";
    let page = sends(&mut sanne, "Ours", &event(twice), "").await.is(422);
    assert!(page.text("#file-err").starts_with("Line 9 needs a date"), "{}", page.text("#file-err"));
    assert_eq!(page.attrs("#name", "value"), ["Ours"]);
    assert_eq!(app.count("from holiday_calendar").await, 0);
    // Pasted instead, and kept when it can't be read.
    let page = sends(&mut sanne, "Ours", "", "Christmas, 25 December").await.is(422);
    assert!(page.text("#text-err").starts_with("Line 1 should say BEGIN:VCALENDAR"));
    assert_eq!(page.text("#text"), "Christmas, 25 December");
    let large = event(&format!("DTSTART:20261224\r\nSUMMARY:{}", "x".repeat(1_100_000)));
    let page = sends(&mut sanne, "Ours", &large, "").await.is(422);
    assert!(page.text("#file-err").contains("more than a megabyte"));
    sends(&mut sanne, "Ours", &"x".repeat(4_000_000), "").await.is(413);

    let first = event("DTSTART:20201224\r\nDTEND:20201226\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:We are closed");
    let saved = sends(&mut sanne, "Ours", &first, "").await.is(303);
    let page = sanne.follow(saved).await.is(200);
    assert!(page.text("section:first-of-type").contains("Thursday 24 December We are closed"));
    assert_eq!(app.count("from holiday where day = '2030-12-25' and name = 'We are closed'").await, 1);

    // Otieno keeps it; the same name again gives it other dates, and what follows from them follows.
    let mut otieno = app.visit(Who::Otieno).await;
    app.run(&format!("update member set digest = 'daily' where id = '{}'", Who::Otieno.member())).await;
    let ours = otieno.get(ME).await.attrs("#calendar option", "value")[1].clone();
    keeps(&mut otieno, &ours).await;
    let due = format!("from member where id = '{}' and next_digest_at", Who::Otieno.member());
    assert_eq!(app.count(&format!("{due} = '2026-11-18T06:00:00Z'")).await, 1);
    let other = event("DTSTART:20261118\r\nSUMMARY:Inventory");
    sends(&mut sanne, "Ours", "", &other).await.is(303);
    assert_eq!(app.count("from holiday_calendar").await, 1);
    assert_eq!(app.count("from holiday").await, 1);
    assert_eq!(app.count(&format!("{due} = '2026-11-19T06:00:00Z'")).await, 1, "the 18th is a holiday now");

    // Names: an imported calendar does not take a shipped one's, nor the other way round.
    sanne.post(HOLIDAYS, &[("code", "KE")]).await.is(303);
    let page = sends(&mut sanne, "Kenya", "", &other).await.is(422);
    assert!(page.text("#name-err").contains("has this name"));
    sends(&mut sanne, "Japan", "", &other).await.is(303);
    sanne.post(HOLIDAYS, &[("code", "JP")]).await.is(303);
    assert_eq!(app.count("from holiday_calendar where name = 'Japan (JP)' and shipped = 'JP'").await, 1);
    // No file at all is no way in.
    sanne.post(&format!("{HOLIDAYS}/imports"), &[("name", "x")]).await.is(415);
}

#[tokio::test]
async fn a_shipped_calendar_is_renewed_by_one_press() {
    let app = TestApp::new().await;
    let mut sanne = app.visit(Who::Sanne).await;
    sanne.post(HOLIDAYS, &[("code", "NL")]).await.is(303);
    assert!(!sanne.get(HOLIDAYS).await.body.contains("knows other dates"));
    // As an older version would have left it.
    app.run("delete from holiday where day >= '2030-01-01'; update holiday set name = 'Queen’s Day' where day = '2027-04-27'")
        .await;
    let page = sanne.get(HOLIDAYS).await.is(200);
    assert!(page.body.contains("This version of Meridian knows other dates."));
    sanne.submit(page.form("form:has(input[name=code])")).await.is(303);
    assert_eq!(app.count("from holiday where day = '2040-12-25'").await, 1);
    assert_eq!(app.count("from holiday where day = '2027-04-27' and name = 'King’s Day'").await, 1);
    assert!(!sanne.get(HOLIDAYS).await.body.contains("knows other dates"));
}

#[tokio::test]
async fn the_view_shows_an_organisation_its_own_absences_only() {
    let app = TestApp::new().await;
    let mut tama = app.visit(Who::Tama).await;
    plans(&mut tama, ("2026-11-18", "2026-11-20"), None, "").await;
    keeps(&mut tama, "shipped:NZ").await;
    let seen = |org: u64| {
        let app = &app;
        async move {
            let mut tx = app.app.db.org(meridian::ids::OrgId(id(org))).await.unwrap();
            sqlx::query_scalar::<_, i64>("select count(*) from absent").fetch_one(&mut *tx).await.unwrap()
        }
    };
    assert!(seen(SALTMARSH).await > 150, "one journey and the holidays of years");
    assert_eq!(seen(2).await, 0);
    let mut nowhere = app.app.db.global().await.unwrap();
    let all =
        sqlx::query_scalar::<_, i64>("select count(*) from absent").fetch_one(&mut *nowhere).await.unwrap();
    assert_eq!(all, 0);
    assert!(app.count(&format!("from absent where member_id = '{}'", Who::Tama.member())).await > 150);
    assert_eq!(app.count(&format!("from schedule where standup_id = '{}'", id(FORECAST_STANDUP))).await, 1);
}
