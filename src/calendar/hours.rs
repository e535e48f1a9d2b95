//! All that decides when one member works and may be reached, as it is read with them.

use serde::Deserialize;

use super::{
    absence::Absence,
    reachable::Reachable,
    working_time::WorkingTime,
    workweek::{WeekHours, WorkWeek},
    zone::Zone,
};

/// One member's hours.
#[derive(Clone, Debug, Deserialize)]
pub struct Hours {
    /// Where their wall clock hangs.
    pub zone: Zone,
    /// When they work.
    pub week: WorkWeek,
    /// When they want to be left in peace all the same.
    pub peak: WeekHours,
    /// The dates they are away, public holidays among them.
    pub absence: Absence,
}

impl Hours {
    /// When they work.
    pub fn working(&self) -> WorkingTime<'_> {
        WorkingTime { zone: self.zone, week: &self.week, absence: &self.absence }
    }

    /// When they can be reached.
    pub fn reachable(&self) -> Reachable<'_> {
        Reachable { working: self.working(), peak: &self.peak }
    }
}
