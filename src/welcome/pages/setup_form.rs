//! What the set-up page asks for: as typed, and as understood.

use super::line;
use crate::account::Email;
use crate::calendar::{Absence, Cycle, CycleFault, Edge, Length, Period, Zone};
use crate::language::{Locale, Words};
use crate::web::parts::{Coming, choices};
use crate::web::{Problems, slug};
use crate::welcome::first_run::{Example, ExampleKeyResult, Plan, TeamPlan};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;
use std::collections::BTreeSet;

/// More are invited from the team's page, once it stands.
const MOST_INVITED: usize = 50;
/// Names, in characters.
const NAME: usize = 80;
/// Titles and prompts, in characters.
const TITLE: usize = 200;

/// The form, everything as typed.
#[derive(Deserialize, Default, Clone)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SetupForm {
    pub(super) token: String,
    pub(super) organisation: String,
    pub(super) language: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) password: String,
    pub(super) zone: String,
    pub(super) team: String,
    pub(super) day: Vec<u32>,
    pub(super) opens: String,
    pub(super) due: String,
    pub(super) moved: String,
    pub(super) next: String,
    pub(super) blocker: String,
    pub(super) cycle: String,
    pub(super) first: String,
    pub(super) last: String,
    pub(super) example: Option<String>,
    pub(super) objective: String,
    pub(super) kr1: String,
    pub(super) kr1_from: String,
    pub(super) kr1_to: String,
    pub(super) kr1_unit: String,
    pub(super) kr2: String,
    pub(super) kr2_from: String,
    pub(super) kr2_to: String,
    pub(super) kr2_unit: String,
    pub(super) invite: String,
}

impl SetupForm {
    /// The form as it is first shown: everything filled in that can be.
    pub(super) fn prefilled(token: &str, t: Words, now: DateTime<Utc>) -> Self {
        let quarter = Period::of(Length::Quarter, 1, now.date_naive());
        let date = |pick: fn(Period) -> NaiveDate| {
            quarter.map(|quarter| pick(quarter).to_string()).unwrap_or_default()
        };
        Self {
            token: token.to_owned(),
            language: t.locale().tag().to_owned(),
            zone: Zone::UTC.name().to_owned(),
            day: vec![2, 4],
            opens: "09:00".to_owned(),
            due: "16:00".to_owned(),
            moved: t.setup_question_moved().to_owned(),
            next: t.setup_question_next().to_owned(),
            blocker: t.setup_question_blocker().to_owned(),
            cycle: quarter.map(|q| t.setup_quarter(q.number, q.year)).unwrap_or_default(),
            first: date(|quarter| quarter.first),
            last: date(|quarter| quarter.last),
            example: Some("on".to_owned()),
            objective: t.setup_example_objective().to_owned(),
            kr1: t.setup_example_kr1().to_owned(),
            kr1_from: "0".to_owned(),
            kr1_to: "90".to_owned(),
            kr1_unit: "%".to_owned(),
            kr2: t.setup_example_kr2().to_owned(),
            kr2_from: "3".to_owned(),
            kr2_to: "1".to_owned(),
            ..Self::default()
        }
    }

    /// What it says, or all that is wrong with it, in the order of the page.
    pub(super) fn read(&self, t: Words, now: DateTime<Utc>, problems: &mut Problems) -> Option<Plan> {
        let organisation = problems
            .take("organisation", line(&self.organisation, NAME).ok_or(t.setup_organisation_missing()));
        let language = self.language.parse::<Locale>().unwrap_or(t.locale());
        let name = problems.take("name", line(&self.name, NAME).ok_or(t.invitation_join_name_missing()));
        let email = problems.take("email", Email::parse(&self.email).ok_or(t.invitation_email_unclear()));
        let zone =
            problems.take("zone", Zone::parse(&self.zone).map_err(|_| t.invitation_join_zone_unclear()));
        let team = self.team(t, problems);
        let cycle = self.cycle(t, zone, now, problems);
        let example = match self.example {
            Some(_) => self.example(t, problems).map(Some),
            None => Some(None),
        };
        let invite = self.invited(t, problems);
        let (cycle_name, cycle) = cycle?;
        let organisation = organisation?;
        Some(Plan {
            slug: word(&organisation, "home"),
            organisation,
            language,
            zone: zone?,
            name: name?,
            email: email?,
            team: team?,
            cycle_name,
            cycle,
            example: example?,
            invite,
        })
    }

    /// What the window's hours will produce on the founder's clock, as far as they can be read.
    pub(super) fn coming(&self, t: Words, now: DateTime<Utc>) -> (Coming, Coming) {
        let zone = Zone::parse(&self.zone).unwrap_or(Zone::UTC);
        let days = choices::days(&self.day);
        let of =
            |field, typed, edge| Coming::of_hour(t, field, (zone, days, choices::time(typed), edge), now);
        (of("opens", &self.opens, Edge::Opening), of("due", &self.due, Edge::Deadline))
    }

    fn team(&self, t: Words, problems: &mut Problems) -> Option<TeamPlan> {
        let name = problems.take("team", line(&self.team, NAME).ok_or(t.setup_team_missing()));
        let days = choices::days(&self.day);
        if days.is_empty() {
            problems.add("day1", t.setup_days_missing());
        }
        let opens = clock("opens", &self.opens, t, problems);
        let due = clock("due", &self.due, t, problems);
        if let (Some(opens), Some(due)) = (opens, due)
            && due <= opens
        {
            problems.add("due", t.setup_due_early());
        }
        let mut question = |field: &str, typed: &str| {
            problems.take(field, line(typed, TITLE).ok_or(t.setup_question_missing()))
        };
        let questions = [
            question("moved", &self.moved),
            question("next", &self.next),
            question("blocker", &self.blocker),
        ];
        let [moved, next, blocker] = questions;
        let name = name?;
        let slug = word(&name, "team");
        Some(TeamPlan { name, slug, days, opens: opens?, due: due?, questions: [moved?, next?, blocker?] })
    }

    fn cycle(
        &self,
        t: Words,
        zone: Option<Zone>,
        now: DateTime<Utc>,
        problems: &mut Problems,
    ) -> Option<(String, Cycle)> {
        let name = problems.take("cycle", line(&self.cycle, NAME).ok_or(t.setup_cycle_missing()));
        let mut date = |field: &str, typed: &str| {
            problems.take(field, typed.parse().map_err(|_| t.setup_date_unclear()))
        };
        let (first, last): (Option<NaiveDate>, _) = (date("first", &self.first), date("last", &self.last));
        let zone = zone.unwrap_or(Zone::UTC); // its own problem is noted where it is asked for
        let cycle = Cycle {
            first: first?,
            last: last?,
            zone,
            weekdays: crate::calendar::WeekdaySet::MON_TO_FRI,
            holidays: Absence::NONE,
            by_hand: None,
            reopened: None,
        };
        let today = zone.date_at(now);
        let sentence = match cycle.check() {
            Err(CycleFault::TooLong) => Some(t.setup_cycle_long()),
            Err(CycleFault::EndsBeforeFirst | CycleFault::NoWorkingDay) => Some(t.setup_cycle_short()),
            Ok(()) if cycle.last <= cycle.first => Some(t.setup_cycle_short()),
            Ok(()) if cycle.last < today => Some(t.setup_cycle_over()),
            Ok(()) => None,
        };
        match sentence {
            Some(sentence) => problems.add("last", sentence),
            None => return Some((name?, cycle)),
        }
        None
    }

    fn example(&self, t: Words, problems: &mut Problems) -> Option<Example> {
        let objective =
            problems.take("objective", line(&self.objective, TITLE).ok_or(t.setup_title_missing()));
        let first = key_result("kr1", [&self.kr1, &self.kr1_from, &self.kr1_to, &self.kr1_unit], t, problems);
        let second =
            key_result("kr2", [&self.kr2, &self.kr2_from, &self.kr2_to, &self.kr2_unit], t, problems);
        Some(Example { objective: objective?, key_results: vec![first?, second?] })
    }

    /// One address a line, each once, without one's own.
    fn invited(&self, t: Words, problems: &mut Problems) -> Vec<Email> {
        let own = Email::parse(&self.email);
        let mut seen = BTreeSet::new();
        let mut unclear = Vec::new();
        for typed in self.invite.split(['\n', ',', ';']).map(str::trim).filter(|typed| !typed.is_empty()) {
            match Email::parse(typed) {
                Some(email) if Some(&email) == own.as_ref() => {}
                Some(email) => drop(seen.insert(email)),
                None => unclear.push(typed.chars().take(60).collect::<String>()),
            }
        }
        if !unclear.is_empty() {
            problems.add("invite", t.setup_invite_unclear(t.list(unclear)));
        } else if seen.len() > MOST_INVITED {
            problems.add("invite", t.setup_invite_many(MOST_INVITED));
        }
        seen.into_iter().collect()
    }
}

fn clock(field: &str, typed: &str, t: Words, problems: &mut Problems) -> Option<NaiveTime> {
    problems.take(field, choices::time(typed).ok_or(t.invitation_join_time_unclear()))
}

fn key_result(
    id: &str,
    [title, from, to, unit]: [&str; 4],
    t: Words,
    problems: &mut Problems,
) -> Option<ExampleKeyResult> {
    let title = problems.take(id, line(title, TITLE).ok_or(t.setup_title_missing()));
    let mut number = |part: &str, typed: &str| {
        problems.take(&format!("{id}_{part}"), t.parse_number(typed).map_err(|fault| t.number_fault(fault)))
    };
    let (baseline, target) = (number("from", from), number("to", to));
    if baseline.is_some() && baseline == target {
        problems.add(format!("{id}_to"), t.setup_target_same());
    }
    let unit = if unit.trim().is_empty() { Some(String::new()) } else { line(unit, 20) };
    let unit = problems.take(&format!("{id}_unit"), unit.ok_or(t.setup_unit_long()));
    Some(ExampleKeyResult { title: title?, baseline: baseline?, target: target?, unit: unit? })
}

/// The word in addresses; a name without a letter that an address can carry gets a plain one.
fn word(name: &str, plain: &str) -> String {
    let word = slug(name);
    if word.is_empty() { plain.to_owned() } else { word }
}

/// A key result of the example, as the page shows its fields.
pub(super) struct Row<'a> {
    pub(super) n: u8,
    pub(super) id: &'static str,
    pub(super) title: &'a str,
    pub(super) from_id: &'static str,
    pub(super) from: &'a str,
    pub(super) to_id: &'static str,
    pub(super) to: &'a str,
    pub(super) unit_id: &'static str,
    pub(super) unit: &'a str,
}

impl SetupForm {
    /// Both key results.
    pub(super) fn key_results(&self) -> [Row<'_>; 2] {
        [
            Row {
                n: 1,
                id: "kr1",
                title: &self.kr1,
                from_id: "kr1_from",
                from: &self.kr1_from,
                to_id: "kr1_to",
                to: &self.kr1_to,
                unit_id: "kr1_unit",
                unit: &self.kr1_unit,
            },
            Row {
                n: 2,
                id: "kr2",
                title: &self.kr2,
                from_id: "kr2_from",
                from: &self.kr2_from,
                to_id: "kr2_to",
                to: &self.kr2_to,
                unit_id: "kr2_unit",
                unit: &self.kr2_unit,
            },
        ]
    }
}
