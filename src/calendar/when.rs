//! Explains a wall time, for `meridian when ZONE DATE TIME`.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Serialize;

use super::{
    local::{Kind, explain},
    zone::{UnknownZone, Zone},
};

/// A wall time someone asks about. Written `Europe/Lisbon 2026-03-29 01:30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// Where.
    pub zone: Zone,
    /// On which date.
    pub date: NaiveDate,
    /// At which wall time.
    pub time: NaiveTime,
}

/// The instants a wall time means. `{"open_utc":"2026-03-29T01:00:00Z","due_utc":"…","kind":"gap"}` as JSON;
/// both instants are `null` where the zone leaves the date out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The instant, as an opening or a reminder.
    pub open_utc: Option<DateTime<Utc>>,
    /// The instant, as a deadline.
    pub due_utc: Option<DateTime<Utc>>,
    /// How the wall time falls: `unique`, `gap`, `fold` or `skipped`.
    pub kind: Kind,
}

/// Why a question was not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unclear {
    /// Not three words.
    #[error("expected ZONE DATE TIME, like: Europe/Lisbon 2026-03-29 01:30")]
    Shape,
    /// No such zone.
    #[error(transparent)]
    Zone(#[from] UnknownZone),
    /// No such date.
    #[error("{0:?} is no date like 2026-03-29")]
    Date(String),
    /// No such wall time.
    #[error("{0:?} is no time like 01:30 or 01:30:00")]
    Time(String),
}

impl Question {
    /// Reads the three words of a question.
    pub fn parse(zone: &str, date: &str, time: &str) -> Result<Question, Unclear> {
        Ok(Question {
            zone: Zone::parse(zone)?,
            date: date.parse().map_err(|_| Unclear::Date(date.to_owned()))?,
            time: parse_time(time).ok_or_else(|| Unclear::Time(time.to_owned()))?,
        })
    }

    /// The instants it means.
    pub fn answer(self) -> Answer {
        let explained = explain(self.zone, self.date, self.time);
        Answer { open_utc: explained.open, due_utc: explained.due, kind: explained.kind }
    }
}

impl FromStr for Question {
    type Err = Unclear;

    /// Reads one line, its words parted by spaces.
    fn from_str(line: &str) -> Result<Question, Unclear> {
        let mut words = line.split_whitespace();
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some(zone), Some(date), Some(time), None) => Question::parse(zone, date, time),
            _ => Err(Unclear::Shape),
        }
    }
}

/// Reads a wall time, `09:30` or `09:30:00`.
pub fn parse_time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(line: &str) -> String {
        serde_json::to_string(&line.parse::<Question>().unwrap().answer()).unwrap()
    }

    #[test]
    fn answers_are_lines_of_json() {
        assert_eq!(
            reply("Europe/Lisbon 2026-11-23 09:00"),
            r#"{"open_utc":"2026-11-23T09:00:00Z","due_utc":"2026-11-23T09:00:00Z","kind":"unique"}"#
        );
        assert_eq!(
            reply(" Antarctica/Troll  2026-03-29 02:59:59\t"),
            r#"{"open_utc":"2026-03-29T01:00:00Z","due_utc":"2026-03-29T01:00:00Z","kind":"gap"}"#
        );
        assert_eq!(
            reply("Europe/Lisbon 2026-10-25 01:30"),
            r#"{"open_utc":"2026-10-25T00:30:00Z","due_utc":"2026-10-25T01:30:00Z","kind":"fold"}"#
        );
        assert_eq!(
            reply("Pacific/Apia 2011-12-30 09:00"),
            r#"{"open_utc":null,"due_utc":null,"kind":"skipped"}"#
        );
    }

    #[test]
    fn a_question_says_what_is_unclear_in_it() {
        let faults = [
            ("", "expected ZONE DATE TIME, like: Europe/Lisbon 2026-03-29 01:30"),
            ("UTC 2026-03-29", "expected ZONE DATE TIME, like: Europe/Lisbon 2026-03-29 01:30"),
            ("UTC 2026-03-29 09:00 10:00", "expected ZONE DATE TIME, like: Europe/Lisbon 2026-03-29 01:30"),
            ("Mars 2026-03-29 09:00", "unknown time zone \"Mars\""),
            ("UTC 2026-02-29 09:00", "\"2026-02-29\" is no date like 2026-03-29"),
            ("UTC 2026-03-29 24:00", "\"24:00\" is no time like 01:30 or 01:30:00"),
            ("UTC 2026-03-29 9", "\"9\" is no time like 01:30 or 01:30:00"),
        ];
        for (line, fault) in faults {
            assert_eq!(line.parse::<Question>().unwrap_err().to_string(), fault, "{line:?}");
        }
    }
}
