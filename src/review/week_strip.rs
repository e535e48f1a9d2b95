//! Confidence by week: what was said of a key result in each week of its cycle. Pure.

use crate::calendar::Cycle;
use crate::okr::log::CheckIn;
use crate::okr::status::Confidence;
use chrono::{DateTime, Utc};

/// A week of a cycle that has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Week {
    /// Which, from 1 on.
    pub number: i64,
    /// Whether it is the one that runs.
    pub now: bool,
}

/// The weeks of a cycle that have begun by `now`, on the cycle's own calendar.
pub fn weeks(cycle: &Cycle, now: DateTime<Utc>) -> Vec<Week> {
    let today = cycle.zone.date_at(now);
    let begun = cycle.week_of(today.min(cycle.last)).map_or(0, |(week, _)| week);
    (1..=begun).map(|number| Week { number, now: number == begun && today <= cycle.last }).collect()
}

/// The last word of each of these weeks, from check-ins that stand ([`crate::okr::log::standing`]), oldest first. A week
/// without a check-in has none: nothing is carried over from the week before, and silence has no colour.
pub fn strip(standing: &[CheckIn], cycle: &Cycle, weeks: &[Week]) -> Vec<Option<Confidence>> {
    let week_of = |one: &CheckIn| cycle.week_of(cycle.zone.date_at(one.at)).map(|(week, _)| week);
    let last = |week: &Week| standing.iter().rev().find(|one| week_of(one) == Some(week.number));
    weeks.iter().map(|week| last(week).map(|one| one.confidence)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Absence, WeekdaySet, Zone};
    use crate::ids::CheckInId;
    use Confidence::{AtRisk, OffTrack, OnTrack};

    /// Monday 28 September to Sunday 27 December 2026.
    fn quarter(zone: &str) -> Cycle {
        Cycle {
            first: "2026-09-28".parse().unwrap(),
            last: "2026-12-27".parse().unwrap(),
            zone: Zone::parse(zone).unwrap(),
            weekdays: WeekdaySet::MON_TO_FRI,
            holidays: Absence::NONE,
            by_hand: None,
            reopened: None,
        }
    }

    fn said(at: &str, confidence: Confidence) -> CheckIn {
        let at: DateTime<Utc> = at.parse().unwrap();
        let (id, date) = (CheckInId::fresh(), at.date_naive());
        CheckIn {
            id,
            at,
            date,
            value: rust_decimal::Decimal::ONE,
            done: Vec::new(),
            confidence,
            replaces: None,
        }
    }

    #[test]
    fn the_weeks_so_far_are_those_of_the_cycles_zone() {
        for (zone, now, begun, running) in [
            ("Europe/Lisbon", "2026-11-17T09:24:00Z", 8, true),
            ("Europe/Lisbon", "2026-09-27T22:59:59Z", 0, false),
            ("Europe/Lisbon", "2026-09-27T23:00:00Z", 1, true),
            ("Pacific/Auckland", "2026-11-15T10:59:59Z", 7, true),
            ("Pacific/Auckland", "2026-11-15T11:00:00Z", 8, true),
            ("Europe/Lisbon", "2027-02-01T00:00:00Z", 13, false),
        ] {
            let weeks = weeks(&quarter(zone), now.parse().unwrap());
            assert_eq!(weeks.len(), begun, "{zone} at {now}");
            assert_eq!(weeks.last().is_some_and(|week| week.now), running, "{zone} at {now}");
            assert_eq!(weeks.iter().filter(|week| week.now).count(), usize::from(running));
        }
    }

    #[test]
    fn the_last_word_of_a_week_stands_and_silence_is_blank() {
        let cycle = quarter("Europe/Lisbon");
        let weeks = weeks(&cycle, "2026-10-20T09:00:00Z".parse().unwrap());
        let log = [
            said("2026-09-20T09:00:00Z", OffTrack), // before the cycle
            said("2026-09-29T09:00:00Z", OnTrack),
            said("2026-10-02T09:00:00Z", AtRisk),
            said("2026-10-12T09:00:00Z", OffTrack),
        ];
        assert_eq!(strip(&log, &cycle, &weeks), [Some(AtRisk), None, Some(OffTrack), None]);
        assert_eq!(strip(&[], &cycle, &weeks), [None; 4]);
    }

    #[test]
    fn a_week_turns_at_midnight_where_the_cycle_lives() {
        // 23:30 UTC on Sunday 4 October is Monday in Lisbon, and long so in Auckland.
        let log = [said("2026-10-04T23:30:00Z", AtRisk)];
        for (zone, expected) in
            [("Europe/Lisbon", [None, Some(AtRisk)]), ("America/New_York", [Some(AtRisk), None])]
        {
            let cycle = quarter(zone);
            let weeks = weeks(&cycle, "2026-10-06T12:00:00Z".parse().unwrap());
            assert_eq!(strip(&log, &cycle, &weeks), expected, "{zone}");
        }
    }
}
