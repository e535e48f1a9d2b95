//! Small phrases that many sentences hold: lists, ages, lengths of time.

use super::{Given, Words};
use chrono::{NaiveDate, TimeDelta};
use std::fmt::Display;

impl Words {
    /// `Arjun`, `Arjun and Nuno`, `Arjun, Wanjiru and Nuno`; nothing for none.
    #[must_use]
    pub fn list<I>(&self, names: I) -> String
    where
        I: IntoIterator,
        I::Item: Display,
    {
        let mut names: Vec<String> = names.into_iter().map(|n| n.to_string()).collect();
        let Some(last) = names.pop() else { return String::new() };
        let Some(start) = names.into_iter().reduce(|a, b| self.language_list_next(a, b)) else { return last };
        self.language_list_last(start, last)
    }

    /// How long ago a day was, seen from `today`: `today`, `yesterday`, `5 days ago`; and forward
    /// `tomorrow`, `in 5 days`. Both are dates on one person's calendar.
    #[must_use]
    pub fn age(&self, day: impl Given<NaiveDate>, today: impl Given<NaiveDate>) -> String {
        match (today.value() - day.value()).num_days() {
            0 => self.language_today().to_owned(),
            1 => self.language_yesterday().to_owned(),
            -1 => self.language_tomorrow().to_owned(),
            days @ 2.. => self.language_days_ago(days),
            days => self.language_days_ahead(days.saturating_neg()),
        }
    }

    /// A length of time in its largest whole unit: `4 days`, `3 hours`, `20 minutes`. A day is 24
    /// hours here; what is left over is dropped, and a length below zero counts as none.
    #[must_use]
    pub fn duration(&self, length: impl Given<TimeDelta>) -> String {
        let length = length.value().max(TimeDelta::zero());
        if length.num_days() > 0 {
            self.language_days(length.num_days())
        } else if length.num_hours() > 0 {
            self.language_hours(length.num_hours())
        } else {
            self.language_minutes(length.num_minutes())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Locale;

    const T: Words = Words::of(Locale::English);

    #[test]
    fn lists() {
        assert_eq!(T.list::<[&str; 0]>([]), "");
        assert_eq!(T.list(["Arjun"]), "Arjun");
        assert_eq!(T.list(["Arjun", "Nuno"]), "Arjun and Nuno");
        assert_eq!(T.list(["Arjun", "Wanjiru", "Nuno"]), "Arjun, Wanjiru and Nuno");
        assert_eq!(T.list(vec!["a".to_owned(), "b".into(), "c".into(), "{d}".into()]), "a, b, c and {d}");
    }

    #[test]
    fn ages() {
        let today: NaiveDate = "2026-11-17".parse().unwrap();
        for (day, age) in [
            ("2026-11-17", "today"),
            ("2026-11-16", "yesterday"),
            ("2026-11-15", "2 days ago"),
            ("2023-11-17", "1,096 days ago"),
            ("2026-11-18", "tomorrow"),
            ("2026-11-22", "in 5 days"),
        ] {
            assert_eq!(T.age(day.parse::<NaiveDate>().unwrap(), today), age);
        }
    }

    #[test]
    fn durations() {
        for (minutes, said) in [
            (-5, "0 minutes"),
            (0, "0 minutes"),
            (1, "1 minute"),
            (59, "59 minutes"),
            (60, "1 hour"),
            (119, "1 hour"),
            (180, "3 hours"),
            (24 * 60 - 1, "23 hours"),
            (24 * 60, "1 day"),
            (4 * 24 * 60 + 5, "4 days"),
        ] {
            assert_eq!(T.duration(TimeDelta::minutes(minutes)), said);
        }
    }
}
