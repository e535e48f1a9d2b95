//! The rules of the house that the compiler does not know.

use crate::support::TestApp;
use std::fs;
use std::path::{Path, PathBuf};

/// Files and rooms that take values and return values.
const PURE: &[&str] = &[
    "src/calendar",
    "src/okr/bar.rs",
    "src/okr/chart.rs",
    "src/okr/hints.rs",
    "src/okr/log.rs",
    "src/okr/measure.rs",
    "src/okr/pace.rs",
    "src/okr/permission.rs",
    "src/okr/progress.rs",
    "src/okr/receipt.rs",
    "src/okr/rollup.rs",
    "src/okr/status.rs",
    "src/okr/tree.rs",
    "src/okr/trend.rs",
    "src/channel/bulletin.rs",
    "src/channel/format",
    "src/channel/schedule.rs",
    "src/channel/tell.rs",
    "src/decision/rule.rs",
    "src/digest/compose.rs",
    "src/digest/news.rs",
    "src/digest/window.rs",
    "src/fair/window.rs",
    "src/hook/guard.rs",
    "src/mail/pause.rs",
    "src/mail/when.rs",
    "src/notice/subject.rs",
    "src/reminder/ladder.rs",
    "src/round/packed.rs",
    "src/search/cursor.rs",
    "src/search/pieces.rs",
    "src/search/terms.rs",
    "src/standup/blocker.rs",
    "src/standup/board.rs",
    "src/standup/journal.rs",
    "src/standup/later.rs",
    "src/standup/mood.rs",
    "src/standup/plan.rs",
    "src/talk/mention.rs",
    "src/time/arc.rs",
    "src/time/overlap.rs",
    "src/time/person.rs",
    "src/time/strip.rs",
    "src/time/weeks.rs",
    "src/standup/occurrence.rs",
    "src/standup/turns.rs",
    "src/occurrence/plan.rs",
    "src/letterbox/said.rs",
    "src/letterbox/received.rs",
];

/// What a pure file never mentions.
const IMPURE: &[&str] =
    &["sqlx::", "axum::", "askama", "tokio", "Utc::now", "crate::app", "crate::db", "Instant::now"];

/// The rooms from the top down: a room may know those below it and none above or beside.
const FLOORS: &[&[&str]] = &[
    &["cli"],
    &["app"],
    &["demo"],
    &["clockwork", "settings", "welcome"],
    &["journey"],
    &["channel"],
    &["digest"],
    &["review", "time", "portability", "letterbox"],
    &["reminder"],
    &["standup"],
    &["decision", "round"],
    &["okr"],
    &["talk"],
    &["notice"],
    &["search"],
    &["team"],
    &["organisation"],
    &["account"],
    &["fair", "occurrence"],
    &["mail", "hook", "web", "language", "db"],
    &["clock", "ids", "fault", "config", "calendar", "stored"],
];

/// Steps up that are agreed on, each with its reason: (file or room, room above it).
const AGREED: &[(&str, &str, &str)] = &[
    ("*", "app", "handlers and duties are given the App, which is only a handle"),
    ("src/app.rs", "*", "the one place that names every room's routes"),
    ("src/clock.rs", "db", "the clock is set by the database's"),
    ("src/config", "db", "how much of the database one process may take"),
    ("src/web/shell.rs", "organisation", "the shell of a page shows who reads it"),
    ("src/web/layers.rs", "account", "the cookie's name"),
    ("src/web/parts", "organisation", "a part may draw a member"),
];

#[test]
fn pure_files_know_nothing_of_the_outside() {
    for root in PURE {
        for file in rust_files(Path::new(root)) {
            let text = production(&file);
            for word in IMPURE {
                let told = text
                    .lines()
                    .filter(|line| !line.trim_start().starts_with("//"))
                    .any(|line| line.contains(word));
                assert!(!told, "{} mentions {word}", file.display());
            }
        }
    }
}

#[test]
fn rooms_know_only_those_below_them() {
    let floor = |room: &str| FLOORS.iter().position(|floor| floor.contains(&room));
    let mut steps_up = Vec::new();
    for file in rust_files(Path::new("src")) {
        let name = file.display().to_string();
        let room = name.trim_start_matches("src/").split(['/', '.']).next().unwrap().to_owned();
        let Some(own) = floor(&room) else { continue };
        for line in production(&file).lines().filter(|line| !line.trim_start().starts_with("//")) {
            for rest in line.split("crate::").skip(1) {
                let known: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let Some(theirs) = floor(&known) else { continue };
                let agreed = AGREED.iter().any(|(from, to, _)| {
                    (*from == "*" || name.starts_with(from)) && (*to == "*" || *to == known)
                });
                let beside = theirs == own && known != room && own < FLOORS.len() - 2 && own > 1;
                if (theirs < own || beside) && !agreed {
                    steps_up.push(format!("{name} knows {known}"));
                }
            }
        }
    }
    steps_up.sort();
    steps_up.dedup();
    assert_eq!(steps_up, Vec::<String>::new());
}

#[test]
fn only_its_own_room_reads_clocks_makes_ids_talks_smtp_and_sql() {
    for file in rust_files(Path::new("src")) {
        let name = file.display().to_string();
        let text = production(&file);
        let holds = |word: &str, home: &[&str]| {
            assert!(
                !text.contains(word) || home.iter().any(|home| name.starts_with(home)),
                "{name} mentions {word}"
            );
        };
        holds("Utc::now(", &["src/clock.rs"]);
        holds("Uuid::now_v7(", &["src/ids.rs"]);
        holds(
            "lettre::transport",
            &["src/mail/post.rs", "src/mail/conversation.rs", "src/config", "src/cli/doctor.rs"],
        );
        holds("PgPool", &["src/db"]);
        holds("hyper::client", &["src/hook"]);
        if name.contains("/pages") {
            assert!(!text.contains("sqlx::query"), "{name} holds SQL");
        }
    }
}

#[test]
fn a_file_splits_before_it_is_long() {
    for file in rust_files(Path::new("src")) {
        let lines = production(&file).lines().count();
        assert!(lines <= 400, "{} has {lines} lines", file.display());
    }
}

#[test]
fn sql_never_asks_what_time_it_is() {
    for file in rust_files(Path::new("src")) {
        let text = production(&file);
        let at_home =
            ["src/clock.rs", "src/db", "src/cli/doctor.rs"].iter().any(|home| file.starts_with(home));
        for word in ["now()", "current_date", "current_timestamp", "at time zone", "clock_timestamp"] {
            let told = text.lines().any(|line| {
                let line = line.trim_start().to_lowercase();
                let spoken = line
                    .replace(".now()", "")
                    .replace("instant::now()", "")
                    .replace("fn now()", "")
                    .replace("_now()", "");
                spoken.contains(word) && !line.starts_with("//")
            });
            assert!(!told || at_home, "{} says {word}", file.display());
        }
    }
}

#[tokio::test]
async fn every_tenant_table_stands_behind_the_second_wall() {
    let app = TestApp::empty().await;
    let mut raw = app.raw().await;
    let open: Vec<String> = sqlx::query_scalar(
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where n.nspname = 'public' and c.relkind = 'r'
            and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id')
            and not (c.relrowsecurity and c.relforcerowsecurity)",
    )
    .fetch_all(&mut raw)
    .await
    .unwrap();
    assert_eq!(open, Vec::<String>::new(), "without forced row-level security");
    let loose: Vec<String> = sqlx::query_scalar(
        "select con.conrelid::regclass || ': ' || con.conname
           from pg_constraint con
          where con.contype in ('p', 'u', 'f')
            and exists (select from pg_attribute a where a.attrelid = con.conrelid and a.attname = 'org_id')
            and (con.contype <> 'f' or exists (select from pg_attribute a where a.attrelid = con.confrelid and a.attname = 'org_id'))
            and (select a.attname from pg_attribute a where a.attrelid = con.conrelid and a.attnum = con.conkey[1]) <> 'org_id'
          order by 1",
    )
    .fetch_all(&mut raw)
    .await
    .unwrap();
    // Ids of rows that may have no organisation, and hashes and Message-IDs that are unique in the world.
    assert_eq!(
        loose,
        [
            "audit: audit_pkey",
            "invitation: invitation_token_hash_key",
            "mail: mail_message_id_key",
            "mail: mail_pkey"
        ]
    );
}

#[tokio::test]
async fn without_an_organisation_no_tenant_row_is_seen() {
    let app = TestApp::new().await;
    let mut tx = app.app.db.global().await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where n.nspname = 'public' and c.relkind = 'r' and c.relrowsecurity",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    assert!(tables.len() > 20, "{tables:?}");
    for table in tables {
        let sql = format!("select count(*) from \"{table}\"");
        let seen: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut *tx).await.unwrap();
        assert_eq!(seen, 0, "{table}");
    }
}

/// The file's text before its tests.
fn production(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    text.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned()
}

fn rust_files(at: &Path) -> Vec<PathBuf> {
    assert!(at.exists(), "{} has moved; mend the rule", at.display());
    if at.is_file() {
        return vec![at.to_owned()];
    }
    let mut files: Vec<PathBuf> =
        fs::read_dir(at).unwrap().flat_map(|entry| rust_files(&entry.unwrap().path())).collect();
    let tests =
        |file: &Path| file.ends_with("tests.rs") || file.parent().is_some_and(|it| it.ends_with("tests"));
    files.retain(|file| file.extension().is_some_and(|ending| ending == "rs") && !tests(file));
    files.sort();
    files
}
