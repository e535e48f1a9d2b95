//! Teams, their leads, and the door only a lead opens.

mod lead;
mod queries;

pub use lead::{Lead, Team};
