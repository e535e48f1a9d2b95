//! Everyone's clock: who works now, whose hours meet the reader's, and an hour that suits several.

use super::find::{self, Found};
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::ids::MemberId;
use crate::language::Words;
use crate::okr::parts::{capitalised, spelled};
use crate::okr::standing::TeamName;
use crate::organisation::{Me, Member};
use crate::standup::person::first_name;
use crate::time::arc::{self, Dot, Place};
use crate::time::overlap::{self, Step};
use crate::time::person::{Person, State};
use crate::time::queries;
use crate::time::strip::{Column, Day, Mark};
use crate::web::parts::{Avatar, Span, iso};
use crate::web::{Nav, Page, Query, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Datelike as _, Days, NaiveDate, TimeDelta, Utc};
use serde::Deserialize;
use std::ops::RangeInclusive;

/// From this many people on, a member of a team first sees their own.
const MANY: usize = 12;
/// How many places in the dark are named.
const NAMED: usize = 3;
/// In the address: everybody.
const ALL: &str = "all";

/// `?team=&with=&with=`
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    team: Option<String>,
    #[serde(default)]
    with: Vec<MemberId>,
}

/// `templates/time/time.html`
#[derive(Template)]
#[template(path = "time/time.html")]
struct TimePage {
    shell: Shell,
    t: Words,
    /// "Tuesday 17 November, 09:24 in Lisbon"
    here: String,
    sentence: String,
    dots: Vec<Dot>,
    /// The places in words.
    places: String,
    filters: Vec<Filter>,
    strips: Vec<Strip>,
    marks: Vec<Mark>,
    now_x: String,
    /// Said on a day that has not 24 hours.
    odd_day: Option<String>,
    most: String,
    columns: Vec<Column>,
    /// The team whose people are shown, as the address has it.
    team: String,
    others: Vec<Other>,
    found: Option<Found>,
}

/// A link of a row of which one is chosen.
struct Filter {
    href: String,
    label: String,
    chosen: bool,
}

/// Somebody's hours on the reader's day.
struct Strip {
    avatar: Avatar,
    name: String,
    city: String,
    quiet: Vec<Span>,
    work: Vec<Span>,
    /// Now, for `<time datetime>`.
    instant: String,
    time: String,
    weekday: String,
    state: String,
}

/// Somebody to find an hour with.
struct Other {
    id: MemberId,
    name: String,
    chosen: bool,
}

/// The dates that what is looked for here may lie on, in any zone: who is back when is told a year ahead.
fn around(today: NaiveDate) -> RangeInclusive<NaiveDate> {
    let first = today.checked_sub_days(Days::new(7)).unwrap_or(today);
    first..=today.checked_add_days(Days::new(366)).unwrap_or(today)
}

/// `GET /o/{org}/time`
pub(super) async fn page(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let people = queries::people(&mut tx, around(now.date_naive())).await?;
    let teams = crate::okr::teams(&mut tx).await?;
    let team = chosen_team(&asked, &me, &teams, people.len())?;
    let mut shown: Vec<&Person> =
        people.iter().filter(|one| team.is_none_or(|team| one.teams.contains(&team.id))).collect();
    // Westmost first, as the sun goes round.
    shown.sort_by_key(|one| (one.zone.offset_at(now).local_minus_utc(), one.zone));
    let view = View { me: &me, t: me.words(), now, day: Day::of(me.zone, now), shown: &shown };
    let reader = people.iter().find(|one| one.id == me.id).ok_or(Fault::NotFound)?;
    let with: Vec<&Person> =
        people.iter().filter(|one| one.id != me.id && asked.with.contains(&one.id)).collect();
    let found = find::find(&me, reader, &with, now);
    Ok(Page(view.page(team, &teams, &with, found)).into_response())
}

/// The team whose people are shown: the one asked for; else, where there are many people, the reader's own.
fn chosen_team<'a>(
    asked: &Asked,
    me: &Me,
    teams: &'a [TeamName],
    people: usize,
) -> Result<Option<&'a TeamName>> {
    match asked.team.as_deref() {
        Some(ALL) => Ok(None),
        Some(slug) => teams.iter().find(|team| team.slug == slug).map(Some).ok_or(Fault::NotFound),
        None if people <= MANY => Ok(None),
        None => Ok(me.teams.first().and_then(|seat| teams.iter().find(|team| team.id == seat.team))),
    }
}

/// A reader before these people's clocks.
struct View<'a> {
    me: &'a Me,
    t: Words,
    now: DateTime<Utc>,
    day: Day,
    shown: &'a [&'a Person],
}

impl View<'_> {
    fn page(
        &self,
        team: Option<&TeamName>,
        teams: &[TeamName],
        with: &[&Person],
        found: Option<Found>,
    ) -> TimePage {
        let Self { me, t, now, .. } = *self;
        let here = me.zone.reading(now);
        let spans: Vec<Vec<_>> = self.shown.iter().map(|one| self.working(one)).collect();
        let steps = overlap::profile(&spans, self.day.span.clone());
        let dots = arc::draw(self.places());
        TimePage {
            shell: Shell::of(me, Nav::Time, now),
            t,
            here: t.time_here(t.date_long(here.date()), t.time(here.time()), me.zone.city()),
            sentence: self.sentence(),
            places: t.time_places(t.list(dots.iter().map(|dot| format!("{} {}", dot.name, dot.clock)))),
            dots,
            filters: self.filters(team, teams),
            strips: self.shown.iter().zip(&spans).map(|(one, work)| self.strip(one, work)).collect(),
            marks: self.day.marks(),
            now_x: self.day.x(now),
            odd_day: self.odd_day(),
            most: self.most(&steps),
            columns: self.day.columns(&steps),
            team: team.map_or_else(|| ALL.to_owned(), |team| team.slug.clone()),
            others: self.others(with),
            found,
        }
    }

    fn working(&self, one: &Person) -> Vec<overlap::Stretch> {
        one.working_time().within(self.day.span.clone()).collect()
    }

    /// "Six of nine are at work. It is night in Auckland and Vancouver."
    fn sentence(&self) -> String {
        let (t, total) = (self.t, self.shown.len());
        let is_working = |one: &&&Person| one.working_time().is_working(self.now);
        let working = self.shown.iter().filter(is_working).count();
        let at_work = match (working, total) {
            (0, _) => t.time_nobody().to_owned(),
            (1, 1) => t.time_one_alone().to_owned(),
            (some, all) if some == all => t.time_all(spelled(t, all)),
            (some, all) => t.time_some(some, capitalised(&spelled(t, some)), spelled(t, all)),
        };
        match self.dark() {
            Some(places) => t.time_and_night(at_work, places),
            None => at_work,
        }
    }

    /// The places where it is night.
    fn dark(&self) -> Option<String> {
        let t = self.t;
        let mut places: Vec<String> = Vec::new();
        for one in self.shown {
            let is_night = t.part_of_day(one.zone.reading(self.now).time()) == t.language_night();
            let city = one.zone.city();
            if is_night && !places.contains(&city) {
                places.push(city);
            }
        }
        places.sort();
        if places.len() > NAMED {
            places.truncate(NAMED);
            places.push(t.time_elsewhere().to_owned());
        }
        (!places.is_empty()).then(|| t.list(places))
    }

    /// Each place once, whoever is there.
    fn places(&self) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        for one in self.shown {
            let (name, at_work) = (one.zone.city(), one.working_time().is_working(self.now));
            match places.iter_mut().find(|place| place.name == name) {
                Some(place) => place.at_work |= at_work,
                None => {
                    let time = one.zone.reading(self.now).time();
                    places.push(Place { mine: one.zone == self.me.zone, name, time, at_work });
                }
            }
        }
        places
    }

    fn filters(&self, chosen: Option<&TeamName>, teams: &[TeamName]) -> Vec<Filter> {
        let filter = |slug: &str, label: &str, chosen| Filter {
            href: self.me.at(&format!("/time?team={slug}")),
            label: label.to_owned(),
            chosen,
        };
        let all = filter(ALL, self.t.time_everyone(), chosen.is_none());
        let each = teams
            .iter()
            .map(|team| filter(&team.slug, &team.name, chosen.is_some_and(|chosen| chosen.id == team.id)));
        if teams.is_empty() { Vec::new() } else { [all].into_iter().chain(each).collect() }
    }

    fn strip(&self, one: &Person, work: &[overlap::Stretch]) -> Strip {
        let t = self.t;
        let there = one.zone.reading(self.now);
        Strip {
            avatar: Avatar::of(one.id, &one.name),
            name: if one.id == self.me.id { t.time_you(&one.name) } else { one.name.clone() },
            city: one.zone.city(),
            quiet: self.day.stretches(one.quiet_within(self.day.span.clone())),
            work: self.day.stretches(work.iter().cloned()),
            instant: iso(self.now),
            time: t.time(there.time()),
            weekday: t.weekday_short(there.weekday()),
            state: self.state(one),
        }
    }

    /// What their clock says: "working", "starts 09:00", "away, back Mon 23 Nov".
    fn state(&self, one: &Person) -> String {
        let t = self.t;
        let reads = |at: DateTime<Utc>| one.zone.reading(at);
        match one.state(self.now) {
            State::Working => t.time_working().to_owned(),
            State::Quiet => t.time_quiet_hours().to_owned(),
            State::Later(at) => t.time_starts(t.time(reads(at).time())),
            State::Done => t.time_off().to_owned(),
            State::Away(Some(at)) => t.time_away_back(t.date_short(reads(at).date())),
            State::Away(None) => t.time_away().to_owned(),
            State::Free(Some(at)) if reads(at) - reads(self.now) < TimeDelta::days(6) => {
                t.time_starts_on(t.weekday_short(reads(at).weekday()), t.time(reads(at).time()))
            }
            State::Free(Some(at)) => t.time_back_on(t.date_short(reads(at).date())),
            State::Free(None) => t.time_off().to_owned(),
        }
    }

    /// "Most at once: six, 09:00 to 12:30"
    fn most(&self, steps: &[Step]) -> String {
        let t = self.t;
        let Some(most) = overlap::most(steps) else { return t.time_most_none().to_owned() };
        let reads = |at| t.time(self.me.zone.reading(at).time());
        t.time_most(spelled(t, most.count), reads(most.span.start), reads(most.span.end))
    }

    fn odd_day(&self) -> Option<String> {
        let (t, length) = (self.t, self.day.length());
        let (hours, minutes) = (length.num_hours(), length.num_minutes() % 60);
        let minutes = (minutes > 0).then(|| t.language_minutes(minutes));
        let told = t.list([t.language_hours(hours)].into_iter().chain(minutes));
        (length != TimeDelta::days(1)).then(|| t.time_odd_day(told))
    }

    /// Whom an hour can be found with: those shown, and those asked for already.
    fn others(&self, with: &[&Person]) -> Vec<Other> {
        let is_chosen = |one: &Person| with.iter().any(|chosen| chosen.id == one.id);
        let beyond = with.iter().filter(|one| !self.shown.iter().any(|shown| shown.id == one.id));
        let mut all: Vec<&Person> = self.shown.iter().chain(beyond).copied().collect();
        all.retain(|one| one.id != self.me.id);
        all.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        let namesakes = |one: &Person| {
            all.iter().filter(|other| first_name(&other.name) == first_name(&one.name)).count() > 1
        };
        all.iter()
            .map(|one| Other {
                id: one.id,
                name: if namesakes(one) { one.name.clone() } else { first_name(&one.name).to_owned() },
                chosen: is_chosen(one),
            })
            .collect()
    }
}
