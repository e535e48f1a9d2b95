//! My time away: days with a note and somebody who stands in, and whose public holidays I keep.

use super::queries::away::{self as queries, Away, Mate, NewAway};
use super::queries::{holidays, mine};
use crate::calendar::Absence;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{AwayId, HolidayCalendarId};
use crate::language::Words;
use crate::organisation::holidays::{Calendar, Shipped, adopt, calendars, shipped};
use crate::organisation::{Me, Member};
use crate::web::{Done, Form, Nav, Page, Path, Problems, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

/// How many of the next holidays are shown.
const NEXT: i64 = 5;

/// The value of a choice that is a shipped calendar: `shipped:PT`.
const SHIPPED: &str = "shipped:";

/// The part of my settings about time away: `templates/settings/_away.html`.
pub(super) struct Section {
    /// The days of the year to come on which I am absent.
    pub(super) absence: Absence,
    pub(super) rows: Vec<Row>,
    pub(super) form: AwayForm,
    pub(super) stand_ins: Vec<Choice>,
    /// The organisation's calendars, and none.
    pub(super) calendars: Vec<Choice>,
    /// Those that come with Meridian and nobody here keeps yet.
    pub(super) others: Vec<Choice>,
    /// The one of the land I am in, when I keep none.
    pub(super) offer: Option<Offer>,
    /// My next holidays: date and name.
    pub(super) next: Vec<(String, String)>,
}

pub(super) struct Row {
    pub(super) id: AwayId,
    pub(super) dates: String,
    pub(super) note: String,
    pub(super) stand_in: Option<String>,
}

/// An option of a list.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

/// The calendar of the land a member's zone lies in.
pub(super) struct Offer {
    pub(super) value: String,
    pub(super) sentence: String,
    pub(super) button: String,
}

/// Days away as the form carries them.
#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct AwayForm {
    pub(super) first: String,
    pub(super) last: String,
    #[serde(default)]
    pub(super) note: String,
    /// Who stands in; empty: nobody.
    #[serde(default)]
    pub(super) stand_in: String,
}

impl AwayForm {
    fn of(away: &Away) -> Self {
        Self {
            first: away.first_date.to_string(),
            last: away.last_date.to_string(),
            note: away.note.clone(),
            stand_in: away.stand_in_id.map(|id| id.to_string()).unwrap_or_default(),
        }
    }

    fn read(&self, mates: &[Mate], problems: &mut Problems, t: Words) -> Option<NewAway> {
        let date = |typed: &str| typed.parse::<NaiveDate>().map_err(|_| t.settings_date_unclear());
        let first = problems.take("first", date(&self.first));
        let last = problems.take("last", date(&self.last));
        let note = self.note.replace('\0', "").trim().to_owned();
        if note.chars().count() > 2000 {
            problems.add("note", t.settings_note_long());
        }
        let chosen = mates.iter().map(|mate| mate.id).find(|id| id.to_string() == self.stand_in);
        if chosen.is_none() && !self.stand_in.is_empty() {
            problems.add("stand_in", t.settings_choice_unclear());
        }
        let (first, last) = first.zip(last)?;
        if last < first {
            problems.add("last", t.settings_away_backwards());
        } else if (last - first).num_days() > 366 {
            problems.add("last", t.settings_away_long());
        }
        problems.is_empty().then_some(NewAway { first, last, note, stand_in: chosen })
    }
}

impl Section {
    /// What a member planned from today on, and what they can choose.
    pub(super) async fn load(tx: &mut OrgTx, me: &Me, now: DateTime<Utc>) -> Result<Self> {
        let t = me.words();
        let today = me.today(now);
        let rows = queries::away_from(tx, me.id, today).await?;
        let mates = queries::stand_ins(tx, me.id).await?;
        let mine = queries::calendar_of(tx, me.id).await?;
        let here = calendars(tx).await?;
        let next = match mine {
            Some(calendar) => holidays::holidays_from(tx, calendar, today, NEXT).await?,
            None => Vec::new(),
        };
        let none = Choice {
            value: String::new(),
            label: t.settings_holidays_none().to_owned(),
            chosen: mine.is_none(),
        };
        let kept = |one: &Calendar| Choice {
            value: one.id.to_string(),
            label: one.name.clone(),
            chosen: mine == Some(one.id),
        };
        let is_here = |one: &&Shipped| here.iter().any(|kept| kept.shipped.as_deref() == Some(one.code));
        Ok(Self {
            absence: queries::absence(tx, me.id, today).await?,
            rows: rows.into_iter().map(|away| Row::new(t, away)).collect(),
            form: AwayForm::default(),
            stand_ins: stand_ins(t, &mates, ""),
            calendars: std::iter::once(none).chain(here.iter().map(kept)).collect(),
            others: shipped::all().iter().filter(|one| !is_here(one)).map(of_shipped).collect(),
            offer: shipped::of_zone(me.zone).filter(|_| mine.is_none()).map(|one| Offer {
                value: format!("{SHIPPED}{}", one.code),
                sentence: t.settings_holidays_offer(me.zone.city(), one.name),
                button: t.settings_holidays_take(one.name),
            }),
            next: next.into_iter().map(|one| (t.date_long(one.day), one.name)).collect(),
        })
    }
}

fn of_shipped(one: &Shipped) -> Choice {
    Choice { value: format!("{SHIPPED}{}", one.code), label: one.name.to_owned(), chosen: false }
}

fn stand_ins(t: Words, mates: &[Mate], chosen: &str) -> Vec<Choice> {
    let nobody = Choice {
        value: String::new(),
        label: t.settings_stand_in_none().to_owned(),
        chosen: chosen.is_empty(),
    };
    let named = mates.iter().map(|mate| {
        let value = mate.id.to_string();
        Choice { label: mate.name.clone(), chosen: value == chosen, value }
    });
    std::iter::once(nobody).chain(named).collect()
}

impl Row {
    fn new(t: Words, away: Away) -> Self {
        let dates = if away.first_date == away.last_date {
            t.date_long(away.first_date)
        } else {
            t.settings_away_dates(t.date_long(away.first_date), t.date_long(away.last_date))
        };
        let stand_in = away.stand_in.map(|name| t.settings_stands_in(name));
        Self { id: away.id, dates, note: away.note, stand_in }
    }
}

/// Days away being written or changed: `templates/settings/away.html`.
#[derive(Template)]
#[template(path = "settings/away.html")]
struct AwayPage {
    shell: Shell,
    t: Words,
    /// My settings.
    base: String,
    action: String,
    /// The address that takes the days back, once they are planned.
    removal: Option<String>,
    form: AwayForm,
    stand_ins: Vec<Choice>,
    problems: Problems,
}

impl AwayPage {
    fn new(me: &Me, away: Option<AwayId>, form: AwayForm, mates: &[Mate], now: DateTime<Utc>) -> Self {
        let base = me.at("/me");
        let one = away.map(|id| format!("{base}/away/{id}"));
        Self {
            shell: Shell::of(me, Nav::None, now),
            t: me.words(),
            stand_ins: stand_ins(me.words(), mates, &form.stand_in),
            action: one.clone().unwrap_or_else(|| format!("{base}/away")),
            removal: one.map(|one| format!("{one}/removal")),
            base,
            form,
            problems: Problems::new(),
        }
    }
}

/// What follows from other days: figures, and when a digest may come.
async fn settle(mut tx: OrgTx, me: &Me, done: Done, now: DateTime<Utc>) -> Result<Response> {
    crate::fair::hold_of(&mut tx, &[me.id]).await?;
    mine::look_again_at_owned(&mut tx, me.id).await?;
    crate::digest::reschedule(&mut tx, me.id, now).await?;
    crate::fair::follow(&mut tx, me.id, now).await?;
    tx.commit().await?;
    Ok(done.at(&me.at("/me#away")))
}

/// `POST …/me/away`: plans days away.
pub(super) async fn add(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Form(form): Form<AwayForm>,
) -> Result<Response> {
    let mates = queries::stand_ins(&mut tx, me.id).await?;
    let mut problems = Problems::new();
    let Some(new) = form.read(&mates, &mut problems, me.words()) else {
        let page = AwayPage { problems, ..AwayPage::new(&me, None, form, &mates, now) };
        return Ok(Refused(page).into_response());
    };
    queries::add_away(&mut tx, me.id, &new, now).await?;
    settle(tx, &me, Done::Saved, now).await
}

/// `GET …/me/away/{away}`: the page they are changed on.
pub(super) async fn edit(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, AwayId)>,
) -> Result<Response> {
    let away = queries::away(&mut tx, me.id, id).await?.ok_or(Fault::NotFound)?;
    let mates = with(queries::stand_ins(&mut tx, me.id).await?, &away);
    Ok(Page(AwayPage::new(&me, Some(id), AwayForm::of(&away), &mates, now)).into_response())
}

/// `POST …/me/away/{away}`: changes them.
pub(super) async fn change(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, AwayId)>,
    Form(form): Form<AwayForm>,
) -> Result<Response> {
    let away = queries::away(&mut tx, me.id, id).await?.ok_or(Fault::NotFound)?;
    let mates = with(queries::stand_ins(&mut tx, me.id).await?, &away);
    let mut problems = Problems::new();
    let Some(new) = form.read(&mates, &mut problems, me.words()) else {
        let page = AwayPage { problems, ..AwayPage::new(&me, Some(id), form, &mates, now) };
        return Ok(Refused(page).into_response());
    };
    if !queries::change_away(&mut tx, me.id, id, &new).await? {
        return Err(Fault::NotFound);
    }
    settle(tx, &me, Done::Saved, now).await
}

/// Whoever stands in already can be kept, also when they left or only observe now.
fn with(mut mates: Vec<Mate>, away: &Away) -> Vec<Mate> {
    if let Some((id, name)) = away.stand_in_id.zip(away.stand_in.clone())
        && !mates.iter().any(|mate| mate.id == id)
    {
        mates.push(Mate { id, name });
    }
    mates
}

/// `POST …/me/away/{away}/removal`: takes planned days away back.
pub(super) async fn remove(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, away)): Path<(String, AwayId)>,
) -> Result<Response> {
    if !queries::remove_away(&mut tx, me.id, away).await? {
        return Err(Fault::NotFound);
    }
    settle(tx, &me, Done::Back, now).await
}

/// A choice of a calendar: one of the organisation's by id, a shipped one by code, or none.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CalendarForm {
    calendar: String,
}

/// `POST …/me/holidays`: whose public holidays I keep. A shipped calendar nobody had chosen yet is the organisation's from
/// now on.
pub(super) async fn choose_calendar(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Form(form): Form<CalendarForm>,
) -> Result<Response> {
    let calendar = match form.calendar.strip_prefix(SHIPPED) {
        Some(code) => {
            let one = shipped::of_code(code).ok_or(Fault::NotFound)?;
            Some(adopt(&mut tx, one, now).await?.0)
        }
        None if form.calendar.is_empty() => None,
        None => Some(form.calendar.parse::<HolidayCalendarId>().map_err(|_| Fault::NotFound)?),
    };
    crate::fair::hold_of(&mut tx, &[me.id]).await?;
    if !queries::set_calendar(&mut tx, me.id, calendar).await? {
        return Err(Fault::NotFound);
    }
    settle(tx, &me, Done::Saved, now).await
}
