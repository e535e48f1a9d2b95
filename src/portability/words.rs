//! The words that stand in cells: of each value all that we read, with bars between, the first of which we write.

use super::columns::{Column, first};
use super::read::RowType;
use crate::language::Words;
use crate::okr::measure::{Kind, PaceRule};
use crate::okr::status::{Confidence, Every};
use crate::okr::stored::{self, Ambition};
use crate::okr::unit::Quantity;

/// The words for what a row is.
pub fn row_type(t: Words, one: RowType) -> &'static str {
    match one {
        RowType::Objective => t.columns_type_objective(),
        RowType::KeyResult => t.columns_type_key_result(),
        RowType::CheckIn => t.columns_type_check_in(),
    }
}

/// The words for a kind.
pub fn kind(t: Words, one: Kind) -> &'static str {
    match one {
        Kind::Increase => t.columns_kind_increase(),
        Kind::Decrease => t.columns_kind_decrease(),
        Kind::KeepWithin => t.columns_kind_keep_within(),
        Kind::Milestones => t.columns_kind_milestones(),
        Kind::YesNo => t.columns_kind_yes_no(),
    }
}

/// The words for a sort of number.
pub fn quantity(t: Words, one: Quantity) -> &'static str {
    match one {
        Quantity::Number => t.columns_quantity_number(),
        Quantity::Percent => t.columns_quantity_percent(),
        Quantity::Money => t.columns_quantity_money(),
        Quantity::Duration => t.columns_quantity_duration(),
    }
}

/// The words for a pace.
pub fn pace(t: Words, one: PaceRule) -> &'static str {
    match one {
        PaceRule::Linear => t.columns_pace_linear(),
        PaceRule::Checkpoints => t.columns_pace_checkpoints(),
        PaceRule::None => t.columns_pace_none(),
    }
}

/// The words for what an objective promises.
pub fn promise(t: Words, one: Ambition) -> &'static str {
    match one {
        Ambition::Committed => t.columns_promise_committed(),
        Ambition::Aspirational => t.columns_promise_aspirational(),
    }
}

/// The words for yes and no.
pub fn yes_no(t: Words, yes: bool) -> &'static str {
    if yes { t.columns_yes() } else { t.columns_no() }
}

/// The words for how often.
pub fn rhythm(t: Words, one: Every) -> &'static str {
    match one {
        Every::Week => t.columns_every_week(),
        Every::Fortnight => t.columns_every_fortnight(),
        Every::Month => t.columns_every_month(),
    }
}

/// The words for what a person said.
pub fn said(t: Words, one: Confidence) -> &'static str {
    match one {
        Confidence::OnTrack => t.columns_on_track(),
        Confidence::AtRisk => t.columns_at_risk(),
        Confidence::OffTrack => t.columns_off_track(),
    }
}

/// The words that may stand in a column, as we write them; none where anything may.
pub fn words_of(t: Words, column: Column) -> Vec<String> {
    fn all<T: Copy>(t: Words, all: &[T], words: fn(Words, T) -> &'static str) -> Vec<String> {
        all.iter().map(|one| first(words(t, *one)).to_owned()).collect()
    }
    match column {
        Column::Type => all(t, RowType::ALL, row_type),
        Column::Promise => all(t, Ambition::ALL, promise),
        Column::CountAligned | Column::Value => all(t, &[true, false], yes_no),
        Column::Kind => all(t, Kind::ALL, kind),
        Column::Quantity => all(t, Quantity::ALL, quantity),
        Column::Pace => all(t, PaceRule::ALL, pace),
        Column::Every => all(t, Every::ALL, rhythm),
        Column::Weekday => (1..=7).filter_map(stored::weekday).map(|day| t.weekday_long(day)).collect(),
        Column::Confidence => all(t, Confidence::ALL, said),
        _ => Vec::new(),
    }
}
