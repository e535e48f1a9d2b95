//! `/o/{org}/okrs/table`: how a table of objectives is read, and one to fill in.

use crate::clock::Now;
use crate::fault::Result;
use crate::language::Words;
use crate::okr::measure::Kind;
use crate::okr::status::{Confidence, Every};
use crate::organisation::Member;
use crate::portability::columns::{Column, first};
use crate::portability::read::RowType;
use crate::portability::words;
use crate::web::csv::Sheet;
use crate::web::{Nav, Page, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};

/// `templates/portability/help.html`
#[derive(Template)]
#[template(path = "portability/help.html")]
struct HelpPage {
    shell: Shell,
    t: Words,
    base: String,
    /// Each column and what it holds.
    columns: Vec<(&'static str, &'static str)>,
}

/// `GET /o/{org}/okrs/table`
pub(super) async fn page(Member { me, .. }: Member, Now(now): Now) -> Result<Response> {
    let t = me.words();
    Ok(Page(HelpPage {
        shell: Shell::of(&me, Nav::Okrs, now),
        t,
        base: me.at("/okrs"),
        columns: Column::ALL.iter().map(|column| (column.label(t), column.help(t))).collect(),
    })
    .into_response())
}

/// `GET /o/{org}/okrs/table/template`: the first row, and one row of each kind.
pub(super) async fn template(Member { me, .. }: Member, Now(now): Now) -> Result<Response> {
    let t = me.words();
    let today = me.today(now).to_string();
    let objective = [
        (Column::Type, first(words::row_type(t, RowType::Objective))),
        (Column::Reference, "O1"),
        (Column::Title, t.imports_example_objective()),
        (Column::Owner, &me.name),
        (Column::Description, t.imports_example_why()),
    ];
    let key_result = [
        (Column::Type, first(words::row_type(t, RowType::KeyResult))),
        (Column::Reference, "K1"),
        (Column::Parent, "O1"),
        (Column::Title, t.imports_example_key_result()),
        (Column::Owner, &me.name),
        (Column::Description, t.imports_example_measured_by()),
        (Column::Kind, first(words::kind(t, Kind::Increase))),
        (Column::Unit, t.imports_example_unit()),
        (Column::Start, "12"),
        (Column::Target, "30"),
        (Column::Every, first(words::rhythm(t, Every::Week))),
    ];
    let check_in = [
        (Column::Type, first(words::row_type(t, RowType::CheckIn))),
        (Column::Parent, "K1"),
        (Column::Date, &today),
        (Column::Value, "14"),
        (Column::Confidence, first(words::said(t, Confidence::OnTrack))),
        (Column::Note, t.imports_example_note()),
    ];
    let mut sheet = Sheet::new(Column::ALL.iter().map(|column| column.label(t)))?;
    for row in [&objective[..], &key_result[..], &check_in[..]] {
        let cell = |column: &Column| row.iter().find(|(at, _)| at == column).map_or("", |(_, text)| *text);
        sheet.row(Column::ALL.iter().map(cell))?;
    }
    sheet.download("okrs")
}
