//! What stops somebody: its kind, and how long it has been in the way. Pure.

use crate::calendar::WorkingTime;
use crate::language::Words;
use chrono::{DateTime, TimeDelta, Utc};

stored_word! {
    /// What would clear it.
    pub enum BlockerKind {
        /// Somebody decides.
        Decision = "decision",
        /// Somebody finishes something.
        Work = "work",
        /// Somebody lets them in: rights, keys, a machine.
        Access = "access",
        /// It depends on people outside of the organisation's teams.
        Outside = "outside",
        /// None of these.
        Other = "other",
    }
}

impl BlockerKind {
    /// What stands in the form's list.
    pub fn choice(self, t: Words) -> &'static str {
        match self {
            Self::Decision => t.blocker_decision(),
            Self::Work => t.blocker_work(),
            Self::Access => t.blocker_access(),
            Self::Outside => t.blocker_outside(),
            Self::Other => t.blocker_other(),
        }
    }

    /// What stands with a blocker; nothing where the kind says nothing.
    pub fn tag(self, t: Words) -> Option<&'static str> {
        (self != Self::Other).then(|| self.choice(t))
    }
}

/// One time it was in the way: since when, and until when if that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
pub struct Stretch {
    /// Since when.
    pub from: DateTime<Utc>,
    /// Until when; it still is.
    pub until: Option<DateTime<Utc>>,
}

/// How long it has been in the way at `now`, in the working time of whoever can clear it: the times between, when it was
/// cleared and came back, do not count.
pub fn age(stretches: &[Stretch], time: WorkingTime<'_>, now: DateTime<Utc>) -> TimeDelta {
    let worked = |one: &Stretch| time.between(one.from, one.until.unwrap_or(now));
    stretches.iter().map(worked).fold(TimeDelta::zero(), |sum, part| sum + part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Absence, WorkWeek, Zone};

    #[test]
    fn only_the_working_hours_it_was_in_the_way_count() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let stretch = |from: &str, until: Option<&str>| Stretch { from: at(from), until: until.map(at) };
        let (week, none) = (WorkWeek::standard(), Absence::NONE);
        let lisbon = WorkingTime { zone: Zone::parse("Europe/Lisbon").unwrap(), week: &week, absence: &none };
        // Friday 15:00 to 16:00, then from Monday 9:00 on.
        let first = stretch("2026-11-20T15:00:00Z", Some("2026-11-20T16:00:00Z"));
        let second = stretch("2026-11-23T09:00:00Z", None);
        let now = at("2026-11-23T12:00:00Z");
        assert_eq!(age(&[first, second], lisbon, now), TimeDelta::hours(4));
        assert_eq!(age(&[second], lisbon, now), TimeDelta::hours(3));
        assert_eq!(age(&[stretch("2026-11-20T15:00:00Z", None)], lisbon, now), TimeDelta::hours(5));
        assert_eq!(age(&[], lisbon, now), TimeDelta::zero());
    }
}
