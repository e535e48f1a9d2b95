//! Who has posted, who is still to come and who is away, for one date of one standup. Pure.
//!
//! The board follows the sun: the same date begins and ends at another instant for each person. It counts for the
//! team and names nobody as missing: once a person's window is over they are a part of the count and of no list.

use super::person::Person;
use super::question::Standup;
use super::turns::Turns;
use crate::calendar::{Occurrence, Zone};
use crate::ids::MemberId;
use chrono::{DateTime, NaiveDate, Utc};

/// Where one person stands on one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Their update is there.
    Posted,
    /// Their window is still to open.
    ToCome(Occurrence),
    /// Their window is open.
    Open(Occurrence),
    /// Their window is over. Said of nobody by name.
    Over,
    /// They are away: not expected.
    Away,
    /// An observer, somebody who came later, excused by a move, or the date does not exist where they live: not asked.
    NotAsked,
}

impl Standing {
    /// The standing of a person whose update for `date` is there or not.
    pub fn of(turns: Turns<'_>, date: NaiveDate, posted: bool, now: DateTime<Utc>) -> Self {
        match turns.occurrence(date) {
            _ if posted => Self::Posted,
            None => Self::NotAsked,
            Some(_) if turns.person.absence.contains(date) => Self::Away,
            Some(it) if now < it.opens => Self::ToCome(it),
            Some(it) if now < it.due => Self::Open(it),
            Some(_) => Self::Over,
        }
    }
}

/// One person who is still to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StillToCome {
    /// Who.
    pub member: MemberId,
    /// The window they have on that date.
    pub window: Occurrence,
    /// Whether it is open already.
    pub open: bool,
    /// The zone the window is read in.
    pub zone: Zone,
}

/// One date of one standup.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Board {
    /// How many have posted, also those nobody asked.
    pub posted: usize,
    /// How many were asked or posted: away people and observers are not among them.
    pub of: usize,
    /// Who is away. That is no secret and nothing to make up for.
    pub away: Vec<MemberId>,
    /// Who is still to come, in the order in which their windows close.
    pub to_come: Vec<StillToCome>,
}

impl Board {
    /// The board of the people of a standup's team. `has_posted` says whose update for the date is there.
    pub fn of<'a>(
        people: impl IntoIterator<Item = &'a Person>,
        standup: &Standup,
        date: NaiveDate,
        has_posted: impl Fn(MemberId) -> bool,
        now: DateTime<Utc>,
    ) -> Self {
        let mut board = Self::default();
        for person in people {
            let turns = Turns { standup, person };
            match Standing::of(turns, date, has_posted(person.id), now) {
                Standing::Posted => board.posted += 1,
                Standing::ToCome(window) => board.wait_for(turns, window, false),
                Standing::Open(window) => board.wait_for(turns, window, true),
                Standing::Over => {}
                Standing::Away => {
                    board.away.push(person.id);
                    continue;
                }
                Standing::NotAsked => continue,
            }
            board.of += 1;
        }
        board.to_come.sort_by_key(|it| (it.window.due, it.member));
        board
    }

    /// This board and another as one: of two standups, or of all teams.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.posted += other.posted;
        self.of += other.of;
        self.away.extend(other.away);
        self.to_come.extend(other.to_come);
        self.to_come.sort_by_key(|it| (it.window.due, it.member));
        self
    }

    fn wait_for(&mut self, turns: Turns<'_>, window: Occurrence, open: bool) {
        let zone = turns.zone(window.date);
        self.to_come.push(StillToCome { member: turns.person.id, window, open, zone });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Absence, WeekdaySet};
    use crate::standup::samples::{person, standup, version};

    fn daily() -> Standup {
        standup(vec![version("2026-10-01", None, WeekdaySet::MON_TO_FRI)])
    }

    #[test]
    fn the_date_follows_the_sun() {
        let tuesday: NaiveDate = "2026-11-17".parse().unwrap();
        let now = "2026-11-17T09:24:00Z".parse().unwrap();
        let ines = person("Inês Duarte", "Europe/Lisbon");
        let arjun = person("Arjun Rao", "Asia/Kolkata");
        let mia = person("Mia Chen", "America/Vancouver");
        let tama = person("Tama Walker", "Pacific/Auckland");
        let mut nuno = person("Nuno Teixeira", "Europe/Lisbon");
        nuno.absence = Absence::new([tuesday..=tuesday]);
        let mut guest = person("A Guest", "Europe/Lisbon");
        guest.asked = false;
        let mut newcomer = person("A Newcomer", "Europe/Lisbon");
        newcomer.since = "2026-11-18".parse().unwrap();
        let people = [&ines, &arjun, &mia, &tama, &nuno, &guest, &newcomer];
        let board = Board::of(people, &daily(), tuesday, |member| member == arjun.id, now);
        assert_eq!((board.posted, board.of, &*board.away), (1, 4, &[nuno.id][..]));
        let waiting: Vec<_> = board.to_come.iter().map(|it| (it.member, it.open)).collect();
        assert_eq!(waiting, [(ines.id, true), (mia.id, false)], "Tama's window is over and he is on no list");
    }

    #[test]
    fn who_posts_while_away_counts() {
        let saturday: NaiveDate = "2026-11-21".parse().unwrap();
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let ines = person("Inês Duarte", "Europe/Lisbon");
        let nuno = person("Nuno Teixeira", "Europe/Lisbon");
        let board = Board::of([&ines, &nuno], &daily(), saturday, |member| member == ines.id, now);
        assert_eq!((board.posted, board.of, board.away.len()), (1, 1, 0), "a Saturday asks nobody");
    }
}
