//! What a page shows, taken away as CSV.

use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{CycleId, KeyResultId, ObjectiveId};
use crate::language::Words;
use crate::okr::{Listed, listed};
use crate::organisation::Member;
use crate::portability::export::{Source, Writer};
use crate::portability::queries;
use crate::web::{Path, Query};
use axum::response::Response;
use serde::Deserialize;

/// `?cycle=&show=&check_ins=`
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    cycle: Option<CycleId>,
    show: Option<String>,
    check_ins: Option<String>,
}

/// The table of what is listed, with or without the check-ins, to be kept under this name.
async fn table(tx: &mut OrgTx, t: Words, listed: Listed, check_ins: bool, name: &str) -> Result<Response> {
    let ids: Vec<_> = listed.standings.iter().map(|one| one.id).collect();
    let details = queries::details(tx, &ids).await?;
    let check_ins = queries::check_ins(tx, if check_ins { &ids } else { &[] }).await?;
    Writer::write(t, &Source { listed, details, check_ins })?.download(name)
}

/// `GET /o/{org}/okrs/csv`: what the tree shows.
pub(super) async fn of_cycle(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let listed = listed::of_cycle(&mut tx, &me, (asked.cycle, asked.show), now).await?;
    let name = format!("okrs {}", listed.named.label(me.words()));
    table(&mut tx, me.words(), listed, asked.check_ins.is_some(), &name).await
}

/// `GET /o/{org}/objectives/{objective}/csv`: an objective and what serves it, with all that was checked in.
pub(super) async fn of_objective(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, ObjectiveId)>,
) -> Result<Response> {
    let listed = listed::of_objective(&mut tx, id, now).await?;
    let own = listed.objectives.iter().find(|one| one.id == id).ok_or(Fault::NotFound)?;
    let name = own.title.clone();
    table(&mut tx, me.words(), listed, true, &name).await
}

/// `GET /o/{org}/key-results/{key_result}/csv`: a key result and its history.
pub(super) async fn of_key_result(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, KeyResultId)>,
) -> Result<Response> {
    let listed = listed::of_key_result(&mut tx, id, now).await?;
    let name = listed.standings.first().ok_or(Fault::NotFound)?.title.clone();
    table(&mut tx, me.words(), listed, true, &name).await
}
