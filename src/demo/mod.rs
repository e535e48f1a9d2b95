//! The lived-in sample organisation: Saltmarsh, who forecast coastal floods, eight weeks into a quarter.
//!
//! It is a story written by hand, in `demo/*.toml`, and compiled into the program. The words of this room:
//!
//! - the **story** is all of it: people, teams, objectives, and what they wrote, measured and answered;
//! - a **day** is "week 5, Mon", a **moment** "week 5, Mon 10:00": always on its author's own clock;
//! - the **first Monday** pins the story to the calendar. It lies seven weeks before the Monday of the current
//!   week, so that today is always in week 8 of 13, whenever the demo is started;
//! - the story **so far** is what an onlooker sees at some instant: nothing from later, and without what the
//!   demo's member wrote today, so that there is an update left for the visitor to write.
//!
//! The story is pure: [`Story::load`] reads text and refuses one that contradicts itself. Only [`load()`] knows a database.

mod aims;
mod cast;
mod decisions;
mod events;
mod heard;
mod load;
mod moment;
mod moods;
mod queries;
mod sense;
mod so_far;
mod story;
#[cfg(test)]
mod tests;
mod words;

pub use aims::{Amendment, Change, KeyResult, Milestone, Objective};
pub use cast::{Away, Organisation, Person, Question, Seat, Standup, Team, Version};
pub use events::{Blocker, CheckIn, Comment, Measure, Reaction, Remark, Resolution, Subject, Update};
pub use load::{load, welcome};
pub use moment::{Day, Moment, NoMoment, THIS_WEEK, first_monday};
pub use story::{Story, StoryFault};
pub use words::{
    Ambition, Cadence, Confidence, KeyResultKey, ObjectiveKey, PersonKey, QuestionKind, ReactionKind, Role,
    TeamKey,
};
