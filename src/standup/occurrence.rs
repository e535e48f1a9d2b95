//! A standup's dates: the versions of its schedule laid end to end, and what they mean for one member.
//!
//! Pure. A date here is the *member's* local date, or the schedule's where it hangs on one fixed zone.

use crate::calendar::{Occurrence, Schedule, Zone};
use chrono::{DateTime, Days, NaiveDate, Utc};

/// How many days back an update may still be written.
pub const FILL_IN_DAYS: u64 = 14;

/// One version of a schedule, in force from its first date until a change ended it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// The dates and the window.
    pub schedule: Schedule,
    /// The one zone it hangs on; none when each member's own clock counts.
    pub zone: Option<Zone>,
}

/// All versions of a standup's schedule. The past keeps the rule it was lived by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timetable(Vec<Version>);

impl Timetable {
    /// Versions in any order; they do not overlap.
    pub fn new(mut versions: Vec<Version>) -> Self {
        versions.sort_by_key(|version| version.schedule.first);
        Self(versions)
    }

    /// The zone a member's day is read in: the schedule's own if it has one, else theirs.
    pub fn zone(&self, member: Zone, date: NaiveDate) -> Zone {
        self.version(date).and_then(|version| version.zone).unwrap_or(member)
    }

    /// The date it is for a member, on the clock this standup goes by.
    pub fn today(&self, member: Zone, now: DateTime<Utc>) -> NaiveDate {
        let theirs = member.date_at(now);
        self.zone(member, theirs).date_at(now)
    }

    /// The occurrence of a date for a member, if the standup falls on it.
    pub fn occurrence(&self, member: Zone, date: NaiveDate) -> Option<Occurrence> {
        let version = self.version(date)?;
        version.schedule.occurrence(version.zone.unwrap_or(member), date)
    }

    /// The occurrence a member would write for at `now`: one whose window is open, else today's, whether its window is
    /// still to open or has passed.
    pub fn current(&self, member: Zone, now: DateTime<Utc>) -> Option<Occurrence> {
        let today = self.today(member, now);
        let near = [today.pred_opt(), Some(today), today.succ_opt()].into_iter().flatten();
        near.filter_map(|date| self.occurrence(member, date))
            .find(|it| it.opens <= now && now < it.due)
            .or_else(|| self.occurrence(member, today))
    }

    /// The first occurrence after a date.
    pub fn next_after(&self, member: Zone, date: NaiveDate) -> Option<Occurrence> {
        let from = date.succ_opt()?;
        self.0.iter().find_map(|version| {
            let next = version.schedule.next_from(from)?;
            version.schedule.occurrence(version.zone.unwrap_or(member), next)
        })
    }

    /// The last date before this one that the standup falls on, at most a quarter of a year back.
    pub fn date_before(&self, date: NaiveDate) -> Option<NaiveDate> {
        let back = std::iter::successors(date.pred_opt(), NaiveDate::pred_opt).take(92);
        back.into_iter().find(|day| self.falls_on(*day))
    }

    /// The first date after this one that the standup falls on.
    pub fn date_after(&self, date: NaiveDate) -> Option<NaiveDate> {
        let from = date.succ_opt()?;
        self.0.iter().find_map(|version| version.schedule.next_from(from))
    }

    /// Whether the standup falls on this date.
    pub fn falls_on(&self, date: NaiveDate) -> bool {
        self.version(date).is_some_and(|version| version.schedule.falls_on(date))
    }

    /// The occurrences a member may still write for, newest first: those of the last fourteen days before today.
    pub fn recent(&self, member: Zone, now: DateTime<Utc>) -> Vec<Occurrence> {
        let today = self.today(member, now);
        std::iter::successors(today.pred_opt(), NaiveDate::pred_opt)
            .take_while(|date| *date >= earliest(today))
            .filter_map(|date| self.occurrence(member, date))
            .collect()
    }

    /// Whether a member may write an update for this date at `now`: any moment of their own today, an occurrence whose
    /// window is open, or one of the last fourteen days.
    pub fn may_write(&self, member: Zone, date: NaiveDate, now: DateTime<Utc>) -> bool {
        let today = self.today(member, now);
        date == today
            || self.occurrence(member, date).is_some_and(|it| it.opens <= now && date >= earliest(today))
    }

    fn version(&self, date: NaiveDate) -> Option<&Version> {
        self.0.iter().find(|version| {
            let schedule = &version.schedule;
            schedule.first <= date && schedule.until.is_none_or(|until| date <= until)
        })
    }
}

fn earliest(today: NaiveDate) -> NaiveDate {
    today.checked_sub_days(Days::new(FILL_IN_DAYS)).unwrap_or(today)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Recurrence, WeekdaySet};
    use chrono::{NaiveTime, Weekday};

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn zone(name: &str) -> Zone {
        Zone::parse(name).unwrap()
    }

    fn version(weekdays: &[Weekday], first: &str, until: Option<&str>, evening_before: bool) -> Version {
        let clock = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        Version {
            schedule: Schedule {
                recurrence: Recurrence::Weekly {
                    every: 1,
                    weekdays: weekdays.iter().copied().collect::<WeekdaySet>(),
                    anchor: date(first),
                },
                opens: if evening_before { clock(18) } else { clock(9) },
                opens_evening_before: evening_before,
                due: clock(16),
                first: date(first),
                until: until.map(date),
            },
            zone: None,
        }
    }

    /// Tuesday and Thursday until Sunday 15 November 2026, Monday to Wednesday from then on.
    fn changed() -> Timetable {
        use Weekday::{Mon, Thu, Tue, Wed};
        Timetable::new(vec![
            version(&[Mon, Tue, Wed], "2026-11-16", None, false),
            version(&[Tue, Thu], "2026-10-05", Some("2026-11-15"), false),
        ])
    }

    #[test]
    fn the_past_keeps_its_rule() {
        let table = changed();
        for (day, falls) in [
            ("2026-11-11", false),
            ("2026-11-12", true),
            ("2026-11-16", true),
            ("2026-11-19", false),
            ("2026-10-01", false),
        ] {
            assert_eq!(table.falls_on(date(day)), falls, "{day}");
        }
        assert_eq!(table.date_before(date("2026-11-16")), Some(date("2026-11-12")));
        assert_eq!(table.date_after(date("2026-11-12")), Some(date("2026-11-16")));
        assert_eq!(table.date_before(date("2026-10-06")), None);
    }

    #[test]
    fn each_member_has_their_own_window() {
        let table = changed();
        let in_auckland = table.occurrence(zone("Pacific/Auckland"), date("2026-11-17")).unwrap();
        let in_lisbon = table.occurrence(zone("Europe/Lisbon"), date("2026-11-17")).unwrap();
        assert_eq!(in_auckland.due, at("2026-11-17T03:00:00Z"));
        assert_eq!(in_lisbon.due, at("2026-11-17T16:00:00Z"));
        let next = table.next_after(zone("Europe/Lisbon"), date("2026-11-12")).unwrap();
        assert_eq!(next.date, date("2026-11-16"));
    }

    #[test]
    fn the_current_one_is_the_open_one_before_todays() {
        let evening = Timetable::new(vec![version(&[Weekday::Tue, Weekday::Wed], "2026-11-02", None, true)]);
        let lisbon = zone("Europe/Lisbon");
        // Tuesday's is due; Wednesday's opens at 18:00 this evening.
        let current = |now| evening.current(lisbon, at(now)).map(|it| it.date);
        assert_eq!(current("2026-11-17T12:00:00Z"), Some(date("2026-11-17")));
        assert_eq!(
            current("2026-11-17T17:00:00Z"),
            Some(date("2026-11-17")),
            "late, and nothing else is open"
        );
        assert_eq!(current("2026-11-17T18:30:00Z"), Some(date("2026-11-18")));
        assert_eq!(current("2026-11-19T12:00:00Z"), None);
    }

    #[test]
    fn fourteen_days_may_be_filled_in() {
        let table = changed();
        let lisbon = zone("Europe/Lisbon");
        let now = at("2026-11-17T09:24:00Z");
        let days: Vec<_> = table.recent(lisbon, now).into_iter().map(|it| it.date).collect();
        assert_eq!(days, ["2026-11-16", "2026-11-12", "2026-11-10", "2026-11-05", "2026-11-03"].map(date));
        for (day, may) in [
            ("2026-11-17", true),
            ("2026-11-03", true),
            ("2026-10-29", false),
            ("2026-11-13", false),
            ("2026-11-18", false),
        ] {
            assert_eq!(table.may_write(lisbon, date(day), now), may, "{day}");
        }
        assert!(
            table.may_write(lisbon, date("2026-11-19"), at("2026-11-19T09:00:00Z")),
            "an update nobody asked for"
        );
    }

    #[test]
    fn a_fixed_zone_counts_for_everyone() {
        let mut fixed = version(&[Weekday::Tue], "2026-11-02", None, false);
        fixed.zone = Some(zone("Europe/Lisbon"));
        let table = Timetable::new(vec![fixed]);
        let auckland = zone("Pacific/Auckland");
        assert_eq!(table.occurrence(auckland, date("2026-11-17")).unwrap().due, at("2026-11-17T16:00:00Z"));
        // Wednesday morning in Auckland, still Tuesday on the clock this standup goes by.
        assert_eq!(table.today(auckland, at("2026-11-17T20:00:00Z")), date("2026-11-17"));
    }
}
