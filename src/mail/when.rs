//! When mail may reach a member, and what becomes of one whose turn it is. Pure.
//!
//! There is one such rule, for every kind but account mail, for which somebody waits (product §9): inside their working
//! hours, outside their peak hours, on days they are there, and never more than a little at once. What differs by kind is
//! the instant that is asked for: a digest's hour, the end of a quarter of an hour of notices, an hour before something is
//! due.

use super::outbox::{Dropped, Kind};
use crate::calendar::Reachable;
use chrono::{DateTime, TimeDelta, Utc};

/// At most so many mails reach one person in so long. What is beyond waits.
const AT_MOST: [(usize, TimeDelta); 2] = [(6, TimeDelta::hours(1)), (24, TimeDelta::days(1))];

/// How far back it matters what reached somebody.
pub(super) const LATELY: TimeDelta = TimeDelta::days(1);

/// The first instant, at or after `from`, at which mail may reach somebody; `None` when none may for years. `sent` says when
/// other mail reached them lately, the newest first.
pub fn next_allowed(
    reachable: Reachable<'_>,
    sent: &[DateTime<Utc>],
    from: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let room = AT_MOST.iter().filter_map(|(most, span)| Some(*sent.get(most - 1)? + *span));
    reachable.soonest(room.fold(from, DateTime::max))
}

/// What is asked of a mail at the door, about whom it is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// They have left.
    pub(super) left: bool,
    /// They want this kind of mail, as they have it now.
    pub(super) wanted: bool,
    /// They may read all it says.
    pub(super) readable: bool,
    /// When they can be reached.
    pub(super) reachable: Reachable<'a>,
    /// When other mail reached them lately, the newest first.
    pub(super) sent: &'a [DateTime<Utc>],
}

/// What becomes of a mail at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It leaves.
    Leaves,
    /// It comes again then.
    Waits(DateTime<Utc>),
    /// It does not leave.
    Drops(Dropped),
}

impl Asked<'_> {
    /// What becomes of a mail of this kind that is better not sent after `expires_at`.
    pub(super) fn fate(self, kind: Kind, expires_at: DateTime<Utc>, now: DateTime<Utc>) -> Fate {
        if kind.is_account_mail() {
            return Fate::Leaves;
        }
        if self.left {
            return Fate::Drops(Dropped::Left);
        }
        if !self.wanted {
            return Fate::Drops(Dropped::Stopped);
        }
        if !self.readable {
            return Fate::Drops(Dropped::Unreadable);
        }
        match next_allowed(self.reachable, self.sent, now) {
            Some(at) if at <= now => Fate::Leaves,
            Some(at) if at < expires_at => Fate::Waits(at),
            _ => Fate::Drops(Dropped::Late),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::samples::{any_away, any_instant, any_week, any_zone, at, on_the_wall, zone};
    use crate::calendar::{Absence, Kind as Wall, WeekHours, WorkWeek, WorkingTime, explain};
    use proptest::prelude::*;

    fn minutes(count: i64) -> TimeDelta {
        TimeDelta::minutes(count)
    }

    /// 17 November 2026 is a Tuesday, in Lisbon a working day from nine to five.
    #[test]
    fn each_is_asked_again_at_the_door() {
        let week = WorkWeek::standard();
        let working = WorkingTime { zone: zone("Europe/Lisbon"), week: &week, absence: &Absence::NONE };
        let reachable = Reachable { working, peak: &WeekHours::NONE };
        let fine = Asked { left: false, wanted: true, readable: true, reachable, sent: &[] };
        let (morning, evening) = (at("2026-11-17T09:24:00Z"), at("2026-11-17T18:00:00Z"));
        let tomorrow = at("2026-11-18T09:00:00Z");
        let six: Vec<_> = (0..6).map(|n| morning - minutes(5 * n)).collect();
        let busy = Asked { sent: &six, ..fine };
        for (asked, now, kind, expires, fate) in [
            (fine, morning, Kind::Notice, evening, Fate::Leaves),
            (fine, evening, Kind::Notice, tomorrow + minutes(60), Fate::Waits(tomorrow)),
            (fine, evening, Kind::DigestDaily, tomorrow, Fate::Drops(Dropped::Late)),
            (Asked { left: true, ..fine }, morning, Kind::Notice, evening, Fate::Drops(Dropped::Left)),
            (
                Asked { wanted: false, ..fine },
                morning,
                Kind::Reminder,
                evening,
                Fate::Drops(Dropped::Stopped),
            ),
            (
                Asked { readable: false, ..fine },
                morning,
                Kind::Notice,
                evening,
                Fate::Drops(Dropped::Unreadable),
            ),
            // The oldest of the six leaves the hour at five to ten.
            (busy, morning, Kind::Notice, evening, Fate::Waits(at("2026-11-17T09:59:00Z"))),
            (busy, morning, Kind::DigestDaily, at("2026-11-17T09:50:00Z"), Fate::Drops(Dropped::Late)),
            (
                Asked { left: true, wanted: false, sent: &six, ..fine },
                evening,
                Kind::Reset,
                evening,
                Fate::Leaves,
            ),
        ] {
            assert_eq!(asked.fate(kind, expires, now), fate, "{kind:?} at {now}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(600))]

        /// The oracle reads wall clocks and counts mails, and knows nothing of how an instant is found.
        #[test]
        fn nothing_reaches_anybody_off_work_in_a_peak_or_in_a_heap(
            zone in any_zone(), week in any_week(), peaks in prop::option::of(any_week()), away in any_away(),
            from in any_instant(), ago in prop::collection::vec(0..3_000i64, 0..40),
        ) {
            let peak = peaks.map_or(WeekHours::NONE, |peaks| peaks.hours().clone());
            let reachable = Reachable { working: WorkingTime { zone, week: &week, absence: &away }, peak: &peak };
            let mut sent: Vec<_> = ago.into_iter().map(|ago| from - minutes(ago)).collect();
            sent.sort_by(|a, b| b.cmp(a));
            let Some(next) = next_allowed(reachable, &sent, from) else { return Ok(()) };
            prop_assert!(next >= from);
            let wall = zone.reading(next);
            prop_assert!(!on_the_wall(&peak, &Absence::NONE, wall), "in a peak at {wall}");
            // A span over a fold runs from the first of the two instants that read so to the second.
            let twice = explain(zone, wall.date(), wall.time()).kind == Wall::Fold;
            prop_assert!(twice || on_the_wall(week.hours(), &away, wall), "off work at {wall}");
            let within = |span, at| sent.iter().filter(|one| **one > at - span).count();
            prop_assert!(within(TimeDelta::hours(1), next) < 6 && within(TimeDelta::days(1), next) < 24);
            // Nor does it wait without need.
            let before = next - TimeDelta::nanoseconds(1);
            let full = within(TimeDelta::hours(1), before) >= 6 || within(TimeDelta::days(1), before) >= 24;
            prop_assert!(next == from || full || !reachable.is_open(before));
            // What was moved there leaves there.
            let asked = Asked { left: false, wanted: true, readable: true, reachable, sent: &sent };
            let never = next + TimeDelta::days(1);
            prop_assert_eq!(asked.fate(Kind::Notice, never, next), Fate::Leaves);
            prop_assert_eq!(asked.fate(Kind::Notice, never, from), if next == from { Fate::Leaves } else { Fate::Waits(next) });
        }
    }
}
