//! The golden tables: what is shown of key results and objectives, row by row, as anyone could work it out on paper.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc, Weekday};
use meridian::calendar::{Absence, Cycle, WeekdaySet, Zone};
use meridian::ids::{CheckInId, KeyResultId, ObjectiveId, StepId, TermsId};
use meridian::okr::log::{CheckIn, KeyResultLog, TermsEntry};
use meridian::okr::measure::{Checkpoint, Draft, Kind, PaceRule, Step, Terms};
use meridian::okr::pace::Elapsed;
use meridian::okr::receipt::ShownMean;
use meridian::okr::rollup::{Ledger, days};
use meridian::okr::status::{Cadence, Confidence, Every};
use meridian::okr::tree::{Branch, Tally, Tree};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use uuid::Uuid;

const KEY_RESULTS: &str = include_str!("../golden/key_results.txt");
const MEANS: &str = include_str!("../golden/means.txt");

/// The rows of a table, each in its columns.
fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('|').map(str::trim).collect())
}

fn written(figure: Option<impl ToString>) -> String {
    figure.map_or_else(|| "–".to_owned(), |figure| figure.to_string())
}

#[test]
fn key_results_show_what_the_table_says() {
    let mut rows_read = 0;
    for row in rows(KEY_RESULTS) {
        let [what, terms, check_ins, as_of, raw, expected, pace, status] = row[..] else { panic!("{row:?}") };
        let date = day(as_of);
        let log = log(terms, check_ins);
        let (cycle, owners) = (quarter(), BTreeMap::new());
        let ledger = Ledger { cycle: &cycle, owners: &owners, objectives: &[], key_results: &[log] };
        let found = days(ledger, date..date + TimeDelta::days(1), cycle.ends() + TimeDelta::days(1));
        let shown = &found.key_results.values().next().unwrap()[0];
        let pace_shown = shown.pace.map(|pace| pace.as_str());
        let figures =
            [written(shown.raw), written(shown.expected), written(pace_shown), shown.status.to_string()];
        assert_eq!(figures, [raw, expected, pace, status], "{what}");
        let within = shown.raw.map(|raw| raw.clamp(Decimal::ZERO, Decimal::ONE));
        assert_eq!(shown.progress, within, "{what}");
        rows_read += 1;
    }
    assert!(rows_read >= 60, "only {rows_read} rows");
}

#[test]
fn objectives_show_what_the_table_says() {
    for row in rows(MEANS) {
        let [what, parts, progress, expected, counted, missing, pace] = row[..] else { panic!("{row:?}") };
        let mut forest = Forest::default();
        forest.plant(parts, None, 1, true);
        let own = forest.own.iter().copied().map(Some).collect();
        let mean = Tree::grow(forest.branches).means(own)[0].unwrap();
        let shown = ShownMean::of(mean, Elapsed { days: 36, of: 65 });
        let figures = [
            written(mean.progress),
            written(mean.expected),
            mean.counted.to_string(),
            mean.missing.to_string(),
            written(shown.pace),
        ];
        assert_eq!(figures, [progress, expected, counted, missing, pace], "{what}");
    }
}

fn quarter() -> Cycle {
    Cycle {
        first: day("09-28"),
        last: day("12-27"),
        zone: Zone::parse("Europe/Lisbon").unwrap(),
        weekdays: WeekdaySet::MON_TO_FRI,
        holidays: Absence::NONE,
        by_hand: None,
        reopened: None,
    }
}

fn day(text: &str) -> NaiveDate {
    format!("2026-{text}").parse().unwrap()
}

fn noon(date: NaiveDate) -> DateTime<Utc> {
    date.and_hms_opt(12, 0, 0).unwrap().and_utc()
}

fn id(n: usize) -> Uuid {
    Uuid::from_u128(n as u128)
}

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn log(terms: &str, check_ins: &str) -> KeyResultLog {
    let entries = terms.split(" then ").enumerate().map(|(n, text)| {
        let (from, text) = if n == 0 { ("09-20", text) } else { text.split_once(' ').unwrap() };
        TermsEntry { id: TermsId(id(n)), effective_at: noon(day(from)), terms: read(text), owner: None }
    });
    let terms: Vec<_> = entries.collect();
    let check_ins = check_ins.split(';').filter(|text| !text.trim().is_empty()).enumerate();
    let check_ins = check_ins.map(|(n, text)| check_in(n, text, terms[0].terms.kind())).collect();
    KeyResultLog {
        id: KeyResultId(id(0)),
        objective: ObjectiveId(id(0)),
        cadence: Cadence { every: Every::Week, weekday: Weekday::Fri },
        dropped_at: None,
        terms,
        check_ins,
    }
}

fn check_in(n: usize, text: &str, kind: Kind) -> CheckIn {
    let words: Vec<_> = text.split_whitespace().collect();
    let done: Vec<_> = match kind {
        Kind::Milestones => words[1].split('+').filter(|name| *name != "none").map(step_id).collect(),
        _ => Vec::new(),
    };
    CheckIn {
        id: CheckInId(id(n + 1)),
        at: noon(day(words[0])) + TimeDelta::minutes(i64::try_from(n).unwrap()),
        date: day(words[0]),
        value: if kind == Kind::Milestones { done.len().into() } else { number(words[1]) },
        done,
        confidence: match words[2] {
            "on" => Confidence::OnTrack,
            "risk" => Confidence::AtRisk,
            _ => Confidence::OffTrack,
        },
        replaces: words.get(4).map(|one| CheckInId(id(one.parse().unwrap()))),
    }
}

fn step_id(name: &str) -> StepId {
    StepId(id(usize::from(name.as_bytes()[0])))
}

fn read(text: &str) -> Terms {
    let (terms, pace) = text.split_once(';').unwrap_or((text, ""));
    let words: Vec<_> = terms.split_whitespace().collect();
    let kind = match words[0] {
        "within" => Kind::KeepWithin,
        "steps" => Kind::Milestones,
        word => Kind::parse(word).unwrap(),
    };
    let mut draft = Draft::whole(kind, 1, PaceRule::Linear);
    match (kind, words.get(1)) {
        (Kind::KeepWithin, Some(bounds)) => (draft.low, draft.high) = read_bounds(bounds),
        (Kind::Milestones, _) => draft.steps = words[1..].iter().map(|text| read_step(text)).collect(),
        (_, Some(baseline)) => (draft.baseline, draft.target) = (number(baseline), number(words[3])),
        (_, None) => {}
    }
    match pace.trim().trim_start_matches("pace ") {
        "" => {}
        "none" => draft.pace = PaceRule::None,
        "dates" => draft.pace = PaceRule::Checkpoints,
        points => {
            draft.pace = PaceRule::Checkpoints;
            let points = points.split(' ').map(|point| point.split_once('=').unwrap());
            draft.checkpoints =
                points.map(|(on, value)| Checkpoint { on: day(on), value: number(value) }).collect();
        }
    }
    Terms::of(draft).unwrap()
}

fn read_bounds(text: &str) -> (Option<Decimal>, Option<Decimal>) {
    match (text.strip_prefix(">="), text.strip_prefix("<="), text.split_once("..")) {
        (Some(low), ..) => (Some(number(low)), None),
        (_, Some(high), _) => (None, Some(number(high))),
        (.., both) => both.map(|(low, high)| (Some(number(low)), Some(number(high)))).unwrap(),
    }
}

fn read_step(text: &str) -> Step {
    let (name, rest) = text.split_once(':').unwrap();
    let (weight, due) = rest.split_once('@').map_or((rest, None), |(weight, due)| (weight, Some(due)));
    Step { id: step_id(name), name: name.to_owned(), weight: weight.parse().unwrap(), due: due.map(day) }
}

/// Objectives with the tallies of their own parts.
#[derive(Default)]
struct Forest {
    branches: Vec<Branch>,
    own: Vec<Tally>,
}

impl Forest {
    fn plant(&mut self, parts: &str, parent: Option<usize>, weight: i16, counts: bool) {
        let at = self.branches.len();
        // Whether it counts what serves it is the parent's to say.
        if let (Some(parent), false) = (parent, counts) {
            self.branches[parent].count_aligned = false;
        }
        self.branches.push(Branch {
            id: ObjectiveId(id(at)),
            parent: parent.map(|parent| ObjectiveId(id(parent))),
            weight,
            count_aligned: true,
            private_to: None,
        });
        self.own.push(Tally::default());
        let mut rest = parts.trim();
        while !rest.is_empty() {
            let end = rest.find([' ', '(']).unwrap_or(rest.len());
            let (word, tail) = rest.split_at(end);
            if tail.starts_with('(') {
                let close = closing(tail);
                let weight = word.trim_end_matches('!').parse().unwrap();
                self.plant(&tail[1..close], Some(at), weight, !word.ends_with('!'));
                rest = tail[close + 1..].trim();
            } else {
                let (weight, figures) = word.split_once(':').unwrap();
                let (progress, expected) = figures.split_once('/').unwrap();
                let figure = |text: &str| (text != "–").then(|| number(text));
                self.own[at].add(weight.parse().unwrap(), figure(progress), figure(expected));
                rest = tail.trim();
            }
        }
    }
}

/// Where the bracket that opens a text closes.
fn closing(text: &str) -> usize {
    let mut depth = 0;
    let depths = text.char_indices().map(|(at, sign)| {
        depth += match sign {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        (at, depth)
    });
    depths.skip(1).find(|(_, depth)| *depth == 0).unwrap().0
}
