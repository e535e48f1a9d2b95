//! When an update goes out that is written ahead, and which day it is for. Pure.

use super::turns::Turns;
use crate::calendar::Zone;
use crate::calendar::local::{Edge, resolve};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

/// How far ahead an update may be written.
const FARTHEST: TimeDelta = TimeDelta::days(14);

stored_word! {
    /// Why an update that was to go out later is a draft again.
    pub enum Returned {
        /// Its author is away that day.
        Away = "away",
        /// They are not asked there any more.
        Gone = "gone",
        /// They had posted for that day.
        Taken = "taken",
        /// Something in it could not be read any more.
        Refused = "refused",
    }
}

/// A date and a time of the author's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// The date.
    pub date: NaiveDate,
    /// The time.
    pub time: NaiveTime,
}

/// Why a wish can't be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// The clock leaves that day out.
    NoSuchDay,
    /// It is past.
    Past,
    /// It is more than two weeks ahead.
    Far,
}

impl Wish {
    /// The instant it means in a zone. Where clocks go forward over it, the first one after; where they go back, the
    /// earlier one.
    ///
    /// # Errors
    /// An [`Unfit`] wish.
    pub fn instant(self, zone: Zone, now: DateTime<Utc>) -> Result<DateTime<Utc>, Unfit> {
        let at = resolve(zone, self.date, self.time, Edge::Opening).ok_or(Unfit::NoSuchDay)?;
        match at {
            at if at <= now => Err(Unfit::Past),
            at if at > now + FARTHEST => Err(Unfit::Far),
            at => Ok(at),
        }
    }
}

/// The day an update is for that was written in the form of `form` and goes out at `at`: that form's as long as its window
/// is not over by then, and when it fills in an earlier day; else the day it goes out on. `None` when it could not be posted
/// then.
pub fn day_of(turns: Turns<'_>, form: NaiveDate, at: DateTime<Utc>, now: DateTime<Utc>) -> Option<NaiveDate> {
    let in_time = turns.occurrence(form).is_some_and(|it| at < it.due);
    let date = if form < turns.today(now) || in_time { form } else { turns.today(at) };
    turns.may_write(date, at).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::WeekdaySet;
    use crate::standup::samples::{date, person, standup, version};
    use chrono::Weekday;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn gaps_folds_and_days_left_out() {
        for (zone, wish, now, found) in [
            ("Europe/Lisbon", "2026-11-19 09:00", "2026-11-17T09:00:00Z", Ok("2026-11-19T09:00:00Z")),
            ("Europe/Lisbon", "2027-03-28 01:30", "2027-03-27T09:00:00Z", Ok("2027-03-28T01:00:00Z")),
            ("Europe/Lisbon", "2026-10-25 01:30", "2026-10-24T09:00:00Z", Ok("2026-10-25T00:30:00Z")),
            ("Europe/Lisbon", "2026-11-17 09:00", "2026-11-17T09:00:00Z", Err(Unfit::Past)),
            ("Europe/Lisbon", "2026-12-02 09:00", "2026-11-17T09:00:00Z", Err(Unfit::Far)),
            ("Pacific/Apia", "2011-12-30 09:00", "2011-12-29T09:00:00Z", Err(Unfit::NoSuchDay)),
        ] {
            let (day, time) = wish.split_once(' ').unwrap();
            let wish = Wish { date: date(day), time: format!("{time}:00").parse().unwrap() };
            assert_eq!(wish.instant(Zone::parse(zone).unwrap(), at(now)), found.map(at), "{zone} {wish:?}");
        }
    }

    #[test]
    fn it_is_for_the_form_s_day_while_that_lasts() {
        let weekdays: WeekdaySet = [Weekday::Tue, Weekday::Wed, Weekday::Thu].into_iter().collect();
        let mut evening = version("2026-11-02", None, weekdays);
        evening.schedule.opens = "18:00:00".parse().unwrap();
        evening.schedule.opens_evening_before = true;
        let (standup, ines) = (standup(vec![evening]), person("Inês Duarte", "Europe/Lisbon"));
        let turns = Turns { standup: &standup, person: &ines };
        let now = at("2026-11-17T10:00:00Z");
        for (form, goes, day) in [
            ("2026-11-17", "2026-11-17T14:00:00Z", Some("2026-11-17")),
            ("2026-11-17", "2026-11-18T09:00:00Z", Some("2026-11-18")),
            ("2026-11-18", "2026-11-17T20:00:00Z", Some("2026-11-18")),
            ("2026-11-18", "2026-11-18T08:00:00Z", Some("2026-11-18")),
            ("2026-11-12", "2026-11-18T09:00:00Z", Some("2026-11-12")),
            ("2026-11-04", "2026-11-19T09:00:00Z", None),
            ("2026-11-17", "2026-11-21T09:00:00Z", Some("2026-11-21")),
        ] {
            assert_eq!(day_of(turns, date(form), at(goes), now), day.map(date), "{form} {goes}");
        }
    }
}
