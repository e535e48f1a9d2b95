//! The mail that leads people back to the pages: what moved since the last one, at their hour, inside their hours, only
//! if there is something.

mod queries;
mod schedule;
pub mod window;

pub use schedule::{next_sends, reschedule};
