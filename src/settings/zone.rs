//! `/o/{org}/me/zone`: moved, or travelling for a while. The page says what will change and from when before anything
//! does: it lets the move happen in the transaction of the request, looks, and takes it back.

use crate::calendar::Zone;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::Result;
use crate::ids::StandupId;
use crate::journey::{self, Stay, Whereabouts};
use crate::language::Words;
use crate::organisation::{Me, Member};
use crate::standup::asking::{Ask, asks};
use crate::web::parts::choices::{ZoneOption, zones};
use crate::web::{Done, Form, Nav, Page, Problems, Query, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use serde::Deserialize;

/// The longest journey, in days; whoever stays longer has moved.
const LONGEST: i64 = 366;

#[derive(Template)]
#[template(path = "settings/zone.html")]
struct ZonePage {
    shell: Shell,
    t: Words,
    base: String,
    title: String,
    /// "You are travelling until Friday 4 December. Home is Lisbon." and the zone of home.
    journey: Option<(String, &'static str)>,
    zones: Vec<ZoneOption>,
    form: ZoneForm,
    /// What changes, or what is so: over the sentences stands which.
    heading: String,
    told: Vec<String>,
    problems: Problems,
}

/// A move as the form carries it, in the address too.
#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ZoneForm {
    zone: String,
    stay: String,
    until: String,
    done: String,
}

impl ZoneForm {
    fn of(me: &Me, there: &Whereabouts) -> Self {
        Self {
            zone: me.zone.name().to_owned(),
            stay: if there.home.is_some() { "travelling" } else { "moved" }.to_owned(),
            until: there.until.map_or_else(String::new, |until| until.to_string()),
            done: String::new(),
        }
    }

    /// Where to and for how long, or all that is wrong with it.
    fn read(&self, problems: &mut Problems, t: Words, now: DateTime<Utc>) -> Option<(Zone, Stay)> {
        let zone = problems.take("zone", Zone::parse(&self.zone).map_err(|_| t.settings_zone_unknown()));
        let stay = match self.stay.as_str() {
            "moved" => Some(Stay::ForGood),
            "travelling" => {
                let until = self.until.parse::<NaiveDate>().map_err(|_| t.settings_zone_until_unclear());
                let until = problems.take("until", until);
                if let Some((zone, until)) = zone.zip(until) {
                    let days = (until - zone.date_at(now)).num_days();
                    if !(0..=LONGEST).contains(&days) {
                        problems.add("until", t.settings_zone_until_range());
                    }
                }
                until.map(Stay::Until)
            }
            _ => {
                problems.add("moved", t.settings_choice_unclear());
                None
            }
        };
        zone.zip(stay).filter(|_| problems.is_empty())
    }
}

impl ZonePage {
    fn new(me: &Me, there: &Whereabouts, form: ZoneForm, now: DateTime<Utc>) -> Self {
        let t = me.words();
        Self {
            shell: Shell::of(me, Nav::None, now),
            t,
            base: me.at("/me"),
            title: t.settings_zone_h1(me.zone.city()),
            journey: there.home.zip(there.until).map(|(home, until)| {
                (t.settings_zone_travelling(t.date_long(until), home.city()), home.name())
            }),
            zones: zones(t, &form.zone, now),
            form,
            heading: t.settings_zone_now().to_owned(),
            told: Vec::new(),
            problems: Problems::new(),
        }
    }
}

/// Where I am, or what a move that the address names would change.
pub(super) async fn show(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Query(asked): Query<ZoneForm>,
) -> Result<Response> {
    let t = me.words();
    let there = journey::whereabouts(&mut tx, me.id).await?;
    if asked.zone.is_empty() {
        let mut page = ZonePage::new(&me, &there, ZoneForm::of(&me, &there), now);
        page.told = told(&mut tx, &me, me.zone, now).await?;
        return Ok(Page(page).into_response());
    }
    // Who comes from the question their browser raised has not said for how long.
    let stay = if asked.stay.is_empty() { "moved".to_owned() } else { asked.stay.clone() };
    let asked = ZoneForm { stay, ..asked };
    let mut problems = Problems::new();
    let read = asked.read(&mut problems, t, now);
    let mut page = ZonePage::new(&me, &there, asked, now);
    let Some((to, stay)) = read else {
        page.problems = problems;
        return Ok(Refused(page).into_response());
    };
    page.heading = t.settings_zone_then(to.city());
    // As it would be: nothing of this is committed.
    journey::go(&mut tx, me.id, to, stay, now).await?;
    page.told = told(&mut tx, &me, to, now).await?;
    page.told.extend(comes_home(t, &there, me.zone, to, stay));
    Ok(Page(page).into_response())
}

/// Moves, or sets out.
pub(super) async fn save(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Form(form): Form<ZoneForm>,
) -> Result<Response> {
    let mut problems = Problems::new();
    let Some((to, stay)) = form.read(&mut problems, me.words(), now) else {
        let there = journey::whereabouts(&mut tx, me.id).await?;
        let mut page = ZonePage::new(&me, &there, form, now);
        page.told = told(&mut tx, &me, me.zone, now).await?;
        page.problems = problems;
        return Ok(Refused(page).into_response());
    };
    journey::go(&mut tx, me.id, to, stay, now).await?;
    tx.commit().await?;
    Ok(Done::Saved.at(&me.at("/me/zone")))
}

/// When a journey will be over.
fn comes_home(t: Words, there: &Whereabouts, from: Zone, to: Zone, stay: Stay) -> Option<String> {
    let home = there.home.unwrap_or(from);
    match stay {
        Stay::Until(until) if home != to => {
            Some(t.settings_zone_comes_home(t.date_long(until.succ_opt()?), home.city()))
        }
        _ => None,
    }
}

/// What somebody is asked for next on the clock of a zone: windows that stay as they are, the next that follow, and what is
/// excused.
async fn told(tx: &mut OrgTx, me: &Me, zone: Zone, now: DateTime<Utc>) -> Result<Vec<String>> {
    let t = me.words();
    let asks = asks(tx, me.id, now).await?;
    let mut standups: Vec<StandupId> = Vec::new();
    for ask in &asks {
        if !standups.contains(&ask.standup) {
            standups.push(ask.standup);
        }
    }
    let mut sentences = Vec::new();
    for standup in &standups {
        let of: Vec<&Ask> = asks.iter().filter(|ask| ask.standup == *standup).collect();
        let told = told_of(t, &of, zone, now);
        sentences.extend(told.into_iter().map(|sentence| match of.first().map(|ask| &ask.name) {
            Some((name, team)) if standups.len() > 1 => t.settings_zone_of(team, name, sentence),
            _ => sentence,
        }));
    }
    if standups.is_empty() {
        sentences.push(t.settings_zone_nothing().to_owned());
    }
    sentences.push(t.settings_zone_rest().to_owned());
    Ok(sentences)
}

fn told_of(t: Words, asks: &[&Ask], zone: Zone, now: DateTime<Utc>) -> Vec<String> {
    let city = zone.city();
    let day_time = |at: DateTime<Utc>| {
        let wall = zone.reading(at);
        t.settings_zone_day_time(t.weekday_long(wall.date().weekday()), t.time(wall.time()))
    };
    let mut sentences = Vec::new();
    for ask in asks {
        let (date, due) = (t.date_long(ask.occurrence.date), ask.occurrence.due);
        if ask.excused && !ask.posted {
            sentences.push(t.settings_zone_excused(date, &city));
        } else if !ask.excused && ask.occurrence.opens <= now && now < due && !ask.posted {
            sentences.push(if ask.zone == zone {
                t.settings_zone_open(date, day_time(due))
            } else {
                let there = t.time(ask.zone.reading(due).time());
                t.settings_zone_stays(date, there, ask.zone.city(), day_time(due), &city)
            });
        }
    }
    let next = asks.iter().find(|ask| !ask.excused && now < ask.occurrence.opens && ask.zone == zone);
    sentences.extend(next.map(|ask| {
        let opens = day_time(ask.occurrence.opens);
        t.settings_zone_follows(t.date_long(ask.occurrence.date), &city, opens, day_time(ask.occurrence.due))
    }));
    sentences
}
