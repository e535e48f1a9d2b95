//! One cycle: where it stands, and the instants it turns at, on the reader's clock.

use super::okrs::Head;
use crate::calendar::{Cycle, CycleState, Zone};
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::ids::CycleId;
use crate::language::Words;
use crate::okr::queries::{self, NamedCycle};
use crate::organisation::{Me, Member};
use crate::web::{Nav, Page, Path, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat, Utc};

/// `templates/okr/cycle.html`
#[derive(Template)]
#[template(path = "okr/cycle.html")]
struct CyclePage {
    shell: Shell,
    t: Words,
    head: Head,
    sentence: String,
    phases: Vec<Phase>,
    turns: Vec<Turn>,
    zone: String,
    weekdays: String,
    okrs: String,
    /// Where it is changed, for whom may.
    edit: Option<String>,
}

/// One of the states, in their order.
struct Phase {
    name: &'static str,
    until: String,
    past: bool,
    current: bool,
}

/// An instant at which something changes.
struct Turn {
    what: &'static str,
    instant: String,
    /// On the cycle's own clock.
    there: String,
    /// On the reader's, when it reads differently.
    here: Option<String>,
}

/// `GET /o/{org}/cycles/{cycle}`
pub(super) async fn page(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, CycleId)>,
) -> Result<Response> {
    let named = queries::cycle(&mut tx, id).await?.ok_or(Fault::NotFound)?;
    let t = me.words();
    let cycle = &named.cycle;
    let at = me.at(&format!("/cycles/{id}"));
    let turns = [
        (t.okr_turn_opens(), cycle.opens()),
        (t.okr_turn_closing(), cycle.closing()),
        (t.okr_turn_ends(), cycle.ends()),
        (t.okr_turn_closed(), cycle.grading_ends()),
    ];
    Ok(Page(CyclePage {
        shell: Shell::of(&me, Nav::Okrs, now),
        t,
        head: Head::of(&named, &me, now),
        sentence: sentence(t, &named, now),
        phases: phases(t, cycle, now),
        turns: turns.into_iter().map(|(what, instant)| Turn::of(&me, cycle.zone, what, instant)).collect(),
        zone: cycle.zone.name().to_owned(),
        weekdays: t.list(cycle.weekdays.iter().map(|weekday| t.weekday_short(weekday))),
        okrs: me.at(&format!("/okrs?cycle={id}")),
        edit: me.role.administers().then(|| format!("{at}/edit")),
    })
    .into_response())
}

fn sentence(t: Words, named: &NamedCycle, now: DateTime<Utc>) -> String {
    let NamedCycle { name, cycle, .. } = named;
    let today = cycle.zone.date_at(now);
    match (cycle.state_at(now), cycle.week_of(today)) {
        (CycleState::Draft, _) => t.okr_cycle_draft(name, t.date_year(cycle.first)),
        (CycleState::Active, Some((week, of))) => t.okr_cycle_week(name, week, of),
        (CycleState::Closing | CycleState::Active, _) => t.okr_cycle_closing(name, t.date_long(cycle.last)),
        (CycleState::Grading, _) => t.okr_cycle_grading(name),
        (CycleState::Closed, _) => t.okr_cycle_closed(name),
    }
}

/// The states by the cycle's own dates.
fn phases(t: Words, cycle: &Cycle, now: DateTime<Utc>) -> Vec<Phase> {
    let state = cycle.state_at(now);
    let last_before =
        |turn| t.okr_until(t.date_short(cycle.zone.date_at(turn - chrono::TimeDelta::seconds(1))));
    let phase = |name, until: String, is: &[CycleState]| Phase {
        name,
        until,
        past: is.iter().all(|one| *one < state),
        current: is.contains(&state),
    };
    vec![
        phase(t.okr_phase_draft(), last_before(cycle.opens()), &[CycleState::Draft]),
        phase(t.okr_phase_open(), last_before(cycle.ends()), &[CycleState::Active, CycleState::Closing]),
        phase(t.okr_phase_grading(), last_before(cycle.grading_ends()), &[CycleState::Grading]),
        phase(
            t.okr_phase_closed(),
            t.okr_from(t.date_short(cycle.zone.date_at(cycle.grading_ends()))),
            &[CycleState::Closed],
        ),
    ]
}

impl Turn {
    fn of(me: &Me, zone: Zone, what: &'static str, instant: DateTime<Utc>) -> Self {
        let t = me.words();
        let (there, here) = (zone.reading(instant), me.zone.reading(instant));
        Self {
            what,
            instant: instant.to_rfc3339_opts(SecondsFormat::Secs, true),
            there: t.okr_turn_there(t.date_long(there.date()), t.time(there.time()), zone.city()),
            here: (here != there).then(|| t.okr_turn_here(t.date_long(here.date()), t.time(here.time()))),
        }
    }
}
