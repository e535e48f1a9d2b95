//! A bulletin as each service takes it: pure, one function a service, from words to the JSON that is posted.
//!
//! What people wrote arrives as plain text. It comes out as plain text too: nothing in it is read as markup, and nothing
//! in it rings for anybody. When there is more than a service takes, whole entries are left out at the end, counted, and
//! led to by a link.

mod discord;
mod markdown;
mod matrix;
mod mattermost;
mod slack;
mod teams;
#[cfg(test)]
mod tests;

use super::Service;
use super::bulletin::{Bulletin, Entry};
use serde_json::Value;

/// The message for a service, as it is posted.
pub fn message(service: Service, bulletin: &Bulletin) -> String {
    let (format, fits): (Format, fn(&Value) -> bool) = match service {
        Service::Slack => (slack::format, slack::fits),
        Service::Mattermost => (mattermost::format, mattermost::fits),
        Service::Teams => (teams::format, teams::fits),
        Service::Discord => (discord::format, discord::fits),
        Service::Matrix => (matrix::format, matrix::fits),
    };
    fitting(bulletin, format, fits).to_string()
}

/// How one service says a bulletin with these entries, and what is said of those left out.
type Format = fn(&Bulletin, &[Entry], Option<&str>) -> Value;

/// As many entries as fit: looked for by halves, since what fits with many fits with few.
fn fitting(bulletin: &Bulletin, format: Format, fits: fn(&Value) -> bool) -> Value {
    let with = |shown| {
        let (entries, left_out) = bulletin.first(shown);
        format(bulletin, entries, bulletin.more(left_out).as_deref())
    };
    let all = with(bulletin.entries.len());
    if fits(&all) {
        return all;
    }
    let (mut fit, mut too_many) = (0, bulletin.entries.len());
    while too_many - fit > 1 {
        let half = fit.midpoint(too_many);
        if fits(&with(half)) { fit = half } else { too_many = half }
    }
    with(fit)
}

/// As many whole lines from the top as fit into so many characters.
fn whole_lines(text: &str, at_most: usize) -> String {
    let mut kept = String::new();
    let mut room = at_most;
    for line in text.lines() {
        let Some(rest) = room.checked_sub(line.chars().count() + 1) else { break };
        room = rest;
        kept.push_str(line);
        kept.push('\n');
    }
    kept.trim_end().to_owned()
}

/// A sign of a mention with nothing behind it that could be mentioned: the break between is not seen.
fn unmentioned(text: &str) -> String {
    text.replace('@', "@\u{200b}")
}
