//! The SQL of standups: what is asked of whom, what was written, and the writing itself.

mod asked;
mod blockers;
mod board;
mod drafts;
mod feed;
mod journal;
mod leaves;
mod moods;
mod planned;
mod plans;
mod posts;
mod roster;
mod standups;
mod updates;

pub(super) use asked::*;
pub(super) use blockers::*;
pub(super) use board::*;
pub(super) use drafts::*;
pub(super) use feed::{FeedRow, Place as FeedPlace, ReplyRow, Wanted, feed, replies_since, see};
pub(super) use journal::*;
pub(super) use leaves::*;
pub(super) use moods::*;
pub(super) use planned::*;
pub(super) use plans::*;
pub(super) use posts::*;
pub(super) use roster::*;
pub(super) use standups::*;
pub(super) use updates::*;
