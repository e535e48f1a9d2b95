//! Lines read by themselves: what each says, before anybody asks whether what it names is there.

mod terms;

use super::cells::{self, DateOrder, DecimalSign, When};
use super::columns::{Column, word};
use super::finding::{Fault, Finding};
use super::line::Line;
use super::words;
use crate::language::Words;
use crate::okr::measure::WEIGHTS;
use crate::okr::status::{Cadence, Confidence, Every};
use crate::okr::stored::{self, Ambition};
use chrono::{NaiveDate, Weekday};
pub use terms::{Measure, cell_lines};

/// How dates and numbers of a file are written, as far as that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// Which comes first in a date with slashes.
    pub dates: Option<DateOrder>,
    /// What stands before decimals.
    pub decimals: Option<DecimalSign>,
}

impl Style {
    /// What the file itself proves, where all that prove something agree; what is chosen goes before.
    pub fn found(lines: &[Line], chosen: Self) -> Self {
        const DATES: [Column; 2] = [Column::Date, Column::Since];
        const NUMBERS: [Column; 5] =
            [Column::Start, Column::Target, Column::Low, Column::High, Column::Value];
        let cells = |of: &'static [Column]| {
            lines
                .iter()
                .flat_map(|line| line.columns())
                .filter(|(at, _)| of.contains(at))
                .map(|(_, text)| text)
        };
        Self {
            dates: chosen.dates.or_else(|| agreed(cells(&DATES).filter_map(cells::proven_order))),
            decimals: chosen.decimals.or_else(|| agreed(cells(&NUMBERS).filter_map(cells::proven_sign))),
        }
    }
}

/// The one thing all say; none when nobody says anything or two differ.
fn agreed<T: PartialEq>(mut said: impl Iterator<Item = T>) -> Option<T> {
    let first = said.next()?;
    said.all(|other| other == first).then_some(first)
}

/// What every line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its row.
    pub row: usize,
    /// The name by which others point to it.
    pub reference: Option<String>,
    /// What it belongs to.
    pub parent: Option<String>,
    /// The cycle.
    pub cycle: Option<String>,
    /// Who owns it, or who said it.
    pub person: Option<String>,
    /// The day it was made on.
    pub since: Option<NaiveDate>,
}

/// A line that says an objective.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectiveSaid {
    /// What every line says.
    pub said: Said,
    /// Its title; empty when it lacks one.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// The team.
    pub team: Option<String>,
    /// Who reads its check-ins.
    pub reviewer: Option<String>,
    /// What it promises.
    pub ambition: Ambition,
    /// Its weight.
    pub weight: i16,
    /// Whether those that serve it count in it.
    pub count_aligned: bool,
}

/// A line that says a key result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyResultSaid {
    /// What every line says.
    pub said: Said,
    /// Its title; empty when it lacks one.
    pub title: String,
    /// How it is measured, in words.
    pub measured_by: String,
    /// When check-ins are due.
    pub cadence: Cadence,
    /// How it is measured; none when that can't be read.
    pub measure: Option<Measure>,
}

/// A line that says a check-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckInSaid {
    /// What every line says.
    pub said: Said,
    /// When; none when that can't be read.
    pub when: Option<When>,
    /// The value as it stands there: only its key result knows what it means.
    pub value: String,
    /// The names of the steps that were done.
    pub done: String,
    /// What the person said; none when that can't be read.
    pub confidence: Option<Confidence>,
    /// What they wrote.
    pub note: String,
    /// The check-in it corrects.
    pub corrects: Option<String>,
}

/// What the lines say, each kind in the order of its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entries {
    /// The objectives.
    pub objectives: Vec<ObjectiveSaid>,
    /// The key results.
    pub key_results: Vec<KeyResultSaid>,
    /// The check-ins.
    pub check_ins: Vec<CheckInSaid>,
}

crate::stored_word! {
    /// What a row is.
    pub enum RowType {
        /// An objective.
        Objective = "objective",
        /// A key result.
        KeyResult = "key_result",
        /// A check-in.
        CheckIn = "check_in",
    }
}

/// Reads lines; what can't be read is told.
pub fn read(lines: &[Line], style: Style) -> (Entries, Vec<Finding>) {
    let (mut entries, mut findings) = (Entries::default(), Vec::new());
    for line in lines {
        let mut reader = Reader { line, style, findings: &mut findings };
        let text = line.cell(Column::Type);
        match word(text, RowType::ALL, RowType::as_str, words::row_type) {
            Some(RowType::Objective) => entries.objectives.push(reader.objective()),
            Some(RowType::KeyResult) => entries.key_results.push(reader.key_result()),
            Some(RowType::CheckIn) => entries.check_ins.push(reader.check_in()),
            None if text.trim().is_empty() => reader.tell(Column::Type, Fault::Missing),
            None => reader.tell(Column::Type, Fault::NoSuchWord(text.trim().to_owned())),
        }
    }
    (entries, findings)
}

/// Reads one line.
struct Reader<'a> {
    line: &'a Line,
    style: Style,
    findings: &'a mut Vec<Finding>,
}

impl Reader<'_> {
    fn tell(&mut self, column: Column, fault: Fault) {
        self.findings.push(Finding { row: self.line.row, column: Some(column), fault });
    }

    /// A text on one line: whitespace is evened out.
    fn short(&mut self, column: Column, most: usize) -> String {
        let text = self.line.cell(column).split_whitespace().collect::<Vec<_>>().join(" ");
        self.fitting(column, text, most)
    }

    /// A text of several lines.
    fn long(&mut self, column: Column, most: usize) -> String {
        let text = self.line.cell(column).replace("\r\n", "\n");
        self.fitting(column, text.trim().to_owned(), most)
    }

    fn fitting(&mut self, column: Column, text: String, most: usize) -> String {
        let has = text.chars().count();
        if has > most {
            self.tell(column, Fault::TooLong { most, has });
            return String::new();
        }
        text
    }

    fn named(&self, column: Column) -> Option<String> {
        let text = self.line.cell(column).split_whitespace().collect::<Vec<_>>().join(" ");
        (!text.is_empty()).then_some(text)
    }

    fn title(&mut self) -> String {
        let title = self.short(Column::Title, 200);
        if self.line.cell(Column::Title).trim().is_empty() {
            self.tell(Column::Title, Fault::Missing);
        }
        title
    }

    fn day(&mut self, column: Column) -> Option<NaiveDate> {
        self.when(column).map(When::date)
    }

    fn when(&mut self, column: Column) -> Option<When> {
        let text = self.line.cell(column).trim();
        if text.is_empty() {
            return None;
        }
        match cells::date(text, self.style.dates) {
            Ok(when) => Some(when),
            Err(fault) => {
                self.tell(column, Fault::Date(text.to_owned(), fault));
                None
            }
        }
    }

    fn weight(&mut self) -> i16 {
        let text = self.line.cell(Column::Weight).trim();
        let weight = cells::whole(text).ok().and_then(|weight| i16::try_from(weight).ok());
        match weight.filter(|weight| WEIGHTS.contains(weight)) {
            Some(weight) => weight,
            None => {
                if !text.is_empty() {
                    self.tell(Column::Weight, Fault::NoWeight(text.to_owned()));
                }
                1
            }
        }
    }

    /// The value of a cell that holds one of a few words; `empty` where it holds none.
    fn word<T: Copy>(
        &mut self,
        column: Column,
        all: &[T],
        stored: impl Fn(T) -> &'static str,
        words: impl Fn(Words, T) -> &'static str,
    ) -> Option<T> {
        let text = self.line.cell(column).trim();
        let found = word(text, all, stored, words);
        if found.is_none() && !text.is_empty() {
            self.tell(column, Fault::NoSuchWord(text.to_owned()));
        }
        found
    }

    fn said(&mut self) -> Said {
        Said {
            row: self.line.row,
            reference: self.named(Column::Reference),
            parent: self.named(Column::Parent),
            cycle: self.named(Column::Cycle),
            person: self.named(Column::Owner),
            since: self.day(Column::Since),
        }
    }

    fn objective(&mut self) -> ObjectiveSaid {
        let ambition = self.word(Column::Promise, Ambition::ALL, Ambition::as_str, words::promise);
        let count_aligned = self.word(Column::CountAligned, &[true, false], |_| "", words::yes_no);
        ObjectiveSaid {
            said: self.said(),
            title: self.title(),
            why: self.long(Column::Description, 5000),
            team: self.named(Column::Team),
            reviewer: self.named(Column::Reviewer),
            ambition: ambition.unwrap_or(Ambition::Aspirational),
            weight: self.weight(),
            count_aligned: count_aligned.unwrap_or(false),
        }
    }

    fn key_result(&mut self) -> KeyResultSaid {
        let said = self.said();
        if said.parent.is_none() {
            self.tell(Column::Parent, Fault::Missing);
        }
        let every = self.word(Column::Every, Every::ALL, Every::as_str, words::rhythm);
        let weekday = self.weekday();
        KeyResultSaid {
            said,
            title: self.title(),
            measured_by: self.long(Column::Description, 1000),
            cadence: Cadence {
                every: every.unwrap_or(Every::Week),
                weekday: weekday.unwrap_or(Weekday::Fri),
            },
            measure: self.measure(),
        }
    }

    fn weekday(&mut self) -> Option<Weekday> {
        let text = self.line.cell(Column::Weekday).trim();
        let number = text.parse().ok().and_then(stored::weekday);
        let found = number.or_else(|| {
            let all = (1..=7).filter_map(stored::weekday);
            let text = cells::plain(text);
            let named =
                |t: Words, day| [t.weekday_long(day), t.weekday_short(day)].map(|name| cells::plain(&name));
            all.into_iter().find(|day| {
                crate::language::Locale::ALL
                    .into_iter()
                    .any(|one| named(Words::of(one), *day).contains(&text))
            })
        });
        if found.is_none() && !text.is_empty() {
            self.tell(Column::Weekday, Fault::NoSuchWord(text.to_owned()));
        }
        found
    }

    fn check_in(&mut self) -> CheckInSaid {
        let said = self.said();
        let when = self.when(Column::Date);
        let confidence = self.word(Column::Confidence, Confidence::ALL, Confidence::as_str, words::said);
        for (column, lacks) in [
            (Column::Parent, said.parent.is_none()),
            (Column::Date, self.line.cell(Column::Date).trim().is_empty()),
            (Column::Confidence, self.line.cell(Column::Confidence).trim().is_empty()),
        ] {
            if lacks {
                self.tell(column, Fault::Missing);
            }
        }
        CheckInSaid {
            said,
            when,
            value: self.line.cell(Column::Value).trim().to_owned(),
            done: self.line.cell(Column::Done).trim().to_owned(),
            confidence,
            note: self.long(Column::Note, crate::okr::check_in::NOTE),
            corrects: self.named(Column::Corrects),
        }
    }
}
