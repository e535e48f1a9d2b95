//! The SQL of settings: a member's own and their time away, the organisation's people and holidays, a team's seats, its
//! rhythm.

pub(super) mod away;
pub(super) mod holidays;
pub(super) mod mine;
pub(super) mod people;
pub(super) mod rhythm;
pub(super) mod seats;
