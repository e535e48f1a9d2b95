//! Telling the story to an empty house: everything that happened up to now, in one transaction, dated as if the people of
//! Saltmarsh had lived here for eight weeks.

mod decisions;
mod goals;
mod season;

use super::moods;
use super::queries::aims::{self, NewCheckIn};
use super::queries::people::{self, NewMember};
use super::queries::writing::{self, NewBlocker, NewUpdate, On};
use super::{
    Day, KeyResultKey, Measure, Moment, ObjectiveKey, PersonKey, Story, Subject, TeamKey, Update,
    first_monday,
};
use crate::app::App;
use crate::calendar::{Edge, Hour, Recurrence, WeekdaySet, Zone};
use crate::channel::{self, NewChannel, Service};
use crate::clockwork::Duty;
use crate::db::OrgTx;
use crate::digest;
use crate::hook::Address;
use crate::ids::{
    AccountId, HolidayCalendarId, KeyResultId, MemberId, ObjectiveId, OrgId, QuestionId, StandupId, StepId,
    TeamId, UpdateId,
};
use crate::language::Locale;
use crate::organisation::Me;
use crate::organisation::holidays::{self, shipped};
use crate::round;
use crate::team::Team;
use anyhow::{Context as _, Result};
use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc};
use std::collections::HashMap;

/// How long before the cycle people were there and objectives were written.
const BEFORE: TimeDelta = TimeDelta::days(7);

/// Slack's own example of a webhook's address.
const CHAT: &str = "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX";

/// What is older was read by everybody.
const UNREAD: TimeDelta = TimeDelta::days(1);

/// Fills an empty database with the demo's organisation. `false` when anybody lives there already; then nothing changes.
///
/// # Errors
/// When the story can't be read, which a test would have told, or the database fails.
pub async fn load(app: &App) -> Result<bool> {
    let now = app.clock.now();
    let whole = Story::load()?;
    let monday = first_monday(whole.organisation.zone.date_at(now));
    let story = whole.so_far(monday, now);
    let mut tx = app.db.global().await?;
    if people::is_inhabited(&mut tx).await? {
        return Ok(false);
    }
    let began = crate::calendar::day::first_instant(story.organisation.zone, monday);
    let org = OrgId::fresh();
    let place = &story.organisation;
    people::add_organisation(&mut tx, (org, &place.slug, &place.name, place.zone), began - BEFORE).await?;
    let password = app.passwords.hash(&place.password).await?;
    let mut members = HashMap::new();
    for person in &story.people {
        let account = AccountId::fresh();
        people::add_account(&mut tx, account, &person.email, &password, began - BEFORE).await?;
        members.insert(person.key.clone(), (MemberId::fresh(), account, person.zone));
    }
    let tx = tx.enter(org).await?;
    let mut teller = Teller {
        story: &story,
        monday,
        began,
        now,
        tx,
        members,
        teams: HashMap::new(),
        objectives: HashMap::new(),
        key_results: HashMap::new(),
        steps: HashMap::new(),
    };
    teller.people().await?;
    teller.teams().await?;
    teller.aims().await?;
    teller.changes().await?;
    for update in &story.updates {
        teller.update(update).await?;
    }
    teller.apart().await?;
    teller.decisions().await?;
    teller.season().await?;
    super::heard::tell(&mut teller.tx, now).await?;
    people::have_read(&mut teller.tx, now - UNREAD).await?;
    let visitor = teller.member(&story.organisation.member)?.0;
    chat(app, &mut teller).await?;
    teller.tx.commit().await?;
    live_through(app, now).await?;
    review(app, org, visitor, now).await?;
    Ok(true)
}

/// Figures for the weeks that were told, and the mail of the last days as it would have been sent, so that the page of sent
/// mail has something to read.
async fn live_through(app: &App, now: DateTime<Utc>) -> Result<()> {
    Duty::Occurrences.run(app, now).await?;
    Duty::RollUp.run(app, now).await?;
    loop {
        let due = people::next_mail(&mut app.db.duty().await?).await?;
        let Some(at) = due.filter(|at| *at <= now) else { return Ok(()) };
        Duty::Digests.run(app, at).await?;
        Duty::Notices.run(app, at).await?;
        Duty::Mail.run(app, at).await?;
    }
}

/// A chat for the first team's digest, paused: its address leads nowhere.
async fn chat(app: &App, teller: &mut Teller<'_>) -> Result<()> {
    let team = teller.story.teams.first().context("the story has a team")?;
    let id = teller.teams.get(&team.key).context("every team has an id")?.id;
    let address = Address::parse(CHAT, &[]).ok().context("the chat's address can be one")?;
    let time = chrono::NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default();
    let hour = Hour { zone: team.zone, weekdays: WeekdaySet::MON_TO_FRI, time, edge: Edge::Opening };
    let new = NewChannel { name: format!("#{}", team.key), hour, shows_private: false };
    let whose = (id, Service::Slack, Locale::default());
    let set_up = channel::set_up(&mut teller.tx, &app.keys, whose, &new, &address, teller.now).await?;
    Ok(channel::pause(&mut teller.tx, set_up, teller.now).await?)
}

/// A review that waits for the visitor, once there are figures to look at.
async fn review(app: &App, org: OrgId, visitor: MemberId, now: DateTime<Utc>) -> Result<()> {
    let mut tx = app.db.org(org).await?;
    let Some(me) = Me::for_duty(&mut tx, visitor).await? else { return Ok(()) };
    if let Some(seat) = me.teams.iter().find(|seat| seat.lead) {
        let team = Team::by_slug(&mut tx, &seat.slug).await?;
        round::begin(&mut tx, &me, team, now).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// How to come in, for whoever started the demo: where it is, as whom, and where the mail is shown. `told` says whether the
/// story was told just now or lived here already.
///
/// # Errors
/// When the story can't be read.
pub fn welcome(app: &App, told: bool) -> Result<String> {
    let story = Story::load()?;
    let place = &story.organisation;
    let email = |key: &PersonKey| story.person(key).map_or("", |person| person.email.as_str());
    let state = if told { "is ready" } else { "is as you left it" };
    Ok(format!(
        "\nThe demo organisation {} {state}.\n\n  Open         {}\n  As a member  {}\n  As a manager {}\n  As the owner {}\n  Password     {}\n  Sent mail    {}\n\nStop with Ctrl-C. To begin again, remove the folder {}.\n",
        place.name,
        app.config.link("/"),
        email(&place.member),
        email(&place.manager),
        email(&place.owner),
        place.password,
        app.config.link("/sent-mail"),
        app.config.data.display(),
    ))
}

/// A team as it was written down.
struct Told {
    id: TeamId,
    standup: StandupId,
    /// What moved, what is next, what is in the way.
    questions: [QuestionId; 3],
}

/// Tells a story into a transaction, remembering which id each key was given.
struct Teller<'a> {
    story: &'a Story,
    monday: NaiveDate,
    began: DateTime<Utc>,
    now: DateTime<Utc>,
    tx: OrgTx,
    members: HashMap<PersonKey, (MemberId, AccountId, Zone)>,
    teams: HashMap<TeamKey, Told>,
    objectives: HashMap<ObjectiveKey, ObjectiveId>,
    key_results: HashMap<KeyResultKey, KeyResultId>,
    /// The milestones of each, in their order.
    steps: HashMap<KeyResultKey, Vec<StepId>>,
}

impl Teller<'_> {
    fn member(&self, key: &PersonKey) -> Result<(MemberId, Zone)> {
        let (id, _, zone) = self.members.get(key).with_context(|| format!("nobody is called {key}"))?;
        Ok((*id, *zone))
    }

    fn instant(&self, by: &PersonKey, at: Moment) -> Result<DateTime<Utc>> {
        self.story.instant(by, at, self.monday).with_context(|| format!("{by} has no such moment"))
    }

    async fn people(&mut self) -> Result<()> {
        for person in &self.story.people {
            let (id, account, zone) = *self.members.get(&person.key).context("every person has an id")?;
            let at = person.joined.map_or(self.began - BEFORE, |day| {
                crate::calendar::day::first_instant(zone, day.date(self.monday))
            });
            let new = NewMember {
                id,
                account,
                name: &person.name,
                role: person.role.as_str(),
                zone,
                week: &person.week,
                holidays: self.holidays(person.holidays.as_deref()).await?,
                digest: "daily",
                at,
            };
            people::add_member(&mut self.tx, &new).await?;
        }
        for person in &self.story.people {
            let id = self.member(&person.key)?.0;
            for away in &person.away {
                let dates = (away.from.date(self.monday), away.to.date(self.monday));
                let stand_in = away.stand_in.as_ref().map(|key| self.member(key)).transpose()?;
                let words = (away.note.as_str(), stand_in.map(|(id, _)| id));
                people::add_away(&mut self.tx, id, dates, words, self.began - BEFORE).await?;
            }
            // Since three days ago, so that the demo opens on a house that has been sending digests.
            digest::reschedule(&mut self.tx, id, self.now - TimeDelta::days(3)).await?;
        }
        Ok(())
    }

    /// The organisation's copy of a calendar, made when it is first asked for.
    async fn holidays(&mut self, code: Option<&str>) -> Result<Option<HolidayCalendarId>> {
        let Some(code) = code else { return Ok(None) };
        let one = shipped::of_code(code).with_context(|| format!("no calendar has the code {code}"))?;
        Ok(Some(holidays::adopt(&mut self.tx, one, self.began - BEFORE).await?.0))
    }

    async fn teams(&mut self) -> Result<()> {
        let at = self.began - BEFORE;
        let weekday = self.story.organisation.zone.date_at(self.now).weekday();
        let today = Day { week: super::THIS_WEEK, weekday };
        for team in &self.story.teams {
            let told = Told {
                id: TeamId::fresh(),
                standup: StandupId::fresh(),
                questions: [QuestionId::fresh(), QuestionId::fresh(), QuestionId::fresh()],
            };
            let named = (told.id, team.key.as_str(), team.name.as_str(), team.zone);
            people::add_team(&mut self.tx, named, (told.standup, &team.standup.name), at).await?;
            for seat in &team.seats {
                if team.seat_of(&seat.person, today) == Some(seat) {
                    let member = self.member(&seat.person)?.0;
                    people::add_seat(&mut self.tx, told.id, member, seat.lead).await?;
                }
            }
            for (version, schedule) in (1..).zip(team.standup.schedules(self.monday)) {
                if let Recurrence::Weekly { weekdays, .. } = schedule.recurrence {
                    people::add_schedule(&mut self.tx, told.standup, (version, weekdays), &schedule, at)
                        .await?;
                }
            }
            for (position, (id, question)) in
                (0..).zip(told.questions.into_iter().zip(&team.standup.questions))
            {
                let asked = (question.kind.as_str(), question.text.as_str());
                people::add_question(&mut self.tx, id, told.standup, position, asked).await?;
            }
            moods::add(&mut self.tx, (told.id, told.standup), &team.standup.mood, self.monday, self.now)
                .await?;
            self.teams.insert(team.key.clone(), told);
        }
        Ok(())
    }

    async fn update(&mut self, update: &Update) -> Result<()> {
        let (member, zone) = self.member(&update.by)?;
        let at = self.instant(&update.by, update.at)?;
        let team = self.story.team_of(&update.by, update.at.day).context("whoever posts sits in a team")?;
        let told = self.teams.get(&team.key).context("every team has an id")?;
        let (id, questions, team) = (UpdateId::fresh(), told.questions, told.id);
        let date = update.at.day.date(self.monday);
        let new = NewUpdate { id, standup: told.standup, team, member, date, zone, at };
        writing::add_update(&mut self.tx, &new).await?;
        let stopped = update.blocker.as_ref().map_or("", |blocker| blocker.text.as_str());
        for (question, words) in questions.into_iter().zip([update.moved.as_str(), &update.next, stopped]) {
            if !words.is_empty() {
                writing::add_answer(&mut self.tx, id, question, words).await?;
            }
        }
        if let Some(blocker) = &update.blocker {
            let resolved = match &blocker.resolved {
                Some(end) => {
                    Some((self.instant(&end.by, end.at)?, self.member(&end.by)?.0, end.note.as_str()))
                }
                None => None,
            };
            let unblocker = self.member(&blocker.unblocker)?.0;
            let new = NewBlocker { update: id, team, member, body: &blocker.text, unblocker, at, resolved };
            writing::add_blocker(&mut self.tx, &new).await?;
        }
        for measure in &update.check_ins {
            self.check_in(measure, &update.by, Some(id), at).await?;
        }
        for reply in &update.replies {
            let at = self.instant(&reply.by, reply.at)?;
            let author = self.member(&reply.by)?;
            writing::add_comment(&mut self.tx, On::Update(id), author, &reply.text, at).await?;
        }
        for reaction in &update.reactions {
            let (who, at) = (self.member(&reaction.by)?.0, self.instant(&reaction.by, reaction.at)?);
            writing::add_reaction(&mut self.tx, id, who, reaction.kind.as_str(), at).await?;
        }
        Ok(())
    }

    async fn check_in(
        &mut self,
        measure: &Measure,
        by: &PersonKey,
        update: Option<UpdateId>,
        at: DateTime<Utc>,
    ) -> Result<()> {
        let (member, zone) = self.member(by)?;
        let done = self.steps.get(&measure.key_result).map(|steps| measure.done(steps)).unwrap_or_default();
        let new = NewCheckIn {
            key_result: *self.key_results.get(&measure.key_result).context("every key result has an id")?,
            member,
            update,
            at,
            zone,
            value: measure.value,
            done: &done,
            confidence: measure.confidence.as_str(),
            note: &measure.note,
        };
        Ok(aims::add_check_in(&mut self.tx, &new).await?)
    }

    /// What was measured and said apart from updates.
    async fn apart(&mut self) -> Result<()> {
        for check_in in &self.story.check_ins {
            let at = self.instant(&check_in.by, check_in.at)?;
            self.check_in(&check_in.measure, &check_in.by, None, at).await?;
        }
        for remark in &self.story.remarks {
            let on = match &remark.on {
                Subject::Objective(key) => {
                    On::Objective(*self.objectives.get(key).context("every objective has an id")?)
                }
                Subject::KeyResult(key) => {
                    On::KeyResult(*self.key_results.get(key).context("every key result has an id")?)
                }
            };
            let at = self.instant(&remark.by, remark.at)?;
            let author = self.member(&remark.by)?;
            writing::add_comment(&mut self.tx, on, author, &remark.text, at).await?;
        }
        Ok(())
    }
}
