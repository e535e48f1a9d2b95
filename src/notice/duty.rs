//! Writing the mails that are due: on any number of nodes, each once.
//!
//! In one transaction of the organisation the members are locked, what they are still to be told is read once for all of
//! them, and each gets one letter. Whoever can't be reached now (off work, away, in peak hours) gets it when they can be,
//! with what has come until then. What a mail told that never left is told again.

use super::line::{Line, Wanted, lines, mark_told};
use super::pace::Pace;
use super::queries;
use super::queries::due::{self, Due};
use crate::app::App;
use crate::db::{OrgTx, Visit, visit_each};
use crate::fault::Result;
use crate::ids::{MailId, OrgId};
use crate::language::Words;
use crate::mail::ledger::why_page;
use crate::mail::{self, Kind, Letter, NewMail, Subscription};
use crate::organisation::{self, Organisation};
use chrono::{DateTime, Datelike as _, Utc};

/// How many members one transaction writes to.
const BATCH: i64 = 100;

/// How many notices a letter tells one by one.
const AT_MOST: usize = 8;

/// Writes the mails that are due at `now` into the outbox and gives how many. What fails in one organisation leaves the
/// others theirs.
///
/// # Errors
/// The first failure, once all have had their turn.
pub async fn send_due(app: &App, now: DateTime<Utc>) -> Result<u64> {
    let orgs = {
        let mut tx = app.db.duty().await?;
        due::due_organisations(&mut tx, now).await?
    };
    visit_each(orgs, "notices could not be written", |org| write_some(app, org, now)).await
}

/// One transaction: how many members were due, and how many mails were written.
async fn write_some(app: &App, org: OrgId, now: DateTime<Utc>) -> Result<Visit> {
    let mut tx = app.db.org_on_duty(org).await?;
    let again = now + Pace::Quarter.gathers().unwrap_or_default();
    due::take_back(&mut tx, again).await?;
    let due = due::claim(&mut tx, now, BATCH).await?;
    let mut reached = Vec::with_capacity(due.len());
    for one in &due {
        match mail::next_allowed(one.hours.0.reachable(), &[], now) {
            Some(at) if at <= now => reached.push(one),
            later => queries::set_next(&mut tx, one.id, later).await?,
        }
    }
    let mut mails = 0;
    if !reached.is_empty() {
        let organisation = organisation::organisation(&mut tx).await?;
        let ids: Vec<_> = reached.iter().map(|one| one.id).collect();
        let mut all = lines(&mut tx, &ids, Wanted { untold: true, ..Wanted::default() }).await?;
        all.reverse();
        for one in reached {
            let theirs: Vec<&Line> = all.iter().filter(|line| line.to() == one.id).collect();
            let mail = write(app, &mut tx, &organisation, one, &theirs, now).await?;
            mails += u64::from(mail.is_some());
            mark_told(&mut tx, theirs.into_iter(), mail, now).await?;
            queries::set_next(&mut tx, one.id, None).await?;
        }
    }
    tx.commit().await?;
    Ok(Visit { due: due.len(), did: mails })
}

/// Writes one member's letter, if there is something left to tell.
async fn write(
    app: &App,
    tx: &mut OrgTx,
    organisation: &Organisation,
    due: &Due,
    theirs: &[&Line],
    now: DateTime<Utc>,
) -> Result<Option<MailId>> {
    let (Some(first), t, org) = (theirs.first(), Words::of(due.language), tx.org) else { return Ok(None) };
    let stop = Subscription { org, member: due.id, kind: Kind::Notice }.address(app);
    let base = app.config.link(&format!("/o/{}", organisation.slug));
    let why = why(t, due.pace);
    let period = first.id().to_string();
    let one_thing = theirs.iter().all(|line| line.subject() == first.subject());
    let letter = letter(t, &organisation.name, &base, due, theirs, now);
    let letter = if one_thing && mail::can_be_answered(app, Kind::Notice) {
        letter.soft(t.letterbox_can_reply())
    } else {
        letter
    };
    let letter = letter
        .why(why)
        .way_out(t.messages_why_link(), format!("{base}{}", why_page(Kind::Notice, &period)))
        .way_out(t.notice_settings(), format!("{base}/me#nt"))
        .way_out(t.notice_stop(), &stop)
        .render()?;
    let mail = NewMail {
        kind: Kind::Notice,
        member: Some(due.id),
        recipient: due.email.clone(),
        period,
        letter,
        reason: why.to_owned(),
        unsubscribe: Some(stop.clone()),
        teams: theirs.iter().filter_map(|line| line.team()).collect(),
        expires_at: due.hours.0.reachable().open_until(now).unwrap_or(now),
    };
    Ok(mail::enqueue(tx, Some(org), &mail, app.config.mail_from.email.domain(), now).await?)
}

/// The rule that sends it.
fn why(t: Words, pace: Pace) -> &'static str {
    match pace {
        Pace::Hour => t.notice_why_hour(),
        Pace::FourHours => t.notice_why_four_hours(),
        Pace::Quarter | Pace::Digest | Pace::None => t.notice_why_quarter(),
    }
}

fn letter(
    t: Words,
    organisation: &str,
    base: &str,
    due: &Due,
    theirs: &[&Line],
    now: DateTime<Utc>,
) -> Letter {
    let sentence = |line: &Line| t.notice_sentence(line.actor().1, line.phrase(t));
    let first = theirs.first().map(|line| sentence(line)).unwrap_or_default();
    let more = theirs.len().saturating_sub(1);
    let subject = if more == 0 { first.clone() } else { t.notice_subject_more(&first, more) };
    let preheader = theirs.first().map(|line| line.words()).unwrap_or_default();
    let here = due.hours.0.zone.reading(now);
    let mut letter = Letter::new(t, organisation, subject, preheader)
        .title(t.notice_letter_title(theirs.len()))
        .soft(t.notice_when(t.date_long(here.date()), t.time(here.time()), due.hours.0.zone.city()));
    for line in theirs.iter().take(AT_MOST) {
        let (at, zone) = line.at();
        let there = zone.reading(at);
        let place = t.notice_place(t.weekday_long(there.weekday()), t.part_of_day(there.time()), zone.city());
        let told = t.notice_told(line.phrase(t));
        letter = letter.line(line.actor().1, Some((told, format!("{base}{}", line.page()))), place);
        let words = line.words();
        if !words.is_empty() {
            letter = letter.voice(t.notice_quoted(words));
        }
    }
    let left = theirs.len().saturating_sub(AT_MOST);
    if left > 0 {
        letter = letter.line("", Some((t.notice_more(left), format!("{base}/notices"))), "");
    }
    letter.button(t.notice_all(), format!("{base}/notices"))
}
