//! One's own updates as a journal, week by week: what was planned, what became of it. Nobody else can open it, since its
//! address names nobody.

use super::journal_text;
use super::post::{self, Post};
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::Result;
use crate::ids::UpdateId;
use crate::language::Words;
use crate::organisation::{Me, Member};
use crate::standup::journal::{self, LATELY};
use crate::standup::queries;
use crate::web::markdown::SafeHtml;
use crate::web::{Nav, Page, Query, Shell};
use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use std::collections::HashMap;

/// `?week=`: any date of the newest week to show.
#[derive(Deserialize)]
pub(super) struct Asked {
    week: Option<NaiveDate>,
}

/// `templates/standup/journal.html`.
#[derive(Template)]
#[template(path = "standup/journal.html")]
struct JournalPage {
    shell: Shell,
    t: Words,
    base: String,
    /// "3 of your last 5 updates were written outside your working hours."
    outside: Option<String>,
    weeks: Vec<Week>,
    earlier: Option<String>,
    later: Option<String>,
    /// Where a first update is written, for whom is asked for some.
    first: Option<String>,
}

/// The updates of one week.
struct Week {
    heading: String,
    /// The id of the heading.
    id: String,
    entries: Vec<Entry>,
}

/// One update, beside what was planned.
struct Entry {
    heading: String,
    planned: Option<Planned>,
    post: Post,
}

/// What the update before it said is next.
struct Planned {
    lead: String,
    html: SafeHtml,
}

/// `GET …/me/journal`.
pub(super) async fn show(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let t = me.words();
    let newest = match asked.week {
        Some(date) => Some(date),
        None => queries::newest_own(&mut tx, me.id).await?,
    };
    let dates = journal::page(newest.unwrap_or_else(|| me.today(now))).into_inner();
    let ids = queries::ids_of_own(&mut tx, me.id, Some(dates)).await?;
    let around = queries::own_around(&mut tx, me.id, dates).await?;
    let several = me.teams.len() > 1;
    let link = |date: NaiveDate| me.at(&format!("/me/journal?week={date}"));
    let posts = written(&mut tx, &me, &ids, now).await?;
    let mut plans: HashMap<_, _> = queries::plans_before(&mut tx, &ids)
        .await?
        .into_iter()
        .map(|plan| {
            let lead = t.journal_planned(t.date_long(plan.local_date));
            (plan.update_id, Planned { lead, html: SafeHtml::from_markdown(&plan.body) })
        })
        .collect();
    let entry = |post: Post| Entry {
        heading: match several {
            true => t.journal_entry_of(t.date_long(post.date), &post.team_name),
            false => t.date_long(post.date),
        },
        planned: plans.remove(&post.id),
        post,
    };
    let entries: Vec<_> = posts.into_iter().map(entry).collect();
    let weeks = journal::weeks(entries, |entry| entry.post.date);
    Ok(Page(JournalPage {
        shell: Shell::of(&me, Nav::None, now),
        t,
        base: me.at(""),
        outside: outside(&mut tx, &me).await?,
        weeks: weeks
            .into_iter()
            .map(|(monday, entries)| Week {
                heading: t.journal_week(t.date_year(monday)),
                id: format!("w-{monday}"),
                entries,
            })
            .collect(),
        earlier: around.before.map(link),
        // The page that ends where this one begins shows the next weeks that hold something.
        later: around.after.map(|date| link(journal::ahead(date))),
        first: me.role.takes_part().then(|| me.at("/today")),
    })
    .into_response())
}

/// `GET …/me/journal/export`: all of it as one Markdown file, each answer as it was typed.
pub(super) async fn export(Member { me, mut tx }: Member, Now(now): Now) -> Result<Response> {
    let ids = queries::ids_of_own(&mut tx, me.id, None).await?;
    let posts = written(&mut tx, &me, &ids, now).await?;
    let text = journal_text::of(&me, journal::weeks(posts, |post| post.date));
    let file = format!("attachment; filename=\"journal-{}.md\"", me.today(now));
    let kind = "text/markdown; charset=utf-8".to_owned();
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, file)], text).into_response())
}

/// These updates, in this order.
async fn written(tx: &mut OrgTx, me: &Me, ids: &[UpdateId], now: DateTime<Utc>) -> Result<Vec<Post>> {
    let mut found = post::load(tx, me, ids, now).await?;
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// When the last updates were written, where it is worth a thought. Reckoned as it is shown and kept nowhere.
async fn outside(tx: &mut OrgTx, me: &Me) -> Result<Option<String>> {
    let lately = i64::try_from(LATELY).unwrap_or(i64::MAX);
    let written: Vec<_> = queries::written_lately(tx, me.id, lately)
        .await?
        .into_iter()
        .map(|row| (row.posted_at, row.zone.unwrap_or(me.zone)))
        .collect();
    let absence = queries::absence(tx, me.id).await?;
    let count = journal::outside_hours(&written, &me.week, &absence);
    Ok(count.map(|count| me.words().journal_outside(count, LATELY)))
}
