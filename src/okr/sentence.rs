//! The one true sentence on top of a cycle: what a manager may stop reading after.

use super::parts::{capitalised, spelled};
use super::queries::NamedCycle;
use super::standing::Standing;
use super::status::Status;
use crate::calendar::CycleState;
use crate::language::Words;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

/// The sentence of a cycle: what is planned before it opens, how its key results stand while it runs, how many reached
/// their target once it is closed.
pub fn of_cycle(t: Words, named: &NamedCycle, standings: &[Standing], now: DateTime<Utc>) -> String {
    match named.cycle.state_at(now) {
        CycleState::Draft => {
            let all = capitalised(&spelled(t, standings.len()));
            t.okr_tally_draft(standings.len(), &named.name, t.date_year(named.cycle.first), all)
        }
        CycleState::Active | CycleState::Closing | CycleState::Grading => of_standings(t, standings),
        CycleState::Closed => {
            let reached =
                standings.iter().filter(|one| one.progress().is_some_and(|share| share >= Decimal::ONE));
            let reached = capitalised(&spelled(t, reached.count()));
            t.okr_tally_closed(standings.len(), &named.name, reached, spelled(t, standings.len()))
        }
    }
}

/// "Six of eleven key results are on track. One is off track, and one has no owner."
pub fn of_standings(t: Words, standings: &[Standing]) -> String {
    Count::of(standings).sentence(t)
}

/// "Six of eleven key results are on track.": the same without the rest.
pub fn on_track(t: Words, standings: &[Standing]) -> String {
    Count::of(standings).on_track(t)
}

/// How many key results say what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    all: usize,
    on_track: usize,
    at_risk: usize,
    off_track: usize,
    stale: usize,
    pending: usize,
    without_owner: usize,
}

impl Count {
    fn of(standings: &[Standing]) -> Self {
        let with = |status| standings.iter().filter(|one| one.status() == status).count();
        Self {
            all: standings.len(),
            on_track: with(Status::OnTrack),
            at_risk: with(Status::AtRisk),
            off_track: with(Status::OffTrack),
            stale: with(Status::Stale),
            pending: with(Status::Pending),
            without_owner: standings.iter().filter(|one| one.owner.is_none()).count(),
        }
    }

    fn on_track(self, t: Words) -> String {
        match (self.on_track, self.all) {
            (_, 0) => t.okr_tally_empty().to_owned(),
            (1, 1) => t.okr_tally_only().to_owned(),
            (on, all) if on == all => t.okr_tally_all(spelled(t, all)),
            (on, all) => t.okr_tally_some(on, capitalised(&spelled(t, on)), spelled(t, all)),
        }
    }

    fn sentence(self, t: Words) -> String {
        let first = self.on_track(t);
        let rest: Vec<_> = [
            (self.off_track, t.okr_tally_off(self.off_track, spelled(t, self.off_track))),
            (self.stale, t.okr_tally_stale(self.stale, spelled(t, self.stale))),
            (self.at_risk, t.okr_tally_risk(self.at_risk, spelled(t, self.at_risk))),
            (self.pending, t.okr_tally_pending(self.pending, spelled(t, self.pending))),
            (self.without_owner, t.okr_tally_no_owner(self.without_owner, spelled(t, self.without_owner))),
        ]
        .into_iter()
        .filter_map(|(count, words)| (count > 0).then_some(words))
        .collect();
        if rest.is_empty() { first } else { t.okr_tally_and_rest(first, capitalised(&t.list(rest))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Locale;

    #[test]
    fn the_sentence_says_what_is() {
        let t = Words::of(Locale::English);
        for (count, sentence) in [
            (Count::default(), "There are no key results yet."),
            (Count { all: 1, on_track: 1, ..Count::default() }, "The one key result is on track."),
            (Count { all: 11, on_track: 11, ..Count::default() }, "All eleven key results are on track."),
            (
                Count {
                    all: 11,
                    on_track: 6,
                    at_risk: 4,
                    off_track: 1,
                    without_owner: 1,
                    ..Count::default()
                },
                "Six of eleven key results are on track. One is off track, four are at risk and one has no owner.",
            ),
            (
                Count { all: 13, on_track: 1, stale: 12, ..Count::default() },
                "One of 13 key results is on track. Twelve are stale.",
            ),
            (
                Count { all: 2, pending: 2, ..Count::default() },
                "None of two key results are on track. Two have no word yet.",
            ),
        ] {
            assert_eq!(count.sentence(t), sentence);
        }
    }
}
