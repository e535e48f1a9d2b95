//! What is wrong with a file, and where: the row as a spreadsheet numbers it, the column, the fault.

use super::cells::{DateFault, ValueFault};
use super::columns::Column;
use crate::okr::measure::TermsFault;
use chrono::NaiveDate;

/// Something that keeps a file from being imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The row as a spreadsheet numbers it.
    pub row: usize,
    /// The column; none when it is about the row as a whole.
    pub column: Option<Column>,
    /// What is wrong.
    pub fault: Fault,
}

impl Finding {
    /// Where it stands, in the order of rows and then of columns.
    pub fn place(&self) -> (usize, Option<usize>) {
        let of = |column| Column::ALL.iter().position(|one| *one == column);
        (self.row, self.column.and_then(of))
    }
}

/// Two things of one kind that are told apart here only by where they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twin {
    /// In this row.
    Row(usize),
    /// In the organisation already.
    Here,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Something between this row and others, or what is here.
    Between(Between),
    /// Nothing stands where something must.
    Missing,
    /// More characters than this.
    TooLong {
        /// The most there may be.
        most: usize,
        /// How many there are.
        has: usize,
    },
    /// None of the words that may stand here.
    NoSuchWord(String),
    /// No whole number from 1 to 5.
    NoWeight(String),
    /// No date.
    Date(String, DateFault),
    /// No value.
    Value(String, ValueFault),
    /// A value that can't be kept: too large, too fine, no answer to a yes-or-no.
    Kept(String),
    /// Terms that don't hold together.
    Terms(TermsFault),
    /// No currency.
    NoCurrency(String),
    /// No cycle of this name.
    NoSuchCycle(String),
    /// The cycle is closed.
    CycleClosed(String),
    /// The cycle is another team's own.
    CycleOfTeam(String),
    /// No team of this name.
    NoSuchTeam(String),
    /// Nobody of this name or address.
    NoSuchPerson(String),
    /// Several people of this name.
    SeveralPeople(String),
    /// This person can own nothing: an observer, or somebody who left.
    CannotOwn(String),
    /// Not for this person to write.
    NotYours,
    /// A check-in in another person's name.
    NotYourWord,
    /// A date to come.
    Future,
    /// A date outside the days it may have.
    Outside {
        /// The first such day.
        first: NaiveDate,
        /// The last.
        last: NaiveDate,
    },
    /// No step of this name.
    NoSuchStep(String),
    /// It names no step that was done, but a number of them.
    StepsUnnamed,
}

/// What is wrong between a row and others of the file, or what is here already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Between {
    /// Two rows have this reference.
    SameReference(usize),
    /// Nothing of this reference or title.
    NoSuchParent(String),
    /// Several things of this title.
    SeveralParents(String, Vec<Twin>),
    /// It is not what this row can belong to.
    WrongParent(String),
    /// What it serves is in another cycle.
    ParentInOtherCycle(String),
    /// It serves itself by way of these rows.
    Loop(Vec<usize>),
    /// Objectives may be so deep.
    TooDeep,
    /// Another one of this title, in the same place.
    SameTitle(Twin),
    /// Another check-in of the same moment.
    SameCheckIn(Twin),
    /// No check-in of this reference before it.
    NothingToCorrect(String),
    /// Corrected by another row, or already.
    CorrectedTwice(Twin),
}

impl From<Between> for Fault {
    fn from(fault: Between) -> Self {
        Self::Between(fault)
    }
}
