//! A note to oneself about writing outside one's own hours. Pure; shown to nobody else and stored nowhere.

use crate::calendar::WorkingTime;
use chrono::{DateTime, Utc};

/// How many of the last updates are looked at.
pub const LOOKED_AT: usize = 5;
/// From so many on there is something to say.
const WORTH_SAYING: usize = 3;

/// How many of the last updates were written outside working hours, where that is worth saying: from three of five on.
pub fn outside(written: &[DateTime<Utc>], hours: &WorkingTime<'_>) -> Option<usize> {
    let last = written.get(..LOOKED_AT)?;
    let outside = last.iter().filter(|at| !hours.is_working(**at)).count();
    (outside >= WORTH_SAYING).then_some(outside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standup::samples::person;

    #[test]
    fn three_of_five_are_worth_saying() {
        let ines = person("Inês Duarte", "Europe/Lisbon");
        let hours = ines.working_time();
        let at = |text: &str| -> DateTime<Utc> { text.parse().unwrap() };
        let day = |n| at(&format!("2026-11-{n}T10:00:00Z"));
        let night = |n| at(&format!("2026-11-{n}T22:00:00Z"));
        for (written, said) in [
            (vec![night(20), night(19), night(18), day(17), day(16)], Some(3)),
            (vec![night(20), night(19), day(18), day(17), day(16)], None),
            (vec![night(20), night(19), night(18), night(17)], None),
            (vec![day(20), day(19), day(18), day(17), day(16), night(13), night(12), night(11)], None),
        ] {
            assert_eq!(outside(&written, &hours), said);
        }
    }
}
