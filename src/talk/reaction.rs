//! Three small words under what somebody wrote.

use super::queries;
use crate::db::OrgTx;
use crate::ids::{MemberId, UpdateId};
use crate::notice::Subject;
use std::collections::HashMap;

stored_word! {
    /// A small word for what somebody wrote.
    pub enum Reaction {
        /// Noted.
        Noted = "noted",
        /// Well done.
        WellDone = "well_done",
        /// I can help.
        CanHelp = "can_help",
    }
}

/// How often one word was said, and whether the reader said it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Said {
    /// By how many.
    pub by: i64,
    /// By the reader.
    pub mine: bool,
}

/// What stands under one thing: the three words and the number of replies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reactions {
    /// Noted.
    pub noted: Said,
    /// Well done.
    pub well_done: Said,
    /// I can help.
    pub can_help: Said,
    /// How many replies stand.
    pub replies: i64,
}

impl Reactions {
    fn said(&mut self, reaction: Reaction) -> &mut Said {
        match reaction {
            Reaction::Noted => &mut self.noted,
            Reaction::WellDone => &mut self.well_done,
            Reaction::CanHelp => &mut self.can_help,
        }
    }
}

/// What stands under each of these updates, as this member sees it. Updates with nothing under them are left out.
///
/// # Errors
/// When the database fails.
pub async fn reactions_of(
    tx: &mut OrgTx,
    reader: MemberId,
    updates: &[UpdateId],
) -> sqlx::Result<HashMap<UpdateId, Reactions>> {
    let subjects: Vec<_> = updates.iter().map(|update| update.0).collect();
    let mut found: HashMap<UpdateId, Reactions> = HashMap::new();
    for row in queries::reactions(tx, reader, &subjects).await? {
        *found.entry(UpdateId(row.subject_id)).or_default().said(row.kind) =
            Said { by: row.by, mine: row.mine };
    }
    for row in queries::reply_counts(tx, updates).await? {
        found.entry(row.update_id).or_default().replies = row.replies;
    }
    Ok(found)
}

/// What stands under one thing, replies not counted.
pub(super) async fn reactions_to(
    tx: &mut OrgTx,
    reader: MemberId,
    subject: Subject,
) -> sqlx::Result<Reactions> {
    let mut found = Reactions::default();
    for row in queries::reactions(tx, reader, &[subject.id()]).await? {
        *found.said(row.kind) = Said { by: row.by, mine: row.mine };
    }
    Ok(found)
}
