//! What stands in one cell: dates and numbers as people all over the world write them, and words.
//!
//! Where a cell can mean two things, it means neither: the file as a whole may settle it (another date that can only be read
//! one way), or the person says how it is written.

use crate::language::{Locale, NumberFault, Words};
use crate::okr::unit::{Unit, Unread};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};
use rust_decimal::Decimal;

crate::stored_word! {
    /// Which comes first in `03/04/2026`.
    pub enum DateOrder {
        /// The day: 3 April.
        Day = "day",
        /// The month: 4 March.
        Month = "month",
    }
}

crate::stored_word! {
    /// What stands before decimals.
    pub enum DecimalSign {
        /// `5,9`, and `1.234` is more than a thousand.
        Comma = "comma",
        /// `5.9`, and `1,234` is more than a thousand.
        Point = "point",
    }
}

/// A date, as exactly as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A day.
    Day(NaiveDate),
    /// A time of day on somebody's clock.
    Wall(NaiveDateTime),
    /// An instant, and what the clock there showed.
    Instant(DateTime<FixedOffset>),
}

impl When {
    /// The day that was written.
    pub fn date(self) -> NaiveDate {
        match self {
            Self::Day(date) => date,
            Self::Wall(time) => time.date(),
            Self::Instant(time) => time.naive_local().date(),
        }
    }
}

/// Why a cell holds no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateFault {
    /// It can be read day first or month first.
    Ambiguous {
        /// Read day first.
        day: NaiveDate,
        /// Read month first.
        month: NaiveDate,
    },
    /// Its year has two digits.
    ShortYear,
    /// It is none that we know how to read, or none of the calendar.
    Unreadable,
}

/// The three numbers of a date and what stands between them.
struct Parts<'a> {
    numbers: [&'a str; 3],
    sign: char,
}

/// The date at the beginning of a cell, and what follows it.
fn parts(text: &str) -> Option<(Parts<'_>, &str)> {
    let end = text.find([' ', 'T', 't']).unwrap_or(text.len());
    let (date, rest) = text.split_at(end);
    let sign = date.chars().find(|c| !c.is_ascii_digit())?;
    let mut numbers = date.split(sign);
    let (Some(a), Some(b), Some(c), None) = (numbers.next(), numbers.next(), numbers.next(), numbers.next())
    else {
        return None;
    };
    let numbers = [a, b, c];
    let plain = |text: &&str| (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    (matches!(sign, '-' | '/' | '.') && numbers.iter().all(plain)).then_some((Parts { numbers, sign }, rest))
}

/// The order a written date proves by itself: `25/12/2026` can only begin with the day.
pub fn proven_order(text: &str) -> Option<DateOrder> {
    let (Parts { numbers: [a, b, year], sign }, _) = parts(text.trim())?;
    let (a, b): (u32, u32) = (a.parse().ok()?, b.parse().ok()?);
    match (year.len() == 4 && sign != '.', a > 12, b > 12) {
        (true, true, false) => Some(DateOrder::Day),
        (true, false, true) => Some(DateOrder::Month),
        _ => None,
    }
}

/// Reads a date, perhaps with a time: `2026-10-02`, `2.10.2026`, `2026-10-02 09:00`, `2026-10-02T09:00:00+01:00`. Slashes
/// are read in the order given; with points the day comes first everywhere.
///
/// # Errors
/// See [`DateFault`].
pub fn date(text: &str, order: Option<DateOrder>) -> Result<When, DateFault> {
    let (Parts { numbers: [a, b, c], sign }, rest) = parts(text.trim()).ok_or(DateFault::Unreadable)?;
    let of = |year: &str, month: &str, day: &str| {
        let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        NaiveDate::from_ymd_opt(year, month, day)
    };
    let date = match (a.len(), c.len()) {
        (4, 1 | 2) => of(a, b, c),
        (1 | 2, 4) if sign == '.' => of(c, b, a),
        (1 | 2, 4) => match (of(c, b, a), of(c, a, b), order) {
            (Some(day), Some(month), None) if day != month => {
                return Err(DateFault::Ambiguous { day, month });
            }
            (day, month, None) => day.or(month),
            (day, _, Some(DateOrder::Day)) => day,
            (_, month, Some(DateOrder::Month)) => month,
        },
        (1 | 2, 1 | 2) => return Err(DateFault::ShortYear),
        _ => None,
    };
    let date = date.ok_or(DateFault::Unreadable)?;
    time(date, rest.trim_start_matches([' ', 'T', 't'])).ok_or(DateFault::Unreadable)
}

/// The time that follows a date: nothing, `09:00`, `09:00:30.5`, with `Z`, `UTC` or `+01:00` behind it.
fn time(date: NaiveDate, rest: &str) -> Option<When> {
    if rest.is_empty() {
        return Some(When::Day(date));
    }
    let utc = ["UTC", "Z", "z"].into_iter().find_map(|mark| rest.strip_suffix(mark));
    let sign = rest.rfind(['+', '-', '\u{2212}']);
    let (clock, offset) = match (utc, sign) {
        (Some(clock), _) => (clock, Some("+00:00".to_owned())),
        (None, Some(at)) => {
            let (clock, offset) = rest.split_at(at);
            (clock, Some(offset.replace('\u{2212}', "-")))
        }
        (None, None) => (rest, None),
    };
    let read = |format| NaiveTime::parse_from_str(clock.trim(), format).ok();
    let wall = date.and_time(read("%H:%M").or_else(|| read("%H:%M:%S%.f"))?);
    match offset {
        None => Some(When::Wall(wall)),
        Some(offset) => {
            let offset: FixedOffset = offset.trim().parse().ok()?;
            wall.and_local_timezone(offset).single().map(When::Instant)
        }
    }
}

/// Why a cell holds no number that can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueFault {
    /// `1,234` can be more than a thousand, or a little more than one.
    Ambiguous {
        /// Read as grouped.
        grouped: Decimal,
        /// Read as a decimal.
        decimal: Decimal,
    },
    /// It can't be read in its unit.
    Unread(Unread),
}

/// The number in a cell, without a sign of money or percent around it, and what it holds of commas and points.
fn core(text: &str) -> Option<&str> {
    let core = text.trim_matches(|c: char| !c.is_ascii_digit());
    let plain = |c: char| {
        c.is_ascii_digit() || matches!(c, ',' | '.' | ' ' | '\'' | '\u{2019}' | '\u{a0}' | '\u{202f}')
    };
    (!core.is_empty() && core.chars().all(plain)).then_some(core)
}

/// The sign before decimals that a written number proves by itself: `5,9`, `1.234,5`, `1234.567`.
pub fn proven_sign(text: &str) -> Option<DecimalSign> {
    let core = core(text)?;
    let last = core.rfind([',', '.'])?;
    let (whole, rest) = core.split_at(last);
    let sign = rest.chars().next()?;
    let of = |comma| if comma { DecimalSign::Comma } else { DecimalSign::Point };
    let (same, other) = (whole.contains(sign), whole.contains([',', '.']) && !whole.contains(sign));
    match (same, other) {
        (true, false) => Some(of(sign != ',')),
        (false, true) => Some(of(sign == ',')),
        _ if is_twofold(core) => None,
        _ => Some(of(sign == ',')),
    }
}

/// Whether one comma or point stands where it can group or begin decimals.
fn is_twofold(core: &str) -> bool {
    let mut signs = core.match_indices([',', '.']);
    let (Some((at, _)), None) = (signs.next(), signs.next()) else { return false };
    let (whole, decimals) = core.split_at(at);
    decimals.len() == 4 && (1..=3).contains(&whole.len()) && !whole.starts_with('0')
}

/// Reads a value in its unit.
///
/// # Errors
/// See [`ValueFault`].
pub fn value(text: &str, unit: &Unit, sign: Option<DecimalSign>) -> Result<Decimal, ValueFault> {
    // Commas group in English: what is written the other way round is turned round first.
    let english = Words::of(Locale::English);
    let turned: String = text
        .chars()
        .map(|c| match c {
            ',' => '.',
            '.' => ',',
            c => c,
        })
        .collect();
    if sign.is_none() && *unit != Unit::Duration && core(text).is_some_and(is_twofold) {
        let (one, other) = (unit.read(english, text), unit.read(english, &turned));
        if let (Ok(one), Ok(other)) = (one, other) {
            return Err(ValueFault::Ambiguous { grouped: one.max(other), decimal: one.min(other) });
        }
    }
    let text = if sign == Some(DecimalSign::Comma) { &turned } else { text };
    unit.read(english, text).map_err(ValueFault::Unread)
}

/// A whole number without anything around it.
pub fn whole(text: &str) -> Result<i64, ValueFault> {
    text.parse().map_err(|_| ValueFault::Unread(Unread::Number(NumberFault::NotANumber)))
}

/// A text as names are compared: small letters and digits, nothing else.
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::okr::unit::Currency;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        for text in ["2026-10-02", "2026/10/2", "2026.10.02", "2.10.2026", "02.10.2026", " 2026-10-02 "] {
            assert_eq!(date(text, None), Ok(When::Day(day("2026-10-02"))), "{text}");
        }
        for (text, order, read) in [
            ("02/10/2026", Some(DateOrder::Day), "2026-10-02"),
            ("02/10/2026", Some(DateOrder::Month), "2026-02-10"),
            ("25/12/2026", None, "2026-12-25"),
            ("12-25-2026", None, "2026-12-25"),
            ("10/10/2026", None, "2026-10-10"),
        ] {
            assert_eq!(date(text, order), Ok(When::Day(day(read))), "{text}");
        }
        assert_eq!(
            date("03/04/2026", None),
            Err(DateFault::Ambiguous { day: day("2026-04-03"), month: day("2026-03-04") })
        );
        assert_eq!(date("3/4/26", None), Err(DateFault::ShortYear));
        assert_eq!(date("25/12/2026", Some(DateOrder::Month)), Err(DateFault::Unreadable));
        for text in [
            "",
            "soon",
            "2026-02-30",
            "2026-13-01",
            "31.6.2026",
            "2026-10",
            "46296",
            "10.2026",
            "2026-10-02 25:00",
            "2026-10-02 9 am",
        ] {
            assert_eq!(date(text, None), Err(DateFault::Unreadable), "{text}");
        }
    }

    #[test]
    fn times_are_read_with_and_without_a_place() {
        let wall = |text: &str| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").unwrap();
        for (text, read) in [
            ("2026-10-02 09:00", "2026-10-02T09:00:00"),
            ("2.10.2026 9:05", "2026-10-02T09:05:00"),
            ("2026-10-02T09:00:30.25", "2026-10-02T09:00:30.25"),
        ] {
            assert_eq!(date(text, None), Ok(When::Wall(wall(read))), "{text}");
        }
        for text in [
            "2026-10-02T09:00:00+01:00",
            "2026-10-02 09:00+0100",
            "2026-10-02T08:00:00Z",
            "2026-10-02 08:00:00 UTC",
            "2026-10-01T20:00:00\u{2212}12:00",
        ] {
            let Ok(When::Instant(at)) = date(text, None) else { panic!("{text}") };
            assert_eq!(at.to_utc().to_rfc3339(), "2026-10-02T08:00:00+00:00", "{text}");
        }
        assert_eq!(date("2026-10-01T20:00:00-12:00", None).unwrap().date(), day("2026-10-01"));
    }

    #[test]
    fn a_date_can_prove_the_order() {
        for (text, order) in [
            ("25/12/2026", Some(DateOrder::Day)),
            ("12/25/2026", Some(DateOrder::Month)),
            ("03/04/2026", None),
            ("25.12.2026", None),
            ("2026-12-25", None),
            ("", None),
        ] {
            assert_eq!(proven_order(text), order, "{text}");
        }
    }

    #[test]
    fn numbers_are_read_both_ways_and_told_where_they_mean_two_things() {
        let bare = Unit::Number(String::new());
        for (text, sign, read) in [
            ("5,9", None, dec!(5.9)),
            ("5.9", None, dec!(5.9)),
            ("-5.9", None, dec!(-5.9)),
            ("1.234,5", None, dec!(1234.5)),
            ("1,234.5", None, dec!(1234.5)),
            ("1234.567", None, dec!(1234.567)),
            ("0.125", None, dec!(0.125)),
            ("12 345", None, dec!(12345)),
            ("1.234", Some(DecimalSign::Comma), dec!(1234)),
            ("1,234", Some(DecimalSign::Comma), dec!(1.234)),
            ("1.234", Some(DecimalSign::Point), dec!(1.234)),
            ("1,234", Some(DecimalSign::Point), dec!(1234)),
            ("5,9", Some(DecimalSign::Point), dec!(5.9)),
        ] {
            assert_eq!(value(text, &bare, sign), Ok(read), "{text}");
        }
        let both = ValueFault::Ambiguous { grouped: dec!(1234), decimal: dec!(1.234) };
        assert_eq!(value("1,234", &bare, None), Err(both));
        assert_eq!(value("1.234", &bare, None), Err(both));
        let unread = |text| matches!(value(text, &bare, None), Err(ValueFault::Unread(_)));
        assert!(["", "ten", "1e5", "1.2.3", "NaN"].into_iter().all(unread));
    }

    #[test]
    fn values_may_carry_their_unit() {
        let euros = Unit::Money(Currency::parse("EUR").unwrap());
        assert_eq!(value("€1.234,50", &euros, None), Ok(dec!(1234.50)));
        assert!(matches!(value("€1.234", &euros, None), Err(ValueFault::Ambiguous { .. })));
        assert_eq!(value("97,2 %", &Unit::Percent, None), Ok(dec!(97.2)));
        assert_eq!(value("2:30:00", &Unit::Duration, None), Ok(dec!(9000)));
        assert_eq!(value("2,5 h", &Unit::Duration, Some(DecimalSign::Comma)), Ok(dec!(9000)));
    }

    #[test]
    fn a_number_can_prove_the_sign() {
        for (text, sign) in [
            ("5,9", Some(DecimalSign::Comma)),
            ("5.9 %", Some(DecimalSign::Point)),
            ("1.234.567", Some(DecimalSign::Comma)),
            ("1.234,5", Some(DecimalSign::Comma)),
            ("€1,234.5", Some(DecimalSign::Point)),
            ("1234.567", Some(DecimalSign::Point)),
            ("0,125", Some(DecimalSign::Comma)),
            ("1,234", None),
            ("17", None),
            ("2 h 30 min", None),
        ] {
            assert_eq!(proven_sign(text), sign, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_cell_breaks_it(text in "\\PC{0,40}") {
            let _ = (date(&text, None), proven_order(&text), proven_sign(&text));
            let _ = value(&text, &Unit::Percent, None);
        }

        #[test]
        fn a_day_is_read_in_every_writing(days in 0..20_000_i32) {
            let day = NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + chrono::Days::new(days.unsigned_abs().into());
            for (format, order) in [("%Y-%m-%d", None), ("%d.%m.%Y", None), ("%d/%m/%Y", Some(DateOrder::Day)), ("%m/%d/%Y", Some(DateOrder::Month))] {
                prop_assert_eq!(date(&day.format(format).to_string(), order), Ok(When::Day(day)));
            }
        }
    }
}
