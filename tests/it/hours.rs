//! People set when they work, when they want to be left in peace, and see what each hour will produce.

use crate::support::TestApp;
use crate::support::cast::{FORECAST_STANDUP, KR_ERROR, Q4, Who, id};
use crate::support::page::{Form, Page};
use chrono::{DateTime, Utc};
use meridian::calendar::WorkWeek;
use meridian::clockwork;

const ME: &str = "/o/saltmarsh/me";

fn settings(page: &Page) -> Form {
    page.form("form[action='/o/saltmarsh/me']")
}

/// Types a day's hours: place 0 and 1 are Monday's, 2 and 3 Tuesday's, and so on.
fn hours(mut form: Form, place: usize, start: &str, end: &str) -> Form {
    for (name, typed) in [("start", start), ("end", end)] {
        form.fields.iter_mut().filter(|(field, _)| field == name).nth(place).unwrap().1 = typed.to_owned();
    }
    form
}

async fn stored_week(app: &TestApp, who: Who) -> WorkWeek {
    let json: String = sqlx::query_scalar("select week::text from member where id = $1")
        .bind(who.member())
        .fetch_one(&mut app.raw().await)
        .await
        .unwrap();
    serde_json::from_str(&json).unwrap()
}

async fn tick(app: &TestApp, at: &str) -> u64 {
    let now: DateTime<Utc> = at.parse().unwrap();
    app.app.clock.set(now);
    let done = clockwork::tick(&app.app, now).await.unwrap();
    done.into_iter().map(|done| done.did.unwrap()).sum()
}

#[tokio::test]
async fn ines_works_two_stretches_and_a_night() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(ME).await.is(200);
    assert_eq!(page.attrs("input[name=start]", "value")[..4], ["09:00", "", "09:00", ""]);
    assert_eq!(page.texts("#week-coming time")[0], "Wed 18 Nov 09:00 to 17:00");
    let form = hours(settings(&page), 1, "19:00", "21:30");
    let form = hours(hours(form, 0, "09:00", "12:30"), 2, "", "");
    let saved = ines.submit(hours(form, 8, "22:00", "06:00")).await.is(303);
    let page = ines.follow(saved).await.is(200);
    let week = stored_week(&app, Who::Ines).await;
    let expected = r#"{"mon":[["09:00","12:30"],["19:00","21:30"]],"wed":[["09:00","17:00"]],"thu":[["09:00","17:00"]],"fri":[["22:00","06:00"]]}"#;
    assert_eq!(serde_json::to_string(&week).unwrap(), expected);
    assert_eq!(page.attrs("input[name=end]", "value")[..4], ["12:30", "21:30", "", ""]);
    // No work on this Tuesday: the strip shows Wednesday and says so, the header's shows an empty day.
    assert!(
        page.texts("#hours p").contains(&"Shown is Wednesday 18 November, your next day of work.".to_owned())
    );
    assert_eq!(page.attrs("#hours .band .d", "x"), ["37.50%"]);
    assert!(!page.has("#hours .band .pace") && page.has("#hours .band .q"));
    // What she owns goes stale by her new days: both her key results are looked at again.
    assert_eq!(app.count(&format!("from roll_up_due where cycle_id = '{}'", id(Q4))).await, 2);
}

#[tokio::test]
async fn each_fault_stands_under_its_field_and_nothing_is_lost() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(ME).await;
    let form = hours(hours(settings(&page), 0, "09:00", ""), 3, "", "18:00");
    let form = hours(form, 4, "9 o’clock", "17:00").fill("peak_from", "10:00").fill("quiet_until", "22:00");
    let page = ines.submit(form).await.is(422);
    let faults = [
        ("end-1-1", "Monday: until when?"),
        ("start-2-2", "Tuesday: from when?"),
        ("start-3-1", "Give a time, like 09:00."),
        ("peak_until", "Peak hours: until when?"),
        (
            "quiet_until",
            "Quiet hours: it can’t end when it starts. An end before the start means the next day.",
        ),
    ];
    for (field, sentence) in faults {
        assert_eq!(page.text(&format!("#{field}-err")), sentence, "{field}");
        assert_eq!(page.attrs(&format!("#{field}"), "aria-invalid"), ["true"]);
        assert!(
            page.attrs(&format!("#{field}"), "aria-describedby")[0].starts_with(&format!("{field}-err "))
        );
    }
    assert_eq!(page.texts("[role=alert] li").len(), faults.len());
    assert_eq!(page.attrs("#start-3-1", "value"), ["9 o’clock"]);
    // What can't be read promises nothing.
    assert_eq!(page.text("#week-coming"), "On the clock of Europe/Lisbon.");
    assert_eq!(page.text("#digest_time-coming"), "On the clock of Europe/Lisbon.");
    assert_eq!(stored_week(&app, Who::Ines).await, WorkWeek::standard());

    let page = ines.get(ME).await;
    let overlap = hours(hours(settings(&page), 0, "22:00", "09:30"), 2, "09:00", "17:00");
    let page = ines.submit(overlap).await.is(422);
    assert_eq!(page.text("#end-1-1-err"), "These hours of Monday run into the next ones.");
    let mut none = settings(&page);
    none.fields
        .iter_mut()
        .filter(|(name, _)| name == "start" || name == "end")
        .for_each(|field| field.1.clear());
    let page = ines.submit(none).await.is(422);
    assert_eq!(page.text("#start-1-1-err"), "Give at least one day some hours.");
    let page = ines.get(ME).await;
    let swallowed = settings(&page).fill("peak_from", "08:00").fill("peak_until", "18:00");
    let page = ines.submit(swallowed).await.is(422);
    assert_eq!(page.text("#peak_until-err"), "That leaves no working hour in which a message could come.");
}

#[tokio::test]
async fn one_days_hours_are_copied_without_a_script_and_saved_by_save_alone() {
    let app = TestApp::new().await;
    let mut tama = app.visit(Who::Tama).await;
    let page = tama.get(ME).await;
    let form =
        hours(settings(&page), 0, "08:00", "12:00").without("same").with("same", "2").with("same", "6");
    let page = tama.submit(form.fill("name", "Tama W.").with("copy", "1")).await.is(200);
    let starts = page.attrs("input[name=start]", "value");
    assert_eq!(
        (starts[0].as_str(), starts[2].as_str(), starts[4].as_str(), starts[10].as_str()),
        ("08:00", "08:00", "09:00", "08:00")
    );
    assert_eq!(page.attrs("#name", "value"), ["Tama W."]);
    assert_eq!(stored_week(&app, Who::Tama).await, WorkWeek::standard());
    tama.submit(settings(&page)).await.is(303);
    assert_eq!(stored_week(&app, Who::Tama).await.days().len(), 6);
}

#[tokio::test]
async fn no_digest_comes_in_peak_hours() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(ME).await;
    let form = settings(&page)
        .fill("peak_from", "08:30")
        .fill("peak_until", "11:00")
        .fill("digest_time", "09:00")
        .fill("digest", "daily");
    let saved = ines.submit(form).await.is(303);
    let page = ines.follow(saved).await;
    assert_eq!(
        page.texts("#digest_time-coming time"),
        ["Tue 17 Nov 11:00", "Wed 18 Nov 11:00", "Thu 19 Nov 11:00"]
    );
    assert_eq!(page.texts("#peak-coming time")[0], "Wed 18 Nov 08:30 to 11:00");
    let due = format!(
        "from member where id = '{}' and next_digest_at = '2026-11-17T11:00:00Z'",
        Who::Ines.member()
    );
    assert_eq!(app.count(&due).await, 1);
    // Arjun moves a key result; she hears of it when the peak is over.
    app.run(&format!(
        "insert into check_in (org_id, id, key_result_id, member_id, at, local_date, zone, value, confidence, submission_key)
         values ('{}', gen_random_uuid(), '{}', '{}', '2026-11-17T09:30:00Z', '2026-11-17', 'Asia/Kolkata', 24, 'on_track', gen_random_uuid())",
        id(1), id(KR_ERROR), Who::Arjun.member(),
    ))
    .await;
    let hers = format!("from mail where member_id = '{}'", Who::Ines.member());
    for at in ["2026-11-17T10:00:00Z", "2026-11-17T10:59:59Z"] {
        tick(&app, at).await;
        assert_eq!(app.count(&hers).await, 0, "{at}");
    }
    tick(&app, "2026-11-17T11:00:10Z").await;
    // It may wait for a slow relay until it is too late, two hours on.
    assert_eq!(app.count(&format!("{hers} and expires_at = '2026-11-17T13:00:00Z'")).await, 1);
}

#[tokio::test]
async fn every_hour_says_what_it_will_produce_and_names_what_clocks_do_to_it() {
    let app = TestApp::new().await;
    app.at("2027-03-26T12:00:00Z");
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(ME).await;
    let form = hours(settings(&page), 12, "00:30", "08:00").fill("digest_time", "01:30");
    let page =
        ines.submit(form.fill("digest", "weekly").fill("digest_weekday", "7").fill("name", "")).await.is(422);
    // As typed: 28 March is when Lisbon's clocks go forward.
    assert_eq!(
        page.texts("#digest_time-coming time"),
        ["Sun 28 Mar 02:00", "Sun 4 Apr 01:30", "Sun 11 Apr 01:30"]
    );
    assert_eq!(
        page.attrs("#digest_time-coming time", "datetime")[..2],
        ["2027-03-28T01:00:00Z", "2027-04-04T00:30:00Z"]
    );
    let odd = page.texts("#digest_time-coming p");
    assert_eq!(odd[1], "On Sunday 28 March 01:30 does not exist in Lisbon; it counts as 02:00.");
    assert_eq!(odd[2], "On Sunday 31 October 01:30 comes twice in Lisbon; the first counts.");
    assert_eq!(page.attrs("#digest_time", "aria-describedby"), ["digest_time-coming"]);

    let standup = format!("/o/saltmarsh/settings/teams/forecast/standups/{}", id(FORECAST_STANDUP));
    let page = ines.get(&standup).await.is(200);
    assert_eq!(
        page.texts("#opens-coming time"),
        ["Mon 29 Mar 09:00", "Tue 30 Mar 09:00", "Wed 31 Mar 09:00"]
    );
    assert_eq!(page.texts("#due-coming time")[0], "Fri 26 Mar 16:00");
    let form = page.form(&format!("form[action='{standup}']")).with("evening", "on").fill("name", "");
    let page = ines.submit(form).await.is(422);
    // Monday's window opens on Sunday.
    assert_eq!(page.texts("#opens-coming time")[0], "Sun 28 Mar 09:00");
}

#[tokio::test]
async fn a_weekend_shows_the_next_day_somebody_works() {
    let app = TestApp::new().await;
    app.at("2026-11-21T12:00:00Z");
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get("/o/saltmarsh/settings/teams/forecast").await.is(200);
    // Auckland's Monday begins on Lisbon's Sunday.
    assert!(page.body.contains("Shown on your clock, Lisbon, for Sunday 22 November"));
    assert!(page.has(".zones .band .d"));
    let page = ines.get(ME).await;
    assert!(
        page.texts("#hours p").contains(&"Shown is Monday 23 November, your next day of work.".to_owned())
    );
    assert_eq!(page.attrs("#hours .band .d", "x"), ["37.50%"]);
}
