//! A small cycle told by hand.

use super::*;

#[test]
fn a_day_tells_how_it_ended() {
    let days = told().all();
    let rows: Vec<_> = of(&days, 1)
        .iter()
        .take(12)
        .map(|day| (day.progress, day.expected.unwrap(), day.pace, day.status))
        .collect();
    let p = |progress: Decimal| Some(progress);
    let (a, b, c) = (p(dec!(0.25)), p(dec!(0.3)), p(dec!(0.375)));
    use Pace as P;
    use Status as S;
    assert_eq!(
        rows,
        [
            (None, dec!(0.05), None, S::Pending),
            (a, dec!(0.1), Some(P::OnTrack), S::OnTrack),
            (a, dec!(0.15), Some(P::OnTrack), S::OnTrack),
            (b, dec!(0.2), Some(P::OnTrack), S::AtRisk),
            (c, dec!(0.25), Some(P::OnTrack), S::OnTrack),
            (c, dec!(0.25), Some(P::OnTrack), S::OnTrack),
            (c, dec!(0.25), Some(P::OnTrack), S::OnTrack),
            (c, dec!(0.3), Some(P::OnTrack), S::OnTrack),
            (c, dec!(0.35), Some(P::OnTrack), S::OnTrack),
            (c, dec!(0.4), Some(P::OnTrack), S::OnTrack),
            // On the 15th the target became 50.
            (b, dec!(0.45), Some(P::AtRisk), S::OnTrack),
            (b, dec!(0.5), Some(P::AtRisk), S::OnTrack),
        ]
    );
}

#[test]
fn the_last_day_is_the_last_date_and_nothing_is_missing() {
    let days = told().all();
    let dates: Vec<_> = of(&days, 1).iter().map(|day| day.date).collect();
    assert_eq!(dates, told().cycle.days().collect::<Vec<_>>());
    let last = of(&days, 1)[27];
    assert_eq!((last.expected, last.pace, last.status), (Some(dec!(1)), Some(Pace::OffTrack), Status::Stale));
}

#[test]
fn silence_grows_stale_after_two_working_days() {
    let days = told().all();
    let stale = |n| of(&days, n).iter().find(|day| day.status == Status::Stale).map(|day| day.date);
    // Checked in on Friday 9, on the author's clock: the 16th is due, the 19th and 20th pass.
    assert_eq!(stale(1), Some(date("2026-10-21")));
    // Made on the 7th: due on Friday 9.
    assert_eq!(stale(2), Some(date("2026-10-14")));
}

#[test]
fn before_it_was_made_a_key_result_has_no_days() {
    let days = told().all();
    assert_eq!(of(&days, 2)[0].date, date("2026-10-07"));
    let objective = &days.objectives[&ObjectiveId(Uuid::from_u128(1))];
    let counts: Vec<_> = objective.iter().take(4).map(|day| (day.counted, day.missing)).collect();
    assert_eq!(counts, [(0, 1), (1, 0), (1, 1), (1, 1)]);
    assert_eq!(objective[3].progress, Some(dec!(0.3)));
}

#[test]
fn only_days_that_are_over_have_a_row() {
    let case = told();
    let whole = case.cycle.first..case.cycle.last;
    for (now, rows) in [
        ("2026-10-05T22:59:59.999999Z", 0),
        ("2026-10-05T23:00:00Z", 1),
        ("2026-10-25T23:00:00Z", 20),
        ("2026-10-26T00:00:00Z", 21),
    ] {
        let days = case.over(whole.clone(), now);
        assert_eq!(days.key_results.values().next().map_or(0, Vec::len), rows, "{now}");
    }
}

#[test]
fn what_is_dropped_as_a_day_ends_still_has_that_day() {
    let mut case = told();
    case.objectives[0].dropped_at = Some(at("2026-10-09T23:00:00Z"));
    case.key_results[0].dropped_at = Some(at("2026-10-09T23:00:00Z"));
    let days = case.all();
    assert_eq!(of(&days, 1).last().unwrap().date, date("2026-10-09"));
    assert_eq!(days.objectives.values().flatten().last().unwrap().date, date("2026-10-09"));
}

#[test]
fn a_correction_changes_the_days_it_speaks_of() {
    let mut case = told();
    let mut correction = check_in(9, "2026-10-20T10:00:00Z", 20, Confidence::OffTrack);
    correction.replaces = Some(case.key_results[0].check_ins[0].id);
    case.key_results[0].check_ins.push(correction);
    let days = case.all();
    let values: Vec<_> = of(&days, 1).iter().take(5).map(|day| day.value.map(|v| v.to_string())).collect();
    assert_eq!(values, [None, Some("20"), Some("20"), Some("12"), Some("15")].map(|v| v.map(str::to_owned)));
    assert_eq!(of(&days, 1)[26].value, Some(dec!(15)));
}

#[test]
fn now_is_read_to_the_microsecond() {
    let case = told();
    let value = |now: &str| {
        let current = current(case.ledger(), at(now));
        current[&KeyResultId(Uuid::from_u128(1))].value
    };
    assert_eq!(value("2026-10-06T09:59:59.999999Z"), None);
    assert_eq!(value("2026-10-06T10:00:00Z"), Some(dec!(10)));
}

#[test]
fn a_date_the_zone_leaves_out_has_no_row() {
    let mut case = told();
    case.cycle = cycle("2011-12-28", "2012-01-08", "Pacific/Apia");
    case.objectives[0].created_at = at("2011-12-01T00:00:00Z");
    let dates: Vec<_> = case.all().objectives.into_values().flatten().map(|day| day.date).collect();
    assert_eq!(dates.len(), 11);
    assert!(!dates.contains(&date("2011-12-30")));
}

#[test]
fn differences_name_what_is_lacking_too_much_or_otherwise() {
    let right = told().all();
    assert_eq!(differences(&right, &right), []);
    let mut stored = right.clone();
    let (kr, ob) = (KeyResultId(Uuid::from_u128(1)), ObjectiveId(Uuid::from_u128(1)));
    let lacking = stored.key_results.get_mut(&kr).unwrap().remove(0);
    let days = stored.objectives.get_mut(&ob).unwrap();
    let right_day = days[3];
    days[3].progress = Some(dec!(0.300001));
    let wrong_day = days[3];
    let too_many = ObjectiveDay { date: date("2027-01-01"), ..right_day };
    days.push(too_many);
    assert_eq!(
        differences(&stored, &right),
        [
            Difference::KeyResult { id: kr, stored: None, computed: Some(lacking) },
            Difference::Objective { id: ob, stored: Some(wrong_day), computed: Some(right_day) },
            Difference::Objective { id: ob, stored: Some(too_many), computed: None },
        ]
    );
}
