//! Who lives through the year, and on which rhythms: an organisation put in place with statements.

use crate::support::cast::id;
use serde_json::{Value, json};
use uuid::Uuid;

/// The one organisation.
pub const ORG: u64 = 9_000;
/// How many people it has.
pub const PEOPLE: u64 = 50;
/// How many key results each of its cycles has.
pub const KEY_RESULTS: u64 = 12;

/// Where people live: whole, half and quarter hours from UTC, summer times of both halves of the earth, of half an hour, of a
/// month, and none.
pub const HOMES: [&str; 12] = [
    "Pacific/Auckland",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Africa/Nairobi",
    "Europe/Amsterdam",
    "Europe/Lisbon",
    "Africa/Casablanca",
    "America/Sao_Paulo",
    "America/New_York",
    "America/Vancouver",
];

/// Whose public holidays every other person keeps, by where they live at first.
pub const HOLIDAYS: [(&str, &str); 8] = [
    ("Pacific/Auckland", "NZ"),
    ("Australia/Lord_Howe", "AU-NSW"),
    ("Asia/Kolkata", "IN"),
    ("Africa/Nairobi", "KE"),
    ("Europe/Amsterdam", "NL"),
    ("Europe/Lisbon", "PT"),
    ("America/Sao_Paulo", "BR"),
    ("America/New_York", "US"),
];

/// Both sides of the date line.
pub const PACIFIC: [&str; 5] =
    ["Pacific/Pago_Pago", "Pacific/Kiritimati", "Pacific/Honolulu", "Pacific/Apia", "Pacific/Auckland"];

/// The four quarters of the year, each on another clock: first and last date, zone.
pub const CYCLES: [(&str, &str, &str); 4] = [
    ("2026-02-01", "2026-04-30", "Europe/Lisbon"),
    ("2026-05-01", "2026-07-31", "Pacific/Auckland"),
    ("2026-08-01", "2026-10-31", "America/New_York"),
    ("2026-11-01", "2027-01-31", "Europe/Lisbon"),
];

/// One of the organisation's teams.
pub struct Team {
    pub n: u64,
    pub slug: &'static str,
    /// Its standups, each with its number.
    pub standups: &'static [(u64, Rhythm)],
}

/// When a standup asks.
#[derive(Clone, Copy)]
pub struct Rhythm {
    pub dates: Dates,
    pub opens: &'static str,
    pub evening: bool,
    pub due: &'static str,
    pub zone: Option<&'static str>,
}

/// On which dates.
#[derive(Clone, Copy)]
pub enum Dates {
    /// ISO weekdays of every nth week.
    Weekly(&'static [u8], u8),
    /// The nth of an ISO weekday in each month.
    Monthly(i8, u8),
}

const EACH: &[u8] = &[1, 2, 3, 4, 5, 6, 7];
const WORKING: &[u8] = &[1, 2, 3, 4, 5];

const fn daily(days: &'static [u8], opens: &'static str, due: &'static str) -> Rhythm {
    Rhythm { dates: Dates::Weekly(days, 1), opens, evening: false, due, zone: None }
}

const FORTNIGHTLY: Rhythm = Rhythm { dates: Dates::Weekly(&[1, 4], 2), ..daily(WORKING, "09:00", "17:00") };
const FIRST_TUESDAY: Rhythm = Rhythm { dates: Dates::Monthly(1, 2), ..daily(WORKING, "10:00", "12:00") };
const IN_LISBON: Rhythm = Rhythm { zone: Some("Europe/Lisbon"), ..daily(WORKING, "09:00", "12:00") };
const LAST_FRIDAY: Rhythm = Rhythm {
    dates: Dates::Monthly(-1, 5),
    evening: true,
    zone: Some("America/New_York"),
    ..daily(WORKING, "20:00", "11:00")
};

/// The six teams. The last one's window lies where clocks change; it stays as it is all year.
pub const TEAMS: [Team; 6] = [
    Team { n: 0, slug: "harbour", standups: &[(0, daily(WORKING, "09:00", "16:00"))] },
    Team { n: 1, slug: "lighthouse", standups: &[(1, daily(EACH, "08:30", "18:00"))] },
    Team {
        n: 2,
        slug: "nightwatch",
        standups: &[(2, Rhythm { evening: true, ..daily(WORKING, "18:00", "10:00") })],
    },
    Team { n: 3, slug: "tide", standups: &[(3, FORTNIGHTLY), (4, FIRST_TUESDAY)] },
    Team { n: 4, slug: "signal", standups: &[(5, IN_LISBON), (6, LAST_FRIDAY)] },
    Team { n: 5, slug: "small-hours", standups: &[(7, daily(EACH, "01:15", "02:45"))] },
];

/// What the others may change to.
pub const CHANGES: [Rhythm; 12] = [
    daily(WORKING, "09:00", "16:00"),
    daily(&[1, 3, 5], "10:00", "15:30"),
    daily(&[2, 4], "08:00", "23:59"),
    daily(EACH, "00:00", "03:00"),
    daily(&[7], "12:00", "18:00"),
    Rhythm { evening: true, ..daily(WORKING, "17:30", "09:30") },
    Rhythm { evening: true, ..daily(EACH, "22:15", "02:15") },
    Rhythm { dates: Dates::Weekly(&[3, 6], 3), ..daily(EACH, "07:00", "21:00") },
    Rhythm { dates: Dates::Monthly(5, 1), ..daily(EACH, "09:00", "16:00") },
    Rhythm { zone: Some("Pacific/Auckland"), ..daily(WORKING, "09:00", "16:00") },
    FORTNIGHTLY,
    IN_LISBON,
];

impl Rhythm {
    /// In the words of the oracle, with a date of a week that counts.
    pub fn told(&self, anchor: &str) -> Value {
        let (weekly, monthly) = match self.dates {
            Dates::Weekly(days, every) => (Some((days, every)), None),
            Dates::Monthly(nth, weekday) => (None, Some((nth, weekday))),
        };
        json!({
            "weekly": weekly, "monthly": monthly, "anchor": anchor, "opens": self.opens, "evening": self.evening,
            "due": self.due, "zone": self.zone,
        })
    }
}

pub fn member(n: u64) -> Uuid {
    id(10_000 + n)
}

pub fn account(n: u64) -> Uuid {
    id(20_000 + n)
}

pub fn team(n: u64) -> Uuid {
    id(30_000 + n)
}

pub fn standup(n: u64) -> Uuid {
    id(31_000 + n)
}

/// The one question of a standup.
pub fn question(n: u64) -> Uuid {
    id(33_000 + n)
}

/// A key result of a cycle.
pub fn key_result(cycle: usize, n: u64) -> Uuid {
    id(42_000 + 100 * cycle as u64 + n)
}

/// Who owns it.
pub fn owner(cycle: usize, n: u64) -> u64 {
    (7 * n + cycle as u64) % PEOPLE
}

/// Where somebody lives at first.
pub fn home(n: u64) -> &'static str {
    HOMES[((5 * n + n / 12) % 12) as usize]
}

/// Somebody's weekdays (bits) and hours.
pub fn office(n: u64) -> (u8, &'static str, &'static str) {
    match n % 7 {
        0 => (0b100_1111, "08:00", "16:00"),
        1 => (31, "12:00", "20:00"),
        _ => (31, "09:00", "17:00"),
    }
}

/// When somebody wants to be left in peace at work, every day.
pub fn peak(n: u64) -> Option<(&'static str, &'static str)> {
    n.is_multiple_of(5).then_some(("10:00", "12:30"))
}

/// How somebody wants to be told: how often a digest comes, how soon notices do, which reminders do.
pub fn wishes(n: u64) -> (&'static str, &'static str, &'static str) {
    let digest = ["daily", "weekly", "none", "none", "none", "none"][(n % 6) as usize];
    let notices =
        if n.is_multiple_of(12) { "digest" } else { ["quarter", "hour", "four_hours"][(n % 3) as usize] };
    let reminders = ["all", "updates", "check_ins", "none"][(n % 4) as usize];
    (digest, notices, reminders)
}

/// Who sits where at first; the first of a team leads it.
pub fn seats() -> impl Iterator<Item = (u64, u64)> {
    let first = (0..PEOPLE).map(|n| (n % 6, n));
    first.chain((0..PEOPLE).filter(|n| n % 3 == 0).map(|n| ((n + 1 + n / 6 % 4) % 6, n)))
}

/// The statements that put it in place by the start of the year.
pub fn sql(start: &str) -> String {
    let org = id(ORG);
    let mut all = vec![format!(
        "insert into organisation (id, slug, name, zone, created_at) values ('{org}', 'year', 'Year', 'Europe/Lisbon', '{start}')"
    )];
    for n in 0..PEOPLE {
        let (member, account, role) = (member(n), account(n), if n == 0 { "owner" } else { "member" });
        let (bits, from, until) = office(n);
        let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let days = names.iter().enumerate().filter(|(day, _)| bits >> day & 1 == 1);
        let week: Value = days
            .map(|(_, name)| ((*name).to_owned(), json!([[from, until]])))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let (digest, notices, reminders) = wishes(n);
        let peak: Value = match peak(n) {
            Some(peak) => names
                .iter()
                .map(|day| ((*day).to_owned(), json!([peak])))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            None => json!({}),
        };
        all.push(format!(
            "insert into account (id, email, created_at) values ('{account}', 'p{n}@year.example', '{start}')"
        ));
        all.push(format!(
            "insert into member (org_id, id, account_id, name, role, zone, week, peak, digest, notices, reminders, digest_weekday, next_digest_at, joined_at)
             values ('{org}', '{member}', '{account}', 'Person {n}', '{role}', '{}', '{week}', '{peak}', '{digest}', '{notices}', '{reminders}', {}, '{start}', '{start}')",
            home(n),
            n % 7 + 1,
        ));
    }
    for Team { n, slug, standups } in &TEAMS {
        let team = team(*n);
        all.push(format!("insert into team (org_id, id, slug, name, zone, created_at) values ('{org}', '{team}', '{slug}', '{slug}', 'UTC', '{start}')"));
        for (n, Rhythm { dates, opens, evening, due, zone }) in *standups {
            let (standup, schedule) = (standup(*n), id(32_000 + n));
            let [weekdays, every, nth, weekday] = match dates {
                Dates::Weekly(days, every) => [
                    days.iter().map(|day| 1 << (day - 1)).sum::<u8>().to_string(),
                    every.to_string(),
                    "null".into(),
                    "null".into(),
                ],
                Dates::Monthly(nth, weekday) => {
                    ["null".into(), "null".into(), nth.to_string(), weekday.to_string()]
                }
            };
            let zone = zone.map_or("null".to_owned(), |zone| format!("'{zone}'"));
            all.push(format!("insert into standup (org_id, id, team_id, name, created_at) values ('{org}', '{standup}', '{team}', 'Update', '{start}'::timestamptz + {n} * interval '1 second')"));
            all.push(format!(
                "insert into schedule (org_id, id, standup_id, version, first_date, weekdays, every_weeks, nth, nth_weekday, opens_time, opens_evening_before, due_time, zone, created_at)
                 values ('{org}', '{schedule}', '{standup}', 1, '{FIRST}', {weekdays}, {every}, {nth}, {weekday}, '{opens}', {evening}, '{due}', {zone}, '{start}')"
            ));
            all.push(format!("insert into question (org_id, id, standup_id, position, kind, prompt) values ('{org}', '{}', '{standup}', 0, 'text', 'What moved?')", question(*n)));
        }
    }
    for (t, n) in seats() {
        all.push(format!(
            "insert into team_member (org_id, team_id, member_id, lead) values ('{org}', '{}', '{}', {})",
            team(t),
            member(n),
            n == t
        ));
    }
    for (c, (first, last, zone)) in CYCLES.iter().enumerate() {
        let (cycle, objective) = (id(40_000 + c as u64), id(41_000 + c as u64));
        all.push(format!(
            "insert into cycle (org_id, id, name, first_date, last_date, zone, created_at, next_day, next_day_at, next_turn_at)
             values ('{org}', '{cycle}', 'Quarter {c}', '{first}', '{last}', '{zone}', '{start}', '{first}', '{first}', '{start}')"
        ));
        all.push(format!("insert into objective (org_id, id, cycle_id, title, created_at) values ('{org}', '{objective}', '{cycle}', 'Steady', '{CREATED}')"));
        for n in 0..KEY_RESULTS {
            let (key_result, (cadence, weekday)) = (key_result(c, n), cadence(n));
            all.push(format!(
                "insert into key_result (org_id, id, objective_id, title, owner_id, cadence, due_weekday, created_at)
                 values ('{org}', '{key_result}', '{objective}', 'Measure {n}', '{}', '{cadence}', {weekday}, '{CREATED}')",
                member(owner(c, n)),
            ));
            all.push(format!(
                "insert into key_result_terms (org_id, id, key_result_id, effective_at, kind, baseline, target, weight)
                 values ('{org}', '{}', '{key_result}', '{CREATED}', 'increase', 0, 100, 1)",
                id(44_000 + 100 * c as u64 + n),
            ));
        }
    }
    all.join(";\n")
}

/// The first date of the standups.
const FIRST: &str = "2026-01-01";

/// When the key results were made: before anything begins anywhere.
const CREATED: &str = "2026-01-30T00:00:00Z";

fn cadence(n: u64) -> (&'static str, u64) {
    (["weekly", "fortnightly", "monthly"][(n % 3) as usize], n % 7 + 1)
}

/// The same in the words of the oracle.
pub fn told(start: &str) -> Value {
    let standup = |team: u64, (n, rhythm): &(u64, Rhythm)| {
        let mut told = rhythm.told(FIRST);
        told["id"] = json!(standup(*n));
        told["team"] = json!(team);
        told
    };
    let key_results = CYCLES.iter().enumerate().flat_map(|(c, (first, last, zone))| {
        (0..KEY_RESULTS).map(move |n| {
            let (cadence, weekday) = cadence(n);
            json!({
                "id": key_result(c, n), "owner": owner(c, n), "cadence": cadence, "weekday": weekday, "first": first,
                "last": last, "zone": zone, "created": CREATED,
            })
        })
    });
    json!({
        "start": start,
        "people": (0..PEOPLE).map(|n| json!({ "id": member(n), "zone": home(n), "office": office(n), "peak": peak(n) })).collect::<Vec<_>>(),
        "seats": seats().collect::<Vec<_>>(),
        "standups": TEAMS.iter().flat_map(|team| team.standups.iter().map(|one| standup(team.n, one))).collect::<Vec<_>>(),
        "key_results": key_results.collect::<Vec<_>>(),
    })
}
