//! Writing the mails that are due: on any number of nodes, each once.
//!
//! In one transaction of the organisation the members are locked, what they are still to be told is read once for all of
//! them, and each gets one letter. Whoever can't be reached now (off work, away, in peak hours) gets it when they can be,
//! with what has come until then.

use super::line::{Line, lines, mark_told};
use super::pace::Pace;
use super::queries::due::{self, Due, Organisation};
use super::queries::{self, Wanted};
use crate::app::App;
use crate::calendar::{Reachable, WorkingTime};
use crate::db::OrgTx;
use crate::fault::Result;
use crate::ids::OrgId;
use crate::language::Words;
use crate::mail::ledger::why_page;
use crate::mail::{self, Kind, Letter, NewMail, Subscription};
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
    let (mut written, mut trouble) = (0, None);
    for org in orgs {
        loop {
            match write_some(app, org, now).await {
                Ok((0, _)) => break,
                Ok((_, mails)) => written += mails,
                Err(fault) => {
                    tracing::error!(%org, error = ?fault, "notices could not be written");
                    trouble.get_or_insert(fault);
                    break;
                }
            }
        }
    }
    trouble.map_or(Ok(written), Err)
}

/// One transaction: how many members were due, and how many mails were written.
async fn write_some(app: &App, org: OrgId, now: DateTime<Utc>) -> Result<(usize, u64)> {
    let mut tx = app.db.org_on_duty(org).await?;
    let due = due::claim(&mut tx, now, BATCH).await?;
    let (reached, later): (Vec<&Due>, Vec<&Due>) = due.iter().partition(|one| one.reachable().is_open(now));
    for one in later {
        queries::set_next(&mut tx, one.id, one.reachable().soonest(now)).await?;
    }
    let mut mails = 0;
    if !reached.is_empty() {
        let organisation = due::organisation(&mut tx).await?;
        let ids: Vec<_> = reached.iter().map(|one| one.id).collect();
        let mut all = lines(&mut tx, &ids, Wanted { untold: true, ..Wanted::default() }).await?;
        all.reverse();
        for one in reached {
            let theirs: Vec<&Line> = all.iter().filter(|line| line.to() == one.id).collect();
            mails += u64::from(write(app, &mut tx, &organisation, one, &theirs, now).await?);
            queries::set_next(&mut tx, one.id, None).await?;
        }
        mark_told(&mut tx, all.iter(), now).await?;
    }
    tx.commit().await?;
    Ok((due.len(), mails))
}

/// Writes one member's letter; `false` when there is nothing left to tell.
async fn write(
    app: &App,
    tx: &mut OrgTx,
    organisation: &Organisation,
    due: &Due,
    theirs: &[&Line],
    now: DateTime<Utc>,
) -> Result<bool> {
    let (Some(first), t, org) = (theirs.first(), Words::of(due.language), tx.org) else { return Ok(false) };
    let stop = Subscription { org, member: due.id, kind: Kind::Notice }.address(app);
    let base = app.config.link(&format!("/o/{}", organisation.slug));
    let why = why(t, due.pace);
    let period = first.id().to_string();
    let letter = letter(t, &organisation.name, &base, due, theirs, now)
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
        expires_at: due.reachable().open_until(now).unwrap_or(now),
    };
    Ok(mail::enqueue(tx, Some(org), &mail, app.config.mail_from.email.domain(), now).await?)
}

impl Due {
    fn reachable(&self) -> Reachable<'_> {
        let working = WorkingTime { zone: self.zone, week: &self.week.0, absence: &self.absence.0 };
        Reachable { working, peak: &self.peak.0 }
    }
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
    let here = due.zone.reading(now);
    let mut letter = Letter::new(t, organisation, subject, preheader)
        .title(t.notice_letter_title(theirs.len()))
        .soft(t.notice_when(t.date_long(here.date()), t.time(here.time()), due.zone.city()));
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
