//! A file read as far as it can be by itself: its text, its table, what its columns are, what its lines say.

use super::cells::{DateOrder, DecimalSign};
use super::columns::{Column, is_known, recognise};
use super::decode::{Decoded, Encoding, NotText, decode};
use super::finding::Finding;
use super::line::{Line, lines};
use super::read::{Entries, Style, read};
use super::table::{Separator, Table, TableFault, cut};
use super::tools::{LeftOut, Tool, operately, viva};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// How a file is to be read, as a person chose it; what is empty is found out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Choices {
    /// The name of an [`Encoding`].
    pub encoding: String,
    /// The name of a [`Separator`].
    pub separator: String,
    /// The name of a [`DateOrder`].
    pub dates: String,
    /// The name of a [`DecimalSign`].
    pub decimals: String,
    /// The id of the cycle of rows that name none.
    pub cycle: String,
    /// What each column of the file is read as, in order: the names of [`Column`]s, or empty for what is not read.
    pub columns: Vec<String>,
}

/// Why a file as a whole can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileFault {
    /// It is no text.
    NotText(NotText),
    /// It is no table.
    Table(TableFault),
    /// Its JSON can't be read, from this line on.
    Json(usize),
}

/// Why the columns of a table can't be read as chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnFault {
    /// None says what each row is.
    NoType,
    /// Two are to be read as this one.
    Twice(Column),
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileColumn {
    /// Its name in the first row.
    pub name: String,
    /// The first thing that stands in it.
    pub sample: String,
    /// What it is read as.
    pub read_as: Option<Column>,
}

/// A file that was read.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Its encoding.
    pub encoding: Encoding,
    /// Its separator; none when it is no table.
    pub separator: Option<Separator>,
    /// What wrote it.
    pub tool: Tool,
    /// Its columns; none where the tool's are known.
    pub columns: Vec<FileColumn>,
    /// Why they can't be read; nothing was read then.
    pub column_fault: Option<ColumnFault>,
    /// How its dates and numbers are written.
    pub style: Style,
    /// What its lines say.
    pub entries: Entries,
    /// What of it can't be imported.
    pub left_out: LeftOut,
    /// What can't be read.
    pub findings: Vec<Finding>,
}

impl Reading {
    /// Reads a file.
    ///
    /// # Errors
    /// See [`FileFault`].
    pub fn of(bytes: &[u8], choices: &Choices) -> Result<Self, FileFault> {
        let chosen = Encoding::parse(&choices.encoding);
        let Decoded { text, encoding } = decode(bytes, chosen).map_err(FileFault::NotText)?;
        if text.trim_start().starts_with(['{', '[']) {
            let (lines, left_out) = operately::lines(&text).map_err(FileFault::Json)?;
            return Ok(Self::assembled(
                lines,
                choices,
                left_out,
                (encoding, None, Tool::Operately, Vec::new()),
            ));
        }
        let known = |name: &str| is_known(name) || viva::is_column(name);
        let table = cut(&text, Separator::parse(&choices.separator), known).map_err(FileFault::Table)?;
        let separator = Some(table.separator);
        if viva::is_export(&table) {
            let (lines, left_out) = viva::lines(&table);
            return Ok(Self::assembled(
                lines,
                choices,
                left_out,
                (encoding, separator, Tool::VivaGoals, Vec::new()),
            ));
        }
        let columns = columns(&table, choices);
        let read_as: Vec<_> = columns.iter().map(|column| column.read_as).collect();
        let column_fault = column_fault(&read_as);
        let lines = if column_fault.is_some() { Vec::new() } else { lines(&table, &read_as) };
        let found = (encoding, separator, Tool::Table, columns);
        Ok(Self { column_fault, ..Self::assembled(lines, choices, LeftOut::default(), found) })
    }

    fn assembled(
        lines: Vec<Line>,
        choices: &Choices,
        left_out: LeftOut,
        (encoding, separator, tool, columns): (Encoding, Option<Separator>, Tool, Vec<FileColumn>),
    ) -> Self {
        let chosen = Style {
            dates: DateOrder::parse(&choices.dates),
            decimals: DecimalSign::parse(&choices.decimals),
        };
        let style = Style::found(&lines, chosen);
        let (entries, findings) = read(&lines, style);
        Self { encoding, separator, tool, columns, column_fault: None, style, entries, left_out, findings }
    }

    /// What a column is called in the file; none where it has none of it.
    pub fn name_of(&self, column: Column) -> Option<&str> {
        let own = self.columns.iter().find(|one| one.read_as == Some(column)).map(|one| one.name.as_str());
        own.or_else(|| self.tool.name_of(column))
    }
}

fn column_fault(read_as: &[Option<Column>]) -> Option<ColumnFault> {
    let mut seen = HashSet::new();
    let twice = read_as.iter().flatten().find(|column| !seen.insert(**column));
    let twice = twice.map(|column| ColumnFault::Twice(*column));
    twice.or_else(|| (!read_as.contains(&Some(Column::Type))).then_some(ColumnFault::NoType))
}

/// The columns of a table, read as chosen or else as they are recognised.
fn columns(table: &Table, choices: &Choices) -> Vec<FileColumn> {
    let recognised = recognise(&table.names);
    let column = |(at, name): (usize, &String)| {
        let read_as = match choices.columns.get(at) {
            Some(chosen) if choices.columns.len() == table.names.len() => Column::parse(chosen),
            _ => recognised.get(at).copied().flatten(),
        };
        let sample = table.rows.iter().map(|row| row.cell(at)).find(|cell| !cell.is_empty());
        FileColumn { name: name.clone(), sample: sample.unwrap_or_default().to_owned(), read_as }
    };
    table.names.iter().enumerate().map(column).collect()
}
