//! Fair windows: everybody who is asked to decide or to review has so many of *their own* working hours for it.
//!
//! - a **matter** is what people are asked about together: it closes when the last window ends of those who have not answered;
//! - a **window** is one person's: so much of their working time, counted on the clock, the week and the days away they lived
//!   by (`window`, pure). It moves when these change, and never to before what was promised;
//! - whoever has left, only observes now, or may no longer read the matter is not waited for.
//!
//! Rooms that change somebody's hours call [`hold_of`] before and [`follow`] after; rooms with matters open and answer windows, and close what is due.

mod clocks;
mod keep;
mod queries;
mod window;

pub use clocks::{Clocks, Course, Reader, Row, Yet, would_have};
pub use keep::{
    Claimed, answered, ask_for_more, begin_again, claim, close, due, follow, hold, hold_of, open, windows,
};
pub use queries::{Kind, Seat, hours};
pub use window::{Lived, Window, closes};
