//! Writing a cycle, and changing one: for admins.

use super::fields::{self, Choice};
use crate::calendar::day::day_span;
use crate::calendar::{Absence, Cycle, CycleFault, CycleState, WeekdaySet, Zone};
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::ids::{CycleId, SubmissionKey};
use crate::language::Words;
use crate::okr::asking;
use crate::okr::queries::{self, Marks, NamedCycle};
use crate::okr::{roll_up, stored};
use crate::organisation::{Admin, Me};
use crate::web::{Done, Form, Nav, Page, Path, Problems, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use serde::Deserialize;

/// The form as it arrives.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    submission_key: SubmissionKey,
    #[serde(default)]
    name: String,
    #[serde(default)]
    first: String,
    #[serde(default)]
    last: String,
    #[serde(default)]
    zone: String,
    #[serde(default)]
    day: Vec<String>,
}

/// `templates/okr/cycle_form.html`
#[derive(Template)]
#[template(path = "okr/cycle_form.html")]
struct CycleFormPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    heading: &'static str,
    button: &'static str,
    action: String,
    back: (String, String),
    typed: Typed,
    zones: Vec<Choice>,
    days: Vec<Choice>,
}

/// Years a cycle may lie in: anything else is a slip of the finger.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;

fn page(
    me: &Me,
    now: DateTime<Utc>,
    one: Option<&NamedCycle>,
    typed: Typed,
    problems: Problems,
) -> CycleFormPage {
    let t = me.words();
    let (heading, button, action, back) = match one {
        None => (
            t.okr_new_cycle(),
            t.okr_add_cycle(),
            me.at("/cycles"),
            (t.okr_title_plain().to_owned(), me.at("/okrs")),
        ),
        Some(one) => {
            let at = me.at(&format!("/cycles/{}", one.id));
            (t.okr_edit_cycle(), t.okr_save(), format!("{at}/edit"), (one.name.clone(), at))
        }
    };
    let days = (1..=7).filter_map(|iso| {
        let chosen = typed.day.iter().any(|day| *day == iso.to_string());
        Some(Choice { value: iso.to_string(), label: t.weekday_short(stored::weekday(iso)?), chosen })
    });
    CycleFormPage {
        shell: Shell::of(me, Nav::Okrs, now),
        t,
        problems,
        heading,
        button,
        action,
        back,
        days: days.collect(),
        zones: Zone::all().iter().map(|zone| Choice::new(zone.name(), zone.name(), &typed.zone)).collect(),
        typed,
    }
}

/// What was typed, or what is wrong with it.
fn read(t: Words, typed: &Typed, problems: &mut Problems) -> Option<(String, Cycle)> {
    let name = problems.take("name", fields::line(t, &typed.name, 80, t.okr_cycle_name_missing()));
    let first = problems.take("first", date(t, &typed.first));
    let last = problems.take("last", date(t, &typed.last));
    let zone = problems.take("zone", Zone::parse(&typed.zone).map_err(|_| t.okr_zone_unknown()));
    let weekdays: Option<Vec<_>> = typed.day.iter().map(|day| stored::weekday(day.parse().ok()?)).collect();
    let weekdays = weekdays.map(WeekdaySet::from_iter).filter(|days| !days.is_empty());
    let weekdays = problems.take("days", weekdays.ok_or(t.okr_weekdays_missing()));
    let (name, first, last, zone, weekdays) = (name?, first?, last?, zone?, weekdays?);
    let cycle = Cycle { first, last, zone, weekdays, holidays: Absence::default() };
    let checked = if first == last { Err(CycleFault::EndsBeforeFirst) } else { cycle.check() };
    match checked {
        Ok(()) => return Some((name, cycle)),
        Err(CycleFault::EndsBeforeFirst) => problems.add("last", t.okr_cycle_backwards()),
        Err(CycleFault::TooLong) => problems.add("last", t.okr_cycle_too_long()),
        Err(CycleFault::NoWorkingDay) => problems.add("days", t.okr_cycle_no_working_day()),
    }
    None
}

fn date(t: Words, typed: &str) -> Result<NaiveDate, &'static str> {
    let date = typed.trim().parse::<NaiveDate>().map_err(|_| t.okr_date_unreadable())?;
    if YEARS.contains(&date.year()) { Ok(date) } else { Err(t.okr_date_far()) }
}

/// What the background task goes by. It looks at a new or changed cycle from its first day on.
fn marks(cycle: &Cycle, now: DateTime<Utc>) -> Marks {
    let next_day = cycle.days().next();
    Marks {
        state: match cycle.state_at(now) {
            CycleState::Draft => "draft",
            CycleState::Active => "active",
            CycleState::Closing => "closing",
            CycleState::Grading => "grading",
            CycleState::Closed => "closed",
        },
        next_turn_at: cycle.next_turn(now),
        next_day,
        next_day_at: next_day.and_then(|day| day_span(cycle.zone, day)).map(|span| span.end),
    }
}

/// `GET /o/{org}/cycles/new`: the current quarter is filled in, or the next one when there is a cycle of that name.
pub(super) async fn new(Admin { me, mut tx }: Admin, Now(now): Now) -> Result<Response> {
    let cycles = queries::cycles(&mut tx).await?;
    let t = me.words();
    let today = me.today(now);
    let mut quarters =
        (0..8).filter_map(|ahead| Quarter::of(today.checked_add_months(Months::new(3 * ahead))?));
    let is_new = |quarter: &Quarter| {
        let name = quarter.name(t);
        !cycles.iter().any(|one| one.name == name || one.cycle.first == quarter.first)
    };
    let quarter = quarters.find(is_new).ok_or(Fault::NotFound)?;
    let zone = cycles.first().map_or(me.zone, |newest| newest.cycle.zone);
    let typed = Typed {
        submission_key: SubmissionKey::fresh(),
        name: quarter.name(t),
        first: quarter.first.to_string(),
        last: quarter.last.to_string(),
        zone: zone.name().to_owned(),
        day: (1..=5).map(|day| day.to_string()).collect(),
    };
    Ok(Page(page(&me, now, None, typed, Problems::new())).into_response())
}

/// `POST /o/{org}/cycles`
pub(super) async fn add(
    Admin { me, mut tx }: Admin,
    Now(now): Now,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    let mut problems = Problems::new();
    if let Some((name, cycle)) = read(me.words(), &typed, &mut problems) {
        // The form sent twice names the same cycle.
        let id = CycleId(typed.submission_key.0);
        let marks = marks(&cycle, now);
        let is_there = queries::cycle(&mut tx, id).await?.is_some();
        if is_there || queries::add_cycle(&mut tx, &NamedCycle { id, name, cycle }, marks, now).await? {
            tx.commit().await?;
            return Ok(Done::Created.at(&me.at(&format!("/okrs?cycle={id}"))));
        }
        problems.add("name", me.words().okr_cycle_name_taken());
    }
    Ok(Refused(page(&me, now, None, typed, problems)).into_response())
}

/// `GET /o/{org}/cycles/{cycle}/edit`
pub(super) async fn edit(
    Admin { me, mut tx }: Admin,
    Now(now): Now,
    Path((_, id)): Path<(String, CycleId)>,
) -> Result<Response> {
    let one = queries::cycle(&mut tx, id).await?.ok_or(Fault::NotFound)?;
    let typed = Typed {
        submission_key: SubmissionKey::fresh(),
        name: one.name.clone(),
        first: one.cycle.first.to_string(),
        last: one.cycle.last.to_string(),
        zone: one.cycle.zone.name().to_owned(),
        day: one.cycle.weekdays.iter().map(|day| stored::iso(day).to_string()).collect(),
    };
    Ok(Page(page(&me, now, Some(&one), typed, Problems::new())).into_response())
}

/// `POST /o/{org}/cycles/{cycle}/edit`
pub(super) async fn change(
    Admin { me, mut tx }: Admin,
    Now(now): Now,
    Path((_, id)): Path<(String, CycleId)>,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    let one = queries::cycle(&mut tx, id).await?.ok_or(Fault::NotFound)?;
    let mut problems = Problems::new();
    if let Some((name, cycle)) = read(me.words(), &typed, &mut problems) {
        let (marks, opens) = (marks(&cycle, now), cycle.opens());
        let rows = asking::hold(&mut tx, asking::Whose::Cycle(id), now).await?;
        if queries::change_cycle(&mut tx, &NamedCycle { id, name, cycle }, marks).await? {
            roll_up::due(&mut tx, id, opens).await?;
            rows.follow(&mut tx, now).await?;
            tx.commit().await?;
            return Ok(Done::Saved.at(&me.at(&format!("/cycles/{id}"))));
        }
        problems.add("name", me.words().okr_cycle_name_taken());
    }
    Ok(Refused(page(&me, now, Some(&one), typed, problems)).into_response())
}

/// A calendar quarter, the cycle most organisations have.
struct Quarter {
    year: i32,
    number: u32,
    first: NaiveDate,
    last: NaiveDate,
}

impl Quarter {
    /// The quarter a date lies in; `None` at the very ends of the calendar.
    fn of(date: NaiveDate) -> Option<Self> {
        let number = date.quarter();
        let first = NaiveDate::from_ymd_opt(date.year(), number * 3 - 2, 1)?;
        let last = first.checked_add_months(Months::new(3))?.pred_opt()?;
        Some(Self { year: date.year(), number, first, last })
    }

    fn name(&self, t: Words) -> String {
        t.okr_quarter(self.number, self.year)
    }
}
