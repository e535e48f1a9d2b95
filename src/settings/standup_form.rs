//! A standup's settings as the form carries them.

use super::hours;
use super::questions::{self, Asked, QuestionRow, Turn};
use super::rhythm::Rhythm;
use crate::calendar::{Edge, Hour, Occurrence, Recurrence, WeekdaySet, Zone};
use crate::ids::MemberId;
use crate::language::Words;
use crate::web::Problems;
use crate::web::parts::Coming;
use chrono::{DateTime, NaiveDate, Utc, Weekday};
use serde::Deserialize;

/// How many instants an hour shows.
const SHOWN: usize = 3;

/// What the fields hold. Questions are three lists of equal length.
#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct StandupForm {
    pub(super) name: String,
    #[serde(default)]
    pub(super) question: Vec<String>,
    #[serde(default)]
    pub(super) kind: Vec<String>,
    /// What each offers, one a line, if it is a choice.
    #[serde(default)]
    pub(super) options: Vec<String>,
    pub(super) recurs: String,
    #[serde(default)]
    pub(super) day: Vec<u32>,
    pub(super) every: String,
    pub(super) week_of: String,
    pub(super) nth: String,
    pub(super) nth_weekday: u32,
    pub(super) opens: String,
    pub(super) due: String,
    #[serde(default)]
    pub(super) evening: Option<String>,
    pub(super) zone: String,
    #[serde(default)]
    pub(super) add: Option<String>,
    /// A button beside a question: see [`Turn`].
    #[serde(default)]
    pub(super) turn: Option<String>,
    /// Set by the button that shows the form as somebody will see it.
    #[serde(default)]
    pub(super) look: Option<String>,
    /// As whom.
    #[serde(default)]
    pub(super) seen_as: Option<MemberId>,
    #[serde(skip)]
    pressed: Option<(Turn, usize)>,
}

/// What the form asks for, once it can be read.
pub(super) struct NewStandup {
    pub(super) name: String,
    pub(super) questions: Vec<Asked>,
    pub(super) rhythm: Rhythm,
}

impl StandupForm {
    /// The form of a standup as it is.
    pub(super) fn of(name: &str, rhythm: &Rhythm, asked: Vec<Asked>) -> Self {
        let line = |it: &Asked| [it.prompt.clone(), it.kind.as_str().to_owned(), it.options.join("\n")];
        let mut form = Self {
            name: name.to_owned(),
            recurs: "weekly".into(),
            day: Vec::new(),
            every: "1".into(),
            week_of: String::new(),
            nth: "1".into(),
            nth_weekday: 1,
            opens: rhythm.opens.format("%H:%M").to_string(),
            due: rhythm.due.format("%H:%M").to_string(),
            evening: rhythm.evening_before.then(|| "on".into()),
            zone: rhythm.zone.map_or_else(String::new, |zone| zone.name().to_owned()),
            ..Self::default()
        };
        form.put(asked.iter().map(line).collect());
        match rhythm.recurrence {
            Recurrence::Weekly { every, weekdays, anchor } => {
                form.day = weekdays.iter().map(|day| day.number_from_monday()).collect();
                form.every = every.to_string();
                form.week_of = if every > 1 { anchor.to_string() } else { String::new() };
            }
            Recurrence::MonthlyNth { nth, weekday } => {
                form.recurs = "monthly".into();
                form.nth = nth.to_string();
                form.nth_weekday = weekday.number_from_monday();
            }
        }
        form
    }

    /// Does what a button of the questions asks for, and says whether one was pressed: then the form comes back, and nothing
    /// is saved yet.
    pub(super) fn turned(mut self) -> (Self, bool) {
        let mut lines = questions::lines(&self.question, &self.kind, &self.options);
        let turn = self.turn.take().and_then(|value| Turn::parse(&value));
        if let Some((turn, n)) = turn {
            self.pressed = turn.turn(&mut lines, n).map(|at| (turn, at));
        } else if self.add.is_some() {
            questions::one_more(&mut lines);
        } else if self.look.is_none() {
            return (self, false);
        }
        self.put(lines);
        (self, true)
    }

    fn put(&mut self, lines: Vec<[String; 3]>) {
        (self.question, self.kind, self.options) = Default::default();
        for [prompt, kind, options] in lines {
            self.question.push(prompt);
            self.kind.push(kind);
            self.options.push(options);
        }
    }

    /// What the fields of the questions hold, one after another.
    pub(super) fn lines(&self) -> Vec<[String; 3]> {
        questions::lines(&self.question, &self.kind, &self.options)
    }

    /// Each question for the page.
    pub(super) fn rows<'a>(&self, lines: &'a [[String; 3]]) -> Vec<QuestionRow<'a>> {
        questions::rows(lines, self.pressed)
    }

    /// The questions as they would be asked.
    pub(super) fn asked(&self, t: Words) -> Vec<Asked> {
        questions::read(&self.rows(&self.lines()), &mut Problems::new(), t)
    }

    /// What was typed, or all that is wrong with it. Weeks are counted from `begins`, unless the form says otherwise.
    pub(super) fn read(&self, begins: NaiveDate, problems: &mut Problems, t: Words) -> Option<NewStandup> {
        let name = self.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 80 {
            problems.add("name", t.settings_name_unclear());
        }
        let questions = questions::read(&self.rows(&self.lines()), problems, t);
        let rhythm = self.rhythm(begins, problems, t)?;
        problems.is_empty().then_some(NewStandup { name, questions, rhythm })
    }

    fn rhythm(&self, begins: NaiveDate, problems: &mut Problems, t: Words) -> Option<Rhythm> {
        let recurrence = match self.recurs.as_str() {
            "weekly" => self.weekly(begins, problems, t),
            "monthly" => self.monthly(problems, t),
            _ => {
                problems.add("weekly", t.settings_choice_unclear());
                None
            }
        };
        let opens = hours::time(&self.opens, "opens", problems, t);
        let due = hours::time(&self.due, "due", problems, t);
        let zone = match self.zone.as_str() {
            "" => Some(None),
            name => problems.take("zone", Zone::parse(name).map(Some).map_err(|_| t.settings_zone_unknown())),
        };
        let (opens, due) = opens.zip(due)?;
        let evening_before = self.evening.is_some();
        if !evening_before && opens >= due {
            problems.add("due", t.settings_window_backwards());
        }
        Some(Rhythm { recurrence: recurrence?, opens, evening_before, due, zone: zone? })
    }

    fn weekly(&self, begins: NaiveDate, problems: &mut Problems, t: Words) -> Option<Recurrence> {
        let weekdays = hours::days(&self.day, "day1", problems, t);
        let every = self.every.trim().parse::<u16>().ok().filter(|every| (1..=12).contains(every));
        let every = problems.take("every", every.ok_or_else(|| t.settings_every_unclear()));
        let anchor = match self.week_of.as_str() {
            "" => Some(begins),
            date => problems.take("week_of", date.parse().map_err(|_| t.settings_date_unclear())),
        };
        Some(Recurrence::Weekly { every: every?, weekdays, anchor: anchor? })
    }

    fn monthly(&self, problems: &mut Problems, t: Words) -> Option<Recurrence> {
        let nth = self.nth.parse::<i8>().ok().filter(|nth| matches!(nth, -1 | 1..=5));
        let weekday: Option<Weekday> = hours::weekday(self.nth_weekday);
        let both = nth.zip(weekday).ok_or_else(|| t.settings_choice_unclear());
        let (nth, weekday) = problems.take("nth", both)?;
        Some(Recurrence::MonthlyNth { nth, weekday })
    }

    /// What the window's two hours will produce on the standup's clock, a reader's where it has none of its own, as far as
    /// they can be read. `begins` says from when a rhythm counts.
    pub(super) fn coming(
        &self,
        t: Words,
        mine: Zone,
        anchor: NaiveDate,
        begins: impl Fn(&Rhythm) -> NaiveDate,
        now: DateTime<Utc>,
    ) -> (Coming, Coming) {
        let Some(rhythm) = self.rhythm(anchor, &mut Problems::new(), t) else {
            return (Coming::none(t, "opens", mine), Coming::none(t, "due", mine));
        };
        let (zone, days) = (rhythm.zone.unwrap_or(mine), rhythm.weekdays());
        let before: WeekdaySet = days.iter().map(|day| day.pred()).collect();
        let of = |field, weekdays, time, edge, at: fn(Occurrence) -> DateTime<Utc>| {
            let schedule = rhythm.schedule(begins(&rhythm));
            let next = schedule.upcoming(zone, now).take(SHOWN + 1).map(at).filter(|at| *at > now);
            Coming::of_instants(
                t,
                field,
                Hour { zone, weekdays, time, edge },
                next.take(SHOWN).collect(),
                now,
            )
        };
        let opening = if rhythm.evening_before { before } else { days };
        (
            of("opens", opening, rhythm.opens, Edge::Opening, |it| it.opens),
            of("due", days, rhythm.due, Edge::Deadline, |it| it.due),
        )
    }
}
