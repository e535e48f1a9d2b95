//! What of a review is shown: of one team, of one owner, of one status, or everything.

use super::attention::Subject;
use super::gather::Gathered;
use crate::ids::{CycleId, MemberId, TeamId};
use crate::okr::standing::{Person, Standing, TeamName};
use crate::okr::status::Status;
use serde::Deserialize;

/// The word in the address for what nobody owns.
pub(super) const NOBODY: &str = "none";

/// The statuses one can ask for.
pub(super) const STATUSES: [Status; 5] =
    [Status::OffTrack, Status::AtRisk, Status::OnTrack, Status::Stale, Status::Pending];

/// `?cycle=&team=&owner=&status=`, as a form sends them: what is not chosen is empty.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    cycle: String,
    #[serde(default)]
    team: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    status: String,
}

/// Whose key results are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OwnedBy {
    /// Those without an owner.
    Nobody,
    /// Those of this member.
    Member(MemberId),
}

/// What is shown. What is `None` does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Filter {
    pub(super) team: Option<TeamId>,
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
    /// The cycle that is asked for, if one is.
    pub(super) fn cycle(&self) -> Result<Option<CycleId>, NotHere> {
        chosen(&self.cycle, |word| word.parse().ok())
    }

    /// The same once more, for a page of this cycle.
    pub(super) fn query(&self, cycle: CycleId) -> String {
        let Self { team, owner, status, .. } = self;
        format!("cycle={cycle}&team={team}&owner={owner}&status={status}")
    }

    /// The filter that is asked for; teams go by their word in addresses.
    pub(super) fn filter(&self, teams: &[TeamName], owners: &[Person]) -> Result<Filter, NotHere> {
        let owner = |word: &str| {
            if word == NOBODY {
                return Some(OwnedBy::Nobody);
            }
            let id = word.parse().ok()?;
            owners.iter().find(|owner| owner.id == id).map(|owner| OwnedBy::Member(owner.id))
        };
        Ok(Filter {
            team: chosen(&self.team, |word| teams.iter().find(|team| team.slug == word).map(|team| team.id))?,
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

    /// Whether what belongs to this team is shown.
    pub(super) fn keeps_team(&self, team: Option<TeamId>) -> bool {
        self.team.is_none_or(|wanted| team == Some(wanted))
    }

    /// Whether a key result is shown.
    pub(super) fn keeps(&self, one: &Standing) -> bool {
        let team = one.team.as_ref().map(|team| team.id);
        self.keeps_team(team)
            && self.keeps_owner(one.owner.as_ref().map(|owner| owner.id))
            && self.status.is_none_or(|status| one.status() == status)
    }

    /// Whether an item is shown. Only key results have a status; a blocker is its author's.
    pub(super) fn keeps_item(&self, subject: Subject, gathered: &Gathered) -> bool {
        let (team, owner) = match subject {
            Subject::KeyResult(id) => return gathered.standing(id).is_some_and(|one| self.keeps(one)),
            Subject::Objective(id) => {
                let Some(one) = gathered.objective(id) else { return false };
                (one.team.as_ref().map(|team| team.id), one.owner.as_ref().map(|owner| owner.id))
            }
            Subject::Blocker(update) => {
                let Some(one) = gathered.blocker(update) else { return false };
                (Some(one.team), Some(one.author_id))
            }
        };
        self.status.is_none() && self.keeps_team(team) && self.keeps_owner(owner)
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
        let filter = |asked: Asked| asked.filter(std::slice::from_ref(&team), std::slice::from_ref(&owner));
        assert_eq!(filter(asked("", "", "")), Ok(Filter::default()));
        assert!(Filter::default().is_open());
        let all = filter(asked("field", &owner.id.to_string(), "stale"));
        assert_eq!(
            all,
            Ok(Filter {
                team: Some(team.id),
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
    fn a_cycle_is_named_by_its_id() {
        let cycle = |word: &str| Asked { cycle: word.into(), ..Asked::default() }.cycle();
        let id = CycleId::fresh();
        assert_eq!(cycle(""), Ok(None));
        assert_eq!(cycle(&id.to_string()), Ok(Some(id)));
        assert_eq!(cycle("q4"), Err(NotHere));
    }
}
