//! Numbers and shares as people write them.

use super::{Given, Locale, Words};
use icu_decimal::{DecimalFormatter, input::Decimal as Digits};
use icu_plurals::{PluralCategory, PluralRules};
use rust_decimal::{Decimal, RoundingStrategy};
use std::str::FromStr;

/// What ICU4X needs for the numbers of one language. Made once in each thread: its parts are not `Sync`.
struct Numbers {
    decimal: DecimalFormatter,
    plural: PluralRules,
}

impl Numbers {
    #[expect(clippy::expect_used, reason = "the data are compiled in; a test makes one for every locale")]
    fn of(locale: Locale) -> Self {
        let unicode = locale.unicode();
        Self {
            decimal: DecimalFormatter::try_new((&unicode).into(), Default::default())
                .expect("compiled number formats"),
            plural: PluralRules::try_new_cardinal((&unicode).into()).expect("compiled plural rules"),
        }
    }
}

thread_local! {
    static ENGLISH: Numbers = Numbers::of(Locale::English);
}

fn with<T>(locale: Locale, f: impl FnOnce(&Numbers) -> T) -> T {
    match locale {
        Locale::English => ENGLISH.with(f),
    }
}

impl Words {
    /// A number with its digits grouped and the decimals it was given with: `1,234.50`. A value from
    /// the database may carry zeros to the end of its column; `normalize()` it first.
    #[must_use]
    pub fn number(&self, number: impl Given<Decimal>) -> String {
        let plain = number.value().to_string();
        match Digits::from_str(&plain) {
            Ok(digits) => with(self.locale, |n| n.decimal.format(&digits).to_string()),
            Err(_) => plain,
        }
    }

    /// A share of one as a whole percentage: `53%` for 0.534. Halves go up. What is not whole is never
    /// called `100%`, and what has begun is never called `0%`: those two words are facts, not roundings.
    #[must_use]
    pub fn percent(&self, share: impl Given<Decimal>) -> String {
        let exact = share.value() * Decimal::ONE_HUNDRED;
        let rounded = exact.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        let shown = if rounded == Decimal::ONE_HUNDRED && exact < rounded {
            rounded - Decimal::ONE
        } else if rounded.is_zero() && exact > rounded {
            Decimal::ONE
        } else {
            rounded
        };
        self.language_percent(self.number(shown.normalize()))
    }

    /// A count with its digits grouped, for the plural methods.
    pub(super) fn whole(&self, count: i64) -> String {
        with(self.locale, |n| n.decimal.format(&Digits::from(count)).to_string())
    }

    /// The plural category of a count in this language.
    pub(super) fn category(&self, count: i64) -> PluralCategory {
        with(self.locale, |n| n.plural.category_for(count.unsigned_abs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Words = Words::of(Locale::English);

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn every_locale_has_its_formats() {
        for locale in Locale::ALL {
            assert!(!Words::of(locale).number(d("1")).is_empty());
        }
    }

    #[test]
    fn numbers_keep_their_decimals_and_are_grouped() {
        for (given, shown) in [
            ("0", "0"),
            ("-5", "-5"),
            ("5.90", "5.90"),
            ("1234.5", "1,234.5"),
            ("999", "999"),
            ("1000", "1,000"),
            ("-1234567.000001", "-1,234,567.000001"),
            ("999999999999999.999999", "999,999,999,999,999.999999"),
        ] {
            assert_eq!(T.number(d(given)), shown);
        }
    }

    #[test]
    fn a_percentage_is_whole_and_honest_at_both_ends() {
        for (given, shown) in [
            ("0", "0%"),
            ("0.0001", "1%"),
            ("0.004", "1%"),
            ("0.534", "53%"),
            ("0.535", "54%"),
            ("0.994", "99%"),
            ("0.9999", "99%"),
            ("1", "100%"),
            ("1.000", "100%"),
            ("1.5", "150%"),
            ("10", "1,000%"),
            ("-0.25", "-25%"),
        ] {
            assert_eq!(T.percent(d(given)), shown, "{given}");
        }
    }

    #[test]
    fn a_count_chooses_its_form_and_is_grouped() {
        assert_eq!(T.language_days(1), "1 day");
        assert_eq!(T.language_days(0_usize), "0 days");
        assert_eq!(T.language_days(2_i16), "2 days");
        assert_eq!(T.language_days(1_234_567_u64), "1,234,567 days");
        assert_eq!(T.language_days(u64::MAX), "9,223,372,036,854,775,807 days");
    }
}
