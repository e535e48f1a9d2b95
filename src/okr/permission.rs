//! Who may write what. One function, one table; pages ask it and nothing else.
//!
//! Everybody in the organisation reads. An observer never writes. An admin, and whoever leads the objective's team, may
//! do everything. The owner of an objective looks after it and its key results; the owner of a key result after that.

use crate::ids::{MemberId, TeamId};
use crate::organisation::{Me, Role};

/// How somebody stands to a check-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    /// Their role in the organisation.
    pub role: Role,
    /// Whether the objective names them as its reviewer.
    pub reviews: bool,
    /// Whether they wrote the check-in.
    pub wrote: bool,
    /// Whether they asked about it before.
    pub asked: bool,
}

impl Reader {
    /// Whether they may say that they have read it: the reviewer, and whoever got an answer. Nobody reads for themselves.
    pub fn may_acknowledge(self) -> bool {
        self.role.takes_part() && !self.wrote && (self.reviews || self.asked)
    }

    /// Whether they may ask its author about it: the reviewer, but not of themselves.
    pub fn may_ask(self) -> bool {
        self.role.takes_part() && !self.wrote && self.reviews
    }
}

/// Whether a question is theirs to answer: the person asked, and nobody for them.
pub fn may_answer(me: &Me, asked: MemberId) -> bool {
    me.role.takes_part() && me.id == asked
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Make an objective for a team, or for the whole organisation.
    AddObjective,
    /// Change an objective, let it go, or give it key results.
    KeepObjective,
    /// Change a key result, let it go, or check in.
    KeepKeyResult,
}

/// How a member stands to the thing in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ties {
    /// Their role in the organisation.
    pub role: Role,
    /// Whether they lead the objective's team. Nobody leads the whole organisation's.
    pub leads: bool,
    /// Whether they sit in the objective's team; for one of the whole organisation, whether they lead some team.
    pub sits: bool,
    /// Whether the objective is theirs.
    pub owns_objective: bool,
    /// Whether the key result is theirs.
    pub owns_key_result: bool,
}

impl Ties {
    /// A member's ties to an objective of this team and owner.
    pub fn to_objective(me: &Me, team: Option<TeamId>, owner: Option<MemberId>) -> Self {
        Self {
            role: me.role,
            leads: team.is_some_and(|team| me.leads(team)),
            sits: team.map_or_else(|| me.manages(), |team| me.sits_in(team)),
            owns_objective: owner == Some(me.id),
            owns_key_result: false,
        }
    }

    /// The same, with a key result of this owner.
    pub fn with_key_result(self, me: &Me, owner: Option<MemberId>) -> Self {
        Self { owns_key_result: owner == Some(me.id), ..self }
    }

    /// Whether they may.
    pub fn may(self, deed: Deed) -> bool {
        if !self.role.takes_part() {
            return false;
        }
        let looks_after = self.role.administers() || self.leads;
        match deed {
            Deed::AddObjective => looks_after || self.sits,
            Deed::KeepObjective => looks_after || self.owns_objective,
            Deed::KeepKeyResult => looks_after || self.owns_objective || self.owns_key_result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_reads_for_whom() {
        //                                             reviews wrote  asked    reads  asks
        for (who, role, reviews, wrote, asked, reads, asks) in [
            ("anybody", Role::Member, false, false, false, false, false),
            ("the reviewer", Role::Member, true, false, false, true, true),
            ("the reviewer of their own words", Role::Member, true, true, false, false, false),
            ("who reviewed it once and asked", Role::Member, false, false, true, true, false),
            ("an admin", Role::Admin, false, false, false, false, false),
            ("an owner", Role::Owner, false, false, false, false, false),
            ("an observer who is named all the same", Role::Observer, true, false, true, false, false),
        ] {
            let reader = Reader { role, reviews, wrote, asked };
            assert_eq!((reader.may_acknowledge(), reader.may_ask()), (reads, asks), "{who}");
        }
    }

    #[test]
    fn the_table() {
        let nobody = Ties {
            role: Role::Member,
            leads: false,
            sits: false,
            owns_objective: false,
            owns_key_result: false,
        };
        let lead = Ties { leads: true, sits: true, ..nobody };
        let sits = Ties { sits: true, ..nobody };
        let objective = Ties { owns_objective: true, ..nobody };
        let key_result = Ties { owns_key_result: true, ..nobody };
        //                                                                    add    keep   keep
        //                                                                    objective     key result
        for (who, ties, add, keep, measure) in [
            ("a member of another team", nobody, false, false, false),
            ("a member of the team", sits, true, false, false),
            ("the objective's owner", objective, false, true, true),
            ("the key result's owner", key_result, false, false, true),
            ("a lead", lead, true, true, true),
            ("an admin", Ties { role: Role::Admin, ..nobody }, true, true, true),
            ("an owner", Ties { role: Role::Owner, ..nobody }, true, true, true),
            (
                "an observer who leads and owns",
                Ties { role: Role::Observer, owns_objective: true, owns_key_result: true, ..lead },
                false,
                false,
                false,
            ),
        ] {
            let may =
                [Deed::AddObjective, Deed::KeepObjective, Deed::KeepKeyResult].map(|deed| ties.may(deed));
            assert_eq!(may, [add, keep, measure], "{who}");
        }
    }
}
