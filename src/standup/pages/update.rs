//! One update: all it says, what people answered, and its blocker.

use super::history::{Earlier, earlier};
use super::post::{self, Post};
use super::stream;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::UpdateId;
use crate::language::Words;
use crate::okr::decided::Decisions;
use crate::okr::parts::Row as KeyResultRow;
use crate::okr::standing;
use crate::organisation::{Me, Member};
use crate::standup::gather::people_of;
use crate::standup::person::{Person, first_name};
use crate::standup::queries::{self, PastRow};
use crate::standup::update::tell_of_blocker;
use crate::talk::{Thread, thread};
use crate::web::parts::{Band, Hours, iso};
use crate::web::{Done, Form, Nav, Page, Path, Problems, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Datelike as _, Utc};
use serde::Deserialize;

/// The longest note about a cleared blocker, in characters.
const NOTE: usize = 2000;

/// `templates/standup/update.html`.
#[derive(Template)]
#[template(path = "standup/update.html")]
struct UpdatePage {
    shell: Shell,
    t: Words,
    base: String,
    back: String,
    title: String,
    date: String,
    /// The feed of that day.
    feed: String,
    post: Post,
    author: Option<Clock>,
    may_edit: bool,
    may_clear: bool,
    may_reopen: bool,
    /// "Mia had cleared it on Friday 13 November.", for each time it came back.
    past: Vec<String>,
    /// All blockers of the team.
    blockers: (String, String),
    /// The note on clearing the blocker, as typed, when it came back.
    note: String,
    problems: Problems,
    key_results: Vec<KeyResultRow>,
    decisions: Decisions,
    neighbours: Vec<(String, String)>,
    thread: Thread,
    /// What it said before it was changed.
    earlier: Vec<Earlier>,
}

/// The author's day on the reader's clock.
struct Clock {
    band: Band,
    instant: String,
    /// "It is 22:24 for Tama now."
    now: String,
    /// "Back at 08:30 on Wednesday, which is 19:30 your time."
    back: String,
}

/// `GET …/updates/{update}`.
pub(super) async fn show(
    member: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, UpdateId)>,
) -> Result<Response> {
    Ok(Page(page(member, id, now, String::new(), Problems::new()).await?).into_response())
}

async fn page(
    Member { me, mut tx }: Member,
    id: UpdateId,
    now: DateTime<Utc>,
    note: String,
    problems: Problems,
) -> Result<UpdatePage> {
    let t = me.words();
    let post = post::load(&mut tx, &me, &[id], now).await?.remove(&id).ok_or(Fault::NotFound)?;
    let people = people_of(&mut tx, &[post.team], post.date..=post.date, now).await?;
    let author = people.iter().find(|person| person.id == post.member).filter(|person| person.id != me.id);
    let neighbours = queries::before_and_after(&mut tx, post.standup, post.member, post.date).await?;
    let moved: Vec<_> = post.moved.iter().map(|moved| moved.row.key_result).collect();
    let standings = match &me.cycle {
        Some(cycle) => standing::of_cycle(&mut tx, cycle.id, now).await?,
        None => Vec::new(),
    };
    let thread = thread(&mut tx, id.into(), &me, now).await?;
    let decisions = Decisions::about(&mut tx, &me, id.into(), now).await?;
    let earlier = if post.edited { earlier(&mut tx, &me, id).await? } else { Vec::new() };
    let past = past(&mut tx, &me, &post).await?;
    stream::see(&mut tx, &me, &[id], now).await?;
    tx.commit().await?;
    let page = me.at(&format!("/updates/{id}"));
    Ok(UpdatePage {
        shell: Shell::of(&me, Nav::Updates, now),
        t,
        base: me.at(""),
        back: page,
        title: t.standup_update_title(&post.first_name, t.weekday_long(post.date.weekday())),
        date: t.date_long(post.date),
        feed: me.at(&format!("/teams/{}?day={}", post.team_slug, post.date)),
        author: author.map(|person| Clock::of(person, &me, now)),
        may_edit: post.member == me.id,
        may_clear: post.may_clear(&me),
        may_reopen: post.may_reopen(&me),
        past,
        blockers: (t.blocker_all(&post.team_name), me.at(&format!("/teams/{}/blockers", post.team_slug))),
        note,
        problems,
        key_results: standings
            .iter()
            .filter(|it| moved.contains(&it.id))
            .map(|it| KeyResultRow::of(it, &me, now))
            .collect(),
        decisions,
        neighbours: neighbours
            .into_iter()
            .map(|near| (t.date_long(near.local_date), me.at(&format!("/updates/{}", near.id))))
            .collect(),
        thread,
        earlier,
        post,
    })
}

/// How the blocker was cleared before it came back.
async fn past(tx: &mut OrgTx, me: &Me, post: &Post) -> Result<Vec<String>> {
    if post.blocker.is_none() {
        return Ok(Vec::new());
    }
    let t = me.words();
    let told = |row: PastRow| {
        let (name, date) = (first_name(&row.resolved_by), t.date_long(me.zone.date_at(row.resolved_at)));
        if row.note.is_empty() {
            t.blocker_was_cleared(name, date)
        } else {
            t.blocker_was_cleared_with(name, date, row.note)
        }
    };
    Ok(queries::blocker_past(tx, post.id).await?.into_iter().map(told).collect())
}

impl Clock {
    fn of(person: &Person, me: &Me, now: DateTime<Utc>) -> Self {
        let t = me.words();
        let name = person.first_name();
        let working = person.working_time();
        let back = match working.next_opening(now) {
            _ if working.is_working(now) => t.standup_at_work(name),
            None => t.standup_not_at_work(name),
            Some(opening) => {
                let (there, here) = (person.zone.reading(opening), me.zone.reading(opening));
                let their_time =
                    t.standup_day_and_time(t.weekday_long(there.date().weekday()), t.time(there.time()));
                t.standup_back(
                    name,
                    their_time,
                    t.standup_day_and_time(t.weekday_long(here.date().weekday()), t.time(here.time())),
                )
            }
        };
        let hours = Hours { zone: person.zone, week: &person.week, quiet: person.quiet };
        Self {
            band: Band::today(hours, me.zone, now),
            instant: iso(now),
            now: t.standup_time_now(t.time(person.zone.reading(now).time()), name),
            back,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Resolution {
    #[serde(default)]
    note: String,
}

/// `POST …/updates/{update}/blocker/resolution`: it is out of the way.
pub(super) async fn resolve(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, UpdateId)>,
    Form(form): Form<Resolution>,
) -> Result<Response> {
    let post = post::load(&mut tx, &me, &[id], now).await?.remove(&id).ok_or(Fault::NotFound)?;
    let address = me.at(&format!("/updates/{id}"));
    let blocker = post.blocker.as_ref().ok_or(Fault::NotFound)?;
    if !blocker.open {
        return Ok(Done::Cleared.at(&address));
    }
    if !post.may_clear(&me) {
        return Err(Fault::Forbidden);
    }
    let note = form.note.trim();
    if note.chars().count() > NOTE {
        let mut problems = Problems::new();
        problems.add("note", me.words().standup_note_too_long(NOTE));
        return Ok(Refused(page(Member { me, tx }, id, now, form.note, problems).await?).into_response());
    }
    queries::clear_blocker(&mut tx, id, me.id, note, now).await?;
    tx.commit().await?;
    Ok(Done::Cleared.at(&address))
}

/// `POST …/updates/{update}/blocker/reopening`: it is in the way again. Who can clear it hears of it.
pub(super) async fn reopen(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, UpdateId)>,
) -> Result<Response> {
    let post = post::load(&mut tx, &me, &[id], now).await?.remove(&id).ok_or(Fault::NotFound)?;
    let address = me.at(&format!("/updates/{id}"));
    let blocker = post.blocker.as_ref().ok_or(Fault::NotFound)?;
    if blocker.open {
        return Ok(Done::Blocked.at(&address));
    }
    if !post.may_reopen(&me) {
        return Err(Fault::Forbidden);
    }
    if let Some(past) = queries::reopen_blocker(&mut tx, id, now).await? {
        tell_of_blocker(&mut tx, id, (post.member, me.id), blocker.unblocker, past.0, now).await?;
    }
    tx.commit().await?;
    Ok(Done::Blocked.at(&address))
}
