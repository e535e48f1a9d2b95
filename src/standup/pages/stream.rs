//! More than a day of a feed: a week of it, or all that is new to its reader, turned page by page.

use super::news::News;
use super::post::{self, Post};
use super::sieve::{Asked, Narrow, View};
use crate::db::OrgTx;
use crate::fault::Result;
use crate::ids::{TeamId, UpdateId};
use crate::language::Words;
use crate::organisation::Me;
use crate::standup::journal::monday;
use crate::standup::queries::{self, Wanted};
use crate::standup::turns::FILL_IN_DAYS;
use crate::web::{Nav, Page, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use std::collections::HashSet;

/// So many updates are on a page.
const PAGE: usize = 30;
/// What is older than this is new to nobody.
const NEW: TimeDelta = TimeDelta::days(30);

/// `templates/standup/stream.html`.
#[derive(Template)]
#[template(path = "standup/stream.html")]
struct StreamPage {
    shell: Shell,
    t: Words,
    base: String,
    back: String,
    name: String,
    /// Whether the team is private.
    private: bool,
    title: String,
    narrow: Narrow,
    news: News,
    /// The weeks beside this one.
    before: Option<(String, String)>,
    after: Option<(String, String)>,
    days: Vec<Day>,
    older: Option<String>,
}

/// The updates of one date.
struct Day {
    heading: String,
    /// The id of the heading.
    id: String,
    posts: Vec<Listed>,
}

/// An update, and whether it is new to the reader.
pub(super) struct Listed {
    pub(super) post: Post,
    pub(super) new: bool,
}

/// The feed that is shown.
pub(super) struct Stream<'a> {
    pub(super) name: String,
    pub(super) private: bool,
    pub(super) path: String,
    pub(super) teams: &'a [TeamId],
    pub(super) asked: &'a Asked,
    pub(super) wanted: Wanted,
    pub(super) view: View,
    pub(super) narrow: Narrow,
    pub(super) news: News,
}

/// From when on something can be new.
pub(super) fn new_since(now: DateTime<Utc>) -> DateTime<Utc> {
    now - NEW
}

/// How much is new to the reader.
pub(super) async fn count_new(tx: &mut OrgTx, me: &Me, teams: &[TeamId], now: DateTime<Utc>) -> Result<i64> {
    let wanted = Wanted { new_to: Some((me.id, new_since(now))), ..Wanted::default() };
    let rows = queries::feed(tx, teams, recent(now), wanted, 1).await?;
    Ok(rows.first().map_or(0, |row| row.count))
}

/// The dates something new can be written for: past ones can be filled in, and on some clocks it is tomorrow.
pub(super) fn recent(now: DateTime<Utc>) -> (NaiveDate, NaiveDate) {
    let (first, today) = (new_since(now).date_naive(), now.date_naive());
    let first = first.checked_sub_days(Days::new(FILL_IN_DAYS + 2)).unwrap_or(first);
    (first, today.checked_add_days(Days::new(2)).unwrap_or(today))
}

/// The week a date is in, Monday to Sunday.
pub(super) fn week(day: NaiveDate) -> (NaiveDate, NaiveDate) {
    let first = monday(day);
    (first, first.checked_add_days(Days::new(6)).unwrap_or(first))
}

/// The reader sees these updates: which were new to them is noted, for them alone.
pub(super) async fn see(
    tx: &mut OrgTx,
    me: &Me,
    ids: &[UpdateId],
    now: DateTime<Utc>,
) -> Result<HashSet<UpdateId>> {
    Ok(queries::see(tx, me.id, ids, new_since(now), now).await?.into_iter().collect())
}

/// The page.
pub(super) async fn show(
    mut tx: OrgTx,
    me: &Me,
    stream: Stream<'_>,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Response> {
    let t = me.words();
    let (first, last) = week(day);
    let (dates, wanted) = match stream.view {
        View::New => (recent(now), Wanted { new_to: Some((me.id, new_since(now))), ..stream.wanted }),
        View::Week | View::Day => ((first, last), stream.wanted),
    };
    let most = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut rows = queries::feed(&mut tx, stream.teams, dates, wanted, most).await?;
    let count = rows.first().map_or(0, |row| row.count);
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let new = see(&mut tx, me, &ids, now).await?;
    let mut found = post::load(&mut tx, me, &ids, now).await?;
    let posts = ids.iter().filter_map(|id| found.remove(id));
    let listed = posts.map(|post| Listed { new: new.contains(&post.id), post: only(post, wanted) }).collect();
    tx.commit().await?;
    let link = |date: NaiveDate| {
        let href = stream.asked.href(&stream.path, View::Week, Some(date), None);
        (t.journal_week(t.date_long(date)), href)
    };
    let weekly = stream.view == View::Week;
    let after = last.succ_opt().filter(|next| *next <= me.today(now) && weekly);
    Ok(Page(StreamPage {
        shell: Shell::of(me, Nav::Updates, now),
        t,
        base: me.at(""),
        back: stream.asked.href(&stream.path, stream.view, weekly.then_some(first), None),
        title: match stream.view {
            _ if wanted.after.is_some() => t.feed_more(count),
            View::New => t.feed_new_title(count),
            _ => t.feed_week_title(count, t.date_long(first)),
        },
        days: days(t, listed),
        before: first.checked_sub_days(Days::new(7)).filter(|_| weekly).map(link),
        after: after.map(link),
        older: rows.last().filter(|_| more).map(|row| {
            stream.asked.href(&stream.path, stream.view, weekly.then_some(first), Some(row.place()))
        }),
        name: stream.name,
        private: stream.private,
        narrow: stream.narrow,
        news: stream.news,
    })
    .into_response())
}

/// The update with the one answer that is asked for.
pub(super) fn only(mut post: Post, wanted: Wanted) -> Post {
    if let Some(question) = wanted.question {
        post.answers.retain(|answer| answer.row.question_id == question);
    }
    post
}

fn days(t: Words, listed: Vec<Listed>) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for one in listed {
        let id = format!("d-{}", one.post.date);
        match days.last_mut().filter(|day| day.id == id) {
            Some(day) => day.posts.push(one),
            None => days.push(Day { heading: t.date_long(one.post.date), id, posts: vec![one] }),
        }
    }
    days
}
