//! What of a review is shown: of some teams, of one owner, of one status, or everything.

use super::gather::Gathered;
use super::reason::Subject;
use crate::ids::{CycleId, MemberId, TeamId};
use crate::okr::standing::{Person, Standing, TeamName};
use crate::okr::status::Status;
use crate::organisation::Me;
use serde::Deserialize;

/// The word in the address for what nobody owns.
pub(super) const NOBODY: &str = "none";

/// The word in the address for the teams one leads.
pub(super) const MINE: &str = "mine";

/// The word in the address for all teams.
pub(super) const ALL: &str = "all";

/// The statuses one can ask for.
pub(super) const STATUSES: [Status; 5] =
    [Status::OffTrack, Status::AtRisk, Status::OnTrack, Status::Stale, Status::Pending];

/// `?cycle=&team=&owner=&status=&compare=&look=&page=`, as a form sends them: what is not chosen is empty. Without a team a
/// lead sees theirs.
#[derive(Debug, Default, Clone, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    cycle: String,
    #[serde(default)]
    team: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    status: String,
    /// The cycle that is set beside this one.
    #[serde(default)]
    compare: String,
    /// Which part of a long list of what needs a look, from 1 on.
    #[serde(default)]
    look: String,
    /// Which part of a long table, from 1 on.
    #[serde(default)]
    page: String,
}

/// Whose key results are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OwnedBy {
    /// Those without an owner.
    Nobody,
    /// Those of this member.
    Member(MemberId),
}

/// Of which teams.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Scope {
    /// Of all the reader may read, and of the whole organisation.
    #[default]
    All,
    /// Of those the reader leads.
    Mine(Vec<TeamId>),
    /// Of this one.
    Team(TeamId),
}

impl Scope {
    /// Whether what belongs to this team is in it.
    pub(super) fn keeps(&self, team: Option<TeamId>) -> bool {
        match self {
            Self::All => true,
            Self::Mine(led) => team.is_some_and(|team| led.contains(&team)),
            Self::Team(one) => team == Some(*one),
        }
    }
}

/// What is shown. What is `None` does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Filter {
    pub(super) scope: Scope,
    pub(super) owner: Option<OwnedBy>,
    pub(super) status: Option<Status>,
}

/// A word of the address that names nothing here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotHere;

/// What an empty word leaves open, and any other must name.
fn chosen<T>(word: &str, find: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, NotHere> {
    if word.is_empty() { Ok(None) } else { find(word).map(Some).ok_or(NotHere) }
}

impl Asked {
    /// The same with the teams a reader sees unless they say otherwise: those they lead, or all.
    pub(super) fn for_reader(self, me: &Me) -> Self {
        self.or_usual(!me.role.administers() && me.manages())
    }

    fn or_usual(self, own: bool) -> Self {
        let usual = if own { MINE } else { ALL };
        Self { team: if self.team.is_empty() { usual.to_owned() } else { self.team }, ..self }
    }

    /// The cycle that is asked for, if one is.
    pub(super) fn cycle(&self) -> Result<Option<CycleId>, NotHere> {
        chosen(&self.cycle, |word| word.parse().ok())
    }

    /// The cycle it is compared with, if one is.
    pub(super) fn compare(&self) -> Result<Option<CycleId>, NotHere> {
        chosen(&self.compare, |word| word.parse().ok())
    }

    /// Which parts of the list and of the table, from 0 on.
    pub(super) fn parts(&self) -> Result<(usize, usize), NotHere> {
        let part = |word: &str| chosen(word, |word| word.parse::<usize>().ok()?.checked_sub(1));
        Ok((part(&self.look)?.unwrap_or(0), part(&self.page)?.unwrap_or(0)))
    }

    /// The same once more, for a page of this cycle.
    pub(super) fn query(&self, cycle: CycleId) -> String {
        let Self { team, owner, status, compare, .. } = self;
        let compare = if compare.is_empty() { String::new() } else { format!("&compare={compare}") };
        format!("cycle={cycle}&team={team}&owner={owner}&status={status}{compare}")
    }

    /// The same, of the teams alone.
    pub(super) fn scope_query(&self, cycle: CycleId) -> String {
        format!("cycle={cycle}&team={}", self.team)
    }

    /// The filter that is asked for by somebody who leads these teams; teams go by their word in addresses.
    pub(super) fn filter(
        &self,
        led: &[TeamId],
        teams: &[TeamName],
        owners: &[Person],
    ) -> Result<Filter, NotHere> {
        let owner = |word: &str| {
            if word == NOBODY {
                return Some(OwnedBy::Nobody);
            }
            let id = word.parse().ok()?;
            owners.iter().find(|owner| owner.id == id).map(|owner| OwnedBy::Member(owner.id))
        };
        let scope = |word: &str| {
            match word {
                MINE => return Some(Scope::Mine(led.to_vec())),
                ALL => return Some(Scope::All),
                _ => {}
            }
            teams.iter().find(|team| team.slug == word).map(|team| Scope::Team(team.id))
        };
        Ok(Filter {
            scope: chosen(&self.team, scope)?.unwrap_or_default(),
            owner: chosen(&self.owner, owner)?,
            status: chosen(&self.status, |word| {
                Status::parse(word).filter(|status| STATUSES.contains(status))
            })?,
        })
    }
}

impl Filter {
    /// Whether anything is left out.
    pub(super) fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// The same without choosing among what the teams have.
    pub(super) fn scope_alone(&self) -> Self {
        Self { scope: self.scope.clone(), ..Self::default() }
    }

    /// Whether a key result is shown.
    pub(super) fn keeps(&self, one: &Standing) -> bool {
        let team = one.team.as_ref().map(|team| team.id);
        self.scope.keeps(team)
            && self.keeps_owner(one.owner.as_ref().map(|owner| owner.id))
            && self.status.is_none_or(|status| one.status() == status)
    }

    /// Whether an item is shown. Only key results have a status; a blocker is its author's, a decision its proposer's.
    pub(super) fn keeps_item(&self, subject: Subject, gathered: &Gathered) -> bool {
        let (team, owner) = match subject {
            Subject::KeyResult(id) => return gathered.standing(id).is_some_and(|one| self.keeps(one)),
            Subject::Objective(id) => {
                let Some(one) = gathered.aim(id) else { return false };
                (one.team.as_ref().map(|team| team.id), one.owner.as_ref().map(|owner| owner.id))
            }
            Subject::Blocker(update) => {
                let Some(one) = gathered.blocker(update) else { return false };
                (Some(one.team), Some(one.author_id))
            }
            Subject::Decision(id) => {
                let Some(one) = gathered.unsettled(id) else { return false };
                (one.team, Some(one.proposer_id))
            }
        };
        self.status.is_none() && self.scope.keeps(team) && self.keeps_owner(owner)
    }

    fn keeps_owner(&self, owner: Option<MemberId>) -> bool {
        match self.owner {
            None => true,
            Some(OwnedBy::Nobody) => owner.is_none(),
            Some(OwnedBy::Member(wanted)) => owner == Some(wanted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(team: &str, owner: &str, status: &str) -> Asked {
        Asked { team: team.into(), owner: owner.into(), status: status.into(), ..Asked::default() }
    }

    #[test]
    fn what_is_not_chosen_does_not_matter_and_what_is_unknown_is_not_here() {
        let team =
            TeamName { id: TeamId::fresh(), slug: "field".into(), name: "Field".into(), private: false };
        let owner = Person { id: MemberId::fresh(), name: "Tama Walker".into() };
        let filter =
            |asked: Asked| asked.filter(&[], std::slice::from_ref(&team), std::slice::from_ref(&owner));
        assert_eq!(filter(asked("", "", "")), Ok(Filter::default()));
        assert!(Filter::default().is_open());
        let all = filter(asked("field", &owner.id.to_string(), "stale"));
        assert_eq!(
            all,
            Ok(Filter {
                scope: Scope::Team(team.id),
                owner: Some(OwnedBy::Member(owner.id)),
                status: Some(Status::Stale),
            })
        );
        assert_eq!(filter(asked("", "none", "")).map(|filter| filter.owner), Ok(Some(OwnedBy::Nobody)));
        let stranger = MemberId::fresh().to_string();
        for (team, owner, status) in
            [("fields", "", ""), ("", &*stranger, ""), ("", "tama", ""), ("", "", "closed"), ("", "", "red")]
        {
            assert_eq!(filter(asked(team, owner, status)), Err(NotHere), "{team} {owner} {status}");
        }
    }

    #[test]
    fn a_lead_sees_their_teams_unless_they_say_otherwise() {
        let led = [TeamId::fresh()];
        let scope = |asked: Asked, own| asked.or_usual(own).filter(&led, &[], &[]).map(|it| it.scope);
        let mine = Scope::Mine(led.to_vec());
        assert_eq!(scope(Asked::default(), true), Ok(mine.clone()));
        assert_eq!(scope(asked("all", "", ""), true), Ok(Scope::All));
        assert_eq!(scope(Asked::default(), false), Ok(Scope::All));
        assert!(mine.keeps(Some(led[0])));
        assert!(!mine.keeps(Some(TeamId::fresh())) && !mine.keeps(None));
    }

    #[test]
    fn a_cycle_is_named_by_its_id_and_parts_by_their_number() {
        let cycle = |word: &str| Asked { cycle: word.into(), ..Asked::default() }.cycle();
        let id = CycleId::fresh();
        assert_eq!(cycle(""), Ok(None));
        assert_eq!(cycle(&id.to_string()), Ok(Some(id)));
        assert_eq!(cycle("q4"), Err(NotHere));
        let parts = |look: &str, page: &str| {
            Asked { look: look.into(), page: page.into(), ..Asked::default() }.parts()
        };
        assert_eq!(parts("", "3"), Ok((0, 2)));
        assert_eq!(parts("0", ""), Err(NotHere));
        assert_eq!(parts("", "last"), Err(NotHere));
    }
}
