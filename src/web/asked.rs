//! What an address asks for.

use super::Problems;
use crate::calendar::Zone;
use crate::calendar::day::{day_span, first_instant};
use crate::fault::{Fault, Result};
use crate::language::Words;
use chrono::{DateTime, NaiveDate, Utc};

/// What an empty word leaves open, and any other must name.
///
/// # Errors
/// [`Fault::NotFound`] when it names nothing.
pub fn chosen<T>(word: &str, find: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>> {
    if word.is_empty() { Ok(None) } else { find(word).map(Some).ok_or(Fault::NotFound) }
}

/// From when and until when, of the fields `from` and `until`: dates of the reader's, the last one included. What can't be
/// read, or ends before it begins, is noted.
pub fn between(
    (from, until): (&str, &str),
    (zone, t): (Zone, Words),
    problems: &mut Problems,
) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    let mut date = |field: &str, word: &str| {
        let date = word.parse::<NaiveDate>().ok();
        if date.is_none() && !word.is_empty() {
            problems.add(field, t.settings_date_unclear());
        }
        date
    };
    let (from, until) = (date("from", from), date("until", until));
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        problems.add("until", t.settings_away_backwards());
    }
    let end = |date| day_span(zone, date).map_or_else(|| first_instant(zone, date), |span| span.end);
    (from.map(|date| first_instant(zone, date)), until.map(end))
}
