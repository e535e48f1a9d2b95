//! The mail that leads people back to the pages: what moved since the last one, at their hour, inside their hours, only
//! if there is something.
//!
//! When it may be sent is `window`'s, what it says `compose`'s, and both are pure; `gather` reads, `wording` puts it in
//! words, `duty` does it all in one transaction; `preview` shows it before its hour. `ends` tells of a cycle that is over. Its links carry no authority: they lead to the page, by way of the
//! sign-in. One address can stop it, and that is all it can do (`mail::Subscription`).

pub mod compose;
mod due;
mod duty;
mod ends;
mod gather;
pub mod news;
mod pages;
mod preview;
mod queries;
mod schedule;
mod subscriber;
pub mod window;
mod wording;

pub use due::LATE;
pub use duty::send_due;
pub use gather::{OfTeam, of_team};
pub use pages::routes;
pub use queries::told::note as note_told;
pub use schedule::{next_sends, reschedule};
pub use subscriber::{stop, subscriber};
pub use wording::{from_to, place, since};
