//! Working time: the part of elapsed time that lies inside someone's working spans.
//!
//! A span runs from its start, resolved as an opening, to its end, resolved as a deadline (see [`super::local`]),
//! and is measured in elapsed time: a night shift over the autumn change is an hour longer, over the spring
//! change an hour shorter. A span belongs to the date it begins on: away on Tuesday leaves out Tuesday's spans,
//! also the part of Tuesday's night after midnight, but not the end of Monday's night.

use std::{iter::successors, ops::Range};

use chrono::{DateTime, Datelike as _, Days, NaiveDate, TimeDelta, Utc};

use super::{
    absence::Absence,
    local::{Edge, resolve, resolve_or_next},
    workweek::{Span, WorkWeek},
    zone::Zone,
};

/// How many days ahead (ten years) a search for working time gives up.
const HORIZON: usize = 3_660;

/// How many dates back a span may have begun that is still running: a night, and one more for zones that
/// leave a date out or put clocks back over midnight.
const LOOK_BACK: Days = Days::new(2);

/// One person's working time: their zone, their week, the dates they are away.
#[derive(Clone, Copy, Debug)]
pub struct WorkingTime<'a> {
    /// Where their wall clock hangs.
    pub zone: Zone,
    /// When they work.
    pub week: &'a WorkWeek,
    /// When they do not after all.
    pub absence: &'a Absence,
}

impl WorkingTime<'_> {
    /// The working time from instant `a` to instant `b`; zero when `b` is not after `a`.
    pub fn between(&self, a: DateTime<Utc>, b: DateTime<Utc>) -> TimeDelta {
        self.spans_from(a)
            .take_while(|span| span.start < b)
            .map(|span| span.end.min(b) - span.start)
            .fold(TimeDelta::zero(), |sum, part| sum + part)
    }

    /// The first instant at which this much working time has passed since `from`: "eight working hours of this
    /// person from this instant". `from` itself for no time; `None` when ten years do not hold that much.
    pub fn after(&self, from: DateTime<Utc>, time: TimeDelta) -> Option<DateTime<Utc>> {
        if time <= TimeDelta::zero() {
            return Some(from);
        }
        let mut left = time;
        for span in self.spans_from(from) {
            let length = span.end - span.start;
            if left <= length {
                return Some(span.start + left);
            }
            left -= length;
        }
        None
    }

    /// Whether the instant lies in a working span. The first instant of a span does, the last does not.
    pub fn is_working(&self, at: DateTime<Utc>) -> bool {
        self.spans_from(at).next().is_some_and(|span| span.start <= at)
    }

    /// The first instant, at or after `at`, at which work begins; `None` when it does not within ten years.
    /// A span that follows another without a pause does not begin work.
    pub fn next_opening(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut worked_until = None;
        self.spans_from(at - TimeDelta::nanoseconds(1))
            .find(|span| worked_until.replace(span.end) != Some(span.start) && at <= span.start)
            .map(|span| span.start)
    }

    /// `at` when it lies in a working span, else the next opening: the soonest a message may arrive.
    pub fn soonest(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.is_working(at) { Some(at) } else { self.next_opening(at) }
    }

    /// When work last ended on an earlier date than the one their calendar shows at `at`: where "since you
    /// left" begins. `None` when they have not worked for ten years.
    pub fn end_of_last_day(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        successors(self.zone.date_at(at).pred_opt(), NaiveDate::pred_opt)
            .take(HORIZON)
            .find_map(|date| self.spans_on(date).map(|span| span.end).filter(|end| *end <= at).max())
    }

    /// Whether they work on this date.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        self.week.is_working_day(date) && !self.absence.contains(date)
    }

    /// The `n`th date after `date` on which they work; `date` itself for none. The last date of the calendar
    /// when they are away for good.
    pub fn working_days_after(&self, date: NaiveDate, n: u32) -> NaiveDate {
        let mut day = date;
        let mut left = n;
        while left > 0 {
            let Some(next) = self.absence.until(day).unwrap_or(day).succ_opt() else { return NaiveDate::MAX };
            day = next;
            if self.is_working_day(day) {
                left -= 1;
            }
        }
        day
    }

    /// What is left of the working spans from an instant on: in order, without overlap, none empty.
    fn spans_from(&self, from: DateTime<Utc>) -> impl Iterator<Item = Range<DateTime<Utc>>> {
        let today = self.zone.date_at(from);
        let mut counted_until = from;
        today
            .checked_sub_days(LOOK_BACK)
            .unwrap_or(today)
            .iter_days()
            .take(HORIZON)
            .flat_map(|date| self.spans_on(date))
            // Clocks put back can make one span end after the next begins: no hour counts twice.
            .filter_map(move |span| {
                let start = span.start.max(counted_until);
                counted_until = span.end.max(counted_until);
                (start < span.end).then_some(start..span.end)
            })
    }

    /// The working spans that begin on a date.
    fn spans_on(&self, date: NaiveDate) -> impl Iterator<Item = Range<DateTime<Utc>>> {
        let spans = if self.absence.contains(date) { &[] } else { self.week.spans(date.weekday()) };
        spans.iter().filter_map(move |span| self.instants(date, *span))
    }

    fn instants(&self, date: NaiveDate, span: Span) -> Option<Range<DateTime<Utc>>> {
        let last = if span.overnight() { date.succ_opt()? } else { date };
        let start = resolve(self.zone, date, span.start, Edge::Opening)?;
        Some(start..resolve_or_next(self.zone, last, span.end, Edge::Deadline))
    }
}
