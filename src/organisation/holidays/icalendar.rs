//! Reading an iCalendar file (RFC 5545) as a calendar of holidays. Pure.
//!
//! Each `VEVENT` is a holiday of whole days: from `DTSTART` to the day before `DTEND`, repeated yearly where an `RRULE` says
//! so. What can't be read is refused with the number of its line, and then nothing is read at all: a calendar with half of
//! its days would be worse than none. Whatever else a file may hold (tasks, alarms, zones) is passed over.

use super::{Holidays, NAME, note};
use ::icalendar::parser::{Component, unfold};
use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime};
use rrule::{Frequency, RRule, RRuleSet, Tz, Unvalidated};
use std::ops::RangeInclusive;

/// The longest holiday, in days.
const LONGEST: i64 = 62;
/// The most dates a calendar may have.
const MOST: usize = 3000;
/// The most times one event may come back.
const TIMES: u16 = 500;

/// What can't be read, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable {
    /// The line, the first being 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The file does not begin as a calendar.
    NoCalendar,
    /// What begins here never ends: the file was cut off.
    CutOff,
    /// An event that does not follow the form.
    Event,
    /// A property that is no date, or none where one is needed.
    Date,
    /// A time of day: a holiday is whole days.
    Timed,
    /// It ends before it begins.
    Backwards,
    /// It lasts longer than a holiday may.
    TooLong,
    /// It has no name.
    NoName,
    /// It comes back in another way than yearly.
    Repeats,
    /// There are more dates than a calendar of holidays has.
    TooMany,
    /// There is no holiday in the years looked at.
    Empty,
}

/// The holidays of a file that fall into these years.
///
/// # Errors
/// The first line that can't be read.
pub fn read(text: &str, years: RangeInclusive<i32>) -> Result<Holidays, Unreadable> {
    let text = text.trim_start_matches('\u{feff}');
    let mut holidays = Holidays::new();
    let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let at = |line, fault| Unreadable { line, fault };
    let mut last = match lines.next() {
        Some((line, first)) if is(first, "BEGIN:VCALENDAR") => line,
        other => return Err(at(other.map_or(1, |(line, _)| line), Fault::NoCalendar)),
    };
    let (mut event, mut ended): (Option<Event<'_>>, bool) = (None, false);
    for (number, line) in lines {
        last = number;
        match &mut event {
            None if is(line, "BEGIN:VEVENT") => event = Some(Event { lines: vec![(number, line)] }),
            None => ended |= is(line, "END:VCALENDAR"),
            Some(open) => {
                open.lines.push((number, line));
                if is(line, "END:VEVENT") {
                    open.read(&years, &mut holidays)?;
                    event = None;
                }
            }
        }
    }
    match event {
        Some(open) => Err(at(open.line("BEGIN"), Fault::CutOff)),
        None if !ended => Err(at(last, Fault::CutOff)),
        None if holidays.is_empty() => Err(at(last, Fault::Empty)),
        None => Ok(holidays),
    }
}

fn is(line: &str, words: &str) -> bool {
    line.trim_end().eq_ignore_ascii_case(words)
}

/// The lines of an event with their numbers.
struct Event<'a> {
    lines: Vec<(usize, &'a str)>,
}

impl Event<'_> {
    /// The number of the line a property stands on; the event's first when it has none.
    fn line(&self, property: &str) -> usize {
        let named = |line: &str| {
            line.get(..property.len()).is_some_and(|name| name.eq_ignore_ascii_case(property))
                && matches!(line.as_bytes().get(property.len()), Some(b':' | b';'))
        };
        let first = self.lines.first().map_or(1, |(number, _)| *number);
        self.lines.iter().find(|(_, line)| named(line)).map_or(first, |(number, _)| *number)
    }

    fn read(&self, years: &RangeInclusive<i32>, holidays: &mut Holidays) -> Result<(), Unreadable> {
        let at = |property, fault| Unreadable { line: self.line(property), fault };
        let lines: Vec<&str> = self.lines.iter().map(|(_, line)| *line).collect();
        let text = unfold(&(lines.join("\r\n") + "\r\n"));
        let event = Component::try_from(text.as_str()).map_err(|_| at("BEGIN", Fault::Event))?;
        let value = |name: &str| {
            let found = event.properties.iter().find(|one| one.name.as_str().eq_ignore_ascii_case(name))?;
            Some(found.val.as_str().trim().to_owned())
        };
        if value("STATUS").is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED")) {
            return Ok(());
        }
        let first = value("DTSTART").ok_or(Fault::Date).and_then(|said| date(&said));
        let first = first.map_err(|fault| at("DTSTART", fault))?;
        let days = match (value("DTEND"), value("DURATION")) {
            (Some(end), _) => (date(&end).map_err(|fault| at("DTEND", fault))? - first).num_days(),
            (None, Some(said)) => whole_days(&said).ok_or(at("DURATION", Fault::Timed))?,
            (None, None) => 1,
        };
        let long = if value("DTEND").is_some() { "DTEND" } else { "DURATION" };
        match days {
            ..0 => return Err(at(long, Fault::Backwards)),
            LONGEST.. => return Err(at(long, Fault::TooLong)),
            _ => {}
        }
        let name = value("SUMMARY").map(|said| plain(&said)).filter(|name| !name.is_empty());
        let name = name.ok_or(at("SUMMARY", Fault::NoName))?;
        let mut firsts = vec![first];
        if let Some(rule) = value("RRULE") {
            firsts = yearly(&rule, first, years).ok_or(at("RRULE", Fault::Repeats))?;
        }
        let left_out = event.properties.iter().filter(|one| one.name.as_str().eq_ignore_ascii_case("EXDATE"));
        let left_out: Vec<_> =
            left_out.flat_map(|one| one.val.as_str().split(',')).filter_map(|said| date(said).ok()).collect();
        for first in firsts.into_iter().filter(|first| !left_out.contains(first)) {
            // An end that is no later than the beginning is how some programs write a single day.
            let days = usize::try_from(days.max(1)).unwrap_or(1);
            for day in first.iter_days().take(days).filter(|day| years.contains(&day.year())) {
                note(holidays, day, &name);
            }
        }
        if holidays.len() > MOST { Err(at("BEGIN", Fault::TooMany)) } else { Ok(()) }
    }
}

/// A date as `DTSTART` says it.
fn date(said: &str) -> Result<NaiveDate, Fault> {
    let said = said.trim();
    match NaiveDate::parse_from_str(said, "%Y%m%d") {
        Ok(date) if said.len() == 8 => Ok(date),
        _ if said.contains('T') => Err(Fault::Timed),
        _ => Err(Fault::Date),
    }
}

/// The days of a duration like `P3D` or `P1W`.
fn whole_days(said: &str) -> Option<i64> {
    let said = said.trim().trim_start_matches('+').strip_prefix('P')?;
    match (said.strip_suffix('D'), said.strip_suffix('W')) {
        (Some(days), _) => days.parse().ok(),
        (_, Some(weeks)) => weeks.parse::<i64>().ok()?.checked_mul(7),
        _ => None,
    }
}

/// A name without the backslashes of the form, in one line.
fn plain(said: &str) -> String {
    let said = said.replace("\\n", " ").replace("\\N", " ").replace("\\,", ",").replace("\\;", ";");
    let said = said.replace("\\\\", "\\");
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    said.chars().filter(|one| !one.is_control()).take(NAME).collect()
}

/// The first days of an event that comes back yearly, as far as it can reach into these years.
fn yearly(rule: &str, first: NaiveDate, years: &RangeInclusive<i32>) -> Option<Vec<NaiveDate>> {
    // The library wants an end of the form its beginning has; whole days have no time, so any time will do.
    let part = |part: &str| match part.split_once('=') {
        Some((key, end)) if key.eq_ignore_ascii_case("UNTIL") => {
            Some(format!("UNTIL={}T235959Z", end.get(..8)?))
        }
        _ => Some(part.to_owned()),
    };
    let rule = rule.split(';').map(part).collect::<Option<Vec<_>>>()?.join(";");
    let rule: RRule<Unvalidated> = rule.parse().ok()?;
    if rule.get_freq() != Frequency::Yearly {
        return None;
    }
    let set: RRuleSet = rule.build(midnight(first)).ok()?;
    let from = NaiveDate::from_ymd_opt(*years.start(), 1, 1)? - Days::new(u64::try_from(LONGEST).ok()?);
    let until = NaiveDate::from_ymd_opt(*years.end(), 12, 31)?;
    let found = set.after(midnight(from)).before(midnight(until)).all(TIMES);
    (!found.limited).then(|| found.dates.iter().map(DateTime::date_naive).collect())
}

fn midnight(day: NaiveDate) -> DateTime<Tz> {
    day.and_time(NaiveTime::MIN).and_utc().with_timezone(&Tz::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A calendar with these lines as its one event, which begins on line 3.
    fn one(lines: &str) -> String {
        format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
    }

    fn told(text: &str) -> Result<Vec<String>, (usize, Fault)> {
        let read = read(text, 2025..=2028).map_err(|it| (it.line, it.fault))?;
        Ok(read.into_iter().map(|(day, name)| format!("{day} {name}")).collect())
    }

    #[test]
    fn holidays_are_read_as_their_writers_meant_them() {
        let table: &[(&str, &[&str])] = &[
            ("DTSTART;VALUE=DATE:20261225\r\nSUMMARY:Christmas Day", &["2026-12-25 Christmas Day"]),
            // The end is the day after.
            (
                "DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:We are closed",
                &["2026-12-24 We are closed", "2026-12-25 We are closed", "2026-12-26 We are closed"],
            ),
            (
                "DTSTART:20261225\r\nDTEND:20261225\r\nSUMMARY:One day all the same",
                &["2026-12-25 One day all the same"],
            ),
            ("DTSTART:20261224\r\nDURATION:P2D\r\nSUMMARY:Two", &["2026-12-24 Two", "2026-12-25 Two"]),
            (
                "DTSTART:20270101\nSUMMARY:Folded o\n ver lines\\, with a comma",
                &["2027-01-01 Folded over lines, with a comma"],
            ),
            (
                "DTSTART:19700101\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:New Year",
                &["2025-01-01 New Year", "2026-01-01 New Year", "2027-01-01 New Year", "2028-01-01 New Year"],
            ),
            (
                "DTSTART:20201126\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;UNTIL=20271231\r\nSUMMARY:Thanksgiving",
                &["2025-11-27 Thanksgiving", "2026-11-26 Thanksgiving", "2027-11-25 Thanksgiving"],
            ),
            (
                "DTSTART:20260301\r\nRRULE:FREQ=YEARLY;COUNT=2\r\nEXDATE:20260301\r\nSUMMARY:Twice",
                &["2027-03-01 Twice"],
            ),
            (
                "DTSTART:20251231\r\nDTEND:20260102\r\nBEGIN:VALARM\r\nTRIGGER:-P1D\r\nACTION:DISPLAY\r\nEND:VALARM\r\nSUMMARY:Turn",
                &["2025-12-31 Turn", "2026-01-01 Turn"],
            ),
        ];
        for (lines, expected) in table {
            assert_eq!(told(&one(lines)).unwrap(), *expected, "{lines}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_line() {
        let table = [
            ("DTSTART:20261225", (3, Fault::NoName)),
            ("SUMMARY:Never", (3, Fault::Date)),
            ("SUMMARY:Soon\r\nDTSTART:soon", (5, Fault::Date)),
            ("SUMMARY:x\r\nDTSTART:20260230", (5, Fault::Date)),
            ("SUMMARY:Lunch\r\nDTSTART;TZID=Europe/Lisbon:20261225T120000", (5, Fault::Timed)),
            ("SUMMARY:Nap\r\nDTSTART:20261225\r\nDURATION:PT1H", (6, Fault::Timed)),
            ("SUMMARY:x\r\nDTSTART:20261225\r\nDTEND:20261224", (6, Fault::Backwards)),
            ("SUMMARY:x\r\nDTSTART:20260101\r\nDTEND:20261224", (6, Fault::TooLong)),
            ("SUMMARY:x\r\nDTSTART:20260101\r\nRRULE:FREQ=DAILY", (6, Fault::Repeats)),
            ("SUMMARY:x\r\nDTSTART:20260101\r\nRRULE:often", (6, Fault::Repeats)),
            ("SUMMARY:x\r\nDTSTART:20260101\r\n!?", (3, Fault::Event)),
            ("SUMMARY:Long ago\r\nDTSTART:19990101", (7, Fault::Empty)),
            ("SUMMARY:Off\r\nSTATUS:CANCELLED\r\nDTSTART:20260101", (8, Fault::Empty)),
        ];
        for (lines, expected) in table {
            assert_eq!(told(&one(lines)), Err(expected), "{lines}");
        }
        assert_eq!(told(""), Err((1, Fault::NoCalendar)));
        assert_eq!(told("\r\n\r\nDate,Name\r\n"), Err((3, Fault::NoCalendar)));
        assert_eq!(told("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260101\r\n"), Err((2, Fault::CutOff)));
        let good = one("DTSTART:20260101\r\nSUMMARY:x");
        assert_eq!(told(good.strip_suffix("END:VCALENDAR\r\n").unwrap()), Err((6, Fault::CutOff)));
    }

    #[test]
    fn one_bad_event_leaves_none() {
        let two = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nSUMMARY:Good\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART:x\nSUMMARY:Bad\nEND:VEVENT\nEND:VCALENDAR\n";
        assert_eq!(told(two), Err((7, Fault::Date)));
    }

    #[test]
    fn two_on_one_date_share_it() {
        let twice = "\u{feff}BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260501\nSUMMARY:Labour Day\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART:20260501\nSUMMARY:Ours\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART:20260501\nSUMMARY:Ours\nEND:VEVENT\nEND:VCALENDAR\n";
        assert_eq!(told(twice).unwrap(), ["2026-05-01 Labour Day, Ours"]);
    }

    #[test]
    fn a_flood_of_dates_is_no_calendar_of_holidays() {
        let event = |n: i64| {
            let first = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap() + chrono::TimeDelta::days(n * 60);
            format!(
                "BEGIN:VEVENT\nDTSTART:{}\nDURATION:P60D\nSUMMARY:x\nEND:VEVENT\n",
                first.format("%Y%m%d")
            )
        };
        let text = format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", (0..60).map(event).collect::<String>());
        assert_eq!(read(&text, 1990..=2030).map_err(|it| it.fault), Err(Fault::TooMany));
    }

    proptest! {
        #[test]
        fn nothing_makes_it_stumble(text in "(BEGIN:VCALENDAR\r?\n)?((BEGIN:VEVENT|END:VEVENT|DTSTART:2026010[0-9]|DTEND[;:].{0,9}|RRULE:FREQ=YEARLY;[A-Z=;0-9]{0,20}|SUMMARY:.{0,9}|.{0,12})\r?\n){0,14}") {
            let _ = read(&text, 2025..=2027);
        }

        #[test]
        fn what_is_written_is_read(start in 0_i64..1400, days in 1_i64..LONGEST) {
            let first = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap() + chrono::TimeDelta::days(start);
            let end = first + chrono::TimeDelta::days(days);
            let text = one(&format!("DTSTART:{}\r\nDTEND:{}\r\nSUMMARY:x", first.format("%Y%m%d"), end.format("%Y%m%d")));
            let read: Vec<_> = read(&text, 2025..=2030).unwrap().into_keys().collect();
            prop_assert_eq!(read, first.iter_days().take_while(|day| *day < end).collect::<Vec<_>>());
        }
    }
}
