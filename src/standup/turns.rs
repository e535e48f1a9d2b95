//! What one person is asked on the dates of one standup. Pure.
//!
//! The rows kept for them are the truth: a window that has opened stays as it is, wherever they move. Rows are made some
//! days ahead; for dates beyond them, and for days before rows were kept at all, the timetable answers.

use super::occurrence::Timetable;
use super::person::Person;
use super::question::Standup;
use crate::calendar::{Occurrence, Zone};
use crate::ids::{StandupId, TeamId};
use crate::occurrence::Asked;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// How many days back an update may still be written.
pub const FILL_IN_DAYS: u64 = 14;

/// The dates of two zones at one instant differ by this much at most.
const APART: i64 = 2;

/// How many scheduled dates are looked through for the next that is asked.
const LOOK: usize = 60;

/// The rows kept for a person, as far as they were read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diary {
    dates: Option<(NaiveDate, NaiveDate)>,
    until: BTreeMap<TeamId, NaiveDate>,
    rows: BTreeMap<(StandupId, NaiveDate), Asked>,
}

impl Diary {
    /// The rows of these dates. `until` says how far the rows of each team were made.
    pub fn new(
        dates: RangeInclusive<NaiveDate>,
        until: impl IntoIterator<Item = (TeamId, NaiveDate)>,
        rows: impl IntoIterator<Item = (StandupId, Asked)>,
    ) -> Self {
        let rows = rows.into_iter().map(|(standup, asked)| ((standup, asked.occurrence.date), asked));
        Self { dates: Some(dates.into_inner()), until: until.into_iter().collect(), rows: rows.collect() }
    }

    /// The same person's, of other dates.
    #[must_use]
    pub fn reread(
        &self,
        dates: RangeInclusive<NaiveDate>,
        rows: impl IntoIterator<Item = (StandupId, Asked)>,
    ) -> Self {
        Self::new(dates, self.until.clone(), rows)
    }

    fn row(&self, standup: &Standup, date: NaiveDate) -> Option<&Asked> {
        self.rows.get(&(standup.id, date))
    }

    /// Whether rows answer for this date, so that none means that nothing is asked.
    fn answers(&self, standup: &Standup, date: NaiveDate) -> bool {
        self.dates.is_some_and(|(first, last)| first <= date && date <= last)
            && self.until.get(&standup.team).is_some_and(|until| date <= *until)
    }
}

/// A standup as one person meets it.
#[derive(Debug, Clone, Copy)]
pub struct Turns<'a> {
    /// The standup.
    pub standup: &'a Standup,
    /// The person.
    pub person: &'a Person,
}

impl Turns<'_> {
    /// The date it is for them, on the clock this standup goes by.
    pub fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        self.timetable().today(self.person.zone, now)
    }

    /// The zone a date is read in.
    pub fn zone(&self, date: NaiveDate) -> Zone {
        let kept = self.person.diary.row(self.standup, date).map(|row| row.zone);
        kept.unwrap_or_else(|| self.timetable().zone(self.person.zone, date))
    }

    /// The occurrence of a date, if they are asked for it: observers never are, nobody is for a date before they came, and
    /// one that a move put into the past is excused. Days away are not looked at here.
    pub fn occurrence(&self, date: NaiveDate) -> Option<Occurrence> {
        let Person { asked, since, zone, diary, .. } = self.person;
        match diary.row(self.standup, date) {
            _ if !asked => None,
            Some(row) => (!row.excused).then_some(row.occurrence),
            None if date < *since || diary.answers(self.standup, date) => None,
            None => self.timetable().occurrence(*zone, date),
        }
    }

    /// The occurrences whose window is open, in the order they are due. More than one only after a move.
    pub fn open(&self, now: DateTime<Utc>) -> Vec<Occurrence> {
        let today = self.today(now);
        let near = (-APART..=APART).filter_map(|days| today.checked_add_signed(TimeDelta::days(days)));
        let mut open: Vec<_> = near
            .filter_map(|date| self.occurrence(date))
            .filter(|it| it.opens <= now && now < it.due)
            .collect();
        open.sort_by_key(|it| (it.due, it.date));
        open
    }

    /// The occurrence they would write for at `now`: one whose window is open, the first to close before others, else
    /// today's, whether its window is still to open or has passed.
    pub fn current(&self, now: DateTime<Utc>) -> Option<Occurrence> {
        self.open(now).first().copied().or_else(|| self.occurrence(self.today(now)))
    }

    /// The first occurrence after a date.
    pub fn next_after(&self, date: NaiveDate) -> Option<Occurrence> {
        let dates = std::iter::successors(self.timetable().date_after(date), |date| {
            self.timetable().date_after(*date)
        });
        dates.take(LOOK).find_map(|date| self.occurrence(date))
    }

    /// The occurrences they may still write for, newest first: those of the last fourteen days before today.
    pub fn recent(&self, now: DateTime<Utc>) -> Vec<Occurrence> {
        let today = self.today(now);
        std::iter::successors(today.pred_opt(), NaiveDate::pred_opt)
            .take_while(|date| *date >= earliest(today))
            .filter_map(|date| self.occurrence(date))
            .filter(|it| it.opens <= now)
            .collect()
    }

    /// Whether they may write an update for this date at `now`: any moment of their own today, an occurrence whose window
    /// has opened, also one they are excused from, or one of the last fourteen days.
    pub fn may_write(&self, date: NaiveDate, now: DateTime<Utc>) -> bool {
        let today = self.today(now);
        let row = self.person.diary.row(self.standup, date).map(|row| row.occurrence);
        date == today
            || row
                .or_else(|| self.occurrence(date))
                .is_some_and(|it| it.opens <= now && date >= earliest(today))
    }

    fn timetable(&self) -> &Timetable {
        &self.standup.timetable
    }
}

fn earliest(today: NaiveDate) -> NaiveDate {
    today.checked_sub_days(Days::new(FILL_IN_DAYS)).unwrap_or(today)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Moved, WeekdaySet};
    use crate::standup::samples::{date, person, standup, version};
    use chrono::{NaiveTime, Weekday};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn weekdays(days: &[Weekday]) -> WeekdaySet {
        days.iter().copied().collect()
    }

    /// Tuesday and Thursday until Sunday 15 November 2026, Monday to Wednesday from then on.
    fn changed() -> Standup {
        use Weekday::{Mon, Thu, Tue, Wed};
        standup(vec![
            version("2026-11-16", None, weekdays(&[Mon, Tue, Wed])),
            version("2026-10-05", Some("2026-11-15"), weekdays(&[Tue, Thu])),
        ])
    }

    #[test]
    fn the_current_one_is_the_open_one_before_todays() {
        let mut evening = version("2026-11-02", None, weekdays(&[Weekday::Tue, Weekday::Wed]));
        evening.schedule.opens = NaiveTime::from_hms_opt(18, 0, 0).unwrap();
        evening.schedule.opens_evening_before = true;
        let (standup, ines) = (standup(vec![evening]), person("Inês Duarte", "Europe/Lisbon"));
        let turns = Turns { standup: &standup, person: &ines };
        // Tuesday's is due; Wednesday's opens at 18:00 this evening.
        let current = |now| turns.current(at(now)).map(|it| it.date);
        assert_eq!(current("2026-11-17T12:00:00Z"), Some(date("2026-11-17")));
        let late = current("2026-11-17T17:00:00Z");
        assert_eq!(late, Some(date("2026-11-17")), "late, and nothing else is open");
        assert_eq!(current("2026-11-17T18:30:00Z"), Some(date("2026-11-18")));
        assert_eq!(current("2026-11-19T12:00:00Z"), None);
    }

    #[test]
    fn fourteen_days_may_be_filled_in() {
        let (standup, ines) = (changed(), person("Inês Duarte", "Europe/Lisbon"));
        let turns = Turns { standup: &standup, person: &ines };
        let now = at("2026-11-17T09:24:00Z");
        let days: Vec<_> = turns.recent(now).into_iter().map(|it| it.date).collect();
        assert_eq!(days, ["2026-11-16", "2026-11-12", "2026-11-10", "2026-11-05", "2026-11-03"].map(date));
        for (day, may) in [
            ("2026-11-17", true),
            ("2026-11-03", true),
            ("2026-10-29", false),
            ("2026-11-13", false),
            ("2026-11-18", false),
        ] {
            assert_eq!(turns.may_write(date(day), now), may, "{day}");
        }
        let thursday = at("2026-11-19T09:00:00Z");
        assert!(turns.may_write(date("2026-11-19"), thursday), "an update nobody asked for");
        assert_eq!(turns.next_after(date("2026-11-18")).map(|it| it.date), Some(date("2026-11-23")));
    }

    #[test]
    fn what_is_kept_is_the_truth_and_the_timetable_answers_beyond() {
        let standup = changed();
        let lisbon = Zone::parse("Europe/Lisbon").unwrap();
        let mut ines = person("Inês Duarte", "Pacific/Auckland");
        let tuesday = standup.timetable.occurrence(lisbon, date("2026-11-17")).unwrap();
        // She moved from Lisbon at 09:24 on Tuesday: Tuesday's window stays, Monday was never asked of her.
        let kept = Asked { occurrence: tuesday, zone: lisbon, version: None, excused: false };
        let until = [(standup.team, date("2026-11-24"))];
        let near = date("2026-11-14")..=date("2026-11-25");
        ines.diary = Diary::new(near.clone(), until, [(standup.id, kept)]);
        let turns = Turns { standup: &standup, person: &ines };
        assert_eq!(turns.occurrence(date("2026-11-17")), Some(tuesday));
        assert_eq!(turns.zone(date("2026-11-17")), lisbon);
        assert_eq!(turns.occurrence(date("2026-11-16")), None);
        assert_eq!(turns.occurrence(date("2026-11-25")).unwrap().due, at("2026-11-25T03:00:00Z"), "ahead");
        assert!(turns.occurrence(date("2026-11-12")).is_some(), "not read");
        // Wednesday morning in Auckland: Tuesday's is still open, and is what she would write for.
        let now = at("2026-11-17T15:00:00Z");
        assert_eq!((turns.today(now), turns.current(now)), (date("2026-11-18"), Some(tuesday)));
        // Excused: not asked, but written for all the same if she likes.
        ines.diary = Diary::new(near, until, [(standup.id, Asked { excused: true, ..kept })]);
        let turns = Turns { standup: &standup, person: &ines };
        assert_eq!(
            (turns.occurrence(date("2026-11-17")), turns.may_write(date("2026-11-17"), now)),
            (None, true)
        );
    }

    #[test]
    fn two_windows_may_be_open_after_a_move() {
        let (standup, mut tama) = (changed(), person("Tama Walker", "Pacific/Auckland"));
        // From Honolulu, at eleven on Monday there: Tuesday has begun in Auckland an hour ago.
        let (now, honolulu) = (at("2026-11-16T21:00:00Z"), Zone::parse("Pacific/Honolulu").unwrap());
        let on = |zone, day: &str| standup.timetable.occurrence(zone, date(day)).unwrap();
        let monday = on(honolulu, "2026-11-16");
        let tuesday = Moved::of(None, Some(on(tama.zone, "2026-11-17")), now).unwrap().occurrence;
        let rows = [(monday, honolulu), (tuesday, tama.zone)];
        let rows = rows.map(|(occurrence, zone)| {
            (standup.id, Asked { occurrence, zone, version: None, excused: false })
        });
        let until = [(standup.team, date("2026-11-24"))];
        tama.diary = Diary::new(date("2026-11-10")..=date("2026-11-25"), until, rows);
        let turns = Turns { standup: &standup, person: &tama };
        assert_eq!(turns.open(now), [monday, tuesday]);
    }
}
