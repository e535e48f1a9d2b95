//! Choices of what to look at, kept under a name: each member's own, twenty at most.

use super::acts::words_of_query;
use super::queries;
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::ids::ViewId;
use crate::language::Words;
use crate::organisation::Member;
use crate::web::{Done, Form, Nav, Path, Problems, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

/// So many a member keeps at most.
const MOST: i64 = 20;

/// The most characters of a name.
const NAME: usize = 60;

/// `templates/review/view.html`: the form alone, when what was typed can't stand.
#[derive(Template)]
#[template(path = "review/view.html")]
struct ViewPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    action: String,
    back: String,
    form: ViewForm,
}

#[derive(Deserialize)]
pub(super) struct ViewForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    query: String,
}

/// `POST /o/{org}/review/views`
pub(super) async fn keep(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Form(form): Form<ViewForm>,
) -> Result<Response> {
    let (t, name, query) = (me.words(), form.name.trim(), words_of_query(&form.query));
    let back = me.at(&format!("/review?{query}"));
    let mut problems = Problems::new();
    if name.is_empty() {
        problems.add("name", t.review_view_nameless());
    } else if name.chars().count() > NAME {
        problems.add("name", t.talk_too_long(NAME));
    } else if !queries::keep_view(&mut tx, me.id, (name, &query), MOST, now).await? {
        problems.add("name", t.review_view_most(MOST));
    }
    if problems.is_empty() {
        tx.commit().await?;
        return Ok(Done::Saved.at(&back));
    }
    let (shell, action) = (Shell::of(&me, Nav::Review, now), me.at("/review/views"));
    Ok(Refused(ViewPage { shell, t, problems, action, back, form }).into_response())
}

/// `POST /o/{org}/review/views/{view}/removal`
pub(super) async fn forget(
    Member { me, mut tx }: Member,
    Path((_, id)): Path<(String, ViewId)>,
) -> Result<Response> {
    if !queries::drop_view(&mut tx, me.id, id).await? {
        return Err(Fault::NotFound);
    }
    tx.commit().await?;
    Ok(Done::Removed.at(&me.at("/review")))
}
