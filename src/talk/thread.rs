//! The replies to something, as one reader sees them.

use super::queries::{self, CommentRow};
use super::subject::Subject;
use crate::db::OrgTx;
use crate::ids::{CommentId, SubmissionKey};
use crate::organisation::Me;
use crate::web::markdown::SafeHtml;
use crate::web::parts::{Avatar, When};
use chrono::{DateTime, Utc};

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
    /// The key of the form for a new reply.
    pub key: SubmissionKey,
    /// "Two replies".
    pub heading: String,
    /// The replies, oldest first.
    pub replies: Vec<Reply>,
}

/// The thread of an update, an objective or a key result.
///
/// # Errors
/// When the database fails.
pub async fn thread(tx: &mut OrgTx, subject: Subject, me: &Me, now: DateTime<Utc>) -> sqlx::Result<Thread> {
    let rows = queries::comments(tx, subject).await?;
    let standing = rows.iter().filter(|row| row.deleted_at.is_none()).count();
    Ok(Thread {
        action: me.at(&format!("{}/comments", subject.page())),
        key: SubmissionKey::fresh(),
        heading: me.words().talk_replies(standing),
        replies: rows.into_iter().map(|row| reply(row, me, now)).collect(),
    })
}

fn reply(row: CommentRow, me: &Me, now: DateTime<Utc>) -> Reply {
    let gone = row.deleted_at.is_some();
    Reply {
        id: row.id,
        avatar: Avatar::of(row.author_id, &row.author),
        name: row.author,
        when: When::of(me.words(), row.at, row.zone, me.zone, now),
        html: if gone { SafeHtml::default() } else { SafeHtml::from_markdown(&row.body) },
        source: if gone { String::new() } else { row.body },
        edited: row.edited_at.is_some(),
        gone,
        mine: row.author_id == me.id && !gone,
    }
}
