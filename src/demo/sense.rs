//! Whether the story makes sense: what a careful reader would stumble over, as sentences for its writer.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta, Weekday};

use super::{
    aims::{Amendment, KeyResult},
    events::{Subject, Update},
    moment::{Day, Moment, THIS_WEEK},
    story::Story,
    words::{KeyResultKey, PersonKey, Role, TeamKey},
};
use crate::okr::measure::Kind;
use crate::organisation::holidays::shipped;

/// A password shorter than this opens nothing.
const SHORTEST_PASSWORD: usize = 10;

/// Everything that is wrong with the story; empty when it makes sense.
pub(super) fn faults(story: &Story) -> Vec<String> {
    let mut faults = Faults(Vec::new());
    cast(story, &mut faults);
    aims(story, &mut faults);
    if faults.0.is_empty() {
        people_exist(story, &mut faults);
        for update in &story.updates {
            expected(story, update, &mut faults);
        }
        one_update_a_day(story, &mut faults);
        check_ins(story, &mut faults);
        subjects(story, &mut faults);
    }
    if faults.0.is_empty() {
        in_order(story, &mut faults);
    }
    faults.0
}

struct Faults(Vec<String>);

impl Faults {
    fn unless(&mut self, fine: bool, say: impl FnOnce() -> String) {
        if !fine {
            self.0.push(say());
        }
    }

    fn unique<'a>(&mut self, what: &str, names: impl Iterator<Item = &'a str>) {
        let mut seen = BTreeSet::new();
        for name in names {
            self.unless(seen.insert(name), || format!("{what} {name} is there twice"));
        }
    }
}

fn cast(story: &Story, faults: &mut Faults) {
    faults.unique("person", story.people.iter().map(|person| person.key.as_str()));
    faults.unique("address", story.people.iter().map(|person| person.email.as_str()));
    faults.unique("team", story.teams.iter().map(|team| team.key.as_str()));
    let organisation = &story.organisation;
    faults
        .unless(organisation.password.len() >= SHORTEST_PASSWORD, || "the password is too short".to_owned());
    let sign_ins = [&organisation.member, &organisation.manager, &organisation.owner];
    for (key, role) in sign_ins.into_iter().zip([Role::Member, Role::Admin, Role::Owner]) {
        let fits = story.person(key).is_some_and(|person| person.role == role);
        faults.unless(fits, || format!("{key} signs in as {} and is not one", role.as_str()));
    }
    for team in &story.teams {
        for seat in &team.seats {
            faults.unless(story.person(&seat.person).is_some(), || {
                format!("{} in {} is nobody", seat.person, team.key)
            });
        }
        let versions = &team.standup.schedule;
        faults.unless(versions.is_sorted_by(|a, b| a.from < b.from), || {
            format!("the schedule of {} goes back in time", team.key)
        });
    }
    for person in &story.people {
        let known = person.holidays.as_ref().is_none_or(|code| shipped::of_code(code).is_some());
        faults.unless(known, || format!("{} keeps the holidays of nowhere", person.key));
        for other in person.away.iter().filter_map(|away| away.stand_in.as_ref()) {
            let can = *other != person.key && story.person(other).is_some_and(|it| it.role != Role::Observer);
            faults.unless(can, || format!("{other} can't stand in for {}", person.key));
        }
        let seats = |day| story.teams.iter().filter(|team| team.seat_of(&person.key, day).is_some()).count();
        let one_seat = every_day().all(|day| seats(day) <= 1);
        faults.unless(one_seat, || format!("{} sits in two teams at once", person.key));
    }
}

fn aims(story: &Story, faults: &mut Faults) {
    faults.unique("objective", story.objectives.iter().map(|objective| objective.key.as_str()));
    faults.unique("key result", story.key_results.iter().map(|key_result| key_result.key.as_str()));
    let mut above = BTreeSet::new();
    for objective in &story.objectives {
        let key = &objective.key;
        faults.unless(story.person(&objective.owner).is_some(), || format!("the owner of {key} is nobody"));
        let team_exists = |named: &TeamKey| story.teams.iter().any(|team| team.key == *named);
        faults.unless(objective.team.as_ref().is_none_or(team_exists), || format!("{key} has no such team"));
        let parent_above = objective.parent.as_ref().is_none_or(|parent| above.contains(parent));
        faults.unless(parent_above, || format!("the parent of {key} does not come before it"));
        let reviewer_exists = objective.reviewer.as_ref().is_none_or(|named| story.person(named).is_some());
        faults.unless(reviewer_exists, || format!("the reviewer of {key} is nobody"));
        let serves = |served: &KeyResultKey| {
            let served = story.key_results.iter().find(|one| one.key == *served);
            served.is_some_and(|one| objective.parent.as_ref() == Some(&one.objective))
        };
        let serves = objective.serves.as_ref().is_none_or(serves);
        faults.unless(serves, || format!("what {key} serves is no key result of its parent"));
        above.insert(key);
    }
    for key_result in &story.key_results {
        let key = &key_result.key;
        faults.unless(story.person(&key_result.owner).is_some(), || format!("the owner of {key} is nobody"));
        faults.unless(story.objective(&key_result.objective).is_some(), || format!("{key} has no objective"));
        faults.unless(key_result.baseline != key_result.target, || format!("{key} aims for its baseline"));
        faults.unless(key_result.low.is_some() == (key_result.kind == Some(Kind::KeepWithin)), || {
            format!("{key} has a bound and no band, or a band and no bound")
        });
        faults.unless(key_result.steps.is_empty() != (key_result.kind == Some(Kind::Milestones)), || {
            format!("{key} has steps and is not made of them, or the other way round")
        });
        faults.unless((1..=5).contains(&key_result.weight), || format!("{key} has no weight from 1 to 5"));
    }
}

/// All who act exist and have joined, and nothing lies after this week.
fn people_exist(story: &Story, faults: &mut Faults) {
    for (key, at) in acts(story) {
        let there =
            story.person(key).is_some_and(|person| person.joined.is_none_or(|joined| joined <= at.day));
        faults.unless(there, || format!("{key} on {at} is nobody"));
        faults.unless(at.day.week <= THIS_WEEK, || format!("{key} on {at} lies in the future"));
    }
    for update in &story.updates {
        let unblocker = update.blocker.as_ref().map(|blocker| &blocker.unblocker);
        let exists = unblocker.is_none_or(|key| story.person(key).is_some());
        faults.unless(exists, || format!("nobody can unblock {} on {}", update.by, update.at));
    }
}

/// Everyone who does something, and when.
fn acts(story: &Story) -> impl Iterator<Item = (&PersonKey, Moment)> {
    let updates = story.updates.iter().flat_map(|update| {
        let own = (&update.by, update.at);
        std::iter::once(own).chain(answers(update).map(|(key, at, _)| (key, at)))
    });
    let check_ins = story.check_ins.iter().map(|check_in| (&check_in.by, check_in.at));
    let remarks = story.remarks.iter().map(|remark| (&remark.by, remark.at));
    let changes = story.changes.iter().map(|change| (&change.by, change.at));
    updates.chain(check_ins).chain(remarks).chain(changes)
}

/// What others did about an update: who, when, and what it is called.
fn answers(update: &Update) -> impl Iterator<Item = (&PersonKey, Moment, &'static str)> {
    let replies = update.replies.iter().map(|reply| (&reply.by, reply.at, "reply"));
    let reactions = update.reactions.iter().map(|reaction| (&reaction.by, reaction.at, "reaction"));
    let resolution = update.blocker.as_ref().and_then(|blocker| blocker.resolved.as_ref());
    replies.chain(reactions).chain(resolution.map(|end| (&end.by, end.at, "resolution")))
}

/// An update is written by someone who was asked that day, after the window opened.
fn expected(story: &Story, update: &Update, faults: &mut Faults) {
    let (by, at) = (&update.by, update.at);
    let there = story.person(by).is_some_and(|person| person.is_there(at.day));
    faults.unless(there, || format!("{by} posts on {at} and is away"));
    let standup = story.team_of(by, at.day).map(|team| &team.standup);
    faults.unless(standup.is_some_and(|standup| standup.asks_on(at.day)), || {
        format!("nobody asked {by} for an update on {at}")
    });
    faults.unless(standup.is_some_and(|standup| standup.opens <= at.time), || {
        format!("{by} posts on {at}, before the window opens")
    });
    let measured = update.check_ins.iter().map(|measure| measure.key_result.as_str());
    faults.unique(&format!("in the update of {by} on {at}, key result"), measured);
    let own_taps = update.reactions.iter().any(|reaction| reaction.by == *by);
    faults.unless(!own_taps, || format!("{by} reacts to the update of {by} on {at}"));
}

fn one_update_a_day(story: &Story, faults: &mut Faults) {
    let mut seen = BTreeSet::new();
    let mut week = 1;
    for update in &story.updates {
        let (by, day) = (&update.by, update.at.day);
        faults.unless(seen.insert((by, day)), || format!("{by} posts twice on {day}"));
        faults.unless(week <= day.week, || format!("{by} on {day} is told after week {week}"));
        week = week.max(day.week);
    }
}

fn check_ins(story: &Story, faults: &mut Faults) {
    let with_updates = story.updates.iter().flat_map(|update| {
        update.check_ins.iter().map(move |measure| (&update.by, update.at, &measure.key_result))
    });
    let on_pages = story.check_ins.iter().map(|c| (&c.by, c.at, &c.measure.key_result));
    for (by, at, key) in with_updates.chain(on_pages) {
        let allowed = story.key_result(key).is_some_and(|key_result| may_measure(story, by, key_result, at));
        faults.unless(allowed, || format!("{by} may not check {key} in on {at}"));
    }
}

/// The owner may, and whoever owns the objective, sits in its team, or runs the organisation.
fn may_measure(story: &Story, by: &PersonKey, key_result: &KeyResult, at: Moment) -> bool {
    let let_go = |key: &KeyResultKey| {
        let mut changes = story.changes.iter().filter(|change| change.key_result == *key && change.at < at);
        changes.any(|change| change.change == Amendment::NoOwner)
    };
    let owns = key_result.owner == *by && !let_go(&key_result.key);
    let of_objective = story.objective(&key_result.objective).is_some_and(|objective| {
        let team = story.team_of(by, at.day).map(|team| &team.key);
        objective.owner == *by || (team.is_some() && objective.team.as_ref() == team)
    });
    let runs = story.person(by).is_some_and(|person| matches!(person.role, Role::Admin | Role::Owner));
    owns || of_objective || runs
}

fn subjects(story: &Story, faults: &mut Faults) {
    for remark in &story.remarks {
        let exists = match &remark.on {
            Subject::Objective(key) => story.objective(key).is_some(),
            Subject::KeyResult(key) => story.key_result(key).is_some(),
        };
        faults.unless(exists, || format!("the remark of {} on {} is about nothing", remark.by, remark.at));
    }
    for change in &story.changes {
        let key_result = story.key_result(&change.key_result);
        let differs = key_result.is_some_and(|before| match change.change {
            Amendment::Target(target) => target != before.target && target != before.baseline,
            Amendment::NoOwner => true,
        });
        faults.unless(differs, || format!("the change of {} on {} changes nothing", change.by, change.at));
    }
}

/// Answers come after what they answer, and replies in the order in which they are told. Clocks shift against
/// each other through the year, so this must hold from every quarter's first Monday.
fn in_order(story: &Story, faults: &mut Faults) {
    let quarters =
        (0..4).filter_map(|n| Some(NaiveDate::from_ymd_opt(2026, 1, 5)? + TimeDelta::weeks(13 * n)));
    for monday in quarters {
        faults.0.extend(out_of_order(story, monday));
    }
}

/// What happens before its cause when week 1 begins on `monday`.
pub(super) fn out_of_order(story: &Story, monday: NaiveDate) -> Vec<String> {
    let mut faults = Faults(Vec::new());
    for update in &story.updates {
        let posted = story.instant(&update.by, update.at, monday);
        for (by, at, what) in answers(update) {
            let after = story.instant(by, at, monday) > posted;
            faults.unless(after, || {
                format!("the {what} of {by} on {at} comes before {} on {} ({monday})", update.by, update.at)
            });
        }
        let replies = update.replies.iter().map(|reply| story.instant(&reply.by, reply.at, monday));
        faults.unless(replies.is_sorted(), || {
            format!("the replies to {} on {} are out of order ({monday})", update.by, update.at)
        });
    }
    faults.0
}

fn every_day() -> impl Iterator<Item = Day> {
    let weekdays = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
    (1..=THIS_WEEK).flat_map(move |week| weekdays.into_iter().map(move |weekday| Day { week, weekday }))
}
