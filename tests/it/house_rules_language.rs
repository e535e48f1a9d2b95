//! The rule that a template holds no words of its own: what a person reads comes from `locales/`.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Attributes whose value is read out or shown.
const READ: &[&str] =
    &["title", "aria-label", "aria-description", "aria-roledescription", "placeholder", "alt", "label"];

/// Attributes that hand words to the script (`static/app.js`) all begin so.
const SPOKEN_BY_SCRIPT: &str = "data-say-";

#[test]
fn templates_hold_no_words_of_their_own() {
    let mut faults = Vec::new();
    let mut seen = 0;
    for file in files(Path::new("templates")) {
        let text = fs::read_to_string(&file).unwrap();
        seen += 1;
        for (line, words) in bare_words(&text, file.extension().is_some_and(|e| e == "html")) {
            faults.push(format!("{}:{line}: “{words}” belongs in locales/", file.display()));
        }
    }
    assert!(seen > 0, "the templates have moved");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_rule_sees_what_it_should() {
    for (template, expected) in [
        ("<p>{{ t.today_title() }}</p>", None),
        ("<p>Today</p>", Some("Today")),
        ("<p>{{ a }} of {{ b }}</p>", Some("of")),
        ("<p>{{ a }}, {{ b }} · 12% &nbsp;</p>", None),
        ("<!DOCTYPE html><!-- a note --><p class=\"say\">{# a note #}</p>", None),
        ("{% if a > b && c < d %}<p>{{ e }}</p>{% else %}Nothing{% endif %}", Some("Nothing")),
        ("<input placeholder=\" \" title=\"{{ t.a() }}\" value=\"x\">", None),
        ("<input placeholder=\"Your name\">", Some("Your name")),
        ("<nav aria-label='Main'>", Some("Main")),
        ("<p data-say-saved=\"Saved\">", Some("Saved")),
        ("<p data-say-saved=\"{{ t.a() }}\">", None),
        ("<a title=\"{% if a > b %}{{ t.a() }}{% endif %}\" href=\"x>y\">{{ b }}</a>", None),
        ("<p>{{ \"Save\" }}</p>", Some("Save")),
        ("{% let a = \"av s\" %}{% if kind == \"week\" %}{% endif %}", None),
        ("<kbd>g</kbd> <kbd>Ctrl</kbd>", None),
        ("{% block pageclass %}slim{% endblock %}{% block title %}Home{% endblock %}", Some("Home")),
        ("<style>p { color: red }</style>", None),
        ("<svg><title>Chart</title></svg>", Some("Chart")),
        ("<option value=\"1\">One", Some("One")),
        ("<input type=\"submit\" value=\"Send\">", Some("Send")),
        ("<input type=\"text\" value=\"Send\">", None),
    ] {
        let found = bare_words(template, true).into_iter().map(|(_, words)| words).next();
        assert_eq!(found.as_deref(), expected, "{template}");
    }
    assert_eq!(bare_words("a\n{{ b }}\n", false), [(1, "a".to_owned())]);
    assert_eq!(bare_words("- {{ b }}: {{ c }}\n", false), []);
}

/// Line and words of each piece of text that a reader would see and no message made.
fn bare_words(template: &str, html: bool) -> Vec<(usize, String)> {
    let mut found = literals(template);
    let text = without_askama(template);
    if html {
        walk(&text, &mut found)
    } else {
        note(&text, 0, &text, &mut found)
    }
    found
}

/// Notes a piece if letters are left in it once entities are taken out.
fn note(whole: &str, at: usize, piece: &str, found: &mut Vec<(usize, String)>) {
    let mut words = String::new();
    for (i, part) in piece.split('&').enumerate() {
        let rest = match part.split_once(';') {
            Some((entity, rest))
                if i > 0 && entity.chars().all(|c| c.is_ascii_alphanumeric() || c == '#') =>
            {
                rest
            }
            _ => part,
        };
        words.push_str(rest);
    }
    let first = words.lines().find(|line| line.chars().any(char::is_alphabetic));
    if let Some(first) = first {
        let at = at + piece.find(first.trim()).unwrap_or_default();
        let first = first.trim().trim_matches(|c: char| !c.is_alphanumeric());
        found.push((whole[..at].matches('\n').count() + 1, first.to_owned()));
    }
}

/// Text that an expression holds as a literal: it begins with a capital, unlike class names and kinds.
fn literals(template: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let (mut at, mut rest) = (0, template);
    while let Some(start) = ["{{", "{%"].iter().filter_map(|open| rest.find(open)).min() {
        let close = if rest[start..].starts_with("{{") { "}}" } else { "%}" };
        let end = rest[start..].find(close).map_or(rest.len(), |end| start + end + 2);
        for (i, literal) in rest[start..end].split('"').enumerate() {
            let mut letters = literal.chars();
            if i % 2 == 1
                && letters.next().is_some_and(char::is_uppercase)
                && letters.next().is_some_and(char::is_lowercase)
            {
                let line = template[..at + start].matches('\n').count() + 1;
                found.push((line, literal.to_owned()));
            }
        }
        at += end;
        rest = &rest[end..];
    }
    found
}

/// The template with each askama tag as so many spaces: lines stay where they are, and a `>` in a
/// condition closes nothing.
fn without_askama(template: &str) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some(start) = ["{{", "{%", "{#"].iter().filter_map(|open| rest.find(open)).min() {
        let close = match &rest[start..start + 2] {
            "{{" => "}}",
            "{%" => "%}",
            _ => "#}",
        };
        let mut end = rest[start..].find(close).map_or(rest.len(), |end| start + end + 2);
        // `{% block pageclass %}slim{% endblock %}` is a class, not words
        if rest[start..end].starts_with("{% block") && rest[start..end].contains("class ") {
            end += rest[end..].find("{%").unwrap_or_default();
        }
        text.push_str(&rest[..start]);
        text.extend(rest[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = &rest[end..];
    }
    text + rest
}

fn walk(text: &str, found: &mut Vec<(usize, String)>) {
    let mut at = 0;
    let mut inside = String::new();
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("<!--") {
            at += rest.find("-->").map_or(rest.len(), |end| end + 3);
        } else if rest.starts_with('<') {
            let end = tag_end(rest);
            let tag = &rest[..end];
            inside = tag[1..].chars().take_while(char::is_ascii_alphanumeric).collect();
            attributes(text, at, tag, found);
            at += end;
        } else {
            let end = rest.find('<').unwrap_or(rest.len());
            // keys of a keyboard have the same name in every language we speak
            if !["kbd", "style"].contains(&inside.as_str()) {
                note(text, at, &rest[..end], found);
            }
            at += end;
        }
    }
}

/// Where the tag ends that the text begins with: a `>` in a quoted value is none.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    for (i, c) in text.char_indices() {
        match quote {
            Some(q) if c == q => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == '>' => return i + 1,
            None => {}
        }
    }
    text.len()
}

fn attributes(text: &str, at: usize, tag: &str, found: &mut Vec<(usize, String)>) {
    let button = tag.starts_with("<input")
        && ["submit", "button", "reset"].iter().any(|t| tag.contains(&format!("type=\"{t}\"")));
    let mut rest = tag;
    while let Some(equals) = rest.find('=') {
        let name = rest[..equals].rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
        let after = &rest[equals + 1..];
        let Some(quote) = after.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            rest = after;
            continue;
        };
        let end = after[1..].find(quote).map_or(after.len(), |end| end + 1);
        if READ.contains(&name) || name.starts_with(SPOKEN_BY_SCRIPT) || (button && name == "value") {
            note(text, at + (tag.len() - after.len()) + 1, &after[1..end], found);
        }
        rest = after.get(end + 1..).unwrap_or_default();
    }
}

fn files(at: &Path) -> Vec<PathBuf> {
    if at.is_dir() {
        fs::read_dir(at).unwrap().flat_map(|entry| files(&entry.unwrap().path())).collect()
    } else {
        vec![at.to_owned()]
    }
}
