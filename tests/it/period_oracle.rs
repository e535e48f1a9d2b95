//! Cycles, local days and standups compared with Python's `zoneinfo`: when a cycle opens, closes in, ends and is graded,
//! when a date begins and ends, when an update is due, in every zone either of them knows by name.
//!
//! As in [`super::calendar_oracle`], Python reads the very rules that [`Zone`] reads.

use super::calendar_oracle::RuleFiles;
use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, Utc, Weekday};
use meridian::calendar::day::day_span;
use meridian::calendar::{Absence, Cycle, Recurrence, Schedule, WeekdaySet, Zone};
use serde_json::{Value, json};
use std::io::{BufReader, Read, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;

/// Dates whose beginnings are compared: those around the day Samoa left out, and two years with all their changes.
const DAYS: [(&str, &str); 2] = [("2011-12-27", "2012-01-02"), ("2026-01-01", "2027-12-31")];
/// The year whose standups are compared.
const YEAR: (&str, &str) = ("2026-01-01", "2026-12-31");

#[test]
fn cycles_days_and_deadlines_agree_with_python_everywhere() {
    let zones: Vec<Zone> =
        chrono_tz::TZ_VARIANTS.iter().filter_map(|zone| Zone::parse(zone.name()).ok()).collect();
    let names: Vec<&str> = zones.iter().map(|zone| zone.name()).collect();
    let (cycles, schedules) = (cycles(), schedules());
    let days: Vec<NaiveDate> = DAYS.iter().flat_map(|range| dates(*range)).collect();
    let rules = RuleFiles::of(&names);
    let asked = json!({
        "cycles": cycles.iter().map(told_cycle).collect::<Vec<_>>(),
        "days": DAYS,
        "schedules": schedules.iter().map(told_schedule).collect::<Vec<_>>(),
    });
    let mut python = Python::asked(rules.folder(), &asked, &names);
    let mut compared = Compared::default();
    for zone in zones {
        for cycle in &cycles {
            let cycle = Cycle { zone, ..cycle.clone() };
            let turns = [cycle.opens(), cycle.closing(), cycle.ends(), cycle.grading_ends()];
            for (turn, what) in turns.into_iter().zip(["opens", "closing", "ends", "graded"]) {
                compared.same(turn.timestamp(), python.next(), || format!("{zone} {cycle:?} {what}"));
            }
        }
        for day in &days {
            let span = day_span(zone, *day);
            let ours = span.map_or([0, 0], |span| [span.start, span.end].map(|at| at.timestamp()));
            for instant in ours {
                compared.same(instant, python.next(), || format!("{zone} {day}"));
            }
        }
        for schedule in &schedules {
            let all: Vec<_> = schedule.between(zone, date(YEAR.0)..=date(YEAR.1)).collect();
            assert_eq!(i64::try_from(all.len()).unwrap(), python.next(), "{zone} {schedule:?}: how many");
            for one in all {
                assert_eq!(
                    i64::from(one.date.num_days_from_ce()),
                    python.next(),
                    "{zone} {schedule:?}: {one:?}"
                );
                for (instant, what) in [(one.opens, "opens"), (one.due, "due")] {
                    compared
                        .same(instant.timestamp(), python.next(), || format!("{zone} {} {what}", one.date));
                }
            }
        }
    }
    assert!(python.has_said_all());
    println!("{} instants in {} zones agree with Python", compared.instants, names.len());
    assert!(compared.differences.is_empty(), "{}", compared.differences.join("\n"));
    assert!(compared.instants > 1_500_000 && names.len() > 590, "{} in {}", compared.instants, names.len());
}

#[derive(Default)]
struct Compared {
    instants: usize,
    differences: Vec<String>,
}

impl Compared {
    fn same(&mut self, ours: i64, theirs: i64, what: impl Fn() -> String) {
        self.instants += 1;
        if ours != theirs && self.differences.len() < 20 {
            let read = |seconds| DateTime::<Utc>::from_timestamp(seconds, 0).unwrap();
            self.differences.push(format!("{}: {}, Python {}", what(), read(ours), read(theirs)));
        }
    }
}

/// Quarters, six weeks and a half by several weekday sets, with holidays where they hurt; one over Samoa's missing day.
fn cycles() -> Vec<Cycle> {
    let cycle = |first: NaiveDate, last: NaiveDate, weekdays, holidays: &[&str]| Cycle {
        first,
        last,
        zone: Zone::UTC,
        weekdays,
        holidays: holidays.iter().map(|day| date(day)).collect::<Absence>(),
        by_hand: None,
        reopened: None,
    };
    let work = WeekdaySet::MON_TO_FRI;
    let quarter = |n: u32| {
        let first = date("2025-01-01") + Months::new(3 * n);
        cycle(first, first + Months::new(3) - Days::new(1), work, &["2026-01-01", "2026-12-25", "2027-01-01"])
    };
    let six_weeks = |n: u64| {
        let first = date("2026-01-05") + Days::new(42 * n);
        let weekdays = [WeekdaySet::ALL, work, [Weekday::Sun, Weekday::Wed].into_iter().collect()];
        cycle(first, first + Days::new(41), weekdays[usize::try_from(n % 3).unwrap()], &[])
    };
    let odd = [
        cycle(date("2011-12-26"), date("2012-01-01"), work, &[]),
        cycle(date("2011-12-19"), date("2011-12-30"), WeekdaySet::ALL, &[]),
        cycle(date("2026-03-27"), date("2026-03-29"), WeekdaySet::ALL, &[]),
        cycle(date("2026-07-01"), date("2027-06-30"), work, &["2027-06-28", "2027-06-29", "2027-06-30"]),
        cycle(date("2026-10-01"), date("2026-10-25"), [Weekday::Sun].into_iter().collect(), &[]),
        cycle(date("2026-05-01"), date("2026-05-31"), WeekdaySet::NONE.with(Weekday::Mon), &["2026-05-25"]),
    ];
    (0..12).map(quarter).chain((0..12).map(six_weeks)).chain(odd).collect()
}

fn schedules() -> Vec<Schedule> {
    let schedule = |recurrence, opens: &str, due: &str, opens_evening_before| Schedule {
        recurrence,
        opens: format!("{opens}:00").parse().unwrap(),
        opens_evening_before,
        due: format!("{due}:00").parse().unwrap(),
        first: date(YEAR.0),
        until: None,
    };
    let weekly = |every, weekdays| Recurrence::Weekly { every, weekdays, anchor: date("2026-01-07") };
    vec![
        schedule(weekly(1, WeekdaySet::MON_TO_FRI), "09:00", "16:00", false),
        // On the hours that clocks skip and repeat.
        schedule(weekly(1, WeekdaySet::ALL), "01:30", "02:30", false),
        schedule(weekly(2, [Weekday::Sun, Weekday::Thu].into_iter().collect()), "23:30", "00:15", true),
        schedule(Recurrence::MonthlyNth { nth: -1, weekday: Weekday::Sun }, "00:00", "03:00", false),
        schedule(Recurrence::MonthlyNth { nth: 5, weekday: Weekday::Fri }, "18:00", "12:00", true),
    ]
}

fn told_cycle(cycle: &Cycle) -> Value {
    json!({
        "first": cycle.first,
        "last": cycle.last,
        "weekdays": cycle.weekdays.iter().map(|day| day.num_days_from_monday()).collect::<Vec<_>>(),
        "holidays": cycle.holidays.ranges().flat_map(|range| dates_of(*range.start(), *range.end())).collect::<Vec<_>>(),
    })
}

fn told_schedule(schedule: &Schedule) -> Value {
    let mut told = json!({
        "opens": schedule.opens.format("%H:%M").to_string(),
        "due": schedule.due.format("%H:%M").to_string(),
        "evening": schedule.opens_evening_before,
        "first": YEAR.0,
        "last": YEAR.1,
    });
    match schedule.recurrence {
        Recurrence::Weekly { every, weekdays, anchor } => {
            let weekdays: Vec<_> = weekdays.iter().map(|day| day.num_days_from_monday()).collect();
            told["weekly"] = json!([every, weekdays, anchor]);
        }
        Recurrence::MonthlyNth { nth, weekday } => {
            told["monthly"] = json!([nth, weekday.num_days_from_monday()]);
        }
    }
    told
}

/// Python at work.
struct Python {
    child: Child,
    answers: BufReader<ChildStdout>,
}

impl Python {
    fn asked(rules: &Path, asked: &Value, zones: &[&str]) -> Python {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/period_oracle.py");
        let mut child = Command::new("python3")
            .arg("-B")
            .arg(script)
            .arg(rules)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this comparison needs python3 (3.9 or newer)");
        let mut stdin = child.stdin.take().unwrap();
        let question = format!("{asked}\n{}", zones.join("\n"));
        thread::spawn(move || stdin.write_all(question.as_bytes()).unwrap());
        let answers = BufReader::new(child.stdout.take().unwrap());
        Python { child, answers }
    }

    fn next(&mut self) -> i64 {
        let mut bytes = [0; 8];
        self.answers.read_exact(&mut bytes).expect("Python stopped before it had answered all");
        i64::from_ne_bytes(bytes)
    }

    fn has_said_all(mut self) -> bool {
        self.answers.read(&mut [0]).unwrap() == 0 && self.child.wait().unwrap().success()
    }
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn dates((first, last): (&str, &str)) -> Vec<NaiveDate> {
    dates_of(date(first), date(last))
}

fn dates_of(first: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
    first.iter_days().take_while(|day| *day <= last).collect()
}
