//! A member's day: their standups, what is due, what they wrote.

use crate::calendar::{Absence, Occurrence};
use crate::db::OrgTx;
use crate::fault::Fault;
use crate::ids::{StandupId, TeamId, UpdateId};
use crate::okr::standing::{self, Standing};
use crate::organisation::Me;
use crate::standup::gather::{Standup, people_of, standups_of};
use crate::standup::occurrence::FILL_IN_DAYS;
use crate::standup::person::Person;
use crate::standup::queries::{self, OwnRow, Place};
use chrono::{DateTime, Days, NaiveDate, Utc};

/// What Today and its forms begin from.
pub(super) struct Day {
    pub(super) standups: Vec<Standup>,
    /// The people of the member's teams, themselves included.
    pub(super) people: Vec<Person>,
    /// The days the member is away.
    pub(super) absence: Absence,
    /// The key results they measure.
    pub(super) standings: Vec<Standing>,
    own: Vec<OwnRow>,
}

/// One date of one of the member's standups.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    pub(super) standup: &'a Standup,
    pub(super) date: NaiveDate,
    /// The window, where the standup falls on the date.
    pub(super) occurrence: Option<Occurrence>,
    /// The update that is there.
    pub(super) posted: Option<UpdateId>,
}

impl Day {
    /// Loads a member's day. Observers are asked nothing: their day has no standup.
    pub(super) async fn of(tx: &mut OrgTx, me: &Me, now: DateTime<Utc>) -> Result<Self, Fault> {
        let teams = teams_of(me);
        let since = me.today(now).checked_sub_days(Days::new(FILL_IN_DAYS + 1)).unwrap_or_default();
        Ok(Self {
            standups: if me.role.takes_part() { standups_of(tx, &teams).await? } else { Vec::new() },
            people: people_of(tx, &teams).await?,
            absence: queries::absence(tx, me.id).await?,
            standings: standing::of_owner(tx, me.id, now).await?,
            own: queries::own_since(tx, me.id, since).await?,
        })
    }

    /// A date of one of these standups.
    pub(super) fn task<'a>(&self, me: &Me, standup: &'a Standup, date: NaiveDate) -> Task<'a> {
        Task {
            standup,
            date,
            occurrence: standup.timetable.occurrence(me.zone, date),
            posted: self.posted(standup.id, date),
        }
    }

    /// What is on today: each standup's open occurrence, or today's.
    pub(super) fn tasks(&self, me: &Me, now: DateTime<Utc>) -> Vec<Task<'_>> {
        let on = |standup: &Standup| standup.timetable.current(me.zone, now).map(|it| it.date);
        let mut tasks: Vec<_> = self
            .standups
            .iter()
            .filter_map(|standup| on(standup).map(|date| self.task(me, standup, date)))
            .collect();
        tasks.sort_by_key(|task| task.occurrence.map(|it| it.due));
        tasks
    }

    /// Dates of the last two weeks the member may still write for, the newest first. Days away, and days before they
    /// came, are not among them.
    pub(super) fn earlier(&self, me: &Me, now: DateTime<Utc>) -> Vec<Task<'_>> {
        let of = |standup: &Standup| standup.timetable.recent(me.zone, now);
        let since = self.people.iter().find(|person| person.id == me.id).map(|person| person.since);
        let mut tasks: Vec<_> = self
            .standups
            .iter()
            .flat_map(|standup| of(standup).into_iter().map(move |it| (standup, it.date)))
            .filter(|(_, date)| !self.absence.contains(*date) && since.is_none_or(|since| since <= *date))
            .map(|(standup, date)| self.task(me, standup, date))
            .filter(|task| task.posted.is_none())
            .collect();
        tasks.sort_by_key(|task| std::cmp::Reverse(task.date));
        tasks
    }

    /// A standup of the member's by id.
    pub(super) fn standup(&self, id: StandupId) -> Option<&Standup> {
        self.standups.iter().find(|standup| standup.id == id)
    }

    fn posted(&self, standup: StandupId, date: NaiveDate) -> Option<UpdateId> {
        self.own.iter().find(|row| row.standup_id == standup && row.local_date == date).map(|row| row.id)
    }
}

impl Task<'_> {
    /// Where its update and draft are kept.
    pub(super) fn place(&self, me: &Me) -> Place {
        Place { standup: self.standup.id, member: me.id, date: self.date }
    }

    /// The page it is written on.
    pub(super) fn address(&self, me: &Me) -> String {
        me.at(&format!("/today?standup={}&day={}", self.standup.id, self.date))
    }
}

/// The teams a member sits in.
pub(super) fn teams_of(me: &Me) -> Vec<TeamId> {
    me.teams.iter().map(|seat| seat.team).collect()
}
