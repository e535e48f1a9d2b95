//! Moods: how they are sealed while a week runs, and what may be said of it when it is over. Pure, but for the keys.
//!
//! What must never be found out is who said what; not by a reader of the page, and not by somebody who holds the whole
//! database. So who answered and what was answered meet nowhere:
//! - the five counts of a team's week stand together in one row, under a **seal**: masked by a keyed hash of a number used
//!   once, new at every answer. Two copies of the row before and after an answer differ in everything and say nothing;
//! - that somebody has answered is a **mark**, a keyed hash of them and the week;
//! - the key is in the data folder, not in the database.
//!
//! When the week is over everywhere on Earth, it is **shown** as one word (the mean) and "from at least 5, 10, …" people,
//! if at least five answered. Not shown is a week whose people differ from those of the last shown week by one or two: the
//! difference of the two would speak of them. Then the counts are forgotten.

use crate::config::{Keys, Purpose};
use crate::ids::{MemberId, OrgId, TeamId};
use chrono::{DateTime, Datelike as _, Days, NaiveDate, TimeDelta, Utc};
use std::collections::BTreeSet;

/// The fewest people a mood is shown of.
pub const FEWEST: u16 = 5;
/// Two weeks whose people differ by fewer than this, but not by none, are not shown one after the other.
const APART: usize = 3;
/// How long a nonce is; the sealed counts are as long again.
const NONCE: usize = 16;
/// The last date on Earth ends this long after its midnight in UTC.
const LAST_ON_EARTH: TimeDelta = TimeDelta::hours(12);

stored_word! {
    /// How a week feels.
    pub enum Mood {
        /// The lowest.
        Heavy = "heavy",
        /// Below the middle.
        Low = "low",
        /// The middle.
        Steady = "steady",
        /// Above it.
        Good = "good",
        /// The highest.
        Bright = "bright",
    }
}

/// How often each mood was said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally([u16; 5]);

/// Of which week of which team, in which organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Week {
    /// The organisation.
    pub org: OrgId,
    /// The team.
    pub team: TeamId,
    /// Its Monday.
    pub monday: NaiveDate,
}

/// What may be said of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// The mean, as a word.
    pub mood: Mood,
    /// At least so many answered: 5, 10, 15, …
    pub people: u16,
}

impl Mood {
    /// From 1 to 5, as it is counted and stored.
    pub fn number(self) -> u16 {
        Self::ALL.iter().zip(1..).find_map(|(mood, number)| (*mood == self).then_some(number)).unwrap_or(3)
    }

    /// The mood of this number.
    pub fn of_number(number: u16) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }
}

impl Tally {
    /// One more.
    #[must_use]
    pub fn with(mut self, mood: Mood) -> Self {
        for (count, it) in self.0.iter_mut().zip(Mood::ALL) {
            *count = count.saturating_add(u16::from(*it == mood));
        }
        self
    }

    /// How many answered.
    pub fn people(self) -> u16 {
        self.0.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The mean, to the nearest mood; of two as near, the better.
    fn mean(self) -> Option<Mood> {
        let people = u32::from(self.people());
        let sum: u32 = self.0.iter().zip(1..).map(|(count, number)| u32::from(*count) * number).sum();
        let nearest = (2 * sum + people).checked_div(2 * people)?;
        Mood::of_number(u16::try_from(nearest).ok()?)
    }

    /// What may be said of the week: `now` are its people, `before` those of the last week that was shown.
    pub fn shown(self, now: &BTreeSet<MemberId>, before: Option<&BTreeSet<MemberId>>) -> Option<Shown> {
        let apart = before.map_or(0, |before| now.symmetric_difference(before).count());
        if self.people() < FEWEST || (1..APART).contains(&apart) {
            return None;
        }
        Some(Shown { mood: self.mean()?, people: self.people() / FEWEST * FEWEST })
    }

    /// Under a seal, with a number that is used once.
    pub fn sealed(self, keys: &Keys, week: Week, nonce: [u8; NONCE]) -> Vec<u8> {
        let mask = keys.digest(Purpose::Mood, &week.sealing(&nonce));
        let counts = self.0.iter().flat_map(|count| count.to_be_bytes());
        // What follows the counts is nothing, by which a seal of another key is known.
        let bytes = counts.chain(std::iter::repeat(0)).zip(mask).map(|(byte, mask)| byte ^ mask);
        nonce.into_iter().chain(bytes.take(NONCE)).collect()
    }

    /// What is under a seal; `None` when none of our keys made it.
    pub fn opened(keys: &Keys, week: Week, sealed: &[u8]) -> Option<Self> {
        let (nonce, masked) = sealed.split_at_checked(NONCE)?;
        keys.digests(Purpose::Mood, &week.sealing(nonce)).into_iter().find_map(|mask| {
            let bytes: Vec<u8> = masked.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
            let (counts, rest) = bytes.split_at_checked(10)?;
            let mut tally = Self::default();
            for (count, pair) in tally.0.iter_mut().zip(counts.chunks_exact(2)) {
                *count = u16::from_be_bytes(pair.try_into().ok()?);
            }
            rest.iter().all(|byte| *byte == 0).then_some(tally)
        })
    }
}

impl Week {
    /// The week of a team that a date lies in.
    pub fn of(org: OrgId, team: TeamId, date: NaiveDate) -> Self {
        let since = Days::new(u64::from(date.weekday().num_days_from_monday()));
        Self { org, team, monday: date.checked_sub_days(since).unwrap_or(date) }
    }

    /// The marks a member may have left, by each key; the first is by the newest.
    pub fn marks(self, keys: &Keys, member: MemberId) -> Vec<[u8; 32]> {
        keys.digests(Purpose::Mood, &self.message(b"mark", member.0.as_bytes()))
    }

    fn sealing(self, nonce: &[u8]) -> Vec<u8> {
        self.message(b"seal", nonce)
    }

    fn message(self, what: &[u8], rest: &[u8]) -> Vec<u8> {
        let (org, team) = (self.org.0, self.team.0);
        let monday = self.monday.num_days_from_ce().to_be_bytes();
        [what, org.as_bytes(), team.as_bytes(), &monday, rest].concat()
    }
}

/// The Monday of the last week that is over everywhere on Earth.
pub fn last_week_over(now: DateTime<Utc>) -> NaiveDate {
    let today = (now - LAST_ON_EARTH).date_naive();
    let back = u64::from(today.weekday().num_days_from_monday()) + 7;
    today.checked_sub_days(Days::new(back)).unwrap_or(today)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys(secret: &str) -> Keys {
        Keys::parse(secret).unwrap()
    }

    fn ours() -> Keys {
        keys("a secret for tests that is long enough to be one")
    }

    fn week() -> Week {
        Week::of(OrgId::fresh(), TeamId::fresh(), "2026-11-18".parse().unwrap())
    }

    fn tally(moods: &[Mood]) -> Tally {
        moods.iter().fold(Tally::default(), |tally, mood| tally.with(*mood))
    }

    fn people(n: usize) -> BTreeSet<MemberId> {
        (0..n).map(|_| MemberId::fresh()).collect()
    }

    #[test]
    fn a_week_begins_on_monday_and_ends_last_on_earth() {
        assert_eq!(week().monday, "2026-11-16".parse().unwrap());
        for (now, last) in [
            ("2026-11-23T11:59:59Z", "2026-11-09"),
            ("2026-11-23T12:00:00Z", "2026-11-16"),
            ("2026-11-29T23:00:00Z", "2026-11-16"),
        ] {
            assert_eq!(last_week_over(now.parse().unwrap()), last.parse().unwrap(), "{now}");
        }
    }

    #[test]
    fn a_seal_opens_with_its_key_and_no_other() {
        let (week, count) = (week(), tally(&[Mood::Low, Mood::Good, Mood::Good]));
        let sealed = count.sealed(&ours(), week, [7; NONCE]);
        assert_eq!(sealed.len(), 32);
        assert_eq!(Tally::opened(&ours(), week, &sealed), Some(count));
        let others = keys("another secret that is just as long as ours is");
        assert_eq!(Tally::opened(&others, week, &sealed), None);
        let next = Week { monday: week.monday + TimeDelta::days(7), ..week };
        assert_eq!(Tally::opened(&ours(), next, &sealed), None);
        let both = keys(
            "a newer secret, put on top of the old one\na secret for tests that is long enough to be one",
        );
        assert_eq!(Tally::opened(&both, week, &sealed), Some(count), "a key that was replaced");
    }

    #[test]
    fn a_mood_is_shown_of_five_and_of_sets_that_are_far_enough_apart() {
        let five = tally(&[Mood::Heavy, Mood::Low, Mood::Good, Mood::Good, Mood::Bright]);
        let them = people(5);
        assert_eq!(five.shown(&them, None), Some(Shown { mood: Mood::Steady, people: 5 }));
        assert_eq!(tally(&[Mood::Good; 4]).shown(&people(4), None), None);
        assert_eq!(tally(&[Mood::Good; 14]).shown(&people(14), None).unwrap().people, 10);
        let but = |out: usize, new: usize| -> BTreeSet<MemberId> {
            them.iter().copied().skip(out).chain(people(new)).collect()
        };
        for (before, shown) in [
            (but(0, 0), true),
            (but(0, 1), false),
            (but(1, 0), false),
            (but(1, 1), false),
            (but(0, 2), false),
            (but(1, 2), true),
            (but(5, 5), true),
        ] {
            assert_eq!(five.shown(&them, Some(&before)).is_some(), shown);
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_never_says_what_one_person_said(counts in proptest::collection::vec(0u16..4, 5)) {
            let tally = Tally(counts.clone().try_into().unwrap());
            let Some(shown) = tally.shown(&people(usize::from(tally.people())), None) else { return Ok(()) };
            // Whoever sees the word and how many answered, even exactly, can't tell the mood of anybody: for each mood
            // somebody said there is another they could have said, the rest as it was or moved by one.
            let same = |other: [u16; 5]| Tally(other).mean() == Some(shown.mood);
            let possible: BTreeSet<usize> = (0..5)
                .filter(|mine| {
                    // Any answers of the others that fit.
                    let n = tally.people() - 1;
                    (0..5).any(|low| (low..5).any(|high| (0..=n).any(|k| {
                        let mut other = [0; 5];
                        other[*mine] += 1;
                        other[low] += k;
                        other[high] += n - k;
                        same(other)
                    })))
                })
                .collect();
            prop_assert!(possible.len() >= 2, "{counts:?} shows {shown:?}");
        }

        #[test]
        fn sealing_is_undone_by_opening(counts in proptest::array::uniform5(0u16..), nonce in proptest::array::uniform16(0u8..)) {
            let (week, tally) = (week(), Tally(counts));
            prop_assert_eq!(Tally::opened(&ours(), week, &tally.sealed(&ours(), week, nonce)), Some(tally));
        }
    }
}
