//! A private team: there for those who sit in it and for owners, and for nobody else, on any page, in any file or mail, by
//! any address. Each thing of it holds a word that stands nowhere else, so that both can be seen.

use crate::doors::{AUTHORS, DEEDS, Door, FILES, PAGES, TALK};
use crate::support::cast::{
    FIELD, FIELD_STANDUP, KR_FOULING, OBJ_MODEL, OBJ_RETIRE, OBJ_SENSORS, Q4, SALTMARSH, id,
};
use crate::support::{Page, TestApp, Visitor, Who};
use meridian::clockwork::{self, Duty};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;

/// What all words of the team begin with.
const SECRET: &str = "qsecret";

/// Things of the team, by what addresses call them.
const STANDUP: u64 = FIELD_STANDUP;
const UPDATE: u64 = 7001;
const COMMENT: u64 = 7002;
const OBJECTIVE: u64 = 7003;
const KEY_RESULT: u64 = 7004;
const CYCLE: u64 = 7005;
const CHECK_IN: u64 = 7006;
const ASK: u64 = 7007;
const INVITATION: u64 = 7008;
const OWN_OBJECTIVE: u64 = 7009;
const QUESTION: u64 = 7010;
const OF_CHECK_IN: u64 = 7011;
const OF_OBJECTIVE: u64 = 7012;
const OF_KEY_RESULT: u64 = 7013;
const ARJUNS: u64 = 7014;

/// Who may read nothing of it: a member who owns and is named in some of it, an admin, an observer.
const OUTSIDE: [Who; 3] = [Who::Arjun, Who::Sanne, Who::Olga];
/// Who may: a member and the lead who sit in it, and an owner who does not.
const INSIDE: [Who; 3] = [Who::Otieno, Who::Wanjiru, Who::Nuno];

/// Saltmarsh with Field as a private team that has something of everything. People from outside are tied to it wherever that
/// could have happened while it was everybody's to read.
async fn house() -> TestApp {
    let app = TestApp::new().await;
    let mut sql = String::new();
    let mut add = |text: String| writeln!(sql, "{text};").unwrap();
    let org = id(SALTMARSH);
    let (wanjiru, otieno, arjun) = (Who::Wanjiru.member(), Who::Otieno.member(), Who::Arjun.member());
    let at = "'2026-11-16T08:00:00Z'";
    add(format!("update team set name = 'Qsecretteam', slug = 'qsecretslug' where id = '{}'", id(FIELD)));
    add(format!("update standup set name = 'Qsecretstandup' where id = '{}'", id(STANDUP)));
    add(format!(
        "update question set prompt = 'Qsecretprompt?' where standup_id = '{}' and position = 0",
        id(STANDUP)
    ));
    add(format!(
        r#"insert into "update" (org_id, id, standup_id, team_id, member_id, local_date, zone, posted_at, submission_key)
           values ('{org}', '{}', '{}', '{}', '{otieno}', '2026-11-16', 'Africa/Nairobi', {at}, gen_random_uuid())"#,
        id(UPDATE),
        id(STANDUP),
        id(FIELD)
    ));
    for (question, words) in [(334, "Qsecretanswer zebra"), (335, "Qsecretplan")] {
        add(format!(
            "insert into answer (org_id, update_id, question_id, body) values ('{org}', '{}', '{}', '{words}')",
            id(UPDATE),
            id(question)
        ));
    }
    add(format!(
        "insert into blocker (org_id, id, update_id, team_id, member_id, body, unblocker_id, opened_at, kind, next_step)
         values ('{org}', gen_random_uuid(), '{}', '{}', '{otieno}', 'Qsecretblocker zebra', '{arjun}', {at}, 'access', 'Qsecretnext')",
        id(UPDATE),
        id(FIELD)
    ));
    add(format!(
        "insert into cycle (org_id, id, name, team_id, first_date, last_date, zone, state, created_at)
         values ('{org}', '{}', 'Qsecretcycle', '{}', '2026-09-28', '2026-12-27', 'Africa/Nairobi', 'active', '2026-09-01T08:00:00Z')",
        id(CYCLE),
        id(FIELD)
    ));
    // It serves one of the whole organisation that counts what serves it, and one of another team serves it.
    for (objective, cycle, title, parent, owner, reviewer) in [
        (OBJECTIVE, Q4, "Qsecretobjective zebra", Some(OBJ_SENSORS), wanjiru, arjun),
        (OWN_OBJECTIVE, CYCLE, "Qsecretown", None, wanjiru, arjun),
        (ARJUNS, Q4, "Qsecretarjuns", None, arjun, wanjiru),
    ] {
        let parent = parent.map_or("null".to_owned(), |parent| format!("'{}'", id(parent)));
        add(format!(
            "insert into objective (org_id, id, cycle_id, team_id, parent_id, title, why, owner_id, reviewer_id, created_at)
             values ('{org}', '{}', '{}', '{}', {parent}, '{title}', 'Qsecretwhy', '{owner}', '{reviewer}', '2026-10-01T08:00:00Z')",
            id(objective),
            id(cycle),
            id(FIELD)
        ));
    }
    add(format!("update objective set count_aligned = true where id = '{}'", id(OBJ_SENSORS)));
    add(format!("update objective set parent_id = '{}' where id = '{}'", id(OBJECTIVE), id(OBJ_RETIRE)));
    add(format!(
        "insert into key_result (org_id, id, objective_id, title, owner_id, unit, measured_by, created_at)
         values ('{org}', '{}', '{}', 'Qsecretresult zebra', '{arjun}', 'qsecretunit', 'Qsecretmeasure', '2026-10-01T08:00:00Z');
         insert into key_result_terms (org_id, id, key_result_id, effective_at, kind, baseline, target, weight, member_id, reason)
         values ('{org}', gen_random_uuid(), '{0}', '2026-10-01T08:00:00Z', 'increase', 0, 100, 1, '{wanjiru}', 'Qsecretreason')",
        id(KEY_RESULT),
        id(OBJECTIVE)
    ));
    for (check_in, on, member, with) in [
        (CHECK_IN, KEY_RESULT, wanjiru, "null".to_owned()),
        (7020, KR_FOULING, otieno, format!("'{}'", id(UPDATE))),
    ] {
        add(format!(
            "insert into check_in (org_id, id, key_result_id, member_id, update_id, at, local_date, zone, value, confidence, note, submission_key)
             values ('{org}', '{}', '{}', '{member}', {with}, {at}, '2026-11-16', 'Africa/Nairobi', 30, 'at_risk', '{}', gen_random_uuid())",
            id(check_in),
            id(on),
            if check_in == CHECK_IN { "Qsecretcheckin zebra" } else { "" }
        ));
    }
    for (comment, column, on) in [
        (COMMENT, "update_id", UPDATE),
        (OF_CHECK_IN, "check_in_id", CHECK_IN),
        (OF_OBJECTIVE, "objective_id", OBJECTIVE),
        (OF_KEY_RESULT, "key_result_id", KEY_RESULT),
    ] {
        add(format!(
            "insert into comment (org_id, id, {column}, author_id, body, at, zone, submission_key)
             values ('{org}', '{}', '{}', '{wanjiru}', 'Qsecretreply zebra', {at}, 'Africa/Nairobi', gen_random_uuid())",
            id(comment),
            id(on)
        ));
        // Arjun, Sanne and Olga were told, and so was Nuno.
        for who in [Who::Arjun, Who::Sanne, Who::Olga, Who::Nuno] {
            add(format!(
                "insert into mention (org_id, comment_id, member_id) values ('{org}', '{0}', '{1}');
                 insert into notice (org_id, id, member_id, actor_id, kind, {column}, comment_id, cause_id, at)
                 values ('{org}', gen_random_uuid(), '{1}', '{wanjiru}', 'mention', '{2}', '{0}', '{0}', {at})",
                id(comment),
                who.member(),
                id(on)
            ));
        }
    }
    add(format!(
        "insert into ask (org_id, id, update_id, asker_id, asked_id, question, asked_at)
         values ('{org}', '{}', '{}', '{wanjiru}', '{arjun}', 'Qsecretask zebra?', {at});
         insert into ask (org_id, id, check_in_id, asker_id, asked_id, question, asked_at, answer, answered_at)
         values ('{org}', '{}', '{}', '{arjun}', '{wanjiru}', 'Qsecretasked?', {at}, 'Qsecretanswered', {at});
         insert into acknowledgement (org_id, check_in_id, member_id, at, note) values ('{org}', '{3}', '{arjun}', {at}, 'Qsecretread')",
        id(ASK),
        id(UPDATE),
        id(QUESTION),
        id(CHECK_IN)
    ));
    add(format!(
        "insert into key_result_grade (org_id, key_result_id, grade, note, cause, outlook, member_id, at)
         values ('{org}', '{}', 0.3, 'Qsecretgrade', 'Qsecretcause', 'carry', '{wanjiru}', {at});
         insert into objective_grade (org_id, objective_id, grade, note, learned, member_id, at)
         values ('{org}', '{}', 0.4, 'Qsecretgraded', 'Qsecretlearned', '{wanjiru}', {at})",
        id(KEY_RESULT),
        id(OBJECTIVE)
    ));
    add(format!(
        "insert into invitation (org_id, id, team_id, inviter_id, email, token_hash, created_at, expires_at)
         values ('{org}', '{}', '{}', '{wanjiru}', 'qsecretguest@example.org', sha256('guest'), {at}, '2026-11-30T08:00:00Z')",
        id(INVITATION),
        id(FIELD)
    ));
    add(format!("update team set private = true where id = '{}'", id(FIELD)));
    add("insert into roll_up_due (org_id, id, cycle_id, since) select org_id, gen_random_uuid(), id, created_at from cycle".to_owned());
    app.run(&sql).await;
    // Days are written, rows are made.
    clockwork::tick(&app.app, app.now()).await.unwrap();
    app
}

/// A route with things of the team in it.
fn of_the_team(route: &str) -> String {
    let comment = match route {
        _ if route.contains("/check-ins/{check_in}/comments") => OF_CHECK_IN,
        _ if route.contains("/objectives/{objective}/comments") => OF_OBJECTIVE,
        _ if route.contains("/key-results/{key_result}/comments") => OF_KEY_RESULT,
        _ => COMMENT,
    };
    filled(route, |number| id(number).to_string(), "qsecretslug", comment)
}

/// The same route with things that are nowhere.
fn of_nothing(route: &str) -> String {
    filled(route, |number| id(number + 90_000).to_string(), "no-such-team", COMMENT)
}

fn filled(route: &str, id_of: impl Fn(u64) -> String, team: &str, comment: u64) -> String {
    let names = [
        ("{standup}", STANDUP),
        ("{update}", UPDATE),
        ("{comment}", comment),
        ("{objective}", OBJECTIVE),
        ("{key_result}", KEY_RESULT),
        ("{cycle}", CYCLE),
        ("{check_in}", CHECK_IN),
        ("{ask}", ASK),
        ("{question}", QUESTION),
        ("{invitation}", INVITATION),
    ];
    let route = route.replace("{org}", "saltmarsh").replace("{team}", team);
    names.into_iter().fold(route, |route, (name, number)| route.replace(name, &id_of(number)))
}

/// Whether a route leads to something of a team.
fn has_things(route: &str) -> bool {
    of_the_team(route) != route.replace("{org}", "saltmarsh") && !of_the_team(route).contains('{')
}

/// The words of the team in some text.
fn words_in(text: &str) -> BTreeSet<String> {
    let text = text.to_lowercase();
    let word = |rest: &str| rest.chars().take_while(char::is_ascii_alphabetic).collect::<String>();
    text.match_indices(SECRET).map(|(at, _)| word(&text[at..])).collect()
}

/// Ids of the team in some text.
fn ids_in(text: &str) -> Vec<String> {
    let all = [FIELD, STANDUP].into_iter().chain(7001..=7014).map(|number| id(number).to_string());
    all.filter(|id| text.contains(id)).collect()
}

/// Everything an answer says: its address, its headers, its body.
fn all_of(page: &Page) -> String {
    format!("{:?}\n{}", page.headers, page.body)
}

/// Opens every page and file that links lead to from Today, each once; gives the words of the team on the way, and where.
async fn walk(visitor: &mut Visitor<'_>) -> (usize, BTreeMap<String, String>, Vec<String>) {
    let root = "/o/saltmarsh";
    let mut seen = BTreeSet::from([format!("{root}/today")]);
    let mut ahead: VecDeque<String> = seen.iter().cloned().collect();
    let (mut pages, mut words, mut ids) = (0, BTreeMap::new(), Vec::new());
    while let Some(address) = ahead.pop_front() {
        let page = visitor.get(&address).await;
        let said = all_of(&page);
        for word in words_in(&said) {
            words.entry(word).or_insert(address.clone());
        }
        ids.extend(ids_in(&said).into_iter().map(|id| format!("{id} at {address}")));
        if page.status.is_redirection() {
            let to = page.leads_to().to_owned();
            if to.starts_with(root) && seen.insert(to.clone()) {
                ahead.push_back(to);
            }
            continue;
        }
        assert!(page.status == 200 || page.status == 403, "{address}: {}", page.status);
        pages += 1;
        for link in page.attrs("a[href]", "href") {
            let link = link.split('#').next().unwrap_or_default().to_owned();
            if link.starts_with(root)
                && !link.contains("correct=")
                && seen.len() < 250
                && seen.insert(link.clone())
            {
                ahead.push_back(link);
            }
        }
    }
    (pages, words, ids)
}

/// Pages that hold no thing of a team in their address, and questions to them.
fn everywhere() -> Vec<String> {
    let plain = PAGES.iter().chain(FILES).map(|(route, _)| *route).chain(AUTHORS.iter().copied());
    let mut all: Vec<String> =
        plain.map(|route| route.replace("{org}", "saltmarsh")).filter(|route| !route.contains('{')).collect();
    for asked in [
        "search?q=zebra",
        "search?q=zebra&kind=update",
        "teams?view=new",
        "teams?view=week&day=2026-11-16",
        "teams?day=2026-11-16",
        "okrs?show=mine",
        "okrs?show=look",
        "okrs/csv?check_ins=1",
        "okrs/arrange",
        "time?view=week",
        "notices",
        "review?view=queue",
        "cycles/new?length=six_weeks",
    ] {
        all.push(format!("/o/saltmarsh/{asked}"));
    }
    for place in [
        format!("objectives/{}", id(OBJ_SENSORS)),
        format!("objectives/{}/csv", id(OBJ_SENSORS)),
        format!("objectives/{}/edit", id(OBJ_SENSORS)),
        format!("objectives/{}/edit", id(OBJ_RETIRE)),
        format!("objectives/{}/place", id(OBJ_RETIRE)),
        format!("objectives/{}", id(OBJ_RETIRE)),
        format!("objectives/{}", id(OBJ_MODEL)),
        format!("objectives/{}/people", id(OBJ_MODEL)),
        format!("key-results/{}", id(KR_FOULING)),
        format!("key-results/{}/csv", id(KR_FOULING)),
        format!("cycles/{}", id(Q4)),
        format!("cycles/{}/closing", id(Q4)),
        format!("cycles/{}/record", id(Q4)),
        "settings/teams/forecast".to_owned(),
    ] {
        all.push(format!("/o/saltmarsh/{place}"));
    }
    all
}

#[tokio::test]
async fn to_those_outside_it_is_not_there() {
    let app = house().await;
    for who in OUTSIDE {
        let mut visitor = app.visit(who).await;
        let (pages, words, ids) = walk(&mut visitor).await;
        assert!(words.is_empty() && ids.is_empty(), "{who:?} reads {words:?} {ids:?}");
        assert!(pages > 30, "{who:?} saw {pages} pages");
        for address in everywhere() {
            let page = visitor.get(&address).await;
            let said = all_of(&page);
            assert!(page.status.as_u16() < 500, "{who:?} at {address}: {}", page.status);
            assert!(words_in(&said).is_empty(), "{who:?} at {address} reads {:?}", words_in(&said));
            assert!(ids_in(&said).is_empty(), "{who:?} at {address} reads {:?}", ids_in(&said));
        }
        // Its addresses lead nowhere, by any verb, and answer as those of nothing do.
        let gets = PAGES
            .iter()
            .chain(FILES)
            .map(|(route, _)| *route)
            .chain(TALK.iter().copied())
            .chain(AUTHORS.iter().copied());
        for route in gets.filter(|route| has_things(route)) {
            let page = visitor.get(&of_the_team(route)).await;
            let nothing = visitor.get(&of_nothing(route)).await.status;
            // Who may open no such page at all hears that; anybody else, that there is none.
            assert!(matches!(page.status.as_u16(), 403 | 404), "{who:?} at {route}: {}", page.status);
            assert_eq!(page.status, nothing, "{who:?} at {route}");
            assert!(words_in(&page.body.replace("qsecretslug", "")).is_empty(), "{who:?} at {route}");
        }
        for (route, _) in DEEDS.iter().filter(|(route, _)| has_things(route)) {
            let status = visitor.post(&of_the_team(route), &[]).await.status;
            let nothing = visitor.post(&of_nothing(route), &[]).await.status;
            assert_eq!(status, nothing, "{who:?} at {route}");
            assert!(matches!(status.as_u16(), 400 | 403 | 404), "{who:?} at {route}: {status}");
        }
    }
    // The form that posts under it names it in its fields.
    let mut arjun = app.visit(Who::Arjun).await;
    let form =
        arjun.get("/o/saltmarsh/objectives/new").await.is(200).form("form.sheet").fill("title", "Mine");
    for (field, value) in [("team", FIELD), ("parent", OBJECTIVE), ("parent", KEY_RESULT)] {
        let refused = arjun.submit(form.clone().without(field).with(field, &id(value).to_string())).await;
        assert_eq!(refused.status.as_u16(), 404, "{field}");
    }
}

#[tokio::test]
async fn to_those_inside_all_of_it_is_there() {
    let app = house().await;
    let mut read: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for who in INSIDE {
        let mut visitor = app.visit(who).await;
        let (pages, words, _) = walk(&mut visitor).await;
        assert!(pages > 30, "{who:?} saw {pages} pages");
        let read = read.entry(who.name()).or_default();
        read.extend(words.into_keys());
        let gets = PAGES.iter().chain(FILES).filter(|(route, _)| has_things(route));
        for (route, door) in gets {
            let page = visitor.get(&of_the_team(route)).await;
            let opens = match who {
                Who::Nuno => true,
                Who::Wanjiru => *door != Door::Admins,
                _ => matches!(door, Door::Everybody | Door::TakesPart),
            };
            assert_eq!(page.status.as_u16(), if opens { 200 } else { 403 }, "{who:?} at {route}");
            read.extend(words_in(&all_of(&page)));
        }
        for address in everywhere() {
            read.extend(words_in(&all_of(&visitor.get(&address).await)));
        }
    }
    let all: BTreeSet<String> = [
        "answer",
        "answered",
        "arjuns",
        "ask",
        "asked",
        "blocker",
        "cause",
        "checkin",
        "cycle",
        "grade",
        "graded",
        "guest",
        "learned",
        "measure",
        "next",
        "objective",
        "own",
        "plan",
        "prompt",
        "read",
        "reply",
        "result",
        "slug",
        "standup",
        "team",
        "unit",
        "why",
    ]
    .into_iter()
    .map(|word| format!("{SECRET}{word}"))
    .collect();
    for who in [Who::Wanjiru, Who::Nuno] {
        let missing: Vec<_> = all.difference(&read[who.name()]).collect();
        assert!(missing.is_empty(), "{who:?} does not find {missing:?}");
    }
    // Who may not set the team up does not see its invitations, nor what tells several standups apart.
    let missing: Vec<_> = all.difference(&read[Who::Otieno.name()]).map(String::as_str).collect();
    assert_eq!(missing, ["qsecretguest", "qsecretstandup"]);
}

#[tokio::test]
async fn mails_tell_of_it_only_to_those_inside() {
    let app = house().await;
    app.run(&format!(
        "update member set digest = 'weekly', digest_weekday = 2, next_digest_at = '2026-11-17T10:00:00Z',
                digest_time = ('2026-11-17T10:00:00Z'::timestamptz at time zone zone)::time, notices = 'quarter', next_notice_at = '{at}',
                week = '{{\"mon\":[[\"00:00\",\"23:59\"]],\"tue\":[[\"00:00\",\"23:59\"]]}}', quiet_from = '03:00', quiet_until = '03:01'
          where org_id = '{}'",
        id(SALTMARSH),
        at = "2026-11-17T09:30:00Z",
    ))
    .await;
    for at in ["2026-11-17T09:45:00Z", "2026-11-17T10:00:00Z", "2026-11-17T10:30:00Z", "2026-11-17T12:00:00Z"]
    {
        app.at(at);
        for duty in [Duty::Notices, Duty::Digests] {
            duty.run(&app.app, app.now()).await.unwrap();
        }
    }
    let mails: Vec<(String, String)> = sqlx::query_as(
        "select recipient, kind || ' ' || subject || ' ' || body_text || ' ' || body_html from mail order by created_at, id",
    )
    .fetch_all(&mut app.raw().await)
    .await
    .unwrap();
    let mut told: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (recipient, text) in &mails {
        told.entry(recipient).or_default().extend(words_in(text));
    }
    for who in OUTSIDE {
        let email = who.email();
        assert!(
            told.get(email.as_str()).is_none_or(BTreeSet::is_empty),
            "{who:?} is told {:?}",
            told[email.as_str()]
        );
    }
    // The admin's weekly mail was sent, and an owner's tells of the team what an admin's tells of others.
    assert!(mails.iter().any(|(to, text)| *to == Who::Sanne.email() && text.starts_with("digest_weekly")));
    for (who, word) in [
        (Who::Nuno, "qsecretteam"),
        (Who::Nuno, "qsecretresult"),
        (Who::Nuno, "qsecretreply"),
        (Who::Wanjiru, "qsecretblocker"),
        (Who::Wanjiru, "qsecretanswer"),
    ] {
        let told = told.get(who.email().as_str());
        assert!(told.is_some_and(|told| told.contains(word)), "{who:?} is not told {word}: {told:?}");
    }
}

/// The number an objective's page shows to somebody.
async fn number(app: &TestApp, who: Who, objective: u64) -> String {
    app.visit(who)
        .await
        .get(&format!("/o/saltmarsh/objectives/{}", id(objective)))
        .await
        .is(200)
        .text("aside .big")
}

#[tokio::test]
async fn what_is_of_it_counts_in_nothing_that_others_read() {
    let app = house().await;
    // Fouling stands at 30, on its way from 46 to 15; the team's key result at 30 of 100.
    for who in [Who::Nuno, Who::Arjun] {
        assert_eq!(number(&app, who, OBJ_SENSORS).await, "52%", "{who:?}");
    }
    let page = app
        .visit(Who::Wanjiru)
        .await
        .get(&format!("/o/saltmarsh/objectives/{}", id(OBJECTIVE)))
        .await
        .is(200);
    assert!(
        page.text("main aside.stack")
            .contains("The team is private, so this doesn’t count in what it serves.")
    );
    let mut wanjiru = app.visit(Who::Wanjiru).await;
    let settings = wanjiru.get("/o/saltmarsh/settings/teams/qsecretslug").await.is(200);
    wanjiru.submit(settings.form("form[action$='/readers']").fill("readers", "everybody")).await.is(303);
    for who in [Who::Nuno, Who::Arjun] {
        assert_eq!(number(&app, who, OBJ_SENSORS).await, "41%", "{who:?}");
    }
    clockwork::tick(&app.app, app.now()).await.unwrap();
    let found = clockwork::rebuild(&app.app, app.now(), true).await.unwrap();
    let found: Vec<_> = found.into_iter().flat_map(|report| report.differences).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn a_lead_chooses_who_reads_a_team_and_nobody_shuts_themselves_out() {
    let app = TestApp::new().await;
    let settings = "/o/saltmarsh/settings/teams/forecast";
    // An admin who does not sit in it would lose it.
    let mut sanne = app.visit(Who::Sanne).await;
    let form = sanne.get(settings).await.is(200).form("form[action$='/readers']").fill("readers", "team");
    let refused = sanne.submit(form.clone()).await.is(422);
    assert!(refused.text("main").contains("You would shut yourself out"));
    assert!(refused.has("input[name=readers][value=team][checked]"));
    sanne.post(&format!("{settings}/readers"), &[("readers", "nobody")]).await.is(404);
    app.visit(Who::Arjun).await.post(&format!("{settings}/readers"), &[("readers", "team")]).await.is(403);
    // Its lead may, and so it is said wherever the team is named.
    let mut ines = app.visit(Who::Ines).await;
    ines.submit(form).await.is(303);
    for address in [
        settings.to_owned(),
        "/o/saltmarsh/teams/forecast".to_owned(),
        format!("/o/saltmarsh/objectives/{}", id(OBJ_MODEL)),
    ] {
        assert!(ines.get(&address).await.is(200).text(".eyebrow").contains("Private"), "{address}");
    }
    assert_eq!(app.count("from audit where action = 'team_made_private'").await, 1);
    // Gone for the admin; there for owners; again for the admin once somebody adds her.
    for who in [Who::Sanne, Who::Wanjiru, Who::Olga] {
        let mut visitor = app.visit(who).await;
        visitor.get(settings).await.is(404);
        visitor.get("/o/saltmarsh/teams/forecast").await.is(404);
        visitor.post(&format!("{settings}/readers"), &[("readers", "everybody")]).await.is(404);
        visitor.post(&format!("{settings}/members"), &[("member", &who.member().to_string())]).await.is(404);
    }
    app.visit(Who::Nuno).await.get(settings).await.is(200);
    ines.post(&format!("{settings}/members"), &[("member", &Who::Sanne.member().to_string())]).await.is(303);
    sanne.get(settings).await.is(200);
    // Whoever takes themselves off it ends on a page that is still theirs.
    let left =
        sanne.post(&format!("{settings}/members/{}", Who::Sanne.member()), &[("seat", "gone")]).await.is(303);
    sanne.follow(left).await.is(200);
    sanne.get(settings).await.is(404);
    // An owner opens it again.
    let mut nuno = app.visit(Who::Nuno).await;
    let form = nuno.get(settings).await.is(200).form("form[action$='/readers']").fill("readers", "everybody");
    nuno.submit(form).await.is(303);
    sanne.get(settings).await.is(200);
    assert_eq!(app.count("from audit where action = 'team_made_open'").await, 1);
}

#[tokio::test]
async fn nobody_owns_or_reviews_what_they_may_not_read_and_who_does_is_asked_no_more() {
    let app = TestApp::new().await;
    clockwork::tick(&app.app, app.now()).await.unwrap();
    let asked = |who: Who| {
        format!(
            "from occurrence where member_id = '{}' and key_result_id is not null and opens_at > '2026-11-18' and not excused",
            who.member()
        )
    };
    app.run(&format!(
        "update key_result set owner_id = '{}' where title like 'Forecasts published%'",
        Who::Wanjiru.member()
    ))
    .await;
    let mut ines = app.visit(Who::Ines).await;
    let choice =
        ines.get("/o/saltmarsh/settings/teams/forecast").await.is(200).form("form[action$='/readers']");
    let open = choice.clone().fill("readers", "everybody");
    ines.submit(choice.fill("readers", "team")).await.is(303);
    clockwork::tick(&app.app, app.now()).await.unwrap();
    assert_eq!(app.count(&asked(Who::Wanjiru)).await, 0);
    let edit = format!("/o/saltmarsh/objectives/{}/edit", id(OBJ_MODEL));
    for field in ["owner", "reviewer"] {
        let form =
            ines.get(&edit).await.is(200).form("form.sheet").fill(field, &Who::Wanjiru.member().to_string());
        let refused = ines.submit(form).await.is(422);
        assert!(
            refused
                .text("main")
                .contains("Forecast is private: only those who sit in it can own or review what is of it.")
        );
    }
    let form =
        ines.get(&edit).await.is(200).form("form.sheet").fill("reviewer", &Who::Nuno.member().to_string());
    ines.submit(form).await.is(303);
    let new = ines.get(&format!("/o/saltmarsh/objectives/{}/key-results/new", id(OBJ_MODEL))).await.is(200);
    let owners = new.texts("select[name=owner] option");
    assert!(
        owners.contains(&"Tama Walker".to_owned()) && !owners.contains(&"Wanjiru Kamau".to_owned()),
        "{owners:?}"
    );
    ines.submit(open).await.is(303);
    clockwork::tick(&app.app, app.now()).await.unwrap();
    assert!(app.count(&asked(Who::Wanjiru)).await > 0, "and again when she may");
}

#[tokio::test]
async fn what_an_admin_does_reaches_also_what_is_hidden_from_them() {
    let app = house().await;
    let mut sanne = app.visit(Who::Sanne).await;
    let otieno = Who::Otieno.member();
    let to_come =
        format!("from occurrence where member_id = '{otieno}' and opens_at > '2026-11-18' and not excused");
    assert!(app.count(&to_come).await > 0);
    let people = sanne.get("/o/saltmarsh/settings/people").await.is(200);
    let address = format!("/o/saltmarsh/settings/people/{otieno}");
    assert!(people.has(&format!("form[action='{address}']")));
    sanne.post(&address, &[("role", "member"), ("leave", "1")]).await.is(303);
    assert_eq!(app.count(&format!("from team_member where member_id = '{otieno}'")).await, 0);
    assert_eq!(app.count(&to_come).await, 0);
    // A place in the tree that she can't see is not lost when she changes what stands in it.
    let edit = format!("/o/saltmarsh/objectives/{}/edit", id(OBJ_RETIRE));
    let form = sanne.get(&edit).await.is(200).form("form.sheet").fill("title", "Retire them");
    sanne.submit(form).await.is(303);
    let kept = format!("from objective where id = '{}' and parent_id = '{}'", id(OBJ_RETIRE), id(OBJECTIVE));
    assert_eq!(app.count(&kept).await, 1);
    // Nor does a circle close behind what she can't see.
    let mut form = sanne
        .get(&format!("/o/saltmarsh/objectives/{}/place", id(OBJ_SENSORS)))
        .await
        .is(200)
        .form("form.sheet");
    form = form.fill("parent", &id(OBJ_RETIRE).to_string());
    sanne.submit(form).await.is(422);
}

/// Tables that name a team and hold nothing anybody is shown: sealed counts, and marks of who answered.
const SHOWN_TO_NOBODY: [&str; 2] = ["mood_mark", "mood_week"];

#[tokio::test]
async fn whatever_names_its_team_is_behind_the_wall() {
    let app = TestApp::empty().await;
    let tables = |rest: &str| {
        format!("select c.table_name::text from information_schema.columns c
                   join information_schema.tables t using (table_schema, table_name)
                  where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.column_name = 'team_id' and {rest} order by 1")
    };
    let walled = "exists (select from pg_policies p where p.tablename = c.table_name and p.policyname = 'own_organisation'
                             and p.qual like '%hidden_teams%')";
    let mut raw = app.raw().await;
    let open = tables(&format!("not {walled}"));
    let open: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(open)).fetch_all(&mut raw).await.unwrap();
    assert_eq!(open, SHOWN_TO_NOBODY);
    let held = tables(walled);
    let held: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(held)).fetch_all(&mut raw).await.unwrap();
    assert!(held.len() > 7, "{held:?}");
}
