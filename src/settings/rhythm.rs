//! When a changed rhythm begins: a new version of a schedule starts on a day that has begun for nobody yet, so that no
//! window anyone already sees is moved or taken away.

use crate::calendar::Zone;
use chrono::{DateTime, Days, NaiveDate, Utc};

/// The first local date that lies ahead of every one of these zones.
pub(super) fn first_untouched_day(zones: impl IntoIterator<Item = Zone>, now: DateTime<Utc>) -> NaiveDate {
    let furthest = zones.into_iter().map(|zone| zone.date_at(now)).max().unwrap_or_else(|| now.date_naive());
    furthest.checked_add_days(Days::new(1)).unwrap_or(furthest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_waits_for_whoever_is_furthest_ahead() {
        let zones = ["Pacific/Auckland", "Europe/Lisbon"].map(|name| Zone::parse(name).unwrap());
        // 09:24 in Lisbon on the 17th; 22:24 in Auckland on the same day.
        let morning = "2026-11-17T09:24:00Z".parse().unwrap();
        assert_eq!(first_untouched_day(zones, morning), "2026-11-18".parse().unwrap());
        // 12:00 in Lisbon on the 17th; 01:00 in Auckland on the 18th.
        let noon = "2026-11-17T12:00:00Z".parse().unwrap();
        assert_eq!(first_untouched_day(zones, noon), "2026-11-19".parse().unwrap());
    }
}
