//! Each reason on and off, and the order.

use super::*;
use Confidence::{AtRisk, OffTrack, OnTrack};
use uuid::Uuid;

const NOW: &str = "2026-11-17T09:24:00Z";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn kr(number: u128) -> KeyResultId {
    KeyResultId(Uuid::from_u128(number))
}

fn member(number: u128) -> MemberId {
    MemberId(Uuid::from_u128(number))
}

fn update(number: u128) -> UpdateId {
    UpdateId(Uuid::from_u128(number))
}

/// Said on a day of October or November, at noon, of ever greater values.
fn said(words: &[(&str, Confidence)]) -> Vec<Said> {
    let one = |(value, (day, word)): (usize, &(&str, Confidence))| Said {
        at: at(&format!("2026-{day}T12:00:00Z")),
        confidence: *word,
        value: value.into(),
    };
    words.iter().enumerate().map(one).collect()
}

/// Measured once a week from 30 October on and found at these values, said to be on track.
fn measured(values: &[i64]) -> Vec<Said> {
    let days = ["10-23", "10-30", "11-06", "11-13"];
    let said = said(&days.map(|day| (day, OnTrack))[days.len() - values.len()..]);
    said.into_iter().zip(values).map(|(said, value)| Said { value: (*value).into(), ..said }).collect()
}

/// A reason that holds since then.
fn since(why: Why, text: &str) -> Reason {
    why.since(at(text))
}

const BEGUN: &str = "2026-09-27T23:00:00Z";
const ORPHANED: &str = "2026-10-29T10:00:00Z";
const BEHIND: &str = "2026-11-10T00:00:00Z";

/// A key result nobody needs to look at.
fn well(number: u128) -> KeyResult {
    KeyResult {
        id: kr(number),
        status: Status::OnTrack,
        pace: Some(Pace::OnTrack),
        gap: Some(Decimal::new(5, 2)),
        owner: Some(member(number)),
        ownerless_since: at(ORPHANED),
        begun: at(BEGUN),
        stale_since: None,
        against_since: at(BEHIND),
        ungraded_since: None,
        moves: true,
        said: said(&[("11-06", OnTrack), ("11-13", OnTrack)]),
    }
}

fn items(key_results: &[KeyResult], blockers: &[Blocker]) -> Vec<Item> {
    attention(key_results, &[], blockers, &[], Zone::parse("Europe/Lisbon").unwrap(), at(NOW))
}

fn reasons(one: KeyResult) -> Vec<Reason> {
    items(&[one], &[]).into_iter().flat_map(|item| item.reasons).collect()
}

fn order(key_results: &[KeyResult], blockers: &[Blocker]) -> Vec<Subject> {
    items(key_results, blockers).into_iter().map(|item| item.subject).collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table, a row a reason")]
fn each_reason_holds_and_ceases() {
    let begun = |day: &str| KeyResult {
        begun: at(day),
        said: vec![],
        pace: None,
        status: Status::Pending,
        ..well(1)
    };
    let stale = at("2026-10-29T00:00:00Z");
    let table: Vec<(&str, KeyResult, Vec<Reason>)> = vec![
        ("well", well(1), vec![]),
        ("ahead", KeyResult { pace: Some(Pace::Done), ..well(1) }, vec![]),
        ("no pace yet", KeyResult { pace: None, gap: None, ..well(1) }, vec![]),
        (
            "off track",
            KeyResult {
                status: Status::OffTrack,
                said: said(&[("10-30", OffTrack), ("11-13", OffTrack)]),
                ..well(1)
            },
            vec![since(Why::OffTrack, "2026-10-30T12:00:00Z")],
        ),
        ("nobody's", KeyResult { owner: None, ..well(1) }, vec![since(Why::NoOwner, ORPHANED)]),
        (
            "not graded yet",
            KeyResult { ungraded_since: Some(stale), ..well(1) },
            vec![Why::NotGraded.since(stale)],
        ),
        (
            "closed without a grade",
            KeyResult { ungraded_since: Some(stale), status: Status::Closed, ..well(1) },
            vec![],
        ),
        (
            "stale",
            KeyResult {
                status: Status::Stale,
                stale_since: Some(stale),
                pace: Some(Pace::OffTrack),
                ..well(1)
            },
            vec![Why::Stale.since(stale)],
        ),
        (
            "seven days without data",
            begun("2026-11-10T20:00:00Z"),
            vec![since(Why::NoData { days: 7 }, "2026-11-10T20:00:00Z")],
        ),
        ("six days without data", begun("2026-11-11T00:00:00Z"), vec![]),
        (
            "stale because it was never measured",
            KeyResult { status: Status::Stale, stale_since: Some(stale), ..begun("2026-10-20T20:00:00Z") },
            vec![since(Why::NoData { days: 28 }, "2026-10-20T20:00:00Z")],
        ),
        (
            "said on track, two thirds behind",
            KeyResult { pace: Some(Pace::OffTrack), ..well(1) },
            vec![since(Why::AgainstPace { pace: Pace::OffTrack }, BEHIND)],
        ),
        (
            "said on track, a little behind",
            KeyResult { pace: Some(Pace::AtRisk), ..well(1) },
            vec![since(Why::AgainstPace { pace: Pace::AtRisk }, BEHIND)],
        ),
        (
            "said at risk, and so does the pace",
            KeyResult {
                status: Status::AtRisk,
                pace: Some(Pace::OffTrack),
                said: said(&[("11-06", AtRisk), ("11-13", AtRisk)]),
                ..well(1)
            },
            vec![since(Why::AtRisk, "2026-11-06T12:00:00Z")],
        ),
        (
            "falling",
            KeyResult {
                status: Status::AtRisk,
                said: said(&[("11-06", OnTrack), ("11-13", AtRisk)]),
                ..well(1)
            },
            vec![
                since(Why::Falling { from: OnTrack }, "2026-11-13T12:00:00Z"),
                since(Why::AtRisk, "2026-11-13T12:00:00Z"),
            ],
        ),
        ("rising", KeyResult { said: said(&[("11-06", OffTrack), ("11-13", OnTrack)]), ..well(1) }, vec![]),
        (
            "fallen, and stale since",
            KeyResult {
                status: Status::Stale,
                stale_since: Some(stale),
                said: said(&[("10-09", OnTrack), ("10-16", AtRisk)]),
                ..well(1)
            },
            vec![Why::Stale.since(stale)],
        ),
        (
            "flat for three check-ins",
            KeyResult { said: measured(&[4, 5, 5, 5]), ..well(1) },
            vec![since(Why::Flat { check_ins: 3 }, "2026-10-30T12:00:00Z")],
        ),
        ("flat for two", KeyResult { said: measured(&[4, 5, 5]), ..well(1) }, vec![]),
        ("flat, and then it moves", KeyResult { said: measured(&[5, 5, 5, 6]), ..well(1) }, vec![]),
        (
            "flat at its target",
            KeyResult { said: measured(&[5, 5, 5]), pace: Some(Pace::Done), ..well(1) },
            vec![],
        ),
        ("a band that is kept", KeyResult { said: measured(&[5, 5, 5]), moves: false, ..well(1) }, vec![]),
        ("closed", KeyResult { status: Status::Closed, owner: None, said: vec![], ..well(1) }, vec![]),
        ("just begun", begun("2026-11-16T10:00:00Z"), vec![]),
    ];
    for (what, one, expected) in table {
        assert_eq!(reasons(one), expected, "{what}");
    }
}

#[test]
fn several_reasons_of_one_key_result_are_one_item() {
    let fouling = KeyResult {
        status: Status::OffTrack,
        said: said(&[("11-06", AtRisk), ("11-13", OffTrack)]),
        owner: None,
        ..well(1)
    };
    let found = items(&[fouling], &[]);
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].reasons,
        [
            since(Why::OffTrack, "2026-11-13T12:00:00Z"),
            since(Why::NoOwner, ORPHANED),
            since(Why::Falling { from: AtRisk }, "2026-11-13T12:00:00Z"),
        ]
    );
}

#[test]
fn objectives_need_an_owner_and_something_to_measure() {
    let id = ObjectiveId(Uuid::from_u128(9));
    let (orphaned, emptied) = (at(ORPHANED), at(BEHIND));
    let (nobodys, bare) = (Why::NoOwner.since(orphaned), Why::NoKeyResults.since(emptied));
    for (ownerless_since, unmeasured_since, expected) in [
        (None, None, vec![]),
        (None, Some(emptied), vec![bare]),
        (Some(orphaned), None, vec![nobodys]),
        (Some(orphaned), Some(emptied), vec![nobodys, bare]),
    ] {
        let one = Objective { id, ownerless_since, unmeasured_since };
        let found = attention(&[], &[one], &[], &[], Zone::UTC, at(NOW));
        assert!(found.iter().all(|item| item.subject == Subject::Objective(id)));
        assert_eq!(found.into_iter().flat_map(|item| item.reasons).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn a_decision_past_its_window_stands_after_those_who_are_stopped_and_before_what_is_only_slow() {
    let one = Unsettled { decision: DecisionId(Uuid::from_u128(31)), since: at(BEHIND) };
    let against = KeyResult { pace: Some(Pace::OffTrack), ..well(1) };
    let zone = Zone::parse("Europe/Lisbon").unwrap();
    let found = attention(&[against], &[], &[blocker(21, 7, 9, &[])], &[one], zone, at(NOW));
    let order: Vec<_> = found.iter().map(|item| item.subject).collect();
    let decision = Subject::Decision(one.decision);
    assert_eq!(order, [Subject::Blocker(update(21)), decision, Subject::KeyResult(kr(1))]);
    assert_eq!(found[1].reasons, [since(Why::Unsettled, BEHIND)]);
}

fn blocker(number: u128, author: u128, hours: i64, measured: &[u128]) -> Blocker {
    Blocker {
        update: update(number),
        author: member(author),
        since: at(BEHIND),
        age: TimeDelta::hours(hours),
        measured: measured.iter().map(|number| kr(*number)).collect(),
    }
}

#[test]
fn a_blocker_counts_after_eight_working_hours() {
    assert_eq!(order(&[], &[blocker(1, 7, 8, &[])]), []);
    assert_eq!(order(&[], &[blocker(1, 7, 9, &[])]), [Subject::Blocker(update(1))]);
}

#[test]
fn a_blocker_stands_with_its_key_result_where_that_is_beyond_doubt() {
    let mine = |number, owner| KeyResult { owner: Some(member(owner)), ..well(number) };
    for (what, blocker, key_results, expected) in [
        ("measured with it", blocker(1, 7, 9, &[2]), vec![mine(2, 8), mine(3, 7)], Subject::KeyResult(kr(2))),
        (
            "the author's only one",
            blocker(1, 7, 9, &[]),
            vec![mine(2, 8), mine(3, 7)],
            Subject::KeyResult(kr(3)),
        ),
        ("one of another cycle", blocker(1, 7, 9, &[5]), vec![mine(3, 7)], Subject::KeyResult(kr(3))),
        ("either of two", blocker(1, 7, 9, &[]), vec![mine(2, 7), mine(3, 7)], Subject::Blocker(update(1))),
        ("none", blocker(1, 9, 9, &[]), vec![mine(2, 7), mine(3, 7)], Subject::Blocker(update(1))),
    ] {
        let found = items(&key_results, &[blocker]);
        assert_eq!(found.len(), 1, "{what}");
        assert_eq!(found[0].subject, expected, "{what}");
        assert_eq!(
            found[0].reasons,
            [since(Why::Blocked { update: update(1), age: TimeDelta::hours(9) }, BEHIND)],
            "{what}"
        );
    }
}

#[test]
fn the_worst_comes_first() {
    let with = |number, status| KeyResult { status, said: vec![], begun: at(NOW), ..well(number) };
    let off = with(1, Status::OffTrack);
    let blocked_off = with(2, Status::OffTrack);
    let nobodys = KeyResult { owner: None, ..well(3) };
    let stale = KeyResult { stale_since: Some(at("2026-11-13T00:00:00Z")), ..with(4, Status::Stale) };
    let against = KeyResult { pace: Some(Pace::AtRisk), ..well(5) };
    let far_against = KeyResult { pace: Some(Pace::OffTrack), ..well(6) };
    let risk = KeyResult { gap: Some(Decimal::new(1, 1)), ..with(7, Status::AtRisk) };
    let great_risk = KeyResult { gap: Some(Decimal::new(3, 1)), ..with(8, Status::AtRisk) };
    let unmeasured_risk = KeyResult { gap: None, ..with(9, Status::AtRisk) };
    let blockers = [blocker(21, 2, 9, &[2]), blocker(22, 30, 9, &[]), blocker(23, 31, 20, &[])];
    let all = [unmeasured_risk, risk, great_risk, against, far_against, stale, nobodys, off, blocked_off];
    assert_eq!(
        order(&all, &blockers),
        [
            Subject::KeyResult(kr(2)),
            Subject::KeyResult(kr(1)),
            Subject::KeyResult(kr(3)),
            Subject::KeyResult(kr(4)),
            Subject::Blocker(update(23)),
            Subject::Blocker(update(22)),
            Subject::KeyResult(kr(6)),
            Subject::KeyResult(kr(5)),
            Subject::KeyResult(kr(8)),
            Subject::KeyResult(kr(7)),
            Subject::KeyResult(kr(9)),
        ]
    );
}

#[test]
fn nobody_is_ranked() {
    // The same reasons in the same order, whoever owns what.
    let risk = |number, owner| KeyResult {
        owner: Some(member(owner)),
        gap: Some(Decimal::new(2, 1)),
        status: Status::AtRisk,
        ..well(number)
    };
    for owners in [[1, 2, 3], [3, 2, 1], [2, 2, 2]] {
        let all: Vec<_> = owners.iter().zip(1..).map(|(owner, number)| risk(number, *owner)).collect();
        assert_eq!(order(&all, &[]), [1, 2, 3].map(|number| Subject::KeyResult(kr(number))), "{owners:?}");
    }
}
