//! What a reader of many objectives would ask about one that is being drafted. Hints are questions, never refusals: whoever
//! knows better goes on.
//!
//! Words that mean something here (verbs of doing, words that join two things) belong to a language, and are handed in.

use super::measure::{Kind, Terms};
use super::trend::{Trend, trend};
use super::unit::{Quantity, Unit};
use crate::language::Words;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// More key results than this on one objective are many.
pub const KEY_RESULTS: usize = 5;

/// More objectives than this for one team in one cycle are many.
pub const OBJECTIVES: usize = 5;

/// On each side of a joining word a thing of its own has at least so many words.
const THING: usize = 3;

/// The words of a language that hints listen for, in lower case.
#[derive(Debug, Clone)]
pub struct Ear {
    /// Verbs of doing: "launch", "build".
    deeds: Vec<&'static str>,
    /// Words between two things: "and".
    joints: Vec<&'static str>,
}

impl Ear {
    /// Those of a language.
    pub fn of(t: Words) -> Self {
        Self {
            deeds: t.hints_deeds().split_whitespace().collect(),
            joints: t.hints_joints().split_whitespace().collect(),
        }
    }
}

/// Something worth asking while it is a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// An objective without a key result and without objectives that count in it.
    NoMeasure,
    /// So many key results on one objective.
    ManyKeyResults(usize),
    /// Two things in one title.
    TwoThings,
    /// An objective's title holds a number, which a key result could hold.
    NumberInObjective,
    /// It begins with a verb of doing, and is neither milestones nor a band: what is done can be milestones.
    Deed(String),
    /// It is a yes-or-no, and there is a number in its title.
    NumberAsYesNo,
    /// The title speaks of another number than the target.
    TitleSaysOther {
        /// The number in the title.
        told: Decimal,
        /// The target.
        target: Decimal,
    },
    /// A share, an amount or a stretch of time that starts from nothing: perhaps nobody has looked yet.
    StartsAtNothing,
    /// It is 100 % of something from 0 %: a share of work done rather than of what came of it.
    ShareOfWork,
    /// Going on as in the last cycle would carry it further than the target.
    BelowTrend {
        /// Where it would go.
        line: Trend,
        /// The target.
        target: Decimal,
    },
}

/// What was measured of the same thing in an earlier cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// How it was read.
    pub kind: Kind,
    /// What it was counted in.
    pub unit: Unit,
    /// The check-ins that stand, oldest first: date and value.
    pub points: Vec<(NaiveDate, Decimal)>,
}

/// What there is to ask about an objective. `counted`: how many key results it has, and whether objectives count in it.
pub fn of_objective(ear: &Ear, title: &str, key_results: usize, counts_others: bool) -> Vec<Hint> {
    let mut hints = of_objective_title(ear, title);
    if key_results == 0 && !counts_others {
        hints.push(Hint::NoMeasure);
    }
    hints.extend(many_key_results(key_results));
    hints
}

/// What there is to ask about an objective's title alone.
pub fn of_objective_title(ear: &Ear, title: &str) -> Vec<Hint> {
    let two = is_two_things(ear, title).then_some(Hint::TwoThings);
    let number = (!numbers(title).is_empty()).then_some(Hint::NumberInObjective);
    two.into_iter().chain(number).collect()
}

/// Whether so many key results are many.
pub fn many_key_results(count: usize) -> Option<Hint> {
    (count > KEY_RESULTS).then_some(Hint::ManyKeyResults(count))
}

/// Whether so many objectives of a team in one cycle are many.
pub fn are_many_objectives(count: usize) -> bool {
    count > OBJECTIVES
}

/// What there is to ask about a key result, as far as its terms can be read already. The trend of the last cycle is
/// followed to `by`, the last date of this one.
pub fn of_key_result(
    ear: &Ear,
    title: &str,
    measured: Option<(&Terms, &Unit)>,
    before: Option<&Before>,
    by: NaiveDate,
) -> Vec<Hint> {
    let mut hints: Vec<_> = is_two_things(ear, title).then_some(Hint::TwoThings).into_iter().collect();
    let Some((terms, unit)) = measured else { return hints };
    if !matches!(terms.kind(), Kind::Milestones | Kind::KeepWithin)
        && let Some(deed) = deed(ear, title)
    {
        hints.push(Hint::Deed(deed));
    }
    hints.extend(told_number(title, terms));
    hints.extend(start(terms, unit));
    hints.extend(before.and_then(|before| below_trend(terms, unit, before, by)));
    hints
}

/// The verb of doing a title begins with.
fn deed(ear: &Ear, title: &str) -> Option<String> {
    let first = words(title).next()?;
    ear.deeds.iter().any(|deed| *deed == first).then_some(first)
}

/// Whether a joining word stands between two things of some length.
fn is_two_things(ear: &Ear, title: &str) -> bool {
    let words: Vec<_> = words(title).collect();
    words.iter().enumerate().any(|(at, word)| {
        let after = words.len().saturating_sub(at + 1);
        ear.joints.iter().any(|joint| joint == word) && at >= THING && after >= THING
    })
}

/// The words of a title in lower case, without what surrounds them.
fn words(title: &str) -> impl Iterator<Item = String> {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '&').to_lowercase();
    title.split_whitespace().map(bare).filter(|word| !word.is_empty())
}

/// The numbers in a title that stand by themselves: no years, nothing with letters in it ("Q4", "v2", "72-hour").
fn numbers(title: &str) -> Vec<Decimal> {
    let bare = |word: &str| -> Option<Decimal> {
        let word = word.trim_matches(|c: char| matches!(c, '(' | ')' | '.' | ',' | ';' | ':' | '!' | '?'));
        let word = word.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '-');
        let word = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        let number: Decimal = word.replace(',', ".").parse().ok()?;
        let year = Decimal::from(1900)..=Decimal::from(2100);
        (!(word.len() == 4 && year.contains(&number))).then_some(number)
    };
    title.split_whitespace().filter_map(bare).collect()
}

/// A number in the title that the terms don't hold.
fn told_number(title: &str, terms: &Terms) -> Option<Hint> {
    let told = numbers(title);
    match (terms.kind(), told.as_slice()) {
        (Kind::YesNo, [_, ..]) => Some(Hint::NumberAsYesNo),
        (Kind::Increase | Kind::Decrease, [number]) => {
            let (from, to) = (terms.baseline(), terms.target());
            let change = (to - from).abs();
            let share = (!from.is_zero()).then(|| (change / from.abs() * Decimal::ONE_HUNDRED).round());
            let known = [from, to, change].contains(number) || share == Some(number.round());
            (!known).then_some(Hint::TitleSaysOther { told: *number, target: to })
        }
        _ => None,
    }
}

/// What a start from nothing makes one ask.
fn start(terms: &Terms, unit: &Unit) -> Option<Hint> {
    let whole = (terms.baseline(), terms.target()) == (Decimal::ZERO, Decimal::ONE_HUNDRED);
    match (terms.kind(), unit.quantity()) {
        (Kind::Increase, Quantity::Percent) if whole => Some(Hint::ShareOfWork),
        (Kind::Increase, Quantity::Percent | Quantity::Money | Quantity::Duration)
            if terms.baseline().is_zero() =>
        {
            Some(Hint::StartsAtNothing)
        }
        _ => None,
    }
}

/// The trend of an earlier cycle, where it leads past this target by the last date of this cycle.
fn below_trend(terms: &Terms, unit: &Unit, before: &Before, by: NaiveDate) -> Option<Hint> {
    if (terms.kind(), unit) != (before.kind, &before.unit) {
        return None;
    }
    let line = trend(&before.points, by)?;
    let value = unit.floor().map_or(line.value, |floor| line.value.max(floor));
    let line = Trend { value, ..line };
    let target = terms.target();
    let past = match terms.kind() {
        Kind::Increase => line.value > target,
        Kind::Decrease => line.value < target,
        Kind::KeepWithin | Kind::Milestones | Kind::YesNo => false,
    };
    past.then_some(Hint::BelowTrend { line, target })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Locale;
    use crate::okr::measure::{Draft, PaceRule, Step};
    use proptest::prelude::*;

    const T: Words = Words::of(Locale::English);

    fn line(kind: Kind, from: Decimal, to: Decimal) -> Terms {
        Terms::new(kind, from, to, 1, PaceRule::Linear).unwrap()
    }

    fn by() -> NaiveDate {
        "2027-03-28".parse().unwrap()
    }

    fn asked(title: &str, terms: &Terms, unit: &Unit) -> Vec<Hint> {
        of_key_result(&Ear::of(T), title, Some((terms, unit)), None, by())
    }

    fn towns() -> Unit {
        Unit::Number("towns".to_owned())
    }

    #[test]
    fn an_objective_without_a_measure_is_asked_what_would_show_it() {
        let ear = Ear::of(T);
        let of = |key_results, counts| of_objective(&ear, "The sea wall is trusted", key_results, counts);
        assert_eq!(of(0, false), [Hint::NoMeasure]);
        assert_eq!(of(0, true), [], "others count in it");
        assert_eq!(of(5, false), []);
        assert_eq!(of(6, false), [Hint::ManyKeyResults(6)]);
        assert_eq!([5, 6].map(are_many_objectives), [false, true]);
    }

    #[test]
    fn two_things_in_one_title_are_heard_and_pairs_of_words_are_not() {
        let ear = Ear::of(T);
        for (title, two) in [
            ("Halve the false alarms and train every harbour master", true),
            ("Halve the false alarms & train every harbour master", true),
            ("Fund research and development", false),
            ("Ship on time and under budget", false),
            ("Towns that act on a warning within 2 hours", false),
            ("Sand and gravel", false),
            ("And so it goes on and on", false),
            ("", false),
        ] {
            assert_eq!(is_two_things(&ear, title), two, "{title}");
        }
    }

    #[test]
    fn numbers_stand_by_themselves() {
        for (title, told) in [
            ("Reach 40 towns", vec![dec!(40)]),
            ("From 12 to 30 towns (by June)", vec![dec!(12), dec!(30)]),
            ("Cut it by 20%, again", vec![dec!(20)]),
            ("Earn €5,9 a head", vec![dec!(5.9)]),
            ("The plan for 2027", vec![]),
            ("Our 72-hour forecast in Q4, v2", vec![]),
            ("Towns", vec![]),
        ] {
            assert_eq!(numbers(title), told, "{title}");
        }
    }

    #[test]
    fn a_deed_hints_at_milestones() {
        let rises = line(Kind::Increase, dec!(3), dec!(5));
        assert_eq!(asked("Launch the harbour app", &rises, &towns()), [Hint::Deed("launch".to_owned())]);
        assert_eq!(asked("Launches", &rises, &towns()), []);
        let asked_yes = line(Kind::YesNo, dec!(0), dec!(1));
        assert_eq!(
            asked("Build: the gauge", &asked_yes, &Unit::Number(String::new())),
            [Hint::Deed("build".to_owned())]
        );
        let step =
            Step { id: crate::ids::StepId(uuid::Uuid::from_u128(1)), name: "a".into(), weight: 1, due: None };
        let steps = Draft { steps: vec![step], ..Draft::whole(Kind::Milestones, 1, PaceRule::Linear) };
        let steps = Terms::of(steps).unwrap();
        assert_eq!(asked("Launch the harbour app", &steps, &Unit::Number(String::new())), []);
    }

    #[test]
    fn the_title_and_the_target_are_held_against_each_other() {
        let rises = line(Kind::Increase, dec!(12), dec!(30));
        for (title, said) in [
            ("Towns that act", None),
            ("30 towns that act", None),
            ("18 more towns that act", None),
            ("150% more towns that act", None),
            ("From 12 to 40 towns", None),
            ("40 towns that act", Some(Hint::TitleSaysOther { told: dec!(40), target: dec!(30) })),
        ] {
            assert_eq!(asked(title, &rises, &towns()), said.into_iter().collect::<Vec<_>>(), "{title}");
        }
        let asked_yes = line(Kind::YesNo, dec!(0), dec!(1));
        assert_eq!(asked("40 towns act", &asked_yes, &Unit::Number(String::new())), [Hint::NumberAsYesNo]);
    }

    #[test]
    fn a_start_from_nothing_is_asked_about_where_there_is_mostly_something() {
        let from_nothing = line(Kind::Increase, dec!(0), dec!(40));
        assert_eq!(asked("Towns", &from_nothing, &towns()), [], "things are counted from nothing");
        assert_eq!(asked("Answered in a day", &from_nothing, &Unit::Percent), [Hint::StartsAtNothing]);
        let whole = line(Kind::Increase, dec!(0), dec!(100));
        assert_eq!(asked("The new wall", &whole, &Unit::Percent), [Hint::ShareOfWork]);
        assert_eq!(asked("Answered", &line(Kind::Increase, dec!(40), dec!(60)), &Unit::Percent), []);
    }

    #[test]
    fn a_target_below_what_comes_anyway_is_told() {
        let first: NaiveDate = "2026-10-02".parse().unwrap();
        let points: Vec<_> = (0..5_u32)
            .map(|week| (first + chrono::Days::new(u64::from(week) * 7), dec!(10) + Decimal::from(week * 2)))
            .collect();
        let before = Before { kind: Kind::Increase, unit: towns(), points };
        let past = |kind, from, to, unit: &Unit| {
            let terms = line(kind, from, to);
            of_key_result(&Ear::of(T), "Towns", Some((&terms, unit)), Some(&before), by())
        };
        // Two towns a week from 18 on 30 October: 60.57 on 28 March.
        let hints = past(Kind::Increase, dec!(18), dec!(40), &towns());
        assert!(
            matches!(&hints[..], [Hint::BelowTrend { line, .. }] if line.value == dec!(60.571428)),
            "{hints:?}"
        );
        assert_eq!(past(Kind::Increase, dec!(18), dec!(61), &towns()), []);
        assert_eq!(
            past(Kind::Increase, dec!(18), dec!(40), &Unit::Number("boats".into())),
            [],
            "another unit"
        );
        assert_eq!(past(Kind::Decrease, dec!(18), dec!(10), &towns()), [], "another direction");
        let falls = |target, unit: Unit| {
            let points: Vec<_> =
                before.points.iter().map(|(date, value)| (*date, dec!(40) - value)).collect();
            let before = Before { kind: Kind::Decrease, unit: unit.clone(), points };
            let terms = line(Kind::Decrease, dec!(22), target);
            of_key_result(&Ear::of(T), "Left", Some((&terms, &unit)), Some(&before), by())
        };
        assert!(
            matches!(&falls(dec!(5), towns())[..], [Hint::BelowTrend { line, .. }] if line.value < dec!(0))
        );
        assert_eq!(falls(dec!(0), Unit::Duration), [], "no stretch of time ends below none");
    }

    proptest! {
        #[test]
        fn no_title_breaks_it(title in "\\PC{0,80}") {
            let terms = line(Kind::Increase, dec!(1), dec!(2));
            let _ = asked(&title, &terms, &towns());
            let _ = of_objective(&Ear::of(T), &title, 0, false);
        }
    }
}
