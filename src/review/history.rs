//! `/o/{org}/review/history`: what needed a look in a cycle, since when and until when, and what was said to it.

use super::queries::{self, RaisedRow, SaidRow};
use super::reason::{Sort, Subject};
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::language::Words;
use crate::okr::{choose_cycle, cycles};
use crate::organisation::{Me, Member};
use crate::web::markdown::excerpt;
use crate::web::{Nav, Page, Query, Shell};
use askama::Template;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::collections::HashMap;
use uuid::Uuid;

/// So many reasons stand on one page.
const LINES: i64 = 100;

/// So much of a blocker stands as its title, in characters.
const TITLE: usize = 120;

/// `templates/review/history.html`
#[derive(Template)]
#[template(path = "review/history.html")]
struct HistoryPage {
    shell: Shell,
    t: Words,
    cycle: String,
    review: String,
    things: Vec<Thing>,
    /// What somebody sent having stepped through: "Nuno Teixeira, Tuesday 17 November", and where.
    summaries: Vec<(String, String)>,
    before: Option<String>,
    after: Option<String>,
}

/// Something that needed a look.
struct Thing {
    href: String,
    title: String,
    team: String,
    /// "Off track, from Friday 30 October to Tuesday 17 November."
    lines: Vec<String>,
    /// Who said what to it, the newest first.
    said: Vec<(String, Option<String>)>,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    cycle: String,
    #[serde(default)]
    page: String,
}

/// `GET /o/{org}/review/history`
pub(super) async fn page(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let unreadable = |_| Fault::NotFound;
    let wanted = (!asked.cycle.is_empty()).then(|| asked.cycle.parse()).transpose().map_err(unreadable)?;
    let part: i64 =
        if asked.page.is_empty() { 1 } else { asked.page.parse().map_err(|_| Fault::NotFound)? };
    let all = cycles(&mut tx).await?;
    let named = choose_cycle(&all, wanted, &me, now)?.ok_or(Fault::NotFound)?;
    let skip = part.checked_sub(1).and_then(|part| part.checked_mul(LINES)).filter(|skip| *skip >= 0);
    let skip = skip.ok_or(Fault::NotFound)?;
    let mut rows = queries::raised(&mut tx, named.id, me.id, (LINES + 1, skip)).await?;
    let lines = usize::try_from(LINES).unwrap_or(usize::MAX);
    let more = rows.len() > lines;
    rows.truncate(lines);
    let subjects: Vec<_> = rows.iter().map(|row| row.subject_id).collect();
    let mut said: HashMap<Uuid, Vec<SaidRow>> = HashMap::new();
    for one in queries::answers_to(&mut tx, &subjects).await? {
        said.entry(one.subject_id).or_default().push(one);
    }
    let summaries = queries::summaries(&mut tx, named.id, me.id).await?;
    let at = |part: i64| me.at(&format!("/review/history?cycle={}&page={part}", named.id));
    let t = me.words();
    Ok(Page(HistoryPage {
        shell: Shell::of(&me, Nav::Review, now),
        t,
        cycle: named.label(t),
        review: me.at(&format!("/review?cycle={}", named.id)),
        summaries: summaries
            .into_iter()
            .map(|(id, by, on)| {
                let date = t.date_long(me.zone.date_at(on));
                (t.steps_sent_by(by, date), me.at(&format!("/review/summaries/{id}")))
            })
            .collect(),
        things: things(&me, rows, &mut said),
        before: (part > 1).then(|| at(part - 1)),
        after: more.then(|| at(part + 1)),
    })
    .into_response())
}

/// The rows by what they are about, in the order of the first of each.
fn things(me: &Me, rows: Vec<RaisedRow>, said: &mut HashMap<Uuid, Vec<SaidRow>>) -> Vec<Thing> {
    let t = me.words();
    let mut places: HashMap<Uuid, usize> = HashMap::new();
    let mut things: Vec<Thing> = Vec::new();
    for row in rows {
        let Some(subject) = row.subject() else { continue };
        let place = *places.entry(row.subject_id).or_insert_with(|| {
            let said = said.remove(&row.subject_id).unwrap_or_default();
            things.push(Thing {
                href: me.at(&page_of(subject)),
                title: excerpt(&row.title, TITLE),
                team: row.team.clone().unwrap_or_else(|| t.okr_company().to_owned()),
                lines: Vec::new(),
                said: said.iter().map(|one| answer(me, one)).collect(),
            });
            things.len() - 1
        });
        if let Some(thing) = things.get_mut(place) {
            thing.lines.push(line(me, &row));
        }
    }
    things
}

fn page_of(subject: Subject) -> String {
    match subject {
        Subject::KeyResult(id) => format!("/key-results/{id}"),
        Subject::Objective(id) => format!("/objectives/{id}"),
        Subject::Blocker(id) => format!("/updates/{id}"),
        Subject::Decision(id) => format!("/decisions/{id}"),
    }
}

fn line(me: &Me, row: &RaisedRow) -> String {
    let (t, date) = (me.words(), |at: DateTime<Utc>| me.words().date_long(me.zone.date_at(at)));
    let word = word(t, row.reason);
    match row.left_at {
        Some(left) => t.review_was(word, date(row.since), date(left)),
        None => t.review_is(word, date(row.since)),
    }
}

/// What was said, and what stood with it.
fn answer(me: &Me, one: &SaidRow) -> (String, Option<String>) {
    let t = me.words();
    let on = t.date_long(me.zone.date_at(one.at));
    let said = match one.until {
        Some(until) => t.review_put_off(&one.by, on, t.date_long(until)),
        None => t.review_seen(&one.by, on),
    };
    let said = one.lifted_by.as_ref().map_or_else(|| said.clone(), |name| t.review_lifted(&said, name));
    (said, (!one.note.is_empty()).then(|| one.note.clone()))
}

/// A reason in a word or two.
fn word(t: Words, sort: Sort) -> &'static str {
    match sort {
        Sort::OffTrack => t.kr_off_track(),
        Sort::AtRisk => t.kr_at_risk(),
        Sort::NoOwner => t.review_no_owner(),
        Sort::Stale => t.kr_stale(),
        Sort::Blocked => t.review_word_blocked(),
        Sort::Unsettled => t.review_unsettled(),
        Sort::NoData => t.review_word_no_data(),
        Sort::NoKeyResults => t.review_no_key_results(),
        Sort::AgainstPace => t.review_word_against(),
        Sort::Falling => t.review_word_falling(),
        Sort::Flat => t.review_word_flat(),
        Sort::NotGraded => t.review_not_graded(),
    }
}
