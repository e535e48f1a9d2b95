//! Sending the digests that are due: on any number of nodes, each once.
//!
//! In one transaction of the organisation the members are locked, what is new is read once for all of them, and each gets
//! a mail and a new date, or only a new date: when there is nothing to tell, when they are away, off work or in peak hours, or when the
//! hour passed too long ago. Nothing is sent at night to make up for downtime; what was missed is noted as skipped.

use super::compose::{Digest, Reader};
use super::gather::Gathered;
use super::queries::{self, Due, Organisation};
use super::window::{Habit, Rhythm, Send, TOO_LATE, Wish};
use super::wording::{Occasion, letter};
use crate::app::App;
use crate::calendar::{Absence, Reachable, WorkingTime};
use crate::db::{OrgTx, Visit, visit_each};
use crate::fault::Result;
use crate::ids::{MailId, OrgId, TeamId};
use crate::language::Words;
use crate::mail::ledger::why_page;
use crate::mail::{self, Kind, NewMail, Rendered, Subscription};
use crate::notice;
use crate::organisation::Role;
use chrono::{DateTime, TimeDelta, Utc};
use std::borrow::Cow;

/// How many members one transaction writes to.
const BATCH: i64 = 100;

/// A digest tells of this long at most, after a holiday too.
const LONGEST: TimeDelta = TimeDelta::days(14);

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
    visit_each(orgs, "digests could not be written", |org| write_some(app, org, now)).await
}

/// One transaction: how many members were due, and how many mails were written.
async fn write_some(app: &App, org: OrgId, now: DateTime<Utc>) -> Result<Visit> {
    let mut tx = app.db.org_on_duty(org).await?;
    let due = queries::claim(&mut tx, now, BATCH).await?;
    if due.is_empty() {
        return Ok(Visit::NOTHING);
    }
    let organisation = queries::organisation(&mut tx).await?;
    let mut in_time = Vec::new();
    for one in &due {
        let mut come = one.wish().come(one.reachable(), one.due_at, now);
        if let Some(send) = come.pop_if(|send| one.is_in_time(*send, now)) {
            in_time.push((one, send));
        }
        for send in come.into_iter().filter(|send| now - send.at < LONGEST) {
            note_missed(app, &mut tx, &organisation, one, send, now).await?;
        }
        let next = one.wish().after(one.reachable(), now.max(one.due_at)).next();
        queries::set_next(&mut tx, one.id, next.map(|send| send.at)).await?;
    }
    let mut mails = 0;
    if let Some(since) = in_time.iter().map(|(one, _)| one.since(now)).min() {
        let readers: Vec<_> = in_time.iter().map(|(one, _)| one.id).collect();
        let everywhere = in_time.iter().any(|(one, _)| one.role.administers() && one.is_weekly());
        let mut gathered = Gathered::read(&mut tx, &readers, everywhere, since, now).await?;
        gathered.news.said = notice::with_the_digest(&mut tx, &readers, now - LONGEST).await?;
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
    let reader = due.reader(gathered, now);
    let updates = gathered.due_updates(due.id, reader.today, now);
    let news = match reader.hidden.as_slice() {
        [] => Cow::Borrowed(&gathered.news),
        hidden => Cow::Owned(gathered.news.clone().without(hidden)),
    };
    let Some(digest) = Digest::compose(&reader, updates, &news) else { return Ok(None) };
    let (t, org) = (Words::of(due.language), tx.org);
    let stop = due.subscription(org).address(app);
    let base = app.config.link(&format!("/o/{}", organisation.slug));
    let why_page = why_page(due.subscription(org).kind, &send.date.to_string());
    let links = Links { base: &base, stop: &stop, why_page: &why_page };
    let occasion = due.occasion(&organisation.name, links, now);
    let why = occasion.why(t, due.habit(send));
    let letter = letter(t, &occasion, &reader, &digest).why(&why).render()?;
    let mail = NewMail {
        unsubscribe: Some(stop.clone()),
        teams: digest.teams(),
        ..due.mail(org, send, letter, why, now)
    };
    Ok(mail::enqueue(tx, Some(org), &mail, app.config.mail_from.email.domain(), now).await?)
}

/// Notes a digest whose hour passed without it, for the reader to see.
async fn note_missed(
    app: &App,
    tx: &mut OrgTx,
    organisation: &Organisation,
    due: &Due,
    send: Send,
    now: DateTime<Utc>,
) -> Result<()> {
    let (t, org) = (Words::of(due.language), tx.org);
    let why = due.occasion(&organisation.name, Links::default(), now).why(t, due.habit(send));
    let subject = if due.is_weekly() { t.mail_digest_weekly() } else { t.mail_digest_daily() };
    let nothing = Rendered { subject: subject.to_owned(), text: String::new(), html: String::new() };
    let mail = due.mail(org, send, nothing, why, now);
    Ok(mail::skip(tx, org, &mail, app.config.mail_from.email.domain(), now).await?)
}

/// Where the links of a digest lead: see [`Occasion`].
#[derive(Default)]
struct Links<'a> {
    base: &'a str,
    stop: &'a str,
    why_page: &'a str,
}

impl Due {
    fn wish(&self) -> Wish {
        Wish::stored(&self.digest, self.digest_time, self.digest_weekday)
    }

    fn is_weekly(&self) -> bool {
        self.wish().rhythm == Rhythm::Weekly
    }

    fn working(&self) -> WorkingTime<'_> {
        WorkingTime { zone: self.zone, week: &self.week.0, absence: &self.absence.0 }
    }

    fn reachable(&self) -> Reachable<'_> {
        Reachable { working: self.working(), peak: &self.peak.0 }
    }

    /// How their digests come, days away left aside.
    fn habit(&self, send: Send) -> Habit {
        static NEVER: Absence = Absence::NONE;
        let working = WorkingTime { absence: &NEVER, ..self.working() };
        self.wish().habit(Reachable { working, ..self.reachable() }, send.at)
    }

    /// Whether a digest may still be sent: not long after its hour, and while it may arrive.
    fn is_in_time(&self, send: Send, now: DateTime<Utc>) -> bool {
        now - send.at < TOO_LATE && self.reachable().is_open(now)
    }

    fn subscription(&self, org: OrgId) -> Subscription {
        let kind = if self.is_weekly() { Kind::DigestWeekly } else { Kind::DigestDaily };
        Subscription { org, member: self.id, kind }
    }

    fn occasion<'a>(&'a self, organisation: &'a str, links: Links<'a>, now: DateTime<Utc>) -> Occasion<'a> {
        let Links { base, stop, why_page } = links;
        let wish = self.wish();
        Occasion { organisation, base, stop, why_page, name: &self.name, zone: self.zone, wish, now }
    }

    /// The mail of one hour. Its key is the civil date, so that nodes that differ over the hour don't send two; it is
    /// better not sent long after that hour, nor once their work has ended or a peak has begun.
    fn mail(&self, org: OrgId, send: Send, letter: Rendered, why: String, now: DateTime<Utc>) -> NewMail {
        let late = send.at + TOO_LATE;
        NewMail {
            kind: self.subscription(org).kind,
            member: Some(self.id),
            recipient: self.email.clone(),
            period: send.date.to_string(),
            letter,
            reason: why,
            unsubscribe: None,
            teams: Vec::new(),
            expires_at: self.reachable().open_until(now).map_or(late, |end| end.min(late)),
        }
    }

    /// From when on things are new to them: since the last digest; before the first one, since they went home the day
    /// before it was due, or for the week before.
    fn since(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let home = if self.is_weekly() { None } else { self.working().end_of_last_day(self.due_at) };
        let since = self.told_at.or(home).unwrap_or(self.due_at - TimeDelta::days(7));
        since.max(now - LONGEST)
    }

    fn reader(&self, gathered: &Gathered, now: DateTime<Utc>) -> Reader {
        let seats = || gathered.seats.iter().filter(|seat| seat.member_id == self.id);
        let teams: Vec<TeamId> = seats().map(|seat| seat.team_id).collect();
        let hidden = gathered.private.iter().filter(|team| self.role != Role::Owner && !teams.contains(team));
        Reader {
            member: self.id,
            hidden: hidden.copied().collect(),
            teams,
            leads: seats().filter(|seat| seat.lead).map(|seat| seat.team_id).collect(),
            administers: self.role.administers(),
            weekly: self.is_weekly(),
            today: self.zone.date_at(now),
            since: self.since(now),
        }
    }
}
