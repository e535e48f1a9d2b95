//! A set of weekdays, small enough for one column.

use chrono::{Datelike as _, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// The week in the order it is stored; the bit of a weekday is its place here.
pub(super) const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// A set of weekdays. Stored as bits: Monday 1, Tuesday 2, … Sunday 64.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "i16", into = "i16")]
pub struct WeekdaySet(u8);

/// These bits name no set of weekdays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no set of weekdays")]
pub struct NotWeekdays(pub i16);

impl WeekdaySet {
    /// No day.
    pub const NONE: WeekdaySet = WeekdaySet(0);
    /// Monday to Friday.
    pub const MON_TO_FRI: WeekdaySet = WeekdaySet(0b001_1111);
    /// Every day.
    pub const ALL: WeekdaySet = WeekdaySet(0b111_1111);

    /// The set of these bits; `None` when they name anything but weekdays.
    pub fn from_bits(bits: i16) -> Option<WeekdaySet> {
        u8::try_from(bits).ok().map(WeekdaySet).filter(|set| set.0 <= Self::ALL.0)
    }

    /// The bits to store.
    pub fn bits(self) -> i16 {
        i16::from(self.0)
    }

    /// This set and one more weekday.
    #[must_use]
    pub fn with(self, weekday: Weekday) -> WeekdaySet {
        WeekdaySet(self.0 | bit(weekday))
    }

    /// This set without one weekday.
    #[must_use]
    pub fn without(self, weekday: Weekday) -> WeekdaySet {
        WeekdaySet(self.0 & !bit(weekday))
    }

    /// Whether the weekday is in the set.
    pub fn contains(self, weekday: Weekday) -> bool {
        self.0 & bit(weekday) != 0
    }

    /// Whether the date falls on a weekday in the set.
    pub fn falls_on(self, date: NaiveDate) -> bool {
        self.contains(date.weekday())
    }

    /// Whether no weekday is in the set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many weekdays are in the set.
    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// The weekdays of the set, Monday first.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        WEEK.into_iter().filter(move |weekday| self.contains(*weekday))
    }
}

fn bit(weekday: Weekday) -> u8 {
    1 << weekday.num_days_from_monday()
}

impl FromIterator<Weekday> for WeekdaySet {
    fn from_iter<I: IntoIterator<Item = Weekday>>(weekdays: I) -> WeekdaySet {
        weekdays.into_iter().fold(WeekdaySet::NONE, WeekdaySet::with)
    }
}

impl TryFrom<i16> for WeekdaySet {
    type Error = NotWeekdays;

    fn try_from(bits: i16) -> Result<WeekdaySet, NotWeekdays> {
        WeekdaySet::from_bits(bits).ok_or(NotWeekdays(bits))
    }
}

impl From<WeekdaySet> for i16 {
    fn from(set: WeekdaySet) -> i16 {
        set.bits()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn monday_is_the_first_bit() {
        assert_eq!(WeekdaySet::NONE.with(Weekday::Mon).bits(), 1);
        assert_eq!(WeekdaySet::NONE.with(Weekday::Sun).bits(), 64);
        assert_eq!(WEEK.into_iter().take(5).collect::<WeekdaySet>(), WeekdaySet::MON_TO_FRI);
    }

    #[test]
    fn only_seven_bits_are_weekdays() {
        for bits in 0..128 {
            let set = WeekdaySet::from_bits(bits).unwrap();
            assert_eq!((set.bits(), set.iter().collect()), (bits, set));
            assert_eq!(set.iter().count(), set.len() as usize);
        }
        for bits in [-1, 128, 256, i16::MIN, i16::MAX] {
            assert_eq!(WeekdaySet::from_bits(bits), None);
            assert!(serde_json::from_str::<WeekdaySet>(&bits.to_string()).is_err());
        }
    }

    #[test]
    fn a_weekday_comes_and_goes() {
        let set = WeekdaySet::MON_TO_FRI.without(Weekday::Wed).with(Weekday::Sat);
        assert!(set.contains(Weekday::Sat) && !set.contains(Weekday::Wed));
        assert!(WeekdaySet::NONE.is_empty() && !set.is_empty());
    }
}
