//! A plan, line by line, and what became of each. Pure.
//!
//! The plan is Markdown as its author typed it. A line is an item of a list or a line of its own; what marks it as an
//! item is not part of it. So the same thing planned twice is the same line, however it was written.

use std::collections::BTreeSet;

stored_word! {
    /// What became of a line of a plan.
    pub enum Fate {
        /// It is done.
        Done = "done",
        /// It goes on: it stands in the next plan too.
        Carried = "carried",
        /// It was let go.
        Dropped = "dropped",
    }
}

/// More lines than this are no plan for a day; the rest is quoted with the plan and asked nothing about.
pub const MOST: usize = 20;
/// The longest line, in characters.
const LONGEST: usize = 1000;

/// A line of the last plan and what its author says became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its words, as they were planned.
    pub body: String,
    /// What became of it.
    pub fate: Fate,
}

/// The lines of a plan, in order, each once.
pub fn lines(plan: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let bare = plan.lines().map(bare).filter(|line| line.chars().any(char::is_alphanumeric));
    let cut = bare.map(|line| line.chars().take(LONGEST).collect::<String>());
    cut.filter(|line| seen.insert(line.to_lowercase())).take(MOST).collect()
}

/// A plan that also holds what is carried on: lines it does not have yet come after its own, as items.
pub fn with_carried<'a>(plan: &str, carried: impl IntoIterator<Item = &'a str>) -> String {
    let mut there: BTreeSet<String> = plan
        .lines()
        .map(|line| bare(line).chars().take(LONGEST).collect::<String>().to_lowercase())
        .collect();
    let mut whole = plan.trim_end().to_owned();
    for line in carried {
        if there.insert(line.to_lowercase()) {
            if !whole.is_empty() {
                whole.push('\n');
            }
            whole.push_str("- ");
            whole.push_str(line);
        }
    }
    whole
}

/// A line without what marks it as an item: `- a`, `* a`, `2. a`, `- [x] a`.
fn bare(line: &str) -> &str {
    let line = line.trim();
    let item = line.strip_prefix(['-', '*', '+', '•']).or_else(|| {
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        (rest.len() < line.len()).then_some(rest).and_then(|rest| rest.strip_prefix(['.', ')']))
    });
    let mut words = item.filter(|item| item.starts_with(char::is_whitespace)).unwrap_or(line).trim_start();
    while let Some(rest) = ["[ ] ", "[x] ", "[X] "].iter().find_map(|mark| words.strip_prefix(mark)) {
        words = rest.trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_is_an_item_or_a_line_of_its_own() {
        for (plan, expected) in [
            ("", vec![]),
            ("Try the estuaries.", vec!["Try the estuaries."]),
            ("- one\n- two", vec!["one", "two"]),
            ("* one\n+ two\n\n• three", vec!["one", "two", "three"]),
            ("1. one\n2) two", vec!["one", "two"]),
            ("- [ ] one\n- [x] two", vec!["one", "two"]),
            ("1.5 metres of mesh", vec!["1.5 metres of mesh"]),
            ("-- \n***\n---", vec![]),
            ("*stress* counts", vec!["*stress* counts"]),
            ("one\n- One", vec!["one"]),
        ] {
            assert_eq!(lines(plan), expected, "{plan:?}");
        }
    }

    #[test]
    fn what_is_carried_on_stands_in_the_plan_once() {
        for (plan, carried, expected) in [
            ("", vec!["one"], "- one"),
            ("Rest.", vec!["one", "two"], "Rest.\n- one\n- two"),
            ("- ONE\n", vec!["one"], "- ONE"),
            ("a", vec![], "a"),
        ] {
            assert_eq!(with_carried(plan, carried), expected, "{plan:?}");
        }
    }

    proptest! {
        #[test]
        fn carrying_on_loses_and_doubles_no_line(plan in "[a-c*.\\- \n1\\[\\]]{0,60}", next in "[a-c*.\\- \n1]{0,60}") {
            let carried = lines(&plan);
            let whole = with_carried(&next, carried.iter().map(String::as_str));
            let there = lines(&whole);
            for line in carried.iter().take(MOST.saturating_sub(lines(&next).len())) {
                prop_assert!(there.iter().any(|it| it.to_lowercase() == line.to_lowercase()), "{line} in {whole}");
            }
            let again = with_carried(&whole, carried.iter().map(String::as_str));
            prop_assert_eq!(&again, whole.trim_end());
        }
    }
}
