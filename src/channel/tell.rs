//! What a team's digest tells: chosen by the rule of a member's digest, for a reader who is nobody in particular. Pure.

use super::bulletin::{Bulletin, Entry, Step};
use crate::calendar::Zone;
use crate::digest::compose::{Moved, Reader, moved, new_to};
use crate::digest::news::{self, Item, News};
use crate::digest::{from_to, place, since};
use crate::ids::{MemberId, TeamId};
use crate::language::Words;
use crate::okr::parts::{Word, spelled};
use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use std::collections::HashSet;
use uuid::Uuid;

/// Whose digest it is, and the time it speaks of.
#[derive(Debug)]
pub(super) struct Occasion<'a> {
    /// The language it is in.
    pub(super) t: Words,
    /// The team and its name.
    pub(super) team: (TeamId, &'a str),
    /// The team's page.
    pub(super) page: String,
    /// Where the organisation's pages begin.
    pub(super) base: &'a str,
    /// The clock it is posted by.
    pub(super) zone: Zone,
    /// When it is written.
    pub(super) now: DateTime<Utc>,
    /// Since when it tells.
    pub(super) since: DateTime<Utc>,
    /// What is older is no news. It lies before `since`, so that what came late is still told.
    pub(super) floor: DateTime<Utc>,
}

impl Occasion<'_> {
    /// What is posted, and all it tells; `None` when nothing is new. `private` are the teams of which nothing is told here but
    /// by the team itself, `told` the updates and check-ins that were told before.
    pub(super) fn tell(
        &self,
        news: &News,
        private: &[TeamId],
        told: HashSet<Uuid>,
    ) -> Option<(Bulletin, Vec<Item>)> {
        let reader = self.reader(private, told);
        let new = new_to(&reader, news);
        let told: Vec<Item> = new.iter().map(|one| one.item).collect();
        let entries: Vec<Entry> = moved(&reader, &new).iter().map(|one| self.entry(one, news)).collect();
        (!entries.is_empty()).then(|| (self.bulletin(entries), told))
    }

    /// Nobody in particular: whoever may read the team.
    fn reader(&self, private: &[TeamId], told: HashSet<Uuid>) -> Reader {
        Reader {
            member: MemberId(Uuid::nil()),
            teams: vec![self.team.0],
            leads: Vec::new(),
            administers: false,
            hidden: private.iter().copied().filter(|team| *team != self.team.0).collect(),
            weekly: false,
            now: self.now,
            today: self.zone.date_at(self.now),
            since: self.since,
            floor: self.floor,
            told,
        }
    }

    fn bulletin(&self, entries: Vec<Entry>) -> Bulletin {
        let (t, here) = (self.t, self.zone.reading(self.now));
        let blocked = entries.iter().filter(|one| one.blocked.is_some()).count();
        let facts = [
            t.digest_fact_moves(entries.len(), spelled(t, entries.len())),
            t.digest_fact_blockers(blocked, spelled(t, blocked)),
        ];
        let facts = facts.into_iter().take(if blocked > 0 { 2 } else { 1 });
        Bulletin {
            t,
            title: t.digest_subject(
                self.team.1,
                t.weekday_long(here.weekday()),
                facts.collect::<Vec<_>>().join(", "),
            ),
            when: t.digest_when(
                t.date_long(here.date()),
                t.time(here.time()),
                self.zone.city(),
                since(t, self.zone, self.since, self.now),
            ),
            page: (self.team.1.to_owned(), self.page.clone()),
            entries,
        }
    }

    fn entry(&self, one: &Moved<'_>, news: &News) -> Entry {
        let blocked = news.blockers.iter().find(|blocker| Some(blocker.update) == one.update);
        Entry {
            who: one.author.name.clone(),
            place: self.place(one),
            page: one.update.map(|update| format!("{}/updates/{update}", self.base)),
            words: one.words.to_owned(),
            blocked: blocked.map(|blocker| blocker.words.clone()),
            steps: one.steps.iter().map(|step| self.step(step)).collect(),
        }
    }

    /// The weekday says which day it was; of one that lies longer back, the date.
    fn place(&self, one: &Moved<'_>) -> String {
        let (t, there) = (self.t, one.author.zone.reading(one.at));
        if self.now - one.at < TimeDelta::days(6) {
            return place(t, one.author, one.at);
        }
        t.when_dated(t.date_long(there.date()), t.part_of_day(there.time()), one.author.zone.city())
    }

    fn step(&self, step: &news::Step) -> Step {
        Step {
            word: Word::said(self.t, step.confidence).text.to_owned(),
            title: step.title.clone(),
            page: format!("{}/key-results/{}", self.base, step.key_result),
            went: from_to(self.t, step),
        }
    }
}
