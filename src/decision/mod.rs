//! Decisions made in writing, each by the hours of those who decide.
//!
//! - a **decision** is a question with its context and options; its **proposer** asks, its **deciders** answer;
//! - a **version** is what is asked: when the question, the context or an option changes there is a new one, everybody's hours
//!   begin again, and answers to the older one stay readable as what they are;
//! - an **answer** is an option, no strong view, or an objection, with a reason; it may be changed until the decision closes,
//!   and all of them stay readable;
//! - **silence** counts as the rule says that stands beside the question: as no strong view, or as consent to the option the
//!   proposer prefers;
//! - it **closes** by itself: when everybody has answered or had their hours (room `fair`). Then a rule (`rule`, pure) names the
//!   **outcome**, or leaves it to the proposer: where somebody objects, where options tie, where nobody chose.
//!
//! `course` is what happens to a decision, `pages` shows it and takes the forms.

mod course;
mod exported;
mod pages;
mod queries;
mod rule;
mod waiting;

pub use course::{Answer, Asked, Proposal, answer, asked_now, close, note, propose};
pub use pages::routes;
pub use queries::Link;
pub use queries::log::{Closing, closing};
pub use rule::{Silence, Standing, State, View};
pub use waiting::waiting_for;
