//! Objectives, key results and their check-ins: what a team wants to be true by the end of a cycle, and how far it is.
//!
//! The words of this room:
//! - a key result is read on a **measure**: a number on its way from a *baseline* to a *target*, a number kept within a
//!   *band*, *milestones*, or a yes-or-no; it has a weight from 1 to 5, and numbers have a **unit**;
//! - a **check-in** is one dated reading of it, with the **confidence** a person has (on track, at risk, off track);
//! - **progress** follows from the newest reading; **expected** progress follows from the calendar; **pace** is the gap
//!   between them. Pace is computed, confidence is said: the two stand side by side and are never mixed;
//! - **status** is the one word shown: closed, stale, the owner's confidence, or pending, in that order;
//! - the **roll-up** turns the log of check-ins and the calendar into current figures and one row for each local day;
//! - a **receipt** holds the terms from which a shown number follows.
//!
//! Everything here that is named by a noun is pure: values in, values out, the instant passed in. Shares and progress
//! are decimals rounded by one rule, [`progress::settle`], so that a rebuild gives the same digits as the work of each day.

#[macro_use]
mod named;

pub mod asking;
pub mod bar;
pub mod chart;
pub mod grading;
pub mod hints;
pub mod keep;
pub mod kept;
pub mod log;
pub mod measure;
pub mod pace;
pub mod progress;
pub mod receipt;
pub mod rollup;
pub mod status;
pub mod stored;
pub mod tree;
pub mod trend;
pub mod unit;

mod around;
mod assigned;
pub mod bulk;
pub mod check_in;
mod closing;
pub mod decided;
pub mod mean;
mod owner;
mod pages;
pub mod parts;
pub mod permission;
mod queries;
mod record;
pub mod roll_up;
pub mod sentence;
pub mod slip;
pub mod standing;
pub mod waiting;

pub use closing::graded;
pub use owner::{give_key_result, give_objective};
pub use pages::routes;
pub(crate) use pages::{Head, Listed, choose_cycle, listed};
pub use queries::{NamedCycle, Objective, cycle, cycles, objectives_of_cycle, teams};
pub use standing::of_owner as my_key_results;
