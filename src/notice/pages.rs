//! `/o/{org}/notices`: what I was told, mine alone.

use super::line::{Line, Wanted, lines};
use super::queries;
use crate::app::App;
use crate::clock::Now;
use crate::fault::Result;
use crate::ids::NoticeId;
use crate::language::Words;
use crate::organisation::{Me, Member};
use crate::web::parts::{Avatar, When};
use crate::web::{Done, Form, Nav, Page, Query, Shell};
use askama::Template;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// So many stand on one page.
const PAGE: usize = 50;

/// The addresses of this room.
pub fn routes() -> Router<App> {
    Router::new().route("/o/{org}/notices", get(show)).route("/o/{org}/notices/read", post(read))
}

/// `templates/notice/notices.html`.
#[derive(Template)]
#[template(path = "notice/notices.html")]
struct NoticesPage {
    shell: Shell,
    t: Words,
    title: String,
    rows: Vec<Row>,
    /// Where all that stands here is marked as read, and up to which instant; none when nothing is new.
    read: Option<(String, String)>,
    older: Option<String>,
    settings: String,
}

/// One notice.
struct Row {
    avatar: Avatar,
    name: String,
    phrase: String,
    href: String,
    words: String,
    when: When,
    new: bool,
}

impl Row {
    fn of(line: &Line, me: &Me, now: DateTime<Utc>) -> Self {
        let (t, (actor, name), (at, zone)) = (me.words(), line.actor(), line.at());
        Self {
            avatar: Avatar::of(actor, name),
            name: name.to_owned(),
            phrase: line.phrase(t),
            href: me.at(&line.page()),
            words: line.words(),
            when: When::of(t, at, zone, me.zone, now),
            new: !line.is_read(),
        }
    }
}

#[derive(Deserialize)]
struct Asked {
    before: Option<NoticeId>,
}

async fn show(Member { me, mut tx }: Member, Now(now): Now, Query(asked): Query<Asked>) -> Result<Response> {
    let t = me.words();
    let at_most = i64::try_from(PAGE + 1).ok();
    let wanted = Wanted { before: asked.before, at_most, ..Wanted::default() };
    let mut all = lines(&mut tx, &[me.id], wanted).await?;
    let more = all.len() > PAGE;
    all.truncate(PAGE);
    let older = all.last().filter(|_| more).map(|last| me.at(&format!("/notices?before={}", last.id())));
    let newest = all.first().filter(|_| me.unread > 0).map(|first| iso_exact(first.at().0));
    let page = NoticesPage {
        title: if all.is_empty() { t.notice_none().to_owned() } else { t.notice_title(me.unread) },
        rows: all.iter().map(|line| Row::of(line, &me, now)).collect(),
        read: newest.map(|until| (me.at("/notices/read"), until)),
        older,
        settings: me.at("/me#nt"),
        shell: Shell::of(&me, Nav::None, now),
        t,
    };
    Ok(Page(page).into_response())
}

/// An instant to the microsecond, as the database keeps it.
fn iso_exact(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

#[derive(Deserialize)]
struct ReadForm {
    until: DateTime<Utc>,
}

/// What came after the page was drawn stays new.
async fn read(Member { me, mut tx }: Member, Now(now): Now, Form(form): Form<ReadForm>) -> Result<Response> {
    queries::mark_read(&mut tx, me.id, form.until, now).await?;
    tx.commit().await?;
    Ok(Done::Saved.at(&me.at("/notices")))
}
