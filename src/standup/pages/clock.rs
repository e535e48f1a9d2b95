//! "By your clock": what is due for one member, in the order of their own day.

use super::day::Day;
use crate::calendar::Occurrence;
use crate::organisation::Me;
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, Utc};

/// How many lines the list has.
const LINES: usize = 6;

/// One line of the list.
pub(super) struct Due {
    /// "Today, 16:00".
    pub(super) when: String,
    pub(super) href: String,
    pub(super) what: String,
}

/// What is due next: each standup's next update that is not written, and check-ins on the day they are due.
pub(super) fn by_your_clock(day: &Day, me: &Me, now: DateTime<Utc>) -> Vec<Due> {
    let t = me.words();
    let several = day.standups.len() > 1;
    let mut lines: Vec<(NaiveDate, Option<NaiveTime>, String, String)> = Vec::new();
    for turns in day.turns() {
        let standup = turns.standup;
        let is_mine =
            |it: &Occurrence| !day.absence.contains(it.date) && day.task(turns, it.date).posted.is_none();
        let open = turns.open(now).into_iter().find(is_mine);
        let today = turns.occurrence(turns.today(now)).filter(|it| now < it.due);
        let mine = open.or(today).filter(is_mine);
        let after = turns.open(now).last().copied().or(today).map_or(turns.today(now), |it| it.date);
        let Some(next) = mine.or_else(|| day.next_expected(turns, after)) else { continue };
        let due = me.zone.reading(next.due);
        let what = if several {
            t.today_clock_update_of(&standup.team_name)
        } else {
            t.today_clock_update().to_owned()
        };
        let href = if mine.is_some() { day.task(turns, next.date).address(me) } else { me.at("/today") };
        lines.push((due.date(), Some(due.time()), href, what));
    }
    for standing in &day.standings {
        let Some(due) = standing.due else { continue };
        let what = t.today_clock_check_in(&standing.title);
        lines.push((due, None, me.at(&format!("/key-results/{}", standing.id)), what));
    }
    // What is due by the end of a day comes after what is due at a time of it.
    lines.sort_by(|a, b| (a.0, a.1.is_none(), a.1, &a.3).cmp(&(b.0, b.1.is_none(), b.1, &b.3)));
    lines
        .into_iter()
        .take(LINES)
        .map(|(date, time, href, what)| Due { when: when(me, date, time, now), href, what })
        .collect()
}

/// "Today, 16:00", "Thursday", "Tuesday 1 December": with the time where there is one.
fn when(me: &Me, date: NaiveDate, time: Option<NaiveTime>, now: DateTime<Utc>) -> String {
    let t = me.words();
    let day = match (date - me.today(now)).num_days() {
        ..0 => t.today_clock_waiting().to_owned(),
        0 => t.today_clock_today().to_owned(),
        1..7 => t.weekday_long(date.weekday()),
        _ => t.date_long(date),
    };
    match time {
        Some(time) => t.today_clock_at(day, t.time(time)),
        None => day,
    }
}
