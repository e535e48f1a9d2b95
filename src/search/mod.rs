//! Finding again what people wrote: updates with their blockers, objectives, key results, replies, notes of check-ins, decisions.
//!
//! The words of this room:
//! - **terms** are what somebody looks for: words, words in a row, how a word begins, and what must not be there;
//! - a **hit** is one thing in which they were found, with the **pieces** of its words around them;
//! - `searchable` is the table of all words. Triggers of the tables where things are kept write it, so nobody who writes has
//!   to think of it; a later kind of thing joins by one more branch of the view `searchable_text` and one trigger.
//!
//! `terms`, `cursor` and `pieces` are pure.

mod cursor;
mod pages;
mod pieces;
mod queries;
mod terms;

pub use pages::routes;

use crate::db::OrgTx;
use crate::language::Locale;
use uuid::Uuid;

/// A page of another room looks through so many.
const MOST: i64 = 1000;

/// What of one kind holds what somebody looks for, in the words of their language, the newest first; `None` where they look
/// for nothing. Who may read it is for the caller to ask.
///
/// # Errors
/// When the database fails.
pub async fn found(
    tx: &mut OrgTx,
    kind: Kind,
    asked: &str,
    locale: Locale,
) -> sqlx::Result<Option<Vec<Uuid>>> {
    let terms = terms::read(asked);
    if !terms::look_for_something(&terms)
        || queries::look_for(tx, &terms, pages::configuration(locale)).await?.is_none()
    {
        return Ok(None);
    }
    queries::found(tx, kind, MOST).await.map(Some)
}

stored_word! {
    /// What was found.
    pub enum Kind {
        /// An update, with its answers and its blocker.
        Update = "update",
        /// A reply.
        Comment = "comment",
        /// An objective.
        Objective = "objective",
        /// A key result.
        KeyResult = "key_result",
        /// The note of a check-in.
        CheckIn = "check_in",
        /// A decision, with its options and the reason of its outcome.
        Decision = "decision",
    }
}
