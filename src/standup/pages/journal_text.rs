//! The journal as Markdown: headings of ours, and between them the author's words exactly as they were typed.

use super::post::Post;
use crate::organisation::Me;
use chrono::NaiveDate;

/// The text of these weeks.
pub(super) fn of(me: &Me, weeks: Vec<(NaiveDate, Vec<Post>)>) -> String {
    let t = me.words();
    let mut blocks = vec![format!("# {}", t.journal_of(&me.name, &me.org_name))];
    for (monday, posts) in weeks {
        blocks.push(format!("## {}", t.journal_week(t.date_year(monday))));
        for post in &posts {
            blocks.push(format!("### {}", t.journal_entry_of(t.date_long(post.date), &post.team_name)));
            blocks.extend(entry(me, post));
        }
    }
    blocks.join("\n\n") + "\n"
}

/// What one update says, block by block.
fn entry(me: &Me, post: &Post) -> Vec<String> {
    let mut blocks = Vec::new();
    for answer in &post.answers {
        blocks.push(format!("**{}**", answer.row.prompt));
        blocks.push(answer.row.body.clone());
    }
    if let Some(blocker) = &post.blocker {
        blocks.push(format!("**{}**", blocker.lead));
        blocks.push(blocker.body.clone());
        if !blocker.note.is_empty() {
            blocks.push(blocker.note.clone());
        }
    }
    let line = |moved: &super::post::Moved| {
        let words = me.words().journal_moved(&moved.row.title, &moved.change, moved.word.text);
        format!("- {words}")
    };
    if !post.moved.is_empty() {
        blocks.push(post.moved.iter().map(line).collect::<Vec<_>>().join("\n"));
    }
    blocks
}
