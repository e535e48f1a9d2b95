//! The roll-up compared with a second one, written in Python from the rules alone: exact fractions, `zoneinfo`, every
//! day from nothing. Both are given the same cycles, thrown together at random; both must give the same rows.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc, Weekday};
use meridian::calendar::day::first_instant;
use meridian::calendar::{Absence, Cycle, Span, WeekdaySet, WorkWeek, Zone};
use meridian::ids::{CheckInId, KeyResultId, MemberId, ObjectiveId, StepId, TeamId, TermsId};
use meridian::okr::log::{CheckIn, KeyResultLog, Owner, TermsEntry};
use meridian::okr::measure::{Checkpoint, Draft, Kind, PaceRule, Step, Terms};
use meridian::okr::pace::Pace;
use meridian::okr::rollup::{Ledger, ObjectiveLog, days};
use meridian::okr::status::{Cadence, Confidence, Every, Status};
use meridian::okr::tree::Branch;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashSet};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use uuid::Uuid;

const CASES: u64 = 150;

const ZONES: &[&str] = &[
    "Africa/Cairo",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/Vancouver",
    "Africa/Nairobi",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Europe/Lisbon",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
];

#[test]
fn a_second_roll_up_in_another_language_gives_the_same_days() {
    let cases: Vec<_> = (0..CASES).map(|seed| Case::thrown(&mut Dice(seed))).collect();
    let answers = python(&cases.iter().map(Case::told).collect::<Vec<_>>());
    let (mut rows, mut statuses, mut paces) = (0, HashSet::new(), HashSet::new());
    for (seed, (case, theirs)) in cases.iter().zip(answers).enumerate() {
        let ours = days(case.ledger(), case.cycle.first..case.cycle.last + Days::new(1), case.now);
        for day in ours.key_results.values().flatten() {
            statuses.insert(day.status);
            paces.insert(day.pace);
        }
        rows += ours.key_results.values().map(Vec::len).sum::<usize>();
        rows += ours.objectives.values().map(Vec::len).sum::<usize>();
        assert_same(&format!("case {seed}"), &serde_json::to_value(&ours).unwrap(), &theirs);
    }
    println!("{rows} rows of {CASES} cycles agree");
    assert!(rows > 20_000, "only {rows} rows were compared");
    assert_eq!(statuses.len(), Status::ALL.len() - 1, "all but closed should occur: {statuses:?}");
    let kinds: HashSet<_> = cases.iter().flat_map(Case::kinds).collect();
    assert_eq!(
        kinds.len(),
        Kind::ALL.len() * PaceRule::ALL.len() - 2,
        "no checkpoints for bands and yes-or-no: {kinds:?}"
    );
    assert_eq!(paces.len(), Pace::ALL.len() + 1, "each pace and none should occur: {paces:?}");
}

/// Row by row, so that a difference names its day.
pub(crate) fn assert_same(case: &str, ours: &Value, theirs: &Value) {
    for kind in ["key_results", "objectives"] {
        let (ours, theirs) = (ours[kind].as_object().unwrap(), theirs[kind].as_object().unwrap());
        assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>(), "{case}, {kind}");
        for (id, ours) in ours {
            let (ours, theirs) = (ours.as_array().unwrap(), theirs[id].as_array().unwrap());
            for (our, their) in ours.iter().zip(theirs) {
                assert_eq!(our, their, "{case}, {kind} {id}: ours, then Python's");
            }
            assert_eq!(ours.len(), theirs.len(), "{case}, {kind} {id}: days");
        }
    }
}

/// What the second roll-up makes of these cases.
pub(crate) fn python(cases: &[Value]) -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/rollup_oracle.py");
    let mut python = Command::new("python3")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this comparison needs python3 (3.9 or newer)");
    let mut stdin = python.stdin.take().unwrap();
    let asked: String = cases.iter().map(|case| format!("{case}\n")).collect();
    let writer = std::thread::spawn(move || stdin.write_all(asked.as_bytes()));
    let answer = python.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(answer.status.success());
    let lines = String::from_utf8(answer.stdout).unwrap();
    let answers: Vec<_> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), cases.len());
    answers
}

/// One cycle, its people and its log.
struct Case {
    cycle: Cycle,
    owners: BTreeMap<MemberId, Owner>,
    objectives: Vec<ObjectiveLog>,
    key_results: Vec<KeyResultLog>,
    now: DateTime<Utc>,
}

impl Case {
    fn ledger(&self) -> Ledger<'_> {
        let Self { cycle, owners, objectives, key_results, .. } = self;
        Ledger { cycle, owners, objectives, key_results }
    }

    fn thrown(dice: &mut Dice) -> Self {
        let first = date("2025-12-01") + Days::new(dice.below(400).unsigned_abs());
        let last = first + Days::new(14 + dice.below(85).unsigned_abs());
        let span = Stretch { first, last, zone: dice.zone() };
        let cycle = Cycle {
            first,
            last,
            zone: span.zone,
            weekdays: if dice.one_in(3) { dice.weekdays() } else { WeekdaySet::MON_TO_FRI },
            holidays: dice.absence(&span, 3),
            by_hand: None,
            reopened: None,
        };
        let objectives: Vec<_> = (0..1 + dice.below(6)).map(|n| dice.objective(n, &span)).collect();
        Self {
            owners: (0..3).map(|n| (MemberId(id(n)), dice.owner(&span))).collect(),
            key_results: (0..1 + dice.below(7)).map(|n| dice.key_result(n, &span)).collect(),
            now: if dice.one_in(4) { dice.instant(&span) } else { cycle.ends() + TimeDelta::days(1) },
            objectives,
            cycle,
        }
    }

    /// The kinds and paces that occur.
    fn kinds(&self) -> impl Iterator<Item = (Kind, PaceRule)> + '_ {
        let terms = self.key_results.iter().flat_map(|log| &log.terms);
        terms.map(|entry| (entry.terms.kind(), entry.terms.pace()))
    }

    /// As the oracle wants it told.
    fn told(&self) -> Value {
        let zones = self.owners.values().map(|owner| owner.zone).chain([self.cycle.zone]);
        let rules: Map<_, _> = zones
            .map(|zone| (zone.name().to_owned(), json!(STANDARD.encode(zone.rule_file().unwrap()))))
            .collect();
        let cycle = &self.cycle;
        json!({
            "rules": rules,
            "now": self.now,
            "cycle": {
                "first": cycle.first, "last": cycle.last, "zone": cycle.zone.name(),
                "weekdays": cycle.weekdays.bits(), "holidays": cycle.holidays,
            },
            "owners": self.owners.iter().map(|(id, owner)| (id.to_string(), json!({
                "zone": owner.zone.name(), "weekdays": owner.week.days().bits(), "away": owner.absence,
            }))).collect::<Map<_, _>>(),
            "objectives": self.objectives.iter().map(|one| json!({
                "id": one.branch.id, "parent": one.branch.parent, "weight": one.branch.weight,
                "count_aligned": one.branch.count_aligned, "private_to": one.branch.private_to,
                "created_at": one.created_at, "dropped_at": one.dropped_at,
            })).collect::<Vec<_>>(),
            "key_results": self.key_results.iter().map(told).collect::<Vec<_>>(),
        })
    }
}

fn told(log: &KeyResultLog) -> Value {
    json!({
        "id": log.id, "objective": log.objective, "cadence": log.cadence.every,
        "weekday": log.cadence.weekday.number_from_monday(), "dropped_at": log.dropped_at,
        "terms": log.terms.iter().map(|entry| {
            let mut told = serde_json::to_value(&entry.terms).unwrap();
            let rest = json!({ "id": entry.id, "effective_at": entry.effective_at, "owner": entry.owner });
            told.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
            told
        }).collect::<Vec<_>>(),
        "check_ins": log.check_ins.iter().map(|one| json!({
            "id": one.id, "at": one.at, "date": one.date, "value": one.value, "done": one.done,
            "confidence": one.confidence, "replaces": one.replaces,
        })).collect::<Vec<_>>(),
    })
}

struct Stretch {
    first: NaiveDate,
    last: NaiveDate,
    zone: Zone,
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn id(n: i64) -> Uuid {
    Uuid::from_u128(n.unsigned_abs().into())
}

/// Throws the same numbers for the same seed (SplitMix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, sides: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        i64::try_from((z ^ (z >> 31)) % sides.unsigned_abs()).unwrap()
    }

    pub(crate) fn one_in(&mut self, sides: i64) -> bool {
        self.below(sides) == 0
    }

    pub(crate) fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(i64::try_from(all.len()).unwrap())).unwrap()]
    }

    fn zone(&mut self) -> Zone {
        Zone::parse(self.one_of(ZONES)).unwrap()
    }

    fn weekdays(&mut self) -> WeekdaySet {
        WeekdaySet::from_bits(i16::try_from(1 + self.below(127)).unwrap()).unwrap()
    }

    fn weekday(&mut self) -> Weekday {
        u8::try_from(self.below(7)).unwrap().try_into().unwrap()
    }

    /// From ten days before the stretch to five after it. One in six is exactly a midnight of the cycle, and half of
    /// those the same one, so that what happens at one instant, or as a day ends, is met too.
    fn instant(&mut self, span: &Stretch) -> DateTime<Utc> {
        let days = (span.last - span.first).num_days();
        if self.one_in(6) {
            let ahead = if self.one_in(2) { days / 2 } else { self.below(days) };
            return first_instant(span.zone, span.first + Days::new(ahead.unsigned_abs()));
        }
        let midnight = span.first.and_hms_opt(0, 0, 0).unwrap().and_utc() - TimeDelta::days(10);
        midnight
            + TimeDelta::days(self.below(days + 15))
            + TimeDelta::microseconds(self.below(86_400_000_000))
    }

    fn perhaps_instant(&mut self, sides: i64, span: &Stretch) -> Option<DateTime<Utc>> {
        self.one_in(sides).then(|| self.instant(span))
    }

    fn absence(&mut self, span: &Stretch, most: i64) -> Absence {
        let ranges: Vec<_> = (0..self.below(most + 1))
            .map(|_| {
                let first = self.instant(span).date_naive();
                first..=first + Days::new(self.below(9).unsigned_abs())
            })
            .collect();
        Absence::new(ranges)
    }

    fn owner(&mut self, span: &Stretch) -> Owner {
        let office = Span { start: "09:00:00".parse().unwrap(), end: "17:00:00".parse().unwrap() };
        let days = if self.one_in(2) { self.weekdays() } else { WeekdaySet::MON_TO_FRI };
        let week = WorkWeek::new(days.iter().map(|weekday| (weekday, office))).unwrap();
        Owner { zone: self.zone(), week, absence: self.absence(span, 4) }
    }

    fn objective(&mut self, n: i64, span: &Stretch) -> ObjectiveLog {
        let parent = (n > 0 && !self.one_in(3)).then(|| ObjectiveId(id(self.below(n))));
        let private_to = self.one_in(3).then(|| TeamId(id(900 + self.below(2))));
        let (weight, count_aligned) = (self.weight(), self.one_in(2));
        let branch = Branch { id: ObjectiveId(id(n)), parent, weight, count_aligned, private_to };
        let created_at = self.perhaps_instant(2, span).unwrap_or_default();
        ObjectiveLog { branch, created_at, dropped_at: self.perhaps_instant(8, span) }
    }

    fn weight(&mut self) -> i16 {
        i16::try_from(1 + self.below(5)).unwrap()
    }

    fn number(&mut self) -> Decimal {
        let scale = self.one_of(&[0, 0, 1, 2, 6]);
        Decimal::new(self.below(2_000_000) - 1_000_000, scale)
    }

    fn terms(&mut self, span: &Stretch) -> Terms {
        loop {
            let kind = self.one_of(&[
                Kind::Increase,
                Kind::Increase,
                Kind::Decrease,
                Kind::KeepWithin,
                Kind::Milestones,
                Kind::YesNo,
            ]);
            let pace = self.one_of(&[
                PaceRule::Linear,
                PaceRule::Linear,
                PaceRule::Checkpoints,
                PaceRule::Checkpoints,
                PaceRule::None,
            ]);
            let mut draft = Draft::whole(kind, self.weight(), pace);
            match kind {
                Kind::Increase | Kind::Decrease => {
                    (draft.baseline, draft.target) = (self.number(), self.number());
                    if pace == PaceRule::Checkpoints {
                        draft.checkpoints = self.checkpoints(draft.baseline, draft.target, span);
                    }
                }
                Kind::KeepWithin => {
                    draft.low = (!self.one_in(3)).then(|| self.number());
                    draft.high = (!self.one_in(3)).then(|| self.number());
                }
                Kind::Milestones => {
                    draft.steps = (0..1 + self.below(5)).map(|n| self.step(n, span)).collect();
                }
                Kind::YesNo => {}
            }
            if let Ok(terms) = Terms::of(draft) {
                return terms;
            }
        }
    }

    /// Some on the way, some beyond it; now and then one outside the cycle.
    fn checkpoints(&mut self, baseline: Decimal, target: Decimal, span: &Stretch) -> Vec<Checkpoint> {
        let mut dates: Vec<_> = (0..1 + self.below(4)).map(|_| self.instant(span).date_naive()).collect();
        dates.sort_unstable();
        dates.dedup();
        let value = |share| (baseline + (target - baseline) * Decimal::new(share, 2)).round_dp(6);
        dates.into_iter().map(|on| Checkpoint { on, value: value(self.below(140) - 20) }).collect()
    }

    fn step(&mut self, n: i64, span: &Stretch) -> Step {
        let due = (!self.one_in(3)).then(|| self.instant(span).date_naive());
        Step { id: StepId(id(n)), name: format!("Step {n}"), weight: self.weight(), due }
    }

    fn key_result(&mut self, n: i64, span: &Stretch) -> KeyResultLog {
        let mut terms = Vec::new();
        for n in 0..1 + self.below(3) {
            let effective_at = if n == 0 && !self.one_in(3) {
                span.first.and_hms_opt(0, 0, 0).unwrap().and_utc() - TimeDelta::days(15)
            } else {
                self.instant(span)
            };
            let owner = (!self.one_in(4)).then(|| MemberId(id(self.below(4))));
            terms.push(TermsEntry { id: TermsId(id(n)), effective_at, terms: self.terms(span), owner });
        }
        let measured = terms[0].terms.clone();
        let check_ins: Vec<_> = (0..self.below(14)).map(|n| self.check_in(n, &measured, span)).collect();
        let every = self.one_of(Every::ALL);
        KeyResultLog {
            id: KeyResultId(id(n)),
            objective: ObjectiveId(id(self.below(6))),
            cadence: Cadence { every, weekday: self.weekday() },
            dropped_at: self.perhaps_instant(10, span),
            // The newest first: what is at one instant is not handed over in the order of its ids.
            terms: terms.into_iter().rev().collect(),
            check_ins: check_ins.into_iter().rev().collect(),
        }
    }

    /// Mostly somewhere between baseline and target, now and then beyond; a few correct an earlier one.
    fn check_in(&mut self, n: i64, terms: &Terms, span: &Stretch) -> CheckIn {
        let (from, to) = terms.band().map_or((terms.baseline(), terms.target()), |band| {
            let low = band.low.or(band.high).unwrap_or_default();
            (low, band.high.unwrap_or(low + Decimal::ONE))
        });
        let value = (from + (to - from) * Decimal::new(self.below(1_400) - 200, 3)).round_dp(6);
        // Now and then one that is no longer among the milestones.
        let done = (0..5).filter(|_| self.one_in(3)).map(|n| StepId(id(n))).collect();
        let at = self.instant(span);
        CheckIn {
            id: CheckInId(id(n)),
            at,
            date: self.zone().date_at(at),
            value: if terms.kind() == Kind::YesNo { Decimal::from(self.below(2)) } else { value },
            done,
            confidence: self.one_of(Confidence::ALL),
            replaces: (n > 0 && self.one_in(6)).then(|| CheckInId(id(self.below(n)))),
        }
    }
}
