//! Writing a notice, in the transaction of its cause.

use super::pace::Pace;
use super::queries;
use super::subject::Subject;
use crate::db::OrgTx;
use crate::ids::{CommentId, MemberId};
use chrono::{DateTime, Utc};
use uuid::Uuid;

crate::stored_word! {
    /// Why somebody is told.
    pub enum Kind {
        /// A reply names them.
        Mention = "mention",
        /// Somebody replied to what they wrote, or where they took part.
        Reply = "reply",
        /// Somebody is blocked, and they can help.
        Blocker = "blocker",
        /// Somebody can help them.
        CanHelp = "can_help",
        /// Somebody asks them.
        Ask = "ask",
        /// Somebody answered them.
        Answer = "answer",
        /// They are to decide.
        Decide = "decide",
        /// What they were asked to decide, or proposed, is closed.
        Decided = "decided",
        /// Something became theirs.
        Owner = "owner",
        /// They are to review something.
        Reviewer = "reviewer",
        /// Somebody read their check-in.
        Read = "read",
        /// They take part in a review.
        Review = "review",
        /// All views are in of a review they opened.
        Reviewed = "reviewed",
        /// A review they took part in has minutes.
        Minutes = "minutes",
    }
}

/// What there is to tell.
#[derive(Debug, Clone, Copy)]
pub struct Telling {
    /// Why.
    pub kind: Kind,
    /// What it is about.
    pub subject: Subject,
    /// The reply, where it is one.
    pub comment: Option<CommentId>,
    /// What one member is told of once: the reply, the blocker, what was reacted to.
    pub cause: Uuid,
    /// Who caused it.
    pub by: MemberId,
}

/// Tells these people: each once for the same cause, none who may not read it, and never whoever caused it, but for what
/// closes by itself in the name of whoever asked.
///
/// # Errors
/// When the database fails.
pub async fn tell(tx: &mut OrgTx, telling: Telling, to: &[MemberId], now: DateTime<Utc>) -> sqlx::Result<()> {
    let told = if to.is_empty() { Vec::new() } else { queries::add(tx, telling, to, now).await? };
    if told.is_empty() {
        return Ok(());
    }
    for pace in Pace::ALL {
        if let Some(gathers) = pace.gathers() {
            queries::expect_mail(tx, &told, *pace, now + gathers).await?;
        }
    }
    Ok(())
}

/// Takes back what was told of a cause, but for some: it counts as read, and no mail tells of it once its cause is gone.
///
/// # Errors
/// When the database fails.
pub async fn withdraw(
    tx: &mut OrgTx,
    cause: Uuid,
    by: MemberId,
    keep: &[MemberId],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    queries::withdraw(tx, cause, by, keep, now).await
}
