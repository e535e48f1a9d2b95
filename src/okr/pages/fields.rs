//! What the forms of this room have in common: texts and choices as they arrive from a person.

use crate::fault::{Fault, Result};
use crate::ids::MemberId;
use crate::language::Words;
use crate::okr::measure::{ValueFault, WEIGHTS};
use crate::okr::standing::Person;
use crate::okr::unit::Unit;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::str::FromStr;

/// An option of a list to choose from.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

impl Choice {
    pub(super) fn new(value: impl ToString, label: impl Into<String>, chosen: &str) -> Self {
        let value = value.to_string();
        Self { chosen: value == chosen, label: label.into(), value }
    }
}

/// One line: whitespace is evened out.
///
/// # Errors
/// A sentence when it is empty (then `empty`) or too long.
pub(super) fn line(t: Words, typed: &str, most: usize, empty: &str) -> Result<String, String> {
    let line = short(t, typed, most)?;
    if line.is_empty() { Err(empty.to_owned()) } else { Ok(line) }
}

/// One line that may be empty.
///
/// # Errors
/// A sentence when it is too long.
pub(super) fn short(t: Words, typed: &str, most: usize) -> Result<String, String> {
    let typed = typed.replace('\0', "");
    let line = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    fits(t, line, most)
}

/// A text of several lines; may be empty.
///
/// # Errors
/// A sentence when it is too long.
pub(super) fn text(t: Words, typed: &str, most: usize) -> Result<String, String> {
    let text = typed.replace('\0', "").replace("\r\n", "\n");
    fits(t, text.trim().to_owned(), most)
}

fn fits(t: Words, text: String, most: usize) -> Result<String, String> {
    let length = text.chars().count();
    if length > most { Err(t.okr_too_long(most, t.number(Decimal::from(length)))) } else { Ok(text) }
}

/// A value as typed, counted in this unit.
///
/// # Errors
/// A sentence when there is none (then `empty`), or none we keep.
pub(super) fn value(t: Words, unit: &Unit, typed: &str, empty: &str) -> Result<Decimal, String> {
    unit.read(t, typed).map_err(|fault| if fault.is_empty() { empty } else { fault.sentence(t) }.to_owned())
}

/// A date as a date field sends it; none when it was left empty.
///
/// # Errors
/// A sentence when it is no date.
pub(super) fn date(t: Words, typed: &str) -> Result<Option<NaiveDate>, String> {
    match typed.trim() {
        "" => Ok(None),
        date => date.parse().map(Some).map_err(|_| t.okr_date_unreadable().to_owned()),
    }
}

/// The sentence for a value that can't be kept.
pub(super) fn value_fault(t: Words, fault: ValueFault) -> String {
    match fault {
        ValueFault::TooLarge => t.okr_value_too_large(),
        ValueFault::TooFine => t.okr_value_too_fine(),
        ValueFault::NotYesOrNo => t.okr_value_yes_or_no(),
        ValueFault::NotAStep => t.okr_value_no_step(),
    }
    .to_owned()
}

/// A chosen id, which must be one of those offered: anything else was not chosen on our page.
pub(super) fn chosen<I: FromStr + PartialEq>(typed: &str, offered: impl IntoIterator<Item = I>) -> Result<I> {
    let id = typed.parse().map_err(|_| Fault::NotFound)?;
    offered.into_iter().find(|one| *one == id).ok_or(Fault::NotFound)
}

/// In a list of owners: nobody yet. Nothing chosen is the empty value.
pub(super) const NOBODY: &str = "none";

/// The owner chosen: `None` when nothing was chosen, `Some(None)` for nobody yet.
pub(super) fn owner(typed: &str, people: &[Person]) -> Result<Option<Option<MemberId>>> {
    match typed {
        "" => Ok(None),
        NOBODY => Ok(Some(None)),
        id => Ok(Some(Some(chosen(id, people.iter().map(|one| one.id))?))),
    }
}

/// Who can be chosen as owner.
pub(super) fn owners(t: Words, people: &[Person], typed: &str) -> Vec<Choice> {
    let first = [("", t.okr_choose()), (NOBODY, t.okr_no_owner())];
    let first = first.into_iter().map(|(value, label)| Choice::new(value, label, typed));
    first.chain(people.iter().map(|one| Choice::new(one.id, &one.name, typed))).collect()
}

/// The people, and whoever owns it now if they are no longer among them.
pub(super) fn with_owner(mut people: Vec<Person>, owner: Option<&Person>) -> Vec<Person> {
    if let Some(owner) = owner
        && !people.iter().any(|one| one.id == owner.id)
    {
        people.push(owner.clone());
    }
    people
}

/// A weight from 1 to 5.
pub(super) fn weight(typed: &str) -> Result<i16> {
    chosen(typed, WEIGHTS)
}

/// The weights to choose from.
pub(super) fn weights(t: Words, typed: &str) -> Vec<Choice> {
    WEIGHTS.map(|weight| Choice::new(weight, t.number(Decimal::from(weight)), typed)).collect()
}
