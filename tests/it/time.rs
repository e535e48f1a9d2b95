//! People look at everyone's clock, and find an hour that suits several.

use crate::support::cast::{SALTMARSH, Who, id};
use crate::support::{Page, TestApp};

async fn away(app: &TestApp, who: Who, first: &str, last: &str) {
    app.run(&format!(
        "insert into away (org_id, id, member_id, first_date, last_date, created_at)
         values ('{}', gen_random_uuid(), '{}', '{first}', '{last}', '2026-11-01T08:00:00Z')",
        id(SALTMARSH),
        who.member(),
    ))
    .await;
}

/// What each strip says: name, clock, state.
fn strips(page: &Page) -> Vec<[String; 3]> {
    let names = page.texts(".zones > li .who p");
    let clocks = page.texts(".zones > li time");
    let states = page.texts(".zones > li time .soft");
    assert_eq!((names.len(), clocks.len()), (states.len(), states.len()));
    let state_of = |clock: String, state: String| [clock.trim_end_matches(&state).trim().to_owned(), state];
    names
        .into_iter()
        .zip(clocks.into_iter().zip(states))
        .map(|(name, (clock, state))| {
            let [clock, state] = state_of(clock, state);
            [name, clock, state]
        })
        .collect()
}

/// The page with the hours found with these people.
async fn hours_with(app: &TestApp, who: Who, others: &[Who]) -> Page {
    let with: Vec<_> = others.iter().map(|other| format!("with={}", other.member())).collect();
    app.visit(who).await.get(&format!("/o/saltmarsh/time?team=all&{}", with.join("&"))).await.is(200)
}

#[tokio::test]
async fn ines_sees_who_is_at_work_now() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let today = ines.get("/o/saltmarsh/today").await.is(200);
    let address = today.link("See everyone’s clock");
    assert_eq!(address, today.link("Everyone’s clock"), "the header's clock and the foot lead to one page");
    let page = ines.get(&address).await.is(200);
    assert_eq!(page.h1(), "Seven of nine are at work. It is night in Auckland and Vancouver.");
    assert_eq!(page.texts(".eyebrow > *"), ["Everyone’s clock", "Tuesday 17 November, 09:24 in Lisbon"]);
    // Westmost first.
    assert_eq!(
        strips(&page).iter().map(|strip| strip.each_ref().map(String::as_str)).collect::<Vec<_>>(),
        [
            ["Mia ChenVancouver", "02:24 Tue", "quiet hours"],
            ["Inês Duarte (you)Lisbon", "09:24 Tue", "working"],
            ["Nuno TeixeiraLisbon", "09:24 Tue", "working"],
            ["Olga PetrovaLisbon", "09:24 Tue", "working"],
            ["Sanne de WitAmsterdam", "10:24 Tue", "working"],
            ["Otieno OdhiamboNairobi", "12:24 Tue", "working"],
            ["Wanjiru KamauNairobi", "12:24 Tue", "working"],
            ["Arjun RaoKolkata", "14:54 Tue", "working"],
            ["Tama WalkerAuckland", "22:24 Tue", "quiet hours"],
        ]
    );
    assert_eq!(page.attrs(".zones > li:first-child .d", "x"), ["66.66%"], "from 16:00 for Inês");
    assert_eq!(page.attrs(".zones > li:first-child .pace", "x"), ["39.16%"]);
    assert_eq!(page.texts(".axis:first-of-type > span"), ["Most at once: seven, 09:00 to 11:30"]);
    assert_eq!(
        page.attrs(".arc", "aria-label"),
        [
            "Local time: Vancouver 02:24, Lisbon 09:24, Amsterdam 10:24, Nairobi 12:24, Kolkata 14:54 and Auckland 22:24"
        ]
    );
    assert_eq!(page.attrs(".arc circle", "class"), ["", "you", "work", "work", "work", ""]);
}

#[tokio::test]
async fn who_is_away_is_not_at_work() {
    let app = TestApp::new().await;
    away(&app, Who::Arjun, "2026-11-16", "2026-11-20").await;
    away(&app, Who::Mia, "2026-11-10", "2026-12-31").await;
    let page = app.visit(Who::Wanjiru).await.get("/o/saltmarsh/time").await.is(200);
    assert_eq!(page.h1(), "Six of nine are at work. It is night in Auckland and Vancouver.");
    let told = strips(&page);
    let of = |name: &str| told.iter().find(|strip| strip[0].starts_with(name)).unwrap()[2].as_str();
    assert_eq!((of("Arjun"), of("Mia"), of("Otieno")), ("away, back 23 Nov", "away, back 1 Jan", "working"));
    assert_eq!(page.attrs(".zones > li:first-child .d", "x"), [""; 0], "nothing is worked on a day away");
    assert_eq!(page.texts(".axis:first-of-type > span"), ["Most at once: six, 12:00 to 17:00"]);
}

#[tokio::test]
async fn clocks_on_a_weekend_say_when_people_are_back() {
    let app = TestApp::new().await;
    app.at("2026-11-21T12:00:00Z");
    let page = app.visit(Who::Ines).await.get("/o/saltmarsh/time?team=forecast").await.is(200);
    assert_eq!(page.h1(), "Nobody is at work. It is night in Auckland.");
    let told = strips(&page);
    assert_eq!(told[1][2], "starts Mon, 09:00");
    assert_eq!(page.texts(".axis:first-of-type > span"), ["Nobody works in these hours."]);
}

#[tokio::test]
async fn a_team_can_be_seen_alone() {
    let app = TestApp::new().await;
    let mut olga = app.visit(Who::Olga).await;
    let page = olga.get("/o/saltmarsh/time").await.is(200);
    assert_eq!(page.texts(".filters a"), ["Everyone", "Field", "Forecast"]);
    assert_eq!(page.texts(".filters [aria-current]"), ["Everyone"]);
    let page = olga.get(&page.link("Field")).await.is(200);
    assert_eq!(page.h1(), "All two are at work.");
    assert_eq!(page.texts(".filters [aria-current]"), ["Field"]);
    assert_eq!(page.texts(".chips label"), ["Otieno", "Wanjiru"]);
    for strange in ["team=shore", "with=x"] {
        olga.get(&format!("/o/saltmarsh/time?{strange}")).await.is(404);
    }
}

#[tokio::test]
async fn many_people_are_first_seen_by_team() {
    let app = TestApp::new().await;
    app.run(&format!(
        "insert into account (id, email, created_at)
         select gen_random_uuid(), 'p' || n || '@saltmarsh.example', '2026-09-01T08:00:00Z' from generate_series(1, 5) n;
         insert into member (org_id, id, account_id, name, role, zone, week, joined_at)
         select '{}', gen_random_uuid(), id, 'Person', 'member', 'Europe/Paris', '{{\"mon\":[[\"09:00\",\"17:00\"]]}}', created_at
           from account where email like 'p%@saltmarsh.example'",
        id(SALTMARSH)
    ))
    .await;
    let page = app.visit(Who::Arjun).await.get("/o/saltmarsh/time").await.is(200);
    assert_eq!(page.texts(".filters [aria-current]"), ["Forecast"]);
    assert_eq!(strips(&page).len(), 4);
    // Who sits in no team sees everyone.
    let page = app.visit(Who::Nuno).await.get("/o/saltmarsh/time").await.is(200);
    assert_eq!(strips(&page).len(), 14);
}

#[tokio::test]
async fn an_hour_for_three_is_told_on_each_clock() {
    let app = TestApp::new().await;
    let page = hours_with(&app, Who::Ines, &[Who::Wanjiru, Who::Arjun]).await;
    let hours = page.texts(".hours li");
    assert_eq!(
        hours[..2],
        [
            "Today, 09:30 to 11:30 for you. 15:00 to 17:00 for Arjun and 12:30 to 14:30 for Wanjiru.",
            "Tomorrow, 09:00 to 11:30 for you. 14:30 to 17:00 for Arjun and 12:00 to 14:30 for Wanjiru.",
        ]
    );
    assert_eq!(hours.len(), 6);
    assert_eq!(page.attrs(".chips input[checked]", "value").len(), 2, "the choice stays");
    assert_eq!(page.attrs(".hours time", "datetime")[0], "2026-11-17T09:30:00Z");
    // With those who are away on some days, only the others count.
    away(&app, Who::Arjun, "2026-11-17", "2026-11-19").await;
    let hours = hours_with(&app, Who::Ines, &[Who::Arjun]).await.texts(".hours li");
    assert_eq!(hours[0], "Friday 20 November, 09:00 to 11:30 for you. 14:30 to 17:00 for Arjun.");
    // Tama's Wednesday is Arjun's too, but not in the same hours of it.
    let hours = hours_with(&app, Who::Mia, &[Who::Tama]).await.texts(".hours li");
    assert_eq!(hours[0], "Today, 13:00 to 17:00 for you. Wednesday 09:00 to 13:00 for Tama.");
}

#[tokio::test]
async fn where_no_hour_is_common_the_page_says_so_kindly() {
    let app = TestApp::new().await;
    let page = hours_with(&app, Who::Ines, &[Who::Mia, Who::Tama]).await;
    let said = page.texts("#find > p");
    assert_eq!(
        said,
        [
            "In the next two weeks there is no hour in which you are at work together with Mia and Tama. A question in writing would serve better: each of you answers in your own hours."
        ]
    );
    assert_eq!(
        page.texts(".hours li"),
        ["Without Tama. Today, 16:00 to 17:00 for you. 09:00 to 10:00 for Mia."],
        "there is none without Mia either"
    );
    // Whoever is unknown here is left out.
    let unknown = format!("/o/saltmarsh/time?with={}", Who::Eve.member());
    let page = app.visit(Who::Ines).await.get(&unknown).await.is(200);
    assert!(!page.has(".hours") && !page.body.contains("Eve Stone"));
}

#[tokio::test]
async fn clock_changes_ahead_are_named_and_allowed_for() {
    let app = TestApp::new().await;
    app.at("2026-10-22T08:00:00Z");
    let page = hours_with(&app, Who::Ines, &[Who::Wanjiru]).await;
    assert_eq!(
        page.texts("#find ul.small li"),
        ["In Lisbon the clocks go back 1 hour on Sunday 25 October. The hours here allow for it."]
    );
    let hours = page.texts(".hours li");
    assert_eq!(hours[1], "Tomorrow, 09:00 to 15:00 for you. 11:00 to 17:00 for Wanjiru.");
    assert_eq!(hours[2], "Monday 26 October, 09:00 to 14:00 for you. 12:00 to 17:00 for Wanjiru.");
    assert!(!page.body.contains("your day has"));
    app.at("2026-10-25T12:00:00Z");
    let page = app.visit(Who::Ines).await.get("/o/saltmarsh/time").await.is(200);
    assert_eq!(
        page.texts("section[aria-labelledby=zs] > p"),
        ["The clocks change where you are: your day has 25 hours."]
    );
    assert_eq!(page.texts(".zones > .axis:last-child .ticks text")[..5], ["00", "06", "12", "18", "24"]);
}
