//! Giving something to somebody where it stands.

use super::chosen::Choice;
use super::queries::Candidate;
use super::queue::Desk;
use super::reason::Subject;
use crate::ids::MemberId;
use crate::language::Words;
use crate::okr::standing::TeamName;

/// With more people than this a list holds those of the team, and the others are on the page where it is changed.
const FEW: usize = 40;

/// The form.
pub(super) struct Giving {
    pub(super) people: Vec<Choice>,
    /// What the button says.
    pub(super) label: &'static str,
    /// Where somebody else is chosen, when not everybody who may own it is in the list.
    pub(super) others: Option<String>,
}

impl Giving {
    /// For something of this team, or of the whole organisation, and this owner; `page` is where it is changed.
    pub(super) fn of(
        t: Words,
        people: &[Candidate],
        (team, owner): (Option<&TeamName>, Option<MemberId>),
        page: String,
    ) -> Self {
        let readers: Vec<_> = people.iter().filter(|one| one.reads(team)).collect();
        let many = FEW < readers.len();
        let listed = readers.into_iter().filter(|one| !many || one.is_close_to(team));
        let choose = Choice { value: String::new(), label: t.okr_choose().to_owned(), chosen: true };
        let choice =
            |one: &Candidate| Choice { value: one.id.to_string(), label: one.name.clone(), chosen: false };
        let others = listed.filter(|one| Some(one.id) != owner).map(choice);
        Self {
            people: std::iter::once(choose).chain(others).collect(),
            label: if owner.is_some() { t.review_change_owner() } else { t.review_choose_owner() },
            others: many.then_some(page),
        }
    }
}

impl Desk<'_> {
    /// To whom the reader can give it.
    pub(super) fn giving(&self, subject: Subject) -> Option<Giving> {
        let gathered = self.gathered;
        let (team, owner) = match subject {
            Subject::KeyResult(id) => {
                let one = gathered.standing(id).filter(|one| self.may_keep(one))?;
                (one.team.as_ref(), one.owner.as_ref())
            }
            Subject::Objective(id) => {
                let one = gathered.aim(id).filter(|one| self.may_keep_aim(one))?;
                (one.team.as_ref(), one.owner.as_ref())
            }
            Subject::Blocker(_) | Subject::Decision(_) => return None,
        };
        let whose = (team, owner.map(|owner| owner.id));
        let page = format!("{}/edit", self.subject(subject)?.0);
        Some(Giving::of(self.me.words(), &gathered.people, whose, page))
    }
}

impl Candidate {
    /// Whether they may read what is this team's.
    fn reads(&self, team: Option<&TeamName>) -> bool {
        team.is_none_or(|team| !team.private || self.owner || self.teams.contains(&team.id))
    }

    /// Whether they are among the first one thinks of: those of the team; for the whole organisation's, those who lead.
    fn is_close_to(&self, team: Option<&TeamName>) -> bool {
        team.map_or(self.leads, |team| self.teams.contains(&team.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::TeamId;
    use crate::language::Locale;

    fn team(private: bool) -> TeamName {
        TeamName { id: TeamId::fresh(), slug: "field".into(), name: "Field".into(), private }
    }

    fn person(name: &str, teams: &[&TeamName], leads: bool, owner: bool) -> Candidate {
        let teams = teams.iter().map(|team| team.id).collect();
        Candidate { id: MemberId::fresh(), name: name.into(), teams, leads, owner }
    }

    fn names(people: &[Candidate], team: Option<&TeamName>, owner: Option<MemberId>) -> (Vec<String>, bool) {
        let giving = Giving::of(Words::of(Locale::English), people, (team, owner), "/edit".into());
        (giving.people.iter().skip(1).map(|one| one.label.clone()).collect(), giving.others.is_some())
    }

    #[test]
    fn it_is_given_to_those_who_may_read_it_and_in_a_crowd_to_those_of_the_team_first() {
        let (field, hidden) = (team(false), team(true));
        let people = [
            person("Ana", &[&field], false, false),
            person("Ben", &[&hidden], false, false),
            person("Cleo", &[], true, true),
        ];
        assert_eq!(
            names(&people, Some(&field), None),
            (vec!["Ana".into(), "Ben".into(), "Cleo".into()], false)
        );
        assert_eq!(names(&people, Some(&field), Some(people[0].id)).0, ["Ben", "Cleo"]);
        assert_eq!(names(&people, Some(&hidden), None).0, ["Ben", "Cleo"]);
        let mut crowd = people.to_vec();
        crowd.extend((0..FEW).map(|number| person(&format!("Zoe {number}"), &[], false, false)));
        assert_eq!(names(&crowd, Some(&field), None), (vec!["Ana".into()], true));
        assert_eq!(names(&crowd, None, None), (vec!["Cleo".into()], true));
        assert_eq!(names(&crowd, Some(&hidden), None), (vec!["Ben".into(), "Cleo".into()], false));
    }
}
