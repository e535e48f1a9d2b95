//! A letter: blocks of words from which the HTML and its plain-text twin are made, so that they always say the same.

use crate::fault::Fault;
use crate::language::Words;
use askama::Template;

/// One block. Plain text throughout: markup is the template's business.
enum Block {
    /// The one sentence on top.
    Title(String),
    /// A section's heading.
    Heading(String),
    /// A paragraph of the machine.
    Text(String),
    /// A quiet line.
    Soft(String),
    /// What a person wrote.
    Voice(String),
    /// Who said it, where they are and where it stands, above their words.
    Speaker { name: String, place: String, href: Option<String> },
    /// A line with a bold beginning, an optional link and a quiet end.
    Line { lead: String, link: Option<(String, String)>, rest: String },
    /// A word about a key result with its moon, before the linked title, its value and what follows from it.
    Confidence {
        class: &'static str,
        moon: &'static str,
        word: String,
        title: String,
        href: String,
        value: String,
        rest: String,
    },
    /// The one button.
    Button { label: String, href: String },
}

/// The words of a mail. Built block by block, then rendered both ways.
pub struct Letter {
    t: Words,
    subject: String,
    preheader: String,
    organisation: String,
    blocks: Vec<Block>,
    why: String,
    ways_out: Vec<(String, String)>,
}

/// A letter ready for the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// The plain-text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct LetterPage<'a> {
    t: Words,
    letter: &'a Letter,
}

impl Letter {
    /// Begins a letter: its subject, and the words mail programs show beside it.
    pub fn new(
        t: Words,
        organisation: &str,
        subject: impl Into<String>,
        preheader: impl Into<String>,
    ) -> Self {
        Self {
            t,
            subject: one_line(&subject.into()),
            preheader: preheader.into(),
            organisation: organisation.to_owned(),
            blocks: Vec::new(),
            why: String::new(),
            ways_out: Vec::new(),
        }
    }

    /// The one sentence on top.
    #[must_use]
    pub fn title(self, sentence: impl Into<String>) -> Self {
        self.with(Block::Title(sentence.into()))
    }

    /// A section's heading.
    #[must_use]
    pub fn heading(self, heading: impl Into<String>) -> Self {
        self.with(Block::Heading(heading.into()))
    }

    /// A paragraph.
    #[must_use]
    pub fn text(self, paragraph: impl Into<String>) -> Self {
        self.with(Block::Text(paragraph.into()))
    }

    /// A quiet line.
    #[must_use]
    pub fn soft(self, line: impl Into<String>) -> Self {
        self.with(Block::Soft(line.into()))
    }

    /// What a person wrote, in their voice.
    #[must_use]
    pub fn voice(self, words: impl Into<String>) -> Self {
        self.with(Block::Voice(words.into()))
    }

    /// Who speaks next, when and where, and the page it was said on.
    #[must_use]
    pub fn speaker(self, name: impl Into<String>, place: impl Into<String>, href: Option<String>) -> Self {
        self.with(Block::Speaker { name: name.into(), place: place.into(), href })
    }

    /// A line: bold beginning, link (label, address), quiet end.
    #[must_use]
    pub fn line(
        self,
        lead: impl Into<String>,
        link: Option<(String, String)>,
        rest: impl Into<String>,
    ) -> Self {
        self.with(Block::Line { lead: lead.into(), link, rest: rest.into() })
    }

    /// A key result: the word about it (class `on`, `risk`, `off`, or empty for nobody's judgement), its linked title, its
    /// value if it has one, and a further sentence or nothing.
    #[must_use]
    pub fn confidence(
        self,
        class: &'static str,
        word: impl Into<String>,
        (title, href): (impl Into<String>, impl Into<String>),
        value: impl Into<String>,
        rest: impl Into<String>,
    ) -> Self {
        let moon = match class {
            "on" => "●",
            "risk" => "◐",
            "off" => "○",
            _ => "◌",
        };
        let (word, title, href) = (word.into(), title.into(), href.into());
        self.with(Block::Confidence {
            class,
            moon,
            word,
            title,
            href,
            value: value.into(),
            rest: rest.into(),
        })
    }

    /// The button: one a letter.
    #[must_use]
    pub fn button(self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.with(Block::Button { label: label.into(), href: href.into() })
    }

    /// Why it was sent, at the foot.
    #[must_use]
    pub fn why(mut self, sentence: impl Into<String>) -> Self {
        self.why = sentence.into();
        self
    }

    /// A way to change or stop such mail, at the foot: label and address.
    #[must_use]
    pub fn way_out(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.ways_out.push((label.into(), href.into()));
        self
    }

    fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// Makes both parts.
    ///
    /// # Errors
    /// When the template can't be rendered, which is our fault.
    pub fn render(&self) -> Result<Rendered, Fault> {
        let html = LetterPage { t: self.t, letter: self }.render()?;
        Ok(Rendered { subject: self.subject.clone(), text: self.plain(), html })
    }

    /// The plain-text twin: first-class, wrapped at 72 columns, addresses on lines of their own.
    fn plain(&self) -> String {
        let mut out = String::new();
        for block in &self.blocks {
            match block {
                Block::Title(words) | Block::Text(words) | Block::Soft(words) => push(&mut out, words, ""),
                Block::Heading(words) => out.push_str(&format!("\n\n{}\n\n", words.to_uppercase())),
                Block::Voice(words) => push(&mut out, words, "  "),
                Block::Speaker { name, place, href } => {
                    if !out.ends_with("\n\n") {
                        out.push('\n');
                    }
                    push(&mut out, &format!("{name}, {place}"), "");
                    if let Some(href) = href {
                        out.push_str(&format!("  {href}\n"));
                    }
                }
                Block::Line { lead, link, rest } => {
                    let label = link.as_ref().map_or("", |(label, _)| label);
                    push(&mut out, &join(&[lead, &set_off(label, rest)]), "");
                    if let Some((_, href)) = link {
                        out.push_str(&format!("  {href}\n"));
                    }
                }
                Block::Confidence { word, title, href, value, rest, .. } => {
                    let standing =
                        if value.is_empty() { format!("{title}.") } else { format!("{title}: {value}.") };
                    push(&mut out, &join(&[&format!("{word}."), &standing, rest]), "  ");
                    out.push_str(&format!("  {href}\n"));
                }
                Block::Button { label, href } => out.push_str(&format!("\n{label}:\n{href}\n")),
            }
        }
        out.push_str("\n-- \n");
        push(&mut out, &self.why, "");
        for (label, href) in &self.ways_out {
            out.push_str(&format!("{}\n", set_off(label, href)));
        }
        out.trim_start().to_owned()
    }
}

/// Headers hold no line ends, whatever somebody typed.
fn one_line(words: &str) -> String {
    words
        .split(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
        .collect::<Vec<_>>()
        .join(" ")
        .trim()
        .to_owned()
}

fn join(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

/// A label and what is said of it, which in text nothing else sets apart: a sentence after a full stop, other words after a
/// colon.
fn set_off(label: &str, rest: &str) -> String {
    let between = match (label.chars().last(), rest.chars().next()) {
        (None, _) | (_, None) => "",
        (Some('.' | '?' | ':'), _) => " ",
        (_, Some(first)) if first.is_uppercase() => ". ",
        _ => ": ",
    };
    format!("{label}{between}{rest}")
}

/// One paragraph per line of the words, each wrapped at 72 columns.
fn push(out: &mut String, words: &str, indent: &str) {
    for paragraph in words.lines().filter(|line| !line.trim().is_empty()) {
        let mut line = indent.to_owned();
        for word in paragraph.split_whitespace() {
            let width = line.chars().count() + 1 + word.chars().count();
            if line.trim().is_empty() {
                line = format!("{indent}{word}");
            } else if width > 72 {
                out.push_str(&line);
                out.push('\n');
                line = format!("{indent}{word}");
            } else {
                line.push(' ');
                line.push_str(word);
            }
        }
        out.push_str(&line);
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Locale;

    fn letter() -> Letter {
        Letter::new(Words::of(Locale::default()), "Saltmarsh", "Tuesday:\r\nBcc: eve@example.org", "Tama is blocked.")
            .title("Good morning, Inês. One person is blocked.")
            .heading("Blocked")
            .speaker("Mia", "Monday evening in Vancouver", None)
            .voice("Waiting.")
            .speaker("Tama", "Tuesday afternoon in Auckland", None)
            .voice("Copper <mesh> for the Kaipara rigs is held at customs. Could Wanjiru lend us six from the Mombasa spares?")
            .button("Write today’s update", "https://meridian.example/o/saltmarsh/today")
            .why("One digest at 09:00 on your clock.")
            .way_out("Stop digests", "https://meridian.example/u/abc")
    }

    #[test]
    fn in_text_a_label_is_set_off_from_what_is_said_of_it() {
        for (label, rest, line) in [
            ("Months of runway", "Its check-in is due.", "Months of runway. Its check-in is due."),
            ("Field", "8 of 9 written", "Field: 8 of 9 written"),
            ("replied to your update.", "Monday in Lisbon.", "replied to your update. Monday in Lisbon."),
            ("and 4 more", "", "and 4 more"),
            ("", "Nothing else.", "Nothing else."),
        ] {
            assert_eq!(set_off(label, rest), line);
        }
    }

    #[test]
    fn a_subject_is_one_line() {
        assert_eq!(letter().render().unwrap().subject, "Tuesday:  Bcc: eve@example.org");
    }

    #[test]
    fn both_parts_say_the_same_and_words_are_never_markup() {
        let Rendered { text, html, .. } = letter().render().unwrap();
        assert!(text.lines().all(|line| line.chars().count() <= 72), "{text}");
        assert!(text.contains("  Copper <mesh> for the Kaipara rigs"), "{text}");
        assert!(text.contains("\n\n\nBLOCKED\n\nMia,") && text.contains("  Waiting.\n\nTama,"), "{text}");
        assert!(!html.contains("<mesh>"), "{html}");
        for words in
            ["Good morning, Inês. One person is blocked.", "https://meridian.example/u/abc", "Stop digests"]
        {
            assert!(text.contains(words) && html.contains(words), "{words}");
        }
    }
}
