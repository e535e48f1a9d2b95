//! What is wrong with a file, in words.

use super::cells::{DateFault, ValueFault};
use super::columns::Column;
use super::decode::{Encoding, NotText};
use super::finding::{Between, Fault, Finding, Twin};
use super::reading::{ColumnFault, FileFault};
use super::table::{Separator, TableFault};
use super::words::words_of;
use crate::language::{NumberFault, Words};
use crate::okr::measure::{MOST_STEPS, TermsFault, ValueFault as KeptFault};
use crate::okr::unit::Unread;

/// So much of a cell is quoted.
const QUOTED: usize = 60;

/// The beginning of a cell, on one line.
fn quoted(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= QUOTED {
        return line;
    }
    line.chars().take(QUOTED - 1).chain(['…']).collect()
}

/// Why a file can't be read.
pub(super) fn file_fault(t: Words, fault: &FileFault) -> String {
    match fault {
        FileFault::NotText(NotText::Empty) => t.imports_empty().to_owned(),
        FileFault::NotText(NotText::Workbook) => t.imports_workbook().to_owned(),
        FileFault::NotText(NotText::Binary) => t.imports_binary().to_owned(),
        FileFault::NotText(NotText::Invalid { line, encoding: of }) => {
            t.imports_invalid(encoding(t, *of), line)
        }
        FileFault::Table(TableFault::NoRows) => t.imports_no_rows().to_owned(),
        FileFault::Table(TableFault::TooManyRows) => t.imports_too_many_rows().to_owned(),
        FileFault::Table(TableFault::LongCell { row }) => t.imports_long_cell(row),
        FileFault::Table(TableFault::Surplus { row, cells }) => t.imports_surplus(row, cells),
        FileFault::Json(line) => t.imports_json(line),
    }
}

/// Why its columns can't be read so.
pub(super) fn column_fault(t: Words, fault: ColumnFault) -> String {
    match fault {
        ColumnFault::NoType => t.imports_no_type(Column::Type.label(t)),
        ColumnFault::Twice(column) => t.imports_twice(column.label(t)),
    }
}

/// What an encoding is called.
pub(super) fn encoding(t: Words, one: Encoding) -> &'static str {
    match one {
        Encoding::Utf8 => "UTF-8",
        Encoding::Utf16Le | Encoding::Utf16Be => "UTF-16",
        Encoding::Windows1252 => t.imports_windows_1252(),
        Encoding::Windows1250 => t.imports_windows_1250(),
        Encoding::Windows1251 => t.imports_windows_1251(),
        Encoding::Windows1253 => t.imports_windows_1253(),
        Encoding::Macintosh => t.imports_macintosh(),
    }
}

/// What a separator is called.
pub(super) fn separator(t: Words, one: Separator) -> &'static str {
    match one {
        Separator::Comma => t.imports_comma(),
        Separator::Semicolon => t.imports_semicolon(),
        Separator::Tab => t.imports_tab(),
        Separator::Bar => t.imports_bar(),
    }
}

/// What is wrong in a row.
pub(super) fn sentence(t: Words, Finding { column, fault, .. }: &Finding) -> String {
    match fault {
        Fault::Missing => t.imports_missing().to_owned(),
        Fault::TooLong { most, has } => t.imports_too_long(most, has),
        Fault::NoSuchWord(text) => t.imports_no_such_word(
            quoted(text),
            t.list(column.map(|column| words_of(t, column)).unwrap_or_default()),
        ),
        Fault::NoWeight(text) => t.imports_no_weight(quoted(text)),
        Fault::Date(text, fault) => date(t, &quoted(text), *fault),
        Fault::Value(text, fault) => value(t, &quoted(text), *fault),
        Fault::Kept(text) => t.imports_number_unreadable(quoted(text)),
        Fault::Terms(fault) => terms(t, *fault),
        Fault::NoCurrency(text) => t.imports_currency(quoted(text)),
        Fault::NoSuchCycle(text) => t.imports_cycle_unknown(quoted(text)),
        Fault::CycleClosed(text) => t.imports_cycle_closed(quoted(text)),
        Fault::CycleOfTeam(team) => t.imports_cycle_of_team(team),
        Fault::NoSuchTeam(text) => t.imports_team_unknown(quoted(text)),
        Fault::NoSuchPerson(text) => t.imports_person_unknown(quoted(text)),
        Fault::SeveralPeople(text) => t.imports_person_several(quoted(text)),
        Fault::CannotOwn(text) => t.imports_person_cannot(quoted(text)),
        Fault::NotYours => t.imports_not_yours().to_owned(),
        Fault::NotYourWord => t.imports_not_your_word().to_owned(),
        Fault::Future => t.imports_future().to_owned(),
        Fault::Outside { first, last } => t.imports_outside(t.date_year(*first), t.date_year(*last)),
        Fault::NoSuchStep(text) => t.imports_no_such_step(quoted(text)),
        Fault::StepsUnnamed => t.imports_steps_unnamed(Column::Done.label(t)),
        Fault::Between(fault) => between(t, fault),
    }
}

/// What is wrong between a row and others.
fn between(t: Words, fault: &Between) -> String {
    match fault {
        Between::SameReference(row) => t.imports_reference_twice(row),
        Between::SeveralParents(text, twins) => t.imports_parent_several(quoted(text), place(t, twins)),
        Between::WrongParent(text) => t.imports_parent_wrong(quoted(text)),
        Between::ParentInOtherCycle(text) => t.imports_parent_other_cycle(quoted(text)),
        Between::Loop(rows) if rows.len() > 1 => t.imports_loop(t.list(rows)),
        Between::Loop(_) => t.imports_loop_alone().to_owned(),
        Between::TooDeep => t.imports_too_deep().to_owned(),
        Between::SameTitle(Twin::Row(row)) => t.imports_same_title_row(row),
        Between::SameTitle(Twin::Here) => t.imports_same_title_here().to_owned(),
        Between::SameCheckIn(Twin::Row(row)) => t.imports_same_check_in_row(row),
        Between::SameCheckIn(Twin::Here) => t.imports_same_check_in_here().to_owned(),
        Between::NothingToCorrect(text) => t.imports_nothing_to_correct(quoted(text)),
        Between::CorrectedTwice(Twin::Row(row)) => t.imports_corrected_row(row),
        Between::CorrectedTwice(Twin::Here) => t.imports_corrected_here().to_owned(),
        Between::NoSuchParent(text) => t.imports_parent_unknown(quoted(text)),
    }
}

/// "row 3, row 7 and here already"
fn place(t: Words, twins: &[Twin]) -> String {
    t.list(twins.iter().map(|twin| match twin {
        Twin::Row(row) => t.imports_at_row(row),
        Twin::Here => t.imports_at_here().to_owned(),
    }))
}

fn date(t: Words, text: &str, fault: DateFault) -> String {
    match fault {
        DateFault::Ambiguous { day, month } => {
            t.imports_date_ambiguous(text, t.date_year(day), t.date_year(month))
        }
        DateFault::ShortYear => t.imports_date_short_year(text),
        DateFault::Unreadable => t.imports_date_unreadable(text),
    }
}

fn value(t: Words, text: &str, fault: ValueFault) -> String {
    match fault {
        ValueFault::Ambiguous { grouped, decimal } => {
            t.imports_number_ambiguous(text, grouped.normalize(), decimal.normalize())
        }
        ValueFault::Unread(Unread::Duration) => t.imports_duration_unreadable(text),
        ValueFault::Unread(Unread::Number(NumberFault::TooLarge)) => t.imports_number_too_large(text),
        ValueFault::Unread(Unread::Number(NumberFault::TooFine)) => t.imports_number_too_fine(text),
        ValueFault::Unread(Unread::Number(NumberFault::Empty | NumberFault::NotANumber)) => {
            t.imports_number_unreadable(text)
        }
    }
}

fn terms(t: Words, fault: TermsFault) -> String {
    match fault {
        TermsFault::Baseline(fault)
        | TermsFault::Target(fault)
        | TermsFault::Low(fault)
        | TermsFault::High(fault)
        | TermsFault::Checkpoint(_, fault) => match fault {
            KeptFault::TooLarge => t.okr_value_too_large().to_owned(),
            KeptFault::TooFine | KeptFault::NotYesOrNo | KeptFault::NotAStep => {
                t.okr_value_too_fine().to_owned()
            }
        },
        TermsFault::TargetIsBaseline | TermsFault::NotFromZeroToOne => t.imports_target_is_start().to_owned(),
        TermsFault::TargetBelowBaseline => t.okr_target_below().to_owned(),
        TermsFault::TargetAboveBaseline => t.okr_target_above().to_owned(),
        TermsFault::NoBound => t.okr_bound_missing().to_owned(),
        TermsFault::BoundsCrossed => t.okr_bounds_crossed().to_owned(),
        TermsFault::TooMany => t.okr_too_many_rows(MOST_STEPS),
        TermsFault::CheckpointOrder(_) => t.okr_points_twice().to_owned(),
        TermsFault::NoCheckpoints => t.okr_points_missing().to_owned(),
        TermsFault::CheckpointsNotHere | TermsFault::Astray => t.okr_points_not_here().to_owned(),
        TermsFault::NoSteps
        | TermsFault::StepName(_)
        | TermsFault::StepTwice(_)
        | TermsFault::StepWeight(_)
        | TermsFault::Weight => t.imports_missing().to_owned(),
    }
}
