//! The same text without HTML: for the text part of a mail, and for one line of a list.

use super::tame;
use pulldown_cmark::{Event, Tag, TagEnd};

/// The text as it reads in a mail: paragraphs apart, lists with their marks, a link's address behind its
/// words, no marks of emphasis. Lines are as long as they were written.
#[must_use]
pub fn plain(source: &str) -> String {
    let source = tame::source(source);
    let mut writer = Writer::default();
    for event in tame::events(&source) {
        writer.take(event);
    }
    writer.out.trim_end().to_owned()
}

/// The beginning of the text on one line: at most `n` characters, cut at a space where there is one, with
/// “…” (which counts) if anything was left out.
#[must_use]
pub fn excerpt(source: &str, n: usize) -> String {
    let source = tame::source(source);
    let mut words = String::new();
    for event in tame::events(&source) {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::HardBreak | Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::CodeBlock) => {
                words.push(' ')
            }
            _ => {}
        }
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= n {
        return words;
    }
    let Some(room) = n.checked_sub(1) else { return String::new() };
    let end = words.char_indices().nth(room).map_or(words.len(), |(at, _)| at);
    let cut = words.get(..end).unwrap_or_default();
    // a space in the second half is a good place to stop; a very long word has none
    let stop = match words.get(end..) {
        Some(rest) if rest.starts_with(' ') => end,
        _ => cut.rfind(' ').filter(|at| at * 2 > end).unwrap_or(end),
    };
    format!("{}…", cut.get(..stop).unwrap_or(cut).trim_end())
}

#[derive(Default)]
struct Writer {
    out: String,
    /// What each line begins with, for every quotation, list item or code block it stands in.
    margins: Vec<Margin>,
    /// The next number of each open list; none for one without numbers.
    lists: Vec<Option<u64>>,
    /// Where the words of the open link begin, and its address.
    link: Option<(usize, String)>,
}

struct Margin {
    first: Option<String>,
    next: String,
}

impl Writer {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Text(text) | Event::Code(text) => self.write(&text),
            Event::HardBreak => self.out.push('\n'),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => self.apart(),
            Tag::BlockQuote(_) => {
                self.apart();
                self.margin("> ", "> ");
            }
            Tag::CodeBlock(_) => {
                self.apart();
                self.margin("    ", "    ");
            }
            Tag::List(number) => {
                if self.lists.is_empty() {
                    self.apart();
                }
                self.lists.push(number);
            }
            Tag::Item => {
                self.new_line();
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let mark = format!("{number}. ");
                        *number = number.saturating_add(1);
                        mark
                    }
                    _ => "- ".to_owned(),
                };
                self.margin(&mark, &" ".repeat(mark.len()));
            }
            Tag::Link { dest_url, .. } => {
                self.write("");
                self.link = Some((self.out.len(), dest_url.into_string()));
            }
            _ => {}
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::BlockQuote(_) | TagEnd::CodeBlock | TagEnd::Item => {
                self.margins.pop();
            }
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::Link => {
                if let Some((from, address)) = self.link.take() {
                    let words = self.out.get(from..).unwrap_or_default();
                    if words != address.strip_prefix("mailto:").unwrap_or(&address) {
                        self.write(&format!(" ({address})"));
                    }
                }
            }
            _ => {}
        }
    }

    fn margin(&mut self, first: &str, next: &str) {
        self.margins.push(Margin { first: Some(first.to_owned()), next: next.to_owned() });
    }

    /// Begins a new block: an empty line before it, unless it is the first of its item or of all.
    fn apart(&mut self) {
        let fresh = self.margins.last().is_some_and(|margin| margin.first.is_some());
        self.new_line();
        if !self.out.is_empty() && !fresh {
            self.out.push('\n');
        }
    }

    fn new_line(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn write(&mut self, text: &str) {
        for (i, line) in text.split('\n').enumerate() {
            if i > 0 {
                self.out.push('\n');
            }
            let fresh_item = self.margins.iter().any(|margin| margin.first.is_some());
            if (self.out.is_empty() || self.out.ends_with('\n')) && (!line.is_empty() || fresh_item) {
                for margin in &mut self.margins {
                    let begin = margin.first.take().unwrap_or_else(|| margin.next.clone());
                    self.out.push_str(&begin);
                }
            }
            self.out.push_str(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_as_a_mail_shows_it() {
        for (source, shown) in [
            ("", ""),
            ("one\ntwo\n\nthree", "one\ntwo\n\nthree"),
            ("*a* **b** `c`", "a b c"),
            ("# Big\nsmall", "Big\n\nsmall"),
            ("First:\n- a\n- b\n  more\n\nThen", "First:\n\n- a\n- b\n  more\n\nThen"),
            ("1. a\n2. b\n   - c\n   - d\n3. e", "1. a\n2. b\n   - c\n   - d\n3. e"),
            ("> a\n> b\n\nc", "> a\n> b\n\nc"),
            ("```\nlet a = 1;\n\nlet b = 2;\n```", "    let a = 1;\n\n    let b = 2;"),
            (
                "[us](https://a.example) and https://b.example.",
                "us (https://a.example) and https://b.example.",
            ),
            ("<tama@a.example>", "tama@a.example"),
            ("- [us](https://a.example)", "- us (https://a.example)"),
            ("a <b>c</b> & d", "a <b>c</b> & d"),
            ("a\r\nb\u{7}\u{202e}c", "a\nbc"),
        ] {
            assert_eq!(plain(source), shown, "{source:?}");
        }
    }

    #[test]
    fn the_beginning_on_one_line() {
        let source = "The **Azores** are on [learned](https://a.example) corrections.\n\n- 24.1 cm\n- more";
        for (n, shown) in [
            (200, "The Azores are on learned corrections. 24.1 cm more"),
            (51, "The Azores are on learned corrections. 24.1 cm more"),
            (50, "The Azores are on learned corrections. 24.1 cm…"),
            (20, "The Azores are on…"),
            (19, "The Azores are on…"),
            (18, "The Azores are on…"),
            (17, "The Azores are…"),
            (1, "…"),
            (0, ""),
        ] {
            assert_eq!(excerpt(source, n), shown, "{n}");
        }
        assert_eq!(excerpt(&"a".repeat(30), 10), "aaaaaaaaa…");
        assert_eq!(excerpt("ééééé ééééé", 8), "ééééé…");
    }
}
