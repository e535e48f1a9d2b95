//! Doing what an answer asks for.

use super::received::Received;
use super::returned;
use crate::app::App;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::MailId;
use crate::language::Words;
use crate::mail::{self, Kind, Sent};
use crate::notice::{self, Subject, Told};
use crate::organisation::Me;
use crate::reminder;
use crate::standup::{self, Came};
use crate::talk;
use crate::web::Problems;
use chrono::{DateTime, TimeDelta, Utc};

/// For so long a mail of ours can be answered.
const ANSWERED_WITHIN: TimeDelta = TimeDelta::days(30);

/// What can't be done, as a sentence, and the page to do it on, within the organisation's addresses.
pub(super) struct Undone {
    pub(super) sentence: String,
    pub(super) page: String,
}

impl Undone {
    fn new(sentence: impl Into<String>, page: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), page: page.into() }
    }
}

/// Takes a mail in: does what it asks, or sends it back. Logs say what became of it, and never who wrote what.
pub(super) async fn take_in(app: &App, received: &Received, now: DateTime<Utc>) -> Result<()> {
    let Some(id) = received.to.iter().find_map(|address| mail::answered(app, address)) else {
        tracing::info!("a mail to the letterbox is for nobody");
        return Ok(());
    };
    let sent = mail::sent(&mut app.db.duty().await?, id).await?;
    let Some(sent) = sent.filter(|sent| !received.automatic && received.is_from(&sent.email)) else {
        tracing::info!(mail = %id, automatic = received.automatic, "an answer was passed over");
        return Ok(());
    };
    let mut tx = app.db.org(sent.org).await?;
    let Some(me) = Me::for_duty(&mut tx, sent.member).await? else { return Ok(()) };
    match act(app, &mut tx, &me, (id, &sent), received, now).await? {
        Ok(()) => {
            tx.commit().await?;
            tracing::info!(mail = %id, "an answer was taken in");
        }
        Err(undone) => {
            drop(tx);
            returned::send(app, &me, &sent.email, (received, undone), now).await?;
            tracing::info!(mail = %id, "an answer was sent back");
        }
    }
    Ok(())
}

async fn act(
    app: &App,
    tx: &mut OrgTx,
    me: &Me,
    (id, sent): (MailId, &Sent),
    received: &Received,
    now: DateTime<Utc>,
) -> Result<Result<(), Undone>> {
    let t = me.words();
    if received.words.is_empty() {
        return Ok(Err(Undone::new(t.letterbox_empty(), "/today")));
    }
    if now - sent.created_at > ANSWERED_WITHIN {
        return Ok(Err(Undone::new(t.letterbox_late(), "/today")));
    }
    let words = with_files(t, received);
    match sent.kind {
        Kind::Notice => reply(tx, me, id, (&words, received), now).await,
        Kind::DigestDaily => update(app, tx, me, (&words, received), now).await,
        Kind::Reminder => match reminder::reminded_of(tx, id).await?.as_slice() {
            [] => Ok(Err(Undone::new(t.letterbox_gone(), "/today"))),
            [Some(key_result)] => {
                comment(tx, me, Subject::KeyResult(*key_result), (&words, received), now).await
            }
            all if all.iter().all(Option::is_none) => update(app, tx, me, (&words, received), now).await,
            _ => Ok(Err(Undone::new(t.letterbox_several(), "/today"))),
        },
        _ => Ok(Err(Undone::new(t.letterbox_unanswerable(), "/today"))),
    }
}

/// The words, and how many files did not come along.
fn with_files(t: Words, received: &Received) -> String {
    match received.files {
        0 => received.words.clone(),
        files => format!("{}\n\n*{}*", received.words, t.letterbox_files(files)),
    }
}

/// Answers the question a mail brought, or replies to the one thing it told of.
async fn reply(
    tx: &mut OrgTx,
    me: &Me,
    id: MailId,
    (words, received): (&str, &Received),
    now: DateTime<Utc>,
) -> Result<Result<(), Undone>> {
    let t = me.words();
    let told = notice::told_by(tx, id).await?;
    let Some(first) = told.first() else { return Ok(Err(Undone::new(t.letterbox_gone(), "/notices"))) };
    let one = |it: &Told| it.subject == first.subject && it.ask == first.ask;
    if !told.iter().all(one) {
        return Ok(Err(Undone::new(t.letterbox_several(), "/notices")));
    }
    match first.ask {
        Some(ask) => outcome(me, first.subject, talk::answer(tx, me, ask, words, now).await),
        None => comment(tx, me, first.subject, (words, received), now).await,
    }
}

/// Says something below what a mail told of.
async fn comment(
    tx: &mut OrgTx,
    me: &Me,
    subject: Subject,
    (words, received): (&str, &Received),
    now: DateTime<Utc>,
) -> Result<Result<(), Undone>> {
    outcome(me, subject, talk::reply(tx, me, subject, words, received.key, now).await)
}

/// What became of words said about something.
fn outcome(me: &Me, subject: Subject, done: Result<Result<(), Problems>>) -> Result<Result<(), Undone>> {
    match done {
        Ok(Ok(())) => Ok(Ok(())),
        Ok(Err(problems)) => {
            let said: Vec<_> = problems.iter().map(|(_, sentence)| sentence).collect();
            Ok(Err(Undone::new(said.join(" "), subject.page())))
        }
        Err(Fault::NotFound | Fault::Forbidden) => {
            Ok(Err(Undone::new(me.words().letterbox_gone(), "/notices")))
        }
        Err(fault) => Err(fault),
    }
}

/// Posts the words as the update of the day.
async fn update(
    app: &App,
    tx: &mut OrgTx,
    me: &Me,
    (words, received): (&str, &Received),
    now: DateTime<Utc>,
) -> Result<Result<(), Undone>> {
    let t = me.words();
    let sentence = match standup::post_words(tx, app, me, words, received.key, now).await? {
        Came::Posted => return Ok(Ok(())),
        Came::Taken => t.letterbox_taken(),
        Came::Away => t.letterbox_away(),
        Came::Unasked => t.letterbox_unasked(),
        Came::Several => t.letterbox_several_updates(),
        Came::Refused => t.letterbox_refused(),
    };
    Ok(Err(Undone::new(sentence, "/today")))
}
