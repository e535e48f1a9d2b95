//! What leaves the house: letters, the outbox they wait in, and the post that carries them.
//!
//! A mail is a row written in the transaction of its cause, sent once by its unique key, and kept as the ledger of what
//! was sent to whom, when and why. Nothing here talks SMTP inside a transaction.
//!
//! A *post* into a chat's channel is a mail by another way: the same row, claim, rests and ledger, carried by a call of the
//! channel's secret address (`hook`).
//!
//! A mail leaves by the *door*, where it is asked once more whether it still may: its reader is there, wants it, may read
//! what it says, and can be reached now.
//!
//! *Letter*: the words and their shape, from which text and HTML are made alike. *Kind*: which promise it falls under.
//! *Period*: the civil date or cause that makes `(organisation, recipient, kind, period)` unique. *Ledger*: the same rows, read
//! by those they went to and by those who look after the house.

mod answering;
mod conversation;
mod deliver;
mod door;
pub mod frame;
pub mod ledger;
mod letter;
mod outbox;
mod pages;
mod pause;
mod post;
mod posts;
mod queries;
mod unsubscribe;
mod when;

pub use answering::{answered, can_be_answered};
pub use conversation::{Step, Turn, converse};
pub use deliver::{deliver, reach};
pub use letter::{Letter, Rendered};
pub use outbox::{Dropped, Kind, NewMail, NewPost, State, enqueue, enqueue_post, skip, skip_post};
pub use pages::routes;
pub use posts::seal_of;
pub use queries::ledger::retry;
pub use queries::{Sent, sent};
pub use unsubscribe::Subscription;
pub use when::next_allowed;
