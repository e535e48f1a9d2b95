//! What was said to something that needs a look: seen, or not before a date. Pure.
//!
//! An answer is to the reasons there were. A new reason, or one that got worse, is not answered by it, and the item is back
//! among those that need a look; what was said stays to be read.

use super::attention::Item;
use super::reason::Subject;
use crate::ids::AnswerId;
use chrono::{DateTime, NaiveDate, Utc};

/// What somebody said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Which.
    pub id: AnswerId,
    /// To what.
    pub subject: Subject,
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Their words; may be empty.
    pub note: String,
    /// The date of their calendar it comes back on, and when that begins; `None`: they have seen it.
    pub until: Option<(NaiveDate, DateTime<Utc>)>,
    /// The reasons there were, by their marks.
    pub marks: Vec<String>,
}

impl Answer {
    /// Whether it still answers this.
    fn answers(&self, item: &Item, now: DateTime<Utc>) -> bool {
        let waits = self.until.is_none_or(|(_, back)| now < back);
        self.subject == item.subject && waits && item.reasons.iter().all(|one| one.is_among(&self.marks))
    }
}

/// The newest answer that holds, of all that were not taken back.
pub fn answered<'a>(item: &Item, answers: &'a [Answer], now: DateTime<Utc>) -> Option<&'a Answer> {
    answers.iter().filter(|one| one.answers(item, now)).max_by_key(|one| (one.at, one.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::KeyResultId;
    use crate::okr::pace::Pace;
    use crate::review::reason::{Reason, Why};
    use uuid::Uuid;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn item(reasons: &[Reason]) -> Item {
        Item { subject: Subject::KeyResult(KeyResultId(Uuid::from_u128(1))), reasons: reasons.to_vec() }
    }

    fn answer(to: &Item, until: Option<&str>) -> Answer {
        Answer {
            id: AnswerId::fresh(),
            subject: to.subject,
            by: "Nuno".into(),
            at: at("2026-11-17T09:00:00Z"),
            note: String::new(),
            until: until.map(|back| (at(back).date_naive(), at(back))),
            marks: to.reasons.iter().map(Reason::mark).collect(),
        }
    }

    #[test]
    fn an_answer_holds_until_there_is_a_new_reason_or_a_worse_one() {
        let (early, late) = (at("2026-11-02T00:00:00Z"), at("2026-11-16T10:00:00Z"));
        let off = Why::OffTrack.since(early);
        let nobody = Why::NoOwner.since(early);
        let behind = Why::AgainstPace { pace: Pace::AtRisk }.since(early);
        let far_behind = Why::AgainstPace { pace: Pace::OffTrack }.since(early);
        let blocked = |hours| Why::Blocked {
            update: crate::ids::UpdateId(Uuid::from_u128(7)),
            age: chrono::TimeDelta::hours(hours),
        };
        for (what, was, is, holds) in [
            ("the same", vec![off], vec![off], true),
            ("one reason fewer", vec![off, nobody], vec![nobody], true),
            ("a new reason", vec![off], vec![off, nobody], false),
            ("another in its place", vec![off], vec![nobody], false),
            ("the same, begun anew", vec![off], vec![Why::OffTrack.since(late)], false),
            ("it got worse", vec![behind], vec![far_behind], false),
            ("it got milder", vec![far_behind], vec![behind], true),
            ("only older", vec![blocked(9).since(early)], vec![blocked(40).since(early)], true),
        ] {
            let said = [answer(&item(&was), None)];
            assert_eq!(answered(&item(&is), &said, at("2027-01-01T00:00:00Z")).is_some(), holds, "{what}");
        }
    }

    #[test]
    fn what_is_put_off_comes_back_when_the_day_begins() {
        let item = item(&[Why::Stale.since(at("2026-11-10T00:00:00Z"))]);
        let said = [answer(&item, Some("2026-11-23T00:00:00Z"))];
        assert!(answered(&item, &said, at("2026-11-22T23:59:59Z")).is_some());
        assert!(answered(&item, &said, at("2026-11-23T00:00:00Z")).is_none());
    }

    #[test]
    fn an_answer_is_to_one_thing_and_the_newest_is_shown() {
        let reason = Why::Stale.since(at("2026-11-10T00:00:00Z"));
        let (one, now) = (item(&[reason]), at("2026-11-18T00:00:00Z"));
        let other =
            Item { subject: Subject::KeyResult(KeyResultId(Uuid::from_u128(2))), reasons: vec![reason] };
        let first = answer(&one, None);
        let second = Answer { at: at("2026-11-17T12:00:00Z"), ..answer(&one, Some("2026-11-23T00:00:00Z")) };
        assert!(answered(&other, std::slice::from_ref(&first), now).is_none());
        assert_eq!(answered(&one, &[second.clone(), first], now).map(|it| it.id), Some(second.id));
    }
}
