//! Hours of a week, per weekday, on someone's own wall clock: those they work, those they want to be left in peace.

use std::ops::Range;

use chrono::{Datelike as _, NaiveDate, NaiveTime, Timelike as _, Weekday};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::weekdays::{WEEK, WeekdaySet};

const DAY: u32 = 24 * 60 * 60;

/// A stretch of a day that begins on some weekday, in wall time. An end at or before the start is on the next
/// day, so a night is `22:00–06:00`, an evening up to midnight `18:00–00:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// When it begins.
    pub start: NaiveTime,
    /// When it ends, on the same day or the next.
    pub end: NaiveTime,
}

impl Span {
    /// Whether the span ends on the day after the one it begins on.
    pub fn overnight(self) -> bool {
        self.end <= self.start
    }
}

/// Hours of a week: per weekday the spans that begin on it, in order, none overlapping another. May be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct WeekHours([Vec<Span>; 7]);

/// A working week: hours of a week, and at least one of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "WeekHours", into = "WeekHours")]
pub struct WorkWeek(WeekHours);

/// Why these hours are no working week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeekFault {
    /// There is no hour of work in it.
    #[error("a working week needs at least one span of work")]
    Empty,
    /// This span, which begins on this weekday, runs into the next one.
    #[error("the spans of {0} overlap")]
    Overlap(Weekday, Span),
}

impl WeekHours {
    /// Not one hour.
    pub const NONE: WeekHours = WeekHours([const { Vec::new() }; 7]);

    /// The hours of these spans, each with the weekday it begins on, in any order.
    ///
    /// # Errors
    /// When two of them overlap.
    pub fn new(spans: impl IntoIterator<Item = (Weekday, Span)>) -> Result<WeekHours, WeekFault> {
        let mut spans: Vec<(Weekday, Span)> = spans.into_iter().collect();
        spans.sort_unstable_by_key(|(weekday, span)| (weekday.num_days_from_monday(), span.start));
        refuse_overlaps(&spans)?;
        let on = |day| spans.iter().filter(|(weekday, _)| *weekday == day).map(|(_, span)| *span).collect();
        Ok(WeekHours(WEEK.map(on)))
    }

    /// The same span on each day of the week.
    pub fn daily(span: Span) -> WeekHours {
        WeekHours(WEEK.map(|_| vec![span]))
    }

    /// The spans that begin on a weekday, in order.
    pub fn spans(&self, weekday: Weekday) -> &[Span] {
        let [mon, tue, wed, thu, fri, sat, sun] = &self.0;
        match weekday {
            Weekday::Mon => mon,
            Weekday::Tue => tue,
            Weekday::Wed => wed,
            Weekday::Thu => thu,
            Weekday::Fri => fri,
            Weekday::Sat => sat,
            Weekday::Sun => sun,
        }
    }

    /// The weekdays on which a span begins.
    pub fn days(&self) -> WeekdaySet {
        WEEK.into_iter().filter(|weekday| !self.spans(*weekday).is_empty()).collect()
    }

    /// Every span with the weekday it begins on, from Monday on.
    pub fn iter(&self) -> impl Iterator<Item = (Weekday, Span)> {
        WEEK.into_iter().flat_map(|weekday| self.spans(weekday).iter().map(move |span| (weekday, *span)))
    }

    /// Whether there is not one hour.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Vec::is_empty)
    }
}

impl WorkWeek {
    /// Monday to Friday, 09:00–17:00.
    pub fn standard() -> WorkWeek {
        let hour = |h| NaiveTime::MIN + chrono::TimeDelta::hours(h);
        let office = || vec![Span { start: hour(9), end: hour(17) }];
        WorkWeek(WeekHours([office(), office(), office(), office(), office(), Vec::new(), Vec::new()]))
    }

    /// The week of these spans, each with the weekday it begins on, in any order.
    ///
    /// # Errors
    /// When there are none, or two of them overlap.
    pub fn new(spans: impl IntoIterator<Item = (Weekday, Span)>) -> Result<WorkWeek, WeekFault> {
        WeekHours::new(spans)?.try_into()
    }

    /// Its hours.
    pub fn hours(&self) -> &WeekHours {
        &self.0
    }

    /// The spans that begin on a weekday, in order.
    pub fn spans(&self, weekday: Weekday) -> &[Span] {
        self.0.spans(weekday)
    }

    /// The weekdays on which work begins.
    pub fn days(&self) -> WeekdaySet {
        self.0.days()
    }

    /// Whether work begins on this date's weekday. Knows nothing of absence.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        !self.spans(date.weekday()).is_empty()
    }
}

impl Default for WorkWeek {
    fn default() -> WorkWeek {
        WorkWeek::standard()
    }
}

impl TryFrom<WeekHours> for WorkWeek {
    type Error = WeekFault;

    fn try_from(hours: WeekHours) -> Result<WorkWeek, WeekFault> {
        if hours.is_empty() { Err(WeekFault::Empty) } else { Ok(WorkWeek(hours)) }
    }
}

impl From<WorkWeek> for WeekHours {
    fn from(week: WorkWeek) -> WeekHours {
        week.0
    }
}

/// `spans` in the order of the week. Sunday night is compared with Monday morning too.
fn refuse_overlaps(spans: &[(Weekday, Span)]) -> Result<(), WeekFault> {
    let seconds = |(weekday, span): &(Weekday, Span)| -> Range<u32> {
        let midnight = weekday.num_days_from_monday() * DAY;
        let next = if span.overnight() { DAY } else { 0 };
        midnight + span.start.num_seconds_from_midnight()
            ..midnight + next + span.end.num_seconds_from_midnight()
    };
    let Some(first) = spans.first() else { return Ok(()) };
    let starts = spans.iter().skip(1).map(|span| seconds(span).start).chain([seconds(first).start + 7 * DAY]);
    match spans.iter().zip(starts).find(|(span, next)| seconds(span).end > *next) {
        Some(((weekday, span), _)) => Err(WeekFault::Overlap(*weekday, *span)),
        None => Ok(()),
    }
}

/// As stored and sent: `{"mon": [["09:00","17:00"]], …}`; a day without work is left out.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Written {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mon: Vec<Span>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tue: Vec<Span>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    wed: Vec<Span>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    thu: Vec<Span>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fri: Vec<Span>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sat: Vec<Span>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sun: Vec<Span>,
}

impl TryFrom<Written> for WeekHours {
    type Error = WeekFault;

    fn try_from(w: Written) -> Result<WeekHours, WeekFault> {
        let days = [w.mon, w.tue, w.wed, w.thu, w.fri, w.sat, w.sun];
        let spans = WEEK.into_iter().zip(days);
        WeekHours::new(spans.flat_map(|(weekday, spans)| spans.into_iter().map(move |span| (weekday, span))))
    }
}

impl From<WeekHours> for Written {
    fn from(WeekHours([mon, tue, wed, thu, fri, sat, sun]): WeekHours) -> Written {
        Written { mon, tue, wed, thu, fri, sat, sun }
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let write = |time: NaiveTime| {
            let form = if time.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
            time.format(form).to_string()
        };
        (write(self.start), write(self.end)).serialize(to)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Span, D::Error> {
        let (start, end) = <(String, String)>::deserialize(from)?;
        let read = |text: &str| {
            super::when::parse_time(text).ok_or_else(|| D::Error::custom(format!("{text:?} is no wall time")))
        };
        Ok(Span { start: read(&start)?, end: read(&end)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::samples::{date, time};

    fn span(start: &str, end: &str) -> Span {
        Span { start: time(start), end: time(end) }
    }

    #[test]
    fn the_standard_week_is_stored_readably() {
        let json = serde_json::to_string(&WorkWeek::standard()).unwrap();
        assert_eq!(
            json,
            r#"{"mon":[["09:00","17:00"]],"tue":[["09:00","17:00"]],"wed":[["09:00","17:00"]],"thu":[["09:00","17:00"]],"fri":[["09:00","17:00"]]}"#
        );
        assert_eq!(serde_json::from_str::<WorkWeek>(&json).unwrap(), WorkWeek::standard());
    }

    #[test]
    fn two_spans_a_day_and_nights_survive_being_stored_in_order() {
        let week: WorkWeek = serde_json::from_str(
            r#"{"sun":[["22:00","06:00"]],"mon":[["14:00","18:30"],["08:15","12:00"]]}"#,
        )
        .unwrap();
        assert_eq!(week.spans(Weekday::Mon), [span("08:15", "12:00"), span("14:00", "18:30")]);
        assert!(week.spans(Weekday::Sun).iter().all(|span| span.overnight()));
        let again = serde_json::to_string(&week).unwrap();
        assert_eq!(again, r#"{"mon":[["08:15","12:00"],["14:00","18:30"]],"sun":[["22:00","06:00"]]}"#);
    }

    #[test]
    fn impossible_weeks_are_refused() {
        for wrong in [
            "{}",
            r#"{"mon":[]}"#,
            r#"{"mon":[["09:00"]]}"#,
            r#"{"mon":[["9","17"]]}"#,
            r#"{"mon":[["25:00","26:00"]]}"#,
            r#"{"monday":[["09:00","17:00"]]}"#,
            r#"{"mon":[["09:00","17:00"],["16:59","18:00"]]}"#,
        ] {
            assert!(serde_json::from_str::<WorkWeek>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn spans_may_touch_but_not_overlap_also_over_midnight_and_over_the_week() {
        let (early, day, night) = (span("06:00", "14:00"), span("09:00", "17:00"), span("22:00", "06:00"));
        let week = |spans: &[(Weekday, Span)]| WorkWeek::new(spans.iter().copied()).map(|_| ());
        assert_eq!(week(&[]), Err(WeekFault::Empty));
        assert_eq!(WeekHours::new([]), Ok(WeekHours::NONE));
        assert_eq!(week(&[(Weekday::Mon, night), (Weekday::Tue, early)]), Ok(()));
        assert_eq!(week(&[(Weekday::Mon, early), (Weekday::Sun, night)]), Ok(()));
        assert_eq!(
            week(&[(Weekday::Tue, early), (Weekday::Tue, day)]),
            Err(WeekFault::Overlap(Weekday::Tue, early))
        );
        let dawn = span("05:59", "08:00");
        assert_eq!(
            week(&[(Weekday::Tue, dawn), (Weekday::Mon, night)]),
            Err(WeekFault::Overlap(Weekday::Mon, night))
        );
        assert_eq!(
            week(&[(Weekday::Mon, dawn), (Weekday::Sun, night)]),
            Err(WeekFault::Overlap(Weekday::Sun, night))
        );
    }

    #[test]
    fn hours_that_come_daily_never_overlap_and_may_be_none() {
        for span in [span("22:00", "07:00"), span("12:00", "12:00"), span("09:00", "10:30")] {
            let hours = WeekHours::daily(span);
            assert_eq!(WeekHours::new(hours.iter()).as_ref(), Ok(&hours));
            assert_eq!(hours.days(), WeekdaySet::ALL);
        }
        assert_eq!(serde_json::to_string(&WeekHours::NONE).unwrap(), "{}");
        assert_eq!(serde_json::from_str::<WeekHours>("{}").unwrap(), WeekHours::NONE);
    }

    #[test]
    fn a_day_from_midnight_to_midnight_is_one_span() {
        let always = WEEK.map(|weekday| (weekday, span("00:00", "00:00")));
        assert_eq!(WorkWeek::new(always).unwrap().days(), WeekdaySet::ALL);
    }

    #[test]
    fn working_days_are_those_on_which_work_begins() {
        let week = WorkWeek::new([(Weekday::Fri, span("22:00", "06:00"))]).unwrap();
        assert_eq!(week.days().iter().collect::<Vec<_>>(), [Weekday::Fri]);
        assert!(week.is_working_day(date("2026-11-20")) && !week.is_working_day(date("2026-11-21")));
        assert_eq!(WorkWeek::default().days(), WeekdaySet::MON_TO_FRI);
    }
}
