//! Matrix: text and HTML to hookshot's generic webhook, which makes a message of a room of them. An event holds 64 KB,
//! both forms and its envelope together; `@room` would ring for all of it.

use super::unmentioned;
use crate::channel::bulletin::{Bulletin, Entry};
use serde_json::{Value, json};

/// What both forms may take, so that there is room for the envelope and for what is escaped once more.
const BYTES: usize = 40_000;

pub(super) fn format(bulletin: &Bulletin, entries: &[Entry], more: Option<&str>) -> Value {
    json!({ "text": text(bulletin, entries, more), "html": html(bulletin, entries, more) })
}

pub(super) fn fits(message: &Value) -> bool {
    message.to_string().len() <= BYTES
}

fn text(bulletin: &Bulletin, entries: &[Entry], more: Option<&str>) -> String {
    let t = bulletin.t;
    let (name, page) = &bulletin.page;
    let mut parts = vec![format!("{}\n{}", bulletin.title, bulletin.when)];
    for entry in entries {
        let mut lines = vec![format!("{}, {}", entry.who, entry.place)];
        lines.extend((!entry.words.is_empty()).then(|| entry.words.clone()));
        lines.extend(entry.blocked.as_ref().map(|words| format!("{} {words}", t.channel_blocked())));
        let (steps, left_out) = entry.steps();
        lines.extend(steps.map(|step| format!("- {}: {} {}", step.word, step.title(), step.went)));
        lines.extend(bulletin.more(left_out).map(|more| format!("- {more}")));
        lines.extend(entry.page.clone());
        parts.push(lines.join("\n"));
    }
    let on = format!("{name}: {page}");
    parts.push(more.map_or(on.clone(), |more| format!("{more} · {on}")));
    unmentioned(&parts.join("\n\n"))
}

fn html(bulletin: &Bulletin, entries: &[Entry], more: Option<&str>) -> String {
    let (name, page) = &bulletin.page;
    let mut html = format!("<h4>{}</h4><p>{}</p>", escape(&bulletin.title), escape(&bulletin.when));
    for one in entries {
        html.push_str(&entry(bulletin, one));
    }
    let more = more.map(|more| format!("{} · ", escape(more))).unwrap_or_default();
    html.push_str(&format!("<p>{more}{}</p>", link(page, name)));
    html
}

fn entry(bulletin: &Bulletin, entry: &Entry) -> String {
    let who = entry.page.as_ref().map_or_else(|| escape(&entry.who), |page| link(page, &entry.who));
    let mut html = format!("<p><strong>{who}</strong> {}</p>", escape(&entry.place));
    if !entry.words.is_empty() {
        html.push_str(&format!("<blockquote>{}</blockquote>", escape(&entry.words)));
    }
    if let Some(words) = &entry.blocked {
        let blocked = escape(bulletin.t.channel_blocked());
        html.push_str(&format!("<p><strong>{blocked}</strong> {}</p>", escape(words)));
    }
    let (steps, left_out) = entry.steps();
    let mut items: Vec<String> = steps
        .map(|step| {
            format!("{}: {} {}", escape(&step.word), link(&step.page, &step.title()), escape(&step.went))
        })
        .collect();
    items.extend(bulletin.more(left_out).map(|more| escape(&more)));
    if !items.is_empty() {
        html.push_str(&format!("<ul><li>{}</li></ul>", items.join("</li><li>")));
    }
    html
}

fn link(address: &str, words: &str) -> String {
    format!("<a href=\"{}\">{}</a>", attribute(address), escape(words))
}

fn escape(text: &str) -> String {
    attribute(&unmentioned(text))
}

fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
