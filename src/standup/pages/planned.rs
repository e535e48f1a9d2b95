//! Updates that go out later: letting one, showing when, taking it back.

use super::day::{Day, Task};
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{StandupId, SubmissionKey};
use crate::language::Words;
use crate::organisation::{Me, Member};
use crate::standup::drafts::{self, Writing};
use crate::standup::later::{self, Unfit, Wish};
use crate::standup::queries::{self, Place, PlannedRow};
use crate::standup::typed::Typed;
use crate::web::{Done, Form, Path, Problems};
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use sqlx::types::Json;

/// Going out later, in the form.
pub(super) struct GoingOut {
    /// The fields, as typed or offered: `2026-11-19`, `09:00`.
    pub(super) day: String,
    pub(super) time: String,
    /// Whose clock it is.
    pub(super) city: String,
    /// "It goes out on Thursday 19 November at 09:00.", when it does.
    pub(super) sentence: Option<String>,
}

impl GoingOut {
    /// Offers the author's next hour of work; or says when it goes out.
    pub(super) fn of(me: &Me, day: &Day, planned: Option<&PlannedRow>, now: DateTime<Utc>) -> Self {
        let (date, time) = match planned {
            Some(row) => (row.goes_out_on, row.goes_out_time),
            None => {
                let opening = day.next_opening(me, now).unwrap_or(now);
                let there = me.zone.reading(opening);
                (there.date(), there.time())
            }
        };
        Self {
            day: date.to_string(),
            time: time.format("%H:%M").to_string(),
            city: me.zone.city(),
            sentence: planned.map(|row| goes_out(me, row)),
        }
    }

    /// The same, with what was typed.
    pub(super) fn typed(self, typed: &Typed) -> Self {
        Self { day: typed.get("later_day").to_owned(), time: typed.get("later_time").to_owned(), ..self }
    }
}

/// "It goes out on Thursday 19 November at 09:00." On the author's clock of today, which may not be the one it was said on.
pub(super) fn goes_out(me: &Me, row: &PlannedRow) -> String {
    let t = me.words();
    let there = me.zone.reading(row.goes_out_at);
    t.today_goes_out(t.date_long(there.date()), t.time(there.time()))
}

/// One of those on Today that are not in the form.
pub(super) struct Planned {
    pub(super) sentence: String,
    /// Where it can be changed; not before its own day may be written for.
    pub(super) change: Option<String>,
    /// Where it is taken back.
    pub(super) back: String,
    pub(super) date: NaiveDate,
    /// How it begins.
    pub(super) words: String,
}

impl Planned {
    pub(super) fn of(me: &Me, day: &Day, row: &PlannedRow, now: DateTime<Utc>) -> Self {
        let turns = day.turns_at(row.standup_id);
        let open = turns.filter(|turns| turns.may_write(row.local_date, now));
        let wanted = turns.and_then(|turns| turns.standup.wanted()).map(|it| it.field()).unwrap_or_default();
        Self {
            sentence: goes_out(me, row),
            change: open.map(|turns| day.task(turns, row.local_date).address(me)),
            back: me.at(&format!("/standups/{}/planned/removal", row.standup_id)),
            date: row.local_date,
            words: crate::web::markdown::excerpt(row.fields.0.get(&wanted), 140),
        }
    }
}

/// Lets the update of a form go out later. Its words are read already, so that they can be then; they are read again.
pub(super) async fn plan(
    tx: &mut OrgTx,
    me: &Me,
    (day, task): (&Day, Task<'_>),
    (typed, form, revision): (&Typed, SubmissionKey, i32),
    now: DateTime<Utc>,
) -> Result<Result<PlannedRow, Problems>> {
    let t = me.words();
    let mut problems = Problems::new();
    let date =
        problems.take("later_day", typed.get("later_day").parse().map_err(|_| t.today_later_day_unclear()));
    let time = problems
        .take("later_time", later_time(typed.get("later_time")).ok_or_else(|| t.today_later_time_unclear()));
    let Some((date, time)) = date.zip(time) else { return Ok(Err(problems)) };
    let at = match (Wish { date, time }).instant(me.zone, now) {
        Ok(at) => at,
        Err(unfit) => {
            problems.add("later_day", sentence(t, unfit));
            return Ok(Err(problems));
        }
    };
    let Some(local_date) = later::day_of(task.turns, task.date, at, now) else {
        problems.add("later_day", t.today_later_closed());
        return Ok(Err(problems));
    };
    if day.absence.contains(local_date) {
        problems.add("later_day", t.today_later_away());
        return Ok(Err(problems));
    }
    let row = PlannedRow {
        standup_id: task.standup.id,
        member_id: me.id,
        local_date,
        fields: Json(typed.kept()),
        goes_out_on: date,
        goes_out_time: time,
        zone: me.zone,
        goes_out_at: at,
        submission_key: form,
    };
    queries::hold_place(tx, row.place()).await?;
    if queries::written(tx, row.place()).await?.is_some() {
        problems.add("later_day", t.today_later_taken(t.date_long(local_date)));
        return Ok(Err(problems));
    }
    // One that was to go out from this form goes out as this one now.
    queries::take_planned(tx, task.place(me)).await?;
    queries::put_planned(tx, &row, now).await?;
    drafts::settle(tx, Writing { place: task.place(me), form, revision }, &row.fields.0).await?;
    Ok(Ok(row))
}

fn later_time(text: &str) -> Option<chrono::NaiveTime> {
    ["%H:%M", "%H:%M:%S"]
        .iter()
        .find_map(|format| chrono::NaiveTime::parse_from_str(text.trim(), format).ok())
}

fn sentence(t: Words, unfit: Unfit) -> &'static str {
    match unfit {
        Unfit::NoSuchDay => t.today_later_no_such_day(),
        Unfit::Past => t.today_later_past(),
        Unfit::Far => t.today_later_far(),
    }
}

#[derive(Deserialize)]
pub(super) struct Which {
    local_date: NaiveDate,
}

/// `POST …/standups/{standup}/planned/removal`: it does not go out; its words are a draft again.
pub(super) async fn take_back(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, standup)): Path<(String, StandupId)>,
    Form(which): Form<Which>,
) -> Result<Response> {
    let day = Day::of(&mut tx, &me, now).await?;
    let turns = day.turns_at(standup).ok_or(Fault::NotFound)?;
    let from = Place { standup, member: me.id, date: which.local_date };
    queries::hold_place(&mut tx, from).await?;
    let Some(fields) = queries::take_planned(&mut tx, from).await? else {
        return Ok(Done::AlreadyOut.at(&me.at("/today")));
    };
    // It may be for a day that can't be written for yet; today's form can.
    let date = if turns.may_write(which.local_date, now) { which.local_date } else { turns.today(now) };
    let to = Place { date, ..from };
    queries::hold_place(&mut tx, to).await?;
    drafts::give_back(&mut tx, to, fields, None, now).await?;
    tx.commit().await?;
    Ok(Done::TakenBack.at(&day.task(turns, date).address(&me)))
}
