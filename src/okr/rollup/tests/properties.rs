//! What holds of cycles nobody thought of.

use super::*;
use crate::calendar::WorkWeek;
use crate::ids::StepId;
use crate::okr::measure::{Checkpoint, Draft, Step};
use crate::okr::receipt::Receipt;
use chrono::TimeDelta;
use proptest::prelude::*;
use proptest::sample::select;

const ZONES: [&str; 6] = [
    "Europe/Lisbon",
    "America/Vancouver",
    "Pacific/Auckland",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Santiago",
];

fn any_instant() -> impl Strategy<Value = DateTime<Utc>> {
    (-20_i64 * 1440..70 * 1440).prop_map(|minutes| at("2026-10-05T00:00:00Z") + TimeDelta::minutes(minutes))
}

prop_compose! {
    fn any_owner()(zone in select(&ZONES[..]), away in (0_u64..50, 0_u64..10)) -> Owner {
        let first = date("2026-10-01") + Ahead::new(away.0);
        let absence = Absence::new([first..=first + Ahead::new(away.1)]);
        Owner { zone: Zone::parse(zone).unwrap(), week: WorkWeek::standard(), absence }
    }
}

/// The milestones of the random cases.
fn step(n: u128, weight: i16, due: Option<u64>) -> Step {
    let first: NaiveDate = "2026-10-05".parse().unwrap();
    let (id, due) = (StepId(Uuid::from_u128(n)), due.map(|ahead| first + Ahead::new(ahead)));
    Step { id, name: format!("Step {n}"), weight, due }
}

prop_compose! {
    fn any_terms()(
        from in any_instant(), baseline in -50_i64..50, way in 1_i64..80, falls in any::<bool>(),
        weight in 1_i16..=5, pace in select(PaceRule::ALL), owner in proptest::option::of(0_u128..3),
        kind in select(Kind::ALL), bounds in 0_u8..3, weights in proptest::collection::vec((1_i16..=5, proptest::option::of(0_u64..40)), 1..5),
    ) -> TermsEntry {
        let kind = match kind {
            Kind::Increase | Kind::Decrease if falls => Kind::Decrease,
            Kind::Increase | Kind::Decrease => Kind::Increase,
            kind => kind,
        };
        let mut draft = Draft::whole(kind, weight, pace);
        let (start, end) = (Decimal::from(baseline), Decimal::from(baseline + if falls { -way } else { way }));
        match kind {
            Kind::Increase | Kind::Decrease => (draft.baseline, draft.target) = (start, end),
            Kind::KeepWithin => {
                (draft.low, draft.high) = ((bounds != 0).then_some(start.min(end)), (bounds != 1).then_some(start.max(end)));
            }
            Kind::Milestones => draft.steps = (0..).zip(&weights).map(|(n, (weight, due))| step(n, *weight, *due)).collect(),
            Kind::YesNo => {}
        }
        if kind.is_line() && pace == PaceRule::Checkpoints {
            let on = "2026-10-15".parse().unwrap();
            draft.checkpoints = vec![Checkpoint { on, value: (start + end) / Decimal::TWO }];
        }
        // What has no dates to go by goes in a straight line.
        let linear = Draft { pace: PaceRule::Linear, ..draft.clone() };
        let terms = Terms::of(draft).or_else(|_| Terms::of(linear)).unwrap();
        let owner = owner.map(|n| MemberId(Uuid::from_u128(n)));
        TermsEntry { id: TermsId(Uuid::nil()), effective_at: from, terms, owner }
    }
}

prop_compose! {
    fn any_check_in()(
        at in any_instant(), hours in -11_i64..14, digits in -6_000_i64..9_000,
        confidence in select(Confidence::ALL), replaces in proptest::option::weighted(0.2, 0_u128..8),
        done in proptest::collection::vec(0_u128..5, 0..4),
    ) -> CheckIn {
        let date = (at + TimeDelta::hours(hours)).date_naive();
        let replaces = replaces.map(|n| CheckInId(Uuid::from_u128(n)));
        let done = done.into_iter().map(|n| StepId(Uuid::from_u128(n))).collect();
        CheckIn { id: CheckInId(Uuid::nil()), at, date, value: Decimal::new(digits, 2), done, confidence, replaces }
    }
}

prop_compose! {
    fn any_key_result()(
        objective in 0_u128..5, every in select(Every::ALL), weekday in 0_u8..7,
        dropped_at in proptest::option::weighted(0.1, any_instant()),
        mut terms in proptest::collection::vec(any_terms(), 0..3),
        mut check_ins in proptest::collection::vec(any_check_in(), 0..8),
    ) -> KeyResultLog {
        for (entry, n) in terms.iter_mut().zip(0..) { entry.id = TermsId(Uuid::from_u128(n)); }
        for (one, n) in check_ins.iter_mut().zip(0..) { one.id = CheckInId(Uuid::from_u128(n)); }
        let cadence = Cadence { every, weekday: weekday.try_into().unwrap() };
        let objective = ObjectiveId(Uuid::from_u128(objective));
        KeyResultLog { id: KeyResultId(Uuid::nil()), objective, cadence, dropped_at, terms, check_ins }
    }
}

prop_compose! {
    fn any_case()(
        zone in select(&ZONES[..]), length in 20_u64..45, weekdays in 1_i16..128,
        owners in proptest::collection::vec(any_owner(), 2),
        parents in proptest::collection::vec((0_u128..6, any::<bool>(), 1_i16..=5, any_instant()), 5),
        mut key_results in proptest::collection::vec(any_key_result(), 1..6),
    ) -> Case {
        for (log, n) in key_results.iter_mut().zip(0..) { log.id = KeyResultId(Uuid::from_u128(n)); }
        let objectives = parents.into_iter().zip(0..).map(|((parent, aligned, weight, created_at), n)| {
            let mut one = objective(n, (parent < n).then_some(parent), aligned);
            one.branch.weight = weight;
            ObjectiveLog { created_at, ..one }
        }).collect();
        let mut cycle = cycle("2026-10-05", "2026-11-01", zone);
        cycle.last = cycle.first + Ahead::new(length);
        cycle.weekdays = WeekdaySet::from_bits(weekdays).unwrap();
        let owners = owners.into_iter().zip(0..).map(|(one, n)| (MemberId(Uuid::from_u128(n)), one)).collect();
        Case { cycle, owners, objectives, key_results }
    }
}

/// The same for the same seed.
fn shuffle<T>(row: &mut [T], turn: &mut u64) {
    for last in (1..row.len()).rev() {
        *turn = turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        row.swap(last, usize::try_from(*turn >> 33).unwrap() % (last + 1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_arrival_does_not_matter(case in any_case(), seed in any::<u64>()) {
        let mut shuffled = case.clone();
        let mut turn = seed;
        for log in &mut shuffled.key_results {
            shuffle(&mut log.check_ins, &mut turn);
            shuffle(&mut log.terms, &mut turn);
        }
        shuffle(&mut shuffled.key_results, &mut turn);
        shuffle(&mut shuffled.objectives, &mut turn);
        prop_assert_eq!(shuffled.all(), case.all());
    }

    #[test]
    fn the_part_connected_by_counting_is_enough(case in any_case(), touched in 0..5_usize) {
        let places: HashMap<_, _> = case.objectives.iter().map(|one| (one.branch.id, one.branch)).collect();
        let counting = |id: ObjectiveId| places[&id].parent.filter(|up| places.get(up).is_some_and(|up| up.counts(&places[&id])));
        let touched = case.objectives[touched].branch.id;
        let up: Vec<_> = std::iter::successors(Some(touched), |id| counting(*id)).collect();
        // Each objective is connected when the way up from it, by counting, meets the way up from the touched one.
        let connected = |id| std::iter::successors(Some(id), |id| counting(*id)).any(|id| up.contains(&id));
        let mut part = case.clone();
        part.objectives.retain(|one| connected(one.branch.id));
        part.key_results.retain(|log| places.contains_key(&log.objective) && connected(log.objective));
        let (whole, part) = (case.all(), part.all());
        for id in up {
            prop_assert_eq!(part.objectives.get(&id), whole.objectives.get(&id));
        }
        for (id, days) in &part.key_results {
            prop_assert_eq!(days, &whole.key_results[id]);
        }
    }

    #[test]
    fn a_range_in_two_halves_is_the_range(case in any_case(), split in 0_u64..45) {
        let split = (case.cycle.first + Ahead::new(split)).min(case.cycle.last);
        let now = "2040-01-01T00:00:00Z";
        let mut halves = case.over(case.cycle.first..split, now);
        let rest = case.over(split..case.cycle.last + Ahead::new(1), now);
        for (id, days) in rest.key_results { halves.key_results.entry(id).or_default().extend(days); }
        for (id, days) in rest.objectives { halves.objectives.entry(id).or_default().extend(days); }
        prop_assert_eq!(halves, case.all());
    }

    #[test]
    fn days_written_on_time_equal_days_written_late(mut case in any_case()) {
        // Corrections aside: they change days already written, and those are then written again.
        for log in &mut case.key_results {
            log.check_ins.iter_mut().for_each(|one| one.replaces = None);
        }
        let whole = case.cycle.first..case.cycle.last + Ahead::new(1);
        let mut on_time = Days::default();
        for date in case.cycle.days() {
            let end = day_span(case.cycle.zone, date).unwrap().end;
            let mut known = case.clone();
            for log in &mut known.key_results {
                log.check_ins.retain(|one| one.at < end);
                log.terms.retain(|entry| entry.effective_at < end);
            }
            let day = days(known.ledger(), date..date + Ahead::new(1), end);
            for (id, days) in day.key_results { on_time.key_results.entry(id).or_default().extend(days); }
            for (id, days) in day.objectives { on_time.objectives.entry(id).or_default().extend(days); }
        }
        prop_assert_eq!(on_time, days(case.ledger(), whole, at("2040-01-01T00:00:00Z")));
    }

    #[test]
    fn every_day_has_a_receipt_and_doing_its_sum_again_gives_that_day(case in any_case()) {
        let days = case.all();
        for log in &case.key_results {
            let timeline = Timeline::of(log, &case.cycle, &case.owners);
            for day in days.key_results.get(&log.id).into_iter().flatten() {
                let end = day_span(case.cycle.zone, day.date).unwrap().end;
                let (terms, reading) = timeline.at(end).unwrap();
                let clock =
                    (Elapsed::at_end_of(&case.cycle, day.date), Dates::at_end_of(&case.cycle, day.date));
                let receipt = Receipt::KeyResult(Box::new(KeyResultReceipt::new(terms, &reading, clock, end, false)));
                let sent = serde_json::to_string(&receipt).unwrap();
                let arrived: Receipt = serde_json::from_str(&sent).unwrap();
                prop_assert_eq!(&arrived, &receipt);
                let Receipt::KeyResult(again) = arrived.recompute() else { unreachable!() };
                let shown = again.shown;
                prop_assert_eq!(
                    (shown.raw, shown.progress, shown.expected, shown.pace, shown.status),
                    (day.raw, day.progress, day.expected, day.pace, day.status)
                );
            }
        }
    }

    #[test]
    fn figures_keep_their_promises(case in any_case()) {
        let days = case.all();
        for day in days.key_results.values().flatten() {
            prop_assert!(day.progress.is_none_or(|progress| (Decimal::ZERO..=Decimal::ONE).contains(&progress)));
            prop_assert_eq!(day.progress.is_some(), day.check_in.is_some());
            prop_assert!(day.pace != Some(Pace::Done) || day.progress == Some(Decimal::ONE));
            prop_assert!(day.status != Status::Closed);
            prop_assert!(!day.status.is_green() || day.confidence == Some(Confidence::OnTrack));
        }
        for day in days.objectives.values().flatten() {
            prop_assert_eq!(day.progress.is_some(), day.counted > 0);
        }
    }

    #[test]
    fn what_the_end_of_a_day_says_is_what_now_says(case in any_case(), ahead in 0_u64..45) {
        let date = (case.cycle.first + Ahead::new(ahead)).min(case.cycle.last);
        let end = day_span(case.cycle.zone, date).unwrap().end;
        let row = days(case.ledger(), date..date + Ahead::new(1), end);
        // One microsecond before the day ends; terms, check-ins and drops lie on whole minutes.
        let now = current(case.ledger(), end - TimeDelta::microseconds(1));
        prop_assert_eq!(row.key_results.len(), now.len());
        for (id, days) in &row.key_results {
            prop_assert_eq!(days[0].progress, now[id].progress);
            let stale = now[id].stale_at.is_some_and(|stale_at| stale_at < end);
            prop_assert_eq!(days[0].status == Status::Stale, stale);
            prop_assert!(!(stale && days[0].status.is_green()), "stale is never green");
        }
    }
}
