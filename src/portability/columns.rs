//! The columns of a table of objectives, and how the columns of a file are recognised as such.

use super::cells::plain;
use crate::language::{Locale, Words};

crate::stored_word! {
    /// A column we know how to read.
    pub enum Column {
        /// What the row is.
        Type = "type",
        /// A name by which other rows point to it.
        Reference = "reference",
        /// What it belongs to.
        Parent = "parent",
        /// Its title.
        Title = "title",
        /// The cycle, by name.
        Cycle = "cycle",
        /// The team, by name.
        Team = "team",
        /// Who owns it, or who said it.
        Owner = "owner",
        /// Who reads an objective's check-ins.
        Reviewer = "reviewer",
        /// The day it was made on.
        Since = "since",
        /// Why it matters, or how it is measured.
        Description = "description",
        /// What an objective promises.
        Promise = "promise",
        /// Its weight.
        Weight = "weight",
        /// Whether objectives that serve it count in it.
        CountAligned = "count_aligned",
        /// How a key result is read.
        Kind = "kind",
        /// What sort of number it is.
        Quantity = "quantity",
        /// What it is counted in.
        Unit = "unit",
        /// The baseline.
        Start = "start",
        /// The target.
        Target = "target",
        /// The lower bound.
        Low = "low",
        /// The upper bound.
        High = "high",
        /// The milestones.
        Steps = "steps",
        /// Where the calendar expects it.
        Pace = "pace",
        /// The values agreed on for dates.
        Checkpoints = "checkpoints",
        /// How often check-ins are due.
        Every = "every",
        /// On which weekday.
        Weekday = "weekday",
        /// When it was measured.
        Date = "date",
        /// What was measured.
        Value = "value",
        /// The milestones that were done.
        Done = "done",
        /// What the person said.
        Confidence = "confidence",
        /// What they wrote.
        Note = "note",
        /// The check-in it corrects.
        Corrects = "corrects",
    }
}

impl Column {
    /// What it is called.
    pub fn label(self, t: Words) -> &'static str {
        match self {
            Self::Type => t.columns_type(),
            Self::Reference => t.columns_reference(),
            Self::Parent => t.columns_parent(),
            Self::Title => t.columns_title(),
            Self::Cycle => t.columns_cycle(),
            Self::Team => t.columns_team(),
            Self::Owner => t.columns_owner(),
            Self::Reviewer => t.columns_reviewer(),
            Self::Since => t.columns_since(),
            Self::Description => t.columns_description(),
            Self::Promise => t.columns_promise(),
            Self::Weight => t.columns_weight(),
            Self::CountAligned => t.columns_count_aligned(),
            Self::Kind => t.columns_kind(),
            Self::Quantity => t.columns_quantity(),
            Self::Unit => t.columns_unit(),
            Self::Start => t.columns_start(),
            Self::Target => t.columns_target(),
            Self::Low => t.columns_low(),
            Self::High => t.columns_high(),
            Self::Steps => t.columns_steps(),
            Self::Pace => t.columns_pace(),
            Self::Checkpoints => t.columns_checkpoints(),
            Self::Every => t.columns_every(),
            Self::Weekday => t.columns_weekday(),
            Self::Date => t.columns_date(),
            Self::Value => t.columns_value(),
            Self::Done => t.columns_done(),
            Self::Confidence => t.columns_confidence(),
            Self::Note => t.columns_note(),
            Self::Corrects => t.columns_corrects(),
        }
    }

    /// What else people call it, with bars between.
    fn also(self, t: Words) -> &'static str {
        match self {
            Self::Type => t.columns_type_also(),
            Self::Reference => t.columns_reference_also(),
            Self::Parent => t.columns_parent_also(),
            Self::Title => t.columns_title_also(),
            Self::Cycle => t.columns_cycle_also(),
            Self::Team => t.columns_team_also(),
            Self::Owner => t.columns_owner_also(),
            Self::Reviewer => t.columns_reviewer_also(),
            Self::Since => t.columns_since_also(),
            Self::Description => t.columns_description_also(),
            Self::Promise => t.columns_promise_also(),
            Self::Weight => t.columns_weight_also(),
            Self::CountAligned => t.columns_count_aligned_also(),
            Self::Kind => t.columns_kind_also(),
            Self::Quantity => t.columns_quantity_also(),
            Self::Unit => t.columns_unit_also(),
            Self::Start => t.columns_start_also(),
            Self::Target => t.columns_target_also(),
            Self::Low => t.columns_low_also(),
            Self::High => t.columns_high_also(),
            Self::Steps => t.columns_steps_also(),
            Self::Pace => t.columns_pace_also(),
            Self::Checkpoints => t.columns_checkpoints_also(),
            Self::Every => t.columns_every_also(),
            Self::Weekday => t.columns_weekday_also(),
            Self::Date => t.columns_date_also(),
            Self::Value => t.columns_value_also(),
            Self::Done => t.columns_done_also(),
            Self::Confidence => t.columns_confidence_also(),
            Self::Note => t.columns_note_also(),
            Self::Corrects => t.columns_corrects_also(),
        }
    }

    /// What it holds.
    pub fn help(self, t: Words) -> &'static str {
        match self {
            Self::Type => t.columns_type_help(),
            Self::Reference => t.columns_reference_help(),
            Self::Parent => t.columns_parent_help(),
            Self::Title => t.columns_title_help(),
            Self::Cycle => t.columns_cycle_help(),
            Self::Team => t.columns_team_help(),
            Self::Owner => t.columns_owner_help(),
            Self::Reviewer => t.columns_reviewer_help(),
            Self::Since => t.columns_since_help(),
            Self::Description => t.columns_description_help(),
            Self::Promise => t.columns_promise_help(),
            Self::Weight => t.columns_weight_help(),
            Self::CountAligned => t.columns_count_aligned_help(),
            Self::Kind => t.columns_kind_help(),
            Self::Quantity => t.columns_quantity_help(),
            Self::Unit => t.columns_unit_help(),
            Self::Start => t.columns_start_help(),
            Self::Target => t.columns_target_help(),
            Self::Low => t.columns_low_help(),
            Self::High => t.columns_high_help(),
            Self::Steps => t.columns_steps_help(),
            Self::Pace => t.columns_pace_help(),
            Self::Checkpoints => t.columns_checkpoints_help(),
            Self::Every => t.columns_every_help(),
            Self::Weekday => t.columns_weekday_help(),
            Self::Date => t.columns_date_help(),
            Self::Value => t.columns_value_help(),
            Self::Done => t.columns_done_help(),
            Self::Confidence => t.columns_confidence_help(),
            Self::Note => t.columns_note_help(),
            Self::Corrects => t.columns_corrects_help(),
        }
    }

    /// Whether this is what a file calls it: by its label in any language, or the word it is stored by.
    fn is_called(self, name: &str) -> bool {
        name == plain(self.as_str()) || all_words().any(|t| plain(self.label(t)) == name)
    }

    /// Whether a file may mean it by this name.
    fn may_be_called(self, name: &str) -> bool {
        all_words().any(|t| self.also(t).split('|').any(|other| plain(other) == name))
    }
}

fn all_words() -> impl Iterator<Item = Words> {
    Locale::ALL.into_iter().map(Words::of)
}

/// Whether a name in the first row is one of ours.
pub fn is_known(name: &str) -> bool {
    let name = plain(name);
    Column::ALL.iter().any(|column| column.is_called(&name) || column.may_be_called(&name))
}

/// As which of our columns each of these is to be read; each at most once, and those that are called so before those that
/// may be.
pub fn recognise(names: &[String]) -> Vec<Option<Column>> {
    let names: Vec<_> = names.iter().map(|name| plain(name)).collect();
    let mut columns = vec![None; names.len()];
    for means in [Column::is_called, Column::may_be_called] {
        for (at, name) in names.iter().enumerate() {
            let free = |column: &&Column| !columns.contains(&Some(**column));
            let found = Column::ALL.iter().filter(free).find(|column| means(**column, name)).copied();
            if let Some(place) = columns.get_mut(at).filter(|place| place.is_none()) {
                *place = found;
            }
        }
    }
    columns
}

/// The value whose words hold this cell. `words` gives the words of a value in a language, with bars between, beside the
/// word it is stored by.
pub fn word<T: Copy>(
    text: &str,
    all: &[T],
    stored: impl Fn(T) -> &'static str,
    words: impl Fn(Words, T) -> &'static str,
) -> Option<T> {
    let text = plain(text);
    let means = |value: T| {
        plain(stored(value)) == text
            || all_words().any(|t| words(t, value).split('|').any(|word| plain(word) == text))
    };
    all.iter().copied().find(|value| !text.is_empty() && means(*value))
}

/// The first of the words of a value: what we write.
pub fn first(words: &'static str) -> &'static str {
    words.split('|').next().unwrap_or(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    const T: Words = Words::of(Locale::English);

    fn read_as(names: &[&str]) -> Vec<Option<Column>> {
        recognise(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn no_two_columns_have_one_name() {
        let mut known = HashMap::new();
        for column in Column::ALL {
            for name in [column.as_str(), column.label(T)] {
                let before = known.insert(plain(name), *column);
                assert!(before.is_none_or(|before| before == *column), "{name}");
            }
        }
        for column in Column::ALL {
            for other in column.also(T).split('|') {
                let before = known.insert(plain(other), *column);
                assert!(before.is_none_or(|before| before == *column), "{other} is {before:?} already");
            }
        }
    }

    #[test]
    fn names_are_recognised_as_people_write_them() {
        use Column::{Confidence, Owner, Parent, Reference, Title, Value};
        assert_eq!(
            read_as(&[
                "ID",
                " Title ",
                "Owner (e-mail)",
                "owner_email",
                "Belongs to",
                "belongs-to",
                "Colour"
            ]),
            [Some(Reference), Some(Title), Some(Owner), None, Some(Parent), None, None]
        );
        assert_eq!(read_as(&["Status", "Current Value"]), [Some(Confidence), Some(Value)]);
        // What is called so goes before what may be.
        assert_eq!(
            read_as(&["Status", "Confidence", "Name", "Title"]),
            [None, Some(Confidence), None, Some(Title)]
        );
        assert_eq!(read_as(&["count_aligned"]), [Some(Column::CountAligned)]);
    }
}
