//! Sending the digests that are due: on any number of nodes, each once.
//!
//! In one transaction of the organisation the members are locked, what is new is read once for all of them, and each gets
//! a mail and a new date, or only a new date: when there is nothing to tell, when they are away, off work or in peak hours, or when the
//! hour passed too long ago. Nothing is sent at night to make up for downtime; what was missed is noted as skipped. The
//! letters at a cycle's end (`ends`) follow.

use super::due::LATE;
use super::ends;
use super::gather::Gathered;
use super::queries::{self, Due, told};
use super::window::Send;
use crate::app::App;
use crate::db::{OrgTx, Visit, visit_each};
use crate::fault::Result;
use crate::ids::{MailId, OrgId};
use crate::language::Words;
use crate::mail::{self, NewMail, Rendered, ledger};
use crate::notice;
use crate::organisation::{self, Organisation};
use chrono::{DateTime, TimeDelta, Utc};

/// How many members one transaction writes to.
const BATCH: i64 = 100;

/// A missed hour is noted for this long.
const NOTED: TimeDelta = TimeDelta::days(14);

/// What was said longer ago stands in the list of notices and is not told by mail.
pub(super) const SAID: TimeDelta = TimeDelta::days(365);

/// Writes the digests that are due at `now` into the outbox and gives how many. What fails in one organisation leaves the
/// others theirs.
///
/// # Errors
/// The first failure, once all have had their turn.
pub async fn send_due(app: &App, now: DateTime<Utc>) -> Result<u64> {
    let orgs = {
        let mut tx = app.db.duty().await?;
        queries::due_organisations(&mut tx, now).await?
    };
    let digests = visit_each(orgs, "digests could not be written", |org| write_some(app, org, now)).await;
    let ends = ends::send_due(app, now).await;
    Ok(digests? + ends?)
}

/// One transaction: how many members were due, and how many mails were written.
async fn write_some(app: &App, org: OrgId, now: DateTime<Utc>) -> Result<Visit> {
    let mut tx = app.db.org_on_duty(org).await?;
    let due = queries::claim(&mut tx, now, BATCH).await?;
    if due.is_empty() {
        return Ok(Visit::NOTHING);
    }
    let organisation = organisation::organisation(&mut tx).await?;
    let mut in_time = Vec::new();
    for one in &due {
        let mut come = one.wish().come(one.hours.0.reachable(), one.due_at, now);
        if let Some(send) = come.pop_if(|send| one.is_in_time(*send, now)) {
            in_time.push((one, send));
        }
        for send in come.into_iter().filter(|send| now - send.at < NOTED) {
            note_missed(app, &mut tx, one, send, now).await?;
        }
        let next = one.wish().after(one.hours.0.reachable(), now.max(one.due_at)).next();
        let from = Some(one.horizon(now).1);
        queries::set_next(&mut tx, one.id, next.map(|send| send.at), from).await?;
    }
    let mut mails = 0;
    if let Some(floor) = in_time.iter().map(|(one, _)| one.horizon(now).1).min() {
        let readers: Vec<_> = in_time.iter().map(|(one, _)| one.id).collect();
        let who: Vec<_> = in_time.iter().map(|(one, _)| *one).collect();
        let mut gathered = Gathered::read(&mut tx, &who, floor, now).await?;
        gathered.news.said = notice::with_the_digest(&mut tx, &readers, now - SAID).await?;
        for (one, send) in in_time {
            if let Some(mail) = write(app, &mut tx, &organisation, one, send, &gathered, now).await? {
                mails += 1;
                let said = gathered.news.said.iter().filter(|line| line.to() == one.id);
                notice::mark_told(&mut tx, said, Some(mail), now).await?;
            }
        }
    }
    tx.commit().await?;
    Ok(Visit { due: due.len(), did: mails })
}

/// Writes one member's digest, if there is something to tell; `None` when there is not, or it was written before.
async fn write(
    app: &App,
    tx: &mut OrgTx,
    organisation: &Organisation,
    due: &Due,
    send: Send,
    gathered: &Gathered,
    now: DateTime<Utc>,
) -> Result<Option<MailId>> {
    let period = send.date.to_string();
    let page = ledger::why_page(due.kind(), &period);
    let why = due.why(send);
    let Some(made) = due.make(app, organisation, gathered, (&page, &why), now)? else { return Ok(None) };
    let org = tx.org;
    let unsubscribe = Some(due.subscription(org).address(app));
    let mail = NewMail { unsubscribe, teams: made.teams, ..due.mail(send, made.letter, why, now) };
    let mail = mail::enqueue(tx, Some(org), &mail, app.config.mail_from.email.domain(), now).await?;
    if let Some(mail) = mail {
        told::tell(tx, due.id, mail, &made.told, due.horizon(now).0 - LATE).await?;
    }
    Ok(mail)
}

/// Notes a digest whose hour passed without it, for the reader to see.
async fn note_missed(app: &App, tx: &mut OrgTx, due: &Due, send: Send, now: DateTime<Utc>) -> Result<()> {
    let (t, org) = (Words::of(due.language), tx.org);
    let nothing =
        Rendered { subject: due.kind().words(t).to_owned(), text: String::new(), html: String::new() };
    let mail = due.mail(send, nothing, due.why(send), now);
    Ok(mail::skip(tx, org, &mail, app.config.mail_from.email.domain(), now).await?)
}
