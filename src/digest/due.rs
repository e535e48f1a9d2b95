//! One member's digest: since when it tells, when it may be sent, and the letter.

use super::compose::{Digest, Reader};
use super::gather::Gathered;
use super::news::Item;
use super::queries::Due;
use super::window::{Habit, Rhythm, Send, TOO_LATE, Wish};
use super::wording::{Occasion, letter};
use crate::app::App;
use crate::calendar::{Absence, Reachable, WorkingTime};
use crate::fault::Result;
use crate::ids::{OrgId, TeamId};
use crate::language::Words;
use crate::mail::{self, Kind, NewMail, Rendered, Subscription};
use crate::organisation::{Organisation, Role};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashSet;

/// How much before the last digest something may say it was written and still be news: its transaction ended while the
/// digest was being read, it went out by itself after the house was down, or its team was joined since.
pub const LATE: TimeDelta = TimeDelta::days(7);

/// A digest in both parts, and what it tells.
pub(super) struct Made {
    pub(super) letter: Rendered,
    pub(super) told: Vec<Item>,
    /// The teams whose words it holds.
    pub(super) teams: Vec<TeamId>,
}

impl Due {
    pub(super) fn wish(&self) -> Wish {
        Wish::stored(&self.digest, self.digest_time, self.digest_weekday)
    }

    pub(super) fn is_weekly(&self) -> bool {
        self.wish().rhythm == Rhythm::Weekly
    }

    /// Which kind of mail theirs is.
    pub(super) fn kind(&self) -> Kind {
        if self.is_weekly() { Kind::DigestWeekly } else { Kind::DigestDaily }
    }

    /// How their digests come, days away left aside.
    fn habit(&self, send: Send) -> Habit {
        static NEVER: Absence = Absence::NONE;
        let working = WorkingTime { absence: &NEVER, ..self.hours.0.working() };
        self.wish().habit(Reachable { working, ..self.hours.0.reachable() }, send.at)
    }

    /// The rule that sends it.
    pub(super) fn why(&self, send: Send) -> String {
        self.wish().why(Words::of(self.language), self.habit(send))
    }

    /// Whether a digest may still be sent: not long after its hour, and while it may arrive.
    pub(super) fn is_in_time(&self, send: Send, now: DateTime<Utc>) -> bool {
        now - send.at < TOO_LATE && self.hours.0.reachable().is_open(now)
    }

    pub(super) fn subscription(&self, org: OrgId) -> Subscription {
        Subscription { org, member: self.id, kind: self.kind() }
    }

    /// The letter, if there is something to tell: its foot names the page and the rule that explain it.
    pub(super) fn make(
        &self,
        app: &App,
        organisation: &Organisation,
        gathered: &Gathered,
        (page, why): (&str, &str),
        now: DateTime<Utc>,
    ) -> Result<Option<Made>> {
        let reader = self.reader(gathered, now);
        let updates = gathered.due_updates(self.id, reader.today, now);
        let Some(digest) = Digest::compose(&reader, updates, &gathered.news) else { return Ok(None) };
        let base = app.config.link(&format!("/o/{}", organisation.slug));
        let stop = self.subscription(organisation.id).address(app);
        let occasion = Occasion {
            organisation: &organisation.name,
            base: &base,
            stop: &stop,
            why_page: page,
            name: &self.name,
            zone: self.hours.0.zone,
            teams: &gathered.names_of(&reader.teams),
            now,
        };
        let t = Words::of(self.language);
        let letter = letter(t, &occasion, &reader, &digest).why(why);
        let answerable = mail::can_be_answered(app, self.kind());
        let letter = if answerable { letter.soft(t.letterbox_can_update()) } else { letter }.render()?;
        Ok(Some(Made { letter, teams: digest.teams(), told: digest.told }))
    }

    /// The mail of one hour. Its key is the civil date, so that nodes that differ over the hour don't send two; it is
    /// better not sent long after that hour, nor once their work has ended or a peak has begun.
    pub(super) fn mail(&self, send: Send, letter: Rendered, why: String, now: DateTime<Utc>) -> NewMail {
        let late = send.at + TOO_LATE;
        NewMail {
            kind: self.kind(),
            member: Some(self.id),
            recipient: self.email.clone(),
            period: send.date.to_string(),
            letter,
            reason: why,
            unsubscribe: None,
            teams: Vec::new(),
            expires_at: self.hours.0.reachable().open_until(now).map_or(late, |end| end.min(late)),
        }
    }

    /// Since when theirs tells, and the floor below which nothing is news. Since the last digest; before the first one,
    /// since they went home the day before it was due, or for the week before.
    pub(super) fn horizon(&self, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
        let home = if self.is_weekly() { None } else { self.hours.0.working().end_of_last_day(self.due_at) };
        let first = self.digest_from.or(home).unwrap_or(self.due_at - TimeDelta::days(7)).min(now);
        match self.told_at.filter(|at| self.digest_from.is_some_and(|from| from <= *at)) {
            Some(told_at) => (told_at, first.max(told_at - LATE)),
            None => (first, first),
        }
    }

    fn reader(&self, gathered: &Gathered, now: DateTime<Utc>) -> Reader {
        let seats = || gathered.seats.iter().filter(|seat| seat.member_id == self.id);
        let teams: Vec<TeamId> = seats().map(|seat| seat.team_id).collect();
        let (since, floor) = self.horizon(now);
        let closed = gathered.private.iter().filter(|team| !teams.contains(team) && self.role != Role::Owner);
        Reader {
            member: self.id,
            hidden: closed.copied().collect::<HashSet<_>>(),
            leads: seats().filter(|seat| seat.lead).map(|seat| seat.team_id).collect(),
            administers: self.role.administers(),
            weekly: self.is_weekly(),
            now,
            today: self.hours.0.zone.date_at(now),
            since,
            floor,
            told: gathered.told.get(&self.id).cloned().unwrap_or_default(),
            teams,
        }
    }
}
