//! What people say to each other about what was written: replies and reactions.
//!
//! A *reply* (table `comment`) stands under an update, an objective or a key result; its author may change it or take it
//! back, and both leave a mark. A *reaction* is one of three small words under an update. Nobody is pinged by either.
//!
//! Pages of other rooms show a [`Thread`] with the macro of `templates/talk/_thread.html` and [`Reactions`] with that of
//! `templates/talk/_react.html`; the forms in them come back here.

mod pages;
mod queries;
mod reaction;
mod subject;
mod thread;

pub use pages::routes;
pub use reaction::{Reaction, Reactions, reactions_of};
pub use subject::Subject;
pub use thread::{Reply, Thread, thread};

/// The longest reply, in characters; the same as for an answer.
pub const LIMIT: usize = 20_000;
