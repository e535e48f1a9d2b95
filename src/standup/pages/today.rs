//! Today: one true sentence, the form of what is due, and what teammates wrote on their own day.

use super::bench::{Bench, Shelf};
use super::clock::{Due, by_your_clock};
use super::composer::Composer;
use super::day::{Day, Task};
use super::mates::{Waiting, waiting};
use super::planned::Planned;
use super::post::{self, Post};
use super::said::Aside;
use super::since::{self, Since};
use super::stand_in::{StandsIn, stands_in};
use crate::app::App;
use crate::clock::Now;
use crate::config::Keys;
use crate::db::OrgTx;
use crate::decision;
use crate::fault::{Fault, Result};
use crate::ids::StandupId;
use crate::language::Words;
use crate::okr;
use crate::okr::pace::Pace;
use crate::okr::parts::{Row as KeyResultRow, capitalised, spelled};
use crate::okr::standing::Standing;
use crate::organisation::{Me, Member};
use crate::round;
use crate::standup::board::Board;
use crate::standup::person::first_name;
use crate::standup::queries;
use crate::web::{Nav, Page, Path, Query, Shell};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, Timelike as _, Utc};
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Asked {
    standup: Option<StandupId>,
    day: Option<NaiveDate>,
}

/// `templates/standup/today.html`.
#[derive(Template)]
#[template(path = "standup/today.html")]
pub(super) struct TodayPage {
    shell: Shell,
    t: Words,
    base: String,
    /// Where reactions lead back to.
    back: String,
    eyebrow: Vec<String>,
    title: String,
    lead: String,
    panel: Panel,
    /// Today's other updates that are not written: name and address.
    others: Vec<(String, String)>,
    /// Dates that can still be filled in.
    earlier: Vec<(String, String)>,
    /// What goes out later and is not in the form.
    planned: Vec<Planned>,
    /// For whom the reader stands in, with what waits for them.
    stands_in: Vec<StandsIn>,
    /// Decisions, questions, answers and check-ins that wait for the reader.
    needs_me: Vec<okr::waiting::Waiting>,
    since: Since,
    waiting: Vec<Waiting>,
    clock: Vec<Due>,
    objectives: Vec<Objective>,
}

/// What Today is about.
#[expect(clippy::large_enum_variant, reason = "there is one on a page")]
pub(super) enum Panel {
    /// Something may be written.
    Write(Composer),
    /// It is written. The address of its form, and what other windows still hold for it.
    Done(Post, String, Vec<Aside>),
    /// The member is away.
    Away,
    /// It is a public holiday of theirs: its name, and where to write all the same.
    Holiday(String, Option<String>),
    /// Nothing is due; where to write all the same, if anywhere.
    Nothing(Option<String>),
}

/// One of the member's objectives with the key results they measure.
struct Objective {
    title: String,
    href: String,
    rows: Vec<KeyResultRow>,
}

/// The page.
pub(super) async fn show(
    State(app): State<App>,
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path(_org): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let day = Day::of(&mut tx, &me, now).await?;
    let task = chosen(&day, &asked, now)?;
    let explicit = asked.day.is_some() || asked.standup.is_some();
    let panel = match task {
        Some(task) if explicit || !day.absence.contains(task.date) => {
            panel(&mut tx, &app.keys, &me, (&day, task), now).await?
        }
        _ => idle(&day, &me, now),
    };
    Ok(Page(page(&mut tx, &day, &me, task, panel, now).await?).into_response())
}

/// The page of a day on which nothing is asked.
fn idle(day: &Day, me: &Me, now: DateTime<Utc>) -> Panel {
    let write = day.turns().next().map(|turns| day.task(turns, turns.today(now)).address(me));
    match day.leaves.at(me.id, now).map(|leave| &leave.holiday) {
        Some(Some(holiday)) => Panel::Holiday(holiday.clone(), write),
        Some(None) => Panel::Away,
        None => Panel::Nothing(write),
    }
}

/// What the page is about: what the address names, else the first thing due, else what was posted last.
fn chosen<'a>(day: &'a Day, asked: &Asked, now: DateTime<Utc>) -> Result<Option<Task<'a>>> {
    if asked.standup.is_none() && asked.day.is_none() {
        let tasks = day.tasks(now);
        return Ok(tasks.iter().find(|task| task.posted.is_none()).or(tasks.last()).copied());
    }
    let turns = match asked.standup {
        Some(id) => day.turns_at(id),
        None => day.turns().next(),
    };
    let turns = turns.ok_or(Fault::NotFound)?;
    let date = asked.day.unwrap_or_else(|| turns.today(now));
    let task = day.task(turns, date);
    let there = task.posted.is_some() || turns.may_write(date, now);
    if there { Ok(Some(task)) } else { Err(Fault::NotFound) }
}

async fn panel(
    tx: &mut OrgTx,
    keys: &Keys,
    me: &Me,
    (day, task): (&Day, Task<'_>),
    now: DateTime<Utc>,
) -> Result<Panel> {
    let shelf = Shelf::of(tx, me, task).await?;
    let bench = Bench::of(tx, keys, me, (day, task), &shelf.words(), now).await?;
    let Some(id) = task.posted else {
        return Ok(Panel::Write(shelf.composer(me, &bench, (day, task), now)));
    };
    let post = post::load(tx, me, &[id], now).await?.remove(&id).ok_or(Fault::NotFound)?;
    let asides = shelf.asides.into_iter().map(|row| Aside::of(me, row, &bench.standup, None));
    let asides = asides.filter(|aside| !aside.words.is_empty()).collect();
    Ok(Panel::Done(post, me.at(&format!("/updates/{id}/edit")), asides))
}

/// The page around a panel; forms that come back use it too.
pub(super) async fn page(
    tx: &mut OrgTx,
    day: &Day,
    me: &Me,
    task: Option<Task<'_>>,
    panel: Panel,
    now: DateTime<Utc>,
) -> Result<TodayPage> {
    let t = me.words();
    let date = task.map_or_else(|| me.today(now), |task| task.date);
    let waiting = match task {
        Some(task) => still_to_come(tx, day, me, task, now).await?,
        None => Vec::new(),
    };
    let link = |task: &Task<'_>| (label(t, day, task), task.address(me));
    let others =
        day.tasks(now).iter().filter(|other| other.posted.is_none() && !is(task, other)).map(link).collect();
    let earlier = day.earlier(now).iter().filter(|other| !is(task, other)).map(link).collect();
    let planned = queries::planned_of(tx, me.id).await?;
    let here = |row: &&queries::PlannedRow| {
        let it = task.filter(|_| matches!(panel, Panel::Write(_)));
        it.is_none_or(|task| (row.standup_id, row.local_date) != (task.standup.id, task.date))
    };
    let planned = planned.iter().filter(here).map(|row| Planned::of(me, day, row, now)).collect();
    Ok(TodayPage {
        planned,
        shell: Shell::of(me, Nav::Today, now),
        t,
        base: me.at(""),
        back: me.at("/today"),
        eyebrow: eyebrow(me, task, date),
        title: title(day, me, &panel, now),
        lead: lead(day, me, task, &panel, now),
        panel,
        stands_in: stands_in(tx, day, me, now).await?,
        needs_me: needs_me(tx, me, now).await?,
        others,
        earlier,
        since: since::of(tx, day, me, date, now).await?,
        waiting,
        clock: by_your_clock(day, me, now),
        objectives: objectives(&day.standings, me, now),
    })
}

/// What waits for the reader: decisions and reviews, for they close; then questions, answers and check-ins.
async fn needs_me(tx: &mut OrgTx, me: &Me, now: DateTime<Utc>) -> Result<Vec<okr::waiting::Waiting>> {
    let mut waits = decision::waiting_for(tx, me, now).await?;
    waits.extend(round::waiting_for(tx, me, now).await?);
    waits.extend(okr::waiting::waiting_for(tx, me, now).await?);
    Ok(waits)
}

fn is(task: Option<Task<'_>>, other: &Task<'_>) -> bool {
    task.is_some_and(|task| task.standup.id == other.standup.id && task.date == other.date)
}

fn label(t: Words, day: &Day, task: &Task<'_>) -> String {
    let date = t.date_long(task.date);
    if day.standups.len() > 1 {
        t.today_task_of(date, &task.standup.team_name, &task.standup.name)
    } else {
        date
    }
}

async fn still_to_come(
    tx: &mut OrgTx,
    day: &Day,
    me: &Me,
    task: Task<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<Waiting>> {
    let posted = queries::posted(tx, &[task.standup.team], task.date).await?;
    let has = |member| posted.iter().any(|row| row.standup_id == task.standup.id && row.member_id == member);
    let team = day.people.iter().filter(|person| person.teams.contains(&task.standup.team));
    let board = Board::of(team, task.standup, task.date, has, now);
    Ok(waiting(me.words(), &board.to_come, &day.people, me.id, now))
}

fn eyebrow(me: &Me, task: Option<Task<'_>>, date: NaiveDate) -> Vec<String> {
    let t = me.words();
    let mut parts = vec![t.date_long(date)];
    if let Some(task) = task {
        parts.push(t.today_team(&task.standup.team_name));
    }
    if let Some(now) = &me.cycle
        && let Some((week, of)) = now.cycle.week_of(date)
    {
        parts.push(t.today_week(week, of));
    }
    parts
}

/// The page's one sentence: a greeting by the part of the day, and one true thing.
fn title(day: &Day, me: &Me, panel: &Panel, now: DateTime<Utc>) -> String {
    let t = me.words();
    let hello = greeting(t, me.zone.reading(now).time(), first_name(&me.name));
    match panel {
        Panel::Done(..) => t.today_done().to_owned(),
        Panel::Away => t.today_hello_and(hello, t.today_is_away()),
        Panel::Holiday(name, _) => t.today_hello_and(hello, t.today_is_holiday(name)),
        Panel::Nothing(_) if !me.role.takes_part() => t.today_hello_and(hello, t.today_not_asked()),
        Panel::Nothing(_) => t.today_hello_and(hello, t.today_nothing_due()),
        Panel::Write(_) => match key_results(t, &day.standings) {
            Some(sentence) => t.today_hello_and(hello, sentence),
            None => hello,
        },
    }
}

fn greeting(t: Words, time: NaiveTime, name: &str) -> String {
    match time.hour() {
        5..12 => t.today_good_morning(name),
        12..18 => t.today_good_afternoon(name),
        _ => t.today_good_evening(name),
    }
}

/// How the member's key results stand, the least easy thing first.
fn key_results(t: Words, standings: &[Standing]) -> Option<String> {
    let short =
        standings.iter().filter(|it| matches!(it.pace(), Some(Pace::AtRisk | Pace::OffTrack))).count();
    let silent = standings.iter().filter(|it| it.progress().is_none()).count();
    let close = standings.iter().filter(|it| matches!(it.pace(), Some(Pace::OnTrack | Pace::Done))).count();
    match standings.len() {
        0 => None,
        2 if close == 2 => Some(t.today_both_close().to_owned()),
        all if close == all => Some(t.today_all_close(all, spelled(t, all))),
        _ if short > 0 => Some(t.today_short(short, capitalised(&spelled(t, short)))),
        _ if silent > 0 => Some(t.today_silent(silent, capitalised(&spelled(t, silent)))),
        all => Some(t.today_measured(all, spelled(t, all))),
    }
}

/// The soft line under the sentence: until when, or what comes next.
fn lead(day: &Day, me: &Me, task: Option<Task<'_>>, panel: &Panel, now: DateTime<Utc>) -> String {
    let t = me.words();
    match (panel, task) {
        (Panel::Write(_), Some(task)) => window(me, task, now),
        (Panel::Away | Panel::Holiday(..), _) => t.today_away_advice().to_owned(),
        (Panel::Nothing(_), _) if !me.role.takes_part() => t.today_observer_advice().to_owned(),
        (Panel::Nothing(_), _) if day.standups.is_empty() => t.today_no_team().to_owned(),
        (_, task) => {
            let after = task.map_or_else(|| me.today(now), |task| task.date.max(me.today(now)));
            let next =
                day.turns().filter_map(|turns| day.next_expected(turns, after)).min_by_key(|it| it.due);
            next.map_or_else(|| t.today_no_next().to_owned(), |it| t.today_next(day_word(me, it.date, now)))
        }
    }
}

fn window(me: &Me, task: Task<'_>, now: DateTime<Utc>) -> String {
    let t = me.words();
    let Some(it) = task.occurrence else { return t.today_extra().to_owned() };
    let (opens, due) = (me.zone.reading(it.opens), me.zone.reading(it.due));
    let until = if due.date() == me.today(now) {
        t.time(due.time())
    } else {
        t.today_day_and_time(t.weekday_long(due.date().weekday()), t.time(due.time()))
    };
    if now >= it.due {
        return if it.date == me.today(now) {
            t.today_late(until)
        } else {
            t.today_filling_in(t.date_long(it.date))
        };
    }
    if now < it.opens { t.today_early(t.time(opens.time()), until) } else { t.today_open(until) }
}

fn day_word(me: &Me, date: NaiveDate, now: DateTime<Utc>) -> String {
    let t = me.words();
    if (date - me.today(now)).num_days() < 7 { t.weekday_long(date.weekday()) } else { t.date_long(date) }
}

/// The member's key results under their objectives.
fn objectives(standings: &[Standing], me: &Me, now: DateTime<Utc>) -> Vec<Objective> {
    let mut objectives: Vec<(crate::ids::ObjectiveId, Objective)> = Vec::new();
    for standing in standings {
        let row = KeyResultRow::of(standing, me, now);
        match objectives.iter_mut().find(|(id, _)| *id == standing.objective) {
            Some((_, objective)) => objective.rows.push(row),
            None => objectives.push((
                standing.objective,
                Objective {
                    title: standing.objective_title.clone(),
                    href: me.at(&format!("/objectives/{}", standing.objective)),
                    rows: vec![row],
                },
            )),
        }
    }
    objectives.into_iter().map(|(_, objective)| objective).collect()
}
