//! What a member is told because somebody named them, replied to them, waits for them, gave them something to look after or
//! read what they measured: as a list in the app, and by mail
//! as often as they wish, inside their hours.
//!
//! - a **notice** is written in the transaction of its cause, once for each cause and whoever caused it, and only for people
//!   who may read what it is about; nobody is told of their own deeds;
//! - a **pace** is how soon a mail brings notices: those of the first quarter of an hour, hour or four hours together, with
//!   the digest, or never. Whether they may still be read is asked again when the mail is written;
//! - a **subject** is what something was said about: an update, a check-in, an objective or a key result.
//!
//! Rooms above tell ([`tell`]); the list and the mail are made from the same lines (`line`).

mod duty;
mod line;
mod pace;
mod pages;
mod queries;
mod readers;
mod subject;
mod tell;

pub use duty::send_due;
pub use line::{Line, Told, mark_told, told_by, with_the_digest};
pub use pace::{Pace, choose, stop};
pub use pages::routes;
pub use readers::{Reader, askable, authors, may_read, readers};
pub use subject::Subject;
pub use tell::{Kind, Telling, tell, withdraw};
