//! Time, the heart of the product: values in, values out, no clock and no I/O beyond the rules of time zones.
//!
//! The words of this room:
//!
//! - an **instant** is a `DateTime<Utc>`: one moment, the same for everyone;
//! - a **date** is a `NaiveDate`: a day on a wall calendar, without a zone;
//! - a **wall time** is a `NaiveTime`: what a clock on the wall shows, without a date;
//! - a **zone** is the set of rules that turns a date and a wall time into an instant, and back;
//! - a **local day** is the stretch of instants that reads as one date in one zone; it may last 23, 24 or 25
//!   hours, and very rarely it does not exist at all;
//! - a **working day** is a date someone works on, a **working span** a part of such a day.
//!
//! An intention ("every Tuesday at nine, in Lisbon") is stored as date, wall time and zone, and becomes an
//! instant at the last moment, so that a change of the rules moves it as people expect.
//!
//! Only [`zone`] knows where the rules come from. Read [`local`] for what happens when clocks jump.

pub mod absence;
pub mod coming;
pub mod cycle;
pub mod day;
pub mod hours;
pub mod local;
pub mod period;
pub mod reachable;
pub mod schedule;
pub mod stretches;
pub mod weekdays;
pub mod when;
pub mod working_time;
pub mod workweek;
pub mod zone;

#[cfg(test)]
pub(crate) mod samples;

pub use absence::Absence;
pub use coming::Hour;
pub use cycle::{Cycle, CycleFault, CycleState};
pub use hours::Hours;
pub use local::{Edge, Explained, Kind, explain, resolve};
pub use period::{Length, Period};
pub use reachable::Reachable;
pub use schedule::{Moved, Occurrence, Recurrence, Schedule, ScheduleFault};
pub use stretches::Stretches;
pub use weekdays::WeekdaySet;
pub use working_time::WorkingTime;
pub use workweek::{Span, WeekFault, WeekHours, WorkWeek};
pub use zone::{UnknownZone, Zone};
