//! How the clockwork is doing, in words: the same for the page of admins and for `meridian tick`.

use super::Duty;
use super::queries::{self, Run};
use crate::app::App;
use crate::calendar::Zone;
use crate::fault::Result;
use crate::language::Words;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::fmt::{self, Display};

/// A worker that has not looked around for this long is taken for dead, as `/readyz` does.
const SILENCE: TimeDelta = TimeDelta::minutes(2);

/// A clock that is off by less agrees: a message to the database takes its time.
const AGREES: TimeDelta = TimeDelta::seconds(1);

/// The clockwork at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// How it is doing, in one sentence.
    pub sentence: String,
    /// Whether that is good news.
    pub well: bool,
    /// Each duty, in the order of the one list.
    pub duties: Vec<DutyTold>,
    /// About this node: its name, its clock, its tzdb.
    pub node: Vec<Fact>,
}

/// A duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyTold {
    /// Its name in the log and in metrics.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// What it did and when it is due.
    pub facts: Vec<Fact>,
    /// What went wrong, until it goes well again.
    pub problem: Option<String>,
}

/// Something that is known, under its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The label.
    pub label: &'static str,
    /// What is known.
    pub value: String,
}

/// Tells how the clockwork is doing at `now`, on the clock of a reader in `zone`.
///
/// # Errors
/// When the database fails.
pub async fn tell(app: &App, t: Words, zone: Zone, now: DateTime<Utc>) -> Result<Told> {
    let mut tx = app.db.duty().await?;
    let runs = queries::runs(&mut tx).await?;
    let waiting = queries::waiting(&mut tx).await?;
    let clock = Clock { t, zone, now };
    let duties = Duty::ALL
        .iter()
        .map(|duty| {
            let run = runs.get(duty.name());
            clock.duty(*duty, run, duty.next_due(&waiting, run, now))
        })
        .collect();
    let (well, sentence) = sentence(t, &runs, now);
    let node = vec![
        Fact { label: t.clockwork_node(), value: app.config.node.clone() },
        Fact { label: t.clockwork_clock(), value: wall_clock(t, app.clock.wall_ahead()) },
        Fact { label: t.clockwork_tzdb(), value: Zone::tzdb_version().to_owned() },
    ];
    Ok(Told { sentence, well, duties, node })
}

/// What is to be said first, and whether it is good.
fn sentence(t: Words, runs: &HashMap<String, Run>, now: DateTime<Utc>) -> (bool, String) {
    let known = || Duty::ALL.iter().filter_map(|duty| runs.get(duty.name()).map(|run| (*duty, run)));
    let age = |run: &Run| now - run.started_at;
    let Some(freshest) = known().map(|(_, run)| age(run)).min() else {
        return (false, t.clockwork_never().to_owned());
    };
    // For how long each has been due to look around again.
    let overdue: Vec<TimeDelta> = known().map(|(duty, run)| age(run) - duty.every()).collect();
    let failing = known().filter(|(_, run)| run.problem.is_some()).count();
    let late = overdue.iter().filter(|overdue| **overdue > SILENCE).count();
    if freshest > SILENCE {
        (false, t.clockwork_silent(t.duration(freshest)))
    } else if failing > 0 {
        (false, t.clockwork_failing(failing))
    } else if late > 0 {
        (false, t.clockwork_late(late))
    } else {
        let longest = overdue.into_iter().max().unwrap_or(freshest);
        (true, t.clockwork_well((longest.num_seconds().max(0) / 10 + 1) * 10))
    }
}

/// Whether this machine agrees with the database over the time.
fn wall_clock(t: Words, ahead: Option<TimeDelta>) -> String {
    match ahead {
        None => t.clockwork_clock_stopped().to_owned(),
        Some(off) if off.abs() < AGREES => t.clockwork_clock_agrees().to_owned(),
        Some(off) if off > TimeDelta::zero() => t.clockwork_clock_ahead(off.num_seconds()),
        Some(off) => t.clockwork_clock_behind(-off.num_seconds()),
    }
}

/// The reader's language, zone and instant.
#[derive(Clone, Copy)]
struct Clock {
    t: Words,
    zone: Zone,
    now: DateTime<Utc>,
}

impl Clock {
    fn duty(self, duty: Duty, run: Option<&Run>, due: Option<DateTime<Utc>>) -> DutyTold {
        let t = self.t;
        let (title, purpose, did) = duty.words(t, run.and_then(|run| run.busy_did).unwrap_or(0));
        let mut facts = vec![Fact {
            label: t.clockwork_last(),
            value: run.map_or_else(|| t.clockwork_not_yet().to_owned(), |run| self.moment(run.started_at)),
        }];
        if let Some(run) = run {
            let took = t.clockwork_took_on(t.clockwork_ms(run.took_ms.unwrap_or(0)), &run.node);
            facts.push(Fact { label: t.clockwork_took(), value: took });
            let busy = run.busy_at.map(|at| t.clockwork_did_at(&did, self.moment(at)));
            facts.push(Fact {
                label: t.clockwork_did(),
                value: busy.unwrap_or_else(|| t.clockwork_nothing().to_owned()),
            });
        }
        let due = match due {
            None => t.clockwork_idle().to_owned(),
            Some(due) if due <= self.now => t.clockwork_at_once().to_owned(),
            Some(due) => self.moment(due),
        };
        facts.push(Fact { label: t.clockwork_next(), value: due });
        let problem = run.and_then(|run| {
            let problem = run.problem.as_deref()?;
            Some(match run.well_at {
                Some(well) => t.clockwork_problem_since(problem, self.moment(well)),
                None => t.clockwork_problem(problem),
            })
        });
        DutyTold { name: duty.name(), title, purpose, facts, problem }
    }

    /// "09:24:00" today, "Tuesday 17 November, 09:24" on another day.
    fn moment(self, at: DateTime<Utc>) -> String {
        let here = self.zone.reading(at);
        if here.date() == self.zone.date_at(self.now) {
            here.time().format("%H:%M:%S").to_string()
        } else {
            self.t.clockwork_moment(self.t.date_long(here.date()), self.t.time(here.time()))
        }
    }
}

impl Display for Told {
    /// The page as text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.sentence)?;
        for duty in &self.duties {
            writeln!(f, "\n{} ({})\n  {}", duty.title, duty.name, duty.purpose)?;
            write_facts(f, &duty.facts)?;
            if let Some(problem) = &duty.problem {
                writeln!(f, "  ! {problem}")?;
            }
        }
        writeln!(f)?;
        write_facts(f, &self.node)
    }
}

fn write_facts(f: &mut fmt::Formatter<'_>, facts: &[Fact]) -> fmt::Result {
    facts.iter().try_for_each(|Fact { label, value }| writeln!(f, "  {label:<14} {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Locale;

    const T: Words = Words::of(Locale::English);

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// All duties began a run at these instants; one of them failed, or none.
    fn runs(started: &[(Duty, &str)], failed: Option<Duty>) -> HashMap<String, Run> {
        started
            .iter()
            .map(|(duty, started)| {
                let problem = (failed == Some(*duty)).then(|| "The database is away.".to_owned());
                (duty.name().to_owned(), Run::sample(duty.name(), at(started), problem))
            })
            .collect()
    }

    #[test]
    fn one_sentence_says_how_it_is() {
        let (steady, sweep) = (Duty::RollUp, Duty::Sweep);
        for (runs, expected, well) in [
            (runs(&[], None), "Nothing has run yet. Is a worker running?", false),
            (
                // Once an hour is often enough for sweeping.
                runs(&[(steady, "2026-11-17T09:23:58Z"), (sweep, "2026-11-17T08:30:00Z")], None),
                "Everything that was due ran within the last 10 seconds.",
                true,
            ),
            (
                runs(&[(steady, "2026-11-17T09:23:41Z")], None),
                "Everything that was due ran within the last 20 seconds.",
                true,
            ),
            (
                runs(&[(steady, "2026-11-17T09:23:58Z"), (sweep, "2026-11-17T08:15:00Z")], None),
                "1 duty did not run when it was due.",
                false,
            ),
            (
                runs(&[(steady, "2026-11-17T09:14:58Z"), (sweep, "2026-11-17T08:10:00Z")], Some(steady)),
                "Nothing has run for 9 minutes. Is a worker running?",
                false,
            ),
            (
                runs(&[(steady, "2026-11-17T09:23:58Z")], Some(steady)),
                "1 duty met a problem the last time it ran.",
                false,
            ),
            // A node whose clock is ahead began in what is the future here.
            (
                runs(&[(steady, "2026-11-17T09:24:03Z")], None),
                "Everything that was due ran within the last 10 seconds.",
                true,
            ),
        ] {
            assert_eq!(sentence(T, &runs, at("2026-11-17T09:24:00Z")), (well, expected.to_owned()));
        }
    }

    #[test]
    fn a_clock_that_is_off_is_said_to_be() {
        for (off, expected) in [
            (None, "Stopped by hand"),
            (Some(TimeDelta::milliseconds(-990)), "Agrees with the database’s"),
            (Some(TimeDelta::milliseconds(1_300)), "1 second ahead of the database’s, which counts"),
            (Some(TimeDelta::seconds(-75)), "75 seconds behind the database’s, which counts"),
        ] {
            assert_eq!(wall_clock(T, off), expected);
        }
    }
}
