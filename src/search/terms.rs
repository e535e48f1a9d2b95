//! What somebody typed, as terms to look for.
//!
//! - `copper mesh`: both words, anywhere;
//! - `"copper mesh"`, also with other quotation marks: the words in a row;
//! - `sens*`: a word that begins like this;
//! - `-paint`, `-"chilli paint"`: without it.
//!
//! There is nothing that can't be read: a mark that makes no sense is not there.

/// So much of what was typed is read, in characters.
pub(super) const LIMIT: usize = 200;
/// So many terms are looked for.
const TERMS: usize = 12;

/// One thing to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    /// A word, or words in a row: letters and signs, never a control character, and always a letter or a digit.
    pub(super) words: String,
    /// Whether it is only how a word begins.
    pub(super) beginning: bool,
    /// Whether it must not be there.
    pub(super) without: bool,
}

/// All terms of what was typed, in its order.
pub(super) fn read(typed: &str) -> Vec<Term> {
    let mut rest: String = typed.chars().take(LIMIT).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut terms = Vec::new();
    while terms.len() < TERMS {
        let Some((term, after)) = first(rest.trim_start()) else { break };
        terms.extend(term);
        rest = after.to_owned();
    }
    terms
}

/// Whether there is something that must be there.
pub(super) fn look_for_something(terms: &[Term]) -> bool {
    terms.iter().any(|term| !term.without)
}

/// The first term of a text that begins with none of its spaces, unless there is nothing in it, and what stands after it.
fn first(text: &str) -> Option<(Option<Term>, &str)> {
    text.chars().next()?;
    let (without, text) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(text) if text.chars().next().is_some_and(|c| !c.is_whitespace()) => (true, text),
        _ => (false, text),
    };
    if let Some(opened) = text.strip_prefix(is_quote) {
        let (words, after) = opened.split_once(is_quote).unwrap_or((opened, ""));
        return Some((term(words, false, without), after));
    }
    let end = text.find(|c: char| c.is_whitespace() || is_quote(c)).unwrap_or(text.len());
    let (word, after) = text.split_at_checked(end)?;
    let bare = word.trim_end_matches('*');
    Some((term(bare, bare.len() < word.len(), without), after))
}

fn term(words: &str, beginning: bool, without: bool) -> Option<Term> {
    let words = words.trim();
    words.contains(char::is_alphanumeric).then(|| Term { words: words.to_owned(), beginning, without })
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The terms as they would be typed, plainly.
    fn typed(terms: &[Term]) -> String {
        let one = |term: &Term| {
            let minus = if term.without { "-" } else { "" };
            match term.beginning {
                true => format!("{minus}{}*", term.words),
                false => format!("{minus}\"{}\"", term.words),
            }
        };
        terms.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn terms_of_what_is_typed() {
        for (given, terms) in [
            ("", ""),
            ("   ", ""),
            ("copper mesh", r#""copper" "mesh""#),
            ("  copper\tmesh\n", r#""copper" "mesh""#),
            (r#""copper mesh" held"#, r#""copper mesh" "held""#),
            ("“copper mesh”", r#""copper mesh""#),
            ("„koperen gaas” «maille de cuivre»", r#""koperen gaas" "maille de cuivre""#),
            (r#""never closed"#, r#""never closed""#),
            (r#"mesh"held up"now"#, r#""mesh" "held up" "now""#),
            ("sens*", "sens*"),
            ("sens***", "sens*"),
            ("-paint copper", r#"-"paint" "copper""#),
            ("−paint", r#"-"paint""#),
            (r#"-"chilli paint""#, r#"-"chilli paint""#),
            ("-sens*", "-sens*"),
            ("salt-spray", r#""salt-spray""#),
            ("a - b", r#""a" "b""#),
            ("--x", r#"-"-x""#),
            ("* - \"\" !? -", ""),
            ("it's & | ! <-> ( ) : \\", r#""it's""#),
            ("o'brien\\", r#""o'brien\""#),
            ("nul\0here", r#""nul" "here""#),
            ("été Inês", r#""été" "Inês""#),
        ] {
            assert_eq!(typed(&read(given)), terms, "{given:?}");
        }
        assert_eq!(read(&"word ".repeat(100)).len(), TERMS);
        assert_eq!(read(&"é".repeat(1000)).first().unwrap().words.chars().count(), LIMIT);
        assert!(!look_for_something(&read("-paint")));
        assert!(look_for_something(&read("-paint mesh")));
    }

    proptest! {
        #[test]
        fn anything_can_be_read(given in "\\PC{0,60}|[-\"*a '\\\\\u{201c}\u{bb}\0\n]{0,40}") {
            let terms = read(&given);
            prop_assert!(terms.len() <= TERMS);
            for term in &terms {
                prop_assert!(term.words.chars().all(|c| !c.is_control()) && term.words.contains(char::is_alphanumeric));
                prop_assert!(!term.words.contains(is_quote) && term.words.trim() == term.words);
                prop_assert!(given.contains(&term.words) || given.contains(char::is_control));
            }
            // Typed plainly, the same terms mean the same.
            let again = typed(&terms);
            if again.chars().count() <= LIMIT {
                prop_assert_eq!(read(&again), terms);
            }
        }
    }
}
