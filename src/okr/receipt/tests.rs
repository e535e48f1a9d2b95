//! Receipts hold, survive the wire, and say what somebody else with the same terms would say.

use super::*;
use crate::okr::measure::{Kind, PaceRule};
use proptest::prelude::*;
use uuid::Uuid;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn reading(value: Option<Decimal>, confidence: Option<Confidence>) -> Reading {
    Reading {
        check_in: value.map(|_| CheckInId(Uuid::from_u128(5))),
        checked_in_at: value.map(|_| at("2026-11-12T09:00:00Z")),
        value,
        done: Vec::new(),
        kept: None,
        raw: None,
        progress: None,
        confidence,
        due: Some("2026-11-13".parse().unwrap()),
        stale_at: Some(at("2026-11-18T00:00:00Z")),
    }
}

fn falling() -> Terms {
    Terms::new(Kind::Decrease, dec!(31), dec!(18), 2, PaceRule::Linear).unwrap()
}

const WEEK_8: Elapsed = Elapsed { days: 36, of: 65 };

fn week_8() -> (Elapsed, Dates) {
    let day = |text: &str| text.parse().unwrap();
    let dates = Dates { first: day("2026-09-28"), last: day("2026-12-27"), over: day("2026-11-16") };
    (WEEK_8, dates)
}

#[test]
fn a_receipt_shows_what_follows_from_its_terms() {
    let reading = reading(Some(dec!(24.1)), Some(Confidence::OnTrack));
    let fresh = KeyResultReceipt::new(falling(), &reading, week_8(), at("2026-11-17T09:24:00Z"), false);
    assert_eq!(
        fresh.shown,
        Shown {
            raw: Some(dec!(0.530769)),
            progress: Some(dec!(0.530769)),
            expected: Some(dec!(0.553846)),
            pace: Some(Pace::OnTrack),
            status: Status::OnTrack,
        }
    );
    let until =
        |until, closed| KeyResultReceipt::new(falling(), &reading, week_8(), at(until), closed).shown.status;
    assert_eq!(until("2026-11-18T00:00:00Z", false), Status::OnTrack);
    assert_eq!(until("2026-11-18T00:00:01Z", false), Status::Stale);
    assert_eq!(until("2026-11-18T00:00:01Z", true), Status::Closed);
}

#[test]
fn no_data_is_no_number() {
    let receipt =
        KeyResultReceipt::new(falling(), &reading(None, None), week_8(), at("2026-11-17T09:24:00Z"), false);
    let Shown { raw, progress, expected, pace, status } = receipt.shown;
    assert_eq!((raw, progress, pace, status), (None, None, None, Status::Pending));
    assert_eq!(expected, Some(dec!(0.553846)));
}

fn part(n: u128, weight: i16, progress: Option<Decimal>) -> Part {
    let of = PartOf::KeyResult(KeyResultId(Uuid::from_u128(n)));
    Part { of, weight, progress, expected: WEEK_8.share() }
}

#[test]
fn a_mean_has_a_receipt_too() {
    let parts = vec![part(1, 1, Some(dec!(0.530769))), part(2, 1, Some(dec!(0.73))), part(3, 5, None)];
    let receipt = MeanReceipt::new(parts, WEEK_8);
    assert_eq!(receipt.shown.mean.progress, Some(dec!(0.630384)));
    assert_eq!((receipt.shown.mean.counted, receipt.shown.mean.missing), (2, 1));
    assert_eq!(receipt.shown.pace, Some(Pace::OnTrack));
}

#[test]
fn a_receipt_that_was_tampered_with_does_not_hold() {
    let mut receipt = MeanReceipt::new(vec![part(1, 1, Some(dec!(0.5)))], WEEK_8);
    receipt.parts[0].progress = Some(dec!(0.6));
    assert!(!Receipt::Mean(receipt).holds());
}

proptest! {
    #[test]
    fn receipts_survive_the_wire_and_recompute(
        value in proptest::option::of((-100_000_i64..100_000, 0_u32..=6)),
        said in proptest::sample::select(Confidence::ALL),
        days in 0_usize..=65, minutes in 0_i64..20_000, closed in any::<bool>(),
        parts in proptest::collection::vec((1_i16..=5, proptest::option::of(0_i64..=1_000_000)), 0..6),
    ) {
        let value = value.map(|(digits, scale)| Decimal::new(digits, scale).normalize());
        let elapsed = Elapsed { days, of: 65 };
        let until = at("2026-11-12T00:00:00Z") + chrono::TimeDelta::minutes(minutes);
        let reading = reading(value, value.map(|_| said));
        let parts = (1..).zip(parts).map(|(n, (weight, p))| part(n, weight, p.map(|p| Decimal::new(p, 6)))).collect();
        for receipt in [
            Receipt::KeyResult(Box::new(KeyResultReceipt::new(
                falling(), &reading, (elapsed, week_8().1), until, closed,
            ))),
            Receipt::Mean(MeanReceipt::new(parts, elapsed)),
        ] {
            prop_assert!(receipt.holds());
            let json = serde_json::to_string(&receipt).unwrap();
            let back: Receipt = serde_json::from_str(&json).unwrap();
            prop_assert!(back.holds());
            prop_assert_eq!(back, receipt);
        }
    }
}

/// Over the wire and back, with its sum done again.
fn again(receipt: Receipt) -> Receipt {
    let json = serde_json::to_string(&receipt).unwrap();
    let back: Receipt = serde_json::from_str(&json).unwrap();
    assert_eq!(back, receipt, "{json}");
    assert!(back.holds(), "{json}");
    back.recompute()
}

#[test]
fn a_count_is_that_of_what_it_names() {
    let one = |n: u128, status, owned, reached| Counted {
        id: KeyResultId(Uuid::from_u128(n)),
        status,
        owned,
        reached,
    };
    let counted = vec![
        one(1, Status::OnTrack, true, true),
        one(2, Status::OnTrack, false, false),
        one(3, Status::Stale, true, false),
        one(4, Status::Pending, true, false),
    ];
    let blank = CountReceipt { counted, shown: Count::default() };
    let shown = blank.recompute();
    let expected =
        Count { all: 4, on_track: 2, stale: 1, pending: 1, without_owner: 1, reached: 1, ..Count::default() };
    assert_eq!((shown, shown.fresh()), (expected, 3));
    again(Receipt::Count(CountReceipt { shown, ..blank.clone() }));
    assert!(!Receipt::Count(blank).holds());
}

#[test]
fn a_weight_is_a_share_of_all_weights() {
    for (weight, weights, share) in [(1, 2, dec!(0.5)), (2, 3, dec!(0.666666)), (5, 5, dec!(1))] {
        let receipt = WeightReceipt::new(weight, weights);
        assert_eq!(receipt.shown, Some(share));
        again(Receipt::Weight(receipt));
    }
    assert_eq!(WeightReceipt::new(1, 0).shown, None);
}

proptest! {
    #[test]
    fn a_turnout_is_the_sum_of_its_days(days in proptest::collection::vec((0_usize..20, 0_usize..20), 0..15)) {
        let first: chrono::NaiveDate = "2026-11-02".parse().unwrap();
        let day = |(date, (posted, more)): (chrono::NaiveDate, &(usize, usize))| (date, Turnout { posted: *posted, expected: posted + more });
        let receipt = TurnoutReceipt::new(first.iter_days().zip(&days).map(day).collect());
        prop_assert_eq!(receipt.shown.posted, days.iter().map(|(posted, _)| posted).sum::<usize>());
        prop_assert_eq!(receipt.shown.expected, days.iter().map(|(posted, more)| posted + more).sum::<usize>());
        again(Receipt::Turnout(receipt));
    }

    #[test]
    fn time_passes_from_nothing_to_all(minutes in -10_000_i64..140_000) {
        let (opens, ends) = (at("2026-09-27T23:00:00Z"), at("2026-12-28T00:00:00Z"));
        let blank = TimeReceipt { opens, ends, at: opens + chrono::TimeDelta::minutes(minutes), shown: Decimal::ZERO };
        let shown = blank.recompute();
        let whole = (ends - opens).num_minutes();
        let exact = Decimal::from(minutes.clamp(0, whole)) / Decimal::from(whole);
        prop_assert!((shown - exact).abs() < dec!(0.000001) && shown <= exact);
        again(Receipt::Time(TimeReceipt { shown, ..blank }));
    }

    #[test]
    fn a_line_is_drawn_through_what_its_receipt_names(values in proptest::collection::vec(-9_000_i64..9_000, 0..14)) {
        let first: chrono::NaiveDate = "2026-10-02".parse().unwrap();
        let dates: Vec<_> = first.iter_days().step_by(7).take(values.len()).collect();
        let point = |(date, value): (&chrono::NaiveDate, &i64)| {
            Point { check_in: CheckInId(Uuid::from_u128(7)), date: *date, value: Decimal::new(*value, 2) }
        };
        let by = "2026-12-27".parse().unwrap();
        let receipt = LineReceipt::new(dates.iter().zip(&values).map(point).collect(), by, None);
        let all: Vec<_> = dates.iter().zip(&values).map(|(date, value)| (*date, Decimal::new(*value, 2))).collect();
        prop_assert_eq!(receipt.shown, crate::okr::trend::trend(&all, by));
        prop_assert!(receipt.points.len() <= crate::okr::trend::MOST);
        again(Receipt::Line(receipt));
    }
}

prop_compose! {
    /// Up to eight parts, some without data.
    fn parts()(
        figures in proptest::collection::vec((1_i16..=5, proptest::option::of(0_i64..=1_000_000)), 0..8),
    ) -> Vec<Part> {
        let one = |(n, (weight, millionths)): (u128, &(i16, Option<i64>))| {
            part(n, *weight, millionths.map(|it| Decimal::new(it, 6)))
        };
        (0..).zip(&figures).map(one).collect()
    }
}

fn mean_of(parts: &[Part]) -> Option<Decimal> {
    MeanReceipt::new(parts.to_vec(), WEEK_8).shown.mean.progress
}

proptest! {
    #[test]
    fn only_the_proportion_of_weights_matters(parts in parts()) {
        // Weights go from 1 to 5: 1 and 2 are as 2 and 4.
        let weighing = |times: i16| parts.iter().map(move |one| Part { weight: (1 + one.weight % 2) * times, ..*one });
        prop_assert_eq!(mean_of(&Vec::from_iter(weighing(2))), mean_of(&Vec::from_iter(weighing(1))));
    }

    #[test]
    fn the_order_of_parts_does_not_matter(parts in parts(), seed in any::<u64>()) {
        let mut others = parts.clone();
        others.sort_by_key(|one| (seed ^ u64::try_from(one.weight).unwrap()).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        prop_assert_eq!(mean_of(&others), mean_of(&parts));
    }

    #[test]
    fn what_has_no_data_counts_neither_for_nor_against(parts in parts(), weight in 1_i16..=5) {
        let mut more = parts.clone();
        more.insert(parts.len() / 2, part(99, weight, None));
        prop_assert_eq!(mean_of(&more), mean_of(&parts));
    }

    #[test]
    fn a_mean_lies_among_its_parts(parts in parts()) {
        let figures: Vec<_> = parts.iter().filter_map(|one| one.progress).collect();
        let mean = mean_of(&parts);
        prop_assert_eq!(mean.is_some(), !figures.is_empty());
        if let Some(mean) = mean {
            // Cut to six places, so it may be a hair below the least.
            prop_assert!(figures.iter().min().unwrap() - dec!(0.000001) <= mean);
            prop_assert!(mean <= *figures.iter().max().unwrap());
        }
    }
}
