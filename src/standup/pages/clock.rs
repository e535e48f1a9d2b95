//! "By your clock": what is due for one member, in the order of their own day.

use super::day::Day;
use crate::calendar::Occurrence;
use crate::ids::{CheckInId, SubmissionKey};
use crate::okr::parts::{Word, value_with_unit};
use crate::okr::standing::Standing;
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
    /// Saying a key result's last word again, once its check-in is due.
    pub(super) same: Option<Same>,
}

/// The button "the same".
pub(super) struct Same {
    pub(super) key: SubmissionKey,
    /// The check-in that is said again.
    pub(super) as_of: CheckInId,
    /// "The same: 24.1 cm, on track"
    pub(super) label: String,
}

impl Same {
    fn of(me: &Me, standing: &Standing, due: NaiveDate, now: DateTime<Utc>) -> Option<Self> {
        let t = me.words();
        let receipt = &standing.receipt;
        let as_of = receipt.check_in.filter(|_| due <= me.today(now))?;
        let value = value_with_unit(t, receipt.terms.kind(), &standing.unit, receipt.value);
        let word = Word::said(t, receipt.confidence?).text;
        Some(Self { key: SubmissionKey::fresh(), as_of, label: t.okr_the_same(value, word) })
    }
}

/// What is due next: each standup's next update that is not written, and check-ins on the day they are due.
pub(super) fn by_your_clock(day: &Day, me: &Me, now: DateTime<Utc>) -> Vec<Due> {
    let t = me.words();
    let several = day.standups.len() > 1;
    let mut lines = Vec::new();
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
        lines.push(Line { date: due.date(), time: Some(due.time()), href, what, same: None });
    }
    for standing in &day.standings {
        let Some(due) = standing.due else { continue };
        let what = t.today_clock_check_in(&standing.title);
        let same = Same::of(me, standing, due, now);
        let href = me.at(&format!("/key-results/{}", standing.id));
        lines.push(Line { date: due, time: None, href, what, same });
    }
    // What is due by the end of a day comes after what is due at a time of it.
    let order = |one: &Line| (one.date, one.time.is_none(), one.time);
    lines.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.what.cmp(&b.what)));
    let due =
        |Line { date, time, href, what, same }| Due { when: when(me, date, time, now), href, what, same };
    lines.into_iter().take(LINES).map(due).collect()
}

/// A line before it is said when.
struct Line {
    date: NaiveDate,
    /// None where the whole day is there for it.
    time: Option<NaiveTime>,
    href: String,
    what: String,
    same: Option<Same>,
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
