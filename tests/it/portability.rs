//! Objectives come along in files and are taken away in files; a file with a single fault changes nothing.

use crate::support::cast::{FORECAST, KR_SIX, OBJ_MODEL, Q4, SALTMARSH, Who, id};
use crate::support::{Page, TestApp, Visitor};
use meridian::clockwork;
use meridian::ids::{CycleId, OrgId, SubmissionKey};
use meridian::okr::keep;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const IMPORT: &str = "/o/saltmarsh/okrs/import";

/// Everything that an import writes, counted.
async fn rows(app: &TestApp) -> [i64; 4] {
    let mut counts = [0; 4];
    for (at, table) in ["objective", "key_result", "key_result_terms", "check_in"].iter().enumerate() {
        counts[at] = app.count(&format!("from {table}")).await;
    }
    counts
}

async fn tick(app: &TestApp) {
    for done in clockwork::tick(&app.app, app.now()).await.unwrap() {
        done.did.unwrap();
    }
}

/// Sends a file, for the running quarter: the answer.
async fn send(visitor: &mut Visitor<'_>, bytes: &[u8]) -> Page {
    let (key, cycle) = (SubmissionKey::fresh().to_string(), id(Q4).to_string());
    let fields = [("submission_key", &*key), ("cycle", &*cycle), ("text", "")];
    visitor.upload(IMPORT, &fields, ("plans\\okrs.csv", bytes)).await
}

/// Sends a file and looks at what it would do.
async fn look(visitor: &mut Visitor<'_>, bytes: &[u8]) -> Page {
    let sent = send(visitor, bytes).await.is(303);
    visitor.follow(sent).await.is(200)
}

/// What is to be put right: row, column and sentence, with one space between.
fn findings(page: &Page) -> Vec<String> {
    page.texts("table.wide tbody td").chunks(3).map(|cells| cells.join(" ")).collect()
}

/// Presses the second button.
async fn add(visitor: &mut Visitor<'_>, page: &Page) -> Page {
    let form = page.form("form[action$=add]");
    let page = visitor.submit(form).await.is(303);
    visitor.follow(page).await.is(200)
}

/// One of every kind, with weights, dates, words and a correction.
const EVERYTHING: &str = "\
Type,Reference,Belongs to,Title,Team,Owner,Reviewer,Since,Description,Promise,Weight,Count aligned,Kind,Quantity,Unit,Start,Target,At least,At most,Steps,Pace,Checkpoints,Every,Weekday,Date,Value,Done,Confidence,Note,Corrects
objective,O1,,Warnings reach the gates,Forecast,Inês Duarte,Wanjiru Kamau,2026-09-29,\"One key, one person.
They should know us.\",committed,3,yes,,,,,,,,,,,,,,,,,,
objective,O2,K1,Our readings are open,,nuno@saltmarsh.example,,,,brave,,,,,,,,,,,,,,,,,,,,
key result,K1,O1,Towns that act,,arjun@saltmarsh.example,,2026-09-29,From the log.,,5,,rise,number,towns,12,30,,,,by dates,\"2026-10-16 | 18
2026-11-13 | 24\",week,Friday,,,,,,
key result,K2,O1,Error at 72 hours,,Inês Duarte,,,,,,,fall,,cm,\"31,5\",18,,,,,,two weeks,3,,,,,,
key result,K3,warnings reach the gates,Answered in time,,Inês Duarte,,,,,2,,keep within,percent,%,,,\"99,5\",,,,,,,,,,,,
key result,K4,O2,The way there,,Tama Walker,,,,,,,steps,,,,,,,\"The pilot | 1 | 2026-10-16
All harbours, and the last | 3 |\",by dates,,month,,,,,,,
key result,K5,O2,A town says so in public,,,,,,,,,yes or no,,,,,,,,,,,,,,,,,
key result,K6,O2,Time to the first answer,,Inês Duarte,,,,,,,,time,,2:30:00,0:45:00,,,,none,,,,,,,,,
key result,K7,O2,Costs of a sensor,,Inês Duarte,,,,,,,,money,EUR,120,90,,,,,,,,,,,,,
check-in,,K1,,,Arjun Rao,,,,,,,,,,,,,,,,,,,2026-10-09T18:00:00+05:30,16,,on track,\"Two more, slowly.\",
check-in,C2,K1,,,Arjun Rao,,,,,,,,,,,,,,,,,,,2026-10-16,17,,at risk,,
check-in,,K1,,,Arjun Rao,,,,,,,,,,,,,,,,,,,2026-10-19,19,,on track,Counted again.,C2
check-in,,K2,,,Inês Duarte,,,,,,,,,,,,,,,,,,,2026-11-11 09:00,\"24,1\",,on track,,
check-in,,Answered in time,,,,,,,,,,,,,,,,,,,,,,2026-10-09,\"99,8\",,on track,,
check-in,,Answered in time,,,,,,,,,,,,,,,,,,,,,,2026-10-16,\"99,1 %\",,off track,,
check-in,,K4,,,Tama Walker,,,,,,,,,,,,,,,,,,,2026-10-20,,The pilot,on track,,
check-in,,K5,,,,,,,,,,,,,,,,,,,,,,2026-10-20,not yet,,at risk,,
check-in,,K6,,,,,,,,,,,,,,,,,,,,,,2026-10-20,1 h 30 min,,on track,,
check-in,,K7,,,,,,,,,,,,,,,,,,,,,,2026-10-20,\"€101,5\",,on track,,
";

#[tokio::test]
async fn nuno_looks_first_and_then_everything_is_there_once() {
    let app = TestApp::new().await;
    let mut nuno = app.visit(Who::Nuno).await;
    let before = rows(&app).await;
    let tree = nuno.get("/o/saltmarsh/okrs").await.is(200);
    let page = nuno.get(&tree.link("Import from a file")).await.is(200);
    assert_eq!(page.h1(), "Bring objectives along");
    let page = look(&mut nuno, EVERYTHING.as_bytes()).await;
    assert_eq!(findings(&page), Vec::<String>::new(), "{}", page.body);
    assert_eq!(page.h1(), "Ready: 2 objectives, 7 key results and 10 check-ins. Nothing is written yet.");
    assert_eq!(page.texts("form[action$=add] button"), ["Add 2 objectives, 7 key results and 10 check-ins"]);
    assert_eq!(rows(&app).await, before, "looking writes nothing");
    let form = page.form("form[action$=add]");
    let there = add(&mut nuno, &page).await;
    assert!(there.body.contains("It is there. Figures of past days follow in a moment."));
    let after = rows(&app).await;
    assert_eq!([after[0] - before[0], after[1] - before[1], after[3] - before[3]], [2, 7, 10]);
    // Pressed twice, it is done once; and what was sent is forgotten.
    nuno.submit(form).await.is(303);
    assert_eq!(rows(&app).await, after);
    assert_eq!(app.count("from import where content is not null").await, 0);
    assert_eq!(app.count("from import where (objectives, key_results, check_ins) = (2, 7, 10)").await, 1);
    assert_eq!(app.count("from check_in where import_id is not null").await, 10);
    assert_eq!(
        app.count("from objective where parent_key_result_id is not null and reviewer_id is null").await,
        1
    );
    assert_eq!(
        app.count(&format!("from objective where reviewer_id = '{}'", Who::Wanjiru.member())).await,
        1
    );
    // The figures follow as they do from what is written by hand.
    tick(&app).await;
    let mut tx = app.app.db.org(OrgId(id(SALTMARSH))).await.unwrap();
    let differences = keep::rebuild(&mut tx, CycleId(id(Q4)), app.now(), true).await.unwrap();
    assert_eq!(differences, []);
    drop(tx);
    let tree = nuno.get("/o/saltmarsh/okrs").await.is(200);
    let titles = tree.texts(".tree > li > a.obj");
    assert!(titles.contains(&"Warnings reach the gates".to_owned()), "{titles:?}");
    let reached = tree.texts(".kr .nw");
    for value in ["19 of 30", "24.1 cm", "1 of 2 kept", "1 of 2 steps", "Not yet", "€101.50"] {
        assert!(reached.contains(&value.to_owned()), "{value} in {reached:?}");
    }
    let page = nuno.get(&tree.link("Towns that act")).await.is(200);
    assert_eq!(page.texts(".post h3"), ["16 to 19 towns", "17 towns", "16 towns"]);
    let text = page.texts(".post").join(" ");
    assert!(text.contains("Imported: okrs.csv.") && text.contains("Counted again."), "{text}");
    assert!(page.body.contains("24 towns by Friday 13 November"), "{}", page.body);
    // Snapshots reach back to the day it was made on.
    assert_eq!(
        app.count("from key_result_day d join key_result k on k.id = d.key_result_id where k.title = 'Towns that act' and d.day = '2026-09-29'").await,
        1
    );
}

/// A row of a table with three columns of any names.
fn table(header: &str, rows: &[&str]) -> String {
    format!("{header}\n{}\n", rows.join("\n"))
}

#[tokio::test]
async fn what_is_wrong_is_named_by_row_and_column_and_nothing_is_written() {
    let app = TestApp::new().await;
    let mut nuno = app.visit(Who::Nuno).await;
    let before = rows(&app).await;
    let objective = "objective,A,,First,,,,,,,,";
    let of_kind = "Type,Reference,Belongs to,Title,Team,Owner,Kind,Unit,Start,Target,Date,Value,Confidence";
    for (rows_given, expected) in [
        (
            vec!["objective,,,,,,,,,,,,", "goalpost,,,X"],
            vec![
                "2 Title Nothing stands here, and something must.",
                "3 Type “goalpost” is none of the words for this: objective, key result and check-in.",
            ],
        ),
        (
            vec![
                "objective,A,,First",
                "objective,B,,first",
                "objective,,,The model is right when it matters,Forecast",
            ],
            vec![
                "3 Title Row 2 has the same title in the same place.",
                "4 Title Something of this title is there already.",
            ],
        ),
        (
            vec![
                "objective,A,C,First",
                "objective,B,A,Second",
                "objective,C,B,Third",
                "objective,D,D,Fourth",
            ],
            vec![
                "2 Belongs to It would serve itself, by way of rows 2, 4 and 3.",
                "3 Belongs to It would serve itself, by way of rows 2, 4 and 3.",
                "4 Belongs to It would serve itself, by way of rows 2, 4 and 3.",
                "5 Belongs to It would serve itself.",
            ],
        ),
        (
            vec![
                "objective,A,,First",
                "objective,A,,Second",
                "objective,,nowhere,Third",
                "key result,K,,Fourth,,,rise,,1,2",
                "key result,,K,Fifth,,,rise,,1,2",
            ],
            vec![
                "3 Reference Row 2 has this reference already.",
                "4 Belongs to There is nothing called “nowhere” in the file, or in a cycle that is not closed.",
                "5 Belongs to Nothing stands here, and something must.",
                "6 Belongs to There is nothing called “K” in the file, or in a cycle that is not closed.",
            ],
        ),
        (
            vec![
                objective,
                "key result,,A,A,Forecast,Olga Petrova,rise,,1,2",
                "key result,,A,B,,Nobody Here,sideways,,1,2",
                "key result,,A,C,,,rise,,5,5",
                "key result,,A,D,,,rise,,5,4",
                "key result,,A,E,,,,,,",
                "key result,,A,F,,,keep within,%",
                "key result,,A,G,,,steps",
                "key result,,A,H,,,rise,,one,\"1,234\"",
            ],
            vec![
                "3 Owner “Olga Petrova” can own nothing: an observer, or no longer here.",
                "4 Owner Nobody here is called “Nobody Here” or has this address.",
                "4 Kind “sideways” is none of the words for this: rise, fall, keep within, steps and yes or no.",
                "5 Target The target must differ from the start. To keep a number where it is, write “keep within” and a bound.",
                "6 Target It should rise, so the target must lie above the start.",
                "7 Kind Nothing stands here, and something must.",
                "8 At least Say at least how much, or at most how much.",
                "9 Steps Nothing stands here, and something must.",
                "10 Start “one” is no number.",
                "10 Target “1,234” can be 1234 or 1.234. Choose below how numbers are written.",
            ],
        ),
        (
            vec![
                objective,
                "key result,K,A,Towns,,,rise,towns,1,20",
                "check-in,,K,,,,,,,,03/04/2026,2,on track",
                "check-in,,K,,,,,,,,3/4/26,2,on track",
                "check-in,,K,,,,,,,,2027-01-01,2,on track",
                "check-in,,K,,,,,,,,2020-01-01,2,on track",
                "check-in,,K,,,,,,,,2026-10-10,many,fine",
                "check-in,,K,,,,,,,,,,",
                "check-in,,K,,,,,,,,2026-10-12,2,on track",
                "check-in,,K,,,,,,,,2026-10-12,3,on track",
                "check-in,,Towns of old,,,,,,,,2026-10-12,3,on track",
            ],
            vec![
                "4 Date “03/04/2026” can be 3 April 2026 or 4 March 2026. Choose below which comes first.",
                "5 Date “3/4/26” has a year of two digits. Write all four.",
                "6 Date This is still to come.",
                "7 Date Only from 27 September 2025 to 17 November 2026.",
                "8 Value “many” is no number.",
                "8 Confidence “fine” is none of the words for this: on track, at risk and off track.",
                "9 Date Nothing stands here, and something must.",
                "9 Value Nothing stands here, and something must.",
                "9 Confidence Nothing stands here, and something must.",
                "11 Date Row 10 is of the same moment. Write a time, or leave one out.",
                "12 Belongs to There is nothing called “Towns of old” in the file, or in a cycle that is not closed.",
            ],
        ),
    ] {
        let page = look(&mut nuno, table(of_kind, &rows_given).as_bytes()).await;
        assert_eq!(findings(&page), expected, "{rows_given:?}");
        assert!(!page.has("form[action$=add]"), "{rows_given:?}");
        assert_eq!(
            page.h1(),
            format!(
                "{} thing{} to put right. Nothing is written.",
                expected.len(),
                if expected.len() == 1 { "" } else { "s" }
            )
        );
        assert_eq!(rows(&app).await, before);
    }
    // Whoever presses a button that is not there adds nothing either.
    let page = look(&mut nuno, table(of_kind, &["objective,,,,"]).as_bytes()).await;
    nuno.post(&format!("{}/add", page.address), &[("promise", "0-0-0")]).await.is(303);
    assert_eq!(rows(&app).await, before);
}

#[tokio::test]
async fn encodings_and_separators_are_found_out() {
    let app = TestApp::new().await;
    let mut nuno = app.visit(Who::Nuno).await;
    let comma = "Type,Title,Owner,Description\r\nobjective,Früher warnen,Inês Duarte,\"Ça, c’est tout\"\r\n";
    let utf16 =
        |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let windows: Vec<u8> =
        comma.chars().map(|c| if c == '’' { 0x92 } else { u8::try_from(u32::from(c)).unwrap() }).collect();
    let marked = format!("\u{feff}{comma}");
    let with = |sign: &str| comma.replace("\"Ça, c’est tout\"", "Ça").replace(',', sign).into_bytes();
    for (bytes, encoding, separator) in [
        (comma.as_bytes().to_vec(), "UTF-8", "Comma"),
        (marked.as_bytes().to_vec(), "UTF-8", "Comma"),
        (utf16(&marked, u16::to_le_bytes), "UTF-16", "Comma"),
        (utf16(&marked, u16::to_be_bytes), "UTF-16", "Comma"),
        (utf16(comma, u16::to_le_bytes), "UTF-16", "Comma"),
        (windows, "Windows, western Europe", "Comma"),
        (with(";"), "UTF-8", "Semicolon"),
        (with("\t"), "UTF-8", "Tab"),
        (with("|"), "UTF-8", "Vertical bar"),
        ([b"sep=;\r\n".to_vec(), with(";")].concat(), "UTF-8", "Semicolon"),
    ] {
        let page = look(&mut nuno, &bytes).await;
        assert_eq!(
            page.h1(),
            "Ready: 1 objective. Nothing is written yet.",
            "{encoding} {separator}: {:?}",
            findings(&page)
        );
        assert_eq!(page.texts("#encoding option")[0], format!("{encoding} (found)"));
        assert_eq!(page.texts("#separator option")[0], format!("{separator} (found)"));
        assert_eq!(page.texts("form table tbody td.soft")[1], "Früher warnen");
    }
    // A wrong guess is put right by choosing.
    let greek: Vec<u8> =
        [b"Type;Title\nobjective;".as_slice(), &[0xd3, 0xf4, 0xfc, 0xf7, 0xef, 0xf2], b"\n"].concat();
    let page = look(&mut nuno, &greek).await;
    let form = page.form("form:has(#encoding)").fill("encoding", "windows-1253");
    let page = nuno.submit(form).await.is(303);
    let page = nuno.follow(page).await.is(200);
    assert_eq!(page.texts("form table tbody td.soft")[1], "Στόχος");
    // What is no text, or no table, is told in a sentence.
    for (bytes, sentence) in [
        (
            &b"PK\x03\x04\x14\x00\x06\x00"[..],
            "This is a workbook. Save it as CSV in your spreadsheet program first.",
        ),
        (b"Type,Title\n\x00\x01\x02", "This is no text, so it can’t be a table."),
        (b"\xef\xbb\xbf  \r\n", "There is nothing in it."),
        (
            b"Type,Title\r\n",
            "There is only one row. The first row names the columns, the others hold the objectives.",
        ),
        (
            b"Type,Title\r\nobjective,A,,B\r\n",
            "Row 2 has 4 cells, more than the first row has names. Perhaps another separator was meant.",
        ),
        (b"Colour,Title\r\nred,A\r\n", "No column says what each row is. Choose one to be read as “Type”."),
    ] {
        let page = look(&mut nuno, bytes).await;
        assert_eq!(page.text(".notice p"), sentence);
        assert!(!page.has("form[action$=add]"));
    }
    assert_eq!(app.count("from objective where title = 'Früher warnen'").await, 0);
}

#[tokio::test]
async fn what_can_mean_two_things_is_asked() {
    let app = TestApp::new().await;
    let mut nuno = app.visit(Who::Nuno).await;
    let header = "Kind of row;Ref;Objective;Name;From;To;When;Actual;Status;Colour";
    let text = table(
        header,
        &[
            "objective;A;;Costs;;;;;;red",
            "key result;K;A;Costs of all;5.000;1.234;;;;",
            "check-in;;K;;;;03/10/2026;2.500;on track;",
        ],
    );
    let page = look(&mut nuno, text.as_bytes()).await;
    assert_eq!(
        findings(&page),
        [
            "3 From “5.000” can be 5000 or 5. Choose below how numbers are written.",
            "3 To “1.234” can be 1234 or 1.234. Choose below how numbers are written.",
            "4 When “03/10/2026” can be 3 October 2026 or 10 March 2026. Choose below which comes first.",
        ]
    );
    let form = page.form("form:has(#dates)").fill("dates", "day").fill("decimals", "comma");
    let page = nuno.submit(form).await.is(303);
    let page = nuno.follow(page).await.is(200);
    assert_eq!(page.h1(), "Ready: 1 objective, 1 key result and 1 check-in. Nothing is written yet.");
    add(&mut nuno, &page).await;
    assert_eq!(app.count("from check_in where value = 2500 and local_date = '2026-10-03'").await, 1);
    // One date that can only be read one way settles the others.
    let text = table(
        header,
        &[
            "objective;A;;Costs too;;;;;;",
            "key result;K;A;Costs of all;9,5;1.234,5;;;;",
            "check-in;;K;;;;03/10/2026;1.000;on track;",
            "check-in;;K;;;;13/10/2026;1.100;on track;",
        ],
    );
    let page = look(&mut nuno, text.as_bytes()).await;
    assert_eq!(page.h1(), "Ready: 1 objective, 1 key result and 2 check-ins. Nothing is written yet.");
    assert_eq!(page.texts("#dates option")[0], "Day first: 31/12/2026 (found)");
    assert_eq!(page.texts("#decimals option")[0], "1.234,5 (found)");
    // And a column nobody knows can be read as one of ours.
    let page = look(&mut nuno, b"What,Words\nobjective,Something of its own\n").await;
    let form =
        page.form("form:has(#dates)").without("columns").with("columns", "type").with("columns", "title");
    let page = nuno.submit(form).await.is(303);
    let page = nuno.follow(page).await.is(200);
    assert_eq!(page.h1(), "Ready: 1 objective. Nothing is written yet.");
}

#[tokio::test]
async fn people_import_what_they_could_write_by_hand() {
    let app = TestApp::new().await;
    let before = rows(&app).await;
    let text = table(
        "Type,Reference,Belongs to,Title,Team,Owner,Start,Target,Date,Value,Confidence",
        &[
            "objective,A,,Ours,Forecast,Arjun Rao,,,,,",
            "key result,K,A,Measured,,Arjun Rao,1,9,,,",
            "check-in,,K,,,Arjun Rao,,,2026-11-16,2,on track",
        ],
    );
    // Otieno sits in Field.
    let mut otieno = app.visit(Who::Otieno).await;
    let page = look(&mut otieno, text.as_bytes()).await;
    assert_eq!(
        findings(&page),
        [
            "2 Team You may not write this for this team or person.",
            "3 Belongs to You may not write this for this team or person.",
            "4 Belongs to You may not write this for this team or person.",
            "4 Owner Only admins can import what somebody else said.",
        ]
    );
    assert_eq!(rows(&app).await, before);
    // Arjun sits in Forecast; what he says is his, what Inês said is not his to import.
    let mut arjun = app.visit(Who::Arjun).await;
    let page = look(&mut arjun, text.replace("K,,,Arjun Rao", "K,,,Inês Duarte").as_bytes()).await;
    assert_eq!(findings(&page), ["4 Owner Only admins can import what somebody else said."]);
    let page = look(&mut arjun, text.as_bytes()).await;
    let address = page.address.clone();
    // Nobody else sees his file.
    let mut nuno = app.visit(Who::Nuno).await;
    nuno.get(&address).await.is(404);
    nuno.post(&format!("{address}/add"), &[("promise", "1-1-1")]).await.is(404);
    add(&mut arjun, &page).await;
    assert_eq!(rows(&app).await[3], before[3] + 1);
    // Inês, who leads, may check in on what is here; Mia may not on Arjun's.
    let text =
        format!("Type,Belongs to,Date,Value,Confidence\ncheck-in,{},2026-11-13,95,on track\n", id(KR_SIX));
    let mut mia = app.visit(Who::Mia).await;
    assert_eq!(
        findings(&look(&mut mia, text.as_bytes()).await),
        ["2 Belongs to You may not write this for this team or person."]
    );
    let mut ines = app.visit(Who::Ines).await;
    let page = look(&mut ines, text.as_bytes()).await;
    add(&mut ines, &page).await;
    assert_eq!(
        app.count(&format!(
            "from check_in where key_result_id = '{}' and member_id = '{}'",
            id(KR_SIX),
            Who::Ines.member()
        ))
        .await,
        1
    );
    let page = look(&mut ines, text.as_bytes()).await;
    assert_eq!(findings(&page), ["2 Date There is a check-in of this moment already."]);
    app.visit(Who::Olga).await.get(IMPORT).await.is(403);
}

#[tokio::test]
async fn ten_thousand_rows_take_seconds_and_one_fault_among_them_stops_all() {
    let app = TestApp::new().await;
    let mut nuno = app.visit(Who::Nuno).await;
    let mut text =
        "Type,Reference,Belongs to,Title,Owner,Kind,Unit,Start,Target,Date,Value,Confidence,Note\n"
            .to_owned();
    for objective in 0..200 {
        writeln!(text, "objective,O{objective},,Objective {objective},Inês Duarte,,,,,,,,").unwrap();
    }
    for key_result in 0..1800 {
        let of = key_result % 200;
        writeln!(
            text,
            "key result,K{key_result},O{of},Key result {key_result},Arjun Rao,rise,towns,0,100,,,,"
        )
        .unwrap();
    }
    for check_in in 0..8000 {
        let (of, week) = (check_in % 1800, check_in / 1800);
        let day = 2 + 7 * week;
        writeln!(text, "check-in,,K{of},,Arjun Rao,,,,,2026-10-{day:02},{},on track,\"Said in week {week}, with a few words.\"", week * 9).unwrap();
    }
    assert_eq!(text.lines().count(), 10_001);
    let before = rows(&app).await;
    let begun = Instant::now();
    let broken = format!("{text}check-in,,K7,,Arjun Rao,,,,,2026-10-05,a lot,on track,\n");
    let page = look(&mut nuno, broken.as_bytes()).await;
    assert_eq!(findings(&page), ["10002 Value “a lot” is no number."]);
    assert_eq!(rows(&app).await, before);
    let looked = begun.elapsed();
    let page = look(&mut nuno, text.as_bytes()).await;
    assert_eq!(
        page.h1(),
        "Ready: 200 objectives, 1,800 key results and 8,000 check-ins. Nothing is written yet."
    );
    let begun = Instant::now();
    let sent = nuno.submit(page.form("form[action$=add]")).await.is(303);
    let added = begun.elapsed();
    assert!(sent.leads_to().contains("done=imported"));
    let after = rows(&app).await;
    assert_eq!(
        [after[0] - before[0], after[1] - before[1], after[2] - before[2], after[3] - before[3]],
        [200, 1800, 1800, 8000]
    );
    println!("10,000 rows: looked at in {looked:?}, added in {added:?}");
    assert!(looked < Duration::from_secs(8) && added < Duration::from_secs(8), "{looked:?} {added:?}");
}

/// Rows of a CSV we wrote, by the names of its columns.
fn read(page: &Page) -> (Vec<String>, Vec<HashMap<String, String>>) {
    let text = page.body.strip_prefix('\u{feff}').expect("the mark of UTF-8");
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let row =
        |record: csv::StringRecord| names.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
    let rows = reader.records().map(|record| row(record.unwrap())).collect();
    (names.clone(), rows)
}

/// The same with ids told by the order in which they come.
fn without_ids(rows: &[HashMap<String, String>]) -> Vec<Vec<(String, String)>> {
    let ids: HashMap<&str, String> =
        rows.iter().enumerate().map(|(at, row)| (&*row["Reference"], format!("#{at}"))).collect();
    let told = |(name, text): (&String, &String)| {
        (name.clone(), ids.get(&**text).cloned().unwrap_or_else(|| text.clone()))
    };
    rows.iter()
        .map(|row| {
            let mut cells: Vec<_> = row.iter().map(told).collect();
            cells.sort();
            cells
        })
        .collect()
}

#[tokio::test]
async fn what_was_taken_away_gives_the_same_figures_elsewhere() {
    let app = TestApp::new().await;
    let mut nuno = app.visit(Who::Nuno).await;
    let page = look(&mut nuno, EVERYTHING.as_bytes()).await;
    add(&mut nuno, &page).await;
    // What a spreadsheet would compute, and what only looks like it.
    app.run(&format!(
        "update objective set title = '=HYPERLINK(\"http://x\")', why = '-5 degrees' where id = '{}'; update key_result set title = '''=quoted' where id = '{}'",
        id(OBJ_MODEL),
        id(KR_SIX)
    ))
    .await;
    app.run(&format!(
        "insert into check_in (org_id, id, key_result_id, member_id, at, local_date, zone, value, confidence, note, submission_key)
         values ('{}', gen_random_uuid(), '{}', '{}', '2026-11-12T04:31:07.123456Z', '2026-11-12', 'Asia/Kolkata', -3.125, 'at_risk', '@all', gen_random_uuid())",
        id(SALTMARSH),
        id(KR_SIX),
        Who::Arjun.member()
    ))
    .await;
    app.run(&format!("insert into roll_up_due (org_id, id, cycle_id, since) values ('{}', gen_random_uuid(), '{}', '2026-09-01T00:00:00Z')", id(SALTMARSH), id(Q4))).await;
    tick(&app).await;
    let tree = nuno.get("/o/saltmarsh/okrs").await.is(200);
    let taken = nuno.get(&tree.link("CSV with all check-ins")).await.is(200);
    assert_eq!(taken.headers["content-disposition"], "attachment; filename=\"okrs-q4-2026.csv\"");
    let (_, here) = read(&taken);
    let cell = |title: &str, name: &str| here.iter().find(|row| row["Title"] == title).unwrap()[name].clone();
    assert_eq!(cell("'=HYPERLINK(\"http://x\")", "Description"), "'-5 degrees");
    assert_eq!(cell("Towns that act", "Value now"), "19");
    assert_eq!(cell("Towns that act", "Checkpoints"), "2026-10-16 | 18\n2026-11-13 | 24");
    assert_eq!(cell("Time to the first answer", "Start"), "2:30:00");
    assert!(
        here.iter().any(|row| row["Value"] == "-3.1250" && row["Note"] == "'@all"),
        "a number stays a number"
    );
    // Here again it adds nothing.
    let page = look(&mut nuno, taken.body.as_bytes()).await;
    assert_eq!(page.h1(), "Nothing to add: everything in it is here already.");
    // In an organisation without objectives it adds everything, and every figure is the same.
    let other = TestApp::new().await;
    other
        .run("truncate check_in, key_result_terms, key_result, objective, key_result_now, key_result_day, objective_day, roll_up_due, occurrence cascade")
        .await;
    let mut nuno = other.visit(Who::Nuno).await;
    let page = look(&mut nuno, taken.body.as_bytes()).await;
    assert_eq!(findings(&page), Vec::<String>::new());
    add(&mut nuno, &page).await;
    tick(&other).await;
    let tree = nuno.get("/o/saltmarsh/okrs").await.is(200);
    let (_, there) = read(&nuno.get(&tree.link("CSV with all check-ins")).await.is(200));
    assert_eq!(here.len(), there.len());
    for (one, same) in without_ids(&here).iter().zip(&without_ids(&there)) {
        assert_eq!(one, same);
    }
    let days = "from key_result_day where progress is not null";
    assert_eq!(other.count(days).await, app.count(days).await, "also the days gone by");
    let mut tx = other.app.db.org(OrgId(id(SALTMARSH))).await.unwrap();
    assert_eq!(keep::rebuild(&mut tx, CycleId(id(Q4)), other.now(), true).await.unwrap(), []);
}

#[tokio::test]
async fn pages_are_taken_away_as_they_are_shown() {
    let app = TestApp::new().await;
    let mut nuno = app.visit(Who::Nuno).await;
    let page = look(&mut nuno, EVERYTHING.as_bytes()).await;
    add(&mut nuno, &page).await;
    tick(&app).await;
    let titles = |page: &Page| read(page).1.iter().map(|row| row["Title"].clone()).collect::<Vec<_>>();
    let filtered = nuno.get("/o/saltmarsh/okrs?show=forecast").await.is(200);
    let csv = nuno.get(&filtered.attrs("a[href*='okrs/csv']", "href")[0]).await.is(200);
    assert!(titles(&csv).contains(&"The model is right when it matters".to_owned()));
    assert!(!titles(&csv).contains(&"Sensors look after themselves".to_owned()), "{:?}", titles(&csv));
    assert!(!titles(&csv).contains(&String::new()), "no check-ins without asking");
    let objective = nuno.get("/o/saltmarsh/okrs").await.link("Warnings reach the gates");
    let page = nuno.get(&objective).await.is(200);
    let csv = nuno.get(&page.link("Take it away as CSV")).await.is(200);
    let (_, rows) = read(&csv);
    let sorts = |sort: &str| rows.iter().filter(|row| row["Type"] == sort).count();
    assert_eq!([sorts("objective"), sorts("key result"), sorts("check-in")], [2, 7, 10]);
    let page = nuno.get(&page.link("Towns that act")).await.is(200);
    let (_, rows) = read(&nuno.get(&page.link("Take it away as CSV")).await.is(200));
    assert_eq!(rows.len(), 4);
    assert_eq!(rows[0]["Belongs to"], "Warnings reach the gates");
    assert_eq!(rows[3]["Corrects"], rows[2]["Reference"]);
    let review = nuno.get("/o/saltmarsh/review?team=forecast&owner=&status=&cycle=").await.is(200);
    let (names, rows) = read(&nuno.get(&review.link("Take it away as CSV")).await.is(200));
    assert_eq!(names[..4], ["Team", "Objective", "Key result", "Owner"].map(String::from));
    assert_eq!(names.last().unwrap(), "Week 8");
    assert!(rows.iter().all(|row| row["Team"] == "Forecast"));
    let towns = rows.iter().find(|row| row["Key result"] == "Towns that act").unwrap();
    assert_eq!(
        (&*towns["Value now"], &*towns["Week 2"], &*towns["Week 3"]),
        ("19 towns", "On track", "On track")
    );
}

#[tokio::test]
async fn the_table_to_fill_in_is_a_right_one() {
    let app = TestApp::new().await;
    let mut ines = app.visit(Who::Ines).await;
    let page = ines.get("/o/saltmarsh/okrs/table").await.is(200);
    assert_eq!(page.texts("tbody th").len(), 31);
    let template = ines.get(&page.link("Download a table to fill in")).await.is(200);
    let page = look(
        &mut ines,
        template
            .body
            .replace(
                "objective,O1,,Coastal towns trust our forecast,,",
                "objective,O1,,Coastal towns trust our forecast,,Forecast",
            )
            .as_bytes(),
    )
    .await;
    assert_eq!(
        page.h1(),
        "Ready: 1 objective, 1 key result and 1 check-in. Nothing is written yet.",
        "{:?}",
        findings(&page)
    );
}

#[tokio::test]
async fn exports_of_other_tools_are_read() {
    let app = TestApp::new().await;
    let mut nuno = app.visit(Who::Nuno).await;
    let viva = "Id,Title,Team,Owner,Period,\"Aligned To (weight, Objective ID)\",Unit,Target,Object Type,Goal Type,Start,Status,Checkins\n\
        11,Towns trust us,Forecast,\"Inês Duarte,Arjun Rao\",Q4 2026,,,,Objective,Committed,,On Track,\n\
        12,Towns that act,,Arjun Rao,Q4 2026,\"Towns trust us(weight: 50%, Id: 11)\",towns,30,Key result,,12,On Track,\"Checkin Date: 2026-10-09; User: Arjun Rao; Note: Slow; Status: Behind; Current Value: 50%; Activity Date: 2026-10-09 20:57:08 UTC;\"\n\
        13,The app,,,Q3 2026,,,,Deliverable,,,,\n\
        14,Towns that answer,,Olaf,Q4 2026,\"Towns trust us(weight: 50%, Id: 11)\",,,Key result,,,,\n";
    let page = look(&mut nuno, viva.as_bytes()).await;
    assert_eq!(findings(&page), ["5 Owner Nobody here is called “Olaf” or has this address."]);
    let page = look(&mut nuno, viva.replace("Olaf", "").as_bytes()).await;
    assert_eq!(page.h1(), "Ready: 1 objective, 2 key results and 1 check-in. Nothing is written yet.");
    assert!(
        page.texts("ul.lines li")[1].starts_with("1 thing in it is neither an objective nor a key result")
    );
    add(&mut nuno, &page).await;
    assert_eq!(
        app.count("from check_in where value = 21 and confidence = 'off_track' and note = 'Slow'").await,
        1
    );
    assert_eq!(app.count("from key_result where unit = '%' and title = 'Towns that answer'").await, 1);
    let operately = r#"{"goals": [{"id": "grow-1", "name": "Grow", "space": {"name": "Forecast"}, "champion": {"full_name": "Inês Duarte"},
        "targets": [{"id": "d9b1b6a4-2f8f-4a61-9a3c-0e0b3a3d9f10", "name": "Stations", "from": 12.0, "to": 30.5, "unit": "stations", "value": 20.0}],
        "last_check_in": {"status": "caution", "inserted_at": "2026-10-09T08:00:00", "goal_target_updates": [{"id": "d9b1b6a4-2f8f-4a61-9a3c-0e0b3a3d9f10", "value": 20.0}]}}]}"#;
    let page = look(&mut nuno, operately.as_bytes()).await;
    assert_eq!(
        page.h1(),
        "Ready: 1 objective, 1 key result and 1 check-in. Nothing is written yet.",
        "{:?}",
        findings(&page)
    );
    add(&mut nuno, &page).await;
    assert_eq!(app.count("from check_in where value = 20 and confidence = 'at_risk'").await, 1);
    assert_eq!(
        app.count(&format!("from objective where title = 'Grow' and team_id = '{}'", id(FORECAST))).await,
        1
    );
}

#[tokio::test]
async fn what_is_sent_is_refused_kept_for_a_day_or_forgotten() {
    let app = TestApp::new().await;
    let mut nuno = app.visit(Who::Nuno).await;
    let page = send(&mut nuno, b"").await.is(422);
    assert_eq!(page.texts("[role=alert] li"), ["Choose a file, or paste its text."]);
    let large = vec![b'a'; 8 * 1024 * 1024 + 1];
    let page = send(&mut nuno, &large).await.is(422);
    assert_eq!(page.texts("[role=alert] li"), ["This is more than 8 MB. Split it by cycle or by team."]);
    let huge = vec![b'a'; 13 * 1024 * 1024];
    send(&mut nuno, &huge).await.is(413);
    // Pasted text does as well; the same form sent twice is one file.
    let form =
        nuno.get(IMPORT).await.is(200).form("form.sheet").fill("text", "Type\tTitle\nobjective\tPasted");
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, text)| (&**name, &**text)).collect();
    let one = nuno.upload(IMPORT, &fields, ("", b"")).await.is(303);
    let same = nuno.upload(IMPORT, &fields, ("", b"")).await.is(303);
    assert_eq!(one.leads_to(), same.leads_to());
    let page = nuno.follow(one).await.is(200);
    assert_eq!(page.h1(), "Ready: 1 objective. Nothing is written yet.");
    assert_eq!(nuno.get(IMPORT).await.texts(".lines a")[0], "Pasted text, sent today");
    let gone = nuno.submit(page.form("form[action$=removal]")).await.is(303);
    assert_eq!(gone.leads_to(), IMPORT);
    assert_eq!(app.count("from import").await, 0);
    look(&mut nuno, b"Type,Title\nobjective,Left lying\n").await;
    app.at("2026-11-18T09:25:00Z");
    tick(&app).await;
    assert_eq!(app.count("from import").await, 0);
}
