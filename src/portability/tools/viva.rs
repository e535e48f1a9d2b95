//! The CSV that Viva Goals wrote of its explorer, until it was retired at the end of 2025.
//!
//! Its columns, and how `Aligned To` and `Checkins` are written, are those that
//! <https://github.com/matthugh1/MHOKR/blob/1185c01a90153f1b34d64a523c3a424ef6c72a80/services/core-api/src/modules/okr/viva-goals-csv-parser.service.ts>
//! reads such files by; Microsoft describes the export job
//! (<https://learn.microsoft.com/en-us/graph/api/resources/goalsexportjob>) and not its columns. That a parent is named by its
//! id is also how the import template was filled in
//! (<https://help.ally.io/en/articles/5221009-filling-okr-templates-when-your-objectives-are-aspirational-and-key-results-are-measurable>).
//!
//! A percentage in a check-in of something that isn't counted in percent is how far it was on its way. Weights there are
//! percentages and differ from ours, so each weighs the same here.

use super::LeftOut;
use crate::portability::cells::plain;
use crate::portability::columns::Column;
use crate::portability::line::Line;
use crate::portability::table::{Row, Table};
use rust_decimal::Decimal;

const ALIGNED: &str = "Aligned To (weight, Objective ID)";

/// Every column of such a file.
const COLUMNS: [&str; 24] = [
    "Id",
    "Title",
    "Team",
    "Creator",
    "Owner",
    "Period",
    "Start Date",
    "End Date",
    "Description",
    ALIGNED,
    "Metric Name",
    "Unit",
    "Target",
    "Object Type",
    "Goal Type",
    "Start",
    "Created At",
    "Last Check-in",
    "Progress %",
    "Actual Progress",
    "Status",
    "Last Check-in Note",
    "Score",
    "Checkins",
];

/// Whether a name in the first row is one of them.
pub fn is_column(name: &str) -> bool {
    COLUMNS.iter().any(|one| plain(one) == plain(name))
}

/// Whether a table is such a file: nothing else has these two columns.
pub fn is_export(table: &Table) -> bool {
    place(table, ALIGNED).is_some() && place(table, "Object Type").is_some()
}

/// What a column of ours is called there.
pub fn name_of(column: Column) -> Option<&'static str> {
    Some(match column {
        Column::Type => "Object Type",
        Column::Reference => "Id",
        Column::Parent => ALIGNED,
        Column::Title => "Title",
        Column::Cycle => "Period",
        Column::Team => "Team",
        Column::Owner => "Owner",
        Column::Description => "Description",
        Column::Promise => "Goal Type",
        Column::Unit | Column::Quantity => "Unit",
        Column::Start => "Start",
        Column::Target | Column::Kind => "Target",
        Column::Date | Column::Value | Column::Note | Column::Confidence => "Checkins",
        _ => return None,
    })
}

fn place(table: &Table, name: &str) -> Option<usize> {
    table.names.iter().position(|one| plain(one) == plain(name))
}

/// Its rows as lines of ours: an objective or a key result, followed by its check-ins.
pub fn lines(table: &Table) -> (Vec<Line>, LeftOut) {
    let places = COLUMNS.map(|name| (name, place(table, name)));
    let (mut lines, mut left_out) = (Vec::new(), LeftOut::default());
    for row in &table.rows {
        let export = Export { row, places: &places };
        match plain(export.cell("Object Type")).as_str() {
            "objective" => lines.push(export.objective()),
            "keyresult" => export.key_result(&mut lines, &mut left_out),
            _ => left_out.others += 1,
        }
    }
    (lines, left_out)
}

struct Export<'a> {
    row: &'a Row,
    places: &'a [(&'static str, Option<usize>)],
}

impl<'a> Export<'a> {
    fn cell(&self, name: &str) -> &'a str {
        let found = self.places.iter().find(|(one, _)| *one == name);
        found.and_then(|(_, at)| *at).map_or("", |at| self.row.cell(at))
    }

    fn number(&self, name: &str) -> Option<Decimal> {
        self.cell(name).parse().ok()
    }

    /// What all lines of ours have; of several owners or teams, the first.
    fn line(&self, sort: &str) -> Line {
        let first = |name| self.cell(name).split(',').next().unwrap_or_default().trim();
        Line::new(self.row.number)
            .with(Column::Type, sort)
            .with(Column::Reference, self.cell("Id"))
            .with(Column::Parent, parent(self.cell(ALIGNED)))
            .with(Column::Title, self.cell("Title"))
            .with(Column::Cycle, self.cell("Period"))
            .with(Column::Owner, first("Owner"))
            .with(Column::Description, self.cell("Description"))
    }

    fn objective(&self) -> Line {
        let team = self.cell("Team").split(',').next().unwrap_or_default().trim();
        self.line("objective").with(Column::Team, team).with(Column::Promise, self.cell("Goal Type"))
    }

    fn key_result(&self, lines: &mut Vec<Line>, left_out: &mut LeftOut) {
        let (start, target) = (self.number("Start"), self.number("Target"));
        let counted = start.is_some() && target.is_some();
        let line = self.line("key_result");
        lines.push(
            match (start, target) {
                (Some(start), Some(target)) if start == target => {
                    line.with(Column::Kind, "keep_within").with(Column::Low, self.cell("Target"))
                }
                (Some(_), Some(_)) => {
                    line.with(Column::Start, self.cell("Start")).with(Column::Target, self.cell("Target"))
                }
                _ => line.with(Column::Start, "0").with(Column::Target, "100").with(Column::Unit, "%"),
            }
            .with(Column::Unit, if counted { self.cell("Unit") } else { "" }),
        );
        for check_in in check_ins(self.cell("Checkins")) {
            let Some(word) = confidence(check_in.part("Status")) else {
                left_out.wordless += 1;
                continue;
            };
            let value = check_in.part("Current Value");
            let share = value.strip_suffix('%').filter(|_| counted && self.cell("Unit") != "%");
            let share = share.and_then(|share| share.trim().parse::<Decimal>().ok());
            let value = match share.zip(start).zip(target) {
                Some(((share, start), target)) => (start + (target - start) * share / Decimal::ONE_HUNDRED)
                    .round_dp(6)
                    .normalize()
                    .to_string(),
                None => value.to_owned(),
            };
            let moment = check_in.part("Activity Date");
            lines.push(
                Line::new(self.row.number)
                    .with(Column::Type, "check_in")
                    .with(Column::Parent, self.cell("Id"))
                    .with(Column::Owner, check_in.part("User"))
                    .with(
                        Column::Date,
                        if moment.is_empty() { check_in.part("Checkin Date") } else { moment },
                    )
                    .with(Column::Value, value)
                    .with(Column::Confidence, word)
                    .with(Column::Note, check_in.part("Note")),
            );
        }
    }
}

/// The id in `Title(weight: 50%, Id: 17)`; of several, the first.
fn parent(aligned: &str) -> &str {
    let id = aligned.split("Id:").nth(1).unwrap_or_default().trim_start();
    let end = id.find(|c: char| !c.is_ascii_digit()).unwrap_or(id.len());
    id.get(..end).unwrap_or_default()
}

/// One of `Checkin Date: …; User: …; Note: …; Status: …; Current Value: …; Activity Date: …;`
struct CheckIn<'a>(&'a str);

fn check_ins(cell: &str) -> Vec<CheckIn<'_>> {
    let starts: Vec<_> = cell.match_indices("Checkin Date:").map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([cell.len()]);
    starts.iter().zip(ends).filter_map(|(from, to)| cell.get(*from..to)).map(CheckIn).collect()
}

impl<'a> CheckIn<'a> {
    /// What stands behind a name, up to the next name: a note may hold semicolons of its own.
    fn part(&self, name: &str) -> &'a str {
        const NAMES: [&str; 6] = ["Checkin Date", "User", "Note", "Status", "Current Value", "Activity Date"];
        let begin = |name: &str| {
            let begins = |at: &usize| {
                *at == 0 || self.0.get(..*at).is_some_and(|before| before.trim_end().ends_with(';'))
            };
            self.0.match_indices(&format!("{name}:")).map(|(at, _)| at).find(begins)
        };
        let Some(from) = begin(name) else { return "" };
        let to = NAMES.iter().filter_map(|other| begin(other)).filter(|at| *at > from).min();
        let part = self.0.get(from + name.len() + 1..to.unwrap_or(self.0.len())).unwrap_or_default();
        part.trim().trim_end_matches(',').trim_end().trim_end_matches(';').trim()
    }
}

fn confidence(status: &str) -> Option<&'static str> {
    match plain(status).as_str() {
        "ontrack" => Some("on_track"),
        "atrisk" => Some("at_risk"),
        "behind" => Some("off_track"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portability::table::cut;

    const EXPORT: &str = "Id,Title,Team,Owner,Period,\"Aligned To (weight, Objective ID)\",Unit,Target,Object Type,Goal Type,Start,Status,Checkins\n\
        11,Towns trust us,Forecast,\"Inês Duarte,Arjun Rao\",Q4 2026,,,,Objective,Committed,,On Track,\n\
        12,Towns that act,,Arjun Rao,Q4 2026,\"Towns trust us(weight: 50%, Id: 11)\",towns,30,Key result,,12,On Track,\"Checkin Date: 2026-10-09; User: Arjun Rao; Note: Slow; but steady, Status: fine; Status: On Track; Current Value: 50%; Activity Date: 2026-10-09 20:57:08 UTC;, Checkin Date: 2026-10-16; User: Arjun Rao; Note: ; Status: Behind; Current Value: 22; Activity Date: ;, Checkin Date: 2026-10-20; User: Arjun Rao; Status: Closed; Current Value: 30;\"\n\
        13,The app,,,Q4 2026,,,,Deliverable,,,,\n\
        14,Answered,,,Q4 2026,\"Towns trust us(weight: 50%, Id: 11)\",,,Key result,,,,\n";

    #[test]
    fn objectives_key_results_and_check_ins_come_out() {
        let table = cut(EXPORT, None, is_column).unwrap();
        assert!(is_export(&table));
        let (lines, left_out) = lines(&table);
        assert_eq!(left_out, LeftOut { others: 1, wordless: 1 });
        let cells = |at: usize, columns: &[Column]| {
            columns.iter().map(|one| lines[at].cell(*one)).collect::<Vec<_>>()
        };
        use Column::{
            Confidence, Date, Note, Owner, Parent, Promise, Start, Target, Team, Type, Unit, Value,
        };
        assert_eq!(
            cells(0, &[Type, Team, Owner, Promise]),
            ["objective", "Forecast", "Inês Duarte", "Committed"]
        );
        assert_eq!(cells(1, &[Type, Parent, Start, Target, Unit]), ["key_result", "11", "12", "30", "towns"]);
        assert_eq!(
            cells(2, &[Parent, Date, Value, Confidence, Note]),
            ["12", "2026-10-09 20:57:08 UTC", "21", "on_track", "Slow; but steady, Status: fine"]
        );
        assert_eq!(cells(3, &[Date, Value, Confidence, Note]), ["2026-10-16", "22", "off_track", ""]);
        assert_eq!(cells(4, &[Start, Target, Unit]), ["0", "100", "%"], "without a metric it is percent");
        assert_eq!(lines.iter().map(|line| line.row).collect::<Vec<_>>(), [2, 3, 3, 3, 5]);
    }
}
