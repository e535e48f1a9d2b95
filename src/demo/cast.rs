//! Who is in the story: the organisation, its people and their hours, its teams and what they are asked.

use chrono::{NaiveDate, NaiveTime, TimeDelta, Weekday};
use serde::{Deserialize, Deserializer, de::Error as _};

use super::{
    moment::Day,
    words::{PersonKey, QuestionKind, Role, TeamKey},
};
use crate::calendar::{Recurrence, Schedule, Span, WeekdaySet, WorkWeek, Zone};

/// The tenant, and which accounts the demo introduces.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// Its part of each address.
    pub slug: String,
    /// The zone of the organisation and of its cycle.
    pub zone: Zone,
    /// The password of every demo account.
    pub password: String,
    /// The demo's member: what they wrote today is left out of the story so far.
    pub member: PersonKey,
    /// The demo's manager.
    pub manager: PersonKey,
    /// The demo's owner.
    pub owner: PersonKey,
}

/// Someone, with the hours they keep.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// How the story names them.
    pub key: PersonKey,
    /// Their full name.
    pub name: String,
    /// The address of their account.
    pub email: String,
    /// Their role in the organisation.
    pub role: Role,
    /// Where they are.
    pub zone: Zone,
    /// The hours they work, in their zone.
    #[serde(rename = "hours", deserialize_with = "week_of_hours")]
    pub week: WorkWeek,
    /// Their first day, when they were not there from the start.
    pub joined: Option<Day>,
    /// Whose public holidays they keep: the code of a calendar that comes with Meridian.
    pub holidays: Option<String>,
    /// When they are away.
    #[serde(default)]
    pub away: Vec<Away>,
}

/// Days without work, both ends included.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Away {
    /// The first day away.
    pub from: Day,
    /// The last day away.
    pub to: Day,
    /// What they say about it.
    pub note: String,
    /// Who stands in.
    pub stand_in: Option<PersonKey>,
}

/// A team, who sits in it, and its standup.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// How the story names it; also its slug.
    pub key: TeamKey,
    /// Its name.
    pub name: String,
    /// Its default zone.
    pub zone: Zone,
    /// Who belongs to it, and since or until when.
    pub seats: Vec<Seat>,
    /// Its standup.
    pub standup: Standup,
}

/// A place in a team. Nobody has two at once.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// Whose.
    pub person: PersonKey,
    /// Whether they lead the team.
    #[serde(default)]
    pub lead: bool,
    /// The first day, when it was not theirs from the start.
    pub from: Option<Day>,
    /// The last day, when it is no longer theirs.
    pub until: Option<Day>,
}

/// A team's standup: the same window on each member's own clock.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standup {
    /// Its name.
    pub name: String,
    /// When the window opens.
    pub opens: NaiveTime,
    /// When the update is due.
    pub due: NaiveTime,
    /// Which weekdays, and from when: each version ends where the next begins.
    pub schedule: Vec<Version>,
    /// What is asked, in order: one question of each kind.
    pub questions: Vec<Question>,
    /// Whether it asks how the week feels, after them.
    pub mood: Option<MoodAsked>,
}

/// How a team's weeks felt.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoodAsked {
    /// The question.
    pub text: String,
    /// Of each week of the cycle, what may be shown of it, from 1 to 5; 0: too few answered.
    pub weeks: Vec<i16>,
}

/// The weekdays of a standup from some day on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// The first day.
    pub from: Day,
    /// The weekdays.
    #[serde(deserialize_with = "weekdays")]
    pub days: WeekdaySet,
}

/// A question of a standup.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// As people read it.
    pub text: String,
    /// What it asks for.
    pub kind: QuestionKind,
}

impl Person {
    /// Whether they are there to be asked on a day: they have joined and are not away.
    pub fn is_there(&self, day: Day) -> bool {
        self.joined.is_none_or(|joined| joined <= day)
            && !self.away.iter().any(|away| (away.from..=away.to).contains(&day))
    }
}

impl Team {
    /// Someone's seat on a day.
    pub fn seat_of(&self, person: &PersonKey, day: Day) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.person == *person && seat.is_taken(day))
    }
}

impl Seat {
    fn is_taken(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

impl Standup {
    /// The versions of its schedule, in order, with the story's first Monday at `first_monday`.
    pub fn schedules(&self, first_monday: NaiveDate) -> impl Iterator<Item = Schedule> {
        let ends = self.schedule.iter().skip(1).map(|next| Some(next.from)).chain([None]);
        self.schedule.iter().zip(ends).map(move |(version, end)| Schedule {
            recurrence: Recurrence::Weekly { every: 1, weekdays: version.days, anchor: first_monday },
            opens: self.opens,
            opens_evening_before: false,
            due: self.due,
            first: version.from.date(first_monday),
            until: end.map(|day| day.date(first_monday) - TimeDelta::days(1)),
        })
    }

    /// Whether it asks on a day.
    pub fn asks_on(&self, day: Day) -> bool {
        let version = self.schedule.iter().rev().find(|version| version.from <= day);
        version.is_some_and(|version| version.days.contains(day.weekday))
    }
}

/// Hours as people say them: these days, from then to then.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hours {
    days: Vec<Weekday>,
    from: NaiveTime,
    to: NaiveTime,
}

fn week_of_hours<'de, D: Deserializer<'de>>(from: D) -> Result<WorkWeek, D::Error> {
    let rows = Vec::<Hours>::deserialize(from)?;
    let spans = |row: Hours| {
        let span = Span { start: row.from, end: row.to };
        row.days.into_iter().map(move |weekday| (weekday, span))
    };
    WorkWeek::new(rows.into_iter().flat_map(spans)).map_err(D::Error::custom)
}

fn weekdays<'de, D: Deserializer<'de>>(from: D) -> Result<WeekdaySet, D::Error> {
    Ok(Vec::<Weekday>::deserialize(from)?.into_iter().collect())
}
