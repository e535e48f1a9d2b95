//! The record of a cycle, to read and to print: a sheet for the whole organisation and one for each team.

use super::graded::{self, ObjectiveView};
use crate::clock::Now;
use crate::fault::Result;
use crate::ids::{CycleId, TeamId};
use crate::language::Words;
use crate::okr::closing::Closing;
use crate::okr::queries::{self, Objective};
use crate::okr::receipt::CountReceipt;
use crate::okr::sentence;
use crate::organisation::Member;
use crate::web::{Nav, Page, Path, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};

/// `templates/okr/closing_record.html`
#[derive(Template)]
#[template(path = "okr/closing_record.html")]
struct RecordPage {
    shell: Shell,
    t: Words,
    name: String,
    dates: String,
    sentence: String,
    back: String,
    sheets: Vec<Sheet>,
    reopened: Vec<String>,
}

/// What one team, or the whole organisation, set out to do.
struct Sheet {
    number: usize,
    name: String,
    objectives: Vec<ObjectiveView>,
}

/// `GET /o/{org}/cycles/{cycle}/record`
pub(super) async fn page(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, CycleId)>,
) -> Result<Response> {
    let closing = Closing::load(&mut tx, id, now).await?;
    let reopened = queries::reopenings(&mut tx, id).await?;
    let t = me.words();
    let cycle = &closing.named.cycle;
    let whose = |one: &Objective| one.team.as_ref().map(|team| (team.name.clone(), team.id));
    let mut owners: Vec<Option<(String, TeamId)>> = closing.objectives.iter().map(whose).collect();
    // The organisation's own comes first, then the teams by name.
    owners.sort();
    owners.dedup();
    let sheet = |(at, owner): (usize, &Option<(String, TeamId)>)| Sheet {
        number: at + 1,
        name: owner.as_ref().map_or_else(|| t.okr_company().to_owned(), |(name, _)| t.okr_team(name)),
        objectives: closing
            .objectives
            .iter()
            .filter(|one| whose(one) == *owner)
            .map(|one| graded::objective(&me, &closing, one))
            .collect(),
    };
    Ok(Page(RecordPage {
        shell: Shell::of(&me, Nav::Okrs, now),
        t,
        name: closing.named.label(t),
        dates: t.okr_from_to(t.date_year(cycle.first), t.date_year(cycle.last)),
        sentence: sentence::of_cycle(t, &closing.named, CountReceipt::new(&closing.standings).shown, now),
        back: me.at(&format!("/cycles/{id}/closing")),
        sheets: owners.iter().enumerate().map(sheet).collect(),
        reopened: reopened.iter().map(|one| super::closing::line(&me, one)).collect(),
    })
    .into_response())
}
