//! A row in our columns, whatever file it came from.

use super::columns::Column;
use super::table::{Row, Table};
use crate::web::csv;

/// The cells of a row that hold something, by what they are read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The row as a spreadsheet numbers it.
    pub row: usize,
    cells: Vec<(Column, String)>,
}

impl Line {
    /// A row with nothing in it.
    pub fn new(row: usize) -> Self {
        Self { row, cells: Vec::new() }
    }

    /// The same with this cell; empty text is no cell.
    #[must_use]
    pub fn with(mut self, column: Column, text: impl Into<String>) -> Self {
        let text = text.into();
        if !text.trim().is_empty() {
            self.cells.push((column, text));
        }
        self
    }

    /// What stands in a column; empty when nothing does.
    pub fn cell(&self, column: Column) -> &str {
        self.cells.iter().find(|(at, _)| *at == column).map_or("", |(_, text)| text)
    }

    /// The columns that hold something.
    pub fn columns(&self) -> impl Iterator<Item = (Column, &str)> {
        self.cells.iter().map(|(column, text)| (*column, text.as_str()))
    }
}

/// The rows of a table, its columns read as said.
pub fn lines(table: &Table, read_as: &[Option<Column>]) -> Vec<Line> {
    let line = |row: &Row| {
        let cells = read_as.iter().enumerate().filter_map(|(at, column)| Some((at, (*column)?)));
        cells
            .fold(Line::new(row.number), |line, (at, column)| line.with(column, csv::unguarded(row.cell(at))))
    };
    table.rows.iter().map(line).collect()
}
