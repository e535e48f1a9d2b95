//! What a key result is measured against: its kind, where it starts, where it aims, how much it weighs, and where the
//! calendar expects it.

mod checks;

use crate::ids::StepId;
use checks::{bounds, checkpoints, ends, steps};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

named! {
    /// How a key result is read.
    ///
    /// Every kind is read on a line from a baseline to a target. A number that rises or falls has its own line; all
    /// others run from 0 to 1: a yes-or-no, a band that is kept (the share of due check-ins inside it) and milestones
    /// (the share, by weight, that is done). A new kind is a new value here and its arm in each `match`.
    pub enum Kind {
        /// A number that should rise.
        Increase = "increase",
        /// A number that should fall.
        Decrease = "decrease",
        /// A number that should stay within bounds.
        KeepWithin = "keep_within",
        /// Steps that are done one after the other, or in any order.
        Milestones = "milestones",
        /// Something that is so (1) or not yet (0).
        YesNo = "yes_no",
    }
}

impl Kind {
    /// Whether it has a baseline and a target of its own.
    pub fn is_line(self) -> bool {
        matches!(self, Self::Increase | Self::Decrease)
    }

    /// Whether its value is a number in a unit.
    pub fn is_counted(self) -> bool {
        self.is_line() || self == Self::KeepWithin
    }
}

named! {
    /// Where the calendar expects a key result to be.
    pub enum PaceRule {
        /// In a straight line over the cycle's working days. A band is expected to be kept every time.
        Linear = "linear",
        /// At agreed values on agreed dates, and in a straight line between them; milestones: done by their dates.
        Checkpoints = "checkpoints",
        /// Nowhere in particular until the end: there is no pace.
        None = "none",
    }
}

/// The bounds of a key result that keeps within them; both belong to the band. At least one is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// At least this much.
    pub low: Option<Decimal>,
    /// At most this much.
    pub high: Option<Decimal>,
}

impl Band {
    /// Whether a value lies within.
    pub fn holds(self, value: Decimal) -> bool {
        self.low.is_none_or(|low| value >= low) && self.high.is_none_or(|high| value <= high)
    }
}

/// A milestone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Step {
    /// Its id stays when its words change, so that a check-in goes on meaning it.
    pub id: StepId,
    /// What is done then.
    pub name: String,
    /// How much it weighs among the steps, 1 to 5.
    pub weight: i16,
    /// The date by whose end it should be done.
    pub due: Option<NaiveDate>,
}

/// A value that is to be reached on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Checkpoint {
    /// By the end of which date.
    pub on: NaiveDate,
    /// Which value.
    pub value: Decimal,
}

/// Decimal places a measured value may have.
pub const PLACES: u32 = 6;

/// No measured value lies further from zero than this: a million million. With [`PLACES`] it keeps every quotient of
/// two differences far inside what a [`Decimal`] holds exactly enough, so no sum of figures can overflow.
pub const LIMIT: Decimal = Decimal::from_parts(3_567_587_328, 232, 0, false, 0);

/// The weights a key result or an objective may have.
pub const WEIGHTS: std::ops::RangeInclusive<i16> = 1..=5;

/// A key result has at most so many milestones, and at most so many checkpoints.
pub const MOST_STEPS: usize = 50;

/// The most characters of a milestone's name.
pub const STEP_NAME: usize = 200;

/// Why a value can't be kept as a measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueFault {
    /// Further from zero than [`LIMIT`].
    TooLarge,
    /// More than [`PLACES`] decimal places.
    TooFine,
    /// A yes-or-no takes 1 or 0.
    NotYesOrNo,
    /// No milestone of this key result.
    NotAStep,
}

/// Why terms can't be kept. Each names the field it speaks of; rows are counted from 0.
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
    /// What is no number on its way runs from 0 to 1.
    NotFromZeroToOne,
    /// The lower bound is not a value.
    Low(ValueFault),
    /// The upper bound is not a value.
    High(ValueFault),
    /// It should keep within bounds and has none.
    NoBound,
    /// The lower bound lies above the upper one.
    BoundsCrossed,
    /// There are no milestones.
    NoSteps,
    /// More than [`MOST_STEPS`] milestones or checkpoints.
    TooMany,
    /// A milestone has no name, or one too long.
    StepName(usize),
    /// A milestone's weight is outside 1 to 5.
    StepWeight(usize),
    /// Two milestones are one.
    StepTwice(usize),
    /// A checkpoint's value can't be kept.
    Checkpoint(usize, ValueFault),
    /// A checkpoint does not come after the one before it.
    CheckpointOrder(usize),
    /// The pace goes by checkpoints and there are none; for milestones: no milestone has a date.
    NoCheckpoints,
    /// Only numbers on their way and milestones can have checkpoints.
    CheckpointsNotHere,
    /// Bounds, milestones or checkpoints that belong to another kind or pace.
    Astray,
    /// The weight is outside 1 to 5.
    Weight,
}

/// Terms before anybody looked at them, as they are typed, stored or sent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Draft {
    /// How it is read.
    pub kind: Kind,
    /// Where it starts.
    pub baseline: Decimal,
    /// Where it aims.
    pub target: Decimal,
    /// How much it weighs among its siblings.
    pub weight: i16,
    /// Where the calendar expects it.
    pub pace: PaceRule,
    /// The lower bound.
    #[serde(default)]
    pub low: Option<Decimal>,
    /// The upper bound.
    #[serde(default)]
    pub high: Option<Decimal>,
    /// The milestones, in order.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// The checkpoints, in order.
    #[serde(default)]
    pub checkpoints: Vec<Checkpoint>,
}

impl Draft {
    /// Terms of a kind that runs from 0 to 1, with nothing else said.
    pub fn whole(kind: Kind, weight: i16, pace: PaceRule) -> Self {
        Self {
            kind,
            baseline: Decimal::ZERO,
            target: Decimal::ONE,
            weight,
            pace,
            low: None,
            high: None,
            steps: Vec::new(),
            checkpoints: Vec::new(),
        }
    }
}

/// The terms a key result is judged by. They hold together: target and baseline differ and the direction is that of
/// the kind, a band has a bound and milestones have steps, so that [`crate::okr::progress::of`] always has an answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Draft")]
pub struct Terms {
    kind: Kind,
    baseline: Decimal,
    target: Decimal,
    weight: i16,
    pace: PaceRule,
    #[serde(skip_serializing_if = "Option::is_none")]
    low: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    high: Option<Decimal>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<Step>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checkpoints: Vec<Checkpoint>,
}

impl Terms {
    /// Terms of a number on its way or of a yes-or-no, or the first fault found, in the order the form asks.
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
        Self::of(Draft { baseline, target, ..Draft::whole(kind, weight, pace) })
    }

    /// Terms that hold together, or the first fault found, in the order the form asks.
    ///
    /// # Errors
    /// A [`TermsFault`] that names the field.
    pub fn of(draft: Draft) -> Result<Self, TermsFault> {
        let Draft { kind, weight, pace, .. } = draft;
        let (baseline, target) = ends(kind, draft.baseline, draft.target)?;
        let band = bounds(kind, draft.low, draft.high)?;
        let steps = steps(kind, draft.steps)?;
        let checkpoints = checkpoints(kind, pace, &steps, draft.checkpoints)?;
        if !WEIGHTS.contains(&weight) {
            return Err(TermsFault::Weight);
        }
        let (low, high) = (band.low, band.high);
        Ok(Self { kind, baseline, target, weight, pace, low, high, steps, checkpoints })
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

    /// The band to keep within, for that kind.
    pub fn band(&self) -> Option<Band> {
        (self.kind == Kind::KeepWithin).then_some(Band { low: self.low, high: self.high })
    }

    /// The milestones, in order; none for other kinds.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The checkpoints of a number on its way, in order.
    pub fn checkpoints(&self) -> &[Checkpoint] {
        &self.checkpoints
    }

    /// The value as it may be kept for this kind, without trailing zeros. Milestones are counted, not measured: their
    /// value is what [`Terms::count`] says.
    ///
    /// # Errors
    /// A [`ValueFault`] when it is too large, too fine, or no answer to a yes-or-no.
    pub fn accept(&self, value: Decimal) -> Result<Decimal, ValueFault> {
        let value = number(value)?;
        match self.kind {
            Kind::YesNo if value != Decimal::ZERO && value != Decimal::ONE => Err(ValueFault::NotYesOrNo),
            Kind::Increase | Kind::Decrease | Kind::KeepWithin | Kind::Milestones | Kind::YesNo => Ok(value),
        }
    }

    /// The milestones that are done, in their order, each once.
    ///
    /// # Errors
    /// [`ValueFault::NotAStep`] when one is not of these terms.
    pub fn accept_steps(&self, done: &[StepId]) -> Result<Vec<StepId>, ValueFault> {
        if done.iter().any(|id| self.steps.iter().all(|step| step.id != *id)) {
            return Err(ValueFault::NotAStep);
        }
        Ok(self.steps.iter().map(|step| step.id).filter(|id| done.contains(id)).collect())
    }

    /// The value these terms read in a check-in: the number measured, or how many of the milestones were done.
    pub fn count(&self, value: Decimal, done: &[StepId]) -> Decimal {
        match self.kind {
            Kind::Milestones => {
                Decimal::from(self.steps.iter().filter(|step| done.contains(&step.id)).count())
            }
            Kind::Increase | Kind::Decrease | Kind::KeepWithin | Kind::YesNo => value.normalize(),
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

impl TryFrom<Draft> for Terms {
    type Error = String;

    fn try_from(draft: Draft) -> Result<Self, String> {
        Self::of(draft).map_err(|fault| format!("{fault:?}"))
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
            (Kind::YesNo, dec!(1), dec!(0), 1, NotFromZeroToOne),
            (Kind::YesNo, dec!(0), dec!(2), 1, NotFromZeroToOne),
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
        assert_eq!(names, ["increase", "decrease", "keep_within", "milestones", "yes_no"]);
        assert_eq!(
            PaceRule::ALL.iter().map(|rule| rule.as_str()).collect::<Vec<_>>(),
            ["linear", "checkpoints", "none"]
        );
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

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn step(id: u128, name: &str, weight: i16, due: Option<&str>) -> Step {
        Step { id: StepId(uuid::Uuid::from_u128(id)), name: name.to_owned(), weight, due: due.map(day) }
    }

    fn band(low: Option<Decimal>, high: Option<Decimal>) -> Result<Terms, TermsFault> {
        Terms::of(Draft { low, high, ..Draft::whole(Kind::KeepWithin, 1, PaceRule::Linear) })
    }

    fn milestones(pace: PaceRule, steps: &[Step]) -> Result<Terms, TermsFault> {
        Terms::of(Draft { steps: steps.to_vec(), ..Draft::whole(Kind::Milestones, 1, pace) })
    }

    fn through(checkpoints: &[(&str, Decimal)]) -> Result<Terms, TermsFault> {
        let checkpoints =
            checkpoints.iter().map(|(on, value)| Checkpoint { on: day(on), value: *value }).collect();
        let whole = Draft::whole(Kind::Increase, 1, PaceRule::Checkpoints);
        Terms::of(Draft { target: dec!(40), checkpoints, ..whole })
    }

    #[test]
    fn a_band_has_a_bound_and_holds_what_lies_on_it() {
        for (low, high, value, within) in [
            (Some(dec!(99.5)), None, dec!(99.5), true),
            (Some(dec!(99.5)), None, dec!(99.499999), false),
            (None, Some(dec!(20)), dec!(20), true),
            (None, Some(dec!(20)), dec!(21), false),
            (Some(dec!(-1)), Some(dec!(1)), dec!(0), true),
            (Some(dec!(5)), Some(dec!(5)), dec!(5.0), true),
            (Some(dec!(-1)), Some(dec!(1)), dec!(-2), false),
        ] {
            assert_eq!(
                band(low, high).unwrap().band().unwrap().holds(value),
                within,
                "{low:?} {high:?} {value}"
            );
        }
        assert_eq!(band(None, None), Err(TermsFault::NoBound));
        assert_eq!(band(Some(dec!(2)), Some(dec!(1))), Err(TermsFault::BoundsCrossed));
        assert_eq!(band(Some(Decimal::MAX), None), Err(TermsFault::Low(ValueFault::TooLarge)));
        assert_eq!(band(None, Some(dec!(0.0000001))), Err(TermsFault::High(ValueFault::TooFine)));
    }

    #[test]
    fn milestones_are_named_weighed_and_different() {
        use TermsFault::*;
        let (one, two) = (step(1, "Pilot", 1, None), step(2, "All harbours", 3, Some("2026-11-20")));
        let kept = milestones(PaceRule::Checkpoints, &[one.clone(), two.clone()]).unwrap();
        assert_eq!(kept.steps(), [one.clone(), two.clone()]);
        for (pace, steps, fault) in [
            (PaceRule::Linear, vec![], NoSteps),
            (PaceRule::Linear, vec![one.clone(), step(2, "", 1, None)], StepName(1)),
            (PaceRule::Linear, vec![step(1, &"x".repeat(201), 1, None)], StepName(0)),
            (PaceRule::Linear, vec![step(1, "Pilot", 6, None)], StepWeight(0)),
            (PaceRule::Linear, vec![one.clone(), one.clone()], StepTwice(1)),
            (PaceRule::Linear, (0..51).map(|id| step(id, "Pilot", 1, None)).collect(), TooMany),
            (PaceRule::Checkpoints, vec![one.clone()], NoCheckpoints),
        ] {
            assert_eq!(milestones(pace, &steps), Err(fault));
        }
    }

    #[test]
    fn what_is_done_is_counted_among_the_steps_there_are() {
        let kept =
            milestones(PaceRule::Linear, &[step(1, "Pilot", 1, None), step(2, "Rest", 3, None)]).unwrap();
        let id = |n| StepId(uuid::Uuid::from_u128(n));
        assert_eq!(kept.accept_steps(&[id(2), id(1), id(2)]), Ok(vec![id(1), id(2)]));
        assert_eq!(kept.accept_steps(&[id(3)]), Err(ValueFault::NotAStep));
        assert_eq!(kept.count(dec!(7), &[id(2), id(9)]), dec!(1));
    }

    #[test]
    fn checkpoints_come_one_after_the_other() {
        use TermsFault::*;
        assert!(through(&[("2026-10-10", dec!(5)), ("2026-11-10", dec!(30))]).is_ok());
        assert_eq!(through(&[]), Err(NoCheckpoints));
        let same = [("2026-10-10", dec!(5)), ("2026-10-10", dec!(30))];
        assert_eq!(through(&same), Err(CheckpointOrder(1)));
        let fine = [("2026-10-10", dec!(0.0000001))];
        assert_eq!(through(&fine), Err(Checkpoint(0, ValueFault::TooFine)));
        for kind in [Kind::KeepWithin, Kind::YesNo] {
            let low = (kind == Kind::KeepWithin).then_some(dec!(1));
            let draft = Draft { low, ..Draft::whole(kind, 1, PaceRule::Checkpoints) };
            assert_eq!(Terms::of(draft), Err(CheckpointsNotHere));
        }
    }

    #[test]
    fn nothing_is_kept_that_belongs_to_another_kind() {
        let rising = || Draft { target: dec!(9), ..Draft::whole(Kind::Increase, 1, PaceRule::Linear) };
        let checkpoint = Checkpoint { on: day("2026-10-10"), value: dec!(1) };
        for draft in [
            Draft { low: Some(dec!(1)), ..rising() },
            Draft { steps: vec![step(1, "Pilot", 1, None)], ..rising() },
            Draft { checkpoints: vec![checkpoint], ..rising() },
        ] {
            assert_eq!(Terms::of(draft), Err(TermsFault::Astray));
        }
    }

    #[test]
    fn every_kind_travels_as_json() {
        for terms in [
            band(Some(dec!(99.5)), None).unwrap(),
            milestones(PaceRule::Checkpoints, &[step(1, "Pilot", 2, Some("2026-11-20"))]).unwrap(),
            through(&[("2026-10-10", dec!(5))]).unwrap(),
        ] {
            let json = serde_json::to_string(&terms).unwrap();
            assert_eq!(serde_json::from_str::<Terms>(&json).unwrap(), terms, "{json}");
        }
    }
}
