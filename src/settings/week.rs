//! The hours of a week as the form carries them: two pairs of times for each weekday, left empty where there is no work;
//! peak hours that come daily; quiet hours.

use crate::calendar::{Absence, Reachable, Span, WeekFault, WeekHours, WorkWeek, WorkingTime, Zone};
use crate::language::Words;
use crate::web::Problems;
use crate::web::parts::choices::WEEKDAYS;
use chrono::{DateTime, NaiveTime, Weekday};

/// As many spans of work fit into a day of the form.
const PAIRS: usize = 2;

/// What was typed: `2 × 7` beginnings and ends, Monday first, and the two pairs for every day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Typed<'a> {
    pub(super) starts: &'a [String],
    pub(super) ends: &'a [String],
    pub(super) peak: (&'a str, &'a str),
    pub(super) quiet: (&'a str, &'a str),
}

/// What it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Week {
    pub(super) work: WorkWeek,
    pub(super) peak: WeekHours,
    pub(super) quiet: Span,
}

/// A weekday of the form.
pub(super) struct DayRow {
    pub(super) name: String,
    pub(super) pairs: Vec<Pair>,
}

/// Two fields: from, until.
pub(super) struct Pair {
    pub(super) start_id: String,
    pub(super) start_label: String,
    pub(super) start: String,
    pub(super) end_id: String,
    pub(super) end_label: String,
    pub(super) end: String,
}

/// The beginnings and ends of a week, as the form would carry them.
pub(super) fn written(week: &WorkWeek) -> (Vec<String>, Vec<String>) {
    let fields = |pick: fn(&Span) -> NaiveTime| -> Vec<String> {
        let of_day = |day| {
            let spans = week.spans(day).iter().map(move |span| clock(pick(span)));
            spans.chain(std::iter::repeat(String::new())).take(PAIRS)
        };
        WEEKDAYS.into_iter().flat_map(of_day).collect()
    };
    (fields(|span| span.start), fields(|span| span.end))
}

/// A stretch that comes daily, as the form carries it; empty fields for none.
pub(super) fn written_daily(hours: &WeekHours) -> (String, String) {
    hours.iter().next().map(|(_, span)| (clock(span.start), clock(span.end))).unwrap_or_default()
}

/// The hours of the first day that has any, given to these days too; the others stay as they are.
pub(super) fn copied(fields: &[String], source: usize, to: &[u32]) -> Vec<String> {
    let days = WEEKDAYS.into_iter().zip(0..);
    days.flat_map(|(day, n)| {
        let from = if to.contains(&day.number_from_monday()) { source } else { n };
        (0..PAIRS).map(move |pair| fields.get(from * PAIRS + pair).cloned().unwrap_or_default())
    })
    .collect()
}

fn clock(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

impl Typed<'_> {
    /// The form's rows.
    pub(super) fn rows(&self, t: Words) -> Vec<DayRow> {
        WEEKDAYS
            .into_iter()
            .map(|day| {
                let pairs = (1..=PAIRS).map(|n| self.pair(t, day, n)).collect();
                DayRow { name: t.weekday_long(day), pairs }
            })
            .collect()
    }

    fn pair(&self, t: Words, day: Weekday, n: usize) -> Pair {
        let (start, end) = self.at(day, n);
        let name = t.weekday_long(day);
        Pair {
            start_label: if n == 1 { t.settings_work_from(&name) } else { t.settings_again_from(&name) },
            end_label: if n == 1 { t.settings_work_until(&name) } else { t.settings_again_until(&name) },
            start_id: start_id(day, n),
            end_id: end_id(day, n),
            start: start.to_owned(),
            end: end.to_owned(),
        }
    }

    /// The place of the first day with something in it.
    pub(super) fn first_day(&self) -> Option<usize> {
        WEEKDAYS.into_iter().position(|day| (1..=PAIRS).any(|n| self.at(day, n) != ("", "")))
    }

    /// The nth pair of a day.
    fn at(&self, day: Weekday, n: usize) -> (&str, &str) {
        let place = usize::try_from(day.num_days_from_monday()).unwrap_or(0) * PAIRS + n - 1;
        (trimmed(self.starts, place), trimmed(self.ends, place))
    }

    /// The hours, or all that is wrong with them, each with its field.
    pub(super) fn read(&self, problems: &mut Problems, t: Words) -> Option<Week> {
        let work = self.work(problems, t);
        let peak = self.peak(problems, t);
        let quiet = self.quiet(problems, t);
        let (work, peak) = (work?, peak?);
        if swallows(&peak, &work) {
            problems.add("peak_until", t.settings_peak_swallows());
            return None;
        }
        Some(Week { work, peak, quiet: quiet? })
    }

    /// The working week.
    pub(super) fn work(&self, problems: &mut Problems, t: Words) -> Option<WorkWeek> {
        let known = problems.len();
        let mut spans = Vec::new();
        for day in WEEKDAYS {
            for n in 1..=PAIRS {
                let (start, end) = self.at(day, n);
                if (start, end) != ("", "") {
                    let fields = (start_id(day, n), end_id(day, n));
                    let read = span(&t.weekday_long(day), (start, end), (&fields.0, &fields.1), problems, t);
                    spans.extend(read.map(|span| (day, n, span)));
                }
            }
        }
        if problems.len() > known {
            return None;
        }
        match WorkWeek::new(spans.iter().map(|(day, _, span)| (*day, *span))) {
            Ok(week) => Some(week),
            Err(WeekFault::Empty) => {
                problems.add(start_id(Weekday::Mon, 1), t.settings_hours_none());
                None
            }
            Err(WeekFault::Overlap(day, span)) => {
                let n = spans.iter().find(|one| (one.0, one.2) == (day, span)).map_or(1, |one| one.1);
                problems.add(end_id(day, n), t.settings_hours_overlap(t.weekday_long(day)));
                None
            }
        }
    }

    /// The peak hours; both fields empty for none.
    pub(super) fn peak(&self, problems: &mut Problems, t: Words) -> Option<WeekHours> {
        if self.peak == ("", "") {
            return Some(WeekHours::NONE);
        }
        span(t.settings_peak(), self.peak, ("peak_from", "peak_until"), problems, t).map(WeekHours::daily)
    }

    /// The quiet hours.
    pub(super) fn quiet(&self, problems: &mut Problems, t: Words) -> Option<Span> {
        span(t.settings_quiet(), self.quiet, ("quiet_from", "quiet_until"), problems, t)
    }
}

fn trimmed(fields: &[String], place: usize) -> &str {
    fields.get(place).map_or("", |typed| typed.trim())
}

fn start_id(day: Weekday, n: usize) -> String {
    format!("start-{}-{n}", day.number_from_monday())
}

fn end_id(day: Weekday, n: usize) -> String {
    format!("end-{}-{n}", day.number_from_monday())
}

/// A span of two fields, of which at least one was filled in; `hours` is what a sentence about them calls it.
fn span(
    hours: &str,
    (start, end): (&str, &str),
    (start_field, end_field): (&str, &str),
    problems: &mut Problems,
    t: Words,
) -> Option<Span> {
    let mut read = |typed: &str, field: &str, missing: String| {
        if typed.is_empty() {
            problems.add(field, missing);
            return None;
        }
        super::hours::time(typed, field, problems, t)
    };
    let from = read(start, start_field, t.settings_hours_no_start(hours));
    let until = read(end, end_field, t.settings_hours_no_end(hours));
    let (start, end) = (from?, until?);
    if start == end {
        problems.add(end_field, t.settings_hours_empty(hours));
        return None;
    }
    Some(Span { start, end })
}

/// Whether peak hours leave no instant of work in which a message could come.
fn swallows(peak: &WeekHours, week: &WorkWeek) -> bool {
    let working = WorkingTime { zone: Zone::UTC, week, absence: &Absence::NONE };
    Reachable { working, peak }.soonest(DateTime::UNIX_EPOCH).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Locale;

    const T: Words = Words::of(Locale::English);

    /// Fields with these pairs in them, each with its day (Monday is 0) and place.
    fn fields(pairs: &[(usize, usize, &str, &str)]) -> (Vec<String>, Vec<String>) {
        let mut fields = (vec![String::new(); 14], vec![String::new(); 14]);
        for (day, n, start, end) in pairs {
            fields.0[day * 2 + n] = (*start).to_owned();
            fields.1[day * 2 + n] = (*end).to_owned();
        }
        fields
    }

    fn typed<'a>((starts, ends): &'a (Vec<String>, Vec<String>), peak: (&'a str, &'a str)) -> Typed<'a> {
        Typed { starts, ends, peak, quiet: ("22:00", "07:00") }
    }

    fn faults(fields: &(Vec<String>, Vec<String>), peak: (&str, &str)) -> Vec<String> {
        let mut problems = Problems::new();
        assert_eq!(typed(fields, peak).read(&mut problems, T), None);
        problems.iter().map(|(field, _)| field.to_owned()).collect()
    }

    #[test]
    fn two_spans_and_a_night_are_read_and_written_back() {
        let fields = fields(&[(0, 0, "09:00", "12:30"), (0, 1, "19:00", "21:30"), (4, 0, "22:00", "06:00")]);
        let mut problems = Problems::new();
        let week = typed(&fields, ("", "")).read(&mut problems, T).unwrap();
        assert!(problems.is_empty() && week.peak.is_empty());
        assert_eq!(written(&week.work), fields);
        assert!(week.work.spans(Weekday::Fri)[0].overnight());
    }

    #[test]
    fn each_fault_is_told_at_its_field() {
        let none = ("", "");
        assert_eq!(faults(&fields(&[]), none), ["start-1-1"]);
        assert_eq!(faults(&(Vec::new(), Vec::new()), none), ["start-1-1"]);
        assert_eq!(faults(&fields(&[(1, 0, "09:00", "")]), none), ["end-2-1"]);
        assert_eq!(faults(&fields(&[(1, 1, "", "17:00")]), none), ["start-2-2"]);
        assert_eq!(faults(&fields(&[(6, 0, "25:00", "nine")]), none), ["start-7-1", "end-7-1"]);
        assert_eq!(faults(&fields(&[(2, 0, "09:00", "09:00")]), none), ["end-3-1"]);
        assert_eq!(faults(&fields(&[(3, 0, "09:00", "13:00"), (3, 1, "12:00", "17:00")]), none), ["end-4-1"]);
        assert_eq!(faults(&fields(&[(3, 1, "22:00", "09:30"), (4, 0, "09:00", "17:00")]), none), ["end-4-2"]);
        let office = fields(&[(0, 0, "09:00", "17:00")]);
        assert_eq!(faults(&office, ("09:00", "")), ["peak_until"]);
        assert_eq!(faults(&office, ("08:00", "18:00")), ["peak_until"]);
    }

    #[test]
    fn a_days_hours_are_given_to_other_days() {
        let (starts, ends) =
            fields(&[(1, 0, "08:00", "12:00"), (1, 1, "13:00", "16:00"), (5, 0, "10:00", "11:00")]);
        let typed = Typed { starts: &starts, ends: &ends, peak: ("", ""), quiet: ("", "") };
        assert_eq!(typed.first_day(), Some(1));
        let copied = copied(&starts, 1, &[3, 7]);
        assert_eq!(copied[4..6], ["08:00", "13:00"]);
        assert_eq!(copied[12..], ["08:00", "13:00"]);
        assert_eq!(copied[10..12], ["10:00", ""]);
        assert_eq!(copied[0..2], ["", ""]);
    }
}
