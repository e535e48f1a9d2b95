//! Every door of the house and who may come in: each route of the source is in the table, each kind of person tries each.

use crate::support::cast::{
    FORECAST_STANDUP, KR_ERROR, KR_SHORE, KR_SIX, OBJ_MODEL, OBJ_SHORE, Q4, SALTMARSH, SHORE_Q4,
    SHORE_STANDUP, Who, id,
};
use crate::support::{Page, TestApp, Visitor};
use std::collections::BTreeSet;
use std::path::Path;

/// An update of Arjun's in Forecast, made for these visits.
const UPDATE: u64 = 501;
/// A reply of Inês's to it.
const COMMENT: u64 = 502;
/// A check-in of Arjun's.
const CHECK_IN: u64 = 503;
/// A decision of Forecast, proposed by Inês to Arjun.
const DECISION: u64 = 504;
/// A review of Forecast, opened by Inês for Arjun.
const REVIEW: u64 = 505;
/// A channel of Forecast's digest.
const CHANNEL: u64 = 506;

/// Who of the organisation may open a page; a stranger is always asked to sign in, another tenant never finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Any member, observers included.
    Everybody,
    /// Whoever posts: not observers.
    TakesPart,
    /// Leads of Forecast, and admins.
    Leads,
    /// Admins and owners.
    Admins,
    /// Whoever may write what this is about: Inês (owner and lead here) and admins.
    Writers,
    /// Whoever owns some of it: the writers, and Arjun with his key result.
    Graders,
}

impl Door {
    pub fn opens_to(self, who: Who) -> bool {
        let admin = matches!(who, Who::Sanne | Who::Nuno);
        match self {
            Door::Everybody => true,
            Door::TakesPart => who != Who::Olga,
            Door::Leads | Door::Writers => admin || who == Who::Ines,
            Door::Graders => admin || matches!(who, Who::Ines | Who::Arjun),
            Door::Admins => admin,
        }
    }
}

/// Pages of an organisation: route, who may open it.
pub const PAGES: &[(&str, Door)] = &[
    ("/o/{org}/today", Door::Everybody),
    ("/o/{org}/teams", Door::Everybody),
    ("/o/{org}/teams/{team}", Door::Everybody),
    ("/o/{org}/teams/{team}/mood", Door::Everybody),
    ("/o/{org}/keys", Door::Everybody),
    ("/o/{org}/updates/{update}", Door::Everybody),
    ("/o/{org}/updates/{update}/comments/{comment}/quote", Door::Everybody),
    ("/o/{org}/teams/{team}/blockers", Door::Everybody),
    ("/o/{org}/check-ins/{check_in}", Door::Everybody),
    ("/o/{org}/updates/{update}/asks", Door::TakesPart),
    ("/o/{org}/check-ins/{check_in}/asks", Door::TakesPart),
    ("/o/{org}/key-results/{key_result}/asks", Door::TakesPart),
    ("/o/{org}/decisions/{decision}/asks", Door::TakesPart),
    ("/o/{org}/notices", Door::Everybody),
    ("/o/{org}/decisions", Door::Everybody),
    ("/o/{org}/decisions/new", Door::TakesPart),
    ("/o/{org}/decisions/{decision}", Door::Everybody),
    ("/o/{org}/decisions/{decision}/edit", Door::Writers),
    ("/o/{org}/reviews", Door::Everybody),
    ("/o/{org}/reviews/{review}", Door::Everybody),
    ("/o/{org}/teams/{team}/reviews/new", Door::Leads),
    ("/o/{org}/okrs", Door::Everybody),
    ("/o/{org}/okrs/arrange", Door::Everybody),
    ("/o/{org}/okrs/table", Door::Everybody),
    ("/o/{org}/okrs/import", Door::TakesPart),
    ("/o/{org}/objectives/{objective}", Door::Everybody),
    ("/o/{org}/key-results/{key_result}", Door::Everybody),
    ("/o/{org}/cycles/{cycle}", Door::Everybody),
    ("/o/{org}/cycles/{cycle}/closing", Door::Everybody),
    ("/o/{org}/cycles/{cycle}/record", Door::Everybody),
    ("/o/{org}/objectives/{objective}/grades", Door::Graders),
    ("/o/{org}/objectives/{objective}/carry", Door::Writers),
    ("/o/{org}/me", Door::Everybody),
    ("/o/{org}/me/zone", Door::Everybody),
    ("/o/{org}/me/messages", Door::Everybody),
    ("/o/{org}/me/digest", Door::Everybody),
    ("/o/{org}/me/journal", Door::Everybody),
    ("/o/{org}/search", Door::Everybody),
    ("/o/{org}/time", Door::Everybody),
    ("/o/{org}/objectives/new", Door::TakesPart),
    ("/o/{org}/objectives/{objective}/edit", Door::Writers),
    ("/o/{org}/objectives/{objective}/place", Door::Writers),
    ("/o/{org}/objectives/{objective}/key-results/new", Door::Writers),
    ("/o/{org}/key-results/{key_result}/edit", Door::Writers),
    ("/o/{org}/settings/teams/{team}", Door::Leads),
    ("/o/{org}/settings/teams/{team}/standups/new", Door::Leads),
    ("/o/{org}/settings/teams/{team}/standups/{standup}", Door::Leads),
    ("/o/{org}/settings/teams/{team}/channels", Door::Leads),
    ("/o/{org}/settings/teams/{team}/channels/new", Door::Leads),
    ("/o/{org}/settings/teams/{team}/channels/{channel}", Door::Leads),
    ("/o/{org}/settings/people", Door::Admins),
    ("/o/{org}/settings/clockwork", Door::Admins),
    ("/o/{org}/settings/mail", Door::Admins),
    ("/o/{org}/settings/holidays", Door::Admins),
    ("/o/{org}/cycles/new", Door::Admins),
    ("/o/{org}/cycles/{cycle}/edit", Door::Admins),
    ("/o/{org}/review", Door::Everybody),
    ("/o/{org}/review/history", Door::Everybody),
    ("/o/{org}/review/steps/key-results/{key_result}", Door::Everybody),
    ("/o/{org}/review/summary", Door::Everybody),
    ("/o/{org}/cycles/{cycle}/report", Door::Everybody),
];

/// Files to take away: route, who may.
pub const FILES: &[(&str, Door)] = &[
    ("/o/{org}/okrs/csv", Door::Everybody),
    ("/o/{org}/okrs/table/template", Door::Everybody),
    ("/o/{org}/objectives/{objective}/csv", Door::Everybody),
    ("/o/{org}/key-results/{key_result}/csv", Door::Everybody),
    ("/o/{org}/review/csv", Door::Everybody),
];

/// A way on, a stop that only an objective without key results is, and a page that is there once it was sent; the visits of
/// the review try them.
const REVIEWS: &[&str] = &[
    "/o/{org}/review/steps",
    "/o/{org}/review/steps/objectives/{objective}",
    "/o/{org}/review/summaries/{summary}",
];

/// Files of words; the visits of their rooms try them.
const NOTES: &[&str] = &["/o/{org}/decisions/{decision}/markdown", "/o/{org}/reviews/{review}/markdown"];

/// Pages that only the author of an update, or who plans days away, opens, and a file of one's own; their own visits try them.
pub const AUTHORS: &[&str] = &[
    "/o/{org}/updates/{update}/edit",
    "/o/{org}/me/away/{away}",
    "/o/{org}/me/journal/export",
    "/o/{org}/me/messages/{kind}/{period}",
    "/o/{org}/me/digest/html",
    "/o/{org}/me/digest/text",
    "/o/{org}/okrs/import/{import}",
];

/// What the script of a feed listens to: it does not end. Its own visits try it.
const STREAMS: &[&str] = &["/o/{org}/news"];

/// Replies quoted elsewhere than under an update, and what the script that completes names asks for; the visits of their
/// room try them.
pub const TALK: &[&str] = &[
    "/o/{org}/check-ins/{check_in}/comments/{comment}/quote",
    "/o/{org}/objectives/{objective}/comments/{comment}/quote",
    "/o/{org}/key-results/{key_result}/comments/{comment}/quote",
    "/o/{org}/decisions/{decision}/comments/{comment}/quote",
    "/o/{org}/decisions/{decision}/people",
    "/o/{org}/updates/{update}/people",
    "/o/{org}/check-ins/{check_in}/people",
    "/o/{org}/objectives/{objective}/people",
    "/o/{org}/key-results/{key_result}/people",
];

/// Deeds of an organisation, and the door that is checked before the form is read.
pub const DEEDS: &[(&str, Door)] = &[
    ("/o/{org}/away", Door::Everybody),
    ("/o/{org}/away/undo", Door::Everybody),
    ("/o/{org}/standups/{standup}/updates", Door::Everybody),
    ("/o/{org}/standups/{standup}/draft", Door::Everybody),
    ("/o/{org}/standups/{standup}/draft/aside", Door::Everybody),
    ("/o/{org}/standups/{standup}/planned/removal", Door::Everybody),
    ("/o/{org}/updates/{update}/edit", Door::Everybody),
    ("/o/{org}/updates/{update}/comments", Door::Everybody),
    ("/o/{org}/updates/{update}/comments/{comment}/edit", Door::Everybody),
    ("/o/{org}/updates/{update}/comments/{comment}/delete", Door::Everybody),
    ("/o/{org}/updates/{update}/reactions", Door::Everybody),
    ("/o/{org}/updates/{update}/blocker/resolution", Door::Everybody),
    ("/o/{org}/updates/{update}/blocker/reopening", Door::Everybody),
    ("/o/{org}/check-ins/{check_in}/comments", Door::Everybody),
    ("/o/{org}/check-ins/{check_in}/comments/{comment}/edit", Door::Everybody),
    ("/o/{org}/check-ins/{check_in}/comments/{comment}/delete", Door::Everybody),
    ("/o/{org}/check-ins/{check_in}/reactions", Door::Everybody),
    ("/o/{org}/objectives/{objective}/reactions", Door::Everybody),
    ("/o/{org}/key-results/{key_result}/reactions", Door::Everybody),
    ("/o/{org}/teams/{team}/reviews", Door::Leads),
    ("/o/{org}/reviews/{review}/views", Door::Everybody),
    ("/o/{org}/reviews/{review}/closing", Door::Writers),
    ("/o/{org}/reviews/{review}/removal", Door::Writers),
    ("/o/{org}/decisions", Door::Everybody),
    ("/o/{org}/decisions/{decision}/edit", Door::Everybody),
    ("/o/{org}/decisions/{decision}/answers", Door::Everybody),
    ("/o/{org}/decisions/{decision}/outcome", Door::Everybody),
    ("/o/{org}/decisions/{decision}/removal", Door::Writers),
    ("/o/{org}/decisions/{decision}/comments", Door::Everybody),
    ("/o/{org}/decisions/{decision}/comments/{comment}/edit", Door::Everybody),
    ("/o/{org}/decisions/{decision}/comments/{comment}/delete", Door::Everybody),
    ("/o/{org}/decisions/{decision}/reactions", Door::Everybody),
    ("/o/{org}/notices/read", Door::Everybody),
    ("/o/{org}/updates/{update}/asks", Door::Everybody),
    ("/o/{org}/check-ins/{check_in}/asks", Door::Everybody),
    ("/o/{org}/key-results/{key_result}/asks", Door::Everybody),
    ("/o/{org}/decisions/{decision}/asks", Door::Everybody),
    ("/o/{org}/asks/{ask}/answer", Door::Everybody),
    ("/o/{org}/okrs/import", Door::Everybody),
    ("/o/{org}/okrs/import/{import}", Door::Everybody),
    ("/o/{org}/okrs/import/{import}/add", Door::Everybody),
    ("/o/{org}/okrs/import/{import}/removal", Door::Everybody),
    ("/o/{org}/objectives", Door::Everybody),
    ("/o/{org}/objectives/{objective}/edit", Door::Everybody),
    ("/o/{org}/objectives/{objective}/drop", Door::Everybody),
    ("/o/{org}/objectives/{objective}/place", Door::Everybody),
    ("/o/{org}/objectives/{objective}/fold", Door::Everybody),
    ("/o/{org}/objectives/{objective}/key-results", Door::Everybody),
    ("/o/{org}/objectives/{objective}/comments", Door::Everybody),
    ("/o/{org}/objectives/{objective}/comments/{comment}/edit", Door::Everybody),
    ("/o/{org}/objectives/{objective}/comments/{comment}/delete", Door::Everybody),
    ("/o/{org}/key-results/{key_result}/edit", Door::Everybody),
    ("/o/{org}/key-results/{key_result}/drop", Door::Everybody),
    ("/o/{org}/key-results/{key_result}/check-ins", Door::Everybody),
    ("/o/{org}/key-results/{key_result}/same", Door::Everybody),
    ("/o/{org}/check-ins/{check_in}/acknowledgement", Door::Everybody),
    ("/o/{org}/check-ins/{check_in}/questions", Door::Everybody),
    ("/o/{org}/questions/{question}/answer", Door::Everybody),
    ("/o/{org}/key-results/{key_result}/comments", Door::Everybody),
    ("/o/{org}/key-results/{key_result}/comments/{comment}/edit", Door::Everybody),
    ("/o/{org}/key-results/{key_result}/comments/{comment}/delete", Door::Everybody),
    ("/o/{org}/cycles", Door::Admins),
    ("/o/{org}/cycles/{cycle}/edit", Door::Admins),
    ("/o/{org}/cycles/{cycle}/turn", Door::Admins),
    ("/o/{org}/cycles/{cycle}/reopening", Door::Admins),
    ("/o/{org}/objectives/{objective}/grades", Door::Graders),
    ("/o/{org}/cycles/year", Door::Admins),
    ("/o/{org}/me", Door::Everybody),
    ("/o/{org}/me/zone", Door::Everybody),
    ("/o/{org}/me/messages/stop", Door::Everybody),
    ("/o/{org}/me/digest/test", Door::Everybody),
    ("/o/{org}/settings/mail/test", Door::Admins),
    ("/o/{org}/settings/mail/{mail}/retry", Door::Admins),
    ("/o/{org}/me/away", Door::Everybody),
    ("/o/{org}/me/away/{away}", Door::Everybody),
    ("/o/{org}/me/away/{away}/removal", Door::Everybody),
    ("/o/{org}/me/holidays", Door::Everybody),
    ("/o/{org}/settings/teams", Door::Admins),
    ("/o/{org}/settings/holidays", Door::Admins),
    ("/o/{org}/settings/holidays/imports", Door::Admins),
    ("/o/{org}/settings/holidays/{calendar}/removal", Door::Admins),
    ("/o/{org}/settings/teams/{team}", Door::Leads),
    ("/o/{org}/settings/teams/{team}/standups", Door::Leads),
    ("/o/{org}/settings/teams/{team}/standups/{standup}", Door::Leads),
    ("/o/{org}/settings/teams/{team}/standups/{standup}/retirement", Door::Leads),
    ("/o/{org}/settings/teams/{team}/readers", Door::Leads),
    ("/o/{org}/settings/teams/{team}/channels", Door::Leads),
    ("/o/{org}/settings/teams/{team}/channels/{channel}", Door::Leads),
    ("/o/{org}/settings/teams/{team}/channels/{channel}/test", Door::Leads),
    ("/o/{org}/settings/teams/{team}/channels/{channel}/pause", Door::Leads),
    ("/o/{org}/settings/teams/{team}/channels/{channel}/resumption", Door::Leads),
    ("/o/{org}/settings/teams/{team}/channels/{channel}/removal", Door::Leads),
    ("/o/{org}/settings/teams/{team}/members", Door::Leads),
    ("/o/{org}/settings/teams/{team}/members/{member}", Door::Leads),
    ("/o/{org}/settings/teams/{team}/invitations", Door::Leads),
    ("/o/{org}/settings/teams/{team}/invitations/{invitation}/revocation", Door::Leads),
    ("/o/{org}/settings/people/{member}", Door::Admins),
    ("/o/{org}/review/key-results/{key_result}", Door::Everybody),
    ("/o/{org}/review/objectives/{objective}", Door::Everybody),
    ("/o/{org}/review/blockers/{update}", Door::Everybody),
    ("/o/{org}/review/decisions/{decision}", Door::Everybody),
    ("/o/{org}/review/answers/{answer}/removal", Door::Everybody),
    ("/o/{org}/review/steps/key-results/{key_result}", Door::Everybody),
    ("/o/{org}/review/summary", Door::Everybody),
    ("/o/{org}/review/views", Door::Everybody),
    ("/o/{org}/review/views/{view}/removal", Door::Everybody),
];

/// Addresses outside organisations; the visits of their rooms try them.
const OUTSIDE: &[&str] = &[
    "/",
    "/sign-in",
    "/sign-out",
    "/reset",
    "/reset/{token}",
    "/setup",
    "/invitations/{token}",
    "/me/security",
    "/me/password",
    "/me/sessions/{session}/end",
    "/me/other-sessions/end",
    "/u/{opaque}",
    "/unsubscribe/{opaque}",
    "/hooks/mail",
    "/sent-mail",
    "/sent-mail/{id}",
    "/sent-mail/{id}/html",
    "/sent-mail/{id}/text",
    "/assets/{hash}/{*name}",
    "/healthz",
    "/readyz",
    "/metrics",
];

/// The route with things of Saltmarsh in it.
fn at(route: &str) -> String {
    filled(
        route,
        [FORECAST_STANDUP, UPDATE, COMMENT, OBJ_MODEL, KR_ERROR, Q4, 101, CHECK_IN, DECISION, REVIEW],
    )
}

/// The route with things of Driftwood in it, but for the organisation: forged.
fn forged(route: &str) -> String {
    filled(route, [SHORE_STANDUP, 601, 602, OBJ_SHORE, KR_SHORE, SHORE_Q4, 201, 603, 604, 605])
        .replace("forecast", "shore")
}

fn filled(route: &str, ids: [u64; 10]) -> String {
    let [standup, update, comment, objective, key_result, cycle, member, check_in, decision, review] =
        ids.map(|number| id(number).to_string());
    route
        .replace("{org}", "saltmarsh")
        .replace("{team}", "forecast")
        .replace("{standup}", &standup)
        .replace("{update}", &update)
        .replace("{comment}", &comment)
        .replace("{objective}", &objective)
        .replace("{key_result}", &key_result)
        .replace("{cycle}", &cycle)
        .replace("{member}", &member)
        .replace("{check_in}", &check_in)
        .replace("{decision}", &decision)
        .replace("{review}", &review)
        .replace("{channel}", &id(CHANNEL).to_string())
        .replace("{away}", &id(999).to_string())
        .replace("{calendar}", &id(999).to_string())
        .replace("{ask}", &id(999).to_string())
        .replace("{question}", &id(999).to_string())
        .replace("{import}", &id(999).to_string())
        .replace("{mail}", &id(999).to_string())
        .replace("{answer}", &id(999).to_string())
        .replace("{view}", &id(999).to_string())
        .replace("{invitation}", &id(999).to_string())
}

/// Saltmarsh with an update and a reply in it.
async fn house() -> TestApp {
    let app = TestApp::new().await;
    app.run(&format!(
        r#"insert into "update" (org_id, id, standup_id, team_id, member_id, local_date, zone, posted_at, submission_key)
           values ('{0}', '{1}', '{2}', '{3}', '{4}', '2026-11-16', 'Asia/Kolkata', '2026-11-16T08:00:00Z', gen_random_uuid());
           insert into comment (org_id, id, update_id, author_id, body, at, zone, submission_key)
           values ('{0}', '{5}', '{1}', '{6}', 'Well put.', '2026-11-16T10:00:00Z', 'Europe/Lisbon', gen_random_uuid());
           insert into check_in (org_id, id, key_result_id, member_id, at, local_date, zone, value, confidence, submission_key)
           values ('{0}', '{7}', '{8}', '{4}', '2026-11-16T08:00:00Z', '2026-11-16', 'Asia/Kolkata', 96, 'on_track', gen_random_uuid());
           insert into matter (org_id, id, kind, team_id, seconds, opened_at) values ('{0}', '{9}', 'decision', '{3}', 28800, '2026-11-17T09:00:00Z');
           insert into decision (org_id, id, proposer_id, silence, proposed_at, submission_key)
           values ('{0}', '{9}', '{6}', 'no_view', '2026-11-17T09:00:00Z', gen_random_uuid());
           insert into decision_version (org_id, id, decision_id, number, question, context, at)
           values ('{0}', '{9}', '{9}', 1, 'Stop?', '', '2026-11-17T09:00:00Z');
           insert into decision_option (org_id, id, version_id, position, body, preferred)
           values ('{0}', gen_random_uuid(), '{9}', 1, 'Yes', false), ('{0}', gen_random_uuid(), '{9}', 2, 'No', false);
           insert into fair_window (org_id, matter_id, member_id, seconds, lived, absence)
           values ('{0}', '{9}', '{4}', 28800, '[]', '[]');
           insert into matter (org_id, id, kind, team_id, seconds, opened_at) values ('{0}', '{10}', 'review', '{3}', 28800, '2026-11-17T09:00:00Z');
           insert into review (org_id, id, cycle_id, lead_id, opened_at, submission_key)
           values ('{0}', '{10}', '{11}', '{6}', '2026-11-17T09:00:00Z', gen_random_uuid());
           insert into channel (org_id, id, team_id, service, name, address, shown, language, zone, weekdays, hour, told_from, created_at)
           values ('{0}', '{12}', '{3}', 'slack', '#harbour', 'sealed', 'hooks.example … k9y8', 'en', 'UTC', 31, '09:00',
                   '2026-11-17T09:00:00Z', '2026-11-17T09:00:00Z')"#,
        id(SALTMARSH),
        id(UPDATE),
        id(FORECAST_STANDUP),
        id(301),
        Who::Arjun.member(),
        id(COMMENT),
        Who::Ines.member(),
        id(CHECK_IN),
        id(KR_SIX),
        id(DECISION),
        id(REVIEW),
        id(Q4),
        id(CHANNEL),
    ))
    .await;
    app
}

/// The whole house as it is stored, to see that nothing changed.
async fn everything(app: &TestApp) -> Vec<String> {
    let mut rows = Vec::new();
    for table in [
        "objective",
        "key_result",
        "key_result_terms",
        "check_in",
        "key_result_grade",
        "objective_grade",
        "cycle",
        "comment",
        "folded",
        "acknowledgement",
        "attention_answer",
        "saved_view",
        "ask",
        "matter",
        "decision",
        "decision_answer",
        "review",
        "review_view",
        "member",
        "team_member",
        "channel",
        "schedule",
        "question",
        "standup",
    ] {
        let sql = format!("select '{table} ' || to_jsonb(t)::text from {table} t order by 1");
        rows.extend(
            sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(sql))
                .fetch_all(&mut app.raw().await)
                .await
                .unwrap(),
        );
    }
    rows
}

#[test]
fn every_route_of_the_source_is_in_the_table() {
    let known: BTreeSet<&str> = PAGES
        .iter()
        .chain(DEEDS)
        .chain(FILES)
        .map(|(route, _)| *route)
        .chain(AUTHORS.iter().copied())
        .chain(STREAMS.iter().copied())
        .chain(TALK.iter().copied())
        .chain(NOTES.iter().copied())
        .chain(REVIEWS.iter().copied())
        .chain(OUTSIDE.iter().copied())
        .collect();
    let mut found = BTreeSet::new();
    routes_in(Path::new("src"), &mut found);
    let found: BTreeSet<&str> = found.iter().map(String::as_str).collect();
    assert_eq!(found.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new(), "not in the table");
    assert_eq!(
        known.difference(&found).collect::<Vec<_>>(),
        Vec::<&&str>::new(),
        "not in the source any more"
    );
}

fn routes_in(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            routes_in(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            for rest in text.split(".route(").skip(1) {
                if let Some(route) =
                    rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next())
                {
                    found.insert(route.to_owned());
                }
            }
        }
    }
}

#[tokio::test]
async fn pages_open_to_those_they_are_for() {
    let app = house().await;
    for who in [Who::Ines, Who::Arjun, Who::Otieno, Who::Wanjiru, Who::Sanne, Who::Nuno, Who::Olga] {
        let mut visitor = app.visit(who).await;
        for (route, door) in PAGES {
            let expected = if door.opens_to(who) { 200 } else { 403 };
            let page = visitor.get(&at(route)).await;
            assert_eq!(page.status.as_u16(), expected, "{who:?} at {route} ({door:?})\n{}", page.body);
            assert_eq!(page.texts("h1").len(), 1, "{who:?} at {route}");
        }
    }
}

#[tokio::test]
async fn files_are_taken_away_by_those_they_are_for() {
    let app = house().await;
    for who in [Who::Ines, Who::Arjun, Who::Wanjiru, Who::Sanne, Who::Nuno, Who::Olga] {
        let mut visitor = app.visit(who).await;
        for (route, door) in FILES {
            let page = visitor.get(&at(route)).await;
            let expected = if door.opens_to(who) { 200 } else { 403 };
            assert_eq!(page.status.as_u16(), expected, "{who:?} at {route}\n{}", page.body);
            if expected == 200 {
                assert_eq!(page.headers["content-type"], "text/csv; charset=utf-8");
                assert!(page.body.starts_with('\u{feff}'), "{route}");
            }
        }
    }
}

#[tokio::test]
async fn strangers_are_asked_to_sign_in_and_led_back() {
    let app = house().await;
    let mut stranger = app.stranger();
    for (route, _) in PAGES.iter().chain(FILES) {
        let page = stranger.get(&at(route)).await.is(303);
        assert_eq!(page.leads_to(), format!("/sign-in?next={}", at(route)));
    }
    for (route, _) in DEEDS {
        stranger.post(&at(route), &[("words", "kept for you")]).await.is(401);
    }
}

#[tokio::test]
async fn another_tenant_finds_nothing_and_changes_nothing() {
    let app = house().await;
    let before = everything(&app).await;
    let mut eve = app.visit(Who::Eve).await;
    for (route, _) in PAGES.iter().chain(FILES) {
        eve.get(&at(route)).await.is(404);
    }
    for (route, _) in DEEDS {
        eve.post(&at(route), &[]).await.is(404);
    }
    // From her own organisation, with ids of Saltmarsh's things.
    for (route, _) in PAGES.iter().chain(FILES).filter(|(route, _)| route.matches('{').count() > 1) {
        let page = eve.get(&at(route).replace("/o/saltmarsh/", "/o/driftwood/")).await;
        assert_eq!(page.status.as_u16(), 404, "{route}");
        assert!(!page.body.contains("surge-height"), "{route}");
    }
    assert_eq!(everything(&app).await, before);
}

#[tokio::test]
async fn forged_ids_are_nothing_here() {
    let app = house().await;
    let before = everything(&app).await;
    let mut nuno = app.visit(Who::Nuno).await;
    let has_id = |route: &&(&str, Door)| route.0.matches('{').count() > 1;
    for (route, _) in PAGES.iter().filter(has_id) {
        let page = nuno.get(&forged(route)).await;
        assert_eq!(page.status.as_u16(), 404, "{route}");
        assert!(!page.body.contains("Canary"), "{route}");
        nuno.get(&forged(route).replace("-7000-", "-zzzz-").replace("shore", "no-such-team")).await.is(404);
    }
    for (route, _) in DEEDS.iter().filter(has_id) {
        let page: Page = nuno.post(&forged(route), &[]).await;
        assert!(matches!(page.status.as_u16(), 400 | 404), "{route}: {}", page.status);
    }
    assert_eq!(everything(&app).await, before);
}

#[tokio::test]
async fn deeds_are_for_those_who_may() {
    let app = house().await;
    let before = everything(&app).await;
    for who in [Who::Arjun, Who::Otieno, Who::Olga] {
        let mut visitor = app.visit(who).await;
        for (route, door) in DEEDS.iter().filter(|(_, door)| !door.opens_to(who)) {
            let page = visitor.post(&at(route), &[]).await;
            assert_eq!(page.status.as_u16(), 403, "{who:?} at {route} ({door:?})");
        }
    }
    assert_eq!(everything(&app).await, before);
}

#[tokio::test]
async fn other_sites_forms_and_bare_cookies_are_refused() {
    let app = house().await;
    let before = everything(&app).await;
    let mut ines: Visitor = app.visit(Who::Ines).await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("x-none", "1"),
    ] {
        for (route, _) in DEEDS {
            let request = axum::http::Request::post(at(route))
                .header("content-type", "application/x-www-form-urlencoded")
                .header("host", "localhost:3000")
                .header(name, value)
                .body(axum::body::Body::from("x=1"))
                .unwrap();
            ines.send(&at(route), request).await.is(403);
        }
    }
    assert_eq!(everything(&app).await, before);
}
