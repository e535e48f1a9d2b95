//! How each team takes part, as the page shows it.

use super::filter::Filter;
use super::gather::Gathered;
use super::pages::LARGE;
use super::participation::Part;
use crate::ids::TeamId;
use crate::language::Words;
use crate::okr::receipt::{CountReceipt, TurnoutReceipt};
use crate::okr::slip::{Pen, Slip};
use crate::okr::standing::Standing;
use crate::organisation::Me;
use std::collections::HashMap;

/// How each team took part.
pub(super) type Parts = HashMap<TeamId, Part>;

/// All teams shown, and a word on leave.
pub(super) struct Taking {
    pub(super) rows: Vec<PartRow>,
    /// Which teams had leave in these two weeks.
    pub(super) leave: Vec<String>,
}

/// How a team took part.
pub(super) struct PartRow {
    pub(super) team: String,
    pub(super) updates: String,
    /// How the updates follow, when any were expected.
    pub(super) turnout: Option<Slip>,
    pub(super) fresh: String,
    /// How the fresh ones follow, when there are key results and not too many for one page.
    pub(super) counted: Option<Slip>,
    /// The team's own page, where there are too many.
    pub(super) page: Option<String>,
}

impl Taking {
    /// Each team that the filter keeps; and the whole organisation, where it has key results of its own.
    pub(super) fn of(me: &Me, gathered: &Gathered, filter: &Filter, parts: &Parts) -> Self {
        let t = me.words();
        let mut by_team: HashMap<Option<TeamId>, Vec<&Standing>> = HashMap::new();
        for one in gathered.standings.iter().filter(|one| filter.scope_alone().keeps(one)) {
            by_team.entry(one.team.as_ref().map(|team| team.id)).or_default().push(one);
        }
        let large = LARGE < by_team.values().map(Vec::len).sum::<usize>();
        let of = |team: Option<TeamId>| by_team.get(&team).map_or(&[][..], Vec::as_slice);
        let teams: Vec<_> = gathered.teams.iter().filter(|team| filter.scope.keeps(Some(team.id))).collect();
        let mut rows: Vec<_> = teams
            .iter()
            .map(|team| {
                let turnout = parts.get(&team.id).map(Part::receipt);
                let turnout = turnout.filter(|receipt| receipt.shown.expected > 0);
                let page = large.then(|| me.at(&format!("/review?team={}", team.slug)));
                row((me, gathered), (team.name.clone(), page), turnout, of(Some(team.id)))
            })
            .collect();
        if filter.scope.keeps(None) && !of(None).is_empty() {
            let page = large.then(|| me.at("/okrs"));
            rows.push(row((me, gathered), (t.okr_company().to_owned(), page), None, of(None)));
        }
        let away = |team: &&crate::okr::standing::TeamName| {
            let away = parts.get(&team.id).map_or(0, |part| part.away);
            (away > 0).then(|| t.review_leave(&team.name, away))
        };
        Self { leave: teams.iter().filter_map(away).collect(), rows }
    }
}

/// How many updates were written, and how many of these key results are not stale.
fn row(
    (me, gathered): (&Me, &Gathered),
    (team, page): (String, Option<String>),
    turnout: Option<TurnoutReceipt>,
    key_results: &[&Standing],
) -> PartRow {
    let (t, pen) = (me.words(), Pen::of(me));
    let count = CountReceipt::new(key_results.iter().copied());
    let posted = turnout.as_ref().map(|receipt| receipt.shown).unwrap_or_default();
    let shown = count.shown;
    PartRow {
        team,
        updates: some_of(t, posted.posted, posted.expected),
        turnout: turnout.map(|receipt| pen.turnout(receipt)),
        fresh: some_of(t, shown.fresh(), shown.all),
        counted: (shown.all > 0 && page.is_none()).then(|| pen.count(&count, &gathered.standings)),
        page: page.filter(|_| shown.all > 0),
    }
}

/// "18 of 20"; a dash where there is nothing to count.
fn some_of(t: Words, some: usize, all: usize) -> String {
    if all == 0 { t.review_none_asked().to_owned() } else { t.review_of(some, all) }
}
