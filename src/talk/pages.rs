//! The forms of replies and reactions. They lead back to the page they stood on.

use super::LIMIT;
use super::queries::{self, NewComment};
use super::reaction::Reaction;
use super::subject::Subject;
use crate::app::App;
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::ids::{CommentId, KeyResultId, ObjectiveId, SubmissionKey, UpdateId};
use crate::language::Words;
use crate::organisation::{Me, Member};
use crate::web::{Done, Form, Nav, Path, Problems, Refused, Shell};
use askama::Template;
use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// The addresses of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/o/{org}/updates/{update}/comments", post(add::<UpdateId>))
        .route("/o/{org}/updates/{update}/comments/{comment}/edit", post(edit::<UpdateId>))
        .route("/o/{org}/updates/{update}/comments/{comment}/delete", post(delete::<UpdateId>))
        .route("/o/{org}/updates/{update}/reactions", post(react))
        .route("/o/{org}/objectives/{objective}/comments", post(add::<ObjectiveId>))
        .route("/o/{org}/objectives/{objective}/comments/{comment}/edit", post(edit::<ObjectiveId>))
        .route("/o/{org}/objectives/{objective}/comments/{comment}/delete", post(delete::<ObjectiveId>))
        .route("/o/{org}/key-results/{key_result}/comments", post(add::<KeyResultId>))
        .route("/o/{org}/key-results/{key_result}/comments/{comment}/edit", post(edit::<KeyResultId>))
        .route("/o/{org}/key-results/{key_result}/comments/{comment}/delete", post(delete::<KeyResultId>))
}

/// The page a reply that can't stand comes back on.
#[derive(Template)]
#[template(path = "talk/refused.html")]
struct RefusedPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    /// Where the form goes again.
    action: String,
    /// Where it came from.
    back: String,
    key: Option<SubmissionKey>,
    body: String,
}

#[derive(Deserialize)]
struct AddForm {
    reply: String,
    submission_key: SubmissionKey,
}

async fn add<S: Into<Subject>>(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, S)>,
    Form(form): Form<AddForm>,
) -> Result<Response> {
    let subject = id.into();
    if !queries::exists(&mut tx, subject).await? {
        return Err(Fault::NotFound);
    }
    let page = me.at(&subject.page());
    let body = form.reply.trim();
    if let Some(problems) = problems(me.words(), body) {
        let action = format!("{page}/comments");
        return Ok(refused(&me, now, problems, action, page, Some(form.submission_key), form.reply));
    }
    let new = NewComment {
        subject,
        author: me.id,
        body,
        at: now,
        zone: me.zone,
        submission_key: form.submission_key,
    };
    queries::add_comment(&mut tx, new).await?;
    tx.commit().await?;
    Ok(Done::Replied.at(&format!("{page}#thread")))
}

#[derive(Deserialize)]
struct EditForm {
    reply: String,
}

async fn edit<S: Into<Subject>>(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id, comment)): Path<(String, S, CommentId)>,
    Form(form): Form<EditForm>,
) -> Result<Response> {
    let subject = id.into();
    own(queries::author(&mut tx, subject, comment).await?, &me)?;
    let page = me.at(&subject.page());
    let body = form.reply.trim();
    if let Some(problems) = problems(me.words(), body) {
        let action = format!("{page}/comments/{comment}/edit");
        return Ok(refused(&me, now, problems, action, page, None, form.reply));
    }
    queries::edit_comment(&mut tx, comment, body, now).await?;
    tx.commit().await?;
    Ok(Done::Saved.at(&format!("{page}#c-{comment}")))
}

async fn delete<S: Into<Subject>>(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id, comment)): Path<(String, S, CommentId)>,
) -> Result<Response> {
    let subject = id.into();
    own(queries::author(&mut tx, subject, comment).await?, &me)?;
    queries::delete_comment(&mut tx, comment, now).await?;
    tx.commit().await?;
    Ok(Done::Removed.at(&me.at(&format!("{}#thread", subject.page()))))
}

/// A reply belongs to its author, and to nobody else, whatever their role.
fn own(author: Option<crate::ids::MemberId>, me: &Me) -> Result<()> {
    match author {
        None => Err(Fault::NotFound),
        Some(author) if author != me.id => Err(Fault::Forbidden),
        Some(_) => Ok(()),
    }
}

/// What is wrong with the words of a reply.
fn problems(t: Words, body: &str) -> Option<Problems> {
    let mut problems = Problems::new();
    if body.is_empty() {
        problems.add("reply", t.talk_empty());
    } else if body.chars().count() > LIMIT {
        problems.add("reply", t.talk_too_long(LIMIT));
    }
    (!problems.is_empty()).then_some(problems)
}

fn refused(
    me: &Me,
    now: DateTime<Utc>,
    problems: Problems,
    action: String,
    back: String,
    key: Option<SubmissionKey>,
    body: String,
) -> Response {
    let shell = Shell::of(me, Nav::None, now);
    Refused(RefusedPage { shell, t: me.words(), problems, action, back, key, body }).into_response()
}

#[derive(Deserialize)]
struct ReactForm {
    /// A word to say.
    on: Option<String>,
    /// A word to take back.
    off: Option<String>,
    /// The page the button stood on.
    back: Option<String>,
}

async fn react(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, update)): Path<(String, UpdateId)>,
    Form(form): Form<ReactForm>,
) -> Result<Response> {
    if !queries::exists(&mut tx, update.into()).await? {
        return Err(Fault::NotFound);
    }
    let word = |text: &Option<String>| text.as_deref().and_then(Reaction::parse);
    match (word(&form.on), word(&form.off)) {
        (Some(kind), _) => queries::react(&mut tx, update, me.id, kind, now).await?,
        (None, Some(kind)) => queries::unreact(&mut tx, update, me.id, kind).await?,
        (None, None) => return Err(Fault::BadForm("no reaction".to_owned())),
    }
    tx.commit().await?;
    let back =
        form.back.filter(|path| within(&me, path)).unwrap_or_else(|| me.at(&Subject::from(update).page()));
    Ok(Redirect::to(&format!("{back}#u-{update}")).into_response())
}

/// Whether a path is a page of this organisation, so that a form can't lead elsewhere.
fn within(me: &Me, path: &str) -> bool {
    let plain = path
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'#' | b'"' | b'<' | b'>'));
    plain && path.starts_with(&me.at("/"))
}
