//! Finding again what people wrote: updates with their blockers, objectives, key results, replies, notes of check-ins.
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
    }
}
