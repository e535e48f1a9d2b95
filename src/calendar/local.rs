//! From a date and a wall time to an instant, also on the days when clocks jump.
//!
//! Let S be the instants that read as the wall time in the zone.
//!
//! - S has one member: that one.
//! - S has two, clocks went back over it (a **fold**): the earlier for an opening or a reminder, the later for a
//!   deadline, so that nobody is given less time than the wall clock promises.
//! - S is empty but the date exists, clocks went forward over it (a **gap**): the first instant after the gap.
//!   That is not the wall time plus the length of the gap, which other libraries answer, and it may read as
//!   the next date.
//! - The zone leaves the whole date out (Apia had no 30 December 2011): no instant; nothing is due, nothing missed.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use super::zone::{Reading, Zone};

/// Which instant a wall time means when clocks go back over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Edge {
    /// Something begins, or someone is reminded: the earlier instant.
    Opening,
    /// Something is due or ends: the later instant.
    Deadline,
}

/// How a wall time on a date falls in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One instant reads so.
    Unique,
    /// No instant reads so: clocks go forward over it.
    Gap,
    /// Two instants read so: clocks go back over it.
    Fold,
    /// The zone leaves the whole date out.
    Skipped,
}

/// Both instants a wall time can mean, and how it falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The instant as an opening; `None` when the date is skipped.
    pub open: Option<DateTime<Utc>>,
    /// The instant as a deadline; `None` when the date is skipped.
    pub due: Option<DateTime<Utc>>,
    /// How the wall time falls.
    pub kind: Kind,
}

/// The instant a wall time on a date means in a zone; `None` only when the zone leaves that date out.
pub fn resolve(zone: Zone, date: NaiveDate, time: NaiveTime, edge: Edge) -> Option<DateTime<Utc>> {
    let Explained { open, due, .. } = explain(zone, date, time);
    match edge {
        Edge::Opening => open,
        Edge::Deadline => due,
    }
}

/// As [`resolve`], but a date the zone leaves out means the first instant after it. For the ends of things
/// that began on a date which does exist.
pub(super) fn resolve_or_next(zone: Zone, date: NaiveDate, time: NaiveTime, edge: Edge) -> DateTime<Utc> {
    match (zone.instants(date.and_time(time)), edge) {
        (Reading::Once(at), _) => at,
        (Reading::Twice { first, .. }, Edge::Opening) => first,
        (Reading::Twice { second, .. }, Edge::Deadline) => second,
        (Reading::Never { next, .. }, _) => next,
    }
}

/// How a wall time on a date falls in a zone, and both instants it can mean.
pub fn explain(zone: Zone, date: NaiveDate, time: NaiveTime) -> Explained {
    match zone.instants(date.and_time(time)) {
        Reading::Once(at) => Explained { open: Some(at), due: Some(at), kind: Kind::Unique },
        Reading::Twice { first, second } => {
            Explained { open: Some(first), due: Some(second), kind: Kind::Fold }
        }
        Reading::Never { skips_date: true, .. } => Explained { open: None, due: None, kind: Kind::Skipped },
        Reading::Never { next, .. } => Explained { open: Some(next), due: Some(next), kind: Kind::Gap },
    }
}
