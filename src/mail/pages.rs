//! `/sent-mail`: what the demo would have sent. It is there only while the app runs as the demo and writes its mail into a
//! folder; anywhere else these are pages that don't exist.
//!
//! A mail's own HTML is shown in a frame, from an address of its own that lets it do nothing but open links.

use super::queries::{self, Listed};
use super::{frame, post};
use crate::app::App;
use crate::calendar::Zone;
use crate::db::DutyTx;
use crate::fault::{Fault, Result};
use crate::ids::MailId;
use crate::language::{Locale, Words};
use crate::web::{Page, Path, Shell};
use askama::Template;
use axum::Router;
use axum::extract::{FromRequestParts, State};
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, SecondsFormat, Utc};

/// The list is long enough for a demo's week.
const AT_MOST: i64 = 200;

/// The sent-mail pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sent-mail", get(list))
        .route("/sent-mail/{id}", get(one))
        .route("/sent-mail/{id}/html", get(html))
        .route("/sent-mail/{id}/text", get(text))
}

/// Whoever may look at all mail: anybody, and only in the demo.
struct Onlooker {
    t: Words,
    tx: DutyTx,
}

impl FromRequestParts<App> for Onlooker {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        if !app.demo || app.config.mail_folder().is_none() {
            return Err(Fault::NotFound);
        }
        let said = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let t = Words::of(Locale::negotiate(said.unwrap_or_default()));
        Ok(Self { t, tx: app.db.duty().await? })
    }
}

/// `templates/mail/sent.html`.
#[derive(Template)]
#[template(path = "mail/sent.html")]
struct SentPage {
    shell: Shell,
    t: Words,
    mails: Vec<Row>,
}

/// `templates/mail/one.html`.
#[derive(Template)]
#[template(path = "mail/one.html")]
struct OnePage {
    shell: Shell,
    t: Words,
    mail: Row,
    /// How high the frame is, in pixels: the mail's HTML may not say, since it runs no script.
    height: usize,
}

/// A mail in words.
struct Row {
    id: MailId,
    kind: &'static str,
    recipient: String,
    subject: String,
    reason: String,
    state: &'static str,
    /// The tag's colour.
    class: &'static str,
    when: String,
    instant: String,
    problem: Option<String>,
}

impl Row {
    fn of(mail: Listed, t: Words) -> Self {
        let at = mail.sent_at.unwrap_or(mail.created_at);
        let (state, class) = mail.state.words(mail.dropped, t);
        Row {
            id: mail.id,
            kind: mail.kind.words(t),
            recipient: mail.recipient,
            subject: mail.subject,
            reason: mail.reason,
            state,
            class,
            when: when(at, mail.zone.unwrap_or(Zone::UTC), t),
            instant: at.to_rfc3339_opts(SecondsFormat::Secs, true),
            problem: mail.problem,
        }
    }
}

/// On the clock of whom it reaches: "Tuesday 17 November, 09:00 in Lisbon".
fn when(at: DateTime<Utc>, zone: Zone, t: Words) -> String {
    let there = zone.reading(at);
    t.mail_when(t.date_long(there.date()), t.time(there.time()), zone.city())
}

async fn list(Onlooker { t, mut tx }: Onlooker) -> Result<Response> {
    let mails = queries::newest(&mut tx, None, AT_MOST).await?;
    let mails = mails.into_iter().map(|mail| Row::of(mail, t)).collect();
    Ok(Page(SentPage { shell: Shell::bare(t.locale(), None), t, mails }).into_response())
}

async fn one(
    State(app): State<App>,
    Onlooker { t, mut tx }: Onlooker,
    Path(id): Path<MailId>,
) -> Result<Response> {
    let mail = queries::newest(&mut tx, Some(id), 1).await?.pop().ok_or(Fault::NotFound)?;
    let height = words(&app, t, &mut tx, id).await.map(|(text, _)| frame::height(&text))?;
    let page = OnePage { shell: Shell::bare(t.locale(), None), t, mail: Row::of(mail, t), height };
    Ok(frame::around(Page(page)))
}

/// What a mail says, as text and as HTML: from the outbox, else from its file, where links that work once are read by
/// whoever tries the demo. Else that it is not kept.
async fn words(app: &App, t: Words, tx: &mut DutyTx, id: MailId) -> Result<(String, String)> {
    let parts = queries::parts(tx, id).await?.ok_or(Fault::NotFound)?;
    if !parts.body_text.is_empty() {
        return Ok((parts.body_text, parts.body_html));
    }
    let written = match app.config.mail_folder() {
        Some(folder) => post::read(folder, &parts.message_id, parts.created_at).await,
        None => None,
    };
    Ok(written.unwrap_or_else(|| (t.mail_gone().to_owned(), format!("<p>{}</p>", t.mail_gone()))))
}

async fn html(
    State(app): State<App>,
    Onlooker { t, mut tx }: Onlooker,
    Path(id): Path<MailId>,
) -> Result<Response> {
    let (_, html) = words(&app, t, &mut tx, id).await?;
    Ok(frame::inside(&html))
}

async fn text(
    State(app): State<App>,
    Onlooker { t, mut tx }: Onlooker,
    Path(id): Path<MailId>,
) -> Result<Response> {
    let (text, _) = words(&app, t, &mut tx, id).await?;
    Ok(text.into_response())
}
