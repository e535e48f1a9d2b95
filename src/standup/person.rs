//! The people of a team as a standup sees them: their clock, their week, whether they are asked. Pure.

use super::turns::Diary;
use crate::calendar::{Absence, Span, WorkWeek, WorkingTime, Zone};
use crate::ids::{MemberId, TeamId};
use chrono::NaiveDate;

/// A member of one or more teams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: MemberId,
    /// Their whole name.
    pub name: String,
    /// Their zone.
    pub zone: Zone,
    /// Their working week.
    pub week: WorkWeek,
    /// Their quiet hours, each day.
    pub quiet: Span,
    /// Their first date here: nothing was asked of them before it.
    pub since: NaiveDate,
    /// The dates they are away.
    pub absence: Absence,
    /// Whether they are asked for updates: observers never are.
    pub asked: bool,
    /// The teams they sit in, among those that were looked for.
    pub teams: Vec<TeamId>,
    /// What was kept of what they are asked.
    pub diary: Diary,
}

impl Person {
    /// The first word of their name, as teammates call them.
    pub fn first_name(&self) -> &str {
        first_name(&self.name)
    }

    /// Their working time, for ages and next openings.
    pub fn working_time(&self) -> WorkingTime<'_> {
        WorkingTime { zone: self.zone, week: &self.week, absence: &self.absence }
    }
}

/// The first word of a name.
pub fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}
