//! What Mattermost, Discord and Teams share: Markdown, with everything of ours marked and nothing of theirs.

use super::unmentioned;
use crate::channel::bulletin::{Bulletin, Entry};

/// Text that is no markup to any of them: what could be is written with a backslash before it. Behind `<` stands a break
/// that is not seen: Mattermost reads Slack's mentions as well.
pub(super) fn escape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in unmentioned(text).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '~' | '[' | ']' | '>' | '#' | '|') {
            plain.push('\\');
        }
        plain.push(c);
        if c == '<' {
            plain.push('\u{200b}');
        }
    }
    plain
}

/// A link.
pub(super) fn link(address: &str, words: &str) -> String {
    format!("[{}]({address})", escape(words))
}

/// Who, when and where: the first line of an entry.
pub(super) fn head(entry: &Entry) -> String {
    let who = entry.page.as_ref().map_or_else(|| escape(&entry.who), |page| link(page, &entry.who));
    format!("**{who}** {}", escape(&entry.place))
}

/// What is in their way.
pub(super) fn blocked(bulletin: &Bulletin, entry: &Entry) -> Option<String> {
    let words = entry.blocked.as_ref()?;
    Some(format!("**{}** {}", bulletin.t.channel_blocked(), escape(words)))
}

/// A line for each key result that moved.
pub(super) fn steps(bulletin: &Bulletin, entry: &Entry) -> Vec<String> {
    let (steps, left_out) = entry.steps();
    let mut lines: Vec<String> = steps
        .map(|step| {
            format!("- {}: {} {}", escape(&step.word), link(&step.page, &step.title()), escape(&step.went))
        })
        .collect();
    lines.extend(bulletin.more(left_out).map(|more| format!("- {}", escape(&more))));
    lines
}

/// A whole entry.
pub(super) fn entry(bulletin: &Bulletin, entry: &Entry) -> String {
    let mut lines = vec![head(entry)];
    if !entry.words.is_empty() {
        lines.push(format!("> {}", escape(&entry.words)));
    }
    // A quotation would go on into a line that follows it at once.
    let rest: Vec<String> = blocked(bulletin, entry).into_iter().chain(steps(bulletin, entry)).collect();
    if !entry.words.is_empty() && !rest.is_empty() {
        lines.push(String::new());
    }
    lines.extend(rest);
    lines.join("\n")
}

/// The last line: what is left out, and the page that holds all of it.
pub(super) fn on(bulletin: &Bulletin, more: Option<&str>) -> String {
    let (name, page) = &bulletin.page;
    let on = link(page, name);
    more.map_or(on.clone(), |more| format!("{} · {on}", escape(more)))
}
