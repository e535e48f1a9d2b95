//! A team's daily digest in a chat: what became visible since the last one, posted into a channel of Slack, Mattermost,
//! Microsoft Teams, Discord or Matrix at an hour on a named clock.
//!
//! It is mail by another way: a row in the outbox, written once by its key, asked at the door once more, seen in the ledger.
//! It tells what a member's digest tells of teammates, by the same rule and with the same memory, and only what everybody
//! who may read the team may read. A private team is told of only where one of its leads agreed to that.
//!
//! *Channel*: a place outside where a team's digest is posted, named by a secret address (`hook`). *Bulletin*: what is
//! posted, in no service's form yet. *Format*: a bulletin as one service takes it (pure).

pub mod bulletin;
mod duty;
mod form;
pub mod format;
mod lately;
mod pages;
mod queries;
pub mod schedule;
mod service;
mod set_up;
mod tell;

pub use duty::send_due;
pub use pages::routes;
pub use queries::pause;
pub use service::Service;
pub use set_up::{NewChannel, set_up};
