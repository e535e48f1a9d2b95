//! What a cycle is made of in tests: a small one told by hand, and cycles nobody thought of.

mod by_hand;
mod properties;

use super::*;
use crate::calendar::{Absence, WeekdaySet, Zone};
use crate::ids::TermsId;
use crate::okr::log::{CheckIn, TermsEntry};
use crate::okr::measure::{Kind, PaceRule, Terms};
use crate::okr::status::{Cadence, Every};
use chrono::{Days as Ahead, Weekday};
use uuid::Uuid;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn cycle(first: &str, last: &str, zone: &str) -> Cycle {
    Cycle {
        first: date(first),
        last: date(last),
        zone: Zone::parse(zone).unwrap(),
        weekdays: WeekdaySet::MON_TO_FRI,
        holidays: Absence::NONE,
        by_hand: None,
        reopened: None,
    }
}

/// All that a [`Ledger`] borrows.
#[derive(Debug, Clone)]
struct Case {
    cycle: Cycle,
    owners: BTreeMap<MemberId, Owner>,
    objectives: Vec<ObjectiveLog>,
    key_results: Vec<KeyResultLog>,
}

impl Case {
    fn ledger(&self) -> Ledger<'_> {
        let Self { cycle, owners, objectives, key_results } = self;
        Ledger { cycle, owners, objectives, key_results }
    }

    fn all(&self) -> Days {
        self.over(self.cycle.first..self.cycle.last + Ahead::new(1), "2040-01-01T00:00:00Z")
    }

    fn over(&self, range: Range<NaiveDate>, now: &str) -> Days {
        days(self.ledger(), range, at(now))
    }
}

fn objective(n: u128, parent: Option<u128>, count_aligned: bool) -> ObjectiveLog {
    let id = |n| ObjectiveId(Uuid::from_u128(n));
    let branch = Branch { id: id(n), parent: parent.map(id), weight: 1, count_aligned, private_to: None };
    ObjectiveLog { branch, created_at: at("2026-09-01T00:00:00Z"), dropped_at: None }
}

fn terms(id: u128, from: &str, baseline: i64, target: i64, weight: i16) -> TermsEntry {
    let kind = if baseline < target { Kind::Increase } else { Kind::Decrease };
    let terms = Terms::new(kind, baseline.into(), target.into(), weight, PaceRule::Linear).unwrap();
    TermsEntry { id: TermsId(Uuid::from_u128(id)), effective_at: at(from), terms, owner: None }
}

fn check_in(id: u128, when: &str, value: i64, confidence: Confidence) -> CheckIn {
    let (id, at) = (CheckInId(Uuid::from_u128(id)), at(when));
    CheckIn {
        id,
        at,
        date: at.date_naive(),
        value: value.into(),
        done: Vec::new(),
        confidence,
        replaces: None,
    }
}

fn key_result(n: u128, objective: u128, terms: Vec<TermsEntry>, check_ins: Vec<CheckIn>) -> KeyResultLog {
    KeyResultLog {
        id: KeyResultId(Uuid::from_u128(n)),
        objective: ObjectiveId(Uuid::from_u128(objective)),
        cadence: Cadence { every: Every::Week, weekday: Weekday::Fri },
        dropped_at: None,
        terms,
        check_ins,
    }
}

/// Four working weeks from Monday 5 to Sunday 1 November 2026 in Lisbon, whose clocks go back on 25 October.
fn told() -> Case {
    let mut past_midnight = check_in(3, "2026-10-08T23:30:00Z", 15, Confidence::OnTrack);
    past_midnight.date = date("2026-10-09");
    let rising = key_result(
        1,
        1,
        vec![terms(1, "2026-09-20T09:00:00Z", 0, 40, 1), terms(2, "2026-10-15T09:00:00Z", 0, 50, 3)],
        vec![
            check_in(1, "2026-10-06T10:00:00Z", 10, Confidence::OnTrack),
            // 23:30 in Lisbon on Thursday the 8th, and half past midnight on the 9th.
            check_in(2, "2026-10-08T22:30:00Z", 12, Confidence::AtRisk),
            past_midnight,
        ],
    );
    let silent = key_result(2, 1, vec![terms(3, "2026-10-07T09:00:00Z", 31, 18, 1)], vec![]);
    Case {
        cycle: cycle("2026-10-05", "2026-11-01", "Europe/Lisbon"),
        owners: BTreeMap::new(),
        objectives: vec![objective(1, None, false)],
        key_results: vec![rising, silent],
    }
}

fn of(days: &Days, n: u128) -> &[Day] {
    &days.key_results[&KeyResultId(Uuid::from_u128(n))]
}
