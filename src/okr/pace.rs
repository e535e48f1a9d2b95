//! Where the calendar expects a key result to be, and how far it is from there. Computed, never said by a person.

use super::measure::{Kind, PaceRule, Terms};
use super::progress::{clamped, raw, settle, share_done};
use crate::calendar::Cycle;
use chrono::{DateTime, Days, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

named! {
    /// How progress compares with what the calendar expects, best first.
    #[derive(PartialOrd, Ord)]
    pub enum Pace {
        /// The target is reached.
        Done = "done",
        /// At most 10 points short.
        OnTrack = "on_track",
        /// More than 10, at most 25 points short.
        AtRisk = "at_risk",
        /// More than 25 points short.
        OffTrack = "off_track",
    }
}

/// A gap up to this is on track: 10 points.
pub const ON_TRACK: Decimal = Decimal::from_parts(10, 0, 0, false, 2);
/// A gap up to this is at risk: 25 points.
pub const AT_RISK: Decimal = Decimal::from_parts(25, 0, 0, false, 2);
/// Until this share of the cycle has gone by there is no pace: too little can be told.
pub const FIRST: Decimal = Decimal::from_parts(10, 0, 0, false, 2);

/// How many of a cycle's working days have gone by, in the cycle's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Elapsed {
    /// Working days that are over.
    pub days: usize,
    /// Working days in the whole cycle.
    pub of: usize,
}

impl Elapsed {
    /// When the local day `date` is over: it counts.
    pub fn at_end_of(cycle: &Cycle, date: NaiveDate) -> Self {
        Self { days: cycle.working_days_elapsed(date), of: cycle.working_days() }
    }

    /// During the local day that `now` falls in: days count once they are over, so today does not yet.
    pub fn at(cycle: &Cycle, now: DateTime<Utc>) -> Self {
        let today = cycle.zone.date_at(now);
        Self::at_end_of(cycle, today.checked_sub_days(Days::new(1)).unwrap_or(today))
    }

    /// The share gone by, 0 to 1, settled; `None` for a cycle without a single working day.
    pub fn share(self) -> Option<Decimal> {
        (self.of > 0).then(|| settle(Decimal::from(self.days) / Decimal::from(self.of)))
    }
}

/// The dates of a cycle, and how far its calendar has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Dates {
    /// Its first date.
    pub first: NaiveDate,
    /// Its last date.
    pub last: NaiveDate,
    /// The last date that is over, in the cycle's zone; before the cycle and after it, one outside of it.
    pub over: NaiveDate,
}

impl Dates {
    /// When the local day `over` is over.
    pub fn at_end_of(cycle: &Cycle, over: NaiveDate) -> Self {
        Self { first: cycle.first, last: cycle.last, over }
    }

    /// During the local day that `now` falls in.
    pub fn at(cycle: &Cycle, now: DateTime<Utc>) -> Self {
        let today = cycle.zone.date_at(now);
        Self::at_end_of(cycle, today.checked_sub_days(Days::new(1)).unwrap_or(today))
    }
}

/// The stretch between two checkpoints that the calendar stands in, as shares of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Leg {
    /// The date it begins on, when that date is over, and the share expected then.
    pub from: (NaiveDate, Decimal),
    /// The date it ends on, and the share expected when that date is over.
    pub to: (NaiveDate, Decimal),
}

impl Leg {
    /// The share expected when `over` is over, in a straight line over the calendar's days, settled.
    fn at(self, over: NaiveDate) -> Decimal {
        let (gone, whole) = ((over - self.from.0).num_days(), (self.to.0 - self.from.0).num_days());
        let part = Decimal::from(gone.clamp(0, whole.max(0))).checked_div(Decimal::from(whole));
        settle(self.from.1 + (self.to.1 - self.from.1) * part.unwrap_or(Decimal::ONE))
    }
}

/// The stretch between checkpoints that `dates` stand in: from the eve of the cycle, where nothing is expected, through
/// each checkpoint within it, to its last date, where all is.
pub fn leg(terms: &Terms, dates: Dates) -> Leg {
    let within = |on: NaiveDate| dates.first <= on && on < dates.last;
    let eve = dates.first.pred_opt().unwrap_or(dates.first);
    let points = terms
        .checkpoints()
        .iter()
        .filter(|one| within(one.on))
        .map(|one| (one.on, clamped(raw(terms, one.value))));
    let mut from = (eve, Decimal::ZERO);
    for to in points.chain([(dates.last, Decimal::ONE)]) {
        if dates.over < to.0 {
            return Leg { from, to };
        }
        from = to;
    }
    Leg { from, to: from }
}

/// Progress expected by now; `None` where the owner chose no pace.
///
/// A band is expected to be kept every time, from the first due date on. Milestones with dates are expected by them,
/// those without when the cycle ends.
pub fn expected(terms: &Terms, elapsed: Elapsed, dates: Dates) -> Option<Decimal> {
    match (terms.pace(), terms.kind()) {
        (PaceRule::None, _) => None,
        (_, Kind::KeepWithin) => Some(Decimal::ONE),
        (PaceRule::Linear, _) => elapsed.share(),
        (PaceRule::Checkpoints, Kind::Milestones) => {
            share_done(terms, |step| step.due.unwrap_or(dates.last).min(dates.last) <= dates.over)
        }
        (PaceRule::Checkpoints, _) => Some(leg(terms, dates).at(dates.over)),
    }
}

/// Whether a key result is to be kept until the end, so that it is not done before.
pub fn lasts(terms: &Terms) -> bool {
    terms.kind() == Kind::KeepWithin
}

/// The pace: done once the target is reached, otherwise by the gap `expected − progress`. What `lasts` is done only when
/// the cycle's working days have gone by. `None` without data, without an expectation, and in the first tenth of the
/// cycle.
pub fn pace(
    progress: Option<Decimal>,
    expected: Option<Decimal>,
    elapsed: Elapsed,
    lasts: bool,
) -> Option<Pace> {
    let progress = progress?;
    if progress >= Decimal::ONE && !(lasts && elapsed.days < elapsed.of) {
        return Some(Pace::Done);
    }
    let gap = expected? - progress;
    if elapsed.share()? < FIRST {
        return None;
    }
    Some(match gap {
        gap if gap <= ON_TRACK => Pace::OnTrack,
        gap if gap <= AT_RISK => Pace::AtRisk,
        _ => Pace::OffTrack,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::StepId;
    use crate::okr::measure::{Checkpoint, Draft, Step};

    fn of_65(days: usize) -> Elapsed {
        Elapsed { days, of: 65 }
    }

    #[test]
    fn the_gap_decides() {
        let half = Elapsed { days: 10, of: 20 };
        for (progress, pace_is) in [
            (dec!(0.9), Pace::OnTrack),
            (dec!(0.5), Pace::OnTrack),
            (dec!(0.4), Pace::OnTrack),
            (dec!(0.399999), Pace::AtRisk),
            (dec!(0.25), Pace::AtRisk),
            (dec!(0.249999), Pace::OffTrack),
            (dec!(0), Pace::OffTrack),
            (dec!(0.999999), Pace::OnTrack),
            (dec!(1), Pace::Done),
        ] {
            assert_eq!(pace(Some(progress), half.share(), half, false), Some(pace_is), "at {progress}");
        }
    }

    #[test]
    fn the_first_tenth_has_no_pace() {
        let (early, late) = (of_65(6), of_65(7));
        assert_eq!(pace(Some(dec!(0)), early.share(), early, false), None);
        assert_eq!(pace(Some(dec!(0)), late.share(), late, false), Some(Pace::AtRisk));
        let tenth = Elapsed { days: 2, of: 20 };
        assert_eq!(pace(Some(dec!(0)), tenth.share(), tenth, false), Some(Pace::OnTrack));
    }

    #[test]
    fn done_is_done_from_the_first_day() {
        assert_eq!(pace(Some(dec!(1)), None, of_65(0), false), Some(Pace::Done));
    }

    #[test]
    fn without_data_or_expectation_there_is_no_pace() {
        assert_eq!(pace(None, Some(dec!(0.5)), of_65(33), false), None);
        assert_eq!(pace(Some(dec!(0.5)), None, of_65(33), false), None);
    }

    fn dates(over: &str) -> Dates {
        let day = |text: &str| text.parse().unwrap();
        Dates { first: day("2026-09-28"), last: day("2026-12-27"), over: day(over) }
    }

    fn draft(kind: Kind, pace: PaceRule) -> Draft {
        Draft::whole(kind, 1, pace)
    }

    #[test]
    fn expected_is_the_share_of_working_days() {
        let linear = Terms::of(draft(Kind::YesNo, PaceRule::Linear)).unwrap();
        let free = Terms::of(draft(Kind::YesNo, PaceRule::None)).unwrap();
        let over = dates("2026-11-16");
        assert_eq!(expected(&linear, of_65(36), over), Some(dec!(0.553846)));
        assert_eq!(expected(&linear, of_65(65), over), Some(dec!(1)));
        assert_eq!(expected(&free, of_65(36), over), None);
        assert_eq!(expected(&linear, Elapsed { days: 0, of: 0 }, over), None);
    }

    #[test]
    fn between_checkpoints_the_line_is_straight() {
        let checkpoint = |on: &str, value| Checkpoint { on: on.parse().unwrap(), value };
        let checkpoints = vec![
            checkpoint("2026-09-01", dec!(99)), // before the cycle: as if it were not there
            checkpoint("2026-10-17", dec!(10)),
            checkpoint("2026-11-16", dec!(30)),
            checkpoint("2026-12-27", dec!(1)), // the last day is the target's
        ];
        let rising = draft(Kind::Increase, PaceRule::Checkpoints);
        let terms = Terms::of(Draft { target: dec!(40), checkpoints, ..rising }).unwrap();
        for (over, share) in [
            ("2026-09-20", dec!(0)),
            ("2026-09-27", dec!(0)),
            ("2026-10-07", dec!(0.125)), // 10 of 20 days on the way to a quarter
            ("2026-10-17", dec!(0.25)),
            ("2026-11-01", dec!(0.5)), // 15 of 30 days from a quarter to three
            ("2026-11-16", dec!(0.75)),
            ("2026-12-26", dec!(0.993902)),
            ("2026-12-27", dec!(1)),
            ("2027-01-20", dec!(1)),
        ] {
            assert_eq!(expected(&terms, of_65(36), dates(over)), Some(share), "{over}");
        }
    }

    #[test]
    fn milestones_are_expected_by_their_dates_and_by_the_end() {
        let step = |id, weight, due: Option<&str>| Step {
            id: StepId(uuid::Uuid::from_u128(id)),
            name: "Step".to_owned(),
            weight,
            due: due.map(|due| due.parse().unwrap()),
        };
        let steps = vec![step(1, 1, Some("2026-10-16")), step(2, 2, Some("2026-11-20")), step(3, 1, None)];
        let dated = Draft { steps, ..draft(Kind::Milestones, PaceRule::Checkpoints) };
        let terms = Terms::of(dated).unwrap();
        for (over, share) in [
            ("2026-10-15", dec!(0)),
            ("2026-10-16", dec!(0.25)),
            ("2026-11-20", dec!(0.75)),
            ("2026-12-26", dec!(0.75)),
            ("2026-12-27", dec!(1)),
        ] {
            assert_eq!(expected(&terms, of_65(36), dates(over)), Some(share), "{over}");
        }
    }

    #[test]
    fn a_band_is_expected_whole_and_done_only_at_the_end() {
        let low = Some(dec!(99.5));
        let terms = Terms::of(Draft { low, ..draft(Kind::KeepWithin, PaceRule::Linear) }).unwrap();
        let whole = expected(&terms, of_65(20), dates("2026-10-23"));
        assert_eq!(whole, Some(dec!(1)));
        let at = |progress, days| pace(Some(progress), whole, of_65(days), lasts(&terms));
        assert_eq!(at(dec!(1), 20), Some(Pace::OnTrack));
        assert_eq!(at(dec!(0.9), 20), Some(Pace::OnTrack));
        assert_eq!(at(dec!(0.8), 20), Some(Pace::AtRisk));
        assert_eq!(at(dec!(0.7), 20), Some(Pace::OffTrack));
        assert_eq!(at(dec!(1), 3), None);
        assert_eq!(at(dec!(1), 65), Some(Pace::Done));
    }

    #[test]
    fn best_comes_first() {
        assert!(Pace::Done < Pace::OnTrack && Pace::OnTrack < Pace::AtRisk && Pace::AtRisk < Pace::OffTrack);
    }
}
