//! The story as one value: what `demo/*.toml` says, typed, and known to make sense.
//!
//! People, teams, objectives and key results go by short keys; every reference in a loaded [`Story`] resolves.
//! Values are decimals. Times are [`Moment`]s on the clock of the person who acts; [`Story::instant`] pins them
//! to the calendar.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use super::{
    aims::{Change, KeyResult, Objective},
    cast::{Organisation, Person, Team},
    events::{CheckIn, Remark, Update},
    moment::{Day, Moment},
    sense,
    words::{KeyResultKey, ObjectiveKey, PersonKey},
};
use crate::calendar::{Edge, resolve};

/// The files of the story, in the order in which they are read: the cast, the OKRs, then week by week.
const CAST: &str = include_str!("../../demo/cast.toml");
const OKRS: &str = include_str!("../../demo/okrs.toml");
const WEEKS: [&str; 8] = [
    include_str!("../../demo/week1.toml"),
    include_str!("../../demo/week2.toml"),
    include_str!("../../demo/week3.toml"),
    include_str!("../../demo/week4.toml"),
    include_str!("../../demo/week5.toml"),
    include_str!("../../demo/week6.toml"),
    include_str!("../../demo/week7.toml"),
    include_str!("../../demo/week8.toml"),
];

/// All of it. Updates, check-ins, remarks and changes are in the order of the files, week by week.
#[derive(Clone, Debug)]
pub struct Story {
    /// The organisation and the demo's sign-ins.
    pub organisation: Organisation,
    /// Everyone, also who joins later.
    pub people: Vec<Person>,
    /// The teams, with seats and standup.
    pub teams: Vec<Team>,
    /// The objectives; parents before children.
    pub objectives: Vec<Objective>,
    /// The key results as they stood in week 1, in the order in which their objectives show them.
    pub key_results: Vec<KeyResult>,
    /// The updates, with their check-ins, blockers, replies and reactions.
    pub updates: Vec<Update>,
    /// The check-ins made on a key result's own page.
    pub check_ins: Vec<CheckIn>,
    /// Comments on objectives and key results.
    pub remarks: Vec<Remark>,
    /// Changes to the terms or the owner of a key result.
    pub changes: Vec<Change>,
}

/// Why there is no story to tell.
#[derive(Debug, thiserror::Error)]
pub enum StoryFault {
    /// A file is not the TOML that is expected of it.
    #[error("demo/{file}.toml cannot be read: {cause}")]
    Unreadable {
        /// The file, without its ending.
        file: String,
        /// What is wrong, and in which line.
        cause: Box<toml::de::Error>,
    },
    /// It can be read and contradicts itself; a sentence for each contradiction.
    #[error("the demo story contradicts itself:\n{}", .0.join("\n"))]
    Contradictory(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cast {
    organisation: Organisation,
    person: Vec<Person>,
    team: Vec<Team>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Okrs {
    objective: Vec<Objective>,
    key_result: Vec<KeyResult>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Week {
    update: Vec<Update>,
    check_in: Vec<CheckIn>,
    remark: Vec<Remark>,
    change: Vec<Change>,
}

impl Story {
    /// The story that is compiled into the program.
    pub fn load() -> Result<Story, StoryFault> {
        Story::read(CAST, OKRS, &WEEKS)
    }

    /// The story these files tell. Refuses names that do not resolve, days on which nobody was asked, answers
    /// before their question, and whatever else a careful reader would stumble over; all at once.
    pub(super) fn read(cast: &str, okrs: &str, weeks: &[&str]) -> Result<Story, StoryFault> {
        let Cast { organisation, person: people, team: teams } = parse("cast".to_owned(), cast)?;
        let Okrs { objective: objectives, key_result: key_results } = parse("okrs".to_owned(), okrs)?;
        let (updates, check_ins, remarks, changes) = (vec![], vec![], vec![], vec![]);
        let mut story = Story {
            organisation,
            people,
            teams,
            objectives,
            key_results,
            updates,
            check_ins,
            remarks,
            changes,
        };
        for (week, text) in (1..).zip(weeks) {
            let Week { update, check_in, remark, change } = parse(format!("week{week}"), text)?;
            story.updates.extend(update);
            story.check_ins.extend(check_in);
            story.remarks.extend(remark);
            story.changes.extend(change);
        }
        let faults = sense::faults(&story);
        if faults.is_empty() { Ok(story) } else { Err(StoryFault::Contradictory(faults)) }
    }

    /// The person of this key.
    pub fn person(&self, key: &PersonKey) -> Option<&Person> {
        self.people.iter().find(|person| person.key == *key)
    }

    /// The key result of this key.
    pub fn key_result(&self, key: &KeyResultKey) -> Option<&KeyResult> {
        self.key_results.iter().find(|key_result| key_result.key == *key)
    }

    /// The objective of this key.
    pub fn objective(&self, key: &ObjectiveKey) -> Option<&Objective> {
        self.objectives.iter().find(|objective| objective.key == *key)
    }

    /// The team in which someone sits on a day.
    pub fn team_of(&self, person: &PersonKey, day: Day) -> Option<&Team> {
        self.teams.iter().find(|team| team.seat_of(person, day).is_some())
    }

    /// When someone's moment is, with the story's first Monday at `first_monday`. `None` for a stranger, and for
    /// a date that their zone leaves out.
    pub fn instant(&self, by: &PersonKey, at: Moment, first_monday: NaiveDate) -> Option<DateTime<Utc>> {
        let zone = self.person(by)?.zone;
        resolve(zone, at.day.date(first_monday), at.time, Edge::Opening)
    }
}

fn parse<T: for<'de> Deserialize<'de>>(file: String, text: &str) -> Result<T, StoryFault> {
    toml::from_str(text).map_err(|cause| StoryFault::Unreadable { file, cause: Box::new(cause) })
}
