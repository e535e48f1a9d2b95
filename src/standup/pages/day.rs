//! A member's day: their standups, what is due, what they wrote.

use crate::calendar::{Absence, Occurrence, WorkingTime};
use crate::db::OrgTx;
use crate::fault::Fault;
use crate::ids::{StandupId, TeamId, UpdateId};
use crate::occurrence::AHEAD;
use crate::okr::standing::{self, Standing};
use crate::organisation::Me;
use crate::standup::gather::{leaves_around, people_of, read_diary, standups_of};
use crate::standup::leave::Leaves;
use crate::standup::person::Person;
use crate::standup::queries::{self, OwnRow, Place};
use crate::standup::question::Standup;
use crate::standup::turns::{FILL_IN_DAYS, Turns};
use chrono::{DateTime, Days, NaiveDate, Utc};
use std::ops::RangeInclusive;

/// What Today and its forms begin from.
pub(in crate::standup) struct Day {
    pub(super) standups: Vec<Standup>,
    /// The people of the member's teams, themselves included.
    pub(super) people: Vec<Person>,
    /// The days the member is away.
    pub(in crate::standup) absence: Absence,
    /// Who is away these days, and who stands in.
    pub(super) leaves: Leaves,
    /// The key results they measure.
    pub(super) standings: Vec<Standing>,
    /// The member, with all that is kept of what they are asked; none without a team.
    myself: Option<Person>,
    own: Vec<OwnRow>,
}

/// One date of one of the member's standups.
#[derive(Clone, Copy)]
pub(in crate::standup) struct Task<'a> {
    pub(super) turns: Turns<'a>,
    pub(in crate::standup) standup: &'a Standup,
    pub(super) date: NaiveDate,
    /// The window, where the standup falls on the date.
    pub(super) occurrence: Option<Occurrence>,
    /// The update that is there.
    pub(in crate::standup) posted: Option<UpdateId>,
}

impl Day {
    /// Loads a member's day. Observers are asked nothing: their day has no standup.
    pub(in crate::standup) async fn of(tx: &mut OrgTx, me: &Me, now: DateTime<Utc>) -> Result<Self, Fault> {
        let teams = teams_of(me);
        let today = me.today(now);
        let since = today.checked_sub_days(Days::new(FILL_IN_DAYS + 1)).unwrap_or_default();
        let near = around(today, 2);
        let people = people_of(tx, &teams, near, now).await?;
        let mut myself = people.iter().find(|person| person.id == me.id).cloned();
        if let Some(person) = &mut myself {
            read_diary(tx, person, around(today, FILL_IN_DAYS.max(AHEAD) + 2)).await?;
        }
        let asked = me.role.takes_part() && myself.is_some();
        let standups = if asked { standups_of(tx, &teams).await? } else { Vec::new() };
        Ok(Self {
            standups: standups.into_iter().filter(|standup| !standup.retired).collect(),
            people,
            absence: queries::absence(tx, me.id).await?,
            leaves: leaves_around(tx, now).await?,
            standings: standing::of_owner(tx, me.id, now).await?,
            own: queries::own_since(tx, me.id, since).await?,
            myself,
        })
    }

    /// The member's turns at each of these standups.
    pub(super) fn turns(&self) -> impl Iterator<Item = Turns<'_>> {
        let person = self.myself.as_ref();
        self.standups.iter().filter_map(move |standup| Some(Turns { standup, person: person? }))
    }

    /// A date of one of these standups.
    pub(in crate::standup) fn task<'a>(&self, turns: Turns<'a>, date: NaiveDate) -> Task<'a> {
        let posted = self.posted(turns.standup.id, date);
        Task { turns, standup: turns.standup, date, occurrence: turns.occurrence(date), posted }
    }

    /// What is on today: each standup's open occurrences, or today's.
    pub(in crate::standup) fn tasks(&self, now: DateTime<Utc>) -> Vec<Task<'_>> {
        let on = |turns: Turns<'_>| match turns.open(now) {
            none if none.is_empty() => turns.current(now).into_iter().collect(),
            open => open,
        };
        let mut tasks: Vec<_> = self
            .turns()
            .flat_map(|turns| on(turns).into_iter().map(move |it| (turns, it.date)))
            .map(|(turns, date)| self.task(turns, date))
            .collect();
        tasks.sort_by_key(|task| task.occurrence.map(|it| it.due));
        tasks
    }

    /// The next occurrence after a date for which the member is expected: neither away nor on a public holiday.
    pub(super) fn next_expected(&self, turns: Turns<'_>, after: NaiveDate) -> Option<Occurrence> {
        let next = |date| turns.next_after(date);
        let ahead = std::iter::successors(next(after), |it| next(it.date)).take(366);
        ahead.into_iter().find(|it| !self.absence.contains(it.date))
    }

    /// Dates of the last two weeks the member may still write for, the newest first. Days away, and days before they
    /// came, are not among them.
    pub(super) fn earlier(&self, now: DateTime<Utc>) -> Vec<Task<'_>> {
        let mut tasks: Vec<_> = self
            .turns()
            .flat_map(|turns| turns.recent(now).into_iter().map(move |it| (turns, it.date)))
            .filter(|(_, date)| !self.absence.contains(*date))
            .map(|(turns, date)| self.task(turns, date))
            .filter(|task| task.posted.is_none())
            .collect();
        tasks.sort_by_key(|task| std::cmp::Reverse(task.date));
        tasks
    }

    /// The member's turns at a standup of theirs.
    pub(in crate::standup) fn turns_at(&self, id: StandupId) -> Option<Turns<'_>> {
        self.turns().find(|turns| turns.standup.id == id)
    }

    /// When the member's next stretch of work begins.
    pub(super) fn next_opening(&self, me: &Me, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        WorkingTime { zone: me.zone, week: &me.week, absence: &self.absence }.next_opening(now)
    }

    fn posted(&self, standup: StandupId, date: NaiveDate) -> Option<UpdateId> {
        self.own.iter().find(|row| row.standup_id == standup && row.local_date == date).map(|row| row.id)
    }
}

impl Task<'_> {
    /// Where its update and draft are kept.
    pub(in crate::standup) fn place(&self, me: &Me) -> Place {
        Place { standup: self.standup.id, member: me.id, date: self.date }
    }

    /// The page it is written on.
    pub(super) fn address(&self, me: &Me) -> String {
        me.at(&format!("/today?standup={}&day={}", self.standup.id, self.date))
    }
}

/// The dates up to so many days before and after one.
fn around(date: NaiveDate, days: u64) -> RangeInclusive<NaiveDate> {
    let days = Days::new(days);
    date.checked_sub_days(days).unwrap_or(date)..=date.checked_add_days(days).unwrap_or(date)
}

/// The teams a member sits in.
pub(super) fn teams_of(me: &Me) -> Vec<TeamId> {
    me.teams.iter().map(|seat| seat.team).collect()
}
