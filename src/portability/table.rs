//! Text cut into a table: a first row of names, then rows of cells, numbered as a spreadsheet numbers them.

use csv::{ReaderBuilder, StringRecord};
use std::io::Read as _;

crate::stored_word! {
    /// What stands between two cells.
    pub enum Separator {
        /// `,`
        Comma = "comma",
        /// `;`
        Semicolon = "semicolon",
        /// A tab.
        Tab = "tab",
        /// `|`
        Bar = "bar",
    }
}

impl Separator {
    /// The sign itself.
    pub fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Bar => b'|',
        }
    }
}

/// A table has at most so many rows of cells.
pub const MOST_ROWS: usize = 20_000;

/// A cell has at most so many characters; more than that is a quotation mark that was never closed.
pub const LONGEST_CELL: usize = 20_000;

/// Why a text is no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableFault {
    /// There is nothing but a first row.
    NoRows,
    /// More than [`MOST_ROWS`].
    TooManyRows,
    /// A cell that is longer than [`LONGEST_CELL`].
    LongCell {
        /// The row as a spreadsheet numbers it.
        row: usize,
    },
    /// More cells than the first row has names.
    Surplus {
        /// The row as a spreadsheet numbers it.
        row: usize,
        /// How many cells it has.
        cells: usize,
    },
}

/// A row of cells.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its number as a spreadsheet shows it, the first row being 1.
    pub number: usize,
    cells: StringRecord,
}

impl Row {
    /// The cell of a column, counted from 0, without spaces around it; empty where the row ends before it.
    pub fn cell(&self, at: usize) -> &str {
        self.cells.get(at).unwrap_or_default().trim()
    }
}

/// A table.
#[derive(Debug, Clone)]
pub struct Table {
    /// What its cells are separated by.
    pub separator: Separator,
    /// The names in the first row.
    pub names: Vec<String>,
    /// The rows that hold something, in order.
    pub rows: Vec<Row>,
}

/// Cuts a text. A separator that is not chosen is the one that cuts the first row into the most names that `is_known`, or
/// else into the most cells. A line `sep=;` before it, as Excel writes it, decides.
///
/// # Errors
/// See [`TableFault`].
pub fn cut(
    text: &str,
    chosen: Option<Separator>,
    is_known: impl Fn(&str) -> bool,
) -> Result<Table, TableFault> {
    let (said, body, skipped) = without_said(text);
    let separator = chosen.or(said).unwrap_or_else(|| found(body, is_known));
    let mut reader = ReaderBuilder::new()
        .delimiter(separator.byte())
        .has_headers(false)
        .flexible(true)
        // With an end to the last line as well, each row is at least one line.
        .from_reader(body.as_bytes().chain(b"\n".as_slice()));
    let mut table = Table { separator, names: Vec::new(), rows: Vec::new() };
    let (mut number, mut line) = (skipped, reader.position().line());
    let mut cells = StringRecord::new();
    // The text is text already, so that reading it can't fail.
    while reader.read_record(&mut cells).unwrap_or(false) {
        let next = reader.position().line();
        // Lines that are empty are passed over by the reader, and yet are rows.
        let inner: usize = cells.iter().map(|cell| cell.matches('\n').count()).sum();
        let lines = usize::try_from(next.saturating_sub(line)).unwrap_or(0);
        number += 1 + lines.saturating_sub(1 + inner);
        line = next;
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if cells.iter().any(|cell| cell.len() > LONGEST_CELL && cell.chars().count() > LONGEST_CELL) {
            return Err(TableFault::LongCell { row: number });
        }
        if table.names.is_empty() {
            table.names = cells.iter().map(|cell| cell.trim().to_owned()).collect();
            continue;
        }
        let filled = cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty());
        let used = filled.last().map_or(0, |(last, _)| last + 1);
        if used > table.names.len() {
            return Err(TableFault::Surplus { row: number, cells: used });
        }
        if table.rows.len() == MOST_ROWS {
            return Err(TableFault::TooManyRows);
        }
        table.rows.push(Row { number, cells: cells.clone() });
    }
    if table.rows.is_empty() { Err(TableFault::NoRows) } else { Ok(table) }
}

/// What a first line `sep=;` says, what follows it, and how many rows it was.
fn without_said(text: &str) -> (Option<Separator>, &str, usize) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let sign = first.trim_end_matches('\r').strip_prefix("sep=").map(str::as_bytes);
    let said = sign.and_then(|sign| Separator::ALL.iter().find(|one| sign == [one.byte()]));
    match said {
        Some(separator) => (Some(*separator), rest, 1),
        None => (None, text, 0),
    }
}

fn found(text: &str, is_known: impl Fn(&str) -> bool) -> Separator {
    let worth = |separator: Separator| {
        let mut reader = ReaderBuilder::new()
            .delimiter(separator.byte())
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut first = StringRecord::new();
        let read = reader.read_record(&mut first).unwrap_or(false);
        let known = first.iter().filter(|name| read && is_known(name)).count();
        (known, first.len())
    };
    let best = Separator::ALL.iter().rev().copied().max_by_key(|separator| worth(*separator));
    best.unwrap_or(Separator::Comma)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str) -> Vec<(usize, Vec<String>)> {
        let table = cut(text, None, |_| false).unwrap();
        let cells = |row: &Row| (0..table.names.len()).map(|at| row.cell(at).to_owned()).collect();
        table.rows.iter().map(|row| (row.number, cells(row))).collect()
    }

    #[test]
    fn rows_have_the_numbers_a_spreadsheet_shows() {
        let text = "Type,Title\r\nObjective,\"Two\r\nlines\"\r\n\r\n,,\r\nCheck-in,Last\r\n";
        let numbers: Vec<_> =
            rows(text).into_iter().map(|(number, cells)| (number, cells[1].clone())).collect();
        assert_eq!(numbers, [(2, "Two\r\nlines".to_owned()), (5, "Last".to_owned())]);
        assert_eq!(rows("\n\nType,Title\n\na,b")[0].0, 5, "empty rows on top count as well");
        assert_eq!(rows("sep=;\nType;Title\na;b\n")[0].0, 3);
    }

    #[test]
    fn the_separator_is_found_said_or_chosen() {
        for (text, separator) in [
            ("Type,Title\na,b", Separator::Comma),
            ("Type;Title\na;b", Separator::Semicolon),
            ("Type\tTitle\na\tb", Separator::Tab),
            ("Type|Title\na|b", Separator::Bar),
            ("Type;Title, in full;Unit, if any\na;b;c", Separator::Semicolon),
            ("\"Type;x\",Title\na,b", Separator::Comma),
            ("sep=\t\nType;x\tTitle\na\tb", Separator::Tab),
        ] {
            let table = cut(text, None, |name| ["Type", "Title"].contains(&name)).unwrap();
            assert_eq!(table.separator, separator, "{text}");
            assert_eq!(table.rows[0].cell(0), "a");
        }
        assert_eq!(cut("a,b;c\n1,2;3", Some(Separator::Semicolon), |_| false).unwrap().names, ["a,b", "c"]);
    }

    #[test]
    fn what_is_no_table_is_told_by_row() {
        assert_eq!(cut("Type,Title\n\n", None, |_| false).unwrap_err(), TableFault::NoRows);
        assert_eq!(
            cut("Type,Title\na,b\na,b,,c", None, |_| false).unwrap_err(),
            TableFault::Surplus { row: 3, cells: 4 }
        );
        let open = format!("Type,Title\na,\"b\n{}", "c,d\n".repeat(6000));
        assert_eq!(cut(&open, None, |_| false).unwrap_err(), TableFault::LongCell { row: 2 });
        let many = format!("Type,Title\n{}", "a,b\n".repeat(MOST_ROWS + 1));
        assert_eq!(cut(&many, None, |_| false).unwrap_err(), TableFault::TooManyRows);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "[a-c,;|\"\\t\\r\\n=]{0,80}") {
            let _ = cut(&text, None, |name| name == "a");
        }

        #[test]
        fn row_numbers_rise(text in "[ab,\"\\n]{0,60}") {
            if let Ok(table) = cut(&text, Some(Separator::Comma), |_| false) {
                prop_assert!(table.rows.windows(2).all(|pair| pair[0].number < pair[1].number));
                let lines = text.lines().count();
                prop_assert!(table.rows.iter().all(|row| row.number <= lines));
            }
        }
    }
}
