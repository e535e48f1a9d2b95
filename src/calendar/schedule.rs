//! When a standup falls due: which dates, and from which instant to which for someone in a zone.

use std::{iter::successors, ops::RangeInclusive};

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime, Utc, Weekday};

use super::{
    local::{Edge, resolve, resolve_or_next},
    weekdays::WeekdaySet,
    zone::Zone,
};

/// The longest rhythm: about once a quarter.
const MOST_WEEKS: u16 = 12;

/// Which dates a schedule falls on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recurrence {
    /// These weekdays of every `every`th week. Weeks begin on Monday; the one `anchor` lies in counts.
    Weekly {
        /// 1 for each week, 2 for every other, up to 12.
        every: u16,
        /// The weekdays.
        weekdays: WeekdaySet,
        /// Any date of a week that counts.
        anchor: NaiveDate,
    },
    /// One weekday a month.
    MonthlyNth {
        /// 1 to 5 from the start of the month, −1 for the last. Months without a fifth have none.
        nth: i8,
        /// The weekday.
        weekday: Weekday,
    },
}

/// One version of a schedule. A change to it ends this version and begins the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Schedule {
    /// Which dates.
    pub recurrence: Recurrence,
    /// When the window opens, in wall time.
    pub opens: NaiveTime,
    /// The window opens on the evening before the due date.
    pub opens_evening_before: bool,
    /// When the update is due, in wall time.
    pub due: NaiveTime,
    /// The first date it may fall on.
    pub first: NaiveDate,
    /// The last date it may fall on; none while it runs on.
    pub until: Option<NaiveDate>,
}

/// One due date of a schedule for someone in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Occurrence {
    /// The local date it is due on. With the standup and the member this names the update.
    pub date: NaiveDate,
    /// When the window opens.
    pub opens: DateTime<Utc>,
    /// When the update is due; never before it opens.
    pub due: DateTime<Utc>,
}

/// What becomes of an occurrence when what it follows changes: somebody's zone, or the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The occurrence from now on.
    pub occurrence: Occurrence,
    /// The change put its due instant into the past: it is not asked for.
    pub excused: bool,
}

/// Why this is no schedule to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleFault {
    /// It names no weekday.
    #[error("a schedule needs at least one weekday")]
    NoWeekday,
    /// Its number of weeks is not between 1 and 12.
    #[error("a schedule recurs every 1 to 12 weeks")]
    Weeks,
    /// Its number in the month is not 1 to 5 or −1.
    #[error("a monthly schedule names the first to fifth or the last weekday")]
    Nth,
    /// It is due before its window opens.
    #[error("the window must open before the update is due")]
    DueBeforeOpening,
    /// It ends before it begins.
    #[error("the schedule ends before it begins")]
    EndsBeforeFirst,
}

impl Recurrence {
    /// Whether the date is one of these.
    pub fn falls_on(self, date: NaiveDate) -> bool {
        match self {
            Recurrence::Weekly { every, weekdays, anchor } => {
                let weeks = (monday(date) - monday(anchor)).num_weeks();
                weekdays.falls_on(date) && weeks.rem_euclid(i64::from(every.max(1))) == 0
            }
            Recurrence::MonthlyNth { nth: -1, weekday } => {
                date.weekday() == weekday && date.day() + 7 > u32::from(date.num_days_in_month())
            }
            Recurrence::MonthlyNth { nth, weekday } => {
                date.weekday() == weekday && u32::try_from(nth).ok() == Some((date.day() - 1) / 7 + 1)
            }
        }
    }

    /// After this many days without a date there will be none: a whole round of weeks, or more than the longest
    /// run of months without a fifth such weekday.
    fn round(self) -> usize {
        match self {
            Recurrence::Weekly { every, .. } => 7 * usize::from(every.max(1)),
            Recurrence::MonthlyNth { .. } => 366,
        }
    }
}

impl Moved {
    /// What becomes of the occurrence of a date when what it follows changes at `now`, from `old` to `new`. One that has
    /// opened keeps its instants. Any other takes the new ones: a new opening already past opens now, a new due instant
    /// already past is excused. `None` when there is no such occurrence any more and none has opened.
    pub fn of(old: Option<Occurrence>, new: Option<Occurrence>, now: DateTime<Utc>) -> Option<Moved> {
        if let Some(opened) = old.filter(|old| old.opens <= now) {
            return Some(Moved { occurrence: opened, excused: false });
        }
        let new = new?;
        let excused = new.due <= now;
        let opens = if excused { new.opens } else { new.opens.max(now) };
        Some(Moved { occurrence: Occurrence { opens, ..new }, excused })
    }
}

impl Schedule {
    /// Whether this schedule can be kept; asked once, when someone writes it.
    pub fn check(&self) -> Result<(), ScheduleFault> {
        match self.recurrence {
            Recurrence::Weekly { weekdays, .. } if weekdays.is_empty() => Err(ScheduleFault::NoWeekday),
            Recurrence::Weekly { every, .. } if !(1..=MOST_WEEKS).contains(&every) => {
                Err(ScheduleFault::Weeks)
            }
            Recurrence::MonthlyNth { nth, .. } if !matches!(nth, -1 | 1..=5) => Err(ScheduleFault::Nth),
            _ if !self.opens_evening_before && self.due <= self.opens => Err(ScheduleFault::DueBeforeOpening),
            _ if self.until.is_some_and(|until| until < self.first) => Err(ScheduleFault::EndsBeforeFirst),
            _ => Ok(()),
        }
    }

    /// Whether an update is due on this local date.
    pub fn falls_on(&self, date: NaiveDate) -> bool {
        self.first <= date && self.until.is_none_or(|until| date <= until) && self.recurrence.falls_on(date)
    }

    /// The occurrence of a local date for someone in a zone; `None` when the schedule does not fall on it or
    /// the zone leaves it out.
    pub fn occurrence(&self, zone: Zone, date: NaiveDate) -> Option<Occurrence> {
        if !self.falls_on(date) {
            return None;
        }
        let due = resolve(zone, date, self.due, Edge::Deadline)?;
        let opening = if self.opens_evening_before { date.pred_opt()? } else { date };
        let opens = resolve_or_next(zone, opening, self.opens, Edge::Opening).min(due);
        Some(Occurrence { date, opens, due })
    }

    /// The first date at or after `date` that this schedule falls on.
    pub fn next_from(&self, date: NaiveDate) -> Option<NaiveDate> {
        let next =
            date.max(self.first).iter_days().take(self.recurrence.round()).find(|d| self.falls_on(*d))?;
        self.until.is_none_or(|until| next <= until).then_some(next)
    }

    /// The occurrences of a range of local dates for someone in a zone, in order.
    pub fn between(&self, zone: Zone, dates: RangeInclusive<NaiveDate>) -> impl Iterator<Item = Occurrence> {
        let last = *dates.end();
        self.dates_from(*dates.start())
            .take_while(move |date| *date <= last)
            .filter_map(move |date| self.occurrence(zone, date))
    }

    /// The occurrences still due after an instant for someone in a zone, in order, without end.
    pub fn upcoming(&self, zone: Zone, now: DateTime<Utc>) -> impl Iterator<Item = Occurrence> {
        // A day early: clocks put back over midnight can make tomorrow's deadline read yesterday's date.
        let today = zone.date_at(now);
        self.dates_from(today.checked_sub_days(Days::new(1)).unwrap_or(today))
            .filter_map(move |date| self.occurrence(zone, date))
            .filter(move |occurrence| now < occurrence.due)
    }

    /// What becomes of the occurrence of a local date when someone changes their zone at `now`: see [`Moved::of`].
    pub fn moved(&self, date: NaiveDate, from: Zone, to: Zone, now: DateTime<Utc>) -> Option<Moved> {
        Moved::of(self.occurrence(from, date), self.occurrence(to, date), now)
    }

    fn dates_from(&self, date: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        successors(self.next_from(date), |date| self.next_from(date.succ_opt()?))
    }
}

fn monday(date: NaiveDate) -> NaiveDate {
    date.week(Weekday::Mon).first_day()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::calendar::samples::{any_date, any_instant, any_time, any_zone, at, date, hours, time, zone};

    /// Weekdays, nine to four, from Thursday 1 January 2026 on.
    fn weekdays() -> Schedule {
        Schedule {
            recurrence: Recurrence::Weekly {
                every: 1,
                weekdays: WeekdaySet::MON_TO_FRI,
                anchor: date("2026-01-01"),
            },
            opens: time("09:00"),
            opens_evening_before: false,
            due: time("16:00"),
            first: date("2026-01-01"),
            until: None,
        }
    }

    fn dates(schedule: Schedule, from: &str, to: &str) -> Vec<String> {
        schedule.between(Zone::UTC, date(from)..=date(to)).map(|due| due.date.to_string()).collect()
    }

    fn weekly(every: u16, weekdays: &[Weekday], anchor: &str) -> Recurrence {
        Recurrence::Weekly { every, weekdays: weekdays.iter().copied().collect(), anchor: date(anchor) }
    }

    #[test]
    fn weekdays_leave_out_the_weekend() {
        let week = dates(weekdays(), "2026-11-19", "2026-11-24");
        assert_eq!(week, ["2026-11-19", "2026-11-20", "2026-11-23", "2026-11-24"]);
    }

    #[test]
    fn every_other_week_counts_from_the_monday_of_its_anchor() {
        let recurrence = weekly(2, &[Weekday::Mon, Weekday::Thu], "2026-11-22");
        let other = Schedule { recurrence, ..weekdays() };
        // The anchor is a Sunday: its week began on the 16th.
        assert_eq!(
            dates(other, "2026-11-14", "2026-12-06"),
            ["2026-11-16", "2026-11-19", "2026-11-30", "2026-12-03"]
        );
        assert!(other.recurrence.falls_on(date("2026-11-05")), "also before the anchor");
    }

    #[test]
    fn a_month_has_a_first_and_a_last_but_not_always_a_fifth() {
        let monthly = |nth| Schedule {
            recurrence: Recurrence::MonthlyNth { nth, weekday: Weekday::Mon },
            ..weekdays()
        };
        assert_eq!(dates(monthly(1), "2026-09-01", "2026-11-30"), ["2026-09-07", "2026-10-05", "2026-11-02"]);
        assert_eq!(
            dates(monthly(-1), "2026-09-01", "2026-11-30"),
            ["2026-09-28", "2026-10-26", "2026-11-30"]
        );
        assert_eq!(dates(monthly(5), "2026-09-01", "2027-03-31"), ["2026-11-30", "2027-03-29"]);
        assert_eq!(dates(monthly(0), "2026-01-01", "2028-12-31"), [""; 0]);
    }

    #[test]
    fn it_begins_and_ends() {
        let short = Schedule { first: date("2026-11-19"), until: Some(date("2026-11-23")), ..weekdays() };
        assert_eq!(dates(short, "2026-01-01", "2027-01-01"), ["2026-11-19", "2026-11-20", "2026-11-23"]);
        assert_eq!(short.next_from(date("2026-11-21")), Some(date("2026-11-23")));
        assert_eq!(short.next_from(date("2026-11-24")), None);
        assert_eq!(short.next_from(NaiveDate::MAX), None);
    }

    #[test]
    fn the_window_follows_the_clock_of_the_member() {
        let due = |name: &str| weekdays().occurrence(zone(name), date("2026-11-23")).unwrap();
        assert_eq!(due("America/Vancouver").opens, at("2026-11-23T17:00:00Z") - hours(1));
        assert_eq!(due("America/Vancouver").due, at("2026-11-23T23:00:00Z"));
        assert_eq!(due("Asia/Kathmandu").opens, at("2026-11-23T03:15:00Z"));
        assert_eq!(weekdays().occurrence(Zone::UTC, date("2026-11-22")), None);
    }

    #[test]
    fn the_window_may_open_on_the_evening_before() {
        let evening =
            Schedule { opens: time("18:00"), opens_evening_before: true, due: time("10:00"), ..weekdays() };
        let due = evening.occurrence(zone("Europe/Lisbon"), date("2026-11-23")).unwrap();
        assert_eq!((due.opens, due.due), (at("2026-11-22T18:00:00Z"), at("2026-11-23T10:00:00Z")));
        let every_day =
            Recurrence::Weekly { every: 1, weekdays: WeekdaySet::ALL, anchor: date("2011-01-01") };
        let samoa = Schedule { recurrence: every_day, first: date("2011-01-01"), ..evening };
        let saturday = samoa.occurrence(zone("Pacific/Apia"), date("2011-12-31")).unwrap();
        assert_eq!(saturday.opens, at("2011-12-30T10:00:00Z"), "the evening before was left out");
        assert_eq!(samoa.occurrence(zone("Pacific/Apia"), date("2011-12-30")), None);
    }

    #[test]
    fn a_fold_gives_the_longer_window_and_a_gap_an_empty_one_at_worst() {
        let nightly = Schedule {
            opens: time("01:15"),
            due: time("01:45"),
            recurrence: weekly(1, &[Weekday::Sun], "2026-01-01"),
            ..weekdays()
        };
        let window = |day: &str| nightly.occurrence(zone("Europe/Lisbon"), date(day)).unwrap();
        let autumn = window("2026-10-25");
        assert_eq!((autumn.opens, autumn.due), (at("2026-10-25T00:15:00Z"), at("2026-10-25T01:45:00Z")));
        let spring = window("2026-03-29");
        assert_eq!((spring.opens, spring.due), (at("2026-03-29T01:00:00Z"), at("2026-03-29T01:00:00Z")));
    }

    #[test]
    fn a_window_never_opens_after_it_closes() {
        let unchecked = Schedule { opens: time("18:00"), ..weekdays() };
        let due = unchecked.occurrence(Zone::UTC, date("2026-11-23")).unwrap();
        assert_eq!((due.opens, due.due), (at("2026-11-23T16:00:00Z"), at("2026-11-23T16:00:00Z")));
    }

    #[test]
    fn the_next_three_are_shown_in_settings() {
        let next: Vec<_> =
            weekdays().upcoming(zone("Europe/Lisbon"), at("2026-11-20T16:00:00Z")).take(3).collect();
        assert_eq!(
            next.iter().map(|due| due.date.to_string()).collect::<Vec<_>>(),
            ["2026-11-23", "2026-11-24", "2026-11-25"]
        );
        let just_before = weekdays().upcoming(zone("Europe/Lisbon"), at("2026-11-20T15:59:59Z")).next();
        assert_eq!(just_before.unwrap().date, date("2026-11-20"));
    }

    #[test]
    fn a_move_keeps_what_is_open_and_recomputes_the_rest() {
        let (lisbon, auckland, vancouver) =
            (zone("Europe/Lisbon"), zone("Pacific/Auckland"), zone("America/Vancouver"));
        let monday = date("2026-11-23");
        let moved = |from, to, now| weekdays().moved(monday, from, to, at(now)).unwrap();
        // Open in Lisbon since nine: nothing changes.
        let open = moved(lisbon, auckland, "2026-11-23T09:00:00Z");
        assert_eq!((Some(open.occurrence), open.excused), (weekdays().occurrence(lisbon, monday), false));
        // Before it opened: Auckland's Monday was over at three in the night in Lisbon.
        assert!(moved(lisbon, auckland, "2026-11-23T03:00:00Z").excused);
        // Auckland's Monday has begun: it opens now, and is due as Auckland's clock says.
        let now = at("2026-11-22T22:00:00Z");
        let late = moved(lisbon, auckland, "2026-11-22T22:00:00Z");
        assert_eq!(
            (late.occurrence.opens, late.occurrence.due, late.excused),
            (now, at("2026-11-23T03:00:00Z"), false)
        );
        // Westwards the day simply comes later.
        let west = moved(lisbon, vancouver, "2026-11-23T08:59:59Z");
        assert_eq!((Some(west.occurrence), west.excused), (weekdays().occurrence(vancouver, monday), false));
    }

    #[test]
    fn impossible_schedules_are_refused() {
        let check = |change: fn(&mut Schedule)| {
            let mut schedule = weekdays();
            change(&mut schedule);
            schedule.check()
        };
        assert_eq!(check(|_| ()), Ok(()));
        assert_eq!(check(|s| s.recurrence = weekly(1, &[], "2026-01-01")), Err(ScheduleFault::NoWeekday));
        assert_eq!(
            check(|s| s.recurrence = weekly(0, &[Weekday::Mon], "2026-01-01")),
            Err(ScheduleFault::Weeks)
        );
        assert_eq!(
            check(|s| s.recurrence = weekly(13, &[Weekday::Mon], "2026-01-01")),
            Err(ScheduleFault::Weeks)
        );
        assert_eq!(check(|s| s.due = s.opens), Err(ScheduleFault::DueBeforeOpening));
        assert_eq!(check(|s| (s.due, s.opens_evening_before) = (s.opens, true)), Ok(()));
        assert_eq!(check(|s| s.until = s.first.pred_opt()), Err(ScheduleFault::EndsBeforeFirst));
        for nth in [-2, 0, 6] {
            let weekday = Weekday::Mon;
            let schedule = Schedule { recurrence: Recurrence::MonthlyNth { nth, weekday }, ..weekdays() };
            assert_eq!(schedule.check(), Err(ScheduleFault::Nth));
        }
    }

    fn any_recurrence() -> impl Strategy<Value = Recurrence> {
        let weekly = (1..5u16, 1..128i16, any_date()).prop_map(|(every, bits, anchor)| Recurrence::Weekly {
            every,
            weekdays: WeekdaySet::from_bits(bits).unwrap(),
            anchor,
        });
        let nth = prop::sample::select(vec![-1, 1, 2, 3, 4, 5]);
        let weekday = (0..7u8).prop_map(|n| Weekday::try_from(n).unwrap());
        let monthly = (nth, weekday).prop_map(|(nth, weekday)| Recurrence::MonthlyNth { nth, weekday });
        prop_oneof![3 => weekly, 1 => monthly]
    }

    fn any_schedule() -> impl Strategy<Value = Schedule> {
        (any_recurrence(), any_time(), any_time(), any::<bool>()).prop_map(
            |(recurrence, one, other, opens_evening_before)| Schedule {
                recurrence,
                opens: one.min(other),
                opens_evening_before,
                due: one.max(other),
                first: date("2024-01-01"),
                until: None,
            },
        )
    }

    proptest! {
        #[test]
        fn each_scheduled_date_fires_exactly_once_and_in_order(
            schedule in any_schedule(), zone in any_zone(), first in any_date(), length in 0..200u64,
        ) {
            let last = first + Days::new(length);
            let fired: Vec<Occurrence> = schedule.between(zone, first..=last).collect();
            // Asked date by date; no zone leaves a date out in these years.
            let scheduled: Vec<NaiveDate> =
                first.iter_days().take_while(|d| *d <= last).filter(|d| schedule.recurrence.falls_on(*d)).collect();
            prop_assert_eq!(fired.iter().map(|due| due.date).collect::<Vec<_>>(), scheduled);
            prop_assert!(fired.iter().all(|due| due.opens <= due.due && zone.date_at(due.due) >= due.date));
            prop_assert!(fired.windows(2).all(|pair| pair[0].opens < pair[1].opens && pair[0].due < pair[1].due));
        }

        #[test]
        fn what_is_upcoming_is_what_is_not_yet_due(
            schedule in any_schedule(), zone in any_zone(), now in any_instant(),
        ) {
            let today = zone.date_at(now);
            let near = today - Days::new(40)..=today + Days::new(40);
            let expected: Vec<Occurrence> = schedule.between(zone, near).filter(|o| now < o.due).take(3).collect();
            let upcoming: Vec<Occurrence> = schedule.upcoming(zone, now).take(expected.len()).collect();
            prop_assert_eq!(upcoming, expected);
        }

        #[test]
        fn no_date_is_lost_or_doubled_by_a_move(
            schedule in any_schedule(), from in any_zone(), to in any_zone(), now in any_instant(),
        ) {
            let today = now.date_naive();
            let dates = today - Days::new(20)..=today + Days::new(20);
            let mut seen = BTreeSet::new();
            for old in schedule.between(from, dates) {
                let moved = schedule.moved(old.date, from, to, now).unwrap();
                let new = moved.occurrence;
                prop_assert_eq!(new.date, old.date);
                prop_assert!(seen.insert(new.date));
                prop_assert!(new.opens <= new.due);
                if old.opens <= now {
                    prop_assert_eq!((new, moved.excused), (old, false));
                } else if !moved.excused {
                    prop_assert!(now <= new.opens && now < new.due);
                    prop_assert_eq!(new.due, schedule.occurrence(to, old.date).unwrap().due);
                }
            }
        }
    }
}
