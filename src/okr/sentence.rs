//! The one true sentence on top of a cycle: what a manager may stop reading after.

use super::parts::{capitalised, spelled};
use super::queries::NamedCycle;
use super::receipt::Count;
use crate::calendar::CycleState;
use crate::language::Words;
use chrono::{DateTime, Utc};

/// The sentence of a cycle: what is planned before it opens, how its key results stand while it runs, how many reached
/// their target once it is closed.
pub fn of_cycle(t: Words, named: &NamedCycle, count: Count, now: DateTime<Utc>) -> String {
    match named.cycle.state_at(now) {
        CycleState::Draft => {
            let all = capitalised(&spelled(t, count.all));
            t.okr_tally_draft(count.all, &named.name, t.date_year(named.cycle.first), all)
        }
        CycleState::Active | CycleState::Closing | CycleState::Grading => whole(t, count),
        CycleState::Closed => {
            let reached = capitalised(&spelled(t, count.reached));
            t.okr_tally_closed(count.all, &named.name, reached, spelled(t, count.all))
        }
    }
}

/// "Six of eleven key results are on track. One is off track, and one has no owner."
pub fn whole(t: Words, count: Count) -> String {
    let first = on_track(t, count);
    let rest: Vec<_> = [
        (count.off_track, t.okr_tally_off(count.off_track, spelled(t, count.off_track))),
        (count.stale, t.okr_tally_stale(count.stale, spelled(t, count.stale))),
        (count.at_risk, t.okr_tally_risk(count.at_risk, spelled(t, count.at_risk))),
        (count.pending, t.okr_tally_pending(count.pending, spelled(t, count.pending))),
        (count.without_owner, t.okr_tally_no_owner(count.without_owner, spelled(t, count.without_owner))),
    ]
    .into_iter()
    .filter_map(|(count, words)| (count > 0).then_some(words))
    .collect();
    if rest.is_empty() { first } else { t.okr_tally_and_rest(first, capitalised(&t.list(rest))) }
}

/// "Six of eleven key results are on track.": the same without the rest.
pub fn on_track(t: Words, count: Count) -> String {
    match (count.on_track, count.all) {
        (_, 0) => t.okr_tally_empty().to_owned(),
        (1, 1) => t.okr_tally_only().to_owned(),
        (on, all) if on == all => t.okr_tally_all(spelled(t, all)),
        (on, all) => t.okr_tally_some(on, capitalised(&spelled(t, on)), spelled(t, all)),
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
            assert_eq!(whole(t, count), sentence);
        }
    }
}
