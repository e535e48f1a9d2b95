//! Everything a person reads: sentences, plurals, numbers, dates.
//!
//! No page, mail or error holds a sentence of its own. It asks [`Words`], called `t` everywhere, by a
//! method that `build.rs` made from `locales/<locale>/<room>.toml`:
//!
//! ```toml
//! # locales/en/today.toml
//! title = "Today"
//! window = "Your update is open until {time} your time."
//! waiting = { none = "Nobody is still to come.", one = "{n} person is still to come.", other = "{n} people are still to come." }
//! ```
//! ```text
//! t.today_title()               "Today"                    &'static str, since nothing is filled in
//! t.today_window(t.time(due))   "Your update is open …"    String, one argument for each placeholder
//! t.today_waiting(waiting.len())                           String, the form chosen by Unicode's plural rules
//! ```
//!
//! # To add a message
//!
//! Write the key into the file of the room it belongs to, in every locale, and call the method
//! `<file>_<key>` in Rust or in a template (`{{ t.today_title() }}`).
//! - Placeholders become arguments in the order in which the English text first names them. Numbers,
//!   dates and times go in already formatted: `t.number(…)`, `t.date_long(…)`.
//! - A plural is a table with the categories of the language (`one` and `other` in English) and, if
//!   zero wants words of its own, `none`. It chooses by `{n}`, which is any integer and comes out
//!   with the digits grouped. A message turns on one number; two numbers are two messages.
//! - `{{` and `}}` are the braces themselves.
//! - A text is a whole sentence or a whole label. A link is a sentence of its own, never three pieces
//!   glued around `<a>`: another language has another order. HTML in a text is shown as typed.
//! - Quotation marks are “ and ”, the apostrophe is ’.
//!
//! A key that is missing does not compile, and a key that nobody calls, that a locale lacks, or whose
//! placeholders or plural forms differ, stops the build with the file's name.
//!
//! # To add a locale
//!
//! Copy `locales/en` to `locales/nl`, translate, and add the variant to [`Locale`]; `build.rs` knows
//! the plural categories of English, French and Dutch. From then on the compiler and the build name
//! every place that lacks it. What differs by more than words (the decimal sign, the order in a date)
//! comes from Unicode's CLDR by way of ICU4X.

mod dates;
mod locale;
mod numbers;
mod parse;
mod phrases;
mod value;

pub use locale::Locale;
pub use parse::NumberFault;
pub use value::{Given, Whole};

use icu_plurals::PluralCategory;
use std::fmt::Display;

/// All the words of one language. Copy it freely: it is only the choice of [`Locale`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    locale: Locale,
}

impl Words {
    /// The words of that language.
    #[must_use]
    pub const fn of(locale: Locale) -> Self {
        Self { locale }
    }

    /// Which language this is.
    #[must_use]
    pub const fn locale(&self) -> Locale {
        self.locale
    }
}

include!(concat!(env!("OUT_DIR"), "/words.rs"));

#[cfg(test)]
mod tests {
    use super::*;
    use icu_plurals::PluralRules;
    use std::collections::BTreeSet;

    #[test]
    fn the_build_knows_every_locale_and_unicodes_categories_of_it() {
        let known: Vec<_> = CATEGORIES.iter().map(|(locale, _)| *locale).collect();
        assert_eq!(known, Locale::ALL);
        for (locale, categories) in CATEGORIES {
            let rules = PluralRules::try_new_cardinal(locale.unicode().into()).unwrap();
            let unicode: BTreeSet<_> = rules.categories().map(|c| format!("{c:?}").to_lowercase()).collect();
            let ours: BTreeSet<_> = categories.iter().map(|c| (*c).to_owned()).collect();
            assert_eq!(ours, unicode, "{locale:?}");
        }
    }
}
