//! Visits that look for something: each finds exactly what their pages show, in three languages, however it is typed, and
//! among a hundred thousand updates as quickly as among a hundred.

use crate::support::cast::{
    DRIFTWOOD, FIELD, FIELD_STANDUP, FORECAST, FORECAST_QUESTIONS, FORECAST_STANDUP, KR_ERROR, KR_SHORE,
    OBJ_MODEL, OBJ_SHORE, SALTMARSH, SHORE, SHORE_STANDUP, Who, id,
};
use crate::support::visitor::encode;
use crate::support::wire::Wire;
use crate::support::{Page, TestApp, Visitor};
use meridian::app;
use meridian::db::{Db, Limits};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The address of a search of Saltmarsh's.
fn search(fields: &[(&str, &str)]) -> String {
    format!("/o/saltmarsh/search?{}", encode(fields))
}

/// What a search for these words finds: the addresses of the hits.
async fn found(visitor: &mut Visitor<'_>, words: &str) -> Vec<String> {
    hits(&visitor.get(&search(&[("q", words)])).await.is(200))
}

fn hits(page: &Page) -> Vec<String> {
    page.attrs("main ol.lines h2 a", "href")
}

/// An update of somebody's with one answer, written without a visit.
async fn update(app: &TestApp, number: u64, who: Who, at: &str, words: &str) -> Uuid {
    let (org, team, standup) = match who {
        Who::Eve => (DRIFTWOOD, SHORE, SHORE_STANDUP),
        Who::Wanjiru | Who::Otieno => (SALTMARSH, FIELD, FIELD_STANDUP),
        _ => (SALTMARSH, FORECAST, FORECAST_STANDUP),
    };
    let question = FORECAST_QUESTIONS[0] + (standup - FORECAST_STANDUP) * 3;
    let update = id(number);
    app.run(&format!(
        r#"insert into "update" (org_id, id, standup_id, team_id, member_id, local_date, zone, posted_at, submission_key)
           values ('{org}', '{update}', '{}', '{}', '{}', ('{at}'::timestamptz at time zone 'UTC')::date, 'Europe/Lisbon', '{at}', gen_random_uuid());
           insert into answer (org_id, update_id, question_id, body) values ('{org}', '{update}', '{}', '{}')"#,
        id(standup),
        id(team),
        who.member(),
        id(question),
        words.replace('\'', "''"),
        org = id(org),
    ))
    .await;
    update
}

/// One thing of every kind, each with a word of its own, and the page that shows it; in both organisations.
async fn one_of_each(app: &TestApp) -> Vec<(&'static str, String)> {
    let mine = update(app, 901, Who::Tama, "2026-11-16T09:00:00Z", "The quillwort is back.").await;
    let theirs = update(app, 902, Who::Otieno, "2026-11-16T10:00:00Z", "The samphire is not.").await;
    let far = update(app, 903, Who::Eve, "2026-11-16T10:00:00Z", "The marram is far away.").await;
    let comment = "(org_id, id, {subject}, author_id, body, at, zone, submission_key)";
    for (number, org, subject, on, who, words) in [
        (911, SALTMARSH, "update_id", mine, Who::Olga, "Eelgrass too."),
        (912, SALTMARSH, "objective_id", id(OBJ_MODEL), Who::Arjun, "Seagrass as well."),
        (913, SALTMARSH, "key_result_id", id(KR_ERROR), Who::Ines, "And glasswort."),
        (914, DRIFTWOOD, "update_id", far, Who::Eve, "Sandwort."),
        (915, DRIFTWOOD, "key_result_id", id(KR_SHORE), Who::Eve, "Thrift."),
    ] {
        let columns = comment.replace("{subject}", subject);
        app.run(&format!(
            "insert into comment {columns} values ('{}', '{}', '{on}', '{}', '{words}', '2026-11-16T11:00:00Z', 'UTC', gen_random_uuid())",
            id(org), id(number), who.member()
        ))
        .await;
    }
    for (number, org, key_result, who, words) in [
        (921, SALTMARSH, KR_ERROR, Who::Ines, "Bladderwrack again."),
        (922, DRIFTWOOD, KR_SHORE, Who::Eve, "Kelp."),
    ] {
        app.run(&format!(
            "insert into check_in (org_id, id, key_result_id, member_id, at, local_date, zone, value, confidence, note, submission_key)
             values ('{}', '{}', '{}', '{}', '2026-11-16T11:30:00Z', '2026-11-16', 'UTC', 24, 'on_track', '{words}', gen_random_uuid())",
            id(org), id(number), id(key_result), who.member()
        ))
        .await;
    }
    app.run(&format!(
        "update objective set why = 'Because of the cordgrass.' where id = '{}';
         update objective set why = 'Because of the saltwort.' where id = '{}';
         update key_result set measured_by = 'Counting the sandgrass.' where id = '{}';
         insert into blocker (org_id, id, update_id, team_id, member_id, body, opened_at)
         values ('{}', '{}', '{theirs}', '{}', '{}', 'A wall of buckthorn.', '2026-11-16T10:00:00Z')",
        id(OBJ_MODEL),
        id(OBJ_SHORE),
        id(KR_ERROR),
        id(SALTMARSH),
        id(931),
        id(FIELD),
        Who::Otieno.member()
    ))
    .await;
    let page = |org: &str, rest: String| format!("/o/{org}{rest}");
    vec![
        ("quillwort", page("saltmarsh", format!("/updates/{mine}"))),
        ("samphire", page("saltmarsh", format!("/updates/{theirs}"))),
        ("buckthorn", page("saltmarsh", format!("/updates/{theirs}"))),
        ("eelgrass", page("saltmarsh", format!("/updates/{mine}"))),
        ("seagrass", page("saltmarsh", format!("/objectives/{}", id(OBJ_MODEL)))),
        ("cordgrass", page("saltmarsh", format!("/objectives/{}", id(OBJ_MODEL)))),
        ("glasswort", page("saltmarsh", format!("/key-results/{}", id(KR_ERROR)))),
        ("bladderwrack", page("saltmarsh", format!("/key-results/{}", id(KR_ERROR)))),
        ("sandgrass", page("saltmarsh", format!("/key-results/{}", id(KR_ERROR)))),
        ("marram", page("driftwood", format!("/updates/{far}"))),
        ("sandwort", page("driftwood", format!("/updates/{far}"))),
        ("thrift", page("driftwood", format!("/key-results/{}", id(KR_SHORE)))),
        ("kelp", page("driftwood", format!("/key-results/{}", id(KR_SHORE)))),
        ("saltwort", page("driftwood", format!("/objectives/{}", id(OBJ_SHORE)))),
    ]
}

#[tokio::test]
async fn each_finds_exactly_what_their_pages_show() {
    let app = TestApp::new().await;
    let things = one_of_each(&app).await;
    for who in [Who::Ines, Who::Otieno, Who::Mia, Who::Nuno, Who::Sanne, Who::Olga, Who::Eve] {
        let mut visitor = app.visit(who).await;
        let (mut shown, mut finds) = (BTreeSet::new(), BTreeSet::new());
        for (word, address) in &things {
            let page = visitor.get(address).await;
            if page.status == 200 && page.text("main").to_lowercase().contains(&word.to_lowercase()) {
                shown.insert((*word, address.clone()));
            }
            for org in ["saltmarsh", "driftwood"] {
                let page = visitor.get(&format!("/o/{org}/search?q={word}")).await;
                assert!(page.status == 200 || page.status == 404, "{who:?} {word}");
                for hit in hits(&page) {
                    let place = hit.split(['?', '#']).next().unwrap().to_owned();
                    finds.insert((*word, place));
                }
            }
        }
        assert_eq!(finds.len(), if who == Who::Eve { 5 } else { 9 }, "{who:?}");
        assert_eq!(finds, shown, "{who:?}");
    }
    app.stranger().get(&search(&[("q", "quillwort")])).await.is(303);

    // A private team is found by those who sit in it and by owners, and its name stands in nobody else's lists.
    app.run(&format!("update team set private = true where id = '{}'", id(FIELD))).await;
    for (who, reads) in [
        (Who::Otieno, true),
        (Who::Wanjiru, true),
        (Who::Nuno, true),
        (Who::Ines, false),
        (Who::Sanne, false),
        (Who::Olga, false),
    ] {
        let mut visitor = app.visit(who).await;
        for word in ["samphire", "buckthorn"] {
            assert_eq!(!found(&mut visitor, word).await.is_empty(), reads, "{who:?} {word}");
        }
        assert_eq!(found(&mut visitor, "quillwort").await.len(), 1);
        let page = visitor.get(&search(&[("q", "samphire")])).await.is(200);
        assert_eq!(page.has("#team option[value=field]"), reads, "{who:?}");
        assert!(page.has("#team option[value=forecast]"));
        let feed = visitor.get("/o/saltmarsh/teams/field?view=week").await;
        assert_eq!(feed.status == 200, reads, "{who:?}");
        let everyone = visitor.get("/o/saltmarsh/teams?view=week&day=2026-11-16").await.is(200);
        assert_eq!(everyone.texts("main article.post").len(), if reads { 2 } else { 1 }, "{who:?}");
        let told = if reads { "2 updates in" } else { "One update in" };
        assert!(everyone.h1().starts_with(told), "{who:?}: {}", everyone.h1());
    }
}

#[tokio::test]
async fn words_are_found_in_three_languages_and_however_they_are_typed() {
    let app = TestApp::new().await;
    for (number, words) in [
        (901, "The sensors were recalibrated before the running tide reached the harbours."),
        (902, "De metingen waren gisteren allemaal mislukt; de sluizen stonden open."),
        (903, "Les capteurs déployés hier mesuraient encore. Électrique, et posés à Inês."),
        (904, "Copper mesh for the Kaipara rigs is held at customs. The salt-spray certificate is missing."),
        (905, "Mesh of copper, not held by anybody."),
    ] {
        update(&app, number, Who::Tama, &format!("2026-11-0{}T09:00:00Z", number - 900), words).await;
    }
    let mut ines = app.visit(Who::Ines).await;
    for (typed, expected) in [
        // One language's way of writing finds another form of the word.
        ("sensor", vec![901]),
        ("recalibrating harbour", vec![901]),
        ("meting", vec![902]),
        ("sluis", vec![]),
        ("sluizen", vec![902]),
        ("mesurer", vec![903]),
        ("capteur déployé", vec![903]),
        ("deploye", vec![903]),
        ("électrique", vec![903]),
        ("ELECTRIQUE", vec![903]),
        ("ines", vec![903]),
        // All words, in any order; words in a row; without; beginnings.
        ("copper mesh", vec![905, 904]),
        ("mesh COPPER", vec![905, 904]),
        ("\"copper mesh\"", vec![904]),
        ("“mesh of copper”", vec![905]),
        ("\"copper mesh\" -customs", vec![]),
        ("copper -customs", vec![905]),
        ("copper -\"held at customs\"", vec![905]),
        ("salt-spray", vec![904]),
        ("certif*", vec![904]),
        ("certi", vec![]),
        ("KAIP*", vec![904]),
        ("salt-sp*", vec![904]),
        // Small words do not matter beside others, and can be looked for alone.
        ("the mesh of a rig", vec![904]),
        ("\"not held\"", vec![905]),
        ("by", vec![905]),
        ("nowhere", vec![]),
        ("-copper", vec![]),
        ("'", vec![]),
    ] {
        let addresses: Vec<_> = expected.iter().map(|n| format!("/o/saltmarsh/updates/{}", id(*n))).collect();
        let mut hits = found(&mut ines, typed).await;
        hits.retain(|hit| hit.contains("/updates/"));
        assert_eq!(hits, addresses, "{typed}");
    }
    let page = ines.get(&search(&[("q", "customs")])).await.is(200);
    assert_eq!(page.text("main ol mark"), "customs");
    assert_eq!(page.text("p[role=status]"), "One result for “customs”.");
    let none = ines.get(&search(&[("q", "customms")])).await.is(200);
    assert_eq!(none.text(".empty .h1"), "Nothing for “customms”.");
    let begin = ines.get("/o/saltmarsh/search").await.is(200);
    assert!(!begin.has(".empty") && begin.has("input[type=search][autofocus]"));
    assert!(ines.get("/o/saltmarsh/today").await.has("header a[href='/o/saltmarsh/search'][data-keys='/']"));
}

#[tokio::test]
async fn nothing_typed_or_written_does_harm() {
    let app = TestApp::new().await;
    let hostile = "<script>alert(1)</script> **customs** <img src=x onerror=alert(1)> [customs](javascript:alert(1)) \u{e000}x\u{e001} </p></li>";
    update(&app, 901, Who::Tama, "2026-11-16T09:00:00Z", hostile).await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get(&search(&[("q", "customs <script>alert(2)</script>")])).await.is(200);
    assert!(!page.has("main script") && !page.has("main img"));
    let page = ines.get(&search(&[("q", "customs")])).await.is(200);
    assert!(!page.has("main script") && !page.has("main img") && !page.has("main a[href^=javascript]"));
    assert_eq!(page.texts("main ol mark"), ["customs", "customs"]);
    assert!(page.text("main ol .say").contains("alert(1)"), "it is only text");
    let signs = [
        "'",
        "\"",
        "\\",
        "&",
        "|",
        "!",
        "(",
        ")",
        ":",
        "*",
        "<",
        ">",
        "-",
        "<->",
        ":*",
        "''",
        "\\'",
        "a",
        "é",
        "½",
        "\u{0}",
        "%",
        "ſ",
        "\u{1f409}",
        "' '",
        "的",
    ];
    for first in signs {
        for second in signs {
            let typed = format!("{first}{second} x{first}{second}* -{first} {second}y \"{first}{second}z\"");
            ines.get(&search(&[("q", &typed)])).await.is(200);
        }
    }
    for typed in ["x".repeat(5000), "'\\".repeat(500), "a* ".repeat(400), "\"a b\" -\"c d\" ".repeat(50)] {
        ines.get(&search(&[("q", &typed)])).await.is(200);
    }
    for wrong in ["kind=nothing", "team=nowhere", "person=nobody", "after=never"] {
        ines.get(&format!("/o/saltmarsh/search?q=customs&{wrong}")).await.is(404);
    }
    let refused =
        ines.get(&search(&[("q", "customs"), ("from", "soon"), ("until", "2026-11-20")])).await.is(422);
    assert_eq!(refused.attrs("#q", "value"), ["customs"]);
    assert_eq!(refused.texts(".err").len(), 1);
    ines.get(&search(&[("q", "customs"), ("from", "2026-11-20"), ("until", "2026-11-19")])).await.is(422);
    // An answer of any length can be posted: no text is too long to be searchable.
    let words: String =
        (0..20_000).map(|n| char::from_u32(0x4e00 + n % 20_000).unwrap()).map(|c| format!("{c} ")).collect();
    update(&app, 902, Who::Tama, "2026-11-13T09:00:00Z", &words.chars().take(20_000).collect::<String>())
        .await;
    update(&app, 903, Who::Tama, "2026-11-12T09:00:00Z", &"é".repeat(20_000)).await;
    assert_eq!(app.count("from searchable where kind = 'update'").await, 3);
}

#[tokio::test]
async fn a_search_is_narrowed_down_and_turned_page_by_page() {
    let app = TestApp::new().await;
    for n in 0..45_u64 {
        let who = if n % 3 == 0 { Who::Otieno } else { Who::Tama };
        let at = format!("2026-{:02}-{:02}T10:00:00Z", 9 + n / 28, 1 + n % 28);
        update(&app, 1000 + n, who, &at, "Sluices open.").await;
    }
    app.run(&format!(
        "insert into comment (org_id, id, objective_id, author_id, body, at, zone, submission_key)
         values ('{}', '{}', '{}', '{}', 'The sluices again.', '2026-09-05T23:30:00Z', 'UTC', gen_random_uuid())",
        id(SALTMARSH), id(1100), id(OBJ_MODEL), Who::Arjun.member()
    ))
    .await;
    let mut ines = app.visit(Who::Ines).await;
    let (mut address, mut seen) = (search(&[("q", "sluice")]), Vec::new());
    for expected in [20, 20, 6] {
        let page = ines.get(&address).await.is(200);
        assert_eq!(page.texts(".filters a"), ["All 46", "Updates 45", "Replies 1"]);
        assert_eq!(hits(&page).len(), expected);
        seen.extend(hits(&page));
        if let Some(next) = page.attrs("a[rel=next]", "href").pop() {
            address = next;
        }
    }
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 46, "each once");
    assert!(seen.last().unwrap().ends_with(&id(1000).to_string()), "the oldest is the last");
    let (tama, olga) = (Who::Tama.member().to_string(), Who::Olga.member().to_string());
    for (field, value, count) in [
        ("kind", "comment", 1),
        ("kind", "check_in", 0),
        ("team", "field", 15),
        ("person", tama.as_str(), 30),
        ("person", olga.as_str(), 0),
        ("from", "2026-10-01", 17),
        ("until", "2026-09-03", 3),
    ] {
        let page = ines.get(&search(&[("q", "sluice"), (field, value)])).await.is(200);
        let told = page.texts("[role=status]").join(" ");
        let words = match count {
            0 => "Nothing for “sluice”".to_owned(),
            1 => "One result for “sluice”".to_owned(),
            n => format!("{n} results for “sluice”"),
        };
        assert!(told.starts_with(&words), "{field}={value}: {told}");
    }
    // A date is a day of the reader's: half past eleven at night in UTC is the 6th in Lisbon's summer.
    for (from, until, count) in [("2026-09-06", "2026-09-06", 2), ("2026-09-05", "2026-09-05", 1)] {
        let page = ines.get(&search(&[("q", "sluice"), ("from", from), ("until", until)])).await.is(200);
        assert_eq!(hits(&page).len(), count, "{from}");
    }
}

#[tokio::test]
async fn what_changes_is_found_as_it_is_now() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let answer = |at: usize| format!("answer_{}", id(FORECAST_QUESTIONS[at]));
    let today = ines.get("/o/saltmarsh/today").await.is(200);
    let form = today
        .form("form.sheet")
        .fill(&answer(0), "Brackish.")
        .fill(&answer(1), "Dredging.")
        .fill(&answer(2), "Fogbound.");
    ines.submit(form).await.is(303);
    assert_eq!(found(&mut ines, "brackish dredging fogbound").await.len(), 1, "an update is one thing");
    let address = found(&mut ines, "brackish").await.remove(0);
    let edit = ines.get(&format!("{address}/edit")).await.is(200);
    ines.submit(edit.form("form.sheet").fill(&answer(0), "Limpid.")).await.is(303);
    assert_eq!(found(&mut ines, "brackish").await, Vec::<String>::new());
    assert_eq!(found(&mut ines, "limpid").await, std::slice::from_ref(&address));
    let page = ines.get(&address).await.is(200);
    let clear = page.form("form[action$=resolution]").fill("note", "The harbourmaster came.");
    ines.submit(clear).await.is(303);
    assert_eq!(found(&mut ines, "harbourmaster").await, std::slice::from_ref(&address));
    let mut arjun = app.visit(Who::Arjun).await;
    let page = arjun.get(&address).await.is(200);
    arjun.submit(page.form("form.sheet").fill("reply", "Wonderful.")).await.is(303);
    let reply = found(&mut ines, "wonderful").await;
    assert!(reply[0].starts_with(&format!("{address}#c-")), "{reply:?}");
    let thread = arjun.get(&address).await.is(200);
    let delete = thread.form("#thread details form").action.replace("/edit", "/delete");
    arjun.post(&delete, &[]).await.is(303);
    assert_eq!(found(&mut ines, "wonderful").await, Vec::<String>::new());
    assert_eq!(app.count("from searchable where kind = 'comment'").await, 0);
    let model = format!("/o/saltmarsh/objectives/{}", id(OBJ_MODEL));
    let edit = ines.get(&format!("{model}/edit")).await.is(200);
    ines.submit(edit.form("main form").fill("title", "Towns trust the tide tables")).await.is(303);
    assert_eq!(found(&mut ines, "tide tables").await, [model]);
    // What stands under an objective goes with it to another team.
    app.run(&format!("update objective set team_id = '{}' where id = '{}'", id(FIELD), id(OBJ_MODEL))).await;
    let moved = format!("from searchable s where team_id = '{}'", id(FIELD));
    assert_eq!(app.count(&moved).await, 1 + 2, "the objective and its key results");
}

#[tokio::test(flavor = "multi_thread")]
async fn among_a_hundred_thousand_updates_a_search_asks_what_it_asks_among_a_hundred() {
    let mut costs = Vec::new();
    for updates in [100, 100_000] {
        let mut app = TestApp::new().await;
        app.run(&growth(updates)).await;
        app.run("select pg_stat_reset()").await;
        let wire = Wire::to(&app.test).await;
        app.app.db = Db::connect(wire.options(), Limits { connections: 2 }).await.unwrap();
        app.router = app::router(app.app.clone());
        let mut ines = app.visit(Who::Ines).await;
        let mut statements = Vec::new();
        for words in ["needle", "tide", "\"running tide\"", "tide -w7", "w99*"] {
            let mut cheapest = u64::MAX;
            for _ in 0..3 {
                let (before, begun) = (wire.settled().await, Instant::now());
                let page = ines.get(&search(&[("q", words)])).await.is(200);
                let took = begun.elapsed();
                println!("{updates} updates, {words}: {took:?}, {}", page.texts("[role=status]").join(" "));
                assert!(!hits(&page).is_empty(), "{words}");
                cheapest = cheapest.min(wire.settled().await - before);
            }
            statements.push(cheapest);
        }
        costs.push(statements);
        app.app.db.close().await;
        if updates > 100 {
            println!("{}", plan(&app).await);
            let counters =
                "from pg_stat_user_indexes where indexrelname = 'searchable_words' and idx_scan >= 6";
            for _ in 0..100 {
                if app.count(counters).await == 1 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            assert_eq!(app.count(counters).await, 1, "the words were looked up");
            let read = "from pg_stat_user_tables where relname = 'searchable' and seq_scan > 0";
            assert_eq!(app.count(read).await, 0, "and the table never read through");
        }
    }
    assert_eq!(costs[0], costs[1]);
}

/// How the words are looked up, as the application's own role.
async fn plan(app: &TestApp) -> String {
    let mut raw = app.raw().await;
    let lines: Vec<String> = {
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
            "set role meridian_app; set app.org_id = '{}'; set app.search = '''needle'''",
            id(SALTMARSH)
        )))
        .execute(&mut raw)
        .await
        .unwrap();
        let sql = format!(
            "explain select id from searchable where org_id = '{}' and team_id = '{}' order by at desc",
            id(SALTMARSH),
            id(FORECAST)
        );
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(&mut raw).await.unwrap()
    };
    let plan = lines.join("\n");
    assert!(plan.contains("Bitmap Index Scan on searchable_words"), "{plan}");
    plan
}

/// Many updates of fifty words or so; one of them holds a needle. Triggers rest meanwhile; the table is then filled as the
/// migration does it.
fn growth(updates: u64) -> String {
    let org = id(SALTMARSH);
    format!(
        r#"set session_replication_role = replica;
           insert into "update" (org_id, id, standup_id, team_id, member_id, local_date, zone, posted_at, submission_key)
           select '{org}', ('00000000-0000-7000-8099-' || lpad(to_hex(n), 12, '0'))::uuid, '{standup}', '{team}', '{who}',
                  date '2000-01-01' + n, 'UTC', timestamptz '2016-01-01T09:00Z' + n * interval '50 minutes', gen_random_uuid()
             from generate_series(1, {updates}) n;
           insert into answer (org_id, update_id, question_id, body)
           select '{org}', ('00000000-0000-7000-8099-' || lpad(to_hex(n), 12, '0'))::uuid, '{question}',
                  'The running tide at station w' || n % 1000 || ' was ' || case n when 50 then 'a needle' else 'w' || n * 7 % 5000 end || ' and w' || n * 13 % 3000 || '.'
             from generate_series(1, {updates}) n;
           set session_replication_role = default;
           insert into searchable (org_id, id, kind, team_id, member_id, at, words)
           select org_id, id, kind, team_id, member_id, at, searchable_words(org_id, title, body) from searchable_text where kind = 'update';
           analyze"#,
        standup = id(FORECAST_STANDUP),
        team = id(FORECAST),
        who = Who::Tama.member(),
        question = id(FORECAST_QUESTIONS[0]),
    )
}
