//! The words around what was found, piece by piece. A template prints each piece as text, so no HTML in it is ever HTML.

use crate::web::markdown;

/// What the database puts before a word that was found: a sign without a look or a meaning.
const START: char = '\u{e000}';
/// What it puts after it.
const STOP: char = '\u{e001}';
/// The longest excerpt, in characters.
const LIMIT: usize = 420;

/// Some words, which were looked for or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) found: bool,
}

/// The pieces of a plain text.
pub(super) fn of_text(marked: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for part in marked.split_inclusive([START, STOP]) {
        let text = part.trim_end_matches([START, STOP]);
        if !text.is_empty() {
            pieces.push(Piece { text: text.to_owned(), found: part.ends_with(STOP) });
        }
    }
    pieces
}

/// The pieces of what was written as Markdown, without its marks.
pub(super) fn of_markdown(marked: &str) -> Vec<Piece> {
    of_text(&markdown::excerpt(marked, LIMIT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(pieces: &[Piece]) -> String {
        pieces
            .iter()
            .map(|piece| if piece.found { format!("[{}]", piece.text) } else { piece.text.clone() })
            .collect()
    }

    #[test]
    fn pieces_around_what_was_found() {
        for (marked, pieces) in [
            ("", ""),
            ("nothing", "nothing"),
            ("held at <customs> again", "held at [customs] again"),
            ("<Customs>", "[Customs]"),
            ("<a> <b>", "[a] [b]"),
            ("**<bold>** and `<code>`", "[bold] and [code]"),
            ("see [the <mesh>](https://a.example/<mesh>)", "see the [mesh]"),
            ("- <one>\n- two", "[one] two"),
            ("cut in the <middle", "cut in the middle"),
        ] {
            let marked = marked.replace('<', &START.to_string()).replace('>', &STOP.to_string());
            assert_eq!(shown(&of_markdown(&marked)), pieces, "{marked:?}");
        }
        assert_eq!(
            shown(&of_markdown("<script>alert(1)</script> \u{e000}x\u{e001}")),
            "<script>alert(1)</script> [x]"
        );
    }

    proptest! {
        #[test]
        fn no_letter_of_a_text_is_lost(text in "[a-z <>&\u{e000}\u{e001}]{0,60}") {
            let plain: String = of_text(&text).into_iter().map(|piece| piece.text).collect();
            prop_assert_eq!(plain, text.replace([START, STOP], ""));
        }
    }
}
