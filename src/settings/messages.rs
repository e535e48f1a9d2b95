//! `/o/{org}/me/messages`: every mail to me, why it was sent and what became of it. Mine alone.

use crate::calendar::Zone;
use crate::clock::Now;
use crate::digest;
use crate::fault::{Fault, Result};
use crate::ids::MailId;
use crate::language::Words;
use crate::mail::ledger::{self, Entry};
use crate::mail::{Dropped, Kind, State};
use crate::organisation::{Me, Member};
use crate::web::parts::iso;
use crate::web::{Done, Form, Nav, Page, Path, Query, Shell};
use askama::Template;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// So many stand on one page.
const PAGE: usize = 50;

/// `templates/settings/messages.html`.
#[derive(Template)]
#[template(path = "settings/messages.html")]
struct MessagesPage {
    shell: Shell,
    t: Words,
    settings: String,
    rows: Vec<Row>,
    older: Option<String>,
}

/// `templates/settings/message.html`.
#[derive(Template)]
#[template(path = "settings/message.html")]
struct MessagePage {
    shell: Shell,
    t: Words,
    base: String,
    settings: String,
    row: Row,
}

/// A mail in words.
struct Row {
    subject: String,
    kind: &'static str,
    href: String,
    reason: String,
    state: &'static str,
    class: &'static str,
    when: String,
    instant: String,
    fate: String,
    problem: Option<String>,
    /// The kind, where it comes and can be stopped.
    stop: Option<&'static str>,
}

impl Row {
    fn of(entry: Entry, me: &Me, takes: impl Fn(Kind) -> bool) -> Self {
        let t = me.words();
        let (state, class) = entry.state.words(entry.dropped, t);
        let at = entry.sent_at.unwrap_or(entry.created_at);
        Self {
            kind: entry.kind.words(t),
            href: me.at(&ledger::why_page(entry.kind, &entry.period)),
            state,
            class,
            when: on_clock(at, me.zone, t),
            instant: iso(at),
            fate: fate(&entry, me.zone, t),
            stop: takes(entry.kind).then_some(entry.kind.as_str()),
            subject: entry.subject,
            reason: entry.reason,
            problem: entry.problem,
        }
    }
}

/// What became of it, in a sentence.
fn fate(entry: &Entry, zone: Zone, t: Words) -> String {
    match (entry.state, entry.sent_at, entry.next_try_at) {
        (State::Sent, Some(at), _) => t.messages_fate_sent(on_clock(at, zone, t)),
        (State::Waiting, _, Some(next)) => {
            t.messages_fate_waiting(on_clock(next, zone, t), on_clock(entry.expires_at, zone, t))
        }
        (State::Failed, ..) => t.messages_fate_failed().to_owned(),
        _ => match entry.dropped {
            Some(Dropped::Unreadable) => t.messages_fate_unreadable().to_owned(),
            Some(Dropped::Stopped) => t.messages_fate_stopped().to_owned(),
            _ => t.messages_fate_skipped().to_owned(),
        },
    }
}

/// "Tuesday 17 November, 09:00 in Lisbon"
fn on_clock(at: DateTime<Utc>, zone: Zone, t: Words) -> String {
    let here = zone.reading(at);
    t.mail_when(t.date_long(here.date()), t.time(here.time()), zone.city())
}

#[derive(Deserialize)]
pub(super) struct Asked {
    before: Option<MailId>,
}

/// Every mail to me.
pub(super) async fn show(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let mut entries =
        ledger::written_to(&mut tx, me.id, asked.before, i64::try_from(PAGE + 1).unwrap_or(i64::MAX)).await?;
    let more = entries.len() > PAGE;
    entries.truncate(PAGE);
    let base = me.at("/me/messages");
    let page = MessagesPage {
        older: entries.last().filter(|_| more).map(|last| format!("{base}?before={}", last.id)),
        rows: entries.into_iter().map(|entry| Row::of(entry, &me, |_| false)).collect(),
        settings: me.at("/me#dg"),
        t: me.words(),
        shell: Shell::of(&me, Nav::None, now),
    };
    Ok(Page(page).into_response())
}

/// One of them, as its foot links to it. Looking changes nothing.
pub(super) async fn one(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, kind, period)): Path<(String, String, String)>,
) -> Result<Response> {
    let kind = Kind::parse(&kind).ok_or(Fault::NotFound)?;
    let entry = ledger::one_written_to(&mut tx, me.id, kind, &period).await?.ok_or(Fault::NotFound)?;
    let takes = digest::subscriber(&mut tx, me.id).await?;
    let page = MessagePage {
        row: Row::of(entry, &me, |kind| takes.as_ref().is_some_and(|takes| takes.takes(kind))),
        base: me.at("/me/messages"),
        settings: me.at("/me#dg"),
        t: me.words(),
        shell: Shell::of(&me, Nav::None, now),
    };
    Ok(Page(page).into_response())
}

/// Which kind is stopped.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StopForm {
    kind: String,
}

/// Stops one kind of mail to me, and no other.
pub(super) async fn stop(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Form(form): Form<StopForm>,
) -> Result<Response> {
    let kind = Kind::parse(&form.kind).ok_or_else(|| Fault::BadForm("no kind of mail".to_owned()))?;
    digest::stop(&mut tx, me.id, kind, now).await?;
    tx.commit().await?;
    Ok(Done::Unsubscribed.at(&me.at("/me/messages")))
}
