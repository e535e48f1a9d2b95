//! What makes terms hold together, field by field. The table of terms checks the same.

use super::{Band, Checkpoint, Kind, MOST_STEPS, PaceRule, STEP_NAME, Step, TermsFault, WEIGHTS, number};
use rust_decimal::Decimal;
use std::collections::HashSet;

pub(super) fn ends(kind: Kind, baseline: Decimal, target: Decimal) -> Result<(Decimal, Decimal), TermsFault> {
    let baseline = number(baseline).map_err(TermsFault::Baseline)?;
    let target = number(target).map_err(TermsFault::Target)?;
    if baseline == target {
        return Err(TermsFault::TargetIsBaseline);
    }
    match kind {
        Kind::Increase if target < baseline => Err(TermsFault::TargetBelowBaseline),
        Kind::Decrease if target > baseline => Err(TermsFault::TargetAboveBaseline),
        Kind::Increase | Kind::Decrease => Ok((baseline, target)),
        Kind::KeepWithin | Kind::Milestones | Kind::YesNo
            if (baseline, target) != (Decimal::ZERO, Decimal::ONE) =>
        {
            Err(TermsFault::NotFromZeroToOne)
        }
        Kind::KeepWithin | Kind::Milestones | Kind::YesNo => Ok((baseline, target)),
    }
}

pub(super) fn bounds(kind: Kind, low: Option<Decimal>, high: Option<Decimal>) -> Result<Band, TermsFault> {
    let low = low.map(number).transpose().map_err(TermsFault::Low)?;
    let high = high.map(number).transpose().map_err(TermsFault::High)?;
    match (kind == Kind::KeepWithin, low, high) {
        (true, None, None) => Err(TermsFault::NoBound),
        (true, Some(low), Some(high)) if low > high => Err(TermsFault::BoundsCrossed),
        (true, low, high) => Ok(Band { low, high }),
        (false, None, None) => Ok(Band { low, high }),
        (false, ..) => Err(TermsFault::Astray),
    }
}

pub(super) fn steps(kind: Kind, steps: Vec<Step>) -> Result<Vec<Step>, TermsFault> {
    match (kind == Kind::Milestones, steps.len()) {
        (true, 0) => return Err(TermsFault::NoSteps),
        (false, 1..) => return Err(TermsFault::Astray),
        (_, many) if many > MOST_STEPS => return Err(TermsFault::TooMany),
        _ => {}
    }
    let mut known = HashSet::new();
    for (row, step) in steps.iter().enumerate() {
        if !(1..=STEP_NAME).contains(&step.name.chars().count()) {
            return Err(TermsFault::StepName(row));
        }
        if !WEIGHTS.contains(&step.weight) {
            return Err(TermsFault::StepWeight(row));
        }
        if !known.insert(step.id) {
            return Err(TermsFault::StepTwice(row));
        }
    }
    Ok(steps)
}

pub(super) fn checkpoints(
    kind: Kind,
    pace: PaceRule,
    steps: &[Step],
    mut checkpoints: Vec<Checkpoint>,
) -> Result<Vec<Checkpoint>, TermsFault> {
    match (pace, kind) {
        (PaceRule::Checkpoints, Kind::Increase | Kind::Decrease) if checkpoints.is_empty() => {
            return Err(TermsFault::NoCheckpoints);
        }
        (PaceRule::Checkpoints, Kind::Milestones) if steps.iter().all(|step| step.due.is_none()) => {
            return Err(TermsFault::NoCheckpoints);
        }
        (PaceRule::Checkpoints, Kind::KeepWithin | Kind::YesNo) => {
            return Err(TermsFault::CheckpointsNotHere);
        }
        (PaceRule::Checkpoints, Kind::Increase | Kind::Decrease) => {}
        _ if !checkpoints.is_empty() => return Err(TermsFault::Astray),
        _ => {}
    }
    if checkpoints.len() > MOST_STEPS {
        return Err(TermsFault::TooMany);
    }
    let mut before = None;
    for (row, checkpoint) in checkpoints.iter_mut().enumerate() {
        checkpoint.value = number(checkpoint.value).map_err(|fault| TermsFault::Checkpoint(row, fault))?;
        if before.is_some_and(|before| checkpoint.on <= before) {
            return Err(TermsFault::CheckpointOrder(row));
        }
        before = Some(checkpoint.on);
    }
    Ok(checkpoints)
}
