//! Stepping through a cycle: what comes after what, how far somebody is, about how long it takes. Pure.

use super::reason::Subject;
use uuid::Uuid;

stored_word! {
    /// What somebody said should happen.
    pub enum Outcome {
        /// It goes on as it does.
        KeepGoing = "keep_going",
        /// Somebody helps.
        Help = "help",
        /// Its target is to be another.
        ChangeTarget = "change_target",
        /// It is to be let go.
        LetGo = "let_go",
    }
}

/// The stops of a walk, and which of them somebody has looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    /// In their order.
    pub stops: Vec<Subject>,
    seen: Vec<bool>,
}

impl Walk {
    /// A walk along these stops by somebody who has looked at those.
    pub fn new(stops: Vec<Subject>, seen: &[Uuid]) -> Self {
        let seen = stops.iter().map(|stop| seen.contains(&stop.id())).collect();
        Self { stops, seen }
    }

    /// How many of the stops were looked at.
    pub fn done(&self) -> usize {
        self.seen.iter().filter(|seen| **seen).count()
    }

    /// Where to go on: the first stop that was not looked at. `None` when all were.
    pub fn next(&self) -> Option<Subject> {
        self.stops.iter().zip(&self.seen).find(|(_, seen)| !**seen).map(|(stop, _)| *stop)
    }

    /// The place of a stop, from 0 on.
    pub fn place(&self, stop: Subject) -> Option<usize> {
        self.stops.iter().position(|one| *one == stop)
    }

    /// The stops before and after a place.
    pub fn beside(&self, place: usize) -> (Option<Subject>, Option<Subject>) {
        let before = place.checked_sub(1).and_then(|before| self.stops.get(before));
        (before.copied(), self.stops.get(place + 1).copied())
    }
}

/// About how many minutes it takes: half a minute for each stop, a minute and a half more for each that needs a look, and
/// a part of a minute counts as one.
pub fn minutes(stops: usize, needing: usize) -> usize {
    (stops + 3 * needing).div_ceil(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::KeyResultId;

    fn stop(number: u128) -> Subject {
        Subject::KeyResult(KeyResultId(Uuid::from_u128(number)))
    }

    #[test]
    fn it_goes_on_where_somebody_was() {
        let stops = vec![stop(1), stop(2), stop(3)];
        for (seen, done, next) in [
            (vec![], 0, Some(stop(1))),
            (vec![stop(1)], 1, Some(stop(2))),
            (vec![stop(1), stop(3)], 2, Some(stop(2))),
            (vec![stop(3), stop(2), stop(1), stop(9)], 3, None),
        ] {
            let ids: Vec<_> = seen.iter().map(|stop| stop.id()).collect();
            let walk = Walk::new(stops.clone(), &ids);
            assert_eq!((walk.done(), walk.next()), (done, next), "{seen:?}");
        }
        let walk = Walk::new(stops, &[]);
        assert_eq!(walk.beside(0), (None, Some(stop(2))));
        assert_eq!(walk.beside(2), (Some(stop(2)), None));
        assert_eq!(walk.place(stop(2)), Some(1));
        assert_eq!(walk.place(stop(7)), None);
        assert_eq!(Walk::new(vec![], &[]).next(), None);
    }

    #[test]
    fn what_needs_a_look_takes_longer() {
        for (stops, needing, expected) in [(0, 0, 0), (1, 0, 1), (11, 0, 6), (11, 5, 13), (2, 2, 4)] {
            assert_eq!(minutes(stops, needing), expected, "{stops} {needing}");
        }
    }
}
