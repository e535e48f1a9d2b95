//! The recurring cast: Saltmarsh, a coastal-flood forecaster, on Tuesday 17 November 2026 at 09:24 in Lisbon, week 8 of
//! its quarter; and Driftwood next door, which must never see or be seen. Ids are small numbers in UUID's clothes.

use uuid::Uuid;

/// Who visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Leads Forecast, in Lisbon.
    Ines,
    /// A member of Forecast, in Bengaluru.
    Arjun,
    /// A member of Forecast, in Auckland.
    Tama,
    /// A member of Forecast, in Vancouver.
    Mia,
    /// Leads Field, in Nairobi.
    Wanjiru,
    /// A member of Field, in Nairobi.
    Otieno,
    /// Owner of the organisation, in Lisbon; sits in no team.
    Nuno,
    /// Admin, in Amsterdam; sits in no team.
    Sanne,
    /// Observer, in Lisbon.
    Olga,
    /// Owner of Driftwood, the other tenant, in New York.
    Eve,
}

impl Who {
    /// Everybody.
    pub const ALL: [Who; 10] = [
        Who::Ines,
        Who::Arjun,
        Who::Tama,
        Who::Mia,
        Who::Wanjiru,
        Who::Otieno,
        Who::Nuno,
        Who::Sanne,
        Who::Olga,
        Who::Eve,
    ];

    fn row(self) -> (u64, &'static str, &'static str, &'static str) {
        match self {
            Who::Ines => (101, "Inês Duarte", "Europe/Lisbon", "member"),
            Who::Arjun => (102, "Arjun Rao", "Asia/Kolkata", "member"),
            Who::Tama => (103, "Tama Walker", "Pacific/Auckland", "member"),
            Who::Mia => (104, "Mia Chen", "America/Vancouver", "member"),
            Who::Wanjiru => (105, "Wanjiru Kamau", "Africa/Nairobi", "member"),
            Who::Otieno => (107, "Otieno Odhiambo", "Africa/Nairobi", "member"),
            Who::Nuno => (106, "Nuno Teixeira", "Europe/Lisbon", "owner"),
            Who::Sanne => (108, "Sanne de Wit", "Europe/Amsterdam", "admin"),
            Who::Olga => (109, "Olga Petrova", "Europe/Lisbon", "observer"),
            Who::Eve => (201, "Eve Stone", "America/New_York", "owner"),
        }
    }

    /// The member's id.
    pub fn member(self) -> Uuid {
        id(self.row().0)
    }

    /// The account's id.
    pub fn account(self) -> Uuid {
        id(self.row().0 + 1000)
    }

    /// The member's name.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// The address they sign in with.
    pub fn email(self) -> String {
        let first = match self {
            Who::Ines => "ines".to_owned(),
            _ => self.name().split(' ').next().unwrap().to_lowercase(),
        };
        format!("{first}@{}.example", if self == Who::Eve { "driftwood" } else { "saltmarsh" })
    }
}

/// A small number in UUID's clothes (version 7).
pub fn id(number: u64) -> Uuid {
    Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0000 | u128::from(number))
}

/// Saltmarsh and Driftwood.
pub const SALTMARSH: u64 = 1;
/// The other tenant.
pub const DRIFTWOOD: u64 = 2;
/// Inês leads it; Arjun, Tama and Mia sit in it. Slug `forecast`.
pub const FORECAST: u64 = 301;
/// Wanjiru leads it; Otieno sits in it. Slug `field`.
pub const FIELD: u64 = 302;
/// Eve leads it, at Driftwood. Slug `shore`.
pub const SHORE: u64 = 303;
/// Forecast's standup: every weekday, 09:00 to 16:00 on each person's own clock.
pub const FORECAST_STANDUP: u64 = 311;
/// Field's standup: Monday, Wednesday, Friday, same window.
pub const FIELD_STANDUP: u64 = 312;
/// Driftwood's standup.
pub const SHORE_STANDUP: u64 = 313;
/// The questions of Forecast's standup: what moved (text), what is next (plan), in your way (blocker).
pub const FORECAST_QUESTIONS: [u64; 3] = [331, 332, 333];
/// Saltmarsh's quarter: 28 September to 27 December 2026, Lisbon.
pub const Q4: u64 = 401;
/// Driftwood's quarter.
pub const SHORE_Q4: u64 = 402;
/// “The model is right when it matters”: Forecast's, Inês's.
pub const OBJ_MODEL: u64 = 411;
/// “Sensors look after themselves”: the whole organisation's, Tama's.
pub const OBJ_SENSORS: u64 = 412;
/// “Retire the hand-tuned corrections”: Forecast's, Inês's; serves `OBJ_MODEL`.
pub const OBJ_RETIRE: u64 = 413;
/// Driftwood's objective.
pub const OBJ_SHORE: u64 = 421;
/// Median surge-height error, 31 → 18 cm: Inês's.
pub const KR_ERROR: u64 = 431;
/// Forecasts published by 06:00, 91 → 99.5 %: Arjun's.
pub const KR_SIX: u64 = 432;
/// Sensor-days lost to fouling, 46 → 15: Tama's.
pub const KR_FOULING: u64 = 433;
/// Sensors on self-calibrating firmware, 0 → 400: nobody's.
pub const KR_FIRMWARE: u64 = 434;
/// The last hand-tuned station retired, yes or no: Inês's.
pub const KR_RETIRED: u64 = 435;
/// Driftwood's key result.
pub const KR_SHORE: u64 = 441;

/// The statements that put the cast in place.
pub fn sql() -> String {
    let mut sql = String::new();
    let mut add = |statement: String| {
        sql.push_str(&statement);
        sql.push_str(";\n");
    };
    let long_ago = "'2026-09-01T08:00:00Z'";
    let week = r#"'{"mon":[["09:00","17:00"]],"tue":[["09:00","17:00"]],"wed":[["09:00","17:00"]],"thu":[["09:00","17:00"]],"fri":[["09:00","17:00"]]}'"#;
    for (org, slug, name, zone) in [
        (SALTMARSH, "saltmarsh", "Saltmarsh", "Europe/Lisbon"),
        (DRIFTWOOD, "driftwood", "Driftwood", "America/New_York"),
    ] {
        add(format!(
            "insert into organisation (id, slug, name, zone, created_at) values ('{}', '{slug}', '{name}', '{zone}', {long_ago})",
            id(org)
        ));
    }
    for who in Who::ALL {
        let (_, name, zone, role) = who.row();
        let org = id(if who == Who::Eve { DRIFTWOOD } else { SALTMARSH });
        add(format!(
            "insert into account (id, email, created_at) values ('{}', '{}', {long_ago})",
            who.account(),
            who.email()
        ));
        add(format!(
            "insert into member (org_id, id, account_id, name, role, zone, week, digest, joined_at) values ('{org}', '{}', '{}', '{name}', '{role}', '{zone}', {week}, 'none', {long_ago})",
            who.member(),
            who.account()
        ));
    }
    for (org, team, slug, name, zone, lead, members, standup, weekdays, questions) in [
        (
            SALTMARSH,
            FORECAST,
            "forecast",
            "Forecast",
            "Europe/Lisbon",
            Who::Ines,
            vec![Who::Arjun, Who::Tama, Who::Mia],
            FORECAST_STANDUP,
            31,
            331,
        ),
        (
            SALTMARSH,
            FIELD,
            "field",
            "Field",
            "Africa/Nairobi",
            Who::Wanjiru,
            vec![Who::Otieno],
            FIELD_STANDUP,
            21,
            334,
        ),
        (DRIFTWOOD, SHORE, "shore", "Shore", "America/New_York", Who::Eve, vec![], SHORE_STANDUP, 31, 337),
    ] {
        let org = id(org);
        add(format!(
            "insert into team (org_id, id, slug, name, zone, created_at) values ('{org}', '{}', '{slug}', '{name}', '{zone}', {long_ago})",
            id(team)
        ));
        add(format!(
            "insert into team_member (org_id, team_id, member_id, lead) values ('{org}', '{}', '{}', true)",
            id(team),
            lead.member()
        ));
        for member in members {
            add(format!(
                "insert into team_member (org_id, team_id, member_id) values ('{org}', '{}', '{}')",
                id(team),
                member.member()
            ));
        }
        add(format!(
            "insert into standup (org_id, id, team_id, name, created_at) values ('{org}', '{}', '{}', 'Update', {long_ago})",
            id(standup),
            id(team)
        ));
        add(format!(
            "insert into schedule (org_id, id, standup_id, version, first_date, weekdays, every_weeks, opens_time, due_time, created_at) values ('{org}', '{}', '{}', 1, '2026-09-07', {weekdays}, 1, '09:00', '16:00', {long_ago})",
            id(standup + 10),
            id(standup)
        ));
        for (at, (kind, prompt)) in
            [("text", "What moved?"), ("plan", "What is next?"), ("blocker", "Is anything in your way?")]
                .iter()
                .enumerate()
        {
            add(format!(
                "insert into question (org_id, id, standup_id, position, kind, prompt) values ('{org}', '{}', '{}', {at}, '{kind}', '{prompt}')",
                id(questions + at as u64),
                id(standup)
            ));
        }
    }
    add_okrs(&mut add, long_ago);
    sql
}

fn add_okrs(add: &mut impl FnMut(String), long_ago: &str) {
    for (org, cycle, zone) in [(SALTMARSH, Q4, "Europe/Lisbon"), (DRIFTWOOD, SHORE_Q4, "America/New_York")] {
        add(format!(
            "insert into cycle (org_id, id, name, first_date, last_date, zone, state, created_at, next_day, next_day_at, next_turn_at) values ('{}', '{}', 'Q4 2026', '2026-09-28', '2026-12-27', '{zone}', 'active', {long_ago}, '2026-09-28', '2026-09-28T23:00:00Z', '2026-12-18T00:00:00Z')",
            id(org),
            id(cycle)
        ));
    }
    let none = "null".to_owned();
    let quoted = |number: u64| format!("'{}'", id(number));
    let of = |who: Who| format!("'{}'", who.member());
    for (org, cycle, objective, team, parent, title, owner) in [
        (
            SALTMARSH,
            Q4,
            OBJ_MODEL,
            quoted(FORECAST),
            none.clone(),
            "The model is right when it matters",
            of(Who::Ines),
        ),
        (
            SALTMARSH,
            Q4,
            OBJ_SENSORS,
            none.clone(),
            none.clone(),
            "Sensors look after themselves",
            of(Who::Tama),
        ),
        (
            SALTMARSH,
            Q4,
            OBJ_RETIRE,
            quoted(FORECAST),
            quoted(OBJ_MODEL),
            "Retire the hand-tuned corrections",
            of(Who::Ines),
        ),
        (
            DRIFTWOOD,
            SHORE_Q4,
            OBJ_SHORE,
            quoted(SHORE),
            none.clone(),
            "Canary objective of Driftwood",
            of(Who::Eve),
        ),
    ] {
        add(format!(
            "insert into objective (org_id, id, cycle_id, team_id, parent_id, title, owner_id, created_at) values ('{}', '{}', '{}', {team}, {parent}, '{title}', {owner}, {long_ago})",
            id(org),
            id(objective),
            id(cycle)
        ));
    }
    for (org, objective, key_result, title, owner, unit, kind, baseline, target) in [
        (
            SALTMARSH,
            OBJ_MODEL,
            KR_ERROR,
            "Median surge-height error at 72 hours",
            of(Who::Ines),
            "cm",
            "decrease",
            "31",
            "18",
        ),
        (
            SALTMARSH,
            OBJ_MODEL,
            KR_SIX,
            "Forecasts published by 06:00 local",
            of(Who::Arjun),
            "%",
            "increase",
            "91",
            "99.5",
        ),
        (
            SALTMARSH,
            OBJ_SENSORS,
            KR_FOULING,
            "Sensor-days lost to fouling, per 1,000",
            of(Who::Tama),
            "",
            "decrease",
            "46",
            "15",
        ),
        (
            SALTMARSH,
            OBJ_SENSORS,
            KR_FIRMWARE,
            "Sensors on self-calibrating firmware",
            none.clone(),
            "sensors",
            "increase",
            "0",
            "400",
        ),
        (
            SALTMARSH,
            OBJ_RETIRE,
            KR_RETIRED,
            "The last hand-tuned station is retired",
            of(Who::Ines),
            "",
            "yes_no",
            "0",
            "1",
        ),
        (
            DRIFTWOOD,
            OBJ_SHORE,
            KR_SHORE,
            "Canary key result of Driftwood",
            of(Who::Eve),
            "",
            "increase",
            "0",
            "10",
        ),
    ] {
        add(format!(
            "insert into key_result (org_id, id, objective_id, title, owner_id, unit, created_at) values ('{}', '{}', '{}', '{title}', {owner}, '{unit}', '2026-09-21T08:00:00Z')",
            id(org),
            id(key_result),
            id(objective)
        ));
        add(format!(
            "insert into key_result_terms (org_id, id, key_result_id, effective_at, kind, baseline, target, weight) values ('{}', '{}', '{}', '2026-09-21T08:00:00Z', '{kind}', {baseline}, {target}, 1)",
            id(org),
            id(key_result + 100),
            id(key_result)
        ));
    }
}
