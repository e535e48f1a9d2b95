//! Wall times compared with Python's `zoneinfo`, an independent reader of the same rules.
//!
//! Python reads the very TZif data that [`Zone`] takes its rules from, so a difference is a difference in
//! reading, never in the version of the tzdb. What the data themselves must say is held by the hard cases in
//! `src/calendar/local.rs`.

use std::{
    fs,
    io::{BufReader, Read, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use meridian::calendar::{Kind, Zone, explain};

/// Every kind of zone there is in use: the usual rules of each continent, the odd ones one by one.
#[rustfmt::skip]
const ZONES: &[&str] = &[
    "Africa/Cairo", "Africa/Casablanca", "Africa/El_Aaiun", "Africa/Johannesburg", "Africa/Lagos",
    "Africa/Nairobi", "Africa/Tunis", "America/Anchorage", "America/Argentina/Buenos_Aires",
    "America/Asuncion", "America/Bogota", "America/Chicago", "America/Denver", "America/Edmonton",
    "America/Halifax", "America/Havana", "America/Los_Angeles", "America/Mexico_City", "America/Miquelon",
    "America/New_York", "America/Noronha", "America/Nuuk", "America/Phoenix", "America/Port-au-Prince",
    "America/Santiago", "America/Sao_Paulo", "America/Scoresbysund", "America/St_Johns", "America/Toronto",
    "America/Vancouver", "America/Winnipeg", "Antarctica/Casey", "Antarctica/Troll", "Asia/Almaty",
    "Asia/Amman", "Asia/Beirut", "Asia/Calcutta", "Asia/Dubai", "Asia/Gaza", "Asia/Hebron", "Asia/Hong_Kong",
    "Asia/Jakarta", "Asia/Jerusalem", "Asia/Kabul", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Manila",
    "Asia/Pyongyang", "Asia/Seoul", "Asia/Shanghai", "Asia/Singapore", "Asia/Tehran", "Asia/Tokyo",
    "Asia/Yangon", "Atlantic/Azores", "Atlantic/Canary", "Atlantic/Reykjavik", "Australia/Adelaide",
    "Australia/Brisbane", "Australia/Darwin", "Australia/Eucla", "Australia/Lord_Howe", "Australia/Sydney",
    "Europe/Amsterdam", "Europe/Athens", "Europe/Berlin", "Europe/Brussels", "Europe/Chisinau",
    "Europe/Dublin", "Europe/Helsinki", "Europe/Istanbul", "Europe/Kyiv", "Europe/Lisbon", "Europe/London",
    "Europe/Moscow", "Europe/Paris", "Pacific/Apia", "Pacific/Auckland", "Pacific/Chatham",
    "Pacific/Easter", "Pacific/Honolulu", "Pacific/Kiritimati", "Pacific/Marquesas", "Pacific/Norfolk",
    "UTC",
];

/// Chosen to fall into the gaps and folds of all of them: at midnight (Cairo), before it (Nuuk), at one
/// (Lisbon), at two (New York), half past one to two (Lord Howe), at three (Athens, Chatham).
const TIMES: [&str; 5] = ["00:00", "01:30", "02:15", "03:15", "23:30"];

#[test]
fn every_day_of_seven_years_agrees_with_python() {
    let asked = compare(ZONES, "2024-01-01", "2030-12-31");
    assert_eq!(asked.wall_times, ZONES.len() * 2557 * TIMES.len());
    assert!(asked.gaps > 200 && asked.folds > 200, "the grid misses the hard days: {asked:?}");
}

#[test]
fn dates_that_a_zone_left_out_agree_with_python() {
    let asked = compare(&["Pacific/Apia", "Pacific/Fakaofo"], "2011-12-01", "2012-01-31");
    assert_eq!(asked.skipped, 2 * TIMES.len());
}

#[test]
fn every_zone_there_is_agrees_with_python() {
    // The months in which Nuuk changed its mind, and a year after.
    let zones: Vec<&str> = Zone::all().iter().map(|zone| zone.name()).collect();
    let asked = compare(&zones, "2023-10-01", "2024-10-31");
    assert!(
        asked.wall_times > 800_000 && asked.gaps > 100 && asked.folds > 100,
        "{asked:?} in {} zones",
        zones.len()
    );
}

/// What was compared, and found equal.
#[derive(Debug, Default)]
struct Asked {
    wall_times: usize,
    gaps: usize,
    folds: usize,
    skipped: usize,
}

/// Asks Python and the calendar about each of [`TIMES`] on each date in each zone; panics on the first differences.
fn compare(zones: &[&str], first: &str, last: &str) -> Asked {
    let rules = RuleFiles::of(zones);
    let mut python = python(&rules.0, zones, first, last);
    let mut answers = BufReader::new(python.stdout.take().unwrap());
    let (first, last): (NaiveDate, NaiveDate) = (first.parse().unwrap(), last.parse().unwrap());
    let times =
        TIMES.map(|time| time.parse::<NaiveTime>().or_else(|_| format!("{time}:00").parse()).unwrap());
    let (mut asked, mut differences) = (Asked::default(), Vec::new());
    for name in zones {
        let zone = Zone::parse(name).unwrap();
        for date in first.iter_days().take_while(|date| *date <= last) {
            for time in times {
                let ours = explain(zone, date, time);
                let theirs = read(&mut answers);
                if (ours.open, ours.due, ours.kind) != theirs {
                    differences.push(format!("{name} {date} {time}: {ours:?}, Python {theirs:?}"));
                }
                asked.count(ours.kind);
            }
        }
    }
    assert!(python.wait().unwrap().success());
    let shown = &differences[..differences.len().min(20)];
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), shown.join("\n"));
    asked
}

impl Asked {
    fn count(&mut self, kind: Kind) {
        self.wall_times += 1;
        match kind {
            Kind::Unique => {}
            Kind::Gap => self.gaps += 1,
            Kind::Fold => self.folds += 1,
            Kind::Skipped => self.skipped += 1,
        }
    }
}

fn python(rules: &Path, zones: &[&str], first: &str, last: &str) -> Child {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/zoneinfo_oracle.py");
    let mut python = Command::new("python3")
        .arg(script)
        .arg(rules)
        .args([first, last])
        .args(TIMES)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this comparison needs python3 (3.9 or newer)");
    let mut stdin = python.stdin.take().unwrap();
    let names = zones.join("\n");
    thread::spawn(move || stdin.write_all(names.as_bytes()).unwrap());
    python
}

fn read(answers: &mut impl Read) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>, Kind) {
    let mut number = || {
        let mut bytes = [0; 8];
        answers.read_exact(&mut bytes).expect("Python stopped before it had answered all");
        i64::from_ne_bytes(bytes)
    };
    let (open, due, kind) = (number(), number(), number());
    let instant = |seconds| DateTime::from_timestamp(seconds, 0);
    match kind {
        0 => (instant(open), instant(due), Kind::Unique),
        1 => (instant(open), instant(due), Kind::Gap),
        2 => (instant(open), instant(due), Kind::Fold),
        3 => (None, None, Kind::Skipped),
        other => panic!("Python answered kind {other}"),
    }
}

/// A folder of TZif files as the calendar reads them, gone when dropped.
pub struct RuleFiles(PathBuf);

impl RuleFiles {
    pub fn of(zones: &[&str]) -> RuleFiles {
        let unique = format!("zoneinfo-{}-{:?}", std::process::id(), thread::current().id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(unique);
        for name in zones {
            let file = folder.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, Zone::parse(name).unwrap().rule_file().unwrap()).unwrap();
        }
        RuleFiles(folder)
    }

    pub fn folder(&self) -> &Path {
        &self.0
    }
}

impl Drop for RuleFiles {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}
