//! `/o/{org}/settings/holidays`: the organisation's calendars of public holidays. For admins.

use super::queries::holidays::{self as queries, Kept};
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::HolidayCalendarId;
use crate::language::Words;
use crate::organisation::holidays::icalendar::{self, Fault as LineFault, Unreadable};
use crate::organisation::holidays::{self, Holidays, shipped};
use crate::organisation::{Admin, Me};
use crate::web::{Done, Form, Nav, Page, Path, Problems, Refused, Shell, Upload};
use askama::Template;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Deserialize;

/// The largest file, in bytes. Twenty years of a land's holidays are a fiftieth of it.
const LARGEST: usize = 1024 * 1024;
/// The largest form: a file that is a little too large gets its sentence, a huge one is cut off.
pub(super) const LARGEST_FORM: usize = 3 * LARGEST;
/// How many of a calendar's next dates are shown at once; those of a year can be opened.
const NEXT: usize = 4;

#[derive(Template)]
#[template(path = "settings/holidays.html")]
struct HolidaysPage {
    shell: Shell,
    t: Words,
    base: String,
    calendars: Vec<CalendarRow>,
    /// The shipped ones that are not here yet: code and name.
    others: Vec<(&'static str, &'static str)>,
    form: ImportForm,
    problems: Problems,
}

struct CalendarRow {
    id: HolidayCalendarId,
    name: String,
    /// Where it is from, and until when its dates are known.
    origin: String,
    /// "Two people and one cycle keep it."
    kept_by: String,
    next: Vec<(String, String)>,
    /// The rest of a year.
    later: Vec<(String, String)>,
    /// The code to post when this version of Meridian knows other dates.
    newer: Option<&'static str>,
}

/// An import as the form carries it.
#[derive(Default)]
struct ImportForm {
    name: String,
    text: String,
}

impl CalendarRow {
    fn of(t: Words, kept: Kept, today: NaiveDate) -> Self {
        let dates: Holidays = kept.days.into_iter().zip(kept.names).collect();
        let shipped = kept.shipped.as_deref().and_then(shipped::of_code);
        let until = dates.keys().next_back().map_or_else(|| today.year(), Datelike::year);
        let in_a_year = today.checked_add_days(chrono::Days::new(366)).unwrap_or(today);
        let mut next: Vec<_> =
            dates.range(today..in_a_year).map(|(day, name)| (t.date_long(*day), name.clone())).collect();
        let later = next.split_off(NEXT.min(next.len()));
        let year = until.to_string();
        Self {
            id: kept.id,
            name: kept.name,
            origin: match kept.shipped {
                Some(_) => t.settings_calendar_shipped(year),
                None => t.settings_calendar_imported(year),
            },
            kept_by: t.settings_calendar_kept(
                t.settings_calendar_people(kept.members),
                t.settings_calendar_cycles(kept.cycles),
            ),
            next,
            later,
            newer: shipped.filter(|one| one.holidays != dates).map(|one| one.code),
        }
    }
}

async fn page(tx: &mut OrgTx, me: &Me, now: DateTime<Utc>) -> Result<HolidaysPage> {
    let t = me.words();
    let kept = queries::kept(tx).await?;
    let is_here = |code: &str| kept.iter().any(|one| one.shipped.as_deref() == Some(code));
    let others =
        shipped::all().iter().filter(|one| !is_here(one.code)).map(|one| (one.code, one.name)).collect();
    Ok(HolidaysPage {
        shell: Shell::of(me, Nav::None, now),
        t,
        base: me.at("/settings/holidays"),
        others,
        calendars: kept.into_iter().map(|one| CalendarRow::of(t, one, me.today(now))).collect(),
        form: ImportForm::default(),
        problems: Problems::new(),
    })
}

/// The calendars, and how to add one.
pub(super) async fn show(Admin { me, mut tx }: Admin, Now(now): Now) -> Result<Response> {
    Ok(Page(page(&mut tx, &me, now).await?).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShippedForm {
    code: String,
}

/// Adds a calendar that comes with Meridian, or takes over what this version knows of one that is here.
pub(super) async fn add(
    Admin { me, mut tx }: Admin,
    Now(now): Now,
    Form(form): Form<ShippedForm>,
) -> Result<Response> {
    let one = shipped::of_code(&form.code).ok_or(Fault::NotFound)?;
    let (calendar, other) = holidays::adopt(&mut tx, one, now).await?;
    settle(tx, &me, calendar, other, now).await
}

/// Imports an iCalendar file, sent or pasted. One that was imported under this name gets these dates instead of its own.
pub(super) async fn import(
    Admin { me, mut tx }: Admin,
    Now(now): Now,
    Upload(fields): Upload,
) -> Result<Response> {
    let t = me.words();
    let given = |field: &str| fields.get(field).cloned().unwrap_or_default();
    let (name, file, text) = (given("name"), given("file"), given("text"));
    let name = name.replace('\0', "").split_whitespace().collect::<Vec<_>>().join(" ");
    let mut problems = Problems::new();
    if name.is_empty() || name.chars().count() > 80 {
        problems.add("name", t.settings_name_unclear());
    }
    let (field, given) = if file.trim().is_empty() { ("text", &text) } else { ("file", &file) };
    let years = now.year() - 2..=now.year() + 20;
    let read = if given.trim().is_empty() {
        problems.take("file", Err::<Holidays, _>(t.settings_import_nothing().to_owned()))
    } else if given.len() > LARGEST {
        problems.take(field, Err::<Holidays, _>(t.settings_import_large().to_owned()))
    } else {
        problems.take(field, icalendar::read(given, years).map_err(|fault| sentence(t, fault)))
    };
    if let Some(dates) = read.filter(|_| problems.is_empty()) {
        if let Some((calendar, other)) = holidays::import(&mut tx, &name, &dates, now).await? {
            return settle(tx, &me, calendar, other, now).await;
        }
        problems.add("name", t.settings_import_taken());
    }
    // What was pasted comes back unless it is too much to send; a file has to be chosen again, browsers see to that.
    let form = ImportForm { name, text: if text.len() > LARGEST { String::new() } else { text } };
    Ok(Refused(HolidaysPage { form, problems, ..page(&mut tx, &me, now).await? }).into_response())
}

/// Removes a calendar. Who kept it has none then.
pub(super) async fn remove(
    Admin { me, mut tx }: Admin,
    Now(now): Now,
    Path((_, calendar)): Path<(String, HolidayCalendarId)>,
) -> Result<Response> {
    let keepers = queries::keepers(&mut tx, calendar).await?;
    crate::fair::hold_of(&mut tx, &keepers).await?;
    queries::look_again_at_kept(&mut tx, calendar).await?;
    if !holidays::remove(&mut tx, calendar).await? {
        return Err(Fault::NotFound);
    }
    for member in keepers {
        crate::digest::reschedule(&mut tx, member, now).await?;
        crate::fair::follow(&mut tx, member, now).await?;
    }
    tx.commit().await?;
    Ok(Done::Saved.at(&me.at("/settings/holidays")))
}

/// What follows from other dates: figures, and when digests may come.
async fn settle(
    mut tx: OrgTx,
    me: &Me,
    calendar: HolidayCalendarId,
    other: bool,
    now: DateTime<Utc>,
) -> Result<Response> {
    if other {
        let keepers = queries::keepers(&mut tx, calendar).await?;
        crate::fair::hold_of(&mut tx, &keepers).await?;
        queries::look_again_at_kept(&mut tx, calendar).await?;
        for member in keepers {
            crate::digest::reschedule(&mut tx, member, now).await?;
            crate::fair::follow(&mut tx, member, now).await?;
        }
    }
    tx.commit().await?;
    Ok(Done::Saved.at(&me.at("/settings/holidays")))
}

/// What is wrong with a file, and where.
fn sentence(t: Words, Unreadable { line, fault }: Unreadable) -> String {
    match fault {
        LineFault::NoCalendar => t.settings_ical_no_calendar(line),
        LineFault::CutOff => t.settings_ical_cut_off(line),
        LineFault::Event => t.settings_ical_event(line),
        LineFault::Date => t.settings_ical_date(line),
        LineFault::Timed => t.settings_ical_timed(line),
        LineFault::Backwards => t.settings_ical_backwards(line),
        LineFault::TooLong => t.settings_ical_too_long(line),
        LineFault::NoName => t.settings_ical_no_name(line),
        LineFault::Repeats => t.settings_ical_repeats(line),
        LineFault::TooMany => t.settings_ical_too_many(line),
        LineFault::Empty => t.settings_ical_empty().to_owned(),
    }
}
