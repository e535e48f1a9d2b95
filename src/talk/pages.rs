//! The forms of replies. They lead back to the page they stood on.

use super::asking;
use super::queries;
use super::react::react;
use super::say::{self, people_at, read, taking_part, tell};
use crate::app::App;
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::ids::{
    CheckInId, CommentId, DecisionId, KeyResultId, MemberId, ObjectiveId, SubmissionKey, UpdateId,
};
use crate::language::Words;
use crate::notice::{self, Subject};
use crate::organisation::{Me, Member};
use crate::web::{Done, Form, Nav, Page, Path, Problems, Refused, Shell};
use askama::Template;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The addresses of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/o/{org}/updates/{update}/comments", post(add::<UpdateId>))
        .route("/o/{org}/updates/{update}/comments/{comment}/edit", post(edit::<UpdateId>))
        .route("/o/{org}/updates/{update}/comments/{comment}/delete", post(delete::<UpdateId>))
        .route("/o/{org}/updates/{update}/comments/{comment}/quote", get(quote::<UpdateId>))
        .route("/o/{org}/updates/{update}/reactions", post(react::<UpdateId>))
        .route("/o/{org}/updates/{update}/people", get(people::<UpdateId>))
        .route("/o/{org}/updates/{update}/asks", get(asking::form::<UpdateId>).post(asking::send::<UpdateId>))
        .route("/o/{org}/check-ins/{check_in}/comments", post(add::<CheckInId>))
        .route("/o/{org}/check-ins/{check_in}/comments/{comment}/edit", post(edit::<CheckInId>))
        .route("/o/{org}/check-ins/{check_in}/comments/{comment}/delete", post(delete::<CheckInId>))
        .route("/o/{org}/check-ins/{check_in}/comments/{comment}/quote", get(quote::<CheckInId>))
        .route("/o/{org}/check-ins/{check_in}/reactions", post(react::<CheckInId>))
        .route("/o/{org}/check-ins/{check_in}/people", get(people::<CheckInId>))
        .route(
            "/o/{org}/check-ins/{check_in}/asks",
            get(asking::form::<CheckInId>).post(asking::send::<CheckInId>),
        )
        .route("/o/{org}/asks/{ask}/answer", post(asking::answer))
        .route("/o/{org}/objectives/{objective}/comments", post(add::<ObjectiveId>))
        .route("/o/{org}/objectives/{objective}/comments/{comment}/edit", post(edit::<ObjectiveId>))
        .route("/o/{org}/objectives/{objective}/comments/{comment}/delete", post(delete::<ObjectiveId>))
        .route("/o/{org}/objectives/{objective}/comments/{comment}/quote", get(quote::<ObjectiveId>))
        .route("/o/{org}/objectives/{objective}/reactions", post(react::<ObjectiveId>))
        .route("/o/{org}/objectives/{objective}/people", get(people::<ObjectiveId>))
        .route("/o/{org}/key-results/{key_result}/comments", post(add::<KeyResultId>))
        .route("/o/{org}/key-results/{key_result}/comments/{comment}/edit", post(edit::<KeyResultId>))
        .route("/o/{org}/key-results/{key_result}/comments/{comment}/delete", post(delete::<KeyResultId>))
        .route("/o/{org}/key-results/{key_result}/comments/{comment}/quote", get(quote::<KeyResultId>))
        .route("/o/{org}/key-results/{key_result}/reactions", post(react::<KeyResultId>))
        .route("/o/{org}/key-results/{key_result}/people", get(people::<KeyResultId>))
        .route("/o/{org}/decisions/{decision}/comments", post(add::<DecisionId>))
        .route("/o/{org}/decisions/{decision}/comments/{comment}/edit", post(edit::<DecisionId>))
        .route("/o/{org}/decisions/{decision}/comments/{comment}/delete", post(delete::<DecisionId>))
        .route("/o/{org}/decisions/{decision}/comments/{comment}/quote", get(quote::<DecisionId>))
        .route("/o/{org}/decisions/{decision}/reactions", post(react::<DecisionId>))
        .route("/o/{org}/decisions/{decision}/people", get(people::<DecisionId>))
        .route(
            "/o/{org}/decisions/{decision}/asks",
            get(asking::form::<DecisionId>).post(asking::send::<DecisionId>),
        )
        .route(
            "/o/{org}/key-results/{key_result}/asks",
            get(asking::form::<KeyResultId>).post(asking::send::<KeyResultId>),
        )
}

/// `templates/talk/reply.html`: the form of a reply alone, with words that can't stand as they are or that are quoted.
#[derive(Template)]
#[template(path = "talk/reply.html")]
pub(super) struct ReplyPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    /// Where the form goes.
    action: String,
    /// Where it came from.
    back: String,
    people: String,
    key: Option<SubmissionKey>,
    body: String,
}

impl ReplyPage {
    fn new(me: &Me, subject: Subject, action: &str, body: String, now: DateTime<Utc>) -> Self {
        let action = me.at(&format!("{}/comments{action}", subject.page()));
        Self::to(me, subject, action, body, now)
    }

    /// The page about something, whose form goes to this address.
    pub(super) fn to(me: &Me, subject: Subject, action: String, body: String, now: DateTime<Utc>) -> Self {
        let page = me.at(&subject.page());
        Self {
            shell: Shell::of(me, Nav::None, now),
            t: me.words(),
            problems: Problems::new(),
            action,
            people: format!("{page}/people"),
            back: page,
            key: None,
            body,
        }
    }

    pub(super) fn refused(self, problems: Problems) -> Response {
        Refused(Self { problems, ..self }).into_response()
    }
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
    let key = form.submission_key;
    if let Err(problems) = say::reply(&mut tx, &me, subject, form.reply.trim(), key, now).await? {
        let page = ReplyPage::new(&me, subject, "", form.reply, now);
        return Ok(ReplyPage { key: Some(key), ..page }.refused(problems));
    }
    tx.commit().await?;
    Ok(Done::Replied.at(&me.at(&format!("{}#thread", subject.page()))))
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
    let people = people_at(&mut tx, subject, &me).await?;
    own(queries::author(&mut tx, subject, comment).await?, &me)?;
    let body = form.reply.trim();
    let named = match read(me.words(), body, &people) {
        Ok(named) => named,
        Err(problems) => {
            let page = ReplyPage::new(&me, subject, &format!("/{comment}/edit"), form.reply, now);
            return Ok(page.refused(problems));
        }
    };
    queries::edit_comment(&mut tx, comment, body, now).await?;
    queries::set_mentions(&mut tx, comment, &named).await?;
    // Who is named only now hears of it; nobody hears of a change.
    let others = taking_part(&mut tx, subject).await?;
    let keep = [named.as_slice(), &others].concat();
    notice::withdraw(&mut tx, comment.0, me.id, &keep, now).await?;
    tell(&mut tx, &me, subject, comment, (&named, &[]), now).await?;
    tx.commit().await?;
    Ok(Done::Saved.at(&me.at(&format!("{}#c-{comment}", subject.page()))))
}

async fn delete<S: Into<Subject>>(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id, comment)): Path<(String, S, CommentId)>,
) -> Result<Response> {
    let subject = id.into();
    people_at(&mut tx, subject, &me).await?;
    own(queries::author(&mut tx, subject, comment).await?, &me)?;
    queries::delete_comment(&mut tx, comment, now).await?;
    queries::set_mentions(&mut tx, comment, &[]).await?;
    notice::withdraw(&mut tx, comment.0, me.id, &[], now).await?;
    tx.commit().await?;
    Ok(Done::Removed.at(&me.at(&format!("{}#thread", subject.page()))))
}

/// The form of a reply with another one quoted in it.
async fn quote<S: Into<Subject>>(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id, comment)): Path<(String, S, CommentId)>,
) -> Result<Response> {
    let subject = id.into();
    people_at(&mut tx, subject, &me).await?;
    let said = queries::said(&mut tx, subject, comment).await?.ok_or(Fault::NotFound)?;
    let body = quoted(&said.author, &said.body);
    let page = ReplyPage::new(&me, subject, "", body, now);
    Ok(Page(ReplyPage { key: Some(SubmissionKey::fresh()), ..page }).into_response())
}

/// What somebody said, as Markdown quotes it, with room for an answer below.
fn quoted(author: &str, body: &str) -> String {
    let lines: String = body.lines().map(|line| format!("> {line}\n")).collect();
    format!("> **{author}**\n>\n{lines}\n")
}

/// Somebody who can be named, for the script that completes names.
#[derive(Serialize)]
struct Named {
    name: String,
    handle: String,
}

async fn people<S: Into<Subject>>(
    Member { me, mut tx }: Member,
    Path((_, id)): Path<(String, S)>,
) -> Result<Response> {
    let mut people = people_at(&mut tx, id.into(), &me).await?;
    people.retain(|person| person.id != me.id);
    people.sort_by(|a, b| a.name.cmp(&b.name));
    let named = people.into_iter().map(|person| Named { name: person.name, handle: person.handle });
    let json = serde_json::to_string(&named.collect::<Vec<_>>()).map_err(anyhow::Error::from)?;
    Ok(([(CONTENT_TYPE, "application/json")], json).into_response())
}

/// A reply belongs to its author, and to nobody else, whatever their role.
fn own(author: Option<MemberId>, me: &Me) -> Result<()> {
    match author {
        None => Err(Fault::NotFound),
        Some(author) if author != me.id => Err(Fault::Forbidden),
        Some(_) => Ok(()),
    }
}
