//! `/o/{org}/keys`: what the keyboard does. Each of it can be done without.

use crate::clock::Now;
use crate::fault::Result;
use crate::language::Words;
use crate::organisation::Member;
use crate::web::{Nav, Page, Shell};
use askama::Template;
use axum::response::{IntoResponse as _, Response};

#[derive(Template)]
#[template(path = "settings/keys.html")]
struct KeysPage {
    shell: Shell,
    t: Words,
    /// The settings that turn them on and off.
    settings: String,
    on: bool,
    /// Keys one after the other, and where they lead.
    going: Vec<([&'static str; 2], &'static str)>,
    /// Keys while stepping through a review, and what they do.
    reviewing: [(&'static str, &'static str); 6],
    /// The key pressed together with Ctrl, and what it does.
    writing: [(&'static str, &'static str); 4],
}

/// The page.
pub(super) async fn show(Member { me, .. }: Member, Now(now): Now) -> Result<Response> {
    let t = me.words();
    let going = vec![
        (["g", "t"], t.shell_nav_today()),
        (["g", "u"], t.shell_nav_updates()),
        (["g", "o"], t.shell_nav_okrs()),
        (["g", "d"], t.shell_nav_decisions()),
        (["g", "r"], t.shell_nav_review()),
        (["/", ""], t.search_title_plain()),
        (["?", ""], t.settings_keys_title()),
    ];
    let reviewing = [
        ("→", t.steps_key_next()),
        ("←", t.steps_key_back()),
        ("1–4", t.steps_key_choose()),
        ("n", t.steps_key_note()),
        ("a", t.steps_key_seen()),
        ("q", t.steps_key_ask()),
    ];
    let writing = [
        ("Enter", t.settings_keys_post()),
        ("B", t.settings_keys_bold()),
        ("I", t.settings_keys_italic()),
        ("K", t.settings_keys_link()),
    ];
    let page = KeysPage {
        shell: Shell::of(&me, Nav::None, now),
        t,
        settings: me.at("/me#keys"),
        on: me.shortcuts,
        going,
        reviewing,
        writing,
    };
    Ok(Page(page).into_response())
}
