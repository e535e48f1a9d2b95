//! Numbers as people type them.
//!
//! The comma and the point both mean “decimals follow” to somebody, so both are read, and the
//! language only decides where a text could mean two things:
//!
//! - With both signs, the last is the decimal one: `1.234,5` and `1,234.5` are the same number.
//! - One sign several times groups thousands: `1,234,567`.
//! - One sign once is decimal (`5,9`, `5.9`), unless it is the sign this language groups with and
//!   stands before exactly three digits: to an English reader `1,234` is a thousand and more.
//!
//! Spaces (also the narrow and the unbreakable) and the apostrophe only group. Groups are of three.

use super::{Locale, Words};
use rust_decimal::Decimal;

/// Digits before the decimal sign that a key result can hold, as in its column.
const MOST_WHOLE_DIGITS: usize = 15;

/// Digits after it.
const MOST_DECIMALS: usize = 6;

/// Why a text is not a number we keep. [`Words::number_fault`] says it to the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberFault {
    /// Nothing was typed.
    #[error("empty")]
    Empty,
    /// Letters, an exponent, NaN, infinity, two signs, groups that are not of three.
    #[error("not a number")]
    NotANumber,
    /// More than 15 digits before the decimal sign.
    #[error("too many digits")]
    TooLarge,
    /// More than 6 digits after it.
    #[error("too many decimals")]
    TooFine,
}

impl Words {
    /// Reads a number as a person types it in this language; see the top of this file for the rule.
    ///
    /// # Errors
    /// See [`NumberFault`]; [`Words::number_fault`] makes it a sentence.
    pub fn parse_number(&self, typed: &str) -> Result<Decimal, NumberFault> {
        let text: String = typed.trim().chars().map(plain).collect();
        if text.is_empty() {
            return Err(NumberFault::Empty);
        }
        let (minus, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(&text)),
        };
        let (whole, decimals) = split(unsigned.trim_start(), grouping_sign(self.locale()));
        let whole = ungroup(whole)?;
        if !decimals.unwrap_or("0").bytes().all(|b| b.is_ascii_digit())
            || decimals == Some("")
            || (whole.is_empty() && decimals.is_none())
        {
            return Err(NumberFault::NotANumber);
        }
        let whole = whole.trim_start_matches('0');
        let decimals = decimals.unwrap_or_default();
        if whole.len() > MOST_WHOLE_DIGITS {
            return Err(NumberFault::TooLarge);
        }
        if decimals.len() > MOST_DECIMALS {
            return Err(NumberFault::TooFine);
        }
        let number: Decimal = format!("0{whole}.{decimals}0").parse().map_err(|_| NumberFault::NotANumber)?;
        let scale = u32::try_from(decimals.len()).unwrap_or_default();
        let number = number.round_dp(scale);
        Ok(if minus && !number.is_zero() { -number } else { number })
    }

    /// The sentence for a number that could not be read.
    #[must_use]
    pub fn number_fault(&self, fault: NumberFault) -> &'static str {
        match fault {
            NumberFault::Empty => self.language_number_empty(),
            NumberFault::NotANumber => self.language_number_unreadable(),
            NumberFault::TooLarge => self.language_number_too_large(),
            NumberFault::TooFine => self.language_number_too_fine(),
        }
    }
}

/// The sign between thousands, where a lone one could also be the decimal sign.
const fn grouping_sign(locale: Locale) -> char {
    match locale {
        Locale::English => ',',
    }
}

/// One sign for each meaning: typographic minus and the many spaces become the typed ones.
const fn plain(c: char) -> char {
    match c {
        '\u{2212}' | '\u{2013}' => '-',
        '\u{a0}' | '\u{2009}' | '\u{202f}' | '\'' | '\u{2019}' => ' ',
        c => c,
    }
}

/// The part before the decimal sign, and the part after it if there is such a sign.
fn split(text: &str, groups: char) -> (&str, Option<&str>) {
    let Some((before, sign)) = text.char_indices().rev().find(|(_, c)| matches!(c, '.' | ',')) else {
        return (text, None);
    };
    let (whole, after) = (&text.get(..before).unwrap_or(text), text.get(before + 1..).unwrap_or_default());
    let again = whole.contains(sign);
    let groups_once = sign == groups
        && after.len() == 3
        && !whole.contains(['.', ','])
        && (1..=3).contains(&whole.len())
        && !whole.starts_with('0');
    if again || groups_once { (text, None) } else { (whole, Some(after)) }
}

/// The digits without the signs between their groups, which must be one sign and groups of three.
fn ungroup(whole: &str) -> Result<String, NumberFault> {
    let signs: Vec<char> = whole.chars().filter(|c| !c.is_ascii_digit()).collect();
    let Some(sign) = signs.first().copied() else { return Ok(whole.to_owned()) };
    if !matches!(sign, ' ' | ',' | '.') || signs.iter().any(|s| *s != sign) {
        return Err(NumberFault::NotANumber);
    }
    let mut groups = whole.split(sign);
    let first = groups.next().unwrap_or_default();
    if !(1..=3).contains(&first.len()) || groups.any(|g| g.len() != 3) {
        return Err(NumberFault::NotANumber);
    }
    Ok(whole.replace(sign, ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const T: Words = Words::of(Locale::English);

    #[test]
    fn numbers_as_people_type_them() {
        for (typed, meant) in [
            ("0", "0"),
            ("-0", "0"),
            ("17", "17"),
            (" 17 ", "17"),
            ("+17", "17"),
            ("-17", "-17"),
            ("\u{2212}17", "-17"),
            ("- 17", "-17"),
            ("007", "7"),
            ("5.9", "5.9"),
            ("5,9", "5.9"),
            ("5.90", "5.90"),
            (".5", "0.5"),
            (",5", "0.5"),
            ("0.123", "0.123"),
            ("0,123", "0.123"),
            ("5,99", "5.99"),
            ("5,9999", "5.9999"),
            ("1.234", "1.234"),
            ("1,234", "1234"),
            ("1,234,567", "1234567"),
            ("1.234.567", "1234567"),
            ("1,234.5", "1234.5"),
            ("1.234,5", "1234.5"),
            ("1 234,5", "1234.5"),
            ("1\u{202f}234\u{202f}567,25", "1234567.25"),
            ("1’234.5", "1234.5"),
            ("1'234", "1234"),
            ("1234,567", "1234.567"),
            ("999999999999999.999999", "999999999999999.999999"),
            ("000000000000000000017", "17"),
        ] {
            let read = T.parse_number(typed).unwrap_or_else(|fault| panic!("{typed}: {fault}"));
            assert_eq!(read.to_string(), meant, "{typed}");
        }
    }

    #[test]
    fn what_is_not_a_number_has_its_sentence() {
        use NumberFault::{Empty, NotANumber, TooFine, TooLarge};
        for (typed, fault) in [
            ("", Empty),
            (" \t\u{a0}", Empty),
            ("-", NotANumber),
            ("+", NotANumber),
            (".", NotANumber),
            ("5.", NotANumber),
            ("5,", NotANumber),
            ("--5", NotANumber),
            ("+-5", NotANumber),
            ("5-", NotANumber),
            ("NaN", NotANumber),
            ("inf", NotANumber),
            ("1e5", NotANumber),
            ("0x1f", NotANumber),
            ("٣", NotANumber),
            ("５", NotANumber),
            ("5%", NotANumber),
            ("five", NotANumber),
            ("1,23,456", NotANumber),
            ("1234,567,890", NotANumber),
            ("1,234.567.890", NotANumber),
            ("1,234.567,890", NotANumber),
            ("12 34", NotANumber),
            ("1  234", NotANumber),
            ("1 234,567,890", NotANumber),
            ("1.2.3", NotANumber),
            ("1,,234", NotANumber),
            ("1.5 6", NotANumber),
            ("1000000000000000", TooLarge),
            ("0.1234567", TooFine),
        ] {
            assert_eq!(T.parse_number(typed), Err(fault), "{typed:?}");
            assert!(T.number_fault(fault).ends_with('.'));
        }
    }

    proptest! {
        #[test]
        fn what_we_write_we_read(mantissa in -999_999_999_999_999_i64..=999_999_999_999_999, scale in 0_u32..=6) {
            let number = Decimal::new(mantissa, scale);
            // one lone comma and three digits is grouping in English, so all that is written is read back
            prop_assert_eq!(T.parse_number(&T.number(number)), Ok(number));
        }

        #[test]
        fn no_text_breaks_it(text in "\\PC{0,40}") {
            let _ = T.parse_number(&text);
        }

        #[test]
        fn no_row_of_signs_breaks_it(text in "[-+0-9., e]{0,24}") {
            if let Ok(number) = T.parse_number(&text) {
                prop_assert!(number.scale() <= 6);
            }
        }
    }
}
