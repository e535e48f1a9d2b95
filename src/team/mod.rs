//! Teams, their leads, and the door only a lead opens.

pub mod invitation;
mod lead;
mod pages;
mod queries;

pub use lead::{Lead, Team};
pub use pages::routes;
