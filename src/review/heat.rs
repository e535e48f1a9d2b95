//! The table: each team's key results with value, pace, what was said week by week, how fresh it is and where it goes.

use super::direction::{Direction, direction};
use super::filter::Filter;
use super::gather::Gathered;
use super::queue::{Reach, reach};
use super::week_strip::{Week, strip};
use crate::calendar::Cycle;
use crate::okr::parts::Word;
use crate::okr::standing::Standing;
use crate::organisation::Me;
use chrono::{DateTime, Utc};

/// The key results of one team, or of the whole organisation.
pub(super) struct Group {
    pub(super) name: String,
    pub(super) rows: Vec<Row>,
}

/// A key result in the table.
pub(super) struct Row {
    pub(super) href: String,
    pub(super) title: String,
    /// "Tama, 3 days ago"; "no owner, not measured yet".
    pub(super) about: String,
    pub(super) reach: Reach,
    pub(super) words: Vec<Option<Word>>,
    pub(super) direction: Option<&'static str>,
}

/// The key results that the filter keeps, by team: the organisation's own first, then the teams by name.
pub(super) fn kept<'a>(gathered: &'a Gathered, filter: &Filter) -> Vec<&'a Standing> {
    let mut kept: Vec<_> = gathered.standings.iter().filter(|one| filter.keeps(one)).collect();
    kept.sort_by_key(|one| one.team.as_ref().map(|team| (team.name.as_str(), team.id)));
    kept
}

/// Draws them for a reader.
pub(super) struct Heat<'a> {
    pub(super) me: &'a Me,
    pub(super) gathered: &'a Gathered,
    pub(super) cycle: &'a Cycle,
    pub(super) weeks: &'a [Week],
    pub(super) now: DateTime<Utc>,
}

impl Heat<'_> {
    /// These key results, of one team after the other.
    pub(super) fn groups(&self, key_results: &[&Standing]) -> Vec<Group> {
        let team = |one: &Standing| one.team.as_ref().map(|team| team.id);
        let group = |run: &[&Standing]| Group {
            name: run
                .first()
                .and_then(|one| one.team.as_ref())
                .map_or_else(|| self.me.words().okr_company().to_owned(), |team| team.name.clone()),
            rows: run.iter().map(|one| self.row(one)).collect(),
        };
        key_results.chunk_by(|a, b| team(a) == team(b)).map(group).collect()
    }

    fn row(&self, one: &Standing) -> Row {
        let (t, log) = (self.me.words(), self.gathered.log(one.id));
        let words = strip(log, self.cycle, self.weeks);
        let owner = one.owner.as_ref().map_or(t.review_nobody(), |owner| owner.first_name());
        Row {
            href: self.me.at(&format!("/key-results/{}", one.id)),
            title: one.title.clone(),
            about: match &one.last {
                Some(last) => {
                    let (day, today) = (self.me.zone.date_at(last.at), self.me.today(self.now));
                    t.kr_owner_fresh(owner, t.age(day, today))
                }
                None => t.review_never(owner),
            },
            reach: reach(self.me, one),
            words: words.into_iter().map(|word| word.map(|word| Word::said(t, word))).collect(),
            direction: direction(&one.receipt.terms, log).map(|direction| match direction {
                Direction::Nearer => t.review_nearer(),
                Direction::Level => t.review_level(),
                Direction::Away => t.review_away(),
            }),
        }
    }
}
