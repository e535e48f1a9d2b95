//! The languages Meridian speaks.

use icu_locale_core::locale;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A language of the interface and the mails. It belongs to the reader: a mail is written in the
/// language of whom it reaches. In the database it is the tag, as text.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type,
)]
#[sqlx(type_name = "text")]
pub enum Locale {
    /// English, in British spelling and date order.
    #[default]
    #[serde(rename = "en")]
    #[sqlx(rename = "en")]
    English,
}

/// The tag names no language that Meridian speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a language Meridian speaks")]
pub struct UnknownLocale;

impl Locale {
    /// Every language there is.
    pub const ALL: [Self; 1] = [Self::English];

    /// The tag for `<html lang>`, the database and the folder under `locales/`: `en`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
        }
    }

    /// The language's name in itself, for the list to choose from. Not a message: it is the same in
    /// every language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
        }
    }

    /// The best match for an `Accept-Language` header, for someone who has not signed in. The first
    /// language of equal weight wins; English when there is none.
    #[must_use]
    pub fn negotiate(accept_language: &str) -> Self {
        let mut best = (0.0, Self::default());
        for part in accept_language.split(',').take(20) {
            let mut pieces = part.split(';');
            let tag = pieces.next().unwrap_or_default().trim();
            let weight = pieces
                .find_map(|p| p.trim().strip_prefix("q="))
                .map_or(Some(1.0), |q| q.trim().parse::<f32>().ok())
                .unwrap_or(0.0);
            let language = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
            if let Ok(locale) = language.parse()
                && weight > best.0
            {
                best = (weight, locale);
            }
        }
        best.1
    }

    /// The locale whose formats are used: British English writes “17 November” and “09:24”.
    pub(super) const fn unicode(self) -> icu_locale_core::Locale {
        match self {
            Self::English => locale!("en-GB"),
        }
    }
}

impl FromStr for Locale {
    type Err = UnknownLocale;

    fn from_str(tag: &str) -> Result<Self, UnknownLocale> {
        Self::ALL.into_iter().find(|l| l.tag() == tag).ok_or(UnknownLocale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_read_back() {
        for locale in Locale::ALL {
            assert_eq!(locale.tag().parse(), Ok(locale));
            assert_eq!(serde_json::to_value(locale).unwrap(), locale.tag());
        }
        assert_eq!("tlh".parse::<Locale>(), Err(UnknownLocale));
    }

    #[test]
    fn a_browser_without_a_language_of_ours_reads_english() {
        for header in ["", "de", "pt-BR,pt;q=0.9,en;q=0.5", "en-US", "*", ";;q=,", "en;q=x", "en;q=0"] {
            assert_eq!(Locale::negotiate(header), Locale::English, "{header}");
        }
    }
}
