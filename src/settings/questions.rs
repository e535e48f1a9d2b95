//! The questions of a standup as a form carries them: two lists of equal length.

use super::queries::rhythm::{self as queries, Question};
use crate::db::OrgTx;
use crate::ids::StandupId;
use crate::language::Words;
use crate::web::Problems;
use chrono::{DateTime, Utc};

/// A standup asks this many questions at most.
const MOST: usize = 8;

/// A question's two fields.
pub(super) struct QuestionRow<'a> {
    pub(super) n: usize,
    pub(super) prompt_id: String,
    pub(super) kind_id: String,
    pub(super) prompt: &'a str,
    pub(super) kind: &'a str,
}

/// A question to be asked: its kind and its words.
pub(super) type Asked = (String, String);

/// The kinds there are, and what each is for.
pub(super) fn kinds(t: Words) -> [(&'static str, &'static str); 3] {
    [
        ("text", t.settings_kind_text()),
        ("plan", t.settings_kind_plan()),
        ("blocker", t.settings_kind_blocker()),
    ]
}

/// The three most teams begin with.
pub(super) fn usual(t: Words) -> Vec<Asked> {
    let asked = |kind: &str, prompt: &str| (kind.to_owned(), prompt.to_owned());
    vec![
        asked("text", t.settings_question_moved()),
        asked("plan", t.settings_question_next()),
        asked("blocker", t.settings_question_block()),
    ]
}

/// Each question for the page: an empty last one when one more was asked for.
pub(super) fn rows<'a>(prompts: &'a [String], kinds: &'a [String], one_more: bool) -> Vec<QuestionRow<'a>> {
    let kinds = kinds.iter().map(String::as_str).chain(std::iter::repeat("text"));
    let mut rows: Vec<_> = prompts.iter().map(String::as_str).zip(kinds).collect();
    if one_more && rows.len() < MOST {
        rows.push(("", "text"));
    }
    let row = |(n, (prompt, kind))| QuestionRow {
        n,
        prompt_id: format!("q{n}"),
        kind_id: format!("k{n}"),
        prompt,
        kind,
    };
    (1..).zip(rows).map(row).collect()
}

/// The questions that are not empty, or what is wrong with them.
pub(super) fn read(rows: &[QuestionRow<'_>], problems: &mut Problems, t: Words) -> Vec<Asked> {
    let mut asked = Vec::new();
    for row in rows {
        let prompt = row.prompt.trim();
        if prompt.chars().count() > 200 {
            problems.add(&row.prompt_id, t.settings_question_long());
        }
        if !["text", "plan", "blocker"].contains(&row.kind) {
            problems.add(&row.kind_id, t.settings_choice_unclear());
        }
        if !prompt.is_empty() {
            asked.push((row.kind.to_owned(), prompt.to_owned()));
        }
    }
    if asked.is_empty() {
        problems.add("q1", t.settings_question_none());
    } else if asked.len() > MOST {
        problems.add("q1", t.settings_question_many());
    }
    asked
}

/// Keeps questions that are asked as before, retires the others and asks the new ones, in the order of the form.
pub(super) async fn save(
    tx: &mut OrgTx,
    standup: StandupId,
    asked: &[Asked],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let mut old: Vec<Question> = queries::questions(tx, standup).await?;
    for (position, (kind, prompt)) in (0i16..).zip(asked) {
        match old.iter().position(|question| question.prompt == *prompt && question.kind == *kind) {
            Some(same) => queries::place_question(tx, old.remove(same).id, position).await?,
            None => queries::ask(tx, standup, position, kind, prompt).await?,
        }
    }
    for question in old {
        queries::retire_question(tx, question.id, now).await?;
    }
    Ok(())
}
