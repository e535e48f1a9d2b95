//! One person's window, and when a matter closes. Pure.

use crate::calendar::{Absence, Hours, WorkWeek, WorkingTime, Zone};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// A clock and a week that somebody lives by from an instant on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lived {
    /// From when.
    pub from: DateTime<Utc>,
    /// On which clock.
    pub zone: Zone,
    /// With which working week.
    pub week: WorkWeek,
}

/// So much of one person's working time, from an instant on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// How much of their working time they have.
    pub time: TimeDelta,
    /// The clocks and weeks they have lived by since it opened, oldest first; never empty.
    pub lived: Vec<Lived>,
    /// The dates that do not count: those they are away on as is known now, and those they were away on as was known then.
    pub absence: Absence,
    /// When it ends. `None` when it does not within ten years.
    pub ends_at: Option<DateTime<Utc>>,
}

impl Window {
    /// A window of somebody with these hours.
    pub fn open(time: TimeDelta, hours: &Hours, at: DateTime<Utc>) -> Self {
        let lived = vec![Lived { from: at, zone: hours.zone, week: hours.week.clone() }];
        Self { time, lived, absence: hours.absence.clone(), ends_at: None }.reckoned()
    }

    /// The same for somebody who has other hours from an instant on. What they worked before was worked by their clock of then;
    /// days away that are entered afterwards do not count, and those that have begun stay away. It ends later or when it was
    /// to end, and never earlier: what somebody was told holds.
    #[must_use]
    pub fn follow(self, hours: &Hours, at: DateTime<Utc>) -> Self {
        let Self { time, mut lived, absence, ends_at } = self;
        let here = hours.zone.date_at(at);
        let today = lived.last().map_or(here, |last| last.zone.date_at(at).max(here));
        let begun = absence.ranges().map(|away| *away.start()..=today.min(*away.end()));
        let absence = Absence::new(begun.chain(hours.absence.ranges()));
        if lived.last().is_none_or(|last| (last.zone, &last.week) != (hours.zone, &hours.week)) {
            lived.push(Lived { from: at, zone: hours.zone, week: hours.week.clone() });
        }
        let now = Self { time, lived, absence, ends_at: None }.reckoned();
        // Nothing was promised of a window that had no end.
        Self { ends_at: now.ends_at.map(|end| ends_at.map_or(end, |promised| promised.max(end))), ..now }
    }

    /// The same with more time.
    #[must_use]
    pub fn with_more(self, more: TimeDelta) -> Self {
        let promised = self.ends_at;
        let longer = Self { time: self.time + more, ..self }.reckoned();
        Self { ends_at: longer.ends_at.map(|end| promised.map_or(end, |was| was.max(end))), ..longer }
    }

    /// With the end that follows from all else.
    fn reckoned(self) -> Self {
        let mut left = self.time;
        let mut ends_at = None;
        for (at, lived) in self.lived.iter().enumerate() {
            let working = WorkingTime { zone: lived.zone, week: &lived.week, absence: &self.absence };
            ends_at = working.after(lived.from, left);
            let Some(next) = self.lived.get(at + 1).map(|next| next.from) else { break };
            if ends_at.is_some_and(|end| end <= next) {
                break;
            }
            left -= working.between(lived.from, next);
        }
        Self { ends_at, ..self }
    }
}

/// When a matter closes that opened at an instant, by the ends of the windows of those who have not answered: at once when
/// there are none, not by itself when one of them has no end.
pub fn closes(
    opened: DateTime<Utc>,
    waited_for: impl IntoIterator<Item = Option<DateTime<Utc>>>,
) -> Option<DateTime<Utc>> {
    waited_for.into_iter().try_fold(opened, |latest, end| end.map(|end| latest.max(end)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::samples::{any_away, any_instant, any_week, any_zone, at, date, hours, zone};
    use crate::calendar::{Kind, WeekHours, explain};
    use chrono::{Datelike as _, NaiveDate};
    use proptest::prelude::*;

    fn in_zone(name: &str, away: &[(&str, &str)]) -> Hours {
        let absence = Absence::new(away.iter().map(|(first, last)| date(first)..=date(last)));
        Hours { zone: zone(name), week: WorkWeek::standard(), peak: WeekHours::NONE, absence }
    }

    /// Monday 16 November 2026, 14:00 in Lisbon.
    const MONDAY: &str = "2026-11-16T14:00:00Z";

    #[test]
    fn eight_hours_of_ones_own() {
        for (name, away, end) in [
            ("Europe/Lisbon", &[] as &[(&str, &str)], "2026-11-17T14:00:00Z"),
            ("Pacific/Auckland", &[], "2026-11-17T04:00:00Z"),
            ("America/Vancouver", &[], "2026-11-17T00:00:00Z"),
            ("Asia/Kathmandu", &[], "2026-11-17T11:15:00Z"),
            ("Europe/Lisbon", &[("2026-11-17", "2026-11-20")], "2026-11-23T14:00:00Z"),
        ] {
            let window = Window::open(hours(8), &in_zone(name, away), at(MONDAY));
            assert_eq!(window.ends_at, Some(at(end)), "{name}");
        }
    }

    #[test]
    fn it_moves_with_the_person_and_never_to_before_what_was_promised() {
        let lisbon = in_zone("Europe/Lisbon", &[]);
        let open = Window::open(hours(8), &lisbon, at(MONDAY));
        let noon = at("2026-11-17T12:00:00Z");
        for (now, end) in [
            // Two hours are left of six worked: they are worked on the new clock.
            (in_zone("Asia/Tokyo", &[]), "2026-11-18T02:00:00Z"),
            (in_zone("America/New_York", &[]), "2026-11-17T16:00:00Z"),
            // Away from tomorrow on changes nothing, away from today on does.
            (in_zone("Europe/Lisbon", &[("2026-11-18", "2026-11-18")]), "2026-11-17T14:00:00Z"),
            (in_zone("Europe/Lisbon", &[("2026-11-17", "2026-11-17")]), "2026-11-18T14:00:00Z"),
            // Said only afterwards: Monday was a day away.
            (in_zone("Europe/Lisbon", &[("2026-11-16", "2026-11-16")]), "2026-11-17T17:00:00Z"),
        ] {
            assert_eq!(open.clone().follow(&now, noon).ends_at, Some(at(end)), "{now:?}");
        }
        // Back early: the day away stays one, and the end that was told holds.
        let away = in_zone("Europe/Lisbon", &[("2026-11-17", "2026-11-20")]);
        let promised = Window::open(hours(8), &away, at(MONDAY));
        assert_eq!(
            promised.follow(&lisbon, at("2026-11-18T09:00:00Z")).ends_at,
            Some(at("2026-11-23T14:00:00Z"))
        );
        // A working week that is given up after the hours were had takes nothing back.
        let over = at("2026-11-19T09:00:00Z");
        assert_eq!(open.clone().follow(&in_zone("Asia/Tokyo", &[]), over).ends_at, open.ends_at);
    }

    #[test]
    fn more_time_is_ones_own_too() {
        let window = Window::open(hours(8), &in_zone("Europe/Lisbon", &[]), at(MONDAY)).with_more(hours(8));
        assert_eq!(window.ends_at, Some(at("2026-11-18T14:00:00Z")));
    }

    #[test]
    fn a_matter_waits_for_the_last_and_for_nobody_when_all_have_answered() {
        let opened = at(MONDAY);
        let (sooner, later) = (at("2026-11-17T14:00:00Z"), at("2026-11-18T01:00:00Z"));
        assert_eq!(closes(opened, [Some(sooner), Some(later)]), Some(later));
        assert_eq!(closes(opened, []), Some(opened));
        assert_eq!(closes(opened, [Some(sooner), None]), None);
    }

    /// What happens to one of those who are asked, so many minutes after the matter opened.
    #[derive(Debug, Clone)]
    enum Turn {
        Moves(Zone),
        Works(WorkWeek),
        IsAway(Absence),
        Answers,
        WantsMore,
        /// What is asked is changed: everybody's hours begin again, and no answer stands.
        AllBeginAgain,
    }

    fn any_turn() -> impl Strategy<Value = Turn> {
        prop_oneof![
            3 => any_zone().prop_map(Turn::Moves),
            3 => any_week().prop_map(Turn::Works),
            4 => any_away().prop_map(Turn::IsAway),
            2 => Just(Turn::Answers),
            1 => Just(Turn::WantsMore),
            1 => Just(Turn::AllBeginAgain),
        ]
    }

    /// Somebody as the oracle knows them: minutes lived at work, by the wall clock of each minute.
    struct Person {
        hours: Hours,
        window: Window,
        answered: bool,
        /// Minutes since the matter began: the date each was read on, whether it lay in hours of that date, in those of the
        /// night before, and whether the wall read so twice.
        minutes: Vec<(NaiveDate, bool, bool, bool)>,
        wanted: usize,
    }

    impl Person {
        fn begin(hours: Hours, time: u32, now: DateTime<Utc>) -> Self {
            let window = Window::open(TimeDelta::hours(time.into()), &hours, now);
            Self { hours, window, answered: false, minutes: Vec::new(), wanted: time as usize * 60 }
        }

        /// One minute passes.
        fn live(&mut self, now: DateTime<Utc>) {
            let Hours { zone, week, absence, .. } = &self.hours;
            let wall = zone.reading(now);
            let (today, time) = (wall.date(), wall.time());
            let yesterday = today.pred_opt().unwrap();
            let spans =
                |date: NaiveDate| week.spans(date.weekday()).iter().filter(move |_| !absence.contains(date));
            let by_day = spans(today).any(|span| span.start <= time && (span.overnight() || time < span.end));
            let by_night = spans(yesterday).any(|span| span.overnight() && time < span.end);
            let twice = explain(*zone, today, time).kind == Kind::Fold;
            self.minutes.push((today, by_day, by_night, twice));
        }

        /// Somebody says which days they are away. A day away is one also when it is said afterwards, and one that has
        /// begun is not worked when it is taken back.
        fn is_away(&mut self, absence: Absence) {
            for (date, by_day, by_night, _) in &mut self.minutes {
                *by_day &= !absence.contains(*date);
                *by_night &= !absence.contains(date.pred_opt().unwrap());
            }
            self.hours.absence = absence;
        }

        fn worked(&self) -> usize {
            self.minutes.iter().filter(|minute| worked(minute)).count()
        }
    }

    /// What the wall reads twice counts, since a span over a fold runs through it.
    fn worked((_, by_day, by_night, twice): &(NaiveDate, bool, bool, bool)) -> bool {
        *by_day || *by_night || *twice
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// A matter never closes before each of those asked had their hours or answered, and does not wait without need. The
        /// oracle steps through the minutes and reads the wall clocks people lived by; it knows nothing of windows.
        #[test]
        fn nobody_is_robbed_of_an_hour(
            people in prop::collection::vec((any_zone(), any_week(), any_away()), 1..5),
            time in 1..13u32,
            opened in any_instant(),
            mut turns in prop::collection::vec((0..6_000i64, 0..5usize, any_turn()), 0..10),
        ) {
            turns.sort_by_key(|(minute, ..)| *minute);
            let mut people: Vec<Person> = people
                .into_iter()
                .map(|(zone, week, absence)| Person::begin(Hours { zone, week, peak: WeekHours::NONE, absence }, time, opened))
                .collect();
            let mut began = opened;
            let mut moved = false;
            let mut turns = turns.into_iter().peekable();
            for minute in 0..20_000i64 {
                let now = opened + TimeDelta::minutes(minute);
                let waited = people.iter().filter(|one| !one.answered).map(|one| one.window.ends_at);
                if closes(began, waited).is_some_and(|close| close <= now) {
                    for one in &people {
                        prop_assert!(
                            one.answered || one.worked() >= one.wanted,
                            "closed at {now} after {} of {} minutes: {:?}", one.worked(), one.wanted, one.window,
                        );
                    }
                    // Nor was it kept open without need, where nobody's hours were changed.
                    let just = |one: &Person| {
                        one.minutes.last().is_some_and(worked) && one.worked() <= one.wanted + 180
                    };
                    let all = people.iter().all(|one| one.answered);
                    prop_assert!(moved || all || people.iter().any(|one| !one.answered && just(one)));
                    return Ok(());
                }
                while let Some((_, who, turn)) = turns.next_if(|(at, ..)| *at <= minute) {
                    if matches!(turn, Turn::AllBeginAgain) {
                        began = now;
                        for one in &mut people {
                            *one = Person::begin(one.hours.clone(), time, now);
                        }
                        continue;
                    }
                    let count = people.len();
                    let one = &mut people[who % count];
                    match turn {
                        Turn::Moves(zone) => one.hours.zone = zone,
                        Turn::Works(week) => one.hours.week = week,
                        Turn::IsAway(absence) => one.is_away(absence),
                        Turn::Answers => one.answered = true,
                        Turn::WantsMore => {
                            one.wanted += 8 * 60;
                            one.window = one.window.clone().with_more(hours(8));
                        }
                        Turn::AllBeginAgain => {}
                    }
                    moved = true;
                    let was = one.window.ends_at;
                    one.window = one.window.clone().follow(&one.hours, now);
                    prop_assert!(was.is_none_or(|was| one.window.ends_at.is_none_or(|end| end >= was)));
                }
                for one in &mut people {
                    one.live(now);
                }
            }
        }
    }
}
