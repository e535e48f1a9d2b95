//! The SQL of settings: a member's own, the organisation's people, a team's seats, its rhythm.

pub(super) mod mine;
pub(super) mod people;
pub(super) mod rhythm;
pub(super) mod seats;
