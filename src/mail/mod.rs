//! What leaves the house: letters, the outbox they wait in, and the post that carries them.
//!
//! A mail is a row written in the transaction of its cause, sent once by its unique key, and kept as the ledger of what
//! was sent to whom, when and why. Nothing here talks SMTP inside a transaction.
//!
//! *Letter*: the words and their shape, from which text and HTML are made alike. *Kind*: which promise it falls under.
//! *Period*: the civil date or cause that makes `(organisation, recipient, kind, period)` unique. *Ledger*: the same rows, read
//! by those they went to and by those who look after the house.

mod conversation;
mod deliver;
pub mod ledger;
mod letter;
mod outbox;
mod pages;
mod post;
mod queries;
mod unsubscribe;

pub use conversation::{Step, Turn, converse};
pub use deliver::{deliver, reach};
pub use letter::{Letter, Rendered};
pub use outbox::{Kind, NewMail, State, enqueue, skip};
pub use pages::routes;
pub use queries::ledger::retry;
pub use unsubscribe::Subscription;
