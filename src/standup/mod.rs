//! Standups: what a team asks its people on its days, and what they write.
//!
//! The words of this room:
//! - a **standup** is a team's recurring set of *questions* with a schedule; the versions of the schedule laid end to
//!   end are its **timetable**;
//! - an **occurrence** is one date of it for one member, with the instants their window opens and is due. Rows of them are
//!   made ahead (`asking`) and stand in the member's **diary**; a standup as one member meets it is their **turns**;
//! - an **update** is what a member wrote for a date: their own local date, decided when they wrote and never moved. There
//!   is one for each standup, member and date; it holds answers, at most one **blocker**, and brings check-ins along;
//! - a **draft** is what was typed and not yet posted; what two windows wrote at once is kept both times, one of them
//!   **aside**. A **planned** update goes out by itself at a time of its author's clock;
//! - the **plan** is what somebody said is next; the **fate** of each of its lines is told in the update after it;
//! - a **mood** is how a week feels, counted for the team and kept without its author;
//! - the **board** says who has posted, who is still to come and who is away, following the sun and naming nobody as
//!   missing;
//! - a **leave** is a stretch of days somebody is away, perhaps with a stand-in who gets what waits for them, or a public
//!   holiday of theirs;
//! - a **journal** is what one member wrote, week by week, for nobody but them.
//!
//! Files named by a noun (`blocker`, `occurrence`, `turns`, `board`, `person`, `leave`, `question`, `typed`, `entry`,
//! `journal`, `plan`, `later`, `mood`) are pure.

pub mod asking;
pub mod blocker;
pub mod board;
mod by_mail;
mod drafts;
pub mod entry;
mod gather;
mod going_out;
pub mod journal;
pub mod later;
pub mod leave;
pub mod mood;
mod moods;
pub mod occurrence;
mod pages;
pub mod person;
pub mod plan;
mod queries;
pub mod question;
#[cfg(test)]
pub mod samples;
pub mod turns;
pub mod typed;
mod update;

pub use by_mail::{Came, post_words};
pub use drafts::sweep;
pub use gather::{Roster, leaves_around, people_of, roster, standups_of};
pub use going_out::send_due;
pub use moods::close_weeks;
pub use pages::{Seen, routes, seen_by};
pub use question::Standup;
pub use turns::Turns;

/// The longest answer, in characters.
pub const LIMIT: usize = 20_000;
