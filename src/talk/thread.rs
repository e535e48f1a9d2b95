//! The replies to something, as one reader sees them.

use super::ask::{Question, questions};
use super::mention::{self, Person};
use super::queries::{self, CommentRow};
use super::reaction::{Reactions, reactions_to};
use crate::db::OrgTx;
use crate::ids::{CommentId, SubmissionKey};
use crate::language::Words;
use crate::notice::{Reader, Subject};
use crate::organisation::Me;
use crate::web::markdown::SafeHtml;
use crate::web::parts::{Avatar, When};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// One reply.
pub struct Reply {
    /// Which; also its place on the page.
    pub id: CommentId,
    /// Its author's name.
    pub name: String,
    /// Its author's avatar.
    pub avatar: Avatar,
    /// When it was written.
    pub when: When,
    /// The words.
    pub html: SafeHtml,
    /// The words as typed, for changing them.
    pub source: String,
    /// Whether it was changed.
    pub edited: bool,
    /// Whether it was taken back: then there are no words.
    pub gone: bool,
    /// Whether the reader wrote it.
    pub mine: bool,
}

/// All replies to something and the form for one more.
pub struct Thread {
    /// Where forms go: `/o/saltmarsh/updates/…/comments`.
    pub action: String,
    /// Who can be named in a reply, for the script.
    pub people: String,
    /// The small words, where they do not stand with the thing itself.
    pub reactions: Option<Bar>,
    /// Questions to somebody by name, oldest first.
    pub questions: Vec<Question>,
    /// Where somebody is asked, for whom may.
    pub ask: Option<String>,
    /// The key of the form for a new reply.
    pub key: SubmissionKey,
    /// "Two replies".
    pub heading: String,
    /// The replies, oldest first.
    pub replies: Vec<Reply>,
}

/// The small words under something.
pub struct Bar {
    /// Where they are said.
    pub action: String,
    /// The page they stand on.
    pub back: String,
    /// ", this objective": what they are about, for those who don't see the page.
    pub about: &'static str,
    /// How often they were said.
    pub reactions: Reactions,
}

/// The thread of something that the reader may read.
///
/// # Errors
/// When the database fails.
pub async fn thread(tx: &mut OrgTx, subject: Subject, me: &Me, now: DateTime<Utc>) -> sqlx::Result<Thread> {
    let rows = queries::comments(tx, subject).await?;
    let mut named: HashMap<CommentId, Vec<Reader>> = HashMap::new();
    for row in queries::mentioned(tx, subject).await? {
        let reader = Reader { id: row.member_id, name: row.name };
        named.entry(row.comment_id).or_default().push(reader);
    }
    let standing = rows.iter().filter(|row| row.deleted_at.is_none()).count();
    let page = me.at(&subject.page());
    Ok(Thread {
        action: format!("{page}/comments"),
        people: format!("{page}/people"),
        reactions: match about(me.words(), subject) {
            Some(about) => Some(Bar {
                action: format!("{page}/reactions"),
                back: page,
                about,
                reactions: reactions_to(tx, me.id, subject).await?,
            }),
            None => None,
        },
        questions: questions(tx, subject, me, now).await?,
        ask: (me.role.takes_part() && subject.objective().is_none())
            .then(|| me.at(&format!("{}/asks", subject.page()))),
        key: SubmissionKey::fresh(),
        heading: me.words().talk_replies(standing),
        replies: rows
            .into_iter()
            .map(|row| {
                let people = mention::people(&named.remove(&row.id).unwrap_or_default());
                reply(row, &people, me, now)
            })
            .collect(),
    })
}

/// What the small words of a thread are about; an update has them with itself.
fn about(t: Words, subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Update(_) => None,
        Subject::CheckIn(_) => Some(t.talk_of_check_in()),
        Subject::Objective(_) => Some(t.talk_of_objective()),
        Subject::KeyResult(_) => Some(t.talk_of_key_result()),
        Subject::Decision(_) => Some(t.talk_of_decision()),
        Subject::Review(_) => None,
    }
}

fn reply(row: CommentRow, people: &[Person], me: &Me, now: DateTime<Utc>) -> Reply {
    let gone = row.deleted_at.is_some();
    let names = |run: &str| mention::mentions(run, people).into_iter().map(|it| it.range).collect();
    Reply {
        id: row.id,
        avatar: Avatar::of(row.author_id, &row.author),
        name: row.author,
        when: When::of(me.words(), row.at, row.zone, me.zone, now),
        html: if gone { SafeHtml::default() } else { SafeHtml::from_markdown_marking(&row.body, names) },
        source: if gone { String::new() } else { row.body },
        edited: row.edited_at.is_some(),
        gone,
        mine: row.author_id == me.id && !gone,
    }
}
