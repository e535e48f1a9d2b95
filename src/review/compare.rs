//! A cycle beside another one, in the same week of each.

use super::filter::Filter;
use super::gather::Gathered;
use super::queries::{self, ThenRow};
use crate::calendar::day::first_instant;
use crate::calendar::{Cycle, CycleState};
use crate::db::OrgTx;
use crate::ids::TeamId;
use crate::okr::NamedCycle;
use crate::okr::pace::Elapsed;
use crate::okr::receipt::{MeanReceipt, Part, PartOf};
use crate::okr::slip::{Pen, Slip, Titles};
use crate::okr::standing::Standing;
use crate::okr::status::Status;
use crate::organisation::Me;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

/// Two cycles side by side.
pub(super) struct Beside {
    /// "Beside Q3 2026, on Tuesday 18 August"
    pub(super) heading: String,
    /// What the two columns are called.
    pub(super) names: (String, String),
    pub(super) rows: Vec<BesideRow>,
}

/// A team, or all that is shown, in both.
pub(super) struct BesideRow {
    pub(super) team: String,
    /// In the other cycle, and in this one.
    pub(super) sides: [Side; 2],
}

/// How far, and how many on track.
pub(super) struct Side {
    /// Mean progress and how it follows, where there is data.
    pub(super) progress: Option<(String, Slip)>,
    /// "4 of 6"
    pub(super) on_track: String,
}

/// What is compared.
pub(super) struct Pair<'a> {
    pub(super) me: &'a Me,
    pub(super) named: &'a NamedCycle,
    pub(super) other: &'a NamedCycle,
    pub(super) gathered: &'a Gathered,
    pub(super) filter: &'a Filter,
    pub(super) now: DateTime<Utc>,
}

/// A key result in either of the two.
struct One<'a> {
    team: Option<TeamId>,
    title: &'a str,
    part: Part,
    on_track: bool,
}

impl Pair<'_> {
    /// The other cycle on the day that lies as far into it as today lies into this one, on its last where it was shorter.
    pub(super) async fn beside(&self, tx: &mut OrgTx) -> sqlx::Result<Beside> {
        let Self { me, named, other, gathered, filter, now } = *self;
        let t = me.words();
        let day = same_day(&named.cycle, &other.cycle, now);
        let after = first_instant(other.cycle.zone, day.succ_opt().unwrap_or(day));
        let rows = queries::then(tx, (other.id, day, after), me.id).await?;
        let scope = &filter.scope;
        let then: Vec<_> = rows.iter().map(was).filter(|one| scope.keeps(one.team)).collect();
        let of_teams = filter.scope_alone();
        let here: Vec<_> = gathered.standings.iter().filter(|one| of_teams.keeps(one)).map(is).collect();
        let teams: BTreeMap<_, _> = gathered.teams.iter().map(|team| (&team.name, team.id)).collect();
        let sides = |of: &dyn Fn(&One<'_>) -> bool| {
            let (then, here) = (side_of(&then, of), side_of(&here, of));
            let side = |all: &[&One<'_>], cycle, at| self.side(all, cycle, at);
            [side(&then, &other.cycle, after), side(&here, &named.cycle, now)]
        };
        let row = |team: String, sides: [Side; 2]| BesideRow { team, sides };
        let mut shown = vec![row(t.review_all_shown().to_owned(), sides(&|_| true))];
        let some = |id: TeamId| then.iter().chain(&here).any(|one| one.team == Some(id));
        let kept = teams.into_iter().filter(|(_, id)| scope.keeps(Some(*id)) && some(*id));
        shown.extend(kept.map(|(name, id)| row(name.clone(), sides(&|one| one.team == Some(id)))));
        Ok(Beside {
            heading: t.review_beside(&other.name, t.date_year(day)),
            names: (other.name.clone(), named.name.clone()),
            rows: shown,
        })
    }

    fn side(&self, all: &[&One<'_>], cycle: &Cycle, at: DateTime<Utc>) -> Side {
        let t = self.me.words();
        let parts = all.iter().map(|one| one.part).collect();
        let titles: Titles<'_> = all.iter().map(|one| (one.part.of, one.title)).collect();
        let receipt = MeanReceipt::new(parts, Elapsed::at(cycle, at));
        let progress = receipt.shown.mean.progress;
        Side {
            progress: progress.map(|share| (t.percent(share), Pen::of(self.me).mean(&receipt, &titles))),
            on_track: t.review_of(all.iter().filter(|one| one.on_track).count(), all.len()),
        }
    }
}

fn side_of<'a, 'b>(all: &'b [One<'a>], of: &dyn Fn(&One<'_>) -> bool) -> Vec<&'b One<'a>> {
    all.iter().filter(|one| of(one)).collect()
}

/// The day that lies as far into a cycle as `now` lies into another.
fn same_day(cycle: &Cycle, other: &Cycle, now: DateTime<Utc>) -> NaiveDate {
    let into = match cycle.state_at(now) {
        CycleState::Draft => 0,
        _ => (cycle.zone.date_at(now).min(cycle.last) - cycle.first).num_days(),
    };
    other.first.checked_add_signed(chrono::TimeDelta::days(into)).unwrap_or(other.last).min(other.last)
}

fn was(row: &ThenRow) -> One<'_> {
    let (of, weight) = (PartOf::KeyResult(row.id), row.weight);
    One {
        team: row.team,
        title: &row.title,
        part: Part { of, weight, progress: row.progress, expected: row.expected },
        on_track: row.status == Status::OnTrack,
    }
}

fn is(one: &Standing) -> One<'_> {
    let (of, shown) = (PartOf::KeyResult(one.id), one.receipt.shown);
    let weight = one.receipt.terms.weight();
    One {
        team: one.team.as_ref().map(|team| team.id),
        title: &one.title,
        part: Part { of, weight, progress: shown.progress, expected: shown.expected },
        on_track: one.status() == Status::OnTrack,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Absence, WeekdaySet, Zone};

    fn cycle(first: &str, last: &str) -> Cycle {
        Cycle {
            first: first.parse().unwrap(),
            last: last.parse().unwrap(),
            zone: Zone::parse("Europe/Lisbon").unwrap(),
            weekdays: WeekdaySet::MON_TO_FRI,
            holidays: Absence::NONE,
            by_hand: None,
            reopened: None,
        }
    }

    #[test]
    fn the_same_day_lies_as_far_into_the_other_cycle() {
        let q4 = cycle("2026-09-28", "2026-12-27");
        let q3 = cycle("2026-06-29", "2026-09-27");
        let weeks = cycle("2026-08-01", "2026-08-31");
        for (other, now, day) in [
            (&q3, "2026-11-17T09:24:00Z", "2026-08-18"),
            (&q3, "2026-09-01T09:24:00Z", "2026-06-29"),
            (&q3, "2027-02-01T09:24:00Z", "2026-09-27"),
            (&weeks, "2026-11-17T09:24:00Z", "2026-08-31"),
        ] {
            assert_eq!(same_day(&q4, other, now.parse().unwrap()).to_string(), day, "{now}");
        }
    }
}
