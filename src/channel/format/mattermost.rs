//! Mattermost: Markdown in an incoming webhook. A post holds 16,383 characters; a name behind an `@` would ring for
//! whoever has it, so none is left behind one.

use super::markdown::{entry, escape, on};
use crate::channel::bulletin::{Bulletin, Entry};
use serde_json::{Value, json};

const TEXT: usize = 16_383;

pub(super) fn format(bulletin: &Bulletin, entries: &[Entry], more: Option<&str>) -> Value {
    let mut parts = vec![format!("#### {}\n{}", escape(&bulletin.title), escape(&bulletin.when))];
    parts.extend(entries.iter().map(|one| entry(bulletin, one)));
    parts.push(on(bulletin, more));
    json!({ "text": parts.join("\n\n") })
}

pub(super) fn fits(message: &Value) -> bool {
    message.get("text").and_then(Value::as_str).is_none_or(|text| text.chars().count() <= TEXT)
}
