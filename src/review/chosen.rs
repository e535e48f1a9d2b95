//! What can be chosen on the page, what is, and what is kept under a name.

use super::filter::{ALL, Asked, Filter, MINE, NOBODY, OwnedBy, STATUSES, Scope};
use super::gather::Gathered;
use super::queries::View;
use crate::language::Words;
use crate::okr::NamedCycle;
use crate::okr::parts::Word;
use crate::organisation::Me;

/// With more owners than this a team is to be chosen before one of them.
const OWNERS: usize = 60;

/// What can be chosen, and what is.
pub(super) struct FilterForm {
    pub(super) action: String,
    pub(super) cycles: Vec<Choice>,
    pub(super) teams: Vec<Choice>,
    pub(super) owners: Vec<Choice>,
    pub(super) statuses: Vec<Choice>,
    /// The cycles it can be set beside.
    pub(super) others: Vec<Choice>,
}

/// One option of a list.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

fn choice(value: &str, label: &str, chosen: bool) -> Choice {
    Choice { value: value.into(), label: label.into(), chosen }
}

impl FilterForm {
    pub(super) fn of(
        me: &Me,
        (cycles, named): (&[NamedCycle], &NamedCycle),
        (gathered, filter): (&Gathered, &Filter),
        asked: &Asked,
    ) -> Self {
        let t = me.words();
        let compared = asked.compare().ok().flatten();
        let mut others = vec![choice("", t.review_beside_none(), compared.is_none())];
        let beside = cycles.iter().filter(|one| one.id != named.id && one.cycle.first < named.cycle.first);
        others.extend(beside.map(|one| choice(&one.id.to_string(), &one.label(t), compared == Some(one.id))));
        let cycle = |one: &NamedCycle| choice(&one.id.to_string(), &one.label(t), one.id == named.id);
        Self {
            action: me.at("/review"),
            cycles: cycles.iter().map(cycle).collect(),
            teams: teams(me, gathered, filter),
            owners: owners(t, gathered, filter),
            statuses: statuses(t, filter),
            others,
        }
    }
}

fn teams(me: &Me, gathered: &Gathered, filter: &Filter) -> Vec<Choice> {
    let t = me.words();
    let mut teams = vec![choice(ALL, t.review_all_teams(), filter.scope == Scope::All)];
    if me.teams.iter().any(|seat| seat.lead) {
        teams.push(choice(MINE, t.review_my_teams(), matches!(filter.scope, Scope::Mine(_))));
    }
    let one = |id| filter.scope == Scope::Team(id);
    teams.extend(gathered.teams.iter().map(|team| choice(&team.slug, &team.name, one(team.id))));
    teams
}

/// Those of the teams shown, unless they are too many for a list.
fn owners(t: Words, gathered: &Gathered, filter: &Filter) -> Vec<Choice> {
    let chosen = |id| filter.owner == Some(OwnedBy::Member(id));
    let shown: std::collections::HashSet<_> = gathered
        .standings
        .iter()
        .filter(|one| filter.scope_alone().keeps(one))
        .filter_map(|one| one.owner.as_ref().map(|owner| owner.id))
        .collect();
    let few = shown.len() <= OWNERS;
    let mut owners = vec![choice("", t.review_everyone(), filter.owner.is_none())];
    let listed = gathered.owners().into_iter();
    owners.extend(
        listed
            .filter(|owner| (few && shown.contains(&owner.id)) || chosen(owner.id))
            .map(|owner| choice(&owner.id.to_string(), &owner.name, chosen(owner.id))),
    );
    owners.push(choice(NOBODY, t.review_nobody(), filter.owner == Some(OwnedBy::Nobody)));
    owners
}

fn statuses(t: Words, filter: &Filter) -> Vec<Choice> {
    let mut statuses = vec![choice("", t.review_any_status(), filter.status.is_none())];
    statuses.extend(
        STATUSES.map(|status| {
            choice(status.as_str(), Word::shown(t, status).text, filter.status == Some(status))
        }),
    );
    statuses
}

/// What is kept under names, and the form that keeps what is shown.
pub(super) struct Views {
    pub(super) action: String,
    /// What is shown, as it is kept.
    pub(super) query: String,
    /// Name, address, and where it is taken out.
    pub(super) kept: Vec<(String, String, String)>,
}

impl Views {
    pub(super) fn of(me: &Me, kept: &[View], query: &str) -> Self {
        let at = |page: String| me.at(&page);
        let line = |view: &View| {
            let removal = at(format!("/review/views/{}/removal", view.id));
            (view.name.clone(), at(format!("/review?{}", view.query)), removal)
        };
        Self {
            action: me.at("/review/views"),
            query: query.to_owned(),
            kept: kept.iter().map(line).collect(),
        }
    }
}

/// Part of a long list: which, and where the parts beside it are.
pub(super) struct Pager {
    /// "21 to 40 of 63"
    pub(super) here: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

impl Pager {
    /// Of a list of `all` in parts of `size`; `None` where one part holds it. `word` names the part in the address.
    pub(super) fn of(
        me: &Me,
        query: &str,
        word: &str,
        (part, size, all): (usize, usize, usize),
    ) -> Option<Self> {
        let first = part.saturating_mul(size);
        let last = all.min(first.saturating_add(size));
        let at = |part: usize| me.at(&format!("/review?{query}&{word}={}#{word}", part + 1));
        (size < all).then(|| Self {
            here: me.words().review_part_of(first + 1, last, all),
            before: part.checked_sub(1).map(at),
            after: (last < all).then(|| at(part + 1)),
        })
    }
}
