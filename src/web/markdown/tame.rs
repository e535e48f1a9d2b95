//! The first wall: Markdown's events, and of them only what a note needs.

use super::LIMIT;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream};

/// How deep lists, quotations and emphasis may stand in one another; further in they are only text.
const DEPTH: usize = 20;

/// The text that will be read: cut to the limit, without signs that are not writing. Control characters
/// have no look, and the overriding marks of direction could turn the words around them.
pub(super) fn source(text: &str) -> String {
    let end = (0..=LIMIT.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    let unseen = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.get(..end).unwrap_or_default().replace("\r\n", "\n").replace(unseen, "")
}

/// The events of a source that went through [`source`].
pub(super) fn events(source: &str) -> Vec<Event<'_>> {
    let mut tamer = Tamer { out: Vec::new(), open: Vec::new(), code: false };
    for event in TextMergeStream::new(Parser::new_ext(source, Options::empty())) {
        tamer.take(event);
    }
    tamer.out
}

struct Tamer<'a> {
    out: Vec<Event<'a>>,
    /// What closes each tag that is open in the source.
    open: Vec<Closing<'a>>,
    /// Inside a code block.
    code: bool,
}

enum Closing<'a> {
    /// The tag was dropped; a block that was one leaves a line break between its words and the next.
    Dropped {
        block: bool,
    },
    Tag(TagEnd),
    Heading,
    Link {
        from: usize,
        address: CowStr<'a>,
    },
}

impl<'a> Tamer<'a> {
    fn take(&mut self, event: Event<'a>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(_) => self.end(),
            Event::Text(text) if self.code || self.in_link() => self.out.push(Event::Text(text)),
            Event::Text(text) => self.linked(&text),
            Event::Code(code) => self.out.push(Event::Code(code)),
            Event::Html(text) | Event::InlineHtml(text) => self.verbatim(&text),
            Event::SoftBreak | Event::HardBreak => self.out.push(Event::HardBreak),
            // a rule is a mark of layout; the rest are extensions that are not turned on
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'a>) {
        let block = !matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Link { .. } | Tag::Image { .. });
        let closing =
            if self.open.len() >= DEPTH { Closing::Dropped { block } } else { self.kept(tag, block) };
        self.open.push(closing);
    }

    /// Opens a tag as what it is shown as.
    fn kept(&mut self, tag: Tag<'a>, block: bool) -> Closing<'a> {
        let shown = match tag {
            Tag::Heading { .. } => {
                self.out.extend([Event::Start(Tag::Paragraph), Event::Start(Tag::Strong)]);
                return Closing::Heading;
            }
            Tag::Link { link_type, dest_url, .. } => {
                let address = match link_type {
                    LinkType::Email => format!("mailto:{dest_url}").into(),
                    _ => dest_url,
                };
                if !is_safe(&address) || self.in_link() {
                    return Closing::Dropped { block };
                }
                let from = self.out.len();
                self.out.push(Event::Start(link(address.clone())));
                return Closing::Link { from, address };
            }
            Tag::HtmlBlock => Tag::Paragraph,
            Tag::BlockQuote(_) => Tag::BlockQuote(None),
            Tag::CodeBlock(_) => {
                self.code = true;
                Tag::CodeBlock(CodeBlockKind::Indented)
            }
            Tag::Paragraph | Tag::List(_) | Tag::Item | Tag::Emphasis | Tag::Strong => tag,
            _ => return Closing::Dropped { block },
        };
        let end = shown.to_end();
        self.out.push(Event::Start(shown));
        Closing::Tag(end)
    }

    fn end(&mut self) {
        match self.open.pop() {
            Some(Closing::Tag(end)) => {
                self.code &= end != TagEnd::CodeBlock;
                self.out.push(Event::End(end));
            }
            Some(Closing::Heading) => {
                self.out.extend([Event::End(TagEnd::Strong), Event::End(TagEnd::Paragraph)]);
            }
            Some(Closing::Link { from, address }) => {
                let inside = self.out.get(from..).unwrap_or_default();
                let silent = !inside.iter().any(|event| match event {
                    Event::Text(text) | Event::Code(text) => !text.trim().is_empty(),
                    _ => false,
                });
                if silent {
                    self.out.push(Event::Text(address));
                }
                self.out.push(Event::End(TagEnd::Link));
            }
            Some(Closing::Dropped { block: true })
                if matches!(self.out.last(), Some(Event::Text(_) | Event::Code(_))) =>
            {
                self.out.push(Event::HardBreak);
            }
            Some(Closing::Dropped { .. }) | None => {}
        }
    }

    fn in_link(&self) -> bool {
        self.open.iter().any(|closing| matches!(closing, Closing::Link { .. }))
    }

    /// HTML, as the text it was typed as.
    fn verbatim(&mut self, text: &str) {
        for (i, line) in text.trim_end_matches('\n').split('\n').enumerate() {
            if i > 0 {
                self.out.push(Event::HardBreak);
            }
            self.out.push(Event::Text(line.to_owned().into()));
        }
    }

    /// Text whose bare addresses become links.
    fn linked(&mut self, text: &str) {
        let mut rest = text;
        while let Some((before, address, after)) = next_address(rest) {
            self.out.push(Event::Text(before.to_owned().into()));
            self.out.push(Event::Start(link(address.to_owned().into())));
            self.out.push(Event::Text(address.to_owned().into()));
            self.out.push(Event::End(TagEnd::Link));
            rest = after;
        }
        self.out.push(Event::Text(rest.to_owned().into()));
    }
}

fn link(address: CowStr<'_>) -> Tag<'_> {
    Tag::Link { link_type: LinkType::Inline, dest_url: address, title: "".into(), id: "".into() }
}

/// Whether a link may lead there. Relative addresses may not: what is one on this page is another in a mail.
fn is_safe(address: &str) -> bool {
    let begins = |scheme: &str| {
        address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            && address.len() > scheme.len()
    };
    ["http://", "https://", "mailto:"].into_iter().any(begins)
}

/// The first bare address in a text, and what stands before and after it. The sentence's own full stop
/// or closing bracket is not part of it.
fn next_address(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let start = from + text.get(from..)?.find("http")?;
        let rest = text.get(start..)?;
        let scheme = ["https://", "http://"].into_iter().find(|scheme| rest.starts_with(scheme));
        let begins_a_word = !text.get(..start)?.ends_with(char::is_alphanumeric);
        if let Some(scheme) = scheme
            && begins_a_word
        {
            let end = rest
                .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '“' | '”' | '`'))
                .unwrap_or(rest.len());
            let address = without_punctuation(rest.get(..end)?);
            if address.len() > scheme.len() {
                return Some((text.get(..start)?, address, rest.get(address.len()..)?));
            }
        }
        from = start + "http".len();
    }
}

fn without_punctuation(mut address: &str) -> &str {
    let count = |brackets: [char; 2]| address.matches(brackets).count();
    let mut surplus = count([')', ']']).saturating_sub(count(['(', '[']));
    loop {
        let shorter = address.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '’', '*', '_', '…']);
        let shorter = match shorter.strip_suffix([')', ']']) {
            Some(inside) if surplus > 0 => {
                surplus -= 1;
                inside
            }
            _ => shorter,
        };
        if shorter.len() == address.len() {
            return address;
        }
        address = shorter;
    }
}
