//! How this room's words are stored, and the one word that is only stored: what kind of promise an objective is.

use super::measure::{Kind, PaceRule};
use super::pace::Pace;
use super::status::{Confidence, Every, Status};
use super::unit::Quantity;
use chrono::Weekday;

crate::stored_as_text!(Kind, PaceRule, Pace, Confidence, Status, Every, Quantity);

crate::stored_word! {
    /// What an objective promises.
    pub enum Ambition {
        /// It is to be reached whole.
        Committed = "committed",
        /// It is a brave one: about 0.7 of it is good.
        Aspirational = "aspirational",
    }
}

crate::stored_word! {
    /// What becomes of a key result once its cycle is graded.
    pub enum Outlook {
        /// It is done with.
        Done = "done",
        /// It goes on in a later cycle.
        Carry = "carry",
        /// It is let go.
        Drop = "drop",
    }
}

/// The weekday with this ISO number, Monday being 1; `None` for a number that is none.
pub fn weekday(iso: i16) -> Option<Weekday> {
    Weekday::try_from(u8::try_from(iso.checked_sub(1)?).ok()?).ok()
}

/// The ISO number of a weekday, Monday being 1.
pub fn iso(weekday: Weekday) -> i16 {
    i16::try_from(weekday.number_from_monday()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_are_read_back() {
        for day in 1..=7 {
            assert_eq!(weekday(day).map(iso), Some(day));
        }
        assert_eq!([0, 8, -1, i16::MIN].map(weekday), [None; 4]);
    }
}
