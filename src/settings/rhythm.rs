//! A standup's rhythm: which dates, from when to when, on whose clock; and when a changed one begins. Pure.

use crate::calendar::{Recurrence, Schedule, WeekdaySet, Zone};
use crate::language::Words;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc, Weekday};

/// What a lead sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rhythm {
    /// Which dates.
    pub(super) recurrence: Recurrence,
    /// When the window opens, in wall time …
    pub(super) opens: NaiveTime,
    /// … on the evening before.
    pub(super) evening_before: bool,
    /// When it closes, in wall time.
    pub(super) due: NaiveTime,
    /// One fixed zone; none: each person's own.
    pub(super) zone: Option<Zone>,
}

impl Rhythm {
    /// What most teams begin with (product §4): two days a week, 09:00 to 16:00, on each person's clock.
    pub(super) fn usual(anchor: NaiveDate) -> Self {
        let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        let weekdays = WeekdaySet::NONE.with(Weekday::Tue).with(Weekday::Thu);
        let recurrence = Recurrence::Weekly { every: 1, weekdays, anchor };
        Self { recurrence, opens: time(9), evening_before: false, due: time(16), zone: None }
    }

    /// As a schedule from a date on.
    pub(super) fn schedule(&self, first: NaiveDate) -> Schedule {
        Schedule {
            recurrence: self.recurrence,
            opens: self.opens,
            opens_evening_before: self.evening_before,
            due: self.due,
            first,
            until: None,
        }
    }

    /// Whether both ask on the same dates at the same hours.
    pub(super) fn is(&self, other: &Self) -> bool {
        let same_dates = match (self.recurrence, other.recurrence) {
            (
                Recurrence::Weekly { every, weekdays, anchor },
                Recurrence::Weekly { every: other_every, weekdays: other_weekdays, anchor: other_anchor },
            ) => {
                let apart = (monday(anchor) - monday(other_anchor)).num_weeks();
                (every, weekdays) == (other_every, other_weekdays)
                    && apart.rem_euclid(i64::from(every.max(1))) == 0
            }
            (one, other) => one == other,
        };
        same_dates && Self { recurrence: other.recurrence, ..*self } == *other
    }

    /// The weekdays it may fall on.
    pub(super) fn weekdays(&self) -> WeekdaySet {
        match self.recurrence {
            Recurrence::Weekly { weekdays, .. } => weekdays,
            Recurrence::MonthlyNth { weekday, .. } => WeekdaySet::NONE.with(weekday),
        }
    }

    /// "Tue and Thu, 09:00 to 16:00".
    pub(super) fn words(&self, t: Words) -> String {
        let days = t.list(self.weekdays().iter().map(|day| t.weekday_short(day)).collect::<Vec<_>>());
        let (opens, due) = (t.time(self.opens), t.time(self.due));
        let said = match self.recurrence {
            Recurrence::Weekly { every: 1, .. } => t.settings_rhythm_weekly(days, opens, due),
            Recurrence::Weekly { every, .. } => t.settings_rhythm_weeks(every, days, opens, due),
            Recurrence::MonthlyNth { nth, weekday } => {
                t.settings_rhythm_monthly(nth_word(t, nth), t.weekday_long(weekday), opens, due)
            }
        };
        let said = if self.evening_before { t.settings_rhythm_evening(said) } else { said };
        match self.zone {
            Some(zone) => t.settings_rhythm_fixed(said, zone.city()),
            None => said,
        }
    }
}

/// "first", "last".
pub(super) fn nth_word(t: Words, nth: i8) -> &'static str {
    match nth {
        1 => t.settings_nth_first(),
        2 => t.settings_nth_second(),
        3 => t.settings_nth_third(),
        4 => t.settings_nth_fourth(),
        5 => t.settings_nth_fifth(),
        _ => t.settings_nth_last(),
    }
}

fn monday(date: NaiveDate) -> NaiveDate {
    date.week(Weekday::Mon).first_day()
}

/// The first local date that lies ahead of every one of these zones: a new version begins on a day that has begun for
/// nobody. A window that opened on the evening before such a day stays as it is.
pub(super) fn first_untouched_day(zones: impl IntoIterator<Item = Zone>, now: DateTime<Utc>) -> NaiveDate {
    let furthest = zones.into_iter().map(|zone| zone.date_at(now)).max().unwrap_or_else(|| now.date_naive());
    furthest.checked_add_days(Days::new(1)).unwrap_or(furthest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Locale;

    const T: Words = Words::of(Locale::English);

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_change_waits_for_whoever_is_furthest_ahead() {
        let zones = ["Pacific/Auckland", "Europe/Lisbon"].map(|name| Zone::parse(name).unwrap());
        // 09:24 in Lisbon on the 17th; 22:24 in Auckland on the same day.
        let morning = "2026-11-17T09:24:00Z".parse().unwrap();
        assert_eq!(first_untouched_day(zones, morning), date("2026-11-18"));
        // 12:00 in Lisbon on the 17th; 01:00 in Auckland on the 18th.
        let noon = "2026-11-17T12:00:00Z".parse().unwrap();
        assert_eq!(first_untouched_day(zones, noon), date("2026-11-19"));
    }

    #[test]
    fn a_rhythm_is_told_in_a_line() {
        let usual = Rhythm::usual(date("2026-11-17"));
        assert_eq!(usual.words(T), "Tue and Thu, 09:00 to 16:00");
        let Recurrence::Weekly { weekdays, anchor, .. } = usual.recurrence else { unreachable!() };
        let fortnightly = Rhythm { recurrence: Recurrence::Weekly { every: 2, weekdays, anchor }, ..usual };
        assert_eq!(fortnightly.words(T), "Every 2 weeks on Tue and Thu, 09:00 to 16:00");
        let recurrence = Recurrence::MonthlyNth { nth: -1, weekday: Weekday::Fri };
        let lisbon = Zone::parse("Europe/Lisbon").ok();
        let monthly = Rhythm { recurrence, evening_before: true, zone: lisbon, ..usual };
        assert_eq!(
            monthly.words(T),
            "Each month on the last Friday, 09:00 to 16:00, open from the evening before, on Lisbon’s clock"
        );
    }

    #[test]
    fn the_same_weeks_are_the_same_rhythm_wherever_they_are_counted_from() {
        let every = |every, anchor: &str| {
            let recurrence =
                Recurrence::Weekly { every, weekdays: WeekdaySet::MON_TO_FRI, anchor: date(anchor) };
            Rhythm { recurrence, ..Rhythm::usual(date(anchor)) }
        };
        assert!(every(1, "2026-11-17").is(&every(1, "2026-11-24")));
        assert!(every(2, "2026-11-17").is(&every(2, "2026-12-04")), "the Monday two weeks later");
        assert!(!every(2, "2026-11-17").is(&every(2, "2026-11-24")));
        assert!(!every(1, "2026-11-17").is(&Rhythm { zone: Some(Zone::UTC), ..every(1, "2026-11-17") }));
    }
}
