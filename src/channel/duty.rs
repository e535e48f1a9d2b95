//! Writing the digests of channels that are due: on any number of nodes, each once.
//!
//! In one transaction of the organisation the channels are locked, and each gets a post and a new date, or only a new date:
//! when nothing is new, when its hour passed too long ago (then it is noted as skipped; the next one tells the same), or
//! while its team is private and nobody agreed that the channel's readers read it.

use super::format;
use super::queries::{self, Due};
use super::schedule::{Send, come};
use super::tell::Occasion;
use crate::app::App;
use crate::calendar::{Edge, Hour};
use crate::db::{OrgTx, Visit, visit_each};
use crate::digest::window::TOO_LATE;
use crate::digest::{self, LATE};
use crate::fault::Result;
use crate::ids::OrgId;
use crate::language::Words;
use crate::mail::{self, Kind, NewPost};
use crate::organisation;
use chrono::{DateTime, TimeDelta, Utc};

/// How many channels one transaction writes for.
const BATCH: i64 = 50;

/// A missed hour is noted for this long.
const NOTED: TimeDelta = TimeDelta::days(14);

/// Writes the digests of channels that are due at `now` into the outbox and gives how many. What fails in one organisation
/// leaves the others theirs.
///
/// # Errors
/// The first failure, once all have had their turn.
pub async fn send_due(app: &App, now: DateTime<Utc>) -> Result<u64> {
    let orgs = {
        let mut tx = app.db.duty().await?;
        queries::due_organisations(&mut tx, now).await?
    };
    visit_each(orgs, "digests of channels could not be written", |org| write_some(app, org, now)).await
}

/// One transaction: how many channels were due, and how many posts were written.
async fn write_some(app: &App, org: OrgId, now: DateTime<Utc>) -> Result<Visit> {
    let mut tx = app.db.org_on_duty(org).await?;
    let due = queries::claim(&mut tx, now, BATCH).await?;
    if due.is_empty() {
        return Ok(Visit::NOTHING);
    }
    let slug = organisation::organisation(&mut tx).await?.slug;
    let base = app.config.link(&format!("/o/{slug}"));
    let host = app.config.mail_from.email.domain();
    let mut did = 0;
    for one in &due {
        let mut sends = come(one.hour(), one.due_at, now);
        let in_time = sends.pop_if(|send| send.is_in_time(now));
        if !one.shut {
            for send in sends.into_iter().filter(|send| now - send.at < NOTED) {
                let post = one.post(send, Kind::ChannelDaily.words(one.words()).to_owned(), String::new());
                mail::skip_post(&mut tx, &post, host, now).await?;
            }
            if let Some(send) = in_time {
                did += u64::from(write(&mut tx, (&base, host), one, send, now).await?);
            }
        }
        queries::set_next(&mut tx, one.id, one.hour().next(now.max(one.due_at)).next()).await?;
    }
    tx.commit().await?;
    Ok(Visit { due: due.len(), did })
}

/// Writes one, if there is something to tell; `false` when there is not, or it was written before.
async fn write(
    tx: &mut OrgTx,
    (base, host): (&str, &str),
    due: &Due,
    send: Send,
    now: DateTime<Utc>,
) -> Result<bool> {
    let (since, floor) = due.horizon();
    let near = digest::of_team(tx, due.team_id, floor, now).await?;
    let occasion = Occasion {
        t: due.words(),
        team: (due.team_id, &due.team),
        page: format!("{base}/teams/{}", due.slug),
        base,
        zone: due.zone,
        now,
        since,
        floor,
    };
    let told = queries::told(tx, due.id).await?;
    let Some((bulletin, items)) = occasion.tell(&near.news, &near.private, told) else { return Ok(false) };
    let message = format::message(due.service, &bulletin);
    let post = due.post(send, bulletin.title, message);
    let Some(mail) = mail::enqueue_post(tx, &post, host, now).await? else { return Ok(false) };
    queries::forget(tx, due.id, since - LATE).await?;
    digest::note_told(tx, mail, &items).await?;
    Ok(true)
}

impl Due {
    fn words(&self) -> Words {
        Words::of(self.language)
    }

    fn hour(&self) -> Hour {
        Hour { zone: self.zone, weekdays: self.weekdays, time: self.hour, edge: Edge::Opening }
    }

    /// Since when it tells, and the floor below which nothing is news: since the last one that left or is about to, before
    /// the first one since it was set up. What came late is told as far back as a digest looks.
    fn horizon(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        match self.told_at.filter(|at| self.told_from <= *at) {
            Some(told_at) => (told_at, self.told_from.max(told_at - LATE)),
            None => (self.told_from, self.told_from),
        }
    }

    /// The post of one hour. Its key is the civil date, so that nodes that differ over the hour don't send two.
    fn post(&self, send: Send, subject: String, message: String) -> NewPost {
        NewPost {
            channel: self.id,
            kind: Kind::ChannelDaily,
            period: send.date.to_string(),
            subject,
            message,
            reason: super::form::rule(self.words(), self.hour()),
            team: self.team_id,
            expires_at: send.at + TOO_LATE,
        }
    }
}
