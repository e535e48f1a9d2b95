//! What the drawn pieces of `templates/_parts/okr.html` take: words with their moon, rows of key results, values as
//! people write them. The same on every page, in every mail.

use super::bar::Bar;
use super::kept::Kept;
use super::measure::{Kind, Terms};
use super::slip::{Pen, Slip};
use super::standing::{Person, Standing};
use super::status::{Confidence, Status};
use super::unit::Unit;
use crate::language::Words;
use crate::organisation::Me;
use crate::web::parts::Avatar;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

/// A word about a key result, with the class of its moon and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// `on`, `risk` or `off`; empty where nobody's judgement stands, so that it is in no colour.
    pub class: &'static str,
    /// The word itself.
    pub text: &'static str,
}

impl Word {
    /// What a person said.
    pub fn said(t: Words, confidence: Confidence) -> Self {
        match confidence {
            Confidence::OnTrack => Self { class: "on", text: t.kr_on_track() },
            Confidence::AtRisk => Self { class: "risk", text: t.kr_at_risk() },
            Confidence::OffTrack => Self { class: "off", text: t.kr_off_track() },
        }
    }

    /// The status that is shown.
    pub fn shown(t: Words, status: Status) -> Self {
        match status {
            Status::OnTrack => Self::said(t, Confidence::OnTrack),
            Status::AtRisk => Self::said(t, Confidence::AtRisk),
            Status::OffTrack => Self::said(t, Confidence::OffTrack),
            Status::Stale => Self { class: "", text: t.kr_stale() },
            Status::Pending => Self { class: "", text: t.kr_pending() },
            Status::Closed => Self { class: "", text: t.kr_closed() },
        }
    }
}

/// One of the three words to choose from.
#[derive(Debug, Clone, Copy)]
pub struct Choice {
    /// As it travels in the form.
    pub value: &'static str,
    /// As it reads.
    pub word: Word,
    /// Whether it is the one chosen.
    pub chosen: bool,
}

impl Choice {
    /// All three, the chosen one marked.
    pub fn all(t: Words, chosen: Option<Confidence>) -> Vec<Self> {
        let choice = |confidence: &Confidence| Self {
            value: confidence.as_str(),
            word: Word::said(t, *confidence),
            chosen: chosen == Some(*confidence),
        };
        Confidence::ALL.iter().map(choice).collect()
    }
}

/// A key result as one row: of the tree, of an aside, of a list.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its page.
    pub href: String,
    /// Its title.
    pub title: String,
    /// Its bar.
    pub bar: Bar,
    /// The bar in words.
    pub label: String,
    /// Its value: "17 of 30".
    pub value: String,
    /// The word shown.
    pub word: Word,
    /// Who owns it, if anyone does.
    pub owner: Option<Avatar>,
    /// Owner and age of the last check-in: "Wanjiru, yesterday".
    pub freshness: String,
    /// How all of this follows.
    pub slip: Slip,
}

impl Row {
    /// The row of a key result as a member reads it at `now`.
    pub fn of(standing: &Standing, me: &Me, now: DateTime<Utc>) -> Self {
        let t = me.words();
        let shown = standing.receipt.shown;
        Self {
            href: me.at(&format!("/key-results/{}", standing.id)),
            title: standing.title.clone(),
            bar: Bar::new(shown.progress, shown.expected),
            label: bar_label(t, &standing.title, shown.progress, shown.expected),
            value: reached(t, standing),
            word: Word::shown(t, shown.status),
            owner: standing.owner.as_ref().map(Person::avatar),
            freshness: freshness(t, standing, me, now),
            slip: Pen::of(me).standing(standing),
        }
    }
}

/// A bar in words, for those who don't see it.
pub fn bar_label(t: Words, title: &str, progress: Option<Decimal>, expected: Option<Decimal>) -> String {
    match (progress, expected) {
        (Some(progress), Some(expected)) => t.kr_bar(title, t.percent(progress), t.percent(expected)),
        (Some(progress), None) => t.kr_bar_without_pace(title, t.percent(progress)),
        (None, _) => t.kr_bar_without_data(title),
    }
}

/// "Wanjiru, yesterday": the owner, and the age of the last check-in on the reader's calendar.
fn freshness(t: Words, standing: &Standing, me: &Me, now: DateTime<Utc>) -> String {
    let age = standing.last.as_ref().map(|last| t.age(me.zone.date_at(last.at), me.today(now)));
    match (&standing.owner, age) {
        (Some(owner), Some(age)) => t.kr_owner_fresh(owner.first_name(), age),
        (Some(owner), None) => t.kr_owner_silent(owner.first_name()),
        (None, Some(age)) => t.kr_no_owner_fresh(age),
        (None, None) => t.kr_no_owner_silent().to_owned(),
    }
}

/// A value with its unit: "24.1 cm", "97.2%", "2 h 30 min", "3 steps", "Yes"; a dash without data.
pub fn value_with_unit(t: Words, kind: Kind, unit: &Unit, value: Option<Decimal>) -> String {
    let Some(value) = value else { return t.kr_no_number().to_owned() };
    match kind {
        Kind::YesNo if value.is_zero() => t.kr_not_yet().to_owned(),
        Kind::YesNo => t.kr_yes().to_owned(),
        Kind::Milestones => t.kr_steps(value.to_i64().unwrap_or_default()),
        Kind::Increase | Kind::Decrease | Kind::KeepWithin => unit.write(t, value),
    }
}

/// The same where the unit is said anyway: "24.1", "3", "Yes".
pub fn value_alone(t: Words, kind: Kind, unit: &Unit, value: Option<Decimal>) -> String {
    match (kind, value) {
        (Kind::Increase | Kind::Decrease | Kind::KeepWithin, Some(value)) => unit.bare(t, value),
        (Kind::Milestones, Some(value)) => t.number(value.normalize()),
        (Kind::YesNo, _) | (_, None) => value_with_unit(t, kind, unit, value),
    }
}

/// A value as a row shows it: what rises is read against its target ("17 of 30"), milestones against how many there are
/// ("3 of 5 steps"), a band by how often it was kept ("11 of 12 kept"), the rest with its unit.
pub fn value_of_target(
    t: Words,
    terms: &Terms,
    unit: &Unit,
    value: Option<Decimal>,
    kept: Option<Kept>,
) -> String {
    match (terms.kind(), value, kept) {
        (Kind::KeepWithin, Some(_), Some(kept)) => {
            t.kr_kept_of(t.number(Decimal::from(kept.inside)), kept.measured)
        }
        (Kind::Milestones, Some(value), _) => t.kr_steps_of(t.number(value.normalize()), terms.steps().len()),
        (Kind::Increase, Some(value), _) if matches!(unit, Unit::Number(_)) => {
            t.kr_of_target(t.number(value.normalize()), t.number(terms.target()))
        }
        (kind, value, _) => value_with_unit(t, kind, unit, value),
    }
}

/// Where a key result stands, as a row shows it.
pub fn reached(t: Words, standing: &Standing) -> String {
    let receipt = &standing.receipt;
    value_of_target(t, &receipt.terms, &standing.unit, receipt.value, receipt.kept)
}

/// What a key result aims for: "18 cm", "at least 99.5%", "between 3 and 5", "all 5 steps", "Yes".
pub fn aim(t: Words, terms: &Terms, unit: &Unit) -> String {
    match terms.band().map(|band| (band.low, band.high)) {
        Some((Some(low), Some(high))) => t.kr_between(unit.bare(t, low), unit.write(t, high)),
        Some((Some(low), None)) => t.kr_at_least(unit.write(t, low)),
        Some((None, Some(high))) => t.kr_at_most(unit.write(t, high)),
        Some((None, None)) | None if terms.kind() == Kind::Milestones => t.kr_all_steps(terms.steps().len()),
        Some((None, None)) | None => value_with_unit(t, terms.kind(), unit, Some(terms.target())),
    }
}

/// A count in words up to twelve, in figures from there on.
pub fn spelled(t: Words, count: usize) -> String {
    match count {
        0 => t.kr_none().to_owned(),
        1 => t.kr_one().to_owned(),
        2 => t.kr_two().to_owned(),
        3 => t.kr_three().to_owned(),
        4 => t.kr_four().to_owned(),
        5 => t.kr_five().to_owned(),
        6 => t.kr_six().to_owned(),
        7 => t.kr_seven().to_owned(),
        8 => t.kr_eight().to_owned(),
        9 => t.kr_nine().to_owned(),
        10 => t.kr_ten().to_owned(),
        11 => t.kr_eleven().to_owned(),
        12 => t.kr_twelve().to_owned(),
        more => t.number(Decimal::from(more)),
    }
}

/// The text as a sentence begins.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::StepId;
    use crate::language::Locale;
    use crate::okr::measure::{Draft, PaceRule, Step};

    const T: Words = Words::of(Locale::English);

    #[test]
    fn values_read_as_people_write_them() {
        let line = |kind, from, to| Terms::new(kind, from, to, 1, PaceRule::Linear).unwrap();
        let rising = line(Kind::Increase, dec!(12), dec!(1200));
        let falling = line(Kind::Decrease, dec!(31), dec!(18));
        let asked = line(Kind::YesNo, dec!(0), dec!(1));
        let named = |name: &str| Unit::Number(name.to_owned());
        for (terms, unit, value, words) in [
            (&rising, named("towns"), Some(dec!(17.0)), "17 of 1,200"),
            (&rising, Unit::Percent, Some(dec!(97.20)), "97.2%"),
            (&rising, named(""), None, "–"),
            (&falling, named("cm"), Some(dec!(24.1)), "24.1 cm"),
            (&falling, Unit::Duration, Some(dec!(90)), "1\u{a0}min\u{a0}30\u{a0}s"),
            (&falling, named(""), Some(dec!(41)), "41"),
            (&falling, named("cm"), None, "–"),
            (&asked, named(""), Some(dec!(0)), "Not yet"),
            (&asked, named(""), Some(dec!(1)), "Yes"),
        ] {
            assert_eq!(value_of_target(T, terms, &unit, value, None), words);
        }
    }

    #[test]
    fn a_band_and_milestones_are_read_against_how_many_there_are() {
        let band = |low, high| {
            Terms::of(Draft { low, high, ..Draft::whole(Kind::KeepWithin, 1, PaceRule::Linear) }).unwrap()
        };
        let kept = Some(Kept { inside: 11, measured: 12 });
        let least = band(Some(dec!(99.5)), None);
        assert_eq!(value_of_target(T, &least, &Unit::Percent, Some(dec!(99.8)), kept), "11 of 12 kept");
        assert_eq!(value_of_target(T, &least, &Unit::Percent, None, None), "–");
        assert_eq!(aim(T, &least, &Unit::Percent), "at least 99.5%");
        assert_eq!(aim(T, &band(None, Some(dec!(60))), &Unit::Duration), "at most 1\u{a0}min");
        assert_eq!(aim(T, &band(Some(dec!(3)), Some(dec!(5))), &Unit::Percent), "between 3 and 5%");
        let step = |id| Step {
            id: StepId(uuid::Uuid::from_u128(id)),
            name: "Step".to_owned(),
            weight: 1,
            due: None,
        };
        let steps =
            Draft { steps: vec![step(1), step(2)], ..Draft::whole(Kind::Milestones, 1, PaceRule::Linear) };
        let steps = Terms::of(steps).unwrap();
        let bare = Unit::Number(String::new());
        assert_eq!(value_of_target(T, &steps, &bare, Some(dec!(1)), None), "1 of 2 steps");
        assert_eq!(value_with_unit(T, Kind::Milestones, &bare, Some(dec!(1))), "1 step");
        assert_eq!(aim(T, &steps, &bare), "all 2 steps");
    }

    #[test]
    fn only_a_fresh_on_track_is_green() {
        for status in Status::ALL {
            assert_eq!(Word::shown(T, *status).class == "on", status.is_green(), "{status}");
        }
    }
}
