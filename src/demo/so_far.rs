//! The story so far: what an onlooker sees at some instant, with one update left for the visitor to write.

use chrono::{DateTime, NaiveDate, Utc};

use super::{events::Update, moment::Moment, story::Story, words::PersonKey};

impl Story {
    /// The story as it stands at `now`, when its first Monday is `first_monday`: without whatever happens later,
    /// and without what the demo's member wrote on their current local day, replies and check-ins included.
    #[must_use]
    pub fn so_far(&self, first_monday: NaiveDate, now: DateTime<Utc>) -> Story {
        let onlooker = Onlooker { story: self, first_monday, now };
        let mut seen = self.clone();
        seen.updates = self.updates.iter().filter_map(|update| onlooker.seen(update)).collect();
        seen.check_ins.retain(|check_in| onlooker.tells(&check_in.by, check_in.at));
        seen.remarks.retain(|remark| onlooker.has_happened(&remark.by, remark.at));
        seen.changes.retain(|change| onlooker.has_happened(&change.by, change.at));
        seen
    }
}

struct Onlooker<'a> {
    story: &'a Story,
    first_monday: NaiveDate,
    now: DateTime<Utc>,
}

impl Onlooker<'_> {
    fn has_happened(&self, by: &PersonKey, at: Moment) -> bool {
        self.story.instant(by, at, self.first_monday).is_some_and(|instant| instant <= self.now)
    }

    /// Whether it is the visitor's to write: the demo's member, today.
    fn is_the_visitors(&self, by: &PersonKey, at: Moment) -> bool {
        let today = |zone: crate::calendar::Zone| zone.date_at(self.now) == at.day.date(self.first_monday);
        *by == self.story.organisation.member
            && self.story.person(by).is_some_and(|person| today(person.zone))
    }

    fn tells(&self, by: &PersonKey, at: Moment) -> bool {
        self.has_happened(by, at) && !self.is_the_visitors(by, at)
    }

    /// The update as it stands now; `None` when it is yet to be written.
    fn seen(&self, update: &Update) -> Option<Update> {
        if !self.tells(&update.by, update.at) {
            return None;
        }
        let mut seen = update.clone();
        seen.replies.retain(|reply| self.has_happened(&reply.by, reply.at));
        seen.reactions.retain(|reaction| self.has_happened(&reaction.by, reaction.at));
        if let Some(blocker) = &mut seen.blocker {
            blocker.resolved = blocker.resolved.take().filter(|end| self.has_happened(&end.by, end.at));
        }
        Some(seen)
    }
}
