//! The cells of a cycle's calendar: when teams post, when somebody is away, the dates to know.

use crate::calendar::{Cycle, CycleState};
use crate::language::Words;
use crate::standup::Standup;
use crate::standup::person::first_name;
use crate::time::person::{Holiday, Person};
use crate::time::weeks::{Sheet, Week};
use crate::web::parts::choices::WEEKDAYS;
use chrono::{DateTime, Datelike as _, NaiveDate, Utc, Weekday};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// A part of the calendar, drawn.
pub(super) struct SheetView {
    /// What stands over its weeks: words for those who don't see the page, then what all see.
    pub(super) heads: Vec<(String, String)>,
    pub(super) rows: Vec<RowView>,
    /// From its first date to its last, in words.
    pub(super) label: String,
}

/// A weekday of it.
pub(super) struct RowView {
    pub(super) weekday: String,
    pub(super) cells: Vec<Cell>,
}

/// A date of it, or a gap.
#[derive(Default)]
pub(super) struct Cell {
    pub(super) class: String,
    pub(super) text: String,
    /// What the classes say, in words.
    pub(super) note: String,
}

/// What is known of the days.
pub(super) struct Days<'a> {
    t: Words,
    cycle: &'a Cycle,
    today: NaiveDate,
    standups: &'a [Standup],
    people: &'a [&'a Person],
    /// Dates to know, with what they are.
    marks: Vec<(NaiveDate, &'static str)>,
}

impl<'a> Days<'a> {
    /// The days of a cycle as they stand at `now`, for those who post and those who may be away.
    pub(super) fn new(
        t: Words,
        cycle: &'a Cycle,
        now: DateTime<Utc>,
        standups: &'a [Standup],
        people: &'a [&'a Person],
    ) -> Self {
        let closing = cycle.turns().into_iter().find(|(_, state)| *state == CycleState::Closing);
        let closing = closing.map(|(at, _)| (cycle.zone.date_at(at), t.cycle_mark_closing()));
        let marks = closing.into_iter().chain([(cycle.last, t.cycle_mark_last())]).collect();
        Self { t, cycle, today: cycle.zone.date_at(now), standups, people, marks }
    }

    /// How to read it.
    pub(super) fn key(&self) -> Vec<String> {
        let t = self.t;
        let teams = self.posting(|_| true);
        let posts = (!teams.is_empty()).then(|| t.cycle_key_posts(t.list(teams)));
        let rest = [t.cycle_key_away().to_owned(), t.cycle_key_mark().to_owned()];
        posts.into_iter().chain(rest).collect()
    }

    pub(super) fn sheet(&self, sheet: &Sheet) -> SheetView {
        let t = self.t;
        let dates: Vec<NaiveDate> =
            sheet.weeks.iter().flat_map(|week| week.days.iter().flatten().copied()).collect();
        let (first, last) = (dates.first().copied(), dates.last().copied());
        let ends = first.zip(last).unwrap_or((self.cycle.first, self.cycle.last));
        SheetView {
            heads: sheet.weeks.iter().map(|week| self.head(week)).collect(),
            rows: WEEKDAYS.into_iter().map(|weekday| self.row(sheet, weekday, ends.0)).collect(),
            label: t.cycle_calendar(t.date_short(ends.0), t.date_short(ends.1)),
        }
    }

    fn head(&self, week: &Week) -> (String, String) {
        let t = self.t;
        match week.number {
            Some(number) => (t.cycle_week().to_owned(), number.to_string()),
            None => (t.cycle_week_from().to_owned(), t.date_short(week.monday)),
        }
    }

    fn row(&self, sheet: &Sheet, weekday: Weekday, first: NaiveDate) -> RowView {
        let cell = |date: Option<NaiveDate>| date.map(|date| self.cell(date, first)).unwrap_or_default();
        RowView { weekday: self.t.weekday_short(weekday), cells: sheet.row(weekday).map(cell).collect() }
    }

    fn cell(&self, date: NaiveDate, first: NaiveDate) -> Cell {
        let t = self.t;
        let (mut classes, mut notes) = (Vec::new(), Vec::new());
        let away: Vec<&str> = self
            .people
            .iter()
            .filter(|one| one.absence.contains(date))
            .map(|one| first_name(&one.name))
            .collect();
        let marks: Vec<&str> =
            self.marks.iter().filter(|(day, _)| *day == date).map(|(_, what)| *what).collect();
        if !marks.is_empty() {
            classes.push("mark");
        } else if !away.is_empty() {
            classes.push("hol");
        } else if !self.cycle.is_working_day(date) {
            classes.push("we");
        }
        notes.extend(marks.into_iter().map(str::to_owned));
        if !away.is_empty() {
            notes.push(t.cycle_note_away(t.list(away)));
        }
        let teams = self.posting(|standup| standup.timetable.falls_on(date));
        if !teams.is_empty() {
            classes.push("ci");
            notes.push(t.cycle_note_posts(t.list(teams)));
        }
        if date < self.today {
            classes.push("past");
        }
        if date == self.today {
            classes.push("today");
            notes.push(t.language_today().to_owned());
        }
        let whole = date == first || date.day() == 1;
        Cell {
            class: classes.join(" "),
            text: if whole { t.date_short(date) } else { date.day().to_string() },
            note: notes.join(", "),
        }
    }

    /// The teams that post, each once.
    fn posting(&self, posts: impl Fn(&Standup) -> bool) -> Vec<&str> {
        let mut teams: Vec<&str> =
            self.standups.iter().filter(|it| posts(it)).map(|it| it.team_name.as_str()).collect();
        teams.dedup();
        teams
    }
}

/// Days of the cycle on which somebody is away, in order: when, and who, with the public holidays it is for.
pub(super) fn away(
    t: Words,
    cycle: &Cycle,
    people: &[&Person],
    holidays: &[Holiday],
) -> Vec<(String, String)> {
    let mut lines: BTreeMap<(NaiveDate, NaiveDate), Vec<&Person>> = BTreeMap::new();
    for one in people {
        for range in one.absence.ranges() {
            let (first, last) = ((*range.start()).max(cycle.first), (*range.end()).min(cycle.last));
            if first <= last {
                lines.entry((first, last)).or_default().push(one);
            }
        }
    }
    let told = |((first, last), mut who): ((NaiveDate, NaiveDate), Vec<&Person>)| {
        who.sort_by_key(|one| &one.name);
        let kept = |holiday: &&Holiday| {
            (first..=last).contains(&holiday.day) && who.iter().any(|one| holiday.kept_by.contains(&one.id))
        };
        let mut names: Vec<&str> =
            holidays.iter().filter(kept).map(|holiday| holiday.name.as_str()).collect();
        names.dedup();
        let people = t.list(who.iter().map(|one| first_name(&one.name)));
        let who = if names.is_empty() { people } else { t.cycle_away_for(people, t.list(names)) };
        (dates(t, &(first..=last)), who)
    };
    lines.into_iter().map(told).collect()
}

fn dates(t: Words, range: &RangeInclusive<NaiveDate>) -> String {
    if range.start() == range.end() {
        t.cycle_date(t.date_short(range.start()))
    } else {
        t.cycle_dates(t.date_short(range.start()), t.date_short(range.end()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Absence, Span, WeekdaySet, WorkWeek, Zone};
    use crate::ids::MemberId;
    use crate::language::Locale;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn person(name: &str, away: &[(&str, &str)]) -> Person {
        Person {
            id: MemberId::fresh(),
            name: name.into(),
            zone: Zone::UTC,
            week: WorkWeek::standard(),
            absence: Absence::new(away.iter().map(|(first, last)| date(first)..=date(last))),
            quiet: Span { start: chrono::NaiveTime::MIN, end: chrono::NaiveTime::MIN },
            teams: Vec::new(),
        }
    }

    #[test]
    fn days_away_are_told_once_each_and_within_the_cycle() {
        let cycle = Cycle {
            first: date("2026-09-28"),
            last: date("2026-12-27"),
            zone: Zone::UTC,
            weekdays: WeekdaySet::MON_TO_FRI,
            holidays: Absence::NONE,
            by_hand: None,
            reopened: None,
        };
        let people = [
            person("Arjun Rao", &[("2026-11-09", "2026-11-09"), ("2026-12-24", "2027-01-04")]),
            person("Priya Nair", &[("2026-11-09", "2026-11-09"), ("2026-09-01", "2026-09-27")]),
            person("Mia Chen", &[("2026-09-20", "2026-09-30")]),
        ];
        let people: Vec<&Person> = people.iter().collect();
        let holidays = [
            Holiday {
                day: date("2026-11-09"),
                name: "Deepavali".into(),
                kept_by: people.iter().take(2).map(|one| one.id).collect(),
            },
            Holiday { day: date("2026-12-25"), name: "Christmas Day".into(), kept_by: Vec::new() },
        ];
        let told = away(Words::of(Locale::English), &cycle, &people, &holidays);
        let told: Vec<_> = told.iter().map(|(when, who)| (when.as_str(), who.as_str())).collect();
        assert_eq!(
            told,
            [
                ("28 Sept to 30 Sept.", "Mia"),
                ("9 Nov.", "Arjun and Priya: Deepavali"),
                ("24 Dec to 27 Dec.", "Arjun"),
            ]
        );
        let days = Days::new(
            Words::of(Locale::English),
            &cycle,
            "2026-11-17T09:24:00Z".parse().unwrap(),
            &[],
            &people,
        );
        for (day, class, text, note) in [
            ("2026-09-28", "hol past", "28 Sept", "away: Mia"),
            ("2026-10-01", "past", "1 Oct", ""),
            ("2026-11-15", "we past", "15", ""),
            ("2026-11-17", "today", "17", "today"),
            ("2026-12-21", "mark", "21", "the last five working days begin"),
            ("2026-12-27", "mark", "27", "the last day, away: Arjun"),
        ] {
            let cell = days.cell(date(day), cycle.first);
            assert_eq!(
                (cell.class.as_str(), cell.text.as_str(), cell.note.as_str()),
                (class, text, note),
                "{day}"
            );
        }
    }
}
