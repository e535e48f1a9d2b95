//! Tables to take away: CSV as spreadsheets like it, in which no cell is ever computed.

use crate::fault::{Fault, Result};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use rust_decimal::Decimal;

/// Whether a spreadsheet could compute a cell that begins so; an apostrophe is among them because it is what guards.
fn is_risky(cell: &str) -> bool {
    let first =
        |c| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\'' | '＝' | '＋' | '－' | '＠');
    cell.trim_start_matches(' ').starts_with(first)
}

/// A cell with an apostrophe before what would be computed. Numbers are left as they are, also those below zero.
/// (Source: OWASP, “CSV Injection”.)
fn guarded(cell: &str) -> String {
    // One apostrophe by itself is a beginning like any other.
    let lone = cell.strip_prefix('\'').is_some_and(|rest| !is_risky(rest));
    let risky = is_risky(cell) && !lone && cell.parse::<Decimal>().is_err();
    if risky { format!("'{cell}") } else { cell.to_owned() }
}

/// What a cell held before it was guarded.
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_risky(rest)).unwrap_or(cell)
}

/// A table in the making.
#[derive(Debug)]
pub struct Sheet {
    writer: csv::Writer<Vec<u8>>,
}

impl Sheet {
    /// A table with these names in its first row.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        // The mark of UTF-8, without which Excel reads it as something else.
        let bytes = "\u{feff}".as_bytes().to_vec();
        let writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(bytes);
        let mut sheet = Self { writer };
        sheet.row(names)?;
        Ok(sheet)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Never for rows of one length.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> Result<()> {
        let cells = cells.into_iter().map(guarded);
        self.writer.write_record(cells).map_err(|error| Fault::Internal(error.into()))
    }

    /// The file, to be kept under this name.
    ///
    /// # Errors
    /// Never: it is written into memory.
    pub fn download(self, name: &str) -> Result<Response> {
        let bytes = self.writer.into_inner().map_err(|error| Fault::Internal(anyhow::anyhow!("{error}")))?;
        let name: String = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
            .collect();
        let name = name.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
        let headers = [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")),
        ];
        Ok((headers, bytes).into_response())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_would_be_computed_is_guarded_and_numbers_are_not() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+49 30", "'+49 30"),
            ("-5 degrees", "'-5 degrees"),
            ("@sum", "'@sum"),
            ("\tx", "'\tx"),
            ("  =1", "'  =1"),
            ("＝1", "'＝1"),
            ("-5.9", "-5.9"),
            ("-17", "-17"),
            ("", ""),
            ("Towns", "Towns"),
            ("'t is so", "'t is so"),
            ("'=1", "''=1"),
        ] {
            assert_eq!(guarded(cell), written);
        }
    }

    #[test]
    fn a_file_begins_with_its_mark_and_has_the_line_ends_of_spreadsheets() {
        let mut sheet = Sheet::new(["Title", "Note"]).unwrap();
        sheet.row(["A, b", "two\nlines \"so\""]).unwrap();
        let bytes = sheet.writer.into_inner().unwrap();
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "\u{feff}Title,Note\r\n\"A, b\",\"two\nlines \"\"so\"\"\"\r\n"
        );
    }

    proptest! {
        #[test]
        fn a_guard_can_be_taken_off_again(cell in "['=+@a -]{0,6}") {
            let written = guarded(&cell);
            prop_assert_eq!(unguarded(&written), cell);
        }
    }
}
