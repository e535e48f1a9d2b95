//! Reminding people of what they are asked, seldom and inside their hours.
//!
//! - a **step** of the ladder is one occasion to remind one person of one thing: whoever writes an update, before it is due;
//!   whoever owns a key result, on the day its check-in is due and once more a working day later; whoever reviews it,
//!   three of their own working days later. So nobody hears of the same thing more than twice;
//! - nobody is reminded of what is done, while they are away, when they just did something like it, or who only observes.
//!
//! `ladder` is pure. Each row of what somebody is asked says when to look at it next: first when its window opens, then at
//! the next step, as their hours have it by then. What becomes of it is decided when its time has come, and at the door of
//! the mail once more.

mod duty;
mod ladder;
mod queries;
mod wanted;
mod wording;

pub use duty::send_due;
pub use ladder::Step;
pub use queries::{reminded_of, stop};
pub use wanted::Wanted;
