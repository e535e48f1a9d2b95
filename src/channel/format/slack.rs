//! Slack: Block Kit in an incoming webhook.
//!
//! Limits and escapes: a message has at most 50 blocks, a header 150 characters, a section 3,000; all blocks together are
//! refused somewhere beyond 13,000, which is written nowhere. `&`, `<` and `>` are written as entities; a mention is made
//! with `<`, and with `verbatim` nothing is made a link or a mention that is not written as one.

use super::whole_lines;
use crate::channel::bulletin::{Bulletin, Entry, cut};
use serde_json::{Value, json};

const HEADER: usize = 150;
const SECTION: usize = 3_000;
const BLOCKS: usize = 50;
const ALL: usize = 12_000;

pub(super) fn format(bulletin: &Bulletin, entries: &[Entry], more: Option<&str>) -> Value {
    let (name, page) = &bulletin.page;
    let on = link(page, name);
    let mut blocks = vec![
        json!({ "type": "header", "text": { "type": "plain_text", "emoji": false, "text": plain(&bulletin.title) } }),
        small(&escape(&bulletin.when)),
    ];
    blocks.extend(entries.iter().map(|one| section(&entry(bulletin, one))));
    blocks.push(small(&more.map_or(on.clone(), |more| format!("{} · {on}", escape(more)))));
    json!({
        "text": escape(&bulletin.title),
        "unfurl_links": false,
        "unfurl_media": false,
        "blocks": blocks,
    })
}

pub(super) fn fits(message: &Value) -> bool {
    let blocks = message.get("blocks").and_then(Value::as_array).map_or(0, Vec::len);
    blocks <= BLOCKS && message.to_string().chars().count() <= ALL
}

fn section(text: &str) -> Value {
    let text = whole_lines(text, SECTION);
    json!({ "type": "section", "text": { "type": "mrkdwn", "verbatim": true, "text": text } })
}

fn small(text: &str) -> Value {
    json!({ "type": "context", "elements": [{ "type": "mrkdwn", "verbatim": true, "text": text }] })
}

fn entry(bulletin: &Bulletin, entry: &Entry) -> String {
    let t = bulletin.t;
    let who = entry.page.as_ref().map_or_else(|| escape(&entry.who), |page| link(page, &entry.who));
    let mut lines = vec![format!("*{who}* {}", escape(&entry.place))];
    if !entry.words.is_empty() {
        lines.push(format!("&gt; {}", escape(&entry.words)));
    }
    if let Some(blocked) = &entry.blocked {
        lines.push(format!("*{}* {}", escape(t.channel_blocked()), escape(blocked)));
    }
    let (steps, left_out) = entry.steps();
    for step in steps {
        lines.push(format!(
            "• {}: {} {}",
            escape(&step.word),
            link(&step.page, &step.title()),
            escape(&step.went)
        ));
    }
    lines.extend(bulletin.more(left_out).map(|more| format!("• {}", escape(&more))));
    lines.join("\n")
}

fn link(address: &str, words: &str) -> String {
    format!("<{}|{}>", escape(address), escape(words).replace('|', "¦"))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A header takes no markup, and not every program writes its entities back.
fn plain(text: &str) -> String {
    cut(&text.replace('<', "‹").replace('>', "›"), HEADER)
}
