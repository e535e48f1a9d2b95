//! Words that stand out in what a person wrote, though they typed no signs for it: the names of people.

use pulldown_cmark::{Event, Tag, TagEnd};
use std::ops::Range;

/// The runs of text in which such words are looked for: not in code, not in links.
pub(super) fn runs(events: &[Event<'_>]) -> Vec<String> {
    let mut plain = Plain::default();
    events.iter().filter(|event| plain.holds(event)).filter_map(text).map(str::to_owned).collect()
}

/// The events with what `marks` names in a run of text as strong. The ranges are in bytes, in order, and apart.
pub(super) fn marked<'a>(
    events: Vec<Event<'a>>,
    marks: impl Fn(&str) -> Vec<Range<usize>>,
) -> Vec<Event<'a>> {
    let mut plain = Plain::default();
    let mut out = Vec::with_capacity(events.len());
    for event in events {
        let stands_in_plain = plain.holds(&event);
        match text(&event).filter(|_| stands_in_plain) {
            None => out.push(event),
            Some(run) => {
                let mut from = 0;
                for Range { start, end } in marks(run) {
                    let (before, word) = (run.get(from..start), run.get(start..end));
                    if let (Some(before), Some(word)) = (before, word) {
                        out.push(Event::Text(before.to_owned().into()));
                        out.push(Event::Start(Tag::Strong));
                        out.push(Event::Text(word.to_owned().into()));
                        out.push(Event::End(TagEnd::Strong));
                        from = end;
                    }
                }
                out.push(Event::Text(run.get(from..).unwrap_or_default().to_owned().into()));
            }
        }
    }
    out
}

/// How deep in code and links an event stands.
#[derive(Default)]
struct Plain(usize);

impl Plain {
    /// Takes the next event, and says whether it stands outside both.
    fn holds(&mut self, event: &Event<'_>) -> bool {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::Link { .. }) => self.0 += 1,
            Event::End(TagEnd::CodeBlock | TagEnd::Link) => self.0 = self.0.saturating_sub(1),
            _ => {}
        }
        self.0 == 0
    }
}

fn text<'e>(event: &'e Event<'_>) -> Option<&'e str> {
    if let Event::Text(text) = event { Some(text) } else { None }
}
