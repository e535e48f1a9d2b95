//! One cycle: where it stands, its days as a calendar, and the instants it turns at on the reader's clock.

use super::cycle_days::{self, Days, SheetView};
use crate::calendar::{CycleState, Zone};
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::ids::{CycleId, TeamId};
use crate::language::Words;
use crate::okr::parts::spelled;
use crate::okr::{Head, NamedCycle};
use crate::organisation::{Me, Member};
use crate::standup::person::first_name;
use crate::standup::{Standup, standups_of};
use crate::time::person::{Holiday, Person};
use crate::time::{queries, weeks};
use crate::web::parts::iso;
use crate::web::{Nav, Page, Path, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rust_decimal::Decimal;

/// How many people of one place are named.
const NAMED: usize = 4;

/// `templates/time/cycle.html`
#[derive(Template)]
#[template(path = "time/cycle.html")]
struct CyclePage {
    shell: Shell,
    t: Words,
    head: Head,
    /// "Cycle", or whose own it is.
    kind: String,
    sentence: String,
    midnight: String,
    phases: Vec<Phase>,
    heading: String,
    /// How to read the calendar.
    key: Vec<String>,
    sheets: Vec<SheetView>,
    turns: Vec<Turn>,
    /// Days on which somebody is away: when, and who.
    away: Vec<(String, String)>,
    /// Who is in another day than the cycle: who, and which day that is.
    elsewhere: Vec<(String, String)>,
    /// What that means; or that nobody is.
    other_day: String,
    zone: String,
    weekdays: String,
    okrs: String,
    /// Where it is graded and closed.
    closing: (&'static str, String),
    /// Where it is changed, for whom may.
    edit: Option<String>,
    hand: Option<Hand>,
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
    /// The date it is on the cycle's own calendar.
    date: String,
    what: &'static str,
    instant: String,
    /// The time on the cycle's own clock.
    there: String,
    /// On the reader's, when it reads differently.
    here: Option<String>,
}

/// Moving it on by hand.
struct Hand {
    action: String,
    /// The state it can be moved on to, with the words of the button.
    next: Option<(&'static str, &'static str)>,
    /// What happens by itself.
    by_itself: Option<String>,
    /// It was moved on: where its dates would have it.
    moved: Option<String>,
    /// Whether it can be left to its dates again. A closed one is opened again first, with a reason.
    follows: bool,
}

/// `GET /o/{org}/cycles/{cycle}`
pub(super) async fn page(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, CycleId)>,
) -> Result<Response> {
    let named = crate::okr::cycle(&mut tx, id).await?.ok_or(Fault::NotFound)?;
    // A team's own cycle is looked at with that team's eyes, any other with those of the reader's teams.
    let teams: Vec<TeamId> = match &named.team {
        Some(team) => vec![team.id],
        None => me.teams.iter().map(|seat| seat.team).collect(),
    };
    let standups = standups_of(&mut tx, &teams).await?;
    let dates = named.cycle.first..=named.cycle.last;
    let people = queries::people(&mut tx, dates.clone()).await?;
    let holidays = queries::holidays(&mut tx, dates).await?;
    let view = View {
        me: &me,
        t: me.words(),
        now,
        named: &named,
        teams: &teams,
        people: &people,
        holidays: &holidays,
    };
    Ok(Page(view.page(&standups)).into_response())
}

/// A reader before a cycle.
struct View<'a> {
    me: &'a Me,
    t: Words,
    now: DateTime<Utc>,
    named: &'a NamedCycle,
    /// Whose days are shown.
    teams: &'a [TeamId],
    people: &'a [Person],
    holidays: &'a [Holiday],
}

impl View<'_> {
    fn page(&self, standups: &[Standup]) -> CyclePage {
        let Self { me, t, now, named, .. } = *self;
        let cycle = &named.cycle;
        let near: Vec<&Person> = self.near().collect();
        let days = Days::new(t, cycle, now, standups, &near);
        let (elsewhere, other_day) = self.elsewhere();
        let weeks = cycle.week_of(cycle.last).map_or(1, |(_, weeks)| weeks);
        CyclePage {
            shell: Shell::of(me, Nav::Okrs, now),
            t,
            head: Head::of(named, me, now),
            kind: named
                .team
                .as_ref()
                .map_or_else(|| t.cycle_kind().to_owned(), |team| t.cycle_kind_of_team(&team.name)),
            sentence: self.sentence(),
            midnight: self.midnight(),
            phases: self.phases(),
            heading: t.cycle_weeks(weeks, spelled(t, usize::try_from(weeks).unwrap_or(1))),
            key: days.key(),
            sheets: weeks::sheets(cycle).iter().map(|sheet| days.sheet(sheet)).collect(),
            turns: self.turns(),
            away: cycle_days::away(t, cycle, &near, self.holidays),
            elsewhere,
            other_day,
            zone: cycle.zone.name().to_owned(),
            weekdays: t.list(cycle.weekdays.iter().map(|weekday| t.weekday_short(weekday))),
            okrs: me.at(&format!("/okrs?cycle={}", named.id)),
            closing: (self.closing(), me.at(&format!("/cycles/{}/closing", named.id))),
            edit: me.role.administers().then(|| me.at(&format!("/cycles/{}/edit", named.id))),
            hand: me.role.administers().then(|| self.hand()),
        }
    }

    /// What the way to its closing is called.
    fn closing(&self) -> &'static str {
        match self.named.cycle.state_at(self.now) {
            CycleState::Draft | CycleState::Active => self.t.cycle_closing_preview(),
            CycleState::Closing | CycleState::Grading => self.t.cycle_closing_now(),
            CycleState::Closed => self.t.cycle_closing_over(),
        }
    }

    /// Those whose days matter here: the members of the teams in question, or everybody to somebody of no team.
    fn near(&self) -> impl Iterator<Item = &Person> {
        self.people
            .iter()
            .filter(|one| self.teams.is_empty() || one.teams.iter().any(|team| self.teams.contains(team)))
    }

    fn today(&self) -> NaiveDate {
        self.named.cycle.zone.date_at(self.now)
    }

    fn sentence(&self) -> String {
        let Self { t, now, named: NamedCycle { name, cycle, .. }, .. } = *self;
        let today = self.today();
        match cycle.state_at(now) {
            CycleState::Draft => t.cycle_draft(name, t.date_year(cycle.first)),
            CycleState::Active if today < cycle.first => t.cycle_early(name, t.date_year(cycle.first)),
            CycleState::Active => {
                let left = (cycle.last - today).num_weeks();
                let spelled = spelled(t, usize::try_from(left).unwrap_or(0));
                t.cycle_on_its_way(left, name, stage(t, cycle.share_elapsed(today)), spelled)
            }
            CycleState::Closing => t.cycle_closing(name, t.date_long(cycle.last)),
            CycleState::Grading => {
                let last = cycle.zone.date_at(cycle.grading_ends() - TimeDelta::seconds(1));
                t.cycle_grading(name, t.date_long(last))
            }
            CycleState::Closed => t.cycle_closed(name),
        }
    }

    /// Where its days begin and end, and what that is on the reader's clock.
    fn midnight(&self) -> String {
        let (t, zone) = (self.t, self.named.cycle.zone);
        let here = self.me.zone.reading(crate::calendar::day::first_instant(zone, self.today())).time();
        if here == chrono::NaiveTime::MIN {
            t.cycle_midnight(zone.city())
        } else {
            t.cycle_midnight_here(zone.city(), t.time(here))
        }
    }

    /// The states by the cycle's own dates.
    fn phases(&self) -> Vec<Phase> {
        let (t, cycle) = (self.t, &self.named.cycle);
        let state = cycle.state_at(self.now);
        let last_before =
            |turn| t.cycle_until(t.date_short(cycle.zone.date_at(turn - TimeDelta::seconds(1))));
        let phase = |name, until: String, is: &[CycleState]| Phase {
            name,
            until,
            past: is.iter().all(|one| *one < state),
            current: is.contains(&state),
        };
        let closed = t.cycle_from(t.date_short(cycle.zone.date_at(cycle.grading_ends())));
        vec![
            phase(t.cycle_phase_draft(), last_before(cycle.opens()), &[CycleState::Draft]),
            phase(
                t.cycle_phase_open(),
                last_before(cycle.ends()),
                &[CycleState::Active, CycleState::Closing],
            ),
            phase(t.cycle_phase_grading(), last_before(cycle.grading_ends()), &[CycleState::Grading]),
            phase(t.cycle_phase_closed(), closed, &[CycleState::Closed]),
        ]
    }

    fn turns(&self) -> Vec<Turn> {
        let (me, zone) = (self.me, self.named.cycle.zone);
        self.named
            .cycle
            .turns()
            .into_iter()
            .map(|(instant, state)| Turn::of(me, zone, turn_word(self.t, state), instant))
            .collect()
    }

    /// Who reads another date now than the cycle does, place by place, and what follows from it.
    fn elsewhere(&self) -> (Vec<(String, String)>, String) {
        let (t, today) = (self.t, self.today());
        let mut places: Vec<(Zone, Vec<&str>)> = Vec::new();
        for one in self.people.iter().filter(|one| one.zone.date_at(self.now) != today) {
            match places.iter_mut().find(|(zone, _)| *zone == one.zone) {
                Some((_, names)) => names.push(first_name(&one.name)),
                None => places.push((one.zone, vec![first_name(&one.name)])),
            }
        }
        places.sort_by_key(|(zone, _)| (zone.offset_at(self.now).local_minus_utc(), *zone));
        let date = t.date_long(today);
        let means = if places.is_empty() { t.cycle_same_day(date) } else { t.cycle_other_day_means(date) };
        let told = places.into_iter().map(|(zone, names)| self.in_place(zone, &names));
        (told.collect(), means)
    }

    fn in_place(&self, zone: Zone, names: &[&str]) -> (String, String) {
        let (t, there) = (self.t, zone.date_at(self.now));
        let rest = names.len().saturating_sub(NAMED);
        let others = (rest > 0).then(|| t.cycle_others(rest));
        let who = names.iter().take(NAMED).map(|name| (*name).to_owned()).chain(others);
        let says = if there > self.today() {
            t.cycle_already(zone.city(), t.date_long(there))
        } else {
            t.cycle_still(zone.city(), t.date_long(there))
        };
        (t.list(who), says)
    }

    fn hand(&self) -> Hand {
        let (t, me, cycle) = (self.t, self.me, &self.named.cycle);
        let state = cycle.state_at(self.now);
        let dated = cycle.dated_state_at(self.now);
        let next = match state {
            CycleState::Draft => Some((CycleState::Active, t.cycle_open_now())),
            CycleState::Active => Some((CycleState::Closing, t.cycle_close_in_now())),
            CycleState::Closing => Some((CycleState::Grading, t.cycle_grade_now())),
            CycleState::Grading => Some((CycleState::Closed, t.cycle_close_now())),
            CycleState::Closed => None,
        };
        let turn = cycle.turns().into_iter().find(|(at, next)| self.now < *at && state < *next);
        Hand {
            action: me.at(&format!("/cycles/{}/turn", self.named.id)),
            next: next.map(|(to, words)| (to.as_str(), words)),
            by_itself: turn.map(|(at, next)| {
                let here = me.zone.reading(at);
                by_itself(t, next, &t.date_long(here.date()), &t.time(here.time()))
            }),
            moved: (dated < state).then(|| t.cycle_moved(state_word(t, dated))),
            follows: dated < state && state != CycleState::Closed,
        }
    }
}

impl Turn {
    fn of(me: &Me, zone: Zone, what: &'static str, instant: DateTime<Utc>) -> Self {
        let t = me.words();
        let (there, here) = (zone.reading(instant), me.zone.reading(instant));
        Self {
            date: t.cycle_date(t.date_long(there.date())),
            what,
            instant: iso(instant),
            there: t.cycle_there(t.time(there.time()), zone.city()),
            here: (here != there).then(|| t.cycle_here(t.date_long(here.date()), t.time(here.time()))),
        }
    }
}

/// How far a share of the working days is, as people say it.
fn stage(t: Words, share: Decimal) -> &'static str {
    match u32::try_from(share * Decimal::ONE_HUNDRED).unwrap_or(100) {
        0..10 => t.cycle_stage_begun(),
        10..25 => t.cycle_stage_young(),
        25..45 => t.cycle_stage_under_way(),
        45..50 => t.cycle_stage_nearly_half(),
        50..60 => t.cycle_stage_past_half(),
        60..85 => t.cycle_stage_well_past_half(),
        _ => t.cycle_stage_near_end(),
    }
}

/// That a state begins by itself, and when.
fn by_itself(t: Words, state: CycleState, date: &str, time: &str) -> String {
    match state {
        CycleState::Draft | CycleState::Active => t.cycle_by_itself_opens(date, time),
        CycleState::Closing => t.cycle_by_itself_closing(date, time),
        CycleState::Grading => t.cycle_by_itself_ends(date, time),
        CycleState::Closed => t.cycle_by_itself_closed(date, time),
    }
}

/// What happens when a state begins.
fn turn_word(t: Words, state: CycleState) -> &'static str {
    match state {
        CycleState::Draft | CycleState::Active => t.cycle_turn_opens(),
        CycleState::Closing => t.cycle_turn_closing(),
        CycleState::Grading => t.cycle_turn_ends(),
        CycleState::Closed => t.cycle_turn_closed(),
    }
}

fn state_word(t: Words, state: CycleState) -> &'static str {
    match state {
        CycleState::Draft => t.cycle_phase_draft(),
        CycleState::Active => t.cycle_phase_open(),
        CycleState::Closing => t.cycle_phase_closing(),
        CycleState::Grading => t.cycle_phase_grading(),
        CycleState::Closed => t.cycle_phase_closed(),
    }
}
