//! Grades: what a key result or an objective is given in the end, from 0.0 to 1.0 in tenths. Pure.
//!
//! A grade is *suggested* from progress and nothing else; people give the one that is kept, and say why where the two
//! differ. 0.7 is a good grade for a brave target; a promise is kept at 1.0. Below 0.7 the cause is asked for, because
//! that is what the next cycle can learn from. (Source: the product's rules of grading.)

use super::receipt::PartOf;
use super::stored::Ambition;
use crate::ids::MemberId;
use rust_decimal::{Decimal, RoundingStrategy};

/// A grade: 0.0 to 1.0, in tenths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grade(Decimal);

impl Grade {
    /// All of it.
    pub const FULL: Grade = Grade(Decimal::ONE);
    /// Good for a brave target; below it the cause is asked for.
    pub const GOOD: Grade = Grade(Decimal::from_parts(7, 0, 0, false, 1));
    /// The greatest that is suggested for what was not reached whole.
    const NEARLY: Grade = Grade(Decimal::from_parts(9, 0, 0, false, 1));

    /// The grade a number stands for; `None` outside 0 to 1, or finer than a tenth.
    pub fn of(number: Decimal) -> Option<Self> {
        let number = number.normalize();
        ((Decimal::ZERO..=Decimal::ONE).contains(&number) && number.scale() <= 1).then_some(Self(number))
    }

    /// The grade that progress suggests: the nearest tenth, halves upwards. 1.0 means reached, so nothing short of it is
    /// suggested more than 0.9.
    pub fn suggested(progress: Decimal) -> Self {
        if progress >= Decimal::ONE {
            return Self::FULL;
        }
        let tenth = progress
            .max(Decimal::ZERO)
            .round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero)
            .normalize();
        Self(tenth).min(Self::NEARLY)
    }

    /// Its number, with one decimal place: 0.7, 1.0.
    pub fn number(self) -> Decimal {
        let mut number = self.0;
        number.rescale(1);
        number
    }
}

/// What a grade says of an objective, by what it promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// A promise that was kept.
    Kept,
    /// A promise that was not kept whole.
    Short,
    /// A brave target, reached whole: it may not have been brave.
    Whole,
    /// A good result for a brave target.
    Good,
    /// Less than a brave target should bring.
    Low,
}

impl Verdict {
    /// The verdict on a grade.
    pub fn of(ambition: Ambition, grade: Grade) -> Self {
        match ambition {
            Ambition::Committed if grade == Grade::FULL => Self::Kept,
            Ambition::Committed => Self::Short,
            Ambition::Aspirational if grade == Grade::FULL => Self::Whole,
            Ambition::Aspirational if grade >= Grade::GOOD => Self::Good,
            Ambition::Aspirational => Self::Low,
        }
    }
}

/// Whether words are needed for a grade to differ from what was suggested. Where nothing was measured, every grade is
/// somebody's judgement.
pub fn needs_note(grade: Grade, suggested: Option<Grade>) -> bool {
    suggested != Some(grade)
}

/// Whether the cause is asked for.
pub fn needs_cause(grade: Grade) -> bool {
    grade < Grade::GOOD
}

/// Something that is to be graded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// What.
    pub of: PartOf,
    /// Whose turn it is: its owner, or whoever owns the objective.
    pub who: Option<MemberId>,
    /// Whether it has a grade.
    pub graded: bool,
}

/// What still has no grade, person by person, in the order given; what nobody owns comes last.
pub fn remaining(asked: &[Asked]) -> Vec<(Option<MemberId>, Vec<PartOf>)> {
    let mut left: Vec<(Option<MemberId>, Vec<PartOf>)> = Vec::new();
    for one in asked.iter().filter(|one| !one.graded) {
        match left.iter_mut().find(|(who, _)| *who == one.who) {
            Some((_, parts)) => parts.push(one.of),
            None => left.push((one.who, vec![one.of])),
        }
    }
    left.sort_by_key(|(who, _)| who.is_none());
    left
}

/// Whether somebody always gets 1.0: all that was graded of theirs, in this cycle and in the one before, has it. With
/// nothing graded in either there is nothing to say.
pub fn always_full(now: &[Grade], before: &[Grade]) -> bool {
    let full = |grades: &[Grade]| !grades.is_empty() && grades.iter().all(|grade| *grade == Grade::FULL);
    full(now) && full(before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{KeyResultId, ObjectiveId};
    use proptest::prelude::*;

    fn grade(number: Decimal) -> Grade {
        Grade::of(number).unwrap()
    }

    #[test]
    fn progress_suggests_the_nearest_tenth() {
        for (progress, suggested) in [
            (dec!(0), dec!(0.0)),
            (dec!(0.049999), dec!(0.0)),
            (dec!(0.05), dec!(0.1)),
            (dec!(0.387096), dec!(0.4)),
            (dec!(0.59), dec!(0.6)),
            (dec!(0.649999), dec!(0.6)),
            (dec!(0.65), dec!(0.7)),
            (dec!(0.907692), dec!(0.9)),
            (dec!(0.95), dec!(0.9)),
            (dec!(0.999999), dec!(0.9)),
            (dec!(1), dec!(1.0)),
            (dec!(1.4), dec!(1.0)),
            (dec!(-0.3), dec!(0.0)),
        ] {
            let found = Grade::suggested(progress).number();
            assert_eq!((found, found.scale()), (suggested, 1), "{progress}");
        }
    }

    #[test]
    fn a_grade_is_a_tenth_from_nought_to_one() {
        for number in [dec!(0), dec!(0.0), dec!(0.7), dec!(0.70), dec!(1), dec!(1.0)] {
            assert!(Grade::of(number).is_some(), "{number}");
        }
        for number in [dec!(-0.1), dec!(1.1), dec!(0.75), dec!(7)] {
            assert_eq!(Grade::of(number), None, "{number}");
        }
    }

    #[test]
    fn a_promise_is_judged_against_all_of_it_and_a_brave_target_is_not() {
        for (number, committed, aspirational) in [
            (dec!(0), Verdict::Short, Verdict::Low),
            (dec!(0.6), Verdict::Short, Verdict::Low),
            (dec!(0.7), Verdict::Short, Verdict::Good),
            (dec!(0.9), Verdict::Short, Verdict::Good),
            (dec!(1), Verdict::Kept, Verdict::Whole),
        ] {
            let grade = grade(number);
            let verdicts = [Ambition::Committed, Ambition::Aspirational].map(|it| Verdict::of(it, grade));
            assert_eq!(verdicts, [committed, aspirational], "{number}");
        }
    }

    #[test]
    fn words_are_asked_where_they_teach() {
        let (low, good) = (grade(dec!(0.6)), grade(dec!(0.7)));
        assert!(needs_cause(low) && !needs_cause(good));
        assert!(!needs_note(low, Some(low)));
        assert!(needs_note(good, Some(low)));
        assert!(needs_note(good, None), "nothing was measured");
    }

    #[test]
    fn what_remains_is_told_person_by_person() {
        let (ines, arjun) = (MemberId::fresh(), MemberId::fresh());
        let (objective, error) = (ObjectiveId::fresh(), KeyResultId::fresh());
        let (firmware, six) = (KeyResultId::fresh(), KeyResultId::fresh());
        let asked = |of, who, graded| Asked { of, who, graded };
        let all = [
            asked(PartOf::KeyResult(firmware), None, false),
            asked(PartOf::KeyResult(error), Some(ines), false),
            asked(PartOf::KeyResult(six), Some(arjun), true),
            asked(PartOf::Objective(objective), Some(ines), false),
        ];
        assert_eq!(
            remaining(&all),
            [
                (Some(ines), vec![PartOf::KeyResult(error), PartOf::Objective(objective)]),
                (None, vec![PartOf::KeyResult(firmware)]),
            ]
        );
        assert_eq!(remaining(&[]), []);
    }

    #[test]
    fn always_full_takes_two_cycles() {
        let (full, good) = (Grade::FULL, Grade::GOOD);
        for (now, before, always) in [
            (vec![full, full], vec![full], true),
            (vec![full, good], vec![full], false),
            (vec![full], vec![full, good], false),
            (vec![full], vec![], false),
            (vec![], vec![full], false),
        ] {
            assert_eq!(always_full(&now, &before), always, "{now:?} after {before:?}");
        }
    }

    proptest! {
        #[test]
        fn a_suggestion_is_a_grade_near_the_progress(millionths in -2_000_000i64..3_000_000) {
            let progress = Decimal::new(millionths, 6);
            let suggested = Grade::suggested(progress);
            prop_assert_eq!(Grade::of(suggested.number()), Some(suggested));
            prop_assert_eq!(suggested == Grade::FULL, progress >= Decimal::ONE);
            let clamped = progress.clamp(Decimal::ZERO, Decimal::ONE);
            prop_assert!((suggested.number() - clamped).abs() < dec!(0.1));
            let more = Grade::suggested(progress + dec!(0.000001));
            prop_assert!(suggested <= more);
        }
    }
}
