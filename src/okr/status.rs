//! The one word shown for a key result, when its next check-in is due, and when its last one has grown stale.

use super::pace::Pace;
use super::stored::Ambition;
use crate::calendar::day::first_instant;
use crate::calendar::{Recurrence, Schedule, WeekdaySet, Zone};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc, Weekday};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

named! {
    /// What a person says at a check-in, best first.
    #[derive(PartialOrd, Ord)]
    pub enum Confidence {
        /// It will be reached.
        OnTrack = "on_track",
        /// It may not be.
        AtRisk = "at_risk",
        /// It will not, as things are.
        OffTrack = "off_track",
    }
}

named! {
    /// The word that is shown.
    pub enum Status {
        /// Its cycle is closed.
        Closed = "closed",
        /// What was said last is too old to lean on. Never shown in green.
        Stale = "stale",
        /// The owner says on track.
        OnTrack = "on_track",
        /// The owner says at risk.
        AtRisk = "at_risk",
        /// The owner says off track.
        OffTrack = "off_track",
        /// Nothing was said yet, and nothing is late.
        Pending = "pending",
    }
}

impl Status {
    /// The word to show: closed, then stale, then the owner's confidence, then pending.
    pub fn of(closed: bool, stale: bool, confidence: Option<Confidence>) -> Self {
        match (closed, stale, confidence) {
            (true, _, _) => Self::Closed,
            (_, true, _) => Self::Stale,
            (_, _, Some(Confidence::OnTrack)) => Self::OnTrack,
            (_, _, Some(Confidence::AtRisk)) => Self::AtRisk,
            (_, _, Some(Confidence::OffTrack)) => Self::OffTrack,
            (_, _, None) => Self::Pending,
        }
    }

    /// Whether any surface may show it in green.
    pub fn is_green(self) -> bool {
        self == Self::OnTrack
    }
}

named! {
    /// Where what is said and what is computed part ways.
    pub enum Difference {
        /// The owner is more hopeful than the numbers.
        OwnerMoreHopeful = "owner_more_hopeful",
        /// The numbers are better than the owner expects it to go.
        OwnerLessHopeful = "owner_less_hopeful",
    }
}

/// Where confidence and pace differ, if they do. Done and on track are one here.
pub fn difference(confidence: Confidence, pace: Pace) -> Option<Difference> {
    let computed = match pace {
        Pace::Done | Pace::OnTrack => Confidence::OnTrack,
        Pace::AtRisk => Confidence::AtRisk,
        Pace::OffTrack => Confidence::OffTrack,
    };
    match confidence.cmp(&computed) {
        std::cmp::Ordering::Less => Some(Difference::OwnerMoreHopeful),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(Difference::OwnerLessHopeful),
    }
}

/// From this share on an aspirational objective went well.
pub const GOOD: Decimal = Decimal::from_parts(7, 0, 0, false, 1);

/// What a share of the way, reached in the end, means for what an objective promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// All of it.
    Reached,
    /// Enough of what was brave to try.
    Good,
    /// Less than that; of what was promised, anything but all.
    Short,
}

impl Verdict {
    /// A commitment must be reached whole; of an aspiration [`GOOD`] is good. (Source: the product's rules of grading.)
    pub fn of(ambition: Ambition, share: Decimal) -> Self {
        match ambition {
            _ if share >= Decimal::ONE => Self::Reached,
            Ambition::Aspirational if share >= GOOD => Self::Good,
            Ambition::Committed | Ambition::Aspirational => Self::Short,
        }
    }
}

named! {
    /// How often a check-in is due.
    pub enum Every {
        /// Each week.
        Week = "weekly",
        /// Every second week, counted from the start.
        Fortnight = "fortnightly",
        /// Each month, on the last such weekday of the month.
        Month = "monthly",
    }
}

/// The rhythm of check-ins. A check-in is due by the end of its due date, on the owner's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cadence {
    /// How often.
    pub every: Every,
    /// On which weekday.
    pub weekday: Weekday,
}

impl Cadence {
    /// The due date that follows `last` (the date of the last check-in, or `start` when there is none), in the row of
    /// due dates that begins after `start`. A check-in settles its own date and all before it, so one on the due date
    /// itself settles it. `None` only at the end of the calendar.
    ///
    /// The row: weekly, each such weekday after `start`; fortnightly, those in the second, fourth, … week after it;
    /// monthly, the last such weekday of each month.
    pub fn due_after(self, start: NaiveDate, last: NaiveDate) -> Option<NaiveDate> {
        let last = last.max(start);
        match self.every {
            Every::Week => self.next(last),
            Every::Fortnight => {
                let first = self.next(start)?.checked_add_days(Days::new(7))?;
                let since = (last - first).num_days();
                let fortnights = if since < 0 { 0 } else { since / 14 + 1 };
                first.checked_add_days(Days::new(14 * fortnights.unsigned_abs()))
            }
            Every::Month => {
                let this = self.last_of_month(last)?;
                if this > last { Some(this) } else { self.last_of_month(first_of_next_month(last)?) }
            }
        }
    }

    /// The row of due dates that begins after `start`, up to `last`, as a schedule. Its wall times say nothing: a check-in
    /// is due by the end of the date.
    pub fn dates(self, start: NaiveDate, last: NaiveDate) -> Option<Schedule> {
        let (first, recurrence) = match self.every {
            Every::Week => (start.succ_opt()?, self.every_weeks(1, start)),
            Every::Fortnight => {
                let first = self.next(start)?.checked_add_days(Days::new(7))?;
                (first, self.every_weeks(2, first))
            }
            Every::Month => (start.succ_opt()?, Recurrence::MonthlyNth { nth: -1, weekday: self.weekday }),
        };
        let midnight = NaiveTime::MIN;
        let until = Some(last);
        Some(Schedule {
            recurrence,
            opens: midnight,
            opens_evening_before: false,
            due: midnight,
            first,
            until,
        })
    }

    fn every_weeks(self, every: u16, anchor: NaiveDate) -> Recurrence {
        Recurrence::Weekly { every, weekdays: WeekdaySet::NONE.with(self.weekday), anchor }
    }

    /// The first such weekday after `date`.
    fn next(self, date: NaiveDate) -> Option<NaiveDate> {
        let ahead = self.weekday.days_since(date.weekday());
        date.checked_add_days(Days::new(if ahead == 0 { 7 } else { ahead.into() }))
    }

    fn last_of_month(self, date: NaiveDate) -> Option<NaiveDate> {
        let end = first_of_next_month(date)?.pred_opt()?;
        end.checked_sub_days(Days::new(end.weekday().days_since(self.weekday).into()))
    }
}

fn first_of_next_month(date: NaiveDate) -> Option<NaiveDate> {
    date.with_day(1)?.checked_add_months(chrono::Months::new(1))
}

/// Working days of the owner that may pass after the due date before a key result is stale.
pub const GRACE: usize = 2;

/// Nobody is looked for further than this many days ahead: an owner who works on no day in it has no due dates.
const HORIZON: usize = 800;

/// The instant a key result grows stale when no check-in comes: the due date and [`GRACE`] further days its owner works
/// (`works`, away days do not count) have gone by in the owner's zone. `None` when the owner works no more.
pub fn stale_at(due: NaiveDate, zone: Zone, works: impl Fn(NaiveDate) -> bool) -> Option<DateTime<Utc>> {
    let mut working = due.iter_days().skip(1).take(HORIZON).filter(|date| works(*date));
    let last = working.nth(GRACE - 1)?;
    Some(first_instant(zone, last.succ_opt()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn any_date() -> impl Strategy<Value = NaiveDate> {
        (0_u64..3000).prop_map(|days| date("2024-01-01") + Days::new(days))
    }

    fn any_cadence() -> impl Strategy<Value = Cadence> {
        (0_usize..3, 0_u8..7).prop_map(|(every, weekday)| Cadence {
            every: Every::ALL[every],
            weekday: weekday.try_into().unwrap(),
        })
    }

    #[test]
    fn closed_then_stale_then_what_was_said_then_pending() {
        use Confidence as C;
        for (closed, stale, said, status) in [
            (true, true, Some(C::OnTrack), Status::Closed),
            (true, false, None, Status::Closed),
            (false, true, Some(C::OnTrack), Status::Stale),
            (false, true, None, Status::Stale),
            (false, false, Some(C::OnTrack), Status::OnTrack),
            (false, false, Some(C::AtRisk), Status::AtRisk),
            (false, false, Some(C::OffTrack), Status::OffTrack),
            (false, false, None, Status::Pending),
        ] {
            assert_eq!(Status::of(closed, stale, said), status);
        }
    }

    #[test]
    fn stale_is_never_green() {
        for said in [None].into_iter().chain(Confidence::ALL.iter().copied().map(Some)) {
            assert!(!Status::of(false, true, said).is_green());
            assert!(!Status::of(true, true, said).is_green());
        }
    }

    #[test]
    fn a_difference_is_told_once_and_by_its_direction() {
        for (said, computed, differs) in [
            (Confidence::OnTrack, Pace::Done, None),
            (Confidence::OnTrack, Pace::OnTrack, None),
            (Confidence::OnTrack, Pace::AtRisk, Some(Difference::OwnerMoreHopeful)),
            (Confidence::AtRisk, Pace::OffTrack, Some(Difference::OwnerMoreHopeful)),
            (Confidence::AtRisk, Pace::AtRisk, None),
            (Confidence::OffTrack, Pace::OnTrack, Some(Difference::OwnerLessHopeful)),
        ] {
            assert_eq!(difference(said, computed), differs, "{said} beside {computed}");
        }
    }

    #[test]
    fn a_promise_is_all_or_nothing_and_a_brave_aim_is_not() {
        use Ambition::{Aspirational, Committed};
        for (ambition, share, verdict) in [
            (Committed, dec!(1), Verdict::Reached),
            (Committed, dec!(0.999999), Verdict::Short),
            (Aspirational, dec!(1), Verdict::Reached),
            (Aspirational, dec!(0.7), Verdict::Good),
            (Aspirational, dec!(0.699999), Verdict::Short),
        ] {
            assert_eq!(Verdict::of(ambition, share), verdict, "{ambition:?} {share}");
        }
    }

    #[test]
    fn due_dates_follow_the_rhythm() {
        // The cycle starts on Monday 28 September 2026.
        for (every, weekday, last, due) in [
            (Every::Week, Weekday::Fri, "2026-09-28", "2026-10-02"),
            (Every::Week, Weekday::Mon, "2026-09-28", "2026-10-05"),
            (Every::Week, Weekday::Thu, "2026-11-12", "2026-11-19"),
            (Every::Week, Weekday::Thu, "2026-11-17", "2026-11-19"),
            (Every::Week, Weekday::Thu, "2026-11-18", "2026-11-19"),
            (Every::Week, Weekday::Thu, "2026-11-19", "2026-11-26"),
            (Every::Week, Weekday::Fri, "2026-08-01", "2026-10-02"),
            (Every::Fortnight, Weekday::Fri, "2026-09-28", "2026-10-09"),
            (Every::Fortnight, Weekday::Fri, "2026-10-08", "2026-10-09"),
            (Every::Fortnight, Weekday::Fri, "2026-10-09", "2026-10-23"),
            (Every::Fortnight, Weekday::Fri, "2026-10-13", "2026-10-23"),
            (Every::Fortnight, Weekday::Fri, "2026-10-23", "2026-11-06"),
            (Every::Month, Weekday::Fri, "2026-09-28", "2026-10-30"),
            (Every::Month, Weekday::Fri, "2026-10-30", "2026-11-27"),
            (Every::Month, Weekday::Fri, "2026-10-31", "2026-11-27"),
            (Every::Month, Weekday::Wed, "2026-09-28", "2026-09-30"),
            (Every::Month, Weekday::Thu, "2026-12-31", "2027-01-28"),
        ] {
            let cadence = Cadence { every, weekday };
            let found = cadence.due_after(date("2026-09-28"), date(last));
            assert_eq!(found, Some(date(due)), "{every} on {weekday} after {last}");
        }
    }

    #[test]
    fn two_working_days_of_the_owner_must_pass() {
        let weekdays = |date: NaiveDate| date.weekday().num_days_from_monday() < 5;
        let lisbon = Zone::parse("Europe/Lisbon").unwrap();
        let at = |text: &str| Some(text.parse().unwrap());
        // Due on Friday: Monday and Tuesday pass, stale as Wednesday begins.
        assert_eq!(stale_at(date("2026-11-13"), lisbon, weekdays), at("2026-11-18T00:00:00Z"));
        assert_eq!(stale_at(date("2026-11-11"), lisbon, weekdays), at("2026-11-14T00:00:00Z"));
        let auckland = Zone::parse("Pacific/Auckland").unwrap();
        assert_eq!(stale_at(date("2026-11-13"), auckland, weekdays), at("2026-11-17T11:00:00Z"));
        // Away from Monday to Thursday: Friday and the Monday after pass.
        let away =
            |day: NaiveDate| weekdays(day) && !(date("2026-11-16")..=date("2026-11-19")).contains(&day);
        assert_eq!(stale_at(date("2026-11-13"), lisbon, away), at("2026-11-24T00:00:00Z"));
        assert_eq!(stale_at(date("2026-11-13"), lisbon, |_| false), None);
    }

    proptest! {
        #[test]
        fn the_next_due_date_lies_ahead_on_the_weekday(start in any_date(), last in any_date(), cadence in any_cadence()) {
            let due = cadence.due_after(start, last).unwrap();
            prop_assert!(due > start.max(last));
            prop_assert_eq!(due.weekday(), cadence.weekday);
        }

        #[test]
        fn the_row_as_a_schedule_has_the_same_dates(start in any_date(), length in 0_u64..300, cadence in any_cadence()) {
            let end = start + Days::new(length);
            let schedule = cadence.dates(start, end).unwrap();
            let dates: Vec<_> = start.iter_days().take_while(|date| *date <= end).filter(|date| schedule.falls_on(*date)).collect();
            let row = std::iter::successors(cadence.due_after(start, start), |due| cadence.due_after(start, *due));
            prop_assert_eq!(dates, row.take_while(|due| *due <= end).collect::<Vec<_>>());
        }

        #[test]
        fn a_check_in_between_does_not_move_the_row(start in any_date(), ahead in 0_u64..200, cadence in any_cadence()) {
            let last = start + Days::new(ahead);
            let due = cadence.due_after(start, last).unwrap();
            let eve = due.pred_opt().unwrap();
            prop_assert_eq!(cadence.due_after(start, eve), Some(due));
            prop_assert!(cadence.due_after(start, due).unwrap() > due);
        }
    }
}
