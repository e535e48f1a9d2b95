//! A cycle: the period objectives are set for, in its own zone, counted in its own working days.
//!
//! - It **opens** at the first instant of its first date and **ends** at the first instant after its last date.
//! - A **working day** of a cycle is a date on one of its weekdays that is no holiday (and that its zone has).
//! - It is **closing** from the first instant of its fifth last working day on, so five working days are left
//!   when closing begins; all of a cycle with fewer is closing.
//! - **Grading** runs from the end until the tenth working day after the last date is over, by the same weekdays; once a
//!   cycle was opened again, until the tenth working day after that date is over.
//!
//! States follow from these instants, unless somebody moved the cycle on by hand, ahead of its dates.

use std::iter::successors;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    absence::Absence,
    day::{day_span, existing_days, first_instant, start_of_day},
    weekdays::WeekdaySet,
    zone::Zone,
};

const CLOSING_WORKING_DAYS: usize = 5;
const GRADING_WORKING_DAYS: usize = 10;
/// The longest cycle: three years with a leap day.
const MOST_DAYS: i64 = 3 * 365 + 1;
/// How far after the end grading looks for working days before it gives up: a year.
const GRADING_HORIZON: usize = 366;

/// The period objectives are set for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cycle {
    /// The first date.
    pub first: NaiveDate,
    /// The last date, included.
    pub last: NaiveDate,
    /// Whose midnights open and end it and its days.
    pub zone: Zone,
    /// The weekdays progress is expected on.
    pub weekdays: WeekdaySet,
    /// The dates on which it is not.
    #[serde(default)]
    pub holidays: Absence,
    /// The state somebody moved it on to. It holds until the dates have caught up with it.
    #[serde(default)]
    pub by_hand: Option<CycleState>,
    /// The date somebody opened it again on after it was closed.
    #[serde(default)]
    pub reopened: Option<NaiveDate>,
}

/// Where a cycle stands, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CycleState {
    /// Not open yet: everything can be edited, nobody is reminded.
    Draft,
    /// Open.
    Active,
    /// In its last five working days.
    Closing,
    /// Over; scores are being given.
    Grading,
    /// Over and graded.
    Closed,
}

/// Why this is no cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CycleFault {
    /// The last date is before the first.
    #[error("a cycle ends on or after its first date")]
    EndsBeforeFirst,
    /// It is longer than three years.
    #[error("a cycle lasts three years at most")]
    TooLong,
    /// None of its dates is a working day.
    #[error("a cycle needs at least one working day")]
    NoWorkingDay,
}

impl CycleState {
    /// Every state, in order.
    pub const ALL: [CycleState; 5] =
        [CycleState::Draft, CycleState::Active, CycleState::Closing, CycleState::Grading, CycleState::Closed];

    /// The word as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            CycleState::Draft => "draft",
            CycleState::Active => "active",
            CycleState::Closing => "closing",
            CycleState::Grading => "grading",
            CycleState::Closed => "closed",
        }
    }

    /// The state a stored word stands for.
    pub fn parse(word: &str) -> Option<CycleState> {
        CycleState::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

impl Cycle {
    /// Whether this can be a cycle; asked once, when someone writes it.
    pub fn check(&self) -> Result<(), CycleFault> {
        match (self.last - self.first).num_days() {
            ..0 => Err(CycleFault::EndsBeforeFirst),
            MOST_DAYS.. => Err(CycleFault::TooLong),
            _ if self.working_days() == 0 => Err(CycleFault::NoWorkingDay),
            _ => Ok(()),
        }
    }

    /// When it opens.
    pub fn opens(&self) -> DateTime<Utc> {
        first_instant(self.zone, self.first)
    }

    /// When its last five working days begin.
    pub fn closing(&self) -> DateTime<Utc> {
        successors(Some(self.last), NaiveDate::pred_opt)
            .take_while(|date| self.first <= *date)
            .filter(|date| self.is_working_day(*date))
            .nth(CLOSING_WORKING_DAYS - 1)
            .map_or_else(|| self.opens(), |date| first_instant(self.zone, date))
    }

    /// When it ends.
    pub fn ends(&self) -> DateTime<Utc> {
        after(self.zone, self.last)
    }

    /// When grading ends: after the tenth working day that follows the last date, or the date it was opened again on if
    /// that is later.
    pub fn grading_ends(&self) -> DateTime<Utc> {
        let from = self.reopened.map_or(self.last, |reopened| reopened.max(self.last));
        let days = successors(from.succ_opt(), NaiveDate::succ_opt).take(GRADING_HORIZON);
        days.filter(|date| self.is_working_day(*date))
            .nth(GRADING_WORKING_DAYS - 1)
            .map_or_else(|| after(self.zone, from), |date| after(self.zone, date))
    }

    /// The cycle opened again at an instant, to be graded anew: for ten working days, or as long as its dates say.
    pub fn opened_again(self, now: DateTime<Utc>) -> Self {
        let open = Self { reopened: Some(self.zone.date_at(now)), by_hand: None, ..self };
        let by_hand = (open.dated_state_at(now) < CycleState::Grading).then_some(CycleState::Grading);
        Self { by_hand, ..open }
    }

    /// Where it stands at an instant: by its dates, or further on where somebody moved it.
    pub fn state_at(&self, now: DateTime<Utc>) -> CycleState {
        self.dated_state_at(now).max(self.by_hand.unwrap_or(CycleState::Draft))
    }

    /// Where its dates alone would have it stand at an instant.
    pub fn dated_state_at(&self, now: DateTime<Utc>) -> CycleState {
        let passed = self.turns().into_iter().rev().find(|(turn, _)| *turn <= now);
        passed.map_or(CycleState::Draft, |(_, state)| state)
    }

    /// The next instant after `now` at which its state changes; `None` once it is closed.
    pub fn next_turn(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let state = self.state_at(now);
        self.turns().into_iter().find(|(turn, next)| now < *turn && state < *next).map(|(turn, _)| turn)
    }

    /// The instants its dates turn it at, in order, each with the state that begins.
    pub fn turns(&self) -> [(DateTime<Utc>, CycleState); 4] {
        [
            (self.opens(), CycleState::Active),
            (self.closing(), CycleState::Closing),
            (self.ends(), CycleState::Grading),
            (self.grading_ends(), CycleState::Closed),
        ]
    }

    /// Its local days, in order; dates its zone leaves out are not among them.
    pub fn days(&self) -> impl Iterator<Item = NaiveDate> {
        existing_days(self.zone, self.first..=self.last)
    }

    /// Its local days that are over at an instant, in order: those that have a snapshot by then.
    pub fn days_over(&self, now: DateTime<Utc>) -> impl Iterator<Item = NaiveDate> {
        self.days().take_while(move |date| day_span(self.zone, *date).is_some_and(|day| day.end <= now))
    }

    /// Whether progress is expected on this date by the cycle's weekdays and holidays; also asked of dates
    /// after its last, for grading.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        self.weekdays.falls_on(date)
            && !self.holidays.contains(date)
            && start_of_day(self.zone, date).is_some()
    }

    /// How many working days it has.
    pub fn working_days(&self) -> usize {
        self.working_days_elapsed(self.last)
    }

    /// How many of its working days have passed at the end of this local date: none before its first date, all
    /// from its last date on.
    pub fn working_days_elapsed(&self, date: NaiveDate) -> usize {
        let until = date.min(self.last);
        self.first.iter_days().take_while(|day| *day <= until).filter(|day| self.is_working_day(*day)).count()
    }

    /// The share of its working days that have passed at the end of this local date, 0 to 1:
    /// [`Self::working_days_elapsed`] ÷ [`Self::working_days`], not rounded beyond the 28 digits of a decimal.
    /// A cycle without working days has passed once its last date has.
    pub fn share_elapsed(&self, date: NaiveDate) -> Decimal {
        let elapsed = Decimal::from(self.working_days_elapsed(date));
        let whole = Decimal::from(self.working_days());
        elapsed.checked_div(whole).unwrap_or_else(|| Decimal::from(u8::from(self.last <= date)))
    }

    /// Which week of how many a date lies in, both counted from 1: "week 8 of 13". Weeks are seven days long
    /// from the first date on; a cycle has its days ÷ 7 weeks, rounded, and days left over belong to the last, so
    /// that a quarter has 13 whichever weekday it begins on. `None` outside the cycle.
    pub fn week_of(&self, date: NaiveDate) -> Option<(i64, i64)> {
        if date < self.first || self.last < date {
            return None;
        }
        let days = (self.last - self.first).num_days() + 1;
        let weeks = ((days + 3) / 7).max(1);
        let week = (date - self.first).num_days() / 7 + 1;
        Some((week.min(weeks), weeks))
    }
}

/// The first instant after a local date.
fn after(zone: Zone, date: NaiveDate) -> DateTime<Utc> {
    first_instant(zone, date.succ_opt().unwrap_or(date))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::samples::{any_zone, at, date, zone};

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    /// Thursday 1 October to Thursday 31 December.
    fn fourth_quarter(zone_name: &str) -> Cycle {
        Cycle {
            first: date("2026-10-01"),
            last: date("2026-12-31"),
            zone: zone(zone_name),
            weekdays: WeekdaySet::MON_TO_FRI,
            holidays: Absence::NONE,
            by_hand: None,
            reopened: None,
        }
    }

    #[test]
    fn it_turns_at_midnights_of_its_own_zone() {
        let lisbon = fourth_quarter("Europe/Lisbon");
        assert_eq!(lisbon.opens(), at("2026-09-30T23:00:00Z"));
        assert_eq!(lisbon.closing(), at("2026-12-25T00:00:00Z"), "25, 28, 29, 30 and 31 December are left");
        assert_eq!(lisbon.ends(), at("2027-01-01T00:00:00Z"));
        assert_eq!(lisbon.grading_ends(), at("2027-01-15T00:00:00Z"), "1 to 14 January are ten working days");
        let auckland = fourth_quarter("Pacific/Auckland");
        assert_eq!(auckland.opens(), at("2026-09-30T11:00:00Z"));
        assert_eq!(auckland.ends(), at("2026-12-31T11:00:00Z"));
    }

    #[test]
    fn holidays_move_closing_and_grading() {
        let holidays = ["2026-12-25", "2027-01-01"].map(date).into_iter().collect();
        let cycle = Cycle { holidays, ..fourth_quarter("Europe/Lisbon") };
        assert_eq!(cycle.closing(), at("2026-12-24T00:00:00Z"));
        assert_eq!(cycle.grading_ends(), at("2027-01-16T00:00:00Z"));
        assert_eq!(cycle.working_days(), fourth_quarter("Europe/Lisbon").working_days() - 1);
    }

    #[test]
    fn each_state_begins_at_its_instant() {
        let cycle = fourth_quarter("America/New_York");
        let turns = [cycle.opens(), cycle.closing(), cycle.ends(), cycle.grading_ends()];
        let moment = chrono::TimeDelta::nanoseconds(1);
        for (turn, states) in turns.into_iter().zip(CycleState::ALL.windows(2)) {
            assert_eq!(cycle.state_at(turn - moment), states[0]);
            assert_eq!(cycle.state_at(turn), states[1]);
            assert_eq!(cycle.next_turn(turn - moment), Some(turn));
        }
        assert_eq!(cycle.next_turn(cycle.grading_ends()), None);
    }

    #[test]
    fn by_hand_a_cycle_is_moved_on_and_never_back() {
        let moved = |to| Cycle { by_hand: Some(to), ..fourth_quarter("Europe/Lisbon") };
        let (before, within) = (at("2026-09-01T00:00:00Z"), at("2026-11-17T09:24:00Z"));
        let early = moved(CycleState::Active);
        assert_eq!(
            (early.state_at(before), early.dated_state_at(before)),
            (CycleState::Active, CycleState::Draft)
        );
        assert_eq!(early.next_turn(before), Some(early.closing()), "its opening changes nothing any more");
        let graded = moved(CycleState::Grading);
        assert_eq!(
            (graded.state_at(within), graded.next_turn(within)),
            (CycleState::Grading, Some(graded.grading_ends()))
        );
        assert_eq!(graded.state_at(graded.grading_ends()), CycleState::Closed, "its dates have caught up");
        let closed = moved(CycleState::Closed);
        assert_eq!((closed.state_at(within), closed.next_turn(within)), (CycleState::Closed, None));
    }

    #[test]
    fn opened_again_it_is_graded_for_ten_working_days_more() {
        // Closed by its dates on 15 January; opened again on Wednesday 20 January.
        let late = at("2027-01-20T09:00:00Z");
        let cycle = fourth_quarter("Europe/Lisbon");
        assert_eq!(cycle.state_at(late), CycleState::Closed);
        let again = cycle.clone().opened_again(late);
        assert_eq!(
            (again.state_at(late), again.next_turn(late), again.by_hand),
            (CycleState::Grading, Some(at("2027-02-04T00:00:00Z")), None)
        );
        assert_eq!(
            again.state_at(at("2027-02-04T00:00:00Z")),
            CycleState::Closed,
            "and closes by itself then"
        );
        // Closed by hand in November: it is graded from now on, and its dates close it.
        let within = at("2026-11-17T09:24:00Z");
        let early = Cycle { by_hand: Some(CycleState::Closed), ..cycle }.opened_again(within);
        assert_eq!(
            (early.state_at(within), early.grading_ends()),
            (CycleState::Grading, at("2027-01-15T00:00:00Z"))
        );
    }

    #[test]
    fn a_state_survives_being_stored() {
        for state in CycleState::ALL {
            assert_eq!(CycleState::parse(state.as_str()), Some(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
        assert_eq!(CycleState::parse("over"), None);
    }

    #[test]
    fn a_cycle_of_few_working_days_opens_closing() {
        let cycle = Cycle { last: date("2026-10-06"), ..fourth_quarter("Europe/Lisbon") };
        assert_eq!(cycle.working_days(), 4);
        assert_eq!(cycle.closing(), cycle.opens());
        assert_eq!(cycle.state_at(cycle.opens()), CycleState::Closing);
    }

    #[test]
    fn the_share_counts_working_days_at_the_end_of_the_day() {
        let week =
            Cycle { first: date("2026-11-16"), last: date("2026-11-22"), ..fourth_quarter("Europe/Lisbon") };
        let shares = [
            ("2026-11-15", decimal("0")),
            ("2026-11-16", decimal("0.2")),
            ("2026-11-18", decimal("0.6")),
            ("2026-11-20", decimal("1")),
            ("2026-11-22", decimal("1")),
            ("2027-11-22", decimal("1")),
        ];
        for (day, share) in shares {
            assert_eq!(week.share_elapsed(date(day)), share, "{day}");
        }
    }

    #[test]
    fn a_cycle_without_working_days_has_passed_with_its_last_date() {
        let cycle = Cycle { weekdays: WeekdaySet::NONE, ..fourth_quarter("Europe/Lisbon") };
        assert_eq!(cycle.share_elapsed(date("2026-12-30")), decimal("0"));
        assert_eq!(cycle.share_elapsed(date("2026-12-31")), decimal("1"));
        assert_eq!(cycle.grading_ends(), cycle.ends());
    }

    #[test]
    fn a_date_the_zone_leaves_out_is_no_day_of_the_cycle() {
        let samoa =
            Cycle { first: date("2011-12-26"), last: date("2012-01-01"), ..fourth_quarter("Pacific/Apia") };
        assert_eq!(samoa.days().count(), 6);
        assert_eq!(samoa.working_days(), 4, "there was no Friday that week");
        let until_friday = Cycle { last: date("2011-12-30"), ..samoa };
        assert_eq!(until_friday.ends(), at("2011-12-30T10:00:00Z"), "Saturday began where Thursday ended");
    }

    #[test]
    fn days_are_over_when_the_next_begins() {
        let cycle = fourth_quarter("Asia/Kathmandu");
        assert_eq!(cycle.days_over(cycle.opens()).count(), 0);
        assert_eq!(cycle.days_over(at("2026-10-02T18:14:59Z")).last(), Some(date("2026-10-01")));
        assert_eq!(cycle.days_over(at("2026-10-02T18:15:00Z")).last(), Some(date("2026-10-02")));
        assert_eq!(cycle.days_over(at("2028-01-01T00:00:00Z")).count(), 92);
    }

    #[test]
    fn a_quarter_has_thirteen_weeks() {
        let cycle = fourth_quarter("Europe/Lisbon");
        assert_eq!(cycle.week_of(date("2026-10-01")), Some((1, 13)));
        assert_eq!(cycle.week_of(date("2026-11-22")), Some((8, 13)));
        assert_eq!(cycle.week_of(date("2026-12-31")), Some((13, 13)));
        assert_eq!(cycle.week_of(date("2026-09-30")), None);
        assert_eq!(cycle.week_of(date("2027-01-01")), None);
        let short = Cycle { last: date("2026-10-02"), ..cycle };
        assert_eq!(short.week_of(date("2026-10-02")), Some((1, 1)));
    }

    #[test]
    fn impossible_cycles_are_refused() {
        let cycle = fourth_quarter("Europe/Lisbon");
        let ending = |last: &str| Cycle { last: date(last), ..fourth_quarter("Europe/Lisbon") }.check();
        assert_eq!(cycle.check(), Ok(()));
        assert_eq!(ending("2026-09-30"), Err(CycleFault::EndsBeforeFirst));
        assert_eq!(ending("2029-09-30"), Ok(()));
        assert_eq!(ending("2029-10-01"), Err(CycleFault::TooLong));
        assert_eq!(
            Cycle { first: date("2026-10-03"), last: date("2026-10-04"), ..cycle }.check(),
            Err(CycleFault::NoWorkingDay)
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_share_grows_by_working_days_only(
            zone in any_zone(), start in 0u64..2000, length in 0u64..100, bits in 1i16..128,
        ) {
            let first = date("2024-01-01") + chrono::Days::new(start);
            let weekdays = WeekdaySet::from_bits(bits).unwrap();
            let last = first + chrono::Days::new(length);
            let cycle = Cycle { first, last, zone, weekdays, holidays: Absence::NONE, by_hand: None, reopened: None };
            let (mut share, mut days) = (Decimal::ZERO, 0);
            for date in cycle.days() {
                let now = cycle.share_elapsed(date);
                days += usize::from(weekdays.falls_on(date));
                prop_assert_eq!(cycle.working_days_elapsed(date), days);
                prop_assert!(share <= now && now <= Decimal::ONE);
                prop_assert!(weekdays.falls_on(date) || now == share || date == last);
                share = now;
            }
            prop_assert_eq!(share, Decimal::ONE);
        }

        #[test]
        fn states_follow_each_other(zone in any_zone(), start in 0u64..2000, length in 0u64..400) {
            let first = date("2024-01-01") + chrono::Days::new(start);
            let cycle = Cycle {
                first, last: first + chrono::Days::new(length), zone,
                weekdays: WeekdaySet::MON_TO_FRI, holidays: Absence::NONE, by_hand: None, reopened: None,
            };
            prop_assert!(cycle.opens() <= cycle.closing());
            prop_assert!(cycle.closing() <= cycle.ends());
            prop_assert!(cycle.ends() < cycle.grading_ends());
        }
    }
}
