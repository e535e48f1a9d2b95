//! `meridian when`: explains a wall time.

use crate::calendar::Zone;
use crate::calendar::when::{Answer, Question};
use anyhow::{Result, bail};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::json;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;

/// What is asked.
#[derive(Debug, clap::Args)]
pub(super) struct Asked {
    /// Read questions from standard input, one a line, and answer each with a line of JSON
    #[arg(long, conflicts_with_all = ["zone", "date", "time"])]
    stdin: bool,
    /// An IANA time zone, like Europe/Lisbon
    #[arg(required_unless_present = "stdin")]
    zone: Option<String>,
    /// A date, like 2026-03-29
    #[arg(required_unless_present = "stdin")]
    date: Option<String>,
    /// A time of day, like 01:30
    #[arg(required_unless_present = "stdin")]
    time: Option<String>,
}

pub(super) fn answer(asked: &Asked) -> Result<ExitCode> {
    if let (Some(zone), Some(date), Some(time)) = (&asked.zone, &asked.date, &asked.time) {
        let question = Question::parse(zone, date, time)?;
        return super::say(&in_words(question, question.answer()));
    }
    if !asked.stdin {
        bail!("ask with ZONE DATE TIME, or --stdin");
    }
    answer_lines(io::stdin().lock(), io::stdout().lock())
}

/// Answers line for line; what can't be read is answered with an error, and the exit code remembers it.
fn answer_lines(questions: impl BufRead, mut answers: impl Write) -> Result<ExitCode> {
    let mut code = ExitCode::SUCCESS;
    for line in questions.lines() {
        match line?.parse::<Question>() {
            Ok(question) => writeln!(answers, "{}", serde_json::to_string(&question.answer())?)?,
            Err(error) => {
                writeln!(answers, "{}", json!({ "error": error.to_string() }))?;
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

fn in_words(question: Question, answer: Answer) -> String {
    let Question { zone, date, time } = question;
    let instant = |at: Option<DateTime<Utc>>| match at {
        Some(at) => {
            let wall = zone.reading(at).format("%Y-%m-%d %H:%M:%S");
            format!("{} ({wall} there)", at.to_rfc3339_opts(SecondsFormat::Secs, true))
        }
        None => "none".to_owned(),
    };
    let kind = serde_json::to_value(answer.kind).ok();
    let kind = kind.as_ref().and_then(|kind| kind.as_str()).unwrap_or_default();
    let meaning = match kind {
        "gap" => "the clocks there jump over it; the first instant after the jump counts",
        "fold" => "the clocks there show it twice; an opening takes the earlier, a deadline the later",
        "skipped" => "the zone leaves this date out; nothing is due on it",
        _ => "it happens once",
    };
    format!(
        "{zone} {date} {time}: {kind}, {meaning}\n  as an opening  {}\n  as a deadline  {}\n  by time zone data {}",
        instant(answer.open_utc),
        instant(answer.due_utc),
        Zone::tzdb_version(),
        zone = zone.name(),
        time = time.format("%H:%M:%S"),
    )
}
