//! When whom to remind of what: the ladder. Pure.

use crate::calendar::day::day_span;
use crate::calendar::{Hours, Reachable};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::ops::Range;

/// How long before something is due, or before they go home, people are reminded of it.
const AHEAD: TimeDelta = TimeDelta::hours(1);

/// With less time than this nobody is reminded: there would be none to do it in.
const LEAST: TimeDelta = TimeDelta::minutes(15);

/// How long a step after the due date may still be taken, when it could not be on its day.
const STANDS: TimeDelta = TimeDelta::days(3);

/// How many working days after the due date an owner hears again, and a reviewer hears.
const OWNER_AGAIN: u32 = 1;
const REVIEWER: u32 = 3;

/// One occasion to remind one person of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// An update is due soon.
    Update,
    /// A check-in is due today.
    CheckIn,
    /// It was due on the last working day.
    Again,
    /// It was due three working days ago, and somebody reviews it.
    Reviewer,
}

impl Step {
    /// The bit that says it is behind.
    pub(super) fn bit(self) -> i16 {
        match self {
            Step::Update => 1,
            Step::CheckIn => 2,
            Step::Again => 4,
            Step::Reviewer => 8,
        }
    }

    /// Its word in the key of a mail.
    pub(super) fn word(self) -> &'static str {
        match self {
            Step::Update => "update",
            Step::CheckIn => "due",
            Step::Again => "again",
            Step::Reviewer => "reviewer",
        }
    }
}

/// A step and when it may be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rung {
    pub(super) step: Step,
    pub(super) when: Range<DateTime<Utc>>,
}

/// Reminds of an update with this window, whose writer has these hours.
pub(super) fn of_update(date: NaiveDate, window: Range<DateTime<Utc>>, writer: &Hours) -> Vec<Rung> {
    let there = !writer.absence.contains(date);
    let at = there.then(|| before_end(writer.reachable(), window.clone())).flatten();
    at.map(|at| Rung { step: Step::Update, when: at..window.end }).into_iter().collect()
}

/// Reminds of a check-in that is due by the end of a date: its owner, and whoever else reviews it. In order.
pub(super) fn of_check_in(
    date: NaiveDate,
    window: Range<DateTime<Utc>>,
    owner: &Hours,
    reviewer: Option<&Hours>,
) -> Vec<Rung> {
    let first = before_end(owner.reachable(), window.clone())
        .map(|at| Rung { step: Step::CheckIn, when: at..window.end });
    let later = |step, hours, days| {
        let at = on_working_day(hours, date, days).filter(|at| *at >= window.end)?;
        Some(Rung { step, when: at..at + STANDS })
    };
    let again = later(Step::Again, owner, OWNER_AGAIN);
    let reviewer = reviewer.and_then(|reviewer| later(Step::Reviewer, reviewer, REVIEWER));
    let mut rungs: Vec<Rung> = first.into_iter().chain(again).chain(reviewer).collect();
    rungs.sort_by_key(|rung| (rung.when.start, rung.step));
    rungs
}

/// An hour before a window ends, if they can be reached by then; else an hour before they can't be reached in it any more.
/// `None` when they can't be reached in it at all.
fn before_end(reachable: Reachable<'_>, window: Range<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    let wished = window.end - AHEAD;
    let mut last = None;
    for open in reachable.within(window.start..window.end - LEAST) {
        if open.end > wished {
            return Some(open.start.max(wished));
        }
        last = Some(open.start.max(open.end - AHEAD));
    }
    last
}

/// When somebody can first be reached on the nth date after `date` that they work on.
fn on_working_day(hours: &Hours, date: NaiveDate, n: u32) -> Option<DateTime<Utc>> {
    let day = day_span(hours.zone, hours.working().working_days_after(date, n))?;
    hours.reachable().soonest(day.start)
}

/// What is to be done about a row at one instant.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Turn {
    /// The step to take now.
    pub(super) take: Option<Step>,
    /// The steps that are behind from now on, as bits.
    pub(super) behind: i16,
    /// When to look again; nothing more is to come without.
    pub(super) again: Option<DateTime<Utc>>,
}

/// What is to be done at `now`, with the steps of `behind` behind. Of several steps whose time has come the newest is taken:
/// nobody is told twice at once. `allowed` says from when on whoever it would remind can be reached.
pub(super) fn turn(
    rungs: &[Rung],
    behind: i16,
    now: DateTime<Utc>,
    allowed: impl Fn(Step, DateTime<Utc>) -> Option<DateTime<Utc>>,
) -> Turn {
    let left = || rungs.iter().filter(|rung| behind & rung.step.bit() == 0);
    let next = left().map(|rung| rung.when.start).filter(|at| *at > now).min();
    let mut come = left().filter(|rung| rung.when.start <= now);
    let behind = come.clone().fold(behind, |bits, rung| bits | rung.step.bit());
    let Some(newest) = come.next_back() else { return Turn { take: None, behind, again: next } };
    match allowed(newest.step, now).filter(|at| newest.when.contains(at)) {
        Some(at) if at <= now => Turn { take: Some(newest.step), behind, again: next },
        Some(at) => Turn {
            take: None,
            behind: behind & !newest.step.bit(),
            again: next.map_or(Some(at), |next| Some(next.min(at))),
        },
        None => Turn { take: None, behind, again: next },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::samples::{any_away, any_date, any_week, any_zone, at, date, on_the_wall, time};
    use crate::calendar::{Absence, Kind, Span, WeekHours, WorkWeek, Zone, explain};
    use proptest::prelude::*;

    /// Somebody in Lisbon, Monday to Friday from nine to five. 20 November 2026 is a Friday.
    fn lisbon(absence: Absence) -> Hours {
        let zone = Zone::parse("Europe/Lisbon").unwrap();
        Hours { zone, week: WorkWeek::standard(), peak: WeekHours::NONE, absence }
    }

    fn peak(start: &str, end: &str) -> Hours {
        Hours { peak: WeekHours::daily(Span { start: time(start), end: time(end) }), ..lisbon(Absence::NONE) }
    }

    #[test]
    fn an_hour_before_it_is_due_or_they_go_home() {
        let plain = lisbon(Absence::NONE);
        for (hours, opens, due, expected) in [
            (&plain, "2026-11-20T09:00:00Z", "2026-11-20T16:00:00Z", Some("2026-11-20T15:00:00Z")),
            (&plain, "2026-11-20T08:00:00Z", "2026-11-20T09:30:00Z", Some("2026-11-20T09:00:00Z")),
            (&plain, "2026-11-20T08:00:00Z", "2026-11-20T09:10:00Z", None),
            (&plain, "2026-11-20T09:00:00Z", "2026-11-20T23:59:00Z", Some("2026-11-20T16:00:00Z")),
            // Opened on the evening before, due at noon on a Saturday.
            (&plain, "2026-11-20T16:30:00Z", "2026-11-21T12:00:00Z", Some("2026-11-20T16:30:00Z")),
            (&plain, "2026-11-21T08:00:00Z", "2026-11-21T12:00:00Z", None),
            (
                &peak("14:30", "15:50"),
                "2026-11-20T09:00:00Z",
                "2026-11-20T16:00:00Z",
                Some("2026-11-20T13:30:00Z"),
            ),
            (
                &peak("14:30", "15:20"),
                "2026-11-20T09:00:00Z",
                "2026-11-20T16:00:00Z",
                Some("2026-11-20T15:20:00Z"),
            ),
        ] {
            assert_eq!(
                before_end(hours.reachable(), at(opens)..at(due)),
                expected.map(at),
                "{opens} to {due}"
            );
        }
        let away = lisbon(Absence::new([date("2026-11-20")..=date("2026-11-20")]));
        assert!(
            of_update(date("2026-11-20"), at("2026-11-19T09:00:00Z")..at("2026-11-20T16:00:00Z"), &away)
                .is_empty()
        );
    }

    fn rungs(owner: &Hours, reviewer: Option<&Hours>) -> Vec<(Step, String)> {
        // Due by the end of Friday in Lisbon.
        let window = at("2026-11-20T00:00:00Z")..at("2026-11-21T00:00:00Z");
        let rungs = of_check_in(date("2026-11-20"), window, owner, reviewer);
        rungs.into_iter().map(|rung| (rung.step, rung.when.start.format("%a %d %H:%M").to_string())).collect()
    }

    #[test]
    fn the_owner_hears_twice_and_the_reviewer_on_their_third_working_day() {
        let plain = lisbon(Absence::NONE);
        let told = |step, when: &str| (step, when.to_owned());
        assert_eq!(
            rungs(&plain, Some(&plain)),
            [
                told(Step::CheckIn, "Fri 20 16:00"),
                told(Step::Again, "Mon 23 09:00"),
                told(Step::Reviewer, "Wed 25 09:00")
            ]
        );
        let auckland = Hours { zone: Zone::parse("Pacific/Auckland").unwrap(), ..plain.clone() };
        assert_eq!(rungs(&plain, Some(&auckland)).last(), Some(&told(Step::Reviewer, "Tue 24 20:00")));
        // Away from Friday to Wednesday: nothing on the day, and again once they are back, after the reviewer.
        let away = lisbon(Absence::new([date("2026-11-20")..=date("2026-11-25")]));
        assert_eq!(
            rungs(&away, Some(&plain)),
            [told(Step::Reviewer, "Wed 25 09:00"), told(Step::Again, "Thu 26 09:00")]
        );
        assert_eq!(rungs(&plain, None).len(), 2);
    }

    #[test]
    fn of_what_came_meanwhile_the_newest_is_told_and_the_rest_is_behind() {
        let plain = lisbon(Absence::NONE);
        let window = at("2026-11-20T00:00:00Z")..at("2026-11-21T00:00:00Z");
        let rungs = of_check_in(date("2026-11-20"), window, &plain, Some(&plain));
        let look = |behind, now| turn(&rungs, behind, at(now), |_, from| plain.reachable().soonest(from));
        let (due, again, reviewer) = (2, 4, 8);
        for (behind, now, take, then, next) in [
            (0, "2026-11-20T00:00:00Z", None, 0, Some("2026-11-20T16:00:00Z")),
            (0, "2026-11-20T16:00:00Z", Some(Step::CheckIn), due, Some("2026-11-23T09:00:00Z")),
            // The node came back in the evening: too late for today, and not at night.
            (0, "2026-11-20T18:00:00Z", None, due, Some("2026-11-23T09:00:00Z")),
            (due, "2026-11-23T09:00:00Z", Some(Step::Again), due | again, Some("2026-11-25T09:00:00Z")),
            (due, "2026-11-23T18:00:00Z", None, due, Some("2026-11-24T09:00:00Z")),
            (0, "2026-11-25T10:00:00Z", Some(Step::Reviewer), due | again | reviewer, None),
            (0, "2026-12-25T10:00:00Z", None, due | again | reviewer, None),
            (due | again | reviewer, "2026-11-25T10:00:00Z", None, due | again | reviewer, None),
        ] {
            let expected = Turn { take, behind: then, again: next.map(at) };
            assert_eq!(look(behind, now), expected, "{now} after {behind}");
        }
    }

    fn any_hours() -> impl Strategy<Value = Hours> {
        (any_zone(), any_week(), prop::option::of(any_week()), any_away()).prop_map(
            |(zone, week, peak, absence)| Hours {
                zone,
                week,
                peak: peak.map_or(WeekHours::NONE, |peak| peak.hours().clone()),
                absence,
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        /// Lives through a fortnight of looks at random instants, and reads wall clocks.
        #[test]
        fn each_hears_at_most_twice_once_at_a_time_and_never_off_work(
            owner in any_hours(), reviewer in any_hours(), on in any_date(), pauses in prop::collection::vec(1..2_000i64, 1..40),
        ) {
            let Some(window) = day_span(owner.zone, on) else { return Ok(()) };
            let rungs = of_check_in(on, window.clone(), &owner, Some(&reviewer));
            let hours = |step| if step == Step::Reviewer { &reviewer } else { &owner };
            let (mut now, mut behind, mut taken) = (window.start, 0, Vec::new());
            for pause in pauses {
                let turn = turn(&rungs, behind, now, |step, from| hours(step).reachable().soonest(from));
                prop_assert!(turn.again.is_none_or(|again| again > now));
                prop_assert_eq!(turn.behind & behind, behind, "what is behind stays behind");
                behind = turn.behind;
                if let Some(step) = turn.take {
                    let Hours { zone, week, peak, absence } = hours(step);
                    let wall = zone.reading(now);
                    let twice = explain(*zone, wall.date(), wall.time()).kind == Kind::Fold;
                    prop_assert!(!on_the_wall(peak, &Absence::NONE, wall));
                    prop_assert!(twice || on_the_wall(week.hours(), absence, wall), "{step:?} off work at {wall}");
                    prop_assert!(!taken.contains(&step));
                    taken.push(step);
                }
                // As a node does: at the instant it noted, or later when it was away.
                now = turn.again.map_or(now, |again| again.max(now)) + TimeDelta::minutes(if pause % 2 == 0 { 0 } else { pause });
                if turn.again.is_none() { break; }
            }
            prop_assert!(taken.iter().filter(|step| **step != Step::Reviewer).count() <= 2);
        }

        #[test]
        fn an_update_is_named_while_there_is_time_to_write_it(writer in any_hours(), on in any_date(), opens in 0..1440i64, lasts in 1..2_880i64) {
            let Some(day) = day_span(writer.zone, on) else { return Ok(()) };
            let start = day.start + TimeDelta::minutes(opens);
            let window = start..start + TimeDelta::minutes(lasts);
            for rung in of_update(on, window.clone(), &writer) {
                prop_assert!(window.contains(&rung.when.start) && window.end - rung.when.start >= LEAST);
                prop_assert!(writer.reachable().is_open(rung.when.start));
            }
        }
    }
}
