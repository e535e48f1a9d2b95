//! Reminding whom it is time to remind: on any number of nodes, each once.
//!
//! In one transaction of the organisation the rows to look at are locked, each takes its turn on the ladder, and whoever is
//! to be reminded gets one letter with all of it.

use super::ladder::{self, Step, Turn};
use super::queries::{self, Mark, Row};
use super::wording::{Item, Sheet, letter};
use crate::app::App;
use crate::calendar::Hours;
use crate::db::{OrgTx, Visit, visit_each};
use crate::fault::Result;
use crate::ids::{MemberId, OrgId, TeamId};
use crate::language::{Locale, Words};
use crate::mail::ledger::why_page;
use crate::mail::{self, Kind, NewMail, Subscription};
use crate::organisation::{self, Organisation};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// How many rows one transaction looks at.
const BATCH: i64 = 200;

/// Who checked in since then is not asked for the same number again.
const LATELY: TimeDelta = TimeDelta::days(3);

/// A reminder that could not leave for so long is decided upon anew.
const TOO_LATE: TimeDelta = TimeDelta::hours(2);

/// What a mail reminded of that never left is looked at again after this pause.
const AGAIN: TimeDelta = TimeDelta::minutes(15);

/// Writes the reminders that are due at `now` into the outbox and gives how many. What fails in one organisation leaves the
/// others theirs.
///
/// # Errors
/// The first failure, once all have had their turn.
pub async fn send_due(app: &App, now: DateTime<Utc>) -> Result<u64> {
    let orgs = {
        let mut tx = app.db.duty().await?;
        queries::due_organisations(&mut tx, now).await?
    };
    visit_each(orgs, "reminders could not be written", |org| write_some(app, org, now)).await
}

/// One transaction: how many rows were looked at, and how many mails were written.
async fn write_some(app: &App, org: OrgId, now: DateTime<Utc>) -> Result<Visit> {
    let mut tx = app.db.org_on_duty(org).await?;
    queries::take_back(&mut tx, now + AGAIN).await?;
    let rows = queries::claim(&mut tx, now, now - LATELY, BATCH).await?;
    let mut marks = Vec::with_capacity(rows.len());
    let mut told: BTreeMap<MemberId, (Person<'_>, Vec<Item<'_>>)> = BTreeMap::new();
    for row in &rows {
        let Turn { take, behind, again } = row.turn(now);
        marks.push(Mark { id: row.id, behind, again });
        let Some((step, person)) = take.and_then(|step| Some((step, row.person(step)?))) else { continue };
        if person.wanted.covers(step) && !row.lately {
            told.entry(person.id).or_insert((person, Vec::new())).1.push(Item { row, step });
        }
    }
    let mut mails = 0;
    if !marks.is_empty() {
        queries::mark(&mut tx, &marks).await?;
    }
    if !told.is_empty() {
        let organisation = organisation::organisation(&mut tx).await?;
        for (person, items) in told.values() {
            mails += u64::from(write(app, &mut tx, &organisation, *person, items, now).await?);
        }
    }
    tx.commit().await?;
    Ok(Visit { due: rows.len(), did: mails })
}

/// Writes one person's letter; `false` when it was written before.
async fn write(
    app: &App,
    tx: &mut OrgTx,
    organisation: &Organisation,
    person: Person<'_>,
    items: &[Item<'_>],
    now: DateTime<Utc>,
) -> Result<bool> {
    let (Some(first), t, org) = (items.first(), Words::of(person.language), tx.org) else { return Ok(false) };
    let stop = Subscription { org, member: person.id, kind: Kind::Reminder }.address(app);
    let base = app.config.link(&format!("/o/{}", organisation.slug));
    let sheet = Sheet { t, organisation: &organisation.name, base: &base, zone: person.hours.zone, now };
    let period = format!("{}-{}", first.row.id, first.step.word());
    let why = sheet.why(first.step);
    let answered_by = match items {
        [one] if mail::can_be_answered(app, Kind::Reminder) => Some(match one.step {
            Step::Update => t.letterbox_can_update(),
            Step::CheckIn | Step::Again | Step::Reviewer => t.letterbox_can_comment(),
        }),
        _ => None,
    };
    let letter = letter(sheet, items);
    let letter = match answered_by {
        Some(words) => letter.soft(words),
        None => letter,
    };
    let letter = letter
        .why(why.as_str())
        .way_out(t.messages_why_link(), format!("{base}{}", why_page(Kind::Reminder, &period)))
        .way_out(t.reminder_settings(), format!("{base}/me#rm"))
        .way_out(t.reminder_stop(), &stop)
        .render()?;
    let mail = NewMail {
        kind: Kind::Reminder,
        member: Some(person.id),
        recipient: person.email.to_owned(),
        period,
        letter,
        reason: why,
        unsubscribe: Some(stop.clone()),
        teams: items.iter().filter_map(|item| item.row.team_id).collect::<Vec<TeamId>>(),
        expires_at: items.iter().map(|item| item.until(now)).min().unwrap_or(now),
    };
    let host = app.config.mail_from.email.domain();
    let Some(id) = mail::enqueue(tx, Some(org), &mail, host, now).await? else { return Ok(false) };
    let told: Vec<_> = items.iter().map(|item| (item.row.id, item.step)).collect();
    queries::note_mail(tx, &told, id).await?;
    Ok(true)
}

/// Somebody a step may remind.
#[derive(Clone, Copy)]
struct Person<'a> {
    id: MemberId,
    email: &'a str,
    language: Locale,
    wanted: super::Wanted,
    hours: &'a Hours,
}

impl Row {
    fn turn(&self, now: DateTime<Utc>) -> Turn {
        if self.over {
            return Turn { take: None, behind: self.reminded, again: None };
        }
        let (owner, window) = (&self.hours.0, self.opens_at..self.due_at);
        let rungs = match self.key_result {
            None => ladder::of_update(self.local_date, window, owner),
            Some(_) => {
                let reviewer = self.reviewer_hours.as_ref().map(|hours| &hours.0);
                ladder::of_check_in(self.local_date, window, owner, reviewer)
            }
        };
        ladder::turn(&rungs, self.reminded, now, |step, from| {
            mail::next_allowed(self.person(step)?.hours.reachable(), &[], from)
        })
    }

    /// Whom a step reminds.
    fn person(&self, step: Step) -> Option<Person<'_>> {
        let owner = Person {
            id: self.member,
            email: &self.email,
            language: self.language,
            wanted: self.wanted,
            hours: &self.hours.0,
        };
        match step {
            Step::Update | Step::CheckIn | Step::Again => Some(owner),
            Step::Reviewer => Some(Person {
                id: self.reviewer?,
                email: self.reviewer_email.as_deref()?,
                language: self.reviewer_language?,
                wanted: self.reviewer_wanted?,
                hours: &self.reviewer_hours.as_ref()?.0,
            }),
        }
    }
}

impl Item<'_> {
    /// Until when the mail may leave. An update that is due is no use any more; else it is looked at anew.
    fn until(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let late = now + TOO_LATE;
        if self.step == Step::Update { late.min(self.row.due_at) } else { late }
    }
}
