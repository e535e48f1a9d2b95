//! What a key result is measured against: its kind, where it starts, where it aims, how much it weighs.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

named! {
    /// How a key result is read.
    ///
    /// Every kind is read on a line from a baseline to a target. A number that rises or falls has its own line; a
    /// yes-or-no runs from 0 to 1, and so will a band that is kept (the share of check-ins inside it) and a list of
    /// milestones (the share that is done). A new kind is a new value here and its arm in each `match`.
    pub enum Kind {
        /// A number that should rise.
        Increase = "increase",
        /// A number that should fall.
        Decrease = "decrease",
        /// Something that is so (1) or not yet (0).
        YesNo = "yes_no",
    }
}

named! {
    /// Where the calendar expects a key result to be.
    pub enum PaceRule {
        /// In a straight line over the cycle's working days.
        Linear = "linear",
        /// Nowhere in particular until the end: there is no pace.
        None = "none",
    }
}

/// Decimal places a measured value may have.
pub const PLACES: u32 = 6;

/// No measured value lies further from zero than this: a million million. With [`PLACES`] it keeps every quotient of
/// two differences far inside what a [`Decimal`] holds exactly enough, so no sum of figures can overflow.
pub const LIMIT: Decimal = Decimal::from_parts(3_567_587_328, 232, 0, false, 0);

/// The weights a key result or an objective may have.
pub const WEIGHTS: std::ops::RangeInclusive<i16> = 1..=5;

/// Why a value can't be kept as a measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueFault {
    /// Further from zero than [`LIMIT`].
    TooLarge,
    /// More than [`PLACES`] decimal places.
    TooFine,
    /// A yes-or-no takes 1 or 0.
    NotYesOrNo,
}

/// Why terms can't be kept. Each names the field it speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TermsFault {
    /// The baseline is not a value.
    Baseline(ValueFault),
    /// The target is not a value.
    Target(ValueFault),
    /// Baseline and target are one number: nothing would be measured. (Someone who wants this means "keep within".)
    TargetIsBaseline,
    /// It should rise, and the target lies below the baseline.
    TargetBelowBaseline,
    /// It should fall, and the target lies above the baseline.
    TargetAboveBaseline,
    /// A yes-or-no runs from 0 to 1.
    NotFromNoToYes,
    /// The weight is outside 1 to 5.
    Weight,
}

/// The terms a key result is judged by. They hold together: target and baseline differ and the direction is that of
/// the kind, so that [`crate::okr::progress::raw`] always has an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Terms {
    kind: Kind,
    baseline: Decimal,
    target: Decimal,
    weight: i16,
    pace: PaceRule,
}

impl Terms {
    /// Terms that hold together, or the first fault found, in the order the form asks.
    ///
    /// # Errors
    /// A [`TermsFault`] that names the field.
    pub fn new(
        kind: Kind,
        baseline: Decimal,
        target: Decimal,
        weight: i16,
        pace: PaceRule,
    ) -> Result<Self, TermsFault> {
        let baseline = number(baseline).map_err(TermsFault::Baseline)?;
        let target = number(target).map_err(TermsFault::Target)?;
        if baseline == target {
            return Err(TermsFault::TargetIsBaseline);
        }
        match kind {
            Kind::Increase if target < baseline => return Err(TermsFault::TargetBelowBaseline),
            Kind::Decrease if target > baseline => return Err(TermsFault::TargetAboveBaseline),
            Kind::YesNo if (baseline, target) != (Decimal::ZERO, Decimal::ONE) => {
                return Err(TermsFault::NotFromNoToYes);
            }
            Kind::Increase | Kind::Decrease | Kind::YesNo => {}
        }
        if !WEIGHTS.contains(&weight) {
            return Err(TermsFault::Weight);
        }
        Ok(Self { kind, baseline, target, weight, pace })
    }

    /// How it is read.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Where it starts.
    pub fn baseline(&self) -> Decimal {
        self.baseline
    }

    /// Where it aims.
    pub fn target(&self) -> Decimal {
        self.target
    }

    /// How much it weighs among its siblings, 1 to 5.
    pub fn weight(&self) -> i16 {
        self.weight
    }

    /// Where the calendar expects it.
    pub fn pace(&self) -> PaceRule {
        self.pace
    }

    /// The value as it may be kept for this kind, without trailing zeros.
    ///
    /// # Errors
    /// A [`ValueFault`] when it is too large, too fine, or no answer to a yes-or-no.
    pub fn accept(&self, value: Decimal) -> Result<Decimal, ValueFault> {
        let value = number(value)?;
        match self.kind {
            Kind::YesNo if value != Decimal::ZERO && value != Decimal::ONE => Err(ValueFault::NotYesOrNo),
            Kind::Increase | Kind::Decrease | Kind::YesNo => Ok(value),
        }
    }
}

/// A number as it may be kept, without trailing zeros.
///
/// # Errors
/// [`ValueFault::TooLarge`] or [`ValueFault::TooFine`].
pub fn number(value: Decimal) -> Result<Decimal, ValueFault> {
    let value = value.normalize();
    if value.abs() > LIMIT {
        Err(ValueFault::TooLarge)
    } else if value.scale() > PLACES {
        Err(ValueFault::TooFine)
    } else {
        Ok(value)
    }
}

/// Terms as they arrive from a file or the wire, before [`Terms::new`] has looked at them.
#[derive(Deserialize)]
struct Unchecked {
    kind: Kind,
    baseline: Decimal,
    target: Decimal,
    weight: i16,
    pace: PaceRule,
}

impl TryFrom<Unchecked> for Terms {
    type Error = String;

    fn try_from(it: Unchecked) -> Result<Self, String> {
        Self::new(it.kind, it.baseline, it.target, it.weight, it.pace).map_err(|fault| format!("{fault:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(kind: Kind, baseline: Decimal, target: Decimal, weight: i16) -> Result<Terms, TermsFault> {
        Terms::new(kind, baseline, target, weight, PaceRule::Linear)
    }

    #[test]
    fn terms_that_hold_together_are_kept() {
        for (kind, from, to) in [
            (Kind::Increase, dec!(12), dec!(30)),
            (Kind::Increase, dec!(-4.5), dec!(0)),
            (Kind::Decrease, dec!(31), dec!(18)),
            (Kind::YesNo, dec!(0), dec!(1)),
        ] {
            let kept = terms(kind, from, to, 3).unwrap();
            assert_eq!((kept.kind(), kept.baseline(), kept.target(), kept.weight()), (kind, from, to, 3));
        }
    }

    #[test]
    fn each_fault_has_its_name() {
        use TermsFault::*;
        for (kind, from, to, weight, fault) in [
            (Kind::Increase, dec!(46), dec!(46), 1, TargetIsBaseline),
            (Kind::Increase, dec!(46), dec!(46.00), 1, TargetIsBaseline),
            (Kind::YesNo, dec!(1), dec!(1), 1, TargetIsBaseline),
            (Kind::Increase, dec!(30), dec!(12), 1, TargetBelowBaseline),
            (Kind::Decrease, dec!(18), dec!(31), 1, TargetAboveBaseline),
            (Kind::YesNo, dec!(1), dec!(0), 1, NotFromNoToYes),
            (Kind::YesNo, dec!(0), dec!(2), 1, NotFromNoToYes),
            (Kind::Increase, dec!(0), dec!(1), 0, Weight),
            (Kind::Increase, dec!(0), dec!(1), 6, Weight),
            (Kind::Increase, dec!(1000000000000.1), dec!(1), 1, Baseline(ValueFault::TooLarge)),
            (Kind::Increase, dec!(0), dec!(0.0000001), 1, Target(ValueFault::TooFine)),
        ] {
            assert_eq!(terms(kind, from, to, weight), Err(fault), "{kind} {from} {to} {weight}");
        }
    }

    #[test]
    fn values_are_kept_in_one_form() {
        let rising = terms(Kind::Increase, dec!(0), dec!(40), 1).unwrap();
        assert_eq!(rising.accept(dec!(26.100)).unwrap().to_string(), "26.1");
        assert_eq!(rising.accept(dec!(-1000000000000)), Ok(dec!(-1000000000000)));
        assert_eq!(rising.accept(Decimal::MAX), Err(ValueFault::TooLarge));
        let asked = terms(Kind::YesNo, dec!(0), dec!(1), 1).unwrap();
        assert_eq!(asked.accept(dec!(1.0)), Ok(dec!(1)));
        assert_eq!(asked.accept(dec!(0.5)), Err(ValueFault::NotYesOrNo));
    }

    #[test]
    fn the_limit_is_a_million_million() {
        assert_eq!(LIMIT, dec!(1000000000000));
    }

    #[test]
    fn names_are_stable() {
        let names: Vec<_> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(names, ["increase", "decrease", "yes_no"]);
        assert_eq!(PaceRule::ALL.iter().map(|rule| rule.as_str()).collect::<Vec<_>>(), ["linear", "none"]);
        assert!(Kind::ALL.iter().all(|kind| Kind::parse(kind.as_str()) == Some(*kind)));
        assert_eq!(Kind::parse("Increase"), None);
    }

    #[test]
    fn terms_travel_as_json_and_are_checked_on_arrival() {
        let kept = terms(Kind::Decrease, dec!(31), dec!(18), 2).unwrap();
        let json = serde_json::to_string(&kept).unwrap();
        assert_eq!(json, r#"{"kind":"decrease","baseline":"31","target":"18","weight":2,"pace":"linear"}"#);
        assert_eq!(serde_json::from_str::<Terms>(&json).unwrap(), kept);
        assert!(serde_json::from_str::<Terms>(&json.replace("\"18\"", "\"31\"")).is_err());
    }
}
