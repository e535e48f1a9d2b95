//! Days and times of day as people write them. These are readings of somebody's calendar and clock:
//! whoever calls has already chosen the zone.

use super::{Given, Locale, Words};
use chrono::{Datelike, NaiveDate, NaiveTime, Timelike, Weekday};
use icu_calendar::{Date, Gregorian};
use icu_datetime::{
    DateTimeFormatterLoadError, FixedCalendarDateTimeFormatter,
    fieldsets::{E, M, MD, MDE, YM, YMD},
};
use std::fmt::Display;

type Format<Fields> = FixedCalendarDateTimeFormatter<Gregorian, Fields>;

/// What ICU4X needs for the dates of one language. Made once in each thread: its parts are not `Sync`.
struct Dates {
    long: Format<MDE>,
    year: Format<YMD>,
    short: Format<MD>,
    weekday_long: Format<E>,
    weekday_short: Format<E>,
    month: Format<M>,
    month_year: Format<YM>,
}

impl Dates {
    #[expect(clippy::expect_used, reason = "the data are compiled in; a test makes one for every locale")]
    fn of(locale: Locale) -> Self {
        Self::load(&locale.unicode()).expect("compiled date formats")
    }

    fn load(unicode: &icu_locale_core::Locale) -> Result<Self, DateTimeFormatterLoadError> {
        Ok(Self {
            long: Format::try_new(unicode.into(), MDE::long())?,
            year: Format::try_new(unicode.into(), YMD::long())?,
            short: Format::try_new(unicode.into(), MD::medium())?,
            weekday_long: Format::try_new(unicode.into(), E::long())?,
            weekday_short: Format::try_new(unicode.into(), E::short())?,
            month: Format::try_new(unicode.into(), M::long())?,
            month_year: Format::try_new(unicode.into(), YM::long())?,
        })
    }
}

thread_local! {
    static ENGLISH: Dates = Dates::of(Locale::English);
}

fn with<T>(locale: Locale, f: impl FnOnce(&Dates) -> T) -> T {
    match locale {
        Locale::English => ENGLISH.with(f),
    }
}

/// The date in the calendar that ICU4X formats. A year beyond its range is written as ISO 8601.
fn write<D: Display>(date: NaiveDate, format: impl FnOnce(&Date<Gregorian>) -> D) -> String {
    let (month, day) = (u8::try_from(date.month()), u8::try_from(date.day()));
    match (month, day) {
        (Ok(month), Ok(day)) => Date::try_new_gregorian(date.year(), month, day)
            .map_or_else(|_| date.to_string(), |date| format(&date).to_string()),
        _ => date.to_string(),
    }
}

/// Some date on that weekday: ICU4X names a weekday by a date.
fn some(weekday: Weekday) -> NaiveDate {
    NaiveDate::from_isoywd_opt(2024, 1, weekday).unwrap_or_default()
}

impl Words {
    /// `Tuesday 17 November`
    #[must_use]
    pub fn date_long(&self, date: impl Given<NaiveDate>) -> String {
        with(self.locale, |f| write(date.value(), |d| f.long.format(d)))
    }

    /// `17 November 2026`
    #[must_use]
    pub fn date_year(&self, date: impl Given<NaiveDate>) -> String {
        with(self.locale, |f| write(date.value(), |d| f.year.format(d)))
    }

    /// `17 Nov`
    #[must_use]
    pub fn date_short(&self, date: impl Given<NaiveDate>) -> String {
        with(self.locale, |f| write(date.value(), |d| f.short.format(d)))
    }

    /// `Tuesday`
    #[must_use]
    pub fn weekday_long(&self, weekday: impl Given<Weekday>) -> String {
        with(self.locale, |f| write(some(weekday.value()), |d| f.weekday_long.format(d)))
    }

    /// `Tue`
    #[must_use]
    pub fn weekday_short(&self, weekday: impl Given<Weekday>) -> String {
        with(self.locale, |f| write(some(weekday.value()), |d| f.weekday_short.format(d)))
    }

    /// The month of a date: `November`
    #[must_use]
    pub fn month(&self, date: impl Given<NaiveDate>) -> String {
        with(self.locale, |f| write(date.value(), |d| f.month.format(d)))
    }

    /// The month of a date with its year: `November 2026`
    #[must_use]
    pub fn month_year(&self, date: impl Given<NaiveDate>) -> String {
        with(self.locale, |f| write(date.value(), |d| f.month_year.format(d)))
    }

    /// `09:24`. On a clock of 24 hours in every language we speak, so nothing is asked of CLDR.
    #[must_use]
    pub fn time(&self, time: impl Given<NaiveTime>) -> String {
        let time = time.value();
        format!("{:02}:{:02}", time.hour(), time.minute())
    }

    /// `morning` from 05:00, `afternoon` from 12:00, `evening` from 18:00, `night` from 22:00.
    #[must_use]
    pub fn part_of_day(&self, time: impl Given<NaiveTime>) -> &'static str {
        match time.value().hour() {
            5..12 => self.language_morning(),
            12..18 => self.language_afternoon(),
            18..22 => self.language_evening(),
            _ => self.language_night(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Words = Words::of(Locale::English);

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn time(text: &str) -> NaiveTime {
        text.parse().unwrap()
    }

    #[test]
    fn every_locale_has_its_formats() {
        for locale in Locale::ALL {
            assert!(!Words::of(locale).date_long(date("2026-11-17")).is_empty());
        }
    }

    #[test]
    fn dates() {
        let day = date("2026-11-17");
        assert_eq!(T.date_long(day), "Tuesday 17 November");
        assert_eq!(T.date_year(day), "17 November 2026");
        assert_eq!(T.date_short(day), "17 Nov");
        assert_eq!(T.month(day), "November");
        assert_eq!(T.month_year(day), "November 2026");
        assert_eq!(T.date_year(date("2024-02-29")), "29 February 2024");
        assert_eq!(T.date_short(date("2026-09-01")), "1 Sept");
        assert_eq!(T.date_year(NaiveDate::MAX), NaiveDate::MAX.to_string());
    }

    #[test]
    fn weekdays() {
        for (day, long, short) in [
            (Weekday::Mon, "Monday", "Mon"),
            (Weekday::Tue, "Tuesday", "Tue"),
            (Weekday::Wed, "Wednesday", "Wed"),
            (Weekday::Thu, "Thursday", "Thu"),
            (Weekday::Fri, "Friday", "Fri"),
            (Weekday::Sat, "Saturday", "Sat"),
            (Weekday::Sun, "Sunday", "Sun"),
        ] {
            assert_eq!((T.weekday_long(day), T.weekday_short(day)), (long.to_owned(), short.to_owned()));
        }
    }

    #[test]
    fn times_and_parts_of_the_day() {
        assert_eq!(T.time(time("09:24:59")), "09:24");
        assert_eq!(T.time(time("00:00:00")), "00:00");
        for (at, part) in [
            ("00:00:00", "night"),
            ("04:59:59", "night"),
            ("05:00:00", "morning"),
            ("11:59:59", "morning"),
            ("12:00:00", "afternoon"),
            ("17:59:59", "afternoon"),
            ("18:00:00", "evening"),
            ("21:59:59", "evening"),
            ("22:00:00", "night"),
        ] {
            assert_eq!(T.part_of_day(time(at)), part, "{at}");
        }
    }
}
