//! The SQL that tells the story to a database: people and teams, aims, what they wrote.

pub(super) mod aims;
pub(super) mod heard;
pub(super) mod people;
pub(super) mod writing;
