//! Hours of a week as stretches of instants.
//!
//! A span runs from its start, resolved as an opening, to its end, resolved as a deadline (see [`super::local`]),
//! and is measured in elapsed time. It belongs to the date it begins on: away on Tuesday leaves out Tuesday's spans,
//! also the part of Tuesday's night after midnight, but not the end of Monday's night.

use std::ops::Range;

use chrono::{DateTime, Datelike as _, Days, NaiveDate, Utc};

use super::{
    absence::Absence,
    local::{Edge, resolve, resolve_or_next},
    workweek::{Span, WeekHours},
    zone::Zone,
};

/// How many days ahead (ten years) a search for hours gives up.
pub(super) const HORIZON: usize = 3_660;

/// How many dates back a span may have begun that is still running: a night, and one more for zones that
/// leave a date out or put clocks back over midnight.
const LOOK_BACK: Days = Days::new(2);

/// Hours of a week, hung on the wall clock of a zone.
#[derive(Clone, Copy, Debug)]
pub struct Stretches<'a> {
    /// Where the wall clock hangs.
    pub zone: Zone,
    /// The hours.
    pub hours: &'a WeekHours,
    /// The dates on which they do not apply.
    pub absence: &'a Absence,
}

impl<'a> Stretches<'a> {
    /// The hours of every week, with no date left out.
    pub fn always(zone: Zone, hours: &'a WeekHours) -> Self {
        static NEVER: Absence = Absence::NONE;
        Self { zone, hours, absence: &NEVER }
    }

    /// What is left of the stretches from an instant on: in order, without overlap, none empty; for ten years.
    pub fn from(self, from: DateTime<Utc>) -> impl Iterator<Item = Range<DateTime<Utc>>> + 'a {
        let mut counted_until = from;
        self.dates(from)
            .flat_map(move |date| self.on(date))
            // Clocks put back can make one span end after the next begins: no hour counts twice.
            .filter_map(move |span| {
                let start = span.start.max(counted_until);
                counted_until = span.end.max(counted_until);
                (start < span.end).then_some(start..span.end)
            })
    }

    /// The stretches inside a window, cut off at its ends: in order, without overlap, none empty.
    pub fn within(self, window: Range<DateTime<Utc>>) -> impl Iterator<Item = Range<DateTime<Utc>>> + 'a {
        self.from(window.start)
            .take_while(move |span| span.start < window.end)
            .map(move |span| span.start..span.end.min(window.end))
    }

    /// The stretch an instant lies in. Its first instant does, its last does not.
    pub fn around(self, at: DateTime<Utc>) -> Option<Range<DateTime<Utc>>> {
        // The next date's hours may have begun where clocks go back over midnight.
        self.dates(at).take(4).flat_map(|date| self.on(date)).find(|span| span.contains(&at))
    }

    /// The stretches that begin on a date.
    pub fn on(self, date: NaiveDate) -> impl Iterator<Item = Range<DateTime<Utc>>> + 'a {
        let spans = if self.absence.contains(date) { &[] } else { self.hours.spans(date.weekday()) };
        spans.iter().filter_map(move |span| instants(self.zone, date, *span))
    }

    /// The dates from the first whose hours may still run at an instant.
    fn dates(self, at: DateTime<Utc>) -> impl Iterator<Item = NaiveDate> {
        let today = self.zone.date_at(at);
        today.checked_sub_days(LOOK_BACK).unwrap_or(today).iter_days().take(HORIZON)
    }
}

fn instants(zone: Zone, date: NaiveDate, span: Span) -> Option<Range<DateTime<Utc>>> {
    let last = if span.overnight() { date.succ_opt()? } else { date };
    let start = resolve(zone, date, span.start, Edge::Opening)?;
    Some(start..resolve_or_next(zone, last, span.end, Edge::Deadline))
}
