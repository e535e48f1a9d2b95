//! The questions of a standup as a form carries them: three lists of equal length, and the buttons that turn them about.

use super::queries::rhythm::{self as queries, Question};
use crate::db::OrgTx;
use crate::ids::StandupId;
use crate::language::Words;
use crate::standup::question::QuestionKind;
use crate::web::Problems;
use chrono::{DateTime, Utc};

/// A standup asks this many questions at most.
const MOST: usize = 8;
/// A choice offers this many answers at most; each may be this long, in characters.
const OPTIONS: (usize, usize) = (8, 80);

/// A question's fields.
pub(super) struct QuestionRow<'a> {
    pub(super) n: usize,
    pub(super) prompt_id: String,
    pub(super) kind_id: String,
    pub(super) options_id: String,
    pub(super) prompt: &'a str,
    pub(super) kind: &'a str,
    /// What a choice offers, one a line.
    pub(super) options: &'a str,
    pub(super) first: bool,
    pub(super) last: bool,
    /// The button that was pressed to bring it here, which has the focus again.
    pub(super) pressed: Option<Turn>,
}

/// A question to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) kind: QuestionKind,
    pub(super) prompt: String,
    /// What a choice offers.
    pub(super) options: Vec<String>,
}

/// What a button beside a question does to the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// It changes places with the one before.
    Up,
    /// It changes places with the one after.
    Down,
    /// It is asked no more.
    Out,
}

impl Turn {
    /// A button's value: which way, and for which question, counted from 1.
    pub(super) fn parse(value: &str) -> Option<(Self, usize)> {
        let (turn, n) = value.split_once('-')?;
        let turn = match turn {
            "up" => Turn::Up,
            "down" => Turn::Down,
            "out" => Turn::Out,
            _ => return None,
        };
        Some((turn, n.parse().ok()?))
    }

    /// Does it to a list. Gives where the question is then, counted from 1.
    pub(super) fn turn<T>(self, list: &mut Vec<T>, n: usize) -> Option<usize> {
        let at = n.checked_sub(1).filter(|at| *at < list.len())?;
        match self {
            Turn::Up if at > 0 => {
                list.swap(at - 1, at);
                Some(n - 1)
            }
            Turn::Down if n < list.len() => {
                list.swap(at, n);
                Some(n + 1)
            }
            Turn::Out => {
                list.remove(at);
                None
            }
            Turn::Up | Turn::Down => Some(n),
        }
    }
}

/// The kinds there are, and what each is for.
pub(super) fn kinds(t: Words) -> [(&'static str, &'static str); 6] {
    [
        (QuestionKind::Text.as_str(), t.settings_kind_text()),
        (QuestionKind::Plan.as_str(), t.settings_kind_plan()),
        (QuestionKind::KeyResults.as_str(), t.settings_kind_key_results()),
        (QuestionKind::Blocker.as_str(), t.settings_kind_blocker()),
        (QuestionKind::Choice.as_str(), t.settings_kind_choice()),
        (QuestionKind::Mood.as_str(), t.settings_kind_mood()),
    ]
}

/// The three most teams begin with.
pub(super) fn usual(t: Words) -> Vec<Asked> {
    let asked = |kind, prompt: &str| Asked { kind, prompt: prompt.to_owned(), options: Vec::new() };
    vec![
        asked(QuestionKind::Text, t.settings_question_moved()),
        asked(QuestionKind::Plan, t.settings_question_next()),
        asked(QuestionKind::Blocker, t.settings_question_block()),
    ]
}

/// What the lists of a form hold, one question after another; of lists cut short, the rest is empty.
pub(super) fn lines(prompts: &[String], kinds: &[String], options: &[String]) -> Vec<[String; 3]> {
    let kinds = kinds.iter().map(String::as_str).chain(std::iter::repeat("text"));
    let options = options.iter().map(String::as_str).chain(std::iter::repeat(""));
    let line = |((prompt, kind), options): ((&String, &str), &str)| {
        [prompt.clone(), kind.to_owned(), options.replace("\r\n", "\n")]
    };
    prompts.iter().zip(kinds).zip(options).map(line).collect()
}

/// Each question for the page; `pressed` says which one a button has just moved, and which button.
pub(super) fn rows(lines: &[[String; 3]], pressed: Option<(Turn, usize)>) -> Vec<QuestionRow<'_>> {
    (1..)
        .zip(lines)
        .map(|(n, [prompt, kind, options])| QuestionRow {
            n,
            prompt_id: format!("q{n}"),
            kind_id: format!("k{n}"),
            options_id: format!("o{n}"),
            prompt,
            kind,
            options,
            first: n == 1,
            last: n == lines.len(),
            pressed: pressed.filter(|(_, at)| *at == n).map(|(turn, _)| turn),
        })
        .collect()
}

/// An empty question more, while there is room.
pub(super) fn one_more(lines: &mut Vec<[String; 3]>) {
    if lines.len() < MOST {
        lines.push([String::new(), QuestionKind::Text.as_str().to_owned(), String::new()]);
    }
}

/// The questions that are not empty, or what is wrong with them.
pub(super) fn read(rows: &[QuestionRow<'_>], problems: &mut Problems, t: Words) -> Vec<Asked> {
    let mut asked: Vec<Asked> = Vec::new();
    for row in rows.iter().filter(|row| !row.prompt.trim().is_empty()) {
        let prompt = row.prompt.trim();
        if prompt.chars().count() > 200 {
            problems.add(&row.prompt_id, t.settings_question_long());
        }
        let Some(kind) = QuestionKind::parse(row.kind) else {
            problems.add(&row.kind_id, t.settings_choice_unclear());
            continue;
        };
        let once = matches!(kind, QuestionKind::KeyResults | QuestionKind::Mood);
        if once && asked.iter().any(|it| it.kind == kind) {
            problems.add(&row.kind_id, t.settings_question_once());
        }
        let options = if kind == QuestionKind::Choice { offered(row, problems, t) } else { Vec::new() };
        asked.push(Asked { kind, prompt: prompt.to_owned(), options });
    }
    let in_words = |it: &Asked| matches!(it.kind, QuestionKind::Text | QuestionKind::Plan);
    if asked.is_empty() {
        problems.add("q1", t.settings_question_none());
    } else if asked.len() > MOST {
        problems.add("q1", t.settings_question_many());
    } else if !asked.iter().any(in_words) {
        problems.add("q1", t.settings_question_words());
    }
    asked
}

/// What a choice offers: each line that is not empty, once.
fn offered(row: &QuestionRow<'_>, problems: &mut Problems, t: Words) -> Vec<String> {
    let mut options: Vec<String> = Vec::new();
    for line in row.options.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !options.iter().any(|it| it == line) {
            options.push(line.to_owned());
        }
    }
    let (most, longest) = OPTIONS;
    if !(2..=most).contains(&options.len()) || options.iter().any(|it| it.chars().count() > longest) {
        problems.add(&row.options_id, t.settings_options_unclear(most, longest));
    }
    options
}

/// Keeps questions that are asked as before, retires the others and asks the new ones, in the order of the form.
pub(super) async fn save(
    tx: &mut OrgTx,
    standup: StandupId,
    asked: &[Asked],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let mut old: Vec<Question> = queries::questions(tx, standup).await?;
    let mut kept = Vec::new();
    for question in asked {
        let same = old.iter().position(|it| it.asked == *question);
        kept.push(same.map(|same| old.remove(same).id));
    }
    // Some kinds are asked once: the old one goes before the new one comes.
    for question in old {
        queries::retire_question(tx, question.id, now).await?;
    }
    for (position, (question, kept)) in (0i16..).zip(asked.iter().zip(kept)) {
        match kept {
            Some(id) => queries::place_question(tx, id, position).await?,
            None => queries::ask(tx, standup, position, question).await?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buttons_turn_the_list_about() {
        for (value, list, at) in [
            ("up-2", "bac", Some(1)),
            ("up-1", "abc", Some(1)),
            ("down-2", "acb", Some(3)),
            ("down-3", "abc", Some(3)),
            ("out-1", "bc", None),
            ("out-4", "abc", None),
            ("up-0", "abc", None),
        ] {
            let mut letters: Vec<char> = "abc".chars().collect();
            let (turn, n) = Turn::parse(value).unwrap();
            assert_eq!(turn.turn(&mut letters, n), at, "{value}");
            assert_eq!(letters.into_iter().collect::<String>(), list, "{value}");
        }
        assert_eq!(["", "up", "left-1", "up-x"].map(Turn::parse), [None; 4]);
    }
}
