//! Visits to one's own journal: what was written, beside what was planned, for nobody else.

use crate::support::cast::{self, FORECAST_QUESTIONS, KR_ERROR, id};
use crate::support::{TestApp, Who};

const JOURNAL: &str = "/o/saltmarsh/me/journal";

fn answer(at: usize) -> String {
    format!("answer_{}", id(FORECAST_QUESTIONS[at]))
}

/// Posts an update at an instant: what moved, what is next.
async fn post(app: &TestApp, who: Who, at: &str, moved: &str, next: &str) -> String {
    app.at(at);
    let mut visitor = app.visit(who).await;
    let today = visitor.get("/o/saltmarsh/today").await.is(200);
    let form = today.form("form.sheet").fill(&answer(0), moved).fill(&answer(1), next);
    let answered = visitor.submit(form).await.is(303);
    let after = visitor.follow(answered).await.is(200);
    after.link(who.name())
}

#[tokio::test]
async fn what_was_planned_stands_beside_what_became_of_it() {
    let app = TestApp::new().await;
    post(&app, Who::Ines, "2026-11-10T10:00:00Z", "Drew the chart.", "Ask **Wanjiru** for six.").await;
    post(&app, Who::Ines, "2026-11-12T10:00:00Z", "She lends us eight.", "Fetch them.").await;
    app.at("2026-11-16T10:00:00Z");
    let mut ines = app.visit(Who::Ines).await;
    let today = ines.get("/o/saltmarsh/today").await.is(200);
    let form = today
        .form("form.sheet")
        .fill(&answer(0), "Two were broken.")
        .fill(&answer(2), "Copper mesh is held.")
        .fill(&format!("value_{}", id(KR_ERROR)), "24.1")
        .with(&format!("confidence_{}", id(KR_ERROR)), "on_track");
    ines.submit(form).await.is(303);
    let page = ines.get(JOURNAL).await.is(200);
    assert_eq!(page.texts("h2"), ["Week of 16 November 2026", "Week of 9 November 2026"]);
    assert_eq!(page.texts("h3"), ["Monday 16 November", "Thursday 12 November", "Tuesday 10 November"]);
    assert_eq!(
        page.texts(".grid2"),
        [
            "Planned on Thursday 12 NovemberFetch them. What moved?Two were broken.",
            "Planned on Tuesday 10 NovemberAsk Wanjiru for six. What moved?She lends us eight.",
        ]
    );
    let newest = page.texts("article").remove(0);
    assert!(newest.contains("Copper mesh is held.") && newest.contains("24.1 cm"), "{newest}");
    assert!(newest.contains("Blocked"), "{newest}");

    // The blocker's end is told where it began.
    let update = page.attrs("h3 a", "href").remove(0);
    let mut tama = app.visit(Who::Tama).await;
    let at = tama.get(&update).await.is(200);
    tama.submit(at.form("form[action$=resolution]").fill("note", "The broker paid.")).await.is(303);
    let page = ines.get(JOURNAL).await.is(200);
    assert!(page.text(".block").contains("Tama cleared it."));
    assert!(page.text(".block").contains("The broker paid."));
}

#[tokio::test]
async fn only_the_writer_reads_it() {
    let app = TestApp::new().await;
    post(&app, Who::Ines, "2026-11-16T10:00:00Z", "A quillwort.", "More of them.").await;
    for (who, words) in
        [(Who::Arjun, false), (Who::Sanne, false), (Who::Nuno, false), (Who::Olga, false), (Who::Ines, true)]
    {
        let mut visitor = app.visit(who).await;
        let page = visitor.get(JOURNAL).await.is(200);
        assert_eq!(page.text("main").contains("quillwort"), words, "{who:?}");
        assert_eq!(page.has(".empty"), !words, "{who:?}");
        assert_eq!(page.has(".empty .btn"), !words && who != Who::Olga, "{who:?}");
        let file = visitor.get(&format!("{JOURNAL}/export")).await.is(200);
        assert_eq!(file.body.contains("quillwort"), words, "{who:?}");
    }
    app.visit(Who::Eve).await.get(JOURNAL).await.is(404);
    app.visit(Who::Eve).await.get(&format!("{JOURNAL}/export")).await.is(404);
    app.stranger().get(&format!("{JOURNAL}/export")).await.is(303);
    let mut ines = app.visit(Who::Ines).await;
    assert_eq!(ines.get("/o/saltmarsh/today").await.link("Your journal"), JOURNAL);
}

#[tokio::test]
async fn the_file_holds_every_word_as_it_was_typed() {
    let app = TestApp::new().await;
    let words = "First *line*,\n\n> quoted   with  spaces\n\n- a <b> & “c”\n\n```\nlet x = 1;\n```";
    post(&app, Who::Ines, "2026-11-09T10:00:00Z", "Plain.", words).await;
    post(&app, Who::Ines, "2026-11-16T10:00:00Z", words, "Rest.").await;
    let mut ines = app.visit(Who::Ines).await;
    let file = ines.get(&format!("{JOURNAL}/export")).await.is(200);
    assert_eq!(file.headers["content-type"], "text/markdown; charset=utf-8");
    assert_eq!(file.headers["content-disposition"], "attachment; filename=\"journal-2026-11-16.md\"");
    assert_eq!(
        file.body,
        format!(
            "# Journal of Inês Duarte, Saltmarsh\n\n\
             ## Week of 16 November 2026\n\n### Monday 16 November, Forecast\n\n\
             **What moved?**\n\n{words}\n\n**What is next?**\n\nRest.\n\n\
             ## Week of 9 November 2026\n\n### Monday 9 November, Forecast\n\n\
             **What moved?**\n\nPlain.\n\n**What is next?**\n\n{words}\n"
        )
    );
}

#[tokio::test]
async fn weeks_turn_page_by_page_and_none_is_missed() {
    let app = TestApp::new().await;
    // Every weekday for ten weeks, then nothing for five, then a week.
    app.run(&format!(
        r#"insert into "update" (org_id, id, standup_id, team_id, member_id, local_date, zone, posted_at, submission_key)
           select '{}', gen_random_uuid(), '{}', '{}', '{}', day, 'Europe/Lisbon', day + interval '10 hours', gen_random_uuid()
             from generate_series(timestamptz '2026-07-27', '2026-11-13', '1 day') day
            where extract(isodow from day) < 6 and (day < '2026-10-03' or day > '2026-11-08')"#,
        id(cast::SALTMARSH),
        id(cast::FORECAST_STANDUP),
        id(cast::FORECAST),
        Who::Ines.member(),
    ))
    .await;
    let mut ines = app.visit(Who::Ines).await;
    let (mut address, mut seen, mut pages) = (JOURNAL.to_owned(), Vec::new(), 0);
    let last = loop {
        let page = ines.get(&address).await.is(200);
        seen.extend(page.attrs("h3 a", "href"));
        pages += 1;
        match page.attrs("a[rel=next]", "href").pop() {
            Some(next) => address = next,
            None => break page,
        }
    };
    assert_eq!((seen.len(), pages), (55, 4));
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 55, "each once");
    // And back: the next weeks that hold something.
    let mut back = last.attrs("a[rel=prev]", "href").pop();
    let mut weeks = 0;
    while let Some(address) = back {
        let page = ines.get(&address).await.is(200);
        weeks += page.texts("h2").len();
        back = page.attrs("a[rel=prev]", "href").pop();
    }
    assert!((9..=12).contains(&weeks), "{weeks}");
    ines.get(&format!("{JOURNAL}?week=soon")).await.is(404);
}

#[tokio::test]
async fn late_hours_are_said_to_the_writer_alone() {
    let app = TestApp::new().await;
    let said = "outside your working hours";
    for (day, hour) in [("09", "21"), ("10", "10"), ("11", "22"), ("12", "11")] {
        post(&app, Who::Ines, &format!("2026-11-{day}T{hour}:00:00Z"), "Done.", "More.").await;
    }
    let mut ines = app.visit(Who::Ines).await;
    assert!(!ines.get(JOURNAL).await.text("main").contains(said), "two of four are no pattern");
    let update = post(&app, Who::Ines, "2026-11-13T20:00:00Z", "Done.", "More.").await;
    let page = ines.get(JOURNAL).await.is(200);
    assert!(page.text(".lede").contains("3 of your last 5 updates were written outside your working hours."));
    for who in [Who::Arjun, Who::Sanne, Who::Nuno] {
        let mut other = app.visit(who).await;
        for address in [update.as_str(), JOURNAL, "/o/saltmarsh/teams/forecast", "/o/saltmarsh/today"] {
            assert!(!other.get(address).await.is(200).body.contains(said), "{who:?} at {address}");
        }
    }
    // It follows from the hours as they are now, so nothing of it can have been kept.
    app.run(&format!(
        r#"update member set week = '{{"mon":[["09:00","23:00"]],"wed":[["09:00","23:00"]],"fri":[["09:00","23:00"]]}}' where id = '{}'"#,
        Who::Ines.member()
    ))
    .await;
    assert!(!ines.get(JOURNAL).await.text("main").contains(said));
}
