//! The page of one review: a pack to look at while it is open, all views once they are in, minutes once it is closed.

use super::course::{State, matter};
use super::item::Shown;
use super::queries::{self, ReviewRow};
use super::{is_open, may_keep, readable, reader};
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fair::{self, Clocks, Course};
use crate::fault::Result;
use crate::ids::{ObjectiveId, ReviewId};
use crate::language::Words;
use crate::okr::parts::Choice;
use crate::okr::status::Confidence;
use crate::organisation::{Me, Member};
use crate::web::markdown::SafeHtml;
use crate::web::parts::moment;
use crate::web::{Nav, Page, Path, Problems, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// So many reviews are listed.
const MOST: i64 = 200;

/// `templates/round/round.html`.
#[derive(Template)]
#[template(path = "round/round.html")]
pub(super) struct RoundPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    at: String,
    reviews: String,
    title: String,
    eyebrow: Vec<String>,
    /// What is true of it now.
    sentence: String,
    /// Of when the figures are.
    frozen: String,
    items: Vec<Shown>,
    clocks: Clocks,
    /// Whether the reader is asked, and whether they are done.
    asked: bool,
    done: bool,
    /// Whether they may ask for another day.
    more: bool,
    /// Whether the reader closes it now, and whether it is closed.
    closing: bool,
    closed: bool,
    summary: SafeHtml,
    typed_summary: String,
    may_withdraw: bool,
}

/// What a refused form brings back: its fields by their names.
pub(super) type Typed = HashMap<String, String>;

/// `GET /o/{org}/reviews/{review}`
pub(super) async fn show(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, ReviewId)>,
) -> Result<Response> {
    let review = readable(&mut tx, &me, id).await?;
    Ok(Page(page(&mut tx, &me, &review, (None, Problems::new()), now).await?).into_response())
}

/// The page again, with what could not be taken.
pub(super) async fn refused(
    tx: &mut OrgTx,
    me: &Me,
    review: &ReviewRow,
    (typed, problems): (Typed, Problems),
    now: DateTime<Utc>,
) -> Result<Response> {
    Ok(Refused(page(tx, me, review, (Some(typed), problems), now).await?).into_response())
}

/// The objectives of a review as the reader may see them.
pub(super) async fn items(
    tx: &mut OrgTx,
    me: &Me,
    review: &ReviewRow,
    now: DateTime<Utc>,
) -> Result<Vec<Shown>> {
    let rows = queries::items(tx, review.id).await?;
    let views = queries::views(tx, review.id, me.id).await?;
    let objectives: Vec<ObjectiveId> = rows.iter().map(|row| row.objective_id).collect();
    let decisions = queries::decisions(tx, &objectives, review.opened_at, me.id).await?;
    Ok(rows.iter().map(|row| Shown::of(me, review, row, (&views, &decisions), now)).collect())
}

async fn page(
    tx: &mut OrgTx,
    me: &Me,
    review: &ReviewRow,
    (typed, problems): (Option<Typed>, Problems),
    now: DateTime<Utc>,
) -> Result<RoundPage> {
    let t = me.words();
    let seats = fair::windows(tx, matter(review.id)).await?;
    let mut items = items(tx, me, review, now).await?;
    let typed = typed.unwrap_or_default();
    for item in &mut items {
        item.take(t, &typed);
    }
    let mine = seats.iter().find(|seat| seat.member == me.id && seat.here);
    let keeps = may_keep(me, review);
    let at = me.at(&format!("/reviews/{}", review.id));
    Ok(RoundPage {
        shell: Shell::of(me, Nav::Review, now),
        t,
        reviews: me.at("/reviews"),
        title: t.round_title(&review.team, &review.cycle),
        eyebrow: vec![t.round_opened_by(&review.lead, t.date_long(me.zone.date_at(review.opened_at)))],
        sentence: sentence(me, review),
        frozen: t.round_frozen(moment(t, me.zone, review.opened_at, now)),
        items,
        asked: (is_open(review) || typed.contains_key("done")) && mine.is_some(),
        done: mine.is_some_and(|seat| seat.answered_at.is_some()),
        clocks: Clocks::of(reader(me, now), course(review), &seats),
        more: mine.is_some_and(|seat| seat.is_waited_for() && seat.more_at.is_none()),
        closing: keeps && review.state == State::Ready,
        closed: review.state == State::Closed,
        summary: SafeHtml::from_markdown(&review.summary),
        typed_summary: typed.get("summary").cloned().unwrap_or_default(),
        may_withdraw: keeps && matches!(review.state, State::Open | State::Ready),
        at,
        problems,
    })
}

fn course(review: &ReviewRow) -> Course {
    Course { opened_at: review.opened_at, closes_at: review.closes_at, open: is_open(review) }
}

fn sentence(me: &Me, review: &ReviewRow) -> String {
    let t = me.words();
    let date = |at: Option<DateTime<Utc>>| at.map(|at| t.date_long(me.zone.date_at(at))).unwrap_or_default();
    let by = review.ended_by.as_deref().unwrap_or_default();
    match review.state {
        State::Open => t.round_is_open(review.answered, review.asked),
        State::Ready => t.round_is_ready(review.answered, review.asked),
        State::Closed => t.round_is_closed(by, date(review.ended_at)),
        State::Withdrawn => t.round_is_withdrawn(by, date(review.ended_at)),
    }
}

impl Shown {
    /// Puts what was typed into the forms.
    fn take(&mut self, t: Words, typed: &Typed) {
        if let Some(comment) = typed.get(&self.n) {
            let word = typed.get(&self.c).cloned().unwrap_or_default();
            self.words = Choice::all(t, Confidence::parse(&word));
            self.mine = (word, comment.clone());
        }
        if let Some(chosen) = typed.get(&self.o) {
            for (value, _, on) in &mut self.choices {
                *on = value == chosen;
            }
        }
        self.reason = typed.get(&self.r).cloned().unwrap_or_default();
    }
}

/// `templates/round/list.html`.
#[derive(Template)]
#[template(path = "round/list.html")]
struct ListPage {
    shell: Shell,
    t: Words,
    /// Where a review is opened: a team each that the reader leads.
    open: Vec<(String, String)>,
    reviews: Vec<Line>,
}

/// A review in the list.
struct Line {
    href: String,
    title: String,
    opened: String,
    about: String,
}

/// `GET /o/{org}/reviews`
pub(super) async fn list(Member { me, mut tx }: Member, Now(now): Now) -> Result<Response> {
    let t = me.words();
    let rows = queries::reviews(&mut tx, None, Some(me.id), MOST).await?;
    let line = |row: ReviewRow| Line {
        href: me.at(&format!("/reviews/{}", row.id)),
        title: t.round_title(&row.team, &row.cycle),
        opened: t.round_opened_by(&row.lead, t.date_year(me.zone.date_at(row.opened_at))),
        about: sentence(&me, &row),
    };
    let leads = me.teams.iter().filter(|seat| seat.lead);
    let open =
        leads.map(|seat| (t.round_open_for(&seat.name), me.at(&format!("/teams/{}/reviews/new", seat.slug))));
    Ok(Page(ListPage {
        shell: Shell::of(&me, Nav::Review, now),
        t,
        open: open.collect(),
        reviews: rows.into_iter().map(line).collect(),
    })
    .into_response())
}
