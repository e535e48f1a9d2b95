//! The blockers of a team: those open, the oldest by working time first, and those that were cleared.

use super::post::{self, Post};
use crate::clock::Now;
use crate::fault::Result;
use crate::ids::UpdateId;
use crate::language::Words;
use crate::organisation::Member;
use crate::standup::queries;
use crate::team::Team;
use crate::web::{Nav, Page, Path, Query, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::cmp::Reverse;

/// So many cleared ones stand on one page.
const CLEARED: usize = 20;

#[derive(Deserialize)]
pub(super) struct Asked {
    /// Cleared ones before that of this update.
    before: Option<UpdateId>,
}

/// `templates/standup/blockers.html`.
#[derive(Template)]
#[template(path = "standup/blockers.html")]
struct BlockersPage {
    shell: Shell,
    t: Words,
    team: String,
    feed: String,
    open: Vec<Listed>,
    cleared: Vec<Listed>,
    older: Option<String>,
}

/// A blocker with its update.
struct Listed {
    post: Post,
    /// "Tama Walker, Tuesday 17 November"
    of: String,
    href: String,
    may_clear: bool,
}

/// `GET …/teams/{team}/blockers`.
pub(super) async fn show(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, team)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let t = me.words();
    let team = Team::by_slug(&mut tx, &team).await?;
    let open = queries::ids_of_open_blockers(&mut tx, &[team.id]).await?;
    let at_most = i64::try_from(CLEARED + 1).unwrap_or(i64::MAX);
    let mut cleared = queries::ids_of_cleared_blockers(&mut tx, team.id, asked.before, at_most).await?;
    let more = cleared.len() > CLEARED;
    cleared.truncate(CLEARED);
    let all: Vec<_> = open.iter().chain(&cleared).copied().collect();
    let mut found = post::load(&mut tx, &me, &all, now).await?;
    let mut listed = |ids: &[UpdateId]| -> Vec<Listed> {
        let posts = ids.iter().filter_map(|id| found.remove(id)).filter(|post| post.blocker.is_some());
        posts
            .map(|post| Listed {
                of: t.blocker_of(&post.name, t.date_long(post.date)),
                href: me.at(&format!("/updates/{}", post.id)),
                may_clear: post.may_clear(&me),
                post,
            })
            .collect()
    };
    let mut open = listed(&open);
    open.sort_by_key(|one| Reverse(one.post.blocker.as_ref().map(|blocker| blocker.hours)));
    let feed = me.at(&format!("/teams/{}", team.slug));
    let back = format!("{feed}/blockers");
    let older = cleared.last().filter(|_| more).map(|last| format!("{back}?before={last}"));
    let page = BlockersPage {
        cleared: listed(&cleared),
        shell: Shell::of(&me, Nav::Updates, now),
        t,
        team: team.name,
        feed,
        open,
        older,
    };
    Ok(Page(page).into_response())
}
