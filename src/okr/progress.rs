//! How far a key result has come.

use super::kept::Kept;
use super::measure::{Kind, LIMIT, PLACES, Step, Terms};
use crate::ids::StepId;
use rust_decimal::Decimal;

/// The one rule by which shares and progress are rounded: six decimal places, cut towards zero, no trailing zeros.
///
/// Cut rather than rounded, so that 1 means "reached" and nothing short of it ever reads as done. Every figure that is
/// stored or shown went through here once, and figures made from other figures start from the settled ones: so a
/// rebuild, a receipt and the work of each day agree to the last digit.
pub fn settle(figure: Decimal) -> Decimal {
    figure.trunc_with_scale(PLACES).normalize()
}

/// Progress as it is, for every kind: `None` without data, never 0 instead. `value` and `done` are those of the newest
/// check-in, `kept` the count of due check-ins within the band. (Source: the product's rules of progress.)
pub fn of(terms: &Terms, value: Option<Decimal>, done: &[StepId], kept: Option<Kept>) -> Option<Decimal> {
    match terms.kind() {
        Kind::Increase | Kind::Decrease | Kind::YesNo => value.map(|value| raw(terms, value)),
        Kind::KeepWithin => kept.and_then(Kept::share),
        Kind::Milestones => value.and_then(|_| share_done(terms, |step| done.contains(&step.id))),
    }
}

/// Where a value lies on the way from baseline to target, below 0 and above 1 included:
/// `(value − baseline) / (target − baseline)`, settled. The same signed formula serves numbers that should fall. What is
/// so or not so, or is within or not, is 1 or 0.
pub fn raw(terms: &Terms, value: Decimal) -> Decimal {
    // Beyond the limit nothing can be entered; should such a value be met it counts as the limit, and nothing overflows.
    let value = value.clamp(-LIMIT, LIMIT);
    let whole = match terms.kind() {
        Kind::Increase | Kind::Decrease => {
            return settle((value - terms.baseline()) / (terms.target() - terms.baseline()));
        }
        Kind::KeepWithin => terms.band().is_some_and(|band| band.holds(value)),
        Kind::Milestones => value >= Decimal::from(terms.steps().len()),
        Kind::YesNo => value >= Decimal::ONE,
    };
    if whole { Decimal::ONE } else { Decimal::ZERO }
}

/// The share of the milestones, by weight, of which something is so: `Σ weight of those ÷ Σ weight`, settled. `None`
/// where there are none.
pub fn share_done(terms: &Terms, is_so: impl Fn(&Step) -> bool) -> Option<Decimal> {
    let weigh = |so: &dyn Fn(&Step) -> bool| -> Decimal {
        terms.steps().iter().filter(|step| so(step)).map(|step| Decimal::from(step.weight)).sum()
    };
    Some(settle(weigh(&is_so).checked_div(weigh(&|_| true))?))
}

/// Progress within 0 to 1, the form that is shown and rolled up.
pub fn clamped(raw: Decimal) -> Decimal {
    raw.clamp(Decimal::ZERO, Decimal::ONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::okr::measure::{Draft, PaceRule, number};
    use proptest::prelude::*;

    fn terms(baseline: Decimal, target: Decimal) -> Terms {
        let kind = if target > baseline { Kind::Increase } else { Kind::Decrease };
        Terms::new(kind, baseline, target, 1, PaceRule::Linear).unwrap()
    }

    #[test]
    fn a_table_of_progress() {
        for (baseline, target, value, expected) in [
            (dec!(12), dec!(30), dec!(17), dec!(0.277777)),
            (dec!(31), dec!(18), dec!(24.1), dec!(0.53076923)),
            (dec!(0), dec!(40), dec!(26), dec!(0.65)),
            (dec!(0), dec!(3), dec!(2), dec!(0.666666)),
            (dec!(46), dec!(15), dec!(41), dec!(0.161290)),
            (dec!(10), dec!(20), dec!(10), dec!(0)),
            (dec!(10), dec!(20), dec!(20), dec!(1)),
            (dec!(10), dec!(20), dec!(5), dec!(-0.5)),
            (dec!(10), dec!(20), dec!(25), dec!(1.5)),
            (dec!(20), dec!(10), dec!(25), dec!(-0.5)),
            (dec!(-5), dec!(5), dec!(0), dec!(0.5)),
            (dec!(99.5), dec!(99.9), dec!(99.8), dec!(0.75)),
        ] {
            let raw = raw(&terms(baseline, target), value);
            assert_eq!(raw, settle(expected), "{baseline} to {target} at {value}");
        }
    }

    #[test]
    fn almost_there_is_not_there() {
        let long_way = terms(dec!(0), LIMIT);
        assert_eq!(raw(&long_way, LIMIT - dec!(0.000001)), dec!(0.999999));
        assert_eq!(raw(&long_way, LIMIT), dec!(1));
    }

    #[test]
    fn a_hair_below_the_baseline_is_plain_zero() {
        let raw = raw(&terms(dec!(0), LIMIT), dec!(-0.000001));
        assert_eq!(raw.to_string(), "0");
        assert!(!raw.is_sign_negative());
    }

    #[test]
    fn yes_or_no_is_one_or_zero() {
        let asked = Terms::new(Kind::YesNo, dec!(0), dec!(1), 1, PaceRule::None).unwrap();
        assert_eq!((raw(&asked, dec!(0)), raw(&asked, dec!(1))), (dec!(0), dec!(1)));
    }

    #[test]
    fn nothing_overflows() {
        let falling = terms(LIMIT, -LIMIT);
        assert_eq!(raw(&falling, Decimal::MIN), dec!(1));
        assert_eq!(raw(&terms(-LIMIT, LIMIT), Decimal::MIN), dec!(0));
        let steep = terms(dec!(0), dec!(0.000001));
        assert_eq!(raw(&steep, LIMIT), dec!(1000000000000000000));
        assert_eq!(raw(&steep, Decimal::MAX), dec!(1000000000000000000));
    }

    #[test]
    fn clamped_stays_between_nothing_and_all() {
        assert_eq!([dec!(-2), dec!(0.4), dec!(7)].map(clamped), [dec!(0), dec!(0.4), dec!(1)]);
    }

    fn milestones(weights: &[i16]) -> Terms {
        let step = |(n, weight): (u128, &i16)| Step {
            id: StepId(uuid::Uuid::from_u128(n)),
            name: "Step".to_owned(),
            weight: *weight,
            due: None,
        };
        let steps = (0..).zip(weights).map(step).collect();
        Terms::of(Draft { steps, ..Draft::whole(Kind::Milestones, 1, PaceRule::Linear) }).unwrap()
    }

    #[test]
    fn without_data_no_kind_has_a_number() {
        let band = Draft { low: Some(dec!(1)), ..Draft::whole(Kind::KeepWithin, 1, PaceRule::Linear) };
        let band = Terms::of(band).unwrap();
        let asked = Terms::new(Kind::YesNo, dec!(0), dec!(1), 1, PaceRule::None).unwrap();
        for terms in [terms(dec!(0), dec!(9)), terms(dec!(9), dec!(0)), asked, milestones(&[1, 2])] {
            assert_eq!(of(&terms, None, &[], None), None);
        }
        assert_eq!(of(&band, None, &[], Some(Kept { inside: 0, measured: 0 })), None);
        assert_eq!(of(&band, Some(dec!(5)), &[], Some(Kept { inside: 1, measured: 2 })), Some(dec!(0.5)));
    }

    fn value() -> impl Strategy<Value = Decimal> {
        (-1_000_000_000_i64..1_000_000_000, 0_u32..=6)
            .prop_map(|(digits, scale)| number(Decimal::new(digits, scale)).unwrap())
    }

    proptest! {
        #[test]
        fn falling_is_rising_in_a_mirror(baseline in value(), target in value(), at in value()) {
            prop_assume!(baseline != target);
            let there = raw(&terms(baseline, target), at);
            let mirrored = raw(&terms(-baseline, -target), -at);
            prop_assert_eq!(there, mirrored);
        }

        #[test]
        fn done_exactly_when_the_target_is_reached(baseline in value(), target in value(), at in value()) {
            prop_assume!(baseline != target);
            let reached = if target > baseline { at >= target } else { at <= target };
            prop_assert_eq!(raw(&terms(baseline, target), at) >= Decimal::ONE, reached);
        }

        #[test]
        fn settling_twice_changes_nothing(digits in any::<i64>(), scale in 0_u32..=18) {
            let once = settle(Decimal::new(digits, scale));
            prop_assert_eq!(settle(once).to_string(), once.to_string());
            prop_assert!(once.scale() <= PLACES);
        }

        #[test]
        fn further_along_is_never_less(baseline in value(), target in value(), at in value(), on in value()) {
            prop_assume!(baseline != target);
            let terms = terms(baseline, target);
            let (near, far) = if target > baseline { (at.min(on), at.max(on)) } else { (at.max(on), at.min(on)) };
            prop_assert!(raw(&terms, near) <= raw(&terms, far));
            prop_assert!(clamped(raw(&terms, near)) <= clamped(raw(&terms, far)));
        }

        #[test]
        fn clamping_changes_only_what_lies_outside(baseline in value(), target in value(), at in value()) {
            prop_assume!(baseline != target);
            let there = raw(&terms(baseline, target), at);
            let shown = clamped(there);
            prop_assert!((Decimal::ZERO..=Decimal::ONE).contains(&shown));
            prop_assert_eq!(shown == there, (Decimal::ZERO..=Decimal::ONE).contains(&there));
        }

        #[test]
        fn steps_done_add_up(weights in proptest::collection::vec(1_i16..=2, 1..9), done in any::<u16>(), more in any::<u16>()) {
            let terms = milestones(&weights);
            let doubled = milestones(&weights.iter().map(|weight| weight * 2).collect::<Vec<_>>());
            let ticked = |bits: u16| -> Vec<StepId> {
                let steps = terms.steps().iter().enumerate();
                steps.filter(|(n, _)| bits >> n & 1 == 1).map(|(_, step)| step.id).collect()
            };
            let share = |terms: &Terms, bits| of(terms, Some(Decimal::ONE), &ticked(bits), None).unwrap();
            let (some, all) = (share(&terms, done), share(&terms, done | more));
            prop_assert!(some <= all && (Decimal::ZERO..=Decimal::ONE).contains(&some));
            prop_assert_eq!(share(&terms, u16::MAX), Decimal::ONE);
            prop_assert_eq!(some, share(&doubled, done));
        }

        #[test]
        fn a_band_is_kept_between_never_and_always(inside in 0_i32..40, outside in 0_i32..40) {
            let share = Kept { inside, measured: inside + outside }.share();
            prop_assert_eq!(share.is_some(), inside + outside > 0);
            prop_assert!(share.is_none_or(|share| (Decimal::ZERO..=Decimal::ONE).contains(&share)));
            let better = Kept { inside: inside + 1, measured: inside + outside + 1 }.share();
            prop_assert!(share <= better);
        }
    }
}
