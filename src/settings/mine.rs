//! `/o/{org}/me`: my name, my clock, my messages, my looks, my time away.

use super::hours::{self, DayBox};
use super::queries::mine::{self as queries, Away, Mine, NewMine};
use crate::calendar::Zone;
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::ids::AwayId;
use crate::journey::{self, Stay};
use crate::language::Words;
use crate::organisation::{Me, Member};
use crate::web::parts::Band;
use crate::web::{Done, Form, Nav, Page, Path, Problems, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "settings/mine.html")]
struct MinePage {
    shell: Shell,
    t: Words,
    base: String,
    band: Band,
    zones: Vec<ZoneOption>,
    days: Vec<DayBox>,
    digest_days: Vec<DayBox>,
    form: MineForm,
    next_sends: Vec<String>,
    away: Vec<AwayRow>,
    away_form: AwayForm,
    problems: Problems,
}

/// A zone to choose, with the time it is there now.
struct ZoneOption {
    name: &'static str,
    label: String,
    chosen: bool,
}

struct AwayRow {
    id: AwayId,
    dates: String,
    note: String,
}

/// The settings as the form carries them.
#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct MineForm {
    name: String,
    zone: String,
    #[serde(default)]
    day: Vec<u32>,
    starts: String,
    ends: String,
    digest: String,
    digest_time: String,
    digest_weekday: u32,
    theme: String,
    #[serde(default)]
    shortcuts: Option<String>,
}

/// Days away as the form carries them.
#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct AwayForm {
    first: String,
    last: String,
    #[serde(default)]
    note: String,
}

impl MineForm {
    fn of(me: &Me, mine: &Mine) -> Self {
        let span = me.week.days().iter().next().and_then(|day| me.week.spans(day).first().copied());
        Self {
            name: me.name.clone(),
            zone: me.zone.name().to_owned(),
            day: me.week.days().iter().map(|day| day.number_from_monday()).collect(),
            starts: span.map_or_else(|| "09:00".into(), |span| span.start.format("%H:%M").to_string()),
            ends: span.map_or_else(|| "17:00".into(), |span| span.end.format("%H:%M").to_string()),
            digest: mine.digest.clone(),
            digest_time: mine.digest_time.format("%H:%M").to_string(),
            digest_weekday: u32::try_from(mine.digest_weekday).unwrap_or(1),
            theme: me.theme.clone(),
            shortcuts: me.shortcuts.then(|| "on".into()),
        }
    }

    /// What was typed, or all that is wrong with it.
    fn read(&self, problems: &mut Problems, t: Words) -> Option<NewMine> {
        let name = self.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 80 {
            problems.add("name", t.settings_name_unclear());
        }
        let zone = problems.take("zone", Zone::parse(&self.zone).map_err(|_| t.settings_zone_unknown()));
        let days = hours::days(&self.day, "day1", problems, t);
        let starts = hours::time(&self.starts, "starts", problems, t);
        let ends = hours::time(&self.ends, "ends", problems, t);
        let digest_time = hours::time(&self.digest_time, "digest_time", problems, t);
        if let (Some(starts), Some(ends)) = (starts, ends)
            && starts == ends
        {
            problems.add("ends", t.settings_hours_empty());
        }
        let week = starts.zip(ends).and_then(|(starts, ends)| hours::week(days, starts, ends));
        let known = ["daily", "weekly", "none"].contains(&self.digest.as_str())
            && ["auto", "light", "dark"].contains(&self.theme.as_str())
            && hours::weekday(self.digest_weekday).is_some();
        if !known {
            problems.add("digest_daily", t.settings_choice_unclear());
        }
        if !problems.is_empty() {
            return None;
        }
        Some(NewMine {
            name,
            zone: zone?,
            week: week?,
            digest: self.digest.clone(),
            digest_time: digest_time?,
            digest_weekday: i16::try_from(self.digest_weekday).ok()?,
            theme: self.theme.clone(),
            shortcuts: self.shortcuts.is_some(),
        })
    }
}

impl AwayForm {
    fn read(&self, problems: &mut Problems, t: Words) -> Option<(NaiveDate, NaiveDate)> {
        let first =
            problems.take("first", self.first.parse::<NaiveDate>().map_err(|_| t.settings_date_unclear()));
        let last =
            problems.take("last", self.last.parse::<NaiveDate>().map_err(|_| t.settings_date_unclear()));
        if self.note.chars().count() > 2000 {
            problems.add("note", t.settings_note_long());
        }
        let (first, last) = first.zip(last)?;
        if last < first {
            problems.add("last", t.settings_away_backwards());
        } else if (last - first).num_days() > 366 {
            problems.add("last", t.settings_away_long());
        }
        problems.is_empty().then_some((first, last))
    }
}

impl MinePage {
    fn new(me: &Me, mine: &Mine, away: Vec<Away>, now: DateTime<Utc>) -> Self {
        let t = me.words();
        let form = MineForm::of(me, mine);
        Self {
            shell: Shell::of(me, Nav::None, now),
            t,
            base: me.at("/me"),
            band: Band::of(&me.week, me.zone, me.zone, now),
            zones: zones(t, &form.zone, now),
            days: hours::boxes(t, |day| form.day.contains(&day.number_from_monday())),
            digest_days: hours::boxes(t, |day| form.digest_weekday == day.number_from_monday()),
            next_sends: mine.next_sends(me, now).into_iter().map(|at| said(t, me.zone, at)).collect(),
            away: away.into_iter().map(|away| AwayRow::new(t, away)).collect(),
            away_form: AwayForm::default(),
            problems: Problems::new(),
            form,
        }
    }

    /// The page with what was typed instead of what is stored.
    fn typed(mut self, form: MineForm, problems: Problems, now: DateTime<Utc>) -> Self {
        self.zones = zones(self.t, &form.zone, now);
        self.days = hours::boxes(self.t, |day| form.day.contains(&day.number_from_monday()));
        self.digest_days = hours::boxes(self.t, |day| form.digest_weekday == day.number_from_monday());
        (self.form, self.problems) = (form, problems);
        self
    }
}

impl AwayRow {
    fn new(t: Words, away: Away) -> Self {
        let dates = if away.first_date == away.last_date {
            t.date_long(away.first_date)
        } else {
            t.settings_away_dates(t.date_long(away.first_date), t.date_long(away.last_date))
        };
        Self { id: away.id, dates, note: away.note }
    }
}

/// "Tuesday 17 November, 09:00".
fn said(t: Words, zone: Zone, at: DateTime<Utc>) -> String {
    let here = zone.reading(at);
    t.settings_day_and_time(t.date_long(here.date()), t.time(here.time()))
}

fn zones(t: Words, chosen: &str, now: DateTime<Utc>) -> Vec<ZoneOption> {
    Zone::all()
        .iter()
        .map(|zone| ZoneOption {
            name: zone.name(),
            label: t.settings_zone_option(zone.name(), t.time(zone.reading(now).time())),
            chosen: zone.name() == chosen,
        })
        .collect()
}

/// My settings.
pub(super) async fn show(Member { me, mut tx }: Member, Now(now): Now) -> Result<Response> {
    let mine = queries::mine(&mut tx, me.id).await?;
    let away = queries::away_from(&mut tx, me.id, me.today(now)).await?;
    Ok(Page(MinePage::new(&me, &mine, away, now)).into_response())
}

/// Saves them. A new zone or week moves the next digest and has the roll-up look again at what I own.
pub(super) async fn save(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Form(form): Form<MineForm>,
) -> Result<Response> {
    let mut problems = Problems::new();
    let Some(new) = form.read(&mut problems, me.words()) else {
        let mine = queries::mine(&mut tx, me.id).await?;
        let away = queries::away_from(&mut tx, me.id, me.today(now)).await?;
        return Ok(Refused(MinePage::new(&me, &mine, away, now).typed(form, problems, now)).into_response());
    };
    queries::save_mine(&mut tx, me.id, &new).await?;
    if new.week != me.week {
        queries::look_again_at_owned(&mut tx, me.id).await?;
    }
    if new.zone != me.zone {
        journey::go(&mut tx, me.id, new.zone, Stay::ForGood, now).await?;
    }
    crate::digest::reschedule(&mut tx, me.id, now).await?;
    tx.commit().await?;
    Ok(Done::Saved.at(&me.at("/me")))
}

/// Plans days away.
pub(super) async fn add_away(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Form(form): Form<AwayForm>,
) -> Result<Response> {
    let mut problems = Problems::new();
    let Some((first, last)) = form.read(&mut problems, me.words()) else {
        let mine = queries::mine(&mut tx, me.id).await?;
        let away = queries::away_from(&mut tx, me.id, me.today(now)).await?;
        let mut page = MinePage::new(&me, &mine, away, now);
        (page.away_form, page.problems) = (form, problems);
        return Ok(Refused(page).into_response());
    };
    queries::add_away(&mut tx, me.id, first, last, form.note.trim(), now).await?;
    queries::look_again_at_owned(&mut tx, me.id).await?;
    crate::digest::reschedule(&mut tx, me.id, now).await?;
    tx.commit().await?;
    Ok(Done::Saved.at(&me.at("/me#away")))
}

/// Takes planned days away back.
pub(super) async fn remove_away(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, away)): Path<(String, AwayId)>,
) -> Result<Response> {
    if !queries::remove_away(&mut tx, me.id, away).await? {
        return Err(Fault::NotFound);
    }
    queries::look_again_at_owned(&mut tx, me.id).await?;
    crate::digest::reschedule(&mut tx, me.id, now).await?;
    tx.commit().await?;
    Ok(Done::Back.at(&me.at("/me#away")))
}
