//! How a file is read, as a form shows it: what was found out, and what else could be chosen.

use super::Choice;
use crate::language::Words;
use crate::portability::cells::{DateOrder, DecimalSign};
use crate::portability::columns::Column;
use crate::portability::decode::Encoding;
use crate::portability::reading::{Choices, Reading};
use crate::portability::said;
use crate::portability::table::Separator;

/// The lists to choose from.
pub(super) struct ReadingForm {
    pub(super) encodings: Vec<Choice>,
    /// Empty where there is nothing to separate.
    pub(super) separators: Vec<Choice>,
    pub(super) dates: Vec<Choice>,
    pub(super) decimals: Vec<Choice>,
    pub(super) cycles: Vec<Choice>,
    pub(super) columns: Vec<ColumnRow>,
}

/// A column of the file.
pub(super) struct ColumnRow {
    pub(super) name: String,
    pub(super) sample: String,
    pub(super) read_as: Vec<Choice>,
}

/// So much of a cell is shown.
const SAMPLE: usize = 40;

impl ReadingForm {
    /// The form for a file that was read, or could not be.
    pub(super) fn of(t: Words, reading: Option<&Reading>, choices: &Choices, cycles: Vec<Choice>) -> Self {
        let style = reading.map(|it| it.style).unwrap_or_default();
        let found_encoding = reading.map(|it| said::encoding(t, it.encoding));
        let found_separator = reading.and_then(|it| it.separator).map(|one| said::separator(t, one));
        let dates = style.dates.map(|order| date_order(t, order));
        let decimals = style.decimals.map(|sign| decimal_sign(t, sign));
        let is_table = reading.is_none_or(|it| it.separator.is_some());
        Self {
            encodings: list(
                t,
                found_encoding,
                &choices.encoding,
                Encoding::ALL.iter().map(|one| (one.as_str(), label(t, *one))),
            ),
            separators: if is_table {
                let all =
                    Separator::ALL.iter().map(|one| (one.as_str(), said::separator(t, *one).to_owned()));
                list(t, found_separator, &choices.separator, all)
            } else {
                Vec::new()
            },
            dates: list(
                t,
                dates,
                &choices.dates,
                DateOrder::ALL.iter().map(|one| (one.as_str(), date_order(t, *one).to_owned())),
            ),
            decimals: list(
                t,
                decimals,
                &choices.decimals,
                DecimalSign::ALL.iter().map(|one| (one.as_str(), decimal_sign(t, *one).to_owned())),
            ),
            cycles,
            columns: reading.map(|it| columns(t, it)).unwrap_or_default(),
        }
    }
}

/// First what was found out, then everything there is.
fn list(
    t: Words,
    found: Option<&str>,
    chosen: &str,
    all: impl Iterator<Item = (&'static str, String)>,
) -> Vec<Choice> {
    let first = found.map_or_else(|| t.imports_unsettled().to_owned(), |found| t.imports_found(found));
    let first = Choice::new("", first, chosen);
    [first].into_iter().chain(all.map(|(value, label)| Choice::new(value, label, chosen))).collect()
}

/// The two kinds of UTF-16 are told apart in the list, and nowhere else.
fn label(t: Words, one: Encoding) -> String {
    match one {
        Encoding::Utf16Le | Encoding::Utf16Be => one.as_str().to_uppercase(),
        one => said::encoding(t, one).to_owned(),
    }
}

fn date_order(t: Words, one: DateOrder) -> &'static str {
    match one {
        DateOrder::Day => t.imports_dates_day(),
        DateOrder::Month => t.imports_dates_month(),
    }
}

fn decimal_sign(t: Words, one: DecimalSign) -> &'static str {
    match one {
        DecimalSign::Comma => t.imports_decimals_comma(),
        DecimalSign::Point => t.imports_decimals_point(),
    }
}

fn columns(t: Words, reading: &Reading) -> Vec<ColumnRow> {
    let row = |one: &crate::portability::reading::FileColumn| {
        let chosen = one.read_as.map_or("", Column::as_str);
        let none = Choice::new("", t.imports_not_read(), chosen);
        let all = Column::ALL.iter().map(|column| Choice::new(column.as_str(), column.label(t), chosen));
        let sample = one.sample.split_whitespace().collect::<Vec<_>>().join(" ");
        let short = sample.chars().count() <= SAMPLE;
        ColumnRow {
            name: one.name.clone(),
            sample: if short { sample } else { sample.chars().take(SAMPLE - 1).chain(['…']).collect() },
            read_as: [none].into_iter().chain(all).collect(),
        }
    };
    reading.columns.iter().map(row).collect()
}
