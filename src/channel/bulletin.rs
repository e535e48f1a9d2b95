//! What is posted into a channel, in words and in no service's form yet. Pure.

use crate::language::Words;

/// The most characters of a title of somebody's; what is beyond is cut.
const TITLE: usize = 120;

/// The most key results told of with one update.
const STEPS: usize = 6;

/// A message to a channel.
#[derive(Debug, Clone)]
pub struct Bulletin {
    /// The language it is in.
    pub t: Words,
    /// Its first line: whose it is, and what is counted.
    pub title: String,
    /// When it was written, and since when it tells.
    pub when: String,
    /// What the page is called that holds all of it, and where it is.
    pub page: (String, String),
    /// What people did, the newest first.
    pub entries: Vec<Entry>,
}

/// What somebody did.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// Who.
    pub who: String,
    /// When and where, on their own clock.
    pub place: String,
    /// The page of it, if it has one.
    pub page: Option<String>,
    /// How their words begin; may be empty.
    pub words: String,
    /// What is in their way still, if anything is.
    pub blocked: Option<String>,
    /// The key results that moved with it.
    pub steps: Vec<Step>,
}

/// How a key result moved.
#[derive(Debug, Clone, Default)]
pub struct Step {
    /// What its author says of it: "On track".
    pub word: String,
    /// Its title.
    pub title: String,
    /// Its page.
    pub page: String,
    /// From where to where: "96.8% to 97.2%".
    pub went: String,
}

impl Bulletin {
    /// The same with its first entries alone, and how many are left out.
    pub(super) fn first(&self, shown: usize) -> (&[Entry], usize) {
        let shown = shown.min(self.entries.len());
        (self.entries.get(..shown).unwrap_or_default(), self.entries.len() - shown)
    }

    /// "and 4 more", when some are left out.
    pub(super) fn more(&self, left_out: usize) -> Option<String> {
        (left_out > 0).then(|| self.t.channel_more(left_out))
    }
}

impl Entry {
    /// The key results told of, and how many are left out.
    pub(super) fn steps(&self) -> (impl Iterator<Item = &Step>, usize) {
        (self.steps.iter().take(STEPS), self.steps.len().saturating_sub(STEPS))
    }
}

impl Step {
    /// Its title, cut where it is very long.
    pub(super) fn title(&self) -> String {
        cut(&self.title, TITLE)
    }
}

/// At most so many characters, with “…” (which counts) if anything was left out.
pub(super) fn cut(text: &str, at_most: usize) -> String {
    if text.chars().count() <= at_most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(at_most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_is_never_longer_and_never_within_a_character() {
        for (text, at_most, expected) in
            [("Lagos", 5, "Lagos"), ("Lagos", 4, "Lag…"), ("São Tomé", 4, "São…"), ("é", 0, "…"), ("", 3, "")]
        {
            assert_eq!(cut(text, at_most), expected);
        }
    }
}
