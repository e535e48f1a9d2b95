//! `/o/{org}/me/digest`: my digest as it would be now, when it comes next, and one to myself to try it out.
//!
//! Looking changes nothing: what it shows is told by the next one all the same.

use super::due::Made;
use super::duty::SAID;
use super::gather::Gathered;
use super::queries::{self, Due};
use super::window::{Rhythm, Send};
use crate::account::rate_limit::TEST_MAIL;
use crate::app::App;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::MailId;
use crate::language::Words;
use crate::mail::{self, Kind, NewMail, frame};
use crate::notice;
use crate::organisation::{self, Me, Member};
use crate::web::parts::iso;
use crate::web::{Done, Form, Nav, Page, Query, Shell};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

/// Where nothing is new, so far back is looked to have something to show.
const BACK: TimeDelta = TimeDelta::days(7);

/// A digest to try out is better not sent later than this.
const SOON: TimeDelta = TimeDelta::hours(1);

/// `templates/digest/preview.html`.
#[derive(Template)]
#[template(path = "digest/preview.html")]
struct PreviewPage {
    shell: Shell,
    t: Words,
    base: String,
    settings: String,
    title: &'static str,
    rhythm: &'static str,
    /// Address, words, and whether it is the one shown.
    rhythms: [(String, &'static str, bool); 2],
    letter: Option<Shown>,
    /// When the next ones come: instant and words.
    next: Vec<(String, String)>,
}

/// The letter's subject, and how high its frame is in pixels.
struct Shown {
    subject: String,
    height: usize,
}

/// Which rhythm is looked at; the member's own where it is not said.
#[derive(Deserialize)]
pub(super) struct Asked {
    rhythm: Option<String>,
}

/// A digest before its hour.
struct Preview {
    due: Due,
    made: Option<Made>,
    /// Whether it looks back because nothing is new.
    back: bool,
    /// When the next ones come, at the rhythm that is wished for.
    next: Vec<Send>,
}

impl Preview {
    async fn of(app: &App, tx: &mut OrgTx, me: &Me, asked: Option<&str>, now: DateTime<Utc>) -> Result<Self> {
        let mut due = queries::as_if_due(tx, me.id, now).await?;
        let next = next(&due, now).take(3).collect();
        let rhythm = asked.map(|word| Rhythm::parse(word).ok_or(Fault::NotFound)).transpose()?;
        match (rhythm, due.wish().rhythm) {
            (Some(rhythm), _) => due.digest = rhythm.as_str().to_owned(),
            (None, Rhythm::None) => due.digest = Rhythm::Daily.as_str().to_owned(),
            (None, _) => {}
        }
        if let Some(made) = make(app, tx, &due, now).await? {
            return Ok(Self { due, made: Some(made), back: false, next });
        }
        (due.told_at, due.digest_from) = (None, Some(now - BACK));
        let made = make(app, tx, &due, now).await?;
        Ok(Self { due, made, back: true, next })
    }

    /// Who gets it, and what it is.
    fn whole(self) -> Result<(Due, Made)> {
        Ok((self.due, self.made.ok_or(Fault::NotFound)?))
    }
}

async fn make(app: &App, tx: &mut OrgTx, due: &Due, now: DateTime<Utc>) -> Result<Option<Made>> {
    let organisation = organisation::organisation(tx).await?;
    let mut gathered = Gathered::read(tx, &[due], due.horizon(now).1, now).await?;
    if due.told_at.is_none() {
        gathered.told.clear();
    }
    gathered.news.said = notice::with_the_digest(tx, &[due.id], now - SAID).await?;
    let send = next(due, now).next().unwrap_or(Send { at: now, date: due.hours.0.zone.date_at(now) });
    due.make(app, &organisation, &gathered, ("/me/messages", &due.why(send)), now)
}

fn next(due: &Due, now: DateTime<Utc>) -> impl Iterator<Item = Send> {
    due.wish().after(due.hours.0.reachable(), now)
}

/// What it would say now.
pub(super) async fn show(
    State(app): State<App>,
    Member { me, mut tx }: Member,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let t = me.words();
    let Preview { due, made, back, next } =
        Preview::of(&app, &mut tx, &me, asked.rhythm.as_deref(), now).await?;
    let (base, weekly) = (me.at("/me/digest"), due.is_weekly());
    let word = |send: Send| {
        let zone = due.hours.0.zone;
        let here = zone.reading(send.at);
        (iso(send.at), t.mail_when(t.date_long(here.date()), t.time(here.time()), zone.city()))
    };
    let page = PreviewPage {
        title: match (&made, back) {
            (Some(_), false) => t.digest_preview_h1(),
            (Some(_), true) => t.digest_preview_h1_back(),
            (None, _) => t.digest_preview_h1_nothing(),
        },
        rhythms: [
            (format!("{base}?rhythm=daily"), t.digest_preview_daily(), !weekly),
            (format!("{base}?rhythm=weekly"), t.digest_preview_weekly(), weekly),
        ],
        rhythm: due.wish().rhythm.as_str(),
        letter: made
            .map(|made| Shown { height: frame::height(&made.letter.text), subject: made.letter.subject }),
        next: next.into_iter().map(word).collect(),
        settings: me.at("/me#dg"),
        shell: Shell::of(&me, Nav::None, now),
        base,
        t,
    };
    Ok(frame::around(Page(page)))
}

/// The letter itself, for the frame.
pub(super) async fn html(
    State(app): State<App>,
    Member { me, mut tx }: Member,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let preview = Preview::of(&app, &mut tx, &me, asked.rhythm.as_deref(), now).await?;
    Ok(frame::inside(&preview.whole()?.1.letter.html))
}

/// The same as plain text.
pub(super) async fn text(
    State(app): State<App>,
    Member { me, mut tx }: Member,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let preview = Preview::of(&app, &mut tx, &me, asked.rhythm.as_deref(), now).await?;
    Ok(preview.whole()?.1.letter.text.into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TestForm {
    rhythm: String,
}

/// Sends it to me now. It is mail just asked for, and tells nothing: the next digest tells it again.
pub(super) async fn test(
    State(app): State<App>,
    Member { me, mut tx }: Member,
    Now(now): Now,
    Form(form): Form<TestForm>,
) -> Result<Response> {
    let t = me.words();
    TEST_MAIL.of(&app.keys, &format!("digest of {}", me.id)).take(&mut tx, now).await?;
    let preview = Preview::of(&app, &mut tx, &me, Some(&form.rhythm), now).await?;
    let (due, Made { mut letter, teams, .. }) = preview.whole()?;
    letter.subject = t.digest_preview_subject_test(letter.subject);
    let mail = NewMail {
        kind: Kind::Test,
        member: Some(me.id),
        recipient: due.email,
        period: MailId::fresh().to_string(),
        letter,
        reason: t.digest_preview_why().to_owned(),
        unsubscribe: None,
        teams,
        expires_at: now + SOON,
    };
    mail::enqueue(&mut tx, Some(me.org), &mail, app.config.mail_from.email.domain(), now).await?;
    tx.commit().await?;
    Ok(Done::TestSent.at(&me.at(&format!("/me/digest?rhythm={}", form.rhythm))))
}
