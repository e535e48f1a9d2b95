//! What people say to each other about what was written: replies and reactions.
//!
//! A *reply* (table `comment`) stands under an update, a check-in, an objective or a key result; its author may change it or
//! take it back, and both leave a mark. A *question* is for one person, who answers within some of their own working hours
//! (table `ask`). A *mention* names somebody in it: `@` and a name. A *reaction* is one of three small
//! words under the same things. What somebody hears of them, and when, is the room of notices'.
//!
//! Pages of other rooms show a [`Thread`] with the macro of `templates/talk/_thread.html` and [`Reactions`] with that of
//! `templates/talk/_react.html`; the forms in them come back here.

pub mod ask;
mod asking;
pub mod mention;
mod pages;
mod queries;
mod react;
mod reaction;
mod say;
mod thread;

pub use pages::routes;
pub use reaction::{Reaction, Reactions, reactions_of};
pub use say::{answer, reply};
pub use thread::{Reply, Thread, thread};

/// The longest reply, in characters; the same as for an answer.
pub const LIMIT: usize = 20_000;
