//! The letter at a cycle's end: what was reached, once to everybody who takes digests.
//!
//! Once the cycle is over and being graded each of them is written to when they can be reached. A cycle that ended long ago
//! (entered late, or imported) is told to nobody.

use super::compose::AT_MOST;
use super::queries;
use super::queries::ends::{self, Taker};
use crate::app::App;
use crate::db::OrgTx;
use crate::fault::Result;
use crate::ids::{CycleId, ObjectiveId, OrgId, TeamId};
use crate::language::Words;
use crate::mail::{self, Kind, Letter, NewMail, Subscription, ledger};
use crate::okr::mean;
use crate::okr::pace::Elapsed;
use crate::okr::parts::{Word, reached, spelled};
use crate::okr::receipt::MeanReceipt;
use crate::okr::standing::{self, Standing, TeamName};
use crate::okr::{self, NamedCycle, Objective};
use crate::organisation::{self, Organisation, Role};
use crate::standup::person::first_name;
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use std::collections::{BTreeSet, HashMap};

/// An end is news for this long.
const NEWS: TimeDelta = TimeDelta::days(14);

/// Writes the letters of cycles that are over at `now` into the outbox and gives how many.
///
/// # Errors
/// The first failure, once all have had their turn.
pub(super) async fn send_due(app: &App, now: DateTime<Utc>) -> Result<u64> {
    let ended = {
        let mut tx = app.db.duty().await?;
        ends::untold(&mut tx, now).await?
    };
    let (mut written, mut trouble) = (0, None);
    for (org, cycle) in ended {
        match tell(app, org, cycle, now).await {
            Ok(mails) => written += mails,
            Err(fault) => {
                tracing::error!(%org, error = ?fault, "the end of a cycle could not be told");
                trouble.get_or_insert(fault);
            }
        }
    }
    trouble.map_or(Ok(written), Err)
}

/// Where a cycle ended.
struct Ending {
    named: NamedCycle,
    objectives: Vec<Objective>,
    standings: Vec<Standing>,
    receipts: HashMap<ObjectiveId, MeanReceipt>,
    private: Vec<TeamId>,
}

/// Tells those who can be reached now, and notes when the next of the others can.
async fn tell(app: &App, org: OrgId, cycle: CycleId, now: DateTime<Utc>) -> Result<u64> {
    let mut tx = app.db.org_on_duty(org).await?;
    if !ends::take(&mut tx, cycle).await? {
        return Ok(0);
    }
    let (mut mails, mut next) = (0, None);
    if let Some(named) = okr::cycle(&mut tx, cycle).await?
        && now - named.cycle.ends() < NEWS
    {
        let team = named.team.as_ref().map(|team| team.id);
        let takers = ends::takers(&mut tx, cycle, team).await?;
        let (open, later): (Vec<&Taker>, Vec<&Taker>) =
            takers.iter().partition(|one| one.hours.0.reachable().is_open(now));
        next = later.iter().filter_map(|one| one.hours.0.reachable().soonest(now)).min();
        if !open.is_empty() {
            let ending = Ending::read(&mut tx, named, now).await?;
            let organisation = organisation::organisation(&mut tx).await?;
            for taker in open {
                mails += u64::from(write(app, &mut tx, &organisation, &ending, taker, now).await?);
            }
        }
    }
    ends::goes_on(&mut tx, cycle, next, now).await?;
    tx.commit().await?;
    Ok(mails)
}

async fn write(
    app: &App,
    tx: &mut OrgTx,
    organisation: &Organisation,
    ending: &Ending,
    taker: &Taker,
    now: DateTime<Utc>,
) -> Result<bool> {
    let (t, kind, period) = (Words::of(taker.language), Kind::DigestCycle, ending.named.id.to_string());
    let stop = Subscription { org: tx.org, member: taker.id, kind }.address(app);
    let base = app.config.link(&format!("/o/{}", organisation.slug));
    let why = t.digest_end_why(&ending.named.name);
    let Some(letter) = ending.letter(t, taker, &organisation.name, &base) else { return Ok(false) };
    let letter = letter
        .why(&why)
        .way_out(t.messages_why_link(), format!("{base}{}", ledger::why_page(kind, &period)))
        .way_out(t.digest_settings(), format!("{base}/me#dg"))
        .way_out(t.digest_stop_cycle(), &stop)
        .render()?;
    let mail = NewMail {
        kind,
        member: Some(taker.id),
        recipient: taker.email.clone(),
        period,
        letter,
        reason: why,
        unsubscribe: Some(stop.clone()),
        teams: ending.teams(taker),
        expires_at: taker.hours.0.reachable().open_until(now).unwrap_or(now),
    };
    let org = tx.org;
    Ok(mail::enqueue(tx, Some(org), &mail, app.config.mail_from.email.domain(), now).await?.is_some())
}

impl Ending {
    async fn read(tx: &mut OrgTx, named: NamedCycle, now: DateTime<Utc>) -> sqlx::Result<Self> {
        let objectives = okr::objectives_of_cycle(tx, named.id).await?;
        let ids: Vec<_> = objectives.iter().map(|one| one.id).collect();
        let standings = standing::of_objectives(tx, &ids, now).await?;
        let receipts = mean::receipts(&objectives, &standings, Elapsed::at(&named.cycle, now));
        let private = queries::private_teams(tx).await?;
        Ok(Self { named, objectives, standings, receipts, private })
    }

    fn may_read(&self, taker: &Taker, team: Option<&TeamName>) -> bool {
        let closed =
            team.is_some_and(|team| self.private.contains(&team.id) && !taker.inside.contains(&team.id));
        !closed || taker.role == Role::Owner
    }

    /// The teams whose objectives the letter names.
    fn teams(&self, taker: &Taker) -> Vec<TeamId> {
        let named = self.objectives.iter().filter_map(|one| one.team.as_ref());
        let readable = named.filter(|team| self.may_read(taker, Some(team)));
        readable.map(|team| team.id).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The letter for one of its readers, but for its foot; nothing when nothing they may read was measured.
    fn letter(&self, t: Words, taker: &Taker, organisation: &str, base: &str) -> Option<Letter> {
        let objectives: Vec<_> =
            self.objectives.iter().filter(|one| self.may_read(taker, one.team.as_ref())).collect();
        let standings: Vec<_> =
            self.standings.iter().filter(|one| self.may_read(taker, one.team.as_ref())).collect();
        if standings.is_empty() {
            return None;
        }
        let (there, all) = (standings.iter().filter(|one| is_reached(one)).count(), standings.len());
        let whose = self.named.team.as_ref().map_or(organisation, |team| &team.name);
        let count = t.digest_end_count(all, spelled(t, there), spelled(t, all));
        let closing = format!("{base}/cycles/{}/closing", self.named.id);
        let mut letter = Letter::new(
            t,
            organisation,
            t.digest_end_subject(whose, &self.named.name, &count),
            t.digest_end_preheader(),
        )
        .title(t.digest_end_title(first_name(&taker.name), &self.named.name, &count))
        .soft(t.digest_end_soft(t.date_long(self.named.cycle.first), t.date_long(self.named.cycle.last)))
        .heading(t.digest_end_objectives());
        for one in objectives.iter().take(AT_MOST) {
            let progress = self.receipts.get(&one.id).and_then(|receipt| receipt.shown.mean.progress);
            let own = || standings.iter().filter(|standing| standing.objective == one.id);
            let (there, all) = (own().filter(|one| is_reached(one)).count(), own().count());
            let rest = if all == 0 { String::new() } else { t.digest_end_of(there, all) };
            let lead = progress.map_or_else(|| t.digest_end_no_data().to_owned(), |share| t.percent(share));
            letter =
                letter.line(lead, Some((one.title.clone(), format!("{base}/objectives/{}", one.id))), rest);
        }
        let more = objectives.len().saturating_sub(AT_MOST);
        if more > 0 {
            letter = letter.line("", Some((t.digest_more(more), closing.clone())), "");
        }
        let own: Vec<_> = standings
            .iter()
            .filter(|one| one.owner.as_ref().is_some_and(|owner| owner.id == taker.id))
            .collect();
        if !own.is_empty() {
            letter = letter.heading(t.digest_own());
        }
        for one in own {
            let word = Word::shown(t, one.status());
            let link = (&one.title, format!("{base}/key-results/{}", one.id));
            let way = one.progress().map_or_else(
                || t.digest_unmeasured().to_owned(),
                |progress| t.digest_way_without_pace(t.percent(progress)),
            );
            let value = if one.progress().is_some() { reached(t, one) } else { String::new() };
            letter = letter.confidence(word.class, word.text, link, value, way);
        }
        Some(letter.button(t.digest_end_button(), closing))
    }
}

fn is_reached(one: &Standing) -> bool {
    one.progress().is_some_and(|progress| progress >= Decimal::ONE)
}
