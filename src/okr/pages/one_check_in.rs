//! One check-in: what it said, and what was said about it.

use super::history::{self, Entry};
use super::okrs::Head;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::CheckInId;
use crate::language::Words;
use crate::notice::may_read;
use crate::okr::queries;
use crate::okr::record::{Figures, Record};
use crate::organisation::{Me, Member};
use crate::talk::{Thread, thread};
use crate::web::{Nav, Page, Path, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};

/// `templates/okr/one_check_in.html`
#[derive(Template)]
#[template(path = "okr/one_check_in.html")]
struct CheckInPage {
    shell: Shell,
    t: Words,
    head: Head,
    /// The key result: its title and address.
    key_result: (String, String),
    okrs: String,
    entry: Entry,
    thread: Thread,
}

/// `GET /o/{org}/check-ins/{check_in}`
pub(super) async fn page(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, CheckInId)>,
) -> Result<Response> {
    let record = record_of(&mut tx, &me, id).await?;
    let one = &record.key_result;
    let at = me.at(&format!("/key-results/{}", one.id));
    let figures = Figures::of(&record, now)?;
    let may = one.dropped_at.is_none() && !figures.receipt.closed && record.may(&me);
    let anchor = format!("c-{id}");
    let mut entries = history::of(&me, &record, &figures, &at, may, true).entries;
    let place = entries.iter().position(|entry| entry.anchor == anchor).ok_or(Fault::NotFound)?;
    Ok(Page(CheckInPage {
        shell: Shell::of(&me, Nav::Okrs, now),
        t: me.words(),
        head: Head::of(&one.cycle, &me, now),
        okrs: me.at(&format!("/okrs?cycle={}", one.cycle.id)),
        entry: entries.swap_remove(place),
        thread: thread(&mut tx, id.into(), &me, now).await?,
        key_result: (one.title.clone(), format!("{at}?history=all#{anchor}")),
    })
    .into_response())
}

/// The key result a check-in measures, for whom may read it.
async fn record_of(tx: &mut OrgTx, me: &Me, id: CheckInId) -> Result<Record> {
    if !may_read(tx, id.into(), me.id).await? {
        return Err(Fault::NotFound);
    }
    let key_result = queries::key_result_measured_by(tx, id).await?.ok_or(Fault::NotFound)?;
    Record::load(tx, key_result).await
}
