//! Microsoft Teams: an Adaptive Card, as the webhooks of Workflows take it. A message may have 28 KB. A card's text knows
//! some Markdown, and dates in double braces, of which none of theirs is left.

use super::markdown;
use crate::channel::bulletin::{Bulletin, Entry};
use serde_json::{Value, json};

const BYTES: usize = 28_000;

pub(super) fn format(bulletin: &Bulletin, entries: &[Entry], more: Option<&str>) -> Value {
    let mut body = vec![
        json!({ "type": "TextBlock", "wrap": true, "size": "Large", "weight": "Bolder", "style": "heading", "text": escape(&bulletin.title) }),
        soft(escape(&bulletin.when)),
    ];
    body.extend(entries.iter().map(|one| entry(bulletin, one)));
    body.extend(more.map(|more| soft(escape(more))));
    let (name, page) = &bulletin.page;
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "msteams": { "width": "Full" },
                "body": body,
                "actions": [{ "type": "Action.OpenUrl", "title": name, "url": page }],
            },
        }],
    })
}

pub(super) fn fits(message: &Value) -> bool {
    message.to_string().len() <= BYTES
}

fn entry(bulletin: &Bulletin, entry: &Entry) -> Value {
    let mut items = vec![text(braced(markdown::head(entry)))];
    if !entry.words.is_empty() {
        items.push(text(escape(&entry.words)));
    }
    items.extend(markdown::blocked(bulletin, entry).map(|words| text(braced(words))));
    let steps = markdown::steps(bulletin, entry);
    if !steps.is_empty() {
        items.push(text(braced(steps.join("\n"))));
    }
    json!({ "type": "Container", "separator": true, "items": items })
}

fn text(words: String) -> Value {
    json!({ "type": "TextBlock", "wrap": true, "spacing": "Small", "text": words })
}

fn soft(words: String) -> Value {
    json!({ "type": "TextBlock", "wrap": true, "spacing": "None", "isSubtle": true, "text": words })
}

fn escape(text: &str) -> String {
    braced(markdown::escape(text))
}

/// `{{DATE(…)}}` and its like would be worked out.
fn braced(text: String) -> String {
    text.replace("{{", "{\u{200b}{")
}
