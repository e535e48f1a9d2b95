//! Discord: one embed in a webhook of a channel. Its title holds 256 characters, its description 4,096, all of a message's
//! embeds 6,000; `allowed_mentions` with nothing in it rings for nobody, whatever is written.

use super::markdown::{entry, escape, on};
use crate::channel::bulletin::{Bulletin, Entry, cut};
use serde_json::{Value, json};

const TITLE: usize = 256;
const DESCRIPTION: usize = 4_096;

pub(super) fn format(bulletin: &Bulletin, entries: &[Entry], more: Option<&str>) -> Value {
    let mut parts = vec![escape(&bulletin.when)];
    parts.extend(entries.iter().map(|one| entry(bulletin, one)));
    parts.push(on(bulletin, more));
    json!({
        "allowed_mentions": { "parse": [] },
        "embeds": [{
            "title": cut(&bulletin.title, TITLE),
            "url": bulletin.page.1,
            "description": parts.join("\n\n"),
        }],
    })
}

/// Counted as Discord's own programs count: characters beyond the first plane are two.
pub(super) fn fits(message: &Value) -> bool {
    let description = message.pointer("/embeds/0/description").and_then(Value::as_str);
    description.is_none_or(|text| text.encode_utf16().count() <= DESCRIPTION)
}
