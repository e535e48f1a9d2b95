//! Writing a cycle, and changing one: for admins.

use super::cycle_plan::{Asked, Plan, Planning};
use super::fields::{self, Choice};
use crate::calendar::day::day_span;
use crate::calendar::{Cycle, CycleFault, WeekdaySet, Zone};
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{CycleId, HolidayCalendarId, SubmissionKey};
use crate::language::Words;
use crate::okr::asking;
use crate::okr::queries::{self, Marks, NamedCycle};
use crate::okr::{roll_up, stored};
use crate::organisation::holidays::{Calendar, calendars, holidays_within};
use crate::organisation::{Admin, Me};
use crate::web::{Done, Form, Nav, Page, Path, Problems, Query, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
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
    /// What was planned, of a new one.
    #[serde(default)]
    length: String,
    /// The team whose own it is, of a new one.
    #[serde(default)]
    team: String,
    /// Whose public holidays are no working days; empty: nobody's.
    #[serde(default)]
    holidays: String,
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
    holidays: Vec<Choice>,
    /// What can be planned, of a new one.
    plan: Option<Plan>,
}

/// What the form is of.
enum Of<'a> {
    /// A cycle to be, with what can be planned.
    New(Plan),
    /// One that is changed.
    One(&'a NamedCycle),
}

/// Years a cycle may lie in: anything else is a slip of the finger.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;

fn page(
    me: &Me,
    now: DateTime<Utc>,
    of: Of<'_>,
    calendars: &[Calendar],
    typed: Typed,
    problems: Problems,
) -> CycleFormPage {
    let t = me.words();
    let (heading, button, action, back) = match &of {
        Of::New(_) => (
            t.okr_new_cycle(),
            t.okr_add_cycle(),
            me.at("/cycles"),
            (t.okr_title_plain().to_owned(), me.at("/okrs")),
        ),
        Of::One(one) => {
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
        holidays: holiday_choices(t, calendars, &typed.holidays),
        zones: Zone::all().iter().map(|zone| Choice::new(zone.name(), zone.name(), &typed.zone)).collect(),
        typed,
        plan: match of {
            Of::New(plan) => Some(plan),
            Of::One(_) => None,
        },
    }
}

fn holiday_choices(t: Words, calendars: &[Calendar], chosen: &str) -> Vec<Choice> {
    let none = Choice::new("", t.okr_holidays_none(), chosen);
    std::iter::once(none).chain(calendars.iter().map(|one| Choice::new(one.id, &one.name, chosen))).collect()
}

/// The calendar chosen, if one is.
fn chosen(
    t: Words,
    typed: &Typed,
    calendars: &[Calendar],
    problems: &mut Problems,
) -> Option<HolidayCalendarId> {
    let found = calendars.iter().map(|one| one.id).find(|id| id.to_string() == typed.holidays);
    if found.is_none() && !typed.holidays.is_empty() {
        problems.add("holidays", t.okr_holidays_unknown());
    }
    found
}

/// What was typed, or what is wrong with it.
async fn read(
    tx: &mut OrgTx,
    t: Words,
    typed: &Typed,
    calendar: Option<HolidayCalendarId>,
    problems: &mut Problems,
) -> Result<Option<(String, Cycle)>> {
    let name = problems.take("name", fields::line(t, &typed.name, 80, t.okr_cycle_name_missing()));
    let first = problems.take("first", date(t, &typed.first));
    let last = problems.take("last", date(t, &typed.last));
    let zone = problems.take("zone", Zone::parse(&typed.zone).map_err(|_| t.okr_zone_unknown()));
    let weekdays: Option<Vec<_>> = typed.day.iter().map(|day| stored::weekday(day.parse().ok()?)).collect();
    let weekdays = weekdays.map(WeekdaySet::from_iter).filter(|days| !days.is_empty());
    let weekdays = problems.take("days", weekdays.ok_or(t.okr_weekdays_missing()));
    let (Some(name), Some(first), Some(last), Some(zone), Some(weekdays)) =
        (name, first, last, zone, weekdays)
    else {
        return Ok(None);
    };
    let holidays = holidays_within(tx, calendar, (first, last)).await?;
    let cycle = Cycle { first, last, zone, weekdays, holidays, by_hand: None, reopened: None };
    let checked = if first == last { Err(CycleFault::EndsBeforeFirst) } else { cycle.check() };
    match checked {
        Ok(()) if problems.is_empty() => return Ok(Some((name, cycle))),
        Ok(()) => {}
        Err(CycleFault::EndsBeforeFirst) => problems.add("last", t.okr_cycle_backwards()),
        Err(CycleFault::TooLong) => problems.add("last", t.okr_cycle_too_long()),
        Err(CycleFault::NoWorkingDay) => problems.add("days", t.okr_cycle_no_working_day()),
    }
    Ok(None)
}

fn date(t: Words, typed: &str) -> Result<NaiveDate, &'static str> {
    let date = typed.trim().parse::<NaiveDate>().map_err(|_| t.okr_date_unreadable())?;
    if YEARS.contains(&date.year()) { Ok(date) } else { Err(t.okr_date_far()) }
}

/// What the background task goes by. It looks at a new or changed cycle from its first day on.
pub(super) fn marks(cycle: &Cycle, now: DateTime<Utc>) -> Marks {
    let next_day = cycle.days().next();
    Marks {
        state: cycle.state_at(now).as_str(),
        next_turn_at: cycle.next_turn(now),
        next_day,
        next_day_at: next_day.and_then(|day| day_span(cycle.zone, day)).map(|span| span.end),
    }
}

/// `GET /o/{org}/cycles/new`: the next sensible period is filled in.
pub(super) async fn new(
    Admin { me, mut tx }: Admin,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let planning = Planning::asked(&mut tx, &asked).await?;
    let suggested = planning.suggestion(me.words(), me.today(now));
    let (name, first, last) = suggested
        .map_or_else(Default::default, |(name, first, last)| (name, first.to_string(), last.to_string()));
    let plan = planning.plan(&me, now);
    let typed = Typed {
        submission_key: SubmissionKey::fresh(),
        name,
        first,
        last,
        zone: planning.zone(&me).name().to_owned(),
        day: (1..=5).map(|day| day.to_string()).collect(),
        length: plan.length.clone(),
        team: plan.team.clone(),
        holidays: newest_calendar(&mut tx).await?,
    };
    let calendars = calendars(&mut tx).await?;
    Ok(Page(page(&me, now, Of::New(plan), &calendars, typed, Problems::new())).into_response())
}

/// A new cycle leaves out the holidays the newest one does.
async fn newest_calendar(tx: &mut OrgTx) -> Result<String> {
    let Some(newest) = queries::cycles(tx).await?.into_iter().next() else { return Ok(String::new()) };
    let calendar = queries::holiday_calendar_of(tx, newest.id).await?;
    Ok(calendar.map(|id| id.to_string()).unwrap_or_default())
}

/// `POST /o/{org}/cycles`
pub(super) async fn add(
    Admin { me, mut tx }: Admin,
    Now(now): Now,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    let planning = Planning::open(&mut tx, &typed.length, &typed.team).await?;
    let mut problems = Problems::new();
    let calendars = calendars(&mut tx).await?;
    let calendar = chosen(me.words(), &typed, &calendars, &mut problems);
    if let Some((name, cycle)) = read(&mut tx, me.words(), &typed, calendar, &mut problems).await? {
        // The form sent twice names the same cycle.
        let id = CycleId(typed.submission_key.0);
        let marks = marks(&cycle, now);
        let new = NamedCycle { id, name, team: planning.team.clone(), cycle };
        let is_there = queries::cycle(&mut tx, id).await?.is_some();
        if is_there || queries::add_cycle(&mut tx, &new, calendar, marks, now).await? {
            tx.commit().await?;
            return Ok(Done::Created.at(&me.at(&format!("/okrs?cycle={id}"))));
        }
        problems.add("name", me.words().okr_cycle_name_taken());
    }
    let plan = Of::New(planning.plan(&me, now));
    Ok(Refused(page(&me, now, plan, &calendars, typed, problems)).into_response())
}

/// `GET /o/{org}/cycles/{cycle}/edit`
pub(super) async fn edit(
    Admin { me, mut tx }: Admin,
    Now(now): Now,
    Path((_, id)): Path<(String, CycleId)>,
) -> Result<Response> {
    let one = queries::cycle(&mut tx, id).await?.ok_or(Fault::NotFound)?;
    let calendar = queries::holiday_calendar_of(&mut tx, id).await?;
    let typed = Typed {
        submission_key: SubmissionKey::fresh(),
        name: one.name.clone(),
        first: one.cycle.first.to_string(),
        last: one.cycle.last.to_string(),
        zone: one.cycle.zone.name().to_owned(),
        day: one.cycle.weekdays.iter().map(|day| stored::iso(day).to_string()).collect(),
        length: String::new(),
        team: String::new(),
        holidays: calendar.map(|id| id.to_string()).unwrap_or_default(),
    };
    let calendars = calendars(&mut tx).await?;
    Ok(Page(page(&me, now, Of::One(&one), &calendars, typed, Problems::new())).into_response())
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
    let calendars = calendars(&mut tx).await?;
    let calendar = chosen(me.words(), &typed, &calendars, &mut problems);
    if let Some((name, cycle)) = read(&mut tx, me.words(), &typed, calendar, &mut problems).await? {
        let cycle = Cycle { by_hand: one.cycle.by_hand, reopened: one.cycle.reopened, ..cycle };
        let (marks, opens) = (marks(&cycle, now), cycle.opens());
        let changed = NamedCycle { id, name, team: one.team.clone(), cycle };
        let rows = asking::hold(&mut tx, asking::Whose::Cycle(id), now).await?;
        if queries::change_cycle(&mut tx, &changed, calendar, marks).await? {
            roll_up::due(&mut tx, id, opens).await?;
            rows.follow(&mut tx, now).await?;
            tx.commit().await?;
            return Ok(Done::Saved.at(&me.at(&format!("/cycles/{id}"))));
        }
        problems.add("name", me.words().okr_cycle_name_taken());
    }
    Ok(Refused(page(&me, now, Of::One(&one), &calendars, typed, problems)).into_response())
}
