//! Time as people see it: everyone's clock beside one's own, and an hour that suits several.
//!
//! The words of this room:
//! - a **person** here is somebody's clock: their zone, the hours they work, the hours they want quiet, the dates they are
//!   away; a **state** is what that clock says at an instant (working, quiet, away, …);
//! - a **day** is the reader's local day as a strip of 24 hours (23 or 25 when its clocks change) that everybody's
//!   hours are laid on;
//! - a **sheet** is a part of a cycle's calendar, weekdays down and weeks across;
//! - the **overlap** of several people is how many of them work when, and when all of them do.
//!
//! `overlap`, `person`, `strip`, `arc` and `weeks` are pure.

pub mod arc;
pub mod overlap;
mod pages;
pub mod person;
mod queries;
pub mod strip;
pub mod weeks;

pub use pages::routes;
