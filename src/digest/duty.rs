//! Sending the digests that are due: on any number of nodes, each once.
//!
//! In one transaction of the organisation the members are locked, what is new is read once for all of them, and each gets
//! a mail and a new date, or only a new date: when there is nothing to tell, when they are away or off work, or when the
//! hour passed too long ago, for nothing is sent at night to make up for downtime.

use super::compose::{Digest, Reader};
use super::gather::Gathered;
use super::queries::{self, Due, Organisation};
use super::unsubscribe::Subscription;
use super::window::{Rhythm, TOO_LATE, Wish};
use super::wording::{Occasion, letter};
use crate::app::App;
use crate::calendar::WorkingTime;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{OrgId, TeamId};
use crate::language::Words;
use crate::mail::{self, Kind, NewMail};
use chrono::{DateTime, TimeDelta, Utc};

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
    let (mut written, mut trouble) = (0, None);
    for org in orgs {
        loop {
            match write_some(app, org, now).await {
                Ok((0, _)) => break,
                Ok((_, mails)) => written += mails,
                Err(fault) => {
                    tracing::error!(%org, error = ?fault, "digests could not be written");
                    trouble.get_or_insert(fault);
                    break;
                }
            }
        }
    }
    trouble.map_or(Ok(written), Err)
}

/// One transaction: how many members were due, and how many mails were written.
async fn write_some(app: &App, org: OrgId, now: DateTime<Utc>) -> Result<(usize, u64)> {
    let mut tx = app.db.org(org).await?;
    let due = queries::claim(&mut tx, now, BATCH).await?;
    if due.is_empty() {
        return Ok((0, 0));
    }
    let organisation = queries::organisation(&mut tx).await?;
    let in_time: Vec<&Due> = due.iter().filter(|one| one.is_in_time(now)).collect();
    let mut mails = 0;
    if let Some(since) = in_time.iter().map(|one| one.since(now)).min() {
        let readers: Vec<_> = in_time.iter().map(|one| one.id).collect();
        let everywhere = in_time.iter().any(|one| one.role.administers() && one.is_weekly());
        let gathered = Gathered::read(&mut tx, &readers, everywhere, since, now).await?;
        for one in in_time {
            mails += u64::from(write(app, &mut tx, &organisation, one, &gathered, now).await?);
        }
    }
    for one in &due {
        let next = one.wish().after(one.working(), now.max(one.due_at)).next();
        queries::set_next(&mut tx, one.id, next.map(|send| send.at)).await?;
    }
    tx.commit().await?;
    Ok((due.len(), mails))
}

/// Writes one member's digest, if there is something to tell. `false` when there is not, or it was written before.
async fn write(
    app: &App,
    tx: &mut OrgTx,
    organisation: &Organisation,
    due: &Due,
    gathered: &Gathered,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let reader = due.reader(gathered, now);
    let updates = gathered.due_updates(due.id, reader.today, now);
    let Some(digest) = Digest::compose(&reader, updates, &gathered.news) else { return Ok(false) };
    let t = Words::of(due.language);
    let kind = if due.is_weekly() { Kind::DigestWeekly } else { Kind::DigestDaily };
    let stop = Subscription { org: tx.org, member: due.id, kind }.address(app);
    let occasion = Occasion {
        organisation: &organisation.name,
        base: &app.config.link(&format!("/o/{}", organisation.slug)),
        stop: &stop,
        name: &due.name,
        zone: due.zone,
        wish: due.wish(),
        now,
    };
    let why = occasion.why(t, &due.week.0);
    let letter = letter(t, &occasion, &reader, &digest).why(&why).render()?;
    let mail = NewMail {
        kind,
        member: Some(due.id),
        recipient: due.email.clone(),
        // The date of the hour it was due at, so that nodes that differ over the hour don't send two.
        period: due.zone.date_at(due.due_at).to_string(),
        letter,
        reason: why,
        unsubscribe: Some(stop),
        expires_at: due.expires_at(now),
    };
    let org = tx.org;
    Ok(mail::enqueue(tx, Some(org), &mail, app.config.mail_from.email.domain(), now).await?)
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

    /// Whether it may still be sent: not long after its hour, and while they work.
    fn is_in_time(&self, now: DateTime<Utc>) -> bool {
        now - self.due_at < TOO_LATE && self.working().is_working(now)
    }

    /// When it is better not sent any more: long after its hour, or when their work ends.
    fn expires_at(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let late = self.due_at + TOO_LATE;
        self.working().working_until(now).map_or(late, |end| end.min(late))
    }

    /// From when on things are new to them: since the last digest; before the first one, since they last went home, or for
    /// a week.
    fn since(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let first = if self.is_weekly() { None } else { self.working().end_of_last_day(now) };
        let since = self.told_at.or(first).unwrap_or(now - TimeDelta::days(7));
        since.max(now - LONGEST)
    }

    fn reader(&self, gathered: &Gathered, now: DateTime<Utc>) -> Reader {
        let seats = || gathered.seats.iter().filter(|seat| seat.member_id == self.id);
        let teams: Vec<TeamId> = seats().map(|seat| seat.team_id).collect();
        Reader {
            member: self.id,
            teams,
            leads: seats().filter(|seat| seat.lead).map(|seat| seat.team_id).collect(),
            administers: self.role.administers(),
            weekly: self.is_weekly(),
            today: self.zone.date_at(now),
            since: self.since(now),
        }
    }
}
